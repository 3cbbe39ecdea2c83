//! Whether an account exists is told by no page, status, time or letter.
//!
//! The bound for time: of a pair of answers, one about an account and one about none, the slower one is the account's in 20 to
//! 80 of 100 pairs, over 30 answers of each kind taken in turn (the area under the ROC curve; 50 is a coin). An answer that
//! skips the hashing would give 100.

use super::{Target, essence, sign_in};
use crate::support::client::Page;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use cas_portal::domain::account::{AccountStatus, Role};
use std::time::{Duration, Instant};

const SAMPLES: usize = 30;
const BOUND: f64 = 0.30;
const WRONG: &str = "zgadywane hasło numer sto";

/// In how many of all pairs the first is slower; a tie counts half.
fn slower(of: &[Duration], than: &[Duration]) -> f64 {
    let mut wins = 0.0;
    for a in of {
        for b in than {
            wins += if a > b {
                1.0
            } else if a == b {
                0.5
            } else {
                0.0
            };
        }
    }
    wins / (of.len() * than.len()) as f64
}

#[test]
fn the_measure_tells_a_coin_from_a_leak() {
    let ms = |values: &[u64]| values.iter().map(|ms| Duration::from_millis(*ms)).collect::<Vec<_>>();
    assert!((slower(&ms(&[1, 2, 3, 4]), &ms(&[1, 2, 3, 4])) - 0.5).abs() < 0.01);
    assert!(slower(&ms(&[60, 61, 70]), &ms(&[5, 6, 9])) > 0.99);
}

async fn timed(asked: impl Future<Output = Page>) -> (Duration, Page) {
    let began = Instant::now();
    let page = asked.await;
    (began.elapsed(), page)
}

fn assert_alike(what: &str, times: &[(&str, Vec<Duration>)]) {
    let (_, nobody) = &times[0];
    for (name, known) in &times[1..] {
        let share = slower(known, nobody);
        println!("{what}: {name} slower than nobody's in {:.0} % of pairs", share * 100.0);
        assert!((share - 0.5).abs() <= BOUND, "{what}: the time tells {name}: {share}");
    }
}

// ASVS 5.0 6.3.8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_tells_by_nothing_whether_there_is_an_account() {
    let target = Target::start(TestDatabase::sqlite().await, "off").await;
    let who = target.server.client();
    let (blocked_id, blocked) = target.account("blokada", AccountStatus::Active).await;
    let until = target.portal.now().plus_hours(2);
    let lockout = cas_portal::domain::lockout::Lockout { failures: 0, blocks: 2, blocked_until: Some(until) };
    cas_portal::storage::accounts::save_lockout(target.portal.db(), blocked_id, lockout).await.expect("saved");
    let (_, suspended) = target.account("zawieszona", AccountStatus::Suspended).await;
    let (_, invited) = target.account("zaproszona", AccountStatus::Invited).await;
    let mut fresh = Vec::new();
    let mut officials = Vec::new();
    for n in 0..SAMPLES {
        fresh.push(target.account(&format!("czynna{n}"), AccountStatus::Active).await.1);
        let (id, login) = target.account(&format!("urzad{n}"), AccountStatus::Active).await;
        target.portal.assign(id, Role::VoivodeshipAdministrator, Some("26"), None).await;
        officials.push(login);
    }
    sign_in(&who, "rozgrzewka", WRONG).await.assert_status(422);
    let kinds = ["nobody's", "active", "administrator", "blocked", "suspended", "invited"];
    let mut times: Vec<(&str, Vec<Duration>)> = kinds.iter().map(|kind| (*kind, Vec::new())).collect();
    let mut pages = Vec::new();
    for n in 0..SAMPLES {
        let nobody = format!("nikt-taki-{n}");
        let tries = [
            (nobody.as_str(), WRONG),
            (&fresh[n], WRONG),
            (&officials[n], WRONG),
            (&blocked, PASSWORD),
            (&suspended, PASSWORD),
            (&invited, WRONG),
        ];
        // In turn, beginning with another one each time: what else the machine does falls on all alike.
        for k in 0..tries.len() {
            let kind = (n + k) % tries.len();
            let (login, password) = tries[kind];
            let (took, page) = timed(sign_in(&who, login, password)).await;
            page.assert_status(422);
            times[kind].1.push(took);
            pages.push(essence(&page, &[login]));
        }
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "the pages differ");
    assert_alike("sign-in", &times);
}

// ASVS 5.0 6.3.8, 6.4.3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_password_tells_by_nothing_whether_there_is_an_account() {
    let target = Target::start(TestDatabase::sqlite().await, "off").await;
    let who = target.server.client();
    let (_, active) = target.account("czynna", AccountStatus::Active).await;
    let (_, suspended) = target.account("zawieszona", AccountStatus::Suspended).await;
    let kinds = ["nobody's", "active", "suspended", "nobody's address", "an address"];
    let address = format!("{active}@gops-morawica.example.pl");
    let typed = ["nikt-taki", &active, &suspended, "nikt@gops-morawica.example.pl", &address];
    let mut asked: Vec<(&str, Vec<Duration>)> = kinds.iter().map(|kind| (*kind, Vec::new())).collect();
    let mut coded = asked.clone();
    let (mut answers, mut pages) = (Vec::new(), Vec::new());
    who.get("/password/forgot").await.assert_status(200);
    for n in 0..SAMPLES {
        for k in 0..typed.len() {
            let kind = (n + k) % typed.len();
            let (took, answer) = timed(who.post("/password/forgot", &[("login_or_email", typed[kind])])).await;
            answer.assert_redirect("/password/code");
            asked[kind].1.push(took);
            answers.push(answer.bytes.len());
            // What the asking left to do is done before the next one is measured.
            tokio::time::sleep(Duration::from_millis(20)).await;
            let page = who.get("/password/code").await;
            pages.push(essence(&page, &[typed[kind]]));
        }
    }
    for n in 0..SAMPLES {
        for k in 0..typed.len() {
            let kind = (n + k) % typed.len();
            let (took, page) = timed(who.post("/password/code", &[("login_or_email", typed[kind]), ("code", "0000-0000")])).await;
            page.assert_status(422);
            coded[kind].1.push(took);
            pages.push(essence(&page, &[typed[kind]]).replace("0000-0000", ""));
        }
    }
    let (shown, refused) = pages.split_at(SAMPLES * typed.len());
    for same in [shown, refused] {
        assert!(same.windows(2).all(|pair| pair[0] == pair[1]), "the pages differ");
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_alike("asking", &asked);
    assert_alike("code", &coded);
    // Letters went to addresses on file only, at most three an hour to each account.
    let (_, letter) = target.letter(&active, "/password/reset/").await;
    assert_eq!(letter.to, address);
    for to in target.letters().iter().map(|letter| letter.to.as_str()) {
        assert!(to == address || to == format!("{suspended}@gops-morawica.example.pl"), "{to}");
    }
    assert!(target.letters().iter().filter(|letter| letter.to == address).count() <= 3);
}
