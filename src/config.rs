//! Typed settings: defaults, then `cas-portal.toml`, then `CAS_PORTAL_…` variables. A bad value stops the start with the key's
//! name and what is expected; a secret is never repeated. Imports nothing of ours.
//! What may not live here: opening what the settings name (that is `portal.rs`), and numbers that the domain fixes.

mod locations;
mod reader;
mod settings;
#[cfg(test)]
mod tests;

pub use locations::{DatabaseKind, DatabaseUrl, FilesLocation, MailRoute, MailboxPlace, S3Bucket, SmtpRelay, SmtpSecurity};
pub use reader::{ConfigError, Problem};
pub use settings::{SETTINGS, SettingDoc, variable_of};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use ipnet::IpNet;
use lettre::message::Mailbox;
use reader::Reader;
use secrecy::{SecretString, zeroize::Zeroizing};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use url::{Host, Url};

/// The file that is read when none is named; it may be missing.
pub const DEFAULT_FILE: &str = "cas-portal.toml";

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the portal listens.
    pub listen: SocketAddr,
    /// The address that people type, without a path: links in letters are built from it alone.
    pub public_url: Url,
    /// Database.
    pub database: DatabaseUrl,
    /// Most connections to it.
    pub database_max_connections: u32,
    /// How letters leave.
    pub mail: MailRoute,
    /// Sender of the letters.
    pub mail_from: Mailbox,
    /// Where signed forms are kept.
    pub files: FilesLocation,
    /// Where the secret key comes from.
    pub secret_key: SecretKeySource,
    /// Where the metrics are served; `None`: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Limits per address; switched off for load tests.
    pub rate_limits: bool,
    /// Keys of the roles whose holders must have a second factor.
    pub second_factor_roles: Vec<String>,
    /// Somebody set them: a demonstration asks for none by itself.
    pub second_factor_is_set: bool,
    /// Whether `serve` does the background work itself.
    pub workers: bool,
    /// Whether browsers are told to insist on HTTPS.
    pub hsts: bool,
    /// Which log lines are written, e.g. `info,sqlx=warn`.
    pub log: String,
    /// How.
    pub log_format: LogFormat,
    /// How many days applications are kept that ended without an approval.
    pub retention: RetentionDays,
    /// File or folder with the certificates of those who are trusted to issue certificates of signatures; `None`: nobody.
    pub signature_roots: Option<PathBuf>,
    /// Mailboxes of offices, one for an office.
    pub mailboxes: Vec<MailboxPlace>,
    /// Folder with their passwords.
    pub mailbox_passwords: Option<PathBuf>,
    /// Root certificates that they are trusted by, besides those of the web.
    pub mailbox_roots: Option<PathBuf>,
    /// Who publishes the portal.
    pub publisher: Publisher,
}

/// Days after the end; `None`: for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionDays {
    /// Given up by the applicant.
    pub withdrawn: Option<i64>,
    /// Ended by their deadline.
    pub lapsed: Option<i64>,
    /// Rejected.
    pub rejected: Option<i64>,
    /// What came to an office, after its last file was settled.
    pub post: Option<i64>,
}

/// Where the secret key comes from.
#[derive(Debug, Clone)]
pub enum SecretKeySource {
    /// The setting itself.
    Text(SecretString),
    /// A file, readable by its owner only.
    File {
        /// Which.
        path: PathBuf,
        /// Whether a missing file is made with a new key: only where nobody else can reach the portal.
        may_generate: bool,
    },
}

/// Shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Who publishes the portal: for the accessibility declaration and the privacy clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Name of the institution.
    pub name: String,
    /// Contact.
    pub email: String,
    /// Contact.
    pub phone: String,
    /// Contact of the data protection officer („inspektor ochrony danych”).
    pub data_protection_email: String,
}

