//! The cookies: session, visitor, flash. What may not live here: how long a session lasts (domain), its row (storage).

use super::WebSettings;
use crate::domain::id::AccountId;
use crate::services::Context;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::time::Duration;

/// What a cookie is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieName {
    /// Opens a session.
    Session,
    /// Ties the forms of somebody who is not signed in to one browser.
    Visitor,
    /// A message for the next page.
    Flash,
    /// Holds a registration draft (its secret token).
    Draft,
    /// Tells a browser in which somebody has signed in before; opens nothing.
    Device,
    /// What was typed when a reset letter was asked for, so that it need not be typed again beside the code.
    Asked,
    /// Finds a form that came after its session had ended.
    KeptForm,
    /// Carries new recovery codes, sealed, to the one page that shows them.
    Codes,
    /// Carries another system's new token, sealed, to the one page that shows it.
    MachineToken,
}

impl CookieName {
    /// `__Host-` makes browsers refuse a cookie that another host, or plain HTTP, tries to set.
    pub const fn text(self, is_plain_loopback: bool) -> &'static str {
        match (self, is_plain_loopback) {
            (Self::Session, false) => "__Host-cas-session",
            (Self::Session, true) => "cas-session",
            (Self::Visitor, false) => "__Host-cas-visitor",
            (Self::Visitor, true) => "cas-visitor",
            (Self::Flash, false) => "__Host-cas-flash",
            (Self::Flash, true) => "cas-flash",
            (Self::Draft, false) => "__Host-cas-draft",
            (Self::Draft, true) => "cas-draft",
            (Self::Device, false) => "__Host-cas-device",
            (Self::Device, true) => "cas-device",
            (Self::Asked, false) => "__Host-cas-asked",
            (Self::Asked, true) => "cas-asked",
            (Self::KeptForm, false) => "__Host-cas-form",
            (Self::KeptForm, true) => "cas-form",
            (Self::Codes, false) => "__Host-cas-codes",
            (Self::Codes, true) => "cas-codes",
            (Self::MachineToken, false) => "__Host-cas-token",
            (Self::MachineToken, true) => "cas-token",
        }
    }

    /// Longer texts are none of ours.
    const fn longest(self) -> usize {
        match self {
            Self::Asked => 512,
            Self::Codes => 1024,
            Self::MachineToken => 256,
            _ => 128,
        }
    }
}

/// A cookie's text.
pub fn read<'r>(jar: &'r CookieJar<'_>, settings: &WebSettings, name: CookieName) -> Option<&'r str> {
    let text = jar.get(name.text(settings.is_plain_loopback))?.value();
    (!text.is_empty() && text.len() <= name.longest()).then_some(text)
}

/// Sets a cookie; without `keep` it goes with the browser's session.
pub fn set(jar: &CookieJar<'_>, settings: &WebSettings, name: CookieName, value: String, keep: Option<Duration>) {
    let mut cookie = Cookie::build((name.text(settings.is_plain_loopback), value))
        .path("/")
        .http_only(true)
        .secure(!settings.is_plain_loopback)
        .same_site(SameSite::Lax);
    if let Some(keep) = keep {
        cookie = cookie.max_age(keep);
    }
    jar.add(cookie);
}

/// Takes a cookie back.
pub fn clear(jar: &CookieJar<'_>, settings: &WebSettings, name: CookieName) {
    set(jar, settings, name, String::new(), Some(Duration::ZERO));
}

/// Keeps what was typed for the next page: a text that no cookie could hold as it is.
pub fn set_text(jar: &CookieJar<'_>, settings: &WebSettings, name: CookieName, text: &str, keep: Duration) {
    let encoded = URL_SAFE_NO_PAD.encode(text);
    if encoded.len() <= name.longest() {
        set(jar, settings, name, encoded, Some(keep));
    }
}

/// Reads what [`set_text`] kept; nothing when it is not a text.
pub fn read_text(jar: &CookieJar<'_>, settings: &WebSettings, name: CookieName) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(read(jar, settings, name)?).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

const FLASH: &str = "flash";
/// Bytes of a flash's signature: it guards a choice among a few sentences, for a minute.
const FLASH_MAC_BYTES: usize = 12;

/// The text of a flash cookie: a label key, signed, so that no other site puts words into ours.
pub fn signed_flash(context: &Context, key: &str) -> String {
    let mac = context.key.mac(FLASH, key.as_bytes());
    format!("{key}.{}", URL_SAFE_NO_PAD.encode(&mac[..FLASH_MAC_BYTES]))
}

/// The label key of a flash cookie that is ours.
pub fn read_flash(context: &Context, text: &str) -> Option<String> {
    let (key, _) = text.split_once('.')?;
    let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (is_key && signed_flash(context, key) == text).then(|| key.to_owned())
}

/// The text of a cookie that carries what is shown once to the next page of this account, readable by nobody on the way.
pub fn sealed(context: &Context, name: CookieName, account: AccountId, texts: &[String]) -> Option<String> {
    let sealed = context.key.seal(name.text(true), account.0.as_bytes(), texts.join(" ").as_bytes())?;
    Some(URL_SAFE_NO_PAD.encode(sealed))
}

/// What such a cookie carries.
pub fn read_sealed(context: &Context, name: CookieName, account: AccountId, text: &str) -> Option<Vec<String>> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let opened = context.key.open(name.text(true), account.0.as_bytes(), &sealed)?;
    Some(std::str::from_utf8(&opened).ok()?.split(' ').map(str::to_owned).collect())
}
