//! Rows of announcements. The text of a published one is never changed: every statement that writes it asks for a draft.
//! What may not live here: whom one is for (domain).

pub mod recipients;

use super::StorageError;
use super::entities::announcement::{ActiveModel, Column, Entity, Model};
use super::entities::{announcement_dismissal as dismissal, grant, unit};
use super::page::{Slice, beyond, damaged, number_cursor, read_number_cursor};
use crate::domain::announcement::{Announcement, Content, Urgency};
use crate::domain::id::{AccountId, AnnouncementId};
use crate::domain::identifiers::{Line, Text};
use crate::domain::moment::Moment;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, LockType, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// So many at once are looked through for somebody: far more than there can be at one time, and still one short read.
const MOST_LIVE: u64 = 200;

fn to_domain(row: Model) -> Result<Announcement, StorageError> {
    Ok(Announcement {
        id: AnnouncementId(row.id),
        author: AccountId(row.author_id),
        voivodeship: row.voivodeship.map(VoivodeshipCode::trusted),
        content: Content {
            audience: serde_json::from_value(row.audience).map_err(|_| damaged("audience"))?,
            urgency: Urgency::from_key(&row.urgency).ok_or_else(|| damaged("urgency"))?,
            title: Line::trusted(row.title),
            text: Text::trusted(row.text),
            shown_from: Moment(row.shown_from),
            shown_until: Moment(row.shown_until),
            is_mailed: row.is_mailed,
        },
        version: row.version,
        created_at: Moment(row.created_at),
        published: row.published_at.map(Moment).zip(row.published_by),
        ended: row.ended_at.map(Moment).zip(row.ended_by),
        mailed: row.mailed,
        mailed_at: row.mailed_at.map(Moment),
    })
}

fn all_to_domain(rows: Vec<Model>) -> Result<Vec<Announcement>, StorageError> {
    rows.into_iter().map(to_domain).collect()
}

/// Begins a draft.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(
    db: &C,
    id: AnnouncementId,
    author: AccountId,
    voivodeship: Option<&VoivodeshipCode>,
    content: &Content,
    now: Moment,
) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(id.0),
        author_id: Set(author.0),
        voivodeship: Set(voivodeship.map(ToString::to_string)),
        audience: Set(serde_json::to_value(&content.audience).map_err(|_| damaged("audience"))?),
        urgency: Set(content.urgency.key().to_owned()),
        title: Set(content.title.to_string()),
        text: Set(content.text.to_string()),
        shown_from: Set(content.shown_from.0),
        shown_until: Set(content.shown_until.0),
        is_mailed: Set(content.is_mailed),
        version: Set(0),
        created_at: Set(now.0),
        published_at: Set(None),
        published_by: Set(None),
        ended_at: Set(None),
        ended_by: Set(None),
        mail_after: Set(None),
        mailed: Set(0),
        mailed_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Changes a draft; false when it is published, removed, or not of this version any more.
