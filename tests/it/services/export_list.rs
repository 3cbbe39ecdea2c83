//! Whole lists as files: complete, within scope, harmless, and written down.

use super::unit_change::filed_end;
use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::unit_data;
use crate::support::portal::{TestPortal, visitor};
use calamine::{Data, Reader as _, Xlsx};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::figures::period::Period;
use cas_portal::domain::identifiers::Line;
use cas_portal::domain::moment::date_text;
use cas_portal::domain::unit::UnitData;
use cas_portal::domain::working_days::Calendar;
use cas_portal::services::ServiceError;
use cas_portal::services::announce::{TypedAnnouncement, start_draft};
use cas_portal::services::export_list::{Exported, Format, List, export_list};
use cas_portal::services::manage_accounts::{NewAdministrator, propose_administrator};
use cas_portal::services::manage_outbox::LetterQuery;
use cas_portal::services::read_audit::AuditFilter;
use cas_portal::services::review_application::{Sort, View, assign};
use cas_portal::services::stand_ins::{NewStandIn, name_stand_in};
use cas_portal::services::view_figures::FigureFilter;
use cas_portal::services::view_grants::{ChangeFilter, GrantFilter};
use cas_portal::services::view_office::UnitFilter;
use cas_portal::storage::grants::{self, Grant};
use cas_portal::storage::{accounts, applications, database, figures as storage_figures, units};
use jiff::civil::date;
use std::io::Read as _;

/// Of all offices, of the year so far.
fn figures() -> FigureFilter {
    FigureFilter { period: Period { from: date(2026, 1, 1), until: date(2026, 11, 22) }, voivodeship: None }
}

/// One of each list.
fn lists() -> Vec<List> {
    vec![
        List::Grants(GrantFilter::default()),
        List::Changes(ChangeFilter { since: date(2026, 1, 1), only: None, is_own: false }),
        List::Applications { view: View::All, status: Status::Approved, q: String::new(), sort: Sort::Waiting },
        List::Accounts { q: String::new(), asks_to_close: false },
        List::Units(UnitFilter::default()),
        List::Audit(AuditFilter::default()),
        List::Forwarded,
        List::StandIns,
        List::RoleProposals,
        List::Machines,
        List::Announcements,
        List::Letters(LetterQuery::default()),
        List::OwnHistory,
        List::Figures(figures()),
        List::ReturnPlaces(figures()),
    ]
}

async fn export(portal: &TestPortal, actor: &Actor, list: &List, format: Format) -> Exported {
    export_list(&portal.context, actor, list, format).await.unwrap_or_else(|error| panic!("{}: {error}", list.key()))
}

fn bytes(exported: &mut Exported) -> Vec<u8> {
    let mut bytes = Vec::new();
    exported.file.read_to_end(&mut bytes).expect("the file");
    assert_eq!(bytes.len() as u64, exported.size);
    bytes
}

fn lines(exported: &mut Exported) -> Vec<String> {
    let text = String::from_utf8(bytes(exported)).expect("UTF-8");
    text.strip_prefix('\u{feff}').expect("a byte order mark").trim_end().split("\r\n").map(str::to_owned).collect()
}

/// Rows of a workbook, the headings first.
fn sheet(exported: &mut Exported) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(std::io::Cursor::new(bytes(exported))).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("its rows");
    range.rows().map(<[Data]>::to_vec).collect()
}

/// A row for each list that has none otherwise.
async fn something_of_each(portal: &TestPortal, central: &Actor) {
    let waiting = portal.application(Status::FormReceived).await.application;
    assert!(applications::note_escalation(portal.db(), waiting.id, portal.now()).await.expect("noted"));
    let deputy = portal.central().await;
    let stand_in = NewStandIn { deputy: deputy.to_string(), role: String::new(), from: "22.11.2026".into(), until: "23.11.2026".into() };
    name_stand_in(&portal.context, central, &stand_in).await.expect("named");
    let new = NewAdministrator {
        role: "voivodeship_administrator".into(),
        voivodeship: "26".into(),
        login: "nowa-wojewodzka".into(),
        first_name: "Anna".into(),
        last_name: "Nowak".into(),
        email: "nowa@uw.example.pl".into(),
    };
    propose_administrator(&portal.context, central, &new).await.expect("proposed");
    let announcement = TypedAnnouncement {
        title: "Przerwa techniczna".into(),
        text: "Portal nie działa.".into(),
        urgency: "information".into(),
        audience: "everybody".into(),
        from_day: "22.11.2026".into(),
        from_time: "8:00".into(),
        until_day: "23.11.2026".into(),
        until_time: "8:00".into(),
        ..TypedAnnouncement::default()
    };
    start_draft(&portal.context, central, &announcement).await.expect("a draft");
    portal.machine(&["PS"], &["view"], &[]).await;
    let returned = portal.application(Status::Returned).await.application;
    let (number, place) = (&returned.number, returned.summary().voivodeship);
    storage_figures::note_return(portal.db(), number, &place, ["persons.0.email"].into_iter(), portal.now()).await.expect("noted");
}

