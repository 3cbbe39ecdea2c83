//! Every setting: its key, its default, what it means and what it takes. The README's table is checked against this one.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingDoc {
    /// Key in `cas-portal.toml`; the variable is [`variable_of`] it.
    pub key: &'static str,
    /// Default as text; empty: none.
    pub default: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    /// What it takes, told when a value is bad.
    pub expected: &'static str,
    /// Its value may carry a secret, so it is never repeated.
    pub is_secret: bool,
}

/// The variable of a key: `CAS_PORTAL_LISTEN` for `listen`.
pub fn variable_of(key: &str) -> String {
    format!("CAS_PORTAL_{}", key.to_ascii_uppercase())
}

const fn plain(key: &'static str, default: &'static str, meaning: &'static str, expected: &'static str) -> SettingDoc {
    SettingDoc { key, default, meaning, expected, is_secret: false }
}

const fn secret(key: &'static str, default: &'static str, meaning: &'static str, expected: &'static str) -> SettingDoc {
    SettingDoc { key, default, meaning, expected, is_secret: true }
}

/// All settings, in the order of the README's table.
pub const SETTINGS: &[SettingDoc] = &[
    plain("listen", "127.0.0.1:8000", "Address and port to listen on.", "an address and a port, e.g. 127.0.0.1:8000"),
    plain(
        "public_url",
        "",
        "The address that people type; links in letters are built from it. By default `http://` and the listening address; required where the portal listens beyond this machine.",
        "https:// and a host, without a path, e.g. https://cas.example.gov.pl (http:// for this machine only)",
    ),
    secret(
        "database_url",
        "sqlite://var/cas-portal.db",
        "Database: a SQLite file or a PostgreSQL server.",
        "sqlite://<file> or postgres://<user>:<password>@<host>/<database>",
    ),
    plain("database_max_connections", "10", "Most connections to the database, for each process.", "a number from 1 to 1000"),
    secret(
        "mail_url",
        "file:var/mail",
        "How letters leave: `smtp://user:password@host:587?tls=required` (`tls`: `required`, `opportunistic`, `none`; by default `required`, to this machine `opportunistic`), `smtps://…` (TLS from the first byte), or a directory of `.eml` files.",
        "smtp://[<user>:<password>@]<host>[:<port>][?tls=required|opportunistic|none], smtps://… or file:<directory>; no password without TLS, except to this machine",
    ),
    plain(
        "mail_from",
        "Portal CAS <cas-portal@localhost>",
        "Sender of the letters.",
        "an e-mail address, with or without a name: Portal CAS <cas@example.gov.pl>",
    ),
    secret(
        "files_url",
        "file:var/files",
        "Where signed forms are kept: a directory or an S3 bucket, `s3://key:secret@bucket/prefix?region=…&endpoint=https://…`.",
        "file:<directory> or s3://[<key>:<secret>@]<bucket>[/<prefix>][?region=<region>&endpoint=<url>]",
    ),
    secret(
        "secret_key",
        "",
        "Signs sessions and links: 32 random bytes (`openssl rand -base64 32`), the same for all processes. Required where the portal listens beyond this machine and no key file is named.",
        "32 random bytes as base64 or as 64 hexadecimal digits; make them with: openssl rand -base64 32",
    ),
    plain(
        "secret_key_file",
        "var/secret.key",
        "File with the secret key, used when `secret_key` is not set; made where the portal listens on this machine only.",
        "a path",
    ),
    plain(
        "metrics_listen",
        "",
        "Address and port of the Prometheus metrics; not served when empty.",
        "an address and a port other than those of `listen`, e.g. 127.0.0.1:9100",
    ),
    plain(
        "trusted_proxies",
        "",
        "Proxies whose `X-Forwarded-For` is believed.",
        "addresses or networks, separated by commas, e.g. 10.0.0.5, 192.168.0.0/24",
    ),
    plain(
        "rate_limits",
        "on",
        "Limits per address on sign-in, registration, reset, upload and lists as files, and on the questions of other systems; `off` for load tests only.",
        "on or off",
    ),
    plain(
        "second_factor_roles",
        "central_administrator, voivodeship_administrator, helpdesk, auditor",
        "Roles whose holders must have a second factor: they add it at their next sign-in before anything else. With `serve --demo` nobody must, unless this is set.",
        "none, or roles separated by commas: central_administrator, voivodeship_administrator, helpdesk, auditor, unit_coordinator",
    ),
    plain("workers", "on", "Whether `serve` does the background work itself; `off` where `cas-portal work` runs beside it.", "on or off"),
    plain("hsts", "", "Strict-Transport-Security; by default `on` where the public address is https.", "on or off"),
    // Not one, but a password that somebody puts into the address must not be told.
    secret(
        "mailboxes",
        "",
        "Mailboxes of offices that are read into their post, by the code of the voivodeship: `26=imaps://wps26@imap.example.gov.pl/INBOX`, several separated by commas. The worker takes what is unread, marks it as read, and answers nobody.",
        "<voivodeship>=imaps://<user>@<host>[:<port>][/<folder>], separated by commas; the password stands in a file",
    ),
    plain(
        "mailbox_passwords",
        "",
        "Folder with the passwords of these mailboxes: a file for each, named by the code of the voivodeship.",
        "a path",
    ),
    plain("mailbox_roots", "", "PEM file with root certificates that these mailboxes are trusted by, besides those of the web.", "a path"),
    plain(
        "retention_withdrawn",
        "365",
        "Days after which a withdrawn application is erased with its files; `off`: never.",
        "a number of days from 1 to 36500, or off",
    ),
    plain(
        "retention_lapsed",
        "365",
        "Days after which a lapsed application is erased with its files; `off`: never.",
        "a number of days from 1 to 36500, or off",
    ),
    plain(
        "retention_rejected",
        "1825",
        "Days after which a rejected application is erased with its files; the decision is kept. `off`: never.",
        "a number of days from 1 to 36500, or off",
    ),
    plain(
        "signature_roots",
        "",
        "Issuers of certificates that are trusted for electronic signatures: a PEM file or a folder of them. Without it signatures are verified, but the pages say that nobody asked who issued the certificates.",
        "a path",
    ),
    plain(
        "retention_post",
        "365",
        "Days after which what came to an office is erased with its files, once nothing of it waits; signed forms stay with their applications. `off`: never.",
        "a number of days from 1 to 36500, or off",
    ),
    plain("log", "info", "Which log lines are written, by level and module.", "a filter such as info or info,cas_portal=debug"),
    plain("log_format", "text", "Log lines for people (`text`) or for machines (`json`).", "text or json"),
    plain(
        "publisher_name",
        "Ministerstwo Rodziny, Pracy i Polityki Społecznej",
        "Who publishes the portal: named in the accessibility declaration and the privacy clause.",
        "one line of at most 200 characters",
    ),
    plain("publisher_email", "cas-portal@example.gov.pl", "Contact for accessibility and privacy.", "an e-mail address"),
    plain("publisher_phone", "+48 22 000 00 00", "Contact for accessibility and privacy.", "a phone number of 9 to 15 digits"),
    plain("data_protection_email", "iod@example.gov.pl", "Contact of the data protection officer.", "an e-mail address"),
];
