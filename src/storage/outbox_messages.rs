//! Rows of the outbox, taken with a lease by one worker at a time.

pub mod listing;

use super::entities::application;
use super::entities::outbox_message::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use super::{StorageError, accounts};
use crate::domain::delivery::DeliveryFailure;
use crate::domain::id::{AccountId, ApplicationId, CorrelationId, DraftId, MessageId};
use crate::domain::moment::{MINUTE_MS, Moment};
use crate::domain::notice::Notice;
use crate::domain::voivodeship::VoivodeshipCode;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Statement, UpdateMany,
};

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageStatus {
    /// To be delivered, now or later.
    Waiting,
    /// Delivered.
    Sent,
    /// Given up after too many attempts.
    GivenUp,
    /// Needless by the time it came up (nobody to tell any more).
    Dropped,
}

impl MessageStatus {
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::GivenUp, Self::Dropped].into_iter().find(|s| s.key() == key)
    }
}

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxMessage {
    /// Row; also the letter's stable Message-ID.
    pub id: MessageId,
    /// What to tell.
    pub notice: Notice,
    /// Where it is.
    pub status: MessageStatus,
    /// Attempts so far, the present one included.
    pub attempts: i32,
    /// Not before.
    pub next_attempt_at: Moment,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// Queued.
    pub created_at: Moment,
    /// Sent or given up.
    pub finished_at: Option<Moment>,
    /// The request that queued it.
    pub correlation: CorrelationId,
    /// In whose scope the matter lay when it was queued; none: nobody's but the centre's.
    pub voivodeship: Option<VoivodeshipCode>,
    /// The address of the last attempt, as addresses are compared; forgotten after some time.
    pub sent_to: Option<String>,
    /// Why the last attempt failed, and the mail server's code.
    pub failure: Option<(DeliveryFailure, Option<i32>)>,
}

/// What an attempt leaves behind in its row.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tried<'a> {
    /// To which address, as addresses are compared.
    pub sent_to: Option<&'a str>,
    /// Why it failed, for whoever runs the portal; without personal data.
    pub error: Option<&'a str>,
    /// Why it failed, and the mail server's code.
    pub failure: Option<(DeliveryFailure, Option<u16>)>,
}

fn to_domain(row: Model) -> Result<OutboxMessage, StorageError> {
    Ok(OutboxMessage {
        id: MessageId(row.id),
        notice: serde_json::from_value(row.notice).map_err(|_| damaged("notice"))?,
        status: MessageStatus::from_key(&row.status).ok_or_else(|| damaged("message status"))?,
        attempts: row.attempts,
        next_attempt_at: Moment(row.next_attempt_at),
        last_error: row.last_error,
        created_at: Moment(row.created_at),
        finished_at: row.finished_at.map(Moment),
        correlation: CorrelationId(row.correlation),
        voivodeship: row.voivodeship.map(VoivodeshipCode::trusted),
        sent_to: row.sent_to,
        failure: row.failure.and_then(|key| DeliveryFailure::from_key(&key)).map(|failure| (failure, row.failure_code)),
    })
}

