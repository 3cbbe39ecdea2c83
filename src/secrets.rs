//! Hashes, tokens, random identifiers: the only source of randomness. Imports nothing of ours.
//! What may not live here: rules about passwords (domain), where a hash is stored (storage), how a link looks (mail).

pub mod common_passwords;
mod one_time_codes;
mod password_hasher;
mod sealed;
mod secret_key;
mod workers;

pub use one_time_codes::{base32, new_totp_secret, random_text, totp_code};
pub use password_hasher::{Cost, PasswordError, PasswordHasher, Verified};
pub use secret_key::{KeyError, SecretKey};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// A new row identifier, version 7: newer rows sort after older ones, so indexes grow at their end.
/// Its head tells the time and may be known; whatever must be secret is a token, never an identifier.
#[allow(clippy::disallowed_methods)] // The one place.
pub fn new_uuid() -> Uuid {
    Uuid::now_v7()
}

/// A token of 256 random bits, URL-safe (43 characters): sessions, drafts.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// What a machine's token begins with, so that people and scanners of leaked secrets know it by sight.
const MACHINE_TOKEN_PREFIX: &str = "cas_";

/// A token of 256 random bits for another system.
pub fn random_machine_token() -> String {
    format!("{MACHINE_TOKEN_PREFIX}{}", random_token())
}

/// The hash of a text that has the shape of a machine's token; nothing else is worth looking for.
pub fn machine_token_hash(token: &str) -> Option<[u8; 32]> {
    let rest = token.strip_prefix(MACHINE_TOKEN_PREFIX)?;
    (rest.len() == 43 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')).then(|| token_hash(token))
}

/// SHA-256 of a token: the only form in which a token is stored. Tokens carry 256 bits, so no salt or stretching is needed.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Compares two secrets in a time that does not tell where they differ. Different lengths differ at once.
pub fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// Bytes from the operating system's generator (through the thread's own, reseeded one).
#[allow(clippy::disallowed_methods)] // The one place.
fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn random_tokens_are_url_safe_and_never_repeat() {
        let tokens: HashSet<String> = (0..1000).map(|_| random_token()).collect();
        assert_eq!(tokens.len(), 1000);
        for token in &tokens {
            assert_eq!(token.len(), 43);
            assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{token}");
        }
    }

    #[test]
    fn a_machines_token_is_known_by_its_shape() {
        let token = random_machine_token();
        assert!(token.starts_with("cas_") && token.len() == 47);
        assert_eq!(machine_token_hash(&token), Some(token_hash(&token)));
        for other in ["", "cas_", &token[4..], &format!("{token}x"), &token.replace("cas_", "CAS_"), &format!("cas_{}", "ą".repeat(43))] {
            assert_eq!(machine_token_hash(other), None, "{other}");
        }
    }

    #[test]
    fn new_identifiers_are_of_version_7_and_grow() {
        let ids: Vec<Uuid> = (0..1000).map(|_| new_uuid()).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_token_hash_is_sha_256() {
        assert_eq!(hex::encode(token_hash("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn comparing_tells_equal_from_different() {
        assert!(is_same(b"secret", b"secret"));
        assert!(!is_same(b"secret", b"secreT"));
        assert!(!is_same(b"secret", b"secret "));
        assert!(is_same(b"", b""));
    }
}
