//! What changed in people's rights since a day.

use super::PAGE_SIZE;
use crate::domain::actor::Actor;
use crate::domain::grant::RightChange;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError};
use crate::storage::grants::changes::{self, ListedChange};
use crate::storage::page::Slice;
use jiff::civil::Date;

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Since the beginning of this day in Warsaw.
    pub since: Date,
    /// Only changes of this kind.
    pub only: Option<RightChange>,
}

/// One page of what changed, the newest first, within the actor's scope.
///
/// # Errors
/// `Denied`.
pub async fn list_changes(
    context: &Context,
    actor: &Actor,
    filter: &ChangeFilter,
    after: Option<&str>,
) -> Result<Slice<ListedChange>, ServiceError> {
    page(context, actor, filter, after, PAGE_SIZE).await
}

/// As [`list_changes`], with pages of any size.
pub(in crate::services) async fn page(
    context: &Context,
    actor: &Actor,
    filter: &ChangeFilter,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<ListedChange>, ServiceError> {
    let scope = context.policy.unit_scope(actor, Permission::GrantList)?;
    Ok(changes::list(&context.db, &scope, (filter.since, context.now()), filter.only, after, size).await?)
}
