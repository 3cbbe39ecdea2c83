//! Where the matter stands: what is typed, and for which units the actor may type.

use crate::domain::account::{Account, Role};
use crate::domain::actor::Actor;
use crate::domain::application::decision::Remark;
use crate::domain::application::draft::{Draft, PersonTexts, StaffTexts};
use crate::domain::application::staff::{StaffAround, StaffStep, read_own_unit, staff_steps, staff_texts};
use crate::domain::application::typing::StepState;
use crate::domain::application::{Application, Kind};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, UnitId};
use crate::domain::permission::{Permission, Target};
use crate::domain::unit::Unit;
use crate::services::{Context, ServiceError, own_draft};
use crate::storage::Connection;
use crate::storage::applications::Listed;
use crate::storage::{accounts, dictionaries, units};
use jiff::civil::Date;

/// Everything that the pages and the checks need.
#[derive(Debug, Clone)]
pub struct StaffDraft {
    /// The account.
    pub account: Account,
    /// Units whose people it may register.
    pub own_units: Vec<Unit>,
    /// Dictionaries.
    pub dictionaries: Dictionaries,
    /// What is typed, if anything.
    pub draft: Option<Draft<StaffTexts>>,
    /// The application that the draft corrects.
    pub corrects: Option<Application>,
    /// What the office asked to correct, by the fields of this draft; its covering note, and what has no place any more, without a field.
    pub remarks: Vec<Remark>,
    /// Applications of this kind that are open.
    pub open: Vec<Listed>,
    /// The day in Warsaw.
    pub today: Date,
}

impl StaffDraft {
    /// What is typed so far.
    pub fn texts(&self) -> StaffTexts {
        self.draft.as_ref().map(|draft| draft.texts.clone()).unwrap_or_default()
    }
    /// What is true around the one who files it.
    pub fn around(&self) -> StaffAround<'_> {
        StaffAround { account: &self.account, own_units: &self.own_units, dictionaries: &self.dictionaries, today: self.today }
    }
    /// The unit whose people are registered, once it is known.
    pub fn unit(&self) -> Option<&Unit> {
        read_own_unit(&self.texts(), &self.around()).ok()
    }
    /// What its kind may ask for.
    pub fn sub_areas(&self) -> Vec<String> {
        self.unit().map(|unit| self.around().sub_areas(unit).to_vec()).unwrap_or_default()
    }
    /// The task list.
    pub fn steps(&self) -> Vec<(StaffStep, StepState)> {
        staff_steps(&self.texts(), self.corrects.is_some(), &self.around())
    }
    /// The application that is corrected, as it would be typed.
    pub fn corrected_texts(&self) -> Option<StaffTexts> {
        self.corrects.as_ref().and_then(|application| application.payload.unit_staff()).map(staff_texts)
    }
}

/// The units whose people the actor may register.
///
/// # Errors
/// `Denied` where there are none.
pub(super) fn own_unit_ids(context: &Context, actor: &Actor) -> Result<Vec<UnitId>, ServiceError> {
    let me = actor.signed_in().ok_or(ServiceError::Denied)?;
    let coordinated = me.roles.iter().filter(|role| role.role == Role::UnitCoordinator).filter_map(|role| role.unit);
    let may = |unit: &UnitId| {
        let target = Target { unit: Some(*unit), ..Target::default() };
        context.policy.check(actor, Permission::StaffRegistrationFile, &target).is_ok()
    };
    let units: Vec<UnitId> = coordinated.filter(may).collect();
    if units.is_empty() { Err(ServiceError::Denied) } else { Ok(units) }
}

/// Reads it. Changes nothing.
///
/// # Errors
/// `Denied` for those who coordinate no unit.
pub async fn look(context: &Context, actor: &Actor) -> Result<StaffDraft, ServiceError> {
    let own = own_unit_ids(context, actor)?;
    read(context, &context.db, actor.account_id().ok_or(ServiceError::Denied)?, &own).await
}

pub(super) async fn read<C: Connection>(context: &Context, db: &C, id: AccountId, own: &[UnitId]) -> Result<StaffDraft, ServiceError> {
    let (draft, corrects) = match own_draft::current::<_, StaffTexts>(context, db, id).await? {
        Some((draft, corrects)) => (Some(draft), corrects),
        None => (None, None),
    };
    let remarks = own_draft::remarks_on(db, corrects.as_ref()).await?;
    let persons = draft.as_ref().map_or(&[][..], |draft| &draft.texts.persons[..]);
    Ok(StaffDraft {
        account: accounts::find(db, id).await?.ok_or(ServiceError::NotFound)?,
        own_units: units::list_by_ids(db, own).await?,
        dictionaries: dictionaries::load(db).await?,
        remarks: placed(remarks, corrects.as_ref(), persons),
        open: own_draft::open_of(db, id, Kind::UnitStaff).await?,
        draft,
        corrects,
        today: context.now().warsaw_date(),
    })
}

/// Remarks at the persons as they stand now: some may have been added and removed since, so they are told by login.
fn placed(remarks: Vec<Remark>, corrects: Option<&Application>, persons: &[PersonTexts]) -> Vec<Remark> {
    let before = corrects.map(|application| application.payload.new_persons()).unwrap_or_default();
    let place = |field: &str| {
        let (index, rest) = field.strip_prefix("persons.")?.split_once('.')?;
        let index: usize = index.parse().ok()?;
        let login = before.get(index)?.login.as_str();
        let now = persons.iter().position(|person| person.login.trim().eq_ignore_ascii_case(login));
        // Only the login was changed.
        let now = now.or_else(|| (persons.len() == before.len()).then_some(index))?;
        Some(format!("persons.{now}.{rest}"))
    };
    remarks.into_iter().map(|remark| Remark { field: place(&remark.field).unwrap_or_default(), ..remark }).collect()
}
