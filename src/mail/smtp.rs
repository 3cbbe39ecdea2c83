//! Delivery to a mail server. What may not live here: repeating, giving up (that is the outbox's work).
//!
//! lettre's pooled transport puts a time limit on connecting only, and a delivery that is broken off in the middle
//! would go back into its pool half spoken. So this file drives lettre's connection itself: each step has its limit,
//! a connection that failed or timed out is never used again, and a good one is kept for the next letter.

use super::mailer::SendError;
use super::setting::{Encryption, MailSettingError, Sender, Server};
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder};
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Servers close quiet connections after some minutes; we let go long before.
const KEPT_FOR: Duration = Duration::from_secs(15);

/// Delivers to one mail server; clones share the kept connection.
#[derive(Clone)]
pub struct SmtpMailer {
    server: Arc<Server>,
    sender: Sender,
    tls: Option<TlsParameters>,
    kept: Arc<tokio::sync::Mutex<Option<(AsyncSmtpConnection, Instant)>>>,
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpMailer").field("server", &self.server).field("sender", &self.sender).finish_non_exhaustive()
    }
}

impl SmtpMailer {
    pub(super) fn new(server: Server, sender: Sender) -> Result<Self, MailSettingError> {
        let tls = match server.encryption {
            Encryption::Off => None,
            _ => Some(tls_parameters(&server)?),
        };
        Ok(Self { server: Arc::new(server), sender, tls, kept: Arc::default() })
    }

    pub(super) fn sender(&self) -> &Sender {
        &self.sender
    }

    pub(super) fn destination(&self) -> String {
        let scheme = if self.server.encryption == Encryption::Implicit { "smtps" } else { "smtp" };
        format!("{scheme}://{}:{}", self.server.host, self.server.port)
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), SendError> {
        let mut connection = self.connection().await?;
        let raw = message.formatted();
        // MAIL, RCPT, DATA and the text are four questions to the server.
        let answer = self.limited(4, connection.send(message.envelope(), &raw)).await?;
        match answer {
            Ok(_) => {
                *self.kept.lock().await = Some((connection, Instant::now()));
                Ok(())
            }
            Err(error) => Err(refusal(&error)),
        }
    }

    pub(super) async fn check(&self) -> Result<(), SendError> {
        let mut connection = self.connect().await?;
        // The answer to QUIT tells nothing: connecting and signing in was the check.
        let _ = tokio::time::timeout(self.server.step_time, connection.quit()).await;
        Ok(())
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, SendError> {
        let kept = self.kept.lock().await.take();
        if let Some((mut connection, since)) = kept
            && since.elapsed() < KEPT_FOR
            && self.limited(1, connection.test_connected()).await == Ok(true)
        {
            return Ok(connection);
        }
        self.connect().await
    }

    /// Nothing that goes wrong here is the letter's fault, so every error is temporary.
    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let server = &*self.server;
        let hello = ClientId::default();
        let host = server.host.trim_start_matches('[').trim_end_matches(']');
        let implicit = self.tls.clone().filter(|_| server.encryption == Encryption::Implicit);
        let connecting = AsyncSmtpConnection::connect_tokio1((host, server.port), Some(server.step_time), &hello, implicit, None);
        let mut connection = self.limited(1, connecting).await?.map_err(|e| unavailable(&e))?;
        if let Some(tls) = self.tls.clone().filter(|_| server.encryption != Encryption::Implicit) {
            if connection.can_starttls() {
                self.limited(1, connection.starttls(tls, &hello)).await?.map_err(|e| unavailable(&e))?;
            } else if server.encryption == Encryption::Required {
                return Err(SendError::Temporary("the mail server offers no encryption (STARTTLS), and the setting requires it".into()));
            }
        }
        if let Some(login) = &server.login {
            if !connection.is_encrypted() && !server.is_loopback() {
                return Err(SendError::Temporary("the connection is not encrypted, so the password is not sent".into()));
            }
            let credentials = Credentials::new(login.user.clone(), login.password.expose_secret().to_owned());
            let signing_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
            self.limited(1, signing_in).await?.map_err(|e| unavailable(&e))?;
        }
        Ok(connection)
    }

    async fn limited<T>(&self, steps: u32, work: impl Future<Output = T>) -> Result<T, SendError> {
        let limit = self.server.step_time.saturating_mul(steps);
        tokio::time::timeout(limit, work)
            .await
            .map_err(|_| SendError::Temporary(format!("the mail server did not answer within {} s", limit.as_secs())))
    }
}

fn tls_parameters(server: &Server) -> Result<TlsParameters, MailSettingError> {
    let wrong = |e: &dyn std::fmt::Display| MailSettingError::Certificate(e.to_string());
    let mut builder = TlsParametersBuilder::new(server.host.trim_start_matches('[').trim_end_matches(']').to_owned());
    if let Some(path) = &server.authority {
        let pem = std::fs::read(path).map_err(|e| wrong(&e))?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|e| wrong(&e))?);
    }
    builder.build().map_err(|e| wrong(&e))
}

fn unavailable(error: &Error) -> SendError {
    answered(error, false)
}

/// What an error after MAIL means. 530–538 speak about us and our password, not about the letter.
fn refusal(error: &Error) -> SendError {
    let is_about_us = error.status().map(u16::from).is_some_and(|code| (530..540).contains(&code));
    answered(error, error.is_permanent() && !is_about_us)
}

fn answered(error: &Error, is_permanent: bool) -> SendError {
    let text = error.to_string();
    match error.status().map(u16::from) {
        Some(code) => SendError::Refused { code, is_permanent, text },
        None => SendError::Temporary(text),
    }
}
