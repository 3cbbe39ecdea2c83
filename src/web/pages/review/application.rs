//! `/admin/applications/<id>`: what is printed beside what was signed, and what can be done.

use super::{Head, desk::DeskPart, samples, signature::SignatureLine, similar::Similar};
use crate::domain::application::decision::{Bar, Barred, Remark};
use crate::domain::application::signed_form::{CodeMatch, Shortage, SignedForm};
use crate::domain::application::status::{Mover, Status};
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::id::AccountId;
use crate::domain::moment::{Moment, date_text};
use crate::render::{Labels, Page};
use crate::services::record::IN_PLACE_OF;
use crate::services::review_application::{ASSIGNED_TO, Field, FirstGiven, Listed, Names, PrintedPerson, Review};
use crate::web::pages::outbox_pages::LetterRow;
use serde::Serialize;

/// The review page.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationPage {
    /// Which application.
    pub head: Head,
    /// „3fa9 01bc 77de”.
    pub fingerprint: String,
    /// Name of its voivodeship.
    pub voivodeship: String,
    /// First submission (ms).
    pub submitted_at: i64,
    /// Submission of this revision (ms).
    pub revised_at: i64,
    /// Whole days in this state.
    pub age_days: i64,
    /// The last whole day before it lapses (a moment of it).
    pub lapses_on: Option<i64>,
    /// Whole days until then.
    pub days_left: Option<i64>,
    /// What administrators arrange among themselves.
    pub desk: DeskPart,
    /// The letters about it, the newest first.
    pub letters: Vec<LetterRow>,
    /// Who works on it.
    pub taken_by: Option<String>,
    /// How it was decided or returned last.
    pub decision: Option<Decision>,
    /// Two must approve it, and how far that is.
    pub two: Option<Two>,
    /// In whose place the reader works on it.
    pub acts_for: Option<String>,
    /// Name and REGON of the unit that has taken the place of the one it names: it is decided for that one.
    pub heir: Option<(String, String)>,
    /// Since when it lies with the central administrator (ms).
    pub escalated_at: Option<i64>,
    /// The unit as printed.
    pub unit: Vec<Row>,
    /// It is about a registered unit.
    pub is_registered_unit: bool,
    /// What only its kind has.
    pub own: Vec<Row>,
    /// The persons as printed.
    pub persons: Vec<Person>,
    /// Addresses that several of them share.
    pub shared_emails: Vec<String>,
    /// Who was in the earlier revision and is no more.
    pub removed: Vec<String>,
    /// How many printed fields differ from the earlier revision.
    pub changes: i64,
    /// How many printed fields of the unit differ from the register.
    pub differences: i64,
    /// Message to the office.
    pub note: Option<String>,
    /// What it was in the earlier revision.
    pub note_before: Option<String>,
    /// Signed forms, the newest first.
    pub forms: Vec<Form>,
    /// Pages that the form in force lacks.
    pub shortage: Option<Shortage>,
    /// What can be done.
    pub actions: Actions,
    /// What looks alike.
    pub similar: Similar,
    /// What happened, the newest first.
    pub history: Vec<HistoryItem>,
    /// Remarks of earlier returns, the newest revision first.
    pub returns: Vec<Returned>,
    /// The application that waits longest, once this one is decided.
    pub next: Option<Next>,
    /// Reasons by field.
    pub errors: crate::domain::invalid::FieldErrors,
}

/// How it ended, or why it was returned.
#[derive(Debug, Clone, Serialize)]
pub struct Decision {
    /// Who.
    pub by: String,
    /// In whose place.
    pub in_place_of: Option<String>,
    /// When (ms).
    pub at: i64,
    /// Reason or covering note.
    pub reason: Option<String>,
}

/// Why two must approve, and the first of them.
#[derive(Debug, Clone, Serialize)]
pub struct Two {
    /// Keys under `risks`.
    pub risks: Vec<&'static str>,
    /// The first approval.
    pub first: Option<First>,
}

/// The first of two approvals.
#[derive(Debug, Clone, Serialize)]
pub struct First {
    /// Who gave it.
    pub by: String,
    /// In whose place.
    pub in_place_of: Option<String>,
    /// When (ms).
    pub at: i64,
    /// The reader gave it.
    pub is_mine: bool,
}

impl Two {
    /// Of what the service found; nothing where one is enough.
    pub fn of(review: &Review) -> Option<Self> {
        let first = |first: &FirstGiven| First {
            by: first.by.clone(),
            in_place_of: first.in_place_of.clone(),
            at: first.at.0,
            is_mine: first.is_mine,
        };
        let risks: Vec<&'static str> = review.risks.iter().map(|risk| risk.key()).collect();
        (!risks.is_empty()).then(|| Self { risks, first: review.first.as_ref().map(first) })
    }
}