/// In whose scope a notice lies: that of its application, else that of the account; of several, only where they have one in common.
async fn place_of<C: ConnectionTrait>(db: &C, notice: &Notice) -> Result<Option<VoivodeshipCode>, StorageError> {
    let (account, application, _) = subjects(notice);
    if let Some(application) = application {
        let found: Option<String> = application::Entity::find_by_id(application.0)
            .select_only()
            .column(application::Column::Voivodeship)
            .into_tuple()
            .one(db)
            .await?;
        return Ok(found.map(VoivodeshipCode::trusted));
    }
    let accounts: Vec<AccountId> = match notice {
        Notice::PasswordResetRequested { accounts } => accounts.clone(),
        _ => account.into_iter().collect(),
    };
    let mut found = accounts::voivodeships_of(db, &accounts).await?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// A row that this program cannot read (a newer one wrote it) must not keep the others from leaving or from being seen:
/// it is left out, and a lease on it runs out, after which another process may know it.
fn readable(rows: Vec<Model>) -> Vec<OutboxMessage> {
    let read = |row: Model| {
        let id = row.id;
        to_domain(row).inspect_err(|error| tracing::error!(message = %id, %error, "an outbox message cannot be read")).ok()
    };
    rows.into_iter().filter_map(read).collect()
}

/// Queues a notice, in the transaction of the change that it tells of.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(
    db: &C,
    id: MessageId,
    notice: &Notice,
    correlation: CorrelationId,
    now: Moment,
) -> Result<(), StorageError> {
    let (account, application, draft) = subjects(notice);
    let place = place_of(db, notice).await?;
    let row = ActiveModel {
        id: Set(id.0),
        notice: Set(serde_json::to_value(notice).map_err(|_| damaged("notice"))?),
        kind: Set(notice.key().to_owned()),
        account_id: Set(account.map(|a| a.0)),
        application_id: Set(application.map(|a| a.0)),
        draft_id: Set(draft.map(|d| d.0)),
        status: Set(MessageStatus::Waiting.key().to_owned()),
        attempts: Set(0),
        next_attempt_at: Set(now.0),
        lease_until: Set(None),
        lease_owner: Set(None),
        last_error: Set(None),
        created_at: Set(now.0),
        finished_at: Set(None),
        correlation: Set(correlation.0),
        voivodeship: Set(place.map(|code| code.to_string())),
        sent_to: Set(None),
        failure: Set(None),
        failure_code: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Whether something of this kind about an application was queued since a moment, whatever became of it.
///
/// # Errors
/// Of the database.
pub async fn is_told_since<C: ConnectionTrait>(
    db: &C,
    application: ApplicationId,
    kind: &str,
    since: Moment,
) -> Result<bool, StorageError> {
    let told =
        Entity::find().filter(Column::ApplicationId.eq(application.0)).filter(Column::Kind.eq(kind)).filter(Column::CreatedAt.gte(since.0));
    Ok(told.limit(1).one(db).await?.is_some())
}

fn subjects(notice: &Notice) -> (Option<AccountId>, Option<ApplicationId>, Option<DraftId>) {
    match notice {
        Notice::EmailConfirmationRequested { draft } | Notice::DraftLinkRequested { draft } => (None, None, Some(*draft)),
        Notice::ApplicationRegistered { application, .. }
        | Notice::SignedFormReceived { application }
        | Notice::ApplicationReturned { application }
        | Notice::ApplicationApproved { application }
        | Notice::ApplicationRejected { application }
        | Notice::ApplicationWithdrawn { application }
        | Notice::UnitChangeApproved { application }
        | Notice::ApplicationDeadlineNear { application, .. }
        | Notice::ApplicationExpired { application } => (None, Some(*application), None),
        Notice::ApplicationEscalated { account, .. }
        | Notice::OfficeDeadlines { account, .. }
        | Notice::StandInNamed { account, .. }
        | Notice::StandInEnded { account, .. }
        | Notice::RoleProposed { account, .. }
        | Notice::RoleProposalSettled { account, .. }
        | Notice::RoleRevoked { account, .. }
        | Notice::AccountInvited { account }
        | Notice::AnnouncementPublished { account, .. }
        | Notice::UnitEnded { account, .. }
        | Notice::UnitEndingStopped { account, .. }
        | Notice::PasswordChanged { account }
        | Notice::AccountBlocked { account, .. }
        | Notice::SignedInOnNewDevice { account, .. }
        | Notice::EmailChangeRequested { account, .. }
        | Notice::EmailChangeAnnounced { account, .. }
        | Notice::EmailChanged { account, .. }
        | Notice::EmailChangeQueued { account, .. }
        | Notice::LostMailboxReplaced { account, .. }
        | Notice::EmailChangeEnded { account, .. }
        | Notice::GrantsRevoked { account, .. }
        | Notice::UnitGrantsRevoked { account, .. }
        | Notice::GrantsEnding { account, .. }
        | Notice::UnitGrantsEnding { account, .. }
        | Notice::ClosingRequested { account }
        | Notice::AccountClosed { account, .. }
        | Notice::SecondFactorAdded { account }
        | Notice::SecondFactorRemoved { account, .. }
        | Notice::RecoveryCodeUsed { account, .. }
        | Notice::PasskeyAdded { account }
        | Notice::AttestationRestored { account, .. }
        | Notice::AccountJoinRefused { account, .. }
        | Notice::AccountsJoined { account, .. }
        | Notice::AccountJoinUndone { account, .. }
        | Notice::PasskeyRemoved { account } => (Some(*account), None, None),
        Notice::AttestationOpened { account, .. }
        | Notice::OfficeChanged { account, .. }
        | Notice::AttestationReminded { account, .. }
        | Notice::AttestationSuspended { account, .. } => (*account, None, None),
        Notice::PasswordResetRequested { accounts } => match accounts[..] {
            [account] => (Some(account), None, None),
            // `reset_requests` knows which.
            _ => (None, None, None),
        },
    }
}

/// What became of a letter, for its recipient's own record. What it said is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRecord {
    /// Key under `notices`.
    pub kind: String,
    /// Where it is.
    pub status: String,
    /// Queued.
    pub created_at: Moment,
    /// Sent or given up.
    pub finished_at: Option<Moment>,
}

/// The letters to an account, about itself or about these applications of its own, the newest first.
///
/// # Errors
/// Of the database.
pub async fn records_of<C: ConnectionTrait>(
    db: &C,
    account: AccountId,
    applications: &[ApplicationId],
) -> Result<Vec<LetterRecord>, StorageError> {
    use super::entities::reset_request;
    let asked = Query::select()
        .column(reset_request::Column::MessageId)
        .from(reset_request::Entity)
        .and_where(reset_request::Column::AccountId.eq(account.0))
        .to_owned();
    let own = Condition::any()
        .add(Column::AccountId.eq(account.0))
        .add(Column::ApplicationId.is_in(applications.iter().map(|id| id.0)))
        .add(Column::Id.in_subquery(asked));
    let rows = Entity::find().filter(own).order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).all(db).await?;
    let record = |row: Model| LetterRecord {
        kind: row.kind,
        status: row.status,
        created_at: Moment(row.created_at),
        finished_at: row.finished_at.map(Moment),
    };
    Ok(rows.into_iter().map(record).collect())
}

