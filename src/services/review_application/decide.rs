//! Moves and decisions of the office. Each names the version that the decider saw: of two at once exactly one is done.

use super::escalate::escalate;
use super::office::{deputised_of, eligible, risks_of};
use crate::domain::account::RoleAssignment;
use crate::domain::account::{Handling, may_handle};
use crate::domain::actor::{Actor, SignedIn};
use crate::domain::application::Application;
use crate::domain::application::bulk::check_alone;
use crate::domain::application::decision::{
    Barred, Circumstances, Deputised, FirstApproval, Remark, SIGNED_FORM, may_approve, may_decide, may_work_on,
};
use crate::domain::application::risk::Risk;
use crate::domain::application::signed_form::{CodeMatch, SignedForm};
use crate::domain::application::status::{Event, Mover, Status};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, BulkRowId, UnitId};
use crate::domain::identifiers::{ApplicationNumber, EmailAddress, Text};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::domain::stand_in::StandingIn;
use crate::services::apply_decision::apply;
use crate::services::file_application::lapse_after;
use crate::services::view_application::target_of;
use crate::services::withdraw_application::ended_without_approval;
use crate::services::{Context, ServiceError, prove_again, record, rights};
use crate::storage::applications::{self, desk, persons, remarks};
use crate::storage::bulk_jobs::RowState;
use crate::storage::database::begin;
use crate::storage::profile_changes::{self, EMAIL};
use crate::storage::time_limits::RETURNED_APPLICATION;
use crate::storage::{Connection, Transaction, accounts, bulk_jobs, figures, first_approvals, role_assignments, signed_forms};
use serde_json::{Value, json};

/// Longest reason or remark, in characters.
pub const LONGEST_REASON: usize = 4000;

/// Everything a move needs, read and locked in its transaction.
pub(super) struct Case<'a> {
    pub(super) context: &'a Context,
    pub(super) actor: &'a Actor,
    pub(super) decider: &'a SignedIn,
    pub(super) tx: Transaction,
    pub(super) application: Application,
    pub(super) persons: Vec<AccountId>,
    pub(super) units: Vec<UnitId>,
    pub(super) form: Option<SignedForm>,
    pub(super) has_deciders_address: bool,
    pub(super) outranks_decider: bool,
    /// In which role it is done.
    pub(super) role: RoleAssignment,
    /// For whom, if that role is lent.
    pub(super) deputised: Option<Deputised>,
    pub(super) first: Option<FirstApproval>,
    pub(super) seen_version: i32,
    /// The row of a batch that is done with it.
    row: Option<BulkRowId>,
}

impl<'a> Case<'a> {
    pub(super) async fn open(
        context: &'a Context,
        actor: &'a Actor,
        number: &ApplicationNumber,
        permission: Permission,
        seen_version: i32,
    ) -> Result<Self, ServiceError> {
        Self::open_for(context, actor, number, permission, seen_version, None).await
    }

