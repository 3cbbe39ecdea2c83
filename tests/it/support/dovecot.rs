//! A real IMAP server (Dovecot) on the loopback with TLS and a certificate of the test's own. Letters are laid into its folder as a mail
//! server would deliver them. What may not live here: the portal.

use super::process::{Watched, free_port};
use cas_portal::mail::MailboxAddress;
use secrecy::SecretString;
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const HOW_TO_GET_IT: &str = "There is no Dovecot 2.3. Run `tests/run`, which installs it on Debian and Ubuntu when run as root, or install it \
                             yourself (`apt-get install dovecot-imapd`).";
/// Whose mail it is when the tests run as root: Dovecot serves no mail of root's.
const NOBODY: u32 = 65_534;
/// What every mailbox opens with.
pub const PASSWORD: &str = "tajne-haslo-do-skrzynki";

/// A running Dovecot. It ends with the test.
#[derive(Debug)]
pub struct Dovecot {
    port: u16,
    owner: u32,
    // The process goes before its folder.
    process: Watched,
    folder: TempDir,
}

fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = [PathBuf::from("/usr/sbin")].into_iter().chain(std::env::split_paths(&path));
    let file = places.map(|folder| folder.join("dovecot")).find(|file| file.is_file()).unwrap_or_else(|| panic!("{HOW_TO_GET_IT}"));
    let version = Command::new(&file).arg("--version").output().expect("dovecot runs");
    // The configuration of 2.4 is written otherwise.
    assert!(String::from_utf8_lossy(&version.stdout).starts_with("2.3."), "{HOW_TO_GET_IT}");
    file
}

fn name_of_me() -> String {
    let named = Command::new("id").arg("-un").output().expect("id runs");
    String::from_utf8_lossy(&named.stdout).trim().to_owned()
}

fn configuration(at: &Path, port: u16, owner: u32, is_root: bool) -> String {
    let dir = at.display();
    let rights = match is_root {
        true => String::new(),
        false => {
            let me = name_of_me();
            format!(
                "default_internal_user = {me}\ndefault_login_user = {me}\ndefault_internal_group =\nservice anvil {{\n  chroot =\n}}\n\
                 service stats {{\n  chroot =\n}}\n"
            )
        }
    };
    let chroot = if is_root { "" } else { "  chroot =\n" };
    format!(
        "base_dir = {dir}/run\nstate_dir = {dir}/state\nlog_path = {dir}/log\nprotocols = imap\nlisten = 127.0.0.1\nssl = required\n\
         ssl_cert = <{dir}/cert.pem\nssl_key = <{dir}/key.pem\nmail_location = maildir:{dir}/mail/%u\nauth_mechanisms = plain\n\
         auth_failure_delay = 0 secs\nfirst_valid_uid = 1\n{rights}\
         service anvil {{\n  unix_listener anvil-auth-penalty {{\n    mode = 0\n  }}\n}}\n\
         passdb {{\n  driver = static\n  args = \"password={PASSWORD}\"\n}}\n\
         userdb {{\n  driver = static\n  args = uid={owner} gid={owner} home={dir}/mail/%u\n}}\n\
         service imap-login {{\n{chroot}  inet_listener imap {{\n    port = 0\n  }}\n  inet_listener imaps {{\n    port = {port}\n    ssl = yes\n  }}\n}}\n"
    )
}

