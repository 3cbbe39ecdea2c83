//! The description of what other systems may ask (OpenAPI 3.1), made from the handlers and their types. A test compares it with the
//! routes that are mounted. What may not live here: paths and shapes (those are the handlers').

use crate::web::routes::machines;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "CAS portal: decisions for other systems",
        description = "Whether an account may do something with the reports of a sub-area for a unit, now. Allowed is who has an active \
                       account and a grant in force today (Europe/Warsaw) whose function permits the verb, for an active unit. A change \
                       of grants shows in the next answer, so answers are not to be kept. A refusal never says why."
    ),
    paths(machines::decide, machines::decide_many, machines::gate, machines::describe),
    modifiers(&Token)
)]
pub struct Description;

/// How a client says who it is.
struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some("The token that `cas-portal machine create`, or the portal, has shown once.".to_owned());
        openapi.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}
