//! Searches the registered units by REGON or name, before a registration says whether it joins one. Anybody may: name, REGON
//! and seat of a public institution are public. Who applied for a REGON is not, so only whether somebody did is told.

use super::{Context, ServiceError};
use crate::domain::id::ApplicationId;
use crate::domain::identifiers::Regon;
use crate::domain::invalid::Invalid;
use crate::domain::unit::Unit;
use crate::storage::{applications, units};

/// Units shown at most.
pub const MOST_FOUND: usize = 20;
/// Fewest letters of a name.
const FEWEST_LETTERS: usize = 3;

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct FoundUnits {
    /// Active units, in Polish order.
    pub registered: Vec<Unit>,
    /// There are more than are shown.
    pub has_more: bool,
    /// An open application asks for a new unit with this REGON.
    pub is_applied_for: bool,
}

/// Searches.
///
/// # Errors
/// `Invalid` at `unit_search` for nothing, for too few letters, and for a number that is no REGON.
pub async fn find_unit(context: &Context, typed: &str, corrects: Option<ApplicationId>) -> Result<FoundUnits, ServiceError> {
    let typed = typed.trim();
    let refused = |reason| ServiceError::field("unit_search", reason);
    let is_number = typed.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-') && typed.chars().any(|c| c.is_ascii_digit());
    if is_number {
        let regon = Regon::parse(typed).map_err(refused)?;
        let registered = units::find_active_by_regon(&context.db, regon.as_str()).await?;
        let is_applied_for = registered.is_none() && applications::is_regon_open(&context.db, regon.as_str(), corrects).await?;
        return Ok(FoundUnits { registered: registered.into_iter().collect(), has_more: false, is_applied_for });
    }
    if typed.chars().filter(|c| c.is_alphanumeric()).count() < FEWEST_LETTERS {
        return Err(refused(Invalid::Required));
    }
    let mut registered = units::search_active(&context.db, typed, MOST_FOUND as u64 + 1).await?;
    let has_more = registered.len() > MOST_FOUND;
    registered.truncate(MOST_FOUND);
    Ok(FoundUnits { registered, has_more, is_applied_for: false })
}
