//! A unit's coordinator registers its people: typed and out of a file, filed, corrected, approved; who becomes coordinator; and what
//! happens at once.

use crate::support::database::{TestDatabase, on_both};
use crate::support::filing::statements;
use crate::support::fixtures::VOIVODESHIP;
use crate::support::portal::{TestPortal, visitor};
use crate::support::refusals::{barred, invalid, one, one_of_two};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::decision::{Barred, Remark};
use cas_portal::domain::application::draft::{PersonTexts, YES};
use cas_portal::domain::application::staff::import::Outcome;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::application::{Application, Kind};
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::domain::identifiers::ApplicationNumber;
use cas_portal::domain::invalid::Invalid;
use cas_portal::services::export_list::{List, export_list};
use cas_portal::services::guided_form::{self, drop_draft, look, save_statements, start_correction};
use cas_portal::services::register_staff::{
    StaffDraft, add_rows, choose_unit, drop_sheet, look_at_sheet, may_register_in, offer, read_file, remove_person, save_needs,
    save_person, write_template,
};
use cas_portal::services::review_application::{forwarded, reject, return_for_correction, review, take};
use cas_portal::services::view_office::{UnitFilter, list_units};
use cas_portal::services::view_own_unit::{own_units, staff, view};
use cas_portal::services::{Context, ServiceError, extend_permissions, own_data, print_form, withdraw_application};
use cas_portal::storage::applications::persons;
use cas_portal::storage::{accounts, grants, role_assignments, units};
use cas_portal::tables::{Cell, Format, Table};
use std::io::Read as _;

const HEADINGS: &str = "Imię;Nazwisko;Stanowisko;E-mail;Telefon;Login;PS;Ważne do;Koordynator";

fn texts(login: &str) -> PersonTexts {
    PersonTexts {
        first_name: "Zofia".into(),
        last_name: "Łękołodzka".into(),
        position: "inspektorka".into(),
        email: format!("{login}@gops-morawica.example.pl"),
        phone: "41 311 46 92".into(),
        login: login.into(),
        ..PersonTexts::default()
    }
}

/// What stands in a CSV file, as a filled workbook.
fn workbook(text: &str) -> Vec<u8> {
    let mut lines = text.split("\r\n").map(|line| line.split(';').map(Cell::text).collect::<Vec<_>>());
    let headings: Vec<String> = HEADINGS.split(';').map(str::to_owned).collect();
    let mut table = Table::begin(Format::Xlsx, "Pracownicy", &headings).expect("a workbook");
    lines.next().expect("the headings");
    for row in lines {
        table.row(row).expect("a row");
    }
    let mut bytes = Vec::new();
    table.finish().expect("a file").read_to_end(&mut bytes).expect("its bytes");
    bytes
}

async fn add(portal: &TestPortal, actor: &Actor, person: PersonTexts) {
    let number = look::<StaffDraft>(&portal.context, actor).await.expect("seen").texts().persons.len();
    let login = person.login.clone();
    save_person(&portal.context, actor, (number, ""), person).await.expect("a person");
    save_needs(&portal.context, actor, (number, &login), vec!["PS:viewer".into()], String::new()).await.expect("needs");
}

/// Files what is typed.
async fn file(context: &Context, actor: &Actor, note: &str) -> Result<ApplicationNumber, ServiceError> {
    guided_form::file::<StaffDraft>(context, actor, note).await
}

pub(super) async fn filed(portal: &TestPortal, account: AccountId, logins: &[&str]) -> Application {
    let actor = portal.actor(account).await;
    for login in logins {
        add(portal, &actor, texts(login)).await;
    }
    save_statements::<StaffDraft>(&portal.context, &actor, statements()).await.expect("statements");
    let number = file(&portal.context, &actor, "").await.expect("filed");
    portal.reload(&number).await
}

async fn holder(portal: &TestPortal, login: &str) -> Option<cas_portal::domain::account::Account> {
    accounts::find_by_login(portal.db(), login).await.expect("accounts").map(|found| found.account)
}

async fn coordinates(portal: &TestPortal, account: AccountId, unit: UnitId) -> bool {
    let roles = role_assignments::list_of(portal.db(), account).await.expect("roles");
    roles.iter().any(|role| role.role == Role::UnitCoordinator && role.unit == Some(unit))
}

async fn letters(portal: &TestPortal, email: &str) -> Vec<String> {
    portal.deliver().await;
    portal.letters_to(email).into_iter().map(|letter| format!("{}\n{}", letter.subject, letter.body)).collect()
}