/// How many notices of a kind were queued for an account since a moment.
///
/// # Errors
/// Of the database.
pub async fn count_since<C: ConnectionTrait>(db: &C, account: AccountId, kind: &str, since: Moment) -> Result<u64, StorageError> {
    use sea_orm::PaginatorTrait;
    Ok(Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Kind.eq(kind))
        .filter(Column::CreatedAt.gte(since.0))
        .count(db)
        .await?)
}

/// How many notices were queued for a draft since a moment.
///
/// # Errors
/// Of the database.
pub async fn count_for_draft_since<C: ConnectionTrait>(db: &C, draft: DraftId, since: Moment) -> Result<u64, StorageError> {
    use sea_orm::PaginatorTrait;
    Ok(Entity::find().filter(Column::DraftId.eq(draft.0)).filter(Column::CreatedAt.gte(since.0)).count(db).await?)
}

/// How far the clocks of two processes may differ, in milliseconds.
const SKEW_MS: i64 = 5 * MINUTE_MS;

/// Takes up to `limit` due messages under a lease: one statement, so that several processes share the work. A clock that was ahead and
/// was put right keeps nothing waiting: a message from the future that nobody has tried is due, and so is one whose
/// lease is longer than any.
///
/// # Errors
/// Of the database.
pub async fn take<C: ConnectionTrait>(
    db: &C,
    owner: &str,
    now: Moment,
    lease_until: Moment,
    limit: u64,
) -> Result<Vec<OutboxMessage>, StorageError> {
    let backend = db.get_database_backend();
    // SQLite has one writer at a time and no such clause.
    let lock = if backend == DatabaseBackend::Postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE outbox_messages SET lease_until = $1, lease_owner = $2, attempts = attempts + 1 WHERE id IN (\
         SELECT id FROM outbox_messages WHERE status = 'waiting' AND (next_attempt_at <= $3 OR (attempts = 0 AND created_at > $5) OR lease_until > $6) \
         AND (lease_until IS NULL OR lease_until <= $3 OR lease_until > $6) ORDER BY next_attempt_at LIMIT $4 {lock}) RETURNING *"
    );
    let (future, longest) = (now.plus_ms(SKEW_MS), lease_until.plus_ms(SKEW_MS));
    let values = [lease_until.0.into(), owner.into(), now.0.into(), (limit as i64).into(), future.0.into(), longest.0.into()];
    let rows = Model::find_by_statement(Statement::from_sql_and_values(backend, sql, values)).all(db).await?;
    let mut messages = readable(rows);
    messages.sort_by_key(|m| (m.created_at, m.id));
    Ok(messages)
}

/// Writes what an attempt left behind. A letter that was not composed went nowhere: then the address of an earlier attempt stays.
fn trace(tried: Tried<'_>) -> UpdateMany<Entity> {
    let (failure, code) = tried.failure.map_or((None, None), |(failure, code)| (Some(failure.key()), code.map(i32::from)));
    let change = Entity::update_many()
        .col_expr(Column::LastError, Expr::value(tried.error))
        .col_expr(Column::Failure, Expr::value(failure))
        .col_expr(Column::FailureCode, Expr::value(code));
    match tried.sent_to {
        Some(address) => change.col_expr(Column::SentTo, Expr::value(address)),
        None => change,
    }
}

