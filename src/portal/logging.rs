//! Log lines to standard error: for people, or as JSON. Started before anything else writes one.
//! Paths are never logged, because some carry tokens: the web room logs the route instead.

use crate::config::{Config, LogFormat};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Rocket would repeat each request with its path and query, tokens and all. What it has to say comes back as an error instead.
/// The IMAP library writes each command down, passwords and all.
const QUIET: [&str; 3] = ["rocket=off", "_=off", "async_imap=off"];
/// Where the settings say nothing else.
const USUALLY: &str = "sea_orm_migration=warn,hyper=warn";

/// Starts logging as the settings say. A second start changes nothing.
pub fn start_logging(config: &Config) {
    let mut filter = EnvFilter::try_new(format!("{USUALLY},{}", config.log)).unwrap_or_else(|_| EnvFilter::new("info"));
    for directive in QUIET {
        if let Ok(directive) = directive.parse() {
            filter = filter.add_directive(directive);
        }
    }
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // Started already: a test, or a program that embeds the portal.
    let _ = match config.log_format {
        LogFormat::Text => lines.finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic.payload();
        let text = what.downcast_ref::<&str>().map(|t| (*t).to_owned()).or_else(|| what.downcast_ref::<String>().cloned());
        tracing::error!(place, cause = text.unwrap_or_default(), "a panic");
    }));
}
