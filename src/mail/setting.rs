//! Reads the mail setting and the sender. What may not live here: connections, files.

use super::message::one_line;
use lettre::Address;
use lettre::message::Mailbox;
use secrecy::SecretString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// How long one step of a delivery (connecting, signing in, handing over) may take.
const STEP_TIME: Duration = Duration::from_secs(20);

/// What is wrong with a mail setting. Never repeats the password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailSettingError {
    /// Not a URL of a known kind.
    #[error("not one of smtp://…, smtps://…, file:<directory>, memory:")]
    Kind,
    /// No host.
    #[error("the host is missing")]
    Host,
    /// No directory.
    #[error("the directory is missing")]
    Directory,
    /// A value after `?` is not known.
    #[error("`{0}` is not a known option or value (tls=required|opportunistic|none, timeout=<1–600 seconds>, ca=<file.pem>)")]
    Option(String),
    /// A password would travel in the clear.
    #[error("a password with tls=none is sent to a loopback address only")]
    PasswordInTheClear,
    /// User without password or the other way round.
    #[error("user name and password belong together")]
    Credentials,
    /// The certificate file is missing or broken.
    #[error("the certificate file of `ca` cannot be used: {0}")]
    Certificate(String),
    /// The sender is not `name@host` or `Name <name@host>`.
    #[error("the sender is not an e-mail address (`name@host` or `Name <name@host>`)")]
    Sender,
}

/// Who letters come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(pub(super) Mailbox);

impl Sender {
    /// Reads `name@host` or `Name <name@host>`.
    ///
    /// # Errors
    /// [`MailSettingError::Sender`].
    pub fn parse(text: &str) -> Result<Self, MailSettingError> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, address)) => (one_line(name.trim().trim_matches('"')), address),
            None => (String::new(), text),
        };
        let address: Address = address.trim().parse().map_err(|_| MailSettingError::Sender)?;
        Ok(Self(Mailbox::new((!name.is_empty()).then_some(name), address)))
    }
    /// The bare address.
    pub fn address(&self) -> &str {
        self.0.email.as_ref()
    }
}

/// When a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// From the first byte (`smtps`).
    Implicit,
    /// By STARTTLS, or not at all.
    Required,
    /// By STARTTLS where the server offers it.
    Opportunistic,
    /// Never.
    Off,
}

/// User name and password at the mail server.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: SecretString,
}

/// A mail server as set.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    pub(super) login: Option<Login>,
    pub(super) step_time: Duration,
    pub(super) authority: Option<PathBuf>,
}

impl Server {
    /// Whether the host is this machine, by name or address.
    pub(super) fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// The setting as read.
#[derive(Debug, Clone)]
pub(super) enum MailUrl {
    Smtp(Server),
    Directory(PathBuf),
    Memory,
}

impl MailUrl {
    pub(super) fn parse(setting: &str) -> Result<Self, MailSettingError> {
        let setting = setting.trim();
        // `file:var/mail` is relative to the working directory, which no URL can say.
        if let Some(path) = setting.strip_prefix("file:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(MailSettingError::Directory) } else { Ok(Self::Directory(path.into())) };
        }
        let url = Url::parse(setting).map_err(|_| MailSettingError::Kind)?;
        match url.scheme() {
            "memory" => Ok(Self::Memory),
            "smtp" | "smtps" => server(&url).map(Self::Smtp),
            _ => Err(MailSettingError::Kind),
        }
    }
}

fn server(url: &Url) -> Result<Server, MailSettingError> {
    let host = url.host_str().filter(|h| !h.is_empty()).ok_or(MailSettingError::Host)?.to_owned();
    // `%40` → `@`: a password holds characters that a URL cannot.
    let decode = |text| {
        let text = percent_encoding::percent_decode_str(text).decode_utf8().ok().filter(|text| !text.contains('\0'));
        text.map(String::from).ok_or(MailSettingError::Credentials)
    };
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        (user, Some(password)) if !user.is_empty() && !password.is_empty() => {
            Some(Login { user: decode(user)?, password: SecretString::from(decode(password)?) })
        }
        _ => return Err(MailSettingError::Credentials),
    };
    let implicit = url.scheme() == "smtps";
    let mut server = Server { host, port: 0, encryption: Encryption::Implicit, login, step_time: STEP_TIME, authority: None };
    if !implicit {
        server.encryption = if server.is_loopback() { Encryption::Off } else { Encryption::Required };
    }
    for (name, value) in url.query_pairs() {
        match (name.as_ref(), value.as_ref()) {
            ("tls", "required") if implicit => {}
            ("tls", "required") => server.encryption = Encryption::Required,
            ("tls", "opportunistic") if !implicit => server.encryption = Encryption::Opportunistic,
            ("tls", "none") if !implicit => server.encryption = Encryption::Off,
            ("timeout", seconds) => {
                let seconds = seconds.parse().ok().filter(|s| (1..=600).contains(s));
                server.step_time = Duration::from_secs(seconds.ok_or_else(|| MailSettingError::Option("timeout".into()))?);
            }
            ("ca", path) if !path.is_empty() => server.authority = Some(path.into()),
            (name, _) => return Err(MailSettingError::Option(name.to_owned())),
        }
    }
    server.port = url.port().unwrap_or(match server.encryption {
        Encryption::Implicit => 465,
        Encryption::Required | Encryption::Opportunistic => 587,
        Encryption::Off => 25,
    });
    if server.encryption == Encryption::Off && server.login.is_some() && !server.is_loopback() {
        return Err(MailSettingError::PasswordInTheClear);
    }
    Ok(server)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use std::path::Path;

