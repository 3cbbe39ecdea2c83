//! What becomes of one file that nobody accepted: assigned by its number, sent back, discarded, passed on.

use super::accept::{evidence, take_form};
use super::store::{Draft, add, propose, put, seen};
use super::{object_of, writable};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::signed_form::MediaType;
use crate::domain::audit::AuditEvent;
use crate::domain::id::{PostFileId, PostItemId};
use crate::domain::identifiers::{ApplicationNumber, Text};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::post::{LONGEST_NOTE, PostFile, PostItem, PostReason, PostState, Settled};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::{Context, ServiceError, record};
use crate::storage::database::begin;
use crate::storage::{Transaction, applications, offices, post, unwanted_files};
use serde_json::{Value, json};

/// Why a file is sent back or discarded, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Key of the reason.
    pub reason: String,
    /// In words; required for „other”.
    pub note: String,
}

impl Refusal {
    /// Errors stand at the fields of the one form or the other.
    fn read(&self, offered: &[PostReason], fields: (&str, &str)) -> Result<(PostReason, Option<String>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let reason = offered.iter().copied().find(|reason| reason.key() == self.reason);
        if reason.is_none() {
            errors.add(fields.0, if self.reason.is_empty() { Invalid::Required } else { Invalid::Unknown });
        }
        let note = match self.note.trim() {
            "" => None,
            text => errors.take(fields.1, Text::parse(text, LONGEST_NOTE)).map(|text| text.to_string()),
        };
        if reason == Some(PostReason::Other) && self.note.trim().is_empty() {
            errors.add(fields.1, Invalid::ReasonRequired);
        }
        match reason {
            Some(reason) if errors.is_empty() => Ok((reason, note)),
            _ => Err(errors),
        }
    }
}

/// Files of an item, each once, while all of them wait.
async fn all_waiting(context: &Context, item: &PostItem, wanted: &[PostFileId]) -> Result<Vec<PostFile>, ServiceError> {
    let mut files = post::files_of(&context.db, item.id).await?;
    if wanted.iter().any(|id| files.iter().all(|file| file.id != *id)) {
        return Err(ServiceError::NotFound);
    }
    files.retain(|file| wanted.contains(&file.id));
    if files.iter().all(|file| file.state.is_waiting()) { Ok(files) } else { Err(ServiceError::Stale) }
}

/// A file of an item, while it waits.
async fn waiting(context: &Context, item: &PostItem, file: PostFileId) -> Result<PostFile, ServiceError> {
    all_waiting(context, item, &[file]).await?.pop().ok_or(ServiceError::NotFound)
}

/// Assigns files of an item to the application with this number: together they become its signed form.
///
/// # Errors
/// `NotFound`; `Stale` when the file waits no more; `Invalid` at `number` with the reason why the form is not taken.
pub async fn assign_post(
    context: &Context,
    actor: &Actor,
    id: PostItemId,
    files: &[PostFileId],
    number: &str,
) -> Result<ApplicationNumber, ServiceError> {
    let item = writable(context, actor, id).await?;
    let together = all_waiting(context, &item, files).await?;
    let application = named(context, &item, number).await?;
    take_form(context, actor, &item, &application, &together).await.map_err(at_number)?;
    Ok(application.number)
}

async fn named(context: &Context, item: &PostItem, typed: &str) -> Result<Application, ServiceError> {
    if typed.trim().is_empty() {
        return Err(ServiceError::field("number", Invalid::Required));
    }
    let number = ApplicationNumber::parse(typed).ok_or_else(|| ServiceError::field("number", Invalid::NumberUnknown))?;
    let found = applications::find_by_number(&context.db, &number).await?;
    match found {
        Some(application) if application.summary().voivodeship == item.voivodeship => Ok(application),
        // The number itself says whose it is.
        _ if number.voivodeship() != item.voivodeship => Err(ServiceError::field("number", Invalid::NumberElsewhere)),
        _ => Err(ServiceError::field("number", Invalid::NumberUnknown)),
    }
}

/// Why a form is not taken, at the field where its number was typed.
fn at_number(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Transition(_) => ServiceError::field("number", Invalid::FormNotTaken),
        ServiceError::Invalid(errors) => {
            let mut all = FieldErrors::default();
            for reason in errors.0.into_values().flatten() {
                all.add("number", reason);
            }
            all.into()
        }
        other => other,
    }
}

/// Notes that a file went back to its sender.
///
/// # Errors
/// `NotFound`; `Stale` when the file waits no more; `Invalid` at `send_back_reason` or `send_back_note`.
pub async fn send_back_post(
    context: &Context,
    actor: &Actor,
    id: PostItemId,
    file: PostFileId,
    refusal: &Refusal,
) -> Result<(), ServiceError> {
    let item = writable(context, actor, id).await?;
    let read = refusal.read(&PostReason::SENDING_BACK, ("send_back_reason", "send_back_note"))?;
    refuse(context, actor, &item, file, PostState::SentBack, AuditEvent::PostSentBack, read).await
}

/// Discards a file. Until it is erased, it can be taken out again.
///
/// # Errors
/// `NotFound`; `Stale` when the file waits no more; `Invalid` at `discard_reason` or `discard_note`.
pub async fn discard_post(
    context: &Context,
    actor: &Actor,
    id: PostItemId,
    file: PostFileId,
    refusal: &Refusal,
) -> Result<(), ServiceError> {
    let item = writable(context, actor, id).await?;
    let read = refusal.read(&PostReason::DISCARDING, ("discard_reason", "discard_note"))?;
    refuse(context, actor, &item, file, PostState::Discarded, AuditEvent::PostDiscarded, read).await
}

