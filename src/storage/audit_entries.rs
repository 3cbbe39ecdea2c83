//! Rows of the audit trail. Only added and read, and made nameless: the database refuses everything else.

use super::StorageError;
use super::entities::audit_entry::{ActiveModel, Column, Entity, Model};
use super::page::Slice;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEntry, AuditEvent, NewAuditEntry};
use crate::domain::audit_proof::Provable;
use crate::domain::erasure::Subject;
use crate::domain::id::{AccountId, ApplicationId, CorrelationId};
use crate::domain::moment::Moment;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Statement,
};

/// Adds an entry; `salt` is nobody else's.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, actor: &Actor, entry: NewAuditEntry, salt: [u8; 16], now: Moment) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: NotSet,
        at: Set(now.0),
        actor_id: Set(actor.account_id().map(|a| a.0)),
        actor: Set(actor.label().to_owned()),
        on_behalf_of: Set(entry.on_behalf_of),
        event: Set(entry.event.key().to_owned()),
        object_kind: Set(entry.object.kind.to_owned()),
        object_id: Set(entry.object.id),
        voivodeship: Set(entry.voivodeship.map(|v| v.to_string())),
        outcome: Set(entry.outcome.key().to_owned()),
        address: Set(actor.address.map(|a| a.to_string())),
        correlation: Set(actor.correlation.0),
        details: Set(entry.details),
        salt: Set(Some(salt.to_vec())),
        commitment: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

fn to_domain(row: Model) -> AuditEntry {
    AuditEntry {
        id: row.id,
        at: Moment(row.at),
        actor: row.actor,
        actor_id: row.actor_id.map(AccountId),
        on_behalf_of: row.on_behalf_of,
        event: row.event,
        object_kind: row.object_kind,
        object_id: row.object_id,
        voivodeship: row.voivodeship.map(VoivodeshipCode::trusted),
        outcome: row.outcome,
        address: row.address,
        correlation: CorrelationId(row.correlation),
        details: row.details,
    }
}

/// What to look for; empty texts match everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// From this moment.
    pub from: Option<Moment>,
    /// Before this moment.
    pub before: Option<Moment>,
    /// Actor's login, exactly.
    pub actor: String,
    /// Object's id, exactly.
    pub object: String,
    /// Event key.
    pub event: String,
}

/// One page, the newest first, within scope.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    filter: &AuditFilter,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<AuditEntry>, StorageError> {
    let mut select = Entity::find();
    if let ListScope::Voivodeships(codes) = scope {
        select = select.filter(Column::Voivodeship.is_in(codes.iter().map(VoivodeshipCode::as_str)));
    }
    if let Some(from) = filter.from {
        select = select.filter(Column::At.gte(from.0));
    }
    if let Some(before) = filter.before {
        select = select.filter(Column::At.lt(before.0));
    }
    for (column, text) in [(Column::Actor, &filter.actor), (Column::ObjectId, &filter.object), (Column::Event, &filter.event)] {
        if !text.is_empty() {
            select = select.filter(column.eq(text.as_str()));
        }
    }
    if let Some(id) = after.and_then(|text| text.parse::<i64>().ok()) {
        select = select.filter(Column::Id.lt(id));
    }
    let rows = select.order_by_desc(Column::Id).limit(size as u64 + 1).all(db).await?;
    Ok(Slice::cut(rows, size, |row: &Model| row.id.to_string()).map(to_domain))
}

/// The entries about one object, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_of_object<C: ConnectionTrait>(db: &C, kind: &str, id: &str, limit: u64) -> Result<Vec<AuditEntry>, StorageError> {
    history_of(db, kind, id, &[], limit).await
}

/// As [`list_of_object`], without the entries of the events in `except`.
///
/// # Errors
/// Of the database.
pub async fn history_of<C: ConnectionTrait>(
    db: &C,
    kind: &str,
    id: &str,
    except: &[AuditEvent],
    limit: u64,
) -> Result<Vec<AuditEntry>, StorageError> {
    let rows = Entity::find()
        .filter(Column::ObjectKind.eq(kind))
        .filter(Column::ObjectId.eq(id))
        .filter(Column::Event.is_not_in(except.iter().map(|event| event.key())))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(to_domain).collect())
}

