//! Services on both databases.

mod attestation;
mod compose_letter;
mod confirmations;
mod correction;
mod deliver_outbox;
mod devices;
mod export_list;
mod extension;
mod factors_and_devices;
mod fixtures;
mod keep_deadlines;
mod lost_mailbox;
mod machines;
mod mailed_links;
mod manage_accounts;
mod own_account;
mod own_email;
mod passkeys;
mod queue;
mod resets;
mod review;
mod second_factor;
mod sign_in;
mod staff;
mod view_grants;
mod worker;
