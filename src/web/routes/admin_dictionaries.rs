//! `/admin/dictionaries`: kinds of unit, sub-areas, targets, single days off, and what was changed in them.

use super::editing::{change_views, typed, version_of};
use crate::domain::application::Kind;
use crate::domain::day_off::DayOff;
use crate::domain::dictionary::UnitKind;
use crate::domain::dictionary::editing::{Edited, texts_of_area, texts_of_kind};
use crate::domain::edited::{Change, Subject, Texts};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::permission::Permission;
use crate::services::ServiceError;
use crate::services::edit_dictionaries::{
    dictionary_history, entry_changed_since, open_sub_area, open_unit_kind, read_dictionaries, save_sub_area, save_unit_kind, set_day_off,
    withdraw_day_off,
};
use crate::services::set_targets::{ALL_KINDS, set_target};
use crate::services::view_changes::ChangeMade;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{DictionaryEdit, Permit, TargetSet};
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::editing_pages::{
    AreaRow, DayOffPage, DayRow, DictionariesPage, EditAreaPage, EditKindPage, HistoryPage, KindRow, SetTargetPage, TargetRow,
};
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use jiff::civil::Date;
use rocket::{Route, get, post, routes};

const PLACE: &str = "/admin/dictionaries";

fn day_row(entry: DayOff, today: Date) -> DayRow {
    let state = match (entry.is_withdrawn, entry.is_ahead(today)) {
        (true, _) => "withdrawn",
        (false, true) => "ahead",
        (false, false) => "past",
    };
    DayRow { day: entry.day, what: entry.what(), reason: entry.reason, state }
}

#[get("/admin/dictionaries")]
async fn list(who: Permit<'_, DictionaryEdit>) -> Answer {
    let all = read_dictionaries(who.context(), who.actor()).await?;
    let today = who.context().now().warsaw_date();
    let kind = |kind: Edited<UnitKind>| KindRow {
        sub_areas: kind.entry.sub_areas.join(", "),
        code: kind.entry.code,
        name: kind.entry.name,
        last_day: kind.last_day,
    };
    who.show(&DictionariesPage {
        unit_kinds: all.unit_kinds.into_iter().map(kind).collect(),
        sub_areas: all
            .sub_areas
            .into_iter()
            .map(|area| AreaRow {
                code: area.entry.code,
                name: area.entry.name,
                default_months: area.entry.default_months,
                longest_months: area.entry.longest_months,
                last_day: area.last_day,
            })
            .collect(),
        targets: all
            .targets
            .into_iter()
            .map(|target| TargetRow {
                kind: target.kind.map_or("", Kind::key),
                valid_from: target.valid_from,
                working_days: target.working_days,
            })
            .collect(),
        may_set_targets: who.may_list(Permission::TargetSet),
        days_off: all.days_off.into_iter().map(|entry| day_row(entry, today)).collect(),
    })
}

#[get("/admin/dictionaries/history")]
async fn history(who: Permit<'_, DictionaryEdit>) -> Answer {
    let changes = dictionary_history(who.context(), who.actor()).await?;
    who.show(&HistoryPage { office: None, changes: change_views(&who, &changes, true), back: PLACE })
}

/// After saving; what to show again is left to the caller, with what others have changed meanwhile.
async fn meanwhile(who: &Visit<'_>, subject: Subject, code: &str, seen: i32) -> Result<(Vec<ChangeMade>, Vec<Change>), PageError> {
    let made = entry_changed_since(who.context(), who.actor(), subject, code, seen).await?;
    let changes = made.iter().map(|made| made.change.clone()).collect();
    Ok((made, changes))
}

async fn kind_page(
    who: &Visit<'_>,
    code: &str,
    typed: Option<Texts>,
    changed: &[ChangeMade],
    errors: FieldErrors,
) -> Result<EditKindPage, PageError> {
    let (kind, areas) = open_unit_kind(who.context(), who.actor(), code).await?;
    let texts = typed.unwrap_or_else(|| texts_of_kind(&kind));
    Ok(EditKindPage {
        sub_areas: texts.get("sub_areas").split_whitespace().map(str::to_owned).collect(),
        texts,
        all_sub_areas: areas
            .into_iter()
            .map(|area| Choice::new(area.entry.code.as_str(), format!("{} – {}", area.entry.code, area.entry.name)))
            .collect(),
        version: kind.version,
        code: kind.entry.code,
        meanwhile: change_views(who, changed, false),
        errors,
    })
}

#[get("/admin/dictionaries/unit-kinds/<code>")]
async fn show_kind(who: Permit<'_, DictionaryEdit>, code: &str) -> Answer {
    who.show(&kind_page(&who, code, None, &[], FieldErrors::default()).await?)
}

