//! `/revocations` over HTTP: what each role reaches, what is shown before, that the next click knows it, and what is left to a successor.

use super::browser::Browser;
use super::wizards::visitors_sign_in_first;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::storage::grants;

#[rocket::async_test]
async fn each_role_reaches_what_is_its_own_and_nothing_else() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (unit, lodz) = (portal.unit().await, portal.unit_in_lodz().await);
    let account = portal.employee(unit).await;
    let path = format!("/revocations/new/{account}/{unit}");
    visitors_sign_in_first(&portal, [path.as_str()]).await;
    let coordinator = portal.coordinator(unit).await;
    let stranger = portal.coordinator(lodz).await;
    for (who, status) in [
        (account, 200),
        (coordinator, 200),
        (portal.administrator().await, 200),
        (portal.central().await, 200),
        (stranger, 404),
        (portal.employee(unit).await, 404),
        (portal.administrator_of("10").await, 404),
        (portal.official(Role::Helpdesk, Some("26")).await, 404),
        (portal.official(Role::Auditor, None).await, 404),
        (portal.account("czeka", AccountStatus::Pending).await, 403),
    ] {
        let browser = Browser::of(&portal, who).await;
        assert_eq!(browser.get(&path).await.status, status, "{who}");
        if status != 200 {
            let posted = browser.post(&path, &[("rights", "PS:editor"), ("reason", "left_work")]).await;
            assert_eq!(posted.status, status, "{who}");
        }
    }
    assert_eq!(grants::list_of_account(portal.db(), account).await.expect("grants").len(), 1);
    let both = portal.employed_coordinator(unit).await;
    let own = Browser::of(&portal, both).await.get(&format!("/revocations/new/{both}/{unit}")).await;
    assert!(own.is(200).words().contains("Masz rolę koordynatora") && !own.words().to_lowercase().contains("ta osoba"), "{}", own.words());
    let browser = Browser::of(&portal, coordinator).await;
    for wrong in ["/revocations/new/x/y", "/revocations/x", "/revocations/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"] {
        browser.get(wrong).await.is(404);
    }
}

#[rocket::async_test]
async fn a_coordinator_sees_what_hangs_on_it_takes_it_and_passes_the_list_on() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let leaver = portal.employee(unit).await;
    portal.grant(leaver, unit, "PS", "approver").await;
    let coordinator = portal.coordinator(unit).await;
    let (browser, of_leaver) = (Browser::of(&portal, coordinator).await, Browser::of(&portal, leaver).await);
    assert_eq!(of_leaver.get("/account").await.is(200).attributes("[data-sub-area]", "data-state"), ["current", "current"]);

    // From the grant to the page that takes it, with what hangs on it.
    let grant =
        grants::list_of_account(portal.db(), leaver).await.expect("grants").into_iter().find(|g| g.function == "approver").expect("it").id;
    let why = browser.get(&format!("/grants/{grant}")).await;
    let path = format!("/revocations/new/{leaver}/{unit}");
    assert!(why.is(200).offers(&format!("{path}?right=PS%3Aapprover")), "{}", why.body);
    let page = browser.get(&format!("{path}?right=PS%3Aapprover")).await;
    assert_eq!(page.is(200).attributes("input[name=rights][checked]", "value"), ["PS:approver"]);
    assert!(page.body.contains("data-nobody") && page.body.contains("data-no-approver"), "{}", page.words());
    assert!(!page.body.contains("name=\"by_letter\""), "a coordinator records no letters");

    // What is wrong is told at its field and stays typed.
    let wrong = browser.post(&path, &[("reason", "other"), ("note", "")]).await;
    wrong.wrong_at(&["#rights", "#note"]);
    let taken = browser.post(&path, &[("rights", "PS:approver"), ("rights", "PS:editor"), ("reason", "left_work")]).await;
    taken.is(303);
    let list = taken.header("Location").expect("a list").to_owned();
    let hand_over = browser.get(&list).await;
    assert_eq!(hand_over.is(200).attribute("main", "data-capacity").as_deref(), Some("coordinator"));
    assert!(hand_over.words().contains("Lista dla następcy") && hand_over.words().contains("zatwierdzający"), "{}", hand_over.words());
    browser.get(&path).await.is(404);

    // The leaver sees it at the next click; the list too, but not the link for a successor.
    assert!(of_leaver.get("/account").await.is(200).words().contains("Nie masz teraz żadnych uprawnień w jednostkach."));
    let own = of_leaver.get(&list).await;
    assert!(own.is(200).words().contains("odejście z pracy") && !own.body.contains("/account/extend/hand-over/"));
    let id = list.rsplit('/').next().expect("an id");
    let link = format!("/account/extend/hand-over/{id}");
    assert!(hand_over.body.contains(&link));
    of_leaver.get(&link).await.is(404);

    // A colleague begins with it.
    let of_colleague = Browser::of(&portal, portal.employee(unit).await).await;
    of_colleague.get(&list).await.is(404);
    let page = of_colleague.get(&link).await;
    assert!(page.is(200).words().contains("zatwierdzający") && !page.words().contains("wprowadzający"), "{}", page.words());
    of_colleague.post(&link, &[]).await.leads_to("/account/extend/needs");
    let needs = of_colleague.get("/account/extend/needs").await;
    assert_eq!(needs.is(200).attributes("input[name=grants][checked]", "value"), ["PS:approver"]);

    // The lists say by whom and why.
    let changes = browser.get("/grants/changes?change=grant_revoked").await;
    assert!(changes.is(200).words().contains("koordynator jednostki: odejście z pracy"), "{}", changes.words());
    let why = browser.get(&format!("/grants/{grant}")).await;
    assert!(why.is(200).words().contains("Powód: odejście z pracy") && !why.body.contains("/revocations/new/"), "{}", why.words());
}

