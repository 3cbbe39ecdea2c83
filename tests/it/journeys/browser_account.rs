//! The own account in a real browser: data, another address by its code, sessions, history, the copy, the request to close. Every
//! page and state is accessible, fits a phone and works in the dark.

use super::somebody::{account_holder, is_refused};
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{PUBLIC_URL, TestPortal};
use cas_portal::storage::accounts;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_looks_after_the_own_account() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    portal.grant(account, unit, "PS", "approver").await;
    let site = portal.site().await;
    let elsewhere = site.signed_in(&portal, account).await;
    let browser = account_holder(&site, &portal, account).await;
    browser.assert_fine("account/home").await;

    // Own data.
    browser.press("Zmień : Imię i nazwisko").await;
    browser.fill("last_name", "N0wa").await;
    is_refused(&browser, "Zapisz", "Nazwisko nie może zawierać cyfr", "account/profile-wrong").await;
    browser.fill("last_name", "Żądło-Śliwińska").await;
    browser.press("Zapisz").await;
    browser.wait_for("Żądło-Śliwińska").await;

    // Another address, by the code, because the mail is read elsewhere.
    portal.advance_minutes(16);
    browser.press("Zmień : Służbowy adres e-mail").await;
    browser.assert_fine("account/email").await;
    browser.press("Zmień adres").await;
    browser.fill("current_password", PASSWORD).await;
    browser.press("Potwierdź").await;
    browser.fill("email", "zofia@cus.example.pl").await;
    browser.assert_fine("account/email-new").await;
    browser.press("Wyślij list").await;
    browser.wait_for("Nowy adres czeka na potwierdzenie").await;
    browser.assert_fine("account/email-pending").await;
    portal.deliver().await;
    browser.fill("email_code", "123").await;
    is_refused(&browser, "Potwierdź adres", "Kod jest błędny", "account/email-code-wrong").await;
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
    browser.assert_fine("account/sessions").await;
    browser.press("Wyloguj wszystkie inne urządzenia").await;
    browser.wait_for("Inne urządzenia zostały wylogowane.").await;
    assert_eq!(elsewhere.get("/account").await.status, 303);

    browser.goto(&site.url("/account/history")).await;
    browser.wait_for("zmiana adresu e-mail").await;
    browser.assert_fine("account/history").await;
    browser.goto(&site.url("/account/data")).await;
    browser.wait_for("Pobierz plik JSON").await;
    browser.assert_fine("account/data").await;

    browser.goto(&site.url("/account/close")).await;
    browser.wait_for("tylko Ty zatwierdzasz").await;
    browser.assert_fine("account/close").await;
    browser.press("Poproś o zamknięcie konta").await;
    browser.wait_for("Prośba czeka na administratora").await;
    browser.assert_fine("account/close-requested").await;
    browser.press("Wycofaj prośbę").await;
    browser.wait_for("Prośba o zamknięcie konta została wycofana.").await;

    // The old mailbox takes the address back.
    portal.deliver().await;
    let letters = portal.mailbox.received();
    let mut links = letters.iter().flat_map(|letter| &letter.links).filter_map(|link| link.strip_prefix(PUBLIC_URL));
    let undo = links.rfind(|link| link.starts_with("/account/email/undo/")).expect("a link").to_owned();
    browser.goto(&site.url(&undo)).await;
    browser.assert_fine("account/undo").await;
    browser.press("Cofnij zmianę").await;
    browser.wait_for("Zmiana adresu jest cofnięta").await;
    browser.assert_fine("account/undone").await;
    assert_ne!(email().await, "zofia@cus.example.pl");
    browser.goto(&site.url("/account")).await;
    assert_eq!(browser.path().await, "/login");
}
