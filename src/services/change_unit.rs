//! „Zmiana danych jednostki”: other data, the end of a unit, its transformation; and what comes of it on the day. What may not live
//! here: the way of any application (print, sign, review), which knows no kind.

mod apply;
mod draft;
mod end;
mod look;
mod plan;

pub(super) use apply::{apply, remember_registration};
pub use draft::{choose, find_gmina_for, save_data, save_ending, save_why};
pub(super) use end::{close_application, end_unit};
pub(super) use look::territory;
pub use look::{Changing, units_to_change};
pub(super) use plan::seen;
