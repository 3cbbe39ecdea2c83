//! „Przedłużenie uprawnień”: rights that end soon get a later end. What may not live here: the way of any application (print, sign,
//! review), which knows no kind.

mod draft;
mod file;
mod grant;
mod look;

pub use draft::{choose_unit, drop_draft, save_grants, save_statements, start_correction};
pub use file::file;
pub(super) use grant::grant;
pub use look::{Renewal, look};
