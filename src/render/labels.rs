//! The label file: every short text by its dotted key. What may not live here: the words themselves.

use std::collections::BTreeMap;

/// Texts by dotted key: `status.approved`.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    texts: BTreeMap<String, String>,
}

impl Labels {
    /// Reads the label file.
    ///
    /// # Errors
    /// What is wrong with it: no TOML, something that is not a text, or an empty text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|e: toml::de::Error| e.to_string())?;
        let mut texts = BTreeMap::new();
        flatten("", &table, &mut texts)?;
        Ok(Self { texts })
    }

    /// The words of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// The words of a key, or `⟦key⟧`, so that a missing label is seen and never stops a page.
    pub fn text(&self, key: &str) -> String {
        self.get(key).map_or_else(|| format!("⟦{key}⟧"), str::to_owned)
    }

    /// As [`Labels::text`], with each `{name}` replaced by its value.
    pub fn text_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(&self.text(key), values.iter().copied())
    }

    /// Number and noun: „1 wniosek”, „3 wnioski”, „5 wniosków”. `key` as in `plurals.application` or `application`.
    pub fn plural(&self, n: i64, key: &str) -> String {
        format!("{}\u{a0}{}", number(n), self.plural_word(n, key))
    }

    /// The noun alone, in the form that fits the number.
    pub fn plural_word(&self, n: i64, key: &str) -> String {
        let key = key.strip_prefix("plurals.").unwrap_or(key);
        self.text(&format!("plurals.{key}.{}", plural_form(n)))
    }

    /// What is wrong with a field: the words at the field's own key, or the general ones.
    /// `scope` tells whose field it is where names repeat: `unit`, `persons`.
    pub fn error(&self, scope: &str, field: &str, reason: &str) -> String {
        keys_of(scope, field)
            .iter()
            .find_map(|name| self.get(&format!("errors.{name}.{reason}")))
            .map_or_else(|| self.text(&format!("errors.{reason}")), str::to_owned)
    }

    /// Whether these words are a field's own.
    pub(super) fn has_own_error(&self, scope: &str, field: &str, reason: &str) -> bool {
        keys_of(scope, field).iter().any(|name| self.get(&format!("errors.{name}.{reason}")).is_some())
    }

    /// The label of a form field. `scope` as in [`Labels::error`].
    pub fn field_label(&self, scope: &str, field: &str) -> String {
        self.field(scope, field, "label").unwrap_or_else(|| format!("⟦fields.{field}.label⟧"))
    }

    /// The hint of a form field, if it has one.
    pub fn field_hint(&self, scope: &str, field: &str) -> Option<String> {
        self.field(scope, field, "hint")
    }

    /// A part of what a form field is called, if it has one: `label`, `hint`.
    pub(super) fn field(&self, scope: &str, field: &str, part: &str) -> Option<String> {
        keys_of(scope, field).iter().find_map(|name| self.get(&format!("fields.{name}.{part}"))).map(str::to_owned)
    }

    /// The texts directly under a key, in the order of their own keys: lists are numbered (`1_received`, `2_case` …).
    pub fn list(&self, key: &str) -> Vec<&str> {
        let prefix = format!("{key}.");
        let texts = self.texts.range(prefix.clone()..).take_while(|(k, _)| k.starts_with(&prefix));
        texts.filter(|(k, _)| !k[prefix.len()..].contains('.')).map(|(_, text)| text.as_str()).collect()
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }
}

/// Where the words of a field may stand, from the most particular: `persons.0.login` → `persons_login`, `login`.
fn keys_of(scope: &str, field: &str) -> Vec<String> {
    let parts: Vec<&str> = field.split('.').filter(|p| !p.is_empty() && !p.bytes().all(|b| b.is_ascii_digit())).collect();
    let joined = parts.join("_");
    let mut keys = Vec::with_capacity(3);
    if !scope.is_empty() {
        keys.push(format!("{scope}_{joined}"));
    }
    keys.push(joined);
    if parts.len() > 1 {
        keys.extend(parts.last().map(|p| (*p).to_owned()));
    }
    keys
}

fn flatten(prefix: &str, table: &toml::Table, texts: &mut BTreeMap<String, String>) -> Result<(), String> {
    for (name, value) in table {
        // The name "" gives the text of the table's own key, where a key is both a text and a table.
        let key = match (prefix, name.as_str()) {
            ("", _) => name.clone(),
            (_, "") => prefix.to_owned(),
            _ => format!("{prefix}.{name}"),
        };
        match value {
            toml::Value::String(text) if text.trim().is_empty() => return Err(format!("{key} is empty")),
            toml::Value::String(text) => {
                texts.insert(key, text.clone());
            }
            toml::Value::Table(table) => flatten(&key, table, texts)?,
            _ => return Err(format!("{key} is not a text")),
        }
    }
    Ok(())
}

/// Replaces each `{name}`.
pub(super) fn fill<'a>(text: &str, values: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let values: Vec<(&str, &str)> = values.collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // One pass, so that a value that happens to hold braces is not filled again.
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let found = rest.find('}').and_then(|end| values.iter().find(|(name, _)| *name == &rest[1..end]).map(|(_, v)| (end, v)));
        let (skipped, text) = found.map_or((1, "{"), |(end, value)| (end + 1, *value));
        out.push_str(text);
        rest = &rest[skipped..];
    }
    out.push_str(rest);
    out
}

/// Polish has three: 1 wniosek, 2–4 (not 12–14) wnioski, else wniosków.
fn plural_form(n: i64) -> &'static str {
    let n = n.unsigned_abs();
    match (n, n % 10, n % 100) {
        (1, ..) => "one",
        (_, 2..=4, tens) if !(12..=14).contains(&tens) => "few",
        _ => "many",
    }
}

/// Groups of three from 10 000 on, with no-break spaces.
pub(super) fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    if n < 0 {
        out.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && digits.len() > 4 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}
