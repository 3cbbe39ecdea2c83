//! Time as the portal stores and shows it: milliseconds UTC in rows, Europe/Warsaw on paper and screen.
//! What may not live here: reading the clock (that is `clock.rs`).

use super::invalid::Invalid;
use jiff::{
    ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
/// Integers, because text timestamps mis-sort on SQLite and PostgreSQL keeps microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

/// Milliseconds in a minute, an hour and a day of UTC.
pub const MINUTE_MS: i64 = 60_000;
/// See [`MINUTE_MS`].
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// See [`MINUTE_MS`].
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// The zone of every date that a person reads. The tz database is compiled in, so it is always known.
pub fn warsaw() -> TimeZone {
    TimeZone::get("Europe/Warsaw").unwrap_or(TimeZone::UTC)
}

impl Moment {
    /// This moment shifted by so many milliseconds (may be negative).
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
    /// This moment shifted by so many minutes.
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_ms(minutes.saturating_mul(MINUTE_MS))
    }
    /// This moment shifted by so many hours.
    pub const fn plus_hours(self, hours: i64) -> Self {
        self.plus_ms(hours.saturating_mul(HOUR_MS))
    }
    /// This moment shifted by so many times 24 hours.
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_ms(days.saturating_mul(DAY_MS))
    }
    /// Milliseconds from `earlier` to this moment; negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
    fn zoned(self) -> jiff::Zoned {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(warsaw())
    }
    /// The calendar day in Warsaw.
    pub fn warsaw_date(self) -> Date {
        self.zoned().date()
    }
    /// „22.11.2026”, in Warsaw.
    pub fn to_date_text(self) -> String {
        date_text(self.warsaw_date())
    }
    /// „22.11.2026, 14:05”, in Warsaw.
    pub fn to_minute_text(self) -> String {
        self.zoned().strftime("%d.%m.%Y, %H:%M").to_string()
    }
    /// „14:05”, in Warsaw.
    pub fn to_time_text(self) -> String {
        self.zoned().strftime("%H:%M").to_string()
    }
    /// ISO 8601 in UTC with milliseconds, for logs, `<time datetime>` and exports.
    pub fn to_iso(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }
    /// The first moment of a day in Warsaw.
    pub fn start_of(date: Date) -> Self {
        date.to_zoned(warsaw()).map(|z| Self(z.timestamp().as_millisecond())).unwrap_or(Self(0))
    }
    /// The moment at which a clock in Warsaw shows this time of this day. Where the clocks go forward over it, it is an hour later;
    /// where they show it twice, it is the first.
    pub fn at(date: Date, time: Time) -> Self {
        // The last days that can be written lie beyond what a moment can be.
        let beyond = Self(if date.year() > 1970 { jiff::Timestamp::MAX.as_millisecond() } else { 0 });
        date.to_datetime(time).to_zoned(warsaw()).map_or(beyond, |zoned| Self(zoned.timestamp().as_millisecond()))
    }
    /// The first moment after a day in Warsaw: a date „until” is inclusive.
    pub fn end_of(date: Date) -> Self {
        Self::start_of(date.saturating_add(1.day()))
    }
    /// The day in Warsaw that ends at this moment: the last one, inclusive, of what ends then.
    pub fn last_day(self) -> Date {
        self.plus_ms(-1).warsaw_date()
    }
    /// The first moment after the day in Warsaw that lies so many calendar days later, whatever the clocks do in between.
    pub fn end_of_day_in(self, days: i64) -> Self {
        let date = self.warsaw_date();
        Self::end_of(jiff::Span::new().try_days(days).map_or(date, |span| date.saturating_add(span)))
    }
}

