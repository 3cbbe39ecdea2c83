//! Many applications in a real browser: an administrator ticks them all, takes them, sees what can be approved together and what cannot,
//! is asked about the signatures, approves, and reads what became of each. Each page is accessible.

use super::somebody::sign_in_as;
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::application::status::Status;
use cas_portal::services::act_in_bulk::work_off;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_works_through_many_at_once() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let admin = portal.administrator().await;
    let mut all = Vec::new();
    for index in 0..11 {
        let mut registration = portal.unlike(index);
        if index == 10 {
            registration.note = Some(cas_portal::domain::identifiers::Text::parse("Proszę o telefon.", 2000).expect("a text"));
        }
        all.push(portal.application_of(registration, Status::FormReceived).await);
    }
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;
    sign_in_as(&browser, &site, &portal, admin).await;
    browser.goto(&site.url("/admin/applications")).await;
    browser.assert_fine("bulk/queue").await;
    browser.choose("Zaznacz wszystkie na tej stronie").await;
    let ticked = "return document.querySelectorAll('input[name=row]:checked').length;";
    assert_eq!(browser.script(ticked, vec![]).await, 11);
    // One is taken out by hand, and the box above tells it.
    let click = "document.querySelector('input[name=row]').click(); return document.querySelector('#select-all').indeterminate;";
    assert_eq!(browser.script(click, vec![]).await, true);
    assert_eq!(browser.script(click, vec![]).await, false);
    browser.press("Weź do rozpatrzenia").await;
    browser.wait_for("Weźmiesz do rozpatrzenia: 11").await;
    browser.assert_fine("bulk/take").await;
    browser.press("Weź do rozpatrzenia").await;
    browser.wait_for("Zrobione 10 z 11").await;
    browser.press("Zatrzymaj odświeżanie").await;
    browser.wait_for("Odświeżanie jest zatrzymane").await;
    browser.assert_fine("bulk/under-way").await;
    work_off(&portal.context).await.expect("worked");
    browser.press("Odświeżaj dalej").await;
    browser.wait_for("Wszystko jest zrobione").await;
    browser.assert_fine("bulk/taken").await;

    browser.goto(&site.url("/admin/applications?status=in_review")).await;
    browser.choose("Zaznacz wszystkie na tej stronie").await;
    browser.press("Zatwierdź").await;
    browser.wait_for("Zatwierdzisz: 10").await;
    browser.wait_for("Tych nie ruszymy: 1").await;
    browser.wait_for("Wnioskodawca napisał wiadomość do urzędu.").await;
    browser.assert_fine("bulk/approve").await;
    browser.press("Zatwierdź wnioski").await;
    browser.wait_for("Potwierdź, że widzisz podpis").await;
    browser.assert_fine("bulk/approve-unsigned").await;
    browser.choose("Na każdym z tych formularzy jest podpis").await;
    browser.press("Zatwierdź wnioski").await;
    browser.wait_for("Wszystko jest zrobione").await;
    browser.assert_fine("bulk/approved").await;
    assert_eq!(portal.reload(&all[0].application.number).await.status, Status::Approved);
    assert_eq!(portal.reload(&all[10].application.number).await.status, Status::InReview);
    browser.press("Działania na wielu wnioskach").await;
    browser.wait_for("Weź wnioski do rozpatrzenia").await;
    browser.assert_fine("bulk/list").await;
}
