//! Finding the unit, its data, its gmina.

use super::invalid;
use crate::domain::application::draft::{UNIT_FIELDS, UnitTexts};
use crate::domain::application::typing::Step;
use crate::domain::id::UnitId;
use crate::domain::identifiers::TercCode;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::services::draft_application::{UnitChoice, choose_unit, keep_gmina, keep_unit, save_unit};
use crate::services::find_unit::find_unit;
use crate::services::pick_gmina::{FoundGminas, find_gmina, list_gminas, list_powiats, list_voivodeships, search_gminas};
use crate::services::similar_units::{KnownUnit, known_units};
use crate::web::drafting::{Drafting, href};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::Anyone;
use crate::web::pages::register::unit::{FindUnitPage, FoundUnit, GminaPage, SimilarUnit, UnitDataPage};
use crate::web::pages::register::{Choice, GminaChoice};
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rocket::{Route, get, post, routes};
use uuid::Uuid;

/// Longest text that is searched for.
const LONGEST_SEARCH: usize = 200;

pub(in crate::web::routes) fn shortened(text: &str) -> String {
    text.trim().chars().take(LONGEST_SEARCH).collect()
}

/// The page with what a search finds; without a search, as it is entered.
async fn search(who: &Visit<'_>, draft: &Drafting, typed: Option<&str>) -> Result<FindUnitPage, PageError> {
    let texts = &draft.open.draft.texts;
    let chosen = texts.unit_chosen.then(|| draft.open.registered.as_ref().map(|u| u.data.name.to_string()).unwrap_or_default());
    let page = FindUnitPage { chosen, ..FindUnitPage::default() };
    let Some(typed) = typed else { return Ok(page) };
    let unit_search = shortened(typed);
    match find_unit(who.context(), &unit_search, draft.open.draft.application).await {
        Ok(found) => {
            let row = |unit: &crate::domain::unit::Unit| FoundUnit {
                id: unit.id.to_string(),
                name: unit.data.name.to_string(),
                regon: unit.data.regon.to_string(),
                town: unit.data.address.town.to_string(),
            };
            Ok(FindUnitPage {
                unit_search,
                is_searched: true,
                found: found.registered.iter().map(row).collect(),
                has_more: found.has_more,
                is_applied_for: found.is_applied_for,
                ..page
            })
        }
        Err(error) => Ok(FindUnitPage { unit_search, errors: invalid(error)?, ..page }),
    }
}

#[get("/register/unit?<unit_search>")]
async fn find(who: Anyone<'_>, unit_search: Option<&str>) -> Answer {
    let draft = Drafting::at(&who, Step::Unit).await?;
    if unit_search.is_some() {
        who.limit(Limit::Registration)?;
    }
    let page = search(&who, &draft, unit_search).await?;
    if page.errors.is_empty() { who.show(&page) } else { who.show_again(&page) }
}

#[post("/register/unit", data = "<form>")]
async fn choose(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::at(&who, Step::Unit).await?;
    let choice = match form.text("unit") {
        "" => Err(FieldErrors::one("unit", Invalid::Required)),
        "new" => Ok(UnitChoice::New { searched: shortened(form.text("unit_search")) }),
        id => Uuid::try_parse(id).map(|id| UnitChoice::Join(UnitId(id))).map_err(|_| FieldErrors::one("unit", Invalid::Unknown)),
    };
    let errors = match choice {
        Ok(choice) => match choose_unit(who.context(), who.actor(), &draft.token, &choice).await {
            Ok(()) => return draft.go_on(&who).await,
            Err(error) => invalid(error)?,
        },
        Err(errors) => errors,
    };
    let mut page = search(&who, &draft, Some(form.text("unit_search"))).await?;
    page.errors = errors;
    who.show_again(&page)
}

pub(in crate::web::routes) fn typed_unit(form: &Posted) -> UnitTexts {
    let text = |name: &str| form.text(name).trim().to_owned();
    UnitTexts {
        name: text("name"),
        kind: text("kind"),
        regon: text("regon"),
        nip: text("nip"),
        street: text("street"),
        building: text("building"),
        postal_code: text("postal_code"),
        town: text("town"),
        terc: text("terc"),
        phone: text("phone"),
        phone_extension: text("phone_extension"),
        email: text("email"),
        ade: text("ade"),
        epuap: text("epuap"),
        parent_body: text("parent_body"),
        head_first_name: text("head_first_name"),
        head_last_name: text("head_last_name"),
        head_position: text("head_position"),
    }
}

