//! Row of `post_messages`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub voivodeship: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    pub validity: i64,
    pub uid: i64,
    pub taken_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
