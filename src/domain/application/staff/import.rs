//! A list of persons out of a spreadsheet: which column is which, and of each row whether the person can be added, and if not, why and at
//! which column. Nothing is added here: whoever sent the file sees the rows first. What may not live here: files (the tables' room) and
//! the words of the headings (the label file's).

#[cfg(test)]
mod tests;

use crate::domain::application::draft::{PersonTexts, YES};
use crate::domain::application::registration::MOST_PERSONS;
use crate::domain::application::typing::{read_grants, read_person};
use crate::domain::collation::fold;
use crate::domain::dictionary::Dictionaries;
use crate::domain::identifiers::{EmailAddress, Login, without_invisible};
use crate::domain::invalid::{FieldErrors, Invalid};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Rows below the headings; more is a mistake, because an application takes fifty persons.
pub const MOST_ROWS: usize = 200;
/// Characters of a cell that are kept: more than any field may have, so that what is too long is told.
const LONGEST_CELL: usize = 300;
/// A row that begins so is a note.
const NOTE: char = '#';
/// What stands before the code of a sub-area in the key of its column.
const GRANTS: &str = "grants.";
/// Columns without which no person can be read.
const NEEDED: [&str; 6] = ["first_name", "last_name", "position", "email", "phone", "login"];

/// The words that a file is read by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetWords {
    /// What a column may be called, by the field's name; the first is the one of the template.
    pub headings: Vec<(String, Vec<String>)>,
    /// What ticks a box.
    pub yes: Vec<String>,
    /// What leaves it.
    pub no: Vec<String>,
}

/// A file as read, before anything is made of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The field of each column: a name of a person's field, `grants.PS` for a sub-area, or empty for a column that means nothing here.
    pub columns: Vec<String>,
    /// Headings that mean nothing here; their cells are left out, and the preview says so.
    pub unknown: Vec<String>,
    /// The bytes were no UTF-8 and were read as Windows-1250.
    pub is_windows: bool,
    /// Below the headings.
    pub rows: Vec<SheetRow>,
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// Its number in the file, from 1.
    pub line: usize,
    /// In the order of the columns.
    pub cells: Vec<String>,
}

/// What a row comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The person can be added.
    Good,
    /// The person stands in the application already and is not added again.
    Listed,
    /// Something is wrong.
    Wrong,
}

impl Outcome {
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Listed => "listed",
            Self::Wrong => "wrong",
        }
    }
}

/// A row as its preview shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRow {
    /// Its number in the file.
    pub line: usize,
    /// What would be typed.
    pub person: PersonTexts,
    /// What it comes to.
    pub outcome: Outcome,
    /// Somebody else in the file or in the application has the same address: allowed, and told.
    pub shares_email: bool,
    /// What is wrong, by column; `persons` where the application is full.
    pub errors: FieldErrors,
}

/// What the rows are held against.
#[derive(Debug, Clone, Copy)]
pub struct SheetAround<'a> {
    /// Persons in the application already.
    pub listed: &'a [PersonTexts],
    /// Keys of logins that somebody else has.
    pub taken: &'a HashSet<String>,
    /// What the kind of unit may ask for.
    pub sub_areas: &'a [String],
    /// Dictionaries.
    pub dictionaries: &'a Dictionaries,
    /// The day in Warsaw.
    pub today: Date,
}

fn is_blank(row: &[String]) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

fn is_note(row: &[String]) -> bool {
    row.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty()).is_some_and(|cell| cell.starts_with(NOTE))
}

/// A heading as it is compared: „E-mail *” is „e-mail”.
fn folded(heading: &str) -> String {
    fold(without_invisible(heading).trim().trim_end_matches(['*', ':']).trim())
}

fn column_of(heading: &str, words: &SheetWords, dictionaries: &Dictionaries) -> Option<String> {
    let heading = folded(heading);
    let field = words.headings.iter().find(|(_, names)| names.iter().any(|name| folded(name) == heading));
    let sub_area = || dictionaries.sub_areas.iter().find(|sub_area| fold(&sub_area.code) == heading);
    field.map(|(field, _)| field.clone()).or_else(|| sub_area().map(|sub_area| format!("{GRANTS}{}", sub_area.code)))
}

/// „A”, „B” … „AA”: what a spreadsheet calls a column, from 0.
fn letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

