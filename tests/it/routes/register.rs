//! The pages of registration: no step is skipped, nothing typed is lost, nothing foreign is believed, everything is escaped.

use crate::journeys::registrant::{PASSWORD, Registrant, serve};
use crate::support::client::Page;
use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::storage::{accounts, units};

const STEPS: [&str; 8] = ["unit", "unit-data", "person", "password", "needs", "statements", "email", "check"];

fn errors_at(page: &Page) -> Vec<String> {
    page.field_errors().into_iter().map(|(field, _)| field).collect()
}

on_both! {
    /// Without a draft to the start; with one to the task list, until the steps before are done.
    async fn no_step_is_skipped_by_its_url(db: TestDatabase) {
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        let others = ["tasks", "gmina", "persons/2", "needs/1", "save", "persons/2/remove"];
        for step in STEPS.iter().chain(&others) {
            anna.client.get(&format!("/register/{step}")).await.assert_redirect("/register");
        }
        anna.client.get("/register/submitted").await.assert_redirect("/register");
        anna.client.get("/register").await;
        // The list of needs is only read; each person's needs are posted at a path of their own.
        for step in STEPS.iter().filter(|step| **step != "needs") {
            anna.client.post(&format!("/register/{step}"), &[("login", "x")]).await.assert_redirect("/register");
        }
        anna.done("/register", &[]).await;
        let closed = |open: &'static [&'static str]| STEPS.iter().filter(move |step| !open.contains(step));
        for step in closed(&["unit"]) {
            anna.client.get(&format!("/register/{step}")).await.assert_redirect("/register/tasks");
            if *step != "needs" {
                anna.client.post(&format!("/register/{step}"), &[]).await.assert_redirect("/register/tasks");
            }
        }
        anna.done("/register/unit", &[("unit", "new")]).await;
        for step in closed(&["unit", "unit-data", "person"]) {
            anna.client.get(&format!("/register/{step}")).await.assert_redirect("/register/tasks");
        }
        anna.describe_unit().await;
        anna.introduce().await;
        for step in ["statements", "check"] {
            anna.client.get(&format!("/register/{step}")).await.assert_redirect("/register/tasks");
        }
        for path in ["/register/persons/3", "/register/persons/0", "/register/needs/2", "/register/needs/99999999999999999999"] {
            assert_ne!(anna.client.get(path).await.status, 200, "{path}");
        }
        anna.client.get("/register/persons/1").await.assert_redirect("/register/person");
        anna.client.get("/register/submitted").await.assert_redirect("/register/tasks");
    }

    /// 422 with everything typed, and each error leads to its field.
    async fn a_refused_page_keeps_what_was_typed(db: TestDatabase) {
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        anna.start().await;
        let typed = [("name", "  Dom \"Pod <Lipą>\" & spółka "), ("regon", "123456789"), ("nip", "1"), ("town", "Łódź"), ("gmina_search", "Bolesławiec"), ("postal_code", "26026x"), ("kind", "nie_ma")];
        let page = anna.client.post("/register/unit-data", &typed).await;
        page.assert_status(422);
        assert_eq!(page.place().as_deref(), Some("register-unit-data"));
        assert_eq!(page.value("name").as_deref(), Some("Dom \"Pod <Lipą>\" & spółka"));
        for (name, value) in [("regon", "123456789"), ("nip", "1"), ("town", "Łódź"), ("gmina_search", "Bolesławiec"), ("postal_code", "26026x")] {
            assert_eq!(page.value(name).as_deref(), Some(value));
        }
        assert!(page.count("input[name=terc]") > 1, "several gminas have this name");
        let fields = errors_at(&page);
        for field in ["kind", "regon", "nip", "postal_code", "terc", "head_last_name", "phone"] {
            assert!(fields.contains(&field.to_owned()) && page.has(&format!("#{field}")), "{field} of {fields:?}");
        }
        assert_eq!(fields[..3], ["kind", "regon", "nip"], "in the order of the page");
        assert!(page.text("title").starts_with("Błąd:"));
        anna.describe_unit().await;

        let page = anna.client.post("/register/person", &[("first_name", "4nna"), ("login", "żółw"), ("email", "a@b")]).await;
        page.assert_status(422);
        assert_eq!((page.value("first_name").as_deref(), page.value("login").as_deref()), (Some("4nna"), Some("żółw")));
        anna.introduce().await;

        for (password, repeat, field) in [("krótkie", "krótkie", "password"), (PASSWORD, "inne", "password_repeat"), ("anna nowak anna", "anna nowak anna", "password"), ("", "", "password")] {
            let page = anna.client.post("/register/password", &[("password", password), ("password_repeat", repeat)]).await;
            page.assert_status(422);
            assert_eq!(errors_at(&page), [field]);
            assert!(!page.body.contains(PASSWORD) && page.value("password").is_none_or(|v| v.is_empty()), "secrets are not shown again");
        }
        anna.done("/register/password", &[("password", PASSWORD), ("password_repeat", PASSWORD)]).await;

        let page = anna.client.post("/register/needs/1", &[("valid_until", "31.02.2027"), ("grants", "PS:viewer")]).await;
        page.assert_status(422);
        assert_eq!(page.value("valid_until").as_deref(), Some("31.02.2027"));
        assert_eq!(page.value("grants").as_deref(), Some("PS:viewer"));
        for (grants, field) in [("", "grants"), ("KDR:viewer", "grants"), ("PS:boss", "grants"), ("nonsense", "grants")] {
            let page = anna.client.post("/register/needs/1", &[("grants", grants)]).await;
            page.assert_status(422);
            assert_eq!(errors_at(&page)[0], field, "{grants}");
        }
        anna.done("/register/needs/1", &[("grants", "PS:viewer"), ("valid_until", "")]).await;
        let page = anna.client.post("/register/statements", &[("statements", "data_true")]).await;
        page.assert_status(422);
        assert_eq!(page.value("statements").as_deref(), Some("data_true"));
    }

    /// The gmina: by name, by code, down from the voivodeship; nothing typed is lost on the way.
    async fn what_is_typed_for_one_person_reaches_no_other(db: TestDatabase) {
        // Given an application of three, and pages about the second in other tabs
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        anna.prepare().await;
        for (number, login) in [(2, "piotr-b"), (3, "zofia-c")] {
            let fields = [("first_name", "Zofia"), ("last_name", "Cicha"), ("position", "referent"), ("email", "wspolna@gops.example.pl"), ("phone", "413114692"), ("login", login)];
            anna.done(&format!("/register/persons/{number}"), &fields).await;
            anna.done(&format!("/register/needs/{number}"), &[("about", login), ("grants", "SR:viewer")]).await;
        }
        // One mailbox for two is said before anybody signs.
        let check = anna.client.get("/register/check").await;
        assert!(check.text("[data-shared-email]").contains("wspolna@gops.example.pl"), "{}", check.words());
        let [needs, data, remove] = ["/register/needs/2", "/register/persons/2", "/register/persons/2/remove"];
        let tabs = [anna.client.get(needs).await, anna.client.get(data).await, anna.client.get(remove).await];
        let late = [
            tabs[0].form(needs).choose("grants", &["PS:approver"]),
            tabs[1].form(data).fill("first_name", "Piotr"),
            tabs[2].form(remove),
            tabs[0].form(needs).choose("grants", &["PS:approver"]),
        ];

        // When the second is removed in one tab, so that the third is the second now
        anna.client.submit(&tabs[2].form(remove)).await.assert_redirect("/register/needs");
        anna.client.get("/register/needs").await;

        // Then the other tabs write nothing, and say so; also when nobody has this number any more
        for (n, form) in late.iter().enumerate() {
            anna.client.submit(form).await.assert_redirect("/register/needs");
            let list = anna.client.get("/register/needs").await;
            assert!(list.words().contains("Nic nie zapisaliśmy"), "{n}: {}", list.words());
            if n == 2 {
                assert!(list.words().contains("zofia-c") && !list.words().contains("Piotr") && !list.words().contains("zatwierdzający"), "{}", list.words());
                anna.done(remove, &[("about", "zofia-c")]).await;
                anna.client.get("/register/needs").await;
            }
        }
        assert_eq!(anna.client.get("/register/needs").await.count("[data-person]"), 1);
    }

    async fn a_gmina_is_picked_without_scripts(db: TestDatabase) {
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        anna.start().await;
        let searched = anna.client.post("/register/unit-data", &[("name", "Nasza"), ("regon", "nie całkiem"), ("gmina_search", "Bolesławiec"), ("action", "find_gmina")]).await;
        searched.assert_status(303);
        let page = anna.client.get(searched.location().split('#').next().unwrap()).await;
        page.assert_status(200);
        assert_eq!((page.value("name").as_deref(), page.value("regon").as_deref()), (Some("Nasza"), Some("nie całkiem")));
        let choices = page.texts(".choice__label");
        assert!(choices.len() >= 3 && choices.iter().all(|c| c.contains("powiat ") && c.contains("województwo ")), "{choices:?}");
        let city = anna.client.get("/register/unit-data?gmina=kielce").await;
        assert!(city.texts(".choice__label").iter().any(|c| c.contains("miasto na prawach powiatu")));
        let nothing = anna.client.get("/register/unit-data?gmina=Atlantyda").await;
        assert!(nothing.words().contains("Nie znaleziono gminy „Atlantyda”") && !nothing.has("input[name=terc]"));

        anna.done("/register/unit-data", &[("name", "Nasza"), ("action", "browse_gmina")]).await.assert_redirect("/register/gmina");
        assert_eq!(anna.client.get("/register/gmina").await.count("option"), 17);
        let powiats = anna.client.get("/register/gmina?voivodeship=26").await;
        assert!(powiats.texts("option").contains(&"kielecki".to_owned()));
        assert_eq!(anna.client.get("/register/gmina?voivodeship=").await.status, 422);
        let page = anna.client.get("/register/gmina?voivodeship=26&powiat=2604").await;
        assert!(page.attributes("input[name=terc]", "value").contains(&"260412".to_owned()));
        anna.client.post("/register/gmina", &[("voivodeship", "26"), ("powiat", "2604")]).await.assert_status(422);
        anna.client.post("/register/gmina", &[("terc", "999999")]).await.assert_status(422);
        anna.done("/register/gmina", &[("terc", "260412")]).await.assert_redirect("/register/unit-data#terc");
        let page = anna.client.get("/register/unit-data").await;
        assert_eq!((page.value("name").as_deref(), page.value("terc").as_deref()), (Some("Nasza"), Some("260412")));

        // One gmina that can be meant needs no question.
        let mut fields = anna.unit_fields();
        fields.retain(|(name, _)| *name != "terc");
        fields.push(("gmina_search", "2604123"));
        anna.done("/register/unit-data", &fields).await.assert_redirect("/register/person");
    }

    /// A role, a status, another account, another voivodeship in the body change nothing.
    async fn a_body_cannot_name_what_is_not_its_own(db: TestDatabase) {
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        anna.start().await;
        let forged = [
            ("role", "central_administrator"),
            ("status", "approved"),
            ("account", "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"),
            ("voivodeship", "14"),
            ("confirmed_email", "anna@gops.example.pl"),
            ("existing_unit", "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"),
            ("persons.0.login", "root"),
            ("statements", "data_true"),
        ];
        let with = |fields: Vec<(&'static str, String)>| {
            let mut all: Vec<(String, String)> = fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
            all.extend(forged.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
            all
        };
        let send = async |path: &str, fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            anna.done(path, &fields).await
        };
        let owned = |(name, value): (&str, &str)| (Box::leak(name.to_owned().into_boxed_str()) as &'static str, value.to_owned());
        send("/register/unit-data", with(anna.unit_fields().into_iter().map(owned).collect())).await;
        anna.introduce().await;
        send("/register/password", with(vec![("password", PASSWORD.to_owned()), ("password_repeat", PASSWORD.to_owned())])).await;
        send("/register/needs/1", with(vec![("grants", "PS:viewer".to_owned())])).await;
        anna.state().await.assert_redirect("/register/email");
        anna.client.get("/register/check").await.assert_redirect("/register/tasks");
        anna.confirm_email().await;
        send("/register/check", with(vec![("note", String::new())])).await;
        let found = accounts::find_by_login(db.connection(), "anna").await.expect("a query").expect("an account");
        assert_eq!(found.account.status, AccountStatus::Pending);
        assert_eq!(found.voivodeship.map(|v| v.to_string()).as_deref(), Some("26"));
        let page = anna.sign_in().await;
        let application = anna.client.follow(&page).await;
        assert_eq!(application.attribute("main", "data-status").as_deref(), Some("awaiting_form"));
        anna.client.get("/admin").await.assert_status(403);
    }

    /// Names of people and units are text, wherever they show.
    async fn names_are_escaped_everywhere(db: TestDatabase) {
        let server = serve(&db).await;
        let mut anna = Registrant::new(&server, "anna", 1);
        anna.unit_name = "<script>alert('x')</script> & \"Dom\"".to_owned();
        anna.prepare().await;
        for path in ["/register/unit-data", "/register/check", "/register/needs"] {
            let page = anna.client.get(path).await;
            assert!(!page.body.contains("<script>alert"), "{path}");
        }
        let path = anna.submit().await;
        anna.sign_in().await;
        for path in [format!("/applications/{path}"), format!("/applications/{path}/form")] {
            let page = anna.client.get(&path).await;
            assert!(!page.body.contains("<script>alert") && page.words().contains("<script>alert('x')</script>"), "{path}");
        }
        let again = anna.client.get("/register/unit?unit_search=%3Cscript%3Ealert(1)%3C/script%3E").await;
        assert!(!again.body.contains("<script>alert"));
    }

    /// A registered unit is joined, and its data cannot be changed on the way.
    async fn a_registered_unit_is_joined(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let unit = portal.unit().await;
        let registered = units::find(db.connection(), unit).await.expect("a query").expect("a unit").data;
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        anna.client.get("/register").await;
        anna.done("/register", &[]).await;
        let found = anna.client.get(&format!("/register/unit?unit_search={}", registered.regon)).await;
        assert!(found.words().contains(registered.name.as_str()));
        let refused = anna.client.post("/register/unit", &[("unit", "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10")]).await;
        assert_eq!(errors_at(&refused), ["unit"]);
        anna.done("/register/unit", &[("unit", &unit.to_string())]).await.assert_redirect("/register/person");
        anna.client.get("/register/unit-data").await.assert_redirect("/register/tasks");
        anna.client.post("/register/unit-data", &anna.unit_fields()).await.assert_redirect("/register/tasks");
        anna.introduce().await;
        anna.ask().await;
        anna.confirm_email().await;
        let check = anna.client.get("/register/check").await;
        assert!(check.words().contains(registered.name.as_str()) && !check.has("a[href^='/register/unit-data']"));
        anna.submit().await;

        // Whoever types the same REGON for a new unit is told to join.
        let ewa = Registrant { regon: registered.regon.to_string(), ..Registrant::new(&server, "ewa", 2) };
        ewa.client.get("/register").await;
        ewa.done("/register", &[]).await;
        ewa.done("/register/unit", &[("unit", "new")]).await;
        let refused = ewa.client.post("/register/unit-data", &ewa.unit_fields()).await;
        assert_eq!(errors_at(&refused), ["regon"]);
    }

    /// Each refused file is told why, and nothing of it stays.
    async fn refused_files_are_told_why(db: TestDatabase) {
        let server = serve(&db).await;
        let (anna, ewa) = (Registrant::new(&server, "anna", 1), Registrant::new(&server, "ewa", 2));
        ewa.prepare().await;
        let other = ewa.submit().await;
        ewa.sign_in().await;
        let foreign = ewa.client.get(&format!("/applications/{other}/form.pdf")).await.bytes;
        anna.prepare().await;
        let path = anna.submit().await;
        anna.sign_in().await;
        let signed = format!("/applications/{path}/signed-form");
        anna.client.get(&signed).await.assert_status(200);
        let big = vec![b'x'; 10 * 1024 * 1024 + 1];
        let cases: [(&[u8], &str); 6] = [
            (b"", "Plik jest pusty"),
            (b"To tylko tekst.", "Nie przyjmujemy takich plik"),
            (b"<html><script>alert(1)</script></html>", "Nie przyjmujemy takich plik"),
            (b"%PDF-1.4 i nic dalej", "Nie można otworzyć pliku"),
            (&big, "Pliki są za duże"),
            (&foreign, "To formularz innego wniosku"),
        ];
        for (content, words) in cases {
            let page = anna.client.upload(&signed, &[], &[("files", "podpisany.pdf", "application/pdf", content)]).await;
            page.assert_status(422);
            assert_eq!(errors_at(&page), ["files"], "{words}");
            assert!(page.errors()[0].contains(words), "{words}: {:?}", page.errors());
        }
        let none = anna.client.upload(&signed, &[("x", "y")], &[]).await;
        assert_eq!(none.errors(), ["Wybierz plik z podpisanym formularzem."]);
        let page = anna.client.get(&format!("/applications/{path}")).await;
        assert_eq!(page.attribute("main", "data-status").as_deref(), Some("awaiting_form"));
        assert!(!page.has("[data-signed-form]"));
        assert!(page.attributes("[data-event]", "data-event").contains(&"signed_form.refused".to_owned()));
        assert!(page.words().contains("To formularz innego wniosku"));
    }

    /// Five wrong codes kill the letter's code; more than a few letters an hour are not sent.
    async fn codes_are_not_guessed(db: TestDatabase) {
        let server = serve(&db).await;
        let anna = Registrant::new(&server, "anna", 1);
        anna.start().await;
        anna.describe_unit().await;
        anna.introduce().await;
        anna.ask().await;
        anna.done("/register/email", &[("action", "send")]).await;
        let letter = crate::journeys::registrant::letter(&server, &anna.email(), "/register/confirm/").await;
        let right = crate::journeys::registrant::code(&letter);
        let wrong = if right == "000000" { "111111" } else { "000000" };
        for _ in 0..5 {
            let page = anna.client.post("/register/email", &[("action", "confirm"), ("code", wrong)]).await;
            page.assert_status(422);
            assert_eq!(errors_at(&page), ["code"]);
        }
        anna.client.post("/register/email", &[("action", "confirm"), ("code", &right)]).await.assert_status(422);
        for _ in 0..5 {
            anna.done("/register/email", &[("action", "send")]).await.assert_redirect("/register/email?sent=true");
        }
        let page = anna.client.get("/register/email?sent=true").await;
        assert!(page.text(".flash").contains("Spróbuj ponownie za godzinę"), "{}", page.words());
    }
}

/// Registration is limited per address, and says when to come back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_steps_are_slowed_down() {
    let db = TestDatabase::sqlite().await;
    let server = crate::support::server::Server::start(&[("CAS_PORTAL_DATABASE_URL", db.url())]).await;
    let client = server.client();
    client.get("/register").await;
    let mut last = client.post("/register", &[]).await;
    for _ in 0..200 {
        if last.status == 429 {
            break;
        }
        last = client.post("/register", &[]).await;
    }
    last.assert_status(429);
    assert!(last.header("retry-after").is_some());
}
