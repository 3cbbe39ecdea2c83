//! `/account/renew` over HTTP: who gets in, that no step is skipped by its address, what is refused where it is typed.

use super::browser::Browser;
use super::wizards::{agrees, application_of, each_is, is_given_up, is_told_late, no_unit_is_refused, visitors_sign_in_first};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::storage::grants;
use jiff::civil::date;

const PAGES: [&str; 6] = [
    "/account/renew",
    "/account/renew/unit",
    "/account/renew/grants",
    "/account/renew/statements",
    "/account/renew/check",
    "/account/renew/drop",
];

#[rocket::async_test]
async fn only_an_active_account_gets_in_and_only_in_the_last_three_months() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    visitors_sign_in_first(&portal, PAGES).await;
    let pending = Browser::of(&portal, portal.account("czeka", AccountStatus::Pending).await).await;
    each_is(&pending, PAGES, 403).await;
    // The employee of the fixtures holds a right until 31.12.2027.
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    let browser = Browser::of(&portal, account).await;
    let start = browser.get("/account/renew").await;
    assert!(start.is(200).words().contains("Pierwsze z nich przedłużysz od 30.09.2027."), "{}", start.words());
    assert!(!browser.get("/account").await.offers("/account/renew"));
    for path in &PAGES[1..] {
        browser.get(path).await.leads_to("/account/renew");
    }
    browser.post("/account/renew/grants", &[("grants", "PS:editor")]).await.leads_to("/account/renew");
    browser.post("/account/renew/check", &[]).await.leads_to("/account/renew");
    portal.holds(account, unit, ("PS", "viewer"), (date(2024, 1, 1), date(2026, 12, 31))).await;
    assert!(browser.get("/account").await.offers("/account/renew"));
    let start = browser.get("/account/renew").await;
    assert_eq!(start.is(200).attributes("[data-step]", "data-status"), ["todo", "cannot_start", "cannot_start"]);
}

#[rocket::async_test]
async fn each_page_says_what_is_wrong_at_its_field_and_keeps_what_was_typed() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (unit, other) = (portal.unit().await, portal.unit().await);
    let account = portal.account("konczy", AccountStatus::Active).await;
    for (place, function) in [(unit, "viewer"), (unit, "editor"), (other, "viewer")] {
        portal.holds(account, place, ("PS", function), (date(2024, 1, 1), date(2026, 12, 31))).await;
    }
    let browser = Browser::of(&portal, account).await;
    no_unit_is_refused(&browser, "/account/renew/unit").await;
    browser.post("/account/renew/unit", &[("unit", &unit.to_string())]).await.leads_to("/account/renew/grants");
    let page = browser.get("/account/renew/grants").await;
    assert_eq!(page.is(200).attributes("input[name=grants][checked]", "value"), ["PS:editor", "PS:viewer"], "all that ends is proposed");
    for (typed, fields) in [
        (&[][..], &["#grants"][..]),
        (&[("grants", "PS:approver")], &["#grants"]),
        (&[("grants", "PS:viewer"), ("until.PS.viewer", "1.1.2020")], &["#until.PS.viewer"]),
        (&[("grants", "PS:viewer"), ("until.PS.viewer", "31.12.2040")], &["#until.PS.viewer"]),
        (&[("grants", "PS:viewer"), ("until.PS.viewer", "jutro")], &["#until.PS.viewer"]),
    ] {
        let page = browser.post("/account/renew/grants", typed).await;
        page.wrong_at(fields);
    }
    let typed = [("grants", "PS:viewer"), ("until.PS.viewer", "31.01.2027"), ("until.PS.editor", "nieważne")];
    browser.post("/account/renew/grants", &typed).await.leads_to("/account/renew/statements");
    agrees(&browser, "/account/renew").await;
    let check = browser.get("/account/renew/check").await;
    for words in ["było do 31.12.2026, będzie do 31.01.2027", "Urząd ma czas do 31.12.2026", "świętokrzyskie"] {
        assert!(check.is(200).words().contains(words), "{words}: {}", check.words());
    }
    // It was taken away in the meantime: the page says where to mend it.
    for grant in grants::list_of_account(portal.db(), account).await.expect("grants").iter().filter(|g| g.function == "viewer") {
        assert!(grants::replace(portal.db(), grant.id, portal.now()).await.expect("replaced"));
    }
    is_told_late(&browser, "/account/renew", "/account/renew/grants#grants").await;
    browser.post("/account/renew/grants", &[("grants", "PS:editor")]).await.leads_to("/account/renew/statements");
    agrees(&browser, "/account/renew").await;
    browser.post("/account/renew/check", &[]).await.is(303);

    // It is told where another one is begun, is corrected with its unit, and is not asked for twice.
    let path = application_of(&portal, account).await;
    assert!(browser.get(&path).await.is(200).words().contains("przedłużenie uprawnień"));
    assert!(browser.get("/account/renew").await.body.contains(&path));
    browser.post(&format!("{path}/edit"), &[]).await.leads_to("/account/renew");
    let tasks = browser.get("/account/renew").await;
    assert_eq!(tasks.is(200).attributes("[data-step]", "data-step"), ["grants", "statements", "check"], "the unit stays");
    is_given_up(&browser, "/account/renew", "/account").await;
    assert_eq!(browser.get("/help/renewal").await.is(200).place().as_deref(), Some("help-topic"));
}
