//! The longest validity, by the calendar.

use super::*;
use jiff::civil::date;

fn latest(longest_months: i32, today: Date) -> Date {
    SubArea { code: "PS".to_owned(), name: "pomoc społeczna".to_owned(), longest_months, default_months: 36 }.latest_until(today)
}

#[test]
fn months_are_counted_by_the_calendar_and_end_where_a_month_ends() {
    for (months, today, until) in [
        (36, date(2026, 11, 22), date(2029, 11, 22)),
        (36, date(2028, 2, 29), date(2031, 2, 28)),
        (48, date(2028, 2, 29), date(2032, 2, 29)),
        (12, date(2027, 2, 28), date(2028, 2, 28)),
        (1, date(2027, 1, 31), date(2027, 2, 28)),
        (1, date(2028, 1, 31), date(2028, 2, 29)),
        (3, date(2026, 11, 30), date(2027, 2, 28)),
        (1, date(2026, 12, 31), date(2027, 1, 31)),
        (0, date(2026, 11, 22), date(2026, 11, 22)),
    ] {
        assert_eq!(latest(months, today), until, "{today} + {months}");
    }
    assert_eq!(latest(-1, date(2026, 11, 22)), date(2026, 11, 22));
    assert_eq!(latest(i32::MAX, date(2026, 11, 22)), Date::MAX, "an absurd dictionary does not stop the portal");
}

#[test]
fn a_kind_is_called_for_short_what_stands_in_its_brackets() {
    let short = |name: &str| {
        UnitKind { code: String::new(), name: name.to_owned(), sub_areas: Vec::new(), may_hold: Vec::new(), is_offered: true }
            .short_names()
            .join(";")
    };
    assert_eq!(short("Środowiskowy dom samopomocy (ŚDS)"), "ŚDS");
    assert_eq!(short("Ośrodek pomocy (OPS, GOPS / MOPS)"), "OPS;GOPS;MOPS");
    assert_eq!(short("Urząd gminy albo miasta"), "");
    assert_eq!(short("Dom (dla dzieci) w mieście"), "");
}
