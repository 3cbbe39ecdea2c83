//! Each kind of application through each state: what does not follow is refused, and what it asks for becomes true by its approval and by
//! nothing else – not filed, not received, not taken, returned, rejected, withdrawn or lapsed.
//! What may not live here: what one kind does (its own tests).

use super::join_accounts::in_review;
use super::{attestation, join_accounts, lost_mailbox, staff, unit_change};
use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::decision::{Remark, SIGNED_FORM};
use cas_portal::domain::application::draft::RenewedTexts;
use cas_portal::domain::application::registration::Registration;
use cas_portal::domain::application::status::{Event, Mover, Status};
use cas_portal::domain::application::{Application, Kind};
use cas_portal::domain::id::{AccountId, AttestationId, UnitId};
use cas_portal::services::receive_signed_form::{Arrival, record_arrival};
use cas_portal::services::review_application::{approve, reject, release, return_for_correction, take};
use cas_portal::services::withdraw_application::withdraw;
use cas_portal::services::{ServiceError, confirm_permissions};
use cas_portal::storage::{accounts, applications, grants, units};
use jiff::civil::date;
use sea_orm::{ConnectionTrait as _, Statement};
use std::collections::BTreeMap;

/// Tables in which something becomes true, but for officials. Who is not approved yet holds a login
/// and nothing else, and a right that its unit has not confirmed in time is another story.
const TRUTHS: [(&str, &str); 5] = [
    (
        "accounts",
        "SELECT login || ' ' || status || ' ' || email FROM accounts WHERE status <> 'pending' \
         AND id NOT IN (SELECT account_id FROM role_assignments WHERE role <> 'unit_coordinator')",
    ),
    (
        "grants",
        "SELECT a.login || ' ' || u.regon || ' ' || g.sub_area || ' ' || g.function || ' ' || g.valid_until || ' ' \
         || CAST(COALESCE(g.revoked_at, 0) AS TEXT) || ' ' || CAST(COALESCE(g.replaced_at, 0) AS TEXT) \
         FROM grants g JOIN accounts a ON a.id = g.account_id JOIN units u ON u.id = g.unit_id",
    ),
    (
        "roles",
        "SELECT a.login || ' ' || r.role || ' ' || CAST(COALESCE(r.revoked_at, 0) AS TEXT) \
         FROM role_assignments r JOIN accounts a ON a.id = r.account_id WHERE r.role = 'unit_coordinator'",
    ),
    (
        "units",
        "SELECT regon || ' ' || name || ' ' || status || ' ' || COALESCE(valid_until, '-') || ' ' || CAST(version AS TEXT) FROM units",
    ),
    ("addresses", "SELECT new_email || ' ' || state FROM waiting_email_changes"),
];

type Truth = BTreeMap<&'static str, Vec<String>>;

async fn truth(portal: &TestPortal) -> Truth {
    let mut found = Truth::new();
    for (table, sql) in TRUTHS {
        let rows = portal.db().query_all_raw(Statement::from_string(portal.db().get_database_backend(), sql)).await.expect(sql);
        let mut rows: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect();
        rows.sort();
        found.insert(table, rows);
    }
    found
}

/// In which tables something else stands.
fn changed(before: &Truth, after: &Truth) -> Vec<&'static str> {
    before.iter().filter(|(table, rows)| after[*table] != **rows).map(|(table, _)| *table).collect()
}

/// Who can file an application of a kind as often as it comes to nothing.
struct Scene {
    kind: Kind,
    unit: UnitId,
    account: AccountId,
    attestation: Option<AttestationId>,
    two: Option<join_accounts::Two>,
}

impl Scene {
    async fn of(portal: &TestPortal, kind: Kind) -> Scene {
        let unit = portal.unit().await;
        let account = if kind == Kind::UnitStaff { portal.employed_coordinator(unit).await } else { portal.employee(unit).await };
        let mut scene = Scene { kind, unit, account, attestation: None, two: None };
        match kind {
            Kind::PermissionRenewal => {
                portal.holds(account, unit, ("PS", "viewer"), (date(2024, 1, 1), date(2026, 12, 31))).await;
            }
            Kind::Attestation => {
                portal.employee(unit).await;
                portal.advance_days(365);
                portal.keep().await;
                scene.attestation = Some(attestation::current(portal, unit).await.id);
            }
            Kind::AccountJoin => scene.two = Some(join_accounts::two(portal).await),
            _ => {}
        }
        scene
    }

