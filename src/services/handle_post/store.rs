//! Files become rows: cut where several forms are in one, judged, their bytes stored before any row names them.

use super::{judged, object_of};
use crate::domain::actor::Actor;
use crate::domain::application::signed_form::MediaType;
use crate::domain::audit::AuditEvent;
use crate::domain::id::PostItemId;
use crate::domain::post::matching::{Clue, follow_pictures, split, whole};
use crate::domain::post::{PostFile, PostItem, PostState, Settled};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::files::{Examined, post_key, post_page_key};
use crate::services::{Context, ServiceError, examine_files, record};
use crate::storage::database::begin;
use crate::storage::{Transaction, post, unwanted_files};
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Bytes that have no row after so many days belong to a recording that failed.
const UNNAMED_DAYS: i64 = 1;

/// A file that has no row yet.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) file: PostFile,
    /// Its bytes; none where it was recorded before.
    bytes: Option<Bytes>,
    pages: Vec<Bytes>,
}

/// A new row that nothing is known of.
fn blank(context: &Context, item: PostItemId, sha256: String, media_type: MediaType) -> PostFile {
    PostFile {
        id: context.new_post_file_id(),
        item,
        position: 0,
        part_of: None,
        media_type,
        size: 0,
        sha256,
        object_key: String::new(),
        page_keys: Vec::new(),
        has_signature: false,
        clue: None,
        state: PostState::Unassigned,
        settled: Settled::default(),
        repeats: None,
    }
}

impl Draft {
    /// A file with its bytes and the images of its pages.
    pub(super) fn new(context: &Context, item: PostItemId, found: &Examined, bytes: Bytes, pages: Vec<Bytes>) -> Self {
        let mut file = blank(context, item, found.sha256.clone(), found.media_type);
        file.has_signature = found.has_signature;
        Self::of(file, bytes, pages)
    }

    /// The same, of a row that is known.
    pub(super) fn of(mut file: PostFile, bytes: Bytes, pages: Vec<Bytes>) -> Self {
        file.size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        file.object_key = post_key(file.id, file.media_type.extension());
        file.page_keys = (1..=pages.len()).map(|page| post_page_key(file.id, page)).collect();
        Self { file, bytes: Some(bytes), pages }
    }

    /// A message as it came.
    pub(super) fn message(context: &Context, item: PostItemId, sha256: String, raw: Vec<u8>) -> Self {
        Self::of(blank(context, item, sha256, MediaType::Message), raw.into(), Vec::new())
    }

    /// A file that was recorded before, in that item.
    pub(super) fn repeated(context: &Context, item: PostItemId, sha256: String, size: usize, before: PostItemId) -> Self {
        let mut file = blank(context, item, sha256, MediaType::Pdf);
        file.size = i64::try_from(size).unwrap_or(i64::MAX);
        (file.state, file.repeats) = (PostState::Repeated, Some(before));
        Self { file, bytes: None, pages: Vec::new() }
    }
}

/// One file as it came: whole, or with the forms that were cut out of it behind it.
pub(super) async fn drafts_of(
    context: &Context,
    item: PostItemId,
    mut found: Examined,
    bytes: Vec<u8>,
) -> Result<Vec<Draft>, ServiceError> {
    let pages: Vec<Bytes> = std::mem::take(&mut found.pages).into_iter().map(|page| page.png.into()).collect();
    let parts = split(&found.signs);
    // A signature covers the whole file, and a picture is one page.
    let may_cut = parts.len() > 1 && found.media_type == MediaType::Pdf && !found.has_signature;
    if !may_cut {
        let mut draft = Draft::new(context, item, &found, bytes.into(), pages);
        draft.file.clue = whole(&found.signs);
        return Ok(vec![draft]);
    }
    let runs = parts.iter().map(|part| (part.first, part.last)).collect();
    let (cut, bytes) = examine_files::cut_one(bytes, runs).await?;
    let Ok(pieces) = cut else {
        // It stays whole, and somebody looks at it.
        return Ok(vec![Draft::new(context, item, &found, bytes.into(), pages)]);
    };
    let mut scan = Draft::new(context, item, &found, bytes.into(), Vec::new());
    scan.file.state = PostState::Split;
    let id = scan.file.id;
    let mut drafts = vec![scan];
    for (piece, part) in pieces.into_iter().zip(parts) {
        let mut file = blank(context, item, hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&piece)), MediaType::Pdf);
        let number = |page: usize| i32::try_from(page).unwrap_or(i32::MAX);
        file.part_of = Some((id, number(part.first), number(part.last)));
        file.clue = part.clue;
        drafts.push(Draft::of(file, piece.into(), pages.get(part.first - 1..part.last).unwrap_or_default().to_vec()));
    }
    Ok(drafts)
}

