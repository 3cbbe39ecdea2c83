//! Which counter an attempt counts on, and what it does to it. There are three, and none reaches into another:
//!
//! - **A known device** (one that the account was signed in to before, by its cookie and a row of ours) counts on its own. Its
//!   five failures block this one device. Strangers have no part in this counter, so however many of them fail, the owner signs
//!   in where the owner always does. A stolen cookie gives a thief these five attempts an hour, and no more than that.
//! - **Every other device** counts on the account's own counter, all of them together: the fifth consecutive failure blocks
//!   them for an hour, then two, up to a day (`domain/lockout.rs`).
//! - **An account that decides about others** (administrators, helpdesk, auditors) must not be blocked from devices that it
//!   does not use: to shut a voivodeship's administrator out would shut the voivodeship out. Its unknown devices count by their
//!   network (/24, for IPv6 /48): the fifth failure from a network blocks that network for this account, for an hour and
//!   doubling, and no other network. Besides, failures are limited by address and by network whatever the login, and delayed
//!   for everybody when there are many everywhere (`limit.rs`), so that many networks help a guesser little against a
//!   password of fifteen characters.
//!
//! A success starts its own counter anew, and the account's too unless a block of that is running. A success is a whole sign-in:
//! the right password of an account with a second factor changes no counter, and wrong codes count like wrong passwords, here
//! and wherever else a password or code is asked for (`wrong_guess.rs`).

use crate::domain::account::is_protected;
use crate::domain::id::AccountId;
use crate::domain::lockout::{Failure, Lockout};
use crate::domain::moment::Moment;
use crate::domain::notice::BlockedPlace;
use crate::domain::sign_in_limits::{NETWORK_LETTER_EVERY_MS, Network, is_known_device};
use crate::secrets::token_hash;
use crate::services::known_device::Browser;
use crate::services::{Context, ServiceError};
use crate::storage::Connection;
use crate::storage::accounts::{self, Credentials};
use crate::storage::sign_in_sources::{self, Source, SourceKind};
use crate::storage::{outbox_messages, role_assignments};
use std::net::IpAddr;

/// A source that no cookie and no address stands for: what is asked of the database is the same for everybody.
const NOBODY: [u8; 32] = [0; 32];

/// The counter of one attempt, locked with the row of its account.
pub(in crate::services) enum Counter {
    /// That of the account.
    Account(Lockout),
    /// That of a device that the account knows.
    Device(Source),
    /// That of a network, for a protected account.
    Network(Source),
}

/// Whether this browser is known to the account: asked before anything is locked.
pub(super) async fn is_known(context: &Context, account: AccountId, browser: Option<&Browser>) -> Result<bool, ServiceError> {
    let hash = browser.map_or(NOBODY, Browser::hash);
    let found = sign_in_sources::find(&context.db, account, SourceKind::Device, hash).await?;
    Ok(found.is_some_and(|device| is_known_device(device.last_used_at, context.now())))
}

impl Counter {
    /// The counter of an attempt at this account.
    pub(in crate::services) async fn of<C: Connection>(
        context: &Context,
        tx: &C,
        current: Option<&Credentials>,
        (browser, address): (Option<&Browser>, Option<IpAddr>),
    ) -> Result<Self, ServiceError> {
        let now = context.now();
        let account = current.map_or(AccountId(uuid::Uuid::nil()), |c| c.account.id);
        let device = sign_in_sources::find(tx, account, SourceKind::Device, browser.map_or(NOBODY, Browser::hash)).await?;
        let site = address.map(|address| Network::site(address).to_string()).unwrap_or_default();
        let site_hash = token_hash(&site);
        let roles = role_assignments::list_of(tx, account).await?;
        let network = sign_in_sources::find(tx, account, SourceKind::Network, site_hash).await?;
        if let Some(device) = device.filter(|device| is_known_device(device.last_used_at, now)) {
            return Ok(Self::Device(device));
        }
        if !is_protected(&roles) {
            return Ok(Self::Account(current.map(|c| c.account.lockout).unwrap_or_default()));
        }
        Ok(Self::Network(network.unwrap_or_else(|| Source {
            id: context.new_source_id(),
            account,
            kind: SourceKind::Network,
            hash: site_hash,
            label: String::new(),
            network: provider(address).unwrap_or_default(),
            lockout: Lockout::default(),
            created_at: now,
            last_used_at: now,
        })))
    }

