//! One's own data, sessions, history, the copy of everything, and the end of the account.

use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::all_the_way;
use crate::support::fixtures::{PASSWORD, person};
use crate::support::portal::{TestPortal, visitor};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::identifiers::Login;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::lockout::Lockout;
use cas_portal::domain::permission::ListScope;
use cas_portal::domain::profile::ProfileTexts;
use cas_portal::services::ServiceError;
use cas_portal::services::change_password::change_password;
use cas_portal::services::change_profile::{change_profile, has_open_application};
use cas_portal::services::keep_session::{OpenSession, keep_session};
use cas_portal::services::manage_accounts::{Answer, answer_proposal, close, list_accounts, propose_closing, suspend, view_account};
use cas_portal::services::manage_sessions::{end_other_sessions, end_session, list_own_sessions};
use cas_portal::services::own_data::read_own_data;
use cas_portal::services::read_history::{Who, read_history};
use cas_portal::services::request_closing::{request_closing, view_closing, withdraw_closing};
use cas_portal::services::sign_in::{Entered, SignIn, SignInForm, sign_in};
use cas_portal::services::view_own_account::view_own_account;
use cas_portal::storage::{accounts, applications, grants, passkeys, profile_changes, role_assignments};
use std::net::IpAddr;

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn from(address: &str) -> Actor {
    Actor { address: Some(address.parse::<IpAddr>().expect("an address")), ..visitor() }
}

async fn enter(portal: &TestPortal, login: &str, address: &str, device: &str) -> (String, OpenSession) {
    let form = SignInForm { login, password: PASSWORD, device, browser: None, replaces: None };
    let Entered { token, .. } = all_the_way(sign_in(&portal.context, &from(address), form).await.expect("no fault"));
    let open = keep_session(&portal.context, &token).await.expect("read").expect("open");
    (token, open)
}

async fn is_open(portal: &TestPortal, token: &str) -> bool {
    keep_session(&portal.context, token).await.expect("read").is_some()
}

fn texts(first_name: &str, last_name: &str) -> ProfileTexts {
    ProfileTexts { first_name: first_name.into(), last_name: last_name.into(), position: String::new(), phone: String::new() }
}

async fn letters(portal: &TestPortal) -> Vec<(String, String)> {
    portal.new_letters().await.into_iter().map(|letter| (letter.to, letter.subject)).collect()
}

async fn events_of(portal: &TestPortal, login: &str) -> Vec<String> {
    portal.trail("account", login).await.into_iter().map(|e| e.event).collect()
}

/// An official's account is closed by two: this one proposes it, another one confirms.
async fn closed_by_two(portal: &TestPortal, by: &Actor, id: AccountId) {
    let second = portal.actor(portal.official(Role::CentralAdministrator, None).await).await;
    let proposal = propose_closing(&portal.context, by, id, "Odeszła z pracy.").await.expect("proposed");
    answer_proposal(&portal.context, &second, proposal, Answer::Confirm).await.expect("confirmed");
}

