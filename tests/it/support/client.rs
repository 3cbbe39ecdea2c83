//! Somebody who visits the portal over HTTP without JavaScript: keeps cookies, sends the form's token, follows nothing unasked.
//! What may not live here: which pages there are.

use reqwest::cookie::Jar;
use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A visitor with a cookie jar.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    csrf: Mutex<Option<String>>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// The path that was asked for.
    pub path: String,
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it came.
    pub bytes: Vec<u8>,
    /// The body as text.
    pub body: String,
}

/// A file in an upload: field, file name, type that the browser claims, content.
pub type UploadedFile<'a> = (&'a str, &'a str, &'a str, &'a [u8]);

impl Client {
    /// Somebody new on the portal at this address.
    pub fn new(base: &str) -> Client {
        Client::with_headers(base, HeaderMap::new())
    }

    /// Somebody new who sends these headers each time, such as `X-Forwarded-For`.
    pub fn with_headers(base: &str, headers: HeaderMap) -> Client {
        Client::build(base, headers, Jar::default())
    }

    /// Somebody who was here before and comes back with this cookie.
    pub fn with_cookie(base: &str, name: &str, value: &str) -> Client {
        let jar = Jar::default();
        jar.add_cookie_str(&format!("{name}={value}; Path=/"), &base.parse().expect("an address"));
        Client::build(base, HeaderMap::new(), jar)
    }

    fn build(base: &str, headers: HeaderMap, jar: Jar) -> Client {
        // The client can speak TLS, so it wants to know how, although the tests use plain HTTP.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .cookie_provider(Arc::new(jar))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // A browser sends anew what a connection that closed meanwhile did not take; here each request has a connection of its own.
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(60))
            .default_headers(headers)
            .build()
            .expect("an HTTP client");
        Client { http, base: base.trim_end_matches('/').to_owned(), csrf: Mutex::new(None) }
    }

    /// The HTTP client with the cookies, for requests of other shapes.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        if path.starts_with("http://") || path.starts_with("https://") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Page {
        self.try_get(path).await.unwrap_or_else(|error| panic!("GET {path}: {error}"))
    }

    /// Asks for a page from a portal that may be down.
    pub async fn try_get(&self, path: &str) -> reqwest::Result<Page> {
        self.send(path, self.http.get(self.url(path))).await
    }

    /// Sends a form, with the token of the last page that had one; asks for a page with one first when there was none.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.try_post(path, fields).await.unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    /// Sends a form to a portal that may be down.
    pub async fn try_post(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::Result<Page> {
        let token = self.token(path).await?;
        let mut fields = fields.to_vec();
        if let Some(token) = &token
            && !fields.iter().any(|(name, _)| *name == "csrf_token")
        {
            fields.push(("csrf_token", token));
        }
        self.send(path, self.http.post(self.url(path)).form(&fields)).await
    }

    /// Sends a form with files.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[UploadedFile<'_>]) -> Page {
        let mut form = reqwest::multipart::Form::new();
        if let Some(token) = self.token(path).await.unwrap_or_else(|error| panic!("GET {path}: {error}")) {
            form = form.text("csrf_token", token);
        }
        for &(name, value) in fields {
            form = form.text(name.to_owned(), value.to_owned());
        }
        for &(field, name, kind, content) in files {
            let part = reqwest::multipart::Part::bytes(content.to_vec()).file_name(name.to_owned()).mime_str(kind).expect("a type");
            form = form.part(field.to_owned(), part);
        }
        let sent = self.send(path, self.http.post(self.url(path)).multipart(form)).await;
        sent.unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    /// Goes where an answer redirects to.
    pub async fn follow(&self, page: &Page) -> Page {
        self.get(&page.location()).await
    }

    async fn send(&self, path: &str, request: reqwest::RequestBuilder) -> reqwest::Result<Page> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?.to_vec();
        let page = Page { path: path.to_owned(), status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes };
        let shown = if page.is_html() { page.csrf() } else { None };
        let mut csrf = self.csrf.lock().expect("no test panics while holding it");
        // A new cookie may be a new session, whose token is another one.
        if shown.is_some() || page.headers.contains_key(reqwest::header::SET_COOKIE) {
            *csrf = shown;
        }
        Ok(page)
    }

    async fn token(&self, path: &str) -> reqwest::Result<Option<String>> {
        let kept = || self.csrf.lock().expect("no test panics while holding it").clone();
        // Where a path only takes forms, any page of the visitor has the token: the account's when signed in, else sign-in.
        for page in [path, "/account", "/login"] {
            if let Some(token) = kept() {
                return Ok(Some(token));
            }
            self.try_get(page).await?;
        }
        Ok(kept())
    }
}

