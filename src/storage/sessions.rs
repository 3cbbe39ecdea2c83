//! Rows of sessions. Only the hash of the cookie is stored.

use super::StorageError;
use super::entities::{grant, session};
use super::page::damaged;
use super::stand_ins;
use crate::domain::account::{AccountStatus, Role, RoleAssignment};
use crate::domain::actor::SignedIn;
use crate::domain::id::{AccountId, RoleAssignmentId, SessionId, UnitId};
use crate::domain::moment::Moment;
use crate::domain::stand_in::is_decider;
use crate::domain::voivodeship::VoivodeshipCode;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// Sign-in.
    pub created_at: Moment,
    /// Last request that counted as activity.
    pub last_seen_at: Moment,
    /// It was found to have ended by time; its row stays a while, so that a form sent too late still has an owner.
    pub ended_at: Option<Moment>,
    /// Everything that its sign-in asks for was proven; else the second factor is awaited.
    pub is_raised: bool,
    /// The account has a second factor now.
    pub has_factor: bool,
    /// The account's password is as long as one without a second factor must be.
    pub password_is_long: bool,
}

/// Which browser, and from where.
#[derive(Debug, Clone)]
pub struct Whence {
    /// What the browser calls itself.
    pub device: String,
    /// Its address.
    pub network: String,
}

