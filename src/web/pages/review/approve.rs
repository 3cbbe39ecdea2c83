//! `/admin/applications/<id>/approve`: what an approval makes, and whether its conditions hold.

use super::{Head, samples};
use crate::domain::application::Payload;
use crate::domain::application::decision::Barred;
use crate::domain::application::signed_form::CodeMatch;
use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use crate::services::review_application::Review;
use serde::Serialize;

/// The page that asks once more.
#[derive(Debug, Clone, Serialize)]
pub struct ApprovePage {
    /// Which application.
    pub head: Head,
    /// Unit's REGON.
    pub regon: String,
    /// Whether a unit comes into being, or the persons join one.
    pub is_new_unit: bool,
    /// Who gets what.
    pub persons: Vec<Gain>,
    /// All permissions together.
    pub grants: i64,
    /// The conditions, in order.
    pub conditions: Vec<Condition>,
    /// Who must have signed: name and position.
    pub signer: String,
    /// Whether all of them hold.
    pub can_approve: bool,
    /// Reasons by field.
    pub errors: FieldErrors,
}

/// What one person gains.
#[derive(Debug, Clone, Serialize)]
pub struct Gain {
    /// First and last name.
    pub name: String,
    /// Login.
    pub login: String,
    /// Has a password already and may begin at once; the others get an activation link.
    pub is_applicant: bool,
    /// Sub-area, function, last day.
    pub grants: Vec<String>,
}

/// One condition.
#[derive(Debug, Clone, Serialize)]
pub struct Condition {
    /// Key under `review.conditions`.
    pub key: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// Key under `barred`: why not.
    pub barred: Option<&'static str>,
}

impl ApprovePage {
    /// Of what the service found.
    pub fn of(review: &Review) -> Self {
        let application = &review.view.application;
        let Payload::Registration(registration) = &application.payload;
        let form = review.view.signed_forms.first().filter(|form| form.revision == application.revision);
        let compared = form.is_some_and(|form| form.code_match != CodeMatch::Unreadable);
        let condition = |key, holds: bool, barred: Barred| Condition { key, holds, barred: (!holds).then(|| barred.key()) };
        let by_eye = form.is_some_and(|form| form.code_match == CodeMatch::ConfirmedByEye);
        let impartial = Condition { key: "impartial", holds: review.barred_work.is_none(), barred: review.barred_work.map(Barred::key) };
        let persons: Vec<Gain> = review
            .content
            .persons
            .iter()
            .zip(&registration.persons)
            .enumerate()
            .map(|(i, (printed, person))| Gain {
                name: printed.name.clone(),
                login: person.login.to_string(),
                is_applicant: i == 0,
                grants: printed.fields.iter().filter(|f| f.key == "grants").flat_map(|f| f.value.clone()).collect(),
            })
            .collect();
        Self {
            head: Head::of(review),
            regon: registration.unit.regon.to_string(),
            is_new_unit: registration.existing_unit.is_none(),
            grants: persons.iter().map(|p| p.grants.len() as i64).sum(),
            persons,
            conditions: vec![
                condition("form", form.is_some(), Barred::NoSignedForm),
                condition(if by_eye { "compared" } else { "code" }, compared, Barred::NotCompared),
                condition("taken", review.barred_decision != Some(Barred::NotTaken), Barred::NotTaken),
                impartial,
            ],
            signer: registration.unit.head.to_line(),
            can_approve: review.barred_approval.is_none(),
            errors: FieldErrors::default(),
        }
    }
}

impl Page for ApprovePage {
    const TEMPLATE: &'static str = "pages/review/approve.html.tera";
    const PLACE: &'static str = "admin-application-approve";
    fn samples() -> Vec<Self> {
        samples::approvals()
    }
}
