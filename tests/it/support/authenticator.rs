//! A passkey in software, for tests of services: makes a credential and signs challenges as a browser with an authenticator
//! would. The journeys use Chromium's own. What may not live here: what the portal thinks of an answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// User present, user verified.
const VERIFIED: u8 = 0b0000_0101;
/// User present only.
const PRESENT: u8 = 0b0000_0001;
const HAS_CREDENTIAL: u8 = 0b0100_0000;

/// One passkey.
#[derive(Debug)]
pub struct SoftPasskey {
    key: EcdsaKeyPair,
    id: [u8; 16],
    /// Whom it says that it belongs to.
    pub user: Vec<u8>,
    counter: u32,
    /// Whether it asks for a PIN or a finger.
    pub verifies_user: bool,
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().expect("base64url")).expect("base64url")
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn client_data(kind: &str, options: &Value, origin: &str) -> Vec<u8> {
    json!({ "type": kind, "challenge": options["publicKey"]["challenge"], "origin": origin, "crossOrigin": false }).to_string().into_bytes()
}

impl SoftPasskey {
    /// Makes a passkey as the options ask, and the answer to them.
    pub fn create(options: &Value, origin: &str) -> (Self, String) {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).expect("a key");
        let id: [u8; 16] = cas_portal::secrets::new_uuid().into_bytes();
        let user = bytes(&options["publicKey"]["user"]["id"]);
        let passkey = Self { key, id, user, counter: 0, verifies_user: true };
        let client_data = client_data("webauthn.create", options, origin);
        let mut data = passkey.authenticator_data(options["publicKey"]["rp"]["id"].as_str().expect("an rp id"), HAS_CREDENTIAL | VERIFIED);
        data.extend([0; 16]); // AAGUID
        data.extend([0, 16]);
        data.extend(id);
        data.extend(passkey.cose_key());
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let mut attestation = vec![0xa3, 0x63];
        attestation.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x58");
        attestation.push(u8::try_from(data.len()).expect("short"));
        attestation.extend(data);
        let answer = json!({
            "id": text(&id), "rawId": text(&id), "type": "public-key", "extensions": {},
            "response": { "clientDataJSON": text(&client_data), "attestationObject": text(&attestation) },
        });
        (passkey, answer.to_string())
    }

    /// Signs a challenge.
    pub fn answer(&mut self, options: &Value, origin: &str) -> String {
        self.counter += 1;
        let client_data = client_data("webauthn.get", options, origin);
        let rp = options["publicKey"]["rpId"].as_str().expect("an rp id");
        let data = self.authenticator_data(rp, if self.verifies_user { VERIFIED } else { PRESENT });
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        let response = json!({
            "clientDataJSON": text(&client_data), "authenticatorData": text(&data), "signature": text(signature.as_ref()),
            "userHandle": text(&self.user),
        });
        json!({ "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "extensions": {}, "response": response }).to_string()
    }

    fn authenticator_data(&self, rp: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(rp.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let mut cbor = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        cbor.extend(&point[1..33]);
        cbor.extend([0x22, 0x58, 0x20]);
        cbor.extend(&point[33..65]);
        cbor
    }
}
