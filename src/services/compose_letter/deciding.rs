//! Letters to officials, each to the account that the notice names.

use super::account::recipient;
use super::application::Case;
use super::{Composed, Desk};
use crate::domain::account::{Account, AccountStatus};
use crate::domain::application::Application;
use crate::domain::application::clock::Reading;
use crate::domain::id::{AccountId, ApplicationId, RoleAssignmentId, RoleProposalId, StandInId};
use crate::domain::stand_in::StandIn;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::mail::letters::{
    ApplicationEscalatedLetter, ApplicationLine, DeadlineLine, OfficeDeadlinesLetter, OneLine, RoleNews, RoleProposalSettledLetter,
    RoleProposedLetter, RoleRevokedLetter, StandInEndedLetter, StandInNamedLetter, StandInNews,
};
use crate::render::Letter;
use crate::services::ServiceError;
use crate::storage::{Connection, accounts, applications, days_off, first_approvals, offices, role_assignments, role_proposals, stand_ins};

/// Whom it is for, as long as the one can do something about it.
async fn official<C: Connection>(desk: &Desk<'_, C>, account: AccountId) -> Result<Option<Account>, ServiceError> {
    Ok(accounts::find(desk.tx, account).await?.filter(|found| found.status == AccountStatus::Active))
}

async fn name_of<C: Connection>(desk: &Desk<'_, C>, account: AccountId) -> Result<OneLine, ServiceError> {
    Ok(accounts::find(desk.tx, account).await?.map(|found| found.profile.full_name()).unwrap_or_default().into())
}

async fn place<C: Connection>(desk: &Desk<'_, C>, code: Option<&VoivodeshipCode>) -> Result<Option<OneLine>, ServiceError> {
    Ok(match code {
        Some(code) => Some(offices::find(desk.tx, code).await?.voivodeship_name.into()),
        None => None,
    })
}

pub(super) async fn escalated<C: Connection>(
    desk: &Desk<'_, C>,
    application: ApplicationId,
    account: AccountId,
) -> Result<Option<Composed>, ServiceError> {
    let Some(case) = Case::open(desk, application).await? else { return Ok(None) };
    let (application, Some(to)) = (&case.application, official(desk, account).await?) else { return Ok(None) };
    // Decided or sent back since.
    if !application.status.waits_for_office() {
        return Ok(None);
    }
    let letter = ApplicationEscalatedLetter {
        application: ApplicationLine {
            number: OneLine::of(&application.number),
            unit: application.summary().unit_name.into(),
            url: Some(desk.link(&format!("/admin/applications/{}", application.number.to_path()))),
        },
        office: case.office.name.as_str().into(),
        is_over: reading(desk, application).await?.is_over(),
        awaits_second: first_approvals::find(desk.tx, application.id, application.revision).await?.is_some(),
        closing: desk.closing(None),
    };
    desk.finish(recipient(&to), Some(application.summary().voivodeship), &letter)
}

/// How the clock of an application stands, while its office has the move.
async fn reading<C: Connection>(desk: &Desk<'_, C>, application: &Application) -> Result<Reading, ServiceError> {
    let clock = applications::desk::find(desk.tx, application.id).await?.clock;
    Ok(clock.reading(&days_off::calendar(desk.tx).await?, application.status, desk.now.warsaw_date()))
}