    /// As [`Case::open`], for a row of a batch: the row is locked first, and gets its result with the move. `Stale` when it has one.
    pub(super) async fn open_for(
        context: &'a Context,
        actor: &'a Actor,
        number: &ApplicationNumber,
        permission: Permission,
        seen_version: i32,
        row: Option<BulkRowId>,
    ) -> Result<Self, ServiceError> {
        let decider = actor.signed_in().ok_or(ServiceError::Denied)?;
        let tx = begin(&context.db).await?;
        if let Some(row) = row
            && !bulk_jobs::claim(&tx, row).await?
        {
            return Err(ServiceError::Stale);
        }
        let found = applications::find_by_number(&tx, number).await?.ok_or(ServiceError::NotFound)?;
        let application = applications::find_for_update(&tx, found.id).await?.ok_or(ServiceError::NotFound)?;
        let target = target_of(&application);
        if context.policy.check(actor, permission, &target).is_err() {
            drop(tx);
            let details = json!({ "permission": permission.key() });
            record::refused(context, actor, AuditObject::new("application", number), target.voivodeship.as_ref(), details).await?;
            // Of another voivodeship's application not even the number is confirmed.
            let may_see = context.policy.check(actor, Permission::ApplicationView, &target).is_ok();
            return Err(if may_see { ServiceError::Denied } else { ServiceError::NotFound });
        }
        let persons = persons::list(&tx, application.id).await?;
        let form = signed_forms::list_of(&tx, application.id).await?.into_iter().next();
        let has_deciders_address = has_address_of(&tx, &application, decider.account).await?;
        let (role, absent) = decider.decides_as(target.voivodeship.as_ref()).ok_or(ServiceError::Denied)?;
        let outranks_decider = outranks(&tx, &application, &persons, &in_use(decider, absent)).await?;
        let deputised = match absent {
            Some(absent) => Some(deputised_of(&tx, &application, absent.deputised, context.now().warsaw_date()).await?),
            None => None,
        };
        let role = role.clone();
        let units = rights::with_successors(&tx, application.summary().units()).await?;
        let first = first_approvals::find(&tx, application.id, application.revision).await?;
        Ok(Self {
            role,
            deputised,
            first,
            context,
            actor,
            decider,
            tx,
            application,
            persons,
            units,
            form,
            has_deciders_address,
            outranks_decider,
            seen_version,
            row,
        })
    }

    pub(super) fn facts(&self) -> Circumstances<'_> {
        Circumstances {
            application: &self.application,
            persons: &self.persons,
            units: &self.units,
            signed_form: self.form.as_ref(),
            has_deciders_address: self.has_deciders_address,
            outranks_decider: self.outranks_decider,
            deputised: self.deputised.as_ref(),
            first: self.first,
            seen_version: self.seen_version,
        }
    }

    pub(super) fn move_to(&mut self, event: Event) -> Result<(), ServiceError> {
        self.application.status = self.application.status.after(event, Mover::Office)?;
        self.application.status_since = self.context.now();
        Ok(())
    }

    fn decided(&mut self, reason: Option<String>) {
        self.application.decided_by = Some(self.decider.account);
        self.application.decided_for = self.deputised.as_ref().map(|absent| absent.account);
        self.application.decided_at = Some(self.context.now());
        self.application.reason = reason;
    }

    pub(super) async fn done(self, event: AuditEvent, details: Value, notice: Option<Notice>) -> Result<(), ServiceError> {
        applications::save(&self.tx, &self.application).await?;
        self.told(event, details, notice).await
    }

    /// Ends what changes nothing in the application itself.
    pub(super) async fn told(self, event: AuditEvent, details: Value, notice: Option<Notice>) -> Result<(), ServiceError> {
        let voivodeship = self.application.summary().voivodeship;
        let object = AuditObject::new("application", &self.application.number);
        record::done(self.context, &self.tx, self.actor, event, object, Some(&voivodeship), details).await?;
        if let Some(notice) = notice {
            record::tell(self.context, &self.tx, self.actor, &notice).await?;
        }
        if let Some(row) = self.row {
            bulk_jobs::settle(&self.tx, row, &RowState::Done, self.context.now()).await?;
        }
        self.tx.commit().await?;
        Ok(())
    }
}

/// Whether a person in the application has the account's e-mail address.
pub(super) async fn has_address_of<C: Connection>(db: &C, application: &Application, account: AccountId) -> Result<bool, ServiceError> {
    // An address that was changed lately is still the decider's: nobody gets around this by a new one.
    let earlier = profile_changes::list_of(db, account).await?.into_iter().filter(|change| change.field == EMAIL);
    let mut own: Vec<String> = earlier.filter_map(|change| change.old_value).map(|old| EmailAddress::trusted(old).key()).collect();
    own.extend(accounts::find(db, account).await?.map(|account| account.profile.email.key()));
    Ok(application.summary().emails.iter().any(|email| own.contains(&EmailAddress::trusted(email).key())))
}

