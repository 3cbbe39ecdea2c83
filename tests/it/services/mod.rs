//! Services on both databases.

mod fixtures;
