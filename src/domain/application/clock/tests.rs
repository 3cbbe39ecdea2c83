//! The clock over weekends, holidays, Easter, daylight saving, month ends, and any split into turns.

use super::*;
use crate::domain::moment::HOUR_MS;
use jiff::civil::date;
use std::sync::LazyLock;

/// No day that the dictionary changes.
static LAW: LazyLock<Calendar> = LazyLock::new(Calendar::default);

fn noon(day: Date) -> Moment {
    Moment::start_of(day).plus_ms(12 * HOUR_MS)
}

fn received(target: u32, on: Date) -> Clock {
    Clock::new(target).moved(&LAW, Status::FormReceived, noon(on))
}

fn reading(clock: &Clock, on: Date) -> Reading {
    clock.reading(&LAW, Status::FormReceived, on)
}

#[test]
fn the_target_s_last_day_steps_over_whatever_is_free() {
    for (received_on, target, due) in [
        // Monday to the Monday after next.
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        // A Saturday and a Sunday begin no earlier than Monday.
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), 1, date(2026, 11, 23)),
        // All Saints' and Independence Day.
        (date(2026, 10, 30), 10, date(2026, 11, 16)),
        // 24 December is free since 2025, and was not before.
        (date(2025, 12, 23), 1, date(2025, 12, 29)),
        (date(2024, 12, 23), 1, date(2024, 12, 24)),
        (date(2026, 12, 22), 2, date(2026, 12, 28)),
        // Good Friday is a working day, Easter Monday is none.
        (date(2026, 4, 2), 1, date(2026, 4, 3)),
        (date(2026, 4, 2), 2, date(2026, 4, 7)),
        // Corpus Christi.
        (date(2026, 6, 3), 1, date(2026, 6, 5)),
        // Month ends, and the day of a leap year.
        (date(2027, 1, 29), 1, date(2027, 2, 1)),
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2028, 2, 28), 2, date(2028, 3, 1)),
        // The turn of the year, and Epiphany.
        (date(2026, 12, 31), 3, date(2027, 1, 7)),
    ] {
        let clock = received(target, received_on);
        assert_eq!(clock.due_on(&LAW), Some(due), "{target} after {received_on}");
        assert_eq!(clock.due_at(&LAW), Some(Moment::end_of(due)));
        assert_eq!(reading(&clock, due), Reading::Left(0));
        assert!(reading(&clock, due.saturating_add(1.day())).is_over());
        assert_eq!(reading(&clock, received_on), Reading::Left(i64::from(target)));
    }
}

#[test]
fn days_are_those_of_warsaw_also_where_they_have_23_or_25_hours() {
    // Clocks go forward on 29 March 2026 and back on 25 October 2026, both a Sunday.
    for (friday, monday) in [(date(2026, 3, 27), date(2026, 3, 30)), (date(2026, 10, 23), date(2026, 10, 26))] {
        // One minute before Friday's midnight and one after it is Saturday already: the same Monday.
        for minutes in [-1, 1] {
            let clock = Clock::new(1).moved(&LAW, Status::FormReceived, Moment::end_of(friday).plus_minutes(minutes));
            assert_eq!(clock.due_on(&LAW), Some(monday), "{friday} {minutes}");
            assert_eq!(clock.due_at(&LAW), Some(Moment::start_of(monday.saturating_add(1.day()))));
        }
    }
    // 23:30 UTC on Thursday is Friday in Warsaw, summer and winter.
    let clock = Clock::new(1).moved(&LAW, Status::FormReceived, Moment::start_of(date(2026, 7, 3)).plus_minutes(30));
    assert_eq!(clock.due_on(&LAW), Some(date(2026, 7, 6)));
    let clock = Clock::new(1).moved(&LAW, Status::FormReceived, Moment::start_of(date(2026, 1, 9)).plus_minutes(30));
    assert_eq!(clock.due_on(&LAW), Some(date(2026, 1, 12)));
}

