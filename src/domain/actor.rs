//! Who acts. The first argument of every service.

use super::account::{AccountStatus, Role, RoleAssignment};
use super::id::{AccountId, CorrelationId, UnitId};
use super::machine::AskingMachine;
use super::moment::Moment;
use super::second_factor;
use std::net::IpAddr;

/// Who acts, in which capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActorKind {
    /// Nobody signed in.
    Visitor,
    /// A signed-in account, read fresh for this request.
    Account(SignedIn),
    /// Another system with its token.
    Machine(AskingMachine),
    /// A person with a shell on the server.
    Operator,
    /// The portal's own background work.
    System,
}

/// The facts of a signed-in account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Which account.
    pub account: AccountId,
    /// Login as typed, for display and audit.
    pub login: String,
    /// First and last name, for display.
    pub full_name: String,
    /// `Pending` or `Active`; others hold no session.
    pub status: AccountStatus,
    /// Roles in force now.
    pub roles: Vec<RoleAssignment>,
    /// Units in which the account holds a grant in force.
    pub units: Vec<UnitId>,
    /// When the person last proved who it is in this session: password or passkey.
    pub proven_at: Moment,
}

/// Who acts, from where, and the id that ties the traces together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// In which capacity.
    pub kind: ActorKind,
    /// Client address; none for command line and background work.
    pub address: Option<IpAddr>,
    /// The request id that the user sees on an error page.
    pub correlation: CorrelationId,
}

impl Actor {
    /// The account, when one is signed in.
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match &self.kind {
            ActorKind::Account(signed_in) => Some(signed_in),
            _ => None,
        }
    }
    /// The account's id, when one is signed in.
    pub fn account_id(&self) -> Option<AccountId> {
        self.signed_in().map(|s| s.account)
    }
    /// Whether the actor may change what is sensitive now: who acts through a session has proven it lately.
    pub fn has_fresh_proof(&self, now: Moment) -> bool {
        self.signed_in().is_none_or(|me| second_factor::is_fresh(me.proven_at, now))
    }
    /// What the audit trail calls the actor.
    pub fn label(&self) -> &str {
        match &self.kind {
            ActorKind::Visitor => "visitor",
            ActorKind::Account(s) => &s.login,
            ActorKind::Machine(machine) => machine.label(),
            ActorKind::Operator => "operator",
            ActorKind::System => "system",
        }
    }
}

impl SignedIn {
    /// Whether the account holds this role anywhere.
    pub fn has_role(&self, role: Role) -> bool {
        self.roles.iter().any(|r| r.role == role)
    }
}
