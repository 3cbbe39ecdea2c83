//! Examples of the pages of the post: empty, full, with errors, with long names.

use super::{
    ApplicationLine, FailingMailbox, FileBlock, ItemHead, NumberLink, PostFilePage, PostItemPage, PostListPage, PostRow, RecordPostPage,
    StateCount,
};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::domain::post::{PostReason, PostState, PostView};
use crate::web::pages::ExportLinks;
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::review::queue::Tab;
use jiff::civil::Date;

const NOW: Moment = Moment(1_795_327_500_000);
const ID: &str = "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10";
const OTHER: &str = "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a11";
const DAY: Date = Date::constant(2026, 11, 22);
const LONG: &str = "Samodzielny Publiczny Międzygminny Specjalistyczny Ośrodek Wsparcia imienia Świętego Brata Alberta Chmielowskiego w \
     Konstantynopolitańczykowianeczkowicach nad Źdźbłowianką";

fn number() -> NumberLink {
    NumberLink { number: "W/26/2026/000123".to_owned(), href: "/admin/applications/W-26-2026-000123".to_owned() }
}

fn tabs(view: PostView) -> Vec<Tab> {
    let words = [("Do przyjęcia", "12"), ("Nieprzypisane", "ponad 300"), ("Załatwione", "0")];
    let tab = |(of, (text, count)): (PostView, (&str, &str))| Tab {
        href: format!("/admin/post?view={}", of.key()),
        text: text.to_owned(),
        count: Some(count.to_owned()),
        current: of == view,
    };
    PostView::ALL.into_iter().zip(words).map(tab).collect()
}

fn row() -> PostRow {
    let count = |state: PostState, count| StateCount { state: state.key(), count };
    PostRow {
        id: ID.to_owned(),
        received_on: DAY,
        channel: "e_delivery",
        sender: Some(LONG.to_owned()),
        reference: "AE-2026-11-22-000123 · PS.5110.12.2026".to_owned(),
        voivodeship: None,
        files: vec![count(PostState::Proposed, 3), count(PostState::Unassigned, 1), count(PostState::Split, 1)],
        numbers: vec![number(), number()],
        recorded_by: Some("Krystyna Zawadzka-Śliwińska".to_owned()),
        recorded_at: NOW,
    }
}

pub(super) fn lists() -> Vec<PostListPage> {
    let page = |view: PostView, rows| PostListPage {
        tabs: tabs(view),
        view: view.key(),
        rows,
        shows_voivodeship: false,
        first: None,
        next: None,
        export: ExportLinks::sample("post"),
        failing: Vec::new(),
    };
    let plain = PostRow { sender: None, reference: String::new(), numbers: Vec::new(), recorded_by: None, channel: "post", ..row() };
    let country = PostRow { voivodeship: Some("warmińsko-mazurskie".to_owned()), ..row() };
    vec![
        page(PostView::ToAccept, vec![row(), plain]),
        PostListPage {
            failing: [None, Some("warmińsko-mazurskie")]
                .into_iter()
                .zip(["silent", "refused"])
                .map(|(name, failure)| FailingMailbox { voivodeship: name.map(str::to_owned), since: NOW, failure: failure.to_owned() })
                .collect(),
            shows_voivodeship: true,
            first: Some("/admin/post?view=settled".to_owned()),
            next: Some("/admin/post?view=settled&after=n1".to_owned()),
            ..page(PostView::Settled, vec![country])
        },
        page(PostView::ToAccept, Vec::new()),
        page(PostView::Unassigned, Vec::new()),
        page(PostView::Settled, Vec::new()),
        PostListPage { first: Some("/admin/post?view=settled".to_owned()), ..page(PostView::Settled, Vec::new()) },
    ]
}

fn channels() -> Vec<Choice> {
    let names = [("e_delivery", "e-Doręczenia"), ("epuap", "ePUAP"), ("email", "e-mail"), ("post", "poczta"), ("in_person", "osobiście")];
    names.into_iter().map(|(key, text)| Choice::new(key, text)).collect()
}

