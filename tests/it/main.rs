//! One test binary, so that it links once: support, journeys, routes, services, storage, house.

mod house;
mod mail;
mod storage;
mod support;
