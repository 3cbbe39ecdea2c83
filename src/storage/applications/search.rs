//! Search words of applications: folded words with their application, searched by prefix through an index,
//! so that a search costs the same at a thousand and at a million applications.

use crate::domain::application::Application;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::StorageError;
use crate::storage::dictionaries;
use crate::storage::entities::application;
use crate::storage::entities::application_search::{ActiveModel, Column, Entity};
use crate::storage::searched::{is_unsearchable, words};
use sea_orm::sea_query::{Alias, Expr, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A word with no more hits than this is looked up by its hits; a more common one by walking the list and asking. Where the
/// walk begins, one application in some hundreds has the word, even among a million.
const RARE: u64 = 2000;
/// Values in one list of a statement.
pub(super) const MOST_IN_ONE_QUESTION: usize = 500;

pub(super) async fn replace<C: ConnectionTrait>(db: &C, application: &Application) -> Result<(), StorageError> {
    let summary = application.summary();
    let mut tokens = BTreeSet::new();
    tokens.extend(words(application.number.as_str()));
    // „123” finds W/26/2026/000123.
    tokens.extend(application.number.as_str().rsplit('/').next().map(|serial| serial.trim_start_matches('0').to_owned()));
    tokens.extend(words(&summary.unit_name));
    // Names decline the town („w Łopusznie”), people search for „Łopuszno”.
    tokens.extend(words(&summary.town));
    // Whoever looks for a „GOPS” rarely types out what that means.
    for short in dictionaries::short_names_of(db, &summary.unit_kind).await? {
        tokens.extend(words(&short));
    }
    tokens.insert(summary.regon.clone());
    for text in summary.persons.iter().chain(&summary.logins).chain(&application.payload.matter().more_words()) {
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

/// What a search finds.
pub(super) enum Found {
    /// Nothing was asked for: everything.
    Everything,
    /// These applications, at most [`RARE`].
    Few(Vec<Uuid>),
    /// So many that the list is walked, and each application on the way asked for its words.
    Many(Condition),
}

/// Looks for the applications in which every word of `q` begins a word.
pub(super) async fn find<C: ConnectionTrait>(db: &C, scope: &ListScope, q: &str) -> Result<Found, StorageError> {
    if is_unsearchable(q) {
        return Ok(Found::Few(Vec::new()));
    }
    let mut few: Option<BTreeSet<Uuid>> = None;
    let mut many = Vec::new();
    for word in asked(q) {
        let hits: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::ApplicationId)
            .distinct()
            .filter(prefix(&word, scope))
            .limit(RARE + 1)
            .into_tuple()
            .all(db)
            .await?;
        if hits.len() as u64 > RARE {
            many.push(word);
            continue;
        }
        let hits: BTreeSet<Uuid> = hits.into_iter().collect();
        few = Some(match few {
            Some(before) => before.intersection(&hits).copied().collect(),
            None => hits,
        });
    }
    let Some(few) = few else {
        let walked = many.iter().fold(Condition::all(), |all, word| all.add(Expr::exists(common(word, scope))));
        return Ok(if many.is_empty() { Found::Everything } else { Found::Many(walked) });
    };
    let mut few: Vec<Uuid> = few.into_iter().collect();
    for word in many {
        few = having(db, &few, &word, scope).await?;
    }
    Ok(Found::Few(few))
}

/// Those of the applications that have a word beginning so.
async fn having<C: ConnectionTrait>(db: &C, ids: &[Uuid], word: &str, scope: &ListScope) -> Result<Vec<Uuid>, StorageError> {
    let mut found = BTreeSet::new();
    for chunk in ids.chunks(MOST_IN_ONE_QUESTION) {
        let rows: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::ApplicationId)
            .filter(Column::ApplicationId.is_in(chunk.iter().copied()))
            .filter(prefix(word, scope))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found.into_iter().collect())
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

/// Applications of a voivodeship in which every word of a place's name begins a word. Where they are too many to say anything,
/// only those that have the words of `narrower` too; where these are too many, none.
pub(super) async fn in_place<C: ConnectionTrait>(
    db: &C,
    voivodeship: &VoivodeshipCode,
    place: &str,
    narrower: &str,
) -> Result<Vec<Uuid>, StorageError> {
    let scope = ListScope::Voivodeships(vec![voivodeship.clone()]);
    for q in [place.to_owned(), format!("{place} {narrower}")] {
        if let Found::Few(ids) = find(db, &scope, &q).await?
            && ids.len() <= MOST_IN_ONE_QUESTION
        {
            return Ok(ids);
        }
    }
    Ok(Vec::new())
}
