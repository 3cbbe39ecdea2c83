//! Proposals about the roles of officials: a central administrator proposes, another one confirms, and only then it is done. The
//! operator, who has the whole machine, needs no second.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::{prove_again, record};
use super::create::{self, NewAdministrator, parse};
use super::roles::take_back;
use super::{close, keep_one_central, permitted};
use crate::domain::account::{AccountStatus, Handling, Role};
use crate::domain::actor::{Actor, SignedIn};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, RoleAssignmentId, RoleProposalId};
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::domain::permission::{Permission, Target};
use crate::domain::role_proposal::{LAPSE_DAYS, ProposalOutcome, Proposed, RoleProposal, Settled};
use crate::storage::database::begin;
use crate::storage::{Connection, StorageError, accounts, offices, role_assignments, role_proposals};
use serde_json::{Value, json};

/// A proposal with the names that its line needs.
#[derive(Debug, Clone)]
pub struct ProposalView {
    /// The proposal.
    pub proposal: RoleProposal,
    /// Full name of the one who proposed it.
    pub proposed_by: String,
    /// It waits for an answer.
    pub is_open: bool,
    /// The actor may confirm or refuse it.
    pub may_answer: bool,
    /// The actor proposed it and may take it back.
    pub may_withdraw: bool,
}

impl ProposalView {
    /// What came of it; none while it waits.
    pub fn outcome(&self) -> Option<ProposalOutcome> {
        match &self.proposal.settled {
            Some(settled) => Some(settled.outcome),
            None if self.is_open => None,
            None => Some(ProposalOutcome::Lapsed),
        }
    }
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct Proposals {
    /// The latest first.
    pub proposals: Vec<ProposalView>,
    /// Whether there is another active central administrator who could confirm what the actor proposes.
    pub has_second: bool,
}

fn proposer<'a>(context: &Context, actor: &'a Actor) -> Result<&'a SignedIn, ServiceError> {
    context.policy.check(actor, Permission::RoleAssign, &Target::default())?;
    actor.signed_in().ok_or(ServiceError::Denied)
}

/// Other central administrators who may sign in.
async fn others<C: Connection>(db: &C, me: AccountId) -> Result<Vec<AccountId>, ServiceError> {
    let holders = role_assignments::active_holders(db, Role::CentralAdministrator, None).await?;
    Ok(holders.into_iter().map(|account| account.id).filter(|id| *id != me).collect())
}

async fn note<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    proposal: &RoleProposal,
    event: AuditEvent,
) -> Result<(), ServiceError> {
    let (role, voivodeship) = proposal.content.role();
    let (login, _) = proposal.content.whom();
    let details: Value =
        json!({ "proposal": proposal.id, "change": proposal.content.key(), "role": role.key(), "voivodeship": voivodeship });
    record::done(context, tx, actor, event, AuditObject::new("account", login), voivodeship, details).await
}

