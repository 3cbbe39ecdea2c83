//! Rows of figures: one for each application, which follows each move of it in the same transaction, and those of returns. Each question
//! of a page of numbers is answered from an index alone. What may not live here: percentiles, classes (domain).

use super::StorageError;
use super::entities::{application_figure, return_figure};
use super::page::damaged;
use crate::domain::application::clock::Clock;
use crate::domain::application::{Application, Kind};
use crate::domain::figures::period::Period;
use crate::domain::figures::{Outcome, places};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use crate::domain::voivodeship::VoivodeshipCode;
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, ExprTrait as _, IntoIden, OnConflict, Order, Query, SelectStatement};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryResult,
};

/// The place of the row that is the return itself.
const RETURN: &str = "";
/// Name of the count in each answer.
const NUMBER: &str = "number_of_rows";

/// Writes how an application stands now.
pub(super) async fn follow<C: ConnectionTrait>(db: &C, application: &Application, clock: &Clock) -> Result<(), StorageError> {
    use application_figure::{ActiveModel, Column, Entity};
    let outcome = Outcome::of(application);
    let row = ActiveModel {
        number: Set(application.number.to_string()),
        voivodeship: Set(application.summary().voivodeship.to_string()),
        kind: Set(application.payload.kind().key().to_owned()),
        filed_on: Set(application.submitted_at.warsaw_date().to_string()),
        office_since: Set(clock.running_since.map(|at| at.warsaw_date().to_string())),
        office_days: Set(Some(i32::try_from(clock.used).unwrap_or(i32::MAX))),
        ended_on: Set(outcome.map(|_| application.status_since.warsaw_date().to_string())),
        outcome: Set(outcome.map(|outcome| outcome.key().to_owned())),
        returns: NotSet,
    };
    let moved = [Column::Voivodeship, Column::OfficeSince, Column::OfficeDays, Column::EndedOn, Column::Outcome];
    let again = OnConflict::column(Column::Number).update_columns(moved).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Notes that an application is sent back, with remarks at these fields.
///
/// # Errors
/// Of the database.
pub async fn note_return<'f, C: ConnectionTrait>(
    db: &C,
    number: &ApplicationNumber,
    voivodeship: &VoivodeshipCode,
    fields: impl Iterator<Item = &'f str>,
    now: Moment,
) -> Result<(), StorageError> {
    use application_figure::{Column, Entity};
    let row = |place: String| return_figure::ActiveModel {
        id: NotSet,
        voivodeship: Set(voivodeship.to_string()),
        returned_on: Set(now.warsaw_date().to_string()),
        place: Set(place),
    };
    let rows = std::iter::once(RETURN.to_owned()).chain(places(fields)).map(row);
    return_figure::Entity::insert_many(rows).exec_without_returning(db).await?;
    Entity::update_many()
        .col_expr(Column::Returns, Expr::col(Column::Returns).add(1))
        .filter(Column::Number.eq(number.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

/// What can be asked of figures; never for more than the given voivodeships.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// What was filed, by voivodeship, day and kind.
    Filed(Period),
    /// What ended, by voivodeship, outcome, kind, the office's days and how often it was sent back.
    Ended(Period),
    /// What ended, by voivodeship, day and outcome.
    EndedByDay(Period),
    /// What waits for its office now, by voivodeship, since when, and the days of earlier turns.
    Waiting,
    /// What was sent back, by voivodeship and place of remarks.
    Returned(Period),
}

impl Question {
    /// The query that answers it.
    pub fn query(self, voivodeships: &[VoivodeshipCode]) -> SelectStatement {
        use application_figure::Column as Of;
        use return_figure::Column as Back;
        let of = |columns: &[Of]| grouped(application_figure::Entity, columns);
        let mut query = match self {
            Self::Filed(_) => of(&[Of::Voivodeship, Of::FiledOn, Of::Kind]),
            Self::Ended(_) => of(&[Of::Voivodeship, Of::Outcome, Of::Kind, Of::OfficeDays, Of::Returns]),
            Self::EndedByDay(_) => of(&[Of::Voivodeship, Of::EndedOn, Of::Outcome]),
            Self::Waiting => of(&[Of::Voivodeship, Of::OfficeSince, Of::OfficeDays]),
            Self::Returned(_) => grouped(return_figure::Entity, &[Back::Voivodeship, Back::Place]),
        };
        let codes = voivodeships.iter().map(VoivodeshipCode::as_str);
        match self {
            Self::Filed(period) => within(query.and_where(Of::Voivodeship.is_in(codes)), Of::FiledOn, period),
            Self::Ended(period) | Self::EndedByDay(period) => within(query.and_where(Of::Voivodeship.is_in(codes)), Of::EndedOn, period),
            Self::Waiting => query.and_where(Of::Voivodeship.is_in(codes)).and_where(Of::OfficeSince.is_not_null()),
            Self::Returned(period) => within(query.and_where(Back::Voivodeship.is_in(codes)), Back::ReturnedOn, period),
        };
        query
    }
}

fn grouped<E: EntityTrait, I: IntoIden + Copy>(of: E, columns: &[I]) -> SelectStatement {
    let mut query = Query::select();
    query.columns(columns.iter().copied()).expr_as(Expr::cust("COUNT(*)"), NUMBER).from(of);
    query.group_by_columns(columns.iter().copied());
    for column in columns {
        query.order_by(*column, Order::Asc);
    }
    query
}

fn within(query: &mut SelectStatement, column: impl ColumnTrait, period: Period) -> &mut SelectStatement {
    query.and_where(column.gte(period.from.to_string())).and_where(column.lte(period.until.to_string()))
}

async fn ask<C: ConnectionTrait, T>(
    db: &C,
    question: Question,
    voivodeships: &[VoivodeshipCode],
    read: impl Fn(&QueryResult) -> Result<T, StorageError>,
) -> Result<Vec<T>, StorageError> {
    db.query_all(&question.query(voivodeships)).await?.iter().map(read).collect()
}

fn code(row: &QueryResult) -> Result<VoivodeshipCode, StorageError> {
    Ok(VoivodeshipCode::trusted(row.try_get::<String>("", "voivodeship")?))
}

fn kind(row: &QueryResult) -> Result<Kind, StorageError> {
    Kind::from_key(&row.try_get::<String>("", "kind")?).ok_or_else(|| damaged("kind of a figure"))
}

fn outcome(row: &QueryResult) -> Result<Outcome, StorageError> {
    Outcome::from_key(&row.try_get::<String>("", "outcome")?).ok_or_else(|| damaged("outcome of a figure"))
}

fn day(row: &QueryResult, column: &str) -> Result<Date, StorageError> {
    row.try_get::<String>("", column)?.parse().map_err(|_| damaged("day of a figure"))
}

fn days(row: &QueryResult) -> Result<Option<u32>, StorageError> {
    let days = row.try_get::<Option<i32>>("", "office_days")?;
    days.map(u32::try_from).transpose().map_err(|_| damaged("days of a figure"))
}

/// How many rows an answer counted.
pub(super) fn number(row: &QueryResult) -> Result<u64, StorageError> {
    Ok(row.try_get::<i64>("", NUMBER)?.unsigned_abs())
}

/// The count of an answer that [`number`] reads.
pub(super) fn count_rows(query: &mut SelectStatement) -> &mut SelectStatement {
    query.expr_as(Expr::cust("COUNT(*)"), NUMBER)
}

/// So many were filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Where.
    pub voivodeship: VoivodeshipCode,
    /// What.
    pub kind: Kind,
    /// On this day.
    pub day: Date,
    /// How many.
    pub number: u64,
}

/// What was filed in a period.
///
/// # Errors
/// Of the database.
pub async fn filed<C: ConnectionTrait>(db: &C, of: &[VoivodeshipCode], period: Period) -> Result<Vec<Filed>, StorageError> {
    let read =
        |row: &QueryResult| Ok(Filed { voivodeship: code(row)?, kind: kind(row)?, day: day(row, "filed_on")?, number: number(row)? });
    ask(db, Question::Filed(period), of, read).await
}

/// So many ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Where.
    pub voivodeship: VoivodeshipCode,
    /// What.
    pub kind: Kind,
    /// How.
    pub outcome: Outcome,
    /// Working days that the office had each; unknown where nobody counted.
    pub days: Option<u32>,
    /// Each was sent back at least once.
    pub was_returned: bool,
    /// How many.
    pub number: u64,
}