/// One printed field.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Key of its words.
    pub key: &'static str,
    /// As printed, line by line.
    pub value: Vec<String>,
    /// What the earlier revision says, where that differs.
    pub before: Option<Vec<String>>,
    /// What holds now, where that differs.
    pub registered: Option<Vec<String>>,
}

impl Row {
    fn of(field: &Field) -> Self {
        Self { key: field.key, value: field.value.clone(), before: field.before.clone(), registered: field.registered.clone() }
    }
}

/// One printed person.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// First and last name.
    pub name: String,
    /// The fields.
    pub rows: Vec<Row>,
    /// Not in the earlier revision.
    pub is_new: bool,
    /// Whether anything differs.
    pub is_changed: bool,
}

impl Person {
    fn of(person: &PrintedPerson) -> Self {
        Self {
            name: person.name.clone(),
            rows: person.fields.iter().map(Row::of).collect(),
            is_new: person.is_new,
            is_changed: person.fields.iter().any(Field::is_changed),
        }
    }
}

/// One signed form.
#[derive(Debug, Clone, Serialize)]
pub struct Form {
    /// Of which revision.
    pub revision: i32,
    /// Label key under `form_standings`.
    pub standing: &'static str,
    /// Key of the channel.
    pub channel: &'static str,
    /// „22.11.2026”.
    pub received_on: String,
    /// When it was uploaded or recorded (ms).
    pub recorded_at: i64,
    /// Number of the letter.
    pub reference: Option<String>,
    /// Who uploaded or recorded it.
    pub recorded_by: Option<String>,
    /// Key of what its codes say.
    pub code_match: &'static str,
    /// Its files.
    pub files: Vec<File>,
}

/// One file.
#[derive(Debug, Clone, Serialize)]
pub struct File {
    /// From 1.
    pub ordinal: usize,
    /// To save it.
    pub href: String,
    /// Key of its type.
    pub media_type: &'static str,
    /// Bytes.
    pub size: i64,
    /// Its electronic signatures.
    pub signatures: Vec<SignatureLine>,
    /// It has one that nobody checked: it came before that was done.
    pub is_unchecked: bool,
    /// Its page images.
    pub pages: Vec<String>,
}

impl Form {
    fn of(id: &str, form: &SignedForm, review: &Review) -> Self {
        let heads = review.view.application.summary().head_names();
        let file = |(i, file): (usize, &crate::domain::application::signed_form::SignedFile)| {
            let href = format!("/admin/applications/{id}/files/{}", file.id);
            File {
                ordinal: i + 1,
                media_type: file.media_type.key(),
                size: file.size,
                signatures: file.signatures.iter().flatten().map(|found| SignatureLine::of(found, &heads)).collect(),
                is_unchecked: file.is_unchecked(),
                pages: (1..=file.page_keys.len()).map(|page| format!("{href}/page/{page}")).collect(),
                href,
            }
        };
        Self {
            revision: form.revision,
            standing: form.standing(&review.view.signed_forms, review.view.application.revision).key(),
            channel: form.channel.key(),
            received_on: date_text(form.received_on),
            recorded_at: form.recorded_at.0,
            reference: form.reference.clone(),
            recorded_by: review.names.by_account.get(&form.recorded_by).cloned(),
            code_match: form.code_match.key(),
            files: form.files.iter().enumerate().map(file).collect(),
        }
    }
}

/// What the reader may do now, and why not the rest.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Actions {
    /// May take it: nobody works on it.
    pub can_take: bool,
    /// May take it over from a colleague.
    pub can_take_over: bool,
    /// Works on it: may put it back, return it and reject it.
    pub can_decide: bool,
    /// All conditions of an approval hold.
    pub can_approve: bool,
    /// The form's code was not readable, and the reader may confirm.
    pub can_compare: bool,
    /// May record that a form came by another channel.
    pub can_receive: bool,
    /// Key under `barred`: why the reader may never decide this one.
    pub barred: Option<&'static str>,
    /// Key under `barred`: why the reader cannot approve it now.
    pub barred_approval: Option<&'static str>,
    /// The reader cannot approve it at any time.
    pub never_approves: bool,
    /// The first approval is the reader's own voice: another person gives the second.
    pub is_first_voice: bool,
}

