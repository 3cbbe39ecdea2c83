//! `/unit/change` and `/units/<id>/history` over HTTP: who gets in, that no step is skipped, what is refused where it is typed.

use super::browser::Browser;
use super::wizards::{each_is, is_given_up, visitors_sign_in_first};
use crate::support::database::TestDatabase;
use crate::support::fixtures::VOIVODESHIP;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::draft::UNIT_FIELDS;
use cas_portal::domain::application::typing::unit_texts;
use cas_portal::domain::id::UnitId;
use cas_portal::storage::units;

const PAGES: [&str; 7] = [
    "/unit/change",
    "/unit/change/what",
    "/unit/change/data",
    "/unit/change/ending",
    "/unit/change/why",
    "/unit/change/check",
    "/unit/change/drop",
];

async fn fields_of(portal: &TestPortal, unit: UnitId) -> Vec<(String, String)> {
    let data = units::find(portal.db(), unit).await.expect("units").expect("it").data;
    let texts = serde_json::to_value(unit_texts(&data)).expect("JSON");
    UNIT_FIELDS.iter().map(|name| ((*name).to_owned(), texts[name].as_str().unwrap_or_default().to_owned())).collect()
}

fn as_pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[rocket::async_test]
async fn only_people_of_the_unit_get_in_and_no_step_is_skipped_by_its_address() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    visitors_sign_in_first(&portal, PAGES).await;
    let pending = Browser::of(&portal, portal.account("czeka", AccountStatus::Pending).await).await;
    let nowhere = Browser::of(&portal, portal.administrator().await).await;
    for nobody in [&pending, &nowhere] {
        each_is(nobody, PAGES.into_iter().take(6), 403).await;
    }
    let unit = portal.unit().await;
    let browser = Browser::of(&portal, portal.employee(unit).await).await;
    let links = browser.get("/account").await.attributes("main a", "href");
    assert!(links.contains(&"/unit/change".to_owned()) && links.contains(&format!("/units/{unit}/history")), "{links:?}");
    let start = browser.get("/unit/change").await;
    assert_eq!(start.is(200).attributes("[data-step]", "data-status"), ["todo", "cannot_start", "cannot_start", "cannot_start"]);
    for path in &PAGES[2..] {
        browser.get(path).await.leads_to("/unit/change");
    }
    for path in ["data", "ending", "why"] {
        browser.post(&format!("/unit/change/{path}"), &[("name", "Inna")]).await.leads_to("/unit/change");
    }
    // A coordinator looks after the unit: then nobody else does.
    let coordinator = portal.coordinator(unit).await;
    browser.get("/unit/change").await.is(403);
    assert!(!browser.get("/account").await.offers("/unit/change"));
    Browser::of(&portal, coordinator).await.get("/unit/change").await.is(200);
}

#[rocket::async_test]
async fn the_history_is_for_the_units_people_and_the_administrators_in_scope() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (unit, other) = (portal.unit().await, portal.unit_in_lodz().await);
    let path = format!("/units/{unit}/history");
    visitors_sign_in_first(&portal, [path.as_str()]).await;
    for (account, expected) in [
        (portal.employee(unit).await, 200),
        (portal.administrator().await, 200),
        (portal.central().await, 200),
        (portal.employee(other).await, 404),
        (portal.administrator_of("10").await, 404),
        (portal.official(Role::Helpdesk, Some(VOIVODESHIP)).await, 403),
    ] {
        Browser::of(&portal, account).await.get(&path).await.is(expected);
    }
    let central = Browser::of(&portal, portal.central().await).await;
    central.get("/units/nonsense/history").await.is(404);
    assert!(central.get("/admin/units").await.offers(&path));
}

