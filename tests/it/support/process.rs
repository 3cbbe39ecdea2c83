//! Child processes that never outlive the tests: ended on drop, and by a watchdog when the test process itself dies.
//! What may not live here: knowledge of any one program.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Below the ports that Linux hands out by itself (from 32768), so that no connection of a test takes one meanwhile.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port on the loopback that nobody listens on at this moment and that no other caller in this process gets again: two tests
/// that start something at once would otherwise talk to each other's. Another process may take it first: callers try again.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let count = u32::from(PORTS.end - PORTS.start);
    // Runs of the tests beside each other begin at different places.
    let start = std::process::id().wrapping_mul(97);
    let ports = std::iter::repeat_with(|| PORTS.start + (start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % count) as u16);
    let mut free = ports.take(count as usize).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.next().expect("a free port on 127.0.0.1")
}

/// A running program in a process group of its own, with a watchdog beside it.
#[derive(Debug)]
pub struct Watched {
    child: Child,
    watchdog: Child,
    ended: Option<ExitStatus>,
}

/// Reads its input until the parent is gone (the pipe closes), then ends the group. A line on the input dismisses it.
/// It ignores the signals of a terminal, because the tests may be stopped by exactly these.
const WATCHDOG: &str = r#"
trap '' HUP INT TERM
if read -r _; then exit 0; fi
kill -s "$2" -- "-$1"
tries=0
while kill -0 "$1" && [ "$tries" -lt 30 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -s KILL -- "-$1"
if [ -n "$3" ]; then rm -rf -- "$3"; fi
"#;

impl Watched {
    /// Starts `command`. When the tests die, its group gets `signal` (`KILL`, `QUIT`, …) and the `leftover` folder is removed.
    pub fn spawn(mut command: Command, signal: &str, leftover: Option<&Path>) -> std::io::Result<Watched> {
        let child = command.stdin(Stdio::null()).process_group(0).spawn()?;
        let watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(child.id().to_string())
            .arg(signal)
            .arg(leftover.map(Path::as_os_str).unwrap_or_default())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Watched { child, watchdog, ended: None })
    }

    /// The process id of the program.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn try_wait(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().expect("a child can be waited for");
        }
        self.ended
    }

    /// Sends a signal to the program alone (`TERM`, `KILL`, `STOP`, …).
    pub fn signal(&mut self, signal: &str) {
        if self.try_wait().is_none() {
            kill(signal, &self.child.id().to_string());
        }
    }

    /// Waits until the program has ended, and fails when that takes longer than `patience`.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.try_wait() {
                return status;
            }
            assert!(Instant::now() < deadline, "process {} still runs after {patience:?}", self.child.id());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if self.try_wait().is_none() {
            kill("KILL", &format!("-{}", self.child.id()));
            let _ = self.child.wait();
        }
        if let Some(mut line) = self.watchdog.stdin.take() {
            let _ = line.write_all(b"ended\n");
        }
        let _ = self.watchdog.wait();
    }
}

fn kill(signal: &str, target: &str) {
    let _ = Command::new("kill").args(["-s", signal, "--", target]).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

#[test]
fn no_two_callers_get_the_same_port() {
    let mut ports: Vec<u16> = (0..200).map(|_| free_port()).collect();
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), 200);
}

#[test]
fn a_watched_program_ends_with_its_owner() {
    let mut sleep = Command::new("sleep");
    sleep.arg("600");
    let watched = Watched::spawn(sleep, "KILL", None).expect("sleep starts");
    let id = watched.id().to_string();
    assert!(is_running(&id));
    drop(watched);
    assert!(!is_running(&id));
}

#[test]
fn the_watchdog_ends_the_program_and_clears_up_when_the_owner_vanishes() {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let mut sleep = Command::new("sleep");
    sleep.arg("600");
    let mut watched = Watched::spawn(sleep, "TERM", Some(&folder)).expect("sleep starts");
    // What the system does to the pipe when the process is killed.
    drop(watched.watchdog.stdin.take());
    watched.wait(Duration::from_secs(10));
    let _ = watched.watchdog.wait();
    assert!(!folder.exists());
}

#[cfg(test)]
fn is_running(id: &str) -> bool {
    Command::new("kill").args(["-0", id]).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("kill runs").success()
}
