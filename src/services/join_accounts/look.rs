//! How the joinings of an account stand, and what is true around two accounts.

use crate::domain::account::{Account, Role};
use crate::domain::account_join::{AccountJoin, JoinState};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::account_join::{Around, Hindrance, OldGrant, Party, Stays};
use crate::domain::application::decision::Remark;
use crate::domain::application::registration::GrantRequest;
use crate::domain::application::right::Right;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, ApplicationId};
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::request_closing::open_applications;
use crate::services::{Context, ServiceError, own_draft, rights};
use crate::storage::Connection;
use crate::storage::{account_joins, accounts, applications, dictionaries, grants, role_assignments, security_reports, units};

/// Somebody has named the login of the account.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The proposal.
    pub join: AccountJoin,
    /// Who.
    pub proposer: Account,
}

/// A right of the account that is given up.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The right.
    pub old: OldGrant,
    /// Name of its unit.
    pub unit_name: String,
    /// Why it does not go over.
    pub stays: Option<Stays>,
}

/// A joining that is confirmed, filed or done, seen from the account that stays.
#[derive(Debug, Clone)]
pub struct Running {
    /// The joining.
    pub join: AccountJoin,
    /// The account that is given up.
    pub given_up: Account,
    /// The application, if it is open.
    pub open: Option<Application>,
    /// Whether that may still be corrected.
    pub is_correction: bool,
    /// What the office asked to correct, and its covering note (without a field).
    pub remarks: Vec<Remark>,
    /// Why the two cannot be joined now.
    pub hindrances: Vec<Hindrance>,
    /// What the account that is given up holds.
    pub choices: Vec<Choice>,
}

impl Running {
    /// Whether it can be filed now, for the first time or anew.
    pub fn takes_filing(&self) -> bool {
        self.is_correction || self.join.state == JoinState::Confirmed
    }
}

/// Everything that the page needs.
#[derive(Debug, Clone)]
pub struct JoinView {
    /// Who looks at it.
    pub account: Account,
    /// The joining that gives this account up.
    pub own: Option<AccountJoin>,
    /// Proposals that name this account.
    pub asked: Vec<Proposal>,
    /// The joining after which this account stays.
    pub running: Option<Running>,
    /// Names of sub-areas and functions.
    pub dictionaries: Dictionaries,
}

/// What is read of two accounts, for the domain to judge.
pub(super) struct Facts {
    kept: Account,
    given_up: Account,
    kept_roles: Vec<Role>,
    given_up_roles: Vec<Role>,
    doubted: [bool; 2],
    busy: [bool; 2],
    own_units: Vec<Unit>,
    held: Vec<Right>,
    pub(super) old: Vec<OldGrant>,
    pub(super) units: Vec<Unit>,
    bound_to: Option<VoivodeshipCode>,
}

impl Facts {
    /// As the domain asks.
    pub(super) fn around(&self) -> Around<'_> {
        let party = |account, roles, at: usize| Party { account, roles, is_doubted: self.doubted[at], has_open_application: self.busy[at] };
        Around {
            kept: party(&self.kept, &self.kept_roles, 0),
            given_up: party(&self.given_up, &self.given_up_roles, 1),
            own_units: &self.own_units,
            held: &self.held,
            old: &self.old,
            units: &self.units,
            bound_to: self.bound_to.as_ref(),
        }
    }
}

async fn roles_of<C: Connection>(db: &C, account: AccountId) -> Result<Vec<Role>, ServiceError> {
    Ok(role_assignments::list_of(db, account).await?.into_iter().map(|held| held.role).collect())
}

async fn is_busy<C: Connection>(db: &C, account: AccountId, except: Option<ApplicationId>) -> Result<bool, ServiceError> {
    Ok(open_applications(db, account).await?.iter().any(|listed| Some(listed.id) != except))
}

