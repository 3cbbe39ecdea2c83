//! A whole Monday of a voivodeship administrator in a real browser: a break announced by the ministry, a pile of post in three channels,
//! forty applications, what a colleague on leave had on the desk, and the ministry asking for numbers. What may not live here: single
//! pages in every state (`browser_post`, `browser_bulk` …).

use super::somebody::sign_in_as;
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::fixtures::Filed;
use crate::support::portal::TestPortal;
use crate::support::scans::scan_of;
use crate::support::web::Site;
use cas_portal::domain::application::registration::Registration;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::identifiers::Text;
use cas_portal::services::act_in_bulk::work_off;
use cas_portal::services::review_application::take;
use thirtyfour::Key;

/// Applications of which none looks like another.
const UNLIKE: usize = 11;
/// Those that look like one another: each is looked at by itself.
const ALIKE: usize = 8;
/// Those whose forms come today.
const POST: usize = 4;
/// Those whose forms do not come, and those that were returned.
const ABSENT: usize = 9;
const RETURNED: usize = 6;
/// Those that the colleague had in hand.
const COLLEAGUES: usize = 2;

struct Desk {
    portal: TestPortal,
    site: Site,
    browser: Browser,
}

impl Desk {
    async fn open(&self, path: &str) {
        self.browser.goto(&self.site.url(path)).await;
    }

    /// Chooses everything on a tab of the queue, and what is to be done with it.
    async fn choose_all(&self, status: &str, act: &str) {
        self.open(&format!("/admin/applications?status={status}")).await;
        self.browser.choose("Zaznacz wszystkie na tej stronie").await;
        self.browser.press(act).await;
    }

    /// What a batch came to: the rows that are done.
    async fn finish(&self) -> usize {
        work_off(&self.portal.context).await.expect("the worker");
        self.browser.goto(&self.browser.url().await).await;
        let done = "return document.querySelectorAll('tr[data-state=done]').length;";
        usize::try_from(self.browser.script(done, vec![]).await.as_u64().expect("a number")).expect("a small one")
    }

    async fn record(&self, channel: &str, sender: &str, forms: &[&Filed]) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("skan.pdf");
        let applications: Vec<_> = forms.iter().map(|filed| &filed.application).collect();
        std::fs::write(&path, scan_of(&applications)).expect("a scan");
        self.open("/admin/post/record").await;
        self.browser.choose(channel).await;
        self.browser.fill("sender", sender).await;
        self.browser.attach("post_files", &path).await;
        self.browser.press("Zapisz i odczytaj").await;
        self.browser.wait_for("Wpływ jest zapisany.").await;
        // The focus is on the button that accepts.
        self.browser.goto(&self.browser.url().await).await;
        self.browser.keyboard(Key::Enter).await;
        self.browser.wait_for("Formularze są przyjęte.").await;
    }

    async fn count(&self, status: Status) -> i64 {
        self.portal.number(&format!("SELECT count(*) FROM applications WHERE status = '{}'", status.key())).await
    }
}

