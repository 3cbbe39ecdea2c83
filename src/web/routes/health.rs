//! `/health/live`, `/health/ready`: for machines.

use crate::services::check_health::check_health;
use crate::web::guards::Anyone;
use crate::web::in_flight::InFlight;
use crate::web::reply::{Answer, Reply};
use rocket::http::Status;
use rocket::{Route, State, get, routes};

/// The process answers.
#[get("/health/live")]
fn live(_who: Anyone<'_>) -> Answer {
    Ok(Reply::text(Status::Ok, "alive\n"))
}

/// The database answers, its schema is up to date, and the process is not about to stop.
#[get("/health/ready")]
async fn ready(who: Anyone<'_>, in_flight: &State<InFlight>) -> Answer {
    let is_ready = !in_flight.is_stopping() && check_health(who.context()).await;
    Ok(if is_ready { Reply::text(Status::Ok, "ready\n") } else { Reply::text(Status::ServiceUnavailable, "not ready\n") })
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![live, ready]
}
