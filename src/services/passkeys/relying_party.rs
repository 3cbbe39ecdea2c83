//! For which host passkeys are made. By the standard it is a name: a portal that people reach by a bare IP address has none,
//! except on one's own machine, which is called localhost too.

use crate::services::context::Context;
use url::{Host, Url};
use webauthn_rs::prelude::{Webauthn, WebauthnBuilder};

/// Where passkeys work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasskeyHome {
    /// At this address (scheme, host, port), which is not always the one that the settings name.
    At(String),
    /// Nowhere: the public address is an IP address.
    Nowhere,
}

/// Where passkeys of this portal work.
pub fn passkey_home(context: &Context) -> PasskeyHome {
    match home(&context.settings.public_url) {
        Some(url) => PasskeyHome::At(url.origin().ascii_serialization()),
        None => PasskeyHome::Nowhere,
    }
}

fn home(public_url: &str) -> Option<Url> {
    let mut url = Url::parse(public_url).ok()?;
    let is_own_machine = match url.host()? {
        Host::Domain(_) => return Some(url),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    (is_own_machine && url.set_host(Some("localhost")).is_ok()).then_some(url)
}

/// The party in whose name passkeys are asked for.
pub(super) fn relying_party(context: &Context) -> Option<Webauthn> {
    let url = home(&context.settings.public_url)?;
    let host = url.host_str()?.to_owned();
    WebauthnBuilder::new(&host, &url).ok()?.rp_name("Portal CAS").build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_live_under_a_name() {
        let at = |url: &str| home(url).map(|u| u.origin().ascii_serialization());
        assert_eq!(at("https://cas.example.gov.pl").as_deref(), Some("https://cas.example.gov.pl"));
        assert_eq!(at("http://localhost:8000").as_deref(), Some("http://localhost:8000"));
        assert_eq!(at("http://127.0.0.1:8000").as_deref(), Some("http://localhost:8000"));
        assert_eq!(at("http://[::1]:8000").as_deref(), Some("http://localhost:8000"));
        assert_eq!(at("https://10.0.0.5"), None);
    }
}
