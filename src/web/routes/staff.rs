//! `/unit/staff/register`: „Rejestracja pracowników”, step by step. What may not live here: rules.

use crate::domain::application::draft::{PERSON_FIELDS, PersonTexts, StaffTexts};
use crate::domain::application::registration::{MOST_PERSONS, shared_addresses};
use crate::domain::application::staff::StaffStep;
use crate::domain::application::staff::import::{MOST_ROWS, Outcome, sub_area_of};
use crate::domain::application::typing::{StepState, read_grants, read_person};
use crate::domain::id::UnitId;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitStatus};
use crate::services::ServiceError;
use crate::services::export_list::Format;
use crate::services::guided_form::{Guided as _, file, look};
use crate::services::register_staff::{
    SheetPreview, StaffDraft, add_rows, choose_unit, drop_sheet, look_at_sheet, offer, read_file, remove_person, save_needs, save_person,
    write_template,
};
use crate::services::similar_persons::known_persons;
use crate::services::view_own_unit::own_units;
use crate::web::error::PageError;
use crate::web::forms::{Posted, Uploaded};
use crate::web::guards::{Member, Permit, StaffRegistrationFile};
use crate::web::guided::{
    self, GuidedPages, at, corrects, filed, guide, href, invalid, next_href, overview, problems, remark_at, required_unit_id, saved, start,
    unit_items, voivodeship_of,
};
use crate::web::pages::guided_pages::CheckedUnit;
use crate::web::pages::needs::{NeedRow, Wish};
use crate::web::pages::register::Remarks;
use crate::web::pages::register::finish::CheckedPerson;
use crate::web::pages::register::people::{KnownColleague, PersonRow};
use crate::web::pages::staff_pages::{
    ColumnProblem, SheetLine, StaffCheckPage, StaffClosedPage, StaffImportPage, StaffNeedsPage, StaffPage, StaffPersonPage,
    StaffPersonsPage, StaffPreviewPage, StaffRemovePage, StaffUnitPage,
};
use crate::web::rate::Limit;
use crate::web::reply::{Answer, Reply};
use crate::web::routes::register::{full_name, typed_person};
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};
use uuid::Uuid;

const PERSONS: &str = "/unit/staff/register/persons";
const IMPORT: &str = "/unit/staff/register/import";
const PREVIEW: &str = "/unit/staff/register/preview";

impl GuidedPages for StaffDraft {
    const WORDS: &'static str = "staff";
    const HOME: &'static str = "/unit";

    fn step_of(field: &str) -> Option<StaffStep> {
        match field.split('.').next() {
            Some("unit") => Some(StaffStep::Unit),
            Some("persons") => Some(StaffStep::Persons),
            Some("statements") => Some(StaffStep::Statements),
            _ => None,
        }
    }

    fn is_as_filed(filed: &StaffTexts, typed: &StaffTexts, step: StaffStep) -> bool {
        step == StaffStep::Persons && filed.persons == typed.persons
    }

    fn href_of(field: &str) -> String {
        let parts: Vec<&str> = field.split('.').collect();
        let number = |index: &str| index.parse::<usize>().unwrap_or(0) + 1;
        match parts[..] {
            ["persons", index, name @ ("grants" | "valid_until")] => format!("{PERSONS}/{}/needs#{name}", number(index)),
            ["persons", index, name] => format!("{PERSONS}/{}#{name}", number(index)),
            _ => Self::step_of(field).map_or_else(|| format!("#{field}"), |step| format!("{}#{field}", href::<Self>(step))),
        }
    }

    /// In another tab the list may have become another one.
    fn late() -> (String, &'static str) {
        (PERSONS.to_owned(), "persons_changed")
    }
}

/// The office's remarks at the fields of one person.
fn remarks_at(found: &StaffDraft, index: usize) -> Remarks {
    PERSON_FIELDS.iter().map(|field| (*field, remark_at(found, &format!("persons.{index}.{field}")))).collect()
}

/// Who neither coordinates a unit nor serves one learns who registers its people.
async fn closed(who: &Visit<'_>) -> Answer {
    let units = own_units(who.context(), who.actor()).await?;
    who.show(&StaffClosedPage { has_unit: !units.is_empty() })
}

