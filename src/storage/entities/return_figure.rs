//! Row of `return_figures`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "return_figures")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub voivodeship: String,
    pub returned_on: String,
    pub place: String,
}

impl ActiveModelBehavior for ActiveModel {}
