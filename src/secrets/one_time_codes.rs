//! One-time codes (RFC 6238: HMAC-SHA-1, six digits, as every authenticator app makes them) and recovery codes.
//! What may not live here: which step counts, how a code is typed (domain).

use super::random_bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::zeroize::Zeroizing;
use sha1::Sha1;

/// Bytes of a secret: RFC 4226 recommends 160 bits.
pub const SECRET_BYTES: usize = 20;

/// A secret for one-time codes.
pub fn new_totp_secret() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(random_bytes::<SECRET_BYTES>().to_vec())
}

/// The code of a step, six digits.
pub fn totp_code(secret: &[u8], step: i64) -> String {
    // HMAC takes a key of any length: this cannot fail, and a code of no digits would match nothing.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(digest[19] & 15);
    let number = digest[at..at + 4].iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Base32 (RFC 4648, no padding): how an authenticator app takes a secret.
pub fn base32(bytes: &[u8]) -> String {
    in_fives(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
}

/// So many characters of an alphabet of 32, each a random one.
pub fn random_text(characters: usize, alphabet: &[u8; 32]) -> String {
    // 256 is a multiple of 32: no character is more likely than another.
    std::iter::repeat_with(|| char::from(alphabet[usize::from(random_bytes::<1>()[0] % 32)])).take(characters).collect()
}

fn in_fives(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(alphabet[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(alphabet[(held << (5 - bits) & 31) as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1; its eight digits end with our six.
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000_i64, "353130"),
        ] {
            assert_eq!(totp_code(secret, seconds / 30), code, "{seconds}");
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert_eq!(base32(&[255; SECRET_BYTES]).len(), 32);
    }

    #[test]
    fn secrets_and_random_texts_do_not_repeat() {
        assert_ne!(new_totp_secret(), new_totp_secret());
        assert_eq!(new_totp_secret().len(), SECRET_BYTES);
        let alphabet = crate_alphabet();
        let texts: std::collections::HashSet<String> = (0..200).map(|_| random_text(16, &alphabet)).collect();
        assert_eq!(texts.len(), 200);
        let all: String = texts.into_iter().collect();
        assert!(alphabet.iter().all(|c| all.contains(char::from(*c))), "every character occurs");
    }

    fn crate_alphabet() -> [u8; 32] {
        *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    }
}
