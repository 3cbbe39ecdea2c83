//! The composition root: settings become a database, a policy, a mailer, a file store; then the portal serves or works.
//! What may not live here: rules, SQL, HTTP.

mod check;
mod logging;
mod metrics_listener;
mod places;
mod roots;
mod serve;

pub use crate::config::Config;
pub use check::Checked;

use crate::clock::Clock;
use crate::config::{ConfigError, MailboxPlace, SecretKeySource};
use crate::domain::account::Role;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::retention::Retention;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::files::FileStore;
use crate::mail::{MailboxAddress, Mailer, Sender};
use crate::pdf::FormPrinter;
use crate::policy::Policy;
use crate::render::Renderer;
use crate::secrets::{PasswordHasher, SecretKey};
use crate::services::poll_mailboxes::OfficeMailbox;
use crate::services::{Context, ServiceSettings};
use crate::storage::database;
use crate::web::WebSettings;
use places::{files_setting, mail_setting};
use roots::read_roots;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::Path;
use std::sync::Arc;

/// Why the portal does not start.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {cause}\n  {mend}")]
pub struct StartError {
    /// Which part.
    pub what: &'static str,
    /// What is wrong.
    pub cause: String,
    /// What to do.
    pub mend: &'static str,
}

impl StartError {
    fn new(what: &'static str, cause: impl std::fmt::Display, mend: &'static str) -> Self {
        Self { what, cause: cause.to_string(), mend }
    }
}

/// Reads the settings, then starts what must stand before anything else runs: logging, and one TLS provider for all.
///
/// # Errors
/// [`ConfigError`] with every bad key.
pub fn prepare(file: Option<&Path>) -> Result<Config, ConfigError> {
    let config = Config::load(file, std::env::vars())?;
    logging::start_logging(&config);
    crate::files::install_tls_provider();
    Ok(config)
}

/// The portal, put together.
#[derive(Clone)]
pub struct Portal {
    /// The parts as services see them.
    pub context: Context,
    config: Arc<Config>,
}