/// Starts a session; its owner has proven all that the sign-in asks for.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(
    db: &C,
    id: SessionId,
    token_hash: [u8; 32],
    account: AccountId,
    device: &str,
    network: &str,
    now: Moment,
) -> Result<(), StorageError> {
    let row = session::ActiveModel {
        token_hash: Set(token_hash.to_vec()),
        account_id: Set(account.0),
        created_at: Set(now.0),
        last_seen_at: Set(now.0),
        device: Set(device.to_owned()),
        network: Set(network.to_owned()),
        ended_at: Set(None),
        is_raised: Set(true),
        proven_at: Set(now.0),
        id: Set(Some(id.0)),
    };
    session::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Marks a session as one that still awaits the second factor.
///
/// # Errors
/// Of the database.
pub async fn hold<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<(), StorageError> {
    session::Entity::update_many()
        .col_expr(session::Column::IsRaised, Expr::value(false))
        .filter(session::Column::TokenHash.eq(token_hash.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives a session another cookie and notes that its owner has proven who it is. False when the session is gone: of two who
/// raise it at once, one does. The old cookie of a session that was raised before stays as that of an ended one: it opens
/// nothing, but a form that stands open in another tab still has an owner.
///
/// # Errors
/// Of the database.
pub async fn raise<C: ConnectionTrait>(db: &C, old_hash: [u8; 32], new_hash: [u8; 32], now: Moment) -> Result<bool, StorageError> {
    let Some(before) = session::Entity::find_by_id(old_hash.to_vec()).one(db).await? else { return Ok(false) };
    let done = session::Entity::update_many()
        .col_expr(session::Column::TokenHash, Expr::value(new_hash.to_vec()))
        .col_expr(session::Column::IsRaised, Expr::value(true))
        .col_expr(session::Column::ProvenAt, Expr::value(now.0))
        .col_expr(session::Column::LastSeenAt, Expr::value(now.0))
        .filter(session::Column::TokenHash.eq(old_hash.to_vec()))
        .filter(session::Column::EndedAt.is_null())
        .exec(db)
        .await?;
    let is_raised = done.rows_affected == 1;
    if is_raised && before.is_raised {
        let old = session::ActiveModel {
            token_hash: Set(before.token_hash),
            account_id: Set(before.account_id),
            created_at: Set(before.created_at),
            last_seen_at: Set(now.0),
            device: Set(before.device),
            network: Set(before.network),
            ended_at: Set(Some(now.0)),
            is_raised: Set(true),
            proven_at: Set(before.proven_at),
            // Its id goes on with the new cookie.
            id: Set(None),
        };
        session::Entity::insert(old).exec_without_returning(db).await?;
    }
    Ok(is_raised)
}

/// Which browser holds a session.
///
/// # Errors
/// Of the database.
pub async fn whence<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<Option<Whence>, StorageError> {
    let row = session::Entity::find_by_id(token_hash.to_vec()).one(db).await?;
    Ok(row.map(|row| Whence { device: row.device, network: row.network }))
}

#[derive(FromQueryResult)]
struct SessionRow {
    created_at: i64,
    last_seen_at: i64,
    ended_at: Option<i64>,
    account_id: Uuid,
    login: String,
    first_name: String,
    last_name: String,
    status: String,
    role_id: Option<Uuid>,
    role: Option<String>,
    voivodeship: Option<String>,
    unit_id: Option<Uuid>,
    is_raised: bool,
    proven_at: i64,
    has_factor: bool,
    password_is_long: bool,
}

/// Reads a session with its account, roles and units as they are now, whatever they were at sign-in,
/// so that a revoked role is refused at the next click on every replica.
/// `today` is the Warsaw day, `YYYY-MM-DD`, on which a grant must be valid.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, token_hash: [u8; 32], today: &str) -> Result<Option<(Session, SignedIn)>, StorageError> {
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT s.created_at, s.last_seen_at, s.ended_at, a.id AS account_id, a.login, a.first_name, a.last_name, a.status, \
         r.id AS role_id, r.role, r.voivodeship, r.unit_id, s.is_raised, s.proven_at, a.password_is_long, \
         (EXISTS (SELECT 1 FROM totp_secrets t WHERE t.account_id = a.id AND t.sealed IS NOT NULL) \
         OR EXISTS (SELECT 1 FROM passkeys p WHERE p.account_id = a.id)) AS has_factor FROM sessions s JOIN accounts a ON a.id = s.account_id \
         LEFT JOIN role_assignments r ON r.account_id = a.id AND r.revoked_at IS NULL WHERE s.token_hash = $1",
        [token_hash.to_vec().into()],
    );
    let rows = SessionRow::find_by_statement(statement).all(db).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let account = AccountId(first.account_id);
    let session = Session {
        account,
        created_at: Moment(first.created_at),
        last_seen_at: Moment(first.last_seen_at),
        ended_at: first.ended_at.map(Moment),
        is_raised: first.is_raised,
        has_factor: first.has_factor,
        password_is_long: first.password_is_long,
    };
    let mut signed_in = SignedIn {
        account,
        login: first.login.clone(),
        full_name: format!("{} {}", first.first_name, first.last_name),
        status: AccountStatus::from_key(&first.status).ok_or_else(|| damaged("account status"))?,
        roles: Vec::new(),
        units: units_of(db, account, today).await?,
        stand_ins: Vec::new(),
        proven_at: Moment(first.proven_at),
    };
    for row in rows {
        if let (Some(id), Some(role)) = (row.role_id, row.role) {
            signed_in.roles.push(RoleAssignment {
                id: RoleAssignmentId(id),
                role: Role::from_key(&role).ok_or_else(|| damaged("role"))?,
                voivodeship: row.voivodeship.map(VoivodeshipCode::trusted),
                unit: row.unit_id.map(UnitId),
            });
        }
    }
    // Only who decides oneself can stand in for somebody: nobody else is asked about.
    if is_decider(&signed_in.roles) {
        signed_in.stand_ins = stand_ins::in_force_of(db, account, today).await?;
    }
    Ok(Some((session, signed_in)))
}

/// The units in which an account holds a right in force on this day.
///
/// # Errors
/// Of the database.
pub async fn units_of<C: ConnectionTrait>(db: &C, account: AccountId, today: &str) -> Result<Vec<UnitId>, StorageError> {
    let units: Vec<Uuid> = grant::Entity::find()
        .select_only()
        .column(grant::Column::UnitId)
        .filter(grant::Column::AccountId.eq(account.0))
        .filter(super::grants::in_force(today))
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(units.into_iter().map(UnitId).collect())
}

/// Notes activity.
///
/// # Errors
/// Of the database.
pub async fn touch<C: ConnectionTrait>(db: &C, token_hash: [u8; 32], now: Moment) -> Result<(), StorageError> {
    session::Entity::update_many()
        .col_expr(session::Column::LastSeenAt, Expr::value(now.0))
        .filter(session::Column::TokenHash.eq(token_hash.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Marks a session as ended by time, for good.
///
/// # Errors
/// Of the database.
pub async fn mark_ended<C: ConnectionTrait>(db: &C, token_hash: [u8; 32], now: Moment) -> Result<(), StorageError> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now.0))
        .filter(session::Column::TokenHash.eq(token_hash.to_vec()))
        .filter(session::Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// The hashes of an account's sessions that ended by time and are not forgotten yet, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list_ended_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<[u8; 32]>, StorageError> {
    let hashes: Vec<Vec<u8>> = session::Entity::find()
        .select_only()
        .column(session::Column::TokenHash)
        .filter(session::Column::AccountId.eq(account.0))
        .filter(session::Column::EndedAt.is_not_null())
        .order_by_desc(session::Column::EndedAt)
        .limit(20)
        .into_tuple()
        .all(db)
        .await?;
    hashes.into_iter().map(|hash| hash.try_into().map_err(|_| damaged("session hash"))).collect()
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSession {
    /// Names it on a page; none for one that an earlier program began.
    pub id: Option<SessionId>,
    /// Hash of its cookie, to know the present one by. Never for a page.
    pub token_hash: Vec<u8>,
    /// Sign-in.
    pub created_at: Moment,
    /// Last request that counted as activity.
    pub last_seen_at: Moment,
    /// What the browser calls itself.
    pub device: String,
    /// Its address.
    pub network: String,
}

/// The sessions of an account that have not ended, the latest used first. Whether they still last is the domain's to say; one
/// that awaits its second factor is nobody's session yet.
///
/// # Errors
/// Of the database.
pub async fn list_held_by<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<HeldSession>, StorageError> {
    let rows = session::Entity::find()
        .filter(session::Column::AccountId.eq(account.0))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::IsRaised.eq(true))
        .order_by_desc(session::Column::LastSeenAt)
        .limit(200)
        .all(db)
        .await?;
    let held = rows.into_iter().map(|row| HeldSession {
        id: row.id.map(SessionId),
        token_hash: row.token_hash,
        created_at: Moment(row.created_at),
        last_seen_at: Moment(row.last_seen_at),
        device: row.device,
        network: row.network,
    });
    Ok(held.collect())
}

/// Ends a session of this account by its id; false when there is none such.
///
/// # Errors
/// Of the database.
pub async fn remove_by_id<C: ConnectionTrait>(db: &C, account: AccountId, id: SessionId) -> Result<bool, StorageError> {
    let own = session::Entity::delete_many().filter(session::Column::AccountId.eq(account.0)).filter(session::Column::Id.eq(id.0));
    Ok(own.exec(db).await?.rows_affected > 0)
}

/// Ends one session.
///
/// # Errors
/// Of the database.
pub async fn remove<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<(), StorageError> {
    session::Entity::delete_by_id(token_hash.to_vec()).exec(db).await?;
    Ok(())
}

/// Ends all sessions of an account, but not the one with the hash `kept`.
///
/// # Errors
/// Of the database.
pub async fn remove_all_of<C: ConnectionTrait>(db: &C, account: AccountId, kept: Option<[u8; 32]>) -> Result<(), StorageError> {
    let mut delete = session::Entity::delete_many().filter(session::Column::AccountId.eq(account.0));
    if let Some(kept) = kept {
        delete = delete.filter(session::Column::TokenHash.ne(kept.to_vec()));
    }
    delete.exec(db).await?;
    Ok(())
}

/// Deletes up to `limit` sessions that ended by time; gives their number.
///
/// # Errors
/// Of the database.
pub async fn remove_ended<C: ConnectionTrait>(
    db: &C,
    seen_before: Moment,
    created_before: Moment,
    limit: u64,
) -> Result<u64, StorageError> {
    use session::{Column, Entity};
    let is_over = sea_orm::Condition::any().add(Column::LastSeenAt.lte(seen_before.0)).add(Column::CreatedAt.lte(created_before.0));
    let over = Query::select().column(Column::TokenHash).from(Entity).cond_where(is_over).limit(limit).to_owned();
    Ok(Entity::delete_many().filter(Column::TokenHash.in_subquery(over)).exec(db).await?.rows_affected)
}
