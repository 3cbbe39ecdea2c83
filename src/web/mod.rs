//! SPEAKS HTTP: guard, form, service, page. What may not live here: SQL, rules.
//!
//! # How to write a route
//!
//! Every handler has exactly one of the guards of [`guards`] in its signature (a house test looks for it):
//!
//! ```text
//! Anyone<'_>                        // a visitor, or whoever is signed in
//! Member<'_>                        // signed in, also before approval; others go to /login?next=…
//! Permit<'_, ApplicationApprove>    // signed in and permitted somewhere; others get 403 (a courtesy: the service decides)
//! ```
//!
//! Two more are for those who are not all the way in: `Held<'_>` (the password was given, the second factor is awaited; to every
//! other handler this is a visitor) and `Securing<'_>` (signed in, or obliged to add a second factor before anything else;
//! `who.actor()` and `who.open()` are that person's). A sensitive page calls `who.has_proof(who.actor())?` first; its service asks
//! again with `prove_again::required`.
//!
//! All three are a [`visit::Visit`]: `who.actor()` for the service, `who.context()` for its parts, `who.me()` (not for `Anyone`),
//! `who.may(Permission::X)`, `who.show(&page)` 200, `who.show_again(&page)` 422, `who.show_as(Status::Gone, &page)`,
//! `who.redirect("/account")` 303, `who.redirect_with("/account", "password_changed")` 303 with a key under `flash`,
//! `who.limit(Limit::Upload)?` per-address limits, `who.chrome()` where a page is rendered by hand.
//!
//! ```text
//! #[get("/unit/<id>")]
//! async fn show(who: Permit<'_, UnitView>, id: &str) -> Answer {
//!     let unit = show_unit(who.context(), who.actor(), id).await?;       // ServiceError becomes its page
//!     who.show(&UnitPage::of(unit))
//! }
//! #[post("/unit/<id>", data = "<form>")]
//! async fn update(who: Permit<'_, UnitView>, id: &str, form: Posted) -> Answer {
//!     match change_unit(who.context(), who.actor(), id, form.text("name")).await {
//!         Ok(()) => who.redirect_with("/unit", "changes_saved"),
//!         Err(ServiceError::Invalid(errors)) => who.show_again(&UnitPage::typed(&form, errors)),
//!         Err(error) => Err(error.into()),
//!     }
//! }
//! ```
//!
//! [`forms::Posted`] (urlencoded) and [`forms::Uploaded`] (multipart) check the CSRF token before the handler runs:
//! `form.text("name")` (trimmed of nothing, empty when missing), `form.all("name")`, `form.has("name")`, `form.pairs()`;
//! `upload.files("files")` gives the bytes. Each `<form>` carries `{{ <csrf /> }}`.
//! A file to download: `Answer` of [`reply::Reply::attachment`]. `who.confirmed(...)`: none; ask on a page of its own.
//! A form that is sent after its session has ended is kept by itself and filled in again on its page after the sign-in
//! ([`late`], [`refill`]): give each form a page of its own at a path under which a GET shows it.
//! Other systems have a guard of their own, `Machine<'_>`, and hear JSON and problem details instead of pages ([`machines`]).
//! A new place: a file in `routes/` with `pub fn routes() -> Vec<Route>`, one line in [`routes::all`], its page type in `pages/`.

pub mod address;
pub mod correcting;
pub mod csrf;
pub mod drafting;
pub mod error;
pub mod forms;
pub mod guards;
pub mod guided;
pub mod headers;
pub mod in_flight;
pub mod late;
pub mod machines;
pub mod metrics;
pub mod pages;
pub mod rate;
pub mod refill;
pub mod reply;
pub mod routes;
pub mod session;
pub mod trace;
pub mod visit;

pub use in_flight::{InFlight, in_flight};

use crate::services::Context;
use ipnet::IpNet;
use rocket::config::{Ident, LogLevel, Shutdown};
use rocket::data::{Limits, ToByteUnit as _};
use rocket::shield::Shield;
use rocket::{Build, Rocket};
use std::net::SocketAddr;

/// What the web room needs to know besides the services' parts.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// `https://cas.example.gov.pl`: forms come from here.
    pub public_origin: String,
    /// People reach the portal by plain HTTP on their own machine: cookies go without `Secure`.
    pub is_plain_loopback: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Limits per address.
    pub rate_limits: bool,
    /// Strict-Transport-Security.
    pub hsts: bool,
    /// A demonstration: banner, sign-ins on the start page, mailbox.
    pub demo: bool,
}

/// Most bytes of a form without files.
pub const MOST_FORM_BYTES: u64 = 1024 * 1024;
/// Most bytes of a form with files: several of the largest files, and what stands between them.
pub const MOST_UPLOAD_BYTES: u64 = 45 * 1024 * 1024;

/// Rocket's own settings: ours and no others, whatever `Rocket.toml` or `ROCKET_…` say. No header names the client's address,
/// no header names the server; signals are ours (`portal/serve.rs`), and Rocket cuts connections only after our patience.
pub fn own_figment(listen: SocketAddr) -> rocket::Config {
    rocket::Config {
        address: listen.ip(),
        port: listen.port(),
        ident: Ident::none(),
        ip_header: None,
        limits: Limits::default()
            .limit("form", MOST_FORM_BYTES.bytes())
            .limit("data-form", MOST_UPLOAD_BYTES.bytes())
            .limit("file", MOST_UPLOAD_BYTES.bytes()),
        keep_alive: 10,
        shutdown: Shutdown { ctrlc: false, signals: std::collections::HashSet::new(), grace: 25, mercy: 5, ..Shutdown::default() },
        log_level: LogLevel::Off,
        cli_colors: false,
        ..rocket::Config::release_default()
    }
}

/// The whole web room, ready to be ignited.
pub fn launch(context: Context, settings: WebSettings) -> Rocket<Build> {
    let limits = rate::Limits::new(settings.rate_limits);
    rocket::custom(own_figment(settings.listen))
        .attach(Shield::new()) // Ours are in `headers.rs`.
        .attach(trace::Tracing)
        .attach(headers::Headers)
        .manage(InFlight::default())
        .manage(forms::Uploads::default())
        .manage(routes::numbers::KeptSpeed::default())
        .manage(limits)
        .manage(settings)
        .manage(context)
        .mount("/", routes::all())
        .register("/", error::catchers())
        .register(machines::ROOT, machines::problem::catchers())
}
