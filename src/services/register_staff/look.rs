//! Where the matter stands: what is typed, and for which units the actor may type.

use crate::domain::account::{Account, Role};
use crate::domain::actor::Actor;
use crate::domain::application::decision::Remark;
use crate::domain::application::draft::{DraftKind, PersonTexts, StaffTexts};
use crate::domain::application::staff::{
    Serving, StaffAround, StaffRegistration, StaffStep, read_own_unit, read_staff, staff_steps, staff_texts,
};
use crate::domain::application::typing::StepState;
use crate::domain::application::{Application, Kind, Payload};
use crate::domain::id::{AccountId, UnitId};
use crate::domain::invalid::FieldErrors;
use crate::domain::permission::{Permission, Target};
use crate::domain::unit::{Unit, UnitStatus};
use crate::services::draft_application::check_logins_free;
use crate::services::file_application::file_new;
use crate::services::guided_form::{Filing, Guided, look};
use crate::services::own_draft::{self, OwnDraft};
use crate::services::pending_persons::{add_persons, correct};
use crate::services::{Context, ServiceError};
use crate::storage::{Connection, role_assignments, units};
use std::ops::Deref;

/// Everything that the pages and the checks need. Remarks are told by the fields of this draft; those that have no place any more,
/// without a field.
#[derive(Debug, Clone)]
pub struct StaffDraft {
    own: OwnDraft<StaffTexts>,
    /// Units that the account coordinates: it may register their people.
    pub own_units: Vec<Unit>,
    /// Units that it may serve besides; none for who is no administrator.
    pub serving: Option<Serving>,
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
        StaffAround {
            account: &self.account,
            own_units: &self.own_units,
            serving: self.serving.as_ref(),
            dictionaries: &self.dictionaries,
            today: self.today,
        }
    }
    /// Units to choose from.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        let served = self.serving.as_ref().and_then(|serving| serving.unit.as_ref());
        self.own_units.iter().chain(served.filter(|unit| self.own_units.iter().all(|own| own.id != unit.id)))
    }
    /// There is something to choose.
    pub fn has_choice(&self) -> bool {
        self.around().has_choice()
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

    fn owner(context: &Context, actor: &Actor) -> Result<AccountId, ServiceError> {
        if coordinated_units(context, actor).is_empty() {
            context.policy.list_scope(actor, Permission::StaffRegistrationFile)?;
        }
        actor.account_id().ok_or(ServiceError::Denied)
    }

    async fn read<C: Connection>(context: &Context, db: &C, actor: &Actor) -> Result<Self, ServiceError> {
        let id = Self::owner(context, actor)?;
        let mut own: OwnDraft<StaffTexts> = own_draft::read(context, db, id, Self::KIND).await?;
        own.remarks = placed(std::mem::take(&mut own.remarks), own.corrects.as_ref(), &own.texts().persons);
        let own_units = units::list_by_ids(db, &coordinated_units(context, actor)).await?;
        Ok(Self { own_units, serving: serving(context, db, actor, own.texts().unit).await?, own })
    }

    fn steps(&self) -> Vec<(StaffStep, StepState)> {
        staff_steps(&self.texts(), self.corrects.is_some(), &self.around())
    }

    fn typed_again(context: &Context, actor: &Actor, payload: &Payload) -> Option<StaffTexts> {
        let is_in_reach = |staff: &&StaffRegistration| {
            let target = Target { unit: Some(staff.unit_id), voivodeship: Some(staff.unit.terc.voivodeship()), ..Target::default() };
            context.policy.check(actor, Permission::StaffRegistrationFile, &target).is_ok()
        };
        payload.unit_staff().filter(is_in_reach).map(staff_texts)
    }

    async fn read_payload<C: Connection>(&self, db: &C, texts: &StaffTexts) -> Result<Payload, ServiceError> {
        let staff = read_staff(texts, &self.around())?;
        let mut errors = FieldErrors::default();
        if let Some(draft) = &self.draft {
            check_logins_free(db, &staff.persons, draft, &mut errors).await?;
        }
        errors.into_result(Payload::UnitStaff(staff)).map_err(ServiceError::from)
    }

    async fn lock<C: Connection>(context: &Context, tx: &C, actor: &Actor, owner: AccountId) -> Result<Account, ServiceError> {
        let unit = Self::read(context, tx, actor).await?.unit().map(|unit| unit.id);
        own_draft::lock_with_unit(tx, owner, DraftKind::Staff, unit).await
    }

    /// With accounts for its persons: of two who register one login at the same moment the second is told at `persons.<i>.login`.
    async fn make<C: Connection>(&self, by: Filing<'_, C>, payload: Payload) -> Result<Application, ServiceError> {
        let Filing { context, actor, tx, owner } = by;
        if let Some(corrected) = self.corrected() {
            return correct(context, actor, tx, corrected, payload, &self.dictionaries).await;
        }
        let (persons, voivodeship) = (payload.new_persons().to_vec(), payload.matter().summary().voivodeship);
        let people = add_persons(context, actor, tx, (&persons, &voivodeship), &mut Vec::new(), None).await?;
        file_new(context, actor, tx, payload, owner.id, &people, &self.dictionaries).await
    }
}

