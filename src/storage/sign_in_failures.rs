//! Failed sign-ins of unknown devices by address, by network and everywhere: in the database, so that all processes count
//! together. What may not live here: how many are too many (domain).

use super::StorageError;
use super::entities::sign_in_failure::{Column, Entity};
use crate::domain::moment::Moment;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, Statement};

/// Attempts from one place since a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub failures: i32,
    /// Since when.
    pub since: Moment,
}

/// Counts one attempt in three scopes by one statement, and gives the three counts with this attempt included. A count begins
/// anew when its window began before `window_from`. Counting comes before judging, so that no number of attempts at once
/// slips through; who turns out to be right is taken off again with [`forgive`].
///
/// # Errors
/// Of the database.
pub async fn count<C: ConnectionTrait>(
    db: &C,
    keys: [(&str, &str); 3],
    window_from: Moment,
    now: Moment,
) -> Result<[Count; 3], StorageError> {
    let sql = "INSERT INTO sign_in_failures (scope, key, window_started_at, failures) \
               VALUES ($1, $2, $7, 1), ($3, $4, $7, 1), ($5, $6, $7, 1) \
               ON CONFLICT (scope, key) DO UPDATE SET \
               failures = CASE WHEN sign_in_failures.window_started_at <= $8 THEN 1 ELSE sign_in_failures.failures + 1 END, \
               window_started_at = CASE WHEN sign_in_failures.window_started_at <= $8 THEN $7 \
               ELSE sign_in_failures.window_started_at END RETURNING scope, failures, window_started_at";
    let [a, b, c] = keys;
    let values = [a.0.into(), a.1.into(), b.0.into(), b.1.into(), c.0.into(), c.1.into(), now.0.into(), window_from.0.into()];
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let mut counts = [Count { failures: 0, since: now }; 3];
    for row in rows {
        let scope: String = row.try_get("", "scope")?;
        let count = Count { failures: row.try_get("", "failures")?, since: Moment(row.try_get("", "window_started_at")?) };
        if let Some(place) = keys.iter().position(|(known, _)| *known == scope) {
            counts[place] = count;
        }
    }
    Ok(counts)
}

/// Takes one attempt off again.
///
/// # Errors
/// Of the database.
pub async fn forgive<C: ConnectionTrait>(db: &C, keys: [(&str, &str); 3]) -> Result<(), StorageError> {
    // One after another in the order in which they are counted: two that lock in different orders would wait for each other.
    for (scope, key) in keys {
        Entity::update_many()
            .col_expr(Column::Failures, Expr::col(Column::Failures).sub(1))
            .filter(Condition::all().add(Column::Scope.eq(scope)).add(Column::Key.eq(key)).add(Column::Failures.gt(0)))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Deletes up to `limit` counts whose window began before a moment; gives their number.
///
/// # Errors
/// Of the database.
pub async fn remove_old<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<u64, StorageError> {
    let old = Query::select().column(Column::Key).from(Entity).and_where(Column::WindowStartedAt.lt(before.0)).limit(limit).to_owned();
    let is_old = Condition::all().add(Column::WindowStartedAt.lt(before.0)).add(Column::Key.in_subquery(old));
    Ok(Entity::delete_many().filter(is_old).exec(db).await?.rows_affected)
}
