//! `/admin/accounts`: find, look, suspend, restore, unlock, start a reset, close reports; propose an account or to revoke a role. Each change is
//! confirmed first.

use super::admin::href;
use super::exports;
use super::revocations::affected_unit;
use crate::domain::account::{Role, RoleAssignment};
use crate::domain::application::decision::Bar;
use crate::domain::device::DeviceName;
use crate::domain::id::{AccountId, RoleAssignmentId};
use crate::domain::invalid::FieldErrors;
use crate::domain::moment::Moment;
use crate::domain::permission::Permission;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::ServiceError;
use crate::services::export_list::List;
use crate::services::join_accounts::undo_of;
use crate::services::lost_mailbox;
use crate::services::manage_accounts::{
    AccountView, ListedReport, NewAdministrator, SourceKind, close, close_reports, list_accounts, list_reports, propose_administrator,
    propose_closing, propose_revocation, reset_factor, restore, start_reset, suspend, unlock, view_account, view_affected,
};
use crate::services::view_office::name_voivodeships;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{AccountList, Permit, RoleAssign};
use crate::web::pages::admin_pages::{
    AccountAction, AccountDetailPage, AccountListPage, AccountRow, BlockedSource, Choice, ConfirmPage, CreateAdministratorPage, HeldGrant,
    HeldRole, JoinedTo, NamedApplication, ReportLine, ReportRow,
};
use crate::web::pages::error_pages::ConflictPage;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};
use std::collections::BTreeMap;

/// Roles that are given here, in the order in which they are offered.
const OFFERED: [Role; 4] = [Role::VoivodeshipAdministrator, Role::Helpdesk, Role::Auditor, Role::CentralAdministrator];

/// The filter for accounts whose owners have asked to close them.
const CLOSING: &str = "closing";

/// What can be done with an account: the last part of its path, the key of its words, the message afterwards.
#[derive(Clone, Copy)]
enum Action {
    Suspend,
    Restore,
    Unlock,
    StartReset,
    CloseReports,
    ResetFactor,
    Close,
    ProposeClosing,
    StopEmail,
    UndoJoin,
}

impl Action {
    const ALL: [Self; 10] = [
        Self::CloseReports,
        Self::StopEmail,
        Self::UndoJoin,
        Self::Suspend,
        Self::Restore,
        Self::Unlock,
        Self::StartReset,
        Self::ResetFactor,
        Self::Close,
        Self::ProposeClosing,
    ];
    const fn path(self) -> &'static str {
        match self {
            Self::StartReset => "start-reset",
            Self::CloseReports => "close-reports",
            Self::ResetFactor => "reset-factor",
            Self::StopEmail => "stop-email",
            Self::ProposeClosing => "propose-closing",
            Self::UndoJoin => "undo-join",
            other => other.key(),
        }
    }
    const fn key(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Restore => "restore",
            Self::Unlock => "unlock",
            Self::StartReset => "start_reset",
            Self::CloseReports => "close_reports",
            Self::ResetFactor => "reset_factor",
            Self::Close => "close",
            Self::ProposeClosing => "propose_closing",
            Self::StopEmail => "stop_email",
            Self::UndoJoin => "undo_join",
        }
    }
    const fn flash(self) -> &'static str {
        match self {
            Self::Suspend => "account_suspended",
            Self::Restore => "account_restored",
            Self::Unlock => "account_unlocked",
            Self::StartReset => "reset_started",
            Self::CloseReports => "reports_closed",
            Self::ResetFactor => "factor_reset",
            Self::Close => "account_closed",
            Self::ProposeClosing => "role_proposed",
            Self::StopEmail => "email_change_stopped",
            Self::UndoJoin => "join_undone",
        }
    }
    const fn is_open(self, view: &AccountView) -> bool {
        match self {
            Self::Suspend => view.may_suspend,
            Self::Restore => view.may_restore,
            Self::Unlock => view.may_unlock,
            Self::StartReset => view.may_start_reset,
            Self::CloseReports => view.may_close_reports,
            Self::ResetFactor => view.may_reset_factor,
            Self::Close => view.may_close,
            Self::ProposeClosing => view.may_propose_closing,
            Self::StopEmail => view.may_stop_email,
            Self::UndoJoin => view.may_undo_join,
        }
    }
    /// It ends the account.
    const fn closes(self) -> bool {
        matches!(self, Self::Close | Self::ProposeClosing)
    }
    /// Takes or gives access: asked for only of somebody who has just proven who it is.
    const fn is_sensitive(self) -> bool {
        matches!(self, Self::Suspend | Self::Restore | Self::ResetFactor | Self::Close | Self::ProposeClosing | Self::UndoJoin)
    }
    /// Who may do it at all.
    const fn permission(self) -> Permission {
        match self {
            Self::Suspend | Self::Restore => Permission::AccountSuspend,
            Self::Unlock | Self::CloseReports => Permission::AccountUnlock,
            Self::StartReset => Permission::AccountStartReset,
            Self::ResetFactor => Permission::AccountResetFactor,
            Self::Close => Permission::AccountClose,
            Self::ProposeClosing => Permission::RoleAssign,
            Self::StopEmail => Permission::EmailChangeStop,
            Self::UndoJoin => Permission::AccountJoinUndo,
        }
    }
    fn from_path(path: &str) -> Result<Self, PageError> {
        Self::ALL.into_iter().find(|action| action.path() == path).ok_or(PageError::NotFound)
    }
}

