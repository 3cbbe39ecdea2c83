//! What stands around every page. The web room fills it from the request; what may not live here: reading it.

use serde::Serialize;

/// Around every page: who is signed in, CSRF token, request id, flash, demo banner …
#[derive(Debug, Clone, Default, Serialize)]
pub struct Chrome {
    /// Bound to the session; every form carries it.
    pub csrf_token: String,
    /// CSP nonce for the one script, when the policy asks for one.
    pub nonce: Option<String>,
    /// Shown on error pages, and in every log line of the request.
    pub request_id: String,
    /// Path of the request, without query.
    pub path: String,
    /// Who is signed in.
    pub signed_in: Option<ChromeAccount>,
    /// Somebody is about to sign in: the password was given, the second factor was not.
    pub is_held: bool,
    /// Key of a message under `flash`.
    pub flash: Option<String>,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// How the time-out warning is timed; none when nobody is signed in.
    pub session_warning: Option<SessionWarning>,
    /// Announcements to whoever reads the page.
    pub announcements: Vec<ChromeAnnouncement>,
    /// Configured public address, without a slash at the end.
    pub public_url: String,
}

/// Who is signed in, as the header shows it.
#[derive(Debug, Clone, Serialize)]
pub struct ChromeAccount {
    /// As typed.
    pub login: String,
    /// First and last name.
    pub full_name: String,
    /// The account waits for its application's approval.
    pub is_pending: bool,
    /// What the account may reach.
    pub nav: Vec<NavItem>,
}

/// One entry of the navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavItem {
    /// Where to.
    pub href: String,
    /// Key of its words, e.g. `nav.applications`.
    pub label_key: String,
    /// Whether the page is there.
    pub current: bool,
}

/// How the time-out warning is timed.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SessionWarning {
    /// Seconds without a request after which the session ends.
    pub idle_seconds: i64,
    /// Seconds before the end at which the warning opens.
    pub warning_seconds: i64,
}

/// An announcement as it stands above a page.
#[derive(Debug, Clone, Serialize)]
pub struct ChromeAnnouncement {
    /// Row id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The first line of its text.
    pub lead: String,
    /// There is more of it on the page of announcements.
    pub has_more: bool,
    /// It presses, and stands until its end.
    pub is_important: bool,
    /// Whoever is signed in can put it aside, and comes back to this page.
    pub back: Option<String>,
}
