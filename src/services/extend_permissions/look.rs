//! Where the matter stands: what is typed, held, asked for already.

use crate::domain::actor::Actor;
use crate::domain::application::draft::ExtensionTexts;
use crate::domain::application::extension::{Around, ExtensionStep, extension_steps, extension_texts, read_extension};
use crate::domain::application::right::{Asked, Right};
use crate::domain::application::typing::StepState;
use crate::domain::application::{Kind, Payload};
use crate::domain::id::{AccountId, UnitId};
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::services::guided_form::Guided;
use crate::services::own_draft::{self, OwnDraft};
use crate::services::{Context, ServiceError, rights};
use crate::storage::{Connection, units};
use std::ops::Deref;

/// Everything that the pages and the checks need.
#[derive(Debug, Clone)]
pub struct Extension {
    pub(super) own: OwnDraft<ExtensionTexts>,
    /// Active units in which the account holds a right in force.
    pub own_units: Vec<Unit>,
    /// The chosen unit, as registered now.
    pub unit: Option<Unit>,
    /// Rights that are held.
    pub held: Vec<Right>,
    /// Rights that open applications ask for.
    pub asked: Vec<Asked>,
    /// Units that it coordinates, or that open applications propose it for.
    pub coordinates: Vec<UnitId>,
}

impl Deref for Extension {
    type Target = OwnDraft<ExtensionTexts>;
    fn deref(&self) -> &Self::Target {
        &self.own
    }
}

impl Extension {
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
}

impl Guided for Extension {
    type Texts = ExtensionTexts;
    type Step = ExtensionStep;
    const KIND: Kind = Kind::PermissionExtension;

    fn owner(context: &Context, actor: &Actor) -> Result<AccountId, ServiceError> {
        context.own_account(actor, Permission::PermissionExtensionFile)
    }

    async fn read<C: Connection>(context: &Context, db: &C, actor: &Actor) -> Result<Self, ServiceError> {
        let id = Self::owner(context, actor)?;
        let own: OwnDraft<ExtensionTexts> = own_draft::read(context, db, id, Self::KIND).await?;
        let unit = match own.texts().unit {
            Some(unit) => units::find(db, unit).await?,
            None => None,
        };
        Ok(Self {
            own_units: rights::own_units(db, id, own.today).await?,
            unit,
            held: rights::held_by(db, id, own.today).await?,
            asked: rights::asked_for(db, &own.account, own.corrected()).await?,
            coordinates: rights::coordinates(db, &own.account, own.corrected()).await?,
            own,
        })
    }

    fn steps(&self) -> Vec<(ExtensionStep, StepState)> {
        extension_steps(&self.texts(), self.corrects.is_some(), &self.around())
    }

    fn typed_again(_context: &Context, _actor: &Actor, payload: &Payload) -> Option<ExtensionTexts> {
        payload.permission_extension().map(extension_texts)
    }

    async fn read_payload<C: Connection>(&self, _db: &C, texts: &ExtensionTexts) -> Result<Payload, ServiceError> {
        Ok(Payload::PermissionExtension(read_extension(texts, &self.around())?))
    }
}
