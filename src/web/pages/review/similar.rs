//! What looks like the application under review, and why.

use crate::domain::similar::{MOST_SHOWN, Reason};
use crate::services::review_application as found;
use serde::Serialize;

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

fn keys(reasons: &[Reason]) -> Vec<&'static str> {
    reasons.iter().map(|reason| reason.key()).collect()
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
    /// Keys under `review.similar`.
    pub reasons: Vec<&'static str>,
}

/// A registered unit.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarUnit {
    /// Its page, where the reader may open it.
    pub href: Option<String>,
    /// Name.
    pub name: String,
    /// REGON.
    pub regon: String,
    /// Town.
    pub town: String,
    /// Keys under `review.similar`.
    pub reasons: Vec<&'static str>,
}

/// An account.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarAccount {
    /// Whose, where the reader may know.
    pub known: Option<KnownAccount>,
    /// Keys under `review.similar`.
    pub reasons: Vec<&'static str>,
}

/// An account that the reader may know of.
#[derive(Debug, Clone, Serialize)]
pub struct KnownAccount {
    /// Its page.
    pub href: String,
    /// First and last name.
    pub name: String,
    /// Login.
    pub login: String,
    /// Key of its state.
    pub status: &'static str,
}

impl Similar {
    /// Of what the service found.
    pub fn of(similar: &found::Similar) -> Self {
        let application = |one: &found::SimilarApplication| SimilarApplication {
            number: one.listed.number.to_string(),
            id: one.is_in_scope.then(|| one.listed.number.to_path()),
            status: one.listed.status.key(),
            unit_name: one.listed.unit_name.clone(),
            reasons: keys(&one.reasons),
        };
        let unit = |one: &found::SimilarRegistered| SimilarUnit {
            href: one.is_in_scope.then(|| format!("/units/{}/history", one.unit.id)),
            name: one.unit.data.name.to_string(),
            regon: one.unit.data.regon.to_string(),
            town: one.unit.data.address.town.to_string(),
            reasons: keys(&one.reasons),
        };
        let account = |one: &found::SimilarAccount| SimilarAccount {
            known: one.account.as_ref().map(|account| KnownAccount {
                href: format!("/admin/accounts/{}", account.id),
                name: account.profile.full_name(),
                login: account.login.to_string(),
                status: account.status.key(),
            }),
            reasons: keys(&one.reasons),
        };
        Self {
            more_applications: not_shown(&similar.applications),
            more_units: not_shown(&similar.units),
            more_accounts: not_shown(&similar.accounts),
            has_second_account: similar.has_second_account,
            applications: similar.applications.iter().take(MOST_SHOWN).map(application).collect(),
            units: similar.units.iter().take(MOST_SHOWN).map(unit).collect(),
            accounts: similar.accounts.iter().take(MOST_SHOWN).map(account).collect(),
        }
    }
}
