//! „Zmiana danych jednostki”: other data, the end of a unit, its transformation; and what comes of it on the day. What may not live
//! here: the way of any application (print, sign, review), which knows no kind.

mod apply;
mod draft;
mod end;
mod file;
mod look;
mod plan;
mod stop;

pub(super) use apply::{apply, remember_registration};
pub use draft::{choose, drop_draft, find_gmina_for, save_data, save_ending, save_why, start_correction};
pub(super) use end::{close_application, end_unit};
pub use file::file;
pub(super) use look::territory;
pub use look::{Changing, look, units_to_change};
pub(super) use plan::{is_decided_for_heir, seen};
pub(super) use stop::may_stop;
pub use stop::{LONGEST_STOP_REASON, stop_ending, view_ending};
