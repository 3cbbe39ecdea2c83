//! Working days in Poland: Monday to Friday but for the holidays of the law of 18 January 1951 (Dz.U. 2025 poz. 296), among them
//! those that move with Easter, and 24 December since 2025, and for the single days that a new law makes free or takes back (a dictionary).
//! What may not live here: how many of them a term has (`time_limits`), the rows of the dictionary.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use std::collections::BTreeMap;

/// Holidays that stand on one day of the year: month, day, the first year in which it was one.
const FIXED: [(i8, i8, i16); 10] = [
    (1, 1, 1951),
    (1, 6, 2011),
    (5, 1, 1951),
    (5, 3, 1990),
    (8, 15, 1989),
    (11, 1, 1951),
    (11, 11, 1989),
    (12, 24, 2025),
    (12, 25, 1951),
    (12, 26, 1951),
];

/// Holidays that move with Easter, in days after it: Easter itself, Easter Monday, Pentecost, Corpus Christi.
const MOVED: [i32; 4] = [0, 1, 49, 60];

/// Easter Sunday of a year, by the Gregorian computation of Meeus, Jones and Butcher.
pub fn easter_sunday(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let days = h + l - 7 * m + 114;
    // `days` counts from 1 March: it never leaves March and April.
    let (month, day) = (days / 31, days % 31 + 1);
    if month == 3 { date(year, 3, 1).saturating_add((day - 1).days()) } else { date(year, 4, 1).saturating_add((day - 1).days()) }
}

/// Whether the law makes this day free, whatever day of the week it is.
pub fn is_public_holiday(day: Date) -> bool {
    if FIXED.iter().any(|(month, of_month, since)| (day.month(), day.day()) == (*month, *of_month) && day.year() >= *since) {
        return true;
    }
    let easter = easter_sunday(day.year());
    MOVED.iter().any(|after| easter.saturating_add(after.days()) == day)
}

/// Whether the day is a Saturday or a Sunday, on which no dictionary makes anybody work.
pub fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The working days: what the law of 1951 says, but for single days of which the dictionary says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Whether the day is free.
    exceptions: BTreeMap<Date, bool>,
}

impl Calendar {
    /// With these days free (`true`), or worked on although the law of 1951 makes them free.
    pub fn new(exceptions: impl IntoIterator<Item = (Date, bool)>) -> Self {
        Self { exceptions: exceptions.into_iter().collect() }
    }

    /// Whether offices work on this day.
    pub fn is_working_day(&self, day: Date) -> bool {
        !is_weekend(day) && !self.exceptions.get(&day).copied().unwrap_or_else(|| is_public_holiday(day))
    }

    /// The day itself where it is a working one, else the next one that is.
    pub fn working_day_from(&self, day: Date) -> Date {
        let mut day = day;
        // The longest row of free days is a handful; the end of the calendar ends it too.
        while !self.is_working_day(day) && day < Date::MAX {
            day = day.saturating_add(1.day());
        }
        day
    }

    /// The last of so many working days after `day`, which does not count itself: five after a Monday is the next Monday.
    pub fn plus_working_days(&self, day: Date, number: u32) -> Date {
        (0..number).fold(day, |day, _| self.working_day_from(day.saturating_add(1.day())))
    }

    /// The working day so many of them before `day`: after it and up to `day` there are exactly `number`.
    pub fn minus_working_days(&self, day: Date, number: u32) -> Date {
        if number == 0 {
            return day;
        }
        let before = (0..number).fold(day, |day, _| self.working_day_until(day).saturating_sub(1.day()));
        self.working_day_until(before)
    }

    /// The day itself where it is a working one, else the last one before that is.
    fn working_day_until(&self, day: Date) -> Date {
        let mut day = day;
        while !self.is_working_day(day) && day > Date::MIN {
            day = day.saturating_sub(1.day());
        }
        day
    }

