//! How far a capacity reaches: the facts of the actor against those of the target. A fact that is not known matches nothing.

use super::{Capacity, Subject};
use crate::domain::account::Role;
use crate::domain::permission::{Scope, Target};
use crate::domain::voivodeship::VoivodeshipCode;

impl Capacity<'_> {
    /// Whether the target lies within `scope` of this capacity.
    pub(super) fn reaches(&self, scope: Scope, target: &Target) -> bool {
        match scope {
            Scope::OwnAccount => is_same(self.signed_in.map(|s| s.account), target.account),
            Scope::OwnApplication => is_same(self.signed_in.map(|s| s.account), target.applicant),
            Scope::OwnUnit => match self.subject {
                Subject::Role(Role::UnitCoordinator) => is_same(self.assignment.and_then(|a| a.unit), target.unit),
                Subject::AccountHolder => self.signed_in.zip(target.unit).is_some_and(|(s, unit)| s.units.contains(&unit)),
                _ => false,
            },
            Scope::OwnVoivodeship => is_same(self.voivodeship(), target.voivodeship.as_ref()),
            Scope::Country => self.is_country_wide(),
        }
    }

    /// The voivodeship of this very role, or one of a machine client's.
    pub(super) fn voivodeship(&self) -> Option<&VoivodeshipCode> {
        self.place.or_else(|| self.assignment.and_then(|a| a.voivodeship.as_ref()))
    }

    /// Whether this capacity reaches everything. A role that must have a voivodeship and has none is broken, not country-wide.
    pub(super) fn is_country_wide(&self) -> bool {
        match self.subject {
            Subject::Operator | Subject::System => true,
            Subject::MachineClient => self.place.is_none(),
            Subject::Role(Role::CentralAdministrator | Role::Auditor) => {
                self.assignment.is_some_and(|a| a.voivodeship.is_none() && a.unit.is_none())
            }
            Subject::Role(_) | Subject::Applicant | Subject::AccountHolder => false,
        }
    }
}

fn is_same<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    a.is_some() && a == b
}
