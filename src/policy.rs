//! PERMITS. casbin decides from `policies/model.conf` and `policies/policy.csv`; an unreadable or empty policy is an error at the
//! start, and what the policy does not say is refused. Who holds which role is read from the database with each request and comes
//! in with the actor; here is only role × permission × scope, so it never needs reloading.
//! What may not live here: rows, and rules that need more facts than who, what and where (those are the domain's).

mod reach;
mod table;
#[cfg(test)]
mod tests;

pub use table::PolicyError;

use crate::domain::actor::{Actor, ActorKind, SignedIn};
use crate::domain::permission::{ListScope, Permission, ReportVerb, Scope, Target, UnitScope};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::domain::{account::AccountStatus, account::Role, account::RoleAssignment};
use std::sync::{Arc, OnceLock};
use table::Table;

const MODEL: &str = include_str!("../policies/model.conf");
const POLICY: &str = include_str!("../policies/policy.csv");

/// Answers who may do what. Clones share one table, without a lock.
#[derive(Debug, Clone)]
pub struct Policy(Arc<Table>);

/// Not permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} is not permitted", .permission.key())]
pub struct Denied {
    /// What was asked for.
    pub permission: Permission,
}

/// In which capacity somebody asks: the subject of a policy line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Subject {
    /// Whoever signs in.
    Applicant,
    /// Any active account.
    AccountHolder,
    /// A role.
    Role(Role),
    /// Another system with a token.
    MachineClient,
    /// A person with a shell on the server.
    Operator,
    /// The background work.
    System,
}

impl Subject {
    /// All, in the order of the table.
    const ALL: [Self; 10] = [
        Self::Applicant,
        Self::AccountHolder,
        Self::Role(Role::CentralAdministrator),
        Self::Role(Role::VoivodeshipAdministrator),
        Self::Role(Role::UnitCoordinator),
        Self::Role(Role::Helpdesk),
        Self::Role(Role::Auditor),
        Self::MachineClient,
        Self::Operator,
        Self::System,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::AccountHolder => "account_holder",
            Self::Role(role) => role.key(),
            Self::MachineClient => "machine_client",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }
}

/// One capacity of an actor, with the facts that its scopes are measured from. Each role assignment is a capacity of its own:
/// the voivodeship of one role never lends itself to the permissions of another.
#[derive(Debug, Clone, Copy)]
struct Capacity<'a> {
    subject: Subject,
    signed_in: Option<&'a SignedIn>,
    assignment: Option<&'a RoleAssignment>,
    /// One voivodeship of a machine client that may not ask about the country.
    place: Option<&'a VoivodeshipCode>,
    /// The role is another's, for whom the actor stands in: what is not lent cannot be done in it.
    is_lent: bool,
}

/// The capacities in which an actor may ask. A pending account is an applicant and nothing else, whatever roles it holds.
fn capacities(actor: &Actor) -> Vec<Capacity<'_>> {
    let at = |subject, place| Capacity { subject, signed_in: None, assignment: None, place, is_lent: false };
    let alone = |subject| vec![at(subject, None)];
    let signed_in = match &actor.kind {
        ActorKind::Visitor => return Vec::new(),
        ActorKind::Operator => return alone(Subject::Operator),
        ActorKind::System => return alone(Subject::System),
        ActorKind::Machine(machine) => {
            return match &machine.scope.place {
                ListScope::Country => alone(Subject::MachineClient),
                ListScope::Voivodeships(codes) => codes.iter().map(|code| at(Subject::MachineClient, Some(code))).collect(),
            };
        }
        ActorKind::Account(signed_in) => signed_in,
    };
    let of = |subject, assignment| Capacity { subject, signed_in: Some(signed_in), assignment, place: None, is_lent: false };
    match signed_in.status {
        AccountStatus::Pending => vec![of(Subject::Applicant, None)],
        AccountStatus::Active => [of(Subject::Applicant, None), of(Subject::AccountHolder, None)]
            .into_iter()
            .chain(signed_in.roles.iter().map(|assignment| of(Subject::Role(assignment.role), Some(assignment))))
            .chain(
                signed_in
                    .stand_ins
                    .iter()
                    .map(|one| Capacity { is_lent: true, ..of(Subject::Role(one.assignment.role), Some(&one.assignment)) }),
            )
            .collect(),
        AccountStatus::Invited | AccountStatus::Suspended | AccountStatus::Closed => Vec::new(),
    }
}

