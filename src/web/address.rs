//! The client's address: the peer's, or what a configured proxy says of it. No other header is ever believed.

use ipnet::IpNet;
use rocket::Request;
use std::net::IpAddr;

/// The client's address; `None` only where there is no connection (tests).
pub fn client_address(request: &Request<'_>, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = request.remote()?.ip().to_canonical();
    Some(resolve(peer, request.headers().get("X-Forwarded-For"), trusted))
}

/// Each proxy appends the address that it saw, so only what stands right of the first address that we do not trust was
/// written by proxies of ours; that first one is the client. Everything left of it may be invented.
fn resolve<'a>(peer: IpAddr, forwarded: impl Iterator<Item = &'a str>, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let hops: Vec<&str> = forwarded.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut client = peer;
    for hop in hops.into_iter().rev() {
        if !is_trusted(&client) {
            break;
        }
        match parse(hop) {
            Some(address) => client = address,
            // A proxy of ours would not write this: what it vouches for ends here.
            None => break,
        }
    }
    client
}

/// `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`.
fn parse(hop: &str) -> Option<IpAddr> {
    let plain = hop.parse::<IpAddr>().ok();
    plain.or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|s| s.ip())).map(|address| address.to_canonical())
}

/// What limits are counted by: an IPv4 address, or the /64 network that one IPv6 customer has to itself.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_what_our_proxies_wrote_is_believed() {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        for (peer, headers, client) in [
            ("203.0.113.9", vec!["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.5", vec!["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.5", vec!["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.5", vec!["1.2.3.4, 198.51.100.1, 10.0.0.7"], "198.51.100.1"),
            ("10.0.0.5", vec!["1.2.3.4", "198.51.100.1, 10.0.0.7"], "198.51.100.1"),
            ("10.0.0.5", vec!["198.51.100.1, nonsense"], "10.0.0.5"),
            ("10.0.0.5", vec![], "10.0.0.5"),
            ("10.0.0.5", vec!["10.0.0.6"], "10.0.0.6"),
            ("10.0.0.5", vec!["[2001:db8::1]:4711"], "2001:db8::1"),
            ("fd00::1", vec!["::ffff:198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(resolve(ip(peer), headers.clone().into_iter(), &trusted), ip(client), "{peer} {headers:?}");
        }
        assert_eq!(resolve(ip("10.0.0.5"), ["198.51.100.1"].into_iter(), &[]), ip("10.0.0.5"), "nobody is trusted by default");
    }

    #[test]
    fn one_customers_ipv6_network_counts_as_one() {
        assert_eq!(network_of(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(network_of(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
        assert_eq!(network_of(ip("192.0.2.1")), ip("192.0.2.1"));
    }
}
