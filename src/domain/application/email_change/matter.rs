//! A change of an address as printing, review and letters see it.

use super::{EMAIL_CHANGE_FIELDS, EMAIL_CHANGE_STATEMENTS, EmailChange};
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Places, Said, SaidPerson, Words, fields, heading, signatures, statements, unit_blocks, unit_lines,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::right::Held;
use crate::domain::application::{Kind, Summary};

impl EmailChange {
    fn person_lines(&self) -> Vec<Line> {
        vec![
            Line::of("full_name", self.full_name()),
            Line::of("position", self.position.as_ref().map(ToString::to_string).unwrap_or_default()),
            Line::of("login", self.login.to_string()),
        ]
    }

    fn why_line(&self) -> Line {
        Line { key: "why", value: self.why.as_str().lines().map(str::to_owned).collect(), now: None }
    }
}

impl Matter for EmailChange {
    fn kind(&self) -> Kind {
        Kind::EmailChange
    }

    fn summary(&self) -> Summary {
        Summary {
            persons: vec![self.full_name()],
            // Both: who reads either mailbox gains or loses by it, and decides nothing.
            emails: vec![self.new_email.to_string(), self.old_email.to_string()],
            logins: vec![self.login.to_string()],
            letters_to: Some(self.new_email.clone()),
            changes_accounts: true,
            ..Summary::of_unit(Some(self.unit_id), &self.unit)
        }
    }

    fn said(&self, words: Words<'_>, _held: Option<&Held>) -> Said {
        let new_email = Line { now: Some(vec![self.old_email.to_string()]), ..Line::of("new_email", self.new_email.to_string()) };
        Said {
            unit: unit_lines(&self.unit, words),
            own: vec![new_email, self.why_line()],
            persons: vec![SaidPerson { name: self.full_name(), login_key: self.login.key(), lines: self.person_lines() }],
            note: None,
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        let addresses = vec![
            // The form passes through many hands: of the old address it shows enough to know it by.
            Line::of("old_email", self.old_email.masked()),
            Line::of("new_email", self.new_email.to_string()),
            self.why_line(),
        ];
        blocks.extend([
            heading(words, "account"),
            fields(words, self.person_lines()),
            heading(words, "email_change"),
            fields(words, addresses),
            Block::Paragraph { text: words.text("form.email_change.waiting") },
        ]);
        blocks.extend(statements(words, ("user_title", &EMAIL_CHANGE_STATEMENTS), &[("head_title", "head_statements_email_change")]));
        blocks.extend([heading(words, "signatures"), signatures(words, &[("head", &self.unit.head)], Some(self.full_name()))]);
        blocks
    }

    fn places(&self, _words: Words<'_>) -> Vec<Places> {
        let value = |name: &str| if name == "why" { self.why.to_string() } else { self.new_email.to_string() };
        let fields = EMAIL_CHANGE_FIELDS.iter().map(|name| ((*name).to_owned(), *name, value(name))).collect();
        vec![Places { scope: "email_change", person: None, name: String::new(), fields }]
    }

    fn correctable_fields(&self) -> Vec<String> {
        EMAIL_CHANGE_FIELDS.iter().map(|name| (*name).to_owned()).collect()
    }

    fn effects(&self, words: Words<'_>) -> Vec<Effect> {
        let effect = |key: &str| words.text(&format!("review.effect.{key}"));
        let email = EffectItem {
            lead: self.full_name(),
            strong: self.new_email.to_string(),
            code: Some(self.login.to_string()),
            text: effect("email_waits"),
            list: Vec::new(),
        };
        vec![
            Effect { anchor: Some("new_email"), count: None, title: words.text("form.heading.email_change"), items: vec![email] },
            Effect::letters("email_letters", words),
        ]
    }

    fn finality(&self) -> &'static str {
        "email_change"
    }
}
