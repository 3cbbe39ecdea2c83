//! The outbox as a list: letters within scope, with whom each was for. What may not live here: what they said; it is not kept.

use super::super::StorageError;
use super::super::entities::outbox_message::{Column, Entity, Model};
use super::super::entities::{account, application, reset_request};
use super::super::page::{Slice, beyond, number_cursor, read_number_cursor};
use super::{MessageStatus, OutboxMessage, readable};
use crate::domain::delivery::DeliveryFailure;
use crate::domain::id::{AccountId, ApplicationId, MessageId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Why letters were given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// For this reason.
    Known(DeliveryFailure),
    /// For none of them: before they were told apart, or by a restore.
    Other,
}

impl FailureClass {
    /// All, in the order in which they are offered.
    pub fn all() -> impl Iterator<Item = Self> {
        DeliveryFailure::ALL.into_iter().map(Self::Known).chain([Self::Other])
    }
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Known(failure) => failure.key(),
            Self::Other => "other",
        }
    }
    /// Reads a [`FailureClass::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::all().find(|class| class.key() == key)
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// Letters to this address, or to accounts that have it now.
    Address(String),
    /// Letters about this application.
    Application(ApplicationId),
    /// Letters to this account, and about its applications.
    Account(AccountId),
    /// What is nobody's: nothing is found.
    Nobody,
}

/// Which letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterFilter {
    /// Of one state.
    pub status: Option<MessageStatus>,
    /// Given up for this.
    pub failure: Option<FailureClass>,
    /// Of somebody or something.
    pub sought: Option<Sought>,
}

fn lies_in(scope: &ListScope) -> Condition {
    match scope {
        ListScope::Country => Condition::all(),
        ListScope::Voivodeships(codes) => Condition::all().add(Column::Voivodeship.is_in(codes.iter().map(VoivodeshipCode::as_str))),
    }
}

fn is_of(class: FailureClass) -> Condition {
    let given_up = Condition::all().add(Column::Status.eq(MessageStatus::GivenUp.key()));
    match class {
        FailureClass::Known(failure) => given_up.add(Column::Failure.eq(failure.key())),
        FailureClass::Other => given_up.add(Column::Failure.is_null()),
    }
}

fn is_sought(sought: &Sought) -> Condition {
    match sought {
        Sought::Nobody => Condition::any(),
        Sought::Application(id) => Condition::any().add(Column::ApplicationId.eq(id.0)),
        Sought::Account(id) => {
            let asked = Query::select()
                .column(reset_request::Column::MessageId)
                .from(reset_request::Entity)
                .and_where(reset_request::Column::AccountId.eq(id.0))
                .to_owned();
            let filed = Query::select()
                .column(application::Column::Id)
                .from(application::Entity)
                .and_where(application::Column::ApplicantId.eq(id.0))
                .to_owned();
            Condition::any()
                .add(Column::AccountId.eq(id.0))
                .add(Column::ApplicationId.in_subquery(filed))
                .add(Column::Id.in_subquery(asked))
        }
        Sought::Address(address) => {
            let holders = Query::select()
                .column(account::Column::Id)
                .from(account::Entity)
                .and_where(account::Column::EmailKey.eq(address.as_str()))
                .to_owned();
            Condition::any().add(Column::SentTo.eq(address.as_str())).add(Column::AccountId.in_subquery(holders))
        }
    }
}

/// One page of letters within scope, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    filter: &LetterFilter,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<OutboxMessage>, StorageError> {
    if filter.sought == Some(Sought::Nobody) {
        return Ok(Slice { rows: Vec::new(), next: None });
    }
    let mut select = Entity::find().filter(lies_in(scope));
    if let Some(status) = filter.status {
        select = select.filter(Column::Status.eq(status.key()));
    }
    if let Some(class) = filter.failure {
        select = select.filter(is_of(class));
    }
    if let Some(sought) = &filter.sought {
        select = select.filter(is_sought(sought));
    }
    if let Some(row) = after.and_then(read_number_cursor) {
        select = select.filter(beyond(Column::CreatedAt, Column::Id, row, &Order::Desc));
    }
    let rows = select.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(size as u64 + 1).all(db).await?;
    // Where the list goes on is said by rows, also by one that this program cannot read.
    let slice = Slice::cut(rows, size, |row: &Model| number_cursor(row.created_at, row.id));
    Ok(Slice { next: slice.next, rows: readable(slice.rows) })
}

/// The letters about an application, the newest first.
///
/// # Errors
/// Of the database.
pub async fn of_application<C: ConnectionTrait>(
    db: &C,
    application: ApplicationId,
    limit: u64,
) -> Result<Vec<OutboxMessage>, StorageError> {
    let own = Entity::find().filter(Column::ApplicationId.eq(application.0));
    Ok(readable(own.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(limit).all(db).await?))
}

/// Numbers of the applications that letters are about.
///
/// # Errors
/// Of the database.
pub async fn numbers_of<C: ConnectionTrait>(
    db: &C,
    ids: &[ApplicationId],
) -> Result<BTreeMap<ApplicationId, (ApplicationNumber, AccountId)>, StorageError> {
    use application::Column;
    let found: Vec<(Uuid, String, Uuid)> = application::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Number, Column::ApplicantId])
        .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await?;
    let named =
        |(id, number, applicant): (Uuid, String, Uuid)| (ApplicationId(id), (ApplicationNumber::trusted(number), AccountId(applicant)));
    Ok(found.into_iter().map(named).collect())
}

/// Which account and which application a letter is to or about.
pub fn subjects_of(message: &OutboxMessage) -> (Option<AccountId>, Option<ApplicationId>) {
    let (account, application, _) = super::subjects(&message.notice);
    (account, application)
}

/// Letters of a scope that were given up for one reason, the first first.
///
/// # Errors
/// Of the database.
pub async fn given_up<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    class: FailureClass,
    limit: u64,
) -> Result<Vec<MessageId>, StorageError> {
    let select = Entity::find().select_only().column(Column::Id).filter(lies_in(scope)).filter(is_of(class));
    let ids: Vec<Uuid> = select.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(limit).into_tuple().all(db).await?;
    Ok(ids.into_iter().map(MessageId).collect())
}

/// How many letters of a scope were given up, by reason; each number at most `most`.
///
/// # Errors
/// Of the database.
pub async fn count_given_up<C: ConnectionTrait>(db: &C, scope: &ListScope, most: u64) -> Result<Vec<(FailureClass, u64)>, StorageError> {
    use sea_orm::PaginatorTrait;
    let mut counts = Vec::new();
    for class in FailureClass::all() {
        let found = Entity::find().select_only().column(Column::Id).filter(lies_in(scope)).filter(is_of(class)).limit(most);
        counts.push((class, found.count(db).await?));
    }
    Ok(counts)
}
