//! The numbers in a real browser: an administrator looks at a period, is told of a mistake, opens the table behind a plot; the central
//! administrator picks an office; anybody reads how quickly offices decide. Each page is accessible, and plots fit a phone.

use super::somebody::sign_in;
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::{TestPortal, operator};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::moment::Moment;
use cas_portal::services::fill_demo::{self, fill_demo};
use jiff::civil::date;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_looks_at_its_numbers() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    fill_demo(&portal.context, &operator()).await.expect("a country");
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;

    sign_in(&browser, &site, "swietokrzyskie", fill_demo::PASSWORD).await;
    browser.goto(&site.url("/admin")).await;
    browser.press("Liczby").await;
    browser.wait_for("województwo świętokrzyskie").await;
    browser.assert_fine("numbers/month").await;
    browser.press("Ten rok").await;
    browser.wait_for("Od 01.01.2026 do 22.11.2026").await;
    // The demonstration has something of everything.
    for (number, least) in [("filed", 10), ("decided", 3), ("waiting", 4)] {
        let shown: u32 = browser.text_of(&format!("[data-number={number}] strong")).await.trim().parse().expect("a number");
        assert!(shown >= least, "{number}: {shown}");
    }
    assert!(browser.has("#plot-places rect").await && browser.has("#plot-inflow pattern").await);
    assert!(!browser.text_of("#plot-inflow").await.contains("01.11.2026–22.11.2026"), "the table is folded");
    browser.script("document.querySelector('#plot-inflow summary').click();", vec![]).await;
    browser.wait_for("01.11.2026–22.11.2026").await;
    browser.script("document.querySelectorAll('main details').forEach(one => one.open = true);", vec![]).await;
    browser.assert_fine("numbers/year").await;
    browser.fill("from", "2.11.2026").await;
    browser.fill("until", "1.11.2026").await;
    browser.press("Pokaż").await;
    browser.wait_for("Ostatni dzień jest wcześniejszy niż pierwszy").await;
    browser.assert_fine("numbers/mistake").await;
    browser.fill("until", "8.11.2026").await;
    browser.press("Pokaż").await;
    browser.wait_for("Od 02.11.2026 do 08.11.2026").await;

    sign_in(&browser, &site, "centralny", fill_demo::PASSWORD).await;
    browser.goto(&site.url("/admin/numbers?period=quarter")).await;
    browser.wait_for("Według województw").await;
    browser.assert_fine("numbers/country").await;
    browser.fill("voivodeship", "małopolskie").await;
    browser.press("Pokaż").await;
    browser.wait_for("województwo małopolskie").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anybody_reads_how_fast_offices_are() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    for _ in 0..10 {
        portal.application(Status::Rejected).await;
    }
    portal.advance_to(Moment::start_of(date(2026, 12, 1)));
    let (site, browser) = (portal.site().await, Browser::start(1280, 900).await);
    browser.goto(&site.url("/")).await;
    browser.press("Jak szybko rozpatrujemy wnioski").await;
    browser.wait_for("tego samego dnia").await;
    browser.wait_for("mniej niż 10 spraw").await;
    browser.assert_fine("numbers/how-fast").await;
}
