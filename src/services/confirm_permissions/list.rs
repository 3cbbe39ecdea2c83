//! Which units have not answered, for those who look after them.

use crate::domain::actor::Actor;
use crate::domain::attestation::AttestationState;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError};
use crate::storage::attestations::{self, ListedAttestation};
use crate::storage::page::Slice;

/// Rows on one page.
const PAGE_SIZE: usize = 50;

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationFilter {
    /// In which state.
    pub state: AttestationState,
    /// Words of the unit's name, its REGON or its town; empty: all.
    pub unit: String,
}

/// One page of the confirmations of units within the actor's scope, the most urgent first.
///
/// # Errors
/// `Denied`.
pub async fn list_attestations(
    context: &Context,
    actor: &Actor,
    filter: &AttestationFilter,
    after: Option<&str>,
) -> Result<Slice<ListedAttestation>, ServiceError> {
    page(context, actor, filter, after, PAGE_SIZE).await
}

/// As [`list_attestations`], with pages of any size.
pub(in crate::services) async fn page(
    context: &Context,
    actor: &Actor,
    filter: &AttestationFilter,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<ListedAttestation>, ServiceError> {
    let scope = context.policy.unit_scope(actor, Permission::AttestationList)?;
    Ok(attestations::list(&context.db, &scope, filter.state, &filter.unit, after, size).await?)
}
