//! The real binary from a shell: first administrator, letters, trail, check, stopping.

use crate::support::client::Page;
use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::support::process::free_port;
use crate::support::server::{Server, run_portal};
use cas_portal::services::fill_demo;
use std::path::Path;
use std::process::Output;

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    run_portal(arguments, &[], folder)
}

#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}\n{}", text(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(!output.status.success(), "{arguments:?}\n{}", text(&output));
    text(&output)
}

const CREATE: [&str; 8] = ["admin", "create", "--login", "centralna", "--name", "Anna Maria Nowak", "--email", "anna@min.example.pl"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_administrator_gets_a_link_that_works_once() {
    let server = Server::start(&[]).await;
    let mut create = CREATE.to_vec();
    create.extend(["--role", "central_administrator"]);
    let made = server.command(&create);
    assert!(made.status.success(), "{}", text(&made));
    let link = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    let path = link.strip_prefix(&server.url("")).expect("one line with the link").to_owned();
    assert!(path.starts_with("/activate/"));
    let client = server.client();
    client.get(&path).await.assert_status(200);
    let password = "fioletowy parasol na biegunie";
    let mut fields = vec![("new_password", password), ("password_repeat", password)];
    fields.extend([("statements", "data_true"), ("statements", "rules_known"), ("statements", "not_shared")]);
    client.post(&path, &fields).await.assert_redirect("/login");
    client.get(&path).await.assert_status(410);
    client.post("/login", &[("login", "CENTRALNA"), ("password", password)]).await.assert_redirect("/admin");
    client.get("/admin").await.assert_status(200);
    let again = server.command(&create);
    assert!(!again.status.success() && text(&again).contains("--login: this login is taken"), "{}", text(&again));
    assert!(!server.log().contains(path.trim_start_matches("/activate/")), "no token in the log");
    assert!(!server.log().contains("centralna"), "no login in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demonstration_is_open_to_who_looks_goes_on_after_a_stop_and_touches_no_other_database() {
    let mut server = Server::start_with(&["serve", "--demo"], &[]).await;
    let visitor = server.client();
    let start = visitor.get("/").await;
    start.assert_status(200);
    let words = start.words();
    for sign_in in fill_demo::SIGN_INS {
        assert!(words.contains(sign_in.login), "{} is not listed in {words}", sign_in.login);
    }
    let password = fill_demo::PASSWORD;
    assert!(words.contains(password));
    for banner in ["/", "/help", "/login"] {
        assert!(visitor.get(banner).await.has(".demo-banner"), "{banner} does not say that this is a demonstration");
    }
    // Officials too sign in with the listed password alone.
    visitor.post("/login", &[("login", "centralny"), ("password", password)]).await.assert_redirect("/admin");
    // A coordinator sees the people of the own unit, and how each came to what they may.
    let coordinator = server.client();
    coordinator.post("/login", &[("login", "anna-nowak"), ("password", password)]).await.assert_redirect("/account");
    let list = coordinator.get("/grants").await;
    list.assert_status(200);
    assert!(["anna-nowak", "k-wisniewski"].iter().all(|login| list.words().contains(login)), "{}", list.words());
    assert!(!list.words().contains("a-dabrowska"));
    let mailbox = server.client();
    mailbox.get("/demo/mailbox").await.assert_status(200);
    // What was done stays after a stop, and nothing is filled in twice.
    let accounts = |page: &Page| page.texts("table tbody tr").len();
    let before = accounts(&visitor.get("/admin/accounts").await);
    assert!(server.terminate().success());
    server.restart().await;
    assert_eq!(accounts(&visitor.get("/admin/accounts").await), before);
    assert!(done(server.folder(), &["audit", "verify"]).contains("append-only"));

    let other = tempfile::tempdir().expect("a folder");
    done(other.path(), &["migrate"]);
    let mut create = CREATE.to_vec();
    create.extend(["--role", "central_administrator"]);
    done(other.path(), &create);
    let refusal = refused(other.path(), &["serve", "--demo"]);
    assert!(refusal.contains("the database is not empty"), "{refusal}");
}

#[test]
fn a_shell_is_told_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(refused(folder, &["audit", "verify"]).contains("the schema is not there"), "of an empty database nothing is verified");
    assert!(done(folder, &["migrate"]).contains("up to date"));
    assert!(done(folder, &["audit", "verify"]).contains("0 entries, append-only"));
    let create = |role: &'static str, more: &[&'static str]| {
        let mut arguments = CREATE.to_vec();
        arguments.extend(["--role", role]);
        arguments.extend(more);
        arguments
    };
    assert!(refused(folder, &create("king", &[])).contains("--role"));
    assert!(refused(folder, &create("voivodeship_administrator", &[])).contains("--voivodeship"));
    assert!(refused(folder, &create("voivodeship_administrator", &["--voivodeship", "99"])).contains("--voivodeship"));
    assert!(done(folder, &create("voivodeship_administrator", &["--voivodeship", "26"])).contains("/activate/"));
    assert!(refused(folder, &["admin", "reset-factor", "--login", "nikt-taki"]).contains("no account"));
    assert!(refused(folder, &["admin", "reset-factor", "--login", "centralna"]).contains("no second factor"));
    assert_eq!(done(folder, &["mail", "list"]), "");
    assert!(refused(folder, &["mail", "show", "nonsense"]).contains("mail list"));
    assert!(refused(folder, &["mail", "retry", "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"]).contains("no such letter"));
    assert!(refused(folder, &["mail", "list", "--status", "lost"]).contains("--status"));
    assert!(done(folder, &["audit", "verify"]).contains("2 entries, append-only"));
    let export = done(folder, &["audit", "export"]);
    let lines: Vec<serde_json::Value> = export.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let events: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    assert_eq!(events, ["account.created", "role.assigned", "audit.read"]);
    assert!(lines.iter().all(|line| line["actor"] == "operator"));
    assert_eq!(done(folder, &["audit", "export", "--after", "3"]).lines().count(), 1);
}

