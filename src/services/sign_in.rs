//! Signs somebody in. Whatever is wrong, the answer is the same and takes as long: the password is always hashed, the row
//! always locked and written.

mod counter;
mod limit;

use super::context::Context;
use super::error::ServiceError;
use super::known_device::{Browser, remember};
use super::record;
use crate::domain::account::AccountStatus;
use crate::domain::actor::{Actor, ActorKind, SignedIn};
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::identifiers::Login;
use crate::domain::lockout::Lockout;
use crate::domain::moment::Moment;
use crate::domain::notice::Notice;
use crate::domain::password::normalise;
use crate::domain::sign_in_limits::WINDOW_MS;
use crate::secrets::{PasswordError, Verified, random_token, token_hash};
use crate::storage::Transaction;
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::{role_assignments, sessions};
use counter::{Counter, is_known, provider};
use limit::{Admission, NOBODY, admit, forgive, unlimited};
use serde_json::json;
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

/// How it ended.
#[derive(Debug, Clone)]
pub enum SignIn {
    /// A new session.
    Done {
        /// For the cookie.
        token: String,
        /// Who.
        signed_in: SignedIn,
        /// The browser, known to the account from now on.
        browser: Browser,
    },
    /// Not signed in. Why, only the audit trail knows.
    Failed,
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
    let is_known = is_known(context, id, form.browser).await?;
    let admission = if is_known { unlimited() } else { admit(context, actor.address).await? };
    let Admission::After(delay, counted) = admission else {
        return Ok(SignIn::Throttled { wait: Duration::from_millis(WINDOW_MS.unsigned_abs()) });
    };
    tokio::time::sleep(delay).await;
    let password = if form.password.len() > LONGEST_INPUT { form.password.to_owned() } else { normalise(form.password) };
    let stored = found.as_ref().and_then(|c| c.password_hash.clone());
    let verified = verify(context, password.clone(), stored).await?;

    // Of many attempts at once each now waits for the row, and sees what those before it did.
    let tx = begin(&context.db).await?;
    let current = accounts::find_for_update(&tx, id).await?;
    let roles = role_assignments::list_of(&tx, id).await?;
    let mut counter = Counter::of(context, &tx, current.as_ref(), &roles, (form.browser, actor.address)).await?;
    let judged = match (&found, &current) {
        (Some(found), Some(current)) if found.credentials_version == current.credentials_version => {
            judge(context, current, &mut counter, verified.ok && !form.password.is_empty())
        }
        (Some(_), Some(_)) => Judged::refused("changed_meanwhile"),
        _ => Judged::refused("unknown_login"),
    };
    let mut of_account = current.as_ref().map(|c| c.account.lockout).unwrap_or_default();
    if judged.refused.is_none() && !of_account.is_blocked(context.now()) {
        of_account = Lockout::cleared();
    }
    counter.save(&tx, id, of_account).await?;
    let (Some(current), None) = (&current, judged.refused) else {
        fail(context, actor, &tx, current.as_ref(), &counter, &judged).await?;
        tx.commit().await?;
        return Ok(SignIn::Failed);
    };
    let done = start(context, actor, &tx, current, (form, matches!(counter, Counter::Device(_)))).await?;
    tx.commit().await?;
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
}

impl Judged {
    const fn refused(why: &'static str) -> Self {
        Self { refused: Some(why), blocked: None }
    }
}

fn judge(context: &Context, current: &Credentials, counter: &mut Counter, is_right: bool) -> Judged {
    let (account, now) = (&current.account, context.now());
    if !account.status.can_sign_in() || !account.has_password {
        return Judged::refused(account.status.key());
    }
    if counter.is_blocked(now) {
        return Judged::refused("blocked");
    }
    if is_right {
        counter.succeed();
        return Judged { refused: None, blocked: None };
    }
    let blocked = counter.fail(now);
    Judged { refused: Some("wrong_password"), blocked }
}

async fn fail(
    context: &Context,
    actor: &Actor,
    tx: &Transaction,
    current: Option<&Credentials>,
    counter: &Counter,
    judged: &Judged,
) -> Result<(), ServiceError> {
    // A login that nobody has may be a password typed into the wrong field: it is not kept.
    let object = AuditObject::new("account", current.map_or("", |c| c.account.login.as_str()));
    let voivodeship = current.and_then(|c| c.voivodeship.clone());
    let details = json!({ "reason": judged.refused });
    let entry = NewAuditEntry { event: AuditEvent::SignInFailed, object: object.clone(), voivodeship, outcome: Outcome::Failed, details };
    record::entry(context, tx, actor, entry).await?;
    if let (Some(current), Some(until)) = (current, judged.blocked) {
        let (account, place) = (current.account.id, counter.place());
        let details = json!({ "until": until.to_iso(), "place": place });
        record::done(context, tx, actor, AuditEvent::AccountBlocked, object, current.voivodeship.as_ref(), details).await?;
        if counter.is_told(context, tx, account).await? {
            let notice = Notice::AccountBlocked { account, until, place, network: provider(actor.address) };
            record::tell(context, tx, actor, &notice).await?;
        }
    }
    Ok(())
}

async fn start(
    context: &Context,
    actor: &Actor,
    tx: &Transaction,
    current: &Credentials,
    (form, is_known): (SignInForm<'_>, bool),
) -> Result<SignIn, ServiceError> {
    let (now, token) = (context.now(), random_token());
    let (hash, account) = (token_hash(&token), current.account.id);
    if let Some(replaced) = form.replaces {
        sessions::remove(tx, replaced).await?;
    }
    let device: String = form.device.chars().filter(|c| !c.is_control()).take(LONGEST_DEVICE).collect();
    let network = actor.address.map(|a| a.to_string()).unwrap_or_default();
    sessions::add(tx, hash, account, &device, &network, now).await?;
    let (_, signed_in) = sessions::find(tx, hash, &now.warsaw_date().to_string()).await?.ok_or(ServiceError::Stale)?;
    let kind = ActorKind::Account(signed_in.clone());
    let who = Actor { kind, ..actor.clone() };
    let object = AuditObject::new("account", &current.account.login);
    let details = json!({ "pending": current.account.status == AccountStatus::Pending, "known_device": is_known });
    record::done(context, tx, &who, AuditEvent::SessionStarted, object, current.voivodeship.as_ref(), details).await?;
    let browser = know(context, &who, tx, current, form, is_known).await?;
    Ok(SignIn::Done { token, signed_in, browser })
}

/// Makes the browser known, and tells the owner when it was not. The very first sign-in is no news.
async fn know(
    context: &Context,
    actor: &Actor,
    tx: &Transaction,
    current: &Credentials,
    form: SignInForm<'_>,
    is_known: bool,
) -> Result<Browser, ServiceError> {
    let account = current.account.id;
    let browser = form.browser.cloned().unwrap_or_else(|| Browser::new(context));
    let device = remember(context, actor, tx, account, &browser, form.device).await?;
    if !is_known && current.announces_sign_ins && current.signed_in_at.is_some() {
        record::tell(context, tx, actor, &Notice::SignedInOnNewDevice { account, device: device.id }).await?;
    }
    accounts::save_signed_in(tx, account, context.now()).await?;
    Ok(browser)
}
