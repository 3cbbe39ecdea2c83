//! What the owner of an account types before filing: at most one draft of a kind, a correction before a new application. What may
//! not live here: what one kind asks for.

use super::file_application::{file_new, file_revision, resubmit_unprinted};
use super::view_application::target_of;
use super::{Context, ServiceError, record};
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::decision::{Remark, SIGNED_FORM};
use crate::domain::application::draft::{Draft, DraftKind, Drafted};
use crate::domain::application::status::{Mover, Status};
use crate::domain::application::{Application, Kind, Payload};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, ApplicationId, DraftId, UnitId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::domain::permission::Permission;
use crate::secrets::{random_token, token_hash};
use crate::storage::Connection;
use crate::storage::applications::{Listed, remarks};
use crate::storage::database::begin;
use crate::storage::{accounts, applications, dictionaries, drafts, units};
use jiff::civil::Date;
use serde_json::json;

/// Where a form in the own account stands, whatever it is for.
#[derive(Debug, Clone)]
pub struct OwnDraft<T> {
    /// The account.
    pub account: Account,
    /// What is typed, if anything.
    pub draft: Option<Draft<T>>,
    /// The application that the draft corrects.
    pub corrects: Option<Application>,
    /// What the office asked to correct, and its covering note (without a field).
    pub remarks: Vec<Remark>,
    /// Open applications of this kind that the account filed, the newest first.
    pub open: Vec<Listed>,
    /// The state of the application that a typed correction came too late for.
    pub(super) too_late_for: Option<Status>,
    /// Dictionaries.
    pub dictionaries: Dictionaries,
    /// The day in Warsaw.
    pub today: Date,
}

impl<T: Clone + Default> OwnDraft<T> {
    /// What is typed so far.
    pub fn texts(&self) -> T {
        self.draft.as_ref().map(|draft| draft.texts.clone()).unwrap_or_default()
    }
    /// The application that is corrected.
    pub fn corrected(&self) -> Option<ApplicationId> {
        self.corrects.as_ref().map(|application| application.id)
    }
    /// What was made of a form that is not there any more.
    ///
    /// # Errors
    /// `Transition` where it would have corrected what can be corrected no more; `NotFound` where nothing was filed.
    pub(super) fn filed(&self) -> Result<ApplicationNumber, ServiceError> {
        if let Some(status) = self.too_late_for {
            status.after(status.event_of_revision(), Mover::Applicant)?;
        }
        // The second click, or the other tab: one application, one answer.
        self.open.first().map(|open| open.number.clone()).ok_or(ServiceError::NotFound)
    }
    /// What is filed stays with the office that its number names.
    ///
    /// # Errors
    /// `Invalid` at `unit` where another one would have to decide.
    pub(super) fn check_office(&self, payload: &Payload) -> Result<(), ServiceError> {
        match &self.corrects {
            Some(corrected) if corrected.summary().voivodeship != payload.matter().summary().voivodeship => {
                Err(ServiceError::field("unit", Invalid::OtherVoivodeship))
            }
            _ => Ok(()),
        }
    }
}

/// Reads it. Changes nothing.
pub(super) async fn read<C: Connection, T: Drafted>(
    context: &Context,
    db: &C,
    id: AccountId,
    kind: Kind,
) -> Result<OwnDraft<T>, ServiceError> {
    let (draft, corrects) = current(context, db, id).await?.unzip();
    let corrects = corrects.flatten();
    let too_late_for = match (&draft, drafts::find_corrected(db, id, T::KIND).await?) {
        (None, Some(corrected)) => applications::find(db, corrected).await?.map(|application| application.status),
        _ => None,
    };
    Ok(OwnDraft {
        account: accounts::find(db, id).await?.ok_or(ServiceError::NotFound)?,
        remarks: remarks_on(db, corrects.as_ref()).await?,
        open: open_of(db, id, kind).await?,
        dictionaries: dictionaries::load(db, context.now().warsaw_date()).await?,
        today: context.now().warsaw_date(),
        draft,
        corrects,
        too_late_for,
    })
}

/// What is being typed, with the application that it corrects. A correction that came too late is none.
pub(super) async fn current<C: Connection, T: Drafted>(
    context: &Context,
    db: &C,
    account: AccountId,
) -> Result<Option<(Draft<T>, Option<Application>)>, ServiceError> {
    let Some(draft) = drafts::of_kind::<_, T>(db, account, context.now()).await? else { return Ok(None) };
    let Some(id) = draft.application else { return Ok(Some((draft, None))) };
    let corrected = applications::find(db, id).await?.filter(|application| application.status.is_correctable());
    Ok(corrected.map(|application| (draft, Some(application))))
}

/// Locks the account before something is filed, and before it the application that a draft of this kind corrects, as a decision
/// locks them: of two at once one waits, and neither for ever.
pub(super) async fn lock<C: Connection>(tx: &C, account: AccountId, kind: DraftKind) -> Result<Account, ServiceError> {
    lock_with_unit(tx, account, kind, None).await
}

