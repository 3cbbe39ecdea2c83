//! The post as its office sees it: the lists, one item with what its files are proposed for, and the files themselves.

use super::{judged, object_of, readable, target_of};
use crate::domain::actor::Actor;
use crate::domain::application::status::Status;
use crate::domain::audit::AuditEvent;
use crate::domain::id::{AccountId, PostFileId, PostItemId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use crate::domain::permission::{ListScope, Permission};
use crate::domain::post::matching::Verdict;
use crate::domain::post::{PostFile, PostItem, PostState, PostView};
use crate::domain::voivodeship::{Office, VoivodeshipCode};
use crate::services::receive_signed_form::Part;
use crate::services::view_office::name_voivodeships;
use crate::services::{Context, ServiceError, record};
use crate::storage::page::{CappedCount, Slice};
use crate::storage::post_mailboxes::{self, Failing};
use crate::storage::{Connection, accounts, applications, offices, post};
use serde_json::json;
use std::collections::BTreeMap;

/// Rows on one page.
const PAGE_SIZE: usize = 50;
/// Counts stop here.
const COUNT_CAP: u64 = 300;

/// One row of the post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPost {
    /// What came.
    pub item: PostItem,
    /// Its files by state.
    pub files: BTreeMap<PostState, usize>,
    /// Full name of who recorded it.
    pub recorded_by: Option<String>,
    /// The applications that its files became signed forms of.
    pub numbers: Vec<ApplicationNumber>,
}

/// One view of the post.
#[derive(Debug, Clone)]
pub struct PostQueue {
    /// The rows.
    pub rows: Slice<ListedPost>,
    /// How many items each view has.
    pub counts: Vec<(PostView, CappedCount)>,
    /// Names of the voivodeships, where the reader sees more than one.
    pub voivodeships: Option<BTreeMap<VoivodeshipCode, String>>,
    /// Mailboxes that cannot be read.
    pub failing: Vec<Failing>,
}

/// A page of a view, with the counts of all.
///
/// # Errors
/// `Denied`.
pub async fn post_queue(context: &Context, actor: &Actor, view: PostView, after: Option<&str>) -> Result<PostQueue, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::PostView)?;
    let mut counts = Vec::new();
    for view in PostView::ALL {
        counts.push((view, post::count(&context.db, &scope, view, COUNT_CAP).await?));
    }
    let sees_many = !matches!(&scope, ListScope::Voivodeships(codes) if codes.len() == 1);
    let voivodeships = if sees_many { Some(name_voivodeships(context).await?) } else { None };
    let failing = post_mailboxes::list_failing(&context.db, &scope).await?;
    Ok(PostQueue { rows: post_page(context, actor, view, after, PAGE_SIZE).await?, counts, voivodeships, failing })
}

/// A page of a view.
///
/// # Errors
/// `Denied`.
pub async fn post_page(
    context: &Context,
    actor: &Actor,
    view: PostView,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<ListedPost>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::PostView)?;
    let slice = post::list(&context.db, &scope, view, after, size).await?;
    let ids: Vec<PostItemId> = slice.rows.iter().map(|item| item.id).collect();
    let files = post::files_of_all(&context.db, &ids).await?;
    let names = names_of(&context.db, slice.rows.iter().filter_map(|item| item.recorded_by)).await?;
    let mut numbers = BTreeMap::new();
    for id in files.iter().filter_map(|file| file.settled.application) {
        if let std::collections::btree_map::Entry::Vacant(place) = numbers.entry(id)
            && let Some(application) = applications::find(&context.db, id).await?
        {
            place.insert(application.number);
        }
    }
    Ok(slice.map(|item| {
        let mut row = ListedPost {
            recorded_by: item.recorded_by.and_then(|id| names.get(&id).cloned()),
            files: BTreeMap::new(),
            numbers: Vec::new(),
            item,
        };
        for file in files.iter().filter(|file| file.item == row.item.id) {
            *row.files.entry(file.state).or_default() += 1;
            row.numbers.extend(file.settled.application.and_then(|id| numbers.get(&id).cloned()));
        }
        row.numbers.sort();
        row.numbers.dedup();
        row
    }))
}

async fn names_of<C: Connection>(db: &C, ids: impl Iterator<Item = AccountId>) -> Result<BTreeMap<AccountId, String>, ServiceError> {
    let mut ids: Vec<AccountId> = ids.collect();
    ids.sort();
    ids.dedup();
    let accounts = accounts::list_by_ids(db, &ids).await?;
    Ok(accounts.into_iter().map(|account| (account.id, account.profile.full_name())).collect())
}

