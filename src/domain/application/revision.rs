//! Frozen revisions and their fingerprint: SHA-256 over a canonical form of the printed content.

#[cfg(test)]
mod tests;

use super::Payload;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt;

/// 64 hex digits; the first 12, in groups of four, are printed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of what is printed: equal exactly when the printed content is equal.
    pub fn of(payload: &Payload) -> Self {
        let mut value = serde_json::to_value(payload).unwrap_or(Value::Null);
        if let Some(object) = value.as_object_mut() {
            // Not printed, so it binds nobody and needs no new signature.
            object.remove("note");
        }
        let mut text = String::new();
        canonical(&value, &mut text);
        Self(hex::encode(Sha256::digest(text.as_bytes())))
    }
    /// Takes back a stored fingerprint.
    pub fn trusted(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// 64 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// „3fa9 01bc 77de”.
    pub fn short(&self) -> String {
        let head = self.0.get(..12).unwrap_or(&self.0);
        head.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
    }
    /// „3fa901bc77de”, as in the QR code.
    pub fn compact(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// JSON with sorted keys and no white space: the same content always gives the same text.
pub(in crate::domain) fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                canonical(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}
