//! What keeps accounts safe, under load: sign-ins with one-time codes, new passwords by letter. What may not live here: plain
//! sign-ins and pages (`main.rs`).

use super::http::{Visitor, field};
use super::measure::{Measured, drive};
use super::stage::factors::App;
use super::stage::fixtures::PASSWORD;
use super::stage::portal::TestPortal;
use super::stage::seeder::login;
use super::{VISITORS, at_the_door, visitors};
use cas_portal::domain::moment::Moment;
use cas_portal::domain::second_factor::step_of;
use cas_portal::secrets::{new_uuid, token_hash};
use cas_portal::storage::accounts;
use cas_portal::storage::database::begin;
use cas_portal::storage::mailed_tokens::{self, MailedToken, Purpose};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What was prepared, for accounts of which each is used once.
pub struct Guarded {
    /// Logins and the apps that know their codes.
    pub apps: Vec<(String, App)>,
    /// Tokens of letters that nobody used yet.
    pub resets: Vec<String>,
}

/// Gives the first `count` seeded accounts one-time codes, and the next `count` a letter each.
pub async fn prepare(portal: &TestPortal, count: u64) -> Guarded {
    let (mut apps, mut resets) = (Vec::new(), Vec::new());
    for n in 0..count {
        let found = accounts::find_by_login(portal.db(), &login(n)).await.expect("accounts").expect("a seeded account");
        let (app, ..) = portal.with_app(found.account.id).await;
        apps.push((login(n), app));
    }
    let tx = begin(portal.db()).await.expect("a transaction");
    for n in count..2 * count {
        let found = accounts::find_by_login(&tx, &login(n)).await.expect("accounts").expect("a seeded account");
        let token = new_uuid().simple().to_string();
        let mailed = MailedToken {
            token_hash: token_hash(&token),
            purpose: Purpose::PasswordReset,
            account: Some(found.account.id),
            draft: None,
            code_hash: None,
            attempts: 0,
            email_key: found.account.profile.email.key(),
            credentials_version: found.credentials_version,
            created_at: portal.now(),
            expires_at: portal.now().plus_hours(1),
            used_at: None,
        };
        mailed_tokens::add(&tx, &mailed).await.expect("a letter");
        resets.push(token);
    }
    tx.commit().await.expect("committed");
    Guarded { apps, resets }
}

/// The password, the page of the second step, the code: three requests, measured as one.
pub async fn sign_ins_with_codes(portal: &TestPortal, port: u16, apps: Vec<(String, App)>, time: Duration) -> Measured {
    let (one, token) = at_the_door(port).await;
    let (apps, next, clock) = (Arc::new(apps), Arc::new(AtomicUsize::new(0)), portal.context.clock.clone());
    drive(visitors(&one, VISITORS), time, move |visitor| {
        let (token, apps, next, clock) = (Arc::clone(&token), Arc::clone(&apps), Arc::clone(&next), clock.clone());
        async move {
            let Some((login, app)) = apps.get(next.fetch_add(1, Ordering::Relaxed)) else { return (visitor, None) };
            // A browser of its own for each, over the connection that is there.
            let mut browser = visitor;
            let before = browser.cookies.clone();
            browser.keeps_cookies = true;
            let is_fine = both_steps(&mut browser, &token, login, || app.code_of(step_of(Moment(clock.now_ms())) + 1)).await;
            browser.cookies = before;
            (browser, Some(is_fine == Some(())))
        }
    })
    .await
}

async fn both_steps(browser: &mut Visitor, token: &str, login: &str, code: impl Fn() -> String) -> Option<()> {
    let first = browser.post("/login", &[("csrf_token", token), ("login", login), ("password", PASSWORD)]).await.ok()?;
    let page = browser.get("/login/factor").await.ok().filter(|_| first.status == 303)?;
    let token = field(&page.body, "csrf_token")?;
    let second = browser.post("/login/factor", &[("csrf_token", &token), ("code", &code())]).await.ok()?;
    (second.status == 303).then_some(())
}

/// Each letter's link sets a new password.
pub async fn new_passwords(port: u16, letters: Vec<String>, time: Duration) -> Measured {
    let (one, token) = at_the_door(port).await;
    let mut all = visitors(&one, VISITORS);
    all.iter_mut().for_each(|visitor| visitor.keeps_cookies = false);
    let (letters, next) = (Arc::new(letters), Arc::new(AtomicUsize::new(0)));
    drive(all, time, move |mut visitor| {
        let (token, letters, next) = (Arc::clone(&token), Arc::clone(&letters), Arc::clone(&next));
        async move {
            let Some(letter) = letters.get(next.fetch_add(1, Ordering::Relaxed)) else { return (visitor, None) };
            let new = "bursztynowa latarnia nad zatoką";
            let fields = [("csrf_token", &*token), ("new_password", new), ("password_repeat", new)];
            let sent = visitor.post(&format!("/password/reset/{letter}"), &fields).await;
            let is_fine = sent.is_ok_and(|answer| answer.status == 303);
            (visitor, Some(is_fine))
        }
    })
    .await
}
