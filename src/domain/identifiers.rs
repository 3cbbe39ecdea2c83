//! The shape of every value that a person types: one parser each, ASCII digits only, leading zeros kept.
//! Sources: DOMAIN facts of GUS (REGON), Ministry of Finance (NIP), Ministry of Digital Affairs (PESEL).

#[cfg(test)]
mod tests;

use super::invalid::Invalid;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! text_value {
    ($($(#[$doc:meta])+ $name:ident),+ $(,)?) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The stored text.
            pub fn as_str(&self) -> &str { &self.0 }
            /// Takes back a value that this type wrote earlier (a database column); checks nothing.
            pub fn trusted(text: impl Into<String>) -> Self { Self(text.into()) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    )+};
}

text_value! {
    /// REGON of 9 or 14 digits with a right check digit.
    Regon,
    /// NIP of 10 digits with a right check digit, without prefix and dashes.
    Nip,
    /// PESEL. Not asked for at registration (RODO art. 5(1)(c)); known so that it can be recognised and refused.
    Pesel,
    /// Phone number in E.164: `+48` and nine digits.
    Phone,
    /// Postal code `NN-NNN`.
    PostalCode,
    /// ePUAP box `/Podmiot/Skrytka`.
    EpuapBox,
    /// Address for electronic delivery `AE:PL-ddddd-ddddd-LLLLL-dd`.
    AdeAddress,
    /// E-mail address; the domain in lower case.
    EmailAddress,
    /// First or last name, up to 80 characters, no digits.
    PersonName,
    /// Login as typed; compare by [`Login::key`].
    Login,
    /// The six-digit TERC code of a gmina; the seventh digit (its type) is an attribute and may change.
    TercCode,
    /// One line of free text, trimmed, inner white space squeezed.
    Line,
    /// Free text of several lines, trimmed.
    Text,
}

fn ascii_digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.is_ascii_digit().then(|| c.to_digit(10)).flatten()).collect()
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

fn without(text: &str, dropped: &[char]) -> String {
    visible(text.trim()).filter(|c| !dropped.contains(c)).collect()
}

fn no_controls(text: &str) -> Result<(), Invalid> {
    if text.contains('\0') {
        return Err(Invalid::NulCharacter);
    }
    if text.chars().any(char::is_control) { Err(Invalid::Characters) } else { Ok(()) }
}

impl Regon {
    /// Reads 9 or 14 digits; spaces and dashes are dropped.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::RegonShape`] (not 9 or 14 ASCII digits, or all zeros), [`Invalid::RegonChecksum`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = without(text, &[' ', '-', '\u{a0}']);
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let digits = ascii_digits(&text).ok_or(Invalid::RegonShape)?;
        // The first nine digits are those of the parent: all zeros there is nobody's number either.
        if !matches!(digits.len(), 9 | 14) || digits[..9].iter().all(|d| *d == 0) {
            return Err(Invalid::RegonShape);
        }
        let check = |digits: &[u32], weights: &[u32]| weighted(digits, weights) % 11 % 10;
        if check(&digits[..8], &[8, 9, 2, 3, 4, 5, 6, 7]) != digits[8] {
            return Err(Invalid::RegonChecksum);
        }
        if digits.len() == 14 && check(&digits[..13], &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) != digits[13] {
            return Err(Invalid::RegonChecksum);
        }
        Ok(Self(text))
    }
}

impl Nip {
    /// Reads ten digits; „PL”, spaces and dashes are dropped.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::NipShape`], [`Invalid::NipChecksum`] (a remainder of 10 is never valid).
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = without(text, &[' ', '-', '\u{a0}']);
        let text = match text.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case("PL") => text[2..].to_owned(),
            _ => text,
        };
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let digits = ascii_digits(&text).ok_or(Invalid::NipShape)?;
        if digits.len() != 10 || digits.iter().all(|d| *d == 0) {
            return Err(Invalid::NipShape);
        }
        if weighted(&digits[..9], &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 != digits[9] {
            return Err(Invalid::NipChecksum);
        }
        Ok(Self(text))
    }
}

impl Pesel {
    /// Reads eleven digits; the birth date must exist and not lie after `today`.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::PeselShape`], [`Invalid::PeselChecksum`], [`Invalid::PeselDate`].
    pub fn parse(text: &str, today: Date) -> Result<Self, Invalid> {
        let text = text.trim().to_owned();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let digits = ascii_digits(&text).ok_or(Invalid::PeselShape)?;
        if digits.len() != 11 {
            return Err(Invalid::PeselShape);
        }
        let sum = weighted(&digits[..10], &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
        if (10 - sum % 10) % 10 != digits[10] {
            return Err(Invalid::PeselChecksum);
        }
        let (year, month, day) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]);
        let century = match month / 20 {
            0 => 1900,
            1 => 2000,
            2 => 2100,
            3 => 2200,
            _ => 1800,
        };
        let born = Date::new((century + year) as i16, (month % 20) as i8, day as i8).map_err(|_| Invalid::PeselDate)?;
        if born > today { Err(Invalid::PeselDate) } else { Ok(Self(text)) }
    }
}

