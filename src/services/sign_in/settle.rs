//! How every sign-in ends once all that it asks for is proven, by password, by second factor or by passkey alone: the counter
//! starts anew, the browser is known from now on, and the owner is told when it was not.

use super::counter::Counter;
use crate::domain::account::AccountStatus;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::notice::Notice;
use crate::domain::second_factor::FactorKind;
use crate::services::known_device::{Browser, first_seen, note_use, remember};
use crate::services::{Context, ServiceError, record};
use crate::storage::Connection;
use crate::storage::accounts::Credentials;
use crate::storage::sign_in_sources;
use serde_json::json;

/// By what, and in which browser.
#[derive(Debug, Clone, Copy)]
pub(in crate::services) struct Entry<'a> {
    /// The browser, when it brings a device cookie of ours.
    pub(in crate::services) browser: Option<&'a Browser>,
    /// What the browser calls itself.
    pub(in crate::services) device: &'a str,
    /// What was proven besides the password, or instead of it.
    pub(in crate::services) factor: Option<FactorKind>,
}

/// Ends a sign-in; gives the browser, which the account knows from now on.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn settle<C: Connection>(
    context: &Context,
    who: &Actor,
    tx: &C,
    current: &Credentials,
    mut counter: Counter,
    entry: Entry<'_>,
) -> Result<Browser, ServiceError> {
    let account = &current.account;
    let is_known = matches!(counter, Counter::Device(_));
    let mut details = json!({ "pending": account.status == AccountStatus::Pending, "known_device": is_known });
    if let Some(factor) = entry.factor {
        details["factor"] = factor.key().into();
    }
    record::of_account(context, tx, who, current, AuditEvent::SessionStarted, details).await?;
    let browser = entry.browser.cloned().unwrap_or_else(|| Browser::new(context));
    let device = match &mut counter {
        Counter::Device(source) => {
            note_use(context, who, source, entry.device);
            source.id
        }
        // The account may know the browser from long ago.
        _ if entry.browser.is_some() => remember(context, who, tx, account.id, &browser, entry.device).await?.id,
        _ => {
            let mut source = first_seen(context, account.id, &browser);
            note_use(context, who, &mut source, entry.device);
            sign_in_sources::save(tx, &source).await?;
            source.id
        }
    };
    counter.clear_signed_in(context, tx, current).await?;
    // The very first sign-in is no news.
    if !is_known && current.announces_sign_ins && current.signed_in_at.is_some() {
        record::tell(context, tx, who, &Notice::SignedInOnNewDevice { account: account.id, device }).await?;
    }
    Ok(browser)
}
