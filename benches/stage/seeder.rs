//! Databases of any size in seconds: rows written straight into the tables, in bulk, by the database itself. They obey every
//! constraint but are all of one kind. What may not live here: rows that a service has to understand in full (those are the
//! fixtures of the tests), measuring.

use cas_portal::storage::database;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection};

/// When the first row was filed: 1.1.2026, UTC.
pub const BEGIN: i64 = 1_767_225_600_000;
/// Seeded accounts do not sign in with it; whoever should, gets a hash of its own.
const NO_PASSWORD: &str = "NULL";
/// Grants of each seeded account, each in one of these sub-areas.
pub const GRANTS_EACH: u64 = 5;
const SUB_AREAS: [&str; 5] = ["PS", "WRiSPZ", "SR", "FA", "KDR"];
/// REGONs of seeded units begin here, and eight digits have these weights.
const REGON_BASE: u64 = 10_000_000;
const REGON_WEIGHTS: [u64; 8] = [8, 9, 2, 3, 4, 5, 6, 7];

/// Writes rows over a connection on which nothing is checked or synced: the rows are right, and a crash loses only a bench.
#[derive(Debug)]
pub struct Seeder {
    db: DatabaseConnection,
    postgres: bool,
}

impl Seeder {
    /// On a migrated database.
    pub async fn open(url: &str) -> Self {
        let db = database::connect(url, 1).await.expect("the database of the bench");
        let seeder = Self { postgres: db.get_database_backend() == DatabaseBackend::Postgres, db };
        if seeder.postgres {
            seeder.run("SET session_replication_role = replica; SET statement_timeout = 0; SET maintenance_work_mem = '512MB'").await;
        } else {
            for pragma in ["foreign_keys = OFF", "synchronous = OFF", "cache_size = -600000", "temp_store = MEMORY"] {
                seeder.run(&format!("PRAGMA {pragma}")).await;
            }
        }
        seeder
    }

