//! A registration of staff as printing, review and letters see it.

use super::{Registrar, StaffRegistration};
use crate::domain::application::draft::STATEMENTS;
use crate::domain::application::matter::{
    Effect, EffectItem, Line, Matter, Owner, Places, Said, Words, fields, heading, signatures, statements, unit_blocks, unit_lines,
};
use crate::domain::application::printed_form::Block;
use crate::domain::application::registration::Person;
use crate::domain::application::registration::matter::{
    person_asks, person_blocks, person_effects, person_of_path, person_paths, person_places, proposed_coordinators, said_person,
};
use crate::domain::application::right::{Held, Right};
use crate::domain::application::{Kind, Summary};
use crate::domain::identifiers::Login;

impl Registrar {
    /// Who it is, and in which capacity where that is not the coordinator's.
    fn lines(&self, words: Words<'_>) -> Vec<Line> {
        let capacity = self.is_administrator.then(|| Line::of("filed_as", words.text("form.filed_as.administrator")));
        self.owner().lines().into_iter().chain(capacity).collect()
    }
    fn owner(&self) -> Owner<'_> {
        Owner::new(self.full_name(), self.position.as_ref(), &self.email, self.phone.as_ref(), &self.login)
    }
}

impl Matter for StaffRegistration {
    fn kind(&self) -> Kind {
        Kind::UnitStaff
    }

    fn summary(&self) -> Summary {
        Summary {
            persons: self.persons.iter().map(Person::full_name).collect(),
            emails: self.persons.iter().map(|p| p.email.to_string()).collect(),
            logins: self.persons.iter().map(|p| p.login.to_string()).collect(),
            ..Summary::of_unit(Some(self.unit_id), &self.unit)
        }
    }

    fn said(&self, words: Words<'_>, _held: Option<&Held>) -> Said {
        Said {
            unit: unit_lines(&self.unit, words),
            own: self.registrar.lines(words),
            persons: self.persons.iter().map(|person| said_person(person, words)).collect(),
            note: self.note.as_ref().map(ToString::to_string),
        }
    }

    fn blocks(&self, words: Words<'_>) -> Vec<Block> {
        let mut blocks = unit_blocks(words, &self.unit).to_vec();
        blocks.extend([heading(words, "unit_staff"), fields(words, self.registrar.lines(words))]);
        blocks.extend(person_blocks(&self.persons, words));
        let title = if self.registrar.is_administrator { "administrator_title" } else { "registrar_title" };
        blocks.extend(statements(words, (title, &STATEMENTS), &[("head_title", "head_statements")]));
        // One signature for all of them: the head's.
        blocks.extend([heading(words, "signatures"), signatures(words, &[("head", &self.unit.head)], None)]);
        blocks.push(Block::SmallPrint { text: words.text("form.signature.users_note") });
        blocks
    }

    fn places(&self, words: Words<'_>) -> Vec<Places> {
        person_places(&self.persons, words)
    }

    fn correctable_fields(&self) -> Vec<String> {
        person_paths(&self.persons).collect()
    }

    fn effects(&self, words: Words<'_>) -> Vec<Effect> {
        let unit = Effect::unit(EffectItem::unit("join_unit", &self.unit, words), words);
        std::iter::once(unit).chain(person_effects(&self.persons, "invited", words)).collect()
    }

    fn asks(&self) -> Vec<(Login, Right)> {
        person_asks(&self.persons, self.unit_id)
    }

    fn coordinators(&self) -> Vec<Login> {
        proposed_coordinators(&self.persons)
    }

    fn filed_by(&self) -> Option<String> {
        Some(self.registrar.full_name())
    }

    fn person_of_field(&self, field: &str) -> Option<String> {
        person_of_path(&self.persons, field)
    }
}
