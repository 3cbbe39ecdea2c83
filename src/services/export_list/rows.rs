//! Rows of each list as cells, in the order of its headings (`export.columns` in the label file).

use super::List;
use crate::domain::account::RoleAssignment;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEntry;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::AccountId;
use crate::domain::moment::Moment;
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::render::Labels;
use crate::services::confirm_permissions::{ListedAttestation, attestations_page};
use crate::services::manage_accounts::{ListedAccount, accounts_page};
use crate::services::view_grants::{ListedChange, ListedGrant, changes_page, grants_page};
use crate::services::view_office::{name_coordinators, name_voivodeships};
use crate::services::{Context, ServiceError};
use crate::storage::applications::queue::Asked;
use crate::storage::applications::{self, Listed};
use crate::storage::page::Slice;
use crate::storage::{accounts, audit_entries, dictionaries, units};
use crate::tables::Cell;
use std::collections::BTreeMap;

/// What turns keys into what people read.
pub(super) struct Words<'c> {
    labels: &'c Labels,
    voivodeships: BTreeMap<VoivodeshipCode, String>,
    dictionaries: Dictionaries,
}

impl<'c> Words<'c> {
    pub(super) async fn load(context: &'c Context) -> Result<Self, ServiceError> {
        Ok(Self {
            labels: context.renderer.labels(),
            voivodeships: name_voivodeships(context).await?,
            dictionaries: dictionaries::load(&context.db).await?,
        })
    }
    fn label(&self, of: &str, key: &str) -> Cell {
        Cell::Text(self.labels.text(&format!("{of}.{key}")))
    }
    fn voivodeship(&self, code: Option<&VoivodeshipCode>) -> Cell {
        Cell::maybe(code.map(|code| self.voivodeships.get(code).cloned().unwrap_or_else(|| code.to_string())))
    }
    fn function(&self, code: &str) -> Cell {
        Cell::Text(self.dictionaries.function(code).map_or_else(|| code.to_owned(), |function| function.name.clone()))
    }
    /// The audit trail's names for those who have no account.
    fn who(&self, actor: &str) -> Cell {
        Cell::Text(self.labels.get(&format!("audit_actors.{actor}")).unwrap_or(actor).to_owned())
    }
}

/// A run of rows, and where it goes on.
pub(super) struct Run {
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) next: Option<String>,
}

impl Run {
    fn of<T>(slice: Slice<T>, row: impl FnMut(T) -> Vec<Cell>) -> Self {
        let slice = slice.map(row);
        Self { rows: slice.rows, next: slice.next }
    }
}

/// Reads the next `size` rows of a list within the actor's scope.
pub(super) async fn read(
    context: &Context,
    actor: &Actor,
    list: &List,
    words: &Words<'_>,
    after: Option<&str>,
    size: usize,
) -> Result<Run, ServiceError> {
    let db = &context.db;
    Ok(match list {
        List::Grants(filter) => Run::of(grants_page(context, actor, filter, after, size).await?, |row| grant(words, row)),
        List::Changes(filter) => Run::of(changes_page(context, actor, filter, after, size).await?, |row| change(words, row)),
        List::Applications { view, status, q, sort } => {
            let scope = context.policy.list_scope(actor, Permission::ApplicationList)?;
            let asked = Asked { status: *status, shown: view.shown(actor.account_id(), context.now()), q, sort: *sort };
            let slice = applications::queue::list(db, &scope, asked, after, size).await?.rows;
            let mut officials: Vec<AccountId> = slice.rows.iter().flat_map(|row| [row.taken_by, row.assigned_to]).flatten().collect();
            officials.sort();
            officials.dedup();
            let names = accounts::list_by_ids(db, &officials).await?;
            let name = |id: AccountId| names.iter().find(|account| account.id == id).map(|account| account.profile.full_name());
            Run::of(slice, |row| application(words, &row, (row.taken_by.and_then(name), row.assigned_to.and_then(name))))
        }
        List::Accounts { q, asks_to_close } => {
            Run::of(accounts_page(context, actor, (q, *asks_to_close), after, size).await?, |row| account(words, row))
        }
        List::Units(filter) => {
            let scope = context.policy.list_scope(actor, Permission::UnitList)?;
            let slice = units::list(db, &scope, filter, after, size).await?;
            let mut coordinators = name_coordinators(context, &slice.rows).await?;
            Run::of(slice, |row| {
                let names = coordinators.remove(&row.id).unwrap_or_default();
                unit(words, row, &names)
            })
        }
        List::Attestations(filter) => Run::of(attestations_page(context, actor, filter, after, size).await?, |row| attestation(words, row)),
        List::Audit(filter) => {
            let scope = context.policy.list_scope(actor, Permission::AuditView)?;
            Run::of(audit_entries::list(db, &scope, filter, after, size).await?, |row| entry(words, row))
        }
    })
}

fn grant(words: &Words<'_>, row: ListedGrant) -> Vec<Cell> {
    vec![
        Cell::Text(row.last_name),
        Cell::Text(row.first_name),
        Cell::Text(row.login),
        Cell::Text(row.email),
        Cell::Text(row.unit_name),
        Cell::Text(row.regon),
        words.voivodeship(Some(&row.voivodeship)),
        Cell::Text(row.grant.sub_area),
        words.function(&row.grant.function),
        Cell::Day(row.grant.valid_from),
        Cell::Day(row.grant.valid_until),
        words.label("grant_states", row.state.key()),
        Cell::Minute(row.created_at),
        Cell::maybe_minute(row.revoked_at),
        Cell::maybe(row.application_number.map(|number| number.to_string())),
    ]
}

