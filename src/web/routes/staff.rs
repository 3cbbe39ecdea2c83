//! `/unit/staff/register`: „Rejestracja pracowników”, step by step. What may not live here: rules.

use crate::domain::application::draft::{PERSON_FIELDS, PersonTexts, StaffTexts};
use crate::domain::application::matter::address_text;
use crate::domain::application::registration::{MOST_PERSONS, shared_addresses};
use crate::domain::application::staff::StaffStep;
use crate::domain::application::staff::import::{MOST_ROWS, Outcome};
use crate::domain::application::status::Status as ApplicationStatus;
use crate::domain::application::typing::{StepState, read_grants, read_person};
use crate::domain::id::UnitId;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitStatus};
use crate::services::ServiceError;
use crate::services::export_list::Format;
use crate::services::pick_gmina::list_voivodeships;
use crate::services::register_staff::{
    SheetPreview, StaffDraft, add_rows, choose_unit, drop_draft, drop_sheet, file, look, look_at_sheet, read_file, remove_person,
    save_needs, save_person, save_statements as save_confirmed, write_template,
};
use crate::services::view_application::readable;
use crate::services::view_own_unit::own_units;
use crate::web::error::PageError;
use crate::web::forms::{Posted, Uploaded};
use crate::web::guards::{Member, Permit, StaffRegistrationFile};
use crate::web::pages::email_change_pages::UnderWay;
use crate::web::pages::extend_pages::{CheckedUnit, UnitItem};
use crate::web::pages::needs::{NeedRow, Wish};
use crate::web::pages::register::Remarks;
use crate::web::pages::register::finish::{CheckedPerson, Problem};
use crate::web::pages::register::people::PersonRow;
use crate::web::pages::register::start::Task;
use crate::web::pages::staff_pages::{
    ColumnProblem, SheetLine, StaffCheckPage, StaffClosedPage, StaffDropPage, StaffImportPage, StaffNeedsPage, StaffPage, StaffPersonPage,
    StaffPersonsPage, StaffPreviewPage, StaffRemovePage, StaffStatementsPage, StaffUnitPage,
};
use crate::web::rate::Limit;
use crate::web::reply::{Answer, Reply};
use crate::web::routes::register::{full_name, typed_person};
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};
use std::collections::BTreeMap;
use uuid::Uuid;

const START: &str = "/unit/staff/register";
const PERSONS: &str = "/unit/staff/register/persons";
const IMPORT: &str = "/unit/staff/register/import";
const PREVIEW: &str = "/unit/staff/register/preview";

const fn href(step: StaffStep) -> &'static str {
    match step {
        StaffStep::Unit => "/unit/staff/register/unit",
        StaffStep::Persons => PERSONS,
        StaffStep::Statements => "/unit/staff/register/statements",
        StaffStep::Check => "/unit/staff/register/check",
    }
}

/// The page on which a field of the whole is mended.
fn href_of(field: &str) -> String {
    let parts: Vec<&str> = field.split('.').collect();
    let number = |index: &str| index.parse::<usize>().unwrap_or(0) + 1;
    match parts[..] {
        ["unit"] => href(StaffStep::Unit).to_owned(),
        ["persons", index, name @ ("grants" | "valid_until")] => format!("{PERSONS}/{}/needs#{name}", number(index)),
        ["persons", index, name] => format!("{PERSONS}/{}#{name}", number(index)),
        ["persons", ..] => PERSONS.to_owned(),
        ["statements"] => href(StaffStep::Statements).to_owned(),
        _ => format!("#{field}"),
    }
}

fn corrects(found: &StaffDraft) -> Option<String> {
    found.corrects.as_ref().map(|application| application.number.to_string())
}

/// The office's remarks at the fields of one person; several at one field are one text.
fn remarks_at(found: &StaffDraft, index: usize) -> Remarks {
    let of = |field: &str| {
        let path = format!("persons.{index}.{field}");
        let texts: Vec<&str> = found.remarks.iter().filter(|r| r.field == path).map(|r| r.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    };
    PERSON_FIELDS.iter().map(|field| (*field, of(field))).collect::<BTreeMap<_, _>>()
}

/// Whether the office asked to correct something about the persons, and nothing has been changed there yet.
fn is_to_correct(found: &StaffDraft, step: StaffStep) -> bool {
    let is_asked = found.remarks.iter().any(|remark| !remark.field.is_empty());
    step == StaffStep::Persons && is_asked && found.corrected_texts().is_some_and(|before| before.persons == found.texts().persons)
}

/// The first step that the office wants corrected, else the first that is open.
fn next_href(found: &StaffDraft) -> &'static str {
    let steps = found.steps();
    let next = steps.iter().find(|(step, state)| state.may_enter() && is_to_correct(found, *step));
    next.or_else(|| steps.iter().find(|(_, state)| *state == StepState::Open)).map_or(START, |(step, _)| href(*step))
}

