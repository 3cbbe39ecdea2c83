//! Second factors and known devices together: nothing that stands for a whole sign-in happens before the second factor is proven,
//! and a wrong code counts where a wrong password would.

use crate::support::authenticator::SoftPasskey;
use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::{App, all_the_way, behind, passed};
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{PUBLIC_URL, TestPortal, visitor};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::actor::Actor;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::lockout::Lockout;
use cas_portal::domain::second_factor::{PasskeyUse, step_of};
use cas_portal::domain::sign_in_limits::MOST_FROM_ADDRESS;
use cas_portal::services::ServiceSettings;
use cas_portal::services::change_password::change_password;
use cas_portal::services::keep_session::{OpenSession, SessionState, look_at_session};
use cas_portal::services::known_device::Browser;
use cas_portal::services::passkeys::{Answer, add_passkey, ask, sign_in_with_passkey};
use cas_portal::services::prove_again::prove_by_password;
use cas_portal::services::second_factor::{FactorAnswer, Passed, pass_factor};
use cas_portal::services::sign_in::{Entered, SignIn, SignInForm, sign_in};
use cas_portal::storage::accounts;
use cas_portal::storage::outbox_messages::count_since;
use cas_portal::storage::sign_in_sources::{self, SourceKind};
use std::net::IpAddr;
use std::sync::Arc;

const WRONG: &str = "zgadywane hasło numer sto";
const HOME: &str = "192.0.2.7";
const STRANGE: &str = "203.0.113.9";

fn from(address: &str) -> Actor {
    Actor { address: Some(address.parse::<IpAddr>().expect("an address")), ..visitor() }
}

async fn give(portal: &TestPortal, account: AccountId, address: &str, password: &str, browser: Option<&Browser>) -> SignIn {
    let login = portal.login_of(account).await;
    let form = SignInForm { login: &login, password, device: "Firefox", browser, replaces: None };
    sign_in(&portal.context, &from(address), form).await.expect("no fault")
}

async fn held(portal: &TestPortal, account: AccountId, address: &str, browser: Option<&Browser>) -> OpenSession {
    match give(portal, account, address, PASSWORD, browser).await {
        SignIn::Held { token } => portal.session_of(&token).await,
        other => panic!("{other:?}"),
    }
}

async fn answer(portal: &TestPortal, held: &OpenSession, address: &str, code: &str, browser: Option<&Browser>) -> Passed {
    pass_factor(&portal.context, &from(address), held, FactorAnswer::Code(code), browser).await.expect("no fault")
}

/// A code that the app does not show now.
fn wrong(app: &App, portal: &TestPortal) -> String {
    let now = step_of(portal.now());
    let good: Vec<String> = (now - 1..=now + 1).map(|step| app.code_of(step)).collect();
    ["000000", "111111", "222222", "333333"].into_iter().find(|code| !good.iter().any(|g| g == code)).expect("one of four").to_owned()
}

/// Signs in all the way; gives the browser, known from now on. Time passes, so that the next code is another one.
async fn usual_browser(portal: &TestPortal, account: AccountId, app: &App) -> Browser {
    portal.advance_minutes(2);
    let waiting = held(portal, account, HOME, None).await;
    let (Entered { browser, .. }, _) = passed(answer(portal, &waiting, HOME, &app.code(portal, 0), None).await);
    portal.advance_minutes(2);
    browser
}

async fn lockout_of(portal: &TestPortal, account: AccountId) -> Lockout {
    accounts::find(portal.db(), account).await.expect("accounts").expect("the account").lockout
}

async fn device_of(portal: &TestPortal, account: AccountId, browser: &Browser) -> Option<Lockout> {
    let found = sign_in_sources::find(portal.db(), account, SourceKind::Device, browser.hash()).await.expect("read");
    found.map(|source| source.lockout)
}

async fn told(portal: &TestPortal, account: AccountId, kind: &str) -> u64 {
    count_since(portal.db(), account, kind, portal.now().plus_days(-30)).await.expect("count")
}

