//! `/account/extend`: „Wnioskuj o rozszerzenie uprawnień”, step by step. What may not live here: rules.

use crate::domain::application::draft::{ExtensionTexts, YES};
use crate::domain::application::extension::{ExtensionStep, extension_texts, read_coordinator, read_home, read_needs};
use crate::domain::application::matter::address_text;
use crate::domain::application::status::Status as ApplicationStatus;
use crate::domain::application::typing::StepState;
use crate::domain::id::{RevocationId, UnitId};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitStatus};
use crate::services::ServiceError;
use crate::services::extend_permissions::{
    Extension, TakeOver, choose_home, choose_unit, drop_draft, file, look, save_needs, save_statements as save_confirmed, take_over,
    view_take_over,
};
use crate::services::find_unit::find_unit;
use crate::services::pick_gmina::list_voivodeships;
use crate::services::view_application::readable;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{PermissionExtensionFile, Permit};
use crate::web::pages::email_change_pages::UnderWay;
use crate::web::pages::extend_pages::{
    CheckedUnit, ExtendCheckPage, ExtendDropPage, ExtendHomePage, ExtendNeedsPage, ExtendPage, ExtendSearchPage, ExtendStatementsPage,
    ExtendUnitPage, NeedsRemarks, UnitItem,
};
use crate::web::pages::needs::{NeedRow, Taken, Wish};
use crate::web::pages::register::finish::Problem;
use crate::web::pages::register::start::Task;
use crate::web::pages::revocation_pages::TakeOverPage;
use crate::web::rate::Limit;
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};
use uuid::Uuid;

const START: &str = "/account/extend";
const SEARCH: &str = "/account/extend/search";
/// The choice of a unit that is not an own one.
const OTHER: &str = "other";
/// Longest text that is searched for.
const LONGEST_SEARCH: usize = 200;

const fn href(step: ExtensionStep) -> &'static str {
    match step {
        ExtensionStep::Unit => "/account/extend/unit",
        ExtensionStep::Home => "/account/extend/home",
        ExtensionStep::Needs => "/account/extend/needs",
        ExtensionStep::Statements => "/account/extend/statements",
        ExtensionStep::Check => "/account/extend/check",
    }
}

/// The page on which a field is mended.
fn href_of(field: &str) -> String {
    let step = match field {
        "unit" => ExtensionStep::Unit,
        "home" => ExtensionStep::Home,
        "grants" | "valid_until" | "coordinator" => return format!("{}#{field}", href(ExtensionStep::Needs)),
        "statements" => ExtensionStep::Statements,
        _ => return format!("#{field}"),
    };
    href(step).to_owned()
}

fn corrects(found: &Extension) -> Option<String> {
    found.corrects.as_ref().map(|application| application.number.to_string())
}

/// The office's remarks at a field; several are one text.
fn remark_at(found: &Extension, field: &str) -> Option<String> {
    let texts: Vec<&str> = found.remarks.iter().filter(|r| r.field == field).map(|r| r.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// Whether the office asked to correct something on the page of a step, and nothing has been changed there yet.
fn is_to_correct(found: &Extension, step: ExtensionStep) -> bool {
    let before = found.corrects.as_ref().and_then(|application| application.payload.permission_extension()).map(extension_texts);
    let (now, Some(before)) = (found.texts(), before) else { return false };
    match step {
        ExtensionStep::Home => remark_at(found, "home").is_some() && before.home == now.home,
        ExtensionStep::Needs => {
            let of = |texts: &ExtensionTexts| (texts.grants.clone(), texts.valid_until.clone(), texts.coordinator);
            let is_same = of(&before) == of(&now);
            ["grants", "valid_until", "coordinator"].iter().any(|field| remark_at(found, field).is_some()) && is_same
        }
        _ => false,
    }
}

/// The first step that the office wants corrected, else the first that is open.
fn next_href(found: &Extension) -> &'static str {
    let steps = found.steps();
    let next = steps.iter().find(|(step, state)| state.may_enter() && is_to_correct(found, *step));
    next.or_else(|| steps.iter().find(|(_, state)| *state == StepState::Open)).map_or(START, |(step, _)| href(*step))
}

async fn go_on(who: &Visit<'_>) -> Answer {
    who.redirect(next_href(&look(who.context(), who.actor()).await?))
}

/// What is typed, where this step may be entered; else the answer that leads to the task list.
async fn at(who: &Visit<'_>, step: ExtensionStep) -> Result<Extension, Answer> {
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

#[get("/account/extend")]
async fn show(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    let found = look(who.context(), who.actor()).await?;
    let task = |(step, state): (ExtensionStep, StepState)| {
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
    who.show(&ExtendPage {
        corrects: corrects(&found),
        tasks: found.steps().into_iter().filter_map(task).collect(),
        next: next_href(&found).to_owned(),
        general_remarks: found.remarks.iter().filter(|r| r.field.is_empty()).map(|r| r.text.clone()).collect(),
        is_unit_closed: found.corrects.is_some() && found.unit.as_ref().is_some_and(is_closed),
        kept_until: found.draft.as_ref().map(|draft| draft.expires_at.0),
        open: found
            .open
            .iter()
            .map(|open| UnderWay { number: open.number.to_string(), path: open.number.to_path(), status: open.status.key() })
            .collect(),
    })
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
        units: found.own_units.iter().map(|unit| UnitItem::of(unit, &labels.text("form.label.regon"))).chain([other]).collect(),
        unit: unit.map_or_else(chosen, str::to_owned),
        chosen_other: chosen_other.map(|unit| unit.data.name.to_string()),
        errors,
    }
}

#[get("/account/extend/unit")]
async fn show_unit(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    match at(&who, ExtensionStep::Unit).await {
        // Who works nowhere has nothing to choose from.
        Ok(found) if found.own_units.is_empty() => who.redirect(SEARCH),
        Ok(found) => who.show(&unit_page(&who, &found, None, FieldErrors::default())),
        Err(away) => away,
    }
}

fn unit_of(text: &str) -> Result<UnitId, ServiceError> {
    if text.is_empty() {
        return Err(ServiceError::field("unit", Invalid::Required));
    }
    Uuid::try_parse(text).map(UnitId).map_err(|_| ServiceError::field("unit", Invalid::Unknown))
}

async fn choose(who: &Visit<'_>, text: &str) -> Result<(), ServiceError> {
    choose_unit(who.context(), who.actor(), unit_of(text)?).await
}

#[post("/account/extend/unit", data = "<form>")]
async fn update_unit(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, ExtensionStep::Unit).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let unit = form.text("unit");
    if unit == OTHER {
        return who.redirect(SEARCH);
    }
    match choose(&who, unit).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&unit_page(&who, &found, Some(unit), errors)),
            Err(away) => away,
        },
    }
}

