//! What came is recorded: by which channel, when, from whom, with which files.

use super::store::{Draft, drafts_of, keep, seen};
use super::{object_of, target_of, writable};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, NewAuditEntry, Outcome};
use crate::domain::id::PostItemId;
use crate::domain::identifiers::Line;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::{Moment, parse_date};
use crate::domain::permission::{ListScope, Permission};
use crate::domain::post::{LONGEST_CASE_SIGN, LONGEST_REFERENCE, LONGEST_SENDER, PostItem, PostState};
use crate::domain::voivodeship::{ReturnChannel, VoivodeshipCode};
use crate::services::{Context, ServiceError, examine_files, record};
use crate::storage::database::begin;
use crate::storage::{offices, post};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Files of one recording.
pub const MOST_FILES: usize = 20;
/// Bytes of all files of one recording together.
pub const MOST_BYTES: usize = 40 * 1024 * 1024;

/// What the clerk typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPost {
    /// Whose post it is: a code of a voivodeship; empty where the actor looks after one office only.
    pub voivodeship: String,
    /// Channel key as chosen.
    pub channel: String,
    /// Day as typed; empty is today.
    pub received_on: String,
    /// From whom; may be empty.
    pub sender: String,
    /// Number of the sender or the channel; may be empty.
    pub reference: String,
    /// Sign of the case in the office; may be empty.
    pub case_sign: String,
}

/// Something that was recorded before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Where.
    pub item: PostItemId,
    /// When.
    pub recorded_at: Moment,
}

/// How a recording ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Recorded as this.
    As(PostItemId),
    /// The office has every one of these files; nothing was recorded again.
    AllKnown(Vec<Known>),
    /// One of the files (from 1) is refused, so nothing was recorded.
    Refused {
        /// Which.
        file: usize,
        /// Why.
        reason: Invalid,
    },
}

/// What was typed, checked.
struct Facts {
    channel: ReturnChannel,
    received_on: Date,
    sender: Option<String>,
    reference: Option<String>,
    case_sign: Option<String>,
}

fn read(new: &NewPost, today: Date, errors: &mut FieldErrors) -> Option<Facts> {
    let channel = ReturnChannel::from_key(&new.channel).filter(|channel| *channel != ReturnChannel::Upload);
    if channel.is_none() {
        errors.add("channel", if new.channel.is_empty() { Invalid::Required } else { Invalid::Unknown });
    }
    let received_on = match new.received_on.trim() {
        "" => Some(today),
        text => errors.take("received_on", parse_date(text)),
    };
    if received_on.is_some_and(|day| day > today) {
        errors.add("received_on", Invalid::DateFuture);
    }
    let mut line =
        |name: &str, text: &str, most| errors.take(name, Line::parse_optional(text, most)).flatten().map(|line| line.to_string());
    let sender = line("sender", &new.sender, LONGEST_SENDER);
    let reference = line("post_reference", &new.reference, LONGEST_REFERENCE);
    let case_sign = line("case_sign", &new.case_sign, LONGEST_CASE_SIGN);
    Some(Facts { channel: channel?, received_on: received_on?, sender, reference, case_sign }).filter(|_| errors.is_empty())
}

/// The office whose post the actor records: the only one, or the one that was chosen.
async fn office_of(
    context: &Context,
    actor: &Actor,
    typed: &str,
    errors: &mut FieldErrors,
) -> Result<Option<VoivodeshipCode>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::PostRecord)?;
    if let ListScope::Voivodeships(codes) = &scope
        && let [only] = &codes[..]
    {
        return Ok(Some(only.clone()));
    }
    let all = offices::list(&context.db).await?;
    let chosen = all.into_iter().map(|office| office.voivodeship).find(|code| code.as_str() == typed && scope.includes(code.as_str()));
    if chosen.is_none() {
        errors.add("voivodeship", if typed.is_empty() { Invalid::Required } else { Invalid::Unknown });
    }
    Ok(chosen)
}

