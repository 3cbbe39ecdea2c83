//! Figures against a naive recount: what pages of numbers say is what happened, whoever did it and in whatever order, and it stays when
//! applications go.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::Filed;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::Kind;
use cas_portal::domain::application::decision::Remark;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::figures::period::{Period, Span};
use cas_portal::domain::figures::{Age, Outcome, Times, places};
use cas_portal::domain::id::AccountId;
use cas_portal::domain::identifiers::TercCode;
use cas_portal::domain::moment::{HOUR_MS, Moment};
use cas_portal::domain::retention::Retention;
use cas_portal::domain::voivodeship::VoivodeshipCode;
use cas_portal::domain::working_days::Calendar;
use cas_portal::services::ServiceError;
use cas_portal::services::review_application::{reject, release, return_for_correction, take};
use cas_portal::services::show_speed::{FEWEST, show_speed};
use cas_portal::services::view_figures::{ENDING_DAYS, FigureFilter, Figures, OfficeFigures, view_figures};
use cas_portal::services::withdraw_application::withdraw;
use cas_portal::storage::{applications, role_assignments};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use migrations::Migrator;
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::MigratorTrait;
use std::collections::BTreeSet;

/// Świętokrzyskie, mazowieckie, łódzkie.
const PLACES: [(&str, &str); 3] = [("26", "260412"), ("14", "146501"), ("10", "106101")];

fn code(text: &str) -> VoivodeshipCode {
    VoivodeshipCode::trusted(text)
}

/// What happened to one application, as somebody would write it down who stood by.
struct History {
    filed: Filed,
    place: usize,
    states: Vec<(Moment, Status)>,
    returns: Vec<(Date, Vec<String>)>,
}

impl History {
    fn status(&self) -> Status {
        self.states[self.states.len() - 1].1
    }

    /// The days of the office's turns, both ends: until `today` while it has the move.
    fn turns(&self, today: Date) -> Vec<(Date, Date)> {
        let mut turns: Vec<(Date, Date)> = Vec::new();
        let mut since: Option<Date> = None;
        for (at, status) in &self.states {
            match (since, status.waits_for_office()) {
                (None, true) => since = Some(at.warsaw_date()),
                (Some(begun), false) => {
                    turns.push((begun, at.warsaw_date()));
                    since = None;
                }
                _ => {}
            }
        }
        turns.extend(since.map(|begun| (begun, today)));
        turns
    }

    /// Working days, one by one: the first day of a turn does not count.
    fn office_days(&self, today: Date) -> u32 {
        let days = |(from, until): (Date, Date)| {
            from.series(1.day()).skip(1).take_while(|day| *day <= until).filter(|day| Calendar::default().is_working_day(*day)).count()
        };
        u32::try_from(self.turns(today).into_iter().map(days).sum::<usize>()).expect("few")
    }

    fn outcome(&self) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.key() == self.status().key())
    }

    fn last_day(&self) -> Date {
        self.states[self.states.len() - 1].0.warsaw_date()
    }
}

/// The naive recount of some places together.
fn recount(histories: &[History], of: &[usize], period: Period, today: Date) -> OfficeFigures {
    let mut all = OfficeFigures::default();
    for history in histories.iter().filter(|history| of.contains(&history.place)) {
        // Each approval by one alone makes a unit that nobody coordinates, whenever it was.
        all.without_coordinator += u64::from(history.status() == Status::Approved && history.place == 0);
        all.filed += u64::from(period.contains(history.states[0].0.warsaw_date()));
        let back: Vec<_> = history.returns.iter().filter(|(day, _)| period.contains(*day)).collect();
        all.returns += back.len() as u64;
        for place in back.iter().flat_map(|(_, fields)| places(fields.iter().map(String::as_str))) {
            *all.places.entry(place).or_default() += 1;
        }
        match history.outcome() {
            Some(outcome) if period.contains(history.last_day()) => {
                *all.ended.entry(outcome).or_default() += 1;
                if outcome.is_decision() {
                    all.times.add(history.office_days(today), 1);
                    all.decided_after_return += u64::from(!history.returns.is_empty());
                }
            }
            None if history.status().waits_for_office() => all.waiting[Age::of(history.office_days(today)).place()] += 1,
            _ => {}
        }
    }
    all
}

