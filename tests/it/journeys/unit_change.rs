//! An OPS becomes a CUS: its coordinator applies, both heads sign, the office approves; on the day after the last one rights are in the
//! CUS, and other systems hear so. Before, the unit's new name went the same way.

use super::people::{PASSWORD, Town, approves, assert_form_fits, download_form, send_signed, sign_in};
use crate::support::client::{Client, Page};
use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::unit_data;
use crate::support::portal::TestPortal;
use cas_portal::clock::Clock;
use cas_portal::domain::identifiers::Line;
use cas_portal::storage::{accounts, units};

/// Fills in the last pages and gives the application's path.
async fn files(person: &Client, why: Page) -> String {
    why.assert_redirect("/unit/change/why");
    let page = person.get("/unit/change/why").await;
    let form = page.form("/unit/change/why").fill("justification", "Uchwała nr XII/34/2026.").choose("statements", &["data_true"]);
    person.submit(&form).await.assert_redirect("/unit/change/check");
    let page = person.get("/unit/change/check").await;
    page.assert_status(200);
    let filed = person.submit(&page.form("/unit/change/check")).await;
    filed.assert_status(303);
    filed.location()
}

async fn goes_through(person: &Client, office: &Client, path: &str) {
    let pdf = download_form(person, path).await;
    send_signed(person, path, &pdf).await.assert_redirect(path);
    assert_form_fits(&person.get(path).await);
    approves(office, path).await;
    assert_eq!(person.get(path).await.attribute("main", "data-status").as_deref(), Some("approved"));
}

on_both! {
    async fn a_unit_takes_another_name_and_then_becomes_another_unit(db: TestDatabase) {
        // Given a GOPS with one employee, a registered CUS, and the administrator of the voivodeship
        let town = Town::open(&db).await;
        let mut portal = TestPortal::new(&db);
        portal.context.clock = Clock::System;
        let unit = portal.unit().await;
        let heir = portal.context.new_unit_id();
        let name = Line::parse("Centrum Usług Społecznych w Morawicy", 200).expect("a name");
        let data = cas_portal::domain::unit::UnitData { kind: "cus".into(), name, ..unit_data(portal.regon()) };
        units::add(portal.db(), heir, &data, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
        let account = portal.employee(unit).await;
        let email = accounts::find(portal.db(), account).await.expect("accounts").expect("it").profile.email.to_string();
        let office = town.administrator("swietokrzyskie", "26").await;
        let person = town.somebody();
        sign_in(&person, &portal.login_of(account).await, PASSWORD).await.assert_redirect("/account");

        // When the employee files another name, has it signed, and the office approves
        person.get("/unit/change").await.assert_status(200);
        let page = person.get("/unit/change/what").await;
        person.submit(&page.form("/unit/change/what").choose("what", &["data"])).await.assert_redirect("/unit/change/data");
        let page = person.get("/unit/change/data").await;
        let typed = person.submit(&page.form("/unit/change/data").fill("name", "Ośrodek Pomocy Społecznej po zmianie")).await;
        let path = files(&person, typed).await;
        let form = person.get(&format!("{path}/form")).await.words();
        for words in ["Jak było", "Jak będzie", "Gminny Ośrodek Pomocy", "po zmianie", "XII/34/2026", "Maria Wójcik-Źdźbło, kierownik"] {
            assert!(form.contains(words), "{words}: {form}");
        }
        goes_through(&person, &office, &path).await;

        // Then the history shows it to both
        let history = format!("/units/{unit}/history");
        let page = person.get(&history).await;
        assert!(page.text("[data-event=changed]").contains("po zmianie"), "{}", page.words());
        assert!(office.get(&history).await.has("[data-event=changed] a"), "the office gets to the application");

        // When the unit ends today and the CUS takes its place
        let page = person.get("/unit/change/what").await;
        person.submit(&page.form("/unit/change/what").choose("what", &["transformation"])).await.assert_redirect("/unit/change/ending");
        let page = person.get("/unit/change/ending").await;
        let today = cas_portal::domain::moment::date_text(portal.now().warsaw_date());
        let form = page.form("/unit/change/ending").fill_all(&[("last_day", &today), ("successor", data.regon.as_str())]);
        let typed = person.submit(&form).await;
        let path = files(&person, typed).await;
        let form = person.get(&format!("{path}/form")).await.words();
        for words in ["Centrum Usług Społecznych", "Uprawnienia, które przejdą: 1", "Podpis i pieczątka osoby zarządzającej nową jednostką"] {
            assert!(form.contains(words), "{words}: {form}");
        }
        goes_through(&person, &office, &path).await;

        // Then, once the day is over, the right is in the CUS and everybody is told
        portal.context.clock = Clock::fixed(portal.now().plus_days(1).0);
        assert_eq!(portal.keep().await.units, 1);
        portal.deliver().await;
        let letters = portal.letters_to(&email);
        let told = letters.iter().find(|letter| letter.subject.contains("zakończyła działalność")).expect("a letter");
        assert!(told.body.contains("Centrum Usług Społecznych w Morawicy"), "{}", told.body);
        // By then nobody is signed in any more.
        sign_in(&person, &portal.login_of(account).await, PASSWORD).await.assert_redirect("/account");
        sign_in(&office, "swietokrzyskie", PASSWORD).await.assert_redirect("/admin");
        let page = person.get("/account").await;
        assert!(page.has(&format!("[data-unit='{}']", data.regon)), "{}", page.words());
        assert!(office.get(&format!("/units/{heir}/history")).await.has("[data-event=took_over] a"), "it leads to the history before");
        let listed = office.get("/admin/units?q=zmianie").await;
        assert_eq!(listed.attributes("tbody tr", "data-status"), ["closed"], "{}", listed.words());
    }
}
