//! `/admin/roles`: what central administrators propose about the roles of officials, and how another one answers.

use super::exports;
use crate::domain::application::decision::Bar;
use crate::domain::id::RoleProposalId;
use crate::domain::invalid::FieldErrors;
use crate::domain::role_proposal::{ProposalOutcome, Proposed};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::ServiceError;
use crate::services::export_list::List;
use crate::services::manage_accounts::{self as service, ProposalView, answer_proposal, list_proposals, view_proposal};
use crate::services::view_office::name_voivodeships;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{Permit, RoleAssign, RoleConfirm};
use crate::web::pages::deciding_pages::{AnswerProposalPage, ProposalListPage, ProposalRow};
use crate::web::pages::error_pages::ConflictPage;
use crate::web::reply::Answer;
use rocket::{Route, get, post, routes};
use std::collections::BTreeMap;

const PLACE: &str = "/admin/roles";

fn row_of(view: &ProposalView, names: &BTreeMap<VoivodeshipCode, String>) -> ProposalRow {
    let proposal = &view.proposal;
    let (role, voivodeship) = proposal.content.role();
    let (login, whom) = proposal.content.whom();
    let outcome = view.outcome().map_or("open", ProposalOutcome::key);
    ProposalRow {
        id: proposal.id.to_string(),
        change: proposal.content.key(),
        role: role.key(),
        voivodeship: voivodeship.and_then(|code| names.get(code).cloned()),
        whom,
        login,
        email: match &proposal.content {
            Proposed::Assign { profile, .. } => Some(profile.email.to_string()),
            Proposed::Revoke { .. } | Proposed::Close { .. } => None,
        },
        proposed_by: view.proposed_by.clone(),
        proposed_at: proposal.proposed_at,
        lapses_at: proposal.lapses_at,
        outcome,
        settled_at: proposal.settled.as_ref().map(|settled| settled.at),
        may_answer: view.may_answer,
        may_withdraw: view.may_withdraw,
    }
}

#[get("/admin/roles")]
async fn list(who: Permit<'_, RoleAssign>) -> Answer {
    let names = name_voivodeships(who.context()).await?;
    let found = list_proposals(who.context(), who.actor()).await?;
    who.show(&ProposalListPage {
        proposals: found.proposals.iter().map(|view| row_of(view, &names)).collect(),
        has_second: found.has_second,
        export: exports::links("role-proposals", &[]),
    })
}

#[get("/export/role-proposals/<format>")]
async fn export(who: Permit<'_, RoleAssign>, format: &str) -> Answer {
    exports::answer(&who, &List::RoleProposals, format).await
}

fn parse(id: &str, answer: &str) -> Result<(RoleProposalId, service::Answer, &'static str), PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let known = [("confirm", service::Answer::Confirm), ("refuse", service::Answer::Refuse), ("withdraw", service::Answer::Withdraw)];
    let (key, answer) = known.into_iter().find(|(key, _)| *key == answer).ok_or(PageError::NotFound)?;
    Ok((id, answer, key))
}

#[get("/admin/roles/<id>/<answer>")]
async fn ask(who: Permit<'_, RoleConfirm>, id: &str, answer: &str) -> Answer {
    let (id, wanted, answer) = parse(id, answer)?;
    who.has_proof(who.actor())?;
    let view = view_proposal(who.context(), who.actor(), id).await?;
    let may = if wanted == service::Answer::Withdraw { view.may_withdraw } else { view.may_answer };
    if !may {
        // Answered already, or by somebody else to answer: nobody confirms what one proposed.
        let page = if view.is_open {
            ConflictPage::of(Bar::Never, "accounts.not_yours")
        } else {
            ConflictPage { bar: Some(Bar::Late.key()), ..ConflictPage::default() }
        };
        return Err(PageError::Conflict(Box::new(ConflictPage { back: Some(PLACE.to_owned()), ..page })));
    }
    let row = row_of(&view, &name_voivodeships(who.context()).await?);
    who.show(&AnswerProposalPage { answer, row, errors: FieldErrors::default() })
}

#[post("/admin/roles/<id>/<answer>", data = "<_form>")]
async fn give(who: Permit<'_, RoleConfirm>, id: &str, answer: &str, _form: Posted) -> Answer {
    let (id, wanted, answer) = parse(id, answer)?;
    let flash = match wanted {
        service::Answer::Confirm => "proposal_confirmed",
        service::Answer::Refuse => "proposal_refused",
        service::Answer::Withdraw => "proposal_withdrawn",
    };
    match answer_proposal(who.context(), who.actor(), id, wanted).await {
        Ok(()) => who.redirect_with(PLACE, flash),
        // Somebody was quicker, or the role is gone: the list shows how it stands.
        Err(ServiceError::Stale) => who.redirect_with(PLACE, "nothing_changed"),
        Err(ServiceError::Invalid(errors)) => {
            let view = view_proposal(who.context(), who.actor(), id).await?;
            let row = row_of(&view, &name_voivodeships(who.context()).await?);
            who.show_again(&AnswerProposalPage { answer, row, errors })
        }
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, export, ask, give]
}
