//! The trusted signature („podpis zaufany”): a person's signature that is made with the seal of the minister for digital affairs.
//!
//! That it is a seal which carries the person's name, PESEL and the time stands in the act on informatisation (art. 3 point 14a).
//! How it looks is not published in one place. What is known from signatures that anybody can see: the seal's common name is
//! „Minister do spraw informatyzacji - pieczęć podpisu zaufanego”, its organisation „Ministerstwo Cyfryzacji”; in XAdES the person
//! stands in a claimed role as `PodpisZP/DaneZP/DaneZPOsobyFizycznej` with `Imie` and `Nazwisko`; in PAdES in the reason, „Opatrzono
//! pieczęcią ministra właściwego do spraw informatyzacji w imieniu: …”. That the name ends at the first comma there is an assumption;
//! where it does not hold, the name on the page is longer, and never has a number in it.
//!
//! The name of a certificate proves nothing by itself. Only a trusted issuer, who checks names, makes this a trusted signature.

use super::certificate::{COMMON_NAME, Certificate};
use crate::domain::collation::fold;
use crate::domain::signature::clean_name;

/// How the seal is called, as [`fold`] gives it.
const SEAL: &str = "pieczec podpisu zaufanego";
/// What stands before the name in the reason.
const ON_BEHALF: &str = "w imieniu:";

/// Whether a certificate calls itself the seal of the trusted signature.
pub(super) fn is_trusted_profile(certificate: &Certificate) -> bool {
    certificate.said(COMMON_NAME).iter().any(|name| {
        let name = fold(name);
        name.contains("minist") && name.contains(SEAL)
    })
}

/// The person in the reason of a signature in a PDF.
pub(super) fn person_in_reason(reason: &str) -> Option<String> {
    let at = reason.to_lowercase().find(ON_BEHALF)?;
    // Lower case letters may take more bytes than capitals: a place that is none gives no name.
    let name = reason.get(at + ON_BEHALF.len()..)?;
    clean_name(name.trim_start().trim_start_matches('(').split([',', ';', '\n']).next()?)
}