/// What ended in a period.
///
/// # Errors
/// Of the database.
pub async fn ended<C: ConnectionTrait>(db: &C, of: &[VoivodeshipCode], period: Period) -> Result<Vec<Ended>, StorageError> {
    let read = |row: &QueryResult| {
        Ok(Ended {
            voivodeship: code(row)?,
            kind: kind(row)?,
            outcome: outcome(row)?,
            days: days(row)?,
            was_returned: row.try_get::<i32>("", "returns")? > 0,
            number: number(row)?,
        })
    };
    ask(db, Question::Ended(period), of, read).await
}

/// How many were decided on each day of a period on which any were.
///
/// # Errors
/// Of the database.
pub async fn decided_by_day<C: ConnectionTrait>(db: &C, of: &[VoivodeshipCode], period: Period) -> Result<Vec<(Date, u64)>, StorageError> {
    let read = |row: &QueryResult| Ok((outcome(row)?, day(row, "ended_on")?, number(row)?));
    let ended = ask(db, Question::EndedByDay(period), of, read).await?.into_iter();
    Ok(ended.filter(|(outcome, ..)| outcome.is_decision()).map(|(_, day, number)| (day, number)).collect())
}

/// So many wait for their office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Where.
    pub voivodeship: VoivodeshipCode,
    /// The office has had them since this day.
    pub since: Date,
    /// Working days of the office's earlier turns.
    pub used: u32,
    /// How many.
    pub number: u64,
}

/// What waits for its office now.
///
/// # Errors
/// Of the database.
pub async fn waiting<C: ConnectionTrait>(db: &C, of: &[VoivodeshipCode]) -> Result<Vec<Waiting>, StorageError> {
    let read = |row: &QueryResult| {
        let (since, used) = (day(row, "office_since")?, days(row)?.unwrap_or_default());
        Ok(Waiting { voivodeship: code(row)?, since, used, number: number(row)? })
    };
    ask(db, Question::Waiting, of, read).await
}

/// So many returns of an office, all or with remarks at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Where.
    pub voivodeship: VoivodeshipCode,
    /// The place to which remarks point; none: all returns, whatever they were about.
    pub place: Option<String>,
    /// How many.
    pub number: u64,
}

/// What was sent back in a period. A return with remarks at several places counts at each of them.
///
/// # Errors
/// Of the database.
pub async fn returned<C: ConnectionTrait>(db: &C, of: &[VoivodeshipCode], period: Period) -> Result<Vec<Returned>, StorageError> {
    let read = |row: &QueryResult| {
        let place = row.try_get::<String>("", "place")?;
        Ok(Returned { voivodeship: code(row)?, place: Some(place).filter(|place| place != RETURN), number: number(row)? })
    };
    ask(db, Question::Returned(period), of, read).await
}
