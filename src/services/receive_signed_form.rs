//! A signed form comes back: uploaded by the applicant, or recorded by the office.

use super::view_application::{readable, target_of};
use super::{Context, ServiceError, confirm_permissions, examine_files, handle_post, record};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::decision::{Barred, SIGNED_FORM};
use crate::domain::application::signed_form::{CodeMatch, CodeMismatch, SignedFile, SignedForm, compare_codes};
use crate::domain::application::status::{Event, InvalidTransition, Mover, Status};
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::id::{FileId, PostFileId, PostItemId};
use crate::domain::identifiers::{ApplicationNumber, Line};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::{DAY_MS, parse_date};
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::domain::signature::{self, Refusal, Signature};
use crate::domain::voivodeship::ReturnChannel;
use crate::files::{Examined, object_key, page_key};
use crate::signatures::Trust;
use crate::storage::applications::{self, remarks};
use crate::storage::database::begin;
use crate::storage::{accounts, signed_forms, unwanted_files};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Files of one signed form.
pub const MOST_FILES: usize = 10;
/// Forms that an applicant may upload for one application in a day: each is kept, and examined with much work.
pub const MOST_UPLOADS: usize = 10;
/// Files that have no row after so many days belong to an upload that failed.
const UNNAMED_DAYS: i64 = 1;
/// Bytes of all files of one signed form together: DOMAIN's 10 MB.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// What the office records of a form that came by another channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Channel key as chosen.
    pub channel: String,
    /// Day as typed; empty is today.
    pub received_on: String,
    /// ePUAP or e-Doręczenia number, case sign; may be empty.
    pub reference: String,
}

struct Source {
    channel: ReturnChannel,
    received_on: Date,
    reference: Option<String>,
    mover: Mover,
    /// The files of the office's post that the form is made of.
    post: Option<FromPost>,
}

/// Files of the office's post that become a signed form.
#[derive(Debug, Clone)]
pub(super) struct FromPost {
    pub(super) item: PostItemId,
    pub(super) files: Vec<PostFileId>,
}

/// The applicant uploads the signed form.
///
/// # Errors
/// `Invalid` at `files`; `Transition` where no form is awaited.
pub async fn upload(context: &Context, actor: &Actor, number: &ApplicationNumber, files: Vec<Vec<u8>>) -> Result<CodeMatch, ServiceError> {
    let application = readable(context, actor, number).await?;
    context.policy.check(actor, Permission::SignedFormUpload, &target_of(&application))?;
    let source = Source {
        channel: ReturnChannel::Upload,
        received_on: context.now().warsaw_date(),
        reference: None,
        mover: Mover::Applicant,
        post: None,
    };
    if files.is_empty() {
        return Err(ServiceError::field("files", Invalid::FileMissing));
    }
    receive(context, actor, application, source, files).await
}

/// The office records a form that came by another channel; the file is optional (paper). A paper without a file names its
/// revision only to the eye, so the office says which version of the application it saw.
///
/// # Errors
/// `Barred` when that version is no longer the one; `Invalid` at `channel`, `received_on`, `reference` or `files`; `Transition` where no form is awaited.
pub async fn record_arrival(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    arrival: &Arrival,
    files: Vec<Vec<u8>>,
) -> Result<CodeMatch, ServiceError> {
    record_form(context, actor, number, seen_version, arrival, files, None).await
}

/// As [`record_arrival`]; what became of the files of the post is said in the same transaction.
///
/// # Errors
/// As [`record_arrival`]; `Stale` when one of these files waits no more.
pub(super) async fn record_form(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    arrival: &Arrival,
    files: Vec<Vec<u8>>,
    post: Option<FromPost>,
) -> Result<CodeMatch, ServiceError> {
    let application = readable(context, actor, number).await?;
    context.policy.check(actor, Permission::SignedFormRecord, &target_of(&application))?;
    if application.version != seen_version {
        return Err(Barred::Stale.into());
    }
    let today = context.now().warsaw_date();
    let mut errors = FieldErrors::default();
    let channel = ReturnChannel::from_key(&arrival.channel).filter(|c| *c != ReturnChannel::Upload);
    if channel.is_none() {
        errors.add("channel", if arrival.channel.is_empty() { Invalid::Required } else { Invalid::Unknown });
    }
    let received_on = match arrival.received_on.trim() {
        "" => Some(today),
        text => errors.take("received_on", parse_date(text)),
    };
    if received_on.is_some_and(|day| day > today) {
        errors.add("received_on", Invalid::DateFuture);
    }
    if received_on.is_some_and(|day| day < application.submitted_at.warsaw_date()) {
        errors.add("received_on", Invalid::BeforeSubmission);
    }
    let reference = errors.take("reference", Line::parse_optional(&arrival.reference, 100)).flatten();
    let (Some(channel), Some(received_on), true) = (channel, received_on, errors.is_empty()) else { return Err(errors.into()) };
    let source = Source { channel, received_on, reference: reference.map(|r| r.to_string()), mover: Mover::Office, post };
    receive(context, actor, application, source, files).await
}

