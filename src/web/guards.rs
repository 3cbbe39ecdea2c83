//! Who may call a handler. Each handler has one of [`Anyone`], [`Member`], [`Permit`] in its signature; a test counts them.
//! They are courtesy: the service asks the policy with the target, and its answer is the law.

use super::error::PageError;
use super::late;
use super::visit::Visit;
use crate::domain::account::Role;
use crate::domain::actor::{Actor, SignedIn};
use crate::domain::permission::{Permission, Target};
use crate::domain::second_factor::Standing;
use crate::policy::Policy;
use crate::services::keep_session::OpenSession;
use rocket::Request;
use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome};
use std::marker::PhantomData;
use std::ops::Deref;

/// A visitor, or whoever is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Anyone<'r>(Visit<'r>);

/// Any signed-in account, also before approval. Others are led to the sign-in and back.
#[derive(Debug, Clone, Copy)]
pub struct Member<'r>(Visit<'r>, &'r SignedIn);

/// A signed-in account that holds the permission in at least one scope. Others get 403, and the audit trail an entry.
#[derive(Debug)]
pub struct Permit<'r, P>(Visit<'r>, &'r SignedIn, PhantomData<P>);

/// A sign-in that awaits its second factor. Reaches the page of the second factor and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Held<'r>(Visit<'r>, &'r OpenSession);

/// Any signed-in account, also one that must add a second factor, or choose a longer password, before it reaches anything else.
#[derive(Debug, Clone, Copy)]
pub struct Securing<'r>(Visit<'r>, &'r OpenSession, &'r Actor);

/// A permission as a type, for [`Permit`].
pub trait Asked: Send + Sync + 'static {
    /// Which.
    const PERMISSION: Permission;
}

macro_rules! markers {
    ($($name:ident),+ $(,)?) => {$(
        #[doc = concat!("`Permit<'_, ", stringify!($name), ">`: `Permission::", stringify!($name), "`.")]
        #[derive(Debug)]
        pub struct $name;
        impl Asked for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

markers! {
    AccountView, AccountEdit, AccountList, AccountSuspend, AccountClose, AccountUnlock, AccountStartReset, RoleAssign,
    ApplicationView, ApplicationList, ApplicationRevise, ApplicationWithdraw, SignedFormUpload, SignedFormRecord,
    ApplicationTake, ApplicationApprove, ApplicationReturn, ApplicationReject, UnitList, UnitView, GrantList, GrantExplain, OfficeView,
    AuditView, OutboxView, PermissionExtensionFile, PermissionRenewalFile, GrantRevoke, AttestationFile, AttestationList, MachineManage,
    StaffRegistrationFile,
    UnitChangeFile,
    RoleConfirm, StandInName, StandInOversee, UnitStopEnding,
    AccountJoinPropose, AccountJoinFile,
    ApplicationAssign, ApplicationSnooze, ApplicationNote, AnnouncementPublish,
    OfficeEdit, DictionaryEdit, TargetSet,
    FiguresView,
    PostView, PostRecord,
}

impl<'r> Deref for Anyone<'r> {
    type Target = Visit<'r>;
    fn deref(&self) -> &Visit<'r> {
        &self.0
    }
}

impl<'r> Deref for Member<'r> {
    type Target = Visit<'r>;
    fn deref(&self) -> &Visit<'r> {
        &self.0
    }
}

impl<'r, P> Deref for Permit<'r, P> {
    type Target = Visit<'r>;
    fn deref(&self) -> &Visit<'r> {
        &self.0
    }
}

impl<'r> Deref for Held<'r> {
    type Target = Visit<'r>;
    fn deref(&self) -> &Visit<'r> {
        &self.0
    }
}

impl<'r> Deref for Securing<'r> {
    type Target = Visit<'r>;
    fn deref(&self) -> &Visit<'r> {
        &self.0
    }
}

impl<'r> Held<'r> {
    /// The session that waits.
    pub fn open(&self) -> &'r OpenSession {
        self.1
    }
}

impl<'r> Securing<'r> {
    /// The session, open or about to be.
    pub fn open(&self) -> &'r OpenSession {
        self.1
    }
    /// Who acts: to all other pages somebody who must be secured first is a visitor.
    pub fn actor(&self) -> &'r Actor {
        self.2
    }
    /// Who is signed in.
    pub fn me(&self) -> &'r SignedIn {
        &self.1.signed_in
    }
}

