//! The second step of a sign-in, the security page and „Potwierdź, że to Ty” over HTTP: what can be reached, and what cannot.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::factors::App;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::AccountId;
use std::sync::Arc;

const SESSION: &str = "__Host-cas-session";
const DEVICE: &str = "__Host-cas-device";

/// Gives the password of an account with a second factor.
async fn halfway(portal: &TestPortal, account: AccountId, next: &str) -> Browser {
    let browser = Browser::new(portal).await;
    let login = portal.login_of(account).await;
    browser.get("/login").await.is(200);
    let fields = [("login", login.as_str()), ("password", PASSWORD), ("next", next)];
    let to = if next.is_empty() { "/login/factor".to_owned() } else { format!("/login/factor?next={}", next.replace('/', "%2F")) };
    browser.post("/login", &fields).await.leads_to(&to);
    browser
}

#[rocket::async_test]
async fn between_password_and_code_nothing_can_be_reached() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.central().await;
    let (app, _, _) = portal.with_app(account).await;
    let browser = halfway(&portal, account, "/admin/accounts").await;
    let cookie = browser.cookie(SESSION).expect("a session");
    assert_eq!(browser.cookie(DEVICE), None, "the password alone makes no browser known");
    for path in [
        "/account",
        "/account/password",
        "/account/security",
        "/account/security/totp",
        "/account/security/totp/remove",
        "/account/security/recovery-codes",
        "/account/security/recovery-codes/new",
        "/account/security/passkeys/add",
        "/account/prove",
        "/admin",
        "/admin/applications",
        "/admin/accounts",
        "/admin/accounts/create",
        "/admin/audit",
        "/admin/outbox",
        "/applications",
    ] {
        browser.get(path).await.leads_to(&format!("/login/factor?next={path}"));
    }
    let page = browser.get("/login/factor?next=/admin/accounts").await;
    page.is(200);
    assert_eq!(page.place().as_deref(), Some("login-factor"));
    assert_eq!(page.attribute("input[name=code]", "autocomplete").as_deref(), Some("one-time-code"));
    assert!(page.attributes(".site-nav a", "href").is_empty(), "no navigation before the second factor");
    for path in [
        "/account/password",
        "/account/prove",
        "/account/security/totp/offer",
        "/account/security/totp",
        "/account/security/totp/remove",
        "/account/security/recovery-codes/new",
        "/account/security/passkeys/challenge",
        "/account/security/passkeys/add",
        "/session/extend",
        "/admin/accounts/create",
        &format!("/admin/accounts/{account}/suspend"),
    ] {
        browser.post(path, &[("current_password", PASSWORD)]).await.leads_to("/login/factor");
    }
    // The wrong code is told, and the right one leads to where one wanted to go, under a new cookie.
    let wrong = browser.post("/login/factor", &[("code", "000000"), ("next", "/admin/accounts")]).await;
    wrong.is(422);
    assert_eq!(wrong.attributes(".error-summary a", "href"), ["#code"]);
    assert_eq!(wrong.attribute("input[name=next]", "value").as_deref(), Some("/admin/accounts"));
    let code = app.code(&portal, 1);
    browser.post("/login/factor", &[("code", &code), ("next", "/admin/accounts")]).await.leads_to("/admin/accounts");
    assert_ne!(browser.cookie(SESSION).expect("a session"), cookie);
    assert!(browser.cookie(DEVICE).is_some(), "the whole sign-in does");
    browser.get("/admin/accounts").await.is(200);
    browser.get("/login/factor").await.is(303);
    // The cookie from before the code opens nothing.
    let thief = Browser::new(&portal).await;
    thief.get_with("/account", &[("Cookie", &format!("{SESSION}={cookie}"))]).await.leads_to("/login?next=/account");
}

#[rocket::async_test]
async fn one_can_give_up_between_password_and_code() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let _ = portal.with_app(account).await;
    let browser = halfway(&portal, account, "").await;
    browser.get("/login/factor").await.is(200);
    browser.post("/logout", &[]).await.leads_to("/");
    browser.get("/login/factor").await.leads_to("/login?next=/login/factor");
}

