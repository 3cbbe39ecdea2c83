//! A later end for rights that end soon: when it opens, what is refused, that the new right takes the place of the old one without a gap,
//! and that it lapses when the old one ends first.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, visitor};
use crate::support::refusals::{invalid, one};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::Kind;
use cas_portal::domain::application::draft::RenewedTexts;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::Moment;
use cas_portal::services::extend_permissions;
use cas_portal::services::guided_form::{drop_draft, file, look, start_correction};
use cas_portal::services::renew_permissions::{Renewal, choose_unit, save_grants};
use cas_portal::services::review_application::review;
use cas_portal::services::{ServiceError, withdraw_application};
use cas_portal::storage::accounts;
use cas_portal::storage::grants::{self};
use jiff::civil::{Date, date};
use sea_orm::ConnectionTrait;

/// By the clock of these tests today is 22.11.2026.
const TODAY: Date = date(2026, 11, 22);
const LONG_AGO: Date = date(2024, 1, 1);
const ENDS: Date = date(2026, 12, 31);

fn texts(right: &str, until: &str) -> RenewedTexts {
    RenewedTexts { right: right.to_owned(), valid_until: until.to_owned() }
}

/// Somebody with one right that ends at the end of the year.
async fn somebody(portal: &TestPortal, unit: UnitId) -> AccountId {
    let account = portal.account("konczy", AccountStatus::Active).await;
    portal.holds(account, unit, ("PS", "viewer"), (LONG_AGO, ENDS)).await;
    account
}

