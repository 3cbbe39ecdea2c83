//! A joining as printing, review and letters see it.

use super::{JoinedAccounts, MovedGrant};
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Places, Said, Words, fields, heading, signatures, statements, unit_blocks, unit_lines, wish_cells,
    wish_lines,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::right::{Held, Right};
use crate::domain::application::{Kind, Summary};
use crate::domain::identifiers::Login;

/// The one field that can be sent back: what goes over.
const GRANTS: &str = "grants";

impl JoinedAccounts {
    fn moved(&self, words: Words<'_>) -> Vec<String> {
        let line = |grant: &MovedGrant| format!("{}: {}", grant.unit_name, wish_lines([&grant.right], words).join(""));
        let lines: Vec<String> = self.grants.iter().map(line).collect();
        if lines.is_empty() { vec![words.text("form.words.nothing_moves")] } else { lines }
    }

    /// What the account that stays will hold, unit by unit, beside what it holds now.
    fn rights_line(&self, words: Words<'_>, held: &Held) -> Line {
        let (mut now, mut will_be) = (Vec::new(), Vec::new());
        let others = self.others.iter().map(|unit| (unit.unit_id, unit.name.to_string()));
        for (unit, name) in std::iter::once((self.unit_id, self.unit.name.to_string())).chain(others) {
            let held: Vec<_> = held.of(&self.kept.login, unit).collect();
            let moved = self.grants.iter().filter(|grant| grant.unit_id == unit).map(|grant| &grant.right);
            let named = |lines: Vec<String>| lines.into_iter().map(|line| format!("{name}: {line}")).collect::<Vec<_>>();
            now.extend(named(wish_lines(held.iter().copied(), words)));
            will_be.extend(named(wish_lines(held.iter().copied().chain(moved), words)));
        }
        if now.is_empty() {
            now.push(words.text("review.no_rights"));
        }
        Line { key: "rights_after", value: will_be, now: Some(now) }
    }

    fn table(&self, words: Words<'_>) -> Block {
        let row = |(number, grant): (usize, &MovedGrant)| {
            [number.to_string(), grant.unit_name.to_string()].into_iter().chain(wish_cells(&grant.right, words)).collect()
        };
        Block::Table {
            headers: ["ordinal", "name", "sub_area", "function", "valid_until"].map(|key| words.label(key)).to_vec(),
            widths: vec![2, 13, 13, 9, 6],
            rows: (1..).zip(&self.grants).map(row).collect(),
        }
    }
}

impl Matter for JoinedAccounts {
    fn kind(&self) -> Kind {
        Kind::AccountJoin
    }

    fn summary(&self) -> Summary {
        let others = || self.others.iter();
        Summary {
            other_units: others().map(|unit| unit.unit_id).collect(),
            heads: std::iter::once(&self.unit.head).chain(others().map(|unit| &unit.head)).cloned().collect(),
            persons: vec![self.kept.full_name.clone(), self.given_up.full_name.clone()],
            emails: vec![self.kept.email.to_string(), self.given_up.email.to_string()],
            logins: vec![self.kept.login.to_string(), self.given_up.login.to_string()],
            changes_accounts: true,
            ..Summary::of_unit(Some(self.unit_id), &self.unit)
        }
    }

    fn said(&self, words: Words<'_>, held: Option<&Held>) -> Said {
        let moved = Line { key: "moved_rights", value: self.moved(words), now: None };
        let ends = Line::of("given_up_login", self.given_up.login.to_string());
        let others = self.others.iter().flat_map(|unit| {
            let place = vec![unit.name.to_string(), unit.regon.to_string(), unit.head.to_line()];
            [Line { key: "other_unit", value: place, now: None }]
        });
        Said {
            unit: unit_lines(&self.unit, words),
            own: [Some(moved), held.map(|held| self.rights_line(words, held)), Some(ends)].into_iter().flatten().chain(others).collect(),
            persons: vec![self.kept.owner().said(), self.given_up.owner().said()],
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        for unit in &self.others {
            blocks.extend([heading(words, "other_unit"), fields(words, unit.lines())]);
        }
        blocks.extend([
            heading(words, "kept_account"),
            fields(words, self.kept.owner().lines()),
            heading(words, "given_up_account"),
            fields(words, self.given_up.owner().lines()),
            heading(words, self.kind().key()),
        ]);
        if self.grants.is_empty() {
            blocks.push(fields(words, vec![Line { key: "moved_rights", value: self.moved(words), now: None }]));
        } else {
            blocks.push(self.table(words));
        }
        blocks.extend(statements(
            words,
            ("user_title", &["both_mine", "gives_up", "data_true"]),
            &[("heads_title", "head_statements_join")],
        ));
        blocks.push(heading(words, "signatures"));
        let heads = std::iter::once(&self.unit.head).chain(self.others.iter().map(|unit| &unit.head));
        let heads: Vec<_> = heads.map(|head| ("head", head)).collect();
        blocks.push(signatures(words, &heads, Some(self.kept.full_name.clone())));
        blocks
    }

    fn places(&self, words: Words<'_>) -> Vec<Places> {
        let fields = vec![(GRANTS.to_owned(), GRANTS, self.moved(words).join("; "))];
        vec![Places { scope: self.kind().key(), person: None, name: String::new(), fields }]
    }

    fn correctable_fields(&self) -> Vec<String> {
        vec![GRANTS.to_owned()]
    }

    fn effects(&self, words: Words<'_>) -> Vec<Effect> {
        let effect = |key: &str| words.text(&format!("review.effect.{key}"));
        let given_up = &self.given_up;
        let ends = EffectItem {
            strong: given_up.full_name.clone(),
            code: Some(given_up.login.to_string()),
            ..EffectItem::text("join_suspends", words)
        };
        let moves = Effect::grants(&self.kept.owner(), "join_moves", self.moved(words), words);
        vec![
            Effect { count: Some((self.grants.len(), "grant")), ..moves },
            Effect { anchor: Some("join"), count: None, title: effect("join_title"), items: vec![ends] },
            Effect::letters("join_letter", words),
        ]
    }

    fn finality(&self) -> &'static str {
        "account_join"
    }

    fn asks(&self) -> Vec<(Login, Right)> {
        let right = |grant: &MovedGrant| Right { unit: grant.unit_id, wish: grant.right.clone() };
        self.grants.iter().map(|grant| (self.kept.login.clone(), right(grant))).collect()
    }
}
