//! `/account/join` over HTTP: who gets in, that no step is skipped, that no login can be found out, and the whole way.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::account_join::JoinState;
use cas_portal::domain::identifiers::ApplicationNumber;
use cas_portal::services::receive_signed_form::{Arrival, record_arrival};
use cas_portal::services::review_application::{approve, confirm_compared, take};
use cas_portal::storage::{account_joins, applications, grants};

#[rocket::async_test]
async fn two_accounts_become_one_and_two_again() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let kept = portal.employee(unit).await;
    let old = portal.account("stare", AccountStatus::Active).await;
    portal.grant(old, unit, "FA", "viewer").await;
    let (kept_login, old_login) = (portal.login_of(kept).await, portal.login_of(old).await);

    Browser::new(&portal).await.get("/account/join").await.leads_to("/login?next=/account/join");
    let pending = Browser::of(&portal, portal.account("czeka", AccountStatus::Pending).await).await;
    pending.get("/account/join").await.is(403);
    pending.post("/account/join", &[("login", &kept_login)]).await.is(403);

    // The hint tells no login, and can be hidden.
    let mine = Browser::of(&portal, kept).await;
    let account = mine.get("/account").await;
    assert!(account.is(200).words().contains("Czy masz drugie konto?") && !account.words().contains(&old_login));
    mine.post("/account/join/hide", &[]).await.leads_to("/account");
    assert!(!mine.get("/account").await.words().contains("Czy masz drugie konto?"));

    // A login that is nobody's and one that is somebody's: the same pages but for what was typed.
    let theirs = Browser::of(&portal, old).await;
    theirs.post("/account/join", &[("login", "")]).await.is(422);
    theirs.post("/account/join", &[("login", &old_login)]).await.is(422);
    theirs.post("/account/join", &[("login", "nikogo-takiego")]).await.leads_to("/account/join");
    let nobody = theirs.get("/account/join").await.is(200).words().replace("nikogo-takiego", "…");
    let id = account_joins::list_running_of(portal.db(), old).await.expect("joins")[0].id;
    theirs.post(&format!("/account/join/{id}/drop"), &[]).await.leads_to("/account/join");
    theirs.post("/account/join", &[("login", &kept_login)]).await.leads_to("/account/join");
    let somebody = theirs.get("/account/join").await.is(200).words().replace(&kept_login, "…");
    assert_eq!(somebody.replace(&old_login, ""), nobody.replace(&old_login, ""));

    let id = account_joins::list_running_of(portal.db(), old).await.expect("joins")[0].id;
    let path = format!("/account/join/{id}");
    let stranger = Browser::of(&portal, portal.employee(unit).await).await;
    for step in ["confirm", "refuse", "drop", "file", "undo"] {
        stranger.post(&format!("{path}/{step}"), &[]).await.is(404);
    }
    for step in ["confirm", "refuse"] {
        theirs.post(&format!("{path}/{step}"), &[]).await.is(404);
    }
    mine.post("/account/join/x/confirm", &[]).await.is(404);
    mine.get(&format!("{path}/undo")).await.is(404);
    mine.post(&format!("{path}/file"), &[]).await.leads_to("/account/join");
    assert!(mine.get("/account/join").await.words().contains(&old_login), "who proposes is told");
    mine.post(&format!("{path}/confirm"), &[]).await.leads_to("/account/join");
    mine.post(&format!("{path}/confirm"), &[]).await.leads_to("/account/join");

    let page = mine.get("/account/join").await;
    let boxes = page.is(200).attributes("input[name=grants]", "value");
    assert_eq!(boxes.len(), 1);
    mine.post(&format!("{path}/file"), &[("grants", "x")]).await.is(422);
    let own = grants::list_of_account(portal.db(), kept).await.expect("grants")[0].id.to_string();
    let wrong = mine.post(&format!("{path}/file"), &[("grants", &own)]).await;
    assert!(wrong.is(422).words().contains("nie może przejść"), "{}", wrong.words());
    let filed = mine.post(&format!("{path}/file"), &[("grants", &boxes[0]), ("note", "<b>Pilne</b>")]).await;
    let application = filed.is(303).header("location").unwrap_or_default().to_owned();
    let form = mine.get(&format!("{application}/form")).await;
    for words in [kept_login.as_str(), old_login.as_str(), "Oświadczenie każdej z osób zarządzających"] {
        assert!(form.is(200).words().contains(words), "{words}: {}", form.words());
    }
    mine.post(&format!("{application}/edit"), &[]).await.leads_to("/account/join");
    assert!(mine.get("/account/join").await.is(200).words().contains("Złóż poprawiony wniosek"));

    let office = portal.actor(portal.administrator().await).await;
    let number = ApplicationNumber::parse(&application.trim_start_matches("/applications/").replace('-', "/")).expect("a number");
    let version = async || applications::find_by_number(portal.db(), &number).await.expect("applications").expect("it").version;
    let arrival = Arrival { channel: "in_person".to_owned(), ..Arrival::default() };
    record_arrival(&portal.context, &portal.office().await, &number, version().await, &arrival, Vec::new()).await.expect("received");
    take(&portal.context, &office, &number, version().await).await.expect("taken");
    confirm_compared(&portal.context, &office, &number, version().await, true).await.expect("compared");
    let reviewer = Browser::of(&portal, office.account_id().expect("an account")).await;
    let review = reviewer.get(&format!("/admin{application}")).await;
    assert!(review.is(200).words().contains(&old_login), "{}", review.words());
    approve(&portal.context, &office, &number, version().await, true).await.expect("approved");
    // The session of the account that was given up is gone.
    theirs.get("/account/join").await.leads_to("/login?next=/account/join");
    // Whoever knows its password is told why nobody signs in to it; whoever does not learns nothing.
    theirs.get("/login").await.is(200);
    let told = theirs.post("/login", &[("login", &old_login), ("password", PASSWORD)]).await;
    assert!(told.is(422).words().contains("To konto jest scalone z innym Twoim kontem"), "{}", told.words());
    assert!(!told.words().contains(&kept_login), "the other login is not told to somebody who is not signed in");
    let guessed = theirs.post("/login", &[("login", &old_login), ("password", "nie to hasło, niestety")]).await;
    assert!(guessed.is(422).words().contains("Nie udało się zalogować") && !guessed.words().contains("scalone"), "{}", guessed.words());

    let seen = reviewer.get(&format!("/admin/accounts/{old}")).await;
    let links = seen.is(200).attributes("main a", "href");
    assert!(
        links.contains(&format!("/admin/accounts/{old}/undo-join")) && !links.iter().any(|link| link.ends_with("/restore")),
        "{links:?}"
    );
    reviewer.get(&format!("/admin/accounts/{old}/undo-join")).await.is(200);
    let elsewhere = Browser::of(&portal, portal.official(Role::VoivodeshipAdministrator, Some("10")).await).await;
    elsewhere.post(&format!("/admin/accounts/{old}/undo-join"), &[]).await.is(404);
    let mine = Browser::of(&portal, kept).await;
    mine.get(&format!("{path}/undo")).await.is(200);
    mine.post(&format!("{path}/undo"), &[]).await.leads_to("/account/join");
    assert!(Browser::of(&portal, old).await.get("/account").await.is(200).words().contains("FA"));
}

