//! Another e-mail address: the old one in force until the new one is confirmed, a way back for a week, and nothing that a thief, a
//! mistyped letter or two at once could make of it.

use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::all_the_way;
use crate::support::fixtures::{PASSWORD, person};
use crate::support::portal::{PUBLIC_URL, TestPortal, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::decision::Barred;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::email_change::EmailChangeStatus;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::identifiers::EmailAddress;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::permission::ListScope;
use cas_portal::mail::ReceivedLetter;
use cas_portal::services::ServiceError;
use cas_portal::services::change_email::{
    cancel_email_change, confirm_email_by_code, confirm_email_by_link, find_email_confirmation, find_email_undo, request_email_change,
    undo_email_change, view_email_change,
};
use cas_portal::services::keep_session::keep_session;
use cas_portal::services::known_device::Browser;
use cas_portal::services::manage_accounts::{list_reports, suspend};
use cas_portal::services::request_password_reset::request_password_reset;
use cas_portal::services::reset_password::{find_reset, reset_password};
use cas_portal::services::review_application::take;
use cas_portal::services::sign_in::{Entered, SignIn, SignInForm, sign_in};
use cas_portal::storage::security_reports::ReportKind;
use cas_portal::storage::{accounts, email_changes, profile_changes};

const OLD: &str = "anna@gops.example.pl";
const NEW: &str = "Anna.Nowa@cus.example.pl";
const EVIL: &str = "zlodziej@evil.example.pl";
const NEW_PASSWORD: &str = "fioletowy parasol na biegunie";

async fn account(portal: &TestPortal, login: &str, email: &str, status: AccountStatus) -> AccountId {
    let mut person = person(login);
    person.email = EmailAddress::parse(email).expect("an address");
    portal.account_of(&person, status, true).await
}

async fn anna(portal: &TestPortal) -> (AccountId, Actor) {
    let id = account(portal, "anna", OLD, AccountStatus::Active).await;
    (id, portal.actor(id).await)
}

fn token_of(letters: &[ReceivedLetter], to: &str, path: &str) -> String {
    let start = format!("{PUBLIC_URL}{path}");
    let own = letters.iter().filter(|letter| letter.to.eq_ignore_ascii_case(to));
    let found = own.flat_map(|letter| &letter.links).filter_map(|link| link.strip_prefix(&start)).next_back();
    found.unwrap_or_else(|| panic!("no {path} to {to} in {letters:?}")).to_owned()
}

fn code_in(text: &str) -> String {
    let is_code = |word: &&str| word.len() == 9 && word.as_bytes()[4] == b'-' && word.bytes().filter(u8::is_ascii_digit).count() == 8;
    text.split_whitespace().find(is_code).expect("a code").to_owned()
}

/// Asks; the token of the link to the new address, the code, and the token of the letter to the old one.
async fn ask(portal: &TestPortal, actor: &Actor, old: &str, new: &str) -> (String, String, String) {
    request_email_change(&portal.context, actor, new).await.expect("asked");
    let letters = portal.new_letters().await;
    let is_to_new = |l: &&ReceivedLetter| l.links.iter().any(|link| link.contains("/account/email/confirm/"));
    let to_new = letters.iter().find(is_to_new).expect("a letter to the new address");
    (token_of(&letters, new, "/account/email/confirm/"), code_in(&to_new.body), token_of(&letters, old, "/account/email/undo/"))
}

/// Changes the address for good; the token by which the old one takes it back.
async fn change(portal: &TestPortal, actor: &Actor, old: &str, new: &str) -> String {
    let (link, _, _) = ask(portal, actor, old, new).await;
    confirm_email_by_link(&portal.context, actor, &link).await.expect("confirmed");
    token_of(&portal.new_letters().await, old, "/account/email/undo/")
}

async fn try_in(portal: &TestPortal, login: &str, password: &str) -> SignIn {
    let form = SignInForm { login, password, device: "", browser: None, replaces: None };
    sign_in(&portal.context, &visitor(), form).await.expect("no fault")
}

async fn is_dead(portal: &TestPortal, actor: &Actor, link: &str) -> bool {
    let looked = matches!(find_email_confirmation(&portal.context, actor, link).await, Err(ServiceError::DeadLink));
    let used = matches!(confirm_email_by_link(&portal.context, actor, link).await, Err(ServiceError::DeadLink));
    assert_eq!(looked, used, "looking and using agree");
    used
}

async fn is_undo_dead(portal: &TestPortal, token: &str) -> bool {
    let looked = matches!(find_email_undo(&portal.context, token).await, Err(ServiceError::DeadLink));
    let used = matches!(undo_email_change(&portal.context, &visitor(), token).await, Err(ServiceError::DeadLink));
    assert_eq!(looked, used, "looking and using agree");
    used
}

on_both! {
    async fn the_old_address_stays_in_force_until_the_new_one_is_confirmed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let before = accounts::find_credentials(portal.db(), id).await.expect("read").expect("it");
        let (link, _, _) = ask(&portal, &actor, OLD, NEW).await;
        let asked = accounts::find_credentials(portal.db(), id).await.expect("read").expect("it");
        assert_eq!(format!("{before:?}"), format!("{asked:?}"), "asking changes nothing");
        assert_eq!(view_email_change(&portal.context, &actor).await.expect("seen").expect("pending").new.as_str(), NEW);
        // The letters about the account still go to the old address.
        request_password_reset(&portal.context, &visitor(), "anna").await.expect("asked");
        let reset = token_of(&portal.new_letters().await, OLD, "/password/reset/");
        assert_eq!(find_email_confirmation(&portal.context, &actor, &link).await.expect("alive").as_str(), NEW);
        confirm_email_by_link(&portal.context, &actor, &link).await.expect("confirmed");
        assert_eq!(portal.email_of(id).await, NEW);
        assert!(view_email_change(&portal.context, &actor).await.expect("seen").is_none());
        assert!(matches!(find_reset(&portal.context, &reset).await, Err(ServiceError::DeadLink)), "links to the old address are dead");
        assert!(is_dead(&portal, &actor, &link).await, "once");
        let told = portal.new_letters().await;
        assert_eq!(told.iter().map(|l| l.to.as_str()).collect::<Vec<_>>(), [OLD]);
        assert!(told[0].body.contains(NEW) && told[0].body.contains("29.11.2026"), "{}", told[0].body);
        let kept = profile_changes::list_of(portal.db(), id).await.expect("the history");
        assert_eq!(kept.iter().map(|c| (c.field.as_str(), c.old_value.as_deref(), c.changed_by.as_str())).collect::<Vec<_>>(), [("email", Some(OLD), "anna")]);
        // Found by the new address, and by it alone.
        let found = async |q| accounts::list(portal.db(), &ListScope::Country, (q, false), None, 10).await.expect("read").rows.len();
        assert_eq!((found("anna.nowa").await, found(OLD).await), (1, 0));
        request_password_reset(&portal.context, &visitor(), OLD).await.expect("asked");
        assert!(portal.new_letters().await.is_empty());
        request_password_reset(&portal.context, &visitor(), &NEW.to_lowercase()).await.expect("asked");
        token_of(&portal.new_letters().await, NEW, "/password/reset/");
    }

    async fn the_code_works_once_where_the_change_was_asked_for_and_cannot_be_guessed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let (_, code, _) = ask(&portal, &actor, OLD, NEW).await;
        confirm_email_by_code(&portal.context, &actor, &format!(" {} ", code.replace('-', " "))).await.expect("confirmed");
        assert_eq!(portal.email_of(id).await, NEW);
        assert!(confirm_email_by_code(&portal.context, &actor, &code).await.is_err(), "replayed");
        let (link, code, _) = ask(&portal, &actor, NEW, OLD).await;
        let guesses: Vec<_> = (0..20)
            .map(|n| {
                let (portal, actor) = (portal.clone(), actor.clone());
                tokio::spawn(async move { confirm_email_by_code(&portal.context, &actor, &format!("{n:08}")).await })
            })
            .collect();
        for guess in guesses {
            assert!(matches!(guess.await.expect("no panic"), Err(ServiceError::Invalid(_))));
        }
        assert!(confirm_email_by_code(&portal.context, &actor, &code).await.is_err(), "after five wrong ones the right one is dead");
        confirm_email_by_link(&portal.context, &actor, &link).await.expect("the link is not");
        assert_eq!(portal.email_of(id).await, OLD);
    }

    async fn what_is_typed_is_judged_and_a_proof_is_asked_for(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, actor) = anna(&portal).await;
        for (typed, reason) in [("", Invalid::Required), ("nikt", Invalid::EmailShape), (OLD, Invalid::EmailSame), ("ANNA@gops.example.pl", Invalid::EmailSame)] {
            let Err(ServiceError::Invalid(errors)) = request_email_change(&portal.context, &actor, typed).await else { panic!("{typed}") };
            assert_eq!(errors.0["email"], [reason], "{typed}");
        }
        for hostile in ["a@b.pl\r\nBcc: x@y.pl", "a@b.pl\0", "<a@b.pl>", "a@b.pl, c@d.pl"] {
            assert!(matches!(request_email_change(&portal.context, &actor, hostile).await, Err(ServiceError::Invalid(_))), "{hostile:?}");
        }
        portal.advance_minutes(16);
        assert!(matches!(request_email_change(&portal.context, &actor, NEW).await, Err(ServiceError::ProofTooOld)));
        assert!(portal.new_letters().await.is_empty());
        // Before approval the address is that of the application.
        let pending = portal.actor(account(&portal, "ewa", "ewa@gops.example.pl", AccountStatus::Pending).await).await;
        assert!(matches!(request_email_change(&portal.context, &pending, NEW).await, Err(ServiceError::Denied)));
        assert!(matches!(request_email_change(&portal.context, &visitor(), NEW).await, Err(ServiceError::Denied)));
    }

    async fn three_an_hour_for_an_account_and_for_an_address(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (_, actor) = anna(&portal).await;
        for n in 0..3 {
            request_email_change(&portal.context, &actor, &format!("a{n}@cus.example.pl")).await.expect("asked");
        }
        assert!(matches!(request_email_change(&portal.context, &actor, NEW).await, Err(ServiceError::TooMany)));
        for n in 0..4 {
            let other = portal.actor(portal.account("inna", AccountStatus::Active).await).await;
            let asked = request_email_change(&portal.context, &other, "ofiara@example.pl").await;
            assert_eq!(matches!(asked, Err(ServiceError::TooMany)), n == 3, "{asked:?}");
        }
        portal.advance_minutes(61);
        let actor = portal.actor(actor.account_id().expect("anna")).await;
        request_email_change(&portal.context, &actor, NEW).await.expect("an hour later");
    }

    async fn a_mistyped_letter_helps_no_stranger(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let (link, code, _) = ask(&portal, &actor, OLD, EVIL).await;
        let stranger = portal.actor(account(&portal, "obcy", "obcy@gops.example.pl", AccountStatus::Active).await).await;
        assert!(is_dead(&portal, &stranger, &link).await, "somebody else's link");
        assert!(confirm_email_by_code(&portal.context, &stranger, &code).await.is_err());
        assert!(matches!(confirm_email_by_link(&portal.context, &visitor(), &link).await, Err(ServiceError::Denied)), "signed in only");
        assert_eq!(portal.email_of(id).await, OLD);
    }

    async fn whatever_ends_a_wish_kills_its_letters(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let (given_up, code, undo) = ask(&portal, &actor, OLD, NEW).await;
        cancel_email_change(&portal.context, &actor).await.expect("given up");
        assert!(matches!(cancel_email_change(&portal.context, &actor).await, Err(ServiceError::Stale)));
        assert!(is_dead(&portal, &actor, &given_up).await && is_undo_dead(&portal, &undo).await);
        assert!(confirm_email_by_code(&portal.context, &actor, &code).await.is_err());
        let (older, older_code, _) = ask(&portal, &actor, OLD, NEW).await;
        portal.advance_ms(1000);
        let (newer, _, _) = ask(&portal, &actor, OLD, "druga@cus.example.pl").await;
        assert!(is_dead(&portal, &actor, &older).await, "a newer wish replaces the older");
        assert!(confirm_email_by_code(&portal.context, &actor, &older_code).await.is_err());
        portal.advance_minutes(24 * 60);
        assert!(is_dead(&portal, &actor, &newer).await, "a day later");
        assert!(view_email_change(&portal.context, &actor).await.expect("seen").is_none());
        assert_eq!(portal.email_of(id).await, OLD);
        // A letter that comes up after its wish was given up does not leave.
        request_email_change(&portal.context, &portal.actor(id).await, NEW).await.expect("asked");
        cancel_email_change(&portal.context, &actor).await.expect("given up");
        assert!(portal.new_letters().await.is_empty());
    }

    async fn the_old_address_takes_it_back_and_only_it_can_set_a_password(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let Entered { token: session, browser, .. } = all_the_way(try_in(&portal, "anna", PASSWORD).await);
        let undo = change(&portal, &actor, OLD, EVIL).await;
        request_password_reset(&portal.context, &visitor(), "anna").await.expect("asked");
        let thiefs_link = token_of(&portal.new_letters().await, EVIL, "/password/reset/");
        assert!(keep_session(&portal.context, &session).await.expect("read").is_some());
        let (found, change) = find_email_undo(&portal.context, &undo).await.expect("alive");
        assert_eq!((found.id, change.old.as_str(), change.new.as_str()), (id, OLD, EVIL));
        undo_email_change(&portal.context, &visitor(), &undo).await.expect("taken back");
        assert_eq!(portal.email_of(id).await, OLD);
        assert!(keep_session(&portal.context, &session).await.expect("read").is_none(), "all sessions end");
        assert!(matches!(find_reset(&portal.context, &thiefs_link).await, Err(ServiceError::DeadLink)));
        assert!(matches!(try_in(&portal, "anna", PASSWORD).await, SignIn::Failed), "the password is gone");
        let form = SignInForm { login: "anna", password: "", device: "", browser: Some(&browser), replaces: None };
        assert!(matches!(sign_in(&portal.context, &visitor(), form).await.expect("no fault"), SignIn::Failed));
        assert!(is_undo_dead(&portal, &undo).await, "replayed");
        let letters = portal.new_letters().await;
        let link = token_of(&letters, OLD, "/password/reset/");
        // The letter says what has happened, and not that nothing has.
        let letter = letters.iter().find(|letter| letter.body.contains(&link)).expect("the letter");
        assert!(letter.body.contains("jest cofnięta") && !letter.body.contains("nadal działa"), "{}", letter.body);
        let browser = Browser::new(&portal.context);
        reset_password(&portal.context, &visitor(), &link, (NEW_PASSWORD, NEW_PASSWORD), (&browser, "")).await.expect("set");
        assert!(matches!(try_in(&portal, "anna", NEW_PASSWORD).await, SignIn::Done(_)));
        let helpdesk = portal.actor(portal.official(Role::Helpdesk, Some("26")).await).await;
        let reports = list_reports(&portal.context, &helpdesk).await.expect("listed");
        assert_eq!(reports.iter().map(|r| (r.account.id, r.report.kind)).collect::<Vec<_>>(), [(id, ReportKind::EmailChange)]);
    }

    async fn a_thief_cannot_bury_the_way_back_under_later_changes(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let first = change(&portal, &actor, OLD, EVIL).await;
        portal.advance_ms(1000);
        let second = change(&portal, &actor, EVIL, "drugi@evil.example.pl").await;
        portal.advance_ms(1000);
        let (pending, _, _) = ask(&portal, &actor, "drugi@evil.example.pl", "trzeci@evil.example.pl").await;
        undo_email_change(&portal.context, &visitor(), &first).await.expect("taken back");
        assert_eq!(portal.email_of(id).await, OLD);
        assert!(is_undo_dead(&portal, &second).await, "the thief's own way back");
        assert!(is_dead(&portal, &actor, &pending).await);
        let all = email_changes::list_of(portal.db(), id).await.expect("read");
        assert!(all.iter().all(|change| change.status == EmailChangeStatus::Undone), "{all:?}");
    }

    async fn the_last_change_alone_can_be_taken_back_and_then_the_first(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let first = change(&portal, &actor, OLD, NEW).await;
        portal.advance_ms(1000);
        let second = change(&portal, &actor, NEW, EVIL).await;
        undo_email_change(&portal.context, &visitor(), &second).await.expect("taken back");
        assert_eq!(portal.email_of(id).await, NEW);
        undo_email_change(&portal.context, &visitor(), &first).await.expect("taken back");
        assert_eq!(portal.email_of(id).await, OLD);
    }

    async fn a_week_and_not_longer_and_never_over_an_offices_decision(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let undo = change(&portal, &actor, OLD, NEW).await;
        portal.advance_days(7);
        assert!(is_undo_dead(&portal, &undo).await);
        let actor = portal.actor(id).await;
        let undo = change(&portal, &actor, NEW, EVIL).await;
        // By a signed form, the office put another address in force.
        let mut found = accounts::find(portal.db(), id).await.expect("read").expect("it");
        found.profile.email = EmailAddress::parse("urzad@gops.example.pl").expect("an address");
        accounts::save_email(portal.db(), &found, &found.profile.email).await.expect("saved");
        assert!(matches!(undo_email_change(&portal.context, &visitor(), &undo).await, Err(ServiceError::DeadLink)));
        assert_eq!(portal.email_of(id).await, "urzad@gops.example.pl");
        // Nor does an older wish.
        let actor = portal.actor(id).await;
        let (link, _, _) = ask(&portal, &actor, "urzad@gops.example.pl", OLD).await;
        found.profile.email = EmailAddress::parse("urzad2@gops.example.pl").expect("an address");
        accounts::save_email(portal.db(), &found, &found.profile.email).await.expect("saved");
        assert!(matches!(confirm_email_by_link(&portal.context, &actor, &link).await, Err(ServiceError::DeadLink)));
    }

    async fn a_change_is_stopped_before_it_is_in_force(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let (link, _, undo) = ask(&portal, &actor, OLD, EVIL).await;
        assert_eq!(find_email_undo(&portal.context, &undo).await.expect("alive").1.status, EmailChangeStatus::Pending);
        undo_email_change(&portal.context, &visitor(), &undo).await.expect("stopped");
        assert_eq!(portal.email_of(id).await, OLD);
        assert!(is_dead(&portal, &actor, &link).await);
        assert!(matches!(try_in(&portal, "anna", PASSWORD).await, SignIn::Failed), "who asked knew the password");
    }

    async fn of_two_at_once_one_counts(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let other = portal.second(&db).await;
        let (id, actor) = anna(&portal).await;
        let (one, two) = tokio::join!(
            request_email_change(&portal.context, &actor, "pierwszy@cus.example.pl"),
            request_email_change(&other.context, &actor, "drugi@cus.example.pl"),
        );
        one.expect("asked");
        two.expect("asked");
        let all = email_changes::list_of(portal.db(), id).await.expect("read");
        let pending: Vec<_> = all.iter().filter(|c| c.status == EmailChangeStatus::Pending).collect();
        assert_eq!((all.len(), pending.len()), (2, 1));
        let sent = portal.new_letters().await;
        let wanted = pending[0].new.to_string();
        assert_eq!(sent.iter().filter(|l| l.to.ends_with("@cus.example.pl")).map(|l| l.to.as_str()).collect::<Vec<_>>(), [wanted.as_str()]);
        let link = token_of(&sent, &wanted, "/account/email/confirm/");
        let undo = token_of(&sent, OLD, "/account/email/undo/");
        // Confirmed by link in two windows, and stopped from the old mailbox, all at the same moment.
        let nobody = visitor();
        let (a, b, c) = tokio::join!(
            confirm_email_by_link(&portal.context, &actor, &link),
            confirm_email_by_link(&other.context, &actor, &link),
            undo_email_change(&other.context, &nobody, &undo),
        );
        assert!(!(a.is_ok() && b.is_ok()), "{a:?} {b:?}");
        c.expect("the way back always works");
        assert_eq!(portal.email_of(id).await, OLD);
        assert!(matches!(try_in(&portal, "anna", PASSWORD).await, SignIn::Failed));
    }

    async fn a_reset_and_a_change_at_once_never_leave_a_link_alive(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let other = portal.second(&db).await;
        let (id, actor) = anna(&portal).await;
        let (link, _, _) = ask(&portal, &actor, OLD, NEW).await;
        request_password_reset(&portal.context, &visitor(), "anna").await.expect("asked");
        let reset = token_of(&portal.new_letters().await, OLD, "/password/reset/");
        let browser = Browser::new(&portal.context);
        let nobody = visitor();
        let (confirmed, set) = tokio::join!(
            confirm_email_by_link(&portal.context, &actor, &link),
            reset_password(&other.context, &nobody, &reset, (NEW_PASSWORD, NEW_PASSWORD), (&browser, "")),
        );
        confirmed.expect("confirmed");
        assert!(set.is_ok() || matches!(set, Err(ServiceError::DeadLink)), "{set:?}");
        assert_eq!(portal.email_of(id).await, NEW);
        assert!(matches!(find_reset(&portal.context, &reset).await, Err(ServiceError::DeadLink)));
    }

    async fn two_persons_may_share_an_address(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let ewa = account(&portal, "ewa", "ewa@gops.example.pl", AccountStatus::Active).await;
        let ewas = portal.actor(ewa).await;
        let (one, _, _) = ask(&portal, &actor, OLD, "sekretariat@gops.example.pl").await;
        let (two, _, _) = ask(&portal, &ewas, "ewa@gops.example.pl", "sekretariat@gops.example.pl").await;
        assert!(is_dead(&portal, &actor, &two).await, "each confirms the own change only");
        let other = portal.second(&db).await;
        let (a, b) = tokio::join!(
            confirm_email_by_link(&portal.context, &actor, &one),
            confirm_email_by_link(&other.context, &ewas, &two),
        );
        a.expect("confirmed");
        b.expect("confirmed");
        for id in [id, ewa] {
            assert_eq!(portal.email_of(id).await, "sekretariat@gops.example.pl");
        }
    }

    async fn a_decider_does_not_lose_an_address_by_taking_another(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(1), Status::FormReceived).await;
        let shared = accounts::find(portal.db(), filed.persons[0]).await.expect("read").expect("it").profile.email.to_string();
        let decider = portal.administrator_of("26").await;
        let mut found = accounts::find(portal.db(), decider).await.expect("read").expect("it");
        found.profile.email = EmailAddress::parse(&shared).expect("an address");
        accounts::save_email(portal.db(), &found, &found.profile.email).await.expect("saved");
        let actor = portal.actor(decider).await;
        let version = filed.application.version;
        let number = &filed.application.number;
        assert!(matches!(take(&portal.context, &actor, number, version).await, Err(ServiceError::Barred(Barred::SharedAddress))));
        change(&portal, &actor, &shared, "inny@uw.example.pl").await;
        assert!(matches!(take(&portal.context, &actor, number, version).await, Err(ServiceError::Barred(Barred::SharedAddress))));
    }

    async fn a_suspended_account_changes_nothing_but_its_old_address_can(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, actor) = anna(&portal).await;
        let undo = change(&portal, &actor, OLD, EVIL).await;
        let (link, _, _) = ask(&portal, &actor, EVIL, NEW).await;
        let central = portal.actor(portal.central().await).await;
        suspend(&portal.context, &central, id).await.expect("suspended");
        undo_email_change(&portal.context, &visitor(), &undo).await.expect("taken back");
        let found = accounts::find(portal.db(), id).await.expect("read").expect("it");
        assert_eq!((found.profile.email.as_str(), found.status), (OLD, AccountStatus::Suspended));
        assert!(is_dead(&portal, &actor, &link).await);
    }
}
