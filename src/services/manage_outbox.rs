//! The outbox as administrators see it: what was sent to whom, what waits, what was given up and why, and trying again.
//! A letter tried again is composed anew, with a token of its own; one that tells nothing any more is dropped then, and the list says so.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::delivery::masked;
use crate::domain::id::{AccountId, ApplicationId, MessageId};
use crate::domain::identifiers::{ApplicationNumber, EmailAddress, Login};
use crate::domain::permission::{ListScope, Permission, Target};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::database::begin;
use crate::storage::outbox_messages::listing::{self, Sought};
use crate::storage::page::Slice;
use crate::storage::{accounts, applications, outbox_messages};
use serde_json::json;

pub use crate::storage::outbox_messages::listing::{FailureClass, LetterFilter};
pub use crate::storage::outbox_messages::{MessageStatus, OutboxMessage};

/// Rows on one page.
const PAGE_SIZE: usize = 50;
/// So many letters are tried again by one click; the rest by the next one.
pub const MOST_RETRIED: u64 = 500;
/// Counts end here.
const MOST_COUNTED: u64 = 1000;
/// Letters about one application on its page.
const MOST_ABOUT: u64 = 50;

/// What is asked for, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterQuery {
    /// Of one state.
    pub status: Option<MessageStatus>,
    /// Given up for this.
    pub failure: Option<FailureClass>,
    /// A login, a number of an application, or an address.
    pub q: String,
}

/// Whom a letter is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// The account.
    pub account: AccountId,
    /// Its login.
    pub login: String,
    /// First and last name.
    pub full_name: String,
}

/// A letter of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedLetter {
    /// The row.
    pub message: OutboxMessage,
    /// Whom it is for: an account, or who filed the application; none where nobody has an account yet, or several have.
    pub addressee: Option<Addressee>,
    /// Which application it is about.
    pub application: Option<ApplicationNumber>,
    /// Where it went: the whole address where something is wrong with it, else only so much that one recognises it.
    pub address: Option<String>,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct Letters {
    /// The rows.
    pub slice: Slice<ListedLetter>,
    /// What was given up, by reason, where there is any.
    pub given_up: Vec<(FailureClass, u64)>,
}

/// One page of the letters within scope, the newest first.
///
/// # Errors
/// `Denied`.
pub async fn list_letters(context: &Context, actor: &Actor, query: &LetterQuery, after: Option<&str>) -> Result<Letters, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::OutboxView)?;
    let mut given_up = listing::count_given_up(&context.db, &scope, MOST_COUNTED).await?;
    given_up.retain(|(_, count)| *count > 0);
    Ok(Letters { slice: letters_page(context, actor, query, after, PAGE_SIZE).await?, given_up })
}

/// As [`list_letters`], so many rows at a time.
///
/// # Errors
/// `Denied`.
pub async fn letters_page(
    context: &Context,
    actor: &Actor,
    query: &LetterQuery,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<ListedLetter>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::OutboxView)?;
    let filter = LetterFilter { status: query.status, failure: query.failure, sought: sought(context, &query.q).await? };
    let slice = listing::list(&context.db, &scope, &filter, after, size).await?;
    let next = slice.next;
    Ok(Slice { rows: named(context, slice.rows).await?, next })
}

/// What the typed words mean. Who looks for somebody of another scope finds nothing, as the letters are not listed there.
async fn sought(context: &Context, q: &str) -> Result<Option<Sought>, ServiceError> {
    let (db, q) = (&context.db, q.trim());
    if q.is_empty() {
        return Ok(None);
    }
    if let Some(number) = ApplicationNumber::parse(q) {
        let found = applications::find_by_number(db, &number).await?;
        return Ok(Some(found.map_or(Sought::Nobody, |found| Sought::Application(found.id))));
    }
    if q.contains('@') {
        return Ok(Some(Sought::Address(EmailAddress::trusted(q).key())));
    }
    let found = accounts::find_by_login(db, &Login::trusted(q).key()).await?;
    Ok(Some(found.map_or(Sought::Nobody, |found| Sought::Account(found.account.id))))
}