    fn lockout(&self) -> Lockout {
        match self {
            Self::Account(lockout) => *lockout,
            Self::Device(source) | Self::Network(source) => source.lockout,
        }
    }

    /// Whether its block is running.
    pub(in crate::services) fn is_blocked(&self, now: Moment) -> bool {
        self.lockout().is_blocked(now)
    }

    /// For the audit trail, and for the letter.
    pub(in crate::services) const fn place(&self) -> BlockedPlace {
        match self {
            Self::Account(_) => BlockedPlace::UnknownDevices,
            Self::Device(_) => BlockedPlace::Device,
            Self::Network(_) => BlockedPlace::Network,
        }
    }

    /// Counts a failure; gives the end of the block that it started.
    pub(in crate::services) fn fail(&mut self, now: Moment) -> Option<Moment> {
        let (lockout, failure) = self.lockout().after_failure(now);
        match self {
            Self::Account(own) => *own = lockout,
            Self::Device(source) => source.lockout = lockout,
            Self::Network(source) => {
                source.lockout = lockout;
                source.last_used_at = now;
            }
        }
        if let Failure::Blocked { until } = failure { Some(until) } else { None }
    }

    /// Starts anew after a success, and the account's counter with it. A running block stays: a success during one proves
    /// something that nobody guesses, and says nothing about those who guess.
    pub(in crate::services) async fn clear<C: Connection>(
        &mut self,
        context: &Context,
        tx: &C,
        current: &Credentials,
    ) -> Result<(), ServiceError> {
        let of_account = self.start_anew(context.now(), current);
        self.save(tx, current.account.id, of_account).await
    }

    /// The same, and notes that the owner signed in, with as few statements as it takes: every sign-in ends here.
    pub(super) async fn clear_signed_in<C: Connection>(
        &mut self,
        context: &Context,
        tx: &C,
        current: &Credentials,
    ) -> Result<(), ServiceError> {
        let now = context.now();
        let of_account = self.start_anew(now, current);
        accounts::save_signed_in(tx, current.account.id, of_account, now).await?;
        if let Self::Device(source) | Self::Network(source) = self {
            sign_in_sources::save(tx, source).await?;
        }
        Ok(())
    }

    /// Gives what the account's own counter is from now on.
    fn start_anew(&mut self, now: Moment, current: &Credentials) -> Lockout {
        let anew = |lockout: Lockout| if lockout.is_blocked(now) { lockout } else { Lockout::cleared() };
        match self {
            Self::Account(lockout) => {
                *lockout = anew(*lockout);
                *lockout
            }
            Self::Device(source) | Self::Network(source) => {
                source.lockout = anew(source.lockout);
                anew(current.account.lockout)
            }
        }
    }

    /// Writes it. The account's row is always written, so that the time does not tell which counter it was.
    pub(in crate::services) async fn save<C: Connection>(
        &self,
        tx: &C,
        account: AccountId,
        of_account: Lockout,
    ) -> Result<(), ServiceError> {
        match self {
            Self::Account(lockout) => accounts::save_lockout(tx, account, *lockout).await?,
            Self::Device(source) | Self::Network(source) => {
                accounts::save_lockout(tx, account, of_account).await?;
                sign_in_sources::save(tx, source).await?;
            }
        }
        Ok(())
    }

    /// Whether the owner is told of a block. One block is one letter; but whoever attacks a protected account from many
    /// networks starts many blocks, and must not fill the owner's mailbox with them.
    pub(in crate::services) async fn is_told<C: Connection>(
        &self,
        context: &Context,
        tx: &C,
        account: AccountId,
    ) -> Result<bool, ServiceError> {
        let Self::Network(_) = self else { return Ok(true) };
        let since = context.now().plus_ms(-NETWORK_LETTER_EVERY_MS);
        Ok(outbox_messages::count_since(tx, account, "account_blocked", since).await? == 0)
    }
}

/// The network that a letter may name.
pub(in crate::services) fn provider(address: Option<IpAddr>) -> Option<String> {
    address.map(|address| Network::provider(address).to_string())
}
