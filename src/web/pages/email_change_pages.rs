//! `/email-change`: another e-mail address for a person who lost the mailbox.

use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use crate::web::pages::guided_pages::UnderWay;
use serde::Serialize;

/// One unit to choose.
#[derive(Debug, Clone, Serialize)]
pub struct UnitChoice {
    /// Its row.
    pub value: String,
    /// Its name.
    pub text: String,
}

/// An approved change.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    /// The address that takes effect.
    pub new_email: String,
    /// When.
    pub takes_effect_at: Moment,
}

/// What the office asks to correct.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Remarks {
    /// About no single field.
    pub whole: Vec<String>,
    /// At the new address.
    pub new_email: Option<String>,
    /// At the reason.
    pub why: Option<String>,
}

/// `/email-change`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EmailChangePage {
    /// The number of the application that is corrected.
    pub corrects: Option<String>,
    /// The address in force.
    pub old_email: String,
    /// Units to choose from.
    pub units: Vec<UnitChoice>,
    /// The unit as chosen.
    pub unit: String,
    /// As typed.
    pub new_email: String,
    /// As typed.
    pub why: String,
    /// Ticked boxes.
    pub statements: Vec<String>,
    /// What the office asks to correct.
    pub remarks: Remarks,
    /// An application is under way.
    pub open: Option<UnderWay>,
    /// A change waits.
    pub waiting: Option<Waiting>,
    /// Whether there is something to type.
    pub can_type: bool,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for EmailChangePage {
    const TEMPLATE: &'static str = "pages/email_change/start.html.tera";
    const PLACE: &'static str = "email-change";
    fn samples() -> Vec<Self> {
        let unit = |n: u32| UnitChoice { value: n.to_string(), text: format!("Gminny Ośrodek Pomocy Społecznej nr {n}") };
        let empty = Self { old_email: "a.nowak@gops.example.pl".into(), units: vec![unit(1)], can_type: true, ..Self::default() };
        let mut errors = FieldErrors::one("new_email", Invalid::EmailSame);
        errors.add("unit", Invalid::Required);
        errors.add("why", Invalid::Required);
        errors.add("statements", Invalid::StatementRequired);
        let wrong = Self { units: vec![unit(1), unit(2)], new_email: "<nowa>@x.pl".into(), errors, ..empty.clone() };
        let remarks = Remarks {
            whole: vec!["Brakuje podpisu.".into()],
            new_email: Some("To adres prywatny.".into()),
            why: Some("Napisz, kto zamknął skrzynkę.".into()),
        };
        let corrects = Some("W/26/2026/000123".to_owned());
        let correction = Self { corrects, remarks, why: "Urząd zmienił\ndostawcę poczty.".into(), ..empty.clone() };
        let path = "W-26-2026-000123".to_owned();
        let under_way = UnderWay { number: "W/26/2026/000123".into(), path, status: "awaiting_form" };
        let open = Self { open: Some(under_way), can_type: false, ..empty.clone() };
        let waiting = Waiting { new_email: "nowa@gops.example.pl".into(), takes_effect_at: Moment(1_795_500_000_000) };
        let waits = Self { waiting: Some(waiting), can_type: false, ..empty.clone() };
        let nobody = Self { units: Vec::new(), can_type: false, ..empty.clone() };
        vec![empty, wrong, correction, open, waits, nobody]
    }
}

/// `/email-change/code`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EmailCodePage {
    /// The new address.
    pub email: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for EmailCodePage {
    const TEMPLATE: &'static str = "pages/email_change/code.html.tera";
    const PLACE: &'static str = "email-change-code";
    fn samples() -> Vec<Self> {
        let email = "nowa@gops.example.pl".to_owned();
        vec![Self { email: email.clone(), ..Self::default() }, Self { email, errors: FieldErrors::one("code", Invalid::CodeWrong) }]
    }
}

/// `/email-change/check`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EmailCheckPage {
    /// The number of the application that is corrected.
    pub corrects: Option<String>,
    /// Name of the unit.
    pub unit: String,
    /// Who signs for it.
    pub head: String,
    /// First and last name.
    pub full_name: String,
    /// Position at work.
    pub position: String,
    /// Login.
    pub login: String,
    /// The address in force.
    pub old_email: String,
    /// The new one.
    pub new_email: String,
    /// Why.
    pub why: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for EmailCheckPage {
    const TEMPLATE: &'static str = "pages/email_change/check.html.tera";
    const PLACE: &'static str = "email-change-check";
    fn samples() -> Vec<Self> {
        let page = Self {
            unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".into(),
            head: "Maria Wójcik-Źdźbło, kierownik".into(),
            full_name: "Anna Nowak".into(),
            position: "starszy specjalista".into(),
            login: "anowak".into(),
            old_email: "a.nowak@gops.example.pl".into(),
            new_email: "nowa@gops.example.pl".into(),
            why: "Urząd zmienił dostawcę poczty.".into(),
            ..Self::default()
        };
        let errors = FieldErrors::one("new_email", Invalid::EmailNotConfirmed);
        vec![page.clone(), Self { corrects: Some("W/26/2026/000123".into()), errors, ..page }]
    }
}

/// `/email-change/confirm/<token>`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EmailLinkPage {
    /// The token; empty once it is used, or where it is dead.
    pub token: String,
    /// The address; empty for a dead link.
    pub email: String,
}

impl Page for EmailLinkPage {
    const TEMPLATE: &'static str = "pages/email_change/link.html.tera";
    const PLACE: &'static str = "email-change-confirm";
    fn samples() -> Vec<Self> {
        let email = "nowa@gops.example.pl".to_owned();
        vec![Self { token: "Zm9v".into(), email: email.clone() }, Self { email, ..Self::default() }, Self::default()]
    }
}

/// `/email-change/stop`, and the same by the link of the letter.
#[derive(Debug, Clone, Serialize)]
pub struct StopEmailPage {
    /// Whose change.
    pub login: String,
    /// The address that would take effect; masked where the link leads here.
    pub new_email: String,
    /// When it would.
    pub takes_effect_at: Moment,
    /// By the link of the letter: then somebody else is behind it.
    pub by_link: bool,
}

impl Page for StopEmailPage {
    const TEMPLATE: &'static str = "pages/email_change/stop.html.tera";
    const PLACE: &'static str = "email-change-stop";
    fn samples() -> Vec<Self> {
        [true, false]
            .map(|by_link| Self {
                login: "anowak".into(),
                new_email: "n***@gops.example.pl".into(),
                takes_effect_at: Moment(1_795_500_000_000),
                by_link,
            })
            .into()
    }
}
