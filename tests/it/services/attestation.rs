//! The yearly confirmation of a unit's permissions: when a unit is asked, what happens without an answer, and what the answer does.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::VOIVODESHIP;
use crate::support::portal::{TestPortal, visitor};
use crate::support::refusals::{invalid, one_of_two};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::Application;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::attestation::{Attestation, AttestationState, Verdict};
use cas_portal::domain::grant::{GrantState, RightChange};
use cas_portal::domain::id::{AccountId, AttestationId, GrantId, UnitId};
use cas_portal::domain::identifiers::ApplicationNumber;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::revocation::{Capacity, RevocationTexts};
use cas_portal::services::confirm_permissions::{AttestationFilter, file, list_attestations, list_own, look, save_verdicts};
use cas_portal::services::receive_signed_form::{Arrival, record_arrival};
use cas_portal::services::review_application::{confirm_compared, reject, return_for_correction, take};
use cas_portal::services::revoke_grants::revoke;
use cas_portal::services::view_grants::{ChangeFilter, GrantFilter, explain_grant, list_changes, list_grants};
use cas_portal::services::{ServiceError, withdraw_application};
use cas_portal::storage::{attestations, grants, role_assignments, units};
use std::collections::BTreeMap;

pub(super) async fn current(portal: &TestPortal, unit: UnitId) -> Attestation {
    attestations::list_current_of(portal.db(), &[unit]).await.expect("attestations").pop().expect("one that is not done")
}

async fn state(portal: &TestPortal, id: AttestationId) -> AttestationState {
    attestations::find(portal.db(), id).await.expect("attestations").expect("it").state
}

/// The unit is asked: a year after its registration.
async fn asked(portal: &TestPortal, unit: UnitId) -> Attestation {
    portal.advance_days(365);
    assert_eq!(portal.keep().await.asked, 1);
    current(portal, unit).await
}

/// Says the same of everything, but for what is listed.
pub(super) async fn say(portal: &TestPortal, actor: &Actor, id: AttestationId, ends: &[GrantId]) {
    let held = look(&portal.context, actor, id).await.expect("seen").held;
    let verdict = |grant: &GrantId| if ends.contains(grant) { Verdict::End } else { Verdict::Keep };
    let said: BTreeMap<_, _> = held.iter().map(|held| (held.grant, verdict(&held.grant))).collect();
    save_verdicts(&portal.context, actor, id, &said).await.expect("said");
}

/// The office records the signed list as paper: a colleague of whoever decides.
async fn received(portal: &TestPortal, number: &ApplicationNumber) -> Application {
    let arrival = Arrival { channel: "in_person".to_owned(), ..Arrival::default() };
    let version = portal.reload(number).await.version;
    record_arrival(&portal.context, &portal.office().await, number, version, &arrival, Vec::new()).await.expect("received");
    portal.reload(number).await
}

async fn in_review(portal: &TestPortal, office: &Actor, number: &ApplicationNumber) -> Application {
    let application = portal.reload(number).await;
    take(&portal.context, office, number, application.version).await.expect("taken");
    portal.reload(number).await
}

/// The units for which an account may work now, as its next request knows them.
/// The signed list comes, is compared and approved.
async fn approved(portal: &TestPortal, office: &Actor, number: &ApplicationNumber) {
    received(portal, number).await;
    let application = in_review(portal, office, number).await;
    confirm_compared(&portal.context, office, number, application.version, true).await.expect("compared");
    portal.approve(office, &portal.reload(number).await).await.expect("approved");
}

async fn works_in(portal: &TestPortal, account: AccountId) -> Vec<UnitId> {
    portal.actor(account).await.signed_in().expect("signed in").units.clone()
}

async fn subjects(portal: &TestPortal, email: &str) -> Vec<String> {
    portal.deliver().await;
    portal.letters_to(email).into_iter().map(|letter| letter.subject).collect()
}

async fn grant_of(portal: &TestPortal, account: AccountId) -> GrantId {
    grants::list_of_account(portal.db(), account).await.expect("grants")[0].id
}

