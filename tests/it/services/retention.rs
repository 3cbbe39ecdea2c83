//! What ended without an approval is erased after its time with its files and people, once, whatever stops in between.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{Filed, person};
use crate::support::portal::{TestPortal, operator, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::audit::{AuditEvent, AuditObject};
use cas_portal::domain::identifiers::Login;
use cas_portal::domain::permission::ListScope;
use cas_portal::domain::retention::Retention;
use cas_portal::domain::voivodeship::VoivodeshipCode;
use cas_portal::files::FileStore;
use cas_portal::services::manage_accounts::{start_reset, unlock};
use cas_portal::services::receive_signed_form::{Arrival, record_arrival};
use cas_portal::services::verify_audit::verify_audit;
use cas_portal::services::withdraw_application::withdraw;
use cas_portal::services::{print_form, record};
use cas_portal::storage::audit_entries::{AuditFilter, list};
use cas_portal::storage::profile_changes::{self, ProfileChange};
use cas_portal::storage::{accounts, applications, signed_forms, unwanted_files};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::sync::Arc;

const RETENTION: Retention = Retention { withdrawn: Some(30), lapsed: Some(40), rejected: Some(100), post: None };

async fn is_there(portal: &TestPortal, filed: &Filed) -> bool {
    applications::find(portal.db(), filed.application.id).await.expect("read").is_some()
}

async fn has_account(portal: &TestPortal, filed: &Filed) -> bool {
    accounts::find(portal.db(), filed.application.applicant).await.expect("read").is_some()
}

/// Entries as a person leaves them: signed in, mistyped a password, sent something, was helped.
async fn leave_traces(portal: &TestPortal, filed: &Filed) {
    let login = portal.login_of(filed.application.applicant).await;
    let me = Actor { address: Some([198, 51, 100, 9].into()), ..portal.actor(filed.application.applicant).await };
    let object = AuditObject::new("account", &login);
    record::done(&portal.context, portal.db(), &me, AuditEvent::SessionStarted, object.clone(), None, json!({})).await.expect("written");
    record::done(&portal.context, portal.db(), &visitor(), AuditEvent::SignInFailed, object, None, json!({ "reason": "x" }))
        .await
        .expect("written");
    let number = AuditObject::new("application", &filed.application.number);
    record::done(&portal.context, portal.db(), &me, AuditEvent::ApplicationWithdrawn, number.clone(), None, json!({}))
        .await
        .expect("written");
    record::done(&portal.context, portal.db(), &visitor(), AuditEvent::ApplicationSubmitted, number, None, json!({}))
        .await
        .expect("written");
    let helpdesk = portal.actor(portal.official(Role::Helpdesk, Some("26")).await).await;
    start_reset(&portal.context, &helpdesk, filed.application.applicant).await.expect("a letter");
    assert_eq!(done_for(portal, &login).await, 1);
}

/// How many entries say that something was done for this login.
async fn done_for(portal: &TestPortal, login: &str) -> i64 {
    portal.number(&format!("SELECT count(*) FROM audit_entries WHERE on_behalf_of = '{login}'")).await
}

on_both! {
    async fn what_ended_goes_after_its_time_with_files_and_people_and_decisions_stay(db: TestDatabase) {
        let portal = TestPortal::new(&db).with_retention(RETENTION);
        let withdrawn = portal.application(Status::Withdrawn).await;
        let form = portal.signed_form(&withdrawn.application).await;
        let (lapsed, rejected) = (portal.application(Status::Expired).await, portal.application(Status::Rejected).await);
        let (approved, open) = (portal.application(Status::Approved).await, portal.application(Status::InReview).await);
        leave_traces(&portal, &withdrawn).await;
        leave_traces(&portal, &rejected).await;
        let (login, email) = (portal.login_of(withdrawn.application.applicant).await, portal.email_of(withdrawn.application.applicant).await);

        portal.advance_days(29);
        assert_eq!(portal.keep().await.erased, 0);
        portal.advance_days(2);
        assert_eq!(portal.keep().await.erased, 2, "an application and a person");
        assert!(!is_there(&portal, &withdrawn).await && !has_account(&portal, &withdrawn).await);
        for key in [&form.files[0].object_key, &form.files[0].page_keys[0]] {
            assert!(!portal.context.files.exists(key).await.expect("the store"), "{key}");
        }
        assert_eq!(portal.number("SELECT count(*) FROM unwanted_files").await, 0);
        for filed in [&lapsed, &rejected, &approved, &open] {
            assert!(is_there(&portal, filed).await && has_account(&portal, filed).await);
        }
        portal.advance_days(11);
        assert_eq!(portal.keep().await.erased, 2);
        assert!(!is_there(&portal, &lapsed).await);
        portal.advance_days(60);
        assert_eq!(portal.keep().await.erased, 2);
        assert!(!is_there(&portal, &rejected).await && is_there(&portal, &approved).await && is_there(&portal, &open).await);

        // What was decided, when and by whom is known on; who asked is not.
        let decided = "SELECT count(*) FROM ended_applications WHERE status = 'rejected' AND decided_by IS NOT NULL AND decided_at IS NOT NULL";
        assert_eq!(portal.number(decided).await, 1);
        assert_eq!(portal.number("SELECT count(*) FROM ended_applications").await, 3);
        for place in ["actor", "object_id", "on_behalf_of", "address"] {
            for word in [login.as_str(), email.as_str(), "198.51.100.9", "192.0.2.7"] {
                let sql = format!("SELECT count(*) FROM audit_entries WHERE {place} = '{word}'");
                assert_eq!(portal.number(&sql).await, 0, "{place} {word}");
            }
        }
        let filter = AuditFilter { object: withdrawn.application.number.to_string(), ..AuditFilter::default() };
        let entries = list(portal.db(), &ListScope::Country, &filter, None, 100).await.expect("the trail").rows;
        let events: Vec<&str> = entries.iter().map(|entry| entry.event.as_str()).collect();
        assert_eq!(events, ["application.erased", "application.submitted", "application.withdrawn"]);
        assert!(entries[2].actor.starts_with("erased:"));
        let verified = verify_audit(&portal.context, &operator(), &[]).await.expect("verified");
        assert!(verified.findings.is_empty(), "{:?}", verified.findings);
        // The journal lies beside the files, and names nobody.
        assert_eq!(portal.context.files.list("erasures").await.expect("the journal").len(), 6);
        assert_eq!(portal.keep().await.erased, 0);
    }

    /// Under the login of that time, whatever it was about; and what was done for the one who has that login now stays.
    async fn what_officials_did_for_an_erased_person_names_nobody(db: TestDatabase) {
        let portal = TestPortal::new(&db).with_retention(RETENTION);
        let filed = portal.application(Status::AwaitingForm).await;
        let (id, number) = (filed.application.applicant, &filed.application.number);
        let helpdesk = portal.actor(portal.official(Role::Helpdesk, Some("26")).await).await;
        let old = portal.login_of(id).await;
        unlock(&portal.context, &helpdesk, id).await.expect("unlocked");
        start_reset(&portal.context, &helpdesk, id).await.expect("a letter");
        let office = portal.office().await;
        let (_, pdf) = print_form::pdf(&portal.context, &office, number).await.expect("a form");
        let signed = cas_portal::pdf::hand_signed(&pdf).expect("signed");
        let arrival = Arrival { channel: "post".to_owned(), ..Arrival::default() };
        record_arrival(&portal.context, &office, number, 0, &arrival, vec![signed]).await.expect("recorded");
        assert_eq!(done_for(&portal, &old).await, 3, "the office recorded the form for its sender");
        portal.advance_minutes(1);
        let account = accounts::find(portal.db(), id).await.expect("accounts").expect("the account");
        let change = ProfileChange {
            id: portal.context.new_profile_change_id(),
            account: id,
            field: profile_changes::LOGIN.to_owned(),
            old_value: Some(old.clone()),
            changed_by: old.clone(),
            changed_at: portal.now(),
        };
        profile_changes::add(portal.db(), &change).await.expect("kept");
        let new = Login::parse("inny-login").expect("a login");
        let place = VoivodeshipCode::trusted("26");
        accounts::save_profile(portal.db(), id, &new, &account.profile, Some(&place)).await.expect("renamed");
        portal.advance_minutes(1);
        unlock(&portal.context, &helpdesk, id).await.expect("unlocked");
        let heir = portal.account_of(&person(&old), AccountStatus::Active, true).await;
        unlock(&portal.context, &helpdesk, heir).await.expect("unlocked");
        withdraw(&portal.context, &portal.actor(id).await, number).await.expect("withdrawn");

        portal.advance_days(31);
        assert_eq!(portal.keep().await.erased, 2, "an application and a person");
        assert_eq!(done_for(&portal, new.as_str()).await, 0);
        assert_eq!(done_for(&portal, &old).await, 1, "for the heir of the login");
        assert_eq!(portal.number("SELECT count(*) FROM audit_entries WHERE on_behalf_of LIKE 'erased:%'").await, 4);
        let verified = verify_audit(&portal.context, &operator(), &[]).await.expect("verified");
        assert!(verified.findings.is_empty(), "{:?}", verified.findings);
    }

    async fn several_workers_erase_each_once(db: TestDatabase) {
        let portal = TestPortal::new(&db).with_retention(RETENTION);
        for _ in 0..6 {
            let filed = portal.application(Status::Withdrawn).await;
            portal.signed_form(&filed.application).await;
        }
        portal.advance_days(31);
        let (second, third) = (portal.second(&db).await, portal.second(&db).await);
        let (a, b, c) = tokio::join!(portal.keep(), second.keep(), third.keep());
        assert_eq!(a.erased + b.erased + c.erased, 12);
        assert_eq!(portal.number("SELECT count(*) FROM audit_entries WHERE event = 'application.erased'").await, 6);
        assert_eq!(portal.number("SELECT count(*) FROM audit_entries WHERE event = 'account.erased'").await, 6);
        assert_eq!(portal.number("SELECT count(*) FROM erasures WHERE kept_at IS NULL").await, 0);
        assert!(portal.context.files.list("signed-forms").await.expect("the store").is_empty());
    }

    async fn who_has_another_application_or_a_role_stays(db: TestDatabase) {
        let portal = TestPortal::new(&db).with_retention(RETENTION);
        let (gone, busy) = (portal.application(Status::Withdrawn).await, portal.application(Status::Withdrawn).await);
        let sql = format!("UPDATE applications SET applicant_id = (SELECT applicant_id FROM applications WHERE number = '{}')", busy.application.number);
        let newer = portal.application(Status::AwaitingForm).await;
        portal.db().execute_unprepared(&format!("{sql} WHERE number = '{}'", newer.application.number)).await.expect("another one of the same person");
        let official = portal.application(Status::Withdrawn).await;
        portal.assign(official.application.applicant, Role::Helpdesk, Some("26"), None).await;
        portal.advance_days(31);
        assert_eq!(portal.keep().await.erased, 4, "three applications and one person");
        assert!(!has_account(&portal, &gone).await && has_account(&portal, &busy).await && has_account(&portal, &official).await);
        // Nothing is erased where the settings say so.
        let keeps = TestPortal::new(&db).with_retention(Retention::default());
        let old = keeps.application(Status::Rejected).await;
        keeps.advance_days(10_000);
        assert_eq!(keeps.keep().await.erased, 0);
        assert!(is_there(&keeps, &old).await);
    }

    /// The rows go first. What the store did not let go is still to be removed, however long that takes.
    async fn files_that_could_not_be_removed_are_removed_later(db: TestDatabase) {
        let mut portal = TestPortal::new(&db).with_retention(RETENTION);
        let root = db.folder().join("files");
        portal.context.files = Arc::new(FileStore::directory(&root).expect("a store"));
        let filed = portal.application(Status::Withdrawn).await;
        let form = portal.signed_form(&filed.application).await;
        portal.advance_days(31);
        // A file stands where the directory was: the store is away.
        let aside = db.folder().join("aside");
        std::fs::rename(&root, &aside).expect("moved");
        std::fs::write(&root, "in the way").expect("written");
        assert_eq!(portal.keep().await.erased, 2);
        assert!(!is_there(&portal, &filed).await);
        assert_eq!(portal.number("SELECT count(*) FROM unwanted_files").await, 1);
        std::fs::remove_file(&root).expect("removed");
        std::fs::rename(&aside, &root).expect("moved back");
        assert!(portal.context.files.exists(&form.files[0].object_key).await.expect("the store"));
        portal.keep().await;
        assert!(!portal.context.files.exists(&form.files[0].object_key).await.expect("the store"));
        assert_eq!(portal.number("SELECT count(*) FROM unwanted_files").await, 0);
        assert_eq!(portal.number("SELECT count(*) FROM erasures WHERE kept_at IS NULL").await, 0);
    }

    /// A process that was killed in the middle of an upload leaves files without a row.
    async fn files_that_never_got_a_row_are_found_and_removed(db: TestDatabase) {
        let portal = TestPortal::new(&db).with_retention(Retention::default());
        let kept = portal.application(Status::FormReceived).await;
        let form = portal.context.new_signed_form_id();
        let key = cas_portal::files::object_key(form, portal.context.new_file_id(), "pdf");
        unwanted_files::add(portal.db(), form, portal.now().plus_days(1), false).await.expect("noted");
        portal.context.files.put(&key, &b"half an upload"[..]).await.expect("put");
        portal.keep().await;
        assert!(portal.context.files.exists(&key).await.expect("the store"));
        portal.advance_days(2);
        portal.keep().await;
        assert!(!portal.context.files.exists(&key).await.expect("the store"));
        let of = signed_forms::list_of(portal.db(), kept.application.id).await.expect("forms").remove(0);
        assert!(portal.context.files.exists(&of.files[0].object_key).await.expect("the store"));
    }

    /// Names can be taken out of an entry, and nothing else can be changed in it.
    async fn the_trail_refuses_every_other_change(db: TestDatabase) {
        let portal = TestPortal::new(&db).with_retention(RETENTION);
        let filed = portal.application(Status::Withdrawn).await;
        leave_traces(&portal, &filed).await;
        let nameless = "salt = NULL, commitment = salt";
        for change in [
            "actor = 'ktos'".to_owned(),
            "salt = NULL".to_owned(),
            format!("{nameless}, actor = 'ktos'"),
            format!("{nameless}, event = 'session.ended'"),
            format!("{nameless}, address = '192.0.2.99'"),
            format!("{nameless}, at = at + 1"),
            format!("{nameless}, details = '{{}}', outcome = 'failed'"),
        ] {
            let done = portal.db().execute_unprepared(&format!("UPDATE audit_entries SET {change}")).await;
            assert!(done.is_err(), "{change}");
        }
        assert!(portal.db().execute_unprepared("DELETE FROM audit_entries").await.is_err());
        // Whoever takes a name out without an erasure is found out.
        let login = portal.login_of(filed.application.applicant).await;
        let sql = format!("UPDATE audit_entries SET {nameless}, actor = 'erased:me' WHERE actor = '{login}'");
        portal.db().execute_unprepared(&sql).await.expect("possible");
        let findings = verify_audit(&portal.context, &operator(), &[]).await.expect("verified").findings;
        assert!(findings.iter().any(|finding| finding.contains("erased:me")), "{findings:?}");
    }
}
