//! Who may what, where and until when; why; what changed.

use super::ExportLinks;
use super::admin_pages::Choice;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use jiff::civil::{Date, date};
use serde::Serialize;

const NOW: Moment = Moment(1_795_327_500_000);

/// `/grants`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GrantListPage {
    /// Whom to look for, as typed.
    pub person: String,
    /// Where, as typed.
    pub unit_search: String,
    /// Code of the chosen sub-area.
    pub sub_area: String,
    /// Code of the chosen function.
    pub function: String,
    /// Last day at most, as typed.
    pub ends_by: String,
    /// Key of the chosen state, or `all`.
    pub state: String,
    /// All sub-areas.
    pub sub_areas: Vec<Choice>,
    /// All functions.
    pub functions: Vec<Choice>,
    /// All states.
    pub states: Vec<Choice>,
    /// The rows.
    pub grants: Vec<GrantRow>,
    /// Link to the first page, on later ones.
    pub first_href: Option<String>,
    /// Link to the next page.
    pub next_href: Option<String>,
    /// The whole list as a file.
    pub export: ExportLinks,
    /// What is wrong with the filter.
    pub errors: FieldErrors,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct GrantRow {
    /// Where its origin is told.
    pub href: String,
    /// Last and first name.
    pub full_name: String,
    /// As typed.
    pub login: String,
    /// Full name of the unit.
    pub unit_name: String,
    /// REGON.
    pub regon: String,
    /// „PS”.
    pub sub_area: String,
    /// Key under `functions`.
    pub function: String,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_until: Date,
    /// Key under `grant_states`.
    pub state: &'static str,
}

fn sample_row(state: &'static str) -> GrantRow {
    GrantRow {
        href: "/grants/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
        full_name: "Nowak-Śliwińska Anna Maria".to_owned(),
        login: "a-nowak".to_owned(),
        unit_name: "Miejsko-Gminny Ośrodek Pomocy Społecznej imienia Świętego Brata Alberta w Daleszycach".to_owned(),
        regon: "123456785".to_owned(),
        sub_area: "WRiSPZ".to_owned(),
        function: "editor".to_owned(),
        valid_from: date(2026, 11, 22),
        valid_until: date(2028, 12, 31),
        state,
    }
}

impl Page for GrantListPage {
    const TEMPLATE: &'static str = "pages/grants/list.html.tera";
    const PLACE: &'static str = "grants";
    fn samples() -> Vec<Self> {
        let state = |key: &str| Choice::new(key, key);
        let page = Self {
            state: "current".to_owned(),
            sub_areas: vec![Choice::new("PS", "PS – pomoc społeczna")],
            functions: vec![Choice::new("editor", "wprowadzający dane")],
            states: vec![state("current"), Choice::new("all", "wszystkie")],
            ..Self::default()
        };
        let rows = ["current", "future", "suspended", "ended", "revoked", "replaced"].map(sample_row);
        let full = Self {
            person: "śliwińska".to_owned(),
            sub_area: "PS".to_owned(),
            state: "all".to_owned(),
            grants: rows.into(),
            next_href: Some("/grants?after=k".to_owned()),
            export: ExportLinks::sample("grants"),
            ..page.clone()
        };
        vec![
            page.clone(),
            full.clone(),
            Self { first_href: Some("/grants".to_owned()), next_href: None, ..full },
            Self { ends_by: "31.02.2027".to_owned(), errors: FieldErrors::one("ends_by", Invalid::DateShape), ..page },
        ]
    }
}

/// `/grants/changes`; `/account/changes` for the own rights.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChangesPage {
    /// Only the reader's own.
    pub is_own: bool,
    /// Where it is.
    pub place: &'static str,
    /// Since this day, as typed.
    pub since: String,
    /// Key of the chosen change; empty: all.
    pub change: String,
    /// All kinds of change.
    pub changes: Vec<Choice>,
    /// The rows.
    pub rows: Vec<ChangeRow>,
    /// Link to the first page, on later ones.
    pub first_href: Option<String>,
    /// Link to the next page.
    pub next_href: Option<String>,
    /// The whole list as a file.
    pub export: ExportLinks,
    /// What is wrong with the filter.
    pub errors: FieldErrors,
}

