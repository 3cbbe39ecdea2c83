//! `/revocations`: taking rights away, with what it affects shown first; and what a person leaves to a successor. For the person, the
//! unit's coordinator and administrators alike: how far each reaches is the service's to say.

use crate::domain::account::Account;
use crate::domain::id::{AccountId, RevocationId, UnitId};
use crate::domain::invalid::FieldErrors;
use crate::domain::revocation::{Capacity, RevocationTexts};
use crate::render::Labels;
use crate::services::ServiceError;
use crate::services::register_staff::{StaffTakeOver, take_over, view_take_over};
use crate::services::revoke_grants::{Affected, HandOver, look, revoke, view_hand_over};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{GrantRevoke, Member, Permit, StaffRegistrationFile};
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::guided_pages::UnderWay;
use crate::web::pages::needs::Wish;
use crate::web::pages::revocation_pages::{AffectedUnit, HandOverPage, LeftLine, RevokePage, StaffTakeOverPage, TakenRow};
use crate::web::reply::Answer;
use rocket::{Route, get, post, routes};

/// Where the rights of a person in a unit are taken away.
pub(super) fn revoke_href(account: AccountId, unit: UnitId) -> String {
    format!("/revocations/new/{account}/{unit}")
}

/// What hangs on the rights of a person in a unit, in words.
pub(super) fn affected_unit(found: &Affected, words: &Labels) -> AffectedUnit {
    let line = |grant: &crate::services::view_own_account::Grant| {
        let function = words.text(&format!("functions.{}", grant.function));
        let until = words.text("ui.until");
        format!("{}, {function}, {until} {}", grant.sub_area, crate::domain::moment::date_text(grant.valid_until))
    };
    AffectedUnit {
        unit_name: found.unit.data.name.to_string(),
        regon: found.unit.data.regon.to_string(),
        grants: found.grants.iter().map(line).collect(),
        sole_approver_of: found.sole_approver_of.iter().map(|grant| grant.sub_area.clone()).collect(),
        is_coordinator: found.is_coordinator,
        leaves_nobody: found.leaves_nobody,
        leaves_no_coordinator: found.leaves_no_coordinator,
        applications: found.applications.iter().map(|open| UnderWay::of(&open.number, open.status)).collect(),
    }
}

fn name_of(account: &Account) -> String {
    account.profile.full_name()
}

fn page_of(found: &Affected, texts: &RevocationTexts, errors: FieldErrors, words: &Labels) -> RevokePage {
    let row = |(number, grant): (usize, &crate::services::view_own_account::Grant)| {
        let value = format!("{}:{}", grant.sub_area, grant.function);
        let (sub_area, function) = (found.dictionaries.sub_area(&grant.sub_area), found.dictionaries.function(&grant.function));
        TakenRow {
            id: if number == 0 { "rights".to_owned() } else { format!("rights-{}", number + 1) },
            is_chosen: texts.rights.contains(&value),
            value,
            sub_area: sub_area.map_or_else(|| grant.sub_area.clone(), |s| format!("{} – {}", s.code, s.name)),
            function: function.map_or_else(|| grant.function.clone(), |f| f.name.clone()),
            valid_until: grant.valid_until,
        }
    };
    RevokePage {
        full_name: name_of(&found.account),
        login: found.account.login.to_string(),
        is_own: found.capacity == Capacity::Owner,
        may_record_letter: found.capacity == Capacity::Administrator,
        rows: found.grants.iter().enumerate().map(row).collect(),
        affected: affected_unit(found, words),
        may_close: found.may_close,
        close_account: if texts.close_account { vec!["yes"] } else { Vec::new() },
        reasons: found.reasons.iter().map(|reason| Choice::new(&reason.code, &reason.name)).collect(),
        reason: texts.reason.clone(),
        note: texts.note.clone(),
        by_letter: if texts.by_letter { vec!["yes"] } else { Vec::new() },
        letter_date: texts.letter_date.clone(),
        letter_reference: texts.letter_reference.clone(),
        errors,
    }
}

fn ids(account: &str, unit: &str) -> Result<(AccountId, UnitId), PageError> {
    account.parse().ok().zip(unit.parse().ok()).ok_or(PageError::NotFound)
}

