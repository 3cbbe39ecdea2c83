//! `/unit/change` and `/units/<id>/history` over HTTP: who gets in, that no step is skipped, what is refused where it is typed.

use super::browser::Browser;
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
    let visitor = Browser::new(&portal).await;
    for path in PAGES {
        visitor.get(path).await.leads_to(&format!("/login?next={path}"));
    }
    let pending = Browser::of(&portal, portal.account("czeka", AccountStatus::Pending).await).await;
    let nowhere = Browser::of(&portal, portal.administrator().await).await;
    for path in &PAGES[..6] {
        pending.get(path).await.is(403);
        nowhere.get(path).await.is(403);
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
    assert!(!browser.get("/account").await.attributes("main a", "href").contains(&"/unit/change".to_owned()));
    Browser::of(&portal, coordinator).await.get("/unit/change").await.is(200);
}

#[rocket::async_test]
async fn the_history_is_for_the_units_people_and_the_administrators_in_scope() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (unit, other) = (portal.unit().await, portal.unit_in_lodz().await);
    let path = format!("/units/{unit}/history");
    Browser::new(&portal).await.get(&path).await.leads_to(&format!("/login?next={path}"));
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
    assert!(central.get("/admin/units").await.attributes("main a", "href").contains(&path));
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
    searching.extend([("action".into(), "find_gmina".into()), ("gmina_search".into(), "Morawica".into())]);
    browser.post("/unit/change/data", &as_pairs(&searching)).await.is(303);
    assert!(browser.get("/unit/change/data?gmina=Morawica").await.is(200).body.contains("&lt;b&gt;Nowa"));
    browser.post("/unit/change/data", &as_pairs(&fields)).await.leads_to("/unit/change/why");
    assert_eq!(links("/unit/change/why", &[("justification", " ")]).await, ["#justification", "#statements"]);
    browser.post("/unit/change/why", &[("justification", "Uchwała."), ("statements", "data_true")]).await.leads_to("/unit/change/check");
    let check = browser.get("/unit/change/check").await;
    assert_eq!(check.is(200).attributes("[data-field]", "data-field"), ["name"]);
    assert!(check.body.contains("&lt;b&gt;Nowa"), "escaped");

    // Another answer to „co się zmienia” makes other steps.
    browser.post("/unit/change/what", &[("what", "transformation")]).await.leads_to("/unit/change/ending");
    browser.get("/unit/change/data").await.leads_to("/unit/change");
    assert_eq!(links("/unit/change/ending", &[("last_day", "1.1.2020"), ("successor", "12")]).await, ["#last_day", "#successor"]);
    browser.get("/unit/change/drop").await.is(200);
    browser.post("/unit/change/drop", &[]).await.leads_to("/account");
    browser.get("/unit/change/drop").await.leads_to("/unit/change");
}
