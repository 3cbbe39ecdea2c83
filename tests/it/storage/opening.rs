//! A database that is not there yet is made by the first who opens it, at the first try.

use super::column;
use cas_portal::storage::database::{self, connect};
use std::path::Path;

/// Of two connections that turn a new file to WAL at once, one does not wait: a pool must not open its first one twice at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_new_sqlite_file_opens_at_the_first_try() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = |number: usize| {
        let file = folder.path().join(format!("{number}.db"));
        tokio::spawn(async move { opened(&file).await })
    };
    for round in 0..50 {
        let opening: Vec<_> = (0..4).map(|n| open(round * 4 + n)).collect();
        for one in opening {
            one.await.expect("no panic");
        }
    }
}

/// Hashes of passwords and data of people lie in it: nobody else on the machine reads the file, nor what SQLite writes beside it.
#[cfg(unix)]
#[tokio::test]
async fn a_new_sqlite_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("var");
    let url = format!("sqlite://{}?mode=rwc", inner.join("portal.db").display());
    let db = connect(&url, 2).await.expect("opened");
    database::migrate(&db).await.expect("migrated");
    let mode = |path: &Path| std::fs::metadata(path).expect("it").permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    let names: Vec<_> = std::fs::read_dir(&inner).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    assert!(names.len() > 2, "the database, its log, the lock: {names:?}");
    for name in names {
        assert_eq!(mode(&name), 0o600, "{}", name.display());
    }
    db.close().await.expect("it closes");
}

async fn opened(file: &Path) {
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let db = connect(&url, 4).await.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(column::<String>(&db, "PRAGMA journal_mode").await, ["wal"]);
    assert!(database::pool_size(&db).0 >= 1);
    db.close().await.expect("it closes");
}
