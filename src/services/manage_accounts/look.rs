//! Accounts as administrators see them.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::join_accounts::may_undo;
use super::super::request_closing::open_applications;
use super::super::revoke_grants::{Affected, of_account};
use super::close::is_closable;
use super::{must_see, ranks, target_of};
use crate::domain::account::{Account, AccountStatus, Handling, RoleAssignment, is_official};
use crate::domain::account_join::AccountJoin;
use crate::domain::actor::Actor;
use crate::domain::application::email_change::waiting::WaitingChange;
use crate::domain::id::AccountId;
use crate::domain::moment::Moment;
use crate::domain::permission::{Permission, Target};
use crate::domain::revocation::Revocation;
use crate::domain::unit::Unit;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::applications::Listed;
use crate::storage::grants::Grant;
use crate::storage::page::Slice;
use crate::storage::security_reports::{self, Report};
use crate::storage::sign_in_sources::{self, Source};
use crate::storage::{account_joins, accounts, closing_requests, grants, passkeys, revocations, role_assignments, units, waiting_changes};

/// Rows on one page.
const PAGE_SIZE: usize = 50;
/// Reports shown at a time; the oldest first, so that none waits for ever.
const MOST_REPORTS: u64 = 50;

/// One row of the list.
#[derive(Debug, Clone)]
pub struct ListedAccount {
    /// The account.
    pub account: Account,
    /// Its roles in force.
    pub roles: Vec<RoleAssignment>,
    /// Its owner has asked to close it.
    pub asks_to_close: bool,
}

/// An account with what may be done with it.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// The account.
    pub account: Account,
    /// In whose scope it lies.
    pub voivodeship: Option<VoivodeshipCode>,
    /// Its roles in force.
    pub roles: Vec<RoleAssignment>,
    /// What it may report on.
    pub grants: Vec<Grant>,
    /// The units of the grants.
    pub units: Vec<Unit>,
    /// A lockout stands, for any device.
    pub is_blocked: bool,
    /// The devices and networks that are blocked besides.
    pub blocked_sources: Vec<Source>,
    /// Open reports „to nie ja”.
    pub reports: Vec<Report>,
    /// The actor may close the reports.
    pub may_close_reports: bool,
    /// The actor may suspend it now.
    pub may_suspend: bool,
    /// The actor may restore it now.
    pub may_restore: bool,
    /// Its owner has asked to close it, when.
    pub asked_to_close_at: Option<Moment>,
    /// Applications that must end before it can be closed.
    pub open_applications: Vec<Listed>,
    /// The actor may close it now.
    pub may_close: bool,
    /// An official's account: the actor may propose to close it, and a second central administrator confirms.
    pub may_propose_closing: bool,
    /// It has roles of officials.
    pub is_official: bool,
    /// The actor may lift the lockout.
    pub may_unlock: bool,
    /// The actor may have a reset letter (or the invitation) sent.
    pub may_start_reset: bool,
    /// It has a second factor.
    pub has_factor: bool,
    /// The actor may take its second factor off.
    pub may_reset_factor: bool,
    /// An approved change of its e-mail address that waits.
    pub waiting_email: Option<WaitingChange>,
    /// The actor may stop it.
    pub may_stop_email: bool,
    /// The actor may revoke roles.
    pub may_revoke: bool,
    /// Lists for successors that the actor may read, the latest first, with the names of their units.
    pub hand_overs: Vec<(Revocation, String)>,
    /// It was given up for another account, whose login follows, and that can be taken back still.
    pub joined: Option<(AccountJoin, String)>,
    /// The actor may take that back.
    pub may_undo_join: bool,
}

/// One page of accounts within the actor's scope, in Polish order of names.
///
/// # Errors
/// `Denied`.
pub async fn list_accounts(
    context: &Context,
    actor: &Actor,
    (q, asks_to_close): (&str, bool),
    after: Option<&str>,
) -> Result<Slice<ListedAccount>, ServiceError> {
    accounts_page(context, actor, (q, asks_to_close), after, PAGE_SIZE).await
}

/// As [`list_accounts`], with pages of any size.
pub(in crate::services) async fn accounts_page(
    context: &Context,
    actor: &Actor,
    (q, asks_to_close): (&str, bool),
    after: Option<&str>,
    size: usize,
) -> Result<Slice<ListedAccount>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::AccountList)?;
    let slice = accounts::list(&context.db, &scope, (q, asks_to_close), after, size).await?;
    let ids: Vec<AccountId> = slice.rows.iter().map(|a| a.id).collect();
    let roles = role_assignments::list_of_many(&context.db, &ids).await?;
    let asking = closing_requests::list_open_of(&context.db, &ids).await?;
    Ok(slice.map(|account| {
        let roles = roles.iter().filter(|(id, _)| *id == account.id).map(|(_, role)| role.clone()).collect();
        let asks_to_close = asking.contains(&account.id);
        ListedAccount { account, roles, asks_to_close }
    }))
}

/// An open report with its account.
#[derive(Debug, Clone)]
pub struct ListedReport {
    /// The report.
    pub report: Report,
    /// Whose.
    pub account: Account,
}

