//! Signs somebody in. Whatever is wrong, the answer is the same and takes as long: the password is always hashed, the row
//! always locked and written.

mod counter;
mod limit;
mod settle;

use super::context::Context;
use super::error::ServiceError;
use super::known_device::Browser;
use super::{record, wrong_guess};
use crate::domain::actor::{Actor, ActorKind, SignedIn};
use crate::domain::audit::AuditEvent;
use crate::domain::identifiers::Login;
use crate::domain::moment::Moment;
use crate::domain::password::normalise;
use crate::secrets::{PasswordError, Verified, random_token, token_hash};
use crate::storage::Transaction;
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::{account_joins, sessions};
pub(super) use counter::{Counter, provider};
use limit::NOBODY;
pub(super) use limit::{Admission, admit_from, forgive};
use serde_json::json;
pub(super) use settle::{Entry, settle};
use std::time::Duration;

/// Beyond so many bytes no password is normalised: it is wrong.
const LONGEST_INPUT: usize = 4096;
/// Characters of the browser's name that are kept with a session.
const LONGEST_DEVICE: usize = 200;

/// What somebody typed, and from which browser.
#[derive(Debug, Clone, Copy)]
pub struct SignInForm<'a> {
    /// Login, as typed.
    pub login: &'a str,
    /// Password, as typed.
    pub password: &'a str,
    /// What the browser calls itself.
    pub device: &'a str,
    /// The browser, when it brings a device cookie of ours.
    pub browser: Option<&'a Browser>,
    /// The session that this browser held until now; it ends.
    pub replaces: Option<[u8; 32]>,
}

/// A new session.
#[derive(Debug, Clone)]
pub struct Entered {
    /// For the cookie.
    pub token: String,
    /// Who.
    pub signed_in: SignedIn,
    /// The browser, known to the account from now on.
    pub browser: Browser,
}

/// How it ended.
#[derive(Debug, Clone)]
pub enum SignIn {
    /// Signed in.
    Done(Entered),
    /// The password is right; the second factor is awaited. Until then no counter starts anew and no browser is known.
    Held {
        /// For the cookie of a session that reaches nothing but the page of the second factor.
        token: String,
    },
    /// Not signed in. Why, only the audit trail knows.
    Failed,
    /// The password is right, and the account was given up for another one: its owner is told that, and nobody else.
    GivenUp,
    /// Too many failures from this address or network; not looked at. The same for every login.
    Throttled {
        /// How long to wait, at the longest.
        wait: Duration,
    },
}

/// Signs in.
///
/// # Errors
/// Of the database or of hashing.
pub async fn sign_in(context: &Context, actor: &Actor, form: SignInForm<'_>) -> Result<SignIn, ServiceError> {
    let found = match Login::parse(form.login) {
        Ok(login) => accounts::find_by_login(&context.db, &login.key()).await?,
        Err(_) => None,
    };
    let id = found.as_ref().map_or(NOBODY, |c| c.account.id);
    let (delay, counted) = match admit_from(context, id, (form.browser, actor.address)).await? {
        Admission::After(delay, counted) => (delay, counted),
        Admission::Refused(wait) => return Ok(SignIn::Throttled { wait }),
    };
    tokio::time::sleep(delay).await;
    let password = if form.password.len() > LONGEST_INPUT { form.password.to_owned() } else { normalise(form.password) };
    let stored = found.as_ref().and_then(|c| c.password_hash.clone());
    let verified = verify(context, password.clone(), stored).await?;

    // Of many attempts at once each now waits for the row, and sees what those before it did.
    let tx = begin(&context.db).await?;
    let current = accounts::find_for_update(&tx, id).await?;
    let mut counter = Counter::of(context, &tx, current.as_ref(), (form.browser, actor.address)).await?;
    let is_given_up = account_joins::is_given_up(&tx, id).await?;
    let is_right = verified.ok && !form.password.is_empty();
    let judged = match (&found, &current) {
        (Some(found), Some(current)) if found.credentials_version == current.credentials_version => {
            judge(context, current, &mut counter, (is_right, is_given_up))
        }
        (Some(_), Some(_)) => Judged::refused("changed_meanwhile"),
        _ => Judged::refused("unknown_login"),
    };
    let (Some(current), None) = (&current, judged.refused) else {
        counter.save(&tx, id, current.as_ref().map(|c| c.account.lockout).unwrap_or_default()).await?;
        let details = json!({ "reason": judged.refused });
        wrong_guess::note(context, actor, &tx, (current.as_ref(), &counter), details, judged.blocked).await?;
        tx.commit().await?;
        return Ok(if judged.is_told { SignIn::GivenUp } else { SignIn::Failed });
    };
    let opened = open(context, actor, &tx, current, form).await?;
    let done = if opened.has_factor {
        // The password alone does not start the counter anew: whoever has it could guess codes for ever.
        hold(context, &tx, current, opened).await?
    } else {
        let entry = Entry { browser: form.browser, device: form.device, factor: None };
        let browser = settle(context, &opened.who, &tx, current, counter, entry).await?;
        SignIn::Done(Entered { token: opened.token, signed_in: opened.signed_in, browser })
    };
    tx.commit().await?;
    // This attempt was no failure; those before it stay counted.
    forgive(context, &counted).await?;
    if let (true, Some(old)) = (verified.needs_upgrade, &current.password_hash) {
        let new = context.hasher.hash(password).await.map_err(ServiceError::internal)?;
        accounts::upgrade_password(&context.db, id, old, &new).await?;
    }
    Ok(done)
}

