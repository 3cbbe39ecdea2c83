//! Finds people of a unit who may be those that somebody registers for it. What may not live here: what likeness is (domain); who may ask,
//! for whoever registers people of a unit sees who works there.

use super::{Context, ServiceError, rights};
use crate::domain::account::Account;
use crate::domain::application::draft::PersonTexts;
use crate::domain::id::UnitId;
use crate::domain::similar::{MOST_SHOWN, Reason, person_reasons, strongest_first};
use crate::storage::accounts;

/// Somebody who belongs to the unit, with the reasons, the strongest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// The account.
    pub account: Account,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// For each person who is typed: the people of the unit who look like the same one, the likest first, a few.
///
/// # Errors
/// Of the database.
pub async fn known_persons(context: &Context, unit: UnitId, typed: &[PersonTexts]) -> Result<Vec<Vec<KnownPerson>>, ServiceError> {
    let ids: Vec<_> = rights::people_of(&context.db, unit, context.now().warsaw_date()).await?.into_iter().collect();
    let people = accounts::list_by_ids(&context.db, &ids).await?;
    let known = |person: &PersonTexts| {
        let found = people.iter().map(|account| (person_reasons(person, &account.profile), 0, account.clone())).collect();
        let shown = strongest_first(found).into_iter().take(MOST_SHOWN);
        shown.map(|(reasons, account)| KnownPerson { account, reasons }).collect()
    };
    Ok(typed.iter().map(known).collect())
}
