//! One test binary, so that it links once: support, attacks, cli, crash, journeys, routes, services, signatures, storage, house.

// What a test counted is worth reading beside its verdict.
#![allow(clippy::print_stdout)]

mod attacks;
mod cli;
mod crash;
mod house;
mod journeys;
mod mail;
mod routes;
mod services;
mod signatures;
mod storage;
mod support;
