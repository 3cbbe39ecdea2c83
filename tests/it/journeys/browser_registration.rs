//! Registration in a browser, by keyboard and mouse: axe-core looks at every page in every state, wide and on a phone.

use super::registrant::{PASSWORD, code, letter, regon, serve};
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::unit_data;
use crate::support::portal::TestPortal;
use cas_portal::storage::units;
use thirtyfour::Key;

/// Tab until what has the focus says this.
async fn tab_to(browser: &Browser, words: &str) {
    for _ in 0..80 {
        browser.keyboard(Key::Tab).await;
        if browser.focused().await.contains(words) {
            return;
        }
    }
    panic!("the keyboard does not reach “{words}” on {}", browser.url().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_is_registered_by_keyboard_and_mouse() {
    let db = TestDatabase::sqlite().await;
    let server = serve(&db).await;
    let browser = Browser::start(1280, 900).await;

    browser.goto(&server.url("/register")).await;
    browser.assert_fine("registration/01-start").await;
    tab_to(&browser, "button Zacznij").await;
    browser.keyboard(Key::Enter).await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.assert_fine("registration/02-tasks").await;
    browser.press("Przejdź do następnego kroku").await;

    browser.assert_fine("registration/03-unit").await;
    browser.press("Szukaj").await;
    assert!(browser.focused().await.contains("error-summary"), "the errors have the focus: {}", browser.focused().await);
    browser.assert_fine("registration/03-unit-refused").await;
    browser.fill("unit_search", &regon(7)).await;
    browser.keyboard(Key::Enter).await;
    browser.wait_for("Wyniki wyszukiwania").await;
    browser.assert_fine("registration/03-unit-not-found").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Dane jednostki").await;

    browser.assert_fine("registration/04-unit-data").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Popraw błędy").await;
    browser.assert_fine("registration/04-unit-data-refused").await;
    for (field, value) in [
        ("name", "Gminny Ośrodek Pomocy Społecznej w Bolesławcu nad Prosną imienia Świętego Łukasza Żółkiewskiego"),
        ("kind", "Gminny ośrodek pomocy społecznej (GOPS)"),
        ("parent_body", "Gmina Bolesławiec"),
        ("street", "Rynek"),
        ("building", "1"),
        ("postal_code", "98-430"),
        ("town", "Bolesławiec"),
        ("phone", "62 783 60 00"),
        ("email", "gops@boleslawiec.example.pl"),
        ("head_first_name", "Łucja"),
        ("head_last_name", "Źdźbło-Ćwiąkalska"),
        ("head_position", "kierownik"),
        ("gmina_search", "boleslawiec"),
    ] {
        browser.fill(field, value).await;
    }
    // The gmina by keyboard alone: search, go to the answers, pick one.
    tab_to(&browser, "Szukaj gminy").await;
    browser.keyboard(Key::Enter).await;
    browser.wait_for("powiat wieruszowski").await;
    assert!(browser.path().await.ends_with("/register/unit-data"));
    browser.assert_fine("registration/04-unit-data-gminas").await;
    tab_to(&browser, "input#terc").await;
    browser.keyboard(Key::Space).await;
    browser.press("Wybierz z listy województw").await;
    browser.assert_fine("registration/05-gmina-voivodeship").await;
    browser.fill("voivodeship", "łódzkie").await;
    browser.press("Dalej").await;
    browser.assert_fine("registration/05-gmina-powiat").await;
    browser.fill("powiat", "wieruszowski").await;
    browser.press("Dalej").await;
    browser.assert_fine("registration/05-gmina").await;
    browser.choose("Bolesławiec").await;
    browser.press("Wybierz gminę").await;
    browser.wait_for("powiat wieruszowski").await;
    browser.fill("town", "Bolesławiec").await;
    // Enter in a field saves the page; it does not search for a gmina.
    browser.keyboard(Key::Enter).await;
    browser.wait_for("Twoje dane i login").await;

    browser.assert_fine("registration/06-person").await;
    browser.fill("login", "żółw").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Popraw błędy").await;
    browser.assert_fine("registration/06-person-refused").await;
    for (field, value) in [
        ("Imię", "Anna Maria"),
        ("Nazwisko", "Nowak-Źdźbło"),
        ("Stanowisko", "starsza specjalistka pracy socjalnej"),
        ("email", "anna@boleslawiec.example.pl"),
        ("phone", "62 783 60 01"),
        ("Login", "anna-nowak"),
    ] {
        browser.fill(field, value).await;
    }
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Wymyśl hasło").await;

    browser.assert_fine("registration/07-password").await;
    browser.fill("password", "krótkie").await;
    browser.wait_for("Brakuje znaków").await;
    browser.press_here("Pokaż hasło").await;
    assert!(browser.has("#password[type=text]").await, "the password is not shown");
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Hasło jest za krótkie").await;
    browser.assert_fine("registration/07-password-refused").await;
    browser.fill("password", PASSWORD).await;
    browser.fill("password_repeat", PASSWORD).await;
    browser.keyboard(Key::Enter).await;
    browser.wait_for("Czego potrzebujesz?").await;

    browser.assert_fine("registration/08-needs").await;
    browser.fill("valid_until", "31.02.2027").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Popraw błędy").await;
    browser.assert_fine("registration/08-needs-refused").await;
    browser.fill("valid_until", "").await;
    browser.choose("PS: wprowadzający dane").await;
    browser.choose("SR: przeglądający").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Osoby i uprawnienia").await;

    browser.press("Dodaj osobę").await;
    browser.assert_fine("registration/09-second-person").await;
    for (field, value) in [
        ("first_name", "Jan"),
        ("last_name", "Brzęczyszczykiewicz-Łękołodzki"),
        ("position", "referent"),
        ("email", "jan@boleslawiec.example.pl"),
        ("phone", "62 783 60 02"),
        ("login", "jan-b"),
    ] {
        browser.fill(field, value).await;
    }
    browser.press("Zapisz i przejdź dalej").await;
    browser.assert_fine("registration/09-second-needs").await;
    browser.press("Osoby i uprawnienia").await;
    browser.assert_fine("registration/10-persons").await;
    browser.goto(&server.url("/register/persons/2/remove")).await;
    browser.assert_fine("registration/10-remove").await;
    browser.press("Usuń osobę").await;
    browser.wait_for("Osoba została usunięta").await;
    browser.press("Dalej").await;

    browser.assert_fine("registration/11-statements").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Potwierdź wszystkie oświadczenia").await;
    browser.assert_fine("registration/11-statements-refused").await;
    for words in ["Potwierdzam, że dane", "Potwierdzam, że znam", "Potwierdzam, że nikomu"] {
        browser.choose(words).await;
    }
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Potwierdź adres e-mail").await;

    browser.assert_fine("registration/12-email").await;
    browser.press("Wyślij list").await;
    browser.wait_for("Wysyłamy list na adres").await;
    browser.assert_fine("registration/12-email-code").await;
    browser.fill("code", "12").await;
    browser.press("Potwierdź adres").await;
    browser.wait_for("Kod jest błędny").await;
    browser.assert_fine("registration/12-email-refused").await;
    browser.goto(&server.url("/register/save")).await;
    browser.assert_fine("registration/12-save").await;
    let letter = letter(&server, "anna@boleslawiec.example.pl", "/register/confirm/").await;
    browser.goto(&server.url(&super::registrant::link(&letter, "/register/confirm/"))).await;
    browser.assert_fine("registration/12-email-link").await;
    browser.goto(&server.url("/register/email?sent=true")).await;
    browser.fill("code", &code(&letter)).await;
    browser.keyboard(Key::Enter).await;
    browser.wait_for("Sprawdź odpowiedzi").await;

    browser.assert_fine("registration/13-check").await;
    browser.fill("note", "Proszę o szybkie rozpatrzenie.\nDziękuję.").await;
    browser.press("Złóż wniosek").await;
    browser.wait_for("Wniosek złożony").await;
    browser.assert_fine("registration/14-submitted").await;
    browser.press("Zaloguj się i pobierz formularz").await;
    browser.fill("login", "anna-nowak").await;
    browser.fill("password", PASSWORD).await;
    browser.keyboard(Key::Enter).await;
    browser.wait_for("Co zrobić teraz").await;

    let application = browser.path().await;
    browser.assert_fine("registration/20-application").await;
    browser.press("Zobacz i wydrukuj formularz").await;
    browser.assert_fine("registration/21-form").await;
    browser.goto(&server.url(&format!("{application}/signed-form"))).await;
    browser.assert_fine("registration/22-upload").await;
    browser.press("Prześlij").await;
    browser.wait_for("Wybierz plik z podpisanym formularzem").await;
    browser.assert_fine("registration/22-upload-refused").await;
    let scan = db.folder().join("skan.png");
    image::RgbImage::from_pixel(400, 560, image::Rgb([255, 255, 255])).save(&scan).expect("a picture");
    browser.attach("files", &scan).await;
    browser.press("Prześlij").await;
    browser.wait_for("Portal nie odczytał kodu QR").await;
    browser.assert_fine("registration/23-form-received").await;
    browser.press("Popraw wniosek").await;
    browser.assert_fine("registration/24-edit").await;
    browser.press("Popraw wniosek").await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.assert_fine("registration/25-tasks-of-correction").await;
    browser.goto(&server.url(&format!("{application}/withdraw"))).await;
    browser.assert_fine("registration/26-withdraw").await;
    browser.press("Wycofaj wniosek").await;
    browser.wait_for("Wniosek został wycofany").await;
    browser.assert_fine("registration/27-withdrawn").await;
    browser.goto(&server.url("/applications?all=true")).await;
    browser.assert_fine("registration/28-list").await;
    browser.goto(&server.url("/register/confirm/nic")).await;
    browser.assert_fine("registration/29-dead-link").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_types_a_registered_unit_is_told_at_once_and_joins_it() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let known = unit_data(portal.regon());
    units::add(portal.db(), portal.context.new_unit_id(), &known, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
    let server = serve(&db).await;
    let browser = Browser::start(1280, 900).await;
    browser.goto(&server.url("/register")).await;
    browser.press("Zacznij").await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.press("Przejdź do następnego kroku").await;
    browser.fill("unit_search", &regon(7)).await;
    browser.press("Szukaj").await;
    browser.wait_for("Wyniki wyszukiwania").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Dane jednostki").await;
    // Nothing is saved yet: leaving a field is enough, and what is typed stays.
    browser.fill("name", known.name.as_str()).await;
    browser.fill("gmina_search", "Morawica").await;
    browser.keyboard(Key::Tab).await;
    browser.wait_for("Czy to ta jednostka?").await;
    assert!(browser.text_of("#similar").await.contains("ta sama nazwa i gmina"), "{}", browser.text_of("#similar").await);
    assert!(browser.path().await.ends_with("/register/unit-data"));
    browser.assert_fine("registration/04-unit-data-similar").await;
    browser.resize(320, 800).await;
    browser.assert_fine("registration/04-unit-data-similar-phone").await;
    // What is not the same any more is told no more.
    browser.fill("name", "Zupełnie inna nazwa").await;
    browser.fill("gmina_search", "Chmielnik").await;
    browser.keyboard(Key::Tab).await;
    browser.wait_until_gone("#similar").await;
    browser.fill("regon", known.regon.as_str()).await;
    browser.keyboard(Key::Tab).await;
    browser.wait_for("ten sam REGON").await;
    browser.press(&format!("Dołącz do tej jednostki {}", known.name)).await;
    browser.wait_for("Twoje dane").await;
    browser.goto(&server.url("/register/unit")).await;
    assert!(browser.text().await.contains("Wybrana jednostka") && browser.text().await.contains(known.name.as_str()));
}
