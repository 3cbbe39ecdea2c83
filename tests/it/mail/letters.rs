//! Every letter, from its samples: it renders, says what it must, and nothing typed by anybody can bend it.

use cas_portal::domain::id::{
    AccountId, AccountJoinId, AnnouncementId, ApplicationId, AttestationId, DictionaryChangeId, DraftId, EmailChangeId, RevocationId,
    RoleAssignmentId, RoleProposalId, SourceId, StandInId, UnitId, WaitingChangeId,
};
use cas_portal::domain::moment::Moment;
use cas_portal::domain::notice::{BlockedPlace, Notice};
use cas_portal::mail::flow;
use cas_portal::mail::letters::*;
use cas_portal::render::{Letter, LetterText, Renderer};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// One sample, as data and as text.
struct Sample {
    name: &'static str,
    data: Value,
    text: LetterText,
}

fn samples() -> Vec<Sample> {
    let renderer = Renderer::new().expect("templates load");
    let mut all = Vec::new();
    fn add<L: Letter>(renderer: &Renderer, all: &mut Vec<Sample>) {
        let samples = L::samples();
        assert!(!samples.is_empty(), "{} has no samples", L::NAME);
        for letter in samples {
            let text = renderer.letter(&letter).unwrap_or_else(|e| panic!("{}: {e}", L::NAME));
            all.push(Sample { name: L::NAME, data: serde_json::to_value(&letter).expect("plain data"), text });
        }
    }
    add::<EmailConfirmationRequestedLetter>(&renderer, &mut all);
    add::<DraftLinkRequestedLetter>(&renderer, &mut all);
    add::<ApplicationRegisteredLetter>(&renderer, &mut all);
    add::<SignedFormReceivedLetter>(&renderer, &mut all);
    add::<ApplicationReturnedLetter>(&renderer, &mut all);
    add::<ApplicationApprovedLetter>(&renderer, &mut all);
    add::<ApplicationRejectedLetter>(&renderer, &mut all);
    add::<ApplicationWithdrawnLetter>(&renderer, &mut all);
    add::<GrantsRevokedLetter>(&renderer, &mut all);
    add::<UnitGrantsRevokedLetter>(&renderer, &mut all);
    add::<GrantsEndingLetter>(&renderer, &mut all);
    add::<UnitGrantsEndingLetter>(&renderer, &mut all);
    add::<ApplicationDeadlineNearLetter>(&renderer, &mut all);
    add::<ApplicationExpiredLetter>(&renderer, &mut all);
    add::<ApplicationEscalatedLetter>(&renderer, &mut all);
    add::<StandInNamedLetter>(&renderer, &mut all);
    add::<StandInEndedLetter>(&renderer, &mut all);
    add::<RoleProposedLetter>(&renderer, &mut all);
    add::<RoleProposalSettledLetter>(&renderer, &mut all);
    add::<RoleRevokedLetter>(&renderer, &mut all);
    add::<AnnouncementPublishedLetter>(&renderer, &mut all);
    add::<AccountInvitedLetter>(&renderer, &mut all);
    add::<PasswordResetRequestedLetter>(&renderer, &mut all);
    add::<PasswordChangedLetter>(&renderer, &mut all);
    add::<AccountBlockedLetter>(&renderer, &mut all);
    add::<SignedInOnNewDeviceLetter>(&renderer, &mut all);
    add::<EmailChangeRequestedLetter>(&renderer, &mut all);
    add::<EmailChangeAnnouncedLetter>(&renderer, &mut all);
    add::<EmailChangedLetter>(&renderer, &mut all);
    add::<ClosingRequestedLetter>(&renderer, &mut all);
    add::<AccountClosedLetter>(&renderer, &mut all);
    add::<SecondFactorAddedLetter>(&renderer, &mut all);
    add::<SecondFactorRemovedLetter>(&renderer, &mut all);
    add::<RecoveryCodeUsedLetter>(&renderer, &mut all);
    add::<PasskeyAddedLetter>(&renderer, &mut all);
    add::<PasskeyRemovedLetter>(&renderer, &mut all);
    add::<EmailChangeQueuedLetter>(&renderer, &mut all);
    add::<LostMailboxReplacedLetter>(&renderer, &mut all);
    add::<EmailChangeEndedLetter>(&renderer, &mut all);
    add::<UnitChangeApprovedLetter>(&renderer, &mut all);
    add::<UnitEndedLetter>(&renderer, &mut all);
    add::<UnitEndingStoppedLetter>(&renderer, &mut all);
    add::<AttestationOpenedLetter>(&renderer, &mut all);
    add::<AttestationRemindedLetter>(&renderer, &mut all);
    add::<AttestationSuspendedLetter>(&renderer, &mut all);
    add::<AttestationRestoredLetter>(&renderer, &mut all);
    add::<AccountJoinRefusedLetter>(&renderer, &mut all);
    add::<AccountsJoinedLetter>(&renderer, &mut all);
    add::<AccountJoinUndoneLetter>(&renderer, &mut all);
    add::<OfficeDeadlinesLetter>(&renderer, &mut all);
    add::<OfficeChangedLetter>(&renderer, &mut all);
    all
}

