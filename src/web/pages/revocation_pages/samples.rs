//! Examples: by the person, by a coordinator, by an administrator with a letter; with everything that hangs on it; errors, long names.

use super::*;
use crate::domain::invalid::Invalid;
use jiff::civil::date;

const NOW: Moment = Moment(1_795_327_500_000);

fn text(text: &str) -> String {
    text.to_owned()
}

fn long_name() -> String {
    "Miejsko-Gminny Ośrodek <b>Pomocy</b> Społecznej imienia Świętej Jadwigi Śląskiej w Świętokrzyskiej Wólce ".repeat(2).trim().to_owned()
}

/// Everything that can hang on somebody's rights.
pub(in crate::web::pages) fn affected() -> Vec<AffectedUnit> {
    let plain = AffectedUnit {
        unit_name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
        regon: text("123456785"),
        grants: vec![text("PS, wprowadzający dane, do 31.12.2027")],
        ..AffectedUnit::default()
    };
    let open = |status| UnderWay { number: text("W/26/2026/000123"), path: text("W-26-2026-000123"), status };
    let all = AffectedUnit {
        unit_name: long_name(),
        grants: vec![text("PS, zatwierdzający, do 31.12.2027"), text("FA, zatwierdzający, do 31.12.2027")],
        sole_approver_of: vec![text("PS"), text("FA")],
        is_coordinator: true,
        leaves_nobody: true,
        leaves_no_coordinator: true,
        applications: vec![open("in_review"), open("returned")],
        ..plain.clone()
    };
    vec![plain, all]
}

pub(super) fn revoke() -> Vec<RevokePage> {
    let row = |id: &str, value: &str, function: &str, is_chosen| TakenRow {
        id: text(id),
        value: text(value),
        sub_area: text("PS – pomoc społeczna"),
        function: text(function),
        valid_until: date(2027, 12, 31),
        is_chosen,
    };
    let [plain, all] = <[AffectedUnit; 2]>::try_from(affected()).unwrap_or_default();
    let own = RevokePage {
        full_name: text("Anna Nowak-Kowalska"),
        login: text("anowak"),
        is_own: true,
        rows: vec![row("rights", "PS:editor", "wprowadzający dane", true), row("rights-2", "PS:viewer", "przeglądający", false)],
        affected: plain,
        reasons: vec![Choice::new("left_work", "odejście z pracy"), Choice::new("other", "inne")],
        ..RevokePage::default()
    };
    let coordinator = RevokePage { is_own: false, may_close: true, ..own.clone() };
    let administrator = RevokePage { may_record_letter: true, affected: all, reason: text("left_work"), ..coordinator.clone() };
    let mut errors = FieldErrors::one("rights", Invalid::NothingChosen);
    errors.add("reason", Invalid::Required);
    errors.add("note", Invalid::ReasonRequired);
    errors.add("letter_date", Invalid::DateFuture);
    errors.add("letter_reference", Invalid::Required);
    errors.add("close_account", Invalid::ClosingTakesAll);
    let wrong = RevokePage {
        reason: text("other"),
        note: text("<b>Długi</b> urlop"),
        by_letter: vec!["yes"],
        close_account: vec!["yes"],
        letter_date: text("31.12.2040"),
        errors,
        ..administrator.clone()
    };
    vec![own, coordinator, administrator, wrong]
}

pub(super) fn hand_over() -> Vec<HandOverPage> {
    let line =
        |sub_area: &str, function: &str| LeftLine { sub_area: text(sub_area), function: text(function), valid_until: date(2027, 12, 31) };
    let page = HandOverPage {
        full_name: text("Anna Nowak-Kowalska"),
        login: text("anowak"),
        unit_name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
        regon: text("123456785"),
        revoked_at: NOW,
        revoked_by: text("koordynatorka"),
        capacity: "coordinator",
        reason: text("odejście z pracy"),
        note: None,
        letter: None,
        was_coordinator: false,
        rights: vec![line("PS – pomoc społeczna", "zatwierdzający"), line("SR – świadczenia rodzinne", "przeglądający")],
        applications: Vec::new(),
        successor_url: None,
        register_href: None,
    };
    let application = (text("W/26/2026/000123"), text("permission_renewal"), text("in_review"));
    let full = HandOverPage {
        unit_name: long_name(),
        capacity: "head",
        note: Some(text("Od poniedziałku <b>inny</b> dział.")),
        letter: Some((text("K.12/2026"), date(2026, 11, 20))),
        was_coordinator: true,
        applications: vec![application],
        successor_url: Some(text("https://portal.example.pl/account/extend/hand-over/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10")),
        register_href: Some(text("/unit/staff/register/hand-over/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10")),
        ..page.clone()
    };
    vec![page, full]
}

pub(super) fn take_over() -> Vec<TakeOverPage> {
    let wish = Wish { sub_area: text("PS – pomoc społeczna"), functions: text("zatwierdzający"), until: None };
    let page = TakeOverPage {
        full_name: text("Anna Nowak-Kowalska"),
        unit_name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
        wishes: vec![wish],
        has_draft: false,
    };
    vec![
        page.clone(),
        TakeOverPage { has_draft: true, unit_name: long_name(), ..page.clone() },
        TakeOverPage { wishes: Vec::new(), ..page },
    ]
}

pub(super) fn staff_take_over() -> Vec<StaffTakeOverPage> {
    let of = |page: TakeOverPage, has_room| StaffTakeOverPage {
        full_name: page.full_name,
        unit_name: page.unit_name,
        wishes: page.wishes,
        has_draft: page.has_draft,
        has_room,
    };
    let pages = take_over();
    pages.iter().cloned().map(|page| of(page, true)).chain(pages.first().cloned().map(|page| of(page, false))).collect()
}
