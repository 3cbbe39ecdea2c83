//! Passkeys (WebAuthn): asking a browser for one, checking its answer, adding, removing, signing in with one.
//! A passkey always verifies its user (PIN, finger, face), so by itself it proves two things. The only place with webauthn-rs.

mod add;
mod relying_party;
mod remove;
mod sign_in;

pub use add::add_passkey;
pub use relying_party::{PasskeyHome, passkey_home};
pub use remove::remove_passkey;
pub use sign_in::sign_in_with_passkey;

use super::context::Context;
use super::error::ServiceError;
use crate::domain::id::AccountId;
use crate::domain::moment::MINUTE_MS;
use crate::domain::second_factor::PasskeyUse;
use crate::secrets::{random_token, token_hash};
use crate::storage::passkeys::{self, Challenge, StoredPasskey};
use crate::storage::{Connection, accounts};
use relying_party::relying_party;
use serde_json::Value;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyAuthentication, PublicKeyCredential, Webauthn,
};

/// A challenge waits so long for its answer; browsers give up after five minutes.
const CHALLENGE_MS: i64 = 6 * MINUTE_MS;
/// An answer has a few hundred bytes; with a certificate chain that we do not ask for, a few thousand.
const LONGEST_ANSWER: usize = 64 * 1024;

/// What a browser is asked: options for `navigator.credentials`, and the token by which its answer names them.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Names the challenge.
    pub token: String,
    /// `{"publicKey": …}`, binary values as base64url.
    pub options: Value,
}

/// What came back.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// Names the challenge.
    pub token: &'a str,
    /// The credential as JSON, binary values as base64url.
    pub credential: &'a str,
}

/// Asks for a passkey. Only a sign-in does without an account.
///
/// # Errors
/// `NotFound` where passkeys cannot work (the public address is not a host name) or the account has none; of the database.
pub async fn ask(context: &Context, purpose: PasskeyUse, account: Option<AccountId>) -> Result<Asked, ServiceError> {
    let party = relying_party(context).ok_or(ServiceError::NotFound)?;
    let (options, state) = match (purpose, account) {
        (PasskeyUse::SignIn, None) => {
            let (options, state) = party.start_discoverable_authentication().map_err(ServiceError::internal)?;
            (to_json(&options)?, to_text(&state)?)
        }
        (PasskeyUse::Add, Some(id)) => creation(context, &party, id).await?,
        (PasskeyUse::SecondFactor | PasskeyUse::Prove, Some(id)) => {
            let own: Vec<Passkey> = passkeys::list_of(&context.db, id).await?.iter().map(credential_of).collect::<Result<_, _>>()?;
            if own.is_empty() {
                return Err(ServiceError::NotFound);
            }
            let (options, state) = party.start_passkey_authentication(&own).map_err(ServiceError::internal)?;
            (to_json(&options)?, to_text(&state)?)
        }
        _ => return Err(ServiceError::NotFound),
    };
    let token = random_token();
    let expires_at = context.now().plus_ms(CHALLENGE_MS);
    passkeys::add_challenge(&context.db, &Challenge { token_hash: token_hash(&token), purpose, account, state, expires_at }).await?;
    Ok(Asked { token, options })
}

async fn creation(context: &Context, party: &Webauthn, id: AccountId) -> Result<(Value, String), ServiceError> {
    let account = accounts::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    let known: Vec<CredentialID> = passkeys::list_of(&context.db, id).await?.into_iter().map(|p| p.credential_id).collect();
    let (login, name) = (account.login.to_string(), account.profile.full_name());
    let (options, state) = party.start_passkey_registration(id.0, &login, &name, Some(known)).map_err(ServiceError::internal)?;
    let mut options = to_json(&options)?;
    // Kept on the device together with the account's name: so that one can sign in with it without typing the login.
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut) {
        selection.insert("residentKey".to_owned(), "required".into());
        selection.insert("requireResidentKey".to_owned(), true.into());
    }
    Ok((options, to_text(&state)?))
}

fn to_json(options: &impl serde::Serialize) -> Result<Value, ServiceError> {
    serde_json::to_value(options).map_err(ServiceError::internal)
}

fn to_text(state: &impl serde::Serialize) -> Result<String, ServiceError> {
    serde_json::to_string(state).map_err(ServiceError::internal)
}

fn credential_of(stored: &StoredPasskey) -> Result<Passkey, ServiceError> {
    serde_json::from_str(&stored.credential).map_err(ServiceError::internal)
}

/// Takes the challenge of an answer away: it is spent, whatever the answer is worth.
async fn take<C: Connection>(
    context: &Context,
    tx: &C,
    purpose: PasskeyUse,
    account: Option<AccountId>,
    answer: Answer<'_>,
) -> Result<Option<Challenge>, ServiceError> {
    if answer.credential.len() > LONGEST_ANSWER {
        return Ok(None);
    }
    let taken = passkeys::take_challenge(tx, token_hash(answer.token)).await?;
    Ok(taken.filter(|c| c.purpose == purpose && c.account == account && context.now() < c.expires_at))
}

/// Whose passkey an answer names, as yet unproven.
///
/// # Errors
/// Of the database.
async fn holder<C: Connection>(tx: &C, answer: Answer<'_>) -> Result<Option<AccountId>, ServiceError> {
    let Some(credential) = read(answer) else { return Ok(None) };
    Ok(passkeys::find_by_credential(tx, credential.get_credential_id()).await?.map(|stored| stored.account))
}

fn read(answer: Answer<'_>) -> Option<PublicKeyCredential> {
    if answer.credential.len() > LONGEST_ANSWER {
        return None;
    }
    serde_json::from_str(answer.credential).ok()
}

/// Checks an answer: the passkey, if it is one of the account's own (of any account, at a sign-in), for this purpose, not used
/// before. Commit also when it is refused, so that the challenge is spent.
///
/// # Errors
/// Of the database.
pub(super) async fn verify<C: Connection>(
    context: &Context,
    tx: &C,
    purpose: PasskeyUse,
    account: Option<AccountId>,
    answer: Answer<'_>,
) -> Result<Option<StoredPasskey>, ServiceError> {
    let Some(party) = relying_party(context) else { return Ok(None) };
    let Some(challenge) = take(context, tx, purpose, account, answer).await? else { return Ok(None) };
    let Some(credential) = read(answer) else { return Ok(None) };
    let Some(stored) = passkeys::find_by_credential(tx, credential.get_credential_id()).await? else { return Ok(None) };
    let mut passkey = credential_of(&stored)?;
    let result = match account {
        Some(id) if stored.account == id => {
            let state: PasskeyAuthentication = serde_json::from_str(&challenge.state).map_err(ServiceError::internal)?;
            party.finish_passkey_authentication(&credential, &state)
        }
        Some(_) => return Ok(None),
        None => {
            // The answer itself says whose it is; it must agree with our row.
            match party.identify_discoverable_authentication(&credential) {
                Ok((user, _)) if user == stored.account.0 => {}
                _ => return Ok(None),
            }
            let state: DiscoverableAuthentication = serde_json::from_str(&challenge.state).map_err(ServiceError::internal)?;
            party.finish_discoverable_authentication_v2(&credential, state, DiscoverableKey::from(&passkey))
        }
    };
    let Ok(result) = result.inspect_err(|error| tracing::debug!(%error, "a passkey was refused")) else { return Ok(None) };
    if !result.user_verified() {
        return Ok(None);
    }
    passkey.update_credential(&result);
    let is_there = passkeys::note_use(tx, stored.id, &to_text(&passkey)?, context.now()).await?;
    Ok(is_there.then_some(stored))
}
