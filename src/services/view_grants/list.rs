//! Person × unit × sub-area × until.

use super::PAGE_SIZE;
use crate::domain::actor::Actor;
use crate::domain::dictionary::Dictionaries;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError};
use crate::storage::dictionaries;
use crate::storage::grants::listing::{self, GrantFilter, ListedGrant};
use crate::storage::page::Slice;

/// One page of the grants within the actor's scope, by unit and person in Polish order.
///
/// # Errors
/// `Denied`.
pub async fn list_grants(
    context: &Context,
    actor: &Actor,
    filter: &GrantFilter,
    after: Option<&str>,
) -> Result<Slice<ListedGrant>, ServiceError> {
    page(context, actor, filter, after, PAGE_SIZE).await
}

/// As [`list_grants`], with pages of any size.
pub(in crate::services) async fn page(
    context: &Context,
    actor: &Actor,
    filter: &GrantFilter,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<ListedGrant>, ServiceError> {
    let scope = context.policy.unit_scope(actor, Permission::GrantList)?;
    Ok(listing::list(&context.db, &scope, filter, context.now().warsaw_date(), after, size).await?)
}

/// The dictionaries that the list can be filtered by.
///
/// # Errors
/// `Denied` for those who have no list.
pub async fn name_choices(context: &Context, actor: &Actor) -> Result<Dictionaries, ServiceError> {
    context.policy.unit_scope(actor, Permission::GrantList)?;
    Ok(dictionaries::load(&context.db, context.now().warsaw_date()).await?)
}
