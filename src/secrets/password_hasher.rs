//! Hashing passwords: Argon2id, off the async threads, as many at a time as there are cores, in memory that is used again.
//! What may not live here: normalising and judging passwords (domain).

use super::workers::Workers;
use super::{is_same, random_bytes};
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use parking_lot::Mutex;
use secrecy::zeroize::Zeroizing;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Longer input (bytes) is not looked at: it costs a sender more than us.
const LONGEST_INPUT: usize = 4096;
/// As many characters of such input are hashed for show, so that the answer takes as long as any other.
const SHOWN_CHARACTERS: usize = 128;
/// The most that a stored hash may ask for: beyond it, it is not one of ours, and would be a way to eat the memory.
const HIGHEST: Cost = Cost { memory_kib: 256 * 1024, passes: 16, lanes: 8 };
const OUTPUT_LENGTH: usize = 32;
const SALT_LENGTH: usize = 16;

/// How dear one hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB (`m`).
    pub memory_kib: u32,
    /// Passes over it (`t`).
    pub passes: u32,
    /// Lanes (`p`).
    pub lanes: u32,
}

impl Cost {
    /// 19 MiB, two passes, one lane: the first choice of the OWASP cheat sheet on password storage.
    pub const STANDARD: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };
    /// The least that Argon2 takes: for tests that are about something else.
    pub const LOWEST: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };

    fn params(self) -> Result<Params, PasswordError> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(OUTPUT_LENGTH)).map_err(PasswordError::Argon2)
    }
}

/// What checking a password gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// It is the right password.
    pub ok: bool,
    /// It is right, and its hash is weaker than what we make today: hash it anew and store that.
    pub needs_upgrade: bool,
}

/// Why a password could not be hashed or checked. Never carries the password or a hash.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Beyond any length that the rules allow.
    #[error("the password is longer than {LONGEST_INPUT} bytes")]
    TooLong,
    /// The stored text is not an Argon2 hash that we could have made.
    #[error("the stored password hash cannot be read")]
    UnreadableHash,
    /// The library refused.
    #[error("hashing failed: {0}")]
    Argon2(argon2::Error),
    /// The system gives no thread to work in.
    #[error("no thread for hashing: {0}")]
    NoThread(std::io::Error),
    /// The work broke off.
    #[error("hashing was stopped")]
    Stopped,
}

/// Hashes and checks passwords. Clones share the cores and the memory.
#[derive(Debug, Clone)]
pub struct PasswordHasher(Arc<Shared>, Arc<Workers>);

#[derive(Debug)]
struct Shared {
    cost: Cost,
    at_once: usize,
    /// A hash of nothing that anybody knows: checked when the login is unknown.
    dummy: Stored,
    /// Memory to work in. glibc keeps freed buffers of this size for each thread, so they are kept here instead.
    /// Left as the last hash left it: the next overwrites it before reading.
    pool: Mutex<Vec<Vec<Block>>>,
    buffers_made: AtomicUsize,
}

/// A parsed hash.
#[derive(Debug, Clone)]
struct Stored {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl PasswordHasher {
    /// The standard cost, as many at a time as there are cores.
    ///
    /// # Errors
    /// [`PasswordError::NoThread`].
    pub fn new() -> Result<Self, PasswordError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with_cost(Cost::STANDARD, cores)
    }

    /// Another cost, `at_once` hashes at a time (at least one).
    ///
    /// # Errors
    /// [`PasswordError::Argon2`] when Argon2 does not know such a cost; [`PasswordError::NoThread`].
    pub fn with_cost(cost: Cost, at_once: usize) -> Result<Self, PasswordError> {
        let at_once = at_once.max(1);
        let dummy = Stored {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params: cost.params()?,
            salt: random_bytes::<SALT_LENGTH>().to_vec(),
            output: random_bytes::<OUTPUT_LENGTH>().to_vec(),
        };
        let shared = Shared { cost, at_once, dummy, pool: Mutex::new(Vec::new()), buffers_made: AtomicUsize::new(0) };
        Ok(Self(Arc::new(shared), Arc::new(Workers::start(at_once)?)))
    }

