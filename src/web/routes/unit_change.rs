//! `/unit/change`: „Zmiana danych jednostki”, step by step; `/units/<id>/history`. What may not live here: rules.

use super::register::unit::{choose_gminas, shortened, typed_unit};
use crate::domain::application::draft::{UNIT_FIELDS, UnitTexts};
use crate::domain::application::matter::{Matter as _, unit_lines, wish_lines};
use crate::domain::application::status::Status as ApplicationStatus;
use crate::domain::application::typing::{StepState, read_unit};
use crate::domain::application::unit_change::{Fate, Plan, UnitChangeStep, What, read_last_day, read_unit_change, unit_change_texts};
use crate::domain::id::UnitId;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::Unit;
use crate::services::ServiceError;
use crate::services::change_unit::{Changing, choose, drop_draft, file, find_gmina_for, look, save_data, save_ending, save_why};
use crate::services::pick_gmina::{find_gmina, list_voivodeships};
use crate::services::print_form::with_words;
use crate::services::view_application::{list_own, readable};
use crate::services::view_unit_history::unit_history;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{Permit, UnitChangeFile, UnitView};
use crate::web::pages::email_change_pages::UnderWay;
use crate::web::pages::extend_pages::UnitItem;
use crate::web::pages::register::Choice;
use crate::web::pages::register::finish::Problem;
use crate::web::pages::register::start::Task;
use crate::web::pages::unit_change_pages::{
    ChangedField, OtherUnit, PlanList, UnitChangeCheckPage, UnitChangeDataPage, UnitChangeDropPage, UnitChangeEndingPage, UnitChangePage,
    UnitChangeWhatPage, UnitChangeWhyPage, UnitEventRow, UnitHistoryPage,
};
use crate::web::rate::Limit;
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rocket::{Route, get, post, routes};
use uuid::Uuid;

const START: &str = "/unit/change";

const fn href(step: UnitChangeStep) -> &'static str {
    match step {
        UnitChangeStep::What => "/unit/change/what",
        UnitChangeStep::Data => "/unit/change/data",
        UnitChangeStep::Ending => "/unit/change/ending",
        UnitChangeStep::Why => "/unit/change/why",
        UnitChangeStep::Check => "/unit/change/check",
    }
}

/// The page on which a field is mended.
fn step_of(field: &str) -> Option<UnitChangeStep> {
    match field {
        "unit" | "what" => Some(UnitChangeStep::What),
        "last_day" | "successor" => Some(UnitChangeStep::Ending),
        "justification" | "statements" => Some(UnitChangeStep::Why),
        name if UNIT_FIELDS.contains(&name) => Some(UnitChangeStep::Data),
        _ => None,
    }
}

fn href_of(field: &str) -> String {
    step_of(field).map_or_else(|| format!("#{field}"), |step| format!("{}#{field}", href(step)))
}

fn corrects(found: &Changing) -> Option<String> {
    found.corrects.as_ref().map(|application| application.number.to_string())
}

