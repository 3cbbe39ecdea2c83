//! Who decides, and who never does: two deciders, stand-ins, what is passed on to the central administrator.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{Filed, person};
use crate::support::portal::{TestPortal, operator, system};
use crate::support::refusals::{barred, invalid, one, one_of_two};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::decision::Barred;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::{AccountId, StandInId};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::{Moment, date_text};
use cas_portal::services::ServiceError;
use cas_portal::services::manage_accounts::{create_administrator, revoke_role, suspend};
use cas_portal::services::review_application::{
    Sort, approve, forwarded, queue, reject, return_for_correction, review, take, withdraw_approval,
};
use cas_portal::services::stand_ins::{NewStandIn, end_stand_in, list_deputies, list_stand_ins, name_stand_in, name_stand_in_for};
use cas_portal::services::view_application::view;
use cas_portal::storage::{applications, grants, role_assignments};
use jiff::ToSpan;
use jiff::civil::Date;
use sea_orm::ConnectionTrait as _;

const HERE: &str = "26";
const THERE: &str = "24";

/// An application of so many persons with a signed form; more than 20 need two deciders.
async fn waiting(portal: &TestPortal, persons: usize) -> Filed {
    portal.application_of(portal.registration(persons), Status::FormReceived).await
}

async fn takes(portal: &TestPortal, actor: &Actor, filed: &Filed) -> Result<(), ServiceError> {
    let version = portal.reload(&filed.application.number).await.version;
    take(&portal.context, actor, &filed.application.number, version).await
}

async fn approves(portal: &TestPortal, actor: &Actor, filed: &Filed) -> Result<(), ServiceError> {
    takes(portal, actor, filed).await?;
    let version = portal.reload(&filed.application.number).await.version;
    approve(&portal.context, actor, &filed.application.number, version, true).await
}

async fn awaits_second(portal: &TestPortal, actor: &Actor, filed: &Filed) -> bool {
    review(&portal.context, actor, &filed.application.number).await.expect("a review").first.is_some()
}

async fn stands_in(
    portal: &TestPortal,
    deputised: AccountId,
    deputy: AccountId,
    from: Date,
    until: Date,
) -> Result<StandInId, ServiceError> {
    let typed = NewStandIn { deputy: deputy.to_string(), role: String::new(), from: date_text(from), until: date_text(until) };
    name_stand_in(&portal.context, &portal.actor(deputised).await, &typed).await
}

fn today(portal: &TestPortal) -> Date {
    portal.now().warsaw_date()
}

async fn granted(portal: &TestPortal, filed: &Filed) -> usize {
    grants::list_of_application(portal.db(), filed.application.id).await.expect("grants").len()
}

/// How many letters of this kind were queued.
async fn notices(portal: &TestPortal, kind: &str) -> usize {
    portal.notice_keys().await.into_iter().filter(|key| *key == kind).count()
}

/// Somebody joins a unit in which this person has a right, and the signed form has come.
async fn filed_in_unit_of(portal: &TestPortal, member: AccountId) -> Filed {
    let unit = portal.unit().await;
    portal.grant(member, unit, "PS", "viewer").await;
    let mut registration = portal.registration(1);
    registration.existing_unit = Some(unit);
    portal.application_of(registration, Status::FormReceived).await
}