/// Records what came, with its files. A file that the office has already is named and not stored again.
///
/// # Errors
/// `Denied`; `Invalid` at `voivodeship`, `channel`, `received_on`, `sender`, `post_reference`, `case_sign` or `post_files`.
pub async fn record_post(context: &Context, actor: &Actor, new: &NewPost, files: Vec<Vec<u8>>) -> Result<Recorded, ServiceError> {
    let mut errors = FieldErrors::default();
    let office = office_of(context, actor, &new.voivodeship, &mut errors).await?;
    let facts = read(new, context.now().warsaw_date(), &mut errors);
    if files.is_empty() {
        errors.add("post_files", Invalid::FileMissing);
    } else if files.len() > MOST_FILES {
        errors.add("post_files", Invalid::FileTooMany);
    } else if files.iter().map(Vec::len).sum::<usize>() > MOST_BYTES {
        errors.add("post_files", Invalid::FileTooBig);
    }
    let (Some(office), Some(facts), true) = (office, facts, errors.is_empty()) else { return Err(errors.into()) };
    context.policy.check(actor, Permission::PostRecord, &target_of(&office))?;
    let item = PostItem {
        id: context.new_post_item_id(),
        voivodeship: office,
        channel: facts.channel,
        received_on: facts.received_on,
        sender: facts.sender,
        reference: facts.reference,
        case_sign: facts.case_sign,
        recorded_by: actor.account_id(),
        recorded_at: context.now(),
        passed_from: None,
        mailbox: None,
        subject: None,
        text: None,
        skipped: 0,
        is_cut: false,
    };
    let hashes: Vec<String> = files.iter().map(|bytes| hex::encode(Sha256::digest(bytes))).collect();
    let mut known = seen(context, &item.voivodeship, &hashes, &PostState::HAD).await?;
    if hashes.iter().all(|hash| known.contains_key(hash)) {
        return Ok(Recorded::AllKnown(name_known(context, known.values()).await?));
    }
    let mut drafts = Vec::new();
    for ((bytes, hash), number) in files.into_iter().zip(&hashes).zip(1..) {
        if let Some(before) = known.get(hash) {
            drafts.push(Draft::repeated(context, item.id, hash.clone(), bytes.len(), *before));
            continue;
        }
        match examine_files::examine_one(bytes).await? {
            (Ok(found), bytes) => drafts.extend(drafts_of(context, item.id, found, bytes).await?),
            (Err(reason), _) => {
                refuse(context, actor, &item, reason).await?;
                return Ok(Recorded::Refused { file: number, reason });
            }
        }
        // The same file once more in this very recording.
        known.insert(hash.clone(), item.id);
    }
    match keep(context, actor, &item, drafts).await {
        Ok(()) => Ok(Recorded::As(item.id)),
        Err(ServiceError::Stale) => {
            // A colleague recorded the same files meanwhile.
            let known = seen(context, &item.voivodeship, &hashes, &PostState::HAD).await?;
            if known.is_empty() { Err(ServiceError::Stale) } else { Ok(Recorded::AllKnown(name_known(context, known.values()).await?)) }
        }
        Err(error) => Err(error),
    }
}

async fn name_known(context: &Context, items: impl Iterator<Item = &PostItemId>) -> Result<Vec<Known>, ServiceError> {
    let mut items: Vec<PostItemId> = items.copied().collect();
    items.sort();
    items.dedup();
    let mut known = Vec::new();
    for id in items {
        if let Some(item) = post::find_item(&context.db, id).await? {
            known.push(Known { item: id, recorded_at: item.recorded_at });
        }
    }
    Ok(known)
}

/// A refused file leaves a trace, and nothing else.
async fn refuse(context: &Context, actor: &Actor, item: &PostItem, reason: Invalid) -> Result<(), ServiceError> {
    let entry = NewAuditEntry {
        event: AuditEvent::PostRefused,
        object: object_of(item.id),
        voivodeship: Some(item.voivodeship.clone()),
        on_behalf_of: None,
        outcome: Outcome::Failed,
        details: json!({ "reason": reason.key() }),
    };
    record::entry(context, &context.db, actor, entry).await
}

/// Puts right what was typed about something that came: channel, day, sender and numbers. Signed forms that were made of it stay as they
/// were recorded.
///
/// # Errors
/// `NotFound`; `Invalid` as in [`record_post`].
pub async fn correct_post(context: &Context, actor: &Actor, id: PostItemId, new: &NewPost) -> Result<(), ServiceError> {
    let before = writable(context, actor, id).await?;
    let mut errors = FieldErrors::default();
    let Some(facts) = read(new, before.recorded_at.warsaw_date(), &mut errors) else { return Err(errors.into()) };
    let tx = begin(&context.db).await?;
    let before = post::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let now = PostItem {
        channel: facts.channel,
        received_on: facts.received_on,
        sender: facts.sender,
        reference: facts.reference,
        case_sign: facts.case_sign,
        ..before.clone()
    };
    if now == before {
        return Ok(());
    }
    post::correct(&tx, &now).await?;
    // Who sent it stays out of the trail.
    let told = |item: &PostItem| json!({ "channel": item.channel.key(), "received_on": item.received_on.to_string() });
    let details = json!({ "before": told(&before), "now": told(&now) });
    record::done(context, &tx, actor, AuditEvent::PostCorrected, object_of(id), Some(&before.voivodeship), details).await?;
    tx.commit().await?;
    Ok(())
}
