//! Mailer (lettre) and letters. What may not live here: storage, tokens, decisions about who is told what.

mod directory;
mod flow;
pub mod letters;
mod mailer;
mod memory;
mod message;
mod received;
mod setting;
mod smtp;

pub use directory::DirectoryMailer;
pub use flow::flow;
pub use mailer::{Mailer, SendError};
pub use memory::MemoryMailer;
pub use message::{OutgoingLetter, message_id};
pub use received::{ReceivedLetter, read_directory};
pub use setting::{MailSettingError, Sender};
pub use smtp::SmtpMailer;