impl Page {
    /// Fails, showing the words of the page, when it has another status.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Page {
        assert_eq!(self.status, status, "{} → {:?}\n{}", self.path, self.headers.get("location"), self.words());
        // How a label that is not there shows: samples do not hold every value that a page can show.
        assert!(!self.words().contains('⟦'), "{}: a label is missing: {}", self.path, self.words());
        self
    }

    /// Fails unless it redirects with 303 to this path.
    #[track_caller]
    pub fn assert_redirect(&self, to: &str) -> &Page {
        self.assert_status(303);
        assert_eq!(self.location(), to);
        self
    }

    /// Where it redirects to; empty when it does not.
    pub fn location(&self) -> String {
        self.header("location").unwrap_or_default().to_owned()
    }

    /// A header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether it is a page of HTML.
    pub fn is_html(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
    }

    /// The token of its first form.
    pub fn csrf(&self) -> Option<String> {
        self.attribute("input[name=csrf_token]", "value")
    }

    /// The texts of the error summary.
    pub fn errors(&self) -> Vec<String> {
        self.texts(".error-summary li")
    }

    /// The errors by field: where each line of the error summary leads to, and what it says.
    pub fn field_errors(&self) -> Vec<(String, String)> {
        self.each(".error-summary li a", |link| (link.attr("href").unwrap_or_default().trim_start_matches('#').to_owned(), words_of(link)))
    }

    /// Which page it is: the `data-page` of its main part.
    pub fn place(&self) -> Option<String> {
        self.attribute("main", "data-page")
    }

    /// The words in the first element that matches; fails when there is none.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        self.texts(css).into_iter().next().unwrap_or_else(|| panic!("no {css} on {}:\n{}", self.path, self.words()))
    }

    /// The words in each element that matches.
    pub fn texts(&self, css: &str) -> Vec<String> {
        self.each(css, words_of)
    }

    /// An attribute of the first element that matches.
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.attributes(css, name).into_iter().next()
    }

    /// An attribute of each element that matches and has it.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        self.each(css, |element| element.attr(name).map(str::to_owned)).into_iter().flatten().collect()
    }

    /// Whether any element matches.
    pub fn has(&self, css: &str) -> bool {
        self.count(css) > 0
    }

    /// How many elements match.
    pub fn count(&self, css: &str) -> usize {
        self.each(css, |_| ()).len()
    }

    /// What a field holds, as it would be sent; nothing when there is no such field or it is not chosen.
    pub fn value(&self, name: &str) -> Option<String> {
        let fields = format!("[name=\"{name}\"]");
        self.each(&fields, |field| match field.value().name() {
            "textarea" => Some(field.text().collect()),
            "select" => field.select(&selector("option[selected]")).next().map(|option| match option.attr("value") {
                Some(value) => value.to_owned(),
                None => words_of(option),
            }),
            _ if matches!(field.attr("type"), Some("checkbox" | "radio")) && field.attr("checked").is_none() => None,
            _ => field.attr("value").map(str::to_owned),
        })
        .into_iter()
        .flatten()
        .next()
    }

    /// All words of the page.
    pub fn words(&self) -> String {
        if self.is_html() { self.texts("body").join("\n") } else { self.body.clone() }
    }

    fn each<T>(&self, css: &str, take: impl Fn(ElementRef<'_>) -> T) -> Vec<T> {
        Html::parse_document(&self.body).select(&selector(css)).map(take).collect()
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error:?}"))
}

