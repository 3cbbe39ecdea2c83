//! Time stamps (RFC 3161): that an authority saw a signature at a time. Only one that is confirmed to its trusted issuer counts.

use super::algorithms::Hash;
use super::chain::{self, Purpose};
use super::der::{self, GENERALIZED_TIME, INTEGER, OCTET_STRING, OID, SEQUENCE, Walk};
use super::{Fault, Trust, cms};
use crate::domain::moment::Moment;
use crate::domain::signature::Chain;

/// The time that a token confirms for `about`, if everything about it is right. Nobody stamps what is still to come.
pub(super) fn confirmed(token: &[u8], about: &[u8], trust: &Trust) -> Option<Moment> {
    let (stamp, at) = check(token, &[about]).ok()?;
    let chain = chain::judge(&stamp.certificate, &stamp.others, &trust.roots, at, Purpose::Stamp);
    (chain == Chain::Trusted && stamp.certificate.is_valid_at(trust.now) && at <= trust.now).then_some(at)
}

/// Checks a token itself and that it is about these parts, one after the other.
pub(super) fn check(token: &[u8], about: &[&[u8]]) -> Result<(cms::Checked, Moment), Fault> {
    let checked = cms::check(token, cms::TIME_STAMP, None)?;
    let mut info = Walk::new(&checked.content).inside(SEQUENCE)?;
    info.take(INTEGER)?;
    info.take(OID)?;
    let mut imprint = info.inside(SEQUENCE)?;
    let hash = Hash::of_oid(der::algorithm(&mut imprint)?.0)?;
    if imprint.take(OCTET_STRING)?.content != hash.digest(about) {
        return Err(Fault::Broken);
    }
    info.take(INTEGER)?;
    let time = info.take(GENERALIZED_TIME)?;
    let at = cms::read_time(time.tag, time.content).ok_or(Fault::Unreadable)?;
    Ok((checked, at))
}
