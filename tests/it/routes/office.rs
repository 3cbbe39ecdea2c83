//! Office data and dictionaries over HTTP: what each role reaches, what a mistake and a quicker colleague look like, hostile texts.

use super::browser::{Browser, Got};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::Role;
use cas_portal::domain::voivodeship::VoivodeshipCode;
use cas_portal::storage::offices;

const EDIT: &str = "/admin/office/26/edit";

/// The fields of a form as the page shows them, with some of them changed.
fn fields(got: &Got, changed: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    const NAMES: [&str; 9] = [
        "version",
        "address",
        "email",
        "phone",
        "e_delivery_address",
        "epuap_address",
        "email_address",
        "post_address",
        "in_person_address",
    ];
    let mut pairs: Vec<(&'static str, String)> =
        NAMES.map(|name| (name, got.attribute(&format!("[name={name}]"), "value").unwrap_or_default())).to_vec();
    for name in ["e_delivery_open", "epuap_open", "email_open", "post_open", "in_person_open"] {
        if got.attribute(&format!("[name={name}][checked]"), "value").is_some() {
            pairs.push((name, "on".to_owned()));
        }
    }
    for (name, text) in changed {
        pairs.retain(|(known, _)| known != name);
        pairs.push((*name, (*text).to_owned()));
    }
    pairs
}

fn borrowed<'a>(pairs: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    pairs.iter().map(|(name, text)| (*name, text.as_str())).collect()
}

#[rocket::async_test]
async fn an_administrator_changes_the_own_office_and_a_slower_one_reads_what_happened() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (one, two) = (portal.administrator().await, portal.administrator().await);
    let (first, second) = (Browser::of(&portal, one).await, Browser::of(&portal, two).await);
    let list = first.get("/admin/office").await;
    assert!(list.is(200).attributes("main a", "href").contains(&EDIT.to_owned()));
    let (mine, theirs) = (first.get(EDIT).await, second.get(EDIT).await);
    assert!(mine.is(200).attribute("[name=name]", "value").is_none(), "the name is the centre's");

    // A mistake keeps what was typed and leads to its field.
    let wrong = fields(&mine, &[("post_address", ""), ("epuap_address", "SUW"), ("form_text", "Pokój <b>312</b> & 'x'")]);
    let got = first.post(EDIT, &borrowed(&wrong)).await;
    assert_eq!(got.is(422).attributes(".error-summary a", "href"), ["#epuap_address", "#post_address"]);
    assert!(got.body.contains("Pokój &lt;b&gt;312&lt;/b&gt;"), "typed, and as text");
    assert_eq!(got.attribute("[name=epuap_address]", "value").as_deref(), Some("SUW"));

    let right = fields(
        &mine,
        &[("post_address", "ul. Nowa 7, 25-001 Kielce"), ("form_text", "Pokój <b>312</b>"), ("name", "Podszyty"), ("voivodeship", "24")],
    );
    first.post(EDIT, &borrowed(&right)).await.leads_to("/admin/office");
    let list = first.get("/admin/office").await;
    assert!(list.words().contains("ul. Nowa 7, 25-001 Kielce") && list.words().contains("Pokój <b>312</b>"), "{}", list.words());
    assert!(!list.words().contains("Podszyty"));

    // Who opened the page before is told who changed what, keeps the own text, and gets the other's where there was none.
    let late = fields(&theirs, &[("phone", "41 342 99 99")]);
    let got = second.post(EDIT, &borrowed(&late)).await;
    assert!(got.is(422).words().contains("ul. Nowa 7, 25-001 Kielce"));
    assert!(got.words().contains("w międzyczasie ktoś zmienił"), "{}", got.words());
    assert_eq!(got.attribute("[name=phone]", "value").as_deref(), Some("41 342 99 99"));
    assert_eq!(got.attribute("[name=post_address]", "value").as_deref(), Some("ul. Nowa 7, 25-001 Kielce"));
    assert_eq!(got.attribute("[name=version]", "value").as_deref(), Some("1"));
    let again = fields(&got, &[("form_text", "Pokój <b>312</b>")]);
    second.post(EDIT, &borrowed(&again)).await.leads_to("/admin/office");
    let office = offices::find(portal.db(), &VoivodeshipCode::trusted("26")).await.expect("the office");
    assert_eq!((office.phone.as_str(), office.form_text.as_str(), office.version), ("+48413429999", "Pokój <b>312</b>", 2));
    let history = first.get("/admin/office/26/history").await;
    assert!(
        history.is(200).words().contains("było „al. IX Wieków Kielc 3, 25-516 Kielce”, jest „ul. Nowa 7, 25-001 Kielce”"),
        "{}",
        history.words()
    );

    // A proof that lies too far back is asked for, before the page and before the change.
    portal.advance_minutes(16);
    let got = first.get(EDIT).await;
    assert_ne!(got.status, 200);
    let posted = first.post(EDIT, &borrowed(&fields(&mine, &[("post_address", "ul. Obca 1")]))).await;
    assert_ne!(posted.status, 200);
    let office = offices::find(portal.db(), &VoivodeshipCode::trusted("26")).await.expect("the office");
    assert_eq!(office.version, 2);
}

