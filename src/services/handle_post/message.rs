//! A message of the office's mailbox becomes an item of the post: the message as it came, and its attachments as files.

use super::object_of;
use super::store::{Draft, add, drafts_of, propose, put, seen};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::post::{PostItem, PostState};
use crate::domain::voivodeship::{ReturnChannel, VoivodeshipCode};
use crate::mail::OpenedMessage;
use crate::services::{Context, ServiceError, examine_files, record};
use crate::storage::database::begin;
use crate::storage::post_mailboxes::{self, Taken};
use serde_json::json;
use sha2::{Digest, Sha256};

/// A message that was fetched.
#[derive(Debug, Clone)]
pub(in crate::services) struct NewMessage {
    /// Whose mailbox.
    pub(in crate::services) voivodeship: VoivodeshipCode,
    /// Its user.
    pub(in crate::services) mailbox: String,
    /// Its folder's validity.
    pub(in crate::services) validity: u32,
    /// Its number there.
    pub(in crate::services) uid: u32,
    /// All of it was fetched, and not its head alone.
    pub(in crate::services) is_whole: bool,
    /// As it came.
    pub(in crate::services) raw: Vec<u8>,
    /// Opened.
    pub(in crate::services) opened: OpenedMessage,
}

/// Keeps a message with its attachments; false when it is known by its number or by its bytes. An attachment that no form can be, or that
/// is refused, stays in the message, and somebody looks at that.
///
/// # Errors
/// Of the database and the file store.
pub(in crate::services) async fn keep_message(context: &Context, actor: &Actor, new: NewMessage) -> Result<bool, ServiceError> {
    let digest = hex::encode(Sha256::digest(&new.raw));
    let taken = Taken { voivodeship: new.voivodeship.clone(), validity: new.validity, uid: new.uid, digest: digest.clone() };
    if post_mailboxes::is_taken(&context.db, &taken).await? {
        return Ok(false);
    }
    let text = |text: String| Some(text).filter(|text| !text.is_empty());
    let mut item = PostItem {
        id: context.new_post_item_id(),
        voivodeship: new.voivodeship,
        channel: ReturnChannel::Email,
        received_on: context.now().warsaw_date(),
        sender: text(new.opened.sender),
        reference: None,
        case_sign: None,
        recorded_by: None,
        recorded_at: context.now(),
        passed_from: None,
        mailbox: Some(new.mailbox),
        subject: text(new.opened.subject),
        text: text(new.opened.text),
        skipped: i32::try_from(new.opened.left).unwrap_or(i32::MAX),
        is_cut: !new.is_whole,
    };
    let mut drafts = Vec::new();
    let hashes: Vec<String> = new.opened.attachments.iter().map(|bytes| hex::encode(Sha256::digest(bytes))).collect();
    let mut known = seen(context, &item.voivodeship, &hashes, &PostState::HAD).await?;
    for (bytes, hash) in new.opened.attachments.into_iter().zip(hashes) {
        if let Some(before) = known.get(&hash) {
            drafts.push(Draft::repeated(context, item.id, hash, bytes.len(), *before));
            continue;
        }
        match examine_files::examine_one(bytes).await? {
            (Ok(found), bytes) => {
                drafts.extend(drafts_of(context, item.id, found, bytes).await?);
                known.insert(hash, item.id);
            }
            (Err(_), _) => item.skipped = item.skipped.saturating_add(1),
        }
    }
    let mut message = Draft::message(context, item.id, digest, new.raw);
    // Where every attachment is a file of its own, nothing of the message itself waits; one that brings nothing new is read by somebody.
    let is_all = drafts.iter().any(|draft| draft.file.state != PostState::Repeated) && item.skipped == 0 && new.is_whole;
    message.file.state = if is_all { PostState::Split } else { PostState::Unassigned };
    drafts.insert(0, message);
    propose(context, &item, &mut drafts).await?;
    put(context, &mut drafts).await?;
    let tx = begin(&context.db).await?;
    // Of two workers, and after a crash, this row is the judge.
    if !post_mailboxes::take(&tx, &taken, context.now()).await? {
        return Ok(false);
    }
    add(context, actor, &tx, &item, &drafts).await?;
    let details = json!({ "mailbox": item.mailbox, "skipped": item.skipped });
    record::done(context, &tx, actor, AuditEvent::PostFetched, object_of(item.id), Some(&item.voivodeship), details).await?;
    tx.commit().await?;
    Ok(true)
}
