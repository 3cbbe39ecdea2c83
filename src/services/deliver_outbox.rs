//! Delivers what the outbox holds: takes messages under a lease, composes each letter, sends it, notes what became of it.
//! What may not live here: what letters say (`compose_letter.rs`), when to look (`worker.rs`).
//!
//! A letter leaves between two transactions, never inside one. A crash before the second leaves the message waiting; when
//! the lease has run out, the letter leaves again under the same Message-ID and with the same link, so that the mail
//! server or the reader can recognise it. Nothing is sent twice knowingly, and nothing is lost.

use super::compose_letter::{Composed, compose};
use super::{Context, ServiceError, record};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::delivery::DeliveryFailure;
use crate::domain::id::MessageId;
use crate::domain::identifiers::EmailAddress;
use crate::domain::moment::MINUTE_MS;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::mail::{OutgoingLetter, SendError, message_id};
use crate::storage::database::begin;
use crate::storage::outbox_messages::{self, MessageStatus, OutboxMessage, Tried};
use futures::FutureExt;
use serde_json::json;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use url::Url;

/// How long a worker holds what it took.
const LEASE_MS: i64 = 2 * MINUTE_MS;
/// How long one letter may take. What would not end within the lease is not begun, so that no two workers send it.
const LONGEST_SENDING: Duration = Duration::from_secs(90);
/// After so many failed attempts a letter is given up.
const MOST_ATTEMPTS: i32 = 10;
/// Minutes until the next attempt, after the first, the second …; the last one for all further ones.
const DELAYS: [i64; 7] = [1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60];
/// Longest text kept about a failure.
const LONGEST_ERROR: usize = 300;

/// What became of the messages of one batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Left.
    pub sent: usize,
    /// To be tried again later.
    pub postponed: usize,
    /// Given up; somebody has to look.
    pub given_up: usize,
    /// Needless by now.
    pub dropped: usize,
    /// Given back without an attempt, because of a stop or because the lease would not have sufficed.
    pub released: usize,
    /// Another worker had taken it over before this one was done.
    pub lost: usize,
}

impl Delivered {
    /// How many messages the batch held.
    pub const fn taken(&self) -> usize {
        self.sent + self.postponed + self.given_up + self.dropped + self.released + self.lost
    }
}

/// Delivers up to `batch` messages that are due. `owner` names this worker among all.
///
/// # Errors
/// Of the database; what was not done stays in the outbox.
pub async fn deliver_due(context: &Context, owner: &str, batch: usize) -> Result<Delivered, ServiceError> {
    deliver_until(context, owner, batch, || false).await
}

/// As [`deliver_due`], but begins no letter once `is_stopping` says so.
///
/// # Errors
/// As [`deliver_due`].
pub async fn deliver_until(
    context: &Context,
    owner: &str,
    batch: usize,
    is_stopping: impl Fn() -> bool,
) -> Result<Delivered, ServiceError> {
    let mut delivered = Delivered::default();
    let lease_until = context.now().plus_ms(LEASE_MS);
    let messages = outbox_messages::take(&context.db, owner, context.now(), lease_until, batch as u64).await?;
    for message in messages {
        if is_stopping() || lease_until.since(context.now()) < LONGEST_SENDING.as_millis() as i64 {
            outbox_messages::release(&context.db, message.id, owner).await?;
            delivered.released += 1;
            continue;
        }
        // A letter that makes the program stumble must not keep the others from leaving.
        let attempt = AssertUnwindSafe(attempt(context, &message)).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(message = %message.id, notice = message.notice.key(), "composing or sending a letter panicked");
            Attempt::of_our_fault()
        });
        let count = match settle(context, owner, &message, attempt).await? {
            Fate::Sent => &mut delivered.sent,
            Fate::Postponed => &mut delivered.postponed,
            Fate::GivenUp => &mut delivered.given_up,
            Fate::Dropped => &mut delivered.dropped,
            Fate::Lost => &mut delivered.lost,
        };
        *count += 1;
    }
    Ok(delivered)
}

/// What trying gave.
enum Attempt {
    Sent { to: String, voivodeship: Option<VoivodeshipCode> },
    Needless,
    Failed(Failed),
}