/// Finds headings and rows in a table of texts. Blank rows and notes are passed over.
///
/// # Errors
/// Why nothing can be made of it: `SheetEmpty`, `SheetColumns`, `SheetColumnTwice`, `SheetTooManyRows`.
pub fn read_sheet(table: &[Vec<String>], words: &SheetWords, dictionaries: &Dictionaries) -> Result<Sheet, Invalid> {
    let mut lines = table.iter().zip(1..).filter(|(row, _)| !is_blank(row) && !is_note(row));
    let (headings, _) = lines.next().ok_or(Invalid::SheetEmpty)?;
    let rows: Vec<(&Vec<String>, usize)> = lines.collect();
    if rows.len() > MOST_ROWS {
        return Err(Invalid::SheetTooManyRows);
    }
    let width = rows.iter().map(|(row, _)| row.len()).chain([headings.len()]).max().unwrap_or_default();
    let (mut columns, mut unknown) = (Vec::new(), Vec::new());
    for column in 0..width {
        let heading = headings.get(column).map_or("", |heading| heading.trim());
        let field = column_of(heading, words, dictionaries);
        if field.is_some() && columns.contains(field.as_ref().unwrap_or(&String::new())) {
            return Err(Invalid::SheetColumnTwice);
        }
        let has_text = || rows.iter().any(|(row, _)| row.get(column).is_some_and(|cell| !cell.trim().is_empty()));
        if field.is_none() && (!heading.is_empty() || has_text()) {
            let name = if heading.is_empty() { letters(column) } else { heading.to_owned() };
            unknown.push(name.chars().take(LONGEST_CELL).collect());
        }
        columns.push(field.unwrap_or_default());
    }
    if !NEEDED.iter().all(|needed| columns.iter().any(|column| column == needed)) {
        return Err(Invalid::SheetColumns);
    }
    if rows.is_empty() {
        return Err(Invalid::SheetEmpty);
    }
    let kept = |text: &String| without_invisible(text).trim().chars().take(LONGEST_CELL).collect();
    let cell = |row: &[String], column| row.get(column).map(kept).unwrap_or_default();
    let row = |(row, line): (&Vec<String>, usize)| SheetRow { line, cells: (0..width).map(|column| cell(row, column)).collect() };
    Ok(Sheet { columns, unknown, is_windows: false, rows: rows.into_iter().map(row).collect() })
}

/// The pairs of one sub-area: its functions by name or code, with commas between them.
fn read_functions(code: &str, cell: &str, around: &SheetAround<'_>) -> Result<Vec<String>, Invalid> {
    if !around.sub_areas.iter().any(|allowed| allowed == code) {
        return Err(Invalid::SubAreaNotForKind);
    }
    let named = |text: &str| {
        let text = fold(text.trim());
        around.dictionaries.functions.iter().find(|function| fold(&function.name) == text || fold(&function.code) == text)
    };
    let names = cell.split([',', ';', '/', '+', '\n']).filter(|name| !name.trim().is_empty());
    names.map(|name| named(name).map(|function| format!("{code}:{}", function.code)).ok_or(Invalid::FunctionUnknown)).collect()
}

fn read_box(cell: &str, words: &SheetWords) -> Result<String, Invalid> {
    let is_in = |list: &[String]| list.iter().any(|word| fold(word) == fold(cell));
    match cell {
        "" => Ok(String::new()),
        _ if is_in(&words.yes) => Ok(YES.to_owned()),
        _ if is_in(&words.no) => Ok(String::new()),
        _ => Err(Invalid::YesOrNo),
    }
}

fn read_row(row: &SheetRow, columns: &[String], words: &SheetWords, around: &SheetAround<'_>) -> (PersonTexts, FieldErrors) {
    let (mut person, mut errors) = (PersonTexts::default(), FieldErrors::default());
    for (column, cell) in columns.iter().zip(&row.cells) {
        let cell = cell.clone();
        match column.as_str() {
            "first_name" => person.first_name = cell,
            "last_name" => person.last_name = cell,
            "position" => person.position = cell,
            "email" => person.email = cell,
            "phone" => person.phone = cell,
            "login" => person.login = cell,
            "valid_until" => person.valid_until = cell,
            "coordinator" => person.coordinator = errors.take("coordinator", read_box(&cell, words)).unwrap_or_default(),
            _ => {
                if let Some(code) = column.strip_prefix(GRANTS).filter(|_| !cell.is_empty()) {
                    person.grants.extend(errors.take(column, read_functions(code, &cell, around)).unwrap_or_default());
                }
            }
        }
    }
    let has_wrong_column = errors.0.keys().any(|column| column.starts_with(GRANTS));
    if let Err(found) = read_person(&person) {
        errors.merge("", found);
    }
    if let Err(found) = read_grants(&person, Some(around.sub_areas), around.dictionaries, around.today) {
        for (field, reasons) in found.0 {
            // What is missing because its column could not be read is told there.
            let told = reasons.into_iter().filter(|reason| !(has_wrong_column && *reason == Invalid::NothingChosen));
            told.for_each(|reason| errors.add(field.clone(), reason));
        }
    }
    (person, errors)
}

