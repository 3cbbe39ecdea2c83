//! What the pages that edit office data and dictionaries share: reading the form, and showing what was changed.

use crate::domain::edited::Texts;
use crate::services::view_changes::{ChangeMade, in_words, name_of};
use crate::web::forms::Posted;
use crate::web::pages::editing_pages::{ChangeLine, ChangeView};
use crate::web::visit::Visit;

/// The version that the page showed; one that no row has where it is missing.
pub(super) fn version_of(form: &Posted) -> i32 {
    form.text("version").trim().parse().unwrap_or(-1)
}

/// What was typed into the fields that there are, and nothing else.
pub(super) fn typed(form: &Posted, like: &Texts) -> Texts {
    let mut texts = Texts::default();
    like.fields().for_each(|field| texts.set(field, form.lines(field)));
    texts
}

/// Changes in words; `is_named` where they are about several things.
pub(super) fn change_views(who: &Visit<'_>, changes: &[ChangeMade], is_named: bool) -> Vec<ChangeView> {
    let labels = who.context().renderer.labels();
    let view = |made: &ChangeMade| ChangeView {
        at: made.change.changed_at,
        by: made.by.clone(),
        subject: made.change.subject.key(),
        name: if is_named { name_of(labels, &made.change) } else { String::new() },
        lines: in_words(labels, &made.change)
            .into_iter()
            .map(|field| ChangeLine { label: field.label, was: field.was, is: field.is })
            .collect(),
    };
    changes.iter().map(view).collect()
}