impl Phone {
    /// Reads nine digits, with or without `+48` or `0048`; spaces, dashes and brackets are dropped.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::PhoneShape`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = without(text, &[' ', '-', '(', ')', '\u{a0}']);
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let national = text.strip_prefix("+48").or_else(|| text.strip_prefix("0048")).unwrap_or(&text);
        if national.len() != 9 || ascii_digits(national).is_none() || national.starts_with('0') {
            return Err(Invalid::PhoneShape);
        }
        Ok(Self(format!("+48{national}")))
    }
    /// As people write it: a mobile number `+48 600 100 200`, any other after its area code `+48 41 342 10 00`.
    pub fn to_display(&self) -> String {
        spaced_phone(&self.0)
    }
}

/// The same of a number as it is stored; anything else as it is.
pub fn spaced_phone(stored: &str) -> String {
    /// How mobile numbers begin (the numbering plan of the Polish telephone network).
    const MOBILE: [&str; 13] = ["45", "50", "51", "53", "57", "60", "66", "69", "72", "73", "78", "79", "88"];
    match stored.strip_prefix("+48") {
        Some(n) if n.len() == 9 && n.is_ascii() && MOBILE.contains(&&n[..2]) => format!("+48 {} {} {}", &n[..3], &n[3..6], &n[6..]),
        Some(n) if n.len() == 9 && n.is_ascii() => format!("+48 {} {} {} {}", &n[..2], &n[2..5], &n[5..7], &n[7..]),
        _ => stored.to_owned(),
    }
}

/// Reads an extension („wew.”): up to six digits.
///
/// # Errors
/// [`Invalid::PhoneShape`].
pub fn parse_extension(text: &str) -> Result<Line, Invalid> {
    let text = text.trim();
    if text.is_empty() || text.len() > 6 || ascii_digits(text).is_none() {
        return Err(Invalid::PhoneShape);
    }
    Ok(Line(text.to_owned()))
}

impl PostalCode {
    /// Reads `NN-NNN`, or five digits.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::PostalCodeShape`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let digits = match text.split_once('-') {
            Some((a, b)) if a.len() == 2 && b.len() == 3 => format!("{a}{b}"),
            Some(_) => return Err(Invalid::PostalCodeShape),
            None => text.to_owned(),
        };
        if digits.len() != 5 || ascii_digits(&digits).is_none() {
            return Err(Invalid::PostalCodeShape);
        }
        Ok(Self(format!("{}-{}", &digits[..2], &digits[2..])))
    }
}

impl EpuapBox {
    /// Reads `/Podmiot/Skrytka`.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::EpuapShape`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let part = |p: &str| !p.is_empty() && p.len() <= 60 && p.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        match text.strip_prefix('/').and_then(|rest| rest.split_once('/')) {
            Some((subject, name)) if part(subject) && part(name) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::EpuapShape),
        }
    }
}

impl AdeAddress {
    /// Reads `AE:PL-ddddd-ddddd-LLLLL-dd`. The control digits are not published officially, so they are not checked.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::AdeShape`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = without(text, &[' ', '\u{a0}']).to_ascii_uppercase();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let rest = text.strip_prefix("AE:PL-").ok_or(Invalid::AdeShape)?;
        let parts: Vec<&str> = rest.split('-').collect();
        let digits = |p: &str, n| p.len() == n && p.bytes().all(|b| b.is_ascii_digit());
        let letters = |p: &str, n| p.len() == n && p.bytes().all(|b| b.is_ascii_uppercase());
        match parts[..] {
            [a, b, c, d] if digits(a, 5) && digits(b, 5) && letters(c, 5) && digits(d, 2) => Ok(Self(text)),
            _ => Err(Invalid::AdeShape),
        }
    }
}

impl EmailAddress {
    /// „a***@gops.example.pl”: enough to know one's own address by, too little to write to it.
    pub fn masked(&self) -> String {
        match self.as_str().split_once('@') {
            Some((local, domain)) => format!("{}***@{domain}", local.chars().next().unwrap_or('*')),
            None => "***".to_owned(),
        }
    }
    /// Reads `local@domain` of at most 254 characters, ASCII, with a dot in the domain. White space and control
    /// characters are refused, so that no header can be smuggled into a letter.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::EmailShape`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(Invalid::EmailShape)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let label = |l: &str| {
            (1..=63).contains(&l.len())
                && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !l.starts_with('-')
                && !l.ends_with('-')
        };
        let labels: Vec<&str> = domain.split('.').collect();
        let domain_ok = labels.len() >= 2 && labels.iter().all(|l| label(l)) && labels.last().is_some_and(|l| l.len() >= 2);
        if !local_ok || !domain_ok || text.len() > 254 {
            return Err(Invalid::EmailShape);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }
    /// How addresses are compared: whole, in lower case.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PersonName {
    /// Reads a name of at most 80 characters: letters, spaces, hyphens, apostrophes and dots; no digits.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::TooLong`], [`Invalid::NameDigits`], [`Invalid::Characters`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let line = Line::parse(text, 80)?.0;
        if line.chars().any(char::is_numeric) {
            return Err(Invalid::NameDigits);
        }
        let allowed = |c: char| c.is_alphabetic() || " -'’.".contains(c) || unicode_normalization::char::is_combining_mark(c);
        if !line.chars().all(allowed) || !line.chars().any(char::is_alphabetic) {
            return Err(Invalid::Characters);
        }
        Ok(Self(line))
    }
}