/// The same with the unit between both.
pub(super) async fn lock_with_unit<C: Connection>(
    tx: &C,
    account: AccountId,
    kind: DraftKind,
    unit: Option<UnitId>,
) -> Result<Account, ServiceError> {
    if let Some(corrected) = drafts::find_corrected(tx, account, kind).await? {
        applications::find_for_update(tx, corrected).await?;
    }
    if let Some(unit) = unit {
        units::find_for_update(tx, unit).await?;
    }
    Ok(accounts::find_for_update(tx, account).await?.ok_or(ServiceError::NotFound)?.account)
}

/// Keeps what was typed, in the open draft or in a new one.
pub(super) async fn keep<C: Connection, T: Drafted>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    account: AccountId,
    open: Option<DraftId>,
    texts: &T,
) -> Result<DraftId, ServiceError> {
    if let Some(draft) = open {
        drafts::save_texts(tx, draft, texts, context.now()).await?;
        return Ok(draft);
    }
    // A correction that came too late is of no use to anybody.
    drafts::remove_of_kind(tx, account, T::KIND).await?;
    let draft = context.new_draft_id();
    drafts::add(tx, draft, token_hash(&random_token()), texts, Some((account, None)), None, context.now()).await?;
    record::done(context, tx, actor, AuditEvent::DraftStarted, AuditObject::new("draft", draft), None, json!({})).await?;
    Ok(draft)
}

/// Starts the correction of an application, or finds the one that is open. `write` gives what was typed, and the address that was
/// confirmed where the kind has one.
///
/// # Errors
/// `Denied` for anybody but the applicant; `Transition` where the application cannot be corrected.
pub(super) async fn start_correction<T: Drafted>(
    context: &Context,
    actor: &Actor,
    account: AccountId,
    number: &ApplicationNumber,
    write: impl FnOnce(&Payload) -> Option<(T, Option<String>)>,
) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    accounts::find_for_update(&tx, account).await?.ok_or(ServiceError::NotFound)?;
    let application = applications::find_by_number(&tx, number).await?.ok_or(ServiceError::NotFound)?;
    context.policy.check(actor, Permission::ApplicationRevise, &target_of(&application))?;
    application.status.after(application.status.event_of_revision(), Mover::Applicant)?;
    if drafts::is_being_corrected(&tx, application.id, context.now()).await? {
        return Ok(());
    }
    let (texts, confirmed) = write(&application.payload).ok_or(ServiceError::NotFound)?;
    drafts::remove_of_kind(&tx, account, T::KIND).await?;
    let draft = context.new_draft_id();
    let owner = Some((account, Some(application.id)));
    drafts::add(&tx, draft, token_hash(&random_token()), &texts, owner, confirmed, context.now()).await?;
    let details = json!({ "application": number.as_str() });
    record::done(context, &tx, actor, AuditEvent::DraftStarted, AuditObject::new("draft", draft), None, details).await?;
    tx.commit().await?;
    Ok(())
}

/// What the office asked to correct: its covering note and what is about the signed form have no field.
pub(super) async fn remarks_on<C: Connection>(db: &C, corrected: Option<&Application>) -> Result<Vec<Remark>, ServiceError> {
    let mut notes = Vec::new();
    if let Some(application) = corrected.filter(|a| a.status == Status::Returned) {
        notes.extend(application.reason.iter().map(|text| Remark { field: String::new(), text: text.clone() }));
        let remarks = remarks::list(db, application.id, application.revision).await?;
        notes.extend(remarks.into_iter().map(|r| Remark { field: if r.field == SIGNED_FORM { String::new() } else { r.field }, ..r }));
    }
    Ok(notes)
}

/// The open applications of a kind that an account filed, the newest first.
pub(super) async fn open_of<C: Connection>(db: &C, account: AccountId, kind: Kind) -> Result<Vec<Listed>, ServiceError> {
    let own = applications::list_of_applicant(db, account).await?;
    Ok(own.into_iter().filter(|listed| listed.kind == kind && listed.status.is_open()).collect())
}

/// Makes of what is filed a new application, or another revision of the one that it corrects. `email_key` is that of the applicant.
///
/// # Errors
/// As [`file_new`] and [`file_revision`]; `Denied` for anybody but the applicant.
pub(super) async fn make<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    corrected: Option<Application>,
    payload: Payload,
    (account, email_key): (AccountId, String),
    dictionaries: &Dictionaries,
) -> Result<Application, ServiceError> {
    let people = [(account, email_key)];
    match corrected {
        None => file_new(context, actor, tx, payload, account, &people, dictionaries).await,
        Some(found) => {
            context.policy.check(actor, Permission::ApplicationRevise, &target_of(&found))?;
            let mut application = applications::find_for_update(tx, found.id).await?.ok_or(ServiceError::NotFound)?;
            if resubmit_unprinted(context, actor, tx, &mut application, &payload).await? {
                Ok(application)
            } else {
                file_revision(context, actor, tx, application, payload, &people, dictionaries).await
            }
        }
    }
}
