//! Taking, comparing and deciding: every condition one by one, and what happens when several act at once.

use crate::support::database::{TestDatabase, on_both};
use crate::support::filing::statements;
use crate::support::fixtures::{Filed, person, unit_data};
use crate::support::portal::TestPortal;
use crate::support::refusals::{barred, invalid};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::decision::{Barred, Remark, SIGNED_FORM};
use cas_portal::domain::application::revision::Fingerprint;
use cas_portal::domain::application::signed_form::CodeMatch;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::application::typing::unit_texts;
use cas_portal::domain::application::{Application, Payload};
use cas_portal::domain::audit::Outcome;
use cas_portal::domain::identifiers::{EmailAddress, Line, PersonName, Phone, TercCode};
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::similar::Reason;
use cas_portal::domain::unit::UnitData;
use cas_portal::pdf::hand_signed;
use cas_portal::services::receive_signed_form::{Arrival, MOST_UPLOADS, Part, read_file, record_arrival, upload};
use cas_portal::services::review_application::{approve, confirm_compared, reject, release, return_for_correction, review, take};
use cas_portal::services::submit_application::submit;
use cas_portal::services::{ServiceError, draft_application, print_form, view_application};
use cas_portal::storage::{accounts, applications, grants, signed_forms, units};

async fn trail(portal: &TestPortal, application: &Application) -> Vec<(String, String)> {
    let entries = portal.trail("application", application.number.as_str()).await;
    entries.into_iter().map(|entry| (entry.event, entry.outcome)).collect()
}

fn remark(field: &str, text: &str) -> Remark {
    Remark { field: field.to_owned(), text: text.to_owned() }
}

/// A signed form without a readable code, on paper only.
async fn on_paper(portal: &TestPortal, application: &Application) {
    let mut form = signed_forms::list_of(portal.db(), application.id).await.expect("forms").remove(0);
    form.id = portal.context.new_signed_form_id();
    form.recorded_at = portal.now().plus_minutes(1);
    form.code_match = CodeMatch::Unreadable;
    form.files = Vec::new();
    signed_forms::add(portal.db(), &form).await.expect("a form");
}

/// The applicant files another phone number.
async fn correct(portal: &TestPortal, filed: &Filed, phone: &str) -> Result<(), ServiceError> {
    let (actor, number) = (portal.actor(filed.persons[0]).await, &filed.application.number);
    let token = draft_application::start_correction(&portal.context, &actor, number).await?;
    let registration = filed.application.payload.registration().expect("a registration");
    let mut typed = unit_texts(&registration.unit);
    typed.phone = phone.to_owned();
    draft_application::save_unit(&portal.context, &actor, &token, typed).await?;
    draft_application::save_statements(&portal.context, &actor, &token, statements()).await?;
    submit(&portal.context, &actor, &token).await.map(|_| ())
}