/// The gminas to choose from.
pub(in crate::web::routes) struct GminasToChoose {
    /// The chosen one, and what the search finds.
    pub(in crate::web::routes) gminas: Vec<GminaChoice>,
    /// The search found nothing.
    pub(in crate::web::routes) finds_nothing: bool,
    /// There are more.
    pub(in crate::web::routes) has_more: bool,
}

/// The gminas to choose from; where there are none, the search is what there is to mend.
pub(in crate::web::routes) async fn choose_gminas(
    who: &Visit<'_>,
    unit: &UnitTexts,
    gmina_search: &str,
    errors: &mut FieldErrors,
) -> Result<GminasToChoose, PageError> {
    let mut found = if gmina_search.is_empty() { FoundGminas::default() } else { search_gminas(who.context(), gmina_search).await? };
    let finds_nothing = !gmina_search.is_empty() && found.gminas.is_empty();
    if let Ok(code) = TercCode::parse(&unit.terc)
        && !found.gminas.iter().any(|g| g.code == code)
        && let Some(gmina) = find_gmina(who.context(), &code).await?
    {
        found.gminas.insert(0, gmina);
    }
    if found.gminas.is_empty()
        && let Some(reasons) = errors.0.remove("terc")
    {
        reasons.into_iter().for_each(|_| errors.add("gmina_search", Invalid::Required));
    }
    Ok(GminasToChoose { gminas: found.gminas.into_iter().map(Into::into).collect(), finds_nothing, has_more: found.has_more })
}

/// Which units look so much like the one that is typed that one should have seen them.
fn seen(known: &[KnownUnit]) -> String {
    let strong = known.iter().filter(|one| one.reasons.iter().any(|reason| reason.is_strong()));
    strong.map(|one| one.unit.to_string()).collect::<Vec<_>>().join(" ")
}

/// The page, with the gminas to choose from and what is registered already.
async fn unit_page(
    who: &Visit<'_>,
    draft: &Drafting,
    unit: UnitTexts,
    gmina_search: &str,
    mut errors: FieldErrors,
) -> Result<UnitDataPage, PageError> {
    let gmina_search = shortened(gmina_search);
    let choice = choose_gminas(who, &unit, &gmina_search, &mut errors).await?;
    let kinds = draft.open.dictionaries.kinds_for(&unit.kind).map(|k| Choice::new(&k.code, &k.name)).collect();
    let known = known_units(who.context(), &unit, &draft.open.dictionaries.unit_kinds).await?;
    Ok(UnitDataPage {
        corrects: draft.corrects(),
        similar: known.iter().map(SimilarUnit::of).collect(),
        similar_seen: seen(&known),
        unit,
        kinds,
        finds_nothing: choice.finds_nothing,
        gmina_search,
        gminas: choice.gminas,
        has_more: choice.has_more,
        can_browse: true,
        remarks: draft.remarks("unit.", &UNIT_FIELDS),
        errors,
    })
}

#[get("/register/unit-data?<gmina>")]
async fn show_data(who: Anyone<'_>, gmina: Option<&str>) -> Answer {
    let draft = Drafting::at(&who, Step::UnitData).await?;
    let unit = draft.open.draft.texts.unit.clone();
    let page = unit_page(&who, &draft, unit, gmina.unwrap_or_default(), FieldErrors::default()).await?;
    who.show(&page)
}

/// Where only one gmina can be meant, nobody needs to be asked.
async fn fill_gmina(who: &Visit<'_>, typed: &mut UnitTexts, gmina_search: &str) -> Result<(), PageError> {
    if typed.terc.is_empty()
        && let [only] = &search_gminas(who.context(), gmina_search).await?.gminas[..]
    {
        typed.terc = only.code.to_string();
    }
    Ok(())
}

