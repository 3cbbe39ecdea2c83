//! `/account` („Parametry użytkownika”), `/account/profile`, `/account/password`, `/account/notices`.

use super::revocations::revoke_href;
use crate::domain::account::AccountStatus;
use crate::domain::application::renewal::is_renewable;
use crate::domain::attestation::AttestationState;
use crate::domain::id::UnitId;
use crate::domain::invalid::FieldErrors;
use crate::domain::password::fewest;
use crate::domain::permission::Permission;
use crate::domain::profile::ProfileTexts;
use crate::services::ServiceError;
use crate::services::change_password::change_password;
use crate::services::change_profile::{change_profile, has_open_application, view_profile};
use crate::services::change_unit::units_to_change;
use crate::services::choose_notices::{announce_sign_ins, announces_sign_ins, mail_announcements, mails_announcements};
use crate::services::confirm_permissions::list_own;
use crate::services::join_accounts::{Hint, hint_of};
use crate::services::second_factor::view_security;
use crate::services::view_office::name_voivodeships;
use crate::services::view_own_account::{Grant, Listed, OwnAccount, view_own_account};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{AccountEdit, Member, Permit, Securing};
use crate::web::pages::account_pages::{
    AccountPage, ChangePasswordPage, NoticesPage, OwnApplication, OwnGrant, OwnRole, OwnUnit, ToConfirm,
};
use crate::web::pages::profile_pages::ProfilePage;
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use jiff::civil::Date;
use rocket::{Route, get, post, routes};

/// The box for letters about sign-ins on a new device.
const NEW_DEVICE: &str = "new_device";
/// The box for letters with announcements that do not press.
const ANNOUNCEMENTS: &str = "announcements";

#[get("/account")]
async fn show(who: Member<'_>) -> Answer {
    let own = view_own_account(who.context(), who.actor()).await?;
    let names = name_voivodeships(who.context()).await?;
    let roles = who
        .me()
        .roles
        .iter()
        .map(|role| OwnRole { role: role.role.key(), voivodeship: role.voivodeship.as_ref().and_then(|code| names.get(code).cloned()) });
    let changeable = units_to_change(who.context(), who.actor()).await?;
    let asked = match list_own(who.context(), who.actor()).await {
        Ok(asked) => asked,
        // Before the approval there is nothing to confirm.
        Err(ServiceError::Denied) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let to_confirm = asked.into_iter().filter(|own| own.attestation.state.awaits_answer()).map(|own| ToConfirm {
        unit_name: own.unit.data.name.to_string(),
        last_day: own.attestation.last_day(),
        is_suspended: own.attestation.state == AttestationState::Suspended,
        is_mine: own.may_prepare && own.open.is_none(),
    });
    let to_confirm = to_confirm.filter(|own| own.is_mine || own.is_suspended).collect();
    let hint = hint_of(who.context(), who.actor()).await?;
    let (is_asked_to_join, has_join_hint) = (hint == Some(Hint::Asked), hint == Some(Hint::SecondAccount));
    who.show(&AccountPage { roles: roles.collect(), to_confirm, is_asked_to_join, has_join_hint, ..page_of(&who, own, &changeable) })
}

fn page_of(who: &Visit<'_>, own: OwnAccount, changeable: &[UnitId]) -> AccountPage {
    let is_own = |unit: UnitId| who.signed_in().is_some_and(|me| me.units.contains(&unit));
    let today = who.context().now().warsaw_date();
    let dictionaries = own.dictionaries;
    let is_ending =
        |grant: &Grant| grant.valid_from <= today && is_renewable(grant.valid_until, today) && !own.suspended.contains(&grant.id);
    let can_renew = own.units.iter().flat_map(|(_, grants)| grants).any(is_ending);
    let units = own.units.into_iter().map(|(unit, grants)| OwnUnit {
        name: unit.data.name.to_string(),
        regon: unit.data.regon.to_string(),
        history: is_own(unit.id).then(|| format!("/units/{}/history", unit.id)),
        may_change: changeable.contains(&unit.id),
        leave_href: grants.iter().any(|grant| today <= grant.valid_until).then(|| revoke_href(own.account.id, unit.id)),
        grants: grants
            .into_iter()
            .map(|grant| OwnGrant {
                sub_area_name: dictionaries.sub_area(&grant.sub_area).map(|s| s.name.clone()).unwrap_or_default(),
                function_name: dictionaries.function(&grant.function).map(|f| f.name.clone()).unwrap_or_default(),
                valid_from: grant.valid_from,
                valid_until: grant.valid_until,
                state: if own.suspended.contains(&grant.id) && today <= grant.valid_until { "suspended" } else { state_of(&grant, today) },
                sub_area: grant.sub_area,
            })
            .collect(),
    });
    let applications = own.applications.into_iter().map(own_application);
    let profile = own.account.profile;
    AccountPage {
        login: own.account.login.to_string(),
        full_name: profile.full_name(),
        position: profile.position.map(|p| p.to_string()),
        email: profile.email.to_string(),
        phone: profile.phone.map(|p| p.to_string()),
        is_pending: own.account.status == AccountStatus::Pending,
        may_change_password: who.may(Permission::AccountChangePassword),
        may_edit: who.may(Permission::AccountEdit),
        new_email: own.new_email.map(|email| email.to_string()),
        asked_to_close_at: own.asked_to_close_at,
        roles: Vec::new(),
        can_renew,
        units: units.collect(),
        applications: applications.collect(),
        to_confirm: Vec::new(),
        is_asked_to_join: false,
        has_join_hint: false,
    }
}

/// Key under `grant_states`.
fn state_of(grant: &Grant, today: Date) -> &'static str {
    if grant.valid_from > today {
        "future"
    } else if grant.valid_until < today {
        "ended"
    } else {
        "current"
    }
}

