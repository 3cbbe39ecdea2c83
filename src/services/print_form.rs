//! The printed form of a revision: composed and frozen at submission, printed once, served as stored bytes ever after.

use super::view_application::readable;
use super::{Context, ServiceError};
use crate::domain::actor::Actor;
use crate::domain::application::printed_form::{Block, FieldRow, FormWords, PrintedForm, SignatureBox};
use crate::domain::application::registration::{GrantRequest, Person, Registration};
use crate::domain::application::signed_form::FormCode;
use crate::domain::application::{Application, Payload};
use crate::domain::dictionary::Dictionaries;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::date_text;
use crate::domain::unit::UnitData;
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
    let (id, revision) = (application.id, application.revision);
    if let Some(bytes) = revisions::find_pdf(&context.db, id, revision).await? {
        return Ok((application, bytes));
    }
    let form = revisions::find_printed_form(&context.db, id, revision).await?.ok_or(ServiceError::NotFound)?;
    let printer = context.printer.clone();
    let bytes = tokio::task::spawn_blocking(move || printer.print(&form)).await.map_err(ServiceError::internal)?;
    let bytes = bytes.map_err(ServiceError::internal)?;
    // Not the GET's change but its memory: the bytes are a function of the frozen revision.
    revisions::save_pdf(&context.db, id, revision, &bytes).await?;
    Ok((application, bytes))
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
    let Payload::Registration(registration) = &application.payload;
    let word = |key: &str| labels.text(&format!("form.words.{key}"));
    let mut blocks = Vec::new();
    unit_blocks(&mut blocks, labels, &registration.unit, dictionaries, gmina);
    person_blocks(&mut blocks, labels, registration, dictionaries);
    statement_blocks(&mut blocks, labels, registration);
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

fn heading(labels: &Labels, key: &str) -> Block {
    Block::Heading { text: labels.text(&format!("form.heading.{key}")) }
}

/// „ul. Szkolna 5A, 26-026 Morawica”; a village without streets gives its own name and the number.
pub fn address_text(unit: &UnitData) -> String {
    let address = &unit.address;
    let street = address.street.as_ref().unwrap_or(&address.town);
    format!("{street} {}, {} {}", address.building, address.postal_code, address.town)
}