/// Ends a message that this owner holds; false when the lease ran out and another worker has it.
///
/// # Errors
/// Of the database.
pub async fn finish<C: ConnectionTrait>(
    db: &C,
    id: MessageId,
    owner: &str,
    status: MessageStatus,
    tried: Tried<'_>,
    now: Moment,
) -> Result<bool, StorageError> {
    let done = trace(tried)
        .col_expr(Column::Status, Expr::value(status.key()))
        .col_expr(Column::FinishedAt, Expr::value(now.0))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .filter(Column::Id.eq(id.0))
        .filter(Column::LeaseOwner.eq(owner))
        .filter(Column::Status.eq(MessageStatus::Waiting.key()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Puts a message back for a later attempt.
///
/// # Errors
/// Of the database.
pub async fn postpone<C: ConnectionTrait>(db: &C, id: MessageId, owner: &str, next: Moment, tried: Tried<'_>) -> Result<(), StorageError> {
    trace(tried)
        .col_expr(Column::NextAttemptAt, Expr::value(next.0))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .filter(Column::Id.eq(id.0))
        .filter(Column::LeaseOwner.eq(owner))
        .filter(Column::Status.eq(MessageStatus::Waiting.key()))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives back what this owner holds and has not begun (a stop): the attempt does not count.
///
/// # Errors
/// Of the database.
pub async fn release<C: ConnectionTrait>(db: &C, id: MessageId, owner: &str) -> Result<(), StorageError> {
    use sea_orm::ExprTrait;
    Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).sub(1))
        .filter(Column::Id.eq(id.0))
        .filter(Column::LeaseOwner.eq(owner))
        .filter(Column::Status.eq(MessageStatus::Waiting.key()))
        .exec(db)
        .await?;
    Ok(())
}

/// Sets a given-up message to be tried again; false when there is none such.
///
/// # Errors
/// Of the database.
pub async fn retry<C: ConnectionTrait>(db: &C, id: MessageId, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::Status, Expr::value(MessageStatus::Waiting.key()))
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::NextAttemptAt, Expr::value(now.0))
        .col_expr(Column::FinishedAt, Expr::value(Option::<i64>::None))
        .filter(Column::Id.eq(id.0))
        .filter(Column::Status.eq(MessageStatus::GivenUp.key()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes an address out of all letters that went there.
///
/// # Errors
/// Of the database.
pub async fn forget_address<C: ConnectionTrait>(db: &C, address: &str) -> Result<(), StorageError> {
    let forget = Entity::update_many().col_expr(Column::SentTo, Expr::value(Option::<String>::None));
    forget.filter(Column::SentTo.eq(address)).exec(db).await?;
    Ok(())
}

/// Takes the addresses out of up to `limit` letters that were finished before a moment; gives their number.
///
/// # Errors
/// Of the database.
pub async fn forget_addresses<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<u64, StorageError> {
    let old = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::SentTo.is_not_null())
        .and_where(Column::FinishedAt.lt(before.0))
        .limit(limit)
        .to_owned();
    let forget = Entity::update_many().col_expr(Column::SentTo, Expr::value(Option::<String>::None));
    Ok(forget.filter(Column::Id.in_subquery(old)).exec(db).await?.rows_affected)
}

/// How many letters of a kind are due, at most `limit`.
///
/// # Errors
/// Of the database.
pub async fn count_due<C: ConnectionTrait>(db: &C, kind: &str, now: Moment, limit: u64) -> Result<u64, StorageError> {
    use sea_orm::PaginatorTrait;
    let due = Entity::find().filter(Column::Status.eq(MessageStatus::Waiting.key())).filter(Column::NextAttemptAt.lte(now.0));
    Ok(due.filter(Column::Kind.eq(kind)).select_only().column(Column::Id).limit(limit).count(db).await?)
}

/// Finds a message.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: MessageId) -> Result<Option<OutboxMessage>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// Messages of a status, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C, status: Option<MessageStatus>, limit: u64) -> Result<Vec<OutboxMessage>, StorageError> {
    let mut select = Entity::find();
    if let Some(status) = status {
        select = select.filter(Column::Status.eq(status.key()));
    }
    Ok(readable(select.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(limit).all(db).await?))
}

/// Depth of the outbox and the age of its oldest waiting message in milliseconds.
///
/// # Errors
/// Of the database.
pub async fn measure<C: ConnectionTrait>(db: &C, now: Moment) -> Result<(u64, i64), StorageError> {
    use sea_orm::PaginatorTrait;
    let waiting = || Entity::find().filter(Column::Status.eq(MessageStatus::Waiting.key()));
    let depth = waiting().select_only().column(Column::Id).limit(10_000).count(db).await?;
    let oldest = waiting().order_by_asc(Column::CreatedAt).one(db).await?;
    Ok((depth, oldest.map_or(0, |row| now.since(Moment(row.created_at)).max(0))))
}