#[post("/admin/dictionaries/unit-kinds/<code>", data = "<form>")]
async fn edit_kind(who: Permit<'_, DictionaryEdit>, code: &str, form: Posted) -> Answer {
    let mut texts = Texts::default();
    ["name", "last_day"].into_iter().for_each(|field| texts.set(field, form.text(field)));
    texts.set("sub_areas", form.all("sub_areas").collect::<Vec<_>>().join(" "));
    let seen = version_of(&form);
    match save_unit_kind(who.context(), who.actor(), code, seen, &texts).await {
        Ok(true) => who.redirect_with(PLACE, "dictionary_saved"),
        Ok(false) => who.redirect_with(PLACE, "nothing_changed"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&kind_page(&who, code, Some(texts), &[], errors).await?),
        Err(ServiceError::Stale) => {
            let (made, changes) = meanwhile(&who, Subject::UnitKind, code, seen).await?;
            who.show_again(&kind_page(&who, code, Some(texts.rebased(&changes)), &made, FieldErrors::default()).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn area_page(
    who: &Visit<'_>,
    code: &str,
    typed: Option<Texts>,
    changed: &[ChangeMade],
    errors: FieldErrors,
) -> Result<EditAreaPage, PageError> {
    let area = open_sub_area(who.context(), who.actor(), code).await?;
    let texts = typed.unwrap_or_else(|| texts_of_area(&area));
    Ok(EditAreaPage { texts, version: area.version, code: area.entry.code, meanwhile: change_views(who, changed, false), errors })
}

#[get("/admin/dictionaries/sub-areas/<code>")]
async fn show_area(who: Permit<'_, DictionaryEdit>, code: &str) -> Answer {
    who.show(&area_page(&who, code, None, &[], FieldErrors::default()).await?)
}

#[post("/admin/dictionaries/sub-areas/<code>", data = "<form>")]
async fn edit_area(who: Permit<'_, DictionaryEdit>, code: &str, form: Posted) -> Answer {
    let area = open_sub_area(who.context(), who.actor(), code).await?;
    let (seen, texts) = (version_of(&form), typed(&form, &texts_of_area(&area)));
    match save_sub_area(who.context(), who.actor(), code, seen, &texts).await {
        Ok(true) => who.redirect_with(PLACE, "dictionary_saved"),
        Ok(false) => who.redirect_with(PLACE, "nothing_changed"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&area_page(&who, code, Some(texts), &[], errors).await?),
        Err(ServiceError::Stale) => {
            let (made, changes) = meanwhile(&who, Subject::SubArea, code, seen).await?;
            who.show_again(&area_page(&who, code, Some(texts.rebased(&changes)), &made, FieldErrors::default()).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn target_page(who: &Visit<'_>, form: &Posted, errors: FieldErrors) -> SetTargetPage {
    let words = &who.context().renderer;
    let every = Choice::new(ALL_KINDS, words.label("dictionaries.all_kinds"));
    let kinds = Kind::ALL.into_iter().map(|kind| Choice::new(kind.key(), words.label(&format!("kinds.{}", kind.key()))));
    SetTargetPage {
        kind: form.text("kind").to_owned(),
        kinds: std::iter::once(every).chain(kinds).collect(),
        valid_from: form.text("valid_from").to_owned(),
        working_days: form.text("working_days").to_owned(),
        errors,
    }
}

#[get("/admin/dictionaries/targets")]
fn show_target(who: Permit<'_, TargetSet>) -> Answer {
    who.show(&target_page(&who, &Posted::default(), FieldErrors::default()))
}

#[post("/admin/dictionaries/targets", data = "<form>")]
async fn target(who: Permit<'_, TargetSet>, form: Posted) -> Answer {
    let kind = match form.text("kind") {
        ALL_KINDS => Ok(None),
        key => Kind::from_key(key).map(Some).ok_or_else(|| FieldErrors::one("kind", Invalid::Unknown)),
    };
    let kind = match kind {
        Ok(kind) => kind,
        Err(errors) => return who.show_again(&target_page(&who, &form, errors)),
    };
    match set_target(who.context(), who.actor(), kind, form.text("valid_from"), form.text("working_days")).await {
        Ok(()) => who.redirect_with(PLACE, "target_set"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&target_page(&who, &form, errors)),
        Err(error) => Err(error.into()),
    }
}

fn day_page(form: &Posted, errors: FieldErrors) -> DayOffPage {
    let text = |field: &str| form.text(field).to_owned();
    DayOffPage { day: text("day"), what: text("what"), reason: text("reason"), errors }
}

#[get("/admin/dictionaries/days-off")]
fn show_day_off(who: Permit<'_, DictionaryEdit>) -> Answer {
    who.show(&day_page(&Posted::default(), FieldErrors::default()))
}

#[post("/admin/dictionaries/days-off", data = "<form>")]
async fn day_off(who: Permit<'_, DictionaryEdit>, form: Posted) -> Answer {
    match set_day_off(who.context(), who.actor(), form.text("day"), form.text("what"), form.text("reason")).await {
        Ok(()) => who.redirect_with(PLACE, "day_off_saved"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&day_page(&form, errors)),
        Err(error) => Err(error.into()),
    }
}

#[post("/admin/dictionaries/days-off/<day>/withdraw", data = "<_form>")]
async fn withdraw(who: Permit<'_, DictionaryEdit>, day: &str, _form: Posted) -> Answer {
    let day: Date = day.parse().map_err(|_| PageError::NotFound)?;
    match withdraw_day_off(who.context(), who.actor(), day).await {
        Ok(()) => who.redirect_with(PLACE, "day_off_withdrawn"),
        Err(ServiceError::Stale) => who.redirect_with(PLACE, "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, history, show_kind, edit_kind, show_area, edit_area, show_target, target, show_day_off, day_off, withdraw]
}
