//! A real nginx on the loopback with a configuration of the test's own. What may not live here: what the configuration says.

use super::process::{Watched, free_port};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const HOW_TO_GET_IT: &str = "There is no nginx. Run `tests/run`, which installs it on Debian and Ubuntu when run as root, or install it yourself (`apt-get install nginx`).";

/// A running nginx. It ends with the test.
#[derive(Debug)]
pub struct Nginx {
    port: u16,
    // The process goes before its folder.
    process: Watched,
    folder: TempDir,
}

/// Where Debian puts it, then the PATH.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = [PathBuf::from("/usr/sbin")].into_iter().chain(std::env::split_paths(&path));
    places.map(|folder| folder.join("nginx")).find(|file| file.is_file()).unwrap_or_else(|| panic!("{HOW_TO_GET_IT}"))
}

impl Nginx {
    /// Starts it with what `http` makes of a port and a folder: the inside of nginx's own `http { … }`. Files that it names may be
    /// written into the folder.
    pub async fn start(http: impl Fn(u16, &Path) -> String) -> Nginx {
        let program = program();
        let mut last = String::new();
        // A port is free when it is chosen and may be taken when it is used.
        for _ in 0..3 {
            let folder = tempfile::Builder::new().prefix("cas-portal-nginx-").tempdir().expect("a folder for nginx");
            let (port, at) = (free_port(), folder.path());
            let file = at.join("nginx.conf");
            std::fs::write(&file, whole(&http(port, at), at)).expect("the configuration");
            let mut command = Command::new(&program);
            command.args(["-e", "stderr", "-p"]).arg(at).arg("-c").arg(&file);
            let log = std::fs::File::create(at.join("log")).expect("a log");
            command.stdout(log.try_clone().expect("a second handle")).stderr(log);
            let mut process = Watched::spawn(command, "QUIT", Some(at)).expect("nginx starts");
            let deadline = Instant::now() + Duration::from_secs(20);
            while process.try_wait().is_none() && Instant::now() < deadline {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Nginx { port, process, folder };
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            last = std::fs::read_to_string(at.join("log")).unwrap_or_default();
            if !last.contains("in use") {
                break;
            }
        }
        panic!("nginx does not start:\n{last}");
    }

    /// Gives it another configuration, as `nginx -s reload` does, and waits until nothing goes by the old one any more.
    pub async fn reload(&mut self, http: impl Fn(u16, &Path) -> String) {
        let at = self.folder.path();
        std::fs::write(at.join("nginx.conf"), whole(&http(self.port, at), at)).expect("the configuration");
        let before = workers(self.process.id());
        self.process.signal("HUP");
        let deadline = Instant::now() + Duration::from_secs(30);
        while workers(self.process.id()).is_empty() || workers(self.process.id()).iter().any(|worker| before.contains(worker)) {
            let log = || std::fs::read_to_string(at.join("log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "nginx does not take the new configuration:\n{}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

/// The processes that answer for a master.
fn workers(master: u32) -> Vec<String> {
    let children = std::fs::read_to_string(format!("/proc/{master}/task/{master}/children")).unwrap_or_default();
    children.split_whitespace().map(str::to_owned).collect()
}

/// What every nginx needs around its `http`: nothing outside the folder, no other user (root's workers would not read the folder).
fn whole(http: &str, folder: &Path) -> String {
    let at = folder.display();
    let is_root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(folder).expect("the folder")) == 0;
    let user = if is_root { "user root;\n" } else { "" };
    let temporary: String =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].iter().map(|name| format!("    {name}_temp_path {at}/{name};\n")).collect();
    format!(
        "{user}daemon off;\nmaster_process on;\nworker_processes 1;\npid {at}/pid;\nerror_log stderr warn;\n\
         events {{ worker_connections 64; }}\nhttp {{\n    access_log off;\n{temporary}{http}\n}}\n"
    )
}
