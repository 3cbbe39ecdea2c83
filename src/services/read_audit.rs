//! Reads the audit trail within scope. Reading it is itself written down.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEntry, AuditEvent, AuditObject};
use crate::domain::permission::{ListScope, Permission};
use crate::storage::audit_entries;
use crate::storage::page::Slice;
use serde_json::json;

pub use crate::storage::audit_entries::AuditFilter;

/// Rows on one page.
const PAGE_SIZE: usize = 100;

/// One page, the newest first.
///
/// # Errors
/// `Denied`.
pub async fn read_audit(
    context: &Context,
    actor: &Actor,
    filter: &AuditFilter,
    after: Option<&str>,
) -> Result<Slice<AuditEntry>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::AuditView)?;
    let slice = audit_entries::list(&context.db, &scope, filter, after, PAGE_SIZE).await?;
    let details = json!({
        "from": filter.from.map(|m| m.to_iso()), "before": filter.before.map(|m| m.to_iso()),
        "actor": filter.actor, "object": filter.object, "event": filter.event, "rows": slice.rows.len(),
    });
    // A voivodeship's readers see that their trail was read; who reads several is seen from the country.
    let voivodeship = match &scope {
        ListScope::Voivodeships(codes) if codes.len() == 1 => codes.first().cloned(),
        _ => None,
    };
    let object = AuditObject::new("audit", "");
    record::done(context, &context.db, actor, AuditEvent::AuditRead, object, voivodeship.as_ref(), details).await?;
    Ok(slice)
}
