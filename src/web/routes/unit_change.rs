//! `/unit/change`: „Zmiana danych jednostki”, step by step; `/units/<id>/history`. What may not live here: rules.

use super::exports;
use super::register::unit::{choose_gminas, shortened, typed_unit};
use super::staff::register_href;
use crate::domain::application::draft::{UNIT_FIELDS, UnitChangeTexts, UnitTexts};
use crate::domain::application::matter::{Matter as _, address_text, unit_lines, wish_lines};
use crate::domain::application::typing::read_unit;
use crate::domain::application::unit_change::{Fate, Plan, UnitChangeStep, What, read_last_day, read_unit_change};
use crate::domain::id::UnitId;
use crate::domain::invalid::FieldErrors;
use crate::domain::unit::{Unit, UnitEvent};
use crate::services::change_unit::{Changing, choose, find_gmina_for, save_data, save_ending, save_why};
use crate::services::export_list::List;
use crate::services::guided_form::{file, look};
use crate::services::pick_gmina::find_gmina;
use crate::services::print_form::with_words;
use crate::services::view_unit_history::{HistoryEntry, unit_history};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{Permit, UnitChangeFile, UnitView};
use crate::web::guided::{
    self, GuidedPages, at, corrects, filed, go_on, guide, href, invalid, overview, problems, remark_at, saved, start, unit_id, unit_items,
    voivodeship_of,
};
use crate::web::pages::guided_pages::UnitItem;
use crate::web::pages::register::Choice;
use crate::web::pages::unit_change_pages::{
    ChangedField, OtherUnit, PlanList, UnitChangeCheckPage, UnitChangeDataPage, UnitChangeEndingPage, UnitChangePage, UnitChangeWhatPage,
    UnitChangeWhyPage, UnitEventRow, UnitHistoryPage,
};
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rocket::{Route, get, post, routes};
use uuid::Uuid;

impl GuidedPages for Changing {
    const WORDS: &'static str = "unit_change";

    fn step_of(field: &str) -> Option<UnitChangeStep> {
        match field.trim_start_matches("unit.") {
            "unit" | "what" => Some(UnitChangeStep::What),
            "last_day" | "successor" => Some(UnitChangeStep::Ending),
            "justification" | "statements" => Some(UnitChangeStep::Why),
            name if UNIT_FIELDS.contains(&name) => Some(UnitChangeStep::Data),
            _ => None,
        }
    }

    fn is_as_filed(filed: &UnitChangeTexts, typed: &UnitChangeTexts, step: UnitChangeStep) -> bool {
        match step {
            UnitChangeStep::Data => filed.data == typed.data,
            UnitChangeStep::Ending => (&filed.last_day, &filed.successor) == (&typed.last_day, &typed.successor),
            UnitChangeStep::Why => filed.justification == typed.justification,
            UnitChangeStep::What | UnitChangeStep::Check => false,
        }
    }
}

#[get("/unit/change")]
async fn show(who: Permit<'_, UnitChangeFile>) -> Answer {
    let found: Changing = look(who.context(), who.actor()).await?;
    // Only who filed it may open it.
    let of_others = found.under_way.iter().filter(|listed| found.open.iter().all(|own| own.id != listed.id));
    who.show(&UnitChangePage {
        overview: overview(&who, &found),
        unit_name: found.unit().map(|unit| unit.data.name.to_string()).unwrap_or_default(),
        open_of_others: of_others.map(|open| open.number.to_string()).collect(),
        is_blocked: found.corrects.is_none()
            && found.units.iter().all(|unit| found.under_way.iter().any(|open| open.unit == Some(unit.id))),
        ending: found.units.iter().filter_map(|unit| Some((unit.data.name.to_string(), unit.ends_on?))).collect(),
    })
}

fn what_page(who: &Visit<'_>, found: &Changing, unit: &str, what: &str, errors: FieldErrors) -> UnitChangeWhatPage {
    let labels = who.context().renderer.labels();
    let whats = What::ALL.into_iter().map(|what| UnitItem {
        value: what.key().to_owned(),
        text: labels.text(&format!("unit_change.what.{}", what.key())),
        hint: labels.text(&format!("unit_change.what_hint.{}", what.key())),
    });
    UnitChangeWhatPage {
        units: if found.units.len() > 1 { unit_items(who, &found.units) } else { Vec::new() },
        unit: unit.to_owned(),
        whats: whats.collect(),
        what: what.to_owned(),
        errors,
    }
}

