//! Adds a passkey to one's own account. The first second factor brings recovery codes with it.

use super::{Answer, relying_party, take, to_text};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::identifiers::Line;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::notice::Notice;
use crate::domain::second_factor::{MOST_PASSKEYS, PasskeyUse};
use crate::services::context::Context;
use crate::services::error::ServiceError;
use crate::services::keep_session::OpenSession;
use crate::services::second_factor::{Change, NewCodes, Secured};
use crate::storage::database::begin;
use crate::storage::passkeys::{self, StoredPasskey};
use serde_json::json;
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

/// Most characters of a passkey's name.
const LONGEST_NAME: usize = 60;

/// Adds the passkey that the browser made.
///
/// # Errors
/// `Invalid` at `passkey_name` or `passkey`; `Denied`, `ProofTooOld`.
pub async fn add_passkey(
    context: &Context,
    actor: &Actor,
    session: &OpenSession,
    name: &str,
    answer: Answer<'_>,
) -> Result<Secured, ServiceError> {
    let mut errors = FieldErrors::default();
    let name = errors.take("passkey_name", Line::parse(name, LONGEST_NAME));
    let Some(name) = name else { return Err(errors.into()) };
    let codes = NewCodes::first(context, &context.db, session.signed_in.account).await?;
    let refused = || ServiceError::field("passkey", Invalid::PasskeyRefused);
    let party = relying_party(context).ok_or_else(refused)?;
    let tx = begin(&context.db).await?;
    let change = Change::begin(context, actor, &tx, session).await?;
    let id = change.account();
    let challenge = take(context, &tx, PasskeyUse::Add, Some(id), answer).await?;
    let made = challenge.and_then(|challenge| {
        let state: PasskeyRegistration = serde_json::from_str(&challenge.state).ok()?;
        let credential: RegisterPublicKeyCredential = serde_json::from_str(answer.credential).ok()?;
        party
            .finish_passkey_registration(&credential, &state)
            .inspect_err(|error| tracing::debug!(%error, "a new passkey was refused"))
            .ok()
    });
    let Some(made) = made else {
        tx.commit().await?; // The challenge is spent.
        return Err(refused());
    };
    if passkeys::list_of(&tx, id).await?.len() >= MOST_PASSKEYS {
        return Err(ServiceError::field("passkey", Invalid::TooManyPasskeys));
    }
    let row = StoredPasskey {
        id: context.new_passkey_id(),
        account: id,
        credential_id: made.cred_id().to_vec(),
        name: name.to_string(),
        credential: to_text(&made)?,
        created_at: context.now(),
        last_used_at: None,
    };
    match passkeys::add(&tx, &row).await {
        Err(error) if error.conflict() == Some("passkeys_credential") => return Err(refused()),
        added => added?,
    }
    let details = json!({ "passkey": row.id });
    let secured = change.finish(AuditEvent::PasskeyAdded, details, Some(&Notice::PasskeyAdded { account: id }), codes).await?;
    tx.commit().await?;
    Ok(secured)
}
