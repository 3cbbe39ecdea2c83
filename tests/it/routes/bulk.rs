//! Batches over HTTP: what each role reaches, without a script; what is sent twice, from elsewhere, or too late.

use super::browser::{Browser, Got};
use crate::support::database::TestDatabase;
use crate::support::fixtures::Filed;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::Role;
use cas_portal::domain::application::status::Status;
use cas_portal::services::act_in_bulk::work_off;

fn row(filed: &Filed, version: i32) -> String {
    format!("{}.{version}", filed.application.number.to_path())
}

fn ask(act: &str, rows: &[String]) -> String {
    let rows: String = rows.iter().map(|row| format!("&row={row}")).collect();
    format!("/admin/bulk/new?act={act}{rows}")
}

/// The page's own form, as a browser sends it, with more fields.
async fn send(browser: &Browser, page: &Got, more: &[(&str, &str)]) -> Got {
    let (names, values) =
        (page.attributes("main form input[type=hidden]", "name"), page.attributes("main form input[type=hidden]", "value"));
    let mut fields: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
    fields.retain(|(name, _)| *name != "csrf_token");
    fields.extend(more);
    browser.post("/admin/bulk/new", &fields).await
}

async fn received(portal: &TestPortal, count: usize) -> Vec<Filed> {
    let mut all = Vec::new();
    for index in 0..count {
        all.push(portal.application_of(portal.unlike(index), Status::FormReceived).await);
    }
    all
}

#[rocket::async_test]
async fn applications_are_taken_and_approved_together_without_a_script() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let admin = Browser::of(&portal, portal.administrator().await).await;
    let all = received(&portal, 3).await;
    let queue = admin.get("/admin/applications").await;
    assert_eq!(queue.attributes("main form button[name=act]", "value"), ["take", "assign"]);
    let boxes = queue.attributes("input[name=row]", "value");
    assert_eq!(boxes.len(), 3);
    assert!(boxes.contains(&row(&all[0], 0)));
    assert!(admin.get("/admin/applications?status=approved").await.attributes("input[name=row]", "value").is_empty());
    // Nothing is chosen: nothing is sent.
    assert!(admin.get("/admin/bulk/new?act=take").await.is(200).words().contains("Nie zaznaczono żadnego wniosku"));
    let page = admin.get(&ask("take", &boxes)).await;
    assert_eq!(page.is(200).attributes("[data-ready]", "data-ready").len(), 3);
    let sent = send(&admin, &page, &[]).await;
    let batch = sent.is(303).header("Location").expect("a batch").to_owned();
    let shown = admin.get(&batch).await;
    assert_eq!(shown.is(200).attribute("main", "data-done").as_deref(), Some("3"));
    assert_eq!(shown.header("Refresh"), None, "it has ended");
    // The same page once more is the same batch.
    send(&admin, &page, &[]).await.leads_to(&batch);
    assert_eq!(portal.number("SELECT count(*) FROM bulk_rows").await, 3);
    assert!(admin.get("/admin/bulk").await.is(200).offers(&batch));

    // One was compared by eye, so it is told beside the others, with the reason.
    use sea_orm::ConnectionTrait as _;
    let eye = all[2].application.id.0.simple();
    let sql = format!("UPDATE signed_forms SET code_match = 'confirmed_by_eye' WHERE application_id = X'{eye}'");
    portal.db().execute_unprepared(&sql).await.expect("set");
    let queue = admin.get("/admin/applications?status=in_review").await;
    assert_eq!(queue.attributes("main form button[name=act]", "value"), ["assign", "approve"]);
    let rows = queue.attributes("input[name=row]", "value");
    let page = admin.get(&ask("approve", &rows)).await;
    assert_eq!(page.is(200).attributes("[data-kept]", "data-kept"), [all[2].application.number.to_string()]);
    assert!(page.words().contains("Portal nie odczytał sam kodu QR"), "{}", page.words());
    assert!(page.words().contains("Maria Wójcik-Źdźbło, kierownik"));
    send(&admin, &page, &[]).await.wrong_at(&["#signature"]);
    let sent = send(&admin, &page, &[("signature", "seen")]).await;
    let shown = admin.get(sent.is(303).header("Location").expect("a batch")).await;
    assert_eq!(shown.is(200).attribute("main", "data-done").as_deref(), Some("2"));
    assert_eq!(portal.reload(&all[0].application.number).await.status, Status::Approved);
    assert_eq!(portal.reload(&all[2].application.number).await.status, Status::InReview);

    // A proof that is too old leads to a new one and back to the same choice; also when only the form finds out.
    let filed = portal.application_of(portal.unlike(3), Status::FormReceived).await;
    let page = admin.get(&ask("take", &[row(&filed, 0)])).await;
    send(&admin, &page, &[]).await.is(303);
    let path = ask("approve", &[row(&filed, 1)]);
    let page = admin.get(&path).await;
    assert_eq!(page.is(200).attributes("[data-ready]", "data-ready").len(), 1);
    portal.advance_minutes(20);
    for asked in [admin.get(&path).await, send(&admin, &page, &[("signature", "seen")]).await] {
        let location = asked.is(303).header("Location").expect("the proof");
        let next =
            url::form_urlencoded::parse(location.split_once('?').expect("a query").1.as_bytes()).next().expect("a place").1.into_owned();
        assert!(location.starts_with("/account/prove?next=") && next == path, "{location}");
    }
    assert_eq!(portal.reload(&filed.application.number).await.status, Status::InReview);
}