async fn go_on(who: &Visit<'_>) -> Answer {
    who.redirect(next_href(&look(who.context(), who.actor()).await?))
}

/// What is typed, where this step may be entered; else the answer that leads to the task list.
async fn at(who: &Visit<'_>, step: StaffStep) -> Result<StaffDraft, Answer> {
    let found = look(who.context(), who.actor()).await.map_err(|error| Err(error.into()))?;
    let may = found.steps().iter().any(|(s, state)| *s == step && state.may_enter());
    if may { Ok(found) } else { Err(Ok(Reply::redirect(START.to_owned()))) }
}

/// What is wrong with typed values; what came too late leads back to the list of persons.
fn invalid(who: &Visit<'_>, error: ServiceError) -> Result<FieldErrors, Answer> {
    match error {
        ServiceError::Invalid(errors) => Ok(errors),
        ServiceError::Stale | ServiceError::NotFound => Err(who.redirect_with(PERSONS, "persons_changed")),
        other => Err(Err(other.into())),
    }
}

/// Who coordinates no unit learns who registers its people.
async fn closed(who: &Visit<'_>) -> Answer {
    let units = own_units(who.context(), who.actor()).await?;
    who.show(&StaffClosedPage { has_unit: !units.is_empty() })
}

#[get("/unit/staff/register")]
async fn show(who: Member<'_>) -> Answer {
    let found = match look(who.context(), who.actor()).await {
        Err(ServiceError::Denied) => return closed(&who).await,
        found => found?,
    };
    let task = |(step, state): (StaffStep, StepState)| {
        let status = match state {
            StepState::NotNeeded => return None,
            StepState::Waiting => "cannot_start",
            _ if is_to_correct(&found, step) => "error",
            StepState::Done => "done",
            StepState::Open => "todo",
        };
        Some(Task { key: step.key(), href: state.may_enter().then(|| href(step)), status })
    };
    let is_closed = |unit: &Unit| unit.status != UnitStatus::Active;
    let texts = found.texts();
    let chosen = found.own_units.iter().find(|unit| texts.unit.map_or(found.own_units.len() == 1, |id| id == unit.id));
    who.show(&StaffPage {
        corrects: corrects(&found),
        unit_name: chosen.map(|unit| unit.data.name.to_string()).unwrap_or_default(),
        tasks: found.steps().into_iter().filter_map(task).collect(),
        next: next_href(&found).to_owned(),
        general_remarks: found.remarks.iter().filter(|r| r.field.is_empty()).map(|r| r.text.clone()).collect(),
        is_unit_closed: chosen.is_some_and(is_closed),
        kept_until: found.draft.as_ref().map(|draft| draft.expires_at.0),
        open: found
            .open
            .iter()
            .map(|open| UnderWay { number: open.number.to_string(), path: open.number.to_path(), status: open.status.key() })
            .collect(),
    })
}

fn unit_page(who: &Visit<'_>, found: &StaffDraft, unit: String, errors: FieldErrors) -> StaffUnitPage {
    let regon = who.context().renderer.labels().text("form.label.regon");
    StaffUnitPage { units: found.own_units.iter().map(|unit| UnitItem::of(unit, &regon)).collect(), unit, errors }
}

#[get("/unit/staff/register/unit")]
async fn show_unit(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    match at(&who, StaffStep::Unit).await {
        Ok(found) => {
            let unit = found.texts().unit.map(|unit| unit.to_string()).unwrap_or_default();
            who.show(&unit_page(&who, &found, unit, FieldErrors::default()))
        }
        Err(away) => away,
    }
}

