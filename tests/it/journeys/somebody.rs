//! Somebody at a real browser: signs in, agrees, files what was typed. What may not live here: what one journey shows.

use crate::support::browser::Browser;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use crate::support::web::Site;
use cas_portal::domain::id::AccountId;

/// Gives login and password at the page for it; a second factor may be asked for then.
pub(super) async fn give_password(browser: &Browser, site: &Site, login: &str, password: &str) {
    browser.goto(&site.url("/login")).await;
    browser.fill("login", login).await;
    browser.fill("password", password).await;
    browser.press("Zaloguj się").await;
}

/// Somebody sits down at the browser and signs in; whoever sat there before is forgotten.
pub(super) async fn sign_in(browser: &Browser, site: &Site, login: &str, password: &str) {
    browser.driver().delete_all_cookies().await.expect("no cookies");
    give_password(browser, site, login, password).await;
    assert_ne!(browser.path().await, "/login", "{login} is not signed in: {}", browser.text().await);
}

/// As [`sign_in`], somebody of the fixtures.
pub(super) async fn sign_in_as(browser: &Browser, site: &Site, portal: &TestPortal, account: AccountId) {
    sign_in(browser, site, &portal.login_of(account).await, PASSWORD).await;
}

/// An account holder at „Parametry użytkownika” in a window of a computer at work.
pub(super) async fn account_holder(site: &Site, portal: &TestPortal, account: AccountId) -> Browser {
    let browser = Browser::start(1280, 900).await;
    sign_in_as(&browser, site, portal, account).await;
    browser.wait_for("Parametry użytkownika").await;
    browser
}

/// Presses a button that refuses with these words; the page is fine.
pub(super) async fn is_refused(browser: &Browser, button: &str, words: &str, name: &str) {
    browser.press(button).await;
    browser.wait_for(words).await;
    assert!(browser.text_of("#error-summary").await.contains(words), "“{words}” stands on {name}, but not as what is wrong");
    browser.assert_fine(name).await;
}

/// Ticks all statements, and goes on.
pub(super) async fn agrees(browser: &Browser, kind: &str) {
    browser.wait_for("Oświadczenia").await;
    for words in ["Potwierdzam, że dane", "Potwierdzam, że znam zasady", "Potwierdzam, że nikomu"] {
        browser.choose(words).await;
    }
    browser.assert_fine(&format!("{kind}/statements")).await;
    browser.press("Zapisz i przejdź dalej").await;
}

/// From the answers to check, which show these words, over the application to its form, which shows those.
pub(super) async fn files(browser: &Browser, kind: &str, to_check: &str, printed: &str) {
    browser.wait_for(to_check).await;
    browser.assert_fine(&format!("{kind}/check")).await;
    browser.press("Złóż wniosek").await;
    browser.wait_for("Czeka na podpisany formularz").await;
    browser.assert_fine(&format!("{kind}/application")).await;
    browser.press("Zobacz i wydrukuj formularz").await;
    browser.wait_for(printed).await;
    browser.assert_fine(&format!("{kind}/form")).await;
}
