//! DER, walked value by value with the bytes of each at hand: digests and signatures are about bytes, not about what they mean.
//! Definite lengths only, in their shortest form, and tags of one byte: CMS and X.509 in signatures have no others.

use super::Fault;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// `[n]`, constructed.
pub(super) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// One value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// With tag and length.
    pub(super) whole: &'a [u8],
}

/// Values one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk<'a>(&'a [u8]);

impl<'a> Walk<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes behind what was read.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next value.
    pub(super) fn any(&mut self) -> Result<Value<'a>, Fault> {
        let bytes = self.0;
        let (&tag, &first) = (bytes.first().ok_or(Fault::Unreadable)?, bytes.get(1).ok_or(Fault::Unreadable)?);
        if tag & 0x1f == 0x1f {
            return Err(Fault::Unreadable);
        }
        let (length, head) = match first {
            0..=0x7f => (usize::from(first), 2),
            0x81..=0x84 => {
                let count = usize::from(first & 0x7f);
                let digits = bytes.get(2..2 + count).ok_or(Fault::Unreadable)?;
                let length = digits.iter().fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit));
                if length < 0x80 || digits[0] == 0 {
                    return Err(Fault::Unreadable);
                }
                (length, 2 + count)
            }
            _ => return Err(Fault::Unreadable),
        };
        let end = head.checked_add(length).ok_or(Fault::Unreadable)?;
        let whole = bytes.get(..end).ok_or(Fault::Unreadable)?;
        self.0 = &bytes[end..];
        Ok(Value { tag, content: &whole[head..], whole })
    }

    /// The next value, which must have this tag.
    pub(super) fn take(&mut self, tag: u8) -> Result<Value<'a>, Fault> {
        self.any().and_then(|value| if value.tag == tag { Ok(value) } else { Err(Fault::Unreadable) })
    }

    /// The next value if it has this tag.
    pub(super) fn take_if(&mut self, tag: u8) -> Result<Option<Value<'a>>, Fault> {
        if self.0.first() == Some(&tag) { self.take(tag).map(Some) } else { Ok(None) }
    }

    /// The values of the next one, which must have this tag.
    pub(super) fn inside(&mut self, tag: u8) -> Result<Self, Fault> {
        Ok(Self(self.take(tag)?.content))
    }

    /// Nothing may follow.
    pub(super) const fn end(self) -> Result<(), Fault> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::Unreadable) }
    }
}

/// An `AlgorithmIdentifier`: the OID's content and what follows it.
pub(super) fn algorithm<'a>(walk: &mut Walk<'a>) -> Result<(&'a [u8], Walk<'a>), Fault> {
    let mut inside = walk.inside(SEQUENCE)?;
    Ok((inside.take(OID)?.content, inside))
}
