//! What people change of their own data by themselves: from typed texts to values, and what of it is different.
//! What may not live here: the e-mail address (`email_change.rs`), the data of an application (`application/typing.rs`).

use super::account::AccountProfile;
use super::identifiers::{Line, PersonName, Phone, optional};
use super::invalid::FieldErrors;

/// Longest position at work, in characters; the same as in an application.
pub const LONGEST_POSITION: usize = 100;

/// As typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileTexts {
    /// First name or names.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Position at work; may be empty.
    pub position: String,
    /// Work phone; may be empty.
    pub phone: String,
}

impl ProfileTexts {
    /// As it would be typed.
    pub fn of(profile: &AccountProfile) -> Self {
        Self {
            first_name: profile.first_name.to_string(),
            last_name: profile.last_name.to_string(),
            position: profile.position.as_ref().map(ToString::to_string).unwrap_or_default(),
            phone: profile.phone.as_ref().map(Phone::to_display).unwrap_or_default(),
        }
    }
}

/// Reads what was typed; the e-mail address stays that of `before`.
///
/// # Errors
/// Reasons by the names of the fields of [`ProfileTexts`].
pub fn read_profile(texts: &ProfileTexts, before: &AccountProfile) -> Result<AccountProfile, FieldErrors> {
    let mut errors = FieldErrors::default();
    let first_name = errors.take("first_name", PersonName::parse(&texts.first_name));
    let last_name = errors.take("last_name", PersonName::parse(&texts.last_name));
    let position = errors.take("position", Line::parse_optional(&texts.position, LONGEST_POSITION));
    let phone = errors.take("phone", optional(&texts.phone, Phone::parse));
    let read = || {
        Some(AccountProfile {
            first_name: first_name?,
            last_name: last_name?,
            position: position?,
            email: before.email.clone(),
            phone: phone?,
        })
    };
    read().ok_or(errors)
}

/// What is different, by the name of the field, with its earlier value.
pub fn differences(before: &AccountProfile, after: &AccountProfile) -> Vec<(&'static str, Option<String>)> {
    let mut found = Vec::new();
    let mut note = |field, is_same: bool, old: Option<String>| {
        if !is_same {
            found.push((field, old));
        }
    };
    note("first_name", before.first_name == after.first_name, Some(before.first_name.to_string()));
    note("last_name", before.last_name == after.last_name, Some(before.last_name.to_string()));
    note("position", before.position == after.position, before.position.as_ref().map(ToString::to_string));
    note("phone", before.phone == after.phone, before.phone.as_ref().map(ToString::to_string));
    note("email", before.email == after.email, Some(before.email.to_string()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identifiers::EmailAddress;
    use crate::domain::invalid::Invalid;

    fn anna() -> AccountProfile {
        AccountProfile {
            first_name: PersonName::trusted("Anna"),
            last_name: PersonName::trusted("Nowak"),
            position: Some(Line::trusted("inspektor")),
            email: EmailAddress::trusted("anna@gops.example.pl"),
            phone: None,
        }
    }

    #[test]
    fn each_value_is_judged_at_its_field() {
        let texts = ProfileTexts { first_name: " ".into(), last_name: "Now4k".into(), position: "x".repeat(101), phone: "12".into() };
        let errors = read_profile(&texts, &anna()).unwrap_err();
        let found: Vec<_> = errors.0.iter().map(|(field, reasons)| (field.as_str(), reasons[0])).collect();
        assert_eq!(
            found,
            [
                ("first_name", Invalid::Required),
                ("last_name", Invalid::NameDigits),
                ("phone", Invalid::PhoneShape),
                ("position", Invalid::TooLong)
            ]
        );
        for hostile in ["Anna\r\nBcc: x@example.pl", "Anna\0", "<b>Anna</b>", "Anna;DROP"] {
            let texts = ProfileTexts { first_name: hostile.into(), ..ProfileTexts::of(&anna()) };
            assert!(read_profile(&texts, &anna()).is_err(), "{hostile:?}");
        }
    }

    #[test]
    fn what_was_not_changed_is_no_difference_and_what_was_names_its_earlier_value() {
        let before = anna();
        assert_eq!(read_profile(&ProfileTexts::of(&before), &before).unwrap(), before);
        let texts = ProfileTexts {
            last_name: "Śliwińska".into(),
            position: String::new(),
            phone: "41 311 46 92".into(),
            ..ProfileTexts::of(&before)
        };
        let after = read_profile(&texts, &before).unwrap();
        assert!(differences(&before, &before).is_empty());
        let wanted = vec![("last_name", Some("Nowak".to_owned())), ("position", Some("inspektor".to_owned())), ("phone", None)];
        assert_eq!(differences(&before, &after), wanted);
    }
}
