//! A change of a unit as printing, review and letters see it.

use super::{CHANGE_STATEMENTS, Change, Counts, Fate, Plan, Successor, UnitChange, changed_fields, merged};
use crate::domain::application::draft::UNIT_FIELDS;
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Owner, Places, Said, Words, fields, heading, signatures, signing_unit_line, signing_unit_lines,
    statements, unit_lines, wish_lines,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::right::Held;
use crate::domain::application::typing::unit_texts;
use crate::domain::application::{Kind, Summary};
use crate::domain::identifiers::Regon;
use crate::domain::moment::date_text;
use crate::domain::unit::UnitData;

impl Successor {
    fn lines(&self) -> Vec<Line> {
        signing_unit_lines(&self.name, &self.regon, &self.address, &self.head)
    }
}

impl Counts {
    /// In words, one in a line.
    fn words(self, words: Words<'_>) -> Vec<String> {
        let line = |key: &str, number: usize| format!("{}: {number}", words.text(&format!("unit_change.counts.{key}")));
        vec![
            line("persons", self.persons),
            line("moving", self.moving),
            line("ending", self.ending),
            line("applications", self.applications),
            line("closing", self.closing),
            line("coordinators", self.coordinators),
        ]
    }
}

impl Plan {
    /// What becomes of everything, one in a line.
    fn lines(&self, words: Words<'_>) -> Vec<Line> {
        let fate = |fate: Fate| words.text(&format!("unit_change.fates.{}", fate.key()));
        let grants = |moves: bool| {
            let of = self.grants.iter().filter(|grant| (grant.fate == Fate::Moves) == moves);
            of.map(|grant| {
                let wish = wish_lines(std::iter::once(&grant.wish), words).join("");
                let why = if moves { String::new() } else { format!(" – {}", fate(grant.fate)) };
                format!("{} ({}): {wish}{why}", grant.name, grant.login)
            })
            .collect()
        };
        let goes_on = |goes_on: bool| words.text(if goes_on { "unit_change.goes_on" } else { "unit_change.closes" });
        let list = |pairs: Vec<(String, bool)>| pairs.into_iter().map(|(name, moves)| format!("{name} – {}", goes_on(moves))).collect();
        vec![
            Line { key: "grants_moving", value: grants(true), now: None },
            Line { key: "grants_ending", value: grants(false), now: None },
            Line {
                key: "open_applications",
                value: list(self.applications.iter().map(|(number, on)| (number.to_string(), *on)).collect()),
                now: None,
            },
            Line { key: "coordinators", value: list(self.coordinators.clone()), now: None },
        ]
    }
}

impl UnitChange {
    fn owner(&self) -> Owner<'_> {
        Owner::new(self.full_name(), self.position.as_ref(), &self.email, self.phone.as_ref(), &self.login)
    }

    /// The data as an approval would leave them: upon what stands now, where that is known.
    fn after(&self) -> &UnitData {
        match &self.change {
            Change::Data { unit } => unit,
            Change::Ending { .. } => &self.unit,
        }
    }

    /// The registered data in words. Of the gmina that is left the words were kept when it was filed.
    fn lines_before(&self, words: Words<'_>) -> Vec<Line> {
        let mut lines = unit_lines(&self.unit, words);
        if self.unit.terc != self.after().terc {
            for line in &mut lines {
                match line.key {
                    "territory" => *line = Line::of("territory", self.territory.as_str()),
                    "terc" => *line = Line::of("terc", self.unit.terc.to_string()),
                    _ => {}
                }
            }
        }
        lines
    }

    /// Fields that were changed by somebody else since it was filed, in words.
    fn since(&self, words: Words<'_>) -> Vec<String> {
        let Some(seen) = &self.seen else { return Vec::new() };
        let conflicts = merged(&self.unit, self.after(), &seen.unit).err().unwrap_or_default();
        let line = |name: &str| {
            let key = if conflicts.contains(&name) { "unit_change.conflict" } else { "unit_change.since" };
            format!("{} – {}", words.text(&format!("fields.{}.label", field_key(name))), words.text(key))
        };
        changed_fields(&self.unit, &seen.unit).into_iter().map(line).collect()
    }

    fn own_lines(&self, words: Words<'_>) -> Vec<Line> {
        let mut lines = vec![Line::of("what", words.text(&format!("unit_change.what.{}", self.what().key())))];
        if let Change::Ending { last_day, successor, counts } = &self.change {
            lines.push(Line::of("last_day", date_text(*last_day)));
            if let Some(successor) = successor {
                lines.push(signing_unit_line("successor", &successor.name, &successor.regon, &successor.address));
                lines.push(Line::of("successor_head", successor.head.to_line()));
            }
            lines.push(Line { key: "counts", value: counts.words(words), now: None });
            if let Some(seen) = &self.seen {
                lines.extend(seen.plan.lines(words));
            }
        }
        lines.push(Line::of("justification", self.justification.to_string()));
        let since = self.since(words);
        if !since.is_empty() {
            lines.push(Line { key: "changed_since", value: since, now: None });
        }
        lines
    }
}

