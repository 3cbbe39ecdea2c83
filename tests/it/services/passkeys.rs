//! Passkeys: added, used as second factor, as proof and instead of a password; and everything that must not pass.

use crate::support::authenticator::SoftPasskey;
use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::behind;
use crate::support::portal::{PUBLIC_URL, TestPortal, visitor};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::second_factor::{PasskeyUse, Standing};
use cas_portal::services::ServiceError;
use cas_portal::services::keep_session::OpenSession;
use cas_portal::services::passkeys::{Answer, Asked, add_passkey, ask, remove_passkey, sign_in_with_passkey};
use cas_portal::services::prove_again::prove_by_passkey;
use cas_portal::services::second_factor::{FactorAnswer, Passed, pass_factor, view_security};
use cas_portal::services::sign_in::{Entered, SignIn, SignInForm};
use cas_portal::storage::outbox_messages::count_since;

async fn asked(portal: &TestPortal, purpose: PasskeyUse, account: Option<AccountId>) -> Asked {
    ask(&portal.context, purpose, account).await.expect("a challenge")
}

/// Adds a passkey to a fresh session of the account.
async fn with_passkey(portal: &TestPortal, account: AccountId) -> (SoftPasskey, OpenSession, Vec<String>) {
    let session = portal.signed_in(account).await;
    let asked = asked(portal, PasskeyUse::Add, Some(account)).await;
    assert_eq!(asked.options["publicKey"]["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(asked.options["publicKey"]["authenticatorSelection"]["userVerification"], "required");
    let (passkey, credential) = SoftPasskey::create(&asked.options, PUBLIC_URL);
    let answer = Answer { token: &asked.token, credential: &credential };
    let done = add_passkey(&portal.context, &behind(&session), &session, "Laptop", answer).await.expect("added");
    (passkey, portal.session_of(&done.token).await, done.codes)
}

async fn sign_in(portal: &TestPortal, token: &str, credential: &str) -> Option<Entered> {
    let form = SignInForm { login: "", password: "", device: "Firefox", browser: None, replaces: None };
    sign_in_with_passkey(&portal.context, &visitor(), Answer { token, credential }, form).await.expect("no fault")
}

async fn pass(portal: &TestPortal, held: &OpenSession, token: &str, credential: &str) -> Passed {
    let answer = FactorAnswer::Passkey(Answer { token, credential });
    pass_factor(&portal.context, &visitor(), held, answer, None).await.expect("no fault")
}

on_both! {
    async fn a_passkey_signs_in_without_a_password_and_as_second_factor(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (mut passkey, session, codes) = with_passkey(&portal, account).await;
        assert_eq!((codes.len(), session.standing), (10, Standing::Open));
        assert_eq!(count_since(portal.db(), account, "passkey_added", portal.now().plus_hours(-1)).await.expect("count"), 1);

        let alone = asked(&portal, PasskeyUse::SignIn, None).await;
        let credential = passkey.answer(&alone.options, PUBLIC_URL);
        let Entered { token, signed_in, .. } = sign_in(&portal, &alone.token, &credential).await.expect("signed in");
        assert_eq!((signed_in.account, portal.session_of(&token).await.standing), (account, Standing::Open));
        assert!(sign_in(&portal, &alone.token, &credential).await.is_none(), "an answer counts once");
        let refused = portal.last_entry(account, "sign_in.failed").await.details;
        assert_eq!(refused, serde_json::json!({ "reason": "wrong_factor", "at": "passkey" }));

        let held = portal.held(account).await;
        let second = asked(&portal, PasskeyUse::SecondFactor, Some(account)).await;
        let credential = passkey.answer(&second.options, PUBLIC_URL);
        assert!(matches!(pass(&portal, &held, &second.token, &credential).await, Passed::Done(..)));
    }

    async fn another_accounts_passkey_is_refused(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (anna, ewa) = (portal.account("anna", AccountStatus::Active).await, portal.account("ewa", AccountStatus::Active).await);
        let (mut annas, annas_session, _) = with_passkey(&portal, anna).await;
        let (mut ewas, _, _) = with_passkey(&portal, ewa).await;
        // Ewa's passkey for Anna's second factor, with Anna's challenge and with one of Ewa's own.
        let held = portal.held(anna).await;
        for owner in [anna, ewa] {
            let asked = asked(&portal, PasskeyUse::SecondFactor, Some(owner)).await;
            let credential = ewas.answer(&asked.options, PUBLIC_URL);
            assert!(matches!(pass(&portal, &held, &asked.token, &credential).await, Passed::Wrong));
        }
        // A challenge of one purpose is none for another.
        let proof = asked(&portal, PasskeyUse::Prove, Some(anna)).await;
        let credential = annas.answer(&proof.options, PUBLIC_URL);
        assert!(matches!(pass(&portal, &held, &proof.token, &credential).await, Passed::Wrong));
        // Nor does Ewa's prove that Anna sits there.
        let proof = asked(&portal, PasskeyUse::Prove, Some(anna)).await;
        let credential = ewas.answer(&proof.options, PUBLIC_URL);
        let answer = Answer { token: &proof.token, credential: &credential };
        let refused = prove_by_passkey(&portal.context, &behind(&annas_session), &annas_session, answer).await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(e)) if e.0["passkey"] == [Invalid::PasskeyRefused]), "{refused:?}");
        // A passkey of Ewa that says it is Anna's opens neither account.
        let alone = asked(&portal, PasskeyUse::SignIn, None).await;
        let mut lie: serde_json::Value = serde_json::from_str(&ewas.answer(&alone.options, PUBLIC_URL)).expect("JSON");
        let honest: serde_json::Value = serde_json::from_str(&annas.answer(&alone.options, PUBLIC_URL)).expect("JSON");
        lie["response"]["userHandle"] = honest["response"]["userHandle"].clone();
        assert!(sign_in(&portal, &alone.token, &lie.to_string()).await.is_none());
    }

    async fn other_sites_old_challenges_and_unverified_users_are_refused(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (mut passkey, _, _) = with_passkey(&portal, account).await;
        let elsewhere = asked(&portal, PasskeyUse::SignIn, None).await;
        let credential = passkey.answer(&elsewhere.options, "https://portal.example.pl.evil.pl");
        assert!(sign_in(&portal, &elsewhere.token, &credential).await.is_none());
        let old = asked(&portal, PasskeyUse::SignIn, None).await;
        let credential = passkey.answer(&old.options, PUBLIC_URL);
        portal.advance_minutes(7);
        assert!(sign_in(&portal, &old.token, &credential).await.is_none());
        for nonsense in ["", "{}", "[]", "null", "{\"id\":1}"] {
            let asked = asked(&portal, PasskeyUse::SignIn, None).await;
            assert!(sign_in(&portal, &asked.token, nonsense).await.is_none());
        }
        passkey.verifies_user = false;
        let unverified = asked(&portal, PasskeyUse::SignIn, None).await;
        let credential = passkey.answer(&unverified.options, PUBLIC_URL);
        assert!(sign_in(&portal, &unverified.token, &credential).await.is_none());
    }

    async fn one_answer_at_once_counts_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (mut passkey, _, _) = with_passkey(&portal, account).await;
        let alone = asked(&portal, PasskeyUse::SignIn, None).await;
        let credential = passkey.answer(&alone.options, PUBLIC_URL);
        let attempts: Vec<_> = (0..6)
            .map(|_| {
                let (portal, token, credential) = (portal.clone(), alone.token.clone(), credential.clone());
                tokio::spawn(async move { sign_in(&portal, &token, &credential).await })
            })
            .collect();
        let mut done = 0;
        for attempt in attempts {
            done += usize::from(attempt.await.expect("no panic").is_some());
        }
        assert_eq!(done, 1);
    }

    async fn a_suspended_account_is_not_opened_and_a_block_for_wrong_passwords_does_not_stop_a_passkey(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let (mut passkey, _, _) = with_passkey(&portal, account).await;
        let blocked = cas_portal::domain::lockout::Lockout { failures: 0, blocks: 1, blocked_until: Some(portal.now().plus_hours(1)) };
        cas_portal::storage::accounts::save_lockout(portal.db(), account, blocked).await.expect("saved");
        assert!(matches!(portal.give_password(account).await, SignIn::Failed));
        let alone = asked(&portal, PasskeyUse::SignIn, None).await;
        assert!(sign_in(&portal, &alone.token, &passkey.answer(&alone.options, PUBLIC_URL)).await.is_some());
        cas_portal::storage::accounts::save_status(portal.db(), account, AccountStatus::Suspended).await.expect("saved");
        let alone = asked(&portal, PasskeyUse::SignIn, None).await;
        assert!(sign_in(&portal, &alone.token, &passkey.answer(&alone.options, PUBLIC_URL)).await.is_none());
    }

    async fn a_proof_by_passkey_is_fresh_and_one_removes_only_ones_own(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (anna, ewa) = (portal.account("anna", AccountStatus::Active).await, portal.account("ewa", AccountStatus::Active).await);
        let (mut passkey, session, _) = with_passkey(&portal, anna).await;
        let (_, ewas, _) = with_passkey(&portal, ewa).await;
        portal.advance_minutes(16);
        let (context, id) = (&portal.context, view_security(&portal.context, &behind(&session), &session).await.expect("read").passkeys[0].id);
        assert!(matches!(remove_passkey(context, &behind(&session), &session, id).await, Err(ServiceError::ProofTooOld)));
        let proof = asked(&portal, PasskeyUse::Prove, Some(anna)).await;
        let credential = passkey.answer(&proof.options, PUBLIC_URL);
        let answer = Answer { token: &proof.token, credential: &credential };
        let raised = prove_by_passkey(context, &behind(&session), &session, answer).await.expect("proven");
        let session = portal.session_of(&raised.token).await;
        let ewas_id = view_security(context, &behind(&ewas), &ewas).await.expect("read").passkeys[0].id;
        assert!(matches!(remove_passkey(context, &behind(&session), &session, ewas_id).await, Err(ServiceError::NotFound)));
        remove_passkey(context, &behind(&session), &session, id).await.expect("removed");
        assert_eq!(count_since(portal.db(), anna, "passkey_removed", portal.now().plus_hours(-1)).await.expect("count"), 1);
        assert!(matches!(portal.give_password(anna).await, SignIn::Done(_)), "without a factor the password suffices");
        assert!(matches!(ask(context, PasskeyUse::SecondFactor, Some(anna)).await, Err(ServiceError::NotFound)));
    }

    async fn a_passkey_wants_a_name(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let session = portal.signed_in(account).await;
        let asked = asked(&portal, PasskeyUse::Add, Some(account)).await;
        let (_, credential) = SoftPasskey::create(&asked.options, PUBLIC_URL);
        let answer = Answer { token: &asked.token, credential: &credential };
        let nameless = add_passkey(&portal.context, &behind(&session), &session, " ", answer).await;
        assert!(matches!(&nameless, Err(ServiceError::Invalid(e)) if e.0.contains_key("passkey_name")), "{nameless:?}");
        let foreign = Answer { token: "foreign", credential: &credential };
        let refused = add_passkey(&portal.context, &behind(&session), &session, "Laptop", foreign).await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(e)) if e.0["passkey"] == [Invalid::PasskeyRefused]), "{refused:?}");
    }
}
