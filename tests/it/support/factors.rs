//! Second factors for tests: an authenticator app that computes codes from what the page shows, accounts that have one already.
//! What may not live here: passkeys (`authenticator.rs`), HTTP.

use super::fixtures::PASSWORD;
use super::portal::{TestPortal, visitor};
use cas_portal::domain::actor::{Actor, ActorKind};
use cas_portal::domain::id::AccountId;
use cas_portal::domain::second_factor::step_of;
use cas_portal::secrets::totp_code;
use cas_portal::services::keep_session::{OpenSession, keep_session};
use cas_portal::services::second_factor::{Passed, confirm_totp, offer_totp, view_offer};
use cas_portal::services::sign_in::{Entered, SignIn, SignInForm, sign_in};

/// What is in the phone.
#[derive(Debug, Clone)]
pub struct App(Vec<u8>);

impl App {
    /// Takes the secret as it is shown, in groups.
    pub fn of(shown: &str) -> Self {
        let mut secret = Vec::new();
        let (mut held, mut bits) = (0_u32, 0);
        for letter in shown.bytes().filter(|b| !b.is_ascii_whitespace()) {
            let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|b| *b == letter).expect("base32");
            held = held << 5 | u32::try_from(value).expect("small");
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                secret.push((held >> bits & 255) as u8);
            }
        }
        Self(secret)
    }

    /// The code of now, shifted by so many steps.
    pub fn code(&self, portal: &TestPortal, steps: i64) -> String {
        totp_code(&self.0, step_of(portal.now()) + steps)
    }

    /// The code of a step.
    pub fn code_of(&self, step: i64) -> String {
        totp_code(&self.0, step)
    }
}

/// Who is behind a session.
pub fn behind(session: &OpenSession) -> Actor {
    Actor { kind: ActorKind::Account(session.signed_in.clone()), ..visitor() }
}

/// A sign-in that went all the way.
#[track_caller]
pub fn all_the_way(answer: SignIn) -> Entered {
    match answer {
        SignIn::Done(entered) => entered,
        other => panic!("not signed in: {other:?}"),
    }
}

/// The second step of a sign-in, passed; with the recovery codes that are left, when one was used.
#[track_caller]
pub fn passed(answer: Passed) -> (Entered, Option<u64>) {
    match answer {
        Passed::Done(entered, codes_left) => (entered, codes_left),
        other => panic!("not passed: {other:?}"),
    }
}

impl TestPortal {
    /// The session of a cookie.
    pub async fn session_of(&self, token: &str) -> OpenSession {
        keep_session(&self.context, token).await.expect("read").expect("open")
    }

    /// Gives the right password.
    pub async fn give_password(&self, account: AccountId) -> SignIn {
        let login = self.login_of(account).await;
        let form = SignInForm { login: &login, password: PASSWORD, device: "Firefox", browser: None, replaces: None };
        sign_in(&self.context, &visitor(), form).await.expect("no fault")
    }

    /// Signs in with the password alone.
    pub async fn signed_in(&self, account: AccountId) -> OpenSession {
        self.session_of(&all_the_way(self.give_password(account).await).token).await
    }

    /// Gives the password of an account with a second factor.
    pub async fn held(&self, account: AccountId) -> OpenSession {
        let SignIn::Held { token } = self.give_password(account).await else { panic!("no second factor was asked for") };
        self.session_of(&token).await
    }

    /// Switches one-time codes on; gives the app, the session and the recovery codes. The code of now is spent.
    pub async fn with_app(&self, account: AccountId) -> (App, OpenSession, Vec<String>) {
        let session = self.signed_in(account).await;
        offer_totp(&self.context, &behind(&session), &session).await.expect("an offer");
        let offer = view_offer(&self.context, &behind(&session), &session).await.expect("read").expect("an offer");
        let app = App::of(&offer.secret);
        let done = confirm_totp(&self.context, &behind(&session), &session, &app.code(self, 0)).await.expect("confirmed");
        (app, self.session_of(&done.token).await, done.codes)
    }
}