#[test]
fn it_stands_while_the_applicant_has_the_move() {
    // Monday; returned on Wednesday after two days.
    let clock = received(5, date(2026, 11, 23)).moved(&LAW, Status::Returned, noon(date(2026, 11, 25)));
    assert_eq!((clock.used, clock.running_since, clock.due_on(&LAW), clock.due_at(&LAW)), (2, None, None, None));
    assert_eq!(clock.reading(&LAW, Status::Returned, date(2027, 1, 1)), Reading::Applicant);
    assert_eq!(clock.moved(&LAW, Status::AwaitingForm, noon(date(2026, 12, 1))), clock, "corrected, not signed yet");
    // Signed on Friday in the week after next: three are left.
    let again = clock.moved(&LAW, Status::FormReceived, noon(date(2026, 12, 4)));
    assert_eq!(again.due_on(&LAW), Some(date(2026, 12, 9)));
    assert_eq!(reading(&again, date(2026, 12, 4)), Reading::Left(3));
    // Whoever takes it in hand or puts it back changes nothing.
    assert_eq!(again.moved(&LAW, Status::InReview, noon(date(2026, 12, 8))), again);
    let ended = again.moved(&LAW, Status::Approved, noon(date(2026, 12, 8)));
    assert_eq!((ended.used, ended.due_at(&LAW)), (4, None));
    assert_eq!(ended.reading(&LAW, Status::Approved, date(2026, 12, 31)), Reading::Ended);
    assert_eq!(ended.next_after(&LAW, 0), None);
}

#[test]
fn a_day_on_which_it_comes_and_goes_costs_nothing() {
    let day = date(2026, 11, 23);
    let clock = received(5, day).moved(&LAW, Status::Returned, noon(day).plus_minutes(5)).moved(
        &LAW,
        Status::FormReceived,
        noon(day).plus_minutes(9),
    );
    assert_eq!((clock.used, clock.due_on(&LAW)), (0, Some(date(2026, 11, 30))));
    // Nor does a weekend, nor a clock that was put back.
    assert_eq!(received(5, date(2026, 11, 20)).moved(&LAW, Status::Returned, noon(date(2026, 11, 22))).used, 0);
    assert_eq!(received(5, day).moved(&LAW, Status::Returned, noon(date(2026, 11, 16))).used, 0);
}

#[test]
fn what_was_over_before_the_return_is_over_by_as_much_after_it() {
    // Due on Friday, returned on Tuesday two days late, back on a Saturday.
    let clock = received(4, date(2026, 11, 23));
    assert_eq!(reading(&clock, date(2026, 11, 28)), Reading::Over(0), "a Saturday is no day late");
    assert_eq!(reading(&clock, date(2026, 12, 1)), Reading::Over(2));
    let again = clock.moved(&LAW, Status::Returned, noon(date(2026, 12, 1))).moved(&LAW, Status::FormReceived, noon(date(2026, 12, 5)));
    assert_eq!(reading(&again, date(2026, 12, 5)), Reading::Over(2));
    assert_eq!(reading(&again, date(2026, 12, 7)), Reading::Over(3));
    assert!(again.due_at(&LAW) < Some(noon(date(2026, 12, 5))));
    // Exactly used up: the day of its return is the last one.
    let used_up = received(2, date(2026, 11, 23)).moved(&LAW, Status::Returned, noon(date(2026, 11, 25)));
    assert_eq!(reading(&used_up.moved(&LAW, Status::FormReceived, noon(date(2026, 12, 1))), date(2026, 12, 1)), Reading::Left(0));
}

#[test]
fn any_split_into_turns_uses_what_one_turn_would() {
    let begin = date(2025, 12, 15);
    for first in 0..30 {
        for pause in 0..15 {
            let (left, back) = (begin.saturating_add(first.days()), begin.saturating_add((first + pause).days()));
            let clock = received(12, begin).moved(&LAW, Status::Returned, noon(left)).moved(&LAW, Status::FormReceived, noon(back));
            assert_eq!(i64::from(clock.used), LAW.working_days_between(begin, left));
            // On every later day as much is left as the target without the days in the office.
            for later in 0..40 {
                let today = back.saturating_add(later.days());
                let gone = LAW.working_days_between(begin, left) + LAW.working_days_between(back, today);
                let left_over = match reading(&clock, today) {
                    Reading::Left(days) => days,
                    Reading::Over(days) => -days,
                    other => panic!("{other:?}"),
                };
                assert_eq!(left_over, 12 - gone, "{first} {pause} {later}");
            }
        }
    }
}

