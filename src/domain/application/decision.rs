//! Who may decide, and on what conditions.

#[cfg(test)]
mod tests;

use super::signed_form::{CodeMatch, SignedForm};
use super::{Application, status::Status};
use crate::domain::actor::SignedIn;
use crate::domain::id::{AccountId, UnitId};

/// The facts that a decision is checked against, read in the deciding transaction.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The application as it is now.
    pub application: &'a Application,
    /// Accounts of the persons in it (the applicant among them).
    pub persons: &'a [AccountId],
    /// The registered units that it concerns.
    pub units: &'a [UnitId],
    /// The newest signed form of any revision.
    pub signed_form: Option<&'a SignedForm>,
    /// Whether a person in it has the decider's e-mail address.
    pub has_deciders_address: bool,
    /// Whether a person whose account it changes may do more than the decider.
    pub outranks_decider: bool,
    /// The version that the decider saw.
    pub seen_version: i32,
}

/// Why somebody may not decide (now).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Barred {
    /// Somebody changed the application meanwhile, or has decided.
    Stale,
    /// It is not in review, or in review by a colleague.
    NotTaken,
    /// The decider filed it.
    IsApplicant,
    /// The decider is one of the persons who would gain by it.
    IsPerson,
    /// A person in it has the decider's e-mail address: an account made for oneself under another login.
    SharedAddress,
    /// The decider belongs to a unit that it concerns, by a grant or by a role.
    SameUnit,
    /// It changes the account of somebody who may do more than the decider.
    Outranked,
    /// No signed form of the current revision has come.
    NoSignedForm,
    /// Its code was not readable and nobody has compared it by eye.
    NotCompared,
}

impl Barred {
    /// All; each has its words under `barred`.
    pub const ALL: [Self; 9] = [
        Self::Stale,
        Self::NotTaken,
        Self::IsApplicant,
        Self::IsPerson,
        Self::SharedAddress,
        Self::SameUnit,
        Self::Outranked,
        Self::NoSignedForm,
        Self::NotCompared,
    ];
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::NotTaken => "not_taken",
            Self::IsApplicant => "is_applicant",
            Self::IsPerson => "is_person",
            Self::SharedAddress => "shared_address",
            Self::SameUnit => "same_unit",
            Self::Outranked => "outranked",
            Self::NoSignedForm => "no_signed_form",
            Self::NotCompared => "not_compared",
        }
    }
}

/// Whether `decider` may decide at all: any decision, also return and rejection. Scope is the policy's to say.
///
/// # Errors
/// The first [`Barred`] that holds.
pub fn may_decide(decider: &SignedIn, facts: Circumstances<'_>) -> Result<(), Barred> {
    if facts.seen_version != facts.application.version {
        return Err(Barred::Stale);
    }
    may_work_on(decider, facts)?;
    if facts.application.status != Status::InReview || facts.application.taken_by != Some(decider.account) {
        return Err(Barred::NotTaken);
    }
    Ok(())
}

/// Whether `decider` is impartial: neither the applicant, nor a person in the application, be it under another login, nor of
/// one of its units; and nobody whose account it changes may do more.
///
/// # Errors
/// The first [`Barred`] that holds.
pub fn may_work_on(decider: &SignedIn, facts: Circumstances<'_>) -> Result<(), Barred> {
    if facts.application.applicant == decider.account {
        return Err(Barred::IsApplicant);
    }
    if facts.persons.contains(&decider.account) {
        return Err(Barred::IsPerson);
    }
    if facts.has_deciders_address {
        return Err(Barred::SharedAddress);
    }
    let belongs_to = |unit| decider.units.contains(unit) || decider.roles.iter().any(|role| role.unit == Some(*unit));
    if facts.units.iter().any(belongs_to) {
        return Err(Barred::SameUnit);
    }
    if facts.outranks_decider {
        return Err(Barred::Outranked);
    }
    Ok(())
}

/// Whether `decider` may approve: all of [`may_decide`], and a compared signed form of the current revision.
///
/// # Errors
/// The first [`Barred`] that holds.
pub fn may_approve(decider: &SignedIn, facts: Circumstances<'_>) -> Result<(), Barred> {
    may_decide(decider, facts)?;
    let form = facts.signed_form.filter(|f| f.revision == facts.application.revision).ok_or(Barred::NoSignedForm)?;
    if form.code_match == CodeMatch::Unreadable { Err(Barred::NotCompared) } else { Ok(()) }
}

/// The place of a remark about the signed form itself: a missing signature, an unreadable scan. The content may be right as it is.
pub const SIGNED_FORM: &str = "signed_form";

/// A per-field remark of a return: the applicant sees it at that field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Remark {
    /// Field path as in the payload: `unit.regon`, `persons.0.login`; [`SIGNED_FORM`]; or empty for the whole.
    pub field: String,
    /// What to correct.
    pub text: String,
}