on_both! {
    async fn an_approval_opens_accounts_with_rights_for_all_of_them_and_a_coordinator_among_them(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employed_coordinator(unit).await;
        let actor = portal.actor(account).await;
        add(&portal, &actor, texts("nowa-jeden")).await;
        add(&portal, &actor, PersonTexts { coordinator: YES.into(), ..texts("nowa-dwa") }).await;
        save_statements::<StaffDraft>(&portal.context, &actor, statements()).await.expect("statements");
        let number = file(&portal.context, &actor, "Od stycznia.").await.expect("filed");
        assert_eq!(file(&portal.context, &actor, "").await.expect("the same"), number, "the second click");
        let application = portal.reload(&number).await;
        assert_eq!((application.payload.kind(), application.applicant, application.summary().unit), (Kind::UnitStaff, account, Some(unit)));
        assert!(!persons::list(portal.db(), application.id).await.expect("persons").contains(&account), "nothing of it is for her");
        for login in ["nowa-jeden", "nowa-dwa"] {
            assert_eq!(holder(&portal, login).await.expect("an account").status, AccountStatus::Pending);
        }
        let (_, form) = print_form::show(&portal.context, &actor, &number).await.expect("the form");
        let printed = format!("{form:?}");
        for words in ["nowi użytkownicy", "nowa-jeden", "nowa-dwa", "Koordynator jednostki", "Maria Wójcik-Źdźbło"] {
            assert!(printed.contains(words), "{words}: {printed}");
        }
        assert!(!printed.contains("Od stycznia"), "the message is not printed");
        let (_, pdf) = print_form::pdf(&portal.context, &actor, &number).await.expect("the PDF");
        assert!(pdf.starts_with(b"%PDF"));
        let email = portal.email_of(account).await;
        assert!(letters(&portal, &email).await.iter().any(|letter| letter.contains(number.as_str())));

        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        let seen = review(&portal.context, &administrator, &number).await.expect("seen");
        assert_eq!((seen.content.persons.len(), seen.content.own.is_empty()), (2, false));
        assert_eq!(seen.view.application.applicant_name(), "Anna Gżegżółka-Nowak");
        portal.approve(&administrator, &in_review).await.expect("the first approval");
        assert!(holder(&portal, "nowa-dwa").await.is_some_and(|account| account.status == AccountStatus::Pending), "it makes a coordinator");
        portal.approved_by_second(&portal.office().await, &number).await;
        for login in ["nowa-jeden", "nowa-dwa"] {
            let found = holder(&portal, login).await.expect("an account");
            assert_eq!(found.status, AccountStatus::Invited);
            let rights = grants::list_of_account(portal.db(), found.id).await.expect("grants");
            assert_eq!(rights.iter().map(|g| (g.unit, g.sub_area.as_str())).collect::<Vec<_>>(), [(unit, "PS")]);
            assert_eq!(coordinates(&portal, found.id, unit).await, login == "nowa-dwa");
            assert_eq!(portal.events_of(found.id).await.contains(&"role.assigned".to_owned()), login == "nowa-dwa");
            let invited = letters(&portal, &format!("{login}@gops-morawica.example.pl")).await;
            assert!(invited.iter().any(|letter| letter.contains("/activate/")), "{invited:?}");
        }
        let told = letters(&portal, &email).await;
        let told = told.iter().find(|letter| letter.contains("zatwierdzony")).expect("a letter about the decision");
        assert!(told.contains("login nowa-dwa") && !told.contains("TWOJE UPRAWNIENIA") && !told.contains("hasło znasz"), "{told}");
        // The copy of her data has what she filed, and of the others nothing.
        let json = own_data::read_own_data(&portal.context, &portal.actor(account).await).await.expect("read").to_json();
        let mine = json["applications"].to_string();
        assert!(mine.contains("unit_staff") && !mine.contains("nowa-jeden"), "{mine}");
    }

    async fn only_the_coordinator_of_the_unit_registers_and_a_role_that_ends_ends_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit_in_lodz().await);
        for account in [portal.employee(unit).await, portal.official(Role::Helpdesk, Some(VOIVODESHIP)).await, portal.official(Role::Auditor, None).await] {
            assert!(matches!(look::<StaffDraft>(&portal.context, &portal.actor(account).await).await, Err(ServiceError::Denied)));
        }
        assert!(matches!(look::<StaffDraft>(&portal.context, &visitor()).await, Err(ServiceError::Denied)));
        let account = portal.employed_coordinator(unit).await;
        let actor = portal.actor(account).await;
        assert_eq!(invalid(choose_unit(&portal.context, &actor, other).await), one("unit", Invalid::Unknown));
        add(&portal, &actor, texts("nowa")).await;
        save_statements::<StaffDraft>(&portal.context, &actor, statements()).await.expect("statements");
        let role = role_assignments::list_of(portal.db(), account).await.expect("roles")[0].id;
        role_assignments::revoke(portal.db(), role, portal.now()).await.expect("revoked");
        let actor = portal.actor(account).await;
        assert!(matches!(file(&portal.context, &actor, "").await, Err(ServiceError::Denied)));
        assert!(holder(&portal, "nowa").await.is_none(), "nothing is written");
    }

    async fn an_administrator_in_scope_files_for_a_unit_that_nobody_coordinates_and_another_one_decides(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, coordinated, elsewhere) = (portal.unit().await, portal.unit().await, portal.unit_in_lodz().await);
        portal.employed_coordinator(coordinated).await;
        let (account, context) = (portal.administrator().await, &portal.context);
        let (actor, central) = (portal.actor(account).await, portal.actor(portal.central().await).await);
        // Nothing is chosen for an administrator, and only what lies in scope and has no coordinator can be.
        assert!(look::<StaffDraft>(context, &actor).await.expect("seen").unit().is_none());
        assert_eq!(invalid(choose_unit(context, &actor, elsewhere).await), one("unit", Invalid::Unknown));
        assert_eq!(invalid(choose_unit(context, &actor, coordinated).await), one("unit", Invalid::UnitCoordinated));
        let (offered, errors) = offer(context, &actor, coordinated).await.expect("an answer");
        assert_eq!((offered.units().count(), errors.0.into_iter().collect::<Vec<_>>()), (0, one("unit", Invalid::UnitCoordinated)));
        let (offered, errors) = offer(context, &actor, unit).await.expect("an answer");
        assert!(errors.is_empty() && offered.units().map(|unit| unit.id).eq([unit]));
        assert!(look::<StaffDraft>(context, &actor).await.expect("seen").draft.is_none(), "an offer writes nothing");
        assert_eq!(invalid(save_person(context, &actor, (0, ""), texts("nowa")).await), one("unit", Invalid::Required));
        choose_unit(context, &central, elsewhere).await.expect("the whole country");
        for (unit, may) in [(unit, true), (coordinated, false), (elsewhere, false)] {
            let unit = units::find(portal.db(), unit).await.expect("units").expect("it");
            assert_eq!(may_register_in(context, &actor, &unit).await.expect("an answer"), may);
        }

        choose_unit(context, &actor, unit).await.expect("chosen");
        let application = filed(&portal, account, &["nowa"]).await;
        assert_eq!((application.applicant, application.summary().unit), (account, Some(unit)));
        let (_, form) = print_form::show(context, &actor, &application.number).await.expect("the form");
        let printed = format!("{form:?}");
        for words in ["administrator, bo jednostka nie ma koordynatora", "Oświadczenie administratora", "Maria Wójcik-Źdźbło"] {
            assert!(printed.contains(words), "{words}: {printed}");
        }
        // Who filed it does not decide it; a colleague does.
        let received = portal.received(&application).await;
        assert_eq!(barred(take(context, &actor, &application.number, received.version).await), Barred::IsApplicant);
        let colleague = portal.office().await;
        take(context, &colleague, &application.number, received.version).await.expect("taken");
        portal.approve(&colleague, &portal.reload(&application.number).await).await.expect("approved");
        let found = holder(&portal, "nowa").await.expect("an account");
        assert_eq!((found.status, portal.rights(found.id, unit).await.len()), (AccountStatus::Invited, 1));
    }

    async fn a_unit_that_gets_a_coordinator_meanwhile_is_not_served_any_more(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let account = portal.administrator().await;
        let (actor, context) = (portal.actor(account).await, &portal.context);
        choose_unit(context, &actor, other).await.expect("chosen");
        let earlier = filed(&portal, account, &["wczesniejsza"]).await;
        choose_unit(context, &actor, unit).await.expect("chosen");
        add(&portal, &actor, texts("nowa")).await;
        save_statements::<StaffDraft>(context, &actor, statements()).await.expect("statements");
        let coordinator = portal.employed_coordinator(unit).await;
        assert_eq!(invalid(file(context, &actor, "").await), one("unit", Invalid::UnitCoordinated));
        assert!(holder(&portal, "nowa").await.is_none(), "nothing is written");
        assert_eq!(invalid(save_person(context, &actor, (1, ""), texts("druga")).await), one("unit", Invalid::UnitCoordinated));
        // A coordinator whose account does not work coordinates nothing.
        accounts::save_status(portal.db(), coordinator, AccountStatus::Suspended).await.expect("suspended");
        file(context, &actor, "").await.expect("filed");
        // What was filed before is not corrected either once there is a coordinator: it can be withdrawn.
        portal.employed_coordinator(other).await;
        start_correction::<StaffDraft>(context, &actor, &earlier.number).await.expect("begun");
        save_statements::<StaffDraft>(context, &actor, statements()).await.expect("statements");
        assert_eq!(invalid(file(context, &actor, "").await), one("unit", Invalid::UnitCoordinated));
        withdraw_application::withdraw(context, &actor, &earlier.number).await.expect("withdrawn");
        assert!(holder(&portal, "wczesniejsza").await.is_none());
        // A role that ends ends it; a deputy has not got it.
        let role = role_assignments::list_of(portal.db(), account).await.expect("roles")[0].id;
        role_assignments::revoke(portal.db(), role, portal.now()).await.expect("revoked");
        assert!(matches!(look::<StaffDraft>(context, &portal.actor(account).await).await, Err(ServiceError::Denied)));
    }

    async fn what_the_only_administrator_of_an_office_filed_goes_to_the_centre(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.administrator().await;
        let (actor, context) = (portal.actor(account).await, &portal.context);
        choose_unit(context, &actor, unit).await.expect("chosen");
        let application = portal.received(&filed(&portal, account, &["nowa"]).await).await;
        portal.advance_days(9);
        portal.keep().await;
        let central = portal.actor(portal.central().await).await;
        let shown = forwarded(context, &central, None).await.expect("a list");
        assert!(shown.rows.rows.iter().any(|row| row.listed.number == application.number), "nobody waits invisibly");
    }

    async fn each_person_is_checked_where_typed_and_two_tabs_do_not_mix_them_up(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employed_coordinator(unit).await;
        let (actor, context) = (portal.actor(account).await, &portal.context);
        let taken = portal.login_of(account).await;
        assert_eq!(invalid(save_person(context, &actor, (0, ""), texts(&taken)).await), one("login", Invalid::LoginTaken));
        assert_eq!(invalid(save_person(context, &actor, (0, ""), texts("ą")).await)[0].0, "email");
        add(&portal, &actor, texts("nowa")).await;
        assert_eq!(invalid(save_person(context, &actor, (1, ""), texts("NOWA")).await), one("login", Invalid::LoginTwice));
        assert!(matches!(save_person(context, &actor, (0, "inna"), texts("trzecia")).await, Err(ServiceError::Stale)));
        let needs = |grant: &str| save_needs(context, &actor, (0, "nowa"), vec![grant.to_owned()], String::new());
        assert_eq!(invalid(needs("KDR:viewer").await), one("grants", Invalid::SubAreaNotForKind));
        assert!(matches!(save_needs(context, &actor, (0, "inna"), vec!["PS:viewer".into()], String::new()).await, Err(ServiceError::Stale)));
        save_statements::<StaffDraft>(context, &actor, statements()).await.expect("statements");
        add(&portal, &actor, texts("druga")).await;
        assert_eq!(look::<StaffDraft>(context, &actor).await.expect("seen").texts().statements.len(), 0, "they were about another list");
        assert_eq!(invalid(file(context, &actor, "").await), one("statements", Invalid::StatementRequired));
        assert!(matches!(remove_person(context, &actor, (0, "druga")).await, Err(ServiceError::Stale)));
        remove_person(context, &actor, (0, "nowa")).await.expect("removed");
        assert_eq!(look::<StaffDraft>(context, &actor).await.expect("seen").texts().persons[0].login, "druga");
        drop_draft::<StaffDraft>(context, &actor).await.expect("dropped");
        assert!(look::<StaffDraft>(context, &actor).await.expect("seen").draft.is_none());
        assert!(matches!(file(context, &actor, "").await, Err(ServiceError::NotFound)));
    }

    async fn a_file_adds_nobody_until_told_to_and_says_what_is_wrong_in_each_row(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employed_coordinator(unit).await;
        let (actor, context) = (portal.actor(account).await, &portal.context);
        let taken = portal.login_of(account).await;
        let row = |login: &str| format!("Ewa;Kos;inspektorka;{login}@gops.example.pl;413114692;{login};przeglądający;;");
        let text = [HEADINGS.to_owned(), row("ewa"), row("ola"), row("ola"), row(&taken), row("nie ma")].join("\r\n");
        assert_eq!(invalid(read_file(context, &actor, b"nic".to_vec()).await), one("file", Invalid::SheetColumns));
        read_file(context, &actor, format!("\u{feff}{text}").into_bytes()).await.expect("read");
        let found = look::<StaffDraft>(context, &actor).await.expect("seen");
        assert!(found.texts().persons.is_empty(), "nothing is added by itself");
        let seen = look_at_sheet(context, &found).await.expect("seen").expect("a preview");
        assert_eq!([Outcome::Good, Outcome::Listed, Outcome::Wrong].map(|outcome| seen.count(outcome)), [2, 0, 3]);
        let reasons = |line: usize| seen.rows[line - 2].errors.0.values().flatten().copied().collect::<Vec<_>>();
        assert_eq!(reasons(4), [Invalid::PersonTwice]);
        assert_eq!(reasons(5), [Invalid::LoginTaken]);
        assert!(matches!(add_rows(context, &actor, 1).await, Err(ServiceError::Stale)), "what was seen is what is added");
        assert_eq!(add_rows(context, &actor, 2).await.expect("added"), 2);
        assert!(matches!(add_rows(context, &actor, 2).await, Err(ServiceError::Stale)), "pressed twice");
        let found = look::<StaffDraft>(context, &actor).await.expect("seen");
        assert_eq!(found.texts().persons.iter().map(|p| p.login.as_str()).collect::<Vec<_>>(), ["ewa", "ola"]);
        assert!(look_at_sheet(context, &found).await.expect("seen").is_none(), "the file is forgotten");
        // The same list again, as a workbook, adds nobody twice.
        read_file(context, &actor, workbook(&text)).await.expect("read");
        let seen = look_at_sheet(context, &look::<StaffDraft>(context, &actor).await.expect("seen")).await.expect("seen").expect("a preview");
        assert_eq!([Outcome::Good, Outcome::Listed].map(|outcome| seen.count(outcome)), [0, 3], "both rows of one of them");
        assert!(matches!(add_rows(context, &actor, 0).await, Err(ServiceError::Stale)));
        drop_sheet(context, &actor).await.expect("dropped");
        save_statements::<StaffDraft>(context, &actor, statements()).await.expect("statements");
        let number = file(context, &actor, "").await.expect("filed");
        assert_eq!(portal.reload(&number).await.summary().logins, ["ewa", "ola"]);
        assert!(letters(&portal, "ewa@gops.example.pl").await.is_empty(), "they are told when it is approved");
    }

    async fn the_template_fits_the_unit_and_is_read_again(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (actor, context) = (portal.actor(portal.employed_coordinator(unit).await).await, &portal.context);
        for format in Format::ALL {
            let mut bytes = Vec::new();
            write_template(context, &actor, format).await.expect("a template").read_to_end(&mut bytes).expect("read");
            let table = cas_portal::tables::read::read_table(&bytes).expect("a table");
            let headings = &table.rows[0];
            assert!(headings.contains(&"PS".to_owned()) && !headings.contains(&"KDR".to_owned()), "{headings:?}");
            assert!(table.rows[1..].iter().flatten().any(|cell| cell.contains("przeglądający")), "{table:?}");
            // With nobody in it, it says so; the notes are no persons.
            assert_eq!(invalid(read_file(context, &actor, bytes).await), one("file", Invalid::SheetEmpty));
        }
    }

    async fn what_the_office_sends_back_is_corrected_and_logins_are_freed_when_it_fails(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employed_coordinator(unit).await;
        let (administrator, context) = (portal.office().await, &portal.context);
        let application = filed(&portal, account, &["pierwsza", "druga", "trzecia"]).await;
        let (first, second) = (holder(&portal, "pierwsza").await.expect("it").id, holder(&portal, "druga").await.expect("it").id);
        let in_review = portal.taken(&administrator, &application).await;
        let remark = Remark { field: "persons.1.email".into(), text: "Adres prywatny.".into() };
        return_for_correction(context, &administrator, &application.number, in_review.version, &[remark], "").await.expect("returned");
        let actor = portal.actor(account).await;
        start_correction::<StaffDraft>(context, &actor, &application.number).await.expect("begun");
        remove_person(context, &actor, (0, "pierwsza")).await.expect("removed");
        let found = look::<StaffDraft>(context, &actor).await.expect("seen");
        assert_eq!(found.remarks.iter().map(|r| r.field.as_str()).collect::<Vec<_>>(), ["persons.0.email"], "it follows its person");
        save_person(context, &actor, (0, "druga"), PersonTexts { email: "sluzbowy@gops-morawica.example.pl".into(), ..texts("druga") })
            .await
            .expect("her own login is free for her");
        add(&portal, &actor, texts("czwarta")).await;
        save_statements::<StaffDraft>(context, &actor, statements()).await.expect("statements");
        assert_eq!(file(context, &actor, "").await.expect("filed"), application.number);
        let revised = portal.reload(&application.number).await;
        assert_eq!((revised.revision, revised.status, revised.summary().logins), (2, Status::AwaitingForm, vec!["druga".into(), "trzecia".into(), "czwarta".into()]));
        assert_eq!(holder(&portal, "druga").await.expect("it").id, second, "the same account");
        assert!(holder(&portal, "pierwsza").await.is_none() && accounts::find(portal.db(), first).await.expect("accounts").is_none());
        // Nobody else corrects it, and a second coordinator neither.
        let other = portal.actor(portal.employed_coordinator(unit).await).await;
        assert!(matches!(start_correction::<StaffDraft>(context, &other, &application.number).await, Err(ServiceError::Denied)));
        let in_review = portal.taken(&administrator, &revised).await;
        reject(context, &administrator, &application.number, in_review.version, "Nie pracują.").await.expect("rejected");
        assert!(holder(&portal, "druga").await.is_none() && holder(&portal, "czwarta").await.is_none());
        let again = filed(&portal, account, &["druga"]).await;
        withdraw_application::withdraw(context, &actor, &again.number).await.expect("withdrawn");
        assert!(holder(&portal, "druga").await.is_none());
    }

    async fn of_two_who_register_one_person_at_once_one_does_and_the_other_is_told_at_the_login(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let (one_actor, two_actor) = (portal.actor(portal.employed_coordinator(unit).await).await, portal.actor(portal.employed_coordinator(other).await).await);
        for actor in [&one_actor, &two_actor] {
            add(&portal, actor, texts("ta-sama")).await;
            save_statements::<StaffDraft>(&portal.context, actor, statements()).await.expect("statements");
        }
        let elsewhere = portal.second(&db).await;
        let (first, second) = tokio::join!(file(&portal.context, &one_actor, ""), file(&elsewhere.context, &two_actor, ""));
        let (_, refused) = one_of_two(first, second);
        assert_eq!(invalid(Err::<(), _>(refused)), one("persons.0.login", Invalid::LoginTaken));
        // The same draft filed in two tabs at once is one application.
        let third = portal.actor(portal.employed_coordinator(unit).await).await;
        add(&portal, &third, texts("jeszcze-jedna")).await;
        save_statements::<StaffDraft>(&portal.context, &third, statements()).await.expect("statements");
        let (first, second) = tokio::join!(file(&portal.context, &third, ""), file(&elsewhere.context, &third, ""));
        assert_eq!(first.expect("filed"), second.expect("filed"));
        // And one file added in two tabs at once adds its rows once.
        let row = "Ewa;Kos;inspektorka;ewa@gops.example.pl;413114692;ewa-kos;przeglądający;;";
        read_file(&portal.context, &third, format!("{HEADINGS}\n{row}").into_bytes()).await.expect("read");
        let (first, second) = tokio::join!(add_rows(&portal.context, &third, 1), add_rows(&elsewhere.context, &third, 1));
        one_of_two(first, second);
        assert_eq!(look::<StaffDraft>(&portal.context, &third).await.expect("seen").texts().persons.len(), 1);
    }

    async fn of_two_who_import_one_person_at_once_one_does_and_the_other_is_told_at_the_login_and_in_the_next_preview(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let (one_actor, two_actor) = (portal.actor(portal.employed_coordinator(unit).await).await, portal.actor(portal.employed_coordinator(other).await).await);
        let context = &portal.context;
        // The same person, in a CSV file of one unit and in a workbook of another one.
        let rows = [HEADINGS, "Jan;Lis;inspektor;jan@gops.example.pl;413114692;jan-lis;przeglądający;;", "Ewa;Kos;inspektorka;ewa@gops.example.pl;413114692;ewa-kos;przeglądający;;"];
        let again = [HEADINGS, "Ewa;Kos;kierowniczka;ewa@gops.example.pl;413114692;EWA-KOS;przeglądający;;"].join("\r\n");
        read_file(context, &one_actor, rows.join("\r\n").into_bytes()).await.expect("read");
        read_file(context, &two_actor, workbook(&again)).await.expect("read");
        assert_eq!(add_rows(context, &one_actor, 2).await.expect("added"), 2);
        assert_eq!(add_rows(context, &two_actor, 1).await.expect("added"), 1, "nobody has the login yet");
        for actor in [&one_actor, &two_actor] {
            save_statements::<StaffDraft>(context, actor, statements()).await.expect("statements");
        }
        let elsewhere = portal.second(&db).await;
        let (first, second) = tokio::join!(file(context, &one_actor, ""), file(&elsewhere.context, &two_actor, ""));
        let place = if first.is_ok() { "persons.0.login" } else { "persons.1.login" };
        let loser = if first.is_ok() { &two_actor } else { &one_actor };
        let (_, refused) = one_of_two(first, second);
        assert_eq!(invalid(Err::<(), _>(refused)), one(place, Invalid::LoginTaken));
        assert!(holder(&portal, "ewa-kos").await.is_some());
        // Whoever sends the file once more sees it in the row, and adds nobody.
        drop_draft::<StaffDraft>(context, loser).await.expect("dropped");
        read_file(context, loser, again.into_bytes()).await.expect("read");
        let seen = look_at_sheet(context, &look::<StaffDraft>(context, loser).await.expect("seen")).await.expect("seen").expect("a preview");
        assert_eq!(seen.rows[0].errors.0.values().flatten().copied().collect::<Vec<_>>(), [Invalid::LoginTaken]);
        assert!(matches!(add_rows(context, loser, 1).await, Err(ServiceError::Stale)));
    }

    async fn an_address_that_two_files_of_one_unit_share_is_no_obstacle_and_each_is_warned_of_its_own(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (one_actor, two_actor) = (portal.actor(portal.employed_coordinator(unit).await).await, portal.actor(portal.employed_coordinator(unit).await).await);
        for (actor, login) in [(&one_actor, "ewa-kos"), (&two_actor, "ola-kos")] {
            let row = format!("{HEADINGS}\r\nEwa;Kos;inspektorka;sekretariat@gops.example.pl;413114692;{login};przeglądający;;");
            read_file(&portal.context, actor, row.into_bytes()).await.expect("read");
            assert_eq!(add_rows(&portal.context, actor, 1).await.expect("added"), 1);
            save_statements::<StaffDraft>(&portal.context, actor, statements()).await.expect("statements");
        }
        let elsewhere = portal.second(&db).await;
        let (first, second) = tokio::join!(file(&portal.context, &one_actor, ""), file(&elsewhere.context, &two_actor, ""));
        assert_ne!(first.expect("filed"), second.expect("filed"), "an office may have one mailbox; the login tells people apart");
    }

    async fn a_unit_that_closes_meanwhile_takes_nobody_and_the_office_does_not_decide_about_its_own(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employed_coordinator(unit).await;
        let application = filed(&portal, account, &["nowa"]).await;
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        let member = portal.administrator().await;
        portal.assign(member, Role::UnitCoordinator, None, Some(unit)).await;
        let taking = take(&portal.context, &portal.actor(member).await, &application.number, in_review.version).await;
        assert_eq!(barred(taking), Barred::SameUnit);
        portal.assign(account, Role::VoivodeshipAdministrator, Some(VOIVODESHIP), None).await;
        let taking = take(&portal.context, &portal.actor(account).await, &application.number, in_review.version).await;
        assert_eq!(barred(taking), Barred::IsApplicant);
        portal.close_unit(unit).await;
        let refused = portal.approve(&administrator, &in_review).await;
        assert_eq!(invalid(refused), one("unit", Invalid::UnitClosed));
        assert!(grants::list_of_application(portal.db(), application.id).await.expect("grants").is_empty());
        let other = portal.actor(portal.employed_coordinator(unit).await).await;
        assert_eq!(invalid(save_person(&portal.context, &other, (0, ""), texts("inna")).await), one("unit", Invalid::UnitClosed));
    }

    async fn an_account_holder_becomes_coordinator_with_the_heads_signature(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit_in_lodz().await);
        let account = portal.employee(unit).await;
        let (actor, context) = (portal.actor(account).await, &portal.context);
        let ask = async |unit: UnitId| {
            extend_permissions::choose_unit(context, &actor, unit).await.expect("a unit");
            extend_permissions::save_needs(context, &actor, Vec::new(), String::new(), true).await
        };
        assert!(invalid(ask(other).await).contains(&("coordinator".to_owned(), vec![Invalid::CoordinatorElsewhere])));
        ask(unit).await.expect("asked");
        guided_form::save_statements::<extend_permissions::Extension>(context, &actor, statements()).await.expect("statements");
        let number = guided_form::file::<extend_permissions::Extension>(context, &actor, "").await.expect("filed");
        // As long as that is open it is not asked for twice.
        assert_eq!(invalid(ask(unit).await), one("coordinator", Invalid::CoordinatorAlready));
        let (_, form) = print_form::show(context, &actor, &number).await.expect("the form");
        assert!(format!("{form:?}").contains("Koordynator jednostki"), "{form:?}");
        assert!(!coordinates(&portal, account, unit).await, "filing alone gives nothing");
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &portal.reload(&number).await).await;
        portal.approve(&administrator, &in_review).await.expect("the first approval");
        assert!(!coordinates(&portal, account, unit).await, "one of two has approved");
        portal.approved_by_second(&portal.office().await, &number).await;
        assert!(coordinates(&portal, account, unit).await && !coordinates(&portal, account, other).await);
        let entry = portal.last_entry(account, "role.assigned").await;
        assert_eq!((entry.details["application"].as_str(), entry.details["role"].as_str()), (Some(number.as_str()), Some("unit_coordinator")));
        let told = letters(&portal, &portal.email_of(account).await).await;
        assert!(told.iter().any(|letter| letter.contains("JESTEŚ KOORDYNATOREM JEDNOSTKI") && !letter.contains("NOWE UPRAWNIENIA")), "{told:?}");
        let actor = portal.actor(account).await;
        add(&portal, &actor, texts("od-niej")).await;
        // Two assignments of one person in one unit cannot stand, whoever gives them.
        let held = role_assignments::list_of(portal.db(), account).await.expect("roles")[0].clone();
        let second = cas_portal::domain::account::RoleAssignment { id: context.new_role_assignment_id(), ..held };
        assert!(role_assignments::add(portal.db(), account, &second, "operator", portal.now()).await.is_err());
    }

    async fn own_people_see_the_own_unit_and_its_coordinator_who_works_there(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, portal.unit_in_lodz().await);
        let employee = portal.employee(unit).await;
        let (actor, context) = (portal.actor(employee).await, &portal.context);
        assert_eq!(own_units(context, &actor).await.expect("units").len(), 1);
        let seen = view(context, &actor, unit).await.expect("seen");
        assert!(seen.coordinators.is_empty() && !seen.may_list && !seen.may_register, "{seen:?}");
        assert!(matches!(view(context, &actor, other).await, Err(ServiceError::NotFound)));
        assert!(matches!(staff(context, &actor, unit, None).await, Err(ServiceError::Denied)));
        let account = portal.employed_coordinator(unit).await;
        let head = portal.actor(account).await;
        let seen = view(context, &head, unit).await.expect("seen");
        assert_eq!((seen.coordinators.len(), seen.may_list, seen.may_register), (1, true, true));
        assert_eq!(staff(context, &head, unit, None).await.expect("staff").rows.len(), 2);
        assert!(matches!(staff(context, &head, other, None).await, Err(ServiceError::Denied)));
        // An administrator sees units in the administration and has none of his own.
        assert!(own_units(context, &portal.office().await).await.expect("units").is_empty());
        // A suspended coordinator looks after nobody.
        accounts::save_status(portal.db(), account, AccountStatus::Suspended).await.expect("suspended");
        assert!(view(context, &actor, unit).await.expect("seen").coordinators.is_empty());
    }

    async fn units_without_a_coordinator_are_found_and_exported(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (without, with, gone, lost, closed) =
            (portal.unit().await, portal.unit().await, portal.unit().await, portal.unit().await, portal.unit().await);
        portal.coordinator(with).await;
        let account = portal.coordinator(gone).await;
        accounts::save_status(portal.db(), account, AccountStatus::Suspended).await.expect("suspended");
        let account = portal.coordinator(lost).await;
        let role = role_assignments::list_of(portal.db(), account).await.expect("roles")[0].id;
        role_assignments::revoke(portal.db(), role, portal.now()).await.expect("revoked");
        units::close(portal.db(), closed).await.expect("closed");
        portal.unit_in_lodz().await;
        let administrator = portal.actor(portal.administrator().await).await;
        let filter = UnitFilter { without_coordinator: true, ..UnitFilter::default() };
        let mut found: Vec<UnitId> =
            list_units(&portal.context, &administrator, &filter, None).await.expect("a list").rows.into_iter().map(|unit| unit.id).collect();
        let mut expected = vec![without, gone, lost];
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "in scope, active, and served by nobody of its own");
        assert_eq!(list_units(&portal.context, &administrator, &UnitFilter::default(), None).await.expect("a list").rows.len(), 5);
        let exported = export_list(&portal.context, &administrator, &List::Units(filter), Format::Csv).await.expect("a file");
        assert_eq!(exported.rows, 3);
    }
}