async fn receive(
    context: &Context,
    actor: &Actor,
    application: Application,
    source: Source,
    files: Vec<Vec<u8>>,
) -> Result<CodeMatch, ServiceError> {
    application.status.after(Event::ReceiveForm, source.mover)?;
    if application.status == Status::Returned && !wants_form(context, &application).await? {
        // The office asked for another content, and a form of this one would only come back again, whoever brings it.
        return Err(InvalidTransition { from: application.status, event: Event::ReceiveForm, mover: source.mover }.into());
    }
    let account = actor.account_id().ok_or(ServiceError::Denied)?;
    if source.mover == Mover::Applicant {
        let before = signed_forms::list_of(&context.db, application.id).await?;
        if let Some(same) = in_hand(&application, &before, &files) {
            return Ok(same);
        }
        let yesterday = context.now().plus_ms(-DAY_MS);
        if before.iter().filter(|form| form.channel == ReturnChannel::Upload && form.recorded_at > yesterday).count() >= MOST_UPLOADS {
            return refuse(context, actor, &application, Invalid::UploadsTooMany).await;
        }
    }
    if files.len() > MOST_FILES {
        return refuse(context, actor, &application, Invalid::FileTooMany).await;
    }
    if files.iter().map(Vec::len).sum::<usize>() > MOST_BYTES {
        return refuse(context, actor, &application, Invalid::FileTooBig).await;
    }
    let mut examined = Vec::new();
    for bytes in files {
        let (found, bytes) = examine_files::examine_one(bytes).await?;
        match found {
            Ok(found) => examined.push((found, bytes)),
            Err(reason) => return refuse(context, actor, &application, reason).await,
        }
    }
    let codes: Vec<_> = examined.iter().flat_map(|(found, _)| found.codes.clone()).collect();
    let code_match = match compare_codes(&codes, &application.number, application.revision, &application.fingerprint) {
        Ok(code_match) => code_match,
        Err(CodeMismatch::OtherApplication) => return refuse(context, actor, &application, Invalid::FormOtherApplication).await,
        Err(CodeMismatch::OlderRevision) => return refuse(context, actor, &application, Invalid::FormOlderRevision).await,
    };
    // What comes to the office may be signed by the letter that carried it.
    if source.mover == Mover::Applicant && !examined.iter().any(|(found, _)| found.may_be_signed) {
        // Only what has the code of our form is our form without a signature.
        let reason = if code_match == CodeMatch::Matched { Invalid::FormUnsigned } else { Invalid::FormAbsent };
        return refuse(context, actor, &application, reason).await;
    }
    let signatures = verify(context, &examined).await?;
    for found in signatures.iter().flatten() {
        if let Err(refusal) = signature::judge(found) {
            let reason = match refusal {
                Refusal::Broken => Invalid::SignatureBroken,
                Refusal::Weak => Invalid::SignatureWeak,
            };
            return refuse(context, actor, &application, reason).await;
        }
    }
    let form = SignedForm {
        id: context.new_signed_form_id(),
        application: application.id,
        revision: application.revision,
        channel: source.channel,
        reference: source.reference.clone(),
        received_on: source.received_on,
        recorded_by: account,
        recorded_at: context.now(),
        code_match,
        files: Vec::new(),
    };
    // Whatever happens from here on: files that get no row in time are removed by the worker.
    let (id, due_at) = (form.id, context.now().plus_days(UNNAMED_DAYS));
    unwanted_files::add(&context.db, id, due_at, false).await?;
    let mut keys = Vec::new();
    let form = match store(context, form, examined, signatures, &mut keys).await {
        Ok(form) => form,
        Err(error) => {
            // Nothing half written: no row names these files.
            let mut is_clean = true;
            for key in keys {
                is_clean &= context.files.delete(&key).await.is_ok();
            }
            if is_clean {
                let _ = unwanted_files::remove(&context.db, id).await;
            }
            return Err(error);
        }
    };
    // What fails from here on may stand all the same: a connection can break after its commit. The note goes with the row or stays
    // without one, so the worker knows, and here nothing is removed.
    commit(context, actor, &application, &form, &source).await?;
    Ok(code_match)
}

