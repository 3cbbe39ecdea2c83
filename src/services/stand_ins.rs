//! Stand-ins: naming a deputy, ending that, and who stands in for whom. What may not live here: what a deputy may do (the policy), and
//! what bars one (domain).

use super::{Context, ServiceError, prove_again, record};
use crate::domain::account::{Account, AccountStatus, Role, RoleAssignment};
use crate::domain::actor::{Actor, SignedIn};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, RoleAssignmentId, StandInId};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::notice::Notice;
use crate::domain::permission::{Permission, Target};
use crate::domain::stand_in::{StandIn, StandInState, is_decider, is_lendable, read_days};
use crate::storage::database::begin;
use crate::storage::{Connection, accounts, role_assignments, stand_ins};
use serde_json::json;

/// As typed.
#[derive(Debug, Clone, Default)]
pub struct NewStandIn {
    /// Account of the deputy.
    pub deputy: String,
    /// Which of the own roles is lent; may be empty where there is one.
    pub role: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
}

/// A stand-in with the names that its line needs.
#[derive(Debug, Clone)]
pub struct StandInView {
    /// The stand-in.
    pub stand_in: StandIn,
    /// Full name of the deputy.
    pub deputy: String,
    /// Full name of whom the deputy stands in for.
    pub deputised: String,
    /// Full name of who named the deputy in the place of the absent.
    pub named_by: Option<String>,
    /// How it stands today.
    pub state: StandInState,
    /// The actor may end it.
    pub may_end: bool,
}

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct StandIns {
    /// Whom the actor has named.
    pub named: Vec<StandInView>,
    /// For whom the actor stands in, or has.
    pub acting: Vec<StandInView>,
    /// Everybody else's, for those who oversee them.
    pub others: Vec<StandInView>,
    /// The actor oversees them, and names deputies for those who are away.
    pub oversees: bool,
}

/// Somebody who can be named, with the roles that the one holds.
#[derive(Debug, Clone)]
pub struct Deputy {
    /// The account.
    pub account: Account,
    /// Its roles that decide.
    pub roles: Vec<RoleAssignment>,
}

fn own(me: &SignedIn) -> Target {
    Target { account: Some(me.account), ..Target::default() }
}

/// The actor, if allowed to name a deputy.
fn namer<'a>(context: &Context, actor: &'a Actor) -> Result<&'a SignedIn, ServiceError> {
    let me = actor.signed_in().ok_or(ServiceError::Denied)?;
    context.policy.check(actor, Permission::StandInName, &own(me))?;
    Ok(me)
}

fn may_end(context: &Context, actor: &Actor, one: &StandIn) -> bool {
    let target = Target { account: Some(one.deputised), ..Target::default() };
    let may = |permission| context.policy.check(actor, permission, &target).is_ok();
    may(Permission::StandInName) || may(Permission::StandInOversee)
}

/// Who stands in for whom, as far as it is the actor's to see.
///
/// # Errors
/// `Denied` for who neither names nor oversees.
pub async fn list_stand_ins(context: &Context, actor: &Actor) -> Result<StandIns, ServiceError> {
    let me = namer(context, actor)?;
    let oversees = context.policy.check(actor, Permission::StandInOversee, &Target::default()).is_ok();
    let found = if oversees { stand_ins::list(&context.db).await? } else { stand_ins::list_of(&context.db, me.account).await? };
    let ids: Vec<AccountId> = found.iter().flat_map(|one| [Some(one.deputy), Some(one.deputised), one.named_by]).flatten().collect();
    let known = accounts::list_by_ids(&context.db, &ids).await?;
    let name_of = |id| known.iter().find(|account| account.id == id).map(|account| account.profile.full_name()).unwrap_or_default();
    let today = context.now().warsaw_date();
    let mut all = StandIns { oversees, ..StandIns::default() };
    for one in found {
        let state = one.state(today);
        let place = match (one.deputised == me.account, one.deputy == me.account) {
            (true, _) => &mut all.named,
            (_, true) => &mut all.acting,
            _ => &mut all.others,
        };
        place.push(StandInView {
            deputy: name_of(one.deputy),
            deputised: name_of(one.deputised),
            named_by: one.named_by.map(name_of),
            may_end: state.is_open() && may_end(context, actor, &one),
            state,
            stand_in: one,
        });
    }
    Ok(all)
}

