//! Rows of passkeys and of the challenges that wait for an answer. What is inside a credential this room does not know.

use super::StorageError;
use super::entities::{passkey, passkey_challenge, totp_secret};
use super::page::damaged;
use crate::domain::id::{AccountId, PasskeyId};
use crate::domain::moment::Moment;
use crate::domain::second_factor::PasskeyUse;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

/// A passkey as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPasskey {
    /// Row.
    pub id: PasskeyId,
    /// Whose.
    pub account: AccountId,
    /// By which the browser's answer names it.
    pub credential_id: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// Public key, counter and flags, as the WebAuthn library writes them.
    pub credential: String,
    /// Added.
    pub created_at: Moment,
    /// Last used.
    pub last_used_at: Option<Moment>,
}

fn to_domain(row: passkey::Model) -> StoredPasskey {
    StoredPasskey {
        id: PasskeyId(row.id),
        account: AccountId(row.account_id),
        credential_id: row.credential_id,
        name: row.name,
        credential: row.credential,
        created_at: Moment(row.created_at),
        last_used_at: row.last_used_at.map(Moment),
    }
}

/// Adds a passkey.
///
/// # Errors
/// A conflict on `passkeys_credential` when some account has it already.
pub async fn add<C: ConnectionTrait>(db: &C, new: &StoredPasskey) -> Result<(), StorageError> {
    let row = passkey::ActiveModel {
        id: Set(new.id.0),
        account_id: Set(new.account.0),
        credential_id: Set(new.credential_id.clone()),
        name: Set(new.name.clone()),
        credential: Set(new.credential.clone()),
        created_at: Set(new.created_at.0),
        last_used_at: Set(new.last_used_at.map(|m| m.0)),
    };
    passkey::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The passkeys of an account, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<StoredPasskey>, StorageError> {
    use passkey::Column;
    let select = passkey::Entity::find().filter(Column::AccountId.eq(account.0)).order_by_asc(Column::CreatedAt).order_by_asc(Column::Id);
    Ok(select.all(db).await?.into_iter().map(to_domain).collect())
}

/// The passkey that a browser's answer names.
///
/// # Errors
/// Of the database.
pub async fn find_by_credential<C: ConnectionTrait>(db: &C, credential_id: &[u8]) -> Result<Option<StoredPasskey>, StorageError> {
    let found = passkey::Entity::find().filter(passkey::Column::CredentialId.eq(credential_id.to_vec())).one(db).await?;
    Ok(found.map(to_domain))
}

/// Notes a use: the counter inside the credential may have risen. False when the passkey was removed meanwhile.
///
/// # Errors
/// Of the database.
pub async fn note_use<C: ConnectionTrait>(db: &C, id: PasskeyId, credential: &str, now: Moment) -> Result<bool, StorageError> {
    let done = passkey::Entity::update_many()
        .col_expr(passkey::Column::Credential, Expr::value(credential))
        .col_expr(passkey::Column::LastUsedAt, Expr::value(now.0))
        .filter(passkey::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes a passkey of an account. False when it is not there, or another's.
///
/// # Errors
/// Of the database.
pub async fn remove<C: ConnectionTrait>(db: &C, account: AccountId, id: PasskeyId) -> Result<bool, StorageError> {
    let delete = passkey::Entity::delete_many().filter(passkey::Column::Id.eq(id.0)).filter(passkey::Column::AccountId.eq(account.0));
    Ok(delete.exec(db).await?.rows_affected == 1)
}

/// Removes the passkeys of an account.
///
/// # Errors
/// Of the database.
pub async fn remove_all<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<(), StorageError> {
    passkey::Entity::delete_many().filter(passkey::Column::AccountId.eq(account.0)).exec(db).await?;
    Ok(())
}

/// Whether an account has any second factor: one-time codes in force, or a passkey.
///
/// # Errors
/// Of the database.
pub async fn has_factor<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<bool, StorageError> {
    use totp_secret::Column;
    let codes = totp_secret::Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::Sealed.is_not_null()).count(db).await?;
    if codes > 0 {
        return Ok(true);
    }
    Ok(passkey::Entity::find().filter(passkey::Column::AccountId.eq(account.0)).count(db).await? > 0)
}

/// A challenge that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// SHA-256 of the token by which the form names it.
    pub token_hash: [u8; 32],
    /// What for.
    pub purpose: PasskeyUse,
    /// Whose; none when the answer is to say who signs in.
    pub account: Option<AccountId>,
    /// What the WebAuthn library wants back.
    pub state: String,
    /// Dead from this moment on.
    pub expires_at: Moment,
}

/// Adds a challenge.
///
/// # Errors
/// Of the database.
pub async fn add_challenge<C: ConnectionTrait>(db: &C, new: &Challenge) -> Result<(), StorageError> {
    let row = passkey_challenge::ActiveModel {
        token_hash: Set(new.token_hash.to_vec()),
        purpose: Set(new.purpose.key().to_owned()),
        account_id: Set(new.account.map(|a| a.0)),
        state: Set(new.state.clone()),
        expires_at: Set(new.expires_at.0),
    };
    passkey_challenge::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Takes a challenge away and gives it: of two answers at once one gets it.
///
/// # Errors
/// Of the database.
pub async fn take_challenge<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<Option<Challenge>, StorageError> {
    let Some(row) = passkey_challenge::Entity::find_by_id(token_hash.to_vec()).one(db).await? else { return Ok(None) };
    let gone = passkey_challenge::Entity::delete_by_id(token_hash.to_vec()).exec(db).await?.rows_affected;
    if gone != 1 {
        return Ok(None);
    }
    Ok(Some(Challenge {
        token_hash,
        purpose: PasskeyUse::from_key(&row.purpose).ok_or_else(|| damaged("purpose of a passkey challenge"))?,
        account: row.account_id.map(AccountId),
        state: row.state,
        expires_at: Moment(row.expires_at),
    }))
}

/// Deletes up to `limit` challenges that nobody answered; gives their number.
///
/// # Errors
/// Of the database.
pub async fn remove_expired_challenges<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<u64, StorageError> {
    use passkey_challenge::{Column, Entity};
    let dead = Query::select().column(Column::TokenHash).from(Entity).and_where(Column::ExpiresAt.lt(before.0)).limit(limit).to_owned();
    Ok(Entity::delete_many().filter(Column::TokenHash.in_subquery(dead)).exec(db).await?.rows_affected)
}
