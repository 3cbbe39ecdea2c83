//! The portal's parts on a test database: a clock that stands still until moved, letters and files in memory, cheap
//! password hashing. What may not live here: rows (those are in `fixtures.rs`), HTTP.

use super::database::TestDatabase;
use cas_portal::clock::Clock;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::actor::{Actor, ActorKind, SignedIn};
use cas_portal::domain::audit::AuditEntry;
use cas_portal::domain::id::{AccountId, CorrelationId};
use cas_portal::domain::moment::Moment;
use cas_portal::domain::retention::Retention;
use cas_portal::domain::stand_in::is_decider;
use cas_portal::files::FileStore;
use cas_portal::mail::{Mailer, MemoryMailer, ReceivedLetter, Sender};
use cas_portal::pdf::FormPrinter;
use cas_portal::policy::Policy;
use cas_portal::render::Renderer;
use cas_portal::secrets::{Cost, PasswordHasher, SecretKey, new_uuid};
use cas_portal::services::poll_mailboxes::OfficeMailbox;
use cas_portal::services::{Context, ServiceSettings};
use cas_portal::signatures::Roots;
use cas_portal::storage::{accounts, audit_entries, grants, role_assignments, stand_ins};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, LazyLock};

/// Sunday 22.11.2026, 07:05 in Warsaw: when every test begins.
pub const START: Moment = Moment(1_795_327_500_000);
/// The public address of the portal in tests.
pub const PUBLIC_URL: &str = "https://portal.example.pl";

// Asking casbin everything and parsing all templates takes longer than most tests.
static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| Arc::new(Policy::load().expect("the policy")));
static PRINTER: LazyLock<Arc<FormPrinter>> = LazyLock::new(|| Arc::new(FormPrinter::new().expect("fonts")));
static RENDERER: LazyLock<Arc<Renderer>> = LazyLock::new(|| Arc::new(Renderer::new().expect("templates and labels")));

/// Services on a test database. Clones share everything, the clock too.
#[derive(Clone)]
pub struct TestPortal {
    /// What services work with.
    pub context: Context,
    /// Letters that left, unless the test brought another mailer.
    pub mailbox: MemoryMailer,
    pub(super) serial: Arc<AtomicU32>,
}

impl TestPortal {
    /// Of a database, at [`START`].
    pub fn new(db: &TestDatabase) -> Self {
        let Mailer::Memory(mailbox) = mailer("memory:") else { unreachable!("the setting says memory") };
        let context = Context {
            db: db.connection().clone(),
            policy: Arc::clone(&POLICY),
            clock: Clock::fixed(START.0),
            hasher: PasswordHasher::with_cost(Cost::LOWEST, 2).expect("a hasher"),
            key: SecretKey::from_bytes([7; 32]),
            files: Arc::new(FileStore::memory()),
            mailer: Arc::new(Mailer::Memory(mailbox.clone())),
            renderer: Arc::clone(&RENDERER),
            printer: Arc::clone(&PRINTER),
            settings: Arc::new(ServiceSettings {
                public_url: PUBLIC_URL.into(),
                publisher_name: "Ministerstwo Rodziny, Pracy i Polityki Społecznej".into(),
                publisher_email: "portal@ministerstwo.example.pl".into(),
                publisher_phone: "+48222500108".into(),
                data_protection_email: "iod@ministerstwo.example.pl".into(),
                rate_limits: false,
                // Officials of the fixtures sign in with their password; tests of the second factor ask for it.
                second_factor_roles: Vec::new(),
                retention: Retention::default(),
                signature_roots: Roots::default(),
                mailboxes: Vec::new(),
            }),
        };
        Self { context, mailbox, serial: Arc::default() }
    }

    /// By the clock of the system, which another process has too.
    pub fn in_real_time(db: &TestDatabase) -> Self {
        let mut portal = Self::new(db);
        portal.context.clock = Clock::System;
        portal
    }

    /// The same portal with letters going where this mail setting says.
    #[must_use]
    pub fn with_mail(&self, setting: &str) -> Self {
        let mut other = self.clone();
        other.context.mailer = Arc::new(mailer(setting));
        other
    }

    /// The same portal with applications kept for so long after they ended.
    #[must_use]
    pub fn with_retention(&self, retention: Retention) -> Self {
        let mut other = self.clone();
        other.context.settings = Arc::new(ServiceSettings { retention, ..(*self.context.settings).clone() });
        other
    }

    /// The same portal that trusts these issuers of certificates (PEM).
    #[must_use]
    pub fn with_signature_roots(&self, pem: &str) -> Self {
        let mut other = self.clone();
        let signature_roots = Roots::from_pem(pem).expect("certificates");
        other.context.settings = Arc::new(ServiceSettings { signature_roots, ..(*self.context.settings).clone() });
        other
    }

