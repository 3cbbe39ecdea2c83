//! Reset and activation: the links of real letters, each good once, and dead after whatever changes the account.

use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::all_the_way;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{PUBLIC_URL, TestPortal, operator, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::draft::STATEMENTS;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::identifiers::EmailAddress;
use cas_portal::domain::password::NewPassword;
use cas_portal::services::ServiceError;
use cas_portal::services::activate_account::{activate_account, find_activation};
use cas_portal::services::keep_session::keep_session;
use cas_portal::services::known_device::Browser;
use cas_portal::services::manage_accounts::{Invitation, NewAdministrator, create_administrator, restore, suspend};
use cas_portal::services::request_password_reset::request_password_reset;
use cas_portal::services::reset_password::{find_reset, reset_password};
use cas_portal::services::sign_in::{Entered, SignIn, SignInForm, sign_in};
use cas_portal::storage::accounts;
use cas_portal::storage::outbox_messages::count_since;

const NEW: &str = "fioletowy parasol na biegunie";

async fn try_in(portal: &TestPortal, login: &str, password: &str) -> SignIn {
    let form = SignInForm { login, password, device: "", browser: None, replaces: None };
    sign_in(&portal.context, &visitor(), form).await.expect("no fault")
}

/// The token in the link of the newest letter.
async fn mailed_token(portal: &TestPortal, path: &str) -> String {
    let letters = portal.new_letters().await;
    let start = format!("{PUBLIC_URL}{path}");
    letters.iter().flat_map(|letter| &letter.links).filter_map(|link| link.strip_prefix(&start)).next_back().expect("a link").to_owned()
}

async fn reset_link(portal: &TestPortal, account: AccountId) -> String {
    request_password_reset(&portal.context, &visitor(), &portal.login_of(account).await).await.expect("queued");
    mailed_token(portal, "/password/reset/").await
}

async fn reset(portal: &TestPortal, token: &str, password: &str) -> Result<(), ServiceError> {
    let browser = Browser::new(&portal.context);
    reset_password(&portal.context, &visitor(), token, (password, password), (&browser, "Firefox")).await
}

async fn is_dead(portal: &TestPortal, token: &str) -> bool {
    let looked = matches!(find_reset(&portal.context, token).await, Err(ServiceError::DeadLink));
    let used = matches!(reset(portal, token, NEW).await, Err(ServiceError::DeadLink));
    assert_eq!(looked, used, "looking and using agree");
    used
}

fn all_statements() -> Vec<String> {
    STATEMENTS.map(str::to_owned).to_vec()
}

fn new_administrator(login: &str) -> NewAdministrator {
    NewAdministrator {
        role: "central_administrator".to_owned(),
        voivodeship: String::new(),
        login: login.to_owned(),
        first_name: "Anna".to_owned(),
        last_name: "Nowak".to_owned(),
        email: format!("{login}@ministerstwo.example.pl"),
    }
}

async fn invite(portal: &TestPortal, login: &str) -> (AccountId, String) {
    let made = create_administrator(&portal.context, &operator(), &new_administrator(login)).await.expect("made");
    let Invitation::Link(account, link) = made else { panic!("the operator gets a link") };
    (account, link.strip_prefix(&format!("{PUBLIC_URL}/activate/")).expect("a link").to_owned())
}

on_both! {
    async fn a_reset_sets_the_password_once_ends_sessions_and_lifts_the_block(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let Entered { token: session, .. } = all_the_way(try_in(&portal, &login, PASSWORD).await);
        for _ in 0..5 {
            try_in(&portal, &login, "błędne hasło, znowu").await;
        }
        assert!(matches!(try_in(&portal, &login, PASSWORD).await, SignIn::Failed), "blocked");
        let link = reset_link(&portal, account).await;
        for _ in 0..3 {
            assert_eq!(find_reset(&portal.context, &link).await.expect("looking uses nothing up").id, account);
        }
        let weak = reset(&portal, &link, &format!("{login}-2026")).await;
        assert!(matches!(&weak, Err(ServiceError::Invalid(errors)) if errors.0.contains_key("new_password")), "{weak:?}");
        let unlike = reset_password(&portal.context, &visitor(), &link, (NEW, "inne hasło"), (&Browser::new(&portal.context), "")).await;
        assert!(matches!(&unlike, Err(ServiceError::Invalid(errors)) if errors.0.contains_key("password_repeat")), "{unlike:?}");
        reset(&portal, &link, NEW).await.expect("the link is still good");
        assert!(keep_session(&portal.context, &session).await.expect("read").is_none(), "sessions end");
        assert!(matches!(try_in(&portal, &login, PASSWORD).await, SignIn::Failed));
        assert!(matches!(try_in(&portal, &login, NEW).await, SignIn::Done(_)), "the block is lifted");
        assert!(is_dead(&portal, &link).await, "used");
        assert_eq!(count_since(portal.db(), account, "password_changed", portal.now().plus_hours(-1)).await.expect("count"), 1);
    }

    async fn of_two_uses_at_once_one_wins(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let link = reset_link(&portal, account).await;
        let uses: Vec<_> = ["fioletowy parasol na biegunie", "pomarańczowy kajak pod mostem"]
            .map(|password| {
                let (portal, link) = (portal.clone(), link.clone());
                tokio::spawn(async move { reset(&portal, &link, password).await.is_ok() })
            })
            .into();
        let mut wins = 0;
        for used in uses {
            wins += usize::from(used.await.expect("no panic"));
        }
        assert_eq!(wins, 1);
    }

    async fn a_reset_link_is_dead_after_whatever_changes_the_account(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.central().await;
        let fresh = async || {
            let account = portal.account("anna", AccountStatus::Active).await;
            (account, reset_link(&portal, account).await)
        };

        let (_, link) = fresh().await;
        portal.advance_ms(30 * 60_000 - 1);
        find_reset(&portal.context, &link).await.expect("still good");
        portal.advance_ms(1);
        assert!(is_dead(&portal, &link).await, "thirty minutes are over");

        let (account, link) = fresh().await;
        let hash = portal.context.hasher.hash(NEW.to_owned()).await.expect("a hash");
        accounts::save_password(portal.db(), account, &NewPassword { hash, is_long: true }).await.expect("saved");
        assert!(is_dead(&portal, &link).await, "the password changed");

        let (account, link) = fresh().await;
        let central = portal.actor(central).await;
        suspend(&portal.context, &central, account).await.expect("suspended");
        assert!(is_dead(&portal, &link).await, "suspended");
        restore(&portal.context, &central, account).await.expect("restored");
        assert!(is_dead(&portal, &link).await, "and restored");

        let (account, link) = fresh().await;
        let mut found = accounts::find(portal.db(), account).await.expect("read").expect("the account");
        found.profile.email = EmailAddress::parse("nowy.adres@example.pl").expect("an address");
        accounts::save_profile(portal.db(), account, &found.login, &found.profile, None).await.expect("saved");
        assert!(is_dead(&portal, &link).await, "the address changed");

        let (account, first) = fresh().await;
        let second = reset_link(&portal, account).await;
        assert_ne!(first, second);
        assert!(is_dead(&portal, &first).await, "a newer letter retires the older");
        reset(&portal, &second, NEW).await.expect("the newer is good");

        let (_, link) = fresh().await;
        let crossed = find_activation(&portal.context, &link).await;
        assert!(matches!(crossed, Err(ServiceError::DeadLink)), "a reset link activates nothing");
        assert!(is_dead(&portal, "zmyślony").await && is_dead(&portal, "").await);
    }

    async fn three_letters_an_hour_go_to_an_account_however_many_ask_at_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let asked: Vec<_> = (0..10)
            .map(|_| {
                let (context, login) = (portal.context.clone(), login.clone());
                tokio::spawn(async move { request_password_reset(&context, &visitor(), &login).await })
            })
            .collect();
        for one in asked {
            one.await.expect("no panic").expect("answered");
        }
        let queued = async || count_since(portal.db(), account, "password_reset_requested", portal.now().plus_hours(-24)).await.expect("count");
        assert_eq!(queued().await, 3);
        portal.advance_minutes(61);
        request_password_reset(&portal.context, &visitor(), &login).await.expect("answered");
        assert_eq!(queued().await, 4);
    }

    async fn the_operators_link_activates_once_within_seven_days(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, token) = invite(&portal, "centralna").await;
        assert!(matches!(try_in(&portal, "centralna", NEW).await, SignIn::Failed), "invited, not active");
        let activate = async |token: &str, password: &str, statements: Vec<String>| {
            activate_account(&portal.context, &visitor(), token, (password, password), &statements, (&Browser::new(&portal.context), "")).await
        };
        let missing = activate(&token, "krótkie", vec!["data_true".to_owned()]).await;
        let Err(ServiceError::Invalid(errors)) = missing else { panic!("{missing:?}") };
        assert_eq!(errors.0.keys().collect::<Vec<_>>(), ["new_password", "statements"]);
        assert_eq!(find_activation(&portal.context, &token).await.expect("still good").id, account);
        activate(&token, NEW, all_statements()).await.expect("activated");
        let Entered { signed_in, .. } = all_the_way(try_in(&portal, "centralna", NEW).await);
        assert!(signed_in.has_role(Role::CentralAdministrator));
        assert!(matches!(activate(&token, NEW, all_statements()).await, Err(ServiceError::DeadLink)), "used");

        let (_, late) = invite(&portal, "spozniona").await;
        portal.advance_days(7);
        assert!(matches!(activate(&late, NEW, all_statements()).await, Err(ServiceError::DeadLink)), "seven days are over");
        // Asking for a password sends the invitation anew.
        request_password_reset(&portal.context, &visitor(), "spozniona").await.expect("queued");
        let fresh = mailed_token(&portal, "/activate/").await;
        activate(&fresh, NEW, all_statements()).await.expect("activated");
    }

    async fn a_suspended_invitation_is_dead_and_comes_back_by_a_new_letter(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.central().await;
        let central = portal.actor(central).await;
        let (account, token) = invite(&portal, "nowa-osoba").await;
        suspend(&portal.context, &central, account).await.expect("suspended");
        assert!(matches!(find_activation(&portal.context, &token).await, Err(ServiceError::DeadLink)));
        restore(&portal.context, &central, account).await.expect("restored");
        assert!(matches!(find_activation(&portal.context, &token).await, Err(ServiceError::DeadLink)));
        request_password_reset(&portal.context, &visitor(), "nowa-osoba").await.expect("queued");
        let fresh = mailed_token(&portal, "/activate/").await;
        activate_account(&portal.context, &visitor(), &fresh, (NEW, NEW), &all_statements(), (&Browser::new(&portal.context), "")).await.expect("activated");
    }
}