struct Failed {
    is_permanent: bool,
    reason: String,
    failure: (DeliveryFailure, Option<u16>),
    to: Option<String>,
    voivodeship: Option<VoivodeshipCode>,
}

impl Attempt {
    /// The cause is in the log, because it may hold more than the outbox may.
    fn of_our_fault() -> Self {
        Self::uncomposed(false, "the letter could not be composed; see the log")
    }

    fn uncomposed(is_permanent: bool, reason: &str) -> Self {
        let failure = (DeliveryFailure::Composing, None);
        Self::Failed(Failed { is_permanent, reason: reason.to_owned(), failure, to: None, voivodeship: None })
    }
}

async fn attempt(context: &Context, message: &OutboxMessage) -> Attempt {
    if message.attempts > MOST_ATTEMPTS {
        // Each earlier attempt ended with its process: this letter may be what ends them.
        return Attempt::uncomposed(true, "no attempt came to its end");
    }
    match composed(context, message).await {
        Ok(None) => Attempt::Needless,
        Ok(Some((letter, voivodeship))) => {
            // As addresses are compared, so that it is found whatever its case.
            let to = EmailAddress::trusted(&letter.to).key();
            match send(context, &letter).await {
                Ok(()) => Attempt::Sent { to, voivodeship },
                Err(error) => Attempt::Failed(Failed {
                    is_permanent: error.is_permanent(),
                    reason: without_personal_data(&error.to_string(), &letter),
                    failure: error.failure(),
                    to: Some(to),
                    voivodeship,
                }),
            }
        }
        Err(error) => {
            tracing::error!(message = %message.id, notice = message.notice.key(), %error, "a letter could not be composed");
            Attempt::of_our_fault()
        }
    }
}

/// Composes the letter in a transaction of its own: the tokens in it are stored before it leaves.
async fn composed(context: &Context, message: &OutboxMessage) -> Result<Option<(OutgoingLetter, Option<VoivodeshipCode>)>, ServiceError> {
    let public_url = Url::parse(&context.settings.public_url).map_err(ServiceError::internal)?;
    let tx = begin(&context.db).await?;
    let composed = compose(context, &tx, message).await?;
    tx.commit().await?;
    Ok(composed.map(|Composed { to, to_name, subject, body, voivodeship }| {
        let message_id = message_id(message.id, &public_url);
        (OutgoingLetter { to, to_name, subject, body, message_id, composed_at: context.now() }, voivodeship)
    }))
}

async fn send(context: &Context, letter: &OutgoingLetter) -> Result<(), SendError> {
    match tokio::time::timeout(LONGEST_SENDING, context.mailer.send(letter)).await {
        Ok(done) => done,
        Err(_) => Err(SendError::Temporary(format!("sending took longer than {} s", LONGEST_SENDING.as_secs()))),
    }
}

/// What became of a message.
enum Fate {
    Sent,
    Postponed,
    GivenUp,
    Dropped,
    Lost,
}

async fn settle(context: &Context, owner: &str, message: &OutboxMessage, attempt: Attempt) -> Result<Fate, ServiceError> {
    let end = |status| End { context, owner, message, status };
    let (is_done, fate) = match attempt {
        Attempt::Sent { to, voivodeship } => {
            let tried = Tried { sent_to: Some(&to), ..Tried::default() };
            let event = Some((AuditEvent::LetterDelivered, Outcome::Done));
            (end(MessageStatus::Sent).write(tried, event, voivodeship).await?, Fate::Sent)
        }
        Attempt::Needless => (end(MessageStatus::Dropped).write(Tried::default(), None, None).await?, Fate::Dropped),
        Attempt::Failed(Failed { is_permanent, reason, failure, to, voivodeship }) => {
            let tried = Tried { sent_to: to.as_deref(), error: Some(&reason), failure: Some(failure) };
            if let Some(delay) = delay_ms(message.attempts, message.id).filter(|_| !is_permanent) {
                let next = context.now().plus_ms(delay);
                outbox_messages::postpone(&context.db, message.id, owner, next, tried).await?;
                tracing::warn!(message = %message.id, attempts = message.attempts, reason, "a letter is postponed");
                return Ok(Fate::Postponed);
            }
            tracing::error!(message = %message.id, attempts = message.attempts, reason, "a letter is given up");
            let event = Some((AuditEvent::LetterGivenUp, Outcome::Failed));
            (end(MessageStatus::GivenUp).write(tried, event, voivodeship).await?, Fate::GivenUp)
        }
    };
    if is_done {
        Ok(fate)
    } else {
        tracing::warn!(message = %message.id, "the lease of a letter ran out before it was done");
        Ok(Fate::Lost)
    }
}

