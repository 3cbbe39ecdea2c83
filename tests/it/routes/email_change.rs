//! `/email-change` over HTTP: who gets in, what the pages say, and that looking changes nothing.

use super::browser::Browser;
use super::wizards::visitors_sign_in_first;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::email_change::waiting::{ChangeState, WaitingChange};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::identifiers::EmailAddress;
use cas_portal::storage::waiting_changes;

const FIELDS: [(&str, &str); 5] = [
    ("new_email", "nowa@gops.example.pl"),
    ("why", "Urząd zmienił dostawcę poczty."),
    ("statements", "data_true"),
    ("statements", "lost_mailbox"),
    ("statements", "own_mailbox"),
];

/// A change that waits, of an account of the fixtures.
async fn waiting(portal: &TestPortal, account: AccountId) -> WaitingChange {
    let application = portal.application(Status::Approved).await.application;
    let row = cas_portal::storage::accounts::find(portal.db(), account).await.expect("accounts").expect("it");
    let change = WaitingChange {
        id: portal.context.new_waiting_change_id(),
        account,
        application: application.id,
        old_email: row.profile.email,
        new_email: EmailAddress::parse("nowa@gops.example.pl").expect("an address"),
        approved_at: portal.now(),
        takes_effect_at: portal.now().plus_days(3),
        state: ChangeState::Waiting,
        ended_at: None,
    };
    waiting_changes::add(portal.db(), &change).await.expect("a change");
    change
}

#[rocket::async_test]
async fn only_an_active_account_gets_in_and_only_one_of_a_unit_has_something_to_type() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    visitors_sign_in_first(&portal, ["/email-change", "/email-change/code", "/email-change/check", "/email-change/stop"]).await;
    let pending = Browser::of(&portal, portal.account("czeka", AccountStatus::Pending).await).await;
    pending.get("/email-change").await.is(403);
    let alone = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    let page = alone.get("/email-change").await;
    assert!(page.is(200).attribute("form[action='/email-change']", "method").is_none(), "nothing to type without a unit");

    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    let browser = Browser::of(&portal, account).await;
    let home = browser.get("/account").await;
    assert!(home.offers("/email-change"));
    assert_eq!(browser.get("/email-change").await.is(200).place().as_deref(), Some("email-change"));
    // Nothing is skipped by its address.
    browser.get("/email-change/code").await.leads_to("/email-change");
    browser.get("/email-change/check").await.leads_to("/email-change");
    let wrong = browser.post("/email-change", &[("new_email", "x"), ("why", "<b>")]).await;
    wrong.wrong_at(&["#new_email", "#statements"]);
    assert!(wrong.words().contains("<b>"), "typed text stands as typed");
    browser.post("/email-change", &FIELDS).await.leads_to("/email-change/code");
    browser.get("/email-change/check").await.leads_to("/email-change/code");
    browser.get("/email-change/code").await.is(200);
    browser.post("/email-change/code", &[("code", "000000")]).await.is(422);
    // The page is not for who has not just proven who it is.
    portal.advance_minutes(16);
    let late = browser.get("/email-change").await;
    assert!(late.status == 303 || late.place().as_deref() == Some("account-prove"), "{} {}", late.status, late.words());
}

#[rocket::async_test]
async fn a_waiting_change_shows_to_its_owner_and_to_the_office_and_each_may_stop_it() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    let change = waiting(&portal, account).await;
    let browser = Browser::of(&portal, account).await;
    assert!(browser.get("/email-change").await.is(200).words().contains("Nowy adres czeka"));
    browser.get("/email-change/stop").await.is(200);
    let state = async || waiting_changes::find(portal.db(), change.id).await.expect("changes").expect("it").state;
    assert_eq!(state().await, ChangeState::Waiting, "looking stops nothing");

    let helpdesk = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    let path = format!("/admin/accounts/{account}");
    let seen = helpdesk.get(&path).await;
    assert!(seen.is(200).words().contains("Adres e-mail zmieni się"));
    assert!(!seen.body.contains("stop-email"), "helpdesk sees it and stops nothing");
    helpdesk.post(&format!("{path}/stop-email"), &[]).await.is(403);
    let office = Browser::of(&portal, portal.administrator().await).await;
    assert!(office.get(&path).await.is(200).body.contains("stop-email"));
    office.get(&format!("{path}/stop-email")).await.is(200);
    office.post(&format!("{path}/stop-email"), &[]).await.leads_to(&path);
    assert_eq!(state().await, ChangeState::Stopped);
    browser.get("/email-change/stop").await.leads_to("/email-change");
}

#[rocket::async_test]
async fn links_that_are_none_of_ours_are_gone_and_say_nothing() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::new(&portal).await;
    for path in ["/email-change/stop/Zm9v", "/email-change/confirm/Zm9v"] {
        browser.get(path).await.is(410);
        browser.get("/login").await.is(200);
        browser.post(path, &[]).await.is(410);
    }
}
