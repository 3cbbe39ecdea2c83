//! The second factor: codes seen over a shoulder, passkeys of somebody else, the step that is left out.

use super::{PUBLIC_URL, Target, sign_in};
use crate::support::authenticator::SoftPasskey;
use crate::support::client::{Client, Page};
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use cas_portal::domain::account::AccountStatus;
use serde_json::Value;

/// Past the password, before the second factor.
async fn halfway(target: &Target, login: &str) -> Client {
    let who = target.server.client();
    sign_in(&who, login, PASSWORD).await.assert_redirect("/login/factor");
    who.get("/login/factor").await.assert_status(200);
    who
}

async fn is_in(who: &Client, login: &str) -> bool {
    let page = who.get("/account").await;
    page.status == 200 && page.body.contains(login)
}

fn challenge(page: &Page) -> (String, Value) {
    let asked: Value = serde_json::from_str(&page.body).expect("JSON");
    (asked["challenge"].as_str().expect("its name").to_owned(), asked["options"].clone())
}

// ASVS 5.0 6.3.3: the password alone reaches nothing but the page of the second step.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_step_is_not_left_out() {
    let target = Target::start(TestDatabase::sqlite().await, "off").await;
    let (anna, login) = target.account("anna", AccountStatus::Active).await;
    target.portal.with_app(anna).await;
    let thief = halfway(&target, &login).await;
    for page in ["/account", "/account/security", "/account/data.json", "/account/prove", "/account/email", "/admin", "/email-change"] {
        let answer = thief.get(page).await;
        assert_eq!((answer.status, answer.location().starts_with("/login/factor")), (303, true), "{page}");
    }
    let new = "fioletowy parasol na biegunie";
    let fields = [("current_password", PASSWORD), ("new_password", new), ("password_repeat", new)];
    let changed = thief.post("/account/password", &fields).await;
    assert!(changed.location().starts_with("/login/factor"), "{} {}", changed.status, changed.location());
    assert!(!is_in(&thief, &login).await);
    // The password is the old one: it leads to the second step again.
    halfway(&target, &login).await;
}

// ASVS 5.0 6.5.1: a code counts once, also for two at once, and opens no other account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_seen_by_somebody_else_is_spent() {
    let target = Target::start(TestDatabase::postgres().await, "off").await;
    let (anna, login) = target.account("anna", AccountStatus::Active).await;
    let (ewa, other) = target.account("ewa", AccountStatus::Active).await;
    let (app, ..) = target.portal.with_app(anna).await;
    target.portal.with_app(ewa).await;
    // The step of now was spent when the app was added.
    let code = app.code(&target.portal, 1);
    let stranger = halfway(&target, &other).await;
    stranger.post("/login/factor", &[("code", &code)]).await.assert_status(422);
    assert!(!is_in(&stranger, &other).await, "another's code");

    let (first, second) = (halfway(&target, &login).await, halfway(&target, &login).await);
    let sent = [("code", code.as_str())];
    let (one, two) = tokio::join!(first.post("/login/factor", &sent), second.post("/login/factor", &sent));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "of two at once one comes in");
    let thief = halfway(&target, &login).await;
    thief.post("/login/factor", &sent).await.assert_status(422);
    assert!(!is_in(&thief, &login).await, "seen over a shoulder");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_passkey_of_another_account_opens_neither() {
    let target = Target::start(TestDatabase::sqlite().await, "off").await;
    let mut passkeys = Vec::new();
    let mut logins = Vec::new();
    for name in ["anna", "ewa"] {
        let (_, login) = target.account(name, AccountStatus::Active).await;
        let who = target.server.client();
        sign_in(&who, &login, PASSWORD).await.assert_redirect("/account");
        who.get("/account/security/passkeys/add").await.assert_status(200);
        let (token, options) = challenge(&who.post("/account/security/passkeys/challenge", &[]).await);
        let (passkey, credential) = SoftPasskey::create(&options, PUBLIC_URL);
        let fields = [("passkey_name", "Laptop"), ("challenge", token.as_str()), ("credential", credential.as_str())];
        who.post("/account/security/passkeys/add", &fields).await.assert_redirect("/account/security/recovery-codes");
        passkeys.push(passkey);
        logins.push(login);
    }
    let [annas, ewas] = &mut passkeys[..] else { unreachable!() };

    // As second factor, after a password that was guessed
    let thief = halfway(&target, &logins[1]).await;
    let (token, options) = challenge(&thief.post("/login/factor/challenge", &[]).await);
    let credential = annas.answer(&options, PUBLIC_URL);
    let fields = [("challenge", token.as_str()), ("credential", credential.as_str())];
    thief.post("/login/factor", &fields).await.assert_status(422);
    assert!(!is_in(&thief, &logins[1]).await && !is_in(&thief, &logins[0]).await);

    // Instead of a password, in somebody else's name
    let thief = target.server.client();
    thief.get("/login").await.assert_status(200);
    let (token, options) = challenge(&thief.post("/login/passkey/challenge", &[]).await);
    let own = std::mem::replace(&mut annas.user, ewas.user.clone());
    let credential = annas.answer(&options, PUBLIC_URL);
    annas.user = own;
    thief.post("/login/passkey", &[("challenge", &token), ("credential", &credential)]).await.assert_status(422);
    assert!(!is_in(&thief, &logins[1]).await && !is_in(&thief, &logins[0]).await);

    // For a page that pretends to be the portal
    let (token, options) = challenge(&thief.post("/login/passkey/challenge", &[]).await);
    let credential = ewas.answer(&options, "https://portal.zly.example");
    thief.post("/login/passkey", &[("challenge", &token), ("credential", &credential)]).await.assert_status(422);
    assert!(!is_in(&thief, &logins[1]).await);

    // And an honest answer signs in, once
    let (token, options) = challenge(&thief.post("/login/passkey/challenge", &[]).await);
    let credential = ewas.answer(&options, PUBLIC_URL);
    thief.post("/login/passkey", &[("challenge", &token), ("credential", &credential)]).await.assert_redirect("/account");
    assert!(is_in(&thief, &logins[1]).await);
    let again = target.server.client();
    again.get("/login").await.assert_status(200);
    again.post("/login/passkey", &[("challenge", &token), ("credential", &credential)]).await.assert_status(422);
}
