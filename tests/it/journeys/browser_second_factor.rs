//! The second factor in a real browser: Chromium's own authenticator makes passkeys, and every page and state is accessible,
//! fits a phone and works in the dark.

use super::somebody::{give_password, is_refused};
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::factors::App;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_is_added_used_as_second_factor_as_proof_and_instead_of_the_password() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let site = portal.site_with_passkeys().await;
    let browser = Browser::start(1280, 900).await;
    browser.plug_in_authenticator().await;
    give_password(&browser, &site, &portal.login_of(account).await, PASSWORD).await;
    browser.goto(&site.url("/account/security")).await;
    browser.assert_fine("factor/off").await;
    browser.press("Dodaj klucz dostępu").await;
    browser.assert_fine("factor/add-passkey").await;
    browser.press("Dodaj klucz").await;
    browser.wait_for("Nazwij klucz, żeby go potem rozpoznać.").await;
    browser.assert_fine("factor/add-passkey-nameless").await;
    browser.fill("passkey_name", "Laptop służbowy").await;
    browser.press("Dodaj klucz").await;
    browser.wait_for("Twoje kody zapasowe").await;
    browser.assert_fine("factor/codes").await;
    // Printed: the codes and whose they are, without what only a screen can do.
    browser.show_as("print", false).await;
    let shown = "return [...document.querySelectorAll('.codes code')].filter(code => code.checkVisibility()).length;";
    assert_eq!(browser.script(shown, vec![]).await, 10);
    let buttons = "return [...document.querySelectorAll('a.button, button, nav')].filter(part => part.checkVisibility()).length;";
    assert_eq!(browser.script(buttons, vec![]).await, 0);
    browser.show_as("screen", false).await;
    browser.press("Kody są zapisane").await;
    browser.wait_for("Laptop służbowy").await;
    browser.assert_fine("factor/on").await;
    // The browser knows that this device has a passkey already.
    browser.press("Dodaj klucz dostępu").await;
    browser.fill("passkey_name", "Drugi").await;
    browser.press_here("Dodaj klucz").await;
    browser.wait_for("To urządzenie ma już klucz do Twojego konta.").await;
    browser.assert_fine("factor/add-passkey-known").await;

    // As second factor.
    browser.press("Wyloguj się").await;
    give_password(&browser, &site, &portal.login_of(account).await, PASSWORD).await;
    assert_eq!(browser.path().await, "/login/factor");
    browser.assert_fine("factor/factor-passkey").await;
    browser.press("Użyj klucza dostępu").await;
    browser.wait_for("Parametry użytkownika").await;
    assert_eq!(browser.path().await, "/account");

    // As proof.
    portal.advance_minutes(16);
    browser.goto(&site.url("/account/security/passkeys/add")).await;
    assert_eq!(browser.path().await, "/account/prove");
    browser.assert_fine("factor/prove").await;
    browser.press("Użyj klucza dostępu").await;
    browser.wait_for("Nazwij klucz").await;
    assert_eq!(browser.path().await, "/account/security/passkeys/add");

    // Instead of the password.
    browser.press("Wyloguj się").await;
    browser.goto(&site.url("/login?next=/account/security")).await;
    browser.assert_fine("factor/login").await;
    browser.press("Zaloguj się kluczem dostępu").await;
    browser.wait_for("Bezpieczeństwo konta").await;
    assert_eq!(browser.path().await, "/account/security");
    browser.press("Usuń klucz: Laptop służbowy").await;
    browser.wait_for("Usunąć klucz dostępu?").await;
    browser.assert_fine("factor/remove-passkey").await;
    browser.press("Usuń klucz").await;
    browser.wait_for("Klucz dostępu został usunięty.").await;
    browser.press("Wyloguj się").await;
    browser.goto(&site.url("/login")).await;
    is_refused(&browser, "Zaloguj się kluczem dostępu", "Klucz dostępu nie zadziałał.", "factor/login-refused").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_official_adds_the_app_and_signs_in_with_its_code() {
    let db = TestDatabase::sqlite().await;
    let mut portal = TestPortal::new(&db);
    Arc::make_mut(&mut portal.context.settings).second_factor_roles = vec![Role::Helpdesk];
    let account = portal.official(Role::Helpdesk, Some("26")).await;
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;
    give_password(&browser, &site, &portal.login_of(account).await, PASSWORD).await;
    assert_eq!(browser.path().await, "/account/security");
    browser.assert_fine("factor/must").await;
    browser.press("Włącz kody z aplikacji").await;
    browser.press_here("Nie mogę zeskanować kodu").await;
    browser.assert_fine("factor/totp").await;
    browser.fill("code", "000 000").await;
    is_refused(&browser, "Włącz", "Ten kod nie pasuje", "factor/totp-wrong").await;
    browser.press_here("Nie mogę zeskanować kodu").await;
    let app = App::of(&browser.text_of("[data-secret]").await);
    browser.fill("code", &app.code(&portal, 0)).await;
    browser.press("Włącz").await;
    browser.wait_for("Twoje kody zapasowe").await;
    browser.press("Kody są zapisane").await;
    browser.press("Utwórz nowe kody zapasowe").await;
    browser.assert_fine("factor/new-codes").await;
    browser.press("Utwórz nowe kody").await;
    browser.wait_for("Nowe kody działają, starsze już nie.").await;

    portal.advance_minutes(2);
    browser.press("Wyloguj się").await;
    give_password(&browser, &site, &portal.login_of(account).await, PASSWORD).await;
    assert_eq!(browser.path().await, "/login/factor");
    browser.assert_fine("factor/factor").await;
    browser.fill("code", "123").await;
    is_refused(&browser, "Zaloguj się", "Ten kod nie pasuje", "factor/factor-wrong").await;
    browser.press_here("Nie mam telefonu ani klucza przy sobie").await;
    browser.fill("recovery_code", "AAAA").await;
    browser.press("Zaloguj się kodem zapasowym").await;
    browser.wait_for("Ten kod zapasowy nie pasuje").await;
    browser.assert_fine("factor/factor-recovery").await;
    browser.fill("code", &app.code(&portal, 0)).await;
    browser.press("Zaloguj się").await;
    assert_eq!(browser.path().await, "/admin");

    portal.advance_minutes(16);
    browser.goto(&site.url("/account/security/recovery-codes/new")).await;
    browser.fill("current_password", "inne hasło").await;
    is_refused(&browser, "Potwierdź", "Obecne hasło jest inne", "factor/prove-wrong").await;
    browser.fill("current_password", PASSWORD).await;
    browser.press_here("Pokaż hasło").await;
    assert!(browser.has("input[name=current_password][type=text]").await, "the password is shown");
    browser.press("Potwierdź").await;
    browser.wait_for("Utworzyć nowe kody zapasowe?").await;
    browser.goto(&site.url("/account/security/totp/remove")).await;
    browser.wait_for("Teraz nie można tego zrobić").await;
    browser.assert_fine("factor/remove-barred").await;
    browser.goto(&site.url("/account/password")).await;
    browser.fill("new_password", "krótkie").await;
    browser.wait_for("Brakuje znaków: 5.").await;
    browser.assert_fine("factor/password").await;
}
