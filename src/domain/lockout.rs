//! Lockout after failed sign-ins: the 5th consecutive failure blocks for 1 hour, each further block doubles, up to 24 hours.
//! During a block the counter stands still; a success or a finished password reset starts anew.
//! Source of the first hour: census service 2021; the doubling is our decision.

use super::moment::Moment;
use serde::{Deserialize, Serialize};

/// Consecutive failures that start a block.
pub const FAILURES_BEFORE_BLOCK: i32 = 5;
/// Length of the first block, in hours.
pub const FIRST_BLOCK_HOURS: i64 = 1;
/// Longest block, in hours.
pub const LONGEST_BLOCK_HOURS: i64 = 24;

/// Counter and block of one account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockout {
    /// Consecutive failures since the last success, reset or block.
    pub failures: i32,
    /// Blocks since the last success or reset.
    pub blocks: i32,
    /// The block lasts until just before this moment.
    pub blocked_until: Option<Moment>,
}

/// What a failed attempt did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The account was blocked already: nothing counted.
    DuringBlock,
    /// One more failure.
    Counted,
    /// This failure started a block; the owner gets one letter.
    Blocked {
        /// Until just before this moment.
        until: Moment,
    },
}

impl Lockout {
    /// True while a block lasts.
    pub fn is_blocked(&self, now: Moment) -> bool {
        self.blocked_until.is_some_and(|until| now < until)
    }

    /// The state after a failed attempt at `now`, and what it did.
    #[must_use]
    pub fn after_failure(self, now: Moment) -> (Self, Failure) {
        if self.is_blocked(now) {
            return (self, Failure::DuringBlock);
        }
        let failures = self.failures + 1;
        if failures < FAILURES_BEFORE_BLOCK {
            return (Self { failures, blocked_until: None, ..self }, Failure::Counted);
        }
        let hours = FIRST_BLOCK_HOURS.checked_shl(self.blocks.clamp(0, 16) as u32).unwrap_or(LONGEST_BLOCK_HOURS).min(LONGEST_BLOCK_HOURS);
        let until = now.plus_hours(hours);
        (Self { failures: 0, blocks: self.blocks + 1, blocked_until: Some(until) }, Failure::Blocked { until })
    }

    /// The state after a success outside a block, or after a finished password reset.
    #[must_use]
    pub fn cleared() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const T0: Moment = Moment(1_800_000_000_000);

    #[test]
    fn every_fifth_failure_blocks_and_blocks_double_up_to_a_day() {
        let (mut state, mut now) = (Lockout::default(), T0);
        for hours in [1, 2, 4, 8, 16, 24, 24, 24] {
            for _ in 0..4 {
                let (next, what) = state.after_failure(now);
                assert_eq!(what, Failure::Counted);
                assert!(!next.is_blocked(now));
                state = next;
            }
            let (next, what) = state.after_failure(now);
            let until = now.plus_hours(hours);
            assert_eq!(what, Failure::Blocked { until });
            assert!(next.is_blocked(now) && next.is_blocked(until.plus_ms(-1)) && !next.is_blocked(until));
            state = next;
            now = until;
        }
    }

    #[test]
    fn the_counter_stands_still_during_a_block() {
        let mut state = Lockout::default();
        for _ in 0..5 {
            state = state.after_failure(T0).0;
        }
        let before = state;
        for minute in 0..59 {
            let (next, what) = state.after_failure(T0.plus_minutes(minute));
            assert_eq!((next, what), (before, Failure::DuringBlock));
            state = next;
        }
    }

    #[test]
    fn a_success_starts_anew() {
        assert_eq!(Lockout::cleared(), Lockout::default());
    }
}
