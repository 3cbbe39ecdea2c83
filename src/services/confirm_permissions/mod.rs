//! „Coroczne potwierdzenie uprawnień”: a unit says once a year who still needs what. Line by line in the portal, then the head signs the
//! list once, and it goes the way of any application. What may not live here: that way, and when a unit is asked (`keep_deadlines`).

mod effect;
mod file;
mod list;
mod look;
mod overdue;
mod tell;

pub use crate::storage::attestations::ListedAttestation;
pub use file::{file, save_verdicts, start_correction};
pub use list::{AttestationFilter, list_attestations};
pub use look::{Confirmation, OwnConfirmation, list_own, look};

pub(super) use effect::{answered, approve, ended_without_approval};
pub(super) use list::page as attestations_page;
pub(super) use overdue::{open, remind, suspend};

use super::{Context, ServiceError};
use crate::domain::account::Role;
use crate::domain::actor::Actor;
use crate::domain::id::{AccountId, UnitId};
use crate::storage::Connection;
use crate::storage::{grants, role_assignments};

/// Who prepares the list of a unit: its coordinators; where it has none, whoever holds a right there, suspended or not. The head signs it
/// in any case, so nobody confirms anything alone.
///
/// # Errors
/// Of the database.
async fn may_prepare<C: Connection>(context: &Context, db: &C, actor: &Actor, unit: UnitId) -> Result<bool, ServiceError> {
    let Some(signed_in) = actor.signed_in() else { return Ok(false) };
    if signed_in.roles.iter().any(|held| held.role == Role::UnitCoordinator && held.unit == Some(unit)) {
        return Ok(true);
    }
    Ok(role_assignments::list_coordinators(db, unit).await?.is_empty() && works_in(context, db, signed_in.account, unit).await?)
}

/// Whether an account holds anything in a unit today, suspended or not.
async fn works_in<C: Connection>(context: &Context, db: &C, account: AccountId, unit: UnitId) -> Result<bool, ServiceError> {
    let today = context.now().warsaw_date();
    let own = grants::list_of_account(db, account).await?;
    Ok(own.iter().any(|grant| grant.unit == unit && today <= grant.valid_until))
}
