//! What every file and folder of the project has in common: a head that says what lives here, and names that say something.

use super::source::{Source, files_below, group, is, line, root};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Names that say nothing, so that everything ends up behind them.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "shared", "misc", "stuff"];

fn rust_files() -> Vec<Source> {
    ["src", "tests", "migrations/src", "benches"].iter().flat_map(|folder| files_below(folder, ".rs")).collect()
}

fn lacks_head(source: &Source) -> bool {
    let first = source.text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    first.strip_prefix("//!").is_none_or(|words| words.trim().len() < 10)
}

fn has_empty_name(path: &str) -> bool {
    path.split('/').any(|part| EMPTY_NAMES.contains(&part.trim_end_matches(".rs")))
}

/// Macros that print past the log, and leftovers of debugging.
fn prints(source: &Source) -> Vec<String> {
    fn walk(tokens: TokenStream, path: &str, found: &mut Vec<String>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            if let TokenTree::Group(group) = token {
                walk(group.stream(), path, found);
            }
            let prints =
                ["println", "print", "eprintln", "eprint", "dbg", "todo", "unimplemented"].iter().any(|name| is(Some(token), name));
            if prints && is(tokens.get(at + 1), "!") && matches!(tokens.get(at + 2), Some(TokenTree::Group(_))) {
                found.push(format!("{path}:{}: {token}! does not belong into the library", line(token)));
            }
        }
    }
    let mut found = Vec::new();
    walk(source.product_tokens(), &source.path, &mut found);
    found
}

/// Tests that do not run are promises, not tests.
fn ignored_tests(source: &Source) -> Vec<String> {
    fn walk(tokens: TokenStream, path: &str, found: &mut Vec<String>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            if is(Some(token), "#")
                && let Some(attribute) = group(tokens.get(at + 1), Delimiter::Bracket)
                && is(attribute.stream().into_iter().next().as_ref(), "ignore")
            {
                found.push(format!("{path}:{}: an ignored test", line(token)));
            } else if let TokenTree::Group(group) = token {
                walk(group.stream(), path, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(source.tokens(), &source.path, &mut found);
    found
}

#[track_caller]
fn assert_none(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_file_says_what_lives_in_it() {
    assert_none(rust_files().into_iter().filter(lacks_head).map(|source| format!("{}: opens without //!", source.path)).collect());
    assert!(lacks_head(&Source::planted("src/x.rs", "use a;\n//! Late.")));
    assert!(lacks_head(&Source::planted("src/x.rs", "//!\n")));
    assert!(!lacks_head(&Source::planted("src/x.rs", "//! Values of a unit.\n")));
}

#[test]
fn no_name_is_empty() {
    assert_none(rust_files().into_iter().map(|source| source.path).filter(|path| has_empty_name(path)).collect());
    assert!(has_empty_name("src/web/utils.rs") && has_empty_name("src/common/mod.rs"));
    assert!(!has_empty_name("src/web/commons.rs"));
}

#[test]
fn the_library_prints_nothing() {
    assert_none(files_below("src", ".rs").iter().flat_map(prints).collect());
    assert_eq!(prints(&Source::planted("src/x.rs", "fn f() { if a { println!(\"x\") } }")).len(), 1);
    assert!(prints(&Source::planted("src/x.rs", "/// println!(\"x\")\nfn f() { writeln!(out); print(a) }")).is_empty());
}

#[test]
fn no_test_is_ignored() {
    assert_none(rust_files().iter().flat_map(ignored_tests).collect());
    assert_eq!(ignored_tests(&Source::planted("tests/x.rs", "mod a { #[test] #[ignore = \"slow\"] fn f() {} }")).len(), 1);
}

#[test]
fn the_workspace_is_the_portal_and_its_migrations() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    assert!(manifest.contains("members = [\"migrations\"]"));
    for manifest in ["Cargo.toml", "migrations/Cargo.toml"] {
        let text = std::fs::read_to_string(root().join(manifest)).expect("the manifest");
        assert!(text.contains("[lints]\nworkspace = true"), "{manifest} takes the lints of the workspace");
    }
}

#[test]
fn continuous_integration_is_the_test_command() {
    let script = std::fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    let commands: Vec<&str> = script.lines().filter(|line| !line.starts_with('#') && !line.starts_with("set ")).collect();
    assert_eq!(commands, ["exec bash \"$(dirname \"${BASH_SOURCE[0]}\")/../tests/run\""]);
}
