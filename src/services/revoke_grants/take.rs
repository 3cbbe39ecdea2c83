//! The one place that takes rights away: whoever does it, and for whatever reason, leaves the same record.

use crate::domain::account::{Account, Role};
use crate::domain::actor::Actor;
use crate::domain::application::registration::GrantRequest;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::RevocationId;
use crate::domain::notice::Notice;
use crate::domain::revocation::{Capacity, HeadLetter, LeftApplication, LeftBehind, Reason, Revocation};
use crate::domain::unit::Unit;
use crate::services::{Context, ServiceError, record};
use crate::storage::Connection;
use crate::storage::applications::Listed;
use crate::storage::grants::{self, Grant};
use crate::storage::{revocations, role_assignments};
use serde_json::json;

/// What is taken from one person in one unit, and why.
pub(in crate::services) struct Taking<'a> {
    /// From whom; locked.
    pub(in crate::services) account: &'a Account,
    /// Where.
    pub(in crate::services) unit: &'a Unit,
    /// Which rights.
    pub(in crate::services) grants: Vec<&'a Grant>,
    /// The person's open applications for this unit.
    pub(in crate::services) applications: &'a [Listed],
    /// The person is the unit's coordinator, and is to be none any more.
    pub(in crate::services) ends_coordinator: bool,
    /// In which capacity it is done.
    pub(in crate::services) capacity: Capacity,
    /// Why.
    pub(in crate::services) reason: Reason,
    /// In words.
    pub(in crate::services) note: Option<String>,
    /// The head's letter.
    pub(in crate::services) letter: Option<HeadLetter>,
}

/// A grant as somebody would ask for it.
pub(super) fn wish_of(grant: &Grant) -> GrantRequest {
    GrantRequest { sub_area: grant.sub_area.clone(), function: grant.function.clone(), valid_until: grant.valid_until }
}

/// Takes it, in the transaction of whoever does it. The unit's other coordinators are told; to tell the person is the caller's.
///
/// # Errors
/// `Stale` when one of the rights is gone already.
pub(in crate::services) async fn take<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    taking: Taking<'_>,
) -> Result<RevocationId, ServiceError> {
    let Taking { account, unit, grants: taken, applications, ends_coordinator, capacity, reason, note, letter } = taking;
    let (id, now, place) = (context.new_revocation_id(), context.now(), Some(&unit.voivodeship));
    let application = |listed: &Listed| LeftApplication {
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
        capacity,
        reason,
        note,
        letter,
        left_behind: LeftBehind {
            rights: taken.iter().map(|grant| wish_of(grant)).collect(),
            applications: applications.iter().map(application).collect(),
            was_coordinator: ends_coordinator,
        },
    };
    revocations::add(tx, &revocation).await?;
    for grant in taken {
        if !grants::revoke(tx, grant.id, id, now).await? {
            return Err(ServiceError::Stale);
        }
        let details = json!({
            "account": account.login.as_str(), "unit": unit.id, "sub_area": grant.sub_area, "function": grant.function,
            "capacity": capacity.key(), "reason": revocation.reason.name, "revocation": id,
        });
        record::done(context, tx, actor, AuditEvent::GrantRevoked, AuditObject::new("grant", grant.id), place, details).await?;
    }
    if ends_coordinator {
        let roles = role_assignments::list_of(tx, account.id).await?;
        for held in roles.into_iter().filter(|held| held.role == Role::UnitCoordinator && held.unit == Some(unit.id)) {
            role_assignments::revoke(tx, held.id, now).await?;
            let details = json!({ "role": held.role.key(), "unit": unit.id, "revocation": id });
            record::done(context, tx, actor, AuditEvent::RoleRevoked, AuditObject::new("account", &account.login), place, details).await?;
        }
    }
    for coordinator in role_assignments::list_coordinators(tx, unit.id).await? {
        if Some(coordinator) != actor.account_id() && coordinator != account.id {
            record::tell(context, tx, actor, &Notice::UnitGrantsRevoked { account: coordinator, revocation: id }).await?;
        }
    }
    Ok(id)
}
