//! What the approval does: each right is given anew with its later end, in the place of the one that ends soon.

use crate::domain::account::AccountStatus;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::registration::check_grants;
use crate::domain::application::renewal::{PermissionRenewal, Renewed};
use crate::domain::id::UnitId;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::notice::Notice;
use crate::services::{Context, ServiceError, record, rights};
use crate::storage::Connection;
use crate::storage::grants::Grant;
use crate::storage::{accounts, dictionaries, grants, security_reports};

/// Puts the new rights in the place of the old ones, in the deciding transaction, and tells the applicant. Nobody is without the right
/// for a moment, and nobody holds it twice.
///
/// # Errors
/// `Invalid` at `unit` when it has ended; at `grants` when a right has ended, was taken away or given anew meanwhile, the kind of unit may
/// not have it any more, or the account was stopped or is doubted by its owner.
pub(in crate::services) async fn grant<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    renewal: &PermissionRenewal,
) -> Result<(), ServiceError> {
    // Where the unit was transformed meanwhile, its rights have moved to the successor.
    let unit = rights::heir(tx, renewal.unit_id).await?.ok_or_else(|| ServiceError::field("unit", Invalid::UnitClosed))?;
    // Whoever takes a right away holds this lock too: of both at once one comes first.
    let account = accounts::find_for_update(tx, application.applicant).await?.ok_or(ServiceError::Stale)?.account;
    // Read once, after the locks: the last minute of the last day counts, the first moment of the next does not.
    let now = context.now();
    let today = now.warsaw_date();
    let mut errors = FieldErrors::default();
    if account.status != AccountStatus::Active || !account.has_password || security_reports::is_any_open(tx, account.id).await? {
        errors.add("grants", Invalid::AccountChanged);
    }
    if application.payload.undecided_until().is_some_and(|too_late| too_late <= now) {
        errors.add("grants", Invalid::GrantGone);
    }
    let dictionaries = dictionaries::load(tx, context.now().warsaw_date()).await?;
    let allowed = dictionaries.unit_kind(&unit.data.kind).map_or(&[][..], |kind| &kind.sub_areas[..]);
    let wishes = renewal.wishes();
    for reason in check_grants(&wishes, Some(allowed), &dictionaries, today).0.into_values().flatten() {
        errors.add("grants", reason);
    }
    // What is suspended for want of the unit's confirmation is not made good by a renewal.
    let held = grants::list_in_force_of(tx, account.id, today).await?;
    let old: Vec<&Grant> = renewal.grants.iter().filter_map(|renewed| held.iter().find(|grant| is_it(grant, unit.id, renewed))).collect();
    if old.len() < renewal.grants.len() {
        errors.add("grants", Invalid::GrantGone);
    }
    errors.into_result(())?;
    for grant in old {
        if !grants::replace(tx, grant.id, now).await? {
            return Err(ServiceError::field("grants", Invalid::GrantGone));
        }
    }
    rights::give(context, actor, tx, application, &account, (unit.id, &unit.voivodeship), &wishes).await?;
    record::tell(context, tx, actor, &Notice::ApplicationApproved { application: application.id }).await
}

/// Whether a grant is the one that was shown on the form.
fn is_it(grant: &Grant, unit: UnitId, renewed: &Renewed) -> bool {
    grant.unit == unit && (&grant.sub_area, &grant.function, grant.valid_until) == (&renewed.sub_area, &renewed.function, renewed.ends)
}