#[get("/unit/staff/register")]
async fn show(who: Member<'_>) -> Answer {
    let found: StaffDraft = match look(who.context(), who.actor()).await {
        Err(ServiceError::Denied) => return closed(&who).await,
        found => found?,
    };
    let is_closed = |unit: &Unit| unit.status != UnitStatus::Active;
    let texts = found.texts();
    let chosen = found.units().find(|unit| texts.unit.map_or(!found.has_choice(), |id| id == unit.id));
    who.show(&StaffPage {
        overview: overview(&who, &found),
        unit_name: chosen.map(|unit| unit.data.name.to_string()).unwrap_or_default(),
        is_unit_closed: chosen.is_some_and(is_closed),
        is_unit_coordinated: chosen.is_none() && found.serving.as_ref().is_some_and(|serving| serving.is_coordinated),
    })
}

fn unit_page(who: &Visit<'_>, found: &StaffDraft, unit: String, errors: FieldErrors) -> StaffUnitPage {
    StaffUnitPage { units: unit_items(who, found.units()), unit, serves: found.serving.is_some(), errors }
}

/// Where an administrator begins to register the people of a unit.
pub(super) fn register_href(unit: UnitId) -> String {
    format!("{}?unit={unit}", href::<StaffDraft>(StaffStep::Unit))
}

/// A unit that is named in the address is offered; nothing is chosen before the form is sent.
#[get("/unit/staff/register/unit?<unit>")]
async fn show_unit(who: Permit<'_, StaffRegistrationFile>, unit: Option<&str>) -> Answer {
    let found: StaffDraft = at(&who, StaffStep::Unit).await?;
    if let Some(text) = unit {
        let id = Uuid::try_parse(text).map_err(|_| PageError::NotFound)?;
        let (found, errors) = offer(who.context(), who.actor(), UnitId(id)).await?;
        return who.show(&unit_page(&who, &found, text.to_owned(), errors));
    }
    let unit = found.texts().unit.map(|unit| unit.to_string()).unwrap_or_default();
    who.show(&unit_page(&who, &found, unit, FieldErrors::default()))
}

#[post("/unit/staff/register/unit", data = "<form>")]
async fn update_unit(who: Permit<'_, StaffRegistrationFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: StaffDraft = at(&who, StaffStep::Unit).await?;
    let unit = form.text("unit");
    let done = match required_unit_id("unit", unit) {
        Ok(unit) => choose_unit(who.context(), who.actor(), unit).await,
        Err(error) => Err(error),
    };
    saved::<StaffDraft, _>(&who, done, |errors| unit_page(&who, &found, unit.to_owned(), errors)).await
}

fn wishes(found: &StaffDraft, person: &PersonTexts) -> Vec<Wish> {
    let read = read_grants(person, Some(&found.sub_areas()), &found.dictionaries, found.today).unwrap_or_default();
    Wish::lines(&found.dictionaries, &person.grants, &read)
}

/// Where the first person lacks something; else on to the next step.
fn after_persons(who: &Visit<'_>, found: &StaffDraft, texts: &StaffTexts) -> String {
    for (number, person) in (1..).zip(&texts.persons) {
        if read_person(person).is_err() {
            return format!("{PERSONS}/{number}");
        }
        if read_grants(person, Some(&found.sub_areas()), &found.dictionaries, found.today).is_err() {
            return format!("{PERSONS}/{number}/needs");
        }
    }
    next_href(who, found)
}

#[get("/unit/staff/register/persons")]
async fn show_persons(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    let found: StaffDraft = at(&who, StaffStep::Persons).await?;
    let texts = found.texts();
    let is_asked = |i: usize| found.remarks.iter().any(|r| r.field.starts_with(&format!("persons.{i}.")));
    let known = match found.unit() {
        Some(unit) => known_persons(who.context(), unit.id, &texts.persons).await?,
        None => Vec::new(),
    };
    let row = |(i, person): (usize, &PersonTexts)| PersonRow {
        number: i + 1,
        full_name: full_name(person),
        login: person.login.clone(),
        has_data: read_person(person).is_ok(),
        has_remarks: is_asked(i),
        is_coordinator: !person.coordinator.is_empty(),
        wishes: wishes(&found, person),
        known: known.get(i).into_iter().flatten().map(KnownColleague::of).collect(),
    };
    who.show(&StaffPersonsPage {
        corrects: corrects(&found),
        unit_name: found.unit().map(|unit| unit.data.name.to_string()).unwrap_or_default(),
        persons: texts.persons.iter().enumerate().map(row).collect(),
        add: (texts.persons.len() < MOST_PERSONS).then_some(texts.persons.len() + 1),
        has_sheet: texts.sheet.is_some(),
        is_complete: found.steps().contains(&(StaffStep::Persons, StepState::Done)),
        next: after_persons(&who, &found, &texts),
    })
}

