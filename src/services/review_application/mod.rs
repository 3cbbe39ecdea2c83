//! „Wnioski”: the queue, the page of one application, and the decisions.

mod compare;
mod decide;
mod look;

pub use crate::storage::applications::Listed;
pub use crate::storage::applications::queue::Sort;
pub use compare::{Content, Field, PrintedPerson};
pub use decide::{approve, confirm_compared, reject, release, return_for_correction, take};
pub use look::{Names, PAGE_SIZE, Queue, QueueRow, Review, Similar, SimilarApplication, next_waiting, queue, review};
