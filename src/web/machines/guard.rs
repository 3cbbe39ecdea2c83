//! Who asks: another system with its token. What may not live here: what it may ask (services).

use super::problem::Problem;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::audit::AuditObject;
use crate::domain::id::MachineClientId;
use crate::services::answer_machines::know_machine;
use crate::services::{Context, record};
use crate::web::rate::{Limit, Limits, Whose};
use crate::web::trace::Trace;
use rocket::Request;
use rocket::request::{FromRequest, Outcome};
use serde_json::json;
use std::num::NonZeroU32;

/// A machine client in force; each use counts as one question. Others get 401.
pub struct Machine<'r> {
    request: &'r Request<'r>,
    context: &'r Context,
    client: MachineClientId,
    actor: Actor,
}

impl std::fmt::Debug for Machine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine").field("actor", &self.actor).finish_non_exhaustive()
    }
}

impl<'r> Machine<'r> {
    /// The portal's parts.
    pub fn context(&self) -> &'r Context {
        self.context
    }
    /// Who acts: the first argument of every service.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    /// A header of the request.
    pub fn header(&self, name: &str) -> Option<&'r str> {
        self.request.headers().get_one(name)
    }
    /// Counts so many questions besides the first.
    ///
    /// # Errors
    /// How long to wait.
    pub fn count_more(&self, number: usize) -> Result<(), Problem> {
        match u32::try_from(number).ok().and_then(NonZeroU32::new) {
            Some(number) => count(self.request, Limit::Questions, Whose::Machine(self.client), number),
            None => Ok(()),
        }
    }
    /// What a refused question is answered with. It is written down, but a system that asks without end fills no trail.
    pub async fn refused(&self, problem: Problem) -> Problem {
        if !matches!(problem, Problem::OutsideScope) {
            return problem;
        }
        if let Err(too_many) = count(self.request, Limit::RefusedMachine, Whose::Machine(self.client), NonZeroU32::MIN) {
            return too_many;
        }
        write_down(self.request, self.context, &self.actor, "outside_scope").await;
        problem
    }
}

fn count(request: &Request<'_>, limit: Limit, whose: Whose, number: NonZeroU32) -> Result<(), Problem> {
    let Some(limits) = request.rocket().state::<Limits>() else { return Ok(()) };
    limits.count(limit, whose, number).map_err(Problem::TooMany)
}

async fn write_down(request: &Request<'_>, context: &Context, actor: &Actor, reason: &str) {
    let object = AuditObject::new("route", request.uri().path());
    if let Err(error) = record::refused(context, actor, object, None, json!({ "reason": reason })).await {
        tracing::error!(%error, "a refused question could not be written to the audit trail");
    }
}

/// The token of `Authorization: Bearer …`.
fn token<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    let (scheme, token) = request.headers().get_one("Authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

async fn machine<'r>(request: &'r Request<'_>) -> Result<Machine<'r>, Problem> {
    let context = request.rocket().state::<Context>().ok_or_else(|| Problem::Internal("the portal is not put together".to_owned()))?;
    let trace = Trace::of(request);
    let of = |kind| Actor { kind, address: trace.address, correlation: trace.correlation };
    let Some(token) = token(request) else { return Err(Problem::Unauthorized) };
    let Some(machine) = know_machine(context, token).await? else {
        if let Some(limits) = request.rocket().state::<Limits>() {
            limits.check(Limit::RefusedMachine, trace.address).map_err(Problem::TooMany)?;
        }
        write_down(request, context, &of(ActorKind::Visitor), "unknown_token").await;
        return Err(Problem::Unauthorized);
    };
    let client = machine.client;
    count(request, Limit::Questions, Whose::Machine(client), NonZeroU32::MIN)?;
    Ok(Machine { request, context, client, actor: of(ActorKind::Machine(machine)) })
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Machine<'r> {
    type Error = ();
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match machine(request).await {
            Ok(machine) => Outcome::Success(machine),
            Err(problem) => Outcome::Error((problem.note(request), ())),
        }
    }
}
