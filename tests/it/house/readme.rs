//! The documents say what the portal does.

use super::settings::{expected_row, mismatches};
use cas_portal::config::SETTINGS;

fn read(name: &str) -> String {
    std::fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn the_table_of_settings_is_true() {
    let rows: Vec<String> = SETTINGS.iter().map(expected_row).collect();
    assert_eq!(mismatches(&read("README.md")), Vec::<String>::new(), "the table should be:\n{}", rows.join("\n"));
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
