//! „Przedłuż uprawnienia” and „Odbierz uprawnienia” in a real browser. Every page and state is accessible, fits a phone and works in
//! the dark.

use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::storage::grants::{self, Grant};
use jiff::ToSpan as _;

async fn signed_in(portal: &TestPortal, site: &str, account: cas_portal::domain::id::AccountId) -> Browser {
    let browser = Browser::start(1280, 900).await;
    browser.goto(site).await;
    browser.fill("login", &portal.login_of(account).await).await;
    browser.fill("password", PASSWORD).await;
    browser.press("Zaloguj się").await;
    browser
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_renews_a_right_that_ends_soon() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (unit, other) = (portal.unit().await, portal.unit_in_lodz().await);
    let account = portal.account("konczy", AccountStatus::Active).await;
    let today = portal.now().warsaw_date();
    for (place, function) in [(unit, "viewer"), (unit, "editor"), (other, "viewer")] {
        let grant = Grant {
            id: portal.context.new_grant_id(),
            account,
            unit: place,
            sub_area: "PS".into(),
            function: function.into(),
            valid_from: today.saturating_sub(1.year()),
            valid_until: today.saturating_add(30.days()),
            application: None,
        };
        grants::add(portal.db(), &grant, portal.now()).await.expect("a grant");
    }
    let site = portal.site().await;
    let browser = signed_in(&portal, &site.url("/login"), account).await;
    browser.wait_for("Parametry użytkownika").await;
    browser.press("Przedłuż uprawnienia, które niedługo się kończą").await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.assert_fine("renewal/tasks").await;
    browser.press("Przejdź do następnego kroku").await;
    browser.wait_for("W której jednostce przedłużasz uprawnienia?").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Wybierz jednostkę").await;
    browser.assert_fine("renewal/unit-wrong").await;
    browser.choose("Gminny Ośrodek").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Co chcesz przedłużyć?").await;
    browser.assert_fine("renewal/grants").await;
    browser.fill("until.PS.viewer", "31.12.2040").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Ta data jest zbyt odległa").await;
    browser.assert_fine("renewal/grants-wrong").await;
    browser.fill("until.PS.viewer", "31.12.2027").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Oświadczenia").await;
    for words in ["Potwierdzam, że dane", "Potwierdzam, że znam zasady", "Potwierdzam, że nikomu"] {
        browser.choose(words).await;
    }
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Sprawdź odpowiedzi").await;
    browser.assert_fine("renewal/check").await;
    browser.press("Złóż wniosek").await;
    browser.wait_for("Czeka na podpisany formularz").await;
    browser.assert_fine("renewal/application").await;
    browser.press("Zobacz i wydrukuj formularz").await;
    browser.wait_for("Przedłużane uprawnienia").await;
    browser.assert_fine("renewal/form").await;
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
    let browser = signed_in(&portal, &site.url("/login"), coordinator).await;
    browser.wait_for("Parametry użytkownika").await;
    browser.goto(&site.url("/grants")).await;
    browser.press("Dlaczego Gżegżółka-Nowak Anna ma to uprawnienie: PS, wprowadzający dane").await;
    browser.wait_for("Odbierz to uprawnienie").await;
    browser.press("Odbierz to uprawnienie").await;
    browser.wait_for("Co się stanie").await;
    browser.assert_fine("revocation/new").await;
    browser.press("Odbierz uprawnienia").await;
    browser.wait_for("Wybierz powód.").await;
    browser.assert_fine("revocation/wrong").await;
    browser.choose("odejście z pracy").await;
    browser.press("Odbierz uprawnienia").await;
    browser.wait_for("Lista dla następcy").await;
    browser.assert_fine("revocation/hand-over").await;
    browser.goto(&site.url("/grants/changes")).await;
    browser.wait_for("koordynator jednostki: odejście z pracy").await;
    browser.assert_fine("revocation/changes").await;
}
