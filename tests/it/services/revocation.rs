//! Taking rights away: by whom, with what shown first, at once for sessions and other systems, with letters and trail; and what is left
//! to a successor. At once with an approval there is one outcome.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::VOIVODESHIP;
use crate::support::portal::{TestPortal, visitor};
use crate::support::refusals::{invalid, one};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::{Actor, ActorKind};
use cas_portal::domain::application::Application;
use cas_portal::domain::application::draft::RenewedTexts;
use cas_portal::domain::grant::{GrantState, RightChange};
use cas_portal::domain::id::{AccountId, RevocationId, UnitId};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::MINUTE_MS;
use cas_portal::domain::revocation::{Capacity, RevocationTexts};
use cas_portal::services::ServiceError;
use cas_portal::services::extend_permissions::{self, take_over, view_take_over};
use cas_portal::services::guided_form;
use cas_portal::services::manage_accounts::view_affected;
use cas_portal::services::revoke_grants::{look, revoke, view_hand_over};
use cas_portal::services::view_grants::{ChangeFilter, GrantFilter, explain_grant, list_changes, list_grants};
use cas_portal::storage::grants::{self};
use cas_portal::storage::{accounts, role_assignments};
use jiff::civil::date;

fn texts(rights: &[&str], reason: &str) -> RevocationTexts {
    RevocationTexts { rights: rights.iter().map(|r| (*r).to_owned()).collect(), reason: reason.to_owned(), ..RevocationTexts::default() }
}

async fn taken_away(portal: &TestPortal, actor: &Actor, account: AccountId, unit: UnitId, rights: &[&str]) -> RevocationId {
    revoke(&portal.context, actor, account, unit, &texts(rights, "left_work")).await.expect("taken away")
}

/// A renewal of the one right that ends at the end of the year, in the hands of this administrator.
async fn renewal_in_review(portal: &TestPortal, administrator: &Actor, account: AccountId, unit: UnitId) -> Application {
    portal.holds(account, unit, ("PS", "viewer"), (date(2024, 1, 1), date(2026, 12, 31))).await;
    let wish = RenewedTexts { right: "PS:viewer".into(), valid_until: String::new() };
    portal.taken(administrator, &portal.renewal(account, &[wish]).await).await
}

