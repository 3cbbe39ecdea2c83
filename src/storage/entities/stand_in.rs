//! Row of `stand_ins`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stand_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub deputy_id: Uuid,
    pub deputised_id: Uuid,
    pub role_assignment_id: Uuid,
    pub valid_from: String,
    pub valid_until: String,
    pub named_at: i64,
    pub ended_at: Option<i64>,
    pub ended_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
