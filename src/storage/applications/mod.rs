//! Rows of applications, their frozen revisions, persons and remarks.

pub mod desk;
pub mod notes;
pub mod persons;
pub mod queue;
pub mod remarks;
pub mod revisions;
mod search;

use super::StorageError;
use super::entities::application::{ActiveModel, Column, Entity, Model};
use super::entities::{application_revision, application_serial};
use super::figures;
use super::first_approvals;
use super::page::damaged;
use crate::domain::application::clock::Clock;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::status::Status;
use crate::domain::application::{Application, Kind};
use crate::domain::collation::sort_key;
use crate::domain::id::{AccountId, ApplicationId, UnitId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use crate::domain::unit::UnitStatus;
use crate::domain::voivodeship::VoivodeshipCode;
use sea_orm::sea_query::{Expr, LockType, OnConflict, Query};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

fn to_domain(row: Model, revision: application_revision::Model) -> Result<Application, StorageError> {
    Ok(Application {
        id: ApplicationId(row.id),
        number: ApplicationNumber::trusted(row.number),
        status: Status::from_key(&row.status).ok_or_else(|| damaged("application status"))?,
        revision: row.revision,
        payload: serde_json::from_value(revision.payload).map_err(|_| damaged("application payload"))?,
        fingerprint: Fingerprint::trusted(revision.fingerprint),
        applicant: AccountId(row.applicant_id),
        submitted_at: Moment(row.submitted_at),
        revised_at: Moment(row.revised_at),
        status_since: Moment(row.status_since),
        lapses_at: row.lapses_at.map(Moment),
        taken_by: row.taken_by.map(AccountId),
        decided_by: row.decided_by.map(AccountId),
        decided_for: row.decided_for.map(AccountId),
        decided_at: row.decided_at.map(Moment),
        reason: row.reason,
        version: row.version,
    })
}

async fn with_revision<C: ConnectionTrait>(db: &C, row: Option<Model>) -> Result<Option<Application>, StorageError> {
    let Some(row) = row else { return Ok(None) };
    let revision =
        revisions::find_row(db, ApplicationId(row.id), row.revision).await?.ok_or_else(|| damaged("application without its revision"))?;
    to_domain(row, revision).map(Some)
}

/// The next number of a voivodeship and year. The row stays locked until the transaction ends, so numbers have no gaps
/// but those of transactions that failed.
///
/// # Errors
/// Of the database.
pub async fn next_number<C: ConnectionTrait>(db: &C, voivodeship: &VoivodeshipCode, year: i16) -> Result<ApplicationNumber, StorageError> {
    use application_serial::{ActiveModel, Column, Entity};
    let row = ActiveModel { voivodeship: Set(voivodeship.to_string()), year: Set(i32::from(year)), last_serial: Set(1) };
    let saved = Entity::insert(row)
        .on_conflict(
            OnConflict::columns([Column::Voivodeship, Column::Year])
                .value(Column::LastSerial, Expr::col((Entity, Column::LastSerial)).add(1))
                .to_owned(),
        )
        .exec_with_returning(db)
        .await?;
    let serial = u32::try_from(saved.last_serial).map_err(|_| damaged("serial"))?;
    Ok(ApplicationNumber::new(voivodeship, year, serial))
}

/// Adds an application with its first revision, persons and search words.
/// The printed form is frozen with it.
///
/// # Errors
/// A conflict on `applications_regon_open` when a new unit with this REGON is applied for already.
pub async fn add<C: ConnectionTrait>(
    db: &C,
    application: &Application,
    printed_form: &serde_json::Value,
    persons: &[(AccountId, String)],
) -> Result<(), StorageError> {
    let mut row = to_row(application);
    let clock = desk::follow(db, &mut row, None, application).await?;
    Entity::insert(row).exec_without_returning(db).await?;
    figures::follow(db, application, &clock).await?;
    write_revision(db, application, printed_form, persons).await
}

fn to_row(application: &Application) -> ActiveModel {
    let summary = application.summary();
    ActiveModel {
        id: Set(application.id.0),
        number: Set(application.number.to_string()),
        kind: Set(application.payload.kind().key().to_owned()),
        status: Set(application.status.key().to_owned()),
        voivodeship: Set(summary.voivodeship.to_string()),
        unit_id: Set(summary.unit.map(|u| u.0)),
        regon: Set(summary.regon.clone()),
        unit_name: Set(summary.unit_name.clone()),
        unit_name_sort: Set(sort_key(&summary.unit_name)),
        applicant_id: Set(application.applicant.0),
        applicant_name: Set(application.applicant_name()),
        revision: Set(application.revision),
        persons_count: Set(i32::try_from(summary.persons.len()).unwrap_or(i32::MAX)),
        submitted_at: Set(application.submitted_at.0),
        revised_at: Set(application.revised_at.0),
        status_since: Set(application.status_since.0),
        lapses_at: Set(application.lapses_at.map(|m| m.0)),
        undecided_until: Set(application.payload.undecided_until().map(|m| m.0)),
        taken_by: Set(application.taken_by.map(|a| a.0)),
        decided_by: Set(application.decided_by.map(|a| a.0)),
        decided_for: Set(application.decided_for.map(|a| a.0)),
        decided_at: Set(application.decided_at.map(|m| m.0)),
        reason: Set(application.reason.clone()),
        version: Set(application.version),
        // What follows from the row as it was is [`desk::follow`]'s.
        office_since: NotSet,
        escalated_at: NotSet,
        clock_target: NotSet,
        clock_used: NotSet,
        due_at: NotSet,
        remind_at: NotSet,
        reminded_day: NotSet,
        reminded_step: NotSet,
        assigned_to: NotSet,
        snoozed_until: NotSet,
    }
}

async fn write_revision<C: ConnectionTrait>(
    db: &C,
    application: &Application,
    printed_form: &serde_json::Value,
    persons: &[(AccountId, String)],
) -> Result<(), StorageError> {
    revisions::add(db, application, printed_form).await?;
    persons::replace(db, application.id, persons).await?;
    search::replace(db, application).await
}

/// Writes the state of an application that was read at `application.version`; the row's version rises by one.
///
/// # Errors
/// A conflict on `applications_version` when somebody was quicker.
pub async fn save<C: ConnectionTrait>(db: &C, application: &Application) -> Result<(), StorageError> {
    let before = Entity::find_by_id(application.id.0).one(db).await?;
    let mut row = to_row(application);
    row.version = Set(application.version + 1);
    let clock = desk::follow(db, &mut row, before.as_ref(), application).await?;
    let update = Entity::update_many().set(row);
    let done = update.filter(Column::Id.eq(application.id.0)).filter(Column::Version.eq(application.version)).exec(db).await?;
    if done.rows_affected == 0 {
        return Err(StorageError::Conflict("applications_version".to_owned()));
    }
    figures::follow(db, application, &clock).await
}

/// Writes the state together with a new frozen revision.
///
/// # Errors
/// As [`save`] and [`add`].
pub async fn save_revision<C: ConnectionTrait>(
    db: &C,
    application: &Application,
    printed_form: &serde_json::Value,
    persons: &[(AccountId, String)],
) -> Result<(), StorageError> {
    save(db, application).await?;
    // What was approved is not what stands there now.
    first_approvals::remove(db, application.id).await?;
    write_revision(db, application, printed_form, persons).await
}

/// Finds by number.
///
/// # Errors
/// Of the database.
pub async fn find_by_number<C: ConnectionTrait>(db: &C, number: &ApplicationNumber) -> Result<Option<Application>, StorageError> {
    let row = Entity::find().filter(Column::Number.eq(number.as_str())).one(db).await?;
    with_revision(db, row).await
}

/// Finds by row.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: ApplicationId) -> Result<Option<Application>, StorageError> {
    let row = Entity::find_by_id(id.0).one(db).await?;
    with_revision(db, row).await
}

