//! One test binary, so that it links once: support, journeys, routes, services, storage, house.

mod house;
mod journeys;
mod mail;
mod routes;
mod services;
mod storage;
mod support;
