//! Two accounts of one person that become one („scalenie kont”): which states a joining has and what leads from one to another. What may
//! not live here: which rights go over (`domain/application/account_join`).

use super::id::{AccountId, AccountJoinId, ApplicationId};
use super::moment::{HOUR_MS, Moment};
use jiff::civil::Date;

/// A proposal that is not confirmed lapses after so many milliseconds.
pub const PROPOSAL_MS: i64 = 24 * HOUR_MS;
/// So many proposals an account may make in that time: nobody tries out logins.
pub const MOST_PROPOSALS: usize = 5;

/// Where a joining is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinState {
    /// The account that is to be given up has named a login.
    Proposed,
    /// The owner of the account that stays has said that both are theirs.
    Confirmed,
    /// The office decides, or waits for the signed form.
    Filed,
    /// The rights went over, the given-up account is suspended; it can be taken back.
    Joined,
    /// The owner of the named account has said that the other one is not theirs.
    Refused,
    /// Nobody confirmed or filed it in time.
    Lapsed,
    /// Given up by the person, or its application came to nothing.
    Dropped,
    /// Taken back: both accounts are as they were.
    Undone,
    /// The given-up account is closed for good.
    Final,
}

/// What moves a joining.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinEvent {
    /// The owner confirms from the account that stays.
    Confirm,
    /// The owner of the named account says that it is somebody else's wish.
    Refuse,
    /// The person gives it up, or its application ends without an approval.
    Drop,
    /// The application is filed.
    File,
    /// The office approves.
    Join,
    /// It is taken back.
    Undo,
    /// Its time is over.
    RunOut,
}

impl JoinEvent {
    /// All, for exhaustive tests.
    pub const ALL: [Self; 7] = [Self::Confirm, Self::Refuse, Self::Drop, Self::File, Self::Join, Self::Undo, Self::RunOut];
}

impl JoinState {
    /// All, for exhaustive tests.
    pub const ALL: [Self; 9] =
        [Self::Proposed, Self::Confirmed, Self::Filed, Self::Joined, Self::Refused, Self::Lapsed, Self::Dropped, Self::Undone, Self::Final];
    /// Those in which it still runs: an account is in one of these at most.
    pub const RUNNING: [Self; 4] = [Self::Proposed, Self::Confirmed, Self::Filed, Self::Joined];
    /// Those that time alone ends.
    pub const TIMED: [Self; 3] = [Self::Proposed, Self::Confirmed, Self::Joined];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Confirmed => "confirmed",
            Self::Filed => "filed",
            Self::Joined => "joined",
            Self::Refused => "refused",
            Self::Lapsed => "lapsed",
            Self::Dropped => "dropped",
            Self::Undone => "undone",
            Self::Final => "final",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
    /// Whether it still runs.
    pub fn is_running(self) -> bool {
        Self::RUNNING.contains(&self)
    }
    /// What follows; none where the event has no place.
    pub const fn after(self, event: JoinEvent) -> Option<Self> {
        match (self, event) {
            (Self::Proposed, JoinEvent::Confirm) => Some(Self::Confirmed),
            (Self::Proposed, JoinEvent::Refuse) => Some(Self::Refused),
            (Self::Proposed | Self::Confirmed | Self::Filed, JoinEvent::Drop) => Some(Self::Dropped),
            (Self::Confirmed, JoinEvent::File) => Some(Self::Filed),
            (Self::Filed, JoinEvent::Join) => Some(Self::Joined),
            (Self::Joined, JoinEvent::Undo) => Some(Self::Undone),
            (Self::Proposed | Self::Confirmed, JoinEvent::RunOut) => Some(Self::Lapsed),
            (Self::Joined, JoinEvent::RunOut) => Some(Self::Final),
            _ => None,
        }
    }
}

