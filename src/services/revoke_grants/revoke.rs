//! Takes rights away, at once.

use super::affected::{of_unit, permitted};
use crate::domain::account::Role;
use crate::domain::actor::Actor;
use crate::domain::application::registration::GrantRequest;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, RevocationId, UnitId};
use crate::domain::notice::Notice;
use crate::domain::revocation::{Capacity, LeftApplication, LeftBehind, Revocation, RevocationTexts, read_revocation};
use crate::services::{Context, ServiceError, prove_again, record};
use crate::storage::database::begin;
use crate::storage::grants::{self, Grant};
use crate::storage::{accounts, revocations, role_assignments, units};
use serde_json::json;

/// Takes the chosen rights of a person in a unit away. What is chosen is the right, not the row: one that was renewed in this very moment
/// goes too. With the last right the person's work in the unit ends, and so does being its coordinator. The person and the unit's
/// coordinators are told, but for the one who does it.
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
    // The unit first, then the account: as an approval locks them, so that of both at once one waits, and neither for ever.
    units::find_for_update(&tx, unit.id).await?.ok_or(ServiceError::NotFound)?;
    let account = accounts::find_for_update(&tx, account).await?.ok_or(ServiceError::NotFound)?.account;
    let now = context.now();
    let today = now.warsaw_date();
    let capacity = Capacity::of(me, account.id, unit.id);
    let found = of_unit(&tx, account.clone(), unit.clone(), capacity, today).await?;
    let held: Vec<GrantRequest> = found.grants.iter().map(wish_of).collect();
    let read = read_revocation(texts, capacity, &held, &found.reasons, today)?;
    let reason = found.reasons.iter().find(|reason| reason.code == read.reason).cloned().ok_or(ServiceError::Stale)?;
    let ends_work = read.rights.len() == held.len();
    let id = context.new_revocation_id();
    let application = |listed: &crate::storage::applications::Listed| LeftApplication {
        number: listed.number.clone(),
        kind: listed.kind.key().to_owned(),
        status: listed.status.key().to_owned(),
    };
    let revocation = Revocation {
        id,
        account: account.id,
        unit: unit.id,
        revoked_at: now,
        revoked_by: actor.label().to_owned(),
        capacity: read.capacity,
        reason: reason.clone(),
        note: read.note.as_ref().map(ToString::to_string),
        letter: read.letter.clone(),
        left_behind: LeftBehind {
            rights: read.rights.clone(),
            applications: found.applications.iter().map(application).collect(),
            was_coordinator: ends_work && found.is_coordinator,
        },
    };
    revocations::add(&tx, &revocation).await?;
    let place = Some(&unit.voivodeship);
    for grant in found.grants.iter().filter(|grant| read.rights.contains(&wish_of(grant))) {
        if !grants::revoke(&tx, grant.id, id, now).await? {
            return Err(ServiceError::Stale);
        }
        let details = json!({
            "account": account.login.as_str(), "unit": unit.id, "sub_area": grant.sub_area, "function": grant.function,
            "capacity": read.capacity.key(), "reason": reason.name, "revocation": id,
        });
        record::done(context, &tx, actor, AuditEvent::GrantRevoked, AuditObject::new("grant", grant.id), place, details).await?;
    }
    if revocation.left_behind.was_coordinator {
        let roles = role_assignments::list_of(&tx, account.id).await?;
        for held in roles.into_iter().filter(|held| held.role == Role::UnitCoordinator && held.unit == Some(unit.id)) {
            role_assignments::revoke(&tx, held.id, now).await?;
            let details = json!({ "role": held.role.key(), "unit": unit.id, "revocation": id });
            record::done(context, &tx, actor, AuditEvent::RoleRevoked, AuditObject::new("account", &account.login), place, details).await?;
        }
    }
    record::tell(context, &tx, actor, &Notice::GrantsRevoked { account: account.id, revocation: id }).await?;
    for coordinator in role_assignments::list_coordinators(&tx, unit.id).await? {
        if coordinator != me.account && coordinator != account.id {
            record::tell(context, &tx, actor, &Notice::UnitGrantsRevoked { account: coordinator, revocation: id }).await?;
        }
    }
    tx.commit().await?;
    Ok(id)
}

fn wish_of(grant: &Grant) -> GrantRequest {
    GrantRequest { sub_area: grant.sub_area.clone(), function: grant.function.clone(), valid_until: grant.valid_until }
}