    /// Ends: statistics as a running server would have them (PostgreSQL's autovacuum; SQLite keeps none by itself).
    pub async fn close(self) {
        if self.postgres {
            self.run("VACUUM ANALYZE").await;
        } else {
            self.run("PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
        self.db.close().await.expect("the connection closes");
    }

    /// `count` active accounts with names, none with a role; `password_hash` is the same for all, if any.
    pub async fn accounts(&self, count: u64, password_hash: Option<&str>) {
        let hash = password_hash.map_or_else(|| NO_PASSWORD.to_owned(), |hash| format!("'{hash}'"));
        let last = format!("'Nowak-' || {}", self.digits("(n * 7919) % 1000003", 7));
        self.run(&format!(
            "INSERT INTO accounts (id, login, login_key, password_hash, first_name, last_name, name_sort, search_key, position, email, \
             email_key, phone, status, voivodeship, created_at) \
             SELECT {id}, {login}, {login}, {hash}, 'Anna', {last}, {sort}, 'anna nowak-' || {number} || ' ' || {login}, 'referent', \
             {login} || '@example.pl', {login} || '@example.pl', '+48600100200', 'active', {voivodeship}, {BEGIN} + n FROM {series}",
            id = self.uuid('a', "n"),
            login = login_expression(),
            sort = self.bytes(&last),
            number = self.digits("(n * 7919) % 1000003", 7),
            voivodeship = self.voivodeship(),
            series = self.series(count),
        ))
        .await;
    }

    /// `count` applications, half of them in voivodeship 26 and a fifth of them waiting to be taken, filed by `accounts` seeded
    /// accounts, each with its revision, person and search words: a common one, one of a thousand, one of ten thousand, its
    /// number, its REGON.
    pub async fn applications(&self, count: u64, accounts: u64, payload: &str, printed_form: &str) {
        let (id, account, voivodeship) = (self.uuid('b', "n"), self.uuid('a', &format!("n % {accounts}")), self.voivodeship());
        let name = format!("'Ośrodek Pomocy Społecznej w Miejscowości ' || {}", self.digits("(n * 7919) % 1000003", 7));
        let status = "CASE (n / 2) % 20 WHEN 0 THEN 'form_received' WHEN 1 THEN 'form_received' WHEN 2 THEN 'form_received' \
             WHEN 3 THEN 'form_received' WHEN 4 THEN 'in_review' WHEN 5 THEN 'awaiting_form' WHEN 6 THEN 'returned' WHEN 7 THEN 'withdrawn' \
             WHEN 8 THEN 'expired' WHEN 9 THEN 'rejected' ELSE 'approved' END";
        let series = self.series(count);
        self.run(&format!(
            "INSERT INTO applications (id, number, kind, status, voivodeship, regon, unit_name, unit_name_sort, applicant_id, \
             applicant_name, revision, persons_count, submitted_at, revised_at, status_since, taken_by, office_since, due_at) \
             SELECT {id}, 'W/' || {voivodeship} || {year} || {serial}, 'unit_registration', {status}, {voivodeship}, {regon}, {name}, \
             {sort}, {account}, 'Anna Nowak', 1, 1, {BEGIN} + n * 1000, {BEGIN} + n * 1000, {BEGIN} + ((n * 7919) % 1000003) * 1000, \
             CASE WHEN (n / 2) % 20 = 4 THEN {account} END, CASE WHEN (n / 2) % 20 < 5 THEN {BEGIN} + n * 1000 END, \
             CASE WHEN (n / 2) % 20 < 5 THEN {BEGIN} + ((n * 6007) % 1000003) * 1000 END FROM {series}",
            // Years gone by: what a fixture files has numbers of its own.
            year = "CASE WHEN n % 2 = 0 THEN '/2025/' ELSE '/2024/' END",
            serial = self.digits("n / 2", 6),
            regon = self.digits("n", 9),
            sort = self.bytes(&name),
        ))
        .await;
        self.run(&format!(
            "INSERT INTO application_revisions (application_id, revision, payload, fingerprint, printed_form, created_at) \
             SELECT {id}, 1, '{payload}', '{fingerprint}', '{printed_form}', {BEGIN} + n * 1000 FROM {series}",
            payload = self.json(payload),
            printed_form = self.json(printed_form),
            fingerprint = "0".repeat(64),
        ))
        .await;
        self.run(&format!(
            "INSERT INTO application_persons (application_id, account_id, position, email_key) \
             SELECT {id}, {account}, 0, 'konto' || (n % {accounts}) || '@example.pl' FROM {series}"
        ))
        .await;
        let words = [
            "'pomocy'".to_owned(),
            format!("'gmina' || {}", self.digits("(n / 2) % 997", 3)),
            format!("'nazwisko' || {}", self.digits("(n / 2) % 9973", 4)),
            self.digits("n", 7),
            self.digits("n", 9),
        ];
        self.run("DROP INDEX application_search_application").await;
        for word in words {
            self.run(&format!(
                "INSERT INTO application_search (token, voivodeship, application_id) \
                 SELECT {word}, {voivodeship}, {id} FROM {series} ORDER BY 1, 2, 3"
            ))
            .await;
        }
        self.run("CREATE INDEX application_search_application ON application_search (application_id)").await;
    }

    /// `count` active units, half of them in voivodeship 26, with valid REGONs; `data` is the same for all.
    pub async fn units(&self, count: u64, data: &str) {
        let name = format!("'Ośrodek Pomocy Społecznej w Miejscowości ' || {}", self.digits("(n * 7919) % 1000003", 7));
        // The digits of `10_000_000 + n`, each with its weight.
        let weighted: Vec<String> = (0_u32..)
            .zip(REGON_WEIGHTS)
            .map(|(at, weight)| format!("{weight} * ((({REGON_BASE} + n) / {}) % 10)", 10_u64.pow(7 - at)))
            .collect();
        let check = format!("({}) % 11 % 10", weighted.join(" + "));
        self.run(&format!(
            "INSERT INTO units (id, regon, name, name_sort, search_key, kind, terc, voivodeship, status, data, valid_from, created_at) \
             SELECT {id}, {head} || {check}, {name}, {sort}, 'osrodek ' || {head}, 'ops_gminny', '260412', {voivodeship}, 'active', '{data}', \
             '2026-01-01', {BEGIN} + n FROM {series}",
            id = self.uuid('c', "n"),
            head = self.digits(&format!("{REGON_BASE} + n"), 8),
            check = self.digits(&check, 1),
            sort = self.bytes(&name),
            voivodeship = self.voivodeship(),
            data = self.json(data),
            series = self.series(count),
        ))
        .await;
    }

    /// [`GRANTS_EACH`] grants of an editor for each of the seeded accounts, each in another sub-area and in the next unit.
    pub async fn grants(&self, accounts: u64, units: u64) {
        let cases: Vec<String> = (0..).zip(SUB_AREAS).map(|(at, code): (u64, _)| format!("WHEN {at} THEN '{code}'")).collect();
        self.run(&format!(
            "INSERT INTO grants (id, account_id, unit_id, sub_area, function, valid_from, valid_until, created_at) \
             SELECT {id}, {account}, {unit}, CASE n % {GRANTS_EACH} {cases} END, 'editor', '2026-01-01', '2099-12-31', {BEGIN} + n FROM {series}",
            id = self.uuid('d', "n"),
            account = self.uuid('a', &format!("n / {GRANTS_EACH}")),
            unit = self.uuid('c', &format!("(n / {GRANTS_EACH} + n % {GRANTS_EACH}) % {units}")),
            cases = cases.join(" "),
            series = self.series(accounts * GRANTS_EACH),
        ))
        .await;
    }

    /// The id of a seeded unit.
    pub fn unit_id(number: u64) -> uuid::Uuid {
        uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_c000_0000_0000 | u128::from(number))
    }

    /// Runs a statement of a bench's own.
    pub async fn run(&self, sql: &str) {
        self.db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A table `s` of the numbers `n` from 0.
    fn series(&self, count: u64) -> String {
        if self.postgres {
            format!("generate_series(0::bigint, {count} - 1) AS s(n)")
        } else {
            format!("(WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {count} - 1) SELECT n FROM s) AS s")
        }
    }

    fn digits(&self, number: &str, width: u8) -> String {
        if self.postgres { format!("lpad(({number})::text, {width}, '0')") } else { format!("printf('%0{width}d', {number})") }
    }

    /// Identifiers that grow as version 7 does; `kind` (a hexadecimal digit) keeps those of two tables apart.
    fn uuid(&self, kind: char, number: &str) -> String {
        if self.postgres {
            format!("('01900000-0000-7000-8000-{kind}' || lpad(to_hex({number}), 11, '0'))::uuid")
        } else {
            format!("unhex('01900000000070008000{kind}' || printf('%011x', {number}))")
        }
    }

    fn bytes(&self, text: &str) -> String {
        if self.postgres { format!("convert_to({text}, 'UTF8')") } else { format!("CAST({text} AS BLOB)") }
    }

    fn json(&self, text: &str) -> String {
        text.replace('\'', "''")
    }

    fn voivodeship(&self) -> String {
        format!("CASE WHEN n % 2 = 0 THEN '26' ELSE {} END", self.digits("2 * ((n / 2) % 16 + 1)", 2))
    }
}

/// REGON of a seeded unit.
pub fn regon(number: u64) -> String {
    let head = (REGON_BASE + number).to_string();
    let sum: u64 = head.bytes().zip(REGON_WEIGHTS).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    format!("{head}{}", sum % 11 % 10)
}

/// A right that a seeded account holds, by its number from 0: which unit and sub-area.
pub fn held(account: u64, which: u64, units: u64) -> (u64, &'static str) {
    let at = usize::try_from(which % GRANTS_EACH).unwrap_or(0);
    ((account + which % GRANTS_EACH) % units, SUB_AREAS[at])
}

/// Login of a seeded account.
pub fn login(number: u64) -> String {
    format!("konto{number}")
}

fn login_expression() -> &'static str {
    "'konto' || n"
}
