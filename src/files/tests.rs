//! Tests of the room: what is accepted, what is refused and why, what a scanner may do to a code, and what a stranger may send.

mod accepted;
mod fixtures;
mod hostile;
mod pieces;
mod refused;
mod scans;
mod stored;
