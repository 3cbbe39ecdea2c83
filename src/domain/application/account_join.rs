//! „Scalenie kont”: which rights of an account that is given up go over to the one that stays, for the signatures of the heads of all
//! units concerned. What may not live here: how two accounts are found to be one person's (`domain/account_join`).

mod matter;
#[cfg(test)]
mod tests;

use super::attestation::Preparer;
use super::extension::Home;
use super::registration::GrantRequest;
use super::right::Right;
use super::typing::LONGEST_NOTE;
use crate::domain::account::{Account, AccountStatus, Role};
use crate::domain::id::{AccountJoinId, GrantId, UnitId};
use crate::domain::identifiers::{Line, Text, optional};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitData, UnitStatus};
use crate::domain::voivodeship::VoivodeshipCode;
use serde::{Deserialize, Serialize};

/// A grant that goes over. All of it is printed but the rows' identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedGrant {
    /// Which.
    pub grant: GrantId,
    /// In which unit.
    pub unit_id: UnitId,
    /// Its name.
    pub unit_name: Line,
    /// In what, as what, until when.
    pub right: GrantRequest,
}

/// The payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedAccounts {
    /// Which joining.
    pub join: AccountJoinId,
    /// The first unit: the own one of the account that stays, or the first in which rights go over.
    pub unit_id: UnitId,
    /// Its data as registered when this revision was filed.
    pub unit: UnitData,
    /// The other units in which rights go over: their heads sign too.
    pub others: Vec<Home>,
    /// Whose account stays.
    pub kept: Preparer,
    /// Whose account is given up: the same person's.
    pub given_up: Preparer,
    /// What goes over.
    pub grants: Vec<MovedGrant>,
    /// A message to the office. Not printed, so a change of it needs no new signature.
    pub note: Option<Text>,
}

/// Why a right does not go over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stays {
    /// The account that stays holds it already.
    Held,
    /// Its unit has ended.
    UnitClosed,
    /// Its unit lies in a voivodeship whose office does not decide.
    OtherVoivodeship,
    /// Its unit has not confirmed it.
    Suspended,
}

impl Stays {
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::UnitClosed => "unit_closed",
            Self::OtherVoivodeship => "other_voivodeship",
            Self::Suspended => "suspended",
        }
    }
}

/// Why two accounts cannot be joined at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hindrance {
    /// An account may do more than hold rights in units: such roles never go over, so they are taken back first.
    Role,
    /// The account that is given up coordinates a unit: that role does not go over.
    Coordinator,
    /// An application of one of them waits for something.
    OpenApplication,
    /// One of them is stopped, waits for a password, or its owner has reported „to nie ja”.
    Account,
    /// No right goes over, and the account that stays has no unit whose head could sign.
    NoUnit,
}

impl Hindrance {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Account, Self::Role, Self::Coordinator, Self::OpenApplication, Self::NoUnit];
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Coordinator => "coordinator",
            Self::OpenApplication => "open_application",
            Self::Account => "account",
            Self::NoUnit => "no_unit",
        }
    }
}

/// One of the two accounts.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// The account.
    pub account: &'a Account,
    /// Its roles.
    pub roles: &'a [Role],
    /// Its owner has reported „to nie ja”, and nobody has looked yet.
    pub is_doubted: bool,
    /// An application of it is open, other than this one.
    pub has_open_application: bool,
}

/// A right of the account that is given up, whose last day has not passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldGrant {
    /// Which.
    pub grant: GrantId,
    /// The right.
    pub right: Right,
    /// Its unit has not confirmed it.
    pub is_suspended: bool,
}

/// What is true around the two.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The account that stays.
    pub kept: Party<'a>,
    /// The account that is given up.
    pub given_up: Party<'a>,
    /// Active units in which the account that stays holds a right in force.
    pub own_units: &'a [Unit],
    /// What the account that stays holds.
    pub held: &'a [Right],
    /// What the account that is given up holds.
    pub old: &'a [OldGrant],
    /// The units of both.
    pub units: &'a [Unit],
    /// The voivodeship of the application that is corrected: its number names the office.
    pub bound_to: Option<&'a VoivodeshipCode>,
}

