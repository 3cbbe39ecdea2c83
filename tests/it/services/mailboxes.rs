//! Mailboxes of offices, read from a real IMAP server: each message lands in the post once, whatever is in it and whoever looks, nobody is
//! answered, and a mailbox that cannot be read is told.

use crate::support::database::{TestDatabase, on_both};
use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::support::fixtures::VOIVODESHIP;
use crate::support::portal::TestPortal;
use crate::support::scans::{picture, scan_of};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cas_portal::domain::application::Application;
use cas_portal::domain::application::signed_form::MediaType;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::PostItemId;
use cas_portal::domain::permission::ListScope;
use cas_portal::domain::post::{PostState, PostView};
use cas_portal::domain::retention::Retention;
use cas_portal::domain::voivodeship::{ReturnChannel, VoivodeshipCode};
use cas_portal::mail::MailboxAddress;
use cas_portal::services::handle_post::{ItemView, Refusal, accept_post, discard_post, post_queue, read_post_file, view_post};
use cas_portal::services::poll_mailboxes::{OfficeMailbox, Polled, poll_mailboxes};
use cas_portal::services::receive_signed_form::Part;
use cas_portal::storage::applications;
use cas_portal::storage::post_mailboxes::list_failing;
use secrecy::SecretString;

fn mailbox(voivodeship: &str, address: MailboxAddress) -> OfficeMailbox {
    OfficeMailbox { voivodeship: VoivodeshipCode::trusted(voivodeship), address }
}

/// A message with attachments: name and content.
fn message(subject: &str, attachments: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let parts: String = attachments
        .iter()
        .map(|(name, bytes)| {
            let packed = BASE64_STANDARD.encode(bytes).into_bytes();
            let lines: Vec<_> = packed.chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
            format!(
                "--B\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
                lines.join("\r\n")
            )
        })
        .collect();
    format!(
        "From: \"GOPS <b>Morawica</b>\" <sekretariat@gops-morawica.example.pl>\r\nTo: wps26@example.pl\r\nSubject: {subject}\r\n\
         Message-ID: <{subject}@example.pl>\r\nDisposition-Notification-To: sekretariat@gops-morawica.example.pl\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nW załączeniu formularz.\r\n\
         {parts}--B--\r\n"
    )
    .into_bytes()
}

async fn poll(portal: &TestPortal) -> Polled {
    poll_mailboxes(&portal.context).await.expect("no fault of ours")
}

/// Everything in the post, as its office sees it.
async fn everything(portal: &TestPortal) -> Vec<ItemView> {
    let clerk = portal.office().await;
    let mut ids: Vec<PostItemId> = Vec::new();
    for view in PostView::ALL {
        let rows = post_queue(&portal.context, &clerk, view, None).await.expect("a list").rows.rows;
        ids.extend(rows.into_iter().map(|row| row.item.id));
    }
    ids.sort();
    ids.dedup();
    let mut views = Vec::new();
    for id in ids {
        views.push(view_post(&portal.context, &clerk, id).await.expect("an item"));
    }
    views
}

fn states(view: &ItemView) -> Vec<PostState> {
    view.files.iter().map(|one| one.file.state).collect()
}

