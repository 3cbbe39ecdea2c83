//! Every page in every state that its samples show (errors, empty and long lists, long names), in the browser: axe-core is silent
//! in daylight and in the dark, and nothing has to be scrolled sideways at 320 px.

use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use cas_portal::render::{Chrome, ChromeAccount, ChromeAnnouncement, NavItem, Renderer, SessionWarning};
use cas_portal::web::pages::samples;
use rocket::response::content::RawHtml;
use rocket::{State, get, routes};
use std::sync::Arc;

/// The pages as one sees them signed in, with everything around them that there can be.
fn full() -> Chrome {
    let nav = [
        ("/admin/applications", "nav.applications"),
        ("/admin/units", "nav.units"),
        ("/admin/audit", "nav.audit"),
        ("/account", "nav.account"),
    ];
    let item = |(i, (href, label)): (usize, (&str, &str))| NavItem { href: href.to_owned(), label_key: label.to_owned(), current: i == 0 };
    Chrome {
        signed_in: Some(ChromeAccount {
            login: "wojewodzka".to_owned(),
            full_name: "Krystyna Zawadzka-Śliwińska".to_owned(),
            is_pending: false,
            nav: nav.into_iter().enumerate().map(item).collect(),
        }),
        announcements: [true, false]
            .map(|is_important| ChromeAnnouncement {
                id: is_important.to_string(),
                title: "Przerwa techniczna w nocy z 28 na 29 listopada".to_owned(),
                lead: "Od 22:00 do 4:00 portal nie będzie działał. Zapisz pracę przed przerwą.".to_owned(),
                has_more: true,
                is_important,
                back: (!is_important).then(|| "/".to_owned()),
            })
            .into(),
        flash: Some("application_approved".to_owned()),
        demo: true,
        session_warning: Some(SessionWarning { idle_seconds: 1800, warning_seconds: 120 }),
        ..plain()
    }
}

fn plain() -> Chrome {
    Chrome {
        csrf_token: "token-of-the-session".to_owned(),
        request_id: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
        path: "/".to_owned(),
        public_url: "https://portal.example.pl".to_owned(),
        ..Chrome::default()
    }
}

/// One sample; they are numbered through.
#[get("/sample/<number>?<signed_in>")]
fn sample(number: usize, signed_in: bool, renderer: &State<Arc<Renderer>>) -> Option<RawHtml<String>> {
    let chrome = if signed_in { full() } else { plain() };
    samples().get(number).map(|sample| RawHtml(sample.render(renderer, &chrome).expect("a page")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_every_page_is_accessible_and_fits_a_phone() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let renderer = Arc::clone(&portal.context.renderer);
    let site = portal.site_with(|rocket| rocket.manage(Arc::clone(&renderer)).mount("/", routes![sample])).await;
    let browser = Browser::start(1280, 900).await;
    let mut wrong = Vec::new();
    let mut before = "";
    let all = samples();
    assert!(all.len() > 100, "{} samples", all.len());
    for (number, sample) in all.iter().enumerate() {
        let name = format!("{} sample {}", sample.template, sample.number);
        // What stands around a page is the same for all of its states: once is enough without anybody signed in.
        let arounds = if before == sample.template { &[true][..] } else { &[true, false][..] };
        before = sample.template;
        for signed_in in arounds {
            browser.goto(&site.url(&format!("/sample/{number}?signed_in={signed_in}"))).await;
            for (width, height, dark) in [(1280, 900, false), (320, 640, true)] {
                browser.resize(width, height).await;
                browser.show_as("screen", dark).await;
                if let Some(too_wide) = browser.sideways_scroll().await {
                    wrong.push(format!("{name} ({width} px): {too_wide}"));
                }
                wrong.extend(browser.axe_violations().await.iter().map(|v| format!("{name} ({width} px, signed in: {signed_in}): {v}")));
            }
            // The samples of the review name pages of a signed form that lies nowhere.
            let complaints = browser.complaints().await.into_iter().filter(|words| !words.contains("/p/"));
            wrong.extend(complaints.map(|words| format!("{name}: {words}")));
        }
    }
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}
