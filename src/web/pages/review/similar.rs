//! What looks like the application under review, and why.

use crate::services::review_application as found;
use serde::Serialize;

/// So many of each are shown, the likest first; the others are counted.
const MOST_SHOWN: usize = 5;

/// What looks alike.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Similar {
    /// Applications.
    pub applications: Vec<SimilarApplication>,
    /// Registered units.
    pub units: Vec<SimilarUnit>,
    /// Accounts.
    pub accounts: Vec<SimilarAccount>,
    /// Applications that are not shown.
    pub more_applications: i64,
    /// Units that are not shown.
    pub more_units: i64,
    /// Accounts that are not shown.
    pub more_accounts: i64,
    /// One of them seems to be a second one of somebody whom the application names: the two can be joined.
    pub has_second_account: bool,
}

fn not_shown<T>(all: &[T]) -> i64 {
    i64::try_from(all.len().saturating_sub(MOST_SHOWN)).unwrap_or(i64::MAX)
}

/// An application.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarApplication {
    /// „W/26/2026/000123”.
    pub number: String,
    /// „W-26-2026-000123”, where the reader may open it.
    pub id: Option<String>,
    /// Key of its state.
    pub status: &'static str,
    /// Unit's name.
    pub unit_name: String,
    /// Key under `review.similar`.
    pub reason: &'static str,
}

/// A registered unit.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarUnit {
    /// Name.
    pub name: String,
    /// REGON.
    pub regon: String,
    /// Town.
    pub town: String,
    /// Key under `review.similar`.
    pub reason: &'static str,
}

/// An account.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarAccount {
    /// First and last name.
    pub name: String,
    /// Login.
    pub login: String,
    /// Key of its state.
    pub status: &'static str,
    /// Key under `review.similar`.
    pub reason: &'static str,
}

impl Similar {
    /// Of what the service found.
    pub fn of(similar: &found::Similar) -> Self {
        Self {
            more_applications: not_shown(&similar.applications),
            more_units: not_shown(&similar.units),
            more_accounts: not_shown(&similar.accounts),
            has_second_account: similar.has_second_account,
            applications: similar
                .applications
                .iter()
                .take(MOST_SHOWN)
                .map(|one| SimilarApplication {
                    number: one.listed.number.to_string(),
                    id: one.is_in_scope.then(|| one.listed.number.to_path()),
                    status: one.listed.status.key(),
                    unit_name: one.listed.unit_name.clone(),
                    reason: one.reason,
                })
                .collect(),
            units: similar
                .units
                .iter()
                .take(MOST_SHOWN)
                .map(|(unit, reason)| SimilarUnit {
                    name: unit.data.name.to_string(),
                    regon: unit.data.regon.to_string(),
                    town: unit.data.address.town.to_string(),
                    reason,
                })
                .collect(),
            accounts: similar
                .accounts
                .iter()
                .take(MOST_SHOWN)
                .map(|(account, reason)| SimilarAccount {
                    name: account.profile.full_name(),
                    login: account.login.to_string(),
                    status: account.status.key(),
                    reason,
                })
                .collect(),
        }
    }
}