/// Whose entries: what an account did, and what was done with it under its login since it has had that one. A login may have been
/// somebody else's before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnEntries {
    /// The account.
    pub account: AccountId,
    /// Its login.
    pub login: String,
    /// Since when.
    pub login_since: Moment,
}

/// One page of an account's own entries, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list_own<C: ConnectionTrait>(
    db: &C,
    own: &OwnEntries,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<AuditEntry>, StorageError> {
    let before = after.and_then(|text| text.parse::<i64>().ok());
    let newest = |select: Select<Entity>| {
        let select = if let Some(id) = before { select.filter(Column::Id.lt(id)) } else { select };
        select.order_by_desc(Column::Id).limit(size as u64 + 1)
    };
    // Two runs of two indexes, merged here: with one OR the databases sort all that an account ever did.
    let mut rows = newest(Entity::find().filter(Column::ActorId.eq(own.account.0))).all(db).await?;
    let about = Entity::find()
        .filter(Column::ObjectId.eq(own.login.as_str()))
        .filter(Column::ObjectKind.eq("account"))
        .filter(Column::At.gte(own.login_since.0));
    rows.extend(newest(about).all(db).await?);
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    rows.dedup_by_key(|row| row.id);
    Ok(Slice::cut(rows, size, |row: &Model| row.id.to_string()).map(to_domain))
}

/// A run of entries in order of position, for verification and export in bounded memory.
///
/// # Errors
/// Of the database.
pub async fn list_from<C: ConnectionTrait>(db: &C, after: i64, limit: u64) -> Result<Vec<AuditEntry>, StorageError> {
    let rows = Entity::find().filter(Column::Id.gt(after)).order_by_asc(Column::Id).limit(limit).all(db).await?;
    Ok(rows.into_iter().map(to_domain).collect())
}

/// When a login was whose: from a moment, before a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginPeriod {
    /// The login.
    pub login: String,
    /// From here.
    pub from: Moment,
    /// Before here; `None`: still.
    pub before: Option<Moment>,
}

impl LoginPeriod {
    fn is_of(&self, login: &str, at: i64) -> bool {
        self.login == login && self.from.0 <= at && self.before.is_none_or(|before| at < before.0)
    }
    /// The entries of this time that have this login in a column.
    fn entries(&self, column: Column) -> Select<Entity> {
        let of = Entity::find().filter(column.eq(self.login.as_str())).filter(Column::At.gte(self.from.0));
        match self.before {
            Some(before) => of.filter(Column::At.lt(before.0)),
            None => of,
        }
    }
}

/// Takes an erased account's logins and network addresses out of the trail. What happened, when and to whom by identifier stays, and so
/// does the proof of it.
///
/// # Errors
/// Of the database.
pub async fn take_names_of_account<C: ConnectionTrait>(db: &C, account: AccountId, logins: &[LoginPeriod]) -> Result<(), StorageError> {
    let mark = Subject::Account(account).mark();
    for mut row in Entity::find().filter(Column::ActorId.eq(account.0)).all(db).await? {
        row.actor.clone_from(&mark);
        row.address = None;
        if row.object_kind == "account" && logins.iter().any(|period| period.login == row.object_id) {
            row.object_id.clone_from(&mark);
        }
        make_nameless(db, row).await?;
    }
    for period in logins {
        for mut row in period.entries(Column::ObjectId).filter(Column::ObjectKind.eq("account")).all(db).await? {
            row.object_id.clone_from(&mark);
            if row.actor_id.is_none() {
                row.address = None;
            }
            make_nameless(db, row).await?;
        }
        // What an official did for the person, whatever it was about.
        for mut row in period.entries(Column::OnBehalfOf).all(db).await? {
            row.on_behalf_of = Some(mark.clone());
            make_nameless(db, row).await?;
        }
    }
    Ok(())
}

