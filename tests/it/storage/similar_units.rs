//! Units of the same name, town or address are found by their indexes, however they are written, and the keys follow the data.

use super::column;
use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{unit_data, unit_data_in_lodz};
use crate::support::portal::TestPortal;
use cas_portal::domain::identifiers::Line;
use cas_portal::domain::sameness::{address_key, name_key};
use cas_portal::domain::unit::UnitData;
use cas_portal::storage::{database, units};
use migrations::Migrator;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm_migration::MigratorTrait;

const UNITS: u32 = 10_000;

fn line(text: &str) -> Line {
    Line::parse(text, 200).expect("a line")
}

/// Many units, of which few have anything in common.
async fn fill(db: &DatabaseConnection, is_postgres: bool) {
    let (series, id, key, data) = if is_postgres {
        (format!("generate_series(1, {UNITS}) AS s(n)"), "gen_random_uuid()", "convert_to('dps ' || n, 'UTF8')", "'{}'::jsonb")
    } else {
        let series = format!("(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {UNITS}) SELECT n FROM s) AS s");
        (series, "randomblob(16)", "CAST('dps ' || n AS BLOB)", "'{}'")
    };
    let text = |expression: &str| format!("CAST({expression} AS TEXT)");
    let (number, town, gmina) = (text("100000000 + n"), text("n % 500"), "gmina");
    let sql = format!(
        "INSERT INTO units (id, regon, name, name_sort, search_key, name_key, town_key, address_key, kind, terc, voivodeship, status, data, \
         valid_from, created_at, version) SELECT {id}, {number}, 'DPS', {key}, 'dps', 'dps ' || {number}, 'morawica ' || {town}, \
         'spacerowa 7', 'dps', {gmina}, '26', 'active', {data}, '2026-01-01', 0, 1 FROM {series} \
         JOIN (SELECT code AS gmina, row_number() OVER (ORDER BY code) AS m FROM gminas) AS g ON g.m = 1 + n % 2400"
    );
    db.execute_unprepared(&sql).await.expect(&sql);
    // SQLite has to do without: it keeps no statistics by itself.
    if is_postgres {
        db.execute_unprepared("ANALYZE units").await.expect("statistics");
    }
}

on_both! {
    async fn the_same_is_found_however_it_is_written(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (id, mut data) = (portal.context.new_unit_id(), unit_data(portal.regon()));
        data.name = line("Dom Pomocy Społecznej „Źródełko”");
        units::add(portal.db(), id, &data, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
        let here = data.terc.voivodeship();
        let named = async |name: &str| units::list_named(portal.db(), &here, name).await.expect("units").len();
        assert_eq!((named("dom pomocy społecznej ŹRÓDEŁKO").await, named("Dom Pomocy Społecznej").await, named(" „” ").await), (1, 0, 0));
        let at = async |town: &str, street: &str, building: &str| {
            let (town, address) = (name_key(town), address_key(street, building));
            units::list_at(portal.db(), &here, (&town, &address)).await.expect("units").len()
        };
        assert_eq!((at("MORAWICA", "Spacerowa", " 7").await, at("Morawica", "Spacerowa", "8").await, at("Kielce", "Spacerowa", "7").await), (1, 0, 0));
        // The keys follow the data, and an ended unit is found no more.
        let moved = UnitData { name: line("Inna nazwa"), ..data.clone() };
        units::save_data(portal.db(), id, &moved).await.expect("saved");
        assert_eq!((named(data.name.as_str()).await, named("inna NAZWA").await), (0, 1));
        units::close(portal.db(), id).await.expect("closed");
        assert_eq!((named("inna nazwa").await, at("Morawica", "ul. Spacerowa", "7").await), (0, 0));
    }

    async fn units_from_before_get_their_keys(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        // One connection: another one of the pool may still know the schema before.
        let one = database::connect(db.url(), 1).await.expect("a connection");
        for data in [unit_data(portal.regon()), unit_data_in_lodz(portal.regon())] {
            units::add(&one, portal.context.new_unit_id(), &data, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
        }
        let keys = async || column::<String>(&one, "SELECT name_key || '|' || town_key || '|' || address_key FROM units ORDER BY 1").await;
        let before = keys().await;
        let steps = Migrator::migrations().iter().rev().position(|one| one.name().ends_with("_similar")).expect("the migration") + 1;
        let steps = u32::try_from(steps).expect("few");
        Migrator::down(&one, Some(steps)).await.expect("down");
        Migrator::up(&one, Some(steps)).await.expect("up");
        assert_eq!(keys().await, before);
        assert!(before.len() == 2 && before.iter().all(|key| key.ends_with("|spacerowa 7")), "{before:?}");
    }

    /// By the names that a planner gives: of many units none is read in vain.
    async fn each_lookup_goes_by_an_index_of_its_own(db: TestDatabase) {
        let connection = db.connection();
        fill(connection, db.is_postgres()).await;
        let lookups = [
            ("units_terc", "terc = '260412' AND status = 'active'"),
            ("units_name_key", "name_key = 'dps 77' AND voivodeship = '26' AND status = 'active'"),
            ("units_address", "town_key = 'morawica 7' AND voivodeship = '26' AND status = 'active'"),
            ("units_address", "town_key = 'morawica 7' AND address_key = 'spacerowa 7' AND voivodeship = '26' AND status = 'active'"),
        ];
        for (index, condition) in lookups {
            let plan = match db.is_postgres() {
                true => column::<String>(connection, &format!("EXPLAIN SELECT * FROM units WHERE {condition} LIMIT 501")).await.join("\n"),
                false => {
                    let sql = format!("EXPLAIN QUERY PLAN SELECT * FROM units WHERE {condition} LIMIT 501");
                    let rows = connection.query_all_raw(sea_orm::Statement::from_string(connection.get_database_backend(), sql)).await.expect("a plan");
                    rows.iter().map(|row| row.try_get::<String>("", "detail").expect("a step")).collect::<Vec<_>>().join("\n")
                }
            };
            assert!(plan.contains(index), "{condition}: {plan}");
        }
    }
}
