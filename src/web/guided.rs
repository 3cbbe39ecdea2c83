//! The pages of guided forms of those who have an account: what is the same for every kind. What may not live here: what one kind asks
//! for (its routes), and rules.

use super::error::PageError;
use super::forms::Posted;
use super::pages::guided_pages::{Guide, GuidedDropPage, GuidedStatementsPage, Overview, Problem, Task, UnderWay, UnitItem};
use super::rate::Limit;
use super::reply::Answer;
use super::visit::Visit;
use crate::domain::application::draft::Confirmed as _;
use crate::domain::application::status::Status;
use crate::domain::application::typing::{FormStep as _, StepState};
use crate::domain::id::UnitId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::Unit;
use crate::render::Page;
use crate::services::ServiceError;
use crate::services::guided_form::{Guided, drop_draft, look, save_statements};
use crate::services::pick_gmina::list_voivodeships;
use crate::services::view_application::readable;
use uuid::Uuid;

/// A kind's pages: which field stands where.
pub trait GuidedPages: Guided {
    /// Where its words stand among the labels.
    const WORDS: &'static str;
    /// Where whoever gives it up goes on.
    const HOME: &'static str = "/account";

    /// The page on which a field of the whole stands.
    fn step_of(field: &str) -> Option<Self::Step>;

    /// Whether a page is as it was when the application was filed that is being corrected.
    fn is_as_filed(filed: &Self::Texts, typed: &Self::Texts, step: Self::Step) -> bool;

    /// Where a field of the whole is mended.
    fn href_of(field: &str) -> String {
        Self::step_of(field).map_or_else(|| format!("#{field}"), |step| format!("{}#{field}", href::<Self>(step)))
    }

    /// Where whoever came too late goes on, and the message there.
    fn late() -> (String, &'static str) {
        (start::<Self>(), "nothing_changed")
    }
}

/// The task list.
pub fn start<G: Guided>() -> String {
    format!("/{}", G::KIND.place())
}

/// The page of a step.
pub fn href<G: Guided>(step: G::Step) -> String {
    format!("{}/{}", start::<G>(), step.key())
}

/// What every page of the form says above its heading.
pub fn guide<G: GuidedPages>(found: &G) -> Guide {
    Guide { words: G::WORDS, start: start::<G>(), corrects: corrects(found) }
}

/// The number of the application that is corrected.
pub fn corrects<G: Guided>(found: &G) -> Option<String> {
    found.corrects.as_ref().map(|application| application.number.to_string())
}

