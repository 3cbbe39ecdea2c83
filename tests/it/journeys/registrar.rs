//! Somebody who registers a unit with two persons, page by page. What may not live here: what the office does.

use super::people::{PASSWORD, Town, download_form, send_signed, sign_in};
use crate::support::client::{Client, Page};

/// REGON of the unit.
pub const REGON: &str = "291100115";
/// Login of the applicant.
pub const APPLICANT: &str = "jan-zolw";
/// E-mail of the applicant.
pub const APPLICANT_EMAIL: &str = "jan-zolw@gops.example.pl";
/// Login of the second person.
pub const COLLEAGUE: &str = "ewa-cma";
/// E-mail of the second person.
pub const COLLEAGUE_EMAIL: &str = "ewa-cma@gops.example.pl";

const UNIT: [(&str, &str); 14] = [
    ("name", "Gminny Ośrodek Pomocy Społecznej w Morawicy"),
    ("kind", "ops_gminny"),
    ("regon", REGON),
    ("street", "Spacerowa"),
    ("building", "7"),
    ("postal_code", "26-026"),
    ("town", "Morawica"),
    // The TERC code means one gmina, so nobody needs to be asked.
    ("gmina_search", "260412"),
    ("phone", "41 300 10 20"),
    ("email", "sekretariat@gops.example.pl"),
    ("parent_body", "Gmina Morawica"),
    ("head_first_name", "Maria"),
    ("head_last_name", "Wójcik-Źdźbło"),
    ("head_position", "kierownik"),
];

/// A registrar at a browser.
#[derive(Debug)]
pub struct Registrar {
    /// The browser.
    pub browser: Client,
    /// The number of the application, once it is filed, with `-` for `/`.
    pub application: String,
}

impl Registrar {
    /// Fills in every page up to the e-mail address, which waits for the code.
    pub async fn fills_in_everything(town: &Town) -> Registrar {
        let registrar = Registrar { browser: town.somebody(), application: String::new() };
        let browser = &registrar.browser;
        let start = browser.get("/register").await;
        browser.submit(&start.form("/register")).await.assert_status(303);
        let found = browser.get(&format!("/register/unit?unit_search={REGON}")).await;
        browser.submit(&found.form("/register/unit").choose("unit", &["new"])).await.assert_redirect("/register/unit-data");
        registrar.sends("/register/unit-data", &UNIT).await;
        registrar.sends("/register/person", &person("Jan", "Żółw", APPLICANT, APPLICANT_EMAIL)).await;
        registrar.sends("/register/password", &[("password", PASSWORD), ("password_repeat", PASSWORD)]).await;
        registrar.chooses("/register/needs/1", "grants", &["PS:editor", "SR:viewer"]).await;
        registrar.sends("/register/persons/2", &person("Ewa", "Ćma", COLLEAGUE, COLLEAGUE_EMAIL)).await;
        registrar.chooses("/register/needs/2", "grants", &["PS:viewer"]).await;
        registrar.agrees().await;
        registrar
    }

    /// Asks for the code, and types it as the letter tells it.
    pub async fn confirms_the_email(&self, town: &Town) {
        let page = self.browser.get("/register/email").await;
        self.browser.submit(&page.form("/register/email")).await.assert_status(303);
        let letter = town.letter(APPLICANT_EMAIL, "Potwierdź adres").await;
        let mut lines = letter.body.lines().skip_while(|line| !line.ends_with("kod:"));
        let code = lines.nth(1).unwrap_or_else(|| panic!("no code in:\n{}", letter.body)).trim();
        let page = self.browser.get("/register/email?sent=true").await;
        let forms = page.forms_to("/register/email").into_iter();
        let mut forms = forms.filter(|form| form.fields.iter().any(|(name, _)| name == "code"));
        let form = forms.next().unwrap_or_else(|| panic!("no field for the code:\n{}", page.words()));
        self.browser.submit(&form.fill("code", code)).await.assert_status(303);
    }

    /// Checks the answers and files the application; a second click files no second one.
    pub async fn files(&mut self) {
        let page = self.browser.get("/register/check").await;
        page.assert_status(200);
        let form = page.form("/register/check");
        self.browser.submit(&form).await.assert_redirect("/register/submitted");
        self.browser.submit(&form).await.assert_redirect("/register/submitted");
        let done = self.browser.get("/register/submitted").await;
        self.application = done.attribute("main", "data-application").expect("a number").replace('/', "-");
    }

    /// Signs in, which leads to the application.
    pub async fn signs_in(&self) {
        sign_in(&self.browser, APPLICANT, PASSWORD).await.assert_redirect(&self.path());
    }

    /// Where the application is.
    pub fn path(&self) -> String {
        format!("/applications/{}", self.application)
    }

    /// The application as it stands.
    pub async fn sees(&self, status: &str, revision: &str) -> Page {
        let page = self.browser.get(&self.path()).await;
        page.assert_status(200);
        assert_eq!(page.attribute("main", "data-status").as_deref(), Some(status), "{}", page.words());
        assert_eq!(page.attribute("main", "data-revision").as_deref(), Some(revision));
        page
    }

    /// The printed form.
    pub async fn downloads_the_form(&self) -> Vec<u8> {
        download_form(&self.browser, &self.path()).await
    }

    /// Signs a form, uploads it and gives the answer.
    pub async fn uploads(&self, pdf: &[u8]) -> Page {
        send_signed(&self.browser, &self.path(), pdf).await
    }

    /// Corrects the unit's telephone, beside which the office's remark stands, and files again.
    pub async fn corrects_the_phone(&self, remark: &str, phone: &str) {
        let page = self.browser.get(&format!("{}/edit", self.path())).await;
        self.browser.submit(&page.form("/edit")).await.assert_redirect("/register/tasks");
        let page = self.browser.get("/register/unit-data").await;
        assert!(page.words().contains(remark), "{}", page.words());
        self.browser.submit(&page.form("/register/unit-data").fill("phone", phone)).await.assert_status(303);
        self.agrees().await;
        let page = self.browser.get("/register/check").await;
        page.assert_status(200);
        self.browser.submit(&page.form("/register/check")).await.assert_redirect(&self.path());
    }

    async fn agrees(&self) {
        let page = self.browser.get("/register/statements").await;
        self.browser.submit(&page.form_with_all("/register/statements", "statements")).await.assert_status(303);
    }

    async fn sends(&self, path: &str, texts: &[(&str, &str)]) {
        let page = self.browser.get(path).await;
        page.assert_status(200);
        self.browser.submit(&page.form(path).fill_all(texts)).await.assert_status(303);
    }

    async fn chooses(&self, path: &str, name: &str, values: &[&str]) {
        let page = self.browser.get(path).await;
        page.assert_status(200);
        self.browser.submit(&page.form(path).choose(name, values)).await.assert_status(303);
    }
}

fn person<'a>(first_name: &'a str, last_name: &'a str, login: &'a str, email: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("first_name", first_name),
        ("last_name", last_name),
        ("position", "specjalista"),
        ("email", email),
        ("phone", "41 311 10 20"),
        ("login", login),
    ]
}
