//! What the rooms that every application passes through – printing, queue, review, letters, search – need of its content. Each
//! kind answers for itself in a file of its own; those rooms ask [`Payload::matter`](super::Payload::matter) and know no kind.
//! What may not live here: what one kind alone has.

use super::printed_form::{Block, FieldRow, SignatureBox};
use super::registration::GrantRequest;
use super::right::{Held, Right};
use super::{Kind, Summary};
use crate::domain::dictionary::Dictionaries;
use crate::domain::identifiers::{EmailAddress, Line as Text, Login, Phone, Regon};
use crate::domain::moment::date_text;
use crate::domain::unit::{Address, Head, UnitData};
use crate::domain::voivodeship::Gmina;
use jiff::civil::Date;

/// The names and words that codes and keys stand for: the label file is another room's.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// For codes.
    pub dictionaries: &'a Dictionaries,
    /// The gmina of the unit.
    pub gmina: Option<&'a Gmina>,
    /// The text of a label.
    pub text: &'a dyn Fn(&str) -> String,
    /// The texts under a key, in order.
    pub list: &'a dyn Fn(&str) -> Vec<String>,
}

impl Words<'_> {
    /// The text of a label.
    pub fn text(&self, key: &str) -> String {
        (self.text)(key)
    }
    /// The texts under a key.
    pub fn list(&self, key: &str) -> Vec<String> {
        (self.list)(key)
    }
    /// The words of a printed field.
    pub fn label(&self, key: &str) -> String {
        self.text(&format!("form.label.{key}"))
    }
}

/// One printed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its words stand under `form.label.<key>`.
    pub key: &'static str,
    /// As printed, line by line; none where nothing is given.
    pub value: Vec<String>,
    /// What holds now and an approval changes, where the content itself says so.
    pub now: Option<Vec<String>>,
}

impl Line {
    /// A field of one line, or of none.
    pub fn of(key: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { key, value: if text.is_empty() { Vec::new() } else { vec![text] }, now: None }
    }
}

/// One person of an application as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidPerson {
    /// First and last name.
    pub name: String,
    /// Login in the form in which logins are compared: who is the same in two revisions.
    pub login_key: String,
    /// Who the person is and what for.
    pub lines: Vec<Line>,
}

/// The owner of an account as printed.
#[derive(Debug, Clone)]
pub struct Owner<'a> {
    /// First and last name.
    pub full_name: String,
    /// Position at work.
    pub position: Option<&'a Text>,
    /// Work e-mail.
    pub email: &'a EmailAddress,
    /// Work phone.
    pub phone: Option<&'a Phone>,
    /// Login.
    pub login: &'a Login,
}

impl<'a> Owner<'a> {
    /// What a content says of its applicant.
    pub const fn new(
        full_name: String,
        position: Option<&'a Text>,
        email: &'a EmailAddress,
        phone: Option<&'a Phone>,
        login: &'a Login,
    ) -> Self {
        Self { full_name, position, email, phone, login }
    }
    /// Who it is.
    pub fn lines(&self) -> Vec<Line> {
        vec![
            Line::of("full_name", self.full_name.as_str()),
            Line::of("position", self.position.map(Text::as_str).unwrap_or_default()),
            Line::of("email", self.email.to_string()),
            Line::of("phone", self.phone.map(Phone::to_display).unwrap_or_default()),
            Line::of("login", self.login.to_string()),
        ]
    }
    /// As one of the persons of an application.
    pub fn said(&self) -> SaidPerson {
        SaidPerson { name: self.full_name.clone(), login_key: self.login.key(), lines: self.lines() }
    }
}

/// All that a content says, field by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The unit.
    pub unit: Vec<Line>,
    /// What only this kind has, under `form.heading.<kind>`.
    pub own: Vec<Line>,
    /// The persons, the applicant first where he is one of them.
    pub persons: Vec<SaidPerson>,
    /// The message to the office: not printed.
    pub note: Option<String>,
}

/// Fields that the office may send back for correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Whose fields: `unit`, `persons`, or the kind's key.
    pub scope: &'static str,
    /// The person's number, from 1.
    pub person: Option<usize>,
    /// The person's name.
    pub name: String,
    /// Path in the payload and in remarks, name of the field, and what stands there.
    pub fields: Vec<(String, &'static str, String)>,
}

/// One thing that an approval does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The field whose error belongs here, if any.
    pub anchor: Option<&'static str>,
    /// How many of a noun under `plurals`, in place of a title.
    pub count: Option<(usize, &'static str)>,
    /// Its title; empty where things are counted.
    pub title: String,
    /// What happens.
    pub items: Vec<EffectItem>,
}

/// One line of an effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EffectItem {
    /// Before the name.
    pub lead: String,
    /// What it happens to.
    pub strong: String,
    /// A login.
    pub code: Option<String>,
    /// After the name.
    pub text: String,
    /// One by one.
    pub list: Vec<String>,
}

