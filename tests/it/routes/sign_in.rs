//! Sign-in over HTTP: cookies, the same answer for every failure, where one goes on to, and the mailed links' pages.

use super::browser::{Browser, Got, settings};
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{TestPortal, operator};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::AccountId;
use cas_portal::services::manage_accounts::{Invitation, NewAdministrator, create_administrator};
use cas_portal::web::WebSettings;
use std::time::Duration;

const NEW: &str = "fioletowy parasol na biegunie";

async fn portal() -> (TestDatabase, TestPortal) {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    (db, portal)
}

/// The page without what differs from request to request.
fn essence(got: &Got) -> String {
    let token = got.attribute("input[name=csrf_token]", "value").unwrap_or_default();
    got.body.replace(&token, "TOKEN")
}

#[rocket::async_test]
async fn a_session_is_a_host_cookie_that_sign_out_ends_on_the_server() {
    let (_db, portal) = portal().await;
    let account = portal.account("anna", AccountStatus::Active).await;
    let browser = Browser::new(&portal).await;
    let page = browser.get("/login").await;
    assert_eq!(page.place().as_deref(), Some("login"));
    assert!(page.body.contains("href=\"/password/forgot\""));
    let done = browser.post("/login", &[("login", &portal.login_of(account).await), ("password", PASSWORD)]).await;
    done.leads_to("/account");
    let set: Vec<&String> = done.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("set-cookie")).map(|(_, v)| v).collect();
    let cookie = set.iter().find(|c| c.starts_with("__Host-cas-session=")).expect("a session cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Max-Age"), "{cookie}");
    let mine = browser.get("/account").await;
    mine.is(200);
    assert_eq!(mine.attribute("#session-warning", "data-idle-seconds").as_deref(), Some("1800"));

    let kept = browser.cookie("__Host-cas-session").expect("a session");
    browser.post("/logout", &[]).await.leads_to("/");
    assert_eq!(browser.cookie("__Host-cas-session"), None);
    assert!(browser.get("/").await.words().contains("Wylogowano"));
    browser.client.cookies().add(rocket::http::Cookie::new("__Host-cas-session", kept));
    browser.get("/account").await.leads_to("/login?next=/account");
}

#[rocket::async_test]
async fn every_failure_gets_the_same_page() {
    let (_db, portal) = portal().await;
    let active = portal.login_of(portal.account("anna", AccountStatus::Active).await).await;
    let suspended = portal.login_of(portal.account("ewa", AccountStatus::Suspended).await).await;
    let invited = portal.login_of(portal.account("jan", AccountStatus::Invited).await).await;
    let blocked = portal.login_of(portal.account("ola", AccountStatus::Active).await).await;
    let browser = Browser::new(&portal).await;
    browser.get("/login").await;
    for _ in 0..5 {
        browser.post("/login", &[("login", &blocked), ("password", "błędne hasło, znowu")]).await.is(422);
    }
    let long = "a".repeat(1_000_000);
    let mut pages = Vec::new();
    for (login, password) in [
        ("nikt-taki", PASSWORD),
        (active.as_str(), "to nie jest to hasło"),
        (&active, &long),
        (&suspended, PASSWORD),
        (&invited, PASSWORD),
        (&blocked, PASSWORD),
    ] {
        let got = browser.post("/login", &[("login", login), ("password", password)]).await;
        got.is(422);
        assert!(!got.body.contains(PASSWORD));
        assert!(got.attribute(".error-summary a", "href").as_deref() == Some("/password/forgot"));
        pages.push(essence(&got).replace(login, "LOGIN"));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "the pages differ");
    assert_eq!(browser.cookie("__Host-cas-session"), None);
}

#[rocket::async_test]
async fn a_planted_session_cookie_is_never_adopted() {
    let (_db, portal) = portal().await;
    let account = portal.account("anna", AccountStatus::Active).await;
    let browser = Browser::new(&portal).await;
    browser.client.cookies().add(rocket::http::Cookie::new("__Host-cas-session", "A".repeat(43)));
    browser.sign_in(&portal, account).await;
    assert_ne!(browser.cookie("__Host-cas-session"), Some("A".repeat(43)));
}

