//! Signs somebody in. Whatever is wrong, the answer is the same and takes as long: the password is always hashed, the row
//! always locked and written.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::account::AccountStatus;
use crate::domain::actor::{Actor, ActorKind, SignedIn};
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::id::AccountId;
use crate::domain::identifiers::Login;
use crate::domain::lockout::{Failure, Lockout};
use crate::domain::notice::Notice;
use crate::domain::password::normalise;
use crate::secrets::{PasswordError, Verified, random_token, token_hash};
use crate::storage::Transaction;
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::{passkeys, sessions};
use serde_json::json;

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
    },
    /// The password is right; the second factor is awaited.
    Held {
        /// For the cookie of a session that reaches nothing but the page of the second factor.
        token: String,
    },
    /// Not signed in. Why, only the audit trail knows.
    Failed,
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
    let password = if form.password.len() > LONGEST_INPUT { form.password.to_owned() } else { normalise(form.password) };
    let stored = found.as_ref().and_then(|c| c.password_hash.clone());
    let verified = verify(context, password.clone(), stored).await?;

    // Of many attempts at once each now waits for the row, and sees what those before it did.
    let tx = begin(&context.db).await?;
    let id = found.as_ref().map_or(AccountId(uuid::Uuid::nil()), |c| c.account.id);
    let current = accounts::find_for_update(&tx, id).await?;
    let outcome = match (&found, &current) {
        (Some(found), Some(current)) if found.credentials_version == current.credentials_version => {
            judge(context, current, verified.ok && !form.password.is_empty())
        }
        (Some(_), Some(_)) => Judged::refused("changed_meanwhile"),
        _ => Judged::refused("unknown_login"),
    };
    // The password alone does not start the counter anew: whoever has it could guess codes for ever.
    let is_held = outcome.refused.is_none() && passkeys::has_factor(&tx, id).await?;
    let lockout = outcome.lockout.filter(|_| !is_held).or(current.as_ref().map(|c| c.account.lockout)).unwrap_or_default();
    accounts::save_lockout(&tx, id, lockout).await?;
    let (Some(current), None) = (&current, outcome.refused) else {
        fail(context, actor, &tx, current.as_ref(), &outcome).await?;
        tx.commit().await?;
        return Ok(SignIn::Failed);
    };
    let done = start(context, actor, &tx, current, form, is_held).await?;
    tx.commit().await?;
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
    /// The new state, when it changes.
    lockout: Option<Lockout>,
    /// This failure started a block.
    blocked: Option<Failure>,
}

impl Judged {
    const fn refused(why: &'static str) -> Self {
        Self { refused: Some(why), lockout: None, blocked: None }
    }
}

fn judge(context: &Context, current: &Credentials, is_right: bool) -> Judged {
    let (account, now) = (&current.account, context.now());
    if !account.status.can_sign_in() || !account.has_password {
        return Judged::refused(account.status.key());
    }
    if account.lockout.is_blocked(now) {
        return Judged::refused("blocked");
    }
    if is_right {
        return Judged { refused: None, lockout: Some(Lockout::cleared()), blocked: None };
    }
    let (lockout, failure) = account.lockout.after_failure(now);
    let blocked = matches!(failure, Failure::Blocked { .. }).then_some(failure);
    Judged { refused: Some("wrong_password"), lockout: Some(lockout), blocked }
}

async fn fail(
    context: &Context,
    actor: &Actor,
    tx: &Transaction,
    current: Option<&Credentials>,
    judged: &Judged,
) -> Result<(), ServiceError> {
    // A login that nobody has may be a password typed into the wrong field: it is not kept.
    let object = AuditObject::new("account", current.map_or("", |c| c.account.login.as_str()));
    let voivodeship = current.and_then(|c| c.voivodeship.clone());
    let details = json!({ "reason": judged.refused });
    let entry = NewAuditEntry { event: AuditEvent::SignInFailed, object: object.clone(), voivodeship, outcome: Outcome::Failed, details };
    record::entry(context, tx, actor, entry).await?;
    if let (Some(current), Some(Failure::Blocked { until })) = (current, judged.blocked) {
        let details = json!({ "until": until.to_iso() });
        record::done(context, tx, actor, AuditEvent::AccountBlocked, object, current.voivodeship.as_ref(), details).await?;
        record::tell(context, tx, actor, &Notice::AccountBlocked { account: current.account.id, until }).await?;
    }
    Ok(())
}

/// Starts the session; `is_held` while the second factor is awaited.
///
/// # Errors
/// Of the database.
pub(super) async fn start(
    context: &Context,
    actor: &Actor,
    tx: &Transaction,
    current: &Credentials,
    form: SignInForm<'_>,
    is_held: bool,
) -> Result<SignIn, ServiceError> {
    let (now, token) = (context.now(), random_token());
    let hash = token_hash(&token);
    if let Some(replaced) = form.replaces {
        sessions::remove(tx, replaced).await?;
    }
    let device: String = form.device.chars().filter(|c| !c.is_control()).take(LONGEST_DEVICE).collect();
    let network = actor.address.map(|a| a.to_string()).unwrap_or_default();
    sessions::add(tx, hash, current.account.id, &device, &network, now).await?;
    if is_held {
        sessions::hold(tx, hash).await?;
    }
    let (_, signed_in) = sessions::find(tx, hash, &now.warsaw_date().to_string()).await?.ok_or(ServiceError::Stale)?;
    let kind = ActorKind::Account(signed_in.clone());
    let who = Actor { kind, ..actor.clone() };
    let object = AuditObject::new("account", &current.account.login);
    if is_held {
        record::done(context, tx, &who, AuditEvent::FactorAsked, object, current.voivodeship.as_ref(), json!({})).await?;
        return Ok(SignIn::Held { token });
    }
    let details = json!({ "pending": current.account.status == AccountStatus::Pending });
    record::done(context, tx, &who, AuditEvent::SessionStarted, object, current.voivodeship.as_ref(), details).await?;
    Ok(SignIn::Done { token, signed_in })
}