impl Dovecot {
    /// Starts it.
    pub async fn start() -> Dovecot {
        let program = program();
        let mut last = String::new();
        // A port is free when it is chosen and may be taken when it is used.
        for _ in 0..3 {
            let folder = tempfile::Builder::new().prefix("cas-dovecot-").tempdir().expect("a folder for Dovecot");
            let at = folder.path();
            // Its own accounts go through the folder.
            std::fs::set_permissions(at, std::fs::Permissions::from_mode(0o755)).expect("a folder to go through");
            let me = std::fs::metadata(at).expect("the folder").uid();
            let (is_root, port) = (me == 0, free_port());
            let owner = if is_root { NOBODY } else { me };
            let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
            std::fs::write(at.join("cert.pem"), key.cert.pem()).expect("the certificate's file");
            std::fs::write(at.join("key.pem"), key.signing_key.serialize_pem()).expect("the key's file");
            std::fs::write(at.join("dovecot.conf"), configuration(at, port, owner, is_root)).expect("the configuration");
            std::fs::create_dir(at.join("mail")).expect("a folder for mail");
            own(&at.join("mail"), owner);
            let mut command = Command::new(&program);
            command.arg("-F").arg("-c").arg(at.join("dovecot.conf"));
            let out = std::fs::File::create(at.join("out")).expect("a log");
            command.stdout(out.try_clone().expect("a second handle")).stderr(out);
            let mut process = Watched::spawn(command, "TERM", Some(at)).expect("Dovecot starts");
            let deadline = Instant::now() + Duration::from_secs(20);
            while process.try_wait().is_none() && Instant::now() < deadline {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Dovecot { port, owner, process, folder };
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            last = ["out", "log"].map(|name| std::fs::read_to_string(at.join(name)).unwrap_or_default()).concat();
            if !last.contains("in use") {
                break;
            }
        }
        panic!("Dovecot does not start:\n{last}");
    }

    /// Where a user's mailbox is, with the certificate that it is to be trusted by.
    pub fn address(&self, user: &str) -> MailboxAddress {
        MailboxAddress {
            host: "localhost".to_owned(),
            port: self.port,
            user: user.to_owned(),
            folder: "INBOX".to_owned(),
            password: SecretString::from(PASSWORD),
            roots: Some(self.folder.path().join("cert.pem")),
        }
    }

    fn maildir(&self, user: &str) -> PathBuf {
        let mailbox = self.folder.path().join("mail").join(user);
        for part in ["", "tmp", "new", "cur"] {
            let folder = mailbox.join(part);
            if !folder.exists() {
                std::fs::create_dir(&folder).expect("a mailbox");
                own(&folder, self.owner);
            }
        }
        mailbox
    }

    /// Lays a message into a mailbox.
    pub fn deliver(&self, user: &str, name: &str, message: &[u8]) {
        let mailbox = self.maildir(user);
        let tmp = mailbox.join("tmp").join(name);
        std::fs::write(&tmp, message).expect("a message");
        own(&tmp, self.owner);
        std::fs::rename(tmp, mailbox.join("new").join(name)).expect("delivered");
    }

    /// How many messages of a mailbox are read.
    pub fn count_read(&self, user: &str) -> usize {
        self.names(user).into_iter().filter(|name| name.split_once(":2,").is_some_and(|(_, flags)| flags.contains('S'))).count()
    }

    /// As if nobody had read anything: what a crash before the mark leaves behind.
    pub fn unread_all(&self, user: &str) {
        let cur = self.maildir(user).join("cur");
        for name in self.names(user) {
            if let Some((plain, _)) = name.split_once(":2,") {
                std::fs::rename(cur.join(&name), cur.join(format!("{plain}:2,"))).expect("unread");
            }
        }
    }

    /// The mailbox was built anew: its messages have other numbers, and the numbers another validity.
    pub fn renumber(&self, user: &str) {
        for file in std::fs::read_dir(self.maildir(user)).expect("the mailbox").flatten() {
            if file.file_name().to_string_lossy().starts_with("dovecot") {
                std::fs::remove_file(file.path()).expect("forgotten");
            }
        }
    }

    fn names(&self, user: &str) -> Vec<String> {
        let files = std::fs::read_dir(self.maildir(user).join("cur")).expect("the mailbox");
        files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect()
    }

    /// Ends it, as when a server is down; the mailboxes are gone with it.
    pub fn stop(mut self) {
        self.process.signal("TERM");
        self.process.wait(Duration::from_secs(20));
    }
}

/// Gives a file to the owner of the mail; only root can, and only root has to.
fn own(path: &Path, owner: u32) {
    if std::fs::metadata(path).expect("it is there").uid() != owner {
        chown(path, Some(owner), Some(owner)).expect("given away");
    }
}
