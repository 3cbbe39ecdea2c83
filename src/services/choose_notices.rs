//! Which letters a person wants. A new password and a block are always told, and so are announcements that press.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::permission::Permission;
use crate::storage::accounts;
use crate::storage::database::begin;
use serde_json::json;

/// Whether sign-ins on a new device are told.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn announces_sign_ins(context: &Context, actor: &Actor) -> Result<bool, ServiceError> {
    let id = context.own_account(actor, Permission::AccountView)?;
    Ok(accounts::find_credentials(&context.db, id).await?.ok_or(ServiceError::NotFound)?.announces_sign_ins)
}

/// Switches the letters about sign-ins on a new device.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn announce_sign_ins(context: &Context, actor: &Actor, is_on: bool) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::AccountView)?;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if found.announces_sign_ins != is_on {
        accounts::save_announces_sign_ins(&tx, id, is_on).await?;
        let details = json!({ "sign_in_letters": is_on });
        record::of_account(context, &tx, actor, &found, AuditEvent::AccountNoticesChanged, details).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Whether announcements that do not press come by letter, too.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn mails_announcements(context: &Context, actor: &Actor) -> Result<bool, ServiceError> {
    let id = context.own_account(actor, Permission::AccountView)?;
    Ok(accounts::mails_announcements(&context.db, id).await?)
}

/// Switches these letters.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn mail_announcements(context: &Context, actor: &Actor, is_on: bool) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::AccountView)?;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if accounts::mails_announcements(&tx, id).await? != is_on {
        accounts::save_mails_announcements(&tx, id, is_on).await?;
        let details = json!({ "announcement_letters": is_on });
        record::of_account(context, &tx, actor, &found, AuditEvent::AccountNoticesChanged, details).await?;
    }
    tx.commit().await?;
    Ok(())
}
