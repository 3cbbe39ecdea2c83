//! Where „popraw” leads, kind by kind. What may not live here: what can be corrected (the services), and the pages.

use super::drafting::{TASKS, hold};
use super::visit::Visit;
use crate::domain::application::Kind;
use crate::domain::identifiers::ApplicationNumber;
use crate::services::{
    ServiceError, change_unit, confirm_permissions, draft_application, extend_permissions, join_accounts, lost_mailbox, register_staff,
    renew_permissions,
};

/// Starts the correction and gives its first page.
///
/// # Errors
/// Of the service: not the applicant's, or nothing can be corrected (any more).
pub async fn begin(who: &Visit<'_>, kind: Kind, number: &ApplicationNumber) -> Result<&'static str, ServiceError> {
    match kind {
        Kind::UnitRegistration | Kind::StaffRegistration => {
            hold(who, draft_application::start_correction(who.context(), who.actor(), number).await?);
            Ok(TASKS)
        }
        Kind::EmailChange => {
            lost_mailbox::start_correction(who.context(), who.actor(), number).await?;
            Ok("/email-change")
        }
        Kind::UnitStaff => {
            register_staff::start_correction(who.context(), who.actor(), number).await?;
            Ok("/unit/staff/register")
        }
        Kind::PermissionExtension => {
            extend_permissions::start_correction(who.context(), who.actor(), number).await?;
            Ok("/account/extend")
        }
        Kind::AccountJoin => {
            join_accounts::start_correction(who.context(), who.actor(), number).await?;
            Ok("/account/join")
        }
        Kind::UnitChange => {
            change_unit::start_correction(who.context(), who.actor(), number).await?;
            Ok("/unit/change")
        }
        Kind::PermissionRenewal => {
            renew_permissions::start_correction(who.context(), who.actor(), number).await?;
            Ok("/account/renew")
        }
        Kind::Attestation => {
            confirm_permissions::start_correction(who.context(), who.actor(), number).await?;
            Ok("/unit/attestation")
        }
    }
}
