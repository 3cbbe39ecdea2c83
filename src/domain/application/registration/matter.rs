//! A registration as printing, review and letters see it.

use super::{Person, Registration};
use crate::domain::application::draft::{PERSON_FIELDS, STATEMENTS, UNIT_FIELDS};
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Places, Said, SaidPerson, Words, fields, heading, signatures, statements, unit_blocks, unit_lines,
    wish_lines, wish_table,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::right::{Held, Right};
use crate::domain::application::typing::{person_texts, unit_texts};
use crate::domain::application::{Kind, Summary};
use crate::domain::id::UnitId;
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

/// Who a person is and what for, as the review shows it.
pub fn said_person(person: &Person, words: Words<'_>) -> SaidPerson {
    let coordinator = if person.coordinator { words.text("form.coordinator.yes") } else { String::new() };
    SaidPerson {
        name: person.full_name(),
        login_key: person.login.key(),
        lines: person_cells(person)
            .into_iter()
            .map(|(key, text)| Line::of(key, text))
            .chain([Line { key: "grants", value: wish_lines(&person.grants, words), now: None }, Line::of("coordinator", coordinator)])
            .collect(),
    }
}

/// The persons, what each asks for, and who is to be the unit's coordinator.
pub fn person_blocks(persons: &[Person], words: Words<'_>) -> Vec<Block> {
    let numbered = || persons.iter().enumerate().map(|(i, p)| ((i + 1).to_string(), p));
    let table = Block::Table {
        headers: ["ordinal", "full_name", "position", "email", "phone", "login"].map(|key| words.label(key)).to_vec(),
        widths: vec![3, 9, 8, 11, 8, 8],
        rows: numbered().map(|(i, p)| std::iter::once(i).chain(person_cells(p).map(|(_, text)| text)).collect()).collect(),
    };
    let grants = wish_table(persons.iter().map(|p| (p.full_name(), &p.grants[..])), words);
    let mut blocks = vec![heading(words, "persons"), table, heading(words, "grants"), grants];
    let coordinators = persons.iter().filter(|p| p.coordinator).map(|p| (p.full_name(), &p.login)).collect::<Vec<_>>();
    blocks.extend(coordinator_blocks(&coordinators, words));
    blocks
}

/// Whom the head proposes as the unit's coordinator; nothing where it is nobody.
pub fn coordinator_blocks(proposed: &[(String, &Login)], words: Words<'_>) -> Vec<Block> {
    if proposed.is_empty() {
        return Vec::new();
    }
    let value = proposed.iter().map(|(name, login)| format!("{name} ({login})")).collect();
    vec![
        heading(words, "coordinators"),
        fields(words, vec![Line { key: "coordinator", value, now: None }]),
        Block::SmallPrint { text: words.text("form.coordinator.meaning") },
    ]
}

/// Where a remark about each person may stand.
pub fn person_places(persons: &[Person], words: Words<'_>) -> Vec<Places> {
    let place = |(i, person): (usize, &Person)| {
        let texts = serde_json::to_value(person_texts(person)).unwrap_or_default();
        let value = |name: &str| match name {
            "grants" => wish_lines(&person.grants, words).join("; "),
            "coordinator" if person.coordinator => words.text("form.coordinator.yes"),
            name => text_of(&texts, name),
        };
        let fields = PERSON_FIELDS.iter().map(|name| (format!("persons.{i}.{name}"), *name, value(name))).collect();
        Places { scope: "persons", person: Some(i + 1), name: person.full_name(), fields }
    };
    persons.iter().enumerate().map(place).collect()
}

/// The paths of [`person_places`].
pub fn person_paths(persons: &[Person]) -> impl Iterator<Item = String> {
    let person = |i| PERSON_FIELDS.iter().map(move |name| format!("persons.{i}.{name}"));
    (0..persons.len()).flat_map(person)
}