fn attestation(words: &Words<'_>, row: ListedAttestation) -> Vec<Cell> {
    let attestation = &row.attestation;
    vec![
        Cell::Text(row.unit_name),
        Cell::Text(row.regon),
        words.voivodeship(Some(&row.voivodeship)),
        words.label("attestation_states", attestation.state.key()),
        Cell::Minute(attestation.opened_at),
        Cell::Day(attestation.last_day()),
        Cell::maybe_minute(attestation.answered_at),
        Cell::maybe_minute(attestation.done_at),
        Cell::maybe(row.application_number.map(|number| number.to_string())),
    ]
}

fn change(words: &Words<'_>, row: ListedChange) -> Vec<Cell> {
    let grant = row.grant.as_ref();
    let blank = || Cell::Text(String::new());
    vec![
        Cell::Minute(row.at),
        words.label("right_changes", row.change.key()),
        Cell::maybe(row.full_name.clone()),
        Cell::text(&row.login),
        Cell::maybe(row.unit_name.clone()),
        Cell::maybe(row.regon.clone()),
        words.voivodeship(row.voivodeship.as_ref()),
        Cell::maybe(grant.map(|grant| grant.sub_area.clone())),
        grant.map_or_else(blank, |grant| words.function(&grant.function)),
        grant.map_or_else(blank, |grant| Cell::Day(grant.valid_until)),
        row.role.map_or_else(blank, |role| words.label("roles", role.key())),
        row.by.as_deref().map_or_else(blank, |by| words.who(by)),
        row.capacity.map_or_else(blank, |capacity| words.label("capacities", capacity.key())),
        Cell::maybe(row.reason.clone()),
        Cell::maybe(grant.and_then(|grant| grant.application_number.as_ref()).map(ToString::to_string)),
    ]
}

fn application(words: &Words<'_>, row: &Listed, (taken_by, assigned_to): (Option<String>, Option<String>)) -> Vec<Cell> {
    vec![
        Cell::text(row.number.as_str()),
        words.label("kinds", row.kind.key()),
        words.label("status", row.status.key()),
        words.voivodeship(Some(&row.voivodeship)),
        Cell::text(&row.unit_name),
        Cell::text(&row.regon),
        Cell::text(&row.applicant_name),
        Cell::Number(i64::from(row.persons_count)),
        Cell::Number(i64::from(row.revision)),
        Cell::Minute(row.submitted_at),
        Cell::Minute(row.status_since),
        Cell::maybe_day(row.lapses_at.map(Moment::last_day)),
        Cell::maybe(taken_by),
        Cell::maybe_day(row.due_at.map(Moment::last_day)),
        Cell::maybe(assigned_to),
        Cell::maybe_day(row.snoozed_until.map(Moment::warsaw_date)),
        Cell::maybe_minute(row.escalated_at),
    ]
}

fn account(words: &Words<'_>, row: ListedAccount) -> Vec<Cell> {
    let role = |role: &RoleAssignment| words.labels.text(&format!("roles.{}", role.role.key()));
    let roles: Vec<String> = row.roles.iter().map(role).collect();
    let profile = &row.account.profile;
    vec![
        Cell::text(profile.last_name.as_str()),
        Cell::text(profile.first_name.as_str()),
        Cell::text(row.account.login.as_str()),
        Cell::text(profile.email.as_str()),
        Cell::maybe(profile.position.as_ref().map(ToString::to_string)),
        Cell::Text(roles.join(", ")),
        words.label("account_status", row.account.status.key()),
        words.label("export.answer", if row.asks_to_close { "yes" } else { "no" }),
        Cell::Minute(row.account.created_at),
    ]
}

fn unit(words: &Words<'_>, row: Unit, coordinators: &[String]) -> Vec<Cell> {
    let kind = words.dictionaries.unit_kind(&row.data.kind).map_or_else(|| row.data.kind.clone(), |kind| kind.name.clone());
    let address = &row.data.address;
    let street = address.street.as_ref().map_or_else(String::new, |street| format!("{street} "));
    vec![
        Cell::text(row.data.name.as_str()),
        Cell::Text(kind),
        Cell::text(row.data.regon.as_str()),
        Cell::Text(format!("{street}{}", address.building)),
        Cell::text(address.postal_code.as_str()),
        Cell::text(address.town.as_str()),
        Cell::text(row.data.terc.as_str()),
        words.voivodeship(Some(&row.voivodeship)),
        Cell::text(row.data.email.as_str()),
        words.label("unit_status", row.status.key()),
        Cell::Text(coordinators.join(", ")),
    ]
}

fn entry(words: &Words<'_>, row: AuditEntry) -> Vec<Cell> {
    let details = if row.details.as_object().is_some_and(serde_json::Map::is_empty) { String::new() } else { row.details.to_string() };
    vec![
        Cell::Number(row.id),
        Cell::Minute(row.at),
        // To the millisecond, for whoever puts traces together.
        Cell::Text(row.at.to_iso()),
        words.who(&row.actor),
        Cell::maybe(row.on_behalf_of),
        words.label("audit_events", &row.event),
        words.label("audit_objects", &row.object_kind),
        Cell::Text(row.object_id),
        words.voivodeship(row.voivodeship.as_ref()),
        words.label("outcomes", &row.outcome),
        Cell::maybe(row.address),
        Cell::Text(row.correlation.to_string()),
        Cell::Text(details),
    ]
}
