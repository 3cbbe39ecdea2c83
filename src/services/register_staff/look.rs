//! Where the matter stands: what is typed, and for which units the actor may type.

use crate::domain::account::Role;
use crate::domain::actor::Actor;
use crate::domain::application::decision::Remark;
use crate::domain::application::draft::{PersonTexts, StaffTexts};
use crate::domain::application::staff::{StaffAround, StaffStep, read_own_unit, read_staff, staff_steps, staff_texts};
use crate::domain::application::typing::StepState;
use crate::domain::application::{Application, Kind, Payload};
use crate::domain::id::{AccountId, UnitId};
use crate::domain::invalid::FieldErrors;
use crate::domain::permission::{Permission, Target};
use crate::domain::unit::Unit;
use crate::services::draft_application::check_logins_free;
use crate::services::guided_form::Guided;
use crate::services::own_draft::{self, OwnDraft};
use crate::services::{Context, ServiceError};
use crate::storage::{Connection, units};
use std::ops::Deref;

/// Everything that the pages and the checks need. Remarks are told by the fields of this draft; those that have no place any more,
/// without a field.
#[derive(Debug, Clone)]
pub struct StaffDraft {
    own: OwnDraft<StaffTexts>,
    /// Units whose people the account may register.
    pub own_units: Vec<Unit>,
}

impl Deref for StaffDraft {
    type Target = OwnDraft<StaffTexts>;
    fn deref(&self) -> &Self::Target {
        &self.own
    }
}

impl StaffDraft {
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
}

impl Guided for StaffDraft {
    type Texts = StaffTexts;
    type Step = StaffStep;
    const KIND: Kind = Kind::UnitStaff;

    fn key(step: StaffStep) -> &'static str {
        step.key()
    }

    fn owner(context: &Context, actor: &Actor) -> Result<AccountId, ServiceError> {
        own_unit_ids(context, actor)?;
        actor.account_id().ok_or(ServiceError::Denied)
    }

    async fn read<C: Connection>(context: &Context, db: &C, actor: &Actor) -> Result<Self, ServiceError> {
        let id = Self::owner(context, actor)?;
        let mut own: OwnDraft<StaffTexts> = own_draft::read(context, db, id, Self::KIND).await?;
        own.remarks = placed(std::mem::take(&mut own.remarks), own.corrects.as_ref(), &own.texts().persons);
        Ok(Self { own_units: units::list_by_ids(db, &own_unit_ids(context, actor)?).await?, own })
    }

    fn steps(&self) -> Vec<(StaffStep, StepState)> {
        staff_steps(&self.texts(), self.corrects.is_some(), &self.around())
    }

    fn typed_again(context: &Context, actor: &Actor, payload: &Payload) -> Option<StaffTexts> {
        let own = own_unit_ids(context, actor).unwrap_or_default();
        payload.unit_staff().filter(|staff| own.contains(&staff.unit_id)).map(staff_texts)
    }

    async fn read_payload<C: Connection>(&self, db: &C, texts: &StaffTexts) -> Result<Payload, ServiceError> {
        let staff = read_staff(texts, &self.around())?;
        let mut errors = FieldErrors::default();
        if let Some(draft) = &self.draft {
            check_logins_free(db, &staff.persons, draft, &mut errors).await?;
        }
        errors.into_result(Payload::UnitStaff(staff)).map_err(ServiceError::from)
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
