//! Tests of figures: percentiles against a sorted list, classes without a gap, periods without a day too many.

use super::period::{Grain, LONGEST_YEARS, Period, Span};
use super::*;
use crate::domain::invalid::{FieldErrors, Invalid};
use jiff::ToSpan;
use jiff::civil::{Weekday, date};

fn times(days: &[u32]) -> Times {
    let mut times = Times::default();
    days.iter().for_each(|days| times.add(*days, 1));
    times
}

/// The definition, word by word: the least value that at least so many of a hundred do not exceed.
fn by_definition(days: &[u32], percent: u64) -> Option<u32> {
    let mut values: Vec<u32> = days.to_vec();
    values.sort_unstable();
    values.iter().copied().find(|value| values.iter().filter(|other| *other <= value).count() as u64 * 100 >= percent * values.len() as u64)
}

#[test]
fn percentiles_are_those_of_a_sorted_list_ties_and_all() {
    let mut seed = 7_u32;
    for size in 0..60 {
        let days: Vec<u32> = (0..size)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Few different values: many ties.
                (seed >> 16) % 9
            })
            .collect();
        for percent in [1, 10, 25, 50, 51, 75, 89, 90, 91, 99, 100] {
            assert_eq!(times(&days).percentile(percent), by_definition(&days, percent), "{percent}% of {days:?}");
        }
    }
}

#[test]
fn percentiles_of_known_lists() {
    assert_eq!(times(&[]).percentile(50), None);
    assert_eq!((times(&[4]).percentile(0), times(&[4]).percentile(50), times(&[4]).percentile(90)), (Some(4), Some(4), Some(4)));
    let ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    assert_eq!((times(&ten).percentile(50), times(&ten).percentile(90), times(&ten).percentile(100)), (Some(5), Some(9), Some(10)));
    // Nine of ten took at most two days, and only the tenth took long.
    assert_eq!(times(&[2, 2, 2, 2, 2, 2, 2, 2, 2, 90]).percentile(90), Some(2));
    assert_eq!(times(&[2, 2, 2, 2, 2, 2, 2, 2, 90, 90]).percentile(90), Some(90));
    // Of an even number the median is the lower of the two in the middle.
    assert_eq!(times(&[0, 0, 9, 9]).percentile(50), Some(0));
    assert_eq!(times(&[3]).percentile(1000), Some(3));
}

#[test]
fn times_add_up() {
    let (mut one, other) = (times(&[1, 1, 5]), times(&[5, 30]));
    one.merge(&other);
    one.add(8, 0);
    assert_eq!(one, times(&[1, 1, 5, 5, 30]));
    assert_eq!((one.total(), one.within(0, 4), one.within(5, 5), one.within(6, u32::MAX)), (5, 2, 2, 1));
}

#[test]
fn each_number_of_days_has_one_class_and_classes_follow_each_other() {
    let mut before = Age::To2;
    for days in 0..400 {
        let age = Age::of(days);
        assert!(age >= before && age.place() - before.place() <= 1, "{days}");
        assert_eq!(Age::ALL[age.place()], age);
        before = age;
    }
    for (days, age) in [(0, Age::To2), (2, Age::To2), (3, Age::To5), (5, Age::To5), (6, Age::To10), (10, Age::To10), (11, Age::To20)] {
        assert_eq!(Age::of(days), age, "{days}");
    }
    assert_eq!((Age::of(20), Age::of(21), Age::of(u32::MAX)), (Age::To20, Age::Over20, Age::Over20));
}

#[test]
fn every_outcome_is_read_back_and_only_the_offices_word_is_a_decision() {
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::from_key(outcome.key()), Some(outcome));
    }
    assert_eq!(Outcome::from_key("in_review"), None);
    assert_eq!(Outcome::ALL.map(Outcome::is_decision), [true, true, false, false, false]);
}

#[test]
fn places_of_remarks_say_nothing_of_whose_they_are() {
    let of = |fields: &[&str]| places(fields.iter().copied());
    assert_eq!(of(&["persons.12.email", "unit.phone", "persons.0.email"]), ["persons.email", "unit.phone"]);
    assert_eq!(of(&["signed_form", "grants"]), ["grants", "signed_form"]);
    assert_eq!(of(&[]), [WHOLE]);
    assert_eq!(of(&["", "7"]), [WHOLE]);
}

