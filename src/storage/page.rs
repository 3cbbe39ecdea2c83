//! Keyset pages: „after this row”, never OFFSET, so that pages neither skip nor repeat a row.

use super::StorageError;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseBackend, ExprTrait, Order, Statement, Value};
use uuid::Uuid;

/// Writes the limit at the end of a query as a number. PostgreSQL plans a query anew each time when its limit is a parameter: without
/// the number it cannot see that a walk along the index is short, however large the table. With it one plan is kept.
pub(crate) fn with_plain_limit(mut statement: Statement) -> Statement {
    let limit = statement.values.as_ref().and_then(|values| match values.0.last() {
        Some(Value::BigUnsigned(Some(limit))) => Some((*limit, values.0.len())),
        _ => None,
    });
    if statement.db_backend == DatabaseBackend::Postgres
        && let Some((limit, last)) = limit
        && let Some(start) = statement.sql.strip_suffix(&format!("LIMIT ${last}"))
    {
        statement.sql = format!("{start}LIMIT {limit}");
        if let Some(values) = &mut statement.values {
            values.0.pop();
        }
    }
    statement
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// Opaque text that continues the list; `None` at its end.
    pub next: Option<String>,
}

impl<T> Slice<T> {
    /// Cuts `rows` (read with one more than `size`) to a page; `cursor` names the last row that is shown.
    pub(crate) fn cut(mut rows: Vec<T>, size: usize, cursor: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { rows, next }
    }
    /// The same page of other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Slice<U> {
        Slice { rows: self.rows.into_iter().map(f).collect(), next: self.next }
    }
}

/// Position after a row that is ordered by a number.
pub(crate) fn number_cursor(value: i64, id: Uuid) -> String {
    format!("n{value}.{}", id.simple())
}

/// Position after a row that is ordered by a sort key.
pub(crate) fn key_cursor(key: &[u8], id: Uuid) -> String {
    format!("k{}.{}", hex::encode(key), id.simple())
}

/// Reads a cursor of [`number_cursor`]; anything else is as no cursor: the list starts anew.
pub(crate) fn read_number_cursor(text: &str) -> Option<(i64, Uuid)> {
    let (value, id) = text.strip_prefix('n')?.split_once('.')?;
    Some((value.parse().ok()?, id.parse().ok()?))
}

/// Reads a cursor of [`key_cursor`].
pub(crate) fn read_key_cursor(text: &str) -> Option<(Vec<u8>, Uuid)> {
    let (key, id) = text.strip_prefix('k')?.split_once('.')?;
    Some((hex::decode(key).ok()?, id.parse().ok()?))
}

/// What lies beyond a row in a list that is ordered by `column` and `id`, both the same way. Compared as one pair:
/// both databases then begin to read their index at that row, where „greater, or equal and …” makes them read from its start.
pub(crate) fn beyond(column: impl ColumnTrait, id: impl ColumnTrait, row: (impl Into<Value>, Uuid), order: &Order) -> Expr {
    let place = Expr::tuple([column.into_expr(), id.into_expr()]);
    let row = Expr::tuple([Expr::val(row.0), Expr::val(row.1)]);
    if *order == Order::Desc { place.lt(row) } else { place.gt(row) }
}

/// A count that stops counting: `None` means „more than the cap”. A full count costs milliseconds at a million rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CappedCount {
    /// The number, at most the cap.
    pub number: u64,
    /// Whether there are more.
    pub is_capped: bool,
}

/// A stored text that no longer reads as what it should be: the row is damaged, which is our fault, not the user's.
pub(crate) fn damaged(what: &str) -> StorageError {
    StorageError::Database(sea_orm::DbErr::Custom(format!("damaged row: {what}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_on_postgres_and_nothing_else_changes() {
        let postgres =
            |sql: &str, values: Vec<Value>| with_plain_limit(Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, values));
        let plain = postgres("SELECT id FROM t WHERE a = $1 LIMIT $2", vec!["26".into(), 301_u64.into()]);
        assert_eq!((plain.sql.as_str(), plain.values.map(|v| v.0)), ("SELECT id FROM t WHERE a = $1 LIMIT 301", Some(vec!["26".into()])));
        // The last value belongs to something else.
        let other = postgres("SELECT id FROM t LIMIT $1 OFFSET $2", vec![5_u64.into(), 7_u64.into()]);
        assert_eq!(other.values.map(|v| v.0.len()), Some(2));
        let sqlite = Statement::from_sql_and_values(DatabaseBackend::Sqlite, "SELECT id FROM t LIMIT ?", [5_u64.into()]);
        assert_eq!(with_plain_limit(sqlite.clone()), sqlite);
    }
}
