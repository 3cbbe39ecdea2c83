//! Start, help, the accessibility declaration and the privacy clause. Their words are in the templates;
//! what differs from one installation to another comes in through the fields.

use crate::render::Page;
use jiff::civil::{Date, date};
use serde::Serialize;

/// `/`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StartPage {
    /// Sign-ins of the demonstration; empty otherwise.
    pub demo_accounts: Vec<DemoAccount>,
}

/// One sign-in of the demonstration.
#[derive(Debug, Clone, Serialize)]
pub struct DemoAccount {
    /// Who this is: „administrator wojewódzki, świętokrzyskie”.
    pub role: String,
    /// To type.
    pub login: String,
    /// To type.
    pub password: String,
    /// What can be seen with it.
    pub note: String,
}

impl Page for StartPage {
    const TEMPLATE: &'static str = "pages/start.html.tera";
    const PLACE: &'static str = "start";
    fn samples() -> Vec<Self> {
        let account = |role: &str, login: &str, note: &str| DemoAccount {
            role: role.to_owned(),
            login: login.to_owned(),
            password: "zielony-rower-nad-morzem".to_owned(),
            note: note.to_owned(),
        };
        vec![
            Self::default(),
            Self {
                demo_accounts: vec![
                    account("administrator centralny", "centralny", "Widzi cały kraj i tworzy administratorów wojewódzkich"),
                    account("administrator wojewódzki, świętokrzyskie", "swietokrzyskie", "Rozpatruje wnioski jednostek z województwa"),
                    account("wnioskujący, wniosek czeka na podpisany formularz", "nowak-anna", ""),
                ],
            },
        ]
    }
}

/// One task that the help explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HelpTopic {
    /// Registering a unit and its people.
    Registration,
    /// The form and how to send it.
    Form,
    /// Signing in and a forgotten password.
    SignIn,
    /// Asking for more permissions.
    Extension,
    /// Asking for a later end of permissions.
    Renewal,
    /// Registering the people of a unit.
    Staff,
    /// Other data of a unit, its end, its transformation.
    UnitChange,
    /// The yearly confirmation of a unit's permissions.
    Confirmation,
    /// Two accounts of one person.
    Joining,
    /// The rules that people declare to know.
    Rules,
    /// For whoever looks after units: who may what, why, what changed; lists as files.
    Grants,
    /// Who decides, and who never does.
    Deciding,
    /// The office's clock, reminders, and what administrators arrange among themselves.
    Deadlines,
    /// What came to the office by post or into its mailbox.
    Post,
    /// For administrators.
    Administrators,
}

impl HelpTopic {
    /// All, in the order of the index.
    pub const ALL: [Self; 15] = [
        Self::Registration,
        Self::Form,
        Self::SignIn,
        Self::Extension,
        Self::Renewal,
        Self::Staff,
        Self::UnitChange,
        Self::Confirmation,
        Self::Joining,
        Self::Rules,
        Self::Grants,
        Self::Deciding,
        Self::Deadlines,
        Self::Post,
        Self::Administrators,
    ];
    /// The last part of its path, `/help/<topic>`.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Form => "form",
            Self::SignIn => "sign-in",
            Self::Extension => "extension",
            Self::Renewal => "renewal",
            Self::Staff => "staff",
            Self::UnitChange => "unit-change",
            Self::Confirmation => "confirmation",
            Self::Joining => "joining",
            Self::Rules => "rules",
            Self::Grants => "grants",
            Self::Deciding => "deciding",
            Self::Deadlines => "deadlines",
            Self::Post => "post",
            Self::Administrators => "administrators",
        }
    }
    /// Reads the last part of a path.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.path() == path)
    }
}

/// `/help`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HelpIndexPage {}

