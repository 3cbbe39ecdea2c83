//! The real binary, started as an operator would, in an empty folder on a free port; with what stops it, kindly or not.
//! What may not live here: what the pages say (that is the journeys' business).

use super::client::Client;
use super::process::{Watched, free_port};
use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running portal with its own folder, which is removed with it.
#[derive(Debug)]
pub struct Server {
    process: Watched,
    port: u16,
    /// A program and its arguments that runs the portal; none runs it itself.
    within: Vec<String>,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    folder: TempDir,
}

impl Server {
    /// `cas-portal serve` with these variables, ready to answer.
    pub async fn start(variables: &[(&str, &str)]) -> Server {
        Server::start_with(&["serve"], variables).await
    }

    /// `cas-portal` with these arguments (`&["serve", "--demo"]`) and variables, ready to answer.
    pub async fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Server {
        Server::start_within(&[], arguments, variables).await
    }

    /// The same, run by another program that ends by becoming it: `unshare`, say.
    pub async fn start_within(within: &[&str], arguments: &[&str], variables: &[(&str, &str)]) -> Server {
        let within: Vec<String> = within.iter().map(|&word| word.to_owned()).collect();
        let mut folder = tempfile::Builder::new().prefix("cas-portal-server-").tempdir().expect("a folder for the portal");
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let mut variables: Vec<(String, String)> = variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        // Officials of the journeys sign in with their password; a test of the second factor asks for it.
        let is_demo = arguments.iter().any(|argument| argument == "--demo");
        if !is_demo && !variables.iter().any(|(name, _)| name == "CAS_PORTAL_SECOND_FACTOR_ROLES") {
            variables.push(("CAS_PORTAL_SECOND_FACTOR_ROLES".to_owned(), "none".to_owned()));
        }
        let mut last = String::new();
        // The port is free when it is chosen and may be taken when it is used.
        for _ in 0..3 {
            let port = free_port();
            variables.retain(|(name, _)| name != "CAS_PORTAL_LISTEN");
            variables.push(("CAS_PORTAL_LISTEN".to_owned(), format!("127.0.0.1:{port}")));
            let process = launch(&within, &arguments, &variables, folder.path());
            let (within, arguments, variables) = (within.clone(), arguments.clone(), variables.clone());
            let mut server = Server { process, port, within, arguments, variables, folder };
            match server.wait_until_ready().await {
                Ok(()) => return server,
                Err(reason) => last = reason,
            }
            Server { folder, .. } = server;
            if !last.contains("in use") {
                break;
            }
        }
        panic!("{last}");
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Where the portal runs: its `var/` lies here.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// What it has written to its log, over all its lives.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Somebody with an empty cookie jar.
    pub fn client(&self) -> Client {
        Client::new(&self.url(""))
    }

    /// Runs another command of the portal beside it, in the same folder with the same settings.
    pub fn command(&self, arguments: &[&str]) -> Output {
        portal(&[], arguments.iter().copied(), &self.variables, self.folder.path()).output().expect("the portal's binary runs")
    }

    /// Ends it as a power cut would.
    pub fn kill9(&mut self) {
        self.process.signal("KILL");
        self.process.wait(Duration::from_secs(10));
    }

    /// Asks it to stop and waits until it has.
    pub fn terminate(&mut self) -> ExitStatus {
        self.process.signal("TERM");
        self.process.wait(Duration::from_secs(60))
    }

    /// Starts it again after it ended: same folder, same settings, same port.
    pub async fn restart(&mut self) {
        assert!(self.process.try_wait().is_some(), "the portal still runs");
        self.process = launch(&self.within, &self.arguments, &self.variables, self.folder.path());
        self.wait_until_ready().await.unwrap_or_else(|reason| panic!("{reason}"));
    }

    async fn wait_until_ready(&mut self) -> Result<(), String> {
        let client = self.client();
        // The demonstration is filled in first: hundreds of pages are printed by a program that is not optimised.
        let patience = if self.arguments.iter().any(|argument| argument == "--demo") { 600 } else { 60 };
        let deadline = Instant::now() + Duration::from_secs(patience);
        loop {
            if let Some(status) = self.process.try_wait() {
                return Err(format!("the portal ended while starting ({status}):\n{}", self.log()));
            }
            if client.try_get("/health/ready").await.is_ok_and(|page| page.status == 200) {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(format!("the portal is not ready after {patience} s:\n{}", self.log()));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Runs one command of the portal in a folder, without a running server.
pub fn run_portal(arguments: &[&str], variables: &[(&str, &str)], folder: &Path) -> Output {
    let variables: Vec<(String, String)> = variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    portal(&[], arguments.iter().copied(), &variables, folder).output().expect("the portal's binary runs")
}

fn launch(within: &[String], arguments: &[String], variables: &[(String, String)], folder: &Path) -> Watched {
    let log = File::options().create(true).append(true).open(folder.join("log")).expect("a log file");
    let mut command = portal(within, arguments.iter().map(String::as_str), variables, folder);
    command.stdout(log.try_clone().expect("a second handle")).stderr(log);
    Watched::spawn(command, "KILL", Some(folder)).expect("the portal's binary starts")
}

fn portal<'a>(within: &'a [String], arguments: impl Iterator<Item = &'a str>, variables: &[(String, String)], folder: &Path) -> Command {
    let binary = env!("CARGO_BIN_EXE_cas-portal");
    let mut words = within.iter().map(String::as_str).chain([binary]).chain(arguments);
    let mut command = Command::new(words.next().unwrap_or(binary));
    command.args(words).current_dir(folder).stdin(Stdio::null());
    // The settings of whoever runs the tests do not reach the portal.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CAS_PORTAL_")) {
        command.env_remove(name);
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    command
}
