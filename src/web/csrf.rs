//! Forms come from our own pages: a token bound to the session (or to the visitor's cookie), and what the browser says of the origin.

use super::WebSettings;
use crate::services::Context;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rocket::Request;

/// The hidden field.
pub const FIELD: &str = "csrf_token";

const PURPOSE: &str = "csrf";

/// What a token is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// A session, by the hash of its cookie: sign-in and sign-out change the token.
    Session([u8; 32]),
    /// The cookie of a visitor.
    Visitor(String),
}

impl Binding {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Session(hash) => [b"s".as_slice(), hash].concat(),
            Self::Visitor(cookie) => [b"v".as_slice(), cookie.as_bytes()].concat(),
        }
    }
}

/// The token of a form.
pub fn token(context: &Context, binding: &Binding) -> String {
    context.key.token(PURPOSE, &binding.bytes())
}

/// Whether a token is that of the binding, compared in constant time.
pub fn is_token(context: &Context, binding: &Binding, token: &str) -> bool {
    URL_SAFE_NO_PAD.decode(token).is_ok_and(|tag| context.key.is_mac(PURPOSE, &binding.bytes(), &tag))
}

/// Whether the browser says that the form comes from elsewhere. Browsers that say nothing are judged by the token alone, as is
/// the origin `null`, which our own Referrer-Policy causes.
pub fn is_foreign(request: &Request<'_>, settings: &WebSettings) -> bool {
    if let Some(site) = request.headers().get_one("Sec-Fetch-Site") {
        return !matches!(site, "same-origin" | "none");
    }
    match request.headers().get_one("Origin") {
        None | Some("null") => false,
        // On one's own machine the portal has several names: 127.0.0.1, localhost, [::1].
        Some(origin) => origin != settings.public_origin && !(settings.is_plain_loopback && is_loopback(origin)),
    }
}

fn is_loopback(origin: &str) -> bool {
    let host = url::Url::parse(origin).ok().and_then(|url| url.host_str().map(str::to_owned));
    matches!(host.as_deref(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machines_names_are_loopback() {
        for origin in ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost"] {
            assert!(is_loopback(origin), "{origin}");
        }
        for origin in ["http://localhost.evil.pl", "http://127.0.0.1.evil.pl:8000", "http://evil.pl:8000", "http://user@evil.pl", ""] {
            assert!(!is_loopback(origin), "{origin}");
        }
    }
}