/// As a person reads: runs of white space are one space.
fn words_of(element: ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::process::free_port;
    use super::*;
    use rocket::form::Form;
    use rocket::http::{Cookie, CookieJar};
    use rocket::response::{Redirect, content::RawHtml};
    use rocket::{FromForm, get, post, routes};

    #[derive(FromForm)]
    struct Entry {
        name: String,
        csrf_token: String,
    }

    #[get("/form")]
    fn show(jar: &CookieJar<'_>) -> RawHtml<String> {
        let session = jar.get("session").map_or("first".to_owned(), |cookie| cookie.value().to_owned());
        jar.add(Cookie::new("session", session.clone()));
        RawHtml(page(&session, ""))
    }

    #[post("/form", data = "<entry>")]
    fn take(jar: &CookieJar<'_>, entry: Form<Entry>) -> Result<Redirect, (rocket::http::Status, RawHtml<String>)> {
        let session = jar.get("session").map(|cookie| cookie.value().to_owned()).unwrap_or_default();
        if entry.csrf_token != format!("token-of-{session}") {
            return Err((rocket::http::Status::Forbidden, RawHtml(String::new())));
        }
        if entry.name.is_empty() {
            return Err((rocket::http::Status::UnprocessableEntity, RawHtml(page(&session, "Podaj\n nazwę"))));
        }
        // As at a sign-in: another session, so another token.
        jar.add(Cookie::new("session", format!("{session}-next")));
        Ok(Redirect::to("/done"))
    }

    fn page(session: &str, error: &str) -> String {
        format!(
            "<main data-page=\"form\"><div class=\"error-summary\"><ul><li><a href=\"#name\">{error}</a></li></ul></div>\
             <form><input type=\"hidden\" name=\"csrf_token\" value=\"token-of-{session}\"><input name=\"name\" value=\"Źródło\">\
             <select name=\"kind\"><option value=\"a\">A</option><option value=\"b\" selected>B</option></select>\
             <input type=\"radio\" name=\"pick\" value=\"1\"><input type=\"radio\" name=\"pick\" value=\"2\" checked></form></main>"
        )
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_visitor_keeps_cookies_and_sends_the_right_token() {
        let port = free_port();
        let figment = rocket::Config::figment().merge(("port", port)).merge(("log_level", "off"));
        let rocket = rocket::custom(figment).mount("/", routes![show, take]).ignite().await.expect("a server");
        let shutdown = rocket.shutdown();
        let serving = tokio::spawn(rocket.launch());
        let client = Client::new(&format!("http://127.0.0.1:{port}"));
        while client.try_get("/nothing").await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }

        let refused = client.post("/form", &[("name", "")]).await;
        refused.assert_status(422);
        assert_eq!(refused.errors(), ["Podaj nazwę"]);
        assert_eq!(refused.field_errors(), [("name".to_owned(), "Podaj nazwę".to_owned())]);
        assert_eq!(refused.place().as_deref(), Some("form"));
        assert_eq!(refused.value("name").as_deref(), Some("Źródło"));
        assert_eq!(refused.value("kind").as_deref(), Some("b"));
        assert_eq!(refused.value("pick").as_deref(), Some("2"));
        client.post("/form", &[("name", "x")]).await.assert_redirect("/done");
        // The session has changed, and its token with it.
        client.post("/form", &[("name", "x")]).await.assert_redirect("/done");
        client.post("/form", &[("name", "x"), ("csrf_token", "forged")]).await.assert_status(403);

        shutdown.notify();
        serving.await.expect("the server ends").expect("without an error");
    }
}