    /// Hashes a normalised password into a PHC string (`$argon2id$v=19$m=…`), with a new salt.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`], [`PasswordError::Argon2`], [`PasswordError::Stopped`].
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        let password = Zeroizing::new(password);
        if password.len() > LONGEST_INPUT {
            return Err(PasswordError::TooLong);
        }
        self.run(move |shared| {
            let salt = random_bytes::<SALT_LENGTH>();
            let (algorithm, version, params) = (Algorithm::Argon2id, Version::V0x13, shared.cost.params()?);
            let output = shared.compute(algorithm, version, &params, password.as_bytes(), &salt, OUTPUT_LENGTH)?;
            let unreadable = |_| PasswordError::UnreadableHash;
            let phc = PasswordHash {
                algorithm: algorithm.ident(),
                version: Some(version.into()),
                params: ParamsString::try_from(&params).map_err(|_| PasswordError::UnreadableHash)?,
                salt: Some(Salt::new(&salt).map_err(unreadable)?),
                hash: Some(Output::new(&output).map_err(unreadable)?),
            };
            Ok(phc.to_string())
        })
        .await
    }

    /// Checks a normalised password against a stored hash. `None` (an unknown login, an account without a password) and
    /// an absurdly long password take as long as any other, and are wrong.
    ///
    /// # Errors
    /// [`PasswordError::UnreadableHash`], [`PasswordError::Argon2`], [`PasswordError::Stopped`].
    pub async fn verify(&self, password: String, phc: Option<String>) -> Result<Verified, PasswordError> {
        let password = Zeroizing::new(password);
        let stored = phc.as_deref().map(Stored::parse).transpose()?;
        let is_too_long = password.len() > LONGEST_INPUT;
        let shown = if is_too_long { Zeroizing::new(password.chars().take(SHOWN_CHARACTERS).collect::<String>()) } else { password };
        self.run(move |shared| {
            let against = stored.as_ref().unwrap_or(&shared.dummy);
            let output = shared.compute(
                against.algorithm,
                against.version,
                &against.params,
                shown.as_bytes(),
                &against.salt,
                against.output.len(),
            )?;
            let ok = is_same(&output, &against.output) && stored.is_some() && !is_too_long;
            Ok(Verified { ok, needs_upgrade: ok && against.is_weaker_than(shared.cost) })
        })
        .await
    }

    /// How many hashes run at a time at most.
    pub fn at_once(&self) -> usize {
        self.0.at_once
    }

    /// How many work buffers were ever made: never more than hashes run at a time.
    pub fn buffers_made(&self) -> usize {
        self.0.buffers_made.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let shared = Arc::clone(&self.0);
        self.1.run(move || work(&shared)).await?
    }
}

impl Shared {
    fn compute(
        &self,
        algorithm: Algorithm,
        version: Version,
        params: &Params,
        password: &[u8],
        salt: &[u8],
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, PasswordError> {
        let mut blocks = self.pool.lock().pop().unwrap_or_else(|| {
            self.buffers_made.fetch_add(1, Ordering::Relaxed);
            Vec::new()
        });
        if blocks.len() < params.block_count() {
            blocks.resize(params.block_count(), Block::new());
        }
        let mut output = Zeroizing::new(vec![0; length]);
        let done =
            Argon2::new(algorithm, version, params.clone()).hash_password_into_with_memory(password, salt, &mut output, &mut blocks[..]);
        // A dearer hash, made under an earlier setting, must not leave its size behind.
        let usual = self.dummy.params.block_count();
        if blocks.len() > usual {
            blocks.truncate(usual);
            blocks.shrink_to_fit();
        }
        self.pool.lock().push(blocks);
        done.map(|()| output).map_err(PasswordError::Argon2)
    }
}

impl Stored {
    fn parse(text: &str) -> Result<Self, PasswordError> {
        let unreadable = PasswordError::UnreadableHash;
        let Ok(phc) = PasswordHash::new(text) else { return Err(unreadable) };
        let (Ok(algorithm), Ok(params)) = (Algorithm::try_from(phc.algorithm.as_str()), Params::try_from(&phc)) else {
            return Err(unreadable);
        };
        let Ok(version) = phc.version.map_or(Ok(Version::V0x13), Version::try_from) else { return Err(unreadable) };
        let (Some(salt), Some(output)) = (phc.salt, phc.hash) else { return Err(unreadable) };
        if params.m_cost() > HIGHEST.memory_kib || params.t_cost() > HIGHEST.passes || params.p_cost() > HIGHEST.lanes {
            return Err(unreadable);
        }
        Ok(Self { algorithm, version, params, salt: salt.to_vec(), output: output.as_bytes().to_vec() })
    }

