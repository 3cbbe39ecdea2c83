//! A later end for rights that end soon: when it opens, what is refused, that the new right takes the place of the old one without a gap,
//! and that it lapses when the old one ends first.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::VOIVODESHIP;
use crate::support::portal::{TestPortal, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::{Actor, ActorKind};
use cas_portal::domain::application::draft::{RenewedTexts, STATEMENTS};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::application::{Application, Kind};
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::domain::identifiers::ApplicationNumber;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::Moment;
use cas_portal::mail::ReceivedLetter;
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::extend_permissions;
use cas_portal::services::keep_deadlines::keep_deadlines;
use cas_portal::services::renew_permissions::{choose_unit, drop_draft, file, look, save_grants, save_statements, start_correction};
use cas_portal::services::review_application::{approve, review, take};
use cas_portal::services::{ServiceError, withdraw_application};
use cas_portal::storage::grants::{self, Grant};
use cas_portal::storage::{accounts, applications, rights, units};
use jiff::civil::{Date, date};
use sea_orm::ConnectionTrait;

/// By the clock of these tests today is 22.11.2026.
const TODAY: Date = date(2026, 11, 22);
const ENDS: Date = date(2026, 12, 31);

fn invalid<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> Vec<(String, Vec<Invalid>)> {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.0.into_iter().collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn one(field: &str, reason: Invalid) -> Vec<(String, Vec<Invalid>)> {
    vec![(field.to_owned(), vec![reason])]
}

fn texts(right: &str, until: &str) -> RenewedTexts {
    RenewedTexts { right: right.to_owned(), valid_until: until.to_owned() }
}

async fn holds(portal: &TestPortal, account: AccountId, unit: UnitId, right: (&str, &str), until: Date) {
    let grant = Grant {
        id: portal.context.new_grant_id(),
        account,
        unit,
        sub_area: right.0.into(),
        function: right.1.into(),
        valid_from: date(2024, 1, 1),
        valid_until: until,
        application: None,
    };
    grants::add(portal.db(), &grant, portal.now()).await.expect("a grant");
}

/// Somebody with one right that ends at the end of the year.
async fn somebody(portal: &TestPortal, unit: UnitId) -> AccountId {
    let account = portal.account("konczy", AccountStatus::Active).await;
    holds(portal, account, unit, ("PS", "viewer"), ENDS).await;
    account
}

async fn filed(portal: &TestPortal, account: AccountId, grants: &[RenewedTexts]) -> Application {
    let actor = portal.actor(account).await;
    save_grants(&portal.context, &actor, grants.to_vec()).await.expect("grants");
    save_statements(&portal.context, &actor, STATEMENTS.iter().map(|s| (*s).to_owned()).collect()).await.expect("statements");
    let number = file(&portal.context, &actor, "").await.expect("filed");
    reload(portal, &number).await
}

async fn reload(portal: &TestPortal, number: &ApplicationNumber) -> Application {
    applications::find_by_number(portal.db(), number).await.expect("applications").expect("the application")
}

async fn taken(portal: &TestPortal, administrator: &Actor, application: &Application) -> Application {
    portal.signed_form(application).await;
    let moved = Application { status: Status::FormReceived, lapses_at: None, ..application.clone() };
    applications::save(portal.db(), &moved).await.expect("moved");
    let application = reload(portal, &application.number).await;
    take(&portal.context, administrator, &application.number, application.version).await.expect("taken");
    reload(portal, &application.number).await
}

async fn office(portal: &TestPortal) -> Actor {
    portal.actor(portal.official(Role::VoivodeshipAdministrator, Some(VOIVODESHIP)).await).await
}

/// As [`office`], at this moment at the keyboard.
fn proven(portal: &TestPortal, administrator: &Actor) -> Actor {
    let mut administrator = administrator.clone();
    if let ActorKind::Account(me) = &mut administrator.kind {
        me.proven_at = portal.now();
    }
    administrator
}

/// What other systems are told that the account may do now in the unit.
async fn in_force(portal: &TestPortal, account: AccountId, unit: UnitId) -> usize {
    let login = accounts::find(portal.db(), account).await.expect("accounts").expect("it").login.key();
    let regon = units::find(portal.db(), unit).await.expect("units").expect("it").data.regon.to_string();
    rights::in_force_on(portal.db(), &[&login], &[&regon], portal.now().warsaw_date()).await.expect("rights").len()
}

async fn letter(portal: &TestPortal, account: AccountId, words: &str) -> ReceivedLetter {
    while deliver_due(&portal.context, "worker", 100).await.expect("delivered").taken() > 0 {}
    let letters = portal.letters_to(&portal.email_of(account).await);
    let found = letters.iter().rev().find(|letter| letter.subject.contains(words));
    found.unwrap_or_else(|| panic!("no {words:?}, only {:?}", letters.iter().map(|l| &l.subject).collect::<Vec<_>>())).clone()
}

/// Lets time pass until this moment.
fn advance_to(portal: &TestPortal, moment: Moment) {
    portal.advance_ms(moment.since(portal.now()));
}

on_both! {
    async fn an_approval_puts_the_new_right_in_the_place_of_the_old_one_without_a_gap(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = somebody(&portal, unit).await;
        holds(&portal, account, unit, ("WRiSPZ", "viewer"), date(2028, 1, 1)).await;
        let actor = portal.actor(account).await;
        let found = look(&portal.context, &actor).await.expect("seen");
        assert_eq!(found.around().proposed_in(found.unit().expect("the only one")), [texts("PS:viewer", "")], "what does not end soon is not proposed");
        let application = filed(&portal, account, &[texts("PS:viewer", "")]).await;
        assert_eq!((application.payload.kind(), application.lapses_at), (Kind::PermissionRenewal, Some(Moment::end_of(date(2026, 12, 22)))));
        assert_eq!(application.ends_by_itself().map(|(at, _)| at), Some(Moment::end_of(date(2026, 12, 22))), "the form's deadline comes first");

        // As long as it is open neither a renewal nor an extension asks for the same.
        assert_eq!(invalid(save_grants(&portal.context, &actor, vec![texts("PS:viewer", "")]).await), one("grants", Invalid::GrantAsked));
        extend_permissions::choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        let asked = extend_permissions::save_needs(&portal.context, &actor, vec!["PS:viewer".into()], String::new(), false).await;
        assert!(invalid(asked)[0].1.contains(&Invalid::GrantAsked));

        let administrator = office(&portal).await;
        let in_review = taken(&portal, &administrator, &application).await;
        let seen = review(&portal.context, &administrator, &application.number).await.expect("seen");
        let line = seen.content.own.iter().find(|line| line.key == "rights_after").expect("what will be");
        let was = line.registered.as_ref().expect("what is");
        assert!(was.iter().any(|l| l.contains("31.12.2026")) && line.value.iter().any(|l| l.contains("22.11.2029")), "{line:?}");
        assert_eq!((was.len(), line.value.len()), (2, 2));
        assert_eq!(in_force(&portal, account, unit).await, 2);
        approve(&portal.context, &administrator, &application.number, in_review.version, true).await.expect("approved");

        // The old row stays on record, and only the new one counts: on each day exactly one.
        assert_eq!(in_force(&portal, account, unit).await, 2);
        let given = grants::list_of_application(portal.db(), application.id).await.expect("grants");
        assert_eq!((given.len(), given[0].valid_from, given[0].valid_until), (1, TODAY, date(2029, 11, 22)));
        let records = grants::records_of_account(portal.db(), account).await.expect("records");
        assert!(records.len() == 3 && records.iter().all(|r| r.revoked_at.is_none()));
        let told = letter(&portal, account, "zatwierdzony").await;
        assert!(told.body.contains("do 22.11.2029") && told.body.contains("/help/renewal"), "{}", told.body);
        advance_to(&portal, Moment::end_of(ENDS));
        assert_eq!(in_force(&portal, account, unit).await, 2);
        assert_eq!(keep_deadlines(&portal.context).await.expect("kept").expired, 0);
    }

    async fn rights_of_several_units_are_renewed_unit_by_unit_and_what_is_wrong_is_told_where_it_is_typed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other, closed) = (portal.unit().await, portal.unit_in_lodz().await, portal.unit().await);
        let account = somebody(&portal, unit).await;
        let actor = portal.actor(account).await;
        for place in [other, closed] {
            holds(&portal, account, place, ("PS", "editor"), date(2027, 2, 22)).await;
        }
        assert_eq!(invalid(save_grants(&portal.context, &actor, vec![texts("PS:viewer", "")]).await), one("unit", Invalid::Required));
        assert_eq!(invalid(choose_unit(&portal.context, &actor, portal.unit().await).await), one("unit", Invalid::Unknown));
        choose_unit(&portal.context, &actor, closed).await.expect("a unit");
        let sql = match portal.db().get_database_backend() {
            sea_orm::DatabaseBackend::Postgres => format!("UPDATE units SET status = 'closed' WHERE id = '{}'", closed.0),
            _ => format!("UPDATE units SET status = 'closed' WHERE id = x'{}'", closed.0.simple()),
        };
        portal.db().execute_unprepared(&sql).await.expect("closed");
        assert_eq!(invalid(save_grants(&portal.context, &actor, vec![texts("PS:editor", "")]).await), one("unit", Invalid::UnitClosed));
        assert_eq!(invalid(choose_unit(&portal.context, &actor, closed).await), one("unit", Invalid::UnitClosed));
        choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        for (typed, expected) in [
            (vec![], one("grants", Invalid::NothingChosen)),
            (vec![texts("PS:editor", "")], one("grants", Invalid::GrantNotEnding)),
            (vec![texts("PS:viewer", "31.12.2026")], one("until.PS.viewer", Invalid::DateNotLater)),
            (vec![texts("PS:viewer", "23.11.2029")], one("until.PS.viewer", Invalid::DateTooFar)),
        ] {
            assert_eq!(invalid(save_grants(&portal.context, &actor, typed).await), expected);
        }
        let first = filed(&portal, account, &[texts("PS:viewer", "01.01.2027")]).await;
        choose_unit(&portal.context, &actor, other).await.expect("a unit");
        let second = filed(&portal, account, &[texts("PS:editor", "")]).await;
        assert!(first.number.as_str().starts_with("W/26/") && second.number.as_str().starts_with("W/10/"));
        // The dictionary says how long, for each sub-area; and whether this kind of unit may have it any more.
        withdraw_application::withdraw(&portal.context, &actor, &first.number).await.expect("withdrawn");
        portal.db().execute_unprepared("UPDATE sub_areas SET default_months = 6 WHERE code = 'PS'").await.expect("edited");
        choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        let shorter = filed(&portal, account, &[texts("PS:viewer", "")]).await;
        assert_eq!(shorter.payload.permission_renewal().expect("it").grants[0].valid_until, date(2027, 5, 22));
        start_correction(&portal.context, &actor, &shorter.number).await.expect("begun");
        assert!(matches!(choose_unit(&portal.context, &actor, other).await, Err(ServiceError::Stale)), "the unit stays");
        portal.db().execute_unprepared("DELETE FROM unit_kind_sub_areas WHERE unit_kind = 'ops_gminny' AND sub_area = 'PS'").await.expect("edited");
        assert_eq!(invalid(save_grants(&portal.context, &actor, vec![texts("PS:viewer", "01.02.2027")]).await), one("grants", Invalid::SubAreaNotForKind));
        drop_draft(&portal.context, &actor).await.expect("dropped");
        assert!(look(&portal.context, &actor).await.expect("seen").draft.is_none());
        for nobody in [portal.actor(portal.account("czeka", AccountStatus::Pending).await).await, visitor()] {
            assert!(matches!(look(&portal.context, &nobody).await, Err(ServiceError::Denied)));
            assert!(matches!(file(&portal.context, &nobody, "").await, Err(ServiceError::Denied)));
        }
    }

    async fn the_last_minute_of_the_last_day_counts_and_the_first_second_of_the_next_does_not(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let administrator = office(&portal).await;
        let (early, late) = (somebody(&portal, unit).await, somebody(&portal, unit).await);
        advance_to(&portal, Moment::start_of(date(2026, 12, 20)));
        let administrator = proven(&portal, &administrator);
        let first = taken(&portal, &administrator, &filed(&portal, early, &[texts("PS:viewer", "")]).await).await;
        let second = taken(&portal, &administrator, &filed(&portal, late, &[texts("PS:viewer", "")]).await).await;
        // 23:59 in Warsaw.
        advance_to(&portal, Moment::end_of(ENDS).plus_minutes(-1));
        let administrator = proven(&portal, &administrator);
        assert_eq!(keep_deadlines(&portal.context).await.expect("kept").expired, 0);
        approve(&portal.context, &administrator, &first.number, first.version, true).await.expect("approved");
        assert_eq!(in_force(&portal, early, unit).await, 1);
        // 00:00:01 in Warsaw; the worker has not been here yet.
        advance_to(&portal, Moment::end_of(ENDS).plus_ms(1000));
        let refused = approve(&portal.context, &administrator, &second.number, second.version, true).await;
        assert_eq!(invalid(refused), one("grants", Invalid::GrantGone));
        assert_eq!(keep_deadlines(&portal.context).await.expect("kept").expired, 1);
        let lapsed = reload(&portal, &second.number).await;
        assert_eq!((lapsed.status, lapsed.status_since), (Status::Expired, Moment::end_of(ENDS)));
        assert_eq!((in_force(&portal, early, unit).await, in_force(&portal, late, unit).await), (1, 0));
        let told = letter(&portal, late, "wygasł").await;
        for words in ["do 31.12.2026 nie został rozpatrzony", "/account/extend", "skończyło się uprawnienie"] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
        // It is asked for anew.
        let actor = portal.actor(late).await;
        extend_permissions::choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        extend_permissions::save_needs(&portal.context, &actor, vec!["PS:viewer".into()], String::new(), false).await.expect("anew");
    }

    async fn a_decision_and_a_lapse_at_once_have_one_outcome(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let administrator = office(&portal).await;
        advance_to(&portal, Moment::start_of(date(2026, 12, 20)));
        let administrator = proven(&portal, &administrator);
        let mut all = Vec::new();
        for _ in 0..4 {
            let account = somebody(&portal, unit).await;
            all.push((account, taken(&portal, &administrator, &filed(&portal, account, &[texts("PS:viewer", "")]).await).await));
        }
        // The clock strikes while both are at it.
        advance_to(&portal, Moment::end_of(ENDS).plus_ms(-2));
        let administrator = proven(&portal, &administrator);
        let mut other = portal.second(&db).await;
        for (account, application) in all {
            let deciding = approve(&portal.context, &administrator, &application.number, application.version, true);
            let lapsing = async {
                portal.advance_ms(1);
                keep_deadlines(&other.context).await
            };
            let (approved, kept) = tokio::join!(deciding, lapsing);
            kept.expect("kept");
            other = portal.second(&db).await;
            keep_deadlines(&other.context).await.expect("kept");
            let now = reload(&portal, &application.number).await;
            let given = grants::list_of_application(portal.db(), application.id).await.expect("grants").len();
            match (approved, now.status) {
                (Ok(()), Status::Approved) => assert_eq!((given, in_force(&portal, account, unit).await), (1, 1)),
                (Err(_), Status::Expired) => assert_eq!((given, in_force(&portal, account, unit).await), (0, 0)),
                // Refused, and not yet due: what was decided a moment too early for the worker waits for it.
                other => panic!("{other:?}"),
            }
        }
    }

    async fn a_right_that_is_gone_meanwhile_is_not_renewed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = somebody(&portal, unit).await;
        let administrator = office(&portal).await;
        let in_review = taken(&portal, &administrator, &filed(&portal, account, &[texts("PS:viewer", "")]).await).await;
        let refused = async || invalid(approve(&portal.context, &administrator, &in_review.number, in_review.version, true).await);
        accounts::save_status(portal.db(), account, AccountStatus::Suspended).await.expect("suspended");
        assert_eq!(refused().await, one("grants", Invalid::AccountChanged));
        accounts::save_status(portal.db(), account, AccountStatus::Active).await.expect("restored");
        for (spoil, mend) in [
            ("UPDATE grants SET revoked_at = created_at", "UPDATE grants SET revoked_at = NULL"),
            ("UPDATE grants SET replaced_at = created_at", "UPDATE grants SET replaced_at = NULL"),
            ("UPDATE grants SET valid_until = '2026-12-30'", "UPDATE grants SET valid_until = '2026-12-31'"),
        ] {
            portal.db().execute_unprepared(spoil).await.expect("spoilt");
            assert_eq!(refused().await, one("grants", Invalid::GrantGone), "{spoil}");
            portal.db().execute_unprepared(mend).await.expect("mended");
        }
        portal.db().execute_unprepared("UPDATE units SET status = 'closed'").await.expect("closed");
        assert_eq!(refused().await, one("unit", Invalid::UnitClosed));
        portal.db().execute_unprepared("UPDATE units SET status = 'active'").await.expect("opened");
        assert_eq!(reload(&portal, &in_review.number).await.status, Status::InReview);
        approve(&portal.context, &administrator, &in_review.number, in_review.version, true).await.expect("approved");
        assert_eq!(in_force(&portal, account, unit).await, 1);
    }
}
