//! A coordinator registers two people out of a file; the head signs once, the office approves, and one of them activates her account.

use super::people::{PASSWORD, Town, activate, approves, assert_form_fits, download_form, link_to, send_signed, sign_in};
use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use cas_portal::clock::Clock;
use cas_portal::storage::accounts;

const LIST: &str = "Imię;Nazwisko;Stanowisko;E-mail;Telefon;Login;PS;WRiSPZ;Ważne do;Koordynator\r\n\
    Żaneta;Gżegżółka;inspektorka;zaneta@gops.example.pl;413114692;zaneta-g;przeglądający, wprowadzający dane;;;tak\r\n\
    Jan;Kos;referent;jan@gops.example.pl;413114693;jan-kos;;przeglądający;;\r\n\
    Ewa;;referentka;ewa;413114694;ewa;redaktor;;;\r\n";

on_both! {
    async fn two_people_out_of_a_file_get_their_accounts_by_one_signature(db: TestDatabase) {
        // Given a unit with its coordinator, and the administrator of the voivodeship
        let town = Town::open(&db).await;
        let mut portal = TestPortal::new(&db);
        portal.context.clock = Clock::System;
        let unit = portal.unit().await;
        let account = portal.employed_coordinator(unit).await;
        let login = portal.login_of(account).await;
        let email = accounts::find(portal.db(), account).await.expect("accounts").expect("it").profile.email.to_string();
        let office = town.administrator("swietokrzyskie", "26").await;
        let person = town.somebody();
        sign_in(&person, &login, PASSWORD).await.assert_redirect("/account");

        // When she sends a list with a mistake in it, she sees every row and nobody is added yet
        let page = person.get("/unit").await;
        assert!(page.attributes("main a", "href").contains(&"/unit/staff/register".to_owned()), "{}", page.words());
        person.get("/unit/staff/register/import").await.assert_status(200);
        let refused = person.upload("/unit/staff/register/import", &[], &[("file", "lista.pdf", "application/pdf", b"%PDF-1.7\0")]).await;
        refused.assert_status(422);
        assert_eq!(refused.field_errors()[0].0, "file", "{:?}", refused.field_errors());
        let sent = person.upload("/unit/staff/register/import", &[], &[("file", "lista.csv", "text/csv", LIST.as_bytes())]).await;
        sent.assert_redirect("/unit/staff/register/preview");
        let preview = person.get("/unit/staff/register/preview").await;
        assert_eq!(preview.attributes("tr[data-line]", "data-outcome"), ["good", "good", "wrong"]);
        let wrong = preview.text("tr[data-line='4']");
        for words in ["Nazwisko:", "E-mail:", "PS: Nie ma takiej funkcji"] {
            assert!(wrong.contains(words), "{words}: {wrong}");
        }
        assert_eq!(person.get("/unit/staff/register/persons").await.count("[data-person]"), 0);
        // Once she says so, the two good rows are added, and nobody else.
        person.get("/unit/staff/register/preview").await.assert_status(200);
        let added = person.post("/unit/staff/register/preview", &[("action", "add"), ("seen", "2")]).await;
        added.assert_redirect("/unit/staff/register/persons");
        let persons = person.get("/unit/staff/register/persons").await;
        assert_eq!(persons.attributes("[data-person]", "data-login"), ["zaneta-g", "jan-kos"]);
        let page = person.get("/unit/staff/register/statements").await;
        let all = page.attributes("input[name=statements]", "value");
        let form = page.form("/statements").choose("statements", &all.iter().map(String::as_str).collect::<Vec<_>>());
        person.submit(&form).await.assert_redirect("/unit/staff/register/check");
        let page = person.get("/unit/staff/register/check").await;
        let filed = person.submit(&page.form("/check").fill("note", "Od stycznia.")).await;
        filed.assert_status(303);
        let path = filed.location();

        // Then the form says who files it and who is registered, and once it is signed and approved the accounts are there
        let form = person.get(&format!("{path}/form")).await;
        for words in ["rejestrację pracowników", &login, "zaneta-g", "jan-kos", "Koordynator jednostki", "Maria Wójcik-Źdźbło, kierownik"] {
            assert!(form.words().contains(words), "{words}: {}", form.words());
        }
        assert!(!form.words().contains("Od stycznia"), "the message is not printed");
        let pdf = download_form(&person, &path).await;
        send_signed(&person, &path, &pdf).await.assert_redirect(&path);
        assert_form_fits(&person.get(&path).await);
        let review = office.get(&format!("/admin{path}")).await;
        assert!(review.words().contains("Żaneta Gżegżółka") && review.words().contains(&login), "{}", review.words());
        approves(&office, &path).await;
        // It makes a coordinator, so a second person approves it too.
        approves(&town.administrator("swietokrzyskie-drugi", "26").await, &path).await;
        let told = town.letter(&email, "zatwierdzony").await;
        assert!(told.body.contains("Konta osób z wniosku są założone") && told.body.contains("jan-kos"), "{}", told.body);
        assert!(person.get(&path).await.attributes("main a", "href").contains(&"/unit/staff".to_owned()));
        let staff = person.get("/unit/staff").await;
        assert_eq!(staff.count("tr[data-login]"), 3, "{}", staff.words());

        // And one of them activates her account and is the second coordinator
        let invited = town.letter("zaneta@gops.example.pl", "").await;
        let zaneta = town.somebody();
        activate(&zaneta, &link_to(&invited, "/activate/")).await;
        sign_in(&zaneta, "zaneta-g", PASSWORD).await.assert_redirect("/account");
        zaneta.get("/unit/staff/register/persons").await.assert_status(200);
        assert!(zaneta.get("/unit").await.has("[data-coordinators='2']"));
    }
}
