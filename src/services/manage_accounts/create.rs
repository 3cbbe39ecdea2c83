//! Makes administrators, auditors and helpdesk. Nobody is given a password: a link lets the person choose one.

use super::super::activate_account::ACTIVATION_DAYS;
use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::record;
use crate::domain::account::{AccountProfile, AccountStatus, Role, RoleAssignment};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::AccountId;
use crate::domain::identifiers::{EmailAddress, Login, PersonName};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::notice::Notice;
use crate::domain::permission::{Permission, Target};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::secrets::{random_token, token_hash};
use crate::storage::accounts::{self, NewAccount};
use crate::storage::database::begin;
use crate::storage::mailed_tokens::{self, MailedToken, Purpose};
use crate::storage::{Connection, offices, role_assignments};
use serde_json::{Value, json};

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct NewAdministrator {
    /// Key of a [`Role`].
    pub role: String,
    /// Two digits; empty for the country.
    pub voivodeship: String,
    /// Login.
    pub login: String,
    /// First name or names.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Work e-mail.
    pub email: String,
}

/// How the person gets the activation link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invitation {
    /// By letter.
    Mailed(AccountId),
    /// The operator hands it over: it is shown once and known to nobody else.
    Link(AccountId, String),
}

impl Invitation {
    /// The new account.
    pub const fn account(&self) -> AccountId {
        match self {
            Self::Mailed(account) | Self::Link(account, _) => *account,
        }
    }
}

/// As understood.
pub(super) struct Parsed {
    pub(super) role: Role,
    pub(super) voivodeship: Option<VoivodeshipCode>,
    pub(super) login: Login,
    pub(super) profile: AccountProfile,
}

pub(super) fn parse(typed: &NewAdministrator, known: impl Fn(&str) -> bool) -> Result<Parsed, FieldErrors> {
    let mut errors = FieldErrors::default();
    let role = match Role::from_key(typed.role.trim()) {
        _ if typed.role.trim().is_empty() => Err(Invalid::Required),
        // A coordinator belongs to a unit and is made there.
        Some(Role::UnitCoordinator) | None => Err(Invalid::Unknown),
        Some(role) => Ok(role),
    };
    let role = errors.take("role", role);
    let code = typed.voivodeship.trim();
    let voivodeship = match (role.and_then(Role::needs_voivodeship), code) {
        (Some(true), "") => Err(Invalid::Required),
        // A central administrator has no voivodeship: silently dropping one would surprise.
        (Some(false), code) if !code.is_empty() => Err(Invalid::Unknown),
        (_, "") => Ok(None),
        (_, code) if known(code) => Ok(Some(VoivodeshipCode::trusted(code))),
        _ => Err(Invalid::Unknown),
    };
    let voivodeship = errors.take("voivodeship", voivodeship);
    let login = errors.take("login", Login::parse(&typed.login));
    let first_name = errors.take("first_name", PersonName::parse(&typed.first_name));
    let last_name = errors.take("last_name", PersonName::parse(&typed.last_name));
    let email = errors.take("email", EmailAddress::parse(&typed.email));
    match (role, voivodeship, login, first_name, last_name, email) {
        (Some(role), Some(voivodeship), Some(login), Some(first_name), Some(last_name), Some(email)) => {
            let profile = AccountProfile { first_name, last_name, position: None, email, phone: None };
            Ok(Parsed { role, voivodeship, login, profile })
        }
        _ => Err(errors),
    }
}

/// Makes the account with its role at once: the operator's way, who makes the first central administrators too. Anybody else
/// proposes it (`propose`).
///
/// # Errors
/// `Invalid` at the fields; `Denied`.
pub async fn create_administrator(context: &Context, actor: &Actor, typed: &NewAdministrator) -> Result<Invitation, ServiceError> {
    context.policy.check(actor, Permission::RoleAssign, &Target::default())?;
    if actor.kind != ActorKind::Operator {
        return Err(ServiceError::Denied);
    }
    let offices = offices::list(&context.db).await?;
    let new = parse(typed, |code| offices.iter().any(|o| o.voivodeship.as_str() == code))?;
    let tx = begin(&context.db).await?;
    let invitation = make(context, actor, &tx, &new, json!({})).await?;
    tx.commit().await?;
    Ok(invitation)
}

/// Makes the account with its role. The operator hands a link over; whoever else it was, the person gets a letter. `by` says on whose
/// proposal.
pub(super) async fn make<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    new: &Parsed,
    mut by: Value,
) -> Result<Invitation, ServiceError> {
    let (now, id) = (context.now(), context.new_account_id());
    let account = NewAccount {
        id,
        login: new.login.clone(),
        profile: new.profile.clone(),
        status: AccountStatus::Invited,
        voivodeship: new.voivodeship.clone(),
        password_hash: None,
    };
    let assignment =
        RoleAssignment { id: context.new_role_assignment_id(), role: new.role, voivodeship: new.voivodeship.clone(), unit: None };
    accounts::add(tx, &account, now).await?;
    role_assignments::add(tx, id, &assignment, actor.label(), now).await?;
    let object = || AuditObject::new("account", &new.login);
    by["role"] = json!(new.role.key());
    by["voivodeship"] = json!(new.voivodeship);
    record::done(context, tx, actor, AuditEvent::AccountCreated, object(), new.voivodeship.as_ref(), json!({})).await?;
    record::done(context, tx, actor, AuditEvent::RoleAssigned, object(), new.voivodeship.as_ref(), by).await?;
    if actor.kind != ActorKind::Operator {
        record::tell(context, tx, actor, &Notice::AccountInvited { account: id }).await?;
        return Ok(Invitation::Mailed(id));
    }
    let token = random_token();
    let row = MailedToken {
        token_hash: token_hash(&token),
        purpose: Purpose::Activation,
        account: Some(id),
        draft: None,
        code_hash: None,
        attempts: 0,
        email_key: new.profile.email.key(),
        credentials_version: 0,
        created_at: now,
        expires_at: now.plus_days(ACTIVATION_DAYS),
        used_at: None,
    };
    mailed_tokens::add(tx, &row).await?;
    Ok(Invitation::Link(id, context.link(&format!("/activate/{token}"))))
}
