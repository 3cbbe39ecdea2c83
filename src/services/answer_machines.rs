//! Answers other systems: who asks (by token), and whether an account may do something now. The rule is the portal's own: an active
//! account, a grant in force today in Warsaw, an active unit, and a function that the policy lets do it.

use super::context::Context;
use super::error::ServiceError;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::machine::{AskingMachine, Question};
use crate::domain::moment::Moment;
use crate::domain::permission::{Permission, Target};
use crate::secrets::machine_token_hash;
use crate::storage::machine_clients;
use crate::storage::rights::{self, Right};
use std::collections::HashMap;

/// The client of a token, in force; nobody else has one. Its use is noted.
///
/// # Errors
/// Of the database.
pub async fn know_machine(context: &Context, token: &str) -> Result<Option<AskingMachine>, ServiceError> {
    let Some(hash) = machine_token_hash(token) else { return Ok(None) };
    let found = machine_clients::find_by_token(&context.db, hash).await?;
    let Some(client) = found.filter(|client| client.revoked_at.is_none()) else { return Ok(None) };
    let now = context.now();
    if client.is_use_worth_noting(now) {
        machine_clients::touch(&context.db, client.id, now).await?;
    }
    Ok(Some(AskingMachine::of(&client)))
}

/// Answers to several questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Yes or no, in the order of the questions.
    pub allowed: Vec<bool>,
    /// The moment for which they all hold.
    pub decided_at: Moment,
}

/// Whether each of these may be done now. A refusal never
/// says why: no account, no unit, one outside the asker's voivodeships, no right are all the same.
///
/// # Errors
/// `Denied` when a sub-area or verb is not the asker's to ask about; then none is answered.
pub async fn answer_machine(context: &Context, actor: &Actor, questions: &[Question]) -> Result<Answers, ServiceError> {
    // Refuses everybody but machines before anything is read.
    context.policy.list_scope(actor, Permission::DecisionAsk)?;
    let ActorKind::Machine(machine) = &actor.kind else { return Err(ServiceError::Denied) };
    if questions.iter().any(|question| !machine.scope.covers(&question.sub_area, question.verb)) {
        return Err(ServiceError::Denied);
    }
    let (mut logins, mut regons): (Vec<&str>, Vec<&str>) = questions.iter().filter_map(holder_of).unzip();
    for values in [&mut logins, &mut regons] {
        values.sort_unstable();
        values.dedup();
    }
    let decided_at = context.now();
    let held = rights::in_force_on(&context.db, &logins, &regons, decided_at.warsaw_date()).await?;
    let mut by_holder: HashMap<(&str, &str), Vec<&Right>> = HashMap::new();
    for right in &held {
        let target = Target { unit: Some(right.unit), voivodeship: Some(right.voivodeship.clone()), ..Target::default() };
        if context.policy.check(actor, Permission::DecisionAsk, &target).is_ok() {
            by_holder.entry((&right.login_key, &right.regon)).or_default().push(right);
        }
    }
    let is_allowed = |question: &Question| {
        let rights = holder_of(question).and_then(|holder| by_holder.get(&holder)).map(Vec::as_slice).unwrap_or_default();
        rights.iter().any(|right| right.sub_area == question.sub_area && context.policy.allows_report(&right.function, question.verb))
    };
    Ok(Answers { allowed: questions.iter().map(is_allowed).collect(), decided_at })
}

fn holder_of(question: &Question) -> Option<(&str, &str)> {
    question.holder.as_ref().map(|(login, unit)| (login.as_str(), unit.as_str()))
}
