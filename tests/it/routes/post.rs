//! „Wpływy” over HTTP: who gets what answer, what a hostile form or file does, and what the pages say.

use crate::support::client::{Client, Page};
use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use crate::support::scans::{picture, scan_of};
use crate::support::web::Site;
use cas_portal::domain::account::Role;
use cas_portal::domain::application::status::Status;

const TYPED: [(&str, &str); 2] = [("channel", "post"), ("sender", "GOPS w Morawicy")];

/// Records files by post; gives the answer.
async fn record(clerk: &Client, fields: &[(&str, &str)], files: &[&[u8]]) -> Page {
    let files: Vec<_> = files.iter().map(|bytes| ("post_files", "skan.pdf", "application/pdf", *bytes)).collect();
    clerk.upload("/admin/post/record", fields, &files).await
}

/// The page of what was recorded.
async fn recorded(clerk: &Client, files: &[&[u8]]) -> Page {
    let answer = record(clerk, &TYPED, files).await;
    answer.assert_status(303);
    let page = clerk.follow(&answer).await;
    page.assert_status(200);
    page
}

/// The address of a file's own page.
fn file_path(page: &Page, index: usize) -> String {
    format!("{}/files/{}", page.path, page.attributes("[data-file]", "data-file")[index])
}

on_both! {
    async fn each_role_gets_its_own_answer_at_each_route(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site: Site = portal.site().await;
        let clerk = site.signed_in(&portal, portal.administrator().await).await;
        let item = recorded(&clerk, &[&picture(None, 1)]).await;
        let file = file_path(&item, 0);
        let pages = [
            "/admin/post".to_owned(),
            "/admin/post/record".to_owned(),
            "/export/post/csv".to_owned(),
            item.path.clone(),
            format!("{}/correct", item.path),
            file.clone(),
            format!("{file}/original"),
            format!("{file}/page/1"),
        ];
        let posts = [
            format!("{}/accept", item.path),
            format!("{}/correct", item.path),
            format!("{file}/assign"),
            format!("{file}/send-back"),
            format!("{file}/discard"),
            format!("{file}/pass"),
            format!("{file}/reopen"),
        ];
        for page in &pages {
            clerk.get(page).await.assert_status(200);
        }

        let visitor = site.visitor();
        for page in &pages {
            assert!(visitor.get(page).await.assert_status(303).location().starts_with("/login"), "{page}");
        }
        for post in &posts {
            visitor.post(post, &[]).await.assert_redirect("/login");
        }
        let unit = portal.unit().await;
        for (who, account) in [
            ("an account holder", portal.employee(unit).await),
            ("the helpdesk", portal.official(Role::Helpdesk, Some("26")).await),
            ("an auditor", portal.official(Role::Auditor, None).await),
        ] {
            let client = site.signed_in(&portal, account).await;
            for page in &pages {
                assert_eq!(client.get(page).await.status, 403, "{who} at {page}");
            }
            for post in &posts {
                assert_eq!(client.post(post, &[]).await.status, 403, "{who} at {post}");
            }
            assert_eq!(record(&client, &TYPED, &[&picture(None, 8)]).await.status, 403, "{who}");
            assert!(!client.get("/account").await.has("a[href='/admin/post']"), "{who}");
        }
        let stranger = site.signed_in(&portal, portal.administrator_of("14").await).await;
        for page in &pages[..3] {
            stranger.get(page).await.assert_status(200);
        }
        for page in &pages[3..] {
            stranger.get(page).await.assert_status(404);
        }
        for post in &posts {
            stranger
                .post(
                    post,
                    &[
                        ("number", "W/26/2026/000001"),
                        ("pass_to", "12"),
                        ("send_back_reason", "unsigned"),
                        ("discard_reason", "no_form"),
                        ("channel", "post"),
                    ],
                )
                .await
                .assert_status(404);
        }
        for nowhere in ["/admin/post/x", "/admin/post/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10", "/admin/post/x/correct", "/export/post/pdf"] {
            clerk.get(nowhere).await.assert_status(404);
        }
        clerk.post(&posts[0], &[("csrf_token", "forged")]).await.assert_status(403);
        clerk.post(&posts[0], &[("file", "x")]).await.assert_status(404);
        let central = site.signed_in(&portal, portal.central().await).await;
        for page in &pages {
            central.get(page).await.assert_status(200);
        }
        assert!(central.get("/admin/post/record").await.has("select[name=voivodeship]"));
    }

    async fn one_form_with_one_button_accepts_what_is_sure(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let clerk = site.signed_in(&portal, portal.administrator().await).await;
        let (first, second) = (portal.application(Status::AwaitingForm).await, portal.application(Status::AwaitingForm).await);
        let page = recorded(&clerk, &[&scan_of(&[&first.application, &second.application]), &picture(None, 1)]).await;
        assert!(page.text(".flash").contains("Wpływ jest zapisany."));
        assert_eq!(page.attributes("[data-file]", "data-state"), ["split", "proposed", "proposed", "unassigned"]);
        assert_eq!(page.count("[autofocus]"), 1);
        assert_eq!(page.text("button[autofocus]"), "Przyjmij");
        assert!(page.words().contains("Ze skanów i zdjęć portal odczytuje tylko kody QR."), "what is not read is said");
        let list = clerk.get("/admin/post").await;
        assert!(list.text("tbody tr").contains("GOPS w Morawicy"));
        let accepted = clerk.submit(&page.form("/accept")).await;
        accepted.assert_redirect(&page.path);
        let page = clerk.follow(&accepted).await;
        assert!(page.text(".flash").contains("Formularze są przyjęte."));
        assert!(!page.has("form[action$='/accept']"));
        assert!(page.words().contains(first.application.number.as_str()) && page.words().contains(second.application.number.as_str()));
        // A form of before, sent once more, is told how it stands.
        let again = clerk.post(&format!("{}/accept", page.path), &[("file", &page.attributes("[data-file]", "data-file")[1])]).await;
        assert!(clerk.follow(&again).await.text(".flash").contains("Ktoś zajął się tym wcześniej"));
        // Whoever accepted it does not decide it.
        let review = clerk.get(&format!("/admin/applications/{}", first.application.number.to_path())).await;
        assert!(review.words().contains("jest zapisany przez Ciebie"), "{}", review.words());
    }

    async fn what_is_wrong_stands_at_its_field_and_what_was_typed_stays(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let clerk = site.signed_in(&portal, portal.administrator().await).await;
        let evil = "<script>alert(1)</script>";
        let refused = record(&clerk, &[("sender", evil), ("received_on", "jutro")], &[]).await;
        refused.assert_status(422);
        let fields: Vec<String> = refused.field_errors().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["channel", "received_on", "post_files"]);
        assert_eq!((refused.value("sender").as_deref(), refused.value("received_on").as_deref()), (Some(evil), Some("jutro")));
        assert!(!refused.body.contains("<script>alert"));
        let poisoned = record(&clerk, &TYPED, &[&picture(None, 1), b"MZ a program"]).await;
        poisoned.assert_status(422);
        assert!(poisoned.words().contains("Nie przyjęliśmy pliku 2 z 2") && poisoned.words().contains("Nie przyjmujemy takich plików."));

        // A sender that is a page or a formula is text, on pages and in files.
        let name = "=HYPERLINK(\"http://zly.example\")<b>x</b>";
        let answer = record(&clerk, &[("channel", "email"), ("sender", name)], &[&picture(None, 2)]).await;
        let page = clerk.follow(&answer).await;
        assert!(page.words().contains(name) && !page.body.contains("<b>x</b>"));
        assert!(page.words().contains("(nadawca niepotwierdzony)"));
        let csv = clerk.get("/export/post/csv?view=unassigned").await;
        csv.assert_status(200);
        assert!(csv.body.contains("'=HYPERLINK") && csv.body.contains("świętokrzyskie"), "{}", csv.body);
        assert_eq!(csv.body.lines().count(), 2);

        // The same file again: when and where it was recorded, with a link, and what was typed.
        let again = record(&clerk, &TYPED, &[&picture(None, 2)]).await;
        again.assert_status(422);
        assert_eq!(again.attribute(".notice a", "href").as_deref(), Some(page.path.as_str()));
        assert!(
            again.words().contains("Te pliki są już zapisane w tym urzędzie.")
                && again.value("sender").as_deref() == Some("GOPS w Morawicy")
        );

        let file = file_path(&page, 0);
        for (action, fields, wrong) in [
            ("assign", vec![("number", "W/26/2026/999999")], "number"),
            ("send-back", vec![("send_back_note", "Proszę o podpis")], "send_back_reason"),
            ("discard", vec![("discard_reason", "other")], "discard_note"),
            ("pass", vec![("pass_to", "26")], "pass_to"),
        ] {
            let refused = clerk.post(&format!("{file}/{action}"), &fields).await;
            refused.assert_status(422);
            let fields_now: Vec<String> = refused.field_errors().into_iter().map(|(field, _)| field).collect();
            assert_eq!(fields_now, [wrong]);
            for (field, value) in fields.iter().filter(|(field, _)| *field != "pass_to") {
                assert_eq!(refused.value(field).as_deref(), Some(*value), "{action}");
            }
        }
        let corrected = clerk.get(&format!("{}/correct", page.path)).await;
        let wrong = clerk.submit(&corrected.form("/correct").fill("received_on", "31.02.2026")).await;
        wrong.assert_status(422);
        assert_eq!(wrong.value("sender").as_deref(), Some(name));
        let right = clerk.submit(&corrected.form("/correct").fill("sender", "Kancelaria")).await;
        assert!(clerk.follow(&right).await.words().contains("Kancelaria"));
    }

    async fn a_file_is_settled_on_its_own_page(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let clerk = site.signed_in(&portal, portal.administrator().await).await;
        let filed = portal.application(Status::AwaitingForm).await;
        let page = recorded(&clerk, &[&picture(None, 1), &picture(None, 2), &picture(None, 3)]).await;
        let files: Vec<String> = (0..3).map(|index| file_path(&page, index)).collect();
        let number = filed.application.number.as_str();
        let settle = async |file: &str, action: &str, texts: &[(&str, &str)]| {
            let own = clerk.get(file).await;
            let answer = clerk.submit(&own.form(action).fill_all(texts)).await;
            answer.assert_redirect(&page.path);
            clerk.follow(&answer).await.text(".flash")
        };
        assert!(settle(&files[0], "/assign", &[("number", &number.to_lowercase())]).await.contains("przypisany do wniosku"));
        assert!(settle(&files[1], "/send-back", &[("send_back_reason", "unreadable")]).await.contains("Odesłanie pliku"));
        assert!(settle(&files[2], "/discard", &[("discard_reason", "no_form")]).await.contains("odłożony"));
        // Its page is over: whoever comes late is led to how it stands.
        clerk.get(&files[0]).await.assert_redirect(&page.path);
        clerk.post(&format!("{}/discard", files[0]), &[("discard_reason", "no_form")]).await.assert_redirect(&page.path);
        let now = clerk.get(&page.path).await;
        assert_eq!(now.attributes("[data-file]", "data-state"), ["assigned", "sent_back", "discarded"]);
        assert!(now.words().contains("plik jest nieczytelny"));
        let reopened = clerk.submit(&now.form("/reopen")).await;
        assert!(clerk.follow(&reopened).await.text(".flash").contains("znowu czeka"));
        // What somebody sent is only ever saved; what we drew of it is shown.
        let whole = clerk.get(&format!("{}/original", files[0])).await;
        assert!(whole.header("content-disposition").is_some_and(|how| how.starts_with("attachment; filename=\"wplyw-")));
        let drawn = clerk.get(&format!("{}/page/1", files[0])).await;
        assert_eq!(drawn.header("content-type"), Some("image/png"));
        clerk.get(&format!("{}/page/2", files[0])).await.assert_status(404);
        assert_eq!(whole.bytes, picture(None, 1));
    }
}
