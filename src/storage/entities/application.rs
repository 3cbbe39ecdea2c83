//! Row of `applications`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "applications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub kind: String,
    pub status: String,
    pub voivodeship: String,
    pub unit_id: Option<Uuid>,
    pub regon: String,
    pub unit_name: String,
    pub unit_name_sort: Vec<u8>,
    pub applicant_id: Uuid,
    pub applicant_name: String,
    pub revision: i32,
    pub persons_count: i32,
    pub submitted_at: i64,
    pub revised_at: i64,
    pub status_since: i64,
    pub lapses_at: Option<i64>,
    pub undecided_until: Option<i64>,
    pub taken_by: Option<Uuid>,
    pub decided_by: Option<Uuid>,
    pub decided_for: Option<Uuid>,
    pub decided_at: Option<i64>,
    pub reason: Option<String>,
    pub version: i32,
    pub office_since: Option<i64>,
    pub escalated_at: Option<i64>,
    pub clock_target: i32,
    pub clock_used: i32,
    pub due_at: Option<i64>,
    pub remind_at: Option<i64>,
    pub reminded_day: i32,
    pub reminded_step: i32,
    pub assigned_to: Option<Uuid>,
    pub snoozed_until: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
