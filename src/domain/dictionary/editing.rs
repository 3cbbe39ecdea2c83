//! Kinds of unit and sub-areas as they are edited. Codes never change, and an entry never goes: it is offered up to a last day.

use super::{SubArea, UnitKind};
use crate::domain::edited::Texts;
use crate::domain::identifiers::{Line, optional};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::{date_text, parse_date};
use jiff::civil::Date;

/// Longest name, in characters.
pub const LONGEST_NAME: usize = 120;
/// Longest validity of a right, in months.
pub const MOST_MONTHS: i32 = 120;

/// An entry of a dictionary as it is edited: also one that is not offered any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited<T> {
    /// The entry; whether it is offered follows from the last day.
    pub entry: T,
    /// The last day on which it is offered.
    pub last_day: Option<Date>,
    /// Changes with every change.
    pub version: i32,
}

/// Whether what ends with this day is offered on another one.
pub fn is_offered(last_day: Option<Date>, today: Date) -> bool {
    last_day.is_none_or(|last| today <= last)
}

fn day_text(day: Option<Date>) -> String {
    day.map(date_text).unwrap_or_default()
}

/// A day that has passed already can stay, but nobody ends anything backwards.
fn read_last_day(texts: &Texts, now: Option<Date>, today: Date, errors: &mut FieldErrors) -> Option<Option<Date>> {
    let last_day = errors.take("last_day", optional(texts.get("last_day"), parse_date))?;
    if last_day != now && last_day.is_some_and(|day| day < today) {
        errors.add("last_day", Invalid::DatePast);
    }
    Some(last_day)
}

/// A kind of unit as it would be typed; its sub-areas are codes with a blank between them.
pub fn texts_of_kind(kind: &Edited<UnitKind>) -> Texts {
    Texts::from([("name", kind.entry.name.clone()), ("sub_areas", kind.entry.sub_areas.join(" ")), ("last_day", day_text(kind.last_day))])
}

/// Reads a kind of unit upon what stands now; `areas` are the codes of the dictionary, in its order.
///
/// # Errors
/// Reasons at `name`, `sub_areas` and `last_day`.
pub fn read_kind(texts: &Texts, now: &Edited<UnitKind>, areas: &[String], today: Date) -> Result<Edited<UnitKind>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", Line::parse(texts.get("name"), LONGEST_NAME));
    let last_day = read_last_day(texts, now.last_day, today, &mut errors);
    let chosen: Vec<&str> = texts.get("sub_areas").split_whitespace().collect();
    if chosen.is_empty() {
        errors.add("sub_areas", Invalid::NothingChosen);
    }
    if chosen.iter().any(|code| !areas.iter().any(|area| area == code)) {
        errors.add("sub_areas", Invalid::Unknown);
    }
    let sub_areas: Vec<String> = areas.iter().filter(|area| chosen.contains(&area.as_str())).cloned().collect();
    match (name, last_day) {
        (Some(name), Some(last_day)) if errors.is_empty() => {
            let is_offered = is_offered(last_day, today);
            let may_hold = sub_areas.clone();
            let entry = UnitKind { code: now.entry.code.clone(), name: name.to_string(), sub_areas, may_hold, is_offered };
            Ok(Edited { entry, last_day, version: now.version })
        }
        _ => Err(errors),
    }
}

/// A sub-area as it would be typed.
pub fn texts_of_area(area: &Edited<SubArea>) -> Texts {
    Texts::from([
        ("name", area.entry.name.clone()),
        ("default_months", area.entry.default_months.to_string()),
        ("longest_months", area.entry.longest_months.to_string()),
        ("last_day", day_text(area.last_day)),
    ])
}

