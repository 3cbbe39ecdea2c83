//! A registration as printing, review and letters see it.

use super::{Person, Registration};
use crate::domain::application::draft::{PERSON_FIELDS, STATEMENTS, UNIT_FIELDS};
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Places, Said, SaidPerson, Words, heading, signatures, statements, unit_blocks, unit_lines,
    wish_lines, wish_table,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::right::{Held, Right};
use crate::domain::application::typing::{person_texts, unit_texts};
use crate::domain::application::{Kind, Summary};
use crate::domain::identifiers::Login;
use serde_json::Value;

/// What is printed of who a person is: key under `form.label` and text.
fn person_cells(person: &Person) -> [(&'static str, String); 5] {
    [
        ("full_name", person.full_name()),
        ("position", person.position.to_string()),
        ("email", person.email.to_string()),
        ("phone", person.phone.to_display()),
        ("login", person.login.to_string()),
    ]
}

fn text_of(texts: &Value, name: &str) -> String {
    texts.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Registration {
    fn person_blocks(&self, words: Words<'_>) -> [Block; 4] {
        let numbered = || self.persons.iter().enumerate().map(|(i, p)| ((i + 1).to_string(), p));
        let persons = Block::Table {
            headers: ["ordinal", "full_name", "position", "email", "phone", "login"].map(|key| words.label(key)).to_vec(),
            widths: vec![3, 9, 8, 11, 8, 8],
            rows: numbered().map(|(i, p)| std::iter::once(i).chain(person_cells(p).map(|(_, text)| text)).collect()).collect(),
        };
        let grants = wish_table(self.persons.iter().map(|p| (p.full_name(), &p.grants[..])), words);
        [heading(words, "persons"), persons, heading(words, "grants"), grants]
    }

    fn statement_blocks(&self, words: Words<'_>) -> Vec<Block> {
        let several = self.persons.len() > 1;
        let title = if several { "users_title" } else { "user_title" };
        let mut blocks = statements(words, (title, &STATEMENTS), &[("head_title", "head_statements")]);
        blocks.extend([
            heading(words, "signatures"),
            signatures(words, &[("head", &self.unit.head)], self.persons.first().map(Person::full_name)),
        ]);
        if several {
            blocks.push(Block::SmallPrint { text: words.text("form.signature.users_note") });
        }
        blocks
    }
}

impl Matter for Registration {
    fn kind(&self) -> Kind {
        if self.existing_unit.is_some() { Kind::StaffRegistration } else { Kind::UnitRegistration }
    }

    fn summary(&self) -> Summary {
        Summary {
            unit_name: self.unit.name.to_string(),
            unit_kind: self.unit.kind.clone(),
            regon: self.unit.regon.to_string(),
            unit: self.existing_unit,
            voivodeship: self.unit.terc.voivodeship(),
            terc: self.unit.terc.clone(),
            town: self.unit.address.town.to_string(),
            other_units: Vec::new(),
            heads: vec![self.unit.head.clone()],
            persons: self.persons.iter().map(Person::full_name).collect(),
            emails: self.persons.iter().map(|p| p.email.to_string()).collect(),
            logins: self.persons.iter().map(|p| p.login.to_string()).collect(),
            letters_to: None,
            changes_accounts: false,
        }
    }

    fn said(&self, words: Words<'_>, _held: Option<&Held>) -> Said {
        let person = |person: &Person| SaidPerson {
            name: person.full_name(),
            login_key: person.login.key(),
            lines: person_cells(person)
                .into_iter()
                .map(|(key, text)| Line::of(key, text))
                .chain([Line { key: "grants", value: wish_lines(&person.grants, words), now: None }])
                .collect(),
        };
        Said {
            unit: unit_lines(&self.unit, words),
            own: Vec::new(),
            persons: self.persons.iter().map(person).collect(),
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        blocks.extend(self.person_blocks(words));
        blocks.extend(self.statement_blocks(words));
        blocks
    }

    fn places(&self, words: Words<'_>) -> Vec<Places> {
        let mut places = Vec::new();
        // A registered unit's data are not the applicant's to correct.
        if self.existing_unit.is_none() {
            let mut texts = unit_texts(&self.unit);
            texts.kind = words.dictionaries.unit_kind(&texts.kind).map_or(texts.kind.clone(), |kind| kind.name.clone());
            if let Some(gmina) = words.gmina {
                texts.terc = format!("{} ({}), {}", gmina.name, gmina.type_name, gmina.code);
            }
            let texts = serde_json::to_value(texts).unwrap_or_default();
            let fields = UNIT_FIELDS.iter().map(|name| (format!("unit.{name}"), *name, text_of(&texts, name))).collect();
            places.push(Places { scope: "unit", person: None, name: String::new(), fields });
        }
        for (i, person) in self.persons.iter().enumerate() {
            let texts = serde_json::to_value(person_texts(person)).unwrap_or_default();
            let value = |name: &str| match name {
                "grants" => wish_lines(&person.grants, words).join("; "),
                name => text_of(&texts, name),
            };
            let fields = PERSON_FIELDS.iter().map(|name| (format!("persons.{i}.{name}"), *name, value(name))).collect();
            places.push(Places { scope: "persons", person: Some(i + 1), name: person.full_name(), fields });
        }
        places
    }

    fn correctable_fields(&self) -> Vec<String> {
        let unit = UNIT_FIELDS.iter().filter(|_| self.existing_unit.is_none()).map(|name| format!("unit.{name}"));
        let person = |i| PERSON_FIELDS.iter().map(move |name| format!("persons.{i}.{name}"));
        unit.chain((0..self.persons.len()).flat_map(person)).collect()
    }

    fn effects(&self, words: Words<'_>) -> Vec<Effect> {
        let effect = |key: &str| words.text(&format!("review.effect.{key}"));
        let says = |text: String| vec![EffectItem { text, ..EffectItem::default() }];
        let unit = EffectItem {
            lead: effect(if self.existing_unit.is_none() { "new_unit" } else { "join_unit" }),
            strong: self.unit.name.to_string(),
            text: format!("{} {}", words.label("regon"), self.unit.regon),
            ..EffectItem::default()
        };
        let persons = self.persons.iter().enumerate().map(|(i, person)| EffectItem {
            lead: String::new(),
            strong: person.full_name(),
            code: Some(person.login.to_string()),
            // Who chose a password may begin at once; the others get an activation link.
            text: effect(if i == 0 { "applicant" } else { "invited" }),
            list: wish_lines(&person.grants, words),
        });
        let grants = self.persons.iter().map(|person| person.grants.len()).sum();
        vec![
            Effect { anchor: Some("regon"), count: None, title: words.text("form.heading.unit"), items: vec![unit] },
            Effect { anchor: None, count: Some((self.persons.len(), "account")), title: String::new(), items: persons.collect() },
            Effect { anchor: None, count: Some((grants, "grant")), title: String::new(), items: says(effect("grants")) },
            Effect { anchor: None, count: None, title: effect("letters_title"), items: says(effect("letters")) },
        ]
    }

    fn asks(&self) -> Vec<(Login, Right)> {
        let Some(unit) = self.existing_unit else { return Vec::new() };
        let of = |person: &Person| {
            person.grants.iter().map(|wish| (person.login.clone(), Right { unit, wish: wish.clone() })).collect::<Vec<_>>()
        };
        self.persons.iter().flat_map(of).collect()
    }

    fn person_of_field(&self, field: &str) -> Option<String> {
        let index = field.strip_prefix("persons.").and_then(|f| f.split('.').next()).and_then(|i| i.parse::<usize>().ok());
        index.filter(|_| self.persons.len() > 1).and_then(|i| self.persons.get(i)).map(Person::full_name)
    }
}
