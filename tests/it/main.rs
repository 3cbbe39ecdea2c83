//! One test binary, so that it links once: support, cli, crash, journeys, routes, services, storage, house.

// What a test counted is worth reading beside its verdict.
#![allow(clippy::print_stdout)]

mod cli;
mod crash;
mod house;
mod journeys;
mod mail;
mod routes;
mod services;
mod storage;
mod support;