pub(super) fn recordings() -> Vec<RecordPostPage> {
    let page = RecordPostPage { channels: channels(), ..RecordPostPage::default() };
    let mut errors = FieldErrors::one("channel", Invalid::Required);
    for (field, reason) in [
        ("voivodeship", Invalid::Required),
        ("received_on", Invalid::DateFuture),
        ("sender", Invalid::TooLong),
        ("post_reference", Invalid::TooLong),
        ("case_sign", Invalid::TooLong),
        ("post_files", Invalid::FileMissing),
    ] {
        errors.add(field, reason);
    }
    let typed = RecordPostPage {
        channel: "epuap".to_owned(),
        received_on: "22.11.2026".to_owned(),
        sender: LONG.to_owned(),
        reference: "AE-2026-11-22-000123".to_owned(),
        case_sign: "PS.5110.12.2026".to_owned(),
        ..page.clone()
    };
    vec![
        page.clone(),
        RecordPostPage { offices: vec![Choice::new("26", "świętokrzyskie"), Choice::new("24", "śląskie")], errors, ..typed.clone() },
        RecordPostPage {
            known: vec![(format!("/admin/post/{ID}"), NOW), (format!("/admin/post/{OTHER}"), NOW)],
            errors: FieldErrors::one("post_files", Invalid::FileKnown),
            ..typed.clone()
        },
        RecordPostPage { refused: Some((2, 5)), errors: FieldErrors::one("post_files", Invalid::FileActive), ..typed.clone() },
        RecordPostPage { corrects: Some(ID.to_owned()), ..typed.clone() },
        RecordPostPage { corrects: Some(ID.to_owned()), errors: FieldErrors::one("received_on", Invalid::DateShape), ..typed },
    ]
}

fn head() -> ItemHead {
    ItemHead {
        id: ID.to_owned(),
        received_on: DAY,
        voivodeship: "świętokrzyskie".to_owned(),
        channel: "e_delivery",
        sender: Some(LONG.to_owned()),
        reference: Some("AE-2026-11-22-000123".to_owned()),
        case_sign: Some("PS.5110.12.2026".to_owned()),
        recorded_by: Some("Krystyna Zawadzka-Śliwińska".to_owned()),
        recorded_at: NOW,
        passed_from: None,
        mailbox: None,
        subject: None,
        text: None,
        skipped: 0,
        is_cut: false,
    }
}

fn file(ordinal: usize, state: PostState) -> FileBlock {
    FileBlock {
        id: format!("0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f2a{ordinal:02}"),
        ordinal,
        part_of: None,
        media_type: "pdf",
        size: 1_234_567,
        sha256: "3fa901bc77de".repeat(5) + "3fa9",
        is_kept: true,
        is_message: false,
        pages: Vec::new(),
        has_signature: false,
        state: state.key(),
        is_waiting: state.is_waiting(),
        is_sure: false,
        says: None,
        application: None,
        settled_by: (!state.is_waiting()).then(|| "Tomasz Łysogórski".to_owned()),
        settled_at: (!state.is_waiting()).then_some(NOW),
        passed_to: None,
        reason: None,
        note: None,
        repeats: None,
        may_reopen: false,
    }
}

fn sure(ordinal: usize) -> FileBlock {
    let application = ApplicationLine {
        link: number(),
        unit_name: LONG.to_owned(),
        applicant: "Anna Gżegżółka-Nowak".to_owned(),
        status: "awaiting_form",
    };
    FileBlock {
        is_sure: true,
        part_of: Some((1, 1, 2)),
        says: Some("Kod QR bieżącej wersji wniosku W/26/2026/000123.".to_owned()),
        application: Some(application),
        pages: vec![format!("/admin/post/{ID}/files/{ID}/page/1"), format!("/admin/post/{ID}/files/{ID}/page/2")],
        ..file(ordinal, PostState::Proposed)
    }
}

fn puzzling(ordinal: usize) -> FileBlock {
    let says = "Portal nie znalazł w pliku jednego wniosku, do którego plik należy.".to_owned();
    FileBlock { says: Some(says), has_signature: true, ..file(ordinal, PostState::Unassigned) }
}

