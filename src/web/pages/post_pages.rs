//! „Wpływy”: the list, recording, one item with its files, one file. What may not live here: where a file belongs.

mod samples;

use super::ExportLinks;
use super::admin_pages::Choice;
use super::review::queue::Tab;
use crate::domain::application::signed_form::MediaType;
use crate::domain::id::PostFileId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::domain::post::matching::Verdict;
use crate::domain::post::{PostReason, PostState};
use crate::domain::voivodeship::{Office, ReturnChannel, VoivodeshipCode};
use crate::render::{Labels, Page};
use crate::services::handle_post::{FileView, ItemView, ListedPost, NewPost, Refusal};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// So many files of a state.
#[derive(Debug, Clone, Serialize)]
pub struct StateCount {
    /// Key under `post.states`.
    pub state: &'static str,
    /// How many.
    pub count: usize,
}

/// One row of the list.
#[derive(Debug, Clone, Serialize)]
pub struct PostRow {
    /// Row id.
    pub id: String,
    /// The day it came.
    pub received_on: Date,
    /// Key under `channels`.
    pub channel: &'static str,
    /// As written there.
    pub sender: Option<String>,
    /// Reference and case sign.
    pub reference: String,
    /// Name of the voivodeship, where it is shown.
    pub voivodeship: Option<String>,
    /// Its files.
    pub files: Vec<StateCount>,
    /// Applications that have their form from it.
    pub numbers: Vec<NumberLink>,
    /// Who recorded it.
    pub recorded_by: Option<String>,
    /// When.
    pub recorded_at: Moment,
}

/// An application by its number.
#[derive(Debug, Clone, Serialize)]
pub struct NumberLink {
    /// „W/26/2026/000123”.
    pub number: String,
    /// Its page.
    pub href: String,
}

impl NumberLink {
    fn of(number: &crate::domain::identifiers::ApplicationNumber) -> Self {
        Self { number: number.to_string(), href: format!("/admin/applications/{}", number.to_path()) }
    }
}

impl PostRow {
    /// Of a listed item; with the name of its voivodeship where the reader sees several.
    pub fn of(row: &ListedPost, voivodeships: Option<&BTreeMap<VoivodeshipCode, String>>) -> Self {
        let item = &row.item;
        Self {
            id: item.id.to_string(),
            received_on: item.received_on,
            channel: item.channel.key(),
            sender: item.sender.clone(),
            reference: item.reference_line(),
            voivodeship: voivodeships.and_then(|names| names.get(&item.voivodeship).cloned()),
            files: row.files.iter().map(|(state, count)| StateCount { state: state.key(), count: *count }).collect(),
            numbers: row.numbers.iter().map(NumberLink::of).collect(),
            recorded_by: row.recorded_by.clone(),
            recorded_at: item.recorded_at,
        }
    }
}

/// `/admin/post`.
#[derive(Debug, Clone, Serialize)]
pub struct PostListPage {
    /// One tab for each view.
    pub tabs: Vec<Tab>,
    /// Key of the view that is shown.
    pub view: &'static str,
    /// The rows.
    pub rows: Vec<PostRow>,
    /// Whether the reader's scope holds more than one voivodeship.
    pub shows_voivodeship: bool,
    /// Link to the beginning, on a later page.
    pub first: Option<String>,
    /// Link to the next page.
    pub next: Option<String>,
    /// The whole view as a file.
    pub export: ExportLinks,
    /// Mailboxes that cannot be read: voivodeship, since when, key under `post.mailbox_failures`.
    pub failing: Vec<FailingMailbox>,
}

/// A mailbox that cannot be read.
#[derive(Debug, Clone, Serialize)]
pub struct FailingMailbox {
    /// Name of the voivodeship, where the reader sees several.
    pub voivodeship: Option<String>,
    /// Since when.
    pub since: Moment,
    /// Key under `post.mailbox_failures`.
    pub failure: String,
}

impl Page for PostListPage {
    const TEMPLATE: &'static str = "pages/post/list.html.tera";
    const PLACE: &'static str = "admin-post";
    fn samples() -> Vec<Self> {
        samples::lists()
    }
}