#[rocket::async_test]
async fn an_administrator_records_a_letter_and_sees_what_closing_ends() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    let browser = Browser::of(&portal, portal.administrator().await).await;
    let close = browser.get(&format!("/admin/accounts/{account}/close")).await;
    assert!(close.is(200).body.contains("data-nobody"), "{}", close.words());
    let path = format!("/revocations/new/{account}/{unit}");
    assert!(browser.get(&path).await.is(200).body.contains("name=\"by_letter\""));
    let typed = [("rights", "PS:editor"), ("reason", "other_duties"), ("by_letter", "yes"), ("letter_date", "23.11.2026")];
    let wrong = browser.post(&path, &typed).await;
    wrong.wrong_at(&["#letter_date", "#letter_reference"]);
    let typed = [&typed[..3], &[("letter_date", "20.11.2026"), ("letter_reference", "K.12/2026")]].concat();
    let taken = browser.post(&path, &typed).await;
    taken.is(303);
    let page = browser.get(taken.header("Location").expect("a list")).await;
    assert!(page.is(200).words().contains("Pismo osoby zarządzającej: K.12/2026 z 20.11.2026."), "{}", page.words());
    // The person gives up own rights without a word.
    let own = portal.employee(unit).await;
    let browser = Browser::of(&portal, own).await;
    let path = format!("/revocations/new/{own}/{unit}");
    assert!(browser.get("/account").await.offers(&path));
    assert!(browser.get(&path).await.is(200).words().contains("Zrezygnuj z uprawnień"));
    browser.post(&path, &[("rights", "PS:editor")]).await.is(303);
}

#[rocket::async_test]
async fn a_coordinator_registers_a_successor_from_the_list() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let leaver = portal.employee(unit).await;
    let coordinator = portal.account("koordynator", AccountStatus::Active).await;
    portal.assign(coordinator, Role::UnitCoordinator, None, Some(unit)).await;
    // The administrator closes the account; the list is on its page.
    let administrator = Browser::of(&portal, portal.administrator().await).await;
    administrator.post(&format!("/admin/accounts/{leaver}/close"), &[]).await.wrong_at(&["#note"]);
    administrator.post(&format!("/admin/accounts/{leaver}/close"), &[("note", "Odeszła z pracy.")]).await.is(303);
    let page = administrator.get(&format!("/admin/accounts/{leaver}")).await;
    let list = page.is(200).attributes("[data-hand-overs] a", "href").pop().expect("a list");
    assert!(!administrator.get(&list).await.is(200).body.contains("/unit/staff/register/hand-over/"), "staff is the coordinator's");
    let browser = Browser::of(&portal, coordinator).await;
    let hand_over = browser.get(&list).await;
    assert!(hand_over.is(200).words().contains("zamknięcie konta"), "{}", hand_over.words());
    let link = hand_over.attributes("main a", "href").into_iter().find(|href| href.contains("/register/hand-over/")).expect("a link");
    assert!(browser.get(&link).await.is(200).words().contains("wprowadzający"));
    browser.post(&link, &[]).await.leads_to("/unit/staff/register/persons/1");
    browser.get("/unit/staff/register/persons/1").await.is(200);
    let needs = browser.get("/unit/staff/register/persons/1/needs").await;
    assert_eq!(needs.is(200).attributes("input[name=grants][checked]", "value"), ["PS:editor"]);
    // An administrator serves only units that nobody coordinates: to him there is nothing here.
    for (who, status) in [(portal.employee(unit).await, 403), (portal.administrator().await, 404)] {
        let other = Browser::of(&portal, who).await;
        assert_eq!(other.get(&link).await.status, status);
        assert_eq!(other.post(&link, &[]).await.status, status);
    }
}
