//! A way to PostgreSQL on which the answer to a commit is lost: the server has made it true, and whoever asked for it never hears of it.
//! What may not live here: other faults of networks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A port that leads to the server.
#[derive(Debug)]
pub struct LossyWay {
    url: String,
    is_armed: Arc<AtomicBool>,
}

impl LossyWay {
    /// To the database at this address.
    pub async fn to(database: &str) -> LossyWay {
        let mut url = url::Url::parse(database).expect("an address");
        let server = format!("{}:{}", url.host_str().expect("a host"), url.port().expect("a port"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        url.set_port(Some(listener.local_addr().expect("bound").port())).expect("a port");
        let is_armed = Arc::new(AtomicBool::new(false));
        let armed = Arc::clone(&is_armed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("the server listens");
                tokio::spawn(carry(client, server, Arc::clone(&armed)));
            }
        });
        LossyWay { url: url.into(), is_armed }
    }

    /// The database by this way.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next commit is made, and its connection breaks before the answer.
    pub fn lose_next_commit(&self) {
        self.is_armed.store(true, Ordering::SeqCst);
    }

    /// Whether that has happened.
    pub fn has_lost(&self) -> bool {
        !self.is_armed.load(Ordering::SeqCst)
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, armed: Arc<AtomicBool>) {
    let (mut asked, mut told) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let is_commit = asked[..length].windows(6).any(|word| word == b"COMMIT");
                if server.write_all(&asked[..length]).await.is_err() {
                    return;
                }
                if is_commit && armed.swap(false, Ordering::SeqCst) {
                    // It has answered, so it is done.
                    let _ = server.read(&mut told).await;
                    return;
                }
            }
            read = server.read(&mut told) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&told[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