impl<'a> Around<'a> {
    fn unit(&self, id: UnitId) -> Option<&'a Unit> {
        self.units.iter().find(|unit| unit.id == id)
    }

    fn fixed(&self, old: &OldGrant) -> Option<Stays> {
        let wish = &old.right.wish;
        match self.unit(old.right.unit) {
            None => Some(Stays::UnitClosed),
            Some(unit) if unit.status != UnitStatus::Active => Some(Stays::UnitClosed),
            _ if self.held.iter().any(|right| right.is_to(old.right.unit, &wish.sub_area, &wish.function)) => Some(Stays::Held),
            _ if old.is_suspended => Some(Stays::Suspended),
            _ => None,
        }
    }

    /// The voivodeship whose office decides: of the application that is corrected, of the own unit of the account that stays, or of the
    /// first unit in which a right can go over.
    pub fn voivodeship(&self) -> Option<VoivodeshipCode> {
        let own = || self.own_units.first().map(|unit| unit.voivodeship.clone());
        let first = || {
            let movable = self.old.iter().find(|old| self.fixed(old).is_none())?;
            Some(self.unit(movable.right.unit)?.voivodeship.clone())
        };
        self.bound_to.cloned().or_else(own).or_else(first)
    }

    /// Each right of the account that is given up, with the reason where it does not go over.
    pub fn rights(&self) -> Vec<(&'a OldGrant, Option<Stays>)> {
        let office = self.voivodeship();
        let elsewhere = |old: &OldGrant| {
            let is_here = self.unit(old.right.unit).is_some_and(|unit| Some(&unit.voivodeship) == office.as_ref());
            (!is_here).then_some(Stays::OtherVoivodeship)
        };
        self.old.iter().map(|old| (old, self.fixed(old).or_else(|| elsewhere(old)))).collect()
    }

    /// Why the two cannot be joined.
    pub fn hindrances(&self) -> Vec<Hindrance> {
        let parties = [self.kept, self.given_up];
        let any = |holds: fn(&Party<'_>) -> bool| parties.iter().any(holds);
        let holds = |hindrance: &Hindrance| match hindrance {
            Hindrance::Account => any(|p| p.is_doubted || p.account.status != AccountStatus::Active || !p.account.has_password),
            Hindrance::Role => any(|p| p.roles.iter().any(|role| *role != Role::UnitCoordinator)),
            Hindrance::Coordinator => self.given_up.roles.contains(&Role::UnitCoordinator),
            Hindrance::OpenApplication => any(|p| p.has_open_application),
            Hindrance::NoUnit => self.own_units.is_empty() && self.rights().iter().all(|(_, stays)| stays.is_some()),
        };
        Hindrance::ALL.into_iter().filter(holds).collect()
    }
}

/// The reason at the page for what cannot be joined.
pub const fn invalid_of(hindrance: Hindrance) -> Invalid {
    match hindrance {
        Hindrance::Role => Invalid::JoinRole,
        Hindrance::Coordinator => Invalid::JoinCoordinator,
        Hindrance::OpenApplication => Invalid::JoinOpenApplication,
        Hindrance::Account => Invalid::AccountChanged,
        Hindrance::NoUnit => Invalid::JoinNoUnit,
    }
}

/// Reads which rights go over.
///
/// # Errors
/// Reasons at `join` for what cannot be joined; at `grants` for a right that does not go over, or where some could and none is chosen
/// although the account that stays has no unit; at `note`.
pub fn read_join(join: AccountJoinId, chosen: &[GrantId], note: &str, around: &Around<'_>) -> Result<JoinedAccounts, FieldErrors> {
    let mut errors = FieldErrors::default();
    for hindrance in around.hindrances() {
        errors.add("join", invalid_of(hindrance));
    }
    let rights = around.rights();
    if chosen.iter().any(|id| !rights.iter().any(|(old, stays)| old.grant == *id && stays.is_none())) {
        errors.add("grants", Invalid::JoinGrantGone);
    }
    let moved: Vec<&OldGrant> =
        rights.into_iter().filter(|(old, stays)| stays.is_none() && chosen.contains(&old.grant)).map(|(old, _)| old).collect();
    let office = around.voivodeship();
    let mut units: Vec<&Unit> = around.own_units.iter().filter(|unit| Some(&unit.voivodeship) == office.as_ref()).take(1).collect();
    for old in &moved {
        if let Some(unit) = around.unit(old.right.unit)
            && !units.iter().any(|known| known.id == unit.id)
        {
            units.push(unit);
        }
    }
    if units.is_empty() && errors.is_empty() {
        errors.add("grants", Invalid::Required);
    }
    let note = errors.take("note", optional(note, |text| Text::parse(text, LONGEST_NOTE))).flatten();
    let Some((first, others)) = units.split_first().filter(|_| errors.is_empty()) else { return Err(errors) };
    Ok(JoinedAccounts {
        join,
        unit_id: first.id,
        unit: first.data.clone(),
        others: others.iter().map(|unit| Home::of(unit)).collect(),
        kept: Preparer::of(around.kept.account),
        given_up: Preparer::of(around.given_up.account),
        grants: moved
            .into_iter()
            .filter_map(|old| {
                let unit = around.unit(old.right.unit)?;
                let (grant, right) = (old.grant, old.right.wish.clone());
                Some(MovedGrant { grant, unit_id: unit.id, unit_name: unit.data.name.clone(), right })
            })
            .collect(),
        note,
    })
}
