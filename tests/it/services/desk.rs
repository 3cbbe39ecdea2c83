//! The office's clock and desk: what is due when and who is told of it, whose an application is, until when it is put off, and notes that
//! no applicant ever sees.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::Filed;
use crate::support::portal::TestPortal;
use crate::support::refusals::{invalid, one as only};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::Kind;
use cas_portal::domain::application::clock::Reading;
use cas_portal::domain::application::decision::Barred;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::{AccountId, ApplicationId};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::{HOUR_MS, Moment};
use cas_portal::domain::notice::Notice;
use cas_portal::domain::working_days::Calendar;
use cas_portal::services::ServiceError;
use cas_portal::services::keep_deadlines::Kept;
use cas_portal::services::own_data::read_own_data;
use cas_portal::services::review_application::{
    Queue, Sort, View, add_note, assign, desk_queue, forwarded, next_waiting, queue, reject, release, return_for_correction, review,
    snooze, take, wake,
};
use cas_portal::services::set_targets::{list_targets, set_target};
use cas_portal::services::withdraw_application::withdraw;
use cas_portal::storage::target_times::{self, TargetTime};
use cas_portal::storage::{applications, audit_entries, outbox_messages, signed_forms};
use jiff::civil::date;

const HERE: &str = "26";

async fn administrator(portal: &TestPortal) -> (AccountId, Actor) {
    let id = portal.official(Role::VoivodeshipAdministrator, Some(HERE)).await;
    (id, portal.actor(id).await)
}

async fn version(portal: &TestPortal, filed: &Filed) -> i32 {
    portal.reload(&filed.application.number).await.version
}

async fn desk(portal: &TestPortal, filed: &Filed) -> applications::desk::Desk {
    applications::desk::find(portal.db(), filed.application.id).await.expect("the desk")
}

async fn reading(portal: &TestPortal, filed: &Filed) -> Reading {
    let status = portal.reload(&filed.application.number).await.status;
    desk(portal, filed).await.clock.reading(&Calendar::default(), status, portal.now().warsaw_date())
}

async fn gives(portal: &TestPortal, actor: &Actor, filed: &Filed, to: Option<AccountId>) -> Result<(), ServiceError> {
    assign(&portal.context, actor, &filed.application.number, version(portal, filed).await, to).await
}

async fn puts_off(portal: &TestPortal, actor: &Actor, filed: &Filed, until: &str) -> Result<(), ServiceError> {
    snooze(&portal.context, actor, &filed.application.number, version(portal, filed).await, until).await
}

async fn takes(portal: &TestPortal, actor: &Actor, filed: &Filed) {
    take(&portal.context, actor, &filed.application.number, version(portal, filed).await).await.expect("taken");
}

async fn page(portal: &TestPortal, actor: &Actor, view: View, sort: Sort) -> Queue {
    desk_queue(&portal.context, actor, view, Status::FormReceived, "", sort, None).await.expect("a page")
}

async fn ids(portal: &TestPortal, actor: &Actor, view: View) -> Vec<ApplicationId> {
    page(portal, actor, view, Sort::Waiting).await.rows.rows.into_iter().map(|row| row.listed.id).collect()
}

fn until(portal: &TestPortal, moment: Moment) {
    portal.advance_ms(moment.since(portal.now()));
}

async fn deadlines_told(portal: &TestPortal) -> Vec<(AccountId, Vec<ApplicationId>)> {
    let told = |notice| match notice {
        Notice::OfficeDeadlines { account, applications } => Some((account, applications)),
        _ => None,
    };
    portal.notices().await.into_iter().filter_map(told).collect()
}

fn is_stale(result: &Result<(), ServiceError>) -> bool {
    matches!(result, Err(ServiceError::Barred(Barred::Stale) | ServiceError::Stale))
}

