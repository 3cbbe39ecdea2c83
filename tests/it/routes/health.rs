//! Whether the portal says rightly that it can serve.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use sea_orm::ConnectionTrait;

#[rocket::async_test]
async fn ready_means_that_the_database_answers_with_the_schema_of_this_program() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let browser = Browser::of(&portal, account).await;
    browser.get("/health/live").await.is(200);
    browser.get("/health/ready").await.is(200);
    portal.db().execute_unprepared("DELETE FROM seaql_migrations WHERE version LIKE '%reference_data'").await.expect("by a hand that may");
    browser.get("/health/ready").await.is(503);
    portal.db().clone().close().await.expect("closed");
    // Who it is cannot be looked up; what anybody may read is there.
    browser.get("/health/live").await.is(200);
    browser.get("/help").await.is(200);
    let away = browser.get("/account").await;
    away.is(503);
    assert_eq!(away.place().as_deref(), Some("error-503"));
    assert!(away.header("Retry-After").is_some());
    let visitor = Browser::new(&portal).await;
    visitor.get("/health/live").await.is(200);
    visitor.get("/health/ready").await.is(503);
    visitor.get("/").await.is(200);
}
