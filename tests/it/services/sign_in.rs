//! Sign-in, lockout, sessions: the same answer for every failure, and a counter that many at once cannot outrun.

use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::all_the_way;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{TestPortal, visitor};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::lockout::Lockout;
use cas_portal::domain::password::NewPassword;
use cas_portal::secrets::{Cost, PasswordHasher};
use cas_portal::services::change_password::change_password;
use cas_portal::services::keep_session::{OpenSession, keep_session};
use cas_portal::services::manage_accounts::suspend;
use cas_portal::services::raise_session::Raised;
use cas_portal::services::sign_in::{Entered, SignIn, SignInForm, sign_in};
use cas_portal::services::sign_out::sign_out;
use cas_portal::services::{Context, ServiceError};
use cas_portal::storage::outbox_messages::count_since;
use cas_portal::storage::{accounts, role_assignments};

async fn try_in(context: &Context, login: &str, password: &str) -> SignIn {
    let form = SignInForm { login, password, device: "Firefox", browser: None, replaces: None };
    sign_in(context, &visitor(), form).await.expect("no fault")
}

async fn session(portal: &TestPortal, login: &str) -> (String, OpenSession) {
    let Entered { token, .. } = all_the_way(try_in(&portal.context, login, PASSWORD).await);
    let open = keep_session(&portal.context, &token).await.expect("read").expect("open");
    (token, open)
}

async fn is_open(portal: &TestPortal, token: &str) -> bool {
    keep_session(&portal.context, token).await.expect("read").is_some()
}

async fn lockout_of(portal: &TestPortal, account: AccountId) -> Lockout {
    accounts::find(portal.db(), account).await.expect("accounts").expect("the account").lockout
}

async fn events(portal: &TestPortal, object: &str) -> Vec<String> {
    let entries = portal.trail("account", object).await;
    entries.into_iter().map(|entry| entry.event).collect()
}

fn number(events: &[String], event: &str) -> usize {
    events.iter().filter(|e| *e == event).count()
}

