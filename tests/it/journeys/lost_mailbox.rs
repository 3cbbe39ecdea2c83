//! Somebody lost the mailbox: applies for another address, has the form signed, waits, and reads letters at the new one.

use super::people::{
    PASSWORD, Scene, Town, approves, assert_form_fits, download_form, files_once, link_to, number_of, path_of, send_signed, sign_in,
    signs_and_sends,
};
use crate::support::client::Client;
use crate::support::database::{TestDatabase, on_both};
use cas_portal::clock::Clock;
use sea_orm::ConnectionTrait;

const NEW: &str = "nowa.skrzynka@gops-morawica.example.pl";

/// Applies, and gives the application's path.
async fn applies(town: &Town, person: &Client) -> String {
    let page = person.get("/email-change").await;
    page.assert_status(200);
    let form = page.form_with_all("/email-change", "statements");
    let form = form.fill_all(&[("new_email", NEW), ("why", "Gmina zmieniła dostawcę poczty.")]);
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
    files_once(person, &form).await
}

on_both! {
    async fn a_lost_mailbox_is_replaced_by_the_heads_signature_after_three_days(db: TestDatabase) {
        // Given somebody of a unit, and the administrator of the voivodeship
        let scene = Scene::open(&db).await;
        let Scene { town, portal, office, person, login, email: old, .. } = &scene;

        // When the person applies, and the signed form comes back
        let path = applies(town, person).await;
        town.letter(NEW, &number_of(&path)).await;
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
        let Scene { town, portal, office, person: stranger, account, email: old, .. } = &scene;
        let path = applies(town, stranger).await;
        signs_and_sends(stranger, &path).await;
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
