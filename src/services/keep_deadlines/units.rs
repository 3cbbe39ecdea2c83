//! Units whose last day has passed are closed, and what was asked for in them is told.

use super::{BATCH, Tally};
use crate::domain::actor::Actor;
use crate::services::change_unit::{close_application, end_unit};
use crate::services::{Context, ServiceError};
use crate::storage::{applications, units};

/// Ends every unit that is due, then closes every application that has no unit any more, each in its own transaction; gives their
/// number. However late it comes, nobody reports for a unit after its last day: that is asked of the day, not of this.
pub(super) async fn end_units(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut ended = Tally::default();
    while ended.goes_on() {
        for unit in ended.found(units::list_ended(&context.db, context.now().warsaw_date(), BATCH).await?) {
            if let Err(error) = ended.count(end_unit(context, actor, unit.id).await) {
                tracing::error!(unit = %unit.id, %error, "a unit could not be ended");
            }
        }
    }
    let mut closed = Tally::default();
    while closed.goes_on() {
        for application in closed.found(applications::list_without_unit(&context.db, BATCH).await?) {
            if let Err(error) = closed.count(close_application(context, actor, application.id).await) {
                tracing::error!(application = %application.number, %error, "an application could not be closed");
            }
        }
    }
    Ok(ended.done + closed.done)
}