fn login_key(person: &PersonTexts) -> Option<String> {
    Login::parse(&person.login).ok().map(|login| login.key())
}

fn email_key(person: &PersonTexts) -> Option<String> {
    EmailAddress::parse(&person.email).ok().map(|email| email.key())
}

/// Whether two lines are about one person: one login, one address, one name.
fn is_same(one: &PersonTexts, other: &PersonTexts) -> bool {
    let name = |person: &PersonTexts| fold(&format!("{} {}", person.first_name, person.last_name));
    login_key(one) == login_key(other) && email_key(one) == email_key(other) && name(one) == name(other)
}

/// Every row with what it comes to, in the order of the file. Of a person who stands twice the first row counts; two persons with one
/// login are both wrong; beyond the fiftieth person of the application nobody is added.
pub fn preview(sheet: &Sheet, words: &SheetWords, around: &SheetAround<'_>) -> Vec<PreviewRow> {
    let read: Vec<(PersonTexts, FieldErrors)> = sheet.rows.iter().map(|row| read_row(row, &sheet.columns, words, around)).collect();
    let mut by_login: HashMap<String, Vec<usize>> = HashMap::new();
    let mut emails: HashMap<String, HashSet<String>> = HashMap::new();
    for (at, (person, _)) in read.iter().enumerate() {
        if let Some(key) = login_key(person) {
            by_login.entry(key).or_default().push(at);
        }
    }
    for person in read.iter().map(|(person, _)| person).chain(around.listed) {
        if let (Some(email), Some(login)) = (email_key(person), login_key(person)) {
            emails.entry(email).or_default().insert(login);
        }
    }
    let mut room = MOST_PERSONS.saturating_sub(around.listed.len());
    let mut rows = Vec::new();
    for (at, ((person, errors), row)) in read.iter().zip(&sheet.rows).enumerate() {
        let (mut errors, key) = (errors.clone(), login_key(person));
        let same_login = key.as_ref().and_then(|key| by_login.get(key)).map_or(&[][..], |rows| &rows[..]);
        let listed = around.listed.iter().find(|other| key.is_some() && login_key(other) == key);
        let is_listed = listed.is_some_and(|other| is_same(person, other));
        if !is_listed && (listed.is_some() || same_login.iter().any(|other| !is_same(person, &read[*other].0))) {
            errors.add("login", Invalid::LoginTwice);
        } else if same_login.iter().any(|other| *other < at && is_same(person, &read[*other].0)) {
            errors.add("login", Invalid::PersonTwice);
        } else if !is_listed && key.as_ref().is_some_and(|key| around.taken.contains(key)) {
            errors.add("login", Invalid::LoginTaken);
        }
        let mut outcome = match (is_listed, errors.is_empty()) {
            (true, _) => Outcome::Listed,
            (false, true) => Outcome::Good,
            (false, false) => Outcome::Wrong,
        };
        if outcome == Outcome::Good && room == 0 {
            errors.add("persons", Invalid::TooManyPersons);
            outcome = Outcome::Wrong;
        } else if outcome == Outcome::Good {
            room -= 1;
        }
        if outcome == Outcome::Listed {
            errors = FieldErrors::default();
        }
        let shares_email = email_key(person).and_then(|key| emails.get(&key)).is_some_and(|logins| logins.len() > 1);
        rows.push(PreviewRow { line: row.line, person: person.clone(), outcome, shares_email, errors });
    }
    rows
}

/// Where the words of a column stand: the sub-area's code of `grants.PS`.
pub fn sub_area_of(column: &str) -> Option<&str> {
    column.strip_prefix(GRANTS)
}
