//! Two accounts of one person: who may say so, what an approval lets go over, and how long it can be taken back.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{PASSWORD, VALID_UNTIL, person};
use crate::support::portal::{TestPortal, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::account_join::{AccountJoin, JoinState};
use cas_portal::domain::actor::{Actor, ActorKind};
use cas_portal::domain::application::Application;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::{AccountId, AccountJoinId, GrantId, UnitId};
use cas_portal::domain::identifiers::ApplicationNumber;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::machine::Question;
use cas_portal::domain::moment::{DAY_MS, date_text};
use cas_portal::domain::permission::ReportVerb;
use cas_portal::domain::similar::Reason;
use cas_portal::services::answer_machines::{answer_machine, know_machine};
use cas_portal::services::join_accounts::{Hint, confirm, file, give_up, hide_hint, hint_of, look, propose, refuse, undo, undo_of};
use cas_portal::services::keep_deadlines::Kept;
use cas_portal::services::manage_accounts::{close, restore, suspend, view_account};
use cas_portal::services::own_data::read_own_data;
use cas_portal::services::receive_signed_form::{Arrival, record_arrival};
use cas_portal::services::review_application::{approve, confirm_compared, review, take};
use cas_portal::services::sign_in::{SignIn, SignInForm, sign_in};
use cas_portal::services::{ServiceError, withdraw_application};
use cas_portal::storage::grants::Grant;
use cas_portal::storage::{account_joins, accounts, applications, grants, units};

async fn keep(portal: &TestPortal) -> Kept {
    portal.keep().await
}

/// Two accounts of one person: the one that stays works in the unit, the other one there too, as something else.
pub(super) struct Two {
    unit: UnitId,
    pub(super) kept: AccountId,
    pub(super) old: AccountId,
}

pub(super) async fn two(portal: &TestPortal) -> Two {
    let unit = portal.unit().await;
    let kept = portal.employee(unit).await;
    let old = portal.account("stare", AccountStatus::Active).await;
    portal.grant(old, unit, "FA", "viewer").await;
    Two { unit, kept, old }
}

async fn join_of(portal: &TestPortal, account: AccountId) -> AccountJoin {
    account_joins::list_running_of(portal.db(), account).await.expect("joins").pop().expect("one that runs")
}

async fn state(portal: &TestPortal, id: AccountJoinId) -> JoinState {
    account_joins::find(portal.db(), id).await.expect("joins").expect("it").state
}

async fn proposed(portal: &TestPortal, two: &Two) -> AccountJoinId {
    let login = portal.login_of(two.kept).await;
    propose(&portal.context, &portal.actor(two.old).await, &login).await.expect("proposed");
    join_of(portal, two.old).await.id
}

async fn confirmed(portal: &TestPortal, two: &Two) -> AccountJoinId {
    let id = proposed(portal, two).await;
    confirm(&portal.context, &portal.actor(two.kept).await, id).await.expect("confirmed");
    id
}

async fn grants_of(portal: &TestPortal, account: AccountId) -> Vec<GrantId> {
    grants::list_of_account(portal.db(), account).await.expect("grants").into_iter().map(|grant| grant.id).collect()
}

pub(super) async fn filed(portal: &TestPortal, two: &Two) -> (AccountJoinId, ApplicationNumber) {
    let id = confirmed(portal, two).await;
    let chosen = grants_of(portal, two.old).await;
    let number = file(&portal.context, &portal.actor(two.kept).await, id, &chosen, "").await.expect("filed");
    (id, number)
}

async fn reload(portal: &TestPortal, number: &ApplicationNumber) -> Application {
    applications::find_by_number(portal.db(), number).await.expect("applications").expect("the application")
}

/// The signed form has come, was compared, and the office has the application in its hands.
pub(super) async fn in_review(portal: &TestPortal, office: &Actor, number: &ApplicationNumber) -> Application {
    let arrival = Arrival { channel: "in_person".to_owned(), ..Arrival::default() };
    let version = reload(portal, number).await.version;
    // A colleague records it: whoever does so does not decide.
    record_arrival(&portal.context, &portal.office().await, number, version, &arrival, Vec::new()).await.expect("received");
    take(&portal.context, office, number, reload(portal, number).await.version).await.expect("taken");
    confirm_compared(&portal.context, office, number, reload(portal, number).await.version, true).await.expect("compared");
    reload(portal, number).await
}

async fn office(portal: &TestPortal) -> Actor {
    portal.actor(portal.administrator().await).await
}

async fn joined(portal: &TestPortal, two: &Two) -> AccountJoinId {
    let (id, number) = filed(portal, two).await;
    let office = office(portal).await;
    let application = in_review(portal, &office, &number).await;
    approve(&portal.context, &office, &number, application.version, true).await.expect("approved");
    id
}

async fn status(portal: &TestPortal, account: AccountId) -> AccountStatus {
    accounts::find(portal.db(), account).await.expect("accounts").expect("it").status
}

async fn rights(portal: &TestPortal, account: AccountId) -> Vec<(String, String)> {
    let today = portal.now().warsaw_date();
    let held = grants::list_in_force_of(portal.db(), account, today).await.expect("grants");
    held.into_iter().map(|grant| (grant.sub_area, grant.function)).collect()
}

async fn subjects(portal: &TestPortal, account: AccountId) -> Vec<String> {
    portal.deliver().await;
    portal.letters_to(&portal.email_of(account).await).into_iter().map(|letter| letter.subject).collect()
}

fn right(sub_area: &str, function: &str) -> (String, String) {
    (sub_area.to_owned(), function.to_owned())
}

on_both! {
    async fn an_approval_lets_the_rights_go_over_and_it_can_be_taken_back(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let id = joined(&portal, &two).await;
        assert_eq!(state(&portal, id).await, JoinState::Joined);
        assert_eq!(rights(&portal, two.kept).await, [right("FA", "viewer"), right("PS", "editor")]);
        assert_eq!(rights(&portal, two.old).await, []);
        assert_eq!(status(&portal, two.old).await, AccountStatus::Suspended);
        assert!(subjects(&portal, two.old).await.iter().any(|subject| subject.contains("są scalone")));
        assert!(subjects(&portal, two.kept).await.iter().any(|subject| subject.contains("zatwierdzony")), "the applicant is told");
        for account in [two.kept, two.old] {
            let events = portal.events_of(account).await;
            assert!(events.contains(&"account_join.joined".to_owned()), "{events:?}");
        }
        // The ordinary way back does not lead out of a joining.
        let office = office(&portal).await;
        assert!(!view_account(&portal.context, &office, two.old).await.expect("seen").may_restore);
        assert!(matches!(restore(&portal.context, &office, two.old).await, Err(ServiceError::Stale)));

        undo(&portal.context, &portal.actor(two.kept).await, id).await.expect("undone");
        assert_eq!(state(&portal, id).await, JoinState::Undone);
        assert_eq!(rights(&portal, two.kept).await, [right("PS", "editor")]);
        assert_eq!(rights(&portal, two.old).await, [right("FA", "viewer")]);
        assert_eq!(status(&portal, two.old).await, AccountStatus::Active);
        for account in [two.kept, two.old] {
            assert!(subjects(&portal, account).await.iter().any(|subject| subject.contains("cofnięte")));
            assert!(portal.events_of(account).await.contains(&"account_join.undone".to_owned()));
        }
        assert!(matches!(undo(&portal.context, &portal.actor(two.kept).await, id).await, Err(ServiceError::Stale)));
        // Nothing binds the two any more.
        proposed(&portal, &two).await;
    }

    async fn a_login_that_is_nobodys_looks_like_any_other_and_lapses(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let me = portal.actor(two.old).await;
        propose(&portal.context, &me, "nikogo-takiego").await.expect("the same answer");
        let own = look(&portal.context, &me).await.expect("seen").own.expect("as with any other");
        assert_eq!((own.state, own.named_login.as_str(), own.kept), (JoinState::Proposed, "nikogo-takiego", None));
        let stopped = portal.account("zawieszone", AccountStatus::Suspended).await;
        portal.advance_ms(DAY_MS - 1);
        assert_eq!(keep(&portal).await.joins, 0);
        let login = portal.login_of(stopped).await;
        let me = portal.actor(two.old).await;
        let again = propose(&portal.context, &me, &login).await;
        assert!(matches!(&again, Err(ServiceError::Invalid(errors)) if errors.0["login"] == [Invalid::JoinRunning]), "{again:?}");
        portal.advance_ms(1);
        // Before the worker has come by, its time is over all the same.
        assert!(look(&portal.context, &me).await.expect("seen").own.is_none());
        propose(&portal.context, &me, &login).await.expect("a stopped account is nobody's");
        assert_eq!((state(&portal, own.id).await, join_of(&portal, two.old).await.kept), (JoinState::Lapsed, None));
        portal.advance_days(1);
        let other = portal.second(&db).await;
        let (one, two_) = tokio::join!(keep(&portal), keep(&other));
        assert_eq!(one.joins + two_.joins, 1, "two workers, one end");
    }

    async fn logins_are_not_tried_out(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let me = portal.actor(two.old).await;
        for n in 0..5 {
            propose(&portal.context, &me, &format!("proba-{n}")).await.expect("proposed");
            let id = join_of(&portal, two.old).await.id;
            give_up(&portal.context, &me, id).await.expect("given up");
        }
        assert!(matches!(propose(&portal.context, &me, "proba-6").await, Err(ServiceError::TooMany)));
        let own = portal.login_of(two.old).await.to_uppercase();
        let refused = propose(&portal.context, &me, &own).await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(errors)) if errors.0["login"] == [Invalid::JoinSelf]), "{refused:?}");
        portal.advance_minutes(16);
        assert!(matches!(propose(&portal.context, &me, "proba-7").await, Err(ServiceError::ProofTooOld)));
    }

    async fn only_the_owner_of_the_named_account_confirms_and_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let stranger = portal.actor(portal.employee(two.unit).await).await;
        let id = proposed(&portal, &two).await;
        let (kept, old) = (portal.actor(two.kept).await, portal.actor(two.old).await);
        for other in [&stranger, &old] {
            assert!(matches!(confirm(&portal.context, other, id).await, Err(ServiceError::NotFound)));
            assert!(matches!(refuse(&portal.context, other, id).await, Err(ServiceError::NotFound)));
            assert!(matches!(file(&portal.context, other, id, &[], "").await, Err(ServiceError::NotFound)));
        }
        assert!(matches!(give_up(&portal.context, &stranger, id).await, Err(ServiceError::NotFound)));
        assert!(matches!(undo(&portal.context, &stranger, id).await, Err(ServiceError::NotFound)));
        assert!(matches!(file(&portal.context, &kept, id, &[], "").await, Err(ServiceError::Stale)), "before the confirmation");
        let (one, other) = tokio::join!(confirm(&portal.context, &kept, id), confirm(&portal.context, &kept, id));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert!(matches!(refuse(&portal.context, &kept, id).await, Err(ServiceError::Stale)));
        assert!(portal.events_of(two.old).await.contains(&"account_join.confirmed".to_owned()));
        // What is confirmed and not filed lapses, too.
        let last_day = join_of(&portal, two.kept).await.last_day();
        assert_eq!(last_day, portal.now().plus_days(14).warsaw_date());
        portal.advance_days(15);
        assert_eq!((keep(&portal).await.joins, state(&portal, id).await), (1, JoinState::Lapsed));
    }

    async fn a_refusal_is_told_to_the_proposer(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let id = proposed(&portal, &two).await;
        refuse(&portal.context, &portal.actor(two.kept).await, id).await.expect("refused");
        assert_eq!(state(&portal, id).await, JoinState::Refused);
        assert!(subjects(&portal, two.old).await.iter().any(|subject| subject.contains("odmówił")));
        for account in [two.kept, two.old] {
            assert!(portal.events_of(account).await.contains(&"account_join.refused".to_owned()));
        }
    }

    async fn of_two_approvals_one_is_done(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let (id, number) = filed(&portal, &two).await;
        let office = office(&portal).await;
        let version = in_review(&portal, &office, &number).await.version;
        let again = portal.second(&db).await;
        let (one, other) = tokio::join!(
            approve(&portal.context, &office, &number, version, true),
            approve(&again.context, &office, &number, version, true)
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(state(&portal, id).await, JoinState::Joined);
        assert_eq!(rights(&portal, two.kept).await.len(), 2);
    }

    async fn a_right_that_is_gone_by_the_approval_does_not_go_over(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let (_, number) = filed(&portal, &two).await;
        let office = office(&portal).await;
        let application = in_review(&portal, &office, &number).await;
        let gone = grants_of(&portal, two.old).await[0];
        assert!(grants::revoke(portal.db(), gone, portal.context.new_revocation_id(), portal.now()).await.expect("taken back"));
        let refused = approve(&portal.context, &office, &number, application.version, true).await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(errors)) if errors.0["grants"] == [Invalid::JoinGrantGone]), "{refused:?}");
        assert_eq!(status(&portal, two.old).await, AccountStatus::Active, "nothing was done");
        assert_eq!(reload(&portal, &number).await.status, Status::InReview);
    }

    async fn an_application_that_comes_to_nothing_ends_the_joining(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let (id, number) = filed(&portal, &two).await;
        let kept = portal.actor(two.kept).await;
        let chosen = grants_of(&portal, two.old).await;
        assert_eq!(file(&portal.context, &kept, id, &chosen, "").await.expect("the second click"), number);
        assert!(matches!(give_up(&portal.context, &kept, id).await, Err(ServiceError::Stale)), "it is withdrawn as an application");
        withdraw_application::withdraw(&portal.context, &kept, &number).await.expect("withdrawn");
        assert_eq!(state(&portal, id).await, JoinState::Dropped);
        assert_eq!(status(&portal, two.old).await, AccountStatus::Active);
    }

    async fn other_voivodeships_roles_and_open_applications_stay_out(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let lodz = portal.unit_in_lodz().await;
        portal.grant(two.old, lodz, "PS", "editor").await;
        let id = confirmed(&portal, &two).await;
        let kept = portal.actor(two.kept).await;
        let all = grants_of(&portal, two.old).await;
        let refused = file(&portal.context, &kept, id, &all, "").await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(errors)) if errors.0["grants"] == [Invalid::JoinGrantGone]), "{refused:?}");
        let found = look(&portal.context, &kept).await.expect("seen").running.expect("it");
        assert_eq!(found.choices.iter().filter(|choice| choice.stays.is_none()).count(), 1);
        portal.assign(two.old, Role::UnitCoordinator, None, Some(two.unit)).await;
        let refused = file(&portal.context, &kept, id, &[], "").await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(errors)) if errors.0["join"] == [Invalid::JoinCoordinator]), "{refused:?}");
        let official = portal.actor(portal.administrator().await).await;
        let refused = propose(&portal.context, &official, "ktokolwiek").await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(errors)) if errors.0["login"] == [Invalid::JoinRole]), "{refused:?}");
    }

    async fn after_thirty_whole_days_the_account_is_closed_for_good(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let id = joined(&portal, &two).await;
        let due_at = join_of(&portal, two.kept).await.due_at;
        assert_eq!(due_at.plus_ms(-1).warsaw_date(), portal.now().plus_days(30).warsaw_date());
        portal.advance_ms(due_at.since(portal.now()) - 1);
        assert_eq!(keep(&portal).await.joins, 0, "the last day is whole");
        portal.advance_ms(1);
        let owner = portal.actor(two.kept).await;
        let (undone, kept) = tokio::join!(undo(&portal.context, &owner, id), keep(&portal));
        assert!(matches!(undone, Err(ServiceError::Stale)), "{undone:?}");
        assert_eq!((kept.joins, state(&portal, id).await), (1, JoinState::Final));
        assert_eq!(status(&portal, two.old).await, AccountStatus::Closed);
        assert_eq!(rights(&portal, two.kept).await.len(), 2, "what went over stays");
        assert!(portal.events_of(two.old).await.contains(&"account.closed".to_owned()));
        assert!(subjects(&portal, two.old).await.iter().any(|subject| subject.contains("zamknięte")));
    }

    async fn what_happened_to_a_right_meanwhile_stays_when_it_is_taken_back(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        portal.grant(two.old, two.unit, "PS", "viewer").await;
        joined(&portal, &two).await;
        let gone = grants::list_of_account(portal.db(), two.kept).await.expect("grants");
        let gone = gone.iter().find(|grant| grant.sub_area == "FA").expect("it went over").id;
        assert!(grants::revoke(portal.db(), gone, portal.context.new_revocation_id(), portal.now()).await.expect("taken back"));
        // Of another voivodeship nobody takes it back, nor does helpdesk.
        let (helpdesk, elsewhere) = (Role::Helpdesk, Role::VoivodeshipAdministrator);
        for (role, place) in [(helpdesk, "26"), (elsewhere, "10")] {
            let other = portal.actor(portal.official(role, Some(place)).await).await;
            assert!(matches!(undo_of(&portal.context, &other, two.old).await, Err(ServiceError::NotFound)), "{role:?}");
        }
        let office = office(&portal).await;
        assert!(view_account(&portal.context, &office, two.old).await.expect("seen").may_undo_join);
        let again = portal.second(&db).await;
        let (one, other) = tokio::join!(undo_of(&portal.context, &office, two.old), undo_of(&again.context, &office, two.old));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(rights(&portal, two.old).await, [right("PS", "viewer")], "what was taken away does not come back");
        assert_eq!(rights(&portal, two.kept).await, [right("PS", "editor")]);
    }

    async fn a_second_account_is_hinted_at_until_the_owner_hides_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let kept = portal.actor(two.kept).await;
        let hint = async |actor: &Actor| hint_of(&portal.context, actor).await.expect("asked");
        assert_eq!(hint(&kept).await, Some(Hint::SecondAccount), "a namesake in the same unit");
        let elsewhere = portal.unit().await;
        let other = portal.actor(portal.employee(elsewhere).await).await;
        assert_eq!(hint(&other).await, None, "a namesake in another unit is nobody");
        hide_hint(&portal.context, &kept).await.expect("hidden");
        assert_eq!(hint(&kept).await, None);
        assert_eq!(hint(&portal.actor(two.old).await).await, Some(Hint::SecondAccount), "each hides the own one");
        // A question is told whatever is hidden, until it is answered or has lapsed.
        proposed(&portal, &two).await;
        assert_eq!((hint(&kept).await, hint(&portal.actor(two.old).await).await), (Some(Hint::Asked), None));
        portal.advance_days(1);
        assert_eq!(hint(&portal.actor(two.kept).await).await, None);
        // The same address does it, too, wherever the two work.
        let email = accounts::find(portal.db(), two.old).await.expect("accounts").expect("it").profile.email;
        let mut twin = person("inne-konto");
        twin.email = email;
        let twin = portal.account_of(&twin, AccountStatus::Active, true).await;
        assert_eq!(hint(&portal.actor(twin).await).await, Some(Hint::SecondAccount));
    }

    async fn two_people_who_name_each_other_never_wait_for_each_other(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let other = portal.second(&db).await;
        let (kept, old) = (portal.login_of(two.kept).await, portal.login_of(two.old).await);
        for _ in 0..5 {
            let (one, two_) = (portal.actor(two.kept).await, portal.actor(two.old).await);
            let (a, b) = tokio::join!(propose(&portal.context, &one, &old), propose(&other.context, &two_, &kept));
            assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
            for account in [two.kept, two.old] {
                let own = look(&portal.context, &portal.actor(account).await).await.expect("seen").own.expect("proposed");
                // Neither can be confirmed while the other one runs.
                let named = portal.actor(own.kept.expect("somebody")).await;
                let bound = confirm(&portal.context, &named, own.id).await;
                assert!(matches!(&bound, Err(ServiceError::Invalid(errors)) if errors.0["login"] == [Invalid::JoinRunning]), "{bound:?}");
            }
            for account in [two.kept, two.old] {
                let own = look(&portal.context, &portal.actor(account).await).await.expect("seen").own.expect("proposed");
                give_up(&portal.context, &portal.actor(account).await, own.id).await.expect("given up");
            }
            portal.advance_days(1);
        }
    }

    async fn only_what_was_approved_goes_over(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        portal.grant(two.old, two.unit, "PS", "approver").await;
        portal.grant(two.old, two.unit, "SR", "viewer").await;
        let id = confirmed(&portal, &two).await;
        let kept = portal.actor(two.kept).await;
        let rows = grants::list_of_account(portal.db(), two.old).await.expect("grants");
        let chosen: Vec<GrantId> = rows.iter().filter(|grant| grant.sub_area == "PS").map(|grant| grant.id).collect();
        let number = file(&portal.context, &kept, id, &chosen, "").await.expect("filed");
        let office = office(&portal).await;
        let application = in_review(&portal, &office, &number).await;
        let page = review(&portal.context, &office, &number).await.expect("the review");
        let after = page.content.own.iter().find(|line| line.key == "rights_after").expect("what was and what will be");
        assert!(after.value.iter().any(|line| line.contains("zatwierdzający")), "{after:?}");
        assert!(after.registered.iter().flatten().all(|line| !line.contains("zatwierdzający")), "{after:?}");
        approve(&portal.context, &office, &number, application.version, true).await.expect("approved");
        assert_eq!(rights(&portal, two.kept).await, [right("PS", "approver"), right("PS", "editor")]);
        let until = grants::list_of_account(portal.db(), two.kept).await.expect("grants");
        assert!(until.iter().all(|grant| grant.valid_until == VALID_UNTIL), "{until:?}");
        // Until the last day the rest waits; nobody acts by it.
        undo(&portal.context, &kept, id).await.expect("undone");
        assert_eq!(rights(&portal, two.old).await, [right("FA", "viewer"), right("PS", "approver"), right("SR", "viewer")]);
        assert_eq!(rights(&portal, two.kept).await, [right("PS", "editor")]);
    }

    async fn other_systems_are_answered_by_it_at_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let made = portal.machine(&["FA", "PS"], &["view"], &[]).await;
        let machine = know_machine(&portal.context, &made.token).await.expect("clients").expect("in force");
        let machine = Actor { kind: ActorKind::Machine(machine), ..visitor() };
        let (regon, logins) = (portal.regon_of(two.unit).await, [portal.login_of(two.kept).await, portal.login_of(two.old).await]);
        let asked = async || {
            let questions = logins.each_ref().map(|login| Question::new(login, &regon, "FA", ReportVerb::View));
            answer_machine(&portal.context, &machine, &questions).await.expect("answers").allowed
        };
        assert_eq!(asked().await, [false, true]);
        let id = joined(&portal, &two).await;
        assert_eq!(asked().await, [true, false]);
        undo(&portal.context, &portal.actor(two.kept).await, id).await.expect("undone");
        assert_eq!(asked().await, [false, true]);
    }

    async fn what_ended_with_its_unit_does_not_come_back_and_what_moved_comes_back_there(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for has_heir in [false, true] {
            let two = two(&portal).await;
            let stays = portal.unit().await;
            portal.grant(two.old, stays, "SR", "viewer").await;
            let id = joined(&portal, &two).await;
            let heir = if has_heir { Some(portal.unit().await) } else { None };
            units::save_ending(portal.db(), two.unit, portal.now().warsaw_date(), heir).await.expect("its last day");
            portal.advance_days(1);
            assert_eq!(keep(&portal).await.units, 1);
            let held = |rows: Vec<Grant>| rows.into_iter().map(|grant| (grant.unit, grant.sub_area)).collect::<Vec<_>>();
            let today = portal.now().warsaw_date();
            let in_force = async |account| held(grants::list_in_force_of(portal.db(), account, today).await.expect("grants"));
            let in_heir: Vec<_> = heir.into_iter().map(|heir| (heir, "FA".to_owned())).collect();
            for moved in &in_heir {
                assert!(in_force(two.kept).await.contains(moved), "it went on in the unit that took over");
            }
            let office = office(&portal).await;
            undo_of(&portal.context, &office, two.old).await.expect("undone");
            let mut expected = in_heir.clone();
            expected.push((stays, "SR".to_owned()));
            let mut back = in_force(two.old).await;
            expected.sort();
            back.sort();
            assert_eq!(back, expected);
            assert!(in_force(two.kept).await.iter().all(|held| !expected.contains(held)), "and no longer here");
            assert_eq!(state(&portal, id).await, JoinState::Undone);
        }
    }

    async fn an_account_that_is_stopped_meanwhile_stops_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let office = office(&portal).await;
        // Stopped before the confirmation, before the filing, and before the approval.
        let two_ = two(&portal).await;
        let id = proposed(&portal, &two_).await;
        suspend(&portal.context, &office, two_.old).await.expect("suspended");
        assert!(matches!(confirm(&portal.context, &portal.actor(two_.kept).await, id).await, Err(ServiceError::Stale)));
        restore(&portal.context, &office, two_.old).await.expect("restored");
        confirm(&portal.context, &portal.actor(two_.kept).await, id).await.expect("confirmed");
        suspend(&portal.context, &office, two_.old).await.expect("suspended");
        let chosen = grants_of(&portal, two_.old).await;
        let refused = file(&portal.context, &portal.actor(two_.kept).await, id, &chosen, "").await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(errors)) if errors.0["join"] == [Invalid::AccountChanged]), "{refused:?}");
        restore(&portal.context, &office, two_.old).await.expect("restored");
        let number = file(&portal.context, &portal.actor(two_.kept).await, id, &chosen, "").await.expect("filed");
        // While the application is open neither account is closed.
        for account in [two_.kept, two_.old] {
            assert!(matches!(close(&portal.context, &office, account, "Odeszła z pracy.").await, Err(ServiceError::OpenApplication)));
        }
        let application = in_review(&portal, &office, &number).await;
        suspend(&portal.context, &office, two_.kept).await.expect("suspended");
        let refused = approve(&portal.context, &office, &number, application.version, true).await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(errors)) if errors.0["join"] == [Invalid::AccountChanged]), "{refused:?}");
        assert_eq!(rights(&portal, two_.old).await, [right("FA", "viewer")], "nothing was done");

        // Closed while only proposed: nothing is left to confirm.
        let closed = two(&portal).await;
        let id = proposed(&portal, &closed).await;
        close(&portal.context, &office, closed.old, "Odeszła z pracy.").await.expect("closed");
        assert!(matches!(confirm(&portal.context, &portal.actor(closed.kept).await, id).await, Err(ServiceError::Stale)));
    }

    async fn no_account_is_in_two_joinings_at_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let third = portal.employee(two.unit).await;
        // The one that stays in the one is given up in the other: whoever confirms first goes on.
        let first = proposed(&portal, &two).await;
        let login = portal.login_of(third).await;
        propose(&portal.context, &portal.actor(two.kept).await, &login).await.expect("proposed");
        let second = look(&portal.context, &portal.actor(two.kept).await).await.expect("seen").own.expect("it").id;
        let bound = |done: &Result<(), ServiceError>| matches!(done, Err(ServiceError::Invalid(e)) if e.0["login"] == [Invalid::JoinRunning]);
        let blocked = confirm(&portal.context, &portal.actor(two.kept).await, first).await;
        assert!(bound(&blocked), "{blocked:?}");
        give_up(&portal.context, &portal.actor(two.kept).await, second).await.expect("given up");
        confirm(&portal.context, &portal.actor(two.kept).await, first).await.expect("confirmed");
        let again = propose(&portal.context, &portal.actor(two.kept).await, &login).await;
        assert!(bound(&again), "{again:?}");
        // And a third account cannot be given up for the same one meanwhile.
        let kept = portal.login_of(two.kept).await;
        propose(&portal.context, &portal.actor(third).await, &kept).await.expect("proposed");
        let asked = look(&portal.context, &portal.actor(two.kept).await).await.expect("seen").asked;
        let blocked = confirm(&portal.context, &portal.actor(two.kept).await, asked[0].join.id).await;
        assert!(bound(&blocked), "{blocked:?}");
    }

    async fn the_owner_of_a_given_up_account_is_told_at_the_sign_in_and_nobody_else(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let login = portal.login_of(two.old).await;
        let attempt = async |password: &str| {
            let form = SignInForm { login: &login, password, device: "Firefox", browser: None, replaces: None };
            sign_in(&portal.context, &visitor(), form).await.expect("no fault")
        };
        let id = joined(&portal, &two).await;
        assert!(matches!(attempt(PASSWORD).await, SignIn::GivenUp));
        for _ in 0..5 {
            assert!(matches!(attempt("nie to hasło, niestety").await, SignIn::Failed), "a wrong password is a wrong password");
        }
        assert!(matches!(attempt(PASSWORD).await, SignIn::Failed), "nobody guesses here for ever");
        undo(&portal.context, &portal.actor(two.kept).await, id).await.expect("undone");
        portal.advance_days(2);
        assert!(matches!(attempt(PASSWORD).await, SignIn::Done(_)), "it is an account like any other again");
        // After the last day, too.
        let again = joined(&portal, &two).await;
        portal.advance_days(31);
        keep(&portal).await;
        assert_eq!(state(&portal, again).await, JoinState::Final);
        assert!(matches!(attempt(PASSWORD).await, SignIn::GivenUp));
    }

    async fn the_office_is_hinted_at_a_second_account_in_the_review(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        // An application about the accounts themselves: the joining with somebody third, a namesake in the unit.
        let (_, number) = filed(&portal, &two).await;
        let office = office(&portal).await;
        let page = review(&portal.context, &office, &number).await.expect("the review");
        assert!(!page.similar.has_second_account, "{:?}", page.similar.accounts);
        let third = portal.employee(two.unit).await;
        let page = review(&portal.context, &office, &number).await.expect("the review");
        let alike: Vec<_> = page.similar.accounts.iter().map(|one| (one.account.as_ref().map(|account| account.id), one.reasons.clone())).collect();
        assert!(page.similar.has_second_account && alike.contains(&(Some(third), vec![Reason::SameNameInUnit])), "{alike:?}");
    }

    async fn the_copy_of_own_data_lists_joinings(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let (kept, old) = (portal.login_of(two.kept).await, portal.login_of(two.old).await);
        let id = proposed(&portal, &two).await;
        refuse(&portal.context, &portal.actor(two.kept).await, id).await.expect("refused");
        let copy = async |account| read_own_data(&portal.context, &portal.actor(account).await).await.expect("read").to_json();
        let (mine, theirs) = (copy(two.old).await, copy(two.kept).await);
        let joins = &mine["account_joins"][0];
        assert_eq!((&joins["state"], &joins["is_given_up"], &joins["typed_login"]), (&"refused".into(), &true.into(), &kept.into()));
        assert_eq!(joins["ended_at"], portal.now().to_iso());
        assert_eq!(theirs["account_joins"][0]["is_given_up"], false);
        assert!(!theirs.to_string().contains(&old), "who asked is somebody else: {theirs}");
    }

    async fn the_letter_about_the_approval_says_until_when_it_can_be_taken_back(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        joined(&portal, &two).await;
        subjects(&portal, two.kept).await;
        let letters = portal.letters_to(&portal.email_of(two.kept).await);
        let told = letters.iter().find(|letter| letter.subject.contains("zatwierdzony")).expect("the applicant is told");
        let (old, last_day) = (portal.login_of(two.old).await, join_of(&portal, two.kept).await.last_day());
        for words in [format!("Konto {old} jest zawieszone"), date_text(last_day), "/account/join".to_owned()] {
            assert!(told.body.contains(&words), "{words}:\n{}", told.body);
        }
        assert!(!told.body.contains("POZOSTAŁE OSOBY"), "the other account is the same person's:\n{}", told.body);
    }

    async fn an_application_ends_with_the_unit_that_signs_it_and_the_joining_with_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let two = two(&portal).await;
        let (id, number) = filed(&portal, &two).await;
        let heir = portal.unit().await;
        units::save_ending(portal.db(), two.unit, portal.now().warsaw_date(), Some(heir)).await.expect("its last day");
        portal.advance_days(1);
        assert_eq!(keep(&portal).await.units, 2, "the unit and the application");
        assert_eq!((reload(&portal, &number).await.status, state(&portal, id).await), (Status::Rejected, JoinState::Dropped));
        // It is filed anew for the unit that took over.
        let (_, again) = filed(&portal, &two).await;
        assert_eq!(reload(&portal, &again).await.summary().unit, Some(heir));
    }
}
