//! All that the portal holds about one person, for that person (RODO art. 15 and 20): to read and to take along. Of other people
//! only that they acted, never who; of secrets only that there are some. What may not live here: the page, the file's name.

use super::context::Context;
use super::error::ServiceError;
use super::print_form::with_words;
use super::read_history::{in_words, own_entries};
use super::{prove_again, record};
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::matter::SaidPerson;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::device::DeviceName;
use crate::domain::id::AccountId;
use crate::domain::moment::Moment;
use crate::domain::permission::Permission;
use crate::storage::applications::{self, persons, revisions};
use crate::storage::profile_changes::LOGIN;
use crate::storage::waiting_changes;
use crate::storage::{
    Connection, account_joins, accounts, audit_entries, closing_requests, dictionaries, email_changes, grants, outbox_messages, passkeys,
    profile_changes, recovery_codes, revocations, role_assignments, security_reports, sessions, sign_in_sources, stand_ins, totp_secrets,
    units,
};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

/// Entries read at a time.
const BATCH: usize = 1_000;
/// Most entries in one copy. Whoever has more is told so, and reads the older ones page by page.
const MOST_ENTRIES: usize = 20_000;

/// Everything.
#[derive(Debug, Clone, Serialize)]
pub struct OwnData {
    /// When this copy was made.
    pub made_at: Moment,
    /// Who runs the portal.
    pub controller: String,
    /// The account.
    pub account: AccountData,
    /// What stood in the account before, the newest first.
    pub earlier_values: Vec<EarlierValue>,
    /// Changes of the e-mail address that are still kept.
    pub email_changes: Vec<EmailChangeData>,
    /// Roles, also those that ended.
    pub roles: Vec<RoleData>,
    /// Rights in units, also those that ended.
    pub grants: Vec<GrantData>,
    /// Stand-ins of the person: in the place of somebody, or somebody in the person's place.
    pub stand_ins: Vec<StandInData>,
    /// What the person left to a successor when rights were taken away.
    pub hand_overs: Vec<HandOverData>,
    /// Applications that the person filed, or that name the person.
    pub applications: Vec<ApplicationData>,
    /// Where the person is signed in.
    pub sessions: Vec<SessionData>,
    /// Browsers that the account knows.
    pub known_devices: Vec<DeviceData>,
    /// Kinds of second factors; never their secrets.
    pub second_factors: FactorData,
    /// Requests to close the account.
    pub closing_requests: Vec<ClosingData>,
    /// Joinings of accounts in which the account was.
    pub account_joins: Vec<JoinData>,
    /// Reports „to nie ja”.
    pub reports: Vec<ReportData>,
    /// Letters by kind and time; their text is not kept.
    pub letters: Vec<LetterData>,
    /// Sign-ins, changes, and all else in the audit trail, the newest first.
    pub history: Vec<EntryData>,
    /// The history is whole.
    pub history_is_complete: bool,
}

/// The account.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)] // Each is what its name says.
pub struct AccountData {
    pub id: AccountId,
    pub login: String,
    pub first_name: String,
    pub last_name: String,
    pub position: Option<String>,
    pub email: String,
    pub phone: Option<String>,
    pub status: &'static str,
    pub voivodeship: Option<String>,
    pub has_password: bool,
    pub created_at: Moment,
    pub signed_in_at: Option<Moment>,
    pub announces_sign_ins: bool,
    pub mails_announcements: bool,
    pub failures: i32,
    pub blocked_until: Option<Moment>,
}

/// What stood in a field before.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct EarlierValue {
    pub field: String,
    pub value: Option<String>,
    pub by_owner: bool,
    pub changed_at: Moment,
}

/// A change of the e-mail address.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct EmailChangeData {
    pub old: String,
    pub new: String,
    pub status: &'static str,
    pub requested_at: Moment,
    pub settled_at: Option<Moment>,
}

/// A role.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct RoleData {
    pub role: &'static str,
    pub voivodeship: Option<String>,
    pub assigned_at: Moment,
    pub revoked_at: Option<Moment>,
}

/// A right in a unit.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct GrantData {
    pub unit: String,
    pub regon: String,
    pub sub_area: String,
    pub function: String,
    pub valid_from: Date,
    pub valid_until: Date,
    pub given_at: Moment,
    pub revoked_at: Option<Moment>,
    /// Why it was taken away, in the words of the dictionary and of who did it.
    pub revoked_because: Vec<String>,
    pub replaced_at: Option<Moment>,
}