/// A portal in which offices work as it comes.
struct Work {
    portal: TestPortal,
    offices: Vec<Actor>,
    histories: Vec<History>,
    seed: u64,
}

impl Work {
    async fn begin(db: &TestDatabase) -> Self {
        let portal = TestPortal::new(db);
        let mut offices = Vec::new();
        for (place, _) in PLACES {
            offices.push(portal.office_in(place).await);
        }
        Self { portal, offices, histories: Vec::new(), seed: 11 }
    }

    fn pick(&mut self, among: usize) -> usize {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.seed >> 33).expect("small") % among
    }

    async fn file(&mut self, place: usize) -> usize {
        let mut registration = self.portal.registration(2);
        registration.unit.terc = TercCode::parse(PLACES[place].1).expect("a code");
        let filed = self.portal.application_of(registration, Status::AwaitingForm).await;
        let states = vec![(self.portal.now(), Status::AwaitingForm)];
        self.histories.push(History { filed, place, states, returns: Vec::new() });
        self.histories.len() - 1
    }

    /// Puts an application into a state that no service of this test leads to.
    async fn put(&self, at: usize, status: Status) {
        let number = &self.histories[at].filed.application.number;
        let mut application = self.portal.reload(number).await;
        (application.status, application.status_since) = (status, self.portal.now());
        (application.taken_by, application.lapses_at) = (None, None);
        applications::save(self.portal.db(), &application).await.expect("saved");
    }

    async fn receive(&mut self, at: usize) {
        if self.histories[at].status() == Status::AwaitingForm {
            self.portal.signed_form(&self.histories[at].filed.application).await;
        }
        self.put(at, Status::FormReceived).await;
        self.note(at, Status::FormReceived);
    }

    fn note(&mut self, at: usize, status: Status) {
        let now = self.portal.now();
        self.histories[at].states.push((now, status));
    }

    /// The office does something with an application that it has.
    async fn decide(&mut self, at: usize, status: Status) {
        let history = &self.histories[at];
        let office = self.portal.proven(&self.offices[history.place]);
        let number = &history.filed.application.number;
        let seen = self.portal.reload(number).await.version;
        match status {
            // The persons of the fixtures are at home in the first place: elsewhere it would take two.
            Status::Approved if history.place > 0 => self.put(at, Status::Approved).await,
            Status::InReview => take(&self.portal.context, &office, number, seen).await.expect("taken"),
            Status::FormReceived => release(&self.portal.context, &office, number, seen).await.expect("released"),
            Status::Approved => self.portal.approve(&office, &self.portal.reload(number).await).await.expect("approved"),
            Status::Rejected => reject(&self.portal.context, &office, number, seen, "Nie tu.").await.expect("rejected"),
            other => panic!("{other:?}"),
        }
        self.note(at, status);
    }

    async fn send_back(&mut self, at: usize, fields: &[&str]) {
        let history = &self.histories[at];
        let office = self.portal.proven(&self.offices[history.place]);
        let number = &history.filed.application.number;
        let remarks: Vec<Remark> = fields.iter().map(|field| Remark { field: (*field).to_owned(), text: "Popraw.".to_owned() }).collect();
        let seen = self.portal.reload(number).await.version;
        return_for_correction(&self.portal.context, &office, number, seen, &remarks, "Uwaga do całości.").await.expect("returned");
        self.note(at, Status::Returned);
        let (today, fields) = (self.portal.now().warsaw_date(), fields.iter().map(|field| (*field).to_owned()).collect());
        self.histories[at].returns.push((today, fields));
    }

    /// One move of one application, whatever may follow.
    async fn move_one(&mut self) {
        let at = self.pick(self.histories.len());
        let chance = self.pick(10);
        match (self.histories[at].status(), chance) {
            (Status::AwaitingForm, 0) | (Status::Returned, 0) => {
                self.put(at, Status::Expired).await;
                self.note(at, Status::Expired);
            }
            (Status::AwaitingForm | Status::Returned | Status::FormReceived, 1) => {
                let history = &self.histories[at];
                let applicant = self.portal.actor(history.filed.persons[0]).await;
                withdraw(&self.portal.context, &applicant, &history.filed.application.number).await.expect("withdrawn");
                self.note(at, Status::Withdrawn);
            }
            (Status::AwaitingForm | Status::Returned, _) => self.receive(at).await,
            (Status::FormReceived, _) => self.decide(at, Status::InReview).await,
            (Status::InReview, 0) => self.decide(at, Status::FormReceived).await,
            (Status::InReview, 1..4) => self.decide(at, Status::Approved).await,
            (Status::InReview, 4..6) => self.decide(at, Status::Rejected).await,
            (Status::InReview, chance) => {
                let fields: [&[&str]; 4] = [&["unit.phone"], &["persons.0.email", "persons.1.email", "unit.phone"], &["signed_form"], &[]];
                self.send_back(at, fields[chance - 6]).await;
            }
            _ => {}
        }
    }

    async fn figures(&self, actor: &Actor, period: Period, place: Option<&str>) -> Figures {
        let filter = FigureFilter { period, voivodeship: place.map(code) };
        view_figures(&self.portal.context, actor, &filter).await.expect("figures")
    }
}

