//! Where the matter stands: what is typed, what ends, what is asked for already.

use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::decision::Remark;
use crate::domain::application::draft::{Draft, RenewalTexts};
use crate::domain::application::renewal::{Around, RenewalStep, read_place, renewal_steps};
use crate::domain::application::right::{Asked, Right};
use crate::domain::application::typing::StepState;
use crate::domain::application::{Application, Kind};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::AccountId;
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::services::{Context, ServiceError, own_draft, rights};
use crate::storage::Connection;
use crate::storage::applications::Listed;
use crate::storage::{accounts, dictionaries, units};
use jiff::civil::Date;

/// Everything that the pages and the checks need.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// The account.
    pub account: Account,
    /// Rights in force.
    pub rights: Vec<Right>,
    /// The units in which they hold, and the chosen one.
    pub units: Vec<Unit>,
    /// Rights that open applications ask for.
    pub asked: Vec<Asked>,
    /// Dictionaries.
    pub dictionaries: Dictionaries,
    /// What is typed, if anything.
    pub draft: Option<Draft<RenewalTexts>>,
    /// The application that the draft corrects.
    pub corrects: Option<Application>,
    /// What the office asked to correct, and its covering note (without a field).
    pub remarks: Vec<Remark>,
    /// Applications of this kind that are open.
    pub open: Vec<Listed>,
    /// The day in Warsaw.
    pub today: Date,
}

impl Renewal {
    /// What is typed so far.
    pub fn texts(&self) -> RenewalTexts {
        self.draft.as_ref().map(|draft| draft.texts.clone()).unwrap_or_default()
    }
    /// What is true around the one who applies.
    pub fn around(&self) -> Around<'_> {
        Around {
            account: &self.account,
            rights: &self.rights,
            units: &self.units,
            asked: &self.asked,
            dictionaries: &self.dictionaries,
            today: self.today,
        }
    }
    /// The unit in which rights are renewed, where there is one.
    pub fn unit(&self) -> Option<&Unit> {
        read_place(&self.texts(), &self.around()).ok()
    }
    /// The task list.
    pub fn steps(&self) -> Vec<(RenewalStep, StepState)> {
        renewal_steps(&self.texts(), self.corrects.is_some(), &self.around())
    }
}

/// Reads it. Changes nothing.
///
/// # Errors
/// `Denied` for those who cannot apply.
pub async fn look(context: &Context, actor: &Actor) -> Result<Renewal, ServiceError> {
    let id = context.own_account(actor, Permission::PermissionRenewalFile)?;
    read(context, &context.db, id).await
}

pub(super) async fn read<C: Connection>(context: &Context, db: &C, id: AccountId) -> Result<Renewal, ServiceError> {
    let today = context.now().warsaw_date();
    let account = accounts::find(db, id).await?.ok_or(ServiceError::NotFound)?;
    let (draft, corrects) = match own_draft::current::<_, RenewalTexts>(context, db, id).await? {
        Some((draft, corrects)) => (Some(draft), corrects),
        None => (None, None),
    };
    let rights = rights::in_force_of(db, id, today).await?;
    let mut ids: Vec<_> = rights.iter().map(|right| right.unit).chain(draft.as_ref().and_then(|draft| draft.texts.unit)).collect();
    ids.sort();
    ids.dedup();
    let mut units = units::list_by_ids(db, &ids).await?;
    units.sort_by(|a, b| a.data.name.cmp(&b.data.name).then(a.id.cmp(&b.id)));
    Ok(Renewal {
        units,
        rights,
        asked: rights::asked_for(db, &account, corrects.as_ref().map(|application| application.id)).await?,
        dictionaries: dictionaries::load(db).await?,
        remarks: own_draft::remarks_on(db, corrects.as_ref()).await?,
        open: own_draft::open_of(db, id, Kind::PermissionRenewal).await?,
        account,
        draft,
        corrects,
        today,
    })
}
