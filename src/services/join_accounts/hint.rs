//! Whether somebody seems to have two accounts: offered to the person, never insisted on, and the other login is not told; told to
//! whoever reviews an application that names one of them.

use crate::domain::account::{Account, AccountStatus};
use crate::domain::account_join::JoinState;
use crate::domain::actor::Actor;
use crate::domain::id::{AccountId, UnitId};
use crate::domain::permission::Permission;
use crate::domain::similar::Reason;
use crate::services::{Context, ServiceError};
use crate::storage::{Connection, account_joins, accounts, grants};
use jiff::civil::Date;

/// Namesakes that are looked at.
const MOST_NAMESAKES: u64 = 20;

/// What somebody is told in the own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Another account asks whether both are the same person's.
    Asked,
    /// There is another active account with the address of this one, or with its name in one of its units.
    SecondAccount,
}

/// Whether there is something to tell; nothing while the account is in a joining itself.
///
/// # Errors
/// Of the database.
pub async fn hint_of(context: &Context, actor: &Actor) -> Result<Option<Hint>, ServiceError> {
    let Ok(id) = context.own_account(actor, Permission::AccountJoinPropose) else { return Ok(None) };
    let (db, now) = (&context.db, context.now());
    let running: Vec<_> = account_joins::list_running_of(db, id).await?.into_iter().filter(|join| !join.has_run_out(now)).collect();
    if running.iter().any(|join| join.kept == Some(id) && join.state == JoinState::Proposed) {
        return Ok(Some(Hint::Asked));
    }
    // Whoever has a role gives nothing up: it does not go over.
    let has_role = actor.signed_in().is_some_and(|signed_in| !signed_in.roles.is_empty());
    if has_role || !running.is_empty() || accounts::is_join_hint_hidden(db, id).await? {
        return Ok(None);
    }
    Ok((!second_accounts(context, db, id).await?.is_empty()).then_some(Hint::SecondAccount))
}

/// Other active accounts that seem to be those of the owner of an active one, each with the reason.
pub(in crate::services) async fn second_accounts<C: Connection>(
    context: &Context,
    db: &C,
    id: AccountId,
) -> Result<Vec<(Account, Reason)>, ServiceError> {
    let is_open = |account: &Account| account.status == AccountStatus::Active && account.has_password;
    let Some(own) = accounts::find_credentials(db, id).await?.filter(|own| is_open(&own.account)) else { return Ok(Vec::new()) };
    let profile = &own.account.profile;
    let on_address = accounts::list_by_email(db, &profile.email.key()).await?.into_iter();
    let mut found: Vec<_> =
        on_address.filter(|account| account.id != id && is_open(account)).map(|account| (account, Reason::SameEmail)).collect();
    let Some(place) = &own.voivodeship else { return Ok(found) };
    let today = context.now().warsaw_date();
    let units = units_of(db, id, today).await?;
    for other in accounts::list_by_name(db, place, profile, MOST_NAMESAKES).await? {
        let is_new = other.id != id && is_open(&other) && found.iter().all(|(known, _)| known.id != other.id);
        if is_new && units_of(db, other.id, today).await?.iter().any(|unit| units.contains(unit)) {
            found.push((other, Reason::SameNameInUnit));
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
