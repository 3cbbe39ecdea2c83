//! „Systemy zewnętrzne”: made with a token that is shown once, listed with its last use, revoked after a question.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::services::answer_machines::know_machine;

const CREATE: &str = "/admin/machines/create";

#[rocket::async_test]
async fn a_central_administrator_lets_a_system_in_sees_its_token_once_and_takes_it_back() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::of(&portal, portal.central().await).await;
    browser.get("/admin/machines").await.is(200);
    browser.get(CREATE).await.is(200);

    let refused = browser.post(CREATE, &[("voivodeships", "26")]).await;
    assert_eq!(refused.is(422).attributes(".error-summary a", "href"), ["#name", "#sub_areas", "#verbs"]);
    assert_eq!(refused.attributes("input[name=voivodeships][checked]", "value"), ["26"], "what was typed stays");
    assert!(refused.words().contains("Podaj nazwę systemu.") && refused.words().contains("Zaznacz co najmniej jedną czynność."));

    let typed = [("name", "Sprawozdania PS"), ("sub_areas", "PS"), ("verbs", "view"), ("verbs", "edit"), ("voivodeships", "26")];
    browser.post(CREATE, &typed).await.leads_to("/admin/machines/token");
    let shown = browser.get("/admin/machines/token").await;
    let words = shown.is(200).words();
    let token = words.split_whitespace().find(|word| word.starts_with("cas_")).expect("the token").to_owned();
    assert!(words.contains("Sprawozdania PS"));
    let machine = know_machine(&portal.context, &token).await.expect("clients").expect("in force");
    assert!(machine.scope.covers("PS", cas_portal::domain::permission::ReportVerb::Edit));
    browser.get("/admin/machines/token").await.leads_to("/admin/machines");
    assert!(browser.get("/admin/machines").await.words().contains("Token pokazujemy tylko raz."));
    assert!(browser.post(CREATE, &typed).await.is(422).words().contains("Tę nazwę ma już inny system."));

    let list = browser.get("/admin/machines").await;
    let words = list.words();
    assert!(
        words.contains("PS: przeglądanie, wprowadzanie danych") && words.contains("świętokrzyskie") && words.contains("22.11.2026, 07:05")
    );
    assert!(!words.contains(&token));
    let path = format!("/admin/machines/{}/revoke", machine.client);
    assert!(list.attributes("tbody a", "href").contains(&path));
    browser.get(&path).await.is(200);
    assert!(know_machine(&portal.context, &token).await.expect("clients").is_some(), "asking changes nothing");
    browser.post(&path, &[]).await.leads_to("/admin/machines");
    assert!(know_machine(&portal.context, &token).await.expect("clients").is_none());
    // Sent twice: nothing more happens.
    browser.post(&path, &[]).await.leads_to("/admin/machines");
    browser.get(&path).await.leads_to("/admin/machines");
    assert!(browser.get("/admin/machines").await.words().contains("Dostęp odebrany"));
    browser.get("/admin/machines/not-an-id/revoke").await.is(404);
    browser.get(&format!("/admin/machines/{}/revoke", portal.context.new_machine_client_id())).await.is(404);
}

#[rocket::async_test]
async fn a_token_is_read_by_nobody_else_and_making_one_asks_for_a_proof() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::of(&portal, portal.central().await).await;
    browser.get(CREATE).await.is(200);
    browser.post(CREATE, &[("name", "A"), ("sub_areas", "PS"), ("verbs", "view")]).await.is(303);
    let cookie = browser.cookie("__Host-cas-token").expect("a cookie");
    let other = Browser::of(&portal, portal.central().await).await;
    other.client.cookies().add(rocket::http::Cookie::new("__Host-cas-token", cookie));
    other.get("/admin/machines/token").await.leads_to("/admin/machines");
    portal.advance_minutes(16);
    let proof = browser.get(CREATE).await;
    assert!(proof.is(303).header("Location").is_some_and(|to| to.starts_with("/account/prove")), "{:?}", proof.headers);
}
