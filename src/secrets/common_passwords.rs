//! The list of common passwords (source and licence: data/README.md). It stays in the binary's read-only pages:
//! nothing is built at start, and a look-up touches some seventeen of them.

/// One a line, folded, sorted by bytes.
static LIST: &str = include_str!("../../data/common_passwords.txt");

/// Whether a password is on the list. `folded` is in the list's own form: see `domain::collation::fold`.
pub fn is_common(folded: &str) -> bool {
    let list = LIST.as_bytes();
    let wanted = folded.as_bytes();
    if wanted.is_empty() || wanted.contains(&b'\n') {
        return false;
    }
    // Binary search over bytes: `from` always stands at the start of a line, `to` behind the end of one.
    let (mut from, mut to) = (0, list.len());
    while from < to {
        let middle = from + (to - from) / 2;
        let start = list[from..middle].iter().rposition(|b| *b == b'\n').map_or(from, |at| from + at + 1);
        let end = list[middle..to].iter().position(|b| *b == b'\n').map_or(to, |at| middle + at);
        match list[start..end].cmp(wanted) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => from = (end + 1).min(to),
            std::cmp::Ordering::Greater => to = start,
        }
    }
    false
}

/// All entries, for the test of their form.
pub fn entries() -> impl Iterator<Item = &'static str> {
    LIST.lines()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_and_its_neighbours_are_not() {
        for entry in entries() {
            assert!(is_common(entry), "{entry}");
            assert!(!is_common(&format!("{entry}\u{1}")), "{entry}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_long_enough() {
        let all: Vec<&str> = entries().collect();
        assert!(all.len() >= 100_000, "{}", all.len());
        assert!(all.windows(2).all(|pair| pair[0].as_bytes() < pair[1].as_bytes()), "sorted, without duplicates");
        assert!(all.iter().filter(|e| e.chars().count() >= 15).count() > 9_000, "long ones, that the length rule lets through");
    }

    #[test]
    fn known_ones_are_found_and_phrases_are_not() {
        for common in ["password", "123456", "qwertyuiop12345", "1qaz2wsx3edc4rfv", "passwordpassword", "polska"] {
            assert!(is_common(common), "{common}");
        }
        for fine in ["", "\n", "a\nb", "zielony rower jedzie nad morze", "~", "\u{10ffff}", "zzzzzzzzzzzzzzzzzzzzzzzzzz1"] {
            assert!(!is_common(fine), "{fine:?}");
        }
    }
}
