//! One's own name, position and phone. What stood there before is kept. Applications stay as they were filed: their revisions are
//! frozen and signed, and whoever decides sees the name of that day beside the account's present one. Before approval there is
//! nothing to change here: the data are those of the application, and are corrected there.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use super::request_closing::open_applications;
use crate::domain::account::{Account, AccountProfile};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::identifiers::EmailAddress;
use crate::domain::permission::Permission;
use crate::domain::profile::{ProfileTexts, differences, read_profile};
use crate::storage::database::begin;
use crate::storage::profile_changes::{self, LOGIN, ProfileChange};
use crate::storage::{Connection, accounts};
use serde_json::json;

/// The data as they stand, ready to be changed.
///
/// # Errors
/// `Denied` for those who may not change their data.
pub async fn view_profile(context: &Context, actor: &Actor) -> Result<Account, ServiceError> {
    let id = context.own_account(actor, Permission::AccountEdit)?;
    accounts::find(&context.db, id).await?.ok_or(ServiceError::NotFound)
}

/// Whether an application that names the actor waits for something. It stays as it was filed.
///
/// # Errors
/// Of the database.
pub async fn has_open_application(context: &Context, actor: &Actor) -> Result<bool, ServiceError> {
    let Some(id) = actor.account_id() else { return Ok(false) };
    Ok(!open_applications(&context.db, id).await?.is_empty())
}

/// Changes them; true when anything was different.
///
/// # Errors
/// `Invalid` at the fields of [`ProfileTexts`]; `Denied`.
pub async fn change_profile(context: &Context, actor: &Actor, texts: &ProfileTexts) -> Result<bool, ServiceError> {
    let id = view_profile(context, actor).await?.id;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let account = &found.account;
    let profile = read_profile(texts, &account.profile)?;
    let fields = keep_history(context, actor, &tx, account, &profile).await?;
    if fields.is_empty() {
        return Ok(false);
    }
    accounts::save_person(&tx, id, &account.login, &profile).await?;
    record::of_account(context, &tx, actor, &found, AuditEvent::AccountProfileChanged, json!({ "fields": fields })).await?;
    tx.commit().await?;
    Ok(true)
}

/// Keeps the login that an account of an unapproved application gives up: from now on it may be somebody else's.
pub(super) async fn keep_login<C: Connection>(context: &Context, actor: &Actor, tx: &C, before: &Account) -> Result<(), ServiceError> {
    let change = ProfileChange {
        id: context.new_profile_change_id(),
        account: before.id,
        field: LOGIN.to_owned(),
        old_value: Some(before.login.to_string()),
        changed_by: actor.label().to_owned(),
        changed_at: context.now(),
    };
    Ok(profile_changes::add(tx, &change).await?)
}

/// Keeps what is going to be replaced; gives the names of the fields. Nobody can date a change back.
pub(super) async fn keep_history<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    account: &Account,
    after: &AccountProfile,
) -> Result<Vec<&'static str>, ServiceError> {
    let mut fields = Vec::new();
    for (field, old_value) in differences(&account.profile, after) {
        let change = ProfileChange {
            id: context.new_profile_change_id(),
            account: account.id,
            field: field.to_owned(),
            old_value,
            changed_by: actor.label().to_owned(),
            changed_at: context.now(),
        };
        profile_changes::add(tx, &change).await?;
        fields.push(field);
    }
    Ok(fields)
}

/// Puts another address of a locked account in force and keeps the one before.
pub(super) async fn replace_email<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    account: &Account,
    new: &EmailAddress,
) -> Result<(), ServiceError> {
    let after = AccountProfile { email: new.clone(), ..account.profile.clone() };
    keep_history(context, actor, tx, account, &after).await?;
    Ok(accounts::save_email(tx, account, new).await?)
}