/// A stand-in; of the other person only that there is one.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct StandInData {
    /// The person is the deputy.
    pub is_deputy: bool,
    pub role: &'static str,
    pub voivodeship: Option<String>,
    pub from: Date,
    pub until: Date,
    pub named_at: Moment,
    /// Somebody else named the deputy in the place of the absent.
    pub by_other: bool,
    pub ended_at: Option<Moment>,
}

/// A list for a successor.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct HandOverData {
    pub unit: String,
    pub regon: String,
    pub revoked_at: Moment,
    pub capacity: &'static str,
    /// In the words of the dictionary and of who did it.
    pub reason: Vec<String>,
    /// Number and date of the letter or list that the unit's head signed.
    pub letter: Option<(String, Date)>,
    pub was_coordinator: bool,
    pub rights: Vec<LeftRightData>,
    /// Numbers of applications that were open then.
    pub applications: Vec<String>,
}

/// A right on such a list.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct LeftRightData {
    pub sub_area: String,
    pub function: String,
    pub valid_until: Date,
}

/// An application.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct ApplicationData {
    pub number: String,
    pub kind: &'static str,
    pub status: &'static str,
    pub unit: String,
    pub is_applicant: bool,
    pub submitted_at: Moment,
    pub status_since_at: Moment,
    /// The message to the office, of its applicant only.
    pub note: Option<String>,
    /// The reason of the decision, of its applicant only.
    pub reason: Option<String>,
    /// What each revision says about this person.
    pub revisions: Vec<RevisionData>,
}

/// One revision's words about this person.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct RevisionData {
    pub revision: i32,
    pub filed_at: Moment,
    pub lines: Vec<LineData>,
}

/// One printed field: its words stand under `form.label.<key>`.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct LineData {
    pub key: &'static str,
    pub value: Vec<String>,
}

/// A session.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct SessionData {
    pub device: String,
    pub user_agent: String,
    pub address: String,
    pub signed_in_at: Moment,
    pub last_seen_at: Moment,
}

/// A known browser.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct DeviceData {
    pub device: String,
    pub user_agent: String,
    pub network: String,
    pub known_since_at: Moment,
    pub last_used_at: Moment,
}

/// Second factors.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct FactorData {
    pub codes_since_at: Option<Moment>,
    pub passkeys: Vec<PasskeyData>,
    pub recovery_codes_left: Option<u64>,
    pub recovery_codes_made_at: Option<Moment>,
}

/// A passkey.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct PasskeyData {
    pub name: String,
    pub added_at: Moment,
    pub last_used_at: Option<Moment>,
}

/// A request to close the account.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct ClosingData {
    pub requested_at: Moment,
    pub settled_at: Option<Moment>,
    pub outcome: Option<String>,
}

/// A joining of two accounts.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct JoinData {
    /// The account is the one that is given up; else the one that stays.
    pub is_given_up: bool,
    /// The other login, as the owner typed it; who named this account is told while it asks.
    pub typed_login: Option<String>,
    pub state: &'static str,
    pub proposed_at: Moment,
    pub joined_at: Option<Moment>,
    pub ended_at: Option<Moment>,
}

/// A report „to nie ja”.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct ReportData {
    pub kind: &'static str,
    pub reported_at: Moment,
    pub closed_at: Option<Moment>,
}

/// A letter.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct LetterData {
    pub kind: String,
    pub status: String,
    pub created_at: Moment,
    pub finished_at: Option<Moment>,
}

/// One entry of the audit trail.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct EntryData {
    pub at: Moment,
    pub event: String,
    pub outcome: String,
    pub who: &'static str,
    /// The whole address where it was the owner; else the provider's network.
    pub address: String,
    pub object_kind: Option<String>,
    pub object: Option<String>,
    pub fields: Vec<String>,
}

impl OwnData {
    /// As a file: times in ISO 8601, UTC.
    pub fn to_json(&self) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        write_times(&mut value);
        value
    }
}

/// Milliseconds are for programs; fields whose names say that they are times become texts.
fn write_times(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(write_times),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match field.as_i64() {
                    Some(ms) if name == "at" || name.ends_with("_at") || name.ends_with("_until") => {
                        *field = Value::from(Moment(ms).to_iso());
                    }
                    _ => write_times(field),
                }
            }
        }
        _ => {}
    }
}

