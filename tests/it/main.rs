//! One test binary, so that it links once: support, journeys, routes, services, storage, house.

mod house;
mod mail;
mod services;
mod storage;
mod support;