/// The form that lies with the office already, when these are its very files: of two clicks the second changes nothing.
fn in_hand(application: &Application, before: &[SignedForm], files: &[Vec<u8>]) -> Option<CodeMatch> {
    let last = before.first().filter(|form| form.revision == application.revision && application.status == Status::FormReceived)?;
    let is_same = last.files.len() == files.len()
        && last.files.iter().zip(files).all(|(stored, bytes)| stored.sha256 == hex::encode(Sha256::digest(bytes)));
    is_same.then_some(last.code_match)
}

/// Whether the office returned the application for its signed form, so that another form of the same content helps.
pub(super) async fn wants_form(context: &Context, application: &Application) -> Result<bool, ServiceError> {
    let remarks = remarks::list(&context.db, application.id, application.revision).await?;
    Ok(remarks.iter().any(|remark| remark.field == SIGNED_FORM))
}

/// Verifies the electronic signatures of each file that has one, with the others beside it: one may sign another.
async fn verify(context: &Context, examined: &[(Examined, Vec<u8>)]) -> Result<Vec<Option<Vec<Signature>>>, ServiceError> {
    let mut all = Vec::new();
    for (index, (found, bytes)) in examined.iter().enumerate() {
        if !found.has_signature {
            all.push(None);
            continue;
        }
        let trust = Trust { roots: context.settings.signature_roots.clone(), now: context.now() };
        let beside = examined.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, (_, bytes))| bytes.clone());
        let beside: Vec<Vec<u8>> = beside.collect();
        all.push(Some(examine_files::verify_one(bytes.clone(), beside, trust).await?));
    }
    Ok(all)
}

async fn store(
    context: &Context,
    mut form: SignedForm,
    examined: Vec<(Examined, Vec<u8>)>,
    signatures: Vec<Option<Vec<Signature>>>,
    keys: &mut Vec<String>,
) -> Result<SignedForm, ServiceError> {
    let unavailable = |e: crate::files::StoreError| ServiceError::FilesAway(e.to_string());
    // A page that was sent several times is kept once, and counts once.
    let mut kept: HashMap<[u8; 32], String> = HashMap::new();
    for ((found, bytes), signatures) in examined.into_iter().zip(signatures) {
        let id = context.new_file_id();
        let key = object_key(form.id, id, found.media_type.extension());
        keys.push(key.clone());
        context.files.put(&key, bytes).await.map_err(unavailable)?;
        let mut page_keys = Vec::new();
        for (page, image) in found.pages.into_iter().enumerate() {
            let look = Sha256::digest(&image.png).into();
            if let Some(same) = kept.get(&look) {
                page_keys.push(same.clone());
                continue;
            }
            let page_key = page_key(form.id, id, page + 1);
            keys.push(page_key.clone());
            context.files.put(&page_key, image.png).await.map_err(unavailable)?;
            kept.insert(look, page_key.clone());
            page_keys.push(page_key);
        }
        form.files.push(SignedFile {
            id,
            media_type: found.media_type,
            size: i64::try_from(found.size).unwrap_or(i64::MAX),
            sha256: found.sha256,
            object_key: key,
            page_keys,
            has_signature: found.has_signature,
            signatures,
        });
    }
    Ok(form)
}

