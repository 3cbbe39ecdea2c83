//! „Wnioskuj o rozszerzenie uprawnień” in a real browser: from „Parametry użytkownika” to the form, with what is wrong on the way. Every
//! page and state is accessible, fits a phone and works in the dark.

use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
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
    let browser = Browser::start(1280, 900).await;
    browser.goto(&site.url("/login")).await;
    browser.fill("login", &portal.login_of(account).await).await;
    browser.fill("password", PASSWORD).await;
    browser.press("Zaloguj się").await;
    browser.wait_for("Parametry użytkownika").await;

    browser.press("Wnioskuj o rozszerzenie uprawnień").await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.assert_fine("extension/tasks").await;
    browser.press("Przejdź do następnego kroku").await;
    browser.wait_for("W której jednostce potrzebujesz uprawnień?").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Wybierz jednostkę z listy").await;
    browser.assert_fine("extension/unit-wrong").await;
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
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Wybierz jednostkę, w której już pracujesz.").await;
    browser.assert_fine("extension/home-wrong").await;
    browser.choose(confirms.as_str()).await;
    browser.press("Zapisz i przejdź dalej").await;

    browser.wait_for("Czego potrzebujesz?").await;
    browser.fill("valid_until", "31.12.2040").await;
    browser.choose("grants").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Uprawnienia nie mogą być ważne tak długo").await;
    browser.assert_fine("extension/needs-wrong").await;
    browser.fill("valid_until", "31.12.2027").await;
    browser.press("Zapisz i przejdź dalej").await;

    browser.wait_for("Oświadczenia").await;
    for words in ["Potwierdzam, że dane", "Potwierdzam, że znam zasady", "Potwierdzam, że nikomu"] {
        browser.choose(words).await;
    }
    browser.assert_fine("extension/statements").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Sprawdź odpowiedzi").await;
    browser.assert_fine("extension/check").await;
    browser.press("Złóż wniosek").await;
    browser.wait_for("Czeka na podpisany formularz").await;
    browser.assert_fine("extension/application").await;
    browser.press("Zobacz i wydrukuj formularz").await;
    browser.wait_for("jednostką, w której użytkownik już pracuje").await;
    browser.assert_fine("extension/form").await;

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
