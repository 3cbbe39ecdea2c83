//! The links and codes of reset letters: replayed, guessed, crossed, skipped, asked for under another host's name.

use super::{PUBLIC_URL, Target, sign_in};
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use cas_portal::domain::account::AccountStatus;
use futures::future::join_all;

const NEW: &str = "fioletowy parasol na biegunie";
const OTHER: &str = "pomarańczowy kajak pod mostem";

fn passwords(password: &str) -> [(&str, &str); 2] {
    [("new_password", password), ("password_repeat", password)]
}

// ASVS 5.0 6.4.3, 6.5.1, 6.6.3
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_good_once_even_for_two_at_once_and_under_no_other_name() {
    let target = Target::start(TestDatabase::postgres().await, "off").await;
    let (_, login) = target.account("anna", AccountStatus::Active).await;
    let owner = target.server.client();
    sign_in(&owner, &login, PASSWORD).await.assert_redirect("/account");
    let who = target.server.client();
    // Asked for under another host's name: the link in the letter is ours all the same.
    let token = who.get("/password/forgot").await.csrf().expect("a token");
    let asked = who.http().post(who.url("/password/forgot")).header("Host", "evil.example").header("X-Forwarded-Host", "evil.example");
    let answer = asked.form(&[("csrf_token", token.as_str()), ("login_or_email", &login)]).send().await.expect("answered");
    assert_eq!(answer.status().as_u16(), 303);
    let (link, letter) = target.letter(&login, "/password/reset/").await;
    assert!(!letter.body.contains("evil") && letter.links.iter().all(|l| l.starts_with(PUBLIC_URL)), "{}", letter.body);
    assert!(!letter.body.contains(PASSWORD));
    owner.get("/account").await.assert_status(200);

    // Guessed neighbours, cut and stretched ones, other methods.
    for guess in [
        format!("{link}A"),
        link[..link.len() - 1].to_owned(),
        link.to_uppercase(),
        format!("{link}%00"),
        link.replace("reset", "reset/.."),
    ] {
        assert!(matches!(who.get(&guess).await.status, 404 | 410), "{guess}");
    }
    let clients = [target.server.client(), target.server.client()];
    join_all(clients.iter().map(|client| client.get(&link))).await;
    let [(a, b), (c, d)] = [(NEW, OTHER), (OTHER, NEW)];
    let (first, second) = (passwords(a), passwords(c));
    let (one, other) = tokio::join!(clients[0].post(&link, &first), clients[1].post(&link, &second));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410], "of two uses at once one wins");
    let (set, lost) = if one.status == 303 { (a, b) } else { (c, d) };
    who.get(&link).await.assert_status(410);
    who.post(&link, &passwords(lost)).await.assert_status(410);
    assert_eq!(owner.get("/account").await.status, 303, "every other session has ended");
    assert_eq!(clients[0].get("/account").await.status, 303, "and a reset signs nobody in");
    let stranger = target.server.client();
    sign_in(&stranger, &login, PASSWORD).await.assert_status(422);
    sign_in(&stranger, &login, lost).await.assert_status(422);
    sign_in(&stranger, &login, set).await.assert_redirect("/account");
    // The owner hears of it.
    let changed = "zostało zmienione";
    for _ in 0..100 {
        if target.letters().iter().any(|l| l.body.contains(changed)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no letter about the change");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_not_guessed_by_many_at_once() {
    let target = Target::start(TestDatabase::sqlite().await, "off").await;
    let (_, login) = target.account("anna", AccountStatus::Active).await;
    let who = target.server.client();
    who.get("/password/forgot").await;
    who.post("/password/forgot", &[("login_or_email", &login)]).await.assert_redirect("/password/code");
    let (link, letter) = target.letter(&login, "/password/reset/").await;
    let code = letter.body.split_whitespace().find(|w| w.len() == 9 && w.as_bytes()[4] == b'-').expect("a code").to_owned();
    who.get("/password/code").await;
    let guesses = (0..30).map(|n| {
        let (who, login) = (&who, login.as_str());
        async move { who.post("/password/code", &[("login_or_email", login), ("code", &format!("{n:08}"))]).await.status }
    });
    assert!(join_all(guesses).await.into_iter().all(|status| status == 422));
    who.post("/password/code", &[("login_or_email", &login), ("code", &code)]).await.assert_status(422);
    who.get(&link).await.assert_status(200);
    // A step is not skipped: without a link's token there is no page that sets a password.
    for path in [
        "/password/reset",
        "/password/reset/",
        "/password/code/reset",
        &format!("/password/reset/{code}"),
        &format!("/password/reset/{login}"),
    ] {
        assert!(matches!(who.post(path, &passwords(NEW)).await.status, 404 | 410), "{path}");
    }
    sign_in(&who, &login, NEW).await.assert_status(422);
}