/// Reads everything. That it was read is written down.
///
/// # Errors
/// `ProofTooOld`; `Denied` for a visitor.
pub async fn read_own_data(context: &Context, actor: &Actor) -> Result<OwnData, ServiceError> {
    let id = context.own_account(actor, Permission::AccountView)?;
    prove_again::required(context, actor)?;
    let db = &context.db;
    let found = accounts::find_credentials(db, id).await?.ok_or(ServiceError::NotFound)?;
    let account = &found.account;
    let (history, history_is_complete) = history(context, account).await?;
    let applications = applications_of(context, account).await?;
    let own_applications: Vec<_> = applications.iter().filter(|(_, data)| data.is_applicant).map(|(id, _)| *id).collect();
    let letters = outbox_messages::records_of(db, id, &own_applications).await?;
    let recovery = recovery_codes::left(db, id).await?;
    let data = OwnData {
        made_at: context.now(),
        controller: context.settings.publisher_name.clone(),
        account: AccountData {
            id,
            login: account.login.to_string(),
            first_name: account.profile.first_name.to_string(),
            last_name: account.profile.last_name.to_string(),
            position: account.profile.position.as_ref().map(ToString::to_string),
            email: account.profile.email.to_string(),
            phone: account.profile.phone.as_ref().map(ToString::to_string),
            status: account.status.key(),
            voivodeship: found.voivodeship.as_ref().map(ToString::to_string),
            has_password: account.has_password,
            created_at: account.created_at,
            signed_in_at: found.signed_in_at,
            announces_sign_ins: found.announces_sign_ins,
            mails_announcements: accounts::mails_announcements(db, id).await?,
            failures: account.lockout.failures,
            blocked_until: account.lockout.blocked_until,
        },
        earlier_values: earlier_values(db, account).await?,
        email_changes: email_changes_of(db, id).await?,
        roles: role_assignments::records_of(db, id)
            .await?
            .into_iter()
            .map(|role| RoleData {
                role: role.assignment.role.key(),
                voivodeship: role.assignment.voivodeship.map(|code| code.to_string()),
                assigned_at: role.assigned_at,
                revoked_at: role.revoked_at,
            })
            .collect(),
        grants: grants_of(db, id).await?,
        stand_ins: stand_ins_of(db, id).await?,
        hand_overs: hand_overs_of(db, id).await?,
        applications: applications.into_iter().map(|(_, data)| data).collect(),
        sessions: sessions_of(db, id).await?,
        known_devices: devices_of(db, id).await?,
        second_factors: FactorData {
            codes_since_at: totp_secrets::find(db, id).await?.and_then(|row| row.active).map(|(_, since)| since),
            passkeys: passkeys::list_of(db, id)
                .await?
                .into_iter()
                .map(|p| PasskeyData { name: p.name, added_at: p.created_at, last_used_at: p.last_used_at })
                .collect(),
            recovery_codes_left: recovery.map(|(left, _)| left),
            recovery_codes_made_at: recovery.map(|(_, made_at)| made_at),
        },
        closing_requests: closing_requests::list_of(db, id)
            .await?
            .into_iter()
            .map(|r| ClosingData { requested_at: r.requested_at, settled_at: r.settled_at, outcome: r.outcome })
            .collect(),
        account_joins: account_joins::list_of(db, id)
            .await?
            .into_iter()
            .map(|join| JoinData {
                is_given_up: join.given_up == id,
                typed_login: Some(join.named_login).filter(|_| join.given_up == id),
                state: join.state.key(),
                proposed_at: join.proposed_at,
                joined_at: join.joined_at,
                ended_at: join.ended_at,
            })
            .collect(),
        reports: security_reports::records_of(db, id)
            .await?
            .into_iter()
            .map(|(r, closed_at)| ReportData { kind: r.kind.key(), reported_at: r.reported_at, closed_at })
            .collect(),
        letters: letters
            .into_iter()
            .map(|l| LetterData { kind: l.kind, status: l.status, created_at: l.created_at, finished_at: l.finished_at })
            .collect(),
        history,
        history_is_complete,
    };
    let object = AuditObject::new("account", &account.login);
    record::done(context, db, actor, AuditEvent::AccountDataRead, object, found.voivodeship.as_ref(), json!({})).await?;
    Ok(data)
}

