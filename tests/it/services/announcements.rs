//! Announcements: for whom one is, the same in the portal and by letter; each account gets one letter, whoever dies; nobody writes beyond
//! the own scope; what was published stands until it is ended.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, visitor};
use crate::support::refusals::{invalid, one as only};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::id::{AccountId, AnnouncementId};
use cas_portal::domain::invalid::Invalid;
use cas_portal::services::ServiceError;
use cas_portal::services::announce::{
    TypedAnnouncement, announcements_page, edit_draft, end, look, publish, queue_letters, remove_draft, start_draft,
};
use cas_portal::services::choose_notices::mail_announcements;
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::read_announcements::{list_announcements, put_aside, shown_now};
use cas_portal::storage::announcements::recipients::{self, Meant};
use cas_portal::storage::{announcements, grants, units};
use sea_orm::{ConnectionTrait, DatabaseBackend};
use std::collections::BTreeSet;

/// To everybody, from the beginning of the tests on, for two days.
fn typed() -> TypedAnnouncement {
    TypedAnnouncement {
        title: "Przerwa techniczna".into(),
        text: "Od 22:00 do 4:00 portal nie będzie działał.\n\nZapisz pracę.".into(),
        urgency: "information".into(),
        audience: "everybody".into(),
        from_day: "22.11.2026".into(),
        from_time: "7:05".into(),
        until_day: "24.11.2026".into(),
        until_time: "7:05".into(),
        ..TypedAnnouncement::default()
    }
}

fn codes(list: &[&str]) -> Vec<String> {
    list.iter().map(|code| (*code).to_owned()).collect()
}

async fn published(portal: &TestPortal, by: &Actor, typed: &TypedAnnouncement) -> AnnouncementId {
    let id = start_draft(&portal.context, by, typed).await.expect("a draft");
    publish(&portal.context, by, id, 0).await.expect("published");
    id
}

async fn shown(portal: &TestPortal, actor: &Actor) -> Vec<AnnouncementId> {
    shown_now(&portal.context, actor).await.expect("announcements").into_iter().map(|one| one.id).collect()
}

/// Statements after which no announcement can be changed, and after which it can be again.
fn trap(portal: &TestPortal) -> (&'static str, &'static str) {
    match portal.db().get_database_backend() {
        DatabaseBackend::Postgres => (
            "CREATE FUNCTION trap() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'trap'; END $$ LANGUAGE plpgsql; \
             CREATE TRIGGER trap BEFORE UPDATE ON announcements FOR EACH ROW EXECUTE FUNCTION trap()",
            "DROP TRIGGER trap ON announcements; DROP FUNCTION trap()",
        ),
        _ => ("CREATE TRIGGER trap BEFORE UPDATE ON announcements BEGIN SELECT RAISE(ABORT, 'trap'); END", "DROP TRIGGER trap"),
    }
}

/// Queues and delivers until there is nothing more to do; gives the number of letters that were queued.
async fn work(portal: TestPortal, owner: &'static str) -> u64 {
    let mut queued = 0;
    loop {
        let more = queue_letters(&portal.context).await.expect("queued");
        let delivered = deliver_due(&portal.context, owner, 20).await.expect("delivered");
        queued += more;
        if more == 0 && delivered.taken() == 0 {
            return queued;
        }
    }
}

