//! The pages of one's own account: who reaches them, what is shown again at 422, which steps cannot be skipped.

use super::browser::Browser;
use super::wizards::{each_is, visitors_sign_in_first};
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{PUBLIC_URL, TestPortal};
use cas_portal::domain::account::{AccountStatus, Role};

async fn deliver(portal: &TestPortal) {
    portal.deliver().await;
}

/// The path of the newest link of this kind.
fn link(portal: &TestPortal, path: &str) -> String {
    let letters = portal.mailbox.received();
    let mut all = letters.iter().flat_map(|letter| &letter.links).filter_map(|link| link.strip_prefix(PUBLIC_URL));
    all.rfind(|link| link.starts_with(path)).expect("a link").to_owned()
}

#[rocket::async_test]
async fn every_role_reaches_its_own_pages_and_nobody_without_a_session() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    const READ: [&str; 5] = ["/account", "/account/sessions", "/account/history", "/account/data", "/account/data.json"];
    const CHANGE: [&str; 4] = ["/account/profile", "/account/email", "/account/email/new", "/account/close"];
    for (account, may_change) in [
        (portal.central().await, true),
        (portal.administrator().await, true),
        (portal.official(Role::Helpdesk, Some("26")).await, true),
        (portal.official(Role::Auditor, None).await, true),
        (portal.employee(unit).await, true),
        (portal.account("ewa", AccountStatus::Pending).await, false),
    ] {
        let browser = Browser::of(&portal, account).await;
        each_is(&browser, READ, 200).await;
        for path in CHANGE {
            browser.get(path).await.is(if may_change { 200 } else { 403 });
        }
        for path in ["/account", "/account/sessions", "/account/history"] {
            let page = browser.get(path).await;
            let offered = page.attributes("main a", "href");
            assert!(!offered.is_empty(), "{}", page.words());
            for href in offered {
                browser.get(&href).await.is(200);
            }
            assert!(path == "/account" || page.offers(if may_change { "/account/password" } else { "/password/forgot" }), "{path}");
        }
    }
    visitors_sign_in_first(&portal, READ.into_iter().chain(CHANGE)).await;
}

#[rocket::async_test]
async fn data_are_changed_and_what_is_wrong_is_shown_again_as_typed() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let browser = Browser::of(&portal, account).await;
    browser.get("/account/profile").await.is(200);
    let wrong =
        browser.post("/account/profile", &[("first_name", "Anna"), ("last_name", "N0wa <b>"), ("position", ""), ("phone", "12")]).await;
    wrong.wrong_at(&["#last_name", "#phone"]);
    assert_eq!(wrong.attribute("#last_name", "value").as_deref(), Some("N0wa <b>"));
    assert_eq!(wrong.attribute("#phone", "value").as_deref(), Some("12"));
    assert_eq!(wrong.attribute("#first_name", "autocomplete").as_deref(), Some("given-name"));
    let right = [("first_name", "Anna"), ("last_name", "Żądło"), ("position", "kierownik"), ("phone", "41 311 46 92")];
    browser.post("/account/profile", &right).await.leads_to("/account");
    let home = browser.get("/account").await;
    assert!(home.words().contains("Zmiany zostały zapisane") && home.words().contains("Anna Żądło"));
    browser.post("/account/profile", &right).await.leads_to("/account");
    assert!(browser.get("/account").await.words().contains("Nic się nie zmieniło"));
    assert!(browser.get("/account/history").await.words().contains("zmiana danych konta"));
    let stale = browser.post_raw("/account/profile", &right, &[]).await;
    assert_eq!(stale.status, 403, "a form without its token");
}

