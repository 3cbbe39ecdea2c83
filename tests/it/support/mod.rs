//! What tests stand on: servers, databases, browsers. What may not live here: assertions about the product.

pub mod smtp_sink;