on_both! {
    async fn a_new_name_is_kept_with_the_old_one_and_sorts_and_is_found(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.account_of(&person("anna"), AccountStatus::Active, true).await;
        let before = accounts::find(portal.db(), id).await.expect("read").expect("it").profile;
        portal.account_of(&person("zenon"), AccountStatus::Active, true).await;
        let actor = portal.actor(id).await;
        let new = ProfileTexts { phone: "41 311 46 92".into(), ..texts("Łucja", "Żądło-Śliwińska") };
        assert!(change_profile(&portal.context, &actor, &new).await.expect("changed"));
        assert!(!change_profile(&portal.context, &actor, &new).await.expect("nothing to do"), "sent twice");
        let after = accounts::find(portal.db(), id).await.expect("read").expect("it");
        assert_eq!((after.profile.full_name().as_str(), &after.profile.email), ("Łucja Żądło-Śliwińska", &before.email));
        assert_eq!((after.profile.position, after.profile.phone.expect("a phone").as_str()), (None, "+48413114692"));
        let kept = profile_changes::list_of(portal.db(), id).await.expect("the history");
        let mut kept: Vec<_> = kept.into_iter().map(|c| (c.field, c.old_value, c.changed_by, c.changed_at)).collect();
        kept.sort();
        let old = |field: &str, value: String| (field.to_owned(), Some(value), "anna".to_owned(), portal.now());
        let mut wanted = vec![
            old("first_name", before.first_name.to_string()),
            old("last_name", before.last_name.to_string()),
            old("position", before.position.expect("one").to_string()),
        ];
        if before.phone.as_ref().map(|p| p.as_str()) != Some("+48413114692") {
            wanted.push(old("phone", before.phone.expect("one").to_string()));
        }
        wanted.sort();
        assert_eq!(kept, wanted);
        let page = accounts::list(portal.db(), &ListScope::Country, ("lucja sliwinska", false), None, 10).await.expect("read");
        assert_eq!(page.rows.iter().map(|a| a.id).collect::<Vec<_>>(), [id], "found under the new name");
        assert!(accounts::list(portal.db(), &ListScope::Country, (before.last_name.as_str(), false), None, 10).await.expect("read").rows.iter().all(|a| a.id != id));
        let all = accounts::list(portal.db(), &ListScope::Country, ("", false), None, 10).await.expect("read");
        assert_eq!(all.rows.last().expect("rows").id, id, "Ż stands last");
        assert!(events_of(&portal, "anna").await.contains(&"account.profile_changed".to_owned()));
    }

    async fn wrong_values_change_nothing_and_applicants_correct_their_application(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.account("anna", AccountStatus::Active).await;
        let actor = portal.actor(id).await;
        let typed = ProfileTexts { phone: "12".into(), ..texts("", "N0wak") };
        let Err(ServiceError::Invalid(errors)) = change_profile(&portal.context, &actor, &typed).await else { panic!("accepted") };
        assert_eq!(errors.0.keys().collect::<Vec<_>>(), ["first_name", "last_name", "phone"]);
        for evil in ["Anna\r\nSubject: x", "Anna\u{0}", "<script>", "Anna {{ letter.link }}"] {
            let done = change_profile(&portal.context, &actor, &texts(evil, "Nowak")).await;
            assert!(matches!(done, Err(ServiceError::Invalid(_))), "{evil:?}: {done:?}");
        }
        assert!(profile_changes::list_of(portal.db(), id).await.expect("read").is_empty());
        let pending = portal.actor(portal.account("ewa", AccountStatus::Pending).await).await;
        assert!(matches!(change_profile(&portal.context, &pending, &texts("Ewa", "Nowa")).await, Err(ServiceError::Denied)));
        assert!(matches!(change_profile(&portal.context, &visitor(), &texts("Ewa", "Nowa")).await, Err(ServiceError::Denied)));
    }

    async fn an_application_stays_as_it_was_filed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(1), Status::InReview).await;
        let id = filed.persons[0];
        accounts::save_status(portal.db(), id, AccountStatus::Active).await.expect("saved");
        let actor = portal.actor(id).await;
        assert!(has_open_application(&portal.context, &actor).await.expect("read"));
        change_profile(&portal.context, &actor, &texts("Zofia", "Nowa")).await.expect("changed");
        let after = applications::find(portal.db(), filed.application.id).await.expect("read").expect("it");
        assert_eq!(after, filed.application, "payload, fingerprint, version");
    }

    async fn sessions_are_seen_without_their_cookies_and_ended_one_by_one(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(id).await;
        let (here, open) = enter(&portal, &login, "198.51.100.7", FIREFOX).await;
        portal.advance_minutes(1);
        let (there, _) = enter(&portal, &login, "2001:db8:1:2::3", "curl/8").await;
        let (third, _) = enter(&portal, &login, "203.0.113.9", "").await;
        let actor = portal.actor(id).await;
        let seen = list_own_sessions(&portal.context, &actor, open.token_hash).await.expect("listed");
        assert_eq!(seen.len(), 3);
        assert!(seen[0].is_current && !seen[1].is_current && !seen[2].is_current);
        assert_eq!((seen[0].device.as_str(), seen[0].network.as_str()), ("Firefox, Windows", "198.51.0.0/16"), "never the address");
        let far = seen.iter().find(|s| s.network == "2001:db8::/32").expect("the other");
        let hash = hex::encode(open.token_hash);
        assert!(!format!("{seen:?}").contains(&hash) && !seen.iter().any(|s| here.contains(&s.id.expect("an id").to_string())));
        // Somebody else's session cannot be ended.
        let stranger = portal.actor(portal.account("ewa", AccountStatus::Active).await).await;
        assert!(matches!(end_session(&portal.context, &stranger, far.id.expect("an id")).await, Err(ServiceError::Stale)));
        assert!(is_open(&portal, &there).await);
        // No fresh proof is asked for: fear must not wait.
        portal.advance_minutes(16);
        end_session(&portal.context, &actor, far.id.expect("an id")).await.expect("ended");
        assert!(!is_open(&portal, &there).await && is_open(&portal, &here).await && is_open(&portal, &third).await);
        assert!(matches!(end_session(&portal.context, &actor, far.id.expect("an id")).await, Err(ServiceError::Stale)), "twice");
        end_other_sessions(&portal.context, &actor, open.token_hash).await.expect("ended");
        assert!(!is_open(&portal, &third).await && is_open(&portal, &here).await);
        portal.advance_minutes(31);
        assert!(list_own_sessions(&portal.context, &actor, open.token_hash).await.expect("listed").is_empty(), "over by time");
        assert!(matches!(list_own_sessions(&portal.context, &visitor(), open.token_hash).await, Err(ServiceError::Denied)));
    }

    async fn the_history_names_the_owner_and_nobody_else(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(id).await;
        let wrong = SignInForm { login: &login, password: "zgadywane hasło numer sto", device: "", browser: None, replaces: None };
        sign_in(&portal.context, &from("203.0.113.9"), wrong).await.expect("no fault");
        enter(&portal, &login, "198.51.100.7", FIREFOX).await;
        let central = portal.central().await;
        suspend(&portal.context, &portal.actor(central).await, portal.account("ewa", AccountStatus::Active).await).await.expect("another's");
        let office = portal.actor(central).await;
        let clerk = portal.login_of(central).await;
        accounts::save_lockout(portal.db(), id, Lockout { failures: 0, blocks: 1, blocked_until: Some(portal.now().plus_hours(1)) }).await.expect("saved");
        cas_portal::services::manage_accounts::unlock(&portal.context, &office, id).await.expect("unlocked");
        let history = read_history(&portal.context, &portal.actor(id).await, None).await.expect("read");
        let seen: Vec<_> = history.rows.iter().map(|e| (e.event.as_str(), e.who, e.network.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("account.unlocked", Who::Other, ""),
                ("session.started", Who::Owner, "198.51.0.0/16"),
                ("sign_in.failed", Who::Visitor, "203.0.0.0/16"),
            ]
        );
        assert!(!format!("{:?}", history.rows).contains(&clerk));
        let own = read_history(&portal.context, &office, None).await.expect("read");
        assert_eq!(own.rows[0].object.as_ref().map(|(kind, id)| (kind.as_str(), id.as_str())), Some(("account", login.as_str())));
    }

    async fn the_history_goes_on_page_by_page_and_skips_nothing(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.account("anna", AccountStatus::Active).await;
        let actor = portal.actor(id).await;
        for n in 0..130 {
            change_profile(&portal.context, &actor, &texts("Anna", if n % 2 == 0 { "Nowa" } else { "Nowak" })).await.expect("changed");
        }
        let (mut seen, mut after, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let page = read_history(&portal.context, &actor, after.as_deref()).await.expect("read");
            seen.extend(page.rows.iter().map(|e| e.event.clone()));
            pages += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((pages, seen.len()), (3, 130));
        assert_eq!(read_history(&portal.context, &actor, Some("x; DROP")).await.expect("read").rows.len(), 50, "nonsense begins anew");
    }

    async fn a_login_that_was_somebody_elses_brings_no_history_along(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let first = portal.account_of(&person("wspolny"), AccountStatus::Active, true).await;
        enter(&portal, "wspolny", "198.51.100.7", "").await;
        let before = accounts::find(portal.db(), first).await.expect("read").expect("it");
        let renamed = Login::parse("dawny").expect("a login");
        accounts::save_profile(portal.db(), first, &renamed, &before.profile, None).await.expect("saved");
        portal.advance_minutes(1);
        let second = portal.account_of(&person("wspolny"), AccountStatus::Active, true).await;
        assert!(read_history(&portal.context, &portal.actor(second).await, None).await.expect("read").rows.is_empty());
        assert_eq!(read_history(&portal.context, &portal.actor(first).await, None).await.expect("read").rows.len(), 1, "what one did is one's own");
    }

    async fn the_copy_holds_everything_of_one_person_and_nothing_of_others(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let registration = portal.registration(3);
        let names: Vec<_> = registration.persons.iter().map(|p| (p.login.to_string(), p.email.to_string())).collect();
        let filed = portal.application_of(registration, Status::Approved).await;
        let id = filed.persons[0];
        let login = portal.login_of(id).await;
        let _ = portal.with_app(id).await;
        let (token, open) = {
            // The second factor is proven elsewhere; the copy only wants a session row.
            let id_of = portal.context.new_session_id();
            let token = "a session of the copy";
            let hash = cas_portal::secrets::token_hash(token);
            cas_portal::storage::sessions::add(portal.db(), id_of, hash, id, FIREFOX, "198.51.100.7", portal.now()).await.expect("a session");
            (token, hash)
        };
        let actor = portal.actor(id).await;
        change_profile(&portal.context, &actor, &texts("Zofia", "Nowa")).await.expect("changed");
        let json = read_own_data(&portal.context, &actor).await.expect("read").to_json();
        for part in [
            "account", "earlier_values", "email_changes", "roles", "grants", "applications", "sessions", "known_devices", "second_factors",
            "closing_requests", "account_joins", "reports", "letters", "history",
        ] {
            assert!(!json[part].is_null(), "{part}");
        }
        assert_eq!(json["account"]["login"], login.as_str());
        assert_eq!(json["account"]["created_at"], portal.now().to_iso());
        assert_eq!(json["earlier_values"].as_array().expect("values").len(), 4, "{}", json["earlier_values"]);
        assert_eq!(json["grants"].as_array().expect("grants").len(), 2);
        let says = |json: &serde_json::Value, key: &str| {
            let lines = json["applications"][0]["revisions"][0]["lines"].as_array().expect("lines");
            lines.iter().find(|line| line["key"] == key).map(|line| line["value"].clone())
        };
        assert_eq!(says(&json, "login"), Some(serde_json::json!([login.as_str()])));
        assert_eq!(says(&json, "grants").and_then(|wishes| wishes.as_array().map(Vec::len)), Some(2));
        assert!(json["sessions"].as_array().expect("sessions").iter().any(|s| s["device"] == "Firefox, Windows"));
        assert!(json["second_factors"]["codes_since_at"].is_string());
        assert!(json["history"].as_array().expect("entries").iter().any(|e| e["event"] == "account.profile_changed"));
        let text = json.to_string();
        for (other, email) in &names[1..] {
            assert!(!text.contains(other.as_str()) && !text.contains(email.as_str()), "{other} is somebody else");
        }
        let stored = accounts::find_credentials(portal.db(), id).await.expect("read").expect("it");
        for secret in [stored.password_hash.as_deref().expect("one"), "argon2", &hex::encode(open), token] {
            assert!(!text.contains(secret), "{secret}");
        }
        assert!(events_of(&portal, &login).await.contains(&"account.data_read".to_owned()));
        // A person who is only named sees the own line of the application.
        let named = filed.persons[1];
        accounts::save_status(portal.db(), named, AccountStatus::Active).await.expect("saved");
        let named = read_own_data(&portal.context, &portal.actor(named).await).await.expect("read").to_json();
        assert_eq!(named["applications"][0]["is_applicant"], false);
        assert_eq!(says(&named, "login"), Some(serde_json::json!([names[1].0.as_str()])));
        assert!(!named.to_string().contains(&names[0].1));
        portal.advance_minutes(16);
        assert!(matches!(read_own_data(&portal.context, &actor).await, Err(ServiceError::ProofTooOld)));
        assert!(matches!(read_own_data(&portal.context, &visitor()).await, Err(ServiceError::Denied)));
    }

    async fn one_asks_to_close_takes_it_back_and_an_administrator_closes(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let id = portal.employee(unit).await;
        portal.grant(id, unit, "PS", "approver").await;
        let login = portal.login_of(id).await;
        let (token, _) = enter(&portal, &login, "198.51.100.7", FIREFOX).await;
        let actor = portal.actor(id).await;
        let view = view_closing(&portal.context, &actor).await.expect("seen");
        assert_eq!((view.grants.len(), view.sole_approver_of.len(), view.requested_at), (2, 1, None));
        request_closing(&portal.context, &actor).await.expect("asked");
        assert!(matches!(request_closing(&portal.context, &actor).await, Err(ServiceError::Stale)), "twice");
        assert_eq!(letters(&portal).await.len(), 1);
        assert!(is_open(&portal, &token).await, "nothing ends by asking");
        withdraw_closing(&portal.context, &actor).await.expect("taken back");
        assert!(matches!(withdraw_closing(&portal.context, &actor).await, Err(ServiceError::Stale)));
        request_closing(&portal.context, &actor).await.expect("asked again");

        let office = portal.office().await;
        let listed = list_accounts(&portal.context, &office, ("", true), None).await.expect("listed");
        assert_eq!(listed.rows.iter().map(|r| (r.account.id, r.asks_to_close)).collect::<Vec<_>>(), [(id, true)]);
        assert!(list_accounts(&portal.context, &office, ("", false), None).await.expect("listed").rows.len() > 1);
        let seen = view_account(&portal.context, &office, id).await.expect("seen");
        assert!(seen.may_close && seen.asked_to_close_at == Some(portal.now()));
        let helpdesk = portal.actor(portal.official(Role::Helpdesk, Some("26")).await).await;
        assert!(matches!(close(&portal.context, &helpdesk, id, "Odeszła z pracy.").await, Err(ServiceError::Denied)));
        let elsewhere = portal.office_in("24").await;
        assert!(matches!(close(&portal.context, &elsewhere, id, "Odeszła z pracy.").await, Err(ServiceError::NotFound)), "out of sight");
        assert!(matches!(close(&portal.context, &actor, id, "Odeszła z pracy.").await, Err(ServiceError::Denied)), "not by oneself");
        close(&portal.context, &office, id, "Odeszła z pracy.").await.expect("closed");
        assert!(!is_open(&portal, &token).await);
        assert!(grants::list_of_account(portal.db(), id).await.expect("grants").is_empty(), "taken away at once");
        let after = accounts::find(portal.db(), id).await.expect("read").expect("it");
        assert_eq!(after.status, AccountStatus::Closed);
        assert!(letters(&portal).await.iter().any(|(to, subject)| *to == after.profile.email.to_string() && subject.contains("jest zamknięte")));
        assert!(matches!(close(&portal.context, &office, id, "Odeszła z pracy.").await, Err(ServiceError::Stale)), "twice");
        let events = events_of(&portal, &login).await;
        for event in ["closing.requested", "closing.withdrawn", "account.closed"] {
            assert!(events.contains(&event.to_owned()), "{event}");
        }
        let form = SignInForm { login: &login, password: PASSWORD, device: "", browser: None, replaces: None };
        assert!(matches!(sign_in(&portal.context, &visitor(), form).await.expect("no fault"), SignIn::Failed));
    }

    async fn closing_wants_a_proof_ends_factors_and_roles_and_waits_for_open_applications(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.official(Role::Helpdesk, Some("26")).await;
        let _ = portal.with_app(id).await;
        let central = portal.central().await;
        let office = portal.actor(central).await;
        portal.advance_minutes(16);
        assert!(matches!(close(&portal.context, &office, id, "Odeszła z pracy.").await, Err(ServiceError::ProofTooOld)));
        let office = portal.actor(central).await;
        // An official's account: one alone does not close it.
        assert!(matches!(close(&portal.context, &office, id, "Odeszła z pracy.").await, Err(ServiceError::SecondNeeded)));
        closed_by_two(&portal, &office, id).await;
        assert!(!passkeys::has_factor(portal.db(), id).await.expect("read"));
        assert!(role_assignments::list_of(portal.db(), id).await.expect("roles").is_empty());

        let filed = portal.application_of(portal.registration(1), Status::InReview).await;
        accounts::save_status(portal.db(), filed.persons[0], AccountStatus::Active).await.expect("saved");
        let own = portal.actor(filed.persons[0]).await;
        assert_eq!(view_closing(&portal.context, &own).await.expect("seen").applications.len(), 1);
        request_closing(&portal.context, &own).await.expect("asking is free");
        assert!(matches!(close(&portal.context, &office, filed.persons[0], "Odeszła z pracy.").await, Err(ServiceError::OpenApplication)));
        assert!(!view_account(&portal.context, &office, filed.persons[0]).await.expect("seen").may_close);
        let pending = portal.account("ewa", AccountStatus::Pending).await;
        assert!(matches!(close(&portal.context, &office, pending, "Odeszła z pracy.").await, Err(ServiceError::Stale)), "it ends with its application");
        assert!(matches!(request_closing(&portal.context, &portal.actor(pending).await).await, Err(ServiceError::Denied)));
    }

    async fn the_last_central_administrator_stays(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.central().await;
        let actor = portal.actor(id).await;
        assert!(view_closing(&portal.context, &actor).await.expect("seen").is_last_administrator);
        assert!(matches!(request_closing(&portal.context, &actor).await, Err(ServiceError::LastAdministrator)));
        let second = portal.central().await;
        let seconds = portal.actor(second).await;
        request_closing(&portal.context, &actor).await.expect("asked");
        request_closing(&portal.context, &seconds).await.expect("asked");
        // Two close an official's account, and neither is its owner: so of two nobody goes, and of three one.
        assert!(matches!(propose_closing(&portal.context, &actor, second, "Odeszła z pracy.").await, Err(ServiceError::SecondNeeded)));
        let third = portal.actor(portal.official(Role::CentralAdministrator, None).await).await;
        let proposal = propose_closing(&portal.context, &actor, second, "Odeszła z pracy.").await.expect("proposed");
        assert!(matches!(answer_proposal(&portal.context, &seconds, proposal, Answer::Confirm).await, Err(ServiceError::Stale)), "the owner");
        answer_proposal(&portal.context, &third, proposal, Answer::Confirm).await.expect("confirmed");
        assert_eq!(accounts::find(portal.db(), second).await.expect("read").expect("it").status, AccountStatus::Closed);
        assert!(matches!(propose_closing(&portal.context, &third, id, "Odeszła z pracy.").await, Err(ServiceError::SecondNeeded)));
    }

    async fn grants_are_shown_with_their_days_ended_ones_too(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let id = portal.employee(unit).await;
        portal.advance_days(800);
        let own = view_own_account(&portal.context, &portal.actor(id).await).await.expect("seen");
        assert_eq!(own.units.iter().map(|(_, grants)| grants.len()).collect::<Vec<_>>(), [1]);
        assert!(own.units[0].1[0].valid_until < portal.now().warsaw_date());
    }

    async fn a_wrong_present_password_counts_where_all_others_do(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.account("anna", AccountStatus::Active).await;
        let login = portal.login_of(id).await;
        let (_, open) = enter(&portal, &login, "198.51.100.7", FIREFOX).await;
        let actor = portal.actor(id).await;
        let new = ("fioletowy parasol na biegunie", "fioletowy parasol na biegunie");
        for _ in 0..5 {
            let wrong = change_password(&portal.context, &actor, &open, "zgadywane hasło numer sto", new, None).await;
            assert!(matches!(wrong, Err(ServiceError::Invalid(ref errors)) if errors.0["current_password"] == [Invalid::PasswordWrong]), "{wrong:?}");
        }
        let blocked = accounts::find(portal.db(), id).await.expect("read").expect("it").lockout;
        assert_eq!(blocked.blocked_until, Some(portal.now().plus_hours(1)));
        assert!(letters(&portal).await.iter().any(|(_, subject)| subject.to_lowercase().contains("blok")));
        // During the block the right one helps no more, and nothing tells that it was right.
        for (current, new) in [(PASSWORD, new), (PASSWORD, ("a", "a")), ("zgadywane hasło numer sto", ("a", "a"))] {
            let refused = change_password(&portal.context, &actor, &open, current, new, None).await;
            let Err(ServiceError::Invalid(errors)) = &refused else { panic!("{refused:?}") };
            assert_eq!(errors.0.keys().collect::<Vec<_>>(), ["current_password"], "{current} {new:?}");
        }
    }
}