#[post("/unit/staff/register/unit", data = "<form>")]
async fn update_unit(who: Permit<'_, StaffRegistrationFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, StaffStep::Unit).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let unit = form.text("unit");
    let chosen = match unit {
        "" => Err(ServiceError::field("unit", Invalid::Required)),
        text => Uuid::try_parse(text).map(UnitId).map_err(|_| ServiceError::field("unit", Invalid::Unknown)),
    };
    let saved = match chosen {
        Ok(unit) => choose_unit(who.context(), who.actor(), unit).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&unit_page(&who, &found, unit.to_owned(), errors)),
            Err(away) => away,
        },
    }
}

fn wishes(found: &StaffDraft, person: &PersonTexts) -> Vec<Wish> {
    let read = read_grants(person, Some(&found.sub_areas()), &found.dictionaries, found.today).unwrap_or_default();
    Wish::lines(&found.dictionaries, &person.grants, &read)
}

/// Where the first person lacks something; else on to the next step.
fn after_persons(found: &StaffDraft, texts: &StaffTexts) -> String {
    for (number, person) in (1..).zip(&texts.persons) {
        if read_person(person).is_err() {
            return format!("{PERSONS}/{number}");
        }
        if read_grants(person, Some(&found.sub_areas()), &found.dictionaries, found.today).is_err() {
            return format!("{PERSONS}/{number}/needs");
        }
    }
    next_href(found).to_owned()
}

#[get("/unit/staff/register/persons")]
async fn show_persons(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    let found = match at(&who, StaffStep::Persons).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let texts = found.texts();
    let is_asked = |i: usize| found.remarks.iter().any(|r| r.field.starts_with(&format!("persons.{i}.")));
    let row = |(i, person): (usize, &PersonTexts)| PersonRow {
        number: i + 1,
        full_name: full_name(person),
        login: person.login.clone(),
        has_data: read_person(person).is_ok(),
        has_remarks: is_asked(i),
        is_coordinator: !person.coordinator.is_empty(),
        wishes: wishes(&found, person),
    };
    who.show(&StaffPersonsPage {
        corrects: corrects(&found),
        unit_name: found.unit().map(|unit| unit.data.name.to_string()).unwrap_or_default(),
        persons: texts.persons.iter().enumerate().map(row).collect(),
        add: (texts.persons.len() < MOST_PERSONS).then_some(texts.persons.len() + 1),
        has_sheet: texts.sheet.is_some(),
        is_complete: found.steps().contains(&(StaffStep::Persons, StepState::Done)),
        next: after_persons(&found, &texts),
    })
}

/// The place in the list of a person's number; the next free one too.
async fn at_person(who: &Visit<'_>, number: usize) -> Result<(StaffDraft, usize), Answer> {
    let found = at(who, StaffStep::Persons).await?;
    let index = number.checked_sub(1).ok_or(Err(PageError::NotFound))?;
    let is_there = index <= found.texts().persons.len() && index < MOST_PERSONS;
    if is_there { Ok((found, index)) } else { Err(who.redirect_with(PERSONS, "persons_changed")) }
}

/// As [`at_person`], without the free one.
async fn at_known(who: &Visit<'_>, number: usize) -> Result<(StaffDraft, usize, PersonTexts), Answer> {
    let (found, index) = at_person(who, number).await?;
    match found.texts().persons.get(index).cloned() {
        Some(person) => Ok((found, index, person)),
        None => Err(who.redirect_with(PERSONS, "persons_changed")),
    }
}

fn person_page(found: &StaffDraft, (index, about): (usize, &str), person: PersonTexts, errors: FieldErrors) -> StaffPersonPage {
    let remarks = remarks_at(found, index);
    StaffPersonPage { corrects: corrects(found), number: index + 1, about: about.to_owned(), person, remarks, errors }
}

#[get("/unit/staff/register/persons/<number>")]
async fn show_person(who: Permit<'_, StaffRegistrationFile>, number: usize) -> Answer {
    let (found, index) = match at_person(&who, number).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let person = found.texts().persons.get(index).cloned().unwrap_or_default();
    let about = person.login.clone();
    who.show(&person_page(&found, (index, &about), person, FieldErrors::default()))
}

#[post("/unit/staff/register/persons/<number>", data = "<form>")]
async fn update_person(who: Permit<'_, StaffRegistrationFile>, number: usize, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (found, index) = match at_person(&who, number).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let (typed, about) = (typed_person(&form), form.text("about"));
    let has_wishes = found.texts().persons.get(index).is_some_and(|person| !person.grants.is_empty());
    match save_person(who.context(), who.actor(), (index, about), typed.clone()).await {
        Ok(()) if has_wishes => who.redirect(PERSONS),
        Ok(()) => who.redirect(format!("{PERSONS}/{number}/needs")),
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&person_page(&found, (index, about), typed, errors)),
            Err(away) => away,
        },
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
    match at_known(&who, number).await {
        Ok((found, index, person)) => {
            let place = (index, person.login.as_str(), full_name(&person));
            who.show(&needs_page(&found, place, &person.grants, &person.valid_until, FieldErrors::default()))
        }
        Err(away) => away,
    }
}