/// The page with what a search finds; without a search, empty.
async fn search_page(who: &Visit<'_>, typed: Option<&str>) -> Result<ExtendSearchPage, PageError> {
    let Some(typed) = typed else { return Ok(ExtendSearchPage::default()) };
    let unit_search: String = typed.trim().chars().take(LONGEST_SEARCH).collect();
    let regon = who.context().renderer.labels().text("form.label.regon");
    match find_unit(who.context(), &unit_search, None).await {
        Ok(found) => Ok(ExtendSearchPage {
            unit_search,
            is_searched: true,
            found: found.registered.iter().map(|unit| UnitItem::of(unit, &regon)).collect(),
            has_more: found.has_more,
            errors: FieldErrors::default(),
        }),
        Err(ServiceError::Invalid(errors)) => Ok(ExtendSearchPage { unit_search, errors, ..ExtendSearchPage::default() }),
        Err(error) => Err(error.into()),
    }
}

#[get("/account/extend/search?<unit_search>")]
async fn search(who: Permit<'_, PermissionExtensionFile>, unit_search: Option<&str>) -> Answer {
    if let Err(away) = at(&who, ExtensionStep::Unit).await {
        return away;
    }
    if unit_search.is_some() {
        who.limit(Limit::Registration)?;
    }
    let page = search_page(&who, unit_search).await?;
    if page.errors.is_empty() { who.show(&page) } else { who.show_again(&page) }
}

#[post("/account/extend/search", data = "<form>")]
async fn choose_found(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    if let Err(away) = at(&who, ExtensionStep::Unit).await {
        return away;
    }
    match choose(&who, form.text("unit")).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => {
                let page = search_page(&who, Some(form.text("unit_search"))).await?;
                who.show_again(&ExtendSearchPage { errors, ..page })
            }
            Err(away) => away,
        },
    }
}

fn home_page(who: &Visit<'_>, found: &Extension, home: String, errors: FieldErrors) -> ExtendHomePage {
    let regon = who.context().renderer.labels().text("form.label.regon");
    let units = found.own_units.iter().map(|unit| UnitItem::of(unit, &regon)).collect();
    ExtendHomePage { corrects: corrects(found), units, home, remark: remark_at(found, "home"), errors }
}

#[get("/account/extend/home")]
async fn show_home(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    match at(&who, ExtensionStep::Home).await {
        Ok(found) => {
            let home = found.texts().home.map(|home| home.to_string()).unwrap_or_default();
            who.show(&home_page(&who, &found, home, FieldErrors::default()))
        }
        Err(away) => away,
    }
}