/// Every notice once. A new variant makes this fail to compile.
fn every_notice() -> Vec<Notice> {
    let (draft, application, account) = (DraftId(Default::default()), ApplicationId(Default::default()), AccountId(Default::default()));
    let (change, waiting) = (EmailChangeId(Default::default()), WaitingChangeId(Default::default()));
    let (revocation, unit) = (RevocationId(Default::default()), UnitId(Default::default()));
    let (stand_in, proposal) = (StandInId(Default::default()), RoleProposalId(Default::default()));
    let attestation = AttestationId(Default::default());
    let join = AccountJoinId(Default::default());
    let first = Notice::EmailConfirmationRequested { draft };
    let next = |notice: &Notice| match notice {
        Notice::EmailConfirmationRequested { .. } => Some(Notice::DraftLinkRequested { draft }),
        Notice::DraftLinkRequested { .. } => Some(Notice::ApplicationRegistered { application, revision: 1 }),
        Notice::ApplicationRegistered { .. } => Some(Notice::SignedFormReceived { application }),
        Notice::SignedFormReceived { .. } => Some(Notice::ApplicationReturned { application }),
        Notice::ApplicationReturned { .. } => Some(Notice::ApplicationApproved { application }),
        Notice::ApplicationApproved { .. } => Some(Notice::ApplicationRejected { application }),
        Notice::ApplicationRejected { .. } => Some(Notice::ApplicationWithdrawn { application }),
        Notice::ApplicationWithdrawn { .. } => Some(Notice::ApplicationDeadlineNear { application, days_left: 7 }),
        Notice::ApplicationDeadlineNear { .. } => Some(Notice::ApplicationExpired { application }),
        Notice::ApplicationExpired { .. } => Some(Notice::ApplicationEscalated { application, account }),
        Notice::ApplicationEscalated { .. } => Some(Notice::OfficeDeadlines { account, applications: vec![application] }),
        Notice::OfficeDeadlines { .. } => Some(Notice::OfficeChanged { change: DictionaryChangeId(Default::default()), account: None }),
        Notice::OfficeChanged { .. } => Some(Notice::StandInNamed { account, stand_in }),
        Notice::StandInNamed { .. } => Some(Notice::StandInEnded { account, stand_in }),
        Notice::StandInEnded { .. } => Some(Notice::RoleProposed { account, proposal }),
        Notice::RoleProposed { .. } => Some(Notice::RoleProposalSettled { account, proposal }),
        Notice::RoleProposalSettled { .. } => Some(Notice::RoleRevoked { account, assignment: RoleAssignmentId(Default::default()) }),
        Notice::RoleRevoked { .. } => Some(Notice::AccountInvited { account }),
        Notice::AccountInvited { .. } => Some(Notice::PasswordResetRequested { accounts: vec![account] }),
        Notice::PasswordResetRequested { .. } => Some(Notice::PasswordChanged { account }),
        Notice::PasswordChanged { .. } => {
            Some(Notice::AccountBlocked { account, until: Moment(0), place: BlockedPlace::default(), network: None })
        }
        Notice::AccountBlocked { .. } => Some(Notice::SignedInOnNewDevice { account, device: SourceId(Default::default()) }),
        Notice::SignedInOnNewDevice { .. } => Some(Notice::EmailChangeRequested { account, change }),
        Notice::EmailChangeRequested { .. } => Some(Notice::EmailChangeAnnounced { account, change }),
        Notice::EmailChangeAnnounced { .. } => Some(Notice::EmailChanged { account, change }),
        Notice::EmailChanged { .. } => Some(Notice::ClosingRequested { account }),
        Notice::ClosingRequested { .. } => Some(Notice::AccountClosed { account, was_asked_for: true, revocation: None }),
        Notice::AccountClosed { .. } => Some(Notice::SecondFactorAdded { account }),
        Notice::SecondFactorAdded { .. } => Some(Notice::SecondFactorRemoved { account, by_other: false }),
        Notice::SecondFactorRemoved { .. } => Some(Notice::RecoveryCodeUsed { account, left: 9 }),
        Notice::RecoveryCodeUsed { .. } => Some(Notice::PasskeyAdded { account }),
        Notice::PasskeyAdded { .. } => Some(Notice::PasskeyRemoved { account }),
        Notice::PasskeyRemoved { .. } => Some(Notice::EmailChangeQueued { account, change: waiting, to_new: false }),
        Notice::EmailChangeQueued { .. } => Some(Notice::LostMailboxReplaced { account, change: waiting, to_new: false }),
        Notice::LostMailboxReplaced { .. } => Some(Notice::EmailChangeEnded { account, change: waiting, to_new: false }),
        Notice::EmailChangeEnded { .. } => Some(Notice::UnitChangeApproved { application }),
        Notice::UnitChangeApproved { .. } => Some(Notice::UnitEnded { account, unit: UnitId(Default::default()) }),
        Notice::UnitEnded { .. } => Some(Notice::UnitEndingStopped { account, unit: UnitId(Default::default()) }),
        Notice::UnitEndingStopped { .. } => Some(Notice::GrantsRevoked { account, revocation }),
        Notice::GrantsRevoked { .. } => Some(Notice::UnitGrantsRevoked { account, revocation }),
        Notice::UnitGrantsRevoked { .. } => Some(Notice::GrantsEnding { account, grants: Vec::new() }),
        Notice::GrantsEnding { .. } => Some(Notice::UnitGrantsEnding { account, unit, grants: Vec::new() }),
        Notice::UnitGrantsEnding { .. } => Some(Notice::AttestationOpened { attestation, account: None }),
        Notice::AttestationOpened { .. } => Some(Notice::AttestationReminded { attestation, account: None, days_left: 3 }),
        Notice::AttestationReminded { .. } => Some(Notice::AttestationSuspended { attestation, account: Some(account) }),
        Notice::AttestationSuspended { .. } => Some(Notice::AttestationRestored { attestation, account }),
        Notice::AttestationRestored { .. } => Some(Notice::AccountJoinRefused { join, account }),
        Notice::AccountJoinRefused { .. } => Some(Notice::AccountsJoined { join, account }),
        Notice::AccountsJoined { .. } => Some(Notice::AccountJoinUndone { join, account }),
        Notice::AccountJoinUndone { .. } => {
            Some(Notice::AnnouncementPublished { announcement: AnnouncementId(Default::default()), account })
        }
        Notice::AnnouncementPublished { .. } => None,
    };
    std::iter::successors(Some(first), next).collect()
}

