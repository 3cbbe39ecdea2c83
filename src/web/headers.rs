//! Headers that every answer carries. What may not live here: what differs from page to page.

use super::WebSettings;
use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Request, Response};

/// Nothing from elsewhere, nothing inline, in nobody's frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(&str, &str); 7] = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    // Some paths carry tokens: no other site, and no file of ours, is told where the reader comes from.
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
];

/// Sets them.
pub struct Headers;

#[rocket::async_trait]
impl Fairing for Headers {
    fn info(&self) -> Info {
        Info { name: "headers", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        for (name, value) in ALWAYS {
            response.set_raw_header(name, value);
        }
        if request.rocket().state::<WebSettings>().is_some_and(|s| s.hsts) {
            response.set_raw_header("Strict-Transport-Security", "max-age=31536000");
        }
        // Personal unless a route knows better: nothing is kept by a browser or a proxy.
        if !response.headers().contains("Cache-Control") {
            response.set_raw_header("Cache-Control", "no-store");
        }
    }
}
