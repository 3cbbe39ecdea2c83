//! Reads the certificates of trusted issuers from where the settings say.

use super::StartError;
use crate::signatures::Roots;
use std::path::{Path, PathBuf};

const MEND: &str =
    "Correct CAS_PORTAL_SIGNATURE_ROOTS: a file with certificates in PEM form, or a folder of such files (.pem, .crt, .cer).";

/// Nothing set is no issuers: then the findings say that nobody asked about them.
pub(super) fn read_roots(place: Option<&Path>) -> Result<Roots, StartError> {
    let Some(place) = place else { return Ok(Roots::default()) };
    let wrong =
        |path: &Path, cause: &dyn std::fmt::Display| StartError::new("signature roots", format!("{}: {cause}", path.display()), MEND);
    let mut files = vec![place.to_owned()];
    if place.is_dir() {
        let listed = std::fs::read_dir(place).map_err(|e| wrong(place, &e))?;
        let is_pem = |path: &PathBuf| {
            path.extension().is_some_and(|ending| ["pem", "crt", "cer"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
        };
        files = listed.filter_map(|entry| Some(entry.ok()?.path())).filter(is_pem).collect();
        files.sort();
        if files.is_empty() {
            return Err(wrong(place, &"there is no certificate in it"));
        }
    }
    let mut all = String::new();
    for file in &files {
        let text = std::fs::read_to_string(file).map_err(|e| wrong(file, &e))?;
        // Each by itself, so that the message names the file that is wrong.
        Roots::from_pem(&text).map_err(|e| wrong(file, &e))?;
        all.push_str(&text);
        all.push('\n');
    }
    Roots::from_pem(&all).map_err(|e| wrong(place, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(name: &str) -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap().pem()
    }

    #[test]
    fn a_file_or_a_folder_gives_all_its_certificates_and_nothing_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (certificate("one"), certificate("two"));
        std::fs::write(folder.path().join("a.pem"), format!("Centrum\n{one}{two}")).unwrap();
        std::fs::write(folder.path().join("b.CRT"), certificate("three")).unwrap();
        std::fs::write(folder.path().join("readme.txt"), "no certificate").unwrap();
        assert_eq!(read_roots(Some(folder.path())).unwrap().len(), 3);
        assert_eq!(read_roots(Some(&folder.path().join("a.pem"))).unwrap().len(), 2);
        assert!(read_roots(None).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_and_nothing_is_trusted_by_half() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |place: &Path| read_roots(Some(place)).unwrap_err().to_string();
        assert!(refused(folder.path()).contains("no certificate"));
        assert!(refused(&folder.path().join("absent.pem")).contains("absent.pem"));
        std::fs::write(folder.path().join("a.pem"), certificate("one")).unwrap();
        let cut = certificate("two").replace("-----END CERTIFICATE-----", "");
        std::fs::write(folder.path().join("b.pem"), cut).unwrap();
        let told = refused(folder.path());
        assert!(told.contains("b.pem") && told.contains("CAS_PORTAL_SIGNATURE_ROOTS"), "{told}");
    }
}
