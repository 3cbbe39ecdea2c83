//! What accounts may do now, read across accounts, grants and units in one query, so that an answer is of one moment.

use super::StorageError;
use super::entities::{account, grant, unit};
use super::grants::in_force;
use crate::domain::account::AccountStatus;
use crate::domain::id::UnitId;
use crate::domain::unit::UnitStatus;
use crate::domain::voivodeship::VoivodeshipCode;
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// A function that an active account holds in a sub-area for an active unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// Key of the login.
    pub login_key: String,
    /// REGON of the unit.
    pub regon: String,
    /// The unit.
    pub unit: UnitId,
    /// Where it lies.
    pub voivodeship: VoivodeshipCode,
    /// Code of the sub-area.
    pub sub_area: String,
    /// Code of the function.
    pub function: String,
}

#[derive(FromQueryResult)]
struct Row {
    login_key: String,
    regon: String,
    unit_id: Uuid,
    voivodeship: String,
    sub_area: String,
    function: String,
}

/// Lists are filled up to one of these lengths by repeating their last value, so that a database sees few kinds of this query
/// and keeps its plans.
const LENGTHS: [usize; 3] = [1, 10, 100];

fn filled<'a>(values: &[&'a str]) -> Vec<&'a str> {
    let length = LENGTHS.into_iter().find(|length| values.len() <= *length).unwrap_or(values.len());
    let last = values.last().copied();
    values.iter().copied().chain(last.into_iter().cycle()).take(length).collect()
}

/// The rights of these logins (their keys) in these units (their REGONs) on a day: of active accounts, in active units, by grants
/// in force.
///
/// # Errors
/// Of the database.
pub async fn in_force_on<C: ConnectionTrait>(db: &C, logins: &[&str], regons: &[&str], day: Date) -> Result<Vec<Right>, StorageError> {
    if logins.is_empty() || regons.is_empty() {
        return Ok(Vec::new());
    }
    let select = Query::select()
        .column((account::Entity, account::Column::LoginKey))
        .column((unit::Entity, unit::Column::Regon))
        .expr_as(Expr::col((unit::Entity, unit::Column::Id)), "unit_id")
        .column((unit::Entity, unit::Column::Voivodeship))
        .column((grant::Entity, grant::Column::SubArea))
        .column((grant::Entity, grant::Column::Function))
        .from(account::Entity)
        .inner_join(grant::Entity, Expr::col((grant::Entity, grant::Column::AccountId)).equals((account::Entity, account::Column::Id)))
        .inner_join(unit::Entity, Expr::col((unit::Entity, unit::Column::Id)).equals((grant::Entity, grant::Column::UnitId)))
        .and_where(account::Column::LoginKey.is_in(filled(logins)))
        .and_where(account::Column::Status.eq(AccountStatus::Active.key()))
        .and_where(unit::Column::Regon.is_in(filled(regons)))
        .and_where(unit::Column::Status.eq(UnitStatus::Active.key()))
        // The last day counts whenever the worker comes to close the unit.
        .and_where(unit::Column::ValidUntil.is_null().or(unit::Column::ValidUntil.gte(day.to_string())))
        .cond_where(in_force(&day.to_string()))
        .to_owned();
    let rows = Row::find_by_statement(db.get_database_backend().build(&select)).all(db).await?;
    let right = |row: Row| Right {
        login_key: row.login_key,
        regon: row.regon,
        unit: UnitId(row.unit_id),
        voivodeship: VoivodeshipCode::trusted(row.voivodeship),
        sub_area: row.sub_area,
        function: row.function,
    };
    Ok(rows.into_iter().map(right).collect())
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn lists_are_filled_up_to_few_lengths() {
        assert_eq!(filled(&["a"]), ["a"]);
        assert_eq!(filled(&["a", "b"]), [&["a"][..], &["b"; 9]].concat());
        for (number, length) in [(10, 10), (11, 100), (100, 100), (101, 101)] {
            assert_eq!(filled(&vec!["a"; number]).len(), length);
        }
    }
}
