//! „To nie ja”: the owner says by the link of a letter that somebody else tried, or got in. Helpdesk sees the report. Where
//! somebody got in, every session ends and every device is forgotten at once; the password is the owner's to change.

use super::context::Context;
use super::error::ServiceError;
use super::mailed_link::{self, OpenLink};
use super::record;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountId;
use crate::storage::accounts::Credentials;
use crate::storage::database::begin;
use crate::storage::mailed_tokens::{self, Purpose};
use crate::storage::security_reports::{self, Report};
use crate::storage::{Connection, sessions, sign_in_sources};
use serde_json::json;

pub use crate::storage::security_reports::ReportKind;

/// What the link of a letter can report. Unlike a reset link it outlives a change of the password: that may have been the
/// stranger's.
fn judge(context: &Context, link: Option<OpenLink>) -> Result<(OpenLink, ReportKind), ServiceError> {
    let link = link.ok_or(ServiceError::DeadLink)?;
    let kind = match link.token.purpose {
        Purpose::BlockNotMe => ReportKind::Block,
        Purpose::SignInNotMe => ReportKind::SignIn,
        _ => return Err(ServiceError::DeadLink),
    };
    let is_open = link.token.is_open(context.now()) && link.token.email_key == link.credentials.account.profile.email.key();
    if is_open { Ok((link, kind)) } else { Err(ServiceError::DeadLink) }
}

/// Whose account the link is about, and what it would report. Uses nothing up.
///
/// # Errors
/// `DeadLink`.
pub async fn find_not_me(context: &Context, token: &str) -> Result<(Account, ReportKind), ServiceError> {
    let (link, kind) = judge(context, mailed_link::read(&context.db, token).await?)?;
    Ok((link.credentials.account, kind))
}

/// Reports.
///
/// # Errors
/// `DeadLink`.
pub async fn report_not_me(context: &Context, actor: &Actor, token: &str) -> Result<ReportKind, ServiceError> {
    let tx = begin(&context.db).await?;
    let (OpenLink { token, credentials: found }, kind) = judge(context, mailed_link::read_locked(&tx, token).await?)?;
    mailed_tokens::mark_used(&tx, token.token_hash, context.now()).await?;
    if kind == ReportKind::SignIn {
        shut_out(&tx, found.account.id).await?;
    }
    report(context, actor, &tx, &found, kind).await?;
    tx.commit().await?;
    Ok(kind)
}

/// Whoever is in is out: every session ends and every device is forgotten.
pub(super) async fn shut_out<C: Connection>(tx: &C, account: AccountId) -> Result<(), ServiceError> {
    sessions::remove_all_of(tx, account, None).await?;
    sign_in_sources::remove_all_of(tx, account).await?;
    Ok(())
}

/// Leaves a report for helpdesk.
pub(super) async fn report<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    found: &Credentials,
    kind: ReportKind,
) -> Result<(), ServiceError> {
    let report = Report { id: context.new_report_id(), account: found.account.id, kind, reported_at: context.now() };
    security_reports::add(tx, &report).await?;
    let details = json!({ "kind": kind.key() });
    record::of_account(context, tx, actor, found, AuditEvent::AccountAttackReported, details).await
}
