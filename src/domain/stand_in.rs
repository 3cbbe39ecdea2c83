//! Stand-ins („zastępstwo”): an administrator names a deputy for some days. What may not live here: rows, and what a role may do.

use super::account::{Role, RoleAssignment};
use super::id::{AccountId, StandInId};
use super::invalid::{FieldErrors, Invalid};
use super::moment::{Moment, parse_date};
use jiff::ToSpan;
use jiff::civil::Date;

/// The last day lies at most so many days ahead: who is away for longer needs a successor, not a deputy.
pub const LONGEST_DAYS: i32 = 366;

/// A stand-in, whenever it is or was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// Row.
    pub id: StandInId,
    /// Who stands in.
    pub deputy: AccountId,
    /// For whom.
    pub deputised: AccountId,
    /// In which of the deputised's roles.
    pub assignment: RoleAssignment,
    /// First day, in Warsaw.
    pub from: Date,
    /// Last day, inclusive.
    pub until: Date,
    /// Named.
    pub named_at: Moment,
    /// Ended before its time, when and by whom (a login).
    pub ended: Option<(Moment, String)>,
    /// The role has been revoked, or the account of the deputised or the deputy may not act.
    pub is_void: bool,
}

/// How a stand-in stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StandInState {
    /// It begins on a later day.
    Planned,
    /// In force.
    InForce,
    /// Its last day has passed.
    Over,
    /// Ended before its time.
    Ended,
    /// The role or one of the accounts is gone: nobody can act by it.
    Void,
}

impl StandInState {
    /// All; each has its words under `stand_in_states`.
    pub const ALL: [Self; 5] = [Self::Planned, Self::InForce, Self::Over, Self::Ended, Self::Void];
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::InForce => "in_force",
            Self::Over => "over",
            Self::Ended => "ended",
            Self::Void => "void",
        }
    }
    /// Whether it can still be ended.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::InForce)
    }
}

impl StandIn {
    /// How it stands on this day in Warsaw.
    pub fn state(&self, today: Date) -> StandInState {
        if self.ended.is_some() {
            StandInState::Ended
        } else if today > self.until {
            StandInState::Over
        } else if self.is_void {
            StandInState::Void
        } else if today < self.from {
            StandInState::Planned
        } else {
            StandInState::InForce
        }
    }
}

/// A stand-in in force, as the one who acts by it carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingIn {
    /// Row.
    pub id: StandInId,
    /// For whom.
    pub deputised: AccountId,
    /// Login of the deputised.
    pub login: String,
    /// Name of the deputised.
    pub full_name: String,
    /// The role that is lent: its scope is all that the deputy reaches by it.
    pub assignment: RoleAssignment,
}

/// Whether somebody with these roles may lend and be lent a role: those who decide. Helpdesk and auditors are replaced by a colleague
/// with a role of one's own, and a coordinator by another coordinator.
pub fn is_decider(roles: &[RoleAssignment]) -> bool {
    roles.iter().any(|held| is_lendable(held.role))
}

/// Whether this role can be lent.
pub const fn is_lendable(role: Role) -> bool {
    matches!(role, Role::CentralAdministrator | Role::VoivodeshipAdministrator)
}

/// Reads the days of a stand-in as typed.
///
/// # Errors
/// Reasons at `from` and `until`.
pub fn read_days(from: &str, until: &str, today: Date) -> Result<(Date, Date), FieldErrors> {
    let mut errors = FieldErrors::default();
    let typed = |text: &str| if text.trim().is_empty() { Err(Invalid::Required) } else { parse_date(text) };
    let first = errors.take("from", typed(from).and_then(|day| if day < today { Err(Invalid::DatePast) } else { Ok(day) }));
    let last = errors.take("until", typed(until));
    if let (Some(first), Some(last)) = (first, last) {
        if last < first {
            errors.add("until", Invalid::BeforeBeginning);
        } else if last > first.saturating_add(LONGEST_DAYS.days()) || first > today.saturating_add(LONGEST_DAYS.days()) {
            errors.add("until", Invalid::DateTooFar);
        } else {
            return errors.into_result((first, last));
        }
    } else if let (None, Some(last)) = (first, last)
        && last < today
    {
        errors.add("until", Invalid::DatePast);
    }
    Err(errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::RoleAssignmentId;
    use jiff::civil::date;
    use uuid::Uuid;

    const TODAY: Date = date(2026, 11, 22);

    fn stand_in(from: Date, until: Date) -> StandIn {
        let id = RoleAssignmentId(Uuid::nil());
        StandIn {
            id: StandInId(Uuid::nil()),
            deputy: AccountId(Uuid::from_u128(1)),
            deputised: AccountId(Uuid::from_u128(2)),
            assignment: RoleAssignment { id, role: Role::VoivodeshipAdministrator, voivodeship: None, unit: None },
            from,
            until,
            named_at: Moment(0),
            ended: None,
            is_void: false,
        }
    }

    #[test]
    fn both_days_count_and_an_end_or_a_lost_role_ends_it_at_once() {
        let (before, after) = (date(2026, 11, 21), date(2026, 11, 23));
        for (from, until, state) in [
            (TODAY, TODAY, StandInState::InForce),
            (before, TODAY, StandInState::InForce),
            (TODAY, after, StandInState::InForce),
            (after, after, StandInState::Planned),
            (before, before, StandInState::Over),
        ] {
            let mut one = stand_in(from, until);
            assert_eq!(one.state(TODAY), state);
            one.is_void = true;
            let void = if state == StandInState::Over { StandInState::Over } else { StandInState::Void };
            assert_eq!(one.state(TODAY), void);
            one.ended = Some((Moment(1), "a".to_owned()));
            assert_eq!(one.state(TODAY), StandInState::Ended);
        }
        assert_eq!(StandInState::ALL.map(StandInState::is_open), [true, true, false, false, false]);
    }

    #[test]
    fn only_who_decides_lends_and_is_lent_a_role() {
        for role in Role::ALL {
            let held = RoleAssignment { role, ..stand_in(TODAY, TODAY).assignment };
            let expected = matches!(role, Role::CentralAdministrator | Role::VoivodeshipAdministrator);
            assert_eq!((is_lendable(role), is_decider(&[held])), (expected, expected), "{role:?}");
        }
        assert!(!is_decider(&[]));
    }

    #[test]
    fn days_are_read_in_order_from_today_on() {
        let at = |field: &str, reason| Err(FieldErrors::one(field, reason));
        assert_eq!(read_days("22.11.2026", "22.11.2026", TODAY), Ok((TODAY, TODAY)));
        assert_eq!(read_days("21.11.2026", "30.11.2026", TODAY), at("from", Invalid::DatePast));
        assert_eq!(read_days("23.11.2026", "22.11.2026", TODAY), at("until", Invalid::BeforeBeginning));
        assert_eq!(read_days("22.11.2026", "23.11.2027", TODAY), Ok((TODAY, date(2027, 11, 23))));
        assert_eq!(read_days("22.11.2026", "24.11.2027", TODAY), at("until", Invalid::DateTooFar));
        assert_eq!(read_days("22.11.2028", "23.11.2028", TODAY), at("until", Invalid::DateTooFar));
        assert_eq!(read_days("", "31.02.2027", TODAY).unwrap_err().0.len(), 2);
        assert_eq!(read_days("jutro", "20.11.2026", TODAY).unwrap_err().0.len(), 2);
    }
}