impl Policy {
    /// Reads the policy that is compiled in, and asks casbin every question that there is: a tenth of a second, so it is
    /// done once for a process, however many portals its tests put together.
    ///
    /// # Errors
    /// [`PolicyError`]: the portal must not start.
    pub fn load() -> Result<Self, PolicyError> {
        static LOADED: OnceLock<Policy> = OnceLock::new();
        if let Some(policy) = LOADED.get() {
            return Ok(policy.clone());
        }
        let policy = Self::from_texts(MODEL, POLICY)?;
        Ok(LOADED.get_or_init(|| policy).clone())
    }

    /// As [`Policy::load`], from other texts.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn from_texts(model: &str, policy: &str) -> Result<Self, PolicyError> {
        Table::ask(model, policy).map(|table| Self(Arc::new(table)))
    }

    fn allows(&self, capacity: &Capacity<'_>, permission: Permission, scope: Scope) -> bool {
        (permission.is_lent() || !capacity.is_lent) && self.0.allows(capacity.subject, permission, scope)
    }

    /// Whether the actor may do this to that. Facts of the target that are `None` match no scope.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn check(&self, actor: &Actor, permission: Permission, target: &Target) -> Result<(), Denied> {
        let may = capacities(actor).iter().any(|capacity| {
            let reaches = |scope: &Scope| capacity.reaches(*scope, target) && self.allows(capacity, permission, *scope);
            Scope::ALL.iter().any(reaches)
        });
        if may { Ok(()) } else { Err(Denied { permission }) }
    }

    /// How much of a list the actor may see: the country, or the voivodeships of those of its roles that may.
    /// Lists of a narrower reach (one's own unit) are asked for by their target, with [`Policy::check`].
    ///
    /// # Errors
    /// [`Denied`] when there is nothing to see.
    pub fn list_scope(&self, actor: &Actor, permission: Permission) -> Result<ListScope, Denied> {
        let capacities = capacities(actor);
        let allowed = |scope| capacities.iter().filter(move |c| self.allows(c, permission, scope));
        if allowed(Scope::Country).any(Capacity::is_country_wide) {
            return Ok(ListScope::Country);
        }
        let mut voivodeships: Vec<_> = allowed(Scope::OwnVoivodeship).filter_map(|c| c.voivodeship().cloned()).collect();
        voivodeships.sort();
        voivodeships.dedup();
        if voivodeships.is_empty() { Err(Denied { permission }) } else { Ok(ListScope::Voivodeships(voivodeships)) }
    }

    /// How much of a list of things that belong to units the actor may see: the country, or what its roles reach, be it whole
    /// voivodeships or single units.
    ///
    /// # Errors
    /// [`Denied`] when there is nothing to see.
    pub fn unit_scope(&self, actor: &Actor, permission: Permission) -> Result<UnitScope, Denied> {
        let voivodeships = match self.list_scope(actor, permission) {
            Ok(ListScope::Country) => return Ok(UnitScope::Country),
            Ok(ListScope::Voivodeships(codes)) => codes,
            Err(_) => Vec::new(),
        };
        let capacities = capacities(actor);
        let allowed = capacities.iter().filter(|c| self.allows(c, permission, Scope::OwnUnit));
        let mut units: Vec<_> = allowed.flat_map(Capacity::units).collect();
        units.sort();
        units.dedup();
        if voivodeships.is_empty() && units.is_empty() {
            return Err(Denied { permission });
        }
        Ok(UnitScope::Within { voivodeships, units })
    }

    /// Whether a function (a code of the dictionary) lets its holder do this with the reports of its sub-area.
    pub fn allows_report(&self, function: &str, verb: ReportVerb) -> bool {
        self.0.allows_report(function, verb)
    }
}
