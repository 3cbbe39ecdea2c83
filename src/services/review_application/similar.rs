//! What looks like the application under review, for the administrator to know: applications, units and accounts, with the reasons.
//! What may not live here: what likeness is (domain).

use crate::domain::account::{Account, AccountProfile};
use crate::domain::actor::Actor;
use crate::domain::application::{Application, Summary};
use crate::domain::id::AccountId;
use crate::domain::likeness::Likeness;
use crate::domain::permission::{Permission, Target};
use crate::domain::sameness::name_key;
use crate::domain::similar::{Reason, UnitTraits, gathered};
use crate::domain::unit::Unit;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::similar_units::{SimilarUnit, similar_units};
use crate::services::view_application::ApplicationView;
use crate::services::{Context, ServiceError, join_accounts, rights};
use crate::storage::accounts;
use crate::storage::applications::{self, Listed, persons};
use std::collections::BTreeSet;

/// So many with the same REGON, address or name are looked for.
const MOST_SIMILAR: u64 = 10;

/// An application that looks alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarApplication {
    /// The application.
    pub listed: Listed,
    /// Why, the strongest reason first.
    pub reasons: Vec<Reason>,
    /// Whether it lies in the actor's scope: of another one no person is named.
    pub is_in_scope: bool,
}

/// A registered unit that looks alike: a public institution, so it is named wherever it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarRegistered {
    /// The unit.
    pub unit: Unit,
    /// Why, the strongest reason first.
    pub reasons: Vec<Reason>,
    /// Whether it lies in the actor's scope.
    pub is_in_scope: bool,
}

/// An account that looks alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarAccount {
    /// The account; nothing where it lies beyond the actor's scope: then only that there is one is told.
    pub account: Option<Account>,
    /// Why, the strongest reason first.
    pub reasons: Vec<Reason>,
}

/// What looks alike, for the administrator to know; the likest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// Other applications about the same REGON, with a near name, or with the same e-mail address.
    pub applications: Vec<SimilarApplication>,
    /// Registered units with the same REGON, name or address, or a near name.
    pub units: Vec<SimilarRegistered>,
    /// Accounts on the same e-mail address, or of somebody of the same name.
    pub accounts: Vec<SimilarAccount>,
    /// One of them seems to be a second one of somebody whose account the application is about: the two can be joined.
    pub has_second_account: bool,
}

pub(super) async fn similar(context: &Context, actor: &Actor, view: &ApplicationView, own: &[AccountId]) -> Result<Similar, ServiceError> {
    let application = &view.application;
    let summary = application.summary();
    let keys: Vec<String> = summary.emails.iter().map(|e| e.to_lowercase()).collect();
    let (accounts, has_second_account) = similar_accounts(context, actor, application, &keys, own).await?;
    Ok(Similar {
        applications: similar_applications(context, actor, view, &summary, &keys).await?,
        units: similar_registered(context, actor, view, &summary).await?,
        accounts,
        has_second_account,
    })
}

/// Whether what lies in a voivodeship may be seen by the actor under a permission.
fn is_in_scope(context: &Context, actor: &Actor, permission: Permission, place: Option<&VoivodeshipCode>) -> bool {
    let target = Target { voivodeship: place.cloned(), ..Target::default() };
    context.policy.check(actor, permission, &target).is_ok()
}

async fn similar_applications(
    context: &Context,
    actor: &Actor,
    view: &ApplicationView,
    summary: &Summary,
    email_keys: &[String],
) -> Result<Vec<SimilarApplication>, ServiceError> {
    let (db, application) = (&context.db, &view.application);
    let by_email = persons::applications_with_emails(db, email_keys, application.id, MOST_SIMILAR).await?;
    let of = |reason: Reason| move |listed: Listed| (reason, 0, listed);
    let mut found: Vec<(Reason, usize, Listed)> = Vec::new();
    found.extend(
        applications::list_by_regon(db, &summary.regon, Some(application.id), MOST_SIMILAR).await?.into_iter().map(of(Reason::SameRegon)),
    );
    found.extend(applications::queue::list_by_ids(db, &by_email).await?.into_iter().map(of(Reason::SameEmail)));
    found.extend(near_applications(context, application, summary, view).await?);
    let told = |(reasons, listed): (Vec<Reason>, Listed)| SimilarApplication {
        is_in_scope: is_in_scope(context, actor, Permission::ApplicationView, Some(&listed.voivodeship)),
        reasons,
        listed,
    };
    Ok(gathered(found, |listed| listed.id).into_iter().map(told).collect())
}

