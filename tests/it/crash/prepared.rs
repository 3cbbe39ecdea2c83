//! Work that waits for somebody: applications ready for approval, drafts ready to be filed, administrators.
//! What may not live here: HTTP.

use crate::support::database::{PostgresServer, TestDatabase};
use crate::support::fixtures::PASSWORD;
use crate::support::portal::{TestPortal, visitor};
use crate::support::server::Server;
use cas_portal::clock::Clock;
use cas_portal::domain::application::draft::{PersonTexts, STATEMENTS, UnitTexts};
use cas_portal::domain::application::status::Status;
use cas_portal::secrets::{SecretKey, random_token, token_hash};
use cas_portal::services::draft_application::{self, UnitChoice};
use cas_portal::storage::{drafts, sessions};

/// A database that keeps what it acknowledged, as in service.
pub struct Stage {
    /// The portal in the test's own process: it prepares and counts.
    pub portal: TestPortal,
    db: TestDatabase,
    postgres: Option<PostgresServer>,
}

/// A draft with everything in it.
#[derive(Clone, Debug)]
pub struct ReadyDraft {
    /// The cookie of the browser that holds it.
    pub token: String,
    /// Tells the application that it becomes.
    pub regon: String,
}

/// Where links lead.
pub const PUBLIC_URL: &str = "http://localhost:8000";
/// Of the portal, in both processes.
const SECRET_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// Persons in every application and draft.
pub const PERSONS: i64 = 2;
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
        let mut settings = vec![
            ("CAS_PORTAL_DATABASE_URL", self.url()),
            ("CAS_PORTAL_PUBLIC_URL", PUBLIC_URL),
            ("CAS_PORTAL_SECRET_KEY", SECRET_KEY),
            ("CAS_PORTAL_RATE_LIMITS", "off"),
        ];
        settings.extend(more);
        Server::start(&settings).await
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
            let (account, cookie) = (self.portal.administrator().await, random_token());
            let now = self.portal.now();
            sessions::add(self.portal.db(), self.portal.context.new_session_id(), token_hash(&cookie), account, "test", "127.0.0.1", now)
                .await
                .expect("a session");
            cookies.push(cookie);
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
        let hash = self.portal.context.hasher.hash(PASSWORD.into()).await.expect("a hash");
        let mut ready = Vec::new();
        for _ in 0..count {
            ready.push(self.ready_draft(&hash).await);
        }
        ready
    }

    async fn ready_draft(&self, hash: &str) -> ReadyDraft {
        let (context, who) = (&self.portal.context, &visitor());
        let (regon, serial) = (self.portal.regon().to_string(), self.portal.serial());
        let token = draft_application::start(context, who).await.expect("a draft");
        let choice = UnitChoice::New { searched: String::new() };
        draft_application::choose_unit(context, who, &token, &choice).await.expect("a new unit");
        draft_application::save_unit(context, who, &token, unit(&regon)).await.expect("its data");
        for i in 0..PERSONS as usize {
            let login = format!("wnioskuje{serial}-{i}");
            draft_application::save_person(context, who, &token, (i, ""), person(&login)).await.expect("a person");
            draft_application::save_needs(context, who, &token, (i, &login), vec!["PS:editor".to_owned()], String::new())
                .await
                .expect("needs");
        }
        let statements = STATEMENTS.iter().map(|&key| key.to_owned()).collect();
        draft_application::save_statements(context, who, &token, statements).await.expect("statements");
        let draft = drafts::find_by_token(self.portal.db(), token_hash(&token)).await.expect("drafts").expect("the draft");
        drafts::save_password(self.portal.db(), draft.id, Some(hash)).await.expect("a password");
        drafts::save_confirmed_email(self.portal.db(), draft.id, &format!("wnioskuje{serial}-0@gops.example.pl")).await.expect("confirmed");
        ReadyDraft { token, regon }
    }
}

fn unit(regon: &str) -> UnitTexts {
    let text = str::to_owned;
    UnitTexts {
        name: format!("Gminny Ośrodek Pomocy Społecznej {regon}"),
        kind: text("ops_gminny"),
        regon: text(regon),
        street: text("Szkolna"),
        building: text("1"),
        postal_code: text("26-026"),
        town: text("Morawica"),
        terc: text("260412"),
        phone: text("41 300 10 20"),
        email: text("sekretariat@gops.example.pl"),
        parent_body: text("Gmina Morawica"),
        head_first_name: text("Maria"),
        head_last_name: text("Źdźbło"),
        head_position: text("kierownik"),
        ..UnitTexts::default()
    }
}

fn person(login: &str) -> PersonTexts {
    let text = str::to_owned;
    PersonTexts {
        first_name: text("Anna"),
        last_name: text("Gżegżółka"),
        position: text("specjalista"),
        email: format!("{login}@gops.example.pl"),
        phone: text("41 311 10 20"),
        login: text(login),
        ..PersonTexts::default()
    }
}
