//! Renders every sample of every page and checks what all pages promise.

use super::*;
use crate::render::{ChromeAccount, ChromeAnnouncement, NavItem, SessionWarning};
use regex::Regex;
use std::collections::BTreeSet;

fn chromes() -> Vec<Chrome> {
    let plain = Chrome {
        csrf_token: "token-of-the-session".to_owned(),
        request_id: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
        path: "/".to_owned(),
        public_url: "https://portal.example.pl".to_owned(),
        ..Chrome::default()
    };
    let nav = [
        ("/admin/applications", "nav.applications"),
        ("/admin/units", "nav.units"),
        ("/admin/audit", "nav.audit"),
        ("/account", "nav.account"),
    ];
    let account = ChromeAccount {
        login: "wojewodzka".to_owned(),
        full_name: "Krystyna Zawadzka-Śliwińska".to_owned(),
        is_pending: false,
        nav: nav
            .iter()
            .enumerate()
            .map(|(i, (href, key))| NavItem { href: (*href).to_owned(), label_key: (*key).to_owned(), current: i == 0 })
            .collect(),
    };
    let full = Chrome {
        announcements: vec![
            ChromeAnnouncement {
                id: "a1".to_owned(),
                title: "Przerwa techniczna".to_owned(),
                lead: "Od 22:00 do 4:00 portal nie będzie działał.".to_owned(),
                has_more: true,
                is_important: true,
                back: None,
            },
            ChromeAnnouncement {
                id: "a2".to_owned(),
                title: "Nowy podobszar <b>PS</b>".to_owned(),
                lead: "Od stycznia.".to_owned(),
                has_more: false,
                is_important: false,
                back: Some("/account".to_owned()),
            },
        ],
        nonce: Some("bm9uY2U".to_owned()),
        signed_in: Some(account),
        flash: Some("application_approved".to_owned()),
        demo: true,
        session_warning: Some(SessionWarning { idle_seconds: 1800, warning_seconds: 120 }),
        ..plain.clone()
    };
    vec![plain, full]
}

fn every_page() -> Vec<(String, Sample, String)> {
    let renderer = Renderer::new().expect("templates load");
    let mut all = Vec::new();
    for (i, chrome) in chromes().iter().enumerate() {
        for sample in samples() {
            let name = format!("{} sample {} chrome {i}", sample.template, sample.number);
            let html = sample.render(&renderer, chrome).unwrap_or_else(|error| panic!("{name}: {error}"));
            all.push((name, sample, html));
        }
    }
    all
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("pattern")
}

