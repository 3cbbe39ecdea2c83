//! Row of `signed_forms`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "signed_forms")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub application_id: Uuid,
    pub revision: i32,
    pub channel: String,
    pub reference: Option<String>,
    pub received_on: String,
    pub recorded_by: Uuid,
    pub recorded_at: i64,
    pub code_match: String,
    pub compared_by: Option<Uuid>,
    pub compared_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
