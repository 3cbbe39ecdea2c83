//! Two deciders and a stand-in in a real browser: an administrator who leaves names a deputy, the deputy gives the first approval in
//! that place, and a colleague the second. Each page is accessible.

use super::somebody::{is_refused, sign_in_as};
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::moment::date_text;
use cas_portal::storage::applications;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deputy_and_a_colleague_approve_together() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (absent, colleague) = (portal.administrator().await, portal.administrator().await);
    let deputy = portal.administrator_of("24").await;
    let filed = portal.application_of(portal.registration(21), Status::FormReceived).await;
    let path = format!("/admin/applications/{}", filed.application.number.to_path());
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;

    sign_in_as(&browser, &site, &portal, absent).await;
    browser.goto(&site.url("/admin/stand-ins")).await;
    browser.assert_fine("deciding/no-stand-ins").await;
    browser.press("Wskaż zastępcę").await;
    browser.assert_fine("deciding/name").await;
    is_refused(&browser, "Wskaż zastępcę", "Wybierz zastępcę.", "deciding/name-refused").await;
    let login = portal.login_of(deputy).await;
    let pick = "for (const o of document.querySelectorAll('#deputy option')) if (o.textContent.includes(arguments[0])) o.selected = true;";
    browser.script(pick, vec![login.into()]).await;
    let day = date_text(portal.now().warsaw_date());
    browser.fill("from", &day).await;
    browser.fill("until", &day).await;
    browser.press("Wskaż zastępcę").await;
    browser.wait_for("Zastępstwo zostało zapisane").await;
    browser.assert_fine("deciding/stand-ins").await;

    sign_in_as(&browser, &site, &portal, deputy).await;
    browser.goto(&site.url(&path)).await;
    browser.wait_for("w zastępstwie").await;
    browser.assert_fine("deciding/two").await;
    browser.press("Weź do rozpatrzenia").await;
    browser.wait_for("Rozpatrujesz ten wniosek.").await;
    browser.press("Zatwierdź").await;
    browser.assert_fine("deciding/first").await;
    browser.choose("Na formularzu jest podpis").await;
    browser.press("Zapisz pierwszą zgodę").await;
    browser.wait_for("Pierwsza zgoda została zapisana").await;
    browser.assert_fine("deciding/awaits-second").await;

    sign_in_as(&browser, &site, &portal, colleague).await;
    browser.goto(&site.url("/admin/applications?status=in_review")).await;
    browser.wait_for("czeka na drugą osobę").await;
    browser.assert_fine("deciding/queue").await;
    browser.goto(&site.url(&path)).await;
    browser.press("Weź do rozpatrzenia").await;
    browser.wait_for("Rozpatrujesz ten wniosek.").await;
    browser.press("Zatwierdź").await;
    browser.assert_fine("deciding/second").await;
    browser.choose("Na formularzu jest podpis").await;
    browser.press("Zatwierdź wniosek").await;
    browser.wait_for("Wniosek został zatwierdzony").await;
    browser.assert_fine("deciding/approved").await;
    let now = applications::find(portal.db(), filed.application.id).await.expect("applications").expect("it");
    assert_eq!((now.status, now.decided_by), (Status::Approved, Some(colleague)));
}
