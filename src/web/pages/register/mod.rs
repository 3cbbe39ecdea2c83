//! Registration: one page for each step. What may not live here: what may be entered when (domain), and the words.

pub mod finish;
pub mod people;
mod samples;
pub mod start;
pub mod unit;

use crate::domain::voivodeship::Gmina;
use serde::Serialize;
use std::collections::BTreeMap;

/// One entry of a list to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
}

impl Choice {
    /// Puts one together.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into() }
    }
}

/// A gmina to choose, told apart from its namesakes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GminaChoice {
    /// Six digits.
    pub code: String,
    /// „Bolesławiec”.
    pub name: String,
    /// „gmina wiejska”.
    pub type_name: String,
    /// „bolesławiecki”, or the city's name.
    pub powiat: String,
    /// A city with powiat rights: its powiat is itself.
    pub is_city: bool,
    /// „dolnośląskie”.
    pub voivodeship: String,
}

impl From<Gmina> for GminaChoice {
    fn from(gmina: Gmina) -> Self {
        // Powiat numbers of cities begin at 61 (TERYT).
        let is_city = gmina.code.as_str().get(2..4).is_some_and(|powiat| powiat >= "61");
        Self {
            code: gmina.code.to_string(),
            name: gmina.name,
            type_name: gmina.type_name,
            powiat: gmina.powiat,
            is_city,
            voivodeship: gmina.voivodeship,
        }
    }
}

/// The office's remarks by field; each field of the page has its entry.
pub type Remarks = BTreeMap<&'static str, Option<String>>;
