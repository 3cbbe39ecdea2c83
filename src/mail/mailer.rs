//! The three ways in which a letter leaves. What may not live here: what a letter says, when to try again.

use super::directory::DirectoryMailer;
use super::memory::MemoryMailer;
use super::message::{OutgoingLetter, compose};
use super::setting::{MailSettingError, MailUrl, Sender};
use super::smtp::SmtpMailer;
use crate::domain::delivery::DeliveryFailure;

/// Sends letters; built from the mail setting.
#[derive(Debug, Clone)]
pub enum Mailer {
    /// To a mail server.
    Smtp(SmtpMailer),
    /// Into a directory of `.eml` files.
    Directory(DirectoryMailer),
    /// Into the process's memory, for tests.
    Memory(MemoryMailer),
}

/// Why a letter did not leave. The texts carry no password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Trying again is useless: this letter will never be taken (a 5xx answer to it, a malformed address).
    #[error("the letter is refused for good: {0}")]
    Permanent(String),
    /// The mail server refused it: what became of it is in its answer.
    #[error("{}: {text}", refused(.is_permanent))]
    Refused {
        /// Its code.
        code: u16,
        /// Trying again is useless.
        is_permanent: bool,
        /// Its words.
        text: String,
    },
    /// Trying again later may help: network, time-out, a 4xx answer, or a server that does not want us just now.
    #[error("the letter could not be sent now: {0}")]
    Temporary(String),
}

const fn refused(is_permanent: &bool) -> &'static str {
    if *is_permanent { "the letter is refused for good" } else { "the letter could not be sent now" }
}

impl SendError {
    /// Whether trying again is useless.
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Permanent(_) | Self::Refused { is_permanent: true, .. })
    }
    /// What it means for the recipient, and the mail server's code.
    pub fn failure(&self) -> (DeliveryFailure, Option<u16>) {
        match self {
            // Only an address or text that no letter can be made of is refused before a server has seen it.
            Self::Permanent(_) => (DeliveryFailure::Composing, None),
            Self::Temporary(_) => (DeliveryFailure::NoAnswer, None),
            Self::Refused { code, is_permanent, text } => (DeliveryFailure::of_reply(*code, *is_permanent, text), Some(*code)),
        }
    }
}

impl Mailer {
    /// Reads the mail setting: `smtp://…`, `smtps://…`, `file:var/mail` or `memory:`. Opens no connection.
    ///
    /// - `smtp://user:password@host:port?tls=required|opportunistic|none`: `required` (STARTTLS) unless said otherwise,
    ///   but `none` to a loopback address. A password goes over an unencrypted connection to loopback only.
    /// - `smtps://user:password@host:port`: TLS from the first byte.
    /// - Both take `timeout=<seconds>` (20) for each step, and `ca=<file.pem>` for an office's own certificate authority.
    ///
    /// # Errors
    /// [`MailSettingError`] says what is wrong, without the password.
    pub fn from_setting(setting: &str, from: &Sender) -> Result<Self, MailSettingError> {
        Ok(match MailUrl::parse(setting)? {
            MailUrl::Smtp(server) => Self::Smtp(SmtpMailer::new(server, from.clone())?),
            MailUrl::Directory(path) => Self::Directory(DirectoryMailer::new(path, from.clone())),
            MailUrl::Memory => Self::Memory(MemoryMailer::new(from.clone())),
        })
    }

    /// Sends one letter. Sending it again under the same Message-ID is harmless: a directory keeps one file,
    /// and a mail server or a reader can recognise the second one.
    ///
    /// # Errors
    /// [`SendError`], permanent or temporary.
    pub async fn send(&self, letter: &OutgoingLetter) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.send(&compose(smtp.sender(), letter)?).await,
            Self::Directory(directory) => directory.keep(letter, compose(directory.sender(), letter)?.formatted()).await,
            Self::Memory(memory) => {
                memory.keep(letter, compose(memory.sender(), letter)?.formatted());
                Ok(())
            }
        }
    }

    /// Whether letters could leave now: the server answers and lets us in, the directory can be written.
    ///
    /// # Errors
    /// [`SendError`] says what is wrong.
    pub async fn check(&self) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.check().await,
            Self::Directory(directory) => directory.check().await,
            Self::Memory(_) => Ok(()),
        }
    }

    /// Where letters go, in words for the operator; without user name and password.
    pub fn destination(&self) -> String {
        match self {
            Self::Smtp(smtp) => smtp.destination(),
            Self::Directory(directory) => directory.path().display().to_string(),
            Self::Memory(_) => "memory".to_owned(),
        }
    }
}
