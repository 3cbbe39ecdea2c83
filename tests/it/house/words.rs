//! Words that a person reads live in `templates/`, never in Rust: Polish letters in string literals give them away.

use super::source::{Source, files_below, group, is, line};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Letters in code that are no words of the screen, with the reason. A file, and a piece of the literal (empty: any).
const ALLOWED: &[(&str, &str)] = &[
    // Folding and comparing Polish is what this file is for.
    ("src/domain/collation.rs", ""),
    // Which letters an old code page may hold is what tells it apart.
    ("src/tables/read.rs", "ąćęłńóśźż"),
    // The publisher's own name is a default of a setting.
    ("src/config/settings.rs", "Ministerstwo Rodziny"),
];

/// Examples and the demonstration country are data: people and places have Polish names.
fn is_data(path: &str) -> bool {
    path.ends_with("/samples.rs") || path.contains("/samples/") || path.contains("/demo/") || path.ends_with("/demo.rs")
}

fn is_polish(text: &str) -> bool {
    text.chars().any(|letter| "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ".contains(letter))
}

fn polish_literals(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    if !is_data(&source.path) {
        walk(source.product_tokens(), source, &mut found);
    }
    found
}

fn walk(tokens: TokenStream, source: &Source, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut in_samples = false;
    for (at, token) in tokens.iter().enumerate() {
        let named = tokens.get(at + 1).is_some_and(|name| name.to_string().starts_with("sample"));
        in_samples |= named && (is(Some(token), "fn") || is(Some(token), "mod"));
        in_samples &= !is(Some(token), ";");
        match token {
            // The body of `fn samples()` or `mod samples`: the examples of a page or letter.
            TokenTree::Group(_) if in_samples && group(Some(token), Delimiter::Brace).is_some() => in_samples = false,
            TokenTree::Group(group) => walk(group.stream(), source, found),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let allowed = ALLOWED.iter().any(|(path, piece)| *path == source.path && text.contains(piece));
                if is_polish(&text) && !allowed {
                    found.push(format!("{}:{}: {text} is for templates/ or its label file", source.path, line(token)));
                }
            }
            _ => {}
        }
    }
}

#[test]
fn words_live_in_templates() {
    let found: Vec<String> = files_below("src", ".rs").iter().flat_map(polish_literals).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn planted_words_are_found() {
    let found = |text: &str| polish_literals(&Source::planted("src/web/x.rs", text));
    assert_eq!(found("fn f() { g(\"Zażółć\") }"), ["src/web/x.rs:1: \"Zażółć\" is for templates/ or its label file"]);
    assert_eq!(found("const A: &str = r#\"Łódź\"#; fn samples() { \"ź\" } fn g() { \"ż\" }").len(), 2);
    assert!(found("/// Wojewódzki\n// łódzkie\n#[cfg(test)] mod t { const A: &str = \"ą\"; }").is_empty());
    assert_eq!(found("mod samples; fn f() { \"ż\" }").len(), 1);
    assert!(found("fn samples() -> Vec<Self> { vec![\"Źródło\"] }").is_empty());
}