fn period(from: Date, until: Date) -> Period {
    Period { from, until }
}

/// The rows of a table, each as text.
async fn rows(portal: &TestPortal, sql: &str) -> Vec<String> {
    let found = portal.db().query_all_raw(Statement::from_string(portal.db().get_database_backend(), sql)).await.expect(sql);
    found.iter().map(|row| row.try_get_by_index::<String>(0).expect("a text")).collect()
}

const ALL_FIGURES: &str = "SELECT number || '|' || voivodeship || '|' || kind || '|' || filed_on || '|' || coalesce(office_since, '-') || '|' || \
     coalesce(CAST(office_days AS TEXT), '-') || '|' || coalesce(ended_on, '-') || '|' || coalesce(outcome, '-') || '|' || CAST(returns AS TEXT) \
     FROM application_figures ORDER BY number";
const ALL_RETURNS: &str = "SELECT voivodeship || '|' || returned_on || '|' || place FROM return_figures ORDER BY 1";

on_both! {
    async fn figures_of_random_histories_are_those_of_a_naive_recount(db: TestDatabase) {
        let mut work = Work::begin(&db).await;
        let central = work.portal.actor(work.portal.central().await).await;
        for round in 0..420 {
            if round < 300 && round % 8 == 0 {
                let place = work.pick(PLACES.len());
                work.file(place).await;
            }
            work.move_one().await;
            let hours = work.pick(9);
            work.portal.advance_ms(i64::try_from(hours).expect("few") * HOUR_MS + 17 * 60_000);
        }
        let today = work.portal.now().warsaw_date();
        let begin = date(2026, 11, 22);
        // Over weekends, Christmas Eve and the turn of the year.
        assert!(today > date(2027, 1, 8), "{today}");
        for asked in [
            period(begin, today),
            period(begin, begin),
            period(date(2026, 12, 1), date(2026, 12, 31)),
            period(date(2026, 12, 24), date(2027, 1, 6)),
            period(today, today),
            period(date(2020, 1, 1), date(2020, 12, 31)),
            Period::this(Span::Week, today),
        ] {
            let country = work.figures(&central, asked, None).await;
            assert_eq!(country.together, recount(&work.histories, &[0, 1, 2], asked, today), "{asked:?}");
            assert_eq!((country.by_office.len(), country.offices.len()), (16, 16));
            for (place, (voivodeship, _)) in PLACES.iter().enumerate() {
                let expected = recount(&work.histories, &[place], asked, today);
                let of = |figures: &Figures| figures.by_office.iter().find(|(office, _)| office.as_str() == *voivodeship).map(|(_, own)| own.clone());
                assert_eq!(of(&country), Some(expected.clone()), "{voivodeship} {asked:?}");
                let own = work.figures(&work.offices[place], asked, None).await;
                assert_eq!((own.by_office.len(), of(&own)), (1, Some(expected.clone())));
                assert_eq!(work.figures(&central, asked, Some(voivodeship)).await.together, expected);
            }
            // Parts and kinds are the same numbers, cut otherwise.
            let parts = country.by_part.iter().fold((0, 0), |(filed, decided), part| (filed + part.filed, decided + part.decided));
            assert_eq!(parts, (country.together.filed, country.together.decided()), "{asked:?}");
            for part in &country.by_part {
                let of_part = recount(&work.histories, &[0, 1, 2], part.part, today);
                assert_eq!((part.filed, part.decided), (of_part.filed, of_part.decided()), "{:?}", part.part);
            }
            let kind = country.by_kind.get(&Kind::UnitRegistration).cloned().unwrap_or_default();
            assert_eq!((kind.filed, kind.decided, kind.times), (parts.0, parts.1, country.together.times.clone()));
        }
        let all = recount(&work.histories, &[0, 1, 2], period(begin, today), today);
        assert!(all.decided() > 10 && all.returns > 5 && all.all_waiting() > 0 && all.decided_after_return > 0, "{all:?}");
        assert!(Outcome::ALL[..4].iter().all(|outcome| all.ended(*outcome) > 0), "{all:?}");
    }

    /// What the migration makes of a portal that was there before is what it would have written itself.
    async fn what_was_there_before_is_counted_as_if_it_had_been_written_down(db: TestDatabase) {
        let mut work = Work::begin(&db).await;
        work.portal.db().execute_unprepared("UPDATE seaql_migrations SET applied_at = 0").await.expect("long ago");
        for round in 0..90 {
            if round % 6 == 0 {
                let place = work.pick(PLACES.len());
                work.file(place).await;
            }
            work.move_one().await;
            // Also at hours of which UTC and Warsaw do not share the day, in winter and in summer time.
            work.portal.advance_ms(31 * HOUR_MS);
        }
        work.portal.advance_to(Moment::end_of(date(2027, 6, 30)).plus_minutes(-30));
        for place in 0..PLACES.len() {
            let at = work.file(place).await;
            work.portal.advance_minutes(61);
            work.receive(at).await;
            work.decide(at, Status::InReview).await;
            work.send_back(at, &["persons.0.position", "persons.1.position", "signed_form"]).await;
        }
        let (figures, returns) = (rows(&work.portal, ALL_FIGURES).await, rows(&work.portal, ALL_RETURNS).await);
        assert!(figures.len() > 15 && returns.len() > 10 && figures.iter().any(|row| row.contains("|2027-07-01|")), "{figures:?}");
        assert!(figures.iter().any(|row| row.contains("|2027-06-30|")), "{figures:?}");
        let later = Migrator::migrations().iter().rev().position(|step| step.name().ends_with("_figures")).expect("the migration");
        let steps = u32::try_from(later + 1).expect("few");
        // One connection: another one of the pool may still know the schema before.
        let one = cas_portal::storage::database::connect(db.url(), 1).await.expect("a connection");
        Migrator::down(&one, Some(steps)).await.expect("down");
        Migrator::up(&one, Some(steps)).await.expect("up");
        one.close().await.expect("closed");
        let again = work.portal.second(&db).await;
        assert_eq!(rows(&again, ALL_FIGURES).await, figures);
        assert_eq!(rows(&again, ALL_RETURNS).await, returns);
    }

    async fn figures_stay_when_applications_are_erased(db: TestDatabase) {
        let mut work = Work::begin(&db).await;
        work.portal = work.portal.with_retention(Retention { withdrawn: Some(30), lapsed: Some(30), rejected: Some(30), ..Retention::default() });
        let central = work.portal.actor(work.portal.central().await).await;
        for _ in 0..3 {
            let at = work.file(0).await;
            work.receive(at).await;
            work.decide(at, Status::InReview).await;
            work.portal.advance_days(3);
            work.decide(at, Status::Rejected).await;
        }
        let year = period(date(2026, 1, 1), date(2026, 12, 31));
        let (before, kept) = (work.figures(&central, year, None).await, rows(&work.portal, ALL_FIGURES).await);
        assert_eq!((before.together.decided(), before.together.times.percentile(50)), (3, Some(2)));
        work.portal.advance_days(60);
        work.portal.keep().await;
        assert_eq!(work.portal.number("SELECT count(*) FROM applications").await, 0);
        assert_eq!(work.portal.number("SELECT count(*) FROM ended_applications").await, 3);
        assert_eq!(rows(&work.portal, ALL_FIGURES).await, kept);
        assert_eq!(work.figures(&central, year, None).await, before);
    }

    async fn each_role_sees_the_figures_of_its_own_scope(db: TestDatabase) {
        let work = Work::begin(&db).await;
        let portal = &work.portal;
        let here = period(date(2026, 11, 1), date(2026, 11, 22));
        let ask = async |account: AccountId, place: Option<&str>| {
            let filter = FigureFilter { period: here, voivodeship: place.map(code) };
            let figures = view_figures(&portal.context, &portal.actor(account).await, &filter).await?;
            Ok::<_, ServiceError>(figures.by_office.into_iter().map(|(office, _)| office.to_string()).collect::<BTreeSet<_>>())
        };
        let own = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<BTreeSet<_>>();
        let administrator = portal.administrator().await;
        assert_eq!(ask(administrator, None).await.expect("figures"), own(&["26"]));
        assert_eq!(ask(administrator, Some("26")).await.expect("figures"), own(&["26"]));
        for elsewhere in ["14", "99", "' OR 1=1"] {
            assert!(matches!(ask(administrator, Some(elsewhere)).await, Err(ServiceError::NotFound)), "{elsewhere}");
        }
        let tried = portal.trail("list", "figures").await;
        let place = |entry: &cas_portal::domain::audit::AuditEntry| entry.voivodeship.as_ref().map(ToString::to_string);
        assert_eq!(tried.iter().map(place).collect::<Vec<_>>(), [Some("14".to_owned()), None, None]);
        assert!(tried.iter().all(|entry| entry.event == "access.refused"));
        portal.assign(administrator, Role::VoivodeshipAdministrator, Some("14"), None).await;
        assert_eq!(ask(administrator, None).await.expect("figures"), own(&["14", "26"]));
        assert_eq!(ask(portal.central().await, None).await.expect("figures").len(), 16);
        assert_eq!(ask(portal.official(Role::Auditor, None).await, None).await.expect("figures").len(), 16);
        assert_eq!(ask(portal.official(Role::Auditor, Some("12")).await, None).await.expect("figures"), own(&["12"]));
        let unit = portal.unit().await;
        for account in [
            portal.official(Role::Helpdesk, Some("26")).await,
            portal.employed_coordinator(unit).await,
            portal.employee(unit).await,
            portal.account("ewa", AccountStatus::Pending).await,
        ] {
            assert!(matches!(ask(account, None).await, Err(ServiceError::Denied)));
        }
    }

    async fn rights_that_end_and_units_without_a_coordinator_are_those_of_today(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (administrator, central) = (portal.office().await, portal.actor(portal.central().await).await);
        let today = portal.now().warsaw_date();
        let (unit, elsewhere, closed) = (portal.unit().await, portal.unit_in_lodz().await, portal.unit().await);
        let coordinator = portal.employed_coordinator(portal.unit().await).await;
        let person = portal.account("zofia", AccountStatus::Active).await;
        let gone = portal.account("jan", AccountStatus::Closed).await;
        let ends = |days: i32| (today.saturating_sub(9.days()), today.saturating_add(days.days()));
        for (account, at, area, days) in [
            (person, unit, "PS", 0),
            (person, unit, "SR", 30),
            (person, unit, "FA", 31),
            (person, unit, "KDR", 90),
            (person, unit, "WRiSPZ", 91),
            (person, elsewhere, "PS", 5),
            // Ended, of a closed account, of a closed unit, not yet begun, taken away.
            (person, elsewhere, "SR", -1),
            (gone, unit, "PS", 5),
            (person, closed, "PS", 5),
        ] {
            portal.holds(account, at, (area, "editor"), ends(days)).await;
        }
        portal.holds(person, elsewhere, ("FA", "editor"), (today.saturating_add(1.day()), today.saturating_add(9.days()))).await;
        portal.close_unit(closed).await;
        let now = period(today, today);
        let of = async |actor: &Actor| {
            let figures = view_figures(&portal.context, actor, &FigureFilter { period: now, voivodeship: None }).await.expect("figures");
            (figures.together.ending, figures.together.without_coordinator)
        };
        assert_eq!(ENDING_DAYS, [30, 90]);
        assert_eq!(of(&administrator).await, ([2, 4], 1));
        assert_eq!(of(&central).await, ([3, 5], 2));
        let role = role_assignments::list_of(portal.db(), coordinator).await.expect("roles")[0].id;
        role_assignments::revoke(portal.db(), role, portal.now()).await.expect("revoked");
        assert_eq!(of(&administrator).await, ([2, 4], 2));
    }

    async fn everybody_reads_how_quickly_nine_of_ten_were_decided_where_there_were_enough(db: TestDatabase) {
        let mut work = Work::begin(&db).await;
        let speed = async |work: &Work| show_speed(&work.portal.context).await.expect("the speed");
        let of = |speed: &cas_portal::services::show_speed::Speed, name: &str| {
            speed.offices.iter().find(|(office, _)| office == name).map(|(_, days)| *days).expect("an office")
        };
        assert_eq!(speed(&work).await.offices.len(), 16);
        work.portal.advance_to(Moment::start_of(date(2026, 12, 1)).plus_ms(9 * HOUR_MS));
        let mut times = Times::default();
        for (number, days) in [1, 1, 2, 2, 2, 3, 3, 3, 4, 9].into_iter().enumerate() {
            let at = work.file(0).await;
            work.receive(at).await;
            work.decide(at, Status::InReview).await;
            work.portal.advance_ms(days * 24 * HOUR_MS);
            work.decide(at, Status::Rejected).await;
            let today = work.portal.now().warsaw_date();
            times.add(work.histories[at].office_days(today), 1);
            // Nine are too few, in whatever month somebody looks.
            if number + 2 == usize::try_from(FEWEST).expect("few") {
                let now = work.portal.now();
                let later = Moment::start_of(date(2027, 2, 1));
                work.portal.advance_to(later);
                assert_eq!(of(&speed(&work).await, "świętokrzyskie"), None);
                work.portal.advance_to(now);
            }
        }
        let gone = work.file(0).await;
        work.put(gone, Status::Withdrawn).await;
        assert_eq!(of(&speed(&work).await, "świętokrzyskie"), None, "the month is not over");
        work.portal.advance_to(Moment::start_of(date(2027, 2, 1)));
        let found = speed(&work).await;
        assert_eq!(found.period, period(date(2026, 2, 1), date(2027, 1, 31)));
        assert_eq!(of(&found, "świętokrzyskie"), times.percentile(90));
        assert!(times.percentile(90) > Some(1) && times.total() == FEWEST);
        assert_eq!(of(&found, "mazowieckie"), None);
        // A year later it is forgotten.
        work.portal.advance_to(Moment::start_of(date(2028, 2, 1)));
        assert_eq!(of(&speed(&work).await, "świętokrzyskie"), None);
    }
}
