//! Real databases for tests: SQLite in a folder of its own, and a PostgreSQL server started for this run of the tests.
//! Every test gets its own database, copied from a migrated template. What may not live here: rows, fixtures.

use super::process::{Watched, free_port};
use cas_portal::storage::database;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Runs one test on SQLite and on PostgreSQL: `on_both! { async fn name(db: TestDatabase) { … } }` makes the tests
/// `name::sqlite` and `name::postgres`. Several functions may stand in one block.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: $kind:ty) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn check($db: $kind) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check($crate::support::database::TestDatabase::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check($crate::support::database::TestDatabase::postgres().await).await;
            }
        }
    )+};
}
// Rooms of tests take it from here; until the first does, the name looks unused.
#[allow(unused_imports)]
pub(crate) use on_both;

/// A migrated database of one test, removed with it.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    connection: DatabaseConnection,
    /// Where an SQLite file lies; also a free folder for a test on PostgreSQL.
    folder: TempDir,
    postgres_name: Option<String>,
}

impl TestDatabase {
    /// An SQLite file in a folder of its own.
    pub async fn sqlite() -> TestDatabase {
        static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(migrated_sqlite_file).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("test.db");
        std::fs::write(&file, template).expect("the template is copied");
        let url = sqlite_url(&file);
        TestDatabase { connection: connect(&url).await, url, folder, postgres_name: None }
    }

    /// A database on the PostgreSQL server of this test run.
    pub async fn postgres() -> TestDatabase {
        let server = PostgresServer::of_this_run();
        server.drop_finished().await;
        TestDatabase::on(server).await
    }

    /// A database on a PostgreSQL server of the test's own. It goes with the server: names are never used twice.
    pub async fn on(server: &PostgresServer) -> TestDatabase {
        let name = server.clone_template().await;
        let url = server.url(&name);
        let folder = tempfile::tempdir().expect("a temporary folder");
        TestDatabase { connection: connect(&url).await, url, folder, postgres_name: Some(name) }
    }

    /// The address, as in the portal's database setting.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A pool on this database, as the portal would open it.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Another pool on this database, as another process of the portal would open it.
    pub async fn second_connection(&self) -> DatabaseConnection {
        connect(&self.url).await
    }

    /// A folder that is removed with the database.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.postgres_name.is_some()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Dropping a database needs a connection, which a destructor cannot await: the next test does it.
        if let Some(name) = self.postgres_name.take()
            && let Ok(mut finished) = FINISHED.lock()
        {
            finished.push(name);
        }
    }
}

static FINISHED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// As the portal connects: its pragmas, time-outs and time zone are part of what is tested.
async fn connect(url: &str) -> DatabaseConnection {
    database::connect(url, 8).await.unwrap_or_else(|error| panic!("no connection to {url}: {error}"))
}

async fn migrate(url: &str) {
    let connection = connect(url).await;
    database::migrate(&connection).await.expect("all migrations run");
    connection.close().await.expect("the connections close");
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

async fn migrated_sqlite_file() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("template.db");
    migrate(&sqlite_url(&file)).await;
    assert!(!folder.path().join("template.db-wal").exists(), "a closed SQLite database has no write-ahead log left");
    std::fs::read(&file).expect("the template is there")
}

/// A PostgreSQL server of the tests' own, on the loopback, in a temporary folder.
#[derive(Debug)]
pub struct PostgresServer {
    port: u16,
    password: String,
    template: OnceCell<()>,
    programs: PathBuf,
    // In this order: the server ends before its folder goes.
    process: Watched,
    folder: TempDir,
}

const TEMPLATE: &str = "portal_template";