///
/// # Errors
/// Of the database.
pub async fn save_draft<C: ConnectionTrait>(
    db: &C,
    id: AnnouncementId,
    version: i32,
    voivodeship: Option<&VoivodeshipCode>,
    content: &Content,
) -> Result<bool, StorageError> {
    let audience = serde_json::to_value(&content.audience).map_err(|_| damaged("audience"))?;
    let done = Entity::update_many()
        .col_expr(Column::Voivodeship, Expr::value(voivodeship.map(ToString::to_string)))
        .col_expr(Column::Audience, Expr::value(audience))
        .col_expr(Column::Urgency, Expr::value(content.urgency.key()))
        .col_expr(Column::Title, Expr::value(content.title.as_str()))
        .col_expr(Column::Text, Expr::value(content.text.as_str()))
        .col_expr(Column::ShownFrom, Expr::value(content.shown_from.0))
        .col_expr(Column::ShownUntil, Expr::value(content.shown_until.0))
        .col_expr(Column::IsMailed, Expr::value(content.is_mailed))
        .col_expr(Column::Version, Expr::value(version + 1))
        .filter(draft(id, version))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Publishes a draft as it was seen; false when it is another by now.
///
/// # Errors
/// Of the database.
pub async fn publish<C: ConnectionTrait>(db: &C, id: AnnouncementId, version: i32, by: &str, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::PublishedAt, Expr::value(now.0))
        .col_expr(Column::PublishedBy, Expr::value(by))
        .filter(draft(id, version))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Throws a draft away; false when it is another by now.
///
/// # Errors
/// Of the database.
pub async fn remove_draft<C: ConnectionTrait>(db: &C, id: AnnouncementId, version: i32) -> Result<bool, StorageError> {
    Ok(Entity::delete_many().filter(draft(id, version)).exec(db).await?.rows_affected == 1)
}

fn draft(id: AnnouncementId, version: i32) -> Condition {
    Condition::all().add(Column::Id.eq(id.0)).add(Column::Version.eq(version)).add(Column::PublishedAt.is_null())
}

/// Published, and neither ended nor over.
fn live(now: Moment) -> Condition {
    Condition::all().add(Column::PublishedAt.is_not_null()).add(Column::EndedAt.is_null()).add(Column::ShownUntil.gt(now.0))
}

/// Ends one before its time; false when it is not published, over, or ended by somebody else.
///
/// # Errors
/// Of the database.
pub async fn end<C: ConnectionTrait>(db: &C, id: AnnouncementId, by: &str, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.0))
        .col_expr(Column::EndedBy, Expr::value(by))
        .filter(Column::Id.eq(id.0))
        .filter(live(now))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Finds one.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: AnnouncementId) -> Result<Option<Announcement>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// Those of a scope, the newest first: the published ones, and one's own drafts.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    author: Option<AccountId>,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<Announcement>, StorageError> {
    let own = Column::AuthorId.eq(author.map(|author| author.0));
    let mut select = Entity::find().filter(Condition::any().add(Column::PublishedAt.is_not_null()).add(own));
    if let ListScope::Voivodeships(codes) = scope {
        select = select.filter(Column::Voivodeship.is_in(codes.iter().map(VoivodeshipCode::as_str)));
    }
    if let Some(row) = after.and_then(read_number_cursor) {
        select = select.filter(beyond(Column::CreatedAt, Column::Id, row, &Order::Desc));
    }
    let rows = select.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(size as u64 + 1).all(db).await?;
    let slice = Slice::cut(rows, size, |row: &Model| number_cursor(row.created_at, row.id));
    Ok(Slice { rows: all_to_domain(slice.rows)?, next: slice.next })
}

/// What is shown now, to whomever, without what this account has put aside: what presses first, then the latest. It reads the few rows
/// of a partial index that holds nothing but what is not over yet.
///
/// # Errors
/// Of the database.
pub async fn list_live<C: ConnectionTrait>(db: &C, account: Option<AccountId>, now: Moment) -> Result<Vec<Announcement>, StorageError> {
    let mut select = Entity::find().filter(live(now)).filter(Column::ShownFrom.lte(now.0));
    if let Some(account) = account {
        let put_aside = Query::select()
            .expr(Expr::val(1))
            .from(dismissal::Entity)
            .and_where(dismissal::Column::AccountId.eq(account.0))
            .and_where(Expr::col((dismissal::Entity, dismissal::Column::AnnouncementId)).equals((Entity, Column::Id)))
            .to_owned();
        select = select.filter(Expr::exists(put_aside).not());
    }
    // In the order of the alphabet „important” stands before „information”.
    let select = select.order_by_asc(Column::Urgency).order_by_desc(Column::ShownFrom).order_by_desc(Column::Id);
    all_to_domain(select.limit(MOST_LIVE).all(db).await?)
}