on_both! {
    async fn every_list_can_be_had_in_both_formats_with_a_heading_for_each_column(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        portal.application(Status::Approved).await;
        let central = portal.actor(portal.central().await).await;
        something_of_each(&portal, &central).await;
        export(&portal, &central, &lists()[0], Format::Csv).await;
        let unit = portal.unit().await;
        let administrator = portal.office().await;
        let end = filed_end(&portal, portal.employee(unit).await, unit, "30.11.2026", None).await;
        portal.approved_by(&administrator, &end).await.expect("approved");
        for list in lists().into_iter().chain([List::UnitHistory(unit)]) {
            let mut as_csv = export(&portal, &central, &list, Format::Csv).await;
            assert!(as_csv.rows > 0, "{}", list.key());
            assert!(as_csv.name.ends_with("-2026-11-22.csv"), "{}", as_csv.name);
            let rows = lines(&mut as_csv);
            assert_eq!(rows.len() as u64, as_csv.rows + 1, "{}", list.key());
            assert!(!rows[0].contains('⟦'), "{}", rows[0]);
            // No text of these rows holds a separator.
            let columns = rows[0].split(';').count();
            if list.key() != "audit" {
                assert!(rows.iter().all(|row| row.split(';').count() == columns), "{}: {rows:?}", list.key());
            }
            assert!(!rows.iter().any(|row| row.contains('⟦')), "{}: {rows:?}", list.key());
            let mut as_xlsx = export(&portal, &central, &list, Format::Xlsx).await;
            let rows = sheet(&mut as_xlsx);
            assert_eq!(rows.len() as u64, as_xlsx.rows + 1, "{}", list.key());
            assert_eq!(rows[0].len(), columns, "{}", list.key());
            assert!(rows[0].iter().all(|cell| !cell.to_string().is_empty()), "{}", list.key());
        }
    }

    async fn a_list_of_many_pages_is_complete_in_its_order_and_one_entry_tells_of_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let tx = database::begin(portal.db()).await.expect("a transaction");
        for n in 0..2_300 {
            let id = portal.context.new_unit_id();
            let data = UnitData { name: Line::parse(&format!("OPS nr {n:05}"), 200).expect("a name"), ..unit_data(portal.regon()) };
            units::add(&tx, id, &data, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
            let grant = Grant {
                id: portal.context.new_grant_id(),
                account,
                unit: id,
                sub_area: "PS".into(),
                function: "editor".into(),
                valid_from: date(2026, 1, 1),
                valid_until: date(2027, 12, 31),
                application: None,
            };
            grants::add(&tx, &grant, portal.now()).await.expect("a grant");
        }
        tx.commit().await.expect("committed");
        let administrator = portal.office().await;
        for list in [List::Grants(GrantFilter::default()), List::Units(UnitFilter::default())] {
            for format in Format::ALL {
                let mut exported = export(&portal, &administrator, &list, format).await;
                assert_eq!(exported.rows, 2_300, "{}", list.key());
                let names: Vec<String> = match format {
                    Format::Csv => lines(&mut exported),
                    Format::Xlsx => sheet(&mut exported).iter().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(";")).collect(),
                };
                assert!((0..2_300).all(|n| names[n + 1].contains(&format!("OPS nr {n:05}"))), "{} {format:?}", list.key());
            }
        }
        let entries = portal.trail("list", "grants").await;
        assert_eq!(entries.len(), 2);
        assert!(entries.iter().all(|entry| entry.event == "list.exported" && entry.details["rows"] == 2_300));
        assert_eq!(entries.iter().map(|entry| entry.details["format"].as_str()).collect::<Vec<_>>(), [Some("csv"), Some("xlsx")]);
        assert!(entries.iter().all(|entry| entry.actor == administrator.label() && entry.voivodeship.as_ref().is_some_and(|v| v.as_str() == "26")));
    }

    async fn the_queue_says_whose_an_application_is_and_by_when(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::FormReceived).await;
        let (administrator, colleague) = (portal.office().await, portal.administrator().await);
        let version = portal.reload(&filed.application.number).await.version;
        assign(&portal.context, &administrator, &filed.application.number, version, Some(colleague)).await.expect("assigned");
        let list = List::Applications { view: View::All, status: Status::FormReceived, q: String::new(), sort: Sort::Waiting };
        let rows = lines(&mut export(&portal, &administrator, &list, Format::Csv).await);
        let of = |row: usize, name: &str| {
            let column = rows[0].split(';').position(|heading| heading == name).expect(name);
            rows[row].split(';').nth(column).expect("a cell").to_owned()
        };
        let desk = applications::desk::find(portal.db(), filed.application.id).await.expect("the desk");
        let due = desk.clock.due_on(&Calendar::default()).expect("it runs");
        assert_eq!(of(1, "Termin urzędu"), date_text(due), "{rows:?}");
        let name = accounts::find(portal.db(), colleague).await.expect("accounts").expect("it").profile.full_name();
        assert_eq!((of(1, "Przydzielono"), of(1, "Kto rozpatruje"), of(1, "Odłożono do")), (name, String::new(), String::new()));
    }

    async fn nobody_gets_a_list_that_he_may_not_see_and_nothing_is_written_then(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::Approved).await;
        let unit = filed.unit.expect("a unit");
        let of_unit = portal.coordinator(unit).await;
        let elsewhere = portal.office_in("24").await;
        let helpdesk = portal.actor(portal.official(Role::Helpdesk, Some("26")).await).await;
        let auditor = portal.actor(portal.official(Role::Auditor, Some("26")).await).await;
        let (coordinator, holder) = (portal.actor(of_unit).await, portal.actor(filed.persons[0]).await);
        for (actor, allowed) in [
            (&coordinator, "grants changes own_history"),
            (&helpdesk, "accounts letters own_history"),
            (&auditor, "audit figures return_places own_history"),
            (&holder, "own_history"),
            (&visitor(), ""),
            (&elsewhere, "grants changes applications accounts units audit stand_ins figures return_places announcements letters own_history"),
        ] {
            for list in lists() {
                let got = export_list(&portal.context, actor, &list, Format::Csv).await;
                let is_allowed = allowed.split(' ').any(|key| key == list.key());
                assert_eq!(got.is_ok(), is_allowed, "{} {}", actor.label(), list.key());
                if let Err(error) = got {
                    assert!(matches!(error, ServiceError::Denied), "{error}");
                }
            }
        }
        // Of another voivodeship nothing is in them.
        for list in [&lists()[0], &lists()[2], &lists()[4]] {
            assert_eq!(export(&portal, &elsewhere, list, Format::Csv).await.rows, 0, "{}", list.key());
        }
        assert_eq!(export(&portal, &coordinator, &lists()[0], Format::Csv).await.rows, 2);
        let entries = portal.trail("list", "grants").await;
        let of = |login: &str| entries.iter().filter(|entry| entry.actor == login).count();
        assert_eq!([of(coordinator.label()), of(helpdesk.label()), of(holder.label()), of("visitor")], [2, 0, 0, 0]);
        // What a coordinator took is seen in the unit's voivodeship.
        let own = entries.iter().find(|entry| entry.actor == coordinator.label()).expect("an entry");
        assert_eq!(own.voivodeship.as_ref().map(|v| v.as_str()), Some("26"));
    }

    async fn what_somebody_typed_is_no_formula_and_filters_hold(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.context.new_unit_id();
        let name = Line::parse("=HYPERLINK(\"http://zly.example\";\"Kliknij\")", 200).expect("a name");
        let regon = cas_portal::domain::identifiers::Regon::parse("000288975").expect("a REGON with leading zeros");
        let data = UnitData { name, ..unit_data(regon) };
        units::add(portal.db(), id, &data, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
        let employee = portal.employee(id).await;
        portal.employee(portal.unit().await).await;
        let administrator = portal.office().await;
        let filter = GrantFilter { person: portal.login_of(employee).await, ..GrantFilter::default() };
        let mut as_csv = export(&portal, &administrator, &List::Grants(filter.clone()), Format::Csv).await;
        let rows = lines(&mut as_csv);
        assert_eq!(rows.len(), 2);
        assert!(rows[1].contains(";\"'=HYPERLINK(\"\"http://zly.example\"\";\"\"Kliknij\"\")\";\"\t000288975\";"), "{}", rows[1]);
        let rows = sheet(&mut export(&portal, &administrator, &List::Grants(filter), Format::Xlsx).await);
        assert_eq!(rows[1][4], Data::String("=HYPERLINK(\"http://zly.example\";\"Kliknij\")".to_owned()));
        assert_eq!(rows[1][5], Data::String("000288975".to_owned()));
    }
}