/// Open reports „to nie ja” within the actor's scope, the oldest first, for those who can help.
///
/// # Errors
/// `Denied`.
pub async fn list_reports(context: &Context, actor: &Actor) -> Result<Vec<ListedReport>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::AccountUnlock)?;
    let reports = security_reports::list_open(&context.db, &scope, MOST_REPORTS).await?;
    let ids: Vec<AccountId> = reports.iter().map(|report| report.account).collect();
    let accounts = accounts::list_by_ids(&context.db, &ids).await?;
    let listed = |report: Report| {
        let account = accounts.iter().find(|account| account.id == report.account)?.clone();
        Some(ListedReport { report, account })
    };
    Ok(reports.into_iter().filter_map(listed).collect())
}

/// What closing an account would end, unit by unit.
///
/// # Errors
/// `NotFound`, also for those who may not see it.
pub async fn view_affected(context: &Context, actor: &Actor, id: AccountId) -> Result<Vec<Affected>, ServiceError> {
    let found = accounts::find_credentials(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    must_see(context, actor, &found).await?;
    of_account(&context.db, &found.account, context.now().warsaw_date()).await
}

/// One account within the actor's scope.
///
/// # Errors
/// `NotFound`, also for those who may not see it.
pub async fn view_account(context: &Context, actor: &Actor, id: AccountId) -> Result<AccountView, ServiceError> {
    let db = &context.db;
    let found = accounts::find_credentials(db, id).await?.ok_or(ServiceError::NotFound)?;
    let target = target_of(&found);
    must_see(context, actor, &found).await?;
    let roles = role_assignments::list_of(db, id).await?;
    let grants = grants::list_of_account(db, id).await?;
    let unit_ids: Vec<_> = grants.iter().map(|g| g.unit).collect();
    let units = units::list_by_ids(db, &unit_ids).await?;
    let may = |permission, handling| context.policy.check(actor, permission, &target).is_ok() && ranks(actor, handling, &found, &roles);
    let status = found.account.status;
    let is_me = actor.account_id() == Some(id);
    let may_stop = may(Permission::AccountSuspend, Handling::Stop) && !is_me;
    let blocked_sources = sign_in_sources::list_blocked(db, id, context.now()).await?;
    let reports = security_reports::list_open_of(db, id).await?;
    let is_blocked = found.account.lockout.is_blocked(context.now()) || !blocked_sources.is_empty();
    let is_open = matches!(status, AccountStatus::Active | AccountStatus::Invited)
        || (status == AccountStatus::Pending && found.account.has_password);
    let has_factor = passkeys::has_factor(db, id).await?;
    // An application in which an account only began is shown on its own page.
    let open_applications = if is_closable(status) { open_applications(db, id).await? } else { Vec::new() };
    let joined = match account_joins::joined_of(db, id).await? {
        None => None,
        Some(join) => {
            let kept = match join.kept {
                Some(kept) => accounts::find(db, kept).await?.map(|account| account.login.to_string()),
                None => None,
            };
            Some((join, kept.unwrap_or_default()))
        }
    };
    let waiting_email = waiting_changes::find_waiting(db, id).await?;
    let is_official = is_official(&roles);
    let may_close = may(Permission::AccountClose, Handling::Stop) && !is_me && is_closable(status) && open_applications.is_empty();
    Ok(AccountView {
        may_stop_email: waiting_email.is_some() && context.policy.check(actor, Permission::EmailChangeStop, &target).is_ok(),
        waiting_email,
        has_factor,
        may_reset_factor: has_factor && !is_me && may(Permission::AccountResetFactor, Handling::Help),
        is_blocked,
        may_suspend: may_stop && matches!(status, AccountStatus::Active | AccountStatus::Invited),
        may_restore: may_stop && status == AccountStatus::Suspended && joined.is_none(),
        may_undo_join: joined.as_ref().is_some_and(|(join, _)| may_undo(context, actor, join, found.voivodeship.as_ref())),
        joined,
        may_close: may_close && !is_official,
        may_propose_closing: may_close && is_official && context.policy.check(actor, Permission::RoleAssign, &Target::default()).is_ok(),
        is_official,
        asked_to_close_at: closing_requests::find_open(db, id).await?.map(|request| request.requested_at),
        open_applications,
        may_close_reports: !reports.is_empty() && may(Permission::AccountUnlock, Handling::Help),
        reports,
        blocked_sources,
        may_unlock: is_blocked && may(Permission::AccountUnlock, Handling::Help),
        may_start_reset: is_open && may(Permission::AccountStartReset, Handling::Help),
        hand_overs: hand_overs(context, actor, id).await?,
        may_revoke: !roles.is_empty() && context.policy.check(actor, Permission::RoleAssign, &Target::default()).is_ok(),
        voivodeship: found.voivodeship,
        account: found.account,
        roles,
        grants,
        units,
    })
}

/// What the account left in units whose rights the actor may know of.
async fn hand_overs(context: &Context, actor: &Actor, id: AccountId) -> Result<Vec<(Revocation, String)>, ServiceError> {
    let mut found = Vec::new();
    for revocation in revocations::list_of_account(&context.db, id).await? {
        let Some(unit) = units::find(&context.db, revocation.unit).await? else { continue };
        let target = Target { unit: Some(unit.id), voivodeship: Some(unit.voivodeship), ..Target::default() };
        if context.policy.check(actor, Permission::GrantExplain, &target).is_ok() {
            found.push((revocation, unit.data.name.to_string()));
        }
    }
    Ok(found)
}
