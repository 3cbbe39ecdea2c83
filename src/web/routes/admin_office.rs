//! `/admin/office`: the data of offices, changing them, and their history.

use super::editing::{change_views, typed, version_of};
use crate::domain::edited::Texts;
use crate::domain::invalid::FieldErrors;
use crate::domain::office_data::{CHANNELS, address_field, open_field, texts_of};
use crate::services::ServiceError;
use crate::services::edit_office::{OpenOffice, office_changed_since, office_history, open_office, save_office};
use crate::services::view_changes::ChangeMade;
use crate::services::view_office::{edits_office, list_offices};
use crate::web::forms::Posted;
use crate::web::guards::{OfficeEdit, OfficeView, Permit};
use crate::web::pages::admin_pages::{self, OfficePage};
use crate::web::pages::editing_pages::{ChannelFields, EditOfficePage, HistoryPage};
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

const PLACE: &str = "/admin/office";

#[get("/admin/office")]
async fn list(who: Permit<'_, OfficeView>) -> Answer {
    let offices = list_offices(who.context(), who.actor()).await?;
    let view = offices.into_iter().map(|office| admin_pages::OfficeView {
        may_edit: edits_office(who.context(), who.actor(), &office.voivodeship),
        code: office.voivodeship.to_string(),
        name: office.name,
        address: office.address,
        email: office.email,
        phone: office.phone,
        form_text: office.form_text,
        channels: office
            .channels
            .into_iter()
            .map(|c| admin_pages::ChannelView { channel: c.channel.key(), address: c.address, is_open: c.is_open })
            .collect(),
    });
    who.show(&OfficePage { offices: view.collect() })
}

#[get("/admin/office/<code>/history")]
async fn history(who: Permit<'_, OfficeView>, code: &str) -> Answer {
    let (office, changes) = office_history(who.context(), who.actor(), code).await?;
    who.show(&HistoryPage { office: Some(office.name), changes: change_views(&who, &changes, false), back: PLACE })
}

fn page(who: &Visit<'_>, open: &OpenOffice, texts: Texts, meanwhile: &[ChangeMade], errors: FieldErrors) -> EditOfficePage {
    let fields = CHANNELS.map(|channel| {
        let (box_name, address_name) = (open_field(channel), address_field(channel));
        ChannelFields {
            channel: channel.key(),
            open: Some(texts.get(&box_name).to_owned()).filter(|text| !text.is_empty()).into_iter().collect(),
            open_field: box_name,
            address: texts.get(&address_name).to_owned(),
            address_field: address_name,
        }
    });
    let named = |field: &&str| open.may_rename || *field != "name";
    let first = ["name", "address", "email", "phone"].into_iter().filter(named).map(str::to_owned);
    let of_channels = fields.iter().flat_map(|one| [one.open_field.clone(), one.address_field.clone()]);
    EditOfficePage {
        office: open.office.name.clone(),
        may_rename: open.may_rename,
        order: first.chain(of_channels).chain(["form_text".to_owned()]).collect(),
        channels: fields.to_vec(),
        texts,
        version: open.office.version,
        meanwhile: change_views(who, meanwhile, false),
        errors,
    }
}

#[get("/admin/office/<code>/edit")]
async fn show_edit(who: Permit<'_, OfficeEdit>, code: &str) -> Answer {
    let open = open_office(who.context(), who.actor(), code).await?;
    who.has_proof(who.actor())?;
    who.show(&page(&who, &open, texts_of(&open.office), &[], FieldErrors::default()))
}

#[post("/admin/office/<code>/edit", data = "<form>")]
async fn edit(who: Permit<'_, OfficeEdit>, code: &str, form: Posted) -> Answer {
    let open = open_office(who.context(), who.actor(), code).await?;
    let (seen, mut texts) = (version_of(&form), typed(&form, &texts_of(&open.office)));
    if !open.may_rename {
        texts.set("name", open.office.name.as_str());
    }
    match save_office(who.context(), who.actor(), code, seen, &texts).await {
        Ok(true) => who.redirect_with(PLACE, "office_saved"),
        Ok(false) => who.redirect_with(PLACE, "nothing_changed"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&page(&who, &open, texts, &[], errors)),
        Err(ServiceError::Stale) => {
            let open = open_office(who.context(), who.actor(), code).await?;
            let meanwhile = office_changed_since(who.context(), who.actor(), code, seen).await?;
            let changes: Vec<_> = meanwhile.iter().map(|made| made.change.clone()).collect();
            who.show_again(&page(&who, &open, texts.rebased(&changes), &meanwhile, FieldErrors::default()))
        }
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, history, show_edit, edit]
}