#[get("/unit/change/what")]
async fn show_what(who: Permit<'_, UnitChangeFile>) -> Answer {
    let found: Changing = at(&who, UnitChangeStep::What).await?;
    let texts = found.texts();
    let unit = texts.unit.map(|unit| unit.to_string()).unwrap_or_default();
    who.show(&what_page(&who, &found, &unit, &texts.what, FieldErrors::default()))
}

#[post("/unit/change/what", data = "<form>")]
async fn update_what(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: Changing = at(&who, UnitChangeStep::What).await?;
    let (typed, what) = (form.text("unit"), form.text("what"));
    let unit = match (typed, &found.units[..]) {
        (_, [only]) => Ok(Some(only.id)),
        (text, _) => unit_id("unit", text),
    };
    let done = match unit {
        Ok(unit) => choose(who.context(), who.actor(), unit, what).await,
        Err(error) => Err(error),
    };
    saved::<Changing, _>(&who, done, |errors| what_page(&who, &found, typed, what, errors)).await
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
        kinds: found.dictionaries.kinds_for(&unit.kind).map(|kind| Choice::new(&kind.code, &kind.name)).collect(),
        unit,
        finds_nothing: choice.finds_nothing,
        gminas: choice.gminas,
        has_more: choice.has_more,
        gmina_search,
        can_browse: false,
        remarks: UNIT_FIELDS.iter().map(|name| (*name, remark_at(found, &format!("unit.{name}")))).collect(),
        errors,
    })
}

#[get("/unit/change/data?<gmina>")]
async fn show_data(who: Permit<'_, UnitChangeFile>, gmina: Option<&str>) -> Answer {
    let found: Changing = at(&who, UnitChangeStep::Data).await?;
    let page = data_page(&who, &found, found.texts().data, gmina.unwrap_or_default(), FieldErrors::default()).await?;
    who.show(&page)
}

