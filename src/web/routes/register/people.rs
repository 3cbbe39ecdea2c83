//! The applicant, further persons, the password, what each person needs.

use super::{full_name, index_of, invalid, wishes};
use crate::domain::application::draft::{PERSON_FIELDS, PersonTexts, YES};
use crate::domain::application::registration::MOST_PERSONS;
use crate::domain::application::typing::{Step, StepState, read_grants, read_person};
use crate::domain::invalid::FieldErrors;
use crate::domain::password::FEWEST_WITHOUT_SECOND_FACTOR;
use crate::services::ServiceError;
use crate::services::draft_application::{remove_person, save_needs, save_password, save_person};
use crate::web::drafting::{Drafting, href, next_href};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::Anyone;
use crate::web::pages::needs::NeedRow;
use crate::web::pages::register::people::{NeedsPage, PasswordPage, PersonNeedsPage, PersonPage, PersonRow, RemovePersonPage};
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

pub(in crate::web::routes) fn typed_person(form: &Posted) -> PersonTexts {
    let text = |name: &str| form.text(name).trim().to_owned();
    PersonTexts {
        first_name: text("first_name"),
        last_name: text("last_name"),
        position: text("position"),
        email: text("email"),
        phone: text("phone"),
        login: text("login"),
        coordinator: if form.text("coordinator") == YES { YES.to_owned() } else { String::new() },
        ..PersonTexts::default()
    }
}

fn person_page(draft: &Drafting, (index, about): (usize, &str), person: PersonTexts, errors: FieldErrors) -> PersonPage {
    let remarks = draft.remarks(&format!("persons.{index}."), &PERSON_FIELDS);
    PersonPage { corrects: draft.corrects(), number: index + 1, about: about.to_owned(), person, remarks, errors }
}

/// What was typed was for somebody who is no longer at this place of the list.
fn not_this_person(who: &Visit<'_>) -> PageError {
    who.flash("persons_changed");
    PageError::elsewhere(href(Step::Needs))
}

#[get("/register/person")]
async fn show_applicant(who: Anyone<'_>) -> Answer {
    let draft = Drafting::at(&who, Step::Person).await?;
    let person = draft.person(0).cloned().unwrap_or_default();
    who.show(&person_page(&draft, (0, ""), person, FieldErrors::default()))
}

#[post("/register/person", data = "<form>")]
async fn save_applicant(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::at(&who, Step::Person).await?;
    let typed = typed_person(&form);
    match save_person(who.context(), who.actor(), &draft.token, (0, ""), typed.clone()).await {
        Ok(()) => draft.go_on(&who).await,
        Err(error) => who.show_again(&person_page(&draft, (0, ""), typed, invalid(error)?)),
    }
}

/// The draft, where the list of persons is open and this number stands in it, or is the next.
async fn at_person(who: &Visit<'_>, number: usize) -> Result<(Drafting, usize), PageError> {
    let draft = Drafting::at(who, Step::Needs).await?;
    let index = index_of(number)?;
    if index == 0 {
        return Err(PageError::elsewhere(href(Step::Person)));
    }
    let is_there = index <= draft.open.draft.texts.persons.len() && index < MOST_PERSONS;
    if is_there { Ok((draft, index)) } else { Err(not_this_person(who)) }
}

#[get("/register/persons/<number>")]
async fn show_person(who: Anyone<'_>, number: usize) -> Answer {
    let (draft, index) = at_person(&who, number).await?;
    let person = draft.person(index).cloned().unwrap_or_default();
    let about = person.login.clone();
    who.show(&person_page(&draft, (index, &about), person, FieldErrors::default()))
}

#[post("/register/persons/<number>", data = "<form>")]
async fn save_other(who: Anyone<'_>, number: usize, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (draft, index) = at_person(&who, number).await?;
    let (typed, about) = (typed_person(&form), form.text("about"));
    match save_person(who.context(), who.actor(), &draft.token, (index, about), typed.clone()).await {
        Ok(()) if draft.person(index).is_some_and(|p| !p.grants.is_empty()) => who.redirect(href(Step::Needs)),
        Ok(()) => who.redirect(format!("/register/needs/{number}")),
        Err(ServiceError::Stale) => Err(not_this_person(&who)),
        Err(error) => who.show_again(&person_page(&draft, (index, about), typed, invalid(error)?)),
    }
}

#[get("/register/persons/<number>/remove")]
async fn ask_remove(who: Anyone<'_>, number: usize) -> Answer {
    let (draft, index) = at_person(&who, number).await?;
    match draft.person(index) {
        Some(person) => who.show(&RemovePersonPage { number, full_name: full_name(person), login: person.login.clone() }),
        None => Err(not_this_person(&who)),
    }
}

#[post("/register/persons/<number>/remove", data = "<form>")]
async fn remove(who: Anyone<'_>, number: usize, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (draft, index) = at_person(&who, number).await?;
    // Pressed twice, or in two tabs: the next person must not go instead.
    match remove_person(who.context(), who.actor(), &draft.token, (index, form.text("about"))).await {
        Err(ServiceError::Stale | ServiceError::NotFound) => Err(not_this_person(&who)),
        removed => {
            removed?;
            who.redirect_with(href(Step::Needs), "person_removed")
        }
    }
}

