//! `/account/extend` over HTTP: who gets in, that no step is skipped by its address, what is refused where it is typed.

use super::browser::Browser;
use super::wizards::{agrees, application_of, each_is, is_given_up, is_told_late, no_unit_is_refused, visitors_sign_in_first};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::storage::units;

const PAGES: [&str; 8] = [
    "/account/extend",
    "/account/extend/unit",
    "/account/extend/search",
    "/account/extend/home",
    "/account/extend/needs",
    "/account/extend/statements",
    "/account/extend/check",
    "/account/extend/drop",
];

#[rocket::async_test]
async fn only_an_active_account_gets_in_and_no_step_is_skipped_by_its_address() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    visitors_sign_in_first(&portal, PAGES).await;
    let pending = Browser::of(&portal, portal.account("czeka", AccountStatus::Pending).await).await;
    each_is(&pending, PAGES, 403).await;
    let unit = portal.unit().await;
    let browser = Browser::of(&portal, portal.employee(unit).await).await;
    let home = browser.get("/account").await;
    assert!(home.offers("/account/extend"));
    let start = browser.get("/account/extend").await;
    assert_eq!(start.is(200).attributes("[data-step]", "data-status"), ["todo", "cannot_start", "cannot_start", "cannot_start"]);
    for path in &PAGES[3..] {
        browser.get(path).await.leads_to("/account/extend");
    }
    for path in ["home", "needs", "statements"] {
        browser.post(&format!("/account/extend/{path}"), &[("grants", "PS:viewer")]).await.leads_to("/account/extend");
    }
    browser.post("/account/extend/check", &[]).await.leads_to("/account/extend");
    // Who works nowhere looks for a unit at once.
    let alone = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    alone.get("/account/extend/unit").await.leads_to("/account/extend/search");
    alone.get("/account/extend/search").await.is(200);
}

#[rocket::async_test]
async fn each_page_says_what_is_wrong_at_its_field_and_keeps_what_was_typed() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    let browser = Browser::of(&portal, account).await;
    let id = unit.to_string();
    browser.get("/account/extend/unit").await.is(200);
    no_unit_is_refused(&browser, "/account/extend/unit").await;
    browser.post("/account/extend/unit", &[("unit", "other")]).await.leads_to("/account/extend/search");
    browser.get("/account/extend/search?unit_search=12").await.is(422);
    let found = browser.get("/account/extend/search?unit_search=Morawica").await;
    assert_eq!(found.is(200).attributes("input[name=unit]", "value"), std::slice::from_ref(&id));
    browser.post("/account/extend/search", &[("unit_search", "Morawica")]).await.wrong_at(&["#unit"]);
    browser.post("/account/extend/unit", &[("unit", &id)]).await.leads_to("/account/extend/needs");

    let needs = browser.get("/account/extend/needs").await;
    assert_eq!(needs.is(200).attributes("[data-taken]", "data-taken"), ["PS:editor"], "what is held has no box");
    assert!(needs.attributes("input[name=grants]", "value").contains(&"PS:viewer".to_owned()));
    assert!(!needs.body.contains("KDR:viewer"), "a GOPS asks for no KDR");
    for (grant, until, fields) in [
        ("PS:editor", "", &["#grants"][..]),
        ("KDR:viewer", "", &["#grants"]),
        ("PS:viewer", "1.1.2020", &["#valid_until"]),
        ("PS:viewer", "31.12.2040", &["#valid_until"]),
        ("PS:editor", "jutro", &["#grants", "#valid_until"]),
    ] {
        let page = browser.post("/account/extend/needs", &[("grants", grant), ("valid_until", until)]).await;
        page.wrong_at(fields);
        assert_eq!(page.attribute("#valid_until", "value").unwrap_or_default(), until);
    }
    browser.post("/account/extend/needs", &[("grants", "PS:viewer")]).await.leads_to("/account/extend/statements");
    agrees(&browser, "/account/extend").await;
    let check = browser.get("/account/extend/check").await;
    assert!(check.is(200).words().contains("świętokrzyskie") && check.words().contains("Wójcik-Źdźbło"), "{}", check.words());
    // The right was granted in another tab meanwhile: the page says where to mend it.
    portal.grant(account, unit, "PS", "viewer").await;
    is_told_late(&browser, "/account/extend", "/account/extend/needs#grants").await;

    // What was typed can be given up.
    is_given_up(&browser, "/account/extend", "/account").await;
}

#[rocket::async_test]
async fn an_application_says_whose_signatures_it_needs_and_where_another_one_is_begun() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (home, other) = (portal.unit().await, portal.unit_in_lodz().await);
    let account = portal.employee(home).await;
    let browser = Browser::of(&portal, account).await;
    let name = units::find(portal.db(), other).await.expect("units").expect("it").data.name;
    browser.get("/account/extend/search?unit_search=Dom+Pomocy").await.is(200);
    browser.post("/account/extend/search", &[("unit", &other.to_string())]).await.leads_to("/account/extend/needs");
    assert!(browser.get("/account/extend/unit").await.words().contains(name.as_str()));
    browser.post("/account/extend/needs", &[("grants", "PS:viewer")]).await.leads_to("/account/extend/statements");
    agrees(&browser, "/account/extend").await;
    let check = browser.get("/account/extend/check").await;
    for words in ["łódzkie", "Brzęczyszczykiewicz", "Wójcik-Źdźbło"] {
        assert!(check.is(200).words().contains(words), "{words}: {}", check.words());
    }
    browser.post("/account/extend/check", &[]).await.is(303);
    let path = application_of(&portal, account).await;
    let page = browser.get(&path).await;
    assert!(page.is(200).words().contains("osoby zarządzające: Zofia Brzęczyszczykiewicz, dyrektorka; Maria Wójcik-Źdźbło, kierownik"));
    assert!(browser.get("/account/extend").await.body.contains(&path), "the open one is told where another one is begun");
    let again = browser.get("/account/extend/needs").await;
    again.leads_to("/account/extend");
    browser.get(&format!("{path}/edit")).await.is(200);
    browser.post(&format!("{path}/edit"), &[]).await.leads_to("/account/extend");
    let tasks = browser.get("/account/extend").await;
    assert_eq!(tasks.is(200).attributes("[data-step]", "data-step"), ["needs", "statements", "check"], "the unit stays");
    browser.get(&format!("{path}/withdraw")).await.is(200);
    browser.post(&format!("{path}/withdraw"), &[]).await.leads_to(&path);
    assert!(browser.get(&path).await.offers("/account/extend"));
}
