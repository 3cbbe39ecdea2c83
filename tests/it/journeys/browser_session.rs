//! The warning before a session ends, in the browser: by keyboard, in two tabs, with what was typed still there.

use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::render::{Chrome, ChromeAccount, Renderer, SessionWarning};
use cas_portal::web::pages::samples;
use rocket::response::content::RawHtml;
use rocket::{State, get, routes};
use std::sync::Arc;
use std::time::{Duration, Instant};
use thirtyfour::Key;

/// A page with a form, as the given person sees it, whose session ends within seconds instead of half an hour.
#[get("/short/<idle>/<warning>?<login>&<token>")]
fn short(idle: i64, warning: i64, login: &str, token: &str, renderer: &State<Arc<Renderer>>) -> RawHtml<String> {
    let chrome = Chrome {
        csrf_token: token.to_owned(),
        path: "/".to_owned(),
        signed_in: Some(ChromeAccount { login: login.to_owned(), full_name: "Anna Nowak".to_owned(), is_pending: false, nav: Vec::new() }),
        session_warning: Some(SessionWarning { idle_seconds: idle, warning_seconds: warning }),
        ..Chrome::default()
    };
    let page = samples().into_iter().find(|sample| sample.place == "register-person").expect("the page of a person");
    RawHtml(page.render(renderer, &chrome).expect("a page"))
}

const IS_OPEN: &str = "return document.getElementById('session-warning').open;";
const TOKENS: &str = "return [...document.querySelectorAll('input[name=csrf_token]')].map(field => field.value);";

async fn sign_in(browser: &Browser, login: &str) {
    browser.fill("login", login).await;
    browser.fill("password", PASSWORD).await;
    browser.press("Zaloguj się").await;
    assert_eq!(browser.path().await, "/account");
}

async fn wait_until_open(browser: &Browser, open: bool) {
    let deadline = Instant::now() + Duration::from_secs(15);
    while browser.script(IS_OPEN, vec![]).await != open {
        assert!(Instant::now() < deadline, "the warning is not {}", if open { "open" } else { "closed" });
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_warning_is_worked_by_keyboard_and_two_tabs_do_not_fight() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let login = portal.login_of(portal.account("anna", AccountStatus::Active).await).await;
    let renderer = Arc::clone(&portal.context.renderer);
    let site = portal.site_with(|rocket| rocket.manage(Arc::clone(&renderer)).mount("/", routes![short])).await;
    let browser = Browser::start(1280, 900).await;
    browser.goto(&site.url("/login")).await;
    sign_in(&browser, &login).await;
    let token = browser.script(TOKENS, vec![]).await[0].as_str().expect("a token").to_owned();
    let page = |idle: i64, warning: i64| site.url(&format!("/short/{idle}/{warning}?login={login}&token={token}"));

    // The warning takes the focus, speaks, keeps the focus inside, and goes with Enter or Escape: both say „I am here”.
    browser.goto(&page(123, 120)).await;
    browser.fill("first_name", "Bogumiła").await;
    for key in [Key::Enter, Key::Escape] {
        wait_until_open(&browser, true).await;
        assert!(browser.text().await.contains("Za chwilę zakończymy sesję"));
        assert!(browser.focused().await.contains("Zostań w portalu"), "{}", browser.focused().await);
        browser.axe().await;
        browser.show_as("screen", true).await;
        browser.axe().await;
        browser.show_as("screen", false).await;
        for _ in 0..4 {
            browser.keyboard(Key::Tab).await;
            let inside = browser
                .script("return document.activeElement === document.body || !!document.activeElement.closest('dialog');", vec![])
                .await;
            assert_eq!(inside, true, "{} lies under the warning", browser.focused().await);
        }
        for _ in 0..20 {
            if browser.focused().await.contains("Zostań w portalu") {
                break;
            }
            browser.keyboard(Key::Tab).await;
        }
        assert!(browser.focused().await.contains("Zostań w portalu"), "Tab leads back: {}", browser.focused().await);
        assert_eq!(
            browser.script("return document.querySelector('[aria-live=assertive]').textContent !== '';", vec![]).await,
            true,
            "nothing is said"
        );
        browser.keyboard(key).await;
        wait_until_open(&browser, false).await;
    }
    assert_eq!(
        browser.script("return document.getElementsByName('first_name')[0].value;", vec![]).await,
        "Bogumiła",
        "nothing typed is lost"
    );

    // Staying in one tab is staying in both.
    let first = browser.driver().window().await.expect("a tab");
    browser.goto(&page(22, 20)).await;
    wait_until_open(&browser, true).await;
    let second = browser.driver().new_tab().await.expect("another tab");
    browser.driver().switch_to_window(second.clone()).await.expect("the other tab");
    browser.goto(&page(600, 2)).await;
    browser.driver().switch_to_window(first.clone()).await.expect("the first tab");
    wait_until_open(&browser, false).await;

    // After the end the page is hidden, what was typed is kept, and a new sign-in in another tab brings it back with its token.
    browser.goto(&page(8, 2)).await;
    browser.fill("last_name", "Źdźbło").await;
    browser.wait_for("Sesja się skończyła").await;
    assert!(browser.focused().await.contains("Zaloguj się w nowej karcie"), "{}", browser.focused().await);
    browser.axe().await;
    browser.keyboard(Key::Escape).await;
    browser.keyboard(Key::Escape).await;
    wait_until_open(&browser, true).await;
    browser.driver().switch_to_window(second).await.expect("the other tab");
    browser.driver().delete_all_cookies().await.expect("no session");
    browser.goto(&site.url("/login")).await;
    sign_in(&browser, &login).await;
    let renewed = browser.script(TOKENS, vec![]).await[0].clone();
    assert_ne!(renewed, token);
    browser.driver().switch_to_window(first).await.expect("the first tab");
    browser.wait_for("Zostań").await;
    let tokens = browser.script(TOKENS, vec![]).await;
    assert!(tokens.as_array().is_some_and(|all| all.len() > 1 && all.iter().all(|token| *token == renewed)), "{tokens}");
    assert_eq!(browser.script("return document.getElementsByName('last_name')[0].value;", vec![]).await, "Źdźbło");
}
