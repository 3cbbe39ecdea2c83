//! Rows of the risk rule: a dictionary, changed by whoever keeps the data, never by the portal.

use super::StorageError;
use super::entities::risk_rule;
use super::page::damaged;
use crate::domain::application::Kind;
use crate::domain::application::risk::{Risk, RiskRule};
use sea_orm::{ConnectionTrait, EntityTrait};

/// All rows, those of later days too.
///
/// # Errors
/// Of the database, or for a row that names what the portal does not know: a rule that is not understood must not be passed over.
pub async fn list<C: ConnectionTrait>(db: &C) -> Result<Vec<RiskRule>, StorageError> {
    let rows = risk_rule::Entity::find().all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

fn to_domain(row: risk_rule::Model) -> Result<RiskRule, StorageError> {
    let kind = match row.kind.as_str() {
        "" => None,
        key => Some(Kind::from_key(key).ok_or_else(|| damaged("kind of a risk rule"))?),
    };
    Ok(RiskRule {
        risk: Risk::from_key(&row.risk).ok_or_else(|| damaged("risk rule"))?,
        kind,
        threshold: i64::from(row.threshold),
        is_active: row.is_active,
        valid_from: row.valid_from.parse().map_err(|_| damaged("day of a risk rule"))?,
    })
}