async fn history(context: &Context, account: &Account) -> Result<(Vec<EntryData>, bool), ServiceError> {
    let own = own_entries(&context.db, account).await?;
    let (mut entries, mut after) = (Vec::new(), None::<String>);
    loop {
        let slice = audit_entries::list_own(&context.db, &own, after.as_deref(), BATCH).await?;
        for entry in slice.rows {
            let is_own = entry.actor_id == Some(account.id);
            let whole = entry.address.clone().filter(|_| is_own);
            let said = in_words(entry, account);
            let (object_kind, object) = said.object.unzip();
            // Somebody else's login is somebody else's.
            let object = object.filter(|_| object_kind.as_deref() != Some("account"));
            entries.push(EntryData {
                at: said.at,
                event: said.event,
                outcome: said.outcome,
                who: said.who.key(),
                address: whole.unwrap_or(said.network),
                object_kind,
                object,
                fields: said.fields,
            });
        }
        after = slice.next;
        if after.is_none() || entries.len() >= MOST_ENTRIES {
            return Ok((entries, after.is_none()));
        }
    }
}

async fn stand_ins_of<C: Connection>(db: &C, id: AccountId) -> Result<Vec<StandInData>, ServiceError> {
    let own = stand_ins::list_of(db, id).await?.into_iter().map(|one| StandInData {
        is_deputy: one.deputy == id,
        role: one.assignment.role.key(),
        voivodeship: one.assignment.voivodeship.map(|code| code.to_string()),
        from: one.from,
        until: one.until,
        named_at: one.named_at,
        by_other: one.named_by.is_some(),
        ended_at: one.ended.map(|(at, _)| at),
    });
    Ok(own.collect())
}

async fn hand_overs_of<C: Connection>(db: &C, id: AccountId) -> Result<Vec<HandOverData>, ServiceError> {
    let mut own = Vec::new();
    for revocation in revocations::list_of_account(db, id).await? {
        let Some(unit) = units::find(db, revocation.unit).await? else { continue };
        let left = revocation.left_behind;
        own.push(HandOverData {
            unit: unit.data.name.to_string(),
            regon: unit.data.regon.to_string(),
            revoked_at: revocation.revoked_at,
            capacity: revocation.capacity.key(),
            reason: [Some(revocation.reason.name), revocation.note].into_iter().flatten().collect(),
            letter: revocation.letter.map(|letter| (letter.reference, letter.date)),
            was_coordinator: left.was_coordinator,
            rights: left
                .rights
                .into_iter()
                .map(|right| LeftRightData { sub_area: right.sub_area, function: right.function, valid_until: right.valid_until })
                .collect(),
            applications: left.applications.into_iter().map(|open| open.number.to_string()).collect(),
        });
    }
    Ok(own)
}

async fn earlier_values<C: Connection>(db: &C, account: &Account) -> Result<Vec<EarlierValue>, ServiceError> {
    let changes = profile_changes::list_of(db, account.id).await?;
    // Who changed the login did so under the one before.
    let earlier = changes.iter().filter(|change| change.field == LOGIN).filter_map(|change| change.old_value.clone());
    let own: Vec<String> = earlier.chain([account.login.to_string()]).collect();
    Ok(changes
        .into_iter()
        .map(|change| EarlierValue {
            by_owner: own.contains(&change.changed_by),
            field: change.field,
            value: change.old_value,
            changed_at: change.changed_at,
        })
        .collect())
}

async fn email_changes_of<C: Connection>(db: &C, id: AccountId) -> Result<Vec<EmailChangeData>, ServiceError> {
    let own = email_changes::list_of(db, id).await?.into_iter().map(|change| EmailChangeData {
        old: change.old.to_string(),
        new: change.new.to_string(),
        status: change.status.key(),
        requested_at: change.requested_at,
        settled_at: change.settled_at,
    });
    // Those that an office approved, by an application.
    let approved = waiting_changes::list_of(db, id).await?.into_iter().map(|change| EmailChangeData {
        old: change.old_email.to_string(),
        new: change.new_email.to_string(),
        status: change.state.key(),
        requested_at: change.approved_at,
        settled_at: change.ended_at,
    });
    Ok(own.chain(approved).collect())
}

