//! Where the matter stands: what is typed, held, asked for already.

use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::decision::Remark;
use crate::domain::application::draft::{Draft, ExtensionTexts};
use crate::domain::application::extension::{Around, ExtensionStep, extension_steps};
use crate::domain::application::right::{Asked, Right};
use crate::domain::application::typing::StepState;
use crate::domain::application::{Application, Kind};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, UnitId};
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::services::{Context, ServiceError, own_draft, rights};
use crate::storage::Connection;
use crate::storage::applications::Listed;
use crate::storage::{accounts, dictionaries, units};
use jiff::civil::Date;

/// Everything that the pages and the checks need.
#[derive(Debug, Clone)]
pub struct Extension {
    /// The account.
    pub account: Account,
    /// Active units in which it holds a right in force.
    pub own_units: Vec<Unit>,
    /// The chosen unit, as registered now.
    pub unit: Option<Unit>,
    /// Rights that are held.
    pub held: Vec<Right>,
    /// Rights that open applications ask for.
    pub asked: Vec<Asked>,
    /// Units that it coordinates, or that open applications propose it for.
    pub coordinates: Vec<UnitId>,
    /// Dictionaries.
    pub dictionaries: Dictionaries,
    /// What is typed, if anything.
    pub draft: Option<Draft<ExtensionTexts>>,
    /// The application that the draft corrects.
    pub corrects: Option<Application>,
    /// What the office asked to correct, and its covering note (without a field).
    pub remarks: Vec<Remark>,
    /// Applications of this kind that are open.
    pub open: Vec<Listed>,
    /// The day in Warsaw.
    pub today: Date,
}

impl Extension {
    /// What is typed so far.
    pub fn texts(&self) -> ExtensionTexts {
        self.draft.as_ref().map(|draft| draft.texts.clone()).unwrap_or_default()
    }
    /// What is true around the one who applies.
    pub fn around(&self) -> Around<'_> {
        Around {
            account: &self.account,
            own_units: &self.own_units,
            unit: self.unit.as_ref(),
            held: &self.held,
            asked: &self.asked,
            coordinates: &self.coordinates,
            dictionaries: &self.dictionaries,
            today: self.today,
        }
    }
    /// The task list.
    pub fn steps(&self) -> Vec<(ExtensionStep, StepState)> {
        extension_steps(&self.texts(), self.corrects.is_some(), &self.around())
    }
}

/// Reads it. Changes nothing.
///
/// # Errors
/// `Denied` for those who cannot apply.
pub async fn look(context: &Context, actor: &Actor) -> Result<Extension, ServiceError> {
    let id = context.own_account(actor, Permission::PermissionExtensionFile)?;
    read(context, &context.db, id).await
}

pub(super) async fn read<C: Connection>(context: &Context, db: &C, id: AccountId) -> Result<Extension, ServiceError> {
    let today = context.now().warsaw_date();
    let account = accounts::find(db, id).await?.ok_or(ServiceError::NotFound)?;
    let (draft, corrects) = match own_draft::current::<_, ExtensionTexts>(context, db, id).await? {
        Some((draft, corrects)) => (Some(draft), corrects),
        None => (None, None),
    };
    let unit = match draft.as_ref().and_then(|draft| draft.texts.unit) {
        Some(unit) => units::find(db, unit).await?,
        None => None,
    };
    Ok(Extension {
        own_units: rights::own_units(db, id, today).await?,
        unit,
        held: rights::held_by(db, id, today).await?,
        asked: rights::asked_for(db, &account, corrects.as_ref().map(|application| application.id)).await?,
        coordinates: rights::coordinates(db, &account, corrects.as_ref().map(|application| application.id)).await?,
        dictionaries: dictionaries::load(db).await?,
        remarks: own_draft::remarks_on(db, corrects.as_ref()).await?,
        open: own_draft::open_of(db, id, Kind::PermissionExtension).await?,
        account,
        draft,
        corrects,
        today,
    })
}
