//! An administrator takes many applications at once while the portal is killed again and again: in the end each is taken, once.

use super::prepared::Stage;
use crate::support::client::{Client, Page};
use sea_orm::{ConnectionTrait, Statement};

/// More than the request itself does, so that the worker is at it.
const APPLICATIONS: usize = 60;
const KILLS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_done_once_on_sqlite() {
    kill_during_bulk(Stage::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_done_once_on_postgres() {
    kill_during_bulk(Stage::postgres().await).await;
}

async fn kill_during_bulk(mut stage: Stage) {
    let cookie = stage.administrators(1).await.remove(0);
    let applications = stage.received_applications(APPLICATIONS).await;
    stage.close().await;
    let mut server = stage.serve(&[]).await;
    let desk = Client::with_cookie(&server.url(""), "cas-session", &cookie);
    let rows: Vec<String> = applications.iter().map(|path| format!("row={path}.0")).collect();
    let page = desk.get(&format!("/admin/bulk/new?act=take&{}", rows.join("&"))).await;
    page.assert_status(200);
    assert_eq!(page.count("[data-ready]"), APPLICATIONS);
    // The first blow may fall before the answer: then the same page is sent again, and is the same batch.
    let form = page.form("/admin/bulk/new");
    let batch = desk.submit(&form).await.location();
    assert_eq!(desk.submit(&form).await.location(), batch);
    for _ in 0..KILLS {
        server.kill9();
        server.restart().await;
    }
    let waiting = |page: &Page| page.attribute("main", "data-waiting").expect("a batch").parse::<usize>().expect("a number");
    let mut page = desk.get(&batch).await;
    while waiting(&page) > 0 {
        assert_eq!(page.header("Refresh"), Some("5"));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        page = desk.get(&batch).await;
    }
    assert_eq!(page.attribute("main", "data-failed").as_deref(), Some("0"));
    assert!(server.terminate().success(), "{}", server.log());
    stage.crash_and_open().await;
    let db = stage.portal.db();
    let count = async |sql: &str| -> i64 {
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("counted").expect("a row");
        row.try_get("", "n").expect("a number")
    };
    let all = i64::try_from(APPLICATIONS).expect("small");
    assert_eq!(count("SELECT count(*) AS n FROM applications WHERE status = 'in_review' AND version = 1").await, all);
    assert_eq!(count("SELECT count(*) AS n FROM audit_entries WHERE event = 'application.taken'").await, all);
    assert_eq!(count("SELECT count(*) AS n FROM audit_entries WHERE event = 'bulk.started'").await, 1);
    assert_eq!(count("SELECT count(*) AS n FROM bulk_rows WHERE state = 'done'").await, all);
}
