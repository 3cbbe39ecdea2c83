//! Delivery to a real SMTP server: what arrives, what is tried again, what is not, and when nothing is sent at all.

use crate::support::smtp_sink::{Manner, SmtpSink};
use cas_portal::domain::moment::Moment;
use cas_portal::mail::{MailSettingError, Mailer, OutgoingLetter, SendError, Sender};
use std::time::{Duration, Instant};

fn mailer(setting: &str) -> Mailer {
    Mailer::from_setting(setting, &Sender::parse("Portal CAS – konta <portal@example.pl>").expect("a sender")).expect("a mailer")
}

fn letter() -> OutgoingLetter {
    OutgoingLetter {
        to: "anna.zolw@gops.example.pl".into(),
        to_name: "Anna Żółw-Gżegżółka".into(),
        subject: "Wniosek W/26/2026/000123: formularz już jest – wydrukuj go i podpisz, potem odeślij do urzędu".into(),
        body:
            "Dzień dobry,\n\nzażółć gęślą jaźń, Ćmielów, Łódź, Święta Katarzyna, Źródła i Żary, to wszystko w jednym długim akapicie.\n\n\
               https://portal.example.pl/applications/W-26-2026-000123\n\n.\nKoniec.\n"
                .into(),
        message_id: "0d3cbf6e-6f0f-4f6e-9f55-2f4f7a1d8a11@portal.example.pl".into(),
        composed_at: Moment(1_795_327_500_000),
    }
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let sink = SmtpSink::start();
    mailer(&sink.setting("")).send(&letter()).await.expect("sent");
    let got = sink.letters().pop().expect("a letter");
    assert_eq!(got.subject, letter().subject);
    // The protocol ends a message with a line end of its own.
    assert_eq!(got.body.trim_end(), letter().body.trim_end());
    assert_eq!((got.to, got.to_name), (letter().to, letter().to_name));
    assert_eq!((got.from.as_str(), got.from_name.as_str()), ("portal@example.pl", "Portal CAS – konta"));
    assert_eq!(got.links, ["https://portal.example.pl/applications/W-26-2026-000123"]);
    assert_eq!(got.sent_at, letter().composed_at);
    assert!(sink.raw_letters()[0].is_ascii());
}

#[tokio::test]
async fn temporary_and_permanent_refusals_are_told_apart() {
    let sink = SmtpSink::start();
    let mailer = mailer(&sink.setting(""));
    for (manner, permanent) in [(Manner::RefusesTemporarily, false), (Manner::RefusesForGood, true), (Manner::IsClosed, false)] {
        sink.behave(manner);
        let error = mailer.send(&letter()).await.expect_err("refused");
        assert_eq!(error.is_permanent(), permanent, "{manner:?}: {error}");
    }
    assert!(sink.letters().is_empty());
    sink.behave(Manner::Takes);
    mailer.send(&letter()).await.expect("sent after all");
    assert_eq!(sink.letters().len(), 1);
}

#[tokio::test]
async fn a_second_attempt_carries_the_same_message_id() {
    let sink = SmtpSink::start();
    let mailer = mailer(&sink.setting(""));
    sink.behave(Manner::HangsUpAfterTaking);
    assert!(mailer.send(&letter()).await.is_err_and(|e| !e.is_permanent()));
    sink.behave(Manner::Takes);
    mailer.send(&letter()).await.expect("sent");
    let ids: Vec<_> = sink.letters().into_iter().map(|l| l.message_id).collect();
    assert_eq!(ids, [letter().message_id, letter().message_id]);
}

#[tokio::test]
async fn a_silent_server_costs_the_time_limit_and_its_connection_is_not_used_again() {
    let sink = SmtpSink::start();
    let mailer = mailer(&sink.setting("?timeout=1"));
    mailer.send(&letter()).await.expect("sent");
    sink.behave(Manner::Stalls);
    let start = Instant::now();
    let error = mailer.send(&letter()).await.expect_err("a time-out");
    assert!(!error.is_permanent(), "{error}");
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    sink.behave(Manner::Takes);
    mailer.send(&letter()).await.expect("sent over a new connection");
    // Had the stalled connection been used again, the second letter would be mangled.
    assert_eq!(sink.letters().iter().map(|l| l.body.trim_end().len()).collect::<Vec<_>>(), [letter().body.trim_end().len(); 2]);
    assert_eq!(sink.connections(), 2);
}

