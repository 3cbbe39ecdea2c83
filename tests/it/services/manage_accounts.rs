//! What administrators do with accounts: within scope, within rank, and never to the last central administrator.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, operator, system, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::id::{AccountId, RoleProposalId};
use cas_portal::services::ServiceError;
use cas_portal::services::manage_accounts::{
    NewAdministrator, create_administrator, propose_administrator, restore, revoke_role, start_reset, suspend, unlock,
};
use cas_portal::services::read_audit::{AuditFilter, read_audit};
use cas_portal::services::verify_audit::{export_audit, verify_audit};
use cas_portal::storage::{accounts, role_assignments};
use sea_orm::ConnectionTrait;

async fn status_of(portal: &TestPortal, account: AccountId) -> AccountStatus {
    accounts::find(portal.db(), account).await.expect("accounts").expect("the account").status
}

async fn active_centrals(portal: &TestPortal) -> usize {
    let mut number = 0;
    for account in role_assignments::holders_for_update(portal.db(), Role::CentralAdministrator).await.expect("roles") {
        number += usize::from(status_of(portal, account).await == AccountStatus::Active);
    }
    number
}

#[derive(Clone, Copy)]
enum Removal {
    Revoke,
    Suspend,
}

async fn remove(portal: TestPortal, by: Actor, account: AccountId, how: Removal) -> Result<(), ServiceError> {
    match how {
        Removal::Suspend => suspend(&portal.context, &by, account).await,
        Removal::Revoke => {
            let role = role_assignments::list_of(portal.db(), account).await.expect("roles")[0].id;
            revoke_role(&portal.context, &operator(), account, role).await
        }
    }
}

fn new(role: &str, voivodeship: &str, login: &str) -> NewAdministrator {
    NewAdministrator {
        role: role.to_owned(),
        voivodeship: voivodeship.to_owned(),
        login: login.to_owned(),
        first_name: "Anna Maria".to_owned(),
        last_name: "Nowak-Śliwińska".to_owned(),
        email: "a.nowak@urzad.example.pl".to_owned(),
    }
}

fn is_denied(result: &Result<(), ServiceError>) -> bool {
    matches!(result, Err(ServiceError::Denied))
}

