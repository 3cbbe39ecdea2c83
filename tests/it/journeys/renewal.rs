//! A right ends soon: its holder renews it through the pages, the office approves, and the coordinator of the unit later takes it away;
//! what is left goes to a successor.

use super::people::{PASSWORD, Town, approves, files_once, link_to, path_of, sign_in, signs_and_sends};
use crate::support::client::Client;
use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use jiff::ToSpan as _;

async fn renews(person: &Client) -> String {
    let page = person.get("/account").await;
    assert!(page.attributes("main a", "href").contains(&"/account/renew".to_owned()), "{}", page.words());
    person.get("/account/renew").await.assert_status(200);
    let page = person.get("/account/renew/grants").await;
    person
        .submit(&page.form("/account/renew/grants").choose("grants", &["PS:approver"]))
        .await
        .assert_redirect("/account/renew/statements");
    let page = person.get("/account/renew/statements").await;
    person.submit(&page.form_with_all("/account/renew/statements", "statements")).await.assert_redirect("/account/renew/check");
    let page = person.get("/account/renew/check").await;
    let form = page.form("/account/renew/check");
    files_once(person, &form).await
}

on_both! {
    async fn a_right_is_renewed_without_a_gap_and_then_taken_away_and_passed_on(db: TestDatabase) {
        // Given somebody whose right ends in ten days, a coordinator and a colleague
        let portal = TestPortal::in_real_time(&db);
        let town = Town::open(&db).await;
        let unit = portal.unit().await;
        let account = portal.account("konczy", AccountStatus::Active).await;
        let today = portal.now().warsaw_date();
        portal.holds(account, unit, ("PS", "approver"), (today.saturating_sub(1.year()), today.saturating_add(10.days()))).await;
        let email = portal.email_of(account).await;
        let coordinator = portal.coordinator(unit).await;
        let colleague = portal.employee(unit).await;
        let office = town.administrator("swietokrzyskie", "26").await;
        let person = town.somebody();
        sign_in(&person, &portal.login_of(account).await, PASSWORD).await.assert_redirect("/account");

        // When it is renewed, signed and approved
        let path = renews(&person).await;
        let form = person.get(&format!("{path}/form")).await;
        for words in ["Wniosek o przedłużenie uprawnień użytkownika", "Teraz do", "Będzie do", "zatwierdzający"] {
            assert!(form.words().contains(words), "{words}: {}", form.words());
        }
        signs_and_sends(&person, &path).await;
        let page = office.get(&format!("/admin{path}")).await;
        assert!(page.text("[data-field=rights_after]").contains("zatwierdzający") && page.has("[data-field=decide_by]"), "{}", page.words());
        approves(&office, &path).await;
        let told = town.letter(&email, "zatwierdzony").await;
        assert!(told.body.contains("/help/renewal") && told.body.contains("PRZEDŁUŻONE UPRAWNIENIA"), "{}", told.body);
        assert!(told.subject.ends_with("uprawnienia przedłużone"), "{}", told.subject);

        // Then one right is held, until a later day, and the old one is on record as replaced
        let page = person.get("/account").await;
        assert_eq!(page.attributes("[data-sub-area]", "data-state"), ["current"]);
        assert!(!page.attributes("main a", "href").contains(&"/account/renew".to_owned()));
        let list = office.get("/grants?state=replaced").await;
        assert_eq!(list.attributes("tbody tr", "data-state"), ["replaced"]);

        // When the coordinator takes it away
        let leads = town.somebody();
        sign_in(&leads, &portal.login_of(coordinator).await, PASSWORD).await.assert_status(303);
        let asking = format!("/revocations/new/{account}/{unit}");
        let page = leads.get(&asking).await;
        page.assert_status(200);
        let taken = leads.submit(&page.form(&asking).choose("reason", &["left_work"])).await;
        taken.assert_status(303);

        // Then it is gone at the next click, the person is told, and a colleague takes it over
        assert!(person.get("/account").await.words().contains("Nie masz teraz żadnych uprawnień"));
        let told = town.letter(&email, "odebrane").await;
        assert_eq!(path_of(&link_to(&told, "/revocations/")), taken.location());
        person.get(&taken.location()).await.assert_status(200);
        let list = leads.get(&taken.location()).await;
        let link = list.attributes("main a", "href").into_iter().find(|href| href.contains("/account/extend/hand-over/")).expect("a link");
        let successor = town.somebody();
        sign_in(&successor, &portal.login_of(colleague).await, PASSWORD).await.assert_redirect("/account");
        let page = successor.get(&path_of(&link)).await;
        successor.submit(&page.form(&path_of(&link))).await.assert_redirect("/account/extend/needs");
        let needs = successor.get("/account/extend/needs").await;
        assert_eq!(needs.attributes("input[name=grants][checked]", "value"), ["PS:approver"]);
    }
}
