//! The account portal for Poland's social-welfare statistics, as a library: one room per module (see ARCHITECTURE.md).

pub mod cli;
pub mod clock;
pub mod config;
pub mod disk;
pub mod domain;
pub mod files;
pub mod fonts;
pub mod mail;
pub mod pdf;
pub mod policy;
pub mod portal;
pub mod render;
pub mod secrets;
pub mod services;
pub mod signatures;
pub mod storage;
pub mod tables;
pub mod web;
pub mod worker;
