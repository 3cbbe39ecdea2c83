//! Who may decide, and on what conditions.
//!
//! Nobody decides what concerns oneself, the own unit, or what one filed or recorded; and whoever stands in for somebody decides nothing
//! that the one could not decide. Typing the content is filing: it is the applicant who does that, also for others. Recording how the
//! signed form came is the other hand that a paper passes through: whoever wrote down that it came, and put the scan in, leaves the
//! decision to a colleague. Where there is none, the application goes the way of all that an office cannot decide: to the central
//! administrator after five working days.

#[cfg(test)]
mod tests;

use super::signed_form::{CodeMatch, SignedForm};
use super::{Application, status::Status};
use crate::domain::actor::SignedIn;
use crate::domain::id::{AccountId, UnitId};
use crate::domain::moment::Moment;

/// For whom a decider stands in, with what bars the one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deputised {
    /// Who.
    pub account: AccountId,
    /// The units that the one belongs to, by a grant or by a role.
    pub units: Vec<UnitId>,
    /// Whether a person in the application has the one's e-mail address.
    pub has_address: bool,
}

/// The first of two approvals. It stands for one revision and one signed form, and as long as the role stands in which it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstApproval {
    /// Who gave it.
    pub by: AccountId,
    /// For whom, if that was a stand-in.
    pub in_place_of: Option<AccountId>,
    /// When.
    pub at: Moment,
}

impl FirstApproval {
    /// Whether it is this account's own voice, given by itself or in its place.
    pub fn is_of(&self, account: AccountId) -> bool {
        self.by == account || self.in_place_of == Some(account)
    }
}

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
    /// For whom the decider stands in here, if for anybody.
    pub deputised: Option<&'a Deputised>,
    /// The first approval that counts, where two must approve and one has.
    pub first: Option<FirstApproval>,
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
    /// The decider recorded how the signed form came: what stands on one's own word is another's to decide.
    Recorded,
    /// The decider stands in for somebody who may not decide it.
    DeputisedBarred,
    /// Two must approve, and the first of them was the decider, or whom the decider stands in for, or who stood in for the decider.
    FirstDecider,
    /// No signed form of the current revision has come.
    NoSignedForm,
    /// Its code was not readable and nobody has compared it by eye.
    NotCompared,
}

/// Whether what is barred can be done some other time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// Not any more.
    Late,
    /// Not yet: something else comes first.
    Early,
    /// Never by this person.
    Never,
}

impl Bar {
    /// Label key, under `conflicts`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Early => "early",
            Self::Never => "never",
        }
    }
}

impl Barred {
    /// Whether it can be done some other time.
    pub const fn bar(self) -> Bar {
        match self {
            Self::Stale => Bar::Late,
            Self::NotTaken | Self::NoSignedForm | Self::NotCompared => Bar::Early,
            Self::IsApplicant
            | Self::IsPerson
            | Self::SharedAddress
            | Self::SameUnit
            | Self::Outranked
            | Self::Recorded
            | Self::DeputisedBarred
            | Self::FirstDecider => Bar::Never,
        }
    }
    /// All; each has its words under `barred`.
    pub const ALL: [Self; 12] = [
        Self::Stale,
        Self::NotTaken,
        Self::IsApplicant,
        Self::IsPerson,
        Self::SharedAddress,
        Self::SameUnit,
        Self::Outranked,
        Self::Recorded,
        Self::DeputisedBarred,
        Self::FirstDecider,
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
            Self::Recorded => "recorded",
            Self::DeputisedBarred => "deputised_barred",
            Self::FirstDecider => "first_decider",
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

/// Whether `official` may read what colleagues noted about an application, put it off, and take it out of a colleague's hands: no party
/// to it, neither the applicant, nor a person in it, be it under another login, nor of one of its units; nor who stands in for a party.
///
/// # Errors
/// The first [`Barred`] that holds.
pub fn may_arrange(official: &SignedIn, facts: Circumstances<'_>) -> Result<(), Barred> {
    is_no_party(official, facts)?;
    if facts.deputised.is_some_and(|one| is_party(one, facts)) { Err(Barred::DeputisedBarred) } else { Ok(()) }
}

fn is_no_party(official: &SignedIn, facts: Circumstances<'_>) -> Result<(), Barred> {
    if facts.application.applicant == official.account {
        return Err(Barred::IsApplicant);
    }
    if facts.persons.contains(&official.account) {
        return Err(Barred::IsPerson);
    }
    if facts.has_deciders_address {
        return Err(Barred::SharedAddress);
    }
    let belongs_to = |unit| official.units.contains(unit) || official.roles.iter().any(|role| role.unit == Some(*unit));
    if facts.units.iter().any(belongs_to) {
        return Err(Barred::SameUnit);
    }
    Ok(())
}

/// Whether `decider` is impartial: all of [`may_arrange`], nor who recorded its signed form; and nobody whose account it changes may do
/// more. Whoever stands in for somebody needs all of it of the one, too.
///
/// # Errors
/// The first [`Barred`] that holds.
pub fn may_work_on(decider: &SignedIn, facts: Circumstances<'_>) -> Result<(), Barred> {
    is_no_party(decider, facts)?;
    if facts.outranks_decider {
        return Err(Barred::Outranked);
    }
    if has_recorded(decider.account, facts) {
        return Err(Barred::Recorded);
    }
    if facts.deputised.is_some_and(|one| is_party(one, facts) || has_recorded(one.account, facts)) {
        return Err(Barred::DeputisedBarred);
    }
    Ok(())
}

/// Whether somebody recorded the signed form of the current revision.
fn has_recorded(account: AccountId, facts: Circumstances<'_>) -> bool {
    facts.signed_form.is_some_and(|form| form.revision == facts.application.revision && form.recorded_by == account)
}

/// Whether whom the decider stands in for is a party to it.
fn is_party(one: &Deputised, facts: Circumstances<'_>) -> bool {
    facts.application.applicant == one.account
        || facts.persons.contains(&one.account)
        || one.has_address
        || facts.units.iter().any(|unit| one.units.contains(unit))
}

/// Whether the first of two approvals is the voice of `decider`, or of whom the decider stands in for: then another gives the second.
pub fn is_first_voice(decider: &SignedIn, facts: Circumstances<'_>) -> bool {
    let is_own = |first: FirstApproval| first.is_of(decider.account) || facts.deputised.is_some_and(|one| first.is_of(one.account));
    facts.first.is_some_and(is_own)
}

/// Whether `decider` may approve: all of [`may_decide`], a compared signed form of the current revision, and where one has approved
/// already, to be another person: neither that one nor a deputy of the one, nor whom the one stood in for.
///
/// # Errors
/// The first [`Barred`] that holds.
pub fn may_approve(decider: &SignedIn, facts: Circumstances<'_>) -> Result<(), Barred> {
    if facts.seen_version != facts.application.version {
        return Err(Barred::Stale);
    }
    may_work_on(decider, facts)?;
    // Said before it is taken: taking it would not help.
    if is_first_voice(decider, facts) {
        return Err(Barred::FirstDecider);
    }
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
