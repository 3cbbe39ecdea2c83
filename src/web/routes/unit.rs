//! `/unit`: the own unit, and who works in it. What may not live here: rules.

use super::exports;
use crate::domain::application::matter::address_text;
use crate::domain::grant::GrantState;
use crate::domain::id::UnitId;
use crate::domain::unit::{Unit, UnitStatus};
use crate::services::view_own_unit::{OwnUnit, own_units, staff, view};
use crate::web::error::PageError;
use crate::web::guards::{GrantList, Member, Permit};
use crate::web::pages::guided_pages::UnitItem;
use crate::web::pages::unit_pages::{OwnUnitChoicePage, OwnUnitPage, StaffGrant, StaffPersonRow, UnitStaffPage};
use crate::web::reply::Answer;
use crate::web::routes::admin::href;
use crate::web::visit::Visit;
use rocket::{Route, get, routes};
use uuid::Uuid;

/// Which of the own units is meant: the one that is named, or the only one.
enum Meant {
    One(UnitId),
    Several(Vec<Unit>),
}

async fn meant(who: &Visit<'_>, unit: Option<&str>) -> Result<Meant, PageError> {
    let own = own_units(who.context(), who.actor()).await?;
    match (unit, &own[..]) {
        (Some(text), _) => Ok(Meant::One(UnitId(Uuid::try_parse(text).map_err(|_| PageError::NotFound)?))),
        (None, [only]) => Ok(Meant::One(only.id)),
        (None, _) => Ok(Meant::Several(own)),
    }
}

fn choice(who: &Visit<'_>, units: &[Unit], of_staff: bool) -> Answer {
    let regon = who.context().renderer.labels().text("form.label.regon");
    let units = units.iter().map(|unit| UnitItem::of(unit, &regon)).collect();
    who.show(&OwnUnitChoicePage { path: if of_staff { "/unit/staff" } else { "/unit" }, units })
}

#[get("/unit?<unit>")]
async fn show(who: Member<'_>, unit: Option<&str>) -> Answer {
    match meant(&who, unit).await? {
        Meant::One(id) => {
            let found = view(who.context(), who.actor(), id).await?;
            let has_others = own_units(who.context(), who.actor()).await?.len() > 1;
            who.show(&page_of(found, has_others))
        }
        Meant::Several(units) => choice(&who, &units, false),
    }
}

fn page_of(found: OwnUnit, has_others: bool) -> OwnUnitPage {
    let data = &found.unit.data;
    let text = |value: Option<String>| value.unwrap_or_default();
    OwnUnitPage {
        id: found.unit.id.to_string(),
        name: data.name.to_string(),
        kind: found.kind,
        is_closed: found.unit.status != UnitStatus::Active,
        regon: data.regon.to_string(),
        nip: text(data.nip.as_ref().map(ToString::to_string)),
        address: address_text(&data.address),
        territory: found.gmina.map(|g| format!("{} ({}), {}, {}", g.name, g.type_name, g.powiat, g.voivodeship)).unwrap_or_default(),
        phone: data.phone.to_display(),
        phone_extension: text(data.phone_extension.as_ref().map(ToString::to_string)),
        email: data.email.to_string(),
        ade: text(data.ade.as_ref().map(ToString::to_string)),
        epuap: text(data.epuap.as_ref().map(ToString::to_string)),
        parent_body: data.parent_body.to_string(),
        head: data.head.to_line(),
        office: found.office.name,
        coordinators: found.coordinators,
        may_list: found.may_list,
        may_register: found.may_register,
        has_others,
    }
}

#[get("/unit/staff?<unit>&<after>")]
async fn list(who: Permit<'_, GrantList>, unit: Option<&str>, after: Option<&str>) -> Answer {
    let id = match meant(&who, unit).await? {
        Meant::One(id) => id,
        Meant::Several(units) => return choice(&who, &units, true),
    };
    let found = view(who.context(), who.actor(), id).await?;
    let slice = staff(who.context(), who.actor(), id, after).await?;
    let mut persons: Vec<StaffPersonRow> = Vec::new();
    for listed in slice.rows {
        if persons.last().is_none_or(|person| person.login != listed.login) {
            persons.push(StaffPersonRow {
                full_name: format!("{} {}", listed.first_name, listed.last_name),
                login: listed.login,
                email: listed.email,
                grants: Vec::new(),
            });
        }
        if let Some(person) = persons.last_mut() {
            person.grants.push(StaffGrant {
                href: format!("/grants/{}", listed.grant.id),
                sub_area: listed.grant.sub_area,
                function: listed.grant.function,
                valid_until: listed.grant.valid_until,
            });
        }
    }
    let id = id.to_string();
    who.show(&UnitStaffPage {
        unit_name: found.unit.data.name.to_string(),
        persons,
        may_register: found.may_register,
        first_href: after.map(|_| href("/unit/staff", &[("unit", &id)])),
        next_href: slice.next.map(|next| href("/unit/staff", &[("unit", &id), ("after", &next)])),
        export: exports::links("grants", &[("unit_search", found.unit.data.regon.as_str()), ("state", GrantState::Current.key())]),
        id,
    })
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show, list]
}
