//! One test binary, so that it links once: support, journeys, routes, services, house.

mod mail;
mod services;
mod support;
