//! Services on both databases.

mod compose_letter;
mod deliver_outbox;
mod fixtures;
mod keep_deadlines;
mod worker;
