//! The desk over HTTP: what each role reaches, what a mistake looks like, and that nothing of it is on an applicant's page.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::Role;
use cas_portal::domain::application::status::Status;

#[rocket::async_test]
async fn an_application_is_assigned_put_off_and_noted_without_a_script() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (one, other) = (portal.administrator().await, portal.administrator().await);
    let (first, second) = (Browser::of(&portal, one).await, Browser::of(&portal, other).await);
    let filed = portal.application(Status::FormReceived).await;
    let path = format!("/admin/applications/{}", filed.application.number.to_path());
    let page = first.get(&path).await;
    assert_eq!(page.attribute("[data-clock]", "data-clock").as_deref(), Some("left"));
    assert!(page.words().contains("zostało 10 dni roboczych"), "{}", page.words());
    assert!(page.attributes("#assignee option", "value").contains(&other.to_string()));
    let (mine, yours) = (one.to_string(), other.to_string());
    first.post(&format!("{path}/assign"), &[("version", "0"), ("assignee", &yours)]).await.leads_to(&format!("{path}#desk"));
    // Somebody saw an older page.
    second.get(&path).await.is(200);
    second.post(&format!("{path}/assign"), &[("version", "0"), ("assignee", &yours)]).await.is(409);
    second.post(&format!("{path}/assign"), &[("version", "1"), ("assignee", "nobody")]).await.is(422);
    let listed = second.get("/admin/applications?view=mine").await;
    assert_eq!(listed.attributes("tr[data-application]", "data-application"), [filed.application.number.to_string()]);
    assert!(first.get("/admin/applications?view=mine").await.attributes("tr[data-application]", "data-application").is_empty());
    // A mistake keeps what was typed, and leads to its field.
    let wrong = second.post(&format!("{path}/snooze"), &[("version", "1"), ("snooze_until", "1.1.2020")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#snooze_until"]);
    assert_eq!(wrong.attribute("#snooze_until", "value").as_deref(), Some("1.1.2020"));
    second.post(&format!("{path}/snooze"), &[("version", "1"), ("snooze_until", "30.11.2026")]).await.leads_to(&format!("{path}#desk"));
    assert!(second.get("/admin/applications").await.attributes("tr[data-application]", "data-application").is_empty());
    let put_off = second.get("/admin/applications?view=snoozed").await;
    assert!(put_off.words().contains("odłożony do 30.11.2026"), "{}", put_off.words());
    second.post(&format!("{path}/wake"), &[("version", "2")]).await.leads_to(&format!("{path}#desk"));
    let empty = second.post(&format!("{path}/notes"), &[("internal_note", " ")]).await;
    assert_eq!(empty.is(422).attributes(".error-summary a", "href"), ["#internal_note"]);
    second.post(&format!("{path}/notes"), &[("internal_note", "TAJNE <b>dla urzędu</b>")]).await.leads_to(&format!("{path}#desk"));
    let page = first.get(&path).await;
    assert!(page.words().contains("TAJNE <b>dla urzędu</b>"), "as text, not as markup");
    first.post(&format!("{path}/assign"), &[("version", "3"), ("assignee", &mine)]).await.leads_to(&format!("{path}#desk"));
    first.post(&format!("{path}/assign"), &[("version", "4"), ("assignee", "")]).await.leads_to(&format!("{path}#desk"));
    // The applicant sees none of it: neither on the page of the application nor in the history or the copy of the own data.
    let applicant = Browser::of(&portal, filed.persons[0]).await;
    let own = format!("/applications/{}", filed.application.number.to_path());
    for page in [own.as_str(), "/account/history", "/account/data", "/account/data.json"] {
        let got = applicant.get(page).await;
        for secret in ["TAJNE", "przydzielenie wniosku", "odłożenie wniosku", "notatka urzędu"] {
            assert!(!got.body.contains(secret), "{page}: {secret}");
        }
    }
}

#[rocket::async_test]
async fn the_desk_is_for_those_who_decide_there() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let filed = portal.application(Status::FormReceived).await;
    let path = format!("/admin/applications/{}", filed.application.number.to_path());
    let forms: [(&str, &[(&str, &str)]); 4] = [
        ("assign", &[("version", "0"), ("assignee", "")]),
        ("snooze", &[("version", "0"), ("snooze_until", "30.11.2026")]),
        ("wake", &[("version", "0")]),
        ("notes", &[("internal_note", "x")]),
    ];
    let stranger = portal.official(Role::VoivodeshipAdministrator, Some("24")).await;
    let stranger = Browser::of(&portal, stranger).await;
    let helpdesk = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    let applicant = Browser::of(&portal, filed.persons[0]).await;
    let nobody = Browser::new(&portal).await;
    nobody.get("/login").await.is(200);
    stranger.get("/admin/applications").await.is(200);
    for (form, pairs) in forms {
        let path = format!("{path}/{form}");
        stranger.post(&path, pairs).await.is(404);
        helpdesk.post(&path, pairs).await.is(403);
        applicant.post(&path, pairs).await.is(403);
        assert!(matches!(nobody.post(&path, pairs).await.status, 303 | 401 | 403), "{form}");
    }
    let centre = Browser::of(&portal, portal.official(Role::CentralAdministrator, None).await).await;
    centre.get(&path).await.is(200);
    centre.post(&format!("{path}/notes"), &[("internal_note", "Z centrali.")]).await.is(303);
    // What the query does not know becomes the usual, and a view shows only the tabs that it can have.
    centre.get("/admin/applications?view=nothing&status=nothing").await.is(200);
    let overdue = centre.get("/admin/applications?view=overdue&status=approved").await;
    assert_eq!(overdue.is(200).attributes("nav.tabs a[aria-current]", "href").len(), 2);
    assert!(!overdue.body.contains("status=approved"));
    centre.get("/export/applications/csv?view=overdue&status=form_received").await.is(200);
}
