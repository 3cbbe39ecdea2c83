//! One act on many applications: chosen in the queue, looked at once, kept as a batch, done row by row by the services that do it to one.
//! What may not live here: what may be done (`domain/application/bulk.rs`), how it is done (`review_application`).

mod judge;
mod look;
mod start;
mod work;

pub use crate::storage::bulk_jobs::{BulkJob, RowState};
pub use judge::{Chosen, Judged};
pub use look::{Batch, BatchRow, Choice, MOST_LISTED, list_batches, look_at_batch, look_at_choice};
pub use start::{Assignee, NewBatch, start_batch};
pub use work::{work_off, work_on};
