//! What is measured, as processes of its own: the real binary as an operator would start it, and the bare route. What may not live
//! here: pages.

use super::http::Visitor;
use super::stage::process::{Watched, free_port};
use std::process::Command;
use std::time::{Duration, Instant};

/// Of the portal, in both processes: what one seals the other opens.
pub const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// The portal, as an operator would start it.
pub struct Running {
    /// The process.
    pub process: Watched,
    /// Where it listens.
    pub port: u16,
    /// Milliseconds from the start of the process to the first `ready`.
    pub ready_after: f64,
}

/// Starts the portal on a database, without limits, and waits until it is ready.
pub async fn start(url: &str, folder: &std::path::Path) -> Running {
    let port = free_port();
    let program = std::env::var("CAS_PORTAL_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_cas-portal").to_owned());
    let mut command = Command::new(program);
    command.arg("serve").current_dir(folder);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CAS_PORTAL_")) {
        command.env_remove(name);
    }
    let log = std::fs::File::create(folder.join("log")).expect("a log");
    command.stdout(log.try_clone().expect("a handle")).stderr(log);
    command.envs([
        ("CAS_PORTAL_LISTEN", format!("127.0.0.1:{port}")),
        ("CAS_PORTAL_DATABASE_URL", url.to_owned()),
        ("CAS_PORTAL_RATE_LIMITS", "off".to_owned()),
        ("CAS_PORTAL_SECRET_KEY", KEY.to_owned()),
        ("CAS_PORTAL_SECOND_FACTOR_ROLES", "none".to_owned()),
        ("CAS_PORTAL_LOG", "warn".to_owned()),
    ]);
    let begun = Instant::now();
    let mut process = Watched::spawn(command, "KILL", None).expect("the portal starts");
    loop {
        let answer = Visitor::new(port).get("/health/ready").await;
        if answer.is_ok_and(|answer| answer.status == 200) {
            return Running { process, port, ready_after: begun.elapsed().as_secs_f64() * 1000.0 };
        }
        let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(process.try_wait().is_none(), "the portal ended:\n{}", log());
        assert!(begun.elapsed() < Duration::from_secs(60), "the portal is not ready:\n{}", log());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Starts this program again as the bare route: a bench that is called with `--bare-route` and a port serves it there.
pub async fn start_bare() -> (Watched, u16) {
    let (port, mut command) = (free_port(), Command::new(std::env::current_exe().expect("this program")));
    command.args(["--bare-route", &port.to_string()]);
    let process = Watched::spawn(command, "KILL", None).expect("the bare route starts");
    while Visitor::new(port).get("/").await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    (process, port)
}
