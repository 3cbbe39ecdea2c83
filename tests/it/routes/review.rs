//! „Wnioski” of the office over HTTP: who gets what answer, and what a form that comes too late is told.

use crate::support::client::{Client, Page};
use crate::support::database::{TestDatabase, on_both};
use crate::support::fixtures::{Filed, printed_form};
use crate::support::portal::{START, TestPortal};
use crate::support::signing::{Authority, PESEL};
use crate::support::web::Site;
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::application::printed_form::Block;
use cas_portal::domain::application::registration::Registration;
use cas_portal::domain::application::signed_form::CodeMatch;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::audit::AuditEvent;
use cas_portal::domain::identifiers::Line;
use cas_portal::domain::voivodeship::{ReturnChannel, VoivodeshipCode};
use cas_portal::pdf::{FormPrinter, count_pages, hand_signed};
use cas_portal::services::find_unit::find_unit;
use cas_portal::services::receive_signed_form::upload;
use cas_portal::services::review_application::return_for_correction;
use cas_portal::storage::applications::revisions;
use cas_portal::storage::{applications, offices, signed_forms, units};

const ALL_POSTS: [&str; 6] = ["take", "release", "compare", "approve", "return", "reject"];

fn path(filed: &Filed, more: &str) -> String {
    let slash = if more.is_empty() { "" } else { "/" };
    format!("/admin/applications/{}{slash}{more}", filed.application.number.to_path())
}

/// Sends a form of the review with this version; the one with files as such.
async fn post(client: &Client, filed: &Filed, action: &str, version: Option<&str>) -> Page {
    let fields: Vec<(&str, &str)> = version.map(|version| ("version", version)).into_iter().collect();
    match action {
        "receive" => client.upload(&path(filed, action), &fields, &[]).await,
        _ => client.post(&path(filed, action), &fields).await,
    }
}

async fn status(portal: &TestPortal, filed: &Filed) -> Status {
    applications::find(portal.db(), filed.application.id).await.expect("applications").expect("the application").status
}

async fn pages(portal: &TestPortal, filed: &Filed) -> Vec<String> {
    let file = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms")[0].files[0].id;
    ["", "receive", "approve", "return", "reject", &format!("files/{file}"), &format!("files/{file}/page/1")]
        .iter()
        .map(|more| path(filed, more))
        .collect()
}

