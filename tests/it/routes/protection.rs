//! Device cookie, code page, „to nie ja”, the switch of letters, and what helpdesk sees, over HTTP.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{PUBLIC_URL, TestPortal};
use cas_portal::domain::account::{AccountStatus, Role};
use std::time::Duration;

const NEW: &str = "fioletowy parasol na biegunie";
const WRONG: &str = "zgadywane hasło numer sto";

async fn portal() -> (TestDatabase, TestPortal) {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    (db, portal)
}

/// Waits for a letter with a link that begins so; gives the path of the link and the letter's text.
async fn mailed(portal: &TestPortal, path: &str) -> (String, String) {
    for _ in 0..500 {
        portal.deliver().await;
        let start = format!("{PUBLIC_URL}{path}");
        let letters = portal.mailbox.received();
        let found = letters.iter().find_map(|l| Some((l.links.iter().find(|link| link.starts_with(&start))?.clone(), l.body.clone())));
        if let Some((link, body)) = found {
            return (link.trim_start_matches(PUBLIC_URL).to_owned(), body);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no letter with {path}");
}

async fn guess(browser: &Browser, login: &str, times: usize) {
    browser.get("/login").await;
    for _ in 0..times {
        browser.post("/login", &[("login", login), ("password", WRONG)]).await.is(422);
    }
}

#[rocket::async_test]
async fn the_device_cookie_lasts_and_keeps_its_owner_in_while_strangers_fail() {
    let (_db, portal) = portal().await;
    let login = portal.login_of(portal.account("anna", AccountStatus::Active).await).await;
    let browser = Browser::new(&portal).await;
    browser.get("/login").await;
    assert_eq!(browser.cookie("__Host-cas-device"), None, "not before the first success");
    let done = browser.post("/login", &[("login", &login), ("password", PASSWORD)]).await;
    let set: Vec<&String> = done.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("set-cookie")).map(|(_, v)| v).collect();
    let cookie = set.iter().find(|c| c.starts_with("__Host-cas-device=")).expect("a device cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=15552000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains(&login) && !cookie.contains("Domain"), "{cookie}");
    let device = browser.cookie("__Host-cas-device");
    browser.get("/account").await.is(200);
    browser.post("/logout", &[]).await.is(303);
    assert_eq!(browser.cookie("__Host-cas-device"), device, "signing out keeps it");

    let stranger = Browser::new(&portal).await;
    guess(&stranger, &login, 6).await;
    stranger.post("/login", &[("login", &login), ("password", PASSWORD)]).await.is(422);
    browser.get("/login").await;
    browser.post("/login", &[("login", &login), ("password", PASSWORD)]).await.leads_to("/account");
    browser.get("/account").await.is(200);
    // The cookie alone opens nothing.
    let thief = Browser::new(&portal).await;
    thief.client.cookies().add(rocket::http::Cookie::new("__Host-cas-device", device.expect("a cookie")));
    thief.get("/account").await.leads_to("/login?next=/account");
}

#[rocket::async_test]
async fn a_code_read_elsewhere_leads_to_the_new_password() {
    let (_db, portal) = portal().await;
    let login = portal.login_of(portal.account("anna", AccountStatus::Active).await).await;
    let browser = Browser::new(&portal).await;
    browser.get("/password/forgot").await;
    browser.post("/password/forgot", &[("login_or_email", &login)]).await.leads_to("/password/code");
    let page = browser.get("/password/code").await;
    page.is(200);
    assert!(page.words().contains("Jeśli takie konto istnieje"));
    let (link, body) = mailed(&portal, "/password/reset/").await;
    let code = body.split_whitespace().find(|w| w.len() == 9 && w.as_bytes()[4] == b'-').expect("a code").to_owned();
    let empty = browser.post("/password/code", &[("login_or_email", ""), ("code", "")]).await;
    assert_eq!(empty.is(422).attributes(".error-summary a", "href"), ["#login_or_email", "#code"]);
    let mut answers = Vec::new();
    for (typed, guess) in [(login.as_str(), "0000-0000"), ("nikt-taki", "0000-0000"), ("nikt@example.pl", &code)] {
        let got = browser.post("/password/code", &[("login_or_email", typed), ("code", guess)]).await;
        got.is(422);
        let token = got.attribute("input[name=csrf_token]", "value").unwrap_or_default();
        answers.push(got.body.replace(&token, "").replace(typed, "").replace(guess, ""));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "whoever it is, the page is the same");
    let to = browser.post("/password/code", &[("login_or_email", &login), ("code", &code)]).await;
    let path = to.is(303).header("Location").expect("a path").to_owned();
    assert!(path.starts_with("/password/reset/") && path != link);
    browser.get(&path).await.is(200);
    browser.post(&path, &[("new_password", NEW), ("password_repeat", NEW)]).await.leads_to("/login");
    assert!(browser.cookie("__Host-cas-device").is_some() && browser.cookie("__Host-cas-session").is_none(), "known, not signed in");
    for dead in [&path, &link] {
        browser.get(dead).await.is(410);
    }
    browser.get("/account").await.leads_to("/login?next=/account");
}

// ASVS 5.0 6.4.3: no step of a reset is skipped by its address.
#[rocket::async_test]
async fn no_step_of_a_reset_can_be_skipped() {
    let (_db, portal) = portal().await;
    let login = portal.login_of(portal.account("anna", AccountStatus::Active).await).await;
    let browser = Browser::new(&portal).await;
    browser.get("/login").await;
    let passwords = [("new_password", NEW), ("password_repeat", NEW), ("login", login.as_str()), ("login_or_email", login.as_str())];
    for path in [
        "/password/reset/",
        "/password/reset/x",
        "/password/reset/..%2Fcode",
        &format!("/password/reset/{login}"),
        "/activate/x",
        "/not-me/x",
    ] {
        let got = browser.post(path, &passwords).await;
        assert!(matches!(got.status, 404 | 410), "{path}: {}", got.status);
    }
    browser.post("/password/code", &passwords).await.is(422);
    // A link of another purpose opens nothing.
    guess(&browser, &login, 5).await;
    let (not_me, _) = mailed(&portal, "/not-me/").await;
    let token = not_me.trim_start_matches("/not-me/");
    browser.get(&format!("/password/reset/{token}")).await.is(410);
    browser.get(&format!("/activate/{token}")).await.is(410);
    let (reset, _) = mailed(&portal, "/password/reset/").await;
    browser.get(&format!("/not-me/{}", reset.trim_start_matches("/password/reset/"))).await.is(410);
    browser.get("/login").await;
    browser.post("/login", &[("login", &login), ("password", NEW)]).await.is(422);
}

#[rocket::async_test]
async fn not_me_is_said_by_a_button_and_helpdesk_sees_and_closes_it() {
    let (_db, portal) = portal().await;
    let account = portal.account("anna", AccountStatus::Active).await;
    let login = portal.login_of(account).await;
    let stranger = Browser::new(&portal).await;
    guess(&stranger, &login, 5).await;
    let (path, body) = mailed(&portal, "/not-me/").await;
    assert!(!body.contains("198.51.100"), "no exact address: {body}");
    let owner = Browser::new(&portal).await;
    for _ in 0..2 {
        let page = owner.get(&path).await;
        page.is(200);
        assert_eq!(page.place().as_deref(), Some("not-me"));
    }
    owner.post(&path, &[]).await.leads_to("/login");
    assert!(owner.get("/login").await.words().contains("Dziękujemy za zgłoszenie"));
    owner.get(&path).await.is(410);

    let helpdesk = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    let list = helpdesk.get("/admin/accounts").await;
    assert_eq!(list.attributes("[data-report]", "data-login"), std::slice::from_ref(&login));
    let detail = format!("/admin/accounts/{account}");
    let page = helpdesk.get(&detail).await;
    assert_eq!(page.attributes("[data-report]", "data-report"), ["block"]);
    assert!(page.words().contains("Logowanie jest zablokowane") && !page.body.contains("198.51.100"));
    for action in ["close-reports", "unlock", "start-reset"] {
        helpdesk.get(&format!("{detail}/{action}")).await.is(200);
        helpdesk.post(&format!("{detail}/{action}"), &[]).await.leads_to(&detail);
        helpdesk.get(&detail).await.is(200);
    }
    let page = helpdesk.get(&detail).await;
    assert!(page.attributes("[data-report]", "data-report").is_empty() && !page.words().contains("zablokowane"));
    assert!(!page.body.contains("type=\"password\""), "nobody chooses or sees a password");
    assert!(helpdesk.get("/admin/accounts").await.attributes("[data-report]", "data-login").is_empty());
    let elsewhere = Browser::of(&portal, portal.official(Role::Helpdesk, Some("24")).await).await;
    elsewhere.get(&detail).await.is(404);
}

#[rocket::async_test]
async fn letters_about_new_devices_are_switched_in_the_settings_of_the_account() {
    let (_db, portal) = portal().await;
    let browser = Browser::of(&portal, portal.account("anna", AccountStatus::Active).await).await;
    assert!(browser.get("/account").await.attributes("main a", "href").contains(&"/account/notices".to_owned()));
    let ticked = async || browser.get("/account/notices").await.attributes("input[name=sign_in_letters][checked]", "value");
    assert_eq!(ticked().await, ["new_device"]);
    browser.post("/account/notices", &[]).await.leads_to("/account");
    assert!(ticked().await.is_empty());
    browser.post("/account/notices", &[("sign_in_letters", "new_device")]).await.leads_to("/account");
    assert_eq!(ticked().await, ["new_device"]);
}
