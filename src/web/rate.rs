//! Limits per client address, so that nobody tries passwords by the thousand or locks everybody out, and per machine client, so
//! that one system does not keep the others waiting. They count within one process; what must hold across replicas (the lockout, letters an hour) is counted in the database.

use super::address::network_of;
use super::metrics;
use crate::domain::id::MachineClientId;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Sign-in. A whole office may share one address, and the lockout protects each account besides.
    SignIn,
    /// Steps of a registration, and letters that it asks for.
    Registration,
    /// Asking for a reset letter; opening and using mailed links.
    Reset,
    /// Uploads.
    Upload,
    /// Questions of one machine client, each of a batch.
    Questions,
    /// What machines are refused: wrong tokens by address, questions beyond the scope by client.
    RefusedMachine,
}

impl Limit {
    const ALL: [Self; 6] = [Self::SignIn, Self::Registration, Self::Reset, Self::Upload, Self::Questions, Self::RefusedMachine];
    /// Name in metrics.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Registration => "registration",
            Self::Reset => "reset",
            Self::Upload => "upload",
            Self::Questions => "questions",
            Self::RefusedMachine => "refused_machine",
        }
    }
    /// So many at once, then one more each so many milliseconds.
    const fn quota(self) -> (u32, u64) {
        match self {
            Self::SignIn => (30, 2_000),
            Self::Registration => (60, 1_000),
            Self::Reset => (15, 20_000),
            Self::Upload => (20, 6_000),
            Self::Questions => (2_000, 2),
            Self::RefusedMachine => (30, 2_000),
        }
    }
}

/// Whose attempts are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Those from an address, or from the IPv6 network of one customer.
    Network(IpAddr),
    /// Those of a machine client, from wherever it asks.
    Machine(MachineClientId),
}

/// After so many checks addresses that are quiet again are forgotten.
const CHECKS_BETWEEN_CLEANING: u32 = 4096;

/// All limits of this process.
#[derive(Debug)]
pub struct Limits {
    limiters: Option<Vec<(Limit, DefaultKeyedRateLimiter<Whose>)>>,
    checks: AtomicU32,
}

impl Limits {
    /// With the limits, or without (load tests).
    pub fn new(is_on: bool) -> Self {
        let limiter = |limit: Limit| {
            let (burst, period) = limit.quota();
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            let quota = Quota::with_period(Duration::from_millis(period)).unwrap_or(Quota::per_minute(NonZeroU32::MIN));
            (limit, RateLimiter::keyed(quota.allow_burst(burst)))
        };
        Self { limiters: is_on.then(|| Limit::ALL.map(limiter).into()), checks: AtomicU32::new(0) }
    }

    /// Counts one attempt from an address.
    ///
    /// # Errors
    /// How long to wait.
    pub fn check(&self, limit: Limit, address: Option<IpAddr>) -> Result<(), Duration> {
        address.map_or(Ok(()), |address| self.count(limit, Whose::Network(network_of(address)), NonZeroU32::MIN))
    }

    /// Counts so many attempts of somebody: all of them, or none when they are too many.
    ///
    /// # Errors
    /// How long to wait.
    pub fn count(&self, limit: Limit, whose: Whose, number: NonZeroU32) -> Result<(), Duration> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        let Some((_, limiter)) = limiters.iter().find(|(l, _)| *l == limit) else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_BETWEEN_CLEANING == CHECKS_BETWEEN_CLEANING - 1 {
            limiters.iter().for_each(|(_, limiter)| limiter.retain_recent());
        }
        let wait = match limiter.check_key_n(&whose, number) {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(until)) => until.wait_time_from(DefaultClock::default().now()),
            // More at once than ever fit.
            Err(_) => Duration::from_secs(60),
        };
        metrics::rate_limited(limit.key());
        Err(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_limit_and_is_told_how_long_to_wait() {
        let limits = Limits::new(true);
        let (one, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let (burst, _) = Limit::SignIn.quota();
        for _ in 0..burst {
            assert_eq!(limits.check(Limit::SignIn, Some(one)), Ok(()));
        }
        let wait = limits.check(Limit::SignIn, Some(one)).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(2), "{wait:?}");
        assert_eq!(limits.check(Limit::SignIn, Some(other)), Ok(()));
        assert_eq!(limits.check(Limit::Upload, Some(one)), Ok(()));
    }

    #[test]
    fn a_machine_is_counted_by_its_questions_and_for_itself_alone() {
        let limits = Limits::new(true);
        let (one, other) = (Whose::Machine(MachineClientId(uuid::Uuid::from_u128(1))), Whose::Machine(MachineClientId(uuid::Uuid::nil())));
        let hundred = NonZeroU32::new(100).unwrap();
        let (burst, _) = Limit::Questions.quota();
        for _ in 0..burst / 100 {
            assert_eq!(limits.count(Limit::Questions, one, hundred), Ok(()));
        }
        let wait = limits.count(Limit::Questions, one, hundred).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_millis(200), "{wait:?}");
        assert_eq!(limits.count(Limit::Questions, other, hundred), Ok(()));
        assert!(limits.count(Limit::RefusedMachine, one, hundred).is_err(), "more than ever fit at once");
    }

    #[test]
    fn switched_off_nothing_is_limited() {
        let limits = Limits::new(false);
        for _ in 0..1000 {
            assert_eq!(limits.check(Limit::Reset, "192.0.2.1".parse().ok()), Ok(()));
        }
    }
}
