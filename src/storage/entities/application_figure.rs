//! Row of `application_figures`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "application_figures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: String,
    pub voivodeship: String,
    pub kind: String,
    pub filed_on: String,
    pub office_since: Option<String>,
    pub office_days: Option<i32>,
    pub ended_on: Option<String>,
    pub outcome: Option<String>,
    pub returns: i32,
}

impl ActiveModelBehavior for ActiveModel {}
