//! The desk in a real browser: an administrator takes an application on, gives it to a colleague with a note, the colleague puts it off,
//! and it comes back by itself, over its target. Each page is accessible.

use super::somebody::sign_in_as;
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::application::status::Status;

async fn unfold(browser: &Browser) {
    browser.script("document.querySelectorAll('#desk details').forEach(one => one.open = true);", vec![]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn colleagues_share_their_work() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (one, other) = (portal.administrator().await, portal.administrator().await);
    let filed = portal.application(Status::FormReceived).await;
    let path = format!("/admin/applications/{}", filed.application.number.to_path());
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;

    sign_in_as(&browser, &site, &portal, one).await;
    browser.goto(&site.url("/admin/applications")).await;
    browser.wait_for("zostało 10 dni roboczych").await;
    browser.assert_fine("desk/queue").await;
    browser.goto(&site.url(&path)).await;
    browser.press("Zajmę się tym").await;
    browser.wait_for("Zajmujesz się tym wnioskiem.").await;
    unfold(&browser).await;
    browser.assert_fine("desk/mine").await;
    browser.fill("internal_note", "Dzwoniłem do jednostki, oddzwonią w środę.").await;
    browser.press("Zapisz notatkę").await;
    browser.wait_for("Notatka jest zapisana.").await;
    browser.wait_for("oddzwonią w środę").await;
    unfold(&browser).await;
    let pick = "for (const o of document.querySelectorAll('#assignee option')) o.selected = o.value === arguments[0];";
    browser.script(pick, vec![other.to_string().into()]).await;
    browser.press("Przydziel").await;
    browser.wait_for("Wniosek jest przydzielony.").await;
    browser.assert_fine("desk/assigned").await;

    sign_in_as(&browser, &site, &portal, other).await;
    browser.goto(&site.url("/admin/applications?view=mine")).await;
    browser.wait_for(filed.application.number.as_str()).await;
    browser.assert_fine("desk/queue-mine").await;
    browser.goto(&site.url(&path)).await;
    // Of two clicks the second sends nothing: it would be told that somebody was quicker.
    let twice = "const form = document.querySelector('form[action$=\"/snooze\"]'); return [1, 2].map(() => \
                 { const click = new Event('submit', { bubbles: true, cancelable: true }); form.dispatchEvent(click); return click.defaultPrevented; });";
    assert_eq!(browser.script(twice, Vec::new()).await, serde_json::json!([false, true]));
    browser.goto(&site.url(&path)).await;
    unfold(&browser).await;
    browser.fill("snooze_until", "wczoraj").await;
    browser.press("Odłóż").await;
    browser.wait_for("Podaj datę w postaci").await;
    browser.assert_fine("desk/snooze-refused").await;
    browser.fill("snooze_until", "27.11.2026").await;
    browser.press("Odłóż").await;
    browser.wait_for("Wniosek jest odłożony.").await;
    browser.assert_fine("desk/snoozed").await;
    browser.goto(&site.url("/admin/applications")).await;
    browser.wait_for("Żaden wniosek nie czeka na sprawdzenie.").await;
    browser.goto(&site.url("/admin/applications?view=snoozed")).await;
    browser.wait_for("odłożony do 27.11.2026").await;
    browser.assert_fine("desk/queue-snoozed").await;

    portal.advance_days(17);
    sign_in_as(&browser, &site, &portal, other).await;
    browser.goto(&site.url("/admin/applications?view=overdue")).await;
    browser.wait_for("po terminie o 3 dni robocze").await;
    browser.assert_fine("desk/queue-overdue").await;
    browser.goto(&site.url(&path)).await;
    browser.press("Oddaj").await;
    browser.wait_for("Wniosek jest znowu wspólny.").await;
    browser.assert_fine("desk/given-back").await;
}
