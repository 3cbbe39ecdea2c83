//! Letters about a unit: its change was approved; it has ended, and what became of the recipient's rights in it.

use super::account::recipient;
use super::application::Case;
use super::{Composed, Desk, grant_lines};
use crate::domain::application::status::Status;
use crate::domain::application::unit_change::{Change, changed_fields};
use crate::domain::id::{AccountId, ApplicationId, UnitId};
use crate::domain::unit::{UnitEvent, UnitStatus};
use crate::mail::letters::{OneLine, UnitChangeApprovedLetter, UnitEndedLetter, UnitEndingStoppedLetter};
use crate::services::{ServiceError, rights};
use crate::storage::{Connection, accounts, dictionaries, grants, role_assignments, unit_changes, units};

pub(super) async fn change_approved<C: Connection>(desk: &Desk<'_, C>, id: ApplicationId) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open_in(desk, id, Status::Approved).await? else { return Ok(None) };
    let Some(change) = case.application.payload.unit_change() else { return Ok(None) };
    let labels = desk.context.renderer.labels();
    let (fields, last_day) = match &change.change {
        Change::Data { unit } => {
            let names = changed_fields(&change.unit, unit);
            (names.into_iter().map(|name| labels.field_label("unit", name).as_str().into()).collect(), None)
        }
        Change::Ending { last_day, .. } => (Vec::new(), Some(*last_day)),
    };
    let letter = UnitChangeApprovedLetter {
        application: case.line(desk),
        fields,
        last_day,
        successor: change.successor().map(|successor| OneLine::of(&successor.name)),
        history_url: desk.link(&format!("/units/{}/history", change.unit_id)),
        closing: case.closing(desk),
    };
    case.finish(desk, &letter)
}

pub(super) async fn ended<C: Connection>(desk: &Desk<'_, C>, account: AccountId, unit: UnitId) -> Result<Option<Composed>, ServiceError> {
    let Some(account) = accounts::find(desk.tx, account).await? else { return Ok(None) };
    let Some(unit) = units::find(desk.tx, unit).await?.filter(|unit| unit.status == UnitStatus::Closed) else { return Ok(None) };
    let Some(last_day) = unit.ends_on.filter(|_| account.status.can_sign_in()) else { return Ok(None) };
    let heir = match unit.successor {
        Some(successor) => rights::heir(desk.tx, successor).await?,
        None => None,
    };
    let held = grants::list_at_end(desk.tx, account.id, unit.id, last_day).await?;
    let (moved, ended): (Vec<_>, Vec<_>) = held.into_iter().partition(|(_, is_replaced)| *is_replaced);
    // Of what goes on the last day is that of the grant which has taken its place.
    let there = grants::list_of_account(desk.tx, account.id).await?;
    let goes_on: Vec<_> = there
        .into_iter()
        .filter(|grant| Some(grant.unit) == heir.as_ref().map(|heir| heir.id))
        .filter(|grant| moved.iter().any(|(old, _)| (&old.sub_area, &old.function) == (&grant.sub_area, &grant.function)))
        .collect();
    let ended: Vec<_> = ended.into_iter().map(|(grant, _)| grant).collect();
    let words = dictionaries::load(desk.tx, desk.now.warsaw_date()).await?;
    let roles = role_assignments::list_of(desk.tx, account.id).await?;
    let letter = UnitEndedLetter {
        login: OneLine::of(&account.login),
        unit: OneLine::of(&unit.data.name),
        last_day,
        successor: heir.as_ref().map(|heir| OneLine::of(&heir.data.name)),
        moved: grant_lines(&words, &goes_on, account.id),
        ended: grant_lines(&words, &ended, account.id),
        is_coordinator: heir.as_ref().is_some_and(|heir| roles.iter().any(|role| role.unit == Some(heir.id))),
        account_url: desk.link("/account"),
        closing: desk.closing_of(Some(&unit.voivodeship)).await?,
    };
    desk.finish(recipient(&account), Some(unit.voivodeship), &letter)
}

pub(super) async fn ending_stopped<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    id: UnitId,
) -> Result<Option<Composed>, ServiceError> {
    let Some(account) = accounts::find(desk.tx, account).await?.filter(|account| account.status.can_sign_in()) else { return Ok(None) };
    let Some(unit) = units::find(desk.tx, id).await? else { return Ok(None) };
    let stopped = unit_changes::list_of(desk.tx, id, 1).await?.into_iter().find(|row| row.event == UnitEvent::EndingStopped);
    // Its end was approved anew since: there is another letter about that.
    let Some((row, last_day)) = stopped.and_then(|row| row.last_day.map(|day| (row, day))) else { return Ok(None) };
    let letter = UnitEndingStoppedLetter {
        unit: OneLine::of(&unit.data.name),
        last_day,
        reason: row.justification.as_deref().unwrap_or_default().into(),
        history_url: desk.link(&format!("/units/{id}/history")),
        closing: desk.closing_of(Some(&unit.voivodeship)).await?,
    };
    desk.finish(recipient(&account), Some(unit.voivodeship), &letter)
}
