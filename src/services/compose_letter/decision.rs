//! Letters about what the office said, to the applicant's account.

use super::application::{Case, last_day};
use super::{Composed, Desk, grant_lines};
use crate::domain::account::Account;
use crate::domain::application::Kind;
use crate::domain::application::decision::{Remark, SIGNED_FORM};
use crate::domain::application::status::Status;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::ApplicationId;
use crate::mail::letters::{
    ApplicationApprovedLetter, ApplicationRejectedLetter, ApplicationReturnedLetter, JoinedLine, OneLine, PersonLine, RemarkLine,
};
use crate::render::Labels;
use crate::services::ServiceError;
use crate::storage::applications::{persons, remarks};
use crate::storage::grants::Grant;
use crate::storage::{Connection, account_joins, accounts, dictionaries, grants};

pub(super) async fn returned<C: Connection>(desk: &Desk<'_, C>, id: ApplicationId) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open_in(desk, id, Status::Returned).await? else { return Ok(None) };
    let application = &case.application;
    let Some(lapses_at) = application.lapses_at else { return Ok(None) };
    let labels = desk.context.renderer.labels();
    let remarks = remarks::list(desk.tx, id, application.revision).await?;
    let letter = ApplicationReturnedLetter {
        application: case.line(desk),
        note: application.reason.as_deref().filter(|note| !note.trim().is_empty()).map(Into::into),
        remarks: remarks
            .iter()
            .map(|remark| RemarkLine { field: field_in_words(labels, remark).into(), text: remark.text.as_str().into() })
            .collect(),
        wants_form: remarks.iter().any(|remark| remark.field == SIGNED_FORM),
        edit_url: case.path(desk, "/edit"),
        last_day: last_day(lapses_at),
        closing: case.closing(desk),
    };
    case.finish(desk, &letter)
}

/// How a label begins that is not there. A remark then stands without its field rather than with a strange word.
const MISSING: char = '⟦';

/// The field of a remark as the page calls it, with the person whose field it is; empty for the whole application.
fn field_in_words(labels: &Labels, remark: &Remark) -> String {
    let path: Vec<&str> = remark.field.split('.').filter(|part| !part.is_empty()).collect();
    let (scope, field) = match path[..] {
        [] => return String::new(),
        ["persons", _, ref field @ ..] if !field.is_empty() => ("persons", field.join(".")),
        ["unit", ref field @ ..] if !field.is_empty() => ("unit", field.join(".")),
        _ => ("", remark.field.clone()),
    };
    let Some(label) = Some(labels.field_label(scope, &field)).filter(|label| !label.starts_with(MISSING)) else { return String::new() };
    match path.get(1).and_then(|index| index.parse::<usize>().ok()) {
        Some(index) if scope == "persons" => {
            let number = (index + 1).to_string();
            labels.text_with("letters.person_field", &[("number", number.as_str()), ("field", lowered(&label).as_str())])
        }
        _ => label,
    }
}

/// The label within a line: its first letter small, unless it is an abbreviation.
fn lowered(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}

pub(super) async fn approved<C: Connection>(desk: &Desk<'_, C>, id: ApplicationId) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open_in(desk, id, Status::Approved).await? else { return Ok(None) };
    // An account that was suspended since has other letters.
    if !case.applicant.status.can_sign_in() {
        return Ok(None);
    }
    let granted = grants::list_of_application(desk.tx, id).await?;
    let order = persons::list(desk.tx, id).await?;
    let accounts = accounts::list_by_ids(desk.tx, &order).await?;
    let words = dictionaries::load(desk.tx, desk.now.warsaw_date()).await?;
    let joined = joined_line(desk, &case).await?;
    // The other account of a joining is the applicant's, too.
    let others = order
        .iter()
        .filter(|id| **id != case.applicant.id && joined.is_none())
        .filter_map(|id| accounts.iter().find(|account| account.id == *id));
    let letter = ApplicationApprovedLetter {
        application: case.line(desk),
        applicant: person_line(&words, &case.applicant, &granted),
        is_for_applicant: order.contains(&case.applicant.id),
        is_coordinator: case.application.payload.matter().coordinators().iter().any(|login| login.key() == case.applicant.login.key()),
        others: others.map(|account| person_line(&words, account, &granted)).collect(),
        joined,
        is_renewal: case.application.payload.kind() == Kind::PermissionRenewal,
        chose_password: order.contains(&case.applicant.id) && !case.application.summary().changes_accounts,
        sign_in_url: desk.link("/login"),
        forgot_url: desk.link("/password/forgot"),
        closing: case.closing(desk),
    };
    case.finish(desk, &letter)
}

/// What a joining has given up. Taken back since, it is told by its own letter.
async fn joined_line<C: Connection>(desk: &Desk<'_, C>, case: &Case) -> Result<Option<JoinedLine>, ServiceError> {
    let Some(payload) = case.application.payload.account_join() else { return Ok(None) };
    let Some(join) = account_joins::find(desk.tx, payload.join).await? else { return Ok(None) };
    Ok(Some(JoinedLine { given_up: OneLine::of(&payload.given_up.login), last_day: join.last_day(), url: desk.link("/account/join") }))
}

fn person_line(words: &Dictionaries, account: &Account, granted: &[Grant]) -> PersonLine {
    PersonLine {
        name: account.profile.full_name().into(),
        login: OneLine::of(&account.login),
        grants: grant_lines(words, granted, account.id),
    }
}

pub(super) async fn rejected<C: Connection>(desk: &Desk<'_, C>, id: ApplicationId) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open_in(desk, id, Status::Rejected).await? else { return Ok(None) };
    let letter = ApplicationRejectedLetter {
        application: case.line(desk),
        reason: case.application.reason.as_deref().unwrap_or_default().into(),
        by_office: case.application.decided_by.is_some(),
        register_url: case.start_url(desk),
        closing: case.closing(desk),
    };
    case.finish(desk, &letter)
}
