//! Where the matter stands: what is typed, filed, or waiting to take effect.

use super::units_of;
use crate::domain::actor::Actor;
use crate::domain::application::Kind;
use crate::domain::application::draft::EmailChangeTexts;
use crate::domain::application::email_change::waiting::WaitingChange;
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::services::own_draft::{self, OwnDraft};
use crate::services::{Context, ServiceError};
use crate::storage::{Connection, waiting_changes};
use std::ops::Deref;

/// Everything that the pages need.
#[derive(Debug, Clone)]
pub struct LostMailbox {
    own: OwnDraft<EmailChangeTexts>,
    /// Units to choose from.
    pub units: Vec<Unit>,
    /// An approved change that waits.
    pub waiting: Option<WaitingChange>,
}

impl Deref for LostMailbox {
    type Target = OwnDraft<EmailChangeTexts>;
    fn deref(&self) -> &Self::Target {
        &self.own
    }
}

impl LostMailbox {
    /// Whether something can be typed: nothing is under way, or a correction is.
    pub fn can_type(&self) -> bool {
        !self.units.is_empty() && self.is_free()
    }
    /// Whether nothing stands in the way of typing and filing.
    pub(super) fn is_free(&self) -> bool {
        self.waiting.is_none() && (self.open.is_empty() || self.corrects.is_some())
    }
}

/// Reads it. Changes nothing.
///
/// # Errors
/// `Denied` for those who cannot apply.
pub async fn look(context: &Context, actor: &Actor) -> Result<LostMailbox, ServiceError> {
    read(context, &context.db, actor).await
}

pub(super) async fn read<C: Connection>(context: &Context, db: &C, actor: &Actor) -> Result<LostMailbox, ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    Ok(LostMailbox {
        own: own_draft::read(context, db, id, Kind::EmailChange).await?,
        units: units_of(context, db, id).await?,
        waiting: waiting_changes::find_waiting(db, id).await?,
    })
}
