//! Letters about an account, to its owner.

use super::token::{Holder, mint};
use super::{Composed, Desk, Recipient, grant_lines};
use crate::domain::account::{Account, AccountStatus, RoleAssignment};
use crate::domain::id::AccountId;
use crate::mail::letters::{AccountInvitedLetter, Closing, OneLine, PasswordChangedLetter};
use crate::services::ServiceError;
use crate::storage::accounts::{self, Credentials};
use crate::storage::mailed_tokens::Purpose;
use crate::storage::{Connection, dictionaries, grants, offices, outbox_messages, role_assignments, units};

/// How long an activation link works, counted from its delivery.
pub(super) const ACTIVATION_DAYS: i64 = 7;

pub(super) fn recipient(account: &Account) -> Recipient {
    Recipient { email: account.profile.email.to_string(), name: account.profile.full_name() }
}

/// Whom to ask: the office that decides about the account's unit. An official has colleagues and the operator.
pub(super) async fn closing<C: Connection>(desk: &Desk<'_, C>, credentials: &Credentials) -> Result<Closing, ServiceError> {
    let roles = role_assignments::list_of(desk.tx, credentials.account.id).await?;
    desk.closing_of(credentials.voivodeship.as_ref().filter(|_| roles.is_empty())).await
}

/// Whether the same was asked for again since: then only the newest letter carries a link that works.
async fn is_repeated<C: Connection>(desk: &Desk<'_, C>, account: AccountId) -> Result<bool, ServiceError> {
    let after = desk.message.created_at.plus_ms(1);
    Ok(outbox_messages::count_since(desk.tx, account, desk.message.notice.key(), after).await? > 0)
}

pub(super) async fn invited<C: Connection>(desk: &Desk<'_, C>, id: AccountId) -> Result<Option<Composed>, ServiceError> {
    let Some(credentials) = accounts::find_for_update(desk.tx, id).await? else { return Ok(None) };
    let account = &credentials.account;
    if account.status != AccountStatus::Invited || is_repeated(desk, id).await? {
        return Ok(None);
    }
    let valid_until = desk.now.plus_days(ACTIVATION_DAYS);
    let holder = Holder::Account(id, credentials.credentials_version);
    let minted = mint(desk, Purpose::Activation, holder, &account.profile.email.key(), valid_until).await?;
    let Some(minted) = minted else { return Ok(None) };
    let roles = role_assignments::list_of(desk.tx, id).await?;
    let grants = grants::list_of_account(desk.tx, id).await?;
    let unit = match grants.first() {
        Some(grant) => units::find(desk.tx, grant.unit).await?.map(|unit| OneLine::of(&unit.data.name)),
        None => None,
    };
    let role = match roles.first() {
        Some(assignment) => Some(role_in_words(desk, assignment).await?),
        None => None,
    };
    let letter = AccountInvitedLetter {
        login: OneLine::of(&account.login),
        link: desk.link(&format!("/activate/{}", minted.token)),
        valid_until,
        unit,
        grants: grant_lines(&dictionaries::load(desk.tx, desk.now.warsaw_date()).await?, &grants, id),
        role,
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(account), credentials.voivodeship.clone(), &letter)
}

async fn role_in_words<C: Connection>(desk: &Desk<'_, C>, assignment: &RoleAssignment) -> Result<OneLine, ServiceError> {
    let renderer = &desk.context.renderer;
    let role = renderer.label(&format!("roles.{}", assignment.role.key()));
    let Some(code) = &assignment.voivodeship else { return Ok(role.into()) };
    let office = offices::find(desk.tx, code).await?;
    let values = [("role", role.as_str()), ("voivodeship", office.voivodeship_name.as_str())];
    Ok(renderer.labels().text_with("letters.role_in_voivodeship", &values).into())
}

pub(super) async fn password_changed<C: Connection>(desk: &Desk<'_, C>, id: AccountId) -> Result<Option<Composed>, ServiceError> {
    let Some(credentials) = accounts::find_credentials(desk.tx, id).await? else { return Ok(None) };
    let letter = PasswordChangedLetter {
        login: OneLine::of(&credentials.account.login),
        changed_at: desk.message.created_at,
        forgot_url: desk.link("/password/forgot"),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}
