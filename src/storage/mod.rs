//! REMEMBERS. The only place with SeaORM: rows in, domain values out. What may not live here: rules.

mod entities;

pub mod database;
pub mod dictionaries;
pub mod error;
pub mod gminas;
pub mod offices;
pub mod time_limits;

pub use error::StorageError;
