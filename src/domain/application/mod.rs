//! Applications („wnioski”): what is filed, printed, signed, reviewed and decided.

pub mod account_join;
pub mod attestation;
pub mod bulk;
pub mod clock;
pub mod decision;
pub mod draft;
pub mod email_change;
pub mod extension;
pub mod matter;
pub mod printed_form;
pub mod registration;
pub mod renewal;
pub mod revision;
pub mod right;
pub mod risk;
#[cfg(test)]
mod samples;
pub mod signed_form;
pub mod staff;
pub mod status;
pub mod typing;
pub mod unit_change;

use super::id::{AccountId, ApplicationId, UnitId};
use super::identifiers::{ApplicationNumber, EmailAddress, TercCode};
use super::moment::Moment;
use super::unit::{Head, UnitData};
use super::voivodeship::VoivodeshipCode;
use account_join::JoinedAccounts;
use attestation::AttestationList;
use email_change::EmailChange;
use extension::PermissionExtension;
use matter::{Matter, Owner};
use registration::{Person, Registration};
use renewal::PermissionRenewal;
use revision::Fingerprint;
use serde::{Deserialize, Serialize};
use staff::StaffRegistration;
use status::{Event, Status};
use unit_change::{Change, UnitChange};

/// What is applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// „nowa jednostka i użytkownik”.
    UnitRegistration,
    /// „nowi użytkownicy” of a registered unit, who come by themselves.
    StaffRegistration,
    /// „zmiana adresu e-mail” of a person who lost the mailbox.
    EmailChange,
    /// „rozszerzenie uprawnień” of a person who has an account.
    PermissionExtension,
    /// „przedłużenie uprawnień” that end soon.
    PermissionRenewal,
    /// „rejestracja pracowników” of a registered unit by its coordinator.
    UnitStaff,
    /// „zmiana danych jednostki”: other data, the end of its activity, or its transformation.
    UnitChange,
    /// „coroczne potwierdzenie uprawnień” of a unit.
    Attestation,
    /// „scalenie kont” of a person who has two.
    AccountJoin,
}

