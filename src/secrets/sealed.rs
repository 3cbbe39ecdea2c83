//! Secrets that must be read again later (those of one-time codes), sealed with the portal's key: ChaCha20-Poly1305.

use super::{SecretKey, random_bytes};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::zeroize::Zeroizing;

impl SecretKey {
    fn cipher(&self, purpose: &str) -> Option<LessSafeKey> {
        // A key of its own for each purpose; it tells nothing about those of others.
        let key = Zeroizing::new(self.mac(&format!("{purpose}/seal"), b""));
        UnboundKey::new(&CHACHA20_POLY1305, key.as_slice()).ok().map(LessSafeKey::new)
    }

    /// Seals a secret for one owner: nonce, ciphertext, tag. `None` is a fault of the cipher and does not happen.
    pub fn seal(&self, purpose: &str, owner: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
        let nonce = random_bytes::<NONCE_LEN>();
        let mut sealed = secret.to_vec();
        let cipher = self.cipher(purpose)?;
        cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner), &mut sealed).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this purpose and owner; `None` when it was not, or was changed since.
    pub fn open(&self, purpose: &str, owner: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut secret = Zeroizing::new(sealed.to_vec());
        let length =
            self.cipher(purpose)?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(owner), secret.as_mut_slice()).ok()?.len();
        secret.truncate(length);
        Some(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_purpose_and_owner_open_it() {
        let key = SecretKey::from_bytes([3; 32]);
        let sealed = key.seal("totp", b"anna", b"12345678901234567890").unwrap();
        assert_eq!(key.open("totp", b"anna", &sealed).unwrap().as_slice(), b"12345678901234567890");
        assert!(!sealed.windows(8).any(|part| part == b"12345678"), "nothing of it can be read");
        assert!(key.open("totp", b"ewa", &sealed).is_none());
        assert!(key.open("other", b"anna", &sealed).is_none());
        assert!(SecretKey::from_bytes([4; 32]).open("totp", b"anna", &sealed).is_none());
        for at in [0, 12, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("totp", b"anna", &changed).is_none(), "{at}");
        }
        assert!(key.open("totp", b"anna", &sealed[..sealed.len() - 1]).is_none() && key.open("totp", b"anna", b"").is_none());
    }

    #[test]
    fn the_same_secret_is_never_sealed_the_same_way() {
        let key = SecretKey::from_bytes([3; 32]);
        assert_ne!(key.seal("totp", b"anna", b"x"), key.seal("totp", b"anna", b"x"));
    }
}