fn row_of(account: &crate::domain::account::Account, roles: &[RoleAssignment], asks_to_close: bool) -> AccountRow {
    AccountRow {
        id: account.id.to_string(),
        login: account.login.to_string(),
        full_name: account.profile.full_name(),
        email: account.profile.email.to_string(),
        status: account.status.key(),
        roles: roles.iter().map(|r| r.role.key()).collect(),
        asks_to_close,
    }
}

fn account_path(id: AccountId) -> String {
    format!("/admin/accounts/{id}")
}

fn parse(id: &str) -> Result<AccountId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

#[get("/admin/accounts?<q>&<only>&<after>")]
async fn list(who: Permit<'_, AccountList>, q: Option<&str>, only: Option<&str>, after: Option<&str>) -> Answer {
    let q = q.unwrap_or_default().trim();
    let only = only.filter(|only| *only == CLOSING).unwrap_or_default();
    let slice = list_accounts(who.context(), who.actor(), (q, only == CLOSING), after).await?;
    who.show(&AccountListPage {
        reports: reports(&who).await?,
        accounts: slice.rows.iter().map(|listed| row_of(&listed.account, &listed.roles, listed.asks_to_close)).collect(),
        first_href: after.map(|_| href("/admin/accounts", &[("q", q), ("only", only)])),
        next_href: slice.next.map(|next| href("/admin/accounts", &[("q", q), ("only", only), ("after", &next)])),
        only: if only.is_empty() { Vec::new() } else { vec![CLOSING] },
        may_create: who.may_list(Permission::RoleAssign),
        export: exports::links("accounts", &[("q", q), ("only", only)]),
        q: q.to_owned(),
    })
}

#[get("/export/accounts/<format>?<q>&<only>")]
async fn export(who: Permit<'_, AccountList>, format: &str, q: Option<&str>, only: Option<&str>) -> Answer {
    let q = q.unwrap_or_default().trim().to_owned();
    exports::answer(&who, &List::Accounts { q, asks_to_close: only == Some(CLOSING) }, format).await
}

/// What owners reported, for those who can help; an empty list for others.
async fn reports(who: &Visit<'_>) -> Result<Vec<ReportRow>, PageError> {
    let listed = match list_reports(who.context(), who.actor()).await {
        Err(ServiceError::Denied) => return Ok(Vec::new()),
        listed => listed?,
    };
    let row = |listed: &ListedReport| ReportRow {
        account: listed.account.id.to_string(),
        full_name: listed.account.profile.full_name(),
        login: listed.account.login.to_string(),
        kind: listed.report.kind.key(),
        reported_at: listed.report.reported_at,
    };
    Ok(listed.iter().map(row).collect())
}

#[get("/admin/accounts/<id>", rank = 2)]
async fn show(who: Permit<'_, AccountList>, id: &str) -> Answer {
    let view = view_account(who.context(), who.actor(), parse(id)?).await?;
    let names = name_voivodeships(who.context()).await?;
    let login = view.account.login.to_string();
    let grants_href = who.may(Permission::GrantList).then(|| href("/grants", &[("person", &login), ("state", "all")]));
    who.show(&AccountDetailPage { grants_href, ..page_of(&view, &names, who.context().now()) })
}

