//! The mailboxes of offices are looked into: each unread message lands in „Wpływy” with its attachments, once, and is marked as read.
//! Nobody is ever answered, and nothing is accepted by itself. What may not live here: IMAP and MIME (the mail room's).

use super::handle_post::{NewMessage, keep_message};
use super::{Context, ServiceError};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::moment::MINUTE_MS;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::mail::{Inbox, InboxError, MailboxAddress, OpenedMessage, Unread};
use crate::storage::post_mailboxes;

/// Messages taken at one look: the next look takes the next ones.
const MOST_AT_ONCE: usize = 20;
/// A message beyond this stays in the mailbox; its head is recorded.
const MOST_BYTES: u32 = 40 * 1024 * 1024;
/// A worker that holds a mailbox this long is taken for dead.
const LEASE_MS: i64 = 10 * MINUTE_MS;

/// The mailbox of an office.
#[derive(Debug, Clone)]
pub struct OfficeMailbox {
    /// Whose.
    pub voivodeship: VoivodeshipCode,
    /// Where.
    pub address: MailboxAddress,
}

/// What was done at one look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Polled {
    /// Messages that were taken.
    pub taken: u64,
    /// Mailboxes that could not be read.
    pub failed: u64,
}

/// Looks into every mailbox that no other worker holds. One that fails stops no other, and no message the next one: it is told on the page
/// and in the log.
///
/// # Errors
/// Of the database and the file store: the last one, after everything else was looked at.
pub async fn poll_mailboxes(context: &Context) -> Result<Polled, ServiceError> {
    let actor = Actor { kind: ActorKind::System, address: None, correlation: context.new_correlation_id() };
    let (mut polled, mut ours) = (Polled::default(), None);
    for mailbox in &context.settings.mailboxes {
        let owner = context.new_correlation_id().to_string();
        let (now, until) = (context.now(), context.now().plus_ms(LEASE_MS));
        if !post_mailboxes::claim(&context.db, &mailbox.voivodeship, &owner, now, until).await? {
            continue;
        }
        let looked = look_into(context, &actor, mailbox, &mut polled.taken).await;
        let failure = match &looked {
            Ok(()) => None,
            Err(Failure::Mailbox(error)) => {
                polled.failed += 1;
                tracing::warn!(mailbox = mailbox.address.place(), %error, "a mailbox cannot be read; it is tried again");
                Some(error.key())
            }
            // Ours: told by the worker, and the mailbox is not to blame.
            Err(Failure::Service(_)) => None,
        };
        post_mailboxes::release(&context.db, &mailbox.voivodeship, &owner, context.now(), failure).await?;
        if let Err(Failure::Service(error)) = looked {
            ours = Some(error);
        }
    }
    ours.map_or(Ok(polled), Err)
}

/// Since when which mailboxes cannot be read.
pub(super) enum Failure {
    Mailbox(InboxError),
    Service(ServiceError),
}

impl From<InboxError> for Failure {
    fn from(error: InboxError) -> Self {
        Self::Mailbox(error)
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

async fn look_into(context: &Context, actor: &Actor, mailbox: &OfficeMailbox, taken: &mut u64) -> Result<(), Failure> {
    let mut inbox = Inbox::open(&mailbox.address).await?;
    let mut ours = None;
    for unread in inbox.list_unread(MOST_AT_ONCE).await? {
        match take(context, actor, mailbox, &mut inbox, unread).await {
            Ok(is_new) => *taken += u64::from(is_new),
            Err(Failure::Service(error)) => {
                tracing::error!(mailbox = mailbox.address.place(), uid = unread.uid, %error, "a message could not be kept; it is tried again");
                ours = Some(Failure::Service(error));
            }
            Err(failure) => return Err(failure),
        }
    }
    inbox.close().await;
    ours.map_or(Ok(()), Err)
}

/// Takes one message: false when it was taken before, and only the mark was missing.
async fn take(context: &Context, actor: &Actor, mailbox: &OfficeMailbox, inbox: &mut Inbox, unread: Unread) -> Result<bool, Failure> {
    let is_whole = unread.size <= MOST_BYTES;
    // Gone meanwhile: somebody removed it.
    let Some(raw) = inbox.fetch(unread.uid, !is_whole).await? else { return Ok(false) };
    let (opened, raw) = tokio::task::spawn_blocking(move || (OpenedMessage::open(&raw), raw)).await.map_err(ServiceError::internal)?;
    let message = NewMessage {
        voivodeship: mailbox.voivodeship.clone(),
        mailbox: mailbox.address.user.clone(),
        validity: inbox.validity(),
        uid: unread.uid,
        is_whole,
        raw,
        opened,
    };
    let is_new = keep_message(context, actor, message).await?;
    // Only now: a message that was not kept comes again, and one that was kept is known by its number and its bytes.
    inbox.mark_taken(unread.uid).await?;
    Ok(is_new)
}