impl EffectItem {
    /// It happens to a unit, or in it.
    pub fn unit(lead: &str, unit: &UnitData, words: Words<'_>) -> Self {
        Self {
            lead: words.text(&format!("review.effect.{lead}")),
            strong: unit.name.to_string(),
            text: format!("{} {}", words.label("regon"), unit.regon),
            ..Self::default()
        }
    }
    /// Words alone.
    pub fn text(key: &str, words: Words<'_>) -> Self {
        Self { text: words.text(&format!("review.effect.{key}")), ..Self::default() }
    }
    /// Words about so many things: of one alone they stand under `<key>_one`.
    pub fn counted(key: &str, count: usize, words: Words<'_>) -> Self {
        if count == 1 { Self::text(&format!("{key}_one"), words) } else { Self::text(key, words) }
    }
}

impl Effect {
    /// What happens to the unit.
    pub fn unit(item: EffectItem, words: Words<'_>) -> Self {
        Self { anchor: Some("unit"), count: None, title: words.text("form.heading.unit"), items: vec![item] }
    }
    /// So many rights of one account are given, or changed.
    pub fn grants(owner: &Owner<'_>, what: &str, list: Vec<String>, words: Words<'_>) -> Self {
        let count = Some((list.len(), "grant"));
        let code = Some(owner.login.to_string());
        let item = EffectItem { strong: owner.full_name.clone(), code, ..EffectItem::counted(what, list.len(), words) };
        let item = EffectItem { list, ..item };
        Self { anchor: Some("grants"), count, title: String::new(), items: vec![item] }
    }
    /// Which letters are sent.
    pub fn letters(key: &str, words: Words<'_>) -> Self {
        let title = words.text("review.effect.letters_title");
        Self { anchor: None, count: None, title, items: vec![EffectItem::text(key, words)] }
    }
}