/// One joining.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountJoin {
    /// Row.
    pub id: AccountJoinId,
    /// The account that is given up: it proposed.
    pub given_up: AccountId,
    /// The account that stays; none where the typed login is nobody's, of which the proposer learns nothing.
    pub kept: Option<AccountId>,
    /// The login as typed.
    pub named_login: String,
    /// Where it is.
    pub state: JoinState,
    /// Proposed.
    pub proposed_at: Moment,
    /// When time moves it, in a state that time ends.
    pub due_at: Moment,
    /// The application, the latest one.
    pub application: Option<ApplicationId>,
    /// Approved.
    pub joined_at: Option<Moment>,
    /// Ended.
    pub ended_at: Option<Moment>,
}

impl AccountJoin {
    /// The last day (Warsaw) on which it can be filed, or taken back.
    pub fn last_day(&self) -> Date {
        self.due_at.last_day()
    }
    /// Whether its time is over, where time counts.
    pub fn has_run_out(&self, now: Moment) -> bool {
        JoinState::TIMED.contains(&self.state) && self.due_at <= now
    }
    /// Moves it; false, and nothing changes, where the event has no place or came too late.
    pub fn moves(&mut self, event: JoinEvent, now: Moment) -> bool {
        let is_late = self.has_run_out(now);
        if is_late != (event == JoinEvent::RunOut) {
            return false;
        }
        let Some(state) = self.state.after(event) else { return false };
        self.state = state;
        if !state.is_running() {
            self.ended_at = Some(now);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn join(state: JoinState, due_at: Moment) -> AccountJoin {
        AccountJoin {
            id: AccountJoinId(uuid::Uuid::nil()),
            given_up: AccountId(uuid::Uuid::nil()),
            kept: None,
            named_login: "anna".to_owned(),
            state,
            proposed_at: Moment(0),
            due_at,
            application: None,
            joined_at: None,
            ended_at: None,
        }
    }

    #[test]
    fn every_state_and_event() {
        use JoinEvent as E;
        use JoinState as S;
        for state in S::ALL {
            for event in E::ALL {
                let expected = match (state, event) {
                    (S::Proposed, E::Confirm) => Some(S::Confirmed),
                    (S::Proposed, E::Refuse) => Some(S::Refused),
                    (S::Proposed, E::Drop) | (S::Confirmed, E::Drop) | (S::Filed, E::Drop) => Some(S::Dropped),
                    (S::Confirmed, E::File) => Some(S::Filed),
                    (S::Filed, E::Join) => Some(S::Joined),
                    (S::Joined, E::Undo) => Some(S::Undone),
                    (S::Proposed, E::RunOut) | (S::Confirmed, E::RunOut) => Some(S::Lapsed),
                    (S::Joined, E::RunOut) => Some(S::Final),
                    _ => None,
                };
                assert_eq!(state.after(event), expected, "{state:?} {event:?}");
                if !state.is_running() {
                    assert_eq!(expected, None, "{state:?} is an end");
                }
            }
            assert_eq!(S::from_key(state.key()), Some(state));
        }
        assert_eq!(S::from_key("open"), None);
        assert!(S::TIMED.iter().all(|state| state.after(E::RunOut).is_some()) && S::Filed.after(E::RunOut).is_none());
    }

    #[test]
    fn at_its_last_moment_it_is_in_time_and_then_only_time_moves_it() {
        // The clocks go back on 31 October 2027; the day is whole.
        let due_at = Moment::end_of(date(2027, 10, 31));
        let mut joined = join(JoinState::Joined, due_at);
        assert_eq!(joined.last_day(), date(2027, 10, 31));
        assert!(!joined.moves(JoinEvent::RunOut, due_at.plus_ms(-1)));
        assert!(!joined.moves(JoinEvent::Undo, due_at));
        assert_eq!((joined.state, joined.ended_at), (JoinState::Joined, None));
        assert!(joined.clone().moves(JoinEvent::Undo, due_at.plus_ms(-1)));
        assert!(joined.moves(JoinEvent::RunOut, due_at));
        assert_eq!((joined.state, joined.ended_at), (JoinState::Final, Some(due_at)));
        // What the office has takes its time.
        let mut filed = join(JoinState::Filed, Moment(0));
        assert!(filed.moves(JoinEvent::Join, due_at) && filed.ended_at.is_none());
    }
}
