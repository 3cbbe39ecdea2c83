//! Row of `attestation_answers`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attestation_answers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub attestation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: Uuid,
    pub answer: String,
    pub answered_by: Uuid,
    pub answered_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
