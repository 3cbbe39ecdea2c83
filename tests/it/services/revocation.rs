//! Taking rights away: by whom, with what shown first, at once for sessions and other systems, with letters and trail; and what is left
//! to a successor. At once with an approval there is one outcome.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::VOIVODESHIP;
use crate::support::portal::{TestPortal, visitor};
use crate::support::refusals::{invalid, one};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::{Actor, ActorKind};
use cas_portal::domain::application::Application;
use cas_portal::domain::application::draft::{PersonTexts, RenewedTexts, STATEMENTS};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::grant::{GrantState, RightChange};
use cas_portal::domain::id::{AccountId, RevocationId, UnitId};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::MINUTE_MS;
use cas_portal::domain::revocation::{Capacity, RevocationTexts};
use cas_portal::services::extend_permissions::{self, take_over, view_take_over};
use cas_portal::services::guided_form;
use cas_portal::services::manage_accounts::{close, view_account, view_affected};
use cas_portal::services::own_data::read_own_data;
use cas_portal::services::request_closing::request_closing;
use cas_portal::services::review_application::approve;
use cas_portal::services::revoke_grants::{look, revoke, view_hand_over};
use cas_portal::services::stand_ins::{NewStandIn, name_stand_in};
use cas_portal::services::view_grants::{ChangeFilter, GrantFilter, explain_grant, list_changes, list_grants};
use cas_portal::services::{ServiceError, register_staff};
use cas_portal::storage::grants::{self};
use cas_portal::storage::{accounts, applications, revocations, role_assignments};
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
        let filter = ChangeFilter { since: date(2026, 11, 22), only: Some(RightChange::GrantRevoked), is_own: false };
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
        // Without a letter it is the administrator's own deed, with a reason all the same.
        let other = portal.employee(unit).await;
        let unexplained = revoke(&portal.context, &administrator, other, unit, &texts(&["PS:editor"], "")).await;
        assert_eq!(invalid(unexplained), one("reason", Invalid::Required));
        assert_eq!(portal.rights_told(other, unit).await, 1);
        let id = taken_away(&portal, &administrator, other, unit, &["PS:editor"]).await;
        let seen = view_hand_over(&portal.context, &administrator, id).await.expect("seen").revocation;
        assert_eq!((seen.capacity, seen.letter.is_none(), portal.rights_told(other, unit).await), (Capacity::Administrator, true, 0));

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
                // The revocation came first: nothing is left to renew, so the application is closed.
                refused => {
                    assert!(!matches!(refused, Err(ServiceError::Invalid(_))), "{refused:?}");
                    assert!(given.is_empty());
                    assert_eq!(applications::find(portal.db(), application.id).await.expect("applications").expect("it").status, Status::Rejected);
                }
            }
            let left = view_hand_over(&portal.context, &coordinator, id).await.expect("seen").revocation.left_behind;
            assert_eq!(left.pairs(), ["PS:viewer"]);
        }
    }

    async fn a_renewal_of_what_is_taken_is_closed_with_the_reason(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let administrator = portal.actor(portal.administrator().await).await;
        let coordinator = portal.actor(portal.coordinator(unit).await).await;
        let (account, other) = (portal.account("odnawia", AccountStatus::Active).await, portal.account("odnawia", AccountStatus::Active).await);
        let closed = renewal_in_review(&portal, &administrator, account, unit).await;
        let stays = renewal_in_review(&portal, &administrator, other, unit).await;
        portal.grant(account, unit, "PS", "approver").await;
        let state = async |id| applications::find(portal.db(), id).await.expect("applications").expect("it");
        // Of another right: the renewal goes on.
        taken_away(&portal, &coordinator, account, unit, &["PS:approver"]).await;
        assert_eq!(state(closed.id).await.status, Status::InReview);
        portal.letters_of(account).await;
        portal.mailbox.clear();
        taken_away(&portal, &coordinator, account, unit, &["PS:viewer"]).await;
        let after = state(closed.id).await;
        assert_eq!((after.status, after.decided_by, after.taken_by), (Status::Rejected, None, None));
        let reason = after.reason.expect("a reason");
        assert!(reason.contains("22.11.2026") && reason.contains("koordynator jednostki") && reason.contains("odejście z pracy"), "{reason}");
        let told = portal.letters_of(account).await;
        assert_eq!(told.len(), 2, "of the right and of the renewal: {told:?}");
        assert!(told.iter().any(|letter| letter.body.contains("Nie ma już czego przedłużać")));
        let trail = portal.trail("application", closed.number.as_str()).await;
        assert!(trail.iter().any(|entry| entry.event == "application.rejected" && entry.details["why"] == "right_gone"), "{trail:?}");
        assert_eq!(state(stays.id).await.status, Status::InReview, "somebody else's stays");
        approve(&portal.context, &administrator, &stays.number, stays.version, true).await.expect("approved");
    }

    async fn a_closed_account_leaves_a_list_in_each_unit_and_its_coordinators_are_told(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let leaver = portal.employee(unit).await;
        portal.assign(leaver, Role::UnitCoordinator, None, Some(unit)).await;
        portal.grant(leaver, other, "PS", "viewer").await;
        let coordinator = portal.coordinator(unit).await;
        let administrator = portal.actor(portal.administrator().await).await;
        request_closing(&portal.context, &portal.actor(leaver).await).await.expect("asked");
        close(&portal.context, &administrator, leaver, "Odeszła z pracy.").await.expect("closed");
        let left = revocations::list_of_account(portal.db(), leaver).await.expect("revocations");
        assert_eq!(left.len(), 2, "one for each unit");
        let here = left.iter().find(|one| one.unit == unit).expect("of this unit");
        assert_eq!((here.capacity, here.reason.code.as_str()), (Capacity::Administrator, "closing_asked"));
        assert_eq!((here.left_behind.pairs(), here.left_behind.was_coordinator), (vec!["PS:editor".to_owned()], true));
        assert_eq!(here.revoked_by, administrator.label());
        let there = left.iter().find(|one| one.unit == other).expect("of the other one");
        assert_eq!((there.left_behind.pairs(), there.left_behind.was_coordinator), (vec!["PS:viewer".to_owned()], false));
        assert_eq!(portal.rights_told(leaver, unit).await, 0);
        // The other coordinator is told, with the list; the leaver of the end of the account only.
        let told = portal.letters_of(coordinator).await.pop().expect("a letter");
        assert!(told.body.contains("zamknięcie konta") && told.body.contains(&format!("/revocations/{}", here.id)), "{}", told.body);
        assert!(!portal.letters_of(leaver).await.iter().any(|letter| letter.body.contains("/revocations/")));
        // „Dlaczego” and the account's page know it, as far as one may.
        let filter = GrantFilter { state: Some(GrantState::Revoked), ..GrantFilter::default() };
        let listed = list_grants(&portal.context, &portal.actor(coordinator).await, &filter, None).await.expect("a list").rows;
        let why = explain_grant(&portal.context, &administrator, listed[0].grant.id).await.expect("seen").revocation.expect("by whom");
        assert_eq!(why.reason.name, "zamknięcie konta na prośbę właściciela");
        let seen = view_account(&portal.context, &administrator, leaver).await.expect("seen").hand_overs;
        assert_eq!(seen.len(), 2);
        assert!(view_hand_over(&portal.context, &portal.actor(coordinator).await, here.id).await.expect("seen").may_register);
        // Nobody chooses what only the portal says.
        let asked = look(&portal.context, &administrator, portal.employee(unit).await, unit).await.expect("seen").reasons;
        assert_eq!(asked.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>(), ["left_work", "other_duties", "other"]);
    }

    async fn a_coordinator_closes_a_leavers_account_that_only_this_unit_needs(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let coordinator = portal.actor(portal.coordinator(unit).await).await;
        let colleague = portal.coordinator(unit).await;
        let closing = |rights: &[&str]| RevocationTexts { close_account: true, ..texts(rights, "left_work") };
        // What hangs on more than this unit stays: another unit, an office's role, an open application.
        let (elsewhere, official, applicant) = (portal.employee(unit).await, portal.employee(unit).await, portal.employee(unit).await);
        portal.grant(elsewhere, other, "PS", "viewer").await;
        portal.assign(official, Role::Helpdesk, Some(VOIVODESHIP), None).await;
        portal.holds(applicant, unit, ("SR", "viewer"), (date(2024, 1, 1), date(2026, 12, 31))).await;
        portal.renewal(applicant, &[RenewedTexts { right: "SR:viewer".into(), valid_until: String::new() }]).await;
        for account in [elsewhere, official, applicant] {
            assert!(!look(&portal.context, &coordinator, account, unit).await.expect("seen").may_close);
            let rights = portal.rights(account, unit).await;
            let all: Vec<String> = rights.iter().map(|(sub_area, function)| format!("{sub_area}:{function}")).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            let refused = invalid(revoke(&portal.context, &coordinator, account, unit, &closing(&all)).await);
            assert_eq!(refused, one("close_account", Invalid::AccountNeededElsewhere));
            assert_eq!(portal.rights(account, unit).await, rights, "nothing is taken");
        }

        let leaver = portal.employee(unit).await;
        portal.grant(leaver, unit, "PS", "viewer").await;
        assert!(look(&portal.context, &coordinator, leaver, unit).await.expect("seen").may_close);
        let some = invalid(revoke(&portal.context, &coordinator, leaver, unit, &closing(&["PS:viewer"])).await);
        assert_eq!(some, one("close_account", Invalid::ClosingTakesAll));
        // The account's own page stays the administrators'.
        assert!(matches!(close(&portal.context, &coordinator, leaver, "Odeszła z pracy.").await, Err(ServiceError::Denied | ServiceError::NotFound)));
        let all = closing(&["PS:viewer", "PS:editor"]);
        let (first, second) = tokio::join!(
            revoke(&portal.context, &coordinator, leaver, unit, &all),
            revoke(&portal.context, &coordinator, leaver, unit, &all)
        );
        let done: Vec<RevocationId> = [first, second].into_iter().filter_map(Result::ok).collect();
        assert_eq!(done.len(), 1, "two clicks at once close it once");
        assert_eq!(accounts::find(portal.db(), leaver).await.expect("accounts").expect("it").status, AccountStatus::Closed);
        assert_eq!(portal.rights_told(leaver, unit).await, 0);
        let left = view_hand_over(&portal.context, &coordinator, done[0]).await.expect("seen").revocation;
        assert_eq!((left.capacity, left.reason.code.as_str(), left.left_behind.rights.len()), (Capacity::Coordinator, "left_work", 2));
        let letters = portal.letters_of(leaver).await;
        let told = letters.last().expect("a letter");
        for words in ["zostało zamknięte przez koordynatora jednostki", "Powód: odejście z pracy"] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
        assert_eq!(letters.iter().filter(|letter| letter.body.contains("odejście z pracy")).count(), 1, "one letter says it all");
        assert!(portal.letters_of(colleague).await.pop().expect("a letter").body.contains(&format!("/revocations/{}", done[0])));
        let trail = portal.trail("account", &portal.login_of(leaver).await).await;
        assert!(trail.iter().any(|entry| entry.event == "account.closed" && entry.details["capacity"] == "coordinator"), "{trail:?}");
    }

    async fn the_copy_of_one_s_data_has_stand_ins_and_hand_over_lists_and_names_nobody_else(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (own, deputy) = (portal.administrator().await, portal.administrator().await);
        portal.grant(own, unit, "PS", "viewer").await;
        let coordinator = portal.actor(portal.coordinator(unit).await).await;
        taken_away(&portal, &coordinator, own, unit, &["PS:viewer"]).await;
        let typed = NewStandIn { deputy: deputy.to_string(), role: String::new(), from: "22.11.2026".into(), until: "24.11.2026".into() };
        name_stand_in(&portal.context, &portal.actor(own).await, &typed).await.expect("named");
        let data = read_own_data(&portal.context, &portal.actor(own).await).await.expect("a copy");
        let left = &data.hand_overs[0];
        assert_eq!((data.hand_overs.len(), left.capacity, left.rights[0].function.as_str()), (1, "coordinator", "viewer"));
        assert_eq!(left.reason, ["odejście z pracy"]);
        assert_eq!(data.stand_ins.iter().map(|one| (one.is_deputy, one.until)).collect::<Vec<_>>(), [(false, date(2026, 11, 24))]);
        let json = data.to_json().to_string();
        for other in [portal.login_of(deputy).await, coordinator.label().to_owned()] {
            assert!(!json.contains(&format!("\"{other}\"")), "{other}: {json}");
        }
        let theirs = read_own_data(&portal.context, &portal.actor(deputy).await).await.expect("a copy");
        assert!(theirs.stand_ins[0].is_deputy && theirs.hand_overs.is_empty());
    }

    async fn a_registration_of_staff_begins_with_what_is_left(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let leaver = portal.employee(unit).await;
        portal.grant(leaver, unit, "PS", "approver").await;
        let coordinator = portal.actor(portal.coordinator(unit).await).await;
        let id = taken_away(&portal, &coordinator, leaver, unit, &["PS:editor", "PS:approver"]).await;
        let found = register_staff::view_take_over(&portal.context, &coordinator, id).await.expect("seen");
        assert_eq!((found.pairs.clone(), found.has_room), (vec!["PS:approver".to_owned(), "PS:editor".to_owned()], true));
        for _ in 0..2 {
            let index = register_staff::take_over(&portal.context, &coordinator, id).await.expect("begun");
            assert_eq!(index, 0, "two clicks make one person");
        }
        let texts = guided_form::look::<register_staff::StaffDraft>(&portal.context, &coordinator).await.expect("seen").texts();
        assert_eq!((texts.unit, texts.persons.len(), texts.persons[0].grants.clone()), (Some(unit), 1, found.pairs));
        let person = PersonTexts {
            first_name: "Zofia".into(),
            last_name: "Nowa".into(),
            email: "zofia@gops.example.pl".into(),
            phone: "41 311 46 92".into(),
            position: "inspektorka".into(),
            login: "zofia-nowa".into(),
            ..PersonTexts::default()
        };
        register_staff::save_person(&portal.context, &coordinator, (0, ""), person).await.expect("typed");
        let statements = STATEMENTS.iter().map(|s| (*s).to_owned()).collect();
        guided_form::save_statements::<register_staff::StaffDraft>(&portal.context, &coordinator, statements).await.expect("statements");
        let number = guided_form::file::<register_staff::StaffDraft>(&portal.context, &coordinator, "").await.expect("good as it is");
        let application = applications::find_by_number(portal.db(), &number).await.expect("applications").expect("it");
        let asked: Vec<String> =
            application.payload.unit_staff().expect("staff").persons[0].grants.iter().map(|g| format!("{}:{}", g.sub_area, g.function)).collect();
        assert_eq!(asked, ["PS:approver", "PS:editor"]);
        // An administrator does it only where nobody coordinates the unit.
        let administrator = portal.actor(portal.administrator().await).await;
        assert!(matches!(register_staff::view_take_over(&portal.context, &administrator, id).await, Err(ServiceError::NotFound)));
        assert!(!view_hand_over(&portal.context, &administrator, id).await.expect("seen").may_register);
        let role = role_assignments::list_of(portal.db(), coordinator.account_id().expect("an account")).await.expect("roles")[0].id;
        role_assignments::revoke(portal.db(), role, portal.now()).await.expect("revoked");
        assert!(view_hand_over(&portal.context, &administrator, id).await.expect("seen").may_register);
        assert_eq!(register_staff::take_over(&portal.context, &administrator, id).await.expect("begun"), 0);
        // Not by another unit's coordinator, nor by people of the unit.
        let stranger = portal.actor(portal.coordinator(other).await).await;
        assert!(matches!(register_staff::take_over(&portal.context, &stranger, id).await, Err(ServiceError::NotFound)));
        let colleague = portal.actor(portal.employee(unit).await).await;
        assert!(matches!(register_staff::take_over(&portal.context, &colleague, id).await, Err(ServiceError::Denied)));
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