async fn refuse(
    context: &Context,
    actor: &Actor,
    item: &PostItem,
    file: PostFileId,
    state: PostState,
    event: AuditEvent,
    (reason, note): (PostReason, Option<String>),
) -> Result<(), ServiceError> {
    let file = waiting(context, item, file).await?;
    let settled = Settled { reason: Some(reason), note, ..now_by(context, actor) };
    let tx = begin(&context.db).await?;
    let details = json!({ "file": file.id, "reason": reason.key() });
    settle(context, actor, &tx, item, (&file, state, &settled), (event, details)).await?;
    tx.commit().await?;
    Ok(())
}

fn now_by(context: &Context, actor: &Actor) -> Settled {
    Settled { by: actor.account_id(), at: Some(context.now()), ..Settled::default() }
}

/// One file is settled, with its entry in the trail.
async fn settle(
    context: &Context,
    actor: &Actor,
    tx: &Transaction,
    item: &PostItem,
    (file, state, settled): (&PostFile, PostState, &Settled),
    (event, details): (AuditEvent, Value),
) -> Result<(), ServiceError> {
    post::find_for_update(tx, item.id).await?.ok_or(ServiceError::Stale)?;
    if !post::settle(tx, &[file.id], state, settled).await? {
        return Err(ServiceError::Stale);
    }
    post::refresh(tx, item.id, context.now()).await?;
    record::done(context, tx, actor, event, object_of(item.id), Some(&item.voivodeship), details).await
}

/// Takes a file that was discarded or sent back out again: it waits among what is unassigned.
///
/// # Errors
/// `NotFound`; `Stale` when it is neither, and when the same file came again meanwhile.
pub async fn reopen_post(context: &Context, actor: &Actor, id: PostItemId, file: PostFileId) -> Result<(), ServiceError> {
    let item = writable(context, actor, id).await?;
    if !post::files_of(&context.db, id).await?.iter().any(|one| one.id == file) {
        return Err(ServiceError::NotFound);
    }
    let tx = begin(&context.db).await?;
    post::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if !post::reopen(&tx, file).await? {
        return Err(ServiceError::Stale);
    }
    post::refresh(&tx, id, context.now()).await?;
    let details = json!({ "file": file });
    record::done(context, &tx, actor, AuditEvent::PostReopened, object_of(id), Some(&item.voivodeship), details).await?;
    tx.commit().await?;
    Ok(())
}

/// Passes a file on to another office: it lies in that one's post, and here is left that it was passed on. An office that has the very
/// same file already does not get it twice.
///
/// # Errors
/// `NotFound`; `Stale` when the file waits no more; `Invalid` at `pass_to`.
pub async fn pass_post(context: &Context, actor: &Actor, id: PostItemId, file: PostFileId, to: &str) -> Result<(), ServiceError> {
    let item = writable(context, actor, id).await?;
    let file = waiting(context, &item, file).await?;
    let offices = offices::list(&context.db).await?;
    let to: VoivodeshipCode = offices
        .into_iter()
        .map(|office| office.voivodeship)
        .find(|code| code.as_str() == to && *code != item.voivodeship)
        .ok_or_else(|| ServiceError::field("pass_to", if to.is_empty() { Invalid::Required } else { Invalid::Unknown }))?;
    let there = PostItem {
        id: context.new_post_item_id(),
        voivodeship: to.clone(),
        case_sign: None,
        recorded_by: actor.account_id(),
        recorded_at: context.now(),
        passed_from: Some(item.voivodeship.clone()),
        // Whose mailbox it was, and what else the sender wrote there, concerns the office that got it.
        mailbox: None,
        text: item.text.clone().filter(|_| file.media_type == MediaType::Message),
        ..item.clone()
    };
    let mut drafts = copy_of(context, &there, &file).await?;
    if seen(context, &to, std::slice::from_ref(&file.sha256), &PostState::HAD).await?.is_empty() {
        propose(context, &there, &mut drafts).await?;
        put(context, &mut drafts).await?;
    } else {
        drafts.clear();
    }
    let tx = begin(&context.db).await?;
    let settled = Settled { passed_to: Some(to.clone()), ..now_by(context, actor) };
    let details = json!({ "file": file.id, "to": to });
    settle(context, actor, &tx, &item, (&file, PostState::Passed, &settled), (AuditEvent::PostPassed, details)).await?;
    if !drafts.is_empty() {
        add(context, actor, &tx, &there, &drafts).await?;
    }
    // What is another office's does not stay here.
    post::forget_bytes(&tx, file.id).await?;
    unwanted_files::add(&tx, file.id, context.now(), true).await?;
    tx.commit().await?;
    Ok(())
}

/// The same file as a row of another office's.
async fn copy_of(context: &Context, there: &PostItem, file: &PostFile) -> Result<Vec<Draft>, ServiceError> {
    let mut pages = Vec::new();
    for key in &file.page_keys {
        pages.push(context.files.get(key).await.map_err(|error| ServiceError::FilesAway(error.to_string()))?);
    }
    let bytes = evidence(context, file).await?;
    let copy = PostFile {
        id: context.new_post_file_id(),
        item: there.id,
        part_of: None,
        state: PostState::Unassigned,
        settled: Settled::default(),
        ..file.clone()
    };
    Ok(vec![Draft::of(copy, bytes.into(), pages)])
}
