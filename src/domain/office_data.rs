//! The data of an office as they are edited: which fields there are, and what they must be. What may not live here: who may (policy).

use super::edited::{ON, Texts};
use super::identifiers::{AdeAddress, EmailAddress, EpuapBox, Line, Phone, Text, optional, spaced_phone};
use super::invalid::{FieldErrors, Invalid};
use super::voivodeship::{Office, OfficeChannel, ReturnChannel};

/// Longest name, and longest address, in characters.
pub const LONGEST_LINE: usize = 200;
/// Longest own text on the form, in characters.
pub const LONGEST_FORM_TEXT: usize = 500;
/// Lines of that text: every form of the voivodeship has room for them.
pub const MOST_FORM_LINES: usize = 10;

/// The channels that an office opens, closes and has an address for. Upload is the portal's own and always open.
pub const CHANNELS: [ReturnChannel; 5] =
    [ReturnChannel::EDelivery, ReturnChannel::Epuap, ReturnChannel::Email, ReturnChannel::Post, ReturnChannel::InPerson];

/// The box that opens a channel.
pub fn open_field(channel: ReturnChannel) -> String {
    format!("{}_open", channel.key())
}

/// The address of a channel.
pub fn address_field(channel: ReturnChannel) -> String {
    format!("{}_address", channel.key())
}

/// An office's data as they would be typed.
pub fn texts_of(office: &Office) -> Texts {
    let mut texts = Texts::from([
        ("name", office.name.clone()),
        ("address", office.address.clone()),
        ("email", office.email.clone()),
        ("phone", spaced_phone(&office.phone)),
        ("form_text", office.form_text.clone()),
    ]);
    for channel in office.channels.iter().filter(|one| CHANNELS.contains(&one.channel)) {
        texts.set(open_field(channel.channel), if channel.is_open { ON } else { "" });
        texts.set(address_field(channel.channel), &channel.address);
    }
    texts
}

fn read_address(channel: ReturnChannel, text: &str) -> Result<String, Invalid> {
    Ok(match channel {
        ReturnChannel::EDelivery => AdeAddress::parse(text)?.to_string(),
        ReturnChannel::Epuap => EpuapBox::parse(text)?.to_string(),
        ReturnChannel::Email => EmailAddress::parse(text)?.to_string(),
        ReturnChannel::Upload | ReturnChannel::Post | ReturnChannel::InPerson => Line::parse(text, LONGEST_LINE)?.to_string(),
    })
}

fn read_form_text(text: &str) -> Result<Text, Invalid> {
    let text = Text::parse(text, LONGEST_FORM_TEXT)?;
    if text.as_str().lines().count() > MOST_FORM_LINES { Err(Invalid::TooManyLines) } else { Ok(text) }
}

