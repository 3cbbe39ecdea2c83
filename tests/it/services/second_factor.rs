//! One-time codes, recovery codes, fresh proofs: each answer counts once, guesses count, and nothing is reached without.

use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::{behind, passed};
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{TestPortal, operator, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::id::AccountId;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::lockout::Lockout;
use cas_portal::domain::password::NewPassword;
use cas_portal::domain::second_factor::Standing;
use cas_portal::secrets::token_hash;
use cas_portal::services::ServiceError;
use cas_portal::services::change_password::change_password;
use cas_portal::services::keep_session::{OpenSession, keep_session};
use cas_portal::services::known_device::Browser;
use cas_portal::services::manage_accounts::{reset_factor, reset_factor_of, suspend};
use cas_portal::services::prove_again::prove_by_password;
use cas_portal::services::request_password_reset::request_password_reset;
use cas_portal::services::reset_password::reset_password;
use cas_portal::services::second_factor::{
    FactorAnswer, Passed, confirm_totp, make_recovery_codes, offer_totp, pass_factor, remove_totp, view_offer, view_security,
};
use cas_portal::services::sign_in::{Entered, SignIn};
use cas_portal::storage::outbox_messages::count_since;
use cas_portal::storage::sign_in_sources::{self, SourceKind};
use cas_portal::storage::{accounts, totp_secrets};
use std::sync::Arc;

async fn letters(portal: &TestPortal, account: AccountId, kind: &str) -> u64 {
    count_since(portal.db(), account, kind, portal.now().plus_hours(-30)).await.expect("count")
}

async fn pass(portal: &TestPortal, held: &OpenSession, answer: FactorAnswer<'_>) -> Passed {
    pass_factor(&portal.context, &visitor(), held, answer, None).await.expect("no fault")
}

async fn is_open(portal: &TestPortal, session: &OpenSession) -> bool {
    let found = cas_portal::storage::sessions::find(portal.db(), session.token_hash, "").await.expect("read");
    found.is_some_and(|(session, _)| session.ended_at.is_none())
}

async fn lockout_of(portal: &TestPortal, account: AccountId) -> Lockout {
    accounts::find(portal.db(), account).await.expect("accounts").expect("the account").lockout
}

/// The same portal where holders of these roles must have a second factor.
fn with_required(portal: &TestPortal, roles: &[Role]) -> TestPortal {
    let mut other = portal.clone();
    Arc::make_mut(&mut other.context.settings).second_factor_roles = roles.to_vec();
    other
}

on_both! {
    async fn an_app_is_added_and_asked_for_from_then_on(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let elsewhere = portal.signed_in(account).await;
        let (app, session, codes) = portal.with_app(account).await;
        assert_eq!(codes.len(), 10);
        assert!(!is_open(&portal, &elsewhere).await, "other sessions end");
        assert_eq!(session.standing, Standing::Open);
        assert_eq!((letters(&portal, account, "second_factor_added").await, letters(&portal, account, "second_factor_removed").await), (1, 0));
        // What is stored tells nothing: neither the secret nor a code.
        let row = totp_secrets::find(portal.db(), account).await.expect("rows").expect("a row");
        assert!(row.offered.is_none() && row.active.as_ref().is_some_and(|(sealed, _)| sealed.len() == 12 + 20 + 16));

        let held = portal.held(account).await;
        assert_eq!(held.standing, Standing::AwaitsFactor);
        let (Entered { token, .. }, codes_left) = passed(pass(&portal, &held, FactorAnswer::Code(&app.code(&portal, 1))).await);
        assert_eq!(codes_left, None);
        assert!(!is_open(&portal, &held).await, "the session has another cookie now");
        assert_eq!(portal.session_of(&token).await.standing, Standing::Open);
        let events = portal.events_of(account).await;
        for expected in ["factor.added", "recovery_codes.made", "factor.asked", "session.started"] {
            assert!(events.iter().any(|e| e == expected), "{expected}: {events:?}");
        }
    }

    async fn the_same_code_at_once_signs_in_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (app, _, _) = portal.with_app(account).await;
        let code = app.code(&portal, 1);
        let mut sessions = Vec::new();
        for _ in 0..8 {
            sessions.push(portal.held(account).await);
        }
        let attempts: Vec<_> = sessions
            .into_iter()
            .map(|held| {
                let (context, code) = (portal.context.clone(), code.clone());
                tokio::spawn(async move { pass_factor(&context, &visitor(), &held, FactorAnswer::Code(&code), None).await.expect("no fault") })
            })
            .collect();
        let mut done = 0;
        for attempt in attempts {
            done += usize::from(matches!(attempt.await.expect("no panic"), Passed::Done(..)));
        }
        assert_eq!(done, 1);
    }

    async fn one_step_of_drift_is_forgiven_and_a_spent_code_is_not(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (app, _, _) = portal.with_app(account).await;
        portal.advance_minutes(5);
        let held = portal.held(account).await;
        for wrong in [app.code(&portal, -2), app.code(&portal, 2), "000".to_owned(), String::new()] {
            assert!(matches!(pass(&portal, &held, FactorAnswer::Code(&wrong)).await, Passed::Wrong), "{wrong}");
        }
        let late = app.code(&portal, -1);
        assert!(matches!(pass(&portal, &held, FactorAnswer::Code(&late)).await, Passed::Done(..)));
        assert_eq!(lockout_of(&portal, account).await, Lockout::default(), "the whole sign-in starts the counter anew");
        let again = portal.held(account).await;
        assert!(matches!(pass(&portal, &again, FactorAnswer::Code(&late)).await, Passed::Wrong), "it counts once");
    }

    async fn guessing_codes_ends_in_a_block_though_the_password_is_right_each_time(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (app, _, _) = portal.with_app(account).await;
        portal.advance_minutes(5);
        for n in 1..=4 {
            // Each time from the start: the right password must not start the counter anew.
            let held = portal.held(account).await;
            assert!(matches!(pass(&portal, &held, FactorAnswer::Code("000000")).await, Passed::Wrong));
            assert_eq!(lockout_of(&portal, account).await.failures, n);
        }
        let held = portal.held(account).await;
        assert!(matches!(pass(&portal, &held, FactorAnswer::Code("000000")).await, Passed::Ended));
        assert!(!is_open(&portal, &held).await, "the sign-in is over");
        assert!(lockout_of(&portal, account).await.is_blocked(portal.now()));
        assert_eq!(letters(&portal, account, "account_blocked").await, 1);
        assert!(matches!(portal.give_password(account).await, SignIn::Failed));
        portal.advance_minutes(61);
        let held = portal.held(account).await;
        assert!(matches!(pass(&portal, &held, FactorAnswer::Code(&app.code(&portal, 0))).await, Passed::Done(..)));
    }

    async fn a_recovery_code_counts_once_and_its_use_is_told(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (_, _, codes) = portal.with_app(account).await;
        let typed = codes[0].to_lowercase().replace('-', " ");
        let (one, two) = (portal.held(account).await, portal.held(account).await);
        let attempts = [one, two].map(|held| {
            let (context, typed) = (portal.context.clone(), typed.clone());
            tokio::spawn(async move { pass_factor(&context, &visitor(), &held, FactorAnswer::RecoveryCode(&typed), None).await.expect("no fault") })
        });
        let mut left = Vec::new();
        for attempt in attempts {
            if let Passed::Done(_, codes_left) = attempt.await.expect("no panic") {
                left.push(codes_left);
            }
        }
        assert_eq!(left, [Some(9)]);
        assert_eq!(letters(&portal, account, "recovery_code_used").await, 1);
        let held = portal.held(account).await;
        assert!(matches!(pass(&portal, &held, FactorAnswer::RecoveryCode(&codes[0])).await, Passed::Wrong));
        assert!(matches!(pass(&portal, &held, FactorAnswer::RecoveryCode("nonsense")).await, Passed::Wrong));
        assert!(matches!(pass(&portal, &held, FactorAnswer::RecoveryCode(&codes[9])).await, Passed::Done(_, Some(8))));
    }

    async fn a_new_set_retires_the_older_one(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (_, session, old) = portal.with_app(account).await;
        let made = make_recovery_codes(&portal.context, &behind(&session), &session).await.expect("a new set");
        assert_eq!(made.codes.len(), 10);
        let held = portal.held(account).await;
        assert!(matches!(pass(&portal, &held, FactorAnswer::RecoveryCode(&old[3])).await, Passed::Wrong));
        assert!(matches!(pass(&portal, &held, FactorAnswer::RecoveryCode(&made.codes[3])).await, Passed::Done(..)));
    }

    async fn a_sign_in_waits_ten_minutes_for_its_second_factor(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let _ = portal.with_app(account).await;
        let SignIn::Held { token } = portal.give_password(account).await else { panic!("not held") };
        portal.advance_minutes(9);
        assert!(keep_session(&portal.context, &token).await.expect("read").is_some());
        portal.advance_minutes(1);
        assert!(keep_session(&portal.context, &token).await.expect("read").is_none());
    }

    async fn an_offer_changes_nothing_until_it_is_confirmed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let session = portal.signed_in(account).await;
        let (context, who) = (&portal.context, behind(&session));
        assert!(view_offer(context, &who, &session).await.expect("read").is_none());
        assert!(matches!(confirm_totp(context, &who, &session, "123456").await, Err(ServiceError::NotFound)));
        offer_totp(context, &who, &session).await.expect("an offer");
        let wrong = confirm_totp(context, &who, &session, "000000").await;
        assert!(matches!(&wrong, Err(ServiceError::Invalid(e)) if e.0["code"] == [Invalid::CodeWrong]), "{wrong:?}");
        assert!(!view_security(context, &who, &session).await.expect("read").has_factor());
        assert!(matches!(portal.give_password(account).await, SignIn::Done(_)));
        // It is good for half an hour.
        portal.advance_minutes(14);
        assert!(view_offer(context, &who, &session).await.expect("read").is_some());
        portal.advance_minutes(14);
        let session = portal.signed_in(account).await;
        portal.advance_minutes(3);
        assert!(view_offer(context, &behind(&session), &session).await.expect("read").is_none());
    }

    async fn moving_to_another_phone_keeps_the_old_one_until_the_new_one_is_confirmed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (old, session, codes) = portal.with_app(account).await;
        let who = behind(&session);
        offer_totp(&portal.context, &who, &session).await.expect("an offer");
        let held = portal.held(account).await;
        assert!(matches!(pass(&portal, &held, FactorAnswer::Code(&old.code(&portal, 1))).await, Passed::Done(..)));
        let shown = view_offer(&portal.context, &who, &session).await.expect("read").expect("an offer").secret;
        let new = crate::support::factors::App::of(&shown);
        let done = confirm_totp(&portal.context, &who, &session, &new.code(&portal, 0)).await.expect("confirmed");
        assert!(done.codes.is_empty(), "the set from before is still good");
        portal.advance_minutes(2);
        let held = portal.held(account).await;
        assert!(matches!(pass(&portal, &held, FactorAnswer::Code(&old.code(&portal, 0))).await, Passed::Wrong));
        assert!(matches!(pass(&portal, &held, FactorAnswer::RecoveryCode(&codes[0])).await, Passed::Done(..)));
    }

    async fn a_short_password_is_allowed_with_a_factor_and_keeps_the_factor(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let plain = portal.signed_in(account).await;
        let short = "rower-morze!";
        let refused = change_password(&portal.context, &behind(&plain), &plain, PASSWORD, (short, short), None).await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(e)) if e.0["new_password"] == [Invalid::PasswordShort]), "{refused:?}");
        let (_, session, _) = portal.with_app(account).await;
        let raised = change_password(&portal.context, &behind(&session), &session, PASSWORD, (short, short), None).await.expect("changed");
        assert!(!is_open(&portal, &session).await, "the session has another cookie now");
        let session = portal.session_of(&raised.token).await;
        let who = behind(&session);
        assert!(matches!(remove_totp(&portal.context, &who, &session).await, Err(ServiceError::PasswordTooShort)));
        assert!(view_security(&portal.context, &who, &session).await.expect("read").has_factor(), "nothing was done");
        let raised = change_password(&portal.context, &who, &session, short, (PASSWORD, PASSWORD), None).await.expect("changed");
        let session = portal.session_of(&raised.token).await;
        remove_totp(&portal.context, &behind(&session), &session).await.expect("removed");
        assert!(matches!(portal.give_password(account).await, SignIn::Done(_)));
        assert_eq!(letters(&portal, account, "second_factor_removed").await, 1);
    }

    async fn who_loses_the_factor_with_a_short_password_must_lengthen_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let _ = portal.with_app(account).await;
        let hash = portal.context.hasher.hash(PASSWORD.to_owned()).await.expect("a hash");
        accounts::save_password(portal.db(), account, &NewPassword { hash, is_long: false }).await.expect("saved");
        reset_factor(&portal.context, &operator(), account).await.expect("reset");
        let session = portal.signed_in(account).await;
        assert_eq!(session.standing, Standing::MustLengthen);
        let other = "zielony parowóz nad morzem";
        let raised = change_password(&portal.context, &behind(&session), &session, PASSWORD, (other, other), None).await.expect("changed");
        assert_eq!(portal.session_of(&raised.token).await.standing, Standing::Open);
    }

    async fn officials_must_have_a_factor_before_anything_else_and_keep_one(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let required = with_required(&portal, &[Role::VoivodeshipAdministrator, Role::Helpdesk]);
        let administrator = portal.administrator().await;
        assert_eq!(portal.signed_in(administrator).await.standing, Standing::Open);
        assert_eq!(required.signed_in(administrator).await.standing, Standing::MustEnrol);
        let person = portal.account("anna", AccountStatus::Active).await;
        assert_eq!(required.signed_in(person).await.standing, Standing::Open);
        let (_, session, _) = required.with_app(administrator).await;
        assert_eq!(session.standing, Standing::Open);
        assert!(matches!(remove_totp(&required.context, &behind(&session), &session).await, Err(ServiceError::FactorRequired)));
    }

    async fn sensitive_changes_want_a_proof_of_the_last_quarter_of_an_hour(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let administrator = portal.central().await;
        let person = portal.account("anna", AccountStatus::Active).await;
        let session = portal.signed_in(administrator).await;
        portal.advance_minutes(16);
        let who = behind(&session);
        let context = &portal.context;
        assert!(matches!(suspend(context, &who, person).await, Err(ServiceError::ProofTooOld)));
        assert!(matches!(reset_factor(context, &who, person).await, Err(ServiceError::ProofTooOld)));
        assert!(matches!(offer_totp(context, &who, &session).await, Err(ServiceError::ProofTooOld)));
        assert!(matches!(remove_totp(context, &who, &session).await, Err(ServiceError::ProofTooOld)));
        assert!(matches!(make_recovery_codes(context, &who, &session).await, Err(ServiceError::ProofTooOld)));
        let wrong = prove_by_password(context, &who, &session, "inne hasło", None).await;
        assert!(matches!(&wrong, Err(ServiceError::Invalid(e)) if e.0["current_password"] == [Invalid::PasswordWrong]), "{wrong:?}");
        let network = sign_in_sources::find(portal.db(), administrator, SourceKind::Network, token_hash("192.0.2.0/24")).await.expect("read");
        assert_eq!(network.expect("a counter").lockout.failures, 1, "it counts like one at the sign-in");
        let raised = prove_by_password(context, &who, &session, PASSWORD, None).await.expect("proven");
        assert!(!is_open(&portal, &session).await, "the session has another cookie now");
        let session = portal.session_of(&raised.token).await;
        suspend(context, &behind(&session), person).await.expect("suspended");
        assert!(portal.events_of(administrator).await.iter().any(|e| e == "identity.proven"));
    }

    async fn a_lost_factor_is_taken_off_by_those_who_may_and_the_owner_is_told(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (helpdesk, administrator) = (portal.official(Role::Helpdesk, Some("26")).await, portal.administrator().await);
        let other_place = portal.official(Role::Helpdesk, Some("24")).await;
        let person = portal.account("anna", AccountStatus::Active).await;
        let (_, session, _) = portal.with_app(person).await;
        let _ = portal.with_app(administrator).await;
        let context = &portal.context;
        assert!(matches!(reset_factor(context, &portal.actor(other_place).await, person).await, Err(ServiceError::NotFound)), "out of sight");
        assert!(matches!(reset_factor(context, &portal.actor(person).await, person).await, Err(ServiceError::Denied)));
        assert!(matches!(reset_factor(context, &portal.actor(helpdesk).await, administrator).await, Err(ServiceError::Denied)));
        let who = portal.actor(helpdesk).await;
        reset_factor(context, &who, person).await.expect("reset");
        assert!(!is_open(&portal, &session).await);
        assert!(matches!(reset_factor(context, &who, person).await, Err(ServiceError::Stale)));
        assert_eq!(letters(&portal, person, "second_factor_removed").await, 1);
        assert!(portal.events_of(person).await.iter().any(|e| e == "factor.reset"));
        assert!(matches!(portal.give_password(person).await, SignIn::Done(_)));
        // Also of the last central administrator, from a shell.
        let central = portal.central().await;
        let _ = portal.with_app(central).await;
        reset_factor_of(context, &operator(), &portal.login_of(central).await).await.expect("reset");
        assert!(matches!(reset_factor_of(context, &operator(), "nikt-taki").await, Err(ServiceError::NotFound)));
    }

    async fn a_reset_of_the_password_leaves_the_second_factor(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let _ = portal.with_app(account).await;
        let email = accounts::find(portal.db(), account).await.expect("accounts").expect("the account").profile.email.to_string();
        request_password_reset(&portal.context, &visitor(), &portal.login_of(account).await).await.expect("asked");
        portal.deliver().await;
        let letters = portal.letters_to(&email);
        let link = letters.iter().rev().find_map(|l| l.body.split_whitespace().find(|word| word.contains("/password/reset/")));
        let token = link.expect("a link").rsplit('/').next().expect("a token");
        reset_password(&portal.context, &visitor(), token, (PASSWORD, PASSWORD), (&Browser::new(&portal.context), "Firefox")).await.expect("reset");
        assert_eq!(portal.held(account).await.standing, Standing::AwaitsFactor);
    }

    async fn a_sign_in_that_waits_dies_with_its_factor_and_with_its_account(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (app, _, _) = portal.with_app(account).await;
        let held = portal.held(account).await;
        suspend(&portal.context, &portal.office().await, account).await.expect("suspended");
        assert!(matches!(pass(&portal, &held, FactorAnswer::Code(&app.code(&portal, 1))).await, Passed::Ended));
    }

    async fn letters_about_the_second_factor_say_what_happened(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let email = accounts::find(portal.db(), account).await.expect("accounts").expect("the account").profile.email.to_string();
        let (_, _, codes) = portal.with_app(account).await;
        let held = portal.held(account).await;
        pass(&portal, &held, FactorAnswer::RecoveryCode(&codes[0])).await;
        reset_factor(&portal.context, &operator(), account).await.expect("reset");
        portal.deliver().await;
        let letters = portal.letters_to(&email);
        let text: String = letters.iter().map(|l| format!("{}\n{}\n", l.subject, l.body)).collect();
        for words in ["dodano kody z aplikacji", "Pozostałe kody zapasowe: 9", "pomoc techniczna albo administrator wyłączyli"] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        assert!(codes.iter().all(|code| !text.contains(code.as_str())), "no letter carries a code");
    }
}
