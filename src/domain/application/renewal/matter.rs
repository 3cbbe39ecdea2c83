//! A renewal as printing, review and letters see it.

use super::{PermissionRenewal, Renewed};
use crate::domain::application::draft::STATEMENTS;
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Places, Said, SaidPerson, Words, fields, heading, signatures, statements, unit_blocks, unit_lines,
    wish_cells, wish_lines,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::registration::GrantRequest;
use crate::domain::application::right::{Held, Right};
use crate::domain::application::{Kind, Summary};
use crate::domain::identifiers::Login;
use crate::domain::moment::date_text;
use jiff::civil::Date;

impl PermissionRenewal {
    fn person_lines(&self) -> Vec<Line> {
        let position = self.position.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![
            Line::of("full_name", self.full_name()),
            Line::of("position", position),
            Line::of("email", self.email.to_string()),
            Line::of("phone", self.phone.as_ref().map(|phone| phone.to_display()).unwrap_or_default()),
            Line::of("login", self.login.to_string()),
        ]
    }

    /// What the person will hold in the unit beside what is held now: a renewed right has its new day.
    fn rights_line(&self, words: Words<'_>, held: &Held) -> Line {
        let now: Vec<&GrantRequest> = held.of(&self.login, self.unit_id).collect();
        let renewed = |right: &GrantRequest| {
            let is_it = |renewed: &&Renewed| (&renewed.sub_area, &renewed.function) == (&right.sub_area, &right.function);
            self.grants.iter().find(is_it).map_or_else(|| right.clone(), Renewed::wish)
        };
        let after: Vec<GrantRequest> = now.iter().map(|right| renewed(right)).collect();
        let or_none = |lines: Vec<String>| if lines.is_empty() { vec![words.text("review.no_rights")] } else { lines };
        Line { key: "rights_after", value: or_none(wish_lines(&after, words)), now: Some(or_none(wish_lines(now, words))) }
    }

    fn table(&self, words: Words<'_>) -> Block {
        let row = |(number, renewed): (usize, &Renewed)| {
            let [sub_area, function, until] = wish_cells(&renewed.wish(), words);
            vec![number.to_string(), sub_area, function, date_text(renewed.ends), until]
        };
        Block::Table {
            headers: ["ordinal", "sub_area", "function", "held_until", "renewed_until"].map(|key| words.label(key)).to_vec(),
            widths: vec![2, 17, 11, 7, 7],
            rows: (1..).zip(&self.grants).map(row).collect(),
        }
    }
}

impl Matter for PermissionRenewal {
    fn kind(&self) -> Kind {
        Kind::PermissionRenewal
    }

    fn summary(&self) -> Summary {
        Summary {
            unit_name: self.unit.name.to_string(),
            unit_kind: self.unit.kind.clone(),
            regon: self.unit.regon.to_string(),
            unit: Some(self.unit_id),
            voivodeship: self.unit.terc.voivodeship(),
            terc: self.unit.terc.clone(),
            town: self.unit.address.town.to_string(),
            other_units: Vec::new(),
            heads: vec![self.unit.head.clone()],
            persons: vec![self.full_name()],
            emails: vec![self.email.to_string()],
            logins: vec![self.login.to_string()],
            letters_to: None,
            changes_accounts: true,
        }
    }

    fn said(&self, words: Words<'_>, held: Option<&Held>) -> Said {
        let asked = Line { key: "renewed", value: wish_lines(&self.wishes(), words), now: None };
        let decide_by = self.decide_by().map(|day| Line::of("decide_by", date_text(day)));
        Said {
            unit: unit_lines(&self.unit, words),
            own: [Some(asked), held.map(|held| self.rights_line(words, held)), decide_by].into_iter().flatten().collect(),
            persons: vec![SaidPerson { name: self.full_name(), login_key: self.login.key(), lines: self.person_lines() }],
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        blocks.extend([heading(words, "account"), fields(words, self.person_lines()), heading(words, "renewed"), self.table(words)]);
        blocks.extend(statements(words, ("user_title", &STATEMENTS[..]), &[("head_title", "head_statements_extension")]));
        blocks.push(heading(words, "signatures"));
        blocks.push(signatures(words, &[("head", &self.unit.head)], Some(self.full_name())));
        blocks
    }

    fn places(&self, words: Words<'_>) -> Vec<Places> {
        let fields = vec![("grants".to_owned(), "grants", wish_lines(&self.wishes(), words).join("; "))];
        vec![Places { scope: "permission_renewal", person: None, name: String::new(), fields }]
    }

    fn correctable_fields(&self) -> Vec<String> {
        vec!["grants".to_owned()]
    }

    fn effects(&self, words: Words<'_>) -> Vec<Effect> {
        let effect = |key: &str| words.text(&format!("review.effect.{key}"));
        let unit = EffectItem {
            lead: effect("renews_in"),
            strong: self.unit.name.to_string(),
            text: format!("{} {}", words.label("regon"), self.unit.regon),
            ..EffectItem::default()
        };
        let person = EffectItem {
            lead: String::new(),
            strong: self.full_name(),
            code: Some(self.login.to_string()),
            text: effect("renewed"),
            list: wish_lines(&self.wishes(), words),
        };
        let letter = EffectItem { text: effect("extension_letter"), ..EffectItem::default() };
        vec![
            Effect { anchor: Some("unit"), count: None, title: words.text("form.heading.unit"), items: vec![unit] },
            Effect { anchor: Some("grants"), count: Some((self.grants.len(), "grant")), title: String::new(), items: vec![person] },
            Effect { anchor: None, count: None, title: effect("letters_title"), items: vec![letter] },
        ]
    }

    fn asks(&self) -> Vec<(Login, Right)> {
        self.grants.iter().map(|renewed| (self.login.clone(), Right { unit: self.unit_id, wish: renewed.wish() })).collect()
    }

    fn decide_by(&self) -> Option<Date> {
        self.grants.iter().map(|renewed| renewed.ends).min()
    }
}
