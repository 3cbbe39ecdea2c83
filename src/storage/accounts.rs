//! Rows of accounts.

use super::StorageError;
use super::entities::account::{self, ActiveModel, Column, Entity, Model};
use super::entities::{grant, unit};
use super::page::{Slice, beyond, damaged, key_cursor, read_key_cursor};
use super::searched::{holds, is_unsearchable};
use crate::domain::account::{Account, AccountProfile, AccountStatus};
use crate::domain::collation::{fold, sort_key};
use crate::domain::id::AccountId;
use crate::domain::identifiers::{EmailAddress, Line, Login, PersonName, Phone};
use crate::domain::lockout::Lockout;
use crate::domain::moment::Moment;
use crate::domain::password::NewPassword;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use sea_orm::sea_query::{Expr, LockType, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a sign-in needs besides the account.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The account.
    pub account: Account,
    /// PHC text of the password; none until one is set.
    pub password_hash: Option<String>,
    /// Rises with every change of password, e-mail or status; a mailed token of an older one is dead.
    pub credentials_version: i32,
    /// In whose scope the account lies.
    pub voivodeship: Option<VoivodeshipCode>,
    /// The last successful sign-in.
    pub signed_in_at: Option<Moment>,
    /// The owner wants a letter when somebody signs in on a new device.
    pub announces_sign_ins: bool,
    /// The password has as many characters as one without a second factor needs.
    pub password_is_long: bool,
}

/// A new account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Row.
    pub id: AccountId,
    /// Chosen login.
    pub login: Login,
    /// Who.
    pub profile: AccountProfile,
    /// Where in its life it begins.
    pub status: AccountStatus,
    /// In whose scope it lies.
    pub voivodeship: Option<VoivodeshipCode>,
    /// PHC text, when a password was chosen.
    pub password_hash: Option<String>,
}

fn to_domain(row: Model) -> Result<Account, StorageError> {
    Ok(Account {
        id: AccountId(row.id),
        login: Login::trusted(row.login),
        profile: AccountProfile {
            first_name: PersonName::trusted(row.first_name),
            last_name: PersonName::trusted(row.last_name),
            position: row.position.map(Line::trusted),
            email: EmailAddress::trusted(row.email),
            phone: row.phone.map(Phone::trusted),
        },
        status: AccountStatus::from_key(&row.status).ok_or_else(|| damaged("account status"))?,
        lockout: Lockout { failures: row.failures, blocks: row.blocks, blocked_until: row.blocked_until.map(Moment) },
        has_password: row.password_hash.is_some(),
        created_at: Moment(row.created_at),
        version: row.version,
    })
}

fn to_credentials(row: Model) -> Result<Credentials, StorageError> {
    Ok(Credentials {
        password_hash: row.password_hash.clone(),
        credentials_version: row.credentials_version,
        voivodeship: row.voivodeship.clone().map(VoivodeshipCode::trusted),
        signed_in_at: row.signed_in_at.map(Moment),
        announces_sign_ins: row.announces_sign_ins,
        password_is_long: row.password_is_long,
        account: to_domain(row)?,
    })
}

/// Separates the levels of an ICU sort key: letters, accents, case.
const LEVEL: u8 = 1;

fn name_sort(profile: &AccountProfile) -> Vec<u8> {
    sort_key(&format!("{} {}", profile.last_name, profile.first_name))
}

fn search_key(login: &Login, profile: &AccountProfile) -> String {
    fold(&format!("{} {} {} {}", profile.first_name, profile.last_name, login, profile.email))
}

/// Adds an account.
///
/// # Errors
/// A conflict on `accounts_login_key` when the login is taken, in any case of its letters.
pub async fn add<C: ConnectionTrait>(db: &C, new: &NewAccount, now: Moment) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(new.id.0),
        login: Set(new.login.to_string()),
        login_key: Set(new.login.key()),
        password_hash: Set(new.password_hash.clone()),
        first_name: Set(new.profile.first_name.to_string()),
        last_name: Set(new.profile.last_name.to_string()),
        name_sort: Set(name_sort(&new.profile)),
        search_key: Set(search_key(&new.login, &new.profile)),
        position: Set(new.profile.position.as_ref().map(ToString::to_string)),
        email: Set(new.profile.email.to_string()),
        email_key: Set(new.profile.email.key()),
        phone: Set(new.profile.phone.as_ref().map(ToString::to_string)),
        status: Set(new.status.key().to_owned()),
        voivodeship: Set(new.voivodeship.as_ref().map(ToString::to_string)),
        failures: Set(0),
        blocks: Set(0),
        blocked_until: Set(None),
        credentials_version: Set(0),
        created_at: Set(now.0),
        version: Set(0),
        signed_in_at: Set(None),
        announces_sign_ins: Set(true),
        // Who has no second factor yet, and nobody has one before there is an account, chose a long one.
        password_is_long: Set(true),
        join_hint_hidden_at: Set(None),
        mails_announcements: Set(true),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Finds an account.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<Option<Account>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// Finds an account with its credentials.
