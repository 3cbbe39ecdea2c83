//! What every wizard of an account holder has in common over HTTP: whom it lets in, how it is agreed to, told too late, given up.
//! What may not live here: what one of them asks.

use super::browser::Browser;
use crate::support::portal::TestPortal;
use cas_portal::domain::id::AccountId;
use cas_portal::storage::applications;

const STATEMENTS: [(&str, &str); 3] = [("statements", "data_true"), ("statements", "rules_known"), ("statements", "not_shared")];

/// Whoever has not signed in does so first, and comes back to each of these pages.
pub(super) async fn visitors_sign_in_first<'p>(portal: &TestPortal, pages: impl IntoIterator<Item = &'p str>) {
    let visitor = Browser::new(portal).await;
    for path in pages {
        visitor.get(path).await.leads_to(&format!("/login?next={path}"));
    }
}

/// Each of these pages answers so.
pub(super) async fn each_is<'p>(browser: &Browser, pages: impl IntoIterator<Item = &'p str>, status: u16) {
    for path in pages {
        browser.get(path).await.is(status);
    }
}

/// A unit that is none is refused where it is chosen.
pub(super) async fn no_unit_is_refused(browser: &Browser, path: &str) {
    for wrong in ["", "x", "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"] {
        browser.post(path, &[("unit", wrong)]).await.wrong_at(&["#unit"]);
    }
}

/// All statements are needed; then the answers are to be checked.
pub(super) async fn agrees(browser: &Browser, start: &str) {
    let path = format!("{start}/statements");
    browser.post(&path, &STATEMENTS[..2]).await.wrong_at(&["#statements"]);
    browser.post(&path, &STATEMENTS).await.leads_to(&format!("{start}/check"));
}

/// What has changed since it was typed is told where it is filed, with a link to where it is mended; the message stands as typed.
pub(super) async fn is_told_late(browser: &Browser, start: &str, mended_at: &str) {
    let late = browser.post(&format!("{start}/check"), &[("note", "<b>Pilne</b>")]).await;
    late.wrong_at(&[mended_at]);
    assert!(late.words().contains("<b>Pilne</b>"), "typed text stands as typed: {}", late.words());
}

/// What was typed is given up after a question that drops nothing, and then there is nothing to give up.
pub(super) async fn is_given_up(browser: &Browser, start: &str, leads_to: &str) {
    let path = format!("{start}/drop");
    browser.get(&path).await.is(200);
    assert!(browser.get(start).await.body.contains(&path), "looking drops nothing");
    browser.post(&path, &[]).await.leads_to(leads_to);
    browser.get(&path).await.leads_to(start);
}

/// The page of the only application of an account.
pub(super) async fn application_of(portal: &TestPortal, account: AccountId) -> String {
    let filed = applications::list_of_applicant(portal.db(), account).await.expect("applications");
    let [only] = &filed[..] else { panic!("not one application: {filed:?}") };
    format!("/applications/{}", only.number.to_path())
}