/// The roles that count against those of the persons: what is done for somebody is measured by the lent role alone.
pub(super) fn in_use(decider: &SignedIn, absent: Option<&StandingIn>) -> Vec<RoleAssignment> {
    absent.map_or_else(|| decider.roles.clone(), |absent| vec![absent.assignment.clone()])
}

/// Whether it changes the account of somebody who may do more than the decider: no scope reaches above oneself.
pub(super) async fn outranks<C: Connection>(
    db: &C,
    application: &Application,
    persons: &[AccountId],
    roles: &[RoleAssignment],
) -> Result<bool, ServiceError> {
    let summary = application.summary();
    if !summary.changes_accounts {
        return Ok(false);
    }
    let held = role_assignments::list_of_many(db, persons).await?;
    let roles_of = |person: &AccountId| held.iter().filter(|(id, _)| id == person).map(|(_, role)| role.clone()).collect::<Vec<_>>();
    let may = |person| may_handle(Handling::Help, roles, Some(&summary.voivodeship), &roles_of(person));
    Ok(!persons.iter().all(may))
}

/// Takes an application into review; from a colleague too, which the history shows.
///
/// # Errors
/// `Barred` for the applicant, a person in it, or a member of the unit; `Transition` when there is nothing to review.
pub async fn take(context: &Context, actor: &Actor, number: &ApplicationNumber, seen_version: i32) -> Result<(), ServiceError> {
    take_for(context, actor, number, seen_version, None).await
}

/// As [`take`], for a row of a batch.
pub(in crate::services) async fn take_for(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    row: Option<BulkRowId>,
) -> Result<(), ServiceError> {
    let mut case = Case::open_for(context, actor, number, Permission::ApplicationTake, seen_version, row).await?;
    if case.application.taken_by == Some(case.decider.account) && case.application.status == Status::InReview {
        // The second click changes nothing.
        return Ok(());
    }
    may_work_on(case.decider, case.facts())?;
    if case.seen_version != case.application.version {
        return Err(Barred::Stale.into());
    }
    let from = case.application.taken_by;
    let since = case.application.status_since;
    let was = case.application.status;
    case.move_to(Event::Take)?;
    if was == Status::InReview {
        // A take-over does not make the application look younger than it is.
        case.application.status_since = since;
    }
    case.application.taken_by = Some(case.decider.account);
    // Whoever works on it has it before the eyes.
    desk::snooze(&case.tx, case.application.id, None).await?;
    let details = json!({ "taken_over": from.is_some() });
    case.done(AuditEvent::ApplicationTaken, details, None).await
}

/// Puts an application back for a colleague.
///
/// # Errors
/// `Barred` when the actor does not hold it.
pub async fn release(context: &Context, actor: &Actor, number: &ApplicationNumber, seen_version: i32) -> Result<(), ServiceError> {
    let mut case = Case::open(context, actor, number, Permission::ApplicationTake, seen_version).await?;
    may_decide(case.decider, case.facts())?;
    case.move_to(Event::Release)?;
    case.application.taken_by = None;
    desk::assign(&case.tx, case.application.id, None).await?;
    case.done(AuditEvent::ApplicationReleased, json!({}), None).await
}

/// Confirms that a form whose code could not be read was compared by eye.
///
/// # Errors
/// `Invalid` at `compare` unless confirmed; `Barred` as for a decision.
pub async fn confirm_compared(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    is_confirmed: bool,
) -> Result<(), ServiceError> {
    let case = Case::open(context, actor, number, Permission::ApplicationApprove, seen_version).await?;
    may_decide(case.decider, case.facts())?;
    let form = case.form.as_ref().filter(|f| f.revision == case.application.revision).ok_or(Barred::NoSignedForm)?;
    if form.code_match != CodeMatch::Unreadable {
        return Ok(());
    }
    if !is_confirmed {
        return Err(ServiceError::field("compare", Invalid::CompareRequired));
    }
    signed_forms::mark_compared(&case.tx, form.id, case.decider.account, context.now()).await?;
    let details = json!({ "signed_form": form.id });
    case.done(AuditEvent::SignedFormCompared, details, None).await
}

