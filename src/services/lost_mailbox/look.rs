//! Where the matter stands: what is typed, filed, or waiting to take effect.

use super::{current, units_of};
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::decision::{Remark, SIGNED_FORM};
use crate::domain::application::draft::{Draft, EmailChangeTexts};
use crate::domain::application::email_change::waiting::WaitingChange;
use crate::domain::application::status::Status;
use crate::domain::application::{Application, Kind};
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::services::{Context, ServiceError};
use crate::storage::applications::{self, Listed, remarks};
use crate::storage::{accounts, waiting_changes};

/// Everything that the pages need.
#[derive(Debug, Clone)]
pub struct LostMailbox {
    /// The account.
    pub account: Account,
    /// Units to choose from.
    pub units: Vec<Unit>,
    /// What is typed, if anything.
    pub draft: Option<Draft<EmailChangeTexts>>,
    /// The application that the draft corrects.
    pub corrects: Option<Application>,
    /// What the office asked to correct, and its covering note (without a field).
    pub remarks: Vec<Remark>,
    /// An application that is open already.
    pub open: Option<Listed>,
    /// An approved change that waits.
    pub waiting: Option<WaitingChange>,
}

impl LostMailbox {
    /// Whether something can be typed: nothing is under way, or a correction is.
    pub fn can_type(&self) -> bool {
        self.waiting.is_none() && !self.units.is_empty() && (self.open.is_none() || self.corrects.is_some())
    }
}

/// Reads it. Changes nothing.
///
/// # Errors
/// `Denied` for those who cannot apply.
pub async fn look(context: &Context, actor: &Actor) -> Result<LostMailbox, ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    let db = &context.db;
    let (draft, corrects) = match current(context, db, id).await? {
        Some((draft, corrects)) => (Some(draft), corrects),
        None => (None, None),
    };
    let mut notes = Vec::new();
    if let Some(application) = corrects.as_ref().filter(|a| a.status == Status::Returned) {
        notes.extend(application.reason.iter().map(|text| Remark { field: String::new(), text: text.clone() }));
        let remarks = remarks::list(db, application.id, application.revision).await?;
        notes.extend(remarks.into_iter().map(|r| Remark { field: if r.field == SIGNED_FORM { String::new() } else { r.field }, ..r }));
    }
    Ok(LostMailbox {
        account: accounts::find(db, id).await?.ok_or(ServiceError::NotFound)?,
        units: units_of(context, db, id).await?,
        draft,
        corrects,
        remarks: notes,
        open: open_of(db, id).await?,
        waiting: waiting_changes::find_waiting(db, id).await?,
    })
}

/// The open application of this kind that an account filed.
pub(super) async fn open_of<C: crate::storage::Connection>(
    db: &C,
    account: crate::domain::id::AccountId,
) -> Result<Option<Listed>, ServiceError> {
    let own = applications::list_of_applicant(db, account).await?;
    Ok(own.into_iter().find(|listed| listed.kind == Kind::EmailChange && listed.status.is_open()))
}
