//! A form that comes after its session has ended is not lost, and is nobody else's.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::id::AccountId;
use cas_portal::storage::accounts;

const FORM: &str = "/admin/accounts/create";
const TYPED: [(&str, &str); 6] = [
    ("role", "auditor"),
    ("voivodeship", "26"),
    ("login", "nowy-audytor"),
    ("first_name", "Zoë \"O'Neill\" <b>&amp;"),
    ("last_name", "Źdźbło"),
    ("email", "z.zdzblo@urzad.example.pl"),
];

async fn portal() -> (TestDatabase, TestPortal, AccountId) {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let account = portal.central().await;
    // What one central administrator proposes another one confirms.
    portal.central().await;
    (db, portal, account)
}

async fn sign_in(browser: &Browser, portal: &TestPortal, account: AccountId) -> String {
    let login = accounts::find(portal.db(), account).await.expect("accounts").expect("the account").login;
    let next = browser.get("/login?next=/admin/accounts/create").await.attribute("input[name=next]", "value").unwrap_or_default();
    let got = browser.post("/login", &[("login", login.as_str()), ("password", PASSWORD), ("next", &next)]).await;
    got.is(303).header("Location").unwrap_or_default().to_owned()
}

/// „Potwierdź, że to Ty”.
async fn prove(browser: &Browser) {
    browser.get("/account/prove").await.is(200);
    browser.post("/account/prove", &[("current_password", PASSWORD), ("next", FORM)]).await.leads_to(FORM);
}

/// What the form on the page holds.
async fn shown(browser: &Browser) -> Vec<String> {
    let page = browser.get(FORM).await;
    page.is(200);
    let of = |css: &str| page.attribute(css, "value").unwrap_or_default();
    vec![
        of("input[name=role][checked]"),
        of("select[name=voivodeship] option[selected]"),
        of("input[name=login]"),
        of("input[name=first_name]"),
        of("input[name=last_name]"),
        of("input[name=email]"),
    ]
}

fn typed() -> Vec<String> {
    TYPED.iter().map(|(_, value)| (*value).to_owned()).collect()
}

// ASVS 5.0 7.3.1: the session does end; what was typed does not.
#[rocket::async_test]
async fn a_form_sent_after_the_end_of_its_session_comes_back_as_it_was_typed() {
    let (_db, portal, account) = portal().await;
    let browser = Browser::of(&portal, account).await;
    let empty = shown(&browser).await;
    portal.advance_minutes(31);
    let late = browser.post(FORM, &TYPED).await;
    late.leads_to("/login?next=/admin/accounts/create");
    let page = browser.get("/login?next=/admin/accounts/create").await;
    assert!(page.words().contains("wróci tak, jak był wypełniony"), "{}", page.words());
    assert!(!page.body.contains("nowy-audytor"), "nothing of it before the sign-in");
    assert_eq!(sign_in(&browser, &portal, account).await, FORM);
    assert_eq!(shown(&browser).await, typed());
    let page = browser.get(FORM).await;
    assert!(page.words().contains("Oto on z wpisanymi danymi"));
    let other = browser.get("/account/notices").await;
    assert!(!other.words().contains("Oto on"), "on its own page only");
    // Sent again, it is a form like any other: here it has a mistake, and then none.
    browser.post(FORM, &TYPED).await.is(422);
    assert_eq!(shown(&browser).await, empty, "what was sent again is forgotten");
    let mut right = TYPED;
    right[3].1 = "Zofia";
    assert!(browser.post(FORM, &right).await.is(303).header("Location").is_some_and(|to| to == "/admin/roles"));
}

#[rocket::async_test]
async fn a_kept_form_is_for_its_account_its_browser_and_an_hour() {
    let (_db, portal, account) = portal().await;
    let other = portal.central().await;
    let browser = Browser::of(&portal, account).await;
    let empty = shown(&browser).await;
    portal.advance_minutes(31);
    browser.post(FORM, &TYPED).await.is(303);
    sign_in(&browser, &portal, other).await;
    assert_eq!(shown(&browser).await, empty, "another account");
    browser.post("/logout", &[]).await.is(303);
    assert_eq!(shown(&Browser::of(&portal, account).await).await, empty, "another browser");
    sign_in(&browser, &portal, account).await;
    assert_eq!(shown(&browser).await, typed());
    for expected in [typed(), typed(), empty] {
        portal.advance_minutes(20);
        prove(&browser).await;
        assert_eq!(shown(&browser).await, expected, "for an hour");
    }
}