/// The office's remarks at a field; several are one text.
fn remark_at(found: &Changing, field: &str) -> Option<String> {
    let path = format!("unit.{field}");
    let texts: Vec<&str> = found.remarks.iter().filter(|r| r.field == field || r.field == path).map(|r| r.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// Whether the office asked to correct something on the page of a step, and nothing has been changed there yet.
fn is_to_correct(found: &Changing, step: UnitChangeStep) -> bool {
    let before = found.corrects.as_ref().and_then(|application| application.payload.unit_change()).map(unit_change_texts);
    let (now, Some(before)) = (found.texts(), before) else { return false };
    let is_asked = found.remarks.iter().any(|r| step_of(r.field.trim_start_matches("unit.")) == Some(step));
    is_asked
        && match step {
            UnitChangeStep::Data => before.data == now.data,
            UnitChangeStep::Ending => (&before.last_day, &before.successor) == (&now.last_day, &now.successor),
            UnitChangeStep::Why => before.justification == now.justification,
            UnitChangeStep::What | UnitChangeStep::Check => false,
        }
}

/// The first step that the office wants corrected, else the first that is open.
fn next_href(found: &Changing) -> &'static str {
    let steps = found.steps();
    let next = steps.iter().find(|(step, state)| state.may_enter() && is_to_correct(found, *step));
    next.or_else(|| steps.iter().find(|(_, state)| *state == StepState::Open)).map_or(START, |(step, _)| href(*step))
}

async fn go_on(who: &Visit<'_>) -> Answer {
    who.redirect(next_href(&look(who.context(), who.actor()).await?))
}

/// What is typed, where this step may be entered; else the answer that leads to the task list.
async fn at(who: &Visit<'_>, step: UnitChangeStep) -> Result<Changing, Answer> {
    let found = look(who.context(), who.actor()).await.map_err(|error| Err(error.into()))?;
    let may = found.steps().iter().any(|(s, state)| *s == step && state.may_enter());
    if may { Ok(found) } else { Err(Ok(Reply::redirect(START.to_owned()))) }
}

/// What is wrong with typed values; what came too late leads back to the task list.
fn invalid(who: &Visit<'_>, error: ServiceError) -> Result<FieldErrors, Answer> {
    match error {
        ServiceError::Invalid(errors) => Ok(errors),
        ServiceError::Stale | ServiceError::NotFound => Err(who.redirect_with(START, "nothing_changed")),
        other => Err(Err(other.into())),
    }
}

#[get("/unit/change")]
async fn show(who: Permit<'_, UnitChangeFile>) -> Answer {
    let found = look(who.context(), who.actor()).await?;
    let task = |(step, state): (UnitChangeStep, StepState)| {
        let status = match state {
            StepState::NotNeeded => return None,
            StepState::Waiting => "cannot_start",
            _ if is_to_correct(&found, step) => "error",
            StepState::Done => "done",
            StepState::Open => "todo",
        };
        Some(Task { key: step.key(), href: state.may_enter().then(|| href(step)), status })
    };
    // Only who filed it may open it.
    let own = list_own(who.context(), who.actor()).await?;
    let (open, others): (Vec<_>, Vec<_>) = found.open.iter().partition(|open| own.iter().any(|listed| listed.id == open.id));
    who.show(&UnitChangePage {
        corrects: corrects(&found),
        unit_name: found.unit().map(|unit| unit.data.name.to_string()).unwrap_or_default(),
        tasks: found.steps().into_iter().filter_map(task).collect(),
        next: next_href(&found).to_owned(),
        general_remarks: found.remarks.iter().filter(|r| r.field.is_empty()).map(|r| r.text.clone()).collect(),
        kept_until: found.draft.as_ref().map(|draft| draft.expires_at.0),
        open: open
            .into_iter()
            .map(|open| UnderWay { number: open.number.to_string(), path: open.number.to_path(), status: open.status.key() })
            .collect(),
        open_of_others: others.into_iter().map(|open| open.number.to_string()).collect(),
    })
}

fn what_page(who: &Visit<'_>, found: &Changing, unit: &str, what: &str, errors: FieldErrors) -> UnitChangeWhatPage {
    let labels = who.context().renderer.labels();
    let regon = labels.text("form.label.regon");
    let item = |unit: &Unit| UnitItem {
        value: unit.id.to_string(),
        text: unit.data.name.to_string(),
        hint: format!("{}, {regon} {}", unit.data.address.town, unit.data.regon),
    };
    let whats = What::ALL.into_iter().map(|what| UnitItem {
        value: what.key().to_owned(),
        text: labels.text(&format!("unit_change.what.{}", what.key())),
        hint: labels.text(&format!("unit_change.what_hint.{}", what.key())),
    });
    UnitChangeWhatPage {
        units: if found.units.len() > 1 { found.units.iter().map(item).collect() } else { Vec::new() },
        unit: unit.to_owned(),
        whats: whats.collect(),
        what: what.to_owned(),
        errors,
    }
}

#[get("/unit/change/what")]
async fn show_what(who: Permit<'_, UnitChangeFile>) -> Answer {
    match at(&who, UnitChangeStep::What).await {
        Ok(found) => {
            let texts = found.texts();
            let unit = texts.unit.map(|unit| unit.to_string()).unwrap_or_default();
            who.show(&what_page(&who, &found, &unit, &texts.what, FieldErrors::default()))
        }
        Err(away) => away,
    }
}

#[post("/unit/change/what", data = "<form>")]
async fn update_what(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, UnitChangeStep::What).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let (typed, what) = (form.text("unit"), form.text("what"));
    let unit = match (typed, &found.units[..]) {
        (_, [only]) => Ok(Some(only.id)),
        ("", _) => Ok(None),
        (text, _) => Uuid::try_parse(text).map(|id| Some(UnitId(id))).map_err(|_| ServiceError::field("unit", Invalid::Unknown)),
    };
    let saved = match unit {
        Ok(unit) => choose(who.context(), who.actor(), unit, what).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&what_page(&who, &found, typed, what, errors)),
            Err(away) => away,
        },
    }
}

