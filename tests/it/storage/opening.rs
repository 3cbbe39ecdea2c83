//! A database that is not there yet is made by the first who opens it, at the first try.

use super::column;
use cas_portal::storage::database::{self, connect};
use std::path::Path;

/// A pool that opened its first connection twice at once failed here about once in a hundred times: of two that turn a new file to
/// WAL at once, one does not wait.
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

async fn opened(file: &Path) {
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let db = connect(&url, 4).await.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(column::<String>(&db, "PRAGMA journal_mode").await, ["wal"]);
    assert!(database::pool_size(&db).0 >= 1);
    db.close().await.expect("it closes");
}
