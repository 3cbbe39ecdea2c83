//! Rates and quantiles of what several visitors do at once, and what a process weighs. What may not live here: pages.

use super::http::Visitor;
use std::future::Future;
use std::time::{Duration, Instant};

/// What one row of the table measured.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Milliseconds of each request.
    pub times: Vec<f64>,
    /// Answers of another kind than expected.
    pub failures: usize,
    /// How long it went on, in seconds.
    pub seconds: f64,
}

impl Measured {
    /// Requests per second.
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.seconds.max(1e-9)
    }

    /// So many of a hundred were quicker.
    pub fn quantile(&self, percent: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    }

    /// Both together, one after the other.
    pub fn and(mut self, other: Self) -> Self {
        self.times.extend(other.times);
        Self { times: self.times, failures: self.failures + other.failures, seconds: self.seconds + other.seconds }
    }
}

/// Lets each visitor take `step` once, and repeat it until the time is over, or until it says `None`. `Some(false)` is a failure.
pub async fn drive<F, Fut>(visitors: Vec<Visitor>, time: Duration, step: F) -> Measured
where
    F: Fn(Visitor) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = (Visitor, Option<bool>)> + Send,
{
    let begun = Instant::now();
    let tasks: Vec<_> = visitors
        .into_iter()
        .map(|mut visitor| {
            let step = step.clone();
            tokio::spawn(async move {
                let mut measured = Measured::default();
                loop {
                    let since = Instant::now();
                    let (same, outcome) = step(visitor).await;
                    visitor = same;
                    match outcome {
                        Some(true) => measured.times.push(since.elapsed().as_secs_f64() * 1000.0),
                        Some(false) => measured.failures += 1,
                        None => break,
                    }
                    // A server that refuses everything is not asked a million times.
                    if measured.failures > 20 || begun.elapsed() >= time {
                        break;
                    }
                }
                measured
            })
        })
        .collect();
    let mut all = Measured::default();
    for task in tasks {
        let one = task.await.expect("a visitor");
        all.times.extend(one.times);
        all.failures += one.failures;
    }
    all.seconds = begun.elapsed().as_secs_f64();
    all
}

/// A line of `/proc/<id>/status` in MB: `VmRSS` now, `VmHWM` at most.
pub fn memory(id: u32, line: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix(line)?.trim_start_matches(':').split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1024.0 / 1e6
}

/// Seconds of CPU that a process has used so far.
pub fn cpu(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    // User and system time, in the hundredths that Linux shows to all.
    [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum::<f64>() / 100.0
}