#[rocket::async_test]
async fn the_account_that_stays_is_confirmed_only_after_its_second_factor() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let (kept, old) = (portal.employee(unit).await, portal.account("stare", AccountStatus::Active).await);
    let kept_login = portal.login_of(kept).await;
    let (app, _, _) = portal.with_app(kept).await;
    let theirs = Browser::of(&portal, old).await;
    theirs.get("/account/join").await.is(200);
    theirs.post("/account/join", &[("login", &kept_login)]).await.leads_to("/account/join");
    let id = account_joins::list_running_of(portal.db(), old).await.expect("joins")[0].id;
    let confirm = format!("/account/join/{id}/confirm");
    let state = async || account_joins::find(portal.db(), id).await.expect("joins").expect("it").state;

    let mine = Browser::new(&portal).await;
    mine.get("/login").await.is(200);
    mine.post("/login", &[("login", &kept_login), ("password", PASSWORD)]).await.leads_to("/login/factor");
    mine.get("/account/join").await.leads_to("/login/factor?next=/account/join");
    mine.get("/login/factor").await.is(200);
    mine.post(&confirm, &[]).await.leads_to("/login/factor");
    assert_eq!(state().await, JoinState::Proposed, "the password alone confirms nothing");
    portal.advance_minutes(1);
    mine.post("/login/factor", &[("code", &app.code(&portal, 0))]).await.is(303);
    // Nor does a session in which it was proven long ago.
    portal.advance_minutes(16);
    mine.get("/account/join").await.is(200);
    mine.post(&confirm, &[]).await.leads_to("/account/prove?interrupted=true&next=/account/join");
    assert_eq!(state().await, JoinState::Proposed);
    mine.get("/account/prove?interrupted=true&next=/account/join").await.is(200);
    mine.post("/account/prove", &[("current_password", PASSWORD), ("next", "/account/join")]).await.is(303);
    mine.get("/account/join").await.is(200);
    mine.post(&confirm, &[]).await.leads_to("/account/join");
    assert_eq!(state().await, JoinState::Confirmed);
}
