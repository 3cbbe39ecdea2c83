//! Dictionaries: rows that the central administrator edits, not enums.

pub mod editing;
#[cfg(test)]
mod tests;

use jiff::{Span, civil::Date};
use serde::{Deserialize, Serialize};

/// A kind of unit („typ jednostki”), e.g. `ops_gminny`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitKind {
    /// Key.
    pub code: String,
    /// „Gminny ośrodek pomocy społecznej (GOPS)”.
    pub name: String,
    /// Codes of the sub-areas that a unit of this kind may ask for today, in the dictionary's order.
    pub sub_areas: Vec<String>,
    /// Codes of the sub-areas in which rights in such a unit may stand: also those for which nobody may ask any more.
    pub may_hold: Vec<String>,
    /// Units of this kind can be registered today, and others can become one.
    pub is_offered: bool,
}

impl UnitKind {
    /// One that is offered, with sub-areas set apart by spaces.
    #[cfg(test)]
    pub(crate) fn example(code: &str, name: &str, sub_areas: &str) -> Self {
        Self {
            code: code.to_owned(),
            name: name.to_owned(),
            sub_areas: sub_areas.split(' ').map(str::to_owned).collect(),
            may_hold: Vec::new(),
            is_offered: true,
        }
    }
    /// What people call it for short, as its name says in brackets: „GOPS”.
    pub fn short_names(&self) -> Vec<&str> {
        let inside = self.name.rsplit_once('(').and_then(|(_, rest)| rest.trim_end().strip_suffix(')'));
        inside.unwrap_or_default().split([',', '/']).map(str::trim).filter(|name| !name.is_empty()).collect()
    }
}

/// What a permission is about („podobszar”), e.g. `PS`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubArea {
    /// Key, as people write it: „PS”.
    pub code: String,
    /// „pomoc społeczna”.
    pub name: String,
    /// The longest validity that may be asked for, in months (default 36).
    pub longest_months: i32,
    /// The validity that is given to whoever asks for no other one, in months (default 36).
    pub default_months: i32,
}

impl SubArea {
    /// The last day that may be asked for on `today`: inclusive, month ends by the calendar.
    /// The number comes from a row that people edit, so an absurd one must not stop anybody.
    pub fn latest_until(&self, today: Date) -> Date {
        months_after(self.longest_months, today)
    }
    /// The last day that is given on `today` to whoever asks for no other one; never beyond the longest.
    pub fn default_until(&self, today: Date) -> Date {
        months_after(self.default_months.min(self.longest_months), today)
    }
}

fn months_after(months: i32, today: Date) -> Date {
    Span::new().try_months(months.max(0)).map_or(Date::MAX, |months| today.saturating_add(months))
}

/// What a person does in a sub-area („funkcja”).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// `viewer`, `editor`, `approver`.
    pub code: String,
    /// „przeglądający”.
    pub name: String,
}

/// All dictionaries that a form or a check needs, read together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dictionaries {
    /// Kinds of unit, in Polish order.
    pub unit_kinds: Vec<UnitKind>,
    /// Sub-areas, in their own order.
    pub sub_areas: Vec<SubArea>,
    /// Functions, from the weakest.
    pub functions: Vec<Function>,
}

impl Dictionaries {
    /// Looks a kind up.
    pub fn unit_kind(&self, code: &str) -> Option<&UnitKind> {
        self.unit_kinds.iter().find(|k| k.code == code)
    }
    /// The kinds that can be chosen today, and the one that was chosen before.
    pub fn kinds_for<'a>(&'a self, chosen: &'a str) -> impl Iterator<Item = &'a UnitKind> {
        self.unit_kinds.iter().filter(move |kind| kind.is_offered || kind.code == chosen)
    }
    /// Looks a sub-area up.
    pub fn sub_area(&self, code: &str) -> Option<&SubArea> {
        self.sub_areas.iter().find(|s| s.code == code)
    }
    /// Looks a function up.
    pub fn function(&self, code: &str) -> Option<&Function> {
        self.functions.iter().find(|f| f.code == code)
    }
}
