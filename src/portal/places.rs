//! From checked settings to what the mail and the files room read. Those rooms know nothing of ours, so they read texts.

use crate::config::{FilesLocation, MailRoute, SmtpSecurity};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The mail room's setting. It may carry a password.
pub(super) fn mail_setting(route: &MailRoute) -> SecretString {
    let relay = match route {
        MailRoute::Directory(path) => return format!("file:{}", path.display()).into(),
        MailRoute::Smtp(relay) => relay,
    };
    let (scheme, tls) = match relay.security {
        SmtpSecurity::Wrapped => ("smtps", ""),
        SmtpSecurity::Required => ("smtp", "?tls=required"),
        SmtpSecurity::Opportunistic => ("smtp", "?tls=opportunistic"),
        SmtpSecurity::None => ("smtp", "?tls=none"),
    };
    let who = relay
        .credentials
        .as_ref()
        .map_or_else(String::new, |(user, password)| format!("{}:{}@", encoded(user), encoded(password.expose_secret())));
    let host = if relay.host.contains(':') { format!("[{}]", relay.host.trim_matches(['[', ']'])) } else { relay.host.clone() };
    format!("{scheme}://{who}{host}:{}{tls}", relay.port).into()
}

/// The files room's setting, and the variables that it reads credentials from.
pub(super) fn files_setting(location: &FilesLocation) -> (String, Vec<(String, String)>) {
    let bucket = match location {
        FilesLocation::Directory(path) => return (format!("file:{}", path.display()), Vec::new()),
        FilesLocation::S3(bucket) => bucket,
    };
    let endpoint = bucket.endpoint.as_ref().map_or_else(String::new, |url| format!("&endpoint={}", encoded(url.as_str())));
    let setting = format!("s3://{}/{}?region={}{endpoint}", bucket.bucket, bucket.prefix, encoded(&bucket.region));
    let variables = match &bucket.credentials {
        Some((key, secret)) => {
            vec![("AWS_ACCESS_KEY_ID".to_owned(), key.clone()), ("AWS_SECRET_ACCESS_KEY".to_owned(), secret.expose_secret().to_owned())]
        }
        // The usual variables: the way of roles and of container platforms.
        None => std::env::vars().filter(|(name, _)| name.starts_with("AWS_")).collect(),
    };
    (setting, variables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Mailer, Sender};

    #[test]
    fn every_mail_setting_is_understood_by_the_mail_room_as_it_was_meant() {
        let sender = Sender::parse("Portal <cas@example.gov.pl>").unwrap();
        for (text, destination) in [
            ("file:var/mail", "var/mail"),
            ("smtp://mail.example.pl", "mail.example.pl:25"),
            ("smtp://u%40x:p%2Fw%3A@mail.example.pl:2525?tls=required", "mail.example.pl:2525"),
            ("smtps://u:p@mail.example.pl", "mail.example.pl:465"),
            ("smtp://127.0.0.1:1025?tls=none", "127.0.0.1:1025"),
            ("smtp://[::1]:1025?tls=none", "::1"),
        ] {
            let route = MailRoute::parse(text).unwrap_or_else(|| panic!("{text}"));
            let setting = mail_setting(&route);
            let mailer = Mailer::from_setting(setting.expose_secret(), &sender).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert!(mailer.destination().contains(destination), "{text}: {}", mailer.destination());
        }
    }

    #[test]
    fn a_bucket_keeps_its_prefix_region_server_and_credentials() {
        let location = FilesLocation::parse("s3://key:se%2Fcret@forms/a/b?region=eu-central-1&endpoint=http://127.0.0.1:9000").unwrap();
        let (setting, variables) = files_setting(&location);
        assert_eq!(setting, "s3://forms/a/b?region=eu%2Dcentral%2D1&endpoint=http%3A%2F%2F127%2E0%2E0%2E1%3A9000%2F");
        assert_eq!(variables[1].1, "se/cret");
        crate::files::FileStore::open_with(&setting, variables).unwrap();
    }
}
