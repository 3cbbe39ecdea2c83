//! Where the matter stands: what is typed, what stands in the register, what would become of rights.

use super::plan::plan;
use crate::domain::account::{Account, Role};
use crate::domain::actor::{Actor, SignedIn};
use crate::domain::application::decision::Remark;
use crate::domain::application::draft::{Draft, UnitChangeTexts};
use crate::domain::application::typing::{StepState, unit_texts};
use crate::domain::application::unit_change::{Around, Plan, UnitChangeStep, What, may_file, read_last_day, read_place, unit_change_steps};
use crate::domain::application::{Application, Kind};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::UnitId;
use crate::domain::identifiers::Regon;
use crate::domain::permission::{Permission, Target};
use crate::domain::unit::{Unit, UnitStatus};
use crate::domain::voivodeship::Gmina;
use crate::services::{Context, ServiceError, own_draft};
use crate::storage::Connection;
use crate::storage::applications::Listed;
use crate::storage::{accounts, applications, dictionaries, gminas, role_assignments, units};
use jiff::civil::Date;

/// Everything that the pages and the checks need.
#[derive(Debug, Clone)]
pub struct Changing {
    /// The account.
    pub account: Account,
    /// Active units for which it may file this.
    pub units: Vec<Unit>,
    /// The unit that the typed REGON of the successor names.
    pub successor: Option<Unit>,
    /// What would become of rights, applications and coordinators.
    pub plan: Plan,
    /// Where the unit lies now, in words.
    pub territory: String,
    /// Dictionaries.
    pub dictionaries: Dictionaries,
    /// What is typed, if anything.
    pub draft: Option<Draft<UnitChangeTexts>>,
    /// The application that the draft corrects.
    pub corrects: Option<Application>,
    /// What the office asked to correct, and its covering note (without a field).
    pub remarks: Vec<Remark>,
    /// Open applications of this kind about these units, whoever filed them.
    pub open: Vec<Listed>,
    /// The day in Warsaw.
    pub today: Date,
}

impl Changing {
    /// What is typed so far; of data that nobody has typed yet, what stands.
    pub fn texts(&self) -> UnitChangeTexts {
        let mut texts = self.draft.as_ref().map(|draft| draft.texts.clone()).unwrap_or_default();
        if texts.data == Default::default()
            && let Ok(unit) = read_place(&texts, &self.around())
        {
            texts.data = unit_texts(&unit.data);
        }
        texts
    }
    /// The unit, where it is known.
    pub fn unit(&self) -> Option<&Unit> {
        let texts = self.draft.as_ref().map(|draft| draft.texts.clone()).unwrap_or_default();
        read_place(&texts, &self.around()).ok()
    }
    /// What is true around the one who applies.
    pub fn around(&self) -> Around<'_> {
        Around {
            account: &self.account,
            units: &self.units,
            successor: self.successor.as_ref(),
            plan: &self.plan,
            territory: &self.territory,
            dictionaries: &self.dictionaries,
            today: self.today,
        }
    }
    /// The task list.
    pub fn steps(&self) -> Vec<(UnitChangeStep, StepState)> {
        unit_change_steps(&self.texts(), self.corrects.is_some(), &self.around())
    }
}

/// Where a unit lies, in words.
pub(in crate::services) fn territory(gmina: Option<&Gmina>) -> String {
    gmina.map(|g| format!("{} ({}), {}, {}", g.name, g.type_name, g.powiat, g.voivodeship)).unwrap_or_default()
}

/// The active units for which somebody may file a change: the policy says which are the own ones, the domain who of their people.
pub(super) async fn units_of<C: Connection>(context: &Context, db: &C, actor: &Actor, me: &SignedIn) -> Result<Vec<Unit>, ServiceError> {
    let coordinated = me.roles.iter().filter(|role| role.role == Role::UnitCoordinator).filter_map(|role| role.unit);
    let mut ids: Vec<UnitId> = me.units.iter().copied().chain(coordinated).collect();
    ids.sort();
    ids.dedup();
    let mut own = Vec::new();
    for unit in units::list_by_ids(db, &ids).await?.into_iter().filter(|unit| unit.status == UnitStatus::Active) {
        let target = Target { unit: Some(unit.id), voivodeship: Some(unit.voivodeship.clone()), ..Target::default() };
        if context.policy.check(actor, Permission::UnitChangeFile, &target).is_ok()
            && may_file(&role_assignments::list_coordinators(db, unit.id).await?, me.account)
        {
            own.push(unit);
        }
    }
    Ok(own)
}

/// The units for which the actor may file a change; none for a visitor.
///
/// # Errors
/// Of the database.
pub async fn units_to_change(context: &Context, actor: &Actor) -> Result<Vec<UnitId>, ServiceError> {
    let Some(me) = actor.signed_in() else { return Ok(Vec::new()) };
    Ok(units_of(context, &context.db, actor, me).await?.into_iter().map(|unit| unit.id).collect())
}

/// Reads it. Changes nothing.
///
/// # Errors
/// `Denied` for those who have no unit for which they may file this.
pub async fn look(context: &Context, actor: &Actor) -> Result<Changing, ServiceError> {
    read(context, &context.db, actor).await
}

pub(super) async fn read<C: Connection>(context: &Context, db: &C, actor: &Actor) -> Result<Changing, ServiceError> {
    let me = actor.signed_in().ok_or(ServiceError::Denied)?;
    let units = units_of(context, db, actor, me).await?;
    if units.is_empty() {
        return Err(ServiceError::Denied);
    }
    let (id, today) = (me.account, context.now().warsaw_date());
    let account = accounts::find(db, id).await?.ok_or(ServiceError::NotFound)?;
    let (draft, corrects) = match own_draft::current::<_, UnitChangeTexts>(context, db, id).await? {
        Some((draft, corrects)) => (Some(draft), corrects),
        None => (None, None),
    };
    let mut open = Vec::new();
    for unit in &units {
        open.extend(applications::list_open_of_unit(db, unit.id).await?.into_iter().filter(|listed| listed.kind == Kind::UnitChange));
    }
    let mut changing = Changing {
        remarks: own_draft::remarks_on(db, corrects.as_ref()).await?,
        dictionaries: dictionaries::load(db).await?,
        plan: Plan::default(),
        territory: String::new(),
        successor: None,
        account,
        units,
        draft,
        corrects,
        open,
        today,
    };
    let texts = changing.texts();
    if let Some(unit) = changing.unit().cloned() {
        if texts.what == What::Transformation.key()
            && let Ok(regon) = Regon::parse(&texts.successor)
        {
            changing.successor = units::find_active_by_regon(db, regon.as_str()).await?;
        }
        // Of other data it says which sub-areas are in use today.
        let day = if texts.what == What::Data.key() { today } else { read_last_day(&texts, today).unwrap_or(today) };
        changing.plan = plan(db, &unit, changing.successor.as_ref(), day).await?;
        // What is corrected is itself open, and closes by its own decision.
        let own = changing.corrects.as_ref().map(|application| application.number.clone());
        changing.plan.applications.retain(|(number, _)| Some(number) != own.as_ref());
        changing.territory = territory(gminas::find(db, &unit.data.terc).await?.as_ref());
    }
    Ok(changing)
}