/// Where the words of a field of a unit stand: its phone and e-mail are not a person's.
fn field_key(name: &str) -> String {
    if matches!(name, "phone" | "email") { format!("unit_{name}") } else { name.to_owned() }
}

impl Matter for UnitChange {
    fn kind(&self) -> Kind {
        Kind::UnitChange
    }

    fn summary(&self) -> Summary {
        let successor = self.successor();
        // The office is that of the unit as it lies now, wherever it moves.
        Summary {
            terc: self.after().terc.clone(),
            other_units: successor.map(|successor| successor.unit_id).into_iter().collect(),
            heads: std::iter::once(&self.after().head).chain(successor.map(|successor| &successor.head)).cloned().collect(),
            ..Summary::of_owner(self.unit_id, &self.unit, &self.owner())
        }
    }

    fn said(&self, words: Words<'_>, _held: Option<&Held>) -> Said {
        let unit = match (&self.change, &self.seen) {
            // What stands now comes beside it from the register.
            (Change::Data { unit }, Some(seen)) => merged(&self.unit, unit, &seen.unit).unwrap_or_else(|_| (**unit).clone()),
            (Change::Ending { .. }, Some(seen)) => seen.unit.clone(),
            (_, None) => self.after().clone(),
        };
        Said {
            unit: unit_lines(&unit, words),
            own: self.own_lines(words),
            persons: vec![self.owner().said()],
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let before = self.lines_before(words);
        let mut blocks = vec![heading(words, "unit_now"), fields(words, before.clone()), heading(words, "unit_change")];
        match &self.change {
            Change::Data { unit } => {
                let text = |line: &Line| if line.value.is_empty() { words.text("unit_change.none") } else { line.value.join("\n") };
                let after = unit_lines(unit, words);
                let rows = before.iter().zip(&after).filter(|(was, is)| was.value != is.value);
                blocks.push(Block::Table {
                    headers: ["field", "was", "will_be"].map(|key| words.label(key)).to_vec(),
                    widths: vec![9, 17, 17],
                    rows: rows.map(|(was, is)| vec![words.label(was.key), text(was), text(is)]).collect(),
                });
            }
            Change::Ending { last_day, successor, counts } => {
                let what = words.text(&format!("unit_change.what.{}", self.what().key()));
                let lines = vec![
                    Line::of("what", what),
                    Line::of("last_day", date_text(*last_day)),
                    Line { key: "counts", value: counts.words(words), now: None },
                ];
                blocks.push(fields(words, lines));
                if let Some(successor) = successor {
                    blocks.extend([heading(words, "successor"), fields(words, successor.lines())]);
                }
            }
        }
        blocks.push(heading(words, "justification"));
        blocks.push(Block::Paragraph { text: self.justification.to_string() });
        blocks.extend([heading(words, "account"), fields(words, self.owner().lines())]);
        let user = ("user_title", &CHANGE_STATEMENTS[..]);
        let head = &self.after().head;
        match self.successor() {
            None => {
                let list = if self.what() == super::What::Data { "head_statements_unit_change" } else { "head_statements_ending" };
                blocks.extend(statements(words, user, &[("head_title", list)]));
                blocks.push(heading(words, "signatures"));
                blocks.push(signatures(words, &[("head", head)], Some(self.full_name())));
            }
            Some(successor) => {
                let heads = [("head_of_ending_title", "head_statements_ending"), ("head_of_successor_title", "head_statements_successor")];
                blocks.extend(statements(words, user, &heads));
                blocks.push(heading(words, "signatures"));
                let heads = [("head_of_ending", head), ("head_of_successor", &successor.head)];
                blocks.push(signatures(words, &heads, Some(self.full_name())));
            }
        }
        blocks
    }

    fn places(&self, words: Words<'_>) -> Vec<Places> {
        let own = |name: &'static str, value: String| (name.to_owned(), name, value);
        let mut fields = Vec::new();
        let mut places = Vec::new();
        match &self.change {
            Change::Data { unit } => {
                let mut texts = unit_texts(unit);
                texts.kind = words.dictionaries.unit_kind(&texts.kind).map_or(texts.kind.clone(), |kind| kind.name.clone());
                let texts = serde_json::to_value(texts).unwrap_or_default();
                let text = |name: &str| texts.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
                let of_unit = UNIT_FIELDS.iter().map(|name| (format!("unit.{name}"), *name, text(name))).collect();
                places.push(Places { scope: "unit", person: None, name: String::new(), fields: of_unit });
            }
            Change::Ending { last_day, successor, .. } => {
                fields.push(own("last_day", date_text(*last_day)));
                if let Some(successor) = successor {
                    fields.push(own("successor", format!("{} ({})", successor.name, successor.regon)));
                }
            }
        }
        fields.push(own("justification", self.justification.to_string()));
        places.push(Places { scope: "unit_change", person: None, name: String::new(), fields });
        places
    }

    fn correctable_fields(&self) -> Vec<String> {
        let own: Vec<String> = match &self.change {
            Change::Data { .. } => UNIT_FIELDS.iter().map(|name| format!("unit.{name}")).collect(),
            Change::Ending { successor: None, .. } => vec!["last_day".to_owned()],
            Change::Ending { successor: Some(_), .. } => vec!["last_day".to_owned(), "successor".to_owned()],
        };
        own.into_iter().chain(["justification".to_owned()]).collect()
    }

    fn finality(&self) -> &'static str {
        match self.change {
            Change::Data { .. } => "none",
            Change::Ending { .. } => "unit_ending",
        }
    }

