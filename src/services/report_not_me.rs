//! „To nie ja”: the owner says by the link of a letter that somebody else tried, or got in. Helpdesk sees the report. Where
//! somebody got in, every session ends and every device is forgotten at once; the password is the owner's to change.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::secrets::token_hash;
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::mailed_tokens::{self, MailedToken, Purpose};
use crate::storage::security_reports::{self, Report};
use crate::storage::{Connection, sessions, sign_in_sources};
use serde_json::json;

pub use crate::storage::security_reports::ReportKind;

/// What the link of a letter can report. Unlike a reset link it outlives a change of the password: that may have been the
/// stranger's.
fn judge(context: &Context, token: Option<&MailedToken>, found: Option<Credentials>) -> Result<(Credentials, ReportKind), ServiceError> {
    let (Some(token), Some(found)) = (token, found) else { return Err(ServiceError::DeadLink) };
    let kind = match token.purpose {
        Purpose::BlockNotMe => ReportKind::Block,
        Purpose::SignInNotMe => ReportKind::SignIn,
        _ => return Err(ServiceError::DeadLink),
    };
    let is_open = token.used_at.is_none() && context.now() < token.expires_at && token.email_key == found.account.profile.email.key();
    if is_open { Ok((found, kind)) } else { Err(ServiceError::DeadLink) }
}

/// Whose account the link is about, and what it would report. Uses nothing up.
///
/// # Errors
/// `DeadLink`.
pub async fn find_not_me(context: &Context, token: &str) -> Result<(Account, ReportKind), ServiceError> {
    let token = mailed_tokens::find(&context.db, token_hash(token)).await?;
    let found = match token.as_ref().and_then(|t| t.account) {
        Some(account) => accounts::find_credentials(&context.db, account).await?,
        None => None,
    };
    judge(context, token.as_ref(), found).map(|(found, kind)| (found.account, kind))
}

/// Reports.
///
/// # Errors
/// `DeadLink`.
pub async fn report_not_me(context: &Context, actor: &Actor, token: &str) -> Result<ReportKind, ServiceError> {
    let hash = token_hash(token);
    let tx = begin(&context.db).await?;
    let found = match mailed_tokens::find(&tx, hash).await?.and_then(|t| t.account) {
        Some(account) => accounts::find_for_update(&tx, account).await?,
        None => None,
    };
    let token = mailed_tokens::find_for_update(&tx, hash).await?;
    let (found, kind) = judge(context, token.as_ref(), found)?;
    let account = found.account.id;
    mailed_tokens::mark_used(&tx, hash, context.now()).await?;
    if kind == ReportKind::SignIn {
        sessions::remove_all_of(&tx, account, None).await?;
        sign_in_sources::remove_all_of(&tx, account).await?;
    }
    let report = Report { id: context.new_report_id(), account, kind, reported_at: context.now() };
    security_reports::add(&tx, &report).await?;
    let object = AuditObject::new("account", &found.account.login);
    let details = json!({ "kind": kind.key() });
    record::done(context, &tx, actor, AuditEvent::AccountAttackReported, object, found.voivodeship.as_ref(), details).await?;
    tx.commit().await?;
    Ok(kind)
}

/// Whether nobody knows whose wishes come from this account: its owner said „to nie ja”, and helpdesk has not looked yet.
pub(super) async fn is_doubted<C: Connection>(db: &C, account: &Account) -> Result<bool, ServiceError> {
    Ok(!account.has_password || !security_reports::list_open_of(db, account.id).await?.is_empty())
}