#[post("/register/unit-data", data = "<form>")]
async fn save_data(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::at(&who, Step::UnitData).await?;
    let mut typed = typed_unit(&form);
    let gmina_search = shortened(form.text("gmina_search"));
    match form.text("action") {
        // What was typed is kept, so that nothing is lost on the way to the gmina and back.
        "find_gmina" => {
            keep_unit(who.context(), who.actor(), &draft.token, typed).await?;
            let searched = utf8_percent_encode(&gmina_search, NON_ALPHANUMERIC);
            return who.redirect(format!(
                "{}?gmina={searched}#{}",
                href(Step::UnitData),
                if gmina_search.is_empty() { "gmina_search" } else { "terc" }
            ));
        }
        "browse_gmina" => {
            keep_unit(who.context(), who.actor(), &draft.token, typed).await?;
            return who.redirect("/register/gmina");
        }
        _ => {}
    }
    fill_gmina(&who, &mut typed, &gmina_search).await?;
    match save_unit(who.context(), who.actor(), &draft.token, typed.clone()).await {
        Ok(()) => {
            // What is typed is kept, whatever is registered already; who has not read of it yet does so once.
            let known = seen(&known_units(who.context(), &typed, &draft.open.dictionaries.unit_kinds).await?);
            if known.is_empty() || known == form.text("similar_seen") {
                draft.go_on(&who).await
            } else {
                who.redirect(format!("{}#similar", href(Step::UnitData)))
            }
        }
        Err(error) => {
            let page = unit_page(&who, &draft, typed, &gmina_search, invalid(error)?).await?;
            who.show_again(&page)
        }
    }
}

/// The page as it would be with what is typed so far. Nothing is kept, and nothing is checked: somebody is still typing.
#[post("/register/unit-data/similar", data = "<form>")]
async fn look_while_typing(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::at(&who, Step::UnitData).await?;
    let (mut typed, gmina_search) = (typed_unit(&form), shortened(form.text("gmina_search")));
    fill_gmina(&who, &mut typed, &gmina_search).await?;
    who.show(&unit_page(&who, &draft, typed, &gmina_search, FieldErrors::default()).await?)
}

async fn gmina_page(
    who: &Visit<'_>,
    draft: &Drafting,
    voivodeship: &str,
    powiat: &str,
    errors: FieldErrors,
) -> Result<GminaPage, PageError> {
    let voivodeships: Vec<Choice> =
        list_voivodeships(who.context()).await?.into_iter().map(|(code, name)| Choice::new(code.to_string(), name)).collect();
    let chosen = voivodeships.iter().find(|v| v.value == voivodeship).cloned();
    let mut page = GminaPage { voivodeships, terc: draft.open.draft.texts.unit.terc.clone(), errors, ..GminaPage::default() };
    let Some(chosen) = chosen else { return Ok(page) };
    page.powiats = list_powiats(who.context(), &chosen.value).await?.into_iter().map(|p| Choice::new(p.code, p.name)).collect();
    page.voivodeship = Some(chosen);
    page.powiat = page.powiats.iter().find(|p| p.value == powiat).cloned();
    if let Some(powiat) = &page.powiat {
        page.gminas = list_gminas(who.context(), &powiat.value).await?.into_iter().map(Into::into).collect();
    }
    Ok(page)
}

#[get("/register/gmina?<voivodeship>&<powiat>")]
async fn browse_gminas(who: Anyone<'_>, voivodeship: Option<&str>, powiat: Option<&str>) -> Answer {
    let draft = Drafting::at(&who, Step::UnitData).await?;
    let mut errors = FieldErrors::default();
    if voivodeship == Some("") {
        errors.add("voivodeship", Invalid::Required);
    } else if powiat == Some("") {
        errors.add("powiat", Invalid::Required);
    }
    let page = gmina_page(&who, &draft, voivodeship.unwrap_or_default(), powiat.unwrap_or_default(), errors).await?;
    if page.errors.is_empty() { who.show(&page) } else { who.show_again(&page) }
}

#[post("/register/gmina", data = "<form>")]
async fn pick_gmina(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::at(&who, Step::UnitData).await?;
    match keep_gmina(who.context(), who.actor(), &draft.token, form.text("terc")).await {
        Ok(()) => who.redirect(format!("{}#terc", href(Step::UnitData))),
        Err(error) => {
            let errors = invalid(error)?;
            let page = gmina_page(&who, &draft, form.text("voivodeship"), form.text("powiat"), errors).await?;
            who.show_again(&page)
        }
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![find, choose, show_data, save_data, look_while_typing, browse_gminas, pick_gmina]
}