/// A document of one white page.
fn empty_pdf() -> Vec<u8> {
    let objects =
        ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(objects) {
        places.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = file.len();
    file.push_str(&format!("xref\n0 4\n0000000000 65535 f \n{places}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"));
    file.into_bytes()
}

on_both! {
    async fn an_approval_makes_unit_accounts_grants_and_letters_at_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(3), Status::InReview).await;
        let (number, admin) = (&filed.application.number, portal.actor(filed.administrator.expect("taken")).await);
        portal.advance_minutes(5);
        approve(&portal.context, &admin, number, 0, true).await.expect("approved");

        let now = portal.reload(&filed.application.number).await;
        assert_eq!((now.status, now.decided_by, now.decided_at), (Status::Approved, filed.administrator, Some(portal.now())));
        assert_eq!(now.version, 1);
        let unit = units::find_active_by_regon(portal.db(), &now.summary().regon).await.expect("units").expect("the unit");
        let mut statuses = Vec::new();
        for id in &filed.persons {
            statuses.push(accounts::find(portal.db(), *id).await.expect("accounts").expect("it").status);
        }
        assert_eq!(statuses, [AccountStatus::Active, AccountStatus::Invited, AccountStatus::Invited]);
        let given = grants::list_of_application(portal.db(), now.id).await.expect("grants");
        assert_eq!(given.len(), 6);
        assert!(given.iter().all(|g| g.unit == unit.id && g.valid_from == portal.now().warsaw_date()));
        assert_eq!(portal.notice_keys().await, ["account_invited", "account_invited", "application_approved"]);
        assert_eq!(trail(&portal, &now).await, [("application.approved".to_owned(), "done".to_owned())]);
        // The decision stands: nothing more can be done to it.
        assert_eq!(barred(approve(&portal.context, &admin, number, 1, true).await), Barred::NotTaken);
        assert_eq!(barred(reject(&portal.context, &admin, number, 0, "nie").await), Barred::Stale);
        // The applicant sees what was approved, and acts for the unit.
        let applicant = portal.actor(filed.persons[0]).await;
        assert_eq!(applicant.signed_in().expect("signed in").units, [unit.id]);
    }

    async fn who_has_not_taken_it_or_saw_another_version_decides_nothing(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let waiting = portal.application(Status::FormReceived).await;
        let taken = portal.application(Status::InReview).await;
        let other = portal.office().await;
        for number in [&waiting.application.number, &taken.application.number] {
            assert_eq!(barred(approve(&portal.context, &other, number, 0, true).await), Barred::NotTaken);
            assert_eq!(barred(reject(&portal.context, &other, number, 0, "powód").await), Barred::NotTaken);
            assert_eq!(barred(return_for_correction(&portal.context, &other, number, 0, &[], "uwaga").await), Barred::NotTaken);
            assert_eq!(barred(release(&portal.context, &other, number, 0).await), Barred::NotTaken);
            assert_eq!(barred(approve(&portal.context, &other, number, 1, true).await), Barred::Stale);
            assert_eq!(barred(take(&portal.context, &other, number, 7).await), Barred::Stale);
        }
        // Taking over is possible, and is written down as such.
        take(&portal.context, &other, &taken.application.number, 0).await.expect("taken over");
        let trail = portal.trail("application", taken.application.number.as_str()).await;
        assert_eq!((trail[0].event.as_str(), trail[0].details["taken_over"].as_bool()), ("application.taken", Some(true)));
        // The second click changes nothing.
        take(&portal.context, &other, &taken.application.number, 0).await.expect("taken already");
        assert_eq!(portal.reload(&taken.application.number).await.version, 1);
        release(&portal.context, &other, &taken.application.number, 1).await.expect("put back");
        let back = portal.reload(&taken.application.number).await;
        assert_eq!((back.status, back.taken_by), (Status::FormReceived, None));
        // Nothing can be taken that has no form, or is decided.
        for status in [Status::AwaitingForm, Status::Returned, Status::Approved, Status::Withdrawn] {
            let filed = portal.application(status).await;
            let result = take(&portal.context, &other, &filed.application.number, 0).await;
            assert!(matches!(result, Err(ServiceError::Transition(_))), "{status:?}: {result:?}");
        }
        assert!(portal.notice_keys().await.is_empty());
    }

    async fn nobody_decides_in_their_own_case(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(2), Status::FormReceived).await;
        for (person, expected) in [(filed.persons[0], Barred::IsApplicant), (filed.persons[1], Barred::IsPerson)] {
            accounts::save_status(portal.db(), person, AccountStatus::Active).await.expect("active");
            portal.assign(person, Role::VoivodeshipAdministrator, Some("26"), None).await;
            let actor = portal.actor(person).await;
            let number = &filed.application.number;
            assert_eq!(barred(take(&portal.context, &actor, number, 0).await), expected);
            assert_eq!(barred(approve(&portal.context, &actor, number, 0, true).await), expected);
            assert_eq!(barred(reject(&portal.context, &actor, number, 0, "powód").await), expected);
            assert_eq!(barred(return_for_correction(&portal.context, &actor, number, 0, &[], "uwaga").await), expected);
            let page = review(&portal.context, &actor, number).await.expect("the page tells why");
            assert_eq!((page.barred_work, page.barred_decision, page.barred_approval), (Some(expected), Some(expected), Some(expected)));
        }
        let unit = portal.unit().await;
        let joining = cas_portal::domain::application::registration::Registration {
            existing_unit: Some(unit),
            ..portal.registration(1)
        };
        let joining = portal.application_of(joining, Status::FormReceived).await;
        let (employee, coordinator) = (portal.administrator().await, portal.administrator().await);
        portal.grant(employee, unit, "PS", "viewer").await;
        portal.assign(coordinator, Role::UnitCoordinator, None, Some(unit)).await;
        for account in [employee, coordinator] {
            let actor = portal.actor(account).await;
            assert_eq!(barred(take(&portal.context, &actor, &joining.application.number, 0).await), Barred::SameUnit);
            assert_eq!(barred(approve(&portal.context, &actor, &joining.application.number, 0, true).await), Barred::SameUnit);
        }
        let neutral = portal.office().await;
        take(&portal.context, &neutral, &joining.application.number, 0).await.expect("somebody else takes it");
        approve(&portal.context, &neutral, &joining.application.number, 1, true).await.expect("and decides");
        assert_eq!(grants::list_of_application(portal.db(), joining.application.id).await.expect("grants")[0].unit, unit);
    }

    async fn an_account_made_for_oneself_under_another_login_is_ones_own_case(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.administrator().await;
        let own = accounts::find(portal.db(), account).await.expect("accounts").expect("it").profile.email;
        let mut registration = portal.registration(2);
        registration.persons[1].email = EmailAddress::parse(&own.as_str().to_uppercase()).expect("an address");
        let filed = portal.application_of(registration, Status::FormReceived).await;
        let (actor, number) = (portal.actor(account).await, &filed.application.number);
        assert_eq!(barred(take(&portal.context, &actor, number, 0).await), Barred::SharedAddress);
        assert_eq!(barred(approve(&portal.context, &actor, number, 0, true).await), Barred::SharedAddress);
        assert_eq!(review(&portal.context, &actor, number).await.expect("the page tells why").barred_work, Some(Barred::SharedAddress));
        let other = portal.office().await;
        take(&portal.context, &other, number, 0).await.expect("somebody else takes it");
    }

    async fn an_approval_says_that_the_signature_was_seen(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::InReview).await;
        let (number, admin) = (&filed.application.number, portal.actor(filed.administrator.expect("taken")).await);
        let unseen = approve(&portal.context, &admin, number, 0, false).await;
        assert_eq!(invalid(unseen), [("signature".to_owned(), vec![Invalid::SignatureRequired])]);
        assert_eq!(portal.reload(&filed.application.number).await, filed.application);
        approve(&portal.context, &admin, number, 0, true).await.expect("approved");
    }

    async fn a_form_that_nobody_can_have_signed_is_refused(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::AwaitingForm).await;
        let (number, applicant) = (&filed.application.number, portal.actor(filed.persons[0]).await);
        let (_, printed) = print_form::pdf(&portal.context, &applicant, number).await.expect("a form");
        let mut touched = printed.clone();
        touched.push(b'\n');
        for unsigned in [printed.clone(), touched] {
            let refused = invalid(upload(&portal.context, &applicant, number, vec![unsigned]).await);
            assert_eq!(refused, [("files".to_owned(), vec![Invalid::FormUnsigned])]);
        }
        // A page with nothing of the form on it is not the form.
        let absent = invalid(upload(&portal.context, &applicant, number, vec![empty_pdf()]).await);
        assert_eq!(absent, [("files".to_owned(), vec![Invalid::FormAbsent])]);
        let signed = hand_signed(&printed).expect("a signed form");
        assert_eq!(upload(&portal.context, &applicant, number, vec![signed]).await.expect("received"), CodeMatch::Matched);
    }

    async fn the_same_form_twice_is_one_and_a_day_has_its_measure(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::AwaitingForm).await;
        let (number, applicant) = (&filed.application.number, portal.actor(filed.persons[0]).await);
        let (_, printed) = print_form::pdf(&portal.context, &applicant, number).await.expect("a form");
        let signed = hand_signed(&printed).expect("a signed form");
        // Two clicks
        for _ in 0..2 {
            assert_eq!(upload(&portal.context, &applicant, number, vec![signed.clone()]).await.expect("received"), CodeMatch::Matched);
        }
        let forms = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms");
        assert_eq!(forms.len(), 1, "the same files are the same form");
        assert_eq!(portal.notice_keys().await.iter().filter(|kind| **kind == "signed_form_received").count(), 1);
        // Better and better scans
        let other = |n: usize| [&signed[..], "\n".repeat(n).as_bytes()].concat();
        for n in 2..=MOST_UPLOADS {
            upload(&portal.context, &applicant, number, vec![other(n)]).await.expect("received");
        }
        let refused = invalid(upload(&portal.context, &applicant, number, vec![other(99)]).await);
        assert_eq!(refused, [("files".to_owned(), vec![Invalid::UploadsTooMany])]);
        let forms = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms");
        assert_eq!(forms.len(), MOST_UPLOADS);
        // The office's door stays open
        let admin = portal.office().await;
        let version = applications::find_by_number(portal.db(), number).await.expect("applications").expect("it").version;
        let arrival = Arrival { channel: "post".to_owned(), ..Arrival::default() };
        record_arrival(&portal.context, &admin, number, version, &arrival, Vec::new()).await.expect("recorded");
        // And so is another day
        portal.advance_days(2);
        upload(&portal.context, &applicant, number, vec![other(99)]).await.expect("received");
    }

    async fn what_came_back_for_its_signature_needs_another_form_and_nothing_else(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for form_only in [true, false] {
            let filed = portal.application(Status::InReview).await;
            let (number, admin) = (&filed.application.number, portal.actor(filed.administrator.expect("taken")).await);
            let applicant = portal.actor(filed.persons[0]).await;
            let (_, printed) = print_form::pdf(&portal.context, &applicant, number).await.expect("a form");
            let signed = hand_signed(&printed).expect("a signed form");
            let remark = remark(if form_only { SIGNED_FORM } else { "unit.phone" }, "Popraw to, proszę.");
            return_for_correction(&portal.context, &admin, number, 0, &[remark], "").await.expect("returned");
            let page = view_application::view(&portal.context, &applicant, number).await.expect("the page");
            assert_eq!(page.wants_form(), form_only);
            let sent = upload(&portal.context, &applicant, number, vec![signed.clone()]).await;
            if form_only {
                assert_eq!(sent.expect("another form of the same revision"), CodeMatch::Matched);
                let now = portal.reload(&filed.application.number).await;
                assert_eq!((now.status, now.revision, now.lapses_at), (Status::FormReceived, 1, None));
            } else {
                assert!(matches!(sent, Err(ServiceError::Transition(_))), "{sent:?}");
            }
        }
        // Filed again unchanged it waits for another form: the one in hand was not good.
        let filed = portal.application(Status::InReview).await;
        let admin = portal.actor(filed.administrator.expect("taken")).await;
        let remark = remark(SIGNED_FORM, "Brakuje podpisu kierownika.");
        return_for_correction(&portal.context, &admin, &filed.application.number, 0, &[remark], "").await.expect("returned");
        correct(&portal, &filed, "41 311 46 80").await.expect("filed again");
        let now = portal.reload(&filed.application.number).await;
        assert_eq!((now.status, now.revision), (Status::AwaitingForm, 1));
        assert!(now.lapses_at.is_some());
    }

    async fn a_correction_stays_in_its_voivodeship(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::AwaitingForm).await;
        let (context, actor) = (&portal.context, portal.actor(filed.persons[0]).await);
        let token = draft_application::start_correction(context, &actor, &filed.application.number).await.expect("a draft");
        let registration = filed.application.payload.registration().expect("a registration");
        let typed = |terc: &str| cas_portal::domain::application::draft::UnitTexts { terc: terc.to_owned(), ..unit_texts(&registration.unit) };
        let moved = draft_application::save_unit(context, &actor, &token, typed("146501")).await;
        assert_eq!(invalid(moved), [("terc".to_owned(), vec![Invalid::OtherVoivodeship])]);
        draft_application::save_unit(context, &actor, &token, typed("266101")).await.expect("Kielce lie in the same one");
    }

    async fn an_approval_needs_the_signed_form_of_this_very_revision(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::InReview).await;
        let admin = portal.actor(filed.administrator.expect("taken")).await;
        let number = &filed.application.number;
        // The form in hand is of revision 1, the application of revision 2.
        let mut revised = filed.application.clone();
        let Payload::Registration(registration) = &mut revised.payload else { panic!("a registration") };
        registration.unit.phone = Phone::parse("413114681").expect("a phone");
        revised.revision = 2;
        revised.fingerprint = Fingerprint::of(&revised.payload);
        let form = serde_json::to_value(crate::support::fixtures::printed_form(&revised)).expect("JSON");
        let people = [(filed.persons[0], "a@example.pl".to_owned())];
        applications::save_revision(portal.db(), &revised, &form, &people).await.expect("a revision");
        assert_eq!(barred(approve(&portal.context, &admin, number, 1, true).await), Barred::NoSignedForm);
        assert_eq!(barred(confirm_compared(&portal.context, &admin, number, 1, true).await), Barred::NoSignedForm);
        assert_eq!(review(&portal.context, &admin, number).await.expect("page").barred_approval, Some(Barred::NoSignedForm));
        // To return or reject it no signature is needed.
        return_for_correction(&portal.context, &admin, number, 1, &[remark("unit.phone", "Popraw.")], "").await.expect("returned");
    }

    async fn a_form_that_cannot_be_read_is_compared_by_eye_first(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::InReview).await;
        let (number, admin) = (&filed.application.number, portal.actor(filed.administrator.expect("taken")).await);
        on_paper(&portal, &filed.application).await;
        assert_eq!(barred(approve(&portal.context, &admin, number, 0, true).await), Barred::NotCompared);
        let refused = invalid(confirm_compared(&portal.context, &admin, number, 0, false).await);
        assert_eq!(refused, [("compare".to_owned(), vec![Invalid::CompareRequired])]);
        let other = portal.office().await;
        assert_eq!(barred(confirm_compared(&portal.context, &other, number, 0, true).await), Barred::NotTaken);
        confirm_compared(&portal.context, &admin, number, 0, true).await.expect("compared");
        // Who saw the page before that decides again.
        assert_eq!(barred(approve(&portal.context, &admin, number, 0, true).await), Barred::Stale);
        let page = review(&portal.context, &admin, number).await.expect("page");
        assert_eq!(page.view.signed_forms[0].code_match, CodeMatch::ConfirmedByEye);
        approve(&portal.context, &admin, number, page.view.application.version, true).await.expect("approved");
        let events: Vec<String> = trail(&portal, &filed.application).await.into_iter().map(|(event, _)| event).collect();
        assert_eq!(events, ["signed_form.compared", "application.approved"]);
    }

    async fn of_two_decisions_at_once_exactly_one_is_done(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let second = portal.second(&db).await;
        for round in 0..6 {
            let filed = portal.application_of(portal.registration(2), Status::InReview).await;
            let (number, account) = (&filed.application.number, filed.administrator.expect("taken"));
            let (one, two) = (portal.actor(account).await, second.actor(account).await);
            let before = portal.notice_keys().await.len();
            let approving = approve(&portal.context, &one, number, 0, true);
            let (first, other) = if round % 2 == 0 {
                tokio::join!(approving, approve(&second.context, &two, number, 0, true))
            } else {
                tokio::join!(approving, reject(&second.context, &two, number, 0, "Nie ta jednostka."))
            };
            let (won, lost) = if first.is_ok() { (first, other) } else { (other, first) };
            won.expect("one is done");
            assert_eq!(barred(lost), Barred::Stale);
            let now = portal.reload(&filed.application.number).await;
            assert_eq!(now.version, 1);
            let is_approved = now.status == Status::Approved;
            let unit = units::find_active_by_regon(portal.db(), &now.summary().regon).await.expect("units");
            assert_eq!(unit.is_some(), is_approved);
            let given = grants::list_of_application(portal.db(), now.id).await.expect("grants").len();
            assert_eq!(given, if is_approved { 4 } else { 0 });
            let told = portal.notice_keys().await.split_off(before);
            assert_eq!(told, if is_approved { vec!["account_invited", "application_approved"] } else { vec!["application_rejected"] });
            assert_eq!(trail(&portal, &now).await.len(), 1);
        }
    }

    async fn of_two_who_take_at_once_one_has_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let second = portal.second(&db).await;
        let (one, two) = (portal.administrator().await, portal.administrator().await);
        for _ in 0..4 {
            let filed = portal.application(Status::FormReceived).await;
            let number = &filed.application.number;
            let (first, other) = (portal.actor(one).await, second.actor(two).await);
            let (a, b) = tokio::join!(take(&portal.context, &first, number, 0), take(&second.context, &other, number, 0));
            let (winner, lost) = if a.is_ok() { (one, b) } else { (two, a) };
            assert_eq!(barred(lost), Barred::Stale);
            assert_eq!(portal.reload(&filed.application.number).await.taken_by, Some(winner));
            // A colleague who takes over and the one who decides at that moment do not both succeed.
            let (holder, rival) = if winner == one { (&first, &other) } else { (&other, &first) };
            let (decided, taken) = tokio::join!(approve(&portal.context, holder, number, 1, true), take(&second.context, rival, number, 1));
            assert!(decided.is_ok() != taken.is_ok(), "{decided:?} {taken:?}");
        }
    }

    async fn a_revision_and_an_approval_at_once_never_mix(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let second = portal.second(&db).await;
        for _ in 0..4 {
            let filed = portal.application(Status::InReview).await;
            let admin = portal.actor(filed.administrator.expect("taken")).await;
            let number = &filed.application.number;
            let (approved, revised) = tokio::join!(approve(&portal.context, &admin, number, 0, true), correct(&second, &filed, "413114699"));
            let now = portal.reload(&filed.application.number).await;
            let given = grants::list_of_application(portal.db(), now.id).await.expect("grants").len();
            if approved.is_ok() {
                assert!(revised.is_err(), "what is approved cannot be revised");
                assert_eq!((now.status, now.revision, given), (Status::Approved, 1, 2));
            } else {
                assert_eq!(barred(approved), Barred::Stale);
                revised.expect("revised");
                assert_eq!((now.status, now.revision, now.taken_by, given), (Status::AwaitingForm, 2, None, 0));
            }
        }
    }

    async fn of_another_voivodeship_nothing_is_known(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::InReview).await;
        let number = &filed.application.number;
        let stranger = portal.administrator_of("14").await;
        let actor = portal.actor(stranger).await;
        let file = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms")[0].files[0].id;
        let context = &portal.context;
        let answers = [
            review(context, &actor, number).await.map(|_| ()),
            read_file(context, &actor, number, file, Part::Whole).await.map(|_| ()),
            take(context, &actor, number, 0).await,
            approve(context, &actor, number, 0, true).await,
            reject(context, &actor, number, 0, "powód").await,
            return_for_correction(context, &actor, number, 0, &[], "uwaga").await,
            confirm_compared(context, &actor, number, 0, true).await,
            record_arrival(context, &actor, number, 0, &Arrival::default(), Vec::new()).await.map(|_| ()),
        ];
        let asked = answers.len();
        for answer in answers {
            assert!(matches!(answer, Err(ServiceError::NotFound)), "{answer:?}");
        }
        let entries = portal.trail("application", number.as_str()).await;
        assert_eq!(entries.len(), asked);
        for entry in entries {
            assert_eq!((entry.event.as_str(), entry.outcome.as_str()), ("access.refused", Outcome::Refused.key()));
            assert_eq!((entry.actor, entry.voivodeship.map(|v| v.to_string())), (portal.login_of(stranger).await, Some("26".to_owned())));
        }
        // A file is found by its own application only, and each reading is written down.
        let admin = portal.actor(filed.administrator.expect("taken")).await;
        let other = portal.application(Status::FormReceived).await;
        let wrong = read_file(context, &admin, &other.application.number, file, Part::Whole).await;
        assert!(matches!(wrong, Err(ServiceError::NotFound)));
        read_file(context, &admin, number, file, Part::Page(1)).await.expect("a page");
        assert!(matches!(read_file(context, &admin, number, file, Part::Page(2)).await, Err(ServiceError::NotFound)));
        assert!(matches!(read_file(context, &admin, number, file, Part::Page(0)).await, Err(ServiceError::NotFound)));
        assert_eq!(trail(&portal, &filed.application).await.pop(), Some(("signed_form.read".to_owned(), "done".to_owned())));
        // The history tells what happened to the application, not who looked.
        assert!(review(context, &admin, number).await.expect("page").view.history.is_empty());
    }

    async fn a_form_of_an_older_revision_or_of_another_application_is_refused(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::AwaitingForm).await;
        let other = portal.application(Status::AwaitingForm).await;
        let admin = portal.office().await;
        let applicant = portal.actor(filed.persons[0]).await;
        let number = &filed.application.number;
        let (_, older) = print_form::pdf(&portal.context, &applicant, number).await.expect("a form");
        let (_, foreign) = print_form::pdf(&portal.context, &admin, &other.application.number).await.expect("a form");
        correct(&portal, &filed, "413114699").await.expect("revised");
        let arrival = Arrival { channel: "e_delivery".to_owned(), received_on: String::new(), reference: "UPO 1".to_owned() };
        for (file, reason) in [(older, Invalid::FormOlderRevision), (foreign, Invalid::FormOtherApplication)] {
            let refused = invalid(record_arrival(&portal.context, &admin, number, 1, &arrival, vec![file.clone()]).await);
            assert_eq!(refused, [("files".to_owned(), vec![reason])]);
            assert_eq!(invalid(upload(&portal.context, &applicant, number, vec![file]).await), refused);
        }
        assert_eq!(portal.reload(&filed.application.number).await.status, Status::AwaitingForm);
        assert_eq!(trail(&portal, &filed.application).await.iter().filter(|(event, _)| event == "signed_form.refused").count(), 4);
        let (_, current) = print_form::pdf(&portal.context, &applicant, number).await.expect("a form");
        let matched = record_arrival(&portal.context, &admin, number, 1, &arrival, vec![current]).await.expect("received");
        assert_eq!(matched, CodeMatch::Matched);
        assert_eq!(portal.reload(&filed.application.number).await.status, Status::FormReceived);
        assert_eq!(portal.notice_keys().await.iter().filter(|n| **n == "signed_form_received").count(), 1);
    }

    async fn an_arrival_on_paper_is_recorded_for_the_version_that_was_seen(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::AwaitingForm).await;
        let number = &filed.application.number;
        let admin = portal.office().await;
        let arrival = |channel: &str, day: &str| Arrival {
            channel: channel.to_owned(),
            received_on: day.to_owned(),
            reference: "RPW/1/2026".to_owned(),
        };
        let record = async |version, arrival: &Arrival| record_arrival(&portal.context, &admin, number, version, arrival, Vec::new()).await;
        assert_eq!(barred(record(3, &arrival("post", "")).await.map(|_| ())), Barred::Stale);
        for (typed, field, reason) in [
            (arrival("", ""), "channel", Invalid::Required),
            (arrival("upload", ""), "channel", Invalid::Unknown),
            (arrival("pigeon", ""), "channel", Invalid::Unknown),
            (arrival("post", "wczoraj"), "received_on", Invalid::DateShape),
            (arrival("post", "23.11.2026"), "received_on", Invalid::DateFuture),
            (arrival("post", "21.11.2026"), "received_on", Invalid::BeforeSubmission),
        ] {
            assert_eq!(invalid(record(0, &typed).await), [(field.to_owned(), vec![reason])]);
        }
        assert_eq!(record(0, &arrival("post", "22.11.2026")).await.expect("recorded"), CodeMatch::Unreadable);
        let now = portal.reload(&filed.application.number).await;
        assert_eq!((now.status, now.lapses_at), (Status::FormReceived, None));
        // Who has the form of a version that is gone is told so.
        assert_eq!(barred(record(0, &arrival("post", "")).await.map(|_| ())), Barred::Stale);
        // The applicant's own upload is no office matter.
        let applicant = portal.actor(filed.persons[0]).await;
        let denied = record_arrival(&portal.context, &applicant, number, 1, &arrival("post", ""), Vec::new()).await;
        assert!(matches!(denied, Err(ServiceError::Denied)), "{denied:?}");
    }

    async fn a_regon_registered_meanwhile_stops_the_approval_and_writes_nothing(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(2), Status::InReview).await;
        let (number, admin) = (&filed.application.number, portal.actor(filed.administrator.expect("taken")).await);
        let registration = filed.application.payload.registration().expect("a registration");
        let id = portal.context.new_unit_id();
        units::add(portal.db(), id, &registration.unit, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
        assert_eq!(
            invalid(approve(&portal.context, &admin, number, 0, true).await),
            [("regon".to_owned(), vec![Invalid::RegonTaken])]
        );
        assert_eq!(portal.reload(&filed.application.number).await, filed.application);
        assert!(grants::list_of_application(portal.db(), filed.application.id).await.expect("grants").is_empty());
        assert_eq!(accounts::find(portal.db(), filed.persons[0]).await.expect("accounts").expect("it").status, AccountStatus::Pending);
        assert!(portal.notice_keys().await.is_empty() && trail(&portal, &filed.application).await.is_empty());
        // The page says what is the matter.
        let page = review(&portal.context, &admin, number).await.expect("page");
        assert!(page.similar.units.iter().any(|one| one.unit.id == id && one.reasons.contains(&Reason::SameRegon)));
    }

    async fn remarks_of_a_return_stand_at_their_fields(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(2), Status::InReview).await;
        let (number, admin) = (&filed.application.number, portal.actor(filed.administrator.expect("taken")).await);
        let send = async |remarks: &[Remark], note: &str| return_for_correction(&portal.context, &admin, number, 0, remarks, note).await;
        assert_eq!(invalid(send(&[remark("unit.regon", " \n ")], "\u{a0} ").await), [("remarks".to_owned(), vec![Invalid::RemarkRequired])]);
        assert_eq!(invalid(send(&[remark("unit.status", "x")], "").await), [("remarks".to_owned(), vec![Invalid::Unknown])]);
        assert_eq!(invalid(send(&[remark("persons.2.login", "x")], "").await), [("remarks".to_owned(), vec![Invalid::Unknown])]);
        let long = "a".repeat(4001);
        assert_eq!(invalid(send(&[remark("unit.regon", &long)], "").await), [("remarks.unit.regon".to_owned(), vec![Invalid::TooLong])]);
        assert_eq!(portal.reload(&filed.application.number).await.version, 0);
        let remarks = [remark("unit.regon", "Sprawdź numer."), remark("persons.1.login", "Popraw login."), remark("unit.nip", "")];
        send(&remarks, "Prosimy o poprawki.").await.expect("returned");

        let applicant = portal.actor(filed.persons[0]).await;
        let seen = view_application::view(&portal.context, &applicant, number).await.expect("the applicant's page");
        assert_eq!(seen.remarks, remarks[..2]);
        assert_eq!((seen.application.status, seen.application.reason.as_deref()), (Status::Returned, Some("Prosimy o poprawki.")));
        // 14 whole days, to the end of the last one in Warsaw.
        assert_eq!(seen.application.lapses_at.expect("a deadline").plus_ms(-1).to_date_text(), "06.12.2026");
        let token = draft_application::start_correction(&portal.context, &applicant, number).await.expect("a draft");
        let draft = draft_application::open(&portal.context, &applicant, &token).await.expect("the draft");
        for expected in &remarks[..2] {
            assert!(draft.remarks.contains(expected), "{expected:?} in {:?}", draft.remarks);
        }
        assert_eq!(portal.notice_keys().await, ["application_returned"]);
    }

    async fn a_rejection_needs_a_reason_and_frees_the_persons(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(3), Status::InReview).await;
        let (number, admin) = (&filed.application.number, portal.actor(filed.administrator.expect("taken")).await);
        for empty in ["", "  \n\t ", "\u{a0}\u{200b}"] {
            let refused = invalid(reject(&portal.context, &admin, number, 0, empty).await);
            assert_eq!(refused, [("reason".to_owned(), vec![Invalid::ReasonRequired])], "{empty:?}");
        }
        assert_eq!(invalid(reject(&portal.context, &admin, number, 0, &"a".repeat(4001)).await)[0].1, [Invalid::TooLong]);
        reject(&portal.context, &admin, number, 0, "  Klub nie składa sprawozdań. ").await.expect("rejected");
        let now = portal.reload(&filed.application.number).await;
        assert_eq!((now.status, now.reason.as_deref()), (Status::Rejected, Some("Klub nie składa sprawozdań.")));
        assert!(accounts::find(portal.db(), filed.persons[0]).await.expect("accounts").is_some(), "the applicant reads the reason");
        for gone in &filed.persons[1..] {
            assert!(accounts::find(portal.db(), *gone).await.expect("accounts").is_none());
        }
        assert_eq!(portal.notice_keys().await, ["application_rejected"]);
        // The page of an application whose persons are gone still opens.
        review(&portal.context, &admin, number).await.expect("page");
    }

    async fn what_looks_alike_is_told_with_its_reason(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let earlier = portal.application(Status::Rejected).await;
        let before = earlier.application.payload.registration().expect("a registration");
        // The same REGON again; the same e-mail address; an account on that address elsewhere.
        let mut again = portal.registration(1);
        again.unit.regon = before.unit.regon.clone();
        let again = portal.application_of(again, Status::InReview).await;
        let mut mailed = portal.registration(1);
        let registration = again.application.payload.registration().expect("a registration");
        mailed.persons[0].email = registration.persons[0].email.clone();
        let mailed = portal.application_of(mailed, Status::FormReceived).await;
        let admin = portal.actor(again.administrator.expect("taken")).await;
        let page = review(&portal.context, &admin, &again.application.number).await.expect("page");
        let reasons: Vec<_> = page.similar.applications.iter().map(|s| (s.listed.id, s.reasons.as_slice(), s.is_in_scope)).collect();
        assert!(reasons.contains(&(earlier.application.id, [Reason::SameRegon, Reason::NearName].as_slice(), true)), "{reasons:?}");
        assert!(reasons.contains(&(mailed.application.id, [Reason::SameEmail, Reason::NearName].as_slice(), true)), "{reasons:?}");
        let alike: Vec<_> = page.similar.accounts.iter().map(|one| (one.account.as_ref().expect("in scope").id, one.reasons.clone())).collect();
        assert_eq!(alike[0], (mailed.persons[0], vec![Reason::SameEmail, Reason::SameName]));
        assert!(!reasons.iter().any(|(id, _, _)| *id == again.application.id));
    }

    async fn an_approval_wants_a_proof_of_the_last_quarter_of_an_hour(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::InReview).await;
        let (number, account) = (&filed.application.number, filed.administrator.expect("taken"));
        let long_there = portal.actor(account).await;
        portal.advance_minutes(16);
        let refused = approve(&portal.context, &long_there, number, 0, true).await;
        assert!(matches!(refused, Err(ServiceError::ProofTooOld)), "{refused:?}");
        assert_eq!(portal.reload(&filed.application.number).await, filed.application);
        assert!(portal.notice_keys().await.is_empty());
        approve(&portal.context, &portal.actor(account).await, number, 0, true).await.expect("approved");
    }

    async fn who_has_an_account_already_is_shown_by_name_within_the_voivodeship(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let name = |text: &str| PersonName::parse(text).expect("a name");
        let mut twin = person("druga-anna");
        (twin.first_name, twin.last_name) = (name("ANNA"), name("Źrebięcka"));
        let known = portal.account_of(&twin, AccountStatus::Active, true).await;
        let mut other = person("inna");
        other.last_name = name("Źrebięcka-Nowak");
        portal.account_of(&other, AccountStatus::Active, true).await;
        let mut registration = portal.registration(1);
        registration.persons[0].last_name = name("Źrebięcka");
        let filed = portal.application_of(registration, Status::InReview).await;
        let admin = portal.actor(filed.administrator.expect("taken")).await;
        let page = review(&portal.context, &admin, &filed.application.number).await.expect("page");
        let alike: Vec<_> = page.similar.accounts.iter().map(|one| (one.account.as_ref().expect("in scope").id, one.reasons.clone())).collect();
        assert_eq!(alike, [(known, vec![Reason::SameName])]);
    }

    async fn what_was_returned_for_its_content_takes_no_form_whoever_brings_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for (field, is_taken) in [("unit.phone", false), (SIGNED_FORM, true)] {
            let filed = portal.application_of(portal.registration(1), Status::InReview).await;
            let (number, admin) = (&filed.application.number, portal.actor(filed.administrator.expect("taken")).await);
            return_for_correction(&portal.context, &admin, number, 0, &[remark(field, "Popraw to, proszę.")], "").await.expect("returned");
            let version = portal.reload(&filed.application.number).await.version;
            let arrival = Arrival { channel: "post".to_owned(), ..Arrival::default() };
            let recorded = record_arrival(&portal.context, &admin, number, version, &arrival, Vec::new()).await;
            let now = portal.reload(&filed.application.number).await;
            if is_taken {
                recorded.expect("recorded");
                assert_eq!(now.status, Status::FormReceived);
                // It was done for the person who sent it.
                let entries = portal.trail("application", number.as_str()).await;
                let sender = portal.login_of(filed.persons[0]).await;
                let of = |event: &str| entries.iter().find(|e| e.event == event).map(|e| e.on_behalf_of.clone());
                assert_eq!(of("signed_form.received"), Some(Some(sender)));
                assert_eq!(of("application.returned"), Some(None));
            } else {
                assert!(matches!(recorded, Err(ServiceError::Transition(_))), "{recorded:?}");
                assert_eq!(now.status, Status::Returned);
            }
        }
    }

    async fn a_name_is_alike_by_the_words_that_tell_units_apart(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let at = |data: &mut UnitData, name: &str, town: &str, terc: &str| {
            (data.name, data.address.town) = (Line::parse(name, 200).expect("a line"), Line::parse(town, 200).expect("a line"));
            data.terc = TercCode::parse(terc).expect("a code");
            // Each has its own address.
            data.address.building = Line::parse(&portal.serial().to_string(), 20).expect("a line");
            data.kind = match name {
                name if name.starts_with("Centrum") || name.starts_with("CUS") || name.starts_with("Nasze") => "cus",
                name if name.starts_with("Powiatowe") => "pcpr",
                _ => "ops_miejsko_gminny",
            }
            .to_owned();
        };
        let registered = async |name: &str, town: &str, terc: &str| {
            let (id, mut data) = (portal.context.new_unit_id(), unit_data(portal.regon()));
            at(&mut data, name, town, terc);
            units::add(portal.db(), id, &data, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
            id
        };
        let related = registered("Miejsko-Gminny Ośrodek Pomocy Społecznej w Chmielniku", "Chmielnik", "260404").await;
        let same = registered("Nasze Centrum w Chmielniku", "Chmielnik", "260404").await;
        // The words of its kind are in every such name; another unit of the town is another unit; a town of this name lies elsewhere.
        registered("Miejsko-Gminny Ośrodek Pomocy Społecznej w Bodzentynie", "Bodzentyn", "260402").await;
        registered("Powiatowe Centrum Pomocy Rodzinie w Chmielniku", "Chmielnik", "260404").await;
        registered("Centrum Usług Społecznych w Chmielniku", "Chmielnik", "181604").await;
        let mut registration = portal.registration(1);
        at(&mut registration.unit, "Centrum Usług Społecznych w Chmielniku", "Chmielnik", "260404");
        let filed = portal.application_of(registration, Status::InReview).await;
        let mut other = portal.registration(1);
        at(&mut other.unit, "Centrum Usług Społecznych w Bodzentynie", "Bodzentyn", "260402");
        portal.application_of(other, Status::FormReceived).await;
        let mut twin = portal.registration(1);
        at(&mut twin.unit, "CUS w Chmielniku", "Chmielnik", "260404");
        let twin = portal.application_of(twin, Status::FormReceived).await;
        let admin = portal.actor(filed.administrator.expect("taken")).await;
        let page = review(&portal.context, &admin, &filed.application.number).await.expect("page");
        let alike: Vec<_> = page.similar.units.iter().map(|one| (one.unit.id, one.reasons.clone())).collect();
        // The likest first, whatever the alphabet says.
        assert_eq!(alike, [(same, vec![Reason::NearName]), (related, vec![Reason::NearName])]);
        let alike: Vec<_> = page.similar.applications.iter().map(|one| (one.listed.id, one.reasons.clone())).collect();
        assert_eq!(alike, [(twin.application.id, vec![Reason::NearName])]);
    }
}
