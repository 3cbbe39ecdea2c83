//! `/unit` and `/unit/staff/register` over HTTP: who gets in, that no step is skipped by its address, what is refused where it is typed.

use super::browser::Browser;
use super::wizards::{agrees, each_is, is_given_up, is_told_late, visitors_sign_in_first};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::storage::accounts;

const START: &str = "/unit/staff/register";
const PAGES: [&str; 10] = [
    "/unit/staff/register/unit",
    "/unit/staff/register/persons",
    "/unit/staff/register/persons/1",
    "/unit/staff/register/persons/1/needs",
    "/unit/staff/register/import",
    "/unit/staff/register/import/template/csv",
    "/unit/staff/register/preview",
    "/unit/staff/register/statements",
    "/unit/staff/register/check",
    "/unit/staff/register/drop",
];
const PERSON: [(&str, &str); 6] = [
    ("first_name", "Zofia"),
    ("last_name", "Łękołodzka"),
    ("position", "inspektorka"),
    ("email", "zofia@gops.example.pl"),
    ("phone", "41 311 46 92"),
    ("login", "zofia-l"),
];

#[rocket::async_test]
async fn each_role_sees_of_the_own_unit_what_is_its_own_and_others_an_honest_page() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (unit, other) = (portal.unit().await, portal.unit_in_lodz().await);
    visitors_sign_in_first(&portal, ["/unit", "/unit/staff", START].into_iter().chain(PAGES)).await;
    let pending = Browser::of(&portal, portal.account("czeka", AccountStatus::Pending).await).await;
    assert!(pending.get("/unit").await.is(200).words().contains("Nie należysz teraz do żadnej jednostki"));
    let employee = Browser::of(&portal, portal.employee(unit).await).await;
    let home = employee.get("/account").await;
    assert!(home.attributes(".site-nav a", "href").contains(&"/unit".to_owned()));
    let page = employee.get("/unit").await;
    assert_eq!(page.is(200).attribute("[data-coordinators]", "data-coordinators").as_deref(), Some("0"));
    assert!(page.words().contains("Obsługuje ją administrator wojewódzki: Świętokrzyski Urząd Wojewódzki w Kielcach"), "{}", page.words());
    employee.get("/unit/staff").await.is(403);
    employee.get(&format!("/unit?unit={other}")).await.is(404);
    employee.get("/unit?unit=x").await.is(404);
    assert!(employee.get(START).await.is(200).words().contains("Ty nie jesteś koordynatorem"));
    for account in
        [portal.employee(unit).await, portal.official(Role::Auditor, None).await, portal.official(Role::Helpdesk, Some("26")).await]
    {
        let browser = Browser::of(&portal, account).await;
        each_is(&browser, PAGES, 403).await;
    }
    let administrator = Browser::of(&portal, portal.administrator().await).await;
    assert!(administrator.get("/unit").await.is(200).words().contains("Nie należysz"));
    assert!(administrator.get("/unit/staff").await.is(200).words().contains("Nie należysz"));
    let units = administrator.get("/admin/units").await;
    assert!(units.is(200).words().contains("brak: obsługuje administrator"), "{}", units.words());

    let account = portal.employed_coordinator(unit).await;
    let browser = Browser::of(&portal, account).await;
    let page = browser.get("/unit").await;
    assert!(page.is(200).offers(START));
    let staff = browser.get("/unit/staff").await;
    assert_eq!(staff.is(200).attributes("tr[data-login]", "data-login").len(), 3, "{}", staff.words());
    browser.get(&format!("/unit/staff?unit={other}")).await.is(404);
    let units = administrator.get("/admin/units").await;
    assert!(!units.is(200).words().contains("brak: obsługuje administrator"), "{}", units.words());
    // Of two units one is chosen.
    portal.assign(account, Role::UnitCoordinator, None, Some(other)).await;
    let choice = browser.get("/unit").await;
    assert_eq!(choice.is(200).attributes("main li a", "href").len(), 2);
    for href in choice.attributes("main li a", "href") {
        browser.get(&href).await.is(200);
    }
    assert_eq!(browser.get("/unit/staff").await.is(200).attributes("main li a", "href").len(), 2);
}