/// One change.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeRow {
    /// When.
    pub at: Moment,
    /// Key under `right_changes`.
    pub change: &'static str,
    /// Whose; none where the account is gone.
    pub full_name: Option<String>,
    /// Login.
    pub login: String,
    /// Unit, where it is about one.
    pub unit_name: Option<String>,
    /// REGON of the unit.
    pub regon: Option<String>,
    /// Sub-area and function of a grant.
    pub what: Option<String>,
    /// Last day of a grant.
    pub valid_until: Option<Date>,
    /// Key under `roles`.
    pub role: Option<&'static str>,
    /// Who did it, where it is known.
    pub by: Option<String>,
    /// In which capacity: key under `capacities`.
    pub capacity: Option<&'static str>,
    /// Why, by the dictionary.
    pub reason: Option<String>,
    /// Where the grant's origin is told.
    pub href: Option<String>,
}

impl Page for ChangesPage {
    const TEMPLATE: &'static str = "pages/grants/changes.html.tera";
    const PLACE: &'static str = "grant-changes";
    fn samples() -> Vec<Self> {
        let of_grant = |change| ChangeRow {
            at: NOW,
            change,
            full_name: Some("Anna Maria Nowak-Śliwińska".to_owned()),
            login: "a-nowak".to_owned(),
            unit_name: Some("Miejsko-Gminny Ośrodek Pomocy Społecznej w Daleszycach".to_owned()),
            regon: Some("123456785".to_owned()),
            what: Some("WRiSPZ, wprowadzający dane".to_owned()),
            valid_until: Some(date(2028, 12, 31)),
            role: None,
            by: None,
            capacity: None,
            reason: None,
            href: Some("/grants/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned()),
        };
        let of_account = |change, role| ChangeRow {
            unit_name: None,
            regon: None,
            what: None,
            valid_until: None,
            role,
            by: Some("swietokrzyskie".to_owned()),
            href: None,
            ..of_grant(change)
        };
        let rows = vec![
            of_grant("grant_given"),
            ChangeRow {
                by: Some("koordynatorka".to_owned()),
                capacity: Some("coordinator"),
                reason: Some("odejście z pracy".to_owned()),
                ..of_grant("grant_revoked")
            },
            of_grant("grant_replaced"),
            of_grant("grant_ended"),
            of_account("role_given", Some("unit_coordinator")),
            of_account("role_revoked", Some("helpdesk")),
            of_account("account_suspended", None),
            of_account("account_restored", None),
            ChangeRow { full_name: None, ..of_account("account_closed", None) },
        ];
        let page = Self {
            since: "22.10.2026".to_owned(),
            place: "/grants/changes",
            changes: vec![Choice::new("grant_given", "nadanie uprawnienia")],
            export: ExportLinks::sample("changes"),
            ..Self::default()
        };
        vec![
            page.clone(),
            Self { rows: rows.clone(), next_href: Some("/grants/changes?after=1".to_owned()), ..page.clone() },
            Self { rows: rows.clone(), first_href: Some("/grants/changes".to_owned()), ..page.clone() },
            Self { rows, is_own: true, place: "/account/changes", export: ExportLinks::sample("own-changes"), ..page.clone() },
            Self { is_own: true, place: "/account/changes", ..page.clone() },
            Self { since: "wczoraj".to_owned(), errors: FieldErrors::one("since", Invalid::DateShape), ..page },
        ]
    }
}

/// `/grants/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainPage {
    /// The grant.
    pub grant: GrantRow,
    /// Work e-mail of its holder.
    pub email: String,
    /// Given.
    pub given_at: Moment,
    /// Taken back.
    pub revoked_at: Option<Moment>,
    /// Another one has taken its place.
    pub replaced_at: Option<Moment>,
    /// By whom and why it was taken away.
    pub revocation: Option<RevokedLine>,
    /// Where it can be taken away, for those who may.
    pub revoke_href: Option<String>,
    /// The application that gave it.
    pub source: Option<SourceApplication>,
    /// What happened to the grant itself.
    pub history: Vec<HistoryLine>,
}

/// By whom and why a grant was taken away.
#[derive(Debug, Clone, Serialize)]
pub struct RevokedLine {
    /// What the person left.
    pub href: String,
    /// Login.
    pub by: String,
    /// Key under `capacities`.
    pub capacity: &'static str,
    /// „odejście z pracy”.
    pub reason: String,
    /// In words.
    pub note: Option<String>,
}

/// Where a grant comes from.
#[derive(Debug, Clone, Serialize)]
pub struct SourceApplication {
    /// „W/26/2026/000123”.
    pub number: String,
    /// Where it is, for those who may open it.
    pub href: Option<String>,
    /// Key under `kinds`.
    pub kind: &'static str,
    /// Key of its state.
    pub status: &'static str,
    /// The revision that was signed and decided.
    pub revision: i32,
    /// „3fa9 01bc 77de”.
    pub fingerprint: String,
    /// First submission.
    pub submitted_at: Moment,
    /// Who filed it.
    pub applicant: Option<String>,
    /// The decision.
    pub decision: Option<Decision>,
    /// Signed forms of this revision.
    pub forms: Vec<FormLine>,
}

