//! „Coroczne potwierdzenie uprawnień” in a real browser: a suspended unit answers, with what is wrong on the way. Every page and state is
//! accessible, fits a phone and works in the dark.

use super::somebody::{account_holder, is_refused};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_unit_prepares_its_list() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    portal.grant(account, unit, "PS", "viewer").await;
    portal.advance_days(365);
    portal.keep().await;
    portal.advance_days(31);
    assert_eq!(portal.keep().await.suspended, 1);
    let site = portal.site().await;
    let browser = account_holder(&site, &portal, account).await;
    assert!(browser.text().await.contains("Zawieszone"), "{}", browser.text().await);
    browser.press("Coroczne potwierdzenie uprawnień").await;
    browser.wait_for("Uprawnienia są zawieszone").await;
    browser.assert_fine("attestation/start").await;
    browser.press("Przygotuj listę").await;
    browser.wait_for("Kto nadal potrzebuje uprawnień").await;
    browser.choose("Zostaje").await;
    is_refused(&browser, "Dalej", "Zaznacz odpowiedź", "attestation/lines-wrong").await;
    browser.script("document.querySelectorAll('input[value=end]')[1].click()", Vec::new()).await;
    browser.press("Dalej").await;
    browser.wait_for("Sprawdź listę").await;
    browser.assert_fine("attestation/check").await;
    browser.press("Złóż listę").await;
    browser.wait_for("Czeka na podpisany formularz").await;
    browser.assert_fine("attestation/application").await;
    browser.press("Zobacz i wydrukuj formularz").await;
    browser.wait_for("do cofnięcia").await;
    browser.assert_fine("attestation/form").await;
}