/// Reads what is true around two accounts; `application` is that of the joining, whose number names the office.
pub(super) async fn facts<C: Connection>(
    context: &Context,
    db: &C,
    (kept, given_up): (Account, Account),
    application: Option<&Application>,
) -> Result<Facts, ServiceError> {
    let today = context.now().warsaw_date();
    let except = application.map(|application| application.id);
    let suspended = grants::suspended_of(db, given_up.id).await?;
    let old: Vec<OldGrant> = grants::list_of_account(db, given_up.id)
        .await?
        .into_iter()
        .filter(|grant| today <= grant.valid_until)
        .map(|grant| OldGrant {
            grant: grant.id,
            is_suspended: suspended.contains(&grant.id),
            right: Right {
                unit: grant.unit,
                wish: GrantRequest { sub_area: grant.sub_area, function: grant.function, valid_until: grant.valid_until },
            },
        })
        .collect();
    let mut own_units = rights::own_units(db, kept.id, today).await?;
    own_units.sort_by_key(|unit| unit.id);
    let mut ids: Vec<_> = old.iter().map(|old| old.right.unit).chain(own_units.iter().map(|unit| unit.id)).collect();
    ids.sort();
    ids.dedup();
    Ok(Facts {
        kept_roles: roles_of(db, kept.id).await?,
        given_up_roles: roles_of(db, given_up.id).await?,
        doubted: [security_reports::is_any_open(db, kept.id).await?, security_reports::is_any_open(db, given_up.id).await?],
        busy: [is_busy(db, kept.id, except).await?, is_busy(db, given_up.id, except).await?],
        held: rights::held_by(db, kept.id, today).await?,
        units: units::list_by_ids(db, &ids).await?,
        bound_to: application.map(|application| application.summary().voivodeship),
        own_units,
        old,
        kept,
        given_up,
    })
}

/// The application of a joining, if it is open.
pub(super) async fn open_application<C: Connection>(db: &C, join: &AccountJoin) -> Result<Option<Application>, ServiceError> {
    let Some(id) = join.application else { return Ok(None) };
    Ok(applications::find(db, id).await?.filter(|application| application.status.is_open()))
}

/// Reads it. Changes nothing.
///
/// # Errors
/// `Denied` for those who have no account of their own.
pub async fn look(context: &Context, actor: &Actor) -> Result<JoinView, ServiceError> {
    let id = context.own_account(actor, Permission::AccountJoinPropose)?;
    let db = &context.db;
    let account = accounts::find(db, id).await?.ok_or(ServiceError::NotFound)?;
    let now = context.now();
    let (mut own, mut asked, mut running) = (None, Vec::new(), None);
    for join in account_joins::list_running_of(db, id).await?.into_iter().filter(|join| !join.has_run_out(now)) {
        if join.given_up == id {
            own = Some(join);
            continue;
        }
        let Some(other) = accounts::find(db, join.given_up).await? else { continue };
        if join.state == JoinState::Proposed {
            asked.push(Proposal { join, proposer: other });
        } else {
            running = Some(read_running(context, db, join, (account.clone(), other)).await?);
        }
    }
    Ok(JoinView { account, own, asked, running, dictionaries: dictionaries::load(db, context.now().warsaw_date()).await? })
}

async fn read_running<C: Connection>(
    context: &Context,
    db: &C,
    join: AccountJoin,
    (kept, given_up): (Account, Account),
) -> Result<Running, ServiceError> {
    let open = open_application(db, &join).await?;
    let correctable = open.as_ref().filter(|open| open.status.is_correctable());
    let facts = facts(context, db, (kept, given_up.clone()), open.as_ref()).await?;
    let around = facts.around();
    let name = |old: &OldGrant| facts.units.iter().find(|unit| unit.id == old.right.unit).map(|unit| unit.data.name.to_string());
    let choice = |(old, stays): (&OldGrant, Option<Stays>)| Choice { unit_name: name(old).unwrap_or_default(), old: old.clone(), stays };
    Ok(Running {
        is_correction: correctable.is_some(),
        remarks: own_draft::remarks_on(db, correctable).await?,
        hindrances: around.hindrances(),
        choices: around.rights().into_iter().map(choice).collect(),
        open,
        given_up,
        join,
    })
}
