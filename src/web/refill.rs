//! Fills a form of a finished page with what was typed before. It reads only pages that our own templates made: every value
//! stands in double quotes and is escaped, so a tag ends at the first `>`. What may not live here: which form, and whose.
//!
//! Hidden fields stay as the page made them (token, version: the reader sees the page as it is now); passwords and files are
//! never filled.

use std::collections::HashMap;

/// Whether a page has a form that is sent to this path.
pub fn has_form(html: &str, action: &str) -> bool {
    Tags { html, at: 0 }.any(|(tag, _)| is_form_to(tag, action))
}

/// The page with the form filled.
pub fn refill(html: &str, action: &str, fields: &[(String, String)]) -> String {
    let mut filler = Filler { fields, used: HashMap::new(), select: None, is_within: false };
    let (mut out, mut copied) = (String::with_capacity(html.len() + 1024), 0);
    let mut tags = Tags { html, at: 0 };
    while let Some((tag, start)) = tags.next() {
        let end = start + tag.len();
        match filler.take(tag, action) {
            Change::None => {}
            Change::Tag(new) => {
                out.push_str(&html[copied..start]);
                out.push_str(&new);
                copied = end;
            }
            Change::Content(text) => {
                let close = html[end..].find("</textarea>").map_or(end, |at| end + at);
                out.push_str(&html[copied..end]);
                // A line break right behind the tag is not part of the text.
                out.push('\n');
                out.push_str(&escape(&text));
                copied = close;
                tags.at = close;
            }
        }
    }
    out.push_str(&html[copied..]);
    out
}

/// The tags of a page, with where they begin.
struct Tags<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Iterator for Tags<'a> {
    type Item = (&'a str, usize);
    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at + self.html.get(self.at..)?.find('<')?;
        let end = start + self.html[start..].find('>')? + 1;
        self.at = end;
        Some((&self.html[start..end], start))
    }
}

enum Change {
    None,
    /// Another tag instead.
    Tag(String),
    /// Another text behind it.
    Content(String),
}

struct Filler<'a> {
    fields: &'a [(String, String)],
    /// How many values of a name have been put in: fields of one name are filled in their order.
    used: HashMap<String, usize>,
    /// The chosen value of the list that is being read.
    select: Option<Option<String>>,
    is_within: bool,
}

impl Filler<'_> {
    fn take(&mut self, tag: &str, action: &str) -> Change {
        match name_of(tag) {
            "form" => self.is_within = is_form_to(tag, action),
            "/form" => self.is_within = false,
            "/select" => self.select = None,
            "input" if self.is_within => return self.input(tag),
            "select" if self.is_within => self.select = Some(attribute(tag, "name").and_then(|name| self.value(&name))),
            "option" => {
                if let Some(chosen) = &self.select {
                    let is_chosen = chosen.is_some() && *chosen == attribute(tag, "value");
                    return Change::Tag(marked(tag, "selected", is_chosen));
                }
            }
            "textarea" if self.is_within => {
                if let Some(text) = attribute(tag, "name").and_then(|name| self.value(&name)) {
                    return Change::Content(text);
                }
            }
            _ => {}
        }
        Change::None
    }

    fn input(&mut self, tag: &str) -> Change {
        let Some(name) = attribute(tag, "name") else { return Change::None };
        match attribute(tag, "type").as_deref().unwrap_or("text") {
            "hidden" | "password" | "file" | "submit" | "button" | "image" => Change::None,
            "checkbox" | "radio" => {
                let value = attribute(tag, "value").unwrap_or_else(|| "on".to_owned());
                let is_chosen = self.fields.iter().any(|(n, v)| *n == name && *v == value);
                Change::Tag(marked(tag, "checked", is_chosen))
            }
            _ => match self.value(&name) {
                Some(value) => Change::Tag(with_value(tag, &value)),
                None => Change::None,
            },
        }
    }

    /// The next value of a name.
    fn value(&mut self, name: &str) -> Option<String> {
        let used = self.used.entry(name.to_owned()).or_default();
        let value = self.fields.iter().filter(|(n, _)| n == name).nth(*used).map(|(_, value)| value.clone());
        *used += 1;
        value
    }
}