/// The token is shown where it is made and nowhere else.
#[test]
fn other_systems_are_made_listed_and_revoked() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert_eq!(done(folder, &["machine", "list"]), "");
    let create = ["machine", "create", "--name", "Sprawozdania PS", "--sub-areas", "PS,SR", "--verbs", "view,edit"];
    let made = done(folder, &create);
    let token = made.trim();
    assert!(token.starts_with("cas_") && token.len() == 47 && made.lines().count() == 1, "{made}");
    let listed = done(folder, &["machine", "list"]);
    assert!(listed.starts_with("in force") && listed.contains("never used"), "{listed}");
    assert!(listed.contains("PS,SR") && listed.contains("view,edit") && listed.contains("country"), "{listed}");
    assert!(listed.contains("Sprawozdania PS") && !listed.contains(&token[4..]));
    assert!(refused(folder, &create).contains("--name: a client in force has this name"));
    let wrong = refused(folder, &["machine", "create", "--name", "x", "--sub-areas", "XX", "--voivodeships", "26,99"]);
    for option in ["--sub-areas: ", "--verbs: ", "--voivodeships: "] {
        assert!(wrong.contains(option), "{wrong}");
    }
    assert!(done(folder, &["machine", "revoke", "--name", "sprawozdania ps"]).contains("revoked"));
    assert!(refused(folder, &["machine", "revoke", "--name", "Sprawozdania PS"]).contains("machine list"));
    assert!(done(folder, &["machine", "list"]).starts_with("revoked 20"));
    let export = done(folder, &["audit", "export"]);
    assert!(export.contains("machine.created") && export.contains("machine.revoked") && !export.contains(&token[4..]));
}

