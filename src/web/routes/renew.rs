//! `/account/renew`: „Przedłuż uprawnienia”, step by step. What may not live here: rules.

use crate::domain::application::draft::RenewedTexts;
use crate::domain::application::matter::address_text;
use crate::domain::application::renewal::{RenewalStep, Renewed, chosen_in, day_field, opens_on, pair, read_renewed, renewal_texts};
use crate::domain::application::status::Status as ApplicationStatus;
use crate::domain::application::typing::StepState;
use crate::domain::id::UnitId;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitStatus};
use crate::services::ServiceError;
use crate::services::pick_gmina::list_voivodeships;
use crate::services::renew_permissions::{Renewal, choose_unit, drop_draft, file, look, save_grants, save_statements as save_confirmed};
use crate::services::view_application::readable;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{PermissionRenewalFile, Permit};
use crate::web::pages::email_change_pages::UnderWay;
use crate::web::pages::extend_pages::{CheckedUnit, UnitItem};
use crate::web::pages::register::finish::Problem;
use crate::web::pages::register::start::Task;
use crate::web::pages::renew_pages::{
    EndingRow, RenewCheckPage, RenewDropPage, RenewGrantsPage, RenewPage, RenewStatementsPage, RenewUnitPage, RenewedLine,
};
use crate::web::rate::Limit;
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};
use uuid::Uuid;

const START: &str = "/account/renew";

const fn href(step: RenewalStep) -> &'static str {
    match step {
        RenewalStep::Unit => "/account/renew/unit",
        RenewalStep::Grants => "/account/renew/grants",
        RenewalStep::Statements => "/account/renew/statements",
        RenewalStep::Check => "/account/renew/check",
    }
}

/// The page on which a field is mended.
fn href_of(field: &str) -> String {
    let step = match field {
        "unit" => RenewalStep::Unit,
        "statements" => RenewalStep::Statements,
        field if field == "grants" || field.starts_with("until.") => return format!("{}#{field}", href(RenewalStep::Grants)),
        _ => return format!("#{field}"),
    };
    href(step).to_owned()
}

fn corrects(found: &Renewal) -> Option<String> {
    found.corrects.as_ref().map(|application| application.number.to_string())
}

/// The office's remarks at what is renewed; several are one text.
fn remark(found: &Renewal) -> Option<String> {
    let texts: Vec<&str> = found.remarks.iter().filter(|r| r.field == "grants").map(|r| r.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// Whether the office asked to correct what is renewed, and nothing has been changed there yet.
fn is_to_correct(found: &Renewal, step: RenewalStep) -> bool {
    let before = found.corrects.as_ref().and_then(|application| application.payload.permission_renewal()).map(renewal_texts);
    step == RenewalStep::Grants && remark(found).is_some() && before.is_some_and(|before| before.grants == found.texts().grants)
}

/// What the office wants corrected, else the first step that is open.
fn next_href(found: &Renewal) -> &'static str {
    let steps = found.steps();
    let next = steps.iter().find(|(step, state)| state.may_enter() && is_to_correct(found, *step));
    next.or_else(|| steps.iter().find(|(_, state)| *state == StepState::Open)).map_or(START, |(step, _)| href(*step))
}

async fn go_on(who: &Visit<'_>) -> Answer {
    who.redirect(next_href(&look(who.context(), who.actor()).await?))
}

/// What is typed, where this step may be entered; else the answer that leads to the task list.
async fn at(who: &Visit<'_>, step: RenewalStep) -> Result<Renewal, Answer> {
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

#[get("/account/renew")]
async fn show(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    let found = look(who.context(), who.actor()).await?;
    let task = |(step, state): (RenewalStep, StepState)| {
        let status = match state {
            StepState::NotNeeded => return None,
            StepState::Waiting => "cannot_start",
            _ if is_to_correct(&found, step) => "error",
            StepState::Done => "done",
            StepState::Open => "todo",
        };
        Some(Task { key: step.key(), href: state.may_enter().then(|| href(step)), status })
    };
    let chosen = found.texts().unit;
    let is_closed = |unit: &Unit| Some(unit.id) == chosen && unit.status != UnitStatus::Active;
    // When there is nothing to renew: on which day there will be.
    let later = found.rights.iter().map(|right| opens_on(right.wish.valid_until)).filter(|day| *day > found.today).min();
    who.show(&RenewPage {
        corrects: corrects(&found),
        tasks: found.steps().into_iter().filter_map(task).collect(),
        next: next_href(&found).to_owned(),
        general_remarks: found.remarks.iter().filter(|r| r.field.is_empty()).map(|r| r.text.clone()).collect(),
        is_unit_closed: found.units.iter().any(is_closed),
        has_something: !found.around().places().is_empty() || found.corrects.is_some(),
        opens_on: later,
        kept_until: found.draft.as_ref().map(|draft| draft.expires_at.0),
        open: found
            .open
            .iter()
            .map(|open| UnderWay { number: open.number.to_string(), path: open.number.to_path(), status: open.status.key() })
            .collect(),
    })
}

fn unit_page(who: &Visit<'_>, found: &Renewal, unit: Option<&str>, errors: FieldErrors) -> RenewUnitPage {
    let words = who.context().renderer.labels().text("form.label.regon");
    let item = |unit: &Unit| UnitItem {
        value: unit.id.to_string(),
        text: unit.data.name.to_string(),
        hint: format!("{}, {words} {}", unit.data.address.town, unit.data.regon),
    };
    let chosen = || found.texts().unit.map(|unit| unit.to_string()).unwrap_or_default();
    RenewUnitPage { units: found.around().places().into_iter().map(item).collect(), unit: unit.map_or_else(chosen, str::to_owned), errors }
}

#[get("/account/renew/unit")]
async fn show_unit(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    match at(&who, RenewalStep::Unit).await {
        Ok(found) => who.show(&unit_page(&who, &found, None, FieldErrors::default())),
        Err(away) => away,
    }
}

async fn choose(who: &Visit<'_>, text: &str) -> Result<(), ServiceError> {
    if text.is_empty() {
        return Err(ServiceError::field("unit", Invalid::Required));
    }
    let unit = Uuid::try_parse(text).map(UnitId).map_err(|_| ServiceError::field("unit", Invalid::Unknown))?;
    choose_unit(who.context(), who.actor(), unit).await
}

#[post("/account/renew/unit", data = "<form>")]
async fn update_unit(who: Permit<'_, PermissionRenewalFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, RenewalStep::Unit).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let unit = form.text("unit");
    match choose(&who, unit).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&unit_page(&who, &found, Some(unit), errors)),
            Err(away) => away,
        },
    }
}

