//! Drafts: letters that confirm an address, and where a correction goes on.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::unit_data;
use crate::support::portal::{TestPortal, visitor};
use cas_portal::domain::application::decision::Remark;
use cas_portal::domain::application::draft::{PersonTexts, STATEMENTS};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::application::typing::{Step, unit_texts};
use cas_portal::services::ServiceError;
use cas_portal::services::draft_application::{self, UnitChoice, request_confirmation};
use cas_portal::services::review_application::return_for_correction;
use cas_portal::web::drafting::{is_to_correct, next_href};

/// A draft whose applicant has this address.
async fn draft(portal: &TestPortal, email: &str) -> String {
    let (context, who) = (&portal.context, &visitor());
    let token = draft_application::start(context, who).await.expect("a draft");
    draft_application::choose_unit(context, who, &token, &UnitChoice::New { searched: String::new() }).await.expect("a new unit");
    draft_application::save_unit(context, who, &token, unit_texts(&unit_data(portal.regon()))).await.expect("its data");
    let person = PersonTexts {
        first_name: "Anna".to_owned(),
        last_name: "Nowak".to_owned(),
        position: "inspektorka".to_owned(),
        email: email.to_owned(),
        phone: "41 311 46 92".to_owned(),
        login: format!("anna{}", portal.serial()),
        ..PersonTexts::default()
    };
    draft_application::save_person(context, who, &token, (0, ""), person).await.expect("a person");
    token
}

on_both! {
    /// Whoever starts draft after draft with somebody's address fills nobody's mailbox.
    async fn an_address_gets_five_letters_an_hour_whatever_the_draft(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let ask = async |email: &str| {
            let token = draft(&portal, email).await;
            let asked = request_confirmation(&portal.context, &visitor(), &token).await;
            portal.deliver().await;
            asked
        };
        for n in 0..5 {
            // However it is spelled.
            ask(if n % 2 == 0 { "anna@gops.example.pl" } else { "Anna@GOPS.example.pl" }).await.expect("a letter");
        }
        assert!(matches!(ask("anna@gops.example.pl").await, Err(ServiceError::TooMany)));
        ask("ewa@gops.example.pl").await.expect("another's mailbox");
        let letters = portal.mailbox.received();
        assert_eq!(letters.iter().filter(|letter| letter.to.eq_ignore_ascii_case("anna@gops.example.pl")).count(), 5);
        portal.advance_minutes(61);
        ask("anna@gops.example.pl").await.expect("an hour later");
    }

    async fn a_correction_goes_first_to_what_the_office_asked_for(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(1), Status::InReview).await;
        let (context, number) = (&portal.context, &filed.application.number);
        let admin = portal.actor(filed.administrator.expect("taken")).await;
        let remark = |field: &str| Remark { field: field.to_owned(), text: "Popraw to, proszę.".to_owned() };
        return_for_correction(context, &admin, number, 0, &[remark("unit.phone"), remark("persons.0.position")], "").await.expect("returned");
        let applicant = portal.actor(filed.persons[0]).await;
        let token = draft_application::start_correction(context, &applicant, number).await.expect("a draft");
        let open = async || draft_application::open(context, &applicant, &token).await.expect("the draft");

        assert_eq!(next_href(&open().await), "/register/unit-data");
        let registration = filed.application.payload.registration().expect("a registration");
        let mut texts = unit_texts(&registration.unit);
        draft_application::save_unit(context, &applicant, &token, texts.clone()).await.expect("the unit");
        assert_eq!(next_href(&open().await), "/register/unit-data", "nothing was changed there");
        texts.phone = "41 311 46 99".to_owned();
        draft_application::save_unit(context, &applicant, &token, texts).await.expect("the unit");
        assert!(!is_to_correct(&open().await, Step::UnitData));
        assert_eq!(next_href(&open().await), "/register/person");
        let mut person = open().await.draft.texts.persons[0].clone();
        person.position = "kierowniczka działu".to_owned();
        draft_application::save_person(context, &applicant, &token, (0, ""), person).await.expect("the person");
        draft_application::save_statements(context, &applicant, &token, STATEMENTS.map(str::to_owned).to_vec()).await.expect("statements");
        assert!(!["/register/unit-data", "/register/person", "/register/needs"].contains(&next_href(&open().await)));
    }
}
