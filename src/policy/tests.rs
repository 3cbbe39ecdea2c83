//! Tests of the policy: the reviewed table of decisions, every combination against the policy's own text, and what fails closed.

use super::*;
use crate::domain::account::RoleAssignment;
use crate::domain::id::{AccountId, CorrelationId, MachineClientId, RoleAssignmentId, StandInId, UnitId};
use crate::domain::identifiers::Line;
use crate::domain::machine::{AskingMachine, LONGEST_NAME, MachineClient, MachineScope};
use crate::domain::moment::Moment;
use crate::domain::stand_in::StandingIn;
use crate::domain::voivodeship::VoivodeshipCode;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

const DECISIONS: &str = include_str!("../../policies/decisions.csv");
const ME: AccountId = AccountId(Uuid::from_u128(1));
const SOMEBODY: AccountId = AccountId(Uuid::from_u128(2));
const MY_UNIT: UnitId = UnitId(Uuid::from_u128(3));
const OTHER_UNIT: UnitId = UnitId(Uuid::from_u128(4));

fn code(text: &str) -> VoivodeshipCode {
    VoivodeshipCode::trusted(text)
}

fn role(role: Role, voivodeship: Option<&str>, unit: Option<UnitId>) -> RoleAssignment {
    RoleAssignment { id: RoleAssignmentId(Uuid::from_u128(5)), role, voivodeship: voivodeship.map(code), unit }
}

fn actor(kind: ActorKind) -> Actor {
    Actor { kind, address: None, correlation: CorrelationId(Uuid::from_u128(6)) }
}

fn account(status: AccountStatus, roles: Vec<RoleAssignment>, units: Vec<UnitId>) -> Actor {
    let (login, full_name) = ("akowalska".to_owned(), "Anna Kowalska".to_owned());
    let stand_ins = Vec::new();
    actor(ActorKind::Account(SignedIn { account: ME, login, full_name, status, roles, units, stand_ins, proven_at: Moment(0) }))
}

fn role_named(words: &str) -> RoleAssignment {
    let (name, voivodeship) = match words.rsplit_once(' ') {
        Some((name, number)) if number.bytes().all(|b| b.is_ascii_digit()) => (name, Some(number)),
        _ => (words.strip_suffix(" without a voivodeship").unwrap_or(words), None),
    };
    let kind = Role::from_key(&name.replace(' ', "_")).unwrap_or_else(|| panic!("no role {name:?}"));
    role(kind, voivodeship, (kind == Role::UnitCoordinator).then_some(MY_UNIT))
}

fn machine(voivodeships: &str) -> Actor {
    let place = match voivodeships {
        "" => ListScope::Country,
        numbers => ListScope::Voivodeships(numbers.split(" + ").map(code).collect()),
    };
    let scope = MachineScope { sub_areas: vec!["PS".into()], verbs: ReportVerb::ALL.to_vec(), place };
    let name = Line::parse("Sprawozdania PS", LONGEST_NAME).unwrap();
    let (id, created_by, created_at) = (MachineClientId(Uuid::from_u128(7)), "operator".to_owned(), Moment(0));
    let client = MachineClient { id, name, scope, created_by, created_at, last_used_at: None, revoked_at: None };
    actor(ActorKind::Machine(AskingMachine::of(&client)))
}

fn actor_named(words: &str) -> Actor {
    let roles = |words: &str| words.split(" + ").map(role_named).collect();
    if let Some((own, lent)) = words.split_once(" standing in for ") {
        let mut deputy = actor_named(own);
        if let ActorKind::Account(signed_in) = &mut deputy.kind {
            signed_in.stand_ins.push(StandingIn {
                id: StandInId(Uuid::from_u128(8)),
                deputised: SOMEBODY,
                login: "nieobecna".to_owned(),
                full_name: "Ewa Nieobecna".to_owned(),
                assignment: role_named(lent),
            });
        }
        return deputy;
    }
    match words {
        "visitor" => actor(ActorKind::Visitor),
        "operator" => actor(ActorKind::Operator),
        "system" => actor(ActorKind::System),
        _ if words.starts_with("machine client") => machine(words.trim_start_matches("machine client").trim()),
        "pending" => account(AccountStatus::Pending, Vec::new(), Vec::new()),
        "account holder" => account(AccountStatus::Active, Vec::new(), vec![MY_UNIT]),
        _ => match (words.strip_prefix("pending with "), words.strip_prefix("suspended with ")) {
            (Some(words), _) => account(AccountStatus::Pending, roles(words), vec![MY_UNIT]),
            (_, Some(words)) => account(AccountStatus::Suspended, roles(words), vec![MY_UNIT]),
            _ => account(AccountStatus::Active, roles(words), Vec::new()),
        },
    }
}

