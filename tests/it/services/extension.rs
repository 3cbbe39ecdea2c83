//! More rights for an account: what is refused where it is typed, who decides, what an approval does, and what happens at once.

use super::unit_change::filed_end;
use crate::support::database::{TestDatabase, on_both};
use crate::support::filing::statements;
use crate::support::fixtures::{VALID_UNTIL, VOIVODESHIP};
use crate::support::portal::{TestPortal, visitor};
use crate::support::refusals::{barred, invalid, one, one_of_two};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::Kind;
use cas_portal::domain::application::decision::{Barred, Remark};
use cas_portal::domain::application::draft::STATEMENTS;
use cas_portal::domain::application::printed_form::Block;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::unit::UnitStatus;
use cas_portal::services::extend_permissions::{Extension, choose_home, choose_unit, save_needs};
use cas_portal::services::guided_form::{drop_draft, file, look, save_statements, start_correction};
use cas_portal::services::review_application::{queue, return_for_correction, review, take};
use cas_portal::services::{ServiceError, own_data, print_form, withdraw_application};
use cas_portal::storage::applications::queue::Sort;
use cas_portal::storage::security_reports::{self, Report, ReportKind};
use cas_portal::storage::{accounts, applications, grants, units};
use jiff::civil::date;
use sea_orm::ConnectionTrait;

const LODZ: &str = "10";

async fn needs(portal: &TestPortal, actor: &Actor, grants: &[&str], until: &str) -> Result<(), ServiceError> {
    save_needs(&portal.context, actor, grants.iter().map(|g| (*g).to_owned()).collect(), until.to_owned(), false).await
}

