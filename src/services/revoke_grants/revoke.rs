//! Takes rights away, at once.

use super::affected::{may_close, of_unit, permitted};
use super::take::{Taking, take, wish_of};
use crate::domain::actor::Actor;
use crate::domain::application::registration::GrantRequest;
use crate::domain::id::{AccountId, RevocationId, UnitId};
use crate::domain::moment::date_text;
use crate::domain::notice::Notice;
use crate::domain::revocation::{Capacity, Reason, RevocationTexts, read_revocation};
use crate::services::manage_accounts::{Cause, close_for_good};
use crate::services::{Context, ServiceError, prove_again, record, renew_permissions};
use crate::storage::database::begin;
use crate::storage::grants::Grant;
use crate::storage::{accounts, units};

/// Takes the chosen rights of a person in a unit away. What is chosen is the right, not the row: one that was renewed in this very moment
/// goes too, and an open renewal of it is closed with the reason. With the last right the person's work in the unit ends, and so does being its coordinator. The person and the unit's
/// coordinators are told, but for the one who does it. Where the unit is all that the account is for, it can be closed with it.
///
/// # Errors
/// `NotFound` for those who may not; `ProofTooOld`; `Invalid` by the names of the fields of [`RevocationTexts`].
pub async fn revoke(
    context: &Context,
    actor: &Actor,
    account: AccountId,
    unit: UnitId,
    texts: &RevocationTexts,
) -> Result<RevocationId, ServiceError> {
    let me = actor.signed_in().ok_or(ServiceError::Denied)?;
    let unit = permitted(context, actor, account, unit).await?;
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    // Renewals of what is taken come to nothing; applications are locked before units and accounts.
    let mut renewals = renew_permissions::lock(&tx, &[account]).await?;
    // The unit first, then the account: as an approval locks them, so that of both at once one waits, and neither for ever.
    units::find_for_update(&tx, unit.id).await?.ok_or(ServiceError::NotFound)?;
    let credentials = accounts::find_for_update(&tx, account).await?.ok_or(ServiceError::NotFound)?;
    let account = &credentials.account;
    let today = context.now().warsaw_date();
    let capacity = Capacity::of(me, account.id, unit.id);
    let found = of_unit(&tx, account.clone(), unit.clone(), capacity, today).await?;
    let held: Vec<GrantRequest> = found.grants.iter().map(wish_of).collect();
    let may_close = texts.close_account && may_close(context, &tx, actor, &found).await?;
    let read = read_revocation(texts, capacity, &held, may_close, &found.reasons, today)?;
    let reason = found.reasons.iter().find(|reason| reason.code == read.reason).cloned().ok_or(ServiceError::Stale)?;
    let note = read.note.as_ref().map(ToString::to_string);
    if read.closes_account {
        let cause = Cause { reason: Some(reason), note, letter: read.letter, ..Cause::of(read.capacity) };
        let id = close_for_good(context, actor, &tx, &credentials, cause).await?.pop().ok_or(ServiceError::Stale)?;
        tx.commit().await?;
        return Ok(id);
    }
    let ends_work = read.rights.len() == held.len();
    let taken: Vec<&Grant> = found.grants.iter().filter(|grant| read.rights.contains(&wish_of(grant))).collect();
    let taking = Taking {
        account,
        unit: &unit,
        grants: taken.clone(),
        applications: &found.applications,
        ends_coordinator: ends_work && found.is_coordinator,
        capacity: read.capacity,
        reason: reason.clone(),
        note,
        letter: read.letter.clone(),
    };
    let id = take(context, actor, &tx, taking).await?;
    let why = revoked_reason(context, read.capacity, &reason);
    renew_permissions::end(context, actor, &tx, &mut renewals, &taken, &why).await?;
    record::tell(context, &tx, actor, &Notice::GrantsRevoked { account: account.id, revocation: id }).await?;
    tx.commit().await?;
    Ok(id)
}

/// What the applicant of a renewal reads whose right was taken away today.
pub(in crate::services) fn revoked_reason(context: &Context, capacity: Capacity, reason: &Reason) -> String {
    let labels = context.renderer.labels();
    let capacity = labels.text(&format!("capacities.{}", capacity.key()));
    let day = date_text(context.now().warsaw_date());
    labels.text_with("renew.revoked_reason", &[("day", &day), ("capacity", &capacity), ("reason", &reason.name)])
}
