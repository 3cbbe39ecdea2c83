//! The forgotten password: one letter with a link and a code for each login of an address, a code that cannot be guessed, and
//! nothing that tells a stranger anything.

use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::all_the_way;
use crate::support::fixtures::{PASSWORD, person};
use crate::support::portal::{TestPortal, visitor};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::identifiers::{EmailAddress, Login};
use cas_portal::domain::mailed_code::MOST_CODE_ATTEMPTS;
use cas_portal::domain::password::NewPassword;
use cas_portal::mail::ReceivedLetter;
use cas_portal::services::ServiceError;
use cas_portal::services::keep_session::keep_session;
use cas_portal::services::known_device::Browser;
use cas_portal::services::manage_accounts::suspend;
use cas_portal::services::request_password_reset::request_password_reset;
use cas_portal::services::reset_password::{exchange_reset_code, find_reset, reset_password};
use cas_portal::services::sign_in::{Entered, SignIn, SignInForm, sign_in};
use cas_portal::storage::accounts;

const NEW: &str = "fioletowy parasol na biegunie";
const SHARED: &str = "sekretariat@gops.example.pl";

async fn try_in(portal: &TestPortal, login: &str, password: &str) -> SignIn {
    let form = SignInForm { login, password, device: "", browser: None, replaces: None };
    sign_in(&portal.context, &visitor(), form).await.expect("no fault")
}

async fn ask(portal: &TestPortal, typed: &str) -> Vec<ReceivedLetter> {
    request_password_reset(&portal.context, &visitor(), typed).await.expect("answered");
    portal.new_letters().await
}

/// An account with a login and an address of its own choice.
async fn account(portal: &TestPortal, login: &str, email: &str, status: AccountStatus) -> AccountId {
    let mut person = person(login);
    person.email = EmailAddress::parse(email).expect("an address");
    portal.account_of(&person, status, status != AccountStatus::Invited).await
}

/// The part of a letter that is about a login.
fn part_of<'a>(letter: &'a ReceivedLetter, login: &str) -> &'a str {
    let start = letter.body.find(&format!("LOGIN: {login}")).unwrap_or_else(|| panic!("{login} in {}", letter.body));
    let rest = &letter.body[start + 7..];
    &rest[..rest.find("LOGIN: ").unwrap_or(rest.len())]
}

fn token_in(text: &str) -> String {
    let start = text.find("/password/reset/").expect("a link") + "/password/reset/".len();
    text[start..].chars().take(43).collect()
}

fn code_in(text: &str) -> String {
    let is_code = |word: &&str| word.len() == 9 && word.as_bytes()[4] == b'-' && word.bytes().filter(u8::is_ascii_digit).count() == 8;
    text.split_whitespace().find(is_code).expect("a code").to_owned()
}

async fn set(portal: &TestPortal, token: &str) -> Result<(), ServiceError> {
    reset_password(&portal.context, &visitor(), token, (NEW, NEW), (&Browser::new(&portal.context), "")).await
}

async fn is_wrong(portal: &TestPortal, typed: &str, code: &str) -> bool {
    match exchange_reset_code(&portal.context, typed, code).await {
        Ok(_) => false,
        Err(ServiceError::Invalid(errors)) => errors.0.keys().eq(["code"]),
        Err(error) => panic!("{error:?}"),
    }
}

