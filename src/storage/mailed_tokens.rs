//! Rows of mailed tokens: reset, activation, e-mail confirmation, return to a draft. Only hashes are stored.

use super::StorageError;
use super::entities::mailed_token::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::id::{AccountId, DraftId};
use crate::domain::moment::Moment;
use sea_orm::sea_query::{Expr, LockType, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

/// What a mailed token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Sets a new password (30 minutes).
    PasswordReset,
    /// Activates an account (7 days).
    Activation,
    /// Confirms the e-mail address of a draft.
    EmailConfirmation,
    /// Returns to a draft.
    DraftLink,
    /// „To nie ja” of a letter about a block (7 days).
    BlockNotMe,
    /// „To nie ja” of a letter about a sign-in on a new device (7 days).
    SignInNotMe,
    /// „To nie ja” of a letter about an approved change of the address (until it takes effect).
    EmailChangeNotMe,
}

impl Purpose {
    /// Stored name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::Activation => "activation",
            Self::EmailConfirmation => "email_confirmation",
            Self::DraftLink => "draft_link",
            Self::BlockNotMe => "block_not_me",
            Self::SignInNotMe => "sign_in_not_me",
            Self::EmailChangeNotMe => "email_change_not_me",
        }
    }
    fn from_key(key: &str) -> Option<Self> {
        [
            Self::PasswordReset,
            Self::Activation,
            Self::EmailConfirmation,
            Self::DraftLink,
            Self::BlockNotMe,
            Self::SignInNotMe,
            Self::EmailChangeNotMe,
        ]
        .into_iter()
        .find(|p| p.key() == key)
    }
}

/// A mailed token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedToken {
    /// SHA-256 of the token in the link.
    pub token_hash: [u8; 32],
    /// What for.
    pub purpose: Purpose,
    /// Whose.
    pub account: Option<AccountId>,
    /// Of which draft.
    pub draft: Option<DraftId>,
    /// SHA-256 of the code that may be typed instead.
    pub code_hash: Option<[u8; 32]>,
    /// Wrong codes typed so far.
    pub attempts: i32,
    /// The address it was mailed to; another address now means the token is dead.
    pub email_key: String,
    /// The account's credentials version when it was minted; a later one means the token is dead.
    pub credentials_version: i32,
    /// Minted.
    pub created_at: Moment,
    /// Dead from this moment on.
    pub expires_at: Moment,
    /// Used.
    pub used_at: Option<Moment>,
}

fn hash32(bytes: Vec<u8>) -> Result<[u8; 32], StorageError> {
    bytes.try_into().map_err(|_| damaged("token hash"))
}

impl MailedToken {
    /// Not used yet, and its time is not over.
    pub fn is_open(&self, now: Moment) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}

fn to_domain(row: Model) -> Result<MailedToken, StorageError> {
    Ok(MailedToken {
        token_hash: hash32(row.token_hash)?,
        purpose: Purpose::from_key(&row.purpose).ok_or_else(|| damaged("token purpose"))?,
        account: row.account_id.map(AccountId),
        draft: row.draft_id.map(DraftId),
        code_hash: row.code_hash.map(hash32).transpose()?,
        attempts: row.attempts,
        email_key: row.email_key,
        credentials_version: row.credentials_version,
        created_at: Moment(row.created_at),
        expires_at: Moment(row.expires_at),
        used_at: row.used_at.map(Moment),
    })
}

/// Adds a token; one that is there already stays as it is (a repeated delivery carries the same link).
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, token: &MailedToken) -> Result<(), StorageError> {
    let row = ActiveModel {
        token_hash: Set(token.token_hash.to_vec()),
        purpose: Set(token.purpose.key().to_owned()),
        account_id: Set(token.account.map(|a| a.0)),
        draft_id: Set(token.draft.map(|d| d.0)),
        code_hash: Set(token.code_hash.map(|h| h.to_vec())),
        attempts: Set(token.attempts),
        email_key: Set(token.email_key.clone()),
        credentials_version: Set(token.credentials_version),
        created_at: Set(token.created_at.0),
        expires_at: Set(token.expires_at.0),
        used_at: Set(token.used_at.map(|m| m.0)),
    };
    Entity::insert(row).on_conflict(OnConflict::column(Column::TokenHash).do_nothing().to_owned()).exec_without_returning(db).await?;
    Ok(())
}

/// Finds a token by its hash.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<Option<MailedToken>, StorageError> {
    Entity::find_by_id(token_hash.to_vec()).one(db).await?.map(to_domain).transpose()
}

/// Finds a token and locks its row, so that of two uses at once one wins.
///
/// # Errors
/// Of the database.
pub async fn find_for_update<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<Option<MailedToken>, StorageError> {
    Entity::find_by_id(token_hash.to_vec()).lock(LockType::Update).one(db).await?.map(to_domain).transpose()
}

