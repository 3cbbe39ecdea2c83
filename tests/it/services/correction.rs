//! Corrections: what the applicant changes is marked for the office, and a signature stays good while nothing printed changes.

use crate::support::database::{TestDatabase, on_both};
use crate::support::filing::statements;
use crate::support::fixtures::Filed;
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::draft::UnitTexts;
use cas_portal::domain::application::signed_form::CodeMatch;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::application::typing::unit_texts;
use cas_portal::services::ServiceError;
use cas_portal::services::draft_application::UnitChoice;
use cas_portal::services::review_application::{Field, approve, confirm_compared, reject, return_for_correction, review, take};
use cas_portal::services::submit_application::submit;
use cas_portal::services::{draft_application, view_application};
use cas_portal::storage::{accounts, applications, signed_forms};

async fn sent_back(portal: &TestPortal) -> Filed {
    let filed = portal.application_of(portal.registration(2), Status::InReview).await;
    let admin = portal.actor(filed.administrator.expect("taken")).await;
    return_for_correction(&portal.context, &admin, &filed.application.number, 0, &[], "Popraw, co trzeba.").await.expect("returned");
    filed
}

/// The applicant opens the correction, changes what the test changes, and files it again.
async fn correct(portal: &TestPortal, filed: &Filed, change: impl FnOnce(&mut UnitTexts), note: &str) {
    let (context, actor) = (&portal.context, portal.actor(filed.persons[0]).await);
    let token = draft_application::start_correction(context, &actor, &filed.application.number).await.expect("a draft");
    let registration = filed.application.payload.registration().expect("a registration");
    let mut typed = unit_texts(&registration.unit);
    change(&mut typed);
    draft_application::save_unit(context, &actor, &token, typed).await.expect("the unit");
    draft_application::save_statements(context, &actor, &token, statements()).await.expect("statements");
    draft_application::save_note(context, &actor, &token, note.to_owned()).await.expect("the note");
    submit(context, &actor, &token).await.expect("filed again");
}

/// A field with what it said before and says now.
type Change<'a> = (&'a str, Option<Vec<String>>, Vec<String>);

fn changed(fields: &[Field]) -> Vec<Change<'_>> {
    fields.iter().filter(|f| f.is_changed()).map(|f| (f.key, f.before.clone(), f.value.clone())).collect()
}

