//! Mailer (lettre) and letters; the mailboxes of offices (IMAP) and what is in a message. What may not live here: storage, tokens,
//! decisions about who is told what.

mod directory;
mod flow;
mod inbox;
pub mod letters;
mod mailer;
mod memory;
mod message;
mod opened;
mod received;
mod setting;
mod smtp;

pub use directory::DirectoryMailer;
pub use flow::flow;
pub use inbox::{Inbox, InboxError, MailboxAddress, Unread};
pub use mailer::{Mailer, SendError};
pub use memory::MemoryMailer;
pub use message::{OutgoingLetter, message_id};
pub use opened::OpenedMessage;
pub use received::{ReceivedLetter, read_directory};
pub use setting::{MailSettingError, Sender};
pub use smtp::SmtpMailer;
