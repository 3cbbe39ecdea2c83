//! Stand-ins and proposals about roles over HTTP: who reaches what, what is refused, and what a number of another voivodeship is worth.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::Role;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::moment::date_text;

#[rocket::async_test]
async fn a_deputy_is_named_works_and_is_sent_away_again() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (absent, deputy) = (portal.administrator().await, portal.administrator_of("24").await);
    let (owner, other) = (Browser::of(&portal, absent).await, Browser::of(&portal, deputy).await);
    let filed = portal.application(Status::FormReceived).await;
    let path = format!("/admin/applications/{}", filed.application.number.to_path());
    other.get(&path).await.is(404);
    let form = owner.get("/admin/stand-ins/name").await;
    form.is(200);
    assert!(form.attributes("option", "value").contains(&deputy.to_string()));
    assert!(!form.attributes("option", "value").contains(&absent.to_string()), "never oneself");
    let day = date_text(portal.now().warsaw_date());
    let deputy_id = deputy.to_string();
    let own_id = absent.to_string();
    let wrong = owner.post("/admin/stand-ins/name", &[("deputy", &own_id), ("from", "01.01.2020"), ("until", "")]).await;
    wrong.wrong_at(&["#deputy", "#from", "#until"]);
    let empty = owner.post("/admin/stand-ins/name", &[("deputy", &own_id)]).await;
    assert!(["Podaj pierwszy dzień zastępstwa.", "Podaj ostatni dzień zastępstwa."].iter().all(|words| empty.words().contains(words)));
    owner.post("/admin/stand-ins/name", &[("deputy", &deputy_id), ("from", &day), ("until", &day)]).await.leads_to("/admin/stand-ins");
    let list = owner.get("/admin/stand-ins").await;
    let id = list.attribute("tr[data-state=in_force]", "data-stand-in").expect("in force");
    // The deputy sees the application, and in whose place.
    let page = other.get(&path).await;
    page.is(200);
    assert!(page.attribute("[data-acts-for]", "data-acts-for").is_some(), "{}", page.words());
    let version = page.attribute("input[name=version]", "value").expect("a version");
    other.post(&format!("{path}/take"), &[("version", &version)]).await.is(303);
    assert!(other.get(&path).await.words().contains("w zastępstwie:"));
    // Another one's stand-in does not exist for the deputy, and the attempt is written down.
    other.get(&format!("/admin/stand-ins/{id}/end")).await.is(404);
    other.post(&format!("/admin/stand-ins/{id}/end"), &[]).await.is(404);
    assert_eq!(portal.trail("stand_in", &id).await.len(), 3);
    owner.get(&format!("/admin/stand-ins/{id}/end")).await.is(200);
    owner.post(&format!("/admin/stand-ins/{id}/end"), &[]).await.leads_to("/admin/stand-ins");
    other.get(&path).await.is(404);
    other.post(&format!("{path}/release"), &[("version", "1")]).await.is(404);
    other.get("/admin/stand-ins/not-an-id/end").await.is(404);
}

#[rocket::async_test]
async fn naming_and_answering_ask_for_a_fresh_proof() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let browser = Browser::of(&portal, portal.central().await).await;
    portal.central().await;
    portal.advance_minutes(16);
    for path in ["/admin/stand-ins/name", "/admin/stand-ins/name-for", "/admin/accounts/create"] {
        let asked = browser.get(path).await;
        assert!(asked.header("Location").is_some_and(|to| to.starts_with("/account/prove")), "{path}: {:?}", asked.status);
    }
}

#[rocket::async_test]
async fn two_deciders_and_the_list_of_what_was_passed_on() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (one, centre) = (portal.administrator().await, portal.central().await);
    let (one, centre) = (Browser::of(&portal, one).await, Browser::of(&portal, centre).await);
    let filed = portal.application_of(portal.registration(21), Status::FormReceived).await;
    let path = format!("/admin/applications/{}", filed.application.number.to_path());
    let page = one.get(&path).await;
    assert_eq!(page.attribute("[data-two]", "data-two").as_deref(), Some("awaits_first"));
    let early = one.post(&format!("{path}/approve"), &[("version", "0"), ("signature", "seen")]).await;
    assert!(early.is(409).words().contains("Tego jeszcze nie można zrobić"), "{}", early.words());
    one.post(&format!("{path}/take"), &[("version", "0")]).await.is(303);
    assert!(one.get(&format!("{path}/approve")).await.words().contains("To będzie pierwsza zgoda"));
    one.post(&format!("{path}/approve"), &[("version", "1"), ("signature", "seen")]).await.leads_to(&path);
    let page = one.get(&path).await;
    assert!(page.words().contains("Pierwsza zgoda została zapisana"), "{}", page.words());
    assert_eq!(page.attribute("[data-two]", "data-two").as_deref(), Some("awaits_second"));
    // Whose voice is the first is not invited to the second, and knows it before taking it.
    assert_eq!(page.attributes("[data-first-voice]", "class").len(), 1, "{}", page.words());
    assert!(page.words().contains("Możesz wziąć wniosek tylko po to") && !page.words().contains("Potrzebna jest druga zgoda"));
    let sure = one.get(&format!("{path}/approve")).await;
    let words = sure.is(409).words();
    assert!(words.contains("Nie możesz tego zrobić") && words.contains("Zatwierdzić musi ktoś inny"), "{words}");
    assert!(centre.get(&path).await.words().contains("Potrzebna jest druga zgoda"));
    // The office has no other: the centre has it on its list, and nobody else has that list.
    let list = centre.get("/admin/applications/forwarded").await;
    assert_eq!(list.attributes("tr[data-application]", "data-application"), [filed.application.number.to_string()]);
    one.get("/admin/applications/forwarded").await.is(403);
    // Taken back, given again by the same one, and approved by the other.
    one.post(&format!("{path}/withdraw-approval"), &[("version", "2")]).await.leads_to(&path);
    assert_eq!(one.get(&path).await.attribute("[data-two]", "data-two").as_deref(), Some("awaits_first"));
    one.post(&format!("{path}/withdraw-approval"), &[("version", "3")]).await.is(409);
    one.post(&format!("{path}/take"), &[("version", "3")]).await.is(303);
    one.post(&format!("{path}/approve"), &[("version", "4"), ("signature", "seen")]).await.is(303);
    one.post(&format!("{path}/take"), &[("version", "5")]).await.is(303);
    let refused = one.post(&format!("{path}/approve"), &[("version", "6"), ("signature", "seen")]).await;
    assert!(refused.is(409).words().contains("Zatwierdzić musi ktoś inny"));
    assert!(refused.words().contains("Nie możesz tego zrobić"), "{}", refused.words());
    assert!(one.get(&path).await.words().contains("Nie możesz zatwierdzić tego wniosku"));
    centre.post(&format!("{path}/take"), &[("version", "6")]).await.is(303);
    centre.post(&format!("{path}/approve"), &[("version", "7"), ("signature", "seen")]).await.leads_to(&path);
    assert_eq!(centre.get(&path).await.attribute("main", "data-status").as_deref(), Some("approved"));
}

