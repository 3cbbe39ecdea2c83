//! Somebody asks for rights in a unit of another voivodeship: both heads sign, the office there decides, and the rights are there.

use super::people::{Scene, approves, files_once, link_to, number_of, path_of, signs_and_sends};
use crate::support::client::Client;
use crate::support::database::{TestDatabase, on_both};

/// Goes through the pages for a unit that is found by its REGON, and gives the application's path.
async fn applies(person: &Client, regon: &str) -> String {
    let page = person.get("/account").await;
    assert!(page.attributes("main a", "href").contains(&"/account/extend".to_owned()));
    person.get("/account/extend").await.assert_status(200);
    let page = person.get("/account/extend/unit").await;
    person.submit(&page.form("/account/extend/unit").choose("unit", &["other"])).await.assert_redirect("/account/extend/search");
    let page = person.get(&format!("/account/extend/search?unit_search={regon}")).await;
    let found = page.attributes("input[name=unit]", "value");
    let form = page.form("/account/extend/search").choose("unit", &[found[0].as_str()]);
    person.submit(&form).await.assert_redirect("/account/extend/needs");
    let page = person.get("/account/extend/needs").await;
    let form = page.form("/account/extend/needs").choose("grants", &["PS:viewer", "PS:approver"]);
    person.submit(&form).await.assert_redirect("/account/extend/statements");
    let page = person.get("/account/extend/statements").await;
    person.submit(&page.form_with_all("/account/extend/statements", "statements")).await.assert_redirect("/account/extend/check");
    let page = person.get("/account/extend/check").await;
    let form = page.form("/account/extend/check").fill("note", "Od stycznia pół etatu.");
    files_once(person, &form).await
}

on_both! {
    async fn rights_in_another_voivodeship_are_signed_by_both_heads_and_granted_there(db: TestDatabase) {
        // Given somebody of a unit in Morawica, a unit in Łódź, and the administrators of both voivodeships
        let Scene { town, portal, office: here, person, login, email, .. } = Scene::open(&db).await;
        let other = portal.unit_in_lodz().await;
        let (regon, there) = (portal.regon_of(other).await, town.administrator("lodzkie", "10").await);

        // When the person applies, prints the form, has it signed and sends it back
        let path = applies(&person, &regon).await;
        let told = town.letter(&email, &number_of(&path)).await;
        assert_eq!(path_of(&link_to(&told, "/applications/")), format!("{path}/form"));
        let form = person.get(&format!("{path}/form")).await;
        for words in ["Łódzki Urząd Wojewódzki", "Zofia Brzęczyszczykiewicz, dyrektorka", "Maria Wójcik-Źdźbło, kierownik", &login, "zatwierdzający"] {
            assert!(form.words().contains(words), "{words}: {}", form.words());
        }
        assert!(!form.words().contains("pół etatu"), "the message is not printed");
        signs_and_sends(&person, &path).await;

        // Then the office in Łódź sees it with what was and what will be, and the one in Kielce does not
        let queue = there.get("/admin/applications").await;
        assert!(queue.has(&format!("[data-application='{}']", number_of(&path))), "{}", queue.words());
        let elsewhere = here.get("/admin/applications").await;
        assert!(!elsewhere.has("tr[data-application]"), "{}", elsewhere.words());
        here.get(&format!("/admin{path}")).await.assert_status(404);
        let page = there.get(&format!("/admin{path}")).await;
        let row = page.text("[data-field=rights_after]");
        assert!(row.contains("zatwierdzający") && row.contains("brak uprawnień"), "{row}");

        // And once it is approved the rights are there, and nothing else has changed
        approves(&there, &path).await;
        assert!(person.get(&path).await.words().contains("Musi go zatwierdzić jeszcze druga osoba"));
        let second = town.administrator("lodzkie-drugi", "10").await;
        let queue = second.get("/admin/applications?status=in_review").await;
        assert!(queue.has("tr[data-application] [data-awaits-second]"), "{}", queue.words());
        assert!(there.get(&format!("/admin{path}")).await.has("[data-two=awaits_second] form[action$='/withdraw-approval']"));
        approves(&second, &path).await;
        let told = town.letter(&email, "zatwierdzony").await;
        assert!(told.body.contains("podobszar PS") && told.body.contains("NOWE UPRAWNIENIA"), "{}", told.body);
        assert!(told.subject.ends_with("masz nowe uprawnienia"), "{}", told.subject);
        let page = person.get("/account").await;
        let of = |page: &crate::support::client::Page, regon: &str| page.count(&format!("[data-unit='{regon}'] [data-sub-area=PS]"));
        assert_eq!(of(&page, &regon), 2, "{}", page.words());
        assert_eq!(page.count("[data-unit]"), 2);
        assert!(person.get(&path).await.words().contains("Masz uprawnienia, o które prosi wniosek"));
        // What is held now is not asked for again.
        person.get("/account/extend").await.assert_status(200);
        let page = person.get("/account/extend/search?unit_search=Dom+Pomocy").await;
        let found = page.attributes("input[name=unit]", "value");
        person.submit(&page.form("/account/extend/search").choose("unit", &[found[0].as_str()])).await.assert_redirect("/account/extend/needs");
        assert_eq!(person.get("/account/extend/needs").await.attributes("[data-taken]", "data-taken"), ["PS:viewer", "PS:approver"]);
    }
}