    fn smtp(setting: &str) -> Server {
        match MailUrl::parse(setting) {
            Ok(MailUrl::Smtp(server)) => server,
            other => panic!("{setting}: {other:?}"),
        }
    }

    #[test]
    fn a_server_is_encrypted_unless_it_is_this_machine_or_the_setting_says_otherwise() {
        for (setting, encryption, port) in [
            ("smtp://poczta.example.pl", Encryption::Required, 587),
            ("smtp://poczta.example.pl?tls=opportunistic", Encryption::Opportunistic, 587),
            ("smtp://poczta.example.pl?tls=none", Encryption::Off, 25),
            ("smtp://127.0.0.1", Encryption::Off, 25),
            ("smtp://localhost:2525", Encryption::Off, 2525),
            ("smtp://[::1]:2525", Encryption::Off, 2525),
            ("smtp://127.0.0.1:2525?tls=required", Encryption::Required, 2525),
            ("smtps://poczta.example.pl", Encryption::Implicit, 465),
            ("smtps://poczta.example.pl:1465?tls=required", Encryption::Implicit, 1465),
        ] {
            let server = smtp(setting);
            assert_eq!((server.encryption, server.port), (encryption, port), "{setting}");
        }
    }

    #[test]
    fn credentials_are_decoded_and_never_shown() {
        let server = smtp("smtps://portal%40example.pl:za%C5%BC%3A%2F%40@poczta.example.pl");
        let login = server.login.clone().expect("credentials");
        assert_eq!(login.user, "portal@example.pl");
        assert_eq!(login.password.expose_secret(), "zaż:/@");
        assert!(!format!("{server:?}").contains("zaż"));
    }

    #[test]
    fn directories_and_memory() {
        for (setting, path) in [("file:var/mail", "var/mail"), ("file:/srv/mail", "/srv/mail"), ("file:///srv/mail", "/srv/mail")] {
            assert!(matches!(MailUrl::parse(setting), Ok(MailUrl::Directory(p)) if p.as_path() == Path::new(path)), "{setting}");
        }
        assert!(matches!(MailUrl::parse("memory:"), Ok(MailUrl::Memory)));
    }

    #[test]
    fn a_wrong_setting_says_what_is_wrong() {
        use MailSettingError as E;
        for (setting, error) in [
            ("", E::Kind),
            ("http://poczta.example.pl", E::Kind),
            ("poczta.example.pl:25", E::Kind),
            ("smtp://", E::Host),
            ("file:", E::Directory),
            ("smtp://jan@poczta.example.pl", E::Credentials),
            ("smtp://:tajne@poczta.example.pl", E::Credentials),
            ("smtp://jan:tajne@poczta.example.pl?tls=none", E::PasswordInTheClear),
            ("smtp://poczta.example.pl?tls=maybe", E::Option("tls".into())),
            ("smtps://poczta.example.pl?tls=none", E::Option("tls".into())),
            ("smtp://poczta.example.pl?timeout=0", E::Option("timeout".into())),
            ("smtp://poczta.example.pl?retries=3", E::Option("retries".into())),
        ] {
            let found = MailUrl::parse(setting).expect_err(setting);
            assert_eq!(found, error, "{setting}");
            assert!(!found.to_string().contains("tajne"), "{setting}");
        }
    }

    #[test]
    fn a_sender_has_an_address_and_maybe_a_name() {
        for (text, name, address) in [
            ("portal@example.pl", None, "portal@example.pl"),
            ("Portal CAS <portal@example.pl>", Some("Portal CAS"), "portal@example.pl"),
            ("\"Łącznik, CAS\" <portal@example.pl>", Some("Łącznik, CAS"), "portal@example.pl"),
        ] {
            let sender = Sender::parse(text).expect(text);
            assert_eq!((sender.0.name.as_deref(), sender.address()), (name, address), "{text}");
        }
        for wrong in ["", "portal", "Portal CAS", "Portal <portal>", "a@b\r\nBcc: c@d", "<a@b.pl> x"] {
            assert_eq!(Sender::parse(wrong), Err(MailSettingError::Sender), "{wrong:?}");
        }
    }
}
