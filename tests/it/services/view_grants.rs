//! Who may what, where and until when; why; what changed: within scope, in Polish order, without a gap between pages.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{person, unit_data};
use crate::support::portal::{TestPortal, operator, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::registration::Person;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use cas_portal::domain::grant::{GrantState, RightChange};
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::domain::identifiers::{Line, PersonName, TercCode};
use cas_portal::domain::moment::Moment;
use cas_portal::domain::permission::UnitScope;
use cas_portal::domain::revocation::RevocationTexts;
use cas_portal::domain::unit::UnitData;
use cas_portal::services::manage_accounts::{close, restore, suspend};
use cas_portal::services::revoke_grants::revoke;
use cas_portal::services::view_grants::{
    ChangeFilter, GrantFilter, ListedGrant, explain_grant, list_changes, list_grants, read_signed_file,
};
use cas_portal::services::{ServiceError, record};
use cas_portal::storage::grants::changes::{self, Whose};
use cas_portal::storage::grants::{self, Grant, listing};
use cas_portal::storage::{accounts, applications, role_assignments, signed_forms, units};
use jiff::civil::{Date, date};
use sea_orm::ConnectionTrait as _;

const DAYS: (Date, Date) = (date(2026, 1, 1), date(2027, 12, 31));

async fn unit_of(portal: &TestPortal, name: &str, terc: &str) -> UnitId {
    let id = portal.context.new_unit_id();
    let name = Line::parse(name, 200).expect("a name");
    let data = UnitData { name, terc: TercCode::parse(terc).expect("a code"), ..unit_data(portal.regon()) };
    units::add(portal.db(), id, &data, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
    id
}

async fn named(portal: &TestPortal, last_name: &str, login: &str) -> AccountId {
    let who = Person { last_name: PersonName::parse(last_name).expect("a name"), ..person(login) };
    portal.account_of(&who, AccountStatus::Active, true).await
}

async fn listed(portal: &TestPortal, actor: &Actor, filter: &GrantFilter) -> Vec<ListedGrant> {
    let slice = list_grants(&portal.context, actor, filter, None).await.expect("a list");
    assert_eq!(slice.next, None, "one page holds it");
    slice.rows
}

fn logins(rows: &[ListedGrant]) -> Vec<&str> {
    rows.iter().map(|row| row.login.as_str()).collect()
}

async fn changed(portal: &TestPortal, actor: &Actor, since: Date, only: Option<RightChange>) -> Vec<(RightChange, String)> {
    let filter = ChangeFilter { since, only, is_own: false };
    let rows = list_changes(&portal.context, actor, &filter, None).await.expect("a list").rows;
    rows.into_iter().map(|row| (row.change, row.login)).collect()
}

on_both! {
    async fn each_sees_the_grants_of_the_own_voivodeship_or_unit_and_no_others(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (here, beside) = (unit_of(&portal, "CUS w Kielcach", "266101").await, unit_of(&portal, "DPS w Kielcach", "266101").await);
        let there = unit_of(&portal, "MOPS w Pruszkowie", "142102").await;
        for (unit, login) in [(here, "tutaj"), (beside, "obok"), (there, "tam")] {
            portal.holds(named(&portal, "Nowak", login).await, unit, ("PS", "editor"), DAYS).await;
        }
        let everything = GrantFilter::default();
        let central = portal.actor(portal.central().await).await;
        assert_eq!(logins(&listed(&portal, &central, &everything).await), ["tutaj", "obok", "tam"]);
        let administrator = portal.office().await;
        assert_eq!(logins(&listed(&portal, &administrator, &everything).await), ["tutaj", "obok"]);
        let of_unit = portal.actor(portal.coordinator(beside).await).await;
        assert_eq!(logins(&listed(&portal, &of_unit, &everything).await), ["obok"]);
        // Somebody's roles add up, and none reaches further than its own.
        let both = portal.administrator_of("14").await;
        portal.assign(both, Role::UnitCoordinator, None, Some(here)).await;
        assert_eq!(logins(&listed(&portal, &portal.actor(both).await, &everything).await), ["tutaj", "tam"]);
        let holder = portal.employee(here).await;
        let helpdesk = portal.official(Role::Helpdesk, Some("26")).await;
        let auditor = portal.official(Role::Auditor, None).await;
        for actor in [portal.actor(holder).await, portal.actor(helpdesk).await, portal.actor(auditor).await, operator(), visitor()] {
            let refused = list_grants(&portal.context, &actor, &everything, None).await;
            assert!(matches!(refused, Err(ServiceError::Denied)), "{}", actor.label());
            let filter = ChangeFilter { since: date(2026, 1, 1), only: None, is_own: false };
            assert!(matches!(list_changes(&portal.context, &actor, &filter, None).await, Err(ServiceError::Denied)), "{}", actor.label());
        }
    }

    async fn the_list_is_in_polish_order_and_pages_of_any_size_neither_skip_nor_repeat(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let mut units = Vec::new();
        // Two of one name: only their ids tell them apart.
        for name in ["OPS w Żarach", "OPS w Łodzi", "OPS w Lublinie", "OPS w Zabrzu", "OPS w Łodzi"] {
            units.push(unit_of(&portal, name, "260412").await);
        }
        for (n, last_name) in ["Żak", "Zając", "Łoś", "Lis", "Łoś"].into_iter().enumerate() {
            let account = named(&portal, last_name, &format!("osoba-{n}")).await;
            for unit in &units {
                portal.holds(account, *unit, ("PS", "editor"), DAYS).await;
                portal.holds(account, *unit, ("SR", "viewer"), DAYS).await;
            }
        }
        let today = portal.now().warsaw_date();
        let page = |after: Option<String>, size| {
            let db = portal.db().clone();
            async move {
                listing::list(&db, &UnitScope::Country, &GrantFilter::default(), today, after.as_deref(), size).await.expect("a page")
            }
        };
        let all = page(None, 1000).await;
        assert_eq!((all.rows.len(), all.next), (50, None));
        let mut names: Vec<&str> = all.rows.iter().map(|row| row.unit_name.as_str()).collect();
        names.dedup();
        assert_eq!(names, ["OPS w Lublinie", "OPS w Łodzi", "OPS w Zabrzu", "OPS w Żarach"]);
        let mut people: Vec<&str> = all.rows[..10].iter().map(|row| row.last_name.as_str()).collect();
        people.dedup();
        assert_eq!(people, ["Lis", "Łoś", "Zając", "Żak"]);
        for size in [1, 3, 7, 10, 49, 50] {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let slice = page(after, size).await;
                found.extend(slice.rows);
                after = slice.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, all.rows, "pages of {size}");
        }
        // What is no cursor of ours is as none.
        for odd in ["", "k", "x_y", "k00.1_k00.2", "n1.2"] {
            assert_eq!(page(Some(odd.to_owned()), 1000).await.rows.len(), 50, "{odd:?}");
        }
    }

    async fn filters_find_what_they_say_and_persons_are_found_without_their_marks(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (lodz, kielce) = (unit_of(&portal, "OPS w Łodzi", "260412").await, unit_of(&portal, "OPS w Kielcach", "266101").await);
        let (zolc, nowak) = (named(&portal, "Żółć-Gęś", "zolta").await, named(&portal, "Nowak", "nowak").await);
        portal.holds(zolc, lodz, ("PS", "editor"), DAYS).await;
        portal.holds(zolc, kielce, ("SR", "viewer"), (date(2026, 1, 1), date(2026, 12, 31))).await;
        portal.holds(nowak, kielce, ("PS", "approver"), (date(2026, 1, 1), date(2027, 1, 1))).await;
        let administrator = portal.office().await;
        let found = |filter: GrantFilter| {
            let (portal, administrator) = (&portal, &administrator);
            async move { logins(&listed(portal, administrator, &filter).await).join(" ") }
        };
        let text = str::to_owned;
        let empty = GrantFilter::default;
        assert_eq!(found(GrantFilter { person: text("ZOLC ges"), ..empty() }).await, "zolta zolta");
        assert_eq!(found(GrantFilter { person: text("anna now"), ..empty() }).await, "nowak");
        assert_eq!(found(GrantFilter { person: text("nikt"), ..empty() }).await, "");
        // A sign of the pattern language is a letter like any other.
        assert_eq!(found(GrantFilter { person: text("%"), ..empty() }).await, "");
        assert_eq!(found(GrantFilter { unit: text("lodzi"), ..empty() }).await, "zolta");
        assert_eq!(found(GrantFilter { sub_area: text("PS"), ..empty() }).await, "nowak zolta");
        assert_eq!(found(GrantFilter { function: text("viewer"), ..empty() }).await, "zolta");
        assert_eq!(found(GrantFilter { until: Some(date(2026, 12, 30)), ..empty() }).await, "");
        assert_eq!(found(GrantFilter { until: Some(date(2026, 12, 31)), ..empty() }).await, "zolta");
        assert_eq!(found(GrantFilter { until: Some(date(2027, 1, 1)), ..empty() }).await, "nowak zolta");
        assert_eq!(found(GrantFilter { person: text("zolc"), unit: text("kielc"), sub_area: text("PS"), ..empty() }).await, "");
    }

    async fn a_name_that_many_have_is_found_by_walking_the_list(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = unit_of(&portal, "OPS w Łodzi", "260412").await;
        let tx = cas_portal::storage::database::begin(portal.db()).await.expect("a transaction");
        for n in 0..520 {
            let who = Person { last_name: PersonName::parse("Żółć").expect("a name"), ..person(&format!("wielu-{n}")) };
            let new = accounts::NewAccount {
                id: portal.context.new_account_id(),
                login: who.login.clone(),
                profile: cas_portal::domain::account::AccountProfile {
                    first_name: who.first_name,
                    last_name: who.last_name,
                    position: None,
                    email: who.email,
                    phone: None,
                },
                status: AccountStatus::Active,
                voivodeship: None,
                password_hash: None,
            };
            accounts::add(&tx, &new, portal.now()).await.expect("an account");
        }
        tx.commit().await.expect("committed");
        let known = accounts::find_by_login(portal.db(), "wielu-7").await.expect("accounts").expect("the account").account.id;
        portal.holds(known, unit, ("PS", "editor"), DAYS).await;
        portal.holds(named(&portal, "Nowak", "nowak").await, unit, ("PS", "editor"), DAYS).await;
        let administrator = portal.office().await;
        let filter = GrantFilter { person: "zolc".to_owned(), ..GrantFilter::default() };
        assert_eq!(logins(&listed(&portal, &administrator, &filter).await), ["wielu-7"]);
    }

    async fn each_state_is_found_as_it_is_shown(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let central = portal.actor(portal.central().await).await;
        let today = portal.now().warsaw_date();
        let spans = [
            ("PS", date(2026, 1, 1), today),
            ("SR", today, date(2027, 1, 1)),
            ("FA", date(2026, 1, 1), today.yesterday().expect("a day")),
            ("KDR", today.tomorrow().expect("a day"), date(2027, 1, 1)),
        ];
        for login in ["czynna", "zawieszona", "zamknieta"] {
            let account = named(&portal, "Nowak", login).await;
            for (sub_area, from, until) in spans {
                portal.holds(account, unit, (sub_area, "viewer"), (from, until)).await;
            }
            let taken = portal.holds(account, unit, ("WRiSPZ", "viewer"), (date(2026, 1, 1), date(2027, 1, 1))).await;
            let sql = format!("UPDATE grants SET revoked_at = {} WHERE account_id = (SELECT id FROM accounts WHERE login = '{login}') AND sub_area = 'WRiSPZ'", portal.now().0);
            portal.db().execute_unprepared(&sql).await.expect("taken back");
            assert!(listing::find(portal.db(), taken, today).await.expect("read").expect("the grant").revoked_at.is_some());
            match login {
                "zawieszona" => suspend(&portal.context, &central, account).await.expect("suspended"),
                "czynna" => {
                    let old = portal.holds(account, unit, ("OP-3", "viewer"), (date(2026, 1, 1), date(2027, 1, 1))).await;
                    assert!(grants::replace(portal.db(), old, portal.now()).await.expect("replaced"));
                }
                "zamknieta" => accounts::save_status(portal.db(), account, AccountStatus::Closed).await.expect("closed"),
                _ => {}
            }
        }
        let all = listed(&portal, &central, &GrantFilter::default()).await;
        assert_eq!(all.len(), 16);
        for state in GrantState::ALL {
            let expected: Vec<_> = all.iter().filter(|row| row.state == state).cloned().collect();
            assert!(!expected.is_empty(), "{state:?}");
            let filter = GrantFilter { state: Some(state), ..GrantFilter::default() };
            assert_eq!(listed(&portal, &central, &filter).await, expected, "{state:?}");
        }
        let of = |login: &str, sub_area: &str| all.iter().find(|r| r.login == login && r.grant.sub_area == sub_area).expect("a row").state;
        assert_eq!([of("czynna", "PS"), of("czynna", "SR"), of("czynna", "FA"), of("czynna", "KDR")], [GrantState::Current, GrantState::Current, GrantState::Ended, GrantState::Future]);
        assert_eq!([of("zawieszona", "PS"), of("zawieszona", "FA"), of("zamknieta", "KDR"), of("czynna", "WRiSPZ")], [GrantState::Suspended, GrantState::Ended, GrantState::Ended, GrantState::Revoked]);
    }

    async fn a_grant_leads_to_its_application_its_decision_and_its_signed_form(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::Approved).await;
        let unit = filed.unit.expect("a unit");
        let grant = grants::list_of_application(portal.db(), filed.application.id).await.expect("grants")[0].id;
        let decider = portal.actor(filed.administrator.expect("an administrator")).await;
        let entry = NewAuditEntry {
            event: AuditEvent::ApplicationApproved,
            object: AuditObject::new("application", &filed.application.number),
            voivodeship: None,
            on_behalf_of: Some("zastepowana".to_owned()),
            outcome: Outcome::Done,
            details: serde_json::json!({}),
        };
        record::entry(&portal.context, portal.db(), &decider, entry).await.expect("an entry");
        let administrator = portal.office().await;
        let of_unit = portal.actor(portal.coordinator(unit).await).await;
        for (actor, may_open) in [(&administrator, true), (&of_unit, false)] {
            let view = explain_grant(&portal.context, actor, grant).await.expect("a view");
            let origin = view.origin.expect("an application");
            assert_eq!(origin.application.number, filed.application.number);
            assert_eq!(origin.decided_by.map(|account| account.id), filed.administrator);
            assert_eq!(origin.on_behalf_of.as_deref(), Some("zastepowana"));
            assert_eq!(origin.applicant.map(|account| account.id), Some(filed.persons[0]));
            assert_eq!(origin.forms, signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms"));
            assert_eq!(origin.may_open, may_open);
            let (_, file, bytes) = read_signed_file(&portal.context, actor, grant, origin.forms[0].files[0].id).await.expect("the file");
            assert_eq!((file.id, bytes.as_slice()), (origin.forms[0].files[0].id, b"%PDF-1.7 fixture".as_slice()));
            let number = filed.application.number.as_str();
            let entries = portal.trail("application", number).await;
            let last = entries.last().expect("an entry");
            assert_eq!((last.event.as_str(), last.actor.as_str()), ("signed_form.read", actor.label()));
        }
        // A form of an older revision is not what was decided.
        let mut newer = filed.application.clone();
        newer.revision = 2;
        let form = serde_json::json!({});
        applications::save_revision(portal.db(), &newer, &form, &[]).await.expect("a revision");
        let view = explain_grant(&portal.context, &administrator, grant).await.expect("a view");
        assert!(view.origin.expect("an application").forms.is_empty());
        // Not given by an application.
        let other = portal.holds(filed.persons[0], unit, ("SR", "viewer"), (date(2026, 1, 1), date(2027, 1, 1))).await;
        assert!(explain_grant(&portal.context, &administrator, other).await.expect("a view").origin.is_none());
    }

    async fn outside_ones_scope_a_grant_does_not_exist_and_the_attempt_is_recorded(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::Approved).await;
        let other = portal.application(Status::Approved).await;
        let grant = grants::list_of_application(portal.db(), filed.application.id).await.expect("grants")[0].id;
        let file = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms")[0].files[0].id;
        let others_file = signed_forms::list_of(portal.db(), other.application.id).await.expect("forms")[0].files[0].id;
        let elsewhere = portal.office_in("24").await;
        let of_other_unit = portal.actor(portal.coordinator(other.unit.expect("a unit")).await).await;
        let holder = portal.actor(filed.persons[0]).await;
        for (actor, refusals) in [(&elsewhere, 2), (&of_other_unit, 4), (&holder, 6)] {
            assert!(matches!(explain_grant(&portal.context, actor, grant).await, Err(ServiceError::NotFound)), "{}", actor.label());
            assert!(matches!(read_signed_file(&portal.context, actor, grant, file).await, Err(ServiceError::NotFound)), "{}", actor.label());
            let entries = portal.trail("grant", &grant.to_string()).await;
            let refused: Vec<_> = entries.iter().filter(|entry| entry.event == "access.refused").collect();
            assert_eq!(refused.len(), refusals);
            assert!(refused.iter().all(|entry| entry.voivodeship.as_ref().is_some_and(|v| v.as_str() == "26")));
        }
        let administrator = portal.office().await;
        // A file of another application is not reached through this grant.
        assert!(matches!(read_signed_file(&portal.context, &administrator, grant, others_file).await, Err(ServiceError::NotFound)));
        let nothing = explain_grant(&portal.context, &administrator, portal.context.new_grant_id()).await;
        assert!(matches!(nothing, Err(ServiceError::NotFound)));
    }

    async fn what_changed_is_told_from_its_day_on_and_within_scope(db: TestDatabase) {
        use RightChange::{AccountRestored, AccountSuspended, GrantEnded, GrantGiven, GrantRevoked, RoleGiven, RoleRevoked};
        let portal = TestPortal::new(&db);
        let (here, there) = (unit_of(&portal, "CUS w Kielcach", "266101").await, unit_of(&portal, "MOPS w Pruszkowie", "142102").await);
        let central_id = portal.central().await;
        let (anna, ewa) = (named(&portal, "Nowak", "anna").await, named(&portal, "Lis", "ewa").await);
        portal.advance_days(2);
        let day = portal.now().warsaw_date();
        assert_eq!(day, date(2026, 11, 24));
        // Its last day is today: it ends at the midnight after.
        portal.holds(anna, here, ("PS", "editor"), (date(2026, 1, 1), day)).await;
        let kept = portal.holds(anna, here, ("SR", "viewer"), (date(2026, 1, 1), date(2027, 1, 1))).await;
        portal.holds(ewa, there, ("PS", "editor"), DAYS).await;
        let administrator = portal.office().await;
        let login = administrator.label().to_owned();
        let own = |all: &[(RightChange, &str)]| all.iter().map(|(change, login)| (*change, (*login).to_owned())).collect::<Vec<_>>();
        assert_eq!(changed(&portal, &administrator, day, None).await, own(&[(GrantGiven, "anna"), (GrantGiven, "anna"), (RoleGiven, &login)]));
        assert_eq!(changed(&portal, &administrator, day, Some(GrantEnded)).await, []);
        portal.advance_days(1);
        let next = day.tomorrow().expect("a day");
        assert_eq!(changed(&portal, &administrator, next, None).await, own(&[(GrantEnded, "anna")]), "it ended with the beginning of this day");
        let central = portal.actor(central_id).await;
        suspend(&portal.context, &central, anna).await.expect("suspended");
        portal.advance_minutes(1);
        restore(&portal.context, &portal.actor(central_id).await, anna).await.expect("restored");
        portal.advance_minutes(1);
        let grant = grants::list_of_account(portal.db(), anna).await.expect("grants").into_iter().find(|g| g.id == kept).expect("kept");
        let taken = Grant { valid_from: next.tomorrow().expect("a day"), ..grant };
        grants::end(portal.db(), &taken, next, portal.now()).await.expect("taken back");
        let expected = own(&[(GrantRevoked, "anna"), (AccountRestored, "anna"), (AccountSuspended, "anna"), (GrantEnded, "anna")]);
        assert_eq!(changed(&portal, &administrator, next, None).await, expected);
        // The coordinator of the unit sees the same of the own people, and of another unit nothing.
        let of_unit = portal.actor(portal.coordinator(here).await).await;
        let (roles, of_unit_sees): (Vec<_>, Vec<_>) =
            changed(&portal, &of_unit, next, None).await.into_iter().partition(|(change, _)| *change == RoleGiven);
        assert_eq!((roles, of_unit_sees), (own(&[(RoleGiven, of_unit.label())]), expected));
        let of_other = portal.actor(portal.coordinator(there).await).await;
        assert_eq!(changed(&portal, &of_other, next, None).await, own(&[(RoleGiven, of_other.label())]));
        let role = role_assignments::list_of(portal.db(), of_other.account_id().expect("an account")).await.expect("roles")[0].id;
        portal.advance_minutes(1);
        role_assignments::revoke(portal.db(), role, portal.now()).await.expect("revoked");
        assert_eq!(changed(&portal, &portal.actor(central_id).await, next, Some(RoleRevoked)).await, own(&[(RoleRevoked, of_other.label())]));
        assert_eq!(changed(&portal, &administrator, next, Some(RoleRevoked)).await, []);
        // A closed account's grants are taken back with it, and do not end besides.
        portal.advance_minutes(1);
        close(&portal.context, &portal.actor(central_id).await, ewa, "Odeszła z pracy.").await.expect("closed");
        let all = changed(&portal, &portal.actor(central_id).await, next, None).await;
        for change in [RightChange::AccountClosed, RightChange::GrantRevoked] {
            assert!(all[..2].contains(&(change, "ewa".to_owned())), "{all:?}");
        }
        portal.advance_days(1);
        let all = changed(&portal, &portal.actor(central_id).await, next, None).await;
        assert!(!all.contains(&(GrantEnded, "ewa".to_owned())), "{all:?}");
    }

    async fn everybody_sees_what_changed_in_the_own_rights_without_who_did_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (anna, jan) = (portal.employee(unit).await, portal.employed_coordinator(unit).await);
        let (actor, context) = (portal.actor(anna).await, &portal.context);
        let administrator = portal.actor(portal.central().await).await;
        let own = |since| ChangeFilter { since, only: None, is_own: true };
        let of = async |actor: &Actor, since: Date| list_changes(context, actor, &own(since), None).await.expect("a list").rows;
        suspend(context, &administrator, anna).await.expect("suspended");
        restore(context, &administrator, anna).await.expect("restored");
        let rights = RevocationTexts { rights: vec!["PS:editor".into()], reason: "left_work".into(), ..RevocationTexts::default() };
        revoke(context, &portal.actor(jan).await, anna, unit, &rights).await.expect("taken away");
        let rows = of(&actor, date(2026, 11, 22)).await;
        let mut changes: Vec<RightChange> = rows.iter().map(|row| row.change).collect();
        changes.sort();
        let mut expected = vec![RightChange::GrantGiven, RightChange::GrantRevoked, RightChange::AccountSuspended, RightChange::AccountRestored];
        expected.sort();
        assert_eq!(changes, expected);
        let login = portal.login_of(anna).await;
        assert!(rows.iter().all(|row| row.login == login && row.by.is_none()), "nobody else is named: {rows:?}");
        let taken = rows.iter().find(|row| row.change == RightChange::GrantRevoked).expect("it");
        assert!(taken.capacity.is_some() && taken.reason.is_some(), "in which capacity and why, as on the own page");
        assert!(of(&actor, date(2026, 11, 23)).await.is_empty(), "from its day on");
        // The coordinator's own are others; the list of what is looked after has all of them.
        let coordinator = portal.actor(jan).await;
        let mine = of(&coordinator, date(2026, 1, 1)).await;
        assert_eq!(mine.iter().map(|row| row.change).collect::<Vec<_>>(), [RightChange::GrantGiven, RightChange::RoleGiven]);
        assert!(changed(&portal, &coordinator, date(2026, 1, 1), None).await.len() > mine.len());
        for nobody in [visitor(), operator()] {
            assert!(matches!(list_changes(context, &nobody, &own(date(2026, 1, 1)), None).await, Err(ServiceError::Denied)));
        }
    }

    async fn changes_of_one_moment_stand_once_on_pages_of_any_size(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let central = portal.central().await;
        // The clock stands still: everything happens at one moment, some of it at midnight.
        portal.advance_ms(Moment::end_of(portal.now().warsaw_date()).since(portal.now()));
        let central = portal.actor(central).await;
        let today = portal.now().warsaw_date();
        let ended = today.yesterday().expect("a day");
        for n in 0..4 {
            let account = named(&portal, "Nowak", &format!("osoba-{n}")).await;
            portal.holds(account, unit, ("PS", "editor"), (date(2026, 1, 1), ended)).await;
            portal.holds(account, unit, ("SR", "viewer"), (date(2026, 1, 1), date(2027, 1, 1))).await;
            suspend(&portal.context, &central, account).await.expect("suspended");
        }
        let since = date(2026, 1, 1);
        let page = |after: Option<String>, size| {
            let (db, now) = (portal.db().clone(), portal.now());
            async move { changes::list(&db, Whose::Within(&UnitScope::Country), (since, now), None, after.as_deref(), size).await.expect("a page") }
        };
        let all = page(None, 1000).await.rows;
        assert_eq!(all.len(), 8 + 4 + 4 + 1);
        for size in [1, 2, 3, 5, 16, 17] {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let slice = page(after, size).await;
                found.extend(slice.rows);
                after = slice.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, all, "pages of {size}");
        }
    }
}
