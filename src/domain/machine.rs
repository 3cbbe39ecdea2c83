//! Machine clients: other systems that ask what an account may do now. What may not live here: tokens (`secrets.rs`), who may
//! make a client (`policies/`).

use super::id::MachineClientId;
use super::identifiers::{Line, Login, Regon};
use super::moment::{MINUTE_MS, Moment};
use super::permission::{ListScope, ReportVerb};
use serde::{Deserialize, Serialize};

/// Most questions in one batch.
pub const MOST_QUESTIONS: usize = 100;
/// Longest name of a client.
pub const LONGEST_NAME: usize = 80;
/// The last use is noted once in this time, so that questions write nothing else.
pub const USE_NOTED_MS: i64 = MINUTE_MS;

/// What a client may ask about. What it may not ask about, it is not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineScope {
    /// Codes of sub-areas, never empty.
    pub sub_areas: Vec<String>,
    /// Verbs, never empty.
    pub verbs: Vec<ReportVerb>,
    /// Units of the whole country, or of some voivodeships.
    pub place: ListScope,
}

impl MachineScope {
    /// Whether it may be asked about this verb in this sub-area. The place is the policy's to decide: it depends on the unit.
    pub fn covers(&self, sub_area: &str, verb: ReportVerb) -> bool {
        self.verbs.contains(&verb) && self.sub_areas.iter().any(|code| code == sub_area)
    }
}

/// Another system, as the portal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineClient {
    /// Row.
    pub id: MachineClientId,
    /// What people call it; unique among clients in force.
    pub name: Line,
    /// What it may ask about.
    pub scope: MachineScope,
    /// Who made it: a login, or `operator`.
    pub created_by: String,
    /// When.
    pub created_at: Moment,
    /// When it last asked, to the minute.
    pub last_used_at: Option<Moment>,
    /// Since when its token opens nothing.
    pub revoked_at: Option<Moment>,
}

impl MachineClient {
    /// Whether a use now is worth noting.
    pub fn is_use_worth_noting(&self, now: Moment) -> bool {
        self.last_used_at.is_none_or(|last| now.since(last) >= USE_NOTED_MS)
    }
}

/// A client that asks, as an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskingMachine {
    /// Which client.
    pub client: MachineClientId,
    /// What it may ask about.
    pub scope: MachineScope,
    label: String,
}

impl AskingMachine {
    /// Of a client.
    pub fn of(client: &MachineClient) -> Self {
        Self { client: client.id, scope: client.scope.clone(), label: format!("machine:{}", client.name) }
    }
    /// What the audit trail calls it: no login has a colon.
    pub fn label(&self) -> &str {
        &self.label
    }
}

/// May this account do this, in this sub-area, for this unit, now?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Key of the login and REGON of the unit, or nothing where none could be written like this.
    pub holder: Option<(String, Regon)>,
    /// Code of the sub-area.
    pub sub_area: String,
    /// What is to be done.
    pub verb: ReportVerb,
}

impl Question {
    /// Puts one together from texts of another system. What cannot exist is no error: nobody holds a right by it. Nothing is
    /// mended either, as it is for people: to the other system „anna” and „anna ” may be two.
    pub fn new(login: &str, regon: &str, sub_area: &str, verb: ReportVerb) -> Self {
        let login = Login::parse(login).ok().filter(|read| read.as_str() == login).map(|read| read.key());
        let regon = Regon::parse(regon).ok().filter(|read| read.as_str() == regon);
        Self { holder: login.zip(regon), sub_area: sub_area.to_owned(), verb }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(last_used_at: Option<Moment>) -> MachineClient {
        MachineClient {
            id: MachineClientId(uuid::Uuid::nil()),
            name: Line::parse("Sprawozdania PS", LONGEST_NAME).unwrap(),
            scope: MachineScope {
                sub_areas: vec!["PS".into()],
                verbs: vec![ReportVerb::View, ReportVerb::Edit],
                place: ListScope::Country,
            },
            created_by: "operator".into(),
            created_at: Moment(0),
            last_used_at,
            revoked_at: None,
        }
    }

    #[test]
    fn a_scope_covers_its_sub_areas_and_verbs_and_nothing_else() {
        let scope = client(None).scope;
        assert!(scope.covers("PS", ReportVerb::View) && scope.covers("PS", ReportVerb::Edit));
        assert!(!scope.covers("PS", ReportVerb::Approve) && !scope.covers("SR", ReportVerb::View) && !scope.covers("", ReportVerb::View));
        assert!(!scope.covers("ps", ReportVerb::View), "codes are compared as they are written");
    }

    #[test]
    fn the_last_use_is_noted_once_a_minute() {
        assert!(client(None).is_use_worth_noting(Moment(0)));
        let used = client(Some(Moment(1_000)));
        assert!(!used.is_use_worth_noting(Moment(60_999)) && used.is_use_worth_noting(Moment(61_000)));
    }

    #[test]
    fn a_client_is_never_taken_for_a_person() {
        let machine = AskingMachine::of(&client(None));
        assert_eq!(machine.label(), "machine:Sprawozdania PS");
        assert!(Login::parse(machine.label()).is_err());
    }

    #[test]
    fn a_login_or_unit_that_cannot_exist_is_nobodys() {
        let holder = |login: &str, regon: &str| Question::new(login, regon, "PS", ReportVerb::View).holder;
        let (login, regon) = holder("A-Nowak", "123456785").unwrap();
        assert_eq!((login.as_str(), regon.as_str()), ("a-nowak", "123456785"));
        for impossible in ["", "a", "a.nowak", "a\0nowak", "ąęź", "anna ", " anna"] {
            assert_eq!(holder(impossible, "123456785"), None, "{impossible:?}");
        }
        for impossible in ["", "123456786", "12345678\0", "123 456 785", "123456785 ", "000000000"] {
            assert_eq!(holder("A-Nowak", impossible), None, "{impossible:?}");
        }
    }
}
