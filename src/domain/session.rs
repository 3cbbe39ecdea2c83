//! How long a session lasts. What may not live here: its cookie (web), its row (storage).

use super::moment::{HOUR_MS, MINUTE_MS, Moment};

/// A session ends after so long without activity. Source: the practice of CAS and of the census service, 2021.
pub const IDLE_MS: i64 = 30 * MINUTE_MS;
/// A session ends after so long, whatever happens in it.
pub const LONGEST_MS: i64 = 12 * HOUR_MS;
/// So long before the end the reader is warned.
pub const WARNING_MS: i64 = 2 * MINUTE_MS;
/// Activity is noted at most once in so long: a write for each page would cost more than it tells.
pub const TOUCH_MS: i64 = MINUTE_MS;

/// So long after its end a session's row stays, so that a form sent too late is not lost; so long the form is kept, too.
pub const FORM_KEPT_MS: i64 = HOUR_MS;

/// Milliseconds that a session still lasts without activity; zero or less when it has ended.
pub fn left_ms(created: Moment, last_seen: Moment, now: Moment) -> i64 {
    let (idle, whole) = (now.since(last_seen), now.since(created));
    // A clock that was set back must not lengthen a session for ever.
    if idle < -TOUCH_MS || whole < -TOUCH_MS {
        return 0;
    }
    (IDLE_MS - idle).min(LONGEST_MS - whole)
}

/// Whether a session still lasts.
pub fn is_live(created: Moment, last_seen: Moment, now: Moment) -> bool {
    left_ms(created, last_seen, now) > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    const T0: Moment = Moment(1_800_000_000_000);

    #[test]
    fn half_an_hour_of_silence_ends_it_and_not_a_moment_less() {
        assert!(is_live(T0, T0, T0));
        assert!(is_live(T0, T0, T0.plus_minutes(30).plus_ms(-1)));
        assert!(!is_live(T0, T0, T0.plus_minutes(30)));
    }

    #[test]
    fn twelve_hours_end_it_however_busy_it_was() {
        let end = T0.plus_hours(12);
        assert!(is_live(T0, end.plus_ms(-1), end.plus_ms(-1)));
        assert!(!is_live(T0, end, end));
        assert_eq!(left_ms(T0, T0.plus_hours(12).plus_minutes(-5), T0.plus_hours(12).plus_minutes(-5)), 5 * MINUTE_MS);
    }

    #[test]
    fn a_clock_set_far_back_ends_it() {
        assert!(is_live(T0, T0, T0.plus_ms(-1000)), "a second between two machines is normal");
        assert!(!is_live(T0, T0, T0.plus_hours(-1)));
    }
}