on_both! {
    async fn one_letter_names_each_login_of_an_address_and_resets_only_the_one_that_is_used(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for login in ["a-nowak", "b-nowak", "c-nowak"] {
            account(&portal, login, SHARED, AccountStatus::Active).await;
        }
        account(&portal, "obcy", "obcy@gops.example.pl", AccountStatus::Active).await;
        let letters = ask(&portal, "Sekretariat@GOPS.example.pl ").await;
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].to.as_str(), letters[0].to_name.as_str()), (SHARED, ""), "a shared mailbox is nobody's by name");
        assert!(!letters[0].body.contains("obcy"));
        let tokens = ["a-nowak", "b-nowak", "c-nowak"].map(|login| token_in(part_of(&letters[0], login)));
        let codes = ["a-nowak", "b-nowak", "c-nowak"].map(|login| code_in(part_of(&letters[0], login)));
        assert!(tokens[0] != tokens[1] && tokens[1] != tokens[2] && codes[0] != codes[1]);
        for (login, token) in ["a-nowak", "b-nowak", "c-nowak"].iter().zip(&tokens) {
            assert_eq!(find_reset(&portal.context, token).await.expect("alive").login.as_str(), *login);
        }
        // The address and a code, or the login and its code; never the code of another login.
        assert!(is_wrong(&portal, "a-nowak", &codes[1]).await);
        let exchanged = exchange_reset_code(&portal.context, SHARED, &codes[1]).await.expect("a token");
        assert_eq!(find_reset(&portal.context, &exchanged).await.expect("alive").login.as_str(), "b-nowak");
        set(&portal, &exchanged).await.expect("set");
        assert!(matches!(try_in(&portal, "b-nowak", NEW).await, SignIn::Done(_)));
        for untouched in ["a-nowak", "c-nowak"] {
            assert!(matches!(try_in(&portal, untouched, PASSWORD).await, SignIn::Done(_)));
        }
        assert!(matches!(set(&portal, &tokens[1]).await, Err(ServiceError::DeadLink)), "the link died with the code's use");
        set(&portal, &tokens[0]).await.expect("the others live");
    }

    async fn a_code_works_once_and_cannot_be_guessed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        account(&portal, "anna", "anna@gops.example.pl", AccountStatus::Active).await;
        let letter = ask(&portal, "anna").await.remove(0);
        let (token, code) = (token_in(&letter.body), code_in(&letter.body));
        // Each way of typing it is the same code; used once, it is dead, and the link is not.
        let exchanged = exchange_reset_code(&portal.context, " ANNA ", &code.replace('-', " ")).await.expect("a token");
        assert_ne!(exchanged, token);
        assert!(is_wrong(&portal, "anna", &code).await, "replayed");
        set(&portal, &token).await.expect("the link still works");
        assert!(matches!(set(&portal, &exchanged).await, Err(ServiceError::DeadLink)), "and it was the only use");

        // The letter about the change comes first.
        let letter = ask(&portal, "anna").await.remove(1);
        let (token, code) = (token_in(&letter.body), code_in(&letter.body));
        let guesses: Vec<_> = (0..20)
            .map(|n| {
                let portal = portal.clone();
                tokio::spawn(async move { is_wrong(&portal, "anna", &format!("{n:08}")).await })
            })
            .collect();
        for guess in guesses {
            assert!(guess.await.expect("no panic"));
        }
        assert!(is_wrong(&portal, "anna", &code).await, "after {MOST_CODE_ATTEMPTS} wrong ones the right one is dead too");
        find_reset(&portal.context, &token).await.expect("whoever reads the letter still comes in");
        for nobody in ["nikt", "nikt@example.pl", "", "'; --", &"a".repeat(1_000_000)] {
            assert!(is_wrong(&portal, nobody, &code).await);
        }
        assert!(is_wrong(&portal, "anna", &"1".repeat(1_000_000)).await && is_wrong(&portal, "anna", "").await);
    }

    async fn a_code_dies_with_whatever_kills_its_link(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.actor(portal.central().await).await;
        let fresh = async |login: &str| {
            let id = account(&portal, login, &format!("{login}@gops.example.pl"), AccountStatus::Active).await;
            let letter = ask(&portal, login).await.remove(0);
            (id, code_in(&letter.body))
        };
        let (id, code) = fresh("suspended").await;
        suspend(&portal.context, &central, id).await.expect("suspended");
        assert!(is_wrong(&portal, "suspended", &code).await);
        let (id, code) = fresh("changed").await;
        accounts::save_password(portal.db(), id, &NewPassword { hash: "$argon2id$".to_owned(), is_long: true }).await.expect("saved");
        assert!(is_wrong(&portal, "changed", &code).await);
        let (id, code) = fresh("moved").await;
        let mut found = accounts::find(portal.db(), id).await.expect("read").expect("it");
        found.profile.email = EmailAddress::parse("inny@gops.example.pl").expect("an address");
        accounts::save_profile(portal.db(), id, &found.login, &found.profile, None).await.expect("saved");
        assert!(is_wrong(&portal, "moved", &code).await);
        let (_, older) = fresh("newer").await;
        portal.advance_ms(1000);
        let newer = code_in(&ask(&portal, "newer").await.remove(0).body);
        assert!(is_wrong(&portal, "newer", &older).await, "a newer letter retires the older");
        assert!(!is_wrong(&portal, "newer", &newer).await);
        let (_, late) = fresh("late").await;
        portal.advance_minutes(30);
        assert!(is_wrong(&portal, "late", &late).await);
    }

    async fn asking_changes_nothing(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = account(&portal, "anna", "anna@gops.example.pl", AccountStatus::Active).await;
        let Entered { token, .. } = all_the_way(try_in(&portal, "anna", PASSWORD).await);
        let before = accounts::find_credentials(portal.db(), id).await.expect("read").expect("it");
        ask(&portal, "anna").await;
        let after = accounts::find_credentials(portal.db(), id).await.expect("read").expect("it");
        assert_eq!(format!("{before:?}"), format!("{after:?}"));
        assert!(keep_session(&portal.context, &token).await.expect("read").is_some());
        assert!(matches!(try_in(&portal, "anna", PASSWORD).await, SignIn::Done(_)));
    }

    async fn every_state_gets_the_letter_that_helps_it_and_nobody_else_gets_any(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for (login, status, words) in [
            ("czynny", AccountStatus::Active, "ustaw nowe hasło"),
            ("czeka", AccountStatus::Pending, "Wniosek o to konto nie jest zatwierdzony"),
            ("zaproszony", AccountStatus::Invited, "/activate/"),
            ("zawieszony", AccountStatus::Suspended, "To konto jest zawieszone"),
            ("zamkniety", AccountStatus::Closed, "To konto jest zamknięte"),
        ] {
            account(&portal, login, &format!("{login}@gops.example.pl"), status).await;
            account(&portal, &format!("{login}-2"), SHARED, status).await;
            let letters = ask(&portal, login).await;
            assert_eq!(letters.iter().map(|l| l.to.as_str()).collect::<Vec<_>>(), [format!("{login}@gops.example.pl")]);
            assert!(letters[0].body.contains(words), "{words} in {}", letters[0].body);
            assert_eq!(letters[0].links.iter().any(|l| l.contains("/password/reset/")), status.can_sign_in());
        }
        portal.account_of(&person("bez-hasla"), AccountStatus::Pending, false).await;
        assert!(ask(&portal, "bez-hasla").await.remove(0).body.contains("nie ma jeszcze hasła"));
        let shared = ask(&portal, SHARED).await.remove(0);
        for (login, words) in [("zawieszony-2", "zawieszone"), ("zamkniety-2", "zamknięte"), ("zaproszony-2", "/activate/"), ("czeka-2", "/password/reset/")] {
            assert!(part_of(&shared, login).contains(words), "{login} in {}", shared.body);
        }
        for nobody in ["nikt", "nikt@example.pl", "", "ą", "czynny@inna.example.pl", "a@b@c"] {
            assert!(ask(&portal, nobody).await.is_empty(), "{nobody}");
        }
    }

    async fn a_login_that_looks_like_anothers_address_confuses_nothing(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        account(&portal, "anna", "anna@gops.example.pl", AccountStatus::Active).await;
        // No form lets such a login through; a row made by other means must do no harm either.
        assert!(Login::parse("anna@gops.example.pl").is_err());
        let mut odd = person("dziwny");
        odd.login = Login::trusted("anna@gops.example.pl");
        odd.email = EmailAddress::parse("dziwny@gops.example.pl").expect("an address");
        portal.account_of(&odd, AccountStatus::Active, true).await;
        let letters = ask(&portal, "anna@gops.example.pl").await;
        assert_eq!(letters.iter().map(|l| l.to.as_str()).collect::<Vec<_>>(), ["anna@gops.example.pl"]);
        assert!(letters[0].body.contains("do konta anna w portalu"), "{}", letters[0].body);
    }

    async fn three_letters_an_hour_name_an_account_by_whatever_it_was_asked(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        account(&portal, "a-nowak", SHARED, AccountStatus::Active).await;
        account(&portal, "b-nowak", SHARED, AccountStatus::Suspended).await;
        for typed in ["a-nowak", SHARED, "A-NOWAK"] {
            assert_eq!(ask(&portal, typed).await.len(), 1);
            portal.advance_ms(1000);
        }
        assert!(ask(&portal, "a-nowak").await.is_empty(), "the fourth");
        let rest = ask(&portal, SHARED).await.remove(0);
        assert!(rest.body.contains("b-nowak") && !rest.body.contains("a-nowak"), "{}", rest.body);
        portal.advance_minutes(60);
        assert_eq!(ask(&portal, "a-nowak").await.len(), 1);
    }

    async fn no_name_reaches_the_headers_of_a_letter(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = account(&portal, "anna", "anna@gops.example.pl", AccountStatus::Active).await;
        let mut found = accounts::find(portal.db(), id).await.expect("read").expect("it");
        // Forms refuse it; whatever else wrote the row must not reach the mail server either.
        found.profile.first_name = cas_portal::domain::identifiers::PersonName::trusted("Anna\r\nBcc: obcy@example.com\r\n\r\nKliknij");
        accounts::save_profile(portal.db(), id, &found.login, &found.profile, None).await.expect("saved");
        let letter = ask(&portal, "anna").await.remove(0);
        assert_eq!(letter.to, "anna@gops.example.pl");
        assert!(!letter.to_name.contains(['\r', '\n']) && !letter.subject.contains(['\r', '\n']));
        assert!(letter.body.starts_with("Dzień dobry,"), "{}", letter.body);
    }
}