/// Reads what was typed upon the office as it is. A closed channel may keep its address, but not a wrong one; an open one has one.
///
/// # Errors
/// Reasons by field; `NothingChosen` at the first channel when none would be open.
pub fn read(texts: &Texts, now: &Office) -> Result<Office, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", Line::parse(texts.get("name"), LONGEST_LINE));
    let address = errors.take("address", Line::parse(texts.get("address"), LONGEST_LINE));
    let email = errors.take("email", optional(texts.get("email"), EmailAddress::parse));
    let phone = errors.take("phone", optional(texts.get("phone"), Phone::parse));
    let form_text = errors.take("form_text", optional(texts.get("form_text"), read_form_text));
    let mut channels = Vec::new();
    for known in &now.channels {
        if !CHANNELS.contains(&known.channel) {
            channels.push(known.clone());
            continue;
        }
        let (field, is_open) = (address_field(known.channel), texts.get(&open_field(known.channel)) == ON);
        let typed = texts.get(&field);
        let address = errors.take(field.as_str(), optional(typed, |text| read_address(known.channel, text))).flatten();
        if is_open && typed.trim().is_empty() {
            errors.add(field, Invalid::Required);
        }
        channels.push(OfficeChannel { channel: known.channel, address: address.unwrap_or_default(), is_open });
    }
    if !channels.iter().any(|channel| channel.is_open) {
        errors.add(open_field(CHANNELS[0]), Invalid::NothingChosen);
    }
    let read = || {
        Some(Office {
            name: name?.to_string(),
            address: address?.to_string(),
            email: email?.map(|email| email.to_string()).unwrap_or_default(),
            phone: phone?.map(|phone| phone.to_string()).unwrap_or_default(),
            form_text: form_text?.map(|text| text.to_string()).unwrap_or_default(),
            channels,
            ..now.clone()
        })
    };
    match read() {
        Some(office) if errors.is_empty() => Ok(office),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::voivodeship::VoivodeshipCode;

    fn office() -> Office {
        let channel = |channel, address: &str, is_open| OfficeChannel { channel, address: address.to_owned(), is_open };
        Office {
            voivodeship: VoivodeshipCode::trusted("26"),
            voivodeship_name: "świętokrzyskie".to_owned(),
            name: "Świętokrzyski Urząd Wojewódzki w Kielcach".to_owned(),
            address: "al. IX Wieków Kielc 3, 25-516 Kielce".to_owned(),
            email: "wps@kielce.example.pl".to_owned(),
            phone: "+48413421800".to_owned(),
            form_text: "Pokój 312.\nDzwoń przed przyjazdem.".to_owned(),
            version: 3,
            channels: ReturnChannel::ALL
                .map(|one| match one {
                    ReturnChannel::Upload => channel(one, "", true),
                    ReturnChannel::EDelivery => channel(one, "AE:PL-12345-67890-ABCDE-12", true),
                    ReturnChannel::Epuap => channel(one, "/SUWKielce/SkrytkaESP", false),
                    ReturnChannel::Email => channel(one, "", false),
                    ReturnChannel::Post | ReturnChannel::InPerson => channel(one, "al. IX Wieków Kielc 3, 25-516 Kielce", true),
                })
                .to_vec(),
        }
    }

    fn with(field: &str, text: &str) -> Result<Office, FieldErrors> {
        let mut texts = texts_of(&office());
        texts.set(field, text);
        read(&texts, &office())
    }

    #[test]
    fn what_is_shown_is_what_is_read() {
        assert_eq!(read(&texts_of(&office()), &office()), Ok(office()));
    }

    #[test]
    fn each_field_is_what_it_must_be() {
        use Invalid as I;
        let long = "x".repeat(LONGEST_FORM_TEXT + 1);
        for (field, text, reason) in [
            ("name", " ", I::Required),
            ("address", "", I::Required),
            ("email", "wps", I::EmailShape),
            ("email", "a@b.pl\nBcc: c@d.pl", I::EmailShape),
            ("phone", "12", I::PhoneShape),
            ("form_text", &long, I::TooLong),
            ("form_text", "wiersz\n\nwiersz\n\nwiersz\n\nwiersz\n\nwiersz\n\nwiersz", I::TooManyLines),
            ("form_text", "a\u{7}b", I::Characters),
            ("e_delivery_address", "AE:PL-1", I::AdeShape),
            ("e_delivery_address", "", I::Required),
            ("epuap_address", "SUWKielce", I::EpuapShape),
            ("email_address", "x", I::EmailShape),
            ("post_address", " ", I::Required),
            ("in_person_address", &"x".repeat(LONGEST_LINE + 1), I::TooLong),
        ] {
            assert_eq!(with(field, text), Err(FieldErrors::one(field, reason)), "{field}: {text}");
        }
        // An address of a closed channel may be missing; opened, it is needed.
        assert_eq!(with("epuap_address", "").map(|office| office.version), Ok(3));
        assert_eq!(with("email_open", ON), Err(FieldErrors::one("email_address", I::Required)));
        let cleared = with("email", "").and_then(|office| Ok((office.email, with("phone", "")?.phone)));
        assert_eq!(cleared, Ok((String::new(), String::new())));
    }

    #[test]
    fn nothing_that_is_no_field_changes_anything() {
        for (field, text) in
            [("upload_open", ""), ("upload_address", "https://elsewhere.example.pl"), ("version", "9"), ("voivodeship", "24")]
        {
            assert_eq!(with(field, text), Ok(office()), "{field}");
        }
    }

    #[test]
    fn one_channel_stays_open() {
        let mut texts = texts_of(&office());
        CHANNELS.iter().for_each(|channel| texts.set(open_field(*channel), ""));
        assert!(read(&texts, &office()).is_ok(), "the portal's own is open");
        let mut closed = office();
        closed.channels[0].is_open = false;
        assert_eq!(read(&texts, &closed), Err(FieldErrors::one("e_delivery_open", Invalid::NothingChosen)));
    }
}