fn target_named(words: &str) -> Target {
    let in_voivodeship = |number: &str| Some(code(number));
    match words {
        "unknown" => Target::default(),
        "own account" => Target { account: Some(ME), ..Target::default() },
        "own application" => Target { applicant: Some(ME), voivodeship: in_voivodeship("26"), ..Target::default() },
        "own application outside" => Target { applicant: Some(ME), voivodeship: in_voivodeship("24"), ..Target::default() },
        "own unit" => Target { unit: Some(MY_UNIT), voivodeship: in_voivodeship("26"), ..Target::default() },
        _ => {
            let (what, number) = words.rsplit_once(' ').unwrap_or_else(|| panic!("no target {words:?}"));
            let voivodeship = in_voivodeship(number);
            match what {
                "account in" => Target { account: Some(SOMEBODY), voivodeship, ..Target::default() },
                "application in" => Target { applicant: Some(SOMEBODY), unit: Some(OTHER_UNIT), voivodeship, ..Target::default() },
                "unit in" => Target { unit: Some(OTHER_UNIT), voivodeship, ..Target::default() },
                "office" => Target { voivodeship, ..Target::default() },
                _ => panic!("no target {words:?}"),
            }
        }
    }
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')).map(|l| l.split(',').map(str::trim).collect())
}

fn permission(key: &str) -> Permission {
    *Permission::ALL.iter().find(|p| p.key() == key).unwrap_or_else(|| panic!("no permission {key:?}"))
}

#[test]
fn every_reviewed_decision_comes_out_as_expected_and_each_permission_has_both() {
    let policy = Policy::load().unwrap();
    let mut answers: BTreeMap<&str, BTreeSet<&str>> = Permission::ALL.iter().map(|p| (p.key(), BTreeSet::new())).collect();
    let mut seen = HashSet::new();
    for row in rows(DECISIONS) {
        let [who, act, target, expected] = row[..] else { panic!("four columns: {row:?}") };
        assert!(seen.insert((who, act, target)), "stands twice: {row:?}");
        let got = if policy.check(&actor_named(who), permission(act), &target_named(target)).is_ok() { "allowed" } else { "refused" };
        assert_eq!(got, expected, "{row:?}");
        answers.get_mut(act).unwrap().insert(got);
    }
    for (key, answers) in answers {
        assert_eq!(answers.len(), 2, "{key} has only {answers:?}");
    }
}

#[test]
fn every_role_permission_and_scope_is_exactly_what_the_policy_file_says() {
    let policy = Policy::load().unwrap();
    let lines: HashSet<(&str, &str, &str)> = rows(POLICY).map(|row| (row[1], row[2], row[3])).collect();
    let mut granted = 0;
    for subject in Subject::ALL {
        for permission in Permission::ALL {
            for scope in Scope::ALL {
                let written = lines.contains(&(subject.key(), permission.key(), scope.key()));
                assert_eq!(policy.0.allows(subject, *permission, scope), written, "{subject:?} {permission:?} {scope:?}");
                granted += usize::from(written);
            }
        }
    }
    let reports = lines.iter().filter(|line| line.1.starts_with("report.")).count();
    assert_eq!(granted + reports, lines.len(), "every line counts");
}

#[test]
fn all_subjects_are_listed_once() {
    let keys: HashSet<&str> = Subject::ALL.iter().map(|s| s.key()).collect();
    assert_eq!(keys.len(), Subject::ALL.len());
    assert!(Role::ALL.iter().all(|r| Subject::ALL.contains(&Subject::Role(*r))));
    for (i, permission) in Permission::ALL.iter().enumerate() {
        assert_eq!(*permission as usize, i, "places in the table are those of the list");
    }
    for (i, scope) in Scope::ALL.iter().enumerate() {
        assert_eq!(*scope as usize, i);
    }
}

