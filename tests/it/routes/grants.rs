//! `/grants` and the files of lists, as browsers see them.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::status::Status;
use cas_portal::storage::{grants, signed_forms};

#[rocket::async_test]
async fn from_the_list_a_grant_leads_to_its_form_and_the_whole_list_can_be_had() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let filed = portal.application(Status::Approved).await;
    let grant = grants::list_of_application(portal.db(), filed.application.id).await.expect("grants")[0].id;
    let file = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms")[0].files[0].id;
    let browser = Browser::of(&portal, portal.administrator().await).await;
    let list = browser.get("/grants?person=gzegzolka&state=all").await;
    list.is(200);
    assert_eq!(list.attributes("tbody tr", "data-state"), ["current", "current"]);
    assert!(list.attributes("tbody a", "href").contains(&format!("/grants/{grant}")));
    let links = list.attributes("[data-export] a", "href");
    assert_eq!(links, ["/export/grants/xlsx?person=gzegzolka&state=all", "/export/grants/csv?person=gzegzolka&state=all"]);
    let as_csv = browser.get(&links[1]).await;
    as_csv.is(200);
    assert_eq!(as_csv.header("Content-Type"), Some("text/csv; charset=utf-8"));
    assert_eq!(as_csv.header("Content-Disposition"), Some("attachment; filename=\"uprawnienia-2026-11-22.csv\""));
    assert_eq!(as_csv.header("Cache-Control"), Some("no-store"));
    assert!(as_csv.body.starts_with("\u{feff}Nazwisko;Imię;Login;"));
    assert_eq!(as_csv.body.trim_end().split("\r\n").count(), 3);
    let as_xlsx = browser.get(&links[0]).await;
    assert_eq!(as_xlsx.header("Content-Type"), Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    assert!(as_xlsx.body.starts_with("PK"));

    let why = browser.get(&format!("/grants/{grant}")).await;
    why.is(200);
    assert_eq!(why.place().as_deref(), Some("grant"));
    let number = filed.application.number.to_string();
    assert_eq!(why.attribute("[data-application]", "data-application").as_deref(), Some(number.as_str()));
    let application = format!("/admin/applications/{}", filed.application.number.to_path());
    assert!(why.offers(&application));
    let form = browser.get(&format!("/grants/{grant}/files/{file}")).await;
    form.is(200);
    assert!(form.header("Content-Disposition").expect("a name").starts_with("attachment; filename=\"W-26-2026-"));
    browser.get(&format!("/grants/{}", portal.context.new_grant_id())).await.is(404);
    browser.get("/grants/no-id").await.is(404);
    browser.get(&format!("/grants/{grant}/files/no-id")).await.is(404);
    browser.get("/export/grants/pdf").await.is(404);

    let changes = browser.get("/grants/changes?since=22.11.2026").await;
    changes.is(200);
    assert!(changes.attributes("tbody tr", "data-change").contains(&"grant_given".to_owned()));
    assert!(changes.attributes("[data-export] a", "href").contains(&"/export/changes/csv?since=22.11.2026".to_owned()));
    let later = browser.get("/grants/changes?since=23.11.2026").await;
    assert!(later.words().contains("Od tego dnia nic się nie zmieniło."));
    // Without a day: the last 30 days, and the page says since when.
    assert_eq!(browser.get("/grants/changes").await.attribute("#since", "value").as_deref(), Some("23.10.2026"));
}

#[rocket::async_test]
async fn a_date_that_does_not_exist_is_told_at_its_field_and_gives_no_file() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::of(&portal, portal.administrator().await).await;
    for (page, file, field) in [
        ("/grants?ends_by=31.02.2027", "/export/grants/csv?ends_by=31.02.2027", "ends_by"),
        ("/grants/changes?since=jutro", "/export/changes/csv?since=jutro", "since"),
        ("/admin/audit?from=jutro", "/export/audit/csv?from=jutro", "from"),
    ] {
        let shown = browser.get(page).await;
        shown.wrong_at(&[&format!("#{field}")]);
        browser.get(file).await.is(422);
    }
    browser.get("/grants?person=%00").await.is(422);
}

#[rocket::async_test]
async fn a_coordinator_sees_the_own_unit_and_nothing_of_the_administration() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (filed, other) = (portal.application(Status::Approved).await, portal.application(Status::Approved).await);
    let account = portal.account("koordynator", AccountStatus::Active).await;
    portal.assign(account, Role::UnitCoordinator, None, filed.unit).await;
    let browser = Browser::of(&portal, account).await;
    assert!(browser.get("/account").await.attributes(".site-nav a", "href").contains(&"/grants".to_owned()));
    let list = browser.get("/grants").await;
    let own = portal.login_of(filed.persons[0]).await;
    assert_eq!(list.attributes("tbody tr", "data-login"), [own.clone(), own]);
    let own = grants::list_of_application(portal.db(), filed.application.id).await.expect("grants")[0].id;
    let theirs = grants::list_of_application(portal.db(), other.application.id).await.expect("grants")[0].id;
    let why = browser.get(&format!("/grants/{own}")).await;
    why.is(200);
    assert!(!why.body.contains("/admin/applications/"), "the application itself is the office's");
    browser.get(&format!("/grants/{theirs}")).await.is(404);
    for (path, status) in [
        ("/export/grants/csv", 200),
        ("/export/changes/xlsx", 200),
        ("/export/accounts/csv", 403),
        ("/export/applications/csv", 403),
        ("/export/units/csv", 403),
        ("/export/audit/csv", 403),
        ("/admin", 403),
        ("/admin/accounts", 403),
    ] {
        assert_eq!(browser.get(path).await.status, status, "{path}");
    }
}