    async fn files(&self, portal: &TestPortal) -> Application {
        let (unit, account) = (self.unit, self.account);
        match self.kind {
            Kind::UnitRegistration => portal.application_of(portal.registration(2), Status::AwaitingForm).await.application,
            Kind::StaffRegistration => {
                let registered = units::find(portal.db(), unit).await.expect("units").expect("it").data;
                let new = Registration { existing_unit: Some(unit), unit: registered, ..portal.registration(2) };
                portal.application_of(new, Status::AwaitingForm).await.application
            }
            Kind::EmailChange => {
                let new = format!("nowy{}@gops-morawica.example.pl", portal.serial());
                lost_mailbox::filed(portal, account, &new).await
            }
            Kind::PermissionExtension => portal.extension(account, unit, &["PS:approver"]).await,
            Kind::PermissionRenewal => {
                portal.renewal(account, &[RenewedTexts { right: "PS:viewer".into(), valid_until: String::new() }]).await
            }
            Kind::UnitStaff => staff::filed(portal, account, &[&format!("nowa{}", portal.serial())]).await,
            Kind::UnitChange => {
                unit_change::filed_data(portal, account, unit, |texts| texts.name = "Ośrodek Pomocy w Morawicy".into()).await
            }
            Kind::Attestation => {
                let (id, actor) = (self.attestation.expect("asked"), portal.actor(account).await);
                let own = grants::list_of_account(portal.db(), account).await.expect("grants")[0].id;
                let held = confirm_permissions::look(&portal.context, &actor, id).await.expect("seen").held;
                let of_others = held.iter().map(|held| held.grant).find(|grant| *grant != own);
                attestation::say(portal, &actor, id, of_others.as_slice()).await;
                let number = confirm_permissions::file(&portal.context, &actor, id, "").await.expect("filed");
                portal.reload(&number).await
            }
            Kind::AccountJoin => {
                let (_, number) = join_accounts::filed(portal, self.two.as_ref().expect("two accounts")).await;
                portal.reload(&number).await
            }
        }
    }
}

/// Logins of persons who were to get accounts are free again, but for that of an applicant who is one of them.
async fn assert_logins_free(portal: &TestPortal, application: &Application) {
    for person in application.payload.new_persons() {
        let holder = accounts::find_by_login(portal.db(), &person.login.key()).await.expect("accounts");
        assert!(holder.is_none_or(|holder| holder.account.id == application.applicant), "{} is not free", person.login);
    }
}

/// What each event of the office or the applicant answers in a state in which it may not happen.
async fn tried(
    portal: &TestPortal,
    event: Event,
    application: &Application,
    (office, applicant): (&Actor, &Actor),
) -> Result<(), ServiceError> {
    let (context, number, version) = (&portal.context, &application.number, application.version);
    match event {
        Event::ReceiveForm => {
            let arrival = Arrival { channel: "in_person".to_owned(), ..Arrival::default() };
            record_arrival(context, office, number, version, &arrival, Vec::new()).await.map(|_| ())
        }
        Event::Take => take(context, office, number, version).await,
        Event::Release => release(context, office, number, version).await,
        Event::Approve => approve(context, office, number, version, true).await,
        Event::Return => return_for_correction(context, office, number, version, &[], "Popraw.").await,
        Event::Reject => reject(context, office, number, version, "Nie.").await,
        Event::Withdraw => withdraw(context, applicant, number).await,
        other => panic!("{other:?} is nobody's to try"),
    }
}

