//! „Wnioski”: the queue, the page of one application, and the decisions.

mod decide;
mod look;

pub use decide::{approve, confirm_compared, reject, release, return_for_correction, take};
pub use look::{Change, Queue, QueueRow, Review, Similar, queue, review};
