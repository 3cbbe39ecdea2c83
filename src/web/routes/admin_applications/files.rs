//! Files of signed forms: what somebody sent is only ever saved; what we drew of it is shown.

use super::number_of;
use crate::domain::id::FileId;
use crate::domain::identifiers::ApplicationNumber;
use crate::services::receive_signed_form::{Part, read_file};
use crate::web::error::PageError;
use crate::web::guards::{ApplicationTake, Permit};
use crate::web::reply::{Answer, Reply};
use rocket::{Route, get, routes};

fn file_of(text: &str) -> Result<FileId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// „W-26-2026-000123-formularz-0199f0a2.pdf”: ours, never the sender's.
pub(in crate::web::routes) fn name_of(number: &ApplicationNumber, file: FileId, ending: &str) -> String {
    let id = file.0.simple().to_string();
    // The end of a time-ordered id is what tells two files of one upload apart.
    format!("{}-formularz-{}.{ending}", number.to_path(), id.get(24..).unwrap_or(&id))
}

#[get("/admin/applications/<id>/files/<file>")]
async fn whole(who: Permit<'_, ApplicationTake>, id: &str, file: &str) -> Answer {
    let number = number_of(id)?;
    let (file, bytes) = read_file(who.context(), who.actor(), &number, file_of(file)?, Part::Whole).await?;
    let name = name_of(&number, file.id, file.media_type.extension());
    Ok(Reply::attachment(file.media_type.content_type(), &name, bytes))
}

#[get("/admin/applications/<id>/files/<file>/page/<n>")]
async fn page(who: Permit<'_, ApplicationTake>, id: &str, file: &str, n: &str) -> Answer {
    let number = number_of(id)?;
    let n = n.parse().map_err(|_| PageError::NotFound)?;
    let (file, bytes) = read_file(who.context(), who.actor(), &number, file_of(file)?, Part::Page(n)).await?;
    Ok(Reply::inline("image/png", &name_of(&number, file.id, &format!("{n}.png")), bytes))
}

/// The routes of files.
pub fn routes() -> Vec<Route> {
    routes![whole, page]
}
