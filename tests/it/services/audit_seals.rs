//! Seals of the audit trail: whatever is altered, removed or added is found; several workers seal each entry once; nobody waits.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, operator, system};
use crate::support::web::Site;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::audit::{AuditEvent, AuditObject};
use cas_portal::domain::retention::Retention;
use cas_portal::secrets::SecretKey;
use cas_portal::services::record;
use cas_portal::services::seal_audit::seal_audit;
use cas_portal::services::verify_audit::{Noted, Verified, verify_audit};
use cas_portal::storage::portable::Snapshot;
use cas_portal::storage::{audit_seals, database};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use std::time::Duration;

async fn write(portal: &TestPortal, how_many: usize) {
    for n in 0..how_many {
        let object = AuditObject::new("account", format!("osoba-{n}"));
        let details = json!({ "n": n, "b": { "y": 1, "x": [true, null, "ł"] } });
        record::done(&portal.context, portal.db(), &system(), AuditEvent::SessionStarted, object, None, details).await.expect("written");
    }
}

/// Three seals of ten entries, and one entry after them. Between the second and the third there is a gap in the positions.
async fn sealed(db: &TestDatabase) -> TestPortal {
    let portal = TestPortal::new(db);
    for n in 0..3 {
        if n == 2 {
            let gap = if db.is_postgres() {
                "SELECT setval(pg_get_serial_sequence('audit_entries', 'id'), 25)"
            } else {
                "UPDATE sqlite_sequence SET seq = 25 WHERE name = 'audit_entries'"
            };
            portal.db().execute_unprepared(gap).await.expect("a gap");
        }
        write(&portal, 10).await;
        assert_eq!(seal_audit(&portal.context).await.expect("sealed"), 10);
    }
    write(&portal, 1).await;
    portal
}

async fn verified(portal: &TestPortal, noted: &[Noted]) -> Verified {
    verify_audit(&portal.context, &operator(), noted).await.expect("verified")
}

/// As somebody who owns the database: without its triggers, which stand again afterwards.
async fn tamper(db: &TestDatabase, sql: &str) {
    // One connection: another one of the pool may still know a trigger that is gone, and SQLite does not look again.
    let connection = database::connect(db.url(), 1).await.expect("a connection");
    if db.is_postgres() {
        for table in ["audit_entries", "audit_seals"] {
            connection.execute_unprepared(&format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await.expect("disabled");
        }
        connection.execute_unprepared(sql).await.expect(sql);
        for table in ["audit_entries", "audit_seals"] {
            connection.execute_unprepared(&format!("ALTER TABLE {table} ENABLE TRIGGER USER")).await.expect("enabled");
        }
        return;
    }
    let triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";
    let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), triggers)).await.expect("triggers");
    let triggers: Vec<(String, String)> =
        rows.iter().map(|row| (row.try_get("", "name").expect("name"), row.try_get("", "sql").expect("sql"))).collect();
    for (name, _) in &triggers {
        connection.execute_unprepared(&format!("DROP TRIGGER {name}")).await.expect("dropped");
    }
    connection.execute_unprepared(sql).await.expect(sql);
    for (_, text) in &triggers {
        connection.execute_unprepared(text).await.expect("made again");
    }
}

const COLUMNS: &str = "at, actor_id, actor, on_behalf_of, event, object_kind, object_id, voivodeship, outcome, address, correlation, details, salt, commitment";

on_both! {
    async fn what_was_sealed_is_proven_and_the_rest_is_told(db: TestDatabase) {
        let portal = sealed(&db).await;
        let found = verified(&portal, &[]).await;
        assert_eq!(found.findings, Vec::<String>::new());
        assert_eq!((found.entries, found.unsealed), (31, 1));
        let last = found.seal.expect("a seal");
        assert_eq!(last.number, 3);
        // Noted elsewhere it still stands; and it is told as it is read.
        assert_eq!(last.to_string().parse(), Ok(last.clone()));
        assert!(verified(&portal, std::slice::from_ref(&last)).await.findings.is_empty());
        assert_eq!(seal_audit(&portal.context).await.expect("sealed"), 1);
        assert_eq!(seal_audit(&portal.context).await.expect("sealed"), 0);
        assert_eq!(verified(&portal, &[last]).await.unsealed, 0);
        assert!(db.connection().execute_unprepared("DELETE FROM audit_seals").await.is_err());
        assert!(db.connection().execute_unprepared("UPDATE audit_seals SET entries = 1").await.is_err());
    }
}

/// One change of somebody who owns the database, and the seal that tells it.
async fn is_found(db: &TestDatabase, sql: &str, wanted: &str) {
    let portal = sealed(db).await;
    assert!(verified(&portal, &[]).await.findings.is_empty());
    tamper(db, sql).await;
    let findings = verified(&portal, &[]).await.findings;
    assert!(findings.iter().any(|finding| finding.contains(wanted)), "{sql}: {findings:?}");
    assert!(!findings.iter().any(|finding| finding.contains("refuse")), "{findings:?}");
}

