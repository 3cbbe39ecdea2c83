//! The database, the mail server or the file store is away: the pages that need it say so, the others work, and it heals by itself.

use super::browser::{Browser, Got};
use super::forms::{kind, multipart};
use crate::support::database::{PostgresServer, TestDatabase, on_both};
use crate::support::fixtures::Filed;
use crate::support::lossy::LossyWay;
use crate::support::portal::TestPortal;
use crate::support::s3::S3Server;
use crate::support::smtp_sink::{Manner, SmtpSink};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::status::Status;
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::keep_deadlines::keep_deadlines;
use cas_portal::services::print_form;
use cas_portal::services::receive_signed_form::upload;
use cas_portal::storage::{accounts, database, signed_forms};
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[track_caller]
fn says_so(got: &Got, words: &str) {
    got.is(503);
    assert_eq!(got.place().as_deref(), Some("error-503"));
    assert!(got.header("Retry-After").is_some_and(|seconds| seconds.parse::<u64>().is_ok()));
    assert!(got.words().contains(words), "{}", got.words());
}

/// The application's own form, signed.
async fn signed_pdf(portal: &TestPortal, filed: &Filed) -> Vec<u8> {
    let applicant = portal.actor(filed.application.applicant).await;
    let (_, pdf) = print_form::pdf(&portal.context, &applicant, &filed.application.number).await.expect("a form");
    cas_portal::pdf::hand_signed(&pdf).expect("signed")
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
    // An upload is refused whole, and its sender is told: no row, and its note for the case that something was left.
    let signed = signed_pdf(&portal, &waiting).await;
    let applicant = Browser::of(&portal, waiting.application.applicant).await;
    let place = format!("/applications/{}", waiting.application.number.to_path());
    let page = format!("{place}/signed-form");
    applicant.get(&page).await.is(200);
    let send = async || {
        let token = applicant.token();
        let body = multipart(&[("csrf_token", None, token.as_bytes()), ("files", Some("wniosek.pdf"), &signed)]);
        applicant.post_body(&page, kind(), body, &[]).await
    };
    says_so(&send().await, "Pliki są chwilowo niedostępne");
    assert!(signed_forms::list_of(portal.db(), waiting.application.id).await.expect("forms").is_empty());
    applicant.get(&place).await.is(200);
    applicant.get(&page).await.is(200);

    s3.come_back().await;
    browser.get(&file).await.is(200);
    send().await.leads_to(&place);
    // What the failed upload had noted is cleared, and what was received stays.
    portal.advance_days(2);
    portal.keep().await;
    let received = signed_forms::list_of(portal.db(), waiting.application.id).await.expect("forms").remove(0);
    assert!(portal.context.files.exists(&received.files[0].object_key).await.expect("the store"));
}

/// The portal with one connection, on which something can be set that stays set.
async fn with_one_connection(db: &TestDatabase, sql: &str) -> TestPortal {
    let mut portal = TestPortal::new(db);
    portal.context.db = database::connect(db.url(), 1).await.expect("a connection");
    portal.db().execute_unprepared(sql).await.expect(sql);
    portal
}

/// Somebody holds a row for longer than anybody waits.
#[rocket::async_test]
async fn a_lock_that_is_not_given_in_time_is_told_and_works_later() {
    let db = TestDatabase::postgres().await;
    let portal = with_one_connection(&db, "SET lock_timeout = '200ms'").await;
    let account = portal.account("anna", AccountStatus::Active).await;
    let browser = Browser::of(&portal, account).await;
    let holder = database::begin(db.connection()).await.expect("a transaction");
    accounts::find_for_update(&holder, account).await.expect("locked");
    let start = Instant::now();
    says_so(&browser.post("/account/notices", &[]).await, "chwilowo niedostępny");
    assert!(start.elapsed() < Duration::from_secs(5), "it was the lock, and not the connection, that was waited for");
    browser.get("/account").await.is(200);
    drop(holder);
    browser.post("/account/notices", &[]).await.leads_to("/account");
}

