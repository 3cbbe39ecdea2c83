//! An extension as printing, review and letters see it.

use super::{Home, PermissionExtension};
use crate::domain::application::draft::STATEMENTS;
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Owner, Places, Said, Words, fields, heading, signatures, signing_unit_line, signing_unit_lines,
    statements, unit_blocks, unit_lines, wish_lines, wish_table,
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
        signing_unit_lines(&self.name, &self.regon, &self.address, &self.head)
    }
}

impl PermissionExtension {
    fn owner(&self) -> Owner<'_> {
        Owner::new(self.full_name(), self.position.as_ref(), &self.email, self.phone.as_ref(), &self.login)
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
        // The unit is the one in which the rights hold: its administrator decides, that of the own one does not.
        Summary {
            other_units: home.map(|home| home.unit_id).into_iter().collect(),
            heads: [Some(&self.unit.head), home.map(|home| &home.head)].into_iter().flatten().cloned().collect(),
            ..Summary::of_owner(self.unit_id, &self.unit, &self.owner())
        }
    }

    fn said(&self, words: Words<'_>, held: Option<&Held>) -> Said {
        let home = self.home.iter().flat_map(|home| {
            let place = signing_unit_line("home", &home.name, &home.regon, &home.address);
            [place, Line::of("home_head", home.head.to_line())]
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
            persons: vec![self.owner().said()],
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        if let Some(home) = &self.home {
            blocks.extend([heading(words, "home"), fields(words, home.lines())]);
        }
        blocks.extend([heading(words, "account"), fields(words, self.owner().lines())]);
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
        let grants = Effect::grants(&self.owner(), "grants", wish_lines(&self.grants, words), words);
        let unit = Effect::unit(EffectItem::unit("extends_in", &self.unit, words), words);
        std::iter::once(unit)
            .chain((!self.grants.is_empty()).then_some(grants))
            .chain(coordinator_effect(&self.proposed(), words))
            .chain([Effect::letters("extension_letter", words)])
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
