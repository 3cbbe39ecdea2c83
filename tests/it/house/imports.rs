//! Who may import whom: the direction of the rooms, and the one room of each big library.
//! To move a wall, edit the tables here; the review then sees it.

use super::source::{Source, files_below, group, is, line};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Each room and the rooms that it may import. Everything is refused that does not stand here.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("config", &[]),
    ("clock", &[]),
    ("secrets", &["disk"]),
    ("fonts", &[]),
    ("disk", &[]),
    ("storage", &["domain", "disk"]),
    ("policy", &["domain"]),
    ("render", &["domain", "fonts"]),
    ("mail", &["domain", "render", "disk"]),
    ("pdf", &["domain", "fonts"]),
    ("signatures", &["domain"]),
    ("files", &["domain", "signatures", "disk"]),
    ("tables", &["domain"]),
    ("services", &["domain", "storage", "policy", "render", "mail", "pdf", "signatures", "files", "tables", "config", "clock", "secrets"]),
    ("web", &["domain", "services", "render", "policy"]),
    ("worker", &["domain", "services"]),
    ("cli", &["domain", "portal", "services", "render", "config"]),
    (
        "portal",
        &[
            "domain",
            "storage",
            "policy",
            "render",
            "mail",
            "pdf",
            "signatures",
            "files",
            "services",
            "web",
            "worker",
            "config",
            "clock",
            "secrets",
            "fonts",
        ],
    ),
];

/// What test code inside a room may import besides: the things that only give values.
const FOR_TESTS: &[&str] = &["domain", "config", "clock", "secrets"];

/// Libraries that only some rooms know, so that they can be replaced, and so that rules are not written in their terms.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("sea_orm", &["storage"]),
    ("sea_orm_migration", &["storage"]),
    ("casbin", &["policy"]),
    ("tera", &["render"]),
    // The settings check addresses as the mailer reads them.
    ("lettre", &["mail", "config"]),
    ("async_imap", &["mail"]),
    ("mail_parser", &["mail"]),
    ("genpdf", &["pdf"]),
    ("argon2", &["secrets"]),
    ("object_store", &["files"]),
    ("x509_cert", &["signatures"]),
    ("p256", &["signatures"]),
    ("p384", &["signatures"]),
    ("rsa", &["signatures"]),
    ("rust_xlsxwriter", &["tables"]),
    ("rocket", &["web", "portal"]),
    ("webauthn_rs", &["services"]),
    ("utoipa", &["web"]),
    ("figment", &["config"]),
    ("clap", &["cli"]),
];

/// What is wrong in one file: `path:line: what`.
fn violations(source: &Source) -> Vec<String> {
    let Some(room) = source.module().into_iter().next() else { return Vec::new() };
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{}: `{room}` is no room; a new one belongs into the table of tests/it/house/imports.rs", source.path)];
    };
    let mut found = Vec::new();
    let mut check = |tokens: TokenStream, for_tests: bool| {
        let mut names = Vec::new();
        crate_names(tokens, source.module().len(), &mut names);
        for (name, line) in names {
            let known = ROOMS.iter().any(|(room, _)| *room == name);
            let fine = name == room || allowed.contains(&name.as_str()) || for_tests && FOR_TESTS.contains(&name.as_str());
            if known && !fine {
                found.push(format!("{}:{line}: {room} may not import {name}", source.path));
            } else if name == "*" {
                found.push(format!("{}:{line}: a glob over the whole crate hides what is imported", source.path));
            }
        }
    };
    check(source.product_tokens(), false);
    check(source.tokens(), true);
    let mut libraries = Vec::new();
    path_starts(source.product_tokens(), &mut libraries);
    for (name, line) in libraries {
        if let Some((_, rooms)) = LIBRARIES.iter().find(|(library, _)| *library == name)
            && !rooms.contains(&room.as_str())
        {
            found.push(format!("{}:{line}: only {} may know {name}", source.path, rooms.join(", ")));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The first name behind the crate's root, wherever a path goes through it: `crate::x`, `crate::{x, y::z}`, or as many
/// `super` as lead there. `depth` is how many modules the code lies below the root.
fn crate_names(tokens: TokenStream, depth: usize, found: &mut Vec<(String, usize)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if let TokenTree::Group(group) = &tokens[at] {
            // A module in braces lies one deeper.
            let module = at >= 2 && is(tokens.get(at - 2), "mod") && group.delimiter() == Delimiter::Brace;
            crate_names(group.stream(), depth + usize::from(module), found);
        }
        let mut next = at;
        let mut left = depth;
        if is(tokens.get(at), "crate") {
            next += 1;
            left = 0;
        } else if is(tokens.get(at), "super") {
            while is(tokens.get(next), "super") && left > 0 {
                left -= 1;
                next += if is(tokens.get(next + 3), "super") && is(tokens.get(next + 1), ":") { 3 } else { 1 };
            }
        }
        if next > at && left == 0 && is(tokens.get(next), ":") && is(tokens.get(next + 1), ":") {
            first_names(&tokens[next + 2..], found);
        }
        at = next.max(at + 1);
    }
}

fn first_names(tokens: &[TokenTree], found: &mut Vec<(String, usize)>) {
    let Some(first) = tokens.first() else { return };
    match group(Some(first), Delimiter::Brace) {
        Some(group) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for part in inner.split(|token| is(Some(token), ",")) {
                first_names(part, found);
            }
        }
        None => found.push((first.to_string(), line(first))),
    }
}