impl Config {
    /// Reads the settings. `file` named on the command line must exist; [`DEFAULT_FILE`] may be missing.
    /// `variables` are the process's environment; only `CAS_PORTAL_…` counts.
    ///
    /// # Errors
    /// [`ConfigError`] with every bad key at once.
    pub fn load(file: Option<&Path>, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut read = Reader::new(file, variables)?;
        let listen = read.value("listen", |t| t.parse::<SocketAddr>().ok());
        let public_url = read_public_url(&mut read, listen);
        let secret_key = read_secret_key(&mut read, listen);
        let database = read.value("database_url", DatabaseUrl::parse);
        let connections = read.value("database_max_connections", |t| t.parse().ok().filter(|n| (1..=1000).contains(n)));
        let mail = read.value("mail_url", MailRoute::parse);
        let mail_from = read.value("mail_from", parse_mailbox);
        let files = read.value("files_url", FilesLocation::parse);
        let metrics_listen = read.optional("metrics_listen", |t| t.parse().ok().filter(|at| Some(*at) != listen));
        let trusted_proxies = read.optional("trusted_proxies", parse_networks);
        let rate_limits = read.value("rate_limits", parse_switch);
        let second_factor_is_set = read.has("second_factor_roles");
        let second_factor_roles = read.value("second_factor_roles", parse_roles);
        let workers = read.value("workers", parse_switch);
        let hsts = read.optional("hsts", parse_switch);
        let withdrawn = read.value("retention_withdrawn", parse_days);
        let lapsed = read.value("retention_lapsed", parse_days);
        let rejected = read.value("retention_rejected", parse_days);
        let signature_roots = read.optional("signature_roots", |t| Some(PathBuf::from(t)));
        let post = read.value("retention_post", parse_days);
        let mailboxes = read.optional("mailboxes", parse_mailboxes).unwrap_or_default();
        let mailbox_passwords = read.optional("mailbox_passwords", |t| Some(PathBuf::from(t)));
        if !mailboxes.is_empty() && mailbox_passwords.is_none() {
            read.require("mailbox_passwords", "because mailboxes are named");
        }
        let mailbox_roots = read.optional("mailbox_roots", |t| Some(PathBuf::from(t)));
        let log = read.value("log", parse_filter);
        let log_format = read.value("log_format", parse_format);
        let name = read.value("publisher_name", parse_line);
        let email = read.value("publisher_email", parse_address);
        let phone = read.value("publisher_phone", parse_phone);
        let data_protection_email = read.value("data_protection_email", parse_address);
        read.finish(|| {
            let public_url = public_url?;
            Some(Config {
                listen: listen?,
                database: database?,
                database_max_connections: connections?,
                mail: mail?,
                mail_from: mail_from?,
                files: files?,
                secret_key: secret_key?,
                metrics_listen,
                trusted_proxies: trusted_proxies.unwrap_or_default(),
                rate_limits: rate_limits?,
                second_factor_roles: second_factor_roles?,
                second_factor_is_set,
                workers: workers?,
                hsts: hsts.unwrap_or(public_url.scheme() == "https"),
                signature_roots,
                log: log?,
                log_format: log_format?,
                retention: RetentionDays { withdrawn: withdrawn?, lapsed: lapsed?, rejected: rejected?, post: post? },
                publisher: Publisher { name: name?, email: email?, phone: phone?, data_protection_email: data_protection_email? },
                mailboxes,
                mailbox_passwords,
                mailbox_roots,
                public_url,
            })
        })
    }

    /// Nobody on another machine can reach the portal directly.
    pub fn is_loopback_only(&self) -> bool {
        self.listen.ip().is_loopback()
    }

    /// People reach the portal by plain HTTP on their own machine: the one case in which cookies go without `Secure`.
    pub fn is_plain_loopback(&self) -> bool {
        self.public_url.scheme() == "http" && is_loopback_host(&self.public_url)
    }

    /// A link for a letter: the public address and a path that starts with `/`.
    pub fn public_link(&self, path: &str) -> String {
        format!("{}/{}", self.public_url.as_str().trim_end_matches('/'), path.trim_start_matches('/'))
    }
}

