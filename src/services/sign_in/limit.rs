//! Limits on attempts of unknown devices, whatever the login: by address, by network, and a delay for all when many fail
//! everywhere. Counted in the database, so that they hold across processes; the same for logins that nobody has.

use super::counter::is_known;
use crate::domain::id::AccountId;
use crate::domain::sign_in_limits::{MOST_FROM_ADDRESS, MOST_FROM_NETWORK, Network, WINDOW_MS, delay_ms};
use crate::services::known_device::Browser;
use crate::services::{Context, ServiceError};
use crate::storage::sign_in_failures;
use std::net::IpAddr;
use std::time::Duration;

/// One attempt that was counted before it is judged.
pub(in crate::services) struct Counted(Option<[String; 2]>);

/// Whether the attempt may go on.
pub(in crate::services) enum Admission {
    /// After this delay.
    After(Duration, Counted),
    /// Too many from there; to be tried again after so long. Attempts in between prolong nothing.
    Refused(Duration),
}

fn keys([address, network]: &[String; 2]) -> [(&'static str, &str); 3] {
    [("address", address), ("network", network), ("everywhere", "")]
}

/// Counts an attempt at this account, unless it comes from a device that the account knows.
pub(in crate::services) async fn admit_from(
    context: &Context,
    account: AccountId,
    (browser, address): (Option<&Browser>, Option<IpAddr>),
) -> Result<Admission, ServiceError> {
    if is_known(context, account, browser).await? {
        return Ok(Admission::After(Duration::ZERO, Counted(None)));
    }
    admit(context, address).await
}

async fn admit(context: &Context, address: Option<IpAddr>) -> Result<Admission, ServiceError> {
    let Some(address) = address.filter(|_| context.settings.rate_limits) else {
        return Ok(Admission::After(Duration::ZERO, Counted(None)));
    };
    let from = [Network::customer(address).to_string(), Network::site(address).to_string()];
    let now = context.now();
    let [by_address, by_network, everywhere] = sign_in_failures::count(&context.db, keys(&from), now.plus_ms(-WINDOW_MS), now).await?;
    let limited = [(by_address, MOST_FROM_ADDRESS), (by_network, MOST_FROM_NETWORK)];
    let full: Vec<_> = limited.into_iter().filter(|(count, most)| count.failures > *most).collect();
    if let Some(until) = full.iter().map(|(count, _)| count.since.plus_ms(WINDOW_MS)).max() {
        if full.iter().any(|(count, most)| count.failures == most + 1) {
            tracing::warn!(network = %Network::provider(address), "sign-ins from one address or network are refused for a while");
        }
        return Ok(Admission::Refused(Duration::from_millis(until.0.saturating_sub(now.0).unsigned_abs())));
    }
    let delay = Duration::from_millis(u64::try_from(delay_ms(everywhere.failures)).unwrap_or_default());
    Ok(Admission::After(delay, Counted(Some(from))))
}

/// The attempt turned out to be right.
pub(in crate::services) async fn forgive(context: &Context, counted: &Counted) -> Result<(), ServiceError> {
    if let Counted(Some(from)) = counted {
        sign_in_failures::forgive(&context.db, keys(from)).await?;
    }
    Ok(())
}

/// The account that stands for a login that nobody has.
pub(super) const NOBODY: AccountId = AccountId(uuid::Uuid::nil());