#[rocket::async_test]
async fn an_address_is_changed_by_link_and_taken_back_and_no_step_is_skipped() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let old = portal.email_of(account).await;
    let browser = Browser::of(&portal, account).await;
    portal.advance_minutes(16);
    browser.get("/account/email").await.is(200);
    // The proof first, however the form is reached; what was typed waits.
    browser.get("/account/email/new").await.leads_to("/account/prove?next=/account/email/new");
    browser
        .post("/account/email/new", &[("email", "nowa@cus.example.pl")])
        .await
        .leads_to("/account/prove?interrupted=true&next=/account/email/new");
    deliver(&portal).await;
    assert!(portal.mailbox.received().is_empty());
    browser.get("/account/prove?interrupted=true&next=/account/email/new").await.is(200);
    let proof = [("current_password", PASSWORD), ("next", "/account/email/new"), ("interrupted", "true")];
    browser.post("/account/prove", &proof).await.leads_to("/account/email/new");
    let again = browser.get("/account/email/new").await;
    assert_eq!(again.is(200).attribute("#email", "value").as_deref(), Some("nowa@cus.example.pl"));
    for (typed, words) in [("", "Podaj służbowy adres e-mail."), ("bez-malpy", "w postaci"), (old.as_str(), "już zapisany")] {
        let wrong = browser.post("/account/email/new", &[("email", typed)]).await;
        wrong.wrong_at(&["#email"]);
        assert!(wrong.words().contains(words), "{words}: {}", wrong.words());
        assert_eq!(wrong.attribute("#email", "value").as_deref(), Some(typed));
    }
    browser.post("/account/email/new", &[("email", "nowa@cus.example.pl")]).await.leads_to("/account/email");
    let page = browser.get("/account/email").await;
    assert_eq!(page.attribute("[data-pending-email]", "data-pending-email").as_deref(), Some("nowa@cus.example.pl"));
    assert!(browser.get("/account").await.words().contains("czeka na potwierdzenie"));
    deliver(&portal).await;
    let wrong = browser.post("/account/email/code", &[("email_code", "00000000")]).await;
    wrong.wrong_at(&["#email_code"]);
    browser.post("/account/email/code", &[("email_code", " ")]).await.is(422);
    let confirm = link(&portal, "/account/email/confirm/");
    // On another device one signs in first; somebody else's account opens nothing; looking uses nothing up.
    let phone = Browser::new(&portal).await;
    phone.get(&confirm).await.leads_to(&format!("/login?next={confirm}"));
    let stranger = Browser::of(&portal, portal.account("ewa", AccountStatus::Active).await).await;
    assert_eq!(stranger.get(&confirm).await.is(410).place().as_deref(), Some("dead-link"));
    stranger.post(&confirm, &[]).await.is(410);
    let pending = Browser::of(&portal, portal.account("ola", AccountStatus::Pending).await).await;
    pending.get(&confirm).await.is(410);
    for _ in 0..2 {
        assert!(browser.get(&confirm).await.is(200).words().contains("nowa@cus.example.pl"));
    }
    assert_eq!(portal.email_of(account).await, old);
    browser.post(&confirm, &[]).await.leads_to("/account");
    assert_eq!(portal.email_of(account).await, "nowa@cus.example.pl");
    browser.get(&confirm).await.is(410);
    browser.post("/account/email/code", &[("email_code", "00000000")]).await.leads_to("/account/email");
    deliver(&portal).await;
    let undo = link(&portal, "/account/email/undo/");
    let mailbox = Browser::new(&portal).await;
    assert!(mailbox.get(&undo).await.is(200).words().contains("Cofnąć zmianę adresu?"));
    browser.get("/account").await.is(200);
    mailbox.post(&undo, &[]).await.leads_to("/password/code");
    assert!(mailbox.get("/password/code").await.words().contains("Zmiana adresu jest cofnięta"));
    assert_eq!(portal.email_of(account).await, old);
    browser.get("/account").await.leads_to("/login?next=/account");
    mailbox.get(&undo).await.is(410);
    mailbox.post(&undo, &[]).await.is(410);
    for path in ["/account/email/undo/x", "/account/email/undo/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF"] {
        mailbox.get(path).await.is(410);
    }
}