/// `/admin/post/record`, and `/admin/post/<id>/correct`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RecordPostPage {
    /// The item that is put right; none: something new is recorded.
    pub corrects: Option<String>,
    /// Offices to choose from; none where there is one only.
    pub offices: Vec<Choice>,
    /// Chosen.
    pub voivodeship: String,
    /// Channels.
    pub channels: Vec<Choice>,
    /// Chosen.
    pub channel: String,
    /// As typed.
    pub received_on: String,
    /// As typed.
    pub sender: String,
    /// As typed.
    pub reference: String,
    /// As typed.
    pub case_sign: String,
    /// Where the same files were recorded before, and when.
    pub known: Vec<(String, Moment)>,
    /// Which file of how many was refused, where there are several.
    pub refused: Option<(usize, usize)>,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl RecordPostPage {
    /// With what was typed so far.
    pub fn of(offices: &[Office], words: &Labels, typed: NewPost, errors: FieldErrors) -> Self {
        let channels = ReturnChannel::ALL.into_iter().filter(|channel| *channel != ReturnChannel::Upload);
        let offices = if offices.len() > 1 { offices } else { &[] };
        Self {
            offices: offices.iter().map(|office| Choice::new(office.voivodeship.as_str(), office.voivodeship_name.clone())).collect(),
            channels: channels.map(|channel| Choice::new(channel.key(), words.text(&format!("channels.{}", channel.key())))).collect(),
            voivodeship: typed.voivodeship,
            channel: typed.channel,
            received_on: typed.received_on,
            sender: typed.sender,
            reference: typed.reference,
            case_sign: typed.case_sign,
            errors,
            ..Self::default()
        }
    }
}

impl Page for RecordPostPage {
    const TEMPLATE: &'static str = "pages/post/record.html.tera";
    const PLACE: &'static str = "admin-post-record";
    fn samples() -> Vec<Self> {
        samples::recordings()
    }
}

/// One file, as its item and its own page show it.
#[derive(Debug, Clone, Serialize)]
pub struct FileBlock {
    /// Row id.
    pub id: String,
    /// From 1.
    pub ordinal: usize,
    /// Ordinal of the scan that it was cut out of, and its pages there.
    pub part_of: Option<(usize, i32, i32)>,
    /// Key under `media_types`.
    pub media_type: &'static str,
    /// Bytes.
    pub size: i64,
    /// Of the bytes: what proves which file it was.
    pub sha256: String,
    /// Its bytes are here.
    pub is_kept: bool,
    /// It is a message, and no form.
    pub is_message: bool,
    /// Links to the images of its pages.
    pub pages: Vec<String>,
    /// A PDF with a signature, or an XAdES file.
    pub has_signature: bool,
    /// Key under `post.states`.
    pub state: &'static str,
    /// Somebody has to say what becomes of it.
    pub is_waiting: bool,
    /// It is accepted with the others.
    pub is_sure: bool,
    /// What is known of where it belongs, in words.
    pub says: Option<String>,
    /// The application that it names, or is a signed form of.
    pub application: Option<ApplicationLine>,
    /// Who settled it.
    pub settled_by: Option<String>,
    /// When.
    pub settled_at: Option<Moment>,
    /// The office that has it now.
    pub passed_to: Option<String>,
    /// Key under `post.reasons`.
    pub reason: Option<&'static str>,
    /// In words.
    pub note: Option<String>,
    /// Where the same file was recorded before, and when; the item itself where it stands above.
    pub repeats: Option<(String, Moment)>,
    /// It can be taken out again.
    pub may_reopen: bool,
}

/// An application as a file names it.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationLine {
    /// Its number, with its page.
    pub link: NumberLink,
    /// Name of its unit.
    pub unit_name: String,
    /// Who filed it.
    pub applicant: String,
    /// Key of its state.
    pub status: &'static str,
}

/// What is known of where a file belongs.
fn says(view: &FileView, voivodeships: &BTreeMap<VoivodeshipCode, String>, words: &Labels) -> Option<String> {
    if view.file.media_type == MediaType::Message {
        return view.file.state.is_waiting().then(|| words.text("post.verdict.message"));
    }
    let Some(verdict) = view.verdict.as_ref().filter(|_| view.file.state.is_waiting()) else {
        return view.file.state.is_waiting().then(|| words.text("post.verdict.none"));
    };
    let number = view.file.clue.as_ref().map(|clue| clue.number.to_string()).unwrap_or_default();
    let text = |key: &str, more: &[(&str, &str)]| {
        words.text_with(&format!("post.verdict.{key}"), &[&[("number", number.as_str())], more].concat())
    };
    Some(match verdict {
        Verdict::Sure(by) => text(&format!("sure_{}", by.key()), &[]),
        Verdict::OtherOffice(code) => text("other_office", &[("office", voivodeships.get(code).map_or(code.as_str(), String::as_str))]),
        Verdict::NotTaken => {
            let status = view.application.as_ref().map(|application| words.text(&format!("status.{}", application.status.key())));
            text("not_taken", &[("status", status.as_deref().unwrap_or_default())])
        }
        other => text(other.key(), &[]),
    })
}

