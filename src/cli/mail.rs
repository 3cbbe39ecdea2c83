//! `mail list`, `mail show`, `mail retry`: the outbox from a shell.

use super::{Done, say};
use crate::domain::id::MessageId;
use crate::portal::Portal;
use crate::services::ServiceError;
use crate::services::manage_outbox::{MessageStatus, OutboxMessage, list_messages, retry_message, view_message};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The newest letters, one a line: id, status, attempts, queued, what it tells.
    List {
        /// waiting, sent, given_up or dropped; by default all.
        #[arg(long)]
        status: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// One letter: what it tells, how often it was tried, why it failed.
    Show {
        /// Id, as in the list.
        id: String,
    },
    /// Try a letter again that was given up; `all` means every one of them.
    Retry {
        /// Id, or all.
        id: String,
    },
}

pub(super) async fn run(portal: &Portal, command: Command) -> Done {
    let (context, operator) = (&portal.context, portal.operator());
    match command {
        Command::List { status, limit } => {
            let status = match status.as_deref() {
                None => None,
                Some(text) => Some(MessageStatus::from_key(text).ok_or("--status: waiting, sent, given_up or dropped")?),
            };
            for message in list_messages(context, &operator, status, limit).await? {
                say(line_of(&message))?;
            }
        }
        Command::Show { id } => {
            let message = view_message(context, &operator, parse(&id)?).await.map_err(none_such)?;
            say(line_of(&message))?;
            say(format_args!("tells:        {}", serde_json::to_string(&message.notice)?))?;
            say(format_args!("next attempt: {}", message.next_attempt_at.to_iso()))?;
            say(format_args!("finished:     {}", message.finished_at.map_or("-".to_owned(), |at| at.to_iso())))?;
            say(format_args!("request id:   {}", message.correlation))?;
            say(format_args!("last error:   {}", message.last_error.as_deref().unwrap_or("-")))?;
        }
        Command::Retry { id } if id == "all" => {
            let given_up = list_messages(context, &operator, Some(MessageStatus::GivenUp), 100_000).await?;
            for message in &given_up {
                match retry_message(context, &operator, message.id).await {
                    // Somebody else retried it meanwhile.
                    Ok(()) | Err(ServiceError::NotFound | ServiceError::Stale) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            say(format_args!("{} to be tried again.", given_up.len()))?;
        }
        Command::Retry { id } => {
            retry_message(context, &operator, parse(&id)?).await.map_err(none_such)?;
            say("It will be tried again.")?;
        }
    }
    Ok(())
}

fn parse(id: &str) -> Result<MessageId, String> {
    id.parse().map_err(|_| format!("{id} is no id of a letter; see: cas-portal mail list"))
}

fn none_such(error: ServiceError) -> String {
    match error {
        ServiceError::NotFound | ServiceError::Stale => {
            "there is no such letter, or it was not given up; see: cas-portal mail list".to_owned()
        }
        other => other.to_string(),
    }
}

fn line_of(message: &OutboxMessage) -> String {
    format!("{}  {:8}  {:2}  {}  {}", message.id, message.status.key(), message.attempts, message.created_at.to_iso(), message.notice.key())
}
