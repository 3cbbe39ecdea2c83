//! One test binary, so that it links once: support, crash, journeys, routes, services, storage, house.

mod crash;
mod house;
mod journeys;
mod mail;
mod routes;
mod services;
mod storage;
mod support;
