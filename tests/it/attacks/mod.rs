//! Attacks on accounts, each against the running binary as a stranger would make them. What may not live here: what the pages
//! say to honest people (routes, journeys).

mod email;
mod enumeration;
mod factors;
mod lockout;
mod reset;
mod sessions;

use crate::support::client::{Client, Page};
use crate::support::database::TestDatabase;
use crate::support::fixtures::PASSWORD;
use crate::support::portal::TestPortal;
use crate::support::server::Server;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::password::NewPassword;
use cas_portal::mail::ReceivedLetter;
use cas_portal::secrets::{PasswordHasher, SecretKey};
use cas_portal::storage::accounts;
use std::time::Duration;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const PUBLIC_URL: &str = "http://localhost:8000";

/// The running binary, and its database for the test to prepare and look at.
struct Target {
    server: Server,
    portal: TestPortal,
    /// A hash of [`PASSWORD`] as costly as the binary's own: a cheaper one would tell by its time what the product does not.
    hash: String,
    _db: TestDatabase,
}

impl Target {
    async fn start(db: TestDatabase, rate_limits: &str) -> Target {
        let mut portal = TestPortal::in_real_time(&db);
        // What one of the two processes seals the other one opens.
        portal.context.key = SecretKey::from_text(KEY).expect("a key");
        let hash = PasswordHasher::new().expect("a hasher").hash(PASSWORD.to_owned()).await.expect("a hash");
        let settings = [
            ("CAS_PORTAL_DATABASE_URL", db.url()),
            ("CAS_PORTAL_SECRET_KEY", KEY),
            ("CAS_PORTAL_PUBLIC_URL", PUBLIC_URL),
            ("CAS_PORTAL_RATE_LIMITS", rate_limits),
        ];
        let server = Server::start(&settings).await;
        Target { server, portal, hash, _db: db }
    }

    /// An account whose password the binary itself could have set; its login.
    async fn account(&self, name: &str, status: AccountStatus) -> (AccountId, String) {
        let account = self.portal.account(name, status).await;
        if status != AccountStatus::Invited {
            accounts::save_password(self.portal.db(), account, &NewPassword { hash: self.hash.clone(), is_long: true })
                .await
                .expect("saved");
        }
        (account, self.portal.login_of(account).await)
    }

    /// All letters that have left, in no order.
    fn letters(&self) -> Vec<ReceivedLetter> {
        let folder = self.server.folder().join("var/mail");
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
        files
            .filter(|path| path.extension().is_some_and(|e| e == "eml"))
            .filter_map(|path| ReceivedLetter::parse(&std::fs::read(path).ok()?))
            .collect()
    }

    /// Waits for a letter about a login with a link that begins so; gives the path of the link and the letter.
    async fn letter(&self, login: &str, path: &str) -> (String, ReceivedLetter) {
        for _ in 0..300 {
            for letter in self.letters().into_iter().filter(|letter| letter.body.contains(login)) {
                if let Some(link) =
                    letter.links.iter().find_map(|link| Some(link.strip_prefix(PUBLIC_URL)?.to_owned()).filter(|l| l.starts_with(path)))
                {
                    return (link, letter);
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no letter about {login} with {path}\n{}", self.server.log());
    }
}

async fn sign_in(who: &Client, login: &str, password: &str) -> Page {
    who.post("/login", &[("login", login), ("password", password)]).await
}

/// A page without what differs from request to request.
fn essence(page: &Page, typed: &[&str]) -> String {
    let token = page.csrf().unwrap_or_default();
    typed.iter().filter(|t| !t.is_empty()).fold(page.body.replace(&token, "TOKEN"), |body, typed| body.replace(typed, "TYPED"))
}
