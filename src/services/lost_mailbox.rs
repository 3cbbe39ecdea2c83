//! „Nie masz dostępu do skrzynki?”: another e-mail address by an application that the unit's head signs. What may not live here:
//! the way of any application (print, sign, review), which knows no kind.

mod draft;
mod end;
mod file;
mod look;
mod queue;

pub use draft::{confirm_by_code, request_code, save, start_correction};
pub(super) use end::{drop_waiting, take_effect};
pub use end::{find_stop, stop, stop_by_link};
pub use file::file;
pub use look::{LostMailbox, look};
pub(super) use queue::queue;

use super::context::Context;
use super::error::ServiceError;
use super::rights;
use crate::domain::id::AccountId;
use crate::domain::unit::Unit;
use crate::storage::Connection;

/// The units whose head can confirm who the person is.
async fn units_of<C: Connection>(context: &Context, db: &C, account: AccountId) -> Result<Vec<Unit>, ServiceError> {
    rights::own_units(db, account, context.now().warsaw_date()).await
}
