//! `/admin/applications/<id>/return` and `/reject`: back for correction, or no.

use super::{Head, samples};
use crate::domain::application::decision::{Remark, SIGNED_FORM};
use crate::domain::invalid::FieldErrors;
use crate::render::{Labels, Page};
use crate::services::print_form::with_words;
use crate::services::review_application::Review;
use serde::Serialize;

/// „Zwróć do poprawy”.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnPage {
    /// Which application.
    pub head: Head,
    /// The fields that can be corrected, group by group.
    pub groups: Vec<Group>,
    /// Covering note, as typed.
    pub reason: String,
    /// Whether it is about a registered unit, whose data are not the applicant's to correct.
    pub is_registered_unit: bool,
    /// Reasons by field.
    pub errors: FieldErrors,
}

/// Fields that belong together.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// Whose fields: `signed` (the form itself), `unit`, `persons`, or the key of the kind.
    pub scope: &'static str,
    /// The person's number, from 1.
    pub person: Option<usize>,
    /// The person's name.
    pub name: String,
    /// Whether it stands open: few persons, or something typed in it.
    pub is_open: bool,
    /// The fields.
    pub fields: Vec<Correctable>,
}

/// One field with its remark.
#[derive(Debug, Clone, Serialize)]
pub struct Correctable {
    /// `unit.regon`.
    pub path: String,
    /// `regon`.
    pub name: String,
    /// What stands there.
    pub value: String,
    /// The remark, as typed.
    pub remark: String,
}

/// With more persons than this the fields of each are folded away.
const MOST_OPEN_PERSONS: usize = 3;

impl ReturnPage {
    /// With what was typed so far.
    pub fn of(review: &Review, words: &Labels, typed: &[Remark], reason: &str, errors: FieldErrors) -> Self {
        let application = &review.view.application;
        let (summary, matter) = (application.summary(), application.payload.matter());
        let remark_at = |path: &str| typed.iter().find(|r| r.field == path).map(|r| r.text.clone()).unwrap_or_default();
        let signed = Correctable {
            path: SIGNED_FORM.to_owned(),
            name: SIGNED_FORM.to_owned(),
            value: summary.head_lines().join("; "),
            remark: remark_at(SIGNED_FORM),
        };
        let mut groups = vec![Group { scope: "signed", person: None, name: String::new(), is_open: true, fields: vec![signed] }];
        let places = with_words(words, &review.view.dictionaries, review.view.gmina.as_ref(), |words| matter.places(words));
        let persons = places.iter().filter(|group| group.person.is_some()).count();
        groups.extend(places.into_iter().map(|group| {
            let fields: Vec<Correctable> = group
                .fields
                .into_iter()
                .map(|(path, name, value)| Correctable { remark: remark_at(&path), name: name.to_owned(), path, value })
                .collect();
            let has_something = fields.iter().any(|f| !f.remark.is_empty());
            let is_open = group.person.is_none() || persons <= MOST_OPEN_PERSONS || has_something;
            Group { scope: group.scope, person: group.person, name: group.name, is_open, fields }
        }));
        let is_registered_unit = summary.unit.is_some() && groups.iter().all(|group| group.scope != "unit");
        Self { head: Head::of(review), groups, reason: reason.to_owned(), is_registered_unit, errors }
    }
}

impl Page for ReturnPage {
    const TEMPLATE: &'static str = "pages/review/return.html.tera";
    const PLACE: &'static str = "admin-application-return";
    fn samples() -> Vec<Self> {
        samples::returns()
    }
}

/// „Odrzuć”.
#[derive(Debug, Clone, Serialize)]
pub struct RejectPage {
    /// Which application.
    pub head: Head,
    /// Reason, as typed.
    pub reason: String,
    /// Reasons by field.
    pub errors: FieldErrors,
}

impl Page for RejectPage {
    const TEMPLATE: &'static str = "pages/review/reject.html.tera";
    const PLACE: &'static str = "admin-application-reject";
    fn samples() -> Vec<Self> {
        samples::rejections()
    }
}
