//! Batches: each row as if it were the only one, done once whoever works and whoever is killed, with the rights of that moment; one that
//! fails stops nothing and hides nothing.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{Filed, VOIVODESHIP, unit_data_in_lodz};
use crate::support::portal::TestPortal;
use crate::support::refusals::{invalid, one as only};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::bulk::{Act, Hindrance, MOST_ROWS};
use cas_portal::domain::application::decision::Barred;
use cas_portal::domain::application::registration::{Person, Registration};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::{AccountId, BulkJobId};
use cas_portal::domain::identifiers::{ApplicationNumber, Login, PersonName, Text};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::notice::Notice;
use cas_portal::services::ServiceError;
use cas_portal::services::act_in_bulk::{
    Assignee, Batch, Chosen, NewBatch, RowState, list_batches, look_at_batch, look_at_choice, start_batch, work_off, work_on,
};
use cas_portal::services::review_application::take;
use cas_portal::storage::{accounts, applications, role_assignments, units};
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;

fn chosen(filed: &Filed) -> Chosen {
    Chosen { number: filed.application.number.clone(), seen_version: filed.application.version }
}

/// What a page of this moment would send.
async fn seen_now(portal: &TestPortal, filed: &[Filed]) -> Vec<Chosen> {
    let mut all = Vec::new();
    for one in filed {
        let number = one.application.number.clone();
        all.push(Chosen { seen_version: portal.reload(&number).await.version, number });
    }
    all
}

fn batch(portal: &TestPortal, act: Act, chosen: Vec<Chosen>) -> NewBatch {
    let assignee = (act == Act::Assign).then_some(Assignee::Nobody);
    NewBatch { id: portal.context.new_bulk_job_id(), act, chosen, assignee, saw_signature: act == Act::Approve }
}

async fn starts(portal: &TestPortal, actor: &Actor, act: Act, chosen: Vec<Chosen>) -> BulkJobId {
    start_batch(&portal.context, actor, &batch(portal, act, chosen)).await.expect("a batch")
}

async fn does(portal: &TestPortal, actor: &Actor, act: Act, chosen: Vec<Chosen>) -> Vec<RowState> {
    let id = starts(portal, actor, act, chosen).await;
    work_off(&portal.context).await.expect("worked");
    states(portal, actor, id).await
}

async fn looks(portal: &TestPortal, actor: &Actor, id: BulkJobId) -> Batch {
    look_at_batch(&portal.context, actor, id).await.expect("the batch")
}

async fn states(portal: &TestPortal, actor: &Actor, id: BulkJobId) -> Vec<RowState> {
    looks(portal, actor, id).await.rows.into_iter().map(|row| row.state).collect()
}

fn failed(why: Hindrance) -> RowState {
    RowState::Failed(vec![why])
}

async fn received(portal: &TestPortal, range: std::ops::Range<usize>) -> Vec<Filed> {
    let mut all = Vec::new();
    for index in range {
        all.push(portal.application_of(portal.unlike(index), Status::FormReceived).await);
    }
    all
}

/// Received, and in the hands of this administrator.
async fn taken(portal: &TestPortal, admin: &Actor, range: std::ops::Range<usize>) -> Vec<Filed> {
    let all = received(portal, range).await;
    let done = does(portal, admin, Act::Take, seen_now(portal, &all).await).await;
    assert!(done.iter().all(|state| *state == RowState::Done), "{done:?}");
    all
}

async fn events(portal: &TestPortal, number: &ApplicationNumber) -> Vec<String> {
    let mut trail = portal.trail("application", number.as_str()).await;
    trail.sort_by_key(|entry| entry.id);
    trail.into_iter().map(|entry| entry.event).collect()
}

async fn administrator(portal: &TestPortal) -> (AccountId, Actor) {
    let id = portal.administrator().await;
    (id, portal.actor(id).await)
}

async fn status(portal: &TestPortal, filed: &Filed) -> Status {
    portal.reload(&filed.application.number).await.status
}

