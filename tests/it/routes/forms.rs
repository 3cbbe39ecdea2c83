//! Forms: only from our own pages, within limits, without NUL; files stay bytes in bounded memory.

use super::browser::{Browser, settings};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::web::forms::Uploaded;
use cas_portal::web::guards::Member;
use cas_portal::web::launch;
use cas_portal::web::reply::{Answer, Reply};
use rocket::http::{ContentType, Status};
use rocket::{post, routes};

/// Tells what arrived.
#[post("/probe", data = "<form>")]
fn probe(_who: Member<'_>, form: Uploaded) -> Answer {
    let files: Vec<String> = form.files("files").iter().map(|bytes| format!("{}:{:?}", bytes.len(), bytes.first())).collect();
    Ok(Reply::text(Status::Ok, &format!("{}|{}", form.text("note"), files.join(","))))
}

async fn browser(portal: &TestPortal) -> Browser {
    let browser = Browser::on(launch(portal.context.clone(), settings()).mount("/", routes![probe])).await;
    browser.sign_in(portal, portal.account("anna", AccountStatus::Active).await).await;
    browser
}

pub(super) fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map(|f| format!("; filename=\"{f}\"\r\nContent-Type: application/pdf")).unwrap_or_default();
        body.extend(format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--X--\r\n");
    body
}

pub(super) fn kind() -> ContentType {
    ContentType::parse_flexible("multipart/form-data; boundary=X").expect("a type")
}

#[rocket::async_test]
async fn a_form_without_our_token_is_refused_and_says_what_to_do() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = browser(&portal).await;
    let other = Browser::of(&portal, portal.account("ewa", AccountStatus::Active).await).await;
    let visitor = Browser::new(&portal).await;
    visitor.get("/login").await;
    for token in ["", "x", &other.token(), &visitor.token(), &"A".repeat(43)] {
        let got = browser.post_raw("/account/password", &[("csrf_token", token)], &[]).await;
        got.is(403);
        assert!(got.words().contains("Formularz stracił ważność"));
    }
    browser.post_raw("/account/password", &[], &[]).await.is(403);
    // The right one gets as far as the fields.
    browser.get("/account/password").await;
    browser.post("/account/password", &[]).await.is(422);
    // A visitor without a cookie has no token that could be right.
    let stranger = Browser::new(&portal).await;
    stranger.post_raw("/login", &[("csrf_token", &visitor.token()), ("login", "a"), ("password", "b")], &[]).await.is(403);
    stranger.post_raw("/login", &[("login", "a"), ("password", "b")], &[]).await.is(403);
}

#[rocket::async_test]
async fn a_form_from_another_site_is_refused_even_with_the_token() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = browser(&portal).await;
    let token = browser.token();
    for (name, value, status) in [
        ("Sec-Fetch-Site", "cross-site", 403),
        ("Sec-Fetch-Site", "same-site", 403),
        ("Sec-Fetch-Site", "same-origin", 422),
        ("Origin", "https://evil.example", 403),
        ("Origin", "https://portal.example.pl.evil.example", 403),
        ("Origin", "http://localhost:8000", 403),
        ("Origin", "https://portal.example.pl", 422),
        ("Origin", "null", 422),
    ] {
        let got = browser.post_raw("/account/password", &[("csrf_token", &token)], &[(name, value)]).await;
        assert_eq!(got.status, status, "{name}: {value}");
    }
}

#[rocket::async_test]
async fn what_cannot_be_a_form_is_refused() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::new(&portal).await;
    browser.get("/login").await;
    let token = browser.token();
    let fields = [("csrf_token", token.as_str()), ("login", "a\0b"), ("password", "x")];
    browser.post_raw("/login", &fields, &[]).await.is(422);
    let big = "a".repeat(2 * 1024 * 1024);
    let got = browser.post_raw("/login", &[("csrf_token", &token), ("login", &big)], &[]).await;
    got.is(413);
    assert_eq!(got.place().as_deref(), Some("error-413"));
    // Nobody sent a file, so nobody hears of scanning.
    assert!(got.words().contains("Formularz jest za długi") && !got.words().contains("plik"), "{}", got.words());
    let many = format!("csrf_token={token}{}", "&a=b".repeat(6000));
    browser.post_body("/login", ContentType::Form, many.into_bytes(), &[]).await.is(422);
    browser.post_body("/login", ContentType::Plain, b"login=a".to_vec(), &[]).await.is(415);
    browser.post_body("/login", ContentType::JSON, b"{}".to_vec(), &[]).await.is(415);
    browser.post_body("/login", kind(), multipart(&[("csrf_token", None, token.as_bytes())]), &[]).await.is(415);
}

#[rocket::async_test]
async fn files_arrive_as_bytes() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = browser(&portal).await;
    let token = browser.token();
    let csrf = ("csrf_token", None, token.as_bytes());
    let body =
        multipart(&[csrf, ("note", None, "żółć".as_bytes()), ("files", Some("../a.pdf"), b"one"), ("files", Some("b"), &[7; 70_000])]);
    assert_eq!(browser.post_body("/probe", kind(), body, &[]).await.is(200).body, "żółć|3:Some(111),70000:Some(7)");
    // An empty file input sends a nameless empty part; an empty file has a name.
    let body = multipart(&[csrf, ("files", Some(""), b"")]);
    assert_eq!(browser.post_body("/probe", kind(), body, &[]).await.is(200).body, "|");
    let body = multipart(&[csrf, ("files", Some("empty.pdf"), b"")]);
    assert_eq!(browser.post_body("/probe", kind(), body, &[]).await.is(200).body, "|0:None");
}

#[rocket::async_test]
async fn uploads_are_limited_and_need_the_token_before_their_files() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = browser(&portal).await;
    let token = browser.token();
    let csrf = ("csrf_token", None, token.as_bytes());
    let without = multipart(&[("files", Some("a.pdf"), b"one"), csrf]);
    browser.post_body("/probe", kind(), without, &[]).await.is(403);
    browser.post_body("/probe", kind(), multipart(&[("note", None, b"x")]), &[]).await.is(403);
    let big = vec![0; 46 * 1024 * 1024];
    browser.post_body("/probe", kind(), multipart(&[csrf, ("files", Some("a.pdf"), &big)]), &[]).await.is(413);
    let text = vec![b'a'; 2 * 1024 * 1024];
    browser.post_body("/probe", kind(), multipart(&[csrf, ("note", None, &text)]), &[]).await.is(413);
    browser.post_body("/probe", kind(), multipart(&[csrf, ("note", None, b"a\0b")]), &[]).await.is(422);
    browser.post_body("/probe", kind(), b"--X\r\nbroken".to_vec(), &[]).await.is(422);
    browser.post_body("/probe", ContentType::FormData, b"--X--".to_vec(), &[]).await.is(415);
    browser.post_body("/probe", kind(), multipart(&[csrf]), &[("Sec-Fetch-Site", "cross-site")]).await.is(403);
    let visitor = Browser::on(launch(portal.context.clone(), settings()).mount("/", routes![probe])).await;
    visitor.post_body("/probe", kind(), multipart(&[csrf]), &[]).await.leads_to("/login");
}
