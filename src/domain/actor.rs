//! Who acts. The first argument of every service.

use super::account::{AccountStatus, Role, RoleAssignment};
use super::id::{AccountId, CorrelationId, UnitId};
use super::machine::AskingMachine;
use super::moment::Moment;
use super::second_factor;
use super::stand_in::{StandingIn, is_lendable};
use super::voivodeship::VoivodeshipCode;
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
    /// Roles of others in which the account acts today as their deputy.
    pub stand_ins: Vec<StandingIn>,
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
    /// The roles that count for what may be done to whom: the own ones and those lent by a stand-in.
    pub fn acting_roles(&self) -> Vec<RoleAssignment> {
        self.roles.iter().cloned().chain(self.stand_ins.iter().map(|one| one.assignment.clone())).collect()
    }
    /// In which role the account decides in this place (none: the country), and for whom if that role is lent. A role of its own that
    /// reaches there goes first; without one it is the first stand-in whose role does.
    pub fn decides_as(&self, place: Option<&VoivodeshipCode>) -> Option<(&RoleAssignment, Option<&StandingIn>)> {
        let reaches = |held: &RoleAssignment| {
            let everywhere = held.role == Role::CentralAdministrator && held.voivodeship.is_none() && held.unit.is_none();
            everywhere || (is_lendable(held.role) && held.voivodeship.is_some() && held.voivodeship.as_ref() == place)
        };
        let own = self.roles.iter().find(|held| reaches(held)).map(|held| (held, None));
        own.or_else(|| self.stand_ins.iter().find(|one| reaches(&one.assignment)).map(|one| (&one.assignment, Some(one))))
    }
    /// For whom the account acts in this place; see [`SignedIn::decides_as`].
    pub fn acts_for(&self, place: Option<&VoivodeshipCode>) -> Option<&StandingIn> {
        self.decides_as(place).and_then(|(_, lent)| lent)
    }
    /// Whether the account holds this role anywhere.
    pub fn has_role(&self, role: Role) -> bool {
        self.roles.iter().any(|r| r.role == role)
    }
}
