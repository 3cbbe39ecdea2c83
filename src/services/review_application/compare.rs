//! What an application says as it is printed, field by field, beside what its earlier revision and the register say.

use crate::domain::application::matter::{Line, Said, SaidPerson};

/// One printed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its words stand under `form.label.<key>`; `grants` is the person's part of the table of permissions.
    pub key: &'static str,
    /// As printed, line by line; none where nothing is given.
    pub value: Vec<String>,
    /// What the earlier revision says, where that differs.
    pub before: Option<Vec<String>>,
    /// What holds now, where that differs: what the register says of the unit, and what an approval changes.
    pub registered: Option<Vec<String>>,
}

impl Field {
    /// Whether it differs from anything that it was compared with.
    pub fn is_changed(&self) -> bool {
        self.before.is_some() || self.registered.is_some()
    }
}

/// One printed person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedPerson {
    /// First and last name.
    pub name: String,
    /// Who the person is and what for.
    pub fields: Vec<Field>,
    /// Not in the earlier revision.
    pub is_new: bool,
}

/// The whole content of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The unit.
    pub unit: Vec<Field>,
    /// What only this kind has.
    pub own: Vec<Field>,
    /// The persons, the applicant first.
    pub persons: Vec<PrintedPerson>,
    /// Names of persons who are no longer in it.
    pub removed: Vec<String>,
    /// The message to the office: not printed.
    pub note: Option<String>,
    /// What the message was, where it differs.
    pub note_before: Option<String>,
}

/// Compares what is said now with the earlier revision, and the unit with the registered one.
pub fn content(now: Said, earlier: Option<Said>, registered: Option<Vec<Line>>) -> Content {
    let has_earlier = earlier.is_some();
    let note_before = earlier.as_ref().map(|earlier| earlier.note.clone()).filter(|before| *before != now.note);
    let (earlier_unit, earlier_own, mut left) = match earlier {
        Some(earlier) => (Some(earlier.unit), Some(earlier.own), earlier.persons),
        None => (None, None, Vec::new()),
    };
    let found: Vec<Option<SaidPerson>> =
        now.persons.iter().map(|person| take(&mut left, |other| other.login_key == person.login_key)).collect();
    let persons = now
        .persons
        .into_iter()
        .zip(found)
        .map(|(person, same)| {
            // A changed login is a change of one person, not another one, where the name stayed.
            let same = same.or_else(|| take(&mut left, |other| other.name == person.name));
            PrintedPerson {
                is_new: has_earlier && same.is_none(),
                fields: fields(person.lines, same.as_ref().map(|p| &p.lines[..]), None),
                name: person.name,
            }
        })
        .collect();
    Content {
        unit: fields(now.unit, earlier_unit.as_deref(), registered.as_deref()),
        own: fields(now.own, earlier_own.as_deref(), None),
        persons,
        removed: left.into_iter().map(|person| person.name).collect(),
        note: now.note,
        note_before: note_before.map(Option::unwrap_or_default),
    }
}

fn take(left: &mut Vec<SaidPerson>, is_same: impl Fn(&SaidPerson) -> bool) -> Option<SaidPerson> {
    let at = left.iter().position(is_same)?;
    Some(left.remove(at))
}

fn fields(now: Vec<Line>, earlier: Option<&[Line]>, registered: Option<&[Line]>) -> Vec<Field> {
    let other = |lines: Option<&[Line]>, line: &Line| {
        lines.and_then(|lines| lines.iter().find(|l| l.key == line.key)).map(|l| l.value.clone()).filter(|v| *v != line.value)
    };
    let field = |line: Line| {
        let holds = other(registered, &line);
        Field { before: other(earlier, &line), registered: holds.or(line.now), key: line.key, value: line.value }
    };
    now.into_iter().map(field).collect()
}