    fn effects(&self, words: Words<'_>) -> Vec<Effect> {
        let (lead, list) = match &self.change {
            Change::Data { unit } => {
                let changed = changed_fields(&self.unit, unit);
                let name = |name: &&str| words.text(&format!("fields.{}.label", field_key(name)));
                ("changes_unit", changed.iter().map(name).collect())
            }
            Change::Ending { last_day, successor, counts } => {
                let mut list = vec![format!("{}: {}", words.label("last_day"), date_text(*last_day))];
                list.extend(successor.iter().map(|successor| format!("{}: {}", words.label("successor"), successor.name)));
                list.extend(counts.words(words));
                ("ends_unit", list)
            }
        };
        let unit = EffectItem { list, ..EffectItem::unit(lead, &self.unit, words) };
        vec![Effect::unit(unit, words), Effect::letters("unit_change_letter", words)]
    }

    fn more_words(&self) -> Vec<String> {
        match &self.change {
            Change::Data { unit } => vec![unit.name.to_string(), unit.regon.to_string()],
            Change::Ending { successor, .. } => successor.iter().map(|successor| successor.name.to_string()).collect(),
        }
    }

    fn wanted_regon(&self) -> Option<&Regon> {
        match &self.change {
            Change::Data { unit } if unit.regon != self.unit.regon => Some(&unit.regon),
            _ => None,
        }
    }
}
