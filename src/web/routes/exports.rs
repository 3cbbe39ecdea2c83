//! What all lists share that can be had as a file: the links on their pages, and the answer. Each list's own handler stands beside it,
//! with the same query. What may not live here: which list.

use super::admin::href;
use crate::services::export_list::{Format, List, export_list};
use crate::web::error::PageError;
use crate::web::pages::ExportLinks;
use crate::web::rate::Limit;
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;

/// Links to the whole of a list that is looked for so, in each format.
pub(super) fn links(list: &str, query: &[(&str, &str)]) -> ExportLinks {
    let link = |format: Format| href(&format!("/export/{list}/{}", format.key()), query);
    ExportLinks { csv: link(Format::Csv), xlsx: link(Format::Xlsx) }
}

/// The list as a file to keep.
pub(super) async fn answer(who: &Visit<'_>, list: &List, format: &str) -> Answer {
    let format = Format::from_key(format).ok_or(PageError::NotFound)?;
    who.limit(Limit::Export)?;
    let exported = export_list(who.context(), who.actor(), list, format).await?;
    Ok(Reply::attachment_file(format.content_type(), &exported.name, exported.file, exported.size))
}