#[rocket::async_test]
async fn one_goes_on_to_paths_of_ours_only() {
    let (_db, portal) = portal().await;
    let login = portal.login_of(portal.account("anna", AccountStatus::Active).await).await;
    for (next, to) in [
        ("/account/password", "/account/password"),
        ("//evil.example", "/account"),
        ("/\\evil.example", "/account"),
        ("https://evil.example/", "/account"),
        ("/login", "/account"),
        ("", "/account"),
    ] {
        let browser = Browser::new(&portal).await;
        browser.get("/login").await;
        browser.post("/login", &[("login", &login), ("password", PASSWORD), ("next", next)]).await.leads_to(to);
    }
    let browser = Browser::new(&portal).await;
    let page = browser.get("/login?next=//evil.example").await;
    assert!(!page.body.contains("evil.example"));
}

#[rocket::async_test]
async fn everybody_begins_where_the_work_is() {
    let (_db, portal) = portal().await;
    let filed = portal.application(Status::AwaitingForm).await;
    let start = async |account: AccountId| {
        let browser = Browser::new(&portal).await;
        browser.get("/login").await;
        let got = browser.post("/login", &[("login", &portal.login_of(account).await), ("password", PASSWORD)]).await;
        got.header("Location").unwrap_or_default().to_owned()
    };
    assert_eq!(start(filed.persons[0]).await, format!("/applications/{}", filed.application.number.to_path()));
    assert_eq!(start(portal.administrator().await).await, "/admin");
    assert_eq!(start(portal.official(Role::Helpdesk, Some("26")).await).await, "/admin");
    assert_eq!(start(portal.official(Role::Auditor, None).await).await, "/admin");
    let unit = portal.unit().await;
    assert_eq!(start(portal.employee(unit).await).await, "/account");
}

#[rocket::async_test]
async fn staying_is_activity_and_an_ended_session_says_so() {
    let (_db, portal) = portal().await;
    let account = portal.account("anna", AccountStatus::Active).await;
    let browser = Browser::of(&portal, account).await;
    portal.advance_minutes(29);
    browser.post("/session/extend", &[]).await.is(204);
    portal.advance_minutes(29);
    browser.get("/account").await.is(200);
    portal.advance_minutes(31);
    let token = browser.token();
    assert_eq!(browser.post("/session/extend", &[("csrf_token", &token)]).await.status, 303, "not 204");
    browser.get("/account").await.leads_to("/login?next=/account");
    assert!(browser.get("/login").await.words().contains("Sesja się skończyła"));
    // Signing out of what has ended is no error.
    browser.client.cookies().add(rocket::http::Cookie::new("__Host-cas-session", "B".repeat(43)));
    browser.post_raw("/logout", &[], &[]).await.leads_to("/");
}

