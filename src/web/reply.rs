//! What a handler answers with. What may not live here: words.

use super::error::PageError;
use bytes::Bytes;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{Responder, Response};
use rocket::{Request, response};
use serde::Serialize;
use std::io::Cursor;

/// What every handler gives: a reply, or the page that says why not.
pub type Answer = Result<Reply, PageError>;

/// One answer.
#[derive(Debug)]
pub struct Reply {
    status: Status,
    headers: Vec<Header<'static>>,
    body: Bytes,
}

impl Reply {
    fn new(status: Status, kind: ContentType, body: impl Into<Bytes>) -> Self {
        Self { status, headers: vec![kind.into()], body: body.into() }
    }
    /// A page.
    pub fn html(status: Status, html: String) -> Self {
        Self::new(status, ContentType::HTML, html.into_bytes())
    }
    /// Plain words, for machines.
    pub fn text(status: Status, text: &str) -> Self {
        Self::new(status, ContentType::Plain, text.as_bytes().to_vec())
    }
    /// A value for a script of ours.
    pub fn json(value: &serde_json::Value) -> Self {
        Self::new(Status::Ok, ContentType::JSON, value.to_string().into_bytes())
    }
    /// A value for another system.
    ///
    /// # Errors
    /// Why it cannot be written as JSON.
    pub fn value(value: &impl Serialize) -> Result<Self, String> {
        let bytes = serde_json::to_vec(value).map_err(|error| error.to_string())?;
        Ok(Self::new(Status::Ok, ContentType::JSON, bytes))
    }
    /// Problem details for another system. Texts and numbers can always be written.
    pub fn problem(status: Status, body: &impl Serialize) -> Self {
        let kind = ContentType::new("application", "problem+json");
        Self::new(status, kind, serde_json::to_vec(body).unwrap_or_default())
    }
    /// 303 to a path of ours.
    pub fn redirect(to: String) -> Self {
        Self { status: Status::SeeOther, headers: vec![Header::new("Location", to)], body: Bytes::new() }
    }
    /// 204.
    pub fn nothing() -> Self {
        Self { status: Status::NoContent, headers: Vec::new(), body: Bytes::new() }
    }
    /// A file to show in the browser: only for what we made ourselves (printed forms, page images).
    pub fn inline(content_type: &str, name: &str, bytes: impl Into<Bytes>) -> Self {
        Self::file("inline", content_type, name, bytes)
    }
    /// A file to keep: what somebody uploaded never opens inside a page of ours.
    pub fn attachment(content_type: &str, name: &str, bytes: impl Into<Bytes>) -> Self {
        Self::file("attachment", content_type, name, bytes)
    }
    fn file(how: &str, content_type: &str, name: &str, bytes: impl Into<Bytes>) -> Self {
        // Names are ours (numbers and kinds); whatever else were in one would not reach the header.
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
        let kind = ContentType::parse_flexible(content_type).unwrap_or(ContentType::Binary);
        Self::new(Status::Ok, kind, bytes).with("Content-Disposition", format!("{how}; filename=\"{name}\""))
    }
    /// A static file.
    pub fn asset(content_type: &str, bytes: Bytes) -> Self {
        Self::new(Status::Ok, ContentType::parse_flexible(content_type).unwrap_or(ContentType::Binary), bytes)
    }
    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push(Header::new(name, value.into()));
        self
    }
}

impl<'r> Responder<'r, 'static> for Reply {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::build();
        response.status(self.status).sized_body(self.body.len(), Cursor::new(self.body));
        for header in self.headers {
            response.header_adjoin(header);
        }
        response.ok()
    }
}