/// What an approval does for the persons; `first` says what happens to the first of them, the others are invited.
pub fn person_effects(persons: &[Person], first: &str, words: Words<'_>) -> Vec<Effect> {
    let effect = |key: &str| words.text(&format!("review.effect.{key}"));
    let items = persons.iter().enumerate().map(|(i, person)| EffectItem {
        lead: String::new(),
        strong: person.full_name(),
        code: Some(person.login.to_string()),
        // Who chose a password may begin at once; the others get an activation link.
        text: effect(if i == 0 { first } else { "invited" }),
        list: wish_lines(&person.grants, words),
    });
    let grants = persons.iter().map(|person| person.grants.len()).sum();
    let proposed = persons.iter().filter(|p| p.coordinator).map(|p| (p.full_name(), &p.login)).collect::<Vec<_>>();
    [
        Effect { anchor: None, count: Some((persons.len(), "account")), title: String::new(), items: items.collect() },
        Effect {
            anchor: None,
            count: Some((grants, "grant")),
            title: String::new(),
            items: vec![EffectItem::counted("grants", grants, words)],
        },
    ]
    .into_iter()
    .chain(coordinator_effect(&proposed, words))
    .chain([Effect::letters("letters", words)])
    .collect()
}

/// Who becomes the unit's coordinator; nothing where it is nobody.
pub fn coordinator_effect(proposed: &[(String, &Login)], words: Words<'_>) -> Option<Effect> {
    let item = |(name, login): &(String, &Login)| EffectItem {
        strong: name.clone(),
        code: Some(login.to_string()),
        ..EffectItem::text("coordinator", words)
    };
    let items: Vec<_> = proposed.iter().map(item).collect();
    let title = words.text("form.heading.coordinators");
    (!items.is_empty()).then_some(Effect { anchor: Some("coordinator"), count: None, title, items })
}

/// The rights that the persons ask for in a registered unit.
pub fn person_asks(persons: &[Person], unit: UnitId) -> Vec<(Login, Right)> {
    let of =
        |person: &Person| person.grants.iter().map(|wish| (person.login.clone(), Right { unit, wish: wish.clone() })).collect::<Vec<_>>();
    persons.iter().flat_map(of).collect()
}

/// The logins of those whom the head proposes as the unit's coordinator.
pub fn proposed_coordinators(persons: &[Person]) -> Vec<Login> {
    persons.iter().filter(|person| person.coordinator).map(|person| person.login.clone()).collect()
}

/// The name of the person that a path is about, where there are several.
pub fn person_of_path(persons: &[Person], field: &str) -> Option<String> {
    let index = field.strip_prefix("persons.").and_then(|f| f.split('.').next()).and_then(|i| i.parse::<usize>().ok());
    index.filter(|_| persons.len() > 1).and_then(|i| persons.get(i)).map(Person::full_name)
}

fn text_of(texts: &Value, name: &str) -> String {
    texts.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Registration {
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
            persons: self.persons.iter().map(Person::full_name).collect(),
            emails: self.persons.iter().map(|p| p.email.to_string()).collect(),
            logins: self.persons.iter().map(|p| p.login.to_string()).collect(),
            ..Summary::of_unit(self.existing_unit, &self.unit)
        }
    }

    fn said(&self, words: Words<'_>, _held: Option<&Held>) -> Said {
        Said {
            unit: unit_lines(&self.unit, words),
            own: Vec::new(),
            persons: self.persons.iter().map(|person| said_person(person, words)).collect(),
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        blocks.extend(person_blocks(&self.persons, words));
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
        places.extend(person_places(&self.persons, words));
        places
    }

    fn correctable_fields(&self) -> Vec<String> {
        let unit = UNIT_FIELDS.iter().filter(|_| self.existing_unit.is_none()).map(|name| format!("unit.{name}"));
        unit.chain(person_paths(&self.persons)).collect()
    }

    fn effects(&self, words: Words<'_>) -> Vec<Effect> {
        let lead = if self.existing_unit.is_none() { "new_unit" } else { "join_unit" };
        let unit = Effect { anchor: Some("regon"), ..Effect::unit(EffectItem::unit(lead, &self.unit, words), words) };
        std::iter::once(unit).chain(person_effects(&self.persons, "applicant", words)).collect()
    }

    fn asks(&self) -> Vec<(Login, Right)> {
        self.existing_unit.map(|unit| person_asks(&self.persons, unit)).unwrap_or_default()
    }

    fn coordinators(&self) -> Vec<Login> {
        proposed_coordinators(&self.persons)
    }

    fn person_of_field(&self, field: &str) -> Option<String> {
        person_of_path(&self.persons, field)
    }
}
