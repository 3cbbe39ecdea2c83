//! The registration draft of a browser: found by its cookie, and by the rule that no step is skipped by its URL.
//! What may not live here: what the steps ask.

use super::error::PageError;
use super::reply::Answer;
use super::session::{self, CookieName};
use super::visit::Visit;
use crate::domain::application::draft::{DRAFT_DAYS, DraftTexts, PersonTexts};
use crate::domain::application::typing::{Step, StepState};
use crate::domain::dictionary::UnitKind;
use crate::services::ServiceError;
use crate::services::draft_application::{OpenDraft, open, submitted_number};
use rocket::time::Duration;
use std::collections::BTreeMap;

/// Where registration begins.
pub const START: &str = "/register";
/// The task list.
pub const TASKS: &str = "/register/tasks";
/// Where a draft that was filed leads.
pub const SUBMITTED: &str = "/register/submitted";

/// The secret of a draft, and the draft.
#[derive(Debug)]
pub struct Drafting {
    /// The cookie's text: the key of every service.
    pub token: String,
    /// The draft.
    pub open: OpenDraft,
}

/// Gives the browser a draft's secret.
pub fn hold(who: &Visit<'_>, token: String) {
    session::set(who.cookies(), who.settings(), CookieName::Draft, token, Some(Duration::days(DRAFT_DAYS)));
}

/// Takes it back.
pub fn release(who: &Visit<'_>) {
    session::clear(who.cookies(), who.settings(), CookieName::Draft);
}

