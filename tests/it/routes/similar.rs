//! What whoever registers a unit is told of units that are registered already: once, without blocking the way, and nothing of people; what
//! the office reads of it, with links within its scope.

use super::browser::{Browser, Got};
use crate::support::database::TestDatabase;
use crate::support::fixtures::unit_data;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::unit::UnitData;
use cas_portal::storage::units;

fn fields<'a>(data: &'a UnitData, regon: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("name", data.name.as_str()),
        ("kind", "ops_gminny"),
        ("regon", regon),
        ("street", "Spacerowa"),
        ("building", "7"),
        ("postal_code", "26-026"),
        ("town", "Morawica"),
        ("terc", "260412"),
        ("phone", "41 311 46 80"),
        ("email", "sekretariat@gops.example.pl"),
        ("parent_body", "Gmina Morawica"),
        ("head_first_name", "Maria"),
        ("head_last_name", "Nowak"),
        ("head_position", "kierownik"),
    ];
    fields.extend(more);
    fields
}

fn hinted(page: &Got) -> Vec<String> {
    page.attributes("#similar li", "data-similar-unit")
}

#[rocket::async_test]
async fn who_types_a_registered_unit_is_told_once_and_may_join_or_go_on() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let known = unit_data(portal.regon());
    units::add(portal.db(), portal.context.new_unit_id(), &known, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
    // Somebody of it, of whom nobody outside reads anything.
    let people = portal.account("tajna-osoba", AccountStatus::Active).await;
    let (login, email) = (portal.login_of(people).await, portal.email_of(people).await);
    let anna = Browser::new(&portal).await;
    anna.get("/register").await.is(200);
    anna.post("/register", &[]).await.is(303);
    anna.get("/register/unit").await.is(200);
    anna.post("/register/unit", &[("unit", "new")]).await.is(303);
    let page = anna.get("/register/unit-data").await;
    assert!(hinted(page.is(200)).is_empty(), "nothing is typed yet");
    let (own, regon) = (portal.regon().to_string(), known.regon.to_string());
    // While one types it is told, and nothing is kept.
    let typing = anna.post("/register/unit-data/similar", &[("regon", &regon), ("name", "Jakaś")]).await;
    assert_eq!(hinted(typing.is(200)), std::slice::from_ref(&regon));
    assert!(typing.words().contains("ten sam REGON") && typing.attributes(".error-summary", "class").is_empty());
    assert_eq!(anna.get("/register/unit-data").await.attribute("#name", "value").unwrap_or_default(), "");
    // What is wrong is told beside what looks alike.
    let wrong = anna.post("/register/unit-data", &fields(&known, "1", &[])).await;
    assert_eq!(hinted(wrong.is(422)), std::slice::from_ref(&regon));
    // The data is kept, and the hint comes in between, once.
    anna.post("/register/unit-data", &fields(&known, &own, &[])).await.leads_to("/register/unit-data#similar");
    let page = anna.get("/register/unit-data").await;
    assert_eq!(hinted(page.is(200)), std::slice::from_ref(&regon));
    assert!(page.words().contains("ta sama nazwa i gmina") && page.words().contains("ten sam adres"), "{}", page.words());
    assert!(page.offers("/account/extend"));
    for secret in [login.as_str(), email.as_str(), "Gżegżółka"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    let seen = page.attribute("input[name=similar_seen]", "value").expect("what was seen");
    let gone_on = anna.post("/register/unit-data", &fields(&known, &own, &[("similar_seen", &seen)])).await;
    assert_ne!(gone_on.is(303).header("Location"), Some("/register/unit-data#similar"));
    // What was said to be seen is believed only for what is there.
    anna.post("/register/unit-data", &fields(&known, &own, &[("similar_seen", "x")])).await.leads_to("/register/unit-data#similar");
    // Or one joins it.
    let id = page.attribute("#similar button[name=unit]", "value").expect("a unit");
    anna.get("/register/unit-data").await.is(200);
    anna.post("/register/unit", &[("unit", &id), ("unit_search", &regon)]).await.is(303);
    assert!(anna.get("/register/unit").await.words().contains("Wybrana jednostka"));
}

#[rocket::async_test]
async fn the_office_reads_why_with_links_in_its_scope() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let registration = portal.registration(1);
    let filed = portal.application_of(registration.clone(), Status::InReview).await;
    let twin = UnitData { regon: portal.regon(), ..registration.unit.clone() };
    let id = portal.context.new_unit_id();
    units::add(portal.db(), id, &twin, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
    let mut person = crate::support::fixtures::person("ta-sama-skrzynka");
    person.email = registration.persons[0].email.clone();
    let account = portal.account_of(&person, AccountStatus::Active, true).await;
    let admin = Browser::of(&portal, filed.administrator.expect("taken")).await;
    let page = admin.get(&format!("/admin/applications/{}", filed.application.number.to_path())).await;
    for words in ["ta sama nazwa i gmina", "ten sam adres", "osoba o tym adresie e-mail ma konto"] {
        assert!(page.is(200).words().contains(words), "{words}: {}", page.words());
    }
    let (unit, account) = (format!("/units/{id}/history"), format!("/admin/accounts/{account}"));
    assert!(page.offers(&unit) && page.offers(&account));
    admin.get(&unit).await.is(200);
    admin.get(&account).await.is(200);
}

#[rocket::async_test]
async fn who_registers_people_is_told_of_those_who_work_in_the_unit_already() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let anna = Browser::of(&portal, portal.employed_coordinator(unit).await).await;
    let colleague = portal.employee(unit).await;
    let stranger = portal.employee(portal.unit_in_lodz().await).await;
    // Whoever coordinates the unit belongs to it without a grant.
    let second = portal.coordinator(unit).await;
    for (number, who) in [("1", colleague), ("2", stranger), ("3", second)] {
        let (email, login) = (portal.email_of(who).await, format!("nowy-login-{number}"));
        let person = [
            ("first_name", "Nowe"),
            ("last_name", "Nazwisko"),
            ("position", "inspektor"),
            ("email", email.as_str()),
            ("phone", "41 311 46 92"),
            ("login", login.as_str()),
        ];
        anna.post(&format!("/unit/staff/register/persons/{number}"), &person).await.is(303);
    }
    // Of the own unit, in which the reader sees everybody anyway; of others nothing is told.
    let page = anna.get("/unit/staff/register/persons").await;
    assert_eq!(page.is(200).attributes("[data-known]", "data-known"), [portal.login_of(colleague).await, portal.login_of(second).await]);
    assert!(page.words().contains("Ta osoba może mieć już konto w tej jednostce") && page.words().contains("osoba o tym adresie e-mail"));
}
