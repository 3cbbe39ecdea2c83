//! „Wnioskuj o rozszerzenie uprawnień”: more rights in the own unit, or rights in another one. What may not live here: the way of
//! any application (print, sign, review), which knows no kind.

mod draft;
mod file;
mod grant;
mod look;

pub use draft::{choose_home, choose_unit, drop_draft, save_needs, save_statements, start_correction};
pub use file::file;
pub(super) use grant::grant;
pub use look::{Extension, look};

use super::context::Context;
use super::error::ServiceError;
use crate::domain::actor::Actor;
use crate::domain::id::AccountId;
use crate::domain::permission::{Permission, Target};

/// The actor's own account, where the policy lets it apply.
fn own(context: &Context, actor: &Actor) -> Result<AccountId, ServiceError> {
    let id = actor.account_id().ok_or(ServiceError::Denied)?;
    context.policy.check(actor, Permission::PermissionExtensionFile, &Target { account: Some(id), ..Target::default() })?;
    Ok(id)
}