/// Reads a sub-area upon what stands now.
///
/// # Errors
/// Reasons at `name`, `default_months`, `longest_months` and `last_day`.
pub fn read_area(texts: &Texts, now: &Edited<SubArea>, today: Date) -> Result<Edited<SubArea>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", Line::parse(texts.get("name"), LONGEST_NAME));
    let last_day = read_last_day(texts, now.last_day, today, &mut errors);
    let mut months = |field: &str| {
        let typed = texts.get(field).trim();
        let number = typed.parse().ok().filter(|months| (1..=MOST_MONTHS).contains(months));
        errors.take(field, number.ok_or(if typed.is_empty() { Invalid::Required } else { Invalid::Unknown }))
    };
    let (default_months, longest_months) = (months("default_months"), months("longest_months"));
    if default_months.zip(longest_months).is_some_and(|(default, longest)| default > longest) {
        errors.add("default_months", Invalid::DefaultBeyondLongest);
    }
    match (name, last_day, default_months, longest_months) {
        (Some(name), Some(last_day), Some(default_months), Some(longest_months)) if errors.is_empty() => {
            let code = now.entry.code.clone();
            Ok(Edited { entry: SubArea { code, name: name.to_string(), longest_months, default_months }, last_day, version: now.version })
        }
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    fn areas() -> Vec<String> {
        ["PS", "SR", "KDR"].map(str::to_owned).to_vec()
    }

    fn kind(last_day: Option<Date>) -> Edited<UnitKind> {
        let entry = UnitKind {
            code: "dps".to_owned(),
            name: "Dom pomocy społecznej (DPS)".to_owned(),
            sub_areas: vec!["PS".to_owned(), "KDR".to_owned()],
            may_hold: vec!["PS".to_owned(), "KDR".to_owned()],
            is_offered: is_offered(last_day, TODAY),
        };
        Edited { entry, last_day, version: 4 }
    }

    fn area() -> Edited<SubArea> {
        let entry = SubArea { code: "PS".to_owned(), name: "pomoc społeczna".to_owned(), longest_months: 36, default_months: 24 };
        Edited { entry, last_day: None, version: 1 }
    }

    fn kind_with(now: &Edited<UnitKind>, field: &str, text: &str) -> Result<Edited<UnitKind>, FieldErrors> {
        let mut texts = texts_of_kind(now);
        texts.set(field, text);
        read_kind(&texts, now, &areas(), TODAY)
    }

    fn area_with(field: &str, text: &str) -> Result<Edited<SubArea>, FieldErrors> {
        let mut texts = texts_of_area(&area());
        texts.set(field, text);
        read_area(&texts, &area(), TODAY)
    }

    #[test]
    fn what_is_shown_is_what_is_read_also_after_the_last_day() {
        for last_day in [None, Some(date(2026, 1, 1)), Some(TODAY), Some(date(2027, 1, 1))] {
            let now = kind(last_day);
            assert_eq!(kind_with(&now, "code", "other"), Ok(now), "a code never changes");
        }
        assert_eq!(area_with("code", "XX"), Ok(area()));
    }

    #[test]
    fn nothing_ends_backwards() {
        let now = kind(None);
        assert_eq!(kind_with(&now, "last_day", "21.11.2026"), Err(FieldErrors::one("last_day", Invalid::DatePast)));
        assert!(kind_with(&now, "last_day", "22.11.2026").is_ok_and(|kind| kind.entry.is_offered), "today is the last day");
        assert!(!is_offered(Some(TODAY), date(2026, 11, 23)));
        let ended = kind(Some(date(2026, 1, 1)));
        assert!(!ended.entry.is_offered);
        assert!(kind_with(&ended, "last_day", "").is_ok_and(|kind| kind.entry.is_offered), "it is offered anew");
        assert_eq!(kind_with(&ended, "last_day", "02.01.2026"), Err(FieldErrors::one("last_day", Invalid::DatePast)));
    }

    #[test]
    fn sub_areas_are_those_of_the_dictionary_in_its_order() {
        let now = kind(None);
        assert_eq!(kind_with(&now, "sub_areas", "KDR SR").map(|kind| kind.entry.sub_areas), Ok(vec!["SR".to_owned(), "KDR".to_owned()]));
        assert_eq!(kind_with(&now, "sub_areas", " "), Err(FieldErrors::one("sub_areas", Invalid::NothingChosen)));
        assert_eq!(kind_with(&now, "sub_areas", "PS XX"), Err(FieldErrors::one("sub_areas", Invalid::Unknown)));
    }

    #[test]
    fn months_are_numbers_and_the_default_is_no_longer_than_the_longest() {
        for (field, text, at, reason) in [
            ("default_months", "", "default_months", Invalid::Required),
            ("default_months", "0", "default_months", Invalid::Unknown),
            ("longest_months", "121", "longest_months", Invalid::Unknown),
            ("longest_months", "3,5", "longest_months", Invalid::Unknown),
            ("default_months", "37", "default_months", Invalid::DefaultBeyondLongest),
            ("longest_months", "23", "default_months", Invalid::DefaultBeyondLongest),
            ("name", "", "name", Invalid::Required),
        ] {
            assert_eq!(area_with(field, text), Err(FieldErrors::one(at, reason)), "{field}: {text}");
        }
        assert_eq!(area_with("default_months", "36").map(|area| area.entry.default_months), Ok(36));
    }
}
