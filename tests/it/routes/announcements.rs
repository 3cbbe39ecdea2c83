//! Announcements through the pages: written, looked at, published, read, put aside; what somebody typed is text everywhere.

use super::browser::{Browser, Got};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};

const PLACE: &str = "/admin/announcements";

/// The fields of the form, for two days from the beginning of the tests on.
fn fields<'a>(audience: &'a str, title: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", title),
        ("text", "Od 22:00 <b>nic</b> nie działa.\r\n\r\n<script>alert(1)</script>"),
        ("urgency", "information"),
        ("audience", audience),
        ("from_day", "22.11.2026"),
        ("from_time", "7:05"),
        ("until_day", "24.11.2026"),
        ("until_time", "7:05"),
    ]
}

fn location(got: &Got) -> String {
    got.is(303);
    got.header("Location").expect("a place").to_owned()
}

async fn published(browser: &Browser, fields: &[(&str, &str)]) -> String {
    let path = location(&browser.post(&format!("{PLACE}/create"), fields).await);
    browser.post(&format!("{path}/publish"), &[("version", "0")]).await.leads_to(&path);
    path
}

#[rocket::async_test]
async fn one_is_written_looked_at_published_read_and_ended() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let central = Browser::of(&portal, portal.central().await).await;
    let reader = Browser::of(&portal, portal.account("anna", AccountStatus::Active).await).await;
    let visitor = Browser::new(&portal).await;

    central.get(&format!("{PLACE}/create")).await.is(200);
    let wrong = central.post(&format!("{PLACE}/create"), &[("title", "<i>Przerwa</i>"), ("from_day", "jutro")]).await;
    wrong.is(422);
    assert_eq!(wrong.attribute("#title", "value").as_deref(), Some("<i>Przerwa</i>"), "what was typed stays");
    for field in ["text", "urgency", "audience", "from_day", "from_time", "until_day", "until_time"] {
        assert_eq!(wrong.attributes(&format!(".error-summary a[href='#{field}']"), "href").len(), 1, "{field}");
    }
    let typed = fields("everybody", "<i>Przerwa</i>");
    let path = location(&central.post(&format!("{PLACE}/create"), &typed).await);
    let preview = central.get(&path).await;
    assert_eq!(preview.attribute("main", "data-state").as_deref(), Some("draft"));
    assert_eq!(preview.attributes("[data-readers]", "data-readers"), ["2"]);
    assert!(reader.get("/account").await.attributes(".announcements [data-announcement]", "data-announcement").is_empty());
    central.post(&format!("{path}/publish"), &[]).await.is(422);
    central.post(&format!("{path}/publish"), &[("version", "0")]).await.leads_to(&path);
    central.post(&format!("{path}/publish"), &[("version", "0")]).await.leads_to(&path);

    let id = path.rsplit('/').next().expect("an id").to_owned();
    let above = ".announcements [data-announcement]";
    for (browser, page) in [(&reader, "/account"), (&reader, "/help"), (&central, "/admin"), (&visitor, "/"), (&visitor, "/login")] {
        let got = browser.get(page).await;
        assert_eq!(got.attributes(above, "data-announcement"), std::slice::from_ref(&id), "{page}");
        assert!(got.words().contains("<i>Przerwa</i>") && !got.body.contains("<i>Przerwa"), "{page}: a title is text");
    }
    assert!(visitor.get("/help").await.attributes(above, "data-announcement").is_empty());
    let own = reader.get("/announcements").await;
    assert!(own.attributes(above, "data-announcement").is_empty(), "not twice on one page");
    assert!(own.words().contains("<script>alert(1)</script>") && !own.body.contains("<script>alert"), "a text is text");
    assert_eq!(visitor.get("/announcements").await.attributes("article", "data-announcement"), std::slice::from_ref(&id));

    // Put aside, one comes back to where one was, and to no other site.
    let dismiss = format!("/announcements/{id}/dismiss");
    for elsewhere in ["https://example.com/", "//example.com", "/\\example.com"] {
        reader.post(&dismiss, &[("back", elsewhere)]).await.leads_to("/announcements");
    }
    reader.post(&dismiss, &[("back", "/help?x=1")]).await.leads_to("/help?x=1");
    assert!(reader.get("/account").await.attributes(above, "data-announcement").is_empty());
    assert_eq!(reader.get("/announcements").await.attributes("article", "data-announcement"), std::slice::from_ref(&id));
    assert_eq!(central.get("/admin").await.attributes(above, "data-announcement").len(), 1, "for the own account only");
    reader.get(&dismiss).await.is(404);

    central.post(&format!("{path}/edit"), &[typed, vec![("version", "0")]].concat()).await.leads_to(&path);
    central.post(&format!("{path}/end"), &[]).await.leads_to(&path);
    central.post(&format!("{path}/end"), &[]).await.leads_to(&path);
    assert_eq!(central.get(&path).await.attribute("main", "data-state").as_deref(), Some("ended"));
    assert!(visitor.get("/").await.attributes(above, "data-announcement").is_empty());
    let again = central.get(&format!("{PLACE}/create?copy={id}")).await;
    assert_eq!(again.attribute("#title", "value").as_deref(), Some("<i>Przerwa</i>"));
    let list = central.get(PLACE).await;
    assert_eq!(list.attributes("tbody tr", "data-state"), ["ended"]);
}

