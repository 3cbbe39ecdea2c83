//! Dictionaries of the country: who changes them, what an entry that ends means for whom, and that the clocks of open applications
//! follow a day that becomes free.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::Filed;
use crate::support::portal::TestPortal;
use crate::support::refusals::{invalid, one, one_of_two};
use cas_portal::domain::account::Role;
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::Kind;
use cas_portal::domain::application::clock::Reading;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::dictionary::editing::{texts_of_area, texts_of_kind};
use cas_portal::domain::edited::{Subject, Texts};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::{HOUR_MS, Moment};
use cas_portal::services::ServiceError;
use cas_portal::services::edit_dictionaries::{
    dictionary_history, entry_changed_since, open_sub_area, open_unit_kind, read_dictionaries, save_sub_area, save_unit_kind, set_day_off,
    withdraw_day_off,
};
use cas_portal::services::extend_permissions::{choose_unit, save_needs};
use cas_portal::services::review_application::{Sort, View, desk_queue, review};
use cas_portal::services::set_targets::set_target;
use cas_portal::storage::dictionaries;
use jiff::civil::{Date, date};

async fn kind_with(portal: &TestPortal, actor: &Actor, code: &str, changes: &[(&str, &str)]) -> (i32, Texts) {
    let (kind, _) = open_unit_kind(&portal.context, actor, code).await.expect("the kind");
    let mut texts = texts_of_kind(&kind);
    changes.iter().for_each(|(field, text)| texts.set(*field, *text));
    (kind.version, texts)
}

async fn saves_kind(portal: &TestPortal, actor: &Actor, code: &str, changes: &[(&str, &str)]) -> Result<bool, ServiceError> {
    let (seen, texts) = kind_with(portal, actor, code, changes).await;
    save_unit_kind(&portal.context, actor, code, seen, &texts).await
}

async fn saves_area(portal: &TestPortal, actor: &Actor, code: &str, changes: &[(&str, &str)]) -> Result<bool, ServiceError> {
    let area = open_sub_area(&portal.context, actor, code).await.expect("the sub-area");
    let mut texts = texts_of_area(&area);
    changes.iter().for_each(|(field, text)| texts.set(*field, *text));
    save_sub_area(&portal.context, actor, code, area.version, &texts).await
}

/// What the review page says of the clock.
async fn clock(portal: &TestPortal, admin: &Actor, filed: &Filed) -> (Option<Date>, Reading) {
    let desk = review(&portal.context, admin, &filed.application.number).await.expect("the page").desk;
    (desk.due_on, desk.reading)
}

/// When it is due as the list is sorted by, and when somebody is reminded next.
async fn stored(portal: &TestPortal, admin: &Actor, filed: &Filed) -> Option<Moment> {
    let queue = desk_queue(&portal.context, admin, View::All, Status::FormReceived, "", Sort::Due, None).await.expect("a page");
    queue.rows.rows.into_iter().find(|row| row.listed.id == filed.application.id).expect("the row").listed.due_at
}

async fn told(portal: &TestPortal) -> usize {
    portal.notice_keys().await.into_iter().filter(|key| *key == "office_deadlines").count()
}