#[rocket::async_test]
async fn the_centre_names_a_deputy_for_somebody_and_nobody_else_does() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (absent, deputy) = (portal.administrator().await, portal.official(Role::VoivodeshipAdministrator, Some("24")).await);
    let central = portal.official(Role::CentralAdministrator, None).await;
    let place = "/admin/stand-ins/name-for";
    for who in [absent, portal.official(Role::Auditor, None).await, portal.official(Role::Helpdesk, Some("26")).await] {
        let browser = Browser::of(&portal, who).await;
        browser.get(place).await.is(403);
        browser.post(place, &[]).await.is(403);
    }
    let browser = Browser::of(&portal, central).await;
    assert!(browser.get("/admin/stand-ins").await.is(200).attributes("main a", "href").contains(&place.to_owned()));
    let form = browser.get(place).await;
    assert_eq!(form.is(200).attributes("select[name=lent_role] option", "value").len(), 3, "two roles of others and none chosen");
    let wrong = browser.post(place, &[]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#lent_role", "#deputy", "#from", "#until"]);
    let role = cas_portal::storage::role_assignments::list_of(portal.db(), absent).await.expect("roles")[0].id.to_string();
    let (day, deputy) = (date_text(portal.now().warsaw_date()), deputy.to_string());
    let typed = [("lent_role", role.as_str()), ("deputy", &deputy), ("from", &day), ("until", &day)];
    browser.post(place, &typed).await.leads_to("/admin/stand-ins");
    let list = Browser::of(&portal, absent).await.get("/admin/stand-ins").await;
    assert!(list.is(200).words().contains("zastępcę wskazuje:"), "{}", list.words());
}

#[rocket::async_test]
async fn an_official_s_account_is_proposed_for_closing_and_the_page_names_the_emergency() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let official = portal.administrator().await;
    let (one, other) = (portal.official(Role::CentralAdministrator, None).await, portal.official(Role::CentralAdministrator, None).await);
    let browser = Browser::of(&portal, one).await;
    let page = browser.get(&format!("/admin/accounts/{official}")).await;
    assert!(page.is(200).words().contains("W nagłym przypadku zawieś konto"), "{}", page.words());
    let (close, propose) = (format!("/admin/accounts/{official}/close"), format!("/admin/accounts/{official}/propose-closing"));
    let links = page.attributes("main a", "href");
    assert!(links.contains(&propose) && !links.contains(&close) && links.contains(&format!("/admin/accounts/{official}/suspend")));
    assert!(browser.get(&propose).await.is(200).words().contains("drugi administrator centralny"));
    browser.post(&propose, &[("note", " ")]).await.wrong_at(&["#note"]);
    browser.post(&propose, &[("note", "Odeszła z urzędu.")]).await.leads_to(&format!("/admin/accounts/{official}"));
    let second = Browser::of(&portal, other).await;
    let list = second.get("/admin/roles").await;
    assert!(list.is(200).words().contains("Zamknięcie konta urzędnika"), "{}", list.words());
    let id = list.attribute("tr[data-outcome=open]", "data-proposal").expect("a proposal");
    second.get(&format!("/admin/roles/{id}/confirm")).await.is(200);
    second.post(&format!("/admin/roles/{id}/confirm"), &[]).await.leads_to("/admin/roles");
    assert_eq!(browser.get(&format!("/admin/accounts/{official}")).await.attribute("main", "data-status").as_deref(), Some("closed"));
    // A voivodeship administrator sees no way to close an official's account.
    let helpdesk = portal.official(Role::Helpdesk, Some("26")).await;
    let below = Browser::of(&portal, portal.administrator().await).await;
    let links = below.get(&format!("/admin/accounts/{helpdesk}")).await.is(200).attributes("main a", "href");
    assert!(!links.iter().any(|href| href.ends_with("/close") || href.ends_with("/propose-closing")), "{links:?}");
}