/// The units that the actor coordinates, and whose people the actor may therefore register.
pub fn coordinated_units(context: &Context, actor: &Actor) -> Vec<UnitId> {
    let Some(me) = actor.signed_in() else { return Vec::new() };
    let coordinated = me.roles.iter().filter(|role| role.role == Role::UnitCoordinator).filter_map(|role| role.unit);
    let may = |unit: &UnitId| {
        let target = Target { unit: Some(*unit), ..Target::default() };
        context.policy.check(actor, Permission::StaffRegistrationFile, &target).is_ok()
    };
    coordinated.filter(may).collect()
}

/// What the actor, an administrator, has to do with the chosen unit; none for everybody else.
pub(super) async fn serving<C: Connection>(
    context: &Context,
    db: &C,
    actor: &Actor,
    chosen: Option<UnitId>,
) -> Result<Option<Serving>, ServiceError> {
    let Ok(scope) = context.policy.list_scope(actor, Permission::StaffRegistrationFile) else { return Ok(None) };
    let Some(chosen) = chosen else { return Ok(Some(Serving::default())) };
    let unit = units::find(db, chosen).await?.filter(|unit| scope.includes(unit.voivodeship.as_str()));
    let is_coordinated = unit.is_some() && !role_assignments::list_coordinators(db, chosen).await?.is_empty();
    Ok(Some(Serving { unit: unit.filter(|_| !is_coordinated), is_coordinated }))
}

/// Where it would stand with another unit chosen, and what speaks against that at `unit`. Changes nothing.
///
/// # Errors
/// `Denied` for those who cannot file it.
pub async fn offer(context: &Context, actor: &Actor, unit: UnitId) -> Result<(StaffDraft, FieldErrors), ServiceError> {
    let mut found: StaffDraft = look(context, actor).await?;
    found.serving = serving(context, &context.db, actor, Some(unit)).await?;
    let texts = StaffTexts { unit: Some(unit), ..found.texts() };
    let mut errors = FieldErrors::default();
    errors.take("unit", read_own_unit(&texts, &found.around()));
    Ok((found, errors))
}

/// Whether the actor may register people of a unit now: as its coordinator, or as an administrator as long as it has none.
///
/// # Errors
/// Of the database.
pub async fn may_register_in(context: &Context, actor: &Actor, unit: &Unit) -> Result<bool, ServiceError> {
    if unit.status != UnitStatus::Active || coordinated_units(context, actor).contains(&unit.id) {
        return Ok(unit.status == UnitStatus::Active);
    }
    Ok(serving(context, &context.db, actor, Some(unit.id)).await?.is_some_and(|serving| serving.unit.is_some()))
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
