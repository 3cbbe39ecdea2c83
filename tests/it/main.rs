//! One test binary, so that it links once: support, journeys, routes, services, storage, house.

mod house;
mod storage;
mod support;
