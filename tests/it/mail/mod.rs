//! The mail room: delivery to a real SMTP server, and every letter.

mod delivery;
mod letters;