#[test]
fn periods_that_go_on_begin_where_the_calendar_says() {
    let cases = [
        (date(2026, 11, 22), [(11, 16), (11, 1), (10, 1), (1, 1)]), // A Sunday ends its week.
        (date(2026, 11, 23), [(11, 23), (11, 1), (10, 1), (1, 1)]), // A Monday begins its own.
        (date(2026, 1, 1), [(12, 29), (1, 1), (1, 1), (1, 1)]),
        (date(2028, 2, 29), [(2, 28), (2, 1), (1, 1), (1, 1)]),
        (date(2026, 3, 31), [(3, 30), (3, 1), (1, 1), (1, 1)]),
        (date(2026, 9, 30), [(9, 28), (9, 1), (7, 1), (1, 1)]),
    ];
    for (today, begins) in cases {
        for (span, (month, day)) in Span::ALL.into_iter().zip(begins) {
            let period = Period::this(span, today);
            assert_eq!((period.from.month(), period.from.day(), period.until), (month, day, today), "{span:?} on {today}");
            assert!((period.until - period.from).get_days() < 366);
            assert_eq!(Span::from_key(span.key()), Some(span));
        }
    }
    assert_eq!(Period::this(Span::Week, date(2026, 1, 1)).from, date(2025, 12, 29));
    assert_eq!(Span::from_key("decade"), None);
}

#[test]
fn the_last_twelve_months_are_whole_ones() {
    let of = |today| Period::whole_year_before(today);
    assert_eq!(of(date(2026, 11, 22)), Period { from: date(2025, 11, 1), until: date(2026, 10, 31) });
    assert_eq!(of(date(2026, 11, 1)), of(date(2026, 11, 30)));
    assert_eq!(of(date(2028, 3, 31)), Period { from: date(2027, 3, 1), until: date(2028, 2, 29) });
    assert_eq!(of(date(2027, 1, 1)), Period { from: date(2026, 1, 1), until: date(2026, 12, 31) });
}

#[test]
fn typed_periods_are_read_within_bounds() {
    let today = date(2026, 11, 22);
    let typed = |from: &str, until: &str| Period::typed(from, until, today);
    assert_eq!(typed(" 1.10.2026 ", "2026-10-31"), Ok(Period { from: date(2026, 10, 1), until: date(2026, 10, 31) }));
    assert_eq!(typed("22.11.2026", "22.11.2026"), Ok(Period { from: today, until: today }));
    let one = |field: &str, why| Err(FieldErrors::one(field, why));
    assert_eq!(typed("", "1.10.2026"), one("from", Invalid::Required));
    assert_eq!(typed("1.10.2026", " "), one("until", Invalid::Required));
    assert_eq!(typed("jutro", "1.10.2026"), one("from", Invalid::DateShape));
    assert_eq!(typed("31.9.2026", "1.10.2026"), one("from", Invalid::DateNone));
    assert_eq!(typed("1.10.2026", "23.11.2026"), one("until", Invalid::DateFuture));
    assert_eq!(typed("2.10.2026", "1.10.2026"), one("until", Invalid::BeforeBeginning));
    assert_eq!(typed("22.11.2021", "22.11.2026"), one("from", Invalid::DateTooFar));
    assert!(typed("23.11.2021", "22.11.2026").is_ok());
    assert_eq!(typed("0001-01-01", "22.11.2026"), one("from", Invalid::DateTooFar));
    assert_eq!(typed("x", "y").map_err(|errors| errors.0.len()), Err(2));
}

fn assert_whole(period: Period) {
    let parts = period.parts();
    assert!(parts.len() <= usize::try_from(LONGEST_YEARS).unwrap() * 12 + 1, "{period:?}");
    let mut day = period.from;
    for part in &parts {
        assert_eq!(part.from, day, "{period:?}");
        assert!(part.until >= part.from && part.until <= period.until, "{period:?}");
        day = part.until.saturating_add(1.day());
    }
    assert_eq!(parts.last().map(|part| part.until), Some(period.until), "{period:?}");
}

#[test]
fn each_day_of_a_period_is_in_one_of_its_parts_and_parts_fit_a_plot() {
    for begin in date(2024, 1, 25).series(1.day()).take(45) {
        for days in (0..70).chain([181, 182, 183, 364, 365, 366, 900, 1826]) {
            let period = Period { from: begin, until: begin.saturating_add(days.days()) };
            assert_whole(period);
            assert!(period.contains(begin) && period.contains(period.until) && !period.contains(begin.saturating_sub(1.day())));
        }
    }
    let grain = |days: i32| Period { from: date(2026, 1, 1), until: date(2026, 1, 1).saturating_add((days - 1).days()) }.grain();
    assert_eq!((grain(1), grain(31), grain(32), grain(182), grain(183)), (Grain::Day, Grain::Day, Grain::Week, Grain::Week, Grain::Month));
    // Weeks begin on Mondays, over both changes of the clock; months on their first.
    for (period, grain) in [
        (Period { from: date(2026, 3, 4), until: date(2026, 5, 13) }, Grain::Week),
        (Period { from: date(2026, 9, 9), until: date(2026, 11, 18) }, Grain::Week),
        (Period { from: date(2025, 3, 4), until: date(2026, 5, 13) }, Grain::Month),
    ] {
        assert_eq!(period.grain(), grain);
        for part in &period.parts()[1..] {
            assert!(if grain == Grain::Week { part.from.weekday() == Weekday::Monday } else { part.from.day() == 1 }, "{part:?}");
        }
    }
}
