//! Row of `totp_secrets`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "totp_secrets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    pub sealed: Option<Vec<u8>>,
    pub last_step: i64,
    pub added_at: Option<i64>,
    pub offered: Option<Vec<u8>>,
    pub offered_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
