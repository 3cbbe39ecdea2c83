//! Erases applications and the people of whom nothing else is left, and keeps a journal of it that outlives backups.
//! What may not live here: what is due (`keep_deadlines/retain.rs`).

use super::{Context, ServiceError, record};
use crate::domain::account::AccountStatus;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::application::status::Status;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::erasure::{Erasure, Subject};
use crate::domain::id::{AccountId, ApplicationId};
use crate::domain::moment::Moment;
use crate::files::{form_folder, journal_key, post_folder};
use crate::storage::audit_entries::{LoginPeriod, take_names_of_account, take_names_of_application};
use crate::storage::database::begin;
use crate::storage::unwanted_files::Folder;
use crate::storage::{Connection, accounts, applications, erasing, erasures, profile_changes, unwanted_files};
use serde_json::json;

/// So many files or lines of the journal are looked at in one go.
const BATCH: u64 = 100;

/// Erases an application that ended in this state before this moment; `None` erases it whatever its state, because that was done before.
/// What is left is its number, kind, end, and who decided. False when somebody was quicker or something holds it.
///
/// # Errors
/// Of the database.
pub(super) async fn erase_application(
    context: &Context,
    actor: &Actor,
    id: ApplicationId,
    due: Option<(Status, Moment)>,
) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let Some(application) = applications::find_for_update(&tx, id).await? else { return Ok(false) };
    if due.is_some_and(|(status, before)| application.status != status || application.status_since >= before) {
        return Ok(false);
    }
    let now = context.now();
    let applicant = match accounts::find(&tx, application.applicant).await? {
        Some(account) => logins_of(&tx, account.login.as_str(), (account.id, account.created_at)).await?,
        None => Vec::new(),
    };
    let Some(folders) = erasing::remove_application(&tx, &application, now).await? else { return Ok(false) };
    for folder in folders {
        unwanted_files::add(&tx, folder, now, true).await?;
    }
    take_names_of_application(&tx, (id, application.number.as_str()), &applicant).await?;
    erasures::add(&tx, Erasure { subject: Subject::Application(id), at: now }).await?;
    let (object, voivodeship) = (AuditObject::new("application", &application.number), application.summary().voivodeship);
    let details = json!({ "id": id, "kind": application.payload.kind().key(), "status": application.status.key() });
    record::done(context, &tx, actor, AuditEvent::ApplicationErased, object, Some(&voivodeship), details).await?;
    tx.commit().await?;
    Ok(true)
}

/// Erases an account that was never approved and that nothing holds; in the audit trail a mark takes the place of its names. False when
/// somebody was quicker or something holds it.
///
/// # Errors
/// Of the database.
pub(super) async fn erase_account(context: &Context, actor: &Actor, id: AccountId) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let Some(found) = accounts::find_for_update(&tx, id).await? else { return Ok(false) };
    if found.account.status != AccountStatus::Pending {
        return Ok(false);
    }
    let logins = logins_of(&tx, found.account.login.as_str(), (id, found.account.created_at)).await?;
    if !erasing::remove_account(&tx, id).await? {
        return Ok(false);
    }
    take_names_of_account(&tx, id, &logins).await?;
    erasures::add(&tx, Erasure { subject: Subject::Account(id), at: context.now() }).await?;
    record::done(context, &tx, actor, AuditEvent::AccountErased, AuditObject::new("account", id), found.voivodeship.as_ref(), json!({}))
        .await?;
    tx.commit().await?;
    Ok(true)
}

/// Which logins the account had, and when: a login that was given up may be another person's.
async fn logins_of<C: Connection>(db: &C, login: &str, (id, since): (AccountId, Moment)) -> Result<Vec<LoginPeriod>, ServiceError> {
    let mut periods = Vec::new();
    let (mut login, mut before) = (login.to_owned(), None);
    for change in profile_changes::list_of(db, id).await?.into_iter().filter(|change| change.field == profile_changes::LOGIN) {
        periods.push(LoginPeriod { login, from: change.changed_at, before });
        login = change.old_value.unwrap_or_default();
        before = Some(change.changed_at);
    }
    periods.push(LoginPeriod { login, from: since, before });
    Ok(periods)
}

/// The journal.
///
/// # Errors
/// `Denied` for anybody but the operator.
pub async fn list_erasures(context: &Context, actor: &Actor) -> Result<Vec<Erasure>, ServiceError> {
    if actor.kind != ActorKind::Operator {
        return Err(ServiceError::Denied);
    }
    Ok(erasures::list(&context.db).await?)
}

/// Removes the files that nobody is to have any more. One that the store does not let go is tried again later.
///
/// # Errors
/// Of the database.
pub(super) async fn remove_files(context: &Context) -> Result<(), ServiceError> {
    let mut after = None;
    loop {
        let due = unwanted_files::list_due(&context.db, context.now(), after, BATCH).await?;
        for folder in &due {
            match remove_files_of(context, *folder).await {
                Ok(()) => {
                    unwanted_files::remove(&context.db, *folder).await?;
                }
                Err(error) => tracing::warn!(%folder, %error, "files could not be removed; they are tried again"),
            }
        }
        match due.last() {
            Some(last) if due.len() as u64 == BATCH => after = Some(*last),
            _ => return Ok(()),
        }
    }
}

async fn remove_files_of(context: &Context, whose: Folder) -> Result<(), crate::files::StoreError> {
    let folder = match whose {
        Folder::SignedForm(form) => form_folder(form),
        Folder::Post(file) => post_folder(file),
    };
    for key in context.files.list(&folder).await? {
        context.files.delete(&key).await?;
    }
    Ok(())
}

/// Writes the journal beside the files, where it outlives the database. What cannot be written now is tried again later.
///
/// # Errors
/// Of the database.
pub(super) async fn keep_journal(context: &Context) -> Result<(), ServiceError> {
    loop {
        let new = erasures::list_unkept(&context.db, BATCH).await?;
        for erasure in &new {
            let key = journal_key(&erasure.subject.journal_name());
            if let Err(error) = context.files.put(&key, erasure.line()).await {
                tracing::warn!(%error, "the journal of erasures could not be written; it is tried again");
                return Ok(());
            }
            erasures::mark_kept(&context.db, erasure.subject, context.now()).await?;
        }
        if (new.len() as u64) < BATCH {
            return Ok(());
        }
    }
}
