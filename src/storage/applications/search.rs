//! Search words of applications: folded words with their application, searched by prefix through an index,
//! so that a search costs the same at a thousand and at a million applications.

use crate::domain::application::Application;
use crate::domain::collation::fold;
use crate::domain::id::ApplicationId;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::StorageError;
use crate::storage::entities::application;
use crate::storage::entities::application_search::{ActiveModel, Column, Entity};
use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, Select};
use std::collections::BTreeSet;

/// A word with no more hits than this is looked up by its hits; a more common one by walking the list and asking.
const RARE: u64 = 500;

/// Words of a text: folded, and split where a person would.
fn words(text: &str) -> impl Iterator<Item = String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

pub(super) async fn replace<C: ConnectionTrait>(db: &C, application: &Application) -> Result<(), StorageError> {
    let summary = application.summary();
    let mut tokens = BTreeSet::new();
    tokens.extend(words(application.number.as_str()));
    // „123” finds W/26/2026/000123.
    tokens.extend(application.number.as_str().rsplit('/').next().map(|serial| serial.trim_start_matches('0').to_owned()));
    tokens.extend(words(&summary.unit_name));
    tokens.insert(summary.regon.clone());
    for text in summary.persons.iter().chain(&summary.logins) {
        tokens.extend(words(text));
    }
    tokens.remove("");
    Entity::delete_many().filter(Column::ApplicationId.eq(application.id.0)).exec(db).await?;
    let rows: Vec<ActiveModel> = tokens
        .into_iter()
        .map(|token| ActiveModel {
            token: Set(token),
            voivodeship: Set(summary.voivodeship.to_string()),
            application_id: Set(application.id.0),
        })
        .collect();
    for chunk in rows.chunks(100) {
        Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

fn prefix(word: &str, scope: &ListScope) -> Condition {
    let mut condition = Condition::all().add(Column::Token.gte(word)).add(Column::Token.lt(format!("{word}\u{10ffff}")));
    if let ListScope::Voivodeships(codes) = scope {
        condition = condition.add(Column::Voivodeship.is_in(codes.iter().map(VoivodeshipCode::as_str)));
    }
    condition
}

/// Words of a search. Digits typed in groups are one number: „291 122 334”.
fn asked(q: &str) -> Vec<String> {
    let digits: String = q.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let is_number = digits.len() >= 9 && digits.bytes().all(|b| b.is_ascii_digit());
    if is_number { vec![digits] } else { words(q).collect() }
}

/// Narrows a list to the applications in which every word of `q` begins a word.
pub(super) async fn narrow<C: ConnectionTrait>(
    db: &C,
    mut select: Select<application::Entity>,
    scope: &ListScope,
    q: &str,
) -> Result<Select<application::Entity>, StorageError> {
    for word in asked(q) {
        let hits: Vec<uuid::Uuid> = Entity::find()
            .select_only()
            .column(Column::ApplicationId)
            .filter(prefix(&word, scope))
            .limit(RARE + 1)
            .into_tuple()
            .all(db)
            .await?;
        select = if hits.len() as u64 <= RARE {
            select.filter(application::Column::Id.is_in(hits))
        } else {
            select.filter(Expr::exists(common(&word, scope)))
        };
    }
    Ok(select)
}

/// A common word: asked for each application on the way, by the index that leads from the application to its words.
fn common(word: &str, scope: &ListScope) -> SelectStatement {
    let words = Alias::new("words");
    let column = |c: Column| Expr::col((words.clone(), c));
    let mut query = Query::select();
    query
        .expr(Expr::value(1))
        .from_as(Entity, words.clone())
        .and_where(column(Column::ApplicationId).eq(Expr::col((application::Entity, application::Column::Id))))
        .and_where(column(Column::Token).gte(word))
        .and_where(column(Column::Token).lt(format!("{word}\u{10ffff}")));
    if let ListScope::Voivodeships(codes) = scope {
        query.and_where(column(Column::Voivodeship).is_in(codes.iter().map(VoivodeshipCode::as_str)));
    }
    query.to_owned()
}

/// Other applications that share a word of a unit's name, for „podobne”: only words rare enough to mean something.
pub(super) async fn sharing_rare_words<C: ConnectionTrait>(
    db: &C,
    text: &str,
    voivodeship: &VoivodeshipCode,
    except: ApplicationId,
) -> Result<Vec<ApplicationId>, StorageError> {
    let mut found = BTreeSet::new();
    for word in words(text).filter(|w| w.chars().count() >= 5) {
        let hits: Vec<uuid::Uuid> = Entity::find()
            .select_only()
            .column(Column::ApplicationId)
            .filter(Column::Token.eq(word))
            .filter(Column::Voivodeship.eq(voivodeship.as_str()))
            .limit(21)
            .into_tuple()
            .all(db)
            .await?;
        if hits.len() <= 20 {
            found.extend(hits);
        }
    }
    found.remove(&except.0);
    Ok(found.into_iter().take(20).map(ApplicationId).collect())
}
