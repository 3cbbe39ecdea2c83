//! Fills an empty database with a demonstration country. Everything goes through the services that people use,
//! each at its own time, so that the demonstration shows what the portal really does.

mod demo;

pub use demo::{DemoSignIn, PASSWORD, SIGN_INS};

use super::confirm_permissions;
use super::draft_application::{self, UnitChoice, start_correction};
use super::handle_post::{NewPost, record_post};
use super::review_application::{add_note, approve, assign, reject, return_for_correction, snooze, take};
use super::submit_application::submit;
use super::{Context, ServiceError, print_form, receive_signed_form, record, withdraw_application};
use crate::clock::Clock;
use crate::domain::account::{AccountProfile, AccountStatus, Role, RoleAssignment};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::application::decision::Remark;
use crate::domain::application::draft::{PersonTexts, STATEMENTS, UnitTexts, YES};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, UnitId};
use crate::domain::identifiers::{ApplicationNumber, EmailAddress, Line, Login, PersonName};
use crate::domain::moment::{HOUR_MS, Moment, date_text};
use crate::domain::password::normalise;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::pdf::hand_signed;
use crate::secrets::{random_token, token_hash};
use crate::storage::audit_entries::{self, AuditFilter};
use crate::storage::database::{begin, is_empty};
use crate::storage::{accounts, applications, drafts, role_assignments, sessions};
use demo::{
    ASSIGNED, COORDINATOR, DemoOfficer, DemoUnit, Fate, NOTE, NOTED, OFFICER_POSITION, OFFICERS, POST, PUT_OFF, REFERENCE, REJECTION,
    REMARKS, STREET, UNITS,
};
use serde_json::json;

/// For so many days an application of the demonstration is put off.
const SNOOZE_DAYS: i64 = 5;

