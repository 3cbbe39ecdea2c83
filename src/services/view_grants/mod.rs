//! Who may what, where and until when; why; and what changed – for whoever looks after units, within scope.

mod changes;
mod explain;
mod list;

pub use crate::storage::grants::changes::{ChangedGrant, ListedChange};
pub use crate::storage::grants::listing::{GrantFilter, ListedGrant};
pub use changes::{ChangeFilter, list_changes};
pub use explain::{GrantView, Origin, explain_grant, read_signed_file};
pub use list::{list_grants, name_choices};

pub(super) use changes::page as changes_page;
pub(super) use list::page as grants_page;

/// Rows on one page.
pub const PAGE_SIZE: usize = 50;
