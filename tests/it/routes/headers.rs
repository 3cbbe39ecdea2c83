//! Headers of every answer, static files, error pages with their request id, nothing of the cause.

use super::browser::{Browser, settings};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::web::guards::Anyone;
use cas_portal::web::launch;
use cas_portal::web::reply::Answer;
use cas_portal::web::{WebSettings, error::PageError};
use rocket::{get, routes};
use std::collections::HashSet;

#[get("/panics")]
fn panics(_who: Anyone<'_>) -> Answer {
    panic!("a secret cause")
}

#[get("/fails")]
fn fails(_who: Anyone<'_>) -> Answer {
    Err(PageError::internal("a secret cause"))
}

#[rocket::async_test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::of(&portal, portal.account("anna", AccountStatus::Active).await).await;
    let mut ids = HashSet::new();
    for path in ["/", "/login", "/account", "/admin/audit", "/no/such/page", "/static/app.css", "/health/live", "/logout"] {
        let got = browser.get(path).await;
        let policy = got.header("Content-Security-Policy").expect("a policy").to_owned();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        for (name, value) in [
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Strict-Transport-Security", "max-age=31536000"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ] {
            assert_eq!(got.header(name), Some(value), "{path}");
        }
        assert_eq!(got.header("Server"), None);
        let keeps = path.starts_with("/static/");
        assert_eq!(got.header("Cache-Control") == Some("no-store"), !keeps, "{path}");
        assert!(ids.insert(got.header("X-Request-Id").expect("an id").to_owned()));
    }
    let plain = Browser::with(&portal, WebSettings { hsts: false, ..settings() }).await;
    assert_eq!(plain.get("/").await.header("Strict-Transport-Security"), None);
}

#[rocket::async_test]
async fn static_files_are_kept_for_ever_by_their_hash_and_nothing_else_is_served() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::new(&portal).await;
    let page = browser.get("/").await;
    let css = page.attribute("link[rel=stylesheet]", "href").expect("a style sheet");
    let got = browser.get(&css).await;
    got.is(200);
    assert_eq!(got.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(got.header("Content-Type"), Some("text/css; charset=utf-8"));
    assert_eq!(got.header("Set-Cookie"), None);
    assert_eq!(browser.get("/favicon.ico").await.is(200).header("Content-Type"), Some("image/svg+xml"));
    for path in
        ["/static/../labels/pl.toml", "/static/%2e%2e/labels/pl.toml", "/static/nothing.css", "/static/", "/static/..%2flabels%2fpl.toml"]
    {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}

#[rocket::async_test]
async fn a_failure_shows_its_id_and_never_its_cause() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::on(launch(portal.context.clone(), settings()).mount("/", routes![panics, fails])).await;
    for path in ["/panics", "/fails"] {
        let got = browser.get(path).await;
        got.is(500);
        assert_eq!(got.place().as_deref(), Some("error-500"));
        assert!(!got.body.contains("secret"));
        assert!(got.body.contains(got.header("X-Request-Id").expect("an id")));
    }
    let missing = browser.get("/no/such/page").await;
    missing.is(404);
    assert!(missing.body.contains(missing.header("X-Request-Id").expect("an id")));
}

#[rocket::async_test]
async fn a_forged_host_reaches_no_page() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::new(&portal).await;
    let headers = [("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "http")];
    for path in ["/", "/login", "/password/forgot", "/account", "/no/such/page"] {
        let got = browser.get_with(path, &headers).await;
        assert!(!got.body.contains("evil.example") && got.headers.iter().all(|(_, value)| !value.contains("evil.example")), "{path}");
    }
}
