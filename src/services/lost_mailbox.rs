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
use crate::domain::application::Application;
use crate::domain::application::draft::{Draft, EmailChangeTexts};
use crate::domain::id::AccountId;
use crate::domain::unit::{Unit, UnitStatus};
use crate::storage::Connection;
use crate::storage::{applications, drafts, grants, units};

/// The units whose head can confirm who the person is: active ones in which a grant is in force.
async fn units_of<C: Connection>(context: &Context, db: &C, account: AccountId) -> Result<Vec<Unit>, ServiceError> {
    let today = context.now().warsaw_date();
    let grants = grants::list_of_account(db, account).await?;
    let ids: Vec<_> = grants.iter().filter(|g| g.valid_from <= today && today <= g.valid_until).map(|g| g.unit).collect();
    Ok(units::list_by_ids(db, &ids).await?.into_iter().filter(|unit| unit.status == UnitStatus::Active).collect())
}

/// What is being typed, with the application that it corrects. A correction that came too late is none.
async fn current<C: Connection>(
    context: &Context,
    db: &C,
    account: AccountId,
) -> Result<Option<(Draft<EmailChangeTexts>, Option<Application>)>, ServiceError> {
    let Some(draft) = drafts::of_kind::<_, EmailChangeTexts>(db, account, context.now()).await? else { return Ok(None) };
    let Some(id) = draft.application else { return Ok(Some((draft, None))) };
    let corrected = applications::find(db, id).await?.filter(|application| application.status.is_correctable());
    Ok(corrected.map(|application| (draft, Some(application))))
}
