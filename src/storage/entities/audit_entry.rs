//! Row of `audit_entries`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: i64,
    pub actor_id: Option<Uuid>,
    pub actor: String,
    pub on_behalf_of: Option<String>,
    pub event: String,
    pub object_kind: String,
    pub object_id: String,
    pub voivodeship: Option<String>,
    pub outcome: String,
    pub address: Option<String>,
    pub correlation: Uuid,
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
    pub salt: Option<Vec<u8>>,
    pub commitment: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
