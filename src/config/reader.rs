//! Puts the layers of settings together and collects what is wrong with them, so that all bad keys are told at once.

use super::settings::{SETTINGS, SettingDoc, variable_of};
use super::{Config, DEFAULT_FILE};
use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// One bad key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, as in the file.
    pub key: String,
    /// What is wrong and what is expected; never the value of a secret.
    pub text: String,
}

/// The settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError(pub Vec<Problem>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Problem { key, text }) in self.0.iter().enumerate() {
            let gap = if i > 0 { "\n" } else { "" };
            write!(f, "{gap}{} (`{key}` in {DEFAULT_FILE}): {text}", variable_of(key))?;
        }
        Ok(())
    }
}

/// Variables as they are: figment's own provider would read digits as numbers and lose leading zeros.
struct Variables(BTreeMap<String, String>);

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment variable").interpolater(|_: &Profile, keys: &[&str]| variable_of(&keys.join("_")))
    }
    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let dict: Dict = self.0.iter().map(|(key, text)| (key.clone(), Value::from(text.clone()))).collect();
        Ok(Profile::Default.collect(dict))
    }
}

/// The defaults, from the table.
struct Defaults;
const DEFAULTS: &str = "default";

impl Provider for Defaults {
    fn metadata(&self) -> Metadata {
        Metadata::named(DEFAULTS)
    }
    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let dict: Dict = SETTINGS.iter().map(|s| (s.key.to_owned(), Value::from(s.default))).collect();
        Ok(Profile::Default.collect(dict))
    }
}

/// Reads one key after the other and remembers what was wrong.
pub(super) struct Reader {
    texts: BTreeMap<String, String>,
    /// Keys that file or variables name, even with their default.
    given: BTreeSet<String>,
    problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn new(file: Option<&Path>, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let variables = variables
            .into_iter()
            .filter_map(|(name, text)| Some((name.strip_prefix("CAS_PORTAL_")?.to_ascii_lowercase(), text)))
            // The command line's own variable, and those of the tests.
            .filter(|(key, _)| key != "config" && !key.starts_with("test_"))
            // `CAS_PORTAL_X=` in a compose file means: not set.
            .filter(|(_, text)| !text.trim().is_empty())
            .collect();
        if let Some(path) = file.filter(|p| !p.is_file()) {
            return Err(unreadable(&format!("there is no file {}", path.display())));
        }
        let mut figment = Figment::from(Defaults);
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        // The default file may be missing; to figment a missing file is an unreadable one.
        if path.is_file() {
            figment = figment.merge(Toml::file_exact(path));
        }
        let figment = figment.merge(Variables(variables));
        // Not the error itself: figment quotes the line, and the line may hold a password.
        let values: Dict = figment.extract().map_err(|e| unreadable(&place_of(&e)))?;
        let mut reader = Self { texts: BTreeMap::new(), given: BTreeSet::new(), problems: Vec::new() };
        for (key, value) in values {
            if figment.find_metadata(&key).is_some_and(|source| source.name != DEFAULTS) {
                reader.given.insert(key.clone());
            }
            match (SETTINGS.iter().any(|s| s.key == key), text_of(&value)) {
                (false, _) => reader.add(&key, "there is no such setting".to_owned()),
                (true, None) => reader.refuse(&key),
                (true, Some(text)) => drop(reader.texts.insert(key, text.trim().to_owned())),
            }
        }
        Ok(reader)
    }

    /// Whether file or variables give the key a value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.given.contains(key) && self.texts.get(key).is_some_and(|text| !text.is_empty())
    }

    /// The parsed value of a key that always has one; `None` went with a problem.
    pub(super) fn value<T>(&mut self, key: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = match self.texts.get(key) {
            // An empty text in the file means the default, as an empty variable does.
            Some(text) if text.is_empty() => doc(key).map(|d| d.default.to_owned()).unwrap_or_default(),
            Some(text) => text.clone(),
            None => return None, // Its shape was refused already.
        };
        let value = if text.is_empty() { None } else { parse(&text) };
        if value.is_none() {
            self.refuse(key);
        }
        value
    }

    /// As [`Reader::value`], but an empty text is no value and no problem.
    pub(super) fn optional<T>(&mut self, key: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        if self.texts.get(key).is_none_or(String::is_empty) { None } else { self.value(key, parse) }
    }

    /// Notes that the key's value is bad.
    pub(super) fn refuse(&mut self, key: &str) {
        let (expected, is_secret) = doc(key).map_or(("nothing", false), |d| (d.expected, d.is_secret));
        let found = self.texts.get(key).filter(|_| !is_secret);
        let is = found.map_or_else(|| "cannot be used".to_owned(), |text| format!("cannot be {text:?}"));
        self.add(key, format!("{is}; expected: {expected}"));
    }

    /// Notes that the key is missing.
    pub(super) fn require(&mut self, key: &str, why: &str) {
        let expected = doc(key).map_or("", |d| d.expected);
        self.add(key, format!("is required: {why}; expected: {expected}"));
    }

    fn add(&mut self, key: &str, text: String) {
        self.problems.push(Problem { key: key.to_owned(), text });
    }

    /// The settings, when nothing was wrong. `config` puts them together; a `None` in it always went with a problem.
    pub(super) fn finish(self, config: impl FnOnce() -> Option<Config>) -> Result<Config, ConfigError> {
        let problems = self.problems;
        if problems.is_empty() { config().ok_or(ConfigError(problems)) } else { Err(ConfigError(problems)) }
    }
}

fn doc(key: &str) -> Option<&'static SettingDoc> {
    SETTINGS.iter().find(|s| s.key == key)
}

fn unreadable(text: &str) -> ConfigError {
    ConfigError(vec![Problem { key: "config".to_owned(), text: text.to_owned() }])
}

/// Where a file breaks, without what stands there.
fn place_of(error: &figment::Error) -> String {
    let text = error.to_string();
    let place = text.lines().next().filter(|line| line.contains("line")).unwrap_or("the file is not valid TOML");
    place.to_owned()
}

/// Numbers, switches and lists of a TOML file as the text that a variable would hold.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, on) => Some(on.to_string()),
        Value::Num(_, number) => number.to_i128().map(|n| n.to_string()).or_else(|| number.to_u128().map(|n| n.to_string())),
        Value::Array(_, items) => items.iter().map(text_of).collect::<Option<Vec<_>>>().map(|texts| texts.join(",")),
        _ => None,
    }
}
