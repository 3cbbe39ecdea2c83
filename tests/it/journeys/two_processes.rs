//! Two processes of the portal on one PostgreSQL: they share the letters, and what one changes the other obeys at once.

use crate::support::client::Client;
use crate::support::database::TestDatabase;
use crate::support::portal::{TestPortal, system};
use crate::support::server::Server;
use crate::support::smtp_sink::SmtpSink;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::notice::Notice;
use cas_portal::mail::ReceivedLetter;
use cas_portal::services::record;
use cas_portal::storage::database::begin;
use cas_portal::storage::{accounts, role_assignments};
use sea_orm::{ConnectionTrait, Statement};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// So many that one process cannot deliver them all before the other looks, which it does every two seconds.
const LETTERS: usize = 300;
/// Of both processes: who is signed in at one is signed in at the other.
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// Two processes, and the portal in the test's own process to prepare and look.
struct Pair {
    first: Server,
    second: Server,
    portal: TestPortal,
    sink: SmtpSink,
    _db: TestDatabase,
}

impl Pair {
    async fn start() -> Pair {
        let (db, sink) = (TestDatabase::postgres().await, SmtpSink::start());
        let portal = TestPortal::in_real_time(&db);
        let mail = sink.setting("");
        let settings = [
            ("CAS_PORTAL_DATABASE_URL", db.url()),
            ("CAS_PORTAL_MAIL_URL", &mail),
            ("CAS_PORTAL_SECRET_KEY", KEY),
            ("CAS_PORTAL_PUBLIC_URL", "http://localhost:8000"),
        ];
        let (first, second) = tokio::join!(Server::start(&settings), Server::start(&settings));
        Pair { first, second, portal, sink, _db: db }
    }

    /// Who holds or held messages of the outbox: the name of the worker, and how many of its messages have left.
    async fn owners(&self) -> BTreeMap<String, i64> {
        let sql =
            "SELECT coalesce(lease_owner, '') AS owner, count(*) FILTER (WHERE status = 'sent') AS sent FROM outbox_messages GROUP BY 1";
        let statement = Statement::from_string(self.portal.db().get_database_backend(), sql.to_owned());
        let rows = self.portal.db().query_all_raw(statement).await.expect("the outbox");
        rows.iter().map(|row| (row.try_get("", "owner").expect("a name"), row.try_get("", "sent").expect("a number"))).collect()
    }

    /// Waits until the portal knows that every letter has left.
    async fn until_all_are_sent(&self) {
        let start = Instant::now();
        while self.owners().await.values().sum::<i64>() < LETTERS as i64 {
            assert!(start.elapsed() < Duration::from_secs(30), "letters stay behind: {:?}", self.owners().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_the_letters_and_send_each_once() {
    // Given two processes and many people who wait for a letter
    let pair = Pair::start().await;
    let mut logins = BTreeSet::new();
    let mut notices = Vec::new();
    for _ in 0..LETTERS {
        let account = pair.portal.account("zaproszona", AccountStatus::Invited).await;
        let row = accounts::find(pair.portal.db(), account).await.expect("accounts").expect("the account");
        logins.insert(row.profile.email.key());
        notices.push(Notice::AccountInvited { account });
    }

    // When all letters are due at once
    let tx = begin(pair.portal.db()).await.expect("a transaction");
    for notice in &notices {
        record::tell(&pair.portal.context, &tx, &system(), notice).await.expect("the outbox");
    }
    tx.commit().await.expect("all at once");

    // Then each of them leaves, once
    let letters = pair.sink.wait_for(LETTERS, Duration::from_secs(60)).await;
    pair.until_all_are_sent().await;
    assert_eq!(pair.sink.letters().len(), LETTERS, "a letter left twice");
    let addressed: BTreeSet<String> = letters.iter().map(|letter: &ReceivedLetter| letter.to.to_lowercase()).collect();
    assert_eq!(addressed, logins);
    let ids: BTreeSet<&str> = letters.iter().map(|letter| letter.message_id.as_str()).collect();
    assert_eq!(ids.len(), LETTERS);

    // And both processes did some of the work
    let owners = pair.owners().await;
    println!("letters by process: {owners:?}");
    assert_eq!(owners.len(), 2, "{owners:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_revoked_at_one_process_is_refused_at_the_next_click_on_the_other() {
    // Given an administrator who works at the second process
    let pair = Pair::start().await;
    let official = pair.portal.administrator().await;
    let desk = Client::with_cookie(&pair.second.url(""), "cas-session", &pair.portal.session_cookie_of(official).await);
    desk.get("/admin/accounts").await.assert_status(200);

    // When a central administrator takes the role away at the first process
    let central = pair.portal.central().await;
    let other = pair.portal.central().await;
    let ministry = Client::with_cookie(&pair.first.url(""), "cas-session", &pair.portal.session_cookie_of(central).await);
    let role = role_assignments::list_of(pair.portal.db(), official).await.expect("roles").remove(0).id;
    let page = ministry.get(&format!("/admin/accounts/{official}/roles/{role}/revoke")).await;
    page.assert_status(200);
    ministry.submit(&page.form("/revoke")).await.assert_redirect(&format!("/admin/accounts/{official}"));
    // And another one confirms it at the second
    let colleague = Client::with_cookie(&pair.second.url(""), "cas-session", &pair.portal.session_cookie_of(other).await);
    let links = colleague.get("/admin/roles").await.attributes("a[href$='/confirm']", "href");
    let page = colleague.get(&links[0]).await;
    colleague.submit(&page.form("/confirm")).await.assert_redirect("/admin/roles");

    // Then the next click is refused, and the person is still signed in
    desk.get("/admin/accounts").await.assert_status(403);
    desk.get("/account").await.assert_status(200);
}