impl<'r> Member<'r> {
    /// Who is signed in.
    pub fn me(&self) -> &'r SignedIn {
        self.1
    }
}

impl<'r, P> Permit<'r, P> {
    /// Who is signed in.
    pub fn me(&self) -> &'r SignedIn {
        self.1
    }
}

type Guarded<T> = Outcome<T, ()>;

fn refuse<T>(request: &Request<'_>, error: PageError) -> Guarded<T> {
    // What was typed in a session that has ended meanwhile goes on to the handler that keeps it.
    if matches!(error, PageError::SignedOut) && late::is_late(request) {
        return Outcome::Forward(Status::Unauthorized);
    }
    Outcome::Error((error.note(request), ()))
}

async fn member<'r>(request: &'r Request<'_>) -> Result<(Visit<'r>, &'r SignedIn), PageError> {
    let visit = Visit::of(request).await?;
    late::note(request, &visit);
    let Some(signed_in) = visit.signed_in() else { return Err(stopped(&visit)) };
    Ok((visit, signed_in))
}

/// Why somebody is not signed in: not at all, or not all the way.
fn stopped(visit: &Visit<'_>) -> PageError {
    match visit.held() {
        Some((open, _)) if open.standing == Standing::AwaitsFactor => PageError::FactorAwaited,
        Some(_) => PageError::MustSecure,
        None => PageError::SignedOut,
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Anyone<'r> {
    type Error = ();
    async fn from_request(request: &'r Request<'_>) -> Guarded<Self> {
        let visit = match Visit::of(request).await {
            // What anybody may read is there also while nobody can look up who it is.
            Err(PageError::Unavailable(_)) if matches!(request.method(), Method::Get | Method::Head) => Visit::for_error(request).await,
            visit => visit,
        };
        match visit {
            Ok(visit) => Outcome::Success(Self(visit)),
            Err(error) => refuse(request, error),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Member<'r> {
    type Error = ();
    async fn from_request(request: &'r Request<'_>) -> Guarded<Self> {
        match member(request).await {
            Ok((visit, signed_in)) => Outcome::Success(Self(visit, signed_in)),
            Err(error) => refuse(request, error),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Held<'r> {
    type Error = ();
    async fn from_request(request: &'r Request<'_>) -> Guarded<Self> {
        match Visit::of(request).await {
            Ok(visit) => match visit.held() {
                Some((open, _)) if open.standing == Standing::AwaitsFactor => Outcome::Success(Self(visit, open)),
                // Signed in already, or not at all: the sign-in knows where to go.
                _ => refuse(request, PageError::SignedOut),
            },
            Err(error) => refuse(request, error),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Securing<'r> {
    type Error = ();
    async fn from_request(request: &'r Request<'_>) -> Guarded<Self> {
        let visit = match Visit::of(request).await {
            Ok(visit) => visit,
            Err(error) => return refuse(request, error),
        };
        late::note(request, &visit);
        match (visit.session(), visit.held()) {
            (Some(open), _) => Outcome::Success(Self(visit, open, visit.actor())),
            (None, Some((open, owner))) if open.standing != Standing::AwaitsFactor => Outcome::Success(Self(visit, open, owner)),
            _ => refuse(request, stopped(&visit)),
        }
    }
}

#[rocket::async_trait]
impl<'r, P: Asked> FromRequest<'r> for Permit<'r, P> {
    type Error = ();
    async fn from_request(request: &'r Request<'_>) -> Guarded<Self> {
        match member(request).await {
            Ok((visit, _)) if !visit.may(P::PERMISSION) => refuse(request, PageError::Forbidden(P::PERMISSION.key())),
            Ok((visit, signed_in)) => Outcome::Success(Self(visit, signed_in, PhantomData)),
            Err(error) => refuse(request, error),
        }
    }
}

/// Whether an actor holds a permission in any scope: asked with a target made of everything that is the actor's own.
pub(super) fn holds_somewhere(policy: &Policy, actor: &Actor, permission: Permission) -> bool {
    if policy.list_scope(actor, permission).is_ok() {
        return true;
    }
    let Some(me) = actor.signed_in() else { return false };
    let own = Target { account: Some(me.account), applicant: Some(me.account), ..Target::default() };
    let coordinated = me.roles.iter().filter(|r| r.role == Role::UnitCoordinator).filter_map(|r| r.unit);
    let units = me.units.iter().copied().chain(coordinated).map(|unit| Target { unit: Some(unit), ..Target::default() });
    std::iter::once(own).chain(units).any(|target| policy.check(actor, permission, &target).is_ok())
}

/// A place in the navigation.
pub(super) struct Place {
    /// Where to.
    pub(super) href: &'static str,
    /// Key of its words.
    pub(super) label_key: &'static str,
    needs: Needs,
}

enum Needs {
    /// Any account.
    Nothing,
    /// Belonging to a unit.
    OwnUnit,
    /// A list of more than the own under this permission.
    List(Permission),
    /// A list of what belongs to units under this permission, were it only one's own unit.
    Units(Permission),
    /// The permission for everything.
    Whole(Permission),
    /// The permission for what is one's own, as an official.
    Own(Permission),
    /// Coming by an application, not by an administrator's word.
    Application,
    /// A list under any of these.
    AnyList(&'static [Permission]),
}

impl Place {
    const fn new(href: &'static str, label_key: &'static str, needs: Needs) -> Self {
        Self { href, label_key, needs }
    }
    /// Whether the administrators' desk leads there.
    pub(super) const fn is_on_desk(&self) -> bool {
        matches!(self.needs, Needs::List(_) | Needs::Units(_) | Needs::Whole(_) | Needs::Own(_))
    }
    /// Whether it is worth showing to this visitor.
    pub(super) fn is_for(&self, visit: &Visit<'_>) -> bool {
        match self.needs {
            Needs::Nothing => true,
            Needs::OwnUnit => visit.signed_in().is_some_and(|me| !me.units.is_empty() || me.roles.iter().any(|role| role.unit.is_some())),
            Needs::Application => visit.signed_in().is_some_and(|me| me.roles.iter().all(|role| role.role == Role::UnitCoordinator)),
            Needs::List(permission) => visit.may_list(permission),
            Needs::Units(permission) => visit.context().policy.unit_scope(visit.actor(), permission).is_ok(),
            Needs::Whole(permission) => visit.context().policy.check(visit.actor(), permission, &Target::default()).is_ok(),
            Needs::Own(permission) => visit.may(permission),
            Needs::AnyList(permissions) => permissions.iter().any(|permission| visit.may_list(*permission)),
        }
    }
}

/// What makes somebody an administrator of any kind.
const ADMINISTRATION: &[Permission] = &[Permission::ApplicationList, Permission::AccountList, Permission::AuditView];

/// The navigation, in its order. A place stands here once it exists.
pub(super) const NAV: &[Place] = &[
    Place::new("/admin", "nav.admin", Needs::AnyList(ADMINISTRATION)),
    Place::new("/admin/applications", "nav.applications", Needs::List(Permission::ApplicationList)),
    Place::new("/admin/post", "nav.post", Needs::List(Permission::PostView)),
    Place::new("/admin/units", "nav.units", Needs::List(Permission::UnitList)),
    Place::new("/admin/accounts", "nav.accounts", Needs::List(Permission::AccountList)),
    Place::new("/grants", "nav.grants", Needs::Units(Permission::GrantList)),
    Place::new("/admin/attestations", "nav.attestations", Needs::List(Permission::AttestationList)),
    Place::new("/admin/numbers", "nav.numbers", Needs::List(Permission::FiguresView)),
    Place::new("/admin/office", "nav.office", Needs::List(Permission::OfficeView)),
    Place::new("/admin/dictionaries", "nav.dictionaries", Needs::Whole(Permission::DictionaryEdit)),
    Place::new("/admin/audit", "nav.audit", Needs::List(Permission::AuditView)),
    Place::new("/admin/outbox", "nav.outbox", Needs::List(Permission::OutboxView)),
    Place::new("/admin/announcements", "nav.announcements", Needs::List(Permission::AnnouncementPublish)),
    Place::new("/admin/stand-ins", "nav.stand_ins", Needs::Own(Permission::StandInName)),
    Place::new("/admin/roles", "nav.roles", Needs::Whole(Permission::RoleConfirm)),
    Place::new("/admin/machines", "nav.machines", Needs::Whole(Permission::MachineManage)),
    Place::new("/unit", "nav.unit", Needs::OwnUnit),
    Place::new("/applications", "nav.application", Needs::Application),
    Place::new("/account", "nav.account", Needs::Nothing),
];

/// Whether a visitor is an administrator of any kind.
pub(super) fn is_administrator(policy: &Policy, actor: &Actor) -> bool {
    ADMINISTRATION.iter().any(|permission| policy.list_scope(actor, *permission).is_ok())
}
