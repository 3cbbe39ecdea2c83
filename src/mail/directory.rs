//! Letters as `.eml` files: the default without a mail server, and the demonstration's mailbox.

use super::mailer::SendError;
use super::message::OutgoingLetter;
use super::setting::Sender;
use crate::disk::{make_private_folder, private_file};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes each letter to `<unix-ms>-<message-id>.eml`.
#[derive(Debug, Clone)]
pub struct DirectoryMailer {
    path: PathBuf,
    sender: Sender,
}

impl DirectoryMailer {
    pub(super) fn new(path: PathBuf, sender: Sender) -> Self {
        Self { path, sender }
    }
    pub(super) fn sender(&self) -> &Sender {
        &self.sender
    }
    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn keep(&self, letter: &OutgoingLetter, raw: Vec<u8>) -> Result<(), SendError> {
        let (path, id, time) = (self.path.clone(), letter.message_id.clone(), letter.composed_at.0);
        on_disk(move || write_letter(&path, &id, time, &raw)).await
    }

    pub(super) async fn check(&self) -> Result<(), SendError> {
        let path = self.path.clone();
        on_disk(move || {
            make_private_folder(&path)?;
            tempfile_in(&path, "check").and_then(|(_, file)| std::fs::remove_file(file))
        })
        .await
    }
}

async fn on_disk(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), SendError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(|e| SendError::Temporary(format!("mail directory: {e}"))),
        Err(_) => Err(SendError::Temporary("mail directory: the write was broken off".to_owned())),
    }
}

/// A new file that nobody else can read, under a name that no reader takes for a letter.
fn tempfile_in(directory: &Path, id: &str) -> io::Result<(std::fs::File, PathBuf)> {
    let path = directory.join(format!(".{id}.{}.tmp", std::process::id()));
    let mut options = private_file();
    options.create(true).truncate(true);
    options.open(&path).map(|file| (file, path))
}

fn write_letter(directory: &Path, id: &str, time: i64, raw: &[u8]) -> io::Result<()> {
    make_private_folder(directory)?;
    // A repeated delivery takes the place of the first, so that nobody gets the letter twice.
    let ending = format!("-{id}.eml");
    let mut known = None;
    for entry in std::fs::read_dir(directory)? {
        let name = entry?.file_name();
        if name.to_str().is_some_and(|n| n.ends_with(&ending)) {
            known = Some(directory.join(name));
        }
    }
    let target = known.unwrap_or_else(|| directory.join(format!("{time}{ending}")));
    let (mut file, temporary) = tempfile_in(directory, id)?;
    file.write_all(raw)?;
    file.sync_all()?;
    std::fs::rename(temporary, target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::Moment;
    use crate::mail::{Mailer, read_directory};

    fn letter(id: &str, time: i64) -> OutgoingLetter {
        OutgoingLetter {
            to: "anna@gops.example.pl".into(),
            to_name: String::new(),
            subject: format!("Temat {id}"),
            body: "Dzień dobry,\n".into(),
            message_id: format!("{id}@portal.example.pl"),
            composed_at: Moment(time),
        }
    }

    #[tokio::test]
    async fn letters_become_private_files_that_read_back_newest_first() {
        let root = tempfile::tempdir().expect("directory");
        let path = root.path().join("var/mail");
        assert_eq!(read_directory(&path).expect("an empty mailbox"), []);
        let setting = format!("file:{}", path.display());
        let mailer = Mailer::from_setting(&setting, &Sender::parse("portal@example.pl").expect("sender")).expect("mailer");
        mailer.check().await.expect("writable");
        // Nine digits sort after ten as texts: the order must be that of the numbers.
        for (id, time) in [("stary", 999_999_999), ("nowy", 1_795_327_500_000), ("sredni", 1_795_327_400_000)] {
            mailer.send(&letter(id, time)).await.expect("sent");
        }
        // What is no letter of ours is left out.
        for stranger in ["notatka.txt", "list.eml", "x-y.eml"] {
            std::fs::write(path.join(stranger), b"Subject: obcy\r\n\r\n").expect("a file");
        }
        let subjects: Vec<_> = read_directory(&path).expect("letters").into_iter().map(|l| l.subject).collect();
        assert_eq!(subjects, ["Temat nowy", "Temat sredni", "Temat stary"]);
        for stranger in ["notatka.txt", "list.eml", "x-y.eml"] {
            std::fs::remove_file(path.join(stranger)).expect("removed");
        }
        let names: Vec<_> = std::fs::read_dir(&path).expect("files").map(|e| e.expect("file").file_name()).collect();
        assert!(names.contains(&"1795327500000-nowy@portal.example.pl.eml".into()), "{names:?}");
        assert_eq!(names.len(), 3, "nothing temporary stays: {names:?}");
        #[cfg(unix)]
        for name in names {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(path.join(name)).expect("file").permissions().mode() & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn a_repeated_delivery_leaves_one_file() {
        let root = tempfile::tempdir().expect("directory");
        let mailer = DirectoryMailer::new(root.path().into(), Sender::parse("portal@example.pl").expect("sender"));
        let mailer = Mailer::Directory(mailer);
        mailer.send(&letter("a", 1_000)).await.expect("sent");
        mailer.send(&OutgoingLetter { subject: "Jeszcze raz".into(), ..letter("a", 2_000) }).await.expect("sent");
        let letters = read_directory(root.path()).expect("letters");
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].subject, "Jeszcze raz");
    }

    #[tokio::test]
    async fn an_unwritable_directory_is_a_temporary_error() {
        let root = tempfile::tempdir().expect("directory");
        let file = root.path().join("plik");
        std::fs::write(&file, b"").expect("file");
        let mailer = Mailer::Directory(DirectoryMailer::new(file, Sender::parse("portal@example.pl").expect("sender")));
        assert!(mailer.check().await.is_err_and(|e| !e.is_permanent()));
        assert!(mailer.send(&letter("a", 1)).await.is_err_and(|e| !e.is_permanent()));
    }
}
