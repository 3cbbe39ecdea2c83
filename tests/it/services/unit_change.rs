//! Changes of units: what is refused where it is typed, what an approval does, what comes on the day, and what happens at once.

use crate::support::database::{TestDatabase, on_both};
use crate::support::filing::statements;
use crate::support::fixtures::{VALID_UNTIL, unit_data};
use crate::support::portal::{TestPortal, visitor};
use crate::support::refusals::{barred, invalid, one, one_of_two};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::Application;
use cas_portal::domain::application::decision::{Barred, Remark};
use cas_portal::domain::application::draft::{RenewedTexts, UnitTexts};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::application::typing::unit_texts;
use cas_portal::domain::grant::GrantState;
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::date_text;
use cas_portal::domain::permission::UnitScope;
use cas_portal::domain::unit::{Unit, UnitEvent, UnitStatus};
use cas_portal::services::change_unit::{Changing, choose, save_data, save_ending, save_why, stop_ending};
use cas_portal::services::guided_form::{file, look, start_correction};
use cas_portal::services::review_application::{approve, return_for_correction, review, take};
use cas_portal::services::stand_ins::{NewStandIn, name_stand_in};
use cas_portal::services::view_unit_history::unit_history;
use cas_portal::services::{ServiceError, extend_permissions};
use cas_portal::storage::grants::Grant;
use cas_portal::storage::grants::listing::{self, GrantFilter};
use cas_portal::storage::{accounts, applications, grants, role_assignments, unit_changes, units};
use jiff::civil::date;

const KIELCE: &str = "266101";
const LODZ: &str = "106101";

async fn unit_of(portal: &TestPortal, id: UnitId) -> Unit {
    units::find(portal.db(), id).await.expect("units").expect("the unit")
}

