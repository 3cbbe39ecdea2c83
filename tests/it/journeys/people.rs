//! The portal with its mail server, and the people who use it: what each of them does in one sentence of a journey.

use crate::support::client::{Client, Page};
use crate::support::database::TestDatabase;
use crate::support::forms::Form;
use crate::support::portal::TestPortal;
use crate::support::server::Server;
use crate::support::smtp_sink::SmtpSink;
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::mail::ReceivedLetter;
use cas_portal::pdf::hand_signed;
use std::time::{Duration, Instant};

/// A good password of somebody.
pub const PASSWORD: &str = "zielony rower jedzie nad morze";
/// The one chosen after it was forgotten.
pub const NEW_PASSWORD: &str = "siedem bocianów nad mokrą łąką";

/// The running portal and a real mail server.
#[derive(Debug)]
pub struct Town {
    /// The portal.
    pub server: Server,
    sink: SmtpSink,
}

impl Town {
    /// The portal on this database, with nobody in it.
    pub async fn open(db: &TestDatabase) -> Town {
        let sink = SmtpSink::start();
        let mail = sink.setting("");
        let server = Server::start(&[("CAS_PORTAL_DATABASE_URL", db.url()), ("CAS_PORTAL_MAIL_URL", &mail)]).await;
        Town { server, sink }
    }

    /// Somebody with an empty cookie jar.
    pub fn somebody(&self) -> Client {
        self.server.client()
    }

