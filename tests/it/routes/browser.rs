//! Somebody with a browser, without a network: cookies are kept, the last form's token is sent along.
//! What may not live here: what pages say.

use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use cas_portal::domain::id::AccountId;
use cas_portal::storage::accounts;
use cas_portal::web::{WebSettings, launch};
use rocket::http::{ContentType, Header};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::{Build, Rocket};
use scraper::{Html, Selector};
use std::sync::Mutex;

/// As behind a proxy with TLS.
pub(super) fn settings() -> WebSettings {
    WebSettings {
        listen: ([127, 0, 0, 1], 0).into(),
        public_origin: "https://portal.example.pl".to_owned(),
        is_plain_loopback: false,
        trusted_proxies: Vec::new(),
        rate_limits: false,
        hsts: true,
        demo: false,
    }
}

pub(super) struct Browser {
    pub(super) client: Client,
    token: Mutex<String>,
}

#[derive(Debug)]
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Browser {
    pub(super) async fn new(portal: &TestPortal) -> Self {
        Self::with(portal, settings()).await
    }

    pub(super) async fn with(portal: &TestPortal, settings: WebSettings) -> Self {
        Self::on(launch(portal.context.clone(), settings)).await
    }

    pub(super) async fn on(rocket: Rocket<Build>) -> Self {
        let client = Client::tracked(rocket).await.expect("the web room");
        Self { client, token: Mutex::default() }
    }

    /// Signed in.
    pub(super) async fn of(portal: &TestPortal, account: AccountId) -> Self {
        let browser = Self::new(portal).await;
        browser.sign_in(portal, account).await;
        browser
    }

    pub(super) async fn sign_in(&self, portal: &TestPortal, account: AccountId) {
        let login = accounts::find(portal.db(), account).await.expect("accounts").expect("the account").login;
        self.get("/login").await.is(200);
        self.post("/login", &[("login", login.as_str()), ("password", PASSWORD)]).await.is(303);
        self.get("/account").await.is(200);
    }

    pub(super) async fn get(&self, path: &str) -> Got {
        self.get_with(path, &[]).await
    }

    pub(super) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Got {
        let mut request = self.client.get(path.to_owned()).remote(([198, 51, 100, 7], 4711).into());
        for (name, value) in headers {
            request = request.header(Header::new((*name).to_owned(), (*value).to_owned()));
        }
        let got = Got::read(request.dispatch().await).await;
        if let Some(token) = got.token() {
            *self.token.lock().expect("no panic") = token;
        }
        got
    }

    pub(super) fn token(&self) -> String {
        self.token.lock().expect("no panic").clone()
    }

    /// A form of ours, with the token of the last page.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Got {
        let token = self.token();
        let mut all = vec![("csrf_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(path, &all, &[]).await
    }

    /// A form from anywhere.
    pub(super) async fn post_raw(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Got {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_body(path, ContentType::Form, body.into_bytes(), headers).await
    }

    pub(super) async fn post_body(&self, path: &str, kind: ContentType, body: Vec<u8>, headers: &[(&str, &str)]) -> Got {
        let mut request = self.client.post(path.to_owned()).remote(([198, 51, 100, 7], 4711).into()).header(kind).body(body);
        for (name, value) in headers {
            request = request.header(Header::new((*name).to_owned(), (*value).to_owned()));
        }
        let got = Got::read(request.dispatch().await).await;
        if let Some(token) = got.token() {
            *self.token.lock().expect("no panic") = token;
        }
        got
    }

    /// The cookie as the browser holds it.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        self.client.cookies().get(name).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
    }
}

impl Got {
    async fn read(response: LocalResponse<'_>) -> Self {
        let status = response.status().code;
        let headers = response.headers().iter().map(|h| (h.name().to_string(), h.value().to_owned())).collect();
        let body = response.into_bytes().await.unwrap_or_default();
        Self { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    #[track_caller]
    pub(super) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{:?}\n{}", self.headers, self.words());
        // How a label that is not there shows: samples do not hold every value that a page can show.
        assert!(!self.body.contains('⟦'), "a label is missing: {}", self.words());
        self
    }

    /// 303 to this path.
    #[track_caller]
    pub(super) fn leads_to(&self, path: &str) -> &Self {
        self.is(303);
        assert_eq!(self.header("Location"), Some(path));
        self
    }

    /// 422, and the summary of what is wrong leads to these places.
    #[track_caller]
    pub(super) fn wrong_at(&self, places: &[&str]) -> &Self {
        self.is(422);
        assert_eq!(self.attributes(".error-summary a", "href"), places, "{}", self.words());
        self
    }

    /// Whether the page itself, not the navigation around it, has a link to this path.
    pub(super) fn offers(&self, path: &str) -> bool {
        self.attributes("main a", "href").iter().any(|href| href == path)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn token(&self) -> Option<String> {
        self.attribute("input[name=csrf_token]", "value")
    }

    pub(super) fn attribute(&self, css: &str, name: &str) -> Option<String> {
        let html = Html::parse_document(&self.body);
        html.select(&Selector::parse(css).expect("a selector")).next()?.attr(name).map(str::to_owned)
    }

    pub(super) fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        html.select(&Selector::parse(css).expect("a selector")).filter_map(|e| e.attr(name).map(str::to_owned)).collect()
    }

    pub(super) fn place(&self) -> Option<String> {
        self.attribute("main", "data-page")
    }

    /// All words of the page.
    pub(super) fn words(&self) -> String {
        let html = Html::parse_document(&self.body);
        html.root_element().text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    }
}
