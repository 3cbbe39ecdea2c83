//! `/admin/stand-ins`: who stands in for whom, naming a deputy, ending that.

use super::exports;
use crate::domain::account::RoleAssignment;
use crate::domain::id::StandInId;
use crate::domain::invalid::FieldErrors;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::render::Labels;
use crate::services::ServiceError;
use crate::services::export_list::List;
use crate::services::stand_ins::{
    Absent, Deputy, NewStandIn, StandInView, end_stand_in, lendable, list_absent, list_deputies, list_stand_ins, name_stand_in,
    name_stand_in_for, view_stand_in,
};
use crate::services::view_office::name_voivodeships;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{Permit, StandInName, StandInOversee};
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::deciding_pages::{EndStandInPage, NameStandInPage, StandInGroup, StandInListPage, StandInRow};
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};
use std::collections::BTreeMap;

type Names = BTreeMap<VoivodeshipCode, String>;

const PLACE: &str = "/admin/stand-ins";

fn row_of(view: &StandInView, names: &Names) -> StandInRow {
    let one = &view.stand_in;
    StandInRow {
        id: one.id.to_string(),
        deputy: view.deputy.clone(),
        deputised: view.deputised.clone(),
        named_by: view.named_by.clone(),
        role: one.assignment.role.key(),
        voivodeship: one.assignment.voivodeship.as_ref().and_then(|code| names.get(code).cloned()),
        from: one.from,
        until: one.until,
        state: view.state.key(),
        may_end: view.may_end,
    }
}

#[get("/admin/stand-ins")]
async fn list(who: Permit<'_, StandInName>) -> Answer {
    let names = name_voivodeships(who.context()).await?;
    let all = list_stand_ins(who.context(), who.actor()).await?;
    let oversees = all.oversees;
    let group = |key, views: Vec<StandInView>| StandInGroup { key, rows: views.iter().map(|view| row_of(view, &names)).collect() };
    let mut groups = vec![group("named", all.named)];
    groups.extend([group("acting", all.acting), group("others", all.others)].into_iter().filter(|group| !group.rows.is_empty()));
    who.show(&StandInListPage { groups, oversees, export: exports::links("stand-ins", &[]) })
}

#[get("/export/stand-ins/<format>")]
async fn export(who: Permit<'_, StandInName>, format: &str) -> Answer {
    exports::answer(&who, &List::StandIns, format).await
}

/// „administrator wojewódzki, świętokrzyskie”.
fn role_text(role: &RoleAssignment, names: &Names, words: &Labels) -> String {
    let name = words.text(&format!("roles.{}", role.role.key()));
    match role.voivodeship.as_ref().and_then(|code| names.get(code)) {
        Some(place) => format!("{name}, {place}"),
        None => name,
    }
}

async fn form_page(who: &Visit<'_>, is_for_other: bool, typed: NewStandIn, errors: FieldErrors) -> Result<NameStandInPage, PageError> {
    let names = name_voivodeships(who.context()).await?;
    let words = who.context().renderer.labels();
    let role = |role: &RoleAssignment| role_text(role, &names, words);
    let deputy = |one: &Deputy| {
        let roles: Vec<String> = one.roles.iter().map(role).collect();
        Choice::new(
            one.account.id.to_string(),
            format!("{} ({}), {}", one.account.profile.full_name(), one.account.login, roles.join("; ")),
        )
    };
    let absent = |one: &Absent| {
        let text = format!("{} ({}), {}", one.account.profile.full_name(), one.account.login, role(&one.role));
        Choice::new(one.role.id.to_string(), text)
    };
    let roles = if is_for_other {
        list_absent(who.context(), who.actor()).await?.iter().map(absent).collect()
    } else {
        let own = who.actor().signed_in().map(lendable).unwrap_or_default();
        if own.len() > 1 { own.iter().map(|one| Choice::new(one.id.to_string(), role(one))).collect() } else { Vec::new() }
    };
    Ok(NameStandInPage {
        is_for_other,
        deputies: list_deputies(who.context(), who.actor()).await?.iter().map(deputy).collect(),
        deputy: typed.deputy,
        roles,
        lent_role: typed.role,
        from: typed.from,
        until: typed.until,
        errors,
    })
}

fn typed(form: &Posted) -> NewStandIn {
    let text = |name: &str| form.text(name).to_owned();
    NewStandIn { deputy: text("deputy"), role: text("lent_role"), from: text("from"), until: text("until") }
}

async fn after(who: &Visit<'_>, is_for_other: bool, typed: NewStandIn, named: Result<StandInId, ServiceError>) -> Answer {
    match named {
        Ok(_) => who.redirect_with(PLACE, "stand_in_named"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&form_page(who, is_for_other, typed, errors).await?),
        Err(error) => Err(error.into()),
    }
}

#[get("/admin/stand-ins/name")]
async fn show_name(who: Permit<'_, StandInName>) -> Answer {
    who.has_proof(who.actor())?;
    who.show(&form_page(&who, false, NewStandIn::default(), FieldErrors::default()).await?)
}

#[post("/admin/stand-ins/name", data = "<form>")]
async fn name(who: Permit<'_, StandInName>, form: Posted) -> Answer {
    let typed = typed(&form);
    let named = name_stand_in(who.context(), who.actor(), &typed).await;
    after(&who, false, typed, named).await
}

#[get("/admin/stand-ins/name-for")]
async fn show_name_for(who: Permit<'_, StandInOversee>) -> Answer {
    who.has_proof(who.actor())?;
    who.show(&form_page(&who, true, NewStandIn::default(), FieldErrors::default()).await?)
}

#[post("/admin/stand-ins/name-for", data = "<form>")]
async fn name_for(who: Permit<'_, StandInOversee>, form: Posted) -> Answer {
    let typed = typed(&form);
    let named = name_stand_in_for(who.context(), who.actor(), &typed).await;
    after(&who, true, typed, named).await
}

fn parse(id: &str) -> Result<StandInId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

#[get("/admin/stand-ins/<id>/end")]
async fn show_end(who: Permit<'_, StandInName>, id: &str) -> Answer {
    let view = view_stand_in(who.context(), who.actor(), parse(id)?).await?;
    if !view.may_end {
        return who.redirect_with(PLACE, "nothing_changed");
    }
    who.show(&EndStandInPage { row: row_of(&view, &name_voivodeships(who.context()).await?) })
}

#[post("/admin/stand-ins/<id>/end", data = "<_form>")]
async fn end(who: Permit<'_, StandInName>, id: &str, _form: Posted) -> Answer {
    match end_stand_in(who.context(), who.actor(), parse(id)?).await {
        Ok(()) => who.redirect_with(PLACE, "stand_in_ended"),
        Err(ServiceError::Stale) => who.redirect_with(PLACE, "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, export, show_name, name, show_name_for, name_for, show_end, end]
}
