//! What ties the traces of one request together: its id, the client's address, the time it took, one log line, the metrics.
//! Paths and queries are not logged, because some carry tokens: the route's pattern is.

use super::address::client_address;
use super::in_flight::{Counted, InFlight};
use super::{WebSettings, metrics};
use crate::domain::id::CorrelationId;
use crate::services::Context;
use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Data, Request, Response};
use std::net::IpAddr;
use std::time::Instant;

/// One request.
#[derive(Debug)]
pub struct Trace {
    /// Shown on error pages, in `X-Request-Id`, in each log line, in the audit trail.
    pub correlation: CorrelationId,
    /// Where the request comes from.
    pub address: Option<IpAddr>,
    started: Instant,
    _counted: Option<Counted>,
}

impl Trace {
    /// The trace of this request.
    pub fn of<'r>(request: &'r Request<'_>) -> &'r Trace {
        request.local_cache(|| {
            let state = request.rocket();
            Trace {
                correlation: state.state::<Context>().map_or(CorrelationId(uuid::Uuid::nil()), Context::new_correlation_id),
                address: state.state::<WebSettings>().and_then(|s| client_address(request, &s.trusted_proxies)),
                started: Instant::now(),
                _counted: state.state::<InFlight>().map(InFlight::count),
            }
        })
    }
}

/// Starts each request's trace and ends it.
pub struct Tracing;

#[rocket::async_trait]
impl Fairing for Tracing {
    fn info(&self) -> Info {
        Info { name: "tracing", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        Trace::of(request);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let trace = Trace::of(request);
        let route = request.route().map_or("unmatched", |route| route.uri.as_str());
        let (method, status, took) = (request.method().as_str(), response.status().code, trace.started.elapsed());
        metrics::request(route, method, status, took);
        response.set_raw_header("X-Request-Id", trace.correlation.to_string());
        if request.rocket().state::<InFlight>().is_some_and(InFlight::is_stopping) {
            response.set_raw_header("Connection", "close");
        }
        let ms = u64::try_from(took.as_micros()).unwrap_or(u64::MAX) as f64 / 1000.0;
        if route.starts_with("/health/") || route.starts_with("/static/") {
            tracing::debug!(request_id = %trace.correlation, method, route, status, ms, "request");
        } else {
            tracing::info!(request_id = %trace.correlation, method, route, status, ms, "request");
        }
    }
}
