//! What templates may hold: nothing that the content security policy forbids, nothing unescaped, nothing that is not there.

use super::source::{Source, files_below};
use regex::Regex;
use std::collections::BTreeSet;

/// Where text is put in without escaping, with the reason: a file, and the expression before `| safe`.
const SAFE_ALLOWED: &[(&str, &str)] = &[
    // An SVG that we draw from a checked code; no user's text is in it.
    ("templates/components/printed_form.html.tera", "qr_svg"),
    // The same, of an address that we put together; the login in it has letters and digits only.
    ("templates/pages/security/totp.html.tera", "page.qr_svg"),
    // A drawing of our own, whose words are escaped where it is made (`render/plot.rs`).
    ("templates/components/plot_figure.html.tera", "plot.svg"),
];

/// The template without its comments; lines stay where they are.
fn without_comments(text: &str) -> String {
    let comment = Regex::new(r"(?s)\{#.*?#\}").expect("a pattern");
    comment.replace_all(text, |found: &regex::Captures<'_>| "\n".repeat(found[0].matches('\n').count())).into_owned()
}

/// The HTML alone: what Tera computes is replaced by a letter, so that a `>` in it does not end a tag.
fn html_of(text: &str) -> String {
    let computed = Regex::new(r"(?s)\{%.*?%\}|\{\{.*?\}\}").expect("a pattern");
    let blank = |found: &regex::Captures<'_>| {
        let filler = if found[0].starts_with("{{") { "x" } else { " " };
        format!("{filler}{}", "\n".repeat(found[0].matches('\n').count()))
    };
    computed.replace_all(&without_comments(text), blank).into_owned()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn violations(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let html = html_of(&source.text);
    if source.path.ends_with(".html.tera") {
        let rules = [
            (r"(?i)<style\b", "a style element"),
            (r#"(?i)<[a-z][^>]*\sstyle\s*="#, "a style attribute"),
            (r#"(?i)<[a-z][^>]*\son[a-z]+\s*="#, "an event attribute"),
            (r#"(?i)(?:href|src|action)\s*=\s*["']?\s*javascript:"#, "a javascript: address"),
            (
                r#"(?i)<[a-z][^>]*\s(?:href|src|action)\s*=\s*["']?\s*(?:https?:)?//(?:[^"'> ]*\.(?:js|css|woff2?|png|svg|jpe?g))["' >]"#,
                "a file from elsewhere",
            ),
            (r#"(?i)<form\b(?:[^>]*\smethod\s*=\s*["']?\s*(?:put|delete|patch))"#, "a form method that browsers do not know"),
            (r#"(?i)<a\b[^>]*\starget\s*=\s*["']?_blank["']?(?:[^>]*>)"#, ""),
        ];
        for (pattern, what) in rules {
            let pattern = Regex::new(pattern).expect("a pattern");
            for place in pattern.find_iter(&html) {
                let what = match what {
                    "" if place.as_str().contains("noopener") => continue,
                    "" => "a new window without rel=noopener",
                    other => other,
                };
                found.push(format!("{}:{}: {what}", source.path, line_of(&html, place.start())));
            }
        }
        let script = Regex::new(r"(?i)<script\b([^>]*)>").expect("a pattern");
        let from_file = Regex::new(r"(?i)\ssrc\s*=").expect("a pattern");
        for place in script.captures_iter(&html) {
            if !from_file.is_match(&place[1]) {
                found.push(format!("{}:{}: a script in the page", source.path, line_of(&html, place.get(0).map_or(0, |all| all.start()))));
            }
        }
        found.extend(forms_without_token(&html, source));
    }
    let code = without_comments(&source.text);
    let safe = Regex::new(r"([^{|%]*)\|\s*safe\b").expect("a pattern");
    for place in safe.captures_iter(&code) {
        if !SAFE_ALLOWED.contains(&(source.path.as_str(), place[1].trim())) {
            found.push(format!("{}:{}: | safe", source.path, line_of(&code, place.get(0).map_or(0, |all| all.end()))));
        }
    }
    found
}

/// Forms that post need the token: the component `csrf`, or the hidden field written out.
fn forms_without_token(html: &str, source: &Source) -> Vec<String> {
    let code = without_comments(&source.text);
    let form = Regex::new(r#"(?is)<form\b[^>]*\bmethod\s*=\s*["']?post\b.*?</form>"#).expect("a pattern");
    let computed_form = form.find_iter(&code).filter(|form| !form.as_str().contains("csrf")).map(|form| line_of(&code, form.start()));
    let opened = Regex::new(r#"(?i)<form\b[^>]*\bmethod\s*=\s*["']?post\b"#).expect("a pattern");
    let lines: Vec<usize> = computed_form.collect();
    // A form that is closed in another file cannot be judged here; keep forms whole.
    let unclosed = opened.find_iter(html).count() > html.matches("</form>").count();
    let unclosed = unclosed.then(|| format!("{}: a form that is not closed in the same file", source.path));
    lines.into_iter().map(|line| format!("{}:{line}: a form without csrf_token", source.path)).chain(unclosed).collect()
}

/// Names of templates and components that are used and are not there.
fn missing(sources: &[Source]) -> Vec<String> {
    let included = Regex::new(r#"\{%-?\s*(?:include|extends|import)\s+["']([^"']+)["']"#).expect("a pattern");
    let defined = Regex::new(r"\{%-?\s*component\s+([A-Za-z_][\w.]*)\s*\(").expect("a pattern");
    let used = Regex::new(r"(?:\{\{-?|\{%-?)\s*<\s*([A-Za-z_][\w.]*)").expect("a pattern");
    let there: BTreeSet<&str> = sources.iter().filter_map(|source| source.path.strip_prefix("templates/")).collect();
    let codes: Vec<(&Source, String)> = sources.iter().map(|source| (source, without_comments(&source.text))).collect();
    let components: BTreeSet<String> =
        codes.iter().flat_map(|(_, code)| defined.captures_iter(code).map(|name| name[1].to_owned()).collect::<Vec<_>>()).collect();
    let mut found = Vec::new();
    for (source, code) in &codes {
        for name in included.captures_iter(code).filter(|name| !there.contains(&name[1])) {
            found.push(format!("{}: there is no template {}", source.path, &name[1]));
        }
        for name in used.captures_iter(code).filter(|name| !components.contains(&name[1])) {
            found.push(format!("{}: there is no component {}", source.path, &name[1]));
        }
    }
    found
}

#[test]
fn templates_hold_nothing_forbidden() {
    let found: Vec<String> = files_below("templates", ".tera").iter().flat_map(violations).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn templates_use_what_is_there() {
    let found = missing(&files_below("templates", ".tera"));
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn planted_faults_are_found() {
    let found = |text: &str| violations(&Source::planted("templates/pages/x.html.tera", text));
    assert_eq!(found("<p\n style=\"color: red\">"), ["templates/pages/x.html.tera:1: a style attribute"]);
    assert_eq!(
        found("{# a\nb #}<p {% if a > b %}class=\"x\"{% endif %} onclick=\"f()\">"),
        ["templates/pages/x.html.tera:2: an event attribute"]
    );
    assert_eq!(found("<style>p {}</style>").len(), 1);
    assert_eq!(found("<script>f()</script>").len(), 1);
    assert_eq!(found("<a href=\"javascript:f()\">").len(), 1);
    assert_eq!(found("<img src=\"https://elsewhere.example/x.png\">").len(), 1);
    assert_eq!(found("<a target=\"_blank\" href=\"/x\">").len(), 1);
    assert_eq!(found("{{ page.text | safe }}").len(), 1);
    assert_eq!(found("<form method=\"post\" action=\"/x\"><button>x</button></form>").len(), 1);

    assert!(found("{# <p style=\"x\"> {{ a | safe }} #}<p class=\"{{ a }}\" data-on=\"x\">on=1 style=2</p>").is_empty());
    assert!(
        found("<script src=\"{{ asset(name=\"x.js\") }}\" defer></script><a target=\"_blank\" rel=\"noopener\" href=\"/x\">").is_empty()
    );
    assert!(found("<form method=\"post\" action=\"{{ x }}\">{{ <csrf /> }}</form><form method=\"get\"></form>").is_empty());

    let planted = |text: &str| missing(&[Source::planted("templates/a.html.tera", text), Source::planted("templates/b.html.tera", "")]);
    assert_eq!(planted("{% extends \"c.html.tera\" %}{{ <nothing a=\"b\" /> }}{% include \"b.html.tera\" %}").len(), 2);
    assert!(planted("{% component there(a: string) %}{% endcomponent %}{{ <there a=\"b\" /> }}{# {{ <nothing /> }} #}").is_empty());
}
