//! Rows of the post: what came to an office, and its files. What may not live here: which application a file belongs to.

use super::StorageError;
use super::entities::{post_file, post_item};
use super::page::{CappedCount, Slice, beyond, damaged, number_cursor, read_number_cursor, with_plain_limit};
use super::signed_forms::StoredObject;
use crate::domain::application::signed_form::MediaType;
use crate::domain::id::{AccountId, ApplicationId, PostFileId, PostItemId};
use crate::domain::moment::Moment;
use crate::domain::permission::ListScope;
use crate::domain::post::{PostFile, PostItem, PostReason, PostState, PostView, Settled};
use crate::domain::voivodeship::{ReturnChannel, VoivodeshipCode};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

fn text(value: &Option<VoivodeshipCode>) -> Option<String> {
    value.as_ref().map(ToString::to_string)
}

/// Adds what came; its files follow in the same transaction, and then [`refresh`].
///
/// # Errors
/// Of the database.
pub async fn add_item<C: ConnectionTrait>(db: &C, item: &PostItem) -> Result<(), StorageError> {
    let row = post_item::ActiveModel {
        id: Set(item.id.0),
        voivodeship: Set(item.voivodeship.to_string()),
        channel: Set(item.channel.key().to_owned()),
        received_on: Set(item.received_on.to_string()),
        sender: Set(item.sender.clone()),
        reference: Set(item.reference.clone()),
        case_sign: Set(item.case_sign.clone()),
        recorded_by: Set(item.recorded_by.map(|account| account.0)),
        recorded_at: Set(item.recorded_at.0),
        passed_from: Set(text(&item.passed_from)),
        has_proposed: Set(false),
        has_unassigned: Set(false),
        settled_at: Set(None),
        mailbox: Set(item.mailbox.clone()),
        subject: Set(item.subject.clone()),
        message_text: Set(item.text.clone()),
        skipped: Set(item.skipped),
        is_cut: Set(item.is_cut),
    };
    post_item::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Adds a file of what came to an office.
///
/// # Errors
/// `Conflict` (`post_files_same`) when the office has the same file already.
pub async fn add_file<C: ConnectionTrait>(db: &C, office: &VoivodeshipCode, file: &PostFile) -> Result<(), StorageError> {
    let settled = &file.settled;
    let row = post_file::ActiveModel {
        id: Set(file.id.0),
        item_id: Set(file.item.0),
        voivodeship: Set(office.to_string()),
        position: Set(file.position),
        part_of: Set(file.part_of.map(|(whole, ..)| whole.0)),
        first_page: Set(file.part_of.map(|(_, first, _)| first)),
        last_page: Set(file.part_of.map(|(.., last)| last)),
        media_type: Set(file.media_type.key().to_owned()),
        size: Set(file.size),
        sha256: Set(file.sha256.clone()),
        object_key: Set(file.object_key.clone()),
        page_keys: Set(serde_json::json!(file.page_keys)),
        has_signature: Set(file.has_signature),
        clue: Set(file.clue.as_ref().map(serde_json::to_value).transpose().map_err(|_| damaged("clue"))?),
        state: Set(file.state.key().to_owned()),
        application_id: Set(settled.application.map(|id| id.0)),
        passed_to: Set(text(&settled.passed_to)),
        reason: Set(settled.reason.map(|reason| reason.key().to_owned())),
        note: Set(settled.note.clone()),
        settled_by: Set(settled.by.map(|id| id.0)),
        settled_at: Set(settled.at.map(|at| at.0)),
        repeats: Set(file.repeats.map(|id| id.0)),
    };
    post_file::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

fn to_item(row: post_item::Model) -> Result<PostItem, StorageError> {
    Ok(PostItem {
        id: PostItemId(row.id),
        voivodeship: VoivodeshipCode::trusted(row.voivodeship),
        channel: ReturnChannel::from_key(&row.channel).ok_or_else(|| damaged("channel"))?,
        received_on: row.received_on.parse().map_err(|_| damaged("received on"))?,
        sender: row.sender,
        reference: row.reference,
        case_sign: row.case_sign,
        recorded_by: row.recorded_by.map(AccountId),
        recorded_at: Moment(row.recorded_at),
        passed_from: row.passed_from.map(VoivodeshipCode::trusted),
        mailbox: row.mailbox,
        subject: row.subject,
        text: row.message_text,
        skipped: row.skipped,
        is_cut: row.is_cut,
    })
}

fn to_file(row: post_file::Model) -> Result<PostFile, StorageError> {
    Ok(PostFile {
        id: PostFileId(row.id),
        item: PostItemId(row.item_id),
        position: row.position,
        part_of: row.part_of.zip(row.first_page.zip(row.last_page)).map(|(whole, (first, last))| (PostFileId(whole), first, last)),
        media_type: MediaType::from_key(&row.media_type).ok_or_else(|| damaged("media type"))?,
        size: row.size,
        sha256: row.sha256,
        object_key: row.object_key,
        page_keys: serde_json::from_value(row.page_keys).map_err(|_| damaged("page keys"))?,
        has_signature: row.has_signature,
        clue: row.clue.map(serde_json::from_value).transpose().map_err(|_| damaged("clue"))?,
        state: PostState::from_key(&row.state).ok_or_else(|| damaged("state of a file"))?,
        settled: Settled {
            by: row.settled_by.map(AccountId),
            at: row.settled_at.map(Moment),
            application: row.application_id.map(ApplicationId),
            passed_to: row.passed_to.map(VoivodeshipCode::trusted),
            reason: row.reason.map(|key| PostReason::from_key(&key).ok_or_else(|| damaged("reason"))).transpose()?,
            note: row.note,
        },
        repeats: row.repeats.map(PostItemId),
    })
}

/// Finds what came.
///
/// # Errors
/// Of the database.
pub async fn find_item<C: ConnectionTrait>(db: &C, id: PostItemId) -> Result<Option<PostItem>, StorageError> {
    post_item::Entity::find_by_id(id.0).one(db).await?.map(to_item).transpose()
}

/// As [`find_item`], locked until the transaction ends: of two who settle its files at once, one waits. The lock of an application is
/// taken before this one.
///
/// # Errors
/// Of the database.
pub async fn find_for_update<C: ConnectionTrait>(db: &C, id: PostItemId) -> Result<Option<PostItem>, StorageError> {
    post_item::Entity::find_by_id(id.0).lock_exclusive().one(db).await?.map(to_item).transpose()
}

/// Its files, in their order.
///
/// # Errors
/// Of the database.
pub async fn files_of<C: ConnectionTrait>(db: &C, item: PostItemId) -> Result<Vec<PostFile>, StorageError> {
    use post_file::Column;
    let of = post_file::Entity::find().filter(Column::ItemId.eq(item.0));
    let rows = of.order_by_asc(Column::Position).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(to_file).collect()
}

/// The files of several items, in their order.
///
/// # Errors
/// Of the database.
pub async fn files_of_all<C: ConnectionTrait>(db: &C, items: &[PostItemId]) -> Result<Vec<PostFile>, StorageError> {
    use post_file::Column;
    let of = post_file::Entity::find().filter(Column::ItemId.is_in(items.iter().map(|id| id.0)));
    let rows = of.order_by_asc(Column::ItemId).order_by_asc(Column::Position).all(db).await?;
    rows.into_iter().map(to_file).collect()
}

/// Where an office has recorded files with these hashes, in one of these states: hash and item.
///
/// # Errors
/// Of the database.
pub async fn find_same<C: ConnectionTrait>(
    db: &C,
    office: &VoivodeshipCode,
    hashes: &[String],
    states: &[PostState],
) -> Result<Vec<(String, PostItemId)>, StorageError> {
    use post_file::Column;
    let rows: Vec<(String, Uuid)> = post_file::Entity::find()
        .select_only()
        .columns([Column::Sha256, Column::ItemId])
        .filter(Column::Voivodeship.eq(office.as_str()))
        .filter(Column::Sha256.is_in(hashes.iter().map(String::as_str)))
        .filter(Column::PartOf.is_null())
        .filter(Column::State.is_in(states.iter().map(|state| state.key())))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(hash, item)| (hash, PostItemId(item))).collect())
}

