//! `/admin/numbers` and `/how-fast` over HTTP: what is shown, what a mistake looks like, what leads where, and what everybody may read.

use super::browser::{Browser, Got};
use crate::support::database::{PostgresServer, TestDatabase};
use crate::support::portal::TestPortal;
use cas_portal::domain::account::Role;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::identifiers::TercCode;
use cas_portal::domain::moment::Moment;
use cas_portal::services::review_application::{return_for_correction, take};
use jiff::civil::date;
use std::time::{Duration, Instant};

fn number(got: &Got, key: &str) -> String {
    let page = scraper::Html::parse_document(&got.body);
    let css = scraper::Selector::parse(&format!("[data-number={key}] strong")).expect("a selector");
    page.select(&css).next().map(|found| found.text().collect::<String>()).unwrap_or_default()
}

async fn in_warsaw(portal: &TestPortal, status: Status) {
    let mut registration = portal.registration(1);
    registration.unit.terc = TercCode::parse("146501").expect("Warsaw");
    portal.application_of(registration, status).await;
}

#[rocket::async_test]
async fn a_page_shows_the_numbers_of_a_period_and_of_an_office() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let administrator = portal.administrator().await;
    for status in [Status::AwaitingForm, Status::FormReceived, Status::Approved, Status::Rejected, Status::Withdrawn] {
        portal.application(status).await;
    }
    in_warsaw(&portal, Status::Approved).await;
    let filed = portal.application(Status::FormReceived).await.application;
    let office = portal.actor(administrator).await;
    take(&portal.context, &office, &filed.number, filed.version).await.expect("taken");
    let remarks = [cas_portal::domain::application::decision::Remark { field: "unit.phone".into(), text: "Nie odpowiada.".into() }];
    let seen = portal.reload(&filed.number).await.version;
    return_for_correction(&portal.context, &office, &filed.number, seen, &remarks, "").await.expect("returned");

    let own = Browser::of(&portal, administrator).await;
    let page = own.get("/admin/numbers").await;
    assert_eq!(page.is(200).attributes(".tabs a[aria-current]", "href"), ["/admin/numbers?period=month"]);
    let numbers = ["filed", "decided", "undecided", "waiting"].map(|key| number(&page, key));
    assert_eq!(numbers, ["6", "2", "1", "1"]);
    assert_eq!(page.attribute("#from", "value").as_deref(), Some("01.11.2026"));
    assert!(page.words().contains("województwo świętokrzyskie") && !page.body.contains("mazowieckie"), "{}", page.words());
    assert_eq!(page.attributes("svg[role=img]", "aria-labelledby").len(), 4);
    assert!(page.words().contains("Jednostka: Telefon jednostki"), "{}", page.words());
    // The office's own lists hang on it, and lead to pages that are there.
    for path in page.attributes(".numbers a, [data-export] a, [data-export-places] a", "href") {
        own.get(&path).await.is(200);
    }
    // Nothing happened in the year before.
    let before = own.get("/admin/numbers?from=1.1.2025&until=31.12.2025").await;
    assert_eq!((number(before.is(200), "filed"), number(&before, "waiting")), ("0".to_owned(), "1".to_owned()));
    assert!(before.words().contains("W tym okresie nie ma danych"));
    assert!(before.attributes(".tabs a[aria-current]", "href").is_empty());

    let centre = Browser::of(&portal, portal.central().await).await;
    let country = centre.get("/admin/numbers?period=year").await;
    assert_eq!((number(country.is(200), "filed"), country.attributes("tr[data-office]", "data-office").len()), ("7".to_owned(), 16));
    assert_eq!(country.attributes("#voivodeship option", "value").len(), 17);
    let warsaw = centre.get("/admin/numbers?period=year&voivodeship=14").await;
    assert_eq!((number(warsaw.is(200), "filed"), warsaw.attributes("tr[data-office]", "data-office").len()), ("1".to_owned(), 0));
    // The period changes, and the office stays; a list of the whole country would not say the same.
    assert!(warsaw.attributes(".tabs a", "href").iter().all(|path| path.ends_with("&voivodeship=14")));
    assert!(warsaw.attributes(".numbers a", "href").is_empty());
    let file = centre.get("/export/figures/csv?from=1.1.2026&until=22.11.2026&voivodeship=14").await;
    let lines: Vec<&str> = file.is(200).body.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[1].starts_with("mazowieckie;01.01.2026;22.11.2026;1;1;1;0;"), "{}", lines[1]);
    let all = centre.get("/export/figures/csv?period=year").await;
    assert_eq!(all.is(200).body.trim_end().split("\r\n").count(), 18);
    let places = centre.get("/export/return-places/csv?period=year").await;
    assert!(
        places.is(200).body.trim_end().ends_with("świętokrzyskie;01.01.2026;22.11.2026;Jednostka: Telefon jednostki;1"),
        "{}",
        places.body
    );
    // An auditor sees numbers, and no lists of people.
    let auditor = Browser::of(&portal, portal.official(Role::Auditor, None).await).await;
    let page = auditor.get("/admin/numbers").await;
    assert!(page.is(200).attributes(".numbers a", "href").is_empty());
}

