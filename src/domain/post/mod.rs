//! Post („Wpływy”): what came to an office, file by file, until each file is assigned, sent back, discarded or passed on.
//! What may not live here: which application a file belongs to (`matching.rs`).

pub mod matching;
#[cfg(test)]
mod tests;

use super::application::signed_form::MediaType;
use super::id::{AccountId, ApplicationId, PostFileId, PostItemId};
use super::moment::Moment;
use super::voivodeship::{ReturnChannel, VoivodeshipCode};
use jiff::civil::Date;
use matching::Clue;

/// Where a file of the post stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PostState {
    /// An application is proposed, and somebody has to accept it.
    Proposed,
    /// Nothing that could be accepted matches.
    Unassigned,
    /// It is a signed form of an application now.
    Assigned,
    /// It went back to whoever sent it.
    SentBack,
    /// It is no use to anybody.
    Discarded,
    /// Another office has it now.
    Passed,
    /// It held several forms: each is a file of its own, and this one stays as the evidence that came.
    Split,
    /// The same file had been recorded before; it was not stored again.
    Repeated,
}

impl PostState {
    /// All.
    pub const ALL: [Self; 8] =
        [Self::Proposed, Self::Unassigned, Self::Assigned, Self::SentBack, Self::Discarded, Self::Passed, Self::Split, Self::Repeated];
    /// Those in which the office has the file: the same one is not kept a second time. What went away may come again.
    pub const HAD: [Self; 4] = [Self::Proposed, Self::Unassigned, Self::Assigned, Self::Split];
    /// Those in which the file was here and was settled without an application.
    pub const GONE: [Self; 3] = [Self::SentBack, Self::Discarded, Self::Passed];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Unassigned => "unassigned",
            Self::Assigned => "assigned",
            Self::SentBack => "sent_back",
            Self::Discarded => "discarded",
            Self::Passed => "passed",
            Self::Split => "split",
            Self::Repeated => "repeated",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
    /// Whether it can be taken out again, as long as its bytes are there.
    pub const fn may_reopen(self) -> bool {
        matches!(self, Self::SentBack | Self::Discarded)
    }
    /// Whether somebody has to do something about it.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Proposed | Self::Unassigned)
    }
}

/// Which part of the post is listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PostView {
    /// Something in it waits to be accepted.
    #[default]
    ToAccept,
    /// Something in it matches nothing.
    Unassigned,
    /// Nothing in it waits.
    Settled,
}

impl PostView {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::ToAccept, Self::Unassigned, Self::Settled];
    /// Name in the URL and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ToAccept => "to_accept",
            Self::Unassigned => "unassigned",
            Self::Settled => "settled",
        }
    }
    /// Reads a name from the URL.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.key() == key)
    }
}

/// Why a file was sent back or discarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PostReason {
    /// Nobody has signed it.
    Unsigned,
    /// Pages are missing.
    Incomplete,
    /// It cannot be read.
    Unreadable,
    /// A newer revision was filed since.
    OlderRevision,
    /// The application has been decided, or takes no form now.
    NotTaken,
    /// It is not for this office.
    WrongOffice,
    /// What is in it is here already.
    Duplicate,
    /// It is not about an application.
    NoForm,
    /// Nobody asked for it.
    Unwanted,
    /// It should not have been recorded.
    Mistake,
    /// As the text says.
    Other,
}

impl PostReason {
    /// What a file is sent back for.
    pub const SENDING_BACK: [Self; 7] =
        [Self::Unsigned, Self::Incomplete, Self::Unreadable, Self::OlderRevision, Self::NotTaken, Self::WrongOffice, Self::Other];
    /// What a file is discarded for.
    pub const DISCARDING: [Self; 5] = [Self::Duplicate, Self::NoForm, Self::Unwanted, Self::Mistake, Self::Other];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Incomplete => "incomplete",
            Self::Unreadable => "unreadable",
            Self::OlderRevision => "older_revision",
            Self::NotTaken => "not_taken",
            Self::WrongOffice => "wrong_office",
            Self::Duplicate => "duplicate",
            Self::NoForm => "no_form",
            Self::Unwanted => "unwanted",
            Self::Mistake => "mistake",
            Self::Other => "other",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::SENDING_BACK.into_iter().chain(Self::DISCARDING).find(|reason| reason.key() == key)
    }
}

/// What is known of something that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostItem {
    /// Row.
    pub id: PostItemId,
    /// Whose post it is.
    pub voivodeship: VoivodeshipCode,
    /// How it came.
    pub channel: ReturnChannel,
    /// The day it came (Warsaw).
    pub received_on: Date,
    /// Who sent it, as written there: nobody has confirmed it.
    pub sender: Option<String>,
    /// Number that the channel or the sender gave.
    pub reference: Option<String>,
    /// Sign of the case in the office.
    pub case_sign: Option<String>,
    /// Who recorded it.
    pub recorded_by: Option<AccountId>,
    /// When.
    pub recorded_at: Moment,
    /// The office that passed it on.
    pub passed_from: Option<VoivodeshipCode>,
    /// The user of the mailbox that it was read from.
    pub mailbox: Option<String>,
    /// Subject of the message, as written there.
    pub subject: Option<String>,
    /// The first of its text.
    pub text: Option<String>,
    /// Attachments that stay in the message only: refused, too many, too large.
    pub skipped: i32,
    /// The message was too large to be fetched: its head alone is kept.
    pub is_cut: bool,
}

impl PostItem {
    /// Reference and case sign as one line, as a signed form keeps them.
    pub fn reference_line(&self) -> String {
        [self.reference.as_deref(), self.case_sign.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// Longest reference, in characters: with the longest case sign it still fits into the reference of a signed form.
pub const LONGEST_REFERENCE: usize = 60;
/// Longest case sign, in characters.
pub const LONGEST_CASE_SIGN: usize = 37;
/// Longest sender, in characters.
pub const LONGEST_SENDER: usize = 200;
/// Longest text of a reason, in characters.
pub const LONGEST_NOTE: usize = 500;

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// By whom.
    pub by: Option<AccountId>,
    /// When.
    pub at: Option<Moment>,
    /// The application that it belongs to.
    pub application: Option<ApplicationId>,
    /// The office that has it now.
    pub passed_to: Option<VoivodeshipCode>,
    /// Why it was sent back or discarded.
    pub reason: Option<PostReason>,
    /// In words.
    pub note: Option<String>,
}

/// One file of the post: as it came, or one form out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostFile {
    /// Row.
    pub id: PostFileId,
    /// What it came with.
    pub item: PostItemId,
    /// Its place in the item, from 0.
    pub position: i32,
    /// The file that it was cut out of, and its first and last page there, from 1.
    pub part_of: Option<(PostFileId, i32, i32)>,
    /// By content.
    pub media_type: MediaType,
    /// Bytes.
    pub size: i64,
    /// Of the bytes, 64 hex digits.
    pub sha256: String,
    /// Where the object store keeps it; empty for what was not stored again.
    pub object_key: String,
    /// Page images (PNG), in order.
    pub page_keys: Vec<String>,
    /// A PDF with a signature dictionary, or an XAdES file: recognised.
    pub has_signature: bool,
    /// What it says of itself.
    pub clue: Option<Clue>,
    /// Where it stands.
    pub state: PostState,
    /// What became of it.
    pub settled: Settled,
    /// Where the same file was recorded before.
    pub repeats: Option<PostItemId>,
}
