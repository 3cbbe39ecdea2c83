//! Hashes and signature schemes by the names that CMS, X.509 and XML give them: RSA (PKCS#1 v1.5, PSS) and ECDSA on P-256 and P-384,
//! each with SHA-256, SHA-384 or SHA-512. What can be forged is named, so that it can be told from what is unknown.

use super::Fault;
use super::der::{self, INTEGER, Walk, context};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use ring::signature as ring;
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use sha2::{Sha256, Sha384, Sha512};
use x509_cert::spki::{ObjectIdentifier, SubjectPublicKeyInfoOwned};

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const SHA256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
const MD5: ObjectIdentifier = oid("1.2.840.113549.2.5");
const SHA1: ObjectIdentifier = oid("1.3.14.3.2.26");
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
const RSA_SHA256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
const EC: ObjectIdentifier = oid("1.2.840.10045.2.1");
const ECDSA_SHA256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
const ECDSA_SHA512: ObjectIdentifier = oid("1.2.840.10045.4.3.4");
const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = oid("1.3.132.0.34");

/// MD2, MD4, MD5 and SHA-1 with RSA; SHA-1 with ECDSA and DSA.
const WEAK: [ObjectIdentifier; 6] = [
    oid("1.2.840.113549.1.1.2"),
    oid("1.2.840.113549.1.1.3"),
    oid("1.2.840.113549.1.1.4"),
    oid("1.2.840.113549.1.1.5"),
    oid("1.2.840.10045.4.1"),
    oid("1.2.840.10040.4.3"),
];

/// The shortest RSA key that is not weak.
const SHORTEST_RSA: usize = 2048;

fn read_oid(content: &[u8]) -> Result<ObjectIdentifier, Fault> {
    ObjectIdentifier::from_bytes(content).map_err(|_| Fault::Unreadable)
}

/// A hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// By the content of its OID.
    pub(super) fn of_oid(content: &[u8]) -> Result<Self, Fault> {
        match read_oid(content)? {
            SHA256 => Ok(Self::Sha256),
            SHA384 => Ok(Self::Sha384),
            SHA512 => Ok(Self::Sha512),
            SHA1 | MD5 => Err(Fault::Weak),
            _ => Err(Fault::UnknownMethod),
        }
    }

    /// By its name in XML.
    pub(super) fn of_uri(uri: &str) -> Result<Self, Fault> {
        match uri {
            "http://www.w3.org/2001/04/xmlenc#sha256" => Ok(Self::Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#sha384" => Ok(Self::Sha384),
            "http://www.w3.org/2001/04/xmlenc#sha512" => Ok(Self::Sha512),
            "http://www.w3.org/2000/09/xmldsig#sha1" | "http://www.w3.org/2001/04/xmldsig-more#md5" => Err(Fault::Weak),
            _ => Err(Fault::UnknownMethod),
        }
    }

    /// Of parts, one after the other.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        fn of<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hasher = D::new();
            for part in parts {
                hasher.update(part);
            }
            hasher.finalize().to_vec()
        }
        match self {
            Self::Sha256 => of::<Sha256>(parts),
            Self::Sha384 => of::<Sha384>(parts),
            Self::Sha512 => of::<Sha512>(parts),
        }
    }

    const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// How a signature was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Rsa(Hash),
    /// With the length of its salt.
    RsaPss(Hash, usize),
    /// The two numbers in DER.
    Ecdsa(Hash),
    /// The two numbers side by side, as XML writes them.
    EcdsaPlain(Hash),
}

