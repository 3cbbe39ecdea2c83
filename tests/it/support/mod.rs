//! What tests stand on: databases, servers, the running portal, the browser. What may not live here: tests of the portal.

// Each part serves several rooms of tests, and they do not all use every function of it.
#![allow(dead_code)]

pub mod authenticator;
pub mod browser;
pub mod client;
pub mod database;
pub mod dovecot;
pub mod drafts;
pub mod factors;
pub mod filing;
pub mod fixtures;
pub mod forms;
pub mod lossy;
pub mod nginx;
pub mod office;
pub mod portal;
pub mod process;
pub mod refusals;
pub mod rights;
pub mod s3;
pub mod scans;
pub mod server;
pub mod signing;
pub mod smtp_sink;
pub mod web;
pub mod worker;
