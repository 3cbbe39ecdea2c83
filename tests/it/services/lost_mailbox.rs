//! Another e-mail address by the head's signature: who may apply and decide, what waits, who stops it, and what it ends.

use crate::support::database::{TestDatabase, on_both};
use crate::support::factors::all_the_way;
use crate::support::filing::texts;
use crate::support::fixtures::{PASSWORD, VOIVODESHIP};
use crate::support::portal::{START, TestPortal, system, visitor};
use crate::support::refusals::{barred, invalid};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::ActorKind;
use cas_portal::domain::application::Application;
use cas_portal::domain::application::decision::{Barred, Remark, SIGNED_FORM};
use cas_portal::domain::application::draft::EmailChangeTexts;
use cas_portal::domain::application::email_change::EMAIL_CHANGE_STATEMENTS;
use cas_portal::domain::application::email_change::waiting::{ChangeState, WaitingChange};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::domain::identifiers::EmailAddress;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::moment::DAY_MS;
use cas_portal::mail::ReceivedLetter;
use cas_portal::services::change_email::{
    confirm_email_by_link, find_email_undo, request_email_change, undo_email_change, view_email_change,
};
use cas_portal::services::keep_session::keep_session;
use cas_portal::services::known_device::Browser;
use cas_portal::services::lost_mailbox::{
    confirm_by_code, file, find_stop, look, request_code, save, start_correction, stop, stop_by_link,
};
use cas_portal::services::manage_accounts::{close, list_reports, suspend};
use cas_portal::services::request_password_reset::request_password_reset;
use cas_portal::services::reset_password::reset_password;
use cas_portal::services::review_application::{approve, return_for_correction, review, take};
use cas_portal::services::sign_in::{Entered, SignInForm, sign_in};
use cas_portal::services::{ServiceError, view_application, withdraw_application};
use cas_portal::storage::security_reports::{self, Report, ReportKind};
use cas_portal::storage::{accounts, outbox_messages, waiting_changes};

const NEW: &str = "nowa@gops-morawica.example.pl";

fn typed(email: &str) -> EmailChangeTexts {
    let statements = texts(&EMAIL_CHANGE_STATEMENTS);
    EmailChangeTexts { unit: String::new(), new_email: email.into(), why: "Urząd zmienił dostawcę poczty.".into(), statements }
}

async fn code(portal: &TestPortal, to: &str) -> String {
    let letter = portal.letter_to(to, "Potwierdź adres").await;
    let mut lines = letter.body.lines().skip_while(|line| !line.ends_with("kod:"));
    lines.nth(1).unwrap_or_else(|| panic!("no code in:\n{}", letter.body)).trim().to_owned()
}

/// Somebody of a unit.
async fn person(portal: &TestPortal) -> (AccountId, UnitId) {
    let unit = portal.unit().await;
    (portal.employee(unit).await, unit)
}

pub(super) async fn filed(portal: &TestPortal, account: AccountId, email: &str) -> Application {
    let actor = portal.actor(account).await;
    assert!(!save(&portal.context, &actor, typed(email)).await.expect("typed"), "the address is not confirmed yet");
    confirm_by_code(&portal.context, &actor, &code(portal, email).await).await.expect("confirmed");
    let number = file(&portal.context, &actor).await.expect("filed");
    portal.reload(&number).await
}

/// A change that waits, with whose it is.
async fn waiting(portal: &TestPortal) -> (AccountId, WaitingChange) {
    let (account, _) = person(portal).await;
    let application = filed(portal, account, NEW).await;
    let administrator = portal.office().await;
    portal.approved_by(&administrator, &application).await.expect("approved");
    let change = waiting_changes::find_waiting(portal.db(), account).await.expect("changes").expect("one waits");
    (account, change)
}

async fn state(portal: &TestPortal, change: &WaitingChange) -> ChangeState {
    waiting_changes::find(portal.db(), change.id).await.expect("changes").expect("the change").state
}