impl Scheme {
    /// By an `AlgorithmIdentifier`. `digest` is what CMS says beside it, for names that say no hash themselves.
    pub(super) fn of_algorithm(walk: &mut Walk<'_>, digest: Option<Hash>) -> Result<Self, Fault> {
        let (name, parameters) = der::algorithm(walk)?;
        let name = read_oid(name)?;
        let scheme = match name {
            RSA => Self::Rsa(digest.ok_or(Fault::UnknownMethod)?),
            RSA_SHA256 => Self::Rsa(Hash::Sha256),
            RSA_SHA384 => Self::Rsa(Hash::Sha384),
            RSA_SHA512 => Self::Rsa(Hash::Sha512),
            RSA_PSS => {
                let (hash, salt) = pss(parameters)?;
                Self::RsaPss(hash, salt)
            }
            EC => Self::Ecdsa(digest.ok_or(Fault::UnknownMethod)?),
            ECDSA_SHA256 => Self::Ecdsa(Hash::Sha256),
            ECDSA_SHA384 => Self::Ecdsa(Hash::Sha384),
            ECDSA_SHA512 => Self::Ecdsa(Hash::Sha512),
            weak if WEAK.contains(&weak) => return Err(Fault::Weak),
            _ => return Err(Fault::UnknownMethod),
        };
        Ok(scheme)
    }

    /// PSS with salt as long as the hash, as XML means it.
    const fn pss_of(hash: Hash) -> Self {
        Self::RsaPss(hash, hash.length())
    }

    /// By its name in XML.
    pub(super) fn of_uri(uri: &str) -> Result<Self, Fault> {
        let Some(name) = uri.strip_prefix("http://www.w3.org/2001/04/xmldsig-more#") else {
            return Err(match uri {
                "http://www.w3.org/2000/09/xmldsig#rsa-sha1" | "http://www.w3.org/2000/09/xmldsig#dsa-sha1" => Fault::Weak,
                _ => match uri.strip_prefix("http://www.w3.org/2007/05/xmldsig-more#") {
                    Some("sha256-rsa-MGF1") => return Ok(Self::pss_of(Hash::Sha256)),
                    Some("sha384-rsa-MGF1") => return Ok(Self::pss_of(Hash::Sha384)),
                    Some("sha512-rsa-MGF1") => return Ok(Self::pss_of(Hash::Sha512)),
                    Some("sha1-rsa-MGF1" | "md5-rsa-MGF1") => Fault::Weak,
                    _ => Fault::UnknownMethod,
                },
            });
        };
        match name {
            "rsa-sha256" => Ok(Self::Rsa(Hash::Sha256)),
            "rsa-sha384" => Ok(Self::Rsa(Hash::Sha384)),
            "rsa-sha512" => Ok(Self::Rsa(Hash::Sha512)),
            "ecdsa-sha256" => Ok(Self::EcdsaPlain(Hash::Sha256)),
            "ecdsa-sha384" => Ok(Self::EcdsaPlain(Hash::Sha384)),
            "ecdsa-sha512" => Ok(Self::EcdsaPlain(Hash::Sha512)),
            "ecdsa-sha1" | "rsa-md5" => Err(Fault::Weak),
            _ => Err(Fault::UnknownMethod),
        }
    }

