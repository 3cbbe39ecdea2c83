//! One test binary, so that it links once: support, journeys, routes, services, house.

mod house;
mod support;
