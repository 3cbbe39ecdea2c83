//! Who of an office may decide an application, and whether one is enough. What may not live here: the rules themselves (domain).

use super::decide::{has_address_of, outranks};
use crate::domain::account::{Account, Role, RoleAssignment};
use crate::domain::actor::SignedIn;
use crate::domain::application::Application;
use crate::domain::application::decision::{Circumstances, Deputised, FirstApproval, may_work_on};
use crate::domain::application::risk::{Risk, RiskFacts, needs_two};
use crate::domain::id::{AccountId, UnitId};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::{Context, ServiceError, rights};
use crate::storage::{Connection, accounts, risk_rules, role_assignments, sessions, signed_forms, stand_ins, units};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Why two must approve an application, by the rules of this day.
pub(super) async fn risks_of<C: Connection>(
    db: &C,
    application: &Application,
    persons: &[AccountId],
    today: Date,
) -> Result<Vec<Risk>, ServiceError> {
    let matter = application.payload.matter();
    let asked: Vec<UnitId> = matter.asks().into_iter().map(|(_, right)| right.unit).collect();
    let reached: BTreeSet<VoivodeshipCode> = units::list_by_ids(db, &asked).await?.into_iter().map(|unit| unit.voivodeship).collect();
    let own: BTreeSet<VoivodeshipCode> = accounts::voivodeships_of(db, persons).await?.into_iter().collect();
    let facts = RiskFacts {
        kind: matter.kind(),
        other_voivodeships: reached.difference(&own).count(),
        coordinators: matter.coordinators().len(),
        persons: application.summary().persons.len(),
    };
    Ok(needs_two(&risk_rules::list(db).await?, &facts, today))
}

/// What bars whom somebody stands in for.
pub(super) async fn deputised_of<C: Connection>(
    db: &C,
    application: &Application,
    account: AccountId,
    today: Date,
) -> Result<Deputised, ServiceError> {
    let units = rights::belongs_to(db, account, today).await?;
    Ok(Deputised { account, units, has_address: has_address_of(db, application, account).await? })
}

/// Somebody who could decide, with the role in which.
struct Candidate {
    account: Account,
    role: RoleAssignment,
    deputised: Option<AccountId>,
}

async fn candidates<C: Connection>(db: &C, place: &VoivodeshipCode, today: Date) -> Result<Vec<Candidate>, ServiceError> {
    let mut found = Vec::new();
    for account in role_assignments::active_holders(db, Role::VoivodeshipAdministrator, Some(place)).await? {
        let held = role_assignments::list_of(db, account.id).await?.into_iter();
        let role = held.filter(|role| role.role == Role::VoivodeshipAdministrator).find(|role| role.voivodeship.as_ref() == Some(place));
        found.extend(role.map(|role| Candidate { account, role, deputised: None }));
    }
    for one in stand_ins::list_in_force_in(db, place, today).await? {
        // Who has a role of one's own here decides by that, and stands above already.
        let is_known = found.iter().any(|candidate| candidate.account.id == one.deputy);
        if let (false, Some(account)) = (is_known, accounts::find(db, one.deputy).await?) {
            found.push(Candidate { account, role: one.assignment, deputised: Some(one.deputised) });
        }
    }
    Ok(found)
}

/// The administrators of an office, and who stands in for one of them today.
pub(in crate::services) async fn administrators_of<C: Connection>(
    db: &C,
    place: &VoivodeshipCode,
    today: Date,
) -> Result<Vec<Account>, ServiceError> {
    Ok(candidates(db, place, today).await?.into_iter().map(|candidate| candidate.account).collect())
}

/// Who of the office that has the application may decide it today: its administrators and their deputies whom nothing bars; `first`
/// leaves out whoever cannot be the second.
pub(in crate::services) async fn eligible<C: Connection>(
    context: &Context,
    db: &C,
    application: &Application,
    persons: &[AccountId],
    first: Option<FirstApproval>,
) -> Result<Vec<AccountId>, ServiceError> {
    let (now, today) = (context.now(), context.now().warsaw_date());
    let summary = application.summary();
    let concerned = rights::with_successors(db, summary.units()).await?;
    let form = signed_forms::list_of(db, application.id).await?.into_iter().next();
    let mut eligible = Vec::new();
    for Candidate { account, role, deputised } in candidates(db, &summary.voivodeship, today).await? {
        let deputised = match deputised {
            Some(absent) => Some(deputised_of(db, application, absent, today).await?),
            None => None,
        };
        let own = [role];
        let facts = Circumstances {
            application,
            persons,
            units: &concerned,
            signed_form: form.as_ref(),
            has_deciders_address: has_address_of(db, application, account.id).await?,
            outranks_decider: outranks(db, application, persons, &own).await?,
            deputised: deputised.as_ref(),
            first,
            seen_version: application.version,
        };
        let decider = SignedIn {
            account: account.id,
            login: account.login.to_string(),
            full_name: account.profile.full_name(),
            status: account.status,
            roles: role_assignments::list_of(db, account.id).await?,
            units: sessions::units_of(db, account.id, &today.to_string()).await?,
            stand_ins: Vec::new(),
            proven_at: now,
        };
        let is_voice =
            first.is_some_and(|first| first.is_of(account.id) || deputised.as_ref().is_some_and(|absent| first.is_of(absent.account)));
        if may_work_on(&decider, facts).is_ok() && !is_voice {
            eligible.push(account.id);
        }
    }
    Ok(eligible)
}