/// Which of these files were in the office's post before in one of these states, by hash: the latest item that has each.
pub(super) async fn seen(
    context: &Context,
    office: &VoivodeshipCode,
    hashes: &[String],
    states: &[PostState],
) -> Result<BTreeMap<String, PostItemId>, ServiceError> {
    Ok(post::find_same(&context.db, office, hashes, states).await?.into_iter().collect())
}

/// Gives the files their order and says which of them are proposed, and which were here before.
pub(super) async fn propose(context: &Context, item: &PostItem, drafts: &mut [Draft]) -> Result<(), ServiceError> {
    let hashes: Vec<String> = drafts.iter().map(|draft| draft.file.sha256.clone()).collect();
    let before = seen(context, &item.voivodeship, &hashes, &PostState::GONE).await?;
    for file in drafts.iter_mut().map(|draft| &mut draft.file).filter(|file| file.repeats.is_none()) {
        file.repeats = before.get(&file.sha256).copied();
    }
    let is_picture = |file: &PostFile| matches!(file.media_type, MediaType::Jpeg | MediaType::Png) && file.state != PostState::Repeated;
    let mut clues: Vec<(bool, Option<Clue>)> = drafts.iter().map(|draft| (is_picture(&draft.file), draft.file.clue.clone())).collect();
    follow_pictures(&mut clues);
    for ((draft, (_, clue)), position) in drafts.iter_mut().zip(clues).zip(0..) {
        let file = &mut draft.file;
        (file.position, file.clue) = (position, clue);
        if let (PostState::Unassigned, Some(clue)) = (file.state, &file.clue)
            && judged(context, item, clue).await?.0.is_proposal()
        {
            file.state = PostState::Proposed;
        }
    }
    Ok(())
}

/// Stores the bytes. Each file is noted first: what gets no row in time is removed by the worker.
pub(super) async fn put(context: &Context, drafts: &mut [Draft]) -> Result<(), ServiceError> {
    let away = |error: crate::files::StoreError| ServiceError::FilesAway(error.to_string());
    let due_at = context.now().plus_days(UNNAMED_DAYS);
    for draft in drafts {
        let Some(bytes) = draft.bytes.take() else { continue };
        unwanted_files::add(&context.db, draft.file.id, due_at, false).await?;
        context.files.put(&draft.file.object_key, bytes).await.map_err(away)?;
        for (key, image) in draft.file.page_keys.iter().zip(std::mem::take(&mut draft.pages)) {
            context.files.put(key, image).await.map_err(away)?;
        }
    }
    Ok(())
}

/// Adds the rows of what was stored, and what is written down of it.
pub(super) async fn add(context: &Context, actor: &Actor, tx: &Transaction, item: &PostItem, drafts: &[Draft]) -> Result<(), ServiceError> {
    post::add_item(tx, item).await?;
    for file in drafts.iter().map(|draft| &draft.file) {
        post::add_file(tx, &item.voivodeship, file).await?;
        // Bytes that were taken for leftovers are gone: a recording that took longer than anybody waits.
        if !file.object_key.is_empty() && !unwanted_files::remove(tx, file.id).await? {
            return Err(ServiceError::Stale);
        }
    }
    post::refresh(tx, item.id, context.now()).await?;
    let files: Vec<Value> = drafts.iter().map(|draft| json!({ "sha256": draft.file.sha256, "state": draft.file.state.key() })).collect();
    let details = json!({ "channel": item.channel.key(), "passed_from": item.passed_from, "files": files });
    record::done(context, tx, actor, AuditEvent::PostRecorded, object_of(item.id), Some(&item.voivodeship), details).await
}

/// Proposes, stores and adds in one go.
pub(super) async fn keep(context: &Context, actor: &Actor, item: &PostItem, mut drafts: Vec<Draft>) -> Result<(), ServiceError> {
    propose(context, item, &mut drafts).await?;
    put(context, &mut drafts).await?;
    let tx = begin(&context.db).await?;
    add(context, actor, &tx, item, &drafts).await?;
    tx.commit().await?;
    Ok(())
}
