//! Files a draft: a new application, or a new revision of one. Submitting twice makes one.

use super::draft_application::{check_logins_free, check_may_start_again, check_regon_free, check_voivodeship};
use super::file_application::file_new;
use super::pending_persons::{add_persons, correct};
use super::{Context, ServiceError};
use crate::domain::actor::Actor;
use crate::domain::application::draft::Draft;
use crate::domain::application::registration::Registration;
use crate::domain::application::typing::read_registration;
use crate::domain::application::{Application, Payload};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::AccountId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitStatus};
use crate::secrets::token_hash;
use crate::storage::Connection;
use crate::storage::applications;
use crate::storage::database::begin;
use crate::storage::{dictionaries, drafts, gminas, units};

/// Files the draft of a secret and gives the application's number; a draft that was filed gives the same number again.
///
/// # Errors
/// `Invalid` by field with everything that is missing or wrong; then nothing is written.
pub async fn submit(context: &Context, actor: &Actor, token: &str) -> Result<ApplicationNumber, ServiceError> {
    let now = context.now();
    let tx = begin(&context.db).await?;
    let found = drafts::find_by_token(&tx, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    super::draft_application::check_holder(context, actor, &found)?;
    let (draft, password_hash) = drafts::find_for_update(&tx, found.id).await?.ok_or(ServiceError::NotFound)?;
    if let Some(done) = draft.submitted_as {
        // The second click, or the other tab: one application, one answer.
        return Ok(applications::find(&tx, done).await?.ok_or(ServiceError::NotFound)?.number);
    }
    let dictionaries = dictionaries::load(&tx, context.now().warsaw_date()).await?;
    // The application before its unit, as a decision locks them: of two at once one waits, and neither for ever.
    if let Some(id) = draft.application {
        applications::find_for_update(&tx, id).await?;
    }
    let registered = registered_unit(&tx, &draft).await?;
    let registration = read_registration(&draft.texts, registered.as_ref().map(|u| &u.data), &dictionaries, now.warsaw_date())?;
    check_against_rows(&tx, &draft, &registration, password_hash.is_some()).await?;
    let payload = Payload::Registration(registration.clone());
    let application = match draft.application {
        None => {
            let applicant = match draft.account {
                Some(account) => Applicant::Known(check_may_start_again(&tx, account).await?.id),
                None => Applicant::New(password_hash.ok_or_else(|| ServiceError::field("password", Invalid::Required))?),
            };
            file(context, actor, &tx, payload, &registration, &dictionaries, applicant).await?
        }
        Some(corrected) => correct(context, actor, &tx, corrected, payload, &dictionaries).await?,
    };
    drafts::mark_submitted(&tx, draft.id, application.id).await?;
    tx.commit().await?;
    Ok(application.number)
}

async fn registered_unit<C: Connection>(tx: &C, draft: &Draft) -> Result<Option<Unit>, ServiceError> {
    match draft.texts.existing_unit {
        None => Ok(None),
        Some(id) => {
            let unit = units::find_for_update(tx, id).await?.filter(|u| u.status == UnitStatus::Active);
            unit.map(Some).ok_or_else(|| ServiceError::field("unit", Invalid::Unknown))
        }
    }
}

async fn check_against_rows<C: Connection>(
    tx: &C,
    draft: &Draft,
    registration: &Registration,
    has_password: bool,
) -> Result<(), ServiceError> {
    let mut errors = FieldErrors::default();
    if registration.existing_unit.is_none() {
        check_regon_free(tx, registration.unit.regon.as_str(), draft, "unit.regon", &mut errors).await?;
        check_voivodeship(tx, draft, &registration.unit.terc, "unit.terc", &mut errors).await?;
        if gminas::find(tx, &registration.unit.terc).await?.is_none() {
            errors.add("unit.terc", Invalid::Unknown);
        }
    }
    check_logins_free(tx, &registration.persons, draft, &mut errors).await?;
    let applicant = registration.persons.first().map(|p| p.email.key());
    if draft.confirmed_email != applicant {
        errors.add("persons.0.email", Invalid::EmailNotConfirmed);
    }
    if draft.account.is_none() && !has_password {
        errors.add("password", Invalid::Required);
    }
    errors.into_result(())?;
    Ok(())
}

/// Of two who file for one REGON at the same moment the constraint stops the second; the check page knows the field by its path.
fn at_unit(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Invalid(errors) if errors.0.get("regon").is_some_and(|found| found.contains(&Invalid::RegonOpenApplication)) => {
            ServiceError::field("unit.regon", Invalid::RegonOpenApplication)
        }
        other => other,
    }
}

/// Who files a new application.
enum Applicant {
    /// Somebody without an account, with the hash of the password that they chose.
    New(String),
    /// The owner of an account whose earlier application came to nothing.
    Known(AccountId),
}

async fn file<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    payload: Payload,
    registration: &Registration,
    dictionaries: &Dictionaries,
    applicant: Applicant,
) -> Result<Application, ServiceError> {
    let first_login = registration.persons.first().map(|p| p.login.key()).unwrap_or_default();
    let voivodeship = registration.unit.terc.voivodeship();
    let persons = (&registration.persons[..], &voivodeship);
    let people = match applicant {
        Applicant::New(hash) => add_persons(context, actor, tx, persons, &mut Vec::new(), Some(hash)).await?,
        Applicant::Known(account) => add_persons(context, actor, tx, persons, &mut vec![(account, first_login)], None).await?,
    };
    let (applicant, _) = people.first().cloned().ok_or_else(|| ServiceError::field("persons", Invalid::Required))?;
    file_new(context, actor, tx, payload, applicant, &people, dictionaries).await.map_err(at_unit)
}
