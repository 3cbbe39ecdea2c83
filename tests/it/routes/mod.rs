//! One place's answers over HTTP, against the real binary. What may not live here: journeys through several places.

mod register;
mod review;
