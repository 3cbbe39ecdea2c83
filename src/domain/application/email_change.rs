//! „Zmiana adresu e-mail” of a person who lost the mailbox: which unit's head confirms who it is, the new address, and why.
//! What becomes of it after the approval stands in [`waiting`].

mod matter;
#[cfg(test)]
mod tests;
pub mod waiting;

use super::draft::EmailChangeTexts;
use crate::domain::account::Account;
use crate::domain::id::UnitId;
use crate::domain::identifiers::{EmailAddress, Line, Login, PersonName, Text};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitData};
use serde::{Deserialize, Serialize};

/// Longest reason, in characters.
pub const LONGEST_WHY: usize = 300;
/// The fields that can be corrected, as in the payload: the person and the unit are as registered.
pub const EMAIL_CHANGE_FIELDS: [&str; 2] = ["new_email", "why"];
/// The keys of the person's statements: data true; the mailbox is lost; the new one is the own.
pub const EMAIL_CHANGE_STATEMENTS: [&str; 3] = ["data_true", "lost_mailbox", "own_mailbox"];

/// The payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailChange {
    /// The registered unit whose head signs.
    pub unit_id: UnitId,
    /// Its data as registered when this revision was filed.
    pub unit: UnitData,
    /// First name or names.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Position at work.
    pub position: Option<Line>,
    /// Login of the account.
    pub login: Login,
    /// The address in force.
    pub old_email: EmailAddress,
    /// The one that is to take its place, confirmed by a letter.
    pub new_email: EmailAddress,
    /// Why.
    pub why: Text,
}

impl EmailChange {
    /// „Anna Nowak-Kowalska”.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Reads the page. `units` are the units of the account; where there is one, it is not asked for.
///
/// # Errors
/// Reasons by the names of the fields of [`EmailChangeTexts`].
pub fn read_email_change(texts: &EmailChangeTexts, account: &Account, units: &[Unit]) -> Result<EmailChange, FieldErrors> {
    let mut errors = FieldErrors::default();
    let unit = match units {
        [only] => Some(only),
        _ => units.iter().find(|unit| unit.id.to_string() == texts.unit),
    };
    if unit.is_none() {
        errors.add("unit", if texts.unit.is_empty() { Invalid::Required } else { Invalid::Unknown });
    }
    let new_email = errors.take("new_email", EmailAddress::parse(&texts.new_email));
    if new_email.as_ref().is_some_and(|email| email.key() == account.profile.email.key()) {
        errors.add("new_email", Invalid::EmailSame);
    }
    let why = errors.take("why", Text::parse(&texts.why, LONGEST_WHY));
    if !EMAIL_CHANGE_STATEMENTS.iter().all(|key| texts.statements.iter().any(|s| s == key)) {
        errors.add("statements", Invalid::StatementRequired);
    }
    match (unit, new_email, why) {
        (Some(unit), Some(new_email), Some(why)) if errors.is_empty() => Ok(EmailChange {
            unit_id: unit.id,
            unit: unit.data.clone(),
            first_name: account.profile.first_name.clone(),
            last_name: account.profile.last_name.clone(),
            position: account.profile.position.clone(),
            login: account.login.clone(),
            old_email: account.profile.email.clone(),
            new_email,
            why,
        }),
        _ => Err(errors),
    }
}

/// Writes it as typed, for a correction. The statements are asked for anew: they are about the new content.
pub fn email_change_texts(change: &EmailChange) -> EmailChangeTexts {
    EmailChangeTexts {
        unit: change.unit_id.to_string(),
        new_email: change.new_email.to_string(),
        why: change.why.to_string(),
        statements: Vec::new(),
    }
}
