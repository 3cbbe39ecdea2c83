//! Where attempts come from: known devices, strangers, networks. However many strangers fail, the owner signs in where the
//! owner always does; and a stolen cookie, a thousand logins or fifty addresses change nothing about that.

use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::all_the_way;
use crate::support::fixtures::{PASSWORD, person};
use crate::support::portal::{TestPortal, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::lockout::Lockout;
use cas_portal::domain::password::NewPassword;
use cas_portal::domain::sign_in_limits::{MOST_FROM_ADDRESS, MOST_FROM_NETWORK};
use cas_portal::mail::ReceivedLetter;
use cas_portal::services::choose_notices::{announce_sign_ins, announces_sign_ins};
use cas_portal::services::keep_session::keep_session;
use cas_portal::services::known_device::Browser;
use cas_portal::services::manage_accounts::{close_reports, list_reports, unlock, view_account};
use cas_portal::services::report_not_me::{ReportKind, find_not_me, report_not_me};
use cas_portal::services::request_password_reset::request_password_reset;
use cas_portal::services::reset_password::reset_password;
use cas_portal::services::sign_in::{Entered, SignIn, SignInForm, sign_in};
use cas_portal::services::{Context, ServiceError, ServiceSettings};
use cas_portal::storage::accounts;
use cas_portal::storage::outbox_messages::count_since;
use std::net::IpAddr;
use std::sync::Arc;

const WRONG: &str = "zgadywane hasło numer sto";
const NEW: &str = "fioletowy parasol na biegunie";

fn from(address: &str) -> Actor {
    Actor { address: Some(address.parse::<IpAddr>().expect("an address")), ..visitor() }
}

async fn attempt(context: &Context, address: &str, login: &str, password: &str, browser: Option<&Browser>) -> SignIn {
    let device = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0";
    let form = SignInForm { login, password, device, browser, replaces: None };
    sign_in(context, &from(address), form).await.expect("no fault")
}

/// Signs in and gives the browser, which the account knows from now on.
async fn usual_browser(portal: &TestPortal, login: &str) -> Browser {
    match attempt(&portal.context, "192.0.2.7", login, PASSWORD, None).await {
        SignIn::Done(entered) => entered.browser,
        other => panic!("{other:?}"),
    }
}

async fn is_in(portal: &TestPortal, address: &str, login: &str, browser: Option<&Browser>) -> bool {
    matches!(attempt(&portal.context, address, login, PASSWORD, browser).await, SignIn::Done(_))
}

async fn fail(portal: &TestPortal, times: usize, address: &str, login: &str, browser: Option<&Browser>) {
    for _ in 0..times {
        assert!(matches!(attempt(&portal.context, address, login, WRONG, browser).await, SignIn::Failed));
    }
}

/// The same portal with the limits by address and network switched on.
fn limited(portal: &TestPortal) -> TestPortal {
    let mut other = portal.clone();
    other.context.settings = Arc::new(ServiceSettings { rate_limits: true, ..(*portal.context.settings).clone() });
    other
}

fn not_me_token(letter: &ReceivedLetter) -> String {
    letter.links.iter().find_map(|link| link.split("/not-me/").nth(1)).expect("a link").to_owned()
}

async fn told(portal: &TestPortal, account: AccountId, kind: &str) -> u64 {
    count_since(portal.db(), account, kind, portal.now().plus_days(-30)).await.expect("count")
}

on_both! {
    // ASVS 5.0 6.1.1, 6.3.1
    async fn strangers_block_themselves_and_not_the_owners_usual_browser(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let browser = usual_browser(&portal, &login).await;
        fail(&portal, 12, "203.0.113.9", &login, None).await;
        assert!(!is_in(&portal, "192.0.2.7", &login, None).await, "an unknown browser is blocked, whatever its address");
        assert!(is_in(&portal, "192.0.2.7", &login, Some(&browser)).await, "the usual one is not");
        let lockout = accounts::find(portal.db(), account).await.expect("read").expect("it").lockout;
        assert_eq!((lockout.blocks, lockout.blocked_until), (1, Some(portal.now().plus_hours(1))), "the running block stays");
        assert_eq!(told(&portal, account, "account_blocked").await, 1);
        let letter = portal.new_letters().await.remove(0);
        assert!(letter.body.contains("203.0.0.0/16") && !letter.body.contains("203.0.113"), "{}", letter.body);
        assert!(letter.body.contains("W przeglądarce, w której już się logujesz"), "{}", letter.body);
        // The block over, a success in the usual browser starts the count anew.
        portal.advance_minutes(60);
        fail(&portal, 4, "203.0.113.9", &login, None).await;
        assert!(is_in(&portal, "192.0.2.7", &login, Some(&browser)).await);
        fail(&portal, 4, "203.0.113.9", &login, None).await;
        assert!(is_in(&portal, "198.51.100.4", &login, None).await, "never five in a row");
    }

    async fn a_stolen_device_cookie_has_a_lockout_of_its_own_and_is_good_for_one_login(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (login, other) = (portal.login_of(account).await, portal.login_of(portal.account("jan", AccountStatus::Active).await).await);
        let stolen = usual_browser(&portal, &login).await;
        let attempts: Vec<_> = (0..50)
            .map(|n| {
                let (context, login, stolen) = (portal.context.clone(), login.clone(), stolen.clone());
                tokio::spawn(async move { attempt(&context, "203.0.113.9", &login, &format!("zgadywane hasło {n}"), Some(&stolen)).await })
            })
            .collect();
        for one in attempts {
            assert!(matches!(one.await.expect("no panic"), SignIn::Failed));
        }
        assert!(!is_in(&portal, "203.0.113.9", &login, Some(&stolen)).await, "the device is blocked");
        assert!(is_in(&portal, "198.51.100.4", &login, None).await, "another one is not");
        assert_eq!(told(&portal, account, "account_blocked").await, 1, "fifty at once are one block and one letter");
        let blocks = portal.trail("account", &login).await;
        assert_eq!(blocks.iter().filter(|e| e.event == "account.blocked").count(), 1);
        // For another login the cookie is that of a stranger.
        fail(&portal, 5, "203.0.113.9", &other, Some(&stolen)).await;
        assert!(!is_in(&portal, "198.51.100.4", &other, None).await);
        portal.advance_minutes(60);
        assert!(is_in(&portal, "192.0.2.7", &login, Some(&stolen)).await);
    }

    async fn a_forged_cookie_is_none_and_an_unused_device_is_forgotten(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let login = portal.login_of(portal.account("anna", AccountStatus::Active).await).await;
        let browser = usual_browser(&portal, &login).await;
        let cookie = browser.cookie(&portal.context);
        assert_eq!(Browser::read(&portal.context, &cookie), Some(browser.clone()));
        let (secret, signature) = cookie.split_once('.').expect("two parts");
        let other = Browser::new(&portal.context).cookie(&portal.context);
        for forged in [secret.to_owned(), format!("{secret}."), format!("x{cookie}"), format!("{}.{signature}", &other[..43]), String::new()] {
            assert_eq!(Browser::read(&portal.context, &forged), None, "{forged}");
        }
        fail(&portal, 5, "203.0.113.9", &login, None).await;
        portal.advance_days(179);
        fail(&portal, 5, "203.0.113.9", &login, None).await;
        assert!(is_in(&portal, "192.0.2.7", &login, Some(&browser)).await);
        portal.advance_days(180);
        fail(&portal, 5, "203.0.113.9", &login, None).await;
        assert!(!is_in(&portal, "192.0.2.7", &login, Some(&browser)).await, "half a year without use");
    }

    async fn an_administrator_is_not_blocked_from_unknown_devices_alone(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.administrator().await;
        let login = portal.login_of(account).await;
        let browser = usual_browser(&portal, &login).await;
        for network in 0..12 {
            fail(&portal, 6, &format!("203.0.{network}.9"), &login, None).await;
        }
        assert_eq!(accounts::find(portal.db(), account).await.expect("read").expect("it").lockout, Lockout::default());
        assert!(!is_in(&portal, "203.0.3.77", &login, None).await, "a network that failed is blocked");
        assert!(is_in(&portal, "203.0.3.77", &login, Some(&browser)).await, "not for the known device");
        assert!(is_in(&portal, "198.51.100.4", &login, None).await, "nor for other networks");
        assert_eq!(told(&portal, account, "account_blocked").await, 1, "one letter an hour, whatever the number of networks");

        let central = portal.actor(portal.central().await).await;
        let view = view_account(&portal.context, &central, account).await.expect("seen");
        assert!(view.is_blocked && view.may_unlock && view.blocked_sources.len() == 12, "{:?}", view.blocked_sources);
        unlock(&portal.context, &central, account).await.expect("unlocked");
        assert!(is_in(&portal, "203.0.4.9", &login, None).await);
        assert!(!view_account(&portal.context, &central, account).await.expect("seen").is_blocked);
    }

    // The limits hold across processes, for every login alike, and count fifty at once as fifty.
    async fn failures_are_limited_by_address_and_network_whatever_the_login(db: TestDatabase) {
        let portal = limited(&TestPortal::new(&db));
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let browser = usual_browser(&portal, &login).await;
        let second = portal.second(&db).await;
        let at_once: Vec<_> = (0..50)
            .map(|n| {
                let context = if n % 2 == 0 { portal.context.clone() } else { second.context.clone() };
                tokio::spawn(async move { attempt(&context, "203.0.113.9", &format!("nikt-{n}"), WRONG, None).await })
            })
            .collect();
        let mut judged = 0;
        for one in at_once {
            judged += i32::from(matches!(one.await.expect("no panic"), SignIn::Failed));
        }
        assert_eq!(judged, MOST_FROM_ADDRESS);
        let told = async || match attempt(&portal.context, "203.0.113.9", &login, PASSWORD, None).await {
            SignIn::Throttled { wait } => Some(wait.as_secs()),
            _ => None,
        };
        assert_eq!(told().await, Some(900));
        portal.advance_minutes(5);
        assert_eq!(told().await, Some(600), "what is tried meanwhile prolongs nothing");
        assert!(is_in(&portal, "203.0.113.9", &login, Some(&browser)).await, "a known device is not counted");
        assert!(is_in(&portal, "203.0.113.10", &login, None).await, "nor a neighbour");
        let mut refused_at = None;
        for n in MOST_FROM_ADDRESS + 20..200 {
            if matches!(attempt(&portal.context, &format!("203.0.113.{n}"), "nikt", WRONG, None).await, SignIn::Throttled { .. }) {
                refused_at = Some(n);
                break;
            }
        }
        // The refused ones counted too, and the successful one was taken off again.
        assert_eq!(refused_at, Some(MOST_FROM_ADDRESS + 20 + MOST_FROM_NETWORK - 52), "the network is full");
        assert!(is_in(&portal, "198.51.100.4", &login, None).await, "another network is not");
        portal.advance_minutes(10);
        assert!(is_in(&portal, "203.0.113.9", &login, None).await, "a quarter of an hour after the first it is over");
    }

    // ASVS 5.0 6.3.1: an attacker who knows every login shuts nobody out.
    async fn a_thousand_logins_attacked_from_fifty_addresses_keep_their_owners_in(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let hash = portal.context.hasher.hash(PASSWORD.to_owned()).await.expect("a hash");
        let mut owners = Vec::new();
        for n in 0..1000 {
            let owner = portal.account_of(&person(&format!("osoba{n}")), AccountStatus::Active, false).await;
            accounts::save_password(portal.db(), owner, &NewPassword { hash: hash.clone(), is_long: true }).await.expect("saved");
            // Each tenth is an administrator.
            if n % 10 == 0 {
                portal.assign(owner, Role::VoivodeshipAdministrator, Some("26"), None).await;
            }
            let login = format!("osoba{n}");
            owners.push((usual_browser(&portal, &login).await, login));
        }
        // Without the limits by address: even where every guess is looked at, owners stay in.
        for (number, (_, login)) in owners.iter().enumerate() {
            for guess in 0..5 {
                let address = format!("203.0.{}.{}", (number * 5 + guess) % 50, 9);
                assert!(matches!(attempt(&portal.context, &address, login, WRONG, None).await, SignIn::Failed));
            }
        }
        let (limited, mut blocked) = (limited(&portal), 0);
        for (browser, login) in &owners {
            let found = accounts::find_by_login(portal.db(), login).await.expect("read").expect("it");
            blocked += usize::from(found.account.lockout.is_blocked(portal.now()));
            assert!(is_in(&limited, "192.0.2.7", login, Some(browser)).await, "{login} is shut out");
        }
        assert_eq!(blocked, 900, "the attack did block unknown devices, but those of administrators");
    }

    async fn a_new_device_is_announced_unless_switched_off(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let browser = usual_browser(&portal, &login).await;
        assert!(is_in(&portal, "198.51.100.4", &login, Some(&browser)).await);
        assert_eq!(told(&portal, account, "signed_in_on_new_device").await, 0, "neither the first sign-in nor a known browser");
        assert!(is_in(&portal, "203.0.113.9", &login, None).await);
        let letter = portal.new_letters().await.remove(0);
        for words in ["Firefox, Windows", "203.0.0.0/16", "/account/notices"] {
            assert!(letter.body.contains(words), "{words} in {}", letter.body);
        }
        assert!(!letter.body.contains("203.0.113"));

        let me = portal.actor(account).await;
        assert!(announces_sign_ins(&portal.context, &me).await.expect("read"));
        announce_sign_ins(&portal.context, &me, false).await.expect("switched");
        assert!(!announces_sign_ins(&portal.context, &me).await.expect("read"));
        assert!(is_in(&portal, "203.0.113.9", &login, None).await);
        assert_eq!(told(&portal, account, "signed_in_on_new_device").await, 1, "switched off");
        assert!(matches!(announce_sign_ins(&portal.context, &visitor(), true).await, Err(ServiceError::Denied)));
    }

    async fn not_me_ends_a_strangers_session_and_tells_helpdesk_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        usual_browser(&portal, &login).await;
        let Entered { token: session, browser: strangers, .. } = all_the_way(attempt(&portal.context, "203.0.113.9", &login, PASSWORD, None).await);
        let link = not_me_token(&portal.new_letters().await.remove(0));
        // The stranger changes the password at once; the owner's link still works.
        let hash = portal.context.hasher.hash(NEW.to_owned()).await.expect("a hash");
        accounts::save_password(portal.db(), account, &NewPassword { hash, is_long: true }).await.expect("saved");
        for _ in 0..2 {
            assert_eq!(find_not_me(&portal.context, &link).await.expect("looking uses nothing up").1, ReportKind::SignIn);
        }
        assert!(keep_session(&portal.context, &session).await.expect("read").is_some());
        assert_eq!(report_not_me(&portal.context, &visitor(), &link).await.expect("reported"), ReportKind::SignIn);
        assert!(keep_session(&portal.context, &session).await.expect("read").is_none(), "every session ends");
        assert!(matches!(report_not_me(&portal.context, &visitor(), &link).await, Err(ServiceError::DeadLink)), "once");
        fail(&portal, 5, "203.0.113.9", &login, Some(&strangers)).await;
        assert_eq!(accounts::find(portal.db(), account).await.expect("read").expect("it").lockout.blocks, 1, "their device is a stranger's");

        let here = portal.actor(portal.official(Role::Helpdesk, Some("26")).await).await;
        let elsewhere = portal.actor(portal.official(Role::Helpdesk, Some("24")).await).await;
        let listed = list_reports(&portal.context, &here).await.expect("listed");
        assert_eq!(listed.iter().map(|r| (r.account.id, r.report.kind)).collect::<Vec<_>>(), [(account, ReportKind::SignIn)]);
        assert!(list_reports(&portal.context, &elsewhere).await.expect("listed").is_empty());
        assert!(matches!(close_reports(&portal.context, &elsewhere, account).await, Err(ServiceError::NotFound)), "out of sight");
        close_reports(&portal.context, &here, account).await.expect("closed");
        assert!(list_reports(&portal.context, &here).await.expect("listed").is_empty());
        assert!(matches!(close_reports(&portal.context, &here, account).await, Err(ServiceError::Stale)));
        let trail = portal.trail("account", &login).await;
        for event in ["account.attack_reported", "account.report_closed"] {
            assert_eq!(trail.iter().filter(|e| e.event == event).count(), 1, "{event}");
        }
    }

    async fn not_me_of_a_block_reports_and_ends_nothing(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let browser = usual_browser(&portal, &login).await;
        fail(&portal, 5, "203.0.113.9", &login, None).await;
        let link = not_me_token(&portal.new_letters().await.remove(0));
        assert_eq!(report_not_me(&portal.context, &visitor(), &link).await.expect("reported"), ReportKind::Block);
        assert!(is_in(&portal, "192.0.2.7", &login, Some(&browser)).await, "the usual browser is known as before");
        let late = portal.account("ewa", AccountStatus::Active).await;
        let login = portal.login_of(late).await;
        fail(&portal, 5, "203.0.113.9", &login, None).await;
        let link = not_me_token(&portal.new_letters().await.remove(0));
        portal.advance_days(7);
        assert!(matches!(report_not_me(&portal.context, &visitor(), &link).await, Err(ServiceError::DeadLink)), "seven days");
    }

    async fn who_sets_a_new_password_signs_in_there_however_the_attack_goes_on(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(account).await;
        let strangers = usual_browser(&portal, &login).await;
        fail(&portal, 5, "203.0.113.9", &login, None).await;
        request_password_reset(&portal.context, &visitor(), &login).await.expect("queued");
        let letters = portal.new_letters().await;
        let link = letters.iter().flat_map(|l| &l.links).filter_map(|l| l.split("/password/reset/").nth(1)).next_back().expect("a link");
        let here = Browser::new(&portal.context);
        reset_password(&portal.context, &visitor(), link, (NEW, NEW), (&here, "Firefox")).await.expect("set");
        fail(&portal, 5, "203.0.113.9", &login, Some(&strangers)).await;
        assert!(matches!(attempt(&portal.context, "198.51.100.4", &login, NEW, None).await, SignIn::Failed), "blocked again");
        assert!(matches!(attempt(&portal.context, "198.51.100.4", &login, NEW, Some(&here)).await, SignIn::Done(_)));
        assert_eq!(told(&portal, account, "signed_in_on_new_device").await, 0, "this browser is known");
    }
}
