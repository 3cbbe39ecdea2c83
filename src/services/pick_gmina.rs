//! Picks a gmina from the territorial register: by a typed name or code, or down from the voivodeship. Public data, read only.

use super::{Context, ServiceError};
use crate::domain::identifiers::TercCode;
use crate::domain::voivodeship::{Gmina, Powiat, VoivodeshipCode};
use crate::storage::{gminas, offices};

/// Gminas shown at most.
pub const MOST_FOUND: usize = 30;

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct FoundGminas {
    /// The best first.
    pub gminas: Vec<Gmina>,
    /// There are more than are shown.
    pub has_more: bool,
}

/// Gminas whose name, powiat, voivodeship or type the words begin, or whose code is typed.
///
/// # Errors
/// Of the database.
pub async fn search_gminas(context: &Context, text: &str) -> Result<FoundGminas, ServiceError> {
    // The seven digits that people copy end with the type, which is no part of the key.
    if let Ok(code) = TercCode::parse(text) {
        return Ok(FoundGminas { gminas: find_gmina(context, &code).await?.into_iter().collect(), has_more: false });
    }
    let mut found = gminas::search(&context.db, text, MOST_FOUND as u64 + 1).await?;
    let has_more = found.len() > MOST_FOUND;
    found.truncate(MOST_FOUND);
    Ok(FoundGminas { gminas: found, has_more })
}

/// The gmina of a code.
///
/// # Errors
/// Of the database.
pub async fn find_gmina(context: &Context, code: &TercCode) -> Result<Option<Gmina>, ServiceError> {
    Ok(gminas::find(&context.db, code).await?)
}

/// Codes and names of the voivodeships, in Polish order.
///
/// # Errors
/// Of the database.
pub async fn list_voivodeships(context: &Context) -> Result<Vec<(VoivodeshipCode, String)>, ServiceError> {
    Ok(offices::list(&context.db).await?.into_iter().map(|o| (o.voivodeship, o.voivodeship_name)).collect())
}

/// Powiats of a voivodeship; none for an unknown one.
///
/// # Errors
/// Of the database.
pub async fn list_powiats(context: &Context, voivodeship: &str) -> Result<Vec<Powiat>, ServiceError> {
    Ok(gminas::powiats(&context.db, &VoivodeshipCode::trusted(voivodeship)).await?)
}

/// Gminas of a powiat; none for an unknown one.
///
/// # Errors
/// Of the database.
pub async fn list_gminas(context: &Context, powiat: &str) -> Result<Vec<Gmina>, ServiceError> {
    Ok(gminas::list_of_powiat(&context.db, powiat).await?)
}
