//! The accounts that an announcement is for, as the database finds them. The rule is the domain's (`Audience::includes`); a test
//! compares both.

use super::super::StorageError;
use super::super::entities::{account, grant, role_assignment, unit};
use super::super::grants::in_force;
use crate::domain::account::{AccountStatus, Role};
use crate::domain::announcement::{Audience, Urgency};
use crate::domain::id::AccountId;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Which active accounts are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// Those who read it in the portal.
    Readers,
    /// Those who get a letter: not who has refused letters with information.
    Mailed(Urgency),
}

fn lies_in<T: ColumnTrait>(column: T, place: &ListScope) -> Condition {
    match place {
        ListScope::Country => Condition::all(),
        ListScope::Voivodeships(codes) => Condition::all().add(column.is_in(codes.iter().map(VoivodeshipCode::as_str))),
    }
}

/// Roles in force of the account at hand.
fn roles() -> SelectStatement {
    use role_assignment::{Column, Entity};
    Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::AccountId)).equals((account::Entity, account::Column::Id)))
        .and_where(Column::RevokedAt.is_null())
        .to_owned()
}

/// Rights in force of the account at hand, with their units.
fn rights(place: &ListScope, today: &str) -> SelectStatement {
    use grant::{Column, Entity};
    Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .inner_join(unit::Entity, Expr::col((unit::Entity, unit::Column::Id)).equals((Entity, Column::UnitId)))
        .and_where(Expr::col((Entity, Column::AccountId)).equals((account::Entity, account::Column::Id)))
        .cond_where(in_force(today))
        .cond_where(lies_in(unit::Column::Voivodeship, place))
        .to_owned()
}

fn is_of(kinds: &[String]) -> Condition {
    if kinds.is_empty() { Condition::all() } else { Condition::all().add(unit::Column::Kind.is_in(kinds)) }
}

fn meant(audience: &Audience, meant: Meant, today: Date) -> Condition {
    let today = today.to_string();
    let mut all = Condition::all().add(account::Column::Status.eq(AccountStatus::Active.key()));
    if meant == Meant::Mailed(Urgency::Information) {
        all = all.add(account::Column::MailsAnnouncements.eq(true));
    }
    match audience {
        Audience::Everybody => all,
        Audience::Offices { place } => {
            let held = roles()
                .and_where(role_assignment::Column::Role.ne(Role::UnitCoordinator.key()))
                .and_where(role_assignment::Column::Voivodeship.is_not_null())
                .cond_where(lies_in(role_assignment::Column::Voivodeship, place))
                .to_owned();
            all.add(Expr::exists(held))
        }
        Audience::Units { place, kinds } => {
            let coordinated = roles()
                .inner_join(
                    unit::Entity,
                    Expr::col((unit::Entity, unit::Column::Id)).equals((role_assignment::Entity, role_assignment::Column::UnitId)),
                )
                .cond_where(lies_in(unit::Column::Voivodeship, place))
                .cond_where(is_of(kinds))
                .to_owned();
            let held = rights(place, &today).cond_where(is_of(kinds)).to_owned();
            all.add(Condition::any().add(Expr::exists(held)).add(Expr::exists(coordinated)))
        }
        Audience::SubAreas { place, sub_areas } => {
            let held = rights(place, &today).and_where(grant::Column::SubArea.is_in(sub_areas)).to_owned();
            all.add(Expr::exists(held))
        }
    }
}

/// How many accounts are meant.
///
/// # Errors
/// Of the database.
pub async fn count<C: ConnectionTrait>(db: &C, audience: &Audience, which: Meant, today: Date) -> Result<u64, StorageError> {
    Ok(account::Entity::find().filter(meant(audience, which, today)).count(db).await?)
}

/// The next accounts that are meant, by their ids.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    audience: &Audience,
    which: Meant,
    today: Date,
    after: Option<AccountId>,
    limit: u64,
) -> Result<Vec<AccountId>, StorageError> {
    let mut select = account::Entity::find().select_only().column(account::Column::Id).filter(meant(audience, which, today));
    if let Some(after) = after {
        select = select.filter(account::Column::Id.gt(after.0));
    }
    let ids: Vec<Uuid> = select.order_by_asc(account::Column::Id).limit(limit).into_tuple().all(db).await?;
    Ok(ids.into_iter().map(AccountId).collect())
}
