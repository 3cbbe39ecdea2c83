//! The letter about changed data of an office: to another administrator of it, and to the address that it had before.

use super::account::recipient;
use super::{Composed, Desk, Recipient};
use crate::domain::account::AccountStatus;
use crate::domain::id::{AccountId, DictionaryChangeId};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::mail::letters::{ChangedLine, OfficeChangedLetter};
use crate::services::ServiceError;
use crate::services::view_changes::{FieldWords, in_words};
use crate::storage::{Connection, accounts, dictionary_changes, offices};

pub(super) async fn changed<C: Connection>(
    desk: &Desk<'_, C>,
    change: DictionaryChangeId,
    account: Option<AccountId>,
) -> Result<Option<Composed>, ServiceError> {
    let Some(change) = dictionary_changes::find(desk.tx, change).await? else { return Ok(None) };
    let office = offices::find(desk.tx, &VoivodeshipCode::trusted(change.code.as_str())).await?;
    let to = match account {
        None => change.told.as_ref().map(|email| Recipient { email: email.to_string(), name: office.name.clone() }),
        Some(id) => accounts::find(desk.tx, id).await?.filter(|one| one.status == AccountStatus::Active).map(|one| recipient(&one)),
    };
    let Some(to) = to else { return Ok(None) };
    let by = accounts::find(desk.tx, change.changed_by).await?.map(|one| one.profile.full_name()).unwrap_or_default();
    let line = |words: FieldWords| ChangedLine { label: words.label.into(), was: words.was.into(), is: words.is.into() };
    let letter = OfficeChangedLetter {
        office: office.name.as_str().into(),
        changed_at: change.changed_at,
        changed_by: by.into(),
        lines: in_words(desk.context.renderer.labels(), &change).into_iter().map(line).collect(),
        is_to_office: account.is_none(),
        url: desk.link(&format!("/admin/office/{}/history", office.voivodeship)),
        closing: desk.closing(None),
    };
    desk.finish(to, Some(office.voivodeship), &letter)
}
