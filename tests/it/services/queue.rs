//! The queue: pages that neither skip nor repeat, Polish order, search and scope, the same on both databases.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::printed_form;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::registration::Registration;
use cas_portal::domain::application::revision::Fingerprint;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::application::{Application, Payload};
use cas_portal::domain::id::AccountId;
use cas_portal::domain::identifiers::{Line, TercCode};
use cas_portal::domain::permission::ListScope;
use cas_portal::services::ServiceError;
use cas_portal::services::review_application::{PAGE_SIZE, Queue, Sort, next_waiting, queue};
use cas_portal::storage::applications::{self, queue::Shown};
use cas_portal::storage::database::begin;
use std::collections::BTreeSet;

/// Files applications of one applicant, all in one transaction; each is a minute younger than the one before.
async fn file(portal: &TestPortal, applicant: AccountId, registrations: Vec<Registration>) -> Vec<Application> {
    let tx = begin(portal.db()).await.expect("a transaction");
    let mut filed = Vec::new();
    for registration in registrations {
        portal.advance_minutes(1);
        let (now, payload) = (portal.now(), Payload::Registration(registration.clone()));
        let number = applications::next_number(&tx, &registration.unit.terc.voivodeship(), 2026).await.expect("a number");
        let application = Application {
            id: portal.context.new_application_id(),
            number,
            status: Status::FormReceived,
            revision: 1,
            fingerprint: Fingerprint::of(&payload),
            payload,
            applicant,
            submitted_at: now,
            revised_at: now,
            status_since: now,
            lapses_at: None,
            taken_by: None,
            decided_by: None,
            decided_for: None,
            decided_at: None,
            reason: None,
            version: 0,
        };
        let form = serde_json::to_value(printed_form(&application)).expect("JSON");
        applications::add(&tx, &application, &form, &[(applicant, "a@example.pl".to_owned())]).await.expect("filed");
        filed.push(application);
    }
    tx.commit().await.expect("committed");
    filed
}

fn named(portal: &TestPortal, name: &str) -> Registration {
    let mut registration = portal.registration(1);
    registration.unit.name = Line::parse(name, 200).expect("a name");
    registration
}

async fn page(portal: &TestPortal, actor: &Actor, q: &str, sort: Sort, after: Option<&str>) -> Queue {
    queue(&portal.context, actor, Status::FormReceived, q, sort, after).await.expect("a page")
}

async fn found(portal: &TestPortal, actor: &Actor, q: &str) -> Vec<String> {
    page(portal, actor, q, Sort::Waiting, None).await.rows.rows.into_iter().map(|row| row.listed.unit_name).collect()
}

