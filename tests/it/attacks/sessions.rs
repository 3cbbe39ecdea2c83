//! Other people's sessions: planted, stolen, used from another site.

use super::{Target, sign_in};
use crate::support::client::{Client, Page};
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::storage::accounts;

const COOKIE: &str = "cas-session";

/// The session's cookie that an answer sets.
fn session_of(page: &Page) -> String {
    let set = page.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let found = set.filter_map(|text| text.strip_prefix(&format!("{COOKIE}="))).filter_map(|rest| rest.split(';').next());
    found.map(str::to_owned).next_back().expect("a session")
}

// ASVS 5.0 7.2.4: whoever signs in gets a session of their own, whatever cookie was there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planted_session_becomes_nobodys() {
    let target = Target::start(TestDatabase::sqlite().await, "off").await;
    let (_, thief) = target.account("zlodziej", AccountStatus::Active).await;
    let (_, victim) = target.account("anna", AccountStatus::Active).await;
    let attacker = target.server.client();
    let planted = session_of(&sign_in(&attacker, &thief, PASSWORD).await);
    let base = target.server.url("");
    for cookie in [planted.as_str(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let owner = Client::with_cookie(&base, COOKIE, cookie);
        // To the sign-in page one comes without a session only; who is signed in as somebody else signs out first.
        owner.post("/logout", &[]).await;
        let page = sign_in(&owner, &victim, PASSWORD).await;
        page.assert_redirect("/account");
        assert_ne!(session_of(&page), cookie);
        assert!(owner.get("/account").await.body.contains(&victim));
        let other = Client::with_cookie(&base, COOKIE, cookie).get("/account").await;
        assert!(!other.body.contains(&victim) && other.status == 303, "{}", other.status);
    }
}

// ASVS 5.0 7.4.1, 7.4.3: what was stolen before is worth nothing after the owner signs out or changes the password.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stolen_cookie_ends_with_the_sign_out_and_with_a_new_password() {
    let target = Target::start(TestDatabase::postgres().await, "off").await;
    let (_, login) = target.account("anna", AccountStatus::Active).await;
    let base = target.server.url("");
    let owner = target.server.client();
    let stolen = session_of(&sign_in(&owner, &login, PASSWORD).await);
    let thief = Client::with_cookie(&base, COOKIE, &stolen);
    assert!(thief.get("/account").await.body.contains(&login), "it is worth something while the owner is signed in");
    owner.get("/account").await;
    owner.post("/logout", &[]).await.assert_status(303);
    thief.get("/account").await.assert_redirect("/login?next=/account");
    let late = thief.post("/account/password", &[("current_password", PASSWORD)]).await;
    assert!(late.status == 303 && late.location().starts_with("/login"), "{} {:?}", late.status, late.headers);

    let elsewhere = target.server.client();
    let stolen = session_of(&sign_in(&elsewhere, &login, PASSWORD).await);
    sign_in(&owner, &login, PASSWORD).await.assert_redirect("/account");
    let new = "zielony rower jedzie pod górę";
    owner.get("/account/password").await;
    let fields = [("current_password", PASSWORD), ("new_password", new), ("password_repeat", new)];
    owner.post("/account/password", &fields).await.assert_status(303);
    Client::with_cookie(&base, COOKIE, &stolen).get("/account").await.assert_redirect("/login?next=/account");
    owner.get("/account").await.assert_status(200);
}

// ASVS 5.0 3.5.1: another site's page cannot act for whoever is signed in here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_site_does_nothing() {
    let target = Target::start(TestDatabase::sqlite().await, "off").await;
    let (id, login) = target.account("centralna", AccountStatus::Active).await;
    target.portal.assign(id, Role::CentralAdministrator, None, None).await;
    let (victim, _) = target.account("anna", AccountStatus::Active).await;
    let who = target.server.client();
    sign_in(&who, &login, PASSWORD).await.assert_redirect("/admin");
    let own = who.get("/account/password").await.csrf().expect("a token");
    let strangers = target.server.client().get("/login").await.csrf().expect("a token");
    let suspend = format!("/admin/accounts/{victim}/suspend");
    for path in ["/logout", "/account/password", "/account/notices", "/account/security/totp/offer", suspend.as_str()] {
        // Without the token, with a stranger's, and with the right one but from another site.
        for (token, site) in [("", None), (strangers.as_str(), None), (own.as_str(), Some("https://zly.example"))] {
            let mut request =
                who.http().post(who.url(path)).form(&[("csrf_token", token), ("reason", "bo tak"), ("current_password", PASSWORD)]);
            if let Some(site) = site {
                request = request.header("Origin", site);
            }
            assert_eq!(request.send().await.expect("answered").status().as_u16(), 403, "{path} {token:?} {site:?}");
        }
        // A link or a picture of another page asks with GET.
        if path != "/account/password" && path != "/account/notices" && path != suspend {
            assert!([404, 405].contains(&who.get(path).await.status), "{path}");
        }
    }
    who.get("/account").await.assert_status(200);
    let status = accounts::find(target.portal.db(), victim).await.expect("read").expect("it").status;
    assert_eq!(status, AccountStatus::Active);
}
