//! The printed form of a revision: composed and frozen at submission, printed once, served as stored bytes ever after.

use super::view_application::readable;
use super::{Context, ServiceError};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::matter::Words;
use crate::domain::application::printed_form::{Block, FieldRow, FormWords, PrintedForm};
use crate::domain::application::signed_form::FormCode;
use crate::domain::dictionary::Dictionaries;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::date_text;
use crate::domain::voivodeship::{Gmina, Office, ReturnChannel};
use crate::render::Labels;
use crate::storage::applications::revisions;

/// The code in the form of an application's current revision.
pub fn code_of(application: &Application) -> FormCode {
    FormCode {
        number: application.number.clone(),
        revision: application.revision,
        fingerprint: application.fingerprint.compact().to_owned(),
    }
}

/// The form as data, for the HTML page: only for those who may see the application.
///
/// # Errors
/// `NotFound` for anybody else.
pub async fn show(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(Application, PrintedForm), ServiceError> {
    let application = readable(context, actor, number).await?;
    let form = revisions::find_printed_form(&context.db, application.id, application.revision).await?.ok_or(ServiceError::NotFound)?;
    Ok((application, form))
}

/// The form's QR code as inline SVG, for its HTML page.
pub fn qr_svg(form: &PrintedForm) -> String {
    crate::pdf::qr_svg(&form.code)
}

/// The form as PDF: made at the first call, then the same bytes for this revision for ever.
///
/// # Errors
/// `NotFound` for those who may not see the application.
pub async fn pdf(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(Application, Vec<u8>), ServiceError> {
    let application = readable(context, actor, number).await?;
    let bytes = bytes_of(context, &application).await?;
    Ok((application, bytes))
}

/// How many pages the form of the current revision has on paper.
pub(super) async fn count_pages(context: &Context, application: &Application) -> Result<usize, ServiceError> {
    let bytes = bytes_of(context, application).await?;
    let pages = tokio::task::spawn_blocking(move || crate::pdf::count_pages(&bytes)).await.map_err(ServiceError::internal)?;
    pages.map_err(ServiceError::internal)
}

async fn bytes_of(context: &Context, application: &Application) -> Result<Vec<u8>, ServiceError> {
    let (id, revision) = (application.id, application.revision);
    if let Some(bytes) = revisions::find_pdf(&context.db, id, revision).await? {
        return Ok(bytes);
    }
    let form = revisions::find_printed_form(&context.db, id, revision).await?.ok_or(ServiceError::NotFound)?;
    let printer = context.printer.clone();
    let bytes = tokio::task::spawn_blocking(move || printer.print(&form)).await.map_err(ServiceError::internal)?;
    let bytes = bytes.map_err(ServiceError::internal)?;
    // Not the GET's change but its memory: the bytes are a function of the frozen revision.
    revisions::save_pdf(&context.db, id, revision, &bytes).await?;
    Ok(bytes)
}

/// Composes the form of the application's current revision.
pub fn compose(
    context: &Context,
    application: &Application,
    dictionaries: &Dictionaries,
    office: &Office,
    gmina: Option<&Gmina>,
) -> PrintedForm {
    let labels = context.renderer.labels();
    let word = |key: &str| labels.text(&format!("form.words.{key}"));
    let mut blocks = with_words(labels, dictionaries, gmina, |words| application.payload.matter().blocks(words));
    office_blocks(&mut blocks, labels);
    channel_blocks(&mut blocks, labels, context, application, office);
    rodo_blocks(&mut blocks, labels, context);
    PrintedForm {
        office: office.name.clone(),
        title: labels.text(&format!("form.title.{}", application.payload.kind().key())),
        kind: labels.text(&format!("kinds.{}", application.payload.kind().key())),
        code: code_of(application),
        short_fingerprint: application.fingerprint.short(),
        submitted_at: application.revised_at,
        blocks,
        words: FormWords {
            number: word("number"),
            revision: word("revision"),
            fingerprint: word("fingerprint"),
            submitted: word("submitted"),
            page: word("page"),
            kind: word("kind"),
        },
    }
}

/// Lets a content speak in the words of the label file.
pub fn with_words<T>(labels: &Labels, dictionaries: &Dictionaries, gmina: Option<&Gmina>, speak: impl FnOnce(Words<'_>) -> T) -> T {
    let text = |key: &str| labels.text(key);
    let list = |key: &str| labels.list(key).into_iter().map(str::to_owned).collect();
    speak(Words { dictionaries, gmina, text: &text, list: &list })
}

fn heading(labels: &Labels, key: &str) -> Block {
    Block::Heading { text: labels.text(&format!("form.heading.{key}")) }
}

fn office_blocks(blocks: &mut Vec<Block>, labels: &Labels) {
    let list = |key: &str| labels.list(key).into_iter().map(str::to_owned).collect();
    blocks.push(Block::OfficePart {
        title: labels.text("form.office.title"),
        lines: list("form.office.lines"),
        choices: list("form.office.choices"),
        signature: labels.text("form.office.signature"),
    });
}

fn channel_blocks(blocks: &mut Vec<Block>, labels: &Labels, context: &Context, application: &Application, office: &Office) {
    blocks.push(heading(labels, "return"));
    blocks.push(Block::Paragraph { text: labels.text("form.return.intro") });
    let rows = office
        .channels
        .iter()
        .filter(|c| c.is_open)
        .map(|c| FieldRow {
            label: labels.text(&format!("channels.{}", c.channel.key())),
            value: match c.channel {
                ReturnChannel::Upload => labels.text_with("form.return.upload_address", &[("url", &context.settings.public_url)]),
                _ => c.address.clone(),
            },
        })
        .collect();
    blocks.push(Block::Fields { rows });
    for (number, line) in office.form_text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        let text = if number == 0 { labels.text_with("form.return.office_text", &[("text", line)]) } else { line.to_owned() };
        blocks.push(Block::Paragraph { text });
    }
    if let Some(lapses_at) = application.lapses_at {
        // The last whole day is inclusive.
        let date = date_text(lapses_at.last_day());
        blocks.push(Block::Paragraph { text: labels.text_with("form.return.deadline", &[("date", &date)]) });
    }
}

fn rodo_blocks(blocks: &mut Vec<Block>, labels: &Labels, context: &Context) {
    let settings = &context.settings;
    let contact = [settings.publisher_email.as_str(), settings.publisher_phone.as_str()];
    let contact = contact.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(", ");
    let values = [
        ("administrator", settings.publisher_name.as_str()),
        ("contact", contact.as_str()),
        ("officer", settings.data_protection_email.as_str()),
    ];
    blocks.push(heading(labels, "rodo"));
    for point in labels.list("form.rodo.points") {
        let text = values.iter().fold(point.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        blocks.push(Block::SmallPrint { text });
    }
}