on_both! {
    async fn a_correction_of_nothing_printed_keeps_the_signature_and_goes_straight_to_the_office(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = sent_back(&portal).await;
        let before = portal.reload(&filed.application.number).await;
        correct(&portal, &filed, |_| {}, "Załącznik wysyłamy pocztą.").await;
        let after = portal.reload(&filed.application.number).await;
        assert_eq!((after.status, after.revision, &after.fingerprint), (Status::FormReceived, 1, &before.fingerprint));
        assert_eq!((after.lapses_at, after.taken_by), (None, None));
        assert_eq!(signed_forms::list_of(portal.db(), after.id).await.expect("forms").len(), 1);

        let admin = portal.office().await;
        let page = review(&portal.context, &admin, &after.number).await.expect("the page");
        assert_eq!(page.content.note.as_deref(), Some("Załącznik wysyłamy pocztą."));
        assert!(changed(&page.content.unit).is_empty() && page.content.persons.iter().all(|p| !p.is_new && changed(&p.fields).is_empty()));
        take(&portal.context, &admin, &after.number, after.version).await.expect("taken");
        let version = portal.reload(&filed.application.number).await.version;
        approve(&portal.context, &admin, &after.number, version, true).await.expect("the signature is about this very content");
    }

    async fn a_printed_change_makes_a_revision_that_shows_before_and_after_and_needs_a_new_signature(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = sent_back(&portal).await;
        correct(&portal, &filed, |unit| {
            unit.town = "Brzeziny".to_owned();
            unit.phone = "41 311 46 99".to_owned();
        }, "").await;
        let after = portal.reload(&filed.application.number).await;
        assert_eq!((after.status, after.revision), (Status::AwaitingForm, 2));
        let admin = portal.office().await;
        let page = review(&portal.context, &admin, &after.number).await.expect("the page");
        let text = |words: &str| vec![words.to_owned()];
        let differences = changed(&page.content.unit);
        assert_eq!(differences.len(), 2, "{differences:?}");
        assert!(differences.iter().any(|(_, before, now)| before.as_ref().is_some_and(|b| b.join(" ").contains("Morawica")) && now.join(" ").contains("Brzeziny")));
        assert!(differences.contains(&("phone", Some(text("+48 41 311 46 80")), text("+48 41 311 46 99"))), "{differences:?}");
        assert!(page.content.persons.iter().all(|p| !p.is_new && changed(&p.fields).is_empty()), "nothing else was touched");
        assert!(page.content.removed.is_empty());
        assert!(take(&portal.context, &admin, &after.number, after.version).await.is_err(), "there is no signed form of this revision");
        let applicant = portal.actor(filed.persons[0]).await;
        assert_eq!(view_application::view(&portal.context, &applicant, &after.number).await.expect("the page").application.revision, 2);
    }

    async fn who_was_rejected_files_again_with_the_same_login_and_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(2), Status::InReview).await;
        let (context, number) = (&portal.context, &filed.application.number);
        let applicant = portal.actor(filed.persons[0]).await;
        let too_early = draft_application::start_again(context, &applicant, number).await;
        assert!(matches!(too_early, Err(ServiceError::Transition(_))), "{too_early:?}");
        let admin = portal.actor(filed.administrator.expect("taken")).await;
        reject(context, &admin, number, 0, "Jednostka podaje zły REGON.").await.expect("rejected");
        let stranger = portal.application(Status::AwaitingForm).await;
        let other = portal.actor(stranger.persons[0]).await;
        assert!(draft_application::start_again(context, &other, number).await.is_err(), "somebody else's");

        let first = draft_application::start_again(context, &applicant, number).await.expect("a draft");
        let token = draft_application::start_again(context, &applicant, number).await.expect("the same draft");
        assert!(draft_application::open(context, &applicant, &first).await.is_err(), "one draft, one secret");
        assert!(draft_application::open(context, &other, &token).await.is_err(), "it has an owner");
        assert!(matches!(submit(context, &applicant, &token).await, Err(ServiceError::Invalid(_))), "the statements are made anew");
        draft_application::choose_unit(context, &applicant, &token, &UnitChoice::New { searched: String::new() }).await.expect("the unit");
        draft_application::save_statements(context, &applicant, &token, statements()).await.expect("statements");
        let (one, two) = tokio::join!(submit(context, &applicant, &token), submit(context, &applicant, &token));
        let (one, two) = (one.expect("filed"), two.expect("the same"));
        assert_eq!(one, two);
        assert_ne!(one, *number);
        let again = applications::find_by_number(portal.db(), &one).await.expect("applications").expect("it");
        assert_eq!((again.applicant, again.status, again.revision), (filed.persons[0], Status::AwaitingForm, 1));
        let account = accounts::find(portal.db(), filed.persons[0]).await.expect("accounts").expect("it");
        assert!(account.has_password && account.status == AccountStatus::Pending);
        let second = draft_application::start_again(context, &applicant, number).await;
        assert!(matches!(second, Err(ServiceError::Transition(_))), "one is open: {second:?}");
    }

    async fn comparing_by_eye_is_about_one_form_of_one_revision(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::FormReceived).await;
        let mut form = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms").remove(0);
        form.id = portal.context.new_signed_form_id();
        form.recorded_at = portal.now().plus_minutes(1);
        form.code_match = CodeMatch::Unreadable;
        form.files = Vec::new();
        signed_forms::add(portal.db(), &form).await.expect("a form");
        let admin = portal.office().await;
        let number = &filed.application.number;
        take(&portal.context, &admin, number, 0).await.expect("taken");
        confirm_compared(&portal.context, &admin, number, 1, true).await.expect("compared");
        return_for_correction(&portal.context, &admin, number, portal.reload(&filed.application.number).await.version, &[], "Popraw telefon.").await.expect("returned");
        correct(&portal, &filed, |unit| unit.phone = "41 311 46 99".to_owned(), "").await;
        let after = portal.reload(&filed.application.number).await;
        assert_eq!((after.status, after.revision), (Status::AwaitingForm, 2), "what was compared is not this content");
    }
}
