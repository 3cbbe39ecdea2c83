//! Taking rights away: by the person, the unit's coordinator, an administrator, or the unit's head by letter. It works at once. What may
//! not live here: closing a whole account (`manage_accounts`), which takes rights by the same `take`.

mod affected;
mod hand_over;
mod revoke;
mod take;

pub use affected::{Affected, look};
pub(super) use affected::{of_account, of_unit};
pub use hand_over::{HandOver, view_hand_over};
pub use revoke::revoke;
pub(super) use revoke::revoked_reason;
pub(super) use take::{Taking, take};