#[rocket::async_test]
async fn an_office_writes_within_its_voivodeship_and_sees_nobody_elses() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (here, there) = (portal.administrator_of("26").await, portal.administrator_of("24").await);
    let (here, there) = (Browser::of(&portal, here).await, Browser::of(&portal, there).await);
    let unit = portal.unit().await;
    let employee = Browser::of(&portal, portal.employee(unit).await).await;
    let form = here.get(&format!("{PLACE}/create")).await;
    assert_eq!(form.attributes("input[name=audience]", "value"), ["offices", "units", "sub_areas"]);
    assert_eq!(form.attributes("input[name=voivodeships]", "value"), ["26"]);
    here.post(&format!("{PLACE}/create"), &fields("everybody", "Do wszystkich")).await.is(422);
    let elsewhere = [fields("units", "Do innych"), vec![("voivodeships", "24")]].concat();
    let refused = here.post(&format!("{PLACE}/create"), &elsewhere).await;
    refused.is(422);
    assert!(refused.words().contains("tylko do jednego województwa"), "{}", refused.words());

    let path = published(&here, &fields("units", "Do jednostek")).await;
    let above = ".announcements [data-announcement]";
    assert_eq!(employee.get("/account").await.attributes(above, "data-announcement").len(), 1);
    assert!(here.get("/account").await.attributes(above, "data-announcement").is_empty(), "the office is no unit");
    assert!(Browser::new(&portal).await.get("/").await.attributes(above, "data-announcement").is_empty());
    there.get(&path).await.is(404);
    there.get(&format!("{PLACE}/create?copy={}", path.rsplit('/').next().expect("an id"))).await.is(404);
    for action in ["publish", "remove", "end", "edit"] {
        there.post(&format!("{path}/{action}"), &[("version", "0")]).await.is(404);
    }
    assert!(there.get(PLACE).await.attributes("tbody tr", "data-state").is_empty());
    let helper = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    for page in [PLACE.to_owned(), path.clone(), format!("{PLACE}/create"), "/export/announcements/csv".to_owned()] {
        helper.get(&page).await.is(403);
        employee.get(&page).await.is(403);
    }
    helper.post(&format!("{path}/end"), &[]).await.is(403);
    assert_eq!(here.get(&path).await.attribute("main", "data-state").as_deref(), Some("current"));
}

#[rocket::async_test]
async fn what_presses_stands_and_letters_can_be_refused() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let central = Browser::of(&portal, portal.central().await).await;
    let reader = Browser::of(&portal, portal.account("anna", AccountStatus::Active).await).await;
    let mut typed = fields("everybody", "Przerwa");
    typed[2] = ("urgency", "important");
    let path = published(&central, &typed).await;
    let id = path.rsplit('/').next().expect("an id");
    let page = reader.get("/account").await;
    assert!(page.attributes(".announcements form", "action").is_empty(), "it cannot be put aside");
    reader.post(&format!("/announcements/{id}/dismiss"), &[("back", "/account")]).await.leads_to("/account");
    assert_eq!(reader.get("/account").await.attributes(".announcements [data-announcement]", "data-announcement"), [id]);

    let ticked = async || reader.get("/account/notices").await.attributes("input[name=announcement_letters][checked]", "value");
    assert_eq!(ticked().await, ["announcements"]);
    reader.post("/account/notices", &[("sign_in_letters", "new_device")]).await.leads_to("/account");
    assert!(ticked().await.is_empty());
    reader.post("/account/notices", &[("announcement_letters", "announcements")]).await.leads_to("/account");
    assert_eq!(ticked().await, ["announcements"]);
}

#[rocket::async_test]
async fn what_is_typed_upon_an_older_draft_is_kept() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let central = Browser::of(&portal, portal.central().await).await;
    let path = location(&central.post(&format!("{PLACE}/create"), &fields("everybody", "Przerwa")).await);
    let edit = format!("{path}/edit");
    let typed = |title: &'static str, version: &'static str| [fields("everybody", title), vec![("version", version)]].concat();
    central.post(&edit, &typed("Pierwsza karta", "0")).await.leads_to(&path);
    // The other tab knows the draft as it was.
    let late = central.post(&edit, &typed("Druga karta", "0")).await;
    assert_eq!(late.is(422).attribute("#title", "value").as_deref(), Some("Druga karta"));
    assert!(late.words().contains("Ten szkic zapisano inaczej"), "{}", late.words());
    assert_eq!(late.attribute("input[name=version]", "value").as_deref(), Some("1"));
    central.post(&edit, &typed("Druga karta", "1")).await.leads_to(&path);
    assert!(central.get(&path).await.words().contains("Druga karta"));
}
