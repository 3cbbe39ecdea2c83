//! „Parametry użytkownika”: one's own data, units, sub-areas, functions, validity. Nothing else, and nobody else's.

use super::context::Context;
use super::error::ServiceError;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::GrantId;
use crate::domain::identifiers::EmailAddress;
use crate::domain::moment::Moment;
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::storage::applications;
pub use crate::storage::applications::Listed;
pub use crate::storage::grants::Grant;
use crate::storage::{accounts, closing_requests, dictionaries, email_changes, grants, units};

/// One's own account.
#[derive(Debug, Clone)]
pub struct OwnAccount {
    /// The account.
    pub account: Account,
    /// Units with their grants, ended ones too, in the order of the units' names.
    pub units: Vec<(Unit, Vec<Grant>)>,
    /// Those that are suspended: the unit has not confirmed them.
    pub suspended: Vec<GrantId>,
    /// Applications that the person filed, the newest first.
    pub applications: Vec<Listed>,
    /// Another address waits to be confirmed.
    pub new_email: Option<EmailAddress>,
    /// The owner has asked to close the account.
    pub asked_to_close_at: Option<Moment>,
    /// Names of sub-areas and functions.
    pub dictionaries: Dictionaries,
}

/// Reads it.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn view_own_account(context: &Context, actor: &Actor) -> Result<OwnAccount, ServiceError> {
    let id = context.own_account(actor, Permission::AccountView)?;
    let db = &context.db;
    let account = accounts::find(db, id).await?.ok_or(ServiceError::NotFound)?;
    let all: Vec<Grant> = grants::list_of_account(db, id).await?;
    let ids: Vec<_> = all.iter().map(|g| g.unit).collect();
    let mut found = units::list_by_ids(db, &ids).await?;
    found.sort_by_cached_key(|unit| crate::domain::collation::sort_key(unit.data.name.as_str()));
    let units = found
        .into_iter()
        .map(|unit| {
            let own = all.iter().filter(|g| g.unit == unit.id).cloned().collect();
            (unit, own)
        })
        .collect();
    let applications = applications::list_of_applicant(db, id).await?;
    let pending = email_changes::find_pending(db, id).await?.filter(|change| change.is_confirmable(context.now()));
    Ok(OwnAccount {
        account,
        units,
        suspended: grants::suspended_of(db, id).await?,
        applications,
        new_email: pending.map(|change| change.new),
        asked_to_close_at: closing_requests::find_open(db, id).await?.map(|request| request.requested_at),
        dictionaries: dictionaries::load(db, context.now().warsaw_date()).await?,
    })
}