#[rocket::async_test]
async fn each_page_says_what_is_wrong_at_its_field_and_keeps_what_was_typed() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let browser = Browser::of(&portal, portal.employee(unit).await).await;
    let links = async |path: &str, fields: &[(&str, &str)]| browser.post(path, fields).await.is(422).attributes(".error-summary a", "href");
    assert_eq!(links("/unit/change/what", &[]).await, ["#what"]);
    browser.post("/unit/change/what", &[("what", "data")]).await.leads_to("/unit/change/data");
    let mut fields = fields_of(&portal, unit).await;
    assert_eq!(links("/unit/change/data", &as_pairs(&fields)).await, ["#name"], "nothing changed");
    fields.retain(|(name, _)| name != "regon");
    fields.push(("regon".into(), "1".into()));
    assert_eq!(links("/unit/change/data", &as_pairs(&fields)).await, ["#regon"]);
    let mut fields = fields_of(&portal, unit).await;
    fields.iter_mut().filter(|(name, _)| name == "name").for_each(|(_, value)| *value = "<b>Nowa</b> nazwa".into());
    // On the way to another gmina nothing that was typed is lost.
    let mut searching = fields.clone();
    // Neither what turns the text around nor what nobody sees is kept, also where it is kept unread.
    let hidden = ["\u{202e}", "\u{2066}", "\u{200b}", "\u{200d}", "\u{feff}"];
    searching.iter_mut().filter(|(name, _)| name == "name").for_each(|(_, value)| *value = format!("{value}{}", hidden.concat()));
    searching.extend([("action".into(), "find_gmina".into()), ("gmina_search".into(), "Morawica".into())]);
    browser.post("/unit/change/data", &as_pairs(&searching)).await.is(303);
    let kept = browser.get("/unit/change/data?gmina=Morawica").await;
    assert!(kept.is(200).body.contains("&lt;b&gt;Nowa") && !hidden.iter().any(|hidden| kept.body.contains(hidden)));
    browser.post("/unit/change/data", &as_pairs(&fields)).await.leads_to("/unit/change/why");
    assert_eq!(links("/unit/change/why", &[("justification", " ")]).await, ["#justification", "#statements"]);
    browser.post("/unit/change/why", &[("justification", "Uchwała."), ("statements", "data_true")]).await.leads_to("/unit/change/check");
    let check = browser.get("/unit/change/check").await;
    assert_eq!(check.is(200).attributes("[data-field]", "data-field"), ["name"]);
    assert!(check.body.contains("&lt;b&gt;Nowa"), "escaped");

    assert!(browser.get("/unit/change").await.attributes("[data-blocked]", "class").is_empty());

    // Another answer to „co się zmienia” makes other steps.
    browser.post("/unit/change/what", &[("what", "transformation")]).await.leads_to("/unit/change/ending");
    browser.get("/unit/change/data").await.leads_to("/unit/change");
    assert_eq!(links("/unit/change/ending", &[("last_day", "1.1.2020"), ("successor", "12")]).await, ["#last_day", "#successor"]);
    is_given_up(&browser, "/unit/change", "/account").await;
}

#[rocket::async_test]
async fn an_administrator_stops_an_approved_end_with_a_reason() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let employee = portal.employee(unit).await;
    let (history, path) = (format!("/units/{unit}/history"), format!("/admin/units/{unit}/stop-ending"));
    let browser = Browser::of(&portal, portal.administrator().await).await;
    browser.get(&path).await.leads_to(&history);
    units::save_ending(portal.db(), unit, jiff::civil::date(2026, 12, 31), None).await.expect("an end");
    let start = Browser::of(&portal, employee).await.get("/unit/change").await;
    assert!(start.is(200).words().contains("Możesz zgłosić tylko zmianę danych tej jednostki"), "{}", start.words());
    for (who, status) in [
        (employee, 403),
        (portal.official(Role::Helpdesk, Some(VOIVODESHIP)).await, 403),
        (portal.official(Role::VoivodeshipAdministrator, Some("10")).await, 404),
    ] {
        let other = Browser::of(&portal, who).await;
        assert_eq!((other.get(&path).await.status, other.post(&path, &[("reason", "x")]).await.status), (status, status), "{who}");
    }
    assert!(!Browser::of(&portal, employee).await.get(&history).await.attributes("main a", "href").contains(&path));
    assert!(browser.get(&history).await.is(200).attributes("main a", "href").contains(&path));
    assert!(browser.get(&path).await.is(200).words().contains("31.12.2026"));
    let wrong = browser.post(&path, &[("reason", "")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#reason"]);
    browser.post(&path, &[("reason", "Uchwała uchylona.")]).await.leads_to(&history);
    let page = browser.get(&history).await;
    assert_eq!(page.is(200).attributes("[data-event]", "data-event"), ["ending_stopped"]);
    assert!(page.words().contains("Uchwała uchylona."), "{}", page.words());
    assert!(page.words().contains("Ostatnim dniem miał być 31.12.2026."), "{}", page.words());
    browser.get("/admin/units/nonsense/stop-ending").await.is(404);
}

#[rocket::async_test]
async fn while_one_waits_for_the_office_the_first_page_says_that_no_other_can_be_filed() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let browser = Browser::of(&portal, portal.employee(unit).await).await;
    browser.post("/unit/change/what", &[("what", "ending")]).await.leads_to("/unit/change/ending");
    browser.post("/unit/change/ending", &[("last_day", "31.12.2026")]).await.leads_to("/unit/change/why");
    browser.post("/unit/change/why", &[("justification", "Uchwała."), ("statements", "data_true")]).await.leads_to("/unit/change/check");
    browser.post("/unit/change/check", &[]).await.is(303);
    for who in [&browser, &Browser::of(&portal, portal.employee(unit).await).await] {
        let start = who.get("/unit/change").await;
        assert!(start.is(200).words().contains("Na razie nie złożysz następnego wniosku"), "{}", start.words());
        assert!(start.attributes("[data-step]", "data-status").is_empty(), "no step is offered");
    }
}
