//! „Coroczne potwierdzenie uprawnień”: the list of who holds what in a unit, with what is said of each, for the head's signature.
//! What may not live here: when a unit is asked, and what happens without an answer (`domain/attestation`).

mod matter;
#[cfg(test)]
mod tests;

use super::registration::GrantRequest;
use super::typing::LONGEST_NOTE;
use crate::domain::account::Account;
use crate::domain::attestation::Verdict;
use crate::domain::id::UnitId;
use crate::domain::id::{AttestationId, GrantId};
use crate::domain::identifiers::{EmailAddress, Line, Login, Phone, Text, optional};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitData, UnitStatus};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One grant with what is said of it. All of it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestedGrant {
    /// Which.
    pub grant: GrantId,
    /// Holder: last and first name.
    pub full_name: String,
    /// Holder's login.
    pub login: Login,
    /// In what, as what, until when.
    pub right: GrantRequest,
    /// The person still needs it.
    pub keeps: bool,
}

/// The owner of an account: who prepared the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preparer {
    /// First and last name.
    pub full_name: String,
    /// Position at work.
    pub position: Option<Line>,
    /// Work e-mail.
    pub email: EmailAddress,
    /// Work phone.
    pub phone: Option<Phone>,
    /// Login of the account.
    pub login: Login,
}

impl Preparer {
    /// As the owner of an account is printed.
    pub fn of(account: &Account) -> Self {
        let profile = &account.profile;
        Self {
            full_name: profile.full_name(),
            position: profile.position.clone(),
            email: profile.email.clone(),
            phone: profile.phone.clone(),
            login: account.login.clone(),
        }
    }
}

/// The payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestationList {
    /// Which confirmation it answers.
    pub attestation: AttestationId,
    /// The unit.
    pub unit_id: UnitId,
    /// Its data as registered when this revision was filed.
    pub unit: UnitData,
    /// Who prepared it.
    pub preparer: Preparer,
    /// Every grant that holds in the unit, by person.
    pub grants: Vec<AttestedGrant>,
    /// A message to the office. Not printed, so a change of it needs no new signature.
    pub note: Option<Text>,
}

/// A grant that holds in the unit on the day on which the list is made, suspended or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldGrant {
    /// Which.
    pub grant: GrantId,
    /// Holder: last and first name.
    pub full_name: String,
    /// Holder's login.
    pub login: Login,
    /// In what, as what, until when.
    pub right: GrantRequest,
}

/// Makes the list. Nothing is taken for granted: of each grant something must be said.
///
/// # Errors
/// `unit` when it has ended, or nobody holds anything there; `Required` at `grants.<id>` for each of which nothing is said; `note`.
pub fn read_list(
    attestation: AttestationId,
    unit: &Unit,
    preparer: &Account,
    held: &[HeldGrant],
    verdicts: &BTreeMap<GrantId, Verdict>,
    note: &str,
) -> Result<AttestationList, FieldErrors> {
    let mut errors = FieldErrors::default();
    if unit.status != UnitStatus::Active {
        errors.add("unit", Invalid::UnitClosed);
    }
    if held.is_empty() {
        errors.add("unit", Invalid::NothingToConfirm);
    }
    let grants = held.iter().filter_map(|held| match verdicts.get(&held.grant) {
        None => {
            errors.add(format!("grants.{}", held.grant), Invalid::Required);
            None
        }
        Some(verdict) => Some(AttestedGrant {
            grant: held.grant,
            full_name: held.full_name.clone(),
            login: held.login.clone(),
            right: held.right.clone(),
            keeps: *verdict == Verdict::Keep,
        }),
    });
    let grants = grants.collect();
    let note = errors.take("note", optional(note, |text| Text::parse(text, LONGEST_NOTE))).flatten();
    errors.into_result(AttestationList {
        attestation,
        unit_id: unit.id,
        unit: unit.data.clone(),
        preparer: Preparer::of(preparer),
        grants,
        note,
    })
}
