//! Other systems: who makes and revokes them, and what they are answered. The answer is the portal's own rule, of this moment.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::VALID_UNTIL;
use crate::support::portal::{TestPortal, operator, system, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::{Actor, ActorKind};
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::machine::{MOST_QUESTIONS, Question};
use cas_portal::domain::moment::{MINUTE_MS, Moment};
use cas_portal::domain::permission::{ListScope, ReportVerb};
use cas_portal::services::answer_machines::{answer_machine, know_machine};
use cas_portal::services::manage_accounts::{restore, suspend};
use cas_portal::services::manage_machines::{NewMachine, create_machine, list_machines, revoke_machine, revoke_machine_named};
use cas_portal::services::{Context, ServiceError};
use cas_portal::storage::grants::{self, Grant};
use cas_portal::storage::machine_clients;
use jiff::ToSpan as _;
use sea_orm::ConnectionTrait;

/// Whoever holds this token, as an actor.
async fn asking(portal: &TestPortal, token: &str) -> Actor {
    let machine = know_machine(&portal.context, token).await.expect("clients").expect("a client in force");
    Actor { kind: ActorKind::Machine(machine), ..visitor() }
}

async fn answer(context: &Context, machine: &Actor, questions: &[Question]) -> Result<Vec<bool>, ServiceError> {
    answer_machine(context, machine, questions).await.map(|answers| answers.allowed)
}

async fn question(portal: &TestPortal, account: AccountId, unit: UnitId, sub_area: &str, verb: ReportVerb) -> Question {
    Question::new(&portal.login_of(account).await, &portal.regon_of(unit).await, sub_area, verb)
}

/// Whether somebody may view, edit and approve in a sub-area of a unit.
async fn verbs(portal: &TestPortal, machine: &Actor, account: AccountId, unit: UnitId, sub_area: &str) -> Vec<bool> {
    let mut questions = Vec::new();
    for verb in ReportVerb::ALL {
        questions.push(question(portal, account, unit, sub_area, verb).await);
    }
    answer(&portal.context, machine, &questions).await.expect("answers")
}

fn new(name: &str) -> NewMachine {
    NewMachine { name: name.to_owned(), sub_areas: vec!["PS".into(), "SR".into()], verbs: vec!["view".into()], voivodeships: Vec::new() }
}

const NOTHING: [bool; 3] = [false; 3];
const VIEWER: [bool; 3] = [true, false, false];
const EDITOR: [bool; 3] = [true, true, false];
const APPROVER: [bool; 3] = [true, false, true];
const ALL: [&str; 3] = ["view", "edit", "approve"];

on_both! {
    async fn a_client_is_made_once_its_token_is_kept_as_a_hash_and_both_ends_are_in_the_trail(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.actor(portal.central().await).await;
        let typed = NewMachine { voivodeships: vec!["26".into(), " 24 ".into(), "26".into()], ..new(" Sprawozdania PS ") };
        let made = create_machine(&portal.context, &central, &typed).await.expect("made");
        assert_eq!(made.client.name.as_str(), "Sprawozdania PS");
        assert_eq!(made.client.created_by, central.label());
        let ListScope::Voivodeships(codes) = &made.client.scope.place else { panic!("{:?}", made.client.scope) };
        let mut codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["24", "26"], "each once");
        assert_eq!(know_machine(&portal.context, &made.token).await.expect("clients").expect("in force").client, made.client.id);

        let hex = if db.is_postgres() { "encode(token_hash, 'hex')" } else { "lower(hex(token_hash))" };
        let row = format!("SELECT {hex} || name || scope AS row FROM machine_clients");
        let row = portal.db().query_one_raw(sea_orm::Statement::from_string(portal.db().get_database_backend(), row)).await;
        let row: String = row.expect("a query").expect("a row").try_get("", "row").expect("text");
        assert!(!row.contains(&made.token[4..]) && row.starts_with(&hex::encode(cas_portal::secrets::token_hash(&made.token))));

        revoke_machine(&portal.context, &central, made.client.id).await.expect("revoked");
        assert!(know_machine(&portal.context, &made.token).await.expect("clients").is_none());
        assert!(matches!(revoke_machine(&portal.context, &central, made.client.id).await, Err(ServiceError::Stale)));
        let trail = portal.trail("machine", "Sprawozdania PS").await;
        let mut events: Vec<(&str, &str)> = trail.iter().map(|e| (e.event.as_str(), e.actor.as_str())).collect();
        events.sort_unstable();
        assert_eq!(events, [("machine.created", central.label()), ("machine.revoked", central.label())]);
        assert!(trail.iter().all(|e| !e.details.to_string().contains(&made.token[4..])), "no token in the trail");

        // The name is free again, and the old client stays as history behind the one in force.
        let again = create_machine(&portal.context, &operator(), &new("sprawozdania ps")).await.expect("made again");
        assert_ne!(again.token, made.token);
        let listed = list_machines(&portal.context, &central).await.expect("a list");
        assert_eq!(listed.iter().map(|c| (c.id, c.revoked_at.is_some())).collect::<Vec<_>>(), [(again.client.id, false), (made.client.id, true)]);
        revoke_machine_named(&portal.context, &operator(), "SPRAWOZDANIA PS").await.expect("revoked by name");
        assert!(matches!(revoke_machine_named(&portal.context, &operator(), "sprawozdania ps").await, Err(ServiceError::NotFound)));
    }

    async fn only_the_centre_and_the_operator_make_clients_and_a_proof_is_asked_for(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let made = portal.machine(&["PS"], &["view"], &[]).await;
        let machine = asking(&portal, &made.token).await;
        let unit = portal.unit().await;
        let central = portal.central().await;
        let mut others = vec![visitor(), system(), machine];
        for account in [
            portal.administrator().await,
            portal.official(Role::Helpdesk, Some("26")).await,
            portal.official(Role::Auditor, None).await,
            portal.employee(unit).await,
        ] {
            others.push(portal.actor(account).await);
        }
        for other in &others {
            assert!(matches!(create_machine(&portal.context, other, &new("Obcy")).await, Err(ServiceError::Denied)), "{other:?}");
            assert!(matches!(list_machines(&portal.context, other).await, Err(ServiceError::Denied)));
            assert!(matches!(revoke_machine(&portal.context, other, made.client.id).await, Err(ServiceError::Denied)));
        }
        let late = portal.actor(central).await;
        portal.advance_minutes(16);
        assert!(matches!(create_machine(&portal.context, &late, &new("Późno")).await, Err(ServiceError::ProofTooOld)));
        assert!(matches!(revoke_machine(&portal.context, &late, made.client.id).await, Err(ServiceError::ProofTooOld)));
        assert_eq!(list_machines(&portal.context, &late).await.expect("a list").len(), 1, "nothing was made or revoked");
    }

    async fn what_cannot_be_a_client_is_refused_at_its_field(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        create_machine(&portal.context, &operator(), &new("Żłobki")).await.expect("made");
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for (typed, field, reason) in [
            (new(" "), "name", Invalid::Required),
            (new(&"x".repeat(81)), "name", Invalid::TooLong),
            (new("ZLOBKI"), "name", Invalid::MachineNameTaken),
            (NewMachine { sub_areas: Vec::new(), ..new("a") }, "sub_areas", Invalid::NothingChosen),
            (NewMachine { sub_areas: list(&["PS", "XX"]), ..new("a") }, "sub_areas", Invalid::Unknown),
            (NewMachine { sub_areas: list(&["ps"]), ..new("a") }, "sub_areas", Invalid::Unknown),
            (NewMachine { verbs: list(&[""]), ..new("a") }, "verbs", Invalid::NothingChosen),
            (NewMachine { verbs: list(&["report.view"]), ..new("a") }, "verbs", Invalid::Unknown),
            (NewMachine { voivodeships: list(&["26", "99"]), ..new("a") }, "voivodeships", Invalid::Unknown),
        ] {
            match create_machine(&portal.context, &operator(), &typed).await {
                Err(ServiceError::Invalid(errors)) => {
                    assert_eq!(errors.0.get(field), Some(&vec![reason]), "{typed:?}: {errors:?}");
                    assert_eq!(errors.0.len(), 1);
                }
                other => panic!("{typed:?}: {other:?}"),
            }
        }
        assert_eq!(list_machines(&portal.context, &operator()).await.expect("a list").len(), 1);
    }

    async fn a_function_may_what_the_policy_says_in_its_sub_area_and_unit_alone(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let machine = asking(&portal, &portal.machine(&["PS", "SR", "FA"], &ALL, &[]).await.token).await;
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let anna = portal.account("anna", AccountStatus::Active).await;
        portal.grant(anna, unit, "PS", "editor").await;
        portal.grant(anna, unit, "SR", "approver").await;
        portal.grant(anna, other, "PS", "viewer").await;
        assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, EDITOR);
        assert_eq!(verbs(&portal, &machine, anna, unit, "SR").await, APPROVER);
        assert_eq!(verbs(&portal, &machine, anna, unit, "FA").await, NOTHING);
        assert_eq!(verbs(&portal, &machine, anna, other, "PS").await, VIEWER);
        assert_eq!(verbs(&portal, &machine, anna, other, "SR").await, NOTHING);
        // Two functions in one sub-area: what one or the other may.
        portal.grant(anna, unit, "PS", "approver").await;
        assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, [true; 3]);
        let ewa = portal.account("ewa", AccountStatus::Active).await;
        assert_eq!(verbs(&portal, &machine, ewa, unit, "PS").await, NOTHING);
        // Officials decide about accounts; that is no right to report.
        let central = portal.central().await;
        assert_eq!(verbs(&portal, &machine, central, unit, "PS").await, NOTHING);
    }

    async fn a_change_of_account_unit_or_grant_shows_in_the_next_answer(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let machine = asking(&portal, &portal.machine(&["PS"], &ALL, &[]).await.token).await;
        let central = portal.actor(portal.central().await).await;
        let unit = portal.unit().await;
        let anna = portal.employee(unit).await;
        assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, EDITOR);
        suspend(&portal.context, &central, anna).await.expect("suspended");
        assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, NOTHING);
        restore(&portal.context, &central, anna).await.expect("restored");
        assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, EDITOR);
        for status in ["pending", "invited", "closed"] {
            let to = |status: &str| format!("UPDATE accounts SET status = '{status}' WHERE login = '{}'", "LOGIN");
            let login = portal.login_of(anna).await;
            portal.db().execute_unprepared(&to(status).replace("LOGIN", &login)).await.expect("by a hand that may");
            assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, NOTHING, "{status}");
            portal.db().execute_unprepared(&to("active").replace("LOGIN", &login)).await.expect("back");
        }
        portal.db().execute_unprepared("UPDATE units SET status = 'closed'").await.expect("closed");
        assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, NOTHING);
        portal.db().execute_unprepared("UPDATE units SET status = 'active'").await.expect("open");
        assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, EDITOR);
        portal.grant(anna, unit, "PS", "approver").await;
        assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, [true; 3]);
        let today = portal.now().warsaw_date();
        for grant in grants::list_of_account(portal.db(), anna).await.expect("grants") {
            let yesterday = today.yesterday().expect("a day");
            grants::end(portal.db(), &grant, yesterday, portal.now()).await.expect("ended");
        }
        assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, NOTHING);
    }

    async fn a_grant_counts_from_its_first_to_its_last_day_in_warsaw(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let machine = asking(&portal, &portal.machine(&["PS"], &ALL, &[]).await.token).await;
        let (unit, anna) = (portal.unit().await, portal.account("anna", AccountStatus::Active).await);
        let today = portal.now().warsaw_date();
        let (first, last) = (today.saturating_add(2.days()), today.saturating_add(3.days()));
        let id = portal.context.new_grant_id();
        let (sub_area, function) = ("PS".to_owned(), "viewer".to_owned());
        let grant = Grant { id, account: anna, unit, sub_area, function, valid_from: first, valid_until: last, application: None };
        grants::add(portal.db(), &grant, portal.now()).await.expect("a grant");
        assert!(last < VALID_UNTIL);
        let begin = Moment::start_of(first);
        // One millisecond before and after each midnight in Warsaw.
        for (moment, expected) in [
            (begin.plus_ms(-1), NOTHING),
            (begin, VIEWER),
            (Moment::end_of(last).plus_ms(-1), VIEWER),
            (Moment::end_of(last), NOTHING),
        ] {
            portal.advance_to(moment);
            assert_eq!(verbs(&portal, &machine, anna, unit, "PS").await, expected, "{}", moment.to_iso());
        }
    }

    async fn a_client_is_answered_within_its_scope_and_told_nothing_beyond_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let anna = portal.employee(unit).await;
        let ask = |verb| question(&portal, anna, unit, "PS", verb);
        let here = asking(&portal, &portal.machine(&["PS"], &["view"], &["26"]).await.token).await;
        let elsewhere = asking(&portal, &portal.machine(&["PS"], &["view"], &["24", "02"]).await.token).await;
        let view = ask(ReportVerb::View).await;
        assert_eq!(answer(&portal.context, &here, std::slice::from_ref(&view)).await.expect("an answer"), [true]);
        assert_eq!(answer(&portal.context, &elsewhere, std::slice::from_ref(&view)).await.expect("an answer"), [false]);
        // One question beyond the scope, and none is answered.
        let edit = ask(ReportVerb::Edit).await;
        let other = question(&portal, anna, unit, "SR", ReportVerb::View).await;
        for beyond in [edit, other] {
            let asked = [view.clone(), beyond];
            assert!(matches!(answer(&portal.context, &here, &asked).await, Err(ServiceError::Denied)));
        }
        // Nobody else asks like this, whatever they may do themselves.
        let central = portal.central().await;
        for actor in [visitor(), operator(), system(), portal.actor(anna).await, portal.actor(central).await] {
            assert!(matches!(answer(&portal.context, &actor, std::slice::from_ref(&view)).await, Err(ServiceError::Denied)));
        }
    }

    async fn a_batch_is_answered_in_its_order(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let machine = asking(&portal, &portal.machine(&["PS", "FA"], &ALL, &[]).await.token).await;
        let (unit, other) = (portal.unit().await, portal.unit().await);
        let mut people = Vec::new();
        for n in 0..10 {
            let account = portal.account("osoba", AccountStatus::Active).await;
            portal.grant(account, if n % 2 == 0 { unit } else { other }, "PS", "editor").await;
            people.push(portal.login_of(account).await);
        }
        let (regon, other_regon) = (portal.regon_of(unit).await, portal.regon_of(other).await);
        let mut questions = Vec::new();
        let mut expected = Vec::new();
        for n in 0..MOST_QUESTIONS {
            let (person, sub_area) = (n % 10, if n % 3 == 0 { "FA" } else { "PS" });
            let verb = ReportVerb::ALL[n % 7 % 3];
            questions.push(Question::new(&people[person].to_uppercase(), &regon, sub_area, verb));
            expected.push(person % 2 == 0 && sub_area == "PS" && verb != ReportVerb::Approve);
        }
        assert!(expected.iter().any(|e| *e) && expected.iter().any(|e| !*e));
        assert_eq!(answer(&portal.context, &machine, &questions).await.expect("answers"), expected);
        let mixed = [
            Question::new(&people[1], &other_regon, "PS", ReportVerb::Edit),
            Question::new("nikt-taki", &other_regon, "PS", ReportVerb::Edit),
            Question::new("a\0b", &other_regon, "PS", ReportVerb::Edit),
            Question::new(&people[1], "1\0x", "PS", ReportVerb::Edit),
            Question::new(&people[1], "123456785", "PS", ReportVerb::Edit),
            Question::new(&people[1], &other_regon, "PS", ReportVerb::View),
        ];
        let answers = answer(&portal.context, &machine, &mixed).await.expect("answers");
        assert_eq!(answers, [true, false, false, false, false, true]);
        assert!(answer(&portal.context, &machine, &mixed[2..3]).await.expect("an answer") == [false], "nothing to look for");
    }

    async fn the_last_use_is_seen_to_the_minute(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let made = portal.machine(&["PS"], &["view"], &[]).await;
        let last = || async { machine_clients::find(portal.db(), made.client.id).await.expect("clients").expect("it").last_used_at };
        assert_eq!(last().await, None);
        let first = portal.now();
        asking(&portal, &made.token).await;
        assert_eq!(last().await, Some(first));
        portal.advance_ms(MINUTE_MS - 1);
        asking(&portal, &made.token).await;
        assert_eq!(last().await, Some(first), "within a minute nothing is written");
        portal.advance_ms(1);
        asking(&portal, &made.token).await;
        assert_eq!(last().await, Some(portal.now()));
        for wrong in ["", "cas_", &made.token[4..], &format!("{}x", made.token), &made.token.to_uppercase()] {
            assert!(know_machine(&portal.context, wrong).await.expect("clients").is_none(), "{wrong}");
        }
    }

    async fn of_two_who_revoke_at_once_one_does(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let made = portal.machine(&["PS"], &["view"], &[]).await;
        let second = portal.second(&db).await;
        let (by, other) = (operator(), operator());
        let (a, b) =
            tokio::join!(revoke_machine(&portal.context, &by, made.client.id), revoke_machine(&second.context, &other, made.client.id));
        assert!(matches!((&a, &b), (Ok(()), Err(ServiceError::Stale)) | (Err(ServiceError::Stale), Ok(()))), "{a:?} {b:?}");
        let name = made.client.name.as_str();
        let trail = portal.trail("machine", name).await;
        assert_eq!(trail.len(), 2, "made once, revoked once");
    }
}
