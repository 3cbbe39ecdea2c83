//! Whether somebody seems to have two accounts: offered to the person, never insisted on, and the other login is not told; told to
//! whoever reviews an application that names one of them.

use crate::domain::account::{Account, AccountStatus};
use crate::domain::actor::Actor;
use crate::domain::id::{AccountId, UnitId};
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError};
use crate::storage::{Connection, account_joins, accounts, grants};
use jiff::civil::Date;

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
    Ok(!second_accounts(context, db, id).await?.is_empty())
}

/// Other active accounts that seem to be those of the owner of an active one, each with the reason: a key under `review.similar`.
pub(in crate::services) async fn second_accounts<C: Connection>(
    context: &Context,
    db: &C,
    id: AccountId,
) -> Result<Vec<(Account, &'static str)>, ServiceError> {
    let is_open = |account: &Account| account.status == AccountStatus::Active && account.has_password;
    let Some(own) = accounts::find_credentials(db, id).await?.filter(|own| is_open(&own.account)) else { return Ok(Vec::new()) };
    let profile = &own.account.profile;
    let on_address = accounts::list_by_email(db, &profile.email.key()).await?.into_iter();
    let mut found: Vec<_> =
        on_address.filter(|account| account.id != id && is_open(account)).map(|account| (account, "same_email")).collect();
    let Some(place) = &own.voivodeship else { return Ok(found) };
    let today = context.now().warsaw_date();
    let units = units_of(db, id, today).await?;
    for other in accounts::list_by_name(db, place, profile, MOST_NAMESAKES).await? {
        let is_new = other.id != id && is_open(&other) && found.iter().all(|(known, _)| known.id != other.id);
        if is_new && units_of(db, other.id, today).await?.iter().any(|unit| units.contains(unit)) {
            found.push((other, "same_name_in_unit"));
        }
    }
    Ok(found)
}

async fn units_of<C: Connection>(db: &C, account: AccountId, today: Date) -> Result<Vec<UnitId>, ServiceError> {
    Ok(grants::list_in_force_of(db, account, today).await?.into_iter().map(|grant| grant.unit).collect())
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
