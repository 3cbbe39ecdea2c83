//! `/account/renew`: „Przedłuż uprawnienia”, step by step. What may not live here: rules.

use crate::domain::application::draft::{RenewalTexts, RenewedTexts};
use crate::domain::application::renewal::{RenewalStep, Renewed, chosen_in, day_field, opens_on, pair, read_renewed};
use crate::domain::application::right::Right;
use crate::domain::invalid::FieldErrors;
use crate::domain::unit::{Unit, UnitStatus};
use crate::services::ServiceError;
use crate::services::guided_form::{file, look};
use crate::services::renew_permissions::{Renewal, choose_unit, save_grants};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{PermissionRenewalFile, Permit};
use crate::web::guided::{
    self, GuidedPages, at, corrects, filed, guide, invalid, overview, problems, remark_at, required_unit_id, saved, unit_items,
    voivodeship_of,
};
use crate::web::pages::guided_pages::{CheckedApplicant, CheckedUnit};
use crate::web::pages::renew_pages::{EndingRow, RenewCheckPage, RenewGrantsPage, RenewPage, RenewUnitPage, RenewedLine};
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

impl GuidedPages for Renewal {
    const WORDS: &'static str = "renew";

    fn step_of(field: &str) -> Option<RenewalStep> {
        match field {
            "unit" => Some(RenewalStep::Unit),
            "statements" => Some(RenewalStep::Statements),
            field if field == "grants" || field.starts_with("until.") => Some(RenewalStep::Grants),
            _ => None,
        }
    }

    fn is_as_filed(filed: &RenewalTexts, typed: &RenewalTexts, step: RenewalStep) -> bool {
        step == RenewalStep::Grants && filed.grants == typed.grants
    }
}

#[get("/account/renew")]
async fn show(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    let found: Renewal = look(who.context(), who.actor()).await?;
    let chosen = found.texts().unit;
    let is_closed = |unit: &Unit| Some(unit.id) == chosen && unit.status != UnitStatus::Active;
    // When there is nothing to renew: on which day there will be.
    let later = found.rights.iter().map(|right| opens_on(right.wish.valid_until)).filter(|day| *day > found.today).min();
    who.show(&RenewPage {
        overview: overview(&who, &found),
        is_unit_closed: found.units.iter().any(is_closed),
        has_something: !found.around().places().is_empty() || found.corrects.is_some(),
        opens_on: later,
    })
}

fn unit_page(who: &Visit<'_>, found: &Renewal, unit: Option<&str>, errors: FieldErrors) -> RenewUnitPage {
    let chosen = || found.texts().unit.map(|unit| unit.to_string()).unwrap_or_default();
    RenewUnitPage { units: unit_items(who, found.around().places()), unit: unit.map_or_else(chosen, str::to_owned), errors }
}

#[get("/account/renew/unit")]
async fn show_unit(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    let found: Renewal = at(&who, RenewalStep::Unit).await?;
    who.show(&unit_page(&who, &found, None, FieldErrors::default()))
}

async fn choose(who: &Visit<'_>, text: &str) -> Result<(), ServiceError> {
    choose_unit(who.context(), who.actor(), required_unit_id("unit", text)?).await
}

#[post("/account/renew/unit", data = "<form>")]
async fn update_unit(who: Permit<'_, PermissionRenewalFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: Renewal = at(&who, RenewalStep::Unit).await?;
    let unit = form.text("unit");
    saved::<Renewal, _>(&who, choose(&who, unit).await, |errors| unit_page(&who, &found, Some(unit), errors)).await
}

fn grants_page(found: &Renewal, typed: &[RenewedTexts], errors: FieldErrors) -> RenewGrantsPage {
    let (around, unit) = (found.around(), found.unit());
    let allowed = unit.and_then(|unit| found.dictionaries.unit_kind(&unit.data.kind)).map(|kind| &kind.sub_areas[..]).unwrap_or_default();
    let ending = unit.into_iter().flat_map(|unit| around.ending_in(unit.id));
    let mut boxes = 0;
    let mut row = |right: &Right| {
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
        remark: remark_at(found, "grants"),
        errors,
    }
}

#[get("/account/renew/grants")]
async fn show_grants(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    let found: Renewal = at(&who, RenewalStep::Grants).await?;
    let typed = found.unit().map(|unit| chosen_in(&found.texts(), unit, &found.around())).unwrap_or_default();
    who.show(&grants_page(&found, &typed, FieldErrors::default()))
}

#[post("/account/renew/grants", data = "<form>")]
async fn update_grants(who: Permit<'_, PermissionRenewalFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found: Renewal = at(&who, RenewalStep::Grants).await?;
    let texts = |right: &str| RenewedTexts { right: right.to_owned(), valid_until: form.text(&day_field(right)).trim().to_owned() };
    let grants: Vec<RenewedTexts> = form.all("grants").map(texts).collect();
    let done = save_grants(who.context(), who.actor(), grants.clone()).await;
    saved::<Renewal, _>(&who, done, |errors| grants_page(&found, &grants, errors)).await
}

#[get("/account/renew/statements")]
async fn show_statements(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    guided::show_statements::<Renewal>(&who, RenewalStep::Statements).await
}

#[post("/account/renew/statements", data = "<form>")]
async fn update_statements(who: Permit<'_, PermissionRenewalFile>, form: Posted) -> Answer {
    guided::update_statements::<Renewal>(&who, RenewalStep::Statements, &form).await
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
    let (texts, around, unit) = (found.texts(), found.around(), found.unit());
    let read = unit.and_then(|unit| read_renewed(&texts, unit, &around).ok()).unwrap_or_default();
    Ok(RenewCheckPage {
        guide: guide(found),
        can_change_unit: found.corrects.is_none() && around.places().len() > 1,
        voivodeship: voivodeship_of(who, unit).await?,
        unit: unit.map(CheckedUnit::of).unwrap_or_default(),
        applicant: CheckedApplicant::of(&found.account),
        first_end: read.iter().map(|renewed| renewed.ends).min(),
        lines: read.iter().map(|renewed| line(found, renewed)).collect(),
        note,
        problems: problems::<Renewal>(&errors),
        errors,
    })
}

#[get("/account/renew/check")]
async fn show_check(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    let found: Renewal = at(&who, RenewalStep::Check).await?;
    who.show(&check_page(&who, &found, found.texts().note, FieldErrors::default()).await?)
}

#[post("/account/renew/check", data = "<form>")]
async fn create(who: Permit<'_, PermissionRenewalFile>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (before, note) = (look::<Renewal>(who.context(), who.actor()).await?, form.lines("note"));
    match file::<Renewal>(who.context(), who.actor(), &note).await {
        Ok(number) => filed(&who, before.corrects.is_some(), &number).await,
        Err(error) => {
            let errors = invalid::<Renewal>(&who, error)?;
            who.show_again(&check_page(&who, &before, note, errors).await?)
        }
    }
}

#[get("/account/renew/drop")]
async fn ask_drop(who: Permit<'_, PermissionRenewalFile>) -> Answer {
    guided::ask_drop::<Renewal>(&who).await
}

#[post("/account/renew/drop", data = "<_form>")]
async fn drop_typed(who: Permit<'_, PermissionRenewalFile>, _form: Posted) -> Answer {
    guided::drop_typed::<Renewal>(&who).await
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