pub(super) fn items() -> Vec<PostItemPage> {
    let refused = |ordinal, state, reason: PostReason| FileBlock {
        reason: Some(reason.key()),
        note: Some("Poprosiliśmy o skan wszystkich stron.".to_owned()),
        may_reopen: state == PostState::Discarded,
        ..file(ordinal, state)
    };
    let repeated = |ordinal, repeats| FileBlock { repeats, is_kept: false, ..file(ordinal, PostState::Repeated) };
    let full = vec![
        file(1, PostState::Split),
        sure(2),
        puzzling(3),
        FileBlock { application: sure(4).application, ..file(4, PostState::Assigned) },
        refused(5, PostState::SentBack, PostReason::Incomplete),
        refused(6, PostState::Discarded, PostReason::Other),
        FileBlock { passed_to: Some("śląskie".to_owned()), is_kept: false, ..file(7, PostState::Passed) },
        repeated(8, Some((OTHER.to_owned(), NOW))),
        repeated(9, Some((ID.to_owned(), NOW))),
        repeated(10, None),
        FileBlock { part_of: Some((0, 3, 4)), ..file(11, PostState::SentBack) },
    ];
    let page = PostItemPage {
        head: head(),
        files: full,
        sure: vec![number().number, "W/26/2026/000124".to_owned()],
        may_record: true,
        is_waiting: true,
        next: None,
        refused: Vec::new(),
    };
    let mailed = ItemHead {
        channel: "email",
        mailbox: Some("wps26@swietokrzyskie.example.pl".to_owned()),
        subject: Some(LONG.to_owned()),
        text: Some("Dzień dobry,\nw załączeniu formularz.\n\nZ poważaniem".to_owned()),
        skipped: 2,
        is_cut: true,
        recorded_by: None,
        ..head()
    };
    let bare = ItemHead { sender: None, reference: None, case_sign: None, recorded_by: None, ..head() };
    vec![
        page.clone(),
        page.clone().refusing(&[
            (ApplicationNumber::trusted("W/26/2026/000123"), vec![Invalid::SignatureBroken]),
            (ApplicationNumber::trusted("W/26/2026/000124"), vec![Invalid::FileTooMany, Invalid::FileTooBig]),
        ]),
        PostItemPage {
            head: mailed,
            files: vec![FileBlock { is_message: true, media_type: "message", ..puzzling(1) }],
            sure: Vec::new(),
            ..page.clone()
        },
        PostItemPage {
            head: ItemHead { passed_from: Some("śląskie".to_owned()), ..bare },
            files: vec![puzzling(1)],
            sure: Vec::new(),
            ..page.clone()
        },
        PostItemPage {
            files: vec![FileBlock { application: sure(1).application, ..file(1, PostState::Assigned) }],
            sure: Vec::new(),
            is_waiting: false,
            next: Some(format!("/admin/post/{OTHER}")),
            ..page
        },
    ]
}

pub(super) fn files() -> Vec<PostFilePage> {
    let reasons = |all: &[PostReason]| all.iter().map(|reason| Choice::new(reason.key(), reason.key())).collect();
    let page = PostFilePage {
        head: head(),
        file: puzzling(2),
        number: String::new(),
        others: vec![Choice::new("f1", "Plik 1"), Choice::new("f3", "Plik 3")],
        assign_with: vec!["f3".to_owned()],
        sending_back: reasons(&PostReason::SENDING_BACK),
        send_back_reason: String::new(),
        send_back_note: String::new(),
        discarding: reasons(&PostReason::DISCARDING),
        discard_reason: String::new(),
        discard_note: String::new(),
        offices: vec![Choice::new("02", "dolnośląskie"), Choice::new("24", "śląskie")],
        pass_to: String::new(),
        errors: FieldErrors::default(),
    };
    let with = |field: &str, reason| PostFilePage { errors: FieldErrors::one(field, reason), ..page.clone() };
    vec![
        PostFilePage { file: sure(1), number: "W/26/2026/000123".to_owned(), pass_to: "24".to_owned(), ..page.clone() },
        with("number", Invalid::Required),
        with("number", Invalid::NumberUnknown),
        with("number", Invalid::NumberElsewhere),
        with("number", Invalid::FormNotTaken),
        with("number", Invalid::FormOlderRevision),
        with("pass_to", Invalid::Required),
        with("send_back_reason", Invalid::Required),
        PostFilePage { discard_reason: "other".to_owned(), ..with("discard_note", Invalid::ReasonRequired) },
    ]
}