fn is_form_to(tag: &str, action: &str) -> bool {
    name_of(tag) == "form"
        && attribute(tag, "method").as_deref() == Some("post")
        && attribute(tag, "action").is_some_and(|to| to.split('?').next() == Some(action))
}

/// `form` of `<form method="post">`.
fn name_of(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    inner.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default()
}

/// Where the value of an attribute stands.
fn place_of(tag: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let start = tag.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3)?;
    let end = start + tag[start..].find('"')?;
    Some(start..end)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    place_of(tag, name).map(|place| unescape(&tag[place]))
}

fn with_value(tag: &str, value: &str) -> String {
    let value = escape(value);
    match place_of(tag, "value") {
        Some(place) => format!("{}{value}{}", &tag[..place.start], &tag[place.end..]),
        None => format!("{} value=\"{value}\">", tag.trim_end_matches('>')),
    }
}

/// With or without a mark such as `checked`.
fn marked(tag: &str, mark: &str, is_on: bool) -> String {
    let inner = tag.trim_end_matches('>').replace(&format!(" {mark}"), "");
    if is_on { format!("{inner} {mark}>") } else { format!("{inner}>") }
}

const ESCAPES: [(&str, &str); 6] = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#x27;"), ("/", "&#x2F;")];

fn escape(text: &str) -> String {
    ESCAPES.iter().fold(text.to_owned(), |text, (sign, escaped)| text.replace(sign, escaped))
}

/// The ampersand last, so that nothing is read twice.
fn unescape(text: &str) -> String {
    let text = text.replace("&#39;", "'").replace("&#x2f;", "/");
    ESCAPES.iter().rev().fold(text, |text, (sign, escaped)| text.replace(escaped, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<form method=\"post\" action=\"/logout\"><input type=\"hidden\" name=\"csrf_token\" value=\"t\"></form>\
        <form method=\"get\" action=\"/x\"><input name=\"a\" value=\"q\"></form>\
        <form method=\"post\" action=\"&#x2F;x\" class=\"form\"><input type=\"hidden\" name=\"version\" value=\"3\">\
        <input class=\"c\" id=\"a\" name=\"a\" type=\"text\" value=\"\"><input name=\"a\" type=\"text\">\
        <input type=\"password\" name=\"p\"><input type=\"checkbox\" name=\"b\" value=\"1\" checked><input type=\"checkbox\" name=\"b\" value=\"2\">\
        <select name=\"s\"><option value=\"\">–</option><option value=\"k\" selected>K</option><option value=\"l\">L</option></select>\
        <textarea name=\"t\">stare</textarea></form><p>koniec</p>";

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn everything_typed_comes_back_and_nothing_else_changes() {
        let typed = [
            ("a", "pierwsze \"<&>'/"),
            ("a", "drugie"),
            ("p", "hasło"),
            ("version", "9"),
            ("b", "2"),
            ("s", "l"),
            ("t", "dwa\n</textarea>"),
        ];
        assert!(has_form(PAGE, "/x") && !has_form(PAGE, "/y"));
        let filled = refill(PAGE, "/x", &fields(&typed));
        for part in [
            "<input class=\"c\" id=\"a\" name=\"a\" type=\"text\" value=\"pierwsze &quot;&lt;&amp;&gt;&#x27;&#x2F;\">",
            "<input name=\"a\" type=\"text\" value=\"drugie\">",
            "name=\"version\" value=\"3\">",
            "<input type=\"password\" name=\"p\">",
            "name=\"b\" value=\"1\"><input type=\"checkbox\" name=\"b\" value=\"2\" checked>",
            "<option value=\"k\">K</option><option value=\"l\" selected>L",
            "<textarea name=\"t\">\ndwa\n&lt;&#x2F;textarea&gt;</textarea></form><p>koniec</p>",
            "<form method=\"get\" action=\"/x\"><input name=\"a\" value=\"q\"></form>",
        ] {
            assert!(filled.contains(part), "{part}\n{filled}");
        }
        assert_eq!(refill(PAGE, "/y", &fields(&typed)), PAGE);
    }

    #[test]
    fn a_field_that_did_not_come_stays_and_a_box_that_did_not_come_is_not_ticked() {
        let filled = refill(PAGE, "/x", &[]);
        assert!(filled.contains("stare") && !filled.contains("checked") && !filled.contains("selected"), "{filled}");
    }
}
