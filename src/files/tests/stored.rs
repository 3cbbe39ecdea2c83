//! The store: a directory, memory, and a real S3 server that runs in the test.

use crate::domain::id::{FileId, SignedFormId};
use crate::files::{FileStore, StoreError, install_tls_provider, object_key, page_key};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;
use uuid::Uuid;

fn key() -> String {
    object_key(SignedFormId(Uuid::from_u128(1)), FileId(Uuid::from_u128(2)), "pdf")
}

fn probe() -> FileId {
    FileId(Uuid::from_u128(3))
}

/// What every store must do, whatever it stands on.
async fn keeps_its_promises(store: &FileStore) {
    let key = key();
    assert!(!store.exists(&key).await.unwrap());
    assert!(matches!(store.get(&key).await, Err(StoreError::Missing(_))));
    store.delete(&key).await.unwrap();
    store.put(&key, vec![1_u8; 3 << 20]).await.unwrap();
    assert!(store.exists(&key).await.unwrap());
    assert_eq!(store.get(&key).await.unwrap(), vec![1_u8; 3 << 20]);
    store.put(&key, &b"other"[..]).await.unwrap();
    assert_eq!(store.get(&key).await.unwrap(), &b"other"[..]);
    store.delete(&key).await.unwrap();
    assert!(!store.exists(&key).await.unwrap());
    store.check(probe()).await.unwrap();
}

#[test]
fn keys_are_made_of_ids_only() {
    let (form, file) = (SignedFormId(Uuid::from_u128(1)), FileId(Uuid::from_u128(2)));
    assert_eq!(object_key(form, file, "pdf"), "signed-forms/00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000002.pdf");
    assert_eq!(
        page_key(form, file, 7),
        "signed-forms/00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000002-page-007.png"
    );
}

#[tokio::test]
async fn memory_keeps_its_promises() {
    keeps_its_promises(&FileStore::memory()).await;
}

#[tokio::test]
async fn a_directory_keeps_its_promises() {
    let directory = TempDir::new().unwrap();
    let setting = format!("file:{}/files/here", directory.path().display());
    keeps_its_promises(&FileStore::open(&setting).unwrap()).await;
}

#[cfg(unix)]
#[tokio::test]
async fn local_files_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let directory = TempDir::new().unwrap();
    let root = directory.path().join("files");
    let store = FileStore::directory(&root).unwrap();
    store.put(&key(), &b"secret"[..]).await.unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = root.join(key());
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    assert_eq!(mode(&root), 0o700);
}

#[tokio::test]
async fn no_key_leads_out_of_the_store() {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("outside"), "secret").unwrap();
    let store = FileStore::directory(directory.path().join("files")).unwrap();
    let keys =
        ["../outside", "/etc/passwd", "a/../../outside", "a//b", "", ".", "..", "a/..b", "a\\..\\b", "a/%2e%2e/b", "a\0b", "ą", "A", ".x"];
    for key in keys {
        assert!(matches!(store.put(key, &b"x"[..]).await, Err(StoreError::Key(_))), "{key:?}");
        assert!(matches!(store.get(key).await, Err(StoreError::Key(_))), "{key:?}");
        assert!(matches!(store.delete(key).await, Err(StoreError::Key(_))), "{key:?}");
    }
    assert_eq!(std::fs::read(directory.path().join("outside")).unwrap(), b"secret");
}

#[tokio::test]
async fn check_tells_when_a_directory_cannot_be_written() {
    let directory = TempDir::new().unwrap();
    let root = directory.path().join("files");
    let store = FileStore::directory(&root).unwrap();
    // A file where the directory was: refused to every account, root too.
    std::fs::remove_dir_all(&root).unwrap();
    std::fs::write(&root, "in the way").unwrap();
    let error = store.check(probe()).await.unwrap_err();
    assert!(matches!(error, StoreError::Directory { .. }), "{error}");
    assert!(matches!(FileStore::directory(&root), Err(StoreError::Directory { .. })));
}

#[test]
fn a_setting_that_makes_no_sense_is_refused_with_its_reason() {
    for setting in ["", "files", "ftp://x/y", "file:", "s3://", "s3://key:secret@bucket/", "s3://bucket/?colour=red"] {
        assert!(matches!(FileStore::open_with(setting, []), Err(StoreError::Setting(_))), "{setting:?}");
    }
}

const BUCKET: &str = "cas-files";

/// An S3 server on a free port, with one bucket in a directory of its own; gives its address.
async fn s3_server(directory: &TempDir) -> String {
    std::fs::create_dir(directory.path().join(BUCKET)).unwrap();
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(directory.path()).unwrap());
    service.set_auth(SimpleAuth::from_single("portal", "a-secret-key"));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    address
}

fn credentials(secret: &str) -> [(String, String); 2] {
    [("AWS_ACCESS_KEY_ID".to_owned(), "portal".to_owned()), ("AWS_SECRET_ACCESS_KEY".to_owned(), secret.to_owned())]
}

#[tokio::test]
async fn an_s3_bucket_keeps_its_promises() {
    let directory = TempDir::new().unwrap();
    let address = s3_server(&directory).await;
    let setting = format!("s3://{BUCKET}/portal/one?endpoint={address}&region=eu-central-1");
    let store = FileStore::open_with(&setting, credentials("a-secret-key")).unwrap();
    keeps_its_promises(&store).await;
    store.put(&key(), &b"where"[..]).await.unwrap();
    assert_eq!(std::fs::read(directory.path().join(BUCKET).join("portal/one").join(key())).unwrap(), b"where");
    assert_eq!(store.place(), "s3://cas-files");
}

#[tokio::test]
async fn check_tells_a_wrong_s3_key_and_a_silent_server() {
    let directory = TempDir::new().unwrap();
    let address = s3_server(&directory).await;
    let wrong_key = FileStore::open_with(&format!("s3://{BUCKET}?endpoint={address}&region=x"), credentials("guessed")).unwrap();
    assert!(matches!(wrong_key.check(probe()).await, Err(StoreError::Failed { what: "write", .. })));
    // A port that nobody listens on: taken and given back.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let silent = FileStore::open_with(&format!("s3://{BUCKET}?endpoint=http://{free}&region=x"), credentials("a-secret-key")).unwrap();
    assert!(matches!(silent.check(probe()).await, Err(StoreError::Failed { what: "write", .. })));
}

#[test]
fn the_tls_provider_may_be_installed_twice() {
    install_tls_provider();
    install_tls_provider();
    assert!(rustls::crypto::CryptoProvider::get_default().is_some());
}