/// Every pair of roles, each with its own voivodeship: what the two may do together is what one or the other may do alone.
#[test]
fn two_roles_never_lend_each_other_their_scope() {
    let policy = Policy::load().unwrap();
    let shapes: Vec<RoleAssignment> = Role::ALL
        .into_iter()
        .flat_map(|r| [None, Some("26"), Some("24")].map(|v| role(r, v, (r == Role::UnitCoordinator).then_some(MY_UNIT))))
        .collect();
    let targets =
        ["unknown", "own account", "account in 26", "account in 24", "application in 26", "application in 24", "own unit", "unit in 24"];
    for a in &shapes {
        for b in &shapes {
            for permission in Permission::ALL {
                for target in targets.map(target_named) {
                    let may = |roles: &[&RoleAssignment]| {
                        let actor = account(AccountStatus::Active, roles.iter().map(|r| (*r).clone()).collect(), Vec::new());
                        policy.check(&actor, *permission, &target).is_ok()
                    };
                    assert_eq!(may(&[a, b]), may(&[a]) || may(&[b]), "{a:?} {b:?} {permission:?} {target:?}");
                }
            }
        }
    }
}

#[test]
fn only_pending_and_active_accounts_may_anything() {
    let policy = Policy::load().unwrap();
    let all_roles: Vec<RoleAssignment> = Role::ALL.into_iter().map(|r| role(r, None, Some(MY_UNIT))).collect();
    let everything = Target { account: Some(ME), applicant: Some(ME), unit: Some(MY_UNIT), voivodeship: Some(code("26")) };
    for status in [AccountStatus::Invited, AccountStatus::Suspended, AccountStatus::Closed] {
        let actor = account(status, all_roles.clone(), vec![MY_UNIT]);
        for permission in Permission::ALL {
            assert!(policy.check(&actor, *permission, &everything).is_err(), "{status:?} {permission:?}");
            assert!(policy.list_scope(&actor, *permission).is_err());
        }
    }
    let pending = account(AccountStatus::Pending, all_roles, vec![MY_UNIT]);
    let may: Vec<&str> = Permission::ALL.iter().filter(|p| policy.check(&pending, **p, &everything).is_ok()).map(|p| p.key()).collect();
    assert_eq!(may, ["account.view", "application.view", "application.revise", "application.withdraw", "signed_form.upload"]);
}

#[test]
fn what_is_not_known_matches_no_narrow_scope() {
    let policy = Policy::load().unwrap();
    for subject in ["pending", "account holder", "unit coordinator", "voivodeship administrator 26", "helpdesk 26", "auditor 26", "visitor"]
    {
        for permission in Permission::ALL {
            assert!(policy.check(&actor_named(subject), *permission, &Target::default()).is_err(), "{subject} {permission:?}");
        }
    }
    // A coordinator without a unit, an administrator without a voivodeship: nothing, not everything.
    for broken in
        [role(Role::UnitCoordinator, None, None), role(Role::VoivodeshipAdministrator, None, None), role(Role::Helpdesk, None, None)]
    {
        let broken = account(AccountStatus::Active, vec![broken], Vec::new());
        for permission in Permission::ALL {
            for target in [Target::default(), target_named("unit in 26")] {
                assert!(policy.check(&broken, *permission, &target).is_err(), "{permission:?}");
            }
            assert!(policy.list_scope(&broken, *permission).is_err());
        }
    }
}

#[test]
fn lists_reach_as_far_as_the_roles_that_may_see_them() {
    let policy = Policy::load().unwrap();
    let scope = |who: &str, permission| policy.list_scope(&actor_named(who), permission).ok();
    let voivodeships = |numbers: &[&str]| Some(ListScope::Voivodeships(numbers.iter().map(|n| code(n)).collect()));
    let applications = Permission::ApplicationList;
    assert_eq!(scope("central administrator", applications), Some(ListScope::Country));
    assert_eq!(scope("voivodeship administrator 26", applications), voivodeships(&["26"]));
    assert_eq!(
        scope("voivodeship administrator 26 + voivodeship administrator 14 + voivodeship administrator 26", applications),
        voivodeships(&["14", "26"])
    );
    assert_eq!(scope("helpdesk 26 + voivodeship administrator 24", applications), voivodeships(&["24"]), "helpdesk lists no applications");
    assert_eq!(scope("helpdesk 26 + voivodeship administrator 24", Permission::AccountList), voivodeships(&["24", "26"]));
    assert_eq!(scope("auditor 26 + central administrator", Permission::AuditView), Some(ListScope::Country));
    assert_eq!(scope("auditor", Permission::AuditView), Some(ListScope::Country));
    assert_eq!(scope("auditor 26", Permission::AuditView), voivodeships(&["26"]));
    assert_eq!(scope("operator", Permission::OutboxView), Some(ListScope::Country));
    for who in [
        "visitor",
        "pending",
        "account holder",
        "unit coordinator",
        "auditor",
        "helpdesk 26",
        "voivodeship administrator without a voivodeship",
        "system",
    ] {
        assert_eq!(scope(who, applications), None, "{who}");
    }
    assert_eq!(scope("unit coordinator", Permission::AccountList), None, "its own unit is asked for by target");
}

