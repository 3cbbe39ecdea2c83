//! Who may call a handler. Each handler has one of [`Anyone`], [`Member`], [`Permit`] in its signature; a test counts them.
//! They are courtesy: the service asks the policy with the target, and its answer is the law.

use super::error::PageError;
use super::visit::Visit;
use crate::domain::account::Role;
use crate::domain::actor::{Actor, SignedIn};
use crate::domain::permission::{Permission, Target};
use crate::policy::Policy;
use rocket::Request;
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
    AccountView, AccountChangePassword, AccountList, AccountSuspend, AccountUnlock, AccountStartReset, RoleAssign,
    ApplicationView, ApplicationList, ApplicationRevise, ApplicationWithdraw, SignedFormUpload, SignedFormRecord,
    ApplicationTake, ApplicationApprove, ApplicationReturn, ApplicationReject, UnitList, UnitView, OfficeView, AuditView, OutboxView,
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
    Outcome::Error((error.note(request), ()))
}

async fn member<'r>(request: &'r Request<'_>) -> Result<(Visit<'r>, &'r SignedIn), PageError> {
    let visit = Visit::of(request).await?;
    let signed_in = visit.signed_in().ok_or(PageError::SignedOut)?;
    Ok((visit, signed_in))
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Anyone<'r> {
    type Error = ();
    async fn from_request(request: &'r Request<'_>) -> Guarded<Self> {
        match Visit::of(request).await {
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

/// The navigation: where to, key of its words, and what it takes. A place stands here once it exists.
pub(super) const NAV: &[(&str, &str, Option<Permission>)] = &[
    ("/admin", "nav.admin", Some(Permission::AccountList)),
    ("/admin/applications", "nav.applications", Some(Permission::ApplicationList)),
    ("/admin/units", "nav.units", Some(Permission::UnitList)),
    ("/account", "nav.account", None),
];