/// Lets work go on for so many steps, and drops it wherever it stands.
async fn goes_on_for(steps: usize, work: impl Future) -> bool {
    let (mut work, mut left) = (pin!(work), steps);
    std::future::poll_fn(|task| match work.as_mut().poll(task) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

on_both! {
    async fn each_row_is_done_as_if_it_were_the_only_one(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let ((me, admin), (_, colleague)) = (administrator(&portal).await, administrator(&portal).await);
        let all = received(&portal, 0..4).await;
        let elsewhere = portal.application_of(
            Registration {
                unit: unit_data_in_lodz(portal.regon()),
                ..portal.registration(1)
            },
            Status::FormReceived,
        ).await;
        // One was changed since the page was made, one is in a colleague's hands, one lies elsewhere, one is not there.
        take(&portal.context, &colleague, &all[2].application.number, 0).await.expect("taken");
        let mut wanted: Vec<Chosen> = all[..3].iter().map(chosen).collect();
        wanted.push(Chosen { seen_version: 1, ..chosen(&all[2]) });
        wanted.push(chosen(&elsewhere));
        wanted.push(Chosen { number: ApplicationNumber::parse("W/26/2026/999999").expect("a number"), seen_version: 0 });
        wanted.push(chosen(&all[0]));
        // The same number twice is one, the first.
        let id = starts(&portal, &admin, Act::Take, wanted).await;
        work_off(&portal.context).await.expect("worked");
        let batch = looks(&portal, &admin, id).await;
        let expected = [RowState::Done, RowState::Done, failed(Hindrance::Barred(Barred::Stale)), failed(Hindrance::Unknown), failed(Hindrance::Unknown)];
        assert_eq!(batch.rows.iter().map(|row| row.state.clone()).collect::<Vec<_>>(), expected);
        assert_eq!((batch.count("done"), batch.count("failed"), batch.is_under_way()), (2, 3, false));
        assert!(batch.rows[3].unit_name.is_none(), "of another voivodeship's application nothing is told");
        assert_eq!(portal.reload(&all[0].application.number).await.taken_by, Some(me));
        assert_eq!(does(&portal, &admin, Act::Take, vec![Chosen { seen_version: 1, ..chosen(&all[2]) }]).await, [failed(Hindrance::Held)]);
        // The entries are those of the single acts, and one more for each batch.
        assert_eq!(events(&portal, &all[0].application.number).await, ["application.taken"]);
        assert_eq!(events(&portal, &all[3].application.number).await, [""; 0]);
        let entries = portal.trail("bulk", &id.to_string()).await;
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].details["act"].as_str(), entries[0].details["rows"].as_i64()), (Some("take"), Some(5)));
        assert!(!entries[0].details.to_string().contains(elsewhere.application.number.as_str()));

        let done = does(&portal, &admin, Act::Approve, seen_now(&portal, &all[..2]).await).await;
        assert_eq!(done, [RowState::Done, RowState::Done]);
        for filed in &all[..2] {
            assert_eq!(status(&portal, filed).await, Status::Approved);
            assert_eq!(events(&portal, &filed.application.number).await, ["application.taken", "application.approved"]);
            assert!(units::find_active_by_regon(portal.db(), &filed.application.summary().regon).await.expect("units").is_some());
        }
        assert_eq!(portal.notice_keys().await.iter().filter(|key| **key == "application_approved").count(), 2);
    }

    async fn only_what_needs_no_second_look_is_approved(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        let mut all = taken(&portal, &admin, 0..4).await;
        let set = async |filed: &Filed, sql: &str| {
            let id = filed.application.id.0;
            let id = if db.is_postgres() { format!("'{id}'") } else { format!("X'{}'", id.simple()) };
            portal.db().execute_unprepared(&sql.replace("{id}", &id)).await.expect("set");
        };
        set(&all[1], "UPDATE signed_forms SET code_match = 'confirmed_by_eye' WHERE application_id = {id}").await;
        set(&all[2], "UPDATE signed_forms SET code_match = 'unreadable' WHERE application_id = {id}").await;
        // Somebody with the address of one who applies has an account.
        let twin = all[3].application.payload.new_persons()[0].clone();
        let twin = Person {
            login: Login::parse("inny-login").expect("a login"),
            first_name: PersonName::parse("Ewa").expect("a name"),
            ..twin
        };
        portal.account_of(&twin, AccountStatus::Active, true).await;
        let mut noted = portal.unlike(4);
        noted.note = Some(Text::parse("Proszę o pośpiech.", 2000).expect("a text"));
        let mut shared = portal.unlike(5);
        shared.persons.extend(portal.unlike(6).persons);
        shared.persons[1].email = shared.persons[0].email.clone();
        let mut two = portal.unlike(7);
        two.persons[0].coordinator = true;
        for registration in [noted, shared, two] {
            let filed = portal.application_of(registration, Status::FormReceived).await;
            take(&portal.context, &admin, &filed.application.number, 0).await.expect("taken");
            all.push(filed);
        }
        // In nobody's hands, and without a form.
        all.push(portal.application_of(portal.unlike(8), Status::FormReceived).await);
        all.push(portal.application_of(portal.unlike(9), Status::AwaitingForm).await);
        let why = [
            vec![],
            vec![Hindrance::NotMatched],
            vec![Hindrance::Barred(Barred::NotCompared)],
            vec![Hindrance::LooksAlike],
            vec![Hindrance::HasNote],
            vec![Hindrance::SharesAddresses],
            vec![Hindrance::NeedsTwo],
            vec![Hindrance::Barred(Barred::NotTaken)],
            vec![Hindrance::Barred(Barred::NotTaken), Hindrance::NotMatched],
        ];
        let wanted = seen_now(&portal, &all).await;
        let choice = look_at_choice(&portal.context, &admin, Act::Approve, &wanted).await.expect("a choice");
        let found: Vec<Vec<Hindrance>> = choice.judged.iter().map(|one| one.hindrances.clone()).collect();
        assert_eq!(found, why);
        // Who sends them all the same gets the same answer, and nothing happens to them.
        let done = does(&portal, &admin, Act::Approve, wanted.clone()).await;
        let expected: Vec<RowState> = why.into_iter().map(|why| if why.is_empty() { RowState::Done } else { RowState::Failed(why) }).collect();
        assert_eq!(done, expected);
        for (filed, seen) in all.iter().zip(&wanted).skip(1) {
            let now = portal.reload(&filed.application.number).await;
            assert_eq!((now.version, now.status.is_open()), (seen.seen_version, true), "{}", now.number);
        }
        assert_eq!(portal.number("SELECT count(*) FROM first_approvals").await, 0);
    }

    async fn one_that_fails_stops_nothing(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        let all = taken(&portal, &admin, 0..4).await;
        let id = starts(&portal, &admin, Act::Approve, seen_now(&portal, &all).await).await;
        // One cannot be read any more, of one the unit was registered meanwhile.
        let damaged = all[1].application.id.0;
        let damaged = if db.is_postgres() { format!("'{damaged}'") } else { format!("X'{}'", damaged.simple()) };
        portal.db().execute_unprepared(&format!("UPDATE application_revisions SET payload = '{{}}' WHERE application_id = {damaged}")).await.expect("damaged");
        let unit = all[2].application.payload.registration().expect("a registration").unit.clone();
        units::add(portal.db(), portal.context.new_unit_id(), &unit, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
        work_off(&portal.context).await.expect("worked");
        let done = states(&portal, &admin, id).await;
        assert_eq!((&done[0], &done[3]), (&RowState::Done, &RowState::Done));
        assert_eq!(done[1], failed(Hindrance::Failed));
        assert_eq!(done[2], failed(Hindrance::LooksAlike));
        // The page of the choice tells of it, too, and hides no other.
        let choice = look_at_choice(&portal.context, &admin, Act::Assign, &[chosen(&all[1]), chosen(&all[2])]).await.expect("a choice");
        assert_eq!(choice.judged[0].hindrances, [Hindrance::Failed]);
        assert!(choice.judged[1].known.is_some());
        let again = starts(&portal, &admin, Act::Assign, vec![chosen(&all[1])]).await;
        assert_eq!(states(&portal, &admin, again).await, [failed(Hindrance::Failed)]);
    }

    async fn two_workers_do_each_row_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        let all = received(&portal, 0..12).await;
        let id = starts(&portal, &admin, Act::Take, seen_now(&portal, &all).await).await;
        let (one, two) = (portal.second(&db).await, portal.second(&db).await);
        let (a, b, c) = tokio::join!(work_off(&one.context), work_off(&two.context), work_on(&portal.context, id, 5));
        a.and(b).and(c).expect("worked");
        assert_eq!(looks(&portal, &admin, id).await.count("done"), 12);
        for filed in &all {
            assert_eq!(events(&portal, &filed.application.number).await, ["application.taken"]);
            assert_eq!(portal.reload(&filed.application.number).await.version, 1);
        }
        assert_eq!(work_off(&portal.context).await.expect("nothing is left"), 0);
    }

    async fn whoever_breaks_off_anywhere_loses_no_row_and_does_none_twice(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        let all = received(&portal, 0..6).await;
        let id = starts(&portal, &admin, Act::Take, seen_now(&portal, &all).await).await;
        let (mut steps, mut broken) = (1, 0);
        while looks(&portal, &admin, id).await.is_under_way() {
            let elsewhere = portal.second(&db).await;
            broken += usize::from(!goes_on_for(steps, work_off(&elsewhere.context)).await);
            steps += 7;
        }
        assert!(broken > 3, "it was broken off {broken} times");
        assert_eq!(looks(&portal, &admin, id).await.count("done"), 6);
        for filed in &all {
            assert_eq!(events(&portal, &filed.application.number).await, ["application.taken"]);
        }
    }

    async fn the_rights_are_those_of_the_moment(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (me, admin) = administrator(&portal).await;
        let all = received(&portal, 0..3).await;
        let id = starts(&portal, &admin, Act::Take, seen_now(&portal, &all).await).await;
        assert_eq!(work_on(&portal.context, id, 1).await.expect("one"), 1);
        let role = role_assignments::list_of(portal.db(), me).await.expect("roles")[0].id;
        role_assignments::revoke(portal.db(), role, portal.now()).await.expect("revoked");
        work_off(&portal.context).await.expect("worked");
        assert!(matches!(look_at_batch(&portal.context, &portal.actor(me).await, id).await, Err(ServiceError::NotFound)));
        // Back in the office one reads what became of it.
        portal.assign(me, Role::VoivodeshipAdministrator, Some(VOIVODESHIP), None).await;
        let admin = portal.actor(me).await;
        assert_eq!(states(&portal, &admin, id).await, [RowState::Done, failed(Hindrance::Denied), failed(Hindrance::Denied)]);
        assert_eq!(status(&portal, &all[1]).await, Status::FormReceived);
        // Nor does anything happen for somebody who is shut out.
        let id = starts(&portal, &admin, Act::Take, seen_now(&portal, &all[1..]).await).await;
        accounts::save_status(portal.db(), me, AccountStatus::Suspended).await.expect("suspended");
        work_off(&portal.context).await.expect("worked");
        accounts::save_status(portal.db(), me, AccountStatus::Active).await.expect("restored");
        assert_eq!(states(&portal, &admin, id).await, [failed(Hindrance::Denied), failed(Hindrance::Denied)]);
    }

    async fn approvals_ask_for_a_proof_and_for_the_signatures(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        let all = taken(&portal, &admin, 0..2).await;
        let new = batch(&portal, Act::Approve, seen_now(&portal, &all).await);
        let unseen = NewBatch { saw_signature: false, ..new.clone() };
        assert_eq!(invalid(start_batch(&portal.context, &admin, &unseen).await), only("signature", Invalid::SignatureRequired));
        portal.advance_minutes(60);
        assert!(matches!(start_batch(&portal.context, &admin, &new).await, Err(ServiceError::ProofTooOld)));
        // What could not be done in the time of the proof is not approved later.
        let id = start_batch(&portal.context, &portal.proven(&admin), &new).await.expect("a batch");
        work_on(&portal.context, id, 1).await.expect("one");
        portal.advance_minutes(60);
        work_off(&portal.context).await.expect("worked");
        assert_eq!(states(&portal, &admin, id).await, [RowState::Done, failed(Hindrance::ProofTooOld)]);
        assert_eq!(status(&portal, &all[1]).await, Status::InReview);
    }

    async fn a_page_that_is_sent_twice_is_one_batch_and_its_owners_alone(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let ((_, admin), (_, colleague)) = (administrator(&portal).await, administrator(&portal).await);
        let all = received(&portal, 0..2).await;
        let new = batch(&portal, Act::Take, seen_now(&portal, &all).await);
        let elsewhere = portal.second(&db).await;
        let (one, two) = tokio::join!(start_batch(&portal.context, &admin, &new), start_batch(&elsewhere.context, &admin, &new));
        assert_eq!((one.expect("a batch"), two.expect("the same")), (new.id, new.id));
        assert_eq!(portal.number("SELECT count(*) FROM bulk_rows").await, 2);
        assert_eq!(portal.trail("bulk", &new.id.to_string()).await.len(), 1);
        let centre = portal.actor(portal.central().await).await;
        for other in [&colleague, &centre] {
            assert!(matches!(start_batch(&portal.context, other, &new).await, Err(ServiceError::NotFound)));
            assert!(matches!(look_at_batch(&portal.context, other, new.id).await, Err(ServiceError::NotFound)));
            assert!(list_batches(&portal.context, other).await.expect("the own ones").is_empty());
        }
        assert_eq!(list_batches(&portal.context, &admin).await.expect("the own ones").len(), 1);
        // Who decides nowhere begins none and has no list.
        let helpdesk = portal.actor(portal.official(Role::Helpdesk, Some(VOIVODESHIP)).await).await;
        let applicant = portal.actor(all[0].persons[0]).await;
        for nobody in [&helpdesk, &applicant] {
            for act in Act::ALL {
                assert!(matches!(start_batch(&portal.context, nobody, &batch(&portal, act, vec![chosen(&all[0])])).await, Err(ServiceError::Denied)));
                assert!(matches!(look_at_choice(&portal.context, nobody, act, &[chosen(&all[0])]).await, Err(ServiceError::Denied)));
            }
            assert!(matches!(list_batches(&portal.context, nobody).await, Err(ServiceError::Denied)));
        }
        assert_eq!(invalid(start_batch(&portal.context, &admin, &batch(&portal, Act::Take, vec![])).await), only("row", Invalid::NothingChosen));
        let number = |serial| ApplicationNumber::parse(&format!("W/26/2026/{serial:06}")).expect("a number");
        let many = (0..=MOST_ROWS).map(|serial| Chosen { number: number(serial + 1), seen_version: 0 }).collect();
        assert_eq!(invalid(start_batch(&portal.context, &admin, &batch(&portal, Act::Take, many)).await), only("row", Invalid::TooManyRows));
    }

    async fn an_applicant_is_reminded_once_a_day(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        let awaiting = portal.application_of(portal.unlike(0), Status::AwaitingForm).await;
        let returned = portal.application_of(portal.unlike(1), Status::Returned).await;
        let received = portal.application_of(portal.unlike(2), Status::FormReceived).await;
        let all = vec![chosen(&awaiting), chosen(&returned), chosen(&received)];
        let told = async || {
            let notices = portal.notices().await.into_iter();
            notices.filter(|notice| matches!(notice, Notice::ApplicationDeadlineNear { .. })).count()
        };
        assert_eq!(does(&portal, &admin, Act::Remind, all.clone()).await, [RowState::Done, RowState::Done, failed(Hindrance::NotTheirMove)]);
        assert_eq!(told().await, 2);
        assert_eq!(events(&portal, &awaiting.application.number).await, ["application.reminded"]);
        let twice = does(&portal, &admin, Act::Remind, all[..2].to_vec()).await;
        assert_eq!(twice, [failed(Hindrance::RemindedToday), failed(Hindrance::RemindedToday)]);
        // Two batches at once send one letter.
        portal.advance_days(1);
        let (one, two) = (starts(&portal, &admin, Act::Remind, all[..1].to_vec()).await, starts(&portal, &admin, Act::Remind, all[..1].to_vec()).await);
        let elsewhere = portal.second(&db).await;
        let (a, b) = tokio::join!(work_on(&portal.context, one, 1), work_on(&elsewhere.context, two, 1));
        a.and(b).expect("worked");
        let both = [states(&portal, &admin, one).await, states(&portal, &admin, two).await].concat();
        assert!(both.contains(&RowState::Done) && both.contains(&failed(Hindrance::RemindedToday)), "{both:?}");
        assert_eq!(told().await, 3);
        // What the portal itself sent today counts.
        portal.advance_days(6);
        assert_eq!(portal.keep().await.reminded, 2);
        assert_eq!(does(&portal, &admin, Act::Remind, all[1..2].to_vec()).await, [failed(Hindrance::RemindedToday)]);
        let letters = portal.letters_of(awaiting.persons[0]).await;
        assert!(letters.iter().any(|letter| letter.body.contains(awaiting.application.number.as_str())), "{letters:?}");
    }

    async fn applications_are_given_to_whom_they_can_be_given(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let ((_, admin), (other, _)) = (administrator(&portal).await, administrator(&portal).await);
        let all = received(&portal, 0..2).await;
        let unit = portal.unit().await;
        let mut near = portal.unlike(2);
        near.existing_unit = Some(unit);
        let near = portal.application_of(near, Status::FormReceived).await;
        portal.grant(other, unit, "PS", "viewer").await;
        let mut wanted = seen_now(&portal, &all).await;
        wanted.push(chosen(&near));
        let given = NewBatch { assignee: Some(Assignee::Account(other)), ..batch(&portal, Act::Assign, wanted) };
        let id = start_batch(&portal.context, &admin, &given).await.expect("a batch");
        work_off(&portal.context).await.expect("worked");
        // Of one it is a party.
        assert_eq!(states(&portal, &admin, id).await, [RowState::Done, RowState::Done, failed(Hindrance::NotEligible)]);
        assert_eq!(applications::desk::find(portal.db(), all[0].application.id).await.expect("a desk").assigned_to, Some(other));
        // The second time nothing is to be changed, and that is no failure.
        let given = NewBatch { id: portal.context.new_bulk_job_id(), chosen: seen_now(&portal, &all).await, ..given };
        let id = start_batch(&portal.context, &admin, &given).await.expect("a batch");
        work_off(&portal.context).await.expect("worked");
        assert_eq!(states(&portal, &admin, id).await, [RowState::Done, RowState::Done]);
        assert_eq!(events(&portal, &all[0].application.number).await, ["application.assigned"]);
        // Whoever chooses nothing gives nothing back.
        let unsaid = NewBatch { id: portal.context.new_bulk_job_id(), assignee: None, ..given.clone() };
        assert_eq!(invalid(start_batch(&portal.context, &admin, &unsaid).await), only("assignee", Invalid::Required));
        let nobody = NewBatch { id: portal.context.new_bulk_job_id(), assignee: Some(Assignee::Account(portal.context.new_account_id())), ..given };
        assert_eq!(invalid(start_batch(&portal.context, &admin, &nobody).await), only("assignee", Invalid::Unknown));
    }

    async fn batches_are_forgotten_when_they_are_old_and_done(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, admin) = administrator(&portal).await;
        let all = received(&portal, 0..2).await;
        let done = starts(&portal, &admin, Act::Take, vec![chosen(&all[0])]).await;
        work_off(&portal.context).await.expect("worked");
        let waiting = starts(&portal, &admin, Act::Take, vec![chosen(&all[1])]).await;
        portal.advance_days(89);
        portal.keep().await;
        assert_eq!(list_batches(&portal.context, &admin).await.expect("both").len(), 2);
        portal.advance_days(2);
        portal.keep().await;
        let left: BTreeSet<BulkJobId> = list_batches(&portal.context, &admin).await.expect("one").into_iter().map(|batch| batch.job.id).collect();
        assert_eq!(left, BTreeSet::from([waiting]));
        assert!(matches!(look_at_batch(&portal.context, &admin, done).await, Err(ServiceError::NotFound)));
    }
}