fn stop_token(letter: &ReceivedLetter) -> String {
    letter.links.iter().find_map(|link| link.split("/email-change/stop/").nth(1)).expect("a link").to_owned()
}

on_both! {
    async fn an_approved_address_waits_three_days_and_then_takes_effect_at_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, unit) = person(&portal).await;
        let old = portal.email_of(account).await;
        let application = filed(&portal, account, NEW).await;
        assert_eq!((application.summary().unit, application.applicant, application.status), (Some(unit), account, Status::AwaitingForm));
        // What the applicant has to do is told where the applicant reads, and the old mailbox is left alone until a decision.
        assert!(portal.letter_to(NEW, "").await.body.contains("/form.pdf"));
        assert!(portal.letters_to(&old).is_empty());
        assert_eq!(portal.email_of(account).await, old, "filing alone changes nothing");

        let administrator = portal.office().await;
        portal.approved_by(&administrator, &application).await.expect("approved");
        let change = waiting_changes::find_waiting(portal.db(), account).await.expect("changes").expect("one waits");
        assert_eq!(change.takes_effect_at, portal.now().plus_days(3));
        assert!(portal.letter_to(&old, "możesz ją jeszcze zatrzymać").await.body.contains("n***@gops-morawica.example.pl"));
        let to_new = portal.letter_to(NEW, "Nowy adres e-mail zacznie działać").await;
        assert!(!to_new.body.contains("/email-change/stop/") && !to_new.body.contains(&old), "{}", to_new.body);

        // A moment before its time nothing has happened; a link to a new password goes to the old address.
        portal.advance_ms(3 * DAY_MS - 60_000);
        assert_eq!(portal.keep().await.emails, 0);
        assert_eq!(portal.email_of(account).await, old);
        let login = portal.login_of(account).await;
        request_password_reset(&portal.context, &visitor(), &login).await.expect("asked");
        let reset = portal.letter_to(&old, "Ustaw nowe hasło").await;
        let reset = reset.links.iter().find_map(|link| link.split("/password/reset/").nth(1)).expect("a link").to_owned();

        let form = SignInForm { login: &login, password: PASSWORD, device: "Firefox", browser: None, replaces: None };
        let Entered { token: session, .. } = all_the_way(sign_in(&portal.context, &visitor(), form).await.expect("no fault"));
        assert!(keep_session(&portal.context, &session).await.expect("read").is_some());

        portal.advance_ms(60_000);
        assert_eq!(portal.keep().await.emails, 1);
        assert!(keep_session(&portal.context, &session).await.expect("read").is_none(), "every session ends");
        assert_eq!((portal.email_of(account).await.as_str(), state(&portal, &change).await), (NEW, ChangeState::Applied));
        let password = ("fioletowy parasol na biegunie", "fioletowy parasol na biegunie");
        let dead = reset_password(&portal.context, &visitor(), &reset, password, (&Browser::new(&portal.context), "")).await;
        assert!(matches!(dead, Err(ServiceError::DeadLink)), "{dead:?}");
        for to in [&old, NEW] {
            portal.letter_to(to, "Adres e-mail konta jest zmieniony").await;
        }
        assert_eq!(portal.events_of(account).await.iter().filter(|e| e.starts_with("email_change.")).count(), 2);
        // Once is enough, however often somebody looks.
        assert_eq!(portal.keep().await.emails, 0);
    }

    async fn the_owner_of_the_old_mailbox_stops_it_by_the_link_and_helpdesk_hears_of_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, change) = waiting(&portal).await;
        let old = change.old_email.to_string();
        let token = stop_token(&portal.letter_to(&old, "możesz ją jeszcze zatrzymać").await);
        // Looking uses nothing up; mail programs look at links too.
        for _ in 0..2 {
            assert_eq!(find_stop(&portal.context, &token).await.expect("open").1.id, change.id);
        }
        assert_eq!(state(&portal, &change).await, ChangeState::Waiting);
        stop_by_link(&portal.context, &visitor(), &token).await.expect("stopped");
        assert_eq!((state(&portal, &change).await, portal.email_of(account).await), (ChangeState::Stopped, old.clone()));
        assert!(matches!(stop_by_link(&portal.context, &visitor(), &token).await, Err(ServiceError::DeadLink)));
        let helpdesk = portal.actor(portal.official(Role::Helpdesk, Some(VOIVODESHIP)).await).await;
        let reports = list_reports(&portal.context, &helpdesk).await.expect("reports");
        assert_eq!(reports.iter().map(|r| (r.account.id, r.report.kind.key())).collect::<Vec<_>>(), [(account, "email_change")]);
        for to in [&old, NEW] {
            portal.letter_to(to, "Zmiana adresu e-mail została zatrzymana").await;
        }
        portal.advance_days(4);
        assert_eq!(portal.keep().await.emails, 0);
        assert_eq!(portal.email_of(account).await, old);
    }

    async fn owner_and_administrator_in_scope_stop_it_and_nobody_else(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, change) = waiting(&portal).await;
        let elsewhere = portal.administrator_of("24").await;
        let helpdesk = portal.official(Role::Helpdesk, Some(VOIVODESHIP)).await;
        let colleague = portal.account("obca", AccountStatus::Active).await;
        for stranger in [portal.actor(elsewhere).await, portal.actor(helpdesk).await, portal.actor(colleague).await, visitor(), system()] {
            let refused = stop(&portal.context, &stranger, account).await;
            assert!(matches!(refused, Err(ServiceError::Denied)), "{stranger:?}: {refused:?}");
        }
        let own = portal.actor(account).await;
        stop(&portal.context, &own, account).await.expect("stopped by its owner");
        assert_eq!(state(&portal, &change).await, ChangeState::Stopped);
        assert!(matches!(stop(&portal.context, &own, account).await, Err(ServiceError::Stale)));
        let (other, change) = waiting(&portal).await;
        let administrator = portal.office().await;
        stop(&portal.context, &administrator, other).await.expect("stopped by an administrator");
        assert_eq!(state(&portal, &change).await, ChangeState::Stopped);
    }

    async fn to_an_account_that_was_stopped_or_changed_meanwhile_nothing_happens(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let central = portal.central().await;
        let (suspended, first) = waiting(&portal).await;
        suspend(&portal.context, &portal.actor(central).await, suspended).await.expect("suspended");
        let (closed, second) = waiting(&portal).await;
        accounts::save_status(portal.db(), closed, AccountStatus::Closed).await.expect("closed");
        let (moved, third) = waiting(&portal).await;
        let row = accounts::find(portal.db(), moved).await.expect("accounts").expect("it");
        accounts::save_email(portal.db(), &row, &EmailAddress::parse("trzecia@gops.example.pl").expect("an address")).await.expect("saved");
        portal.advance_days(3);
        assert_eq!(portal.keep().await.emails, 3);
        for (account, change) in [(suspended, &first), (closed, &second), (moved, &third)] {
            assert_eq!(state(&portal, change).await, ChangeState::Dropped);
            assert_ne!(portal.email_of(account).await, NEW);
        }
    }

    /// After „to nie ja” nobody knows whose wish the application is, until helpdesk has looked.
    async fn an_application_out_of_an_account_with_an_open_report_is_not_approved(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, _) = person(&portal).await;
        let application = filed(&portal, account, NEW).await;
        let report = Report {
            id: portal.context.new_report_id(),
            account,
            kind: ReportKind::EmailChange,
            reported_at: portal.now(),
        };
        security_reports::add(portal.db(), &report).await.expect("reported");
        let administrator = portal.office().await;
        let refused = portal.approved_by(&administrator, &application).await;
        assert_eq!(invalid(refused), [("new_email".to_owned(), vec![Invalid::AccountChanged])]);
        security_reports::close_all_of(portal.db(), account, "pomoc", portal.now()).await.expect("closed");
        let now = portal.reload(&application.number).await;
        approve(&portal.context, &administrator, &application.number, now.version, true).await.expect("approved");
    }

    async fn an_approval_for_an_account_that_is_not_what_it_was_is_refused(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, _) = person(&portal).await;
        let application = filed(&portal, account, NEW).await;
        accounts::save_status(portal.db(), account, AccountStatus::Suspended).await.expect("suspended");
        let administrator = portal.office().await;
        let refused = portal.approved_by(&administrator, &application).await;
        assert_eq!(invalid(refused), [("new_email".to_owned(), vec![Invalid::AccountChanged])]);
        assert_eq!(portal.reload(&application.number).await.status, Status::InReview, "nothing was decided");
    }

    async fn nobody_decides_who_gains_by_it_or_ranks_below_the_account(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let administrator = portal.administrator().await;
        let (account, unit) = person(&portal).await;
        let own_address = portal.email_of(administrator).await;
        let barred = async |application: &Application| {
            let (decider, number) = (portal.actor(administrator).await, &application.number);
            let page = review(&portal.context, &decider, number).await.expect("seen");
            (page.barred_work, barred(take(&portal.context, &decider, number, application.version).await))
        };
        // The mailbox would be the administrator's own.
        let application = portal.received(&filed(&portal, account, &own_address).await).await;
        assert_eq!(barred(&application).await, (Some(Barred::SharedAddress), Barred::SharedAddress));
        // The administrator's own account, through a unit.
        portal.grant(administrator, unit, "PS", "viewer").await;
        let application = portal.received(&filed(&portal, administrator, NEW).await).await;
        assert_eq!(barred(&application).await, (Some(Barred::IsApplicant), Barred::IsApplicant));
        // An account that may do more than the decider: a takeover of its letters would be a promotion.
        let (boss, _) = person(&portal).await;
        portal.assign(boss, Role::CentralAdministrator, None, None).await;
        let application = portal.received(&filed(&portal, boss, NEW).await).await;
        assert_eq!(barred(&application).await, (Some(Barred::Outranked), Barred::Outranked));
        // Somebody of the same unit.
        let (other, shared) = person(&portal).await;
        portal.grant(administrator, shared, "PS", "viewer").await;
        let application = portal.received(&filed(&portal, other, NEW).await).await;
        assert_eq!(barred(&application).await, (Some(Barred::SameUnit), Barred::SameUnit));
    }

    async fn without_a_proof_a_unit_or_a_confirmed_address_nothing_is_filed(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, _) = person(&portal).await;
        let actor = portal.actor(account).await;
        assert!(matches!(save(&portal.context, &visitor(), typed(NEW)).await, Err(ServiceError::Denied)));
        let pending = portal.account("czeka", AccountStatus::Pending).await;
        assert!(matches!(save(&portal.context, &portal.actor(pending).await, typed(NEW)).await, Err(ServiceError::Denied)));
        let alone = portal.account("sama", AccountStatus::Active).await;
        let refused = save(&portal.context, &portal.actor(alone).await, typed(NEW)).await;
        assert_eq!(invalid(refused), [("unit".to_owned(), vec![Invalid::Required])]);
        let mut late = actor.clone();
        if let ActorKind::Account(signed_in) = &mut late.kind {
            signed_in.proven_at = START.plus_minutes(-16);
        }
        assert!(matches!(save(&portal.context, &late, typed(NEW)).await, Err(ServiceError::ProofTooOld)));

        save(&portal.context, &actor, typed(NEW)).await.expect("typed");
        assert_eq!(invalid(file(&portal.context, &actor).await), [("new_email".to_owned(), vec![Invalid::EmailNotConfirmed])]);
        assert_eq!(invalid(confirm_by_code(&portal.context, &actor, "000000").await), [("code".to_owned(), vec![Invalid::CodeWrong])]);
        confirm_by_code(&portal.context, &actor, &code(&portal, NEW).await).await.expect("confirmed");
        // Another address typed afterwards is to be confirmed anew.
        save(&portal.context, &actor, typed("inna@gops.example.pl")).await.expect("typed");
        assert_eq!(invalid(file(&portal.context, &actor).await), [("new_email".to_owned(), vec![Invalid::EmailNotConfirmed])]);
        assert!(matches!(file(&portal.context, &late).await, Err(ServiceError::ProofTooOld)));
        // Nobody's mailbox is filled from here.
        for _ in 0..3 {
            request_code(&portal.context, &actor).await.expect("sent");
        }
        assert!(matches!(request_code(&portal.context, &actor).await, Err(ServiceError::TooMany)));
    }

    async fn filing_twice_makes_one_and_a_second_one_waits_for_the_first_to_end(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, _) = person(&portal).await;
        let actor = portal.actor(account).await;
        let application = filed(&portal, account, NEW).await;
        assert_eq!(file(&portal.context, &actor).await.expect("the same"), application.number);
        assert!(matches!(save(&portal.context, &actor, typed("inna@gops.example.pl")).await, Err(ServiceError::Stale)));
        withdraw_application::withdraw(&portal.context, &actor, &application.number).await.expect("withdrawn");
        let second = filed(&portal, account, NEW).await;
        assert_ne!(second.number, application.number);
        let administrator = portal.office().await;
        portal.approved_by(&administrator, &second).await.expect("approved");
        assert!(matches!(save(&portal.context, &actor, typed("inna@gops.example.pl")).await, Err(ServiceError::Stale)));
    }

    async fn a_return_is_corrected_at_its_field_and_an_unchanged_content_keeps_its_revision(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, _) = person(&portal).await;
        let (actor, administrator) = (portal.actor(account).await, portal.office().await);
        let application = portal.received(&filed(&portal, account, NEW).await).await;
        let number = &application.number;
        take(&portal.context, &administrator, number, application.version).await.expect("taken");
        let page = review(&portal.context, &administrator, number).await.expect("seen");
        let own = &page.content.own[0];
        assert_eq!((own.value.as_slice(), own.registered.clone()), (&[NEW.to_owned()][..], Some(vec![portal.email_of(account).await])));
        let remark = |field: &str| [Remark { field: field.to_owned(), text: "Popraw.".to_owned() }];
        let unknown = return_for_correction(&portal.context, &administrator, number, application.version + 1, &remark("unit.name"), "").await;
        assert_eq!(invalid(unknown), [("remarks".to_owned(), vec![Invalid::Unknown])]);
        return_for_correction(&portal.context, &administrator, number, application.version + 1, &remark("why"), "").await.expect("returned");
        start_correction(&portal.context, &actor, number).await.expect("started");
        start_correction(&portal.context, &actor, number).await.expect("found again");
        let found = look(&portal.context, &actor).await.expect("seen");
        assert!(found.can_type() && found.remarks.iter().any(|r| r.field == "why"));
        // The address stands as confirmed.
        assert!(save(&portal.context, &actor, EmailChangeTexts { why: "Skrzynka zamknięta.".into(), ..typed(NEW) }).await.expect("typed"));
        assert_eq!(&file(&portal.context, &actor).await.expect("filed"), number);
        let revised = portal.reload(number).await;
        assert_eq!((revised.revision, revised.status), (2, Status::AwaitingForm));
        assert_ne!(revised.fingerprint, application.fingerprint);

        // Returned for the form alone, and the same content filed again: the same revision waits for another form.
        let again = portal.received(&revised).await;
        take(&portal.context, &administrator, number, again.version).await.expect("taken");
        return_for_correction(&portal.context, &administrator, number, again.version + 1, &remark(SIGNED_FORM), "").await.expect("returned");
        start_correction(&portal.context, &actor, number).await.expect("started");
        save(&portal.context, &actor, EmailChangeTexts { why: "Skrzynka zamknięta.".into(), ..typed(NEW) }).await.expect("typed");
        file(&portal.context, &actor).await.expect("filed");
        let last = portal.reload(number).await;
        assert_eq!((last.revision, last.status), (2, Status::AwaitingForm));
        assert!(view_application::view(&portal.context, &administrator, number).await.is_ok());
    }
    async fn a_doubt_that_comes_while_it_waits_drops_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, change) = waiting(&portal).await;
        let report = Report { id: portal.context.new_report_id(), account, kind: ReportKind::SignIn, reported_at: portal.now() };
        security_reports::add(portal.db(), &report).await.expect("reported");
        portal.advance_days(4);
        assert_eq!(portal.keep().await.emails, 1);
        assert_eq!((portal.email_of(account).await, state(&portal, &change).await), (change.old_email.to_string(), ChangeState::Dropped));
        portal.letter_to(NEW, "nie doszła do skutku").await;
    }

    async fn what_the_office_approved_ends_the_own_wish_and_its_links(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, change) = waiting(&portal).await;
        portal.advance_ms(3 * DAY_MS - 60_000);
        let actor = portal.actor(account).await;
        request_email_change(&portal.context, &actor, "inna@gops-morawica.example.pl").await.expect("asked");
        let warning = portal.letter_to(&change.old_email.to_string(), "Ktoś zmienia adres e-mail").await;
        let undo = warning.links.iter().find_map(|link| link.split("/account/email/undo/").nth(1)).expect("a link").to_owned();
        find_email_undo(&portal.context, &undo).await.expect("it is pending");
        portal.advance_ms(60_000);
        assert_eq!(portal.keep().await.emails, 1);
        assert_eq!((portal.email_of(account).await.as_str(), state(&portal, &change).await), (NEW, ChangeState::Applied));
        assert!(view_email_change(&portal.context, &actor).await.expect("seen").is_none());
        assert!(matches!(undo_email_change(&portal.context, &visitor(), &undo).await, Err(ServiceError::DeadLink)));
    }

    async fn an_own_wish_that_is_confirmed_drops_what_the_office_approved(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, change) = waiting(&portal).await;
        let (actor, third) = (portal.actor(account).await, "inna@gops-morawica.example.pl");
        request_email_change(&portal.context, &actor, third).await.expect("asked");
        portal.deliver().await;
        let letters = portal.letters_to(third);
        let link = letters.iter().flat_map(|l| &l.links).find_map(|link| link.split("/account/email/confirm/").nth(1)).expect("a link");
        confirm_email_by_link(&portal.context, &actor, link).await.expect("confirmed");
        assert_eq!((portal.email_of(account).await.as_str(), state(&portal, &change).await), (third, ChangeState::Dropped));
        for to in [&change.old_email.to_string(), NEW] {
            portal.letter_to(to, "nie doszła do skutku").await;
        }
        portal.advance_days(4);
        assert_eq!(portal.keep().await.emails, 0);
    }

    async fn a_closed_account_drops_it_and_both_addresses_hear_of_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (account, change) = waiting(&portal).await;
        let central = portal.actor(portal.central().await).await;
        close(&portal.context, &central, account, "Odeszła z pracy.").await.expect("closed");
        assert_eq!(state(&portal, &change).await, ChangeState::Dropped);
        assert!(portal.events_of(account).await.contains(&"email_change.dropped".to_owned()));
        for to in [&change.old_email.to_string(), NEW] {
            portal.letter_to(to, "nie doszła do skutku").await;
        }
        // Its owner's own record names these letters.
        let records = outbox_messages::records_of(portal.db(), account, &[]).await.expect("letters");
        assert_eq!(records.iter().filter(|record| record.kind == "email_change_ended").count(), 2);
    }
}
