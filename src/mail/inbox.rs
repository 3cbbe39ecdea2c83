//! An office's mailbox over IMAP with TLS: what is unread, its bytes, and the mark that it was taken. Nothing is ever sent from here, and
//! nothing is removed. What may not live here: what becomes of a message.

use futures::TryStreamExt as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret as _, SecretString};
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// One answer of the server must have come within.
const PATIENCE: Duration = Duration::from_secs(30);
/// A whole message must have come within.
const MESSAGE_PATIENCE: Duration = Duration::from_secs(180);

/// Where an office's mailbox is. The password is never shown.
#[derive(Debug, Clone)]
pub struct MailboxAddress {
    /// Host, whose certificate must name it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Who signs in.
    pub user: String,
    /// Folder, e.g. `INBOX`.
    pub folder: String,
    /// Password.
    pub password: SecretString,
    /// A PEM file with roots that are trusted besides those of the web.
    pub roots: Option<PathBuf>,
}

impl MailboxAddress {
    /// For logs and pages: without the password.
    pub fn place(&self) -> String {
        format!("imaps://{}@{}:{}/{}", self.user, self.host, self.port, self.folder)
    }
}

/// Why a mailbox cannot be read. Nothing of it is a secret.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// The file with roots.
    #[error("the file with root certificates cannot be used: {0}")]
    Roots(String),
    /// No connection, or one that broke.
    #[error("no connection: {0}")]
    Connection(String),
    /// User or password.
    #[error("the server did not accept user and password")]
    Refused,
    /// No such folder.
    #[error("the folder cannot be opened: {0}")]
    Folder(String),
    /// It answered something else than expected.
    #[error("the server answered: {0}")]
    Answer(String),
    /// It fell silent.
    #[error("the server does not answer in time")]
    Silent,
}

impl InboxError {
    /// Stored name.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Roots(_) => "roots",
            Self::Connection(_) => "connection",
            Self::Refused => "refused",
            Self::Folder(_) => "folder",
            Self::Answer(_) => "answer",
            Self::Silent => "silent",
        }
    }
}

impl From<async_imap::error::Error> for InboxError {
    fn from(error: async_imap::error::Error) -> Self {
        use async_imap::error::Error;
        match error {
            Error::Io(error) => Self::Connection(error.to_string()),
            Error::ConnectionLost => Self::Connection("it was closed".to_owned()),
            Error::No(text) | Error::Bad(text) => Self::Answer(text),
            other => Self::Answer(other.to_string()),
        }
    }
}

async fn in_time<T, E: Into<InboxError>>(time: Duration, answer: impl Future<Output = Result<T, E>>) -> Result<T, InboxError> {
    tokio::time::timeout(time, answer).await.map_err(|_| InboxError::Silent)?.map_err(Into::into)
}

/// An unread message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// Its number in the folder.
    pub uid: u32,
    /// Bytes.
    pub size: u32,
}

/// An open folder.
#[derive(Debug)]
pub struct Inbox {
    session: async_imap::Session<TlsStream<TcpStream>>,
    validity: u32,
}

fn tls(address: &MailboxAddress) -> Result<TlsConnector, InboxError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(file) = &address.roots {
        let bad = |error: &dyn std::fmt::Display| InboxError::Roots(format!("{}: {error}", file.display()));
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| bad(&error))? {
            let certificate = certificate.map_err(|error| bad(&error))?;
            roots.add(certificate).map_err(|error| bad(&error))?;
        }
    }
    // Named, so that it does not depend on who else in the process speaks TLS.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = versions.map_err(|error| InboxError::Connection(error.to_string()))?;
    Ok(TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
}

impl Inbox {
    /// Connects, signs in and opens the folder.
    ///
    /// # Errors
    /// Which of these did not go.
    pub async fn open(address: &MailboxAddress) -> Result<Self, InboxError> {
        let connector = tls(address)?;
        let lost = |error: std::io::Error| InboxError::Connection(error.to_string());
        let name = ServerName::try_from(address.host.clone()).map_err(|error| InboxError::Connection(error.to_string()))?;
        let stream = in_time(PATIENCE, async { TcpStream::connect((address.host.as_str(), address.port)).await.map_err(lost) }).await?;
        let stream = in_time(PATIENCE, async { connector.connect(name, stream).await.map_err(lost) }).await?;
        let mut client = async_imap::Client::new(stream);
        let greeting = in_time(PATIENCE, async { client.read_response().await.map_err(lost) }).await?;
        greeting.ok_or_else(|| InboxError::Connection("it was closed".to_owned()))?;
        let login = async { client.login(&address.user, address.password.expose_secret()).await.map_err(|(error, _)| error) };
        let mut session = match in_time(PATIENCE, login).await {
            // What the server says may repeat what was sent.
            Err(InboxError::Answer(_)) => return Err(InboxError::Refused),
            session => session?,
        };
        let folder = match in_time(PATIENCE, session.select(&address.folder)).await {
            Err(InboxError::Answer(text)) => return Err(InboxError::Folder(text)),
            folder => folder?,
        };
        let validity = folder.uid_validity.ok_or_else(|| InboxError::Answer("no UIDVALIDITY".to_owned()))?;
        Ok(Self { session, validity })
    }

    /// With another validity the numbers of messages mean others.
    pub fn validity(&self) -> u32 {
        self.validity
    }

    /// What is unread, the first first, at most so many.
    ///
    /// # Errors
    /// Of the server.
    pub async fn list_unread(&mut self, most: usize) -> Result<Vec<Unread>, InboxError> {
        let found = in_time(PATIENCE, self.session.uid_search("UNSEEN UNDELETED")).await?;
        let mut uids: Vec<u32> = found.into_iter().collect();
        uids.sort_unstable();
        uids.truncate(most);
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let sizes = async { self.session.uid_fetch(&set, "(UID RFC822.SIZE)").await?.try_collect::<Vec<_>>().await };
        let sizes = in_time(PATIENCE, sizes).await?;
        let size_of = |uid: u32| sizes.iter().find(|one| one.uid == Some(uid)).and_then(|one| one.size);
        Ok(uids.into_iter().filter_map(|uid| Some(Unread { uid, size: size_of(uid)? })).collect())
    }

    /// The bytes of a message, or of its head alone; it stays unread. None when it is gone.
    ///
    /// # Errors
    /// Of the server.
    pub async fn fetch(&mut self, uid: u32, head_only: bool) -> Result<Option<Vec<u8>>, InboxError> {
        let query = if head_only { "(UID BODY.PEEK[HEADER])" } else { "(UID BODY.PEEK[])" };
        let answers = async { self.session.uid_fetch(uid.to_string(), query).await?.try_collect::<Vec<_>>().await };
        let answers = in_time(MESSAGE_PATIENCE, answers).await?;
        let own = answers.iter().find(|one| one.uid == Some(uid));
        Ok(own.and_then(|one| if head_only { one.header() } else { one.body() }).map(<[u8]>::to_vec))
    }

    /// Marks a message as read: it was taken.
    ///
    /// # Errors
    /// Of the server.
    pub async fn mark_taken(&mut self, uid: u32) -> Result<(), InboxError> {
        let answers = async { self.session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await?.try_collect::<Vec<_>>().await };
        in_time(PATIENCE, answers).await.map(|_| ())
    }

    /// Says good-bye; a server that does not answer is left.
    pub async fn close(mut self) {
        let _ = tokio::time::timeout(PATIENCE, self.session.logout()).await;
    }
}