/// Fills the database.
///
/// # Errors
/// `Stale` when there is an account already: a demonstration must never mix with real data.
pub async fn fill_demo(context: &Context, operator: &Actor) -> Result<(), ServiceError> {
    if !is_empty(&context.db).await? {
        return Err(ServiceError::Stale);
    }
    let hash = context.hasher.hash(normalise(PASSWORD)).await.map_err(ServiceError::internal)?;
    let start = context.now();
    let long_ago = at(context, start.plus_days(-90));
    for officer in OFFICERS {
        add_officer(&long_ago, operator, officer, &hash).await?;
    }
    for (i, unit) in UNITS.iter().enumerate() {
        play(context, operator, unit, i, start, &hash).await?;
    }
    arrange(context).await?;
    record_what_came(&at(context, start.plus_ms(-3 * HOUR_MS))).await?;
    let unit = coordinated(context).await?;
    // Its year is over early: nobody looks at a demonstration for so long.
    confirm_permissions::open(&at(context, start.plus_days(-5)), operator, unit).await?;
    // What has lapsed by now is expired by the worker, which looks for it as soon as it starts.
    let tx = begin(&context.db).await?;
    record::done(context, &tx, operator, AuditEvent::DemoFilled, AuditObject::new("demo", "country"), None, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether the database was filled by an earlier start of the demonstration.
///
/// # Errors
/// Of the database.
pub async fn is_demo(context: &Context) -> Result<bool, ServiceError> {
    let filter = AuditFilter { event: AuditEvent::DemoFilled.key().to_owned(), ..AuditFilter::default() };
    Ok(!audit_entries::list(&context.db, &ListScope::Country, &filter, None, 1).await?.rows.is_empty())
}

/// The same portal at another time.
fn at(context: &Context, moment: Moment) -> Context {
    Context { clock: Clock::fixed(moment.0), ..context.clone() }
}

async fn add_officer(context: &Context, operator: &Actor, officer: &DemoOfficer, hash: &str) -> Result<(), ServiceError> {
    let id = context.new_account_id();
    let voivodeship = officer.voivodeship.map(VoivodeshipCode::trusted);
    let new = accounts::NewAccount {
        id,
        login: Login::trusted(officer.login),
        profile: AccountProfile {
            first_name: PersonName::trusted(officer.name.0),
            last_name: PersonName::trusted(officer.name.1),
            position: Some(Line::trusted(OFFICER_POSITION)),
            email: EmailAddress::trusted(format!("{}@urzad.example.pl", officer.login)),
            phone: None,
        },
        status: AccountStatus::Active,
        voivodeship: voivodeship.clone(),
        password_hash: Some(hash.to_owned()),
    };
    let assignment =
        RoleAssignment { id: context.new_role_assignment_id(), role: officer.role, voivodeship: voivodeship.clone(), unit: None };
    let tx = begin(&context.db).await?;
    accounts::add(&tx, &new, context.now()).await?;
    role_assignments::add(&tx, id, &assignment, operator.label(), context.now()).await?;
    let object = AuditObject::new("account", officer.login);
    record::done(context, &tx, operator, AuditEvent::AccountCreated, object.clone(), voivodeship.as_ref(), json!({})).await?;
    let details = json!({ "role": officer.role.key() });
    record::done(context, &tx, operator, AuditEvent::RoleAssigned, object, voivodeship.as_ref(), details).await?;
    tx.commit().await?;
    Ok(())
}

/// What the administrators of an office have arranged among themselves by now.
async fn arrange(context: &Context) -> Result<(), ServiceError> {
    let (one, other) = (officer_of(context, "26", 0).await?, officer_of(context, "26", 1).await?);
    let given = filed_by(context, ASSIGNED).await?;
    assign(context, &one, &given, version(context, &given).await?, other.account_id()).await?;
    let put_off = filed_by(context, PUT_OFF).await?;
    let until = date_text(context.now().plus_days(SNOOZE_DAYS).warsaw_date());
    snooze(context, &one, &put_off, version(context, &put_off).await?, &until).await?;
    add_note(context, &one, &filed_by(context, NOTED).await?, NOTE).await
}

/// The post that waits for somebody to accept it.
async fn record_what_came(context: &Context) -> Result<(), ServiceError> {
    for (office, login, channel, sender, reference) in POST {
        let applicant = accounts::find_by_login(&context.db, login).await?.ok_or(ServiceError::NotFound)?.account.id;
        let form = signed_form(context, applicant, &filed_by(context, login).await?).await?;
        let new = NewPost {
            channel: (*channel).to_owned(),
            sender: (*sender).to_owned(),
            reference: (*reference).to_owned(),
            ..NewPost::default()
        };
        record_post(context, &officer_of(context, office, 1).await?, &new, vec![form]).await?;
    }
    Ok(())
}

/// The application of this account.
async fn filed_by(context: &Context, login: &str) -> Result<ApplicationNumber, ServiceError> {
    let account = accounts::find_by_login(&context.db, login).await?.ok_or(ServiceError::NotFound)?.account.id;
    let filed = applications::list_of_applicant(&context.db, account).await?.into_iter().next();
    Ok(filed.ok_or(ServiceError::NotFound)?.number)
}

/// The unit whose coordinator the demonstration has.
async fn coordinated(context: &Context) -> Result<UnitId, ServiceError> {
    let account = accounts::find_by_login(&context.db, COORDINATOR).await?.ok_or(ServiceError::NotFound)?.account.id;
    let roles = role_assignments::list_of(&context.db, account).await?;
    roles.into_iter().find_map(|role| role.unit).ok_or(ServiceError::NotFound)
}

/// An actor as a request of this account would make it: read from a session.
async fn acting(context: &Context, account: AccountId) -> Result<Actor, ServiceError> {
    let hash = token_hash(&random_token());
    let today = context.now().warsaw_date().to_string();
    sessions::add(&context.db, context.new_session_id(), hash, account, "demo", "127.0.0.1", context.now()).await?;
    let found = sessions::find(&context.db, hash, &today).await?.ok_or(ServiceError::NotFound)?;
    sessions::remove(&context.db, hash).await?;
    Ok(Actor { kind: ActorKind::Account(found.1), address: None, correlation: context.new_correlation_id() })
}

/// An administrator of the voivodeship: the first, or another one (0, 1); where it has none, the central one.
async fn officer_of(context: &Context, voivodeship: &str, which: usize) -> Result<Actor, ServiceError> {
    let own = |o: &&DemoOfficer| o.role == Role::VoivodeshipAdministrator && o.voivodeship == Some(voivodeship);
    let login = OFFICERS.iter().filter(own).nth(which).or(OFFICERS.first()).map_or("", |o| o.login);
    let found = accounts::find_by_login(&context.db, login).await?.ok_or(ServiceError::NotFound)?;
    acting(context, found.account.id).await
}

/// A REGON with a right check digit.
fn regon(serial: usize) -> String {
    let digits = format!("29{:06}", 110_011 + serial * 1_013);
    let sum: u32 = digits.bytes().zip([8, 9, 2, 3, 4, 5, 6, 7]).map(|(d, w)| u32::from(d - b'0') * w).sum();
    format!("{digits}{}", sum % 11 % 10)
}

fn unit_texts(unit: &DemoUnit, serial: usize) -> UnitTexts {
    let slug = unit.people.first().map_or("jednostka", |p| p.3);
    UnitTexts {
        name: unit.name.to_owned(),
        kind: unit.kind.to_owned(),
        regon: regon(serial),
        street: STREET.to_owned(),
        building: (serial + 1).to_string(),
        postal_code: unit.town.1.to_owned(),
        town: unit.town.0.to_owned(),
        terc: unit.terc.to_owned(),
        phone: format!("41 300 {:02} {:02}", 10 + serial, 20 + serial),
        email: format!("sekretariat-{slug}@jednostka.example.pl"),
        parent_body: unit.parent.to_owned(),
        head_first_name: unit.head.0.to_owned(),
        head_last_name: unit.head.1.to_owned(),
        head_position: unit.head.2.to_owned(),
        ..UnitTexts::default()
    }
}

async fn play(context: &Context, operator: &Actor, unit: &DemoUnit, serial: usize, start: Moment, hash: &str) -> Result<(), ServiceError> {
    let filed = at(context, start.plus_days(-unit.days_ago).plus_ms(-(serial as i64 % 5) * HOUR_MS));
    let visitor = Actor { kind: ActorKind::Visitor, address: None, correlation: operator.correlation };
    let token = type_draft(&filed, &visitor, unit, serial, hash).await?;
    let number = submit(&filed, &visitor, &token).await?;
    let login = unit.people.first().map_or("", |p| p.3);
    let applicant = accounts::find_by_login(&context.db, login).await?.ok_or(ServiceError::NotFound)?.account.id;
    let later = |hours: i64| at(context, filed.now().plus_hours(hours));
    let voivodeship = unit.terc.get(..2).unwrap_or_default();
    match unit.fate {
        Fate::AwaitingForm | Fate::Expired => Ok(()),
        Fate::Withdrawn => withdraw_application::withdraw(&later(20), &acting(&later(20), applicant).await?, &number).await,
        Fate::OnPaper => {
            let arrival =
                receive_signed_form::Arrival { channel: "post".to_owned(), received_on: String::new(), reference: REFERENCE.to_owned() };
            // Whoever records it does not decide: it is left to the first.
            let clerk = officer_of(&later(24), voivodeship, 1).await?;
            let seen = version(context, &number).await?;
            receive_signed_form::record_arrival(&later(24), &clerk, &number, seen, &arrival, Vec::new()).await.map(|_| ())
        }
        fate => {
            send_back(&later(8), applicant, &number).await?;
            decide(&later(30), fate, voivodeship, &number).await?;
            if fate == Fate::Corrected {
                correct(&later(50), applicant, &number).await?;
                send_back(&later(60), applicant, &number).await?;
            }
            Ok(())
        }
    }
}

async fn type_draft(context: &Context, visitor: &Actor, unit: &DemoUnit, serial: usize, hash: &str) -> Result<String, ServiceError> {
    let token = draft_application::start(context, visitor).await?;
    let choice = UnitChoice::New { searched: String::new() };
    draft_application::choose_unit(context, visitor, &token, &choice).await?;
    draft_application::save_unit(context, visitor, &token, unit_texts(unit, serial)).await?;
    for (i, (first_name, last_name, position, login)) in unit.people.iter().enumerate() {
        let typed = PersonTexts {
            first_name: (*first_name).to_owned(),
            last_name: (*last_name).to_owned(),
            position: (*position).to_owned(),
            email: format!("{login}@jednostka.example.pl"),
            phone: format!("41 311 {:02} {:02}", 10 + serial, 30 + i),
            login: (*login).to_owned(),
            coordinator: if *login == COORDINATOR { YES.to_owned() } else { String::new() },
            ..PersonTexts::default()
        };
        draft_application::save_person(context, visitor, &token, (i, ""), typed).await?;
        let viewer = unit.wants.first().and_then(|w| w.split_once(':')).map(|(area, _)| vec![format!("{area}:viewer")]);
        let wants = if i == 0 { unit.wants.iter().map(|w| (*w).to_owned()).collect() } else { viewer.unwrap_or_default() };
        draft_application::save_needs(context, visitor, &token, (i, login), wants, String::new()).await?;
    }
    let statements = STATEMENTS.iter().map(|s| (*s).to_owned()).collect();
    draft_application::save_statements(context, visitor, &token, statements).await?;
    // One hash serves all, and nobody reads the demonstration's letters: the two steps that wait for a person are set.
    let draft = drafts::find_by_token(&context.db, token_hash(&token)).await?.ok_or(ServiceError::NotFound)?;
    let applicant = unit.people.first().map_or("", |p| p.3);
    drafts::save_password(&context.db, draft.id, Some(hash)).await?;
    drafts::save_confirmed_email(&context.db, draft.id, &format!("{applicant}@jednostka.example.pl")).await?;
    Ok(token)
}

/// The applicant sends the form back, signed with a pen on a tablet.
async fn send_back(context: &Context, applicant: AccountId, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let signed = signed_form(context, applicant, number).await?;
    receive_signed_form::upload(context, &acting(context, applicant).await?, number, vec![signed]).await.map(|_| ())
}

async fn signed_form(context: &Context, applicant: AccountId, number: &ApplicationNumber) -> Result<Vec<u8>, ServiceError> {
    let (_, pdf) = print_form::pdf(context, &acting(context, applicant).await?, number).await?;
    hand_signed(&pdf).map_err(ServiceError::internal)
}

async fn version(context: &Context, number: &ApplicationNumber) -> Result<i32, ServiceError> {
    Ok(applications::find_by_number(&context.db, number).await?.ok_or(ServiceError::NotFound)?.version)
}

async fn decide(context: &Context, fate: Fate, voivodeship: &str, number: &ApplicationNumber) -> Result<(), ServiceError> {
    if fate == Fate::FormReceived {
        return Ok(());
    }
    let officer = officer_of(context, voivodeship, 0).await?;
    take(context, &officer, number, version(context, number).await?).await?;
    let seen = version(context, number).await?;
    let remarks: Vec<Remark> = REMARKS.iter().map(|(f, t)| Remark { field: (*f).to_owned(), text: (*t).to_owned() }).collect();
    match fate {
        Fate::Approved => {
            approve(context, &officer, number, seen, true).await?;
            // Whoever makes a coordinator is one of two.
            let found = applications::find_by_number(&context.db, number).await?.ok_or(ServiceError::NotFound)?;
            if !found.status.is_open() {
                return Ok(());
            }
            let second = officer_of(context, voivodeship, 1).await?;
            take(context, &second, number, found.version).await?;
            approve(context, &second, number, found.version + 1, true).await
        }
        Fate::Rejected => reject(context, &officer, number, seen, REJECTION).await,
        Fate::Returned | Fate::Corrected => return_for_correction(context, &officer, number, seen, &remarks, "").await,
        _ => Ok(()),
    }
}

async fn correct(context: &Context, applicant: AccountId, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let actor = acting(context, applicant).await?;
    let token = start_correction(context, &actor, number).await?;
    let open = draft_application::open(context, &actor, &token).await?;
    let typed = UnitTexts { phone: "41 307 27 00".to_owned(), ..open.draft.texts.unit.clone() };
    draft_application::save_unit(context, &actor, &token, typed).await?;
    draft_application::save_statements(context, &actor, &token, STATEMENTS.iter().map(|s| (*s).to_owned()).collect()).await?;
    submit(context, &actor, &token).await.map(|_| ())
}
