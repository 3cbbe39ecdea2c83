//! An approved change waits some days, so that the owner of the old mailbox can stop it. What may follow what.

use crate::domain::account::{Account, AccountStatus};
use crate::domain::id::{AccountId, ApplicationId, WaitingChangeId};
use crate::domain::identifiers::EmailAddress;
use crate::domain::moment::Moment;

/// Where a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeState {
    /// Approved; the old address is in force.
    Waiting,
    /// The new address is in force. The end.
    Applied,
    /// The owner or an administrator stopped it. The end.
    Stopped,
    /// The account was changed or closed meanwhile. The end.
    Dropped,
}

impl ChangeState {
    /// All.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Applied, Self::Stopped, Self::Dropped];
    /// Stored name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Applied => "applied",
            Self::Stopped => "stopped",
            Self::Dropped => "dropped",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
    /// What becomes of it; `None` where the event comes too late.
    pub const fn after(self, event: ChangeEvent) -> Option<Self> {
        match (self, event) {
            (Self::Waiting, ChangeEvent::TakeEffect) => Some(Self::Applied),
            (Self::Waiting, ChangeEvent::Stop) => Some(Self::Stopped),
            (Self::Waiting, ChangeEvent::Drop) => Some(Self::Dropped),
            (Self::Applied | Self::Stopped | Self::Dropped, _) => None,
        }
    }
}

/// What can happen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeEvent {
    /// Its time has come.
    TakeEffect,
    /// Somebody who may do so says no.
    Stop,
    /// The account is not what it was.
    Drop,
}

impl ChangeEvent {
    /// All.
    pub const ALL: [Self; 3] = [Self::TakeEffect, Self::Stop, Self::Drop];
}

/// A change after its approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingChange {
    /// Row.
    pub id: WaitingChangeId,
    /// Whose address.
    pub account: AccountId,
    /// The application that was approved.
    pub application: ApplicationId,
    /// The address in force at the approval.
    pub old_email: EmailAddress,
    /// The one that takes its place.
    pub new_email: EmailAddress,
    /// Approved at.
    pub approved_at: Moment,
    /// In force from.
    pub takes_effect_at: Moment,
    /// Where it is.
    pub state: ChangeState,
    /// When it ended.
    pub ended_at: Option<Moment>,
}

/// Whether the account is still the one that the signed form speaks of, and nobody doubts whose wish it is: after „to nie ja”
/// (`is_reported`) or a taking back, somebody has to look first.
pub fn is_as_signed(account: &Account, old_email: &EmailAddress, is_reported: bool) -> bool {
    account.status == AccountStatus::Active
        && !account.awaits_new_password()
        && !is_reported
        && account.profile.email.key() == old_email.key()
}

impl WaitingChange {
    /// What time brings: nothing before it has come, or where the account is not what it was at the approval.
    pub fn due(&self, account: &Account, is_reported: bool, now: Moment) -> Option<ChangeEvent> {
        if now < self.takes_effect_at {
            return None;
        }
        let is_as_approved = is_as_signed(account, &self.old_email, is_reported);
        Some(if is_as_approved { ChangeEvent::TakeEffect } else { ChangeEvent::Drop })
    }
}