on_both! {
    async fn a_message_lands_in_the_post_with_its_attachments_and_nobody_is_answered(db: TestDatabase) {
        let server = Dovecot::start().await;
        let portal = TestPortal::new(&db).with_mailboxes(vec![mailbox(VOIVODESHIP, server.address("wps26"))]);
        let filed = portal.application(Status::AwaitingForm).await;
        let raw = message("Formularz", &[("skan.pdf", scan_of(&[&filed.application])), ("zdjecie.png", picture(None, 1))]);
        server.deliver("wps26", "1", &raw);
        assert_eq!(poll(&portal).await, Polled { taken: 1, failed: 0 });
        assert_eq!(server.count_read("wps26"), 1);

        let view = everything(&portal).await.remove(0);
        assert_eq!((view.item.channel, view.item.recorded_by), (ReturnChannel::Email, None));
        assert_eq!(view.item.sender.as_deref(), Some("GOPS <b>Morawica</b> <sekretariat@gops-morawica.example.pl>"));
        assert_eq!((view.item.subject.as_deref(), view.item.text.as_deref()), (Some("Formularz"), Some("W załączeniu formularz.")));
        assert_eq!(view.item.mailbox.as_deref(), Some("wps26"));
        assert_eq!(states(&view), [PostState::Split, PostState::Proposed, PostState::Unassigned]);
        // The message itself is kept as it came.
        let clerk = portal.office().await;
        let (kept, bytes) =
            read_post_file(&portal.context, &clerk, view.item.id, view.files[0].file.id, Part::Whole).await.expect("the message");
        assert!(kept.media_type == MediaType::Message && bytes == raw);
        // A proposal, and nothing more until somebody accepts it.
        assert_eq!(portal.reload(&filed.application.number).await.status, Status::AwaitingForm);
        assert!(portal.notice_keys().await.is_empty() && portal.mailbox.received().is_empty(), "nobody is answered");
        let accepted = accept_post(&portal.context, &clerk, view.item.id, &[view.files[1].file.id]).await.expect("accepted");
        assert_eq!(accepted.done, std::slice::from_ref(&filed.application.number));
        let events: Vec<String> = portal.trail("post", &view.item.id.to_string()).await.into_iter().map(|entry| entry.event).collect();
        assert_eq!(events, ["post.recorded", "post.fetched", "post.read", "post.assigned"]);
        assert_eq!(poll(&portal).await, Polled::default());
    }

    async fn a_message_is_taken_once_whatever_happens(db: TestDatabase) {
        let server = Dovecot::start().await;
        let portal = TestPortal::new(&db).with_mailboxes(vec![mailbox(VOIVODESHIP, server.address("wps26"))]);
        for shade in 0..6_u8 {
            server.deliver("wps26", &shade.to_string(), &message(&format!("Pismo {shade}"), &[("a.png", picture(None, shade))]));
        }
        // Two workers at once.
        let other = portal.second(&db).await;
        let (a, b) = tokio::join!(poll(&portal), poll(&other));
        assert_eq!((a.taken + b.taken, a.failed + b.failed), (6, 0));
        assert_eq!(everything(&portal).await.len(), 6);
        // The process died before the marks were set.
        server.unread_all("wps26");
        assert_eq!(poll(&portal).await.taken, 0);
        assert_eq!((server.count_read("wps26"), everything(&portal).await.len()), (6, 6));
        // The mailbox was built anew, and its messages have other numbers.
        server.unread_all("wps26");
        server.renumber("wps26");
        assert_eq!(poll(&portal).await.taken, 0);
        assert_eq!((server.count_read("wps26"), everything(&portal).await.len()), (6, 6));
        // A forged Message-ID keeps nobody's message out.
        server.deliver("wps26", "7", &message("Pismo 1", &[("b.png", picture(None, 77))]));
        assert_eq!(poll(&portal).await.taken, 1);
        // The same attachment once more is told, and not kept twice.
        server.deliver("wps26", "8", &message("Jeszcze raz", &[("b.png", picture(None, 77))]));
        poll(&portal).await;
        let last = everything(&portal).await.pop().expect("an item");
        assert_eq!(states(&last), [PostState::Unassigned, PostState::Repeated], "its words are read by somebody");
        // A worker that died with the mailbox in its hands holds it up for some minutes only.
        let office = VoivodeshipCode::trusted(VOIVODESHIP);
        let until = portal.now().plus_minutes(10);
        assert!(cas_portal::storage::post_mailboxes::claim(portal.db(), &office, "dead", portal.now(), until).await.expect("claimed"));
        server.deliver("wps26", "9", &message("Czeka", &[]));
        assert_eq!(poll(&portal).await.taken, 0);
        portal.advance_minutes(11);
        assert_eq!(poll(&portal).await.taken, 1);
    }

    async fn whatever_is_in_a_message_somebody_sees_that_it_came(db: TestDatabase) {
        let server = Dovecot::start().await;
        let portal = TestPortal::new(&db).with_mailboxes(vec![mailbox(VOIVODESHIP, server.address("wps26"))]);
        let poison: Vec<(&str, Vec<u8>)> = vec![
            ("../../etc/passwd.pdf", b"MZ a program".to_vec()),
            ("pusty.pdf", Vec::new()),
            ("pismo.docx", b"PK\x03\x04 office".to_vec()),
        ];
        server.deliver("wps26", "1", &message("Zatrute", &poison));
        server.deliver("wps26", "2", &message("Bez zalacznika", &[]));
        server.deliver("wps26", "3", b"\x00\xff nothing that is a message");
        // It would be opened without end.
        let deep = format!("Subject: Glebokie\r\n{}Subject: x\r\n\r\nhello", "Content-Type: message/rfc822\r\n\r\n".repeat(100_000));
        server.deliver("wps26", "5", deep.as_bytes());
        let mut huge = message("Ogromne", &[]);
        huge.extend(vec![b'x'; 41 * 1024 * 1024]);
        server.deliver("wps26", "4", &huge);
        assert_eq!(poll(&portal).await, Polled { taken: 5, failed: 0 });
        let views = everything(&portal).await;
        assert_eq!(views.len(), 5);
        for view in &views {
            assert_eq!(states(view), [PostState::Unassigned], "the message itself waits for somebody");
        }
        let by_subject = |subject: &str| views.iter().find(|view| view.item.subject.as_deref() == Some(subject)).expect("it came");
        assert_eq!((by_subject("Zatrute").item.skipped, by_subject("Glebokie").item.skipped), (3, 1));
        assert!(by_subject("Ogromne").item.is_cut && !by_subject("Bez zalacznika").item.is_cut);
        assert!(by_subject("Ogromne").files[0].file.size < 10_000, "its head alone is kept");
    }

    async fn with_an_application_goes_the_message_that_brought_its_form(db: TestDatabase) {
        let server = Dovecot::start().await;
        let retention = Retention { withdrawn: Some(30), post: None, ..Retention::default() };
        let portal =
            TestPortal::new(&db).with_mailboxes(vec![mailbox(VOIVODESHIP, server.address("wps26"))]).with_retention(retention);
        let filed = portal.application(Status::AwaitingForm).await;
        let raw = message("Formularz", &[("skan.pdf", scan_of(&[&filed.application])), ("zdjecie.png", picture(None, 1))]);
        server.deliver("wps26", "1", &raw);
        assert_eq!(poll(&portal).await.taken, 1);
        let (clerk, view) = (portal.office().await, everything(&portal).await.remove(0));
        accept_post(&portal.context, &clerk, view.item.id, &[view.files[1].file.id]).await.expect("accepted");
        let refusal = Refusal { reason: "no_form".to_owned(), note: String::new() };
        discard_post(&portal.context, &clerk, view.item.id, view.files[2].file.id, &refusal).await.expect("discarded");
        let gone = portal.reload(&filed.application.number).await;
        let gone = Application { status: Status::Withdrawn, status_since: portal.now(), ..gone };
        applications::save(portal.db(), &gone).await.expect("moved");
        portal.advance_days(31);
        portal.keep().await;
        // What is left is the picture, of which nobody knows any more with whose words it came.
        let left = everything(&portal).await.remove(0);
        assert_eq!(states(&left), [PostState::Discarded]);
        assert_eq!((left.item.sender, left.item.subject, left.item.text), (None, None, None));
        assert_eq!(portal.context.files.list("post").await.expect("the store").len(), 2, "the picture and its page");
    }

    async fn a_mailbox_that_cannot_be_read_is_told_and_stops_no_other(db: TestDatabase) {
        let server = Dovecot::start().await;
        let good = mailbox("14", server.address("wps14"));
        let wrong = MailboxAddress { password: SecretString::from("inne haslo"), ..server.address("wps26") };
        let strange = MailboxAddress { roots: None, ..server.address("wps12") };
        let nowhere = MailboxAddress { folder: "Nie ma".to_owned(), ..server.address("wps10") };
        let all = vec![mailbox("10", nowhere), mailbox("12", strange), mailbox("26", wrong), good.clone()];
        let portal = TestPortal::new(&db).with_mailboxes(all);
        server.deliver("wps14", "1", &message("Pismo", &[]));
        assert_eq!(poll(&portal).await, Polled { taken: 1, failed: 3 });
        let since = portal.now();
        portal.advance_minutes(5);
        poll(&portal).await;
        let failing = list_failing(portal.db(), &ListScope::Country).await.expect("rows");
        let told: Vec<_> = failing.iter().map(|one| (one.voivodeship.as_str(), one.since, one.failure.as_str())).collect();
        assert_eq!(told, [("10", since, "folder"), ("12", since, "connection"), ("26", since, "refused")], "since the first time");
        assert!(!format!("{:?}", portal.context.settings.mailboxes).contains(PASSWORD));

        // The office sees its own mailbox, and nobody else's.
        let clerk = portal.office().await;
        let seen = post_queue(&portal.context, &clerk, PostView::ToAccept, None).await.expect("a list").failing;
        assert_eq!(seen.iter().map(|one| one.voivodeship.as_str()).collect::<Vec<_>>(), ["26"]);
        // With the right password it is well again.
        let mended = portal.with_mailboxes(vec![mailbox("26", server.address("wps26"))]);
        assert_eq!(poll(&mended).await, Polled::default());
        assert!(post_queue(&portal.context, &clerk, PostView::ToAccept, None).await.expect("a list").failing.is_empty());
        // The server is down.
        server.stop();
        assert_eq!(poll(&mended).await, Polled { taken: 0, failed: 1 });
    }
}
