//! An extension as printing, review and letters see it.

use super::{Home, PermissionExtension};
use crate::domain::application::draft::STATEMENTS;
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Places, Said, SaidPerson, Words, address_text, fields, heading, signatures, statements, unit_blocks,
    unit_lines, wish_lines, wish_table,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::registration::matter::{coordinator_blocks, coordinator_effect};
use crate::domain::application::right::{Held, Right};
use crate::domain::application::typing::last_day_text;
use crate::domain::application::{Kind, Summary};
use crate::domain::identifiers::Login;

impl Home {
    /// What is printed of it.
    pub(in crate::domain::application) fn lines(&self) -> Vec<Line> {
        vec![
            Line::of("name", self.name.as_str()),
            Line::of("regon", self.regon.to_string()),
            Line::of("address", address_text(&self.address)),
            Line::of("head", self.head.to_line()),
        ]
    }
}

impl PermissionExtension {
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

    fn proposed(&self) -> Vec<(String, &Login)> {
        if self.coordinator { vec![(self.full_name(), &self.login)] } else { Vec::new() }
    }

    /// What the person will hold in the unit, beside what is held now.
    fn rights_line(&self, words: Words<'_>, held: &Held) -> Line {
        let now: Vec<_> = held.of(&self.login, self.unit_id).collect();
        let will_be = wish_lines(now.iter().copied().chain(&self.grants), words);
        let now = if now.is_empty() { vec![words.text("review.no_rights")] } else { wish_lines(now, words) };
        Line { key: "rights_after", value: will_be, now: Some(now) }
    }
}

impl Matter for PermissionExtension {
    fn kind(&self) -> Kind {
        Kind::PermissionExtension
    }

    fn summary(&self) -> Summary {
        let home = self.home.as_ref();
        Summary {
            unit_name: self.unit.name.to_string(),
            unit_kind: self.unit.kind.clone(),
            regon: self.unit.regon.to_string(),
            unit: Some(self.unit_id),
            // Of the unit in which the rights hold: its administrator decides, that of the own one does not.
            voivodeship: self.unit.terc.voivodeship(),
            terc: self.unit.terc.clone(),
            town: self.unit.address.town.to_string(),
            other_units: home.map(|home| home.unit_id).into_iter().collect(),
            heads: [Some(&self.unit.head), home.map(|home| &home.head)].into_iter().flatten().cloned().collect(),
            persons: vec![self.full_name()],
            emails: vec![self.email.to_string()],
            logins: vec![self.login.to_string()],
            letters_to: None,
            changes_accounts: true,
        }
    }

    fn said(&self, words: Words<'_>, held: Option<&Held>) -> Said {
        let home = self.home.iter().flat_map(|home| {
            let place = vec![home.name.to_string(), home.regon.to_string(), address_text(&home.address)];
            [Line { key: "home", value: place, now: None }, Line::of("home_head", home.head.to_line())]
        });
        let asked = Line { key: "grants", value: wish_lines(&self.grants, words), now: None };
        let coordinator = Line::of("coordinator", if self.coordinator { words.text("form.coordinator.yes") } else { String::new() });
        Said {
            unit: unit_lines(&self.unit, words),
            own: [Some(asked), held.map(|held| self.rights_line(words, held)), self.coordinator.then_some(coordinator)]
                .into_iter()
                .flatten()
                .chain(home)
                .collect(),
            persons: vec![SaidPerson { name: self.full_name(), login_key: self.login.key(), lines: self.person_lines() }],
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        if let Some(home) = &self.home {
            blocks.extend([heading(words, "home"), fields(words, home.lines())]);
        }
        blocks.extend([heading(words, "account"), fields(words, self.person_lines())]);
        if !self.grants.is_empty() {
            blocks.extend([heading(words, "grants"), wish_table([(self.full_name(), &self.grants[..])].into_iter(), words)]);
        }
        blocks.extend(coordinator_blocks(&self.proposed(), words));
        let user = ("user_title", &STATEMENTS[..]);
        match &self.home {
            None => {
                blocks.extend(statements(words, user, &[("head_title", "head_statements_extension")]));
                blocks.push(heading(words, "signatures"));
                blocks.push(signatures(words, &[("head", &self.unit.head)], Some(self.full_name())));
            }
            Some(home) => {
                let heads = [("head_of_unit_title", "head_statements_other_unit"), ("head_of_home_title", "head_statements_home")];
                blocks.extend(statements(words, user, &heads));
                blocks.push(heading(words, "signatures"));
                let heads = [("head_of_unit", &self.unit.head), ("head_of_home", &home.head)];
                blocks.push(signatures(words, &heads, Some(self.full_name())));
            }
        }
        blocks
    }

    fn places(&self, words: Words<'_>) -> Vec<Places> {
        let value = |name: &str| match name {
            "home" => self.home.as_ref().map(|home| home.name.to_string()).unwrap_or_default(),
            "grants" => wish_lines(&self.grants, words).join("; "),
            "coordinator" => words.text("form.coordinator.yes"),
            _ => last_day_text(&self.grants),
        };
        let fields = self.correctable().into_iter().map(|name| (name.to_owned(), name, value(name))).collect();
        vec![Places { scope: "permission_extension", person: None, name: String::new(), fields }]
    }

    fn correctable_fields(&self) -> Vec<String> {
        self.correctable().into_iter().map(str::to_owned).collect()
    }

    fn effects(&self, words: Words<'_>) -> Vec<Effect> {
        let effect = |key: &str| words.text(&format!("review.effect.{key}"));
        let unit = EffectItem {
            lead: effect("extends_in"),
            strong: self.unit.name.to_string(),
            text: format!("{} {}", words.label("regon"), self.unit.regon),
            ..EffectItem::default()
        };
        let person = EffectItem {
            lead: String::new(),
            strong: self.full_name(),
            code: Some(self.login.to_string()),
            text: effect("grants"),
            list: wish_lines(&self.grants, words),
        };
        let letter = EffectItem { text: effect("extension_letter"), ..EffectItem::default() };
        let grants =
            Effect { anchor: Some("grants"), count: Some((self.grants.len(), "grant")), title: String::new(), items: vec![person] };
        let coordinator = coordinator_effect(&self.proposed(), words);
        std::iter::once(Effect { anchor: Some("unit"), count: None, title: words.text("form.heading.unit"), items: vec![unit] })
            .chain((!self.grants.is_empty()).then_some(grants))
            .chain(coordinator)
            .chain([Effect { anchor: None, count: None, title: effect("letters_title"), items: vec![letter] }])
            .collect()
    }

    fn coordinators(&self) -> Vec<Login> {
        if self.coordinator { vec![self.login.clone()] } else { Vec::new() }
    }

    fn asks(&self) -> Vec<(Login, Right)> {
        self.grants.iter().map(|wish| (self.login.clone(), Right { unit: self.unit_id, wish: wish.clone() })).collect()
    }
}

impl PermissionExtension {
    /// The fields that can be sent back. The unit stays: the number names the voivodeship that decides.
    fn correctable(&self) -> Vec<&'static str> {
        let home = self.home.is_some().then_some("home");
        home.into_iter().chain(["grants", "valid_until"]).chain(self.coordinator.then_some("coordinator")).collect()
    }
}
