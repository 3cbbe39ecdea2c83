//! What happened to a unit: for its own people and for the administrators in whose scope it lies. Whoever may see a unit may see the
//! history of those whose place it took: their people have moved to it.

use super::change_unit::{may_stop, territory};
use super::print_form::with_words;
use super::register_staff::{coordinated_units, may_register_in};
use super::{Context, ServiceError, record, rights};
use crate::domain::actor::Actor;
use crate::domain::application::matter::{Line, unit_lines};
use crate::domain::audit::AuditObject;
use crate::domain::id::UnitId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use crate::domain::permission::{Permission, Target};
use crate::domain::unit::{Unit, UnitData, UnitEvent};
use crate::storage::unit_changes::{self, UnitChangeRow};
use crate::storage::{applications, dictionaries, gminas, units};
use jiff::civil::Date;
use serde_json::json;

/// So many entries are shown; a unit has a few.
const MOST_ENTRIES: u64 = 200;

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its words stand under `form.label.<key>`.
    pub key: &'static str,
    /// What stood.
    pub was: String,
    /// What stands.
    pub is: String,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// What.
    pub event: UnitEvent,
    /// When.
    pub at: Moment,
    /// The application that did it.
    pub application: Option<ApplicationNumber>,
    /// Field by field; of a registration what was registered.
    pub fields: Vec<FieldChange>,
    /// Last day of activity.
    pub last_day: Option<Date>,
    /// The other unit: the successor, or the one whose place was taken.
    pub other: Option<(UnitId, String)>,
    /// Why.
    pub justification: Option<String>,
}

/// A unit with its history.
#[derive(Debug, Clone)]
pub struct UnitHistory {
    /// The unit.
    pub unit: Unit,
    /// The newest first.
    pub entries: Vec<HistoryEntry>,
    /// The actor may open applications at the office.
    pub may_open: bool,
    /// The actor, an administrator, serves the unit: nobody coordinates it.
    pub may_serve: bool,
    /// The actor may stop the end that is set.
    pub may_stop_ending: bool,
}

/// Whether a unit may be seen: itself, or one that has taken its place.
async fn is_visible(context: &Context, actor: &Actor, unit: &Unit) -> Result<bool, ServiceError> {
    let ids = rights::with_successors(&context.db, vec![unit.id]).await?;
    let can_see = |unit: &Unit| {
        let target = Target { unit: Some(unit.id), voivodeship: Some(unit.voivodeship.clone()), ..Target::default() };
        context.policy.check(actor, Permission::UnitView, &target).is_ok()
    };
    Ok(units::list_by_ids(&context.db, &ids).await?.iter().any(can_see))
}

/// Reads the history of a unit. To those who may not see the unit it does not exist; the attempt is recorded.
///
/// # Errors
/// `NotFound`.
pub async fn unit_history(context: &Context, actor: &Actor, id: UnitId) -> Result<UnitHistory, ServiceError> {
    let unit = units::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    if !is_visible(context, actor, &unit).await? {
        let details = json!({ "permission": Permission::UnitView.key() });
        record::refused(context, actor, AuditObject::new("unit", &unit.data.regon), Some(&unit.voivodeship), details).await?;
        return Err(ServiceError::NotFound);
    }
    let mut entries = Vec::new();
    for row in unit_changes::list_of(&context.db, id, MOST_ENTRIES).await? {
        entries.push(entry(context, row).await?);
    }
    let target = Target { voivodeship: Some(unit.voivodeship.clone()), ..Target::default() };
    let may_open = context.policy.check(actor, Permission::ApplicationTake, &target).is_ok();
    let may_serve = may_register_in(context, actor, &unit).await? && !coordinated_units(context, actor).contains(&unit.id);
    Ok(UnitHistory { may_stop_ending: may_stop(context, actor, &unit), unit, entries, may_open, may_serve })
}

async fn lines(context: &Context, data: Option<&UnitData>) -> Result<Vec<Line>, ServiceError> {
    let Some(data) = data else { return Ok(Vec::new()) };
    let (words, gmina) =
        (dictionaries::load(&context.db, context.now().warsaw_date()).await?, gminas::find(&context.db, &data.terc).await?);
    let mut lines = with_words(context.renderer.labels(), &words, gmina.as_ref(), |words| unit_lines(data, words));
    if let Some(line) = lines.iter_mut().find(|line| line.key == "territory") {
        *line = Line::of("territory", territory(gmina.as_ref()));
    }
    Ok(lines)
}

async fn entry(context: &Context, row: UnitChangeRow) -> Result<HistoryEntry, ServiceError> {
    let application = match row.application {
        Some(id) => applications::find(&context.db, id).await?.map(|application| application.number),
        None => None,
    };
    let other = match row.successor {
        Some(id) => units::find(&context.db, id).await?.map(|unit| (unit.id, unit.data.name.to_string())),
        None => None,
    };
    let (before, after) = (lines(context, row.before.as_ref()).await?, lines(context, row.after.as_ref()).await?);
    let was = |key: &str| before.iter().find(|line| line.key == key).map(|line| line.value.join("\n")).unwrap_or_default();
    let fields = after.into_iter().map(|line| FieldChange { key: line.key, was: was(line.key), is: line.value.join("\n") });
    Ok(HistoryEntry {
        event: row.event,
        at: row.changed_at,
        application,
        fields: fields.filter(|field| field.was != field.is).collect(),
        last_day: row.last_day,
        other,
        justification: row.justification,
    })
}