/// To the list, which is another one by now.
fn list_changed(who: &Visit<'_>) -> PageError {
    who.flash("persons_changed");
    PageError::elsewhere(PERSONS)
}

/// The place in the list of a person's number; the next free one too.
async fn at_person(who: &Visit<'_>, number: usize) -> Result<(StaffDraft, usize), PageError> {
    let found: StaffDraft = at(who, StaffStep::Persons).await?;
    let index = number.checked_sub(1).ok_or(PageError::NotFound)?;
    let is_there = index <= found.texts().persons.len() && index < MOST_PERSONS;
    if is_there { Ok((found, index)) } else { Err(list_changed(who)) }
}

/// As [`at_person`], without the free one.
async fn at_known(who: &Visit<'_>, number: usize) -> Result<(StaffDraft, usize, PersonTexts), PageError> {
    let (found, index) = at_person(who, number).await?;
    match found.texts().persons.get(index).cloned() {
        Some(person) => Ok((found, index, person)),
        None => Err(list_changed(who)),
    }
}

fn person_page(found: &StaffDraft, (index, about): (usize, &str), person: PersonTexts, errors: FieldErrors) -> StaffPersonPage {
    let remarks = remarks_at(found, index);
    StaffPersonPage { corrects: corrects(found), number: index + 1, about: about.to_owned(), person, remarks, errors }
}

#[get("/unit/staff/register/persons/<number>")]
async fn show_person(who: Permit<'_, StaffRegistrationFile>, number: usize) -> Answer {
    let (found, index) = at_person(&who, number).await?;
    let person = found.texts().persons.get(index).cloned().unwrap_or_default();
    let about = person.login.clone();
    who.show(&person_page(&found, (index, &about), person, FieldErrors::default()))
}

#[post("/unit/staff/register/persons/<number>", data = "<form>")]
async fn update_person(who: Permit<'_, StaffRegistrationFile>, number: usize, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (found, index) = at_person(&who, number).await?;
    let (typed, about) = (typed_person(&form), form.text("about"));
    let has_wishes = found.texts().persons.get(index).is_some_and(|person| !person.grants.is_empty());
    match save_person(who.context(), who.actor(), (index, about), typed.clone()).await {
        Ok(()) if has_wishes => who.redirect(PERSONS),
        Ok(()) => who.redirect(format!("{PERSONS}/{number}/needs")),
        Err(error) => {
            let errors = invalid::<StaffDraft>(&who, error)?;
            who.show_again(&person_page(&found, (index, about), typed, errors))
        }
    }
}

fn needs_page(
    found: &StaffDraft,
    (index, about, name): (usize, &str, String),
    grants: &[String],
    valid_until: &str,
    errors: FieldErrors,
) -> StaffNeedsPage {
    let kind = found.unit().and_then(|unit| found.dictionaries.unit_kind(&unit.data.kind));
    StaffNeedsPage {
        corrects: corrects(found),
        number: index + 1,
        about: about.to_owned(),
        full_name: name,
        kind: kind.map(|kind| kind.name.clone()).unwrap_or_default(),
        rows: NeedRow::all(&found.dictionaries, &found.sub_areas(), found.today, grants, |_, _| None),
        valid_until: valid_until.to_owned(),
        remarks: remarks_at(found, index),
        errors,
    }
}

#[get("/unit/staff/register/persons/<number>/needs")]
async fn show_needs(who: Permit<'_, StaffRegistrationFile>, number: usize) -> Answer {
    let (found, index, person) = at_known(&who, number).await?;
    let place = (index, person.login.as_str(), full_name(&person));
    who.show(&needs_page(&found, place, &person.grants, &person.valid_until, FieldErrors::default()))
}

#[post("/unit/staff/register/persons/<number>/needs", data = "<form>")]
async fn update_needs(who: Permit<'_, StaffRegistrationFile>, number: usize, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (found, index, person) = at_known(&who, number).await?;
    let about = form.text("about");
    let grants: Vec<String> = form.all("grants").map(str::to_owned).collect();
    let valid_until = form.text("valid_until").trim().to_owned();
    match save_needs(who.context(), who.actor(), (index, about), grants.clone(), valid_until.clone()).await {
        Ok(()) => who.redirect(PERSONS),
        Err(error) => {
            let errors = invalid::<StaffDraft>(&who, error)?;
            who.show_again(&needs_page(&found, (index, about, full_name(&person)), &grants, &valid_until, errors))
        }
    }
}

