//! Somebody who registers a unit, step by step over HTTP, with letters read from the mail directory.
//! What may not live here: what a journey proves.

use crate::support::client::{Client, Page};
use crate::support::database::TestDatabase;
use crate::support::server::Server;
use cas_portal::mail::{ReceivedLetter, read_directory};
use std::time::{Duration, Instant};

/// Good by all rules.
pub const PASSWORD: &str = "granatowa łódka płynie pod most";

/// A portal on this database that writes letters into its folder; without limits, because tests share one address.
pub async fn serve(db: &TestDatabase) -> Server {
    let variables = [("CAS_PORTAL_DATABASE_URL", db.url()), ("CAS_PORTAL_MAIL_URL", "file:mail"), ("CAS_PORTAL_RATE_LIMITS", "off")];
    Server::start(&variables).await
}

/// A valid REGON for each number.
pub fn regon(serial: u32) -> String {
    let digits = format!("{:08}", 10_000_000 + serial);
    let sum: u32 = digits.bytes().zip([8, 9, 2, 3, 4, 5, 6, 7]).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", sum % 11 % 10)
}

/// The newest letter to an address with these words in it; waits until it comes.
pub async fn letter(server: &Server, to: &str, words: &str) -> ReceivedLetter {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let letters = read_directory(&server.folder().join("mail")).expect("the mail directory");
        if let Some(found) = letters.into_iter().find(|l| l.to == to && (l.subject.contains(words) || l.body.contains(words))) {
            return found;
        }
        assert!(Instant::now() < deadline, "no letter “{words}” to {to}:\n{}", server.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The path of the letter's link below this one.
pub fn link(letter: &ReceivedLetter, below: &str) -> String {
    let link = letter.links.iter().find(|link| link.contains(below)).unwrap_or_else(|| panic!("no {below} in {:?}", letter.links));
    link[link.find(below).expect("it is there")..].to_owned()
}

/// The six digits of a letter.
pub fn code(letter: &ReceivedLetter) -> String {
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
    letter.body.split_whitespace().find(is_code).unwrap_or_else(|| panic!("no code in {}", letter.body)).to_owned()
}

/// One visitor with what is typed.
pub struct Registrant<'a> {
    /// The portal.
    pub server: &'a Server,
    /// The browser.
    pub client: Client,
    /// Chosen login.
    pub login: String,
    /// REGON of the unit.
    pub regon: String,
    /// Name of the unit.
    pub unit_name: String,
}

impl<'a> Registrant<'a> {
    /// Somebody new.
    pub fn new(server: &'a Server, login: &str, serial: u32) -> Self {
        let (login, regon) = (login.to_owned(), regon(serial));
        Self { server, client: server.client(), unit_name: format!("Ośrodek Pomocy Społecznej nr {serial}"), login, regon }
    }

    /// Where letters go.
    pub fn email(&self) -> String {
        // Two registrants may choose one login, but each has a mailbox.
        format!("{}.{}@gops.example.pl", self.login, self.regon)
    }

    /// The fields of the unit's page.
    pub fn unit_fields(&self) -> Vec<(&str, &str)> {
        vec![
            ("name", &self.unit_name),
            ("kind", "ops_gminny"),
            ("regon", &self.regon),
            ("parent_body", "Gmina Morawica"),
            ("street", "Spacerowa"),
            ("building", "7"),
            ("postal_code", "26-026"),
            ("town", "Morawica"),
            ("terc", "260412"),
            ("phone", "41 311 46 90"),
            ("email", "gops@morawica.example.pl"),
            ("head_first_name", "Maria"),
            ("head_last_name", "Wójcik"),
            ("head_position", "kierownik"),
        ]
    }

    /// Sends a page and expects to get on.
    pub async fn done(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.client.post(path, fields).await;
        page.assert_status(303);
        page
    }

    /// From the start until the unit is a new one.
    pub async fn start(&self) {
        self.client.get("/register").await.assert_status(200);
        self.done("/register", &[]).await.assert_redirect("/register/tasks");
        let found = self.client.get(&format!("/register/unit?unit_search={}", self.regon)).await;
        found.assert_status(200);
        self.done("/register/unit", &[("unit", "new"), ("unit_search", &self.regon)]).await.assert_redirect("/register/unit-data");
    }

    /// The unit's data.
    pub async fn describe_unit(&self) {
        self.done("/register/unit-data", &self.unit_fields()).await.assert_redirect("/register/person");
    }

    /// The applicant's data.
    pub async fn introduce(&self) {
        let email = self.email();
        let fields = [
            ("first_name", "Anna"),
            ("last_name", "Nowak-Źdźbło"),
            ("position", "inspektorka"),
            ("email", email.as_str()),
            ("phone", "41 311 46 92"),
            ("login", self.login.as_str()),
        ];
        self.done("/register/person", &fields).await;
    }

    /// Password, needs, statements.
    pub async fn ask(&self) {
        self.done("/register/password", &[("password", PASSWORD), ("password_repeat", PASSWORD)]).await;
        self.done("/register/needs/1", &[("grants", "PS:viewer"), ("grants", "PS:editor")]).await.assert_redirect("/register/needs");
        self.state().await;
    }

    /// The statements.
    pub async fn state(&self) -> Page {
        let all = [("statements", "data_true"), ("statements", "rules_known"), ("statements", "not_shared")];
        self.done("/register/statements", &all).await
    }

    /// Asks for the code and types it.
    pub async fn confirm_email(&self) {
        self.done("/register/email", &[("action", "send")]).await.assert_redirect("/register/email?sent=true");
        let letter = letter(self.server, &self.email(), "/register/confirm/").await;
        self.done("/register/email", &[("action", "confirm"), ("code", &code(&letter))]).await.assert_redirect("/register/check");
    }

    /// Everything before the last press.
    pub async fn prepare(&self) {
        self.start().await;
        self.describe_unit().await;
        self.introduce().await;
        self.ask().await;
        self.confirm_email().await;
    }

    /// The last press; gives the number as in paths.
    pub async fn submit(&self) -> String {
        self.done("/register/check", &[("note", "")]).await.assert_redirect("/register/submitted");
        let page = self.client.get("/register/submitted").await;
        page.assert_status(200);
        page.attribute("main", "data-application").expect("a number").replace('/', "-")
    }

    /// Signs in with the chosen login.
    pub async fn sign_in(&self) -> Page {
        self.client.get("/login").await.assert_status(200);
        self.done("/login", &[("login", &self.login), ("password", PASSWORD)]).await
    }
}