async fn data_page(
    who: &Visit<'_>,
    found: &Changing,
    unit: UnitTexts,
    gmina_search: &str,
    mut errors: FieldErrors,
) -> Result<UnitChangeDataPage, PageError> {
    let gmina_search = shortened(gmina_search);
    let choice = choose_gminas(who, &unit, &gmina_search, &mut errors).await?;
    Ok(UnitChangeDataPage {
        corrects: corrects(found),
        unit,
        kinds: found.dictionaries.unit_kinds.iter().map(|kind| Choice::new(&kind.code, &kind.name)).collect(),
        finds_nothing: choice.finds_nothing,
        gminas: choice.gminas,
        has_more: choice.has_more,
        gmina_search,
        can_browse: false,
        remarks: UNIT_FIELDS.iter().map(|name| (*name, remark_at(found, name))).collect(),
        errors,
    })
}

#[get("/unit/change/data?<gmina>")]
async fn show_data(who: Permit<'_, UnitChangeFile>, gmina: Option<&str>) -> Answer {
    match at(&who, UnitChangeStep::Data).await {
        Ok(found) => {
            let page = data_page(&who, &found, found.texts().data, gmina.unwrap_or_default(), FieldErrors::default()).await?;
            who.show(&page)
        }
        Err(away) => away,
    }
}

#[post("/unit/change/data", data = "<form>")]
async fn update_data(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, UnitChangeStep::Data).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let typed = typed_unit(&form);
    let gmina_search = shortened(form.text("gmina_search"));
    if form.text("action") == "find_gmina" {
        // What was typed is kept, so that nothing is lost on the way to the gmina and back.
        find_gmina_for(who.context(), who.actor(), typed).await?;
        let searched = utf8_percent_encode(&gmina_search, NON_ALPHANUMERIC);
        let place = if gmina_search.is_empty() { "gmina_search" } else { "terc" };
        return who.redirect(format!("{}?gmina={searched}#{place}", href(UnitChangeStep::Data)));
    }
    match save_data(who.context(), who.actor(), typed.clone()).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&data_page(&who, &found, typed, &gmina_search, errors).await?),
            Err(away) => away,
        },
    }
}

fn ending_page(found: &Changing, last_day: String, successor: String, errors: FieldErrors) -> UnitChangeEndingPage {
    UnitChangeEndingPage {
        corrects: corrects(found),
        unit_name: found.unit().map(|unit| unit.data.name.to_string()).unwrap_or_default(),
        is_transformation: found.texts().what == What::Transformation.key(),
        last_day,
        successor,
        last_day_remark: remark_at(found, "last_day"),
        successor_remark: remark_at(found, "successor"),
        errors,
    }
}

#[get("/unit/change/ending")]
async fn show_ending(who: Permit<'_, UnitChangeFile>) -> Answer {
    match at(&who, UnitChangeStep::Ending).await {
        Ok(found) => {
            let texts = found.texts();
            who.show(&ending_page(&found, texts.last_day, texts.successor, FieldErrors::default()))
        }
        Err(away) => away,
    }
}