impl Kind {
    /// All.
    pub const ALL: [Self; 9] = [
        Self::UnitRegistration,
        Self::StaffRegistration,
        Self::EmailChange,
        Self::PermissionExtension,
        Self::PermissionRenewal,
        Self::UnitStaff,
        Self::UnitChange,
        Self::Attestation,
        Self::AccountJoin,
    ];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::UnitRegistration => "unit_registration",
            Self::StaffRegistration => "staff_registration",
            Self::EmailChange => "email_change",
            Self::PermissionExtension => "permission_extension",
            Self::PermissionRenewal => "permission_renewal",
            Self::UnitStaff => "unit_staff",
            Self::UnitChange => "unit_change",
            Self::Attestation => "attestation",
            Self::AccountJoin => "account_join",
        }
    }
    /// The place where one is begun: `/<place>`.
    pub const fn place(self) -> &'static str {
        match self {
            Self::UnitRegistration | Self::StaffRegistration => "register",
            Self::EmailChange => "email-change",
            Self::PermissionExtension => "account/extend",
            Self::PermissionRenewal => "account/renew",
            Self::UnitStaff => "unit/staff/register",
            Self::UnitChange => "unit/change",
            Self::Attestation => "unit/attestation",
            Self::AccountJoin => "account/join",
        }
    }
    /// The place that shows its applicant what came of an approval: `/<place>`.
    pub const fn outcome_place(self) -> &'static str {
        match self {
            Self::EmailChange => "email-change",
            Self::Attestation => "unit/attestation",
            Self::AccountJoin => "account/join",
            Self::UnitRegistration | Self::StaffRegistration | Self::PermissionExtension | Self::PermissionRenewal | Self::UnitChange => {
                "account"
            }
            Self::UnitStaff => "unit/staff",
        }
    }
    /// Whether it is begun by somebody who has an account already: then another one is begun at its place.
    pub const fn is_for_account_holders(self) -> bool {
        match self {
            Self::UnitRegistration | Self::StaffRegistration => false,
            Self::EmailChange
            | Self::PermissionExtension
            | Self::PermissionRenewal
            | Self::UnitStaff
            | Self::UnitChange
            | Self::Attestation
            | Self::AccountJoin => true,
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// What an application carries, by kind. The one `match` on it that acts is in `services/apply_decision.rs`; whoever only asks
/// asks its [`Matter`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "payload", rename_all = "snake_case")]
pub enum Payload {
    /// A unit (new or registered) and its people.
    Registration(Registration),
    /// Another e-mail address for an account.
    EmailChange(EmailChange),
    /// More permissions for an account.
    PermissionExtension(PermissionExtension),
    /// A later end for permissions that end soon.
    PermissionRenewal(PermissionRenewal),
    /// New people of a unit, by its coordinator.
    UnitStaff(StaffRegistration),
    /// Other data of a unit, or its end.
    UnitChange(UnitChange),
    /// Which permissions a unit still needs.
    Attestation(AttestationList),
    /// Two accounts of one person that become one.
    AccountJoin(JoinedAccounts),
}

impl Payload {
    /// The content as every room sees it that cares for no kind.
    pub fn matter(&self) -> &dyn Matter {
        match self {
            Self::Registration(r) => r,
            Self::EmailChange(c) => c,
            Self::PermissionExtension(e) => e,
            Self::PermissionRenewal(r) => r,
            Self::UnitStaff(s) => s,
            Self::UnitChange(c) => c,
            Self::Attestation(a) => a,
            Self::AccountJoin(j) => j,
        }
    }
    /// The kind.
    pub fn kind(&self) -> Kind {
        self.matter().kind()
    }
    /// The registration that it is, if it is one.
    pub fn registration(&self) -> Option<&Registration> {
        if let Self::Registration(r) = self { Some(r) } else { None }
    }
    /// The data of a unit that it brings: of a new one, or those that a registered one shall have.
    pub fn unit_data(&self) -> Option<&UnitData> {
        match self {
            Self::Registration(registration) => Some(&registration.unit),
            Self::UnitChange(UnitChange { change: Change::Data { unit }, .. }) => Some(unit.as_ref()),
            _ => None,
        }
    }
    /// The change of an address that it is, if it is one.
    pub fn email_change(&self) -> Option<&EmailChange> {
        if let Self::EmailChange(c) = self { Some(c) } else { None }
    }
    /// The extension that it is, if it is one.
    pub fn permission_extension(&self) -> Option<&PermissionExtension> {
        if let Self::PermissionExtension(e) = self { Some(e) } else { None }
    }
    /// The renewal that it is, if it is one.
    pub fn permission_renewal(&self) -> Option<&PermissionRenewal> {
        if let Self::PermissionRenewal(r) = self { Some(r) } else { None }
    }
    /// The first moment at which a decision comes too late, where the content itself sets one: its last day is over.
    pub fn undecided_until(&self) -> Option<Moment> {
        self.matter().decide_by().map(Moment::end_of)
    }
    /// The registration of staff that it is, if it is one.
    pub fn unit_staff(&self) -> Option<&StaffRegistration> {
        if let Self::UnitStaff(s) = self { Some(s) } else { None }
    }
    /// The place that shows its applicant what came of an approval: an administrator who filed for a unit belongs to none.
    pub fn outcome_place(&self) -> &'static str {
        match self.unit_staff() {
            Some(staff) if staff.registrar.is_administrator => "grants",
            _ => self.kind().outcome_place(),
        }
    }
    /// Those for whom an approval makes accounts.
    pub fn new_persons(&self) -> &[Person] {
        match self {
            Self::Registration(r) => &r.persons,
            Self::UnitStaff(s) => &s.persons,
            Self::EmailChange(_)
            | Self::PermissionExtension(_)
            | Self::PermissionRenewal(_)
            | Self::UnitChange(_)
            | Self::Attestation(_)
            | Self::AccountJoin(_) => &[],
        }
    }
    /// The change of a unit that it is, if it is one.
    pub fn unit_change(&self) -> Option<&UnitChange> {
        if let Self::UnitChange(c) = self { Some(c) } else { None }
    }
    /// The yearly confirmation that it is, if it is one.
    pub fn attestation(&self) -> Option<&AttestationList> {
        if let Self::Attestation(a) = self { Some(a) } else { None }
    }
    /// The joining of accounts that it is, if it is one.
    pub fn account_join(&self) -> Option<&JoinedAccounts> {
        if let Self::AccountJoin(j) = self { Some(j) } else { None }
    }
}

/// What queue, printing, review, audit and mail need of any application, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Unit's name at this revision.
    pub unit_name: String,
    /// Code of the unit's kind.
    pub unit_kind: String,
    /// Unit's REGON at this revision.
    pub regon: String,
    /// The registered unit, when there is one.
    pub unit: Option<UnitId>,
    /// Which office decides.
    pub voivodeship: VoivodeshipCode,
    /// Gmina of the unit.
    pub terc: TercCode,
    /// Town of the unit, for searching.
    pub town: String,
    /// Other units whose head signs too.
    pub other_units: Vec<UnitId>,
    /// Who signs: the unit's head first.
    pub heads: Vec<Head>,
    /// Full names of the persons, the applicant first.
    pub persons: Vec<String>,
    /// E-mail addresses of the persons.
    pub emails: Vec<String>,
    /// Logins of the persons.
    pub logins: Vec<String>,
    /// Where letters about it go, when not to the address of the applicant's account.
    pub letters_to: Option<EmailAddress>,
    /// It changes accounts that exist already: then nobody decides about an account that may do more than the own.
    pub changes_accounts: bool,
}

