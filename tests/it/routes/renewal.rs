//! `/account/renew` over HTTP: who gets in, that no step is skipped by its address, what is refused where it is typed.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::storage::applications;
use cas_portal::storage::grants::{self, Grant};
use jiff::civil::{Date, date};

const PAGES: [&str; 6] = [
    "/account/renew",
    "/account/renew/unit",
    "/account/renew/grants",
    "/account/renew/statements",
    "/account/renew/check",
    "/account/renew/drop",
];
const STATEMENTS: [(&str, &str); 3] = [("statements", "data_true"), ("statements", "rules_known"), ("statements", "not_shared")];

async fn holds(portal: &TestPortal, account: AccountId, unit: UnitId, function: &str, until: Date) {
    let grant = Grant {
        id: portal.context.new_grant_id(),
        account,
        unit,
        sub_area: "PS".into(),
        function: function.into(),
        valid_from: date(2024, 1, 1),
        valid_until: until,
        application: None,
    };
    grants::add(portal.db(), &grant, portal.now()).await.expect("a grant");
}

#[rocket::async_test]
async fn only_an_active_account_gets_in_and_only_in_the_last_three_months() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let visitor = Browser::new(&portal).await;
    for path in PAGES {
        visitor.get(path).await.leads_to(&format!("/login?next={path}"));
    }
    let pending = Browser::of(&portal, portal.account("czeka", AccountStatus::Pending).await).await;
    for path in PAGES {
        pending.get(path).await.is(403);
    }
    // The employee of the fixtures holds a right until 31.12.2027.
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    let browser = Browser::of(&portal, account).await;
    let start = browser.get("/account/renew").await;
    assert!(start.is(200).words().contains("Pierwsze z nich przedłużysz od 30.09.2027."), "{}", start.words());
    assert!(!browser.get("/account").await.attributes("main a", "href").contains(&"/account/renew".to_owned()));
    for path in &PAGES[1..] {
        browser.get(path).await.leads_to("/account/renew");
    }
    browser.post("/account/renew/grants", &[("grants", "PS:editor")]).await.leads_to("/account/renew");
    browser.post("/account/renew/check", &[]).await.leads_to("/account/renew");
    holds(&portal, account, unit, "viewer", date(2026, 12, 31)).await;
    assert!(browser.get("/account").await.attributes("main a", "href").contains(&"/account/renew".to_owned()));
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
        holds(&portal, account, place, function, date(2026, 12, 31)).await;
    }
    let browser = Browser::of(&portal, account).await;
    for wrong in ["", "x", "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"] {
        let page = browser.post("/account/renew/unit", &[("unit", wrong)]).await;
        assert_eq!(page.is(422).attributes(".error-summary a", "href"), ["#unit"], "{wrong}");
    }
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
        assert_eq!(page.is(422).attributes(".error-summary a", "href"), fields, "{typed:?}");
    }
    let typed = [("grants", "PS:viewer"), ("until.PS.viewer", "31.01.2027"), ("until.PS.editor", "nieważne")];
    browser.post("/account/renew/grants", &typed).await.leads_to("/account/renew/statements");
    browser.post("/account/renew/statements", &STATEMENTS[..2]).await.is(422);
    browser.post("/account/renew/statements", &STATEMENTS).await.leads_to("/account/renew/check");
    let check = browser.get("/account/renew/check").await;
    for words in ["było do 31.12.2026, będzie do 31.01.2027", "Urząd ma czas do 31.12.2026", "świętokrzyskie"] {
        assert!(check.is(200).words().contains(words), "{words}: {}", check.words());
    }
    // It was taken away in the meantime: the page says where to mend it.
    for grant in grants::list_of_account(portal.db(), account).await.expect("grants").iter().filter(|g| g.function == "viewer") {
        assert!(grants::replace(portal.db(), grant.id, portal.now()).await.expect("replaced"));
    }
    let late = browser.post("/account/renew/check", &[("note", "<b>Pilne</b>")]).await;
    assert_eq!(late.is(422).attributes(".error-summary a", "href"), ["/account/renew/grants#grants"]);
    assert!(late.words().contains("<b>Pilne</b>"));
    browser.post("/account/renew/grants", &[("grants", "PS:editor")]).await.leads_to("/account/renew/statements");
    browser.post("/account/renew/statements", &STATEMENTS).await.leads_to("/account/renew/check");
    browser.post("/account/renew/check", &[]).await.is(303);

    // It is told where another one is begun, is corrected with its unit, and is not asked for twice.
    let number = applications::list_of_applicant(portal.db(), account).await.expect("applications")[0].number.clone();
    let path = format!("/applications/{}", number.to_path());
    assert!(browser.get(&path).await.is(200).words().contains("przedłużenie uprawnień"));
    assert!(browser.get("/account/renew").await.body.contains(&path));
    browser.post(&format!("{path}/edit"), &[]).await.leads_to("/account/renew");
    let tasks = browser.get("/account/renew").await;
    assert_eq!(tasks.is(200).attributes("[data-step]", "data-step"), ["grants", "statements", "check"], "the unit stays");
    browser.get("/account/renew/drop").await.is(200);
    browser.post("/account/renew/drop", &[]).await.leads_to("/account");
    browser.get("/account/renew/drop").await.leads_to("/account/renew");
    assert_eq!(browser.get("/help/renewal").await.is(200).place().as_deref(), Some("help-topic"));
}
