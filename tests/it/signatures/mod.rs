//! Electronic signatures, verified: made here, made by other programs (`made_elsewhere/`), cheated with, and destroyed.
//! What may not live here: what services do with the findings.

mod chains;
mod destroyed;
mod made_elsewhere;
mod pdf;
mod xml;

use crate::support::portal::START;
use cas_portal::domain::signature::{Integrity, Signature};
use cas_portal::files::{Limits, check_signatures};
use cas_portal::signatures::{Roots, Trust};

/// Trusts these issuers (PEM), at the moment at which tests begin.
fn trust(pem: &str) -> Trust {
    Trust { roots: Roots::from_pem(pem).expect("certificates"), now: START }
}

fn check(file: &[u8], trust: &Trust) -> Vec<Signature> {
    check_signatures(file, &[], trust, &Limits::default())
}

/// The only signature of a file.
fn only(file: &[u8], trust: &Trust) -> Signature {
    let mut found = check(file, trust);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn integrities(found: &[Signature]) -> Vec<Integrity> {
    found.iter().map(|signature| signature.integrity).collect()
}

/// A document of one page with a line on it.
fn small_pdf() -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        "<</Length 19>>stream\n0 0 m 300 300 l S  \nendstream",
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(objects) {
        places.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = file.len();
    file.push_str(&format!("xref\n0 5\n0000000000 65535 f \n{places}trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"));
    file.into_bytes()
}
