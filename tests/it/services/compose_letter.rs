//! Letters as they leave: to the right person, with the right link, and only as long as they tell the truth.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{PASSWORD, VOIVODESHIP, person};
use crate::support::portal::{PUBLIC_URL, TestPortal, system};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::decision::Remark;
use cas_portal::domain::application::draft::{DraftTexts, PersonTexts};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::{AccountId, ApplicationId, DraftId};
use cas_portal::domain::lockout::Lockout;
use cas_portal::domain::moment::{DAY_MS, HOUR_MS, MINUTE_MS, Moment};
use cas_portal::domain::notice::{BlockedPlace, Notice};
use cas_portal::mail::ReceivedLetter;
use cas_portal::secrets::{new_uuid, token_hash};
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::record;
use cas_portal::services::request_password_reset::request_password_reset;
use cas_portal::storage::applications::remarks;
use cas_portal::storage::mailed_tokens::{self, MailedToken};
use cas_portal::storage::{accounts, drafts};

async fn queue(portal: &TestPortal, notice: &Notice) {
    record::tell(&portal.context, portal.db(), &system(), notice).await.expect("queued");
}

/// Delivers everything and gives the letters that left.
async fn deliver(portal: &TestPortal) -> Vec<ReceivedLetter> {
    portal.mailbox.clear();
    let delivered = deliver_due(&portal.context, "worker", 100).await.expect("delivered");
    assert_eq!(delivered.taken(), delivered.sent + delivered.dropped, "{delivered:?}");
    let letters = portal.mailbox.received();
    assert_eq!(letters.len(), delivered.sent);
    letters
}

async fn letter(portal: &TestPortal, notice: &Notice) -> Option<ReceivedLetter> {
    queue(portal, notice).await;
    let mut letters = deliver(portal).await;
    assert!(letters.len() < 2);
    letters.pop()
}

/// The token behind the one link of a letter that begins so.
async fn token(portal: &TestPortal, letter: &ReceivedLetter, path: &str) -> MailedToken {
    let start = format!("{PUBLIC_URL}{path}");
    let tokens: Vec<&str> = letter.links.iter().filter_map(|link| link.strip_prefix(start.as_str())).collect();
    assert_eq!(tokens.len(), 1, "{:?}", letter.links);
    assert_eq!(tokens[0].len(), 43);
    mailed_tokens::find(portal.db(), token_hash(tokens[0])).await.expect("tokens").expect("the token")
}

fn about(application: ApplicationId) -> [Notice; 8] {
    [
        Notice::ApplicationRegistered { application, revision: 1 },
        Notice::SignedFormReceived { application },
        Notice::ApplicationReturned { application },
        Notice::ApplicationApproved { application },
        Notice::ApplicationRejected { application },
        Notice::ApplicationWithdrawn { application },
        Notice::ApplicationDeadlineNear { application, days_left: 30 },
        Notice::ApplicationExpired { application },
    ]
}

/// In which states a notice still is true, and in which it is as long as it is fresh.
fn is_true(notice: &Notice, status: Status, is_fresh: bool) -> bool {
    use Status as S;
    match notice {
        Notice::ApplicationRegistered { .. } => {
            status == S::AwaitingForm || is_fresh && matches!(status, S::FormReceived | S::InReview | S::Approved | S::Rejected)
        }
        Notice::SignedFormReceived { .. } => {
            matches!(status, S::FormReceived | S::InReview) || is_fresh && matches!(status, S::Approved | S::Rejected)
        }
        Notice::ApplicationReturned { .. } => status == S::Returned,
        Notice::ApplicationApproved { .. } => status == S::Approved,
        Notice::ApplicationRejected { .. } => status == S::Rejected,
        Notice::ApplicationWithdrawn { .. } => status == S::Withdrawn,
        Notice::ApplicationDeadlineNear { .. } => status.waits_for_applicant(),
        Notice::ApplicationExpired { .. } => status == S::Expired,
        _ => unreachable!("not about an application"),
    }
}

fn blocked(account: AccountId, until: Moment) -> Notice {
    Notice::AccountBlocked { account, until, place: BlockedPlace::UnknownDevices, network: Some("203.0.0.0/16".into()) }
}

