//! `/account/extend`: „Wnioskuj o rozszerzenie uprawnień”, step by step. What may not live here: rules.

use crate::domain::application::draft::{ExtensionTexts, YES};
use crate::domain::application::extension::{ExtensionStep, read_coordinator, read_home, read_needs};
use crate::domain::id::RevocationId;
use crate::domain::invalid::FieldErrors;
use crate::domain::unit::{Unit, UnitStatus};
use crate::services::ServiceError;
use crate::services::extend_permissions::{Extension, TakeOver, choose_home, choose_unit, save_needs, take_over, view_take_over};
use crate::services::find_unit::find_unit;
use crate::services::guided_form::{file, look};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{PermissionExtensionFile, Permit};
use crate::web::guided::{
    self, GuidedPages, at, corrects, filed, go_on, guide, href, invalid, overview, problems, remark_at, required_unit_id, saved, start,
    unit_id, unit_items, voivodeship_of,
};
use crate::web::pages::extend_pages::{
    ExtendCheckPage, ExtendHomePage, ExtendNeedsPage, ExtendPage, ExtendSearchPage, ExtendUnitPage, NeedsRemarks,
};
use crate::web::pages::guided_pages::{CheckedApplicant, CheckedUnit, UnitItem};
use crate::web::pages::needs::{NeedRow, Taken, Wish};
use crate::web::pages::revocation_pages::TakeOverPage;
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

const SEARCH: &str = "/account/extend/search";
/// The choice of a unit that is not an own one.
const OTHER: &str = "other";
/// Longest text that is searched for.
const LONGEST_SEARCH: usize = 200;

impl GuidedPages for Extension {
    const WORDS: &'static str = "extend";

    fn step_of(field: &str) -> Option<ExtensionStep> {
        match field {
            "unit" => Some(ExtensionStep::Unit),
            "home" => Some(ExtensionStep::Home),
            "grants" | "valid_until" | "coordinator" => Some(ExtensionStep::Needs),
            "statements" => Some(ExtensionStep::Statements),
            _ => None,
        }
    }

    fn is_as_filed(filed: &ExtensionTexts, typed: &ExtensionTexts, step: ExtensionStep) -> bool {
        let needs = |texts: &ExtensionTexts| (texts.grants.clone(), texts.valid_until.clone(), texts.coordinator);
        match step {
            ExtensionStep::Home => filed.home == typed.home,
            ExtensionStep::Needs => needs(filed) == needs(typed),
            ExtensionStep::Unit | ExtensionStep::Statements | ExtensionStep::Check => false,
        }
    }
}

#[get("/account/extend")]
async fn show(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    let found: Extension = look(who.context(), who.actor()).await?;
    let is_closed = |unit: &Unit| unit.status != UnitStatus::Active;
    let is_unit_closed = found.corrects.is_some() && found.unit.as_ref().is_some_and(is_closed);
    who.show(&ExtendPage { overview: overview(&who, &found), is_unit_closed })
}

fn unit_page(who: &Visit<'_>, found: &Extension, unit: Option<&str>, errors: FieldErrors) -> ExtendUnitPage {
    let labels = who.context().renderer.labels();
    let other = UnitItem { value: OTHER.to_owned(), text: labels.text("extend.other_unit"), hint: labels.text("extend.other_unit_hint") };
    let chosen_other = found.unit.as_ref().filter(|unit| found.own_units.iter().all(|own| own.id != unit.id));
    let chosen = || match (&found.unit, chosen_other) {
        (_, Some(_)) => OTHER.to_owned(),
        (Some(unit), None) => unit.id.to_string(),
        (None, None) => String::new(),
    };
    ExtendUnitPage {
        units: unit_items(who, &found.own_units).into_iter().chain([other]).collect(),
        unit: unit.map_or_else(chosen, str::to_owned),
        chosen_other: chosen_other.map(|unit| unit.data.name.to_string()),
        errors,
    }
}

#[get("/account/extend/unit")]
async fn show_unit(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    let found: Extension = at(&who, ExtensionStep::Unit).await?;
    if found.own_units.is_empty() {
        // Who works nowhere has nothing to choose from.
        return who.redirect(SEARCH);
    }
    who.show(&unit_page(&who, &found, None, FieldErrors::default()))
}

async fn choose(who: &Visit<'_>, text: &str) -> Result<(), ServiceError> {
    choose_unit(who.context(), who.actor(), required_unit_id("unit", text)?).await
}

#[post("/account/extend/unit", data = "<form>")]
async fn update_unit(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: Extension = at(&who, ExtensionStep::Unit).await?;
    let unit = form.text("unit");
    if unit == OTHER {
        return who.redirect(SEARCH);
    }
    saved::<Extension, _>(&who, choose(&who, unit).await, |errors| unit_page(&who, &found, Some(unit), errors)).await
}

