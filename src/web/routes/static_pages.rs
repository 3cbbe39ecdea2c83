//! Start, help, declaration, privacy, static files.

use crate::services::fill_demo::{DemoSignIn, PASSWORD, SIGN_INS};
use crate::web::error::PageError;
use crate::web::guards::Anyone;
use crate::web::pages::static_pages::{
    AccessibilityPage, DemoAccount, HelpIndexPage, HelpTopic, HelpTopicPage, Periods, PrivacyPage, Publisher, StartPage,
};
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;
use jiff::civil::date;
use rocket::http::Status;
use rocket::{Route, get, routes};
use std::path::PathBuf;

#[get("/")]
fn start(who: Anyone<'_>) -> Answer {
    let shown = if who.settings().demo { SIGN_INS } else { &[] };
    let account = |a: &DemoSignIn| DemoAccount {
        role: a.role.to_owned(),
        login: a.login.to_owned(),
        password: PASSWORD.to_owned(),
        note: a.note.to_owned(),
    };
    who.show(&StartPage { demo_accounts: shown.iter().map(account).collect() })
}

#[get("/help")]
fn help(who: Anyone<'_>) -> Answer {
    who.show(&HelpIndexPage {})
}

#[get("/help/<topic>")]
fn help_topic(who: Anyone<'_>, topic: &str) -> Answer {
    let topic = HelpTopic::from_path(topic).ok_or(PageError::NotFound)?;
    who.show(&HelpTopicPage { topic, periods: Periods::default() })
}

fn publisher(who: &Visit<'_>) -> Publisher {
    let settings = &who.context().settings;
    Publisher {
        name: settings.publisher_name.clone(),
        address: String::new(),
        contact_person: String::new(),
        email: settings.publisher_email.clone(),
        phone: settings.publisher_phone.clone(),
        officer_email: settings.data_protection_email.clone(),
        architecture: None,
    }
}

#[get("/accessibility")]
fn accessibility(who: Anyone<'_>) -> Answer {
    let day = date(2026, 11, 22);
    who.show(&AccessibilityPage { publisher: publisher(&who), published_on: day, updated_on: day, prepared_on: day })
}

#[get("/privacy")]
fn privacy(who: Anyone<'_>) -> Answer {
    let kept = who.context().settings.retention;
    who.show(&PrivacyPage {
        publisher: publisher(&who),
        withdrawn_days: kept.withdrawn,
        lapsed_days: kept.lapsed,
        rejected_days: kept.rejected,
    })
}

/// A file with the hash of its content in the name never changes, so browsers keep it for ever.
fn asset(who: &Visit<'_>, path: &str) -> Answer {
    let asset = who.context().renderer.asset(path).ok_or(PageError::NotFound)?;
    let keep = if asset.immutable { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    Ok(Reply::asset(asset.content_type, asset.bytes).with("Cache-Control", keep))
}

#[get("/static/<path..>")]
fn static_file(who: Anyone<'_>, path: Option<PathBuf>) -> Answer {
    // A path that climbs out is no path of ours, whatever else is wrong with it.
    asset(&who, path.as_ref().and_then(|path| path.to_str()).ok_or(PageError::NotFound)?)
}

/// Browsers ask for it whatever the page says.
#[get("/favicon.ico")]
fn favicon(who: Anyone<'_>) -> Answer {
    asset(&who, "favicon.svg")
}

/// Nothing here is for search engines but the public pages.
#[get("/robots.txt")]
fn robots(_who: Anyone<'_>) -> Answer {
    Ok(Reply::text(
        Status::Ok,
        "User-agent: *\nAllow: /$\nAllow: /help\nAllow: /accessibility\nAllow: /privacy\nAllow: /how-fast\nDisallow: /\n",
    ))
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![start, help, help_topic, accessibility, privacy, static_file, favicon, robots]
}
