//! Reads the project's own Rust as tokens with lines, so that comments and strings are never mistaken for code.
//! What may not live here: rules.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::path::{Path, PathBuf};

/// A Rust file of the library or the binary.
#[derive(Debug)]
pub struct Source {
    /// From the root of the project, with `/`: `src/web/guards.rs`.
    pub path: String,
    /// As it lies on the disk.
    pub text: String,
}

/// The root of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder of the project whose name ends so, in order. None when there is no such folder.
pub fn files_below(folder: &str, ending: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join(folder), ending, &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|file| Source {
            text: std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())),
            path: file.strip_prefix(root()).expect("it lies in the project").to_string_lossy().replace('\\', "/"),
        })
        .collect()
}

fn collect(folder: &Path, ending: &str, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, ending, paths);
        } else if path.to_string_lossy().ends_with(ending) {
            paths.push(path);
        }
    }
}

impl Source {
    /// A made-up file, for the tests of the rules themselves.
    pub fn planted(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    /// Whether the whole file is test code: `tests.rs`, or a file in a folder `tests`.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// The tokens of the file.
    pub fn tokens(&self) -> TokenStream {
        self.text.parse().unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }

    /// The tokens without `#[cfg(test)]` items and without doc comments; none for a test file.
    pub fn product_tokens(&self) -> TokenStream {
        if self.is_test() { TokenStream::new() } else { without_tests(self.tokens()) }
    }

    /// Where the module of this file lies below the crate's root: `["web", "guards"]`; empty for the root itself.
    pub fn module(&self) -> Vec<String> {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path).trim_end_matches(".rs");
        let mut names: Vec<String> = inner.split('/').map(str::to_owned).collect();
        if matches!(names.last().map(String::as_str), Some("mod" | "lib" | "main")) {
            names.pop();
        }
        names
    }
}

/// The line of a token.
pub fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

/// Whether a token is this word or sign.
pub fn is(token: Option<&TokenTree>, text: &str) -> bool {
    match token {
        Some(TokenTree::Ident(ident)) => ident == text,
        Some(TokenTree::Punct(punct)) => text.len() == 1 && text.starts_with(punct.as_char()),
        _ => false,
    }
}

/// The group that a token is, if it has these delimiters.
pub fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// Drops every item under `#[cfg(test)]` (or `all(test, …)`), and every doc comment.
fn without_tests(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(width) = attribute_width(&tokens[at..]) {
            let content = group(tokens.get(at + width - 1), Delimiter::Bracket).map(Group::stream).unwrap_or_default();
            let content: Vec<TokenTree> = content.into_iter().collect();
            if is(content.first(), "doc") {
                at += width;
                continue;
            }
            if is(content.first(), "cfg") && is_test_condition(content.get(1)) {
                at = end_of_item(&tokens, at + width);
                continue;
            }
        }
        kept.push(match &tokens[at] {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_tests(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other.clone(),
        });
        at += 1;
    }
    kept.into_iter().collect()
}

/// How many tokens the attribute takes that starts here: `#[…]` two, `#![…]` three.
fn attribute_width(tokens: &[TokenTree]) -> Option<usize> {
    let inner = usize::from(is(tokens.get(1), "!"));
    (is(tokens.first(), "#") && group(tokens.get(1 + inner), Delimiter::Bracket).is_some()).then_some(2 + inner)
}

fn is_test_condition(condition: Option<&TokenTree>) -> bool {
    let Some(condition) = group(condition, Delimiter::Parenthesis) else { return false };
    let words: Vec<TokenTree> = condition.stream().into_iter().collect();
    if is(words.first(), "all") {
        return group(words.get(1), Delimiter::Parenthesis).is_some_and(|all| all.stream().into_iter().any(|word| is(Some(&word), "test")));
    }
    is(words.first(), "test")
}

/// An item ends with `;` or with its braces; further attributes before it belong to it.
fn end_of_item(tokens: &[TokenTree], mut at: usize) -> usize {
    while let Some(width) = attribute_width(&tokens[at..]) {
        at += width;
    }
    while at < tokens.len() {
        let ends = is(tokens.get(at), ";") || group(tokens.get(at), Delimiter::Brace).is_some();
        at += 1;
        if ends {
            break;
        }
    }
    at
}

#[test]
fn test_code_and_comments_are_left_out() {
    let source = Source::planted(
        "src/web/x.rs",
        "//! Doc\n/// crate::doc\nuse a::b; // crate::comment\n#[cfg(test)]\n#[allow(x)]\nmod tests { use crate::hidden; }\n\
         #[cfg(all(test, unix))]\nuse crate::also_hidden;\n#[cfg(not(test))]\nfn f() { \"crate::text\"; }",
    );
    let text = source.product_tokens().to_string();
    assert!(!text.contains("hidden") && !text.contains("comment") && !text.contains("doc"), "{text}");
    assert!(text.contains("use a :: b") && text.contains("fn f"), "{text}");
    assert_eq!(source.module(), ["web", "x"]);
    assert!(Source::planted("src/lib.rs", "").module().is_empty());
    assert!(Source::planted("src/config/tests.rs", "").is_test());
}