fn with_note(registration: Registration) -> Registration {
    Registration { note: Some(Text::parse("Proszę o telefon przed zatwierdzeniem.", 2000).expect("a text")), ..registration }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_monday() {
    // Given forty applications, and a colleague who went on leave with two of them in hand
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let (me, colleague, central) = (portal.administrator().await, portal.administrator().await, portal.central().await);
    let mut unlike = Vec::new();
    for index in 0..UNLIKE {
        let registration = portal.unlike(index);
        let registration = if index == 0 { with_note(registration) } else { registration };
        unlike.push(portal.application_of(registration, Status::FormReceived).await);
    }
    for _ in 0..ALIKE {
        portal.application(Status::FormReceived).await;
    }
    let mut post = Vec::new();
    for _ in 0..POST {
        post.push(portal.application(Status::AwaitingForm).await);
    }
    for _ in 0..ABSENT {
        portal.application(Status::AwaitingForm).await;
    }
    for _ in 0..RETURNED {
        portal.application(Status::Returned).await;
    }
    let away = portal.actor(colleague).await;
    let mut left = Vec::new();
    for _ in 0..COLLEAGUES {
        let filed = portal.application(Status::FormReceived).await.application;
        take(&portal.context, &away, &filed.number, filed.version).await.expect("taken");
        left.push(filed.number.to_path());
    }
    assert_eq!(UNLIKE + ALIKE + POST + ABSENT + RETURNED + COLLEAGUES, 40);
    portal.advance_days(1);
    let desk = Desk { site: portal.site().await, browser: Browser::start(1280, 900).await, portal };
    let (portal, browser) = (&desk.portal, &desk.browser);

    // The ministry announces a break
    sign_in_as(browser, &desk.site, portal, central).await;
    desk.open("/admin/announcements/create").await;
    browser.fill("title", "Przerwa techniczna we wtorek od 22:00").await;
    browser.fill("text", "Portal wróci o 4:00.").await;
    browser.choose("Wszyscy, także niezalogowani").await;
    browser.press("Zapisz szkic i zobacz podgląd").await;
    browser.press("Opublikuj").await;
    browser.wait_for("Komunikat jest opublikowany.").await;

    // In the morning: what is announced, and the pile of post
    sign_in_as(browser, &desk.site, portal, me).await;
    browser.wait_for("Przerwa techniczna we wtorek od 22:00").await;
    desk.open("/admin").await;
    browser.assert_fine("monday/desk").await;
    desk.record("e-Doręczenia", "Gminny Ośrodek Pomocy Społecznej w Morawicy", &[&post[0], &post[1]]).await;
    desk.record("ePUAP", "Centrum Usług Społecznych w Kielcach", &[&post[2]]).await;
    desk.record("poczta", "Dom Pomocy Społecznej w Łagiewnikach", &[&post[3]]).await;
    assert_eq!(desk.count(Status::FormReceived).await, (UNLIKE + ALIKE + POST) as i64);

    // What can be decided at once is decided at once, what cannot is named with its reason
    desk.choose_all("form_received", "Weź do rozpatrzenia").await;
    // Whoever recorded a form leaves its decision to a colleague.
    browser.wait_for(&format!("Tych nie ruszymy: {POST}")).await;
    browser.press("Weź do rozpatrzenia").await;
    assert_eq!(desk.finish().await, UNLIKE + ALIKE);
    desk.choose_all("in_review", "Zatwierdź").await;
    browser.wait_for(&format!("Zatwierdzisz: {}", UNLIKE - 1)).await;
    browser.wait_for(&format!("Tych nie ruszymy: {}", 1 + ALIKE + COLLEAGUES)).await;
    browser.assert_fine("monday/approve").await;
    browser.choose("Na każdym z tych formularzy jest podpis").await;
    browser.press("Zatwierdź wnioski").await;
    assert_eq!(desk.finish().await, UNLIKE - 1);
    assert_eq!(desk.count(Status::Approved).await, (UNLIKE - 1) as i64);

    // The one with a question goes back with a remark; what the colleague left is taken over
    let asked = unlike[0].application.number.to_path();
    desk.open(&format!("/admin/applications/{asked}/return")).await;
    browser.script("document.querySelector('.remarks__text').value = 'Popraw nazwę jednostki zgodnie ze statutem.';", vec![]).await;
    browser.press("Zwróć do poprawy").await;
    browser.wait_for("Wniosek wrócił do poprawy.").await;
    for number in &left {
        desk.open(&format!("/admin/applications/{number}")).await;
        browser.press("Przejmij wniosek").await;
        browser.wait_for("Rozpatrujesz ten wniosek.").await;
    }
    desk.open(&format!("/admin/applications/{}/approve", left[0])).await;
    browser.choose("signature").await;
    browser.press("Zatwierdź wniosek").await;
    browser.wait_for("Wniosek został zatwierdzony.").await;

    // Who has not sent a form is reminded, each once
    for again in [ABSENT, 0] {
        desk.choose_all("awaiting_form", "Przypomnij wnioskodawcom").await;
        if again == 0 {
            browser.wait_for("Przypomnienie o tym wniosku wyszło już dziś.").await;
            break;
        }
        browser.press("Wyślij przypomnienia").await;
        assert_eq!(desk.finish().await, ABSENT);
    }

    // And the ministry's numbers are those of the day
    desk.open("/admin/numbers?period=week").await;
    assert_eq!(browser.text_of("[data-number=decided] strong").await.trim(), UNLIKE.to_string());
    assert!(browser.has("a[href^='/export/figures/csv']").await);
    browser.assert_fine("monday/numbers").await;
    sign_in_as(browser, &desk.site, portal, central).await;
    desk.open("/admin/numbers?period=week").await;
    browser.wait_for("Według województw").await;
    assert_eq!(browser.text_of("[data-number=decided] strong").await.trim(), UNLIKE.to_string());

    // In the evening everything is somewhere
    let found = [Status::Approved, Status::Returned, Status::AwaitingForm, Status::InReview, Status::FormReceived];
    let mut counts = Vec::new();
    for status in found {
        counts.push(desk.count(status).await);
    }
    let expected = [UNLIKE, RETURNED + 1, ABSENT, ALIKE + COLLEAGUES - 1, POST].map(|count| count as i64);
    assert_eq!(counts, expected);
    let letters = |kind: &str| format!("SELECT count(*) FROM outbox_messages WHERE kind = '{kind}'");
    assert_eq!(portal.number(&letters("application_approved")).await, UNLIKE as i64);
    assert_eq!(portal.number(&letters("application_returned")).await, 1);
}
