//! One save per page: what is wrong comes back by field, and then nothing is written.

use super::check_holder;
use crate::domain::actor::Actor;
use crate::domain::application::draft::{Draft, DraftTexts, PersonTexts, STATEMENTS, UnitTexts};
use crate::domain::application::registration::Person;
use crate::domain::application::typing::{LONGEST_NOTE, check_person, put_person, read_grants, read_unit};
use crate::domain::id::UnitId;
use crate::domain::identifiers::{Login, TercCode, Text, optional};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::password::{FEWEST_WITHOUT_SECOND_FACTOR, check_new, normalise};
use crate::domain::unit::UnitStatus;
use crate::secrets::{common_passwords, token_hash};
use crate::services::{Context, ServiceError};
use crate::storage::Connection;
use crate::storage::database::begin;
use crate::storage::{accounts, applications, dictionaries, drafts, gminas, units};

/// The answer to „znajdź jednostkę”.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitChoice {
    /// Join a registered unit as a new person.
    Join(UnitId),
    /// Register a new unit; what was searched for may be its REGON.
    New {
        /// REGON or name as typed into the search.
        searched: String,
    },
}

/// Changes the texts of a draft in one transaction.
async fn change(
    context: &Context,
    actor: &Actor,
    token: &str,
    edit: impl FnOnce(&mut DraftTexts) -> Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    let draft = locked(context, actor, &tx, token).await?;
    let mut texts = draft.texts.clone();
    edit(&mut texts)?;
    drafts::save_texts(&tx, draft.id, &texts, context.now()).await?;
    tx.commit().await?;
    Ok(())
}

