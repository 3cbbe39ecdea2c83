//! Browsers that an account was signed in to before (OWASP's „device cookies”). A browser holds a long-lived cookie: a random
//! secret with our signature. A row ties the secret's hash to each account that was signed in to in this browser, so the cookie
//! opens nothing, tells nothing, and stands for no account but those; the row can be forgotten, the cookie cannot be forged.
//! What may not live here: the cookie itself (web), what a known device is good for (`sign_in`).

use super::context::Context;
use super::error::ServiceError;
use crate::domain::actor::Actor;
use crate::domain::id::AccountId;
use crate::domain::lockout::Lockout;
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
    let mut source = match sign_in_sources::find(tx, account, SourceKind::Device, browser.hash()).await? {
        Some(known) => known,
        None => first_seen(context, account, browser),
    };
    note_use(context, actor, &mut source, label);
    sign_in_sources::save(tx, &source).await?;
    Ok(source)
}

/// A browser that the account was never signed in to before; not yet stored.
pub(super) fn first_seen(context: &Context, account: AccountId, browser: &Browser) -> Source {
    let now = context.now();
    Source {
        id: context.new_source_id(),
        account,
        kind: SourceKind::Device,
        hash: browser.hash(),
        label: String::new(),
        network: String::new(),
        lockout: Lockout::default(),
        created_at: now,
        last_used_at: now,
    }
}

/// Notes that this browser is used now, from where, and what it calls itself; its counter begins anew, unless it is blocked.
pub(super) fn note_use(context: &Context, actor: &Actor, source: &mut Source, label: &str) {
    let now = context.now();
    if !source.lockout.is_blocked(now) {
        source.lockout = Lockout::default();
    }
    source.label = label.chars().filter(|c| !c.is_control()).take(LONGEST_LABEL).collect();
    source.network = actor.address.map(|address| Network::provider(address).to_string()).unwrap_or_default();
    source.last_used_at = now;
}
