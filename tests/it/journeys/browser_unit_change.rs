//! „Zmiana danych jednostki” in a real browser: data, then a transformation, with what is wrong on the way. Every page and state is
//! accessible, fits a phone and works in the dark.

use super::somebody::{account_holder, files, is_refused};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_of_the_unit_files_its_transformation() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (unit, successor) = (portal.unit().await, portal.unit().await);
    let account = portal.employee(unit).await;
    let site = portal.site().await;
    let browser = account_holder(&site, &portal, account).await;
    browser.goto(&site.url("/unit/change")).await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.assert_fine("unit-change/tasks").await;
    browser.press("Przejdź do następnego kroku").await;
    is_refused(&browser, "Zapisz i przejdź dalej", "Wybierz, co zgłaszasz", "unit-change/what-wrong").await;
    browser.choose("Zmiana danych").await;
    browser.press("Zapisz i przejdź dalej").await;

    browser.wait_for("Nowe dane jednostki").await;
    is_refused(&browser, "Zapisz i przejdź dalej", "Nic się nie zmieniło", "unit-change/data-same").await;
    browser.goto(&site.url("/unit/change/what")).await;
    browser.choose("Przekształcenie w inną jednostkę").await;
    browser.press("Zapisz i przejdź dalej").await;

    browser.wait_for("Przekształcenie jednostki").await;
    browser.fill("last_day", "1.1.2020").await;
    browser.fill("successor", &portal.regon_of(unit).await).await;
    is_refused(&browser, "Zapisz i przejdź dalej", "nie może być wcześniejszy niż dziś", "unit-change/ending-wrong").await;
    browser.fill("last_day", "31.12.2026").await;
    browser.fill("successor", &portal.regon_of(successor).await).await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Uzasadnienie będzie na formularzu").await;
    browser.fill("justification", "Uchwała nr XII/34/2026.").await;
    browser.choose("Potwierdzam, że dane").await;
    browser.assert_fine("unit-change/why").await;
    browser.press("Zapisz i przejdź dalej").await;
    files(&browser, "unit-change", "Co stanie się po tym dniu", "Oświadczenie osoby zarządzającej nową jednostką").await;
    browser.goto(&site.url(&format!("/units/{unit}/history"))).await;
    browser.wait_for("Historia danych jednostki").await;
    browser.assert_fine("unit-change/history").await;
}
