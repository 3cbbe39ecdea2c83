//! Row of `security_reports`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "security_reports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub kind: String,
    pub reported_at: i64,
    pub closed_at: Option<i64>,
    pub closed_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
