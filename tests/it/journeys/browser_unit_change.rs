//! „Zmiana danych jednostki” in a real browser: data, then a transformation, with what is wrong on the way. Every page and state is
//! accessible, fits a phone and works in the dark.

use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_of_the_unit_files_its_transformation() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (unit, successor) = (portal.unit().await, portal.unit().await);
    let account = portal.employee(unit).await;
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;
    browser.goto(&site.url("/login")).await;
    browser.fill("login", &portal.login_of(account).await).await;
    browser.fill("password", PASSWORD).await;
    browser.press("Zaloguj się").await;
    browser.wait_for("Parametry użytkownika").await;
    browser.goto(&site.url("/unit/change")).await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.assert_fine("unit-change/tasks").await;
    browser.press("Przejdź do następnego kroku").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Wybierz, co zgłaszasz").await;
    browser.assert_fine("unit-change/what-wrong").await;
    browser.choose("Zmiana danych").await;
    browser.press("Zapisz i przejdź dalej").await;

    browser.wait_for("Nowe dane jednostki").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Nic się nie zmieniło").await;
    browser.assert_fine("unit-change/data-same").await;
    browser.goto(&site.url("/unit/change/what")).await;
    browser.choose("Przekształcenie w inną jednostkę").await;
    browser.press("Zapisz i przejdź dalej").await;

    browser.wait_for("Przekształcenie jednostki").await;
    browser.fill("last_day", "1.1.2020").await;
    browser.fill("successor", &portal.regon_of(unit).await).await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("nie może być wcześniejszy niż dziś").await;
    browser.assert_fine("unit-change/ending-wrong").await;
    browser.fill("last_day", "31.12.2026").await;
    browser.fill("successor", &portal.regon_of(successor).await).await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Uzasadnienie będzie na formularzu").await;
    browser.fill("justification", "Uchwała nr XII/34/2026.").await;
    browser.choose("Potwierdzam, że dane").await;
    browser.assert_fine("unit-change/why").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Co stanie się po tym dniu").await;
    browser.assert_fine("unit-change/check").await;
    browser.press("Złóż wniosek").await;
    browser.wait_for("Czeka na podpisany formularz").await;
    browser.press("Zobacz i wydrukuj formularz").await;
    browser.wait_for("Oświadczenie osoby zarządzającej nową jednostką").await;
    browser.assert_fine("unit-change/form").await;
    browser.goto(&site.url(&format!("/units/{unit}/history"))).await;
    browser.wait_for("Historia danych jednostki").await;
    browser.assert_fine("unit-change/history").await;
}