async fn grants_of<C: Connection>(db: &C, id: AccountId) -> Result<Vec<GrantData>, ServiceError> {
    let records = grants::records_of_account(db, id).await?;
    let ids: Vec<_> = records.iter().map(|r| r.grant.unit).collect();
    let units = units::list_by_ids(db, &ids).await?;
    let of_unit = |id| units.iter().find(|unit| unit.id == id).map(|unit| (unit.data.name.to_string(), unit.data.regon.to_string()));
    let mut all = Vec::new();
    for record in records {
        let revocation = match record.revocation {
            Some(id) => revocations::find(db, id).await?,
            None => None,
        };
        let (unit, regon) = of_unit(record.grant.unit).unwrap_or_default();
        all.push(GrantData {
            unit,
            regon,
            sub_area: record.grant.sub_area,
            function: record.grant.function,
            valid_from: record.grant.valid_from,
            valid_until: record.grant.valid_until,
            given_at: record.created_at,
            revoked_at: record.revoked_at,
            revoked_because: revocation.map(|found| std::iter::once(found.reason.name).chain(found.note).collect()).unwrap_or_default(),
            replaced_at: record.replaced_at,
        });
    }
    Ok(all)
}

type ApplicationRow = (crate::domain::id::ApplicationId, ApplicationData);

/// Of each revision only the lines about this person: by its place while it is among the persons, by its login before.
async fn applications_of(context: &Context, account: &Account) -> Result<Vec<ApplicationRow>, ServiceError> {
    let (db, labels) = (&context.db, context.renderer.labels());
    let words = &dictionaries::load(db, context.now().warsaw_date()).await?;
    let mut found = Vec::new();
    for listed in applications::list_naming(db, account.id).await? {
        let Some(application) = applications::find(db, listed.id).await? else { continue };
        let place = persons::list(db, listed.id).await?.iter().position(|id| *id == account.id);
        let is_applicant = application.applicant == account.id;
        let about = |payload: &Payload, is_newest: bool| {
            let said = with_words(labels, words, None, |words| payload.matter().said(words, None));
            let at_place = place.filter(|_| is_newest);
            let is_me = |(at, person): &(usize, SaidPerson)| at_place.map_or(person.login_key == account.login.key(), |place| *at == place);
            let person = said.persons.into_iter().enumerate().find(is_me).map(|(_, person)| person.lines).unwrap_or_default();
            // What only the kind has is about its applicant.
            let own = said.own.into_iter().filter(|_| is_applicant);
            let lines = person.into_iter().chain(own).filter(|line| !line.value.is_empty());
            lines.map(|line| LineData { key: line.key, value: line.value }).collect()
        };
        let all = revisions::list(db, listed.id).await?.into_iter().map(|revision| RevisionData {
            lines: about(&revision.payload, revision.revision == application.revision),
            revision: revision.revision,
            filed_at: revision.created_at,
        });
        let note = with_words(labels, words, None, |words| application.payload.matter().said(words, None)).note;
        let data = ApplicationData {
            number: listed.number.as_str().to_owned(),
            kind: listed.kind.key(),
            status: listed.status.key(),
            unit: listed.unit_name,
            is_applicant,
            submitted_at: listed.submitted_at,
            status_since_at: listed.status_since,
            note: note.filter(|_| is_applicant),
            reason: application.reason.filter(|_| is_applicant),
            revisions: all.collect(),
        };
        found.push((listed.id, data));
    }
    Ok(found)
}

async fn sessions_of<C: Connection>(db: &C, id: AccountId) -> Result<Vec<SessionData>, ServiceError> {
    let held = sessions::list_held_by(db, id).await?.into_iter();
    Ok(held
        .map(|session| SessionData {
            device: DeviceName::of(&session.device).to_string(),
            user_agent: session.device,
            address: session.network,
            signed_in_at: session.created_at,
            last_seen_at: session.last_seen_at,
        })
        .collect())
}

async fn devices_of<C: Connection>(db: &C, id: AccountId) -> Result<Vec<DeviceData>, ServiceError> {
    let devices = sign_in_sources::list_devices(db, id).await?.into_iter();
    Ok(devices
        .map(|source| DeviceData {
            device: DeviceName::of(&source.label).to_string(),
            user_agent: source.label,
            network: source.network,
            known_since_at: source.created_at,
            last_used_at: source.last_used_at,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_for_people_and_numbers_stay_numbers() {
        let mut value = json!({ "made_at": 1_795_327_500_000_i64, "n": { "at": 0, "failures": 3, "list": [{ "blocked_until": 0 }] } });
        write_times(&mut value);
        assert_eq!(value["made_at"], "2026-11-22T06:05:00.000Z");
        assert_eq!(value["n"]["at"], "1970-01-01T00:00:00.000Z");
        assert_eq!(value["n"]["failures"], 3);
        assert_eq!(value["n"]["list"][0]["blocked_until"], "1970-01-01T00:00:00.000Z");
    }
}
