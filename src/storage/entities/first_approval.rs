//! Row of `first_approvals`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "first_approvals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub application_id: Uuid,
    pub account_id: Uuid,
    pub role_assignment_id: Uuid,
    pub in_place_of: Option<Uuid>,
    pub revision: i32,
    pub approved_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