#[post("/unit/staff/register/persons/<number>/needs", data = "<form>")]
async fn update_needs(who: Permit<'_, StaffRegistrationFile>, number: usize, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (found, index, person) = match at_known(&who, number).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let about = form.text("about");
    let grants: Vec<String> = form.all("grants").map(str::to_owned).collect();
    let valid_until = form.text("valid_until").trim().to_owned();
    match save_needs(who.context(), who.actor(), (index, about), grants.clone(), valid_until.clone()).await {
        Ok(()) => who.redirect(PERSONS),
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&needs_page(&found, (index, about, full_name(&person)), &grants, &valid_until, errors)),
            Err(away) => away,
        },
    }
}

#[get("/unit/staff/register/persons/<number>/remove")]
async fn ask_remove(who: Permit<'_, StaffRegistrationFile>, number: usize) -> Answer {
    match at_known(&who, number).await {
        Ok((_, _, person)) => who.show(&StaffRemovePage { number, full_name: full_name(&person), login: person.login }),
        Err(away) => away,
    }
}

#[post("/unit/staff/register/persons/<number>/remove", data = "<form>")]
async fn remove(who: Permit<'_, StaffRegistrationFile>, number: usize, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (_, index, _) = match at_known(&who, number).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    // Pressed twice, or in two tabs: the next person must not go instead.
    match remove_person(who.context(), who.actor(), (index, form.text("about"))).await {
        Ok(()) => who.redirect_with(PERSONS, "person_removed"),
        Err(error) => match invalid(&who, error) {
            Ok(_) => who.redirect_with(PERSONS, "persons_changed"),
            Err(away) => away,
        },
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
    match at(&who, StaffStep::Persons).await {
        Ok(found) => who.show(&import_page(&found, FieldErrors::default())),
        Err(away) => away,
    }
}

#[post("/unit/staff/register/import", data = "<form>")]
async fn take_file(who: Permit<'_, StaffRegistrationFile>, mut form: Uploaded) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, StaffStep::Persons).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let mut files = form.take_files("file");
    let read = match (files.pop(), files.is_empty()) {
        (None, _) => Err(ServiceError::field("file", Invalid::FileMissing)),
        (Some(_), false) => Err(ServiceError::field("file", Invalid::FileTooMany)),
        (Some(bytes), true) => read_file(who.context(), who.actor(), bytes).await,
    };
    match read {
        Ok(()) => who.redirect(PREVIEW),
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&import_page(&found, errors)),
            Err(away) => away,
        },
    }
}

#[get("/unit/staff/register/import/template/<format>")]
async fn template(who: Permit<'_, StaffRegistrationFile>, format: &str) -> Answer {
    let format = Format::from_key(format).ok_or(PageError::NotFound)?;
    if let Err(away) = at(&who, StaffStep::Persons).await {
        return away;
    }
    let file = write_template(who.context(), who.actor(), format).await?;
    let size = file.metadata().map_err(|error| PageError::internal(error.to_string()))?.len();
    Ok(Reply::attachment_file(format.content_type(), &format!("pracownicy-wzor.{}", format.key()), file, size))
}

fn preview_page(who: &Visit<'_>, found: &StaffDraft, seen: SheetPreview) -> StaffPreviewPage {
    let labels = who.context().renderer.labels();
    let heading = |column: &str| match crate::domain::application::staff::import::sub_area_of(column) {
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
    let found = match at(&who, StaffStep::Persons).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    match look_at_sheet(who.context(), &found).await? {
        Some(seen) => who.show(&preview_page(&who, &found, seen)),
        None => who.redirect(IMPORT),
    }
}

#[post("/unit/staff/register/preview", data = "<form>")]
async fn answer_preview(who: Permit<'_, StaffRegistrationFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    if let Err(away) = at(&who, StaffStep::Persons).await {
        return away;
    }
    if form.text("action") == "drop" {
        drop_sheet(who.context(), who.actor()).await?;
        return who.redirect_with(PERSONS, "sheet_dropped");
    }
    match add_rows(who.context(), who.actor(), form.text("seen").parse().unwrap_or_default()).await {
        Ok(_) => who.redirect_with(PERSONS, "sheet_added"),
        // Somebody took a login meanwhile, or it was pressed twice.
        Err(ServiceError::Stale) => who.redirect_with(PREVIEW, "sheet_changed"),
        Err(error) => Err(error.into()),
    }
}

