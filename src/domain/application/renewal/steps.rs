//! The steps of the guided form, and which of them may be entered.

use super::{Around, read_place, read_renewed};
use crate::domain::application::draft::RenewalTexts;
use crate::domain::application::typing::{FormStep, StepState, has_all_statements};

/// A step, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RenewalStep {
    /// „Jednostka”.
    Unit,
    /// „Co przedłużyć”.
    Grants,
    /// „Oświadczenia”.
    Statements,
    /// „Sprawdź odpowiedzi i złóż wniosek”.
    Check,
}

impl RenewalStep {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Unit, Self::Grants, Self::Statements, Self::Check];
}

impl FormStep for RenewalStep {
    fn key(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Grants => "grants",
            Self::Statements => "statements",
            Self::Check => "check",
        }
    }
}

/// The task list. A step can be entered only when it is neither waiting nor without need: no step is skipped by its URL.
/// In a correction the unit stays: the number names the voivodeship that decides. What is proposed counts as done only once somebody
/// has looked at it.
pub fn renewal_steps(texts: &RenewalTexts, is_correction: bool, around: &Around<'_>) -> Vec<(RenewalStep, StepState)> {
    let unit = read_place(texts, around).ok();
    let grants_done = texts.grants.is_some() && unit.is_some_and(|unit| read_renewed(texts, unit, around).is_ok());
    let statements_done = has_all_statements(&texts.statements);
    let of_unit = match (is_correction, unit.is_some()) {
        (true, true) => StepState::NotNeeded,
        (true, false) => StepState::Waiting,
        (false, is_found) if around.places().len() > 1 => StepState::of(is_found, true),
        (false, true) => StepState::NotNeeded,
        // Nothing ends, or what was typed is about another unit: another one is chosen, if there is one.
        (false, false) => StepState::of(false, !around.places().is_empty()),
    };
    let mut list = vec![
        (RenewalStep::Unit, of_unit),
        (RenewalStep::Grants, StepState::of(grants_done, unit.is_some())),
        (RenewalStep::Statements, StepState::of(statements_done && grants_done, grants_done)),
    ];
    let ready = list.iter().all(|(_, state)| matches!(state, StepState::Done | StepState::NotNeeded));
    list.push((RenewalStep::Check, StepState::of(false, ready)));
    list
}
