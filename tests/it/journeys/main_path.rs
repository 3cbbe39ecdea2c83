//! The main path: register a unit, print, sign, send back, be returned, correct, be approved, sign in.

use super::people::{NEW_PASSWORD, PASSWORD, Town, activate, approves, assert_form_fits, link_to, path_of, presses, sign_in};
use super::registrar::{APPLICANT, APPLICANT_EMAIL, COLLEAGUE, COLLEAGUE_EMAIL, REGON, Registrar};
use crate::support::client::{Client, Page};
use crate::support::database::{TestDatabase, on_both};

const REMARK: &str = "Pod tym numerem nikt nie odbiera. Podaj numer sekretariatu.";

on_both! {
    async fn a_unit_is_registered_from_the_first_page_to_the_first_sign_in(db: TestDatabase) {
        // Given an administrator of the voivodeship, and one of another
        let town = Town::open(&db).await;
        let office = town.administrator("swietokrzyskie", "26").await;
        let stranger = town.administrator("mazowieckie", "14").await;

        // When a registrar registers a unit with two persons and confirms the e-mail address by the code in the letter
        let mut registrar = Registrar::fills_in_everything(&town).await;
        registrar.confirms_the_email(&town).await;
        registrar.files().await;

        // Then a letter tells the number and where the form is, and the applicant signs in to exactly this application
        let number = registrar.application.replace('-', "/");
        let letter = town.letter(APPLICANT_EMAIL, &number).await;
        assert_eq!(path_of(&link_to(&letter, "/applications/")), format!("{}/form", registrar.path()));
        registrar.signs_in().await;
        registrar.sees("awaiting_form", "1").await;

        // When the form is downloaded, signed and uploaded
        let first_form = registrar.downloads_the_form().await;
        registrar.uploads(&first_form).await.assert_redirect(&registrar.path());

        // Then its code was read and fits, and it waits in the queue of this office alone
        assert_form_fits(&registrar.sees("form_received", "1").await);
        assert_in_queue(&office, &number, "form_received").await;
        assert_hidden_from(&stranger, &registrar.application).await;

        // When the administrator takes it and returns it with a remark at the telephone
        presses(&office, &registrar.path(), "", "take", &[]).await;
        assert_hidden_from(&stranger, &registrar.application).await;
        presses(&office, &registrar.path(), "/return", "return", &[("remarks.unit.phone", REMARK)]).await;

        // Then the applicant gets a letter and finds the remark at that field
        town.letter(APPLICANT_EMAIL, "wymaga poprawek").await;
        let returned = registrar.sees("returned", "1").await;
        assert!(returned.text("[data-remark=\"unit.phone\"]").contains(REMARK));

        // When the telephone is corrected
        registrar.corrects_the_phone(REMARK, "41 300 99 88").await;

        // Then it is a new revision with a new form, and the old form is refused with the reason
        registrar.sees("awaiting_form", "2").await;
        let second_form = registrar.downloads_the_form().await;
        assert!(first_form != second_form);
        let refused = registrar.uploads(&first_form).await;
        refused.assert_status(422);
        assert!(refused.errors().join(" ").contains("starszej wersji"), "{:?}", refused.errors());
        registrar.sees("awaiting_form", "2").await;
        registrar.uploads(&second_form).await.assert_redirect(&registrar.path());
        assert_form_fits(&registrar.sees("form_received", "2").await);

        // When the administrator takes it again and approves it
        approves(&office, &registrar.path()).await;
        assert_hidden_from(&stranger, &registrar.application).await;

        // Then the applicant signs in and sees the unit, the sub-areas, the functions and how long they are valid
        town.letter(APPLICANT_EMAIL, "zatwierdzony").await;
        registrar.sees("approved", "2").await;
        let applicant = town.somebody();
        sign_in(&applicant, APPLICANT, PASSWORD).await.assert_redirect("/account");
        let account = applicant.get("/account").await;
        assert_eq!(grants(&account), [("PS".to_owned(), true), ("SR".to_owned(), true)], "{}", account.words());

        // And the second person activates her account by the link in her letter, signs in and sees what is hers
        let invitation = town.letter(COLLEAGUE_EMAIL, "Aktywuj konto").await;
        let colleague = town.somebody();
        activate(&colleague, &link_to(&invitation, "/activate/")).await;
        sign_in(&colleague, COLLEAGUE, PASSWORD).await.assert_redirect("/account");
        assert_eq!(grants(&colleague.get("/account").await), [("PS".to_owned(), true)]);
        // But the application is the applicant's and the office's.
        assert_eq!(colleague.get("/admin/applications").await.status, 403);

        // And who forgot the password gets a link, chooses another, and the old one is dead
        let forgetful = town.somebody();
        let page = forgetful.get("/password/forgot").await;
        forgetful.submit(&page.form("/password/forgot").fill("login_or_email", COLLEAGUE)).await.assert_redirect("/password/code");
        let letter = town.letter(COLLEAGUE_EMAIL, "Ustaw nowe hasło").await;
        let link = link_to(&letter, "/password/reset/");
        // Opening it twice, as mail programs do, does not spend it.
        forgetful.get(&link).await.assert_status(200);
        let page = forgetful.get(&link).await;
        let form = page.form(&path_of(&link)).fill_all(&[("new_password", NEW_PASSWORD), ("password_repeat", NEW_PASSWORD)]);
        forgetful.submit(&form).await.assert_redirect("/login");
        sign_in(&forgetful, COLLEAGUE, PASSWORD).await.assert_status(422);
        sign_in(&forgetful, COLLEAGUE, NEW_PASSWORD).await.assert_redirect("/account");
        // Whoever was signed in with the old password is signed out.
        assert_eq!(colleague.get("/account").await.status, 303);

        // And the audit trail tells the whole story to the office, and nothing to the stranger
        let story = [
            "application.submitted", "signed_form.received", "application.taken", "application.returned", "application.revised",
            "signed_form.refused", "signed_form.received", "application.taken", "application.approved",
        ];
        assert_eq!(told(&office, &number, &story).await, story);
        assert_eq!(told(&stranger, &number, &story).await, Vec::<String>::new());
        assert_hidden_from(&stranger, &registrar.application).await;
    }
}