fn page_of(view: &AccountView, names: &BTreeMap<VoivodeshipCode, String>, now: Moment) -> AccountDetailPage {
    let name_of = |code: Option<&VoivodeshipCode>| code.and_then(|code| names.get(code).cloned());
    let unit_name = |id| view.units.iter().find(|unit| unit.id == id).map(|unit| unit.data.name.to_string()).unwrap_or_default();
    AccountDetailPage {
        account: row_of(&view.account, &view.roles, view.asked_to_close_at.is_some()),
        asked_to_close_at: view.asked_to_close_at,
        open_applications: view
            .open_applications
            .iter()
            .map(|listed| NamedApplication { number: listed.number.as_str().to_owned(), path: listed.number.to_path() })
            .collect(),
        voivodeship: name_of(view.voivodeship.as_ref()),
        position: view.account.profile.position.as_ref().map(ToString::to_string),
        created_at: view.account.created_at,
        has_factor: view.has_factor,
        email_change_at: view.waiting_email.as_ref().map(|change| change.takes_effect_at),
        email_change_to: view.waiting_email.as_ref().map(|change| change.new_email.to_string()).unwrap_or_default(),
        blocked_until: view.account.lockout.blocked_until.filter(|until| now < *until),
        blocked_sources: view
            .blocked_sources
            .iter()
            .filter_map(|source| {
                let until = source.lockout.blocked_until?;
                let name = match source.kind {
                    SourceKind::Device => DeviceName::of(&source.label).to_string(),
                    SourceKind::Network => source.network.clone(),
                };
                Some(BlockedSource { kind: source.kind.key(), name, until })
            })
            .collect(),
        reports: view.reports.iter().map(|r| ReportLine { kind: r.kind.key(), reported_at: r.reported_at }).collect(),
        roles: view
            .roles
            .iter()
            .map(|r| HeldRole { id: r.id.to_string(), role: r.role.key(), voivodeship: name_of(r.voivodeship.as_ref()) })
            .collect(),
        grants: view
            .grants
            .iter()
            .map(|g| HeldGrant {
                unit: unit_name(g.unit),
                sub_area: g.sub_area.clone(),
                function: g.function.clone(),
                valid_until: g.valid_until,
            })
            .collect(),
        hand_overs: view.hand_overs.iter().map(|(one, unit)| (format!("/revocations/{}", one.id), one.revoked_at, unit.clone())).collect(),
        joined_to: view.joined.as_ref().map(|(join, login)| JoinedTo { login: login.clone(), last_day: join.last_day() }),
        grants_href: None,
        actions: Action::ALL
            .into_iter()
            .filter(|action| action.is_open(view))
            .map(|action| AccountAction { key: action.key(), path: action.path() })
            .collect(),
        may_revoke: view.may_revoke,
        is_official: view.is_official,
    }
}

#[get("/admin/accounts/<id>/<action>")]
async fn confirm(who: Permit<'_, AccountList>, id: &str, action: &str) -> Answer {
    let (id, action) = (parse(id)?, Action::from_path(action)?);
    if action.is_sensitive() {
        who.has_proof(who.actor())?;
    }
    let view = view_account(who.context(), who.actor(), id).await?;
    if !action.is_open(&view) {
        return Err(not_open(&who, action, id));
    }
    who.show(&confirm_page(&who, action, &view, String::new(), FieldErrors::default()).await?)
}

async fn confirm_page(
    who: &Visit<'_>,
    action: Action,
    view: &AccountView,
    note: String,
    errors: FieldErrors,
) -> Result<ConfirmPage, PageError> {
    let id = view.account.id;
    let affected = if action.closes() { view_affected(who.context(), who.actor(), id).await? } else { Vec::new() };
    let words = who.context().renderer.labels();
    Ok(ConfirmPage {
        affected: affected.iter().map(|found| affected_unit(found, words)).collect(),
        action: action.key(),
        login: view.account.login.to_string(),
        full_name: view.account.profile.full_name(),
        role: None,
        asks_why: action.closes(),
        may_leave_out: view.asked_to_close_at.is_some(),
        note,
        back: account_path(id),
        errors,
    })
}

/// Why an action that was asked for by its address is not offered: not to this person, or not to this account as it stands.
fn not_open(who: &Visit<'_>, action: Action, id: AccountId) -> PageError {
    let permission = action.permission();
    if !who.may(permission) {
        return PageError::Forbidden(permission.key());
    }
    PageError::Conflict(Box::new(ConflictPage { back: Some(account_path(id)), ..ConflictPage::of(Bar::Never, "accounts.not_open") }))
}

