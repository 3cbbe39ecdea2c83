//! `/admin/applications/<id>/approve`: what an approval makes, and whether its conditions hold.

use super::application::Two;
use super::{Head, samples};
use crate::domain::application::decision::{Bar, Barred};
use crate::domain::application::matter::{Effect, EffectItem};
use crate::domain::application::signed_form::CodeMatch;
use crate::domain::invalid::FieldErrors;
use crate::render::{Labels, Page};
use crate::services::print_form::with_words;
use crate::services::review_application::Review;
use serde::Serialize;

/// The page that asks once more.
#[derive(Debug, Clone, Serialize)]
pub struct ApprovePage {
    /// Which application.
    pub head: Head,
    /// What happens.
    pub effects: Vec<Done>,
    /// The conditions, in order.
    pub conditions: Vec<Condition>,
    /// Who must have signed: name and position.
    pub signers: Vec<String>,
    /// What to look at in the electronic signatures. Keys under `signature.warnings`.
    pub signature_warnings: Vec<&'static str>,
    /// Whether all of them hold.
    pub can_approve: bool,
    /// The reader cannot approve it at any time.
    pub never_approves: bool,
    /// Whether it can be taken back, and by whom: key under `review.final`.
    pub finality: &'static str,
    /// Two must approve it, and how far that is.
    pub two: Option<Two>,
    /// In whose place the reader decides.
    pub acts_for: Option<String>,
    /// Reasons by field.
    pub errors: FieldErrors,
}

/// One thing that happens.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Done {
    /// Its id, where the error of a field belongs.
    pub anchor: Option<&'static str>,
    /// How many of `noun`, in place of a title.
    pub count: Option<i64>,
    /// Key under `plurals`.
    pub noun: &'static str,
    /// Title, where nothing is counted.
    pub title: String,
    /// To what.
    pub items: Vec<DoneItem>,
}

/// One line of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DoneItem {
    /// Before the name.
    pub lead: String,
    /// The name.
    pub strong: String,
    /// Login.
    pub code: Option<String>,
    /// After the name.
    pub text: String,
    /// Sub-area, function, last day.
    pub list: Vec<String>,
}

impl Done {
    fn of(effect: Effect) -> Self {
        let item = |i: EffectItem| DoneItem { lead: i.lead, strong: i.strong, code: i.code, text: i.text, list: i.list };
        Self {
            anchor: effect.anchor,
            count: effect.count.map(|(n, _)| i64::try_from(n).unwrap_or(i64::MAX)),
            noun: effect.count.map(|(_, noun)| noun).unwrap_or_default(),
            title: effect.title,
            items: effect.items.into_iter().map(item).collect(),
        }
    }
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
    pub fn of(review: &Review, words: &Labels) -> Self {
        let application = &review.view.application;
        let form = review.view.signed_forms.first().filter(|form| form.revision == application.revision);
        let compared = form.is_some_and(|form| form.code_match != CodeMatch::Unreadable);
        let condition = |key, holds: bool, barred: Barred| Condition { key, holds, barred: (!holds).then(|| barred.key()) };
        let by_eye = form.is_some_and(|form| form.code_match == CodeMatch::ConfirmedByEye);
        let impartial = Condition { key: "impartial", holds: review.barred_work.is_none(), barred: review.barred_work.map(Barred::key) };
        let matter = application.payload.matter();
        let effects = with_words(words, &review.view.dictionaries, review.view.gmina.as_ref(), |words| matter.effects(words));
        Self {
            head: Head::of(review),
            effects: effects.into_iter().map(Done::of).collect(),
            conditions: [
                condition("form", form.is_some(), Barred::NoSignedForm),
                condition(if by_eye { "compared" } else { "code" }, compared, Barred::NotCompared),
                condition("taken", review.barred_decision != Some(Barred::NotTaken), Barred::NotTaken),
                impartial,
            ]
            .into_iter()
            .chain(review.first.as_ref().map(|_| condition("second", !review.is_first_voice, Barred::FirstDecider)))
            .collect(),
            signers: application.summary().head_lines(),
            signature_warnings: form.map(|form| form.signature_warnings(&application.summary().head_names())).unwrap_or_default(),
            can_approve: review.barred_approval.is_none(),
            never_approves: review.is_first_voice || review.barred_approval.is_some_and(|barred| barred.bar() == Bar::Never),
            finality: matter.finality(),
            two: Two::of(review),
            acts_for: review.acts_for.clone(),
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
