//! The real binary is killed in the middle of its work, on both databases; then one counts what is left.

mod kill_during_bulk;
mod kill_during_work;
mod never_half_seen;
mod prepared;
mod traces;
