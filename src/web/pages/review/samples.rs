//! Examples of the pages of the review: empty, full, with errors, with long names.

use super::Head;
use super::application::{
    Actions, ApplicationPage, Decision, File, First, Form, HistoryItem, Next, Person, RemarkLine, Returned, Row, Two,
};
use super::approve::{ApprovePage, Condition, Done, DoneItem};
use super::desk::{ClockText, Colleague, DeskPart, NoteLine, Typed};
use super::queue::{Line, QueuePage, Tab};
use super::receive::{Choice, ReceivePage};
use super::refuse::{Correctable, Group, RejectPage, ReturnPage};
use super::signature::SignatureLine;
use super::similar::{KnownAccount, Similar, SimilarAccount, SimilarApplication, SimilarUnit};
use crate::domain::application::bulk::Act;
use crate::domain::application::clock::Reading;
use crate::domain::application::draft::{PERSON_FIELDS, UNIT_FIELDS};
use crate::domain::application::signed_form::Shortage;
use crate::domain::application::status::Status;
use crate::domain::delivery::DeliveryFailure;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::domain::signature::{Chain, Extent, Format, Integrity, Signature, SigningTime, TimeSource};
use crate::domain::similar::Reason;
use crate::services::review_application::View;
use crate::web::pages::ExportLinks;
use crate::web::pages::outbox_pages::LetterRow;

const NOW: i64 = 1_795_327_500_000;
const LONG_NAME: &str = "Krystyna Zawadzka-Śliwińska";
const LONG: &str = "Samodzielny Publiczny Międzygminny Specjalistyczny Ośrodek Wsparcia dla Osób Doznających Przemocy Domowej i ich \
     Rodzin imienia Świętego Brata Alberta Chmielowskiego w Konstantynopolitańczykowianeczkowicach nad Źdźbłowianką";

fn head(status: &'static str) -> Head {
    Head {
        number: "W/26/2026/000123".to_owned(),
        id: "W-26-2026-000123".to_owned(),
        status,
        revision: 2,
        version: 7,
        kind: "unit_registration",
        unit_name: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
    }
}

fn line(serial: u32, status: &'static str, unit_name: &str) -> Line {
    Line {
        number: format!("W/26/2026/{serial:06}"),
        id: format!("W-26-2026-{serial:06}"),
        status,
        kind: "unit_registration",
        unit_name: unit_name.to_owned(),
        regon: "291122334".to_owned(),
        applicant: "Anna Gżegżółka-Nowak".to_owned(),
        persons: 1,
        revision: 1,
        version: 7,
        age_days: i64::from(serial % 4),
        days_left: None,
        lapses_on: None,
        taken_by: None,
        is_mine: false,
        clock: None,
        assigned_to: None,
        is_assigned_to_me: false,
        snoozed_until: None,
        awaits_second: false,
        is_forwarded: false,
        voivodeship: None,
    }
}

fn tabs(current: &str) -> Vec<Tab> {
    Status::ALL
        .into_iter()
        .filter(|status| *status != Status::Draft)
        .map(|status| Tab {
            href: format!("/admin/applications?status={}", status.key()),
            text: status.key().to_owned(),
            count: Some(if status == Status::Approved { "ponad 300".to_owned() } else { "3".to_owned() }),
            current: status.key() == current,
        })
        .collect()
}

fn views(current: &str) -> Vec<Tab> {
    let tab = |view: View| Tab {
        href: format!("/admin/applications?view={}", view.key()),
        text: view.key().to_owned(),
        count: (view == View::Overdue).then(|| "2".to_owned()),
        current: view.key() == current,
    };
    View::ALL.into_iter().map(tab).collect()
}

fn clock(reading: Reading) -> Option<ClockText> {
    ClockText::of(reading)
}

