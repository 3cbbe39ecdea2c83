//! „Scalenie kont” in a real browser: proposed in one account, confirmed and filed in the other. Every page and state is accessible, fits
//! a phone and works in the dark.

use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_with_two_accounts_joins_them() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let kept = portal.employee(unit).await;
    let old = portal.account("stare", AccountStatus::Active).await;
    portal.grant(old, unit, "FA", "viewer").await;
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;
    let sign_in = async |account| {
        browser.goto(&site.url("/login")).await;
        browser.fill("login", &portal.login_of(account).await).await;
        browser.fill("password", PASSWORD).await;
        browser.press("Zaloguj się").await;
        browser.wait_for("Parametry użytkownika").await;
    };
    sign_in(old).await;
    browser.wait_for("Czy masz drugie konto?").await;
    browser.assert_fine("join/hint").await;
    browser.goto(&site.url("/account/join")).await;
    browser.press("Zaproponuj scalenie").await;
    browser.wait_for("Login konta, które zostaje").await;
    browser.assert_fine("join/wrong").await;
    browser.fill("login", &portal.login_of(kept).await).await;
    browser.press("Zaproponuj scalenie").await;
    browser.wait_for("To konto ma być scalone").await;
    browser.assert_fine("join/proposed").await;
    browser.press("Wyloguj się").await;
    browser.wait_for("Wylogowano").await;
    sign_in(kept).await;
    browser.wait_for("Ktoś proponuje scalenie kont").await;
    browser.assert_fine("join/noticed").await;
    browser.goto(&site.url("/account/join")).await;
    browser.wait_for("też jest Twoje?").await;
    browser.assert_fine("join/asked").await;
    browser.press(&format!("Tak, oba konta są moje {}", portal.login_of(old).await)).await;
    browser.wait_for("Uprawnienia, które przejdą").await;
    browser.assert_fine("join/confirmed").await;
    browser.press("Złóż wniosek o scalenie").await;
    browser.wait_for("Czeka na podpisany formularz").await;
    browser.press("Zobacz i wydrukuj formularz").await;
    browser.wait_for("Wniosek o scalenie kont").await;
    browser.assert_fine("join/form").await;
}
