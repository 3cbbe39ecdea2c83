//! What several letters share: the application they speak of, what was granted, where a form goes, whom to ask.

use crate::domain::voivodeship::{Office, ReturnChannel};
use crate::mail::message::one_line;
use jiff::civil::Date;
use serde::Serialize;
use std::fmt::Display;

/// A text that stays on one line, whatever somebody typed: no name can forge a paragraph of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OneLine(String);

impl OneLine {
    /// Of any value that can be shown.
    pub fn of(value: impl Display) -> Self {
        Self(one_line(&value.to_string()))
    }
}

impl From<&str> for OneLine {
    fn from(text: &str) -> Self {
        Self(one_line(text))
    }
}

impl From<String> for OneLine {
    fn from(text: String) -> Self {
        Self(one_line(&text))
    }
}

/// Several lines that an office wrote: a reason, a remark. No control characters, no empty lines in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Paragraphs(String);

impl From<&str> for Paragraphs {
    fn from(text: &str) -> Self {
        let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
        let lines: Vec<String> = text.split('\n').map(one_line).collect();
        let mut kept: Vec<&str> = Vec::new();
        for line in &lines {
            if !line.is_empty() || kept.last().is_some_and(|last| !last.is_empty()) {
                kept.push(line);
            }
        }
        Self(kept.join("\n").trim_end().to_owned())
    }
}

/// Which application a letter speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApplicationLine {
    /// `W/26/2026/000123`.
    pub number: OneLine,
    /// Name of the unit.
    pub unit: OneLine,
    /// Page of the application; `None` once its account can no longer sign in to see it.
    pub url: Option<String>,
}

/// One granted or asked permission, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantLine {
    /// „PS”.
    pub sub_area: OneLine,
    /// „pomoc społeczna”.
    pub sub_area_name: OneLine,
    /// „wprowadzający dane”.
    pub function: OneLine,
    /// Last day.
    pub valid_until: Date,
}

/// One way in which a signed form can go to the office. Upload has no address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnAddress {
    /// Which way.
    pub channel: ReturnChannel,
    /// ADE, ePUAP box, e-mail or postal address.
    pub address: OneLine,
}

impl ReturnAddress {
    /// The open channels of an office, in its order.
    pub fn open_of(office: &Office) -> Vec<Self> {
        let open = office.channels.iter().filter(|c| c.is_open);
        open.map(|c| Self { channel: c.channel, address: OneLine::from(c.address.as_str()) }).collect()
    }
}

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// „Świętokrzyski Urząd Wojewódzki w Kielcach”.
    pub name: OneLine,
    /// Street, postal code and town; may be empty.
    pub address: OneLine,
    /// E.164; may be empty.
    pub phone: OneLine,
    /// May be empty.
    pub email: OneLine,
}

impl From<&Office> for Contact {
    fn from(office: &Office) -> Self {
        Self {
            name: office.name.as_str().into(),
            address: office.address.as_str().into(),
            phone: office.phone.as_str().into(),
            email: office.email.as_str().into(),
        }
    }
}

/// The end of every letter: whom to ask, and which portal wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closing {
    /// Public address of the portal, without a slash at its end.
    portal_url: String,
    /// Whom to ask; without one, the letter points to the help pages.
    contact: Option<Contact>,
}

impl Closing {
    /// With the portal's public address, and whom to ask.
    pub fn new(portal_url: &str, contact: Option<Contact>) -> Self {
        Self { portal_url: portal_url.trim_end_matches('/').to_owned(), contact }
    }
}

/// Values for samples.
pub(super) mod sample {
    use super::*;
    use crate::domain::moment::Moment;

    pub(crate) const PORTAL: &str = "https://cas.example.pl";
    /// 22.11.2026, 07:05.
    pub(crate) const NOW: Moment = Moment(1_795_327_500_000);

    pub(crate) fn url(path: &str) -> String {
        format!("{PORTAL}{path}")
    }

    pub(crate) fn closing() -> Closing {
        let contact = Contact {
            address: "al. IX Wieków Kielc 3, 25-516 Kielce".into(),
            name: "Świętokrzyski Urząd Wojewódzki w Kielcach".into(),
            phone: "+48413421800".into(),
            email: "wps@kielce.uw.example.pl".into(),
        };
        Closing::new(PORTAL, Some(contact))
    }

    pub(crate) fn closing_without_contact() -> Closing {
        Closing::new(PORTAL, None)
    }

    pub(crate) fn application() -> ApplicationLine {
        ApplicationLine {
            number: "W/26/2026/000123".into(),
            unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".into(),
            url: Some(url("/applications/W-26-2026-000123")),
        }
    }

    /// The longest name that a unit can have.
    pub(crate) fn long_application() -> ApplicationLine {
        let unit: String = "Miejsko-Gminny Ośrodek Pomocy Społecznej „Źródło” im. św. Brata Alberta ".repeat(4).chars().take(200).collect();
        ApplicationLine { unit: unit.into(), ..application() }
    }

    pub(crate) fn grants() -> Vec<GrantLine> {
        let grant = |sub_area: &str, name: &str, function: &str| GrantLine {
            sub_area: sub_area.into(),
            sub_area_name: name.into(),
            function: function.into(),
            valid_until: Date::constant(2027, 12, 31),
        };
        vec![grant("PS", "pomoc społeczna", "wprowadzający dane"), grant("FA", "fundusz alimentacyjny", "przeglądający")]
    }

    pub(crate) fn channels() -> Vec<ReturnAddress> {
        [
            (ReturnChannel::Upload, ""),
            (ReturnChannel::EDelivery, "AE:PL-12345-67890-ABCDE-12"),
            (ReturnChannel::Epuap, "/SUWKielce/SkrytkaESP"),
            (ReturnChannel::Email, "wps@kielce.uw.example.pl"),
            (ReturnChannel::Post, "al. IX Wieków Kielc 3, 25-516 Kielce"),
            (ReturnChannel::InPerson, "al. IX Wieków Kielc 3, 25-516 Kielce, pokój 12, w dni robocze 8:00–15:00"),
        ]
        .into_iter()
        .map(|(channel, address)| ReturnAddress { channel, address: address.into() })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::voivodeship::{OfficeChannel, VoivodeshipCode};

    #[test]
    fn lines_stay_lines_and_paragraphs_stay_tidy() {
        assert_eq!(OneLine::from(" Anna\r\n\r\nKliknij\u{2028}tu\0 ").0, "Anna Kliknij tu");
        assert_eq!(Paragraphs::from("  Raz.\r\n\r\n\r\n\r\nDwa\u{7}.  \n ").0, "Raz.\n\nDwa .");
    }

    #[test]
    fn only_open_channels_are_offered() {
        let channel = |channel, is_open| OfficeChannel { channel, address: "x".into(), is_open };
        let office = Office {
            voivodeship: VoivodeshipCode::trusted("26"),
            voivodeship_name: "świętokrzyskie".into(),
            name: "Urząd".into(),
            address: String::new(),
            email: "a@b.pl".into(),
            phone: "+48413421800".into(),
            form_text: String::new(),
            version: 0,
            channels: vec![channel(ReturnChannel::Upload, true), channel(ReturnChannel::Epuap, false), channel(ReturnChannel::Post, true)],
        };
        let open: Vec<_> = ReturnAddress::open_of(&office).into_iter().map(|a| a.channel).collect();
        assert_eq!(open, [ReturnChannel::Upload, ReturnChannel::Post]);
    }
}
