//! Accounts and roles: who can sign in, and as what.

use super::id::{AccountId, RoleAssignmentId};
use super::identifiers::{EmailAddress, Line, Login, PersonName, Phone};
use super::lockout::Lockout;
use super::moment::Moment;
use super::voivodeship::VoivodeshipCode;
use serde::{Deserialize, Serialize};

/// Where an account is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// Its application is not approved: it sees that application and nothing else.
    Pending,
    /// Approved or made by an administrator; waits for its owner to open the activation link.
    Invited,
    /// May sign in and work.
    Active,
    /// Stopped for the time being; may not sign in.
    Suspended,
    /// Ended.
    Closed,
}

impl AccountStatus {
    /// All, for exhaustive tests.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Invited, Self::Active, Self::Suspended, Self::Closed];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
    /// Only these may hold a session.
    pub const fn can_sign_in(self) -> bool {
        matches!(self, Self::Pending | Self::Active)
    }
}

/// A role beyond that of an ordinary account holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// „administrator centralny”; scope: the country.
    CentralAdministrator,
    /// „administrator wojewódzki”; scope: a voivodeship.
    VoivodeshipAdministrator,
    /// „koordynator jednostki”; scope: a unit.
    UnitCoordinator,
    /// „pomoc techniczna”; scope: a voivodeship.
    Helpdesk,
    /// „audytor”; scope: a voivodeship, or the country.
    Auditor,
}

impl Role {
    /// All, for exhaustive tests.
    pub const ALL: [Self; 5] =
        [Self::CentralAdministrator, Self::VoivodeshipAdministrator, Self::UnitCoordinator, Self::Helpdesk, Self::Auditor];
    /// Stored name, policy subject and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::CentralAdministrator => "central_administrator",
            Self::VoivodeshipAdministrator => "voivodeship_administrator",
            Self::UnitCoordinator => "unit_coordinator",
            Self::Helpdesk => "helpdesk",
            Self::Auditor => "auditor",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }
    /// Whether an assignment of this role must (`Some(true)`), must not (`Some(false)`) or may (`None`) name a voivodeship.
    pub const fn needs_voivodeship(self) -> Option<bool> {
        match self {
            Self::VoivodeshipAdministrator | Self::Helpdesk => Some(true),
            Self::CentralAdministrator | Self::UnitCoordinator => Some(false),
            Self::Auditor => None,
        }
    }
}

impl Role {
    /// How much the role may decide over other people's accounts; an account without roles ranks 0.
    pub const fn rank(self) -> u8 {
        match self {
            Self::UnitCoordinator => 0,
            Self::Helpdesk => 1,
            Self::VoivodeshipAdministrator | Self::Auditor => 2,
            Self::CentralAdministrator => 3,
        }
    }
}

/// What somebody does to another person's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// Lets its owner in again: unlock, reset letter.
    Help,
    /// Takes the owner's access away, or gives it back.
    Stop,
}

/// Whether the roles of the one who handles suffice for the roles of the account: nobody handles somebody who may do more, be
/// it by rank or because the role reaches beyond the own voivodeship, and stopping an equal is for the central administrator.
/// `place` is the voivodeship in which the account lies.
pub fn may_handle(handling: Handling, own: &[RoleAssignment], place: Option<&VoivodeshipCode>, other: &[RoleAssignment]) -> bool {
    let here = || own.iter().filter(|r| r.voivodeship.is_none() || r.voivodeship.as_ref() == place);
    let highest = here().map(|r| r.role.rank()).max().unwrap_or(0);
    let is_centre = highest == Role::CentralAdministrator.rank();
    let enough = |rank: u8, other: u8| match handling {
        Handling::Help => rank >= other,
        Handling::Stop => rank > other || is_centre,
    };
    let suffices = |role: &RoleAssignment| {
        here().any(|own| enough(own.role.rank(), role.role.rank()) && (own.voivodeship.is_none() || own.voivodeship == role.voivodeship))
    };
    // A role without rank decides nothing about others, wherever it is held.
    enough(highest, 0) && other.iter().filter(|r| r.role.rank() > 0).all(suffices)
}