/// The office's remarks at a field; several are one text.
pub fn remark_at<G: Guided>(found: &G, field: &str) -> Option<String> {
    let texts: Vec<&str> = found.remarks.iter().filter(|r| r.field == field).map(|r| r.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// Whether the office asked to correct something on the page of a step, and nothing has been changed there yet.
fn is_to_correct<G: GuidedPages>(found: &G, filed: Option<&G::Texts>, step: G::Step) -> bool {
    let is_asked = found.remarks.iter().any(|remark| !remark.field.is_empty() && G::step_of(&remark.field) == Some(step));
    is_asked && filed.is_some_and(|filed| G::is_as_filed(filed, &found.texts(), step))
}

/// What was filed, as it would be typed.
fn filed_texts<G: Guided>(who: &Visit<'_>, found: &G) -> Option<G::Texts> {
    found.corrects.as_ref().and_then(|application| G::typed_again(who.context(), who.actor(), &application.payload))
}

/// The first step that the office wants corrected, else the first that is open.
pub fn next_href<G: GuidedPages>(who: &Visit<'_>, found: &G) -> String {
    let (steps, filed) = (found.steps(), filed_texts(who, found));
    let next = steps.iter().find(|(step, state)| state.may_enter() && is_to_correct(found, filed.as_ref(), *step));
    next.or_else(|| steps.iter().find(|(_, state)| *state == StepState::Open)).map_or_else(start::<G>, |(step, _)| href::<G>(*step))
}

/// The task list with what stands around it.
pub fn overview<G: GuidedPages>(who: &Visit<'_>, found: &G) -> Overview {
    let filed = filed_texts(who, found);
    let task = |(step, state): (G::Step, StepState)| {
        let status = match state {
            StepState::NotNeeded => return None,
            StepState::Waiting => "cannot_start",
            _ if is_to_correct(found, filed.as_ref(), step) => "error",
            StepState::Done => "done",
            StepState::Open => "todo",
        };
        Some(Task { key: step.key(), href: state.may_enter().then(|| href::<G>(step)), status })
    };
    Overview {
        guide: guide(found),
        tasks: found.steps().into_iter().filter_map(task).collect(),
        next: next_href(who, found),
        general_remarks: found.remarks.iter().filter(|r| r.field.is_empty()).map(|r| r.text.clone()).collect(),
        kept_until: found.draft.as_ref().map(|draft| draft.expires_at.0),
        open: found.open.iter().map(|open| UnderWay::of(&open.number, open.status)).collect(),
    }
}

/// Reads where it stands and goes to the next step; to the checking at last.
///
/// # Errors
/// Of the service.
pub async fn go_on<G: GuidedPages>(who: &Visit<'_>) -> Answer {
    let found: G = look(who.context(), who.actor()).await?;
    who.redirect(next_href(who, &found))
}

/// What is typed, where this step may be entered.
///
/// # Errors
/// To the task list where it may not be entered.
pub async fn at<G: Guided>(who: &Visit<'_>, step: G::Step) -> Result<G, PageError> {
    let found: G = look(who.context(), who.actor()).await?;
    if found.may_enter(step) { Ok(found) } else { Err(PageError::elsewhere(start::<G>())) }
}

/// What is wrong with typed values.
///
/// # Errors
/// What came too late leads to where one sees what stands now, and says so.
pub fn invalid<G: GuidedPages>(who: &Visit<'_>, error: ServiceError) -> Result<FieldErrors, PageError> {
    match error {
        ServiceError::Invalid(errors) => Ok(errors),
        ServiceError::Stale | ServiceError::NotFound => {
            let (place, flash) = G::late();
            who.flash(flash);
            Err(PageError::elsewhere(place))
        }
        ServiceError::Transition(_) => {
            who.flash("correction_late");
            Err(PageError::elsewhere(start::<G>()))
        }
        other => Err(other.into()),
    }
}

/// After saving a page: to the next step, or the page once more with what is wrong.
///
/// # Errors
/// As [`invalid`].
pub async fn saved<G: GuidedPages, P: Page>(
    who: &Visit<'_>,
    saved: Result<(), ServiceError>,
    again: impl FnOnce(FieldErrors) -> P,
) -> Answer {
    match saved {
        Ok(()) => go_on::<G>(who).await,
        Err(error) => who.show_again(&again(invalid::<G>(who, error)?)),
    }
}

/// The unit that a field names; none for an empty one.
///
/// # Errors
/// `Unknown` at the field for what is no row of a unit.
pub fn unit_id(field: &'static str, text: &str) -> Result<Option<UnitId>, ServiceError> {
    if text.is_empty() {
        return Ok(None);
    }
    Uuid::try_parse(text).map(|id| Some(UnitId(id))).map_err(|_| ServiceError::field(field, Invalid::Unknown))
}

/// The same where a unit must be chosen.
///
/// # Errors
/// `Required` for an empty field, too.
pub fn required_unit_id(field: &'static str, text: &str) -> Result<UnitId, ServiceError> {
    unit_id(field, text)?.ok_or_else(|| ServiceError::field(field, Invalid::Required))
}

/// Units to choose from.
pub fn unit_items<'a>(who: &Visit<'_>, units: impl IntoIterator<Item = &'a Unit>) -> Vec<UnitItem> {
    let regon = who.context().renderer.labels().text("form.label.regon");
    units.into_iter().map(|unit| UnitItem::of(unit, &regon)).collect()
}

/// „świętokrzyskie”: where a unit lies, whose office decides.
///
/// # Errors
/// Of the database.
pub async fn voivodeship_of(who: &Visit<'_>, unit: Option<&Unit>) -> Result<String, PageError> {
    let Some(unit) = unit else { return Ok(String::new()) };
    let names = list_voivodeships(who.context()).await?;
    Ok(names.into_iter().find(|(code, _)| *code == unit.voivodeship).map(|(_, name)| name).unwrap_or_default())
}

/// Where to mend what stands in the way of filing.
pub fn problems<G: GuidedPages>(errors: &FieldErrors) -> Vec<Problem> {
    errors.0.keys().map(|field| Problem { field: field.clone(), href: G::href_of(field) }).collect()
}

/// The page with the statements.
///
/// # Errors
/// As [`at`].
pub async fn show_statements<G: GuidedPages>(who: &Visit<'_>, step: G::Step) -> Answer {
    let found: G = at(who, step).await?;
    let statements = std::mem::take(found.texts().statements_mut());
    who.show(&GuidedStatementsPage { guide: guide(&found), statements, errors: FieldErrors::default() })
}

/// Takes the statements.
///
/// # Errors
/// As [`at`] and [`invalid`].
pub async fn update_statements<G: GuidedPages>(who: &Visit<'_>, step: G::Step, form: &Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: G = at(who, step).await?;
    let statements: Vec<String> = form.all("statements").map(str::to_owned).collect();
    let done = save_statements::<G>(who.context(), who.actor(), statements.clone()).await;
    saved::<G, _>(who, done, |errors| GuidedStatementsPage { guide: guide(&found), statements, errors }).await
}

/// To the application that was filed, with a message that says what comes next.
///
/// # Errors
/// Of the service.
pub async fn filed(who: &Visit<'_>, is_correction: bool, number: &ApplicationNumber) -> Answer {
    let application = readable(who.context(), who.actor(), number).await?;
    let flash = match (is_correction, application.status) {
        (true, Status::FormReceived) => "application_resubmitted",
        (true, _) => "application_revised",
        (false, _) => "application_submitted",
    };
    who.redirect_with(format!("/applications/{}", number.to_path()), flash)
}

/// One question before what is typed is gone.
///
/// # Errors
/// Of the service.
pub async fn ask_drop<G: GuidedPages>(who: &Visit<'_>) -> Answer {
    let found: G = look(who.context(), who.actor()).await?;
    match found.draft {
        Some(_) => who.show(&GuidedDropPage { guide: guide(&found) }),
        None => who.redirect(start::<G>()),
    }
}

/// Gives up what is typed.
///
/// # Errors
/// Of the service.
pub async fn drop_typed<G: GuidedPages>(who: &Visit<'_>) -> Answer {
    drop_draft::<G>(who.context(), who.actor()).await?;
    who.redirect_with(G::HOME, "draft_dropped")
}
