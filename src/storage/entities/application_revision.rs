//! Row of `application_revisions`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "application_revisions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub application_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    pub fingerprint: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub printed_form: Json,
    pub pdf: Option<Vec<u8>>,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
