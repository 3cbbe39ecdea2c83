//! Taking applications and accounts out of the database with everything that is theirs. What refers to them and what becomes of it stands
//! in the lists below; a test compares these with the schema. What may not live here: when (the services), the audit trail.

use super::StorageError;
use super::entities::{account, application, ended_application, signed_form};
use super::outbox_messages;
use super::post;
use super::unwanted_files::Folder;
use crate::domain::account::AccountStatus;
use crate::domain::application::Application;
use crate::domain::application::status::Status;
use crate::domain::id::{AccountId, ApplicationId, SignedFormId};
use crate::domain::moment::Moment;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Rows that go with an application.
const OF_APPLICATION: [(&str, &str); 10] = [
    ("application_revisions", "application_id"),
    ("application_persons", "application_id"),
    ("application_remarks", "application_id"),
    ("application_search", "application_id"),
    ("application_notes", "application_id"),
    ("first_approvals", "application_id"),
    ("drafts", "application_id"),
    ("drafts", "submitted_as"),
    ("signed_forms", "application_id"),
    ("outbox_messages", "application_id"),
];
/// Rows that stay and name it no more.
const LOOSE: [(&str, &str); 3] = [("attestations", "application_id"), ("account_joins", "application_id"), ("bulk_rows", "application_id")];
/// Rows that only an approval makes: an application that has one is kept.
const OF_APPROVAL: [(&str, &str); 3] =
    [("grants", "application_id"), ("unit_changes", "application_id"), ("waiting_email_changes", "application_id")];
/// Rows that go with an account.
const OF_ACCOUNT: [(&str, &str); 15] = [
    ("sessions", "account_id"),
    ("mailed_tokens", "account_id"),
    ("sign_in_sources", "account_id"),
    ("reset_requests", "account_id"),
    ("security_reports", "account_id"),
    ("kept_forms", "account_id"),
    ("outbox_messages", "account_id"),
    ("totp_secrets", "account_id"),
    ("recovery_codes", "account_id"),
    ("passkeys", "account_id"),
    ("passkey_challenges", "account_id"),
    ("profile_changes", "account_id"),
    ("email_changes", "account_id"),
    ("closing_requests", "account_id"),
    ("announcement_dismissals", "account_id"),
];
/// Rows that hold an account: who has one of these is somebody yet.
const HOLDING: [(&str, &str); 28] = [
    ("applications", "applicant_id"),
    ("application_persons", "account_id"),
    ("drafts", "account_id"),
    ("grants", "account_id"),
    ("role_assignments", "account_id"),
    ("applications", "taken_by"),
    ("applications", "decided_by"),
    ("applications", "assigned_to"),
    ("application_notes", "author_id"),
    ("account_joins", "given_up_id"),
    ("account_joins", "kept_id"),
    ("signed_forms", "recorded_by"),
    ("signed_forms", "compared_by"),
    ("waiting_email_changes", "account_id"),
    ("revocations", "account_id"),
    ("first_approvals", "account_id"),
    ("first_approvals", "in_place_of"),
    ("stand_ins", "deputy_id"),
    ("stand_ins", "deputised_id"),
    ("role_proposals", "proposed_by"),
    ("attestation_answers", "answered_by"),
    ("bulk_jobs", "owner_id"),
    ("bulk_jobs", "assignee_id"),
    ("ended_applications", "decided_by"),
    ("dictionary_changes", "changed_by"),
    ("announcements", "author_id"),
    ("post_items", "recorded_by"),
    ("post_files", "settled_by"),
];
/// So many of them, from the first, hold nearly everybody who is held: the list of candidates asks for these only.
const MOSTLY: usize = 5;

/// Applications that ended in this state before a moment, the first first.
///
/// # Errors
/// Of the database.
pub async fn list_ended<C: ConnectionTrait>(
    db: &C,
    status: Status,
    before: Moment,
    limit: u64,
) -> Result<Vec<ApplicationId>, StorageError> {
    use application::Column;
    let ids: Vec<Uuid> = application::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Status.eq(status.key()))
        .filter(Column::StatusSince.lt(before.0))
        .order_by_asc(Column::StatusSince)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ApplicationId).collect())
}

