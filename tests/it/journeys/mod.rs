//! Whole journeys against the real binary, over HTTP and in a browser. What may not live here: one route's answers.

mod browser_registration;
pub mod registrant;
mod registration;
