//! Erasures: which application or account was erased, when. Nothing in it tells whose it was, so it may be kept longer than backups.

use super::id::{AccountId, ApplicationId};
use super::moment::Moment;
use uuid::Uuid;

/// How a name begins that stands in the audit trail in place of an erased one.
pub const MARK: &str = "erased:";

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// An application with its files.
    Application(ApplicationId),
    /// A person's account.
    Account(AccountId),
}

impl Subject {
    /// Stored name.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Application(_) => "application",
            Self::Account(_) => "account",
        }
    }
    /// Its row's identifier.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Application(id) => id.0,
            Self::Account(id) => id.0,
        }
    }
    /// Reads stored parts.
    pub fn from_parts(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "application" => Some(Self::Application(ApplicationId(id))),
            "account" => Some(Self::Account(AccountId(id))),
            _ => None,
        }
    }
    /// What stands in the audit trail in place of a name.
    pub fn mark(self) -> String {
        format!("{MARK}{}", self.id())
    }
    /// The name by which the journal beside the files keeps it.
    pub fn journal_name(self) -> String {
        format!("{}-{}", self.kind(), self.id())
    }
    /// Reads such a name.
    pub fn from_journal_name(name: &str) -> Option<Self> {
        let (kind, id) = name.split_once('-')?;
        Self::from_parts(kind, id.parse().ok()?)
    }
}

/// One erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// Of what.
    pub subject: Subject,
    /// When.
    pub at: Moment,
}

impl Erasure {
    /// A line of the journal: the name and the moment (ms).
    pub fn line(self) -> String {
        format!("{} {}", self.subject.journal_name(), self.at.0)
    }
    /// Reads such a line.
    pub fn from_line(line: &str) -> Option<Self> {
        let (name, at) = line.trim().split_once(' ')?;
        Some(Self { subject: Subject::from_journal_name(name)?, at: Moment(at.parse().ok()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_journal_reads_as_it_was_written() {
        let id = Uuid::from_u128(0x0199_f0a2_7c1e_7d3a_9b7e_2f6f_0c9f_1a10);
        for subject in [Subject::Application(ApplicationId(id)), Subject::Account(AccountId(id))] {
            let erasure = Erasure { subject, at: Moment(1_795_327_500_000) };
            assert_eq!(Erasure::from_line(&erasure.line()), Some(erasure));
            assert_eq!(Subject::from_parts(subject.kind(), subject.id()), Some(subject));
        }
        for bad in [
            "",
            "account",
            "account-x 1",
            "person-0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10 1",
            "account-0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10 x",
        ] {
            assert_eq!(Erasure::from_line(bad), None, "{bad}");
        }
    }
}
