//! `/unit/attestation` and `/admin/attestations` over HTTP: who gets in, that no step is skipped, what is refused where it is said.

use super::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::storage::{attestations, grants};

#[rocket::async_test]
async fn a_list_is_made_line_by_line_and_no_step_is_skipped() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employee(unit).await;
    portal.grant(account, unit, "PS", "viewer").await;
    portal.advance_days(365);
    assert_eq!(portal.keep().await.asked, 1);
    let id = attestations::list_current_of(portal.db(), &[unit]).await.expect("attestations")[0].id;
    let path = format!("/unit/attestation/{id}");
    let fields: Vec<String> =
        grants::list_of_account(portal.db(), account).await.expect("grants").iter().map(|g| format!("grants.{}", g.id)).collect();

    let visitor = Browser::new(&portal).await;
    visitor.get(&path).await.leads_to(&format!("/login?next={path}"));
    let pending = Browser::of(&portal, portal.account("czeka", AccountStatus::Pending).await).await;
    pending.get("/unit/attestation").await.is(403);
    let elsewhere = portal.unit_in_lodz().await;
    let stranger = Browser::of(&portal, portal.employee(elsewhere).await).await;
    assert!(stranger.get("/unit/attestation").await.is(200).words().contains("nic do potwierdzenia"));
    stranger.get(&path).await.is(404);
    stranger.get(&format!("{path}/check")).await.is(404);
    stranger.post(&path, &[(&fields[0], "keep")]).await.is(404);
    stranger.post(&format!("{path}/check"), &[]).await.is(404);

    let browser = Browser::of(&portal, account).await;
    assert!(browser.get("/account").await.attributes("main a", "href").contains(&"/unit/attestation".to_owned()));
    let start = browser.get("/unit/attestation").await;
    assert!(start.is(200).attributes("main a", "href").contains(&path), "{}", start.words());
    browser.get(&format!("{path}/check")).await.leads_to(&path);
    browser.post(&format!("{path}/check"), &[]).await.is(422);
    browser.get("/unit/attestation/x").await.is(404);

    let half = browser.post(&path, &[(&fields[0], "keep"), (&fields[1], "owner")]).await;
    assert_eq!(half.is(422).attributes(".error-summary a", "href"), [format!("#{}", fields[1])]);
    assert_eq!(half.attributes("input[checked]", "value"), ["keep"], "what was said stands");
    browser.post(&path, &[(&fields[1], "end"), ("later", "1")]).await.leads_to("/unit/attestation");
    let resumed = browser.get(&path).await;
    assert_eq!(resumed.is(200).attributes("input[checked]", "value").len(), 2, "both goes are kept");
    browser.post(&path, &[(&fields[0], "keep"), (&fields[1], "end")]).await.leads_to(&format!("{path}/check"));
    let check = browser.get(&format!("{path}/check")).await;
    assert!(check.is(200).words().contains("Wójcik-Źdźbło"), "the head signs: {}", check.words());
    let filed = browser.post(&format!("{path}/check"), &[("note", "<b>Pilne</b>")]).await;
    let application = filed.is(303).header("location").unwrap_or_default().to_owned();
    assert!(application.starts_with("/applications/W-26-"), "{application}");
    let form = browser.get(&format!("{application}/form")).await;
    for words in ["zostaje", "do cofnięcia", "Oświadczenie osoby, która przygotowała listę"] {
        assert!(form.is(200).words().contains(words), "{words}: {}", form.words());
    }
    assert!(!form.words().contains("Pilne"), "the note is not printed");
    browser.get(&format!("{application}/edit")).await.is(200);
    browser.post(&format!("{application}/edit"), &[]).await.leads_to("/unit/attestation");
    assert!(browser.get(&path).await.is(200).words().contains("Popraw listę"));
}

#[rocket::async_test]
async fn administrators_see_which_units_have_answered_and_nobody_else() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let employee = portal.employee(unit).await;
    portal.advance_days(365);
    portal.keep().await;
    let regon = portal.regon_of(unit).await;
    for (role, place, sees) in [
        (Role::VoivodeshipAdministrator, Some("26"), Some(1)),
        (Role::VoivodeshipAdministrator, Some("10"), Some(0)),
        (Role::CentralAdministrator, None, Some(1)),
        (Role::Helpdesk, Some("26"), None),
        (Role::Auditor, Some("26"), None),
    ] {
        let browser = Browser::of(&portal, portal.official(role, place).await).await;
        let page = browser.get("/admin/attestations").await;
        match sees {
            Some(rows) => assert_eq!(page.is(200).attributes("tr[data-regon]", "data-regon"), vec![regon.clone(); rows], "{role:?}"),
            None => {
                page.is(403);
            }
        }
        let csv = browser.get("/export/attestations/csv?state=open").await;
        match sees {
            Some(rows) => assert_eq!(csv.is(200).body.lines().filter(|line| line.contains(&regon)).count(), rows),
            None => {
                csv.is(403);
            }
        }
    }
    Browser::of(&portal, employee).await.get("/admin/attestations").await.is(403);
    let central = Browser::of(&portal, portal.central().await).await;
    for (state, rows) in [("open", 1), ("suspended", 0), ("answered", 0), ("done", 0), ("x", 1)] {
        let page = central.get(&format!("/admin/attestations?state={state}")).await;
        assert_eq!(page.is(200).attributes("tr[data-regon]", "data-regon").len(), rows, "{state}");
    }
    assert_eq!(central.get("/admin/attestations?unit_search=nikogo").await.is(200).attributes("tr[data-regon]", "data-regon").len(), 0);
}
