//! Taking rights away: by the person, the unit's coordinator, an administrator, or the unit's head by letter. It works at once. What may
//! not live here: closing a whole account (`manage_accounts`).

mod affected;
mod hand_over;
mod revoke;

pub(super) use affected::of_account;
pub use affected::{Affected, look};
pub use hand_over::{HandOver, view_hand_over};
pub use revoke::revoke;
