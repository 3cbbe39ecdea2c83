//! The disk of the signed forms is full: who uploads is told, nothing half written stays behind as a form, everybody else goes on
//! working, and when there is room again nobody has to do anything but upload.

use super::prepared::Stage;
use crate::support::client::{Client, Page};
use crate::support::fixtures::Filed;
use cas_portal::domain::application::status::Status;
use cas_portal::pdf::hand_signed;
use cas_portal::services::print_form;
use cas_portal::storage::{applications, signed_forms};
use std::path::PathBuf;

/// More than fits.
const UPLOADS: usize = 12;
/// A disk of its own for the files, filled but for a little. Whoever may not mount may do so in a user namespace of one's own.
const SMALL_DISK: &str = "mkdir -p -m 700 var/files && mount -t tmpfs -o size=8m,mode=700 tmpfs var/files \
    && head -c 8130000 /dev/zero > var/files/ballast && exec \"$@\"";

struct Upload {
    filed: Filed,
    applicant: Client,
    signed: Vec<u8>,
}

impl Upload {
    fn place(&self) -> String {
        format!("/applications/{}", self.filed.application.number.to_path())
    }

    async fn send(&self) -> Page {
        let path = format!("{}/signed-form", self.place());
        self.applicant.upload(&path, &[], &[("files", "wniosek.pdf", "application/pdf", &self.signed)]).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_no_form_is_lost_or_half_there() {
    // Given signed forms that wait to be uploaded, and a disk on which few of them have room
    let stage = Stage::sqlite().await;
    let portal = &stage.portal;
    let mut waiting = Vec::new();
    for _ in 0..UPLOADS {
        waiting.push(portal.application(Status::AwaitingForm).await);
    }
    let within = ["unshare", "--mount", "--map-root-user", "sh", "-c", SMALL_DISK, "sh"];
    let server = stage.serve_within(&within, &[("CAS_PORTAL_FILES_URL", "file:var/files")]).await;
    let mut uploads = Vec::new();
    for filed in waiting {
        let actor = portal.actor(filed.application.applicant).await;
        let (_, pdf) = print_form::pdf(&portal.context, &actor, &filed.application.number).await.expect("a form");
        let cookie = portal.session_cookie_of(filed.application.applicant).await;
        let applicant = Client::with_cookie(&server.url(""), "cas-session", &cookie);
        uploads.push(Upload { signed: hand_signed(&pdf).expect("signed"), filed, applicant });
    }
    let desk = Client::with_cookie(&server.url(""), "cas-session", &stage.administrators(1).await[0]);

    // When everybody uploads
    let (mut received, mut refused) = (Vec::new(), Vec::new());
    for upload in &uploads {
        let told = upload.send().await;
        match told.status {
            303 => received.push(upload),
            _ => {
                told.assert_status(503);
                assert!(told.headers.contains_key("retry-after") && told.body.contains("Pliki są chwilowo niedostępne"), "{}", told.body);
                refused.push(upload);
                upload.applicant.get(&upload.place()).await.assert_status(200);
            }
        }
    }
    println!("a full disk: {} uploads acknowledged, {} refused", received.len(), refused.len());
    assert!(!received.is_empty() && refused.len() > 1, "the disk was never, or always, full");
    for path in ["/admin/applications", "/account", "/health/ready"] {
        desk.get(path).await.assert_status(200);
    }

    // Then what was acknowledged is there, whole, and what was refused is not
    let found = async |upload: &Upload| {
        let forms = signed_forms::list_of(portal.db(), upload.filed.application.id).await.expect("forms");
        let row = applications::find(portal.db(), upload.filed.application.id).await.expect("applications").expect("it is there");
        (row.status, forms)
    };
    let whole = async |upload: &Upload| {
        let (status, forms) = found(upload).await;
        assert_eq!((status, forms.len()), (Status::FormReceived, 1));
        let number = upload.filed.application.number.to_path();
        for file in &forms[0].files {
            let page = desk.get(&format!("/admin/applications/{number}/files/{}", file.id)).await;
            page.assert_status(200);
            assert_eq!(page.bytes, upload.signed, "the file of {number}");
            for (at, _) in file.page_keys.iter().enumerate() {
                desk.get(&format!("/admin/applications/{number}/files/{}/page/{}", file.id, at + 1)).await.assert_status(200);
            }
        }
    };
    for upload in &received {
        whole(upload).await;
    }
    for upload in &refused {
        let (status, forms) = found(upload).await;
        assert_eq!((status, forms.len()), (Status::AwaitingForm, 0));
    }

    // And when there is room, the same upload is taken by the same portal
    let disk = PathBuf::from(format!("/proc/{}/root", server.id())).join(server.folder().strip_prefix("/").expect("an absolute path"));
    std::fs::remove_file(disk.join("var/files/ballast")).expect("room is made");
    for upload in &refused {
        upload.send().await.assert_status(303);
        whole(upload).await;
    }
}
