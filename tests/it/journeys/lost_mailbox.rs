//! Somebody lost the mailbox: applies for another address, has the form signed, waits, and reads letters at the new one.

use super::people::{PASSWORD, Town, approves, assert_form_fits, download_form, link_to, path_of, send_signed, sign_in};
use crate::support::client::Client;
use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use cas_portal::clock::Clock;
use cas_portal::domain::id::AccountId;
use sea_orm::ConnectionTrait;

const NEW: &str = "nowa.skrzynka@gops-morawica.example.pl";

/// Somebody of a unit who is signed in, and the administrator of the voivodeship.
struct Scene {
    town: Town,
    portal: TestPortal,
    office: Client,
    person: Client,
    account: AccountId,
    login: String,
    old: String,
}

impl Scene {
    async fn open(db: &TestDatabase) -> Scene {
        let town = Town::open(db).await;
        let mut portal = TestPortal::new(db);
        portal.context.clock = Clock::System;
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let login = portal.login_of(account).await;
        let office = town.administrator("swietokrzyskie", "26").await;
        let person = town.somebody();
        sign_in(&person, &login, PASSWORD).await.assert_redirect("/account");
        let old = portal.email_of(account).await;
        Scene { town, portal, office, person, account, login, old }
    }
}

/// Applies, and gives the application's path.
async fn applies(town: &Town, person: &Client) -> String {
    let page = person.get("/email-change").await;
    page.assert_status(200);
    let form = page.form("/email-change").fill_all(&[("new_email", NEW), ("why", "Gmina zmieniła dostawcę poczty.")]);
    let all = page.attributes("input[name=statements]", "value");
    let form = form.choose("statements", &all.iter().map(String::as_str).collect::<Vec<_>>());
    person.submit(&form).await.assert_redirect("/email-change/code");
    // By the link, in another browser, which opening alone does not use up.
    let link = link_to(&town.letter(NEW, "Potwierdź adres").await, "/email-change/confirm/");
    let elsewhere = town.somebody();
    elsewhere.get(&link).await.assert_status(200);
    let page = elsewhere.get(&link).await;
    elsewhere.submit(&page.form(&path_of(&link))).await.assert_status(200);
    let page = person.get("/email-change/check").await;
    page.assert_status(200);
    assert!(page.words().contains(NEW), "{}", page.words());
    let form = page.form("/email-change/check");
    let filed = person.submit(&form).await;
    filed.assert_status(303);
    // The second click files no second one.
    person.submit(&form).await.assert_redirect(&filed.location());
    filed.location()
}

on_both! {
    async fn a_lost_mailbox_is_replaced_by_the_heads_signature_after_three_days(db: TestDatabase) {
        // Given somebody of a unit, and the administrator of the voivodeship
        let scene = Scene::open(&db).await;
        let Scene { town, portal, office, person, login, old, .. } = &scene;

        // When the person applies, and the signed form comes back
        let path = applies(town, person).await;
        town.letter(NEW, &path.replace("/applications/", "").replace('-', "/")).await;
        let form = download_form(person, &path).await;
        let page = person.get(&format!("{path}/form")).await;
        assert!(page.words().contains(NEW) && !page.words().contains(old), "{}", page.words());
        send_signed(person, &path, &form).await.assert_redirect(&path);

        // Then the office sees what was and what will be, by the same queue and pages as any application
        assert_form_fits(&person.get(&path).await);
        let page = office.get(&format!("/admin{path}")).await;
        let row = page.text("[data-field=new_email]");
        assert!(row.contains(NEW) && row.contains(old), "{row}");
        approves(office, &path).await;

        // And both addresses hear that it waits; nothing has changed yet
        let warning = town.letter(old, "możesz ją jeszcze zatrzymać").await;
        let stop = link_to(&warning, "/email-change/stop/");
        town.letter(NEW, "Nowy adres e-mail zacznie działać").await;
        assert_eq!(&portal.email_of(scene.account).await, old);
        town.somebody().get(&stop).await.assert_status(200);

        // When three days have passed
        // (The running portal has no clock to move: the change is as old as that.)
        portal.db().execute_unprepared("UPDATE waiting_email_changes SET takes_effect_at = approved_at").await.expect("three days ago");
        assert_eq!(portal.keep().await.emails, 1);

        // Then the new address is in force, the person is signed out and signs in again, and the link stops nothing any more
        assert_eq!(portal.email_of(scene.account).await, NEW);
        for to in [old, NEW] {
            town.letter(to, "Adres e-mail konta jest zmieniony").await;
        }
        assert_eq!(person.get("/account").await.status, 303);
        sign_in(person, login, PASSWORD).await.assert_redirect("/account");
        assert!(person.get("/account").await.words().contains(NEW));
        town.somebody().get(&stop).await.assert_status(410);
    }

    async fn a_stranger_with_the_password_gets_no_further_than_the_old_mailbox(db: TestDatabase) {
        // Given a stranger who knows the password of somebody, and got the form past the office
        let scene = Scene::open(&db).await;
        let Scene { town, portal, office, person: stranger, account, old, .. } = &scene;
        let path = applies(town, stranger).await;
        let form = download_form(stranger, &path).await;
        send_signed(stranger, &path, &form).await.assert_redirect(&path);
        approves(office, &path).await;

        // When the owner opens the link in the letter and says „to nie ja”
        let stop = link_to(&town.letter(old, "możesz ją jeszcze zatrzymać").await, "/email-change/stop/");
        let owner = town.somebody();
        let page = owner.get(&stop).await;
        page.assert_status(200);
        owner.submit(&page.form(&path_of(&stop))).await.assert_redirect("/password/forgot");

        // Then the stranger is out, the change never comes, and the office sees the report
        assert_eq!(stranger.get("/account").await.status, 303);
        let page = office.get(&format!("/admin/accounts/{account}")).await;
        assert!(page.has("[data-report=email_change]"), "{}", page.words());
        let mut later = portal.clone();
        later.context.clock = Clock::fixed(portal.now().plus_days(4).0);
        assert_eq!(later.keep().await.emails, 0);
        assert_eq!(&portal.email_of(scene.account).await, old);
    }
}
