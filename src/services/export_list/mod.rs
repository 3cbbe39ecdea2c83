//! Writes a whole list, as far as the actor's scope reaches, into a file: page by page, so that memory does not grow with the list.
//! That it was done is an entry of the audit trail.

mod rows;

use super::confirm_permissions::AttestationFilter;
use super::context::Context;
use super::error::ServiceError;
use super::manage_outbox::LetterQuery;
use super::read_audit::AuditFilter;
use super::record;
use super::review_application::View;
use super::view_figures::FigureFilter;
use super::view_grants::{ChangeFilter, GrantFilter};
use crate::domain::actor::Actor;
use crate::domain::application::status::Status;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::UnitId;
use crate::domain::permission::{ListScope, Permission, UnitScope};
use crate::domain::post::PostView;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::view_office::UnitFilter;
use crate::storage::applications::queue::Sort;
use crate::storage::units;
use crate::tables::{Cell, Table, TableError};
use rows::Words;
use serde_json::{Value, json};
use std::fs::File;
use tokio::sync::{Semaphore, mpsc};

pub use crate::tables::Format;

/// Rows read at a time.
const RUN: usize = 1000;
/// So many are written at once in this process; others wait for their turn. Each holds a run or two of rows and a connection while it
/// reads one.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A list with what is looked for in it: what its page shows, all of it.
#[derive(Debug, Clone, PartialEq)]
pub enum List {
    /// Grants.
    Grants(GrantFilter),
    /// Changes of rights.
    Changes(ChangeFilter),
    /// One tab of the queue.
    Applications {
        /// Which part of the queue.
        view: View,
        /// The tab.
        status: Status,
        /// What is searched for.
        q: String,
        /// In which order.
        sort: Sort,
    },
    /// Accounts.
    Accounts {
        /// What is searched for.
        q: String,
        /// Only those whose owners have asked to close them.
        asks_to_close: bool,
    },
    /// Units.
    Units(UnitFilter),
    /// Yearly confirmations.
    Attestations(AttestationFilter),
    /// The audit trail.
    Audit(AuditFilter),
    /// A view of the post.
    Post(PostView),
    /// Applications that were passed on to the centre.
    Forwarded,
    /// Who stands in for whom.
    StandIns,
    /// Proposals about the roles of officials.
    RoleProposals,
    /// Other systems that may ask.
    Machines,
    /// What happened to a unit.
    UnitHistory(UnitId),
    /// What happened with the own account.
    OwnHistory,
    /// Figures of offices.
    Figures(FigureFilter),
    /// To which places the remarks of returns pointed, by office.
    ReturnPlaces(FigureFilter),
    /// Announcements.
    Announcements,
    /// Letters.
    Letters(LetterQuery),
}

impl List {
    /// Name in labels and in the audit trail.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Grants(_) => "grants",
            Self::Changes(_) => "changes",
            Self::Applications { .. } => "applications",
            Self::Accounts { .. } => "accounts",
            Self::Units(_) => "units",
            Self::Attestations(_) => "attestations",
            Self::Audit(_) => "audit",
            Self::Post(_) => "post",
            Self::Forwarded => "forwarded",
            Self::StandIns => "stand_ins",
            Self::RoleProposals => "role_proposals",
            Self::Machines => "machines",
            Self::UnitHistory(_) => "unit_history",
            Self::OwnHistory => "own_history",
            Self::Figures(_) => "figures",
            Self::ReturnPlaces(_) => "return_places",
            Self::Announcements => "announcements",
            Self::Letters(_) => "letters",
        }
    }

    /// What was looked for, for the audit trail.
    fn asked(&self) -> Value {
        match self {
            Self::Grants(filter) => json!({
                "person": filter.person, "unit": filter.unit, "sub_area": filter.sub_area, "function": filter.function,
                "until": filter.until.map(|day| day.to_string()), "state": filter.state.map(|state| state.key()),
            }),
            Self::Changes(filter) => {
                let change = filter.only.map(|change| change.key());
                json!({ "since": filter.since.to_string(), "change": change, "own": filter.is_own })
            }
            Self::Applications { view, status, q, sort } => {
                json!({ "view": view.key(), "status": status.key(), "q": q, "sort": sort.key() })
            }
            Self::Accounts { q, asks_to_close } => json!({ "q": q, "asks_to_close": asks_to_close }),
            Self::Units(filter) => json!({ "q": filter.q, "without_coordinator": filter.without_coordinator }),
            Self::Attestations(filter) => json!({ "state": filter.state.key(), "unit": filter.unit }),
            Self::Audit(filter) => json!({
                "from": filter.from.map(|m| m.to_iso()), "before": filter.before.map(|m| m.to_iso()),
                "actor": filter.actor, "object": filter.object, "event": filter.event,
            }),
            Self::Post(view) => json!({ "view": view.key() }),
            Self::UnitHistory(unit) => json!({ "unit": unit }),
            Self::Figures(filter) | Self::ReturnPlaces(filter) => json!({
                "from": filter.period.from.to_string(), "until": filter.period.until.to_string(), "voivodeship": filter.voivodeship,
            }),
            Self::Letters(query) => json!({
                "status": query.status.map(|status| status.key()), "failure": query.failure.map(|failure| failure.key()), "q": query.q,
            }),
            Self::Forwarded | Self::StandIns | Self::RoleProposals | Self::Machines | Self::OwnHistory | Self::Announcements => json!({}),
        }
    }
}

