//! The figures of offices within scope: what came in, what was decided and how quickly, what waits, what was sent back and why, which rights
//! end soon and which units nobody coordinates. What may not live here: how they look.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::application::Kind;
use crate::domain::audit::AuditObject;
use crate::domain::figures::period::Period;
use crate::domain::figures::{Age, Outcome, Times, WHOLE};
use crate::domain::permission::Permission;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::render::Labels;
use crate::storage::grants::ending;
use crate::storage::{days_off, figures, offices, units};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;

/// Rights that end within so many days are counted: soon, and later.
pub const ENDING_DAYS: [i32; 2] = [30, 90];

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureFilter {
    /// Of which days.
    pub period: Period,
    /// Of one office; none: of all within scope.
    pub voivodeship: Option<VoivodeshipCode>,
}

/// Figures of an office, or of several together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficeFigures {
    /// Filed for the first time in the period.
    pub filed: u64,
    /// Ended in the period, by how.
    pub ended: BTreeMap<Outcome, u64>,
    /// Working days that the office had those that it decided in the period.
    pub times: Times,
    /// Of those that it decided in the period: had been sent back at least once.
    pub decided_after_return: u64,
    /// Sent back in the period.
    pub returns: u64,
    /// Of these: with remarks at this place.
    pub places: BTreeMap<String, u64>,
    /// Waiting for the office today, by [`Age::place`].
    pub waiting: [u64; Age::ALL.len()],
    /// Rights that end within each of [`ENDING_DAYS`].
    pub ending: [u64; ENDING_DAYS.len()],
    /// Active units that nobody coordinates.
    pub without_coordinator: u64,
}

impl OfficeFigures {
    /// How many ended so.
    pub fn ended(&self, outcome: Outcome) -> u64 {
        self.ended.get(&outcome).copied().unwrap_or_default()
    }
    /// How many the office decided.
    pub fn decided(&self) -> u64 {
        Outcome::ALL.into_iter().filter(|outcome| outcome.is_decision()).map(|outcome| self.ended(outcome)).sum()
    }
    /// Of a hundred that it decided, so many had been sent back before, rounded; nothing of none.
    pub fn returned_percent(&self) -> Option<u64> {
        let decided = self.decided();
        (decided > 0).then(|| (200 * self.decided_after_return + decided) / (2 * decided))
    }
    /// How many wait for the office.
    pub fn all_waiting(&self) -> u64 {
        self.waiting.iter().sum()
    }
    /// Adds those of another office.
    fn merge(&mut self, other: &Self) {
        self.filed += other.filed;
        other.ended.iter().for_each(|(outcome, number)| *self.ended.entry(*outcome).or_default() += number);
        self.times.merge(&other.times);
        self.decided_after_return += other.decided_after_return;
        self.returns += other.returns;
        other.places.iter().for_each(|(place, number)| *self.places.entry(place.clone()).or_default() += number);
        self.waiting.iter_mut().zip(other.waiting).for_each(|(own, number)| *own += number);
        self.ending.iter_mut().zip(other.ending).for_each(|(own, number)| *own += number);
        self.without_coordinator += other.without_coordinator;
    }
}

/// Figures of one kind of application.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindFigures {
    /// Filed in the period.
    pub filed: u64,
    /// Decided in the period.
    pub decided: u64,
    /// Working days of those that were decided.
    pub times: Times,
}

/// What came in and was decided in a part of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartFigures {
    /// Which part.
    pub part: Period,
    /// Filed.
    pub filed: u64,
    /// Decided.
    pub decided: u64,
}

/// All that a page of numbers shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Offices within scope that one may choose from: code and name.
    pub offices: Vec<(VoivodeshipCode, String)>,
    /// The chosen ones, each with its figures, in the order of their names.
    pub by_office: Vec<(VoivodeshipCode, OfficeFigures)>,
    /// All of these together.
    pub together: OfficeFigures,
    /// By kind, where there are any.
    pub by_kind: BTreeMap<Kind, KindFigures>,
    /// Part by part of the period.
    pub by_part: Vec<PartFigures>,
}

/// What people call a place of remarks: „Osoba: Stanowisko”.
pub fn name_place(labels: &Labels, place: &str) -> String {
    match place.split_once('.') {
        Some((scope, field)) => labels.text_with(&format!("figures.place.{scope}"), &[("field", &labels.field_label(scope, field))]),
        None if place == WHOLE => labels.text("figures.place.whole"),
        None => labels.field_label("", place),
    }
}

/// The offices whose figures the actor may see, by code and name, in Polish order.
///
/// # Errors
/// `Denied`.
pub async fn list_offices(context: &Context, actor: &Actor) -> Result<Vec<(VoivodeshipCode, String)>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::FiguresView)?;
    let all = offices::list(&context.db).await?.into_iter().map(|office| (office.voivodeship, office.voivodeship_name));
    Ok(all.filter(|(code, _)| scope.includes(code.as_str())).collect())
}

