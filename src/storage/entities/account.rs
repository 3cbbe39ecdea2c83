//! Row of `accounts`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub login: String,
    pub login_key: String,
    pub password_hash: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub name_sort: Vec<u8>,
    pub search_key: String,
    pub position: Option<String>,
    pub email: String,
    pub email_key: String,
    pub phone: Option<String>,
    pub status: String,
    pub voivodeship: Option<String>,
    pub failures: i32,
    pub blocks: i32,
    pub blocked_until: Option<i64>,
    pub credentials_version: i32,
    pub created_at: i64,
    pub version: i32,
    pub signed_in_at: Option<i64>,
    pub announces_sign_ins: bool,
    pub password_is_long: bool,
    pub join_hint_hidden_at: Option<i64>,
    pub mails_announcements: bool,
}

impl ActiveModelBehavior for ActiveModel {}