impl Portal {
    /// Opens everything that the settings name. The schema is brought up to date first.
    ///
    /// # Errors
    /// [`StartError`] names the part and how to mend it.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let portal = Self::open_unmigrated(config).await?;
        portal.migrate().await?;
        Ok(portal)
    }

    /// As [`Portal::open`], but leaves the schema as it is.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn open_unmigrated(config: Config) -> Result<Self, StartError> {
        let mend_build = "This is a fault of the program; please report it.";
        let policy = Policy::load().map_err(|e| StartError::new("policy", e, mend_build))?;
        let renderer = Renderer::new().map_err(|e| StartError::new("templates", e, mend_build))?;
        let printer = FormPrinter::new().map_err(|e| StartError::new("fonts", e, mend_build))?;
        let hasher = PasswordHasher::new().map_err(|e| StartError::new("password hashing", e, mend_build))?;
        let key = open_key(&config.secret_key)?;
        let sender = Sender::parse(&config.mail_from.to_string());
        let sender = sender.map_err(|e| StartError::new("mail", e, "Correct CAS_PORTAL_MAIL_FROM."))?;
        let mailer = Mailer::from_setting(mail_setting(&config.mail).expose_secret(), &sender)
            .map_err(|e| StartError::new("mail", e, "Correct CAS_PORTAL_MAIL_URL."))?;
        let (setting, variables) = files_setting(&config.files);
        let files = FileStore::open_with(&setting, variables).map_err(|e| {
            StartError::new("files", e, "Correct CAS_PORTAL_FILES_URL, or let the portal write to the directory that it names.")
        })?;
        let db = database::connect(config.database.expose(), config.database_max_connections).await.map_err(|e| {
            StartError::new(
                "database",
                format!("{} ({e})", config.database.redacted()),
                "Correct CAS_PORTAL_DATABASE_URL, start the database server, or let the portal write to the folder of the file.",
            )
        })?;
        let signature_roots = read_roots(config.signature_roots.as_deref())?;
        let mailboxes = open_mailboxes(&config)?;
        let settings = ServiceSettings {
            mailboxes,
            public_url: config.public_url.as_str().trim_end_matches('/').to_owned(),
            publisher_name: config.publisher.name.clone(),
            publisher_email: config.publisher.email.clone(),
            publisher_phone: config.publisher.phone.clone(),
            data_protection_email: config.publisher.data_protection_email.clone(),
            rate_limits: config.rate_limits,
            second_factor_roles: config.second_factor_roles.iter().filter_map(|key| Role::from_key(key)).collect(),
            retention: Retention {
                withdrawn: config.retention.withdrawn,
                lapsed: config.retention.lapsed,
                rejected: config.retention.rejected,
                post: config.retention.post,
            },
            signature_roots,
        };
        let context = Context {
            db,
            policy: Arc::new(policy),
            clock: Clock::System,
            hasher,
            key,
            files: Arc::new(files),
            mailer: Arc::new(mailer),
            renderer: Arc::new(renderer),
            printer: Arc::new(printer),
            settings: Arc::new(settings),
        };
        Ok(Self { context, config: Arc::new(config) })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn migrate(&self) -> Result<(), StartError> {
        database::migrate(&self.context.db).await.map_err(|e| {
            StartError::new("migrations", e, "Restore the database from a backup if it was changed by hand; else please report this.")
        })
    }

    /// Whether the schema is up to date.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn is_migrated(&self) -> Result<bool, StartError> {
        let mend = "Start the database server, or correct CAS_PORTAL_DATABASE_URL.";
        database::is_migrated(&self.context.db).await.map_err(|e| StartError::new("database", e, mend))
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The person with a shell on the server.
    pub fn operator(&self) -> Actor {
        Actor { kind: ActorKind::Operator, address: None, correlation: self.context.new_correlation_id() }
    }

    /// What the web room needs to know besides the services' parts.
    pub fn web_settings(&self, demo: bool) -> WebSettings {
        let config = &self.config;
        WebSettings {
            listen: config.listen,
            public_origin: config.public_url.origin().ascii_serialization(),
            is_plain_loopback: config.is_plain_loopback(),
            trusted_proxies: config.trusted_proxies.clone(),
            rate_limits: config.rate_limits,
            hsts: config.hsts,
            demo,
        }
    }
}

/// The mailboxes of offices with their passwords. Nobody connects yet.
fn open_mailboxes(config: &Config) -> Result<Vec<OfficeMailbox>, StartError> {
    let mend =
        "Put the password of each mailbox into a file named by the voivodeship's code, in the folder of CAS_PORTAL_MAILBOX_PASSWORDS.";
    let folder = config.mailbox_passwords.clone().unwrap_or_default();
    let open = |place: &MailboxPlace| {
        let file = folder.join(&place.voivodeship);
        let text = std::fs::read_to_string(&file).map_err(|e| StartError::new("mailboxes", format!("{}: {e}", file.display()), mend))?;
        let password = text.trim_end_matches(['\r', '\n']);
        if password.is_empty() {
            return Err(StartError::new("mailboxes", format!("{} is empty", file.display()), mend));
        }
        Ok(OfficeMailbox {
            voivodeship: VoivodeshipCode::trusted(&place.voivodeship),
            address: MailboxAddress {
                host: place.host.clone(),
                port: place.port,
                user: place.user.clone(),
                folder: place.folder.clone(),
                password: SecretString::from(password),
                roots: config.mailbox_roots.clone(),
            },
        })
    };
    config.mailboxes.iter().map(open).collect()
}

fn open_key(source: &SecretKeySource) -> Result<SecretKey, StartError> {
    let mend = "Make a key with `openssl rand -base64 32` and set CAS_PORTAL_SECRET_KEY, or name its file in CAS_PORTAL_SECRET_KEY_FILE.";
    match source {
        SecretKeySource::Text(text) => SecretKey::from_text(text.expose_secret()),
        SecretKeySource::File { path, may_generate: true } => SecretKey::from_file_or_new(path),
        SecretKeySource::File { path, may_generate: false } => SecretKey::from_file(path),
    }
    .map_err(|e| StartError::new("secret key", e, mend))
}