    /// How many working days lie after `from`, up to and with `until`; negative when `until` is the earlier one.
    pub fn working_days_between(&self, from: Date, until: Date) -> i64 {
        if until < from {
            return -self.working_days_between(until, from);
        }
        from.series(1.day()).skip(1).take_while(|day| *day <= until).filter(|day| self.is_working_day(*day)).map(|_| 1).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    /// The law alone.
    static LAW: LazyLock<Calendar> = LazyLock::new(Calendar::default);

    /// From the calendars of the National Bank and of the church; not computed.
    const EASTERS: [(i16, i8, i8); 26] = [
        (1954, 4, 18),
        (1981, 4, 19),
        (2008, 3, 23),
        (2011, 4, 24),
        (2018, 4, 1),
        (2019, 4, 21),
        (2020, 4, 12),
        (2021, 4, 4),
        (2022, 4, 17),
        (2023, 4, 9),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2028, 4, 16),
        (2029, 4, 1),
        (2030, 4, 21),
        (2031, 4, 13),
        (2032, 3, 28),
        (2033, 4, 17),
        (2034, 4, 9),
        (2035, 3, 25),
        (2036, 4, 13),
        (2037, 4, 5),
        (2038, 4, 25),
        (2049, 4, 18),
    ];

    #[test]
    fn easter_stands_where_the_calendars_have_it() {
        for (year, month, day) in EASTERS {
            assert_eq!(easter_sunday(year), date(year, month, day), "{year}");
        }
        for year in 1951..=2200 {
            let easter = easter_sunday(year);
            assert_eq!(easter.weekday(), Weekday::Sunday, "{year}");
            assert!((date(year, 3, 22)..=date(year, 4, 25)).contains(&easter), "{year}: {easter}");
        }
    }