on_both! {
    async fn a_search_finds_towns_and_tells_in_which_state_its_hits_are(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let admin = portal.office().await;
        let of_town = |town: &str| {
            let mut registration = portal.registration(1);
            registration.unit.address.town = Line::parse(town, 80).expect("a town");
            registration
        };
        for status in [Status::FormReceived, Status::Approved, Status::Approved] {
            portal.application_of(of_town("Łopuszno"), status).await;
        }
        portal.application_of(of_town("Morawica"), Status::FormReceived).await;
        let found = page(&portal, &admin, "lopuszno", Sort::Waiting, None).await;
        assert_eq!(found.rows.rows.len(), 1);
        let count = |queue: &Queue, status: Status| queue.counts.iter().find(|(s, _)| *s == status).map(|(_, count)| count.number);
        assert_eq!((count(&found, Status::FormReceived), count(&found, Status::Approved), count(&found, Status::Rejected)), (Some(1), Some(2), Some(0)));
        let all = page(&portal, &admin, "", Sort::Waiting, None).await;
        assert_eq!(count(&all, Status::FormReceived), Some(2));
    }

    async fn pages_never_skip_or_repeat_while_rows_change(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let admin = portal.office().await;
        let applicant = portal.account("wnioskujacy", AccountStatus::Pending).await;
        for sort in Sort::ALL {
            let names = (0..3 * PAGE_SIZE).map(|i| named(&portal, &format!("{} {i}", ["Łan", "Lan", "Źdźbło", "lan"][i % 4]))).collect();
            let filed = file(&portal, applicant, names).await;
            let mut seen: Vec<String> = Vec::new();
            let mut moved = BTreeSet::new();
            let mut after: Option<String> = None;
            let mut pages = 0;
            loop {
                let found = page(&portal, &admin, "", sort, after.as_deref()).await;
                seen.extend(found.rows.rows.iter().map(|row| row.listed.number.to_string()));
                pages += 1;
                // Somebody takes one that was shown and one that was not yet, and another one is filed.
                let shown = seen[seen.len() / 2].clone();
                let unseen = filed.iter().map(|a| a.number.to_string()).find(|n| !seen.contains(n) && !moved.contains(n));
                for number in [Some(shown), unseen].into_iter().flatten().filter(|n| !moved.contains(n)).collect::<Vec<_>>() {
                    let mut row = filed.iter().find(|a| a.number.as_str() == number).expect("ours").clone();
                    row.status = Status::Withdrawn;
                    applications::save(portal.db(), &row).await.expect("moved");
                    moved.insert(number);
                }
                file(&portal, applicant, vec![named(&portal, "Nowy")]).await;
                match found.rows.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            let unique: BTreeSet<&String> = seen.iter().collect();
            assert_eq!(unique.len(), seen.len(), "{sort:?}: a row came twice");
            for number in filed.iter().map(|a| a.number.to_string()).filter(|n| !moved.contains(n)) {
                assert!(unique.contains(&number), "{sort:?}: {number} was skipped");
            }
            assert!(pages >= 3, "{sort:?}");
            // What is left goes, so that the next order begins anew.
            while let Some(row) = page(&portal, &admin, "", Sort::Waiting, None).await.rows.rows.first() {
                let mut application = applications::find(portal.db(), row.listed.id).await.expect("rows").expect("it");
                application.status = Status::Withdrawn;
                applications::save(portal.db(), &application).await.expect("moved");
            }
        }
    }

    async fn rows_come_in_the_order_that_was_asked_for(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let admin = portal.office().await;
        let applicant = portal.account("wnioskujacy", AccountStatus::Pending).await;
        let polish = ["Cz", "Czarna", "Ćmielów", "Lublin", "Lzy", "Łódź", "Mława", "Zabrze", "Zielona", "Źródła", "Żary"];
        let mixed: Vec<&str> = [5, 0, 10, 3, 8, 1, 9, 4, 2, 7, 6].into_iter().map(|i| polish[i]).collect();
        file(&portal, applicant, mixed.iter().map(|name| named(&portal, name)).collect()).await;
        let names = async |sort| -> Vec<String> {
            page(&portal, &admin, "", sort, None).await.rows.rows.into_iter().map(|row| row.listed.unit_name).collect()
        };
        assert_eq!(names(Sort::Unit).await, polish);
        assert_eq!(names(Sort::Waiting).await, mixed);
        assert_eq!(names(Sort::Newest).await, mixed.iter().rev().copied().collect::<Vec<_>>());
        assert_eq!(next_waiting(&portal.context, &admin).await.expect("a queue").expect("one").unit_name, "Łódź");
        // A cursor of another order, or nonsense, begins the list anew.
        for nonsense in ["k00.x", "n1", "'; DROP TABLE", ""] {
            assert_eq!(page(&portal, &admin, "", Sort::Waiting, Some(nonsense)).await.rows.rows.len(), 11);
        }
        portal.advance_days(3);
        let row = page(&portal, &admin, "", Sort::Waiting, None).await.rows.rows.remove(0);
        assert_eq!((row.age_days, row.days_left, row.taken_by), (3, None, None));
    }

    async fn a_search_finds_numbers_units_and_people(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let admin = portal.office().await;
        let applicant = portal.account("wnioskujacy", AccountStatus::Pending).await;
        let mut lodz = named(&portal, "Środowiskowy Dom Samopomocy „Źródełko” w Łodzi");
        lodz.persons[0].last_name = cas_portal::domain::identifiers::PersonName::parse("Brzęczyszczykiewicz").expect("a name");
        let (regon, login) = (lodz.unit.regon.to_string(), lodz.persons[0].login.to_string());
        let filed = file(&portal, applicant, vec![lodz, named(&portal, "Dom Pomocy Społecznej w Kielcach")]).await;
        let number = filed[0].number.to_string();
        let spaced = format!("{} {} {}", &regon[..3], &regon[3..6], &regon[6..]);
        for q in [
            number.as_str(),
            &number.to_lowercase(),
            &filed[0].number.to_path(),
            "1",
            "000001",
            "lodzi",
            "ŁODZI",
            "zrodelko",
            "srodowiskowy dom",
            "dom samopom",
            "brzeczysz",
            "Brzęczyszczykiewicz Anna",
            &regon,
            &regon[..7],
            &spaced,
            &login,
        ] {
            let hits = found(&portal, &admin, q).await;
            assert!(hits.iter().any(|name| name.contains("Źródełko")), "{q}: {hits:?}");
            assert!(q == "1" || q == &regon[..7] || !hits.iter().any(|name| name.contains("Kielcach")), "{q}: {hits:?}");
        }
        for q in ["dom zrodelko kielcach", "samopomocx", "%", "<b>", "999999999", "odzi"] {
            assert!(found(&portal, &admin, q).await.is_empty(), "{q}");
        }
        assert_eq!(found(&portal, &admin, "DOM").await.len(), 2);
    }

    async fn common_words_page_on_as_rare_ones_do(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let admin = portal.office().await;
        let applicant = portal.account("wnioskujacy", AccountStatus::Pending).await;
        let mut all: Vec<Registration> = (0..520).map(|i| named(&portal, &format!("Ośrodek {}", i % 7))).collect();
        all.push(named(&portal, "Ośrodek Źródlany"));
        file(&portal, applicant, all).await;
        let mut after: Option<String> = None;
        let mut count = 0;
        loop {
            let found = page(&portal, &admin, "osrodek", Sort::Unit, after.as_deref()).await;
            count += found.rows.rows.len();
            match found.rows.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(count, 521);
        assert_eq!(found(&portal, &admin, "zrodlany osr").await, ["Ośrodek Źródlany"]);
        assert!(found(&portal, &admin, "osrodek nieznany").await.is_empty());
        // Counting stops where it no longer matters.
        let counted = applications::queue::count(portal.db(), &ListScope::Country, Status::FormReceived, Shown::All, 100).await.expect("a count");
        assert_eq!((counted.number, counted.is_capped), (100, true));
        let counted = applications::queue::count(portal.db(), &ListScope::Country, Status::FormReceived, Shown::All, 521).await.expect("a count");
        assert_eq!((counted.number, counted.is_capped), (521, false));
    }

    async fn everybody_sees_their_own_scope_and_nothing_else(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let applicant = portal.account("wnioskujacy", AccountStatus::Pending).await;
        let mut elsewhere = named(&portal, "Ośrodek w Warszawie");
        elsewhere.unit.terc = TercCode::parse("146501").expect("Warsaw");
        file(&portal, applicant, vec![named(&portal, "Ośrodek w Kielcach"), elsewhere]).await;
        let names = async |actor: &Actor, q: &str| found(&portal, actor, q).await;
        let one = portal.office().await;
        assert_eq!(names(&one, "").await, ["Ośrodek w Kielcach"]);
        assert_eq!(names(&one, "warszawie").await, Vec::<String>::new());
        let page_of_one = page(&portal, &one, "", Sort::Waiting, None).await;
        assert_eq!(page_of_one.voivodeships, None);
        assert_eq!(page_of_one.counts.iter().find(|(s, _)| *s == Status::FormReceived).expect("a count").1.number, 1);
        let central = portal.actor(portal.central().await).await;
        assert_eq!(names(&central, "osrodek").await.len(), 2);
        let wide = page(&portal, &central, "", Sort::Waiting, None).await;
        assert_eq!(wide.voivodeships.expect("names").get("26").map(String::as_str), Some("świętokrzyskie"));
        let both = portal.administrator().await;
        portal.assign(both, Role::VoivodeshipAdministrator, Some("14"), None).await;
        let both = portal.actor(both).await;
        assert_eq!(names(&both, "").await.len(), 2);
        assert!(page(&portal, &both, "", Sort::Waiting, None).await.voivodeships.is_some());
        for role in [Role::Helpdesk, Role::Auditor] {
            let other = portal.actor(portal.official(role, Some("26")).await).await;
            let denied = queue(&portal.context, &other, Status::FormReceived, "", Sort::Waiting, None).await;
            assert!(matches!(denied, Err(ServiceError::Denied)), "{role:?}");
        }
        let applicant = portal.actor(applicant).await;
        assert!(matches!(next_waiting(&portal.context, &applicant).await, Err(ServiceError::Denied)));
    }
}
