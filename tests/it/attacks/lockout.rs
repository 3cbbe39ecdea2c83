//! Guessing passwords: at once, for long, from many places, with passwords that nobody types.

use super::{Target, sign_in};
use crate::support::client::Client;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::sign_in_limits::MOST_FROM_ADDRESS;
use cas_portal::storage::accounts;
use futures::future::join_all;

const WRONG: &str = "zgadywane hasło numer sto";

// ASVS 5.0 6.3.1: fifty at once are fifty, one block, one letter.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_guesses_at_once_count_as_fifty_and_the_usual_browser_stays_open() {
    let target = Target::start(TestDatabase::postgres().await, "off").await;
    let (id, login) = target.account("anna", AccountStatus::Active).await;
    let owner = target.server.client();
    sign_in(&owner, &login, PASSWORD).await.assert_redirect("/account");
    let guessers: Vec<Client> = (0..10).map(|_| target.server.client()).collect();
    join_all(guessers.iter().map(|guesser| guesser.get("/login"))).await;
    let guesses = (0..50).map(|n| {
        let (guesser, login) = (&guessers[n % 10], login.as_str());
        async move { sign_in(guesser, login, &format!("zgadywane hasło {n}")).await.status }
    });
    assert!(join_all(guesses).await.into_iter().all(|status| status == 422));
    let trail = target.portal.trail("account", &login).await;
    let count = |event: &str| trail.iter().filter(|e| e.event == event).count();
    assert_eq!((count("sign_in.failed"), count("account.blocked")), (50, 1));
    let lockout = accounts::find(target.portal.db(), id).await.expect("read").expect("it").lockout;
    assert_eq!((lockout.failures, lockout.blocks), (0, 1), "the counter stands still during the block");
    sign_in(&target.server.client(), &login, PASSWORD).await.assert_status(422);
    owner.post("/logout", &[]).await.assert_status(303);
    sign_in(&owner, &login, PASSWORD).await.assert_redirect("/account");
    let (_, letter) = target.letter(&login, "/not-me/").await;
    assert!(!letter.body.contains("127.0.0.1"), "no exact address: {}", letter.body);
    assert_eq!(target.letters().iter().filter(|l| l.subject.contains("Blokada")).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_guesses_only_so_often_whatever_the_login_and_headers() {
    let target = Target::start(TestDatabase::sqlite().await, "on").await;
    let (_, login) = target.account("anna", AccountStatus::Active).await;
    let who = target.server.client();
    let mut judged = 0;
    for n in 0..80 {
        let name = if n % 2 == 0 { login.clone() } else { format!("nikt-{n}") };
        let mut request = who.http().post(who.url("/login")).header("X-Forwarded-For", format!("203.0.113.{n}"));
        let token = who.get("/login").await.csrf().expect("a token");
        request = request.form(&[("csrf_token", token.as_str()), ("login", name.as_str()), ("password", WRONG)]);
        match request.send().await.expect("answered").status().as_u16() {
            422 => judged += 1,
            429 => break,
            other => panic!("{other}"),
        }
    }
    assert!((20..=MOST_FROM_ADDRESS + 5).contains(&judged), "{judged}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_megabyte_of_password_is_wrong_like_any_other() {
    let target = Target::start(TestDatabase::sqlite().await, "off").await;
    let (_, login) = target.account("anna", AccountStatus::Active).await;
    let who = target.server.client();
    let long = "ą".repeat(500_000);
    // Percent-encoded it is six times as long, which no form may be.
    sign_in(&who, &login, &long).await.assert_status(413);
    let plain = "a".repeat(1_000_000);
    let page = sign_in(&who, &login, &plain).await;
    page.assert_status(422);
    assert!(page.body.len() < 50_000, "it is not sent back");
    who.post("/password/code", &[("login_or_email", &plain[..400_000]), ("code", &plain[..400_000])]).await.assert_status(422);
    who.get("/login").await.assert_status(200);
    sign_in(&who, &login, PASSWORD).await.assert_redirect("/account");
    let page =
        who.post("/account/password", &[("current_password", &plain[..900_000]), ("new_password", "x"), ("password_repeat", "x")]).await;
    assert_eq!(page.assert_status(422).field_errors()[0].0, "current_password");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_with_a_line_break_is_no_name() {
    let target = Target::start(TestDatabase::sqlite().await, "off").await;
    let (id, login) = target.account("centralna", AccountStatus::Active).await;
    target.portal.assign(id, Role::CentralAdministrator, None, None).await;
    let who = target.server.client();
    sign_in(&who, &login, PASSWORD).await.assert_redirect("/admin");
    for broken in ["Anna\r\nBcc: obcy@example.com", "Anna\nSubject: inny", "Anna\u{0}"] {
        let fields = [
            ("role", "central_administrator"),
            ("voivodeship", ""),
            ("login", "nowa-osoba"),
            ("first_name", broken),
            ("last_name", "Nowak"),
            ("email", "nowa@urzad.example.pl"),
        ];
        let page = who.post("/admin/accounts/create", &fields).await;
        page.assert_status(422);
        let fields = [
            ("role", "central_administrator"),
            ("login", "nowa-osoba"),
            ("first_name", "Anna"),
            ("last_name", "Nowak"),
            ("email", "nowa@urzad.example.pl\r\nBcc: obcy@example.com"),
        ];
        assert_eq!(who.post("/admin/accounts/create", &fields).await.assert_status(422).field_errors()[0].0, "email");
    }
    assert!(accounts::find_by_login(target.portal.db(), "nowa-osoba").await.expect("read").is_none());
    assert!(target.letters().is_empty());
}