/// Whether an account is an official's: its roles, and with them its end, are changed by two central administrators.
pub fn is_official(roles: &[RoleAssignment]) -> bool {
    roles.iter().any(|r| r.role != Role::UnitCoordinator)
}

/// Whether an account may decide about others. Nobody may lock such an account out from devices that it does not use.
pub fn is_protected(roles: &[RoleAssignment]) -> bool {
    roles.iter().any(|r| r.role.rank() > 0)
}

/// One role that an account holds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleAssignment {
    /// Row.
    pub id: RoleAssignmentId,
    /// Which role.
    pub role: Role,
    /// Its voivodeship; `None` means the country (or a unit's role).
    pub voivodeship: Option<VoivodeshipCode>,
    /// Its unit, for a coordinator.
    pub unit: Option<super::id::UnitId>,
}

/// The person behind an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountProfile {
    /// First name or names.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Position at work.
    pub position: Option<Line>,
    /// Work e-mail, where letters go.
    pub email: EmailAddress,
    /// Work phone.
    pub phone: Option<Phone>,
}

impl AccountProfile {
    /// „Anna Nowak-Kowalska”.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// An account. The password hash is not in it: only the sign-in asks for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Row.
    pub id: AccountId,
    /// As typed.
    pub login: Login,
    /// Who.
    pub profile: AccountProfile,
    /// Where in its life.
    pub status: AccountStatus,
    /// Failed sign-ins and block.
    pub lockout: Lockout,
    /// Whether a password has been set.
    pub has_password: bool,
    /// Made at.
    pub created_at: Moment,
    /// Optimistic lock.
    pub version: i32,
}

impl Account {
    /// Whether its owner may sign in: without a password no other way leads in either.
    pub const fn can_sign_in(&self) -> bool {
        self.status.can_sign_in() && self.has_password
    }

    /// A person who may work, but whose password was taken away: only the taking back of a change of the address does that. A new
    /// one is set by a mailed link.
    pub const fn awaits_new_password(&self) -> bool {
        matches!(self.status, AccountStatus::Active) && !self.has_password
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(role: Role, voivodeship: Option<&str>) -> Vec<RoleAssignment> {
        let id = RoleAssignmentId(uuid::Uuid::nil());
        vec![RoleAssignment { id, role, voivodeship: voivodeship.map(VoivodeshipCode::trusted), unit: None }]
    }

    #[test]
    fn nobody_handles_somebody_who_may_do_more_and_only_the_centre_stops_an_equal() {
        use Role::{CentralAdministrator as C, Helpdesk as H, VoivodeshipAdministrator as V};
        let here = VoivodeshipCode::trusted("26");
        let centre = holds(C, None);
        let (v26, v24, h26) = (holds(V, Some("26")), holds(V, Some("24")), holds(H, Some("26")));
        for (own, other, help, stop) in [
            (&centre, &centre, true, true),
            (&centre, &v26, true, true),
            (&v26, &centre, false, false),
            (&v26, &v26, true, false),
            (&v26, &h26, true, true),
            (&v26, &vec![], true, true),
            (&h26, &v26, false, false),
            (&h26, &h26, true, false),
            (&h26, &vec![], true, true),
            // A role elsewhere counts for nothing here.
            (&v24, &h26, false, false),
            // Who holds a role elsewhere, or for the country, is not for somebody of this voivodeship alone.
            (&v26, &v24, false, false),
            (&v26, &holds(H, Some("24")), false, false),
            (&v26, &holds(Role::Auditor, None), false, false),
            (&v26, &holds(Role::Auditor, Some("26")), true, false),
            (&h26, &holds(Role::UnitCoordinator, None), true, true),
            (&centre, &holds(Role::Auditor, None), true, true),
        ] {
            assert_eq!(may_handle(Handling::Help, own, Some(&here), other), help, "help {own:?} {other:?}");
            assert_eq!(may_handle(Handling::Stop, own, Some(&here), other), stop, "stop {own:?} {other:?}");
        }
        assert!(is_protected(&centre) && is_protected(&h26) && !is_protected(&[]) && !is_protected(&holds(Role::UnitCoordinator, None)));
    }
}
