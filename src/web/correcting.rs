//! Where „popraw” leads, kind by kind. What may not live here: what can be corrected (the services), and the pages.

use super::drafting::{TASKS, hold};
use super::visit::Visit;
use crate::domain::application::Kind;
use crate::domain::identifiers::ApplicationNumber;
use crate::services::change_unit::Changing;
use crate::services::extend_permissions::Extension;
use crate::services::guided_form::start_correction;
use crate::services::register_staff::StaffDraft;
use crate::services::renew_permissions::Renewal;
use crate::services::{ServiceError, confirm_permissions, draft_application, lost_mailbox};

/// Starts the correction and gives its first page.
///
/// # Errors
/// Of the service: not the applicant's, or nothing can be corrected (any more).
pub async fn begin(who: &Visit<'_>, kind: Kind, number: &ApplicationNumber) -> Result<String, ServiceError> {
    let (context, actor) = (who.context(), who.actor());
    match kind {
        Kind::UnitRegistration | Kind::StaffRegistration => {
            hold(who, draft_application::start_correction(context, actor, number).await?);
            return Ok(TASKS.to_owned());
        }
        Kind::EmailChange => lost_mailbox::start_correction(context, actor, number).await?,
        Kind::UnitStaff => start_correction::<StaffDraft>(context, actor, number).await?,
        Kind::PermissionExtension => start_correction::<Extension>(context, actor, number).await?,
        Kind::UnitChange => start_correction::<Changing>(context, actor, number).await?,
        Kind::PermissionRenewal => start_correction::<Renewal>(context, actor, number).await?,
        Kind::Attestation => confirm_permissions::start_correction(context, actor, number).await?,
    }
    Ok(format!("/{}", kind.place()))
}