/// „22.11.2026”.
pub fn date_text(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// Reads a date as a person types it: `DD.MM.RRRR`, or `RRRR-MM-DD` as a date field sends it.
///
/// # Errors
/// [`Invalid::DateShape`]; [`Invalid::DateNone`] for a day that no month has.
pub fn parse_date(text: &str) -> Result<Date, Invalid> {
    let text = text.trim();
    if let Ok(date) = Date::strptime("%Y-%m-%d", text) {
        return Ok(date);
    }
    let parts: Vec<&str> = text.split(['.', '-', '/']).collect();
    let [day, month, year] = parts[..] else { return Err(Invalid::DateShape) };
    let number =
        |text: &str| if (1..=2).contains(&text.len()) { text.parse().map_err(|_| Invalid::DateShape) } else { Err(Invalid::DateShape) };
    let year = if year.len() == 4 { year.parse().map_err(|_| Invalid::DateShape)? } else { return Err(Invalid::DateShape) };
    Date::new(year, number(month)?, number(day)?).map_err(|_| Invalid::DateNone)
}

/// Reads a time of day as a person types it: `8:30`, `08.30`, or the hour alone.
///
/// # Errors
/// [`Invalid::TimeShape`].
pub fn parse_time(text: &str) -> Result<Time, Invalid> {
    let (hour, minute) = text.trim().split_once([':', '.']).unwrap_or((text.trim(), "00"));
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        let is_number = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { text.parse::<i8>().map_err(|_| Invalid::TimeShape) } else { Err(Invalid::TimeShape) }
    };
    Time::new(number(hour, 1..=2)?, number(minute, 2..=2)?, 0, 0).map_err(|_| Invalid::TimeShape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[test]
    fn times_of_day_are_read_and_mean_the_clock_in_warsaw() {
        assert_eq!(parse_time(" 8:30 "), Ok(time(8, 30, 0, 0)));
        assert_eq!(parse_time("08.30"), Ok(time(8, 30, 0, 0)));
        assert_eq!(parse_time("0"), Ok(time(0, 0, 0, 0)));
        assert_eq!(parse_time("23:59"), Ok(time(23, 59, 0, 0)));
        for wrong in ["", "24:00", "8:60", "8:3", "8:300", "ósma", "-1:00", "8:30:00", "+8:30", "8:"] {
            assert_eq!(parse_time(wrong), Err(Invalid::TimeShape), "{wrong}");
        }
        assert_eq!(Moment::at(date(2026, 11, 22), time(7, 5, 0, 0)), Moment(1_795_327_500_000));
        // There is no 2:30 on this day, and two of them on the other one.
        assert_eq!(Moment::at(date(2026, 3, 29), time(2, 30, 0, 0)).to_time_text(), "03:30");
        let twice = Moment::at(date(2026, 10, 25), time(2, 30, 0, 0));
        assert_eq!((twice.to_time_text(), twice.plus_hours(1).to_time_text()), ("02:30".to_owned(), "02:30".to_owned()));
    }

    #[test]
    fn days_later_are_days_of_the_calendar() {
        // Half past midnight in summer time; thirty times 24 hours later the clocks have gone back, and it is a day earlier.
        let moment = Moment::start_of(date(2026, 10, 1)).plus_minutes(30);
        assert_eq!(moment.plus_days(30).warsaw_date(), date(2026, 10, 30));
        assert_eq!(moment.end_of_day_in(30), Moment::end_of(date(2026, 10, 31)));
        // And in spring the other way round.
        let moment = Moment::end_of(date(2026, 3, 20)).plus_minutes(-30);
        assert_eq!(moment.plus_days(30).warsaw_date(), date(2026, 4, 20));
        assert_eq!(moment.end_of_day_in(30), Moment::end_of(date(2026, 4, 19)));
    }

    #[test]
    fn a_day_in_warsaw_starts_by_the_local_clock_across_daylight_saving() {
        // 25 October 2026 has 25 hours in Warsaw, 29 March 2026 has 23.
        for (day, hours) in [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23), (date(2026, 6, 1), 24)] {
            assert_eq!(Moment::end_of(day).since(Moment::start_of(day)), hours * HOUR_MS);
            assert_eq!(Moment::start_of(day).warsaw_date(), day);
            assert_eq!(Moment::end_of(day).last_day(), day);
        }
    }

    #[test]
    fn dates_are_read_in_both_forms_and_only_if_they_exist() {
        assert_eq!(parse_date(" 05.01.2027 "), Ok(date(2027, 1, 5)));
        assert_eq!(parse_date("5.1.2027"), Ok(date(2027, 1, 5)));
        assert_eq!(parse_date("2027-01-05"), Ok(date(2027, 1, 5)));
        for wrong in ["", "jutro", "05.01.27", "1.1.2027.1", "1.1.20227", "001.1.2027", "a.b.2027", "-1.1.2027"] {
            assert_eq!(parse_date(wrong), Err(Invalid::DateShape), "{wrong}");
        }
        for missing in ["31.02.2027", "29.02.2027", "2027-02-31", "00.01.2027", "12.13.2027"] {
            let expected = if missing.starts_with("2027") { Invalid::DateShape } else { Invalid::DateNone };
            assert_eq!(parse_date(missing), Err(expected), "{missing}");
        }
    }

    #[test]
    fn texts_are_in_warsaw_and_iso_is_in_utc() {
        let moment = Moment(1_795_327_500_000);
        assert_eq!(moment.to_iso(), "2026-11-22T06:05:00.000Z");
        assert_eq!(moment.to_minute_text(), "22.11.2026, 07:05");
        assert_eq!(moment.to_date_text(), "22.11.2026");
    }
}