/// Takes network addresses of people out of the entries about an erased application, and the applicant's logins where the office did
/// something for the applicant.
///
/// # Errors
/// Of the database.
pub async fn take_names_of_application<C: ConnectionTrait>(
    db: &C,
    (application, number): (ApplicationId, &str),
    applicant: &[LoginPeriod],
) -> Result<(), StorageError> {
    let about = Entity::find().filter(Column::ObjectId.eq(number)).filter(Column::ObjectKind.eq("application"));
    for mut row in about.all(db).await? {
        let is_for_applicant = row.on_behalf_of.as_deref().is_some_and(|login| applicant.iter().any(|period| period.is_of(login, row.at)));
        let has_address = row.actor_id.is_none() && row.address.is_some();
        if !is_for_applicant && !has_address {
            continue;
        }
        if is_for_applicant {
            row.on_behalf_of = Some(Subject::Application(application).mark());
        }
        if has_address {
            row.address = None;
        }
        make_nameless(db, row).await?;
    }
    Ok(())
}

/// Writes a row without its names, with the proof of those that it had.
async fn make_nameless<C: ConnectionTrait>(db: &C, row: Model) -> Result<(), StorageError> {
    let stored = Entity::find_by_id(row.id).one(db).await?.ok_or(StorageError::NotFound)?;
    let commitment = to_provable(stored).commitment();
    Entity::update_many()
        .col_expr(Column::Actor, Expr::value(row.actor))
        .col_expr(Column::OnBehalfOf, Expr::value(row.on_behalf_of))
        .col_expr(Column::ObjectId, Expr::value(row.object_id))
        .col_expr(Column::Address, Expr::value(row.address))
        .col_expr(Column::Salt, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(Column::Commitment, Expr::value(commitment.to_vec()))
        .filter(Column::Id.eq(row.id))
        .exec(db)
        .await?;
    Ok(())
}

fn to_provable(row: Model) -> Provable {
    let (salt, kept) = (row.salt.clone(), row.commitment.clone());
    Provable { entry: to_domain(row), salt, kept }
}

/// As [`list_from`], with what proves the names.
///
/// # Errors
/// Of the database.
pub async fn list_provable<C: ConnectionTrait>(db: &C, after: i64, limit: u64) -> Result<Vec<Provable>, StorageError> {
    let rows = Entity::find().filter(Column::Id.gt(after)).order_by_asc(Column::Id).limit(limit).all(db).await?;
    Ok(rows.into_iter().map(to_provable).collect())
}

/// The position of the newest entry; 0 when there is none.
///
/// # Errors
/// Of the database.
pub async fn newest<C: ConnectionTrait>(db: &C) -> Result<i64, StorageError> {
    let newest: Option<i64> =
        Entity::find().select_only().column(Column::Id).order_by_desc(Column::Id).limit(1).into_tuple().one(db).await?;
    Ok(newest.unwrap_or_default())
}

/// Whether the database itself refuses to change and to delete entries: its triggers are there and switched on.
///
/// # Errors
/// Of the database.
pub async fn is_append_only<C: ConnectionTrait>(db: &C) -> Result<bool, StorageError> {
    let wanted: &[&str] = match db.get_database_backend() {
        DatabaseBackend::Postgres => &["audit_entries_append_only", "audit_entries_no_update"],
        _ => &["audit_entries_no_update", "audit_entries_no_delete"],
    };
    has_triggers(db, "audit_entries", wanted).await
}

/// Whether a table has these triggers, switched on.
pub(super) async fn has_triggers<C: ConnectionTrait>(db: &C, table: &str, wanted: &[&str]) -> Result<bool, StorageError> {
    let sql = match db.get_database_backend() {
        DatabaseBackend::Postgres => format!(
            "SELECT tgname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relname = '{table}' AND n.nspname = current_schema() AND t.tgenabled IN ('O', 'A') AND NOT t.tgisinternal"
        ),
        _ => format!("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"),
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let names = rows.iter().map(|row| row.try_get::<String>("", "name")).collect::<Result<Vec<_>, _>>()?;
    Ok(wanted.iter().all(|name| names.iter().any(|found| found == name)))
}