/// What was or is shown to whomever, since a moment, the latest first.
///
/// # Errors
/// Of the database.
pub async fn list_shown<C: ConnectionTrait>(
    db: &C,
    since: Moment,
    now: Moment,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<Announcement>, StorageError> {
    let mut select =
        Entity::find().filter(Column::PublishedAt.is_not_null()).filter(Column::ShownFrom.lte(now.0)).filter(Column::ShownFrom.gt(since.0));
    if let Some(row) = after.and_then(read_number_cursor) {
        select = select.filter(beyond(Column::ShownFrom, Column::Id, row, &Order::Desc));
    }
    let rows = select.order_by_desc(Column::ShownFrom).order_by_desc(Column::Id).limit(size as u64 + 1).all(db).await?;
    let slice = Slice::cut(rows, size, |row: &Model| number_cursor(row.shown_from, row.id));
    Ok(Slice { rows: all_to_domain(slice.rows)?, next: slice.next })
}

/// The place behind this announcement in [`list_shown`].
pub fn shown_cursor(one: &Announcement) -> String {
    number_cursor(one.content.shown_from.0, one.id.0)
}

/// Puts one aside for an account; a second time changes nothing.
///
/// # Errors
/// Of the database.
pub async fn dismiss<C: ConnectionTrait>(db: &C, id: AnnouncementId, account: AccountId, now: Moment) -> Result<(), StorageError> {
    let row = dismissal::ActiveModel { account_id: Set(account.0), announcement_id: Set(id.0), dismissed_at: Set(now.0) };
    let again = OnConflict::columns([dismissal::Column::AccountId, dismissal::Column::AnnouncementId]).do_nothing().to_owned();
    dismissal::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Where somebody holds a right today: voivodeship and kind of the unit, and the sub-area.
///
/// # Errors
/// Of the database.
pub async fn rights_of<C: ConnectionTrait>(
    db: &C,
    account: AccountId,
    today: Date,
) -> Result<Vec<(VoivodeshipCode, String, String)>, StorageError> {
    let held = Query::select()
        .distinct()
        .column((unit::Entity, unit::Column::Voivodeship))
        .column((unit::Entity, unit::Column::Kind))
        .column((grant::Entity, grant::Column::SubArea))
        .from(grant::Entity)
        .inner_join(unit::Entity, Expr::col((unit::Entity, unit::Column::Id)).equals((grant::Entity, grant::Column::UnitId)))
        .and_where(grant::Column::AccountId.eq(account.0))
        .cond_where(super::grants::in_force(&today.to_string()))
        .to_owned();
    let rows = db.query_all(&held).await?;
    let text = |row: &sea_orm::QueryResult, at: usize| row.try_get_by_index::<String>(at);
    rows.iter().map(|row| Ok((VoivodeshipCode::trusted(text(row, 0)?), text(row, 1)?, text(row, 2)?))).collect()
}

/// The one whose letters are to be queued next: shown, and not all of its letters are.
///
/// # Errors
/// Of the database.
pub async fn next_to_mail<C: ConnectionTrait>(db: &C, now: Moment) -> Result<Option<AnnouncementId>, StorageError> {
    let next: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(to_mail(now))
        .order_by_asc(Column::ShownFrom)
        .order_by_asc(Column::Id)
        .into_tuple()
        .one(db)
        .await?;
    Ok(next.map(AnnouncementId))
}

fn to_mail(now: Moment) -> Condition {
    live(now).add(Column::MailedAt.is_null()).add(Column::IsMailed.eq(true)).add(Column::ShownFrom.lte(now.0))
}

/// Locks that one, with the last account for which a letter was queued; none when another worker was quicker, or it was ended.
///
/// # Errors
/// Of the database.
pub async fn lock_to_mail<C: ConnectionTrait>(
    db: &C,
    id: AnnouncementId,
    now: Moment,
) -> Result<Option<(Announcement, Option<AccountId>)>, StorageError> {
    let row = Entity::find_by_id(id.0).filter(to_mail(now)).lock(LockType::Update).one(db).await?;
    let Some(row) = row else { return Ok(None) };
    let after = row.mail_after.map(AccountId);
    Ok(Some((to_domain(row)?, after)))
}

/// Notes how far the letters are queued: up to this account, so many more, and whether those are all.
///
/// # Errors
/// Of the database.
pub async fn save_mailed<C: ConnectionTrait>(
    db: &C,
    id: AnnouncementId,
    last: Option<AccountId>,
    queued: usize,
    finished: Option<Moment>,
) -> Result<(), StorageError> {
    let queued = i32::try_from(queued).unwrap_or(i32::MAX);
    let mut change = Entity::update_many()
        .col_expr(Column::Mailed, Expr::col(Column::Mailed).add(queued))
        .col_expr(Column::MailedAt, Expr::value(finished.map(|at| at.0)));
    if let Some(last) = last {
        change = change.col_expr(Column::MailAfter, Expr::value(last.0));
    }
    change.filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}