impl Actions {
    /// Of what the service found.
    pub fn of(review: &Review, me: AccountId) -> Self {
        let application = &review.view.application;
        let status = application.status;
        let is_mine = application.taken_by == Some(me);
        let may_work = review.barred_work.is_none();
        let can_decide = review.barred_decision.is_none();
        let current = review.view.form_in_force();
        Self {
            can_take: may_work && status == Status::FormReceived,
            can_take_over: may_work && status == Status::InReview && !is_mine,
            can_decide,
            can_approve: review.barred_approval.is_none(),
            can_compare: can_decide && current.is_some_and(|form| form.code_match == CodeMatch::Unreadable),
            can_receive: review.view.check_takes_form(Mover::Office).is_ok(),
            barred: review.barred_work.filter(|_| status.is_open()).map(Barred::key),
            barred_approval: review.barred_approval.filter(|_| can_decide).map(Barred::key),
            never_approves: review.barred_approval.is_some_and(|barred| barred.bar() == Bar::Never),
            is_first_voice: review.is_first_voice,
        }
    }
}

/// One line of the history.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryItem {
    /// When (ms).
    pub at: i64,
    /// What, in words.
    pub title: String,
    /// Who.
    pub who: String,
    /// What more is known.
    pub text: Option<String>,
}

impl HistoryItem {
    /// Puts an entry of the audit trail in words.
    pub fn of(words: &Labels, names: &Names, applicant: &str, entry: &AuditEntry) -> Self {
        let who = match words.get(&format!("audit_actors.{}", entry.actor)) {
            // Before the first submission nobody can sign in: the visitor who filed it is the applicant.
            Some(_) if entry.event == AuditEvent::ApplicationSubmitted.key() => applicant.to_owned(),
            Some(text) => text.to_owned(),
            None => names.by_login.get(&entry.actor).unwrap_or(&entry.actor).clone(),
        };
        let text = |key: &str| entry.details.get(key).and_then(serde_json::Value::as_str).filter(|text| !text.is_empty());
        let mut parts = Vec::new();
        if let Some(revision) = entry.details.get("revision").and_then(serde_json::Value::as_i64) {
            parts.push(words.text_with("review.history.revision", &[("n", &revision.to_string())]));
        }
        if entry.details.get("printed_content_changed").and_then(serde_json::Value::as_bool) == Some(false) {
            parts.push(words.text("review.history.unprinted"));
        }
        if entry.details.get("taken_over").and_then(serde_json::Value::as_bool) == Some(true) {
            parts.push(words.text("review.history.taken_over"));
        }
        if let Some(absent) = text(IN_PLACE_OF) {
            let name = names.by_login.get(absent).map_or(absent, String::as_str);
            parts.push(words.text_with("review.history.in_place_of", &[("who", name)]));
        }
        if let Some(login) = text(ASSIGNED_TO) {
            let name = names.by_login.get(login).map_or(login, String::as_str);
            parts.push(words.text_with("review.history.assigned_to", &[("who", name)]));
        }
        parts.extend(text("until").and_then(|day| day.parse().ok()).map(date_text));
        if let Some(risks) = entry.details.get("risks").and_then(serde_json::Value::as_array) {
            parts.extend(risks.iter().filter_map(serde_json::Value::as_str).map(|key| words.text(&format!("risks.{key}"))));
        }
        parts.extend(text("reason_key").map(|key| words.text(&format!("escalations.{key}"))));
        parts.extend(text("channel").map(|key| words.text(&format!("channels.{key}"))));
        parts.extend(text("reference").map(str::to_owned));
        parts.extend(text("code_match").map(|key| words.text(&format!("code_match.{key}"))));
        parts.extend(text("reason").map(|key| words.error("", "files", key)));
        Self {
            at: entry.at.0,
            title: words.text(&format!("audit_events.{}", entry.event)),
            who,
            text: (!parts.is_empty()).then(|| parts.join(" · ")),
        }
    }
}

/// The remarks on one revision.
#[derive(Debug, Clone, Serialize)]
pub struct Returned {
    /// Which revision.
    pub revision: i32,
    /// The remarks.
    pub remarks: Vec<RemarkLine>,
}

/// One remark.
#[derive(Debug, Clone, Serialize)]
pub struct RemarkLine {
    /// Field path, e.g. `unit.regon`; empty for the whole.
    pub field: String,
    /// Whose field: `unit` or `persons`.
    pub scope: String,
    /// Number of the person, from 1.
    pub person: Option<usize>,
    /// What to correct.
    pub text: String,
}

impl RemarkLine {
    /// Of a remark.
    pub fn of(remark: &Remark) -> Self {
        let mut parts = remark.field.split('.');
        let scope = parts.next().unwrap_or_default();
        let person = if scope == "persons" { parts.next().and_then(|i| i.parse::<usize>().ok()).map(|i| i + 1) } else { None };
        let name = remark.field.rsplit('.').next().unwrap_or_default();
        Self { field: name.to_owned(), scope: scope.to_owned(), person, text: remark.text.clone() }
    }
}

