//! The post in a real browser: a clerk records a scan of two forms and two photographs, accepts with one key, says what becomes of the
//! rest, and drops a file on the page. Each page is accessible.

use super::somebody::{is_refused, sign_in_as};
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::portal::TestPortal;
use crate::support::scans::{picture, scan_of};
use cas_portal::domain::application::status::Status;
use cas_portal::storage::signed_forms;
use thirtyfour::Key;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clerk_works_through_the_post() {
    let db = TestDatabase::sqlite().await;
    let portal = TestPortal::new(&db);
    let clerk = portal.administrator().await;
    let (first, second) = (portal.application(Status::AwaitingForm).await, portal.application(Status::AwaitingForm).await);
    let site = portal.site().await;
    let browser = Browser::start(1280, 900).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: Vec<u8>| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    };
    let scan = file("skan.pdf", scan_of(&[&first.application, &second.application]));
    let (photo, blank) = (file("zdjecie.png", picture(None, 1)), file("pusta.png", picture(None, 2)));

    sign_in_as(&browser, &site, &portal, clerk).await;
    browser.press("Wpływy").await;
    browser.wait_for("Nic nie czeka na przyjęcie.").await;
    browser.assert_fine("post/empty").await;
    browser.press("Zapisz wpływ").await;
    browser.assert_fine("post/record").await;
    is_refused(&browser, "Zapisz i odczytaj", "Wybierz sposób przekazania.", "post/record-refused").await;
    browser.choose("e-Doręczenia").await;
    browser.fill("sender", "Gminny Ośrodek Pomocy Społecznej w Morawicy").await;
    browser.fill("case_sign", "PS.5110.12.2026").await;
    for path in [&scan, &photo] {
        browser.attach("post_files", path).await;
    }
    browser.wait_for("skan.pdf, zdjecie.png").await;
    browser.assert_fine("post/record-chosen").await;
    browser.press("Zapisz i odczytaj").await;
    browser.wait_for("Wpływ jest zapisany.").await;
    browser.assert_fine("post/proposed").await;

    // The focus is on the button: one key accepts both forms.
    browser.goto(&browser.url().await).await;
    assert!(browser.focused().await.starts_with("button"), "{}", browser.focused().await);
    browser.keyboard(Key::Enter).await;
    browser.wait_for("Formularze są przyjęte.").await;
    browser.assert_fine("post/accepted").await;
    for filed in [&first, &second] {
        assert_eq!(signed_forms::list_of(portal.db(), filed.application.id).await.expect("forms").len(), 1);
    }
    browser.press("Zdecyduj o tym pliku Plik 4").await;
    browser.assert_fine("post/file").await;
    browser.fill("number", "W/26/2026/999999").await;
    is_refused(&browser, "Przypisz", "Nie ma takiego wniosku w tym urzędzie.", "post/file-refused").await;
    browser.fill("discard_reason", "to nie jest formularz wniosku").await;
    browser.press("Odłóż jako zbędny").await;
    browser.wait_for("Plik jest odłożony jako zbędny.").await;
    browser.assert_fine("post/settled").await;
    browser.press("Przywróć do nieprzypisanych Plik 4").await;
    browser.wait_for("Plik znowu czeka na przypisanie.").await;
    browser.goto(&site.url("/admin/post?view=unassigned")).await;
    browser.wait_for("Gminny Ośrodek Pomocy Społecznej w Morawicy").await;
    browser.assert_fine("post/unassigned").await;

    // The same file once more, and one that is dropped on the page.
    browser.goto(&site.url("/admin/post/record")).await;
    browser.choose("poczta").await;
    browser.attach("post_files", &photo).await;
    is_refused(&browser, "Zapisz i odczytaj", "Te pliki są już zapisane w tym urzędzie.", "post/record-known").await;
    let bytes: Vec<serde_json::Value> = std::fs::read(&blank).expect("the file").into_iter().map(Into::into).collect();
    let drop = "const data = new DataTransfer(); data.items.add(new File([new Uint8Array(arguments[0])], 'upuszczony.png', {type: 'image/png'})); \
                document.querySelector('[data-drop]').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));";
    browser.script(drop, vec![bytes.into()]).await;
    browser.wait_for("upuszczony.png").await;
    browser.press("Zapisz i odczytaj").await;
    browser.wait_for("Wpływ jest zapisany.").await;
    browser.wait_for("Portal nie znalazł w pliku jednego wniosku").await;
    browser.press("Popraw dane wpływu").await;
    browser.assert_fine("post/correct").await;
    browser.goto(&site.url("/admin/post?view=settled")).await;
    browser.wait_for("Nie ma jeszcze załatwionych wpływów.").await;
}
