//! Settings that name a place by a URL: database, mail, files.

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use std::fmt;
use std::path::PathBuf;
use url::{Host, Url};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

/// The URL of a database. Its password is never printed.
#[derive(Clone)]
pub struct DatabaseUrl(SecretString);

impl DatabaseUrl {
    /// Takes `sqlite:` and `postgres:` URLs.
    pub fn parse(text: &str) -> Option<Self> {
        let is_sqlite = text.strip_prefix("sqlite:").is_some_and(|rest| !rest.trim_matches('/').is_empty());
        let is_postgres = || Url::parse(text).is_ok_and(|u| matches!(u.scheme(), "postgres" | "postgresql") && u.path().len() > 1);
        (is_sqlite || is_postgres()).then(|| Self(SecretString::from(text)))
    }
    /// SQLite or PostgreSQL.
    pub fn kind(&self) -> DatabaseKind {
        if self.expose().starts_with("sqlite:") { DatabaseKind::Sqlite } else { DatabaseKind::Postgres }
    }
    /// The whole URL, for the one who connects.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
    /// The URL without its password and parameters, for logs and for `check`.
    pub fn redacted(&self) -> String {
        match (self.kind(), Url::parse(self.expose())) {
            (DatabaseKind::Postgres, Ok(mut url)) => {
                url.set_query(None);
                let _ = url.set_password(url.password().map(|_| "***"));
                url.to_string()
            }
            (DatabaseKind::Postgres, Err(_)) => String::new(),
            (DatabaseKind::Sqlite, _) => self.expose().to_owned(),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DatabaseUrl").field(&self.redacted()).finish()
    }
}

/// The mailbox of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxPlace {
    /// Whose: two digits.
    pub voivodeship: String,
    /// Host, whose certificate must name it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Who signs in.
    pub user: String,
    /// Folder.
    pub folder: String,
}

impl MailboxPlace {
    /// Takes `26=imaps://user@host:993/INBOX`; a password has no place in it.
    pub fn parse(text: &str) -> Option<Self> {
        let (voivodeship, url) = text.split_once('=')?;
        let url = Url::parse(url.trim()).ok().filter(|url| url.scheme() == "imaps" && url.password().is_none())?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned());
        let (user, folder) = (decoded(url.username())?, decoded(url.path().trim_start_matches('/'))?);
        let is_plain = |text: &str| !text.chars().any(char::is_control);
        let voivodeship = voivodeship.trim().to_owned();
        let is_code = voivodeship.len() == 2 && voivodeship.bytes().all(|byte| byte.is_ascii_digit());
        let is_good =
            is_code && !user.is_empty() && is_plain(&user) && is_plain(&folder) && url.query().is_none() && url.fragment().is_none();
        is_good.then_some(Self {
            voivodeship,
            host: url.host_str()?.to_owned(),
            port: url.port().unwrap_or(993),
            user,
            folder: if folder.is_empty() { "INBOX".to_owned() } else { folder },
        })
    }
}

/// How letters leave.
#[derive(Debug, Clone)]
pub enum MailRoute {
    /// Through a server.
    Smtp(SmtpRelay),
    /// As `.eml` files.
    Directory(PathBuf),
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpRelay {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// TLS or not.
    pub security: SmtpSecurity,
    /// Who we are to it.
    pub credentials: Option<(String, SecretString)>,
}

/// TLS towards the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// From the first byte (`smtps://`).
    Wrapped,
    /// STARTTLS, or no letter leaves.
    Required,
    /// STARTTLS where the server offers it.
    Opportunistic,
    /// Never.
    None,
}

impl MailRoute {
    /// Takes `smtp:`, `smtps:` and `file:` URLs.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(path) = directory(text) {
            return Some(Self::Directory(path));
        }
        let url = Url::parse(text).ok().filter(|u| matches!(u.path(), "" | "/") && u.fragment().is_none())?;
        let is_wrapped = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return None,
        };
        // `smtp` is not a scheme with hosts of its own rules, so an IPv4 address comes as a domain.
        let host = match url.host()? {
            Host::Domain(name) => decoded(name),
            Host::Ipv4(ip) => ip.to_string(),
            Host::Ipv6(ip) => ip.to_string(),
        };
        if host.is_empty() || !host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c)) {
            return None;
        }
        let is_near = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let mut security = match (is_wrapped, is_near) {
            (true, _) => SmtpSecurity::Wrapped,
            (false, false) => SmtpSecurity::Required,
            (false, true) => SmtpSecurity::Opportunistic,
        };
        for (name, value) in url.query_pairs() {
            security = match (&*name, &*value, is_wrapped) {
                ("tls", "required", true) => SmtpSecurity::Wrapped,
                ("tls", "required", false) => SmtpSecurity::Required,
                ("tls", "opportunistic", false) => SmtpSecurity::Opportunistic,
                ("tls", "none", false) => SmtpSecurity::None,
                _ => return None,
            };
        }
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some((decoded(user), SecretString::from(decoded(password)))),
            _ => return None,
        };
        let is_safe = matches!(security, SmtpSecurity::Wrapped | SmtpSecurity::Required) || is_near;
        if credentials.is_some() && !is_safe {
            return None;
        }
        let port = url.port().unwrap_or(match (is_wrapped, credentials.is_some()) {
            (true, _) => 465,
            (false, true) => 587,
            (false, false) => 25,
        });
        Some(Self::Smtp(SmtpRelay { host, port, security, credentials }))
    }
}

/// Where signed forms are kept.
#[derive(Debug, Clone)]
pub enum FilesLocation {
    /// A directory.
    Directory(PathBuf),
    /// An S3 bucket.
    S3(S3Bucket),
}

/// An S3 bucket.
#[derive(Debug, Clone)]
pub struct S3Bucket {
    /// Name.
    pub bucket: String,
    /// Folder in it, without slashes at its ends; may be empty.
    pub prefix: String,
    /// Region.
    pub region: String,
    /// Server other than Amazon's.
    pub endpoint: Option<Url>,
    /// Access key and secret.
    pub credentials: Option<(String, SecretString)>,
}

impl FilesLocation {
    /// Takes `file:` and `s3:` URLs.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(path) = directory(text) {
            return Some(Self::Directory(path));
        }
        let url = Url::parse(text).ok().filter(|u| u.scheme() == "s3" && u.port().is_none() && u.fragment().is_none())?;
        let bucket = url.host_str().filter(|b| b.len() >= 3)?.to_owned();
        let (mut region, mut endpoint) = ("us-east-1".to_owned(), None);
        for (name, value) in url.query_pairs() {
            match &*name {
                "region" if !value.is_empty() => region = value.into_owned(),
                "endpoint" => endpoint = Some(Url::parse(&value).ok().filter(|e| matches!(e.scheme(), "http" | "https") && e.has_host())?),
                _ => return None,
            }
        }
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (key, Some(secret)) if !key.is_empty() => Some((decoded(key), SecretString::from(decoded(secret)))),
            _ => return None,
        };
        let prefix = decoded(url.path().trim_matches('/'));
        Some(Self::S3(S3Bucket { bucket, prefix, region, endpoint, credentials }))
    }
}

fn directory(text: &str) -> Option<PathBuf> {
    let rest = text.strip_prefix("file:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    (!path.is_empty() && !path.contains('\0')).then(|| PathBuf::from(path))
}

/// Undoes percent-encoding in one part of a URL.
fn decoded(part: &str) -> String {
    let field = format!("x={}", part.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(field.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}