impl PostgresServer {
    /// The server of this test process, started by whoever asks first. The watchdog ends it with the process.
    pub fn of_this_run() -> &'static PostgresServer {
        static SERVER: OnceLock<Result<PostgresServer, String>> = OnceLock::new();
        match SERVER.get_or_init(|| PostgresServer::launch(false)) {
            Ok(server) => server,
            Err(reason) => panic!("{reason}"),
        }
    }

    /// A server of one test that keeps what it acknowledged, for tests that crash something.
    pub fn start_durable() -> PostgresServer {
        PostgresServer::launch(true).unwrap_or_else(|reason| panic!("{reason}"))
    }

    /// The address of a database on this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://portal:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Makes a migrated database and returns its name.
    pub async fn clone_template(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        self.template
            .get_or_init(|| async {
                self.administer(&format!("CREATE DATABASE {TEMPLATE}")).await;
                migrate(&self.url(TEMPLATE)).await;
            })
            .await;
        let name = format!("portal_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.administer(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await;
        name
    }

    /// Makes an empty database, for tests of the migrations, and returns its name.
    pub async fn empty_database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("empty_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.administer(&format!("CREATE DATABASE {name}")).await;
        name
    }

    /// Kills the server with its connections, as a power cut would, and starts it again on the same data and port.
    pub fn crash_and_restart(&mut self) {
        self.stop();
        self.start_again();
    }

    /// Stops the server at once, with its connections.
    pub fn stop(&mut self) {
        self.process.signal("QUIT");
        self.process.wait(Duration::from_secs(30));
    }

    /// Starts it again on the same data and port.
    pub fn start_again(&mut self) {
        self.process = start(&self.programs, self.folder.path(), self.port, true)
            .and_then(|mut process| wait_until_ready(&self.programs, &mut process, self.port, self.folder.path()).map(|()| process))
            .unwrap_or_else(|reason| panic!("{reason}"));
    }

    async fn drop_finished(&self) {
        let names = FINISHED.lock().map(|mut names| std::mem::take(&mut *names)).unwrap_or_default();
        for name in names {
            self.administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }

    async fn administer(&self, sql: &str) {
        let mut options = ConnectOptions::new(self.url("postgres"));
        options.max_connections(1).sqlx_logging(false);
        let connection = Database::connect(options).await.expect("the server of the tests answers");
        connection.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        connection.close().await.expect("the connection closes");
    }

    fn launch(durable: bool) -> Result<PostgresServer, String> {
        let programs = find_programs()?;
        let folder = tempfile::Builder::new().prefix("cas-portal-postgres-").tempdir().map_err(|error| error.to_string())?;
        let password = cas_portal::secrets::new_uuid().simple().to_string();
        let password_file = folder.path().join("password");
        std::fs::write(&password_file, &password).map_err(|error| error.to_string())?;
        if let Some((user, group)) = server_account(folder.path())? {
            for path in [folder.path(), &password_file] {
                std::os::unix::fs::chown(path, Some(user), Some(group)).map_err(|error| error.to_string())?;
            }
        }
        let mut initdb = command(&programs, "initdb", folder.path())?;
        initdb.arg("-D").arg(folder.path().join("data")).args(["-U", "portal", "--auth=password", "--encoding=UTF8", "--no-sync"]);
        initdb.arg("--pwfile").arg(&password_file);
        // A collation that orders unlike SQLite: whoever relies on the database's own order is found out.
        initdb.args(["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=pl"]);
        let output = initdb.output().map_err(|error| format!("initdb does not start: {error}"))?;
        if !output.status.success() {
            return Err(format!("initdb failed (PostgreSQL 15 or newer with ICU is needed):\n{}", String::from_utf8_lossy(&output.stderr)));
        }
        let mut last = String::new();
        // The port is free when it is chosen and may be taken when it is used.
        for _ in 0..5 {
            let port = free_port();
            let mut process = start(&programs, folder.path(), port, durable)?;
            match wait_until_ready(&programs, &mut process, port, folder.path()) {
                Ok(()) => return Ok(PostgresServer { port, password, template: OnceCell::new(), programs, process, folder }),
                Err(reason) => last = reason,
            }
        }
        Err(last)
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // The immediate shutdown frees its shared memory, which a KILL would leave to the system.
        self.process.signal("QUIT");
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.process.try_wait().is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn start(programs: &Path, folder: &Path, port: u16, durable: bool) -> Result<Watched, String> {
    let log = File::create(folder.join("log")).map_err(|error| error.to_string())?;
    let errors = log.try_clone().map_err(|error| error.to_string())?;
    let mut postgres = command(programs, "postgres", folder)?;
    postgres.arg("-D").arg(folder.join("data")).arg("-p").arg(port.to_string());
    let mut settings = vec!["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300", "shared_buffers=64MB"];
    if !durable {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
    }
    for setting in settings {
        postgres.arg("-c").arg(setting);
    }
    postgres.stdout(log).stderr(errors);
    Watched::spawn(postgres, "QUIT", Some(folder)).map_err(|error| format!("postgres does not start: {error}"))
}

fn wait_until_ready(programs: &Path, process: &mut Watched, port: u16, folder: &Path) -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        if process.try_wait().is_some() {
            return Err(format!("PostgreSQL stopped while starting:\n{}", log()));
        }
        let ready = command(programs, "pg_isready", folder)?.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).status();
        if ready.is_ok_and(|status| status.success()) {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("PostgreSQL is not ready after a minute:\n{}", log()));
        }
        std::thread::sleep(Duration::from_millis(30));
    }
}

