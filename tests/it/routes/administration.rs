//! The administrators' pages: finding, confirming, doing; paging without gaps; what is refused.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::{TestPortal, system};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::delivery::DeliveryFailure;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::notice::Notice;
use cas_portal::services::record;
use cas_portal::storage::outbox_messages::{self, MessageStatus, Tried};
use cas_portal::storage::{accounts, role_assignments};

async fn status_of(portal: &TestPortal, account: AccountId) -> AccountStatus {
    accounts::find(portal.db(), account).await.expect("accounts").expect("the account").status
}

/// Another central administrator confirms the only proposal.
async fn confirm(browser: &Browser) {
    let links = browser.get("/admin/roles").await.attributes("tr[data-outcome=open] a[href$='/confirm']", "href");
    let [path] = &links[..] else { panic!("one to confirm: {links:?}") };
    browser.get(path).await.is(200);
    browser.post(path, &[]).await.leads_to("/admin/roles");
}

#[rocket::async_test]
async fn an_account_is_found_confirmed_and_suspended_and_comes_back() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let person = portal.account("zofia", AccountStatus::Active).await;
    let browser = Browser::of(&portal, portal.administrator().await).await;
    let list = browser.get("/admin/accounts?q=ZOFIA").await;
    assert_eq!(list.attributes("tbody a", "href"), [format!("/admin/accounts/{person}")]);
    let page = browser.get(&format!("/admin/accounts/{person}")).await;
    assert_eq!(page.attribute("main", "data-status").as_deref(), Some("active"));
    assert!(page.body.contains(&format!("/admin/accounts/{person}/suspend")));
    let sure = browser.get(&format!("/admin/accounts/{person}/suspend")).await;
    sure.is(200);
    assert_eq!(status_of(&portal, person).await, AccountStatus::Active, "asking changes nothing");
    browser.post(&format!("/admin/accounts/{person}/suspend"), &[]).await.leads_to(&format!("/admin/accounts/{person}"));
    assert_eq!(status_of(&portal, person).await, AccountStatus::Suspended);
    assert!(browser.get(&format!("/admin/accounts/{person}")).await.words().contains("Konto zostało zawieszone"));
    // Sent twice: nothing more happens, and the page shows how it stands.
    browser.post(&format!("/admin/accounts/{person}/suspend"), &[]).await.leads_to(&format!("/admin/accounts/{person}"));
    browser.post(&format!("/admin/accounts/{person}/restore"), &[]).await.is(303);
    assert_eq!(status_of(&portal, person).await, AccountStatus::Active);
    browser.get("/admin/accounts/not-an-id").await.is(404);
    browser.get(&format!("/admin/accounts/{person}/delete")).await.is(404);
    browser.get(&format!("/admin/accounts/{}", portal.context.new_account_id())).await.is(404);
}

#[rocket::async_test]
async fn an_account_out_of_sight_does_not_exist_whatever_is_asked_of_it() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let person = portal.account("zofia", AccountStatus::Active).await;
    let stranger = Browser::of(&portal, portal.administrator_of("14").await).await;
    let helper = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    let nobody = portal.context.new_account_id();
    for action in ["suspend", "restore", "unlock", "start-reset", "close-reports", "reset-factor", "close"] {
        stranger.get("/admin/accounts").await.is(200);
        for id in [person, nobody] {
            assert_eq!(stranger.post(&format!("/admin/accounts/{id}/{action}"), &[]).await.status, 404, "{action} of {id}");
        }
    }
    stranger.get(&format!("/admin/accounts/{person}")).await.is(404);
    let tried = portal.trail("account", &person.to_string()).await;
    assert_eq!(tried.len(), 8, "each attempt is written down");
    assert!(tried.iter().all(|e| e.event == "access.refused" && e.voivodeship.is_some()));
    // Who sees the account and may not do this to it is told so.
    helper.get(&format!("/admin/accounts/{person}")).await.is(200);
    helper.post(&format!("/admin/accounts/{person}/suspend"), &[]).await.is(403);
    for action in ["suspend", "close"] {
        helper.get(&format!("/admin/accounts/{person}/{action}")).await.is(403);
    }
    // What does not fit the account as it stands is refused in words.
    let administrator = Browser::of(&portal, portal.administrator().await).await;
    let refused = administrator.get(&format!("/admin/accounts/{person}/restore")).await;
    assert!(refused.is(409).words().contains("Nie możesz tego zrobić"), "{}", refused.words());
    assert_eq!(status_of(&portal, person).await, AccountStatus::Active);
}

#[rocket::async_test]
async fn the_last_central_administrator_is_kept_with_a_page_that_says_why() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let central = portal.central().await;
    let browser = Browser::of(&portal, central).await;
    let role = role_assignments::list_of(portal.db(), central).await.expect("roles")[0].id;
    let path = format!("/admin/accounts/{central}/roles/{role}/revoke");
    browser.get(&path).await.is(200);
    let kept = browser.post(&path, &[]).await;
    kept.is(409);
    assert!(kept.words().contains("musi potwierdzić drugi czynny administrator centralny"));
    assert!(browser.get("/admin/roles").await.words().contains("cas-portal admin create --role central_administrator"));
    // With a third who confirms it one of two can go.
    let second = portal.central().await;
    let third = Browser::of(&portal, portal.central().await).await;
    let role = role_assignments::list_of(portal.db(), second).await.expect("roles")[0].id;
    browser.get("/admin").await;
    browser.post(&format!("/admin/accounts/{second}/roles/{role}/revoke"), &[]).await.is(303);
    assert_eq!(role_assignments::list_of(portal.db(), second).await.expect("roles").len(), 1, "it is only proposed");
    let [answer] = &third.get("/admin/roles").await.attributes("tr[data-outcome=open] a[href$='/confirm']", "href")[..] else {
        panic!("one to confirm")
    };
    let own = browser.get(answer).await;
    assert!(own.is(409).words().contains("Nie możesz tego zrobić"), "nobody confirms the own proposal: {}", own.words());
    confirm(&third).await;
    browser.get(answer).await.is(409);
    assert!(role_assignments::list_of(portal.db(), second).await.expect("roles").is_empty());
}

