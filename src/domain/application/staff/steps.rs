//! The steps of the guided form, and which of them may be entered.

use super::{StaffAround, read_own_unit};
use crate::domain::application::draft::StaffTexts;
use crate::domain::application::typing::{FormStep, StepState, has_all_statements, read_persons};
use crate::domain::invalid::FieldErrors;

/// A step, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StaffStep {
    /// „Jednostka”, where there is a choice.
    Unit,
    /// „Osoby i uprawnienia”.
    Persons,
    /// „Oświadczenia”.
    Statements,
    /// „Sprawdź odpowiedzi i złóż wniosek”.
    Check,
}

impl StaffStep {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Unit, Self::Persons, Self::Statements, Self::Check];
}

impl FormStep for StaffStep {
    fn key(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Persons => "persons",
            Self::Statements => "statements",
            Self::Check => "check",
        }
    }
}

/// The task list. A step can be entered only when it is neither waiting nor without need: no step is skipped by its URL.
/// In a correction the unit stays: the number names the voivodeship that decides.
pub fn staff_steps(texts: &StaffTexts, is_correction: bool, around: &StaffAround<'_>) -> Vec<(StaffStep, StepState)> {
    let unit = read_own_unit(texts, around).ok();
    let of_unit = match (unit, around.has_choice() && !is_correction) {
        (Some(_), false) => StepState::NotNeeded,
        // It has ended meanwhile, and no other one can take its place.
        (None, false) => StepState::Waiting,
        (unit, true) => StepState::of(unit.is_some(), true),
    };
    let mut errors = FieldErrors::default();
    read_persons(&texts.persons, unit.map(|unit| around.sub_areas(unit)), around.dictionaries, around.today, &mut errors);
    let persons_done = unit.is_some() && errors.is_empty();
    let statements_done = persons_done && has_all_statements(&texts.statements);
    let mut list = vec![
        (StaffStep::Unit, of_unit),
        (StaffStep::Persons, StepState::of(persons_done, unit.is_some())),
        (StaffStep::Statements, StepState::of(statements_done, persons_done)),
    ];
    let ready = list.iter().all(|(_, state)| matches!(state, StepState::Done | StepState::NotNeeded));
    list.push((StaffStep::Check, StepState::of(false, ready)));
    list
}
