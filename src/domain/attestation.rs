//! The yearly confirmation of a unit's permissions („coroczne potwierdzenie uprawnień”): its states, and when it begins. What may not
//! live here: the application that carries the answer (`application/attestation`), and who may give it.

use super::id::{ApplicationId, AttestationId, UnitId};
use super::moment::Moment;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttestationState {
    /// Waits for the answer; the permissions work.
    Open,
    /// No answer in time: the permissions are suspended until it comes.
    Suspended,
    /// The signed list has come and the office has not decided; the permissions work.
    Answered,
    /// The office has confirmed it.
    Done,
}

/// What moves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttestationEvent {
    /// The last day has passed without an answer.
    Overdue,
    /// The signed list has come.
    Answer,
    /// The application with the list ended without an approval, and the last day has not passed.
    Reopen,
    /// The same after the last day.
    Relapse,
    /// The list was approved.
    Confirm,
    /// Nobody holds anything in the unit any more, or the unit has ended.
    Void,
}

impl AttestationState {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Open, Self::Suspended, Self::Answered, Self::Done];
    /// Stored name, name in the URL and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Suspended => "suspended",
            Self::Answered => "answered",
            Self::Done => "done",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
    /// Whether the unit still has to answer.
    pub const fn awaits_answer(self) -> bool {
        matches!(self, Self::Open | Self::Suspended)
    }
    /// The state after an event; `None` where the event changes nothing, for example because another worker was quicker.
    pub const fn after(self, event: AttestationEvent) -> Option<Self> {
        match (self, event) {
            (Self::Open, AttestationEvent::Overdue) | (Self::Answered, AttestationEvent::Relapse) => Some(Self::Suspended),
            (Self::Open | Self::Suspended, AttestationEvent::Answer) => Some(Self::Answered),
            (Self::Answered, AttestationEvent::Reopen) => Some(Self::Open),
            (Self::Answered, AttestationEvent::Confirm) | (Self::Open | Self::Suspended, AttestationEvent::Void) => Some(Self::Done),
            _ => None,
        }
    }
}

/// One confirmation of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Row.
    pub id: AttestationId,
    /// Which unit.
    pub unit: UnitId,
    /// Begun.
    pub opened_at: Moment,
    /// The first moment after the last day (Warsaw) on which an answer is in time.
    pub due_at: Moment,
    /// Where it is.
    pub state: AttestationState,
    /// The application with the list, the latest one.
    pub application: Option<ApplicationId>,
    /// When the signed list came.
    pub answered_at: Option<Moment>,
    /// When the office confirmed it.
    pub done_at: Option<Moment>,
}

impl Attestation {
    /// The last day on which an answer is in time.
    pub fn last_day(&self) -> Date {
        self.due_at.last_day()
    }
    /// What follows when the application with the list ends without an approval.
    pub fn event_of_end(&self, now: Moment) -> AttestationEvent {
        if now < self.due_at { AttestationEvent::Reopen } else { AttestationEvent::Relapse }
    }
}

/// A confirmation begins where the last one, or the registration of the unit, lies a year back: on or before this day. Whoever was
/// registered on 29 February is asked on 1 March of the years that have no such day.
pub fn a_year_before(today: Date) -> Date {
    today.saturating_sub(1.year())
}

/// What is said of one grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The person still needs it.
    Keep,
    /// The person does not: it ends with the approval.
    End,
}

impl Verdict {
    /// Stored name, value in the form and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::End => "end",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Keep, Self::End].into_iter().find(|verdict| verdict.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const EVENTS: [AttestationEvent; 6] = [
        AttestationEvent::Overdue,
        AttestationEvent::Answer,
        AttestationEvent::Reopen,
        AttestationEvent::Relapse,
        AttestationEvent::Confirm,
        AttestationEvent::Void,
    ];

    #[test]
    fn every_state_and_event() {
        use AttestationEvent as E;
        use AttestationState as S;
        for state in S::ALL {
            for event in EVENTS {
                let expected = match (state, event) {
                    (S::Open, E::Overdue) => Some(S::Suspended),
                    (S::Open, E::Answer) | (S::Suspended, E::Answer) => Some(S::Answered),
                    (S::Answered, E::Reopen) => Some(S::Open),
                    (S::Answered, E::Relapse) => Some(S::Suspended),
                    (S::Answered, E::Confirm) | (S::Open, E::Void) | (S::Suspended, E::Void) => Some(S::Done),
                    _ => None,
                };
                assert_eq!(state.after(event), expected, "{state:?} {event:?}");
            }
            assert_eq!(S::from_key(state.key()), Some(state));
        }
        assert_eq!(S::from_key("closed"), None);
        assert_eq!(S::ALL.map(S::awaits_answer), [true, true, false, false]);
    }

    #[test]
    fn a_year_is_a_year_by_the_calendar() {
        for (today, day) in [
            (date(2027, 11, 22), date(2026, 11, 22)),
            (date(2028, 2, 29), date(2027, 2, 28)),
            (date(2029, 2, 28), date(2028, 2, 28)),
            (date(2029, 3, 1), date(2028, 3, 1)),
        ] {
            assert_eq!(a_year_before(today), day, "{today}");
        }
    }

    #[test]
    fn the_last_day_is_whole_in_warsaw_also_when_the_clocks_change() {
        // The clocks go back on 31 October 2027.
        let due_at = Moment::end_of(date(2027, 10, 31));
        let open = Attestation {
            id: AttestationId(uuid::Uuid::nil()),
            unit: UnitId(uuid::Uuid::nil()),
            opened_at: Moment::start_of(date(2027, 10, 1)),
            due_at,
            state: AttestationState::Open,
            application: None,
            answered_at: None,
            done_at: None,
        };
        assert_eq!(open.last_day(), date(2027, 10, 31));
        assert_eq!(open.event_of_end(due_at.plus_ms(-1)), AttestationEvent::Reopen);
        assert_eq!(open.event_of_end(due_at), AttestationEvent::Relapse);
    }

    #[test]
    fn verdicts_are_read_back() {
        for verdict in [Verdict::Keep, Verdict::End] {
            assert_eq!(Verdict::from_key(verdict.key()), Some(verdict));
        }
        assert_eq!(Verdict::from_key(""), None);
    }
}
