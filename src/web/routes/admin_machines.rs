//! `/admin/machines`: other systems that ask what an account may do, their tokens, and taking their access away.

use super::exports;
use crate::domain::id::MachineClientId;
use crate::domain::invalid::FieldErrors;
use crate::domain::machine::MachineClient;
use crate::domain::permission::{ListScope, ReportVerb};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::ServiceError;
use crate::services::export_list::List;
use crate::services::manage_machines::{NewMachine, create_machine, list_machines, list_sub_areas, revoke_machine, view_machine};
use crate::services::view_office::name_voivodeships;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{MachineManage, Permit};
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::machine_pages::{CreateMachinePage, MachineListPage, MachineRow, MachineTokenPage, RevokeMachinePage};
use crate::web::reply::Answer;
use crate::web::session::{self, CookieName};
use crate::web::visit::Visit;
use rocket::time::Duration;
use rocket::{Route, get, post, routes};
use std::collections::BTreeMap;

/// A new token waits so long for the page that shows it.
const TOKEN_KEEP: Duration = Duration::minutes(10);

fn row_of(client: &MachineClient, names: &BTreeMap<VoivodeshipCode, String>) -> MachineRow {
    let voivodeships = match &client.scope.place {
        ListScope::Country => Vec::new(),
        ListScope::Voivodeships(codes) => codes.iter().map(|code| names.get(code).cloned().unwrap_or_else(|| code.to_string())).collect(),
    };
    MachineRow {
        id: client.id.to_string(),
        name: client.name.to_string(),
        sub_areas: client.scope.sub_areas.clone(),
        verbs: client.scope.verbs.iter().map(|verb| verb.name()).collect(),
        voivodeships,
        created_at: client.created_at,
        created_by: client.created_by.clone(),
        is_named_creator: client.created_by == "operator",
        last_used_at: client.last_used_at,
        revoked_at: client.revoked_at,
    }
}

#[get("/admin/machines")]
async fn list(who: Permit<'_, MachineManage>) -> Answer {
    let names = name_voivodeships(who.context()).await?;
    let clients = list_machines(who.context(), who.actor()).await?;
    let (machines, revoked) = clients.iter().map(|client| row_of(client, &names)).partition(|row| row.revoked_at.is_none());
    who.show(&MachineListPage { machines, revoked, export: exports::links("machines", &[]) })
}

#[get("/export/machines/<format>")]
async fn export(who: Permit<'_, MachineManage>, format: &str) -> Answer {
    exports::answer(&who, &List::Machines, format).await
}

async fn form_page(who: &Visit<'_>, typed: NewMachine, errors: FieldErrors) -> Result<CreateMachinePage, PageError> {
    let words = &who.context().renderer;
    let sub_areas = list_sub_areas(who.context()).await?;
    let names = name_voivodeships(who.context()).await?;
    let mut all_voivodeships: Vec<Choice> = names.iter().map(|(code, name)| Choice::new(code.as_str(), name)).collect();
    all_voivodeships.sort_by_cached_key(|choice| crate::domain::collation::sort_key(&choice.text));
    Ok(CreateMachinePage {
        all_sub_areas: sub_areas.into_iter().map(|area| Choice::new(&area.code, format!("{} – {}", area.code, area.name))).collect(),
        all_verbs: ReportVerb::ALL.map(|verb| Choice::new(verb.name(), words.label(&format!("verbs.{}", verb.name())))).into(),
        all_voivodeships,
        name: typed.name,
        sub_areas: typed.sub_areas,
        verbs: typed.verbs,
        voivodeships: typed.voivodeships,
        errors,
    })
}

#[get("/admin/machines/create")]
async fn show_create(who: Permit<'_, MachineManage>) -> Answer {
    who.has_proof(who.actor())?;
    who.show(&form_page(&who, NewMachine::default(), FieldErrors::default()).await?)
}

#[post("/admin/machines/create", data = "<form>")]
async fn create(who: Permit<'_, MachineManage>, form: Posted) -> Answer {
    let all = |name: &str| form.all(name).map(str::to_owned).collect();
    let typed = NewMachine {
        name: form.text("name").to_owned(),
        sub_areas: all("sub_areas"),
        verbs: all("verbs"),
        voivodeships: all("voivodeships"),
    };
    match create_machine(who.context(), who.actor(), &typed).await {
        Ok(made) => {
            let texts = [made.client.id.to_string(), made.token];
            let text = session::sealed(who.context(), CookieName::MachineToken, who.me().account, &texts);
            let text = text.ok_or_else(|| PageError::internal("a token cannot be sealed"))?;
            session::set(who.cookies(), who.settings(), CookieName::MachineToken, text, Some(TOKEN_KEEP));
            who.redirect_with("/admin/machines/token", "machine_created")
        }
        Err(ServiceError::Invalid(errors)) => who.show_again(&form_page(&who, typed, errors).await?),
        Err(error) => Err(error.into()),
    }
}

/// Shows it once: the cookie that brings it goes with this page.
#[get("/admin/machines/token")]
async fn token(who: Permit<'_, MachineManage>) -> Answer {
    let text = session::read(who.cookies(), who.settings(), CookieName::MachineToken).map(str::to_owned);
    session::clear(who.cookies(), who.settings(), CookieName::MachineToken);
    let brought = text.and_then(|text| session::read_sealed(who.context(), CookieName::MachineToken, who.me().account, &text));
    let Some([id, token]) = brought.as_deref() else { return who.redirect_with("/admin/machines", "token_shown_once") };
    let client = view_machine(who.context(), who.actor(), parse(id)?).await?;
    who.show(&MachineTokenPage { name: client.name.to_string(), token: token.clone() })
}

fn parse(id: &str) -> Result<MachineClientId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

#[get("/admin/machines/<id>/revoke")]
async fn show_revoke(who: Permit<'_, MachineManage>, id: &str) -> Answer {
    let id = parse(id)?;
    who.has_proof(who.actor())?;
    let client = view_machine(who.context(), who.actor(), id).await?;
    if client.revoked_at.is_some() {
        return who.redirect_with("/admin/machines", "nothing_changed");
    }
    who.show(&RevokeMachinePage { name: client.name.to_string(), last_used_at: client.last_used_at })
}

#[post("/admin/machines/<id>/revoke", data = "<_form>")]
async fn revoke(who: Permit<'_, MachineManage>, id: &str, _form: Posted) -> Answer {
    match revoke_machine(who.context(), who.actor(), parse(id)?).await {
        Ok(()) => who.redirect_with("/admin/machines", "machine_revoked"),
        Err(ServiceError::Stale) => who.redirect_with("/admin/machines", "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, export, show_create, create, token, show_revoke, revoke]
}