/// A content as the rooms see it that care for no kind.
pub trait Matter: Send + Sync {
    /// What is applied for.
    fn kind(&self) -> Kind;
    /// See [`Summary`].
    fn summary(&self) -> Summary;
    /// Field by field, as printed; what an approval changes stands beside what is held now, where that is known.
    fn said(&self, words: Words<'_>, held: Option<&Held>) -> Said;
    /// What is printed between the title and the office's part.
    fn blocks(&self, words: Words<'_>) -> Vec<Block>;
    /// What can be sent back for correction, with what stands there.
    fn places(&self, words: Words<'_>) -> Vec<Places>;
    /// The paths of [`Matter::places`], where no words are at hand.
    fn correctable_fields(&self) -> Vec<String>;
    /// What an approval does.
    fn effects(&self, words: Words<'_>) -> Vec<Effect>;
    /// Whether an approval can be taken back, and by whom: key under `review.final`.
    fn finality(&self) -> &'static str {
        "none"
    }
    /// The rights in registered units that an approval gives, and to whom.
    fn asks(&self) -> Vec<(Login, Right)> {
        Vec::new()
    }
    /// The last day on which a decision is of use, where there is one.
    fn decide_by(&self) -> Option<Date> {
        None
    }
    /// Whom an approval makes coordinator of the unit: the head proposes it in the application.
    fn coordinators(&self) -> Vec<Login> {
        Vec::new()
    }
    /// Who filed it, where that is none of its persons: the first of them is the applicant otherwise.
    fn filed_by(&self) -> Option<String> {
        None
    }
    /// Words by which it is found, beside those of its summary.
    fn more_words(&self) -> Vec<String> {
        Vec::new()
    }
    /// The REGON that it wants for a registered unit, where that is another one.
    fn wanted_regon(&self) -> Option<&Regon> {
        None
    }
    /// The person that a remark is about, where there are several.
    fn person_of_field(&self, _field: &str) -> Option<String> {
        None
    }
}

/// „ul. Szkolna 5A, 26-026 Morawica”; a village without streets gives its own name and the number.
pub fn address_text(address: &Address) -> String {
    let street = address.street.as_ref().unwrap_or(&address.town);
    format!("{street} {}, {} {}", address.building, address.postal_code, address.town)
}

/// What is printed of a unit whose head signs too.
pub fn signing_unit_lines(name: &Text, regon: &Regon, address: &Address, head: &Head) -> Vec<Line> {
    vec![
        Line::of("name", name.as_str()),
        Line::of("regon", regon.to_string()),
        Line::of("address", address_text(address)),
        Line::of("head", head.to_line()),
    ]
}

/// The same in the review, in a field of its own.
pub fn signing_unit_line(key: &'static str, name: &Text, regon: &Regon, address: &Address) -> Line {
    Line { key, value: vec![name.to_string(), regon.to_string(), address_text(address)], now: None }
}

/// What is printed of a unit, in the order of the form. What is not given is empty, and not printed.
pub fn unit_lines(unit: &UnitData, words: Words<'_>) -> Vec<Line> {
    let extension = unit.phone_extension.as_ref().map(|e| format!(" {} {e}", words.label("phone_extension"))).unwrap_or_default();
    let gmina = words.gmina;
    let kind = words.dictionaries.unit_kind(&unit.kind).map_or_else(|| unit.kind.clone(), |k| k.name.clone());
    vec![
        Line::of("name", unit.name.as_str()),
        Line::of("kind", kind),
        Line::of("regon", unit.regon.to_string()),
        Line::of("nip", unit.nip.as_ref().map(ToString::to_string).unwrap_or_default()),
        Line::of("address", address_text(&unit.address)),
        Line::of("territory", gmina.map(|g| format!("{} ({}), {}, {}", g.name, g.type_name, g.powiat, g.voivodeship)).unwrap_or_default()),
        Line::of("terc", gmina.map_or_else(|| unit.terc.to_string(), |g| format!("{}{}", g.code, g.type_digit))),
        Line::of("phone", format!("{}{extension}", unit.phone.to_display())),
        Line::of("email", unit.email.to_string()),
        Line::of("ade", unit.ade.as_ref().map(ToString::to_string).unwrap_or_default()),
        Line::of("epuap", unit.epuap.as_ref().map(ToString::to_string).unwrap_or_default()),
        Line::of("parent_body", unit.parent_body.as_str()),
        Line::of("head", unit.head.to_line()),
    ]
}

/// A section's heading.
pub fn heading(words: Words<'_>, key: &str) -> Block {
    Block::Heading { text: words.text(&format!("form.heading.{key}")) }
}

/// Lines as label and value; what is not given is not printed.
pub fn fields(words: Words<'_>, lines: Vec<Line>) -> Block {
    let rows = lines
        .into_iter()
        .filter(|line| !line.value.is_empty())
        .map(|line| FieldRow { label: words.label(line.key), value: line.value.join("\n") })
        .collect();
    Block::Fields { rows }
}

/// The unit's section.
pub fn unit_blocks(words: Words<'_>, unit: &UnitData) -> [Block; 2] {
    [heading(words, "unit"), fields(words, unit_lines(unit, words))]
}

/// Where the heads sign, each under a caption of `form.signature`, and the user.
pub fn signatures(words: Words<'_>, heads: &[(&str, &Head)], user: Option<String>) -> Block {
    let signs = |caption: &str, name: String| SignatureBox {
        caption: words.text(&format!("form.signature.{caption}")),
        name,
        place_and_date: words.text("form.signature.place_and_date"),
    };
    let heads = heads.iter().map(|(caption, head)| signs(caption, head.to_line()));
    Block::Signatures {
        boxes: heads.chain(user.map(|name| signs("user", name))).collect(),
        electronic: words.text("form.signature.electronic"),
    }
}

/// What is printed of a wish: sub-area, function, last day.
pub fn wish_cells(wish: &GrantRequest, words: Words<'_>) -> [String; 3] {
    let (sub_area, function) = (words.dictionaries.sub_area(&wish.sub_area), words.dictionaries.function(&wish.function));
    [
        sub_area.map_or_else(|| wish.sub_area.clone(), |s| format!("{} – {}", s.code, s.name)),
        function.map_or_else(|| wish.function.clone(), |f| f.name.clone()),
        date_text(wish.valid_until),
    ]
}

/// Wishes, one in a line.
pub fn wish_lines<'a>(wishes: impl IntoIterator<Item = &'a GrantRequest>, words: Words<'_>) -> Vec<String> {
    let line = |wish: &GrantRequest| {
        let [sub_area, function, last_day] = wish_cells(wish, words);
        format!("{sub_area} · {function} · {} {last_day}", words.text("ui.until"))
    };
    wishes.into_iter().map(line).collect()
}

/// The table of permissions: who, in what, as what, until when. Persons are numbered from 1.
pub fn wish_table<'a>(persons: impl Iterator<Item = (String, &'a [GrantRequest])>, words: Words<'_>) -> Block {
    let row = |number: usize, name: &str, wish: &GrantRequest| {
        [number.to_string(), name.to_owned()].into_iter().chain(wish_cells(wish, words)).collect::<Vec<_>>()
    };
    let rows = persons.zip(1..).flat_map(|((name, wishes), number)| wishes.iter().map(|wish| row(number, &name, wish)).collect::<Vec<_>>());
    Block::Table {
        headers: ["ordinal", "full_name", "sub_area", "function", "valid_until"].map(|key| words.label(key)).to_vec(),
        widths: vec![2, 11, 15, 9, 6],
        rows: rows.collect(),
    }
}

/// What the user states, and what each head does: title and list by their keys.
pub fn statements(words: Words<'_>, user: (&str, &[&str]), heads: &[(&str, &str)]) -> Vec<Block> {
    let (title, keys) = user;
    let items = keys.iter().map(|key| words.text(&format!("statements.{key}"))).collect();
    let of_user = Block::Statements { title: words.text(&format!("form.statements.{title}")), items };
    let of_head = |(title, list): &(&str, &str)| Block::Statements {
        title: words.text(&format!("form.statements.{title}")),
        items: words.list(list),
    };
    [heading(words, "statements"), of_user].into_iter().chain(heads.iter().map(of_head)).collect()
}