#[get("/unit/staff/register/persons/<number>/remove")]
async fn ask_remove(who: Permit<'_, StaffRegistrationFile>, number: usize) -> Answer {
    let (_, _, person) = at_known(&who, number).await?;
    who.show(&StaffRemovePage { number, full_name: full_name(&person), login: person.login })
}

#[post("/unit/staff/register/persons/<number>/remove", data = "<form>")]
async fn remove(who: Permit<'_, StaffRegistrationFile>, number: usize, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (_, index, _) = at_known(&who, number).await?;
    // Pressed twice, or in two tabs: the next person must not go instead.
    match remove_person(who.context(), who.actor(), (index, form.text("about"))).await {
        Ok(()) => who.redirect_with(PERSONS, "person_removed"),
        Err(error) => {
            invalid::<StaffDraft>(&who, error)?;
            Err(list_changed(&who))
        }
    }
}

fn import_page(found: &StaffDraft, errors: FieldErrors) -> StaffImportPage {
    StaffImportPage {
        corrects: corrects(found),
        has_sheet: found.texts().sheet.is_some(),
        room: MOST_PERSONS.saturating_sub(found.texts().persons.len()),
        most_rows: MOST_ROWS,
        errors,
    }
}

#[get("/unit/staff/register/import")]
async fn show_import(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    let found: StaffDraft = at(&who, StaffStep::Persons).await?;
    who.show(&import_page(&found, FieldErrors::default()))
}

#[post("/unit/staff/register/import", data = "<form>")]
async fn take_file(who: Permit<'_, StaffRegistrationFile>, mut form: Uploaded) -> Answer {
    who.limit(Limit::Registration)?;
    let found: StaffDraft = at(&who, StaffStep::Persons).await?;
    let mut files = form.take_files("file");
    let read = match (files.pop(), files.is_empty()) {
        (None, _) => Err(ServiceError::field("file", Invalid::FileMissing)),
        (Some(_), false) => Err(ServiceError::field("file", Invalid::FileTooMany)),
        (Some(bytes), true) => read_file(who.context(), who.actor(), bytes).await,
    };
    match read {
        Ok(()) => who.redirect(PREVIEW),
        Err(error) => {
            let errors = invalid::<StaffDraft>(&who, error)?;
            who.show_again(&import_page(&found, errors))
        }
    }
}

#[get("/unit/staff/register/import/template/<format>")]
async fn template(who: Permit<'_, StaffRegistrationFile>, format: &str) -> Answer {
    let format = Format::from_key(format).ok_or(PageError::NotFound)?;
    at::<StaffDraft>(&who, StaffStep::Persons).await?;
    let file = write_template(who.context(), who.actor(), format).await?;
    let size = file.metadata().map_err(|error| PageError::internal(error.to_string()))?.len();
    Ok(Reply::attachment_file(format.content_type(), &format!("pracownicy-wzor.{}", format.key()), file, size))
}

fn preview_page(who: &Visit<'_>, found: &StaffDraft, seen: SheetPreview) -> StaffPreviewPage {
    let labels = who.context().renderer.labels();
    let heading = |column: &str| match sub_area_of(column) {
        Some(code) => code.to_owned(),
        None => labels.list(&format!("sheet.columns.{column}")).first().map_or_else(String::new, |name| (*name).to_owned()),
    };
    let count = |outcome| seen.count(outcome);
    let (good, listed, wrong) = (count(Outcome::Good), count(Outcome::Listed), count(Outcome::Wrong));
    let lines = seen.rows.into_iter().map(|row| SheetLine {
        line: row.line,
        full_name: full_name(&row.person),
        wishes: wishes(found, &row.person),
        outcome: row.outcome.key(),
        shares_email: row.shares_email,
        is_coordinator: !row.person.coordinator.is_empty(),
        problems: row
            .errors
            .0
            .into_iter()
            .flat_map(|(column, reasons)| reasons.into_iter().map(move |reason| (column.clone(), reason)))
            .map(|(column, reason)| ColumnProblem { heading: heading(&column), text: labels.error("", &column, reason.key()) })
            .collect(),
        login: row.person.login,
        email: row.person.email,
    });
    StaffPreviewPage {
        corrects: corrects(found),
        lines: lines.collect(),
        good,
        listed,
        wrong,
        unknown: seen.sheet.unknown,
        is_windows: seen.sheet.is_windows,
    }
}

