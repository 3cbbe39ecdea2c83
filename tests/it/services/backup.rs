//! Backup and restore on both databases: while work goes on, whole or refused, and nothing that was used lives again.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::person;
use crate::support::portal::{TestPortal, operator, system, visitor};
use crate::support::s3::S3Server;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::bulk::Act;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::audit::{AuditEvent, AuditObject};
use cas_portal::domain::id::SourceId;
use cas_portal::domain::identifiers::EmailAddress;
use cas_portal::domain::lockout::Lockout;
use cas_portal::domain::retention::Retention;
use cas_portal::domain::voivodeship::VoivodeshipCode;
use cas_portal::files::FileStore;
use cas_portal::secrets::{SecretKey, new_uuid, random_token, token_hash};
use cas_portal::services::backup::{BackupError, Restored, SERIALS_LEFT_OUT, Wishes, check_backup, make_backup, restore_backup};
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::erase::list_erasures;
use cas_portal::services::request_password_reset::request_password_reset;
use cas_portal::services::reset_password::{find_reset, reset_password};
use cas_portal::services::{ServiceError, known_device::Browser, record};
use cas_portal::storage::bulk_jobs::{BulkJob, BulkRow, RowState};
use cas_portal::storage::recovery_codes::StoredCode;
use cas_portal::storage::sign_in_sources::{Source, SourceKind};
use cas_portal::storage::{
    accounts, after_restore, applications, bulk_jobs, database, recovery_codes, role_assignments, sessions, sign_in_sources, signed_forms,
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A row of each kind that ends with a restore: its table, columns, values, and how one knows that it still lives.
const LIVING: [(&str, &str, &str, &str); 18] = [
    (
        "announcements",
        "id, author_id, audience, urgency, title, text, shown_from, shown_until, is_mailed, version, created_at, published_at",
        "{new}, {account}, '{}', 'information', 'x', 'x', {now}, {later}, TRUE, 1, {now}, {now}",
        "mailed_at IS NULL",
    ),
    (
        "sessions",
        "token_hash, account_id, created_at, last_seen_at, device, network, id",
        "{bytes}, {account}, {now}, {now}, 'x', 'x', {new}",
        "TRUE",
    ),
    (
        "mailed_tokens",
        "token_hash, purpose, account_id, email_key, created_at, expires_at",
        "{bytes}, 'password_reset', {account}, 'a@example.pl', {now}, {later}",
        "TRUE",
    ),
    ("passkey_challenges", "token_hash, purpose, state, expires_at", "{bytes}, 'sign_in', '{}', {later}", "TRUE"),
    ("kept_forms", "token_hash, account_id, action, fields, expires_at", "{bytes}, {account}, '/account', '{}', {later}", "TRUE"),
    ("recovery_codes", "account_id, selector, code_hash, created_at", "{account}, 'abcd', 'x', {now}", "TRUE"),
    (
        "totp_secrets",
        "account_id, sealed, last_step, offered, offered_at",
        "{account}, {bytes}, 1, {bytes}, {now}",
        "last_step = 1 OR offered IS NOT NULL",
    ),
    (
        "email_changes",
        "id, account_id, status, old_email, new_email, new_email_key, requested_at, confirm_until, undo_until",
        "{new}, {account}, 'pending', 'a@example.pl', 'b@example.pl', 'b@example.pl', {now}, {later}, {later}",
        "status = 'pending'",
    ),
    (
        "email_changes",
        "id, account_id, status, old_email, new_email, new_email_key, undo_hash, requested_at, confirm_until, undo_until, settled_at",
        "{new}, {account}, 'confirmed', 'c@example.pl', 'a@example.pl', 'a@example.pl', {bytes}, {now}, {later}, {later}, {now}",
        "confirm_hash IS NOT NULL OR code_hash IS NOT NULL OR undo_hash IS NOT NULL",
    ),
    (
        "waiting_email_changes",
        "id, account_id, application_id, old_email, new_email, approved_at, takes_effect_at, state",
        "{new}, {account}, {application}, 'a@example.pl', 'd@example.pl', {now}, {later}, 'waiting'",
        "state = 'waiting'",
    ),
    ("unwanted_files", "signed_form_id, due_at, is_erased", "{new}, {later}, FALSE", "TRUE"),
    (
        "outbox_messages",
        "id, notice, kind, status, next_attempt_at, created_at, correlation",
        "{new}, '{}', 'x', 'waiting', {now}, {now}, {new}",
        "status = 'waiting'",
    ),
    (
        "sign_in_sources",
        "account_id, kind, source_hash, id, label, network, created_at, last_used_at",
        "{account}, 'device', {bytes}, {new}, 'x', 'x', {now}, {now}",
        "kind = 'device'",
    ),
    (
        "first_approvals",
        "application_id, account_id, role_assignment_id, revision, approved_at",
        "{application}, {other}, {role}, 1, {now}",
        "TRUE",
    ),
    (
        "bulk_rows",
        "id, job_id, position, number, seen_version, queued_at, state",
        "{new}, {job}, 1, 'W/26/2026/999999', 0, {now}, 'waiting'",
        "state = 'waiting'",
    ),
    ("role_proposals", "id, content, proposed_by, proposed_at, lapses_at", "{new}, '{}', {other}, {now}, {later}", "outcome IS NULL"),
    (
        "account_joins",
        "id, given_up_id, kept_id, named_login, state, proposed_at, due_at",
        "{new}, {account}, {other}, 'ewa', 'proposed', {now}, {later}",
        "state = 'proposed'",
    ),
    (
        "account_joins",
        "id, given_up_id, kept_id, named_login, state, proposed_at, due_at",
        "{new}, {other}, {account}, 'anna', 'confirmed', {now}, {later}",
        "state = 'confirmed'",
    ),
];

/// An empty portal beside the one that is backed up: another database of the same kind or of the other, another file store.
async fn empty(db: &TestDatabase, of_other_kind: bool) -> (TestDatabase, TestPortal) {
    let other = if db.is_postgres() == of_other_kind { TestDatabase::sqlite().await } else { TestDatabase::postgres().await };
    let mut portal = TestPortal::new(&other);
    portal.context.files = Arc::new(FileStore::memory());
    (other, portal)
}

async fn back_up(portal: &TestPortal, folder: &Path) -> PathBuf {
    let folder = folder.join(random_token());
    make_backup(&portal.context, &operator(), &folder).await.expect("a backup");
    folder
}

async fn restore(portal: &TestPortal, folder: &Path) -> Result<Restored, BackupError> {
    restore_backup(&portal.context, &operator(), folder, &Wishes::default()).await
}

fn words(error: &BackupError) -> String {
    error.to_string()
}

on_both! {
    async fn a_backup_made_while_work_goes_on_is_whole_and_fills_either_database(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for status in [Status::AwaitingForm, Status::InReview, Status::Returned, Status::Approved, Status::Rejected] {
            portal.application_of(portal.registration(2), status).await;
        }
        let before = portal.number("SELECT count(*) FROM applications").await;
        // People go on filing and sending forms, by connections of their own.
        let (busy, stop) = (portal.second(&db).await, Arc::new(AtomicBool::new(false)));
        let working = tokio::spawn({
            let (busy, stop) = (busy.clone(), Arc::clone(&stop));
            async move {
                let mut filed = 0;
                while !stop.load(Ordering::Relaxed) {
                    busy.application_of(busy.registration(3), Status::FormReceived).await;
                    filed += 1;
                    // Three that belong together.
                    let tx = database::begin(busy.db()).await.expect("a transaction");
                    for _ in 0..3 {
                        let object = AuditObject::new("account", filed);
                        record::done(&busy.context, &tx, &system(), AuditEvent::SessionStarted, object, None, json!({})).await.expect("written");
                        tokio::task::yield_now().await;
                    }
                    tx.commit().await.expect("all three");
                }
                filed
            }
        });
        while portal.number("SELECT count(*) FROM applications").await < before + 2 {
            tokio::task::yield_now().await;
        }
        let folder = back_up(&portal, db.folder()).await;
        let at_end = portal.number("SELECT count(*) FROM applications").await;
        while portal.number("SELECT count(*) FROM applications").await < at_end + 2 {
            tokio::task::yield_now().await;
        }
        stop.store(true, Ordering::Relaxed);
        let filed: i64 = working.await.expect("nobody was held up");
        let (about, findings) = check_backup(&folder).await.expect("a backup");
        assert_eq!(findings, Vec::<String>::new());
        assert!(about.lost.is_empty());
        println!("{filed} applications were filed meanwhile; {} are in the backup", about.tables["applications"].rows);

        for of_other_kind in [false, true] {
            let (_kept, restored) = empty(&db, of_other_kind).await;
            let done = restore(&restored, &folder).await.expect("restored");
            assert!(done.verified.findings.is_empty(), "{:?}", done.verified.findings);
            let applications = restored.number("SELECT count(*) FROM applications").await;
            assert!(before + 2 <= applications && applications <= at_end, "{before} {applications} {at_end}");
            assert_eq!(restored.number("SELECT count(*) FROM units").await, portal.number("SELECT count(*) FROM units").await);
            // Each row reads as what it is, with all that belongs to it: 3 persons, and a form whose files are there.
            let sql = "SELECT count(*) FROM application_persons p JOIN applications a ON a.id = p.application_id WHERE a.status = 'form_received'";
            let received = restored.number("SELECT count(*) FROM applications WHERE status = 'form_received'").await;
            assert!(received >= 2);
            assert_eq!(restored.number(sql).await, 3 * received);
            let forms = "SELECT count(*) FROM applications a JOIN signed_forms f ON f.application_id = a.id WHERE a.status = 'form_received'";
            assert_eq!(restored.number(forms).await, received);
            let traces = restored.number("SELECT count(*) FROM audit_entries WHERE event = 'session.started'").await;
            assert!(traces > 0 && traces % 3 == 0, "what belongs together was torn apart: {traces}");
            let (objects, _) = signed_forms::list_objects(restored.db(), None, 100_000).await.expect("files");
            for object in &objects {
                assert!(restored.context.files.exists(&object.key).await.expect("the store"), "{}", object.key);
            }
            assert_eq!(objects.len() as u64, about.files);
            // And the portal goes on: numbers and the trail continue, and rows are found again.
            let mut going_on = portal.clone();
            going_on.context = restored.context.clone();
            let filed = going_on.application_of(going_on.registration(1), Status::AwaitingForm).await;
            assert!(applications::find(restored.db(), filed.application.id).await.expect("read").is_some());
            let reviewed = going_on.administrator().await;
            assert!(going_on.actor(reviewed).await.signed_in().is_some());
            let again = cas_portal::services::verify_audit::verify_audit(&restored.context, &operator(), &[]).await.expect("verified");
            assert!(again.findings.is_empty() && again.entries > done.verified.entries, "{:?}", again.findings);
        }
    }

    async fn what_is_not_whole_is_refused_and_leaves_nothing(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        portal.application(Status::FormReceived).await;
        type Harm = fn(&Path);
        let table = |folder: &Path| folder.join("tables/accounts.jsonl");
        assert!(table(&back_up(&portal, db.folder()).await).is_file());
        let harms: [(&str, Harm); 6] = [
            ("no complete backup", |folder| std::fs::remove_file(folder.join("manifest")).expect("removed")),
            ("manifest", |folder| change(&folder.join("manifest"), b"approved", b"approvec")),
            ("accounts.jsonl", |folder| change(&folder.join("tables/accounts.jsonl"), b"example", b"exbmple")),
            ("accounts.jsonl", |folder| {
                let (path, text) = (folder.join("tables/accounts.jsonl"), std::fs::read(folder.join("tables/accounts.jsonl")).expect("read"));
                std::fs::write(path, &text[..text.len() - 10]).expect("cut");
            }),
            ("signed_forms.jsonl", |folder| std::fs::remove_file(folder.join("tables/signed_forms.jsonl")).expect("removed")),
            ("files/signed-forms", |folder| {
                let form = std::fs::read_dir(folder.join("files/signed-forms")).expect("files").next().expect("one").expect("read").path();
                let file = std::fs::read_dir(form).expect("files").next().expect("one").expect("read").path();
                std::fs::remove_file(file).expect("removed");
            }),
        ];
        let (_kept, restored) = empty(&db, false).await;
        for (wanted, harm) in harms {
            let folder = back_up(&portal, db.folder()).await;
            harm(&folder);
            let told = match check_backup(&folder).await {
                Ok((_, findings)) => findings.join("\n"),
                Err(error) => words(&error),
            };
            assert!(told.contains(wanted), "{wanted}: {told}");
            let error = restore(&restored, &folder).await.expect_err("refused");
            assert!(words(&error).contains(wanted), "{wanted}: {error}");
            assert!(database::is_empty(restored.db()).await.expect("read"));
        }
        // A folder with anything in it, and a database with anybody in it, stay as they are.
        let folder = back_up(&portal, db.folder()).await;
        assert!(matches!(make_backup(&portal.context, &operator(), &folder).await, Err(BackupError::Archive(_))));
        let accounts = portal.number("SELECT count(*) FROM accounts").await;
        assert!(words(&restore(&portal, &folder).await.expect_err("refused")).contains("not empty"));
        assert_eq!(portal.number("SELECT count(*) FROM accounts").await, accounts);
        // Nobody but the operator.
        let central = portal.actor(portal.official(Role::CentralAdministrator, None).await).await;
        let denied = make_backup(&portal.context, &central, &db.folder().join("mine")).await;
        assert!(matches!(denied, Err(BackupError::Service(ServiceError::Denied))));
        // Another secret key is told, and only goes on where that is wanted.
        let mut other = restored.clone();
        other.context.key = SecretKey::from_bytes([9; 32]);
        assert!(words(&restore(&other, &folder).await.expect_err("refused")).contains("secret key"));
        restore_backup(&other.context, &operator(), &folder, &Wishes { other_key: true, ..Wishes::default() }).await.expect("restored");
        assert_eq!(other.number("SELECT count(*) FROM accounts").await, accounts);
    }

    async fn nothing_that_was_used_or_ended_since_lives_again(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let mut known = person("ala");
        known.email = EmailAddress::parse("ala@gops.example.pl").expect("an address");
        let account = portal.account_of(&known, AccountStatus::Active, true).await;
        let cookie = random_token();
        let add = sessions::add(portal.db(), portal.context.new_session_id(), token_hash(&cookie), account, "x", "192.0.2.1", portal.now());
        add.await.expect("a session");
        let code = StoredCode { selector: "abcd".to_owned(), code_hash: "hash".to_owned() };
        recovery_codes::replace(portal.db(), account, std::slice::from_ref(&code), portal.now()).await.expect("codes");
        request_password_reset(&portal.context, &visitor(), "ala@gops.example.pl").await.expect("asked");
        deliver_due(&portal.context, "worker", 100).await.expect("delivered");
        let letter = portal.letters_to("ala@gops.example.pl").pop().expect("a letter");
        let at = letter.body.find("/password/reset/").expect("a link") + "/password/reset/".len();
        let token: String = letter.body[at..].chars().take(43).collect();
        find_reset(&portal.context, &token).await.expect("it works");
        // One letter waits.
        request_password_reset(&portal.context, &visitor(), "ala@gops.example.pl").await.expect("asked");
        let folder = back_up(&portal, db.folder()).await;
        // After the backup the link and the code are used, and the session ends.
        let (browser, new) = (Browser::new(&portal.context), "fioletowy parasol na biegunie");
        reset_password(&portal.context, &visitor(), &token, (new, new), (&browser, "")).await.expect("used");
        assert!(matches!(find_reset(&portal.context, &token).await, Err(ServiceError::DeadLink)));

        let (_kept, restored) = empty(&db, false).await;
        restore(&restored, &folder).await.expect("restored");
        assert!(matches!(find_reset(&restored.context, &token).await, Err(ServiceError::DeadLink)));
        assert!(sessions::find(restored.db(), token_hash(&cookie), "").await.expect("read").is_none());
        assert_eq!(recovery_codes::find_unused(restored.db(), account, "abcd").await.expect("read"), None);
        deliver_due(&restored.context, "worker", 100).await.expect("delivered");
        assert!(restored.letters_to("ala@gops.example.pl").is_empty(), "a letter that may have left leaves again only when told to");
        assert_eq!(restored.number("SELECT count(*) FROM outbox_messages WHERE status = 'given_up'").await, 1);
    }

    /// One row of each kind that ends, as it stands before and after.
    async fn whatever_ends_with_a_restore_is_over(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, other) = (portal.account("anna", AccountStatus::Active).await, portal.account("ewa", AccountStatus::Active).await);
        let (filed, official) = (portal.application(Status::InReview).await, portal.administrator().await);
        let job = BulkJob {
            id: portal.context.new_bulk_job_id(),
            owner: official,
            act: Act::Take,
            assignee: None,
            proven_at: portal.now(),
            address: None,
            correlation: portal.context.new_correlation_id(),
            created_at: portal.now(),
        };
        let done = BulkRow {
            id: portal.context.new_bulk_row_id(),
            job: job.id,
            application: None,
            number: filed.application.number.clone(),
            seen_version: 0,
            attempts: 0,
            state: RowState::Done,
        };
        bulk_jobs::add(portal.db(), &job, &[done]).await.expect("a batch");
        let role = role_assignments::list_of(portal.db(), official).await.expect("roles").remove(0).id;
        portal.machine(&["PS"], &["view"], &["26"]).await;
        let literal = |hex: &str| if db.is_postgres() { format!("'\\x{hex}'") } else { format!("X'{hex}'") };
        let id = |id: uuid::Uuid| if db.is_postgres() { format!("'{id}'") } else { format!("X'{}'", id.simple()) };
        for (table, columns, values, living) in LIVING {
            let sql = format!("INSERT INTO {table} ({columns}) VALUES ({values})")
                .replace("{bytes}", &literal("0123456789"))
                .replace("{account}", &id(account.0))
                .replace("{other}", &id(other.0))
                .replace("{application}", &id(filed.application.id.0))
                .replace("{role}", &id(role.0))
                .replace("{job}", &id(job.id.0))
                .replace("{new}", &id(new_uuid()))
                .replace("{now}", &portal.now().0.to_string())
                .replace("{later}", &portal.now().plus_days(3).0.to_string());
            portal.db().execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert_eq!(portal.number(&format!("SELECT count(*) FROM {table} WHERE {living}")).await, 1, "{table}");
        }
        let blocked = Source {
            id: SourceId(new_uuid()),
            account,
            kind: SourceKind::Network,
            hash: [9; 32],
            label: String::new(),
            network: "198.51.0.0/16".to_owned(),
            lockout: Lockout { failures: 0, blocks: 1, blocked_until: Some(portal.now().plus_days(1)) },
            created_at: portal.now(),
            last_used_at: portal.now(),
        };
        sign_in_sources::save(portal.db(), &blocked).await.expect("a blocked network");
        let mut known: Vec<&str> = LIVING.iter().map(|(table, ..)| *table).chain(["application_serials"]).collect();
        let mut ended: Vec<&str> = after_restore::tables().collect();
        for names in [&mut known, &mut ended] {
            names.sort_unstable();
            names.dedup();
        }
        assert_eq!(known, ended, "each has its row here");

        let folder = back_up(&portal, db.folder()).await;
        for (keep_machines, in_force) in [(false, 0), (true, 1)] {
            let (_kept, restored) = empty(&db, keep_machines).await;
            let wishes = Wishes { keep_machines, ..Wishes::default() };
            let done = restore_backup(&restored.context, &operator(), &folder, &wishes).await.expect("restored");
            assert_eq!((done.revoked_machines, done.machines), (1 - in_force, in_force));
            let sql = "SELECT count(*) FROM machine_clients WHERE revoked_at IS NULL";
            assert_eq!(restored.number(sql).await.unsigned_abs(), in_force);
            for (table, _, _, living) in LIVING {
                assert_eq!(restored.number(&format!("SELECT count(*) FROM {table} WHERE {living}")).await, 0, "{table}");
            }
            // What keeps people out stays.
            assert_eq!(restored.number("SELECT count(*) FROM sign_in_sources WHERE kind = 'network'").await, 1);
        }
    }

    /// Numbers that were given after the backup stand on printed forms: they are not given again, also where the first one of the year was.
    async fn numbers_given_since_are_nobody_elses(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let next = async |portal: &TestPortal, code: &str| {
            let number = applications::next_number(portal.db(), &VoivodeshipCode::trusted(code), 2026).await.expect("a number");
            number.to_string()
        };
        next(&portal, "26").await;
        let folder = back_up(&portal, db.folder()).await;
        let mut given = Vec::new();
        for code in ["26", "10"] {
            for _ in 0..20 {
                given.push(next(&portal, code).await);
            }
        }
        assert!(given.contains(&"W/26/2026/000002".to_owned()) && given.contains(&"W/10/2026/000001".to_owned()));
        let (_kept, restored) = empty(&db, false).await;
        restore(&restored, &folder).await.expect("restored");
        for (code, last) in [("26", 1), ("10", 0), ("24", 0)] {
            for n in 1..=2 {
                let number = next(&restored, code).await;
                assert!(!given.contains(&number), "{number} stands on a form");
                assert_eq!(number, format!("W/{code}/2026/{:06}", last + SERIALS_LEFT_OUT + n));
            }
        }
    }

    async fn a_file_that_the_store_has_lost_is_told_and_the_rest_is_kept(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::FormReceived).await;
        portal.application(Status::FormReceived).await;
        let form = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms").remove(0);
        let key = form.files[0].object_key.clone();
        portal.context.files.put(&key, &b"other bytes"[..]).await.expect("changed");
        portal.context.files.delete(&form.files[0].page_keys[0]).await.expect("gone");
        let folder = back_up(&portal, db.folder()).await;
        let (about, findings) = check_backup(&folder).await.expect("a backup");
        assert!(findings.is_empty());
        assert_eq!(about.lost, [form.files[0].page_keys[0].clone(), key.clone()]);
        let (_kept, restored) = empty(&db, false).await;
        // Where something lies under a file's name that is not the file, it stays.
        let other = about_other_key(&folder, &key);
        restored.context.files.put(&other, &b"somebody else's"[..]).await.expect("put");
        assert!(words(&restore(&restored, &folder).await.expect_err("refused")).contains("another file"));
        restored.context.files.delete(&other).await.expect("gone");
        restore(&restored, &folder).await.expect("restored");
    }

    /// Erased after the backup: known by the journal beside the files, by the operator's copy of it, or by the backup's own, which was
    /// written last.
    async fn nobody_who_was_erased_since_lives_again(db: TestDatabase) {
        let portal = TestPortal::new(&db).with_retention(Retention { withdrawn: Some(30), ..Retention::default() });
        let filed = portal.application_of(portal.registration(1), Status::Withdrawn).await;
        portal.signed_form(&filed.application).await;
        let kept = portal.application_of(portal.registration(1), Status::Rejected).await;
        let folder = back_up(&portal, db.folder()).await;
        portal.advance_days(31);
        portal.keep().await;
        let is_there = async |portal: &TestPortal| {
            let account = accounts::find(portal.db(), filed.application.applicant).await.expect("read").is_some();
            let application = applications::find(portal.db(), filed.application.id).await.expect("read").is_some();
            assert_eq!(account, application);
            account
        };
        assert!(!is_there(&portal).await);
        let journal = db.folder().join("journal");
        let lines: Vec<String> = list_erasures(&portal.context, &operator()).await.expect("a journal").iter().map(|e| e.line()).collect();
        assert_eq!(lines.len(), 2);
        std::fs::write(&journal, lines.join("\n")).expect("written");

        // Without any of them the portal cannot know.
        let (_first, alone) = empty(&db, false).await;
        restore(&alone, &folder).await.expect("restored");
        assert!(is_there(&alone).await);
        // With the operator's copy.
        let (_second, told) = empty(&db, false).await;
        let wishes = Wishes { journal: Some(journal.clone()), ..Wishes::default() };
        let done = restore_backup(&told.context, &operator(), &folder, &wishes).await.expect("restored");
        assert_eq!(done.erased, 2);
        assert!(done.verified.findings.is_empty(), "{:?}", done.verified.findings);
        assert!(!is_there(&told).await);
        assert_eq!(told.context.files.list("signed-forms").await.expect("files").len(), 2, "only those of the other application");
        assert!(applications::find(told.db(), kept.application.id).await.expect("read").is_some());
        // With the file store that outlived the database.
        let (_third, mut beside) = empty(&db, false).await;
        beside.context.files = Arc::clone(&portal.context.files);
        restore(&beside, &folder).await.expect("restored");
        assert!(!is_there(&beside).await);
        // A journal that does not read is no journal.
        std::fs::write(&journal, "account-nobody 7").expect("written");
        let (_fourth, misled) = empty(&db, false).await;
        let refused = restore_backup(&misled.context, &operator(), &folder, &wishes).await.expect_err("refused");
        assert!(words(&refused).contains("no line of a journal"), "{refused}");
        assert!(database::is_empty(misled.db()).await.expect("read"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_files_of_a_bucket_come_into_another_one() {
    let db = TestDatabase::sqlite().await;
    let (from, to) = (S3Server::start().await, S3Server::start().await);
    let mut portal = TestPortal::new(&db);
    portal.context.files = Arc::new(from.store());
    for _ in 0..12 {
        portal.application(Status::FormReceived).await;
    }
    let folder = back_up(&portal, db.folder()).await;
    let (_kept, mut restored) = empty(&db, false).await;
    restored.context.files = Arc::new(to.store());
    let done = restore(&restored, &folder).await.expect("restored");
    assert_eq!(done.about.files, 24);
    let (objects, _) = signed_forms::list_objects(restored.db(), None, 100).await.expect("files");
    for object in objects {
        let (here, there) = (portal.context.files.get(&object.key).await, restored.context.files.get(&object.key).await);
        assert_eq!(here.expect("a file"), there.expect("the same file"));
    }
}

/// A file of the backup that is not this one.
fn about_other_key(folder: &Path, key: &str) -> String {
    let text = std::fs::read_to_string(folder.join("manifest")).expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    let parts = manifest["parts"].as_object().expect("parts").keys();
    let other = parts.filter_map(|name| name.strip_prefix("files/")).find(|name| *name != key).expect("another file");
    other.to_owned()
}

/// Changes the first place where `from` stands, by as many bytes.
fn change(path: &Path, from: &[u8], to: &[u8]) {
    let mut bytes = std::fs::read(path).expect("read");
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap_or(bytes.len() / 2);
    if bytes[at..].starts_with(from) {
        bytes[at..at + to.len()].copy_from_slice(to);
    } else {
        bytes[at] ^= 1;
    }
    std::fs::write(path, bytes).expect("written");
}
