//! „Wnioskuj o rozszerzenie uprawnień”: more rights in the own unit, or rights in another one. What may not live here: the way of
//! any application (print, sign, review), which knows no kind.

mod draft;
mod grant;
mod look;
mod take_over;

pub use draft::{choose_home, choose_unit, save_needs};
pub(super) use grant::grant;
pub use look::Extension;
pub use take_over::{TakeOver, take_over, view_take_over};