#[get("/unit/staff/register/preview")]
async fn show_preview(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    let found: StaffDraft = at(&who, StaffStep::Persons).await?;
    match look_at_sheet(who.context(), &found).await? {
        Some(seen) => who.show(&preview_page(&who, &found, seen)),
        None => who.redirect(IMPORT),
    }
}

#[post("/unit/staff/register/preview", data = "<form>")]
async fn answer_preview(who: Permit<'_, StaffRegistrationFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    at::<StaffDraft>(&who, StaffStep::Persons).await?;
    if form.text("action") == "drop" {
        drop_sheet(who.context(), who.actor()).await?;
        return who.redirect_with(PERSONS, "sheet_dropped");
    }
    match add_rows(who.context(), who.actor(), form.text("seen").parse().unwrap_or_default()).await {
        Ok(_) => who.redirect_with(PERSONS, "sheet_added"),
        // Pressed twice, or somebody took a login meanwhile.
        Err(ServiceError::Stale) if look::<StaffDraft>(who.context(), who.actor()).await?.texts().sheet.is_none() => {
            who.redirect_with(PERSONS, "sheet_gone")
        }
        Err(ServiceError::Stale) => who.redirect_with(PREVIEW, "sheet_changed"),
        Err(error) => Err(error.into()),
    }
}

#[get("/unit/staff/register/statements")]
async fn show_statements(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    guided::show_statements::<StaffDraft>(&who, StaffStep::Statements).await
}

#[post("/unit/staff/register/statements", data = "<form>")]
async fn update_statements(who: Permit<'_, StaffRegistrationFile>, form: Posted) -> Answer {
    guided::update_statements::<StaffDraft>(&who, StaffStep::Statements, &form).await
}

async fn check_page(who: &Visit<'_>, found: &StaffDraft, note: String, errors: FieldErrors) -> Result<StaffCheckPage, PageError> {
    let (texts, unit) = (found.texts(), found.unit());
    let person =
        |(i, person): (usize, &PersonTexts)| CheckedPerson { number: i + 1, wishes: wishes(found, person), person: person.clone() };
    Ok(StaffCheckPage {
        guide: guide(found),
        unit: unit.map(CheckedUnit::of).unwrap_or_default(),
        can_change_unit: found.corrects.is_none() && found.has_choice(),
        voivodeship: voivodeship_of(who, unit).await?,
        shared_emails: shared_addresses(texts.persons.iter().map(|person| person.email.as_str())),
        persons: texts.persons.iter().enumerate().map(person).collect(),
        note,
        problems: problems::<StaffDraft>(&errors),
        errors,
    })
}

#[get("/unit/staff/register/check")]
async fn show_check(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    let found: StaffDraft = at(&who, StaffStep::Check).await?;
    who.show(&check_page(&who, &found, found.texts().note, FieldErrors::default()).await?)
}

#[post("/unit/staff/register/check", data = "<form>")]
async fn create(who: Permit<'_, StaffRegistrationFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (before, note) = (look::<StaffDraft>(who.context(), who.actor()).await?, form.lines("note"));
    match file::<StaffDraft>(who.context(), who.actor(), &note).await {
        Ok(number) => filed(&who, before.corrects.is_some(), &number).await,
        Err(ServiceError::NotFound) => who.redirect_with(start::<StaffDraft>(), "nothing_changed"),
        Err(error) => {
            let errors = invalid::<StaffDraft>(&who, error)?;
            who.show_again(&check_page(&who, &before, note, errors).await?)
        }
    }
}

#[get("/unit/staff/register/drop")]
async fn ask_drop(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    guided::ask_drop::<StaffDraft>(&who).await
}

#[post("/unit/staff/register/drop", data = "<_form>")]
async fn drop_typed(who: Permit<'_, StaffRegistrationFile>, _form: Posted) -> Answer {
    guided::drop_typed::<StaffDraft>(&who).await
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![
        show,
        show_unit,
        update_unit,
        show_persons,
        show_person,
        update_person,
        show_needs,
        update_needs,
        ask_remove,
        remove,
        show_import,
        take_file,
        template,
        show_preview,
        answer_preview,
        show_statements,
        update_statements,
        show_check,
        create,
        ask_drop,
        drop_typed
    ]
}