on_both! {
    async fn each_role_gets_its_own_answer_at_each_route(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let filed = portal.application(Status::InReview).await;
        let shown = pages(&portal, &filed).await;
        let posts = || ALL_POSTS.iter().chain(&["receive"]);

        let visitor = site.visitor();
        visitor.get("/admin/applications").await.assert_redirect("/login?next=/admin/applications");
        for page in &shown {
            assert!(visitor.get(page).await.assert_status(303).location().starts_with("/login?next=/admin/"));
        }
        for action in posts() {
            post(&visitor, &filed, action, Some("0")).await.assert_redirect("/login");
        }

        let unit = portal.unit().await;
        let others = [
            ("the applicant", filed.persons[0]),
            ("an account holder", portal.employee(unit).await),
            ("the helpdesk", portal.official(Role::Helpdesk, Some("26")).await),
            ("an auditor", portal.official(Role::Auditor, None).await),
        ];
        for (who, account) in others {
            let client = site.signed_in(&portal, account).await;
            assert_eq!(client.get("/admin/applications").await.status, 403, "{who}");
            for page in &shown {
                assert_eq!(client.get(page).await.status, 403, "{who} at {page}");
            }
            for action in posts() {
                assert_eq!(post(&client, &filed, action, Some("0")).await.status, 403, "{who} at {action}");
            }
        }

        let stranger = site.signed_in(&portal, portal.administrator_of("14").await).await;
        stranger.get("/admin/applications").await.assert_status(200);
        for page in &shown {
            assert_eq!(stranger.get(page).await.status, 404, "another voivodeship at {page}");
        }
        for action in posts() {
            assert_eq!(post(&stranger, &filed, action, Some("0")).await.status, 404, "another voivodeship at {action}");
        }

        // A colleague and the central administrator see it, and are told that it is in other hands.
        let colleague = portal.administrator().await;
        for account in [colleague, portal.central().await] {
            let client = site.signed_in(&portal, account).await;
            client.get("/admin/applications?status=in_review").await.assert_status(200);
            for (page, expected) in shown.iter().zip([200, 200, 409, 409, 409, 200, 200]) {
                assert_eq!(client.get(page).await.status, expected, "{page}");
            }
            for action in ["approve", "return", "reject", "release"] {
                post(&client, &filed, action, Some("0")).await.assert_status(409);
            }
        }

        let mine = site.signed_in(&portal, filed.administrator.expect("taken")).await;
        for page in &shown {
            assert_eq!(mine.get(page).await.status, 200, "{page}");
        }
        for action in posts() {
            assert_eq!(post(&mine, &filed, action, None).await.status, 422, "{action} without a version");
            assert_eq!(post(&mine, &filed, action, Some("seven")).await.status, 422, "{action} with nonsense");
            // Taking what one holds already changes nothing, whatever one saw.
            let expected = if *action == "take" { 303 } else { 409 };
            assert_eq!(post(&mine, &filed, action, Some("99")).await.status, expected, "{action} with another version");
        }
        assert_eq!(status(&portal, &filed).await, Status::InReview);
        for nowhere in ["/admin/applications/W-26-2026-999999", "/admin/applications/w-26-2026-000001", "/admin/applications/x"] {
            mine.get(nowhere).await.assert_status(404);
        }
        let forged = mine.post(&path(&filed, "approve"), &[("version", "0"), ("csrf_token", "forged")]).await;
        forged.assert_status(403);
    }

    async fn the_form_that_counts_is_told_from_the_others_and_so_are_missing_pages(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let filed = portal.application(Status::AwaitingForm).await;
        let (application, printer) = (&filed.application, FormPrinter::new().expect("fonts"));
        let short = printed_form(application);
        let mut long = short.clone();
        long.blocks.extend((0..80).map(|i| Block::Paragraph { text: format!("Akapit {i}") }));
        let long = printer.print(&long).expect("a form");
        let printed = count_pages(&long).expect("pages");
        assert!((2..5).contains(&printed), "{printed}");
        revisions::save_pdf(portal.db(), application.id, 1, &long).await.expect("kept");
        let one_page = hand_signed(&printer.print(&short).expect("a form")).expect("signed");
        let whole = hand_signed(&long).expect("signed");
        let actor = portal.actor(filed.persons[0]).await;
        let client = site.signed_in(&portal, filed.persons[0]).await;
        let office = site.signed_in(&portal, portal.administrator().await).await;
        let own = format!("/applications/{}", application.number.to_path());
        // One page, and the same page several times: accepted, and said to both sides.
        let said = format!("Formularz ma {printed} strony, a przesłano 1.");
        for files in [vec![one_page.clone()], vec![one_page.clone(), one_page.clone(), one_page.clone()]] {
            portal.advance_minutes(1);
            upload(&portal.context, &actor, &application.number, files).await.expect("accepted");
            for page in [client.get(&own).await, office.get(&path(&filed, "")).await] {
                assert!(page.words().replace('\u{a0}', " ").contains(&said), "{}", page.words());
            }
        }
        portal.advance_minutes(1);
        upload(&portal.context, &actor, &application.number, vec![whole]).await.expect("accepted");
        let (mine, theirs) = (client.get(&own).await, office.get(&path(&filed, "")).await);
        for page in [&mine, &theirs] {
            assert!(!page.words().contains("a przesłano"), "{}", page.words());
            assert!(page.words().contains(&portal.now().to_minute_text()) && page.words().contains("obowiązuje"), "{}", page.words());
        }
        assert_eq!(mine.attributes("[data-signed-form]", "data-standing"), ["in_force", "replaced", "replaced"]);
        assert_eq!(theirs.attributes(".signed-form", "data-standing"), ["in_force", "replaced", "replaced"]);
        assert_eq!(theirs.count("details:not([open]) .signed-form[data-standing=replaced]"), 2, "folded away");
        assert_eq!(theirs.count("details .signed-form[data-standing=in_force]"), 0);
    }

    async fn the_page_says_what_was_checked_of_a_signature_and_a_broken_one_is_refused_at_its_field(db: TestDatabase) {
        let root = Authority::new("Korzeń", START);
        let portal = TestPortal::new(&db).with_signature_roots(&root.pem);
        let site = portal.site().await;
        let filed = portal.application(Status::AwaitingForm).await;
        let form = FormPrinter::new().expect("fonts").print(&printed_form(&filed.application)).expect("a form");
        revisions::save_pdf(portal.db(), filed.application.id, 1, &form).await.expect("kept");
        let mine = site.signed_in(&portal, filed.persons[0]).await;
        let office = site.signed_in(&portal, portal.administrator().await).await;
        let own = format!("/applications/{}", filed.application.number.to_path());
        let signed = root.person("Ewa", "Lis", START).sign_pdf(&form);
        let mut broken = signed.clone();
        broken[9] ^= 1;
        let upload = async |file: &[u8]| mine.upload(&format!("{own}/signed-form"), &[], &[("files", "formularz.pdf", "application/pdf", file)]).await;
        let refused = upload(&broken).await;
        assert_eq!(refused.assert_status(422).field_errors()[0].0, "files");
        assert!(refused.words().contains("podpisz go jeszcze raz i prześlij bez żadnych zmian"), "{}", refused.words());
        let typed = [("version", "0"), ("channel", "e_delivery"), ("received_on", ""), ("reference", "UPO 7")];
        let recorded = office.upload(&path(&filed, "receive"), &typed, &[("files", "f.pdf", "application/pdf", &broken)]).await;
        assert_eq!(recorded.assert_status(422).field_errors()[0].0, "files");
        assert_eq!(recorded.value("reference").as_deref(), Some("UPO 7"));

        upload(&signed).await.assert_redirect(&own);
        assert!(mine.get(&own).await.words().contains("Jego treść nie zmieniła się od podpisania."));
        let page = office.get(&path(&filed, "")).await;
        assert_eq!(page.attributes("[data-signature]", "data-signature"), ["sound"]);
        for said in [
            "Ewa Lis",
            "Treść nie zmieniła się od podpisania.",
            "Certyfikat pochodzi od wystawcy, któremu portal ufa, i jest ważny.",
            "Nie sprawdzono, czy certyfikat nie został unieważniony",
            "czas podany przez podpisującego, niepotwierdzony",
            "Podpisała inna osoba niż ta, która ma podpisać formularz.",
        ] {
            assert!(page.words().contains(said), "{said}: {}", page.words());
        }
        assert!(!page.words().contains(PESEL));
        let version = page.value("version").expect("a form");
        office.post(&path(&filed, "take"), &[("version", &version)]).await.assert_redirect(&path(&filed, ""));
        assert!(office.get(&path(&filed, "approve")).await.words().contains("Podpisała inna osoba"));
    }

    async fn a_unit_is_found_by_what_its_kind_is_called_for_short(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let unit = portal.unit().await;
        let employee = portal.employee(unit).await;
        let filed = portal.application(Status::FormReceived).await;
        let office = site.signed_in(&portal, portal.administrator().await).await;
        for q in ["gops", "GOPS", "gops morawica"] {
            let found = find_unit(&portal.context, q, None).await.expect("units");
            assert!(found.registered.iter().any(|one| one.id == unit), "{q}");
            let q = q.replace(' ', "+");
            let queue = office.get(&format!("/admin/applications?q={q}")).await;
            assert_eq!(queue.attributes("tr[data-application]", "data-application"), [filed.application.number.to_string()], "{q}");
            let accounts = office.get(&format!("/admin/accounts?q={q}")).await;
            assert!(accounts.attributes("tbody a", "href").contains(&format!("/admin/accounts/{employee}")), "{q}");
        }
        assert!(find_unit(&portal.context, "dps morawica", None).await.expect("units").registered.is_empty());
        // Where nothing can be looked for, nothing is shown, and the page says so.
        for q in ["%25", "%3Cb%3E", "_"] {
            let page = office.get(&format!("/admin/applications?q={q}")).await;
            assert!(!page.has("tr[data-application]") && page.words().contains("Nie ma czego szukać"), "{q}: {}", page.words());
            assert!(!office.get(&format!("/admin/accounts?q={q}")).await.has("tbody tr"), "{q}");
        }
    }

    async fn an_administrator_takes_compares_and_approves(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let filed = portal.application_of(portal.registration(2), Status::AwaitingForm).await;
        let waiting = portal.application(Status::FormReceived).await;
        let number = filed.application.number.to_string();
        let client = site.signed_in(&portal, portal.administrator().await).await;

        let queue = client.get("/admin/applications?status=awaiting_form").await;
        assert_eq!(queue.attributes("tr[data-application]", "data-application"), std::slice::from_ref(&number));
        assert_eq!(queue.attribute("tr[data-application]", "data-status").as_deref(), Some("awaiting_form"));
        assert!(queue.text("tr[data-application]").contains("wygasa"));
        let page = client.get(&path(&filed, "")).await;
        assert_eq!(page.attribute("main", "data-application"), Some(number.clone()));
        assert_eq!((page.attribute("main", "data-revision").as_deref(), page.attribute("main", "data-status").as_deref()), (Some("1"), Some("awaiting_form")));
        assert!(!page.has("form[action$=take]"), "there is nothing to review yet");

        // What the office offers stands first; what it does not offer comes all the same, and says so.
        let office = offices::find(portal.db(), &VoivodeshipCode::trusted("26")).await.expect("offices");
        let of = |is_open: bool| {
            let channels = office.channels.iter().filter(move |c| c.is_open == is_open && c.channel != ReturnChannel::Upload);
            channels.map(|c| c.channel.key().to_owned()).collect::<Vec<_>>()
        };
        let ask = client.get(&path(&filed, "receive")).await;
        assert_eq!(ask.attributes("input[name=channel]", "value"), [of(true), of(false)].concat());
        assert_eq!(ask.words().matches("(urząd nie podaje tego sposobu)").count(), of(false).len());

        let refused = client.upload(&path(&filed, "receive"), &[("version", "0"), ("reference", "RPW/7")], &[]).await;
        refused.assert_status(422);
        assert_eq!(refused.field_errors()[0].0, "channel");
        assert_eq!((refused.value("reference").as_deref(), refused.value("version").as_deref()), (Some("RPW/7"), Some("0")));
        let typed = [("version", "0"), ("channel", "post"), ("received_on", ""), ("reference", "RPW/7")];
        let broken = client.upload(&path(&filed, "receive"), &typed, &[("files", "skan.pdf", "application/pdf", b"<html>")]).await;
        assert_eq!(broken.assert_status(422).field_errors()[0].0, "files");
        client.upload(&path(&filed, "receive"), &typed, &[]).await.assert_redirect(&path(&filed, ""));
        let page = client.get(&path(&filed, "")).await;
        assert!(page.has(".flash") && page.words().contains("RPW/7"));
        assert_eq!(page.attribute("main", "data-status").as_deref(), Some("form_received"));
        // Whoever recorded it leaves it to a colleague.
        assert!(page.words().contains("jest zapisany przez Ciebie") && !page.has("form[action$=take]"), "{}", page.words());
        client.post(&path(&filed, "take"), &[("version", "1")]).await.assert_status(409);

        let client = site.signed_in(&portal, portal.administrator().await).await;
        let version = client.get(&path(&filed, "")).await.value("version").expect("a form");
        client.post(&path(&filed, "take"), &[("version", &version)]).await.assert_redirect(&path(&filed, ""));
        let page = client.get(&path(&filed, "")).await;
        assert!(!page.has("a[href$='/approve']"), "not before the form was compared");
        let version = page.value("version").expect("a form");
        let refused = client.post(&path(&filed, "compare"), &[("version", &version)]).await;
        assert_eq!(refused.assert_status(422).field_errors()[0].0, "compare");
        let too_early = client.post(&path(&filed, "approve"), &[("version", &version)]).await;
        too_early.assert_status(409);
        client.post(&path(&filed, "compare"), &[("version", &version), ("compare", "yes")]).await.assert_redirect(&path(&filed, ""));

        let page = client.get(&path(&filed, "")).await;
        assert!(page.has("a[href$='/approve']"));
        let ask = client.get(&path(&filed, "approve")).await;
        assert!(ask.words().contains("Zarejestrujemy jednostkę") && ask.words().contains("2 konta") && ask.words().contains("4 uprawnienia"));
        let version = ask.value("version").expect("a form");
        let unseen = client.post(&path(&filed, "approve"), &[("version", &version)]).await;
        assert_eq!(unseen.assert_status(422).field_errors()[0].0, "signature");
        client.post(&path(&filed, "approve"), &[("version", &version), ("signature", "seen")]).await.assert_redirect(&path(&filed, ""));
        let done = client.get(&path(&filed, "")).await;
        assert_eq!(done.attribute("main", "data-status").as_deref(), Some("approved"));
        assert!(done.text(".flash").contains("zatwierdzony"));
        assert_eq!(done.attribute("#actions a.button", "href"), Some(path(&waiting, "")), "the next one is offered");
        let history = [
            "zatwierdzenie wniosku",
            "potwierdzenie zgodności formularza",
            "wzięcie wniosku do rozpatrzenia",
            "wpływ podpisanego formularza",
            "odmowa przyjęcia formularza",
        ];
        assert_eq!(done.texts(".history__title"), history);
    }

    async fn a_form_that_comes_too_late_is_told_who_was_quicker(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let filed = portal.application(Status::InReview).await;
        let first = portal.actor(filed.administrator.expect("taken")).await;
        let second = site.signed_in(&portal, portal.administrator().await).await;
        let seen = second.get(&path(&filed, "")).await;
        let version = seen.value("version").expect("a form to take it over");
        return_for_correction(&portal.context, &first, &filed.application.number, 0, &[], "Popraw adres.").await.expect("returned");
        for action in ALL_POSTS.iter().chain(&["receive"]) {
            let late = post(&second, &filed, action, Some(&version)).await;
            late.assert_status(409);
            let words = late.words();
            let name = &first.signed_in().expect("signed in").full_name;
            assert!(words.contains("zwrot wniosku do poprawy") && words.contains(name.as_str()), "{action}: {words}");
            assert_eq!(late.attribute("main a.button", "href"), Some(path(&filed, "")), "{action}");
        }
    }

    async fn what_was_typed_is_kept_when_something_is_wrong(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let filed = portal.application_of(portal.registration(5), Status::InReview).await;
        let client = site.signed_in(&portal, filed.administrator.expect("taken")).await;
        let empty = client.get(&path(&filed, "return")).await;
        assert_eq!(empty.count("textarea[name^='remarks.']"), 1 + 18 + 5 * 9);
        assert_eq!(empty.count("details.remark-group:not([open])"), 5, "many persons are folded away");

        let nothing = client.post(&path(&filed, "return"), &[("version", "0"), ("remarks.unit.regon", "  ")]).await;
        assert_eq!(nothing.assert_status(422).field_errors()[0].0, "remarks");
        let long = "Za długie. ".repeat(500);
        let fields = [("version", "0"), ("remarks.persons.3.login", long.as_str()), ("remarks.unit.nip", "<b>Podaj NIP</b>"), ("reason", "Razem.")];
        let again = client.post(&path(&filed, "return"), &fields).await;
        assert_eq!(again.assert_status(422).field_errors()[0].0, "remarks.persons.3.login");
        assert_eq!(again.value("remarks.unit.nip").expect("kept").trim(), "<b>Podaj NIP</b>");
        assert_eq!(again.value("remarks.persons.3.login").expect("kept").trim(), long.trim());
        assert_eq!(again.value("reason").expect("kept").trim(), "Razem.");
        assert_eq!(again.value("version").as_deref(), Some("0"));
        assert_eq!(again.count("details.remark-group[open]"), 1, "where something is wrong it stands open");

        let blank = client.post(&path(&filed, "reject"), &[("version", "0"), ("reason", " \u{a0}\n")]).await;
        assert_eq!(blank.assert_status(422).field_errors()[0].0, "reason");
        let too_long = client.post(&path(&filed, "reject"), &[("version", "0"), ("reason", &long)]).await;
        assert_eq!(too_long.assert_status(422).value("reason").expect("kept").trim(), long.trim());
        assert_eq!(status(&portal, &filed).await, Status::InReview);

        client.post(&path(&filed, "return"), &[("version", "0"), ("remarks.unit.nip", "Podaj NIP.")]).await.assert_redirect(&path(&filed, ""));
        let page = client.get(&path(&filed, "")).await;
        assert!(page.words().contains("Podaj NIP.") && page.words().contains("Uwagi ze zwrotów"));
    }

    async fn a_regon_registered_meanwhile_is_said_on_the_page(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let filed = portal.application(Status::InReview).await;
        let registration = filed.application.payload.registration().expect("a registration");
        let id = portal.context.new_unit_id();
        units::add(portal.db(), id, &registration.unit, portal.now().warsaw_date(), portal.now()).await.expect("a unit");
        let client = site.signed_in(&portal, filed.administrator.expect("taken")).await;
        let refused = client.post(&path(&filed, "approve"), &[("version", "0"), ("signature", "seen")]).await;
        assert_eq!(refused.assert_status(422).field_errors()[0].0, "regon");
        assert_eq!(status(&portal, &filed).await, Status::InReview);
    }

    async fn files_are_saved_under_our_names_and_every_reading_is_written_down(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let filed = portal.application(Status::InReview).await;
        let client = site.signed_in(&portal, filed.administrator.expect("taken")).await;
        let page = client.get(&path(&filed, "")).await;
        let image = page.attribute("img.page-image", "src").expect("a page image");
        let shown = client.get(&image).await;
        shown.assert_status(200);
        assert_eq!((shown.header("content-type"), shown.header("cache-control")), (Some("image/png"), Some("no-store")));
        let file = page.attribute(".signed-form__file a", "href").expect("a file");
        let saved = client.get(&file).await;
        assert_eq!(saved.header("content-type"), Some("application/pdf"));
        let name = saved.header("content-disposition").expect("a name");
        let expected = format!("attachment; filename=\"{}-formularz-", filed.application.number.to_path());
        assert!(name.starts_with(&expected) && name.ends_with(".pdf\""), "{name}");
        assert_eq!(saved.bytes, b"%PDF-1.7 fixture");
        for wrong in [format!("{file}/page/2"), format!("{file}/page/x"), path(&filed, "files/x"), format!("{file}x")] {
            client.get(&wrong).await.assert_status(404);
        }
        let entries = portal.trail("application", filed.application.number.as_str()).await;
        let reads = entries.iter().filter(|e| e.event == AuditEvent::SignedFormRead.key()).count();
        assert_eq!(reads, 2);
    }

    async fn the_queue_pages_searches_and_sorts(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let administrator = portal.administrator().await;
        let client = site.signed_in(&portal, administrator).await;
        let empty = client.get("/admin/applications").await;
        assert!(empty.words().contains("Żaden wniosek nie czeka na sprawdzenie."));
        assert_eq!(empty.text("nav[aria-label='Stan wniosków'] [aria-current]"), "Do sprawdzenia 0");
        let named = |name: &str| {
            let mut registration: Registration = portal.registration(1);
            registration.unit.name = Line::parse(name, 200).expect("a name");
            registration
        };
        for i in 0..26 {
            portal.application_of(named(&format!("Ośrodek nr x{i}")), Status::FormReceived).await;
            portal.advance_minutes(1);
        }
        let first = client.get("/admin/applications").await;
        assert_eq!((first.count("tr[data-application]"), first.text("nav[aria-label='Stan wniosków'] [aria-current]")), (25, "Do sprawdzenia 26".to_owned()));
        assert_eq!(first.texts(".pagination a"), ["Następne"]);
        let next = first.attribute(".pagination a[rel=next]", "href").expect("a next page");
        let last = client.get(&next).await;
        assert_eq!((last.count("tr[data-application]"), last.texts(".pagination a")), (1, vec!["Od początku".to_owned()]));

        let found = client.get("/admin/applications?q=osrodek+x25&sort=unit").await;
        assert_eq!((found.count("tr[data-application]"), found.value("q").as_deref()), (1, Some("osrodek x25")));
        assert_eq!(found.value("sort").as_deref(), Some("unit"));
        let nothing = client.get("/admin/applications?q=%3Cscript%3E&status=nonsense&sort=nonsense&after=nonsense").await;
        assert!(nothing.assert_status(200).words().contains("„<script>”"));
        client.get("/admin/applications?q=%00").await.assert_status(422);
        // One voivodeship needs no column for it.
        assert!(!first.words().contains("Województwo"));
        portal.assign(administrator, Role::VoivodeshipAdministrator, Some("14"), None).await;
        assert!(client.get("/admin/applications").await.words().contains("świętokrzyskie"));
    }

    async fn an_administrator_cannot_decide_what_is_their_own(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site = portal.site().await;
        let filed = portal.application(Status::FormReceived).await;
        cas_portal::storage::accounts::save_status(portal.db(), filed.persons[0], AccountStatus::Active).await.expect("active");
        portal.assign(filed.persons[0], Role::VoivodeshipAdministrator, Some("26"), None).await;
        let client = site.signed_in(&portal, filed.persons[0]).await;
        let page = client.get(&path(&filed, "")).await;
        assert!(page.words().contains("To Twój wniosek. Rozstrzygnąć go musi inna osoba."));
        assert!(!page.has("form[action$=take]"));
        let barred = client.post(&path(&filed, "take"), &[("version", "0")]).await;
        assert!(barred.assert_status(409).words().contains("To Twój wniosek."));
    }

    async fn a_revoked_role_is_refused_at_the_next_click(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let site: Site = portal.site().await;
        let filed = portal.application(Status::InReview).await;
        let administrator = filed.administrator.expect("taken");
        let client = site.signed_in(&portal, administrator).await;
        client.get(&path(&filed, "approve")).await.assert_status(200);
        let roles = cas_portal::storage::role_assignments::list_of(portal.db(), administrator).await.expect("roles");
        cas_portal::storage::role_assignments::revoke(portal.db(), roles[0].id, portal.now()).await.expect("revoked");
        client.post(&path(&filed, "approve"), &[("version", "0")]).await.assert_status(403);
        client.get("/admin/applications").await.assert_status(403);
        let forms = signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms");
        assert_eq!(forms[0].code_match, CodeMatch::Matched);
        assert_eq!(status(&portal, &filed).await, Status::InReview);
    }
}
