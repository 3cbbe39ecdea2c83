//! Accounts of the persons of an application that is not approved yet: they hold the logins, and nothing else. What may not live here:
//! what becomes of them (the decision).

use super::file_application::{file_revision, resubmit_unprinted};
use super::view_application::target_of;
use super::{Context, ServiceError, change_profile};
use crate::domain::account::{AccountProfile, AccountStatus};
use crate::domain::actor::Actor;
use crate::domain::application::registration::Person;
use crate::domain::application::status::Mover;
use crate::domain::application::{Application, Payload};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, ApplicationId};
use crate::domain::invalid::Invalid;
use crate::domain::permission::Permission;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::applications::persons as person_rows;
use crate::storage::{Connection, accounts, applications};

fn profile(person: &Person) -> AccountProfile {
    AccountProfile {
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        position: Some(person.position.clone()),
        email: person.email.clone(),
        phone: Some(person.phone.clone()),
    }
}

/// The accounts of an application's persons with the keys of their logins.
async fn known_persons<C: Connection>(tx: &C, application: &Application) -> Result<Vec<(AccountId, String)>, ServiceError> {
    let mut known = Vec::new();
    for account in person_rows::list(tx, application.id).await? {
        if let Some(found) = accounts::find(tx, account).await? {
            known.push((account, found.login.key()));
        }
    }
    Ok(known)
}

/// Adds accounts for the persons, or takes those of the application's earlier revision (`known`, by login) and brings
/// them up to date. What stays in `known` is no longer in the application. `applicant_hash` is the first person's password.
///
/// # Errors
/// `Invalid` at `persons.<i>.login` for a login that is taken.
pub(super) async fn add_persons<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    (persons, voivodeship): (&[Person], &VoivodeshipCode),
    known: &mut Vec<(AccountId, String)>,
    applicant_hash: Option<String>,
) -> Result<Vec<(AccountId, String)>, ServiceError> {
    let now = context.now();
    let mut people = Vec::new();
    for (i, person) in persons.iter().enumerate() {
        let id = match known.iter().position(|(_, login)| *login == person.login.key()) {
            Some(at) => {
                let (id, _) = known.remove(at);
                let before = accounts::find(tx, id).await?.ok_or(ServiceError::Stale)?;
                if before.login.key() != person.login.key() {
                    change_profile::keep_login(context, actor, tx, &before).await?;
                }
                accounts::save_profile(tx, id, &person.login, &profile(person), Some(voivodeship)).await?;
                id
            }
            None => {
                let new = accounts::NewAccount {
                    id: context.new_account_id(),
                    login: person.login.clone(),
                    profile: profile(person),
                    status: AccountStatus::Pending,
                    voivodeship: Some(voivodeship.clone()),
                    password_hash: applicant_hash.clone().filter(|_| i == 0),
                };
                accounts::add(tx, &new, now).await.map_err(|e| match ServiceError::from(e) {
                    ServiceError::Invalid(_) => ServiceError::field(format!("persons.{i}.login"), Invalid::LoginTaken),
                    other => other,
                })?;
                new.id
            }
        };
        people.push((id, person.email.key()));
    }
    Ok(people)
}

/// Corrects an application that makes accounts for its persons: those who are not in it any more lose theirs.
///
/// # Errors
/// As [`add_persons`] and [`file_revision`]; `Denied` for anybody but the applicant; `Transition` where it cannot be corrected.
pub(super) async fn correct<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    id: ApplicationId,
    payload: Payload,
    dictionaries: &Dictionaries,
) -> Result<Application, ServiceError> {
    let mut application = applications::find_for_update(tx, id).await?.ok_or(ServiceError::NotFound)?;
    context.policy.check(actor, Permission::ApplicationRevise, &target_of(&application))?;
    if resubmit_unprinted(context, actor, tx, &mut application, &payload).await? {
        return Ok(application);
    }
    // Refused before any account is touched.
    application.status.after(application.status.event_of_revision(), Mover::Applicant)?;
    let (persons, voivodeship) = (payload.new_persons().to_vec(), payload.matter().summary().voivodeship);
    let mut known = known_persons(tx, &application).await?;
    // An applicant who is one of them keeps the account even under another login; the others are told apart by their logins.
    if let Some(applicant) = known.iter_mut().find(|(account, _)| *account == application.applicant) {
        applicant.1 = persons.first().map(|person| person.login.key()).unwrap_or_default();
    }
    let people = add_persons(context, actor, tx, (&persons, &voivodeship), &mut known, None).await?;
    let application = file_revision(context, actor, tx, application, payload, &people, dictionaries).await?;
    for (gone, _) in known {
        accounts::remove(tx, gone).await?;
    }
    Ok(application)
}
