//! Rows of the offices' mailboxes: which worker looks into one, since when one cannot be read, and which messages were taken. A message
//! that was taken is never taken again, also when what became of it is erased.

use super::StorageError;
use super::entities::{post_mailbox, post_message};
use crate::domain::moment::Moment;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// A message of a mailbox: by its number there, and by its bytes. Its own Message-ID is among these, and is not trusted alone: whoever
/// forges it would keep another's message out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Whose mailbox.
    pub voivodeship: VoivodeshipCode,
    /// Validity of the numbers.
    pub validity: u32,
    /// Number.
    pub uid: u32,
    /// SHA-256 of the message.
    pub digest: String,
}

/// A mailbox that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// Whose.
    pub voivodeship: VoivodeshipCode,
    /// Since when.
    pub since: Moment,
    /// What is wrong, by name.
    pub failure: String,
}

fn known(message: &Taken) -> Condition {
    use post_message::Column;
    let numbered = Condition::all().add(Column::Validity.eq(i64::from(message.validity))).add(Column::Uid.eq(i64::from(message.uid)));
    Condition::all()
        .add(Column::Voivodeship.eq(message.voivodeship.as_str()))
        .add(Condition::any().add(numbered).add(Column::Digest.eq(message.digest.as_str())))
}

/// Whether a message was taken before.
///
/// # Errors
/// Of the database.
pub async fn is_taken<C: ConnectionTrait>(db: &C, message: &Taken) -> Result<bool, StorageError> {
    Ok(post_message::Entity::find().filter(known(message)).one(db).await?.is_some())
}

/// Takes a message, in the transaction that adds what becomes of it; false when it was taken before, also by another worker just now.
///
/// # Errors
/// Of the database.
pub async fn take<C: ConnectionTrait>(db: &C, message: &Taken, now: Moment) -> Result<bool, StorageError> {
    if is_taken(db, message).await? {
        return Ok(false);
    }
    let row = post_message::ActiveModel {
        voivodeship: Set(message.voivodeship.to_string()),
        digest: Set(message.digest.clone()),
        validity: Set(i64::from(message.validity)),
        uid: Set(i64::from(message.uid)),
        taken_at: Set(now.0),
    };
    let added = post_message::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(db).await?;
    Ok(added == 1)
}

/// Lets a worker look into a mailbox that no other looks into.
///
/// # Errors
/// Of the database.
pub async fn claim<C: ConnectionTrait>(
    db: &C,
    office: &VoivodeshipCode,
    owner: &str,
    now: Moment,
    until: Moment,
) -> Result<bool, StorageError> {
    use post_mailbox::Column;
    let row = post_mailbox::ActiveModel {
        voivodeship: Set(office.to_string()),
        lease_owner: Set(None),
        lease_until: Set(None),
        read_at: Set(None),
        failing_since: Set(None),
        failure: Set(None),
    };
    let there = OnConflict::column(Column::Voivodeship).do_nothing().to_owned();
    post_mailbox::Entity::insert(row).on_conflict(there).exec_without_returning(db).await?;
    let claimed = post_mailbox::Entity::update_many()
        .col_expr(Column::LeaseOwner, Expr::value(owner))
        .col_expr(Column::LeaseUntil, Expr::value(until.0))
        .filter(Column::Voivodeship.eq(office.as_str()))
        .filter(Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lte(now.0)))
        .exec(db)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Gives a mailbox back and notes how it went: read, or failing since the first time that it was not.
///
/// # Errors
/// Of the database.
pub async fn release<C: ConnectionTrait>(
    db: &C,
    office: &VoivodeshipCode,
    owner: &str,
    now: Moment,
    failure: Option<&str>,
) -> Result<(), StorageError> {
    use post_mailbox::Column;
    let own = Condition::all().add(Column::Voivodeship.eq(office.as_str())).add(Column::LeaseOwner.eq(owner));
    if failure.is_some() {
        post_mailbox::Entity::update_many()
            .col_expr(Column::FailingSince, Expr::value(now.0))
            .filter(own.clone())
            .filter(Column::FailingSince.is_null())
            .exec(db)
            .await?;
    }
    let mut update = post_mailbox::Entity::update_many()
        .col_expr(Column::Failure, Expr::value(failure.map(str::to_owned)))
        .col_expr(Column::LeaseOwner, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None));
    if failure.is_none() {
        update = update.col_expr(Column::FailingSince, Expr::value(Option::<i64>::None)).col_expr(Column::ReadAt, Expr::value(now.0));
    }
    update.filter(own).exec(db).await?;
    Ok(())
}

/// The mailboxes within scope that cannot be read.
///
/// # Errors
/// Of the database.
pub async fn list_failing<C: ConnectionTrait>(db: &C, scope: &ListScope) -> Result<Vec<Failing>, StorageError> {
    use post_mailbox::Column;
    let rows = post_mailbox::Entity::find().filter(Column::FailingSince.is_not_null()).order_by_asc(Column::Voivodeship).all(db).await?;
    let failing = rows.into_iter().filter(|row| scope.includes(&row.voivodeship)).filter_map(|row| {
        Some(Failing {
            voivodeship: VoivodeshipCode::trusted(row.voivodeship),
            since: Moment(row.failing_since?),
            failure: row.failure.unwrap_or_default(),
        })
    });
    Ok(failing.collect())
}