on_both! {
    async fn many_persons_need_two_who_are_not_one(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (first, second) = (portal.office().await, portal.office().await);
        // Twenty need one.
        let few = waiting(&portal, 20).await;
        approves(&portal, &first, &few).await.expect("approved");
        assert_eq!(portal.reload(&few.application.number).await.status, Status::Approved);

        let many = waiting(&portal, 21).await;
        approves(&portal, &first, &many).await.expect("the first approval");
        let now = portal.reload(&many.application.number).await;
        assert_eq!((now.status, now.taken_by, now.decided_by, granted(&portal, &many).await), (Status::InReview, None, None, 0));
        assert!(awaits_second(&portal, &second, &many).await);
        let listed = queue(&portal.context, &second, Status::InReview, "", Sort::Waiting, None).await.expect("a queue");
        assert!(listed.rows.rows[0].awaits_second);
        assert_eq!(barred(approves(&portal, &first, &many).await), Barred::FirstDecider);
        approves(&portal, &second, &many).await.expect("approved");
        assert_eq!((portal.reload(&many.application.number).await.status, granted(&portal, &many).await), (Status::Approved, 42));
        let trail = portal.trail("application", many.application.number.as_str()).await;
        let given = trail.iter().find(|entry| entry.event == "application.first_approved").expect("written down");
        assert_eq!(given.details["risks"], serde_json::json!(["persons"]));
    }

    async fn which_applications_need_two_is_data_that_counts_from_its_day(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (first, second) = (portal.office().await, portal.office().await);
        let edit = async |sql: &str| portal.db().execute_unprepared(sql).await.expect("edited");
        edit("INSERT INTO risk_rules (risk, kind, valid_from, threshold, is_active) VALUES ('persons', '', '2026-11-23', 1, TRUE)").await;
        let before = waiting(&portal, 2).await;
        approves(&portal, &first, &before).await.expect("approved");
        assert_eq!(granted(&portal, &before).await, 4, "until that day the earlier row counts");

        portal.advance_days(1);
        let (first, second) = (portal.proven(&first), portal.proven(&second));
        let after = waiting(&portal, 2).await;
        approves(&portal, &first, &after).await.expect("the first approval");
        assert_eq!(granted(&portal, &after).await, 0);
        approves(&portal, &second, &after).await.expect("approved");
        assert_eq!(granted(&portal, &after).await, 4);

        edit("UPDATE risk_rules SET is_active = FALSE WHERE valid_from = '2026-11-23'").await;
        let lifted = waiting(&portal, 21).await;
        approves(&portal, &first, &lifted).await.expect("approved");
        assert_eq!(granted(&portal, &lifted).await, 42, "a later row lifts an earlier one");
    }

    async fn the_first_approval_falls_away_with_what_it_was_about(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (first, second) = (portal.administrator().await, portal.office().await);
        let first_actor = portal.actor(first).await;
        let given = async || {
            let filed = waiting(&portal, 21).await;
            approves(&portal, &first_actor, &filed).await.expect("the first approval");
            filed
        };
        // Another signed form.
        let filed = given().await;
        portal.advance_minutes(1);
        portal.signed_form(&filed.application).await;
        assert!(!awaits_second(&portal, &second, &filed).await);
        // The first takes it back; nobody else can.
        let filed = given().await;
        let version = portal.reload(&filed.application.number).await.version;
        let number = &filed.application.number;
        assert_eq!(barred(withdraw_approval(&portal.context, &second, number, version).await), Barred::Stale);
        assert_eq!(barred(withdraw_approval(&portal.context, &first_actor, number, version - 1).await), Barred::Stale);
        withdraw_approval(&portal.context, &first_actor, number, version).await.expect("taken back");
        assert!(!awaits_second(&portal, &second, &filed).await);
        // Either may still return or reject it.
        let filed = given().await;
        takes(&portal, &first_actor, &filed).await.expect("taken");
        let version = portal.reload(&filed.application.number).await.version;
        return_for_correction(&portal.context, &first_actor, &filed.application.number, version, &[], "Brakuje strony.").await.expect("returned");
        assert!(!awaits_second(&portal, &second, &filed).await);
        let filed = given().await;
        takes(&portal, &second, &filed).await.expect("taken");
        let version = portal.reload(&filed.application.number).await.version;
        reject(&portal.context, &second, &filed.application.number, version, "Nie tu.").await.expect("rejected");
        // The first loses the role: what the second gives is a first approval again.
        let filed = given().await;
        let role = role_assignments::list_of(portal.db(), first).await.expect("roles")[0].id;
        revoke_role(&portal.context, &operator(), first, role).await.expect("revoked");
        assert!(!awaits_second(&portal, &second, &filed).await);
        approves(&portal, &second, &filed).await.expect("approved as the first");
        assert_eq!(granted(&portal, &filed).await, 0);
    }

    async fn of_two_seconds_at_once_one_decides(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let first = portal.office().await;
        let second = portal.office().await;
        let filed = waiting(&portal, 21).await;
        approves(&portal, &first, &filed).await.expect("the first approval");
        takes(&portal, &second, &filed).await.expect("taken");
        let version = portal.reload(&filed.application.number).await.version;
        let elsewhere = portal.second(&db).await;
        let number = &filed.application.number;
        let (one, other) = tokio::join!(
            approve(&portal.context, &second, number, version, true),
            approve(&elsewhere.context, &second, number, version, true)
        );
        one_of_two(one, other);
        assert_eq!(granted(&portal, &filed).await, 42);
        assert_eq!(notices(&portal, "application_approved").await, 1);
    }

    async fn a_lone_administrator_s_first_approval_shows_to_the_centre_at_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (one, centre) = (portal.office().await, portal.actor(portal.central().await).await);
        let filed = waiting(&portal, 21).await;
        approves(&portal, &one, &filed).await.expect("the first approval");
        let found = forwarded(&portal.context, &centre, None).await.expect("what was passed on");
        assert_eq!(found.rows.rows.iter().map(|row| row.listed.id).collect::<Vec<_>>(), [filed.application.id]);
        assert_eq!(notices(&portal, "application_escalated").await, 1);
        assert!(matches!(forwarded(&portal.context, &one, None).await, Err(ServiceError::Denied)));
        let applicant = portal.actor(filed.persons[0]).await;
        let seen = view(&portal.context, &applicant, &filed.application.number).await.expect("seen");
        assert_eq!((seen.escalated_at, seen.awaits_second), (Some(portal.now()), true));
        approves(&portal, &centre, &filed).await.expect("approved");
        assert_eq!(granted(&portal, &filed).await, 42);
        assert!(forwarded(&portal.context, &centre, None).await.expect("empty").rows.rows.is_empty());
    }

    async fn a_deputy_decides_in_the_place_of_the_absent_and_that_is_written_down(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (absent, deputy) = (portal.administrator().await, portal.administrator_of(THERE).await);
        let filed = waiting(&portal, 1).await;
        let stranger = portal.actor(deputy).await;
        assert!(matches!(takes(&portal, &stranger, &filed).await, Err(ServiceError::NotFound)));
        let day = today(&portal);
        let id = stands_in(&portal, absent, deputy, day, day).await.expect("named");
        assert_eq!(notices(&portal, "stand_in_named").await, 2);
        let acting = portal.actor(deputy).await;
        approves(&portal, &acting, &filed).await.expect("approved");
        let now = portal.reload(&filed.application.number).await;
        assert_eq!((now.decided_by, now.decided_for), (Some(deputy), Some(absent)));
        let trail = portal.trail("application", now.number.as_str()).await;
        let login = portal.login_of(absent).await;
        for event in ["application.taken", "application.approved"] {
            let entry = trail.iter().find(|entry| entry.event == event).expect("an entry");
            assert_eq!((entry.on_behalf_of.as_deref(), entry.details["in_place_of"].as_str()), (Some(login.as_str()), Some(login.as_str())));
        }
        let (approved, registered) = (review(&portal.context, &acting, &now.number).await.expect("seen"), now.summary().voivodeship);
        assert_eq!(approved.decided_for.map(|account| account.id), Some(absent));
        assert_eq!(registered.as_str(), HERE);
        // Other people's affairs in the lent place, too; the own ones as oneself.
        let person = portal.account("zofia", AccountStatus::Active).await;
        suspend(&portal.context, &acting, person).await.expect("suspended");
        assert_eq!(portal.last_entry(person, "account.suspended").await.on_behalf_of, Some(login));
        // Ended is ended, at the next click.
        end_stand_in(&portal.context, &portal.actor(absent).await, id).await.expect("ended");
        let filed = waiting(&portal, 1).await;
        assert!(matches!(takes(&portal, &portal.actor(deputy).await, &filed).await, Err(ServiceError::NotFound)));
        assert!(matches!(end_stand_in(&portal.context, &portal.actor(absent).await, id).await, Err(ServiceError::Stale)));
        assert_eq!(notices(&portal, "stand_in_ended").await, 2);
    }

    async fn a_stand_in_holds_on_its_days_by_the_clock_of_warsaw(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (absent, deputy) = (portal.administrator().await, portal.administrator_of(THERE).await);
        let first = today(&portal).saturating_add(1.day());
        stands_in(&portal, absent, deputy, first, first.saturating_add(1.day())).await.expect("named");
        let filed = waiting(&portal, 1).await;
        let reaches = async || review(&portal.context, &portal.actor(deputy).await, &filed.application.number).await.is_ok();
        let last = first.saturating_add(1.day());
        for (at, expected) in [
            (Moment::start_of(first).plus_ms(-1), false),
            (Moment::start_of(first), true),
            (Moment::end_of(last).plus_ms(-1), true),
            (Moment::end_of(last), false),
        ] {
            portal.advance_to(at);
            assert_eq!(reaches().await, expected, "{}", at.to_iso());
        }
    }

    async fn it_ends_with_the_role_or_the_account_of_the_absent_and_of_the_deputy(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let centre = portal.actor(portal.central().await).await;
        for end in 0..3 {
            let (absent, deputy) = (portal.administrator().await, portal.administrator_of(THERE).await);
            stands_in(&portal, absent, deputy, today(&portal), today(&portal)).await.expect("named");
            assert_eq!(portal.actor(deputy).await.signed_in().expect("signed in").stand_ins.len(), 1);
            let role = async |account| role_assignments::list_of(portal.db(), account).await.expect("roles")[0].id;
            match end {
                0 => revoke_role(&portal.context, &operator(), absent, role(absent).await).await.expect("revoked"),
                1 => suspend(&portal.context, &centre, absent).await.expect("suspended"),
                _ => revoke_role(&portal.context, &operator(), deputy, role(deputy).await).await.expect("revoked"),
            }
            assert!(portal.actor(deputy).await.signed_in().expect("signed in").stand_ins.is_empty(), "{end}");
        }
    }

    async fn a_deputy_passes_nothing_on_and_nobody_stands_in_for_himself(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (absent, deputy, third) = (portal.administrator().await, portal.administrator_of(THERE).await, portal.administrator_of("10").await);
        let day = today(&portal);
        let unknown = one("deputy", Invalid::Unknown);
        assert_eq!(invalid(stands_in(&portal, absent, absent, day, day).await), unknown);
        assert_eq!(invalid(stands_in(&portal, absent, portal.account("anna", AccountStatus::Active).await, day, day).await), unknown);
        assert_eq!(invalid(stands_in(&portal, absent, portal.official(Role::Helpdesk, Some(HERE)).await, day, day).await), unknown);
        let id = stands_in(&portal, absent, deputy, day, day).await.expect("named");
        assert_eq!(invalid(stands_in(&portal, absent, deputy, day, day).await), one("deputy", Invalid::StandInTwice));
        // The deputy names somebody for the own role only, be it that the lent one is asked for.
        let lent = role_assignments::list_of(portal.db(), absent).await.expect("roles")[0].id;
        let typed = NewStandIn { deputy: third.to_string(), role: lent.to_string(), from: date_text(day), until: date_text(day) };
        let actor = portal.actor(deputy).await;
        assert_eq!(invalid(name_stand_in(&portal.context, &actor, &typed).await), one("lent_role", Invalid::Unknown));
        stands_in(&portal, deputy, third, day, day).await.expect("the own role");
        let filed = waiting(&portal, 1).await;
        let at_third_hand = portal.actor(third).await;
        assert!(matches!(takes(&portal, &at_third_hand, &filed).await, Err(ServiceError::NotFound)));
        // Nobody else's stand-in can be seen or ended, but by the centre.
        let ended = end_stand_in(&portal.context, &actor, id).await;
        assert!(matches!(ended, Err(ServiceError::NotFound)), "{ended:?}");
        assert!(list_stand_ins(&portal.context, &at_third_hand).await.expect("a list").others.is_empty());
        let centre = portal.actor(portal.central().await).await;
        assert_eq!(list_stand_ins(&portal.context, &centre).await.expect("a list").others.len(), 2);
        end_stand_in(&portal.context, &centre, id).await.expect("ended");
        assert!(!list_deputies(&portal.context, &actor).await.expect("deputies").iter().any(|one| one.account.id == deputy));
        // Who stands in for the centre makes no administrators.
        let boss = portal.central().await;
        stands_in(&portal, boss, deputy, day, day).await.expect("named");
        let actor = portal.actor(deputy).await;
        let made = create_administrator(&portal.context, &actor, &Default::default()).await;
        assert!(matches!(made, Err(ServiceError::Denied)), "{made:?}");
        assert!(takes(&portal, &actor, &filed).await.is_ok(), "but decides everywhere");
    }

    async fn the_centre_names_a_deputy_for_who_is_away_and_both_are_told(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (absent, deputy) = (portal.administrator_of(HERE).await, portal.administrator_of(THERE).await);
        let (one, other) = (portal.central().await, portal.central().await);
        let day = today(&portal);
        let role = async |account| role_assignments::list_of(portal.db(), account).await.expect("roles")[0].id.to_string();
        let typed = async |whose: AccountId, deputy: AccountId| NewStandIn {
            deputy: deputy.to_string(),
            role: role(whose).await,
            from: date_text(day),
            until: date_text(day),
        };
        let boss = portal.actor(one).await;
        let refused = async |typed: NewStandIn| match name_stand_in_for(&portal.context, &boss, &typed).await {
            Err(ServiceError::Invalid(errors)) => errors.0.into_iter().map(|(field, found)| (field, found[0])).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let wrong = |field: &str, reason| vec![(field.to_owned(), reason)];
        // Nobody takes a role by the own word, no role is lent to its holder, none for the country to who has none, none to who decides nothing.
        assert_eq!(refused(typed(absent, one).await).await, wrong("deputy", Invalid::Unknown));
        assert_eq!(refused(typed(absent, absent).await).await, wrong("deputy", Invalid::Unknown));
        assert_eq!(refused(typed(other, deputy).await).await, wrong("deputy", Invalid::Unknown));
        assert_eq!(refused(typed(absent, portal.official(Role::Helpdesk, Some(HERE)).await).await).await, wrong("deputy", Invalid::Unknown));
        assert_eq!(refused(typed(one, other).await).await, wrong("lent_role", Invalid::Unknown), "the own role: the other page");
        assert_eq!(refused(NewStandIn { role: String::new(), ..typed(absent, deputy).await }).await, wrong("lent_role", Invalid::Required));
        // Only the centre does it, and no deputy of the centre.
        let of_centre = portal.administrator_of(THERE).await;
        stands_in(&portal, other, of_centre, day, day).await.expect("named");
        for who in [of_centre, absent, portal.official(Role::Auditor, None).await] {
            let done = name_stand_in_for(&portal.context, &portal.actor(who).await, &typed(absent, other).await).await;
            assert!(matches!(done, Err(ServiceError::Denied)), "{done:?}");
        }
        let before = notices(&portal, "stand_in_named").await;
        let id = name_stand_in_for(&portal.context, &boss, &typed(absent, deputy).await).await.expect("named");
        assert_eq!(notices(&portal, "stand_in_named").await, before + 2);
        assert_eq!(refused(typed(absent, deputy).await).await, wrong("deputy", Invalid::StandInTwice));
        let seen = list_stand_ins(&portal.context, &portal.actor(absent).await).await.expect("a list").named;
        let name = boss.signed_in().expect("signed in").full_name.clone();
        assert_eq!((seen.len(), seen[0].named_by.clone(), seen[0].may_end), (1, Some(name.clone()), true));
        portal.deliver().await;
        for account in [absent, deputy] {
            let told = portal.letters_to(&portal.email_of(account).await);
            assert!(told.iter().any(|letter| letter.body.contains(&name)), "{told:?}");
        }
        // The deputy decides in the place of the absent, with the same bars, and passes nothing on.
        let filed = filed_in_unit_of(&portal, absent).await;
        assert_eq!(barred(takes(&portal, &portal.actor(deputy).await, &filed).await), Barred::DeputisedBarred);
        let lent = NewStandIn { role: role(absent).await, ..typed(absent, other).await };
        assert!(matches!(name_stand_in(&portal.context, &portal.actor(deputy).await, &lent).await, Err(ServiceError::Invalid(_))), "no chain");
        // The absent ends it.
        end_stand_in(&portal.context, &portal.actor(absent).await, id).await.expect("ended");
    }

    async fn a_deputy_is_barred_by_what_bars_the_absent_and_by_what_bars_himself(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (absent, deputy) = (portal.administrator().await, portal.administrator_of(THERE).await);
        stands_in(&portal, absent, deputy, today(&portal), today(&portal)).await.expect("named");
        // The absent has a right in the unit.
        let filed = filed_in_unit_of(&portal, absent).await;
        assert_eq!(barred(takes(&portal, &portal.actor(deputy).await, &filed).await), Barred::DeputisedBarred);
        assert_eq!(barred(takes(&portal, &portal.actor(absent).await, &filed).await), Barred::SameUnit);
        // A person has the absent's address, then the deputy's.
        for (account, reason) in [(absent, Barred::DeputisedBarred), (deputy, Barred::SharedAddress)] {
            let mut registration = portal.registration(1);
            let mut shared = person(&format!("inna{}", portal.serial()));
            shared.email = cas_portal::domain::identifiers::EmailAddress::parse(&portal.email_of(account).await).expect("an address");
            registration.persons = vec![shared];
            let filed = portal.application_of(registration, Status::FormReceived).await;
            assert_eq!(barred(takes(&portal, &portal.actor(deputy).await, &filed).await), reason);
        }
    }

    async fn a_deputy_is_not_the_second_voice_of_the_absent(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (absent, deputy) = (portal.administrator().await, portal.administrator_of(THERE).await);
        let centre = portal.actor(portal.central().await).await;
        stands_in(&portal, absent, deputy, today(&portal), today(&portal)).await.expect("named");
        for (first, second) in [(absent, deputy), (deputy, absent)] {
            let filed = waiting(&portal, 21).await;
            approves(&portal, &portal.actor(first).await, &filed).await.expect("the first approval");
            assert_eq!(barred(approves(&portal, &portal.actor(second).await, &filed).await), Barred::FirstDecider);
            // So nobody of the office is left, and the centre has it.
            assert!(portal.reload(&filed.application.number).await.status == Status::InReview);
            let listed = forwarded(&portal.context, &centre, None).await.expect("what was passed on");
            assert!(listed.rows.rows.iter().any(|row| row.listed.id == filed.application.id));
            approves(&portal, &centre, &filed).await.expect("approved");
        }
        // Both at once: one first approval, and never two.
        let filed = waiting(&portal, 21).await;
        takes(&portal, &portal.actor(absent).await, &filed).await.expect("taken");
        let version = portal.reload(&filed.application.number).await.version;
        let (own, lent) = (portal.actor(absent).await, portal.actor(deputy).await);
        let elsewhere = portal.second(&db).await;
        let (one, other) = tokio::join!(
            approve(&portal.context, &own, &filed.application.number, version, true),
            take(&elsewhere.context, &lent, &filed.application.number, version)
        );
        one_of_two(one, other);
        assert_eq!(granted(&portal, &filed).await, 0);
    }

    async fn nobody_grants_beyond_the_scope_whatever_the_application_says_of_the_unit(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        // The content names a gmina of the own voivodeship, the registered unit lies in another.
        let elsewhere = portal.unit_in_lodz().await;
        let mut registration = portal.registration(1);
        registration.existing_unit = Some(elsewhere);
        let filed = portal.application_of(registration, Status::FormReceived).await;
        let (one, two) = (portal.office().await, portal.office().await);
        approves(&portal, &one, &filed).await.expect("another voivodeship: the first of two");
        let refused = approves(&portal, &two, &filed).await;
        assert!(matches!(refused, Err(ServiceError::Denied)), "{refused:?}");
        assert_eq!(granted(&portal, &filed).await, 0);
    }

    async fn what_an_office_cannot_decide_in_five_working_days_goes_to_the_centre_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, centre) = (portal.administrator().await, portal.actor(portal.central().await).await);
        let crowded = [portal.administrator_of("14").await, portal.administrator_of("14").await];
        let filed = waiting(&portal, 1).await;
        let mut registration = portal.registration(1);
        registration.unit.terc = cas_portal::domain::identifiers::TercCode::parse("142102").expect("a code");
        let busy = portal.application_of(registration, Status::FormReceived).await;
        // Sunday the 22nd: the fifth working day is Friday the 27th, and it counts whole.
        let end = Moment::end_of(jiff::civil::date(2026, 11, 27));
        portal.advance_to(end.plus_ms(-1));
        assert_eq!(portal.keep().await.escalated, 0);
        portal.advance_ms(1);
        let elsewhere = portal.second(&db).await;
        let (one, other) = tokio::join!(portal.keep(), elsewhere.keep());
        assert_eq!(one.escalated + other.escalated, 1);
        assert_eq!(portal.keep().await.escalated, 0);
        assert_eq!(notices(&portal, "application_escalated").await, 1);
        let listed = forwarded(&portal.context, &centre, None).await.expect("what was passed on");
        assert_eq!(listed.rows.rows.iter().map(|row| row.listed.id).collect::<Vec<_>>(), [filed.application.id]);
        let trail = portal.trail("application", filed.application.number.as_str()).await;
        let who: Vec<&str> = trail.iter().filter(|entry| entry.event == "application.escalated").map(|entry| entry.actor.as_str()).collect();
        assert_eq!(who, [system().label()], "once, and nobody's deed");
        // Taking it does not take it off the list; two of an office keep theirs, until one is barred.
        takes(&portal, &centre, &filed).await.expect("taken");
        assert_eq!(forwarded(&portal.context, &centre, None).await.expect("a list").rows.rows.len(), 1);
        let centre = portal.proven(&centre);
        suspend(&portal.context, &centre, crowded[0]).await.expect("suspended");
        assert_eq!(portal.keep().await.escalated, 1);
        assert!(portal.reload(&busy.application.number).await.status == Status::FormReceived);
        // Sent back, it lies with nobody; come again, it waits anew.
        let version = portal.reload(&filed.application.number).await.version;
        return_for_correction(&portal.context, &centre, &filed.application.number, version, &[], "Popraw.").await.expect("returned");
        assert_eq!(applications::escalated_at(portal.db(), filed.application.id).await.expect("read"), None);
    }
}
