//! A real S3 server on the loopback that can go away and come back: what it keeps lies in a folder. What may not live here: what is kept.

use cas_portal::files::{FileStore, install_tls_provider};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use std::net::SocketAddr;
use tempfile::TempDir;
use tokio::task::{JoinHandle, JoinSet};

const BUCKET: &str = "cas-files";

/// The server.
pub struct S3Server {
    service: S3Service,
    address: SocketAddr,
    serving: Option<JoinHandle<()>>,
    _folder: TempDir,
}

impl S3Server {
    /// Starts it with an empty bucket.
    pub async fn start() -> S3Server {
        install_tls_provider();
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(BUCKET)).expect("a bucket");
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).expect("a file system"));
        builder.set_auth(SimpleAuth::from_single("portal", "a-secret-key"));
        let free = SocketAddr::from(([127, 0, 0, 1], super::process::free_port()));
        let mut server = S3Server { service: builder.build(), address: free, serving: None, _folder: folder };
        server.come_back().await;
        server
    }

    /// A store in its bucket.
    pub fn store(&self) -> FileStore {
        let setting = format!("s3://{BUCKET}?endpoint=http://{}&region=eu-central-1", self.address);
        let credentials = [("AWS_ACCESS_KEY_ID", "portal"), ("AWS_SECRET_ACCESS_KEY", "a-secret-key")];
        FileStore::open_with(&setting, credentials.map(|(name, value)| (name.to_owned(), value.to_owned()))).expect("a store")
    }

    /// Cuts every connection and listens no more.
    pub async fn go_away(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            let _ = serving.await;
        }
    }

    /// Listens again.
    pub async fn come_back(&mut self) {
        let listener = tokio::net::TcpListener::bind(self.address).await.expect("its port");
        let service = self.service.clone();
        self.serving = Some(tokio::spawn(async move {
            // Dropped with the task, and the connections with it.
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                connections.spawn(async move {
                    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
                });
            }
        }));
    }
}
