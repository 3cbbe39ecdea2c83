//! The steps of the guided form, and which of them may be entered.

use super::{Around, read_home, read_needs, read_place};
use crate::domain::application::draft::ExtensionTexts;
use crate::domain::application::typing::{FormStep, StepState, has_all_statements};

/// A step, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExtensionStep {
    /// „Jednostka”.
    Unit,
    /// „Kto potwierdzi zatrudnienie”.
    Home,
    /// „Czego potrzebujesz”.
    Needs,
    /// „Oświadczenia”.
    Statements,
    /// „Sprawdź odpowiedzi i złóż wniosek”.
    Check,
}

impl ExtensionStep {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Unit, Self::Home, Self::Needs, Self::Statements, Self::Check];
}

impl FormStep for ExtensionStep {
    fn key(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Home => "home",
            Self::Needs => "needs",
            Self::Statements => "statements",
            Self::Check => "check",
        }
    }
}

/// The task list. A step can be entered only when it is neither waiting nor without need: no step is skipped by its URL.
/// In a correction the unit stays: the number names the voivodeship that decides.
pub fn extension_steps(texts: &ExtensionTexts, is_correction: bool, around: &Around<'_>) -> Vec<(ExtensionStep, StepState)> {
    let unit = read_place(texts, around).ok();
    let home = unit.map(|unit| read_home(texts, unit, around));
    let asks_home = around.own_units.len() > 1 && unit.is_none_or(|unit| around.own_units.iter().all(|own| own.id != unit.id));
    let home_done = home.is_some_and(|home| home.is_ok());
    let needs_done = unit.is_some_and(|unit| read_needs(texts, unit, around).is_ok());
    let statements_done = has_all_statements(&texts.statements);
    let of_unit = match (is_correction, unit.is_some()) {
        (true, true) => StepState::NotNeeded,
        // It has ended meanwhile, and no other one can take its place.
        (true, false) => StepState::Waiting,
        (false, is_chosen) => StepState::of(is_chosen, true),
    };
    let mut list = vec![
        (ExtensionStep::Unit, of_unit),
        (ExtensionStep::Home, if asks_home { StepState::of(home_done, unit.is_some()) } else { StepState::NotNeeded }),
        (ExtensionStep::Needs, StepState::of(needs_done, home_done)),
        (ExtensionStep::Statements, StepState::of(statements_done && needs_done, needs_done)),
    ];
    let ready = list.iter().all(|(_, state)| matches!(state, StepState::Done | StepState::NotNeeded));
    list.push((ExtensionStep::Check, StepState::of(false, ready)));
    list
}