on_both! {
    async fn more_in_the_own_unit_is_signed_by_one_head_and_an_approval_grants_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let application = portal.extension(account, unit, &["PS:approver", "WRiSPZ:viewer"]).await;
        let summary = application.summary();
        assert_eq!((application.payload.kind(), application.applicant, summary.unit), (Kind::PermissionExtension, account, Some(unit)));
        assert_eq!(summary.head_lines(), ["Maria Wójcik-Źdźbło, kierownik"]);
        let told = portal.letter(account, application.number.as_str()).await;
        assert!(told.body.contains("podpisany przez osobę, która zarządza jednostką: Maria Wójcik-Źdźbło"), "{}", told.body);
        assert!(!told.body.contains("hasło znasz ze składania"), "{}", told.body);
        assert_eq!(portal.rights(account, unit).await.len(), 1, "filing alone grants nothing");

        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        let seen = review(&portal.context, &administrator, &application.number).await.expect("seen");
        let line = seen.content.own.iter().find(|line| line.key == "rights_after").expect("what will be");
        assert_eq!((line.registered.as_ref().map(Vec::len), line.value.len()), (Some(1), 3), "{line:?}");
        assert!(line.registered.as_ref().is_some_and(|now| now[0].contains("wprowadzający")), "{line:?}");

        portal.approve(&administrator, &in_review).await.expect("approved");
        let given = grants::list_of_application(portal.db(), application.id).await.expect("grants");
        assert_eq!(given.len(), 2);
        assert!(given.iter().all(|g| g.account == account && g.unit == unit && g.valid_from == date(2026, 11, 22)), "{given:?}");
        assert_eq!(given[0].valid_until, date(2029, 11, 22), "three years, where nobody asked for less");
        let mut trail = Vec::new();
        for grant in &given {
            trail.extend(portal.trail("grant", &grant.id.to_string()).await);
        }
        assert!(trail.len() == 2 && trail.iter().all(|entry| entry.event == "grant.added"), "{trail:?}");
        let told = portal.letter(account, "zatwierdzony").await;
        for words in ["NOWE UPRAWNIENIA", "podobszar WRiSPZ", "podobszar PS", "22.11.2029", "hasło się nie zmieniły"] {
            assert!(told.body.contains(words.trim_start_matches("hasło ")), "{words}: {}", told.body);
        }
        assert!(!told.body.contains("hasło znasz"), "{}", told.body);
        // The copy of one's data tells it in words.
        let json = own_data::read_own_data(&portal.context, &portal.actor(account).await).await.expect("read").to_json();
        let text = json["applications"][0]["revisions"][0]["lines"].to_string();
        assert!(text.contains("grants") && text.contains("WRiSPZ") && !text.contains("rights_after"), "{text}");
    }

    async fn another_unit_in_another_voivodeship_is_decided_there_with_both_heads_on_the_form(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (home, other) = (portal.unit().await, portal.unit_in_lodz().await);
        let account = portal.employee(home).await;
        let application = portal.extension(account, other, &["PS:viewer"]).await;
        assert!(application.number.as_str().starts_with("W/10/"), "{}", application.number);
        assert_eq!(application.summary().units(), [other, home]);
        let owner = portal.actor(account).await;
        let (_, form) = print_form::show(&portal.context, &owner, &application.number).await.expect("the form");
        assert!(form.office.contains("Łódzki"), "{}", form.office);
        let boxes = form.blocks.iter().find_map(|block| if let Block::Signatures { boxes, .. } = block { Some(boxes) } else { None });
        let names: Vec<&str> = boxes.expect("boxes").iter().map(|b| b.name.as_str()).collect();
        assert_eq!(names, ["Zofia Brzęczyszczykiewicz, dyrektorka", "Maria Wójcik-Źdźbło, kierownik", "Anna Gżegżółka-Nowak"]);
        let (_, pdf) = print_form::pdf(&portal.context, &owner, &application.number).await.expect("the PDF");
        assert!(pdf.starts_with(b"%PDF"));
        let told = portal.letter(account, application.number.as_str()).await;
        assert!(told.body.contains("podpisany przez osoby, które zarządzają jednostkami: Zofia"), "{}", told.body);

        let (there, here) = (portal.office_in(LODZ).await, portal.office().await);
        let in_review = portal.taken(&there, &application).await;
        let listed = async |actor: &Actor| {
            let found = queue(&portal.context, actor, Status::InReview, "", Sort::Waiting, None).await.expect("a queue");
            found.rows.rows.into_iter().map(|row| row.listed.number).collect::<Vec<_>>()
        };
        assert_eq!(listed(&there).await, std::slice::from_ref(&application.number));
        assert_eq!(listed(&here).await, []);
        let denied = portal.approve(&here, &in_review).await;
        assert!(matches!(denied, Err(ServiceError::NotFound)), "{denied:?}");
        assert!(matches!(review(&portal.context, &here, &application.number).await, Err(ServiceError::NotFound)));
        portal.approve(&there, &in_review).await.expect("the first approval");
        assert!(portal.rights(account, other).await.is_empty(), "another voivodeship: one of two has approved");
        portal.approved_by_second(&portal.office_in(LODZ).await, &application.number).await;
        assert_eq!(portal.rights(account, other).await, [("PS".to_owned(), "viewer".to_owned())]);
        assert_eq!(portal.rights(account, home).await.len(), 1, "the own rights stay as they are");
    }

    async fn who_works_in_several_units_chooses_whose_head_confirms_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (first, second, other) = (portal.unit().await, portal.unit().await, portal.unit_in_lodz().await);
        let account = portal.employee(first).await;
        portal.grant(account, second, "PS", "viewer").await;
        let actor = portal.actor(account).await;
        choose_unit(&portal.context, &actor, other).await.expect("a unit");
        assert_eq!(invalid(choose_home(&portal.context, &actor, None).await), one("home", Invalid::Required));
        assert_eq!(invalid(choose_home(&portal.context, &actor, Some(other)).await), one("home", Invalid::Unknown));
        choose_home(&portal.context, &actor, Some(second)).await.expect("a home");
        needs(&portal, &actor, &["PS:viewer"], "31.12.2026").await.expect("needs");
        save_statements::<Extension>(&portal.context, &actor, statements()).await.expect("statements");
        let number = file::<Extension>(&portal.context, &actor, "Od stycznia pół etatu.").await.expect("filed");
        let filed = portal.reload(&number).await;
        assert_eq!(filed.summary().units(), [other, second]);
        // An own unit needs no other head, and another choice of the unit asks everything anew.
        choose_unit(&portal.context, &actor, other).await.expect("a unit");
        choose_home(&portal.context, &actor, Some(first)).await.expect("a home");
        choose_unit(&portal.context, &actor, first).await.expect("a unit");
        let texts = look::<Extension>(&portal.context, &actor).await.expect("seen").texts();
        assert_eq!((texts.unit, texts.home, texts.grants.len(), texts.statements.len()), (Some(first), None, 0, 0));
    }

    async fn what_is_held_asked_for_or_not_for_this_kind_is_refused_where_it_is_typed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, dps) = (portal.unit().await, portal.unit_in_lodz().await);
        let account = portal.employee(unit).await;
        let actor = portal.actor(account).await;
        choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        assert_eq!(invalid(needs(&portal, &actor, &["PS:editor"], "").await), one("grants", Invalid::GrantHeld));
        assert_eq!(invalid(needs(&portal, &actor, &["KDR:viewer"], "").await), one("grants", Invalid::SubAreaNotForKind));
        assert_eq!(invalid(needs(&portal, &actor, &["PS:viewer"], "21.11.2026").await), one("valid_until", Invalid::DatePast));
        assert_eq!(invalid(needs(&portal, &actor, &["PS:viewer"], "23.11.2029").await), one("valid_until", Invalid::DateTooFar));
        needs(&portal, &actor, &["PS:viewer"], "22.11.2029").await.expect("the longest");
        assert_eq!(invalid(save_statements::<Extension>(&portal.context, &actor, vec![STATEMENTS[0].to_owned()]).await), one("statements", Invalid::StatementRequired));
        save_statements::<Extension>(&portal.context, &actor, statements()).await.expect("statements");
        let first = file::<Extension>(&portal.context, &actor, "").await.expect("filed");

        // As long as that one is open the same is not asked for twice; something else is, and in another unit too.
        choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        assert_eq!(invalid(needs(&portal, &actor, &["PS:viewer", "PS:approver"], "").await), one("grants", Invalid::GrantAsked));
        needs(&portal, &actor, &["PS:approver"], "").await.expect("something else");
        choose_unit(&portal.context, &actor, dps).await.expect("another unit");
        needs(&portal, &actor, &["PS:viewer"], "").await.expect("the same there");
        assert_eq!(invalid(needs(&portal, &actor, &["SR:viewer"], "").await), one("grants", Invalid::SubAreaNotForKind));
        // Once it is withdrawn it is free again.
        withdraw_application::withdraw(&portal.context, &actor, &first).await.expect("withdrawn");
        choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        needs(&portal, &actor, &["PS:viewer"], "").await.expect("free again");

        // A unit that has ended is refused, and what was typed for it is not filed.
        let closed = portal.unit().await;
        portal.types_extension(&actor, closed, &["PS:viewer"]).await;
        portal.close_unit(closed).await;
        assert_eq!(invalid(file::<Extension>(&portal.context, &actor, "").await), one("unit", Invalid::UnitClosed));
        assert_eq!(invalid(needs(&portal, &actor, &["PS:viewer"], "").await), one("unit", Invalid::UnitClosed));
        assert_eq!(invalid(choose_unit(&portal.context, &actor, closed).await), one("unit", Invalid::UnitClosed));
        let nowhere = portal.context.new_unit_id();
        assert_eq!(invalid(choose_unit(&portal.context, &actor, nowhere).await), one("unit", Invalid::Unknown));
        // What is given up is gone.
        drop_draft::<Extension>(&portal.context, &actor).await.expect("dropped");
        assert!(look::<Extension>(&portal.context, &actor).await.expect("seen").draft.is_none());
        // Only an active account asks, and only for itself.
        let pending = portal.actor(portal.account("czeka", AccountStatus::Pending).await).await;
        for nobody in [&pending, &visitor()] {
            assert!(matches!(look::<Extension>(&portal.context, nobody).await, Err(ServiceError::Denied)));
            assert!(matches!(choose_unit(&portal.context, nobody, unit).await, Err(ServiceError::Denied)));
            assert!(matches!(file::<Extension>(&portal.context, nobody, "").await, Err(ServiceError::Denied)));
        }
    }

    async fn filing_twice_makes_one_and_a_right_granted_meanwhile_is_not_filed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let actor = portal.actor(account).await;
        assert!(matches!(file::<Extension>(&portal.context, &actor, "").await, Err(ServiceError::NotFound)), "nothing is typed");
        portal.types_extension(&actor, unit, &["PS:viewer"]).await;
        let elsewhere = portal.second(&db).await;
        let (one_tab, other_tab) = tokio::join!(file::<Extension>(&portal.context, &actor, ""), file::<Extension>(&elsewhere.context, &actor, ""));
        assert_eq!(one_tab.expect("filed"), other_tab.expect("the same"));
        assert_eq!(applications::list_of_applicant(portal.db(), account).await.expect("applications").len(), 1);

        portal.types_extension(&actor, unit, &["PS:approver"]).await;
        portal.grant(account, unit, "PS", "approver").await;
        assert_eq!(invalid(file::<Extension>(&portal.context, &actor, "").await), one("grants", Invalid::GrantHeld));
    }

    async fn a_right_that_has_ended_is_asked_for_anew_and_the_old_one_stays_on_record(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        portal.grant(account, unit, "PS", "viewer").await;
        // The last day counts whole, in Warsaw: 31.12.2027 is held, the day after is not.
        let days = (VALID_UNTIL - date(2026, 11, 22)).get_days();
        portal.advance_days(i64::from(days));
        let actor = portal.actor(account).await;
        choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        assert_eq!(invalid(needs(&portal, &actor, &["PS:viewer"], "").await), one("grants", Invalid::GrantHeld));
        portal.advance_days(1);
        let application = portal.extension(account, unit, &["PS:viewer"]).await;
        assert!(application.summary().other_units.is_empty(), "nobody confirms work that has ended");
        portal.approved_by(&portal.office().await, &application).await.expect("approved");
        let records = grants::records_of_account(portal.db(), account).await.expect("records");
        let viewer: Vec<_> = records.iter().filter(|r| r.grant.function == "viewer").collect();
        assert_eq!(viewer.len(), 2);
        assert!(viewer.iter().all(|r| r.revoked_at.is_none()), "nobody took the old one back");
        assert_eq!(portal.rights(account, unit).await.iter().filter(|(_, function)| function == "viewer").count(), 1);
    }

    async fn an_approval_holds_only_while_all_is_as_it_was_applied_for(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let administrator = portal.office().await;
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let in_review = portal.taken(&administrator, &portal.extension(account, unit, &["PS:viewer"]).await).await;
        let refused = async || invalid(portal.approve(&administrator, &in_review).await);

        accounts::save_status(portal.db(), account, AccountStatus::Suspended).await.expect("suspended");
        assert_eq!(refused().await, one("grants", Invalid::AccountChanged));
        accounts::save_status(portal.db(), account, AccountStatus::Active).await.expect("restored");
        let report = Report { id: portal.context.new_report_id(), account, kind: ReportKind::SignIn, reported_at: portal.now() };
        security_reports::add(portal.db(), &report).await.expect("a report");
        assert_eq!(refused().await, one("grants", Invalid::AccountChanged));
        portal.db().execute_unprepared("UPDATE security_reports SET closed_at = reported_at").await.expect("looked at");

        portal.grant(account, unit, "PS", "viewer").await;
        assert_eq!(refused().await, one("grants", Invalid::GrantHeld));
        portal.db().execute_unprepared("UPDATE grants SET revoked_at = created_at WHERE function = 'viewer'").await.expect("revoked");

        portal.db().execute_unprepared("DELETE FROM unit_kind_sub_areas WHERE unit_kind = 'ops_gminny' AND sub_area = 'PS'").await.expect("edited");
        assert_eq!(refused().await, one("grants", Invalid::SubAreaNotForKind));
        portal.db().execute_unprepared("INSERT INTO unit_kind_sub_areas (unit_kind, sub_area) VALUES ('ops_gminny', 'PS')").await.expect("edited");

        portal.close_unit(unit).await;
        assert_eq!(refused().await, one("unit", Invalid::UnitClosed));
        assert!(grants::list_of_application(portal.db(), in_review.id).await.expect("grants").is_empty(), "nothing is granted by halves");
        assert_eq!(portal.reload(&in_review.number).await.status, Status::InReview);
        portal.db().execute_unprepared("UPDATE units SET status = 'active'").await.expect("opened");

        portal.approve(&administrator, &in_review).await.expect("approved");
        assert_eq!(portal.rights(account, unit).await.len(), 2);
    }

    async fn a_last_day_that_has_passed_in_the_office_is_sent_back(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let actor = portal.actor(account).await;
        choose_unit(&portal.context, &actor, unit).await.expect("a unit");
        needs(&portal, &actor, &["PS:viewer"], "23.11.2026").await.expect("until tomorrow");
        save_statements::<Extension>(&portal.context, &actor, statements()).await.expect("statements");
        let number = file::<Extension>(&portal.context, &actor, "").await.expect("filed");
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &portal.reload(&number).await).await;
        portal.advance_days(2);
        let administrator = portal.proven(&administrator);
        let refused = portal.approve(&administrator, &in_review).await;
        assert_eq!(invalid(refused), one("grants", Invalid::DatePast));
        let remarks = [Remark { field: "valid_until".into(), text: "Podaj późniejszy dzień.".into() }];
        return_for_correction(&portal.context, &administrator, &number, in_review.version, &remarks, "").await.expect("returned");

        // The correction keeps unit and wishes, says what the office said, and another day makes another revision.
        start_correction::<Extension>(&portal.context, &actor, &number).await.expect("begun");
        start_correction::<Extension>(&portal.context, &actor, &number).await.expect("found again");
        let found = look::<Extension>(&portal.context, &actor).await.expect("seen");
        assert_eq!((found.texts().unit, found.texts().grants), (Some(unit), vec!["PS:viewer".to_owned()]));
        assert_eq!(found.remarks.iter().map(|r| r.field.as_str()).collect::<Vec<_>>(), ["valid_until"]);
        assert!(found.asked.is_empty(), "what it asks for itself does not stand in its way");
        assert!(matches!(choose_unit(&portal.context, &actor, unit).await, Err(ServiceError::Stale)), "the unit stays");
        needs(&portal, &actor, &["PS:viewer"], "31.12.2026").await.expect("a later day");
        assert_eq!(invalid(file::<Extension>(&portal.context, &actor, "").await), one("statements", Invalid::StatementRequired));
        save_statements::<Extension>(&portal.context, &actor, statements()).await.expect("statements");
        assert_eq!(file::<Extension>(&portal.context, &actor, "Poprawione.").await.expect("filed"), number);
        let revised = portal.reload(&number).await;
        assert_eq!((revised.revision, revised.status), (2, Status::AwaitingForm));
        // A stranger corrects nothing.
        let stranger = portal.actor(portal.employee(unit).await).await;
        assert!(matches!(start_correction::<Extension>(&portal.context, &stranger, &number).await, Err(ServiceError::Denied)));
    }

    async fn a_correction_that_comes_too_late_is_told_and_not_taken_for_another_application(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let account = portal.employee(unit).await;
        let application = portal.extension(account, unit, &["PS:viewer"]).await;
        portal.extension(account, other, &["PS:viewer"]).await;
        let actor = portal.actor(account).await;
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        return_for_correction(&portal.context, &administrator, &application.number, in_review.version, &[], "Popraw.").await.expect("returned");
        start_correction::<Extension>(&portal.context, &actor, &application.number).await.expect("begun");
        needs(&portal, &actor, &["PS:approver"], "31.12.2026").await.expect("other needs");
        withdraw_application::withdraw(&portal.context, &actor, &application.number).await.expect("withdrawn in another tab");
        let late = file::<Extension>(&portal.context, &actor, "").await;
        assert!(matches!(late, Err(ServiceError::Transition(_))), "{late:?}");
    }

    async fn nobody_decides_the_own_the_own_units_or_that_of_somebody_who_may_do_more(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (home, other) = (portal.unit().await, portal.unit().await);
        let account = portal.employee(home).await;
        let application = portal.extension(account, other, &["PS:viewer"]).await;
        let application = portal.received(&application).await;
        let taking = async |decider: AccountId| {
            take(&portal.context, &portal.actor(decider).await, &application.number, application.version).await
        };
        for unit in [other, home] {
            let member = portal.administrator().await;
            portal.grant(member, unit, "PS", "viewer").await;
            assert_eq!(barred(taking(member).await), Barred::SameUnit);
            let coordinator = portal.administrator().await;
            portal.assign(coordinator, Role::UnitCoordinator, None, Some(unit)).await;
            assert_eq!(barred(taking(coordinator).await), Barred::SameUnit);
        }
        // An applicant who is an administrator too does not decide it, and neither does an equal from elsewhere.
        portal.assign(account, Role::VoivodeshipAdministrator, Some(VOIVODESHIP), None).await;
        assert_eq!(barred(taking(account).await), Barred::IsApplicant);
        portal.assign(account, Role::CentralAdministrator, None, None).await;
        assert_eq!(barred(taking(portal.administrator().await).await), Barred::Outranked);
        taking(portal.central().await).await.expect("the centre decides");
    }

    async fn of_two_deciders_one_grants(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &portal.extension(account, unit, &["PS:viewer"]).await).await;
        let elsewhere = portal.second(&db).await;
        let (first, second) = tokio::join!(
            portal.approve(&administrator, &in_review),
            elsewhere.approve(&administrator, &in_review)
        );
        one_of_two(first, second);
        assert_eq!(grants::list_of_application(portal.db(), in_review.id).await.expect("grants").len(), 1);

    }

    async fn a_unit_that_ends_without_a_successor_while_a_right_in_it_is_approved_leaves_nobody_a_right(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let end = filed_end(&portal, account, unit, "30.11.2026", None).await;
        portal.approved_by(&portal.office().await, &end).await.expect("approved");
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &portal.extension(account, unit, &["PS:approver"]).await).await;
        portal.advance_days(10);
        let administrator = portal.proven(&administrator);
        let elsewhere = portal.second(&db).await;
        let (kept, approved) = tokio::join!(elsewhere.keep(), portal.approve(&administrator, &in_review));
        let (after, given) = (portal.reload(&in_review.number).await, grants::list_of_application(portal.db(), in_review.id).await.expect("grants"));
        match approved {
            // The approval came first, and the unit ended with what it gave.
            Ok(()) => assert_eq!((after.status, given.len()), (Status::Approved, 1)),
            // The unit ended first, and with it the application.
            refused => assert_eq!((barred(refused), after.status, given.len()), (Barred::Stale, Status::Rejected, 0)),
        }
        let ended = units::find(portal.db(), unit).await.expect("units").expect("it");
        assert_eq!(ended.status, UnitStatus::Closed, "the worker ends it once: {kept:?}");
        assert_eq!(portal.rights_told(account, unit).await, 0);
        let today = portal.now().warsaw_date();
        assert!(grants::list_in_force_of(portal.db(), account, today).await.expect("grants").is_empty(), "no right is left in force");
    }
}