/// A registered CUS of the same voivodeship.
async fn heir(portal: &TestPortal) -> UnitId {
    let id = portal.context.new_unit_id();
    let mut data = unit_data(portal.regon());
    data.kind = "cus".into();
    data.name = cas_portal::domain::identifiers::Line::parse("Centrum Usług Społecznych w Morawicy", 200).expect("a name");
    units::add(portal.db(), id, &data, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
    id
}

async fn texts_of(portal: &TestPortal, unit: UnitId, edit: impl FnOnce(&mut UnitTexts)) -> UnitTexts {
    let mut texts = unit_texts(&unit_of(portal, unit).await.data);
    edit(&mut texts);
    texts
}

async fn why(portal: &TestPortal, actor: &Actor) {
    save_why(&portal.context, actor, "Uchwała nr XII/34/2026.".into(), statements()).await.expect("why");
}

pub(super) async fn filed_data(portal: &TestPortal, account: AccountId, unit: UnitId, edit: impl FnOnce(&mut UnitTexts)) -> Application {
    let actor = portal.actor(account).await;
    choose(&portal.context, &actor, Some(unit), "data").await.expect("chosen");
    let texts = texts_of(portal, unit, edit).await;
    save_data(&portal.context, &actor, texts).await.expect("data");
    why(portal, &actor).await;
    let number = file::<Changing>(&portal.context, &actor, "").await.expect("filed");
    portal.reload(&number).await
}

pub(super) async fn filed_end(portal: &TestPortal, account: AccountId, unit: UnitId, last_day: &str, heir: Option<UnitId>) -> Application {
    let actor = portal.actor(account).await;
    let what = if heir.is_some() { "transformation" } else { "ending" };
    choose(&portal.context, &actor, Some(unit), what).await.expect("chosen");
    let regon = match heir {
        Some(heir) => portal.regon_of(heir).await,
        None => String::new(),
    };
    save_ending(&portal.context, &actor, last_day.into(), regon).await.expect("an end");
    why(portal, &actor).await;
    let number = file::<Changing>(&portal.context, &actor, "").await.expect("filed");
    portal.reload(&number).await
}

/// Somebody of the office takes and approves it.
async fn approved(portal: &TestPortal, application: &Application) {
    portal.approved_by(&portal.office().await, application).await.expect("approved");
}

async fn events(portal: &TestPortal, unit: UnitId) -> Vec<UnitEvent> {
    unit_changes::list_of(portal.db(), unit, 50).await.expect("a history").into_iter().rev().map(|row| row.event).collect()
}

on_both! {
    async fn other_data_are_approved_and_found_and_the_history_tells_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let regon = portal.regon();
        let application = filed_data(&portal, account, unit, |texts| {
            texts.name = "Centrum Usług Społecznych w Kielcach".into();
            texts.kind = "cus".into();
            texts.regon = regon.to_string();
            texts.terc = KIELCE.into();
            texts.town = "Kielce".into();
            texts.head_last_name = "Źdźbło".into();
            texts.ade = "AE:PL-12345-67890-ABCDE-12".into();
            texts.epuap = "/cus_kielce/skrytka".into();
        })
        .await;
        assert!(application.number.as_str().starts_with("W/26/"), "{}", application.number);
        assert_eq!(application.summary().head_lines(), ["Maria Źdźbło, kierownik"], "the new head signs");
        assert_eq!(unit_of(&portal, unit).await.data.kind, "ops_gminny", "filing alone changes nothing");
        let told = portal.letter(account, application.number.as_str()).await;
        assert!(told.body.contains("Maria Źdźbło"), "{}", told.body);

        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        let seen = review(&portal.context, &administrator, &application.number).await.expect("seen");
        let changed: Vec<&str> = seen.content.unit.iter().filter(|line| line.registered.is_some()).map(|line| line.key).collect();
        assert_eq!(changed, ["name", "kind", "regon", "address", "territory", "terc", "ade", "epuap", "head"], "{:?}", seen.content.unit);
        portal.approve(&administrator, &in_review).await.expect("approved");

        let now = unit_of(&portal, unit).await;
        assert_eq!((now.data.kind.as_str(), now.data.regon.clone(), now.status), ("cus", regon.clone(), UnitStatus::Active));
        assert_eq!(now.data.ade.map(|ade| ade.to_string()).as_deref(), Some("AE:PL-12345-67890-ABCDE-12"), "the channels too");
        let found = units::search_active(portal.db(), "uslug kielce", 10).await.expect("a search");
        assert_eq!(found.iter().map(|unit| unit.id).collect::<Vec<_>>(), [unit], "it is found by its new name and town");
        assert!(units::find_active_by_regon(portal.db(), regon.as_str()).await.expect("units").is_some());
        assert_eq!(events(&portal, unit).await, [UnitEvent::Changed]);
        let history = unit_history(&portal.context, &portal.actor(account).await, unit).await.expect("a history");
        let entry = &history.entries[0];
        assert_eq!((entry.application.as_ref(), entry.justification.as_deref()), (Some(&application.number), Some("Uchwała nr XII/34/2026.")));
        let name = entry.fields.iter().find(|field| field.key == "name").expect("the name");
        assert!(name.was.contains("Gminny Ośrodek") && name.is.contains("Centrum"), "{name:?}");
        let trail = portal.trail("unit", unit_data(regon).regon.as_str()).await;
        assert!(trail.is_empty(), "it stands under the REGON that people knew");
        let told = portal.letter(account, "zatwierdzona").await;
        for words in ["CO SIĘ ZMIENIŁO", "- REGON", "/history"] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
    }

    async fn a_unit_that_moves_to_another_voivodeship_is_let_go_by_the_one_that_has_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let application = filed_data(&portal, account, unit, |texts| texts.terc = LODZ.into()).await;
        let there = portal.office_in("10").await;
        assert!(matches!(review(&portal.context, &there, &application.number).await, Err(ServiceError::NotFound)));
        approved(&portal, &application).await;
        assert_eq!(unit_of(&portal, unit).await.voivodeship.as_str(), "10");
        assert!(unit_history(&portal.context, &there, unit).await.is_ok());
        let here = portal.office().await;
        assert!(matches!(unit_history(&portal.context, &here, unit).await, Err(ServiceError::NotFound)));
    }

    async fn what_is_wrong_is_refused_where_it_is_typed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, other) = (portal.unit().await, heir(&portal).await);
        let account = portal.employee(unit).await;
        let actor = portal.actor(account).await;
        let context = &portal.context;
        assert!(matches!(look::<Changing>(context, &visitor()).await, Err(ServiceError::Denied)));
        assert_eq!(invalid(choose(context, &actor, Some(other), "data").await), one("unit", Invalid::Unknown));
        assert_eq!(invalid(choose(context, &actor, None, "").await), one("what", Invalid::Required));
        choose(context, &actor, None, "data").await.expect("chosen");
        let typed = look::<Changing>(context, &actor).await.expect("seen").texts().data;
        assert_eq!(typed, unit_texts(&unit_of(&portal, unit).await.data), "what stands is there to begin with");
        assert_eq!(invalid(save_data(context, &actor, typed).await), one("name", Invalid::NothingChanged));
        let taken_regon = portal.regon_of(other).await;
        let texts = texts_of(&portal, unit, |texts| texts.regon = taken_regon.clone()).await;
        assert_eq!(invalid(save_data(context, &actor, texts).await), one("regon", Invalid::RegonTaken));
        let wanted = portal.application(Status::FormReceived).await.application.summary().regon;
        let texts = texts_of(&portal, unit, |texts| texts.regon = wanted.clone()).await;
        assert_eq!(invalid(save_data(context, &actor, texts).await), one("regon", Invalid::RegonOpenApplication));
        let texts = texts_of(&portal, unit, |texts| texts.terc = "269999".into()).await;
        assert_eq!(invalid(save_data(context, &actor, texts).await), one("terc", Invalid::Unknown));
        for (kind, reason) in [("zlobek", Invalid::Unknown), ("zlobek_klub_dzieciecy", Invalid::KindInUse)] {
            let texts = texts_of(&portal, unit, |texts| texts.kind = kind.into()).await;
            assert_eq!(invalid(save_data(context, &actor, texts).await), one("kind", reason), "{kind}");
        }
        // No step is skipped.
        assert!(matches!(save_ending(context, &actor, "31.12.2026".into(), String::new()).await, Err(ServiceError::Stale)));
        assert!(matches!(save_why(context, &actor, "Bo tak.".into(), vec!["data_true".into()]).await, Err(ServiceError::Stale)));

        choose(context, &actor, None, "transformation").await.expect("chosen");
        let end = async |day: &str, regon: &str| invalid(save_ending(context, &actor, day.into(), regon.into()).await);
        assert_eq!(end("21.11.2026", &taken_regon).await, one("last_day", Invalid::DatePast));
        assert_eq!(end("23.11.2027", &taken_regon).await, one("last_day", Invalid::DateTooFar));
        let far = portal.regon_of(portal.unit_in_lodz().await).await;
        assert_eq!(end("31.12.2026", &far).await, one("successor", Invalid::OtherVoivodeship));
        assert_eq!(end("31.12.2026", &portal.regon_of(unit).await).await, one("successor", Invalid::OwnSuccessor));
        assert_eq!(end("31.12.2026", portal.regon().as_str()).await, one("successor", Invalid::Unknown));
        save_ending(context, &actor, "22.11.2026".into(), taken_regon.clone()).await.expect("today");
        assert_eq!(invalid(save_why(context, &actor, " ".into(), vec!["data_true".into()]).await), one("justification", Invalid::Required));
        why(&portal, &actor).await;
        let number = file::<Changing>(context, &actor, "").await.expect("filed");
        assert_eq!(file::<Changing>(context, &actor, "").await.expect("the same"), number, "the second click");
        // A second open change of the same unit, whoever files it.
        assert_eq!(invalid(choose(context, &actor, None, "data").await), one("unit", Invalid::UnitChangeOpen));
        let colleague = portal.actor(portal.employee(unit).await).await;
        assert_eq!(invalid(choose(context, &colleague, None, "ending").await), one("unit", Invalid::UnitChangeOpen));
    }

    async fn an_open_change_keeps_the_regon_that_it_wants(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, second) = (portal.unit().await, portal.unit().await);
        let (first, other) = (portal.employee(unit).await, portal.actor(portal.employee(second).await).await);
        let regon = portal.regon();
        let application = filed_data(&portal, first, unit, |texts| texts.regon = regon.to_string()).await;
        assert!(applications::is_regon_open(portal.db(), regon.as_str(), None).await.expect("asked"));
        assert!(!applications::is_regon_open(portal.db(), regon.as_str(), Some(application.id)).await.expect("asked"));
        choose(&portal.context, &other, None, "data").await.expect("chosen");
        let texts = texts_of(&portal, second, |texts| texts.regon = regon.to_string()).await;
        assert_eq!(invalid(save_data(&portal.context, &other, texts).await), one("regon", Invalid::RegonOpenApplication));
        // What somebody registered meanwhile stops the approval.
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        units::add(portal.db(), portal.context.new_unit_id(), &unit_data(regon), portal.now().warsaw_date(), portal.now()).await.expect("a unit");
        let refused = portal.approve(&administrator, &in_review).await;
        assert_eq!(invalid(refused), one("unit", Invalid::RegonTaken));
        assert_eq!(events(&portal, unit).await, []);
    }

    async fn the_coordinator_files_it_and_where_there_is_none_anybody_of_the_unit(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let employee = portal.employee(unit).await;
        assert!(look::<Changing>(&portal.context, &portal.actor(employee).await).await.is_ok());
        let coordinator = portal.coordinator(unit).await;
        assert!(look::<Changing>(&portal.context, &portal.actor(coordinator).await).await.is_ok());
        assert!(matches!(look::<Changing>(&portal.context, &portal.actor(employee).await).await, Err(ServiceError::Denied)));
        accounts::save_status(portal.db(), coordinator, AccountStatus::Suspended).await.expect("suspended");
        assert!(look::<Changing>(&portal.context, &portal.actor(employee).await).await.is_ok(), "one who cannot act is none");
        let stranger = portal.actor(portal.employee(portal.unit_in_lodz().await).await).await;
        assert!(matches!(choose(&portal.context, &stranger, Some(unit), "data").await, Err(ServiceError::Invalid(_))));
        assert!(matches!(unit_history(&portal.context, &stranger, unit).await, Err(ServiceError::NotFound)));
        assert!(unit_history(&portal.context, &portal.actor(employee).await, unit).await.is_ok());
    }

    async fn a_correction_keeps_unit_and_what_and_makes_another_revision(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let application = filed_end(&portal, account, unit, "23.11.2026", None).await;
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        portal.advance_days(2);
        let administrator = portal.proven(&administrator);
        let refused = portal.approve(&administrator, &in_review).await;
        assert_eq!(invalid(refused), one("unit", Invalid::DatePast), "the day has passed in the office");
        let remarks = [Remark { field: "last_day".into(), text: "Podaj późniejszy dzień.".into() }];
        return_for_correction(&portal.context, &administrator, &application.number, in_review.version, &remarks, "").await.expect("returned");
        let actor = portal.actor(account).await;
        start_correction::<Changing>(&portal.context, &actor, &application.number).await.expect("begun");
        assert!(matches!(choose(&portal.context, &actor, None, "data").await, Err(ServiceError::Stale)));
        save_ending(&portal.context, &actor, "31.12.2026".into(), String::new()).await.expect("a later day");
        why(&portal, &actor).await;
        assert_eq!(file::<Changing>(&portal.context, &actor, "").await.expect("filed"), application.number);
        let revised = portal.reload(&application.number).await;
        assert_eq!((revised.revision, revised.status), (2, Status::AwaitingForm));
    }

    async fn what_changed_since_is_shown_and_never_overwritten(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let application = filed_data(&portal, account, unit, |texts| texts.name = "Ośrodek po zmianie".into()).await;
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        let mut now = unit_of(&portal, unit).await.data;
        now.phone = cas_portal::domain::identifiers::Phone::parse("413000000").expect("a phone");
        units::save_data(portal.db(), unit, &now).await.expect("changed by somebody");
        let seen = review(&portal.context, &administrator, &application.number).await.expect("seen");
        assert!(seen.content.own.iter().any(|line| line.key == "changed_since"), "{:?}", seen.content.own);
        let changed: Vec<&str> = seen.content.unit.iter().filter(|line| line.registered.is_some()).map(|line| line.key).collect();
        assert_eq!(changed, ["name"], "what somebody else has changed is not undone");
        portal.approve(&administrator, &in_review).await.expect("approved");
        let after = unit_of(&portal, unit).await.data;
        assert_eq!((after.name.as_str(), &after.phone), ("Ośrodek po zmianie", &now.phone));

        let application = filed_data(&portal, account, unit, |texts| texts.name = "Ośrodek drugi".into()).await;
        let in_review = portal.taken(&administrator, &application).await;
        now.name = cas_portal::domain::identifiers::Line::parse("Ośrodek trzeci", 200).expect("a name");
        units::save_data(portal.db(), unit, &now).await.expect("changed by somebody");
        let refused = portal.approve(&administrator, &in_review).await;
        assert_eq!(invalid(refused), one("unit", Invalid::UnitChanged));
        assert_eq!(unit_of(&portal, unit).await.data.name.as_str(), "Ośrodek trzeci");
    }

    async fn a_unit_without_successor_ends_with_its_last_day_and_nothing_is_left_open(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (account, colleague) = (portal.employee(unit).await, portal.employee(unit).await);
        let looks_after = portal.coordinator(unit).await;
        let extension = portal.extension(colleague, unit, &["PS:viewer"]).await;

        approved(&portal, &filed_end(&portal, looks_after, unit, "30.11.2026", None).await).await;
        let now = unit_of(&portal, unit).await;
        assert_eq!((now.status, now.ends_on, now.successor), (UnitStatus::Active, Some(date(2026, 11, 30)), None));
        assert_eq!(portal.keep().await.units, 0, "its day has not passed");
        assert!(portal.rights_told(account, unit).await > 0);
        portal.advance_days(8);
        assert_eq!(portal.keep().await.units, 0, "the last day counts");
        assert!(portal.rights_told(account, unit).await > 0);
        portal.advance_days(1);
        assert_eq!(portal.rights_told(account, unit).await, 0, "whether the worker has come or not");
        assert_eq!(portal.keep().await.units, 2, "the unit, and the application about it");
        assert_eq!(portal.keep().await.units, 0, "once");
        assert_eq!(unit_of(&portal, unit).await.status, UnitStatus::Closed);
        for holder in [account, colleague] {
            assert_eq!(portal.rights(holder, unit).await, []);
            let ended = grants::list_of_account(portal.db(), holder).await.expect("grants");
            assert_eq!(ended.iter().map(|grant| grant.valid_until).collect::<Vec<_>>(), [date(2026, 11, 30)]);
        }
        assert_eq!(role_assignments::list_of(portal.db(), looks_after).await.expect("roles"), []);
        let closed = portal.reload(&extension.number).await;
        assert_eq!((closed.status, closed.decided_by), (Status::Rejected, None));
        assert!(closed.reason.as_deref().is_some_and(|reason| reason.contains("30.11.2026")), "{:?}", closed.reason);
        let told = portal.letter(colleague, "odrzucony").await;
        assert!(told.body.contains("zamknięty bez rozpatrzenia") && told.body.contains("zakończyła działalność"), "{}", told.body);
        let told = portal.letter(account, "zakończyła działalność").await;
        assert!(told.body.contains("UPRAWNIENIA, KTÓRE SIĘ SKOŃCZYŁY") && told.body.contains("podobszar PS"), "{}", told.body);
        assert_eq!(events(&portal, unit).await, [UnitEvent::EndingSet, UnitEvent::Closed]);
        // Nobody asks for rights in it any more.
        assert_eq!(invalid(extend_permissions::choose_unit(&portal.context, &portal.actor(colleague).await, unit).await), one("unit", Invalid::UnitClosed));
    }

    async fn a_transformation_moves_what_can_be_moved_and_tells_what_ends(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, heir) = (portal.unit().await, heir(&portal).await);
        let (account, both) = (portal.employee(unit).await, portal.employee(unit).await);
        portal.grant(both, heir, "PS", "editor").await;
        // A right in a sub-area that the successor's kind may not have.
        let kind = unit_of(&portal, heir).await.data.kind;
        sea_orm::ConnectionTrait::execute_unprepared(
            portal.db(),
            &format!("DELETE FROM unit_kind_sub_areas WHERE unit_kind = '{kind}' AND sub_area = 'SR'"),
        )
        .await
        .expect("edited");
        portal.grant(account, unit, "SR", "viewer").await;
        let closed = portal.employee(unit).await;
        accounts::save_status(portal.db(), closed, AccountStatus::Closed).await.expect("closed");
        let looks_after = portal.coordinator(unit).await;

        let application = filed_end(&portal, looks_after, unit, "31.12.2026", Some(heir)).await;
        let administrator = portal.office().await;
        let in_review = portal.taken(&administrator, &application).await;
        let seen = review(&portal.context, &administrator, &application.number).await.expect("seen");
        let lines = |key: &str| seen.content.own.iter().find(|line| line.key == key).map(|line| line.value.len());
        assert_eq!((lines("grants_moving"), lines("grants_ending"), lines("coordinators")), (Some(1), Some(3), Some(1)), "{:?}", seen.content.own);
        // People of the successor do not decide either.
        let member = portal.administrator().await;
        portal.grant(member, heir, "PS", "viewer").await;
        let taking = take(&portal.context, &portal.actor(member).await, &application.number, in_review.version).await;
        assert_eq!(barred(taking), Barred::SameUnit);
        portal.approve(&administrator, &in_review).await.expect("approved");

        // A right that is given between the approval and the day goes with the others, and with it an application on its way.
        portal.grant(account, unit, "PS", "viewer").await;
        let asked = portal.extension(account, unit, &["PS:approver"]).await;
        let extension = portal.taken(&administrator, &asked).await;
        // The portal was down on the day.
        portal.advance_days(42);
        assert_eq!(portal.rights_told(account, unit).await, 0);
        assert_eq!(portal.keep().await.units, 1);
        let old = unit_of(&portal, unit).await;
        assert_eq!((old.status, old.successor), (UnitStatus::Closed, Some(heir)));
        assert!(portal.rights_told(account, heir).await > 0 && portal.rights_told(account, unit).await == 0);
        assert_eq!(portal.rights(account, heir).await, [("PS".into(), "editor".into()), ("PS".into(), "viewer".into())]);
        assert_eq!(portal.rights(account, unit).await, []);
        assert_eq!(portal.rights(both, heir).await, [("PS".into(), "editor".into())], "held there already");
        assert_eq!(portal.rights(closed, heir).await, []);
        let moved = grants::list_of_account(portal.db(), account).await.expect("grants");
        let moved: Vec<_> = moved.into_iter().filter(|grant| grant.unit == heir).collect();
        assert!(moved.iter().all(|g| (g.valid_from, g.valid_until) == (date(2027, 1, 1), VALID_UNTIL)), "{moved:?}");
        let shown = listing::list(portal.db(), &UnitScope::Country, &GrantFilter { state: Some(GrantState::Replaced), ..GrantFilter::default() }, portal.now().warsaw_date(), None, 50).await.expect("a list");
        assert_eq!(shown.rows.len(), 2, "the two that moved");
        let roles = role_assignments::list_of(portal.db(), looks_after).await.expect("roles");
        assert_eq!(roles.iter().map(|role| (role.role, role.unit)).collect::<Vec<_>>(), [(Role::UnitCoordinator, Some(heir))]);
        let told = portal.letter(account, "zakończyła działalność").await;
        for words in ["DZIAŁAJĄ DALEJ W NOWEJ JEDNOSTCE", "Centrum Usług", "KTÓRE SIĘ SKOŃCZYŁY", "podobszar SR", "31.12.2027"] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
        // The application that was on its way is decided for the successor.
        let administrator = portal.proven(&administrator);
        let seen = review(&portal.context, &administrator, &extension.number).await.expect("seen");
        assert_eq!(seen.heir.map(|unit| unit.id), Some(heir), "the page says for whom");
        portal.approve(&administrator, &extension).await.expect("approved");
        assert!(review(&portal.context, &administrator, &extension.number).await.expect("seen").heir.is_none(), "nothing is to be decided any more");
        assert!(portal.rights(account, heir).await.contains(&("PS".into(), "approver".into())));
        // The history goes along: who moved still sees what was.
        assert!(unit_history(&portal.context, &portal.actor(account).await, unit).await.is_ok());
        assert_eq!(events(&portal, heir).await, [UnitEvent::TookOver]);
        assert_eq!(events(&portal, unit).await, [UnitEvent::EndingSet, UnitEvent::Closed]);
    }

    async fn an_approved_end_is_stopped_with_a_reason_until_its_last_day_is_over(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, heir) = (portal.unit().await, heir(&portal).await);
        let account = portal.employee(unit).await;
        let (looks_after, in_heir) = (portal.coordinator(unit).await, portal.coordinator(heir).await);
        let application = filed_end(&portal, looks_after, unit, "30.11.2026", Some(heir)).await;
        let administrator = portal.office().await;
        let stop = async |actor: &Actor, reason: &str| stop_ending(&portal.context, actor, unit, reason).await;
        assert!(matches!(stop(&administrator, "Uchwała uchylona.").await, Err(ServiceError::Stale)), "no end is set yet");
        approved(&portal, &application).await;
        for nobody in [
            portal.actor(looks_after).await,
            portal.actor(account).await,
            portal.actor(portal.official(Role::VoivodeshipAdministrator, Some("10")).await).await,
            portal.actor(portal.official(Role::Helpdesk, Some("26")).await).await,
        ] {
            assert!(matches!(stop(&nobody, "Bo tak.").await, Err(ServiceError::NotFound)), "{nobody:?}");
        }
        // Nobody decides about the own unit, nor about the one that takes its place.
        let member = portal.administrator().await;
        portal.grant(member, heir, "PS", "viewer").await;
        let barred = stop(&portal.proven(&portal.actor(member).await), "Uchwała uchylona.").await;
        assert!(matches!(barred, Err(ServiceError::Barred(Barred::SameUnit))), "{barred:?}");
        // Nor who stands in for one of it.
        let deputy = portal.administrator_of("10").await;
        let days = || date_text(portal.now().warsaw_date());
        let typed = NewStandIn { deputy: deputy.to_string(), role: String::new(), from: days(), until: days() };
        name_stand_in(&portal.context, &portal.proven(&portal.actor(member).await), &typed).await.expect("named");
        let barred = stop(&portal.proven(&portal.actor(deputy).await), "Uchwała uchylona.").await;
        assert!(matches!(barred, Err(ServiceError::Barred(Barred::DeputisedBarred))), "{barred:?}");
        assert_eq!(invalid(stop(&administrator, " ").await), one("reason", Invalid::ReasonRequired));
        // On its last day it still can be stopped.
        portal.advance_days(8);
        let administrator = portal.proven(&administrator);
        stop(&administrator, "Uchwała uchylona.").await.expect("stopped");
        let now = unit_of(&portal, unit).await;
        assert_eq!((now.status, now.ends_on, now.successor), (UnitStatus::Active, None, None));
        assert!(matches!(stop(&administrator, "Drugi raz.").await, Err(ServiceError::Stale)));
        assert_eq!(events(&portal, unit).await, [UnitEvent::EndingSet, UnitEvent::EndingStopped]);
        for account in [looks_after, in_heir] {
            assert!(portal.letter(account, "wstrzymane").await.body.contains("Uchwała uchylona."));
        }
        let regon = portal.regon_of(unit).await;
        let trail = portal.trail("unit", &regon).await;
        let entry = trail.iter().find(|entry| entry.event == "unit.ending_stopped").expect("an entry");
        assert_eq!((entry.details["reason"].as_str(), entry.details["last_day"].as_str()), (Some("Uchwała uchylona."), Some("2026-11-30")));
        // The day passes, and nothing happens; then an end can be asked for anew, and after its day nothing is left to stop.
        portal.advance_days(3);
        assert_eq!(portal.keep().await.units, 0);
        assert_eq!(portal.rights_told(account, unit).await, 1);
        let again = filed_end(&portal, looks_after, unit, "31.12.2026", Some(heir)).await;
        approved(&portal, &again).await;
        portal.advance_days(29);
        let administrator = portal.proven(&administrator);
        assert!(matches!(stop(&administrator, "Za późno.").await, Err(ServiceError::Stale)), "its last day is over, though nobody has closed it");
    }

    async fn of_two_who_stop_an_end_at_once_one_does(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let looks_after = portal.coordinator(unit).await;
        let application = filed_end(&portal, looks_after, unit, "30.11.2026", None).await;
        approved(&portal, &application).await;
        let administrator = portal.office().await;
        portal.advance_days(8);
        let (one, other) = (portal.proven(&administrator), portal.second(&db).await);
        let (a, b) = tokio::join!(
            stop_ending(&portal.context, &one, unit, "Uchwała uchylona."),
            stop_ending(&other.context, &one, unit, "Uchwała uchylona.")
        );
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|done| **done).count(), 1, "{a:?} {b:?}");
        assert_eq!(events(&portal, unit).await, [UnitEvent::EndingSet, UnitEvent::EndingStopped]);
    }

    async fn two_changes_that_want_one_regon_are_refused_at_the_field_and_at_last_by_the_index(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, second) = (portal.unit().await, portal.unit().await);
        let (first, other) = (portal.employee(unit).await, portal.employee(second).await);
        let regon = portal.regon();
        let wants = async |account: AccountId, unit: UnitId| {
            let actor = portal.actor(account).await;
            choose(&portal.context, &actor, Some(unit), "data").await.expect("chosen");
            let texts = texts_of(&portal, unit, |texts| texts.regon = regon.to_string()).await;
            save_data(&portal.context, &actor, texts).await.expect("data");
            why(&portal, &actor).await;
        };
        // Both are typed before either is filed: the second is refused at its field when it is filed.
        wants(first, unit).await;
        wants(other, second).await;
        let number = file::<Changing>(&portal.context, &portal.actor(first).await, "").await.expect("filed");
        assert_eq!(invalid(file::<Changing>(&portal.context, &portal.actor(other).await, "").await), one("regon", Invalid::RegonOpenApplication));
        // Had both slipped in, of two approvals at once one changes its unit, and the other is told why not.
        let mine = portal.reload(&number).await;
        let hidden = Application { status: Status::Withdrawn, ..mine.clone() };
        applications::save(portal.db(), &hidden).await.expect("hidden");
        let theirs = file::<Changing>(&portal.context, &portal.actor(other).await, "").await.expect("filed");
        let mine = Application { status: mine.status, ..portal.reload(&number).await };
        applications::save(portal.db(), &mine).await.expect("open again");
        let administrator = portal.office().await;
        let (mine, theirs) =
            (portal.taken(&administrator, &portal.reload(&number).await).await, portal.taken(&administrator, &portal.reload(&theirs).await).await);
        let elsewhere = portal.second(&db).await;
        let (a, b) = tokio::join!(
            approve(&portal.context, &administrator, &mine.number, mine.version, true),
            approve(&elsewhere.context, &administrator, &theirs.number, theirs.version, true)
        );
        let refused = match (a, b) {
            (Ok(()), refused) | (refused, Ok(())) => refused,
            both => panic!("{both:?}"),
        };
        assert_eq!(invalid(refused), one("unit", Invalid::RegonTaken));
        let holders = [unit_of(&portal, unit).await, unit_of(&portal, second).await];
        assert_eq!(holders.iter().filter(|unit| unit.data.regon == regon).count(), 1);
    }

    async fn a_renewal_of_what_does_not_move_is_closed_and_the_others_go_on(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, heir) = (portal.unit().await, heir(&portal).await);
        let kind = unit_of(&portal, heir).await.data.kind;
        let no_sr = format!("DELETE FROM unit_kind_sub_areas WHERE unit_kind = '{kind}' AND sub_area = 'SR'");
        sea_orm::ConnectionTrait::execute_unprepared(portal.db(), &no_sr).await.expect("edited");
        let looks_after = portal.coordinator(unit).await;
        let mut filed = Vec::new();
        for sub_area in ["SR", "PS"] {
            let account = portal.account("odnawia", AccountStatus::Active).await;
            let grant = Grant {
                id: portal.context.new_grant_id(),
                account,
                unit,
                sub_area: sub_area.into(),
                function: "viewer".into(),
                valid_from: date(2024, 1, 1),
                valid_until: date(2027, 1, 31),
                application: None,
            };
            grants::add(portal.db(), &grant, portal.now()).await.expect("a grant");
            let wish = RenewedTexts { right: format!("{sub_area}:viewer"), valid_until: String::new() };
            filed.push((account, portal.renewal(account, &[wish]).await.number));
        }
        let application = filed_end(&portal, looks_after, unit, "30.11.2026", Some(heir)).await;
        approved(&portal, &application).await;
        portal.advance_days(9);
        portal.keep().await;
        let (ended, goes_on) = (portal.reload(&filed[0].1).await, portal.reload(&filed[1].1).await);
        assert_eq!((ended.status, goes_on.status.is_open()), (Status::Rejected, true));
        assert!(ended.reason.expect("a reason").contains("nie przeszło do jednostki"));
        let told = portal.letter(filed[0].0, "odrzucony").await;
        assert!(told.body.contains("ostatni dzień: 30.11.2026"), "{}", told.body);
    }

    async fn a_successor_that_has_ended_itself_passes_on_to_its_own(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (first, second, third) = (portal.unit().await, portal.unit().await, heir(&portal).await);
        let account = portal.employee(first).await;
        let other = portal.employee(second).await;
        approved(&portal, &filed_end(&portal, account, first, "31.12.2026", Some(second)).await).await;
        approved(&portal, &filed_end(&portal, other, second, "30.11.2026", Some(third)).await).await;
        portal.advance_days(60);
        assert_eq!(portal.keep().await.units, 2);
        assert_eq!(portal.rights(account, third).await, [("PS".into(), "editor".into())]);
        assert_eq!(portal.rights(other, third).await, [("PS".into(), "editor".into())]);
        let seen = portal.actor(account).await;
        assert!(unit_history(&portal.context, &seen, first).await.is_ok() && unit_history(&portal.context, &seen, second).await.is_ok());
    }

    async fn two_approvals_at_once_and_two_workers_at_once_do_it_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, heir) = (portal.unit().await, heir(&portal).await);
        let account = portal.employee(unit).await;
        let administrator = portal.office().await;
        let elsewhere = portal.second(&db).await;
        let application = filed_data(&portal, account, unit, |texts| texts.name = "Ośrodek po zmianie".into()).await;
        let in_review = portal.taken(&administrator, &application).await;
        let (first, second) = tokio::join!(
            portal.approve(&administrator, &in_review),
            elsewhere.approve(&administrator, &in_review)
        );
        one_of_two(first, second);
        assert_eq!(events(&portal, unit).await, [UnitEvent::Changed]);

        for _ in 0..6 {
            portal.employee(unit).await;
        }
        approved(&portal, &filed_end(&portal, account, unit, "30.11.2026", Some(heir)).await).await;
        portal.advance_days(10);
        let (one, two) = tokio::join!(portal.keep(), elsewhere.keep());
        assert_eq!(one.units + two.units, 1, "one of them");
        let closed = events(&portal, unit).await.into_iter().filter(|event| *event == UnitEvent::Closed).count();
        assert_eq!((closed, portal.rights(account, heir).await.len()), (1, 1));
    }

    async fn two_who_file_for_one_unit_at_once_make_one_application(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (anna, jan) = (portal.actor(portal.employee(unit).await).await, portal.actor(portal.employee(unit).await).await);
        for actor in [&anna, &jan] {
            choose(&portal.context, actor, None, "ending").await.expect("chosen");
            save_ending(&portal.context, actor, "31.12.2026".into(), String::new()).await.expect("an end");
            why(&portal, actor).await;
        }
        let elsewhere = portal.second(&db).await;
        let (first, second) = tokio::join!(file::<Changing>(&portal.context, &anna, ""), file::<Changing>(&elsewhere.context, &jan, ""));
        let (_, refused) = one_of_two(first, second);
        assert_eq!(invalid(Err::<(), _>(refused)), one("unit", Invalid::UnitChangeOpen));
    }

    async fn a_unit_that_ends_while_rights_are_approved_gives_them_in_the_successor_or_moves_them(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (unit, heir) = (portal.unit().await, heir(&portal).await);
        let account = portal.employee(unit).await;
        approved(&portal, &filed_end(&portal, account, unit, "30.11.2026", Some(heir)).await).await;
        let asked = portal.extension(account, unit, &["PS:viewer"]).await;
        let administrator = portal.office().await;
        let extension = portal.taken(&administrator, &asked).await;
        portal.advance_days(10);
        let administrator = portal.proven(&administrator);
        let elsewhere = portal.second(&db).await;
        let (_, given) = tokio::join!(elsewhere.keep(), portal.approve(&administrator, &extension));
        given.expect("approved");
        // Whoever came first: nothing is lost, nothing is left in the unit that is no more.
        portal.keep().await;
        assert_eq!(portal.rights(account, heir).await, [("PS".into(), "editor".into()), ("PS".into(), "viewer".into())]);
        assert_eq!(portal.rights(account, unit).await, []);
    }
}
