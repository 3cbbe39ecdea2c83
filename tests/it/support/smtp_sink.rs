//! A real SMTP server on a free loopback port that keeps what it gets. It lives as long as the test process.

use cas_portal::mail::ReceivedLetter;
use mailin_embedded::{Action, AuthMechanism, Handler, Response, Server, SslConfig, response};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How the server behaves from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes every letter.
    Takes,
    /// 451 to every recipient.
    RefusesTemporarily,
    /// 550 to every recipient.
    RefusesForGood,
    /// 421 at the greeting of the client, or at its next letter where it has a connection already, and hangs up.
    IsClosed,
    /// Takes the letter, then hangs up without confirming it: the sender cannot know.
    HangsUpAfterTaking,
    /// Never answers after the recipient.
    Stalls,
}

#[derive(Debug)]
struct State {
    manner: Manner,
    letters: Vec<Vec<u8>>,
    connections: usize,
    tries: usize,
    sign_ins: Vec<(String, String)>,
}

/// The running server.
#[derive(Debug, Clone)]
pub struct SmtpSink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// The certificate authority of a server with TLS, as a PEM file.
    pub authority: Option<PathBuf>,
    _directory: Option<Arc<tempfile::TempDir>>,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SmtpSink {
    /// Starts a server without encryption.
    pub fn start() -> Self {
        Self::start_with(SslConfig::None, None)
    }

    /// Starts a server that offers STARTTLS with a certificate for `localhost` of its own authority,
    /// and then asks for a user name and the password `tajne`.
    pub fn start_with_tls() -> Self {
        // Several TLS libraries are linked into the tests, so the server needs to be told which one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let directory = tempfile::tempdir().expect("a directory");
        let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let (cert_path, key_path) = (directory.path().join("cert.pem"), directory.path().join("key.pem"));
        std::fs::write(&cert_path, key.cert.pem()).expect("the certificate's file");
        std::fs::write(&key_path, key.signing_key.serialize_pem()).expect("the key's file");
        let text = |path: &PathBuf| path.to_str().expect("a UTF-8 path").to_owned();
        Self::start_with(SslConfig::SelfSigned { cert_path: text(&cert_path), key_path: text(&key_path) }, Some((directory, cert_path)))
    }

    fn start_with(ssl: SslConfig, authority: Option<(tempfile::TempDir, PathBuf)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let state =
            Arc::new(Mutex::new(State { manner: Manner::Takes, letters: Vec::new(), connections: 0, tries: 0, sign_ins: Vec::new() }));
        let (directory, authority) = authority.map_or((None, None), |(d, a)| (Some(Arc::new(d)), Some(a)));
        let mut server = Server::new(Session { state: Arc::clone(&state), message: Vec::new() });
        server.with_name("sink.example.pl").with_num_threads(16).with_tcp_listener(listener);
        server.with_ssl(ssl).expect("a usable certificate");
        if authority.is_some() {
            server.with_auth(AuthMechanism::Plain);
        }
        std::thread::spawn(move || {
            // The server ends with the process; an error shows as a refused connection.
            let _ = server.serve();
        });
        Self { address, state, authority, _directory: directory }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
    /// The mail setting for it, with options such as `?tls=required`.
    pub fn setting(&self, options: &str) -> String {
        format!("smtp://{}{options}", self.address)
    }
    /// Changes its manner, for the next command on.
    pub fn behave(&self, manner: Manner) {
        lock(&self.state).manner = manner;
    }
    /// The raw letters taken so far.
    pub fn raw_letters(&self) -> Vec<Vec<u8>> {
        lock(&self.state).letters.clone()
    }
    /// The letters taken so far, in the order in which they came.
    pub fn letters(&self) -> Vec<ReceivedLetter> {
        self.raw_letters().iter().map(|raw| ReceivedLetter::parse(raw).expect("a letter")).collect()
    }
    /// How many clients have said hello.
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }
    /// How often somebody began a letter, or was not let in with one.
    pub fn tries(&self) -> usize {
        lock(&self.state).tries
    }
    /// User names and passwords that were shown.
    pub fn sign_ins(&self) -> Vec<(String, String)> {
        lock(&self.state).sign_ins.clone()
    }
    /// Waits until `count` letters have come.
    ///
    /// # Panics
    /// When they do not come within the time.
    pub async fn wait_for(&self, count: usize, within: Duration) -> Vec<ReceivedLetter> {
        let start = Instant::now();
        loop {
            let letters = self.letters();
            if letters.len() >= count {
                return letters;
            }
            assert!(start.elapsed() < within, "{} of {count} letters came within {within:?}", letters.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[derive(Clone)]
struct Session {
    state: Arc<Mutex<State>>,
    message: Vec<u8>,
}

impl Session {
    fn manner(&self) -> Manner {
        lock(&self.state).manner
    }
    fn welcome(&self) -> Response {
        if self.manner() == Manner::IsClosed { response::NO_SERVICE } else { response::OK }
    }
}

impl Handler for Session {
    fn helo(&mut self, _: IpAddr, _: &str) -> Response {
        let mut state = lock(&self.state);
        state.connections += 1;
        state.tries += usize::from(state.manner == Manner::IsClosed);
        drop(state);
        self.welcome()
    }

    fn mail(&mut self, _: IpAddr, _: &str, _: &str) -> Response {
        lock(&self.state).tries += 1;
        self.welcome()
    }

    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        lock(&self.state).sign_ins.push((user.to_owned(), password.to_owned()));
        if password == "tajne" { response::AUTH_OK } else { response::INVALID_CREDENTIALS }
    }

    fn rcpt(&mut self, _: &str) -> Response {
        match self.manner() {
            Manner::RefusesTemporarily => Response::custom(451, "Try again later".to_owned()),
            Manner::RefusesForGood => response::NO_MAILBOX,
            Manner::Stalls => {
                let mut silence = response::OK;
                silence.action = Action::NoReply;
                silence
            }
            _ => response::OK,
        }
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        self.message.clear();
        response::OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.message.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let message = std::mem::take(&mut self.message);
        lock(&self.state).letters.push(message);
        if self.manner() == Manner::HangsUpAfterTaking { response::NO_SERVICE } else { response::OK }
    }
}