/// Approves: unit, accounts and grants come into being in this one transaction. Where the risk rule asks for two and nobody has
/// approved this revision and this form yet, it notes the first approval instead, and the application waits for another person.
///
/// # Errors
/// `Barred` with the first condition that does not hold; `ProofTooOld`; `Invalid` at `signature` unless the decider says that the head's
/// signature is on the form (no program sees that on a scan), and when a REGON was registered meanwhile.
pub async fn approve(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    saw_signature: bool,
) -> Result<(), ServiceError> {
    approve_for(context, actor, number, seen_version, saw_signature, None).await
}

/// As [`approve`], for a row of a batch: only what one may approve alone, by a form that the portal itself matched.
///
/// # Errors
/// As [`approve`]; `Hindered`.
pub(in crate::services) async fn approve_for(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    saw_signature: bool,
    row: Option<BulkRowId>,
) -> Result<(), ServiceError> {
    let mut case = Case::open_for(context, actor, number, Permission::ApplicationApprove, seen_version, row).await?;
    let risks = risks_of(&case.tx, &case.application, &case.persons, context.now().warsaw_date()).await?;
    case.first = case.first.filter(|_| !risks.is_empty());
    may_approve(case.decider, case.facts())?;
    if row.is_some() {
        let current = case.form.as_ref().filter(|form| form.revision == case.application.revision);
        check_alone(current.map(|form| form.code_match), !risks.is_empty()).map_err(ServiceError::Hindered)?;
    }
    // It gives rights to others: whoever sits at the keyboard proves to be the decider.
    prove_again::required(context, actor)?;
    if !saw_signature {
        return Err(ServiceError::field("signature", Invalid::SignatureRequired));
    }
    if !risks.is_empty() && case.first.is_none() {
        return note_first(case, &risks).await;
    }
    case.move_to(Event::Approve)?;
    case.decided(None);
    apply(context, actor, &case.tx, &case.application, &case.persons).await?;
    let mut details = json!({ "revision": case.application.revision, "fingerprint": case.application.fingerprint.as_str() });
    if let Some(first) = case.first {
        details["first_approval_by"] = json!(first.by);
    }
    case.done(AuditEvent::ApplicationApproved, details, None).await
}

/// The first of two approvals. Nobody holds the application then: whoever comes next takes it. Where nobody else of the office may be
/// the second, the central administrator sees it at once.
async fn note_first(mut case: Case<'_>, risks: &[Risk]) -> Result<(), ServiceError> {
    let (context, since) = (case.context, case.application.status_since);
    case.move_to(Event::FirstApprove)?;
    case.application.status_since = since;
    case.application.taken_by = None;
    desk::assign(&case.tx, case.application.id, None).await?;
    let in_place_of = case.deputised.as_ref().map(|absent| absent.account);
    let first = FirstApproval { by: case.decider.account, in_place_of, at: context.now() };
    first_approvals::save(&case.tx, case.application.id, case.application.revision, case.role.id, &first).await?;
    let others = eligible(context, &case.tx, &case.application, &case.persons, Some(first)).await?;
    if others.is_empty() {
        escalate(context, case.actor, &case.tx, &case.application, "second_decider", true).await?;
    }
    let details = json!({
        "revision": case.application.revision, "fingerprint": case.application.fingerprint.as_str(),
        "risks": risks.iter().map(|risk| risk.key()).collect::<Vec<_>>(),
    });
    case.done(AuditEvent::ApplicationFirstApproved, details, None).await
}