/// From filing to each end, with what is true after each step; at last everything that may not follow in any state.
async fn goes_through_everything(db: &TestDatabase, kind: Kind, effects: &[&str]) {
    let portal = TestPortal::new(db);
    let (scene, context) = (Scene::of(&portal, kind).await, &portal.context);
    let before = truth(&portal).await;
    let nothing_new = async |step: &str| assert_eq!(changed(&before, &truth(&portal).await), [""; 0], "{kind:?} {step}");

    let lapsing = scene.files(&portal).await;
    assert_eq!((lapsing.payload.kind(), lapsing.status), (kind, Status::AwaitingForm));
    nothing_new("filed").await;
    portal.advance_days(31);
    portal.keep().await;
    let lapsed = portal.reload(&lapsing.number).await;
    assert!(!lapsed.status.is_open() && lapsed.status != Status::Approved, "{kind:?}: {:?}", lapsed.status);
    nothing_new("lapsed").await;
    assert_logins_free(&portal, &lapsing).await;

    let office = portal.office().await;
    let taken = in_review(&portal, &office, &scene.files(&portal).await.number).await;
    nothing_new("taken").await;
    let remark = Remark { field: SIGNED_FORM.into(), text: "Brakuje pieczątki.".into() };
    return_for_correction(context, &office, &taken.number, taken.version, &[remark], "").await.expect("returned");
    nothing_new("returned").await;
    withdraw(context, &portal.actor(taken.applicant).await, &taken.number).await.expect("withdrawn");
    nothing_new("withdrawn").await;
    assert_logins_free(&portal, &taken).await;

    let taken = in_review(&portal, &office, &scene.files(&portal).await.number).await;
    reject(context, &office, &taken.number, taken.version, "Nie.").await.expect("rejected");
    nothing_new("rejected").await;
    assert_logins_free(&portal, &taken).await;

    let approved = in_review(&portal, &office, &scene.files(&portal).await.number).await;
    nothing_new("waiting for a decision").await;
    portal.approve(&office, &approved).await.expect("approved");
    assert_eq!(changed(&before, &truth(&portal).await), effects, "{kind:?} approved");
    assert_eq!(portal.reload(&approved.number).await.status, Status::Approved);

    // Everything that may not follow, in every state.
    let (applicant, settled) = (portal.actor(approved.applicant).await, truth(&portal).await);
    let mut asked = 0;
    for state in Status::ALL.into_iter().filter(|state| *state != Status::Draft) {
        let now = portal.reload(&approved.number).await;
        let taken_by = if state == Status::InReview { office.account_id() } else { None };
        applications::save(portal.db(), &Application { status: state, taken_by, ..now }).await.expect("moved");
        for (event, mover) in [
            (Event::ReceiveForm, Mover::Office),
            (Event::Take, Mover::Office),
            (Event::Release, Mover::Office),
            (Event::Approve, Mover::Office),
            (Event::Return, Mover::Office),
            (Event::Reject, Mover::Office),
            (Event::Withdraw, Mover::Applicant),
        ] {
            if state.after(event, mover).is_ok() {
                continue;
            }
            let now = portal.reload(&approved.number).await;
            let answer = tried(&portal, event, &now, (&office, &applicant)).await;
            assert!(answer.is_err(), "{kind:?}: {event:?} in {state:?}");
            assert_eq!(portal.reload(&approved.number).await.status, state, "{kind:?}: {event:?} in {state:?}");
            asked += 1;
        }
    }
    assert_eq!(asked, 42, "eight states, seven events, fourteen of them in their place");
    assert_eq!(changed(&settled, &truth(&portal).await), [""; 0], "{kind:?}: nothing came of what was refused");
}

on_both! {
    async fn a_new_unit_is_registered_with_its_people_by_the_approval_alone(db: TestDatabase) {
        goes_through_everything(&db, Kind::UnitRegistration, &["accounts", "grants", "units"]).await;
    }

    async fn people_who_come_by_themselves_join_by_the_approval_alone(db: TestDatabase) {
        goes_through_everything(&db, Kind::StaffRegistration, &["accounts", "grants"]).await;
    }

    async fn another_address_waits_from_the_approval_on_and_not_before(db: TestDatabase) {
        goes_through_everything(&db, Kind::EmailChange, &["addresses"]).await;
    }

    async fn more_rights_are_given_by_the_approval_alone(db: TestDatabase) {
        goes_through_everything(&db, Kind::PermissionExtension, &["grants"]).await;
    }

    async fn a_later_end_is_given_by_the_approval_alone(db: TestDatabase) {
        goes_through_everything(&db, Kind::PermissionRenewal, &["grants"]).await;
    }

    async fn registered_staff_get_accounts_and_rights_by_the_approval_alone(db: TestDatabase) {
        goes_through_everything(&db, Kind::UnitStaff, &["accounts", "grants"]).await;
    }

    async fn a_unit_changes_by_the_approval_alone(db: TestDatabase) {
        goes_through_everything(&db, Kind::UnitChange, &["units"]).await;
    }

    async fn what_is_not_needed_any_more_ends_by_the_approval_alone(db: TestDatabase) {
        goes_through_everything(&db, Kind::Attestation, &["grants"]).await;
    }

    async fn two_accounts_become_one_by_the_approval_alone(db: TestDatabase) {
        goes_through_everything(&db, Kind::AccountJoin, &["accounts", "grants"]).await;
    }
}
