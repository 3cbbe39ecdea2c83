//! The territorial register: gminas to pick, by search or by voivodeship and powiat.

use super::StorageError;
use super::entities::{gmina, voivodeship};
use crate::domain::collation::{fold, sort_key};
use crate::domain::identifiers::TercCode;
use crate::domain::voivodeship::{Gmina, Powiat, VoivodeshipCode};
use sea_orm::sea_query::{CaseStatement, Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};

/// More words than any name has with its powiat and voivodeship; the rest of a longer text says nothing new.
const MOST_WORDS: usize = 8;

fn to_domain((row, lies_in): (gmina::Model, Option<voivodeship::Model>)) -> Gmina {
    Gmina {
        code: TercCode::trusted(row.code),
        type_digit: row.type_digit,
        type_name: row.type_name,
        name: row.name,
        powiat: row.powiat_name,
        voivodeship: lies_in.map(|v| v.name).unwrap_or_default(),
    }
}

/// The gmina of a code, if there is one.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn find<C: ConnectionTrait>(db: &C, code: &TercCode) -> Result<Option<Gmina>, StorageError> {
    let found = gmina::Entity::find_by_id(code.as_str()).find_also_related(voivodeship::Entity).one(db).await?;
    Ok(found.map(to_domain))
}

/// Gminas in which each word of `text` begins a word of the name, the powiat, the voivodeship or the type, whatever
/// the case and the marks; the code is found too. First the name itself, then names that begin with the text, then
/// names that hold all its words, then names that begin with its first word, then the rest; within each in Polish order.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn search<C: ConnectionTrait>(db: &C, text: &str, limit: u64) -> Result<Vec<Gmina>, StorageError> {
    // Only letters and digits are left, so nothing in a pattern needs escaping.
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
    let Some(first) = words.first() else {
        return Ok(Vec::new());
    };
    let like = |pattern: String| gmina::Column::SearchKey.like(pattern);
    let every = |end: &str| words.iter().fold(Condition::all(), |all, word| all.add(like(format!("% {word}{end}"))));
    let phrase = words.join(" ");
    let rank: SimpleExpr = CaseStatement::new()
        .case(like(format!(" {phrase}|%")), Expr::val(0))
        .case(like(format!(" {phrase}%")), Expr::val(1))
        .case(every("%|%"), Expr::val(2))
        .case(like(format!(" {first}%")), Expr::val(3))
        .finally(Expr::val(4))
        .into();
    let found = gmina::Entity::find()
        .find_also_related(voivodeship::Entity)
        .filter(every("%"))
        .order_by(rank, Order::Asc)
        .order_by_asc(gmina::Column::NameSort)
        .order_by_asc(gmina::Column::Code)
        .limit(limit)
        .all(db)
        .await?;
    Ok(found.into_iter().map(to_domain).collect())
}

/// Powiats of a voivodeship, with its cities with powiat rights, in Polish order.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn powiats<C: ConnectionTrait>(db: &C, voivodeship: &VoivodeshipCode) -> Result<Vec<Powiat>, StorageError> {
    let rows: Vec<(String, String)> = gmina::Entity::find()
        .select_only()
        .column(gmina::Column::PowiatCode)
        .column(gmina::Column::PowiatName)
        .distinct()
        .filter(gmina::Column::Voivodeship.eq(voivodeship.as_str()))
        .into_tuple()
        .all(db)
        .await?;
    let mut powiats: Vec<Powiat> = rows.into_iter().map(|(code, name)| Powiat { code, name }).collect();
    powiats.sort_by_cached_key(|powiat| (sort_key(&powiat.name), powiat.code.clone()));
    Ok(powiats)
}

/// Gminas of a powiat (its four digits), in Polish order.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn list_of_powiat<C: ConnectionTrait>(db: &C, powiat: &str) -> Result<Vec<Gmina>, StorageError> {
    let found = gmina::Entity::find()
        .find_also_related(voivodeship::Entity)
        .filter(gmina::Column::PowiatCode.eq(powiat))
        .order_by_asc(gmina::Column::NameSort)
        .order_by_asc(gmina::Column::Code)
        .all(db)
        .await?;
    Ok(found.into_iter().map(to_domain).collect())
}