///
/// # Errors
/// Of the database.
pub async fn find_credentials<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<Option<Credentials>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_credentials).transpose()
}

/// Finds an account with its credentials and locks the row until the transaction ends.
/// On SQLite the transaction already holds the only write lock.
///
/// # Errors
/// Of the database.
pub async fn find_for_update<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<Option<Credentials>, StorageError> {
    Entity::find_by_id(id.0).lock(LockType::Update).one(db).await?.map(to_credentials).transpose()
}

/// Finds by login, in any case of its letters.
///
/// # Errors
/// Of the database.
pub async fn find_by_login<C: ConnectionTrait>(db: &C, login_key: &str) -> Result<Option<Credentials>, StorageError> {
    Entity::find().filter(Column::LoginKey.eq(login_key)).one(db).await?.map(to_credentials).transpose()
}

/// All accounts on an e-mail address: a shared office mailbox is normal.
///
/// # Errors
/// Of the database.
pub async fn list_by_email<C: ConnectionTrait>(db: &C, email_key: &str) -> Result<Vec<Account>, StorageError> {
    let rows = Entity::find().filter(Column::EmailKey.eq(email_key)).order_by_asc(Column::LoginKey).limit(50).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Accounts of a voivodeship with this name, however its letters are cased.
///
/// # Errors
/// Of the database.
pub async fn list_by_name<C: ConnectionTrait>(
    db: &C,
    voivodeship: &VoivodeshipCode,
    profile: &AccountProfile,
    most: u64,
) -> Result<Vec<Account>, StorageError> {
    // Of a sort key, what stands before the first level separator are the letters themselves.
    let letters: Vec<u8> = name_sort(profile).into_iter().take_while(|byte| *byte != LEVEL).collect();
    let bound = |end: u8| [letters.as_slice(), &[end]].concat();
    let rows = Entity::find()
        .filter(Column::Voivodeship.eq(voivodeship.as_str()))
        .filter(Column::NameSort.gte(bound(LEVEL)))
        .filter(Column::NameSort.lt(bound(LEVEL + 1)))
        .order_by_asc(Column::NameSort)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// The voivodeships in which these accounts lie.
///
/// # Errors
/// Of the database.
pub async fn voivodeships_of<C: ConnectionTrait>(db: &C, ids: &[AccountId]) -> Result<Vec<VoivodeshipCode>, StorageError> {
    let codes: Vec<Option<String>> = Entity::find()
        .select_only()
        .column(Column::Voivodeship)
        .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(codes.into_iter().flatten().map(VoivodeshipCode::trusted).collect())
}

/// The voivodeship in which each of these accounts lies; those that lie in none are left out.
///
/// # Errors
/// Of the database.
pub async fn places_of<C: ConnectionTrait>(db: &C, ids: &[AccountId]) -> Result<BTreeMap<AccountId, VoivodeshipCode>, StorageError> {
    let rows: Vec<(Uuid, Option<String>)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::Voivodeship)
        .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(id, code)| Some((AccountId(id), VoivodeshipCode::trusted(code?)))).collect())
}

/// Whose these logins are, by key.
///
/// # Errors
/// Of the database.
pub async fn list_by_logins<C: ConnectionTrait>(db: &C, login_keys: &[String]) -> Result<Vec<Account>, StorageError> {
    if login_keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find().filter(Column::LoginKey.is_in(login_keys)).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Several accounts by id, in no order.
///
/// # Errors
/// Of the database.
pub async fn list_by_ids<C: ConnectionTrait>(db: &C, ids: &[AccountId]) -> Result<Vec<Account>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter().map(|id| id.0))).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Writes counter and block.
///
/// # Errors
/// Of the database.
pub async fn save_lockout<C: ConnectionTrait>(db: &C, id: AccountId, lockout: Lockout) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::Failures, Expr::value(lockout.failures))
        .col_expr(Column::Blocks, Expr::value(lockout.blocks))
        .col_expr(Column::BlockedUntil, Expr::value(lockout.blocked_until.map(|m| m.0)))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes a successful sign-in, and the counter that it leaves.
