//! How quickly offices decide, for everybody to read: in how many working days nine of ten applications were decided in the last twelve
//! whole months. Nobody asks the policy: nothing of it is anybody's. What may not live here: how it looks, keeping it for a while (web).

use super::context::Context;
use super::error::ServiceError;
use crate::domain::figures::Times;
use crate::domain::figures::period::Period;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::{figures, offices};
use std::collections::BTreeMap;

/// Of fewer decisions nothing is said: who knows one of them would learn about the others. The number of decisions is not told either.
pub const FEWEST: u64 = 10;
/// So many of a hundred.
const PERCENT: u64 = 90;

/// How quickly each office decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speed {
    /// Twelve whole months, so that the answer changes with the month and not with each decision.
    pub period: Period,
    /// Names of the voivodeships in Polish order, each with the working days of nine in ten; none where there are too few.
    pub offices: Vec<(String, Option<u32>)>,
}

/// The speed of all offices.
///
/// # Errors
/// Of the database.
pub async fn show_speed(context: &Context) -> Result<Speed, ServiceError> {
    let period = Period::whole_year_before(context.now().warsaw_date());
    let offices = offices::list(&context.db).await?;
    let codes: Vec<VoivodeshipCode> = offices.iter().map(|office| office.voivodeship.clone()).collect();
    let mut times: BTreeMap<VoivodeshipCode, Times> = BTreeMap::new();
    for row in figures::ended(&context.db, &codes, period).await?.into_iter().filter(|row| row.outcome.is_decision()) {
        if let Some(days) = row.days {
            times.entry(row.voivodeship).or_default().add(days, row.number);
        }
    }
    let speed = |code| times.get(code).filter(|times| times.total() >= FEWEST).and_then(|times| times.percentile(PERCENT));
    Ok(Speed { period, offices: offices.iter().map(|office| (office.voivodeship_name.clone(), speed(&office.voivodeship))).collect() })
}