#[rocket::async_test]
async fn secrets_foreign_forms_and_those_of_a_session_that_was_signed_out_are_not_kept() {
    let (_db, portal, account) = portal().await;
    let browser = Browser::of(&portal, account).await;
    browser.get("/account/password").await.is(200);
    portal.advance_minutes(31);
    let secrets = [("current_password", PASSWORD), ("new_password", "tajne tajne tajne"), ("password_repeat", "tajne tajne tajne")];
    browser.post("/account/password", &secrets).await.leads_to("/login?next=/account/password");
    assert_eq!(browser.cookie("__Host-cas-form"), None, "there is nothing but secrets in it");
    // From another site, or with an invented token.
    let token = browser.token();
    let mut fields = vec![("csrf_token", token.as_str())];
    fields.extend(TYPED);
    browser.post_raw(FORM, &fields, &[("Sec-Fetch-Site", "cross-site")]).await.is(403);
    let mut forged = vec![("csrf_token", "AAAA")];
    forged.extend(TYPED);
    browser.post_raw(FORM, &forged, &[]).await.is(303);
    assert_eq!(browser.cookie("__Host-cas-form"), None);
    // No such place.
    browser.post_raw("/no/such/place", &fields, &[]).await.is(404);

    let browser = Browser::of(&portal, account).await;
    let token = browser.token();
    let kept = browser.cookie("__Host-cas-session").expect("a session");
    browser.post("/logout", &[]).await.is(303);
    browser.client.cookies().add(rocket::http::Cookie::new("__Host-cas-session", kept));
    let mut fields = vec![("csrf_token", token.as_str())];
    fields.extend(TYPED);
    browser.post_raw(FORM, &fields, &[]).await.leads_to("/login");
    assert_eq!(browser.cookie("__Host-cas-form"), None, "who signed out meant it");
}

#[rocket::async_test]
async fn a_page_that_is_older_than_the_last_sign_in_loses_nothing_either() {
    let (_db, portal, account) = portal().await;
    let browser = Browser::of(&portal, account).await;
    browser.get(FORM).await.is(200);
    let old = browser.token();
    portal.advance_minutes(31);
    // In another tab the person signs in again; this tab still holds the old page.
    browser.get("/account").await.is(303);
    sign_in(&browser, &portal, account).await;
    let mut fields = vec![("csrf_token", old.as_str())];
    fields.extend(TYPED);
    browser.post_raw(FORM, &fields, &[]).await.leads_to(FORM);
    assert_eq!(shown(&browser).await, typed());
    // Somebody else's old page is not this account's.
    let other = portal.account("anna", AccountStatus::Active).await;
    let theirs = Browser::of(&portal, other).await;
    theirs.post_raw("/account/notices", &[("csrf_token", &old), ("x", "y")], &[]).await.is(403);
}

#[rocket::async_test]
async fn a_form_for_which_a_proof_must_come_first_comes_back_as_it_was_typed() {
    let (_db, portal, account) = portal().await;
    let browser = Browser::of(&portal, account).await;
    browser.get(FORM).await.is(200);
    portal.advance_minutes(16);
    browser.post(FORM, &TYPED).await.leads_to(&format!("/account/prove?interrupted=true&next={FORM}"));
    let asked = browser.get(&format!("/account/prove?interrupted=true&next={FORM}")).await;
    assert!(!asked.is(200).body.contains("nowy-audytor"), "nothing of it before the proof");
    let right = [("current_password", PASSWORD), ("next", FORM), ("interrupted", "true")];
    browser.post("/account/prove", &right).await.leads_to(FORM);
    let page = browser.get(FORM).await;
    assert!(page.is(200).words().contains("Czynność nie została jeszcze wykonana"), "{}", page.words());
    assert_eq!(shown(&browser).await, typed());
    let mut right = TYPED;
    right[3].1 = "Zofia";
    assert!(browser.post(FORM, &right).await.is(303).header("Location").is_some_and(|to| to == "/admin/roles"));
}

#[rocket::async_test]
async fn a_proof_in_one_tab_loses_nothing_that_was_typed_in_another() {
    let (_db, portal, account) = portal().await;
    let browser = Browser::of(&portal, account).await;
    browser.get(FORM).await.is(200);
    let old = browser.token();
    let cookie = browser.cookie("__Host-cas-session").expect("a session");
    prove(&browser).await;
    let mut fields = vec![("csrf_token", old.as_str())];
    fields.extend(TYPED);
    browser.post_raw(FORM, &fields, &[]).await.leads_to(FORM);
    assert_eq!(shown(&browser).await, typed());
    // The cookie from before the proof opens nothing, and owns nothing that comes from elsewhere.
    let thief = Browser::new(&portal).await;
    let header = format!("__Host-cas-session={cookie}");
    thief.get_with("/account", &[("Cookie", &header)]).await.leads_to("/login?next=/account");
}
