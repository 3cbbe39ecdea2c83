//! Bodies of POST requests: read within limits of size and time, proven to come from our own pages, free of NUL characters
//! (PostgreSQL refuses them). What may not live here: what the fields mean.

use super::address::network_of;
use super::csrf;
use super::error::PageError;
use super::late;
use super::rate::Limit;
use super::visit::Visit;
use super::{MOST_FORM_BYTES, MOST_UPLOAD_BYTES};
use crate::domain::identifiers::without_invisible;
use multer::{Constraints, Multipart, SizeLimit};
use rocket::data::{DataStream, FromData, Outcome, ToByteUnit as _};
use rocket::{Data, Request};
use std::collections::HashMap;
use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Fields in one form: fifty persons with all their boxes stay far below.
const MOST_FIELDS: usize = 5_000;
/// What is read and thrown away beyond a limit, so that a browser hears the answer instead of a reset connection.
const MOST_DRAINED: u64 = 64 * 1024 * 1024;
/// A form must have come within.
const FORM_TIME: Duration = Duration::from_secs(30);
/// Silence in an upload that ends it.
const UPLOAD_SILENCE: Duration = Duration::from_secs(15);
/// After this time an upload must have kept its pace.
const UPLOAD_GRACE: Duration = Duration::from_secs(20);
/// Bytes a second: half a megabit, far below any office's line, and above what it costs to hold a place for nothing.
const UPLOAD_PACE: u64 = 60_000;
/// Uploads of one address at a time: nobody takes the places of all others.
const UPLOADS_OF_ONE: usize = 2;
/// An upload must have come within: 10 MB at half a megabit a second.
const UPLOAD_TIME: Duration = Duration::from_secs(180);
/// Uploads that are held in memory at a time.
const UPLOADS_AT_ONCE: usize = 4;
/// An upload waits for its turn no longer than.
const UPLOAD_QUEUE_TIME: Duration = Duration::from_secs(30);

/// The fields of a form, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// The first value of a field, as typed; empty when it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }
    /// What was typed into a field of several lines, with line feeds alone.
    pub fn lines(&self, name: &str) -> String {
        self.text(name).replace("\r\n", "\n")
    }
    /// All values of a field: ticked boxes.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }
    /// Whether a field came at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }
    /// Everything, in order, without the token.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str())).filter(|(n, _)| *n != csrf::FIELD)
    }
    /// For tests of what is made of a form.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    fn add(&mut self, name: String, value: String) -> Result<(), PageError> {
        if self.0.len() >= MOST_FIELDS || name.contains('\0') || value.contains('\0') {
            return Err(PageError::Unprocessable);
        }
        // What nobody sees comes along from other documents, and shows a name as another one. A password is what was typed.
        let value = if name.contains("password") { value } else { without_invisible(&value) };
        self.0.push((name, value));
        Ok(())
    }
}

/// A form with files. The files stay in memory, so only a few uploads run at a time; the next ones wait their turn.
#[derive(Debug)]
pub struct Uploaded {
    fields: Posted,
    files: Vec<(String, Vec<u8>)>,
    _turn: OwnedSemaphorePermit,
    _place: Place,
}

impl std::ops::Deref for Uploaded {
    type Target = Posted;
    fn deref(&self) -> &Posted {
        &self.fields
    }
}

impl Uploaded {
    /// The contents of the files of a field, in order; a file input that was left empty gives none. Names are not kept:
    /// they are the sender's words.
    pub fn files(&self, field: &str) -> Vec<&[u8]> {
        self.files.iter().filter(|(name, _)| name == field).map(|(_, bytes)| bytes.as_slice()).collect()
    }
    /// As [`Uploaded::files`], giving them away.
    pub fn take_files(&mut self, field: &str) -> Vec<Vec<u8>> {
        self.files.iter_mut().filter(|(name, _)| name == field).map(|(_, bytes)| std::mem::take(bytes)).collect()
    }
}

/// Turns for uploads.
#[derive(Debug, Clone)]
pub struct Uploads {
    turns: Arc<Semaphore>,
    /// By address, while they wait or run.
    running: Arc<Mutex<HashMap<Option<IpAddr>, usize>>>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(UPLOADS_AT_ONCE)), running: Arc::default() }
    }
}

/// One upload of an address; gives its place back when dropped.
#[derive(Debug)]
struct Place {
    uploads: Uploads,
    address: Option<IpAddr>,
}