on_both! {
    async fn fifty_wrong_passwords_at_once_start_one_block_and_one_letter(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let attempts: Vec<_> = (0..50)
            .map(|n| {
                let (context, login) = (portal.context.clone(), login.clone());
                tokio::spawn(async move { try_in(&context, &login, &format!("zgadywane hasło numer {n}")).await })
            })
            .collect();
        for attempt in attempts {
            assert!(matches!(attempt.await.expect("no panic"), SignIn::Failed));
        }
        let events = events(&portal, &login).await;
        assert_eq!(number(&events, "sign_in.failed"), 50);
        assert_eq!(number(&events, "account.blocked"), 1);
        assert_eq!(count_since(portal.db(), account, "account_blocked", portal.now().plus_hours(-1)).await.expect("count"), 1);
        let lockout = lockout_of(&portal, account).await;
        assert_eq!((lockout.failures, lockout.blocks, lockout.blocked_until), (0, 1, Some(portal.now().plus_hours(1))));

        // During the block the right password fails too, and nothing is counted.
        assert!(matches!(try_in(&portal.context, &login, PASSWORD).await, SignIn::Failed));
        assert_eq!(lockout_of(&portal, account).await, lockout);
        portal.advance_minutes(60);
        assert!(matches!(try_in(&portal.context, &login, PASSWORD).await, SignIn::Done(_)));
        assert_eq!(lockout_of(&portal, account).await, Lockout::default());
    }

    async fn a_block_that_starts_while_the_right_password_is_checked_still_holds(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let attempts: Vec<_> = (0..40)
            .map(|n| {
                let (context, login) = (portal.context.clone(), login.clone());
                let password = if n == 39 { PASSWORD.to_owned() } else { format!("zgadywane hasło numer {n}") };
                tokio::spawn(async move { try_in(&context, &login, &password).await })
            })
            .collect();
        let mut done = 0;
        for attempt in attempts {
            done += usize::from(matches!(attempt.await.expect("no panic"), SignIn::Done(_)));
        }
        // Either it came before the fifth failure, and the count began anew, or it came after and was refused.
        let events = events(&portal, &login).await;
        assert_eq!(number(&events, "session.started"), done);
        let started = events.iter().position(|e| e == "session.started");
        let blocked = events.iter().position(|e| e == "account.blocked").expect("39 failures start a block");
        assert!(started.is_none_or(|started| started < blocked), "signed in during the block: {events:?}");
        assert_eq!(number(&events, "account.blocked"), 1);
    }

    async fn composed_and_decomposed_passwords_are_the_same(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let hash = portal.context.hasher.hash("żółta łódź płynie nocą".to_owned()).await.expect("a hash");
        accounts::save_password(portal.db(), account, &NewPassword { hash, is_long: true }).await.expect("saved");
        let typed = "z\u{307}o\u{301}łta ło\u{301}dz\u{301} płynie noca\u{328}";
        assert!(matches!(try_in(&portal.context, &portal.login_of(account).await, typed).await, SignIn::Done(_)));
    }

    async fn a_weaker_hash_is_made_anew_at_sign_in(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let before = accounts::find_credentials(portal.db(), account).await.expect("read").expect("credentials");
        let mut stronger = portal.clone();
        stronger.context.hasher = PasswordHasher::with_cost(Cost { memory_kib: 64, ..Cost::LOWEST }, 2).expect("a hasher");
        let (token, _) = session(&stronger, &login).await;
        let after = accounts::find_credentials(portal.db(), account).await.expect("read").expect("credentials");
        assert_ne!(before.password_hash, after.password_hash);
        assert!(after.password_hash.is_some_and(|hash| hash.contains("m=64")));
        assert_eq!(before.credentials_version, after.credentials_version, "mailed links stay good");
        assert!(is_open(&portal, &token).await);
        session(&stronger, &login).await;
    }

    async fn a_new_sign_in_replaces_the_browsers_session(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let login = portal.login_of(portal.account("anna", AccountStatus::Active).await).await;
        let (first, open) = session(&portal, &login).await;
        let form = SignInForm { login: &login, password: PASSWORD, device: "", browser: None, replaces: Some(open.token_hash) };
        let Entered { token, .. } = all_the_way(sign_in(&portal.context, &visitor(), form).await.expect("no fault"));
        assert_ne!(first, token);
        assert!(!is_open(&portal, &first).await && is_open(&portal, &token).await);
    }

    async fn a_session_ends_after_half_an_hour_of_silence_or_twelve_hours(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let login = portal.login_of(portal.account("anna", AccountStatus::Active).await).await;
        let (token, open) = session(&portal, &login).await;
        assert_eq!(open.left_ms, 30 * 60_000);
        portal.advance_ms(30 * 60_000 - 1);
        assert!(is_open(&portal, &token).await);
        portal.advance_minutes(30);
        assert!(!is_open(&portal, &token).await);
        portal.advance_minutes(-30);
        assert!(!is_open(&portal, &token).await, "what has ended is gone");

        let (token, _) = session(&portal, &login).await;
        for _ in 0..35 {
            portal.advance_minutes(20);
            assert!(is_open(&portal, &token).await);
        }
        portal.advance_minutes(20);
        assert!(!is_open(&portal, &token).await, "twelve hours are over");
    }

    async fn signing_out_ends_the_session_on_the_server(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let (token, open) = session(&portal, &login).await;
        sign_out(&portal.context, &portal.actor(account).await, &open).await.expect("signed out");
        assert!(!is_open(&portal, &token).await);
        assert_eq!(events(&portal, &login).await, ["session.started", "session.ended"]);
    }

    async fn suspension_and_revoked_roles_show_at_the_next_click(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.central().await;
        let account = portal.administrator().await;
        let (token, open) = session(&portal, &portal.login_of(account).await).await;
        assert_eq!(open.signed_in.roles.len(), 1);
        role_assignments::revoke(portal.db(), open.signed_in.roles[0].id, portal.now()).await.expect("revoked");
        let open = keep_session(&portal.context, &token).await.expect("read").expect("still signed in");
        assert!(open.signed_in.roles.is_empty());
        suspend(&portal.context, &portal.actor(central).await, account).await.expect("suspended");
        assert!(!is_open(&portal, &token).await);
    }

    async fn changing_the_password_ends_the_other_sessions_only(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let (here, open) = session(&portal, &login).await;
        let (elsewhere, _) = session(&portal, &login).await;
        let actor = portal.actor(account).await;
        let new = "fioletowy parasol na biegunie";
        let change = async |current: &str, new: &str, repeat: &str| {
            change_password(&portal.context, &actor, &open, current, (new, repeat), None).await
        };
        let fields = |result: Result<Raised, ServiceError>| match result {
            Err(ServiceError::Invalid(errors)) => errors.0.keys().cloned().collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(fields(change("", new, new).await), ["current_password"]);
        assert_eq!(fields(change("nie to hasło", new, new).await), ["current_password"]);
        assert_eq!(fields(change(PASSWORD, "krótkie", "krótkie").await), ["new_password"]);
        assert_eq!(fields(change(PASSWORD, new, "inne").await), ["password_repeat"]);
        assert_eq!(lockout_of(&portal, account).await.failures, 1, "a wrong password here counts too");
        let raised = change(PASSWORD, new, new).await.expect("changed");
        assert!(!is_open(&portal, &here).await, "the session goes on under another cookie");
        assert!(is_open(&portal, &raised.token).await && !is_open(&portal, &elsewhere).await);
        assert!(matches!(try_in(&portal.context, &login, PASSWORD).await, SignIn::Failed));
        assert!(matches!(try_in(&portal.context, &login, new).await, SignIn::Done(_)));
        assert_eq!(count_since(portal.db(), account, "password_changed", portal.now().plus_hours(-1)).await.expect("count"), 1);

        let pending = portal.account("ewa", AccountStatus::Pending).await;
        let (_, open) = session(&portal, &portal.login_of(pending).await).await;
        let actor = portal.actor(pending).await;
        let refused = change_password(&portal.context, &actor, &open, PASSWORD, (new, new), None).await;
        assert!(matches!(refused, Err(ServiceError::Denied)), "{refused:?}");
    }
}
