//! Row of `units`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "units")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub regon: String,
    pub name: String,
    pub name_sort: Vec<u8>,
    pub search_key: String,
    pub name_key: String,
    pub town_key: String,
    pub address_key: String,
    pub kind: String,
    pub terc: String,
    pub voivodeship: String,
    pub status: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub data: Json,
    pub valid_from: String,
    pub valid_until: Option<String>,
    pub successor_id: Option<Uuid>,
    pub created_at: i64,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