on_both! {
    async fn the_clock_runs_with_the_office_and_stands_with_the_applicant(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        // Sunday the 22nd: ten working days end on Friday, 4 December.
        let filed = portal.application(Status::FormReceived).await;
        assert_eq!((desk(&portal, &filed).await.clock.due_on(&Calendar::default()), reading(&portal, &filed).await), (Some(date(2026, 12, 4)), Reading::Left(10)));
        until(&portal, Moment::start_of(date(2026, 11, 25)).plus_ms(12 * HOUR_MS));
        takes(&portal, &admin, &filed).await;
        assert_eq!((desk(&portal, &filed).await.clock.due_on(&Calendar::default()), reading(&portal, &filed).await), (Some(date(2026, 12, 4)), Reading::Left(7)));
        let seen = version(&portal, &filed).await;
        return_for_correction(&portal.context, &admin, &filed.application.number, seen, &[], "Popraw.").await.expect("returned");
        assert_eq!(reading(&portal, &filed).await, Reading::Applicant);
        portal.advance_days(9);
        let mut again = portal.reload(&filed.application.number).await;
        again.status = Status::FormReceived;
        again.status_since = portal.now();
        applications::save(portal.db(), &again).await.expect("the form has come");
        // Friday, 4 December, and seven of ten are left.
        assert_eq!((desk(&portal, &filed).await.clock.due_on(&Calendar::default()), reading(&portal, &filed).await), (Some(date(2026, 12, 15)), Reading::Left(7)));
        let row = &page(&portal, &admin, View::All, Sort::Due).await.rows.rows[0];
        assert_eq!((row.reading, row.listed.due_at), (Reading::Left(7), Some(Moment::end_of(date(2026, 12, 15)))));
        until(&portal, Moment::start_of(date(2026, 12, 17)));
        assert_eq!(reading(&portal, &filed).await, Reading::Over(2));
        takes(&portal, &admin, &filed).await;
        let seen = version(&portal, &filed).await;
        reject(&portal.context, &admin, &filed.application.number, seen, "Nie tu.").await.expect("rejected");
        assert_eq!(reading(&portal, &filed).await, Reading::Ended);
    }

    async fn targets_are_data_and_each_application_keeps_its_own(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let today = portal.now().warsaw_date();
        for kind in Kind::ALL {
            let usual = if matches!(kind, Kind::EmailChange | Kind::PermissionRenewal) { 5 } else { 10 };
            assert_eq!(target_times::in_force(portal.db(), kind, today).await.expect("a target"), usual, "{kind:?}");
        }
        let before = portal.application(Status::FormReceived).await;
        let target = |kind, valid_from, working_days| TargetTime { kind, valid_from, working_days };
        let (tomorrow, later) = (date(2026, 11, 23), date(2026, 11, 25));
        for row in [target(None, tomorrow, 8), target(Some(Kind::UnitRegistration), later, 4), target(Some(Kind::UnitRegistration), later, 3)] {
            target_times::save(portal.db(), &row).await.expect("saved");
        }
        assert_eq!(target_times::in_force(portal.db(), Kind::UnitChange, today).await.expect("a target"), 10);
        assert_eq!(target_times::in_force(portal.db(), Kind::UnitChange, tomorrow).await.expect("a target"), 8);
        assert_eq!(target_times::in_force(portal.db(), Kind::EmailChange, later).await.expect("a target"), 5, "its own goes first");
        assert_eq!(target_times::in_force(portal.db(), Kind::UnitRegistration, tomorrow).await.expect("a target"), 8);
        assert_eq!(target_times::list(portal.db()).await.expect("targets").len(), 5);
        assert!(target_times::save(portal.db(), &target(None, later, 0)).await.is_err(), "no days are no target");
        portal.advance_days(3);
        let after = portal.application(Status::FormReceived).await;
        assert_eq!((desk(&portal, &before).await.clock.target, desk(&portal, &after).await.clock.target), (10, 3));
        // What was filed later is due first, and comes first.
        let (_, admin) = administrator(&portal).await;
        let order = async |sort| page(&portal, &admin, View::All, sort).await.rows.rows.into_iter().map(|row| row.listed.id).collect::<Vec<_>>();
        assert_eq!(order(Sort::Waiting).await, [before.application.id, after.application.id]);
        assert_eq!(order(Sort::Due).await, [after.application.id, before.application.id]);
    }

    async fn targets_are_set_by_the_central_administrator_for_days_to_come(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        let centre = portal.actor(portal.official(Role::CentralAdministrator, None).await).await;
        let kind = Some(Kind::UnitChange);
        assert!(matches!(set_target(&portal.context, &admin, kind, "23.11.2026", "7").await, Err(ServiceError::Denied)));
        assert!(matches!(list_targets(&portal.context, &admin).await, Err(ServiceError::Denied)));
        assert_eq!(invalid(set_target(&portal.context, &centre, kind, "22.11.2026", "7").await), only("valid_from", Invalid::DatePast));
        for (days, why) in [("", Invalid::Required), ("0", Invalid::Unknown), ("251", Invalid::Unknown), ("-1", Invalid::Unknown), ("x", Invalid::Unknown)] {
            assert_eq!(invalid(set_target(&portal.context, &centre, kind, "23.11.2026", days).await), only("working_days", why), "{days}");
        }
        set_target(&portal.context, &centre, kind, "23.11.2026", " 7 ").await.expect("set");
        let set = TargetTime { kind, valid_from: date(2026, 11, 23), working_days: 7 };
        assert!(list_targets(&portal.context, &centre).await.expect("targets").contains(&set));
        let trail = audit_entries::list_of_object(portal.db(), "target", "unit_change", 10).await.expect("the trail");
        assert_eq!((trail.len(), trail[0].event.as_str()), (1, "target.set"));
    }

    async fn the_office_is_told_at_half_on_the_last_day_and_when_it_is_over_each_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let ((one, _), (other, _)) = (administrator(&portal).await, administrator(&portal).await);
        let centre = portal.official(Role::CentralAdministrator, None).await;
        let filed = portal.application(Status::FormReceived).await;
        let held = portal.application(Status::FormReceived).await;
        gives(&portal, &portal.actor(one).await, &held, Some(other)).await.expect("given");
        let elsewhere = portal.second(&db).await;
        let mut told = Vec::new();
        for day in 0..30 {
            let (first, second) = tokio::join!(portal.keep(), elsewhere.keep());
            let third = portal.second(&db).await.keep().await;
            let warned = first.warned + second.warned + third.warned;
            let escalated = first.escalated + second.escalated + third.escalated;
            if warned + escalated > 0 {
                told.push((day, warned, escalated));
            }
            portal.advance_days(1);
        }
        // 27 November, 4 December, and Monday the 7th: nobody is written to on the weekend.
        assert_eq!(told, [(5, 2, 0), (12, 2, 0), (15, 2, 2)]);
        let both = {
            let mut ids = vec![filed.application.id, held.application.id];
            ids.sort();
            ids
        };
        for (account, expected) in [(one, vec![vec![filed.application.id], vec![filed.application.id], both.clone()]), (other, vec![both.clone(), both.clone(), both])] {
            let letters: Vec<_> = deadlines_told(&portal).await.into_iter().filter(|(to, _)| *to == account).map(|(_, ids)| ids).collect();
            assert_eq!(letters, expected);
        }
        let to_centre = |notice: &&Notice| matches!(notice, Notice::ApplicationEscalated { account, .. } if *account == centre);
        assert_eq!(portal.notices().await.iter().filter(to_centre).count(), 2);
        let passed_on = forwarded(&portal.context, &portal.actor(centre).await, None).await.expect("a list");
        assert_eq!(passed_on.rows.rows.len(), 2);
    }

    async fn after_a_long_stop_only_the_last_step_is_told(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        administrator(&portal).await;
        administrator(&portal).await;
        portal.application(Status::FormReceived).await;
        portal.advance_days(40);
        let kept = portal.keep().await;
        assert_eq!((kept.warned, kept.escalated), (2, 1));
        assert_eq!(portal.keep().await, Kept::default());
    }

    async fn nobody_is_told_of_what_is_decided_sent_back_or_withdrawn(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        administrator(&portal).await;
        let (decided, returned, gone) =
            (portal.application(Status::FormReceived).await, portal.application(Status::FormReceived).await, portal.application(Status::FormReceived).await);
        for filed in [&decided, &returned] {
            takes(&portal, &admin, filed).await;
        }
        let seen = version(&portal, &decided).await;
        reject(&portal.context, &admin, &decided.application.number, seen, "Nie tu.").await.expect("rejected");
        let seen = version(&portal, &returned).await;
        return_for_correction(&portal.context, &admin, &returned.application.number, seen, &[], "Popraw.").await.expect("returned");
        withdraw(&portal.context, &portal.actor(gone.persons[0]).await, &gone.application.number).await.expect("withdrawn");
        let mut reminded = 0;
        for _ in 0..40 {
            let kept = portal.keep().await;
            assert_eq!((kept.warned, kept.escalated), (0, 0));
            reminded += kept.reminded;
            portal.advance_days(1);
        }
        assert_eq!(reminded, 2, "the applicant who is to correct, until it lapsed");
        // A letter that was queued, and not delivered before the decision, is not sent.
        let late = portal.application(Status::FormReceived).await;
        portal.advance_days(40);
        assert_eq!(portal.keep().await.warned, 2);
        takes(&portal, &admin, &late).await;
        let seen = version(&portal, &late).await;
        reject(&portal.context, &admin, &late.application.number, seen, "Nie tu.").await.expect("rejected");
        portal.deliver().await;
        let sent = outbox_messages::list(portal.db(), Some(outbox_messages::MessageStatus::Sent), 1000).await.expect("the outbox");
        assert!(sent.iter().all(|row| row.notice.key() != "office_deadlines"));
    }

    async fn applicants_are_reminded_on_their_days_each_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for (status, last, days) in [(Status::AwaitingForm, 30, vec![(7, 23), (14, 16), (25, 5)]), (Status::Returned, 14, vec![(7, 7), (12, 2)])] {
            let id = portal.application(status).await.application.id;
            let elsewhere = portal.second(&db).await;
            let mut told = Vec::new();
            for day in 0..last {
                let (one, two) = tokio::join!(portal.keep(), elsewhere.keep());
                let three = portal.second(&db).await.keep().await;
                if one.reminded + two.reminded + three.reminded > 0 {
                    assert_eq!(one.reminded + two.reminded + three.reminded, 1);
                    told.push(day);
                }
                portal.advance_days(1);
            }
            assert_eq!(told, days.iter().map(|(day, _)| *day).collect::<Vec<_>>());
            let left: Vec<i32> = portal.notices().await.into_iter().filter_map(|notice| match notice {
                Notice::ApplicationDeadlineNear { application, days_left } if application == id => Some(days_left),
                _ => None,
            }).collect();
            assert_eq!(left, days.iter().map(|(_, left)| *left).collect::<Vec<_>>());
        }
    }

    async fn an_application_is_given_to_a_colleague_and_back(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let ((one, first), (other, second)) = (administrator(&portal).await, administrator(&portal).await);
        let filed = portal.application(Status::FormReceived).await;
        gives(&portal, &first, &filed, Some(other)).await.expect("given");
        gives(&portal, &first, &filed, Some(other)).await.expect("the second click changes nothing");
        assert_eq!(version(&portal, &filed).await, 1);
        assert_eq!((ids(&portal, &first, View::Mine).await, ids(&portal, &second, View::Mine).await), (vec![], vec![filed.application.id]));
        assert_eq!(ids(&portal, &first, View::All).await, [filed.application.id], "everybody still sees it");
        // Whoever takes it has it; who has it in hand puts it down with giving it away.
        takes(&portal, &first, &filed).await;
        assert_eq!(desk(&portal, &filed).await.assigned_to, Some(one));
        gives(&portal, &first, &filed, Some(other)).await.expect("handed over");
        let now = portal.reload(&filed.application.number).await;
        assert_eq!((now.status, now.taken_by, desk(&portal, &filed).await.assigned_to), (Status::FormReceived, None, Some(other)));
        takes(&portal, &second, &filed).await;
        let seen = version(&portal, &filed).await;
        release(&portal.context, &second, &filed.application.number, seen).await.expect("released");
        assert_eq!(desk(&portal, &filed).await.assigned_to, None);
        gives(&portal, &second, &filed, Some(other)).await.expect("taken on");
        gives(&portal, &second, &filed, None).await.expect("given back");
        let seen = review(&portal.context, &first, &filed.application.number).await.expect("a review");
        assert_eq!((seen.desk.assigned_to, seen.desk.colleagues.len()), (None, 2));
        let trail = audit_entries::list_of_object(portal.db(), "application", filed.application.number.as_str(), 100).await.expect("the trail");
        let events: Vec<&str> = trail.iter().map(|entry| entry.event.as_str()).collect();
        assert_eq!(events, [
            "application.assigned", "application.taken", "application.assigned", "application.taken", "application.released",
            "application.assigned", "application.given_back",
        ]);
        assert_eq!(trail.first().expect("the first").details["assigned_to"], portal.login_of(other).await);
    }

    async fn nobody_is_given_what_he_may_not_decide(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (one, first) = administrator(&portal).await;
        let filed = portal.application(Status::FormReceived).await;
        let stranger = portal.official(Role::VoivodeshipAdministrator, Some("24")).await;
        let helpdesk = portal.official(Role::Helpdesk, Some(HERE)).await;
        let gone = portal.account("odeszla", AccountStatus::Suspended).await;
        portal.assign(gone, Role::VoivodeshipAdministrator, Some(HERE), None).await;
        for nobody in [stranger, helpdesk, gone, filed.persons[0]] {
            assert_eq!(invalid(gives(&portal, &first, &filed, Some(nobody)).await), only("assignee", Invalid::Unknown));
        }
        // Elsewhere it does not exist, and that is written down; whom the policy gives nothing is refused.
        for outsider in [stranger, helpdesk, filed.persons[0]] {
            let actor = portal.actor(outsider).await;
            let refused = [
                gives(&portal, &actor, &filed, Some(one)).await,
                puts_off(&portal, &actor, &filed, "01.12.2026").await,
                wake(&portal.context, &actor, &filed.application.number, 0).await,
                add_note(&portal.context, &actor, &filed.application.number, "x").await,
            ];
            assert!(refused.iter().all(|result| matches!(result, Err(ServiceError::NotFound | ServiceError::Denied))), "{refused:?}");
        }
        let trail = audit_entries::list_of_object(portal.db(), "application", filed.application.number.as_str(), 100).await.expect("the trail");
        assert_eq!(trail.iter().filter(|entry| entry.event == "access.refused").count(), 12);
        // A party to it may give it to a colleague, and does not get it.
        let unit = portal.unit().await;
        let mut registration = portal.registration(1);
        registration.existing_unit = Some(unit);
        let near = portal.application_of(registration, Status::FormReceived).await;
        portal.grant(one, unit, "PS", "viewer").await;
        let (other, _) = administrator(&portal).await;
        let barred = portal.actor(one).await;
        assert_eq!(invalid(gives(&portal, &barred, &near, Some(one)).await), only("assignee", Invalid::Unknown));
        gives(&portal, &barred, &near, Some(other)).await.expect("given away");
        // But takes it from nobody, puts nothing off, and neither reads nor writes what colleagues note.
        add_note(&portal.context, &portal.actor(other).await, &near.application.number, "Zadzwonić TAJNE").await.expect("a note");
        let refused = [
            gives(&portal, &barred, &near, None).await,
            puts_off(&portal, &barred, &near, "01.12.2026").await,
            wake(&portal.context, &barred, &near.application.number, version(&portal, &near).await).await,
            add_note(&portal.context, &barred, &near.application.number, "x").await,
        ];
        assert!(refused.iter().all(|result| matches!(result, Err(ServiceError::Barred(Barred::SameUnit)))), "{refused:?}");
        let seen = review(&portal.context, &barred, &near.application.number).await.expect("a review");
        assert_eq!((seen.desk.notes.len(), seen.barred_arranging), (0, Some(Barred::SameUnit)));
        takes(&portal, &portal.actor(other).await, &near).await;
        let taken = gives(&portal, &barred, &near, None).await;
        assert!(matches!(taken, Err(ServiceError::Barred(Barred::SameUnit))), "{taken:?}");
        // The central administrator may take it on.
        let centre = portal.official(Role::CentralAdministrator, None).await;
        gives(&portal, &portal.actor(centre).await, &filed, Some(centre)).await.expect("taken on");
    }

    async fn of_two_at_once_one_is_done(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let ((one, first), (other, second)) = (administrator(&portal).await, administrator(&portal).await);
        let elsewhere = portal.second(&db).await;
        let filed = portal.application(Status::FormReceived).await;
        let number = &filed.application.number;
        let (a, b) = tokio::join!(
            assign(&portal.context, &first, number, 0, Some(one)),
            assign(&elsewhere.context, &second, number, 0, Some(other))
        );
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
        assert!(is_stale(&a) || is_stale(&b));
        let (a, b) = tokio::join!(
            snooze(&portal.context, &first, number, 1, "01.12.2026"),
            take(&elsewhere.context, &second, number, 1)
        );
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
        assert!(is_stale(&wake(&portal.context, &first, number, 1).await));
        // Nothing is arranged about what has ended.
        let ended = portal.application(Status::Rejected).await;
        assert!(is_stale(&gives(&portal, &first, &ended, Some(one)).await));
        assert!(is_stale(&puts_off(&portal, &first, &ended, "01.12.2026").await));
        let waiting = portal.application(Status::AwaitingForm).await;
        assert!(is_stale(&puts_off(&portal, &first, &waiting, "01.12.2026").await), "only what the office has is put off");
    }

    async fn what_is_put_off_comes_back_by_itself_and_its_clock_runs_on(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (one, admin) = administrator(&portal).await;
        let (filed, stays) = (portal.application(Status::FormReceived).await, portal.application(Status::FormReceived).await);
        for (text, why) in [("", Invalid::Required), ("jutro", Invalid::DateShape), ("31.02.2027", Invalid::DateNone), ("22.11.2026", Invalid::DatePast), ("01.03.2027", Invalid::DateTooFar)] {
            assert_eq!(invalid(puts_off(&portal, &admin, &filed, text).await), only("snooze_until", why), "{text}");
        }
        gives(&portal, &admin, &filed, Some(one)).await.expect("mine");
        puts_off(&portal, &admin, &filed, "26.11.2026").await.expect("put off");
        assert_eq!(ids(&portal, &admin, View::All).await, [stays.application.id]);
        assert_eq!(ids(&portal, &admin, View::Mine).await, []);
        assert_eq!(ids(&portal, &admin, View::Snoozed).await, [filed.application.id]);
        assert_eq!(next_waiting(&portal.context, &admin).await.expect("the next").expect("one").id, stays.application.id);
        let all = page(&portal, &admin, View::All, Sort::Waiting).await;
        assert_eq!(all.counts.iter().find(|(status, _)| *status == Status::FormReceived).map(|(_, count)| count.number), Some(1));
        // A search finds it.
        let found = queue(&portal.context, &admin, Status::FormReceived, filed.application.number.as_str(), Sort::Waiting, None).await.expect("found");
        assert_eq!(found.rows.rows[0].snoozed_until, Some(Moment::start_of(date(2026, 11, 26))));
        let before = desk(&portal, &filed).await.clock;
        until(&portal, Moment::start_of(date(2026, 11, 26)).plus_ms(-1));
        assert_eq!(ids(&portal, &admin, View::Snoozed).await, [filed.application.id]);
        portal.advance_ms(1);
        // Nothing has run, and it is back.
        assert_eq!(ids(&portal, &admin, View::Snoozed).await, []);
        assert_eq!(ids(&portal, &admin, View::Mine).await, [filed.application.id]);
        assert_eq!((desk(&portal, &filed).await.clock, reading(&portal, &filed).await), (before, Reading::Left(6)));
        // By hand before its day; by taking it; by a form that comes.
        puts_off(&portal, &admin, &filed, "30.11.2026").await.expect("put off");
        wake(&portal.context, &admin, &filed.application.number, version(&portal, &filed).await).await.expect("woken");
        assert_eq!(desk(&portal, &filed).await.snoozed_until, None);
        puts_off(&portal, &admin, &filed, "30.11.2026").await.expect("put off");
        takes(&portal, &admin, &filed).await;
        assert_eq!(desk(&portal, &filed).await.snoozed_until, None);
        puts_off(&portal, &admin, &filed, "30.11.2026").await.expect("put off");
        let seen = version(&portal, &filed).await;
        return_for_correction(&portal.context, &admin, &filed.application.number, seen, &[], "Popraw.").await.expect("returned");
        assert_eq!(desk(&portal, &filed).await.snoozed_until, None);
    }

    async fn what_is_over_has_a_view_of_its_own_and_comes_first(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        let old = portal.application(Status::FormReceived).await;
        portal.advance_days(3);
        let younger = portal.application(Status::FormReceived).await;
        portal.advance_days(1);
        puts_off(&portal, &admin, &younger, "20.12.2026").await.expect("put off");
        let fresh = portal.application(Status::FormReceived).await;
        assert_eq!(ids(&portal, &admin, View::Overdue).await, []);
        until(&portal, Moment::end_of(date(2026, 12, 4)).plus_ms(-1));
        assert_eq!(page(&portal, &admin, View::Overdue, Sort::Waiting).await.overdue.number, 0);
        portal.advance_ms(1);
        assert_eq!(ids(&portal, &admin, View::Overdue).await, [old.application.id]);
        until(&portal, Moment::start_of(date(2026, 12, 10)));
        // Also what is put off: its clock runs on.
        assert_eq!(ids(&portal, &admin, View::Overdue).await, [old.application.id, younger.application.id]);
        assert_eq!(page(&portal, &admin, View::All, Sort::Waiting).await.overdue.number, 2);
        let order: Vec<_> = page(&portal, &admin, View::All, Sort::Due).await.rows.rows.into_iter().map(|row| row.listed.id).collect();
        assert_eq!(order, [old.application.id, fresh.application.id]);
        // Not of another voivodeship.
        let stranger = portal.actor(portal.official(Role::VoivodeshipAdministrator, Some("24")).await).await;
        assert_eq!(page(&portal, &stranger, View::Overdue, Sort::Waiting).await.overdue.number, 0);
        assert_eq!(ids(&portal, &stranger, View::Overdue).await, []);
    }

    /// Two clicks are one note; the same words of somebody else, about something else, or later are another one.
    async fn a_note_that_is_sent_twice_is_one(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let ((_, first), (_, second)) = (administrator(&portal).await, administrator(&portal).await);
        let (filed, other) = (portal.application(Status::FormReceived).await, portal.application(Status::FormReceived).await);
        let (number, words) = (&filed.application.number, "Kierowniczka dzwoniła.");
        let second_process = portal.second(&db).await;
        let (one, two) = tokio::join!(
            add_note(&portal.context, &first, number, words),
            add_note(&second_process.context, &first, number, " Kierowniczka dzwoniła. "),
        );
        one.and(two).expect("both are told that it is there");
        let notes = async |filed: &Filed| review(&portal.context, &first, &filed.application.number).await.expect("a review").desk.notes.len();
        assert_eq!(notes(&filed).await, 1);
        add_note(&portal.context, &second, number, words).await.expect("somebody else's");
        add_note(&portal.context, &first, number, "Oddzwonimy.").await.expect("something else");
        add_note(&portal.context, &first, &other.application.number, words).await.expect("about something else");
        assert_eq!((notes(&filed).await, notes(&other).await), (3, 1));
        portal.advance_ms(59_999);
        add_note(&portal.context, &first, number, words).await.expect("a late click");
        assert_eq!(notes(&filed).await, 3);
        portal.advance_ms(1);
        add_note(&portal.context, &first, number, words).await.expect("she phoned again");
        assert_eq!(notes(&filed).await, 4);
        let trail = audit_entries::list_of_object(portal.db(), "application", number.as_str(), 100).await.expect("the trail");
        assert_eq!(trail.iter().filter(|entry| entry.event == "note.added").count(), 4);
    }

    async fn notes_are_read_by_the_office_and_never_by_the_applicant(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let ((_, first), (_, second)) = (administrator(&portal).await, administrator(&portal).await);
        let filed = portal.application(Status::FormReceived).await;
        let number = &filed.application.number;
        assert_eq!(invalid(add_note(&portal.context, &first, number, " \n ").await), only("internal_note", Invalid::Required));
        assert_eq!(invalid(add_note(&portal.context, &first, number, &"x".repeat(2001)).await), only("internal_note", Invalid::TooLong));
        let secret = "Kierowniczka dzwoniła TAJNE";
        add_note(&portal.context, &first, number, secret).await.expect("a note");
        portal.advance_minutes(1);
        add_note(&portal.context, &second, number, "Druga TAJNE").await.expect("a note");
        let seen = review(&portal.context, &second, number).await.expect("a review");
        assert_eq!(seen.desk.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["Druga TAJNE", secret]);
        // It moves nothing: the page that a colleague has open is still good.
        assert_eq!(version(&portal, &filed).await, 0);
        takes(&portal, &first, &filed).await;
        let version = version(&portal, &filed).await;
        return_for_correction(&portal.context, &first, number, version, &[], "Popraw.").await.expect("returned");
        portal.deliver().await;
        // Neither the copy of the own data, nor a letter, nor the trail holds a word of it.
        let applicant = portal.actor(filed.persons[0]).await;
        let copy = read_own_data(&portal.context, &applicant).await.expect("the copy").to_json().to_string();
        assert!(copy.contains(number.as_str()) && !copy.contains("TAJNE"), "{copy}");
        assert!(portal.mailbox.received().iter().all(|letter| !format!("{letter:?}").contains("TAJNE")));
        let trail = audit_entries::list_of_object(portal.db(), "application", number.as_str(), 100).await.expect("the trail");
        assert_eq!(trail.iter().filter(|entry| entry.event == "note.added").count(), 2);
        assert!(trail.iter().all(|entry| !entry.details.to_string().contains("TAJNE")));
        assert_eq!(signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms").len(), 1);
    }
}