#[rocket::async_test]
async fn sessions_are_ended_by_buttons_and_no_secret_stands_in_the_page() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let here = Browser::of(&portal, account).await;
    let there = Browser::of(&portal, account).await;
    let third = Browser::of(&portal, account).await;
    let page = here.get("/account/sessions").await;
    assert_eq!(page.is(200).attributes("[data-session-row]", "data-session-row"), ["current", "other", "other"]);
    for browser in [&here, &there, &third] {
        let cookie = browser.cookie("__Host-cas-session").expect("a session");
        assert!(!page.body.contains(&cookie) && !page.body.contains(&hex::encode(cas_portal::secrets::token_hash(&cookie))));
    }
    assert!(!page.body.contains("198.51.100.7") && page.body.contains("198.51.0.0/16"));
    let forms = page.attributes("form[action$='/end']", "action");
    assert_eq!(forms.len(), 2);
    // Another's session, an invented one, one without the token.
    let stranger = Browser::of(&portal, portal.account("ewa", AccountStatus::Active).await).await;
    stranger.post(&forms[0], &[]).await.leads_to("/account/sessions");
    here.post("/account/sessions/nonsense/end", &[]).await.is(404);
    assert_eq!(here.post_raw(&forms[0], &[], &[]).await.status, 403);
    there.get("/account").await.is(200);
    third.get("/account").await.is(200);
    here.get("/account/sessions").await.is(200);
    portal.advance_minutes(16);
    here.post(&forms[0], &[]).await.leads_to("/account/sessions");
    let left = [&there, &third].map(async |browser| browser.get("/account").await.status);
    let [there_is, third_is] = left;
    let statuses = [there_is.await, third_is.await];
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    let page = here.get("/account/security").await;
    assert_eq!(page.is(200).attributes("[data-session-row]", "data-session-row").len(), 2, "the security page shows them too");
    here.post("/account/sessions/end-others", &[]).await.leads_to("/account/sessions");
    for browser in [&there, &third] {
        browser.get("/account").await.is(303);
    }
    assert_eq!(here.get("/account/sessions").await.is(200).attributes("[data-session-row]", "data-session-row"), ["current"]);
}

#[rocket::async_test]
async fn the_copy_is_a_file_for_its_owner_after_a_proof() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.account("anna", AccountStatus::Active).await;
    let browser = Browser::of(&portal, account).await;
    let file = browser.get("/account/data.json").await;
    assert_eq!(file.is(200).header("Content-Type"), Some("application/json"));
    let login = portal.login_of(account).await;
    assert_eq!(file.header("Content-Disposition"), Some(format!("attachment; filename=\"konto-{login}.json\"").as_str()));
    assert!(file.header("Cache-Control").expect("a header").contains("no-store"));
    let json: serde_json::Value = serde_json::from_str(&file.body).expect("JSON");
    assert_eq!(json["account"]["login"], login.as_str());
    assert!(browser.get("/account/data").await.is(200).words().contains(&login));
    portal.advance_minutes(16);
    for path in ["/account/data", "/account/data.json"] {
        browser.get(path).await.leads_to(&format!("/account/prove?next={path}"));
    }
}