fn block(view: &ItemView, index: usize, words: &Labels) -> FileBlock {
    let one = &view.files[index];
    let file = &one.file;
    let path = format!("/admin/post/{}/files/{}", view.item.id, file.id);
    let ordinal_of = |id: PostFileId| view.files.iter().position(|other| other.file.id == id).map(|at| at + 1);
    FileBlock {
        id: file.id.to_string(),
        ordinal: index + 1,
        part_of: file.part_of.map(|(whole, first, last)| (ordinal_of(whole).unwrap_or_default(), first, last)),
        media_type: file.media_type.key(),
        size: file.size,
        sha256: file.sha256.clone(),
        is_kept: !file.object_key.is_empty(),
        is_message: file.media_type == MediaType::Message,
        pages: (1..=file.page_keys.len()).map(|page| format!("{path}/page/{page}")).collect(),
        has_signature: file.has_signature,
        state: file.state.key(),
        is_waiting: file.state.is_waiting(),
        is_sure: file.state == PostState::Proposed && matches!(one.verdict, Some(Verdict::Sure(_))),
        says: says(one, &view.voivodeships, words),
        application: one.application.as_ref().map(|application| ApplicationLine {
            link: NumberLink::of(&application.number),
            unit_name: application.unit_name.clone(),
            applicant: application.applicant.clone(),
            status: application.status.key(),
        }),
        settled_by: one.settled_by.clone(),
        settled_at: file.settled.at,
        passed_to: file.settled.passed_to.as_ref().map(|code| view.voivodeships.get(code).cloned().unwrap_or_else(|| code.to_string())),
        reason: file.settled.reason.map(PostReason::key),
        note: file.settled.note.clone(),
        repeats: one.repeats.map(|(item, at)| (item.to_string(), at)),
        may_reopen: view.may_record && file.state.may_reopen() && !file.object_key.is_empty(),
    }
}

/// What is known of an item, around its files.
#[derive(Debug, Clone, Serialize)]
pub struct ItemHead {
    /// Row id.
    pub id: String,
    /// The day it came.
    pub received_on: Date,
    /// Name of the voivodeship.
    pub voivodeship: String,
    /// Key under `channels`.
    pub channel: &'static str,
    /// As written there.
    pub sender: Option<String>,
    /// Number of the sender or the channel.
    pub reference: Option<String>,
    /// Sign of the case.
    pub case_sign: Option<String>,
    /// Who recorded it.
    pub recorded_by: Option<String>,
    /// When.
    pub recorded_at: Moment,
    /// Name of the office that passed it on.
    pub passed_from: Option<String>,
    /// The user of the mailbox that it was read from.
    pub mailbox: Option<String>,
    /// Subject of the message.
    pub subject: Option<String>,
    /// The first of its text.
    pub text: Option<String>,
    /// Attachments that stay in the message only.
    pub skipped: i32,
    /// The message was too large: its head alone is kept.
    pub is_cut: bool,
}

impl ItemHead {
    fn of(view: &ItemView) -> Self {
        let (item, name) = (&view.item, |code: &VoivodeshipCode| view.voivodeships.get(code).cloned().unwrap_or_else(|| code.to_string()));
        Self {
            id: item.id.to_string(),
            received_on: item.received_on,
            voivodeship: name(&item.voivodeship),
            channel: item.channel.key(),
            sender: item.sender.clone(),
            reference: item.reference.clone(),
            case_sign: item.case_sign.clone(),
            recorded_by: view.recorded_by.clone(),
            recorded_at: item.recorded_at,
            passed_from: item.passed_from.as_ref().map(name),
            mailbox: item.mailbox.clone(),
            subject: item.subject.clone(),
            text: item.text.clone(),
            skipped: item.skipped,
            is_cut: item.is_cut,
        }
    }
}

/// `/admin/post/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct PostItemPage {
    /// What is known of it.
    pub head: ItemHead,
    /// Its files.
    pub files: Vec<FileBlock>,
    /// Numbers of the applications that one key accepts the forms of.
    pub sure: Vec<String>,
    /// Whether the reader says what becomes of it.
    pub may_record: bool,
    /// Somebody has to say what becomes of one of its files.
    pub is_waiting: bool,
    /// The next item that waits to be accepted.
    pub next: Option<String>,
    /// Forms that were just refused: number, and keys of the reasons.
    pub refused: Vec<RefusedForm>,
}

/// A form that an application does not take.
#[derive(Debug, Clone, Serialize)]
pub struct RefusedForm {
    /// Number of the application.
    pub number: String,
    /// Keys under `errors.number`.
    pub reasons: FieldErrors,
}

impl PostItemPage {
    /// The same page after some of the forms were refused: nothing is offered by one key, for it would be refused again.
    #[must_use]
    pub fn refusing(self, refused: &[(ApplicationNumber, Vec<Invalid>)]) -> Self {
        let told = |(number, reasons): &(ApplicationNumber, Vec<Invalid>)| {
            let mut errors = FieldErrors::default();
            for reason in reasons {
                errors.add("number", *reason);
            }
            RefusedForm { number: number.to_string(), reasons: errors }
        };
        Self { refused: refused.iter().map(told).collect(), sure: Vec::new(), ..self }
    }