/// Takes the first of two approvals back: whoever gave it, whether or not the application is in one's own hands.
///
/// # Errors
/// `Barred` with `Stale` when there is none of the actor's (any more).
pub async fn withdraw_approval(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
) -> Result<(), ServiceError> {
    let mut case = Case::open(context, actor, number, Permission::ApplicationApprove, seen_version).await?;
    let is_mine = case.first.is_some_and(|first| first.by == case.decider.account);
    if case.seen_version != case.application.version || !is_mine {
        return Err(Barred::Stale.into());
    }
    let since = case.application.status_since;
    case.move_to(Event::WithdrawApproval)?;
    case.application.status_since = since;
    first_approvals::remove(&case.tx, case.application.id).await?;
    let details = json!({ "revision": case.application.revision });
    case.done(AuditEvent::ApplicationApprovalWithdrawn, details, None).await
}

fn reason(text: &str, field: &str) -> Result<String, ServiceError> {
    Text::parse(text, LONGEST_REASON).map(|t| t.to_string()).map_err(|found| {
        let found = if found == Invalid::Required { Invalid::ReasonRequired } else { found };
        ServiceError::field(field, found)
    })
}

/// Rejects.
///
/// # Errors
/// `Invalid` at `reason` when there is none; `Barred` as for any decision.
pub async fn reject(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    text: &str,
) -> Result<(), ServiceError> {
    let mut case = Case::open(context, actor, number, Permission::ApplicationReject, seen_version).await?;
    may_decide(case.decider, case.facts())?;
    let reason = reason(text, "reason")?;
    case.move_to(Event::Reject)?;
    case.decided(Some(reason));
    ended_without_approval(context, actor, &case.tx, &case.application).await?;
    let notice = Notice::ApplicationRejected { application: case.application.id };
    let details = json!({ "revision": case.application.revision });
    case.done(AuditEvent::ApplicationRejected, details, Some(notice)).await
}

/// Returns for correction, with remarks at fields and perhaps a covering note.
///
/// # Errors
/// `Invalid` at `remarks` when nothing is said or a field is not one to correct, at `remarks.<field>` for one that is too
/// long; `Barred` as for any decision.
pub async fn return_for_correction(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    typed: &[Remark],
    note: &str,
) -> Result<(), ServiceError> {
    let mut case = Case::open(context, actor, number, Permission::ApplicationReturn, seen_version).await?;
    may_decide(case.decider, case.facts())?;
    let mut errors = FieldErrors::default();
    let mut kept = Vec::new();
    let fields = case.application.payload.matter().correctable_fields();
    for remark in typed {
        if !remark.field.is_empty() && remark.field != SIGNED_FORM && !fields.contains(&remark.field) {
            errors.add("remarks", Invalid::Unknown);
            continue;
        }
        match Text::parse(&remark.text, LONGEST_REASON) {
            Ok(text) => kept.push(Remark { field: remark.field.clone(), text: text.to_string() }),
            Err(Invalid::Required) => {}
            Err(found) => errors.add(format!("remarks.{}", remark.field), found),
        }
    }
    let note = errors.take("reason", crate::domain::identifiers::optional(note, |t| Text::parse(t, LONGEST_REASON))).flatten();
    if kept.is_empty() && note.is_none() && errors.is_empty() {
        errors.add("remarks", Invalid::RemarkRequired);
    }
    errors.into_result(())?;
    case.move_to(Event::Return)?;
    case.decided(note.map(|n| n.to_string()));
    case.application.taken_by = None;
    // Whoever approved first did not approve what is sent back.
    first_approvals::remove(&case.tx, case.application.id).await?;
    case.application.lapses_at = Some(lapse_after(&case.tx, context.now(), RETURNED_APPLICATION, &case.application).await?);
    remarks::add(&case.tx, case.application.id, case.application.revision, &kept, crate::secrets::new_uuid).await?;
    let (number, voivodeship) = (&case.application.number, case.application.summary().voivodeship);
    figures::note_return(&case.tx, number, &voivodeship, kept.iter().map(|remark| remark.field.as_str()), context.now()).await?;
    let notice = Notice::ApplicationReturned { application: case.application.id };
    let details = json!({ "revision": case.application.revision, "remarks": kept.iter().map(|r| r.field.as_str()).collect::<Vec<_>>() });
    case.done(AuditEvent::ApplicationReturned, details, Some(notice)).await
}