#[test]
fn the_office_is_reminded_at_half_on_the_last_day_and_on_the_working_day_after() {
    let clock = received(10, date(2026, 11, 23));
    let morning = Moment::start_of;
    assert_eq!(clock.next_after(&LAW, 0), Some(morning(date(2026, 11, 30))));
    assert_eq!(clock.next_after(&LAW, Step::Half.number()), Some(morning(date(2026, 12, 7))));
    assert_eq!(clock.next_after(&LAW, Step::Last.number()), Some(morning(date(2026, 12, 8))));
    assert_eq!(clock.next_after(&LAW, Step::Over.number()), None);
    for (now, step) in [
        (morning(date(2026, 11, 30)).plus_ms(-1), None),
        (morning(date(2026, 11, 30)), Some(Step::Half)),
        (morning(date(2026, 12, 7)).plus_ms(-1), Some(Step::Half)),
        (morning(date(2026, 12, 7)), Some(Step::Last)),
        (morning(date(2026, 12, 8)), Some(Step::Over)),
    ] {
        assert_eq!(clock.step_at(&LAW, now), step, "{now:?}");
    }
    // Due on a Friday: nobody is written to on Saturday.
    let friday = received(4, date(2026, 11, 23));
    assert_eq!(friday.next_after(&LAW, Step::Last.number()), Some(morning(date(2026, 11, 30))));
    // Of one day, half is the whole; and nothing is due that stands.
    assert_eq!(received(1, date(2026, 11, 23)).step_at(&LAW, morning(date(2026, 11, 24))), Some(Step::Last));
    assert_eq!(clock.moved(&LAW, Status::Returned, noon(date(2026, 12, 1))).step_at(&LAW, morning(date(2027, 1, 1))), None);
}

#[test]
fn applicants_are_reminded_in_the_morning_of_their_days() {
    let (days, since) = ([7, 14, 25], noon(date(2026, 10, 20)));
    let morning = Moment::start_of;
    // Over the change of the clocks: by the calendar, not by hours.
    assert_eq!(applicant_next(&days, since, 0), Some(morning(date(2026, 10, 27))));
    assert_eq!(applicant_next(&days, since, 7), Some(morning(date(2026, 11, 3))));
    assert_eq!(applicant_next(&days, since, 14), Some(morning(date(2026, 11, 14))));
    assert_eq!(applicant_next(&days, since, 25), None);
    assert_eq!(applicant_next(&[], since, 0), None);
    assert_eq!(applicant_day_at(&days, since, morning(date(2026, 10, 27)).plus_ms(-1)), 0);
    assert_eq!(applicant_day_at(&days, since, morning(date(2026, 10, 27))), 7);
    assert_eq!(applicant_day_at(&days, since, morning(date(2026, 11, 30))), 25);
}

#[test]
fn a_day_made_free_moves_what_lies_beyond_it_and_nothing_else() {
    let wednesday = date(2026, 11, 25);
    let odd = Calendar::new([(wednesday, true)]);
    // Monday the 23rd, five days: half on Wednesday becomes half on Thursday, the last day and the day after move with it.
    let clock = received(5, date(2026, 11, 23));
    assert_eq!((clock.due_on(&LAW), clock.due_on(&odd)), (Some(date(2026, 11, 30)), Some(date(2026, 12, 1))));
    for (told, by_law, now) in [
        (0, date(2026, 11, 26), date(2026, 11, 27)),
        (Step::Half.number(), date(2026, 11, 30), date(2026, 12, 1)),
        (Step::Last.number(), date(2026, 12, 1), date(2026, 12, 2)),
    ] {
        let days = (clock.next_after(&LAW, told), clock.next_after(&odd, told));
        assert_eq!(days, (Some(Moment::start_of(by_law)), Some(Moment::start_of(now))), "after {told}");
    }
    // What was over before that day stays so; what runs on after it counts one day less.
    let before = received(1, date(2026, 11, 23));
    assert_eq!(before.due_on(&odd), before.due_on(&LAW));
    assert_eq!(before.reading(&odd, Status::FormReceived, date(2026, 11, 26)), Reading::Over(1));
    assert_eq!(clock.moved(&odd, Status::Returned, noon(date(2026, 11, 26))).used, 2);
    assert_eq!(clock.moved(&LAW, Status::Returned, noon(date(2026, 11, 26))).used, 3);
}