on_both! {
    async fn the_last_central_administrator_stays_and_an_invited_one_does_not_count(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let only = portal.central().await;
        let by = portal.actor(only).await;
        create_administrator(&portal.context, &operator(), &new("central_administrator", "", "zaproszona")).await.expect("invited");
        let gone = remove(portal.clone(), by.clone(), only, Removal::Revoke).await;
        assert!(matches!(gone, Err(ServiceError::LastAdministrator)), "{gone:?}");
        assert!(is_denied(&suspend(&portal.context, &by, only).await) || active_centrals(&portal).await == 1);
        let second = portal.central().await;
        remove(portal.clone(), by, second, Removal::Suspend).await.expect("there is another one");
        assert_eq!(active_centrals(&portal).await, 1);
    }

    // ASVS 5.0 8.2.1, 8.3.1: nobody handles an account with more rights than the own.
    async fn nobody_helps_or_stops_somebody_who_may_do_more(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.central().await;
        let here = portal.administrator().await;
        let colleague = portal.administrator().await;
        let elsewhere = portal.administrator_of("24").await;
        let auditor = portal.official(Role::Auditor, None).await;
        let helpdesk = portal.official(Role::Helpdesk, Some("26")).await;
        let person = portal.account("anna", AccountStatus::Active).await;
        // All these accounts lie in one voivodeship, so it is rank that decides. Who, whom, may help, may stop.
        for (by, whom, help, stop) in [
            (central, here, true, true),
            (central, auditor, true, true),
            (here, central, false, false),
            (here, elsewhere, false, false),
            (here, auditor, false, false),
            (here, colleague, true, false),
            (here, helpdesk, true, true),
            (here, person, true, true),
            (elsewhere, person, false, false),
            (helpdesk, here, false, false),
            (helpdesk, central, false, false),
            (helpdesk, auditor, false, false),
            (helpdesk, person, true, false),
            (auditor, person, false, false),
            (person, here, false, false),
        ] {
            let actor = portal.actor(by).await;
            let names = format!("{} → {whom}", actor.label());
            assert_eq!(unlock(&portal.context, &actor, whom).await.is_ok(), help, "unlock: {names}");
            portal.advance_minutes(61);
            assert_eq!(start_reset(&portal.context, &actor, whom).await.is_ok(), help, "reset: {names}");
            // With a fresh proof: an hour has passed.
            let stopped = suspend(&portal.context, &portal.actor(by).await, whom).await;
            assert_eq!(stopped.is_ok(), stop, "suspend: {names}");
            if !stop {
                // To whom the account is not visible, it does not exist.
                assert!(is_denied(&stopped) || matches!(stopped, Err(ServiceError::NotFound)), "{stopped:?}");
                continue;
            }
            assert!(!is_denied(&restore(&portal.context, &portal.actor(central).await, whom).await));
        }
    }

    async fn of_two_central_administrators_who_remove_each_other_at_once_one_stays(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for how in [(Removal::Revoke, Removal::Revoke), (Removal::Suspend, Removal::Suspend), (Removal::Revoke, Removal::Suspend)] {
            for account in role_assignments::holders_for_update(portal.db(), Role::CentralAdministrator).await.expect("roles") {
                let role = role_assignments::list_of(portal.db(), account).await.expect("roles")[0].id;
                role_assignments::revoke(portal.db(), role, portal.now()).await.expect("revoked");
            }
            let mut pair = Vec::new();
            for _ in 0..2 {
                pair.push(portal.central().await);
            }
            let (a, b) = (portal.actor(pair[0]).await, portal.actor(pair[1]).await);
            let one = tokio::spawn(remove(portal.clone(), a, pair[1], how.0));
            let other = tokio::spawn(remove(portal.second(&db).await, b, pair[0], how.1));
            let done = [one.await.expect("no panic"), other.await.expect("no panic")];
            assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
            assert_eq!(active_centrals(&portal).await, 1);
        }
    }

    async fn only_the_centre_and_the_operator_make_administrators(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.central().await;
        let central = portal.actor(central).await;
        create_administrator(&portal.context, &operator(), &new("voivodeship_administrator", "26", "wojewodzka")).await.expect("made");
        portal.central().await;
        let fields = |result: Result<RoleProposalId, ServiceError>| match result {
            Err(ServiceError::Invalid(errors)) => errors.0.keys().cloned().collect::<Vec<_>>().join(" "),
            other => panic!("{other:?}"),
        };
        for (typed, wrong) in [
            (new("voivodeship_administrator", "26", "Wojewodzka"), "login"),
            (new("voivodeship_administrator", "", "inna"), "voivodeship"),
            (new("voivodeship_administrator", "99", "inna"), "voivodeship"),
            (new("central_administrator", "26", "inna"), "voivodeship"),
            (new("unit_coordinator", "", "inna"), "role"),
            (new("król", "", "inna"), "role"),
            (NewAdministrator::default(), "email first_name last_name login role"),
        ] {
            assert_eq!(fields(propose_administrator(&portal.context, &central, &typed).await), wrong);
        }
        let alone = create_administrator(&portal.context, &central, &new("auditor", "", "inna")).await;
        assert!(matches!(alone, Err(ServiceError::Denied)), "one alone makes nobody: {alone:?}");
        let actors = [
            portal.office().await,
            portal.actor(portal.official(Role::Helpdesk, Some("26")).await).await,
            portal.actor(portal.official(Role::Auditor, None).await).await,
            portal.actor(portal.account("anna", AccountStatus::Active).await).await,
            visitor(),
            system(),
        ];
        for actor in actors {
            let refused = create_administrator(&portal.context, &actor, &new("auditor", "", "inna")).await;
            assert!(matches!(refused, Err(ServiceError::Denied)), "{actor:?}");
            let refused = propose_administrator(&portal.context, &actor, &new("auditor", "", "inna")).await;
            assert!(matches!(refused, Err(ServiceError::Denied)), "{actor:?}");
        }
    }

    async fn reading_the_trail_is_written_down_and_a_changed_database_is_found(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let person = portal.account("anna", AccountStatus::Active).await;
        let administrator = portal.office().await;
        suspend(&portal.context, &administrator, person).await.expect("suspended");
        let filter = AuditFilter { event: "account.suspended".to_owned(), ..AuditFilter::default() };
        assert_eq!(read_audit(&portal.context, &administrator, &filter, None).await.expect("read").rows.len(), 1);
        let elsewhere = portal.office_in("24").await;
        assert!(read_audit(&portal.context, &elsewhere, &filter, None).await.expect("read").rows.is_empty());
        let refused = read_audit(&portal.context, &visitor(), &filter, None).await;
        assert!(matches!(refused, Err(ServiceError::Denied)));
        let all = read_audit(&portal.context, &operator_reader(&portal).await, &AuditFilter::default(), None).await.expect("read");
        assert_eq!(all.rows.iter().filter(|e| e.event == "audit.read").count(), 2);

        let verified = verify_audit(&portal.context, &operator(), &[]).await.expect("verified");
        assert_eq!((verified.findings, verified.entries), (Vec::new(), 4));
        let mut lines = Vec::new();
        export_audit(&portal.context, &operator(), 0, |line| {
            lines.push(line.clone());
            Ok(())
        })
        .await
        .expect("exported");
        assert_eq!(lines.len(), 5, "the export itself is the last line");
        assert!(lines.windows(2).all(|pair| pair[0]["id"].as_i64() < pair[1]["id"].as_i64()));

        let drop = if db.is_postgres() {
            "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only"
        } else {
            "DROP TRIGGER audit_entries_no_delete"
        };
        portal.db().execute_unprepared(drop).await.expect("by a hand that may");
        let invent = "UPDATE audit_entries SET event = 'invented' WHERE id = 1";
        assert!(portal.db().execute_unprepared(invent).await.is_err(), "another trigger still refuses it");
        let verified = verify_audit(&portal.context, &operator(), &[]).await.expect("verified");
        assert!(verified.findings.iter().any(|f| f.contains("does not refuse")), "{:?}", verified.findings);
        let drop = if db.is_postgres() {
            "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_no_update"
        } else {
            "DROP TRIGGER audit_entries_no_update"
        };
        portal.db().execute_unprepared(drop).await.expect("by a hand that may");
        portal.db().execute_unprepared(invent).await.expect("nothing refuses it");
        let verified = verify_audit(&portal.context, &operator(), &[]).await.expect("verified");
        assert!(verified.findings.iter().any(|f| f.contains("invented")), "{:?}", verified.findings);
    }
}

async fn operator_reader(portal: &TestPortal) -> Actor {
    portal.actor(portal.central().await).await
}