fn is_loopback_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn read_public_url(read: &mut Reader, listen: Option<SocketAddr>) -> Option<Url> {
    let has_text = read.has("public_url");
    let url = read.optional("public_url", |text| {
        let url = Url::parse(text).ok()?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let has_nobody = url.username().is_empty() && url.password().is_none();
        (matches!(url.scheme(), "http" | "https") && url.has_host() && is_bare && has_nobody).then_some(url)
    });
    if let Some(url) = url {
        // Over plain HTTP browsers drop our cookie, and passwords would travel in the clear.
        if url.scheme() == "http" && !is_loopback_host(&url) {
            read.refuse("public_url");
            return None;
        }
        return Some(url);
    }
    let listen = listen.filter(|_| !has_text)?;
    if !listen.ip().is_loopback() {
        read.require("public_url", "because the portal listens beyond this machine, letters need the https:// address that people type");
        return None;
    }
    Url::parse(&format!("http://{listen}")).ok()
}

fn read_secret_key(read: &mut Reader, listen: Option<SocketAddr>) -> Option<SecretKeySource> {
    if read.has("secret_key") {
        return read.value("secret_key", |text| is_key(text).then(|| SecretKeySource::Text(SecretString::from(text))));
    }
    let is_named = read.has("secret_key_file");
    let path = read.value("secret_key_file", |t| Some(PathBuf::from(t)))?;
    let may_generate = listen?.ip().is_loopback();
    if !may_generate && !is_named {
        read.require("secret_key", "because the portal listens beyond this machine, no key is made for it");
        return None;
    }
    Some(SecretKeySource::File { path, may_generate })
}

/// Whether `secrets` will take it: 64 hexadecimal digits or base64 of 32 bytes, not all the same.
fn is_key(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    let bytes = hex::decode(text).ok().or_else(|| STANDARD_NO_PAD.decode(text).ok()).or_else(|| URL_SAFE_NO_PAD.decode(text).ok());
    bytes.map(Zeroizing::new).is_some_and(|b| b.len() == 32 && b.iter().any(|byte| *byte != b[0]))
}

fn parse_switch(text: &str) -> Option<bool> {
    match text {
        "on" | "true" => Some(true),
        "off" | "false" => Some(false),
        _ => None,
    }
}

/// Days, or `off` for good.
fn parse_days(text: &str) -> Option<Option<i64>> {
    match text {
        "off" => Some(None),
        text => text.parse().ok().filter(|days| (1..=36_500).contains(days)).map(Some),
    }
}

/// Names of roles, as the portal writes them; a test of the composition root compares them with its own.
pub const ROLES: [&str; 5] = ["central_administrator", "voivodeship_administrator", "helpdesk", "auditor", "unit_coordinator"];

fn parse_roles(text: &str) -> Option<Vec<String>> {
    if text.trim() == "none" {
        return Some(Vec::new());
    }
    let names = text.split([',', ' ']).filter(|t| !t.is_empty());
    names.map(|name| ROLES.contains(&name).then(|| name.to_owned())).collect()
}

/// One mailbox for an office.
fn parse_mailboxes(text: &str) -> Option<Vec<MailboxPlace>> {
    let all: Vec<MailboxPlace> = text.split([',', ' ', '\n']).filter(|t| !t.is_empty()).map(MailboxPlace::parse).collect::<Option<_>>()?;
    let mut codes: Vec<&str> = all.iter().map(|one| one.voivodeship.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    (codes.len() == all.len()).then_some(all)
}

fn parse_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

fn parse_filter(text: &str) -> Option<String> {
    tracing_subscriber::EnvFilter::try_new(text).ok().map(|_| text.to_owned())
}

fn parse_networks(text: &str) -> Option<Vec<IpNet>> {
    let one = |t: &str| t.parse::<IpNet>().ok().or_else(|| t.parse::<IpAddr>().ok().map(IpNet::from));
    text.split([',', ' ']).filter(|t| !t.is_empty()).map(one).collect()
}

fn parse_line(text: &str) -> Option<String> {
    (!text.chars().any(char::is_control) && text.chars().count() <= 200).then(|| text.to_owned())
}

fn parse_phone(text: &str) -> Option<String> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    ((9..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || "+ -()".contains(c))).then(|| text.to_owned())
}

fn parse_address(text: &str) -> Option<String> {
    text.parse::<lettre::Address>().ok().map(|a| a.to_string())
}

fn parse_mailbox(text: &str) -> Option<Mailbox> {
    if text.chars().any(char::is_control) { None } else { text.parse().ok() }
}