macro_rules! found {
    ($($name:ident: $sql:expr => $wanted:literal;)+) => {
        on_both! {$(
            async fn $name(db: TestDatabase) {
                is_found(&db, &$sql, $wanted).await;
            }
        )+}
    };
}

found! {
    an_altered_detail: "UPDATE audit_entries SET details = '{\"n\":5}' WHERE id = 14" => "seal 2,";
    an_altered_actor: "UPDATE audit_entries SET actor = 'ktos-inny' WHERE id = 3" => "seal 1,";
    an_altered_time: "UPDATE audit_entries SET at = at + 1 WHERE id = 20" => "seal 2,";
    an_entry_removed_in_the_middle: "DELETE FROM audit_entries WHERE id = 15" => "seal 2, up to entry 20: an entry was altered, removed or added since it was sealed (9 entries, not 10)";
    the_last_sealed_entry_removed: "DELETE FROM audit_entries WHERE id = 35" => "seal 3,";
    all_from_a_sealed_entry_on_removed: "DELETE FROM audit_entries WHERE id > 30" => "seal 3,";
    an_entry_added_in_the_middle: format!("INSERT INTO audit_entries (id, {COLUMNS}) SELECT 23, {COLUMNS} FROM audit_entries WHERE id = 12") => "seal 3,";
    two_entries_exchanged: "UPDATE audit_entries SET object_id = CASE id WHEN 4 THEN 'osoba-4' ELSE 'osoba-3' END WHERE id IN (4, 5)" => "seal 1,";
    a_seal_removed: "DELETE FROM audit_seals WHERE number = 2" => "seal 3: the one before it is missing";
    a_seal_altered: "UPDATE audit_seals SET sealed_at = sealed_at + 1 WHERE number = 2" => "seal 2,";
    a_seal_of_another_hand: "UPDATE audit_seals SET mac = hash WHERE number = 3" => "seal 3: it was not made with this portal's secret key";
}

on_both! {
    /// The end can only be cut off unseen by whoever cuts off the seals too; then the note of a seal tells it.
    async fn a_trail_that_was_cut_off_with_its_seals_is_told_by_a_noted_seal(db: TestDatabase) {
        let portal = sealed(&db).await;
        let noted = verified(&portal, &[]).await.seal.expect("a seal");
        tamper(&db, "DELETE FROM audit_seals WHERE number = 3").await;
        tamper(&db, "DELETE FROM audit_entries WHERE id > 20").await;
        assert!(verified(&portal, &[]).await.findings.is_empty(), "nothing in the database tells it");
        let findings = verified(&portal, std::slice::from_ref(&noted)).await.findings;
        assert_eq!(findings, ["seal 3: it was noted, and is not there"]);
        // What was written anew in its place is another seal.
        write(&portal, 4).await;
        seal_audit(&portal.context).await.expect("sealed");
        assert_eq!(verified(&portal, &[noted]).await.findings, ["seal 3: it is not the one that was noted"]);
    }

    async fn another_secret_key_is_told_once(db: TestDatabase) {
        let mut portal = sealed(&db).await;
        portal.context.key = SecretKey::from_bytes([8; 32]);
        assert_eq!(verified(&portal, &[]).await.findings, ["seal 1: it was not made with this portal's secret key"]);
    }

    async fn workers_that_seal_at_once_seal_each_entry_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (second, third) = (portal.second(&db).await, portal.second(&db).await);
        let mut sealed = 0;
        for _ in 0..5 {
            write(&portal, 7).await;
            let writing = write(&second, 5);
            let (a, b, c, ()) = tokio::join!(seal_audit(&portal.context), seal_audit(&second.context), seal_audit(&third.context), writing);
            sealed += a.expect("no fault") + b.expect("no fault") + c.expect("no fault");
        }
        sealed += seal_audit(&portal.context).await.expect("sealed");
        assert_eq!(sealed, 60);
        let seals = audit_seals::list(portal.db(), 0, 100).await.expect("seals");
        assert_eq!(seals.iter().map(|seal| seal.entries).sum::<i64>(), 60);
        assert!(seals.iter().zip(1..).all(|(seal, number)| seal.number == number));
        let found = verified(&portal, &[]).await;
        assert!(found.findings.is_empty() && found.unsealed == 0, "{:?}", found.findings);
    }

    /// Names go, the proof stays.
    async fn an_erasure_breaks_no_seal(db: TestDatabase) {
        let portal = TestPortal::new(&db).with_retention(Retention { withdrawn: Some(30), ..Retention::default() });
        let filed = portal.application(Status::Withdrawn).await;
        let login = portal.login_of(filed.application.applicant).await;
        let me = portal.actor(filed.application.applicant).await;
        record::done(&portal.context, portal.db(), &me, AuditEvent::SessionStarted, AuditObject::new("account", &login), None, json!({})).await.expect("written");
        assert!(seal_audit(&portal.context).await.expect("sealed") > 0);
        portal.advance_days(31);
        assert_eq!(portal.keep().await.erased, 2);
        seal_audit(&portal.context).await.expect("sealed");
        let found = verified(&portal, &[]).await;
        assert!(found.findings.is_empty() && found.unsealed == 0, "{:?}", found.findings);
        // A name put back, or another one, is found.
        let hash = if db.is_postgres() { "decode(repeat('00', 32), 'hex')" } else { "zeroblob(32)" };
        tamper(&db, &format!("UPDATE audit_entries SET commitment = {hash} WHERE commitment IS NOT NULL")).await;
        assert!(!verified(&portal, &[]).await.findings.is_empty());
    }
}

