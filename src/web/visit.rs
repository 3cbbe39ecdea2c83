//! One request's visitor, signed in or not, and what a handler says to it: pages, redirects. The guards are made of it.

use super::csrf::{self, Binding};
use super::error::PageError;
use super::rate::{Limit, Limits};
use super::reply::{Answer, Reply};
use super::session::{self, CookieName};
use super::trace::Trace;
use super::{WebSettings, guards, late, refill};
use crate::domain::actor::{Actor, ActorKind, SignedIn};
use crate::domain::announcement::{Announcement, Urgency};
use crate::domain::permission::Permission;
use crate::domain::second_factor::Standing;
use crate::domain::session::WARNING_MS;
use crate::domain::sign_in_limits::DEVICE_DAYS;
use crate::render::{Chrome, ChromeAccount, ChromeAnnouncement, NavItem, Page, SessionWarning};
use crate::services::keep_form::{KeptForm, find_form};
use crate::services::keep_session::{EndedSession, OpenSession, SessionState, look_at_session};
use crate::services::known_device::Browser;
use crate::services::read_announcements::shown_now;
use crate::services::{Context, prove_again};
use rocket::Request;
use rocket::http::{CookieJar, Method, Status};
use rocket::time::Duration;
use std::sync::OnceLock;

/// The message to whoever has proven who it is after a form was sent.
pub(super) const PROVEN: &str = "proven_send_again";
/// How long a message waits for its page.
const FLASH_KEEP: Duration = Duration::MINUTE;

/// Where somebody who is not signed in reads what is announced to everybody.
const OPEN_PAGES: [&str; 2] = ["/", "/login"];
/// Announcements keep no page waiting for longer.
const LONGEST_LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// Who visits, read once for each request.
#[derive(Debug)]
pub struct Visitor {
    actor: Actor,
    session: Option<OpenSession>,
    /// A session that reaches only what its standing lets it, with whoever is behind it. To all else this is a visitor.
    held: Option<(OpenSession, Actor)>,
    /// The browser sent a session cookie that opens nothing (any more).
    has_dead_session: bool,
    /// It opened a session until its time was over.
    ended: Option<EndedSession>,
    /// A form that came too late, to be shown again.
    kept: Option<KeptForm>,
    /// What is announced to the visitor now.
    announcements: Vec<Announcement>,
    /// The token's binding; for a visitor without a cookie it is made when a page asks for it.
    binding: OnceLock<Binding>,
}

impl Visitor {
    /// Nobody: where there is no database to ask, or no portal.
    fn nobody(trace: &Trace) -> Self {
        let actor = Actor { kind: ActorKind::Visitor, address: trace.address, correlation: trace.correlation };
        Self {
            actor,
            session: None,
            held: None,
            has_dead_session: false,
            ended: None,
            kept: None,
            announcements: Vec::new(),
            binding: OnceLock::new(),
        }
    }

    async fn read(request: &Request<'_>, context: &Context, settings: &WebSettings) -> Result<Self, PageError> {
        let mut visitor = Self::of_session(request, context, settings).await?;
        let is_visitor = visitor.session.is_none() && visitor.held.is_none();
        if visitor.session.is_some() || is_visitor && OPEN_PAGES.contains(&request.uri().path().as_str()) {
            visitor.announcements = announced(context, &visitor.actor).await;
        }
        Ok(visitor)
    }

    async fn of_session(request: &Request<'_>, context: &Context, settings: &WebSettings) -> Result<Self, PageError> {
        let trace = Trace::of(request);
        let mut visitor = Self::nobody(trace);
        let Some(token) = session::read(request.cookies(), settings, CookieName::Session) else { return Ok(visitor) };
        match look_at_session(context, token).await? {
            SessionState::Open(open) => {
                visitor.binding = OnceLock::from(Binding::Session(open.token_hash));
                let kind = ActorKind::Account(open.signed_in.clone());
                if open.standing == Standing::Open {
                    if let Some(token) = session::read(request.cookies(), settings, CookieName::KeptForm) {
                        visitor.kept = find_form(context, open.signed_in.account, token).await?;
                    }
                    visitor.actor.kind = kind;
                    visitor.session = Some(open);
                } else {
                    let owner = Actor { kind, ..visitor.actor.clone() };
                    visitor.held = Some((open, owner));
                }
            }
            SessionState::Ended(ended) => {
                visitor.has_dead_session = true;
                visitor.ended = Some(ended);
            }
            SessionState::Unknown => visitor.has_dead_session = true,
        }
        Ok(visitor)
    }
}

