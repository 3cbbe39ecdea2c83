//! The fixtures themselves: every state that tests begin with can be written and read back.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::status::Status;
use cas_portal::storage::{applications, grants, signed_forms};

on_both! {
    async fn an_application_can_stand_in_every_state(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for status in Status::ALL.into_iter().filter(|s| *s != Status::Draft) {
            let filed = portal.application_of(portal.registration(3), status).await;
            let read = applications::find(portal.db(), filed.application.id).await.expect("read").expect("the application");
            assert_eq!(read, filed.application);
            assert_eq!(applications::persons::list(portal.db(), read.id).await.expect("persons"), filed.persons);
            let forms = signed_forms::list_of(portal.db(), read.id).await.expect("forms");
            assert_eq!(!forms.is_empty(), filed.administrator.is_some() || status == Status::FormReceived, "{status:?}");
            let granted = grants::list_of_application(portal.db(), read.id).await.expect("grants");
            assert_eq!(granted.len(), if status == Status::Approved { 6 } else { 0 });
        }
    }

    async fn accounts_of_every_role_act(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for role in Role::ALL {
            let voivodeship = (role.needs_voivodeship() == Some(true)).then_some("26");
            let account = portal.official(role, voivodeship).await;
            assert!(portal.actor(account).await.signed_in().expect("signed in").has_role(role));
        }
        let unit = portal.unit().await;
        let employee = portal.employee(unit).await;
        assert_eq!(portal.actor(employee).await.signed_in().expect("signed in").units, [unit]);
        portal.account("zaproszona", AccountStatus::Invited).await;
    }
}