/// Somebody's request that leaves an entry in the trail is answered.
async fn is_answered(site: &Site) {
    let client = site.visitor();
    let typed = [("login", "nikt-taki"), ("password", "jakieś długie hasło")];
    let answer = tokio::time::timeout(Duration::from_secs(5), client.post("/login", &typed)).await;
    answer.expect("nobody waits for a seal").assert_status(422);
}

async fn failed_sign_ins(portal: &TestPortal) -> i64 {
    portal.number("SELECT count(*) FROM audit_entries WHERE event = 'sign_in.failed'").await
}

/// The worker itself, held up where it writes its seal: everything is read and hashed, and its transaction stands open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_seal_on_postgres() {
    let db = TestDatabase::postgres().await;
    let portal = sealed(&db).await;
    let site = portal.site().await;
    let holder = database::begin(portal.db()).await.expect("a transaction");
    holder.execute_unprepared("LOCK TABLE audit_seals IN EXCLUSIVE MODE").await.expect("locked");
    let worker = portal.second(&db).await;
    let sealing = tokio::spawn(async move { seal_audit(&worker.context).await.expect("no fault") });
    // The server has the databases of other tests, too, whose tables have the same numbers.
    let here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let waits = format!("SELECT count(*) FROM pg_locks WHERE {here} AND relation = 'audit_seals'::regclass AND NOT granted");
    while portal.number(&waits).await == 0 {
        assert!(!sealing.is_finished());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let locks = format!(
        "SELECT count(*) FROM pg_locks WHERE {here} AND relation = 'audit_entries'::regclass AND mode NOT IN ('AccessShareLock', \
         'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock')"
    );
    assert_eq!(portal.number(&locks).await, 0, "nothing keeps entries out of the trail");
    is_answered(&site).await;
    assert_eq!(failed_sign_ins(&portal).await, 1);
    assert!(!sealing.is_finished());
    drop(holder);
    assert_eq!(sealing.await.expect("sealed"), 1);
    assert_eq!(verified(&portal, &[]).await.unsealed, 1, "what came meanwhile is for the next seal");
}

/// SQLite has one writer. Whoever seals reads without the write lock, and holds it for one row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_seal_on_sqlite() {
    let db = TestDatabase::sqlite().await;
    let portal = sealed(&db).await;
    let site = portal.site().await;
    // Reading what is to be sealed, as slowly as can be.
    let reading = Snapshot::take(&db.second_connection().await).await.expect("a reading transaction");
    is_answered(&site).await;
    drop(reading);
    assert_eq!(failed_sign_ins(&portal).await, 1);
    // All that the worker does while somebody writes is reading; for its seal it stands in line.
    let writing = database::begin(portal.db()).await.expect("a transaction");
    let sealing = tokio::spawn({
        let context = portal.context.clone();
        async move { seal_audit(&context).await.expect("no fault") }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!sealing.is_finished());
    let object = AuditObject::new("account", "pisze");
    record::done(&portal.context, &writing, &system(), AuditEvent::SessionStarted, object, None, json!({})).await.expect("written");
    writing.commit().await.expect("nobody was in the way");
    is_answered(&site).await;
    assert_eq!(sealing.await.expect("sealed"), 2);
    assert!(verified(&portal, &[]).await.findings.is_empty());
}

/// A position that was taken before another one may be seen after it: the seal waits for who is writing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_comes_to_be_seen_late_is_sealed_with_the_others() {
    let db = TestDatabase::postgres().await;
    let portal = TestPortal::new(&db);
    let late = database::begin(portal.db()).await.expect("a transaction");
    let object = AuditObject::new("account", "pozny");
    record::done(&portal.context, &late, &system(), AuditEvent::SessionStarted, object, None, json!({})).await.expect("written");
    write(&portal, 3).await;
    let sealing = tokio::spawn({
        let context = portal.context.clone();
        async move { seal_audit(&context).await.expect("no fault") }
    });
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!sealing.is_finished());
    // Whoever writes meanwhile does not wait.
    let others = std::time::Instant::now();
    write(&portal, 3).await;
    assert!(others.elapsed() < Duration::from_secs(2));
    late.commit().await.expect("seen now");
    assert_eq!(sealing.await.expect("sealed"), 4);
    assert_eq!(seal_audit(&portal.context).await.expect("sealed"), 3);
    assert!(verified(&portal, &[]).await.findings.is_empty());
    // Who writes for too long is waited for next time.
    let stuck = database::begin(portal.db()).await.expect("a transaction");
    let object = AuditObject::new("account", "stoi");
    record::done(&portal.context, &stuck, &system(), AuditEvent::SessionStarted, object, None, json!({})).await.expect("written");
    write(&portal, 1).await;
    assert_eq!(seal_audit(&portal.context).await.expect("no fault"), 0);
    drop(stuck);
}