#[get("/unit/staff/register/statements")]
async fn show_statements(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    match at(&who, StaffStep::Statements).await {
        Ok(found) => {
            let statements = found.texts().statements;
            who.show(&StaffStatementsPage { corrects: corrects(&found), statements, errors: FieldErrors::default() })
        }
        Err(away) => away,
    }
}

#[post("/unit/staff/register/statements", data = "<form>")]
async fn update_statements(who: Permit<'_, StaffRegistrationFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, StaffStep::Statements).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let statements: Vec<String> = form.all("statements").map(str::to_owned).collect();
    match save_confirmed(who.context(), who.actor(), statements.clone()).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&StaffStatementsPage { corrects: corrects(&found), statements, errors }),
            Err(away) => away,
        },
    }
}

async fn check_page(who: &Visit<'_>, found: &StaffDraft, note: String, errors: FieldErrors) -> Result<StaffCheckPage, PageError> {
    let (texts, names) = (found.texts(), list_voivodeships(who.context()).await?);
    let unit = found.unit();
    let name_of = |unit: &Unit| names.iter().find(|(code, _)| *code == unit.voivodeship).map(|(_, name)| name.clone());
    let checked = |unit: &Unit| CheckedUnit {
        name: unit.data.name.to_string(),
        regon: unit.data.regon.to_string(),
        address: address_text(&unit.data.address),
        head: unit.data.head.to_line(),
    };
    let person =
        |(i, person): (usize, &PersonTexts)| CheckedPerson { number: i + 1, wishes: wishes(found, person), person: person.clone() };
    Ok(StaffCheckPage {
        corrects: corrects(found),
        unit: unit.map(checked).unwrap_or_default(),
        can_change_unit: found.corrects.is_none() && found.own_units.len() > 1,
        voivodeship: unit.and_then(name_of).unwrap_or_default(),
        shared_emails: shared_addresses(texts.persons.iter().map(|person| person.email.as_str())),
        persons: texts.persons.iter().enumerate().map(person).collect(),
        note,
        problems: errors.0.keys().map(|field| Problem { field: field.clone(), href: href_of(field) }).collect(),
        errors,
    })
}

#[get("/unit/staff/register/check")]
async fn show_check(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    match at(&who, StaffStep::Check).await {
        Ok(found) => who.show(&check_page(&who, &found, found.texts().note, FieldErrors::default()).await?),
        Err(away) => away,
    }
}

#[post("/unit/staff/register/check", data = "<form>")]
async fn create(who: Permit<'_, StaffRegistrationFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let before = look(who.context(), who.actor()).await?;
    let note = form.text("note").replace("\r\n", "\n");
    match file(who.context(), who.actor(), &note).await {
        Ok(number) => {
            let application = readable(who.context(), who.actor(), &number).await?;
            let flash = match (before.corrects.is_some(), application.status) {
                (true, ApplicationStatus::FormReceived) => "application_resubmitted",
                (true, _) => "application_revised",
                (false, _) => "application_submitted",
            };
            who.redirect_with(format!("/applications/{}", number.to_path()), flash)
        }
        Err(ServiceError::NotFound) => who.redirect_with(START, "nothing_changed"),
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&check_page(&who, &before, note, errors).await?),
            Err(away) => away,
        },
    }
}

#[get("/unit/staff/register/drop")]
async fn ask_drop(who: Permit<'_, StaffRegistrationFile>) -> Answer {
    let found = look(who.context(), who.actor()).await?;
    match found.draft {
        Some(_) => who.show(&StaffDropPage { corrects: corrects(&found) }),
        None => who.redirect(START),
    }
}

#[post("/unit/staff/register/drop", data = "<_form>")]
async fn drop_typed(who: Permit<'_, StaffRegistrationFile>, _form: Posted) -> Answer {
    drop_draft(who.context(), who.actor()).await?;
    who.redirect_with("/unit", "draft_dropped")
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
