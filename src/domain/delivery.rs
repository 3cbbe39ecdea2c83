//! Why a letter did not arrive, in the few classes that tell people what to do, and how its address is shown.
//! What may not live here: sending.

/// Why a letter did not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryFailure {
    /// There is no such mailbox: the address has to be corrected.
    NoAddress,
    /// The mail server does not take this letter, or not from us.
    Refused,
    /// The mail server does not answer: it will be tried again.
    NoAnswer,
    /// The portal could not write it: whoever runs the portal has to look.
    Composing,
}

impl DeliveryFailure {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::NoAddress, Self::Refused, Self::NoAnswer, Self::Composing];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::Refused => "refused",
            Self::NoAnswer => "no_answer",
            Self::Composing => "composing",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.key() == key)
    }
    /// Of a mail server's refusal. A status code of the class 5.1 (RFC 3463) speaks of the address; without one, the replies 550, 551
    /// and 553 do (RFC 5321, section 4.2.3). A mailbox that is full, or a server that does not want us now, has an address.
    pub fn of_reply(code: u16, is_permanent: bool, text: &str) -> Self {
        let status = text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find(|word| is_status(word));
        let is_about_address = match status {
            Some(status) => status.starts_with("5.1."),
            None => matches!(code, 550 | 551 | 553),
        };
        if is_permanent && is_about_address { Self::NoAddress } else { Self::Refused }
    }
}

/// `5.1.1`: class, subject, detail.
fn is_status(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && matches!(parts[0], "2" | "4" | "5") && parts.iter().all(is_number)
}

/// An address of which enough is shown to be recognised by whoever knows it: „a…@gops.example.pl”.
pub fn masked(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let first = local.chars().next().map(String::from).unwrap_or_default();
    if domain.is_empty() { format!("{first}…") } else { format!("{first}…@{domain}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_about_the_address_only_where_it_says_so() {
        use DeliveryFailure::{NoAddress, Refused};
        for (code, is_permanent, text, expected) in [
            (550, true, "permanent error (550): no such user", NoAddress),
            (550, true, "permanent error (550): 5.1.1 no such user", NoAddress),
            (551, true, "user not local", NoAddress),
            (553, true, "mailbox name not allowed", NoAddress),
            (550, true, "5.7.1 message refused", Refused),
            (552, true, "5.2.2 mailbox full", Refused),
            (552, true, "too big", Refused),
            (554, true, "5.1.1 no such user", NoAddress),
            (554, true, "spam from 10.0.0.1", Refused),
            (450, false, "4.1.1 try later", Refused),
            (550, false, "no", Refused),
        ] {
            assert_eq!(DeliveryFailure::of_reply(code, is_permanent, text), expected, "{code} {text}");
        }
        for failure in DeliveryFailure::ALL {
            assert_eq!(DeliveryFailure::from_key(failure.key()), Some(failure));
        }
    }

    #[test]
    fn a_masked_address_names_nobody() {
        assert_eq!(masked("anna.zolw@gops.example.pl"), "a…@gops.example.pl");
        assert_eq!(masked("żółw@x.pl"), "ż…@x.pl");
        assert_eq!(masked(""), "…");
        assert_eq!(masked("@x"), "…@x");
    }
}
