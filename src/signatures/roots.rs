//! The issuers that the portal was told to trust.

use super::certificate::Certificate;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Why a text gives no issuers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRoots {
    /// No certificate in it.
    #[error("there is no certificate in PEM form in it")]
    Empty,
    /// One of them is no certificate.
    #[error("certificate {0} of it cannot be read")]
    Unreadable(usize),
}

/// Trusted issuers; cheap to clone. None at all means that nobody set any, and then nothing is said about issuers.
#[derive(Debug, Clone, Default)]
pub struct Roots(Arc<Vec<Certificate>>);

impl Roots {
    /// Reads certificates in PEM form, one or more; text between them is left alone.
    ///
    /// # Errors
    /// [`NoRoots`]: a list that is not read whole would quietly trust less than was meant.
    pub fn from_pem(text: &str) -> Result<Self, NoRoots> {
        let blocks: Vec<&str> = text.split(BEGIN).skip(1).collect();
        if blocks.is_empty() {
            return Err(NoRoots::Empty);
        }
        let read = |(index, block): (usize, &str)| {
            let packed: String = block.split(END).next().unwrap_or_default().split_whitespace().collect();
            let is_closed = block.contains(END);
            let bytes = STANDARD.decode(packed).ok().filter(|_| is_closed);
            bytes.and_then(|bytes| Certificate::read(&bytes).ok()).ok_or(NoRoots::Unreadable(index + 1))
        };
        Ok(Self(Arc::new(blocks.into_iter().enumerate().map(read).collect::<Result<_, _>>()?)))
    }

    /// Nobody set any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.0.iter()
    }
}