/// The strings of a value, with the names of their fields.
fn strings<'a>(field: &'a str, value: &'a Value, found: &mut Vec<(&'a str, &'a str)>) {
    match value {
        Value::String(text) => found.push((field, text)),
        Value::Array(items) => items.iter().for_each(|item| strings(field, item, found)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| strings(name, value, found)),
        _ => {}
    }
}

#[test]
fn every_notice_has_its_letter_and_every_letter_its_notice() {
    let notices: BTreeSet<&str> = every_notice().iter().map(Notice::key).collect();
    let letters: BTreeSet<&str> = samples().iter().map(|s| s.name).collect();
    assert_eq!(notices, letters);
    let mut wanted: BTreeSet<String> =
        letters.iter().flat_map(|l| [format!("{l}/subject.txt.tera"), format!("{l}/body.txt.tera")]).collect();
    wanted.extend(["_channels", "_closing", "_grants"].map(|part| format!("{part}.txt.tera")));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/letters");
    let mut found = BTreeSet::new();
    for entry in folder.read_dir().expect("the letters").map(|entry| entry.expect("an entry").path()) {
        let parts = if entry.is_dir() {
            entry.read_dir().expect("a letter").map(|part| part.expect("a part").path()).collect()
        } else {
            vec![entry]
        };
        found.extend(parts.iter().map(|part| part.strip_prefix(&folder).expect("below").to_string_lossy().replace('\\', "/")));
    }
    assert_eq!(found, wanted);
}

