//! Announcements in a real browser: the central administrator writes one, looks at it and publishes it; somebody of a unit reads it
//! above each page and puts it aside; a letter that did not arrive is found and tried again. Each page is accessible.

use super::somebody::sign_in_as;
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::{TestPortal, system};
use crate::support::smtp_sink::{Manner, SmtpSink};
use cas_portal::domain::notice::Notice;
use cas_portal::services::announce::queue_letters;
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::record;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_break_is_announced_and_a_letter_that_came_back_is_sent_again() {
    let db = TestDatabase::sqlite().await;
    let sink = SmtpSink::start();
    let portal = TestPortal::new(&db).with_mail(&sink.setting(""));
    let central = portal.central().await;
    let employee = portal.employee(portal.unit().await).await;
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;

    sign_in_as(&browser, &site, &portal, central).await;
    browser.goto(&site.url("/admin/announcements")).await;
    browser.assert_fine("announcements/none").await;
    browser.goto(&site.url("/admin/announcements/create")).await;
    browser.press("Zapisz szkic i zobacz podgląd").await;
    browser.wait_for("Popraw błędy w formularzu").await;
    browser.assert_fine("announcements/refused").await;
    browser.fill("title", "Przerwa techniczna w nocy z 28 na 29 listopada").await;
    browser.fill("text", "Od 22:00 do 4:00 portal nie będzie działał. Zapisz pracę przed przerwą.\n\nPrzepraszamy za utrudnienia.").await;
    browser.choose("Wszyscy, także niezalogowani").await;
    browser.choose("Wyślij także list do każdej z tych osób").await;
    browser.press("Zapisz szkic i zobacz podgląd").await;
    browser.wait_for("po jednym na konto").await;
    browser.assert_fine("announcements/preview").await;
    browser.press("Opublikuj").await;
    browser.wait_for("Komunikat jest opublikowany.").await;
    browser.assert_fine("announcements/published").await;
    browser.goto(&site.url("/admin/announcements")).await;
    browser.wait_for("Przerwa techniczna").await;
    browser.assert_fine("announcements/list").await;

    sink.behave(Manner::RefusesForGood);
    assert_eq!(queue_letters(&portal.context).await.expect("queued"), 2);
    record::tell(&portal.context, portal.db(), &system(), &Notice::PasswordChanged { account: employee }).await.expect("queued");
    deliver_due(&portal.context, "worker", 10).await.expect("delivered");

    browser.driver().delete_all_cookies().await.expect("no cookies");
    browser.goto(&site.url("/")).await;
    browser.wait_for("Przerwa techniczna").await;
    browser.assert_fine("announcements/start").await;
    sign_in_as(&browser, &site, &portal, employee).await;
    browser.wait_for("Przerwa techniczna").await;
    browser.assert_fine("announcements/banner").await;
    browser.press("Czytaj dalej : Przerwa techniczna w nocy z 28 na 29 listopada").await;
    browser.wait_for("Przepraszamy za utrudnienia.").await;
    browser.assert_fine("announcements/own").await;
    browser.goto(&site.url("/account")).await;
    browser.press("Ukryj : Przerwa techniczna w nocy z 28 na 29 listopada").await;
    browser.wait_for("Komunikat jest ukryty.").await;
    assert!(!browser.has(".announcements").await);
    assert_eq!(browser.path().await, "/account");

    sink.behave(Manner::Takes);
    sign_in_as(&browser, &site, &portal, central).await;
    browser.goto(&site.url("/admin/outbox")).await;
    browser.wait_for("Adres nie istnieje (kod serwera 550)").await;
    browser.assert_fine("announcements/outbox").await;
    browser.press("Wyślij ponownie wszystkie Adres nie istnieje").await;
    browser.wait_for("Listy czekają na ponowną wysyłkę.").await;
    browser.assert_fine("announcements/outbox-retried").await;
    deliver_due(&portal.context, "worker", 10).await.expect("delivered");
    let of =
        async |kind: &str| portal.number(&format!("SELECT COUNT(*) FROM outbox_messages WHERE status = 'sent' AND kind = '{kind}'")).await;
    assert_eq!((of("announcement_published").await, of("password_changed").await), (2, 1));
    browser.goto(&site.url("/account/notices")).await;
    browser.assert_fine("announcements/notices").await;
}
