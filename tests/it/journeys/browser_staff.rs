//! „Rejestracja pracowników” in a real browser: from „Moja jednostka” over a file with mistakes to the form. Every page and state is
//! accessible, fits a phone and works in the dark.

use super::somebody::{account_holder, agrees, files, is_refused};
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;

const LIST: &str = "Imię;Nazwisko;Stanowisko;E-mail;Telefon;Login;PS;Ważne do;Koordynator;Uwagi\n\
    Żaneta;Gżegżółka;inspektorka;zaneta@gops.example.pl;413114692;zaneta-g;przeglądający;31.12.2027;tak;nowa\n\
    Jan;Kos;referent;jan@gops.example.pl;413114693;jan-kos;redaktor;31.12.2040;może;\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_coordinator_takes_people_out_of_a_file() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let unit = portal.unit().await;
    let account = portal.employed_coordinator(unit).await;
    let site = portal.site().await;
    let browser = account_holder(&site, &portal, account).await;
    browser.press("Moja jednostka").await;
    browser.wait_for("Dane jednostki").await;
    browser.assert_fine("staff/unit").await;
    browser.press("Kto pracuje w jednostce").await;
    browser.wait_for("Wszystkie uprawnienia").await;
    browser.assert_fine("staff/list").await;
    browser.press("Zarejestruj pracowników").await;
    browser.wait_for("Wykonaj kroki po kolei").await;
    browser.assert_fine("staff/tasks").await;
    browser.press("Przejdź do następnego kroku").await;
    browser.wait_for("Na liście nie ma jeszcze nikogo").await;
    browser.assert_fine("staff/nobody").await;

    browser.press("Wczytaj z pliku").await;
    browser.wait_for("Wczytaj osoby z pliku").await;
    is_refused(&browser, "Wczytaj plik", "Wybierz plik z listą osób", "staff/import-wrong").await;
    let list = std::env::temp_dir().join(format!("pracownicy-{}.csv", std::process::id()));
    std::fs::write(&list, LIST).expect("a list");
    browser.attach("file", &list).await;
    browser.press("Wczytaj plik").await;
    browser.wait_for("Jeszcze nikogo nie dodaliśmy").await;
    std::fs::remove_file(&list).expect("removed");
    browser.assert_fine("staff/preview").await;
    for words in ["PS: Nie ma takiej funkcji", "Koordynator: Wpisz", "Uwagi", "Do dodania: 1 osoba", "Z błędami: 1 wiersz"] {
        assert!(browser.text().await.contains(words), "{words}: {}", browser.text().await);
    }
    browser.press("Dodaj: 1 osoba").await;
    browser.wait_for("Osoby z pliku są na liście").await;
    browser.assert_fine("staff/persons").await;

    // One more by hand.
    browser.press("Dodaj osobę").await;
    browser.wait_for("Osoba 2: dane i login").await;
    let person = [
        ("first_name", "Jan"),
        ("last_name", "Kos"),
        ("position", "referent"),
        ("email", "jan@gops.example.pl"),
        ("phone", "413114693"),
        ("login", "zaneta-g"),
    ];
    for (field, value) in person {
        browser.fill(field, value).await;
    }
    is_refused(&browser, "Zapisz i przejdź dalej", "Ten login ma już inna osoba", "staff/person-wrong").await;
    browser.fill("login", "jan-kos").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Czego potrzebuje Jan Kos?").await;
    browser.choose("grants").await;
    browser.assert_fine("staff/needs").await;
    browser.press("Zapisz i przejdź dalej").await;
    browser.wait_for("Liczba osób we wniosku: 2").await;
    browser.press("Dalej").await;
    agrees(&browser, "staff").await;
    files(&browser, "staff", "Sprawdź odpowiedzi", "Wniosek o rejestrację pracowników jednostki").await;
}
