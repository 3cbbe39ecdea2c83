//! Applications being typed: every step's texts as typed, kept from step one for 14 days.
//! What may not live here: the password (only its hash is stored, in a column of its own).

use super::Kind;
use super::staff::import::Sheet;
use crate::domain::id::{AccountId, ApplicationId, DraftId, UnitId};
use crate::domain::identifiers::EmailAddress;
use crate::domain::moment::Moment;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How long a draft is kept after the last change, in days. (D)
pub const DRAFT_DAYS: i64 = 14;

/// The unit's page as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // The names are those of the fields on the page.
pub struct UnitTexts {
    pub name: String,
    pub kind: String,
    pub regon: String,
    pub nip: String,
    pub street: String,
    pub building: String,
    pub postal_code: String,
    pub town: String,
    pub terc: String,
    pub phone: String,
    pub phone_extension: String,
    pub email: String,
    pub ade: String,
    pub epuap: String,
    pub parent_body: String,
    pub head_first_name: String,
    pub head_last_name: String,
    pub head_position: String,
}

impl UnitTexts {
    /// Every text, to bound what is kept unread.
    pub fn fields_mut(&mut self) -> [&mut String; 18] {
        [
            &mut self.name,
            &mut self.kind,
            &mut self.regon,
            &mut self.nip,
            &mut self.street,
            &mut self.building,
            &mut self.postal_code,
            &mut self.town,
            &mut self.terc,
            &mut self.phone,
            &mut self.phone_extension,
            &mut self.email,
            &mut self.ade,
            &mut self.epuap,
            &mut self.parent_body,
            &mut self.head_first_name,
            &mut self.head_last_name,
            &mut self.head_position,
        ]
    }
}

/// One person's page as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // The names are those of the fields on the page.
pub struct PersonTexts {
    pub first_name: String,
    pub last_name: String,
    pub position: String,
    pub email: String,
    pub phone: String,
    pub login: String,
    /// Chosen pairs, `PS:editor`.
    pub grants: Vec<String>,
    /// Last day of all of them, as typed.
    pub valid_until: String,
    /// [`YES`] for the unit's coordinator.
    pub coordinator: String,
}

/// A ticked box.
pub const YES: &str = "yes";

/// The fields of [`UnitTexts`], in the order of the page.
pub const UNIT_FIELDS: [&str; 18] = [
    "name",
    "kind",
    "regon",
    "nip",
    "street",
    "building",
    "postal_code",
    "town",
    "terc",
    "phone",
    "phone_extension",
    "email",
    "ade",
    "epuap",
    "parent_body",
    "head_first_name",
    "head_last_name",
    "head_position",
];

/// The fields of [`PersonTexts`], in the order of the page.
pub const PERSON_FIELDS: [&str; 9] =
    ["first_name", "last_name", "position", "email", "phone", "login", "grants", "valid_until", "coordinator"];

/// Everything typed so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftTexts {
    /// The registered unit to join, when one was found.
    pub existing_unit: Option<UnitId>,
    /// Step „jednostka”: whether the first step is done.
    pub unit_chosen: bool,
    /// The unit's page.
    pub unit: UnitTexts,
    /// The applicant first.
    pub persons: Vec<PersonTexts>,
    /// Keys of the confirmed statements.
    pub statements: Vec<String>,
    /// Message to the office.
    pub note: String,
}

/// A change of an e-mail address as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // The names are those of the fields on the page.
pub struct EmailChangeTexts {
    /// Row of the unit; empty where there is no choice.
    pub unit: String,
    pub new_email: String,
    pub why: String,
    /// Keys of the confirmed statements.
    pub statements: Vec<String>,
}

/// An extension of permissions as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExtensionTexts {
    /// The unit in which more is asked for.
    pub unit: Option<UnitId>,
    /// The unit whose head confirms who the person is, where `unit` is another one and there are several to choose from.
    pub home: Option<UnitId>,
    /// Chosen pairs, `PS:editor`.
    pub grants: Vec<String>,
    /// Last day of all of them, as typed.
    pub valid_until: String,
    /// To become the coordinator of the unit, an own one.
    pub coordinator: bool,
    /// Keys of the confirmed statements.
    pub statements: Vec<String>,
    /// Message to the office.
    pub note: String,
}

