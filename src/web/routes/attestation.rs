//! `/unit/attestation`: „Coroczne potwierdzenie uprawnień” of a unit; `/admin/attestations`: which units have answered. What may not live
//! here: rules.

use super::admin::href;
use super::exports;
use crate::domain::application::Application;
use crate::domain::application::attestation::HeldGrant;
use crate::domain::attestation::{AttestationState, Verdict};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AttestationId, GrantId};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::services::ServiceError;
use crate::services::confirm_permissions::{AttestationFilter, Confirmation, file, list_attestations, list_own, look, save_verdicts};
use crate::services::export_list::List;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{AttestationFile, AttestationList, Permit};
use crate::web::guided::filed;
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::attestation_pages::{
    AttestationCheckPage, AttestationListPage, AttestationPage, AttestationRow, AttestationsPage, OwnAttestation, VerdictRow,
};
use crate::web::pages::guided_pages::UnderWay;
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};
use std::collections::BTreeMap;

const START: &str = "/unit/attestation";
/// Longest text that is looked for, in characters.
const LONGEST: usize = 200;

fn id_of(text: &str) -> Result<AttestationId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

fn place(id: AttestationId) -> String {
    format!("{START}/{id}")
}

fn under_way(open: &Application) -> UnderWay {
    UnderWay::of(&open.number, open.status)
}

#[get("/unit/attestation")]
async fn start(who: Permit<'_, AttestationFile>) -> Answer {
    let own = list_own(who.context(), who.actor()).await?;
    let attestations = own.into_iter().map(|own| OwnAttestation {
        href: place(own.attestation.id),
        unit_name: own.unit.data.name.to_string(),
        regon: own.unit.data.regon.to_string(),
        state: own.attestation.state.key(),
        last_day: own.attestation.last_day(),
        may_prepare: own.may_prepare,
        open: own.open.as_ref().map(under_way),
    });
    who.show(&AttestationsPage { attestations: attestations.collect() })
}

fn field(grant: GrantId) -> String {
    format!("grants.{grant}")
}

fn row(held: &HeldGrant, verdict: Option<Verdict>, words: &Dictionaries) -> VerdictRow {
    let right = &held.right;
    VerdictRow {
        field: field(held.grant),
        full_name: held.full_name.clone(),
        login: held.login.to_string(),
        sub_area: words.sub_area(&right.sub_area).map_or_else(|| right.sub_area.clone(), |s| format!("{} – {}", s.code, s.name)),
        function: words.function(&right.function).map_or_else(|| right.function.clone(), |f| f.name.clone()),
        valid_until: right.valid_until,
        verdict: verdict.map_or("", Verdict::key),
    }
}

fn corrects(found: &Confirmation) -> Option<String> {
    found.open.as_ref().filter(|_| found.is_correction).map(|open| open.number.to_string())
}

fn lines_page(who: &Visit<'_>, found: &Confirmation, said: &BTreeMap<GrantId, Verdict>, errors: FieldErrors) -> AttestationPage {
    let words = who.context().renderer.labels();
    let choice = |verdict: Verdict| Choice::new(verdict.key(), words.text(&format!("verdicts.{}", verdict.key())));
    AttestationPage {
        href: place(found.attestation.id),
        corrects: corrects(found),
        unit_name: found.unit.data.name.to_string(),
        state: found.attestation.state.key(),
        last_day: found.attestation.last_day(),
        remarks: found.remarks.iter().map(|remark| remark.text.clone()).collect(),
        rows: found.held.iter().map(|held| row(held, said.get(&held.grant).copied(), &found.dictionaries)).collect(),
        verdicts: [Verdict::Keep, Verdict::End].map(choice).into(),
        errors,
    }
}

/// The confirmation, where something can be said of it now; else the answer that leads back to the list.
async fn at(who: &Visit<'_>, id: &str) -> Result<Confirmation, PageError> {
    let id = id_of(id)?;
    let found = look(who.context(), who.actor(), id).await?;
    if found.takes_verdicts() { Ok(found) } else { Err(PageError::elsewhere(START)) }
}

#[get("/unit/attestation/<id>")]
async fn show(who: Permit<'_, AttestationFile>, id: &str) -> Answer {
    let found = at(&who, id).await?;
    who.show(&lines_page(&who, &found, &found.verdicts, FieldErrors::default()))
}

#[post("/unit/attestation/<id>", data = "<form>")]
async fn update(who: Permit<'_, AttestationFile>, id: &str, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let found = at(&who, id).await?;
    let said: BTreeMap<GrantId, Verdict> = found
        .held
        .iter()
        .filter_map(|held| Verdict::from_key(form.text(&field(held.grant))).map(|verdict| (held.grant, verdict)))
        .collect();
    // What is said is kept, whatever is still to be said: a long list is answered in several goes.
    match save_verdicts(who.context(), who.actor(), found.attestation.id, &said).await {
        Ok(()) => {}
        Err(ServiceError::Stale) => return who.redirect_with(START, "nothing_changed"),
        Err(error) => return Err(error.into()),
    }
    if form.text("later") == "1" {
        return who.redirect_with(START, "attestation_saved");
    }
    let mut errors = FieldErrors::default();
    for held in found.held.iter().filter(|held| !said.contains_key(&held.grant)) {
        errors.add(field(held.grant), Invalid::Required);
    }
    if !errors.is_empty() {
        return who.show_again(&lines_page(&who, &found, &said, errors));
    }
    who.redirect(format!("{}/check", place(found.attestation.id)))
}