#[test]
fn every_letter_is_tidy_plain_text() {
    for Sample { name, text: LetterText { subject, body }, .. } in samples() {
        assert!(subject.chars().count() < 120 && !subject.contains('\n'), "{name}: {subject}");
        assert!(body.starts_with("Dzień dobry,\n\n"), "{name}: {body}");
        for part in [&subject, &body] {
            for wrong in ["⟦", "{{", "{%", "&lt;", "&#", "&amp;", "&quot;", "<p", "<a", "<br", "  ", " .", " ,", "None", "null"] {
                assert!(!part.contains(wrong), "{name} contains {wrong:?}:\n{part}");
            }
        }
        assert!(!body.contains("\n\n\n"), "{name} has a hole:\n{body}");
        assert!(body.lines().all(|line| line.trim() == line), "{name} has stray spaces:\n{body}");
        for line in flow(&body).lines() {
            assert!(line.contains("https://") || line.chars().count() <= 73, "{name}: {line}");
        }
    }
}

#[test]
fn every_letter_says_whom_to_ask_why_it_came_and_not_to_answer() {
    for Sample { name, data, text: LetterText { body, .. } } in samples() {
        assert!(body.contains("\n\nCO ZROBIĆ TERAZ\n\n") || body.contains("\n\nCO MOŻNA ZROBIĆ\n\n"), "{name}:\n{body}");
        assert!(
            body.contains("Nie odpowiadaj na tę wiadomość. Wysłał ją automatycznie Portal kont statystyki pomocy społecznej,"),
            "{name}"
        );
        assert!(body.contains("Dostajesz tę wiadomość, bo ") || body.contains("podał ten adres e-mail"), "{name} does not say why");
        if data["closing"]["contact"].is_null() {
            assert!(body.contains("https://cas.example.pl/help\n"), "{name}:\n{body}");
        } else {
            for wanted in
                ["Świętokrzyski Urząd Wojewódzki w Kielcach\n", "+48\u{a0}41\u{a0}342\u{a0}18\u{a0}00\n", "wps@kielce.uw.example.pl\n"]
            {
                assert!(body.contains(wanted), "{name} lacks {wanted}:\n{body}");
            }
        }
    }
}

#[test]
fn every_link_number_code_and_login_given_stands_in_the_letter() {
    for Sample { name, data, text: LetterText { subject, body } } in samples() {
        let mut given = Vec::new();
        strings("", &data, &mut given);
        for (field, text) in given {
            if text.starts_with("https://") {
                // On a line of its own, so that every mail program finds where it ends.
                assert!(body.lines().any(|line| line == text), "{name} lacks {field}:\n{body}");
            } else if ["code", "login", "unit", "head", "role", "address", "reason", "note", "text", "sub_area", "function"]
                .contains(&field)
            {
                assert!(body.contains(text), "{name} lacks {field} {text}:\n{body}");
            } else if field == "number" {
                assert!(subject.contains(text) && body.contains(text), "{name} lacks its number");
            }
        }
    }
}