/// Every name that a path starts with: `sea_orm` in `use sea_orm::…` and in `sea_orm::DbErr`.
fn path_starts(tokens: TokenStream, found: &mut Vec<(String, usize)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => path_starts(group.stream(), found),
            TokenTree::Ident(name) => {
                let starts = at == 0 || !is(tokens.get(at - 1), ":") || at < 3 || !matches!(tokens[at - 3], TokenTree::Ident(_));
                let goes_on = is(tokens.get(at + 1), ":") && is(tokens.get(at + 2), ":");
                let imported = at > 0 && is(tokens.get(at - 1), "use");
                if starts && (goes_on || imported) {
                    found.push((name.to_string(), line(token)));
                }
            }
            _ => {}
        }
    }
}

/// Who asks the system for the time: `X::now` of a clock that tells the date. Measuring a duration is not asking the time.
fn time_askers(source: &Source) -> Vec<String> {
    fn walk(tokens: TokenStream, path: &str, found: &mut Vec<String>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            if let TokenTree::Group(group) = token {
                walk(group.stream(), path, found);
            }
            let clock = ["SystemTime", "Timestamp", "Zoned", "OffsetDateTime", "Utc"].iter().any(|clock| is(Some(token), clock));
            if clock && is(tokens.get(at + 1), ":") && ["now", "now_utc"].iter().any(|now| is(tokens.get(at + 3), now)) {
                found.push(format!("{path}:{}: only src/clock.rs asks for the time", line(token)));
            }
        }
    }
    let mut found = Vec::new();
    if source.module().first().map(String::as_str) != Some("clock") {
        walk(source.product_tokens(), &source.path, &mut found);
    }
    found
}

#[test]
fn rooms_import_only_what_they_may() {
    let sources = files_below("src", ".rs");
    assert!(sources.len() > 20, "the rooms are found");
    let found: Vec<String> = sources.iter().flat_map(violations).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn only_the_clock_asks_for_the_time() {
    let found: Vec<String> = files_below("src", ".rs").iter().flat_map(time_askers).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_way_around_the_walls_is_found() {
    let found = |path: &str, text: &str| violations(&Source::planted(path, text));
    assert_eq!(found("src/domain/unit.rs", "\nuse crate::storage::units;"), ["src/domain/unit.rs:2: domain may not import storage"]);
    assert_eq!(found("src/web/routes/unit.rs", "fn f() { crate::storage::units::find() }").len(), 1);
    assert_eq!(found("src/web/guards.rs", "use crate::{domain::{self, unit}, storage::{x}, services};").len(), 1);
    assert_eq!(found("src/web/routes/unit.rs", "use super::super::super::storage::units;").len(), 1);
    assert_eq!(found("src/web/mod.rs", "mod inner { use super::super::{files, services}; }").len(), 1);
    assert_eq!(found("src/web/mod.rs", "m!(a, crate::cli::run());").len(), 1);
    assert_eq!(found("src/web/mod.rs", "pub(crate) use crate::*;").len(), 1);
    assert_eq!(found("src/services/x.rs", "use sea_orm::DbErr;").len(), 1);
    assert_eq!(found("src/services/x.rs", "fn f(e: sea_orm::DbErr) {}").len(), 1);
    assert_eq!(found("src/gadgets.rs", "").len(), 1);
    assert_eq!(found("src/services/x.rs", "#[cfg(test)] mod tests { use crate::web::x; }").len(), 1);
    assert_eq!(time_askers(&Source::planted("src/web/x.rs", "let t = std::time::SystemTime::now();")).len(), 1);

    assert!(
        found(
            "src/web/guards.rs",
            "// use crate::storage;\nuse crate::web::session; use super::session; const S: &str = \"crate::storage\";"
        )
        .is_empty()
    );
    assert!(found("src/web/routes/unit.rs", "use super::super::forms; use crate::services::x; pub(in crate::web) fn f() {}").is_empty());
    assert!(found("src/storage/units.rs", "use sea_orm::DbErr; #[cfg(test)] mod tests { use crate::secrets::x; }").is_empty());
    assert!(found("src/storage/units.rs", "mod a { use super::super::accounts; use crate::domain::{unit, id::UnitId}; }").is_empty());
    assert!(time_askers(&Source::planted("src/clock.rs", "let t = jiff::Timestamp::now();")).is_empty());
    assert!(time_askers(&Source::planted("src/web/x.rs", "let t = std::time::Instant::now();")).is_empty());
}
