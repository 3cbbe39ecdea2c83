//! „Wnioski”: the queue, the page of one application, and the decisions.

mod compare;
mod decide;
mod desk;
mod escalate;
mod look;
mod office;
mod similar;

pub use crate::storage::applications::Listed;
pub use crate::storage::applications::queue::Sort;
pub use crate::storage::page::CappedCount;
pub use compare::{Content, Field, PrintedPerson};
pub use decide::{approve, confirm_compared, reject, release, return_for_correction, take, withdraw_approval};
pub(super) use decide::{approve_for, take_for};
pub use desk::{ASSIGNED_TO, Desk, LONGEST_NOTE, NoteGiven, add_note, assign, snooze, wake};
pub(super) use desk::{assign_for, remind_for, was_reminded};
pub(super) use escalate::{escalate, escalate_overdue, is_overdue};
pub(super) use look::forwarded_page;
pub use look::{FirstGiven, Names, PAGE_SIZE, Queue, QueueRow, Review, View, desk_queue, forwarded, next_waiting, queue, review};
pub(super) use office::administrators_of;
pub use similar::{Similar, SimilarAccount, SimilarApplication, SimilarRegistered};