/// Other applications about a unit of the same place with this one's name or one like it, with how like it is.
async fn near_applications(
    context: &Context,
    application: &Application,
    summary: &Summary,
    view: &ApplicationView,
) -> Result<Vec<(Reason, usize, Listed)>, ServiceError> {
    let place = place(summary, view);
    let kinds = &view.dictionaries.unit_kinds;
    let likeness = Likeness::of(kinds, &summary.unit_kind, &summary.unit_name, &place);
    let short_names = view.dictionaries.unit_kind(&summary.unit_kind).map(|kind| kind.short_names().join(" ")).unwrap_or_default();
    let found = applications::queue::list_in_place(&context.db, &summary.voivodeship, &place, &short_names, application.id).await?;
    let own = name_key(&summary.unit_name);
    let near = |listed: Listed| {
        let rank = likeness.rank(&listed.unit_name, None);
        let reason = if name_key(&listed.unit_name) == own { Some(Reason::SameName) } else { rank.map(|_| Reason::NearName) };
        reason.map(|reason| (reason, rank.unwrap_or_default(), listed))
    };
    Ok(found.into_iter().filter_map(near).collect())
}

/// Town and gmina, once where they have one name.
fn place<'a>(summary: &'a Summary, view: &'a ApplicationView) -> Vec<&'a str> {
    let gmina = view.gmina.as_ref().map(|gmina| gmina.name.as_str()).filter(|name| *name != summary.town);
    std::iter::once(summary.town.as_str()).chain(gmina).collect()
}

async fn similar_registered(
    context: &Context,
    actor: &Actor,
    view: &ApplicationView,
    summary: &Summary,
) -> Result<Vec<SimilarRegistered>, ServiceError> {
    let payload = &view.application.payload;
    // Where an application brings no data of a unit, those of the registered one stand in it.
    let traits = match payload.unit_data() {
        Some(data) => UnitTraits::of(data),
        None => UnitTraits {
            regon: summary.regon.clone(),
            name: summary.unit_name.clone(),
            kind: summary.unit_kind.clone(),
            terc: summary.terc.to_string(),
            town: summary.town.clone(),
            ..UnitTraits::default()
        },
    };
    let found = similar_units(&context.db, &traits, &view.dictionaries.unit_kinds, &place(summary, view), summary.unit).await?;
    let told = |SimilarUnit { unit, reasons }: SimilarUnit| SimilarRegistered {
        is_in_scope: is_in_scope(context, actor, Permission::UnitView, Some(&unit.voivodeship)),
        unit,
        reasons,
    };
    Ok(found.into_iter().map(told).collect())
}

async fn similar_accounts(
    context: &Context,
    actor: &Actor,
    application: &Application,
    email_keys: &[String],
    own: &[AccountId],
) -> Result<(Vec<SimilarAccount>, bool), ServiceError> {
    let (db, summary, today) = (&context.db, application.summary(), context.now().warsaw_date());
    let mut found: Vec<(Reason, usize, Account)> = Vec::new();
    let others = |account: &Account| !own.contains(&account.id);
    // Of accounts that stand already: whoever has two can join them.
    for id in own.iter().filter(|_| summary.changes_accounts) {
        let second = join_accounts::second_accounts(context, db, *id).await?.into_iter();
        found.extend(second.filter(|(account, _)| others(account)).map(|(account, reason)| (reason, 0, account)));
    }
    let has_second_account = !found.is_empty();
    for key in email_keys {
        let with_address = accounts::list_by_email(db, key).await?.into_iter().filter(others);
        found.extend(with_address.map(|account| (Reason::SameEmail, 0, account)));
    }
    let mut colleagues = BTreeSet::new();
    for unit in summary.units() {
        colleagues.extend(rights::people_of(db, unit, today).await?);
    }
    // Who has an account already may be asking for a second one.
    for person in application.payload.new_persons() {
        let profile = AccountProfile {
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            position: None,
            email: person.email.clone(),
            phone: None,
        };
        let namesakes = accounts::list_by_name(db, &summary.voivodeship, &profile, MOST_SIMILAR).await?.into_iter().filter(others);
        let reason = |account: &Account| if colleagues.contains(&account.id) { Reason::SameNameInUnit } else { Reason::SameName };
        found.extend(namesakes.map(|account| (reason(&account), 0, account)));
    }
    let found = gathered(found, |account| account.id);
    let places = accounts::places_of(db, &found.iter().map(|(_, account)| account.id).collect::<Vec<_>>()).await?;
    let told = |(reasons, account): (Vec<Reason>, Account)| {
        let may_see = is_in_scope(context, actor, Permission::AccountList, places.get(&account.id));
        SimilarAccount { account: may_see.then_some(account), reasons }
    };
    Ok((found.into_iter().map(told).collect(), has_second_account))
}
