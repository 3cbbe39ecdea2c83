//! Tests of the settings: layers, each bad key, secrets that stay secret.

use super::*;
use secrecy::ExposeSecret as _;
use std::collections::BTreeSet;

fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let variables = variables.iter().map(|(key, text)| (variable_of(key), (*text).to_owned()));
    // A file of its own, so that a cas-portal.toml in the working directory does not matter.
    let file = tempfile::NamedTempFile::new().unwrap();
    Config::load(Some(file.path()), variables)
}

fn load_file(toml: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), toml).unwrap();
    Config::load(Some(file.path()), variables.iter().map(|(key, text)| (variable_of(key), (*text).to_owned())))
}

fn bad_keys(error: &ConfigError) -> Vec<&str> {
    error.0.iter().map(|p| p.key.as_str()).collect()
}

const KEY: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80";

#[test]
fn the_defaults_serve_this_machine_only() {
    let config = load(&[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8000");
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:8000/");
    assert_eq!(config.public_link("/login"), "http://127.0.0.1:8000/login");
    assert!(config.is_loopback_only() && config.is_plain_loopback() && !config.hsts);
    assert_eq!((config.database.kind(), config.database.expose()), (DatabaseKind::Sqlite, "sqlite://var/cas-portal.db"));
    assert!(matches!(&config.mail, MailRoute::Directory(path) if path == Path::new("var/mail")));
    assert!(matches!(&config.files, FilesLocation::Directory(path) if path == Path::new("var/files")));
    assert!(matches!(&config.secret_key, SecretKeySource::File { path, may_generate: true } if path == Path::new("var/secret.key")));
    assert!(config.rate_limits && config.workers && config.metrics_listen.is_none() && config.trusted_proxies.is_empty());
    assert_eq!((config.log.as_str(), config.log_format), ("info", LogFormat::Text));
    assert!(config.signature_roots.is_none());
    assert_eq!(load(&[("signature_roots", "etc/roots.pem")]).unwrap().signature_roots.as_deref(), Some(Path::new("etc/roots.pem")));
}

#[test]
fn roles_with_a_second_factor_are_named_or_none() {
    let roles = |text| load(&[("second_factor_roles", text)]).map(|c| (c.second_factor_roles, c.second_factor_is_set));
    let default = load(&[]).unwrap();
    assert_eq!(default.second_factor_roles, ["central_administrator", "voivodeship_administrator", "helpdesk", "auditor"]);
    assert!(!default.second_factor_is_set);
    assert_eq!(roles("none").unwrap(), (vec![], true));
    assert_eq!(roles("helpdesk,auditor").unwrap(), (vec!["helpdesk".to_owned(), "auditor".to_owned()], true));
    assert_eq!(bad_keys(&roles("helpdesk, admin").unwrap_err()), ["second_factor_roles"]);
}

#[test]
fn what_ended_is_kept_for_days_or_for_good() {
    let kept = |text| load(&[("retention_rejected", text)]).unwrap().retention.rejected;
    assert_eq!((kept("7"), kept("off")), (Some(7), None));
    let default = load(&[]).unwrap().retention;
    assert_eq!((default.withdrawn, default.lapsed, default.rejected), (Some(365), Some(365), Some(1825)));
}

#[test]
fn a_variable_beats_the_file_and_the_file_beats_the_default() {
    let toml =
        "listen = \"127.0.0.1:8001\"\ndatabase_max_connections = 3\nrate_limits = false\ntrusted_proxies = [\"10.0.0.5\", \"fd00::/8\"]\n";
    let config = load_file(toml, &[("listen", "[::1]:8002")]).unwrap();
    assert_eq!(config.listen.to_string(), "[::1]:8002");
    assert_eq!(config.public_url.as_str(), "http://[::1]:8002/");
    assert_eq!((config.database_max_connections, config.rate_limits), (3, false));
    assert_eq!(config.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.5/32", "fd00::/8"]);
}

#[test]
fn each_key_with_a_bad_value_is_named_with_what_is_expected() {
    let bad: &[(&str, &[&str])] = &[
        ("listen", &["8000", "localhost:8000", "127.0.0.1:99999"]),
        (
            "public_url",
            &[
                "cas.gov.pl",
                "ftp://cas.gov.pl",
                "https://cas.gov.pl/portal",
                "https://cas.gov.pl/?a=b",
                "http://cas.gov.pl",
                "https://a:b@cas.gov.pl",
            ],
        ),
        ("database_url", &["mysql://x/y", "sqlite:", "sqlite://", "var/cas-portal.db", "postgres://tajne@host", "postgres:///"]),
        ("database_max_connections", &["0", "-1", "1001", "dużo"]),
        (
            "mail_url",
            &[
                "http://host",
                "smtp://",
                "smtp://host?tls=maybe",
                "smtp://host?ssl=1",
                "smtp://tajne@host",
                "smtp://a:tajne@host?tls=none",
                "smtp://a:tajne@host?tls=opportunistic",
                "smtps://host?tls=none",
                "smtp://host/path",
                "file:",
                "var/mail",
            ],
        ),
        (
            "mailboxes",
            &[
                "wps26@host",
                "26=imap://wps26@host",
                "26=imaps://host",
                "26=imaps://wps26:tajne@host",
                "2=imaps://wps26@host",
                "26=imaps://a@host,26=imaps://b@host",
                "26=imaps://a@host?tls=none",
            ],
        ),
        ("mail_from", &["nikt", "a@b@c", "Portal <>", "a@b.pl\r\nBcc: c@d.pl"]),
        (
            "files_url",
            &[
                "s3://",
                "s3://a:b@",
                "s3://tajne@bucket",
                "s3://bucket?zone=1",
                "s3://bucket?endpoint=tajne",
                "file:",
                "https://bucket",
                "var/files",
            ],
        ),
        ("secret_key", &["tajne", "00000000000000000000000000000000000000000000000000000000000000000", &KEY[1..]]),
        ("metrics_listen", &["9100", "127.0.0.1:8000"]),
        ("trusted_proxies", &["proxy.local", "10.0.0.0/33", "10.0.0.1,wrong"]),
        ("rate_limits", &["yes", "1"]),
        ("second_factor_roles", &["admin", "helpdesk, none", "Helpdesk"]),
        ("workers", &["tak", "2"]),
        ("hsts", &["max-age=1", "ON"]),
        ("retention_withdrawn", &["0", "-1", "nigdy"]),
        ("retention_lapsed", &["1.5", "36501"]),
        ("retention_rejected", &["5 years", "OFF"]),
        ("retention_post", &["0", "rok"]),
        ("log", &["=[", "cas_portal=loud"]),
        ("log_format", &["xml", "JSON"]),
        ("publisher_name", &["a\nb", &"a".repeat(201)]),
        ("publisher_email", &["nikt", "a b@c.pl"]),
        ("publisher_phone", &["zadzwoń", "123", "+48 22 000 00 00 wew. 3"]),
        ("data_protection_email", &["iod"]),
    ];
    for (key, texts) in bad {
        let doc = SETTINGS.iter().find(|s| s.key == *key).unwrap();
        for text in *texts {
            let error = load(&[(key, text)]).err().unwrap_or_else(|| panic!("{key} took {text:?}"));
            assert_eq!(bad_keys(&error), [*key], "{text}");
            let told = error.to_string();
            assert!(told.contains(&variable_of(key)) && told.contains(doc.expected), "{told}");
            assert_eq!(told.contains(&format!("{text:?}")), !doc.is_secret, "{told}");
            assert!(!told.contains("tajne"), "{told}");
        }
    }
    let tested: BTreeSet<&str> = bad.iter().map(|(key, _)| *key).collect();
    let untested: Vec<&str> = SETTINGS.iter().map(|s| s.key).filter(|key| !tested.contains(key)).collect();
    assert_eq!(untested, ["secret_key_file", "mailbox_passwords", "mailbox_roots", "signature_roots"], "any text is a path");
}

#[test]
fn all_bad_keys_are_told_at_once_and_unknown_ones_too() {
    let error =
        load_file("listne = \"127.0.0.1:1\"\nlog_format = \"xml\"\n[publisher]\nname = \"x\"\n", &[("workers", "?"), ("secretkey", "x")]);
    let error = error.unwrap_err();
    let mut keys = bad_keys(&error);
    keys.sort_unstable();
    assert_eq!(keys, ["listne", "log_format", "publisher", "secretkey", "workers"]);
    assert_eq!(error.to_string().lines().count(), 5);
    // Variables of others, of the tests and of the command line are not settings.
    let others =
        [("CAS_PORTAL_TEST_POSTGRES", "x"), ("CAS_PORTAL_CONFIG", "x"), ("PATH", "x"), ("XCAS_PORTAL_LISTEN", "x"), ("CAS_PORTAL_LOG", "")];
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(Config::load(Some(file.path()), others.map(|(k, v)| (k.to_owned(), v.to_owned()))).is_ok());
}

#[test]
fn a_missing_or_broken_file_is_told_without_its_content() {
    let error = Config::load(Some(Path::new("/nowhere/cas.toml")), []).unwrap_err();
    assert!(error.to_string().contains("/nowhere/cas.toml"), "{error}");
    let error = load_file("secret_key = \"tajne\nlisten = 3", &[]).unwrap_err();
    assert!(!error.to_string().contains("tajne"), "{error}");
    let error = load_file("listen = { port = 1 }", &[]).unwrap_err();
    assert_eq!(bad_keys(&error), ["listen"]);
}

#[test]
fn beyond_this_machine_the_public_address_and_the_key_are_required() {
    let error = load(&[("listen", "0.0.0.0:8000")]).unwrap_err();
    assert_eq!(bad_keys(&error), ["public_url", "secret_key"]);
    let open = [("listen", "0.0.0.0:8000"), ("public_url", "https://cas.example.gov.pl")];
    let config = load(&[open[0], open[1], ("secret_key", KEY)]).unwrap();
    assert!(!config.is_loopback_only() && !config.is_plain_loopback() && config.hsts);
    assert!(matches!(&config.secret_key, SecretKeySource::Text(text) if text.expose_secret() == KEY));
    let config = load(&[open[0], open[1], ("secret_key_file", "/run/secrets/cas")]).unwrap();
    assert!(matches!(config.secret_key, SecretKeySource::File { may_generate: false, .. }));
    let config = load(&[open[0], open[1], ("secret_key_file", "var/secret.key")]).unwrap();
    assert!(matches!(config.secret_key, SecretKeySource::File { may_generate: false, .. }), "named, though it is the default");
    // Behind a proxy on the same machine.
    let config = load(&[open[1], ("hsts", "off")]).unwrap();
    assert!(config.is_loopback_only() && !config.is_plain_loopback() && !config.hsts);
    assert_eq!(config.public_link("/a"), "https://cas.example.gov.pl/a");
}

fn smtp(text: &str) -> SmtpRelay {
    match load(&[("mail_url", text)]).unwrap().mail {
        MailRoute::Smtp(relay) => relay,
        MailRoute::Directory(path) => panic!("{}", path.display()),
    }
}

#[test]
fn mail_urls_say_server_security_and_credentials() {
    let relay = smtp("smtp://u%40x.pl:p%2F+%26s@mail.gov.pl:2587?tls=required");
    assert_eq!((relay.host.as_str(), relay.port, relay.security), ("mail.gov.pl", 2587, SmtpSecurity::Required));
    let (user, password) = relay.credentials.unwrap();
    assert_eq!((user.as_str(), password.expose_secret()), ("u@x.pl", "p/+&s"));
    let of = |text: &str| (smtp(text).port, smtp(text).security);
    assert_eq!(of("smtp://mail.gov.pl"), (25, SmtpSecurity::Required));
    assert_eq!(of("smtp://a:b@mail.gov.pl"), (587, SmtpSecurity::Required));
    assert_eq!(of("smtps://a:b@mail.gov.pl"), (465, SmtpSecurity::Wrapped));
    assert_eq!(of("smtp://mail.gov.pl?tls=none"), (25, SmtpSecurity::None));
    assert_eq!(of("smtp://127.0.0.1:2525"), (2525, SmtpSecurity::Opportunistic));
    assert_eq!(of("smtp://localhost:2525?tls=none"), (2525, SmtpSecurity::None));
    assert_eq!(smtp("smtp://[::1]:2525").host, "::1");
    for text in ["file:/srv/mail", "file:///srv/mail"] {
        assert!(matches!(load(&[("mail_url", text)]).unwrap().mail, MailRoute::Directory(path) if path == Path::new("/srv/mail")));
    }
}

#[test]
fn file_urls_say_bucket_server_and_credentials() {
    let text = "s3://AKIA:se%2Fcr+et@skany/cas/formularze/?region=eu-central-1&endpoint=http://127.0.0.1:9000";
    let FilesLocation::S3(s3) = load(&[("files_url", text)]).unwrap().files else { panic!("not S3") };
    assert_eq!((s3.bucket.as_str(), s3.prefix.as_str(), s3.region.as_str()), ("skany", "cas/formularze", "eu-central-1"));
    assert_eq!(s3.endpoint.unwrap().as_str(), "http://127.0.0.1:9000/");
    let (key, secret) = s3.credentials.unwrap();
    assert_eq!((key.as_str(), secret.expose_secret()), ("AKIA", "se/cr+et"));
}

#[test]
fn the_sender_may_have_a_polish_name() {
    let config = load(&[("mail_from", "Rejestr użytkowników <cas@example.gov.pl>")]).unwrap();
    assert_eq!(config.mail_from.name.as_deref(), Some("Rejestr użytkowników"));
    assert_eq!(config.mail_from.email.to_string(), "cas@example.gov.pl");
}

#[test]
fn secrets_are_never_printed() {
    let config = load(&[
        ("database_url", "postgres://cas:tajne-db@db.local/cas?sslmode=require&password=tajne-db2"),
        ("mail_url", "smtp://cas:tajne-mail@mail.gov.pl"),
        ("files_url", "s3://klucz:tajne-s3@skany"),
        ("secret_key", KEY),
    ])
    .unwrap();
    let text = format!("{config:?} {config:#?}");
    assert!(!text.contains("tajne") && !text.contains(KEY), "{text}");
    assert_eq!(config.database.redacted(), "postgres://cas:***@db.local/cas");
    assert!(config.database.expose().contains("tajne-db"));
}

#[test]
fn every_setting_is_documented_once() {
    let keys: BTreeSet<&str> = SETTINGS.iter().map(|s| s.key).collect();
    assert_eq!(keys.len(), SETTINGS.len());
    for setting in SETTINGS {
        assert!(setting.meaning.ends_with('.') && !setting.expected.is_empty() && !setting.meaning.contains('|'), "{}", setting.key);
        assert!(setting.key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    }
}

#[test]
fn mailboxes_are_read_by_office_and_need_their_passwords() {
    let text = "26=imaps://wps26@kielce.example.pl@imap.example.pl:1993/INBOX/Formularze, 14=imaps://wps14@imap.example.pl";
    let config = load(&[("mailboxes", text), ("mailbox_passwords", "/run/mailboxes")]).unwrap();
    let places: Vec<_> = config
        .mailboxes
        .iter()
        .map(|one| (one.voivodeship.as_str(), one.user.as_str(), one.host.as_str(), one.port, one.folder.as_str()))
        .collect();
    assert_eq!(
        places,
        [("26", "wps26@kielce.example.pl", "imap.example.pl", 1993, "INBOX/Formularze"), ("14", "wps14", "imap.example.pl", 993, "INBOX")]
    );
    let error = load(&[("mailboxes", text)]).unwrap_err();
    assert_eq!(error.0.iter().map(|problem| problem.key.as_str()).collect::<Vec<_>>(), ["mailbox_passwords"]);
    assert!(load(&[]).unwrap().mailboxes.is_empty());
}