async fn assert_in_queue(office: &Client, number: &str, status: &str) {
    let queue = office.get("/admin/applications").await;
    queue.assert_status(200);
    assert!(queue.has(&format!("[data-application=\"{number}\"][data-status=\"{status}\"]")), "{}", queue.words());
}

/// To an administrator of another voivodeship it does not exist, whatever its address.
async fn assert_hidden_from(stranger: &Client, application: &str) {
    let queue = stranger.get("/admin/applications").await;
    queue.assert_status(200);
    assert!(!queue.body.contains(&application.replace('-', "/")), "{}", queue.words());
    for path in [
        "/admin/applications/{}",
        "/admin/applications/{}/approve",
        "/admin/applications/{}/return",
        "/applications/{}",
        "/applications/{}/form",
        "/applications/{}/form.pdf",
    ] {
        stranger.get(&path.replace("{}", application)).await.assert_status(404);
    }
    for action in ["take", "approve", "reject", "return"] {
        let fields = [("version", "0"), ("reason", "Nie"), ("remarks.unit.phone", "Nie")];
        stranger.post(&format!("/admin/applications/{application}/{action}"), &fields).await.assert_status(404);
    }
}

/// The sub-areas of the unit on the account's page, each with whether function and validity stand beside it.
fn grants(account: &Page) -> Vec<(String, bool)> {
    let rows = format!("table[data-unit=\"{REGON}\"] tr[data-sub-area]");
    let areas = account.attributes(&rows, "data-sub-area");
    let is_dated = |words: &str| words.split('–').count() >= 2 && words.chars().filter(char::is_ascii_digit).count() >= 16;
    areas.into_iter().zip(account.texts(&rows)).map(|(area, words)| (area, is_dated(&words))).collect()
}

/// Which of these events the audit page shows about an application, the oldest first.
async fn told(who: &Client, number: &str, story: &[&str]) -> Vec<String> {
    let page = who.get(&format!("/admin/audit?object={}", number.replace('/', "%2F"))).await;
    page.assert_status(200);
    let mut events = page.attributes("tr[data-event]", "data-event");
    events.reverse();
    events.retain(|event| story.contains(&event.as_str()));
    events
}
