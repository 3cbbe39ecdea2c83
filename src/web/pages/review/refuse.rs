//! `/admin/applications/<id>/return` and `/reject`: back for correction, or no.

use super::{Head, samples};
use crate::domain::application::Payload;
use crate::domain::application::decision::{Remark, SIGNED_FORM};
use crate::domain::application::draft::{PERSON_FIELDS, UNIT_FIELDS};
use crate::domain::application::typing::{person_texts, unit_texts};
use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use crate::services::review_application::Review;
use serde::Serialize;
use serde_json::Value;

/// „Zwróć do poprawy”.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnPage {
    /// Which application.
    pub head: Head,
    /// The printed fields, the unit's first, then person by person.
    pub groups: Vec<Group>,
    /// Covering note, as typed.
    pub reason: String,
    /// Whether the unit's data are not the applicant's to correct.
    pub is_registered_unit: bool,
    /// Reasons by field.
    pub errors: FieldErrors,
}

/// Fields that belong together.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// Whose fields: `signed` (the form itself), `unit` or `persons`.
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
    pub fn of(review: &Review, typed: &[Remark], reason: &str, errors: FieldErrors) -> Self {
        let Payload::Registration(registration) = &review.view.application.payload;
        let dictionaries = &review.view.dictionaries;
        let field = |prefix: &str, name: &str, value: String| {
            let path = format!("{prefix}.{name}");
            let remark = typed.iter().find(|r| r.field == path).map(|r| r.text.clone()).unwrap_or_default();
            Correctable { path, name: name.to_owned(), value, remark }
        };
        let head = &registration.unit.head;
        let signed = typed.iter().find(|r| r.field == SIGNED_FORM).map(|r| r.text.clone()).unwrap_or_default();
        let signed = Correctable { path: SIGNED_FORM.to_owned(), name: SIGNED_FORM.to_owned(), value: head.to_line(), remark: signed };
        let mut groups = vec![Group { scope: "signed", person: None, name: String::new(), is_open: true, fields: vec![signed] }];
        if registration.existing_unit.is_none() {
            let mut texts = unit_texts(&registration.unit);
            texts.kind = dictionaries.unit_kind(&texts.kind).map_or(texts.kind.clone(), |kind| kind.name.clone());
            if let Some(gmina) = &review.view.gmina {
                texts.terc = format!("{} ({}), {}", gmina.name, gmina.type_name, gmina.code);
            }
            let texts = serde_json::to_value(texts).unwrap_or_default();
            let fields = UNIT_FIELDS.iter().map(|name| field("unit", name, text_of(&texts, name))).collect();
            groups.push(Group { scope: "unit", person: None, name: String::new(), is_open: true, fields });
        }
        for (i, (person, printed)) in registration.persons.iter().zip(&review.content.persons).enumerate() {
            let texts = serde_json::to_value(person_texts(person)).unwrap_or_default();
            let prefix = format!("persons.{i}");
            let fields: Vec<Correctable> = PERSON_FIELDS
                .iter()
                .map(|name| {
                    let value = match *name {
                        "grants" => {
                            printed.fields.iter().filter(|f| f.key == "grants").flat_map(|f| f.value.clone()).collect::<Vec<_>>().join("; ")
                        }
                        name => text_of(&texts, name),
                    };
                    field(&prefix, name, value)
                })
                .collect();
            let has_something = fields.iter().any(|f| !f.remark.is_empty());
            groups.push(Group {
                scope: "persons",
                person: Some(i + 1),
                name: printed.name.clone(),
                is_open: registration.persons.len() <= MOST_OPEN_PERSONS || has_something,
                fields,
            });
        }
        Self { head: Head::of(review), groups, reason: reason.to_owned(), is_registered_unit: registration.existing_unit.is_some(), errors }
    }
}

fn text_of(texts: &Value, name: &str) -> String {
    texts.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
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
