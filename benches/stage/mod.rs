//! What the benches stand on: the databases and fixtures of the tests, and rows in bulk. What may not live here: measuring.

// Each bench uses its part.
#![allow(dead_code)]

pub mod memory;
pub mod seeder;

#[path = "../../tests/it/support/database.rs"]
pub mod database;
#[path = "../../tests/it/support/drafts.rs"]
pub mod drafts;
#[path = "../../tests/it/support/factors.rs"]
pub mod factors;
#[path = "../../tests/it/support/fixtures.rs"]
pub mod fixtures;
#[path = "../../tests/it/support/portal.rs"]
pub mod portal;
#[path = "../../tests/it/support/process.rs"]
pub mod process;
#[path = "../../tests/it/support/rights.rs"]
pub mod rights;