    /// The newest letter to this address with these words in its subject, once it has come.
    pub async fn letter(&self, to: &str, subject: &str) -> ReceivedLetter {
        let start = Instant::now();
        loop {
            let letters = self.sink.letters();
            if let Some(letter) = letters.iter().rev().find(|letter| letter.to == to && letter.subject.contains(subject)) {
                return letter.clone();
            }
            let seen: Vec<_> = letters.iter().map(|letter| (&letter.to, &letter.subject)).collect();
            assert!(start.elapsed() < Duration::from_secs(30), "no letter “{subject}” to {to} came, only {seen:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The operator makes a voivodeship administrator, who activates the account by the printed link and signs in.
    pub async fn administrator(&self, login: &str, voivodeship: &str) -> Client {
        let email = format!("{login}@urzad.example.pl");
        let arguments = [
            "admin",
            "create",
            "--role",
            "voivodeship_administrator",
            "--voivodeship",
            voivodeship,
            "--login",
            login,
            "--name",
            "Barbara Łysogórska",
            "--email",
            &email,
        ];
        let output = self.server.command(&arguments);
        let link = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert!(output.status.success() && link.contains("/activate/"), "{output:?}");
        let administrator = self.somebody();
        activate(&administrator, &link).await;
        sign_in(&administrator, login, PASSWORD).await.assert_redirect("/admin");
        administrator
    }
}

/// Where most journeys of account holders begin: somebody of a unit who is signed in, and the office of its voivodeship.
pub struct Scene {
    /// The running portal.
    pub town: Town,
    /// Its database, to prepare and look.
    pub portal: TestPortal,
    /// The unit.
    pub unit: UnitId,
    /// An administrator of the voivodeship, signed in.
    pub office: Client,
    /// Somebody of the unit, signed in.
    pub person: Client,
    /// Whose account this is.
    pub account: AccountId,
    /// Its login.
    pub login: String,
    /// Its address.
    pub email: String,
}

impl Scene {
    /// On this database.
    pub async fn open(db: &TestDatabase) -> Scene {
        let (town, portal) = (Town::open(db).await, TestPortal::in_real_time(db));
        let unit = portal.unit().await;
        let account = portal.employee(unit).await;
        let (login, email) = (portal.login_of(account).await, portal.email_of(account).await);
        let (office, person) = (town.administrator("swietokrzyskie", "26").await, town.somebody());
        sign_in(&person, &login, PASSWORD).await.assert_redirect("/account");
        Scene { town, portal, unit, office, person, account, login, email }
    }
}

/// Opens an activation link, chooses the password, agrees to the rules.
pub async fn activate(who: &Client, link: &str) {
    let page = who.get(link).await;
    page.assert_status(200);
    let form = page.form_with_all(&path_of(link), "statements");
    who.submit(&form.fill_all(&[("new_password", PASSWORD), ("password_repeat", PASSWORD)])).await.assert_redirect("/login");
    // The link is spent.
    assert_eq!(who.get(link).await.status, 410);
}

/// Signs in and gives the answer to it.
pub async fn sign_in(who: &Client, login: &str, password: &str) -> Page {
    let page = who.get("/login").await;
    who.submit(&page.form("/login").fill_all(&[("login", login), ("password", password)])).await
}

/// Downloads the printed form of the application at this path, which is the same bytes each time.
pub async fn download_form(who: &Client, path: &str) -> Vec<u8> {
    let path = format!("{path}/form.pdf");
    let (first, second) = (who.get(&path).await, who.get(&path).await);
    first.assert_status(200);
    assert!(first.bytes.starts_with(b"%PDF"), "{} bytes of something", first.bytes.len());
    assert!(first.bytes == second.bytes, "the same revision gave other bytes");
    first.bytes
}

/// Signs a form, uploads it to the application at this path and gives the answer.
pub async fn send_signed(who: &Client, path: &str, form: &[u8]) -> Page {
    let signed = hand_signed(form).expect("a signed form");
    let path = format!("{path}/signed-form");
    who.get(&path).await.assert_status(200);
    who.upload(&path, &[], &[("files", "skan formularza.pdf", "application/pdf", &signed)]).await
}

/// Has the form of the application at this path signed and sends it back; it is recognised.
pub async fn signs_and_sends(who: &Client, path: &str) {
    let form = download_form(who, path).await;
    send_signed(who, path, &form).await.assert_redirect(path);
    assert_form_fits(&who.get(path).await);
}

/// Files what was checked and gives the application's path; the second click files no second one.
pub async fn files_once(who: &Client, checked: &Form) -> String {
    let filed = who.submit(checked).await;
    filed.assert_status(303);
    who.submit(checked).await.assert_redirect(&filed.location());
    filed.location()
}

/// The number of the application at this path, as people read it.
pub fn number_of(path: &str) -> String {
    path.replace("/applications/", "").replace('-', "/")
}

/// The form arrived, and its code is that of the current revision.
#[track_caller]
pub fn assert_form_fits(page: &Page) {
    assert_eq!(page.attribute("[data-signed-form]", "data-code-match").as_deref(), Some("matched"), "{}", page.words());
}

/// The office opens this page (`""`, `"/approve"`, …) of the application at this path, types these texts and presses this button.
pub async fn presses(office: &Client, path: &str, page: &str, action: &str, texts: &[(&str, &str)]) {
    let page = office.get(&format!("/admin{path}{page}")).await;
    page.assert_status(200);
    office.submit(&page.form(&format!("/{action}")).fill_all(texts)).await.assert_status(303);
}

/// The office takes the application at this path and approves it: the signature was seen.
pub async fn approves(office: &Client, path: &str) {
    presses(office, path, "", "take", &[]).await;
    let page = office.get(&format!("/admin{path}/approve")).await;
    page.assert_status(200);
    office.submit(&page.form("/approve").choose("signature", &["seen"])).await.assert_status(303);
}

/// The path of a mailed link.
pub fn path_of(link: &str) -> String {
    url::Url::parse(link).unwrap_or_else(|error| panic!("{link}: {error}")).path().to_owned()
}

/// The link of a letter that leads to a path with this beginning.
#[track_caller]
pub fn link_to(letter: &ReceivedLetter, start: &str) -> String {
    let found = letter.links.iter().find(|link| path_of(link).starts_with(start));
    found.unwrap_or_else(|| panic!("no link to {start} in:\n{}", letter.body)).clone()
}
