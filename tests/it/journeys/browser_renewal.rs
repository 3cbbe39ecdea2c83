//! „Przedłuż uprawnienia” and „Odbierz uprawnienia” in a real browser. Every page and state is accessible, fits a phone and works in
//! the dark.

use super::somebody::{account_holder, agrees, files, is_refused};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use jiff::ToSpan as _;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_renews_a_right_that_ends_soon() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (unit, other) = (portal.unit().await, portal.unit_in_lodz().await);
    let account = portal.account("konczy", AccountStatus::Active).await;
    let today = portal.now().warsaw_date();
    for (place, function) in [(unit, "viewer"), (unit, "editor"), (other, "viewer")] {
        let days = (today.saturating_sub(1.year()), today.saturating_add(30.days()));
        portal.holds(account, place, ("PS", function), days).await;
    }
    let site = portal.site().await;
    let browser = account_holder(&site, &portal, account).await;
    browser.press("Przedłuż uprawnienia, które niedługo się kończą").await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.assert_fine("renewal/tasks").await;
    browser.press("Przejdź do następnego kroku").await;
    browser.wait_for("W której jednostce przedłużasz uprawnienia?").await;
    is_refused(&browser, "Zapisz i przejdź dalej", "Wybierz jednostkę", "renewal/unit-wrong").await;
    browser.choose("Gminny Ośrodek").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Co chcesz przedłużyć?").await;
    browser.assert_fine("renewal/grants").await;
    browser.fill("until.PS.viewer", "31.12.2040").await;
    is_refused(&browser, "Zapisz i przejdź dalej", "Ta data jest zbyt odległa", "renewal/grants-wrong").await;
    browser.fill("until.PS.viewer", "31.12.2027").await;
    browser.press("Zapisz i przejdź dalej").await;
    agrees(&browser, "renewal").await;
    files(&browser, "renewal", "Sprawdź odpowiedzi", "Przedłużane uprawnienia").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_coordinator_takes_rights_away() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let leaver = portal.employee(unit).await;
    portal.grant(leaver, unit, "PS", "approver").await;
    let coordinator = portal.coordinator(unit).await;
    let site = portal.site().await;
    let browser = account_holder(&site, &portal, coordinator).await;
    browser.goto(&site.url("/grants")).await;
    browser.press("Dlaczego Gżegżółka-Nowak Anna ma to uprawnienie: PS, wprowadzający dane").await;
    browser.wait_for("Odbierz to uprawnienie").await;
    browser.press("Odbierz to uprawnienie").await;
    browser.wait_for("Co się stanie").await;
    browser.assert_fine("revocation/new").await;
    is_refused(&browser, "Odbierz uprawnienia", "Wybierz powód.", "revocation/wrong").await;
    browser.choose("odejście z pracy").await;
    browser.press("Odbierz uprawnienia").await;
    browser.wait_for("Lista dla następcy").await;
    browser.assert_fine("revocation/hand-over").await;
    browser.goto(&site.url("/grants/changes")).await;
    browser.wait_for("koordynator jednostki: odejście z pracy").await;
    browser.assert_fine("revocation/changes").await;
}
