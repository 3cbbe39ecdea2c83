//! Letters about two accounts of one person that become one.

use super::account::recipient;
use super::{Composed, Desk};
use crate::domain::id::{AccountId, AccountJoinId};
use crate::mail::letters::{AccountJoinRefusedLetter, AccountJoinUndoneLetter, AccountsJoinedLetter, JoinNews, OneLine};
use crate::render::Letter;
use crate::services::ServiceError;
use crate::storage::{Connection, account_joins, accounts};

/// A letter to one of the two, whatever has become of the account: it tells what happened to it.
async fn write<C: Connection, L: Letter>(
    desk: &Desk<'_, C>,
    (join, account): (AccountJoinId, AccountId),
    path: &str,
    letter: fn(JoinNews) -> L,
) -> Result<Option<Composed>, ServiceError> {
    let Some(join) = account_joins::find(desk.tx, join).await? else { return Ok(None) };
    let Some(to) = accounts::find_credentials(desk.tx, account).await? else { return Ok(None) };
    let Some(given_up) = accounts::find(desk.tx, join.given_up).await? else { return Ok(None) };
    let kept = match join.kept {
        Some(kept) => accounts::find(desk.tx, kept).await?,
        None => None,
    };
    let news = JoinNews {
        given_up: OneLine::of(&given_up.login),
        kept: kept.map_or_else(|| OneLine::of(&join.named_login), |kept| OneLine::of(&kept.login)),
        at: desk.message.created_at,
        last_day: join.last_day(),
        url: desk.link(path),
        closing: desk.closing_of(to.voivodeship.as_ref()).await?,
    };
    desk.finish(recipient(&to.account), to.voivodeship.clone(), &letter(news))
}

pub(super) async fn refused<C: Connection>(
    desk: &Desk<'_, C>,
    join: AccountJoinId,
    account: AccountId,
) -> Result<Option<Composed>, ServiceError> {
    write(desk, (join, account), "/account/security", AccountJoinRefusedLetter).await
}

pub(super) async fn joined<C: Connection>(
    desk: &Desk<'_, C>,
    join: AccountJoinId,
    account: AccountId,
) -> Result<Option<Composed>, ServiceError> {
    write(desk, (join, account), "/account/join", AccountsJoinedLetter).await
}

pub(super) async fn undone<C: Connection>(
    desk: &Desk<'_, C>,
    join: AccountJoinId,
    account: AccountId,
) -> Result<Option<Composed>, ServiceError> {
    write(desk, (join, account), "/account", AccountJoinUndoneLetter).await
}
