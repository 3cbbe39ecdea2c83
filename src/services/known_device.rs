//! Browsers that an account was signed in to before (OWASP's „device cookies”). A browser holds a long-lived cookie: a random
//! secret with our signature. A row ties the secret's hash to each account that was signed in to in this browser, so the cookie
//! opens nothing, tells nothing, and stands for no account but those; the row can be forgotten, the cookie cannot be forged.
//! What may not live here: the cookie itself (web), what a known device is good for (`sign_in`).

use super::context::Context;
use super::error::ServiceError;
use crate::domain::actor::Actor;
use crate::domain::id::AccountId;
use crate::domain::sign_in_limits::Network;
use crate::secrets::{is_same, token_hash};
use crate::storage::Connection;
use crate::storage::sign_in_sources::{self, Source, SourceKind};

const PURPOSE: &str = "device";
/// Characters of the browser's name that are kept.
const LONGEST_LABEL: usize = 200;

/// A browser that brought a cookie of ours, or that is given one now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    secret: String,
}

impl Browser {
    /// The browser of a cookie's text, if we signed it.
    pub fn read(context: &Context, cookie: &str) -> Option<Self> {
        let (secret, signature) = cookie.split_once('.')?;
        let expected = context.key.token(PURPOSE, secret.as_bytes());
        is_same(expected.as_bytes(), signature.as_bytes()).then(|| Self { secret: secret.to_owned() })
    }
    /// A browser that brings none.
    pub fn new(context: &Context) -> Self {
        Self { secret: context.new_token() }
    }
    /// The text of its cookie.
    pub fn cookie(&self, context: &Context) -> String {
        format!("{}.{}", self.secret, context.key.token(PURPOSE, self.secret.as_bytes()))
    }
    /// What is stored of it.
    pub fn hash(&self) -> [u8; 32] {
        token_hash(&self.secret)
    }
}

/// Makes this browser known to the account, or notes that it was used again: its counter begins anew, unless it is blocked now.
pub(super) async fn remember<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    account: AccountId,
    browser: &Browser,
    label: &str,
) -> Result<Source, ServiceError> {
    let now = context.now();
    let known = sign_in_sources::find(tx, account, SourceKind::Device, browser.hash()).await?;
    let blocked = known.as_ref().map(|source| source.lockout).filter(|lockout| lockout.is_blocked(now));
    let source = Source {
        id: known.as_ref().map_or_else(|| context.new_source_id(), |source| source.id),
        account,
        kind: SourceKind::Device,
        hash: browser.hash(),
        label: label.chars().filter(|c| !c.is_control()).take(LONGEST_LABEL).collect(),
        network: actor.address.map(|address| Network::provider(address).to_string()).unwrap_or_default(),
        lockout: blocked.unwrap_or_default(),
        created_at: known.map_or(now, |source| source.created_at),
        last_used_at: now,
    };
    sign_in_sources::save(tx, &source).await?;
    Ok(source)
}
