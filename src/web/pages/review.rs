//! „Wnioski” of the office: the queue, an application beside its signed form, and the pages of its decisions.

pub mod application;
pub mod approve;
pub mod desk;
pub mod queue;
pub mod receive;
pub mod refuse;
mod samples;
pub mod signature;
mod similar;

use serde::Serialize;

/// An application as every page about it names it.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    /// „W/26/2026/000123”.
    pub number: String,
    /// „W-26-2026-000123”.
    pub id: String,
    /// Key of its state.
    pub status: &'static str,
    /// Revision.
    pub revision: i32,
    /// What the reader has seen: every form carries it back.
    pub version: i32,
    /// Key of what is applied for.
    pub kind: &'static str,
    /// The unit's name.
    pub unit_name: String,
}