on_both! {
    async fn only_the_centre_changes_them_and_each_change_has_its_history(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.central().await;
        let centre = portal.actor(central).await;
        for role in [Role::VoivodeshipAdministrator, Role::Helpdesk, Role::Auditor] {
            let place = (role.needs_voivodeship() == Some(true)).then_some("26");
            let other = portal.actor(portal.official(role, place).await).await;
            let texts = kind_with(&portal, &centre, "dps", &[("name", "Cudzy")]).await.1;
            assert!(matches!(read_dictionaries(&portal.context, &other).await, Err(ServiceError::Denied)), "{role:?}");
            assert!(matches!(dictionary_history(&portal.context, &other).await, Err(ServiceError::Denied)), "{role:?}");
            assert!(matches!(save_unit_kind(&portal.context, &other, "dps", 0, &texts).await, Err(ServiceError::Denied)), "{role:?}");
            assert!(matches!(save_sub_area(&portal.context, &other, "PS", 0, &texts).await, Err(ServiceError::Denied)), "{role:?}");
            assert!(matches!(set_day_off(&portal.context, &other, "23.11.2026", "free", "x").await, Err(ServiceError::Denied)), "{role:?}");
            assert!(matches!(withdraw_day_off(&portal.context, &other, date(2026, 11, 23)).await, Err(ServiceError::Denied)), "{role:?}");
        }
        assert!(saves_kind(&portal, &centre, "dps", &[("name", "Dom pomocy (DPS)"), ("sub_areas", "PS KDR")]).await.expect("saved"));
        assert!(!saves_kind(&portal, &centre, "dps", &[]).await.expect("nothing differs"));
        portal.advance_minutes(1);
        assert!(saves_area(&portal, &centre, "SR", &[("default_months", "12"), ("longest_months", "24")]).await.expect("saved"));
        portal.advance_minutes(1);
        set_target(&portal.context, &centre, Some(Kind::UnitChange), "1.1.2027", "7").await.expect("set");
        portal.advance_minutes(1);
        set_day_off(&portal.context, &centre, "12.11.2027", "free", "Dz.U. 2027 poz. 1").await.expect("set");
        let words = dictionaries::load(portal.db(), portal.now().warsaw_date()).await.expect("dictionaries");
        let dps = words.unit_kind("dps").expect("the kind");
        assert_eq!((dps.name.as_str(), dps.sub_areas.join(" ").as_str()), ("Dom pomocy (DPS)", "PS KDR"));
        let sr = words.sub_area("SR").expect("the sub-area");
        assert_eq!((sr.default_months, sr.longest_months), (12, 24));

        let history = dictionary_history(&portal.context, &centre).await.expect("a history");
        let lines: Vec<_> = history.iter().map(|made| (made.change.subject, made.change.code.as_str(), made.change.changed_by)).collect();
        let expected = [(Subject::DayOff, "2027-11-12"), (Subject::Target, "unit_change"), (Subject::SubArea, "SR"), (Subject::UnitKind, "dps")];
        assert_eq!(lines, expected.map(|(subject, code)| (subject, code, central)));
        assert!(history.iter().all(|made| !made.by.is_empty() && !made.change.fields.is_empty()));
        let was_and_is: Vec<_> = history[2].change.fields.iter().map(|f| (f.field.as_str(), f.was.as_str(), f.is.as_str())).collect();
        assert_eq!(was_and_is, [("default_months", "36", "12"), ("longest_months", "36", "24")]);
        for (kind, code, event) in [("unit_kind", "dps", "dictionary.changed"), ("target", "unit_change", "target.set"), ("day_off", "2027-11-12", "dictionary.changed")] {
            let trail = portal.trail(kind, code).await;
            assert_eq!((trail.len(), trail[0].event.as_str()), (1, event), "{kind}");
            assert!(!trail[0].details["fields"].as_array().expect("fields").is_empty());
        }
    }

    async fn of_two_at_once_one_saves_an_entry(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (one, two) = (portal.actor(portal.central().await).await, portal.actor(portal.central().await).await);
        let other = portal.second(&db).await;
        let (seen, by_one) = kind_with(&portal, &one, "dps", &[("name", "Pierwszy")]).await;
        let by_two = kind_with(&portal, &two, "dps", &[("sub_areas", "PS SR")]).await.1;
        let (a, b) = tokio::join!(
            save_unit_kind(&portal.context, &one, "dps", seen, &by_one),
            save_unit_kind(&other.context, &two, "dps", seen, &by_two),
        );
        let (loser, typed) = if a.is_ok() { (&two, by_two) } else { (&one, by_one) };
        let (done, refused) = one_of_two(a, b);
        assert!(done && matches!(refused, ServiceError::Stale));
        let meanwhile = entry_changed_since(&portal.context, loser, Subject::UnitKind, "dps", seen).await.expect("the changes");
        let changes: Vec<_> = meanwhile.into_iter().map(|made| made.change).collect();
        assert!(save_unit_kind(&portal.context, loser, "dps", seen + 1, &typed.rebased(&changes)).await.expect("saved"));
        let (kind, _) = open_unit_kind(&portal.context, loser, "dps").await.expect("the kind");
        assert_eq!((kind.entry.name.as_str(), kind.entry.sub_areas.join(" ").as_str()), ("Pierwszy", "PS SR"));
    }

    async fn an_entry_that_ends_is_offered_up_to_its_last_day_and_what_stands_stays(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let centre = portal.actor(portal.central().await).await;
        let unit = portal.unit().await;
        let person = portal.employee(unit).await;
        portal.grant(person, unit, "FA", "viewer").await;
        assert_eq!(invalid(saves_area(&portal, &centre, "SR", &[("last_day", "21.11.2026")]).await), one("last_day", Invalid::DatePast));
        assert!(saves_area(&portal, &centre, "SR", &[("last_day", "22.11.2026")]).await.expect("saved"));
        assert!(saves_area(&portal, &centre, "FA", &[("last_day", "22.11.2026")]).await.expect("saved"));
        assert!(saves_kind(&portal, &centre, "ops_gminny", &[("last_day", "22.11.2026")]).await.expect("saved"));
        let needs = async || {
            let actor = portal.actor(person).await;
            choose_unit(&portal.context, &actor, unit).await.expect("the unit");
            save_needs(&portal.context, &actor, vec!["SR:viewer".to_owned()], String::new(), false).await
        };
        needs().await.expect("today is the last day");
        let rights = portal.rights(person, unit).await;
        portal.advance_days(1);
        assert_eq!(invalid(needs().await), one("grants", Invalid::SubAreaNotForKind));
        assert_eq!(portal.rights(person, unit).await, rights, "what was given stays");
        let words = dictionaries::load(portal.db(), portal.now().warsaw_date()).await.expect("dictionaries");
        let kind = words.unit_kind("ops_gminny").expect("the kind keeps its name");
        assert_eq!((kind.is_offered, kind.sub_areas.join(" ").as_str(), kind.may_hold.join(" ").as_str()), (false, "PS WRiSPZ", "PS WRiSPZ SR FA"));
        assert!(!words.kinds_for("").any(|kind| kind.code == "ops_gminny"));
        assert!(words.kinds_for("ops_gminny").any(|kind| kind.code == "ops_gminny"));
        // Somebody of a unit of that kind still asks for what is offered.
        let actor = portal.actor(person).await;
        save_needs(&portal.context, &actor, vec!["WRiSPZ:viewer".to_owned()], String::new(), false).await.expect("needs");
        // It comes back as it was.
        assert!(saves_area(&portal, &centre, "SR", &[("last_day", "")]).await.expect("saved"));
        needs().await.expect("offered anew");
    }

    async fn a_day_off_moves_the_clocks_of_open_applications_at_once_and_their_rows_soon(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let centre = portal.actor(portal.central().await).await;
        let admin = portal.office().await;
        // Sunday the 22nd: ten working days end on Friday, 4 December; half on Friday the 27th.
        let filed = portal.application(Status::FormReceived).await;
        let waits = portal.application(Status::AwaitingForm).await;
        let before = (Some(date(2026, 12, 4)), Reading::Left(10));
        assert_eq!((clock(&portal, &admin, &filed).await, stored(&portal, &admin, &filed).await), (before, Some(Moment::end_of(date(2026, 12, 4)))));
        for (day, why) in [("22.11.2026", Invalid::DatePast), ("28.11.2026", Invalid::DayIsFree)] {
            assert_eq!(invalid(set_day_off(&portal.context, &centre, day, "free", "x").await), one("day", why));
        }
        set_day_off(&portal.context, &centre, "25.11.2026", "free", "Dz.U. 2026 poz. 1").await.expect("set");
        let again = set_day_off(&portal.context, &centre, "25.11.2026", "free", "Dz.U. 2026 poz. 2").await;
        assert_eq!(invalid(again), one("day", Invalid::DayOffAlready));
        // Whoever reads it counts by the new day at once; what is stored follows when everybody has ended who counted without it.
        let after = (Some(date(2026, 12, 7)), Reading::Left(10));
        assert_eq!(clock(&portal, &admin, &filed).await, after);
        portal.keep().await;
        assert_eq!(stored(&portal, &admin, &filed).await, Some(Moment::end_of(date(2026, 12, 4))));
        portal.advance_minutes(2);
        let second = portal.second(&db).await;
        let reminded = portal.number("SELECT remind_at FROM applications WHERE status = 'awaiting_form'").await;
        tokio::join!(portal.keep(), second.keep());
        assert_eq!(stored(&portal, &admin, &filed).await, Some(Moment::end_of(date(2026, 12, 7))));
        let untouched = portal.number("SELECT remind_at FROM applications WHERE status = 'awaiting_form'").await;
        assert_eq!(untouched, reminded, "the applicant's days are no working days: {}", waits.application.number);
        assert_eq!(told(&portal).await, 0, "nothing has begun");

        // Half of the time is gone one working day later than it would have been.
        portal.advance_to(Moment::start_of(date(2026, 11, 27)).plus_ms(HOUR_MS));
        portal.keep().await;
        assert_eq!(told(&portal).await, 0);
        portal.advance_to(Moment::start_of(date(2026, 11, 30)).plus_ms(HOUR_MS));
        portal.keep().await;
        assert_eq!(told(&portal).await, 1);
        // Another day on which offices work after all: Christmas Eve moves nothing that ends before it, and reminds nobody again.
        set_day_off(&portal.context, &centre, "24.12.2026", "worked", "Dz.U. 2026 poz. 3").await.expect("set");
        portal.advance_minutes(2);
        portal.keep().await;
        assert_eq!((stored(&portal, &admin, &filed).await, told(&portal).await), (Some(Moment::end_of(date(2026, 12, 7))), 1));
        // What has begun is not taken back, what lies ahead is.
        let late = withdraw_day_off(&portal.context, &centre, date(2026, 11, 25)).await;
        assert!(matches!(late, Err(ServiceError::Stale)));
        assert!(matches!(withdraw_day_off(&portal.context, &centre, date(2026, 11, 26)).await, Err(ServiceError::NotFound)));
        set_day_off(&portal.context, &centre, "2.12.2026", "free", "Dz.U. 2026 poz. 4").await.expect("set");
        assert_eq!(clock(&portal, &admin, &filed).await.0, Some(date(2026, 12, 8)));
        withdraw_day_off(&portal.context, &centre, date(2026, 12, 2)).await.expect("withdrawn");
        assert!(matches!(withdraw_day_off(&portal.context, &centre, date(2026, 12, 2)).await, Err(ServiceError::Stale)));
        assert_eq!(clock(&portal, &admin, &filed).await.0, Some(date(2026, 12, 7)));
        set_day_off(&portal.context, &centre, "2.12.2026", "free", "Dz.U. 2026 poz. 5").await.expect("set anew");
        portal.advance_minutes(2);
        portal.keep().await;
        assert_eq!(stored(&portal, &admin, &filed).await, Some(Moment::end_of(date(2026, 12, 8))));
        // What comes in now counts by all of it.
        let later = portal.application(Status::FormReceived).await;
        assert_eq!(stored(&portal, &admin, &later).await, Some(Moment::end_of(date(2026, 12, 15))));
    }
}