/// Finds by row and locks it until the transaction ends.
///
/// # Errors
/// Of the database.
pub async fn find_for_update<C: ConnectionTrait>(db: &C, id: ApplicationId) -> Result<Option<Application>, StorageError> {
    let row = Entity::find_by_id(id.0).lock(LockType::Update).one(db).await?;
    with_revision(db, row).await
}

/// What a list shows of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Row.
    pub id: ApplicationId,
    /// Public number.
    pub number: ApplicationNumber,
    /// What for.
    pub kind: Kind,
    /// State.
    pub status: Status,
    /// Whose to decide.
    pub voivodeship: VoivodeshipCode,
    /// Registered unit, if any.
    pub unit: Option<UnitId>,
    /// Unit's name.
    pub unit_name: String,
    /// Unit's REGON.
    pub regon: String,
    /// First person.
    pub applicant_name: String,
    /// Number of persons.
    pub persons_count: i32,
    /// Revision.
    pub revision: i32,
    /// Rises with each change.
    pub version: i32,
    /// First submission.
    pub submitted_at: Moment,
    /// In this state since.
    pub status_since: Moment,
    /// Lapses at.
    pub lapses_at: Option<Moment>,
    /// Who works on it.
    pub taken_by: Option<AccountId>,
    /// Since when the central administrator sees it among what was passed on.
    pub escalated_at: Option<Moment>,
    /// The office's clock.
    pub clock: Clock,
    /// The end of its target, while it runs.
    pub due_at: Option<Moment>,
    /// Who is to deal with it.
    pub assigned_to: Option<AccountId>,
    /// Until then it is put off.
    pub snoozed_until: Option<Moment>,
    pub(crate) unit_name_sort: Vec<u8>,
}

