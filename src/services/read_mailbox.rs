//! The demonstration's mailbox: the letters that were written as files.

use super::{Context, ServiceError};
use crate::mail::{Mailer, read_directory};

pub use crate::mail::ReceivedLetter;

/// The letters, the newest first; none where letters really leave.
///
/// # Errors
/// `Unavailable` when the directory cannot be read.
pub async fn read_mailbox(context: &Context) -> Result<Vec<ReceivedLetter>, ServiceError> {
    let Mailer::Directory(directory) = context.mailer.as_ref() else { return Ok(Vec::new()) };
    let path = directory.path().to_owned();
    let letters = tokio::task::spawn_blocking(move || read_directory(&path)).await.map_err(ServiceError::internal)?;
    letters.map_err(|e| ServiceError::Unavailable(e.to_string()))
}
