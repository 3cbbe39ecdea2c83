//! Tera for pages and letters alike; the label file; the static files. Every page and letter is a type with samples.
//! What may not live here: HTTP, storage, and any word that a person reads (those are in `templates/`).

mod assets;
mod chrome;
mod labels;
pub mod plot;
mod words;

pub use assets::{Asset, Assets};
pub use chrome::{Chrome, ChromeAccount, ChromeAnnouncement, NavItem, SessionWarning};
pub use labels::Labels;

use rust_embed::RustEmbed;
use serde::Serialize;
use std::sync::Arc;
use tera::{Context, Tera, Value};

/// A page: its template, its place, and examples that the tests render.
pub trait Page: Serialize {
    /// Under `templates/`, e.g. `pages/review/queue.html.tera`.
    const TEMPLATE: &'static str;
    /// The `data-page` of its `<main>`.
    const PLACE: &'static str;
    /// Every state worth seeing: empty, full, with errors, with long names.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// A letter: the folder of its two templates, and examples that the tests compose.
pub trait Letter: Serialize {
    /// Folder in `templates/letters`, holding `subject.txt.tera` and `body.txt.tera`.
    const NAME: &'static str;
    /// Every state worth reading.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// A composed letter, plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterText {
    /// One line.
    pub subject: String,
    /// With `\n` line ends.
    pub body: String,
}

/// Why something could not be rendered. A programming error, never the reader's.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template does not load or does not fit its data.
    #[error("template: {}", chain(.0))]
    Template(#[from] tera::Error),
    /// The label file cannot be read.
    #[error("labels/pl.toml: {0}")]
    Labels(String),
    /// Templates name labels that do not exist.
    #[error("labels missing in labels/pl.toml: {0}")]
    LabelsMissing(String),
    /// An embedded file is not UTF-8.
    #[error("{0} is not UTF-8")]
    NotText(String),
    /// A subject must be one line, so that no header can be smuggled into a letter.
    #[error("the subject of letter {0} is empty or has a line break")]
    Subject(&'static str),
}

fn chain(error: &tera::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Everything under `templates/`, inside the binary in every build, so that the portal runs from any folder.
#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

/// Renders pages and letters. Made once, then only read.
pub struct Renderer {
    tera: Tera,
    labels: Arc<Labels>,
    assets: Arc<Assets>,
}

impl Renderer {
    /// Loads every template, the labels and the static files, and checks that each label named literally exists.
    ///
    /// # Errors
    /// Any [`RenderError`]: the start must stop.
    pub fn new() -> Result<Self, RenderError> {
        Self::with_static(&[("noto-regular.woff2", crate::fonts::WEB_REGULAR), ("noto-bold.woff2", crate::fonts::WEB_BOLD)])
    }

    /// As [`Renderer::new`], with static files made elsewhere: the web fonts `noto-regular.woff2` and `noto-bold.woff2`.
    ///
    /// # Errors
    /// As [`Renderer::new`].
    pub fn with_static(made: &[(&str, &[u8])]) -> Result<Self, RenderError> {
        let mut sources = Vec::new();
        let mut assets: Vec<_> = made.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        let mut labels = None;
        for path in Templates::iter() {
            let Some(file) = Templates::get(&path) else { continue };
            if let Some(name) = path.strip_prefix("static/") {
                assets.push((name.to_owned(), file.data.into_owned()));
                continue;
            }
            let text = String::from_utf8(file.data.into_owned()).map_err(|_| RenderError::NotText(path.to_string()))?;
            if path == "labels/pl.toml" {
                labels = Some(Labels::parse(&text).map_err(RenderError::Labels)?);
            } else if path.ends_with(".tera") {
                sources.push((path.to_string(), text));
            }
        }
        let labels = Arc::new(labels.ok_or_else(|| RenderError::Labels("missing".to_owned()))?);
        let missing = words::missing_labels(&sources, &labels);
        if !missing.is_empty() {
            return Err(RenderError::LabelsMissing(missing.join(", ")));
        }
        let assets = Arc::new(Assets::new(assets));
        let mut tera = Tera::new();
        tera.autoescape_on([".html.tera"]);
        words::register(&mut tera, &labels, &assets);
        tera.add_raw_templates(sources.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
        Ok(Self { tera, labels, assets })
    }

    /// A whole page. Its template sees `page`, `chrome`, `place`, `errors` (the page's `errors`, or none) and `words` (empty).
    ///
    /// # Errors
    /// [`RenderError::Template`].
    pub fn page<P: Page>(&self, page: &P, chrome: &Chrome) -> Result<String, RenderError> {
        let page = Value::try_from_serializable(page)?;
        let errors = page.get_from_path("errors").cloned().filter(Value::is_map).unwrap_or_else(|| Value::from(tera::Map::new()));
        let mut context = Context::new();
        context.insert_value("page", page);
        context.insert_value("errors", errors);
        context.insert_value("chrome", Value::try_from_serializable(chrome)?);
        context.insert_value("place", Value::from(P::PLACE));
        context.insert_value("words", Value::from(""));
        Ok(self.tera.render(P::TEMPLATE, &context)?)
    }

    /// A letter's subject and body. Its templates see `letter`.
    ///
    /// # Errors
    /// [`RenderError::Template`], [`RenderError::Subject`].
    pub fn letter<L: Letter>(&self, letter: &L) -> Result<LetterText, RenderError> {
        let mut context = Context::new();
        context.insert_value("letter", Value::try_from_serializable(letter)?);
        let part = |part: &str| self.tera.render(&format!("letters/{}/{part}.txt.tera", L::NAME), &context);
        let subject = part("subject")?.trim().to_owned();
        if subject.is_empty() || subject.chars().any(char::is_control) {
            return Err(RenderError::Subject(L::NAME));
        }
        Ok(LetterText { subject, body: format!("{}\n", part("body")?.trim()) })
    }

    /// The words of a label, or `⟦key⟧` when it has none (which a test then finds).
    pub fn label(&self, key: &str) -> String {
        self.labels.text(key)
    }

    /// All labels.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// A static file by what stands behind `/static/`: `app.3fa901bc77de.css`, or `app.css` (then it may change any time).
    pub fn asset(&self, path: &str) -> Option<Asset> {
        self.assets.get(path)
    }

    /// The URL of a static file, with the hash of its content.
    pub fn asset_url(&self, name: &str) -> Option<String> {
        self.assets.url(name)
    }

    /// Names of the templates that are whole pages (they extend a layout), for the test that each has its type.
    pub fn page_templates() -> Vec<String> {
        let is_page = |path: &str| Templates::get(path).is_some_and(|file| file.data.starts_with(b"{% extends "));
        Templates::iter().filter(|path| path.ends_with(".html.tera") && is_page(path)).map(|path| path.into_owned()).collect()
    }
}

#[cfg(test)]
mod tests;
