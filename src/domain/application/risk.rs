//! The risk rule: which applications two persons must approve. The rules are rows (`risk_rules`), so that a change of them needs no
//! new program; here is only how they are read. What may not live here: who the two may be (`decision`).

use super::Kind;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What can make an application risky.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// It gives rights in units of voivodeships other than the persons' own.
    AnotherVoivodeship,
    /// It makes somebody the coordinator of a unit.
    Coordinator,
    /// It is about many persons.
    Persons,
}

impl Risk {
    /// All; each has its words under `risks`.
    pub const ALL: [Self; 3] = [Self::AnotherVoivodeship, Self::Coordinator, Self::Persons];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::AnotherVoivodeship => "another_voivodeship",
            Self::Coordinator => "coordinator",
            Self::Persons => "persons",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|risk| risk.key() == key)
    }
}

/// One row of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RiskRule {
    /// What it looks at.
    pub risk: Risk,
    /// For which kind; a rule for one kind goes before the rule for any.
    pub kind: Option<Kind>,
    /// More than so many make it risky.
    pub threshold: i64,
    /// Without it nothing is risky on this account: how a later row lifts an earlier one.
    pub is_active: bool,
    /// From this day on, until a later row of the same risk and kind.
    pub valid_from: Date,
}

/// What the rules are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RiskFacts {
    /// What is applied for.
    pub kind: Kind,
    /// How many voivodeships it reaches that are not the persons' own.
    pub other_voivodeships: usize,
    /// How many coordinators it makes.
    pub coordinators: usize,
    /// How many persons it is about.
    pub persons: usize,
}

impl RiskFacts {
    fn number(&self, risk: Risk) -> i64 {
        let number = match risk {
            Risk::AnotherVoivodeship => self.other_voivodeships,
            Risk::Coordinator => self.coordinators,
            Risk::Persons => self.persons,
        };
        i64::try_from(number).unwrap_or(i64::MAX)
    }
}

/// Why two must approve it; nothing means that one may.
pub fn needs_two(rules: &[RiskRule], facts: &RiskFacts, today: Date) -> Vec<Risk> {
    let in_force = |risk: Risk, kind: Option<Kind>| {
        let own = rules.iter().filter(|rule| rule.risk == risk && rule.kind == kind && rule.valid_from <= today);
        own.max_by_key(|rule| rule.valid_from)
    };
    let is_risky = |risk: &Risk| {
        let rule = in_force(*risk, Some(facts.kind)).or_else(|| in_force(*risk, None));
        rule.is_some_and(|rule| rule.is_active && facts.number(*risk) > rule.threshold)
    };
    Risk::ALL.into_iter().filter(is_risky).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    fn rule(risk: Risk, threshold: i64) -> RiskRule {
        RiskRule { risk, kind: None, threshold, is_active: true, valid_from: date(2026, 1, 1) }
    }

    fn usual() -> Vec<RiskRule> {
        vec![rule(Risk::AnotherVoivodeship, 0), rule(Risk::Coordinator, 0), rule(Risk::Persons, 20)]
    }

    fn facts(kind: Kind, other_voivodeships: usize, coordinators: usize, persons: usize) -> RiskFacts {
        RiskFacts { kind, other_voivodeships, coordinators, persons }
    }

    #[test]
    fn every_kind_and_every_mixture_of_facts_gives_its_reasons() {
        for kind in Kind::ALL {
            for (other, other_risky) in [(0, false), (1, true), (15, true)] {
                for (coordinators, coordinators_risky) in [(0, false), (1, true)] {
                    for (persons, persons_risky) in [(0, false), (1, false), (20, false), (21, true), (50, true), (usize::MAX, true)] {
                        let expected: Vec<Risk> = [
                            (Risk::AnotherVoivodeship, other_risky),
                            (Risk::Coordinator, coordinators_risky),
                            (Risk::Persons, persons_risky),
                        ]
                        .into_iter()
                        .filter_map(|(risk, is_risky)| is_risky.then_some(risk))
                        .collect();
                        assert_eq!(needs_two(&usual(), &facts(kind, other, coordinators, persons), TODAY), expected);
                        assert_eq!(needs_two(&[], &facts(kind, other, coordinators, persons), TODAY), []);
                    }
                }
            }
        }
    }

    #[test]
    fn a_rule_of_the_kind_goes_before_the_rule_of_any() {
        let staff = Kind::StaffRegistration;
        let mut rules = usual();
        rules.push(RiskRule { kind: Some(staff), ..rule(Risk::Persons, 5) });
        rules.push(RiskRule { kind: Some(staff), is_active: false, ..rule(Risk::Coordinator, 0) });
        assert_eq!(needs_two(&rules, &facts(staff, 0, 1, 6), TODAY), [Risk::Persons]);
        assert_eq!(needs_two(&rules, &facts(Kind::UnitRegistration, 0, 1, 6), TODAY), [Risk::Coordinator]);
    }

    #[test]
    fn a_rule_begins_on_its_day_and_the_latest_that_has_begun_counts() {
        let lifted = RiskRule { is_active: false, valid_from: TODAY, ..rule(Risk::Persons, 20) };
        let back = RiskRule { valid_from: date(2027, 1, 1), ..rule(Risk::Persons, 2) };
        let rules = [back, lifted, rule(Risk::Persons, 20)];
        let many = facts(Kind::StaffRegistration, 0, 0, 21);
        assert_eq!(needs_two(&rules, &many, date(2025, 12, 31)), []);
        assert_eq!(needs_two(&rules, &many, date(2026, 1, 1)), [Risk::Persons]);
        assert_eq!(needs_two(&rules, &many, date(2026, 11, 21)), [Risk::Persons]);
        assert_eq!(needs_two(&rules, &many, TODAY), []);
        assert_eq!(needs_two(&rules, &many, date(2026, 12, 31)), []);
        assert_eq!(needs_two(&rules, &facts(Kind::StaffRegistration, 0, 0, 3), date(2027, 1, 1)), [Risk::Persons]);
    }

    #[test]
    fn stored_names_are_read_back() {
        for risk in Risk::ALL {
            assert_eq!(Risk::from_key(risk.key()), Some(risk));
        }
        assert_eq!(Risk::from_key("weather"), None);
    }
}
