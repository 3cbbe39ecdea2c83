//! Password rules (NIST SP 800-63B-4; OWASP ASVS 5.0 6.2): length, no common password, no context words;
//! no composition rules, no forced rotation. NFC-normalised the same way when set and when checked.

use super::collation::fold;
use super::invalid::Invalid;
use unicode_normalization::UnicodeNormalization;

/// Fewest characters when there is no second factor.
pub const FEWEST_WITHOUT_SECOND_FACTOR: usize = 15;
/// Fewest characters with a second factor.
pub const FEWEST_WITH_SECOND_FACTOR: usize = 12;
/// Most characters. Longer input is refused before any hashing.
pub const MOST: usize = 128;

/// A chosen password, ready to be stored: nothing of it but its hash and its length class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewPassword {
    /// PHC text.
    pub hash: String,
    /// It would do without a second factor.
    pub is_long: bool,
}

/// Fewest characters for an account with or without a second factor.
pub const fn fewest(has_second_factor: bool) -> usize {
    if has_second_factor { FEWEST_WITH_SECOND_FACTOR } else { FEWEST_WITHOUT_SECOND_FACTOR }
}

/// Whether a password would do without a second factor.
pub fn is_long(password: &str) -> bool {
    normalise(password).chars().count() >= FEWEST_WITHOUT_SECOND_FACTOR
}

/// Words of the portal that make a password guessable for everybody.
const PORTAL_WORDS: [&str; 10] =
    ["cas", "statystyka", "statystyczna", "portal", "haslo", "password", "pomoc", "spoleczna", "wniosek", "uprawnienia"];

/// The form in which a password is hashed and verified.
pub fn normalise(password: &str) -> String {
    password.nfc().collect()
}

/// Checks a new password. `context` are the person's own words: login, names, unit, e-mail.
/// `is_common` tells whether a folded password is on the list of common ones.
///
/// # Errors
/// The first reason: [`Invalid::PasswordShort`], [`Invalid::PasswordLong`], [`Invalid::PasswordSimple`],
/// [`Invalid::PasswordCommon`], [`Invalid::PasswordContext`].
pub fn check_new(password: &str, fewest: usize, context: &[&str], is_common: impl Fn(&str) -> bool) -> Result<(), Invalid> {
    let password = normalise(password);
    if password.contains('\0') {
        return Err(Invalid::NulCharacter);
    }
    let length = password.chars().count();
    if password.is_empty() {
        return Err(Invalid::Required);
    }
    if length < fewest {
        return Err(Invalid::PasswordShort);
    }
    if length > MOST {
        return Err(Invalid::PasswordLong);
    }
    let folded = fold(&password);
    let distinct = folded.chars().collect::<std::collections::HashSet<_>>().len();
    if distinct < 5 {
        return Err(Invalid::PasswordSimple);
    }
    if is_common(&folded) || is_common(folded.trim_matches(|c: char| !c.is_alphabetic())) {
        return Err(Invalid::PasswordCommon);
    }
    if is_mostly_context(&folded, context) {
        return Err(Invalid::PasswordContext);
    }
    Ok(())
}

/// A password is refused when, without the person's own words in whatever case of Polish grammar, fewer than eight characters
/// remain: „Kowalska2026!!!!” falls, a long phrase that mentions the office does not.
fn is_mostly_context(folded: &str, context: &[&str]) -> bool {
    let mut words: Vec<String> = context
        .iter()
        .flat_map(|text| fold(text).split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>())
        .filter(|word| word.chars().count() >= 3)
        .chain(PORTAL_WORDS.iter().map(|w| (*w).to_owned()))
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut rest = folded.to_owned();
    for word in &words {
        rest = without(&rest, word);
    }
    rest != folded && rest.chars().filter(|c| c.is_alphanumeric()).count() < 8
}

/// A text without a word; of a long word its ending may differ: „społecznej” is „społeczna”.
fn without(text: &str, word: &str) -> String {
    let length = word.chars().count();
    if length < 6 {
        return text.replace(word, "");
    }
    let stem: String = word.chars().take((length - 2).max(5)).collect();
    let (mut kept, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(stem.as_str()) {
        kept.push_str(before);
        let ending: usize = after.chars().take(4).take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
        rest = &after[ending..];
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Invalid> {
        check_new(password, FEWEST_WITHOUT_SECOND_FACTOR, &["akowalska", "Anna Kowalska", "Ośrodek Pomocy w Morawicy"], |p| {
            p == "correcthorsebatterystaple"
        })
    }

    #[test]
    fn each_rule_refuses_with_its_own_reason() {
        assert_eq!(check(""), Err(Invalid::Required));
        assert_eq!(check("krótkie-hasło1"), Err(Invalid::PasswordShort));
        assert_eq!(check(&"ą".repeat(129)), Err(Invalid::PasswordLong));
        assert_eq!(check("aaaaaaaaaaaaaaaaaaaa"), Err(Invalid::PasswordSimple));
        assert_eq!(check("CorrectHorseBatteryStaple"), Err(Invalid::PasswordCommon));
        assert_eq!(check("CorrectHorseBatteryStaple123"), Err(Invalid::PasswordCommon));
        assert_eq!(check("Kowalska-Morawicy-2026"), Err(Invalid::PasswordContext));
        assert_eq!(check("Statystyka2026cas"), Err(Invalid::PasswordContext));
        // In any case of Polish grammar
        assert_eq!(check("Kowalskiej-Ośrodka-1"), Err(Invalid::PasswordContext));
        assert_eq!(check("akowalska pomoc społeczna"), Err(Invalid::PasswordContext));
        assert_eq!(check("Pomocy-Społecznej-Ośrodkiem"), Err(Invalid::PasswordContext));
        assert_eq!(check("dobre\0haslo-dobre-haslo"), Err(Invalid::NulCharacter));
    }

    #[test]
    fn good_passwords_pass_in_any_script_and_length() {
        for good in ["zielony rower jedzie nad morze", "żółw-łąka-świt-źdźbło", "одинадцать слонов", &format!("{}xyz1", "kawa ".repeat(24))]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_second_factor_allows_a_shorter_password() {
        let twelve = "rower-morze!";
        assert_eq!(check_new(twelve, fewest(true), &[], |_| false), Ok(()));
        assert_eq!(check_new(twelve, fewest(false), &[], |_| false), Err(Invalid::PasswordShort));
        assert_eq!(check_new("rower-morze", fewest(true), &[], |_| false), Err(Invalid::PasswordShort));
        assert!(!is_long(twelve) && is_long("rower-nad-morze"));
        // Counted after normalisation, as when it is checked.
        assert!(!is_long("z\u{0301}o\u{0301}łw nad morzem".get(..15).unwrap_or_default()));
    }

    #[test]
    fn composed_and_decomposed_input_are_the_same_password() {
        assert_eq!(normalise("z\u{0301}ółw"), normalise("źółw"));
    }
}
