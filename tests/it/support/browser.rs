//! A headless Chromium for journeys: what a person does (go, fill, press, type), what they see, and what axe-core finds.
//! Everything that fails says on which page. What may not live here: the portal's pages or words.

use super::process::{Watched, free_port};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumLikeCapabilities, LoggingPrefsLogLevel, TypingData};

/// A browser window of one test.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    width: u32,
    height: u32,
    // In this order: the driver program ends before the profile goes.
    _chromedriver: Watched,
    _profile: TempDir,
}

/// What axe-core complains about.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Violation {
    /// The rule, such as `color-contrast`.
    pub rule: String,
    /// How bad axe-core thinks it is.
    pub impact: Option<String>,
    /// What to do about it.
    pub help: String,
    /// Where: a selector and axe-core's explanation, for each element.
    pub places: Vec<(String, String)>,
}

/// What the page must pass: WCAG 2.2 A and AA, and the good practice that axe-core knows.
const AXE_TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// The narrowest page that must work (WCAG 2.2, 1.4.10), as on a small phone.
const PHONE: (u32, u32) = (320, 640);

impl Browser {
    /// Opens a window whose page area has this size in CSS pixels.
    pub async fn start(width: u32, height: u32) -> Browser {
        // The WebDriver client builds a TLS-capable client even for plain HTTP.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let profile = tempfile::Builder::new().prefix("cas-portal-browser-").tempdir().expect("a folder for the profile");
        let (chromedriver, port) = start_chromedriver(profile.path());
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-default-apps",
            "--lang=pl",
            &format!("--user-data-dir={}", profile.path().join("profile").display()),
        ] {
            capabilities.add_arg(argument).expect("an argument of the browser");
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::Warning).expect("a log level");
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}. {HOW_TO_GET_IT}"));
        let browser = Browser { driver, width, height, _chromedriver: chromedriver, _profile: profile };
        browser.resize(width, height).await;
        browser.show_as("screen", false).await;
        browser
    }

    /// The WebDriver session, for what this type does not offer.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Gives the page area another size, smaller than a real window can be too (320 px).
    pub async fn resize(&self, width: u32, height: u32) {
        let size = serde_json::json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Shows pages as to somebody who asked for dark colours, or as printed (`media` is `screen` or `print`).
    pub async fn show_as(&self, media: &str, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        // What moves is judged where it stands, not on its way there.
        let features = serde_json::json!([
            { "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", serde_json::json!({ "media": media, "features": features })).await;
    }

    /// Opens a page.
    pub async fn goto(&self, url: &str) {
        self.driver.goto(url).await.unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// The address of the page.
    pub async fn url(&self) -> String {
        self.driver.current_url().await.map(String::from).unwrap_or_else(|error| format!("(no address: {error})"))
    }

    /// The path of the page, without query.
    pub async fn path(&self) -> String {
        self.driver.current_url().await.map(|url| url.path().to_owned()).expect("the page has an address")
    }

    /// Fills the field with this label or name: text, or the option of a list by what it says.
    pub async fn fill(&self, field: &str, value: &str) {
        let element = self.field(field).await;
        let tag = element.tag_name().await.expect("a field has a tag");
        let done = if tag == "select" {
            let chosen = self.script(CHOOSE_OPTION, vec![element.to_json().expect("an element"), value.into()]).await;
            assert!(chosen.as_bool() == Some(true), "the list “{field}” on {} has no “{value}”", self.url().await);
            Ok(())
        } else {
            match element.clear().await {
                Ok(()) => element.send_keys(value).await,
                Err(error) => Err(error),
            }
        };
        if let Err(error) = done {
            panic!("the field “{field}” on {} cannot be filled: {error}", self.url().await);
        }
    }

    /// Ticks the box, or picks the radio button, with this label or name.
    pub async fn choose(&self, label: &str) {
        let element = self.field(label).await;
        if element.is_selected().await.unwrap_or(false) {
            return;
        }
        // A person clicks the label; the box itself may be drawn by the style sheet and lie under it.
        self.script("(arguments[0].labels?.[0] ?? arguments[0]).click();", vec![element.to_json().expect("an element")]).await;
        assert!(element.is_selected().await.unwrap_or(false), "“{label}” on {} stays unchosen", self.url().await);
    }

    /// Gives a file to the file field with this label or name.
    pub async fn attach(&self, field: &str, file: &Path) {
        let sent = self.field(field).await.send_keys(file.display().to_string()).await;
        if let Err(error) = sent {
            panic!("the field “{field}” on {} takes no file: {error}", self.url().await);
        }
    }

    /// Presses the button, or follows the link, that says this.
    pub async fn press(&self, text: &str) {
        let leads_away = self.click(text).await;
        // The driver may come back before the browser has left for the next page.
        let deadline = Instant::now() + Duration::from_secs(30);
        while leads_away && !self.driver.execute(IS_NEXT_PAGE, vec![]).await.is_ok_and(|answer| *answer.json() == true) {
            assert!(Instant::now() < deadline, "“{text}” on {} leads nowhere", self.url().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// As [`Browser::press`], for what does not lead to another page this time.
    pub async fn press_here(&self, text: &str) {
        self.click(text).await;
    }

    /// Clicks; true when the next page is to be waited for.
    async fn click(&self, text: &str) -> bool {
        let found = self.driver.execute(FIND_BUTTON, vec![text.into()]).await.and_then(|found| found.element());
        let Ok(button) = found else {
            let there = self.script(LIST_BUTTONS, vec![]).await;
            panic!("nothing on {} says “{text}”; there are {there}", self.url().await);
        };
        let _ = button.scroll_into_view().await;
        let leads_away = self.script(MARK_PAGE, vec![button.to_json().expect("an element")]).await == true;
        if let Err(error) = button.click().await {
            panic!("“{text}” on {} cannot be pressed: {error}", self.url().await);
        }
        leads_away
    }

    /// Types on the keyboard, wherever the focus is: text, or keys such as `Key::Tab` and `Key::Enter`.
    pub async fn keyboard(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.expect("keys can be typed");
    }

    /// What has the focus: `tag#id`, and what it says.
    pub async fn focused(&self) -> String {
        self.script(DESCRIBE_FOCUS, vec![]).await.as_str().unwrap_or_default().to_owned()
    }

    /// The words of the page that can be seen.
    pub async fn text(&self) -> String {
        self.text_of("body").await
    }

    /// The words in the first element that matches.
    pub async fn text_of(&self, css: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(15);
        loop {
            // Between two pages there is no body, or an element of the one before: then the next page is asked.
            let may_wait = Instant::now() < deadline;
            match self.driver.find(By::Css(css)).await {
                Ok(element) => match element.text().await {
                    Ok(text) => return text,
                    Err(error) if may_wait && is_stale(&error) => {}
                    Err(error) => panic!("an element has text: {error}"),
                },
                Err(_) if may_wait && css == "body" => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(_) => panic!("no {css} on {}", self.url().await),
            }
        }
    }

    /// Whether any element matches.
    pub async fn has(&self, css: &str) -> bool {
        self.driver.find(By::Css(css)).await.is_ok()
    }

    /// Waits until the page shows these words.
    pub async fn wait_for(&self, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(15);
        while !self.text().await.contains(words) {
            assert!(Instant::now() < deadline, "{} does not show “{words}”:\n{}", self.url().await, self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until nothing matches any more.
    pub async fn wait_until_gone(&self, css: &str) {
        let deadline = Instant::now() + Duration::from_secs(15);
        while self.has(css).await {
            assert!(Instant::now() < deadline, "{} still has {css}", self.url().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What the browser complained about since the last call: blocked styles and scripts, missing files, script errors.
    pub async fn complaints(&self) -> Vec<String> {
        self.driver.browser_log().await.expect("the browser has a log").into_iter().map(|entry| entry.message).collect()
    }

    /// Fails when the page is wider than the window, so that one has to scroll sideways.
    pub async fn assert_no_sideways_scroll(&self) {
        if let Some(too_wide) = self.sideways_scroll().await {
            panic!("{} {too_wide}", self.url().await);
        }
    }

    /// What makes one scroll sideways, if anything does.
    pub async fn sideways_scroll(&self) -> Option<String> {
        let widths = self.script("return [document.scrollingElement.scrollWidth, window.innerWidth];", vec![]).await;
        let (page, window) = (widths[0].as_u64(), widths[1].as_u64());
        (page > window).then(|| format!("is {page:?} px wide in a window of {window:?} px"))
    }

    /// Saves what the window shows as `target/screenshots/<name>.png` and says where it is.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let file = target_folder().join("screenshots").join(format!("{name}.png"));
        std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("a folder for screenshots");
        self.driver.screenshot(&file).await.expect("a screenshot");
        file
    }

    /// What must hold of every page in every state, on a desk, in the dark and on a phone: axe-core is silent, nothing makes one
    /// scroll sideways, and the browser has nothing to complain about. With `CAS_PORTAL_TEST_SCREENSHOTS` set, each look is saved
    /// as `target/screenshots/<name>-<look>.png`.
    pub async fn assert_fine(&self, name: &str) {
        let save = std::env::var_os("CAS_PORTAL_TEST_SCREENSHOTS").is_some();
        let desk = (self.width, self.height);
        for (look, (width, height), dark) in [("wide", desk, false), ("dark", desk, true), ("phone", PHONE, false)] {
            self.resize(width, height).await;
            self.show_as("screen", dark).await;
            self.axe().await;
            self.assert_no_sideways_scroll().await;
            if save {
                self.screenshot_sized(&format!("{name}-{look}"), width, height).await;
            }
        }
        self.show_as("screen", false).await;
        self.resize(self.width, self.height).await;
        // Pages that refuse are looked at too, and are no faults; a missing script, style or picture is one.
        let is_refusal = |words: &String| ["status of 409", "status of 410", "status of 422"].iter().any(|status| words.contains(status));
        let faults: Vec<_> = self.complaints().await.into_iter().filter(|words| !is_refusal(words)).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }

    /// Saves the whole page, however long, in a window of this size.
    async fn screenshot_sized(&self, name: &str, width: u32, height: u32) {
        let whole = self.script("return document.documentElement.scrollHeight;", vec![]).await.as_u64().unwrap_or(0);
        self.resize(width, u32::try_from(whole.min(12_000)).unwrap_or(height).max(height)).await;
        self.screenshot(name).await;
        self.resize(width, height).await;
    }

    /// Fails with a readable list when axe-core finds anything on the page as it is now.
    pub async fn axe(&self) {
        let violations = self.axe_violations().await;
        if violations.is_empty() {
            return;
        }
        let list = violations.iter().map(Violation::to_string).collect::<String>();
        panic!("axe-core finds {} problems on {}:\n{list}", violations.len(), self.url().await);
    }

    /// What axe-core finds on the page as it is now.
    pub async fn axe_violations(&self) -> Vec<Violation> {
        // WebDriver runs it beside the page, where the page's content security policy does not reach.
        let source = axe_source();
        let tags = serde_json::json!(AXE_TAGS);
        let ran = self.driver.execute(format!("{source}\n{RUN_AXE}"), vec![tags]).await;
        match ran.and_then(|found| found.convert()) {
            Ok(violations) => violations,
            Err(error) => panic!("axe-core does not run on {}: {error}", self.url().await),
        }
    }

    /// Plugs an authenticator into the browser: it keeps passkeys, and its user touches it and is recognised each time.
    pub async fn plug_in_authenticator(&self) {
        self.devtools("WebAuthn.enable", serde_json::json!({})).await;
        let options = serde_json::json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "automaticPresenceSimulation": true,
        });
        self.devtools("WebAuthn.addVirtualAuthenticator", serde_json::json!({ "options": options })).await;
    }

    async fn field(&self, field: &str) -> WebElement {
        let found = self.driver.execute(FIND_FIELD, vec![field.into()]).await.and_then(|found| found.element());
        match found {
            Ok(element) => element,
            Err(_) => {
                let there = self.script(LIST_FIELDS, vec![]).await;
                panic!("no field “{field}” on {}; there are {there}", self.url().await)
            }
        }
    }

    /// Runs a script in the page and gives its answer.
    pub async fn script(&self, script: &str, arguments: Vec<serde_json::Value>) -> serde_json::Value {
        match self.driver.execute(script, arguments).await {
            Ok(answer) => answer.json().clone(),
            Err(error) => panic!("a script fails on {}: {error}", self.url().await),
        }
    }

    async fn devtools(&self, command: &str, parameters: serde_json::Value) {
        self.driver.cdp().send_raw(command, parameters).await.unwrap_or_else(|error| panic!("{command}: {error}"));
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(out, "  {} ({}): {}", self.rule, self.impact.as_deref().unwrap_or("?"), self.help)?;
        self.places.iter().try_for_each(|(place, why)| writeln!(out, "    {place}\n      {}", why.replace('\n', "\n      ")))
    }
}

const FIND_FIELD: &str = r#"
const clean = text => (text ?? '').replace(/\s+/g, ' ').trim();
const wanted = clean(arguments[0]);
const named = [...document.getElementsByName(wanted)].filter(field => field.type !== 'hidden');
if (named.length) return named[0];
const labels = [...document.querySelectorAll('label')].filter(label => label.control);
const label = labels.find(label => clean(label.textContent) === wanted)
    ?? labels.find(label => clean(label.textContent).startsWith(wanted));
return label?.control ?? null;
"#;

const LIST_FIELDS: &str = r#"
return [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .map(field => (field.labels?.[0]?.textContent ?? '').replace(/\s+/g, ' ').trim() + ' [' + field.name + ']');
"#;

const CHOOSE_OPTION: &str = r#"
const clean = text => text.replace(/\s+/g, ' ').trim();
const option = [...arguments[0].options].find(option => clean(option.textContent) === clean(arguments[1]) || option.value === arguments[1]);
if (!option) return false;
arguments[0].value = option.value;
arguments[0].dispatchEvent(new Event('input', { bubbles: true }));
arguments[0].dispatchEvent(new Event('change', { bubbles: true }));
return true;
"#;

const FIND_BUTTON: &str = r#"
const clean = text => (text ?? '').replace(/\s+/g, ' ').trim();
const wanted = clean(arguments[0]);
const says = element => [element.getAttribute('aria-label'), element.innerText, element.value].map(clean);
const seen = [...document.querySelectorAll('button, input[type=submit], [role=button], summary, a[href]')]
    .filter(element => element.getClientRects().length && !element.closest('[aria-hidden=true]'));
const saying = seen.filter(element => says(element).includes(wanted));
// What the page itself offers goes before the navigation around it.
return saying.find(element => element.closest('main')) ?? saying[0] ?? null;
"#;

/// Marks the page, and tells whether what is about to be pressed leads to another one.
const MARK_PAGE: &str = r#"
document.documentElement.dataset.pressed = 'yes';
const it = arguments[0];
return it.tagName === 'A' ? !it.getAttribute('href').startsWith('#') && !it.target && !it.download : !!it.form && it.type === 'submit';
"#;

const IS_NEXT_PAGE: &str = "return !document.documentElement.dataset.pressed && document.readyState === 'complete';";

const LIST_BUTTONS: &str = r#"
return [...document.querySelectorAll('button, input[type=submit], [role=button], summary, a[href]')]
    .filter(element => element.getClientRects().length)
    .map(element => (element.innerText || element.value || '').replace(/\s+/g, ' ').trim());
"#;

const DESCRIBE_FOCUS: &str = r#"
const element = document.activeElement;
if (!element || element === document.body) return '';
const says = (element.labels?.[0]?.textContent ?? element.innerText ?? element.value ?? '').replace(/\s+/g, ' ').trim();
return element.tagName.toLowerCase() + (element.id ? '#' + element.id : '') + ' ' + says;
"#;

const RUN_AXE: &str = r#"
return axe.run(document, { runOnly: { type: 'tag', values: arguments[0] }, resultTypes: ['violations'] }).then(found =>
    found.violations.map(violation => ({
        rule: violation.id,
        impact: violation.impact,
        help: violation.help + ' ' + violation.helpUrl,
        places: violation.nodes.map(node => [node.target.flat().join(' '), node.failureSummary ?? '']),
    })));
"#;

const HOW_TO_GET_IT: &str = "Run `tests/run`, which installs Chromium, its driver and axe-core on Debian and Ubuntu when run as root, \
     or install them yourself (`apt-get install chromium chromium-driver`; axe-core from npm, its axe.min.js named by CAS_PORTAL_TEST_AXE).";

fn start_chromedriver(profile: &Path) -> (Watched, u16) {
    // The port is free when it is chosen and may be taken when it is used.
    for _ in 0..5 {
        let port = free_port();
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).arg("--log-level=SEVERE").stdout(Stdio::null()).stderr(Stdio::null());
        // Chromium writes its caches and sockets where these point; nothing of a test stays behind.
        command.env("HOME", profile).env("TMPDIR", profile).env("XDG_CONFIG_HOME", profile).env("XDG_CACHE_HOME", profile);
        let mut process = Watched::spawn(command, "TERM", Some(profile))
            .unwrap_or_else(|error| panic!("The browser tests need chromedriver, which does not start: {error}. {HOW_TO_GET_IT}"));
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline && process.try_wait().is_none() {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return (process, port);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    panic!("chromedriver does not listen. {HOW_TO_GET_IT}");
}

/// Whether an element is gone because its page is.
fn is_stale(error: &WebDriverError) -> bool {
    format!("{error:?}").contains("StaleElementReference")
}

/// Where Cargo builds to.
fn target_folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("Cargo's temporary folder lies in the target folder")
}

fn axe_source() -> String {
    let installed = || target_folder().join("test-tools/node_modules/axe-core/axe.min.js");
    let file = std::env::var_os("CAS_PORTAL_TEST_AXE").map_or_else(installed, PathBuf::from);
    std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("The browser tests need axe-core at {}: {error}. {HOW_TO_GET_IT}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const STRICT_POLICY: &str = "default-src 'none'; form-action 'self'; base-uri 'none'";

    /// Serves one page on every path, under a policy that forbids every script and style.
    async fn serve(body: &str) -> String {
        let page = format!(
            "<!doctype html><html lang=\"pl\"><head><title>Strona</title><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"></head><body>{body}</body></html>"
        );
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Security-Policy: {STRICT_POLICY}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut request = [0; 8192];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        format!("http://{address}/strona")
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn axe_passes_a_clean_page_under_a_strict_policy() {
        let browser = Browser::start(1000, 700).await;
        let clean = serve("<main><h1>Dzień dobry</h1><p>Nic tu nie brakuje.</p></main>").await;
        browser.goto(&clean).await;
        browser.axe().await;
        assert_eq!(browser.complaints().await.iter().filter(|line| !line.contains("favicon")).count(), 0);
        let file = browser.screenshot("support-clean-page").await;
        assert!(file.metadata().is_ok_and(|file| file.len() > 1000));

        let is_dark = || browser.script("return matchMedia('print and (prefers-color-scheme: dark)').matches;", vec![]);
        assert_eq!(is_dark().await, serde_json::json!(false));
        browser.show_as("print", true).await;
        assert_eq!(is_dark().await, serde_json::json!(true));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn axe_finds_planted_faults() {
        let browser = Browser::start(1000, 700).await;
        let faulty = serve(
            "<main><h1>Zażółć</h1><img src=\"x.png\"><form><input name=\"bez\"></form>\
             <p><font color=\"#cccccc\">Ledwie to widać na białym tle.</font></p></main>",
        )
        .await;
        browser.goto(&faulty).await;
        let violations = browser.axe_violations().await;
        let mut rules: Vec<&str> = violations.iter().map(|violation| violation.rule.as_str()).collect();
        rules.sort_unstable();
        assert_eq!(rules, ["color-contrast", "image-alt", "label"], "{violations:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_person_fills_and_presses() {
        let browser = Browser::start(320, 600).await;
        let page = serve(
            "<main><h1>Formularz</h1><form><label for=\"nazwa\">Nazwa jednostki <i>(pełna)</i></label><input id=\"nazwa\" name=\"name\">\
             <label for=\"woj\">Województwo</label><select id=\"woj\" name=\"voivodeship\"><option value=\"\"></option>\
             <option value=\"10\">łódzkie</option></select>\
             <input type=\"checkbox\" id=\"zgoda\" name=\"agreed\"><label for=\"zgoda\">Zgadzam się</label>\
             <button>Dalej</button></form></main>",
        )
        .await;
        browser.goto(&page).await;
        browser.assert_no_sideways_scroll().await;
        let size = "return [innerWidth, innerHeight];";
        assert_eq!(browser.script(size, vec![]).await, serde_json::json!([320, 600]));
        browser.screenshot_sized("support-narrow-form", 320, 600).await;
        assert_eq!(browser.script(size, vec![]).await, serde_json::json!([320, 600]), "the window has its size again");
        browser.fill("Nazwa jednostki", "Źródło").await;
        browser.fill("voivodeship", "łódzkie").await;
        browser.choose("Zgadzam się").await;
        browser.keyboard(Key::Tab).await;
        assert_eq!(browser.focused().await, "button Dalej");
        browser.press("Dalej").await;
        assert_eq!(browser.path().await, "/strona");
        assert!(browser.url().await.ends_with("?name=%C5%B9r%C3%B3d%C5%82o&voivodeship=10&agreed=on"), "{}", browser.url().await);
    }
}
