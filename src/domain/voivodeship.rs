//! Voivodeships, their offices, and the channels by which a signed form comes back.

use super::identifiers::TercCode;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The two TERC digits of a voivodeship: the scope of a voivodeship administrator.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VoivodeshipCode(String);

impl VoivodeshipCode {
    /// Takes back a stored or derived code; whether it exists is the dictionary's to say.
    pub fn trusted(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// `26`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VoivodeshipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a signed form comes back („sposób przekazania”).
/// e-Doręczenia are the basic channel since 1 January 2026; upload in the portal is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnChannel {
    /// e-Doręczenia.
    EDelivery,
    /// ePUAP.
    Epuap,
    /// E-mail, of weak legal standing.
    Email,
    /// Upload in this portal.
    Upload,
    /// Post.
    Post,
    /// In person.
    InPerson,
}

impl ReturnChannel {
    /// All channels in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Upload, Self::EDelivery, Self::Epuap, Self::Email, Self::Post, Self::InPerson];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::EDelivery => "e_delivery",
            Self::Epuap => "epuap",
            Self::Email => "email",
            Self::Upload => "upload",
            Self::Post => "post",
            Self::InPerson => "in_person",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// One channel of one office: data that differs per voivodeship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeChannel {
    /// Which channel.
    pub channel: ReturnChannel,
    /// ADE, ePUAP box, e-mail, postal address …; empty for upload.
    pub address: String,
    /// Only open channels are offered and printed.
    pub is_open: bool,
}

/// A voivodeship office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// The voivodeship.
    pub voivodeship: VoivodeshipCode,
    /// „świętokrzyskie”.
    pub voivodeship_name: String,
    /// „Świętokrzyski Urząd Wojewódzki w Kielcach”.
    pub name: String,
    /// Postal address in one line.
    pub address: String,
    /// Contact for questions.
    pub email: String,
    /// Contact for questions, E.164.
    pub phone: String,
    /// The office's own words on each form, in the section that says how to hand it in; may be empty.
    pub form_text: String,
    /// Changes with every change of the data.
    pub version: i32,
    /// All channels, in the order of [`ReturnChannel::ALL`].
    pub channels: Vec<OfficeChannel>,
}

/// A gmina as the picker shows it: name, type, powiat and voivodeship, because 226 names repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gmina {
    /// Six-digit key.
    pub code: TercCode,
    /// Seventh digit: 1 miejska, 2 wiejska, 3 miejsko-wiejska.
    pub type_digit: String,
    /// „gmina wiejska”.
    pub type_name: String,
    /// „Bolesławiec”.
    pub name: String,
    /// „bolesławiecki”, or the city for a city with powiat rights.
    pub powiat: String,
    /// „dolnośląskie”.
    pub voivodeship: String,
}

/// A powiat, or a city with powiat rights: the second step of the picker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Powiat {
    /// Four digits.
    pub code: String,
    /// „bolesławiecki”, or the city.
    pub name: String,
}
