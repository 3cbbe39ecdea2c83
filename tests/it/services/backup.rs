//! Backup and restore on both databases: while work goes on, whole or refused, and nothing that was used lives again.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::person;
use crate::support::portal::{TestPortal, operator, system, visitor};
use crate::support::s3::S3Server;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::audit::{AuditEvent, AuditObject};
use cas_portal::domain::identifiers::EmailAddress;
use cas_portal::domain::retention::Retention;
use cas_portal::files::FileStore;
use cas_portal::secrets::{SecretKey, random_token, token_hash};
use cas_portal::services::backup::{BackupError, Restored, Wishes, check_backup, make_backup, restore_backup};
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::erase::list_erasures;
use cas_portal::services::request_password_reset::request_password_reset;
use cas_portal::services::reset_password::{find_reset, reset_password};
use cas_portal::services::{ServiceError, known_device::Browser, record};
use cas_portal::storage::recovery_codes::StoredCode;
use cas_portal::storage::{accounts, applications, database, recovery_codes, sessions, signed_forms};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
            // The fixture writes them one after the other: one may be half there.
            let persons = restored.number(sql).await;
            assert!((3 * received - 3..=3 * received).contains(&persons), "{persons} persons of {received}");
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