fn grants_page(found: &Renewal, typed: &[RenewedTexts], errors: FieldErrors) -> RenewGrantsPage {
    let (around, unit) = (found.around(), found.unit());
    let allowed = unit.and_then(|unit| found.dictionaries.unit_kind(&unit.data.kind)).map(|kind| &kind.sub_areas[..]).unwrap_or_default();
    let ending = unit.into_iter().flat_map(|unit| around.ending_in(unit.id));
    let mut boxes = 0;
    let mut row = |right: &crate::domain::application::right::Right| {
        let (value, wish) = (pair(&right.wish), &right.wish);
        let chosen = typed.iter().find(|typed| typed.right == value);
        let (sub_area, function) = (found.dictionaries.sub_area(&wish.sub_area), found.dictionaries.function(&wish.function));
        let asked = found.asked.iter().find(|asked| asked.right.is_to(right.unit, &wish.sub_area, &wish.function));
        let is_free = asked.is_none() && allowed.contains(&wish.sub_area);
        boxes += usize::from(is_free);
        EndingRow {
            id: if boxes <= 1 { "grants".to_owned() } else { format!("grants-{boxes}") },
            day: day_field(&value),
            sub_area: sub_area.map_or_else(|| wish.sub_area.clone(), |s| format!("{} – {}", s.code, s.name)),
            function: function.map_or_else(|| wish.function.clone(), |f| f.name.clone()),
            ends: wish.valid_until,
            usual: sub_area.map(|s| s.default_until(found.today)),
            latest: sub_area.map(|s| s.latest_until(found.today)),
            is_chosen: chosen.is_some(),
            valid_until: chosen.map(|typed| typed.valid_until.clone()).unwrap_or_default(),
            is_free,
            number: asked.map(|asked| asked.number.to_string()),
            value,
        }
    };
    let rows: Vec<EndingRow> = ending.map(&mut row).collect();
    RenewGrantsPage {
        corrects: corrects(found),
        unit_name: unit.map(|unit| unit.data.name.to_string()).unwrap_or_default(),
        first_end: rows.iter().map(|row| row.ends).min(),
        has_boxes: rows.iter().any(|row| row.is_free),
        order: std::iter::once("grants".to_owned()).chain(rows.iter().map(|row| row.day.clone())).collect(),
        rows,
        remark: remark(found),
        errors,
    }
}

#[get("/account/renew/grants")]
async fn show_grants(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    match at(&who, RenewalStep::Grants).await {
        Ok(found) => {
            let typed = found.unit().map(|unit| chosen_in(&found.texts(), unit, &found.around())).unwrap_or_default();
            who.show(&grants_page(&found, &typed, FieldErrors::default()))
        }
        Err(away) => away,
    }
}