/// A command of PostgreSQL, run as the user that it accepts: it refuses to serve as root.
fn command(programs: &Path, name: &str, folder: &Path) -> Result<Command, String> {
    let mut command = Command::new(programs.join(name));
    command.current_dir(folder).env_remove("PGDATA").env_remove("PGOPTIONS");
    if let Some((user, group)) = server_account(folder)? {
        command.uid(user).gid(group);
    }
    Ok(command)
}

/// User and group of `postgres` when the tests run as root, else nothing.
fn server_account(folder: &Path) -> Result<Option<(u32, u32)>, String> {
    static ACCOUNT: OnceLock<Result<Option<(u32, u32)>, String>> = OnceLock::new();
    let find = || {
        // The folder was made by this process, so its first owner is who we are.
        if folder.metadata().map_err(|error| error.to_string())?.uid() != 0 {
            return Ok(None);
        }
        let accounts = std::fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
        accounts
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields[0] == "postgres")
            .and_then(|fields| Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?)))
            .map(Some)
            .ok_or_else(|| {
                "As root the tests run PostgreSQL as the user `postgres`, and there is no such user. ".to_owned() + HOW_TO_GET_IT
            })
    };
    ACCOUNT.get_or_init(find).clone()
}

const HOW_TO_GET_IT: &str = "Run `tests/run`, which installs it on Debian and Ubuntu when run as root, or install PostgreSQL 15 or newer \
     yourself (`apt-get install postgresql`); its programs are looked for on the PATH and in /usr/lib/postgresql/*/bin.";

/// The folder with `initdb` and `postgres`: the newest of Debian's, else on the PATH.
fn find_programs() -> Result<PathBuf, String> {
    let mut folders: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(std::env::split_paths(&path))
        .find(|folder| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file()))
        .ok_or_else(|| format!("The tests need PostgreSQL and find none. {HOW_TO_GET_IT}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Statement;

    async fn count(connection: &DatabaseConnection, table: &str) -> i64 {
        let statement = Statement::from_string(connection.get_database_backend(), format!("SELECT count(*) AS n FROM {table}"));
        let row = connection.query_one_raw(statement).await.expect("the table is there").expect("a row");
        row.try_get("", "n").expect("a number")
    }

    on_both! {
        /// Migrated, with the reference data, and alone.
        async fn a_test_has_its_own_migrated_database(db: TestDatabase) {
            let before = count(db.connection(), "seaql_migrations").await;
            assert!(before > 0);
            db.connection().execute_unprepared("CREATE TABLE only_here (n INTEGER)").await.expect("a table");
            let other = if db.is_postgres() { TestDatabase::postgres().await } else { TestDatabase::sqlite().await };
            assert_ne!(db.url(), other.url());
            assert!(other.connection().execute_unprepared("SELECT * FROM only_here").await.is_err());
            assert_eq!(count(&other.second_connection().await, "seaql_migrations").await, before);
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_durable_server_keeps_what_it_acknowledged_through_a_crash() {
        let mut server = PostgresServer::start_durable();
        let url = server.url(&server.empty_database().await);
        let connection = connect(&url).await;
        connection.execute_unprepared("CREATE TABLE kept (n INTEGER); INSERT INTO kept VALUES (1)").await.expect("a row");
        drop(connection);
        tokio::task::block_in_place(|| server.crash_and_restart());
        assert_eq!(count(&connect(&url).await, "kept").await, 1);
    }
}