pub(super) async fn office_deadlines<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    told: &[ApplicationId],
) -> Result<Option<Composed>, ServiceError> {
    let Some(to) = official(desk, account).await? else { return Ok(None) };
    let mut lines = Vec::new();
    let mut place = None;
    for id in told {
        // Decided or sent back since: then there is nothing to remind of.
        let open = Case::open(desk, *id).await?.filter(|case| case.application.status.waits_for_office());
        let Some(Case { application, office, .. }) = open else { continue };
        let reading = reading(desk, &application).await?;
        place = Some(office.voivodeship);
        lines.push(DeadlineLine {
            application: OneLine::of(&application.number),
            unit: application.summary().unit_name.into(),
            url: desk.link(&format!("/admin/applications/{}", application.number.to_path())),
            standing: reading.key(),
            days: reading.days(),
        });
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let is_over = |line: &DeadlineLine| matches!(line.standing, "over" | "just_over");
    // What is over stands first, the longest first; then what ends soonest.
    lines.sort_by_key(|line| if is_over(line) { (0, -line.days) } else { (1, line.days) });
    let letter = OfficeDeadlinesLetter {
        over: i64::try_from(lines.iter().filter(|line| is_over(line)).count()).unwrap_or(i64::MAX),
        lines,
        queue_url: desk.link("/admin/applications?sort=due"),
        closing: desk.closing(None),
    };
    desk.finish(recipient(&to), place, &letter)
}

async fn stand_in<C: Connection, L: Letter>(
    desk: &Desk<'_, C>,
    account: AccountId,
    id: StandInId,
    has_ended: bool,
    letter: impl FnOnce(StandInNews) -> L,
) -> Result<Option<Composed>, ServiceError> {
    let Some(one) = stand_ins::find(desk.tx, id).await? else { return Ok(None) };
    let Some(to) = official(desk, account).await? else { return Ok(None) };
    if one.ended.is_some() != has_ended {
        return Ok(None);
    }
    let StandIn { deputy, deputised, from, until, ref assignment, .. } = one;
    let news = StandInNews {
        is_deputy: deputy == account,
        deputy: name_of(desk, deputy).await?,
        deputised: name_of(desk, deputised).await?,
        named_by: match one.named_by {
            Some(by) => Some(name_of(desk, by).await?),
            None => None,
        },
        role_key: assignment.role.key(),
        voivodeship: place(desk, assignment.voivodeship.as_ref()).await?,
        from,
        until,
        url: desk.link("/admin/stand-ins"),
        closing: desk.closing(None),
    };
    desk.finish(recipient(&to), assignment.voivodeship.clone(), &letter(news))
}

pub(super) async fn stand_in_named<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    id: StandInId,
) -> Result<Option<Composed>, ServiceError> {
    stand_in(desk, account, id, false, StandInNamedLetter).await
}

pub(super) async fn stand_in_ended<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    id: StandInId,
) -> Result<Option<Composed>, ServiceError> {
    stand_in(desk, account, id, true, StandInEndedLetter).await
}

async fn role<C: Connection, L: Letter>(
    desk: &Desk<'_, C>,
    account: AccountId,
    id: RoleProposalId,
    is_settled: bool,
    letter: impl FnOnce(RoleNews) -> L,
) -> Result<Option<Composed>, ServiceError> {
    let Some(proposal) = role_proposals::find(desk.tx, id).await? else { return Ok(None) };
    let Some(to) = official(desk, account).await? else { return Ok(None) };
    if proposal.settled.is_some() != is_settled {
        return Ok(None);
    }
    let (role, voivodeship) = proposal.content.role();
    let (login, whom) = proposal.content.whom();
    let news = RoleNews {
        change: proposal.content.key(),
        role_key: role.key(),
        voivodeship: place(desk, voivodeship).await?,
        whom: whom.into(),
        login: login.into(),
        proposed_by: name_of(desk, proposal.proposed_by).await?,
        lapses_at: proposal.lapses_at,
        outcome: proposal.settled.as_ref().map_or("", |settled| settled.outcome.key()),
        url: desk.link("/admin/roles"),
        closing: desk.closing(None),
    };
    desk.finish(recipient(&to), voivodeship.cloned(), &letter(news))
}

pub(super) async fn role_proposed<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    id: RoleProposalId,
) -> Result<Option<Composed>, ServiceError> {
    role(desk, account, id, false, RoleProposedLetter).await
}

pub(super) async fn role_settled<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    id: RoleProposalId,
) -> Result<Option<Composed>, ServiceError> {
    role(desk, account, id, true, RoleProposalSettledLetter).await
}

pub(super) async fn role_revoked<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    id: RoleAssignmentId,
) -> Result<Option<Composed>, ServiceError> {
    // Who may not sign in at the moment is told too: what was taken stays taken. A closed account has a letter of its own.
    let found = accounts::find_credentials(desk.tx, account).await?.filter(|found| found.account.status != AccountStatus::Closed);
    let (Some(to), Some(record)) = (found, role_assignments::find(desk.tx, account, id).await?) else { return Ok(None) };
    let Some(revoked_at) = record.revoked_at else { return Ok(None) };
    let letter = RoleRevokedLetter {
        role_key: record.assignment.role.key(),
        voivodeship: place(desk, record.assignment.voivodeship.as_ref()).await?,
        revoked_at,
        closing: desk.closing(None),
    };
    desk.finish(recipient(&to.account), record.assignment.voivodeship.or(to.voivodeship), &letter)
}