#[test]
fn every_page_keeps_the_promises_of_all_pages() {
    let attribute = pattern(r#"\s([a-z-]+)="([^"]*)""#);
    let tag = pattern(r"(?s)<([a-z][a-z0-9]*)\b([^>]*)>");
    let control = pattern(r"(?s)<(input|select|textarea)\b([^>]*)>");
    for (name, sample, html) in every_page() {
        assert!(
            !html.contains('⟦'),
            "{name}: a label is missing: {:?}",
            html.split('⟦').nth(1).map(|t| t.chars().take(60).collect::<String>())
        );
        assert!(!html.contains("{{") && !html.contains("{%"), "{name}: template syntax is left");
        assert!(html.starts_with("<!doctype html>"), "{name}: {}", html.chars().take(40).collect::<String>());
        assert!(html.contains("<html lang=\"pl\">"), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        assert_eq!(html.matches("<main").count(), 1, "{name}: one main");
        assert!(html.contains(&format!("data-page=\"{}\"", sample.place)), "{name}: data-page");
        assert!(!html.contains("<style") && !html.contains("javascript:"), "{name}: inline style or script");
        for script in pattern(r"(?s)<script\b([^>]*)>(.*?)</script>").captures_iter(&html) {
            assert!(script[1].contains("src=") && script[2].trim().is_empty(), "{name}: inline script");
        }
        let mut ids = BTreeSet::new();
        for found in tag.captures_iter(&html) {
            for attr in attribute.captures_iter(&found[2]) {
                assert!(&attr[1] != "style" && !attr[1].starts_with("on"), "{name}: {} has {}", &found[1], &attr[1]);
                if &attr[1] == "id" {
                    assert!(ids.insert(attr[2].to_owned()), "{name}: id {} twice", &attr[2]);
                }
            }
        }
        for found in tag.captures_iter(&html) {
            for attr in attribute.captures_iter(&found[2]) {
                if ["aria-describedby", "aria-labelledby", "for", "aria-controls"].contains(&&attr[1]) {
                    for id in attr[2].split_whitespace() {
                        assert!(ids.contains(id), "{name}: {}=\"{id}\" points at nothing", &attr[1]);
                    }
                }
                if &attr[1] == "href" && attr[2].starts_with('#') {
                    assert!(ids.contains(&attr[2][1..]), "{name}: link to {} points at nothing", &attr[2]);
                }
            }
        }
        for found in control.captures_iter(&html) {
            let get = |wanted: &str| attribute.captures_iter(&found[2]).find(|a| &a[1] == wanted).map(|a| a[2].to_owned());
            if get("type").as_deref() == Some("hidden") {
                continue;
            }
            let labelled = get("id").is_some_and(|id| html.contains(&format!("for=\"{id}\"")));
            assert!(labelled || get("aria-label").is_some() || get("aria-labelledby").is_some(), "{name}: no label for {}", &found[0]);
        }
        for form in pattern(r#"(?s)<form\b([^>]*method="post"[^>]*)>(.*?)</form>"#).captures_iter(&html) {
            assert!(form[2].contains("name=\"csrf_token\" value=\"token-of-the-session\""), "{name}: a form without its token");
        }
    }
}

#[test]
fn no_summary_of_errors_says_the_same_twice() {
    let summary = pattern(r#"(?s)<div class="error-summary".*?</ul>"#);
    let line = pattern(r"(?s)<li[^>]*>(.*?)</li>");
    let markup = pattern(r"<[^>]*>");
    for (name, _, html) in every_page() {
        for found in summary.find_iter(&html) {
            let mut seen = BTreeSet::new();
            for item in line.captures_iter(found.as_str()) {
                let words = markup.replace_all(&item[1], "").trim().to_owned();
                assert!(seen.insert(words.clone()), "{name}: {words} stands twice");
            }
        }
    }
}

#[test]
fn every_page_template_has_its_page() {
    let used: BTreeSet<String> = samples().iter().map(|s| s.template.to_owned()).collect();
    let present: BTreeSet<String> = Renderer::page_templates().into_iter().collect();
    assert!(present.len() > 10);
    let untyped: Vec<_> = present.difference(&used).collect();
    assert!(untyped.is_empty(), "no page type in the list for {untyped:?}");
    let unknown: Vec<_> = used.difference(&present).collect();
    assert!(unknown.is_empty(), "no template, or it does not start with extends: {unknown:?}");
    for error in ["403", "404", "409", "413", "422", "429", "500", "503"] {
        assert!(used.contains(&format!("errors/{error}.html.tera")), "no page for {error}");
    }
}

#[test]
fn the_declaration_has_the_ids_that_monitoring_looks_for() {
    let (_, _, html) = every_page().into_iter().find(|(_, s, _)| s.place == "accessibility").expect("declaration");
    for id in [
        "wstep",
        "podmiot",
        "url",
        "data-publikacja",
        "data-aktualizacja",
        "status",
        "data-sporzadzenie",
        "kontakt",
        "osoba",
        "email",
        "telefon",
        "procedura",
        "architektura",
        "aplikacje",
    ] {
        assert!(html.contains(&format!("id=\"a11y-{id}\"")), "a11y-{id}");
    }
    for id in ["data-publikacja", "data-aktualizacja", "data-sporzadzenie"] {
        let time = pattern(&format!(r#"<time id="a11y-{id}" datetime="\d{{4}}-\d\d-\d\d">\d\d\.\d\d\.\d{{4}}</time>"#));
        assert!(time.is_match(&html), "a11y-{id}");
    }
}

#[test]
fn errors_quote_the_request_id() {
    for (name, sample, html) in every_page() {
        if sample.place.starts_with("error-") {
            assert!(html.contains("0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"), "{name}");
        }
    }
}

/// Pages with a table that is no list to take away, and why.
const NO_LISTS: &[(&str, &str)] = &[
    ("account", "the own rights and applications: the copy of the own data is their file"),
    ("applications", "the own applications: the copy of the own data is their file"),
    ("account-sessions", "what is open at this moment, to be ended here; the history of the account is their file"),
    ("account-security", "the own passkeys and sessions, to be ended here"),
    ("account-close", "what hangs on the own account, before a question"),
    ("admin-account", "one account; the list of accounts is the file"),
    ("admin-office", "the addresses of one office, as its letters have them"),
    ("admin-dictionaries", "entries to be changed one by one, with their history; the audit trail is their file"),
    ("admin-bulk-batch", "what became of one choice of at most 100; each act is in the audit trail, which is a file"),
    ("admin-bulk", "the latest own batches; the audit trail is the file"),
    ("unit-staff-register-preview", "what stands in the sender's own file"),
    ("unit-staff-register-needs", "boxes to tick"),
    ("register-person-needs", "boxes to tick"),
    ("account-extend-needs", "boxes to tick"),
    ("unit-change-check", "what is typed, before it is filed"),
    ("how-fast", "one number of each voivodeship, for everybody to read"),
    ("start", "people of the demonstration"),
    ("demo-mailbox", "letters of the demonstration"),
];

#[test]
fn every_page_with_a_list_offers_it_as_a_file() {
    let (mut lists, mut offered) = (BTreeSet::new(), BTreeSet::new());
    for (_, sample, html) in every_page() {
        if html.contains("<table class=\"table") {
            lists.insert(sample.place);
        }
        // The component has both formats; where its links lead, the routes' tests follow.
        if html.contains("data-export") {
            offered.insert(sample.place);
        }
    }
    let known: BTreeSet<&str> = NO_LISTS.iter().map(|(place, _)| *place).collect();
    let missing: Vec<_> = lists.difference(&offered).filter(|place| !known.contains(*place)).collect();
    assert!(missing.is_empty(), "give them an export (services/export_list), or a reason here: {missing:?}");
    assert!(known.iter().all(|place| lists.contains(place) && !offered.contains(place)), "a reason without a list");
}