#[rocket::async_test]
async fn a_closing_is_asked_for_seen_by_administrators_and_done() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    portal.grant(account, unit, "PS", "approver").await;
    let login = portal.login_of(account).await;
    let browser = Browser::of(&portal, account).await;
    let page = browser.get("/account/close").await;
    assert!(page.is(200).words().contains("tylko Ty zatwierdzasz") && page.words().contains("Uprawnienia, które się skończą"));
    portal.advance_minutes(16);
    browser.post("/account/close", &[]).await.leads_to("/account/prove?interrupted=true&next=/account/close");
    browser.get("/account/prove?next=/account/close").await.is(200);
    browser.post("/account/prove", &[("current_password", PASSWORD), ("next", "/account/close")]).await.leads_to("/account/close");
    browser.get("/account/close").await.is(200);
    browser.post("/account/close", &[]).await.leads_to("/account/close");
    assert!(browser.get("/account/close").await.words().contains("Wycofaj prośbę"));
    let office = Browser::of(&portal, portal.administrator().await).await;
    let list = office.get("/admin/accounts?only=closing").await;
    assert_eq!(list.is(200).attributes("tr[data-login]", "data-login"), [login]);
    assert!(office.get("/admin/accounts").await.attributes("tr[data-login]", "data-login").len() > 1);
    let page = office.get(&format!("/admin/accounts/{account}")).await;
    assert!(page.is(200).words().contains("Właściciel prosi o zamknięcie konta"));
    // The owner changes the mind, and again.
    browser.post("/account/close/withdraw", &[]).await.leads_to("/account");
    assert!(!office.get(&format!("/admin/accounts/{account}")).await.words().contains("Właściciel prosi"));
    browser.post("/account/close", &[]).await.leads_to("/account/close");
    let helpdesk = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    assert!(!helpdesk.get(&format!("/admin/accounts/{account}")).await.is(200).body.contains("/close\""));
    helpdesk.post(&format!("/admin/accounts/{account}/close"), &[]).await.is(403);
    assert!(office.get(&format!("/admin/accounts/{account}/close")).await.is(200).words().contains("Tego nie można cofnąć"));
    office.post(&format!("/admin/accounts/{account}/close"), &[]).await.leads_to(&format!("/admin/accounts/{account}"));
    assert!(office.get(&format!("/admin/accounts/{account}")).await.words().contains("Zamknięte"));
    browser.get("/account").await.leads_to("/login?next=/account");
    let last = Browser::of(&portal, portal.central().await).await;
    assert!(last.get("/account/close").await.is(200).words().contains("Tego konta nie można zamknąć"));
    last.post("/account/close", &[]).await.is(409);
}

#[rocket::async_test]
async fn an_activation_makes_the_browser_known_and_pages_name_the_minimum_that_applies() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let plain = portal.account("ewa", AccountStatus::Active).await;
    let secured = portal.account("anna", AccountStatus::Active).await;
    let _ = portal.with_app(secured).await;
    for (account, fewest, short) in [(plain, "15", "krotkie-haslo1"), (secured, "12", "krotkie-has")] {
        let login = portal.login_of(account).await;
        let browser = Browser::new(&portal).await;
        browser.get("/password/forgot").await.is(200);
        browser.post("/password/forgot", &[("login_or_email", &login)]).await.is(303);
        for _ in 0..200 {
            deliver(&portal).await;
            if portal.mailbox.received().iter().any(|l| l.body.contains(&login)) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let path = link(&portal, "/password/reset/");
        let page = browser.get(&path).await;
        assert_eq!(page.is(200).attribute("[data-fewest]", "data-fewest").as_deref(), Some(fewest));
        assert!(page.words().contains(&format!("Co najmniej {fewest} znaków")));
        let wrong = browser.post(&path, &[("new_password", short), ("password_repeat", short)]).await;
        assert_eq!(wrong.is(422).attribute("[data-fewest]", "data-fewest").as_deref(), Some(fewest));
        portal.mailbox.clear();
    }
    let invited = portal.account("ola", AccountStatus::Invited).await;
    let central = portal.actor(portal.central().await).await;
    cas_portal::services::manage_accounts::start_reset(&portal.context, &central, invited).await.expect("started");
    deliver(&portal).await;
    let path = link(&portal, "/activate/");
    let browser = Browser::new(&portal).await;
    assert_eq!(browser.get(&path).await.is(200).attribute("[data-fewest]", "data-fewest").as_deref(), Some("15"));
    assert!(browser.cookie("__Host-cas-device").is_none());
    let new = "fioletowy parasol na biegunie";
    let mut fields = vec![("new_password", new), ("password_repeat", new)];
    fields.extend(cas_portal::domain::application::draft::STATEMENTS.map(|key| ("statements", key)));
    browser.post(&path, &fields).await.leads_to("/login");
    assert!(browser.cookie("__Host-cas-device").is_some(), "known from now on");
    browser.get("/account").await.leads_to("/login?next=/account");
}
