//! The Prometheus metrics on their own address, so that a proxy never publishes them by mistake.
//! Their names stand in `web/metrics.rs`.

use super::StartError;
use crate::services::Context;
use crate::storage::database::pool_size;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use rocket::http::ContentType;
use rocket::{State, get, routes};
use std::net::SocketAddr;

/// Seconds: from a static page to a slow upload.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

#[get("/metrics")]
fn show(handle: &State<PrometheusHandle>, context: &State<Context>) -> (ContentType, String) {
    let (open, idle) = pool_size(&context.db);
    metrics::gauge!("cas_database_connections", "state" => "open").set(f64::from(open));
    metrics::gauge!("cas_database_connections", "state" => "idle").set(idle as f64);
    handle.run_upkeep();
    (ContentType::new("text", "plain").with_params(("version", "0.0.4")), handle.render())
}

/// Ends the listener when dropped.
pub(super) struct MetricsListener(rocket::Shutdown);

impl Drop for MetricsListener {
    fn drop(&mut self) {
        self.0.clone().notify();
    }
}

/// Starts to collect and to serve.
pub(super) async fn start(at: SocketAddr, context: Context) -> Result<MetricsListener, StartError> {
    let failed = |e: String| StartError::new("metrics", e, "Choose a free address in CAS_PORTAL_METRICS_LISTEN, or leave it empty.");
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .map_err(|e| failed(e.to_string()))?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|e| failed(e.to_string()))?;
    // Binding first, so that a taken address stops the start instead of a task that nobody watches.
    drop(std::net::TcpListener::bind(at).map_err(|e| failed(format!("{at}: {e}")))?);
    let rocket = rocket::custom(crate::web::own_figment(at)).manage(handle).manage(context).mount("/", routes![show]);
    let rocket = rocket.ignite().await.map_err(|e| failed(format!("{:?}", e.kind())))?;
    let shutdown = rocket.shutdown();
    tokio::spawn(async move {
        if let Err(error) = rocket.launch().await {
            tracing::error!(kind = ?error.kind(), "the metrics are not served any more");
        }
    });
    Ok(MetricsListener(shutdown))
}