async fn start_draft(portal: &TestPortal, email: &str) -> DraftId {
    let id = portal.context.new_draft_id();
    let first = PersonTexts { first_name: "Obcy".into(), email: email.into(), ..PersonTexts::default() };
    let texts = DraftTexts { persons: vec![first], ..DraftTexts::default() };
    drafts::add(portal.db(), id, token_hash(&new_uuid().to_string()), &texts, None, None, portal.now()).await.expect("a draft");
    id
}

on_both! {
    async fn each_notice_about_an_application_is_told_while_it_is_true(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for status in Status::ALL.into_iter().filter(|s| *s != Status::Draft) {
            let filed = portal.application_of(portal.registration(2), status).await;
            let to = portal.email_of(filed.application.applicant).await;
            let page = format!("{PUBLIC_URL}/applications/{}", filed.application.number.to_path());
            for is_fresh in [true, false] {
                for notice in about(filed.application.id) {
                    queue(&portal, &notice).await;
                    portal.advance_ms(if is_fresh { MINUTE_MS } else { HOUR_MS });
                    let letters = deliver(&portal).await;
                    assert_eq!(letters.len() == 1, is_true(&notice, status, is_fresh), "{notice:?} in {status:?}, fresh: {is_fresh}");
                    for letter in letters {
                        assert_eq!((&letter.to, letter.to_name.as_str()), (&to, "Anna Gżegżółka-Nowak"));
                        assert!(letter.subject.contains(filed.application.number.as_str()), "{}", letter.subject);
                        assert!(letter.links.contains(&page), "{:?}", letter.links);
                        assert!(!letter.body.contains('⟦') && !letter.body.contains(PASSWORD), "{}", letter.body);
                    }
                }
            }
        }
    }

    async fn a_letter_about_an_older_revision_is_dropped(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let application = portal.application(Status::AwaitingForm).await.application;
        for revision in [0, 2] {
            assert_eq!(letter(&portal, &Notice::ApplicationRegistered { application: application.id, revision }).await, None);
        }
        let unknown = portal.context.new_application_id();
        for notice in about(unknown) {
            assert_eq!(letter(&portal, &notice).await, None, "{notice:?}");
        }
    }

    async fn the_registered_letter_says_where_the_form_is_and_until_when(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let application = portal.application(Status::AwaitingForm).await.application;
        let letter = letter(&portal, &Notice::ApplicationRegistered { application: application.id, revision: 1 }).await.expect("a letter");
        let page = format!("{PUBLIC_URL}/applications/{}", application.number.to_path());
        for link in [format!("{page}/form"), format!("{page}/form.pdf")] {
            assert!(letter.links.contains(&link), "{link} in {:?}", letter.links);
        }
        for words in ["Maria Wójcik-Źdźbło, kierownik", "Świętokrzyski Urząd Wojewódzki w Kielcach", "22.12.2026"] {
            assert!(letter.body.contains(words), "{words} in {}", letter.body);
        }
    }

    async fn a_return_names_the_fields_as_the_page_does(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let application = portal.application(Status::Returned).await.application;
        let remark = |field: &str, text: &str| Remark { field: field.into(), text: text.into() };
        let all = [
            remark("unit.regon", "To numer gminy."),
            remark("persons.1.last_name", "Sprawdź pisownię."),
            remark("", "Brakuje strony."),
            remark("unit.head.first_name", "Podaj pełne imię."),
            remark("no.such.field", "Cokolwiek."),
        ];
        remarks::add(portal.db(), application.id, 1, &all, new_uuid).await.expect("remarks");
        let letter = letter(&portal, &Notice::ApplicationReturned { application: application.id }).await.expect("a letter");
        for words in ["REGON", "Osoba 2, nazwisko", "To numer gminy.", "Brakuje strony.", "Brakuje podpisu osoby zarządzającej.", "06.12.2026"] {
            assert!(letter.body.contains(words), "{words} in {}", letter.body);
        }
        assert!(!letter.body.contains('⟦'), "{}", letter.body);
        assert!(letter.links.contains(&format!("{PUBLIC_URL}/applications/{}/edit", application.number.to_path())));
    }

    async fn an_approval_tells_the_applicant_and_invites_the_others(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application_of(portal.registration(3), Status::Approved).await;
        queue(&portal, &Notice::ApplicationApproved { application: filed.application.id }).await;
        for account in &filed.persons {
            // The applicant has a password and needs no invitation.
            queue(&portal, &Notice::AccountInvited { account: *account }).await;
        }
        let letters = deliver(&portal).await;
        let mut expected = Vec::new();
        for account in &filed.persons {
            expected.push(portal.email_of(*account).await);
        }
        assert_eq!(letters.iter().map(|letter| letter.to.clone()).collect::<Vec<_>>(), expected);
        assert!(letters[0].links.contains(&format!("{PUBLIC_URL}/login")));
        assert!(!letters[0].links.iter().any(|link| link.contains("/activate/")));
        for (letter, account) in letters.iter().zip(&filed.persons).skip(1) {
            let token = token(&portal, letter, "/activate/").await;
            assert_eq!((token.account, token.expires_at), (Some(*account), portal.now().plus_days(7)));
            for words in ["pomoc społeczna", "wprowadzający dane", "31.12.2027", "Morawicy"] {
                assert!(letter.body.contains(words), "{words} in {}", letter.body);
            }
        }
    }

    async fn an_official_is_invited_with_the_role(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("wojewoda", AccountStatus::Invited).await;
        portal.assign(account, Role::VoivodeshipAdministrator, Some(VOIVODESHIP), None).await;
        let letter = letter(&portal, &Notice::AccountInvited { account }).await.expect("a letter");
        assert!(letter.body.contains("administrator wojewódzki, województwo świętokrzyskie"), "{}", letter.body);
        token(&portal, &letter, "/activate/").await;
    }

    async fn account_letters_go_to_those_whom_they_concern(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for status in AccountStatus::ALL {
            let account = portal.account("anna", status).await;
            let until = portal.now().plus_hours(1);
            accounts::save_lockout(portal.db(), account, Lockout { failures: 0, blocks: 1, blocked_until: Some(until) }).await.expect("it");
            let got = async |notice: Notice| letter(&portal, &notice).await.is_some();
            assert_eq!(got(Notice::AccountInvited { account }).await, status == AccountStatus::Invited, "{status:?}");
            assert!(got(Notice::PasswordResetRequested { accounts: vec![account] }).await, "{status:?} is told what can be done");
            assert_eq!(got(blocked(account, until)).await, status.can_sign_in(), "{status:?}");
            assert!(got(Notice::PasswordChanged { account }).await, "{status:?}");
            accounts::save_lockout(portal.db(), account, Lockout::cleared()).await.expect("cleared");
            assert!(!got(blocked(account, until)).await, "the block was lifted");
        }
        let never_asked = portal.account_of(&person("bez_hasla"), AccountStatus::Pending, false).await;
        let told = letter(&portal, &Notice::PasswordResetRequested { accounts: vec![never_asked] }).await.expect("a letter");
        assert!(told.body.contains("nie ma jeszcze hasła") && !told.links.iter().any(|link| link.contains("/password/reset/")));
        let unknown = portal.context.new_account_id();
        assert_eq!(letter(&portal, &Notice::PasswordChanged { account: unknown }).await, None);
    }

    async fn a_block_is_told_with_its_end_and_the_way_out(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let until = portal.now().plus_hours(1);
        accounts::save_lockout(portal.db(), account, Lockout { failures: 0, blocks: 1, blocked_until: Some(until) }).await.expect("it");
        let told = letter(&portal, &blocked(account, until)).await.expect("a letter");
        token(&portal, &told, "/password/reset/").await;
        token(&portal, &told, "/not-me/").await;
        assert!(told.body.contains("203.0.0.0/16") && !told.body.contains("203.0.113"), "{}", told.body);
        assert!(told.body.contains(&until.to_time_text()) && told.links.contains(&format!("{PUBLIC_URL}/password/forgot")), "{}", told.body);
        queue(&portal, &blocked(account, until)).await;
        portal.advance_ms(HOUR_MS);
        assert!(deliver(&portal).await.is_empty(), "it is over");
    }

    async fn a_newer_reset_link_retires_the_older(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let other = portal.account("jan", AccountStatus::Active).await;
        let ask = async |account: AccountId| {
            let letter = letter(&portal, &Notice::PasswordResetRequested { accounts: vec![account] }).await.expect("a letter");
            token(&portal, &letter, "/password/reset/").await
        };
        let (first, of_another) = (ask(account).await, ask(other).await);
        assert_eq!((first.account, first.expires_at, first.used_at), (Some(account), portal.now().plus_minutes(30), None));
        portal.advance_minutes(1);
        let second = ask(account).await;
        let read = async |token: &MailedToken| mailed_tokens::find(portal.db(), token.token_hash).await.expect("tokens").expect("it");
        assert_eq!(read(&first).await.used_at, Some(portal.now()));
        assert_eq!(read(&second).await.used_at, None);
        assert_eq!(read(&of_another).await.used_at, None);
    }

    async fn of_two_requests_that_wait_only_the_newest_is_answered(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        for _ in 0..3 {
            request_password_reset(&portal.context, &system(), &portal.email_of(account).await).await.expect("queued");
            portal.advance_ms(1000);
        }
        let letters = deliver(&portal).await;
        assert_eq!(letters.len(), 1);
        assert_eq!(token(&portal, &letters[0], "/password/reset/").await.used_at, None);
    }

    async fn an_address_is_confirmed_by_link_and_code(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let draft = start_draft(&portal, "Nowa.Osoba@gops.example.pl").await;
        let first = letter(&portal, &Notice::EmailConfirmationRequested { draft }).await.expect("a letter");
        assert_eq!((first.to.as_str(), first.to_name.as_str()), ("Nowa.Osoba@gops.example.pl", ""));
        assert!(!first.body.contains("Obcy"), "nothing that a stranger typed: {}", first.body);
        let minted = token(&portal, &first, "/register/confirm/").await;
        assert_eq!((minted.draft, minted.expires_at), (Some(draft), portal.now().plus_ms(DAY_MS)));
        assert_eq!(minted.email_key, "nowa.osoba@gops.example.pl");
        let code = first.body.split_whitespace().find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit())).expect("a code");
        assert_eq!(minted.code_hash, Some(portal.context.key.code_hash(minted.token_hash, code)));

        drafts::save_confirmed_email(portal.db(), draft, "nowa.osoba@gops.example.pl").await.expect("confirmed");
        assert_eq!(letter(&portal, &Notice::EmailConfirmationRequested { draft }).await, None, "it is confirmed");
        let texts = DraftTexts { persons: vec![PersonTexts { email: "inna@gops.example.pl".into(), ..PersonTexts::default() }], ..DraftTexts::default() };
        drafts::save_texts(portal.db(), draft, &texts, portal.now()).await.expect("changed");
        let second = letter(&portal, &Notice::EmailConfirmationRequested { draft }).await.expect("another address");
        assert_eq!(second.to, "inna@gops.example.pl");
    }

    async fn a_draft_is_found_again_by_its_link_as_long_as_it_is_one(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let draft = start_draft(&portal, "anna@gops.example.pl").await;
        assert_eq!(letter(&portal, &Notice::DraftLinkRequested { draft }).await, None, "the address is not confirmed");
        drafts::save_confirmed_email(portal.db(), draft, "anna@gops.example.pl").await.expect("confirmed");
        let told = letter(&portal, &Notice::DraftLinkRequested { draft }).await.expect("a letter");
        let minted = token(&portal, &told, "/register/resume/").await;
        assert_eq!((minted.draft, minted.expires_at, minted.code_hash), (Some(draft), portal.now().plus_days(14), None));
        let unaddressed = start_draft(&portal, "jeszcze nie").await;
        assert_eq!(letter(&portal, &Notice::DraftLinkRequested { draft: unaddressed }).await, None);
        let application = portal.application(Status::AwaitingForm).await.application;
        drafts::mark_submitted(portal.db(), draft, application.id).await.expect("submitted");
        assert_eq!(letter(&portal, &Notice::DraftLinkRequested { draft }).await, None);
        let late = start_draft(&portal, "anna@gops.example.pl").await;
        portal.advance_days(14);
        assert_eq!(letter(&portal, &Notice::EmailConfirmationRequested { draft: late }).await, None);
    }
}
