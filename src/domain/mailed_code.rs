//! Digits in a letter, to type instead of following its link. What may not live here: how they are made and stored.

/// Wrong codes after which only the letter's link works: few enough that guessing is hopeless (ASVS 6.5.5).
pub const MOST_CODE_ATTEMPTS: i32 = 5;

/// The digits of what was typed; people copy spaces and hyphens along.
pub fn digits_of(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_digit).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_count_and_not_without_end() {
        assert_eq!(digits_of(" 1234-56 78\n"), "12345678");
        assert_eq!(digits_of("ośiem ٣"), "");
        assert_eq!(digits_of(&"7".repeat(5000)).len(), 100);
    }
}