    /// Checks a signature over `message` with a public key.
    ///
    /// # Errors
    /// `Broken` when it is not this key's signature over it; `Weak` for a short key; `UnknownMethod` for a key of another kind.
    pub(super) fn verify(self, key: &SubjectPublicKeyInfoOwned, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
        let point = key.subject_public_key.as_bytes().ok_or(Fault::Unreadable)?;
        let is_rsa = matches!(key.algorithm.oid, RSA | RSA_PSS);
        match self {
            Self::Rsa(_) | Self::RsaPss(..) if is_rsa && rsa_bits(point)? < SHORTEST_RSA => Err(Fault::Weak),
            Self::Rsa(hash) if is_rsa => {
                let scheme: &dyn ring::VerificationAlgorithm = match hash {
                    Hash::Sha256 => &ring::RSA_PKCS1_2048_8192_SHA256,
                    Hash::Sha384 => &ring::RSA_PKCS1_2048_8192_SHA384,
                    Hash::Sha512 => &ring::RSA_PKCS1_2048_8192_SHA512,
                };
                ring::UnparsedPublicKey::new(scheme, point).verify(message, signature).map_err(|_| Fault::Broken)
            }
            Self::RsaPss(hash, salt) if is_rsa => match hash {
                Hash::Sha256 => verify_pss::<Sha256>(point, salt, message, signature),
                Hash::Sha384 => verify_pss::<Sha384>(point, salt, message, signature),
                Hash::Sha512 => verify_pss::<Sha512>(point, salt, message, signature),
            },
            Self::Ecdsa(hash) | Self::EcdsaPlain(hash) if key.algorithm.oid == EC => {
                let curve = key.algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
                let digest = hash.digest(&[message]);
                let is_plain = matches!(self, Self::EcdsaPlain(_));
                match curve {
                    Some(P256) => {
                        use p256::ecdsa::{Signature, VerifyingKey};
                        let key = VerifyingKey::from_sec1_bytes(point).map_err(|_| Fault::Unreadable)?;
                        let signature = if is_plain { Signature::from_slice(signature) } else { Signature::from_der(signature) };
                        key.verify_prehash(&digest, &signature.map_err(|_| Fault::Broken)?).map_err(|_| Fault::Broken)
                    }
                    Some(P384) => {
                        use p384::ecdsa::{Signature, VerifyingKey};
                        let key = VerifyingKey::from_sec1_bytes(point).map_err(|_| Fault::Unreadable)?;
                        let signature = if is_plain { Signature::from_slice(signature) } else { Signature::from_der(signature) };
                        key.verify_prehash(&digest, &signature.map_err(|_| Fault::Broken)?).map_err(|_| Fault::Broken)
                    }
                    _ => Err(Fault::UnknownMethod),
                }
            }
            // A key of one kind and a signature of another.
            _ if is_rsa || key.algorithm.oid == EC => Err(Fault::Broken),
            _ => Err(Fault::UnknownMethod),
        }
    }
}

/// PSS with salt of any length, which ring does not do: programs choose the longest that the key has room for.
fn verify_pss<D>(key: &[u8], salt: usize, message: &[u8], signature: &[u8]) -> Result<(), Fault>
where
    D: sha2::Digest + sha2::digest::FixedOutputReset,
{
    let key = RsaPublicKey::from_pkcs1_der(key).map_err(|_| Fault::Unreadable)?;
    let signature = rsa::pss::Signature::try_from(signature).map_err(|_| Fault::Broken)?;
    let key = rsa::pss::VerifyingKey::<D>::new_with_salt_len(key, salt);
    key.verify_prehash(&D::digest(message), &signature).map_err(|_| Fault::Broken)
}

/// Hash and length of salt of PSS parameters, in the form that standards for signatures allow: one hash for all.
fn pss(mut parameters: Walk<'_>) -> Result<(Hash, usize), Fault> {
    let mut parameters = parameters.inside(der::SEQUENCE)?;
    // Left out, both are SHA-1.
    let mut hash = parameters.take_if(context(0))?.ok_or(Fault::Weak).map(|value| Walk::new(value.content))?;
    let hash = Hash::of_oid(der::algorithm(&mut hash)?.0)?;
    let mut mask = parameters.take_if(context(1))?.ok_or(Fault::Weak).map(|value| Walk::new(value.content))?;
    let (name, mut mask) = der::algorithm(&mut mask)?;
    if read_oid(name)? != MGF1 || Hash::of_oid(der::algorithm(&mut mask)?.0)? != hash {
        return Err(Fault::UnknownMethod);
    }
    let salt = parameters.take_if(context(2))?.ok_or(Fault::UnknownMethod)?;
    let salt = Walk::new(salt.content).take(INTEGER)?.content;
    let salt = salt.iter().take(4).fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit));
    // A salt shorter than the hash makes forging easier, and one longer than a key is none.
    if (hash.length()..1024).contains(&salt) { Ok((hash, salt)) } else { Err(Fault::UnknownMethod) }
}

/// Bits of the modulus of an `RSAPublicKey`.
fn rsa_bits(key: &[u8]) -> Result<usize, Fault> {
    let modulus = Walk::new(key).inside(der::SEQUENCE)?.take(INTEGER)?.content;
    let digits = modulus.iter().position(|digit| *digit != 0).map_or(&[][..], |first| &modulus[first..]);
    Ok(digits.first().map_or(0, |first| digits.len() * 8 - first.leading_zeros() as usize))
}
