//! Whether the clock can be believed: compares it with one that only runs. What may not live here: what waits for it.

use std::time::{Duration, Instant};

/// How far both may drift apart between two looks, in milliseconds: more than a correction in service ever is, less than a deadline.
const TOLERANCE_MS: i64 = 10 * 60 * 1000;

/// Tells a clock that jumped from one that ran. What a jump forward ends – applications, links, rights – no jump back brings again, so
/// whoever keeps deadlines waits until the clock is right again, or until somebody had the time to put it right.
#[derive(Debug)]
pub struct Steady {
    wall_ms: i64,
    running: Instant,
    hold: Duration,
    jumped: Option<Instant>,
}

/// What a look at the clock found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It ran.
    Steady,
    /// It has jumped by so many milliseconds since it was last believed; seen for the first time.
    Jumped(i64),
    /// It jumped before and is not believed yet.
    Waiting,
    /// It stood by its jump for so long that it is believed from now on.
    Believed,
}

impl Seen {
    /// Whether deadlines may be kept by it.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Steady | Self::Believed)
    }
}

impl Steady {
    /// Believes the clock as it is now; a jump is waited out for `hold`.
    pub fn new(wall_ms: i64, running: Instant, hold: Duration) -> Self {
        Self { wall_ms, running, hold, jumped: None }
    }

    /// Looks at both clocks.
    pub fn look(&mut self, wall_ms: i64, running: Instant) -> Seen {
        let ran = i64::try_from(running.duration_since(self.running).as_millis()).unwrap_or(i64::MAX);
        let by = wall_ms.saturating_sub(self.wall_ms).saturating_sub(ran);
        let seen = match self.jumped {
            _ if by.abs() <= TOLERANCE_MS => Seen::Steady,
            None => {
                self.jumped = Some(running);
                return Seen::Jumped(by);
            }
            Some(since) if running.duration_since(since) < self.hold => return Seen::Waiting,
            Some(_) => Seen::Believed,
        };
        *self = Self::new(wall_ms, running, self.hold);
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: Duration = Duration::from_secs(3600);
    const MINUTE: i64 = 60_000;
    const DAY: i64 = 1440 * MINUTE;

    /// Both clocks `minutes` later, and the wall's `more` milliseconds off besides.
    fn look(steady: &mut Steady, begin: Instant, minutes: i64, more: i64) -> Seen {
        steady.look(minutes * MINUTE + more, begin + Duration::from_millis((minutes * MINUTE) as u64))
    }

    #[test]
    fn a_clock_that_runs_or_drifts_is_believed() {
        let begin = Instant::now();
        let mut steady = Steady::new(0, begin, HOLD);
        for minutes in 1..500 {
            // A second fast in each minute is 8 minutes in the end: it drifts, it does not jump.
            assert_eq!(look(&mut steady, begin, minutes, minutes * 1000), Seen::Steady);
        }
        assert_eq!(look(&mut steady, begin, 500, 499_000 + TOLERANCE_MS), Seen::Steady);
    }

    #[test]
    fn a_jump_is_told_once_and_waited_out_and_a_clock_put_right_is_believed_at_once() {
        for jump in [TOLERANCE_MS + 1, DAY, 40 * DAY, -DAY, i64::MAX / 2, i64::MIN / 2] {
            let begin = Instant::now();
            let mut steady = Steady::new(0, begin, HOLD);
            assert_eq!(look(&mut steady, begin, 10, jump), Seen::Jumped(jump));
            assert_eq!(look(&mut steady, begin, 20, jump), Seen::Waiting);
            assert_eq!(look(&mut steady, begin, 30, 0), Seen::Steady, "put right");
            assert_eq!(look(&mut steady, begin, 40, jump), Seen::Jumped(jump));
            assert_eq!(look(&mut steady, begin, 99, jump), Seen::Waiting);
            assert_eq!(look(&mut steady, begin, 100, jump), Seen::Believed, "it stood by it");
            assert_eq!(look(&mut steady, begin, 110, jump), Seen::Steady);
        }
    }
}