#[post("/unit/change/ending", data = "<form>")]
async fn update_ending(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, UnitChangeStep::Ending).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let (last_day, successor) = (form.text("last_day").trim().to_owned(), shortened(form.text("successor")));
    match save_ending(who.context(), who.actor(), last_day.clone(), successor.clone()).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&ending_page(&found, last_day, successor, errors)),
            Err(away) => away,
        },
    }
}

fn why_page(found: &Changing, justification: String, statements: Vec<String>, errors: FieldErrors) -> UnitChangeWhyPage {
    UnitChangeWhyPage { corrects: corrects(found), justification, statements, remark: remark_at(found, "justification"), errors }
}

#[get("/unit/change/why")]
async fn show_why(who: Permit<'_, UnitChangeFile>) -> Answer {
    match at(&who, UnitChangeStep::Why).await {
        Ok(found) => {
            let texts = found.texts();
            who.show(&why_page(&found, texts.justification, texts.statements, FieldErrors::default()))
        }
        Err(away) => away,
    }
}

#[post("/unit/change/why", data = "<form>")]
async fn update_why(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, UnitChangeStep::Why).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let justification = form.text("justification").replace("\r\n", "\n");
    let statements: Vec<String> = form.all("statements").map(str::to_owned).collect();
    match save_why(who.context(), who.actor(), justification.clone(), statements.clone()).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&why_page(&found, justification, statements, errors)),
            Err(away) => away,
        },
    }
}

/// What becomes of everything, in words.
fn plan_list(who: &Visit<'_>, found: &Changing, plan: &Plan) -> PlanList {
    let labels = who.context().renderer.labels();
    let grants = |moves: bool| {
        let of = plan.grants.iter().filter(|grant| (grant.fate == Fate::Moves) == moves);
        of.map(|grant| {
            let wish = with_words(labels, &found.dictionaries, None, |words| wish_lines(std::iter::once(&grant.wish), words).join(""));
            let why =
                if moves { String::new() } else { format!(" – {}", labels.text(&format!("unit_change.fates.{}", grant.fate.key()))) };
            format!("{} ({}): {wish}{why}", grant.name, grant.login)
        })
        .collect()
    };
    let goes_on = |on: bool| labels.text(if on { "unit_change.goes_on" } else { "unit_change.closes" });
    PlanList {
        moving: grants(true),
        ending: grants(false),
        applications: plan.applications.iter().map(|(number, on)| format!("{number} – {}", goes_on(*on))).collect(),
        coordinators: plan.coordinators.iter().map(|(name, on)| format!("{name} – {}", goes_on(*on))).collect(),
    }
}

async fn changed(who: &Visit<'_>, found: &Changing, unit: &Unit) -> Result<Vec<ChangedField>, PageError> {
    let Ok(after) = read_unit(&found.texts().data) else { return Ok(Vec::new()) };
    let labels = who.context().renderer.labels();
    let mut sides = Vec::new();
    for data in [&unit.data, &after] {
        let gmina = find_gmina(who.context(), &data.terc).await?;
        sides.push(with_words(labels, &found.dictionaries, gmina.as_ref(), |words| unit_lines(data, words)));
    }
    let (Some(after), Some(before)) = (sides.pop(), sides.pop()) else { return Ok(Vec::new()) };
    let both = before.into_iter().zip(after).filter(|(was, is)| was.value != is.value);
    Ok(both.map(|(was, is)| ChangedField { key: is.key, was: was.value.join("\n"), is: is.value.join("\n") }).collect())
}

