//! Where the matter stands: what is typed, what stands in the register, what would become of rights.

use super::draft::check_register;
use super::plan::plan;
use crate::domain::account::Role;
use crate::domain::actor::{Actor, SignedIn};
use crate::domain::application::draft::UnitChangeTexts;
use crate::domain::application::typing::{StepState, unit_texts};
use crate::domain::application::unit_change::{
    Around, Change, Plan, UnitChangeStep, What, may_file, read_last_day, read_place, read_unit_change, unit_change_steps, unit_change_texts,
};
use crate::domain::application::{Kind, Payload};
use crate::domain::id::{AccountId, UnitId};
use crate::domain::identifiers::Regon;
use crate::domain::invalid::Invalid;
use crate::domain::permission::{Permission, Target};
use crate::domain::unit::{Unit, UnitStatus};
use crate::domain::voivodeship::Gmina;
use crate::services::guided_form::Guided;
use crate::services::own_draft::{self, OwnDraft};
use crate::services::{Context, ServiceError};
use crate::storage::Connection;
use crate::storage::applications::Listed;
use crate::storage::{applications, gminas, role_assignments, units};
use std::ops::Deref;

/// Everything that the pages and the checks need.
#[derive(Debug, Clone)]
pub struct Changing {
    pub(super) own: OwnDraft<UnitChangeTexts>,
    /// Active units for which the account may file this.
    pub units: Vec<Unit>,
    /// The unit that the typed REGON of the successor names.
    pub successor: Option<Unit>,
    /// What would become of rights, applications and coordinators.
    pub plan: Plan,
    /// Where the unit lies now, in words.
    pub territory: String,
    /// Open applications of this kind about these units, whoever filed them.
    pub under_way: Vec<Listed>,
}

impl Deref for Changing {
    type Target = OwnDraft<UnitChangeTexts>;
    fn deref(&self) -> &Self::Target {
        &self.own
    }
}

impl Changing {
    /// What is typed so far; of data that nobody has typed yet, what stands.
    pub fn texts(&self) -> UnitChangeTexts {
        let mut texts = self.own.texts();
        if texts.data == Default::default()
            && let Some(unit) = self.unit()
        {
            texts.data = unit_texts(&unit.data);
        }
        texts
    }
    /// The unit, where it is known.
    pub fn unit(&self) -> Option<&Unit> {
        read_place(&self.own.texts(), &self.around()).ok()
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
}

impl Guided for Changing {
    type Texts = UnitChangeTexts;
    type Step = UnitChangeStep;
    const KIND: Kind = Kind::UnitChange;

    fn owner(_context: &Context, actor: &Actor) -> Result<AccountId, ServiceError> {
        actor.account_id().ok_or(ServiceError::Denied)
    }

    async fn read<C: Connection>(context: &Context, db: &C, actor: &Actor) -> Result<Self, ServiceError> {
        let me = actor.signed_in().ok_or(ServiceError::Denied)?;
        let units = units_of(context, db, actor, me).await?;
        if units.is_empty() {
            return Err(ServiceError::Denied);
        }
        let mut under_way = Vec::new();
        for unit in &units {
            under_way.extend(applications::list_open_of_unit(db, unit.id).await?.into_iter().filter(|listed| listed.kind == Self::KIND));
        }
        let own = own_draft::read(context, db, me.account, Self::KIND).await?;
        let mut changing = Self { own, units, successor: None, plan: Plan::default(), territory: String::new(), under_way };
        let (texts, today) = (changing.texts(), changing.today);
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

    fn texts(&self) -> UnitChangeTexts {
        Changing::texts(self)
    }

    fn steps(&self) -> Vec<(UnitChangeStep, StepState)> {
        unit_change_steps(&self.texts(), self.corrects.is_some(), &self.around())
    }

    fn typed_again(_context: &Context, _actor: &Actor, payload: &Payload) -> Option<UnitChangeTexts> {
        payload.unit_change().map(unit_change_texts)
    }

    async fn read_payload<C: Connection>(&self, db: &C, texts: &UnitChangeTexts) -> Result<Payload, ServiceError> {
        let change = read_unit_change(texts, &self.around())?;
        if self.under_way.iter().any(|open| open.unit == Some(change.unit_id) && Some(open.id) != self.corrected()) {
            return Err(ServiceError::field("unit", Invalid::UnitChangeOpen));
        }
        if let (Change::Data { unit: data }, Some(unit)) = (&change.change, self.unit()) {
            check_register(db, data, unit, self.corrected()).await?.into_result(())?;
        }
        Ok(Payload::UnitChange(change))
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