#[rocket::async_test]
async fn who_has_nothing_to_do_with_an_office_finds_none_and_dictionaries_are_the_centre_s() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let stranger = Browser::of(&portal, portal.administrator_of("24").await).await;
    let helpdesk = Browser::of(&portal, portal.official(Role::Helpdesk, Some("26")).await).await;
    let auditor = Browser::of(&portal, portal.official(Role::Auditor, None).await).await;
    let holder = Browser::of(&portal, portal.employee(portal.unit().await).await).await;
    let pairs = [("version", "0"), ("address", "ul. Obca 1"), ("post_open", "on"), ("post_address", "ul. Obca 1")];
    for path in [EDIT, "/admin/office/26/history", "/admin/office/99/edit"] {
        stranger.get(path).await.is(404);
        for other in [&helpdesk, &auditor, &holder] {
            other.get(path).await.is(403);
        }
    }
    stranger.post(EDIT, &pairs).await.is(404);
    let places = [
        "/admin/dictionaries",
        "/admin/dictionaries/history",
        "/admin/dictionaries/unit-kinds/dps",
        "/admin/dictionaries/sub-areas/PS",
        "/admin/dictionaries/targets",
        "/admin/dictionaries/days-off",
    ];
    for other in [&stranger, &helpdesk, &auditor, &holder] {
        assert_eq!(other.post(EDIT, &pairs).await.status, if std::ptr::eq(other, &stranger) { 404 } else { 403 });
        for path in places {
            other.get(path).await.is(403);
        }
        for path in &places[2..] {
            other.post(path, &[("version", "0"), ("name", "x")]).await.is(403);
        }
        other.post("/admin/dictionaries/days-off/2027-11-12/withdraw", &[]).await.is(403);
    }
    let office = offices::find(portal.db(), &VoivodeshipCode::trusted("26")).await.expect("the office");
    assert_eq!(office.version, 0);
    let centre = Browser::of(&portal, portal.central().await).await;
    for path in places {
        centre.get(path).await.is(200);
    }
    centre.get("/admin/dictionaries/unit-kinds/nothing").await.is(404);
    centre.get("/admin/dictionaries/sub-areas/ps").await.is(404);
    centre.post("/admin/dictionaries/days-off/tomorrow/withdraw", &[]).await.is(404);
    assert!(centre.get(EDIT).await.attribute("[name=name]", "value").is_some(), "the centre may rename");
}

#[rocket::async_test]
async fn the_centre_changes_each_dictionary_without_a_script() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let centre = Browser::of(&portal, portal.central().await).await;
    let kind = "/admin/dictionaries/unit-kinds/dps";
    let wrong = centre.post(kind, &[("version", "0"), ("name", "DPS"), ("last_day", "1.1.2020")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#sub_areas", "#last_day"]);
    let typed = [("version", "0"), ("name", "Dom <pomocy> (DPS)"), ("sub_areas", "KDR"), ("sub_areas", "PS"), ("last_day", "31.12.2026")];
    centre.post(kind, &typed).await.leads_to("/admin/dictionaries");
    // Twice the same page: the second is late.
    let late = centre.post(kind, &[("version", "0"), ("name", "Inny"), ("sub_areas", "PS"), ("last_day", "")]).await;
    assert!(late.is(422).words().contains("w międzyczasie ktoś zmienił"));
    assert_eq!(late.attribute("[name=last_day]", "value").as_deref(), Some("31.12.2026"), "left alone, so it follows");
    assert_eq!(late.attribute("#name", "value").as_deref(), Some("Inny"));

    let area = "/admin/dictionaries/sub-areas/PS";
    let wrong = centre.post(area, &[("version", "0"), ("name", "x"), ("default_months", "40"), ("longest_months", "36")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#default_months"]);
    let typed = [("version", "0"), ("name", "pomoc społeczna"), ("default_months", "12"), ("longest_months", "36"), ("last_day", "")];
    centre.post(area, &typed).await.leads_to("/admin/dictionaries");

    let targets = "/admin/dictionaries/targets";
    let wrong = centre.post(targets, &[("kind", "nothing"), ("valid_from", "1.1.2027"), ("working_days", "7")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#kind"]);
    let wrong = centre.post(targets, &[("kind", "all"), ("valid_from", "1.1.2020"), ("working_days", "x")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#valid_from", "#working_days"]);
    centre.post(targets, &[("kind", "all"), ("valid_from", "1.1.2027"), ("working_days", "8")]).await.leads_to("/admin/dictionaries");

    let days = "/admin/dictionaries/days-off";
    let wrong = centre.post(days, &[("day", "24.12.2026"), ("what", "free"), ("reason", "")]).await;
    assert_eq!(wrong.is(422).attributes(".error-summary a", "href"), ["#day", "#reason"]);
    centre.post(days, &[("day", "28.12.2026"), ("what", "free"), ("reason", "Dz.U. <2026>")]).await.leads_to("/admin/dictionaries");
    let page = centre.get("/admin/dictionaries").await;
    assert_eq!(page.attributes("tr[data-day]", "data-state"), ["ahead"]);
    assert!(page.words().contains("Dom <pomocy> (DPS)") && page.words().contains("Dz.U. <2026>"), "{}", page.words());
    centre.post("/admin/dictionaries/days-off/2026-12-28/withdraw", &[]).await.leads_to("/admin/dictionaries");
    let page = centre.get("/admin/dictionaries").await;
    assert_eq!(page.attributes("tr[data-day]", "data-state"), ["withdrawn"]);
    centre.post("/admin/dictionaries/days-off/2026-12-28/withdraw", &[]).await.leads_to("/admin/dictionaries");
    let history = centre.get("/admin/dictionaries/history").await;
    for words in
        ["Typ jednostki: dps", "Podobszar: PS", "Termin rozpatrzenia: wszystkie pozostałe", "Dzień: 28.12.2026", "Dom <pomocy> (DPS)"]
    {
        assert!(history.is(200).words().contains(words), "{words}: {}", history.words());
    }
}