#[test]
fn lists_of_what_belongs_to_units_reach_single_units_too() {
    let policy = Policy::load().unwrap();
    let scope = |who: &str| policy.unit_scope(&actor_named(who), Permission::GrantList).ok();
    let within = |voivodeships: &[&str], units: &[UnitId]| {
        Some(UnitScope::Within { voivodeships: voivodeships.iter().map(|number| code(number)).collect(), units: units.to_vec() })
    };
    assert_eq!(scope("central administrator"), Some(UnitScope::Country));
    assert_eq!(scope("central administrator + unit coordinator"), Some(UnitScope::Country));
    assert_eq!(scope("voivodeship administrator 26"), within(&["26"], &[]));
    assert_eq!(scope("unit coordinator"), within(&[], &[MY_UNIT]));
    assert_eq!(scope("unit coordinator + voivodeship administrator 24"), within(&["24"], &[MY_UNIT]));
    // The voivodeship of another role lends nothing, and neither does the unit of a grant.
    assert_eq!(scope("helpdesk 26 + voivodeship administrator 24"), within(&["24"], &[]));
    for who in ["visitor", "pending", "account holder", "helpdesk 26", "auditor", "operator", "suspended with unit coordinator"] {
        assert_eq!(scope(who), None, "{who}");
    }
    let nowhere = account(AccountStatus::Active, vec![role(Role::UnitCoordinator, None, None)], vec![MY_UNIT]);
    assert!(policy.unit_scope(&nowhere, Permission::GrantList).is_err());
}

#[test]
fn functions_may_with_reports_what_their_names_say() {
    let policy = Policy::load().unwrap();
    let may = |function| ReportVerb::ALL.map(|verb| policy.allows_report(function, verb));
    assert_eq!(may("viewer"), [true, false, false]);
    assert_eq!(may("editor"), [true, true, false]);
    assert_eq!(may("approver"), [true, false, true]);
    for unknown in ["", "owner", "function:viewer", "central_administrator"] {
        assert_eq!(may(unknown), [false; 3], "{unknown}");
    }
}

#[test]
fn a_policy_that_is_empty_broken_or_misspelt_stops_the_start() {
    let load = |policy: &str| Policy::from_texts(MODEL, policy).map(|_| ());
    assert!(matches!(load(""), Err(PolicyError::Empty)));
    assert!(matches!(load("# only a remark\n\n"), Err(PolicyError::Empty)));
    assert!(matches!(load("p, function:viewer, report.view, own_sub_area"), Err(PolicyError::Empty)), "no role may anything");
    for misspelt in [
        "p, auditors, audit.view, country",
        "p, auditor, audit.vieww, country",
        "p, auditor, audit.view, world",
        "p, auditor, audit.view",
        "p, auditor, audit.view, country, allow",
        "g, auditor, central_administrator",
        "auditor, audit.view, country, p",
        "p, function:, report.view, own_sub_area",
        "p, function:viewer, report.print, own_sub_area",
        "p, function:viewer, audit.view, country",
    ] {
        let result = load(&format!("p, auditor, audit.view, own_voivodeship\n{misspelt}\n"));
        assert!(matches!(result, Err(PolicyError::UnknownWord(_))), "{misspelt}: {result:?}");
    }
    assert!(matches!(load("p, auditor, audit.view, country\np, auditor, audit.view, country"), Err(PolicyError::Unreadable(_))));
    for model in ["", "nonsense", "[request_definition]\nr = sub\n", &MODEL.replace("r.sub == p.sub", "r.nobody == p.sub")] {
        assert!(Policy::from_texts(model, POLICY).is_err(), "{model}");
    }
}

#[test]
fn loading_works_inside_the_runtime_too() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { assert!(Policy::load().is_ok()) });
}