#[post("/admin/accounts/<id>/<action>", data = "<form>")]
async fn act(who: Permit<'_, AccountList>, id: &str, action: &str, form: Posted) -> Answer {
    let (id, action) = (parse(id)?, Action::from_path(action)?);
    let (context, actor) = (who.context(), who.actor());
    let done = match action {
        Action::Suspend => suspend(context, actor, id).await,
        Action::Restore => restore(context, actor, id).await,
        Action::Unlock => unlock(context, actor, id).await,
        Action::StartReset => start_reset(context, actor, id).await,
        Action::CloseReports => close_reports(context, actor, id).await,
        Action::ResetFactor => reset_factor(context, actor, id).await,
        Action::Close => close(context, actor, id, &form.lines("note")).await,
        Action::ProposeClosing => propose_closing(context, actor, id, &form.lines("note")).await.map(|_| ()),
        Action::StopEmail => lost_mailbox::stop(context, actor, id).await,
        Action::UndoJoin => undo_of(context, actor, id).await,
    };
    if let Err(ServiceError::Invalid(errors)) = done {
        let view = view_account(context, actor, id).await?;
        return who.show_again(&confirm_page(&who, action, &view, form.lines("note"), errors).await?);
    }
    after(&who, id, action.flash(), done)
}

fn after(who: &Visit<'_>, id: AccountId, flash: &str, done: Result<(), ServiceError>) -> Answer {
    match done {
        Ok(()) => who.redirect_with(account_path(id), flash),
        // Sent twice, or somebody was quicker: the account page shows how it stands.
        Err(ServiceError::Stale) => who.redirect_with(account_path(id), "nothing_changed"),
        Err(ServiceError::TooMany) => who.redirect_with(account_path(id), "rate_limited"),
        Err(error) => Err(error.into()),
    }
}

#[get("/admin/accounts/<id>/roles/<role>/revoke")]
async fn confirm_revoke(who: Permit<'_, RoleAssign>, id: &str, role: &str) -> Answer {
    let id = parse(id)?;
    who.has_proof(who.actor())?;
    let view = view_account(who.context(), who.actor(), id).await?;
    let held = view.roles.iter().find(|r| r.id.to_string() == role).ok_or(PageError::NotFound)?;
    who.show(&ConfirmPage {
        action: "revoke_role",
        login: view.account.login.to_string(),
        full_name: view.account.profile.full_name(),
        role: Some(held.role.key()),
        back: account_path(id),
        ..ConfirmPage::default()
    })
}

#[post("/admin/accounts/<id>/roles/<role>/revoke", data = "<_form>")]
async fn revoke(who: Permit<'_, RoleAssign>, id: &str, role: &str, _form: Posted) -> Answer {
    let (id, role): (_, RoleAssignmentId) = (parse(id)?, role.parse().map_err(|_| PageError::NotFound)?);
    let done = propose_revocation(who.context(), who.actor(), id, role).await;
    after(&who, id, "role_proposed", done.map(|_| ()))
}

async fn form_page(who: &Visit<'_>, typed: NewAdministrator, errors: FieldErrors) -> Result<CreateAdministratorPage, PageError> {
    let words = &who.context().renderer;
    let names = name_voivodeships(who.context()).await?;
    let mut voivodeships: Vec<Choice> = names.iter().map(|(code, name)| Choice::new(code.as_str(), name)).collect();
    voivodeships.sort_by_cached_key(|choice| crate::domain::collation::sort_key(&choice.text));
    Ok(CreateAdministratorPage {
        roles: OFFERED.map(|role| Choice::new(role.key(), words.label(&format!("roles.{}", role.key())))).into(),
        voivodeships,
        role: typed.role,
        voivodeship: typed.voivodeship,
        login: typed.login,
        first_name: typed.first_name,
        last_name: typed.last_name,
        email: typed.email,
        errors,
    })
}

#[get("/admin/accounts/create", rank = 1)]
async fn show_create(who: Permit<'_, RoleAssign>) -> Answer {
    who.has_proof(who.actor())?;
    who.show(&form_page(&who, NewAdministrator::default(), FieldErrors::default()).await?)
}

#[post("/admin/accounts/create", data = "<form>")]
async fn create(who: Permit<'_, RoleAssign>, form: Posted) -> Answer {
    let typed = NewAdministrator {
        role: form.text("role").to_owned(),
        voivodeship: form.text("voivodeship").to_owned(),
        login: form.text("login").to_owned(),
        first_name: form.text("first_name").to_owned(),
        last_name: form.text("last_name").to_owned(),
        email: form.text("email").to_owned(),
    };
    match propose_administrator(who.context(), who.actor(), &typed).await {
        Ok(_) => who.redirect_with("/admin/roles", "role_proposed"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&form_page(&who, typed, errors).await?),
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, export, show, confirm, act, confirm_revoke, revoke, show_create, create]
}
