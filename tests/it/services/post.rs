//! The post of an office: recorded, cut, proposed, accepted and settled, by one or by two at once, within scope, and forgotten in time.

use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{Filed, VOIVODESHIP};
use crate::support::portal::TestPortal;
use crate::support::refusals::{invalid, one, one_of_two};
use crate::support::scans::{Leaf, code_of, picture, scan, scan_of};
use cas_portal::domain::account::Role;
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::signed_form::{CodeMatch, FormCode};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::{PostFileId, PostItemId};
use cas_portal::domain::identifiers::ApplicationNumber;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::post::matching::{FoundBy, Verdict};
use cas_portal::domain::post::{PostState, PostView};
use cas_portal::domain::retention::Retention;
use cas_portal::domain::voivodeship::{ReturnChannel, VoivodeshipCode};
use cas_portal::files::{Limits, examine};
use cas_portal::services::handle_post::{
    Accepted, ItemView, MOST_FILES, NewPost, Recorded, Refusal, accept_post, assign_post, correct_post, discard_post, pass_post,
    post_queue, read_post_file, record_post, reopen_post, send_back_post, view_post,
};
use cas_portal::services::receive_signed_form::{Arrival, Part, record_arrival};
use cas_portal::services::{ServiceError, print_form};
use cas_portal::storage::{applications, post, signed_forms};
use sha2::{Digest, Sha256};

fn by_post() -> NewPost {
    NewPost {
        channel: "post".to_owned(),
        sender: "GOPS w Morawicy".to_owned(),
        reference: "RL 123".to_owned(),
        case_sign: "PS.5110.1".to_owned(),
        ..NewPost::default()
    }
}

async fn record(portal: &TestPortal, clerk: &Actor, files: Vec<Vec<u8>>) -> PostItemId {
    let told = record_post(&portal.context, clerk, &by_post(), files).await.expect("an answer");
    let Recorded::As(item) = told else { panic!("the files were known or refused: {told:?}") };
    item
}

async fn look(portal: &TestPortal, clerk: &Actor, item: PostItemId) -> ItemView {
    view_post(&portal.context, clerk, item).await.expect("an item")
}

fn states(view: &ItemView) -> Vec<PostState> {
    view.files.iter().map(|one| one.file.state).collect()
}

fn ids(view: &ItemView) -> Vec<PostFileId> {
    view.files.iter().map(|one| one.file.id).collect()
}

/// How many items each view of the list has.
async fn counts(portal: &TestPortal, clerk: &Actor) -> Vec<u64> {
    let queue = post_queue(&portal.context, clerk, PostView::ToAccept, None).await.expect("a list");
    queue.counts.into_iter().map(|(_, count)| count.number).collect()
}

async fn accept_all(portal: &TestPortal, clerk: &Actor, item: PostItemId) -> Accepted {
    let seen = ids(&look(portal, clerk, item).await);
    accept_post(&portal.context, clerk, item, &seen).await.expect("accepted")
}

async fn status(portal: &TestPortal, filed: &Filed) -> Status {
    portal.reload(&filed.application.number).await.status
}

async fn stored(portal: &TestPortal) -> usize {
    portal.context.files.list("post").await.expect("the store").len()
}

fn elsewhere(serial: u32) -> FormCode {
    let number = ApplicationNumber::new(&VoivodeshipCode::trusted("14"), 2026, serial);
    FormCode { number, revision: 1, fingerprint: "3fa901bc77de".to_owned() }
}

