//! Two processes on one PostgreSQL behind the README's nginx: one after the other is taken out, stopped, started and put back as the README
//! says, while people work, and no request is lost.

use crate::support::client::Client;
use crate::support::database::TestDatabase;
use crate::support::nginx::Nginx;
use crate::support::portal::TestPortal;
use crate::support::server::Server;
use cas_portal::clock::Clock;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// People at work.
const PEOPLE: usize = 6;
/// How often both processes are restarted.
const ROUNDS: usize = 2;

/// The block of the README that stands before two processes.
fn example() -> String {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let blocks = readme.split("```nginx\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.into_iter().find(|block| block.contains("upstream cas_portal")).expect("an example with two processes").to_owned()
}

/// Looks at pages and sends forms, without a pause; gives how often each was answered with what. Each form adds a row of its own: one that
/// was not carried out is missed, and one that came twice is told that its name is taken.
async fn work(client: Client, person: usize, stop: Arc<AtomicBool>) -> BTreeMap<String, usize> {
    let mut answers = BTreeMap::new();
    let mut count = |what: &str, got: Result<u16, String>| {
        let answer = got.map_or_else(|error| error, |status| status.to_string());
        *answers.entry(format!("{what} {answer}")).or_insert(0) += 1;
    };
    let mut sent = 0;
    while !stop.load(Ordering::Relaxed) {
        for path in ["/account", "/login", "/help"] {
            count(path, client.try_get(path).await.map(|page| page.status).map_err(|error| format!("{error:?}")));
        }
        sent += 1;
        let name = format!("System {person}-{sent}");
        let typed = [("name", name.as_str()), ("sub_areas", "PS"), ("verbs", "view"), ("voivodeships", "26")];
        let answer = client.try_post("/admin/machines/create", &typed).await;
        count("POST", answer.map(|page| page.status).map_err(|error| format!("{error:?}")));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn processes_that_are_restarted_one_after_the_other_lose_no_request() {
    let db = TestDatabase::postgres().await;
    let mut portal = TestPortal::new(&db);
    portal.context.clock = Clock::System;
    let settings = [
        ("CAS_PORTAL_DATABASE_URL", db.url()),
        ("CAS_PORTAL_SECRET_KEY", KEY),
        ("CAS_PORTAL_PUBLIC_URL", "http://localhost:8000"),
        ("CAS_PORTAL_TRUSTED_PROXIES", "127.0.0.1"),
        ("CAS_PORTAL_RATE_LIMITS", "off"),
    ];
    let (mut first, mut second) = tokio::join!(Server::start(&settings), Server::start(&settings));
    let address = |server: &Server| server.url("").trim_start_matches("http://").to_owned();
    let (one, other) = (address(&first), address(&second));
    // The block of the README, with one of the two taken out where it is to be restarted.
    let configuration = |port: u16, out: Option<&str>| {
        let mut text = example();
        for (from, to) in
            [("listen 443 ssl;", format!("listen 127.0.0.1:{port};")), ("127.0.0.1:8000", one.clone()), ("127.0.0.1:8001", other.clone())]
        {
            assert!(text.contains(from), "the README's example has {from}");
            text = text.replace(from, &to);
        }
        match out {
            Some(out) => text.replace(&format!("server {out} max_fails=0;"), &format!("server {out} max_fails=0 down;")),
            None => text,
        }
    };
    let mut nginx = Nginx::start(|port, _| configuration(port, None)).await;

    let stop = Arc::new(AtomicBool::new(false));
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        let cookie = portal.session_cookie_of(portal.central().await).await;
        let client = Client::with_cookie(&nginx.url(""), "cas-session", &cookie);
        client.get("/account/sessions").await.assert_status(200);
        people.push(tokio::spawn(work(client, n, Arc::clone(&stop))));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    for _ in 0..ROUNDS {
        for (server, address) in [(&mut first, &one), (&mut second, &other)] {
            nginx.reload(|port, _| configuration(port, Some(address))).await;
            assert!(server.terminate().success(), "{}", server.log());
            tokio::time::sleep(Duration::from_millis(300)).await;
            server.restart().await;
            nginx.reload(|port, _| configuration(port, None)).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
    stop.store(true, Ordering::Relaxed);
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for person in people {
        for (answer, count) in person.await.expect("worked") {
            *answers.entry(answer).or_default() += count;
        }
    }
    println!("answers during {} restarts: {answers:?}", 2 * ROUNDS);
    let lost: Vec<_> = answers.keys().filter(|answer| !answer.ends_with(" 200") && !answer.ends_with(" 303")).collect();
    assert!(lost.is_empty(), "{answers:?}");
    assert_eq!(answers.len(), 4, "every page and the form were asked for: {answers:?}");
    let found = portal.number("SELECT count(*) FROM machine_clients").await;
    assert_eq!(answers.get("POST 303").copied().and_then(|sent| i64::try_from(sent).ok()), Some(found), "what was sent and what is found");
    for server in [&first, &second] {
        assert!(!server.log().contains("cut off"), "{}", server.log());
    }
}
