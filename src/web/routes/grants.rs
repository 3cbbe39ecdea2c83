//! `/grants`: who may what, where and until when; why; what changed. For administrators and for a unit's coordinator alike: how far
//! the lists reach is the service's to say.

use super::admin::href;
use super::admin_applications::signed_file_name;
use super::exports;
use super::revocations::revoke_href;
use crate::domain::audit::AuditEntry;
use crate::domain::grant::{GrantState, RightChange};
use crate::domain::id::{FileId, GrantId};
use crate::domain::moment::{date_text, parse_date};
use crate::domain::permission::Permission;
use crate::domain::revocation::Capacity;
use crate::render::Labels;
use crate::services::export_list::List;
use crate::services::view_grants::{
    ChangeFilter, GrantFilter, GrantView, ListedChange, ListedGrant, Origin, explain_grant, list_changes, list_grants, name_choices,
    read_signed_file,
};
use crate::web::error::PageError;
use crate::web::guards::{AccountView, GrantExplain, GrantList, Permit};
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::grants_pages::{
    ChangeRow, ChangesPage, Decision, ExplainPage, FileLine, FormLine, GrantListPage, GrantRow, HistoryLine, RevokedLine, SourceApplication,
};
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;
use jiff::ToSpan as _;
use rocket::{FromForm, Route, get, routes};

/// Shows grants in every state.
const ALL: &str = "all";
/// What changed in the rights that the reader looks after.
const CHANGES: &str = "/grants/changes";
/// What changed in the reader's own.
const OWN_CHANGES: &str = "/account/changes";
/// Without a day, what changed in so many days is shown.
const USUAL_DAYS: i64 = 30;
/// Longest text that is looked for, in characters.
const LONGEST: usize = 200;

/// The filter of the list as typed.
#[derive(FromForm)]
struct GrantQuery<'r> {
    person: Option<&'r str>,
    unit_search: Option<&'r str>,
    sub_area: Option<&'r str>,
    function: Option<&'r str>,
    ends_by: Option<&'r str>,
    state: Option<&'r str>,
    after: Option<&'r str>,
}

fn typed(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().chars().take(LONGEST).collect()
}

impl GrantQuery<'_> {
    /// The page with what was typed and what is wrong with it, and what it asks for.
    fn read(&self) -> (GrantListPage, GrantFilter) {
        let mut page = GrantListPage {
            person: typed(self.person),
            unit_search: typed(self.unit_search),
            sub_area: typed(self.sub_area),
            function: typed(self.function),
            ends_by: typed(self.ends_by),
            ..GrantListPage::default()
        };
        let state = match self.state {
            Some(ALL) => None,
            other => Some(other.and_then(GrantState::from_key).unwrap_or(GrantState::Current)),
        };
        page.state = state.map_or(ALL, GrantState::key).to_owned();
        let ends_by = if page.ends_by.is_empty() { Ok(None) } else { parse_date(&page.ends_by).map(Some) };
        let until = page.errors.take("ends_by", ends_by).flatten();
        let filter = GrantFilter {
            person: page.person.clone(),
            unit: page.unit_search.clone(),
            sub_area: page.sub_area.clone(),
            function: page.function.clone(),
            until,
            state,
        };
        (page, filter)
    }
}

fn query_of<'p>(page: &'p GrantListPage, after: &'p str) -> [(&'static str, &'p str); 7] {
    [
        ("person", &page.person),
        ("unit_search", &page.unit_search),
        ("sub_area", &page.sub_area),
        ("function", &page.function),
        ("ends_by", &page.ends_by),
        ("state", &page.state),
        ("after", after),
    ]
}

fn row_of(listed: ListedGrant) -> GrantRow {
    GrantRow {
        href: format!("/grants/{}", listed.grant.id),
        full_name: format!("{} {}", listed.last_name, listed.first_name),
        login: listed.login,
        unit_name: listed.unit_name,
        regon: listed.regon,
        sub_area: listed.grant.sub_area,
        function: listed.grant.function,
        valid_from: listed.grant.valid_from,
        valid_until: listed.grant.valid_until,
        state: listed.state.key(),
    }
}

