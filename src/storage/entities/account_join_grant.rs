//! Row of `account_join_grants`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account_join_grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub join_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub old_grant_id: Uuid,
    pub new_grant_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