/// The page with what a search finds; without a search, empty.
async fn search_page(who: &Visit<'_>, typed: Option<&str>) -> Result<ExtendSearchPage, PageError> {
    let Some(typed) = typed else { return Ok(ExtendSearchPage::default()) };
    let unit_search: String = typed.trim().chars().take(LONGEST_SEARCH).collect();
    match find_unit(who.context(), &unit_search, None).await {
        Ok(found) => Ok(ExtendSearchPage {
            unit_search,
            is_searched: true,
            found: unit_items(who, &found.registered),
            has_more: found.has_more,
            errors: FieldErrors::default(),
        }),
        Err(ServiceError::Invalid(errors)) => Ok(ExtendSearchPage { unit_search, errors, ..ExtendSearchPage::default() }),
        Err(error) => Err(error.into()),
    }
}

#[get("/account/extend/search?<unit_search>")]
async fn search(who: Permit<'_, PermissionExtensionFile>, unit_search: Option<&str>) -> Answer {
    at::<Extension>(&who, ExtensionStep::Unit).await?;
    if unit_search.is_some() {
        who.limit(Limit::Registration)?;
    }
    let page = search_page(&who, unit_search).await?;
    if page.errors.is_empty() { who.show(&page) } else { who.show_again(&page) }
}

#[post("/account/extend/search", data = "<form>")]
async fn choose_found(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    at::<Extension>(&who, ExtensionStep::Unit).await?;
    match choose(&who, form.text("unit")).await {
        Ok(()) => go_on::<Extension>(&who).await,
        Err(error) => {
            let errors = invalid::<Extension>(&who, error)?;
            let page = search_page(&who, Some(form.text("unit_search"))).await?;
            who.show_again(&ExtendSearchPage { errors, ..page })
        }
    }
}

fn home_page(who: &Visit<'_>, found: &Extension, home: String, errors: FieldErrors) -> ExtendHomePage {
    let units = unit_items(who, &found.own_units);
    ExtendHomePage { corrects: corrects(found), units, home, remark: remark_at(found, "home"), errors }
}

#[get("/account/extend/home")]
async fn show_home(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    let found: Extension = at(&who, ExtensionStep::Home).await?;
    let home = found.texts().home.map(|home| home.to_string()).unwrap_or_default();
    who.show(&home_page(&who, &found, home, FieldErrors::default()))
}

#[post("/account/extend/home", data = "<form>")]
async fn update_home(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: Extension = at(&who, ExtensionStep::Home).await?;
    let typed = form.text("home");
    let done = match unit_id("home", typed) {
        Ok(home) => choose_home(who.context(), who.actor(), home).await,
        Err(error) => Err(error),
    };
    saved::<Extension, _>(&who, done, |errors| home_page(&who, &found, typed.to_owned(), errors)).await
}

/// Whether the person may ask to become the coordinator of this unit.
fn may_coordinate(found: &Extension, unit: &Unit) -> bool {
    let texts = ExtensionTexts { coordinator: true, ..found.texts() };
    read_coordinator(&texts, unit, &found.around()).is_ok()
}

fn needs_page(found: &Extension, grants: &[String], valid_until: &str, coordinator: bool, errors: FieldErrors) -> ExtendNeedsPage {
    let unit = found.unit.as_ref();
    let kind = unit.and_then(|unit| found.dictionaries.unit_kind(&unit.data.kind));
    let taken = |sub_area: &str, function: &str| {
        let id = unit?.id;
        let held = found.held.iter().find(|right| right.is_to(id, sub_area, function));
        let asked = || found.asked.iter().find(|asked| asked.right.is_to(id, sub_area, function));
        held.map(|right| Taken { until: Some(right.wish.valid_until), number: String::new() })
            .or_else(|| asked().map(|asked| Taken { until: None, number: asked.number.to_string() }))
    };
    let allowed = kind.map(|kind| kind.sub_areas.clone()).unwrap_or_default();
    let rows = NeedRow::all(&found.dictionaries, &allowed, found.today, grants, taken);
    ExtendNeedsPage {
        corrects: corrects(found),
        unit_name: unit.map(|unit| unit.data.name.to_string()).unwrap_or_default(),
        kind: kind.map(|kind| kind.name.clone()).unwrap_or_default(),
        has_boxes: rows.iter().flat_map(|row| &row.boxes).any(|cell| cell.taken.is_none()),
        rows,
        valid_until: valid_until.to_owned(),
        offers_coordinator: coordinator || unit.is_some_and(|unit| may_coordinate(found, unit)),
        coordinator,
        remarks: NeedsRemarks {
            grants: remark_at(found, "grants"),
            valid_until: remark_at(found, "valid_until"),
            coordinator: remark_at(found, "coordinator"),
        },
        errors,
    }
}