fn to_listed(row: Model) -> Result<Listed, StorageError> {
    Ok(Listed {
        clock: desk::clock_of(&row),
        due_at: row.due_at.map(Moment),
        assigned_to: row.assigned_to.map(AccountId),
        snoozed_until: row.snoozed_until.map(Moment),
        id: ApplicationId(row.id),
        number: ApplicationNumber::trusted(row.number),
        kind: Kind::from_key(&row.kind).ok_or_else(|| damaged("application kind"))?,
        status: Status::from_key(&row.status).ok_or_else(|| damaged("application status"))?,
        voivodeship: VoivodeshipCode::trusted(row.voivodeship),
        unit: row.unit_id.map(UnitId),
        unit_name: row.unit_name,
        regon: row.regon,
        applicant_name: row.applicant_name,
        persons_count: row.persons_count,
        revision: row.revision,
        version: row.version,
        submitted_at: Moment(row.submitted_at),
        status_since: Moment(row.status_since),
        lapses_at: row.lapses_at.map(Moment),
        taken_by: row.taken_by.map(AccountId),
        escalated_at: row.escalated_at.map(Moment),
        unit_name_sort: row.unit_name_sort,
    })
}

async fn listed<C: ConnectionTrait>(db: &C, select: Select<Entity>) -> Result<Vec<Listed>, StorageError> {
    select.all(db).await?.into_iter().map(to_listed).collect()
}

/// The applications in which an account stands as a person or which it filed, newest first.
///
/// # Errors
/// Of the database.
pub async fn list_naming<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<Listed>, StorageError> {
    use super::entities::application_person;
    let named = Query::select()
        .column(application_person::Column::ApplicationId)
        .from(application_person::Entity)
        .and_where(application_person::Column::AccountId.eq(account.0))
        .to_owned();
    let own = Condition::any().add(Column::ApplicantId.eq(account.0)).add(Column::Id.in_subquery(named));
    listed(db, Entity::find().filter(own).order_by_desc(Column::SubmittedAt).order_by_desc(Column::Id)).await
}

/// The applications that an account filed, newest first.
///
/// # Errors
/// Of the database.
pub async fn list_of_applicant<C: ConnectionTrait>(db: &C, applicant: AccountId) -> Result<Vec<Listed>, StorageError> {
    listed(db, Entity::find().filter(Column::ApplicantId.eq(applicant.0)).order_by_desc(Column::SubmittedAt).limit(100)).await
}

/// Other applications about the same REGON, newest first.
///
/// # Errors
/// Of the database.
pub async fn list_by_regon<C: ConnectionTrait>(
    db: &C,
    regon: &str,
    except: Option<ApplicationId>,
    limit: u64,
) -> Result<Vec<Listed>, StorageError> {
    let mut select = Entity::find().filter(Column::Regon.eq(regon));
    if let Some(except) = except {
        select = select.filter(Column::Id.ne(except.0));
    }
    listed(db, select.order_by_desc(Column::SubmittedAt).limit(limit)).await
}

/// Whether a new unit with this REGON is being applied for, by an application other than `except`.
///
/// # Errors
/// Of the database.
pub async fn is_regon_open<C: ConnectionTrait>(db: &C, regon: &str, except: Option<ApplicationId>) -> Result<bool, StorageError> {
    let open: Vec<&str> = Status::OPEN.iter().map(|s| s.key()).collect();
    let mut select = Entity::find()
        .filter(Column::Regon.eq(regon))
        .filter(Column::Kind.eq(Kind::UnitRegistration.key()))
        .filter(Column::Status.is_in(open));
    if let Some(except) = except {
        select = select.filter(Column::Id.ne(except.0));
    }
    Ok(select.limit(1).one(db).await?.is_some() || is_wanted(db, regon, except).await?)
}

