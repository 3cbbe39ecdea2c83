//! Rows of each list as cells, in the order of its headings (`export.columns` in the label file).

use super::List;
use crate::domain::account::{Account, RoleAssignment};
use crate::domain::actor::Actor;
use crate::domain::announcement::Announcement;
use crate::domain::audit::AuditEntry;
use crate::domain::dictionary::Dictionaries;
use crate::domain::figures::Outcome;
use crate::domain::figures::period::Period;
use crate::domain::id::AccountId;
use crate::domain::machine::MachineClient;
use crate::domain::moment::Moment;
use crate::domain::permission::{ListScope, Permission};
use crate::domain::post::PostState;
use crate::domain::unit::Unit;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::render::Labels;
use crate::services::announce::{AudienceNames, announcements_page};
use crate::services::confirm_permissions::{ListedAttestation, attestations_page};
use crate::services::handle_post::{ListedPost, post_page};
use crate::services::manage_accounts::{ListedAccount, ProposalView, accounts_page, list_proposals};
use crate::services::manage_machines::list_machines;
use crate::services::manage_outbox::{ListedLetter, MessageStatus, letters_page};
use crate::services::read_history::{HistoryEntry, history_page, is_for_people};
use crate::services::review_application::forwarded_page;
use crate::services::stand_ins::{StandInView, list_stand_ins};
use crate::services::view_figures::{OfficeFigures, name_place, view_figures};
use crate::services::view_grants::{ListedChange, ListedGrant, changes_page, grants_page};
use crate::services::view_office::{name_coordinators, name_voivodeships};
use crate::services::view_unit_history::{self as unit_history, unit_history};
use crate::services::{Context, ServiceError};
use crate::storage::applications::queue::Asked;
use crate::storage::applications::{self, Listed};
use crate::storage::page::Slice;
use crate::storage::{Connection, accounts, audit_entries, dictionaries, units};
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
            dictionaries: dictionaries::load(&context.db, context.now().warsaw_date()).await?,
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
    /// Of a list that its page shows as a whole.
    fn whole<T>(list: impl IntoIterator<Item = T>, row: impl FnMut(T) -> Vec<Cell>) -> Self {
        Self { rows: list.into_iter().map(row).collect(), next: None }
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
            let names = officials_of(db, &slice.rows).await?;
            Run::of(slice, |row| application(words, &row, &names))
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
        List::Forwarded => {
            let slice = forwarded_page(context, actor, after, size).await?;
            let names = officials_of(db, &slice.rows).await?;
            Run::of(slice, |row| application(words, &row, &names))
        }
        List::Post(view) => Run::of(post_page(context, actor, *view, after, size).await?, |row| post(words, &row)),
        List::StandIns => {
            let all = list_stand_ins(context, actor).await?;
            Run::whole(all.named.into_iter().chain(all.acting).chain(all.others), |row| stand_in(words, row))
        }
        List::RoleProposals => Run::whole(list_proposals(context, actor).await?.proposals, |row| proposal(words, row)),
        List::Machines => Run::whole(list_machines(context, actor).await?, |row| machine(words, &row)),
        List::UnitHistory(unit) => {
            let entries = unit_history(context, actor, *unit).await?.entries;
            Run { rows: entries.into_iter().flat_map(|row| unit_event(words, row)).collect(), next: None }
        }
        List::Announcements => {
            let names = AudienceNames { voivodeships: words.voivodeships.clone(), dictionaries: words.dictionaries.clone() };
            let now = context.now();
            Run::of(announcements_page(context, actor, after, size).await?, |row| announcement(words, &names, row, now))
        }
        List::Letters(query) => Run::of(letters_page(context, actor, query, after, size).await?, |row| letter(words, row)),
        List::OwnHistory => Run::of(history_page(context, actor, after, size).await?, |row| own_event(words, row)),
        List::Figures(filter) => {
            let all = view_figures(context, actor, filter).await?;
            let together = (all.by_office.len() > 1).then(|| (words.label("export.answer", "together"), all.together));
            let offices = all.by_office.into_iter().map(|(code, office)| (words.voivodeship(Some(&code)), office));
            Run::whole(offices.chain(together), |(place, office)| figures(filter.period, place, &office))
        }
        List::ReturnPlaces(filter) => {
            let all = view_figures(context, actor, filter).await?.by_office.into_iter();
            let places = all.flat_map(|(code, office)| office.places.into_iter().map(move |(place, number)| (code.clone(), place, number)));
            Run::whole(places, |(code, place, number)| {
                let place = Cell::Text(name_place(words.labels, &place));
                vec![words.voivodeship(Some(&code)), Cell::Day(filter.period.from), Cell::Day(filter.period.until), place, count(number)]
            })
        }
    })
}

