//! Work that waits for somebody: applications ready for approval, drafts ready to be filed, administrators who are signed in.
//! What may not live here: HTTP.

use crate::support::database::{PostgresServer, TestDatabase};
use crate::support::drafts::PERSONS as DRAFTED_PERSONS;
pub use crate::support::drafts::ReadyDraft;
use crate::support::portal::TestPortal;
use crate::support::server::Server;
use cas_portal::clock::Clock;
use cas_portal::domain::application::status::Status;
use cas_portal::secrets::SecretKey;

/// A database that keeps what it acknowledged, as in service.
pub struct Stage {
    /// The portal in the test's own process: it prepares and counts.
    pub portal: TestPortal,
    db: TestDatabase,
    postgres: Option<PostgresServer>,
}

/// Where links lead.
pub const PUBLIC_URL: &str = "http://localhost:8000";
/// Of the portal, in both processes.
const SECRET_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// Persons in every application, as in every draft.
pub const PERSONS: i64 = DRAFTED_PERSONS as i64;
/// Wishes of every person of an application.
pub const WISHES: i64 = 2;

impl Stage {
    /// On SQLite as the portal opens it: `synchronous` is FULL.
    pub async fn sqlite() -> Stage {
        Stage::new(TestDatabase::sqlite().await, None)
    }

    /// On a PostgreSQL server of its own with `fsync` on.
    pub async fn postgres() -> Stage {
        let server = PostgresServer::start_durable();
        Stage::new(TestDatabase::on(&server).await, Some(server))
    }

    fn new(db: TestDatabase, postgres: Option<PostgresServer>) -> Stage {
        let mut portal = TestPortal::new(&db);
        // The other process has the system's time.
        portal.context.clock = Clock::System;
        // Links in letters are made with it, and a letter that leaves again carries the same link.
        portal.context.key = SecretKey::from_text(SECRET_KEY).expect("a key");
        Stage { portal, db, postgres }
    }

    /// The database setting.
    pub fn url(&self) -> &str {
        self.db.url()
    }

    /// The portal on this database, which knows what was prepared; with these settings besides.
    pub async fn serve(&self, more: &[(&str, &str)]) -> Server {
        Server::start(&self.settings(more)).await
    }

    /// The same portal, run by another program that ends by becoming it.
    pub async fn serve_within(&self, within: &[&str], more: &[(&str, &str)]) -> Server {
        Server::start_within(within, &["serve"], &self.settings(more)).await
    }

    fn settings<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut settings = vec![
            ("CAS_PORTAL_DATABASE_URL", self.url()),
            ("CAS_PORTAL_PUBLIC_URL", PUBLIC_URL),
            ("CAS_PORTAL_SECRET_KEY", SECRET_KEY),
            ("CAS_PORTAL_RATE_LIMITS", "off"),
        ];
        settings.extend(more);
        settings
    }

    /// Stops the PostgreSQL server at once, as a power cut would.
    pub fn stop_database(&mut self) {
        self.postgres.as_mut().expect("a server of its own").stop();
    }

    /// Starts it again on what is on its disk.
    pub fn start_database(&mut self) {
        self.postgres.as_mut().expect("a server of its own").start_again();
    }

    /// Leaves the database alone, so that the portal is the only one that has it open.
    pub async fn close(&self) {
        self.portal.db().clone().close().await.expect("the connections close");
    }

    /// A connection for somebody who only looks.
    pub async fn onlooker(&self) -> sea_orm::DatabaseConnection {
        self.db.second_connection().await
    }

    /// Opens it again; a PostgreSQL server crashes first too, so that only what is on the disk is left.
    pub async fn crash_and_open(&mut self) {
        if let Some(server) = &mut self.postgres {
            server.crash_and_restart();
        }
        self.portal.context.db = self.db.second_connection().await;
    }

    /// Administrators who are signed in: the cookies of their sessions.
    pub async fn administrators(&self, count: usize) -> Vec<String> {
        let mut cookies = Vec::new();
        for _ in 0..count {
            cookies.push(self.portal.session_cookie_of(self.portal.administrator().await).await);
        }
        cookies
    }

    /// The paths of applications that wait with their signed forms.
    pub async fn received_applications(&self, count: usize) -> Vec<String> {
        let mut paths = Vec::new();
        for _ in 0..count {
            let filed = self.portal.application_of(self.portal.registration(PERSONS as usize), Status::FormReceived).await;
            paths.push(filed.application.number.to_path());
        }
        paths
    }

    /// Drafts in which only the last click is missing.
    pub async fn ready_drafts(&self, count: usize) -> Vec<ReadyDraft> {
        self.portal.ready_drafts(count).await
    }
}
