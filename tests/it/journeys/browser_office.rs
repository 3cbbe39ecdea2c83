//! Office data and dictionaries in a real browser: an administrator moves the office's post, a slower colleague reads of it and saves,
//! the next form shows the new address, and the centre edits the dictionaries. Each page is accessible.

use super::somebody::{is_refused, sign_in_as};
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::voivodeship::VoivodeshipCode;
use cas_portal::services::print_form;
use cas_portal::storage::{dictionaries, offices};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_moves_and_the_next_form_says_so() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (one, two) = (portal.administrator().await, portal.administrator().await);
    let unit = portal.unit().await;
    let (early, late) = (portal.employee(unit).await, portal.employee(unit).await);
    let before = portal.extension(early, unit, &["SR:viewer"]).await;
    let site = portal.site().await;
    let (browser, other) = (Browser::start(1280, 900).await, Browser::start(1280, 900).await);

    sign_in_as(&other, &site, &portal, two).await;
    other.goto(&site.url("/admin/office/26/edit")).await;
    sign_in_as(&browser, &site, &portal, one).await;
    browser.goto(&site.url("/admin/office")).await;
    browser.assert_fine("office/list").await;
    browser.press("Zmień dane urzędu : Świętokrzyski Urząd Wojewódzki w Kielcach").await;
    browser.wait_for("Sposoby przekazania formularza").await;
    browser.assert_fine("office/edit").await;
    browser.fill("post_address", "").await;
    is_refused(&browser, "Zapisz dane urzędu", "Podaj adres poczty albo zamknij ten sposób.", "office/edit-refused").await;
    browser.fill("post_address", "ul. Nowa 7, 25-001 Kielce").await;
    browser.fill("form_text", "Sekretariat: pokój 312, poniedziałek 8–16.").await;
    browser.press("Zapisz dane urzędu").await;
    browser.wait_for("Dane urzędu są zapisane.").await;
    browser.assert_fine("office/saved").await;

    // The colleague's page is older: told who changed what, with the own words kept.
    other.fill("phone", "41 342 99 99").await;
    other.press("Zapisz dane urzędu").await;
    other.wait_for("w międzyczasie ktoś zmienił").await;
    other.assert_fine("office/meanwhile").await;
    other.press("Zapisz dane urzędu").await;
    other.wait_for("Dane urzędu są zapisane.").await;
    other.goto(&site.url("/admin/office/26/history")).await;
    other.wait_for("ul. Nowa 7, 25-001 Kielce").await;
    other.assert_fine("office/history").await;
    let office = offices::find(portal.db(), &VoivodeshipCode::trusted("26")).await.expect("the office");
    assert_eq!((office.phone.as_str(), office.version), ("+48413429999", 2));

    // The next form shows the new address; the one from before does not.
    let after = portal.extension(late, unit, &["SR:viewer"]).await;
    for (person, application, is_new) in [(early, &before, false), (late, &after, true)] {
        sign_in_as(&browser, &site, &portal, person).await;
        browser.goto(&site.url(&format!("/applications/{}/form", application.number.to_path()))).await;
        browser.wait_for("Przekaż podpisany formularz").await;
        assert_eq!(browser.text().await.contains("ul. Nowa 7, 25-001 Kielce"), is_new);
        assert_eq!(browser.text().await.contains("Informacja urzędu: Sekretariat: pokój 312"), is_new);
        browser.assert_fine(if is_new { "office/form-after" } else { "office/form-before" }).await;
        let actor = portal.actor(person).await;
        let (_, pdf) = print_form::pdf(&portal.context, &actor, &application.number).await.expect("printed");
        assert!(pdf.starts_with(b"%PDF"));
    }

    sign_in_as(&browser, &site, &portal, portal.central().await).await;
    browser.goto(&site.url("/admin/dictionaries")).await;
    browser.assert_fine("office/dictionaries").await;
    browser.goto(&site.url("/admin/dictionaries/unit-kinds/dps")).await;
    browser.assert_fine("office/unit-kind").await;
    browser.choose("KDR – Karta Dużej Rodziny").await;
    browser.press("Zapisz typ jednostki").await;
    browser.wait_for("Słownik jest zapisany.").await;
    browser.press("Dopisz dzień").await;
    browser.wait_for("Dopisz dzień do kalendarza").await;
    is_refused(&browser, "Dopisz dzień", "Podaj przepis, z którego to wynika.", "office/day-off-refused").await;
    browser.fill("day", "28.12.2026").await;
    browser.choose("Wolny").await;
    browser.fill("reason", "Dz.U. 2026 poz. 1234").await;
    browser.press("Dopisz dzień").await;
    browser.wait_for("Dzień jest zapisany.").await;
    browser.assert_fine("office/day-off").await;
    browser.press("Wycofaj 28.12.2026").await;
    browser.wait_for("Dzień jest wycofany.").await;
    browser.goto(&site.url("/admin/dictionaries/history")).await;
    browser.wait_for("Typ jednostki: dps").await;
    browser.assert_fine("office/dictionary-history").await;
    let words = dictionaries::load(portal.db(), portal.now().warsaw_date()).await.expect("dictionaries");
    assert_eq!(words.unit_kind("dps").expect("the kind").sub_areas.join(" "), "PS KDR");
}
