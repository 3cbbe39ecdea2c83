//! Every state × event × mover against a table of its own, and what must hold of any such table.

use super::*;
use Event as E;
use Mover as M;
use Status as S;
use std::collections::{HashMap, HashSet};

/// All moves that there are. What is not here must be refused.
const MOVES: [(S, E, M, S); 36] = [
    (S::Draft, E::Submit, M::Applicant, S::AwaitingForm),
    (S::AwaitingForm, E::ReceiveForm, M::Applicant, S::FormReceived),
    (S::AwaitingForm, E::ReceiveForm, M::Office, S::FormReceived),
    (S::AwaitingForm, E::Revise, M::Applicant, S::AwaitingForm),
    (S::AwaitingForm, E::Withdraw, M::Applicant, S::Withdrawn),
    (S::AwaitingForm, E::Lapse, M::System, S::Expired),
    (S::AwaitingForm, E::RunOut, M::System, S::Expired),
    (S::FormReceived, E::RunOut, M::System, S::Expired),
    (S::InReview, E::RunOut, M::System, S::Expired),
    (S::Returned, E::RunOut, M::System, S::Expired),
    (S::FormReceived, E::ReceiveForm, M::Applicant, S::FormReceived),
    (S::FormReceived, E::ReceiveForm, M::Office, S::FormReceived),
    (S::FormReceived, E::Take, M::Office, S::InReview),
    (S::FormReceived, E::WithdrawApproval, M::Office, S::FormReceived),
    (S::FormReceived, E::Revise, M::Applicant, S::AwaitingForm),
    (S::FormReceived, E::Withdraw, M::Applicant, S::Withdrawn),
    (S::InReview, E::ReceiveForm, M::Office, S::InReview),
    (S::InReview, E::Take, M::Office, S::InReview),
    (S::InReview, E::Release, M::Office, S::FormReceived),
    (S::InReview, E::FirstApprove, M::Office, S::InReview),
    (S::InReview, E::WithdrawApproval, M::Office, S::InReview),
    (S::InReview, E::Approve, M::Office, S::Approved),
    (S::InReview, E::Return, M::Office, S::Returned),
    (S::InReview, E::Reject, M::Office, S::Rejected),
    (S::InReview, E::Revise, M::Applicant, S::AwaitingForm),
    (S::InReview, E::Withdraw, M::Applicant, S::Withdrawn),
    (S::Returned, E::ReceiveForm, M::Applicant, S::FormReceived),
    (S::Returned, E::ReceiveForm, M::Office, S::FormReceived),
    (S::Returned, E::Submit, M::Applicant, S::AwaitingForm),
    (S::Returned, E::ResubmitUnprinted, M::Applicant, S::FormReceived),
    (S::Returned, E::Withdraw, M::Applicant, S::Withdrawn),
    (S::Returned, E::Lapse, M::System, S::Expired),
    (S::AwaitingForm, E::Reject, M::System, S::Rejected),
    (S::FormReceived, E::Reject, M::System, S::Rejected),
    (S::InReview, E::Reject, M::System, S::Rejected),
    (S::Returned, E::Reject, M::System, S::Rejected),
];

fn combinations() -> impl Iterator<Item = (S, E, M)> {
    S::ALL.into_iter().flat_map(|s| E::ALL.into_iter().flat_map(move |e| M::ALL.into_iter().map(move |m| (s, e, m))))
}

#[test]
fn every_state_event_and_mover_does_what_the_table_says_and_nothing_else() {
    let table: HashMap<(S, E, M), S> = MOVES.into_iter().map(|(s, e, m, next)| ((s, e, m), next)).collect();
    let mut asked = 0;
    for (from, event, mover) in combinations() {
        let expected = table.get(&(from, event, mover)).copied().ok_or(InvalidTransition { from, event, mover });
        assert_eq!(from.after(event, mover), expected, "{from:?} {event:?} {mover:?}");
        asked += 1;
    }
    assert_eq!(asked, 9 * 14 * 3);
}

