//! A renewal as printing, review and letters see it.

use super::{PermissionRenewal, Renewed};
use crate::domain::application::draft::STATEMENTS;
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Owner, Places, Said, Words, fields, heading, signatures, statements, unit_blocks, unit_lines,
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
    fn owner(&self) -> Owner<'_> {
        Owner::new(self.full_name(), self.position.as_ref(), &self.email, self.phone.as_ref(), &self.login)
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
        Summary::of_owner(self.unit_id, &self.unit, &self.owner())
    }

    fn said(&self, words: Words<'_>, held: Option<&Held>) -> Said {
        let asked = Line { key: "renewed", value: wish_lines(&self.wishes(), words), now: None };
        let decide_by = self.decide_by().map(|day| Line::of("decide_by", date_text(day)));
        Said {
            unit: unit_lines(&self.unit, words),
            own: [Some(asked), held.map(|held| self.rights_line(words, held)), decide_by].into_iter().flatten().collect(),
            persons: vec![self.owner().said()],
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        blocks.extend([heading(words, "account"), fields(words, self.owner().lines()), heading(words, "renewed"), self.table(words)]);
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
        vec![
            Effect::unit(EffectItem::unit("renews_in", &self.unit, words), words),
            Effect::grants(&self.owner(), "renewed", wish_lines(&self.wishes(), words), words),
            Effect::letters("extension_letter", words),
        ]
    }

    fn asks(&self) -> Vec<(Login, Right)> {
        self.grants.iter().map(|renewed| (self.login.clone(), Right { unit: self.unit_id, wish: renewed.wish() })).collect()
    }

    fn decide_by(&self) -> Option<Date> {
        self.grants.iter().map(|renewed| renewed.ends).min()
    }
}
