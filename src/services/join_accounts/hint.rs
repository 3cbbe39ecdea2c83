//! Whether somebody seems to have two accounts: offered, never insisted on, and the other login is not told.

use crate::domain::account::{Account, AccountStatus};
use crate::domain::actor::Actor;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError};
use crate::storage::{Connection, account_joins, accounts, grants};

/// Namesakes that are looked at.
const MOST_NAMESAKES: u64 = 20;

/// Whether there is another active account with the address of this one, or with its name in one of its units.
///
/// # Errors
/// Of the database.
pub async fn is_hinted(context: &Context, actor: &Actor) -> Result<bool, ServiceError> {
    let Ok(id) = context.own_account(actor, Permission::AccountJoinPropose) else { return Ok(false) };
    let has_role = actor.signed_in().is_some_and(|signed_in| !signed_in.roles.is_empty());
    let db = &context.db;
    if has_role || accounts::is_join_hint_hidden(db, id).await? || !account_joins::list_running_of(db, id).await?.is_empty() {
        return Ok(false);
    }
    let Some(own) = accounts::find_credentials(db, id).await? else { return Ok(false) };
    let is_other = |account: &Account| account.id != id && account.status == AccountStatus::Active && account.has_password;
    if accounts::list_by_email(db, &own.account.profile.email.key()).await?.iter().any(is_other) {
        return Ok(true);
    }
    let Some(place) = &own.voivodeship else { return Ok(false) };
    let namesakes = accounts::list_by_name(db, place, &own.account.profile, MOST_NAMESAKES).await?;
    works_together(context, db, &own.account, namesakes.iter().filter(|account| is_other(account))).await
}

async fn works_together<C: Connection>(
    context: &Context,
    db: &C,
    own: &Account,
    others: impl Iterator<Item = &Account>,
) -> Result<bool, ServiceError> {
    let today = context.now().warsaw_date();
    let units: Vec<_> = grants::list_in_force_of(db, own.id, today).await?.into_iter().map(|grant| grant.unit).collect();
    for other in others {
        if grants::list_in_force_of(db, other.id, today).await?.iter().any(|grant| units.contains(&grant.unit)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The owner does not want to read of it again.
///
/// # Errors
/// `Denied` for those who have no account of their own.
pub async fn hide_hint(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::AccountJoinPropose)?;
    accounts::hide_join_hint(&context.db, id, context.now()).await?;
    Ok(())
}
