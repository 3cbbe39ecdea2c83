//! What an approval does: the one `match` on the payload that acts.

use super::{
    Context, ServiceError, change_unit, confirm_permissions, extend_permissions, join_accounts, lost_mailbox, record, renew_permissions,
    rights,
};
use crate::domain::account::AccountStatus;
use crate::domain::actor::Actor;
use crate::domain::application::registration::{Person, Registration, check_persons};
use crate::domain::application::staff::StaffRegistration;
use crate::domain::application::{Application, Payload};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, UnitId};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::notice::Notice;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::Connection;
use crate::storage::{accounts, dictionaries, units};
use serde_json::json;

/// Makes an approved application true, in the deciding transaction, and tells the applicant. `persons` are the accounts in the application's order.
///
/// # Errors
/// `Invalid` at `regon` when the REGON was registered meanwhile, at the field of its kind when account,
/// unit or rights changed meanwhile; `Stale` when unit or persons are not what they were.
pub async fn apply<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    persons: &[AccountId],
) -> Result<(), ServiceError> {
    match &application.payload {
        Payload::Registration(registration) => register(context, actor, tx, application, registration, persons).await,
        Payload::EmailChange(change) => lost_mailbox::queue(context, actor, tx, application, change).await,
        Payload::UnitStaff(staff) => enrol_staff(context, actor, tx, application, staff, persons).await,
        Payload::UnitChange(change) => change_unit::apply(context, actor, tx, application, change).await,
        Payload::PermissionExtension(extension) => extend_permissions::grant(context, actor, tx, application, extension).await,
        Payload::AccountJoin(join) => join_accounts::approve(context, actor, tx, application, join).await,
        Payload::PermissionRenewal(renewal) => renew_permissions::grant(context, actor, tx, application, renewal).await,
        Payload::Attestation(list) => confirm_permissions::approve(context, actor, tx, application, list).await,
    }
}

async fn register<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    registration: &Registration,
    persons: &[AccountId],
) -> Result<(), ServiceError> {
    let unit = unit(context, actor, tx, application, registration).await?;
    enrol(context, actor, tx, application, (unit, &registration.unit.terc.voivodeship()), &registration.persons, persons).await
}

async fn enrol_staff<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    staff: &StaffRegistration,
    accounts: &[AccountId],
) -> Result<(), ServiceError> {
    // Where the unit was transformed meanwhile, they work for its successor.
    let unit = rights::heir(tx, staff.unit_id).await?.ok_or_else(|| ServiceError::field("unit", Invalid::UnitClosed))?;
    let dictionaries = dictionaries::load(tx, context.now().warsaw_date()).await?;
    let allowed = dictionaries.unit_kind(&unit.data.kind).map_or(&[][..], |kind| &kind.sub_areas[..]);
    let found = check_persons(&staff.persons, Some(allowed), &dictionaries, context.now().warsaw_date());
    // The decider has one place to look at: what is granted.
    let mut errors = FieldErrors::default();
    found.0.into_values().flatten().for_each(|reason| errors.add("grants", reason));
    errors.into_result(())?;
    enrol(context, actor, tx, application, (unit.id, &unit.voivodeship), &staff.persons, accounts).await
}

/// Accounts, grants and roles of new persons, and the letters to them and to the applicant.
async fn enrol<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    (unit, voivodeship): (UnitId, &VoivodeshipCode),
    said: &[Person],
    persons: &[AccountId],
) -> Result<(), ServiceError> {
    if persons.len() != said.len() {
        return Err(ServiceError::Stale);
    }
    for (account, person) in persons.iter().zip(said) {
        let found = accounts::find_for_update(tx, *account).await?.ok_or(ServiceError::Stale)?.account;
        if found.status == AccountStatus::Pending {
            // Who chose a password and confirmed the address may begin at once; the others get an activation link.
            let status = if found.has_password { AccountStatus::Active } else { AccountStatus::Invited };
            accounts::save_status(tx, *account, status).await?;
            let object = AuditObject::new("account", &found.login);
            let details = json!({ "application": application.number.as_str(), "status": status.key() });
            record::done(context, tx, actor, AuditEvent::AccountCreated, object, Some(voivodeship), details).await?;
            if status == AccountStatus::Invited {
                record::tell(context, tx, actor, &Notice::AccountInvited { account: *account }).await?;
            }
        }
        rights::give(context, actor, tx, application, &found, (unit, voivodeship), &person.grants).await?;
        if person.coordinator {
            rights::make_coordinator(context, actor, tx, application, &found, (unit, voivodeship)).await?;
        }
    }
    record::tell(context, tx, actor, &Notice::ApplicationApproved { application: application.id }).await
}

async fn unit<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    registration: &Registration,
) -> Result<UnitId, ServiceError> {
    if let Some(id) = registration.existing_unit {
        // Where the unit was transformed meanwhile, they join its successor.
        return rights::heir(tx, id).await?.map(|unit| unit.id).ok_or_else(|| ServiceError::field("unit", Invalid::UnitClosed));
    }
    let id = context.new_unit_id();
    units::add(tx, id, &registration.unit, context.now().warsaw_date(), context.now()).await?;
    let object = AuditObject::new("unit", &registration.unit.regon);
    change_unit::remember_registration(context, tx, application, id, &registration.unit).await?;
    let details = json!({ "unit": id, "kind": registration.unit.kind });
    record::done(context, tx, actor, AuditEvent::UnitRegistered, object, Some(&registration.unit.terc.voivodeship()), details).await?;
    Ok(id)
}