impl Page for HelpIndexPage {
    const TEMPLATE: &'static str = "pages/help/index.html.tera";
    const PLACE: &'static str = "help";
    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

/// `/help/<topic>`.
#[derive(Debug, Clone, Serialize)]
pub struct HelpTopicPage {
    /// Which.
    pub topic: HelpTopic,
    /// Periods that the texts name.
    pub periods: Periods,
}

/// Periods that the help names; settings may change them.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Periods {
    /// A draft is kept, in days.
    pub draft_days: i64,
    /// The signed form must come back, in days.
    pub form_days: i64,
    /// A returned application must be corrected, in days.
    pub correction_days: i64,
    /// A reset link is good, in minutes.
    pub reset_minutes: i64,
    /// An activation link is good, in days.
    pub activation_days: i64,
    /// A session lasts without activity, in minutes.
    pub idle_minutes: i64,
}

impl Default for Periods {
    fn default() -> Self {
        Self { draft_days: 14, form_days: 30, correction_days: 14, reset_minutes: 30, activation_days: 7, idle_minutes: 30 }
    }
}

impl Page for HelpTopicPage {
    const TEMPLATE: &'static str = "pages/help/topic.html.tera";
    const PLACE: &'static str = "help-topic";
    fn samples() -> Vec<Self> {
        HelpTopic::ALL.into_iter().map(|topic| Self { topic, periods: Periods::default() }).collect()
    }
}

/// Who publishes the portal: from the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Publisher {
    /// „Ministerstwo Rodziny, Pracy i Polityki Społecznej”.
    pub name: String,
    /// Postal address in one line.
    pub address: String,
    /// Person or team that answers about accessibility.
    pub contact_person: String,
    /// Contact.
    pub email: String,
    /// Contact, E.164 or as people write it.
    pub phone: String,
    /// Data protection officer's contact.
    pub officer_email: String,
    /// How its seat can be reached and used; a general text stands in when there is none.
    pub architecture: Option<String>,
}

impl Publisher {
    fn sample() -> Self {
        Self {
            name: "Ministerstwo Przykładowe".to_owned(),
            address: "ul. Przykładowa 1/3/5, 00-513 Warszawa".to_owned(),
            contact_person: "Zespół dostępności".to_owned(),
            email: "dostepnosc@ministerstwo.example.pl".to_owned(),
            phone: "+48222222222".to_owned(),
            officer_email: "iod@ministerstwo.example.pl".to_owned(),
            architecture: None,
        }
    }
}

/// `/accessibility`, with the ids that automatic monitoring looks for.
#[derive(Debug, Clone, Serialize)]
pub struct AccessibilityPage {
    /// Who declares.
    pub publisher: Publisher,
    /// When the portal was published.
    pub published_on: Date,
    /// Its last essential change.
    pub updated_on: Date,
    /// When the declaration was drawn up.
    pub prepared_on: Date,
}

impl Page for AccessibilityPage {
    const TEMPLATE: &'static str = "pages/accessibility.html.tera";
    const PLACE: &'static str = "accessibility";
    fn samples() -> Vec<Self> {
        let page = Self {
            publisher: Publisher::sample(),
            published_on: date(2026, 11, 22),
            updated_on: date(2026, 11, 22),
            prepared_on: date(2026, 11, 22),
        };
        let architecture = Some("Wejście główne ma pochylnię. Windy są udźwiękowione. Można wejść z psem asystującym.".to_owned());
        vec![page.clone(), Self { publisher: Publisher { architecture, ..page.publisher }, ..page }]
    }
}

/// `/privacy`: the information clause of RODO art. 13.
#[derive(Debug, Clone, Serialize)]
pub struct PrivacyPage {
    /// The controller.
    pub publisher: Publisher,
    /// Days after which a withdrawn application is erased, if ever.
    pub withdrawn_days: Option<i64>,
    /// A lapsed one.
    pub lapsed_days: Option<i64>,
    /// A rejected one.
    pub rejected_days: Option<i64>,
}

impl Page for PrivacyPage {
    const TEMPLATE: &'static str = "pages/privacy.html.tera";
    const PLACE: &'static str = "privacy";
    fn samples() -> Vec<Self> {
        let erases = Self { publisher: Publisher::sample(), withdrawn_days: Some(365), lapsed_days: Some(1), rejected_days: Some(1825) };
        vec![Self { withdrawn_days: None, lapsed_days: None, rejected_days: None, ..erases.clone() }, erases]
    }
}
