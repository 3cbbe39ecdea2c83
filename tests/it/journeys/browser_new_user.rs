//! The new user in a real browser: the letter's link, the first password, the first sign-in, and what one may do. Every page and
//! state is accessible, fits a phone and works in the dark.

use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::{PUBLIC_URL, TestPortal};
use cas_portal::domain::application::status::Status;
use cas_portal::services::review_application::approve;
use cas_portal::storage::accounts;

const PASSWORD: &str = "granatowa łódka płynie pod most";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invited_person_activates_signs_in_and_sees_what_is_theirs() {
    // Given an application for two persons that was approved, and the letter to the second
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let filed = portal.application_of(portal.registration(2), Status::InReview).await;
    let administrator = portal.actor(filed.administrator.expect("taken")).await;
    approve(&portal.context, &administrator, &filed.application.number, 0, true).await.expect("approved");
    portal.deliver().await;
    let invited = accounts::find(portal.db(), filed.persons[1]).await.expect("accounts").expect("the second person");
    let letters = portal.letters_to(&invited.profile.email.to_string());
    let start = format!("{PUBLIC_URL}/activate/");
    let link = letters.iter().flat_map(|letter| &letter.links).find(|link| link.starts_with(&start)).expect("an activation link");
    let path = &link[PUBLIC_URL.len()..];

    // When she opens the link
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;
    browser.goto(&site.url(path)).await;
    browser.wait_for(&format!("Login: {}", invited.login)).await;
    browser.assert_fine("new_user/link").await;

    // Then a weak password and missing statements are told at their places
    browser.fill("new_password", "krótkie").await;
    browser.fill("password_repeat", "krótkie").await;
    browser.press("Aktywuj konto").await;
    browser.wait_for("Popraw błędy w formularzu").await;
    assert_eq!(browser.path().await, path);
    browser.assert_fine("new_user/refused").await;

    // And a good one activates the account
    browser.fill("new_password", PASSWORD).await;
    browser.fill("password_repeat", PASSWORD).await;
    for label in [
        "Potwierdzam, że dane na moim koncie są prawdziwe.",
        "Potwierdzam, że znam zasady korzystania z systemu i będę ich przestrzegać.",
        "Potwierdzam, że nikomu nie udostępnię swojego konta ani hasła.",
    ] {
        browser.choose(label).await;
    }
    browser.press("Aktywuj konto").await;
    browser.wait_for("Zaloguj się").await;
    assert_eq!(browser.path().await, "/login");
    browser.assert_fine("new_user/signed_in").await;
    browser.fill("login", invited.login.as_str()).await;
    browser.fill("password", PASSWORD).await;
    browser.press("Zaloguj się").await;

    // And she sees unit, sub-areas, functions, validity, and nothing else
    browser.wait_for("Parametry użytkownika").await;
    assert_eq!(browser.path().await, "/account");
    let page = browser.text().await;
    for words in
        ["Gminny Ośrodek Pomocy Społecznej w Morawicy", "fundusz alimentacyjny", "pomoc społeczna", "przeglądający", "wprowadzający dane"]
    {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    assert!(!browser.has(".site-nav a[href='/admin']").await);
    browser.assert_fine("new_user/account").await;

    // And the link is spent
    let other = Browser::start(1280, 900).await;
    other.goto(&site.url(path)).await;
    other.wait_for("link").await;
    assert!(!other.has("input[name=new_password]").await);
    other.axe().await;
}