on_both! {
    async fn a_coordinator_takes_a_right_and_then_the_rest_at_once_with_everything_told(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        portal.grant(account, unit, "PS", "approver").await;
        let (first, second) = (portal.coordinator(unit).await, portal.coordinator(unit).await);
        let coordinator = portal.actor(first).await;
        let found = look(&portal.context, &coordinator, account, unit).await.expect("seen");
        assert_eq!((found.grants.len(), found.sole_approver_of.len(), found.capacity), (2, 1, Capacity::Coordinator));
        assert!(found.leaves_nobody && !found.is_coordinator && found.applications.is_empty());

        // What is wrong is told where it is typed, and nothing is taken.
        assert_eq!(invalid(revoke(&portal.context, &coordinator, account, unit, &texts(&[], "")).await).len(), 2);
        assert_eq!(portal.rights_told(account, unit).await, 2);
        let id = taken_away(&portal, &coordinator, account, unit, &["PS:approver"]).await;
        assert_eq!(portal.rights_told(account, unit).await, 1, "other systems hear it in the next answer");
        assert_eq!(portal.actor(account).await.signed_in().expect("signed in").units, [unit]);
        let told = portal.letters_of(account).await.pop().expect("a letter");
        for words in ["przez koordynatora jednostki", "odejście z pracy", "zatwierdzający", &format!("/revocations/{id}")] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
        assert!(portal.letters_of(second).await.pop().expect("a letter").body.contains("zatwierdzający"), "the other coordinator is told");
        assert!(portal.letters_of(first).await.is_empty(), "not who did it");

        let last = taken_away(&portal, &coordinator, account, unit, &["PS:editor"]).await;
        assert_eq!(portal.rights_told(account, unit).await, 0);
        assert!(portal.actor(account).await.signed_in().expect("signed in").units.is_empty(), "the session knows it at the next click");
        assert!(matches!(look(&portal.context, &coordinator, account, unit).await, Err(ServiceError::NotFound)), "nothing is left to take");
        assert_eq!(accounts::find(portal.db(), account).await.expect("accounts").expect("it").status, AccountStatus::Active);
        let hand_over = view_hand_over(&portal.context, &coordinator, last).await.expect("seen");
        assert_eq!(hand_over.revocation.left_behind.pairs(), ["PS:editor"]);
        assert!(hand_over.may_pass_on);

        // The lists say who, in which capacity and why.
        let filter = GrantFilter { state: Some(GrantState::Revoked), ..GrantFilter::default() };
        let listed = list_grants(&portal.context, &coordinator, &filter, None).await.expect("a list").rows;
        assert_eq!(listed.len(), 2);
        let grant = listed[0].grant.id;
        let why = explain_grant(&portal.context, &coordinator, grant).await.expect("seen").revocation.expect("by whom");
        assert_eq!((why.capacity, why.reason.code.as_str()), (Capacity::Coordinator, "left_work"));
        let filter = ChangeFilter { since: date(2026, 11, 22), only: Some(RightChange::GrantRevoked) };
        let changes = list_changes(&portal.context, &coordinator, &filter, None).await.expect("a list").rows;
        assert_eq!(changes.len(), 2);
        assert!(changes.iter().all(|c| c.capacity == Some(Capacity::Coordinator) && c.reason.as_deref() == Some("odejście z pracy")));
        let trail = portal.trail("grant", &grant.to_string()).await;
        assert!(trail.iter().any(|entry| entry.event == "grant.revoked" && entry.details["capacity"] == "coordinator"), "{trail:?}");
    }

    async fn nobody_reaches_beyond_the_own_scope(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other, lodz) = (portal.unit().await, portal.unit().await, portal.unit_in_lodz().await);
        let account = portal.employee(unit).await;
        portal.grant(account, lodz, "PS", "viewer").await;
        let colleague = portal.employee(unit).await;
        let strangers = [
            portal.actor(portal.coordinator(other).await).await,
            portal.actor(colleague).await,
            portal.office_in("10").await,
            portal.actor(portal.official(Role::Helpdesk, Some(VOIVODESHIP)).await).await,
            portal.actor(portal.official(Role::Auditor, None).await).await,
            portal.actor(portal.account("czeka", AccountStatus::Pending).await).await,
        ];
        for actor in &strangers {
            assert!(matches!(look(&portal.context, actor, account, unit).await, Err(ServiceError::NotFound)), "{actor:?}");
            let done = revoke(&portal.context, actor, account, unit, &texts(&["PS:editor"], "left_work")).await;
            assert!(matches!(done, Err(ServiceError::NotFound)), "{actor:?}");
        }
        assert!(matches!(look(&portal.context, &visitor(), account, unit).await, Err(ServiceError::Denied)));
        assert_eq!(portal.rights_told(account, unit).await, 1);
        // Who sits at the keyboard long after the sign-in proves to be the coordinator first.
        let mut coordinator = portal.actor(portal.coordinator(unit).await).await;
        if let ActorKind::Account(me) = &mut coordinator.kind {
            me.proven_at = portal.now().plus_ms(-16 * MINUTE_MS);
        }
        let done = revoke(&portal.context, &coordinator, account, unit, &texts(&["PS:editor"], "left_work")).await;
        assert!(matches!(done, Err(ServiceError::ProofTooOld)), "{done:?}");
        // A coordinator ends the work in the own unit; what is held elsewhere stays.
        let coordinator = portal.actor(portal.coordinator(unit).await).await;
        let id = taken_away(&portal, &coordinator, account, unit, &["PS:editor"]).await;
        assert_eq!((portal.rights_told(account, unit).await, portal.rights_told(account, lodz).await), (0, 1));
        assert!(matches!(look(&portal.context, &coordinator, account, lodz).await, Err(ServiceError::NotFound)));
        for actor in &strangers {
            assert!(matches!(view_hand_over(&portal.context, actor, id).await, Err(ServiceError::NotFound)), "{actor:?}");
        }
        let own = view_hand_over(&portal.context, &portal.actor(account).await, id).await.expect("the own one");
        assert!(!own.may_pass_on);
    }

    async fn an_administrator_records_the_heads_letter_and_a_person_gives_up_the_own_rights(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let coordinator = portal.coordinator(unit).await;
        portal.grant(coordinator, unit, "PS", "viewer").await;
        let administrator = portal.office().await;
        let letter = RevocationTexts {
            by_letter: true,
            letter_date: "20.11.2026".into(),
            letter_reference: "K.12/2026".into(),
            ..texts(&["PS:editor"], "other_duties")
        };
        let id = revoke(&portal.context, &administrator, account, unit, &letter).await.expect("recorded");
        let seen = view_hand_over(&portal.context, &administrator, id).await.expect("seen").revocation;
        assert_eq!((seen.capacity, seen.letter.expect("a letter").reference.as_str()), (Capacity::Head, "K.12/2026"));
        assert!(portal.letters_of(account).await.pop().expect("a letter").body.contains("na podstawie pisma osoby, która zarządza jednostką"));
        assert!(portal.letters_of(coordinator).await.pop().expect("a letter").body.contains("na podstawie pisma"));

        // With the last right a coordinator is none any more, and the unit is left without one: that was shown.
        let own = portal.actor(coordinator).await;
        let found = look(&portal.context, &own, coordinator, unit).await.expect("seen");
        assert!(found.is_coordinator && found.leaves_no_coordinator && found.leaves_nobody, "{found:?}");
        assert_eq!(found.capacity, Capacity::Owner);
        let affected = view_affected(&portal.context, &administrator, coordinator).await.expect("seen");
        assert_eq!(affected.iter().map(|a| (a.unit.id, a.leaves_no_coordinator)).collect::<Vec<_>>(), [(unit, true)]);
        let id = revoke(&portal.context, &own, coordinator, unit, &texts(&["PS:viewer"], "")).await.expect("given up");
        assert!(role_assignments::list_of(portal.db(), coordinator).await.expect("roles").is_empty());
        let seen = view_hand_over(&portal.context, &administrator, id).await.expect("seen").revocation;
        assert!(seen.capacity == Capacity::Owner && seen.left_behind.was_coordinator);
        let told = portal.letters_of(coordinator).await.pop().expect("a letter");
        assert!(told.body.contains("zrezygnowano") && told.body.contains("nie jesteś już koordynatorem"), "{}", told.body);
        let trail = portal.events_of(coordinator).await;
        assert!(trail.contains(&"role.revoked".to_owned()), "{trail:?}");
    }

    async fn of_a_revocation_and_an_approval_of_the_same_right_the_right_is_gone(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let administrator = portal.office().await;
        let coordinator = portal.actor(portal.coordinator(unit).await).await;
        for _ in 0..3 {
            let account = portal.account("znika", AccountStatus::Active).await;
            let application = renewal_in_review(&portal, &administrator, account, unit).await;
            let shown = look(&portal.context, &coordinator, account, unit).await.expect("seen");
            assert_eq!(shown.applications.iter().map(|a| a.number.clone()).collect::<Vec<_>>(), std::slice::from_ref(&application.number));
            let elsewhere = portal.second(&db).await;
            let asked = texts(&["PS:viewer"], "left_work");
            let (approved, revoked) = tokio::join!(
                portal.approve(&administrator, &application),
                revoke(&elsewhere.context, &coordinator, account, unit, &asked),
            );
            let id = revoked.expect("taken away, whether it was renewed or not");
            assert_eq!(portal.rights_told(account, unit).await, 0, "{approved:?}");
            let given = grants::list_of_application(portal.db(), application.id).await.expect("grants");
            match approved {
                // The approval came first: the renewed right went.
                Ok(()) => assert_eq!(given.len(), 1),
                // The revocation came first: nothing is left to renew.
                refused => {
                    assert_eq!(invalid(refused), one("grants", Invalid::GrantGone));
                    assert!(given.is_empty());
                }
            }
            let left = view_hand_over(&portal.context, &coordinator, id).await.expect("seen").revocation.left_behind;
            assert_eq!(left.pairs(), ["PS:viewer"]);
        }
    }

    async fn a_colleague_of_the_unit_takes_over_what_is_left(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let leaver = portal.employee(unit).await;
        portal.grant(leaver, unit, "PS", "approver").await;
        portal.grant(leaver, unit, "WRiSPZ", "viewer").await;
        let coordinator = portal.actor(portal.coordinator(unit).await).await;
        let id = taken_away(&portal, &coordinator, leaver, unit, &["PS:editor", "PS:approver", "WRiSPZ:viewer"]).await;
        // The successor holds PS:editor already; the rest is prefilled.
        let successor = portal.actor(portal.employee(unit).await).await;
        let found = view_take_over(&portal.context, &successor, id).await.expect("seen");
        assert_eq!(found.pairs, ["PS:approver", "WRiSPZ:viewer"]);
        take_over(&portal.context, &successor, id).await.expect("begun");
        let texts = guided_form::look::<extend_permissions::Extension>(&portal.context, &successor).await.expect("seen").texts();
        assert_eq!((texts.unit, texts.grants), (Some(unit), vec!["PS:approver".to_owned(), "WRiSPZ:viewer".to_owned()]));
        extend_permissions::save_needs(&portal.context, &successor, vec!["PS:approver".into()], String::new(), false).await.expect("good as it is");
        // Nobody of another unit, and not the leaver.
        let stranger = portal.actor(portal.employee(other).await).await;
        for nobody in [&stranger, &portal.actor(leaver).await] {
            assert!(matches!(view_take_over(&portal.context, nobody, id).await, Err(ServiceError::NotFound)));
            assert!(matches!(take_over(&portal.context, nobody, id).await, Err(ServiceError::NotFound)));
        }
        assert!(matches!(view_take_over(&portal.context, &visitor(), id).await, Err(ServiceError::Denied)));
    }
}