#[rocket::async_test]
async fn a_long_batch_tells_how_far_it_is() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let admin = Browser::of(&portal, portal.administrator().await).await;
    let all = received(&portal, 12).await;
    let rows: Vec<String> = all.iter().map(|filed| row(filed, 0)).collect();
    let page = admin.get(&ask("take", &rows)).await;
    let batch = send(&admin, &page, &[]).await.is(303).header("Location").expect("a batch").to_owned();
    // The request did the first ten; the others wait for the worker.
    let shown = admin.get(&batch).await;
    assert_eq!(
        (shown.attribute("main", "data-done").as_deref(), shown.attribute("main", "data-waiting").as_deref()),
        (Some("10"), Some("2"))
    );
    assert_eq!(shown.header("Refresh"), Some("5"));
    assert!(shown.offers(&format!("{batch}?paused=yes")));
    let paused = admin.get(&format!("{batch}?paused=yes")).await;
    assert_eq!(paused.is(200).header("Refresh"), None);
    assert!(paused.offers(&batch));
    work_off(&portal.context).await.expect("worked");
    let shown = admin.get(&batch).await;
    assert_eq!((shown.attribute("main", "data-waiting").as_deref(), shown.header("Refresh")), (Some("0"), None));
}

#[rocket::async_test]
async fn batches_are_for_those_who_decide_there() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let all = received(&portal, 2).await;
    let rows = [row(&all[0], 0), row(&all[1], 7), "W-26-2026-999999.0".to_owned()];
    let admin = Browser::of(&portal, portal.administrator().await).await;
    let page = admin.get(&ask("take", &rows[..2])).await;
    assert_eq!(page.is(200).attributes("[data-kept]", "data-kept"), [all[1].application.number.to_string()], "another version was seen");
    let batch = send(&admin, &page, &[]).await.is(303).header("Location").expect("a batch").to_owned();
    // Elsewhere these numbers are none, in the page as in what is sent.
    let stranger = Browser::of(&portal, portal.administrator_of("24").await).await;
    let page = stranger.get(&ask("take", &rows)).await;
    assert_eq!(page.is(200).attributes("[data-ready]", "data-ready"), [""; 0]);
    assert_eq!(page.body.matches("Nie ma takiego wniosku.").count(), 3);
    assert!(!page.body.contains("Źródełko"));
    stranger.get("/admin/bulk").await.is(200);
    let id = portal.context.new_bulk_job_id().to_string();
    let forged = stranger.post("/admin/bulk/new", &[("batch", &id), ("act", "take"), ("row", &rows[0]), ("row", &rows[2])]).await;
    let shown = stranger.get(forged.is(303).header("Location").expect("a batch")).await;
    assert_eq!(shown.attributes("tr[data-state]", "data-state"), ["failed", "failed"]);
    assert!(!shown.body.contains("Źródełko"));
    // Nobody but its owner sees a batch; somebody else's id begins none.
    let other = Browser::of(&portal, portal.administrator().await).await;
    let centre = Browser::of(&portal, portal.central().await).await;
    let known = batch.rsplit('/').next().expect("an id").to_owned();
    for browser in [&stranger, &other, &centre] {
        browser.get(&batch).await.is(404);
        browser.get("/admin/bulk").await.is(200);
        browser.post("/admin/bulk/new", &[("batch", &known), ("act", "take"), ("row", &rows[0])]).await.is(404);
    }
    admin.get("/admin/bulk/x").await.is(404);
    admin.get(&format!("/admin/bulk/{id}x")).await.is(404);
    // What no form of ours sends.
    admin.get("/admin/bulk/new?act=reject").await.is(404);
    admin.get("/admin/bulk/new?act=take&row=W-26-2026-000001").await.is(422);
    admin.get("/admin/bulk").await.is(200);
    admin.post("/admin/bulk/new", &[("batch", &id), ("act", "delete"), ("row", &rows[0])]).await.is(404);
    admin.post("/admin/bulk/new", &[("batch", "x"), ("act", "take"), ("row", &rows[0])]).await.is(422);
    admin.post("/admin/bulk/new", &[("batch", &id), ("act", "take")]).await.is(422);
    admin.post("/admin/bulk/new", &[("batch", &id), ("act", "assign"), ("row", &rows[0]), ("assignee", "x")]).await.is(422);
    // Whoever chooses nobody has not said so.
    admin.post("/admin/bulk/new", &[("batch", &id), ("act", "assign"), ("row", &rows[0]), ("assignee", "")]).await.wrong_at(&["#assignee"]);
    let many: Vec<String> = (1..=101).map(|serial| format!("W-26-2026-{serial:06}.0")).collect();
    admin.get(&ask("take", &many)).await.is(422);
    admin.post_raw("/admin/bulk/new", &[("batch", &id), ("act", "take"), ("row", &rows[0])], &[]).await.is(403);
    // Who decides nothing has none of it.
    let helpdesk = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    let applicant = Browser::of(&portal, all[0].persons[0]).await;
    let nobody = Browser::new(&portal).await;
    nobody.get("/login").await.is(200);
    for browser in [&helpdesk, &applicant] {
        for path in ["/admin/bulk".to_owned(), batch.clone(), ask("take", &rows[..1])] {
            browser.get(&path).await.is(403);
        }
        browser.get("/account").await.is(200);
        browser.post("/admin/bulk/new", &[("batch", &id), ("act", "take"), ("row", &rows[0])]).await.is(403);
    }
    assert!(matches!(nobody.get(&batch).await.status, 303 | 401 | 403));
    assert_eq!(portal.reload(&all[1].application.number).await.version, 0);
}
