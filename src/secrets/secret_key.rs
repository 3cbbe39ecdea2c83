//! The portal's secret key, and what is derived from it: signatures, tokens that can be minted again, short codes.

use super::{is_same, random_bytes};
use crate::disk::{make_private_folder, private_file};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretBox, zeroize::Zeroizing};
use sha2::Sha256;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// 32 secret bytes. Never printed; wiped from memory when the last clone goes.
#[derive(Debug, Clone)]
pub struct SecretKey(Arc<SecretBox<[u8; 32]>>);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not 64 hexadecimal digits and not base64 of 32 bytes.
    #[error("a secret key is 32 random bytes, written as 64 hexadecimal digits or as base64 (try: openssl rand -base64 32)")]
    Shape,
    /// All bytes are the same: somebody typed a placeholder.
    #[error("this secret key can be guessed; make one with: openssl rand -base64 32")]
    Weak,
    /// The file can be read by others.
    #[error("{} can be read by other accounts of this machine; mend it with: chmod 600 {}", .0.display(), .0.display())]
    Exposed(PathBuf),
    /// The file could not be read or written.
    #[error("{}: {}", .0.display(), .1)]
    File(PathBuf, #[source] io::Error),
}

impl SecretKey {
    /// Takes 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Arc::new(SecretBox::new(Box::new(bytes))))
    }

    /// A key that no other process knows: for tests, and for commands that sign nothing lasting.
    pub fn random() -> Self {
        Self::from_bytes(random_bytes())
    }

    /// Reads 64 hexadecimal digits, or base64 (plain or URL-safe) of 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::Shape`], [`KeyError::Weak`]. Neither repeats the text.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let text = text.trim().trim_end_matches('=');
        let mut bytes = Zeroizing::new([0_u8; 32]);
        let read = hex::decode_to_slice(text, bytes.as_mut_slice()).is_ok()
            || STANDARD_NO_PAD.decode_slice(text, bytes.as_mut_slice()).is_ok_and(|n| n == 32)
            || URL_SAFE_NO_PAD.decode_slice(text, bytes.as_mut_slice()).is_ok_and(|n| n == 32);
        if !read {
            return Err(KeyError::Shape);
        }
        if bytes.iter().all(|b| *b == bytes[0]) {
            return Err(KeyError::Weak);
        }
        Ok(Self::from_bytes(*bytes))
    }

    /// Reads the key from a file that only its owner may read.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let failed = |e| KeyError::File(path.to_owned(), e);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
                return Err(KeyError::Exposed(path.to_owned()));
            }
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
        Self::from_text(&text)
    }

    /// As [`SecretKey::from_file`]; a missing file is made, with a new key, readable by its owner only.
    /// Processes that start together end with the same key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_file_or_new(path: &Path) -> Result<Self, KeyError> {
        match Self::from_file(path) {
            Err(KeyError::File(_, e)) if e.kind() == io::ErrorKind::NotFound => {}
            done => return done,
        }
        let failed = |e| KeyError::File(path.to_owned(), e);
        if let Some(folder) = path.parent() {
            make_private_folder(folder).map_err(failed)?;
        }
        // Written whole under another name, then linked: nobody ever reads half a key, and the first link wins.
        let part = path.with_extension(format!("{}.part", hex::encode(random_bytes::<8>())));
        let mut options = private_file();
        options.create_new(true);
        let text = Zeroizing::new(hex::encode(*Zeroizing::new(random_bytes::<32>())) + "\n");
        let written = options.open(&part).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        let linked = written.and_then(|()| fs::hard_link(&part, path));
        let _ = fs::remove_file(&part); // Left behind, it would be a second secret; if it was never made, all is well.
        match linked {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(failed(e)),
            _ => Self::from_file(path),
        }
    }

    /// HMAC-SHA256 of `data` for one purpose: what is derived for another purpose tells nothing about it.
    pub fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        // HMAC fills a shorter key with zeros up to its block; done here, no length can be wrong.
        let mut block = Zeroizing::new([0_u8; 64]);
        block[..32].copy_from_slice(self.0.expose_secret());
        let mut mac = Hmac::<Sha256>::new(&(*block).into());
        // The length first, so that no purpose and data run together into those of another call.
        mac.update(&(purpose.len() as u64).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(data);
        mac.finalize().into_bytes().into()
    }

    /// Whether `tag` is the [`SecretKey::mac`] of the data, compared in constant time.
    pub fn is_mac(&self, purpose: &str, data: &[u8], tag: &[u8]) -> bool {
        is_same(&self.mac(purpose, data), tag)
    }

    /// A URL-safe token (43 characters) that the same purpose and data give again: a letter that is delivered a second
    /// time carries the same link, though only the token's hash is stored.
    pub fn token(&self, purpose: &str, data: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(purpose, data))
    }

    /// Six digits to type from a letter; the same purpose and data give the same ones.
    pub fn numeric_code(&self, purpose: &str, data: &[u8]) -> String {
        format!("{:06}", self.number(purpose, data) % 1_000_000)
    }

    /// What is stored of a letter's code: bound to the letter's link, and made with the key, because a few digits alone are guessed in
    /// no time by whoever reads the database.
    pub fn code_hash(&self, link: [u8; 32], code: &str) -> [u8; 32] {
        self.mac("code_hash", &[&link, code.as_bytes()].concat())
    }

    /// Eight digits, for a code that may be typed by anybody and not only where it was asked for.
    pub fn long_numeric_code(&self, purpose: &str, data: &[u8]) -> String {
        format!("{:08}", self.number(purpose, data) % 100_000_000)
    }

    fn number(&self, purpose: &str, data: &[u8]) -> u64 {
        // Its own purpose: a code must not be a part of the token for the same data.
        let mac = self.mac(&format!("{purpose}/code"), data);
        mac.iter().take(8).fold(0_u64, |n, b| n << 8 | u64::from(*b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn key() -> SecretKey {
        SecretKey::from_bytes(std::array::from_fn(|i| i as u8))
    }

    #[test]
    fn a_key_is_read_from_hex_and_both_kinds_of_base64() {
        let bytes: [u8; 32] = std::array::from_fn(|i| 255 - i as u8);
        let expected = SecretKey::from_bytes(bytes).mac("p", b"d");
        for text in [
            hex::encode(bytes),
            hex::encode_upper(bytes) + "\n",
            base64::engine::general_purpose::STANDARD.encode(bytes),
            STANDARD_NO_PAD.encode(bytes),
            URL_SAFE_NO_PAD.encode(bytes),
        ] {
            assert_eq!(SecretKey::from_text(&text).unwrap().mac("p", b"d"), expected, "{text}");
        }
    }

    #[test]
    fn short_long_foreign_and_guessable_keys_are_refused_without_repeating_them() {
        for text in ["", "tajne", "zz", &"ab".repeat(31), &"ab".repeat(33), "ąąąąąąąąąąąąąąąąąąąąą", &"!".repeat(43)] {
            let error = SecretKey::from_text(text).unwrap_err();
            assert!(matches!(error, KeyError::Shape), "{text}");
            assert!(text.is_empty() || !error.to_string().contains(text), "{error}");
        }
        assert!(matches!(SecretKey::from_text(&"00".repeat(32)), Err(KeyError::Weak)));
        assert!(matches!(SecretKey::from_text(&"A".repeat(43)), Err(KeyError::Weak)));
    }

    #[test]
    fn a_key_is_never_printed() {
        let text = format!("{:?}", key());
        assert!(text.contains("REDACTED") && !text.contains("1, 2, 3"), "{text}");
    }

    #[test]
    fn a_mac_is_hmac_sha_256_and_depends_on_key_purpose_and_data() {
        // Computed with Python: hmac.new(bytes(range(32)), (5).to_bytes(8,"big") + b"reset" + b"id", "sha256").
        assert_eq!(hex::encode(key().mac("reset", b"id")), EXPECTED_MAC);
        let different = [
            key().mac("reset", b"id"),
            key().mac("reset", b"ie"),
            key().mac("rese", b"tid"),
            key().mac("activation", b"id"),
            SecretKey::random().mac("reset", b"id"),
        ];
        assert_eq!(different.iter().collect::<HashSet<_>>().len(), different.len());
        assert!(key().is_mac("reset", b"id", &different[0]));
        assert!(!key().is_mac("reset", b"id", &different[1]));
        assert!(!key().is_mac("reset", b"id", &different[0][..31]));
    }
    const EXPECTED_MAC: &str = "fefe19ea8e94dcc15c048798d25e51ac49f5de8f66a9d8a44133b0fd43b5d99c";

    #[test]
    fn tokens_and_codes_come_out_the_same_again_and_do_not_tell_each_other() {
        assert_eq!(key().token("reset", b"message"), key().token("reset", b"message"));
        assert_ne!(key().token("reset", b"message"), key().token("activate", b"message"));
        let codes: HashSet<String> = (0..500_u32).map(|n| key().numeric_code("email", &n.to_be_bytes())).collect();
        assert!(codes.len() > 490, "they spread");
        assert!(codes.iter().all(|c| c.len() == 6 && c.bytes().all(|b| b.is_ascii_digit())));
        assert!(codes.iter().any(|c| c.starts_with('0')), "leading zeros are kept");
    }

    #[test]
    fn a_key_file_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("var/secret.key");
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| SecretKey::from_file_or_new(&path).unwrap().mac("p", b"d"))).collect();
            starts.into_iter().map(|s| s.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|k| *k == keys[0]), "starting together gives one key");
        assert_eq!(SecretKey::from_file_or_new(&path).unwrap().mac("p", b"d"), keys[0]);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no part is left behind");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(SecretKey::from_file_or_new(&path), Err(KeyError::Exposed(_))));
        }
    }

    #[test]
    fn a_broken_key_file_is_told_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        fs::write(&path, "half a k").unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        assert!(matches!(SecretKey::from_file_or_new(&path), Err(KeyError::Shape)));
        assert_eq!(fs::read_to_string(&path).unwrap(), "half a k");
    }
}