    fn is_weaker_than(&self, cost: Cost) -> bool {
        self.algorithm != Algorithm::Argon2id
            || self.version != Version::V0x13
            || self.params.m_cost() < cost.memory_kib
            || self.params.t_cost() < cost.passes
            || self.params.p_cost() < cost.lanes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    const RIGHT: &str = "zielony rower jedzie nad morze";
    const DEARER: Cost = Cost { memory_kib: 64, passes: 2, lanes: 1 };

    fn hasher(cost: Cost) -> PasswordHasher {
        PasswordHasher::with_cost(cost, 2).unwrap()
    }
    async fn verify(hasher: &PasswordHasher, password: &str, phc: Option<&str>) -> Verified {
        hasher.verify(password.to_owned(), phc.map(str::to_owned)).await.unwrap()
    }

    #[tokio::test]
    async fn the_right_password_passes_and_others_do_not() {
        let hasher = PasswordHasher::new().unwrap();
        let phc = hasher.hash(RIGHT.to_owned()).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_eq!(verify(&hasher, RIGHT, Some(&phc)).await, Verified { ok: true, needs_upgrade: false });
        for wrong in ["", "Zielony rower jedzie nad morze", "zielony rower jedzie nad morze "] {
            assert_eq!(verify(&hasher, wrong, Some(&phc)).await, Verified { ok: false, needs_upgrade: false }, "{wrong}");
        }
        assert_ne!(hasher.hash(RIGHT.to_owned()).await.unwrap(), phc, "each has its own salt");
    }

    #[tokio::test]
    async fn our_hashes_are_those_of_the_library_itself() {
        use argon2::PasswordVerifier as _;
        let phc = hasher(DEARER).hash(RIGHT.to_owned()).await.unwrap();
        Argon2::default().verify_password(RIGHT.as_bytes(), &PasswordHash::new(&phc).unwrap()).unwrap();
        // From the reference implementation's own tests: argon2id, t=2, m=64 MiB, p=1, salt "somesalt".
        let reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert_eq!(verify(&hasher(Cost::LOWEST), "password", Some(reference)).await, Verified { ok: true, needs_upgrade: false });
    }

    #[tokio::test]
    async fn an_unknown_login_is_wrong_and_takes_as_long_as_a_known_one() {
        let hasher = PasswordHasher::new().unwrap();
        let phc = hasher.hash(RIGHT.to_owned()).await.unwrap();
        let mut fastest = [Duration::MAX; 2];
        for _ in 0..9 {
            for (i, stored) in [Some(phc.as_str()), None].into_iter().enumerate() {
                let start = Instant::now();
                assert!(!verify(&hasher, "nie to haslo", stored).await.ok);
                fastest[i] = fastest[i].min(start.elapsed());
            }
        }
        let ratio = fastest[1].as_secs_f64() / fastest[0].as_secs_f64();
        assert!((0.6..1.6).contains(&ratio), "{fastest:?}");
    }

    #[tokio::test]
    async fn a_weaker_hash_asks_for_an_upgrade_only_with_the_right_password() {
        let weak = hasher(Cost::LOWEST).hash(RIGHT.to_owned()).await.unwrap();
        let strong = hasher(DEARER);
        assert_eq!(verify(&strong, RIGHT, Some(&weak)).await, Verified { ok: true, needs_upgrade: true });
        assert_eq!(verify(&strong, "inne", Some(&weak)).await, Verified { ok: false, needs_upgrade: false });
        let upgraded = strong.hash(RIGHT.to_owned()).await.unwrap();
        assert_eq!(verify(&strong, RIGHT, Some(&upgraded)).await, Verified { ok: true, needs_upgrade: false });
        // A stronger one than we make today stays as it is.
        assert_eq!(verify(&hasher(Cost::LOWEST), RIGHT, Some(&upgraded)).await, Verified { ok: true, needs_upgrade: false });
        // Another algorithm of the family.
        let argon2i = weak_argon2i();
        assert_eq!(verify(&hasher(Cost::LOWEST), RIGHT, Some(&argon2i)).await, Verified { ok: true, needs_upgrade: true });
    }

    fn weak_argon2i() -> String {
        use argon2::PasswordHasher as _;
        let params = Params::new(8, 1, 1, None).unwrap();
        let hash = Argon2::new(Algorithm::Argon2i, Version::V0x13, params).hash_password_with_salt(RIGHT.as_bytes(), b"0123456789abcdef");
        hash.unwrap().to_string()
    }

    #[tokio::test]
    async fn garbage_and_greedy_hashes_are_errors() {
        let hasher = hasher(Cost::LOWEST);
        let good = hasher.hash(RIGHT.to_owned()).await.unwrap();
        let cut = good.rsplit_once('$').unwrap().0.to_owned();
        for garbage in [
            "",
            "$",
            "plain",
            "$2y$10$abcdefghijklmnopqrstuv",
            "$argon2id$",
            "$argon2id$v=19$m=8,t=1,p=1",
            "$argon2id$v=7$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=4000000000,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=8,t=4000000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=8,t=1,p=1$ąę$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            &cut,
        ] {
            let result = hasher.verify(RIGHT.to_owned(), Some(garbage.to_owned())).await;
            assert!(matches!(result, Err(PasswordError::UnreadableHash)), "{garbage}: {result:?}");
        }
        assert!(verify(&hasher, RIGHT, Some(&good)).await.ok, "it still works after them");
    }

    #[tokio::test]
    async fn absurdly_long_passwords_are_refused_at_the_usual_price() {
        let hasher = hasher(DEARER);
        let long = "ą".repeat(1_000_000);
        assert!(matches!(hasher.hash(long.clone()).await, Err(PasswordError::TooLong)));
        let phc = hasher.hash("ą".repeat(SHOWN_CHARACTERS)).await.unwrap();
        assert!(!verify(&hasher, &long, Some(&phc)).await.ok, "not even when the part that is hashed is right");
        let limit = "a".repeat(LONGEST_INPUT);
        let phc = hasher.hash(limit.clone()).await.unwrap();
        assert!(verify(&hasher, &limit, Some(&phc)).await.ok);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn many_at_once_all_finish_and_the_memory_stays_bounded() {
        let hasher = PasswordHasher::with_cost(Cost { memory_kib: 4096, passes: 1, lanes: 1 }, 2).unwrap();
        let phc = hasher.hash(RIGHT.to_owned()).await.unwrap();
        let tasks: Vec<_> = (0..64)
            .map(|i| {
                let (hasher, phc) = (hasher.clone(), phc.clone());
                tokio::spawn(async move {
                    let right = i % 2 == 0;
                    let password = if right { RIGHT } else { "inne" };
                    assert_eq!(verify(&hasher, password, (i % 5 != 0).then_some(&phc)).await.ok, right && i % 5 != 0);
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert!((1..=2).contains(&hasher.buffers_made()), "{}", hasher.buffers_made());
        let pool = hasher.0.pool.lock();
        assert_eq!(pool.len(), hasher.buffers_made(), "every buffer came back");
        assert!(pool.iter().all(|b| b.len() == 4096));
    }

    #[tokio::test]
    async fn a_caller_who_gives_up_leaves_no_buffer_behind() {
        let hasher = PasswordHasher::with_cost(Cost { memory_kib: 8192, passes: 2, lanes: 1 }, 1).unwrap();
        for _ in 0..20 {
            let _ = tokio::time::timeout(Duration::from_millis(1), hasher.hash(RIGHT.to_owned())).await;
        }
        let phc = hasher.hash(RIGHT.to_owned()).await.unwrap();
        assert!(verify(&hasher, RIGHT, Some(&phc)).await.ok);
        assert_eq!(hasher.buffers_made(), 1);
    }

    #[tokio::test]
    async fn a_dearer_stored_hash_does_not_leave_its_memory_behind() {
        let phc = hasher(DEARER).hash(RIGHT.to_owned()).await.unwrap();
        let cheap = hasher(Cost::LOWEST);
        assert!(verify(&cheap, RIGHT, Some(&phc)).await.ok);
        assert!(cheap.0.pool.lock().iter().all(|b| b.capacity() <= 8));
    }

    #[test]
    fn an_unknown_cost_is_refused() {
        assert!(matches!(PasswordHasher::with_cost(Cost { memory_kib: 1, passes: 1, lanes: 1 }, 1), Err(PasswordError::Argon2(_))));
    }
}
