//! The storage room against real databases. What may not live here: rules of the domain.

mod away;
mod conflicts;
mod figures;
mod migrations;
mod opening;
mod reference_data;
mod similar_units;

use sea_orm::{ConnectionTrait, Statement, TryGetable};

/// The first column of each row.
async fn column<T: TryGetable>(db: &impl ConnectionTrait, sql: &str) -> Vec<T> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect(sql);
    rows.iter().map(|row| row.try_get_by_index(0).expect("the column reads")).collect()
}

/// The one number that a query gives.
async fn number(db: &impl ConnectionTrait, sql: &str) -> i64 {
    column(db, sql).await[0]
}
