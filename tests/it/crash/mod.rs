//! Something breaks in the middle of people's work – the portal, the database, the mail server, the disk, the clock –; then one counts
//! what they were told and what is left.

mod clicks;
mod clock_jump;
mod database_restart;
mod full_disk;
mod kill_during_bulk;
mod kill_during_work;
mod letters;
mod mail_refused;
mod never_half_seen;
mod prepared;
mod shift;
mod traces;
