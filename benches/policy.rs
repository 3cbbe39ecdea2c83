//! What it costs to ask whether somebody may: every click asks a few times, so it must not be felt.
//! What may not live here: what the policy says (`policies/` and its tests).

use cas_portal::domain::account::{AccountStatus, Role, RoleAssignment};
use cas_portal::domain::actor::{Actor, ActorKind, SignedIn};
use cas_portal::domain::id::{AccountId, CorrelationId, RoleAssignmentId, UnitId};
use cas_portal::domain::moment::Moment;
use cas_portal::domain::permission::{Permission, Target};
use cas_portal::domain::voivodeship::VoivodeshipCode;
use cas_portal::policy::Policy;
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use uuid::Uuid;

fn actor(roles: &[(Role, Option<&str>)]) -> Actor {
    let roles = roles
        .iter()
        .map(|(role, voivodeship)| RoleAssignment {
            id: RoleAssignmentId(Uuid::from_u128(1)),
            role: *role,
            voivodeship: voivodeship.map(VoivodeshipCode::trusted),
            unit: None,
        })
        .collect();
    let signed_in = SignedIn {
        account: AccountId(Uuid::from_u128(2)),
        login: "akowalska".into(),
        full_name: "Anna Kowalska".into(),
        status: AccountStatus::Active,
        roles,
        units: vec![UnitId(Uuid::from_u128(3))],
        stand_ins: Vec::new(),
        proven_at: Moment(0),
    };
    Actor { kind: ActorKind::Account(signed_in), address: None, correlation: CorrelationId(Uuid::from_u128(4)) }
}

fn ask(c: &mut Criterion) {
    let policy = Policy::load().expect("the policy");
    let administrator = actor(&[(Role::VoivodeshipAdministrator, Some("26"))]);
    let many_roles = actor(&[
        (Role::Helpdesk, Some("14")),
        (Role::Auditor, None),
        (Role::VoivodeshipAdministrator, Some("26")),
        (Role::VoivodeshipAdministrator, Some("24")),
    ]);
    let employee = actor(&[]);
    let target = Target {
        applicant: Some(AccountId(Uuid::from_u128(5))),
        unit: Some(UnitId(Uuid::from_u128(6))),
        voivodeship: Some(VoivodeshipCode::trusted("26")),
        ..Target::default()
    };
    let mut group = c.benchmark_group("policy");
    for (name, actor, allowed) in
        [("allowed", &administrator, true), ("allowed by the third role", &many_roles, true), ("refused", &employee, false)]
    {
        assert_eq!(policy.check(actor, Permission::ApplicationApprove, &target).is_ok(), allowed);
        group.bench_function(format!("check, {name}"), |b| {
            b.iter(|| policy.check(black_box(actor), Permission::ApplicationApprove, black_box(&target)))
        });
    }
    for (name, actor) in [("one role", &administrator), ("four roles", &many_roles), ("refused", &employee)] {
        group
            .bench_function(format!("list_scope, {name}"), |b| b.iter(|| policy.list_scope(black_box(actor), Permission::ApplicationList)));
    }
    group.finish();
}

criterion_group!(benches, ask);
criterion_main!(benches);
