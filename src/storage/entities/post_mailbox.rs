//! Row of `post_mailboxes`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_mailboxes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub voivodeship: String,
    pub lease_owner: Option<String>,
    pub lease_until: Option<i64>,
    pub read_at: Option<i64>,
    pub failing_since: Option<i64>,
    pub failure: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
