//! „Przedłużenie uprawnień”: rights that end soon get a later end. What may not live here: the way of any application (print, sign,
//! review), which knows no kind.

mod draft;
mod grant;
mod look;

pub use draft::{choose_unit, save_grants};
pub(super) use grant::grant;
pub use look::Renewal;
