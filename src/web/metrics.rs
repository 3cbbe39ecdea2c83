//! The metrics and their names. What may not live here: serving them (portal).
//!
//! | name | kind | labels | meaning |
//! |---|---|---|---|
//! | `cas_http_requests_total` | counter | `route`, `method`, `status` | answers, by route pattern |
//! | `cas_http_request_seconds` | histogram | `route` | time until the answer stood |
//! | `cas_sign_ins_total` | counter | `outcome` (`done`, `failed`) | sign-ins; why one failed is only in the audit trail |
//! | `cas_rate_limited_total` | counter | `limit` | refused for too many attempts from one address, or too many questions of one system |
//! | `cas_outbox_depth` | gauge | | letters to be delivered (set by the worker) |
//! | `cas_outbox_oldest_age_seconds` | gauge | | age of the oldest of them (set by the worker) |
//! | `cas_database_connections` | gauge | `state` (`open`, `idle`) | the pool |

use std::time::Duration;

/// One answer.
pub fn request(route: &str, method: &'static str, status: u16, took: Duration) {
    let labels = [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
    metrics::counter!("cas_http_requests_total", &labels).increment(1);
    metrics::histogram!("cas_http_request_seconds", "route" => route.to_owned()).record(took.as_secs_f64());
}

/// One sign-in.
pub fn sign_in(is_done: bool) {
    metrics::counter!("cas_sign_ins_total", "outcome" => if is_done { "done" } else { "failed" }).increment(1);
}

/// One refusal for too many attempts.
pub fn rate_limited(limit: &'static str) {
    metrics::counter!("cas_rate_limited_total", "limit" => limit).increment(1);
}
