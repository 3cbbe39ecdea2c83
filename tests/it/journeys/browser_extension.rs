//! „Wnioskuj o rozszerzenie uprawnień” in a real browser: from „Parametry użytkownika” to the form, with what is wrong on the way. Every
//! page and state is accessible, fits a phone and works in the dark.

use super::somebody::{account_holder, agrees, files, is_refused};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::storage::units;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_asks_for_rights_in_another_unit() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (first, second) = (portal.unit().await, portal.unit().await);
    portal.unit_in_lodz().await;
    let confirms = units::find(portal.db(), second).await.expect("units").expect("it").data.name;
    let account = portal.employee(first).await;
    portal.grant(account, second, "PS", "viewer").await;
    let site = portal.site().await;
    let browser = account_holder(&site, &portal, account).await;

    browser.press("Wnioskuj o rozszerzenie uprawnień").await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.assert_fine("extension/tasks").await;
    browser.press("Przejdź do następnego kroku").await;
    browser.wait_for("W której jednostce potrzebujesz uprawnień?").await;
    is_refused(&browser, "Zapisz i przejdź dalej", "Wybierz jednostkę z listy", "extension/unit-wrong").await;
    browser.choose("Inna jednostka").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.fill("unit_search", "dom pomocy łódź").await;
    browser.press("Szukaj").await;
    browser.wait_for("Wyniki wyszukiwania").await;
    browser.assert_fine("extension/search").await;
    assert!(browser.has("input[name=unit]").await, "{}", browser.text().await);
    browser.choose("unit").await;
    browser.press("Zapisz i przejdź dalej").await;

    browser.wait_for("Kto potwierdzi Twoją pracę?").await;
    is_refused(&browser, "Zapisz i przejdź dalej", "Wybierz jednostkę, w której już pracujesz.", "extension/home-wrong").await;
    browser.choose(confirms.as_str()).await;
    browser.press("Zapisz i przejdź dalej").await;

    browser.wait_for("Czego potrzebujesz?").await;
    browser.fill("valid_until", "31.12.2040").await;
    browser.choose("grants").await;
    is_refused(&browser, "Zapisz i przejdź dalej", "Uprawnienia nie mogą być ważne tak długo", "extension/needs-wrong").await;
    browser.fill("valid_until", "31.12.2027").await;
    browser.press("Zapisz i przejdź dalej").await;

    agrees(&browser, "extension").await;
    files(&browser, "extension", "Sprawdź odpowiedzi", "jednostką, w której użytkownik już pracuje").await;

    // In the own unit what is asked for and what is held have no box.
    browser.goto(&site.url("/account/extend/unit")).await;
    browser.choose("unit").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("masz do 31.12.2027").await;
    browser.assert_fine("extension/needs-held").await;
    browser.goto(&site.url("/account/extend/drop")).await;
    browser.assert_fine("extension/drop").await;
    browser.press("Usuń szkic").await;
    browser.wait_for("Szkic wniosku został usunięty.").await;
}