#[get("/revocations/new/<account>/<unit>?<right>")]
async fn ask(who: Permit<'_, GrantRevoke>, account: &str, unit: &str, right: Option<&str>) -> Answer {
    let (account, unit) = ids(account, unit)?;
    let found = look(who.context(), who.actor(), account, unit).await?;
    who.has_proof(who.actor())?;
    let all = found.grants.iter().map(|grant| format!("{}:{}", grant.sub_area, grant.function));
    // From one right only this one is chosen; from the person, the whole work in the unit.
    let rights = all.filter(|value| right.is_none_or(|right| right == value)).collect();
    let texts = RevocationTexts { rights, ..RevocationTexts::default() };
    who.show(&page_of(&found, &texts, FieldErrors::default(), who.context().renderer.labels()))
}

#[post("/revocations/new/<account>/<unit>", data = "<form>")]
async fn take(who: Permit<'_, GrantRevoke>, account: &str, unit: &str, form: Posted) -> Answer {
    let (account, unit) = ids(account, unit)?;
    let texts = RevocationTexts {
        rights: form.all("rights").map(str::to_owned).collect(),
        reason: form.text("reason").to_owned(),
        note: form.lines("note"),
        by_letter: form.has("by_letter"),
        letter_date: form.text("letter_date").to_owned(),
        letter_reference: form.text("letter_reference").to_owned(),
        close_account: form.has("close_account"),
    };
    match revoke(who.context(), who.actor(), account, unit, &texts).await {
        Ok(id) => {
            let told = if texts.close_account { "account_closed" } else { "grants_revoked" };
            who.redirect_with(format!("/revocations/{id}"), told)
        }
        Err(ServiceError::Invalid(errors)) => {
            let found = look(who.context(), who.actor(), account, unit).await?;
            who.show_again(&page_of(&found, &texts, errors, who.context().renderer.labels()))
        }
        Err(error) => Err(error.into()),
    }
}

#[get("/revocations/<id>", rank = 2)]
async fn show(who: Member<'_>, id: &str) -> Answer {
    let id = parse(id)?;
    let HandOver { revocation, account, unit, dictionaries, may_pass_on, may_register } =
        view_hand_over(who.context(), who.actor(), id).await?;
    let left = revocation.left_behind;
    let right = |right: &crate::domain::application::registration::GrantRequest| LeftLine {
        sub_area: dictionaries.sub_area(&right.sub_area).map_or_else(|| right.sub_area.clone(), |s| format!("{} – {}", s.code, s.name)),
        function: dictionaries.function(&right.function).map_or_else(|| right.function.clone(), |f| f.name.clone()),
        valid_until: right.valid_until,
    };
    who.show(&HandOverPage {
        full_name: name_of(&account),
        login: account.login.to_string(),
        unit_name: unit.data.name.to_string(),
        regon: unit.data.regon.to_string(),
        revoked_at: revocation.revoked_at,
        revoked_by: revocation.revoked_by,
        capacity: revocation.capacity.key(),
        reason: revocation.reason.name,
        note: revocation.note,
        letter: revocation.letter.map(|letter| (letter.reference, letter.date)),
        was_coordinator: left.was_coordinator,
        rights: left.rights.iter().map(right).collect(),
        applications: left.applications.iter().map(|open| (open.number.to_string(), open.kind.clone(), open.status.clone())).collect(),
        successor_url: may_pass_on.then(|| who.context().link(&format!("/account/extend/hand-over/{id}"))),
        register_href: may_register.then(|| format!("/unit/staff/register/hand-over/{id}")),
    })
}

fn parse(id: &str) -> Result<RevocationId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

#[get("/unit/staff/register/hand-over/<id>")]
async fn ask_register(who: Permit<'_, StaffRegistrationFile>, id: &str) -> Answer {
    let StaffTakeOver { leaver, unit, pairs, staff, has_room } = view_take_over(who.context(), who.actor(), parse(id)?).await?;
    who.show(&StaffTakeOverPage {
        full_name: name_of(&leaver),
        unit_name: unit.data.name.to_string(),
        wishes: Wish::lines(&staff.dictionaries, &pairs, &[]),
        has_draft: staff.draft.is_some(),
        has_room,
    })
}

#[post("/unit/staff/register/hand-over/<id>", data = "<_form>")]
async fn register(who: Permit<'_, StaffRegistrationFile>, id: &str, _form: Posted) -> Answer {
    match take_over(who.context(), who.actor(), parse(id)?).await {
        Ok(index) => who.redirect(format!("/unit/staff/register/persons/{}", index + 1)),
        Err(ServiceError::Stale) => who.redirect_with("/unit/staff/register", "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![ask, take, show, ask_register, register]
}