impl Summary {
    /// Of a unit whose head signs; the persons are still to be named.
    pub fn of_unit(id: Option<UnitId>, unit: &UnitData) -> Self {
        Self {
            unit_name: unit.name.to_string(),
            unit_kind: unit.kind.clone(),
            regon: unit.regon.to_string(),
            unit: id,
            voivodeship: unit.terc.voivodeship(),
            terc: unit.terc.clone(),
            town: unit.address.town.to_string(),
            other_units: Vec::new(),
            heads: vec![unit.head.clone()],
            persons: Vec::new(),
            emails: Vec::new(),
            logins: Vec::new(),
            letters_to: None,
            changes_accounts: false,
        }
    }
    /// The same for the owner of an account that exists already.
    pub fn of_owner(id: UnitId, unit: &UnitData, owner: &Owner<'_>) -> Self {
        Self {
            persons: vec![owner.full_name.clone()],
            emails: vec![owner.email.to_string()],
            logins: vec![owner.login.to_string()],
            changes_accounts: true,
            ..Self::of_unit(Some(id), unit)
        }
    }
    /// Every registered unit that it concerns.
    pub fn units(&self) -> Vec<UnitId> {
        self.unit.iter().chain(&self.other_units).copied().collect()
    }
    /// „Maria Wójcik, kierownik”, one line for each who signs.
    pub fn head_lines(&self) -> Vec<String> {
        self.heads.iter().map(Head::to_line).collect()
    }

    /// Who signs, by name alone.
    pub fn head_names(&self) -> Vec<String> {
        self.heads.iter().map(Head::full_name).collect()
    }
}

/// An application with its current revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Row.
    pub id: ApplicationId,
    /// Public number.
    pub number: ApplicationNumber,
    /// State.
    pub status: Status,
    /// Current revision, from 1.
    pub revision: i32,
    /// Content of the current revision.
    pub payload: Payload,
    /// Fingerprint of the current revision.
    pub fingerprint: Fingerprint,
    /// Who filed it.
    pub applicant: AccountId,
    /// First submission.
    pub submitted_at: Moment,
    /// Submission of the current revision.
    pub revised_at: Moment,
    /// Since when in this state.
    pub status_since: Moment,
    /// When it lapses, in the states where the applicant has the move.
    pub lapses_at: Option<Moment>,
    /// Who is working on it.
    pub taken_by: Option<AccountId>,
    /// Who decided, or returned it last.
    pub decided_by: Option<AccountId>,
    /// For whom the decider stood in, if for anybody.
    pub decided_for: Option<AccountId>,
    /// When.
    pub decided_at: Option<Moment>,
    /// Reason of a rejection, or the covering note of a return.
    pub reason: Option<String>,
    /// Optimistic lock: a decision names the version it saw.
    pub version: i32,
}

impl Application {
    /// What it is about, for every room that does not care for the kind.
    pub fn summary(&self) -> Summary {
        self.payload.matter().summary()
    }
    /// When it ends by itself, and by what: its deadline passes, or a decision would come too late.
    pub fn ends_by_itself(&self) -> Option<(Moment, Event)> {
        if !self.status.is_open() {
            return None;
        }
        let too_late = self.payload.undecided_until().map(|at| (at, Event::RunOut));
        let lapses = self.lapses_at.map(|at| (at, Event::Lapse));
        match (too_late, lapses) {
            (Some(too_late), Some(lapses)) => Some(if lapses.0 < too_late.0 { lapses } else { too_late }),
            (too_late, lapses) => too_late.or(lapses),
        }
    }
    /// Who filed it: the first of its persons, where nobody else did.
    pub fn applicant_name(&self) -> String {
        let matter = self.payload.matter();
        matter.filed_by().or_else(|| matter.summary().persons.into_iter().next()).unwrap_or_default()
    }
}