async fn named(context: &Context, messages: Vec<OutboxMessage>) -> Result<Vec<ListedLetter>, ServiceError> {
    let subjects: Vec<(Option<AccountId>, Option<ApplicationId>)> = messages.iter().map(listing::subjects_of).collect();
    let ids: Vec<ApplicationId> = subjects.iter().filter_map(|(_, application)| *application).collect();
    let numbers = listing::numbers_of(&context.db, &ids).await?;
    let applicants = numbers.values().map(|(_, applicant)| *applicant);
    let mut ids: Vec<AccountId> = subjects.iter().filter_map(|(account, _)| *account).chain(applicants).collect();
    ids.sort();
    ids.dedup();
    let known = accounts::list_by_ids(&context.db, &ids).await?;
    let addressee = |id: AccountId| known.iter().find(|account| account.id == id).map(addressee_of);
    let letter = |(message, (account, application)): (OutboxMessage, (Option<AccountId>, Option<ApplicationId>))| {
        let about = application.and_then(|id| numbers.get(&id));
        ListedLetter {
            addressee: account.or(about.map(|(_, applicant)| *applicant)).and_then(addressee),
            application: about.map(|(number, _)| number.clone()),
            address: shown_address(&message),
            message,
        }
    };
    Ok(messages.into_iter().zip(subjects).map(letter).collect())
}

fn addressee_of(account: &Account) -> Addressee {
    Addressee { account: account.id, login: account.login.to_string(), full_name: account.profile.full_name() }
}

/// The address matters to who has to put it right; in all other rows it is enough to see which one it was.
fn shown_address(message: &OutboxMessage) -> Option<String> {
    let address = message.sent_to.as_deref()?;
    let is_wrong = message.failure.is_some() && message.status != MessageStatus::Sent;
    Some(if is_wrong { address.to_owned() } else { masked(address) })
}

/// The letters about an application, the newest first. Who may see the application may see these: the caller has asked.
///
/// # Errors
/// Of the database.
pub(super) async fn letters_about(context: &Context, application: ApplicationId) -> Result<Vec<ListedLetter>, ServiceError> {
    named(context, listing::of_application(&context.db, application, MOST_ABOUT).await?).await
}

/// The newest messages, of one status or of all: for the operator's shell.
///
/// # Errors
/// `Denied`.
pub async fn list_messages(
    context: &Context,
    actor: &Actor,
    status: Option<MessageStatus>,
    limit: u64,
) -> Result<Vec<OutboxMessage>, ServiceError> {
    context.policy.check(actor, Permission::OutboxView, &Target::default())?;
    Ok(outbox_messages::list(&context.db, status, limit).await?)
}

/// One message.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn view_message(context: &Context, actor: &Actor, id: MessageId) -> Result<OutboxMessage, ServiceError> {
    context.policy.list_scope(actor, Permission::OutboxView)?;
    let message = outbox_messages::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    reach(context, actor, &message).await?;
    Ok(message)
}

/// Who may not see a letter is told that there is none, and the attempt is in the audit trail.
async fn reach(context: &Context, actor: &Actor, message: &OutboxMessage) -> Result<(), ServiceError> {
    let target = Target { voivodeship: message.voivodeship.clone(), ..Target::default() };
    if context.policy.check(actor, Permission::OutboxView, &target).is_ok() {
        return Ok(());
    }
    let details = json!({ "permission": Permission::OutboxView.key() });
    record::refused(context, actor, AuditObject::new("letter", message.id), message.voivodeship.as_ref(), details).await?;
    Err(ServiceError::NotFound)
}

/// Has a message that was given up tried again.
///
/// # Errors
/// `Denied`; `NotFound` for none within scope; `Stale` when it is not given up (any more): of two clicks one counts.
pub async fn retry_message(context: &Context, actor: &Actor, id: MessageId) -> Result<(), ServiceError> {
    let message = view_message(context, actor, id).await?;
    let tx = begin(&context.db).await?;
    if !outbox_messages::retry(&tx, id, context.now()).await? {
        return Err(ServiceError::Stale);
    }
    let details = json!({ "notice": message.notice.key() });
    record::done(context, &tx, actor, AuditEvent::LetterRetried, AuditObject::new("letter", id), message.voivodeship.as_ref(), details)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Has all messages within scope tried again that were given up for one reason, at most [`MOST_RETRIED`]; gives their number.
///
/// # Errors
/// `Denied`.
pub async fn retry_failed(context: &Context, actor: &Actor, class: FailureClass) -> Result<u64, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::OutboxView)?;
    let tx = begin(&context.db).await?;
    let mut retried = 0;
    for id in listing::given_up(&tx, &scope, class, MOST_RETRIED).await? {
        retried += u64::from(outbox_messages::retry(&tx, id, context.now()).await?);
    }
    if retried > 0 {
        let place: Option<&VoivodeshipCode> = match &scope {
            ListScope::Voivodeships(codes) if codes.len() == 1 => codes.first(),
            _ => None,
        };
        let details = json!({ "failure": class.key(), "letters": retried });
        record::done(context, &tx, actor, AuditEvent::LetterRetried, AuditObject::new("letters", class.key()), place, details).await?;
    }
    tx.commit().await?;
    Ok(retried)
}