async fn commit(context: &Context, actor: &Actor, seen: &Application, form: &SignedForm, source: &Source) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    let mut application = applications::find_for_update(&tx, seen.id).await?.ok_or(ServiceError::NotFound)?;
    if application.revision != seen.revision {
        // A new revision was filed while the file was on its way.
        return Err(ServiceError::field("files", Invalid::FormOlderRevision));
    }
    if source.mover == Mover::Office && application.version != seen.version {
        return Err(Barred::Stale.into());
    }
    let before = application.status;
    application.status = before.after(Event::ReceiveForm, source.mover)?;
    if application.status != before {
        application.status_since = context.now();
    }
    application.lapses_at = None;
    // Files that were taken for leftovers are gone: an upload that took longer than anybody waits.
    if !unwanted_files::remove(&tx, form.id).await? {
        return Err(ServiceError::Stale);
    }
    signed_forms::add(&tx, form).await?;
    // What was put off is looked at again: something has come.
    applications::desk::snooze(&tx, application.id, None).await?;
    applications::save(&tx, &application).await?;
    confirm_permissions::answered(context, actor, &tx, &application).await?;
    if let Some(post) = &source.post {
        handle_post::assigned(context, actor, &tx, &application, post).await?;
    }
    let object = AuditObject::new("application", &application.number);
    let found = form.files.iter().flat_map(|file| file.signatures.iter().flatten());
    let integrities: Vec<&str> = found.map(|signature| signature.integrity.key()).collect();
    let details = json!({
        "signed_form": form.id, "revision": form.revision, "channel": form.channel.key(), "code_match": form.code_match.key(),
        "reference": form.reference, "signatures": integrities, "files": form.files.iter().map(|f| f.sha256.as_str()).collect::<Vec<_>>(),
    });
    let voivodeship = application.summary().voivodeship;
    // What came by post the office records for the person who sent it.
    let sender = match source.mover {
        Mover::Office => accounts::find(&tx, application.applicant).await?.map(|account| account.login.to_string()),
        Mover::Applicant | Mover::System => None,
    };
    let entry = NewAuditEntry {
        event: AuditEvent::SignedFormReceived,
        object,
        voivodeship: Some(voivodeship),
        on_behalf_of: sender,
        outcome: Outcome::Done,
        details,
    };
    record::entry(context, &tx, actor, entry).await?;
    record::tell(context, &tx, actor, &Notice::SignedFormReceived { application: application.id }).await?;
    tx.commit().await?;
    Ok(())
}

/// A refused file leaves a trace, and nothing else.
async fn refuse<T>(context: &Context, actor: &Actor, application: &Application, reason: Invalid) -> Result<T, ServiceError> {
    let entry = NewAuditEntry {
        event: AuditEvent::SignedFormRefused,
        object: AuditObject::new("application", &application.number),
        voivodeship: Some(application.summary().voivodeship),
        on_behalf_of: None,
        outcome: Outcome::Failed,
        details: json!({ "reason": reason.key() }),
    };
    record::entry(context, &context.db, actor, entry).await?;
    Err(ServiceError::field("files", reason))
}

/// A stored file, or one page of it as a picture, for those who may see the application. Each reading is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The file itself, to be saved, never shown inline.
    Whole,
    /// The picture of a page, from 1: made by us, so safe to show.
    Page(usize),
}

/// Reads a file of a signed form.
///
/// # Errors
/// `NotFound` for those who may not see the application, and for what is not there.
pub async fn read_file(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    file: FileId,
    part: Part,
) -> Result<(SignedFile, Vec<u8>), ServiceError> {
    let application = readable(context, actor, number).await?;
    read_file_of(context, actor, &application, file, part).await
}

/// As [`read_file`], of an application that the actor is known to be allowed to see this of.
pub(super) async fn read_file_of(
    context: &Context,
    actor: &Actor,
    application: &Application,
    file: FileId,
    part: Part,
) -> Result<(SignedFile, Vec<u8>), ServiceError> {
    let (owner, file) = signed_forms::find_file(&context.db, file).await?.ok_or(ServiceError::NotFound)?;
    if owner != application.id {
        return Err(ServiceError::NotFound);
    }
    let (key, page) = match part {
        Part::Whole => (file.object_key.clone(), 0),
        Part::Page(page) => (file.page_keys.get(page.wrapping_sub(1)).cloned().ok_or(ServiceError::NotFound)?, page),
    };
    let bytes = context.files.get(&key).await.map_err(|e| ServiceError::FilesAway(e.to_string()))?;
    let details = json!({ "file": file.id, "page": page });
    let object = AuditObject::new("application", &application.number);
    let voivodeship = application.summary().voivodeship;
    record::done(context, &context.db, actor, AuditEvent::SignedFormRead, object, Some(&voivodeship), details).await?;
    Ok((file, bytes.to_vec()))
}