#[post("/account/renew/grants", data = "<form>")]
async fn update_grants(who: Permit<'_, PermissionRenewalFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, RenewalStep::Grants).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let texts = |right: &str| RenewedTexts { right: right.to_owned(), valid_until: form.text(&day_field(right)).trim().to_owned() };
    let grants: Vec<RenewedTexts> = form.all("grants").map(texts).collect();
    match save_grants(who.context(), who.actor(), grants.clone()).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&grants_page(&found, &grants, errors)),
            Err(away) => away,
        },
    }
}

#[get("/account/renew/statements")]
async fn show_statements(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    match at(&who, RenewalStep::Statements).await {
        Ok(found) => {
            let statements = found.texts().statements;
            who.show(&RenewStatementsPage { corrects: corrects(&found), statements, errors: FieldErrors::default() })
        }
        Err(away) => away,
    }
}

#[post("/account/renew/statements", data = "<form>")]
async fn update_statements(who: Permit<'_, PermissionRenewalFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = match at(&who, RenewalStep::Statements).await {
        Ok(found) => found,
        Err(away) => return away,
    };
    let statements: Vec<String> = form.all("statements").map(str::to_owned).collect();
    match save_confirmed(who.context(), who.actor(), statements.clone()).await {
        Ok(()) => go_on(&who).await,
        Err(error) => match invalid(&who, error) {
            Ok(errors) => who.show_again(&RenewStatementsPage { corrects: corrects(&found), statements, errors }),
            Err(away) => away,
        },
    }
}

fn line(found: &Renewal, renewed: &Renewed) -> RenewedLine {
    let (sub_area, function) = (found.dictionaries.sub_area(&renewed.sub_area), found.dictionaries.function(&renewed.function));
    RenewedLine {
        sub_area: sub_area.map_or_else(|| renewed.sub_area.clone(), |s| format!("{} – {}", s.code, s.name)),
        function: function.map_or_else(|| renewed.function.clone(), |f| f.name.clone()),
        ends: renewed.ends,
        valid_until: renewed.valid_until,
    }
}

async fn check_page(who: &Visit<'_>, found: &Renewal, note: String, errors: FieldErrors) -> Result<RenewCheckPage, PageError> {
    let (texts, around, profile) = (found.texts(), found.around(), &found.account.profile);
    let names = list_voivodeships(who.context()).await?;
    let unit = found.unit();
    let name_of = |unit: &Unit| names.iter().find(|(code, _)| *code == unit.voivodeship).map(|(_, name)| name.clone());
    let read = unit.and_then(|unit| read_renewed(&texts, unit, &around).ok()).unwrap_or_default();
    let checked = |unit: &Unit| CheckedUnit {
        name: unit.data.name.to_string(),
        regon: unit.data.regon.to_string(),
        address: address_text(&unit.data.address),
        head: unit.data.head.to_line(),
    };
    Ok(RenewCheckPage {
        corrects: corrects(found),
        can_change_unit: found.corrects.is_none() && around.places().len() > 1,
        voivodeship: unit.and_then(name_of).unwrap_or_default(),
        unit: unit.map(checked).unwrap_or_default(),
        full_name: profile.full_name(),
        position: profile.position.as_ref().map(ToString::to_string).unwrap_or_default(),
        email: profile.email.to_string(),
        phone: profile.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        login: found.account.login.to_string(),
        first_end: read.iter().map(|renewed| renewed.ends).min(),
        lines: read.iter().map(|renewed| line(found, renewed)).collect(),
        note,
        problems: errors.0.keys().map(|field| Problem { field: field.clone(), href: href_of(field) }).collect(),
        errors,
    })
}

#[get("/account/renew/check")]
async fn show_check(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    match at(&who, RenewalStep::Check).await {
        Ok(found) => who.show(&check_page(&who, &found, found.texts().note, FieldErrors::default()).await?),
        Err(away) => away,
    }
}

#[post("/account/renew/check", data = "<form>")]
async fn create(who: Permit<'_, PermissionRenewalFile>, form: Posted) -> Answer {
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

#[get("/account/renew/drop")]
async fn ask_drop(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    let found = look(who.context(), who.actor()).await?;
    match found.draft {
        Some(_) => who.show(&RenewDropPage { corrects: corrects(&found) }),
        None => who.redirect(START),
    }
}

#[post("/account/renew/drop", data = "<_form>")]
async fn drop_typed(who: Permit<'_, PermissionRenewalFile>, _form: Posted) -> Answer {
    drop_draft(who.context(), who.actor()).await?;
    who.redirect_with("/account", "draft_dropped")
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![
        show,
        show_unit,
        update_unit,
        show_grants,
        update_grants,
        show_statements,
        update_statements,
        show_check,
        create,
        ask_drop,
        drop_typed
    ]
}