async fn check_page(who: &Visit<'_>, found: &Changing, note: String, errors: FieldErrors) -> Result<UnitChangeCheckPage, PageError> {
    let (texts, around) = (found.texts(), found.around());
    let names = list_voivodeships(who.context()).await?;
    let Some(unit) = found.unit() else { return Err(ServiceError::NotFound.into()) };
    let what = What::from_key(&texts.what);
    let is_data = what == Some(What::Data);
    let change = read_unit_change(&texts, &around).ok();
    let successor = found.successor.as_ref().filter(|_| what == Some(What::Transformation));
    Ok(UnitChangeCheckPage {
        corrects: corrects(found),
        what: texts.what.clone(),
        unit_name: unit.data.name.to_string(),
        regon: unit.data.regon.to_string(),
        voivodeship: names.iter().find(|(code, _)| *code == unit.voivodeship).map(|(_, name)| name.clone()).unwrap_or_default(),
        heads: change.map(|change| change.summary().head_lines()).unwrap_or_default(),
        fields: if is_data { changed(who, found, unit).await? } else { Vec::new() },
        last_day: if is_data { None } else { read_last_day(&texts, found.today).ok() },
        successor: successor
            .map(|unit| {
                let address = crate::domain::application::matter::address_text(&unit.data.address);
                vec![unit.data.name.to_string(), unit.data.regon.to_string(), address]
            })
            .unwrap_or_default(),
        plan: if is_data { PlanList::default() } else { plan_list(who, found, &found.plan) },
        justification: texts.justification,
        note,
        problems: errors.0.keys().map(|field| Problem { field: field.clone(), href: href_of(field) }).collect(),
        errors,
    })
}

#[get("/unit/change/check")]
async fn show_check(who: Permit<'_, UnitChangeFile>) -> Answer {
    match at(&who, UnitChangeStep::Check).await {
        Ok(found) => who.show(&check_page(&who, &found, found.texts().note, FieldErrors::default()).await?),
        Err(away) => away,
    }
}

#[post("/unit/change/check", data = "<form>")]
async fn create(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
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
        Err(error) => match invalid(&who, error) {
            Ok(errors) if before.unit().is_some() => who.show_again(&check_page(&who, &before, note, errors).await?),
            Ok(_) => who.redirect(START),
            Err(away) => away,
        },
    }
}

#[get("/unit/change/drop")]
async fn ask_drop(who: Permit<'_, UnitChangeFile>) -> Answer {
    let found = look(who.context(), who.actor()).await?;
    match found.draft {
        Some(_) => who.show(&UnitChangeDropPage { corrects: corrects(&found) }),
        None => who.redirect(START),
    }
}

#[post("/unit/change/drop", data = "<_form>")]
async fn drop_typed(who: Permit<'_, UnitChangeFile>, _form: Posted) -> Answer {
    drop_draft(who.context(), who.actor()).await?;
    who.redirect_with("/account", "draft_dropped")
}

#[get("/units/<id>/history")]
async fn history(who: Permit<'_, UnitView>, id: &str) -> Answer {
    let id = Uuid::try_parse(id).map_err(|_| PageError::NotFound)?;
    let found = unit_history(who.context(), who.actor(), UnitId(id)).await?;
    let may_open = found.may_open;
    let row = |entry: crate::services::view_unit_history::HistoryEntry| UnitEventRow {
        event: entry.event.key(),
        at: entry.at,
        href: entry.application.as_ref().filter(|_| may_open).map(|number| format!("/admin/applications/{}", number.to_path())),
        number: entry.application.map(|number| number.to_string()),
        fields: entry.fields.into_iter().map(|field| ChangedField { key: field.key, was: field.was, is: field.is }).collect(),
        last_day: entry.last_day,
        other: entry.other.map(|(id, name)| OtherUnit { name, href: format!("/units/{id}/history") }),
        justification: entry.justification,
    };
    who.show(&UnitHistoryPage {
        name: found.unit.data.name.to_string(),
        regon: found.unit.data.regon.to_string(),
        status: found.unit.status.key(),
        ends_on: found.unit.ends_on,
        entries: found.entries.into_iter().map(row).collect(),
    })
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![
        show,
        show_what,
        update_what,
        show_data,
        update_data,
        show_ending,
        update_ending,
        show_why,
        update_why,
        show_check,
        create,
        ask_drop,
        drop_typed,
        history
    ]
}
