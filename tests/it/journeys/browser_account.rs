//! The own account in a real browser: data, another address by its code, sessions, history, the copy, the request to close. Every
//! page and state is accessible, fits a phone and works in the dark.

use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{PUBLIC_URL, TestPortal};
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::storage::accounts;

async fn check(browser: &Browser, name: &str) {
    for (width, height, dark, kind) in [(1280, 900, false, "wide"), (1280, 900, true, "dark"), (320, 640, false, "phone")] {
        browser.resize(width, height).await;
        browser.show_as("screen", dark).await;
        browser.axe().await;
        browser.assert_no_sideways_scroll().await;
        if std::env::var_os("CAS_PORTAL_TEST_SCREENSHOTS").is_some() {
            browser.screenshot_sized(&format!("account-{name}-{kind}"), width, height).await;
        }
    }
    browser.show_as("screen", false).await;
    browser.resize(1280, 900).await;
    let faults: Vec<_> = browser.complaints().await.into_iter().filter(|words| !words.contains("status of 4")).collect();
    assert_eq!(faults, Vec::<String>::new(), "{name}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_looks_after_the_own_account() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    portal.grant(account, unit, "PS", "approver").await;
    let site = portal.site().await;
    let elsewhere = site.signed_in(&portal, account).await;
    let browser = Browser::start(1280, 900).await;
    browser.goto(&site.url("/login")).await;
    browser.fill("login", &portal.login_of(account).await).await;
    browser.fill("password", PASSWORD).await;
    browser.press("Zaloguj się").await;
    browser.wait_for("Parametry użytkownika").await;
    check(&browser, "home").await;

    // Own data.
    browser.press("Zmień : Imię i nazwisko").await;
    browser.fill("last_name", "N0wa").await;
    browser.press("Zapisz").await;
    browser.wait_for("Nazwisko nie może zawierać cyfr").await;
    check(&browser, "profile-wrong").await;
    browser.fill("last_name", "Żądło-Śliwińska").await;
    browser.press("Zapisz").await;
    browser.wait_for("Żądło-Śliwińska").await;

    // Another address, by the code, because the mail is read elsewhere.
    portal.advance_minutes(16);
    browser.press("Zmień : Służbowy adres e-mail").await;
    check(&browser, "email").await;
    browser.press("Zmień adres").await;
    browser.fill("current_password", PASSWORD).await;
    browser.press("Potwierdź").await;
    browser.fill("email", "zofia@cus.example.pl").await;
    check(&browser, "email-new").await;
    browser.press("Wyślij list").await;
    browser.wait_for("Nowy adres czeka na potwierdzenie").await;
    check(&browser, "email-pending").await;
    deliver_due(&portal.context, "worker", 100).await.expect("delivered");
    browser.fill("email_code", "123").await;
    browser.press("Potwierdź adres").await;
    browser.wait_for("Kod jest błędny").await;
    check(&browser, "email-code-wrong").await;
    let letters = portal.letters_to("zofia@cus.example.pl");
    let is_code = |word: &&str| word.len() == 9 && word.as_bytes()[4] == b'-' && word.bytes().filter(u8::is_ascii_digit).count() == 8;
    let code = letters[0].body.split_whitespace().find(is_code).expect("a code").to_owned();
    browser.fill("email_code", &code).await;
    browser.press("Potwierdź adres").await;
    browser.wait_for("Adres e-mail został zmieniony.").await;
    let email = || async { accounts::find(portal.db(), account).await.expect("read").expect("it").profile.email.to_string() };
    assert_eq!(email().await, "zofia@cus.example.pl");

    // Sessions: the other one ends.
    browser.press("Zalogowane urządzenia").await;
    browser.wait_for("To urządzenie").await;
    check(&browser, "sessions").await;
    browser.press("Wyloguj wszystkie inne urządzenia").await;
    browser.wait_for("Inne urządzenia zostały wylogowane.").await;
    assert_eq!(elsewhere.get("/account").await.status, 303);

    browser.goto(&site.url("/account/history")).await;
    browser.wait_for("zmiana adresu e-mail").await;
    check(&browser, "history").await;
    browser.goto(&site.url("/account/data")).await;
    browser.wait_for("Pobierz plik JSON").await;
    check(&browser, "data").await;

    browser.goto(&site.url("/account/close")).await;
    browser.wait_for("Tylko Ty zatwierdzasz").await;
    check(&browser, "close").await;
    browser.press("Poproś o zamknięcie konta").await;
    browser.wait_for("Prośba czeka na administratora").await;
    check(&browser, "close-requested").await;
    browser.press("Wycofaj prośbę").await;
    browser.wait_for("Prośba o zamknięcie konta została wycofana.").await;

    // The old mailbox takes the address back.
    deliver_due(&portal.context, "worker", 100).await.expect("delivered");
    let letters = portal.mailbox.received();
    let mut links = letters.iter().flat_map(|letter| &letter.links).filter_map(|link| link.strip_prefix(PUBLIC_URL));
    let undo = links.rfind(|link| link.starts_with("/account/email/undo/")).expect("a link").to_owned();
    browser.goto(&site.url(&undo)).await;
    check(&browser, "undo").await;
    browser.press("Cofnij zmianę").await;
    browser.wait_for("Zmiana adresu jest cofnięta").await;
    check(&browser, "undone").await;
    assert_ne!(email().await, "zofia@cus.example.pl");
    browser.goto(&site.url("/account")).await;
    assert_eq!(browser.path().await, "/login");
}
