//! What happened with one's own account and what was done with it: the own part of the audit trail. Other people are not named.

use super::context::Context;
use super::error::ServiceError;
use super::manage_sessions::coarse;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEntry;
use crate::domain::moment::Moment;
use crate::domain::permission::Permission;
use crate::storage::audit_entries::{self, OwnEntries};
use crate::storage::page::Slice;
use crate::storage::profile_changes::{self, LOGIN};
use crate::storage::{Connection, accounts};

/// Rows on one page.
const PAGE_SIZE: usize = 50;

/// Who did it, as far as its owner may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The owner.
    Owner,
    /// Somebody who gave the right password and not the second step.
    PasswordHolder,
    /// Somebody who was not signed in.
    Visitor,
    /// Somebody of an office, helpdesk, or an applicant of the same application.
    Other,
    /// The portal.
    Portal,
}

impl Who {
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::PasswordHolder => "password_holder",
            Self::Visitor => "visitor",
            Self::Other => "other",
            Self::Portal => "portal",
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// When.
    pub at: Moment,
    /// Stored event key.
    pub event: String,
    /// Stored outcome key.
    pub outcome: String,
    /// By whom.
    pub who: Who,
    /// From which network, cut; empty when it is not known or not the owner's.
    pub network: String,
    /// What it was about, where that is not the account: kind and id.
    pub object: Option<(String, String)>,
    /// Fields of the own data that were changed.
    pub fields: Vec<String>,
}

/// One page of one's own history, the newest first.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn read_history(context: &Context, actor: &Actor, after: Option<&str>) -> Result<Slice<HistoryEntry>, ServiceError> {
    history_page(context, actor, after, PAGE_SIZE).await
}

/// Whether the identifier of such an object is for people: numbers, logins and paths are; ids of rows are not.
pub fn is_for_people(object_kind: &str) -> bool {
    ["application", "account", "unit", "route"].contains(&object_kind)
}

/// As [`read_history`], with pages of any size.
pub(super) async fn history_page(
    context: &Context,
    actor: &Actor,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<HistoryEntry>, ServiceError> {
    let id = context.own_account(actor, Permission::AccountView)?;
    let account = accounts::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    let own = own_entries(&context.db, &account).await?;
    let slice = audit_entries::list_own(&context.db, &own, after, size).await?;
    Ok(slice.map(|entry| in_words(entry, &account)))
}

/// Since when the login is this account's: a login that was given up may have another owner since.
pub(super) async fn own_entries<C: Connection>(db: &C, account: &Account) -> Result<OwnEntries, ServiceError> {
    let changes = profile_changes::list_of(db, account.id).await?;
    let login_since = changes.iter().find(|change| change.field == LOGIN).map_or(account.created_at, |change| change.changed_at);
    Ok(OwnEntries { account: account.id, login: account.login.to_string(), login_since })
}

pub(super) fn in_words(entry: AuditEntry, account: &Account) -> HistoryEntry {
    let who = match entry.actor.as_str() {
        // A wrong second step after the right password: that may be the owner, or whoever stole the password.
        _ if entry.actor_id == Some(account.id) && entry.details["reason"] == "wrong_factor" => Who::PasswordHolder,
        _ if entry.actor_id == Some(account.id) => Who::Owner,
        "visitor" => Who::Visitor,
        "system" => Who::Portal,
        _ => Who::Other,
    };
    // Where somebody else sat is nobody's to know; where a stranger tried to get in, the owner's.
    let network = match who {
        Who::Owner | Who::PasswordHolder | Who::Visitor => entry.address.as_deref().map(coarse).unwrap_or_default(),
        Who::Other | Who::Portal => String::new(),
    };
    let is_own_account = entry.object_kind == "account" && entry.object_id == account.login.as_str();
    let fields = entry.details["fields"].as_array().map(|all| all.iter().filter_map(|f| f.as_str().map(str::to_owned)).collect());
    HistoryEntry {
        at: entry.at,
        event: entry.event,
        outcome: entry.outcome,
        who,
        network,
        object: (!is_own_account && !entry.object_id.is_empty()).then_some((entry.object_kind, entry.object_id)),
        fields: fields.unwrap_or_default(),
    }
}