#[rocket::async_test]
async fn a_recovery_code_leads_to_the_security_page() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let (_, _, codes) = portal.with_app(account).await;
    let browser = halfway(&portal, account, "").await;
    browser.get("/login/factor").await.is(200);
    let wrong = browser.post("/login/factor", &[("recovery_code", "AAAA-AAAA-AAAA-AAAA")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#recovery_code"]);
    browser.post("/login/factor", &[("recovery_code", &codes[4])]).await.leads_to("/account/security");
    let page = browser.get("/account/security").await;
    assert_eq!(page.attribute("[data-codes-left]", "data-codes-left").as_deref(), Some("9"));
    assert!(page.words().contains("Zalogowano kodem zapasowym"));
}

#[rocket::async_test]
async fn an_app_is_added_on_the_security_page_and_codes_are_shown_once() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let browser = Browser::of(&portal, account).await;
    let page = browser.get("/account/security").await;
    assert_eq!(page.is(200).attribute("[data-totp]", "data-totp").as_deref(), Some("off"));
    browser.get("/account/security/totp").await.leads_to("/account/security");
    browser.post("/account/security/totp/offer", &[]).await.leads_to("/account/security/totp");
    let offer = browser.get("/account/security/totp").await;
    assert!(offer.is(200).body.contains("<svg class=\"qr qr--large\""));
    let shown = scraper::Html::parse_document(&offer.body)
        .select(&scraper::Selector::parse("[data-secret]").expect("a selector"))
        .next()
        .expect("the secret")
        .text()
        .collect::<String>();
    assert_eq!(shown.split(' ').count(), 8, "in groups: {shown}");
    let app = App::of(&shown);
    let wrong = browser.post("/account/security/totp", &[("code", "000000")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#code"]);
    assert!(wrong.body.contains(&shown), "the same secret is shown again");
    let before = browser.cookie(SESSION);
    let code = app.code(&portal, 0);
    browser.post("/account/security/totp", &[("code", &code)]).await.leads_to("/account/security/recovery-codes");
    assert_ne!(browser.cookie(SESSION), before);
    let codes = browser.get("/account/security/recovery-codes").await;
    assert_eq!(codes.is(200).attributes("ol.codes li", "x").len(), 0);
    assert_eq!(codes.body.matches("<li><code>").count(), 10);
    browser.get("/account/security/recovery-codes").await.leads_to("/account/security");
    let page = browser.get("/account/security").await;
    assert_eq!(page.attribute("[data-totp]", "data-totp").as_deref(), Some("on"));
    assert!(page.words().contains("pokazujemy tylko raz"));
    // Off again; one is asked first.
    assert!(browser.get("/account/security/totp/remove").await.is(200).words().contains("wystarczy samo hasło"));
    browser.post("/account/security/totp/remove", &[]).await.leads_to("/account/security");
    assert_eq!(browser.get("/account/security").await.attribute("[data-totp]", "data-totp").as_deref(), Some("off"));
}

#[rocket::async_test]
async fn an_official_adds_a_factor_before_anything_else() {
    let db = TestDatabase::sqlite().await;
    let mut portal = TestPortal::new(&db);
    Arc::make_mut(&mut portal.context.settings).second_factor_roles = vec![Role::VoivodeshipAdministrator];
    let account = portal.administrator().await;
    let browser = Browser::new(&portal).await;
    let login = portal.login_of(account).await;
    browser.get("/login").await.is(200);
    browser.post("/login", &[("login", &login), ("password", PASSWORD)]).await.is(303);
    for path in ["/account", "/admin", "/admin/accounts", "/admin/applications", "/applications"] {
        browser.get(path).await.leads_to("/account/security");
    }
    browser.get("/login/factor").await.leads_to("/login?next=/login/factor");
    let page = browser.get("/account/security").await;
    assert!(page.is(200).words().contains("Włącz drugi krok logowania"));
    assert!(page.attributes(".site-nav a", "href").is_empty());
    browser.post("/account/security/totp/offer", &[]).await.leads_to("/account/security/totp");
    let offer = browser.get("/account/security/totp").await;
    let uri = offer.attribute("a[href^=otpauth]", "href").expect("a link for phones");
    let secret = uri.split("secret=").nth(1).and_then(|rest| rest.split('&').next()).expect("the secret").to_owned();
    let code = App::of(&secret).code(&portal, 0);
    browser.post("/account/security/totp", &[("code", &code)]).await.leads_to("/account/security/recovery-codes");
    browser.get("/account/security/recovery-codes").await.is(200);
    browser.get("/admin/applications").await.is(200);
    let barred = browser.get("/account/security/totp/remove").await;
    assert!(barred.is(200).words().contains("obowiązkowy"));
    browser.post("/account/security/totp/remove", &[]).await.is(409);
}

#[rocket::async_test]
async fn a_sensitive_page_asks_who_it_is_and_leads_back() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let person = portal.account("ewa", AccountStatus::Active).await;
    let browser = Browser::of(&portal, portal.central().await).await;
    let suspend = format!("/admin/accounts/{person}/suspend");
    browser.get(&suspend).await.is(200);
    portal.advance_minutes(16);
    // A page, on the way to it.
    browser.get(&suspend).await.leads_to(&format!("/account/prove?next={suspend}"));
    // A form that was sent: nothing was done, and that is said.
    browser.post(&suspend, &[]).await.leads_to(&format!("/account/prove?interrupted=true&next={suspend}"));
    let asked = browser.get(&format!("/account/prove?interrupted=true&next={suspend}")).await;
    assert!(asked.is(200).words().contains("nie została jeszcze wykonana"));
    assert_eq!(asked.attribute("input[name=current_password]", "autocomplete").as_deref(), Some("current-password"));
    let wrong = browser.post("/account/prove", &[("current_password", "inne hasło"), ("next", &suspend), ("interrupted", "true")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#current_password"]);
    assert_eq!(wrong.attribute("input[name=next]", "value").as_deref(), Some(suspend.as_str()));
    let before = browser.cookie(SESSION);
    let right = [("current_password", PASSWORD), ("next", suspend.as_str()), ("interrupted", "true")];
    browser.post("/account/prove", &right).await.leads_to(&suspend);
    assert_ne!(browser.cookie(SESSION), before, "a new cookie");
    let page = browser.get(&suspend).await;
    assert!(page.is(200).words().contains("Czynność nie została jeszcze wykonana"));
    browser.post(&suspend, &[]).await.leads_to(&format!("/admin/accounts/{person}"));
    // Only paths of ours.
    browser.get("/account/prove").await.is(200);
    browser.post("/account/prove", &[("current_password", PASSWORD), ("next", "//evil.pl")]).await.leads_to("/account");
    // Reading needs no proof.
    portal.advance_minutes(16);
    browser.get("/admin/accounts").await.is(200);
    for path in ["/admin/accounts/create", "/account/security/passkeys/add", "/account/security/totp"] {
        browser.get(path).await.leads_to(&format!("/account/prove?next={path}"));
    }
    browser.get("/account/security").await.is(200);
    browser.post("/account/security/totp/offer", &[]).await.leads_to("/account/prove?interrupted=true&next=/account/security");
}

#[rocket::async_test]
async fn helpdesk_takes_a_lost_factor_off() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let person = portal.account("ewa", AccountStatus::Active).await;
    let _ = portal.with_app(person).await;
    let browser = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    let page = browser.get(&format!("/admin/accounts/{person}")).await;
    assert!(page.body.contains(&format!("/admin/accounts/{person}/reset-factor")));
    browser.get(&format!("/admin/accounts/{person}/reset-factor")).await.is(200);
    browser.post(&format!("/admin/accounts/{person}/reset-factor"), &[]).await.leads_to(&format!("/admin/accounts/{person}"));
    let page = browser.get(&format!("/admin/accounts/{person}")).await;
    assert!(page.words().contains("Drugi krok logowania wyłączony"));
    assert!(!page.body.contains("reset-factor"));
}

#[rocket::async_test]
async fn a_pending_account_and_a_visitor_have_no_security_page() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let visitor = Browser::new(&portal).await;
    visitor.get("/account/security").await.leads_to("/login?next=/account/security");
    visitor.get("/login").await.is(200);
    visitor.post("/login/factor/challenge", &[]).await.leads_to("/login");
    // Anybody may ask for the challenge of a sign-in; what comes back names no account.
    let asked = visitor.post("/login/passkey/challenge", &[]).await;
    let asked: serde_json::Value = serde_json::from_str(&asked.is(200).body).expect("JSON");
    assert_eq!(asked["options"]["publicKey"]["rpId"], "portal.example.pl");
    assert!(asked["options"]["publicKey"]["allowCredentials"].as_array().is_none_or(Vec::is_empty));
    let refused = visitor.post("/login/passkey", &[("challenge", "x"), ("credential", "{}")]).await;
    assert_eq!(refused.is(422).attributes(".error-summary a", "href"), ["#passkey"]);
    let pending = Browser::of(&portal, portal.account("anna", AccountStatus::Pending).await).await;
    pending.get("/account/security").await.is(403);
}

#[rocket::async_test]
async fn an_approval_asks_who_it_is_and_leads_back() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let filed = portal.application(Status::InReview).await;
    let browser = Browser::of(&portal, filed.administrator.expect("taken")).await;
    let shown = format!("/admin/applications/{}", filed.application.number.to_path());
    let approve = format!("{shown}/approve");
    browser.get(&approve).await.is(200);
    portal.advance_minutes(16);
    let decision = [("version", "0"), ("signature", "seen")];
    browser.post(&approve, &decision).await.leads_to(&format!("/account/prove?interrupted=true&next={approve}"));
    browser.get(&approve).await.leads_to(&format!("/account/prove?next={approve}"));
    browser.get(&format!("/account/prove?next={approve}")).await.is(200);
    browser.post("/account/prove", &[("current_password", PASSWORD), ("next", approve.as_str())]).await.leads_to(&approve);
    browser.get(&approve).await.is(200);
    browser.post(&approve, &decision).await.leads_to(&shown);
}