#[rocket::async_test]
async fn a_central_administrator_makes_an_administrator_and_typed_values_stay() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::of(&portal, portal.central().await).await;
    let other = Browser::of(&portal, portal.central().await).await;
    browser.get("/admin/accounts/create").await.is(200);
    let mut fields = vec![
        ("role", "voivodeship_administrator"),
        ("first_name", "Jan"),
        ("last_name", "Kowalski"),
        ("email", "jan@urzad"),
        ("login", "jan"),
    ];
    let refused = browser.post("/admin/accounts/create", &fields).await;
    refused.wrong_at(&["#voivodeship", "#email"]);
    assert_eq!(refused.attribute("input[name=last_name]", "value").as_deref(), Some("Kowalski"));
    assert_eq!(refused.attribute("input[name=role][checked]", "value").as_deref(), Some("voivodeship_administrator"));
    fields[3].1 = "jan@urzad.example.pl";
    fields.push(("voivodeship", "26"));
    let done = browser.post("/admin/accounts/create", &fields).await;
    done.leads_to("/admin/roles");
    assert!(accounts::find_by_login(portal.db(), "jan").await.expect("accounts").is_none(), "it is only proposed");
    confirm(&other).await;
    let made = accounts::find_by_login(portal.db(), "jan").await.expect("accounts").expect("made").account;
    assert_eq!(made.status, AccountStatus::Invited);
    browser.get("/admin/accounts/create").await;
    let taken = browser.post("/admin/accounts/create", &fields).await;
    taken.wrong_at(&["#login"]);
}

#[rocket::async_test]
async fn paging_neither_skips_nor_repeats() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    for _ in 0..120 {
        portal.account("osoba", AccountStatus::Invited).await;
    }
    let browser = Browser::of(&portal, portal.administrator().await).await;
    let (mut path, mut seen) = ("/admin/accounts?q=osoba".to_owned(), Vec::new());
    loop {
        let page = browser.get(&path).await;
        seen.extend(page.attributes("tbody a", "href"));
        match page.attribute("a[rel=next]", "href") {
            Some(next) => path = next,
            None => break,
        }
    }
    let distinct: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (120, 120));
}

#[rocket::async_test]
async fn the_trail_is_filtered_and_a_wrong_date_is_told() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::of(&portal, portal.central().await).await;
    let all = browser.get("/admin/audit").await;
    assert_eq!(all.attributes("tbody tr", "data-event"), ["session.started"]);
    let own = browser.get("/admin/audit?event=audit.read&from=22.11.2026&until=2026-11-22").await;
    assert_eq!(own.attributes("tbody tr", "data-event"), ["audit.read"]);
    assert!(browser.get("/admin/audit?from=23.11.2026").await.attributes("tbody tr", "data-event").is_empty());
    let wrong = browser.get("/admin/audit?from=jutro").await;
    wrong.wrong_at(&["#from"]);
    assert_eq!(wrong.attribute("input[name=from]", "value").as_deref(), Some("jutro"));
}

#[rocket::async_test]
async fn a_letter_that_was_given_up_is_tried_again() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let person = portal.account("anna", AccountStatus::Active).await;
    record::tell(&portal.context, portal.db(), &system(), &Notice::PasswordChanged { account: person }).await.expect("queued");
    let now = portal.now();
    let taken = outbox_messages::take(portal.db(), "worker", now, now.plus_minutes(1), 10).await.expect("taken");
    let id = taken[0].id;
    let failure = Some((DeliveryFailure::NoAddress, Some(550)));
    let tried = Tried { sent_to: Some("anna@gops.example.pl"), error: Some("550 no such user"), failure };
    outbox_messages::finish(portal.db(), id, "worker", MessageStatus::GivenUp, tried, now).await.expect("given up");
    let browser = Browser::of(&portal, portal.central().await).await;
    let page = browser.get("/admin/outbox?status=given_up").await;
    assert_eq!(page.attributes("tbody tr", "data-status"), ["given_up"]);
    assert!(page.words().contains("Adres nie istnieje (kod serwera 550)"), "{}", page.words());
    assert!(!page.body.contains("no such user"));
    browser.post(&format!("/admin/outbox/{id}/retry"), &[]).await.leads_to("/admin/outbox");
    let status = outbox_messages::find(portal.db(), id).await.expect("the outbox").expect("the message").status;
    assert_eq!(status, MessageStatus::Waiting);
    // The second click of one; whoever was working through some letters goes on with those.
    let of = [("of_status", "given_up"), ("of_q", "anna"), ("of_failure", "")];
    browser.post(&format!("/admin/outbox/{id}/retry"), &of).await.leads_to("/admin/outbox?status=given_up&q=anna");
    assert!(browser.get("/admin/outbox").await.words().contains("Nie ma czego wysyłać ponownie"));
    assert_eq!(portal.trail("letter", &id.to_string()).await.len(), 1);
    browser.post(&format!("/admin/outbox/{}/retry", portal.context.new_message_id()), &[]).await.is(404);
}