fn desk(reading: Reading) -> DeskPart {
    DeskPart {
        clock: clock(reading),
        target: 10,
        due_on: matches!(reading, Reading::Left(_) | Reading::Over(_)).then(|| "2026-12-07".to_owned()),
        assignee: String::new(),
        assigned_to: None,
        is_mine: false,
        me: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
        snoozed_until: None,
        colleagues: vec![Colleague { value: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a11".to_owned(), text: LONG_NAME.to_owned() }],
        notes: Vec::new(),
        shows_notes: true,
        can_assign: true,
        can_snooze: matches!(reading, Reading::Left(_) | Reading::Over(_)),
        typed: Typed::default(),
    }
}

/// The queue.
pub fn queues() -> Vec<QueuePage> {
    let page = |status: &str, q: &str, rows: Vec<Line>| QueuePage {
        views: views("all"),
        view: "all",
        tabs: tabs(status),
        status: status.to_owned(),
        q: q.to_owned(),
        sort: "waiting".to_owned(),
        is_unsearchable: false,
        acts: Act::ALL.into_iter().filter(|act| Status::from_key(status).is_some_and(|status| act.is_for(status))).map(Act::key).collect(),
        rows,
        shows_voivodeship: false,
        first: None,
        next: None,
        export: ExportLinks::sample("applications"),
    };
    let mut pages: Vec<QueuePage> =
        Status::ALL.iter().filter(|s| **s != Status::Draft).map(|status| page(status.key(), "", Vec::new())).collect();
    pages.push(page("form_received", "<b>lodz</b>", Vec::new()));
    pages.push(QueuePage { is_unsearchable: true, ..page("form_received", "<b>", Vec::new()) });
    let taken = Line { taken_by: Some("Krystyna Zawadzka-Śliwińska".to_owned()), ..line(3, "in_review", LONG) };
    let mine = Line { taken_by: Some("Ja".to_owned()), is_mine: true, persons: 12, ..line(4, "in_review", "DPS w Łodzi") };
    let two =
        Line { awaits_second: true, is_forwarded: true, voivodeship: Some("świętokrzyskie".to_owned()), ..line(6, "in_review", LONG) };
    pages.push(QueuePage { shows_voivodeship: true, ..page("forwarded", "", vec![two.clone()]) });
    pages.push(page("forwarded", "", Vec::new()));
    pages.push(page("in_review", "", vec![two]));
    pages.push(QueuePage { first: Some("/admin/applications".to_owned()), ..page("in_review", "", vec![taken, mine]) });
    let over = Line { clock: clock(Reading::Over(2)), assigned_to: Some(LONG_NAME.to_owned()), ..line(7, "form_received", LONG) };
    let left = Line {
        clock: clock(Reading::Left(3)),
        assigned_to: Some("Ja".to_owned()),
        is_assigned_to_me: true,
        snoozed_until: Some(NOW),
        ..line(8, "form_received", LONG)
    };
    let of = |view: &'static str, rows| QueuePage { views: views(view), view, ..page("form_received", "", rows) };
    pages.extend([of("overdue", vec![over]), of("snoozed", vec![left.clone()]), of("mine", vec![left])]);
    pages.extend(["overdue", "snoozed", "mine"].map(|view| of(view, Vec::new())));
    let late = Line {
        clock: clock(Reading::Applicant),
        days_left: Some(0),
        lapses_on: Some(NOW),
        persons: 3,
        revision: 2,
        ..line(5, "awaiting_form", LONG)
    };
    let wide = Line { days_left: Some(12), lapses_on: Some(NOW), voivodeship: Some("świętokrzyskie".to_owned()), ..late.clone() };
    pages.push(QueuePage {
        shows_voivodeship: true,
        next: Some("/admin/applications?after=n1.2".to_owned()),
        ..page("awaiting_form", "morawica", vec![wide, late])
    });
    pages
}

fn row(key: &'static str, value: &str) -> Row {
    let value = if value.is_empty() { Vec::new() } else { vec![value.to_owned()] };
    Row { key, value, before: None, registered: None }
}

fn page(status: &'static str) -> ApplicationPage {
    ApplicationPage {
        head: head(status),
        fingerprint: "3fa9 01bc 77de".to_owned(),
        voivodeship: "świętokrzyskie".to_owned(),
        submitted_at: NOW,
        revised_at: NOW,
        age_days: 0,
        lapses_on: None,
        days_left: None,
        desk: desk(match status {
            "awaiting_form" | "returned" => Reading::Applicant,
            "form_received" | "in_review" => Reading::Left(3),
            _ => Reading::Ended,
        }),
        letters: vec![
            LetterRow::sample("m1", "given_up", Some(DeliveryFailure::NoAddress)),
            LetterRow::sample("m2", "sent", None),
            LetterRow::sample("m3", "waiting", None),
        ],
        taken_by: None,
        decision: None,
        two: None,
        acts_for: None,
        heir: None,
        escalated_at: None,
        unit: vec![row("name", "Gminny Ośrodek Pomocy Społecznej w Morawicy"), row("regon", "291122334"), row("nip", "")],
        is_registered_unit: false,
        own: Vec::new(),
        persons: vec![Person {
            name: "Anna Gżegżółka-Nowak".to_owned(),
            rows: vec![
                row("full_name", "Anna Gżegżółka-Nowak"),
                row("grants", "PS – pomoc społeczna · wprowadzający dane · do 31.12.2027"),
            ],
            is_new: false,
            is_changed: false,
        }],
        shared_emails: vec!["wspolna@gops.example.pl".to_owned()],
        removed: Vec::new(),
        changes: 0,
        differences: 0,
        note: None,
        note_before: None,
        forms: Vec::new(),
        shortage: None,
        actions: Actions::default(),
        similar: Similar::default(),
        history: vec![HistoryItem { at: NOW, title: "złożenie wniosku".to_owned(), who: "Anna Nowak".to_owned(), text: None }],
        returns: Vec::new(),
        next: None,
        errors: FieldErrors::default(),
    }
}

fn signature(is_sound: bool) -> SignatureLine {
    let heads = ["Maria Wójcik-Źdźbło".to_owned()];
    let unproven = Signature::unproven(Format::Xades, Integrity::UnknownMethod);
    let sound = Signature {
        format: Format::Pades,
        integrity: Integrity::Sound,
        extent: Extent::Stamped,
        signer: Some(LONG_NAME.to_owned()),
        issuer: Some("Centrum Kwalifikowanych Usług <Zaufania>".to_owned()),
        time: Some(SigningTime { at: Moment(NOW), source: TimeSource::Signer }),
        has_unconfirmed_stamp: true,
        is_bound: true,
        chain: Chain::UnknownIssuer,
        is_seal: true,
    };
    SignatureLine::of(if is_sound { &sound } else { &unproven }, &heads)
}

/// One that warns of nothing.
fn good_signature() -> SignatureLine {
    SignatureLine {
        format: "pades",
        integrity: "sound",
        signer: Some("Maria Wójcik-Źdźbło".to_owned()),
        is_trusted_profile: true,
        issuer: Some("Centrum Kwalifikowane".to_owned()),
        at: Some(NOW),
        is_stamped: true,
        checked: vec!["integrity", "whole", "bound", "chain", "seal", "stamp"],
        unchecked: vec!["revocation"],
        warnings: Vec::new(),
        is_head: true,
    }
}

fn form(revision: i32, code_match: &'static str, files: usize) -> Form {
    let file = |ordinal: usize| File {
        ordinal,
        href: format!("/admin/applications/W-26-2026-000123/files/{ordinal}"),
        media_type: if ordinal == 3 { "xades" } else { "pdf" },
        size: 1_400_000,
        signatures: if ordinal == 1 { Vec::new() } else { vec![signature(ordinal == 2)] },
        is_unchecked: false,
        pages: if ordinal == 3 { Vec::new() } else { vec![format!("/p/{ordinal}/1"), format!("/p/{ordinal}/2")] },
    };
    Form {
        revision,
        standing: if revision == 2 { "in_force" } else { "older" },
        channel: "e_delivery",
        received_on: "22.11.2026".to_owned(),
        recorded_at: NOW,
        reference: (files > 0).then(|| "AE:PL-12345-67890-ABCDE-12/2026/11/22/0000000000000000000000000001".to_owned()),
        recorded_by: Some("Ewa Lis".to_owned()),
        code_match,
        files: (1..=files).map(file).collect(),
    }
}

fn full() -> ApplicationPage {
    let mut page = page("in_review");
    page.head.unit_name = LONG.to_owned();
    page.unit.push(Row {
        key: "phone",
        value: vec!["+48 41 311 46 90".to_owned()],
        before: Some(vec!["+48 41 311 46 91".to_owned()]),
        registered: Some(Vec::new()),
    });
    page.unit.push(Row { key: "epuap", value: Vec::new(), before: Some(vec!["/GOPS/Skrytka".to_owned()]), registered: None });
    page.persons.push(Person { is_new: true, is_changed: true, ..page.persons[0].clone() });
    page.removed = vec!["Jan Żółć".to_owned()];
    page.changes = 4;
    page.differences = 1;
    page.note = Some("Proszę o pilne rozpatrzenie.\nOd poniedziałku zaczynamy sprawozdanie.".to_owned());
    page.note_before = Some(String::new());
    let replaced = Form { standing: "replaced", channel: "upload", ..form(2, "matched", 1) };
    page.forms = vec![form(2, "unreadable", 3), replaced, form(1, "matched", 0)];
    page.shortage = Some(Shortage { printed: 5, sent: 2 });
    page.taken_by = Some("Krystyna Zawadzka-Śliwińska".to_owned());
    let first = First { by: LONG_NAME.to_owned(), in_place_of: Some("Ewa Lis".to_owned()), at: NOW, is_mine: true };
    page.two = Some(Two { risks: vec!["another_voivodeship", "coordinator", "persons"], first: Some(first) });
    page.acts_for = Some("Barbara Świętokrzyska".to_owned());
    page.heir = Some(("Centrum Usług Społecznych w Morawicy".to_owned(), "291122334".to_owned()));
    page.escalated_at = Some(NOW);
    page.actions =
        Actions { can_decide: true, can_compare: true, can_receive: true, barred_approval: Some("not_compared"), ..Actions::default() };
    page.similar = Similar {
        applications: vec![
            SimilarApplication {
                number: "W/26/2026/000120".to_owned(),
                id: Some("W-26-2026-000120".to_owned()),
                status: "rejected",
                unit_name: LONG.to_owned(),
                reasons: vec!["same_regon", "same_name"],
            },
            SimilarApplication {
                number: "W/14/2026/000001".to_owned(),
                id: None,
                status: "approved",
                unit_name: "GOPS".to_owned(),
                reasons: vec!["same_email"],
            },
        ],
        units: vec![
            SimilarUnit {
                href: Some("/units/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10/history".to_owned()),
                name: LONG.to_owned(),
                regon: "291122334".to_owned(),
                town: "Łódź".to_owned(),
                reasons: Reason::ALL.map(Reason::key).into(),
            },
            SimilarUnit {
                href: None,
                name: "GOPS".to_owned(),
                regon: "291122335".to_owned(),
                town: "Łódź".to_owned(),
                reasons: vec!["same_regon"],
            },
        ],
        accounts: vec![
            SimilarAccount {
                known: Some(KnownAccount {
                    href: "/admin/accounts/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
                    name: "Anna Nowak".to_owned(),
                    login: "anowak".to_owned(),
                    status: "active",
                }),
                reasons: vec!["same_email", "same_name_in_unit"],
            },
            SimilarAccount { known: None, reasons: vec!["same_email"] },
        ],
        more_applications: 1,
        more_units: 7,
        more_accounts: 0,
        has_second_account: true,
    };
    let remark = |field: &str, scope: &str, person| RemarkLine {
        field: field.to_owned(),
        scope: scope.to_owned(),
        person,
        text: "Wpisz numer sekretariatu.".to_owned(),
    };
    page.returns = vec![Returned {
        revision: 1,
        remarks: vec![remark("phone", "unit", None), remark("position", "persons", Some(2)), remark("", "", None)],
    }];
    page
}

/// The review page.
pub fn applications() -> Vec<ApplicationPage> {
    let received = ApplicationPage {
        forms: vec![form(2, "matched", 1)],
        actions: Actions { can_take: true, can_receive: true, ..Actions::default() },
        ..page("form_received")
    };
    let barred =
        ApplicationPage { actions: Actions { barred: Some("is_applicant"), can_receive: true, ..Actions::default() }, ..received.clone() };
    let colleague = ApplicationPage {
        taken_by: Some("Ewa Lis".to_owned()),
        actions: Actions { can_take_over: true, can_receive: true, ..Actions::default() },
        ..page("in_review")
    };
    let first = First { by: LONG_NAME.to_owned(), in_place_of: None, at: NOW, is_mine: true };
    let voice = ApplicationPage {
        two: Some(Two { risks: vec!["persons"], first: Some(first) }),
        actions: Actions { can_take_over: true, can_receive: true, is_first_voice: true, never_approves: true, ..Actions::default() },
        ..page("in_review")
    };
    let own_voice = ApplicationPage {
        actions: Actions {
            can_decide: true,
            is_first_voice: true,
            never_approves: true,
            barred_approval: Some("first_decider"),
            ..Actions::default()
        },
        ..voice.clone()
    };
    let mut signed = form(2, "confirmed_by_eye", 2);
    signed.files[0].signatures = vec![good_signature()];
    signed.files[1] = File { signatures: Vec::new(), is_unchecked: true, ..signed.files[1].clone() };
    let ready = ApplicationPage {
        forms: vec![signed],
        actions: Actions { can_decide: true, can_approve: true, can_receive: true, ..Actions::default() },
        ..page("in_review")
    };
    let waiting = ApplicationPage {
        lapses_on: Some(NOW),
        days_left: Some(0),
        actions: Actions { can_receive: true, ..Actions::default() },
        ..page("awaiting_form")
    };
    let decision =
        |reason: Option<&str>| Some(Decision { by: "Ewa Lis".to_owned(), in_place_of: None, at: NOW, reason: reason.map(str::to_owned) });
    let next = Next { id: "W-26-2026-000124".to_owned(), number: "W/26/2026/000124".to_owned(), unit_name: LONG.to_owned() };
    let approved = ApplicationPage { decision: decision(None), next: Some(next), ..page("approved") };
    let rejected = ApplicationPage { decision: decision(Some("Klub nie składa sprawozdań.")), ..page("rejected") };
    let returned =
        ApplicationPage { decision: decision(Some("Popraw adres.")), days_left: Some(14), lapses_on: Some(NOW), ..page("returned") };
    let refused = ApplicationPage { errors: FieldErrors::one("compare", Invalid::CompareRequired), ..full() };
    let note = |text: &str| NoteLine { by: LONG_NAME.to_owned(), at: NOW, text: text.to_owned() };
    let arranged = ApplicationPage {
        desk: DeskPart {
            assigned_to: Some(LONG_NAME.to_owned()),
            is_mine: true,
            snoozed_until: Some(NOW),
            notes: vec![note("Dzwoniłam: <b>podpis</b>\nbędzie w środę."), note(LONG)],
            ..desk(Reading::Over(2))
        },
        ..page("form_received")
    };
    let mut errors = FieldErrors::one("assignee", Invalid::Unknown);
    errors.add("snooze_until", Invalid::DatePast);
    errors.add("internal_note", Invalid::Required);
    let typed = Typed { assignee: Some(String::new()), snooze_until: "1.1.2020".to_owned(), internal_note: "<".to_owned() };
    let mistyped = ApplicationPage { errors, desk: DeskPart { typed, ..desk(Reading::Left(0)) }, ..page("form_received") };
    let mut all = vec![waiting, received, barred, colleague, ready, full(), refused, approved, rejected, returned, arranged, mistyped];
    all.extend([voice, own_voice, page("withdrawn"), page("expired")]);
    all
}

/// The page before an approval.
pub fn approvals() -> Vec<ApprovePage> {
    let condition = |key, barred: Option<&'static str>| Condition { key, holds: barred.is_none(), barred };
    let item = |strong: &str, code: Option<&str>, n: usize| DoneItem {
        lead: if code.is_none() { "Zarejestrujemy jednostkę:".to_owned() } else { String::new() },
        strong: strong.to_owned(),
        code: code.map(str::to_owned),
        text: "REGON 291122334".to_owned(),
        list: vec!["PS – pomoc społeczna · wprowadzający dane · do 31.12.2027".to_owned(); n],
    };
    let done = |title: &str, items| Done { title: title.to_owned(), items, ..Done::default() };
    let unit = Done { anchor: Some("regon"), ..done("Jednostka", vec![item(LONG, None, 0)]) };
    let persons = vec![item("Anna Gżegżółka-Nowak", Some("anowak"), 2), item("Jan Żółć", Some("jzolc"), 1)];
    let counted = Done { count: Some(2), noun: "account", ..done("", persons) };
    let ready = ApprovePage {
        head: head("in_review"),
        effects: vec![
            unit,
            counted,
            done("Listy", vec![DoneItem { text: "Każda osoba dostanie list.".to_owned(), ..DoneItem::default() }]),
        ],
        signers: vec!["Maria Wójcik-Źdźbło, kierownik".to_owned()],
        signature_warnings: Vec::new(),
        conditions: vec![condition("form", None), condition("compared", None), condition("taken", None), condition("impartial", None)],
        can_approve: true,
        never_approves: false,
        finality: "none",
        two: None,
        acts_for: None,
        errors: FieldErrors::default(),
    };
    let first = First { by: LONG_NAME.to_owned(), in_place_of: Some("Ewa Lis".to_owned()), at: NOW, is_mine: false };
    let two = Two { risks: vec!["persons"], first: None };
    let alone = ApprovePage { two: Some(two.clone()), acts_for: Some(LONG_NAME.to_owned()), ..ready.clone() };
    let second = ApprovePage {
        two: Some(Two { first: Some(first), ..two }),
        conditions: vec![condition("impartial", None), condition("second", Some("first_decider"))],
        can_approve: false,
        never_approves: true,
        ..ready.clone()
    };
    let finalities = ["account_join", "unit_ending", "email_change"].map(|finality| ApprovePage { finality, ..ready.clone() });
    let barred = ApprovePage {
        can_approve: false,
        conditions: vec![
            condition("form", Some("no_signed_form")),
            condition("code", Some("not_compared")),
            condition("taken", Some("not_taken")),
            condition("impartial", Some("same_unit")),
        ],
        ..ready.clone()
    };
    let signed_otherwise = ApprovePage { signature_warnings: vec!["earlier", "other_person"], ..ready.clone() };
    let refused = ApprovePage { errors: FieldErrors::one("regon", Invalid::RegonTaken), ..ready.clone() };
    [vec![ready, barred, refused, alone, second, signed_otherwise], finalities.into()].concat()
}

/// The page for a form that came by another channel.
pub fn receipts() -> Vec<ReceivePage> {
    let empty = ReceivePage {
        head: head("awaiting_form"),
        fingerprint: "3fa9 01bc 77de".to_owned(),
        channels: vec![
            Choice { value: "e_delivery".to_owned(), text: "e-Doręczenia".to_owned() },
            Choice { value: "post".to_owned(), text: "poczta".to_owned() },
        ],
        channel: String::new(),
        received_on: String::new(),
        reference: String::new(),
        errors: FieldErrors::default(),
    };
    let mut errors = FieldErrors::one("channel", Invalid::Required);
    errors.add("received_on", Invalid::DateFuture);
    errors.add("files", Invalid::FormOlderRevision);
    errors.add("reference", Invalid::TooLong);
    vec![empty.clone(), ReceivePage { received_on: "31.12.2099".to_owned(), reference: "<RPW/1>".to_owned(), errors, ..empty }]
}

/// The page of a return.
pub fn returns() -> Vec<ReturnPage> {
    let fields = |prefix: &str, names: &[&str], remark: &str| {
        names
            .iter()
            .map(|name| Correctable {
                path: format!("{prefix}.{name}"),
                name: (*name).to_owned(),
                value: if *name == "nip" { String::new() } else { "Zażółć gęślą jaźń".to_owned() },
                remark: remark.to_owned(),
            })
            .collect()
    };
    let person = |i: usize, is_open, remark: &str| Group {
        scope: "persons",
        person: Some(i + 1),
        name: "Anna Gżegżółka-Nowak".to_owned(),
        is_open,
        fields: fields(&format!("persons.{i}"), &PERSON_FIELDS, remark),
    };
    let unit = Group { scope: "unit", person: None, name: String::new(), is_open: true, fields: fields("unit", &UNIT_FIELDS, "") };
    let page = ReturnPage {
        head: head("in_review"),
        groups: vec![unit, person(0, true, ""), person(1, false, "")],
        reason: String::new(),
        is_registered_unit: false,
        errors: FieldErrors::default(),
    };
    let empty = ReturnPage { errors: FieldErrors::one("remarks", Invalid::RemarkRequired), ..page.clone() };
    let mut errors = FieldErrors::one("remarks.persons.0.login", Invalid::TooLong);
    errors.add("reason", Invalid::TooLong);
    let long = ReturnPage {
        groups: vec![person(0, true, "<b>Popraw</b>\nto i tamto.")],
        is_registered_unit: true,
        errors,
        reason: "Popraw.".to_owned(),
        ..page.clone()
    };
    vec![page, empty, long]
}

/// The page of a rejection.
pub fn rejections() -> Vec<RejectPage> {
    let page = RejectPage { head: head("in_review"), reason: String::new(), errors: FieldErrors::default() };
    vec![page.clone(), RejectPage { reason: "   ".to_owned(), errors: FieldErrors::one("reason", Invalid::ReasonRequired), ..page }]
}
