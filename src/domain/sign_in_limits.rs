//! Where attempts to sign in come from, and how many may fail from there: by address, by network, and everywhere together.
//! What may not live here: counting (storage), the lockout of one account (`lockout.rs`).
//!
//! Only attempts that bring no device known to the account are counted here. Such a device has a counter of its own, so that
//! nothing that strangers do keeps the owner out.

use super::moment::{HOUR_MS, MINUTE_MS, Moment};
use std::fmt;
use std::net::IpAddr;

/// Failures are counted over so long.
pub const WINDOW_MS: i64 = 15 * MINUTE_MS;
/// Failures that one address may make in that time. A whole office may share one.
pub const MOST_FROM_ADDRESS: i32 = 30;
/// Failures that one network (/24, for IPv6 /48) may make in that time.
pub const MOST_FROM_NETWORK: i32 = 120;
/// From so many failures everywhere together on, each further attempt of an unknown device is answered later.
pub const DELAYED_FROM: i32 = 300;
/// The longest such delay, in milliseconds.
pub const LONGEST_DELAY_MS: i64 = 3_000;
/// A device is forgotten when it was not used for so many days.
pub const DEVICE_DAYS: i64 = 180;
/// Of blocked networks the owner of a protected account is told at most once in so long.
pub const NETWORK_LETTER_EVERY_MS: i64 = HOUR_MS;

/// Whether a device that was last used then still is known.
pub fn is_known_device(last_used: Moment, now: Moment) -> bool {
    now < last_used.plus_days(DEVICE_DAYS)
}

/// A network by its first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    fn of(address: IpAddr, v4_bits: u8, v6_bits: u8) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => {
                let kept = u32::from(v4) & u32::MAX.checked_shl(u32::from(32 - v4_bits)).unwrap_or(0);
                Self { address: IpAddr::V4(kept.into()), bits: v4_bits }
            }
            IpAddr::V6(v6) => {
                let kept = u128::from(v6) & u128::MAX.checked_shl(u32::from(128 - v6_bits)).unwrap_or(0);
                Self { address: IpAddr::V6(kept.into()), bits: v6_bits }
            }
        }
    }
    /// What one customer has to itself: an IPv4 address, an IPv6 /64.
    pub fn customer(address: IpAddr) -> Self {
        Self::of(address, 32, 64)
    }
    /// What one office or small provider has: an IPv4 /24, an IPv6 /48.
    pub fn site(address: IpAddr) -> Self {
        Self::of(address, 24, 48)
    }
    /// What may be told to somebody else: an IPv4 /16, an IPv6 /32. It names a provider and nobody in particular.
    pub fn provider(address: IpAddr) -> Self {
        Self::of(address, 16, 32)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// How long an attempt of an unknown device waits before it is looked at: the same for every login.
pub fn delay_ms(failures_everywhere: i32) -> i64 {
    (i64::from(failures_everywhere) - i64::from(DELAYED_FROM)).clamp(0, LONGEST_DELAY_MS / 10) * 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_cut_and_never_name_one_address_to_others() {
        for (address, customer, site, provider) in [
            ("203.0.113.77", "203.0.113.77/32", "203.0.113.0/24", "203.0.0.0/16"),
            ("::ffff:203.0.113.77", "203.0.113.77/32", "203.0.113.0/24", "203.0.0.0/16"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48", "2001:db8::/32"),
        ] {
            let ip: IpAddr = address.parse().unwrap();
            assert_eq!(Network::customer(ip).to_string(), customer);
            assert_eq!(Network::site(ip).to_string(), site);
            assert_eq!(Network::provider(ip).to_string(), provider);
        }
    }

    #[test]
    fn the_delay_grows_slowly_and_has_an_end() {
        assert_eq!([0, DELAYED_FROM, DELAYED_FROM + 1, DELAYED_FROM + 100].map(delay_ms), [0, 0, 10, 1_000]);
        assert_eq!(delay_ms(i32::MAX), LONGEST_DELAY_MS);
    }

    #[test]
    fn a_device_is_forgotten_after_half_a_year() {
        let used = Moment(1_800_000_000_000);
        assert!(is_known_device(used, used.plus_days(DEVICE_DAYS).plus_ms(-1)) && !is_known_device(used, used.plus_days(DEVICE_DAYS)));
    }
}