/// Also with every log line there is: the library that speaks IMAP would write passwords down.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_says_of_each_mailbox_whether_it_can_be_read_and_tells_no_password() {
    let server = Dovecot::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    done(folder.path(), &["migrate"]);
    let (address, passwords) = (server.address("wps26"), folder.path().join("passwords"));
    let mailboxes = format!("26=imaps://wps26@localhost:{0}, 14=imaps://wps14@localhost:{0}/INBOX", address.port);
    let roots = address.roots.expect("the server's certificate");
    let settings = [
        ("CAS_PORTAL_MAILBOXES", mailboxes.as_str()),
        ("CAS_PORTAL_MAILBOX_PASSWORDS", passwords.to_str().expect("UTF-8")),
        ("CAS_PORTAL_MAILBOX_ROOTS", roots.to_str().expect("UTF-8")),
        ("CAS_PORTAL_LOG", "trace"),
    ];
    let missing = text(&run_portal(&["check"], &settings, folder.path()));
    assert!(missing.contains("mailboxes") && missing.contains("passwords/26"), "{missing}");
    std::fs::create_dir(&passwords).expect("a folder");
    std::fs::write(passwords.join("26"), format!("{PASSWORD}\n")).expect("a password");
    std::fs::write(passwords.join("14"), "inne haslo").expect("a password");
    let output = run_portal(&["check"], &settings, folder.path());
    let told = text(&output);
    assert!(!output.status.success() && told.contains(&format!("ok         26 imaps://wps26@localhost:{}/INBOX", address.port)), "{told}");
    assert!(told.contains("NOT OK     14 imaps://wps14@localhost") && told.contains("did not accept user and password"), "{told}");
    assert!(!told.contains(PASSWORD) && !told.contains("inne haslo"), "no password is told");
}

