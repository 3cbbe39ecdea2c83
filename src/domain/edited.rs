//! What administrators edit in the portal – an office's data, dictionaries –: texts by field as they are typed, what differs between two
//! of them, and the history. What may not live here: which fields there are and what they must be.

use super::id::{AccountId, DictionaryChangeId};
use super::identifiers::EmailAddress;
use super::moment::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fields by name, each as it would be typed; a box is `on` or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(BTreeMap<String, String>);

/// A ticked box.
pub const ON: &str = "on";

/// What one field held and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// What it held.
    pub was: String,
    /// What it holds.
    pub is: String,
}

impl Texts {
    /// The text of a field; nothing where there is none.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }
    /// Sets a field.
    pub fn set(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.0.insert(field.into(), text.into());
    }
    /// The names of the fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
    /// What differs in `after`, by the fields of both.
    pub fn changes_to(&self, after: &Self) -> Vec<FieldChange> {
        let mut fields: Vec<&String> = self.0.keys().chain(after.0.keys()).collect();
        fields.sort();
        fields.dedup();
        let change =
            |field: &String| FieldChange { field: field.clone(), was: self.get(field).to_owned(), is: after.get(field).to_owned() };
        fields.into_iter().map(change).filter(|change| change.was != change.is).collect()
    }
    /// What was typed upon an older state, put upon the present one: a field that its writer left alone follows the changes made
    /// meanwhile (the oldest first), one that the writer changed keeps what was typed.
    #[must_use]
    pub fn rebased(mut self, meanwhile: &[Change]) -> Self {
        for change in meanwhile.iter().flat_map(|change| &change.fields) {
            if self.get(&change.field).trim() == change.was {
                self.set(&change.field, &change.is);
            }
        }
        self
    }
}

impl<const N: usize> From<[(&str, String); N]> for Texts {
    fn from(pairs: [(&str, String); N]) -> Self {
        Self(pairs.into_iter().map(|(field, text)| (field.to_owned(), text)).collect())
    }
}

/// What was edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The data of an office; its code is that of the voivodeship.
    Office,
    /// A kind of unit.
    UnitKind,
    /// A sub-area.
    SubArea,
    /// In how many working days a kind of application is decided; the code is the kind's, or `all`.
    Target,
    /// A day that is free, or worked on, otherwise than the law says; the code is the day.
    DayOff,
}

impl Subject {
    /// All.
    pub const ALL: [Self; 5] = [Self::Office, Self::UnitKind, Self::SubArea, Self::Target, Self::DayOff];
    /// The dictionaries, which are of the whole country.
    pub const DICTIONARIES: [Self; 4] = [Self::UnitKind, Self::SubArea, Self::Target, Self::DayOff];
    /// Stored name, the kind of object in the audit trail, and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::UnitKind => "unit_kind",
            Self::SubArea => "sub_area",
            Self::Target => "target",
            Self::DayOff => "day_off",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.key() == key)
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Row.
    pub id: DictionaryChangeId,
    /// What was edited.
    pub subject: Subject,
    /// Which of them.
    pub code: String,
    /// The version that it made; 0 where there are no versions.
    pub version: i32,
    /// When.
    pub changed_at: Moment,
    /// By whom.
    pub changed_by: AccountId,
    /// What differs.
    pub fields: Vec<FieldChange>,
    /// The address of the office before, to which a letter goes.
    pub told: Option<EmailAddress>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::AccountId;
    use uuid::Uuid;

    fn texts(pairs: &[(&str, &str)]) -> Texts {
        let mut texts = Texts::default();
        pairs.iter().for_each(|(field, text)| texts.set(*field, *text));
        texts
    }

    fn change(version: i32, was: &Texts, is: &Texts) -> Change {
        Change {
            id: DictionaryChangeId(Uuid::from_u128(7)),
            subject: Subject::Office,
            code: "26".to_owned(),
            version,
            changed_at: Moment(1),
            changed_by: AccountId(Uuid::from_u128(8)),
            fields: was.changes_to(is),
            told: None,
        }
    }

    #[test]
    fn a_change_names_each_field_that_differs_also_where_one_side_has_none() {
        let (was, is) = (texts(&[("a", "1"), ("b", "2"), ("c", "3")]), texts(&[("a", "1"), ("b", "x"), ("d", "4")]));
        let fields: Vec<(String, String, String)> = was.changes_to(&is).into_iter().map(|c| (c.field, c.was, c.is)).collect();
        let expected = [("b", "2", "x"), ("c", "3", ""), ("d", "", "4")];
        assert_eq!(fields, expected.map(|(f, w, i)| (f.to_owned(), w.to_owned(), i.to_owned())));
        assert!(was.changes_to(&was).is_empty());
        assert_eq!(texts(&[("a", "")]).changes_to(&Texts::default()), []);
    }

    #[test]
    fn what_the_writer_left_alone_follows_and_what_the_writer_changed_stays() {
        let base = texts(&[("address", "A"), ("email", "x@y.pl"), ("phone", "1"), ("box_open", "")]);
        let first = texts(&[("address", "B"), ("email", "x@y.pl"), ("phone", "2"), ("box_open", "on")]);
        let second = texts(&[("address", "C"), ("email", "x@y.pl"), ("phone", "2"), ("box_open", "on")]);
        let meanwhile = [change(1, &base, &first), change(2, &first, &second)];
        let typed = texts(&[("address", "A"), ("email", "new@y.pl"), ("phone", "9"), ("box_open", "")]);
        let expected = texts(&[("address", "C"), ("email", "new@y.pl"), ("phone", "9"), ("box_open", "on")]);
        assert_eq!(typed.rebased(&meanwhile), expected);
    }

    #[test]
    fn every_subject_has_its_stored_name() {
        for subject in Subject::ALL {
            assert_eq!(Subject::from_key(subject.key()), Some(subject));
            assert_eq!(Subject::DICTIONARIES.contains(&subject), subject != Subject::Office);
        }
        assert_eq!(Subject::from_key("account"), None);
    }
}