/// A registration of staff as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StaffTexts {
    /// The unit, where there are several to choose from.
    pub unit: Option<UnitId>,
    /// Its new people.
    pub persons: Vec<PersonTexts>,
    /// What was read from a file and waits for its preview to be confirmed.
    pub sheet: Option<Sheet>,
    /// Keys of the confirmed statements.
    pub statements: Vec<String>,
    /// Message to the office.
    pub note: String,
}

/// A change of a unit as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitChangeTexts {
    /// The unit.
    pub unit: Option<UnitId>,
    /// What happens to it: a key of [`super::unit_change::What`].
    pub what: String,
    /// Its data, for a change of data.
    pub data: UnitTexts,
    /// Last day of its activity, for its end.
    pub last_day: String,
    /// REGON of its successor, for a transformation.
    pub successor: String,
    /// Why; printed.
    pub justification: String,
    /// Keys of the confirmed statements.
    pub statements: Vec<String>,
    /// Message to the office.
    pub note: String,
}

/// A right that is to be renewed, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RenewedTexts {
    /// `PS:editor`.
    pub right: String,
    /// Last day, as typed; empty for the usual one.
    pub valid_until: String,
}

/// A renewal of permissions as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RenewalTexts {
    /// The unit in which rights end, where there are several.
    pub unit: Option<UnitId>,
    /// What is to be renewed; none as long as nobody has looked: then all that ends is proposed.
    pub grants: Option<Vec<RenewedTexts>>,
    /// Keys of the confirmed statements.
    pub statements: Vec<String>,
    /// Message to the office.
    pub note: String,
}

/// What a draft is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DraftKind {
    /// A unit and its people.
    Registration,
    /// Another e-mail address.
    EmailChange,
    /// More permissions.
    Extension,
    /// Permissions that end soon.
    Renewal,
    /// New people of a unit, by its coordinator.
    Staff,
    /// Other data of a unit, or its end.
    UnitChange,
}

impl DraftKind {
    /// All.
    pub const ALL: [Self; 6] = [Self::Registration, Self::EmailChange, Self::Extension, Self::Renewal, Self::Staff, Self::UnitChange];
    /// Stored name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::EmailChange => "email_change",
            Self::Extension => "extension",
            Self::Renewal => "renewal",
            Self::Staff => "staff",
            Self::UnitChange => "unit_change",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
    /// The place of its pages: `/<place>`.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Registration => Kind::UnitRegistration.place(),
            Self::EmailChange => Kind::EmailChange.place(),
            Self::Extension => Kind::PermissionExtension.place(),
            Self::Renewal => Kind::PermissionRenewal.place(),
            Self::Staff => Kind::UnitStaff.place(),
            Self::UnitChange => Kind::UnitChange.place(),
        }
    }
    /// Where in the texts the address stands that must be confirmed before filing; none where there is no such address.
    const fn address_at(self) -> Option<&'static str> {
        match self {
            Self::Registration => Some("/persons/0/email"),
            Self::EmailChange => Some("/new_email"),
            Self::Extension | Self::Renewal | Self::Staff | Self::UnitChange => None,
        }
    }
    /// The address as typed that must be confirmed before filing, out of stored texts.
    pub fn address_in(self, texts: &Value) -> Option<EmailAddress> {
        self.address_at().and_then(|place| texts.pointer(place)).and_then(Value::as_str).and_then(|text| EmailAddress::parse(text).ok())
    }
}

/// Texts that a draft keeps.
pub trait Drafted: Serialize + DeserializeOwned {
    /// What for.
    const KIND: DraftKind;
    /// The address as typed that must be confirmed before filing.
    fn address(&self) -> Option<EmailAddress> {
        serde_json::to_value(self).ok().and_then(|texts| Self::KIND.address_in(&texts))
    }
}

