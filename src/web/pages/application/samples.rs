//! Examples of the pages of an application: each state, refused files, long and hostile names.

use super::*;
use crate::domain::application::printed_form::{Block, FieldRow, FormWords, SignatureBox};
use crate::domain::application::signed_form::FormCode;
use crate::domain::application::status::Status;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::domain::moment::Moment;
use jiff::civil::date;

const NOW: i64 = 1_795_327_500_000;

fn text(text: &str) -> String {
    text.to_owned()
}

fn heading(status: Status) -> Heading {
    Heading { number: text("W/26/2026/000123"), path: text("W-26-2026-000123"), revision: 2, status: status.key() }
}

pub(super) fn list() -> Vec<OwnApplicationsPage> {
    let row = |status, unit_name: &str| OwnApplication {
        heading: heading(status),
        kind: "unit_registration",
        unit_name: text(unit_name),
        submitted_at: NOW,
    };
    vec![
        OwnApplicationsPage::default(),
        OwnApplicationsPage {
            applications: vec![
                row(Status::AwaitingForm, "Gminny Ośrodek Pomocy Społecznej w Morawicy"),
                row(Status::Expired, &"Miejsko-Gminny Ośrodek <b>Pomocy</b> ".repeat(5)),
            ],
        },
    ]
}

pub(super) fn show() -> Vec<ApplicationPage> {
    let channel = |key, address: &str| Channel { key, address: text(address) };
    let file = |media_type, signature, pages| FileRow { id: text("0199f0a2"), media_type, size: 1_440_000, signature, pages };
    let form = |revision, code_match, files| SignedFormRow {
        revision,
        standing: if revision == 2 { "in_force" } else { "older" },
        channel: "upload",
        reference: None,
        received_on: date(2026, 11, 22),
        recorded_at: NOW,
        code_match,
        files,
    };
    let happened = |event: &str, who, refused: Option<&str>| HappenedRow { at: NOW, event: text(event), who, refused: refused.map(text) };
    let page = |status: Status| ApplicationPage {
        heading: heading(status),
        kind: "unit_registration",
        outcome_place: "account",
        unit_name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
        regon: text("123456785"),
        heads: vec![text("Maria Wójcik, kierownik")],
        persons: vec![text("Anna Nowak-Kowalska"), text("Jan Żak")],
        is_own: true,
        revised_at: NOW,
        last_day: status.waits_for_applicant().then_some(date(2026, 12, 22)),
        fingerprint: text("3fa9 01bc 77de"),
        reason: None,
        remarks: Vec::new(),
        office: OfficeContact {
            name: text("Świętokrzyski Urząd Wojewódzki w Kielcach"),
            address: text("al. IX Wieków Kielc 3, 25-516 Kielce"),
            email: text("wps00@kielce.example.pl"),
            phone: text("+48413420000"),
        },
        channels: vec![
            channel("upload", ""),
            channel("e_delivery", "AE:PL-12345-67890-ABCDE-12"),
            channel("epuap", "/SUWKielce/SkrytkaESP"),
        ],
        can: Possible {
            upload: status == Status::AwaitingForm,
            correct: status.is_open(),
            withdraw: status.is_open(),
            again: !status.is_open() && status != Status::Approved,
            anew: None,
        },
        signed_forms: Vec::new(),
        shortage: None,
        escalated_at: None,
        awaits_second: false,
        history: vec![happened("application.submitted", "applicant", None)],
    };
    let mut all: Vec<ApplicationPage> = Status::ALL.into_iter().filter(|s| *s != Status::Draft).map(page).collect();
    let mut received = page(Status::FormReceived);
    received.signed_forms = vec![
        form(
            2,
            "unreadable",
            vec![file("jpeg", None, vec![1]), file("pdf", Some("sound"), vec![1, 2]), file("xades", Some("unproven"), vec![])],
        ),
        SignedFormRow { standing: "replaced", ..form(2, "matched", vec![file("pdf", Some("not_checked"), vec![1])]) },
        SignedFormRow { channel: "epuap", reference: Some(text("UPP-2026/11/<1>")), ..form(1, "matched", Vec::new()) },
    ];
    received.shortage = Some(Shortage { printed: 5, sent: 2 });
    received.can.upload = true;
    received.escalated_at = Some(NOW);
    received.awaits_second = true;
    received.history = vec![
        happened("signed_form.received", "applicant", None),
        happened("signed_form.refused", "applicant", Some("file_encrypted")),
        happened("application.submitted", "applicant", None),
    ];
    let mut returned = page(Status::Returned);
    returned.reason = Some(text("Proszę o poprawki.\n<script>alert(1)</script>"));
    returned.remarks = vec![
        RemarkLine { field: text("unit.regon"), label: text("REGON"), person: String::new(), text: text("Inny numer w bazie REGON.") },
        RemarkLine { field: text("persons.1.login"), label: text("Login"), person: text("Jan Żak"), text: text("Użyj nazwiska.") },
        RemarkLine { field: String::new(), label: String::new(), person: String::new(), text: text("Brakuje pieczątki.") },
    ];
    let mut rejected = page(Status::Rejected);
    rejected.reason = Some(text("Jednostka nie działa w tym województwie."));
    let foreign = ApplicationPage { is_own: false, can: Possible::default(), ..page(Status::InReview) };
    let heads = vec![text("Maria Wójcik, kierownik"), text("Zofia Brzęczyszczykiewicz-Łękołodzka, dyrektorka")];
    let of_two = ApplicationPage { kind: "permission_extension", heads, ..page(Status::AwaitingForm) };
    let mut failed = ApplicationPage { kind: "permission_extension", ..page(Status::Expired) };
    failed.can = Possible { anew: Some("account/extend"), ..Possible::default() };
    let approved = |kind, outcome_place| ApplicationPage { kind, outcome_place, ..page(Status::Approved) };
    all.extend([received, returned, rejected, foreign, of_two, failed]);
    all.extend([
        approved("permission_extension", "account"),
        approved("email_change", "email-change"),
        approved("staff_registration", "account"),
    ]);
    all
}

