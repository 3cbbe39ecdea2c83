//! Electronic signatures of forms that come: refused where they are broken, kept with what was found where they are not.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{START, TestPortal};
use crate::support::refusals::{invalid, one};
use crate::support::signing::{Authority, PESEL, PdfLook, Signer};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::signed_form::{CodeMatch, SignedForm};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::identifiers::ApplicationNumber;
use cas_portal::domain::invalid::Invalid;
use cas_portal::domain::signature::{Chain, Extent, Format, Integrity};
use cas_portal::services::receive_signed_form::{Arrival, record_arrival, upload};
use cas_portal::services::{ServiceSettings, print_form};
use cas_portal::signatures::Roots;
use cas_portal::storage::signed_forms;
use std::sync::Arc;

struct Case {
    portal: TestPortal,
    number: ApplicationNumber,
    applicant: Actor,
    /// The form as printed.
    form: Vec<u8>,
    /// The head whom the form names.
    head: Signer,
    other: Signer,
}

async fn case(db: &TestDatabase) -> Case {
    let root = Authority::new("Korzeń", START);
    let portal = TestPortal::new(db).with_signature_roots(&root.pem);
    let filed = portal.application(Status::AwaitingForm).await;
    let number = filed.application.number.clone();
    let applicant = portal.actor(filed.persons[0]).await;
    let (_, form) = print_form::pdf(&portal.context, &applicant, &number).await.expect("a form");
    let head = root.person("Maria", "Wójcik-Źdźbło", START);
    Case { portal, number, applicant, form, head, other: root.person("Ewa", "Lis", START) }
}

impl Case {
    async fn kept(&self) -> Vec<SignedForm> {
        let application = self.portal.reload(&self.number).await;
        signed_forms::list_of(self.portal.db(), application.id).await.expect("forms")
    }
}

fn heads() -> [String; 1] {
    ["Maria Wójcik-Źdźbło".to_owned()]
}

on_both! {
    async fn a_signed_form_is_kept_with_what_was_found_and_with_no_number_of_a_person(db: TestDatabase) {
        let case = case(&db).await;
        let signed = case.head.sign_pdf(&case.form);
        assert_eq!(upload(&case.portal.context, &case.applicant, &case.number, vec![signed]).await.expect("received"), CodeMatch::Matched);
        let form = case.kept().await.remove(0);
        let found = form.files[0].signatures.clone().expect("checked").remove(0);
        assert_eq!((found.format, found.integrity, found.extent, found.chain), (Format::Pades, Integrity::Sound, Extent::Whole, Chain::Trusted));
        assert_eq!(found.signer.as_deref(), Some("Maria Wójcik-Źdźbło"));
        assert!(form.signature_warnings(&heads()).is_empty());
        assert_eq!(form.files[0].signature_state(), Some("sound"));
        // Neither the row nor the trail has the number that the certificate has.
        let held = case.portal.number(&format!("SELECT count(*) FROM signed_form_files WHERE CAST(signatures AS TEXT) LIKE '%{PESEL}%'")).await;
        assert_eq!(held, 0);
        let trail = case.portal.trail("application", case.number.as_str()).await;
        assert_eq!(trail[0].details["signatures"][0], "sound");
        assert!(!trail.iter().any(|entry| entry.details.to_string().contains("Wójcik")), "names stay out of the trail");
    }

    async fn a_broken_or_weak_signature_is_refused_to_both_sides_and_leaves_only_a_trace(db: TestDatabase) {
        let case = case(&db).await;
        let office = case.portal.office().await;
        let mut changed = case.head.sign_pdf(&case.form);
        // A byte of a comment: nothing on the page looks different.
        changed[9] ^= 1;
        let weak = case.head.sign_pdf_with(&case.form, &PdfLook { format: "adbe.pkcs7.sha1", ..PdfLook::default() });
        let arrival = Arrival { channel: "e_delivery".to_owned(), ..Arrival::default() };
        for (file, reason) in [(changed, Invalid::SignatureBroken), (weak, Invalid::SignatureWeak)] {
            let sent = upload(&case.portal.context, &case.applicant, &case.number, vec![file.clone()]).await;
            assert_eq!(invalid(sent), one("files", reason));
            let recorded = record_arrival(&case.portal.context, &office, &case.number, 0, &arrival, vec![file]).await;
            assert_eq!(invalid(recorded), one("files", reason));
        }
        assert!(case.kept().await.is_empty());
        assert_eq!(case.portal.reload(&case.number).await.status, Status::AwaitingForm);
        let trail = case.portal.trail("application", case.number.as_str()).await;
        assert_eq!(trail.iter().filter(|entry| entry.event == "signed_form.refused").count(), 4);
    }

    async fn what_cannot_be_proven_is_taken_with_a_warning(db: TestDatabase) {
        let case = case(&db).await;
        let stranger = Authority::new("Nieznany", START).person("Maria", "Wójcik-Źdźbło", START);
        let unknown = case.head.sign_pdf_with(&case.form, &PdfLook { format: "ETSI.CAdES.attached", ..PdfLook::default() });
        for (file, warnings) in [
            (stranger.sign_pdf(&case.form), vec!["unknown_issuer"]),
            (case.other.sign_pdf(&case.form), vec!["other_person"]),
            (unknown, vec!["unknown_method"]),
        ] {
            case.portal.advance_minutes(1);
            upload(&case.portal.context, &case.applicant, &case.number, vec![file]).await.expect("received");
            assert_eq!(case.kept().await[0].signature_warnings(&heads()), warnings);
        }
        // Where nobody was named as trusted, that is said and nothing is warned of.
        let mut context = case.portal.context.clone();
        context.settings = Arc::new(ServiceSettings { signature_roots: Roots::default(), ..(*context.settings).clone() });
        case.portal.advance_minutes(1);
        upload(&context, &case.applicant, &case.number, vec![case.head.sign_pdf(&case.form)]).await.expect("received");
        let form = case.kept().await.remove(0);
        assert!(form.signature_warnings(&heads()).is_empty());
        assert!(form.files[0].signatures.as_ref().is_some_and(|found| found[0].unchecked().contains(&"issuer")));
    }

    async fn xml_signatures_carry_the_form_or_lie_beside_it(db: TestDatabase) {
        let case = case(&db).await;
        let inside = case.head.sign_in_xml(&case.form, "").into_bytes();
        let beside = case.head.sign_beside(&case.form).into_bytes();
        for files in [vec![inside.clone()], vec![case.form.clone(), beside.clone()]] {
            case.portal.advance_minutes(1);
            let matched = upload(&case.portal.context, &case.applicant, &case.number, files).await.expect("received");
            assert_eq!(matched, CodeMatch::Matched);
            let form = case.kept().await.remove(0);
            assert!(form.signature_warnings(&heads()).is_empty(), "{:?}", form.files);
            assert!(form.files.iter().filter_map(|file| file.signatures.as_ref()).any(|found| found[0].covers_content()));
        }
        // Alone it is about a file that nobody sent; with another form in the place of the signed one it is broken.
        case.portal.advance_minutes(1);
        upload(&case.portal.context, &case.applicant, &case.number, vec![beside]).await.expect("received");
        assert_eq!(case.kept().await[0].signature_warnings(&heads()), ["other_file"]);
        let changed = String::from_utf8(inside).expect("text").replacen("JVBERi0x", "JVBERi0y", 1).into_bytes();
        let sent = upload(&case.portal.context, &case.applicant, &case.number, vec![changed]).await;
        assert_eq!(invalid(sent), one("files", Invalid::SignatureBroken));
    }
}
