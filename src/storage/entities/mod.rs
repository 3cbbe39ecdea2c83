//! One entity per table, private to the storage room.
#![allow(missing_docs)] // The columns are explained where the table is made, in `migrations/`.

pub mod function;
pub mod gmina;
pub mod office_channel;
pub mod sub_area;
pub mod time_limit;
pub mod unit_kind;
pub mod unit_kind_sub_area;
pub mod voivodeship;