async fn is_named<C: ConnectionTrait>(db: &C, places: &[(&'static str, &'static str)], id: Uuid) -> Result<bool, StorageError> {
    for (table, column) in places {
        let one = Query::select().expr(Expr::val(1)).from(*table).and_where(Expr::col(*column).eq(id)).limit(1).to_owned();
        if db.query_one(&one).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn remove_rows<C: ConnectionTrait>(db: &C, places: &[(&'static str, &'static str)], id: Uuid) -> Result<(), StorageError> {
    for (table, column) in places {
        db.execute(&Query::delete().from_table(*table).and_where(Expr::col(*column).eq(id)).to_owned()).await?;
    }
    Ok(())
}

/// Erases an application: what is left is its number, kind, end and by whom it was decided. Gives whose files are still there: its signed
/// forms', and those of the post that became these; `None` when something holds it.
///
/// # Errors
/// Of the database.
pub async fn remove_application<C: ConnectionTrait>(
    db: &C,
    application: &Application,
    now: Moment,
) -> Result<Option<Vec<Folder>>, StorageError> {
    let id = application.id.0;
    if is_named(db, &OF_APPROVAL, id).await? {
        return Ok(None);
    }
    let stub = ended_application::ActiveModel {
        id: Set(id),
        number: Set(application.number.to_string()),
        kind: Set(application.payload.kind().key().to_owned()),
        status: Set(application.status.key().to_owned()),
        voivodeship: Set(application.summary().voivodeship.to_string()),
        submitted_at: Set(application.submitted_at.0),
        ended_at: Set(application.status_since.0),
        decided_by: Set(application.decided_by.map(|account| account.0)),
        decided_for: Set(application.decided_for.map(|account| account.0)),
        decided_at: Set(application.decided_at.map(|at| at.0)),
        erased_at: Set(now.0),
    };
    ended_application::Entity::insert(stub).exec_without_returning(db).await?;
    let forms: Vec<Uuid> = signed_form::Entity::find()
        .select_only()
        .column(signed_form::Column::Id)
        .filter(signed_form::Column::ApplicationId.eq(id))
        .into_tuple()
        .all(db)
        .await?;
    for form in &forms {
        remove_rows(db, &[("signed_form_files", "signed_form_id")], *form).await?;
    }
    let mut folders: Vec<Folder> = forms.into_iter().map(|form| SignedFormId(form).into()).collect();
    folders.extend(post::remove_of_application(db, application.id, now).await?.into_iter().map(Folder::from));
    remove_rows(db, &OF_APPLICATION, id).await?;
    for (table, column) in LOOSE {
        let loosen = Query::update().table(table).value(column, Option::<Uuid>::None).and_where(Expr::col(column).eq(id)).to_owned();
        db.execute(&loosen).await?;
    }
    application::Entity::delete_by_id(id).exec(db).await?;
    Ok(Some(folders))
}

/// Accounts that were never approved and that as it seems nothing holds any more, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_unheld<C: ConnectionTrait>(db: &C, limit: u64) -> Result<Vec<AccountId>, StorageError> {
    use account::Column;
    let mut is_free = Condition::all();
    for (table, column) in HOLDING.into_iter().take(MOSTLY) {
        let own = Expr::col((account::Entity, Column::Id));
        let named = Query::select().expr(Expr::val(1)).from(table).and_where(Expr::col((table, column)).eq(own)).to_owned();
        is_free = is_free.add(Expr::exists(named).not());
    }
    let ids: Vec<Uuid> = account::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Status.eq(AccountStatus::Pending.key()))
        .filter(is_free)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(AccountId).collect())
}

/// Erases an account that nothing holds; false when something does.
///
/// # Errors
/// Of the database.
pub async fn remove_account<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<bool, StorageError> {
    if is_named(db, &HOLDING, id.0).await? {
        return Ok(false);
    }
    remove_rows(db, &OF_ACCOUNT, id.0).await?;
    // Letters that belong to no account, of a registration say, went to an address that is somebody's.
    if let Some(row) = account::Entity::find_by_id(id.0).one(db).await? {
        outbox_messages::forget_address(db, &row.email_key).await?;
    }
    account::Entity::delete_by_id(id.0).exec(db).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrations::Migrator;
    use sea_orm::{Database, Statement};
    use sea_orm_migration::MigratorTrait;
    use std::collections::BTreeSet;

    /// Rows that go with an application and take along the scan that they were cut out of: `post::remove_of_application`.
    const WITH_THEIR_SCAN: [(&str, &str); 1] = [("post_files", "application_id")];

    /// Whoever adds a table that refers to applications or accounts says here what becomes of its rows.
    #[tokio::test]
    async fn everything_that_refers_to_what_is_erased_has_its_place_in_the_lists() {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        let lists: [(&str, Vec<(&str, &str)>); 2] = [
            ("applications", [OF_APPLICATION.to_vec(), LOOSE.to_vec(), OF_APPROVAL.to_vec(), WITH_THEIR_SCAN.to_vec()].concat()),
            ("accounts", [OF_ACCOUNT.to_vec(), HOLDING.to_vec()].concat()),
        ];
        for (erased, listed) in lists {
            let sql = format!(
                "SELECT m.name AS t, f.\"from\" AS c FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
                 WHERE m.type = 'table' AND f.\"table\" = '{erased}'"
            );
            let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
            let found: BTreeSet<(String, String)> =
                rows.iter().map(|row| (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap())).collect();
            let listed: BTreeSet<(String, String)> = listed.into_iter().map(|(t, c)| (t.to_owned(), c.to_owned())).collect();
            let forgotten: Vec<_> = found.difference(&listed).collect();
            assert!(forgotten.is_empty(), "rows that refer to {erased}, and nobody says what becomes of them: {forgotten:?}");
        }
    }
}