/// The application to look at next.
#[derive(Debug, Clone, Serialize)]
pub struct Next {
    /// „W-26-2026-000124”.
    pub id: String,
    /// „W/26/2026/000124”.
    pub number: String,
    /// Its unit.
    pub unit_name: String,
}

impl Next {
    /// Of a row of the queue.
    pub fn of(listed: &Listed) -> Self {
        Self { id: listed.number.to_path(), number: listed.number.to_string(), unit_name: listed.unit_name.clone() }
    }
}

impl Head {
    /// Of what the service found.
    pub fn of(review: &Review) -> Self {
        let application = &review.view.application;
        Self {
            number: application.number.to_string(),
            id: application.number.to_path(),
            status: application.status.key(),
            revision: application.revision,
            version: application.version,
            kind: application.payload.kind().key(),
            unit_name: application.summary().unit_name,
        }
    }
}

impl ApplicationPage {
    /// Of what the service found.
    pub fn of(review: &Review, me: AccountId, now: Moment, words: &Labels, next: Option<&Listed>) -> Self {
        let application = &review.view.application;
        let head = Head::of(review);
        let days = |from: Moment, to: Moment| i64::from((to.warsaw_date() - from.warsaw_date()).get_days());
        let lapses_on = application.lapses_at.map(|at| at.plus_ms(-1));
        let content = &review.content;
        let full_name = |account: &crate::domain::account::Account| account.profile.full_name();
        let all_fields = || content.unit.iter().chain(&content.own).chain(content.persons.iter().flat_map(|p| &p.fields));
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let new = content.persons.iter().filter(|p| p.is_new).count();
        let applicant = application.applicant_name();
        Self {
            fingerprint: application.fingerprint.short(),
            voivodeship: review.view.office.voivodeship_name.clone(),
            submitted_at: application.submitted_at.0,
            revised_at: application.revised_at.0,
            age_days: days(application.status_since, now),
            lapses_on: lapses_on.map(|at| at.0),
            days_left: lapses_on.map(|at| days(now, at)),
            desk: DeskPart::of(review, me),
            letters: review.letters.iter().cloned().map(|letter| LetterRow::of(letter, false)).collect(),
            taken_by: review.taken_by.as_ref().map(full_name),
            decision: application.decided_at.zip(review.decided_by.as_ref()).map(|(at, by)| Decision {
                by: full_name(by),
                in_place_of: review.decided_for.as_ref().map(full_name),
                at: at.0,
                reason: application.reason.clone(),
            }),
            two: Two::of(review),
            acts_for: review.acts_for.clone(),
            heir: review.heir.as_ref().map(|unit| (unit.data.name.to_string(), unit.data.regon.to_string())),
            escalated_at: review.escalated_at.map(|at| at.0),
            unit: content.unit.iter().map(Row::of).collect(),
            is_registered_unit: application.summary().unit.is_some(),
            own: content.own.iter().map(Row::of).collect(),
            persons: content.persons.iter().map(Person::of).collect(),
            shared_emails: review.shared_emails(),
            removed: content.removed.clone(),
            changes: count(all_fields().filter(|f| f.before.is_some()).count() + new + content.removed.len()),
            differences: count(review.differences()),
            note: content.note.clone(),
            note_before: content.note_before.clone(),
            forms: review.view.signed_forms.iter().map(|f| Form::of(&head.id, f, review)).collect(),
            shortage: review.view.shortage,
            actions: Actions::of(review, me),
            similar: Similar::of(&review.similar),
            history: review.view.history.iter().rev().map(|e| HistoryItem::of(words, &review.names, &applicant, e)).collect(),
            returns: returns(&review.all_remarks),
            next: next.map(Next::of),
            errors: crate::domain::invalid::FieldErrors::default(),
            head,
        }
    }
}

fn returns(remarks: &[(i32, Remark)]) -> Vec<Returned> {
    let mut found: Vec<Returned> = Vec::new();
    for (revision, remark) in remarks {
        match found.iter_mut().find(|r| r.revision == *revision) {
            Some(returned) => returned.remarks.push(RemarkLine::of(remark)),
            None => found.push(Returned { revision: *revision, remarks: vec![RemarkLine::of(remark)] }),
        }
    }
    found.sort_by_key(|r| std::cmp::Reverse(r.revision));
    found
}

impl Page for ApplicationPage {
    const TEMPLATE: &'static str = "pages/review/application.html.tera";
    const PLACE: &'static str = "admin-application";
    fn samples() -> Vec<Self> {
        samples::applications()
    }
}
