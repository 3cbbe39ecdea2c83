//! What the approval does: the rights come into being, if all is still as it was applied for.

use crate::domain::account::{AccountStatus, Role};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::extension::PermissionExtension;
use crate::domain::application::registration::check_grants;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::notice::Notice;
use crate::services::{Context, ServiceError, record, rights};
use crate::storage::Connection;
use crate::storage::{accounts, dictionaries, role_assignments, security_reports};

/// Grants what the extension asks for, in the deciding transaction, and tells the applicant.
///
/// # Errors
/// `Invalid` at `unit` when it has ended; at `grants` when a right is held by now, its last day has passed, the kind of unit may not
/// have it any more, or the account was stopped or is doubted by its owner.
pub(in crate::services) async fn grant<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    extension: &PermissionExtension,
) -> Result<(), ServiceError> {
    let today = context.now().warsaw_date();
    // Where the unit was transformed meanwhile, the rights come into being in its successor.
    let unit = rights::heir(tx, extension.unit_id).await?.ok_or_else(|| ServiceError::field("unit", Invalid::UnitClosed))?;
    let account = accounts::find_for_update(tx, application.applicant).await?.ok_or(ServiceError::Stale)?.account;
    let mut errors = FieldErrors::default();
    // After „to nie ja” nobody knows whose wish this is, until helpdesk has looked.
    if account.status != AccountStatus::Active || !account.has_password || security_reports::is_any_open(tx, account.id).await? {
        errors.add("grants", Invalid::AccountChanged);
    }
    let dictionaries = dictionaries::load(tx, context.now().warsaw_date()).await?;
    let allowed = dictionaries.unit_kind(&unit.data.kind).map_or(&[][..], |kind| &kind.sub_areas[..]);
    // The decider has one place to look at: what is granted.
    // Who asks to be coordinator need not ask for rights besides.
    if !(extension.coordinator && extension.grants.is_empty()) {
        for reason in check_grants(&extension.grants, Some(allowed), &dictionaries, today).0.into_values().flatten() {
            errors.add("grants", reason);
        }
    }
    let held = rights::held_by(tx, account.id, today).await?;
    if extension.grants.iter().any(|wish| held.iter().any(|right| right.is_to(unit.id, &wish.sub_area, &wish.function))) {
        errors.add("grants", Invalid::GrantHeld);
    }
    if extension.coordinator {
        let roles = role_assignments::list_of(tx, account.id).await?;
        if roles.iter().any(|role| role.role == Role::UnitCoordinator && role.unit == Some(unit.id)) {
            errors.add("coordinator", Invalid::CoordinatorAlready);
        }
        if rights::own_units(tx, account.id, today).await?.iter().all(|own| own.id != unit.id) {
            errors.add("coordinator", Invalid::CoordinatorElsewhere);
        }
    }
    errors.into_result(())?;
    let place = (unit.id, &unit.voivodeship);
    rights::give(context, actor, tx, application, &account, place, &extension.grants).await?;
    if extension.coordinator {
        rights::make_coordinator(context, actor, tx, application, &account, place).await?;
    }
    record::tell(context, tx, actor, &Notice::ApplicationApproved { application: application.id }).await
}