/// Who can be named: every active administrator but the actor, the colleagues of the own voivodeship first.
///
/// # Errors
/// `Denied`.
pub async fn list_deputies(context: &Context, actor: &Actor) -> Result<Vec<Deputy>, ServiceError> {
    let me = namer(context, actor)?;
    let mut found: Vec<Deputy> = Vec::new();
    for role in [Role::VoivodeshipAdministrator, Role::CentralAdministrator] {
        let held = role_assignments::list_of_role(&context.db, role).await?;
        let ids: Vec<AccountId> = held.iter().map(|(id, _)| *id).collect();
        let active = accounts::list_by_ids(&context.db, &ids).await?.into_iter();
        for account in active.filter(|account| account.status == AccountStatus::Active && account.id != me.account) {
            let roles: Vec<RoleAssignment> = held.iter().filter(|(id, _)| *id == account.id).map(|(_, role)| role.clone()).collect();
            match found.iter_mut().find(|known| known.account.id == account.id) {
                Some(known) => known.roles.extend(roles),
                None => found.push(Deputy { account, roles }),
            }
        }
    }
    let is_colleague = |one: &Deputy| one.roles.iter().any(|role| me.roles.iter().any(|own| own.voivodeship == role.voivodeship));
    found.sort_by_cached_key(|one| {
        let profile = &one.account.profile;
        (!is_colleague(one), crate::domain::collation::sort_key(&format!("{} {}", profile.last_name, profile.first_name)))
    });
    Ok(found)
}

/// The roles that somebody can lend: the own ones, never a lent one.
pub fn lendable(me: &SignedIn) -> Vec<&RoleAssignment> {
    me.roles.iter().filter(|role| is_lendable(role.role)).collect()
}

/// A role that somebody else holds and could lend, with its holder.
#[derive(Debug, Clone)]
pub struct Absent {
    /// Who is away.
    pub account: Account,
    /// In which role.
    pub role: RoleAssignment,
}

/// The actor, if allowed to name deputies for others.
fn overseer<'a>(context: &Context, actor: &'a Actor) -> Result<&'a SignedIn, ServiceError> {
    let me = namer(context, actor)?;
    context.policy.check(actor, Permission::StandInOversee, &Target::default())?;
    Ok(me)
}

/// Whose deputies the actor can name: all who hold a role that can be lent, may sign in, and are somebody else.
///
/// # Errors
/// `Denied` for everybody but those who oversee stand-ins.
pub async fn list_absent(context: &Context, actor: &Actor) -> Result<Vec<Absent>, ServiceError> {
    overseer(context, actor)?;
    let mut found: Vec<Absent> = Vec::new();
    for one in list_deputies(context, actor).await? {
        found.extend(one.roles.into_iter().map(|role| Absent { account: one.account.clone(), role }));
    }
    Ok(found)
}

/// Names a deputy for one of the own roles. Both are told.
///
/// # Errors
/// `Invalid` by field; `Denied`, `ProofTooOld`; `Stale` when the role was revoked meanwhile.
pub async fn name_stand_in(context: &Context, actor: &Actor, typed: &NewStandIn) -> Result<StandInId, ServiceError> {
    let me = namer(context, actor)?;
    let own: Vec<_> = lendable(me).into_iter().map(|role| (me.account, role.clone())).collect();
    let only = if own.len() == 1 { own.first().cloned() } else { None };
    name(context, actor, me, &own, only, typed).await
}

/// Names a deputy for somebody who is away and has named none. Both are told, and by whom. It gives no more than if the absent had done
/// it: one role of the absent, for days, never passed on. Nobody gets a role by the own word alone: the one who names is not the deputy,
/// and a role for the country goes only to somebody who has one.
///
/// # Errors
/// As [`name_stand_in`]; `Denied` for everybody but those who oversee stand-ins.
pub async fn name_stand_in_for(context: &Context, actor: &Actor, typed: &NewStandIn) -> Result<StandInId, ServiceError> {
    let me = overseer(context, actor)?;
    let others: Vec<_> = list_absent(context, actor).await?.into_iter().map(|absent| (absent.account.id, absent.role)).collect();
    name(context, actor, me, &others, None, typed).await
}