    /// The same portal with these mailboxes of offices.
    #[must_use]
    pub fn with_mailboxes(&self, mailboxes: Vec<OfficeMailbox>) -> Self {
        let mut other = self.clone();
        other.context.settings = Arc::new(ServiceSettings { mailboxes, ..(*self.context.settings).clone() });
        other
    }

    /// The one number that a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        let row = self.db().query_one_raw(Statement::from_string(self.db().get_database_backend(), sql)).await.expect(sql);
        row.expect("a row").try_get_by_index(0).expect("a number")
    }

    /// The same portal as another process sees it: with connections of its own.
    pub async fn second(&self, db: &TestDatabase) -> Self {
        let mut other = self.clone();
        other.context.db = db.second_connection().await;
        other
    }

    /// The database.
    pub fn db(&self) -> &DatabaseConnection {
        &self.context.db
    }

    /// Now.
    pub fn now(&self) -> Moment {
        self.context.now()
    }

    /// Lets time pass.
    pub fn advance_ms(&self, ms: i64) {
        self.context.clock.advance(ms);
    }

    /// Lets time pass.
    pub fn advance_minutes(&self, minutes: i64) {
        self.advance_ms(minutes * 60_000);
    }

    /// Lets time pass.
    pub fn advance_days(&self, days: i64) {
        self.advance_ms(days * 86_400_000);
    }

    /// Lets time pass until this moment.
    pub fn advance_to(&self, moment: Moment) {
        self.advance_ms(moment.since(self.now()));
    }

    /// The letters to an address so far, in the order in which they left.
    pub fn letters_to(&self, email: &str) -> Vec<ReceivedLetter> {
        self.mailbox.received().into_iter().filter(|letter| letter.to == email).collect()
    }

    /// The login of an account.
    pub async fn login_of(&self, account: AccountId) -> String {
        accounts::find(self.db(), account).await.expect("accounts").expect("the account").login.to_string()
    }

    /// The e-mail address of an account that is in force.
    pub async fn email_of(&self, account: AccountId) -> String {
        accounts::find(self.db(), account).await.expect("accounts").expect("the account").profile.email.to_string()
    }

    /// The audit trail of an object of this kind, the newest entry first.
    pub async fn trail(&self, kind: &str, object: &str) -> Vec<AuditEntry> {
        audit_entries::list_of_object(self.db(), kind, object, 1000).await.expect("the trail")
    }

    /// What the audit trail says about an account, the newest first.
    pub async fn events_of(&self, account: AccountId) -> Vec<String> {
        self.trail("account", &self.login_of(account).await).await.into_iter().map(|entry| entry.event).collect()
    }

    /// The newest entry of the audit trail with this event about an account.
    pub async fn last_entry(&self, account: AccountId, event: &str) -> AuditEntry {
        let entries = self.trail("account", &self.login_of(account).await).await;
        entries.into_iter().filter(|entry| entry.event == event).max_by_key(|entry| entry.id).expect("an entry")
    }

    /// An actor who acts as the given account would: its roles and units as they are now.
    pub async fn actor(&self, account: AccountId) -> Actor {
        let row = accounts::find(self.db(), account).await.expect("accounts").expect("the account");
        assert!(row.status.can_sign_in(), "{} cannot sign in: {:?}", row.login, row.status);
        let today = self.now().warsaw_date();
        let in_force = grants::list_in_force_of(self.db(), account, today).await.expect("grants").into_iter();
        let mut units: Vec<_> = in_force.filter(|_| row.status == AccountStatus::Active).map(|grant| grant.unit).collect();
        units.sort();
        units.dedup();
        let roles = role_assignments::list_of(self.db(), account).await.expect("roles");
        let stand_ins = match is_decider(&roles) {
            true => stand_ins::in_force_of(self.db(), account, &today.to_string()).await.expect("stand-ins"),
            false => Vec::new(),
        };
        actor(ActorKind::Account(SignedIn {
            account,
            login: row.login.to_string(),
            full_name: row.profile.full_name(),
            status: row.status,
            roles,
            units,
            stand_ins,
            proven_at: self.now(),
        }))
    }
}

/// Somebody who is not signed in.
pub fn visitor() -> Actor {
    Actor { address: Some([192, 0, 2, 7].into()), ..actor(ActorKind::Visitor) }
}

/// The person with a shell on the server.
pub fn operator() -> Actor {
    actor(ActorKind::Operator)
}

/// The background work.
pub fn system() -> Actor {
    actor(ActorKind::System)
}

fn actor(kind: ActorKind) -> Actor {
    Actor { kind, address: None, correlation: CorrelationId(new_uuid()) }
}

fn mailer(setting: &str) -> Mailer {
    let sender = Sender::parse("Portal CAS – konta <portal@example.pl>").expect("a sender");
    Mailer::from_setting(setting, &sender).expect("a mailer")
}