async fn locked<C: Connection>(context: &Context, actor: &Actor, tx: &C, token: &str) -> Result<Draft, ServiceError> {
    let found = drafts::find_by_token(tx, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    check_holder(context, actor, &found)?;
    let (draft, _) = drafts::find_for_update(tx, found.id).await?.ok_or(ServiceError::NotFound)?;
    // What was submitted stays as it was.
    if draft.submitted_as.is_some() { Err(ServiceError::Stale) } else { Ok(draft) }
}

/// Saves the answer to „znajdź jednostkę”.
///
/// # Errors
/// `Invalid` at `unit` when the unit to join is not an active one.
pub async fn choose_unit(context: &Context, actor: &Actor, token: &str, choice: &UnitChoice) -> Result<(), ServiceError> {
    let existing = match choice {
        UnitChoice::Join(id) => {
            let unit = units::find(&context.db, *id).await?.filter(|u| u.status == UnitStatus::Active);
            Some(unit.ok_or_else(|| ServiceError::field("unit", Invalid::Unknown))?.id)
        }
        UnitChoice::New { .. } => None,
    };
    change(context, actor, token, |texts| {
        if texts.existing_unit != existing {
            // Another kind of unit may ask for other sub-areas, and the statements were about another application.
            texts.persons.iter_mut().for_each(|p| p.grants.clear());
            texts.statements.clear();
        }
        texts.existing_unit = existing;
        texts.unit_chosen = true;
        if let UnitChoice::New { searched } = choice {
            let is_number = searched.chars().any(|c| c.is_ascii_digit()) && !searched.chars().any(char::is_alphabetic);
            if is_number {
                texts.unit.regon = searched.trim().to_owned();
            } else if !is_number && texts.unit.name.is_empty() {
                texts.unit.name = searched.trim().to_owned();
            }
        }
        Ok(())
    })
    .await
}

/// Saves the unit's page.
///
/// # Errors
/// `Invalid` by field, also for an unknown gmina or kind, and for a REGON that is registered or applied for.
pub async fn save_unit(context: &Context, actor: &Actor, token: &str, typed: UnitTexts) -> Result<(), ServiceError> {
    let draft = drafts::find_by_token(&context.db, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    let mut errors = FieldErrors::default();
    let dictionaries = dictionaries::load(&context.db, context.now().warsaw_date()).await?;
    let read = read_unit(&typed).map_err(|found| errors.merge("", found)).ok();
    match dictionaries.unit_kind(&typed.kind) {
        None if !typed.kind.is_empty() => errors.add("kind", Invalid::Unknown),
        Some(kind) if !kind.is_offered => errors.add("kind", Invalid::NotOffered),
        _ => {}
    }
    if let Ok(code) = TercCode::parse(&typed.terc) {
        if gminas::find(&context.db, &code).await?.is_none() {
            errors.add("terc", Invalid::Unknown);
        }
        check_voivodeship(&context.db, &draft, &code, "terc", &mut errors).await?;
    }
    if let Some(unit) = &read {
        check_regon_free(&context.db, unit.regon.as_str(), &draft, "regon", &mut errors).await?;
    }
    errors.into_result(())?;
    change(context, actor, token, |texts| {
        if texts.unit.kind != typed.kind {
            texts.persons.iter_mut().for_each(|p| p.grants.clear());
        }
        texts.unit = typed;
        Ok(())
    })
    .await
}

/// Longest text of one field that is kept unread.
const LONGEST_KEPT: usize = 300;

/// Keeps the unit's page as typed, unread, while its gmina is looked up. The task stays open until all of it is right.
///
/// # Errors
/// `NotFound` for an unknown draft.
pub async fn keep_unit(context: &Context, actor: &Actor, token: &str, mut typed: UnitTexts) -> Result<(), ServiceError> {
    for text in typed.fields_mut() {
        if let Some((end, _)) = text.char_indices().nth(LONGEST_KEPT) {
            text.truncate(end);
        }
    }
    change(context, actor, token, |texts| {
        if texts.unit.kind != typed.kind {
            texts.persons.iter_mut().for_each(|p| p.grants.clear());
        }
        texts.unit = typed;
        Ok(())
    })
    .await
}

/// Keeps the gmina that was picked from the lists.
///
/// # Errors
/// `Invalid` at `terc` for a gmina that does not exist.
pub async fn keep_gmina(context: &Context, actor: &Actor, token: &str, terc: &str) -> Result<(), ServiceError> {
    let code = TercCode::parse(terc).map_err(|_| ServiceError::field("terc", Invalid::Required))?;
    gminas::find(&context.db, &code).await?.ok_or_else(|| ServiceError::field("terc", Invalid::Unknown))?;
    change(context, actor, token, |texts| {
        texts.unit.terc = code.to_string();
        Ok(())
    })
    .await
}

/// Notes at `field` when a correction would move the application to another voivodeship: its number names the one that has it,
/// and that office must not lose it from its sight.
pub(crate) async fn check_voivodeship<C: Connection>(
    db: &C,
    draft: &Draft,
    terc: &TercCode,
    field: &str,
    errors: &mut FieldErrors,
) -> Result<(), ServiceError> {
    let Some(id) = draft.application else { return Ok(()) };
    let corrected = applications::find(db, id).await?.ok_or(ServiceError::NotFound)?;
    if corrected.summary().voivodeship != terc.voivodeship() {
        errors.add(field, Invalid::OtherVoivodeship);
    }
    Ok(())
}

/// Notes at `field` when the REGON of a new unit is registered already, or is applied for by somebody else.
pub(crate) async fn check_regon_free<C: Connection>(
    db: &C,
    regon: &str,
    draft: &Draft,
    field: &str,
    errors: &mut FieldErrors,
) -> Result<(), ServiceError> {
    if units::find_active_by_regon(db, regon).await?.is_some() {
        errors.add(field, Invalid::RegonTaken);
    } else if applications::is_regon_open(db, regon, draft.application).await? {
        errors.add(field, Invalid::RegonOpenApplication);
    }
    Ok(())
}

/// Saves one person's page; `index` 0 is the applicant, one past the end adds a person.
///
/// # Errors
/// `Invalid` by field, also for a login that is taken or used twice in this application; `Stale` when the number is another
/// person's by now (`about`: the login that the page showed).
pub async fn save_person(
    context: &Context,
    actor: &Actor,
    token: &str,
    (index, about): (usize, &str),
    typed: PersonTexts,
) -> Result<(), ServiceError> {
    let draft = drafts::find_by_token(&context.db, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    let mut errors = check_person(&draft.texts.persons, index, &typed);
    if let Ok(login) = Login::parse(&typed.login)
        && !is_login_free(&context.db, &login, &draft).await?
    {
        errors.add("login", Invalid::LoginTaken);
    }
    errors.into_result(())?;
    change(context, actor, token, |texts| {
        // The second of two clicks finds the person that the first has added.
        if texts.persons.get(index).is_none_or(|person| person.login != typed.login) {
            is_about(texts, index, about)?;
        }
        if put_person(&mut texts.persons, index, typed) { Ok(()) } else { Err(ServiceError::NotFound) }
    })
    .await
}

/// Whether the person at this number is still the one that the page was about (a login; empty for a new person): in another tab
/// somebody may have been added or removed, and what is typed for one must not reach another. The applicant is always the first.
fn is_about(texts: &DraftTexts, index: usize, about: &str) -> Result<(), ServiceError> {
    let login = texts.persons.get(index).map_or("", |person| person.login.as_str());
    if index == 0 || login == about { Ok(()) } else { Err(ServiceError::Stale) }
}

/// What is wrong with the logins of the persons of a draft: `LoginTaken` at `persons.<i>.login`.
pub(crate) async fn check_logins_free<C: Connection, T: Sync>(
    db: &C,
    persons: &[Person],
    draft: &Draft<T>,
    errors: &mut FieldErrors,
) -> Result<(), ServiceError> {
    for (i, person) in persons.iter().enumerate() {
        if !is_login_free(db, &person.login, draft).await? {
            errors.add(format!("persons.{i}.login"), Invalid::LoginTaken);
        }
    }
    Ok(())
}

/// A login is free when nobody has it, or only the draft's owner, or somebody in the application that this draft corrects.
pub(crate) async fn is_login_free<C: Connection, T>(db: &C, login: &Login, draft: &Draft<T>) -> Result<bool, ServiceError> {
    let Some(holder) = accounts::find_by_login(db, &login.key()).await? else { return Ok(true) };
    match draft.application {
        Some(application) => Ok(applications::persons::list(db, application).await?.contains(&holder.account.id)),
        None => Ok(draft.account == Some(holder.account.id)),
    }
}

/// Takes a person out again; the applicant stays.
///
/// # Errors
/// `NotFound` for the applicant and for a number past the end; `Stale` as for [`save_person`].
pub async fn remove_person(context: &Context, actor: &Actor, token: &str, (index, about): (usize, &str)) -> Result<(), ServiceError> {
    change(context, actor, token, |texts| {
        if index == 0 || index >= texts.persons.len() {
            return Err(ServiceError::NotFound);
        }
        is_about(texts, index, about)?;
        texts.persons.remove(index);
        Ok(())
    })
    .await
}

/// Checks and hashes the chosen password; only the hash is stored.
///
/// # Errors
/// `Invalid` at `password` or `password_repeat`.
pub async fn save_password(context: &Context, actor: &Actor, token: &str, password: &str, repeat: &str) -> Result<(), ServiceError> {
    let draft = drafts::find_by_token(&context.db, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    check_holder(context, actor, &draft)?;
    let person = draft.texts.persons.first().cloned().unwrap_or_default();
    let words = [&person.login, &person.first_name, &person.last_name, &person.email, &draft.texts.unit.name];
    let words: Vec<&str> = words.iter().map(|w| w.as_str()).collect();
    let mut errors = FieldErrors::default();
    if let Err(reason) = check_new(password, FEWEST_WITHOUT_SECOND_FACTOR, &words, common_passwords::is_common) {
        errors.add("password", reason);
    } else if password != repeat {
        errors.add("password_repeat", Invalid::PasswordRepeat);
    }
    errors.into_result(())?;
    let hash = context.hasher.hash(normalise(password)).await.map_err(ServiceError::internal)?;
    let tx = begin(&context.db).await?;
    let draft = locked(context, actor, &tx, token).await?;
    drafts::save_password(&tx, draft.id, Some(&hash)).await?;
    tx.commit().await?;
    Ok(())
}

/// Saves what a person needs.
///
/// # Errors
/// `Invalid` at `grants` or `valid_until`; `NotFound` for a number past the end; `Stale` as for [`save_person`].
pub async fn save_needs(
    context: &Context,
    actor: &Actor,
    token: &str,
    (index, about): (usize, &str),
    grants: Vec<String>,
    valid_until: String,
) -> Result<(), ServiceError> {
    let draft = drafts::find_by_token(&context.db, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    let dictionaries = dictionaries::load(&context.db, context.now().warsaw_date()).await?;
    let kind = match draft.texts.existing_unit {
        Some(id) => units::find(&context.db, id).await?.map(|u| u.data.kind),
        None => Some(draft.texts.unit.kind.clone()),
    };
    let kind = kind.as_deref().and_then(|k| dictionaries.unit_kind(k));
    let typed = PersonTexts { grants: grants.clone(), valid_until: valid_until.clone(), ..PersonTexts::default() };
    read_grants(&typed, kind.map(|k| &k.sub_areas[..]), &dictionaries, context.now().warsaw_date())?;
    change(context, actor, token, |texts| {
        is_about(texts, index, about)?;
        let person = texts.persons.get_mut(index).ok_or(ServiceError::NotFound)?;
        person.grants = grants;
        person.valid_until = valid_until;
        Ok(())
    })
    .await
}

/// Saves the confirmed statements.
///
/// # Errors
/// `Invalid` at `statements` unless all are confirmed.
pub async fn save_statements(context: &Context, actor: &Actor, token: &str, statements: Vec<String>) -> Result<(), ServiceError> {
    let known: Vec<String> = STATEMENTS.iter().filter(|key| statements.iter().any(|s| s == *key)).map(|key| (*key).to_owned()).collect();
    if known.len() < STATEMENTS.len() {
        return Err(ServiceError::field("statements", Invalid::StatementRequired));
    }
    change(context, actor, token, |texts| {
        texts.statements = known;
        Ok(())
    })
    .await
}

/// Saves the message to the office.
///
/// # Errors
/// `Invalid` at `note`.
pub async fn save_note(context: &Context, actor: &Actor, token: &str, note: String) -> Result<(), ServiceError> {
    if let Err(reason) = optional(&note, |t| Text::parse(t, LONGEST_NOTE)) {
        return Err(ServiceError::field("note", reason));
    }
    change(context, actor, token, |texts| {
        texts.note = note;
        Ok(())
    })
    .await
}