    /// Of an item.
    pub fn of(view: &ItemView, words: &Labels, next: Option<String>) -> Self {
        let files: Vec<FileBlock> = (0..view.files.len()).map(|index| block(view, index, words)).collect();
        let number = |file: &FileBlock| file.application.as_ref().map(|application| application.link.number.clone());
        let mut sure: Vec<String> = files.iter().filter(|file| file.is_sure).filter_map(number).collect();
        sure.dedup();
        Self {
            head: ItemHead::of(view),
            sure,
            may_record: view.may_record,
            is_waiting: files.iter().any(|file| file.is_waiting),
            files,
            next,
            refused: Vec::new(),
        }
    }
}

impl Page for PostItemPage {
    const TEMPLATE: &'static str = "pages/post/item.html.tera";
    const PLACE: &'static str = "admin-post-item";
    fn samples() -> Vec<Self> {
        samples::items()
    }
}

/// What was typed on the page of a file.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Number of an application; none: that which the file names.
    pub number: Option<String>,
    /// Files that are assigned together with it.
    pub assign_with: Vec<String>,
    /// Why it is sent back.
    pub send_back: Refusal,
    /// Why it is discarded.
    pub discard: Refusal,
    /// To which office; none: that which the file names.
    pub pass_to: Option<String>,
}

/// `/admin/post/<id>/files/<file>`.
#[derive(Debug, Clone, Serialize)]
pub struct PostFilePage {
    /// What it came with.
    pub head: ItemHead,
    /// The file.
    pub file: FileBlock,
    /// As typed, or as the file says.
    pub number: String,
    /// Other files of the item that wait: they can be assigned together with it.
    pub others: Vec<Choice>,
    /// Chosen of them.
    pub assign_with: Vec<String>,
    /// Reasons to send it back.
    pub sending_back: Vec<Choice>,
    /// Chosen.
    pub send_back_reason: String,
    /// As typed.
    pub send_back_note: String,
    /// Reasons to discard it.
    pub discarding: Vec<Choice>,
    /// Chosen.
    pub discard_reason: String,
    /// As typed.
    pub discard_note: String,
    /// The other offices.
    pub offices: Vec<Choice>,
    /// Chosen, or as the file says.
    pub pass_to: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl PostFilePage {
    /// Of a file of an item; none when it is not there.
    pub fn of(view: &ItemView, file: PostFileId, words: &Labels, typed: Typed, errors: FieldErrors) -> Option<Self> {
        let index = view.files.iter().position(|one| one.file.id == file)?;
        let one = &view.files[index];
        let named = one.file.clue.as_ref().map(|clue| clue.number.to_string()).unwrap_or_default();
        let elsewhere = match &one.verdict {
            Some(Verdict::OtherOffice(code)) => code.to_string(),
            _ => String::new(),
        };
        let reasons = |all: &[PostReason]| {
            all.iter().map(|reason| Choice::new(reason.key(), words.text(&format!("post.reasons.{}", reason.key())))).collect()
        };
        let others = view.voivodeships.iter().filter(|(code, _)| **code != view.item.voivodeship);
        let mut offices: Vec<Choice> = others.map(|(code, name)| Choice::new(code.as_str(), name.clone())).collect();
        offices.sort_by_cached_key(|choice| crate::domain::collation::sort_key(&choice.text));
        Some(Self {
            head: ItemHead::of(view),
            file: block(view, index, words),
            others: (1..)
                .zip(&view.files)
                .filter(|(_, other)| other.file.id != file && other.file.state.is_waiting() && other.file.media_type != MediaType::Message)
                .map(|(ordinal, other)| {
                    Choice::new(other.file.id.to_string(), words.text_with("post.file", &[("n", &ordinal.to_string())]))
                })
                .collect(),
            assign_with: typed.assign_with,
            number: typed.number.unwrap_or(if elsewhere.is_empty() { named } else { String::new() }),
            sending_back: reasons(&PostReason::SENDING_BACK),
            send_back_reason: typed.send_back.reason,
            send_back_note: typed.send_back.note,
            discarding: reasons(&PostReason::DISCARDING),
            discard_reason: typed.discard.reason,
            discard_note: typed.discard.note,
            offices,
            pass_to: typed.pass_to.unwrap_or(elsewhere),
            errors,
        })
    }
}

impl Page for PostFilePage {
    const TEMPLATE: &'static str = "pages/post/file.html.tera";
    const PLACE: &'static str = "admin-post-file";
    fn samples() -> Vec<Self> {
        samples::files()
    }
}