#[rocket::async_test]
async fn a_forgotten_password_is_answered_the_same_for_everybody() {
    let (_db, portal) = portal().await;
    let account = portal.account("anna", AccountStatus::Active).await;
    let login = portal.login_of(account).await;
    let browser = Browser::new(&portal).await;
    browser.get("/password/forgot").await.is(200);
    browser.post("/password/forgot", &[("login_or_email", " ")]).await.is(422);
    let mut answers = Vec::new();
    for typed in ["nikt-taki", &login, "nie ma@takiego", "ktos@example.pl"] {
        browser.get("/password/forgot").await;
        browser.post("/password/forgot", &[("login_or_email", typed)]).await.leads_to("/password/code");
        let page = browser.get("/password/code").await;
        assert_eq!(page.attribute("input[name=login_or_email]", "value").as_deref(), Some(typed), "it need not be typed again");
        answers.push(essence(&page).replace(typed, "TYPED"));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));

    let link = loop {
        portal.deliver().await;
        let found = portal.mailbox.received().iter().flat_map(|l| l.links.clone()).find(|link| link.contains("/password/reset/"));
        match found {
            Some(link) => break link,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let path = link.strip_prefix("https://portal.example.pl").expect("the public address").to_owned();
    for _ in 0..2 {
        browser.get(&path).await.is(200);
    }
    let again = browser.post(&path, &[("new_password", "zażółć"), ("password_repeat", "zażółć")]).await;
    again.is(422);
    assert_eq!(again.attributes(".error-summary a", "href"), ["#new_password"]);
    assert!(!again.body.contains("zażółć"), "a password is never shown");
    browser.post(&path, &[("new_password", NEW), ("password_repeat", NEW)]).await.leads_to("/login");
    let dead = browser.get(&path).await;
    dead.is(410);
    assert_eq!(dead.place().as_deref(), Some("dead-link"));
    browser.get("/login").await;
    browser.post("/login", &[("login", &login), ("password", NEW)]).await.leads_to("/account");
    browser.get("/activate/zmyslony").await.is(410);
}

#[rocket::async_test]
async fn an_invited_administrator_activates_and_begins() {
    let (_db, portal) = portal().await;
    let typed = NewAdministrator {
        role: "voivodeship_administrator".to_owned(),
        voivodeship: "26".to_owned(),
        login: "wojewodzka".to_owned(),
        first_name: "Krystyna".to_owned(),
        last_name: "Zawadzka-Śliwińska".to_owned(),
        email: "k.zawadzka@urzad.example.pl".to_owned(),
    };
    let Invitation::Link(_, link) = create_administrator(&portal.context, &operator(), &typed).await.expect("made") else {
        panic!("the operator gets a link")
    };
    let path = link.strip_prefix("https://portal.example.pl").expect("the public address").to_owned();
    let browser = Browser::new(&portal).await;
    let page = browser.get(&path).await;
    page.is(200);
    assert!(page.words().contains("Krystyna Zawadzka-Śliwińska"));
    let refused = browser.post(&path, &[("new_password", NEW), ("password_repeat", "inne"), ("statements", "data_true")]).await;
    refused.is(422);
    assert_eq!(refused.attributes(".error-summary a", "href"), ["#password_repeat", "#statements"]);
    assert_eq!(refused.attributes("input[name=statements][checked]", "value"), ["data_true"], "what was ticked stays ticked");
    let mut fields = vec![("new_password", NEW), ("password_repeat", NEW)];
    fields.extend([("statements", "data_true"), ("statements", "rules_known"), ("statements", "not_shared")]);
    browser.post(&path, &fields).await.leads_to("/login");
    browser.get("/login").await;
    browser.post("/login", &[("login", "wojewodzka"), ("password", NEW)]).await.leads_to("/admin");
    browser.get("/admin").await.is(200);
}

#[rocket::async_test]
async fn one_address_may_try_only_so_often_and_no_header_helps() {
    let (_db, portal) = portal().await;
    let browser = Browser::with(&portal, WebSettings { rate_limits: true, ..settings() }).await;
    browser.get("/login").await;
    let token = browser.token();
    let mut refused = None;
    for n in 0..40 {
        let fields = [("csrf_token", token.as_str()), ("login", "nikt-taki"), ("password", "zgadywane hasło")];
        let forwarded = format!("203.0.113.{n}");
        let got = browser.post_raw("/login", &fields, &[("X-Forwarded-For", &forwarded), ("X-Real-IP", &forwarded)]).await;
        if got.status == 429 {
            refused = Some(got);
            break;
        }
        got.is(422);
    }
    let refused = refused.expect("too many attempts");
    let wait: u64 = refused.header("Retry-After").and_then(|v| v.parse().ok()).expect("how long to wait");
    assert!((1..=60).contains(&wait));
    assert_eq!(refused.place().as_deref(), Some("error-429"));
}

#[rocket::async_test]
async fn the_address_in_the_trail_is_the_peers_unless_a_trusted_proxy_says_otherwise() {
    let (_db, portal) = portal().await;
    let proxies = [(Vec::new(), "198.51.100.7"), (vec!["198.51.100.0/24".parse().expect("a network")], "192.0.2.55")];
    for (number, (trusted_proxies, seen)) in proxies.into_iter().enumerate() {
        let browser = Browser::with(&portal, WebSettings { trusted_proxies, ..settings() }).await;
        browser.get("/login").await;
        let token = browser.token();
        let fields = [("csrf_token", token.as_str()), ("login", "nikt-taki"), ("password", "zgadywane hasło")];
        let headers = [("X-Forwarded-For", "10.9.8.7, 192.0.2.55"), ("X-Real-IP", "10.9.8.7"), ("Forwarded", "for=10.9.8.7")];
        browser.post_raw("/login", &fields, &headers).await.is(422);
        let entries = portal.trail("account", "").await;
        assert_eq!(entries[number].address.as_deref(), Some(seen));
    }
}