on_both! {
    // ASVS 5.0 6.3.4, 6.3.5
    async fn the_browser_is_known_and_the_owner_told_only_after_the_second_factor(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (app, _, _) = portal.with_app(account).await;
        portal.advance_minutes(2);
        let before = accounts::find_credentials(portal.db(), account).await.expect("read").expect("it").signed_in_at;
        let stranger = Browser::new(&portal.context);
        let waiting = held(&portal, account, STRANGE, Some(&stranger)).await;
        assert!(matches!(answer(&portal, &waiting, STRANGE, &wrong(&app, &portal), Some(&stranger)).await, Passed::Wrong));
        assert_eq!(device_of(&portal, account, &stranger).await, None, "the password alone makes no browser known");
        assert_eq!(told(&portal, account, "signed_in_on_new_device").await, 0);
        let after = accounts::find_credentials(portal.db(), account).await.expect("read").expect("it").signed_in_at;
        assert_eq!(after, before, "it was no sign-in");

        let (Entered { browser, .. }, _) = passed(answer(&portal, &waiting, STRANGE, &app.code(&portal, 0), Some(&stranger)).await);
        assert_eq!(browser, stranger, "the browser keeps its cookie");
        assert_eq!(device_of(&portal, account, &stranger).await, Some(Lockout::default()));
        assert_eq!(told(&portal, account, "signed_in_on_new_device").await, 1);
        assert_eq!(portal.last_entry(account, "session.started").await.details, serde_json::json!({ "pending": false, "known_device": false, "factor": "totp" }));
        let mut all = portal.new_letters().await;
        all.retain(|letter| letter.body.contains("203.0.0.0/16"));
        assert!(all.iter().any(|letter| letter.links.iter().any(|link| link.contains("/not-me/"))), "the letter names the network and a way out");

        portal.advance_minutes(2);
        let waiting = held(&portal, account, STRANGE, Some(&stranger)).await;
        assert!(matches!(answer(&portal, &waiting, STRANGE, &app.code(&portal, 0), Some(&stranger)).await, Passed::Done(..)));
        assert_eq!(told(&portal, account, "signed_in_on_new_device").await, 1, "a known browser is no news");
        assert_eq!(portal.last_entry(account, "session.started").await.details["known_device"], true);
    }

    // ASVS 5.0 6.3.1
    async fn wrong_codes_in_a_known_browser_block_that_browser_and_not_the_account(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (app, _, _) = portal.with_app(account).await;
        let browser = usual_browser(&portal, account, &app).await;
        for n in 1..=4 {
            // From the start each time: the right password starts the device's counter as little anew as the account's.
            let waiting = held(&portal, account, HOME, Some(&browser)).await;
            assert!(matches!(answer(&portal, &waiting, HOME, &wrong(&app, &portal), Some(&browser)).await, Passed::Wrong));
            assert_eq!(device_of(&portal, account, &browser).await.expect("known").failures, n);
        }
        let waiting = held(&portal, account, HOME, Some(&browser)).await;
        assert!(matches!(answer(&portal, &waiting, HOME, &wrong(&app, &portal), Some(&browser)).await, Passed::Ended));
        assert!(device_of(&portal, account, &browser).await.expect("known").is_blocked(portal.now()));
        assert_eq!(lockout_of(&portal, account).await, Lockout::default(), "the account's counter has no part in it");
        assert_eq!(told(&portal, account, "account_blocked").await, 1);
        assert_eq!(portal.last_entry(account, "account.blocked").await.details["place"], "device");
        assert!(matches!(give(&portal, account, HOME, PASSWORD, Some(&browser)).await, SignIn::Failed), "the device is blocked");
        let waiting = held(&portal, account, "198.51.100.4", None).await;
        assert!(matches!(answer(&portal, &waiting, "198.51.100.4", &app.code(&portal, 0), None).await, Passed::Done(..)), "others are not");
        portal.advance_minutes(61);
        let waiting = held(&portal, account, HOME, Some(&browser)).await;
        assert!(matches!(answer(&portal, &waiting, HOME, &app.code(&portal, 0), Some(&browser)).await, Passed::Done(..)));
        assert_eq!(device_of(&portal, account, &browser).await, Some(Lockout::default()), "a whole sign-in starts it anew");
    }

    async fn strangers_with_the_password_block_strangers_and_not_the_usual_browser(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (app, _, _) = portal.with_app(account).await;
        let browser = usual_browser(&portal, account, &app).await;
        let waiting = held(&portal, account, STRANGE, None).await;
        for _ in 0..4 {
            assert!(matches!(answer(&portal, &waiting, STRANGE, &wrong(&app, &portal), None).await, Passed::Wrong));
        }
        assert!(matches!(answer(&portal, &waiting, STRANGE, &wrong(&app, &portal), None).await, Passed::Ended));
        let block = lockout_of(&portal, account).await;
        assert!(block.is_blocked(portal.now()));
        assert_eq!(portal.last_entry(account, "account.blocked").await.details["place"], "unknown_devices");
        assert!(matches!(give(&portal, account, "198.51.100.4", PASSWORD, None).await, SignIn::Failed));
        let waiting = held(&portal, account, HOME, Some(&browser)).await;
        assert!(matches!(answer(&portal, &waiting, HOME, &app.code(&portal, 0), Some(&browser)).await, Passed::Done(..)));
        assert_eq!(lockout_of(&portal, account).await, block, "the strangers' block goes on");
        // A cookie that the account does not know helps no guesser.
        let (foreign, guesser) = (Browser::new(&portal.context), "198.51.100.4");
        assert!(matches!(give(&portal, account, guesser, PASSWORD, Some(&foreign)).await, SignIn::Failed));
    }

    async fn codes_guessed_at_an_official_block_the_network_and_not_the_official(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.administrator_of("26").await;
        let (app, _, _) = portal.with_app(account).await;
        portal.advance_minutes(2);
        for _ in 0..4 {
            assert!(matches!(give(&portal, account, STRANGE, WRONG, None).await, SignIn::Failed));
        }
        // The right password is no success yet: one wrong code more, and the network is blocked.
        let waiting = held(&portal, account, STRANGE, None).await;
        assert!(matches!(answer(&portal, &waiting, "203.0.113.200", &wrong(&app, &portal), None).await, Passed::Ended));
        assert_eq!(portal.last_entry(account, "account.blocked").await.details["place"], "network");
        assert_eq!(lockout_of(&portal, account).await, Lockout::default());
        assert!(matches!(give(&portal, account, STRANGE, PASSWORD, None).await, SignIn::Failed));
        let waiting = held(&portal, account, HOME, None).await;
        assert!(matches!(answer(&portal, &waiting, HOME, &app.code(&portal, 0), None).await, Passed::Done(..)));
    }

    async fn a_wrong_proof_counts_on_the_browser_that_it_came_from(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let Entered { token, browser, .. } = all_the_way(give(&portal, account, HOME, PASSWORD, None).await);
        let session = portal.session_of(&token).await;
        let (context, who) = (&portal.context, behind(&session));
        for n in 1..=2 {
            prove_by_password(context, &who, &session, WRONG, Some(&browser)).await.expect_err("wrong");
            change_password(context, &who, &session, WRONG, (PASSWORD, PASSWORD), Some(&browser)).await.expect_err("wrong");
            assert_eq!(device_of(&portal, account, &browser).await.expect("known").failures, 2 * n);
        }
        // Strangers who have the account blocked meanwhile keep nobody from proving it in the usual browser.
        for _ in 0..5 {
            assert!(matches!(give(&portal, account, STRANGE, WRONG, None).await, SignIn::Failed));
        }
        let block = lockout_of(&portal, account).await;
        assert!(block.is_blocked(portal.now()));
        let raised = prove_by_password(context, &who, &session, PASSWORD, Some(&browser)).await.expect("proven");
        assert_eq!(device_of(&portal, account, &browser).await, Some(Lockout::default()));
        assert_eq!(lockout_of(&portal, account).await, block, "their block goes on");
        let session = portal.session_of(&raised.token).await;
        for _ in 0..5 {
            prove_by_password(context, &who, &session, WRONG, Some(&browser)).await.expect_err("wrong");
        }
        prove_by_password(context, &who, &session, PASSWORD, Some(&browser)).await.expect_err("the device is blocked");
        assert_eq!((lockout_of(&portal, account).await, told(&portal, account, "account_blocked").await), (block, 2));
    }

    async fn codes_of_unknown_browsers_are_limited_by_address(db: TestDatabase) {
        let mut portal = TestPortal::new(&db);
        portal.context.settings = Arc::new(ServiceSettings { rate_limits: true, ..(*portal.context.settings).clone() });
        let account = portal.account("anna", AccountStatus::Active).await;
        let (app, _, _) = portal.with_app(account).await;
        let browser = usual_browser(&portal, account, &app).await;
        let waiting = held(&portal, account, STRANGE, None).await;
        let nobody = SignInForm { login: "nikt", password: WRONG, device: "", browser: None, replaces: None };
        for _ in 0..MOST_FROM_ADDRESS {
            assert!(matches!(sign_in(&portal.context, &from(STRANGE), nobody).await, Ok(SignIn::Failed)), "a right password was not counted");
        }
        let code = app.code(&portal, 0);
        assert!(matches!(answer(&portal, &waiting, STRANGE, &code, None).await, Passed::Throttled { .. }), "not looked at");
        assert!(matches!(answer(&portal, &waiting, STRANGE, &code, Some(&browser)).await, Passed::Done(..)), "a known one is not limited");
    }

    async fn a_passkey_alone_makes_the_browser_known_tells_the_owner_and_lifts_no_block(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let session = portal.signed_in(account).await;
        let asked = ask(&portal.context, PasskeyUse::Add, Some(account)).await.expect("a challenge");
        let (mut passkey, credential) = SoftPasskey::create(&asked.options, PUBLIC_URL);
        let made = Answer { token: &asked.token, credential: &credential };
        add_passkey(&portal.context, &behind(&session), &session, "Laptop", made).await.expect("added");
        for _ in 0..5 {
            assert!(matches!(give(&portal, account, STRANGE, WRONG, None).await, SignIn::Failed));
        }
        let block = lockout_of(&portal, account).await;
        let mut known: Option<Browser> = None;
        for (told_so_far, is_known) in [(1, false), (1, true)] {
            let asked = ask(&portal.context, PasskeyUse::SignIn, None).await.expect("a challenge");
            let credential = passkey.answer(&asked.options, PUBLIC_URL);
            let given = Answer { token: &asked.token, credential: &credential };
            let form = SignInForm { login: "", password: "", device: "Firefox", browser: known.as_ref(), replaces: None };
            let entered = sign_in_with_passkey(&portal.context, &from(HOME), given, form).await.expect("no fault");
            let Entered { browser, .. } = entered.expect("signed in");
            assert_eq!(told(&portal, account, "signed_in_on_new_device").await, told_so_far);
            let details = serde_json::json!({ "pending": false, "known_device": is_known, "factor": "passkey" });
            assert_eq!(portal.last_entry(account, "session.started").await.details, details);
            known = Some(browser);
        }
        assert_eq!(lockout_of(&portal, account).await, block, "nobody guesses a passkey, so it says nothing about those who guess");
        let known = known.expect("a browser");
        for _ in 0..5 {
            assert!(matches!(give(&portal, account, HOME, WRONG, Some(&known)).await, SignIn::Failed));
        }
        let asked = ask(&portal.context, PasskeyUse::SignIn, None).await.expect("a challenge");
        let credential = passkey.answer(&asked.options, PUBLIC_URL);
        let given = Answer { token: &asked.token, credential: &credential };
        let form = SignInForm { login: "", password: "", device: "Firefox", browser: Some(&known), replaces: None };
        assert!(matches!(sign_in_with_passkey(&portal.context, &from(HOME), given, form).await, Ok(Some(_))));
        assert!(device_of(&portal, account, &known).await.expect("known").is_blocked(portal.now()), "a device's block goes on as well");
    }

    async fn nothing_is_left_of_a_sign_in_that_waited_too_long(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let _ = portal.with_app(account).await;
        let SignIn::Held { token } = give(&portal, account, HOME, PASSWORD, None).await else { panic!("not held") };
        portal.advance_minutes(40);
        let state = look_at_session(&portal.context, &token).await.expect("read");
        assert!(matches!(state, SessionState::Unknown), "it owns no form that comes too late: {state:?}");
    }
}
