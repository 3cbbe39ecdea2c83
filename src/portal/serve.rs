//! Running: web and background work together, until the process is told to stop; then what is under way is finished.

use super::{Portal, StartError, metrics_listener};
use crate::services::{ServiceError, fill_demo};
use crate::web;
use crate::worker::{self, Pace};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// Requests under way may take so long after a stop was asked for.
const PATIENCE: Duration = Duration::from_secs(20);

impl Portal {
    /// Serves until SIGTERM or SIGINT.
    ///
    /// # Errors
    /// [`StartError`] when it cannot listen.
    pub async fn serve(mut self, demo: bool) -> Result<(), StartError> {
        if demo && !self.config().second_factor_is_set {
            // The demonstration's accounts are open to whoever looks at the start page.
            Arc::make_mut(&mut self.context.settings).second_factor_roles = Vec::new();
        }
        let config = self.config();
        let metrics = match config.metrics_listen {
            Some(at) => Some(metrics_listener::start(at, self.context.clone()).await?),
            None => None,
        };
        let listen = config.listen;
        let mend = "Choose a free address and port in CAS_PORTAL_LISTEN.";
        if demo {
            self.fill_demo().await?;
        }
        let rocket = web::launch(self.context.clone(), self.web_settings(demo));
        let rocket = rocket.ignite().await.map_err(|e| StartError::new("web", format!("{:?}", e.kind()), mend))?;
        let in_flight = web::in_flight(&rocket);
        let shutdown = rocket.shutdown();
        let mut serving = tokio::spawn(rocket.launch());
        tracing::info!(address = %listen, public_url = %config.public_url, "serving");
        let pace = if demo { Pace::DEMO } else { Pace::NORMAL };
        let working = config.workers.then(|| tokio::spawn(worker::run(self.context.clone(), pace, asked_to_stop())));
        tokio::select! {
            ended = &mut serving => {
                if let Ok(Err(error)) = ended {
                    return Err(StartError::new("web", format!("{listen}: {:?}", error.kind()), mend));
                }
            }
            () = asked_to_stop() => {
                tracing::info!("stopping: finishing what is under way");
                in_flight.stop();
                shutdown.notify();
                if !in_flight.drained(PATIENCE).await {
                    tracing::warn!("some requests took too long and were cut off");
                }
            }
        }
        if let Some(working) = working {
            // The letter in hand is finished first; the mailer has its own limits.
            let _ = tokio::time::timeout(PATIENCE, working).await;
        }
        drop(metrics);
        tracing::info!("stopped");
        Ok(())
    }
}

impl Portal {
    /// Does the background work only, until SIGTERM or SIGINT.
    ///
    /// # Errors
    /// [`StartError`] when the metrics cannot be served.
    pub async fn work(self) -> Result<(), StartError> {
        let metrics = match self.config().metrics_listen {
            Some(at) => Some(metrics_listener::start(at, self.context.clone()).await?),
            None => None,
        };
        tracing::info!("working");
        worker::run(self.context.clone(), Pace::NORMAL, asked_to_stop()).await;
        drop(metrics);
        tracing::info!("stopped");
        Ok(())
    }

    /// Fills an empty database with the demonstration; one that was filled before goes on as it is.
    async fn fill_demo(&self) -> Result<(), StartError> {
        let mend = "Use an empty database: another CAS_PORTAL_DATABASE_URL, or an empty folder.";
        let what = "demonstration";
        let filled = fill_demo::is_demo(&self.context).await.map_err(|e| StartError::new(what, e, mend))?;
        if filled {
            return Ok(());
        }
        tracing::info!("filling the database with the demonstration");
        fill_demo::fill_demo(&self.context, &self.operator()).await.map_err(|e| match e {
            ServiceError::Stale => StartError::new(what, "the database is not empty", mend),
            other => StartError::new(what, other, mend),
        })
    }
}

/// Returns when the process is told to stop.
pub(super) async fn asked_to_stop() {
    let wait = |kind| async move {
        match signal(kind) {
            Ok(mut stream) => {
                stream.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "a signal cannot be listened for");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        () = wait(SignalKind::terminate()) => (),
        () = wait(SignalKind::interrupt()) => (),
    }
}
