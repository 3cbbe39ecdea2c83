//! Somebody with two accounts signs in to both, has the form signed, and the office joins them; then it is taken back.

use super::people::{PASSWORD, Town, approves, assert_form_fits, download_form, link_to, path_of, send_signed, sign_in};
use crate::support::client::Client;
use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use cas_portal::clock::Clock;
use cas_portal::domain::account::AccountStatus;

/// The sub-area of each right that the person's page shows.
async fn held(person: &Client) -> Vec<String> {
    let mut held = person.get("/account").await.attributes("[data-unit] [data-sub-area]", "data-sub-area");
    held.sort();
    held
}

on_both! {
    async fn two_accounts_are_joined_and_taken_apart_again(db: TestDatabase) {
        // Given somebody with two accounts in one unit, of which the one has a right in another unit, too
        let town = Town::open(&db).await;
        let mut portal = TestPortal::new(&db);
        portal.context.clock = Clock::System;
        let unit = portal.unit().await;
        let (kept, old) = (portal.employee(unit).await, portal.account("stare", AccountStatus::Active).await);
        portal.grant(old, unit, "FA", "viewer").await;
        portal.grant(old, portal.unit().await, "SR", "viewer").await;
        let (kept_login, old_login) = (portal.login_of(kept).await, portal.login_of(old).await);
        let (kept_email, old_email) = (portal.email_of(kept).await, portal.email_of(old).await);
        let office = town.administrator("swietokrzyskie", "26").await;
        let person = town.somebody();

        // When it is proposed in the one account, where the portal has noticed the other
        sign_in(&person, &old_login, PASSWORD).await.assert_redirect("/account");
        assert!(person.get("/account").await.has("[data-join-hint]"));
        let page = person.get("/account/join").await;
        person.submit(&page.form("/account/join").fill("login", &kept_login)).await.assert_redirect("/account/join");
        let page = person.get("/account/join").await;
        assert!(page.has("[data-own=proposed]"), "{}", page.words());
        person.submit(&page.form("/logout")).await.assert_redirect("/");

        // And confirmed in the other, with the right that goes over
        sign_in(&person, &kept_login, PASSWORD).await.assert_redirect("/account");
        assert!(person.get("/account").await.has("[data-join-asked]"));
        assert_eq!(held(&person).await, ["PS"]);
        let page = person.get("/account/join").await;
        assert!(page.has(&format!("[data-asked='{old_login}']")), "{}", page.words());
        let confirm = page.form("/confirm");
        person.submit(&confirm).await.assert_redirect("/account/join");
        person.submit(&confirm).await.assert_redirect("/account/join");
        let page = person.get("/account/join").await;
        assert_eq!(page.attribute("[data-join]", "data-join").as_deref(), Some("confirmed"), "{}", page.words());
        let form = page.form("/file");
        let filed = person.submit(&form).await;
        filed.assert_status(303);
        // The second click files no second one.
        person.submit(&form).await.assert_redirect(&filed.location());
        let path = filed.location();

        // And its form is printed, signed and sent back
        let told = town.letter(&kept_email, &path.replace("/applications/", "").replace('-', "/")).await;
        assert_eq!(path_of(&link_to(&told, "/applications/")), format!("{path}/form"));
        let form = person.get(&format!("{path}/form")).await;
        for words in ["Wniosek o scalenie kont użytkownika", &kept_login, &old_login, "przeglądający", "Kolejna jednostka", "Maria Wójcik-Źdźbło, kierownik"] {
            assert!(form.words().contains(words), "{words}: {}", form.words());
        }
        let pdf = download_form(&person, &path).await;
        send_signed(&person, &path, &pdf).await.assert_redirect(&path);
        assert_form_fits(&person.get(&path).await);

        // Then the office sees what was and what will be, and which account ends
        let page = office.get(&format!("/admin{path}")).await;
        let row = page.text("[data-field=rights_after]");
        assert!(row.contains("FA") && row.contains("PS"), "{row}");
        assert!(page.text("[data-field=given_up_login]").contains(&old_login), "{}", page.words());

        // And once it is approved the rights are here, and nobody signs in to the other account
        approves(&office, &path).await;
        let told = town.letter(&kept_email, "zatwierdzony").await;
        assert!(told.body.contains(&format!("Konto {old_login} jest zawieszone")), "{}", told.body);
        let told = town.letter(&old_email, "są scalone").await;
        assert!(told.body.contains(&kept_login), "{}", told.body);
        assert_eq!(held(&person).await, ["FA", "PS", "SR"]);
        let before = town.somebody();
        let refused = sign_in(&before, &old_login, PASSWORD).await;
        refused.assert_status(422);
        assert!(refused.has("[data-given-up]"), "{}", refused.words());
        assert!(person.get(&path).await.words().contains("drugie konto jest zawieszone"));

        // And it is taken back: both are as they were
        let page = person.get("/account/join").await;
        assert_eq!(page.attribute("[data-join]", "data-join").as_deref(), Some("joined"), "{}", page.words());
        let undo = page.attributes("main a", "href").into_iter().find(|href| href.ends_with("/undo")).expect("a way back");
        let page = person.get(&undo).await;
        person.submit(&page.form("/undo")).await.assert_redirect("/account/join");
        town.letter(&old_email, "cofnięte").await;
        assert_eq!(held(&person).await, ["PS"]);
        sign_in(&before, &old_login, PASSWORD).await.assert_redirect("/account");
        assert_eq!(held(&before).await, ["FA", "SR"]);
    }
}