/// `Stale` when an open one would change the same.
async fn propose(context: &Context, actor: &Actor, me: &SignedIn, content: Proposed) -> Result<RoleProposalId, ServiceError> {
    let (id, now) = (context.new_role_proposal_id(), context.now());
    let tx = begin(&context.db).await?;
    let others = others(&tx, me.account).await?;
    if !others.iter().any(|other| content.account() != Some(*other)) {
        return Err(ServiceError::SecondNeeded);
    }
    let lapses_at = now.plus_days(LAPSE_DAYS);
    let proposal = RoleProposal { id, content, proposed_by: me.account, proposed_at: now, lapses_at, settled: None };
    match role_proposals::add(&tx, &proposal).await {
        Err(StorageError::Conflict(_)) => return Err(ServiceError::Stale),
        added => added?,
    }
    note(context, actor, &tx, &proposal, AuditEvent::RoleProposed).await?;
    for account in others.into_iter().filter(|other| proposal.may_be_answered_by(*other)) {
        record::tell(context, &tx, actor, &Notice::RoleProposed { account, proposal: id }).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Proposes a new account with a role.
///
/// # Errors
/// `Invalid` at the fields; `Denied`, `ProofTooOld`; `SecondNeeded` when nobody could confirm.
pub async fn propose_administrator(context: &Context, actor: &Actor, typed: &NewAdministrator) -> Result<RoleProposalId, ServiceError> {
    let me = proposer(context, actor)?;
    prove_again::required(context, actor)?;
    let offices = offices::list(&context.db).await?;
    let new = parse(typed, |code| offices.iter().any(|o| o.voivodeship.as_str() == code))?;
    let is_taken = || ServiceError::field("login", Invalid::LoginTaken);
    if accounts::find_by_login(&context.db, &new.login.key()).await?.is_some() {
        return Err(is_taken());
    }
    let create::Parsed { role, voivodeship, login, profile } = new;
    match propose(context, actor, me, Proposed::Assign { role, voivodeship, login, profile }).await {
        Err(ServiceError::Stale) => Err(is_taken()),
        proposed => proposed,
    }
}

/// Proposes to take a role back.
///
/// # Errors
/// `NotFound` when the account does not hold it (any more); `Stale` when that is proposed already; `Denied`, `ProofTooOld`,
/// `SecondNeeded`.
pub async fn propose_revocation(
    context: &Context,
    actor: &Actor,
    account: AccountId,
    id: RoleAssignmentId,
) -> Result<RoleProposalId, ServiceError> {
    let me = proposer(context, actor)?;
    prove_again::required(context, actor)?;
    let found = accounts::find(&context.db, account).await?.ok_or(ServiceError::NotFound)?;
    let held = role_assignments::list_of(&context.db, account).await?.into_iter().find(|held| held.id == id);
    let held = held.ok_or(ServiceError::NotFound)?;
    let content = Proposed::Revoke {
        account,
        assignment: id,
        role: held.role,
        voivodeship: held.voivodeship,
        login: found.login.to_string(),
        full_name: found.profile.full_name(),
    };
    propose(context, actor, me, content).await
}

/// Proposes to close the account of an official, with the reason in words, unless its owner has asked for it.
///
/// # Errors
/// `Invalid` at `note`; `NotFound`; `Denied` also for the own account; `Stale` when that is proposed already, or nothing is to be closed; `OpenApplication`,
/// `LastAdministrator`, `ProofTooOld`, `SecondNeeded`.
pub async fn propose_closing(context: &Context, actor: &Actor, account: AccountId, note: &str) -> Result<RoleProposalId, ServiceError> {
    let me = proposer(context, actor)?;
    if me.account == account {
        return Err(ServiceError::Denied);
    }
    prove_again::required(context, actor)?;
    permitted(context, actor, account, (Permission::AccountClose, Handling::Stop)).await?;
    let found = accounts::find_credentials(&context.db, account).await?.ok_or(ServiceError::NotFound)?;
    close::check(&context.db, &found).await?;
    keep_one_central(&context.db, account).await?;
    let roles = role_assignments::list_of(&context.db, account).await?;
    let first = roles.iter().find(|held| held.role != Role::UnitCoordinator).ok_or(ServiceError::Stale)?;
    let content = Proposed::Close {
        account,
        note: close::read_note(&context.db, account, note).await?,
        role: first.role,
        voivodeship: first.voivodeship.clone(),
        login: found.account.login.to_string(),
        full_name: found.account.profile.full_name(),
    };
    propose(context, actor, me, content).await
}

/// The proposals, open and settled.
///
/// # Errors
/// `Denied`.
pub async fn list_proposals(context: &Context, actor: &Actor) -> Result<Proposals, ServiceError> {
    let me = proposer(context, actor)?;
    let found = role_proposals::list(&context.db).await?;
    let ids: Vec<AccountId> = found.iter().map(|proposal| proposal.proposed_by).collect();
    let known = accounts::list_by_ids(&context.db, &ids).await?;
    let name_of = |id| known.iter().find(|account| account.id == id).map(|account| account.profile.full_name()).unwrap_or_default();
    let may_confirm = context.policy.check(actor, Permission::RoleConfirm, &Target::default()).is_ok();
    let view = |proposal: RoleProposal| {
        let is_open = proposal.is_open(context.now());
        ProposalView {
            proposed_by: name_of(proposal.proposed_by),
            may_answer: is_open && may_confirm && proposal.may_be_answered_by(me.account),
            may_withdraw: is_open && proposal.proposed_by == me.account,
            is_open,
            proposal,
        }
    };
    Ok(Proposals { proposals: found.into_iter().map(view).collect(), has_second: !others(&context.db, me.account).await?.is_empty() })
}

/// One that the actor can answer or take back, for the page that asks once more.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn view_proposal(context: &Context, actor: &Actor, id: RoleProposalId) -> Result<ProposalView, ServiceError> {
    let all = list_proposals(context, actor).await?.proposals;
    all.into_iter().find(|view| view.proposal.id == id).ok_or(ServiceError::NotFound)
}

/// What an actor does with a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes: it is done now.
    Confirm,
    /// No.
    Refuse,
    /// The one who proposed it takes it back.
    Withdraw,
}