/// Writes what is known of an item: channel, day, sender and numbers.
///
/// # Errors
/// Of the database.
pub async fn correct<C: ConnectionTrait>(db: &C, item: &PostItem) -> Result<(), StorageError> {
    use post_item::Column;
    post_item::Entity::update_many()
        .col_expr(Column::Channel, Expr::value(item.channel.key()))
        .col_expr(Column::ReceivedOn, Expr::value(item.received_on.to_string()))
        .col_expr(Column::Sender, Expr::value(item.sender.clone()))
        .col_expr(Column::Reference, Expr::value(item.reference.clone()))
        .col_expr(Column::CaseSign, Expr::value(item.case_sign.clone()))
        .filter(Column::Id.eq(item.id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Says what became of files; false when one of them waits no more, and then the caller lets the transaction go.
///
/// # Errors
/// Of the database.
pub async fn settle<C: ConnectionTrait>(db: &C, files: &[PostFileId], state: PostState, settled: &Settled) -> Result<bool, StorageError> {
    use post_file::Column;
    let done = post_file::Entity::update_many()
        .col_expr(Column::State, Expr::value(state.key()))
        .col_expr(Column::ApplicationId, Expr::value(settled.application.map(|id| id.0)))
        .col_expr(Column::PassedTo, Expr::value(text(&settled.passed_to)))
        .col_expr(Column::Reason, Expr::value(settled.reason.map(|reason| reason.key())))
        .col_expr(Column::Note, Expr::value(settled.note.clone()))
        .col_expr(Column::SettledBy, Expr::value(settled.by.map(|id| id.0)))
        .col_expr(Column::SettledAt, Expr::value(settled.at.map(|at| at.0)))
        .filter(Column::Id.is_in(files.iter().map(|id| id.0)))
        .filter(Column::State.is_in([PostState::Proposed.key(), PostState::Unassigned.key()]))
        .exec(db)
        .await?;
    Ok(done.rows_affected == files.len() as u64)
}

/// Lets a file that was discarded or sent back wait again; false when it is neither, or not there any more. `Conflict` (`post_files_same`)
/// when the same file came again meanwhile.
///
/// # Errors
/// Of the database.
pub async fn reopen<C: ConnectionTrait>(db: &C, file: PostFileId) -> Result<bool, StorageError> {
    use post_file::Column;
    let done = post_file::Entity::update_many()
        .col_expr(Column::State, Expr::value(PostState::Unassigned.key()))
        .col_expr(Column::Reason, Expr::value(Option::<String>::None))
        .col_expr(Column::Note, Expr::value(Option::<String>::None))
        .col_expr(Column::SettledBy, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::SettledAt, Expr::value(Option::<i64>::None))
        .filter(Column::Id.eq(file.0))
        .filter(Column::State.is_in(PostState::ALL.into_iter().filter(|state| state.may_reopen()).map(PostState::key)))
        .filter(Column::ObjectKey.ne(""))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that the bytes of a file are kept no more.
///
/// # Errors
/// Of the database.
pub async fn forget_bytes<C: ConnectionTrait>(db: &C, file: PostFileId) -> Result<(), StorageError> {
    use post_file::Column;
    post_file::Entity::update_many()
        .col_expr(Column::ObjectKey, Expr::value(""))
        .col_expr(Column::PageKeys, Expr::value(serde_json::json!([])))
        .filter(Column::Id.eq(file.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Puts an item into the views in which its files belong. Whoever changes a file calls it in the same transaction, with the item locked.
///
/// # Errors
/// Of the database.
pub async fn refresh<C: ConnectionTrait>(db: &C, item: PostItemId, now: Moment) -> Result<(), StorageError> {
    use post_item::Column;
    let files = files_of(db, item).await?;
    let has = |state: PostState| files.iter().any(|file| file.state == state);
    let (proposed, unassigned) = (has(PostState::Proposed), has(PostState::Unassigned));
    let before = post_item::Entity::find_by_id(item.0).one(db).await?.and_then(|row| row.settled_at);
    // What is settled since a while stays settled since then, also when a part of it is erased.
    let settled_at = (!proposed && !unassigned).then_some(before.unwrap_or(now.0));
    post_item::Entity::update_many()
        .col_expr(Column::HasProposed, Expr::value(proposed))
        .col_expr(Column::HasUnassigned, Expr::value(unassigned))
        .col_expr(Column::SettledAt, Expr::value(settled_at))
        .filter(Column::Id.eq(item.0))
        .exec(db)
        .await?;
    Ok(())
}

// A flag is asked for as it is, without a value: so both databases find the index of the view.
fn in_view(scope: &ListScope, view: PostView) -> Select<post_item::Entity> {
    use post_item::Column;
    let select = match view {
        PostView::ToAccept => post_item::Entity::find().filter(Expr::col(Column::HasProposed)),
        PostView::Unassigned => post_item::Entity::find().filter(Expr::col(Column::HasUnassigned)),
        PostView::Settled => post_item::Entity::find().filter(Column::SettledAt.is_not_null()),
    };
    match scope {
        ListScope::Country => select,
        ListScope::Voivodeships(codes) => select.filter(Column::Voivodeship.is_in(codes.iter().map(VoivodeshipCode::as_str))),
    }
}

/// A page of a view: what waits, the longest first; what is settled, the latest first.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    view: PostView,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<PostItem>, StorageError> {
    use post_item::Column;
    let (column, order) = match view {
        PostView::Settled => (Column::SettledAt, Order::Desc),
        PostView::ToAccept | PostView::Unassigned => (Column::RecordedAt, Order::Asc),
    };
    let mut select = in_view(scope, view);
    if let Some(row) = after.and_then(read_number_cursor) {
        select = select.filter(beyond(column, Column::Id, row, &order));
    }
    let select = select.order_by(column, order.clone()).order_by(Column::Id, order).limit(size as u64 + 1);
    let rows = post_item::Entity::find().from_raw_sql(with_plain_limit(select.build(db.get_database_backend()))).all(db).await?;
    let cursor = |row: &post_item::Model| {
        let place = if view == PostView::Settled { row.settled_at.unwrap_or_default() } else { row.recorded_at };
        number_cursor(place, row.id)
    };
    let slice = Slice::cut(rows, size, cursor);
    Ok(Slice { rows: slice.rows.into_iter().map(to_item).collect::<Result<_, _>>()?, next: slice.next })
}

/// How many items a view has, counted up to `cap`.
///
/// # Errors
/// Of the database.
pub async fn count<C: ConnectionTrait>(db: &C, scope: &ListScope, view: PostView, cap: u64) -> Result<CappedCount, StorageError> {
    let counted = in_view(scope, view).select_only().column(post_item::Column::Id).limit(cap + 1).build(db.get_database_backend());
    let mut statement = with_plain_limit(counted);
    statement.sql = format!("SELECT COUNT(*) AS number FROM ({}) AS counted", statement.sql);
    let row = db.query_one_raw(statement).await?.ok_or_else(|| damaged("count"))?;
    let number = u64::try_from(row.try_get::<i64>("", "number")?).map_err(|_| damaged("count"))?;
    Ok(CappedCount { number: number.min(cap), is_capped: number > cap })
}

/// Items whose last file was settled before a moment, the first first.
///
/// # Errors
/// Of the database.
pub async fn list_settled<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<Vec<PostItemId>, StorageError> {
    use post_item::Column;
    let ids: Vec<Uuid> = post_item::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::SettledAt.lt(before.0))
        .order_by_asc(Column::SettledAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(PostItemId).collect())
}

/// Whether nothing of an item waits since before a moment.
///
/// # Errors
/// Of the database.
pub async fn is_settled<C: ConnectionTrait>(db: &C, item: PostItemId, before: Moment) -> Result<bool, StorageError> {
    let row = post_item::Entity::find_by_id(item.0).one(db).await?;
    Ok(row.and_then(|row| row.settled_at).is_some_and(|at| at < before.0))
}

/// Removes an item with its files, which are still in the store.
///
/// # Errors
/// Of the database.
pub async fn remove_item<C: ConnectionTrait>(db: &C, item: PostItemId) -> Result<(), StorageError> {
    post_file::Entity::delete_many().filter(post_file::Column::ItemId.eq(item.0)).exec(db).await?;
    post_item::Entity::delete_by_id(item.0).exec(db).await?;
    Ok(())
}

/// Removes the files that became signed forms of an application, the scans that they were cut out of and the messages that they came in,
/// where each of their attachments is a file of its own; what nothing is left of goes whole. Gives the files whose bytes are still in the store.
///
/// # Errors
/// Of the database.
pub async fn remove_of_application<C: ConnectionTrait>(
    db: &C,
    application: ApplicationId,
    now: Moment,
) -> Result<Vec<PostFileId>, StorageError> {
    use post_file::Column;
    let own = post_file::Entity::find().filter(Column::ApplicationId.eq(application.0)).all(db).await?;
    let mut items: Vec<Uuid> = own.iter().map(|row| row.item_id).collect();
    items.sort();
    items.dedup();
    let mut gone: Vec<Uuid> = own.iter().flat_map(|row| [Some(row.id), row.part_of]).flatten().collect();
    let carried = post_file::Entity::find()
        .filter(Column::ItemId.is_in(items.iter().copied()))
        .filter(Column::MediaType.eq(MediaType::Message.key()))
        .filter(Column::State.eq(PostState::Split.key()));
    gone.extend(carried.all(db).await?.into_iter().map(|row| row.id));
    for item in &items {
        find_for_update(db, PostItemId(*item)).await?;
    }
    post_file::Entity::delete_many().filter(Column::Id.is_in(gone.iter().copied())).exec(db).await?;
    for item in items.into_iter().map(PostItemId) {
        let left = files_of(db, item).await?;
        if left.iter().all(|file| file.state == PostState::Repeated) {
            remove_item(db, item).await?;
            continue;
        }
        if !left.iter().any(|file| file.state.is_waiting() || file.state == PostState::Assigned) {
            forget_words(db, item).await?;
        }
        refresh(db, item, now).await?;
    }
    Ok(gone.into_iter().map(PostFileId).collect())
}

/// What the sender wrote of it is kept no more: nothing is left that it is needed for.
async fn forget_words<C: ConnectionTrait>(db: &C, item: PostItemId) -> Result<(), StorageError> {
    use post_item::Column;
    post_item::Entity::update_many()
        .col_expr(Column::Sender, Expr::value(Option::<String>::None))
        .col_expr(Column::Subject, Expr::value(Option::<String>::None))
        .col_expr(Column::MessageText, Expr::value(Option::<String>::None))
        .filter(Column::Id.eq(item.0))
        .exec(db)
        .await?;
    Ok(())
}

/// The objects of the files after a file, in order of the files' ids, with the id to go on after; none at the end.
///
/// # Errors
/// Of the database.
pub async fn list_objects<C: ConnectionTrait>(
    db: &C,
    after: Option<PostFileId>,
    limit: u64,
) -> Result<(Vec<StoredObject>, Option<PostFileId>), StorageError> {
    use post_file::Column;
    let mut select = post_file::Entity::find();
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after.0));
    }
    let rows = select.order_by_asc(Column::Id).limit(limit).all(db).await?;
    let last = rows.last().map(|row| PostFileId(row.id));
    let files = rows.into_iter().map(to_file).collect::<Result<Vec<_>, _>>()?;
    Ok((files.into_iter().flat_map(objects_of).collect(), last))
}

fn objects_of(file: PostFile) -> Vec<StoredObject> {
    let whole = StoredObject { key: file.object_key, sha256: Some(file.sha256) };
    let pages = file.page_keys.into_iter().map(|key| StoredObject { key, sha256: None });
    std::iter::once(whole).chain(pages).filter(|object| !object.key.is_empty()).collect()
}
