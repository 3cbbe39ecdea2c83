//! Queues the letters of announcements: one for each account that one is for, in bounded goes. A go is one transaction under the lock
//! of the announcement's row, which notes the last account: so each account gets one letter, whatever the number of workers, and
//! whenever one of them dies. What may not live here: what the letter says, and whether it still makes sense when it leaves.

use crate::domain::actor::{Actor, ActorKind};
use crate::domain::notice::{ANNOUNCEMENT_PUBLISHED, Notice};
use crate::services::{Context, ServiceError, record};
use crate::storage::announcements::recipients::{self, Meant};
use crate::storage::database::begin;
use crate::storage::{announcements, outbox_messages};

/// Letters of one go. Letters leave in the order in which they were queued, so somebody's new password waits behind so many of these and
/// not behind those of the whole country: the next go comes when fewer are due.
const GO: u64 = 50;

/// Queues the next letters, when it is time for them; gives their number.
///
/// # Errors
/// Of the database; then nothing of this go is queued.
pub async fn queue_letters(context: &Context) -> Result<u64, ServiceError> {
    let now = context.now();
    // One look into a partial index that is nearly always empty.
    let Some(id) = announcements::next_to_mail(&context.db, now).await? else { return Ok(0) };
    if outbox_messages::count_due(&context.db, ANNOUNCEMENT_PUBLISHED, now, GO).await? >= GO {
        return Ok(0);
    }
    let actor = Actor { kind: ActorKind::System, address: None, correlation: context.new_correlation_id() };
    let tx = begin(&context.db).await?;
    let Some((one, after)) = announcements::lock_to_mail(&tx, id, now).await? else { return Ok(0) };
    let meant = Meant::Mailed(one.content.urgency);
    let accounts = recipients::list(&tx, &one.content.audience, meant, now.warsaw_date(), after, GO).await?;
    for account in &accounts {
        record::tell(context, &tx, &actor, &Notice::AnnouncementPublished { announcement: id, account: *account }).await?;
    }
    let queued = accounts.len();
    let finished = ((queued as u64) < GO).then_some(now);
    announcements::save_mailed(&tx, id, accounts.last().copied(), queued, finished).await?;
    tx.commit().await?;
    Ok(queued as u64)
}
