//! Makes and revokes machine clients: other systems that ask what an account may do. A token is shown once, where it is made, and
//! only its hash is kept.

use super::context::Context;
use super::error::ServiceError;
use super::{prove_again, record};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::dictionary::SubArea;
use crate::domain::id::MachineClientId;
use crate::domain::identifiers::Line;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::machine::{LONGEST_NAME, MachineClient, MachineScope};
use crate::domain::permission::{ListScope, Permission, ReportVerb, Target};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::secrets::{random_machine_token, token_hash};
use crate::storage::database::begin;
use crate::storage::{dictionaries, machine_clients, offices};
use serde_json::json;

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct NewMachine {
    /// What people call the system.
    pub name: String,
    /// Codes of the sub-areas that it may ask about.
    pub sub_areas: Vec<String>,
    /// Names of the verbs: view, edit, approve.
    pub verbs: Vec<String>,
    /// Two digits each; none for the country.
    pub voivodeships: Vec<String>,
}

/// A client with its token, which nobody can be told again.
#[derive(Debug)]
pub struct MadeMachine {
    /// The client.
    pub client: MachineClient,
    /// For the other system's settings.
    pub token: String,
}

/// The values that stand in a list, each once and in the list's order. Nothing chosen, and anything unknown, is refused.
pub(super) fn chosen<T: Clone>(known: &[T], typed: &[String], named: impl Fn(&T, &str) -> bool) -> Result<Vec<T>, Invalid> {
    let typed: Vec<&str> = typed.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    if typed.is_empty() {
        return Err(Invalid::NothingChosen);
    }
    if typed.iter().any(|text| !known.iter().any(|one| named(one, text))) {
        return Err(Invalid::Unknown);
    }
    Ok(known.iter().filter(|one| typed.iter().any(|text| named(one, text))).cloned().collect())
}

fn parse(typed: &NewMachine, sub_areas: &[String], codes: &[VoivodeshipCode]) -> Result<(Line, MachineScope), FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", Line::parse(&typed.name, LONGEST_NAME));
    let sub_areas = errors.take("sub_areas", chosen(sub_areas, &typed.sub_areas, |code, text| code == text));
    let verbs = errors.take("verbs", chosen(&ReportVerb::ALL, &typed.verbs, |verb, text| verb.name() == text));
    let place = match chosen(codes, &typed.voivodeships, |code, text| code.as_str() == text) {
        Err(Invalid::NothingChosen) => Ok(ListScope::Country),
        chosen => chosen.map(ListScope::Voivodeships),
    };
    let place = errors.take("voivodeships", place);
    match (name, sub_areas, verbs, place) {
        (Some(name), Some(sub_areas), Some(verbs), Some(place)) => Ok((name, MachineScope { sub_areas, verbs, place })),
        _ => Err(errors),
    }
}

/// Makes a client and its token.
///
/// # Errors
/// `Invalid` at the fields; `Denied`, `ProofTooOld`.
pub async fn create_machine(context: &Context, actor: &Actor, typed: &NewMachine) -> Result<MadeMachine, ServiceError> {
    context.policy.check(actor, Permission::MachineManage, &Target::default())?;
    prove_again::required(context, actor)?;
    let sub_areas: Vec<String> = list_sub_areas(context).await?.into_iter().map(|area| area.code).collect();
    let codes: Vec<VoivodeshipCode> = offices::list(&context.db).await?.into_iter().map(|office| office.voivodeship).collect();
    let (name, scope) = parse(typed, &sub_areas, &codes)?;
    let client = MachineClient {
        id: context.new_machine_client_id(),
        name,
        scope,
        created_by: actor.label().to_owned(),
        created_at: context.now(),
        last_used_at: None,
        revoked_at: None,
    };
    let token = random_machine_token();
    let tx = begin(&context.db).await?;
    machine_clients::add(&tx, &client, token_hash(&token)).await?;
    let details = json!({ "id": client.id, "scope": client.scope });
    record::done(context, &tx, actor, AuditEvent::MachineCreated, object(&client), None, details).await?;
    tx.commit().await?;
    Ok(MadeMachine { client, token })
}

/// The sub-areas that a client can be made for.
///
/// # Errors
/// Of the database.
pub async fn list_sub_areas(context: &Context) -> Result<Vec<SubArea>, ServiceError> {
    Ok(dictionaries::load(&context.db, context.now().warsaw_date()).await?.sub_areas)
}

/// All clients, those in force first.
///
/// # Errors
/// `Denied`.
pub async fn list_machines(context: &Context, actor: &Actor) -> Result<Vec<MachineClient>, ServiceError> {
    context.policy.check(actor, Permission::MachineManage, &Target::default())?;
    Ok(machine_clients::list(&context.db).await?)
}

/// One client.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn view_machine(context: &Context, actor: &Actor, id: MachineClientId) -> Result<MachineClient, ServiceError> {
    context.policy.check(actor, Permission::MachineManage, &Target::default())?;
    machine_clients::find(&context.db, id).await?.ok_or(ServiceError::NotFound)
}

/// Revokes a client: its next question is refused.
///
/// # Errors
/// `Denied`, `ProofTooOld`; `NotFound` for none such; `Stale` when it is revoked already.
pub async fn revoke_machine(context: &Context, actor: &Actor, id: MachineClientId) -> Result<(), ServiceError> {
    context.policy.check(actor, Permission::MachineManage, &Target::default())?;
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    let client = machine_clients::find(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if !machine_clients::revoke(&tx, id, context.now()).await? {
        return Err(ServiceError::Stale);
    }
    record::done(context, &tx, actor, AuditEvent::MachineRevoked, object(&client), None, json!({ "id": id })).await?;
    tx.commit().await?;
    Ok(())
}

/// As [`revoke_machine`], by the name that the client in force has.
///
/// # Errors
/// As there.
pub async fn revoke_machine_named(context: &Context, actor: &Actor, name: &str) -> Result<(), ServiceError> {
    context.policy.check(actor, Permission::MachineManage, &Target::default())?;
    let client = machine_clients::find_by_name(&context.db, name).await?.ok_or(ServiceError::NotFound)?;
    revoke_machine(context, actor, client.id).await
}

fn object(client: &MachineClient) -> AuditObject {
    AuditObject::new("machine", &client.name)
}
