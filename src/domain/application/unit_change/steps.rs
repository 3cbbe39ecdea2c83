//! The steps of the guided form, and which of them may be entered.

use super::{Around, What, has_statements, read_data, read_justification, read_last_day, read_place, read_successor, read_what};
use crate::domain::application::draft::UnitChangeTexts;
use crate::domain::application::typing::{FormStep, StepState};

/// A step, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitChangeStep {
    /// „Co się zmienia”.
    What,
    /// „Dane jednostki”.
    Data,
    /// „Zakończenie działalności”.
    Ending,
    /// „Uzasadnienie”.
    Why,
    /// „Sprawdź odpowiedzi i złóż wniosek”.
    Check,
}

impl UnitChangeStep {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::What, Self::Data, Self::Ending, Self::Why, Self::Check];
}

impl FormStep for UnitChangeStep {
    fn key(self) -> &'static str {
        match self {
            Self::What => "what",
            Self::Data => "data",
            Self::Ending => "ending",
            Self::Why => "why",
            Self::Check => "check",
        }
    }
}

/// The task list. A step can be entered only when it is neither waiting nor without need: no step is skipped by its URL.
/// In a correction the unit and what happens to it stay.
pub fn unit_change_steps(texts: &UnitChangeTexts, is_correction: bool, around: &Around<'_>) -> Vec<(UnitChangeStep, StepState)> {
    let unit = read_place(texts, around).ok();
    let what = unit.and_then(|unit| read_what(texts, unit).ok());
    let data_done = unit.is_some_and(|unit| read_data(&texts.data, unit, around).is_ok());
    let day_done = read_last_day(texts, around.today).is_ok();
    let successor_done = unit.is_some_and(|unit| read_successor(texts, unit, around).is_ok());
    let (data, ending, content_done) = match what {
        None => (StepState::Waiting, StepState::NotNeeded, false),
        Some(What::Data) => (StepState::of(data_done, true), StepState::NotNeeded, data_done),
        Some(What::Ending) => (StepState::NotNeeded, StepState::of(day_done, true), day_done),
        Some(What::Transformation) => {
            let is_done = day_done && successor_done;
            (StepState::NotNeeded, StepState::of(is_done, true), is_done)
        }
    };
    let of_what = match (is_correction, what.is_some()) {
        (true, true) => StepState::NotNeeded,
        (true, false) => StepState::Waiting,
        (false, is_chosen) => StepState::of(is_chosen, true),
    };
    let why_done = read_justification(texts).is_ok() && has_statements(&texts.statements) && content_done;
    let mut list = vec![
        (UnitChangeStep::What, of_what),
        (UnitChangeStep::Data, data),
        (UnitChangeStep::Ending, ending),
        (UnitChangeStep::Why, StepState::of(why_done, content_done)),
    ];
    let ready = list.iter().all(|(_, state)| matches!(state, StepState::Done | StepState::NotNeeded));
    list.push((UnitChangeStep::Check, StepState::of(false, ready)));
    list
}