#[tokio::test]
async fn letters_in_a_row_share_a_connection_and_parallel_ones_do_not_wait() {
    let sink = SmtpSink::start();
    let mailer = mailer(&sink.setting(""));
    for _ in 0..5 {
        mailer.send(&letter()).await.expect("sent");
    }
    assert_eq!(sink.connections(), 1);
    let parallel = (0..8).map(|_| {
        let mailer = mailer.clone();
        tokio::spawn(async move { mailer.send(&letter()).await })
    });
    for sent in futures::future::join_all(parallel).await {
        sent.expect("no panic").expect("sent");
    }
    assert_eq!(sink.wait_for(13, Duration::from_secs(5)).await.len(), 13);
}

#[tokio::test]
async fn nobody_listening_is_temporary() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let setting = format!("smtp://{}", free.local_addr().expect("its address"));
    drop(free);
    let error = mailer(&setting).send(&letter()).await.expect_err("nobody there");
    assert!(matches!(error, SendError::Temporary(_)), "{error}");
    assert!(mailer(&setting).check().await.is_err());
}

#[tokio::test]
async fn required_encryption_is_not_given_up() {
    let sink = SmtpSink::start();
    for attempt in [mailer(&sink.setting("?tls=required")).send(&letter()).await, mailer(&sink.setting("?tls=required")).check().await] {
        let error = attempt.expect_err("no encryption there");
        assert!(!error.is_permanent() && error.to_string().contains("STARTTLS"), "{error}");
    }
    assert!(sink.letters().is_empty());
    mailer(&sink.setting("?tls=opportunistic")).send(&letter()).await.expect("takes what there is");
}

#[tokio::test]
async fn an_encrypted_delivery_signs_in_and_trusts_only_known_authorities() {
    let sink = SmtpSink::start_with_tls();
    let authority = sink.authority.clone().expect("an authority");
    let setting = |login: &str, ca: &str| format!("smtp://{login}localhost:{}?tls=required&timeout=5{ca}", sink.port());
    let ca = format!("&ca={}", authority.display());

    let error = mailer(&setting("portal:tajne@", "")).send(&letter()).await.expect_err("an unknown authority");
    assert!(!error.is_permanent(), "{error}");
    assert!(sink.sign_ins().is_empty(), "no password for a stranger");

    let error = mailer(&setting("portal:nieto@", &ca)).send(&letter()).await.expect_err("a wrong password");
    assert!(!error.is_permanent(), "a wrong password is not the letter's fault: {error}");
    assert!(!error.to_string().contains("nieto"), "{error}");
    assert!(sink.letters().is_empty());

    let mailer = mailer(&setting("portal:tajne@", &ca));
    mailer.check().await.expect("lets us in");
    mailer.send(&letter()).await.expect("sent");
    assert_eq!(sink.letters()[0].subject, letter().subject);
    assert_eq!(sink.sign_ins().last(), Some(&("portal".to_owned(), "tajne".to_owned())));
    assert!(!format!("{mailer:?} {}", mailer.destination()).contains("tajne"));
}

#[tokio::test]
async fn a_broken_authority_file_stops_the_start() {
    let wrong = Mailer::from_setting("smtps://poczta.example.pl?ca=/nie/ma/takiego.pem", &Sender::parse("a@b.pl").expect("a sender"));
    assert!(matches!(wrong, Err(MailSettingError::Certificate(_))), "{wrong:?}");
}

#[tokio::test]
async fn memory_keeps_one_copy_of_a_repeated_letter() {
    let mailer = mailer("memory:");
    mailer.send(&letter()).await.expect("kept");
    mailer.send(&letter()).await.expect("kept");
    let Mailer::Memory(memory) = &mailer else { panic!("not in memory") };
    assert_eq!(memory.received().len(), 1);
    assert_eq!(memory.received()[0].body, letter().body);
}
