//! The list as printing, review and letters see it.

use super::{AttestationList, AttestedGrant, Preparer};
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Places, Said, SaidPerson, Words, fields, heading, signatures, statements, unit_blocks, unit_lines,
    wish_cells, wish_lines,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::right::Held;
use crate::domain::application::{Kind, Summary};

/// The one field that can be sent back: what is said of the grants.
const GRANTS: &str = "grants";

impl Preparer {
    /// What is printed of an account's owner.
    pub(in crate::domain::application) fn lines(&self) -> Vec<Line> {
        vec![
            Line::of("full_name", self.full_name.clone()),
            Line::of("position", self.position.as_ref().map(ToString::to_string).unwrap_or_default()),
            Line::of("email", self.email.to_string()),
            Line::of("phone", self.phone.as_ref().map(|phone| phone.to_display()).unwrap_or_default()),
            Line::of("login", self.login.to_string()),
        ]
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
            persons: vec![self.preparer.full_name.clone()],
            emails: vec![self.preparer.email.to_string()],
            logins: vec![self.preparer.login.to_string()],
            letters_to: None,
            changes_accounts: true,
        }
    }

    fn said(&self, words: Words<'_>, _held: Option<&Held>) -> Said {
        let kept = Line { key: "kept_rights", value: self.said_of(true, words), now: None };
        let ended = Line { key: "ended_rights", value: self.said_of(false, words), now: None };
        let preparer = &self.preparer;
        Said {
            unit: unit_lines(&self.unit, words),
            own: vec![kept, ended],
            persons: vec![SaidPerson { name: preparer.full_name.clone(), login_key: preparer.login.key(), lines: preparer.lines() }],
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        blocks.extend([
            heading(words, "preparer"),
            fields(words, self.preparer.lines()),
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
        let effect = |key: &str| words.text(&format!("review.effect.{key}"));
        let item = |key: &str, list: Vec<String>| EffectItem { text: effect(key), list, ..EffectItem::default() };
        let (kept, ended) = (self.said_of(true, words), self.said_of(false, words));
        let ends = (!ended.is_empty()).then(|| Effect {
            anchor: Some(GRANTS),
            count: Some((ended.len(), "grant")),
            title: String::new(),
            items: vec![item("attestation_ends", ended)],
        });
        let keeps =
            Effect { anchor: None, count: Some((kept.len(), "grant")), title: String::new(), items: vec![item("attestation_keeps", kept)] };
        let letters = Effect {
            anchor: None,
            count: None,
            title: effect("letters_title"),
            items: vec![EffectItem { text: effect("attestation_letter"), ..EffectItem::default() }],
        };
        ends.into_iter().chain([keeps, letters]).collect()
    }
}