#[rocket::async_test]
async fn a_full_database_is_told_and_works_when_there_is_room() {
    let db = TestDatabase::sqlite().await;
    let pages = TestPortal::new(&db).number("PRAGMA page_count").await;
    let portal = with_one_connection(&db, &format!("PRAGMA max_page_count = {pages}")).await;
    let visitor = Browser::new(&portal).await;
    visitor.get("/login").await.is(200);
    let fail = async || visitor.post("/login", &[("login", "nikt-taki"), ("password", "jakieś długie hasło")]).await;
    let mut answer = fail().await;
    for _ in 0..500 {
        if answer.status != 422 {
            break;
        }
        answer = fail().await;
    }
    says_so(&answer, "chwilowo niedostępny");
    visitor.get("/login").await.is(200);
    portal.db().execute_unprepared("PRAGMA max_page_count = 1000000").await.expect("room");
    fail().await.is(422);
}

/// Nobody knows whether a commit whose answer was lost was made: here it was, and the files stay with their row.
#[rocket::async_test]
async fn an_upload_whose_commit_lost_its_answer_keeps_its_files() {
    let db = TestDatabase::postgres().await;
    let portal = TestPortal::new(&db);
    let waiting = portal.application(Status::AwaitingForm).await;
    let (number, signed) = (&waiting.application.number, signed_pdf(&portal, &waiting).await);
    let applicant = portal.actor(waiting.application.applicant).await;
    let way = LossyWay::to(db.url()).await;
    let mut far = portal.clone();
    far.context.db = database::connect(way.url(), 4).await.expect("a connection");
    way.lose_next_commit();
    let told = upload(&far.context, &applicant, number, vec![signed.clone()]).await.expect_err("no answer");
    assert!(way.has_lost() && told.is_unavailable(), "{told:?}");
    let form = signed_forms::list_of(portal.db(), waiting.application.id).await.expect("forms").remove(0);
    let keys: Vec<&String> = form.files.iter().flat_map(|file| file.page_keys.iter().chain([&file.object_key])).collect();
    assert!(keys.len() > 1);
    for _ in 0..2 {
        for key in &keys {
            assert!(portal.context.files.exists(key).await.expect("the store"), "{key}");
        }
        // The second click finds it there.
        upload(&far.context, &applicant, number, vec![signed.clone()]).await.expect("it is there");
        portal.advance_days(2);
        portal.keep().await;
    }
    assert_eq!(signed_forms::list_of(portal.db(), waiting.application.id).await.expect("forms").len(), 1);
}

on_both! {
    /// What a failed commit left in the store has no row, and the worker removes it.
    async fn an_upload_whose_rows_were_refused_leaves_its_files_to_the_worker(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let waiting = portal.application(Status::AwaitingForm).await;
        let signed = signed_pdf(&portal, &waiting).await;
        let applicant = portal.actor(waiting.application.applicant).await;
        let refuse = if db.is_postgres() {
            "ALTER TABLE signed_forms ADD CONSTRAINT signed_forms_none CHECK (FALSE) NOT VALID"
        } else {
            "CREATE TRIGGER signed_forms_none BEFORE INSERT ON signed_forms BEGIN SELECT RAISE(ABORT, 'none'); END"
        };
        portal.db().execute_unprepared(refuse).await.expect("refused from now on");
        upload(&portal.context, &applicant, &waiting.application.number, vec![signed]).await.expect_err("refused");
        assert!(signed_forms::list_of(portal.db(), waiting.application.id).await.expect("forms").is_empty());
        assert_eq!(portal.number("SELECT count(*) FROM unwanted_files").await, 1);
        portal.keep().await;
        assert!(!portal.context.files.list("signed-forms").await.expect("the store").is_empty(), "somebody may still be at it");
        portal.advance_days(2);
        portal.keep().await;
        assert_eq!(portal.context.files.list("signed-forms").await.expect("the store"), Vec::<String>::new());
        assert_eq!(portal.number("SELECT count(*) FROM unwanted_files").await, 0);
    }
}
