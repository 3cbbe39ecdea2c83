//! Services on both databases.

mod compose_letter;
mod correction;
mod deliver_outbox;
mod devices;
mod fixtures;
mod keep_deadlines;
mod mailed_links;
mod manage_accounts;
mod queue;
mod resets;
mod review;
mod sign_in;
mod worker;
