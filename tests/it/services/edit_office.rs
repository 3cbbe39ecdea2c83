//! The data of an office: who may change them, two at once, who hears of it, and that a form that was filed before never changes.

use crate::support::database::{TestDatabase, on_both};
use crate::support::filing::{statements, texts};
use crate::support::fixtures::VOIVODESHIP;
use crate::support::portal::TestPortal;
use crate::support::refusals::{invalid, one, one_of_two};
use cas_portal::domain::account::Role;
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::Application;
use cas_portal::domain::application::printed_form::PrintedForm;
use cas_portal::domain::edited::{FieldChange, ON, Texts};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::date_text;
use cas_portal::domain::office_data::texts_of;
use cas_portal::services::edit_office::{office_changed_since, office_history, open_office, save_office};
use cas_portal::services::extend_permissions::{Extension, save_needs};
use cas_portal::services::stand_ins::{NewStandIn, name_stand_in};
use cas_portal::services::view_office::list_offices;
use cas_portal::services::{ServiceError, guided_form, print_form};
use cas_portal::storage::applications::revisions;

async fn typed(portal: &TestPortal, actor: &Actor, changes: &[(&str, &str)]) -> (i32, Texts) {
    let office = open_office(&portal.context, actor, VOIVODESHIP).await.expect("the office").office;
    let mut texts = texts_of(&office);
    changes.iter().for_each(|(field, text)| texts.set(*field, *text));
    (office.version, texts)
}

async fn saves(portal: &TestPortal, actor: &Actor, changes: &[(&str, &str)]) -> Result<bool, ServiceError> {
    let (seen, texts) = typed(portal, actor, changes).await;
    save_office(&portal.context, actor, VOIVODESHIP, seen, &texts).await
}

async fn frozen(portal: &TestPortal, application: &Application, revision: i32) -> PrintedForm {
    revisions::find_printed_form(portal.db(), application.id, revision).await.expect("revisions").expect("a form")
}

fn words(form: &PrintedForm) -> String {
    serde_json::to_string(form).expect("plain data")
}

