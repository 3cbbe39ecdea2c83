//! The demonstration's mailbox. Outside a demonstration these pages do not exist.

use crate::services::read_mailbox::read_mailbox;
use crate::web::error::PageError;
use crate::web::guards::Anyone;
use crate::web::pages::demo_pages::{LetterPage, MailboxPage};
use crate::web::reply::Answer;
use rocket::{Route, get, routes};

#[get("/demo/mailbox?<to>")]
async fn mailbox(who: Anyone<'_>, to: Option<&str>) -> Answer {
    if !who.settings().demo {
        return Err(PageError::NotFound);
    }
    let letters = read_mailbox(who.context()).await?;
    who.show(&MailboxPage::of(&letters, to.unwrap_or_default().trim()))
}

#[get("/demo/mailbox/<id>")]
async fn letter(who: Anyone<'_>, id: &str) -> Answer {
    if !who.settings().demo {
        return Err(PageError::NotFound);
    }
    let letters = read_mailbox(who.context()).await?;
    let found = letters.iter().find(|l| l.message_id.split('@').next() == Some(id)).ok_or(PageError::NotFound)?;
    who.show(&LetterPage::of(found))
}

/// Routes of this place.
pub fn routes() -> Vec<Route> {
    routes![mailbox, letter]
}