/// Who decided.
#[derive(Debug, Clone, Serialize)]
pub struct Decision {
    /// When.
    pub at: Moment,
    /// First and last name.
    pub who: String,
    /// Login.
    pub login: String,
    /// Login of the person for whom it was done.
    pub on_behalf_of: Option<String>,
}

/// A signed form.
#[derive(Debug, Clone, Serialize)]
pub struct FormLine {
    /// The day on which it came.
    pub received_on: Date,
    /// Key under `channels`.
    pub channel: &'static str,
    /// Number of the letter.
    pub reference: Option<String>,
    /// Key under `code_match`.
    pub code_match: &'static str,
    /// Its files.
    pub files: Vec<FileLine>,
}

/// A file of a signed form.
#[derive(Debug, Clone, Serialize)]
pub struct FileLine {
    /// Where it can be had.
    pub href: String,
    /// Key under `media_types`.
    pub media_type: &'static str,
    /// Bytes.
    pub size: i64,
    /// What is told of its electronic signature. Key under `signed_form.signature`.
    pub signature: Option<&'static str>,
}

/// One entry.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryLine {
    /// When.
    pub at: Moment,
    /// What.
    pub title: String,
    /// Who.
    pub who: String,
    /// Why, where a reason was given.
    pub text: Option<String>,
}

impl Page for ExplainPage {
    const TEMPLATE: &'static str = "pages/grants/explain.html.tera";
    const PLACE: &'static str = "grant";
    fn samples() -> Vec<Self> {
        let file = |signature| FileLine { href: "/grants/1/files/2".to_owned(), media_type: "pdf", size: 33_000, signature };
        let form = FormLine {
            received_on: date(2026, 11, 20),
            channel: "upload",
            reference: None,
            code_match: "matched",
            files: vec![file(Some("sound")), file(Some("unproven")), file(None)],
        };
        let on_paper = FormLine {
            channel: "post",
            reference: Some("RPW/1482/2026".to_owned()),
            code_match: "confirmed_by_eye",
            files: Vec::new(),
            ..form.clone()
        };
        let decision =
            Decision { at: NOW, who: "Barbara Świętokrzyska".to_owned(), login: "swietokrzyskie".to_owned(), on_behalf_of: None };
        let source = SourceApplication {
            number: "W/26/2026/000123".to_owned(),
            href: Some("/admin/applications/W-26-2026-000123".to_owned()),
            kind: "unit_registration",
            status: "approved",
            revision: 2,
            fingerprint: "3fa9 01bc 77de".to_owned(),
            submitted_at: NOW,
            applicant: Some("Anna Maria Nowak-Śliwińska".to_owned()),
            decision: Some(decision.clone()),
            forms: vec![form, on_paper],
        };
        let line = |title: &str, text: Option<&str>| HistoryLine {
            at: NOW,
            title: title.to_owned(),
            who: "swietokrzyskie".to_owned(),
            text: text.map(str::to_owned),
        };
        let page = Self {
            grant: sample_row("current"),
            email: "a.nowak@gops.example.pl".to_owned(),
            given_at: NOW,
            revoked_at: None,
            replaced_at: None,
            revocation: None,
            revoke_href: Some("/revocations/new/1/2?right=PS%3Aeditor".to_owned()),
            source: Some(source.clone()),
            history: vec![line("nadanie uprawnienia", None)],
        };
        let stand_in = Decision { on_behalf_of: Some("swietokrzyskie-2".to_owned()), ..decision };
        vec![
            page.clone(),
            Self {
                grant: sample_row("revoked"),
                revoked_at: Some(NOW),
                revocation: Some(RevokedLine {
                    href: "/revocations/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
                    by: "koordynatorka".to_owned(),
                    capacity: "coordinator",
                    reason: "inne".to_owned(),
                    note: Some("Od poniedziałku inny dział.".to_owned()),
                }),
                revoke_href: None,
                source: Some(SourceApplication { href: None, decision: Some(stand_in), forms: Vec::new(), ..source }),
                history: vec![line("nadanie uprawnienia", None), line("odebranie uprawnienia", Some("Koniec zatrudnienia."))],
                ..page.clone()
            },
            Self { grant: sample_row("replaced"), replaced_at: Some(NOW), revoke_href: None, ..page.clone() },
            Self { source: None, history: Vec::new(), ..page },
        ]
    }
}
