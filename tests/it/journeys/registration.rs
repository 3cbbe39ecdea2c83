//! From the first page of a registration to the signed form: what two people, two tabs and two clicks make of it.

use super::registrant::{Registrant, letter, link, serve};
use crate::support::client::Client;
use crate::support::database::{TestDatabase, on_both};
use cas_portal::pdf::hand_signed;
use cas_portal::storage::applications;

/// Applications about a REGON.
async fn filed(db: &TestDatabase, regon: &str) -> usize {
    applications::list_by_regon(db.connection(), regon, None, 100).await.expect("a list").len()
}

on_both! {
    /// The whole path, until the office has the form.
    async fn a_unit_is_registered_and_its_form_comes_back(db: TestDatabase) {
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna-nowak", 1);
        anna.prepare().await;
        let check = anna.client.get("/register/check").await;
        check.assert_status(200);
        for words in [anna.unit_name.as_str(), "Morawica (gmina miejsko-wiejska)", "powiat kielecki", "Nowak-Źdźbło", "przeglądający, wprowadzający dane"] {
            assert!(check.words().contains(words), "“{words}” is checked:\n{}", check.words());
        }
        let path = anna.submit().await;
        assert!(path.starts_with("W-26-"), "{path}");

        let registered = letter(&server, &anna.email(), "/form.pdf").await;
        assert_eq!(link(&registered, "/applications/"), format!("/applications/{path}/form"));
        anna.client.get(&format!("/applications/{path}")).await.assert_redirect(&format!("/login?next=%2Fapplications%2F{path}").replace("%2F", "/"));

        anna.sign_in().await.assert_redirect(&format!("/applications/{path}"));
        let page = anna.client.get(&format!("/applications/{path}")).await;
        page.assert_status(200);
        assert_eq!(page.attribute("main", "data-status").as_deref(), Some("awaiting_form"));
        assert_eq!(page.attribute("main", "data-revision").as_deref(), Some("1"));
        assert!(page.has("[data-channel=upload]") && page.has("time[datetime]"), "channels and the deadline");
        assert_eq!(page.attributes("[data-event]", "data-event"), ["application.submitted"]);
        anna.client.get("/applications").await.assert_redirect(&format!("/applications/{path}"));
        anna.client.get("/register/check").await.assert_redirect(&format!("/applications/{path}"));

        let form = anna.client.get(&format!("/applications/{path}/form")).await;
        form.assert_status(200);
        assert!(form.words().contains(&anna.unit_name) && form.has("svg.qr"));
        let pdf = anna.client.get(&format!("/applications/{path}/form.pdf")).await;
        pdf.assert_status(200);
        assert_eq!(pdf.header("content-type"), Some("application/pdf"));
        assert_eq!(pdf.header("content-disposition"), Some(format!("inline; filename=\"{path}-1.pdf\"").as_str()));
        assert!(pdf.header("cache-control").is_some_and(|c| c.contains("no-store")) && pdf.header("etag").is_some());
        assert!(pdf.bytes.starts_with(b"%PDF-"));
        assert_eq!(anna.client.get(&format!("/applications/{path}/form.pdf")).await.bytes, pdf.bytes, "the same bytes for the same revision");

        let signed = format!("/applications/{path}/signed-form");
        // What the portal printed, sent back as it is, nobody has signed.
        let unsigned = anna.client.upload(&signed, &[], &[("files", "skan.pdf", "application/pdf", &pdf.bytes)]).await;
        assert!(unsigned.assert_status(422).field_errors()[0].1.contains("jeszcze bez podpisu"));
        let scan = hand_signed(&pdf.bytes).expect("a signed form");
        anna.client.upload(&signed, &[], &[("files", "skan.pdf", "application/pdf", &scan)]).await.assert_redirect(&format!("/applications/{path}"));
        let page = anna.client.get(&format!("/applications/{path}")).await;
        assert_eq!(page.attribute("main", "data-status").as_deref(), Some("form_received"));
        assert_eq!(page.attribute("[data-signed-form]", "data-code-match").as_deref(), Some("matched"));
        let file = page.attributes(".card a", "href").into_iter().find(|href| !href.contains("/page/")).expect("a file");
        let file = anna.client.get(&file).await;
        assert_eq!(file.bytes, scan);
        assert!(file.header("content-disposition").is_some_and(|d| d.starts_with("attachment; filename=\"W-26-")), "{:?}", file.headers);
        let image = page.attributes(".card a", "href").into_iter().find(|href| href.contains("/page/")).expect("a page");
        let image = anna.client.get(&image).await;
        assert_eq!(image.header("content-type"), Some("image/png"));
        anna.client.get(&format!("{signed}/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10")).await.assert_status(404);
    }

    /// A double click, another tab, and back.
    async fn submitting_twice_makes_one_application(db: TestDatabase) {
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        anna.prepare().await;
        let presses = (0..4).map(|_| anna.client.post("/register/check", &[("note", "raz")]));
        for page in futures_of(presses.collect()).await {
            page.assert_redirect("/register/submitted");
        }
        assert_eq!(filed(&db, &anna.regon).await, 1);
        anna.client.post("/register/check", &[("note", "dwa")]).await.assert_redirect("/register/submitted");
        for back in ["/register/tasks", "/register/unit-data", "/register/check"] {
            anna.client.get(back).await.assert_redirect("/register/submitted");
        }
        anna.client.post("/register/person", &[("login", "inny")]).await.assert_redirect("/register/submitted");
        assert_eq!(filed(&db, &anna.regon).await, 1);
    }

    /// One gets the unit, the other a field error that names nobody.
    async fn two_people_with_one_regon_make_one_application(db: TestDatabase) {
        let server = serve(&db).await;
        let (anna, ewa) = (Registrant::new(&server, "anna", 1), Registrant::new(&server, "ewa", 1));
        anna.prepare().await;
        ewa.prepare().await;
        let (one, other) = tokio::join!(anna.client.post("/register/check", &[]), ewa.client.post("/register/check", &[]));
        let (won, lost) = if one.status == 303 { (one, other) } else { (other, one) };
        won.assert_redirect("/register/submitted");
        lost.assert_status(422);
        assert_eq!(lost.field_errors().len(), 1);
        assert_eq!(lost.attribute(".error-summary a", "href").as_deref(), Some("/register/unit-data#regon"));
        assert!(!lost.words().contains("W/26/"));
        assert_eq!(filed(&db, &anna.regon).await, 1);
        let third = Registrant::new(&server, "jan", 1);
        third.client.get("/register").await;
        third.done("/register", &[]).await;
        let found = third.client.get(&format!("/register/unit?unit_search={}", third.regon)).await;
        found.assert_status(200);
        assert!(found.words().contains("Ktoś złożył już wniosek"), "{}", found.words());
        assert!(!found.words().contains("Nowak") && !found.words().contains("anna"), "nobody is named");
        assert!(!found.has("input[name=unit]"), "no second application is offered");
    }

    /// Two applicants choose one login at the same moment.
    async fn two_people_with_one_login_make_one_account(db: TestDatabase) {
        let server = serve(&db).await;
        let (one, mut other) = (Registrant::new(&server, "anna", 1), Registrant::new(&server, "anna", 2));
        one.prepare().await;
        other.client = server.client();
        other.prepare().await;
        one.submit().await;
        let lost = other.client.post("/register/check", &[]).await;
        lost.assert_status(422);
        assert_eq!(lost.attribute(".error-summary a", "href").as_deref(), Some("/register/person#login"));
        assert_eq!(filed(&db, &other.regon).await, 0);
    }

    /// The letter's link opens the draft elsewhere, and closes it where it was; confirming works from another browser too.
    async fn a_draft_goes_on_in_another_browser(db: TestDatabase) {
        let server = serve(&db).await;
        let mut anna = Registrant::new(&server, "anna", 1);
        anna.start().await;
        assert!(anna.client.get("/register/save").await.words().contains("najpierw podaj swój adres"));
        anna.describe_unit().await;
        anna.introduce().await;
        // Whoever has the link reads the draft: it does not go to an address that nobody has confirmed.
        anna.client.post("/register/save", &[]).await.assert_redirect("/register/save");
        assert!(anna.client.get("/register/save").await.words().contains("Najpierw potwierdź adres"));
        anna.done("/register/email", &[("action", "send")]).await;
        let confirm = link(&letter(&server, &anna.email(), "/register/confirm/").await, "/register/confirm/");
        let stranger = server.client();
        stranger.get(&confirm).await.assert_status(200);
        stranger.post(&confirm, &[]).await.assert_status(200);
        anna.done("/register/save", &[]).await.assert_redirect("/register/tasks");
        let back = link(&letter(&server, &anna.email(), "/register/resume/").await, "/register/resume/");

        let old = std::mem::replace(&mut anna.client, server.client());
        anna.client.get(&back).await.assert_status(200);
        old.get("/register/tasks").await.assert_status(200);
        anna.done(&back, &[]).await.assert_redirect("/register/tasks");
        anna.client.get("/register/tasks").await.assert_status(200);
        old.get("/register/tasks").await.assert_redirect("/register");
        assert_eq!(anna.client.get("/register/unit-data").await.value("regon").as_deref(), Some(anna.regon.as_str()));

        anna.client.get("/register/check").await.assert_redirect("/register/tasks");
        anna.ask().await;
        anna.submit().await;
        assert_eq!(stranger.get("/register/confirm/nichts").await.status, 410);
        assert_eq!(stranger.get("/register/resume/nichts").await.status, 410);
    }

    /// A correction: a new revision, the old form refused, and the message alone without a new signature is not asked for here.
    async fn a_correction_makes_a_new_revision_and_its_old_form_is_refused(db: TestDatabase) {
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        anna.prepare().await;
        let path = anna.submit().await;
        anna.sign_in().await;
        let (place, signed) = (format!("/applications/{path}"), format!("/applications/{path}/signed-form"));
        let first = anna.client.get(&format!("{place}/form.pdf")).await;
        anna.client.get(&format!("{place}/edit")).await.assert_status(200);
        anna.done(&format!("{place}/edit"), &[]).await.assert_redirect("/register/tasks");
        let tasks = anna.client.get("/register/tasks").await;
        assert_eq!(tasks.attributes("[data-step]", "data-step"), ["unit-data", "person", "needs", "statements", "email", "check"]);
        let mut fields = anna.unit_fields();
        fields[0].1 = "Ośrodek po zmianie nazwy";
        anna.done("/register/unit-data", &fields).await.assert_redirect("/register/statements");
        anna.state().await.assert_redirect("/register/check");
        anna.done("/register/check", &[]).await.assert_redirect(&place);
        let page = anna.client.get(&place).await;
        assert_eq!(page.attribute("main", "data-revision").as_deref(), Some("2"));
        let refused = anna.client.upload(&signed, &[], &[("files", "a.pdf", "application/pdf", &first.bytes)]).await;
        refused.assert_status(422);
        assert_eq!(refused.field_errors(), [("files".to_owned(), "To formularz starszej wersji wniosku. Pobierz bieżący, daj go do podpisu i prześlij.".to_owned())]);
        let second = anna.client.get(&format!("{place}/form.pdf")).await;
        let second = hand_signed(&second.bytes).expect("a signed form");
        anna.client.upload(&signed, &[], &[("files", "a.pdf", "application/pdf", &second)]).await.assert_redirect(&place);

        // The correction is its owner's alone, also for who holds the cookie.
        anna.done(&format!("{place}/edit"), &[]).await;
        anna.client.get("/register/tasks").await.assert_status(200);
        anna.done("/logout", &[]).await;
        anna.client.get("/register/tasks").await.assert_redirect("/register");
        anna.sign_in().await;
        anna.client.get(&format!("{place}/withdraw")).await.assert_status(200);
        anna.done(&format!("{place}/withdraw"), &[]).await.assert_redirect(&place);
        let page = anna.client.get(&place).await;
        assert_eq!(page.attribute("main", "data-status").as_deref(), Some("withdrawn"));
        for gone in ["edit", "withdraw", "signed-form"] {
            anna.client.get(&format!("{place}/{gone}")).await.assert_status(409);
        }
    }

    /// What somebody else filed does not exist.
    async fn an_application_is_hidden_from_others(db: TestDatabase) {
        let server = serve(&db).await;
        let (anna, ewa) = (Registrant::new(&server, "anna", 1), Registrant::new(&server, "ewa", 2));
        anna.prepare().await;
        let path = anna.submit().await;
        ewa.prepare().await;
        ewa.submit().await;
        ewa.sign_in().await;
        for rest in ["", "/form", "/form.pdf", "/signed-form", "/edit", "/withdraw"] {
            ewa.client.get(&format!("/applications/{path}{rest}")).await.assert_status(404);
        }
        for rest in ["/edit", "/withdraw"] {
            ewa.client.post(&format!("/applications/{path}{rest}"), &[]).await.assert_status(404);
        }
        let file = [("files", "a.pdf", "application/pdf", b"%PDF-1.4".as_slice())];
        ewa.client.upload(&format!("/applications/{path}/signed-form"), &[], &file).await.assert_status(404);
        let nobody: Client = server.client();
        nobody.get(&format!("/applications/{path}")).await.assert_status(303);
        anna.sign_in().await;
        assert_eq!(anna.client.get(&format!("/applications/{path}")).await.attribute("main", "data-status").as_deref(), Some("awaiting_form"));
    }

    /// Fifty persons under one signature, and not one more.
    async fn fifty_persons_fit(db: TestDatabase) {
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        anna.prepare().await;
        for number in 2..=50 {
            let (login, email) = (format!("osoba-{number}"), format!("osoba{number}@gops.example.pl"));
            let fields = [("first_name", "Zofia"), ("last_name", "Brzęczyszczykiewicz"), ("position", "referent"), ("email", &email), ("phone", "413114692"), ("login", &login)];
            anna.done(&format!("/register/persons/{number}"), &fields).await.assert_redirect(&format!("/register/needs/{number}"));
            anna.done(&format!("/register/needs/{number}"), &[("about", &login), ("grants", "SR:viewer")]).await.assert_redirect("/register/needs");
        }
        let list = anna.client.get("/register/needs").await;
        assert_eq!(list.count("[data-person]"), 50);
        assert!(!list.has("a[href='/register/persons/51']"));
        anna.client.get("/register/persons/51").await.assert_redirect("/register/needs");
        let path = anna.submit().await;
        anna.sign_in().await;
        assert!(anna.client.get(&format!("/applications/{path}/form.pdf")).await.bytes.starts_with(b"%PDF-"));
    }
}

/// All at once.
async fn futures_of<T>(futures: Vec<impl std::future::Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut is_ready = true;
        for (future, done) in futures.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            match future.as_mut().poll(context) {
                std::task::Poll::Ready(value) => *done = Some(value),
                std::task::Poll::Pending => is_ready = false,
            }
        }
        if is_ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
