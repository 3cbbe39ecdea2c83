//! Who gets where: visitors to the sign-in, accounts without the permission to 403 and into the trail.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::status::Status;
use cas_portal::services::manage_accounts::suspend;
use cas_portal::storage::role_assignments;

#[rocket::async_test]
async fn visitors_are_led_to_the_sign_in_and_back() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::new(&portal).await;
    browser.get("/admin/accounts?q=a%20b&after=k1").await.leads_to("/login?next=/admin/accounts%3Fq%3Da%2520b%26after%3Dk1");
    browser.get("/account").await.leads_to("/login?next=/account");
    browser.get("/login").await;
    let token = browser.token();
    browser.post("/account/password", &[("csrf_token", &token)]).await.leads_to("/login");
}

#[rocket::async_test]
async fn a_nul_in_a_query_is_refused_before_a_database_sees_it() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::of(&portal, portal.central().await).await;
    for path in ["/admin/units?q=%00", "/admin/accounts?q=a%00", "/admin/audit?object=%00", "/register/unit?unit_search=%00"] {
        assert_eq!(browser.get(path).await.status, 422, "{path}");
    }
}

#[rocket::async_test]
async fn a_missing_permission_is_403_and_stands_in_the_trail() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::of(&portal, portal.account("anna", AccountStatus::Active).await).await;
    for path in [
        "/admin",
        "/admin/accounts",
        "/admin/units",
        "/admin/numbers",
        "/admin/office",
        "/admin/dictionaries",
        "/admin/audit",
        "/admin/outbox",
        "/admin/announcements",
        "/admin/announcements/create",
        "/admin/machines",
        "/admin/stand-ins",
        "/admin/stand-ins/name",
        "/admin/roles",
        "/admin/applications/forwarded",
        "/admin/accounts/create",
        "/grants",
        "/export/grants/csv",
        "/export/audit/xlsx",
        "/export/figures/csv",
        "/export/return-places/csv",
    ] {
        let got = browser.get(path).await;
        got.is(403);
        assert_eq!(got.place().as_deref(), Some("error-403"), "{path}");
        let entries = portal.trail("route", path).await;
        assert_eq!(entries.iter().map(|e| (e.event.as_str(), e.outcome.as_str())).collect::<Vec<_>>(), [("access.refused", "refused")]);
        assert_eq!(entries[0].correlation.to_string(), got.header("X-Request-Id").expect("an id"));
    }
}

/// Who answers for a voivodeship reads of every refusal in it, and of no other's.
#[rocket::async_test]
async fn a_refused_access_belongs_to_the_voivodeship_that_was_asked_for_else_to_the_askers_own() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let filed = portal.application(Status::FormReceived).await;
    let theirs = format!("/admin/applications/{}", filed.application.number.to_path());
    let helper = Browser::of(&portal, portal.official(Role::Helpdesk, Some("12")).await).await;
    let nobody = Browser::of(&portal, portal.account("anna", AccountStatus::Active).await).await;
    for (browser, path, place) in [(&helper, theirs.as_str(), Some("26")), (&helper, "/admin/audit", Some("12")), (&nobody, "/admin", None)]
    {
        browser.get(path).await.is(403);
        let entries = portal.trail("route", path).await;
        assert_eq!(entries.iter().map(|e| e.voivodeship.as_ref().map(ToString::to_string)).collect::<Vec<_>>(), [place.map(str::to_owned)]);
    }
}

#[rocket::async_test]
async fn each_role_reaches_its_pages_and_the_navigation_leads_to_all_of_them() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let coordinator = portal.employed_coordinator(unit).await;
    for (account, reaches) in [
        (portal.central().await, "accounts create units grants changes numbers office audit outbox announcements machines stand-ins roles"),
        (portal.administrator().await, "accounts units grants changes numbers office audit outbox announcements stand-ins"),
        (portal.official(Role::Helpdesk, Some("26")).await, "accounts outbox"),
        (portal.official(Role::Auditor, None).await, "numbers audit"),
        (coordinator, "grants changes"),
        (portal.employee(unit).await, ""),
        (portal.account("ewa", AccountStatus::Pending).await, ""),
    ] {
        let browser = Browser::of(&portal, account).await;
        for page in [
            "accounts",
            "create",
            "units",
            "grants",
            "changes",
            "numbers",
            "office",
            "audit",
            "outbox",
            "announcements",
            "machines",
            "stand-ins",
            "roles",
        ] {
            let path = match page {
                "create" => "/admin/accounts/create".to_owned(),
                "grants" => "/grants".to_owned(),
                "changes" => "/grants/changes".to_owned(),
                _ => format!("/admin/{page}"),
            };
            let allowed = reaches.split(' ').any(|p| p == page);
            assert_eq!(browser.get(&path).await.status, if allowed { 200 } else { 403 }, "{path} for {reaches:?}");
        }
        let home = browser.get("/account").await;
        let offered = home.attributes(".site-nav a", "href");
        assert!(offered.contains(&"/account".to_owned()), "{offered:?}");
        for href in offered {
            browser.get(&href).await.is(200);
        }
        assert_eq!(home.attributes(".site-nav a[aria-current]", "href"), ["/account"]);
    }
}

#[rocket::async_test]
async fn suspension_and_a_revoked_role_show_at_the_next_click() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let central = portal.actor(portal.central().await).await;
    let account = portal.administrator().await;
    let browser = Browser::of(&portal, account).await;
    browser.get("/admin/accounts").await.is(200);
    let role = role_assignments::list_of(portal.db(), account).await.expect("roles")[0].id;
    role_assignments::revoke(portal.db(), role, portal.now()).await.expect("revoked");
    browser.get("/admin/accounts").await.is(403);
    browser.get("/account").await.is(200);
    suspend(&portal.context, &central, account).await.expect("suspended");
    browser.get("/account").await.leads_to("/login?next=/account");
}