fn password_page(draft: &Drafting, errors: FieldErrors) -> PasswordPage {
    let login = draft.person(0).map(|p| p.login.clone()).unwrap_or_default();
    PasswordPage { login, has_password: draft.open.draft.has_password, fewest: FEWEST_WITHOUT_SECOND_FACTOR, errors }
}

#[get("/register/password")]
async fn show_password(who: Anyone<'_>) -> Answer {
    let draft = Drafting::at(&who, Step::Password).await?;
    who.show(&password_page(&draft, FieldErrors::default()))
}

#[post("/register/password", data = "<form>")]
async fn choose_password(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::at(&who, Step::Password).await?;
    match save_password(who.context(), who.actor(), &draft.token, form.text("password"), form.text("password_repeat")).await {
        Ok(()) => draft.go_on(&who).await,
        Err(error) => who.show_again(&password_page(&draft, invalid(error)?)),
    }
}

#[get("/register/needs")]
async fn show_persons(who: Anyone<'_>) -> Answer {
    let draft = Drafting::at(&who, Step::Needs).await?;
    let today = who.context().now().warsaw_date();
    let persons = &draft.open.draft.texts.persons;
    let is_asked = |i: usize| draft.open.remarks.iter().any(|r| r.field.starts_with(&format!("persons.{i}.")));
    let row = |(i, person): (usize, &PersonTexts)| PersonRow {
        number: i + 1,
        full_name: full_name(person),
        login: person.login.clone(),
        has_data: read_person(person).is_ok(),
        has_remarks: is_asked(i),
        is_coordinator: !person.coordinator.is_empty(),
        wishes: wishes(&draft, person, today),
        known: Vec::new(),
    };
    let is_complete = draft.open.steps.contains(&(Step::Needs, StepState::Done));
    let next = if is_complete { next_href(&draft.open).to_owned() } else { first_incomplete(&draft, &who) };
    who.show(&NeedsPage {
        corrects: draft.corrects(),
        persons: persons.iter().enumerate().map(row).collect(),
        add: (persons.len() < MOST_PERSONS).then_some(persons.len() + 1),
        is_complete,
        next,
    })
}

/// Where the first person lacks something.
fn first_incomplete(draft: &Drafting, who: &Visit<'_>) -> String {
    let today = who.context().now().warsaw_date();
    let sub_areas = draft.kind().map(|k| &k.sub_areas[..]);
    for (i, person) in draft.open.draft.texts.persons.iter().enumerate() {
        if read_person(person).is_err() {
            return if i == 0 { href(Step::Person).to_owned() } else { format!("/register/persons/{}", i + 1) };
        }
        if read_grants(person, sub_areas, &draft.open.dictionaries, today).is_err() {
            return format!("/register/needs/{}", i + 1);
        }
    }
    next_href(&draft.open).to_owned()
}

fn needs_page(
    who: &Visit<'_>,
    draft: &Drafting,
    (index, about): (usize, &str),
    grants: &[String],
    valid_until: &str,
    errors: FieldErrors,
) -> PersonNeedsPage {
    let today = who.context().now().warsaw_date();
    let allowed = draft.kind().map(|k| k.sub_areas.clone()).unwrap_or_default();
    PersonNeedsPage {
        corrects: draft.corrects(),
        number: index + 1,
        about: about.to_owned(),
        full_name: draft.person(index).map(full_name).unwrap_or_default(),
        kind: draft.kind().map(|k| k.name.clone()).unwrap_or_default(),
        rows: NeedRow::all(&draft.open.dictionaries, &allowed, today, grants, |_, _| None),
        valid_until: valid_until.to_owned(),
        remarks: draft.remarks(&format!("persons.{index}."), &PERSON_FIELDS),
        errors,
    }
}

async fn at_needs(who: &Visit<'_>, number: usize) -> Result<(Drafting, usize), PageError> {
    let draft = Drafting::at(who, Step::Needs).await?;
    let index = index_of(number)?;
    if draft.person(index).is_some() { Ok((draft, index)) } else { Err(not_this_person(who)) }
}

#[get("/register/needs/<number>")]
async fn show_needs(who: Anyone<'_>, number: usize) -> Answer {
    let (draft, index) = at_needs(&who, number).await?;
    let person = draft.person(index).ok_or(PageError::NotFound)?;
    who.show(&needs_page(&who, &draft, (index, &person.login), &person.grants, &person.valid_until, FieldErrors::default()))
}

#[post("/register/needs/<number>", data = "<form>")]
async fn save_wishes(who: Anyone<'_>, number: usize, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let (draft, index) = at_needs(&who, number).await?;
    let about = form.text("about");
    let grants: Vec<String> = form.all("grants").map(str::to_owned).collect();
    let valid_until = form.text("valid_until").trim().to_owned();
    match save_needs(who.context(), who.actor(), &draft.token, (index, about), grants.clone(), valid_until.clone()).await {
        Ok(()) => who.redirect(href(Step::Needs)),
        Err(ServiceError::Stale) => Err(not_this_person(&who)),
        Err(error) => who.show_again(&needs_page(&who, &draft, (index, about), &grants, &valid_until, invalid(error)?)),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![
        show_applicant,
        save_applicant,
        show_person,
        save_other,
        ask_remove,
        remove,
        show_password,
        choose_password,
        show_persons,
        show_needs,
        save_wishes
    ]
}
