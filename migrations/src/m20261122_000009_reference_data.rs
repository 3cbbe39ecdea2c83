//! Rows that the portal cannot do without: TERC, offices, dictionaries, time limits. Sources: `migrations/data/README.md`.

use crate::collation::{fold, sort_key};
use crate::csv;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// See the file's head.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TERC: &str = include_str!("../data/terc.csv");
const OFFICES: &str = include_str!("../data/voivodeship_offices.csv");
const KNOWN_CHANNELS: &str = include_str!("../data/known_channels.csv");
const UNIT_KINDS: &str = include_str!("../data/unit_kinds.csv");
const SUB_AREAS: &str = include_str!("../data/sub_areas.csv");
const FUNCTIONS: &str = include_str!("../data/functions.csv");
const TIME_LIMITS: &str = include_str!("../data/time_limits.csv");

/// Open with the seat's address (`true`), open without one (`upload`), or closed until the office fills the address in.
const CHANNELS: [(&str, bool, bool); 6] = [
    ("upload", true, false),
    ("e_delivery", false, false),
    ("epuap", false, false),
    ("email", false, false),
    ("post", true, true),
    ("in_person", true, true),
];

/// Rows in one statement: far below the number of parameters that either database takes.
const BATCH: usize = 500;

const TABLES: [&str; 8] =
    ["time_limits", "unit_kind_sub_areas", "functions", "sub_areas", "unit_kinds", "gminas", "office_channels", "voivodeships"];

async fn insert<const N: usize>(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: [&'static str; N],
    rows: Vec<[Expr; N]>,
) -> Result<(), DbErr> {
    for batch in rows.chunks(BATCH) {
        let mut statement = Query::insert();
        statement.into_table(table).columns(columns);
        for row in batch {
            statement.values(row.clone()).map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        manager.execute(statement).await?;
    }
    Ok(())
}

fn number(file: &str, text: &str) -> Result<i32, DbErr> {
    text.parse().map_err(|_| DbErr::Custom(format!("{file}: „{text}” is not a number")))
}

fn text(value: &str) -> Expr {
    Expr::val(value)
}

fn position(index: usize) -> Expr {
    Expr::val(<i32 as TryFrom<usize>>::try_from(index).unwrap_or(i32::MAX))
}

/// ` words of the name| words of powiat, voivodeship and type, and the code`: each word behind a space, so that one
/// pattern finds the beginning of any word, and the bar tells whether it was found in the name.
fn search_key(name: &str, context: &[&str]) -> String {
    let words = |text: &str| {
        fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|w| format!(" {w}")).collect::<String>()
    };
    format!("{}|{}", words(name), words(&context.join(" ")))
}

async fn territory(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let terc = csv::rows::<5>("terc.csv", TERC)?;
    let names: HashMap<&str, &str> = terc.iter().filter(|row| row[1] != "gmina").map(|row| (row[0].as_str(), row[3].as_str())).collect();
    let name = |code: &str| names.get(code).copied().ok_or_else(|| DbErr::Custom(format!("terc.csv: {code} has no row of its own")));
    let offices = csv::rows::<3>("voivodeship_offices.csv", OFFICES)?;
    let known = csv::rows::<3>("known_channels.csv", KNOWN_CHANNELS)?;

    let mut voivodeships = Vec::new();
    let mut channels = Vec::new();
    for [code, office, seat] in &offices {
        let name = name(code)?;
        voivodeships.push([text(code), text(name), Expr::val(sort_key(name)), text(office), text(seat), text(""), text("")]);
        for (channel, is_open, at_seat) in CHANNELS {
            let entry = known.iter().find(|row| row[0] == *code && row[1] == channel);
            let address = entry.map_or(if at_seat { seat.as_str() } else { "" }, |row| row[2].as_str());
            channels.push([text(code), text(channel), text(address), Expr::val(is_open || entry.is_some())]);
        }
    }
    insert(
        manager,
        "voivodeships",
        ["code", "name", "name_sort", "office_name", "office_address", "office_email", "office_phone"],
        voivodeships,
    )
    .await?;
    insert(manager, "office_channels", ["voivodeship", "channel", "address", "is_open"], channels).await?;

    let mut gminas = Vec::new();
    for [code, _, type_name, gmina, state_date] in terc.iter().filter(|row| row[1] == "gmina") {
        let (Some(key), Some(type_digit), Some(powiat), Some(voivodeship)) = (code.get(..6), code.get(6..), code.get(..4), code.get(..2))
        else {
            return Err(DbErr::Custom(format!("terc.csv: „{code}” is not a code of a gmina")));
        };
        let powiat_name = name(powiat)?;
        gminas.push([
            text(key),
            text(type_digit),
            text(type_name),
            text(gmina),
            Expr::val(sort_key(gmina)),
            Expr::val(search_key(gmina, &[powiat_name, name(voivodeship)?, type_name, key])),
            text(powiat),
            text(powiat_name),
            text(voivodeship),
            text(state_date),
        ]);
    }
    insert(
        manager,
        "gminas",
        ["code", "type_digit", "type_name", "name", "name_sort", "search_key", "powiat_code", "powiat_name", "voivodeship", "state_date"],
        gminas,
    )
    .await
}

async fn dictionaries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let kinds = csv::rows::<3>("unit_kinds.csv", UNIT_KINDS)?;
    let rows = kinds.iter().enumerate().map(|(index, [code, name, _])| [text(code), text(name), position(index)]);
    insert(manager, "unit_kinds", ["code", "name", "position"], rows.collect()).await?;

    let mut areas = Vec::new();
    for (index, [code, name, months]) in csv::rows::<3>("sub_areas.csv", SUB_AREAS)?.iter().enumerate() {
        areas.push([text(code), text(name), position(index), Expr::val(number("sub_areas.csv", months)?)]);
    }
    insert(manager, "sub_areas", ["code", "name", "position", "longest_months"], areas).await?;

    let pairs = kinds.iter().flat_map(|[kind, _, areas]| areas.split(' ').map(move |area| [text(kind), text(area)]));
    insert(manager, "unit_kind_sub_areas", ["unit_kind", "sub_area"], pairs.collect()).await?;

    let functions = csv::rows::<2>("functions.csv", FUNCTIONS)?;
    let rows = functions.iter().enumerate().map(|(index, [code, name])| [text(code), text(name), position(index)]);
    insert(manager, "functions", ["code", "name", "position"], rows.collect()).await?;

    let mut limits = Vec::new();
    for [code, days] in &csv::rows::<2>("time_limits.csv", TIME_LIMITS)? {
        limits.push([text(code), Expr::val(number("time_limits.csv", days)?)]);
    }
    insert(manager, "time_limits", ["code", "days"], limits).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        territory(manager).await?;
        dictionaries(manager).await
    }
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.get_connection().execute(&Query::delete().from_table(table).to_owned()).await?;
        }
        Ok(())
    }
}