impl Uploads {
    fn enter(&self, address: Option<IpAddr>) -> Result<Place, PageError> {
        let address = address.map(network_of);
        let mut running = self.running.lock().map_err(|_| PageError::internal("uploads are not counted any more"))?;
        let of_one = running.entry(address).or_default();
        if *of_one >= UPLOADS_OF_ONE {
            return Err(PageError::TooMany(UPLOAD_SILENCE));
        }
        *of_one += 1;
        Ok(Place { uploads: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Ok(mut running) = self.uploads.running.lock() else { return };
        if let Some(of_one) = running.get_mut(&self.address) {
            *of_one -= 1;
            if *of_one == 0 {
                running.remove(&self.address);
            }
        }
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Posted {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        answer(request, in_time(FORM_TIME, read_form(request, data)).await)
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Uploaded {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        answer(request, read_upload(request, data).await)
    }
}

fn answer<'r, T: FromData<'r, Error = ()>>(request: &Request<'_>, read: Result<T, PageError>) -> Outcome<'r, T> {
    match read {
        Ok(form) => Outcome::Success(form),
        Err(error) => Outcome::Error((error.note(request), ())),
    }
}

pub(super) async fn in_time<T>(time: Duration, reading: impl Future<Output = Result<T, PageError>>) -> Result<T, PageError> {
    timeout(time, reading).await.unwrap_or(Err(PageError::TooSlow))
}

/// Whoever sends a form from elsewhere is refused before a byte of it is read.
async fn own_visit<'r>(request: &'r Request<'_>) -> Result<Visit<'r>, PageError> {
    let visit = Visit::of(request).await?;
    if csrf::is_foreign(request, visit.settings()) { Err(PageError::StaleForm) } else { Ok(visit) }
}

async fn read_form(request: &Request<'_>, data: Data<'_>) -> Result<Posted, PageError> {
    let visit = own_visit(request).await?;
    if !request.content_type().is_some_and(|kind| kind.is_form()) {
        return Err(PageError::WrongKind);
    }
    let mut stream = data.open((MOST_FORM_BYTES + MOST_DRAINED).bytes());
    let body = read_within(&mut stream, MOST_FORM_BYTES).await?;
    let mut form = Posted::default();
    for (name, value) in url::form_urlencoded::parse(&body) {
        form.add(name.into_owned(), value.into_owned())?;
    }
    if visit.is_token(form.text(csrf::FIELD)) {
        late::forget(request, &visit).await?;
        late::remember(request, &form);
        return Ok(form);
    }
    Err(late::keep_older(&visit, &form).await?.unwrap_or(PageError::StaleForm))
}

/// A form that came after its session had ended: its fields when they are ours, nothing when they are not or have files.
#[derive(Debug)]
pub struct Late(pub Option<Posted>);

#[rocket::async_trait]
impl<'r> FromData<'r> for Late {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        answer(request, in_time(FORM_TIME, read_late(request, data)).await)
    }
}

async fn read_late(request: &Request<'_>, data: Data<'_>) -> Result<Late, PageError> {
    if !late::is_late(request) {
        return Err(PageError::NotFound);
    }
    let visit = own_visit(request).await?;
    let mut stream = data.open((MOST_UPLOAD_BYTES + MOST_DRAINED).bytes());
    if !request.content_type().is_some_and(|kind| kind.is_form()) {
        drain(&mut stream).await;
        return Ok(Late(None));
    }
    let body = read_within(&mut stream, MOST_FORM_BYTES).await?;
    let mut form = Posted::default();
    for (name, value) in url::form_urlencoded::parse(&body) {
        form.add(name.into_owned(), value.into_owned())?;
    }
    // Only what our own page sent is kept: nobody fills in somebody's forms from elsewhere.
    let is_ours = visit
        .ended_session()
        .is_some_and(|ended| csrf::is_token(visit.context(), &csrf::Binding::Session(ended.token_hash), form.text(csrf::FIELD)));
    Ok(Late(is_ours.then_some(form)))
}

/// All bytes up to the limit. What comes beyond it is thrown away.
pub(super) async fn read_within(stream: &mut (impl AsyncRead + Unpin), most: u64) -> Result<Vec<u8>, PageError> {
    let mut body = Vec::new();
    (&mut *stream).take(most + 1).read_to_end(&mut body).await.map_err(|_| PageError::TooSlow)?;
    if body.len() as u64 > most {
        drain(stream).await;
        return Err(PageError::TooLarge);
    }
    Ok(body)
}

async fn drain(stream: &mut (impl AsyncRead + Unpin)) {
    // The answer is decided; a sender that breaks off does not change it.
    let _ = tokio::io::copy(stream, &mut tokio::io::sink()).await;
}

async fn read_upload(request: &Request<'_>, data: Data<'_>) -> Result<Uploaded, PageError> {
    let visit = own_visit(request).await?;
    let boundary = request.content_type().filter(|kind| kind.is_form_data()).and_then(|kind| kind.param("boundary"));
    let boundary = boundary.ok_or(PageError::WrongKind)?.to_owned();
    // Counted before a byte is read: whoever only holds the line open is limited too.
    visit.limit(Limit::Upload)?;
    let uploads = request.rocket().state::<Uploads>().ok_or_else(|| PageError::internal("no turns for uploads"))?;
    let place = uploads.enter(visit.actor().address)?;
    let turn = timeout(UPLOAD_QUEUE_TIME, Arc::clone(&uploads.turns).acquire_owned()).await;
    let turn = turn.ok().and_then(Result::ok).ok_or_else(|| PageError::Unavailable("too many uploads at a time".to_owned()))?;
    let mut stream = data.open((MOST_UPLOAD_BYTES + MOST_DRAINED).bytes());
    let (fields, files) = in_time(UPLOAD_TIME, read_parts(&visit, &mut stream, boundary)).await?;
    Ok(Uploaded { fields, files, _turn: turn, _place: place })
}

type Parts = (Posted, Vec<(String, Vec<u8>)>);

async fn read_parts(visit: &Visit<'_>, stream: &mut DataStream<'_>, boundary: String) -> Result<Parts, PageError> {
    let read = parse_parts(visit, stream, boundary).await;
    if matches!(read, Err(PageError::TooLarge | PageError::StaleForm)) {
        drain(stream).await;
    }
    read
}

async fn parse_parts(visit: &Visit<'_>, stream: &mut DataStream<'_>, boundary: String) -> Result<Parts, PageError> {
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(MOST_UPLOAD_BYTES));
    let mut parts = Multipart::with_reader_with_constraints(stream, boundary, limits);
    let (mut fields, mut files) = (Posted::default(), Vec::new());
    let (begun, mut texts, mut all) = (Instant::now(), 0, 0);
    while let Some(mut part) = spoken(parts.next_field()).await? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        // The token stands first in our forms: a foreign one is refused before its files fill the memory.
        if is_file && !visit.is_token(fields.text(csrf::FIELD)) {
            return Err(PageError::StaleForm);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = spoken(part.chunk()).await? {
            all += chunk.len() as u64;
            let took = begun.elapsed();
            if took > UPLOAD_GRACE && all < took.as_secs() * UPLOAD_PACE {
                return Err(PageError::TooSlow);
            }
            if !is_file {
                texts += chunk.len() as u64;
                if texts > MOST_FORM_BYTES {
                    return Err(PageError::TooLarge);
                }
            }
            bytes.extend_from_slice(&chunk);
        }
        match is_file {
            // An empty file input sends a part without name and content; an empty file has a name.
            true if bytes.is_empty() && part.file_name() == Some("") => {}
            true => files.push((name, bytes)),
            false => fields.add(name, String::from_utf8_lossy(&bytes).into_owned())?,
        }
    }
    if visit.is_token(fields.text(csrf::FIELD)) { Ok((fields, files)) } else { Err(PageError::StaleForm) }
}

/// What comes next, unless the sender falls silent.
async fn spoken<T>(next: impl Future<Output = Result<T, multer::Error>>) -> Result<T, PageError> {
    spoken_within(UPLOAD_SILENCE, next).await
}

async fn spoken_within<T>(silence: Duration, next: impl Future<Output = Result<T, multer::Error>>) -> Result<T, PageError> {
    timeout(silence, next).await.map_err(|_| PageError::TooSlow)?.map_err(refused)
}

fn refused(error: multer::Error) -> PageError {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => PageError::TooLarge,
        multer::Error::StreamReadFailed(_) => PageError::TooSlow,
        _ => PageError::Unprocessable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_holds_two_places_and_gives_them_back() {
        let uploads = Uploads::default();
        let (one, other) = (Some([192, 0, 2, 7].into()), Some([192, 0, 2, 8].into()));
        let (first, second) = (uploads.enter(one), uploads.enter(one));
        assert!(first.is_ok() && second.is_ok());
        assert!(matches!(uploads.enter(one), Err(PageError::TooMany(_))));
        assert!(uploads.enter(other).is_ok(), "others have their own");
        drop(first);
        assert!(uploads.enter(one).is_ok());
        drop(second);
        assert!(uploads.running.lock().unwrap().is_empty(), "nobody is remembered");
    }

    #[tokio::test]
    async fn a_sender_who_falls_silent_is_given_up() {
        let silence = Duration::from_millis(1);
        assert!(matches!(spoken_within(silence, std::future::pending::<Result<(), multer::Error>>()).await, Err(PageError::TooSlow)));
        assert!(spoken(async { Ok(1) }).await.is_ok());
    }

    #[test]
    fn a_form_gives_its_fields_by_name() {
        let form = Posted::of(&[("a", "1"), ("b", " x "), ("a", "2"), ("csrf_token", "t")]);
        assert_eq!((form.text("a"), form.text("b"), form.text("c")), ("1", " x ", ""));
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert!(form.has("b") && !form.has("c"));
        assert_eq!(form.pairs().count(), 3);
    }
}