/// The figures of an office within scope, or of all of them.
///
/// # Errors
/// `Denied`; `NotFound` for an office that is not within scope, as for one that does not exist.
pub async fn view_figures(context: &Context, actor: &Actor, filter: &FigureFilter) -> Result<Figures, ServiceError> {
    let offices = list_offices(context, actor).await?;
    let chosen: Vec<VoivodeshipCode> = match &filter.voivodeship {
        Some(code) if offices.iter().any(|(office, _)| office == code) => vec![code.clone()],
        Some(code) => {
            // Whatever was asked for: only an office that there is owns the entry.
            let place = offices::list(&context.db).await?.into_iter().map(|office| office.voivodeship).find(|office| office == code);
            let details = json!({ "permission": Permission::FiguresView.key() });
            record::refused(context, actor, AuditObject::new("list", "figures"), place.as_ref(), details).await?;
            return Err(ServiceError::NotFound);
        }
        None => offices.iter().map(|(code, _)| code.clone()).collect(),
    };
    let mut figures = Counted::new(&chosen);
    figures.count(context, &chosen, filter.period).await?;
    let mut together = OfficeFigures::default();
    figures.by_office.values().for_each(|office| together.merge(office));
    let by_office = chosen.into_iter().map(|code| (code.clone(), figures.by_office.remove(&code).unwrap_or_default())).collect();
    Ok(Figures { offices, by_office, together, by_kind: figures.by_kind, by_part: figures.by_part })
}

/// What was counted so far.
struct Counted {
    by_office: BTreeMap<VoivodeshipCode, OfficeFigures>,
    by_kind: BTreeMap<Kind, KindFigures>,
    by_part: Vec<PartFigures>,
}

impl Counted {
    fn new(offices: &[VoivodeshipCode]) -> Self {
        let by_office = offices.iter().map(|code| (code.clone(), OfficeFigures::default())).collect();
        Self { by_office, by_kind: BTreeMap::new(), by_part: Vec::new() }
    }

    fn office(&mut self, code: &VoivodeshipCode) -> &mut OfficeFigures {
        self.by_office.entry(code.clone()).or_default()
    }

    async fn count(&mut self, context: &Context, of: &[VoivodeshipCode], period: Period) -> Result<(), ServiceError> {
        let (db, today) = (&context.db, context.now().warsaw_date());
        self.by_part = period.parts().into_iter().map(|part| PartFigures { part, filed: 0, decided: 0 }).collect();
        for row in figures::filed(db, of, period).await? {
            self.office(&row.voivodeship).filed += row.number;
            self.by_kind.entry(row.kind).or_default().filed += row.number;
            if let Some(part) = self.part_of(row.day) {
                part.filed += row.number;
            }
        }
        for (day, number) in figures::decided_by_day(db, of, period).await? {
            if let Some(part) = self.part_of(day) {
                part.decided += number;
            }
        }
        for row in figures::ended(db, of, period).await? {
            self.ended(&row);
        }
        for row in figures::returned(db, of, period).await? {
            let office = self.office(&row.voivodeship);
            match row.place {
                Some(place) => *office.places.entry(place).or_default() += row.number,
                None => office.returns += row.number,
            }
        }
        let calendar = days_off::calendar(db).await?;
        for row in figures::waiting(db, of).await? {
            // A clock that was put back makes nobody younger than new.
            let turn = u32::try_from(calendar.working_days_between(row.since, today)).unwrap_or_default();
            self.office(&row.voivodeship).waiting[Age::of(row.used.saturating_add(turn)).place()] += row.number;
        }
        let last_days = ENDING_DAYS.map(|days| today.saturating_add(days.days()));
        for (code, last_day, number) in ending::count_ending(db, of, today, last_days[ENDING_DAYS.len() - 1]).await? {
            let office = self.office(&code);
            office.ending.iter_mut().zip(last_days).filter(|(_, until)| last_day <= *until).for_each(|(count, _)| *count += number);
        }
        for (code, number) in units::count_without_coordinator(db, of).await? {
            self.office(&code).without_coordinator += number;
        }
        Ok(())
    }

    /// The part in which the day lies.
    fn part_of(&mut self, day: Date) -> Option<&mut PartFigures> {
        let at = self.by_part.partition_point(|part| part.part.until < day);
        self.by_part.get_mut(at).filter(|part| part.part.contains(day))
    }

    fn ended(&mut self, row: &figures::Ended) {
        let office = self.office(&row.voivodeship);
        *office.ended.entry(row.outcome).or_default() += row.number;
        if !row.outcome.is_decision() {
            return;
        }
        if row.was_returned {
            office.decided_after_return += row.number;
        }
        if let Some(days) = row.days {
            office.times.add(days, row.number);
        }
        let kind = self.by_kind.entry(row.kind).or_default();
        kind.decided += row.number;
        if let Some(days) = row.days {
            kind.times.add(days, row.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::application::decision::SIGNED_FORM;
    use crate::domain::application::draft::{PERSON_FIELDS, UNIT_FIELDS};
    use crate::domain::application::email_change::EMAIL_CHANGE_FIELDS;
    use crate::render::Renderer;

    #[test]
    fn every_place_of_a_remark_has_a_name_of_its_own() {
        let renderer = Renderer::new().expect("templates and labels");
        let unit = UNIT_FIELDS.iter().map(|field| format!("unit.{field}"));
        let persons = PERSON_FIELDS.iter().map(|field| format!("persons.{field}"));
        let others = ["home", "last_day", "successor", "justification", SIGNED_FORM, WHOLE].into_iter().chain(EMAIL_CHANGE_FIELDS);
        let names: Vec<String> =
            unit.chain(persons).chain(others.map(str::to_owned)).map(|place| name_place(renderer.labels(), &place)).collect();
        assert!(names.iter().all(|name| !name.contains('⟦') && !name.contains('{')), "{names:?}");
        let mut different = names.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), names.len(), "{names:?}");
    }
}