fn count(number: u64) -> Cell {
    Cell::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

fn figures(period: Period, place: Cell, office: &OfficeFigures) -> Vec<Cell> {
    let maybe = |number: Option<u64>| number.map_or_else(|| Cell::Text(String::new()), count);
    let days = |percent| maybe(office.times.percentile(percent).map(u64::from));
    let ended = Outcome::ALL.map(|outcome| count(office.ended(outcome)));
    let known = [place, Cell::Day(period.from), Cell::Day(period.until), count(office.filed), count(office.decided())];
    let times = [days(50), days(90), maybe(office.returned_percent()), count(office.returns), count(office.all_waiting())];
    let now = office.waiting.into_iter().chain(office.ending).chain([office.without_coordinator]).map(count);
    known.into_iter().chain(ended).chain(times).chain(now).collect()
}

/// Those of the office who have to do with some applications.
async fn officials_of<C: Connection>(db: &C, rows: &[Listed]) -> Result<Vec<Account>, ServiceError> {
    let mut officials: Vec<AccountId> = rows.iter().flat_map(|row| [row.taken_by, row.assigned_to]).flatten().collect();
    officials.sort();
    officials.dedup();
    Ok(accounts::list_by_ids(db, &officials).await?)
}

fn post(words: &Words<'_>, row: &ListedPost) -> Vec<Cell> {
    let count = |state: PostState| i64::try_from(row.files.get(&state).copied().unwrap_or_default()).unwrap_or(i64::MAX);
    let numbers: Vec<&str> = row.numbers.iter().map(|number| number.as_str()).collect();
    let item = &row.item;
    vec![
        words.voivodeship(Some(&item.voivodeship)),
        Cell::Day(item.received_on),
        words.label("channels", item.channel.key()),
        Cell::maybe(item.sender.clone()),
        Cell::maybe(item.reference.clone()),
        Cell::maybe(item.case_sign.clone()),
        Cell::Minute(item.recorded_at),
        Cell::maybe(row.recorded_by.clone()),
        Cell::Number(PostState::ALL.into_iter().map(count).sum()),
        Cell::Number(count(PostState::Proposed)),
        Cell::Number(count(PostState::Unassigned)),
        Cell::Text(numbers.join(", ")),
    ]
}

fn stand_in(words: &Words<'_>, row: StandInView) -> Vec<Cell> {
    let one = row.stand_in;
    vec![
        Cell::Text(row.deputy),
        Cell::Text(row.deputised),
        Cell::maybe(row.named_by),
        words.label("roles", one.assignment.role.key()),
        words.voivodeship(one.assignment.voivodeship.as_ref()),
        Cell::Day(one.from),
        Cell::Day(one.until),
        words.label("stand_in_states", row.state.key()),
    ]
}

fn proposal(words: &Words<'_>, row: ProposalView) -> Vec<Cell> {
    let (outcome, one) = (row.outcome(), row.proposal);
    let ((login, whom), (role, voivodeship)) = (one.content.whom(), one.content.role());
    vec![
        Cell::Text(whom),
        Cell::Text(login),
        words.label("proposals", one.content.key()),
        words.label("roles", role.key()),
        words.voivodeship(voivodeship),
        Cell::Text(row.proposed_by),
        Cell::Minute(one.proposed_at),
        Cell::Minute(one.lapses_at),
        outcome.map_or_else(|| words.label("export.answer", "waiting"), |outcome| words.label("proposal_outcomes", outcome.key())),
        Cell::maybe_minute(one.settled.as_ref().map(|settled| settled.at)),
    ]
}

fn machine(words: &Words<'_>, row: &MachineClient) -> Vec<Cell> {
    let verbs: Vec<String> = row.scope.verbs.iter().map(|verb| words.labels.text(&format!("verbs.{}", verb.name()))).collect();
    let place = match &row.scope.place {
        ListScope::Country => words.label("export.answer", "country"),
        ListScope::Voivodeships(codes) => {
            let names = codes.iter().map(|code| words.voivodeships.get(code).cloned().unwrap_or_else(|| code.to_string()));
            Cell::Text(names.collect::<Vec<_>>().join(", "))
        }
    };
    vec![
        Cell::text(row.name.as_str()),
        Cell::Text(row.scope.sub_areas.join(", ")),
        Cell::Text(verbs.join(", ")),
        place,
        Cell::Minute(row.created_at),
        words.who(&row.created_by),
        Cell::maybe_minute(row.last_used_at),
        Cell::maybe_minute(row.revoked_at),
    ]
}

/// A row for each field that changed; one for what changed none.
fn unit_event(words: &Words<'_>, row: unit_history::HistoryEntry) -> Vec<Vec<Cell>> {
    let line = |field: Option<&unit_history::FieldChange>| {
        vec![
            Cell::Minute(row.at),
            words.label("unit_events", row.event.key()),
            Cell::maybe(row.application.as_ref().map(ToString::to_string)),
            field.map_or_else(|| Cell::Text(String::new()), |field| words.label("form.label", field.key)),
            Cell::maybe(field.map(|field| field.was.clone())),
            Cell::maybe(field.map(|field| field.is.clone())),
            Cell::maybe_day(row.last_day),
            Cell::maybe(row.other.as_ref().map(|(_, name)| name.clone())),
            Cell::maybe(row.justification.clone()),
        ]
    };
    if row.fields.is_empty() { vec![line(None)] } else { row.fields.iter().map(|field| line(Some(field))).collect() }
}

fn own_event(words: &Words<'_>, row: HistoryEntry) -> Vec<Cell> {
    let object = row.object.filter(|(kind, _)| is_for_people(kind));
    let (kind, object) = object.unzip();
    vec![
        Cell::Minute(row.at),
        words.label("audit_events", &row.event),
        words.label("history_who", row.who.key()),
        Cell::Text(row.network),
        kind.map_or_else(|| Cell::Text(String::new()), |kind| words.label("audit_objects", &kind)),
        Cell::maybe(object),
        words.label("outcomes", &row.outcome),
    ]
}

fn announcement(words: &Words<'_>, names: &AudienceNames, row: Announcement, now: Moment) -> Vec<Cell> {
    let state = row.state(now);
    let (content, (published_at, published_by)) = (row.content, row.published.unzip());
    let (ended_at, ended_by) = row.ended.unzip();
    vec![
        Cell::Text(content.title.to_string()),
        Cell::Text(content.text.to_string()),
        words.label("announcement_states", state.key()),
        words.label("urgencies", content.urgency.key()),
        Cell::Text(names.in_words(words.labels, &content.audience)),
        Cell::Minute(content.shown_from),
        Cell::Minute(content.shown_until),
        words.label("export.answer", if content.is_mailed { "yes" } else { "no" }),
        Cell::Number(row.mailed.into()),
        Cell::maybe_minute(published_at),
        Cell::maybe(published_by),
        Cell::maybe_minute(ended_at),
        Cell::maybe(ended_by),
    ]
}

fn letter(words: &Words<'_>, row: ListedLetter) -> Vec<Cell> {
    let (message, addressee) = (row.message, row.addressee);
    let is_open = message.status != MessageStatus::Sent;
    let (failure, code) = message.failure.filter(|_| is_open).unzip();
    let next = (message.status == MessageStatus::Waiting).then_some(message.next_attempt_at);
    vec![
        words.label("notices", message.notice.key()),
        Cell::maybe(addressee.as_ref().map(|one| one.full_name.clone())),
        Cell::maybe(addressee.map(|one| one.login)),
        Cell::maybe(row.address),
        Cell::maybe(row.application.map(|number| number.to_string())),
        words.voivodeship(message.voivodeship.as_ref()),
        Cell::Minute(message.created_at),
        words.label("message_status", message.status.key()),
        Cell::Number(message.attempts.into()),
        Cell::maybe_minute(message.finished_at),
        Cell::maybe_minute(next),
        failure.map_or_else(|| Cell::Text(String::new()), |failure| words.label("delivery_failures", failure.key())),
        Cell::maybe(code.flatten().map(|code| code.to_string())),
    ]
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

fn application(words: &Words<'_>, row: &Listed, officials: &[Account]) -> Vec<Cell> {
    let name = |id: AccountId| officials.iter().find(|account| account.id == id).map(|account| account.profile.full_name());
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
        Cell::maybe(row.taken_by.and_then(name)),
        Cell::maybe_day(row.due_at.map(Moment::last_day)),
        Cell::maybe(row.assigned_to.and_then(name)),
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
