//! The data of an office: its address, its channels, its own words on the form. The name is the centre's to change. Who could lead signed
//! forms elsewhere proves once more who it is, and everybody else of the office hears of it, at the old address, too.

use super::record_change::{Changed, record_change};
use super::review_application::administrators_of;
use super::view_changes::{ChangeMade, MOST_SHOWN, with_names};
use super::{Context, ServiceError, prove_again, record};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::edited::{Subject, Texts};
use crate::domain::identifiers::EmailAddress;
use crate::domain::notice::Notice;
use crate::domain::office_data::{read, texts_of};
use crate::domain::permission::{Permission, Target};
use crate::domain::voivodeship::{Office, VoivodeshipCode};
use crate::storage::database::begin;
use crate::storage::{Connection, dictionary_changes, offices};
use serde_json::json;

/// An office as somebody who may edit it sees it.
#[derive(Debug, Clone)]
pub struct OpenOffice {
    /// As it is.
    pub office: Office,
    /// The actor may change its name, too.
    pub may_rename: bool,
}

fn target(place: &VoivodeshipCode) -> Target {
    Target { voivodeship: Some(place.clone()), ..Target::default() }
}

/// An office that the actor reaches with this permission; any other one does not exist, and the attempt is written down.
async fn reached<C: Connection>(
    context: &Context,
    db: &C,
    actor: &Actor,
    code: &str,
    permission: Permission,
) -> Result<Office, ServiceError> {
    let office = offices::find(db, &VoivodeshipCode::trusted(code)).await?;
    if context.policy.check(actor, permission, &target(&office.voivodeship)).is_err() {
        let (object, details) = (AuditObject::new(Subject::Office.key(), code), json!({ "permission": permission.key() }));
        record::refused(context, actor, object, Some(&office.voivodeship), details).await?;
        return Err(ServiceError::NotFound);
    }
    Ok(office)
}

/// The office to be edited.
///
/// # Errors
/// `NotFound` where it is not the actor's to edit.
pub async fn open_office(context: &Context, actor: &Actor, code: &str) -> Result<OpenOffice, ServiceError> {
    let office = reached(context, &context.db, actor, code, Permission::OfficeEdit).await?;
    let may_rename = context.policy.check(actor, Permission::OfficeRename, &target(&office.voivodeship)).is_ok();
    Ok(OpenOffice { office, may_rename })
}

/// The office with the changes of its data, the newest first.
///
/// # Errors
/// `NotFound` where it is not the actor's to see.
pub async fn office_history(context: &Context, actor: &Actor, code: &str) -> Result<(Office, Vec<ChangeMade>), ServiceError> {
    let office = reached(context, &context.db, actor, code, Permission::OfficeView).await?;
    let changes = dictionary_changes::list_of(&context.db, Subject::Office, code, MOST_SHOWN).await?;
    Ok((office, with_names(&context.db, changes).await?))
}

/// What others have changed since this version, the oldest first.
///
/// # Errors
/// As [`open_office`].
pub async fn office_changed_since(context: &Context, actor: &Actor, code: &str, version: i32) -> Result<Vec<ChangeMade>, ServiceError> {
    reached(context, &context.db, actor, code, Permission::OfficeEdit).await?;
    with_names(&context.db, dictionary_changes::list_since(&context.db, Subject::Office, code, version).await?).await
}

/// Saves what was typed upon the version that was seen. From now on it stands on each form that is filed; forms that were filed before
/// stay as they are. The other administrators of the office and its old address are told. False when nothing differs.
///
/// # Errors
/// As [`open_office`]; `ProofTooOld`; `Stale` when somebody was quicker; `Invalid` by field.
pub async fn save_office(context: &Context, actor: &Actor, code: &str, seen: i32, typed: &Texts) -> Result<bool, ServiceError> {
    let OpenOffice { office, may_rename } = open_office(context, actor, code).await?;
    prove_again::required(context, actor)?;
    if office.version != seen {
        return Err(ServiceError::Stale);
    }
    let before = texts_of(&office);
    let mut typed = typed.clone();
    if !may_rename {
        typed.set("name", before.get("name"));
    }
    let after = read(&typed, &office)?;
    let fields = before.changes_to(&texts_of(&after));
    if fields.is_empty() {
        return Ok(false);
    }
    let tx = begin(&context.db).await?;
    if !offices::save(&tx, &after, seen).await? {
        return Err(ServiceError::Stale);
    }
    let told = Some(office.email).filter(|email| !email.is_empty()).map(EmailAddress::trusted);
    let is_told = told.is_some();
    let place = &after.voivodeship;
    let changed = Changed { subject: Subject::Office, code, version: seen.saturating_add(1), fields, voivodeship: Some(place), told };
    let change = record_change(context, &tx, actor, AuditEvent::OfficeChanged, changed).await?;
    for colleague in administrators_of(&tx, place, context.now().warsaw_date()).await? {
        if Some(colleague.id) != actor.account_id() {
            record::tell(context, &tx, actor, &Notice::OfficeChanged { change: change.id, account: Some(colleague.id) }).await?;
        }
    }
    if is_told {
        record::tell(context, &tx, actor, &Notice::OfficeChanged { change: change.id, account: None }).await?;
    }
    tx.commit().await?;
    Ok(true)
}