pub(super) fn form() -> Vec<PrintedFormPage> {
    let form = PrintedForm {
        office: text("Świętokrzyski Urząd Wojewódzki w Kielcach"),
        title: text("Wniosek o rejestrację jednostki i użytkownika"),
        kind: text("nowa jednostka i użytkownik"),
        code: FormCode { number: ApplicationNumber::trusted("W/26/2026/000123"), revision: 2, fingerprint: text("3fa901bc77de") },
        short_fingerprint: text("3fa9 01bc 77de"),
        submitted_at: Moment(NOW),
        blocks: vec![
            Block::Heading { text: text("Jednostka") },
            Block::Fields { rows: vec![FieldRow { label: text("Pełna nazwa"), value: text("Ośrodek <b>&amp;</b>") }] },
            Block::Table { headers: vec![text("Lp."), text("Osoba")], widths: vec![1, 5], rows: vec![vec![text("1"), text("Anna Nowak")]] },
            Block::Signatures {
                boxes: vec![SignatureBox {
                    caption: text("Podpis"),
                    name: text("Maria Wójcik"),
                    place_and_date: text("Miejscowość i data"),
                }],
                electronic: text("albo: dokument podpisany elektronicznie"),
            },
        ],
        words: FormWords {
            number: text("Numer wniosku"),
            revision: text("Wersja"),
            fingerprint: text("Odcisk treści"),
            submitted: text("Data złożenia"),
            page: text("strona {page} z {pages}"),
            kind: text("Rodzaj wniosku"),
        },
    };
    // The braces are filled in on paper only.
    vec![PrintedFormPage { heading: heading(Status::AwaitingForm), form, qr_svg: text("<svg class=\"qr\" aria-hidden=\"true\"></svg>") }]
}

pub(super) fn upload() -> Vec<UploadPage> {
    let page = |errors| UploadPage { heading: heading(Status::AwaitingForm), has_form: false, errors };
    let mut all = vec![page(FieldErrors::default()), UploadPage { has_form: true, ..page(FieldErrors::default()) }];
    all.extend([Invalid::FileMissing, Invalid::FileEncrypted, Invalid::FormOlderRevision].map(|r| page(FieldErrors::one("files", r))));
    all
}

pub(super) fn correct() -> Vec<CorrectPage> {
    vec![
        CorrectPage { heading: heading(Status::AwaitingForm), has_form: false },
        CorrectPage { heading: heading(Status::Returned), has_form: true },
        CorrectPage { heading: heading(Status::InReview), has_form: true },
    ]
}

pub(super) fn withdraw() -> Vec<WithdrawPage> {
    vec![WithdrawPage { heading: heading(Status::InReview) }]
}