on_both! {
    async fn a_change_stands_on_the_next_form_and_never_on_an_older_one(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let (person, other) = (portal.employee(unit).await, portal.employee(unit).await);
        let (actor, colleague) = (portal.actor(person).await, portal.actor(other).await);
        let (first, unprinted) =
            (portal.extension(person, unit, &["SR:viewer"]).await, portal.extension(other, unit, &["SR:viewer"]).await);
        let (was, was_unprinted) = (frozen(&portal, &first, 1).await, frozen(&portal, &unprinted, 1).await);
        let (_, bytes) = print_form::pdf(&portal.context, &actor, &first.number).await.expect("printed");
        assert!(!words(&was).contains("ul. Nowa 7"));

        let admin = portal.office().await;
        let note = "Sekretariat: pokój 312.\nPoniedziałek <b>8–16</b>.";
        let changes = [("post_address", "ul. Nowa 7, 25-001 Kielce"), ("epuap_open", ON), ("in_person_open", ""), ("form_text", note)];
        assert!(saves(&portal, &admin, &changes).await.expect("saved"));

        // What was frozen is what it was, printed before the change or only now.
        assert_eq!((frozen(&portal, &first, 1).await, frozen(&portal, &unprinted, 1).await), (was.clone(), was_unprinted.clone()));
        let (_, again) = print_form::pdf(&portal.context, &actor, &first.number).await.expect("printed");
        assert_eq!(again, bytes);
        let (_, late) = print_form::pdf(&portal.context, &colleague, &unprinted.number).await.expect("printed");
        assert_eq!(late, portal.context.printer.print(&was_unprinted).expect("printed"), "as it would have been before");

        // The same application, corrected: its next revision shows how it is now.
        guided_form::start_correction::<Extension>(&portal.context, &actor, &first.number).await.expect("begun");
        let last_day = date_text(portal.now().plus_days(200).warsaw_date());
        save_needs(&portal.context, &actor, texts(&["SR:viewer"]), last_day, false).await.expect("needs");
        guided_form::save_statements::<Extension>(&portal.context, &actor, statements()).await.expect("statements");
        guided_form::file::<Extension>(&portal.context, &actor, "").await.expect("filed again");
        let revised = portal.reload(&first.number).await;
        assert_eq!(revised.revision, 2);
        let now = words(&frozen(&portal, &revised, 2).await);
        for expected in ["ul. Nowa 7, 25-001 Kielce", "/SUWKielce/SkrytkaESP", "Informacja urzędu: Sekretariat: pokój 312.", "Poniedziałek <b>8–16</b>."] {
            assert!(now.contains(expected), "{expected}: {now}");
        }
        assert!(!now.contains("osobiście w urzędzie"), "closed: {now}");
        assert_eq!(frozen(&portal, &revised, 1).await, was);
        assert_eq!(revisions::find_pdf(portal.db(), first.id, 1).await.expect("revisions"), Some(bytes));
    }

    async fn each_office_is_edited_by_its_own_and_by_the_centre_which_alone_renames_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (admin, centre) = (portal.office().await, portal.actor(portal.central().await).await);
        let before = open_office(&portal.context, &centre, VOIVODESHIP).await.expect("the office").office;
        let mut wanted = texts_of(&before);
        wanted.set("post_address", "ul. Obca 1, 00-001 Warszawa");
        let strangers = [
            portal.office_in("24").await,
            portal.actor(portal.official(Role::Helpdesk, Some(VOIVODESHIP)).await).await,
            portal.actor(portal.official(Role::Auditor, None).await).await,
            portal.actor(portal.employee(portal.unit().await).await).await,
        ];
        for (number, stranger) in strangers.iter().enumerate() {
            assert!(matches!(open_office(&portal.context, stranger, VOIVODESHIP).await, Err(ServiceError::NotFound)), "{number}");
            assert!(matches!(office_history(&portal.context, stranger, VOIVODESHIP).await, Err(ServiceError::NotFound)), "{number}");
            assert!(matches!(office_changed_since(&portal.context, stranger, VOIVODESHIP, -1).await, Err(ServiceError::NotFound)), "{number}");
            let saved = save_office(&portal.context, stranger, VOIVODESHIP, before.version, &wanted).await;
            assert!(matches!(saved, Err(ServiceError::NotFound)), "{number}");
        }
        let trail = portal.trail("office", VOIVODESHIP).await;
        assert_eq!(trail.len(), 4 * strangers.len());
        assert!(trail.iter().all(|entry| entry.event == "access.refused" && entry.voivodeship.as_ref().is_some_and(|v| v.as_str() == VOIVODESHIP)));
        assert!(matches!(open_office(&portal.context, &centre, "99").await, Err(ServiceError::NotFound)));
        assert_eq!(open_office(&portal.context, &centre, VOIVODESHIP).await.expect("the office").office, before);

        // A name in the form of somebody who may not change it is not read, whatever else is.
        assert!(!open_office(&portal.context, &admin, VOIVODESHIP).await.expect("the office").may_rename);
        assert!(saves(&portal, &admin, &[("name", "Urząd Podszyty"), ("phone", "41 342 99 99")]).await.expect("saved"));
        let now = open_office(&portal.context, &admin, VOIVODESHIP).await.expect("the office").office;
        assert_eq!((now.name.as_str(), now.phone.as_str(), now.version), (before.name.as_str(), "+48413429999", before.version + 1));
        assert!(saves(&portal, &centre, &[("name", "Urząd po zmianie")]).await.expect("saved"));
        let now = list_offices(&portal.context, &admin).await.expect("offices");
        assert_eq!((now.len(), now[0].name.as_str()), (1, "Urząd po zmianie"));

        // A deputy does what the role does.
        let (absent, deputy) = (portal.central().await, portal.administrator_of("24").await);
        let day = date_text(portal.now().warsaw_date());
        let stand_in = NewStandIn { deputy: deputy.to_string(), role: String::new(), from: day.clone(), until: day };
        name_stand_in(&portal.context, &portal.actor(absent).await, &stand_in).await.expect("named");
        let deputy = portal.actor(deputy).await;
        assert!(saves(&portal, &deputy, &[("form_text", "W zastępstwie.")]).await.expect("saved"));
        let last = portal.trail("office", VOIVODESHIP).await.into_iter().filter(|entry| entry.event == "office.changed").max_by_key(|e| e.id);
        assert_eq!(last.expect("an entry").on_behalf_of, Some(portal.login_of(absent).await));
    }

    async fn what_is_wrong_is_said_at_its_field_and_nothing_is_written(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let admin = portal.office().await;
        for (field, text, reason) in [
            ("e_delivery_address", "AE:PL-1", Invalid::AdeShape),
            ("epuap_address", "Urzad", Invalid::EpuapShape),
            ("post_address", "", Invalid::Required),
            ("email", "x", Invalid::EmailShape),
        ] {
            assert_eq!(invalid(saves(&portal, &admin, &[(field, text)]).await), one(field, reason));
        }
        assert!(!saves(&portal, &admin, &[]).await.expect("nothing differs"));
        assert!(office_history(&portal.context, &admin, VOIVODESHIP).await.expect("a history").1.is_empty());
        assert!(portal.notices().await.is_empty());
        assert_eq!(open_office(&portal.context, &admin, VOIVODESHIP).await.expect("the office").office.version, 0);
    }

    async fn whoever_could_lead_forms_elsewhere_proves_it_and_the_others_and_the_old_address_hear_of_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (one, two) = (portal.administrator().await, portal.administrator().await);
        let elsewhere = portal.administrator_of("24").await;
        let actor = portal.actor(one).await;
        let (seen, wanted) = typed(&portal, &actor, &[("email", "nowy@urzad.example.pl"), ("post_address", "ul. Nowa 7, 25-001 Kielce")]).await;
        portal.advance_minutes(16);
        let late = save_office(&portal.context, &actor, VOIVODESHIP, seen, &wanted).await;
        assert!(matches!(late, Err(ServiceError::ProofTooOld)));
        let actor = portal.proven(&actor);
        // The office had no address: there is nobody there to tell.
        assert!(save_office(&portal.context, &actor, VOIVODESHIP, seen, &wanted).await.expect("saved"));
        let letters = portal.new_letters().await;
        assert_eq!(letters.iter().map(|letter| letter.to.clone()).collect::<Vec<_>>(), [portal.email_of(two).await]);
        for words in ["al. IX Wieków Kielc 3, 25-516 Kielce", "ul. Nowa 7, 25-001 Kielce", "nowy@urzad.example.pl", "Było:", "Jest:"] {
            assert!(letters[0].body.contains(words), "{words}: {}", letters[0].body);
        }
        // Moved once more: the address that it had hears of it, not the one that it gets.
        assert!(saves(&portal, &actor, &[("email", "napastnik@example.com")]).await.expect("saved"));
        let mut to: Vec<String> = portal.new_letters().await.into_iter().map(|letter| letter.to).collect();
        to.sort();
        let mut expected = vec![portal.email_of(two).await, "nowy@urzad.example.pl".to_owned()];
        expected.sort();
        assert_eq!(to, expected);
        assert!(portal.letters_to(&portal.email_of(elsewhere).await).is_empty());
        // The centre is no colleague: everybody of the office hears of it.
        let centre = portal.actor(portal.central().await).await;
        assert!(saves(&portal, &centre, &[("form_text", "Z centrali.")]).await.expect("saved"));
        assert_eq!(portal.new_letters().await.len(), 3);
    }

    async fn of_two_at_once_one_saves_and_the_other_reads_who_changed_what(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (one, two) = (portal.administrator().await, portal.administrator().await);
        let (first, second) = (portal.actor(one).await, portal.actor(two).await);
        let before = open_office(&portal.context, &first, VOIVODESHIP).await.expect("the office").office;
        let (seen, by_first) = typed(&portal, &first, &[("phone", "+48 41 111 11 11"), ("form_text", "Pierwsza.")]).await;
        let (_, by_second) = typed(&portal, &second, &[("phone", "+48 41 222 22 22"), ("address", "ul. Druga 2, 25-002 Kielce")]).await;
        let other = portal.second(&db).await;
        let (a, b) = tokio::join!(
            save_office(&portal.context, &first, VOIVODESHIP, seen, &by_first),
            save_office(&other.context, &second, VOIVODESHIP, seen, &by_second),
        );
        let first_won = a.is_ok();
        let (done, refused) = one_of_two(a, b);
        assert!(done && matches!(refused, ServiceError::Stale));
        let (winner, loser, mine, theirs) = match first_won {
            true => (one, &second, by_second, by_first),
            false => (two, &first, by_first, by_second),
        };
        let meanwhile = office_changed_since(&portal.context, loser, VOIVODESHIP, seen).await.expect("the changes");
        assert_eq!((meanwhile.len(), meanwhile[0].change.version, meanwhile[0].change.changed_by), (1, seen + 1, winner));
        assert!(!meanwhile[0].by.is_empty());
        assert_eq!(meanwhile[0].change.fields, texts_of(&before).changes_to(&theirs));
        let phone = FieldChange { field: "phone".to_owned(), was: String::new(), is: theirs.get("phone").to_owned() };
        assert!(meanwhile[0].change.fields.contains(&phone), "{:?}", meanwhile[0].change.fields);
        // Upon what stands now, with the own phone and the other's text or address: then both are there.
        let changes: Vec<_> = meanwhile.iter().map(|made| made.change.clone()).collect();
        let again = mine.clone().rebased(&changes);
        assert_eq!(again.get("phone"), mine.get("phone"));
        assert!(save_office(&portal.context, loser, VOIVODESHIP, seen + 1, &again).await.expect("saved"));
        let now = texts_of(&open_office(&portal.context, loser, VOIVODESHIP).await.expect("the office").office);
        assert_eq!(
            (now.get("phone"), now.get("form_text"), now.get("address")),
            (mine.get("phone"), "Pierwsza.", "ul. Druga 2, 25-002 Kielce")
        );
        let (_, history) = office_history(&portal.context, loser, VOIVODESHIP).await.expect("a history");
        assert_eq!(history.iter().map(|made| made.change.version).collect::<Vec<_>>(), [seen + 2, seen + 1]);
    }
}
