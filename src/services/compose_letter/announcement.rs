//! The letter of an announcement. It is not sent any more when the announcement has ended, when the account is not active, or when
//! its owner has refused such letters meanwhile.

use super::account::recipient;
use super::{Composed, Desk};
use crate::domain::account::AccountStatus;
use crate::domain::announcement::{AnnouncementState, Urgency};
use crate::domain::id::{AccountId, AnnouncementId};
use crate::mail::letters::{AnnouncementPublishedLetter, OneLine};
use crate::services::ServiceError;
use crate::storage::{Connection, accounts, announcements, offices};

pub(super) async fn published<C: Connection>(
    desk: &Desk<'_, C>,
    id: AnnouncementId,
    account: AccountId,
) -> Result<Option<Composed>, ServiceError> {
    let Some(one) = announcements::find(desk.tx, id).await? else { return Ok(None) };
    let Some(credentials) = accounts::find_credentials(desk.tx, account).await? else { return Ok(None) };
    let is_important = one.content.urgency == Urgency::Important;
    let is_wanted = is_important || accounts::mails_announcements(desk.tx, account).await?;
    let is_current = one.state(desk.now) == AnnouncementState::Current;
    if !is_wanted || !is_current || credentials.account.status != AccountStatus::Active {
        return Ok(None);
    }
    let sender = match &one.voivodeship {
        Some(place) => offices::find(desk.tx, place).await?.name,
        None => desk.context.settings.publisher_name.clone(),
    };
    let letter = AnnouncementPublishedLetter {
        title: OneLine::of(&one.content.title),
        paragraphs: one.content.paragraphs().into_iter().map(OneLine::from).collect(),
        is_important,
        sender: OneLine::of(sender),
        shown_until: one.content.shown_until,
        url: desk.link("/announcements"),
        switch_url: (!is_important).then(|| desk.link("/account/notices")),
        closing: desk.closing_of(one.voivodeship.as_ref()).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}