/// The end of a message: its row and its audit entry, in one transaction.
struct End<'a> {
    context: &'a Context,
    owner: &'a str,
    message: &'a OutboxMessage,
    status: MessageStatus,
}

impl End<'_> {
    /// False when another worker holds the message by now.
    async fn write(
        &self,
        tried: Tried<'_>,
        event: Option<(AuditEvent, Outcome)>,
        voivodeship: Option<VoivodeshipCode>,
    ) -> Result<bool, ServiceError> {
        let Self { context, owner, message, status } = self;
        let tx = begin(&context.db).await?;
        if !outbox_messages::finish(&tx, message.id, owner, *status, tried, context.now()).await? {
            return Ok(false);
        }
        if let Some((event, outcome)) = event {
            // Tied to the request that caused the letter.
            let actor = Actor { kind: ActorKind::System, address: None, correlation: message.correlation };
            let details = json!({ "notice": message.notice.key(), "attempts": message.attempts });
            let object = AuditObject::new("letter", message.id);
            record::entry(context, &tx, &actor, NewAuditEntry { event, object, voivodeship, on_behalf_of: None, outcome, details }).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// Milliseconds until the next attempt after so many; `None` when there is none. Up to a tenth is added by the message's id,
/// so that letters that failed together do not all come back together.
fn delay_ms(attempts: i32, id: MessageId) -> Option<i64> {
    if attempts >= MOST_ATTEMPTS {
        return None;
    }
    let step = usize::try_from(attempts - 1).unwrap_or_default().min(DELAYS.len() - 1);
    let delay = DELAYS[step] * MINUTE_MS;
    // The last bytes of the id are random.
    let spread = i64::from(id.0.as_bytes()[15]) * delay / 10 / 256;
    Some(delay + spread)
}

/// A mail server's answer without the recipient: the outbox and the log are read by people who need not know the address.
fn without_personal_data(reason: &str, letter: &OutgoingLetter) -> String {
    let address = letter.to.to_lowercase();
    let local = address.split('@').next().unwrap_or_default();
    let words = reason.split_whitespace().map(|word| {
        let lower = word.to_lowercase();
        let names_somebody = lower.contains('@') || lower.contains(local) && local.len() >= 3;
        if names_somebody { "<address>" } else { word }
    });
    words.collect::<Vec<_>>().join(" ").chars().take(LONGEST_ERROR).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_and_end() {
        let id = |last| MessageId(uuid::Uuid::from_bytes([last; 16]));
        let minutes: Vec<i64> = (1..=9).map(|attempts| delay_ms(attempts, id(0)).unwrap() / MINUTE_MS).collect();
        assert_eq!(minutes, [1, 5, 15, 60, 240, 720, 1440, 1440, 1440]);
        assert_eq!(delay_ms(10, id(0)), None);
        for attempts in 1..10 {
            let (least, most) = (delay_ms(attempts, id(0)).unwrap(), delay_ms(attempts, id(255)).unwrap());
            assert!(least < most && most < least + least / 10, "{attempts}: {least} {most}");
        }
    }

    #[test]
    fn no_address_is_kept() {
        let letter = OutgoingLetter {
            to: "Anna.Zolw@gops.example.pl".into(),
            to_name: String::new(),
            subject: String::new(),
            body: String::new(),
            message_id: String::new(),
            composed_at: crate::domain::moment::Moment(0),
        };
        let answer = "permanent error (550): 5.1.1 <anna.zolw@GOPS.example.pl>: user 'anna.zolw' unknown,\n see postmaster@example.pl";
        assert_eq!(without_personal_data(answer, &letter), "permanent error (550): 5.1.1 <address> user <address> unknown, see <address>");
        assert!(without_personal_data(&"x ".repeat(1000), &letter).len() <= LONGEST_ERROR);
    }
}
