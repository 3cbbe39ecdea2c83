//! Where the matter stands: what is typed, what ends, what is asked for already.

use crate::domain::actor::Actor;
use crate::domain::application::draft::RenewalTexts;
use crate::domain::application::renewal::{Around, RenewalStep, read_place, read_renewal, renewal_steps, renewal_texts};
use crate::domain::application::right::{Asked, Right};
use crate::domain::application::typing::StepState;
use crate::domain::application::{Kind, Payload};
use crate::domain::id::AccountId;
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::services::guided_form::Guided;
use crate::services::own_draft::{self, OwnDraft};
use crate::services::{Context, ServiceError, rights};
use crate::storage::{Connection, units};
use std::ops::Deref;

/// Everything that the pages and the checks need.
#[derive(Debug, Clone)]
pub struct Renewal {
    own: OwnDraft<RenewalTexts>,
    /// Rights in force.
    pub rights: Vec<Right>,
    /// The units in which they hold, and the chosen one.
    pub units: Vec<Unit>,
    /// Rights that open applications ask for.
    pub asked: Vec<Asked>,
}

impl Deref for Renewal {
    type Target = OwnDraft<RenewalTexts>;
    fn deref(&self) -> &Self::Target {
        &self.own
    }
}

impl Renewal {
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
}

impl Guided for Renewal {
    type Texts = RenewalTexts;
    type Step = RenewalStep;
    const KIND: Kind = Kind::PermissionRenewal;

    fn owner(context: &Context, actor: &Actor) -> Result<AccountId, ServiceError> {
        context.own_account(actor, Permission::PermissionRenewalFile)
    }

    async fn read<C: Connection>(context: &Context, db: &C, actor: &Actor) -> Result<Self, ServiceError> {
        let id = Self::owner(context, actor)?;
        let own: OwnDraft<RenewalTexts> = own_draft::read(context, db, id, Self::KIND).await?;
        let rights = rights::in_force_of(db, id, own.today).await?;
        let mut ids: Vec<_> = rights.iter().map(|right| right.unit).chain(own.texts().unit).collect();
        ids.sort();
        ids.dedup();
        let mut units = units::list_by_ids(db, &ids).await?;
        units.sort_by(|a, b| a.data.name.cmp(&b.data.name).then(a.id.cmp(&b.id)));
        Ok(Self { units, rights, asked: rights::asked_for(db, &own.account, own.corrected()).await?, own })
    }

    fn steps(&self) -> Vec<(RenewalStep, StepState)> {
        renewal_steps(&self.texts(), self.corrects.is_some(), &self.around())
    }

    fn typed_again(_context: &Context, _actor: &Actor, payload: &Payload) -> Option<RenewalTexts> {
        payload.permission_renewal().map(renewal_texts)
    }

    async fn read_payload<C: Connection>(&self, _db: &C, texts: &RenewalTexts) -> Result<Payload, ServiceError> {
        Ok(Payload::PermissionRenewal(read_renewal(texts, &self.around())?))
    }
}