impl Login {
    /// Reads 3–32 characters of `A–Z a–z 0–9 _ -`. Case is kept for display.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::LoginShape`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !(3..=32).contains(&text.len()) || !text.bytes().all(allowed) {
            return Err(Invalid::LoginShape);
        }
        Ok(Self(text.to_owned()))
    }
    /// How logins are compared: two that differ only in case cannot exist.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl TercCode {
    /// Reads the six digits, or seven of which the last (the type) is dropped.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::TercShape`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        if !matches!(text.len(), 6 | 7) || ascii_digits(text).is_none() {
            return Err(Invalid::TercShape);
        }
        Ok(Self(text[..6].to_owned()))
    }
    /// The two digits of the voivodeship.
    pub fn voivodeship(&self) -> super::voivodeship::VoivodeshipCode {
        super::voivodeship::VoivodeshipCode::trusted(self.0.get(..2).unwrap_or_default())
    }
}

impl Line {
    /// Reads one line of at most `max` characters (counted after NFC), inner white space squeezed, invisible characters
    /// dropped: they come along from other documents, make equal names differ, and could turn the text around.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::TooLong`], [`Invalid::Characters`], [`Invalid::NulCharacter`].
    pub fn parse(text: &str, max: usize) -> Result<Self, Invalid> {
        use unicode_normalization::UnicodeNormalization;
        let shown: String = visible(text).nfc().collect();
        let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            return Err(Invalid::Required);
        }
        no_controls(&line)?;
        if line.chars().count() > max { Err(Invalid::TooLong) } else { Ok(Self(line)) }
    }
    /// As [`Line::parse`], but an empty field is `None`.
    ///
    /// # Errors
    /// As [`Line::parse`], without [`Invalid::Required`].
    pub fn parse_optional(text: &str, max: usize) -> Result<Option<Self>, Invalid> {
        optional(text, |t| Self::parse(t, max))
    }
}

impl Text {
    /// Reads several lines of at most `max` characters; white space alone is no text. Invisible characters are dropped.
    ///
    /// # Errors
    /// [`Invalid::Required`], [`Invalid::TooLong`], [`Invalid::Characters`], [`Invalid::NulCharacter`].
    pub fn parse(text: &str, max: usize) -> Result<Self, Invalid> {
        use unicode_normalization::UnicodeNormalization;
        let shown: String = visible(&text.replace("\r\n", "\n")).nfc().collect();
        let text = shown.trim().to_owned();
        if text.is_empty() {
            return Err(Invalid::Required);
        }
        no_controls(&text.replace(['\n', '\t'], " "))?;
        if text.chars().count() > max { Err(Invalid::TooLong) } else { Ok(Self(text)) }
    }
}

/// Characters that look like nothing, join others or turn the text around: a reason made of them is no reason, and a name with one is
/// another name that looks the same.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn visible(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_whitespace() || !is_invisible(*c))
}

/// What is typed, without invisible characters: the one rule for every form and every row of a file, also where a text is kept unread.
pub fn without_invisible(text: &str) -> String {
    visible(text).collect()
}

/// An empty field is `None`, any other is parsed.
///
/// # Errors
/// Those of `parse`.
pub fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, Invalid>) -> Result<Option<T>, Invalid> {
    if text.trim().is_empty() { Ok(None) } else { parse(text).map(Some) }
}

/// Public number of an application: `W/<voivodeship>/<year>/<six digits>`, with `-` for `/` in URLs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApplicationNumber(String);

impl ApplicationNumber {
    /// Puts a number together. `serial` counts from 1 within voivodeship and year.
    pub fn new(voivodeship: &super::voivodeship::VoivodeshipCode, year: i16, serial: u32) -> Self {
        Self(format!("W/{voivodeship}/{year:04}/{serial:06}"))
    }
    /// Reads a number with `/` or `-` between its parts.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase().replace('-', "/");
        let parts: Vec<&str> = text.split('/').collect();
        let digits = |p: &str, n| p.len() == n && p.bytes().all(|b| b.is_ascii_digit());
        match parts[..] {
            ["W", v, y, n] if digits(v, 2) && digits(y, 4) && digits(n, 6) => Some(Self(text)),
            _ => None,
        }
    }
    /// Takes back a stored number; checks nothing.
    pub fn trusted(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// `W/26/2026/000123`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The voivodeship that it was filed in.
    pub fn voivodeship(&self) -> super::voivodeship::VoivodeshipCode {
        super::voivodeship::VoivodeshipCode::trusted(self.0.split('/').nth(1).unwrap_or_default())
    }
    /// `W-26-2026-000123`, the `<id>` in URLs.
    pub fn to_path(&self) -> String {
        self.0.replace('/', "-")
    }
}

impl fmt::Display for ApplicationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