on_both! {
    async fn an_approval_puts_the_new_right_in_the_place_of_the_old_one_without_a_gap(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = somebody(&portal, unit).await;
        portal.holds(account, unit, ("WRiSPZ", "viewer"), (LONG_AGO, date(2028, 1, 1))).await;
        let actor = portal.actor(account).await;
        let found = look::<Renewal>(&portal.context, &actor).await.expect("seen");
        assert_eq!(found.around().proposed_in(found.unit().expect("the only one")), [texts("PS:viewer", "")], "what does not end soon is not proposed");
        let application = portal.renewal(account, &[texts("PS:viewer", "")]).await;
        assert_eq!((application.payload.kind(), application.lapses_at), (Kind::PermissionRenewal, Some(Moment::end_of(date(2026, 12, 22)))));
        assert_eq!(application.ends_by_itself().map(|(at, _)| at), Some(Moment::end_of(date(2026, 12, 22))), "the form's deadline comes first");

        // As long as it is open neither a renewal nor an extension asks for the same.
        assert_eq!(invalid(save_grants(&portal.context, &actor, vec![texts("PS:viewer", "")]).await), one("grants", Invalid::GrantAsked));
        extend_permissions::choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        let asked = extend_permissions::save_needs(&portal.context, &actor, vec!["PS:viewer".into()], String::new(), false).await;
        assert!(invalid(asked)[0].1.contains(&Invalid::GrantAsked));

        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        let seen = review(&portal.context, &administrator, &application.number).await.expect("seen");
        let line = seen.content.own.iter().find(|line| line.key == "rights_after").expect("what will be");
        let was = line.registered.as_ref().expect("what is");
        assert!(was.iter().any(|l| l.contains("31.12.2026")) && line.value.iter().any(|l| l.contains("22.11.2029")), "{line:?}");
        assert_eq!((was.len(), line.value.len()), (2, 2));
        assert_eq!(portal.rights_told(account, unit).await, 2);
        portal.approve(&administrator, &in_review).await.expect("approved");

        // The old row stays on record, and only the new one counts: on each day exactly one.
        assert_eq!(portal.rights_told(account, unit).await, 2);
        let given = grants::list_of_application(portal.db(), application.id).await.expect("grants");
        assert_eq!((given.len(), given[0].valid_from, given[0].valid_until), (1, TODAY, date(2029, 11, 22)));
        let records = grants::records_of_account(portal.db(), account).await.expect("records");
        assert!(records.len() == 3 && records.iter().all(|r| r.revoked_at.is_none()));
        let told = portal.letter(account, "zatwierdzony").await;
        assert!(told.body.contains("do 22.11.2029") && told.body.contains("/help/renewal"), "{}", told.body);
        portal.advance_to(Moment::end_of(ENDS));
        assert_eq!(portal.rights_told(account, unit).await, 2);
        assert_eq!(portal.keep().await.expired, 0);
    }

    async fn rights_of_several_units_are_renewed_unit_by_unit_and_what_is_wrong_is_told_where_it_is_typed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other, closed) = (portal.unit().await, portal.unit_in_lodz().await, portal.unit().await);
        let account = somebody(&portal, unit).await;
        let actor = portal.actor(account).await;
        for place in [other, closed] {
            portal.holds(account, place, ("PS", "editor"), (LONG_AGO, date(2027, 2, 22))).await;
        }
        assert_eq!(invalid(save_grants(&portal.context, &actor, vec![texts("PS:viewer", "")]).await), one("unit", Invalid::Required));
        assert_eq!(invalid(choose_unit(&portal.context, &actor, portal.unit().await).await), one("unit", Invalid::Unknown));
        choose_unit(&portal.context, &actor, closed).await.expect("a unit");
        portal.close_unit(closed).await;
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
        let first = portal.renewal(account, &[texts("PS:viewer", "01.01.2027")]).await;
        choose_unit(&portal.context, &actor, other).await.expect("a unit");
        let second = portal.renewal(account, &[texts("PS:editor", "")]).await;
        assert!(first.number.as_str().starts_with("W/26/") && second.number.as_str().starts_with("W/10/"));
        // The dictionary says how long, for each sub-area; and whether this kind of unit may have it any more.
        withdraw_application::withdraw(&portal.context, &actor, &first.number).await.expect("withdrawn");
        portal.db().execute_unprepared("UPDATE sub_areas SET default_months = 6 WHERE code = 'PS'").await.expect("edited");
        choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        let shorter = portal.renewal(account, &[texts("PS:viewer", "")]).await;
        assert_eq!(shorter.payload.permission_renewal().expect("it").grants[0].valid_until, date(2027, 5, 22));
        start_correction::<Renewal>(&portal.context, &actor, &shorter.number).await.expect("begun");
        assert!(matches!(choose_unit(&portal.context, &actor, other).await, Err(ServiceError::Stale)), "the unit stays");
        portal.db().execute_unprepared("DELETE FROM unit_kind_sub_areas WHERE unit_kind = 'ops_gminny' AND sub_area = 'PS'").await.expect("edited");
        assert_eq!(invalid(save_grants(&portal.context, &actor, vec![texts("PS:viewer", "01.02.2027")]).await), one("grants", Invalid::SubAreaNotForKind));
        drop_draft::<Renewal>(&portal.context, &actor).await.expect("dropped");
        assert!(look::<Renewal>(&portal.context, &actor).await.expect("seen").draft.is_none());
        for nobody in [portal.actor(portal.account("czeka", AccountStatus::Pending).await).await, visitor()] {
            assert!(matches!(look::<Renewal>(&portal.context, &nobody).await, Err(ServiceError::Denied)));
            assert!(matches!(file::<Renewal>(&portal.context, &nobody, "").await, Err(ServiceError::Denied)));
        }
    }

    async fn the_last_minute_of_the_last_day_counts_and_the_first_second_of_the_next_does_not(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let administrator = portal.office().await;
        let (early, late) = (somebody(&portal, unit).await, somebody(&portal, unit).await);
        portal.advance_to(Moment::start_of(date(2026, 12, 20)));
        let administrator = portal.proven(&administrator);
        let first = portal.taken(&administrator, &portal.renewal(early, &[texts("PS:viewer", "")]).await).await;
        let second = portal.taken(&administrator, &portal.renewal(late, &[texts("PS:viewer", "")]).await).await;
        // 23:59 in Warsaw.
        portal.advance_to(Moment::end_of(ENDS).plus_minutes(-1));
        let administrator = portal.proven(&administrator);
        assert_eq!(portal.keep().await.expired, 0);
        portal.approve(&administrator, &first).await.expect("approved");
        assert_eq!(portal.rights_told(early, unit).await, 1);
        // 00:00:01 in Warsaw; the worker has not been here yet.
        portal.advance_to(Moment::end_of(ENDS).plus_ms(1000));
        let refused = portal.approve(&administrator, &second).await;
        assert_eq!(invalid(refused), one("grants", Invalid::GrantGone));
        assert_eq!(portal.keep().await.expired, 1);
        let lapsed = portal.reload(&second.number).await;
        assert_eq!((lapsed.status, lapsed.status_since), (Status::Expired, Moment::end_of(ENDS)));
        assert_eq!((portal.rights_told(early, unit).await, portal.rights_told(late, unit).await), (1, 0));
        let told = portal.letter(late, "wygasł").await;
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
        let administrator = portal.office().await;
        portal.advance_to(Moment::start_of(date(2026, 12, 20)));
        let administrator = portal.proven(&administrator);
        let mut all = Vec::new();
        for _ in 0..4 {
            let account = somebody(&portal, unit).await;
            all.push((account, portal.taken(&administrator, &portal.renewal(account, &[texts("PS:viewer", "")]).await).await));
        }
        // The clock strikes while both are at it.
        portal.advance_to(Moment::end_of(ENDS).plus_ms(-2));
        let administrator = portal.proven(&administrator);
        let mut other = portal.second(&db).await;
        for (account, application) in all {
            let deciding = portal.approve(&administrator, &application);
            let lapsing = async {
                portal.advance_ms(1);
                other.keep().await
            };
            let (approved, _) = tokio::join!(deciding, lapsing);
            other = portal.second(&db).await;
            other.keep().await;
            let now = portal.reload(&application.number).await;
            let given = grants::list_of_application(portal.db(), application.id).await.expect("grants").len();
            match (approved, now.status) {
                (Ok(()), Status::Approved) => assert_eq!((given, portal.rights_told(account, unit).await), (1, 1)),
                (Err(_), Status::Expired) => assert_eq!((given, portal.rights_told(account, unit).await), (0, 0)),
                // Refused, and not yet due: what was decided a moment too early for the worker waits for it.
                other => panic!("{other:?}"),
            }
        }
    }

    async fn a_right_that_is_gone_meanwhile_is_not_renewed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = somebody(&portal, unit).await;
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &portal.renewal(account, &[texts("PS:viewer", "")]).await).await;
        let refused = async || invalid(portal.approve(&administrator, &in_review).await);
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
        portal.close_unit(unit).await;
        assert_eq!(refused().await, one("unit", Invalid::UnitClosed));
        portal.db().execute_unprepared("UPDATE units SET status = 'active'").await.expect("opened");
        assert_eq!(portal.reload(&in_review.number).await.status, Status::InReview);
        portal.approve(&administrator, &in_review).await.expect("approved");
        assert_eq!(portal.rights_told(account, unit).await, 1);
    }
}