on_both! {
    async fn a_unit_is_asked_a_year_after_its_registration_and_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        portal.employee(unit).await;
        let _without_people = portal.unit().await;
        portal.advance_days(364);
        assert_eq!(portal.keep().await.asked, 0);
        portal.advance_days(1);
        let other = portal.second(&db).await;
        let (one, two) = tokio::join!(portal.keep(), other.keep());
        assert_eq!(one.asked + two.asked, 1, "two workers, one question");
        assert_eq!(portal.keep().await.asked, 0);
        let asked = current(&portal, unit).await;
        assert_eq!((asked.state, asked.last_day().to_string().as_str()), (AttestationState::Open, "2027-12-22"));
        let mailbox = units::find(portal.db(), unit).await.expect("units").expect("it").data.email.to_string();
        assert_eq!(subjects(&portal, &mailbox).await, ["Potwierdź uprawnienia w jednostce do 22.12.2027"]);
    }

    async fn a_coordinator_is_asked_in_the_units_place_and_reminded_twice(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let employee = portal.employee(unit).await;
        let coordinator = portal.coordinator(unit).await;
        asked(&portal, unit).await;
        portal.advance_days(14);
        assert_eq!(portal.keep().await.reminded, 0);
        portal.advance_days(1);
        assert_eq!((portal.keep().await.reminded, portal.keep().await.reminded), (1, 0));
        let email = portal.email_of(coordinator).await;
        // Letters about rights that end soon come, too, and are another matter.
        let about_it = |told: Vec<String>| told.into_iter().filter(|subject| subject.starts_with("Potwierdź")).collect::<Vec<_>>();
        assert_eq!(about_it(subjects(&portal, &email).await).len(), 2);
        portal.advance_days(12);
        let other = portal.second(&db).await;
        let (one, two) = tokio::join!(portal.keep(), other.keep());
        assert_eq!(one.reminded + two.reminded, 1);
        let expected = [
            "Potwierdź uprawnienia w jednostce do 22.12.2027",
            "Potwierdź uprawnienia w jednostce: zostało 15 dni",
            "Potwierdź uprawnienia w jednostce: zostało 3 dni",
        ];
        let told = about_it(subjects(&portal, &email).await);
        assert!(expected.iter().all(|subject| told.iter().any(|told| told == subject)), "{told:?}");
        assert_eq!(told.len(), 3);
        assert_eq!(about_it(subjects(&portal, &portal.email_of(employee).await).await), Vec::<String>::new());
        // Only she prepares the list: he sees that somebody does.
        let own = list_own(&portal.context, &portal.actor(employee).await).await.expect("seen");
        assert_eq!(own.iter().map(|own| own.may_prepare).collect::<Vec<_>>(), [false]);
        let id = own[0].attestation.id;
        let refused = save_verdicts(&portal.context, &portal.actor(employee).await, id, &BTreeMap::new()).await;
        assert!(matches!(refused, Err(ServiceError::Denied)), "{refused:?}");
        assert!(list_own(&portal.context, &portal.actor(coordinator).await).await.expect("seen")[0].may_prepare);
    }

    async fn without_an_answer_the_permissions_are_suspended_and_come_back_at_once_with_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (anna, jan) = (portal.employee(unit).await, portal.employee(unit).await);
        let open = asked(&portal, unit).await;
        portal.advance_to(open.due_at.plus_ms(-1));
        assert_eq!(portal.keep().await.suspended, 0, "the last day is whole");
        assert_eq!(works_in(&portal, anna).await, [unit]);
        portal.advance_ms(1);
        let other = portal.second(&db).await;
        let (one, two) = tokio::join!(portal.keep(), other.keep());
        assert_eq!((one.suspended + two.suspended, state(&portal, open.id).await), (1, AttestationState::Suspended));
        for account in [anna, jan] {
            assert!(works_in(&portal, account).await.is_empty());
            let told = subjects(&portal, &portal.email_of(account).await).await;
            assert_eq!(told.iter().filter(|subject| subject.contains("zawieszone")).count(), 1, "{told:?}");
        }
        let office = portal.office().await;
        let shown = |state| GrantFilter { state: Some(state), ..GrantFilter::default() };
        let listed = list_grants(&portal.context, &office, &shown(GrantState::Suspended), None).await.expect("listed").rows;
        assert!(listed.len() == 2 && listed.iter().all(|row| row.state == GrantState::Suspended), "{listed:?}");
        assert!(list_grants(&portal.context, &office, &shown(GrantState::Current), None).await.expect("listed").rows.is_empty());

        // Suspended, she still reaches the list: nothing else lets the unit out of it.
        let actor = portal.actor(anna).await;
        say(&portal, &actor, open.id, &[]).await;
        let number = file(&portal.context, &actor, open.id, "").await.expect("filed");
        assert!(works_in(&portal, anna).await.is_empty(), "filing alone restores nothing");
        received(&portal, &number).await;
        assert_eq!(state(&portal, open.id).await, AttestationState::Answered);
        for account in [anna, jan] {
            assert_eq!(works_in(&portal, account).await, [unit]);
            assert!(subjects(&portal, &portal.email_of(account).await).await.contains(&"Uprawnienia w jednostce znów działają".to_owned()));
        }
        let since = ChangeFilter { since: portal.now().warsaw_date(), only: Some(RightChange::GrantRestored), is_own: false };
        assert_eq!(list_changes(&portal.context, &office, &since, None).await.expect("listed").rows.len(), 2);
    }

    async fn what_was_taken_back_or_ended_while_it_was_suspended_does_not_come_back(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (anna, jan, ewa) = (portal.employee(unit).await, portal.employee(unit).await, portal.account("ewa", AccountStatus::Active).await);
        let open = asked(&portal, unit).await;
        let last_day = open.due_at.warsaw_date();
        portal.holds(ewa, unit, ("PS", "viewer"), (portal.now().warsaw_date(), last_day)).await;
        portal.advance_to(open.due_at);
        assert_eq!(portal.keep().await.suspended, 1);
        let texts = RevocationTexts { rights: vec!["PS:editor".into()], reason: "left_work".into(), ..RevocationTexts::default() };
        let office = portal.office().await;
        revoke(&portal.context, &office, jan, unit, &texts).await.expect("taken away");
        portal.advance_days(1);
        let actor = portal.actor(anna).await;
        say(&portal, &actor, open.id, &[]).await;
        let number = file(&portal.context, &actor, open.id, "").await.expect("filed");
        received(&portal, &number).await;
        assert_eq!(works_in(&portal, anna).await, [unit]);
        for account in [jan, ewa] {
            assert!(works_in(&portal, account).await.is_empty());
            let told = subjects(&portal, &portal.email_of(account).await).await;
            assert!(!told.contains(&"Uprawnienia w jednostce znów działają".to_owned()), "{told:?}");
        }
        let since = ChangeFilter { since: portal.now().warsaw_date(), only: Some(RightChange::GrantRestored), is_own: false };
        let office = portal.proven(&office);
        assert_eq!(list_changes(&portal.context, &office, &since, None).await.expect("listed").rows.len(), 1, "of one person");
    }

    async fn who_loses_the_last_right_by_it_coordinates_no_more(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (anna, jan) = (portal.employee(unit).await, portal.employed_coordinator(unit).await);
        let open = asked(&portal, unit).await;
        let (coordinator, office) = (portal.actor(jan).await, portal.office().await);
        say(&portal, &coordinator, open.id, &[grant_of(&portal, jan).await]).await;
        let number = file(&portal.context, &coordinator, open.id, "").await.expect("filed");
        approved(&portal, &office, &number).await;
        assert!(role_assignments::list_of(portal.db(), jan).await.expect("roles").is_empty());
        assert_eq!(works_in(&portal, anna).await, [unit]);
    }

    async fn an_approval_ends_what_is_not_needed_and_the_year_begins_anew(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (anna, jan) = (portal.employee(unit).await, portal.employee(unit).await);
        let open = asked(&portal, unit).await;
        let (actor, office) = (portal.actor(anna).await, portal.office().await);
        let refused = file(&portal.context, &actor, open.id, "").await;
        let wrong = invalid(refused);
        assert!(wrong.len() == 2 && wrong.iter().all(|(_, reasons)| *reasons == [Invalid::Required]), "{wrong:?}");
        let of_jan = grant_of(&portal, jan).await;
        say(&portal, &actor, open.id, &[of_jan]).await;
        let number = file(&portal.context, &actor, open.id, "").await.expect("filed");
        assert_eq!(file(&portal.context, &actor, open.id, "").await.expect("the second click"), number);
        assert_eq!(portal.reload(&number).await.revision, 1);
        assert!(works_in(&portal, jan).await.contains(&unit), "until the office has decided");
        approved(&portal, &office, &number).await;
        assert_eq!(state(&portal, open.id).await, AttestationState::Done);
        assert!(works_in(&portal, jan).await.is_empty());
        assert_eq!(works_in(&portal, anna).await, [unit]);
        let trail = portal.trail("grant", &of_jan.to_string()).await;
        assert_eq!(trail.iter().map(|entry| entry.event.as_str()).collect::<Vec<_>>(), ["grant.revoked"]);
        // „Dlaczego” says by whom and in which capacity, the lists too, and the person is told.
        let why = explain_grant(&portal.context, &office, of_jan).await.expect("seen").revocation.expect("by whom");
        assert_eq!((why.capacity, why.reason.code.as_str(), why.revoked_by.as_str()), (Capacity::Head, "not_confirmed", office.label()));
        assert_eq!((why.account, why.letter.expect("the list").reference), (jan, number.to_string()));
        let filter = ChangeFilter { since: portal.now().warsaw_date(), only: Some(RightChange::GrantRevoked), is_own: false };
        let changed = list_changes(&portal.context, &office, &filter, None).await.expect("a list").rows;
        assert_eq!(changed.iter().map(|row| row.capacity).collect::<Vec<_>>(), [Some(Capacity::Head)]);
        let told = subjects(&portal, &portal.email_of(jan).await).await;
        assert!(told.iter().any(|subject| subject.contains("odebran")), "{told:?}");
        portal.advance_days(364);
        assert_eq!(portal.keep().await.asked, 0);
    }

    async fn an_answer_that_comes_to_nothing_is_no_answer(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let anna = portal.employee(unit).await;
        let open = asked(&portal, unit).await;
        let (actor, office) = (portal.actor(anna).await, portal.office().await);
        say(&portal, &actor, open.id, &[]).await;
        // Withdrawn in time: the answer is awaited again.
        let number = file(&portal.context, &actor, open.id, "").await.expect("filed");
        received(&portal, &number).await;
        withdraw_application::withdraw(&portal.context, &actor, &number).await.expect("withdrawn");
        assert_eq!(state(&portal, open.id).await, AttestationState::Open);
        // Rejected after the last day: suspended again.
        let number = file(&portal.context, &actor, open.id, "").await.expect("filed");
        received(&portal, &number).await;
        portal.advance_days(40);
        assert_eq!(portal.keep().await.suspended, 0, "an answer that waits for the office suspends nobody");
        let office = portal.proven(&office);
        let application = in_review(&portal, &office, &number).await;
        reject(&portal.context, &office, &number, application.version, "Podpis nieczytelny.").await.expect("rejected");
        assert_eq!(state(&portal, open.id).await, AttestationState::Suspended);
        assert!(works_in(&portal, anna).await.is_empty());
    }

    async fn a_list_that_is_returned_is_corrected_where_it_was_made(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (anna, jan) = (portal.employee(unit).await, portal.employee(unit).await);
        let open = asked(&portal, unit).await;
        let (actor, office) = (portal.actor(anna).await, portal.office().await);
        say(&portal, &actor, open.id, &[]).await;
        let number = file(&portal.context, &actor, open.id, "").await.expect("filed");
        // A colleague sees whose list is on its way, and makes no second one.
        let colleague = portal.actor(jan).await;
        let seen = look(&portal.context, &colleague, open.id).await.expect("seen");
        assert!(!seen.takes_verdicts() && seen.open.is_some_and(|open| open.number == number));
        assert!(matches!(file(&portal.context, &colleague, open.id, "").await, Err(ServiceError::Stale)));
        received(&portal, &number).await;
        let application = in_review(&portal, &office, &number).await;
        let remark = cas_portal::domain::application::decision::Remark { field: "grants".to_owned(), text: "Jan odszedł.".to_owned() };
        return_for_correction(&portal.context, &office, &number, application.version, &[remark], "").await.expect("returned");
        assert_eq!(state(&portal, open.id).await, AttestationState::Answered, "it is with the office");
        say(&portal, &actor, open.id, &[grant_of(&portal, jan).await]).await;
        assert_eq!(file(&portal.context, &actor, open.id, "").await.expect("filed again"), number);
        let again = portal.reload(&number).await;
        assert_eq!((again.status, again.revision), (Status::AwaitingForm, 2));
    }

    async fn nobody_else_sees_it_and_the_office_sees_its_own(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, elsewhere) = (portal.unit().await, portal.unit_in_lodz().await);
        portal.employee(unit).await;
        let stranger = portal.employee(elsewhere).await;
        portal.advance_days(365);
        assert_eq!(portal.keep().await.asked, 2);
        let open = current(&portal, unit).await;
        let stranger = portal.actor(stranger).await;
        assert!(matches!(look(&portal.context, &stranger, open.id).await, Err(ServiceError::NotFound)));
        assert!(matches!(file(&portal.context, &stranger, open.id, "").await, Err(ServiceError::NotFound)));
        assert!(matches!(look(&portal.context, &visitor(), open.id).await, Err(ServiceError::Denied)));
        let filter = AttestationFilter { state: AttestationState::Open, unit: String::new() };
        let rows = list_attestations(&portal.context, &portal.office().await, &filter, None).await.expect("listed").rows;
        assert_eq!(rows.iter().map(|row| row.voivodeship.as_str()).collect::<Vec<_>>(), [VOIVODESHIP]);
        let central = portal.actor(portal.central().await).await;
        assert_eq!(list_attestations(&portal.context, &central, &filter, None).await.expect("listed").rows.len(), 2);
        assert!(matches!(list_attestations(&portal.context, &stranger, &filter, None).await, Err(ServiceError::Denied)));
    }

    async fn two_answers_at_once_make_one_application(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (anna, jan) = (portal.employee(unit).await, portal.employee(unit).await);
        let open = asked(&portal, unit).await;
        let (one, two) = (portal.actor(anna).await, portal.actor(jan).await);
        say(&portal, &one, open.id, &[]).await;
        let other = portal.second(&db).await;
        let (first, second) = tokio::join!(file(&portal.context, &one, open.id, ""), file(&other.context, &two, open.id, ""));
        let (number, _) = one_of_two(first, second);
        assert_eq!(current(&portal, unit).await.application, Some(portal.reload(&number).await.id));
    }

    async fn nothing_is_suspended_where_nobody_holds_anything_any_more(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let anna = portal.employee(unit).await;
        let open = asked(&portal, unit).await;
        let revocation = portal.context.new_revocation_id();
        assert!(grants::revoke(portal.db(), grant_of(&portal, anna).await, revocation, portal.now()).await.expect("taken back"));
        portal.advance_days(31);
        assert_eq!((portal.keep().await.suspended, state(&portal, open.id).await), (1, AttestationState::Done));
        let told = subjects(&portal, &portal.email_of(anna).await).await;
        assert!(!told.iter().any(|subject| subject.contains("zawieszone")), "{told:?}");
    }
}