/// Texts of a guided form: the one who files confirms the content by statements, and may add a message to the office.
pub trait Confirmed: Drafted + Clone + Default + PartialEq + Send + Sync {
    /// Keys of the confirmed statements.
    fn statements_mut(&mut self) -> &mut Vec<String>;
    /// Message to the office.
    fn note_mut(&mut self) -> &mut String;
    /// What the statements are about.
    fn content(&self) -> Self {
        let mut content = self.clone();
        content.statements_mut().clear();
        content.note_mut().clear();
        content
    }
}

macro_rules! confirmed {
    ($($texts:ty),+) => {$(
        impl Confirmed for $texts {
            fn statements_mut(&mut self) -> &mut Vec<String> {
                &mut self.statements
            }
            fn note_mut(&mut self) -> &mut String {
                &mut self.note
            }
        }
    )+};
}

confirmed!(ExtensionTexts, RenewalTexts, UnitChangeTexts);

impl Confirmed for StaffTexts {
    fn statements_mut(&mut self) -> &mut Vec<String> {
        &mut self.statements
    }
    fn note_mut(&mut self) -> &mut String {
        &mut self.note
    }
    /// Without the sheet: nobody is registered by a preview.
    fn content(&self) -> Self {
        Self { unit: self.unit, persons: self.persons.clone(), ..Self::default() }
    }
}

impl Drafted for DraftTexts {
    const KIND: DraftKind = DraftKind::Registration;
}

impl Drafted for EmailChangeTexts {
    const KIND: DraftKind = DraftKind::EmailChange;
}

impl Drafted for ExtensionTexts {
    const KIND: DraftKind = DraftKind::Extension;
}

impl Drafted for RenewalTexts {
    const KIND: DraftKind = DraftKind::Renewal;
}

impl Drafted for StaffTexts {
    const KIND: DraftKind = DraftKind::Staff;
}

impl Drafted for UnitChangeTexts {
    const KIND: DraftKind = DraftKind::UnitChange;
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<T = DraftTexts> {
    /// Row.
    pub id: DraftId,
    /// What was typed.
    pub texts: T,
    /// The application that this draft corrects; `None` for a new one.
    pub application: Option<ApplicationId>,
    /// Its owner, for a correction or a second try after an application that failed; any other new registration belongs to who
    /// holds the link.
    pub account: Option<AccountId>,
    /// The e-mail address that was confirmed; another typed later must be confirmed anew.
    pub confirmed_email: Option<String>,
    /// Whether a password has been set.
    pub has_password: bool,
    /// The application made of it: submitting twice gives the same one.
    pub submitted_as: Option<ApplicationId>,
    /// Kept until.
    pub expires_at: Moment,
    /// Optimistic lock.
    pub version: i32,
}

impl<T: Drafted> Draft<T> {
    /// Whether the address as typed now is the one that was confirmed.
    pub fn has_confirmed_email(&self) -> bool {
        self.texts.address().is_some_and(|email| self.confirmed_email.as_deref() == Some(email.key().as_str()))
    }
    /// What is known of it whatever it is for.
    pub fn facts(&self) -> DraftFacts {
        DraftFacts {
            id: self.id,
            kind: T::KIND,
            address: self.texts.address(),
            account: self.account,
            confirmed_email: self.confirmed_email.clone(),
            submitted_as: self.submitted_as,
            expires_at: self.expires_at,
        }
    }
}

/// What is known of any draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftFacts {
    /// Row.
    pub id: DraftId,
    /// What for.
    pub kind: DraftKind,
    /// The address as typed that must be confirmed.
    pub address: Option<EmailAddress>,
    /// Its owner.
    pub account: Option<AccountId>,
    /// The address that was confirmed.
    pub confirmed_email: Option<String>,
    /// The application made of it.
    pub submitted_as: Option<ApplicationId>,
    /// Kept until.
    pub expires_at: Moment,
}

/// The keys of the applicant's statements: data true; rules known; the account is not shared.
pub const STATEMENTS: [&str; 3] = ["data_true", "rules_known", "not_shared"];