#[post("/account/extend/home", data = "<form>")]
async fn update_home(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, ExtensionStep::Home).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let typed = form.text("home");
    let home = match typed {
        "" => Ok(None),
        text => Uuid::try_parse(text).map(|id| Some(UnitId(id))).map_err(|_| ServiceError::field("home", Invalid::Unknown)),
    };
    let saved = match home {
        Ok(home) => choose_home(who.context(), who.actor(), home).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&home_page(&who, &found, typed.to_owned(), errors)),
            Err(away) => away,
        },
    }
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
    match at(&who, ExtensionStep::Needs).await {
        Ok(found) => {
            let texts = found.texts();
            who.show(&needs_page(&found, &texts.grants, &texts.valid_until, texts.coordinator, FieldErrors::default()))
        }
        Err(away) => away,
    }
}

#[post("/account/extend/needs", data = "<form>")]
async fn update_needs(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, ExtensionStep::Needs).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let grants: Vec<String> = form.all("grants").map(str::to_owned).collect();
    let valid_until = form.text("valid_until").trim().to_owned();
    let coordinator = form.text("coordinator") == YES;
    match save_needs(who.context(), who.actor(), grants.clone(), valid_until.clone(), coordinator).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&needs_page(&found, &grants, &valid_until, coordinator, errors)),
            Err(away) => away,
        },
    }
}

#[get("/account/extend/statements")]
async fn show_statements(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    match at(&who, ExtensionStep::Statements).await {
        Ok(found) => {
            let statements = found.texts().statements;
            who.show(&ExtendStatementsPage { corrects: corrects(&found), statements, errors: FieldErrors::default() })
        }
        Err(away) => away,
    }
}

#[post("/account/extend/statements", data = "<form>")]
async fn update_statements(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, ExtensionStep::Statements).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let statements: Vec<String> = form.all("statements").map(str::to_owned).collect();
    match save_confirmed(who.context(), who.actor(), statements.clone()).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&ExtendStatementsPage { corrects: corrects(&found), statements, errors }),
            Err(away) => away,
        },
    }
}

fn checked(unit: &Unit) -> CheckedUnit {
    CheckedUnit {
        name: unit.data.name.to_string(),
        regon: unit.data.regon.to_string(),
        address: address_text(&unit.data.address),
        head: unit.data.head.to_line(),
    }
}

async fn check_page(who: &Visit<'_>, found: &Extension, note: String, errors: FieldErrors) -> Result<ExtendCheckPage, PageError> {
    let (texts, around, profile) = (found.texts(), found.around(), &found.account.profile);
    let names = list_voivodeships(who.context()).await?;
    let unit = found.unit.as_ref();
    let name_of = |unit: &Unit| names.iter().find(|(code, _)| *code == unit.voivodeship).map(|(_, name)| name.clone());
    let home = unit.and_then(|unit| read_home(&texts, unit, &around).ok()).flatten();
    let read = unit.and_then(|unit| read_needs(&texts, unit, &around).ok()).unwrap_or_default();
    Ok(ExtendCheckPage {
        corrects: corrects(found),
        unit: unit.map(checked).unwrap_or_default(),
        home: home.map(checked),
        can_change_home: found.own_units.len() > 1,
        voivodeship: unit.and_then(name_of).unwrap_or_default(),
        full_name: profile.full_name(),
        position: profile.position.as_ref().map(ToString::to_string).unwrap_or_default(),
        email: profile.email.to_string(),
        phone: profile.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        login: found.account.login.to_string(),
        wishes: Wish::lines(&found.dictionaries, &texts.grants, &read),
        coordinator: texts.coordinator,
        note,
        problems: errors.0.keys().map(|field| Problem { field: field.clone(), href: href_of(field) }).collect(),
        errors,
    })
}

#[get("/account/extend/check")]
async fn show_check(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    match at(&who, ExtensionStep::Check).await {
        Ok(found) => who.show(&check_page(&who, &found, found.texts().note, FieldErrors::default()).await?),
        Err(away) => away,
    }
}

#[post("/account/extend/check", data = "<form>")]
async fn create(who: Permit<'_, PermissionExtensionFile>, form: Posted) -> Answer {
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
            Ok(errors) => who.show_again(&check_page(&who, &before, note, errors).await?),
            Err(away) => away,
        },
    }
}

#[get("/account/extend/drop")]
async fn ask_drop(who: Permit<'_, PermissionExtensionFile>) -> Answer {
    let found = look(who.context(), who.actor()).await?;
    match found.draft {
        Some(_) => who.show(&ExtendDropPage { corrects: corrects(&found) }),
        None => who.redirect(START),
    }
}

#[post("/account/extend/drop", data = "<_form>")]
async fn drop_typed(who: Permit<'_, PermissionExtensionFile>, _form: Posted) -> Answer {
    drop_draft(who.context(), who.actor()).await?;
    who.redirect_with("/account", "draft_dropped")
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
        Ok(()) => who.redirect(href(ExtensionStep::Needs)),
        Err(ServiceError::Stale) => who.redirect_with(START, "nothing_changed"),
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
