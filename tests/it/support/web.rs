//! A test's portal behind HTTP in this process: its clock stands still, its letters and files stay in memory, and a test can
//! write rows while somebody is looking at a page. What may not live here: pages.

use super::client::Client;
use super::fixtures::PASSWORD;
use super::portal::TestPortal;
use super::process::free_port;
use cas_portal::domain::id::AccountId;
use cas_portal::web::{WebSettings, launch};
use rocket::{Build, Rocket};
use std::sync::Arc;
use std::time::Duration;

/// A portal that answers. It ends with the test.
#[derive(Debug)]
pub struct Site {
    base: String,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl TestPortal {
    /// Lets the portal answer.
    pub async fn site(&self) -> Site {
        self.site_at("127.0.0.1", |rocket| rocket).await
    }

    /// Lets the portal answer, with what a test adds to it.
    pub async fn site_with(&self, add: impl Fn(Rocket<Build>) -> Rocket<Build>) -> Site {
        self.site_at("127.0.0.1", add).await
    }

    /// Lets the portal answer under the name of this machine, as passkeys need it.
    pub async fn site_with_passkeys(&self) -> Site {
        self.site_at("localhost", |rocket| rocket).await
    }

    async fn site_at(&self, host: &str, add: impl Fn(Rocket<Build>) -> Rocket<Build>) -> Site {
        // The port is free when it is chosen and may be taken when it is used.
        for _ in 0..5 {
            let port = free_port();
            let settings = WebSettings {
                listen: ([127, 0, 0, 1], port).into(),
                // A browser says where its form came from.
                public_origin: format!("http://{host}:{port}"),
                is_plain_loopback: true,
                trusted_proxies: Vec::new(),
                rate_limits: false,
                hsts: false,
                demo: false,
            };
            let mut context = self.context.clone();
            if host == "localhost" {
                Arc::make_mut(&mut context.settings).public_url = format!("http://{host}:{port}");
            }
            let rocket = add(launch(context, settings));
            let serving = tokio::spawn(async move {
                let _ = rocket.launch().await;
            });
            let site = Site { base: format!("http://{host}:{port}"), serving };
            for _ in 0..500 {
                if site.serving.is_finished() {
                    break;
                }
                if site.visitor().try_get("/health/live").await.is_ok_and(|page| page.status == 200) {
                    return site;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        panic!("the portal does not answer");
    }
}

impl Site {
    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Somebody with an empty cookie jar.
    pub fn visitor(&self) -> Client {
        Client::new(&self.base)
    }

    /// Somebody who has signed in to an account of the fixtures.
    pub async fn signed_in(&self, portal: &TestPortal, account: AccountId) -> Client {
        let client = self.visitor();
        let login = portal.login_of(account).await;
        let answer = client.post("/login", &[("login", &login), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{login} cannot sign in:\n{}", answer.words());
        client
    }
}
