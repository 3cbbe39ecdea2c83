//! What goes with every change of an office's data or of a dictionary: a row of its history and an entry of the trail, in its transaction.

use super::{Context, ServiceError, record};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::edited::{Change, FieldChange, Subject};
use crate::domain::identifiers::EmailAddress;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::{Connection, dictionary_changes};
use serde_json::json;

/// What was changed.
pub(super) struct Changed<'a> {
    /// What kind of thing.
    pub(super) subject: Subject,
    /// Which.
    pub(super) code: &'a str,
    /// The version that the change made; 0 where there are none.
    pub(super) version: i32,
    /// What differs.
    pub(super) fields: Vec<FieldChange>,
    /// In whose scope; none for the country.
    pub(super) voivodeship: Option<&'a VoivodeshipCode>,
    /// The address of the office before.
    pub(super) told: Option<EmailAddress>,
}

/// Writes it down.
///
/// # Errors
/// `Denied` for who has no account; of the database.
pub(super) async fn record_change<C: Connection>(
    context: &Context,
    tx: &C,
    actor: &Actor,
    event: AuditEvent,
    changed: Changed<'_>,
) -> Result<Change, ServiceError> {
    let Changed { subject, code, version, fields, voivodeship, told } = changed;
    let change = Change {
        id: context.new_dictionary_change_id(),
        subject,
        code: code.to_owned(),
        version,
        changed_at: context.now(),
        changed_by: actor.account_id().ok_or(ServiceError::Denied)?,
        fields,
        told,
    };
    dictionary_changes::add(tx, &change).await?;
    let object = AuditObject::new(subject.key(), code);
    let details = json!({ "version": version, "fields": change.fields });
    record::done(context, tx, actor, event, object, voivodeship, details).await?;
    Ok(change)
}
