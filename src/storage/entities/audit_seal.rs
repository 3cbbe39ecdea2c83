//! Row of `audit_seals`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub last_entry: i64,
    pub entries: i64,
    pub sealed_at: i64,
    pub hash: Vec<u8>,
    pub mac: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