/// An application of the office, as a file of the post names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedApplication {
    /// Its number.
    pub number: ApplicationNumber,
    /// Name of its unit.
    pub unit_name: String,
    /// Who filed it.
    pub applicant: String,
    /// Where it stands.
    pub status: Status,
}

/// A file with what it is proposed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// The file.
    pub file: PostFile,
    /// What it says of itself means this, while it waits.
    pub verdict: Option<Verdict>,
    /// The application that it names, or is a signed form of.
    pub application: Option<NamedApplication>,
    /// Full name of who settled it.
    pub settled_by: Option<String>,
    /// Where the same file was recorded before, and when.
    pub repeats: Option<(PostItemId, Moment)>,
}

/// What came, with everything that its page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemView {
    /// What came.
    pub item: PostItem,
    /// Its files.
    pub files: Vec<FileView>,
    /// Full name of who recorded it.
    pub recorded_by: Option<String>,
    /// Names of the voivodeships.
    pub voivodeships: BTreeMap<VoivodeshipCode, String>,
    /// Whether the reader says what becomes of it.
    pub may_record: bool,
}

/// Reads what came for its page. Proposals are judged by how the applications stand now.
///
/// # Errors
/// `NotFound` for those who may not see it.
pub async fn view_post(context: &Context, actor: &Actor, id: PostItemId) -> Result<ItemView, ServiceError> {
    let item = readable(context, actor, id).await?;
    let found = post::files_of(&context.db, id).await?;
    let names = names_of(&context.db, found.iter().filter_map(|file| file.settled.by).chain(item.recorded_by)).await?;
    let mut files = Vec::new();
    for file in found {
        let (mut verdict, mut application) = (None, None);
        if let (true, Some(clue)) = (file.state.is_waiting(), &file.clue) {
            let (says, named) = judged(context, &item, clue).await?;
            (verdict, application) = (Some(says), named);
        } else if let Some(id) = file.settled.application {
            application = applications::find(&context.db, id).await?;
        }
        let repeats = match file.repeats {
            Some(before) => post::find_item(&context.db, before).await?.map(|item| (before, item.recorded_at)),
            None => None,
        };
        files.push(FileView {
            verdict,
            application: application.map(|application| NamedApplication {
                unit_name: application.summary().unit_name,
                applicant: application.applicant_name(),
                status: application.status,
                number: application.number,
            }),
            settled_by: file.settled.by.and_then(|id| names.get(&id).cloned()),
            repeats,
            file,
        });
    }
    Ok(ItemView {
        recorded_by: item.recorded_by.and_then(|id| names.get(&id).cloned()),
        voivodeships: name_voivodeships(context).await?,
        may_record: context.policy.check(actor, Permission::PostRecord, &target_of(&item.voivodeship)).is_ok(),
        files,
        item,
    })
}

/// What waits the longest to be accepted, besides this.
///
/// # Errors
/// `Denied`.
pub async fn next_to_accept(context: &Context, actor: &Actor, besides: PostItemId) -> Result<Option<PostItemId>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::PostView)?;
    let first = post::list(&context.db, &scope, PostView::ToAccept, None, 2).await?;
    Ok(first.rows.into_iter().map(|item| item.id).find(|id| *id != besides))
}

/// The offices whose post the actor may record.
///
/// # Errors
/// `Denied`.
pub async fn list_recording_offices(context: &Context, actor: &Actor) -> Result<Vec<Office>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::PostRecord)?;
    let all = offices::list(&context.db).await?;
    Ok(all.into_iter().filter(|office| scope.includes(office.voivodeship.as_str())).collect())
}

/// Reads a file of the post, or the picture of one of its pages. Each reading is recorded.
///
/// # Errors
/// `NotFound` for those who may not see it, and for what is not there.
pub async fn read_post_file(
    context: &Context,
    actor: &Actor,
    id: PostItemId,
    file: PostFileId,
    part: Part,
) -> Result<(PostFile, Vec<u8>), ServiceError> {
    let item = readable(context, actor, id).await?;
    let files = post::files_of(&context.db, id).await?;
    let file = files.into_iter().find(|one| one.id == file && !one.object_key.is_empty()).ok_or(ServiceError::NotFound)?;
    let (key, page) = match part {
        Part::Whole => (file.object_key.clone(), 0),
        Part::Page(page) => (file.page_keys.get(page.wrapping_sub(1)).cloned().ok_or(ServiceError::NotFound)?, page),
    };
    let bytes = context.files.get(&key).await.map_err(|error| ServiceError::FilesAway(error.to_string()))?;
    let details = json!({ "file": file.id, "page": page });
    record::done(context, &context.db, actor, AuditEvent::PostRead, object_of(id), Some(&item.voivodeship), details).await?;
    Ok((file, bytes.to_vec()))
}
