//! What is asked for: the table of boxes, and the lines that show what was chosen. What may not live here: who may ask for what.

use crate::domain::application::registration::GrantRequest;
use crate::domain::dictionary::Dictionaries;
use jiff::civil::Date;
use serde::Serialize;

/// What one person asks for in one sub-area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wish {
    /// „PS – pomoc społeczna”.
    pub sub_area: String,
    /// „przeglądający, wprowadzający dane”.
    pub functions: String,
    /// Last day.
    pub until: Option<Date>,
}

impl Wish {
    /// Of chosen pairs, one line for each sub-area. Where something is wrong the day is not known yet (`read` is empty); the
    /// pairs are shown all the same.
    pub fn lines(dictionaries: &Dictionaries, pairs: &[String], read: &[GrantRequest]) -> Vec<Self> {
        let pairs: Vec<(&str, &str)> = pairs.iter().filter_map(|pair| pair.split_once(':')).collect();
        let line = |sub_area: &crate::domain::dictionary::SubArea| {
            let chosen = |function: &str| pairs.contains(&(sub_area.code.as_str(), function));
            let functions: Vec<&str> = dictionaries.functions.iter().filter(|f| chosen(&f.code)).map(|f| f.name.as_str()).collect();
            (!functions.is_empty()).then(|| Self {
                sub_area: format!("{} – {}", sub_area.code, sub_area.name),
                functions: functions.join(", "),
                until: read.iter().find(|g| g.sub_area == sub_area.code).map(|g| g.valid_until),
            })
        };
        dictionaries.sub_areas.iter().filter_map(line).collect()
    }
}

/// Why a box is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The right is held until this day.
    pub until: Option<Date>,
    /// Else this application asks for it.
    pub number: String,
}

/// One box: a function in a sub-area.
#[derive(Debug, Clone, Serialize)]
pub struct NeedBox {
    /// `grants` for the first, `grants-2` …
    pub id: String,
    /// `PS:editor`.
    pub value: String,
    /// „wprowadzający dane”.
    pub function: String,
    /// Ticked.
    pub is_chosen: bool,
    /// The right is held or asked for already: then there is no box.
    pub taken: Option<Taken>,
}

/// A sub-area with its boxes.
#[derive(Debug, Clone, Serialize)]
pub struct NeedRow {
    /// „PS”.
    pub code: String,
    /// „pomoc społeczna”.
    pub name: String,
    /// The last day that may be asked for.
    pub latest: Date,
    /// By function.
    pub boxes: Vec<NeedBox>,
}

impl NeedRow {
    /// The rows of the sub-areas that a kind of unit may ask for.
    pub fn all(
        dictionaries: &Dictionaries,
        allowed: &[String],
        today: Date,
        chosen: &[String],
        taken: impl Fn(&str, &str) -> Option<Taken>,
    ) -> Vec<Self> {
        let mut count = 0;
        let mut rows = Vec::new();
        for sub_area in allowed.iter().filter_map(|code| dictionaries.sub_area(code)) {
            let mut boxes = Vec::new();
            for function in &dictionaries.functions {
                let (value, taken) = (format!("{}:{}", sub_area.code, function.code), taken(&sub_area.code, &function.code));
                // A message about the whole leads to the first box that there is.
                count += usize::from(taken.is_none());
                let id = if count == 1 { "grants".to_owned() } else { format!("grants-{count}") };
                boxes.push(NeedBox { id, is_chosen: chosen.contains(&value), value, function: function.name.clone(), taken });
            }
            rows.push(Self { code: sub_area.code.clone(), name: sub_area.name.clone(), latest: sub_area.latest_until(today), boxes });
        }
        rows
    }
}