#[test]
fn what_has_ended_stays_ended_and_a_draft_cannot_be_reached_again() {
    for (from, event, mover) in combinations() {
        let Ok(next) = from.after(event, mover) else { continue };
        assert!(from == S::Draft || from.is_open(), "{from:?} has a way out by {event:?}");
        assert_ne!(next, S::Draft);
    }
}

#[test]
fn every_open_state_can_be_withdrawn_by_the_applicant_alone() {
    for state in S::OPEN {
        assert_eq!(state.after(E::Withdraw, M::Applicant), Ok(S::Withdrawn));
        for mover in [M::Office, M::System] {
            assert!(state.after(E::Withdraw, mover).is_err());
        }
    }
}

#[test]
fn only_what_waits_for_the_applicant_lapses_and_only_by_the_system() {
    for (from, event, mover) in combinations().filter(|c| c.1 == E::Lapse) {
        assert_eq!(from.after(event, mover).is_ok(), from.waits_for_applicant() && mover == M::System, "{from:?} {mover:?}");
    }
    for (from, event, mover) in combinations().filter(|c| c.1 == E::RunOut) {
        assert_eq!(from.after(event, mover).is_ok(), from.is_open() && mover == M::System, "{from:?} {mover:?}");
    }
    for (from, event, _) in combinations().filter(|c| c.2 == M::System && !matches!(c.1, E::Lapse | E::RunOut)) {
        // Of a unit that has ended nothing can be decided any more.
        let may = event == E::Reject && from.is_open();
        assert_eq!(from.after(event, M::System).is_ok(), may, "the system lets lapse and closes what has no unit: {from:?} {event:?}");
    }
}

#[test]
fn decisions_are_the_offices_and_come_only_out_of_a_review() {
    for (from, event, mover) in combinations().filter(|c| matches!(c.1, E::Approve | E::Return | E::Reject | E::Release)) {
        let closes = event == E::Reject && mover == M::System && from.is_open();
        let expected = closes || from == S::InReview && mover == M::Office;
        assert_eq!(from.after(event, mover).is_ok(), expected, "{from:?} {event:?} {mover:?}");
    }
    for (from, event, mover) in combinations() {
        if from.after(event, mover) == Ok(S::Approved) {
            assert_eq!((from, event, mover), (S::InReview, E::Approve, M::Office), "one way only");
        }
    }
}

/// A new content never meets a signature for the old one: after it the form must come again before anybody reviews.
#[test]
fn a_new_revision_always_waits_for_a_new_form() {
    for (from, event, mover) in combinations().filter(|c| matches!(c.1, E::Submit | E::Revise)) {
        if let Ok(next) = from.after(event, mover) {
            assert_eq!(next, S::AwaitingForm);
        }
    }
}

#[test]
fn every_state_can_be_reached_and_every_open_one_can_end() {
    let reachable = |start: S| {
        let (mut seen, mut todo) = (HashSet::from([start]), vec![start]);
        while let Some(state) = todo.pop() {
            for (_, event, mover) in combinations().filter(|c| c.0 == state) {
                if let Ok(next) = state.after(event, mover)
                    && seen.insert(next)
                {
                    todo.push(next);
                }
            }
        }
        seen
    };
    assert_eq!(reachable(S::Draft).len(), S::ALL.len());
    for state in S::OPEN {
        for end in [S::Approved, S::Rejected, S::Withdrawn, S::Expired] {
            assert!(reachable(state).contains(&end), "{state:?} → {end:?}");
        }
    }
}

#[test]
fn keys_and_groups_agree() {
    for state in S::ALL {
        assert_eq!(S::from_key(state.key()), Some(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.key());
        assert_eq!(state.is_open(), S::OPEN.contains(&state));
        assert_eq!(state.is_open(), state.waits_for_applicant() || state.waits_for_office());
        assert!(!(state.waits_for_applicant() && state.waits_for_office()));
    }
    assert_eq!(S::from_key("Approved"), None);
}
