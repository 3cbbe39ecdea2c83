//! The README's table of settings says what the portal does.

use cas_portal::config::{Config, SETTINGS, SettingDoc, variable_of};
use cas_portal::domain::account::Role;
use cas_portal::secrets::SecretKey;

/// The row that the README must hold for a setting.
pub fn expected_row(setting: &SettingDoc) -> String {
    let default = if setting.default.is_empty() { "–".to_owned() } else { format!("`{}`", setting.default) };
    format!("| `{}` | {default} | {} |", variable_of(setting.key), setting.meaning)
}

/// What is wrong with the table in a README: rows that are missing or say something else, and rows of unknown settings.
pub fn mismatches(readme: &str) -> Vec<String> {
    let expected: Vec<String> = SETTINGS.iter().map(expected_row).collect();
    let found: Vec<&str> = readme.lines().map(str::trim).filter(|line| line.starts_with("| `CAS_PORTAL_")).collect();
    let missing = expected.iter().filter(|row| !found.contains(&row.as_str())).map(|row| format!("missing: {row}"));
    let unknown = found.iter().filter(|row| !expected.iter().any(|e| e == *row)).map(|row| format!("not a setting: {row}"));
    missing.chain(unknown).collect()
}

#[test]
fn a_full_table_passes_and_each_difference_is_told() {
    let rows: Vec<String> = SETTINGS.iter().map(expected_row).collect();
    let readme = format!("# Settings\n\n| setting | default | meaning |\n|---|---|---|\n{}\n\nMore text.\n", rows.join("\n"));
    assert_eq!(mismatches(&readme), Vec::<String>::new());
    assert_eq!(mismatches(&readme.replace("127.0.0.1:8000", "127.0.0.1:9000")).len(), 2);
    assert_eq!(mismatches(&(readme.clone() + "| `CAS_PORTAL_COLOUR` | `grey` | Colour. |\n")).len(), 1);
    assert_eq!(mismatches("").len(), SETTINGS.len());
}

#[test]
fn configuration_and_secrets_take_the_same_keys() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let takes = |text: &str| Config::load(Some(file.path()), [(variable_of("secret_key"), text.to_owned())]).is_ok();
    let base64 = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80";
    for good in [base64, &format!("{base64}="), &"0123456789abcdef".repeat(4), &"0123456789ABCDEF".repeat(4), &base64.replace("q83", "-_3")]
    {
        assert!(takes(good) && SecretKey::from_text(good).is_ok(), "{good}");
    }
    // The last one has bits beyond the 32 bytes.
    for bad in ["x", &"A".repeat(43), &"ab".repeat(32), &"0123456789abcdef".repeat(3), &base64[1..], &base64.replace("Jq80", "Jq81")] {
        assert_eq!(takes(bad), SecretKey::from_text(bad).is_ok(), "{bad}");
        assert!(!takes(bad), "{bad}");
    }
}

#[test]
fn the_roles_of_the_setting_are_those_of_the_portal() {
    let mut known = Role::ALL.map(Role::key);
    let mut named = cas_portal::config::ROLES;
    known.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, known);
}
