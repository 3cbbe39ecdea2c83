//! Counts the requests under way, from the first look at one until its answer has been written: so that a stop waits for them
//! and for nothing else (Rocket would wait as long for idle connections).

use rocket::{Ignite, Rocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

/// Requests under way. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Counter>);

#[derive(Debug, Default)]
struct Counter {
    requests: AtomicI64,
    is_stopping: AtomicBool,
}

/// Counts one request until dropped.
#[derive(Debug)]
pub struct Counted(InFlight);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.requests.fetch_sub(1, Ordering::SeqCst);
    }
}

impl InFlight {
    /// One more.
    pub fn count(&self) -> Counted {
        self.0.requests.fetch_add(1, Ordering::SeqCst);
        Counted(self.clone())
    }
    /// From now on each answer ends its connection.
    pub fn stop(&self) {
        self.0.is_stopping.store(true, Ordering::SeqCst);
    }
    /// Whether the process is to stop.
    pub fn is_stopping(&self) -> bool {
        self.0.is_stopping.load(Ordering::SeqCst)
    }
    /// Waits until nothing is under way; false when that took longer than `patience`.
    pub async fn drained(&self, patience: Duration) -> bool {
        let waiting = async {
            let mut quiet = 0;
            // A request that was accepted just before the stop is counted a moment later; an answer leaves a moment after its count.
            while quiet < 10 {
                tokio::time::sleep(Duration::from_millis(20)).await;
                quiet = if self.0.requests.load(Ordering::SeqCst) == 0 { quiet + 1 } else { 0 };
            }
        };
        tokio::time::timeout(patience, waiting).await.is_ok()
    }
}

/// The counter of a web room.
pub fn in_flight(rocket: &Rocket<Ignite>) -> InFlight {
    rocket.state::<InFlight>().cloned().unwrap_or_default()
}
