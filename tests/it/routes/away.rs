//! The database, the mail server or the file store is away: the pages that need it say so, the others work, and it heals by itself.

use super::browser::{Browser, Got};
use crate::support::database::{PostgresServer, TestDatabase};
use crate::support::portal::TestPortal;
use crate::support::s3::S3Server;
use crate::support::smtp_sink::{Manner, SmtpSink};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::status::Status;
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::keep_deadlines::keep_deadlines;
use cas_portal::services::receive_signed_form::upload;
use cas_portal::services::{ServiceError, print_form};
use cas_portal::storage::signed_forms;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[track_caller]
fn says_so(got: &Got, words: &str) {
    got.is(503);
    assert_eq!(got.place().as_deref(), Some("error-503"));
    assert!(got.header("Retry-After").is_some_and(|seconds| seconds.parse::<u64>().is_ok()));
    assert!(got.words().contains(words), "{}", got.words());
}

#[rocket::async_test]
async fn a_stopped_postgres_is_told_and_what_needs_none_works_until_it_is_back() {
    let mut server = PostgresServer::start_durable();
    let db = TestDatabase::on(&server).await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let (browser, visitor) = (Browser::of(&portal, account).await, Browser::new(&portal).await);
    browser.get("/account").await.is(200);
    server.stop();
    // The first request finds a connection that breaks, the next ones find none.
    for _ in 0..2 {
        says_so(&browser.get("/account").await, "chwilowo niedostępny");
    }
    for path in ["/", "/help", "/privacy", "/accessibility", "/login", "/health/live"] {
        visitor.get(path).await.is(200);
    }
    browser.get("/help").await.is(200);
    visitor.get("/health/ready").await.is(503);
    says_so(&visitor.post("/login", &[("login", "anna"), ("password", "jakieś długie hasło")]).await, "chwilowo niedostępny");
    assert!(keep_deadlines(&portal.context).await.expect_err("away").is_unavailable());
    server.start_again();
    let start = Instant::now();
    while browser.get("/account").await.status != 200 {
        assert!(start.elapsed() < Duration::from_secs(30), "it does not heal");
    }
    visitor.get("/health/ready").await.is(200);
    portal.keep().await;
}

#[rocket::async_test]
async fn letters_wait_for_a_mail_server_that_refuses_and_no_page_does() {
    let db = TestDatabase::sqlite().await;
    let sink = SmtpSink::start();
    let portal = TestPortal::new(&db).with_mail(&sink.setting("?tls=none"));
    let account = portal.account("anna", AccountStatus::Active).await;
    let email = portal.email_of(account).await;
    let visitor = Browser::new(&portal).await;
    for manner in [Manner::IsClosed, Manner::RefusesTemporarily] {
        sink.behave(manner);
        visitor.get("/password/forgot").await.is(200);
        let asked = visitor.post("/password/forgot", &[("login_or_email", &email)]).await;
        assert!(asked.status < 400, "{} {}", asked.status, asked.words());
        deliver_due(&portal.context, "worker", 10).await.expect("tried");
        assert!(sink.letters().is_empty());
        portal.advance_minutes(6);
    }
    sink.behave(Manner::Takes);
    portal.advance_minutes(2);
    deliver_due(&portal.context, "worker", 10).await.expect("delivered");
    assert!(!sink.letters().is_empty(), "what waited has left by itself");
}

#[rocket::async_test]
async fn a_file_store_that_went_away_is_told_where_files_are_wanted_and_nowhere_else() {
    let (db, mut s3) = (TestDatabase::sqlite().await, S3Server::start().await);
    let mut portal = TestPortal::new(&db);
    portal.context.files = Arc::new(s3.store());
    let filed = portal.application(Status::FormReceived).await;
    let waiting = portal.application(Status::AwaitingForm).await;
    let administrator = portal.administrator().await;
    let browser = Browser::of(&portal, administrator).await;
    let form = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms").remove(0);
    let number = filed.application.number.to_path();
    let file = format!("/admin/applications/{number}/files/{}", form.files[0].id);
    browser.get(&file).await.is(200);

    s3.go_away().await;
    says_so(&browser.get(&file).await, "Pliki są chwilowo niedostępne");
    says_so(&browser.get(&format!("{file}/page/1")).await, "Pozostałe strony portalu działają");
    for path in ["/admin/applications", &format!("/admin/applications/{number}"), "/account"] {
        browser.get(path).await.is(200);
    }
    // An upload is refused whole: no row, and its note for the case that something was left.
    let applicant = portal.actor(waiting.application.applicant).await;
    let (_, pdf) = print_form::pdf(&portal.context, &applicant, &waiting.application.number).await.expect("a form");
    let signed = cas_portal::pdf::hand_signed(&pdf).expect("signed");
    let sent = upload(&portal.context, &applicant, &waiting.application.number, vec![signed.clone()]).await;
    assert!(matches!(sent, Err(ServiceError::FilesAway(_))), "{sent:?}");
    assert!(signed_forms::list_of(portal.db(), waiting.application.id).await.expect("forms").is_empty());

    s3.come_back().await;
    browser.get(&file).await.is(200);
    upload(&portal.context, &applicant, &waiting.application.number, vec![signed]).await.expect("received");
    // What the failed upload had noted is cleared, and what was received stays.
    portal.advance_days(2);
    portal.keep().await;
    let received = signed_forms::list_of(portal.db(), waiting.application.id).await.expect("forms").remove(0);
    assert!(portal.context.files.exists(&received.files[0].object_key).await.expect("the store"));
}
