//! The office's work in a real browser: every page and state of the review is accessible, fits a phone and works in the dark.

use super::somebody::{is_refused, sign_in, sign_in_as};
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::{START, TestPortal, operator};
use crate::support::signing::{Authority, PdfLook};
use crate::support::web::Site;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::identifiers::Line;
use cas_portal::services::fill_demo::{self, fill_demo};
use cas_portal::services::print_form;
use cas_portal::services::receive_signed_form::upload;

/// The application of the first row of a tab.
async fn first_of(browser: &Browser, site: &Site, status: &str) -> String {
    browser.goto(&site.url(&format!("/admin/applications?status={status}"))).await;
    browser.text_of("tbody tr th a").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_works_through_the_queue_in_the_browser() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    fill_demo(&portal.context, &operator()).await.expect("a country");
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;
    sign_in(&browser, &site, "swietokrzyskie", fill_demo::PASSWORD).await;
    for status in ["form_received", "in_review", "awaiting_form", "returned", "approved", "rejected"] {
        browser.goto(&site.url(&format!("/admin/applications?status={status}"))).await;
        browser.assert_fine(&format!("review/queue-{status}")).await;
    }
    browser.goto(&site.url("/admin/applications?q=nieistniejacy")).await;
    browser.assert_fine("review/queue-nothing-found").await;

    // What came by post waits to be accepted; what came to the wrong office lies apart.
    browser.goto(&site.url("/admin/post")).await;
    assert!(browser.text().await.contains("RPW/1507/2026"), "{}", browser.text().await);
    browser.goto(&site.url("/admin/post?view=unassigned")).await;
    assert!(browser.text().await.contains("sekretariat-z-sliwinska@jednostka.example.pl"), "{}", browser.text().await);

    // By keyboard alone: into the first application, and it is taken.
    let number = first_of(&browser, &site, "form_received").await;
    browser.press(&number).await;
    browser.assert_fine("review/received").await;
    browser.press("Weź do rozpatrzenia").await;
    browser.wait_for("Rozpatrujesz ten wniosek.").await;
    browser.assert_fine("review/taken").await;

    browser.press("Zwróć do poprawy").await;
    browser.assert_fine("review/return").await;
    browser.press("Zwróć do poprawy").await;
    browser.wait_for("Napisz co najmniej jedną uwagę").await;
    assert!(browser.focused().await.starts_with("div#error-summary"), "the errors have the focus: {}", browser.focused().await);
    browser.assert_fine("review/return-refused").await;
    browser.press("Anuluj").await;

    browser.press("Odrzuć").await;
    browser.fill("reason", "   ").await;
    is_refused(&browser, "Odrzuć wniosek", "Napisz uzasadnienie.", "review/reject-refused").await;
    browser.press("Anuluj").await;

    if !browser.has("a[href$='/approve']").await {
        browser.press("Potwierdź zgodność").await;
        browser.wait_for("Potwierdź, że formularz zgadza się").await;
        browser.assert_fine("review/compare-refused").await;
        browser.choose("Porównano formularz z danymi tej wersji wniosku i wszystko się zgadza.").await;
        browser.press("Potwierdź zgodność").await;
        browser.wait_for("Zgodność formularza została potwierdzona.").await;
    }
    browser.press("Zatwierdź").await;
    browser.assert_fine("review/approve").await;
    is_refused(&browser, "Zatwierdź wniosek", "Potwierdź, że widzisz podpis", "review/approve-refused").await;
    browser.choose("signature").await;
    browser.press("Zatwierdź wniosek").await;
    browser.wait_for("Wniosek został zatwierdzony.").await;
    browser.assert_fine("review/approved").await;

    let number = first_of(&browser, &site, "awaiting_form").await;
    browser.press(&number).await;
    browser.press("Zapisz wpływ formularza").await;
    browser.assert_fine("review/receive").await;
    browser.fill("received_on", "jutro").await;
    is_refused(&browser, "Zapisz wpływ", "Wybierz sposób przekazania.", "review/receive-refused").await;
    browser.choose("poczta").await;
    browser.fill("received_on", "").await;
    browser.press("Zapisz wpływ").await;
    browser.wait_for("Wpływ formularza został zapisany.").await;
    // Whoever recorded it leaves the decision to a colleague.
    assert!(browser.text().await.contains("jest zapisany przez Ciebie"), "{}", browser.text().await);
    browser.assert_fine("review/recorded").await;
    sign_in(&browser, &site, "swietokrzyskie-2", fill_demo::PASSWORD).await;
    browser.goto(&site.url(&format!("/admin/applications/{}", number.replace('/', "-")))).await;
    browser.press("Weź do rozpatrzenia").await;
    browser.wait_for("Porównaj formularz z wnioskiem").await;
    browser.assert_fine("review/on-paper").await;
    is_refused(&browser, "Potwierdź zgodność", "Potwierdź, że formularz zgadza się", "review/compare-refused").await;

    // Another voivodeship's administrators see the whole country as one queue when they are central.
    browser.press("Wyloguj się").await;
    sign_in(&browser, &site, "centralny", fill_demo::PASSWORD).await;
    browser.goto(&site.url("/admin/applications?status=form_received")).await;
    browser.assert_fine("review/queue-country").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_names_and_every_state_fit() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;
    let empty = portal.administrator_of("32").await;
    sign_in_as(&browser, &site, &portal, empty).await;
    browser.goto(&site.url("/admin/applications")).await;
    browser.assert_fine("review/queue-empty").await;
    browser.press("Wyloguj się").await;

    let long = "Konstantynopolitańczykowianeczkowicki Specjalistyczny Ośrodek Wsparcia dla Osób Doznających Przemocy Domowej i Ich Rodzin im. \
                Świętego Brata Alberta Chmielowskiego w Źdźbłowicach";
    let mut filed = Vec::new();
    for status in Status::ALL.into_iter().filter(|s| *s != Status::Draft) {
        let mut registration = portal.registration(if status == Status::InReview { 8 } else { 2 });
        registration.unit.name = Line::parse(long, 200).expect("a name");
        filed.push((status, portal.application_of(registration, status).await));
    }
    portal.advance_days(13);
    sign_in_as(&browser, &site, &portal, portal.administrator().await).await;
    for status in [Status::FormReceived, Status::InReview, Status::AwaitingForm, Status::Returned] {
        browser.goto(&site.url(&format!("/admin/applications?status={}", status.key()))).await;
        browser.assert_fine(&format!("review/queue-long-{}", status.key())).await;
    }
    for (status, filed) in &filed {
        browser.goto(&site.url(&format!("/admin/applications/{}", filed.application.number.to_path()))).await;
        browser.assert_fine(&format!("review/long-{}", status.key())).await;
    }
    // Nobody but the one who holds it decides: the page of a decision says so.
    let held = &filed.iter().find(|(status, _)| *status == Status::InReview).expect("one").1;
    browser.goto(&site.url(&format!("/admin/applications/{}/approve", held.application.number.to_path()))).await;
    assert!(browser.text().await.contains("Nie rozpatrujesz tego wniosku."));
    browser.assert_fine("review/conflict").await;
    browser.press("Wyloguj się").await;

    sign_in_as(&browser, &site, &portal, held.administrator.expect("taken")).await;
    browser.goto(&site.url(&format!("/admin/applications/{}/return", held.application.number.to_path()))).await;
    browser.assert_fine("review/long-return").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_found_of_a_signature_reads_well() {
    let db = TestDatabase::sqlite().await;
    let root = Authority::new("Centrum Kwalifikowanych Usług Zaufania", START);
    let portal = TestPortal::new(&db).with_signature_roots(&root.pem);
    let site = portal.site().await;
    let filed = portal.application(Status::AwaitingForm).await;
    let number = &filed.application.number;
    let applicant = portal.actor(filed.persons[0]).await;
    let (_, form) = print_form::pdf(&portal.context, &applicant, number).await.expect("a form");
    let visible = PdfLook { is_visible: true, ..PdfLook::default() };
    let head = root.person("Maria", "Wójcik-Źdźbło", START).sign_pdf(&form);
    let both = Authority::new("Nieznany", START).person("Ewa", "Lis", START).sign_pdf_with(&head, &visible);
    upload(&portal.context, &applicant, number, vec![both]).await.expect("received");
    let browser = Browser::start(1280, 900).await;
    sign_in_as(&browser, &site, &portal, portal.administrator().await).await;
    browser.goto(&site.url(&format!("/admin/applications/{}", number.to_path()))).await;
    let text = browser.text().await;
    for said in
        ["osoba, która ma podpisać formularz", "Ewa Lis", "Certyfikatu nie wydał żaden z wystawców", "Sprawdź, czy niczego nie zasłania"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    browser.assert_fine("review/signatures").await;
}