#[rocket::async_test]
async fn another_office_does_not_exist_and_a_mistake_stands_at_its_field() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let own = Browser::of(&portal, portal.administrator().await).await;
    for path in [
        "/admin/numbers?voivodeship=14",
        "/admin/numbers?voivodeship=99",
        "/export/figures/csv?voivodeship=14",
        "/export/return-places/xlsx?voivodeship=14",
        "/export/figures/pdf",
    ] {
        own.get(path).await.is(404);
    }
    for (query, places) in [
        ("from=jutro&until=1.11.2026", &["#from"][..]),
        ("from=&until=", &["#from", "#until"]),
        ("from=2.11.2026&until=1.11.2026", &["#until"]),
        ("from=1.11.2026&until=1.12.2026", &["#until"]),
        ("from=1.1.2020&until=1.11.2026", &["#from"]),
        ("from=1.1.2020", &["#until"]),
    ] {
        let wrong = own.get(&format!("/admin/numbers?{query}")).await;
        assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), places, "{query}");
        assert!(number(&wrong, "filed").is_empty());
        own.get(&format!("/export/figures/csv?{query}")).await.is(422);
    }
    let kept = own.get("/admin/numbers?from=%3Cb%3E&until=1.11.2026").await;
    assert_eq!(kept.is(422).attribute("#from", "value").as_deref(), Some("<b>"));
    assert!(kept.words().contains("Podaj datę w postaci"), "{}", kept.words());
    // What the query does not know becomes the usual.
    own.get("/admin/numbers?period=decade").await.is(200);
}

#[rocket::async_test]
async fn everybody_reads_how_fast_and_it_is_counted_once_in_a_while() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    for _ in 0..9 {
        portal.application(Status::Rejected).await;
    }
    in_warsaw(&portal, Status::Rejected).await;
    portal.advance_to(Moment::start_of(date(2026, 12, 1)));
    let visitor = Browser::new(&portal).await;
    let page = visitor.get("/how-fast").await;
    assert_eq!(page.is(200).attributes("tr[data-office]", "data-office").len(), 16);
    assert!(page.words().contains("od 01.12.2025 do 30.11.2026"), "{}", page.words());
    assert!(page.attributes("tr[data-days]", "data-days").is_empty(), "nine are too few");
    assert_eq!(page.words().matches("mniej niż 10 spraw").count(), 17, "in each row, and once where it is explained");
    // The tenth; what was counted is shown for some minutes yet.
    portal.advance_to(Moment::start_of(date(2026, 11, 30)));
    portal.application(Status::Rejected).await;
    portal.advance_to(Moment::start_of(date(2026, 12, 1)).plus_minutes(9));
    assert!(visitor.get("/how-fast").await.attributes("tr[data-days]", "data-days").is_empty());
    portal.advance_minutes(1);
    let later = visitor.get("/how-fast").await;
    assert_eq!(later.attributes("tr[data-days]", "data-office"), ["świętokrzyskie"]);
    assert!(later.words().contains("tego samego dnia"), "{}", later.words());
    assert!(visitor.get("/").await.offers("/how-fast") && visitor.get("/help").await.offers("/how-fast"));
}

#[rocket::async_test]
async fn how_fast_is_away_with_the_database_and_comes_back() {
    let mut server = PostgresServer::start_durable();
    let db = TestDatabase::on(&server).await;
    let portal = TestPortal::new(&db);
    let visitor = Browser::new(&portal).await;
    server.stop();
    for _ in 0..2 {
        let away = visitor.get("/how-fast").await;
        assert!(away.is(503).header("Retry-After").is_some());
    }
    server.start_again();
    let start = Instant::now();
    while visitor.get("/how-fast").await.status != 200 {
        assert!(start.elapsed() < Duration::from_secs(30), "it does not heal");
    }
    // What was counted is shown for some minutes, whatever becomes of the database.
    server.stop();
    visitor.get("/how-fast").await.is(200);
}
