//! Files become signed forms: those of one application in one item together, as one form.

use super::{judged, object_of, writable};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::audit::AuditEvent;
use crate::domain::id::{PostFileId, PostItemId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::domain::moment::date_text;
use crate::domain::post::matching::Verdict;
use crate::domain::post::{PostFile, PostItem, PostState, Settled};
use crate::services::receive_signed_form::{Arrival, FromPost, record_form};
use crate::services::{Context, ServiceError, record};
use crate::storage::{Transaction, post};
use serde_json::json;
use sha2::{Digest, Sha256};

/// What an acceptance did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Applications that have their form now.
    pub done: Vec<ApplicationNumber>,
    /// Applications whose form was not taken: somebody was quicker, or it does not take it any more. Their files wait on.
    pub left: Vec<ApplicationNumber>,
    /// Applications that refuse what came as their form, with the reasons. Their files wait on.
    pub refused: Vec<(ApplicationNumber, Vec<Invalid>)>,
}

/// Accepts every sure proposal among the files that the clerk saw. Each application is a transaction of its own: one that fails stops no
/// other.
///
/// # Errors
/// `NotFound`; of the database and the file store.
pub async fn accept_post(context: &Context, actor: &Actor, id: PostItemId, seen: &[PostFileId]) -> Result<Accepted, ServiceError> {
    let item = writable(context, actor, id).await?;
    let mut accepted = Accepted::default();
    let mut proposals: Vec<(Application, Vec<PostFile>)> = Vec::new();
    for file in post::files_of(&context.db, id).await?.into_iter().filter(|file| seen.contains(&file.id)) {
        let Some(clue) = &file.clue else { continue };
        if file.state != PostState::Proposed {
            accepted.left.push(clue.number.clone());
            continue;
        }
        match judged(context, &item, clue).await? {
            (Verdict::Sure(_), Some(application)) => match proposals.iter_mut().find(|(known, _)| known.id == application.id) {
                Some((_, files)) => files.push(file),
                None => proposals.push((application, vec![file])),
            },
            _ => accepted.left.push(clue.number.clone()),
        }
    }
    for (application, files) in proposals {
        match take_form(context, actor, &item, &application, &files).await {
            Ok(()) => accepted.done.push(application.number),
            Err(ServiceError::Invalid(errors)) => {
                accepted.refused.push((application.number, errors.0.into_values().flatten().collect()));
            }
            Err(ServiceError::Stale | ServiceError::Barred(_) | ServiceError::Transition(_)) => accepted.left.push(application.number),
            Err(error) => return Err(error),
        }
    }
    accepted.left.dedup();
    Ok(accepted)
}

/// Records files as a signed form of an application, together with those of the same item that became one before: a form of several files
/// that were assigned one after the other stays one form.
pub(super) async fn take_form(
    context: &Context,
    actor: &Actor,
    item: &PostItem,
    application: &Application,
    files: &[PostFile],
) -> Result<(), ServiceError> {
    let ids: Vec<PostFileId> = files.iter().map(|file| file.id).collect();
    let mut bytes = Vec::new();
    for file in post::files_of(&context.db, item.id).await? {
        let is_before = file.state == PostState::Assigned && file.settled.application == Some(application.id);
        if is_before || ids.contains(&file.id) {
            bytes.push(evidence(context, &file).await?);
        }
    }
    let arrival =
        Arrival { channel: item.channel.key().to_owned(), received_on: date_text(item.received_on), reference: item.reference_line() };
    let from = FromPost { item: item.id, files: ids };
    record_form(context, actor, &application.number, application.version, &arrival, bytes, Some(from)).await.map(|_| ())
}

/// The bytes of a file, as they came.
pub(super) async fn evidence(context: &Context, file: &PostFile) -> Result<Vec<u8>, ServiceError> {
    let bytes = context.files.get(&file.object_key).await.map_err(|error| ServiceError::FilesAway(error.to_string()))?;
    if hex::encode(Sha256::digest(&bytes)) != file.sha256 {
        return Err(ServiceError::internal(format!("the file store gave other bytes for {}", file.object_key)));
    }
    Ok(bytes.to_vec())
}

/// Says in the transaction of a signed form which files of the post it is made of.
///
/// # Errors
/// `Stale` when one of them waits no more: of two clerks at once one is done.
pub(in crate::services) async fn assigned(
    context: &Context,
    actor: &Actor,
    tx: &Transaction,
    application: &Application,
    from: &FromPost,
) -> Result<(), ServiceError> {
    let item = post::find_for_update(tx, from.item).await?.ok_or(ServiceError::Stale)?;
    let settled = Settled { by: actor.account_id(), at: Some(context.now()), application: Some(application.id), ..Settled::default() };
    if !post::settle(tx, &from.files, PostState::Assigned, &settled).await? {
        return Err(ServiceError::Stale);
    }
    post::refresh(tx, item.id, context.now()).await?;
    let details = json!({ "number": application.number, "files": from.files });
    record::done(context, tx, actor, AuditEvent::PostAssigned, object_of(item.id), Some(&item.voivodeship), details).await
}
