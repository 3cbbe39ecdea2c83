//! Filters and functions of the templates: words, numbers, dates, URLs, and what the form components ask.
//!
//! | in a template | gives |
//! |---|---|
//! | `"status.approved" \| label` | the label; further arguments fill its `{name}`s |
//! | `5 \| plural(key="application")` | „5 wniosków”; `\| plural_word(key=…)` the noun alone |
//! | `ms \| day` `ms \| minute` `ms \| clock` `ms \| iso` | DD.MM.RRRR · DD.MM.RRRR, HH:MM · HH:MM · for `<time datetime>` |
//! | `"2026-11-22" \| date` | DD.MM.RRRR |
//! | `text \| urlencode` | for one part of a URL |
//! | `"+48413420000" \| phone` | +48 41 342 00 00 |
//! | `n \| number` · `bytes \| file_size` | 12 345 · 1,4 MB |
//! | `asset(name="app.css")` | the URL with the hash |
//! | `field_label(name, words)` `field_hint(…)` `field_errors(errors, name, words)` `error_list(errors, words, order)` | for the form components |

use super::assets::Assets;
use super::labels::{Labels, fill, number};
use crate::domain::identifiers::spaced_phone;
use crate::domain::moment::{Moment, date_text};
use std::collections::BTreeSet;
use std::sync::Arc;
use tera::{Kwargs, Map, State, Tera, TeraResult, Value};

/// Makes all filters and functions known.
pub(super) fn register(tera: &mut Tera, labels: &Arc<Labels>, assets: &Arc<Assets>) {
    register_labels(tera, labels);
    register_values(tera);
    register_fields(tera, labels);
    let assets = Arc::clone(assets);
    tera.register_function("asset", move |kwargs: Kwargs, _: &State| -> TeraResult<String> {
        let name = kwargs.must_get::<&str>("name")?;
        assets.url(name).ok_or_else(|| tera::Error::message(format!("no static file {name}")))
    });
}

