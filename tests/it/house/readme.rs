//! The documents say what the portal does.

use super::settings::{expected_row, mismatches};
use super::source::{Source, files_below};
use cas_portal::config::SETTINGS;

fn read(name: &str) -> String {
    std::fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn the_table_of_settings_is_true() {
    let rows: Vec<String> = SETTINGS.iter().map(expected_row).collect();
    assert_eq!(mismatches(&read("README.md")), Vec::<String>::new(), "the table should be:\n{}", rows.join("\n"));
}

/// Whether a migration takes something away that a program of the release before may still read.
fn takes_away(migration: &str) -> bool {
    let up = migration.split_once("const DOWN").map_or(migration, |(up, _)| up).to_ascii_uppercase();
    ["DROP COLUMN", "DROP TABLE", "RENAME"].iter().any(|words| up.contains(words))
}

#[test]
fn every_migration_that_stops_a_rolling_restart_is_named() {
    let names = |source: &Source| source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
    let found = files_below("migrations/src", ".rs").into_iter().filter(|source| takes_away(&source.text));
    let found: Vec<String> = found.map(|source| names(&source)).collect();
    let readme = read("README.md");
    let (_, rest) = readme.split_once("the migrations are: ").expect("the README names them");
    let named = rest.split_once(".\n").map_or(rest, |(named, _)| named);
    let named: Vec<&str> = named.split(',').map(|name| name.trim().trim_matches('`')).collect();
    assert_eq!(named, found, "README.md, „In service”");
    let changelog = read("CHANGELOG.md");
    assert!(found.iter().all(|name| changelog.contains(name.as_str())), "the CHANGELOG says of each that its release is not rolling");
    assert!(takes_away("const UP: &str = \"alter table units rename to places\""));
    assert!(!takes_away("const UP: &str = \"CREATE TABLE x (y TEXT)\"; const DOWN: &str = \"DROP TABLE x\""));
}

#[test]
fn every_file_that_a_document_links_exists() {
    for document in ["README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md"] {
        let text = read(document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|l| !l.contains("://") && !l.starts_with('#')) {
            let path = link.split('#').next().unwrap_or_default();
            assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists(), "{document} links {link}");
        }
    }
}