on_both! {
    async fn a_scan_of_two_forms_is_cut_and_both_are_accepted_at_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let (first, second) = (portal.application(Status::AwaitingForm).await, portal.application(Status::AwaitingForm).await);
        let (a, b) = (Leaf::Code(code_of(&first.application)), Leaf::Code(code_of(&second.application)));
        let bytes = scan(&[a.clone(), Leaf::Blank, b]);
        let item = record(&portal, &clerk, vec![bytes.clone()]).await;

        let view = look(&portal, &clerk, item).await;
        assert_eq!(states(&view), [PostState::Split, PostState::Proposed, PostState::Proposed]);
        let parts: Vec<_> =
            view.files.iter().map(|one| one.file.part_of.map(|(whole, from, to)| (whole == view.files[0].file.id, from, to))).collect();
        assert_eq!(parts, [None, Some((true, 1, 2)), Some((true, 3, 3))]);
        assert!(view.files[1..].iter().all(|one| one.verdict == Some(Verdict::Sure(FoundBy::Code))));
        assert_eq!(view.files[1].application.as_ref().map(|one| &one.number), Some(&first.application.number));
        assert_eq!((view.files[0].file.page_keys.len(), view.files[1].file.page_keys.len()), (0, 2));
        assert_eq!(counts(&portal, &clerk).await, [1, 0, 0]);
        // What came is kept as it came, with its hash.
        let (original, kept) = read_post_file(&portal.context, &clerk, item, view.files[0].file.id, Part::Whole).await.expect("the file");
        assert!(kept == bytes && original.sha256 == hex::encode(Sha256::digest(&bytes)));
        assert_eq!(status(&portal, &first).await, Status::AwaitingForm, "nothing is accepted by itself");

        portal.advance_minutes(3);
        let accepted = accept_all(&portal, &clerk, item).await;
        assert_eq!(accepted.done, [first.application.number.clone(), second.application.number.clone()]);
        assert!(accepted.left.is_empty());
        for (filed, part) in [(&first, &view.files[1].file), (&second, &view.files[2].file)] {
            assert_eq!(status(&portal, filed).await, Status::FormReceived);
            let form = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms").remove(0);
            assert_eq!(
                (form.channel, form.code_match, form.recorded_by),
                (ReturnChannel::Post, CodeMatch::Matched, clerk.account_id().expect("a clerk"))
            );
            assert_eq!(form.reference.as_deref(), Some("RL 123 · PS.5110.1"));
            assert_eq!(form.received_on, portal.now().warsaw_date());
            assert_eq!(form.files.iter().map(|file| &file.sha256).collect::<Vec<_>>(), [&part.sha256]);
        }
        let view = look(&portal, &clerk, item).await;
        assert_eq!(states(&view), [PostState::Split, PostState::Assigned, PostState::Assigned]);
        assert_eq!(view.files[1].file.settled.at, Some(portal.now()));
        assert_eq!(counts(&portal, &clerk).await, [0, 0, 1]);
        let events: Vec<String> = portal.trail("post", &item.to_string()).await.into_iter().map(|entry| entry.event).collect();
        assert_eq!(events, ["post.recorded", "post.read", "post.assigned", "post.assigned"]);
        // Once more changes nothing.
        let again = accept_all(&portal, &clerk, item).await;
        assert!(again.done.is_empty());
        assert_eq!(signed_forms::list_of(portal.db(), first.application.id).await.expect("forms").len(), 1);
    }

    async fn the_same_file_is_told_and_not_kept_twice(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (clerk, other) = (portal.office().await, portal.office_in("14").await);
        let filed = portal.application(Status::AwaitingForm).await;
        let bytes = scan_of(&[&filed.application]);
        let item = record(&portal, &clerk, vec![bytes.clone()]).await;
        let kept = stored(&portal).await;
        portal.advance_minutes(1);
        let again =
            record_post(&portal.context, &portal.office().await, &by_post(), vec![bytes.clone(), bytes.clone()]).await.expect("told");
        let Recorded::AllKnown(known) = again else { panic!("recorded again: {again:?}") };
        assert_eq!(known.iter().map(|one| (one.item, one.recorded_at)).collect::<Vec<_>>(), [(item, portal.now().plus_minutes(-1))]);
        assert_eq!((stored(&portal).await, portal.number("SELECT count(*) FROM post_items").await), (kept, 1));

        // With something new it is recorded, and says what it repeats; also what came twice at once.
        let new = picture(None, 7);
        let next = record(&portal, &clerk, vec![new.clone(), bytes.clone(), new]).await;
        let view = look(&portal, &clerk, next).await;
        assert_eq!(states(&view), [PostState::Unassigned, PostState::Repeated, PostState::Repeated]);
        let repeats: Vec<_> = view.files.iter().map(|one| one.repeats.map(|(item, _)| item)).collect();
        assert_eq!(repeats, [None, Some(item), Some(next)]);
        assert_eq!(stored(&portal).await, kept + 2);
        // Another office has its own post.
        record(&portal, &other, vec![bytes.clone()]).await;

        // Two clerks at once: one records, the other is told.
        let (third, fourth) = (portal.office().await, portal.office().await);
        let (bytes, new) = (picture(None, 99), by_post());
        let (one, two) = tokio::join!(
            record_post(&portal.context, &third, &new, vec![bytes.clone()]),
            record_post(&portal.context, &fourth, &new, vec![bytes.clone()])
        );
        let told = [one.expect("no fault"), two.expect("no fault")];
        let recorded = told.iter().filter(|told| matches!(told, Recorded::As(_))).count();
        let known = told.iter().filter(|told| matches!(told, Recorded::AllKnown(known) if known.len() == 1)).count();
        assert_eq!((recorded, known), (1, 1), "{told:?}");
    }

    async fn two_clerks_accept_at_once_and_one_form_is_recorded(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (one, two) = (portal.office().await, portal.office().await);
        let filed = portal.application(Status::AwaitingForm).await;
        let item = record(&portal, &one, vec![scan_of(&[&filed.application])]).await;
        let seen = ids(&look(&portal, &one, item).await);
        let other = portal.second(&db).await;
        let (a, b) = tokio::join!(accept_post(&portal.context, &one, item, &seen), accept_post(&other.context, &two, item, &seen));
        let (a, b) = (a.expect("no fault"), b.expect("no fault"));
        assert_eq!((a.done.len() + b.done.len(), a.left.len() + b.left.len()), (1, 1), "{a:?} {b:?}");
        assert_eq!(signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms").len(), 1);
        let notices = portal.notice_keys().await;
        assert_eq!(notices.iter().filter(|key| **key == "signed_form_received").count(), 1, "{notices:?}");

        // One discards what the other assigns.
        let filed = portal.application(Status::AwaitingForm).await;
        let item = record(&portal, &one, vec![picture(None, 3)]).await;
        let file = ids(&look(&portal, &one, item).await)[0];
        let refusal = Refusal { reason: "no_form".to_owned(), note: String::new() };
        let (a, b) = tokio::join!(
            async { assign_post(&portal.context, &one, item, &[file], filed.application.number.as_str()).await.map(|_| ()) },
            discard_post(&other.context, &two, item, file, &refusal)
        );
        let ((), refused) = one_of_two(a, b);
        assert!(matches!(refused, ServiceError::Stale), "{refused:?}");
    }

    async fn what_cannot_be_accepted_says_why_and_waits(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let waiting = portal.application(Status::AwaitingForm).await;
        let (approved, returned) = (portal.application(Status::Approved).await, portal.application(Status::Returned).await);
        let old = FormCode { revision: 2, ..code_of(&waiting.application) };
        let nobody = FormCode { number: ApplicationNumber::new(&VoivodeshipCode::trusted(VOIVODESHIP), 2026, 999_999), ..old.clone() };
        let number = waiting.application.number.as_str();
        let words = |text: String| scan(&[Leaf::Words(text)]);
        let files = vec![
            words(format!("Numer wniosku {number} Odcisk {}", waiting.application.fingerprint.short())),
            words(format!("W sprawie {number}")),
            scan(&[Leaf::Code(old)]),
            scan_of(&[&approved.application]),
            scan_of(&[&returned.application]),
            scan(&[Leaf::Code(elsewhere(5))]),
            scan(&[Leaf::Code(nobody)]),
            scan(&[Leaf::Blank]),
        ];
        let item = record(&portal, &clerk, files).await;
        let view = look(&portal, &clerk, item).await;
        let verdicts: Vec<_> = view.files.iter().map(|one| one.verdict.clone()).collect();
        let elsewhere_is = Verdict::OtherOffice(VoivodeshipCode::trusted("14"));
        let expected = [
            Some(Verdict::Sure(FoundBy::Text)),
            Some(Verdict::NumberOnly),
            Some(Verdict::Older),
            Some(Verdict::NotTaken),
            Some(Verdict::NotTaken),
            Some(elsewhere_is),
            Some(Verdict::Unknown),
            None,
        ];
        assert_eq!(verdicts, expected);
        let (proposed, unassigned) = (PostState::Proposed, PostState::Unassigned);
        assert_eq!(states(&view), [proposed, proposed, unassigned, unassigned, unassigned, unassigned, unassigned, unassigned]);
        assert_eq!(counts(&portal, &clerk).await, [1, 1, 0]);

        // By its number each says what is wrong.
        let assign =
            async |at: usize, number: &str| invalid(assign_post(&portal.context, &clerk, item, &[view.files[at].file.id], number).await);
        assert_eq!(assign(7, "").await, one("number", Invalid::Required));
        assert_eq!(assign(7, "W/26/2026").await, one("number", Invalid::NumberUnknown));
        assert_eq!(assign(7, "W/26/2026/999999").await, one("number", Invalid::NumberUnknown));
        assert_eq!(assign(7, "W/14/2026/000005").await, one("number", Invalid::NumberElsewhere));
        assert_eq!(assign(7, approved.application.number.as_str()).await, one("number", Invalid::FormNotTaken));
        assert_eq!(assign(7, returned.application.number.as_str()).await, one("number", Invalid::FormNotTaken));
        assert_eq!(assign(2, number).await, one("number", Invalid::FormOlderRevision));
        assert_eq!(assign(3, number).await, one("number", Invalid::FormOtherApplication));

        // One key takes what is sure, and nothing else.
        let accepted = accept_all(&portal, &clerk, item).await;
        assert_eq!(accepted.done, std::slice::from_ref(&waiting.application.number));
        assert_eq!(states(&look(&portal, &clerk, item).await)[..3], [PostState::Assigned, proposed, unassigned]);
        assert_eq!((status(&portal, &approved).await, status(&portal, &returned).await), (Status::Approved, Status::Returned));

        // What was a proposal when it came is judged by how it stands now.
        let late = portal.application(Status::AwaitingForm).await;
        let item = record(&portal, &clerk, vec![scan_of(&[&late.application])]).await;
        let stale = applications::find(portal.db(), late.application.id).await.expect("applications").expect("it");
        applications::save(portal.db(), &cas_portal::domain::application::Application { status: Status::Withdrawn, ..stale })
            .await
            .expect("moved");
        assert_eq!(look(&portal, &clerk, item).await.files[0].verdict, Some(Verdict::NotTaken));
        let accepted = accept_all(&portal, &clerk, item).await;
        assert_eq!((accepted.done.len(), accepted.left), (0, vec![late.application.number.clone()]));
    }

    async fn our_own_form_is_known_by_its_text_too(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let filed = portal.application(Status::AwaitingForm).await;
        let (_, pdf) = print_form::pdf(&portal.context, &portal.office().await, &filed.application.number).await.expect("a form");
        let found = examine(&pdf, &Limits::default()).expect("our own form");
        assert!(!found.signs.is_empty());
        for page in &found.signs {
            assert_eq!(page.codes, [code_of(&filed.application)]);
            assert!(page.numbers.contains(&filed.application.number), "{page:?}");
            assert!(page.fingerprints.contains(filed.application.fingerprint.compact()), "{page:?}");
        }
    }

    async fn photographs_of_one_form_become_one_form(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let filed = portal.application(Status::AwaitingForm).await;
        let code = code_of(&filed.application);
        let item = record(&portal, &clerk, vec![picture(Some(&code), 1), picture(None, 2)]).await;
        let view = look(&portal, &clerk, item).await;
        let verdicts: Vec<_> = view.files.iter().map(|one| one.verdict.clone()).collect();
        assert_eq!(verdicts, [Some(Verdict::Sure(FoundBy::Code)), Some(Verdict::Sure(FoundBy::Follows))]);
        assert_eq!(accept_all(&portal, &clerk, item).await.done.len(), 1);
        let forms = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms");
        assert_eq!(forms.iter().map(|form| form.files.len()).collect::<Vec<_>>(), [2]);

        // A page that is assigned later joins those that are there already.
        let filed = portal.application(Status::AwaitingForm).await;
        let item = record(&portal, &clerk, vec![picture(None, 4), picture(Some(&code_of(&filed.application)), 5)]).await;
        accept_all(&portal, &clerk, item).await;
        let left = ids(&look(&portal, &clerk, item).await)[0];
        portal.advance_minutes(1);
        assign_post(&portal.context, &clerk, item, &[left], filed.application.number.as_str()).await.expect("assigned");
        let forms = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms");
        assert_eq!(
            forms.iter().map(|form| (form.files.len(), form.code_match)).collect::<Vec<_>>(),
            [(2, CodeMatch::Matched), (1, CodeMatch::Matched)]
        );
    }

    async fn what_is_typed_is_checked_and_can_be_put_right(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let typed = NewPost {
            channel: "upload".to_owned(),
            received_on: "23.11.2026".to_owned(),
            sender: "x".repeat(201),
            reference: "1".repeat(61),
            case_sign: "1".repeat(38),
            ..NewPost::default()
        };
        let refused = invalid(record_post(&portal.context, &clerk, &typed, Vec::new()).await);
        let expected = [
            ("case_sign", Invalid::TooLong),
            ("channel", Invalid::Unknown),
            ("post_files", Invalid::FileMissing),
            ("post_reference", Invalid::TooLong),
            ("received_on", Invalid::DateFuture),
            ("sender", Invalid::TooLong),
        ];
        assert_eq!(refused, expected.map(|(field, reason)| (field.to_owned(), vec![reason])));
        let many = vec![b"x".to_vec(); MOST_FILES + 1];
        assert_eq!(invalid(record_post(&portal.context, &clerk, &by_post(), many).await), one("post_files", Invalid::FileTooMany));
        // Whoever looks after the country says whose post it is.
        let central = portal.actor(portal.central().await).await;
        let file = picture(None, 1);
        assert_eq!(
            invalid(record_post(&portal.context, &central, &by_post(), vec![file.clone()]).await),
            one("voivodeship", Invalid::Required)
        );
        let wrong = NewPost { voivodeship: "99".to_owned(), ..by_post() };
        assert_eq!(invalid(record_post(&portal.context, &central, &wrong, vec![file.clone()]).await), one("voivodeship", Invalid::Unknown));
        // Somebody of one office records for that one, whatever the form says.
        let forged = NewPost { voivodeship: "14".to_owned(), ..by_post() };
        let Recorded::As(item) = record_post(&portal.context, &clerk, &forged, vec![file]).await.expect("recorded") else {
            panic!("known")
        };
        assert_eq!(look(&portal, &clerk, item).await.item.voivodeship.as_str(), VOIVODESHIP);

        // A form that came before its application was filed is not taken, until the day is put right.
        let filed = portal.application(Status::AwaitingForm).await;
        let early = NewPost { received_on: "21.11.2026".to_owned(), ..by_post() };
        let file = scan_of(&[&filed.application]);
        let Recorded::As(item) = record_post(&portal.context, &clerk, &early, vec![file]).await.expect("recorded") else { panic!("known") };
        let view = look(&portal, &clerk, item).await;
        assert_eq!((states(&view)[0], view.files[0].verdict.clone()), (PostState::Unassigned, Some(Verdict::TooEarly)));
        let number = filed.application.number.as_str();
        let file = [view.files[0].file.id];
        let assign = || assign_post(&portal.context, &clerk, item, &file, number);
        assert_eq!(invalid(assign().await), one("number", Invalid::BeforeSubmission));
        let right = NewPost { channel: "epuap".to_owned(), ..by_post() };
        correct_post(&portal.context, &clerk, item, &right).await.expect("put right");
        assert_eq!(look(&portal, &clerk, item).await.item.channel, ReturnChannel::Epuap);
        assign().await.expect("assigned");
        let entry =
            portal.trail("post", &item.to_string()).await.into_iter().find(|entry| entry.event == "post.corrected").expect("an entry");
        assert!(!entry.details.to_string().contains("Morawicy"), "{}", entry.details);
    }

    async fn a_poisoned_file_is_refused_with_all_that_came_along(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let good = picture(None, 1);
        let script =
            String::from_utf8_lossy(&scan(&[Leaf::Blank])).replace("/Type/Catalog", "/Type/Catalog/OpenAction<</S/JavaScript/JS(x)>>");
        let poisoned: [(Vec<u8>, Invalid); 5] = [
            (b"MZ\x90 a program".to_vec(), Invalid::FileType),
            (Vec::new(), Invalid::FileEmpty),
            (vec![b'%'; 11 * 1024 * 1024], Invalid::FileTooBig),
            (b"%PDF-1.4 cut off".to_vec(), Invalid::FileBroken),
            (script.into_bytes(), Invalid::FileActive),
        ];
        for (bad, why) in poisoned {
            let told = record_post(&portal.context, &clerk, &by_post(), vec![good.clone(), bad]).await.expect("told");
            assert_eq!(told, Recorded::Refused { file: 2, reason: why });
        }
        assert_eq!((stored(&portal).await, portal.number("SELECT count(*) FROM post_items").await), (0, 0));
        assert_eq!(portal.number("SELECT count(*) FROM audit_entries WHERE event = 'post.refused' AND outcome = 'failed'").await, 5);
    }

    async fn a_file_is_sent_back_discarded_and_taken_out_again(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let item = record(&portal, &clerk, vec![picture(None, 1), picture(None, 2)]).await;
        let files = ids(&look(&portal, &clerk, item).await);
        let (context, reason) = (&portal.context, |reason: &str, note: &str| Refusal { reason: reason.to_owned(), note: note.to_owned() });
        assert_eq!(
            invalid(send_back_post(context, &clerk, item, files[0], &reason("", "")).await),
            one("send_back_reason", Invalid::Required)
        );
        // A reason of the other list is none.
        assert_eq!(
            invalid(send_back_post(context, &clerk, item, files[0], &reason("unwanted", "")).await),
            one("send_back_reason", Invalid::Unknown)
        );
        assert_eq!(
            invalid(discard_post(context, &clerk, item, files[0], &reason("other", "  ")).await),
            one("discard_note", Invalid::ReasonRequired)
        );
        assert_eq!(
            invalid(discard_post(context, &clerk, item, files[0], &reason("other", &"x".repeat(501))).await),
            one("discard_note", Invalid::TooLong)
        );
        send_back_post(context, &clerk, item, files[0], &reason("unsigned", "Proszę o podpis.")).await.expect("sent back");
        discard_post(context, &clerk, item, files[1], &reason("other", "Pusta strona.")).await.expect("discarded");
        assert_eq!(counts(&portal, &clerk).await, [0, 0, 1]);
        let view = look(&portal, &clerk, item).await;
        assert_eq!(states(&view), [PostState::SentBack, PostState::Discarded]);
        assert_eq!(view.files[1].file.settled.note.as_deref(), Some("Pusta strona."));
        // What is settled is settled, until somebody takes it out again.
        assert!(matches!(discard_post(context, &clerk, item, files[0], &reason("no_form", "")).await, Err(ServiceError::Stale)));
        reopen_post(context, &clerk, item, files[1]).await.expect("taken out");
        assert!(matches!(reopen_post(context, &clerk, item, files[1]).await, Err(ServiceError::Stale)));
        assert_eq!(counts(&portal, &clerk).await, [0, 1, 0]);
        // What went back may come again: it waits, and says when it was here before.
        let again = record(&portal, &clerk, vec![picture(None, 1)]).await;
        let came = look(&portal, &clerk, again).await;
        assert_eq!((states(&came), came.files[0].repeats.map(|(before, _)| before)), (vec![PostState::Unassigned], Some(item)));
        // Then the one before stays settled: there is one of it to do.
        assert!(matches!(reopen_post(context, &clerk, item, files[0]).await, Err(ServiceError::Stale)));
        discard_post(context, &clerk, again, ids(&came)[0], &reason("mistake", "")).await.expect("discarded");
        reopen_post(context, &clerk, item, files[0]).await.expect("taken out");
        let events: Vec<String> = portal.trail("post", &item.to_string()).await.into_iter().map(|entry| entry.event).collect();
        assert_eq!(events, ["post.recorded", "post.sent_back", "post.discarded", "post.reopened", "post.reopened"]);
    }

    async fn a_file_of_another_office_is_passed_on(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (clerk, there) = (portal.office_in("14").await, portal.office().await);
        let filed = portal.application(Status::AwaitingForm).await;
        let bytes = scan_of(&[&filed.application]);
        let item = record(&portal, &clerk, vec![bytes.clone()]).await;
        let view = look(&portal, &clerk, item).await;
        // The number says whose it is; nothing else of the application is shown.
        assert_eq!(view.files[0].verdict, Some(Verdict::OtherOffice(VoivodeshipCode::trusted(VOIVODESHIP))));
        assert_eq!(view.files[0].application, None);
        let file = view.files[0].file.id;
        for nowhere in ["", "14", "99"] {
            let reason = if nowhere.is_empty() { Invalid::Required } else { Invalid::Unknown };
            assert_eq!(invalid(pass_post(&portal.context, &clerk, item, file, nowhere).await), one("pass_to", reason));
        }
        pass_post(&portal.context, &clerk, item, file, VOIVODESHIP).await.expect("passed on");
        let passed = look(&portal, &clerk, item).await;
        assert_eq!((states(&passed), passed.files[0].file.object_key.as_str()), (vec![PostState::Passed], ""));
        assert!(matches!(read_post_file(&portal.context, &clerk, item, file, Part::Whole).await, Err(ServiceError::NotFound)));
        let arrived = post_queue(&portal.context, &there, PostView::ToAccept, None).await.expect("a list").rows.rows.remove(0).item;
        assert_eq!((arrived.passed_from.as_ref().map(|code| code.as_str()), arrived.case_sign), (Some("14"), None));
        assert!(matches!(view_post(&portal.context, &clerk, arrived.id).await, Err(ServiceError::NotFound)), "it is theirs now");
        assert_eq!(accept_all(&portal, &there, arrived.id).await.done, std::slice::from_ref(&filed.application.number));
        // The bytes here go; those there stay.
        portal.keep().await;
        assert_eq!(stored(&portal).await, 2);
        // What comes back lies here again, with its bytes.
        let strange = picture(None, 9);
        let item = record(&portal, &clerk, vec![strange.clone()]).await;
        pass_post(&portal.context, &clerk, item, ids(&look(&portal, &clerk, item).await)[0], VOIVODESHIP).await.expect("passed on");
        let arrived = post_queue(&portal.context, &there, PostView::Unassigned, None).await.expect("a list").rows.rows.remove(0).item.id;
        pass_post(&portal.context, &there, arrived, ids(&look(&portal, &there, arrived).await)[0], "14").await.expect("passed back");
        let back = post_queue(&portal.context, &clerk, PostView::Unassigned, None).await.expect("a list").rows.rows.remove(0).item.id;
        let files = ids(&look(&portal, &clerk, back).await);
        portal.keep().await;
        let (_, kept) = read_post_file(&portal.context, &clerk, back, files[0], Part::Whole).await.expect("the file");
        assert!(kept == strange, "nothing is lost on the way");
        // Twice passed on is there once.
        let second = portal.office_in("12").await;
        let item = record(&portal, &second, vec![bytes]).await;
        let file = ids(&look(&portal, &second, item).await)[0];
        pass_post(&portal.context, &second, item, file, VOIVODESHIP).await.expect("passed on");
        assert_eq!(counts(&portal, &there).await, [0, 0, 2]);
    }

    async fn a_form_that_is_refused_says_why_and_photographs_are_assigned_together(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let filed = portal.application(Status::AwaitingForm).await;
        // More pages than a form may have files, each with its code.
        let code = code_of(&filed.application);
        let photos: Vec<Vec<u8>> = (0..12).map(|shade| picture(Some(&code), shade)).collect();
        let item = record(&portal, &clerk, photos).await;
        let accepted = accept_all(&portal, &clerk, item).await;
        assert_eq!(accepted.refused, [(filed.application.number.clone(), vec![Invalid::FileTooMany])]);
        assert!(accepted.done.is_empty() && accepted.left.is_empty());
        assert_eq!(status(&portal, &filed).await, Status::AwaitingForm);
        // Some of them are enough: one form, and one letter.
        let files = ids(&look(&portal, &clerk, item).await);
        let number = filed.application.number.as_str();
        let twice = [files[0], files[1], files[2], files[1]];
        assign_post(&portal.context, &clerk, item, &twice, number).await.expect("assigned");
        let forms = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms");
        assert_eq!((forms.len(), forms[0].files.len()), (1, 3));
        assert_eq!(portal.notice_keys().await.iter().filter(|key| key.contains("form")).count(), 1);
        // One that waits no more lets none of the others go.
        assert!(matches!(assign_post(&portal.context, &clerk, item, &[files[3], files[0]], number).await, Err(ServiceError::Stale)));
        assert_eq!(states(&look(&portal, &clerk, item).await)[3], PostState::Proposed);
    }

    async fn nobody_else_sees_or_touches_it(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let item = record(&portal, &clerk, vec![picture(None, 1)]).await;
        let file = ids(&look(&portal, &clerk, item).await)[0];
        let refusal = Refusal { reason: "no_form".to_owned(), note: String::new() };
        let strangers = [
            portal.office_in("14").await,
            portal.actor(portal.official(Role::Helpdesk, Some(VOIVODESHIP)).await).await,
            portal.actor(portal.official(Role::Auditor, None).await).await,
            portal.actor(portal.application(Status::Approved).await.persons[0]).await,
        ];
        for actor in &strangers {
            let results = [
                view_post(&portal.context, actor, item).await.map(|_| ()),
                accept_post(&portal.context, actor, item, &[file]).await.map(|_| ()),
                assign_post(&portal.context, actor, item, &[file], "W/26/2026/000001").await.map(|_| ()),
                discard_post(&portal.context, actor, item, file, &refusal).await,
                pass_post(&portal.context, actor, item, file, "12").await,
                reopen_post(&portal.context, actor, item, file).await,
                correct_post(&portal.context, actor, item, &by_post()).await,
                read_post_file(&portal.context, actor, item, file, Part::Page(1)).await.map(|_| ()),
            ];
            assert!(results.iter().all(|result| matches!(result, Err(ServiceError::NotFound))), "{results:?}");
        }
        assert_eq!(portal.number("SELECT count(*) FROM audit_entries WHERE event = 'access.refused' AND object_kind = 'post'").await, 32);
        for actor in &strangers[1..] {
            assert!(matches!(record_post(&portal.context, actor, &by_post(), vec![picture(None, 9)]).await, Err(ServiceError::Denied)));
            assert!(matches!(post_queue(&portal.context, actor, PostView::ToAccept, None).await, Err(ServiceError::Denied)));
        }
        assert_eq!(counts(&portal, &strangers[0]).await, [0, 0, 0]);
        // A file of another item is not reached through one's own.
        let mine = record(&portal, &strangers[0], vec![picture(None, 2)]).await;
        assert!(matches!(read_post_file(&portal.context, &strangers[0], mine, file, Part::Whole).await, Err(ServiceError::NotFound)));
        assert!(matches!(discard_post(&portal.context, &strangers[0], mine, file, &refusal).await, Err(ServiceError::NotFound)));
        let central = portal.actor(portal.central().await).await;
        assert_eq!(counts(&portal, &central).await, [0, 2, 0]);
    }

    async fn pages_of_a_view_neither_skip_nor_repeat(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let mut recorded = Vec::new();
        for shade in 0..5 {
            recorded.push(record(&portal, &clerk, vec![picture(None, shade)]).await);
        }
        let scope = cas_portal::domain::permission::ListScope::Voivodeships(vec![VoivodeshipCode::trusted(VOIVODESHIP)]);
        let (mut seen, mut after) = (Vec::new(), None::<String>);
        loop {
            let page = post::list(portal.db(), &scope, PostView::Unassigned, after.as_deref(), 2).await.expect("a page");
            seen.extend(page.rows.iter().map(|item| item.id));
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        // All of one moment: the order is that of their ids.
        recorded.sort();
        assert_eq!(seen, recorded);
    }

    async fn it_is_erased_after_its_time_and_with_its_application(db: TestDatabase) {
        let retention = Retention { post: Some(60), withdrawn: Some(30), ..Retention::default() };
        let portal = TestPortal::new(&db).with_retention(retention);
        let clerk = portal.office().await;
        let (first, second) = (portal.application(Status::AwaitingForm).await, portal.application(Status::AwaitingForm).await);
        let both = record(&portal, &clerk, vec![scan_of(&[&first.application, &second.application])]).await;
        accept_all(&portal, &clerk, both).await;
        let waiting = record(&portal, &clerk, vec![picture(None, 1)]).await;
        let put_away = record(&portal, &clerk, vec![picture(None, 2)]).await;
        let file = ids(&look(&portal, &clerk, put_away).await)[0];
        let refusal = Refusal { reason: "no_form".to_owned(), note: String::new() };
        discard_post(&portal.context, &clerk, put_away, file, &refusal).await.expect("discarded");

        // With an application go the part that was its form, and the scan in which it was seen. The other's part stays.
        let gone = portal.reload(&first.application.number).await;
        let since = portal.now();
        applications::save(
            portal.db(),
            &cas_portal::domain::application::Application { status: Status::Withdrawn, status_since: since, ..gone },
        )
        .await
        .expect("moved");
        portal.advance_days(31);
        assert_eq!(portal.keep().await.erased, 2, "the application and its applicant");
        let view = look(&portal, &clerk, both).await;
        assert_eq!(
            view.files.iter().map(|one| one.application.as_ref().map(|one| &one.number)).collect::<Vec<_>>(),
            [Some(&second.application.number)]
        );
        let (_, left) = read_post_file(&portal.context, &clerk, both, view.files[0].file.id, Part::Page(1)).await.expect("the page");
        assert!(!left.is_empty());
        assert_eq!(stored(&portal).await, 6, "two files with their page each, and what waits");

        portal.advance_days(31);
        // Of several workers each item is erased once.
        let other = portal.second(&db).await;
        let (a, b) = tokio::join!(portal.keep(), other.keep());
        assert_eq!(a.erased + b.erased, 2);
        assert!(matches!(view_post(&portal.context, &clerk, both).await, Err(ServiceError::NotFound)));
        look(&portal, &clerk, waiting).await;
        assert_eq!(stored(&portal).await, 2, "what waits is kept");
        assert_eq!(signed_forms::list_of(portal.db(), second.application.id).await.expect("forms")[0].files.len(), 1, "the form stays");
        assert_eq!(portal.number("SELECT count(*) FROM audit_entries WHERE event = 'post.erased'").await, 2);
        // The same file may come again: nothing is known of it any more.
        record(&portal, &clerk, vec![picture(None, 2)]).await;
    }

    async fn a_form_recorded_by_hand_and_one_from_the_post_stand_beside_each_other(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let clerk = portal.office().await;
        let filed = portal.application(Status::AwaitingForm).await;
        let item = record(&portal, &clerk, vec![scan_of(&[&filed.application])]).await;
        let arrival = Arrival { channel: "post".to_owned(), ..Arrival::default() };
        let now = portal.reload(&filed.application.number).await;
        record_arrival(&portal.context, &clerk, &now.number, now.version, &arrival, Vec::new()).await.expect("on paper");
        portal.advance_minutes(1);
        assert_eq!(accept_all(&portal, &clerk, item).await.done.len(), 1);
        let forms = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms");
        assert_eq!(forms.iter().map(|form| form.files.len()).collect::<Vec<_>>(), [1, 0]);
    }
}