///
/// # Errors
/// Of the database.
pub async fn save_signed_in<C: ConnectionTrait>(db: &C, id: AccountId, lockout: Lockout, now: Moment) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::SignedInAt, Expr::value(now.0))
        .col_expr(Column::Failures, Expr::value(lockout.failures))
        .col_expr(Column::Blocks, Expr::value(lockout.blocks))
        .col_expr(Column::BlockedUntil, Expr::value(lockout.blocked_until.map(|m| m.0)))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Switches the letters about new devices on or off.
///
/// # Errors
/// Of the database.
pub async fn save_announces_sign_ins<C: ConnectionTrait>(db: &C, id: AccountId, is_on: bool) -> Result<(), StorageError> {
    Entity::update_many().col_expr(Column::AnnouncesSignIns, Expr::value(is_on)).filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// Whether the owner wants announcements that do not press by letter.
///
/// # Errors
/// Of the database.
pub async fn mails_announcements<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<bool, StorageError> {
    Ok(Entity::find_by_id(id.0).one(db).await?.is_some_and(|row| row.mails_announcements))
}

/// Switches these letters on or off.
///
/// # Errors
/// Of the database.
pub async fn save_mails_announcements<C: ConnectionTrait>(db: &C, id: AccountId, is_on: bool) -> Result<(), StorageError> {
    Entity::update_many().col_expr(Column::MailsAnnouncements, Expr::value(is_on)).filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// A change of this account, which a page of its earlier version no longer may change.
fn change(id: AccountId) -> UpdateMany<Entity> {
    Entity::update_many().col_expr(Column::Version, Expr::col(Column::Version).add(1)).filter(Column::Id.eq(id.0))
}

/// A change after which mailed tokens made before are dead.
fn new_credentials(id: AccountId) -> UpdateMany<Entity> {
    change(id).col_expr(Column::CredentialsVersion, Expr::col(Column::CredentialsVersion).add(1))
}

/// A change of who the person is, the address apart.
fn change_person(id: AccountId, login: &Login, profile: &AccountProfile) -> UpdateMany<Entity> {
    change(id)
        .col_expr(Column::FirstName, Expr::value(profile.first_name.to_string()))
        .col_expr(Column::LastName, Expr::value(profile.last_name.to_string()))
        .col_expr(Column::NameSort, Expr::value(name_sort(profile)))
        .col_expr(Column::SearchKey, Expr::value(search_key(login, profile)))
        .col_expr(Column::Position, Expr::value(profile.position.as_ref().map(ToString::to_string)))
        .col_expr(Column::Phone, Expr::value(profile.phone.as_ref().map(ToString::to_string)))
}

/// Sets a password; mailed tokens made before are dead from now on.
///
/// # Errors
/// Of the database.
pub async fn save_password<C: ConnectionTrait>(db: &C, id: AccountId, password: &NewPassword) -> Result<(), StorageError> {
    new_credentials(id)
        .col_expr(Column::PasswordHash, Expr::value(password.hash.as_str()))
        .col_expr(Column::PasswordIsLong, Expr::value(password.is_long))
        .exec(db)
        .await?;
    Ok(())
}

/// Replaces the hash of the same password by one of newer parameters, unless the password was changed meanwhile.
///
/// # Errors
/// Of the database.
pub async fn upgrade_password<C: ConnectionTrait>(db: &C, id: AccountId, old_hash: &str, new_hash: &str) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(new_hash))
        .filter(Column::Id.eq(id.0))
        .filter(Column::PasswordHash.eq(old_hash))
        .exec(db)
        .await?;
    Ok(())
}

/// Puts another e-mail address in force; mailed tokens made before are dead from now on.
///
/// # Errors
/// Of the database.
pub async fn save_email<C: ConnectionTrait>(db: &C, account: &Account, email: &EmailAddress) -> Result<(), StorageError> {
    let profile = AccountProfile { email: email.clone(), ..account.profile.clone() };
    new_credentials(account.id)
        .col_expr(Column::Email, Expr::value(email.to_string()))
        .col_expr(Column::EmailKey, Expr::value(email.key()))
        .col_expr(Column::SearchKey, Expr::value(search_key(&account.login, &profile)))
        .exec(db)
        .await?;
    Ok(())
}

/// Moves an account to another status; mailed tokens made before are dead from now on.
///
/// # Errors
/// Of the database.
pub async fn save_status<C: ConnectionTrait>(db: &C, id: AccountId, status: AccountStatus) -> Result<(), StorageError> {
    new_credentials(id).col_expr(Column::Status, Expr::value(status.key())).exec(db).await?;
    Ok(())
}

