//! Letters while an application is being typed. They go to the address that was typed, without the name:
//! nobody has confirmed that. The way back to the draft goes to a confirmed address only.

use super::token::{Holder, mint};
use super::{Composed, Desk, Recipient};
use crate::domain::application::draft::DraftFacts;
use crate::domain::id::DraftId;
use crate::domain::identifiers::EmailAddress;
use crate::mail::letters::{DraftLinkRequestedLetter, EmailConfirmationRequestedLetter};
use crate::services::ServiceError;
use crate::storage::Connection;
use crate::storage::drafts;
use crate::storage::mailed_tokens::Purpose;

/// How long link and code of an e-mail confirmation work.
const CONFIRMATION_HOURS: i64 = 24;
/// How long a link back to a draft works. It works more than once: it is the person's way back, and stands for the secret
/// that their browser holds.
const DRAFT_LINK_DAYS: i64 = 14;

/// A draft that still is one, with its address.
async fn open_draft<C: Connection>(desk: &Desk<'_, C>, id: DraftId) -> Result<Option<(DraftFacts, EmailAddress)>, ServiceError> {
    let Some(draft) = drafts::find_facts(desk.tx, id).await? else { return Ok(None) };
    if draft.submitted_as.is_some() || draft.expires_at <= desk.now {
        return Ok(None);
    }
    let email = draft.address.clone();
    Ok(email.map(|email| (draft, email)))
}

pub(super) async fn email_confirmation<C: Connection>(desk: &Desk<'_, C>, id: DraftId) -> Result<Option<Composed>, ServiceError> {
    let Some((draft, email)) = open_draft(desk, id).await? else { return Ok(None) };
    if draft.confirmed_email.as_ref() == Some(&email.key()) {
        return Ok(None);
    }
    let valid_until = desk.now.plus_hours(CONFIRMATION_HOURS);
    let minted = mint(desk, Purpose::EmailConfirmation, Holder::Draft(id), &email.key(), valid_until).await?;
    let Some(minted) = minted else { return Ok(None) };
    let letter = EmailConfirmationRequestedLetter {
        link: desk.link(&format!("/{}/confirm/{}", draft.kind.place(), minted.token)),
        code: minted.code.into(),
        valid_until,
        closing: desk.closing(None),
    };
    desk.finish(Recipient { email: email.to_string(), name: String::new() }, None, &letter)
}

pub(super) async fn draft_link<C: Connection>(desk: &Desk<'_, C>, id: DraftId) -> Result<Option<Composed>, ServiceError> {
    let Some((draft, email)) = open_draft(desk, id).await? else { return Ok(None) };
    if draft.confirmed_email.as_ref() != Some(&email.key()) {
        return Ok(None);
    }
    let valid_until = desk.now.plus_days(DRAFT_LINK_DAYS);
    let Some(minted) = mint(desk, Purpose::DraftLink, Holder::Draft(id), &email.key(), valid_until).await? else { return Ok(None) };
    let letter = DraftLinkRequestedLetter {
        link: desk.link(&format!("/register/resume/{}", minted.token)),
        kept_until: draft.expires_at.min(valid_until),
        closing: desk.closing(None),
    };
    desk.finish(Recipient { email: email.to_string(), name: String::new() }, None, &letter)
}