#[post("/unit/change/data", data = "<form>")]
async fn update_data(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: Changing = at(&who, UnitChangeStep::Data).await?;
    let typed = typed_unit(&form);
    let gmina_search = shortened(form.text("gmina_search"));
    if form.text("action") == "find_gmina" {
        // What was typed is kept, so that nothing is lost on the way to the gmina and back.
        find_gmina_for(who.context(), who.actor(), typed).await?;
        let searched = utf8_percent_encode(&gmina_search, NON_ALPHANUMERIC);
        let place = if gmina_search.is_empty() { "gmina_search" } else { "terc" };
        return who.redirect(format!("{}?gmina={searched}#{place}", href::<Changing>(UnitChangeStep::Data)));
    }
    let done = save_data(who.context(), who.actor(), typed.clone()).await;
    match done {
        Ok(()) => go_on::<Changing>(&who).await,
        Err(error) => {
            let errors = invalid::<Changing>(&who, error)?;
            who.show_again(&data_page(&who, &found, typed, &gmina_search, errors).await?)
        }
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
    let found: Changing = at(&who, UnitChangeStep::Ending).await?;
    let texts = found.texts();
    who.show(&ending_page(&found, texts.last_day, texts.successor, FieldErrors::default()))
}

#[post("/unit/change/ending", data = "<form>")]
async fn update_ending(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: Changing = at(&who, UnitChangeStep::Ending).await?;
    let (last_day, successor) = (form.text("last_day").trim().to_owned(), shortened(form.text("successor")));
    let done = save_ending(who.context(), who.actor(), last_day.clone(), successor.clone()).await;
    saved::<Changing, _>(&who, done, |errors| ending_page(&found, last_day, successor, errors)).await
}

fn why_page(found: &Changing, justification: String, statements: Vec<String>, errors: FieldErrors) -> UnitChangeWhyPage {
    UnitChangeWhyPage { corrects: corrects(found), justification, statements, remark: remark_at(found, "justification"), errors }
}

#[get("/unit/change/why")]
async fn show_why(who: Permit<'_, UnitChangeFile>) -> Answer {
    let found: Changing = at(&who, UnitChangeStep::Why).await?;
    let texts = found.texts();
    who.show(&why_page(&found, texts.justification, texts.statements, FieldErrors::default()))
}

#[post("/unit/change/why", data = "<form>")]
async fn update_why(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: Changing = at(&who, UnitChangeStep::Why).await?;
    let justification = form.lines("justification");
    let statements: Vec<String> = form.all("statements").map(str::to_owned).collect();
    let done = save_why(who.context(), who.actor(), justification.clone(), statements.clone()).await;
    saved::<Changing, _>(&who, done, |errors| why_page(&found, justification, statements, errors)).await
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
    let Some(unit) = found.unit() else { return Err(PageError::NotFound) };
    let what = What::from_key(&texts.what);
    let is_data = what == Some(What::Data);
    let change = read_unit_change(&texts, &around).ok();
    let successor = found.successor.as_ref().filter(|_| what == Some(What::Transformation));
    Ok(UnitChangeCheckPage {
        guide: guide(found),
        what: texts.what.clone(),
        unit_name: unit.data.name.to_string(),
        regon: unit.data.regon.to_string(),
        voivodeship: voivodeship_of(who, Some(unit)).await?,
        heads: change.map(|change| change.summary().head_lines()).unwrap_or_default(),
        fields: if is_data { changed(who, found, unit).await? } else { Vec::new() },
        last_day: if is_data { None } else { read_last_day(&texts, found.today).ok() },
        successor: successor
            .map(|unit| vec![unit.data.name.to_string(), unit.data.regon.to_string(), address_text(&unit.data.address)])
            .unwrap_or_default(),
        plan: if is_data { PlanList::default() } else { plan_list(who, found, &found.plan) },
        justification: texts.justification,
        note,
        problems: problems::<Changing>(&errors),
        errors,
    })
}

#[get("/unit/change/check")]
async fn show_check(who: Permit<'_, UnitChangeFile>) -> Answer {
    let found: Changing = at(&who, UnitChangeStep::Check).await?;
    who.show(&check_page(&who, &found, found.texts().note, FieldErrors::default()).await?)
}

#[post("/unit/change/check", data = "<form>")]
async fn create(who: Permit<'_, UnitChangeFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (before, note) = (look::<Changing>(who.context(), who.actor()).await?, form.lines("note"));
    match file::<Changing>(who.context(), who.actor(), &note).await {
        Ok(number) => filed(&who, before.corrects.is_some(), &number).await,
        Err(error) => {
            let errors = invalid::<Changing>(&who, error)?;
            if before.unit().is_none() {
                return who.redirect(start::<Changing>());
            }
            who.show_again(&check_page(&who, &before, note, errors).await?)
        }
    }
}

#[get("/unit/change/drop")]
async fn ask_drop(who: Permit<'_, UnitChangeFile>) -> Answer {
    guided::ask_drop::<Changing>(&who).await
}

#[post("/unit/change/drop", data = "<_form>")]
async fn drop_typed(who: Permit<'_, UnitChangeFile>, _form: Posted) -> Answer {
    guided::drop_typed::<Changing>(&who).await
}

/// Whether an entry tells of an end that did not come, going back from the newest one.
fn is_stopped(stops: &mut bool, event: UnitEvent) -> bool {
    match event {
        UnitEvent::EndingStopped => {
            *stops = true;
            true
        }
        UnitEvent::EndingSet => std::mem::take(stops),
        _ => false,
    }
}

#[get("/units/<id>/history")]
async fn history(who: Permit<'_, UnitView>, id: &str) -> Answer {
    let id = Uuid::try_parse(id).map_err(|_| PageError::NotFound)?;
    let found = unit_history(who.context(), who.actor(), UnitId(id)).await?;
    let may_open = found.may_open;
    // Newest first: an end that was stopped stands below its stop.
    let mut stops = false;
    let row = |entry: HistoryEntry| UnitEventRow {
        is_stopped: is_stopped(&mut stops, entry.event),
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
        register_href: found.may_serve.then(|| register_href(found.unit.id)),
        stop_href: found.may_stop_ending.then(|| format!("/admin/units/{id}/stop-ending")),
        entries: found.entries.into_iter().map(row).collect(),
        export: exports::links("unit-history", &[("unit", &id.to_string())]),
    })
}

#[get("/export/unit-history/<format>?<unit>")]
async fn export_history(who: Permit<'_, UnitView>, format: &str, unit: &str) -> Answer {
    let unit = Uuid::try_parse(unit).map_err(|_| PageError::NotFound)?;
    exports::answer(&who, &List::UnitHistory(UnitId(unit)), format).await
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
        history,
        export_history
    ]
}