#[rocket::async_test]
async fn no_step_is_skipped_and_each_page_says_what_is_wrong_and_keeps_what_was_typed() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employed_coordinator(unit).await;
    let browser = Browser::of(&portal, account).await;
    let tasks = browser.get(START).await;
    assert_eq!(tasks.is(200).attributes("[data-step]", "data-step"), ["persons", "statements", "check"], "one unit is no choice");
    for path in ["unit", "statements", "check"] {
        browser.get(&format!("{START}/{path}")).await.leads_to(START);
        browser.post(&format!("{START}/{path}"), &[]).await.is(303);
    }
    browser.get("/unit/staff/register/preview").await.leads_to("/unit/staff/register/import");
    browser.get("/unit/staff/register/persons/2").await.leads_to("/unit/staff/register/persons");
    browser.get("/unit/staff/register/persons/1/needs").await.leads_to("/unit/staff/register/persons");
    browser.get("/unit/staff/register/persons/0").await.is(404);
    browser.get("/unit/staff/register/import/template/pdf").await.is(404);
    for format in ["csv", "xlsx"] {
        let file = browser.get(&format!("/unit/staff/register/import/template/{format}")).await;
        file.is(200);
    }
    let wrong = browser.post("/unit/staff/register/persons/1", &[("first_name", "4nna"), ("login", "ą")]).await;
    let mut hrefs = wrong.is(422).attributes(".error-summary a", "href");
    hrefs.sort();
    assert_eq!(hrefs, ["#email", "#first_name", "#last_name", "#login", "#phone", "#position"]);
    assert_eq!(wrong.attribute("#first_name", "value").as_deref(), Some("4nna"));
    browser.post("/unit/staff/register/persons/1", &PERSON).await.leads_to("/unit/staff/register/persons/1/needs");
    let needs = browser.get("/unit/staff/register/persons/1/needs").await;
    assert!(!needs.is(200).body.contains("KDR:viewer"), "a GOPS asks for no KDR");
    let about = ("about", "zofia-l");
    let wrong = browser.post("/unit/staff/register/persons/1/needs", &[about, ("valid_until", "jutro")]).await;
    wrong.wrong_at(&["#grants", "#valid_until"]);
    let needs = [about, ("grants", "PS:viewer")];
    browser.post("/unit/staff/register/persons/1/needs", &needs).await.leads_to("/unit/staff/register/persons");
    browser.post("/unit/staff/register/persons/1/needs", &[("about", "inna"), needs[1]]).await.leads_to("/unit/staff/register/persons");
    agrees(&browser, "/unit/staff/register").await;
    let check = browser.get("/unit/staff/register/check").await;
    assert!(check.is(200).words().contains("Zofia Łękołodzka") && check.words().contains("świętokrzyskie"), "{}", check.words());
    // Somebody took the login meanwhile: the page says where to mend it.
    let person = crate::support::fixtures::person("zofia-l");
    portal.account_of(&person, AccountStatus::Invited, false).await;
    is_told_late(&browser, "/unit/staff/register", "/unit/staff/register/persons/1#login").await;
    browser.get("/unit/staff/register/persons/1/remove").await.is(200);
    browser.post("/unit/staff/register/persons/1/remove", &[about]).await.leads_to("/unit/staff/register/persons");
    is_given_up(&browser, "/unit/staff/register", "/unit").await;
}

#[rocket::async_test]
async fn an_administrator_finds_the_units_that_nobody_coordinates() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (with, without) = (portal.unit().await, portal.unit().await);
    portal.employed_coordinator(with).await;
    let browser = Browser::of(&portal, portal.administrator().await).await;
    assert_eq!(browser.get("/admin/units").await.is(200).attributes("tbody tr", "data-regon").len(), 2);
    let list = browser.get("/admin/units?only=without_coordinator").await;
    assert_eq!(list.is(200).attributes("tbody tr", "data-regon"), [portal.regon_of(without).await]);
    assert_eq!(list.attributes("input[name=only][checked]", "value"), ["without_coordinator"]);
    let file = list.attributes("main a", "href").into_iter().find(|href| href.starts_with("/export/units/csv")).expect("a file");
    let exported = browser.get(&file).await;
    assert!(exported.is(200).body.contains(&portal.regon_of(without).await) && !exported.body.contains(&portal.regon_of(with).await));
}

#[rocket::async_test]
async fn an_administrator_registers_people_of_a_unit_that_nobody_coordinates() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (with, without, elsewhere) = (portal.unit().await, portal.unit().await, portal.unit_in_lodz().await);
    portal.employed_coordinator(with).await;
    let browser = Browser::of(&portal, portal.administrator().await).await;
    let offer = |unit| format!("{START}/unit?unit={unit}");
    let list = browser.get("/admin/units?only=without_coordinator").await;
    assert_eq!(list.is(200).attributes("a[data-register]", "href"), [offer(without)]);
    assert!(browser.get(&format!("/units/{without}/history")).await.is(200).offers(&offer(without)));
    assert!(!browser.get(&format!("/units/{with}/history")).await.is(200).offers(&offer(with)));
    // Without a unit there is one step, and it says where units are found.
    let tasks = browser.get(START).await;
    assert_eq!(tasks.is(200).attributes("[data-step]", "data-step"), ["unit", "persons", "statements", "check"]);
    assert!(browser.get(&format!("{START}/unit")).await.is(200).offers("/admin/units?only=without_coordinator"));
    browser.get(&format!("{START}/persons")).await.leads_to(START);
    for unit in [with, elsewhere] {
        assert!(browser.get(&offer(unit)).await.is(200).attributes("input[name=unit]", "value").is_empty());
        browser.post(&format!("{START}/unit"), &[("unit", &unit.to_string())]).await.wrong_at(&["#unit"]);
    }
    browser.get(&format!("{START}/unit?unit=x")).await.is(404);
    let offered = browser.get(&offer(without)).await;
    assert_eq!(offered.is(200).attributes("input[name=unit][checked]", "value"), [without.to_string()]);
    browser.post(&format!("{START}/unit"), &[("unit", &without.to_string())]).await.leads_to(&format!("{START}/persons"));
    browser.post("/unit/staff/register/persons/1", &PERSON).await.leads_to("/unit/staff/register/persons/1/needs");
    let needs = [("about", "zofia-l"), ("grants", "PS:viewer")];
    browser.post("/unit/staff/register/persons/1/needs", &needs).await.leads_to("/unit/staff/register/persons");
    agrees(&browser, START).await;
    // A coordinator has come: it is told where it is filed, and the list of steps says so.
    let coordinator = portal.employed_coordinator(without).await;
    is_told_late(&browser, START, &format!("{START}/unit#unit")).await;
    assert!(browser.get(START).await.is(200).words().contains("ma już koordynatora"));
    accounts::save_status(portal.db(), coordinator, AccountStatus::Suspended).await.expect("suspended");
    let filed = browser.post(&format!("{START}/check"), &[]).await;
    let application = filed.is(303).header("Location").expect("a place").to_owned();
    assert!(application.starts_with("/applications/W-26-"), "{application}");
    browser.get(&application).await.is(200);
}