async fn name(
    context: &Context,
    actor: &Actor,
    me: &SignedIn,
    lendable: &[(AccountId, RoleAssignment)],
    only: Option<(AccountId, RoleAssignment)>,
    typed: &NewStandIn,
) -> Result<StandInId, ServiceError> {
    prove_again::required(context, actor)?;
    let (now, today) = (context.now(), context.now().warsaw_date());
    let mut errors = FieldErrors::default();
    let lent = match (only, typed.role.trim()) {
        (Some(only), "") => Ok(only),
        (_, "") => Err(Invalid::Required),
        (_, id) => lendable.iter().find(|(_, role)| role.id.to_string() == id).cloned().ok_or(Invalid::Unknown),
    };
    let lent = errors.take("lent_role", lent);
    let is_possible = |id: &AccountId| *id != me.account && lent.as_ref().is_none_or(|(deputised, _)| deputised != id);
    let deputy = match typed.deputy.trim() {
        "" => Err(Invalid::Required),
        id => id.parse::<AccountId>().ok().filter(is_possible).ok_or(Invalid::Unknown),
    };
    let deputy = errors.take("deputy", deputy);
    let days = read_days(&typed.from, &typed.until, today).map_err(|found| errors.merge("", found)).ok();
    let (Some((deputised, role)), Some(deputy), Some((from, until))) = (lent, deputy, days) else { return Err(errors.into()) };
    let tx = begin(&context.db).await?;
    // Of two forms at once the second sees the first, and neither account is suspended or closed meanwhile; in the order of their ids.
    let mut both = [deputised, deputy];
    both.sort();
    for account in both {
        accounts::find_for_update(&tx, account).await?;
    }
    let absent = accounts::find(&tx, deputised).await?.ok_or(ServiceError::Stale)?;
    let is_held = role_assignments::list_of(&tx, deputised).await?.iter().any(|held| held.id == role.id);
    if !is_held || absent.status != AccountStatus::Active {
        return Err(ServiceError::Stale);
    }
    let is_by_other = deputised != me.account;
    if !can_stand_in(&tx, deputy, &role, is_by_other).await? {
        return Err(ServiceError::field("deputy", Invalid::Unknown));
    }
    let is_twice = |one: &StandIn| {
        (one.deputy, one.assignment.id) == (deputy, role.id) && one.ended.is_none() && one.from <= until && from <= one.until
    };
    if stand_ins::list_of(&tx, deputised).await?.iter().any(is_twice) {
        return Err(ServiceError::field("deputy", Invalid::StandInTwice));
    }
    let id = context.new_stand_in_id();
    let named_by = is_by_other.then_some(me.account);
    let one = StandIn { id, deputy, deputised, assignment: role, from, until, named_at: now, named_by, ended: None, is_void: false };
    stand_ins::add(&tx, &one).await?;
    note(context, actor, &tx, &one, AuditEvent::StandInNamed).await?;
    for account in [deputy, deputised] {
        record::tell(context, &tx, actor, &Notice::StandInNamed { account, stand_in: id }).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Whether somebody can stand in for another: who may sign in and decides oneself; for the country, where the absent did not say so, only
/// who decides there already.
async fn can_stand_in<C: Connection>(tx: &C, id: AccountId, lent: &RoleAssignment, is_by_other: bool) -> Result<bool, ServiceError> {
    let is_active = accounts::find(tx, id).await?.is_some_and(|account| account.status == AccountStatus::Active);
    let roles = role_assignments::list_of(tx, id).await?;
    let is_enough = !is_by_other || lent.role != Role::CentralAdministrator || roles.iter().any(|held| held.role == lent.role);
    Ok(is_active && is_enough && is_decider(&roles))
}

async fn note<C: Connection>(context: &Context, actor: &Actor, tx: &C, one: &StandIn, event: AuditEvent) -> Result<(), ServiceError> {
    let login_of = async |id| accounts::find(tx, id).await.map(|account| account.map(|account| account.login.to_string()));
    let details = json!({
        "deputy": login_of(one.deputy).await?, "deputised": login_of(one.deputised).await?, "role": one.assignment.role.key(),
        "voivodeship": one.assignment.voivodeship, "from": one.from, "until": one.until,
    });
    let object = AuditObject::new("stand_in", one.id);
    record::done(context, tx, actor, event, object, one.assignment.voivodeship.as_ref(), details).await
}

/// One that the actor may end, for the page that asks once more.
///
/// # Errors
/// `NotFound`, also for those whose it is not; the attempt is recorded.
pub async fn view_stand_in(context: &Context, actor: &Actor, id: StandInId) -> Result<StandInView, ServiceError> {
    let stand_in = stand_ins::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    if !may_end(context, actor, &stand_in) {
        let details = json!({ "permission": Permission::StandInName.key() });
        let place = stand_in.assignment.voivodeship.as_ref();
        record::refused(context, actor, AuditObject::new("stand_in", id), place, details).await?;
        return Err(ServiceError::NotFound);
    }
    let ids: Vec<AccountId> = [Some(stand_in.deputy), Some(stand_in.deputised), stand_in.named_by].into_iter().flatten().collect();
    let known = accounts::list_by_ids(&context.db, &ids).await?;
    let name_of = |id| known.iter().find(|account| account.id == id).map(|account| account.profile.full_name()).unwrap_or_default();
    let state = stand_in.state(context.now().warsaw_date());
    let (deputy, deputised) = (name_of(stand_in.deputy), name_of(stand_in.deputised));
    let named_by = stand_in.named_by.map(name_of);
    Ok(StandInView { deputy, deputised, named_by, state, may_end: state.is_open(), stand_in })
}

/// Ends a stand-in before its time; the deputy's next click knows. Both are told.
///
/// # Errors
/// As [`view_stand_in`]; `Stale` when it is over already.
pub async fn end_stand_in(context: &Context, actor: &Actor, id: StandInId) -> Result<(), ServiceError> {
    let view = view_stand_in(context, actor, id).await?;
    let tx = begin(&context.db).await?;
    if !view.state.is_open() || !stand_ins::end(&tx, id, actor.label(), context.now()).await? {
        return Err(ServiceError::Stale);
    }
    let one = view.stand_in;
    note(context, actor, &tx, &one, AuditEvent::StandInEnded).await?;
    for account in [one.deputy, one.deputised] {
        record::tell(context, &tx, actor, &Notice::StandInEnded { account, stand_in: id }).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Ends every stand-in that the account gives or acts by, because the account may not act any more; both are told.
///
/// # Errors
/// Of the database.
pub(super) async fn end_of_account<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    account: AccountId,
) -> Result<(), ServiceError> {
    end_those(context, actor, tx, account, |_| true).await
}

/// Ends the stand-ins in which this role of the account was lent, and those by which the account acts when no role is left with which it
/// could; both are told.
///
/// # Errors
/// Of the database.
pub(super) async fn end_of_role<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    account: AccountId,
    role: RoleAssignmentId,
) -> Result<(), ServiceError> {
    let decides = is_decider(&role_assignments::list_of(tx, account).await?);
    end_those(context, actor, tx, account, |one| one.assignment.id == role || (one.deputy == account && !decides)).await
}

async fn end_those<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    account: AccountId,
    which: impl Fn(&StandIn) -> bool,
) -> Result<(), ServiceError> {
    let today = context.now().warsaw_date();
    let open = stand_ins::list_of(tx, account).await?.into_iter().filter(|one| one.ended.is_none() && today <= one.until);
    for one in open.filter(which) {
        if stand_ins::end(tx, one.id, actor.label(), context.now()).await? {
            note(context, actor, tx, &one, AuditEvent::StandInEnded).await?;
            for account in [one.deputy, one.deputised] {
                record::tell(context, tx, actor, &Notice::StandInEnded { account, stand_in: one.id }).await?;
            }
        }
    }
    Ok(())
}