/// Answers a proposal. Of two answers at once one counts.
///
/// # Errors
/// `Stale` when it was answered, has lapsed, or is not the actor's to answer so; `Denied`, `NotFound`, `ProofTooOld`; `Invalid` at
/// `login` when somebody took it meanwhile; `LastAdministrator`.
pub async fn answer_proposal(context: &Context, actor: &Actor, id: RoleProposalId, answer: Answer) -> Result<(), ServiceError> {
    let me = proposer(context, actor)?;
    context.policy.check(actor, Permission::RoleConfirm, &Target::default())?;
    prove_again::required(context, actor)?;
    let now = context.now();
    let tx = begin(&context.db).await?;
    let proposal = role_proposals::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let is_theirs = match answer {
        Answer::Withdraw => proposal.proposed_by == me.account,
        Answer::Confirm | Answer::Refuse => proposal.may_be_answered_by(me.account),
    };
    if !proposal.is_open(now) || !is_theirs {
        return Err(ServiceError::Stale);
    }
    let (outcome, event) = match answer {
        Answer::Confirm => (ProposalOutcome::Confirmed, None),
        Answer::Refuse => (ProposalOutcome::Refused, Some(AuditEvent::RoleProposalRefused)),
        Answer::Withdraw => (ProposalOutcome::Withdrawn, Some(AuditEvent::RoleProposalWithdrawn)),
    };
    let settled = Settled { outcome, at: now, by: actor.label().to_owned() };
    if !role_proposals::settle(&tx, id, &settled).await? {
        return Err(ServiceError::Stale);
    }
    match (answer, &proposal.content) {
        (Answer::Confirm, content) => carry_out(context, actor, &tx, &proposal, content).await?,
        _ => {
            if let Some(event) = event {
                note(context, actor, &tx, &proposal, event).await?;
            }
        }
    }
    if answer != Answer::Withdraw {
        record::tell(context, &tx, actor, &Notice::RoleProposalSettled { account: proposal.proposed_by, proposal: id }).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Does what was proposed. Whoever proposed it must still be what lent the proposal its weight.
async fn carry_out<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    proposal: &RoleProposal,
    content: &Proposed,
) -> Result<(), ServiceError> {
    let first = accounts::find(tx, proposal.proposed_by).await?.filter(|account| account.status == AccountStatus::Active);
    let is_central = role_assignments::list_of(tx, proposal.proposed_by).await?.iter().any(|held| held.role == Role::CentralAdministrator);
    let Some(first) = first.filter(|_| is_central) else { return Err(ServiceError::Stale) };
    let by = json!({ "proposal": proposal.id, "proposed_by": first.login.as_str() });
    match content {
        Proposed::Assign { role, voivodeship, login, profile } => {
            let new = create::Parsed { role: *role, voivodeship: voivodeship.clone(), login: login.clone(), profile: profile.clone() };
            create::make(context, actor, tx, &new, by).await?;
        }
        Proposed::Revoke { account, assignment, .. } => take_back(context, actor, tx, *account, *assignment, by).await?,
        Proposed::Close { account, note, .. } => close::carry_out(context, actor, tx, *account, note.clone(), Some(by)).await?,
    }
    Ok(())
}

/// Proposals that nobody answered in time lapse; gives their number.
///
/// # Errors
/// Of the database.
pub async fn lapse_proposals(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let now = context.now();
    let mut lapsed = 0;
    for proposal in role_proposals::list_open(&context.db).await?.into_iter().filter(|proposal| !proposal.is_open(now)) {
        let tx = begin(&context.db).await?;
        let settled = Settled { outcome: ProposalOutcome::Lapsed, at: proposal.lapses_at, by: actor.label().to_owned() };
        if role_proposals::settle(&tx, proposal.id, &settled).await? {
            note(context, actor, &tx, &proposal, AuditEvent::RoleProposalLapsed).await?;
            record::tell(context, &tx, actor, &Notice::RoleProposalSettled { account: proposal.proposed_by, proposal: proposal.id })
                .await?;
            tx.commit().await?;
            lapsed += 1;
        }
    }
    Ok(lapsed)
}