/// An application as its own row.
pub(super) fn own_application(listed: Listed) -> OwnApplication {
    OwnApplication {
        path: listed.number.to_path(),
        number: listed.number.as_str().to_owned(),
        kind: listed.kind.key(),
        status: listed.status.key(),
        unit_name: listed.unit_name,
        submitted_at: listed.submitted_at,
    }
}

async fn profile_page(who: &Visit<'_>, typed: ProfileTexts, errors: FieldErrors) -> Result<ProfilePage, PageError> {
    let has_open_application = has_open_application(who.context(), who.actor()).await?;
    let ProfileTexts { first_name, last_name, position, phone } = typed;
    Ok(ProfilePage { first_name, last_name, position, phone, has_open_application, errors })
}

#[get("/account/profile")]
async fn show_profile(who: Permit<'_, AccountEdit>) -> Answer {
    let account = view_profile(who.context(), who.actor()).await?;
    who.show(&profile_page(&who, ProfileTexts::of(&account.profile), FieldErrors::default()).await?)
}

#[post("/account/profile", data = "<form>")]
async fn update_profile(who: Permit<'_, AccountEdit>, form: Posted) -> Answer {
    let typed = ProfileTexts {
        first_name: form.text("first_name").to_owned(),
        last_name: form.text("last_name").to_owned(),
        position: form.text("position").to_owned(),
        phone: form.text("phone").to_owned(),
    };
    match change_profile(who.context(), who.actor(), &typed).await {
        Ok(true) => who.redirect_with("/account", "changes_saved"),
        Ok(false) => who.redirect_with("/account", "nothing_changed"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&profile_page(&who, typed, errors).await?),
        Err(error) => Err(error.into()),
    }
}

#[get("/account/password")]
async fn show_password(who: Securing<'_>) -> Answer {
    let security = view_security(who.context(), who.actor(), who.open()).await?;
    who.show(&password_page(&who, security.has_factor(), FieldErrors::default()))
}

fn password_page(who: &Securing<'_>, has_factor: bool, errors: FieldErrors) -> ChangePasswordPage {
    ChangePasswordPage { login: who.me().login.clone(), fewest: fewest(has_factor), errors }
}

#[post("/account/password", data = "<form>")]
async fn update_password(who: Securing<'_>, form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    let open = who.open();
    let passwords = (form.text("new_password"), form.text("password_repeat"));
    let current = form.text("current_password");
    match change_password(who.context(), who.actor(), open, current, passwords, who.browser().as_ref()).await {
        Ok(raised) => {
            who.open_session(raised.token);
            who.redirect_with("/account", "password_changed")
        }
        Err(ServiceError::Invalid(errors)) => {
            let security = view_security(who.context(), who.actor(), open).await?;
            who.show_again(&password_page(&who, security.has_factor(), errors))
        }
        Err(error) => Err(error.into()),
    }
}

#[get("/account/notices")]
async fn show_notices(who: Member<'_>) -> Answer {
    let sign_ins = announces_sign_ins(who.context(), who.actor()).await?;
    let announcements = mails_announcements(who.context(), who.actor()).await?;
    who.show(&NoticesPage {
        chosen: if sign_ins { vec![NEW_DEVICE] } else { Vec::new() },
        announcements: if announcements { vec![ANNOUNCEMENTS] } else { Vec::new() },
    })
}

#[post("/account/notices", data = "<form>")]
async fn update_notices(who: Member<'_>, form: Posted) -> Answer {
    let is_on = form.all("sign_in_letters").any(|value| value == NEW_DEVICE);
    announce_sign_ins(who.context(), who.actor(), is_on).await?;
    let is_on = form.all("announcement_letters").any(|value| value == ANNOUNCEMENTS);
    mail_announcements(who.context(), who.actor(), is_on).await?;
    who.redirect_with("/account", "changes_saved")
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show, show_profile, update_profile, show_password, update_password, show_notices, update_notices]
}
