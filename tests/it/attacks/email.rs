//! Somebody in a hijacked session changes the e-mail address: who comes first, who comes twice, who comes with another's link.

use super::{PUBLIC_URL, Target, sign_in};
use crate::support::client::Client;
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::id::AccountId;

const EVIL: &str = "zlodziej@obcy.example.com";

/// The path of a link that begins so; waits for its letter.
async fn link(target: &Target, path: &str) -> String {
    for _ in 0..300 {
        let letters = target.letters();
        let mut links = letters.iter().flat_map(|letter| &letter.links).filter_map(|link| link.strip_prefix(PUBLIC_URL));
        if let Some(found) = links.find(|link| link.starts_with(path)) {
            return found.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no letter with {path}\n{}", target.server.log());
}

/// A thief in the owner's session has asked for another address. The thief, the owner's old address, both links.
async fn asked(target: &Target) -> (AccountId, String, Client, String, String) {
    let (id, login) = target.account("anna", AccountStatus::Active).await;
    let thief = target.server.client();
    sign_in(&thief, &login, PASSWORD).await.assert_redirect("/account");
    thief.get("/account/email/new").await.assert_status(200);
    thief.post("/account/email/new", &[("email", EVIL)]).await.assert_redirect("/account/email");
    let confirm = link(target, "/account/email/confirm/").await;
    let undo = link(target, "/account/email/undo/").await;
    (id, login, thief, confirm, undo)
}

// ASVS 5.0 6.3.7, 7.5.1: the owner wins, whoever comes first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_thief_confirms_while_the_owner_takes_it_back() {
    for db in [TestDatabase::sqlite().await, TestDatabase::postgres().await] {
        let target = Target::start(db, "off").await;
        let (id, login, thief, confirm, undo) = asked(&target).await;
        let before = target.portal.email_of(id).await;
        let owner = target.server.client();
        thief.get(&confirm).await.assert_status(200);
        owner.get(&undo).await.assert_status(200);
        let (confirmed, undone) = tokio::join!(thief.post(&confirm, &[]), owner.post(&undo, &[]));
        assert!([303, 410].contains(&confirmed.status), "{}", confirmed.status);
        undone.assert_status(303);
        assert_eq!(target.portal.email_of(id).await, before);
        // The thief's session is over, and so are the known password and every link.
        assert_eq!(thief.get("/account").await.status, 303);
        sign_in(&target.server.client(), &login, PASSWORD).await.assert_status(422);
        let later = target.server.client();
        later.get(&undo).await.assert_status(410);
        later.get("/login").await.assert_status(200);
        later.post(&undo, &[]).await.assert_status(410);
    }
}

// ASVS 5.0 6.6.2, 9.2.2: a link belongs to one account, counts once, and looking at it changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_of_the_new_address_counts_once_and_for_its_account_only() {
    let target = Target::start(TestDatabase::postgres().await, "off").await;
    let (id, _, thief, confirm, undo) = asked(&target).await;
    let before = target.portal.email_of(id).await;
    let (_, other) = target.account("ewa", AccountStatus::Active).await;
    let stranger = target.server.client();
    sign_in(&stranger, &other, PASSWORD).await.assert_redirect("/account");
    stranger.get("/account").await.assert_status(200);
    stranger.post(&confirm, &[]).await.assert_status(410);
    // Without a session it leads to the sign-in; a mail program that opens it does nothing.
    assert_eq!(target.server.client().get(&confirm).await.status, 303);
    for _ in 0..2 {
        thief.get(&confirm).await.assert_status(200);
        target.server.client().get(&undo).await.assert_status(200);
    }
    assert_eq!(target.portal.email_of(id).await, before);
    // The one link is not the other.
    let swapped = undo.replace("/undo/", "/confirm/");
    thief.get("/account").await.assert_status(200);
    thief.post(&swapped, &[]).await.assert_status(410);
    let (one, two) = tokio::join!(thief.post(&confirm, &[]), thief.post(&confirm, &[]));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410], "of two clicks one counts");
    assert_eq!(target.portal.email_of(id).await, EVIL);
    // And still the old address takes it back.
    let owner = target.server.client();
    owner.get(&undo).await.assert_status(200);
    owner.post(&undo, &[]).await.assert_status(303);
    assert_eq!(target.portal.email_of(id).await, before);
}