/// Whether an open change of a registered unit wants this REGON. It is one of the words by which the change is found.
async fn is_wanted<C: ConnectionTrait>(db: &C, regon: &str, except: Option<ApplicationId>) -> Result<bool, StorageError> {
    use super::entities::application_search;
    let found = Query::select()
        .column(application_search::Column::ApplicationId)
        .from(application_search::Entity)
        .and_where(application_search::Column::Token.eq(regon))
        .to_owned();
    let rows = Entity::find()
        .filter(Column::Id.in_subquery(found))
        .filter(Column::Kind.eq(Kind::UnitChange.key()))
        .filter(Column::Status.is_in(Status::OPEN.iter().map(|s| s.key())))
        .all(db)
        .await?;
    for row in rows.into_iter().filter(|row| Some(ApplicationId(row.id)) != except) {
        let application = with_revision(db, Some(row)).await?;
        if application.is_some_and(|found| found.payload.matter().wanted_regon().is_some_and(|wanted| wanted.as_str() == regon)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Open applications about a unit, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_open_of_unit<C: ConnectionTrait>(db: &C, unit: UnitId) -> Result<Vec<Listed>, StorageError> {
    let open = Entity::find().filter(Column::UnitId.eq(unit.0)).filter(Column::Status.is_in(Status::OPEN.iter().map(|s| s.key())));
    listed(db, open.order_by_asc(Column::SubmittedAt).order_by_asc(Column::Id)).await
}

/// Open applications about units that have ended, and that nobody can decide any more: changes of such a unit, its confirmation, a joining
/// that it signs for, and of a unit without a successor whatever asks for something in it. An address can still be changed.
///
/// # Errors
/// Of the database.
pub async fn list_without_unit<C: ConnectionTrait>(db: &C, limit: u64) -> Result<Vec<Listed>, StorageError> {
    use super::entities::unit;
    let closed = || {
        Query::select().column(unit::Column::Id).from(unit::Entity).and_where(unit::Column::Status.eq(UnitStatus::Closed.key())).to_owned()
    };
    let alone = closed().and_where(unit::Column::SuccessorId.is_null()).to_owned();
    let bound = [Kind::UnitChange, Kind::Attestation, Kind::AccountJoin].map(Kind::key);
    let any = Condition::any().add(Column::UnitId.in_subquery(alone)).add(Column::Kind.is_in(bound));
    let select = Entity::find()
        .filter(Column::UnitId.in_subquery(closed()))
        .filter(Column::Status.is_in(Status::OPEN.iter().map(|s| s.key())))
        .filter(Column::Kind.ne(Kind::EmailChange.key()))
        .filter(any);
    listed(db, select.order_by_asc(Column::SubmittedAt).order_by_asc(Column::Id).limit(limit)).await
}

/// Open applications whose deadline has passed, or about which a decision would come too late; the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_lapsing<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<Vec<Listed>, StorageError> {
    let mut due = listed(db, Entity::find().filter(Column::LapsesAt.lte(before.0)).order_by_asc(Column::LapsesAt).limit(limit)).await?;
    let open: Vec<&str> = Status::OPEN.iter().map(|s| s.key()).collect();
    let too_late = Entity::find().filter(Column::UndecidedUntil.lte(before.0)).filter(Column::Status.is_in(open));
    for late in listed(db, too_late.order_by_asc(Column::UndecidedUntil).limit(limit)).await? {
        if due.iter().all(|other| other.id != late.id) {
            due.push(late);
        }
    }
    due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(due)
}

/// Applications that the office has had for too long: since `before`, and nobody passed them on. The oldest first, after a cursor.
///
/// # Errors
/// Of the database.
pub async fn list_to_escalate<C: ConnectionTrait>(
    db: &C,
    before: Moment,
    after: Option<(Moment, ApplicationId)>,
    limit: u64,
) -> Result<Vec<(Moment, Listed)>, StorageError> {
    let mut select = Entity::find().filter(Column::OfficeSince.lt(before.0)).filter(Column::EscalatedAt.is_null());
    if let Some((since, id)) = after {
        let later = Condition::all().add(Column::OfficeSince.eq(since.0)).add(Column::Id.gt(id.0));
        select = select.filter(Condition::any().add(Column::OfficeSince.gt(since.0)).add(later));
    }
    let rows = select.order_by_asc(Column::OfficeSince).order_by_asc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(|row| Ok((Moment(row.office_since.unwrap_or(row.status_since)), to_listed(row)?))).collect()
}

/// Notes that an application was passed on to the central administrator; false when it was already, or waits for no office.
///
/// # Errors
/// Of the database.
pub async fn note_escalation<C: ConnectionTrait>(db: &C, id: ApplicationId, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::EscalatedAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.0))
        .filter(Column::EscalatedAt.is_null())
        .filter(Column::OfficeSince.is_not_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Since when an application lies with the central administrator, if it does.
///
/// # Errors
/// Of the database.
pub async fn escalated_at<C: ConnectionTrait>(db: &C, id: ApplicationId) -> Result<Option<Moment>, StorageError> {
    let row = Entity::find_by_id(id.0).one(db).await?;
    Ok(row.and_then(|row| row.escalated_at).map(Moment))
}
