//! What a person types to find something, as words; used by every list that is searched by text. What may not live here: which
//! column or index is asked.

use crate::domain::collation::fold;
use sea_orm::sea_query::{Condition, LikeExpr};
use sea_orm::{ColumnTrait, ExprTrait};

/// Words of a text: folded, and split where a person would.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// Whether something was typed in which there is nothing to look for: only signs, or single letters, which stand everywhere.
pub fn is_unsearchable(q: &str) -> bool {
    let tells = |word: String| word.chars().count() > 1 || word.chars().all(|c| c.is_ascii_digit());
    !q.trim().is_empty() && !words(q).any(tells)
}

/// Rows whose folded text in `column` holds every word of `q`, as typed between white space; none where there is nothing to
/// look for.
pub(super) fn holding(column: impl ColumnTrait, q: &str) -> Condition {
    if is_unsearchable(q) {
        return Condition::all().add(column.is_in(Vec::<String>::new()));
    }
    fold(q).split_whitespace().fold(Condition::all(), |all, word| all.add(holds(column, word)))
}

/// Whether a folded text holds a word, whatever signs are in it.
pub(super) fn holds(column: impl ColumnTrait, word: &str) -> sea_orm::sea_query::SimpleExpr {
    let literal: String = word.chars().flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c])).collect();
    column.into_expr().like(LikeExpr::new(format!("%{literal}%")).escape('!'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_single_letters_are_nothing_to_look_for() {
        for q in ["%", "<b>", "„”", "w i", "_"] {
            assert!(is_unsearchable(q), "{q}");
        }
        for q in ["", "  ", "1", "gops", "w Kielcach", "ŁÓ"] {
            assert!(!is_unsearchable(q), "{q}");
        }
    }
}