/// What is printed of a unit: key under `form.label` and text, in the order of the form. What is not given is empty, and not printed.
pub fn printed_unit(labels: &Labels, unit: &UnitData, dictionaries: &Dictionaries, gmina: Option<&Gmina>) -> Vec<(&'static str, String)> {
    let extension =
        unit.phone_extension.as_ref().map(|e| format!(" {} {e}", labels.text("form.label.phone_extension"))).unwrap_or_default();
    vec![
        ("name", unit.name.to_string()),
        ("kind", dictionaries.unit_kind(&unit.kind).map_or_else(|| unit.kind.clone(), |k| k.name.clone())),
        ("regon", unit.regon.to_string()),
        ("nip", unit.nip.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("address", address_text(unit)),
        ("territory", gmina.map(|g| format!("{} ({}), {}, {}", g.name, g.type_name, g.powiat, g.voivodeship)).unwrap_or_default()),
        ("terc", gmina.map_or_else(|| unit.terc.to_string(), |g| format!("{}{}", g.code, g.type_digit))),
        ("phone", format!("{}{extension}", unit.phone.to_display())),
        ("email", unit.email.to_string()),
        ("ade", unit.ade.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("epuap", unit.epuap.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("parent_body", unit.parent_body.to_string()),
        ("head", format!("{} {}, {}", unit.head.first_name, unit.head.last_name, unit.head.position)),
    ]
}

fn unit_blocks(blocks: &mut Vec<Block>, labels: &Labels, unit: &UnitData, dictionaries: &Dictionaries, gmina: Option<&Gmina>) {
    let rows = printed_unit(labels, unit, dictionaries, gmina)
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| FieldRow { label: labels.text(&format!("form.label.{key}")), value })
        .collect();
    blocks.push(heading(labels, "unit"));
    blocks.push(Block::Fields { rows });
}

/// What is printed of who a person is: key under `form.label` and text.
pub fn printed_person(person: &Person) -> [(&'static str, String); 5] {
    [
        ("full_name", person.full_name()),
        ("position", person.position.to_string()),
        ("email", person.email.to_string()),
        ("phone", person.phone.to_display()),
        ("login", person.login.to_string()),
    ]
}

/// What is printed of a wish: sub-area, function, last day.
pub fn printed_grant(grant: &GrantRequest, dictionaries: &Dictionaries) -> [String; 3] {
    let sub_area = dictionaries.sub_area(&grant.sub_area).map_or_else(|| grant.sub_area.clone(), |s| format!("{} – {}", s.code, s.name));
    let function = dictionaries.function(&grant.function).map_or_else(|| grant.function.clone(), |f| f.name.clone());
    [sub_area, function, date_text(grant.valid_until)]
}

fn person_blocks(blocks: &mut Vec<Block>, labels: &Labels, registration: &Registration, dictionaries: &Dictionaries) {
    let label = |key: &str| labels.text(&format!("form.label.{key}"));
    blocks.push(heading(labels, "persons"));
    blocks.push(Block::Table {
        headers: ["ordinal", "full_name", "position", "email", "phone", "login"].map(label).to_vec(),
        widths: vec![3, 9, 8, 11, 8, 8],
        rows: registration
            .persons
            .iter()
            .enumerate()
            .map(|(i, p)| std::iter::once((i + 1).to_string()).chain(printed_person(p).map(|(_, text)| text)).collect())
            .collect(),
    });
    blocks.push(heading(labels, "grants"));
    blocks.push(Block::Table {
        headers: ["ordinal", "full_name", "sub_area", "function", "valid_until"].map(label).to_vec(),
        widths: vec![2, 11, 15, 9, 6],
        rows: registration
            .persons
            .iter()
            .enumerate()
            .flat_map(|(i, p)| p.grants.iter().map(move |g| (i, p, g)))
            .map(|(i, p, g)| [(i + 1).to_string(), p.full_name()].into_iter().chain(printed_grant(g, dictionaries)).collect())
            .collect(),
    });
}

fn statement_blocks(blocks: &mut Vec<Block>, labels: &Labels, registration: &Registration) {
    let list = |key: &str| labels.list(key).into_iter().map(str::to_owned).collect();
    let several = registration.persons.len() > 1;
    blocks.push(heading(labels, "statements"));
    let title = if several { "form.statements.users_title" } else { "form.statements.user_title" };
    blocks.push(Block::Statements {
        title: labels.text(title),
        items: crate::domain::application::draft::STATEMENTS.iter().map(|key| labels.text(&format!("statements.{key}"))).collect(),
    });
    blocks.push(Block::Statements { title: labels.text("form.statements.head_title"), items: list("head_statements") });
    blocks.push(heading(labels, "signatures"));
    let place_and_date = labels.text("form.signature.place_and_date");
    let head = &registration.unit.head;
    let mut boxes = vec![SignatureBox {
        caption: labels.text("form.signature.head"),
        name: format!("{} {}, {}", head.first_name, head.last_name, head.position),
        place_and_date: place_and_date.clone(),
    }];
    if let Some(applicant) = registration.persons.first() {
        boxes.push(SignatureBox { caption: labels.text("form.signature.user"), name: applicant.full_name(), place_and_date });
    }
    blocks.push(Block::Signatures { boxes, electronic: labels.text("form.signature.electronic") });
    if several {
        blocks.push(Block::SmallPrint { text: labels.text("form.signature.users_note") });
    }
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
    if let Some(lapses_at) = application.lapses_at {
        // The last whole day is inclusive.
        let date = lapses_at.plus_ms(-1).to_date_text();
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