/// What is announced to an actor. A page is worth more than what stands above it: without an answer it is shown without.
async fn announced(context: &Context, actor: &Actor) -> Vec<Announcement> {
    match tokio::time::timeout(LONGEST_LOOK, shown_now(context, actor)).await {
        Ok(Ok(shown)) => shown,
        Ok(Err(error)) => {
            tracing::warn!(%error, "announcements cannot be read");
            Vec::new()
        }
        Err(_) => {
            tracing::warn!("announcements cannot be read in time");
            Vec::new()
        }
    }
}

/// The read is remembered, also when it failed.
struct Known(Result<Visitor, PageError>);

/// A request, its visitor, and the portal's parts.
#[derive(Clone, Copy)]
pub struct Visit<'r> {
    request: &'r Request<'r>,
    visitor: &'r Visitor,
    context: &'r Context,
    settings: &'r WebSettings,
}

impl std::fmt::Debug for Visit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visit").field("visitor", self.visitor).finish_non_exhaustive()
    }
}

impl<'r> Visit<'r> {
    /// The visit of this request.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn of(request: &'r Request<'_>) -> Result<Visit<'r>, PageError> {
        // No text of ours holds a NUL, and PostgreSQL refuses to look for one.
        if request.uri().query().is_some_and(|query| query.as_str().contains("%00")) {
            return Err(PageError::Unprocessable);
        }
        let (context, settings) = parts(request)?;
        let known = request.local_cache_async(async { Known(Visitor::read(request, context, settings).await) }).await;
        match &known.0 {
            Ok(visitor) => Ok(Visit { request, visitor, context, settings }),
            Err(error) => Err(error.again()),
        }
    }

    /// For an error page: whoever is known, or nobody.
    pub async fn for_error(request: &'r Request<'_>) -> Result<Visit<'r>, PageError> {
        if let Ok(visit) = Self::of(request).await {
            return Ok(visit);
        }
        struct Nobody(Visitor);
        let (context, settings) = parts(request)?;
        let visitor = &request.local_cache(|| Nobody(Visitor::nobody(Trace::of(request)))).0;
        Ok(Visit { request, visitor, context, settings })
    }

    /// Who acts: the first argument of every service.
    pub fn actor(&self) -> &'r Actor {
        &self.visitor.actor
    }
    /// The account, when one is signed in.
    pub fn signed_in(&self) -> Option<&'r SignedIn> {
        self.visitor.actor.signed_in()
    }
    /// The open session.
    pub fn session(&self) -> Option<&'r OpenSession> {
        self.visitor.session.as_ref()
    }
    /// A session that is not open yet: it awaits its second factor, or must be secured first. With whoever is behind it.
    pub fn held(&self) -> Option<(&'r OpenSession, &'r Actor)> {
        self.visitor.held.as_ref().map(|(open, owner)| (open, owner))
    }
    /// The session of the browser's cookie, open or not.
    pub fn any_session(&self) -> Option<&'r OpenSession> {
        self.session().or_else(|| self.held().map(|(open, _)| open))
    }
    /// Asks for a fresh proof of who it is before a page on which something sensitive is changed.
    ///
    /// # Errors
    /// The page „Potwierdź, że to Ty”.
    pub fn has_proof(&self, actor: &Actor) -> Result<(), PageError> {
        Ok(prove_again::required(self.context, actor)?)
    }
    /// Gives the browser the cookies of a finished sign-in: that of the session, and that by which the account knows the browser.
    pub fn sign_in(&self, token: String, browser: &Browser) {
        self.set_browser(browser);
        self.open_session(token);
    }
    /// Gives the browser the cookie of a new or raised session.
    pub fn open_session(&self, token: String) {
        session::set(self.cookies(), self.settings, CookieName::Session, token, None);
        session::clear(self.cookies(), self.settings, CookieName::Visitor);
    }
    /// Whether a session ended since the browser's last request.
    pub fn has_dead_session(&self) -> bool {
        self.visitor.has_dead_session
    }
    /// The session that ended by time since the browser's last request.
    pub fn ended_session(&self) -> Option<EndedSession> {
        self.visitor.ended
    }
    /// A form of this account that came too late, to be shown again.
    pub fn kept_form(&self) -> Option<&'r KeptForm> {
        self.visitor.kept.as_ref()
    }
    /// The browser, when it brings a device cookie of ours.
    pub fn browser(&self) -> Option<Browser> {
        Browser::read(self.context, session::read(self.cookies(), self.settings, CookieName::Device)?)
    }
    /// Lets the browser bring its device cookie from now on.
    pub fn set_browser(&self, browser: &Browser) {
        session::set(self.cookies(), self.settings, CookieName::Device, browser.cookie(self.context), Some(Duration::days(DEVICE_DAYS)));
    }
    /// The portal's parts.
    pub fn context(&self) -> &'r Context {
        self.context
    }
    /// Settings of the web room.
    pub fn settings(&self) -> &'r WebSettings {
        self.settings
    }
    /// The browser's cookies.
    pub fn cookies(&self) -> &'r CookieJar<'r> {
        self.request.cookies()
    }
    /// A header of the request.
    pub fn header(&self, name: &str) -> &'r str {
        self.request.headers().get_one(name).unwrap_or_default()
    }
    /// Path of the request.
    pub fn path(&self) -> String {
        self.request.uri().path().to_string()
    }
    /// The page on which the form stands that this request sends.
    pub fn form_page(&self) -> String {
        late::page_of(self.request.rocket(), &self.path())
    }
    /// Whether the actor holds a permission anywhere: for links that are worth showing.
    pub fn may(&self, permission: Permission) -> bool {
        guards::holds_somewhere(&self.context.policy, self.actor(), permission)
    }

    /// Whether the actor may see a list of more than the own: what makes an administrator.
    pub fn may_list(&self, permission: Permission) -> bool {
        self.context.policy.list_scope(self.actor(), permission).is_ok()
    }

    /// Counts this request against a limit per address.
    ///
    /// # Errors
    /// The page that says when to try again.
    pub fn limit(&self, limit: Limit) -> Result<(), PageError> {
        let Some(limits) = self.request.rocket().state::<Limits>() else { return Ok(()) };
        limits.check(limit, self.visitor.actor.address).map_err(PageError::TooMany)
    }

    /// What the form token is bound to; a visitor without a cookie gets one.
    fn binding(&self) -> &'r Binding {
        self.visitor.binding.get_or_init(|| {
            let known = session::read(self.cookies(), self.settings, CookieName::Visitor).map(str::to_owned);
            Binding::Visitor(known.unwrap_or_else(|| {
                let token = self.context.new_token();
                session::set(self.cookies(), self.settings, CookieName::Visitor, token.clone(), None);
                token
            }))
        })
    }

    /// Whether a form's token is right. A visitor who brings no cookie has none that could be.
    pub fn is_token(&self, token: &str) -> bool {
        let is_known = self.any_session().is_some() || session::read(self.cookies(), self.settings, CookieName::Visitor).is_some();
        is_known && csrf::is_token(self.context, self.binding(), token)
    }

    /// What stands around a page. Takes the flash: it shows once.
    pub fn chrome(&self) -> Chrome {
        let path = self.path();
        let flash = session::read(self.cookies(), self.settings, CookieName::Flash).and_then(|text| {
            session::clear(self.cookies(), self.settings, CookieName::Flash);
            session::read_flash(self.context, text)
        });
        Chrome {
            csrf_token: csrf::token(self.context, self.binding()),
            nonce: None,
            request_id: self.actor().correlation.to_string(),
            signed_in: self.signed_in().map(|signed_in| ChromeAccount {
                login: signed_in.login.clone(),
                full_name: signed_in.full_name.clone(),
                is_pending: signed_in.status == crate::domain::account::AccountStatus::Pending,
                nav: self.nav(&path),
            }),
            flash,
            is_held: self.visitor.held.is_some(),
            demo: self.settings.demo,
            session_warning: self
                .session()
                .map(|open| SessionWarning { idle_seconds: open.left_ms / 1000, warning_seconds: WARNING_MS / 1000 }),
            announcements: self.visitor.announcements.iter().map(|one| self.above_page(one)).collect(),
            public_url: self.context.settings.public_url.clone(),
            path,
        }
    }

    /// An announcement as it stands above a page. Who puts it aside comes back to the page with what was looked for on it.
    fn above_page(&self, one: &Announcement) -> ChromeAnnouncement {
        let paragraphs = one.content.paragraphs();
        let is_read = self.request.method() == Method::Get;
        let back = || if is_read { self.request.uri().to_string() } else { self.form_page() };
        ChromeAnnouncement {
            id: one.id.to_string(),
            title: one.content.title.to_string(),
            lead: paragraphs.first().copied().unwrap_or_default().to_owned(),
            has_more: paragraphs.len() > 1,
            is_important: one.content.urgency == Urgency::Important,
            back: (self.signed_in().is_some() && one.can_be_put_aside()).then(back),
        }
    }

    fn nav(&self, path: &str) -> Vec<NavItem> {
        let mut items: Vec<NavItem> = guards::NAV
            .iter()
            .filter(|item| item.is_for(self))
            .map(|guards::Place { href, label_key, .. }| NavItem {
                href: (*href).to_owned(),
                label_key: (*label_key).to_owned(),
                current: false,
            })
            .collect();
        // The longest path that this page lies under is where the reader is.
        let under = |href: &str| path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
        if let Some(here) = items.iter_mut().filter(|item| under(&item.href)).max_by_key(|item| item.href.len()) {
            here.current = true;
        }
        items
    }

    /// A page, 200.
    pub fn show<P: Page>(&self, page: &P) -> Answer {
        self.show_as(Status::Ok, page)
    }
    /// The form again, 422: with what was typed (never secrets) and what is wrong.
    pub fn show_again<P: Page>(&self, page: &P) -> Answer {
        self.show_as(Status::UnprocessableEntity, page)
    }
    /// A page with another status.
    pub fn show_as<P: Page>(&self, status: Status, page: &P) -> Answer {
        let chrome = self.chrome();
        let render = |chrome: &Chrome| self.context.renderer.page(page, chrome).map_err(PageError::internal);
        let html = render(&chrome)?;
        // A form that came too late is shown as it was typed, on its own page and nowhere else.
        let is_read = self.request.method() == Method::Get && status == Status::Ok;
        if let Some(kept) = self.kept_form().filter(|kept| is_read && refill::has_form(&html, &kept.action)) {
            // After a proof one reads that nothing was done yet; else, why the form is here at all.
            let flash = chrome.flash.clone().filter(|flash| flash == PROVEN).unwrap_or_else(|| "form_kept".to_owned());
            let html = render(&Chrome { flash: Some(flash), ..chrome })?;
            return Ok(Reply::html(status, refill::refill(&html, &kept.action, &kept.fields)));
        }
        Ok(Reply::html(status, html))
    }
    /// To another page of ours, 303.
    pub fn redirect(&self, to: impl Into<String>) -> Answer {
        Ok(Reply::redirect(to.into()))
    }
    /// To another page of ours, 303, which shows the message `flash.<key>`.
    pub fn redirect_with(&self, to: impl Into<String>, flash: &str) -> Answer {
        self.flash(flash);
        self.redirect(to)
    }
    /// Leaves a message for the next page.
    pub fn flash(&self, key: &str) {
        session::set(self.cookies(), self.settings, CookieName::Flash, session::signed_flash(self.context, key), Some(FLASH_KEEP));
    }
}

fn parts<'r>(request: &'r Request<'_>) -> Result<(&'r Context, &'r WebSettings), PageError> {
    let rocket = request.rocket();
    rocket.state::<Context>().zip(rocket.state::<WebSettings>()).ok_or_else(|| PageError::internal("the portal is not put together"))
}
