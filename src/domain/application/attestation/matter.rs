//! The list as printing, review and letters see it.

use super::{AttestationList, AttestedGrant, Preparer};
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Owner, Places, Said, Words, fields, heading, signatures, statements, unit_blocks, unit_lines,
    wish_cells, wish_lines,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::right::Held;
use crate::domain::application::{Kind, Summary};

/// The one field that can be sent back: what is said of the grants.
const GRANTS: &str = "grants";

impl Preparer {
    /// As printed.
    pub(in crate::domain::application) fn owner(&self) -> Owner<'_> {
        Owner::new(self.full_name.clone(), self.position.as_ref(), &self.email, self.phone.as_ref(), &self.login)
    }
}

impl AttestationList {
    /// Those that stay, or those that end, person by person.
    fn said_of(&self, keeps: bool, words: Words<'_>) -> Vec<String> {
        let line = |grant: &AttestedGrant| {
            let right = wish_lines([&grant.right], words).join("");
            format!("{} ({}): {right}", grant.full_name, grant.login)
        };
        self.grants.iter().filter(|grant| grant.keeps == keeps).map(line).collect()
    }

    fn table(&self, words: Words<'_>) -> Block {
        let verdict = |grant: &AttestedGrant| words.text(if grant.keeps { "form.verdict.keep" } else { "form.verdict.end" });
        let row = |(number, grant): (usize, &AttestedGrant)| {
            let holder = format!("{} ({})", grant.full_name, grant.login);
            [number.to_string(), holder].into_iter().chain(wish_cells(&grant.right, words)).chain([verdict(grant)]).collect()
        };
        Block::Table {
            headers: ["ordinal", "full_name", "sub_area", "function", "valid_until", "verdict"].map(|key| words.label(key)).to_vec(),
            widths: vec![3, 12, 14, 9, 7, 7],
            rows: (1..).zip(&self.grants).map(row).collect(),
        }
    }
}

impl Matter for AttestationList {
    fn kind(&self) -> Kind {
        Kind::Attestation
    }

    fn summary(&self) -> Summary {
        Summary::of_owner(self.unit_id, &self.unit, &self.preparer.owner())
    }

    fn said(&self, words: Words<'_>, _held: Option<&Held>) -> Said {
        let kept = Line { key: "kept_rights", value: self.said_of(true, words), now: None };
        let ended = Line { key: "ended_rights", value: self.said_of(false, words), now: None };
        Said {
            unit: unit_lines(&self.unit, words),
            own: vec![kept, ended],
            persons: vec![self.preparer.owner().said()],
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        blocks.extend([
            heading(words, "preparer"),
            fields(words, self.preparer.owner().lines()),
            heading(words, self.kind().key()),
            self.table(words),
        ]);
        blocks.extend(statements(words, ("preparer_title", &["data_true"]), &[("head_title", "head_statements_attestation")]));
        blocks.push(heading(words, "signatures"));
        blocks.push(signatures(words, &[("head", &self.unit.head)], Some(self.preparer.full_name.clone())));
        blocks
    }

    fn places(&self, words: Words<'_>) -> Vec<Places> {
        let kept = self.said_of(true, words).len();
        let value =
            format!("{}: {kept}, {}: {}", words.text("form.verdict.keep"), words.text("form.verdict.end"), self.grants.len() - kept);
        vec![Places { scope: self.kind().key(), person: None, name: String::new(), fields: vec![(GRANTS.to_owned(), GRANTS, value)] }]
    }

    fn correctable_fields(&self) -> Vec<String> {
        vec![GRANTS.to_owned()]
    }

    fn effects(&self, words: Words<'_>) -> Vec<Effect> {
        let item = |key: &str, list: Vec<String>| {
            let item = EffectItem::counted(key, list.len(), words);
            EffectItem { list, ..item }
        };
        let (kept, ended) = (self.said_of(true, words), self.said_of(false, words));
        let ends = (!ended.is_empty()).then(|| Effect {
            anchor: Some(GRANTS),
            count: Some((ended.len(), "grant")),
            title: String::new(),
            items: vec![item("attestation_ends", ended)],
        });
        let keeps =
            Effect { anchor: None, count: Some((kept.len(), "grant")), title: String::new(), items: vec![item("attestation_keeps", kept)] };
        ends.into_iter().chain([keeps, Effect::letters("attestation_letter", words)]).collect()
    }
}