/// The newest unused token of a draft, locked.
///
/// # Errors
/// Of the database.
pub async fn newest_of_draft<C: ConnectionTrait>(db: &C, draft: DraftId, purpose: Purpose) -> Result<Option<MailedToken>, StorageError> {
    Entity::find()
        .filter(Column::DraftId.eq(draft.0))
        .filter(Column::Purpose.eq(purpose.key()))
        .filter(Column::UsedAt.is_null())
        .order_by_desc(Column::CreatedAt)
        .lock(LockType::Update)
        .one(db)
        .await?
        .map(to_domain)
        .transpose()
}

/// The unused tokens of accounts for a purpose that have a code, locked in the order of their hashes.
///
/// # Errors
/// Of the database.
pub async fn list_with_code<C: ConnectionTrait>(
    db: &C,
    accounts: &[AccountId],
    purpose: Purpose,
    now: Moment,
) -> Result<Vec<MailedToken>, StorageError> {
    let rows = Entity::find()
        .filter(Column::AccountId.is_in(accounts.iter().map(|a| a.0)))
        .filter(Column::Purpose.eq(purpose.key()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::CodeHash.is_not_null())
        .filter(Column::ExpiresAt.gt(now.0))
        .order_by_asc(Column::TokenHash)
        .lock(LockType::Update)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// Takes the code away from a token: it was used, and the link still works.
///
/// # Errors
/// Of the database.
pub async fn remove_code<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::CodeHash, Expr::value(Option::<Vec<u8>>::None))
        .filter(Column::TokenHash.eq(token_hash.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Counts a wrong code against each of these tokens.
///
/// # Errors
/// Of the database.
pub async fn count_attempts<C: ConnectionTrait>(db: &C, token_hashes: &[[u8; 32]]) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::TokenHash.is_in(token_hashes.iter().map(|hash| hash.to_vec())))
        .exec(db)
        .await?;
    Ok(())
}

/// Counts a wrong code.
///
/// # Errors
/// Of the database.
pub async fn count_attempt<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::TokenHash.eq(token_hash.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// Marks a token as used.
///
/// # Errors
/// Of the database.
pub async fn mark_used<C: ConnectionTrait>(db: &C, token_hash: [u8; 32], now: Moment) -> Result<(), StorageError> {
    Entity::update_many().col_expr(Column::UsedAt, Expr::value(now.0)).filter(Column::TokenHash.eq(token_hash.to_vec())).exec(db).await?;
    Ok(())
}

/// Moves the end of an unused token: its letter goes out again, and says so.
///
/// # Errors
/// Of the database.
pub async fn extend<C: ConnectionTrait>(db: &C, token_hash: [u8; 32], expires_at: Moment) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(expires_at.0))
        .filter(Column::TokenHash.eq(token_hash.to_vec()))
        .filter(Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Retires the unused tokens of an account for a purpose, but not the one with the hash `kept`.
///
/// # Errors
/// Of the database.
pub async fn retire_others<C: ConnectionTrait>(
    db: &C,
    account: AccountId,
    purpose: Purpose,
    kept: [u8; 32],
    now: Moment,
) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.0))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Purpose.eq(purpose.key()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::TokenHash.ne(kept.to_vec()))
        .exec(db)
        .await?;
    Ok(())
}

/// How many tokens of this purpose an account was mailed since a moment.
///
/// # Errors
/// Of the database.
pub async fn count_since<C: ConnectionTrait>(db: &C, account: AccountId, purpose: Purpose, since: Moment) -> Result<u64, StorageError> {
    use sea_orm::PaginatorTrait;
    Ok(Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Purpose.eq(purpose.key()))
        .filter(Column::CreatedAt.gte(since.0))
        .count(db)
        .await?)
}

/// How many tokens of these purposes went to an address since a moment, whoever asked for them.
///
/// # Errors
/// Of the database.
pub async fn count_to_address_since<C: ConnectionTrait>(
    db: &C,
    email_key: &str,
    purposes: &[Purpose],
    since: Moment,
) -> Result<u64, StorageError> {
    use sea_orm::PaginatorTrait;
    Ok(Entity::find()
        .filter(Column::EmailKey.eq(email_key))
        .filter(Column::Purpose.is_in(purposes.iter().map(|purpose| purpose.key())))
        .filter(Column::CreatedAt.gte(since.0))
        .count(db)
        .await?)
}

/// Deletes up to `limit` tokens that died before a moment; gives their number.
///
/// # Errors
/// Of the database.
pub async fn remove_expired<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<u64, StorageError> {
    let dead = Query::select().column(Column::TokenHash).from(Entity).and_where(Column::ExpiresAt.lt(before.0)).limit(limit).to_owned();
    Ok(Entity::delete_many().filter(Column::TokenHash.in_subquery(dead)).exec(db).await?.rows_affected)
}