impl Drafting {
    /// The browser's draft, filed or not; none for a browser without one, or with a secret that opens nothing (any more).
    ///
    /// # Errors
    /// Of the services.
    pub async fn find(who: &Visit<'_>) -> Result<Option<Self>, PageError> {
        let Some(token) = session::read(who.cookies(), who.settings(), CookieName::Draft) else { return Ok(None) };
        match open(who.context(), who.actor(), token).await {
            Ok(open) => Ok(Some(Self { token: token.to_owned(), open })),
            // A correction is its owner's alone: whoever was signed out meanwhile signs in and goes on.
            Err(ServiceError::NotFound) if who.has_dead_session() => Err(PageError::SignedOut),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The browser's draft that can still be typed into.
    ///
    /// # Errors
    /// Leads elsewhere: to the start, or to the application that was made of it.
    pub async fn current(who: &Visit<'_>) -> Result<Self, PageError> {
        match Self::find(who).await? {
            None => {
                if session::read(who.cookies(), who.settings(), CookieName::Draft).is_some() {
                    release(who);
                    who.flash("draft_gone");
                }
                Err(PageError::elsewhere(START))
            }
            Some(draft) if draft.open.draft.submitted_as.is_some() => Err(PageError::Elsewhere(Box::new(draft.submitted(who).await?))),
            Some(draft) => Ok(draft),
        }
    }

    /// The browser's draft, where this step may be entered.
    ///
    /// # Errors
    /// As [`Drafting::current`]; to the task list where the step waits for others.
    pub async fn at(who: &Visit<'_>, step: Step) -> Result<Self, PageError> {
        let draft = Self::current(who).await?;
        if draft.open.may_enter(step) { Ok(draft) } else { Err(PageError::elsewhere(TASKS)) }
    }

    /// To what was made of a draft: the application for its owner, else the page that says what to do next.
    pub async fn submitted(&self, who: &Visit<'_>) -> Answer {
        let number = submitted_number(who.context(), &self.open.draft).await?;
        let login = self.person(0).map(|p| p.login.trim()).unwrap_or_default();
        match number {
            Some(number) if who.signed_in().is_some_and(|me| me.login.eq_ignore_ascii_case(login)) => {
                who.redirect(format!("/applications/{}", number.to_path()))
            }
            _ => who.redirect(SUBMITTED),
        }
    }

    /// Reads the draft again and goes to the first step that is open; to the checking at last.
    ///
    /// # Errors
    /// Of the services.
    pub async fn go_on(&self, who: &Visit<'_>) -> Answer {
        let open = open(who.context(), who.actor(), &self.token).await?;
        who.redirect(next_href(&open))
    }

    /// One person as typed.
    pub fn person(&self, index: usize) -> Option<&PersonTexts> {
        self.open.draft.texts.persons.get(index)
    }

    /// The number of the application that is corrected.
    pub fn corrects(&self) -> Option<String> {
        self.open.corrects.as_ref().map(ToString::to_string)
    }

    /// The kind of the unit: of the registered one, or as typed.
    pub fn kind(&self) -> Option<&UnitKind> {
        let code = self.open.registered.as_ref().map_or(self.open.draft.texts.unit.kind.as_str(), |u| u.data.kind.as_str());
        self.open.dictionaries.unit_kind(code)
    }

    /// The office's remarks below `prefix` (`unit.`), by field; two at one field are one text.
    pub fn remarks(&self, prefix: &str, fields: &[&'static str]) -> BTreeMap<&'static str, Option<String>> {
        let of = |field: &str| {
            let texts: Vec<&str> =
                self.open.remarks.iter().filter(|r| place(&r.field, prefix).as_deref() == Some(field)).map(|r| r.text.as_str()).collect();
            (!texts.is_empty()).then(|| texts.join("\n"))
        };
        fields.iter().map(|field| (*field, of(field))).collect()
    }

    /// The remarks on the whole.
    pub fn general_remarks(&self) -> Vec<String> {
        self.open.remarks.iter().filter(|r| r.field.is_empty()).map(|r| r.text.clone()).collect()
    }
}

/// The field of a page that a remark is about: payload paths nest (`unit.address.street`), pages do not.
fn place(path: &str, prefix: &str) -> Option<String> {
    let rest = path.strip_prefix(prefix)?;
    let rest = rest.strip_prefix("address.").unwrap_or(rest);
    let head = rest.strip_prefix("head.").map(|field| format!("head_{field}"));
    let field = head.unwrap_or_else(|| rest.to_owned());
    // One wish among several: `grants.2.valid_until`.
    Some(if field.starts_with("grants.") { "grants".to_owned() } else { field })
}

/// The step on whose pages a field of the whole stands.
pub fn step_of(field: &str) -> Option<Step> {
    let parts: Vec<&str> = field.split('.').collect();
    match parts[..] {
        ["unit"] => Some(Step::Unit),
        ["unit", ..] => Some(Step::UnitData),
        ["persons", _, "grants" | "valid_until", ..] | ["persons"] => Some(Step::Needs),
        ["persons", "0", ..] => Some(Step::Person),
        ["persons", ..] => Some(Step::Needs),
        ["password"] => Some(Step::Password),
        ["statements"] => Some(Step::Statements),
        ["note"] => Some(Step::Check),
        _ => None,
    }
}

/// The page and the place on it where a field of the whole is changed.
pub fn href_of_field(field: &str) -> String {
    let parts: Vec<&str> = field.split('.').collect();
    let number = |index: &str| index.parse::<usize>().unwrap_or(0) + 1;
    match parts[..] {
        ["unit"] => href(Step::Unit).to_owned(),
        ["unit", name] => format!("{}#{name}", href(Step::UnitData)),
        ["persons", "0", "email"] => href(Step::Email).to_owned(),
        ["persons", index, name @ ("grants" | "valid_until")] => format!("/register/needs/{}#{name}", number(index)),
        ["persons", "0", name] => format!("{}#{name}", href(Step::Person)),
        ["persons", index, name] => format!("/register/persons/{}#{name}", number(index)),
        ["note"] => "#note".to_owned(),
        _ => step_of(field).map_or(TASKS, href).to_owned(),
    }
}

/// The page of a step.
pub const fn href(step: Step) -> &'static str {
    match step {
        Step::Unit => "/register/unit",
        Step::UnitData => "/register/unit-data",
        Step::Person => "/register/person",
        Step::Password => "/register/password",
        Step::Needs => "/register/needs",
        Step::Statements => "/register/statements",
        Step::Email => "/register/email",
        Step::Check => "/register/check",
    }
}

/// Whether the office asked to correct something on the pages of a step, and nothing has been changed there yet.
pub fn is_to_correct(open: &OpenDraft, step: Step) -> bool {
    let is_asked = open.remarks.iter().any(|remark| step_of(&remark.field) == Some(step));
    let (Some(before), now) = (&open.corrected_texts, &open.draft.texts) else { return is_asked };
    let who = |person: &PersonTexts| PersonTexts { grants: Vec::new(), valid_until: String::new(), ..person.clone() };
    let is_same = match step {
        Step::Unit | Step::UnitData => before.unit == now.unit,
        Step::Person => before.persons.first().map(who) == now.persons.first().map(who),
        Step::Needs => {
            let wishes = |texts: &DraftTexts| texts.persons.iter().map(|p| (p.grants.clone(), p.valid_until.clone())).collect::<Vec<_>>();
            let others = |texts: &DraftTexts| texts.persons.iter().skip(1).map(who).collect::<Vec<_>>();
            wishes(before) == wishes(now) && others(before) == others(now)
        }
        _ => false,
    };
    is_asked && is_same
}

/// The first step that the office wants corrected, else the first that is open.
pub fn next_href(open: &OpenDraft) -> &'static str {
    let next = open.steps.iter().find(|(step, _)| is_to_correct(open, *step));
    let next = next.or_else(|| open.steps.iter().find(|(_, state)| *state == StepState::Open)).map(|(step, _)| *step);
    match next {
        // Somebody who applies for oneself alone needs no list of persons first.
        Some(Step::Needs) if matches!(&open.draft.texts.persons[..], [only] if only.grants.is_empty()) => "/register/needs/1",
        Some(step) => href(step),
        None => TASKS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_whole_leads_to_its_page() {
        for (field, page) in [
            ("unit.regon", "/register/unit-data#regon"),
            ("unit", "/register/unit"),
            ("persons.0.login", "/register/person#login"),
            ("persons.0.email", "/register/email"),
            ("persons.1.email", "/register/persons/2#email"),
            ("persons.49.grants", "/register/needs/50#grants"),
            ("persons.0.valid_until", "/register/needs/1#valid_until"),
            ("persons", "/register/needs"),
            ("statements", "/register/statements"),
            ("password", "/register/password"),
            ("note", "#note"),
            ("", "/register/tasks"),
        ] {
            assert_eq!(href_of_field(field), page, "{field}");
        }
    }

    #[test]
    fn remarks_find_the_fields_of_the_pages() {
        for (path, prefix, field) in [
            ("unit.regon", "unit.", Some("regon")),
            ("unit.address.street", "unit.", Some("street")),
            ("unit.head.first_name", "unit.", Some("head_first_name")),
            ("unit.head_position", "unit.", Some("head_position")),
            ("persons.3.grants.0.valid_until", "persons.3.", Some("grants")),
            ("persons.3.login", "persons.2.", None),
            ("", "unit.", None),
        ] {
            assert_eq!(place(path, prefix).as_deref(), field, "{path}");
        }
        assert_eq!(step_of("persons.0.grants.1"), Some(Step::Needs));
        assert_eq!(step_of("unit.head.first_name"), Some(Step::UnitData));
    }
}
