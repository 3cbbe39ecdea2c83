//! What changed in people's rights since a day.

use super::PAGE_SIZE;
use crate::domain::actor::Actor;
use crate::domain::grant::RightChange;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError};
use crate::storage::grants::changes::{self, ListedChange, Whose};
use crate::storage::page::Slice;
use jiff::civil::Date;

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Since the beginning of this day in Warsaw.
    pub since: Date,
    /// Only changes of this kind.
    pub only: Option<RightChange>,
    /// Only those of the actor's own rights.
    pub is_own: bool,
}

/// One page of what changed, the newest first: within the actor's scope, or in the own rights. There nobody else is named.
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
    let days = (filter.since, context.now());
    if filter.is_own {
        let own = context.own_account(actor, Permission::AccountView)?;
        let mut slice = changes::list(&context.db, Whose::Account(own), days, filter.only, after, size).await?;
        for row in &mut slice.rows {
            row.by = row.by.take().filter(|login| login == actor.label());
        }
        return Ok(slice);
    }
    let scope = context.policy.unit_scope(actor, Permission::GrantList)?;
    Ok(changes::list(&context.db, Whose::Within(&scope), days, filter.only, after, size).await?)
}