/// A hash that cannot be read is our fault and nobody's way in; it takes as long as any other.
async fn verify(context: &Context, password: String, stored: Option<String>) -> Result<Verified, ServiceError> {
    match context.hasher.verify(password.clone(), stored).await {
        Err(PasswordError::UnreadableHash) => {
            tracing::error!("a stored password hash cannot be read");
            context.hasher.verify(password, None).await.map_err(ServiceError::internal)
        }
        verified => verified.map_err(ServiceError::internal),
    }
}

struct Judged {
    /// Why not, for the audit trail; none: signed in.
    refused: Option<&'static str>,
    /// This failure started a block until then.
    blocked: Option<Moment>,
    /// Its owner is told that it was given up.
    is_told: bool,
}

impl Judged {
    const fn refused(why: &'static str) -> Self {
        Self { refused: Some(why), blocked: None, is_told: false }
    }
}

fn judge(context: &Context, current: &Credentials, counter: &mut Counter, (is_right, is_given_up): (bool, bool)) -> Judged {
    let (account, now) = (&current.account, context.now());
    // Whoever knows the password of an account that was given up is answered otherwise than others: so guesses count there, too.
    if !account.can_sign_in() && !is_given_up {
        return Judged::refused(account.status.key());
    }
    if counter.is_blocked(now) {
        return Judged::refused("blocked");
    }
    if !is_right {
        let blocked = counter.fail(now);
        return Judged { blocked, ..Judged::refused("wrong_password") };
    }
    if account.can_sign_in() {
        return Judged { refused: None, blocked: None, is_told: false };
    }
    Judged { is_told: true, ..Judged::refused(account.status.key()) }
}

/// A session whose row stands, and who is behind it.
pub(super) struct Opened {
    /// For the cookie.
    pub(super) token: String,
    /// Who.
    pub(super) signed_in: SignedIn,
    /// The same, as the audit trail names it.
    pub(super) who: Actor,
    /// The account has a second factor.
    pub(super) has_factor: bool,
}

/// Makes the session's row; the one that the browser held until now ends.
///
/// # Errors
/// Of the database.
pub(super) async fn open(
    context: &Context,
    actor: &Actor,
    tx: &Transaction,
    current: &Credentials,
    form: SignInForm<'_>,
) -> Result<Opened, ServiceError> {
    let (now, token) = (context.now(), random_token());
    let hash = token_hash(&token);
    if let Some(replaced) = form.replaces {
        sessions::remove(tx, replaced).await?;
    }
    let device: String = form.device.chars().filter(|c| !c.is_control()).take(LONGEST_DEVICE).collect();
    let network = actor.address.map(|a| a.to_string()).unwrap_or_default();
    sessions::add(tx, context.new_session_id(), hash, current.account.id, &device, &network, now).await?;
    let (session, signed_in) = sessions::find(tx, hash, &now.warsaw_date().to_string()).await?.ok_or(ServiceError::Stale)?;
    let who = Actor { kind: ActorKind::Account(signed_in.clone()), ..actor.clone() };
    Ok(Opened { token, signed_in, who, has_factor: session.has_factor })
}

/// Leaves the session waiting for its second factor.
async fn hold(context: &Context, tx: &Transaction, current: &Credentials, opened: Opened) -> Result<SignIn, ServiceError> {
    sessions::hold(tx, token_hash(&opened.token)).await?;
    record::of_account(context, tx, &opened.who, current, AuditEvent::FactorAsked, json!({})).await?;
    Ok(SignIn::Held { token: opened.token })
}
