//! Polish order and search, computed once and stored, so that SQLite and PostgreSQL give the same lists.

use icu_collator::{Collator, CollatorBorrowed, options::CollatorOptions};
use icu_locale_core::locale;
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

static POLISH: LazyLock<Option<CollatorBorrowed<'static>>> =
    LazyLock::new(|| Collator::try_new(locale!("pl").into(), CollatorOptions::default()).ok());

/// Bytes whose plain comparison gives the Polish order (a ą b c ć … ź ż).
/// The data is compiled in; without it the folded text would serve, in a plain order.
pub fn sort_key(text: &str) -> Vec<u8> {
    let mut key = Vec::new();
    let written = POLISH.as_ref().map(|collator| {
        let Ok(()) = collator.write_sort_key_to(text, &mut key);
    });
    if written.is_none() {
        key.extend_from_slice(fold(text).as_bytes());
    }
    key
}

/// The search form of a text: ł as l, no marks, lower case, white space squeezed.
/// „Świętokrzyski” → „swietokrzyski”.
pub fn fold(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            'ł' => 'l',
            'Ł' => 'L',
            other => other,
        })
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polish_order_holds() {
        let ordered = ["Cz", "Czarna", "Ćmielów", "Lublin", "Lzy", "Łódź", "Mława", "Zabrze", "Zielona", "Źródła", "Żary"];
        let mut shuffled = ordered;
        shuffled.reverse();
        shuffled.sort_by_key(|t| sort_key(t));
        assert_eq!(shuffled, ordered);
    }

    #[test]
    fn search_folds_every_polish_letter() {
        assert_eq!(fold(" ZAŻÓŁĆ  gęślą\tjaźń "), "zazolc gesla jazn");
        assert_eq!(fold("Łódź"), "lodz");
    }
}