#[get("/grants?<query..>")]
async fn list(who: Permit<'_, GrantList>, query: GrantQuery<'_>) -> Answer {
    let (mut page, filter) = query.read();
    let words = who.context().renderer.labels();
    let dictionaries = name_choices(who.context(), who.actor()).await?;
    page.sub_areas = dictionaries.sub_areas.iter().map(|s| Choice::new(&s.code, format!("{} – {}", s.code, s.name))).collect();
    page.functions = dictionaries.functions.iter().map(|f| Choice::new(&f.code, &f.name)).collect();
    let state = |state: GrantState| Choice::new(state.key(), words.text(&format!("grant_states.{}", state.key())));
    page.states = GrantState::ALL.into_iter().map(state).chain([Choice::new(ALL, words.text("grants.all_states"))]).collect();
    if !page.errors.is_empty() {
        return who.show_again(&page);
    }
    let slice = list_grants(who.context(), who.actor(), &filter, query.after).await?;
    page.first_href = query.after.map(|_| href("/grants", &query_of(&page, "")));
    page.next_href = slice.next.as_deref().map(|next| href("/grants", &query_of(&page, next)));
    page.export = exports::links("grants", &query_of(&page, ""));
    page.grants = slice.rows.into_iter().map(row_of).collect();
    who.show(&page)
}

#[get("/export/grants/<format>?<query..>")]
async fn export(who: Permit<'_, GrantList>, format: &str, query: GrantQuery<'_>) -> Answer {
    let (page, filter) = query.read();
    if !page.errors.is_empty() {
        return Err(PageError::Unprocessable);
    }
    exports::answer(&who, &List::Grants(filter), format).await
}

/// Since when, and what, as typed.
#[derive(FromForm)]
struct ChangeQuery<'r> {
    since: Option<&'r str>,
    change: Option<&'r str>,
    after: Option<&'r str>,
}

impl ChangeQuery<'_> {
    /// The page with what was typed and what is wrong with it, and what it asks for; of the own rights alone where `is_own`.
    fn read(&self, who: &Visit<'_>, is_own: bool) -> (ChangesPage, ChangeFilter) {
        let usual = who.context().now().warsaw_date().saturating_sub(USUAL_DAYS.days());
        let only = self.change.and_then(RightChange::from_key);
        let place = if is_own { OWN_CHANGES } else { CHANGES };
        let mut page = ChangesPage { since: typed(self.since), is_own, place, ..ChangesPage::default() };
        page.change = only.map_or("", RightChange::key).to_owned();
        if page.since.is_empty() {
            page.since = date_text(usual);
        }
        let since = page.errors.take("since", parse_date(&page.since));
        (page, ChangeFilter { since: since.unwrap_or(usual), only, is_own })
    }
}

fn change_row(listed: ListedChange, may_explain: bool, words: &Labels) -> ChangeRow {
    let grant = listed.grant;
    ChangeRow {
        at: listed.at,
        change: listed.change.key(),
        full_name: listed.full_name,
        login: listed.login,
        unit_name: listed.unit_name,
        regon: listed.regon,
        href: grant.as_ref().filter(|_| may_explain).map(|grant| format!("/grants/{}", grant.id)),
        valid_until: grant.as_ref().map(|grant| grant.valid_until),
        what: grant.map(|grant| format!("{}, {}", grant.sub_area, words.text(&format!("functions.{}", grant.function)))),
        role: listed.role.map(crate::domain::account::Role::key),
        by: listed.by.map(|by| name_of(words, &by)),
        capacity: listed.capacity.map(Capacity::key),
        reason: listed.reason,
    }
}

/// The audit trail's names for those who have no account; else the login.
fn name_of(words: &Labels, actor: &str) -> String {
    words.get(&format!("audit_actors.{actor}")).unwrap_or(actor).to_owned()
}

#[get("/grants/changes?<query..>")]
async fn changes(who: Permit<'_, GrantList>, query: ChangeQuery<'_>) -> Answer {
    show_changes(&who, &query, false).await
}

/// What changed in the own rights, for everybody who has an account.
#[get("/account/changes?<query..>")]
async fn own_changes(who: Permit<'_, AccountView>, query: ChangeQuery<'_>) -> Answer {
    show_changes(&who, &query, true).await
}

async fn show_changes(who: &Visit<'_>, query: &ChangeQuery<'_>, is_own: bool) -> Answer {
    let (mut page, filter) = query.read(who, is_own);
    let words = who.context().renderer.labels();
    let change = |change: RightChange| Choice::new(change.key(), words.text(&format!("right_changes.{}", change.key())));
    page.changes = RightChange::ALL.into_iter().map(change).collect();
    if !page.errors.is_empty() {
        return who.show_again(&page);
    }
    let slice = list_changes(who.context(), who.actor(), &filter, query.after).await?;
    let asked = |after| [("since", page.since.as_str()), ("change", page.change.as_str()), ("after", after)];
    let first_href = query.after.map(|_| href(page.place, &asked("")));
    let next_href = slice.next.as_deref().map(|next| href(page.place, &asked(next)));
    let export = exports::links(if is_own { "own-changes" } else { "changes" }, &asked(""));
    let may_explain = !is_own && who.may(Permission::GrantExplain);
    let rows = slice.rows.into_iter().map(|row| change_row(row, may_explain, words)).collect();
    who.show(&ChangesPage { rows, first_href, next_href, export, ..page })
}