/// A whole list as a file.
#[derive(Debug)]
pub struct Exported {
    /// To be read from its beginning; it goes with the last who holds it.
    pub file: File,
    /// Its length in bytes.
    pub size: u64,
    /// Rows without the headings.
    pub rows: u64,
    /// „uprawnienia-2026-11-22.csv”.
    pub name: String,
}

/// In whose part of the audit trail the export stands: that of the one voivodeship that it reaches, else of the country.
async fn place(context: &Context, actor: &Actor, list: &List) -> Result<Option<VoivodeshipCode>, ServiceError> {
    let whole = |permission| match context.policy.list_scope(actor, permission)? {
        ListScope::Country => Ok(UnitScope::Country),
        ListScope::Voivodeships(voivodeships) => Ok::<_, ServiceError>(UnitScope::Within { voivodeships, units: Vec::new() }),
    };
    let scope = match list {
        List::Changes(filter) if filter.is_own => return Ok(None),
        List::Grants(_) | List::Changes(_) => context.policy.unit_scope(actor, Permission::GrantList)?,
        List::Applications { .. } | List::Forwarded => whole(Permission::ApplicationList)?,
        List::Accounts { .. } => whole(Permission::AccountList)?,
        List::Units(_) => whole(Permission::UnitList)?,
        List::Attestations(_) => whole(Permission::AttestationList)?,
        List::Audit(_) => whole(Permission::AuditView)?,
        List::Figures(FigureFilter { voivodeship: Some(code), .. }) | List::ReturnPlaces(FigureFilter { voivodeship: Some(code), .. }) => {
            return Ok(Some(code.clone()));
        }
        List::Figures(_) | List::ReturnPlaces(_) => whole(Permission::FiguresView)?,
        List::Announcements => whole(Permission::AnnouncementPublish)?,
        List::Letters(_) => whole(Permission::OutboxView)?,
        List::Post(_) => whole(Permission::PostView)?,
        List::UnitHistory(unit) => return Ok(units::find(&context.db, *unit).await?.map(|unit| unit.voivodeship)),
        // The service that reads it says to whom; nothing of it belongs to one voivodeship.
        List::StandIns | List::RoleProposals | List::Machines | List::OwnHistory => return Ok(None),
    };
    let UnitScope::Within { mut voivodeships, units } = scope else { return Ok(None) };
    voivodeships.extend(units::list_by_ids(&context.db, &units).await?.into_iter().map(|unit| unit.voivodeship));
    voivodeships.sort();
    voivodeships.dedup();
    Ok(if voivodeships.len() == 1 { voivodeships.pop() } else { None })
}

fn failed(error: TableError) -> ServiceError {
    match error {
        // A full disk is mended by whoever runs the portal; trying again later helps.
        TableError::File(error) => ServiceError::Unavailable(error.to_string()),
        TableError::Workbook(error) => ServiceError::internal(error),
    }
}

/// Writes the list. The file is whole, or there is none.
///
/// # Errors
/// `Denied`; of the database; `Unavailable` when there is no room for the file.
pub async fn export_list(context: &Context, actor: &Actor, list: &List, format: Format) -> Result<Exported, ServiceError> {
    let place = place(context, actor, list).await?;
    let _turn = TURNS.acquire().await.map_err(ServiceError::internal)?;
    let words = Words::load(context).await?;
    let labels = context.renderer.labels();
    let title = labels.text(&format!("export.title.{}", list.key()));
    let headings: Vec<String> = labels.list(&format!("export.columns.{}", list.key())).into_iter().map(str::to_owned).collect();
    // The next run is read while one is written, and no more than that.
    let (send, mut receive) = mpsc::channel::<Vec<Vec<Cell>>>(1);
    let writing = tokio::task::spawn_blocking(move || {
        let mut table = Table::begin(format, &title, &headings)?;
        while let Some(rows) = receive.blocking_recv() {
            for row in rows {
                table.row(row)?;
            }
        }
        table.finish()
    });
    let (mut total, mut after) = (0_u64, None::<String>);
    loop {
        let run = rows::read(context, actor, list, &words, after.as_deref(), RUN).await?;
        total += run.rows.len() as u64;
        // The writer stops before the end only when it has failed, and says so below.
        if send.send(run.rows).await.is_err() {
            break;
        }
        match run.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    drop(send);
    let file = writing.await.map_err(ServiceError::internal)?.map_err(failed)?;
    let size = file.metadata().map_err(|error| failed(error.into()))?.len();
    let details = json!({ "format": format.key(), "rows": total, "asked": list.asked() });
    let object = AuditObject::new("list", list.key());
    record::done(context, &context.db, actor, AuditEvent::ListExported, object, place.as_ref(), details).await?;
    let name = labels.text(&format!("export.file.{}", list.key()));
    let name = format!("{name}-{}.{}", context.now().warsaw_date(), format.key());
    Ok(Exported { file, size, rows: total, name })
}
