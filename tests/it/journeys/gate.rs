//! The example of the README, word for word, in a real nginx: another system's pages open for whom the portal lets through, and
//! for nobody else.

use crate::support::database::TestDatabase;
use crate::support::nginx::Nginx;
use crate::support::portal::{TestPortal, operator};
use crate::support::process::free_port;
use cas_portal::services::manage_accounts::{restore, suspend};
use cas_portal::services::manage_machines::revoke_machine;
use reqwest::{Client, Method};

/// The block of the README that asks the portal.
fn example() -> String {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("the README");
    let blocks = readme.split("```nginx\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.into_iter().find(|block| block.contains("auth_request")).expect("an example with auth_request").to_owned()
}

/// The example with each of these put in; each must stand there, and once is enough for each.
fn with(text: &str, replaced: &[(&str, String)]) -> String {
    replaced.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the README's example has {from}");
        text.replace(from, to)
    })
}

async fn status(http: &Client, method: Method, url: &str, who: Option<&str>) -> u16 {
    let mut request = http.request(method, url);
    if let Some(login) = who {
        request = request.basic_auth(login, Some("tajne"));
    }
    request.send().await.expect("nginx answers").status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_readmes_nginx_lets_through_whom_the_portal_lets_through() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let central = portal.actor(portal.central().await).await;
    let made = portal.machine(&["PS"], &["view", "edit"], &[]).await;
    let (unit, other) = (portal.unit().await, portal.unit().await);
    let (anna, ewa) = (portal.employee(unit).await, portal.account("ewa", cas_portal::domain::account::AccountStatus::Active).await);
    portal.grant(ewa, unit, "PS", "viewer").await;
    let (anna_login, ewa_login) = (portal.login_of(anna).await, portal.login_of(ewa).await);
    let (regon, other_regon) = (portal.regon_of(unit).await, portal.regon_of(other).await);
    let site = portal.site().await;

    let nginx = Nginx::start(|port, folder| {
        let (behind, passwords, token) = (free_port(), folder.join("passwords"), folder.join("token"));
        std::fs::write(&passwords, format!("{anna_login}:{{PLAIN}}tajne\n{ewa_login}:{{PLAIN}}tajne\n")).expect("passwords");
        std::fs::write(&token, format!("proxy_set_header Authorization \"Bearer {}\";\n", made.token)).expect("the token");
        let example = with(
            &example(),
            &[
                ("listen 443 ssl;", format!("listen 127.0.0.1:{port};")),
                ("https://cas.example.gov.pl", site.url("")),
                ("http://127.0.0.1:9000", format!("http://127.0.0.1:{behind}")),
                ("/etc/nginx/cas-passwords", passwords.display().to_string()),
                ("/etc/nginx/cas-token.conf", token.display().to_string()),
            ],
        );
        // The other system itself: whatever is let through gets its page.
        format!("server {{ listen 127.0.0.1:{behind}; location / {{ return 200 \"report\\n\"; }} }}\n{example}")
    })
    .await;

    let http = Client::builder().no_proxy().build().expect("a client");
    let page = |regon: &str| nginx.url(&format!("/ps/{regon}/2026-q3"));
    let (own, foreign) = (page(&regon), page(&other_regon));
    let (anna_login, ewa_login) = (Some(anna_login.as_str()), Some(ewa_login.as_str()));
    assert_eq!(status(&http, Method::GET, &own, anna_login).await, 200);
    assert_eq!(status(&http, Method::POST, &own, anna_login).await, 200);
    assert_eq!(status(&http, Method::GET, &own, ewa_login).await, 200);
    assert_eq!(status(&http, Method::POST, &own, ewa_login).await, 403, "who views does not fill in");
    assert_eq!(status(&http, Method::GET, &foreign, anna_login).await, 403, "another unit");
    assert_eq!(status(&http, Method::GET, &own, None).await, 401, "nobody signed in");
    assert_eq!(status(&http, Method::GET, &own, Some("nikt-taki")).await, 401);
    // Nothing that a visitor types or sends becomes the question.
    let smuggled = format!("{foreign}?X-CAS-Unit={regon}&unit={regon}");
    assert_eq!(status(&http, Method::GET, &smuggled, anna_login).await, 403);
    let request = http.get(&foreign).basic_auth(anna_login.unwrap_or_default(), Some("tajne"));
    let request = request.header("X-CAS-Unit", &regon).header("X-CAS-Login", "ktos").header("X-CAS-Verb", "view");
    assert_eq!(request.send().await.expect("an answer").status(), 403);
    assert_eq!(status(&http, Method::GET, &nginx.url("/_cas"), anna_login).await, 404, "the gate itself is not to be had");

    // A change shows at the next click.
    suspend(&portal.context, &central, anna).await.expect("suspended");
    assert_eq!(status(&http, Method::GET, &own, anna_login).await, 403);
    restore(&portal.context, &central, anna).await.expect("restored");
    assert_eq!(status(&http, Method::GET, &own, anna_login).await, 200);
    // Without a token in force, and without a portal, nobody gets in.
    revoke_machine(&portal.context, &operator(), made.client.id).await.expect("revoked");
    assert_eq!(status(&http, Method::GET, &own, anna_login).await, 401);
    drop(site);
    let closed = status(&http, Method::GET, &own, anna_login).await;
    assert!(closed >= 500 || closed == 401, "{closed}");
}