    fn holidays(year: i16) -> Vec<Date> {
        date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year).filter(|day| is_public_holiday(*day)).collect()
    }

    #[test]
    fn each_year_has_the_holidays_of_the_law_and_no_other() {
        let of_2026 =
            [(1, 1), (1, 6), (4, 5), (4, 6), (5, 1), (5, 3), (5, 24), (6, 4), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 26)];
        assert_eq!(holidays(2026), of_2026.map(|(month, day)| date(2026, month, day)));
        // 2008: Easter so early that Pentecost and Corpus Christi stand in May; 1 May is no moved one.
        assert!(holidays(2008).contains(&date(2008, 5, 22)));
        for (year, number) in [(2010, 12), (2011, 13), (2024, 13), (2025, 14), (2030, 14)] {
            assert_eq!(holidays(year).len(), number, "{year}");
        }
        assert!(!is_public_holiday(date(2024, 12, 24)));
        assert!(is_public_holiday(date(2025, 12, 24)));
        assert!(!is_public_holiday(date(2010, 1, 6)));
    }

    #[test]
    fn no_weekend_and_no_holiday_is_a_working_day_in_fifty_years() {
        for day in date(2020, 1, 1).series(1.day()).take_while(|day| day.year() < 2070) {
            let is_free = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || is_public_holiday(day);
            assert_eq!(LAW.is_working_day(day), !is_free);
            let next = LAW.working_day_from(day);
            assert!(LAW.is_working_day(next) && next >= day, "{day}");
            assert!(day.series(1.day()).take_while(|d| *d < next).all(|d| !LAW.is_working_day(d)), "{day}");
            // At most Christmas Eve on a Wednesday: five free days in a row.
            assert!((next - day).get_days() <= 5, "{day} → {next}");
        }
    }

    #[test]
    fn terms_of_working_days_step_over_what_is_free() {
        for (from, number, last) in [
            (date(2026, 11, 23), 0, date(2026, 11, 23)),
            (date(2026, 11, 23), 5, date(2026, 11, 30)),
            // A Saturday and a Sunday do not count, be it the first day or between.
            (date(2026, 11, 21), 5, date(2026, 11, 27)),
            (date(2026, 11, 22), 1, date(2026, 11, 23)),
            // Independence Day on a Wednesday.
            (date(2026, 11, 9), 5, date(2026, 11, 17)),
            // Christmas: Thursday the 24th to Sunday the 27th are free.
            (date(2026, 12, 23), 1, date(2026, 12, 28)),
            (date(2026, 12, 21), 5, date(2026, 12, 30)),
            // The same day before 2025 still counts the 24th.
            (date(2024, 12, 23), 1, date(2024, 12, 24)),
            // Over Easter Monday.
            (date(2026, 4, 1), 5, date(2026, 4, 9)),
            // Corpus Christi, 4 June 2026.
            (date(2026, 6, 3), 1, date(2026, 6, 5)),
            // 1 and 3 May 2027 are a Saturday and a Monday.
            (date(2027, 4, 30), 1, date(2027, 5, 4)),
            // Over the turn of the year and Epiphany.
            (date(2026, 12, 31), 5, date(2027, 1, 11)),
        ] {
            assert_eq!(LAW.plus_working_days(from, number), last, "{number} after {from}");
        }
    }

    #[test]
    fn the_end_of_the_calendar_is_an_end() {
        assert_eq!(LAW.plus_working_days(Date::MAX, 5), Date::MAX);
        assert_eq!(LAW.minus_working_days(Date::MIN, 5), Date::MIN);
    }

    #[test]
    fn there_and_back_again_are_as_many_working_days() {
        for day in date(2024, 11, 1).series(1.day()).take_while(|day| *day < date(2027, 2, 1)) {
            for number in 0..25 {
                let (later, earlier) = (LAW.plus_working_days(day, number), LAW.minus_working_days(day, number));
                assert_eq!(LAW.working_days_between(day, later), i64::from(number), "{day} + {number}");
                assert_eq!(LAW.working_days_between(later, day), -i64::from(number), "{day} + {number}");
                assert_eq!(LAW.working_days_between(earlier, day), i64::from(number), "{day} - {number}");
                assert!(number == 0 || LAW.is_working_day(earlier) && LAW.is_working_day(later), "{day} {number}");
            }
        }
        // Over Christmas, the year's end and Epiphany; back over Easter.
        assert_eq!(LAW.working_days_between(date(2026, 12, 23), date(2027, 1, 7)), 7);
        assert_eq!(LAW.minus_working_days(date(2026, 4, 8), 3), date(2026, 4, 2));
        assert_eq!(LAW.minus_working_days(date(2026, 11, 22), 1), date(2026, 11, 19));
    }

    #[test]
    fn single_days_change_the_calendar_there_and_nowhere_else() {
        // A Thursday made free, 11 November worked on, and two rows that change nothing: a free Saturday, a „worked” Sunday.
        let (freed, worked) = (date(2026, 11, 12), date(2026, 11, 11));
        let odd = Calendar::new([(freed, true), (worked, false), (date(2026, 11, 14), true), (date(2026, 11, 15), false)]);
        for day in date(2026, 1, 1).series(1.day()).take_while(|day| day.year() < 2028) {
            let expected = if day == freed { false } else { day == worked || LAW.is_working_day(day) };
            assert_eq!(odd.is_working_day(day), expected, "{day}");
        }
        assert_eq!(odd.plus_working_days(date(2026, 11, 10), 1), worked);
        assert_eq!(odd.plus_working_days(worked, 1), date(2026, 11, 13));
        assert_eq!(odd.minus_working_days(date(2026, 11, 13), 1), worked);
        assert_eq!(odd.working_day_from(freed), date(2026, 11, 13));
    }

    #[test]
    fn a_day_made_free_moves_a_term_by_one_working_day_exactly_when_it_lies_in_it() {
        let first = date(2026, 11, 30);
        for made_free in first.series(1.day()).take_while(|day| *day <= date(2027, 1, 31)) {
            let odd = Calendar::new([(made_free, true)]);
            for begins in first.series(1.day()).take_while(|day| *day <= date(2026, 12, 31)) {
                for number in [1, 5, 10] {
                    let (by_law, now) = (LAW.plus_working_days(begins, number), odd.plus_working_days(begins, number));
                    let is_inside = LAW.is_working_day(made_free) && begins < made_free && made_free <= by_law;
                    let expected = if is_inside { LAW.plus_working_days(begins, number + 1) } else { by_law };
                    assert_eq!(now, expected, "{number} after {begins} without {made_free}");
                    assert_eq!(odd.working_days_between(begins, now), i64::from(number));
                    assert_eq!(odd.working_days_between(now, begins), -i64::from(number));
                }
            }
        }
    }

    #[test]
    fn a_row_of_days_made_free_ends() {
        let fortnight = date(2026, 11, 23).series(1.day()).take(14).map(|day| (day, true));
        assert_eq!(Calendar::new(fortnight).plus_working_days(date(2026, 11, 20), 1), date(2026, 12, 7));
    }
}