#[test]
fn letters_with_a_deadline_name_the_day() {
    for (name, day) in [
        ("email_confirmation_requested", "do 23.11.2026, 07:05"),
        ("draft_link_requested", "do 06.12.2026, 07:05"),
        ("application_registered", "najpóźniej 22.12.2026"),
        ("application_returned", "najpóźniej 06.12.2026"),
        ("application_deadline_near", "22.12.2026"),
        ("application_approved", "do 31.12.2027"),
        ("account_invited", "Link działa 7 dni, do 29.11.2026, 07:05"),
        ("password_reset_requested", "Link działa 30 minut, do 22.11.2026, 07:35"),
        ("account_blocked", "22.11.2026, 08:05 nie można zalogować się"),
    ] {
        // A letter that helps with no link has no deadline.
        let has_link = |s: &Sample| s.data["accounts"].as_array().is_none_or(|all| all.iter().any(|a| !a["code"].is_null()));
        // Who became coordinator and nothing else was given no right with a last day.
        let has_rights = |s: &Sample| s.data["applicant"]["grants"].as_array().is_none_or(|grants| !grants.is_empty());
        for sample in samples().iter().filter(|s| s.name == name && s.data["role"].is_null() && has_link(s) && has_rights(s)) {
            assert!(sample.text.body.contains(day), "{name}:\n{}", sample.text.body);
        }
    }
}

#[test]
fn letters_to_unconfirmed_addresses_carry_nothing_that_was_typed() {
    for sample in samples().iter().filter(|s| ["email_confirmation_requested", "draft_link_requested"].contains(&s.name)) {
        let fields: BTreeSet<&str> = sample.data.as_object().expect("fields").keys().map(String::as_str).collect();
        assert!(fields.is_subset(&["link", "code", "valid_until", "kept_until", "closing"].into()), "{fields:?}");
    }
}

#[test]
fn a_name_with_line_breaks_or_html_stays_a_name() {
    let renderer = Renderer::new().expect("templates load");
    let evil = "Anna\r\n\r\nKliknij: <b>tu</b> & \"tam\"\u{2028}{{ letter.link }}";
    let harmless = "Anna Kliknij: <b>tu</b> & \"tam\" {{ letter.link }}";
    let mut registered = ApplicationRegisteredLetter::samples().remove(0);
    registered.application.unit = evil.into();
    registered.application.number = evil.into();
    registered.heads = vec![evil.into()];
    let mut approved = ApplicationApprovedLetter::samples().remove(1);
    approved.others[0].name = evil.into();
    let mut returned = ApplicationReturnedLetter::samples().remove(0);
    returned.remarks[0].field = evil.into();
    for text in [renderer.letter(&registered), renderer.letter(&approved), renderer.letter(&returned)] {
        let text = text.expect("composed");
        assert!(!text.subject.contains(['\r', '\n', '\u{2028}']), "{}", text.subject);
        assert!(text.body.lines().any(|line| line.contains(harmless)), "{}", text.body);
        assert!(!text.body.lines().any(|line| line.starts_with("Kliknij")), "{}", text.body);
    }
}

#[test]
fn a_registered_letter_offers_exactly_the_open_channels() {
    let texts: Vec<_> = samples().into_iter().filter(|s| s.name == "application_registered").map(|s| s.text.body).collect();
    for wanted in [
        "- przez portal: ",
        "- przez e-Doręczenia, na adres AE:PL-12345-67890-ABCDE-12\n",
        "- przez ePUAP, na skrytkę /SUWKielce/SkrytkaESP\n",
        "- e-mailem (najlepiej plik podpisany elektronicznie), na adres wps@",
        "- pocztą, na adres: al.",
        "- osobiście: al.",
    ] {
        assert!(texts[0].contains(wanted), "{wanted}:\n{}", texts[0]);
        assert_eq!(texts[2].contains(wanted), wanted.contains("portal"), "{wanted}:\n{}", texts[2]);
    }
    assert!(texts[0].contains("jest zarejestrowany") && texts[1].contains("To teraz wersja 2"));
}
