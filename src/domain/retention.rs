//! How long an application is kept after it ended without an approval, and how long the post that is settled. Days come from the settings.

use super::application::status::Status;

/// Days after the end; `None`: for good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Given up by the applicant.
    pub withdrawn: Option<i64>,
    /// Ended by its deadline.
    pub lapsed: Option<i64>,
    /// Rejected.
    pub rejected: Option<i64>,
    /// What came to an office, after the last file of it was settled.
    pub post: Option<i64>,
}

impl Retention {
    /// What ends without an approval.
    pub const ENDS: [Status; 3] = [Status::Withdrawn, Status::Expired, Status::Rejected];

    /// How long an application in this state is kept; `None` for good.
    pub const fn days(self, status: Status) -> Option<i64> {
        match status {
            Status::Withdrawn => self.withdrawn,
            Status::Expired => self.lapsed,
            Status::Rejected => self.rejected,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_ended_without_an_approval_is_ever_erased() {
        let all = Retention { withdrawn: Some(1), lapsed: Some(2), rejected: Some(3), post: Some(4) };
        for status in Status::ALL {
            assert_eq!(all.days(status).is_some(), Retention::ENDS.contains(&status), "{status:?}");
            assert_eq!(Retention::default().days(status), None);
        }
        assert!(Retention::ENDS.iter().all(|status| !status.is_open()));
    }
}
