//! What there is to confirm, and what was said so far.

use super::{may_prepare, works_in};
use crate::domain::account::{Account, Role};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::attestation::HeldGrant;
use crate::domain::application::decision::Remark;
use crate::domain::application::registration::GrantRequest;
use crate::domain::attestation::{Attestation, Verdict};
use crate::domain::collation::sort_key;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, AttestationId, GrantId, UnitId};
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::services::{Context, ServiceError, own_draft};
use crate::storage::Connection;
use crate::storage::{accounts, applications, attestations, dictionaries, grants, role_assignments, units};
use std::collections::BTreeMap;

/// A confirmation of a unit in which the actor works, for a list of them.
#[derive(Debug, Clone)]
pub struct OwnConfirmation {
    /// The confirmation.
    pub attestation: Attestation,
    /// The unit.
    pub unit: Unit,
    /// The actor prepares the list.
    pub may_prepare: bool,
    /// The application with the list, if it is open.
    pub open: Option<Application>,
}

/// Everything that the pages and the checks need.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The confirmation.
    pub attestation: Attestation,
    /// The unit.
    pub unit: Unit,
    /// Who looks at it.
    pub account: Account,
    /// The actor prepares the list.
    pub may_prepare: bool,
    /// What is held in the unit, by person.
    pub held: Vec<HeldGrant>,
    /// What was said so far.
    pub verdicts: BTreeMap<GrantId, Verdict>,
    /// The application with the list, if it is open.
    pub open: Option<Application>,
    /// Whether it is the actor's, and may still be corrected.
    pub is_correction: bool,
    /// What the office asked to correct, and its covering note (without a field).
    pub remarks: Vec<Remark>,
    /// Names of sub-areas and functions.
    pub dictionaries: Dictionaries,
}

impl Confirmation {
    /// Whether something can be said now: while the answer is awaited and no list is on its way, or while the own list may be corrected.
    pub fn takes_verdicts(&self) -> bool {
        self.may_prepare && (self.is_correction || (self.open.is_none() && self.attestation.state.awaits_answer()))
    }
    /// Whether something is said of every grant.
    pub fn is_complete(&self) -> bool {
        !self.held.is_empty() && self.held.iter().all(|held| self.verdicts.contains_key(&held.grant))
    }
}

async fn open_application<C: Connection>(db: &C, attestation: &Attestation) -> Result<Option<Application>, ServiceError> {
    let Some(id) = attestation.application else { return Ok(None) };
    Ok(applications::find(db, id).await?.filter(|application| application.status.is_open()))
}

/// The units of an actor: those that he coordinates, and those in which he holds something, suspended or not.
async fn units_of<C: Connection>(context: &Context, db: &C, actor: &Actor, account: AccountId) -> Result<Vec<UnitId>, ServiceError> {
    let today = context.now().warsaw_date();
    let own = grants::list_of_account(db, account).await?.into_iter().filter(|grant| today <= grant.valid_until).map(|grant| grant.unit);
    let roles = actor.signed_in().map(|signed_in| signed_in.roles.as_slice()).unwrap_or_default();
    let coordinated = roles.iter().filter(|held| held.role == Role::UnitCoordinator).filter_map(|held| held.unit);
    let mut units: Vec<UnitId> = own.chain(coordinated).collect();
    units.sort();
    units.dedup();
    Ok(units)
}

/// The confirmations that are not done, of the actor's own units, the most urgent first.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn list_own(context: &Context, actor: &Actor) -> Result<Vec<OwnConfirmation>, ServiceError> {
    let account = context.own_account(actor, Permission::AttestationFile)?;
    let db = &context.db;
    let ids = units_of(context, db, actor, account).await?;
    let units = units::list_by_ids(db, &ids).await?;
    let mut own = Vec::new();
    for attestation in attestations::list_current_of(db, &ids).await? {
        let Some(unit) = units.iter().find(|unit| unit.id == attestation.unit) else { continue };
        own.push(OwnConfirmation {
            may_prepare: may_prepare(context, db, actor, unit.id).await?,
            open: open_application(db, &attestation).await?,
            unit: unit.clone(),
            attestation,
        });
    }
    Ok(own)
}

/// What is held in a unit, by the names of the holders in Polish order.
pub(super) async fn held_in<C: Connection>(context: &Context, db: &C, unit: UnitId) -> Result<Vec<HeldGrant>, ServiceError> {
    let all = grants::list_held_in(db, unit, context.now().warsaw_date()).await?;
    let mut ids: Vec<_> = all.iter().map(|grant| grant.account).collect();
    ids.sort();
    ids.dedup();
    let holders: BTreeMap<AccountId, Account> =
        accounts::list_by_ids(db, &ids).await?.into_iter().map(|account| (account.id, account)).collect();
    let mut held: Vec<HeldGrant> = all
        .into_iter()
        .filter_map(|grant| {
            let holder = holders.get(&grant.account)?;
            Some(HeldGrant {
                grant: grant.id,
                full_name: format!("{} {}", holder.profile.last_name, holder.profile.first_name),
                login: holder.login.clone(),
                right: GrantRequest { sub_area: grant.sub_area, function: grant.function, valid_until: grant.valid_until },
            })
        })
        .collect();
    held.sort_by_cached_key(|held| (sort_key(&held.full_name), held.login.key(), held.right.sub_area.clone(), held.right.function.clone()));
    Ok(held)
}

/// Reads one. Changes nothing.
///
/// # Errors
/// `Denied` for a visitor; `NotFound` for whoever neither works in the unit nor coordinates it.
pub async fn look(context: &Context, actor: &Actor, id: AttestationId) -> Result<Confirmation, ServiceError> {
    let account = context.own_account(actor, Permission::AttestationFile)?;
    read(context, &context.db, actor, account, id).await
}

pub(super) async fn read<C: Connection>(
    context: &Context,
    db: &C,
    actor: &Actor,
    account: AccountId,
    id: AttestationId,
) -> Result<Confirmation, ServiceError> {
    let attestation = attestations::find(db, id).await?.ok_or(ServiceError::NotFound)?;
    let may_prepare = may_prepare(context, db, actor, attestation.unit).await?;
    if !may_prepare && !works_in(context, db, account, attestation.unit).await? {
        return Err(ServiceError::NotFound);
    }
    let open = open_application(db, &attestation).await?;
    let own = open.as_ref().filter(|open| open.applicant == account && open.status.is_correctable());
    Ok(Confirmation {
        may_prepare,
        held: held_in(context, db, attestation.unit).await?,
        verdicts: attestations::verdicts_of(db, id).await?,
        is_correction: own.is_some(),
        remarks: own_draft::remarks_on(db, own).await?,
        unit: units::find(db, attestation.unit).await?.ok_or(ServiceError::NotFound)?,
        account: accounts::find(db, account).await?.ok_or(ServiceError::NotFound)?,
        dictionaries: dictionaries::load(db, context.now().warsaw_date()).await?,
        open,
        attestation,
    })
}

/// The names of a unit's coordinators, for those who do not prepare the list themselves.
///
/// # Errors
/// Of the database.
pub(super) async fn coordinators<C: Connection>(db: &C, unit: UnitId) -> Result<Vec<AccountId>, ServiceError> {
    Ok(role_assignments::list_coordinators(db, unit).await?)
}