#[get("/account/extend/needs")]
async fn show_needs(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    let found: Extension = at(&who, ExtensionStep::Needs).await?;
    let texts = found.texts();
    who.show(&needs_page(&found, &texts.grants, &texts.valid_until, texts.coordinator, FieldErrors::default()))
}

#[post("/account/extend/needs", data = "<form>")]
async fn update_needs(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: Extension = at(&who, ExtensionStep::Needs).await?;
    let grants: Vec<String> = form.all("grants").map(str::to_owned).collect();
    let valid_until = form.text("valid_until").trim().to_owned();
    let coordinator = form.text("coordinator") == YES;
    let done = save_needs(who.context(), who.actor(), grants.clone(), valid_until.clone(), coordinator).await;
    saved::<Extension, _>(&who, done, |errors| needs_page(&found, &grants, &valid_until, coordinator, errors)).await
}

#[get("/account/extend/statements")]
async fn show_statements(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    guided::show_statements::<Extension>(&who, ExtensionStep::Statements).await
}

#[post("/account/extend/statements", data = "<form>")]
async fn update_statements(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    guided::update_statements::<Extension>(&who, ExtensionStep::Statements, &form).await
}

async fn check_page(who: &Visit<'_>, found: &Extension, note: String, errors: FieldErrors) -> Result<ExtendCheckPage, PageError> {
    let (texts, around, unit) = (found.texts(), found.around(), found.unit.as_ref());
    let home = unit.and_then(|unit| read_home(&texts, unit, &around).ok()).flatten();
    let read = unit.and_then(|unit| read_needs(&texts, unit, &around).ok()).unwrap_or_default();
    Ok(ExtendCheckPage {
        guide: guide(found),
        unit: unit.map(CheckedUnit::of).unwrap_or_default(),
        home: home.map(CheckedUnit::of),
        can_change_home: found.own_units.len() > 1,
        voivodeship: voivodeship_of(who, unit).await?,
        applicant: CheckedApplicant::of(&found.account),
        wishes: Wish::lines(&found.dictionaries, &texts.grants, &read),
        coordinator: texts.coordinator,
        note,
        problems: problems::<Extension>(&errors),
        errors,
    })
}

#[get("/account/extend/check")]
async fn show_check(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    let found: Extension = at(&who, ExtensionStep::Check).await?;
    who.show(&check_page(&who, &found, found.texts().note, FieldErrors::default()).await?)
}

#[post("/account/extend/check", data = "<form>")]
async fn create(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (before, note) = (look::<Extension>(who.context(), who.actor()).await?, form.lines("note"));
    match file::<Extension>(who.context(), who.actor(), &note).await {
        Ok(number) => filed(&who, before.corrects.is_some(), &number).await,
        Err(error) => {
            let errors = invalid::<Extension>(&who, error)?;
            who.show_again(&check_page(&who, &before, note, errors).await?)
        }
    }
}

#[get("/account/extend/drop")]
async fn ask_drop(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    guided::ask_drop::<Extension>(&who).await
}

#[post("/account/extend/drop", data = "<_form>")]
async fn drop_typed(who: Permit<'_, PermissionExtensionFile>, _form: Posted) -> Answer {
    guided::drop_typed::<Extension>(&who).await
}

fn revocation(id: &str) -> Result<RevocationId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

#[get("/account/extend/hand-over/<id>")]
async fn ask_take_over(who: Permit<'_, PermissionExtensionFile>, id: &str) -> Answer {
    let TakeOver { leaver, unit, pairs, extension } = view_take_over(who.context(), who.actor(), revocation(id)?).await?;
    who.show(&TakeOverPage {
        full_name: leaver.profile.full_name(),
        unit_name: unit.data.name.to_string(),
        wishes: Wish::lines(&extension.dictionaries, &pairs, &[]),
        has_draft: extension.draft.is_some(),
    })
}

#[post("/account/extend/hand-over/<id>", data = "<_form>")]
async fn begin_take_over(who: Permit<'_, PermissionExtensionFile>, id: &str, _form: Posted) -> Answer {
    match take_over(who.context(), who.actor(), revocation(id)?).await {
        Ok(()) => who.redirect(href::<Extension>(ExtensionStep::Needs)),
        Err(ServiceError::Stale) => who.redirect_with(start::<Extension>(), "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![
        show,
        show_unit,
        update_unit,
        search,
        choose_found,
        show_home,
        update_home,
        show_needs,
        update_needs,
        show_statements,
        update_statements,
        show_check,
        create,
        ask_drop,
        drop_typed,
        ask_take_over,
        begin_take_over
    ]
}