#[get("/export/changes/<format>?<query..>")]
async fn export_changes(who: Permit<'_, GrantList>, format: &str, query: ChangeQuery<'_>) -> Answer {
    changes_file(&who, &query, format, false).await
}

#[get("/export/own-changes/<format>?<query..>")]
async fn export_own_changes(who: Permit<'_, AccountView>, format: &str, query: ChangeQuery<'_>) -> Answer {
    changes_file(&who, &query, format, true).await
}

async fn changes_file(who: &Visit<'_>, query: &ChangeQuery<'_>, format: &str, is_own: bool) -> Answer {
    let (page, filter) = query.read(who, is_own);
    if !page.errors.is_empty() {
        return Err(PageError::Unprocessable);
    }
    exports::answer(who, &List::Changes(filter), format).await
}

fn id_of(text: &str) -> Result<GrantId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

fn history_line(words: &Labels, entry: &AuditEntry) -> HistoryLine {
    HistoryLine {
        at: entry.at,
        title: words.text(&format!("audit_events.{}", entry.event)),
        who: name_of(words, &entry.actor),
        text: entry.details["reason"].as_str().map(str::to_owned),
    }
}

fn source_of(id: GrantId, origin: &Origin) -> SourceApplication {
    let application = &origin.application;
    SourceApplication {
        number: application.number.to_string(),
        href: origin.may_open.then(|| format!("/admin/applications/{}", application.number.to_path())),
        kind: application.payload.kind().key(),
        status: application.status.key(),
        revision: application.revision,
        fingerprint: application.fingerprint.short(),
        submitted_at: application.submitted_at,
        applicant: origin.applicant.as_ref().map(|account| account.profile.full_name()),
        decision: origin.decided_by.as_ref().zip(application.decided_at).map(|(account, at)| Decision {
            at,
            who: account.profile.full_name(),
            login: account.login.to_string(),
            on_behalf_of: origin.on_behalf_of.clone(),
        }),
        forms: origin
            .forms
            .iter()
            .map(|form| FormLine {
                received_on: form.received_on,
                channel: form.channel.key(),
                reference: form.reference.clone(),
                code_match: form.code_match.key(),
                files: form
                    .files
                    .iter()
                    .map(|file| FileLine {
                        href: format!("/grants/{id}/files/{}", file.id),
                        media_type: file.media_type.key(),
                        size: file.size,
                        signature: file.signature_state(),
                    })
                    .collect(),
            })
            .collect(),
    }
}

/// Whether there is something to take away.
const fn is_held(state: GrantState) -> bool {
    matches!(state, GrantState::Current | GrantState::Future | GrantState::Suspended)
}

#[get("/grants/<id>", rank = 2)]
async fn show(who: Permit<'_, GrantExplain>, id: &str) -> Answer {
    let id = id_of(id)?;
    let GrantView { listed, entries, revocation, origin } = explain_grant(who.context(), who.actor(), id).await?;
    let words = who.context().renderer.labels();
    who.show(&ExplainPage {
        email: listed.email.clone(),
        given_at: listed.created_at,
        revoked_at: listed.revoked_at,
        replaced_at: listed.replaced_at,
        revocation: revocation.map(|found| RevokedLine {
            href: format!("/revocations/{}", found.id),
            by: found.revoked_by,
            capacity: found.capacity.key(),
            reason: found.reason.name,
            note: found.note,
        }),
        revoke_href: (who.may(Permission::GrantRevoke) && is_held(listed.state)).then(|| {
            let right = format!("{}:{}", listed.grant.sub_area, listed.grant.function);
            href(&revoke_href(listed.grant.account, listed.grant.unit), &[("right", &right)])
        }),
        source: origin.as_ref().map(|origin| source_of(id, origin)),
        history: entries.iter().map(|entry| history_line(words, entry)).collect(),
        grant: row_of(listed),
    })
}

#[get("/grants/<id>/files/<file>")]
async fn file(who: Permit<'_, GrantExplain>, id: &str, file: &str) -> Answer {
    let file: FileId = file.parse().map_err(|_| PageError::NotFound)?;
    let (application, file, bytes) = read_signed_file(who.context(), who.actor(), id_of(id)?, file).await?;
    let name = signed_file_name(&application.number, file.id, file.media_type.extension());
    Ok(Reply::attachment(file.media_type.content_type(), &name, bytes))
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, export, changes, own_changes, export_changes, export_own_changes, show, file]
}