#[rocket::async_test]
async fn every_list_of_the_office_links_to_its_file() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    portal.application(Status::FormReceived).await;
    portal.employee(portal.unit().await).await;
    let browser = Browser::of(&portal, portal.central().await).await;
    for path in [
        "/admin/applications?q=morawic&sort=newest",
        "/admin/accounts?q=pracownik",
        "/admin/units?q=morawica",
        "/admin/audit?object=&event=",
        "/grants",
        "/grants/changes",
    ] {
        let page = browser.get(path).await;
        page.is(200);
        let links = page.attributes("[data-export] a", "href");
        assert_eq!(links.len(), 2, "{path}");
        let rows = page.attributes("tbody tr", "role").len();
        for link in &links {
            browser.get(link).await.is(200);
        }
        let as_csv = browser.get(&links[1]).await;
        assert!(as_csv.body.trim_end().split("\r\n").count() > rows, "{path}: the file holds at least what the page shows");
    }
}

#[rocket::async_test]
async fn everybody_with_an_account_sees_what_changed_in_the_own_rights_and_in_no_others() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let (anna, jan) = (portal.employee(unit).await, portal.employee(unit).await);
    let visitor = Browser::new(&portal).await;
    visitor.get("/account/changes").await.leads_to("/login?next=/account/changes");
    let browser = Browser::of(&portal, anna).await;
    assert!(browser.get("/account").await.is(200).offers("/account/changes"));
    let page = browser.get("/account/changes?since=22.11.2026").await;
    assert_eq!(page.is(200).attributes("tbody tr", "data-login"), [portal.login_of(anna).await]);
    assert!(!page.body.contains(&portal.login_of(jan).await) && !page.body.contains("href=\"/grants"), "{}", page.words());
    assert!(page.attributes("[data-export] a", "href").contains(&"/export/own-changes/csv?since=22.11.2026".to_owned()));
    let file = browser.get("/export/own-changes/csv?since=22.11.2026").await;
    assert!(file.is(200).body.contains(&portal.login_of(anna).await) && !file.body.contains(&portal.login_of(jan).await));
    browser.get("/account/changes?since=jutro").await.wrong_at(&["#since"]);
    browser.get("/export/own-changes/csv?since=jutro").await.is(422);
    assert!(browser.get("/account/changes?since=23.11.2026").await.words().contains("Od tego dnia nic się nie zmieniło."));
    assert_eq!(browser.get("/account/changes").await.attribute("#since", "value").as_deref(), Some("23.10.2026"));
    for path in ["/grants/changes", "/export/changes/csv"] {
        browser.get(path).await.is(403);
    }
    // Who looks after others has both pages.
    let coordinator = Browser::of(&portal, portal.employed_coordinator(unit).await).await;
    assert_eq!(coordinator.get("/grants/changes").await.is(200).attributes("tbody tr", "data-login").len(), 4);
    assert_eq!(coordinator.get("/account/changes").await.is(200).attributes("tbody tr", "data-login").len(), 2, "a right and a role");
}

#[rocket::async_test]
async fn each_list_of_an_office_can_be_had_by_whoever_sees_its_page_and_by_nobody_else() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let history = format!("/export/unit-history/csv?unit={unit}");
    let (central, office) = (Browser::of(&portal, portal.central().await).await, Browser::of(&portal, portal.administrator().await).await);
    let (employee, stranger) =
        (Browser::of(&portal, portal.employee(unit).await).await, Browser::of(&portal, portal.administrator_of("10").await).await);
    for (path, answers) in [
        ("/export/forwarded/csv", [200, 403, 403, 403]),
        ("/export/stand-ins/xlsx", [200, 200, 403, 200]),
        ("/export/role-proposals/csv", [200, 403, 403, 403]),
        ("/export/machines/xlsx", [200, 403, 403, 403]),
        (history.as_str(), [200, 200, 200, 404]),
        ("/export/own-history/csv", [200, 200, 200, 200]),
    ] {
        for (browser, status) in [&central, &office, &employee, &stranger].into_iter().zip(answers) {
            assert_eq!(browser.get(path).await.status, status, "{path}");
        }
    }
    for path in ["/export/forwarded/pdf", "/export/own-history/pdf", "/export/unit-history/csv?unit=x"] {
        central.get(path).await.is(404);
    }
}