fn check_page(found: &Confirmation, note: String, errors: FieldErrors) -> AttestationCheckPage {
    let of = |wanted: Verdict| {
        let held = found.held.iter().filter(|held| found.verdicts.get(&held.grant) == Some(&wanted));
        held.map(|held| row(held, Some(wanted), &found.dictionaries)).collect()
    };
    AttestationCheckPage {
        href: place(found.attestation.id),
        corrects: corrects(found),
        unit_name: found.unit.data.name.to_string(),
        regon: found.unit.data.regon.to_string(),
        head: found.unit.data.head.to_line(),
        kept: of(Verdict::Keep),
        ended: of(Verdict::End),
        note,
        errors,
    }
}

#[get("/unit/attestation/<id>/check")]
async fn check(who: Permit<'_, AttestationFile>, id: &str) -> Answer {
    let found = at(&who, id).await?;
    if !found.is_complete() {
        // Something is still to be said.
        return who.redirect(place(found.attestation.id));
    }
    let note = found.open.as_ref().and_then(|open| open.payload.attestation()).and_then(|list| list.note.as_ref());
    let note = note.map(ToString::to_string).unwrap_or_default();
    who.show(&check_page(&found, note, FieldErrors::default()))
}

#[post("/unit/attestation/<id>/check", data = "<form>")]
async fn create(who: Permit<'_, AttestationFile>, id: &str, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let attestation = id_of(id)?;
    let note = form.lines("note");
    let before = look(who.context(), who.actor(), attestation).await?;
    match file(who.context(), who.actor(), attestation, &note).await {
        Ok(number) => filed(&who, before.is_correction, &number).await,
        Err(ServiceError::Invalid(errors)) if errors.0.keys().any(|field| field.starts_with("grants.")) => {
            // A right was given meanwhile: something is to be said of it, too.
            who.show_again(&lines_page(&who, &before, &before.verdicts, errors))
        }
        Err(ServiceError::Invalid(errors)) => who.show_again(&check_page(&before, note, errors)),
        // The second click, or somebody else's list: the page of all says how it stands.
        Err(ServiceError::Stale) => who.redirect_with(START, "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

fn filter_of(state: Option<&str>, unit_search: Option<&str>) -> AttestationFilter {
    AttestationFilter {
        state: state.and_then(AttestationState::from_key).unwrap_or(AttestationState::Open),
        unit: unit_search.unwrap_or_default().trim().chars().take(LONGEST).collect(),
    }
}

#[get("/admin/attestations?<state>&<unit_search>&<after>")]
async fn list(who: Permit<'_, AttestationList>, state: Option<&str>, unit_search: Option<&str>, after: Option<&str>) -> Answer {
    let filter = filter_of(state, unit_search);
    let slice = list_attestations(who.context(), who.actor(), &filter, after).await?;
    let words = who.context().renderer.labels();
    let choice = |state: AttestationState| Choice::new(state.key(), words.text(&format!("attestation_states.{}", state.key())));
    let asked = |after| [("state", filter.state.key()), ("unit_search", filter.unit.as_str()), ("after", after)];
    let row = |listed: crate::services::confirm_permissions::ListedAttestation| AttestationRow {
        grants_href: href("/grants", &[("unit_search", &listed.regon)]),
        unit_name: listed.unit_name,
        regon: listed.regon,
        opened_at: listed.attestation.opened_at,
        last_day: listed.attestation.last_day(),
        state: listed.attestation.state.key(),
        application: listed.application_number.map(|number| (number.to_string(), number.to_path())),
    };
    who.show(&AttestationListPage {
        states: AttestationState::ALL.map(choice).into(),
        first_href: after.map(|_| href("/admin/attestations", &asked(""))),
        next_href: slice.next.as_deref().map(|next| href("/admin/attestations", &asked(next))),
        export: exports::links("attestations", &asked("")),
        rows: slice.rows.into_iter().map(row).collect(),
        state: filter.state.key().to_owned(),
        unit_search: filter.unit,
    })
}

#[get("/export/attestations/<format>?<state>&<unit_search>")]
async fn export(who: Permit<'_, AttestationList>, format: &str, state: Option<&str>, unit_search: Option<&str>) -> Answer {
    exports::answer(&who, &List::Attestations(filter_of(state, unit_search)), format).await
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![start, show, update, check, create, list, export]
}
