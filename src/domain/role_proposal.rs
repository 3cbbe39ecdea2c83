//! Proposals about the roles of officials: one central administrator proposes, another confirms. What may not live here: rows, and
//! what a confirmation does.

use super::account::{AccountProfile, Role};
use super::id::{AccountId, RoleAssignmentId, RoleProposalId};
use super::identifiers::Login;
use super::moment::Moment;
use super::voivodeship::VoivodeshipCode;
use serde::{Deserialize, Serialize};

/// A proposal that nobody answers lapses after so many days.
pub const LAPSE_DAYS: i64 = 7;

/// What is proposed. Stored as it is: what is confirmed is what was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Proposed {
    /// A new account with a role.
    Assign {
        /// Which role.
        role: Role,
        /// Where; none for the country.
        voivodeship: Option<VoivodeshipCode>,
        /// Login of the new account.
        login: Login,
        /// Whose.
        profile: AccountProfile,
    },
    /// A role in force is taken back.
    Revoke {
        /// Whose.
        account: AccountId,
        /// Which assignment.
        assignment: RoleAssignmentId,
        /// Which role.
        role: Role,
        /// Where; none for the country.
        voivodeship: Option<VoivodeshipCode>,
        /// Login of its holder.
        login: String,
        /// Name of its holder.
        full_name: String,
    },
    /// The account of an official is closed, and with it all roles end.
    Close {
        /// Which account.
        account: AccountId,
        /// Why, in words; none where its owner has asked for it.
        #[serde(default)]
        note: Option<String>,
        /// Its first role.
        role: Role,
        /// Where; none for the country.
        voivodeship: Option<VoivodeshipCode>,
        /// Its login.
        login: String,
        /// Name of its owner.
        full_name: String,
    },
}

impl Proposed {
    /// Stored name and label key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Assign { .. } => "assign",
            Self::Revoke { .. } => "revoke",
            Self::Close { .. } => "close",
        }
    }
    /// The role and where.
    pub fn role(&self) -> (Role, Option<&VoivodeshipCode>) {
        match self {
            Self::Assign { role, voivodeship, .. } | Self::Revoke { role, voivodeship, .. } | Self::Close { role, voivodeship, .. } => {
                (*role, voivodeship.as_ref())
            }
        }
    }
    /// Login and name of the one whom it is about.
    pub fn whom(&self) -> (String, String) {
        match self {
            Self::Assign { login, profile, .. } => (login.to_string(), profile.full_name()),
            Self::Revoke { login, full_name, .. } | Self::Close { login, full_name, .. } => (login.clone(), full_name.clone()),
        }
    }
    /// What it changes: two open proposals never change the same.
    pub fn subject(&self) -> String {
        match self {
            Self::Assign { login, .. } => format!("assign:{}", login.key()),
            Self::Revoke { assignment, .. } => format!("revoke:{assignment}"),
            Self::Close { account, .. } => format!("close:{account}"),
        }
    }
    /// The account that it is about, where there is one.
    pub const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Assign { .. } => None,
            Self::Revoke { account, .. } | Self::Close { account, .. } => Some(*account),
        }
    }
}

/// How a proposal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProposalOutcome {
    /// Another central administrator confirmed, and it was done.
    Confirmed,
    /// Another central administrator refused.
    Refused,
    /// Whoever proposed it took it back.
    Withdrawn,
    /// Nobody answered in time.
    Lapsed,
}

impl ProposalOutcome {
    /// All; each has its words under `proposal_outcomes`.
    pub const ALL: [Self; 4] = [Self::Confirmed, Self::Refused, Self::Withdrawn, Self::Lapsed];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }
}

/// How it ended, when, and by whom (a login).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// How.
    pub outcome: ProposalOutcome,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: String,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleProposal {
    /// Row.
    pub id: RoleProposalId,
    /// What.
    pub content: Proposed,
    /// Who proposed it.
    pub proposed_by: AccountId,
    /// When.
    pub proposed_at: Moment,
    /// It lapses then.
    pub lapses_at: Moment,
    /// Its end.
    pub settled: Option<Settled>,
}

impl RoleProposal {
    /// Whether somebody can still answer it.
    pub fn is_open(&self, now: Moment) -> bool {
        self.settled.is_none() && now < self.lapses_at
    }
    /// Whether this account may confirm or refuse it: another one than proposed it, and not the one whom it is about.
    pub fn may_be_answered_by(&self, account: AccountId) -> bool {
        self.proposed_by != account && self.content.account() != Some(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> AccountId {
        AccountId(Uuid::from_u128(n))
    }

    fn proposal() -> RoleProposal {
        let assignment = RoleAssignmentId(Uuid::nil());
        let (role, voivodeship) = (Role::Helpdesk, Some(VoivodeshipCode::trusted("26")));
        RoleProposal {
            id: RoleProposalId(Uuid::nil()),
            content: Proposed::Revoke { account: id(2), assignment, role, voivodeship, login: "pomoc".into(), full_name: "A B".into() },
            proposed_by: id(1),
            proposed_at: Moment(0),
            lapses_at: Moment(0).plus_days(LAPSE_DAYS),
            settled: None,
        }
    }

    #[test]
    fn another_one_answers_and_never_the_one_whom_it_is_about() {
        assert_eq!([1, 2, 3].map(|n| proposal().may_be_answered_by(id(n))), [false, false, true]);
    }

    #[test]
    fn it_is_open_until_its_end_or_an_answer() {
        let last = Moment(0).plus_days(LAPSE_DAYS);
        assert!(proposal().is_open(last.plus_ms(-1)));
        assert!(!proposal().is_open(last));
        for outcome in ProposalOutcome::ALL {
            let settled = Some(Settled { outcome, at: Moment(1), by: "x".into() });
            assert!(!RoleProposal { settled, ..proposal() }.is_open(Moment(1)));
            assert_eq!(ProposalOutcome::from_key(outcome.key()), Some(outcome));
        }
    }

    #[test]
    fn what_was_proposed_is_read_back() {
        let (account, role) = (id(2), Role::Helpdesk);
        let close = Proposed::Close { account, note: None, role, voivodeship: None, login: "pomoc".into(), full_name: "A B".into() };
        for content in [proposal().content, close] {
            let text = serde_json::to_string(&content).unwrap();
            assert_eq!(serde_json::from_str::<Proposed>(&text).unwrap(), content);
            assert_eq!(content.account(), Some(account));
        }
    }
}