/// Writes who the person is (a corrected application), and under which login.
///
/// # Errors
/// A conflict on `accounts_login_key`.
pub async fn save_profile<C: ConnectionTrait>(
    db: &C,
    id: AccountId,
    login: &Login,
    profile: &AccountProfile,
    voivodeship: Option<&VoivodeshipCode>,
) -> Result<(), StorageError> {
    change_person(id, login, profile)
        .col_expr(Column::Login, Expr::value(login.to_string()))
        .col_expr(Column::LoginKey, Expr::value(login.key()))
        .col_expr(Column::Email, Expr::value(profile.email.to_string()))
        .col_expr(Column::EmailKey, Expr::value(profile.email.key()))
        .col_expr(Column::Voivodeship, Expr::value(voivodeship.map(ToString::to_string)))
        .exec(db)
        .await?;
    Ok(())
}

/// Writes who the person is, the address apart.
///
/// # Errors
/// Of the database.
pub async fn save_person<C: ConnectionTrait>(db: &C, id: AccountId, login: &Login, profile: &AccountProfile) -> Result<(), StorageError> {
    change_person(id, login, profile).exec(db).await?;
    Ok(())
}

/// Takes the password away: until a new one is set by a mailed link, nobody signs in. Mailed tokens made before are dead.
///
/// # Errors
/// Of the database.
pub async fn remove_password<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<(), StorageError> {
    new_credentials(id).col_expr(Column::PasswordHash, Expr::value(Option::<String>::None)).exec(db).await?;
    Ok(())
}

/// Deletes an account that never was more than a line of an unapproved application.
///
/// # Errors
/// Of the database.
pub async fn remove<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<(), StorageError> {
    Entity::delete_by_id(id.0).exec(db).await?;
    Ok(())
}

/// Whether the owner does not want to read any more that there seems to be a second account.
///
/// # Errors
/// Of the database.
pub async fn is_join_hint_hidden<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<bool, StorageError> {
    Ok(Entity::find_by_id(id.0).one(db).await?.is_some_and(|row| row.join_hint_hidden_at.is_some()))
}

/// Keeps that wish.
///
/// # Errors
/// Of the database.
pub async fn hide_join_hint<C: ConnectionTrait>(db: &C, id: AccountId, now: Moment) -> Result<(), StorageError> {
    Entity::update_many().col_expr(Column::JoinHintHiddenAt, Expr::value(now.0)).filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// True when nobody has an account yet.
///
/// # Errors
/// Of the database.
pub async fn is_empty<C: ConnectionTrait>(db: &C) -> Result<bool, StorageError> {
    Ok(Entity::find().limit(1).one(db).await?.is_none())
}

/// One page of accounts in Polish order of names, within scope; `q` is matched, folded, against name, login, e-mail, and the
/// units on which the account has reported or may report.
/// With `asks_to_close`, only those whose owners have asked to close them.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    (q, asks_to_close): (&str, bool),
    after: Option<&str>,
    size: usize,
) -> Result<Slice<Account>, StorageError> {
    let mut select = Entity::find();
    if let ListScope::Voivodeships(codes) = scope {
        select = select.filter(Column::Voivodeship.is_in(codes.iter().map(VoivodeshipCode::as_str)));
    }
    if is_unsearchable(q) {
        return Ok(Slice { rows: Vec::new(), next: None });
    }
    for word in fold(q).split_whitespace() {
        let of_unit = Query::select()
            .column(grant::Column::AccountId)
            .from(grant::Entity)
            .and_where(grant::Column::UnitId.in_subquery(
                Query::select().column(unit::Column::Id).from(unit::Entity).and_where(holds(unit::Column::SearchKey, word)).to_owned(),
            ))
            .to_owned();
        select = select.filter(holds(Column::SearchKey, word).or(Column::Id.in_subquery(of_unit)));
    }
    if asks_to_close {
        use super::entities::closing_request;
        let open = closing_request::Column::SettledAt.is_null();
        let asking = Query::select().column(closing_request::Column::AccountId).from(closing_request::Entity).and_where(open).to_owned();
        select = select.filter(Column::Id.in_subquery(asking));
    }
    if let Some(row) = after.and_then(read_key_cursor) {
        select = select.filter(beyond(Column::NameSort, Column::Id, row, &Order::Asc));
    }
    let rows: Vec<account::Model> = select.order_by_asc(Column::NameSort).order_by_asc(Column::Id).limit(size as u64 + 1).all(db).await?;
    let slice = Slice::cut(rows, size, |row| key_cursor(&row.name_sort, row.id));
    let next = slice.next;
    Ok(Slice { rows: slice.rows.into_iter().map(to_domain).collect::<Result<_, _>>()?, next })
}