#[test]
fn check_names_each_part_and_how_to_mend_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let fresh = refused(folder, &["check"]);
    assert!(fresh.contains("database    NOT OK") && fresh.contains("cas-portal migrate"), "{fresh}");
    done(folder, &["migrate"]);
    let fine = done(folder, &["check"]);
    assert!(fine.contains("database    ok") && fine.contains("mail        ok") && fine.contains("files       ok"), "{fine}");
    assert!(fine.contains("issuers     ok         none trusted"), "{fine}");
    let roots = folder.join("roots.pem");
    std::fs::write(&roots, include_str!("signatures/made_elsewhere/roots.pem")).expect("certificates");
    let trusting = run_portal(&["check"], &[("CAS_PORTAL_SIGNATURE_ROOTS", roots.to_str().expect("UTF-8"))], folder);
    assert!(trusting.status.success() && text(&trusting).contains(" trusted"), "{}", text(&trusting));
    assert!(!text(&trusting).contains("none trusted"));
    let nobody = format!("smtp://127.0.0.1:{}", free_port());
    let mail = run_portal(&["check"], &[("CAS_PORTAL_MAIL_URL", &nobody)], folder);
    assert!(!mail.status.success() && text(&mail).contains("mail        NOT OK"), "{}", text(&mail));
    let away = [("CAS_PORTAL_DATABASE_URL", "postgres://portal:geheim@127.0.0.1:1/portal")];
    let database = run_portal(&["check"], &away, folder);
    assert!(!database.status.success() && !text(&database).contains("geheim"), "{}", text(&database));
    let bad = run_portal(&["check"], &[("CAS_PORTAL_LISTEN", "here")], folder);
    assert!(!bad.status.success() && text(&bad).contains("CAS_PORTAL_LISTEN"), "{}", text(&bad));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_finishes_what_is_under_way_and_is_quick_about_the_rest() {
    let mut server = Server::start(&[]).await;
    let idle = server.client();
    idle.get("/").await.assert_status(200);
    let busy: Vec<_> = (0..8)
        .map(|n| {
            let client = server.client();
            tokio::spawn(async move {
                client.get("/login").await.assert_status(200);
                client.try_post("/login", &[("login", "nikt-taki"), ("password", &format!("zgadywane hasło {n}"))]).await
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    let asked = std::time::Instant::now();
    let ended = tokio::task::spawn_blocking(move || {
        let status = server.terminate();
        (status, server)
    });
    let (mut answered, mut unheard) = (0, 0);
    for one in busy {
        match one.await {
            Ok(Ok(page)) => {
                page.assert_status(422);
                answered += 1;
            }
            // It came too late to be accepted.
            Ok(Err(error)) if error.is_connect() || error.is_request() => unheard += 1,
            other => panic!("cut off: {other:?}"),
        }
    }
    let (status, server) = ended.await.expect("stopped");
    assert!(status.success(), "{status}\n{}", server.log());
    assert_eq!(answered + unheard, 8);
    assert!(asked.elapsed() < std::time::Duration::from_secs(15), "an idle connection held the stop up: {:?}", asked.elapsed());
    assert!(server.log().contains("stopped") && !server.log().contains("cut off"), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_have_their_own_address_and_logs_can_be_json() {
    let at = format!("127.0.0.1:{}", free_port());
    let server = Server::start(&[("CAS_PORTAL_METRICS_LISTEN", &at), ("CAS_PORTAL_LOG_FORMAT", "json")]).await;
    let client = server.client();
    client.get("/help/form?token=geheim").await.assert_status(200);
    client.get("/nothing/geheim").await.assert_status(404);
    client.post("/login", &[("login", "nikt-taki"), ("password", "zgadywane hasło")]).await.assert_status(422);
    client.get("/metrics").await.assert_status(404);
    let metrics = client.get(&format!("http://{at}/metrics")).await.body;
    for wanted in [
        "cas_http_requests_total{route=\"/help/<topic>\",method=\"GET\",status=\"200\"} 1",
        "cas_http_requests_total{route=\"unmatched\",method=\"GET\",status=\"404\"}",
        "cas_http_request_seconds_bucket",
        "cas_sign_ins_total{outcome=\"failed\"} 1",
        "cas_database_connections{state=\"open\"}",
        "cas_outbox_depth",
    ] {
        assert!(metrics.contains(wanted), "{wanted}\n{metrics}");
    }
    let log = server.log();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    assert!(lines.iter().any(|line| line["route"] == "/help/<topic>" && line["request_id"].is_string()));
    assert!(!log.contains("geheim"), "no path or query in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_portal_is_copied_and_restored_elsewhere() {
    let server = Server::start(&[]).await;
    let mut create = CREATE.to_vec();
    create.extend(["--role", "central_administrator"]);
    assert!(server.command(&create).status.success());
    let made = server.command(&["backup", "kopia"]);
    assert!(made.status.success() && text(&made).contains("Backup of 20"), "{}", text(&made));
    let again = server.command(&["backup", "kopia"]);
    assert!(!again.status.success() && text(&again).contains("not empty"), "{}", text(&again));
    let copy = server.folder().join("kopia").display().to_string();
    let other = tempfile::tempdir().expect("a folder");
    assert!(done(other.path(), &["backup", "--check", &copy]).contains("is complete"));
    // Without the secret key it is told, and nothing is made.
    let stranger = tempfile::tempdir().expect("a folder");
    assert!(refused(stranger.path(), &["restore", &copy]).contains("secret key"));
    std::fs::create_dir(other.path().join("var")).expect("a folder");
    std::fs::copy(server.folder().join("var/secret.key"), other.path().join("var/secret.key")).expect("the key");
    let restored = done(other.path(), &["restore", &copy]);
    assert!(restored.contains("Complete."), "{restored}");
    assert!(refused(other.path(), &["restore", &copy]).contains("not empty"));
    assert!(done(other.path(), &["audit", "verify"]).contains("append-only"));
    assert_eq!(done(other.path(), &["erasures"]), "");
    assert!(refused(other.path(), &create).contains("this login is taken"));
    assert!(refused(other.path(), &["audit", "verify", "--seal", "7"]).contains("number"));
    let missing = refused(other.path(), &["audit", "verify", "--seal", &format!("7:{}", "0".repeat(64))]);
    assert!(missing.contains("seal 7: it was noted, and is not there"), "{missing}");
}