on_both! {
    async fn who_reads_it_in_the_portal_is_who_gets_the_letter(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (here, there) = (portal.unit().await, portal.unit_in_lodz().await);
        let central = portal.central().await;
        let mut people = vec![
            central,
            portal.administrator_of("26").await,
            portal.administrator_of("10").await,
            portal.official(Role::Helpdesk, Some("26")).await,
            portal.official(Role::Auditor, None).await,
            portal.employee(here).await,
            portal.employee(there).await,
            portal.coordinator(here).await,
            portal.employed_coordinator(there).await,
            portal.account("nikt", AccountStatus::Active).await,
            portal.account("czeka", AccountStatus::Pending).await,
        ];
        let family = portal.account("rodzina", AccountStatus::Active).await;
        portal.grant(family, here, "SR", "viewer").await;
        let gone = portal.employee(here).await;
        let right = grants::list_of_account(portal.db(), gone).await.expect("grants")[0].id;
        assert!(grants::replace(portal.db(), right, portal.now()).await.expect("replaced"));
        people.extend([family, gone]);
        let kind = units::find(portal.db(), there).await.expect("units").expect("the unit").data.kind;
        let author = portal.actor(central).await;
        let of = |audience: &str, voivodeships: &[&str], kinds: Vec<String>, sub_areas: &[&str]| TypedAnnouncement {
            audience: audience.into(),
            urgency: "important".into(),
            voivodeships: codes(voivodeships),
            kinds,
            sub_areas: codes(sub_areas),
            ..typed()
        };
        let mut reached = Vec::new();
        for typed in [
            of("everybody", &[], vec![], &[]),
            of("offices", &[], vec![], &[]),
            of("offices", &["26"], vec![], &[]),
            of("offices", &["10", "24"], vec![], &[]),
            of("units", &[], vec![], &[]),
            of("units", &["26"], vec![], &[]),
            of("units", &["10"], vec![kind.clone()], &[]),
            of("units", &["26"], vec![kind.clone()], &[]),
            of("units", &["24"], vec![], &[]),
            of("sub_areas", &[], vec![], &["PS"]),
            of("sub_areas", &["26"], vec![], &["PS"]),
            of("sub_areas", &["26"], vec![], &["SR"]),
            of("sub_areas", &["10"], vec![], &["PS", "SR"]),
        ] {
            let id = published(&portal, &author, &typed).await;
            let audience = announcements::find(portal.db(), id).await.expect("rows").expect("the row").content.audience;
            let today = portal.now().warsaw_date();
            let listed = recipients::list(portal.db(), &audience, Meant::Readers, today, None, 100).await.expect("recipients");
            let mut readers = BTreeSet::new();
            for person in &people {
                let actor = portal.actor(*person).await;
                if !shown(&portal, &actor).await.is_empty() {
                    readers.insert(*person);
                }
            }
            // Who is not approved yet reads what is for everybody, and gets no letter.
            readers.remove(&people[10]);
            assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), readers, "{audience:?}");
            assert_eq!(look(&portal.context, &author, id).await.expect("it").readers, readers.len() as u64);
            reached.push(readers.len());
            end(&portal.context, &author, id).await.expect("ended");
        }
        assert_eq!(reached, [12, 3, 2, 1, 5, 3, 2, 0, 0, 3, 1, 1, 2]);
    }

    /// A worker dies in the middle of a go, then two of them share the rest.
    async fn each_account_gets_one_letter(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.actor(portal.central().await).await;
        let mut wanted = BTreeSet::from([central.account_id().expect("an account")]);
        for _ in 0..115 {
            wanted.insert(portal.account("osoba", AccountStatus::Active).await);
        }
        let refused = portal.account("bez", AccountStatus::Active).await;
        mail_announcements(&portal.context, &portal.actor(refused).await, false).await.expect("refused");
        for status in [AccountStatus::Pending, AccountStatus::Invited, AccountStatus::Suspended, AccountStatus::Closed] {
            portal.account("inny", status).await;
        }
        let later = TypedAnnouncement { is_mailed: true, from_time: "8:05".into(), ..typed() };
        let id = published(&portal, &central, &later).await;
        let looked = look(&portal.context, &central, id).await.expect("it");
        assert_eq!((looked.readers, looked.letters), (117, 116));
        assert_eq!(queue_letters(&portal.context).await.expect("nothing"), 0, "before its time");
        portal.advance_minutes(60);

        assert_eq!(queue_letters(&portal.context).await.expect("queued"), 50);
        assert_eq!(queue_letters(&portal.context).await.expect("nothing"), 0, "others' letters do not wait behind all of them");
        while deliver_due(&portal.context, "first", 20).await.expect("delivered").taken() > 0 {}
        let (stop, go_on) = trap(&portal);
        portal.db().execute_unprepared(stop).await.expect("a trap");
        queue_letters(&portal.context).await.expect_err("it dies with its letters queued, before it has noted how far it was");
        portal.db().execute_unprepared(go_on).await.expect("no trap");
        assert_eq!(portal.number("SELECT COUNT(*) FROM outbox_messages").await, 50);

        let (one, other) = (portal.second(&db).await, portal.second(&db).await);
        let (one, other) = tokio::join!(tokio::spawn(work(one, "one")), tokio::spawn(work(other, "other")));
        assert_eq!(one.expect("a worker") + other.expect("a worker"), 66);
        let told = "SELECT COUNT(DISTINCT account_id) FROM outbox_messages WHERE status = 'sent' AND kind = 'announcement_published'";
        assert_eq!((portal.number(told).await, portal.number("SELECT COUNT(*) FROM outbox_messages").await), (116, 116));
        let mut letters = BTreeSet::new();
        for account in &wanted {
            let email = portal.email_of(*account).await;
            assert_eq!(portal.letters_to(&email).len(), 1, "{email}");
            letters.insert(email);
        }
        assert_eq!((letters.len(), portal.mailbox.received().len()), (116, 116));
        let letter = &portal.mailbox.received()[0];
        assert_eq!(letter.subject, "Przerwa techniczna");
        assert!(letter.body.contains("Zapisz pracę.") && letter.links.iter().any(|link| link.ends_with("/account/notices")), "{}", letter.body);
        // Who comes later reads it in the portal.
        portal.account("nowa", AccountStatus::Active).await;
        assert_eq!(work(portal.clone(), "late").await, 0);
        let looked = look(&portal.context, &central, id).await.expect("it");
        assert_eq!((looked.announcement.mailed, looked.announcement.mailed_at.is_some()), (116, true));
    }

    async fn what_was_published_stands_until_it_is_ended(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.actor(portal.central().await).await;
        let reader = portal.actor(portal.account("anna", AccountStatus::Active).await).await;
        let mailed = TypedAnnouncement { is_mailed: true, urgency: "important".into(), ..typed() };
        let id = start_draft(&portal.context, &central, &mailed).await.expect("a draft");
        assert!(shown(&portal, &reader).await.is_empty() && portal.trail("announcement", &id.to_string()).await.is_empty());
        let other = TypedAnnouncement { title: "Przerwa w nocy".into(), ..mailed.clone() };
        edit_draft(&portal.context, &central, id, 0, &other).await.expect("changed");
        assert!(matches!(publish(&portal.context, &central, id, 0).await, Err(ServiceError::Stale)), "another text than was seen");
        publish(&portal.context, &central, id, 1).await.expect("published");
        assert!(matches!(publish(&portal.context, &central, id, 1).await, Err(ServiceError::Stale)), "a second click");
        assert!(matches!(edit_draft(&portal.context, &central, id, 1, &mailed).await, Err(ServiceError::Stale)));
        assert!(matches!(remove_draft(&portal.context, &central, id, 1).await, Err(ServiceError::Stale)));
        assert_eq!(shown(&portal, &reader).await, [id]);
        assert_eq!(shown(&portal, &visitor()).await, [id]);

        assert_eq!(queue_letters(&portal.context).await.expect("queued"), 2);
        end(&portal.context, &central, id).await.expect("ended");
        assert!(matches!(end(&portal.context, &central, id).await, Err(ServiceError::Stale)), "a second click");
        assert_eq!(deliver_due(&portal.context, "worker", 10).await.expect("delivered").dropped, 2);
        assert!(portal.mailbox.received().is_empty());
        assert!(shown(&portal, &reader).await.is_empty());
        let past = list_announcements(&portal.context, &reader, None).await.expect("the list").rows;
        assert!(past.is_empty(), "it ended in the moment in which it began: nobody has seen it");
        let trail = portal.trail("announcement", &id.to_string()).await;
        assert_eq!(trail.iter().map(|entry| entry.event.as_str()).collect::<BTreeSet<_>>(), ["announcement.ended", "announcement.published"].into());
        let entry = trail.iter().find(|entry| entry.event == "announcement.published").expect("the entry");
        assert!(entry.details.to_string().contains("Przerwa w nocy") && entry.details.to_string().contains("everybody"));
        assert_eq!(work(portal.clone(), "worker").await, 0);

        let id = published(&portal, &central, &typed()).await;
        portal.advance_minutes(1);
        end(&portal.context, &central, id).await.expect("ended");
        let past = list_announcements(&portal.context, &reader, None).await.expect("the list").rows;
        assert_eq!(past.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
        portal.advance_days(366);
        assert!(list_announcements(&portal.context, &reader, None).await.expect("the list").rows.is_empty());
    }

    async fn nobody_writes_beyond_the_own_scope(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (here, there) = (portal.administrator_of("26").await, portal.administrator_of("24").await);
        let (here, there) = (portal.actor(here).await, portal.actor(there).await);
        let central = portal.actor(portal.central().await).await;
        let start = async |actor: &Actor, typed: TypedAnnouncement| start_draft(&portal.context, actor, &typed).await;
        let units = |voivodeships: &[&str]| TypedAnnouncement { audience: "units".into(), voivodeships: codes(voivodeships), ..typed() };
        assert_eq!(invalid(start(&here, typed()).await), only("audience", Invalid::NothingChosen));
        for elsewhere in [&["24"][..], &["26", "24"], &["99"]] {
            assert_eq!(invalid(start(&here, units(elsewhere)).await), only("voivodeships", Invalid::OtherVoivodeship), "{elsewhere:?}");
        }
        // What is ticked for another audience is not left out in silence.
        let mixed = TypedAnnouncement { voivodeships: codes(&["26"]), ..typed() };
        assert_eq!(invalid(start(&central, mixed).await), only("audience", Invalid::AudienceMixed));
        let none = TypedAnnouncement { audience: "sub_areas".into(), ..typed() };
        assert_eq!(invalid(start(&central, none).await), only("sub_areas", Invalid::NothingChosen));
        for (role, voivodeship) in [(Role::Helpdesk, Some("26")), (Role::Auditor, None)] {
            let actor = portal.actor(portal.official(role, voivodeship).await).await;
            assert!(matches!(start(&actor, units(&["26"])).await, Err(ServiceError::Denied)), "{role:?}");
        }
        assert!(matches!(start(&visitor(), typed()).await, Err(ServiceError::Denied)));

        // Without a choice it is the own voivodeship, never the country.
        let draft = start(&here, units(&[])).await.expect("a draft");
        let row = announcements::find(portal.db(), draft).await.expect("rows").expect("the row");
        assert_eq!(row.voivodeship.as_ref().map(ToString::to_string).as_deref(), Some("26"));
        assert!(row.content.audience.place().is_some_and(|place| place.includes("26") && !place.includes("24")));
        for somebody in [&there, &central] {
            assert!(matches!(look(&portal.context, somebody, draft).await, Err(ServiceError::NotFound)), "another's draft");
            assert!(matches!(publish(&portal.context, somebody, draft, 0).await, Err(ServiceError::NotFound)));
        }
        portal.advance_days(1);
        assert!(matches!(publish(&portal.context, &here, draft, 0).await, Err(ServiceError::ProofTooOld)));
        let here = portal.actor(here.account_id().expect("an account")).await;
        publish(&portal.context, &here, draft, 0).await.expect("published");
        assert!(matches!(look(&portal.context, &there, draft).await, Err(ServiceError::NotFound)));
        assert!(matches!(end(&portal.context, &there, draft).await, Err(ServiceError::NotFound)));
        let refused = portal.trail("announcement", &draft.to_string()).await;
        let refused: Vec<_> = refused.iter().filter(|entry| entry.event == "access.refused").collect();
        assert!(refused.len() >= 4 && refused.iter().all(|entry| entry.voivodeship.as_ref().is_some_and(|code| code.as_str() == "26")));
        let listed = async |actor: &Actor| announcements_page(&portal.context, actor, None, 10).await.expect("the list").rows.len();
        assert_eq!((listed(&here).await, listed(&there).await, listed(&central).await), (1, 0, 1));
        let central = portal.actor(central.account_id().expect("an account")).await;
        let everybody = published(&portal, &central, &typed()).await;
        assert!(matches!(end(&portal.context, &here, everybody).await, Err(ServiceError::NotFound)), "the centre's is not the office's");
        end(&portal.context, &central, draft).await.expect("the centre ends it");
    }

    async fn one_puts_aside_for_oneself_what_does_not_press(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.actor(portal.central().await).await;
        let mut readers = Vec::new();
        for name in ["anna", "ewa"] {
            let id: AccountId = portal.account(name, AccountStatus::Active).await;
            readers.push(portal.actor(id).await);
        }
        let information = published(&portal, &central, &typed()).await;
        let important = published(&portal, &central, &TypedAnnouncement { urgency: "important".into(), ..typed() }).await;
        let offices = TypedAnnouncement { audience: "offices".into(), ..typed() };
        let others = published(&portal, &central, &offices).await;
        assert_eq!(shown(&portal, &readers[0]).await, [important, information], "what presses stands first");
        for _ in 0..2 {
            put_aside(&portal.context, &readers[0], information).await.expect("put aside");
        }
        assert!(matches!(put_aside(&portal.context, &readers[0], important).await, Err(ServiceError::Stale)));
        assert!(matches!(put_aside(&portal.context, &readers[0], others).await, Err(ServiceError::NotFound)));
        assert!(matches!(put_aside(&portal.context, &visitor(), information).await, Err(ServiceError::Denied)));
        assert_eq!(shown(&portal, &readers[0]).await, [important]);
        assert_eq!(shown(&portal, &readers[1]).await, [important, information]);
        assert_eq!(list_announcements(&portal.context, &readers[0], None).await.expect("the list").rows.len(), 2);
        portal.advance_days(2);
        assert!(shown(&portal, &readers[1]).await.is_empty(), "its time is over");
        assert!(matches!(put_aside(&portal.context, &readers[1], information).await, Err(ServiceError::NotFound)));
    }
}
