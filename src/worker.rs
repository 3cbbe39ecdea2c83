//! The background work: delivers the outbox, does what batches hold, keeps deadlines, seals the audit trail, reads the mailboxes of offices,
//! until it is stopped. Any number of processes share it.
//! What may not live here: what is done (that is the services').

mod steady;

use crate::services::act_in_bulk::work_off;
use crate::services::announce::queue_letters;
use crate::services::deliver_outbox::deliver_until;
use crate::services::keep_deadlines::keep_deadlines;
use crate::services::measure_outbox::measure;
use crate::services::poll_mailboxes::poll_mailboxes;
use crate::services::seal_audit::seal_audit;
use crate::services::{Context, ServiceError};
use futures::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use steady::{Seen, Steady};
use tokio::sync::watch;

/// How often the worker looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Pause between two looks into the outbox, and for batches, when there was not more to do.
    pub outbox: Duration,
    /// Pause between two looks at the deadlines.
    pub deadlines: Duration,
    /// Pause between two looks at the audit trail.
    pub seals: Duration,
    /// Pause between two looks into the mailboxes of offices.
    pub mailboxes: Duration,
    /// Messages taken at once.
    pub batch: usize,
    /// How long deadlines wait after the clock has jumped, unless it is put right before.
    pub hold: Duration,
}

impl Pace {
    /// In service.
    pub const NORMAL: Self = Self {
        outbox: Duration::from_secs(2),
        deadlines: Duration::from_secs(10 * 60),
        seals: Duration::from_secs(60),
        mailboxes: Duration::from_secs(60),
        batch: 20,
        hold: Duration::from_secs(60 * 60),
    };
    /// In the demonstration, where somebody waits for the letter.
    pub const DEMO: Self = Self { outbox: Duration::from_millis(500), ..Self::NORMAL };
}

/// Works until `shutdown` is done. A letter in hand is then finished, and what was taken and not begun is given back.
pub async fn run(context: Context, pace: Pace, shutdown: impl Future<Output = ()>) {
    let (stop, stopped) = watch::channel(false);
    let waiting = async move {
        shutdown.await;
        // Nobody listens when all jobs have ended.
        let _ = stop.send(true);
    };
    tokio::join!(
        waiting,
        deliver(&context, pace, stopped.clone()),
        act(&context, pace, stopped.clone()),
        keep(&context, pace, stopped.clone()),
        seal(&context, pace, stopped.clone()),
        fetch(&context, pace, stopped)
    );
}

async fn deliver(context: &Context, pace: Pace, mut stopped: watch::Receiver<bool>) {
    // Names this worker among all processes.
    let owner = context.new_correlation_id().to_string();
    while !is_stopped(&stopped) {
        // A few at a time, so that they do not stand in front of everybody else's letters.
        guarded("queueing letters of announcements", queue_letters(context)).await;
        let delivering = deliver_until(context, &owner, pace.batch, || is_stopped(&stopped));
        let taken = guarded("delivering letters", delivering).await.map_or(0, |delivered| delivered.taken());
        if let Some(outbox) = guarded("measuring the outbox", measure(context)).await {
            metrics::gauge!("cas_outbox_depth").set(outbox.depth as f64);
            metrics::gauge!("cas_outbox_oldest_age_seconds").set(outbox.oldest_age_seconds);
        }
        if taken < pace.batch {
            pause(pace.outbox, &mut stopped).await;
        }
    }
}

async fn act(context: &Context, pace: Pace, mut stopped: watch::Receiver<bool>) {
    while !is_stopped(&stopped) {
        // Breaking off is harmless: a row is done in one transaction.
        tokio::select! {
            _ = guarded("working off batches", work_off(context)) => {}
            () = until_stopped(stopped.clone()) => return,
        }
        pause(pace.outbox, &mut stopped).await;
    }
}

async fn keep(context: &Context, pace: Pace, mut stopped: watch::Receiver<bool>) {
    let mut steady = Steady::new(context.now().0, Instant::now(), pace.hold);
    while !is_stopped(&stopped) {
        let seen = steady.look(context.now().0, Instant::now());
        if let Seen::Jumped(by_ms) = seen {
            let (by_minutes, hold_minutes) = (by_ms / 60_000, pace.hold.as_secs() / 60);
            tracing::error!(by_minutes, hold_minutes, "the clock has jumped: deadlines wait until it is put right, or so long");
        }
        if !seen.is_good() {
            pause(pace.deadlines, &mut stopped).await;
            continue;
        }
        // Breaking off is harmless: each step is a transaction of its own.
        let done = tokio::select! {
            done = guarded("keeping deadlines", keep_deadlines(context)) => done,
            () = until_stopped(stopped.clone()) => return,
        };
        if let Some(kept) = done.filter(|kept| *kept != Default::default()) {
            tracing::info!(
                expired = kept.expired,
                emails = kept.emails,
                reminded = kept.reminded,
                warned = kept.warned,
                escalated = kept.escalated,
                lapsed_proposals = kept.lapsed_proposals,
                erased = kept.erased,
                removed = kept.removed,
                "deadlines kept"
            );
        }
        pause(pace.deadlines, &mut stopped).await;
    }
}

async fn seal(context: &Context, pace: Pace, mut stopped: watch::Receiver<bool>) {
    while !is_stopped(&stopped) {
        // Breaking off is harmless: a seal is one row.
        tokio::select! {
            _ = guarded("sealing the audit trail", seal_audit(context)) => {}
            () = until_stopped(stopped.clone()) => return,
        }
        pause(pace.seals, &mut stopped).await;
    }
}

async fn fetch(context: &Context, pace: Pace, mut stopped: watch::Receiver<bool>) {
    while !context.settings.mailboxes.is_empty() && !is_stopped(&stopped) {
        // Breaking off is harmless: a message that was kept is known, and one that was not comes again.
        tokio::select! {
            _ = guarded("reading mailboxes", poll_mailboxes(context)) => {}
            () = until_stopped(stopped.clone()) => return,
        }
        pause(pace.mailboxes, &mut stopped).await;
    }
}

fn is_stopped(stopped: &watch::Receiver<bool>) -> bool {
    *stopped.borrow()
}

async fn until_stopped(mut stopped: watch::Receiver<bool>) {
    // An error means that the other end is gone, which is a stop too.
    let _ = stopped.wait_for(|is_stopped| *is_stopped).await;
}

async fn pause(time: Duration, stopped: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = until_stopped(stopped.clone()) => {}
    }
}

/// What a job gives; `None` when it failed or panicked, which ends neither the worker nor the other jobs.
async fn guarded<T>(job: &'static str, work: impl Future<Output = Result<T, ServiceError>>) -> Option<T> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(done)) => Some(done),
        Ok(Err(error)) => {
            tracing::error!(job, %error, "background work failed; it is tried again");
            None
        }
        Err(_) => {
            tracing::error!(job, "background work panicked; it is tried again");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_that_fails_or_panics_is_told_and_survived() {
        assert_eq!(guarded("good", async { Ok(7) }).await, Some(7));
        assert_eq!(guarded::<()>("failing", async { Err(ServiceError::Stale) }).await, None);
        assert_eq!(guarded::<()>("panicking", async { panic!("as the test wants") }).await, None);
    }

    #[tokio::test]
    async fn a_pause_ends_with_a_stop() {
        let (stop, mut stopped) = watch::channel(false);
        let pausing = tokio::spawn(async move { pause(Duration::from_secs(3600), &mut stopped).await });
        stop.send(true).expect("it listens");
        tokio::time::timeout(Duration::from_secs(10), pausing).await.expect("at once").expect("no panic");
    }
}
