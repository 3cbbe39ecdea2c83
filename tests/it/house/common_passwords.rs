//! The list of common passwords is folded the way that passwords are folded when they are checked.

use cas_portal::domain::collation::fold;
use cas_portal::secrets::common_passwords::{entries, is_common};

#[test]
fn every_common_password_is_in_folded_form() {
    let unfolded: Vec<&str> = entries().filter(|entry| fold(entry) != *entry).collect();
    assert!(unfolded.is_empty(), "{unfolded:?}");
}

#[test]
fn a_common_password_is_found_however_it_is_written() {
    for typed in ["PassWord", "Qwertyuiop12345", "1QAZ2wsx3EDC4rfv", "pąsswórd"] {
        assert!(is_common(&fold(typed)), "{typed}");
    }
}