fn register_labels(tera: &mut Tera, labels: &Arc<Labels>) {
    let words = Arc::clone(labels);
    tera.register_filter("label", move |key: &str, kwargs: Kwargs, _: &State| -> String {
        let values: Vec<(String, String)> =
            kwargs.iter().filter_map(|(name, value)| name.as_str().map(|name| (name.to_owned(), value.to_string()))).collect();
        fill(&words.text(key), values.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    });
    let words = Arc::clone(labels);
    tera.register_filter("plural", move |n: i64, kwargs: Kwargs, _: &State| -> TeraResult<String> {
        Ok(words.plural(n, kwargs.must_get::<&str>("key")?))
    });
    let words = Arc::clone(labels);
    tera.register_filter("plural_word", move |n: i64, kwargs: Kwargs, _: &State| -> TeraResult<String> {
        Ok(words.plural_word(n, kwargs.must_get::<&str>("key")?))
    });
}

fn register_values(tera: &mut Tera) {
    tera.register_filter("day", |ms: i64, _: Kwargs, _: &State| Moment(ms).to_date_text());
    tera.register_filter("minute", |ms: i64, _: Kwargs, _: &State| Moment(ms).to_minute_text());
    tera.register_filter("clock", |ms: i64, _: Kwargs, _: &State| Moment(ms).to_time_text());
    tera.register_filter("iso", |ms: i64, _: Kwargs, _: &State| Moment(ms).to_iso());
    tera.register_filter("date", |text: &str, _: Kwargs, _: &State| -> TeraResult<String> {
        let date = text.parse::<jiff::civil::Date>().map_err(|_| tera::Error::message(format!("`{text}` is no date")))?;
        Ok(date_text(date))
    });
    tera.register_filter("urlencode", |text: &str, _: Kwargs, _: &State| urlencode(text));
    tera.register_filter("phone", |text: &str, _: Kwargs, _: &State| phone(text));
    tera.register_filter("number", |n: i64, _: Kwargs, _: &State| number(n));
    tera.register_filter("file_size", |bytes: i64, _: Kwargs, _: &State| file_size(bytes));
}

fn register_fields(tera: &mut Tera, labels: &Arc<Labels>) {
    let words = Arc::clone(labels);
    tera.register_function("field_label", move |kwargs: Kwargs, _: &State| -> TeraResult<String> {
        Ok(words.field_label(scope(&kwargs)?, kwargs.must_get("name")?))
    });
    let words = Arc::clone(labels);
    tera.register_function("field_hint", move |kwargs: Kwargs, _: &State| -> TeraResult<String> {
        Ok(words.field_hint(scope(&kwargs)?, kwargs.must_get("name")?).unwrap_or_default())
    });
    let words = Arc::clone(labels);
    tera.register_function("field_errors", move |kwargs: Kwargs, _: &State| -> TeraResult<Vec<Value>> {
        let (name, scope) = (kwargs.must_get::<&str>("name")?, scope(&kwargs)?);
        let errors = kwargs.must_get::<&Map>("errors")?;
        let reasons = errors.iter().find(|(field, _)| field.as_str() == Some(name)).map(|(_, reasons)| reasons);
        Ok(reasons_of(reasons).into_iter().map(|reason| Value::from(words.error(scope, name, reason))).collect())
    });
    let words = Arc::clone(labels);
    tera.register_function("error_list", move |kwargs: Kwargs, _: &State| -> TeraResult<Vec<Value>> {
        let (scope, errors) = (scope(&kwargs)?, kwargs.must_get::<&Map>("errors")?);
        let order = kwargs.get::<Vec<String>>("order")?.unwrap_or_default();
        let mut fields: Vec<(&str, &Value)> = errors.iter().filter_map(|(field, reasons)| Some((field.as_str()?, reasons))).collect();
        // Maps of the template engine have no order: first as the page says, then by name (numbers as numbers).
        fields.sort_by_key(|(field, _)| (order.iter().position(|o| o == field).unwrap_or(usize::MAX), natural(field)));
        let lines: Vec<(&str, &str, String)> = fields
            .into_iter()
            .flat_map(|(field, reasons)| reasons_of(Some(reasons)).into_iter().map(move |reason| (field, reason)))
            .map(|(field, reason)| (field, reason, words.error(scope, field, reason)))
            .collect();
        let is_shared = |text: &str| lines.iter().filter(|(_, _, other)| other == text).count() > 1;
        let line = |(field, reason, text): &(&str, &str, String)| {
            // Words that fit any field, or several, name theirs: each line says what it is about, and none stands twice.
            let fits_any = GENERAL.contains(reason) && !words.has_own_error(scope, field, reason);
            let label = words.field(scope, field, "label").filter(|_| fits_any || is_shared(text));
            let mut item = Map::new();
            item.insert("field".into(), Value::from(*field));
            item.insert("text".into(), Value::from(label.map_or_else(|| text.clone(), |label| format!("{label}: {text}"))));
            Value::from(item)
        };
        Ok(lines.iter().map(line).collect())
    });
}

/// Reasons whose general words name no field.
const GENERAL: [&str; 5] = ["required", "too_long", "characters", "unknown", "nul_character"];

fn scope(kwargs: &Kwargs) -> TeraResult<&str> {
    Ok(kwargs.get::<&str>("words")?.unwrap_or_default())
}

fn reasons_of(reasons: Option<&Value>) -> Vec<&str> {
    reasons.and_then(Value::as_array).unwrap_or_default().iter().filter_map(Value::as_str).collect()
}

/// `persons.10.login` after `persons.9.login`.
fn natural(field: &str) -> Vec<(u64, String)> {
    field.split('.').map(|part| (part.parse().unwrap_or(0), part.to_owned())).collect()
}

/// Everything but letters, digits and `-_.~` as `%XX`.
fn urlencode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// In its usual groups, never broken over lines.
fn phone(text: &str) -> String {
    spaced_phone(text).replace(' ', "\u{a0}")
}

/// „820 B”, „33 kB”, „1,4 MB”.
fn file_size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes}\u{a0}B"),
        1_000..1_000_000 => format!("{}\u{a0}kB", (bytes + 500) / 1_000),
        _ => {
            let tenths = (bytes + 50_000) / 100_000;
            format!("{},{}\u{a0}MB", tenths / 10, tenths % 10)
        }
    }
}

/// The labels that templates name literally (`"key" | label`, `plural(key="…")`) and the file does not have.
pub(super) fn missing_labels(sources: &[(String, String)], labels: &Labels) -> Vec<String> {
    let mut missing = BTreeSet::new();
    for (name, text) in sources {
        for (at, _) in text.match_indices("| label") {
            if let Some(key) = literal_before(&text[..at]).filter(|key| labels.get(key).is_none()) {
                missing.insert(format!("{key} ({name})"));
            }
        }
        for call in ["plural(key=\"", "plural_word(key=\""] {
            for (at, _) in text.match_indices(call) {
                let key = text[at + call.len()..].split('"').next().unwrap_or_default();
                let key = key.strip_prefix("plurals.").unwrap_or(key);
                for form in ["one", "few", "many"] {
                    if labels.get(&format!("plurals.{key}.{form}")).is_none() {
                        missing.insert(format!("plurals.{key}.{form} ({name})"));
                    }
                }
            }
        }
    }
    missing.into_iter().collect()
}

/// The string literal that ends here, unless it is only a part of a key being put together with `~`.
fn literal_before(text: &str) -> Option<&str> {
    let text = text.trim_end().strip_suffix('"')?;
    let start = text.rfind('"')?;
    let is_whole = !text[..start].trim_end().ends_with('~');
    is_whole.then(|| &text[start + 1..])
}
