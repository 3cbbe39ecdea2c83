//! The only caller of now(). Imports nothing of ours, so it speaks milliseconds; callers wrap them in `Moment`.
//! What may not live here: dates, zones, deadlines (those are the domain's).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time: the system's, or one that a test fixes and moves. Clones of a fixed clock move together.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The system's time.
    #[default]
    System,
    /// Milliseconds since 1970-01-01T00:00:00Z, the same until moved.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `ms` until [`Clock::advance`] moves it.
    pub fn fixed(ms: i64) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(ms)))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
    #[allow(clippy::disallowed_methods)] // The one place.
    pub fn now_ms(&self) -> i64 {
        match self {
            Self::System => match SystemTime::now().duration_since(UNIX_EPOCH) {
                Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
                Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
            },
            Self::Fixed(ms) => ms.load(Ordering::SeqCst),
        }
    }

    /// Moves a fixed clock (back, when negative). The system's clock is not ours to move: nothing happens.
    pub fn advance(&self, ms: i64) {
        if let Self::Fixed(at) = self {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_until_moved_and_its_clones_move_with_it() {
        let clock = Clock::fixed(1_795_327_500_000);
        let copy = clock.clone();
        assert_eq!((clock.now_ms(), copy.now_ms()), (1_795_327_500_000, 1_795_327_500_000));
        copy.advance(60_000);
        assert_eq!(clock.now_ms(), 1_795_327_560_000);
        clock.advance(-60_000);
        assert_eq!(copy.now_ms(), 1_795_327_500_000);
    }

    #[test]
    fn the_system_clock_runs_and_cannot_be_moved() {
        let clock = Clock::System;
        let first = clock.now_ms();
        clock.advance(-86_400_000);
        assert!(first > 1_790_000_000_000, "after September 2026");
        assert!(clock.now_ms() >= first);
    }
}
